package web

import (
	"cmp"
	"net/http"
	"slices"
	"time"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/snapshot"
)

// most bounds the lists of what needs mending: a page is read by a person.
const most = 50

// landing is the content of the landing page.
type landing struct {
	page
	Windows        []index.Window
	Window         index.Window
	Period, Before index.Period
	OwnName        string
	Own            *ranked // nil: the own province has no place
	Sources        []sourceState
	Rankings       []ranking
	Unmatched      []snapshot.Unmatched
	MoreUnmatched  int // that Unmatched leaves out
}

// ranking is one published table.
type ranking struct {
	Title, Among string
	Source       index.SourceName
	AsOf         time.Time
	Old          bool // the source's last answer was not used
	Compared     bool // some unit has a score of the period before
	Rows         []ranked
}

// ranked is a unit in its place.
type ranked struct {
	snapshot.Rank
	Name      string
	Own       bool
	Score     float64
	Change    float64 // in points, against the period before; only if HasChange
	HasChange bool
}

// sourceState is how a source is doing.
type sourceState struct {
	snapshot.Health
	Name     index.SourceName
	State    string // up, new, behind or down
	AsOf     time.Time
	Count    snapshot.Count
	Failing  []failing
	Rejected []index.Rejection // at most most
	More     bool              // Rejected leaves some out
}

// failing is a part that the last round did not bring.
type failing struct {
	snapshot.Outcome
	Instead string // what is shown in its place
}

func (s *server) landing(w http.ResponseWriter, r *http.Request) {
	now := s.Now()
	view := s.Viewer.View(now)
	l := landing{
		page:    s.page("Chỉ số phục vụ người dân, doanh nghiệp", now),
		Windows: s.Viewer.Windows,
		Window:  firstWithData(view, s.Viewer.Windows),
		OwnName: nameOf(view, s.Own),
	}
	if asked := r.URL.Query().Get("window"); asked != "" {
		l.Window = index.Window(asked)
		if !slices.Contains(l.Windows, l.Window) {
			sentence(w, http.StatusNotFound, "Không có kỳ này, hoặc kỳ này không được đọc (DVC_WINDOWS).")
			return
		}
	}
	if l.Window != "" {
		l.Period = view.Periods[l.Window]
		l.Before = l.Period.Ago(1)
	}
	for _, kind := range []index.Kind{index.Province, index.Department, index.Commune} {
		l.Rankings = append(l.Rankings, s.ranking(view, l.Window, kind, now))
	}
	for i, row := range l.Rankings[0].Rows {
		if row.Own {
			l.Own = &l.Rankings[0].Rows[i]
		}
	}
	for _, name := range sources {
		if source := view.Picture[name]; source != nil {
			l.Sources = append(l.Sources, stateOf(view, name, source, now))
		}
	}
	l.Unmatched = view.Unmatched[:min(len(view.Unmatched), most)]
	l.MoreUnmatched = len(view.Unmatched) - len(l.Unmatched)
	s.show(w, r, "landing", l)
}

// firstWithData returns the first window that has a ranking, else the first.
func firstWithData(view *snapshot.View, windows []index.Window) index.Window {
	for _, w := range windows {
		if slices.ContainsFunc(view.Ranks, func(r snapshot.Rank) bool { return r.Window == w && r.PeriodsAgo == 0 }) {
			return w
		}
	}
	if len(windows) == 0 {
		return ""
	}
	return windows[0]
}

var rankingTitles = map[index.Kind][2]string{
	index.Province:   {"Các tỉnh, thành phố", "tỉnh, thành phố"},
	index.Department: {"Sở, ban, ngành", "sở, ban, ngành"},
	index.Commune:    {"Xã, phường", "xã, phường"},
}

func (s *server) ranking(view *snapshot.View, w index.Window, kind index.Kind, now time.Time) ranking {
	table := ranking{Title: rankingTitles[kind][0], Among: rankingTitles[kind][1]}
	var scores [2]map[string]snapshot.Value // of the period shown and the one before, by unit
	scores[0], scores[1] = map[string]snapshot.Value{}, map[string]snapshot.Value{}
	for _, v := range view.Values {
		if v.Window == w && v.Measure == index.Score && v.PeriodsAgo < len(scores) {
			scores[v.PeriodsAgo][v.Unit] = v
		}
	}
	for _, rank := range view.Ranks {
		value, ok := scores[0][rank.Unit]
		if rank.Window != w || rank.Among != kind || rank.PeriodsAgo != 0 || !ok {
			continue
		}
		unit, _ := view.Unit(rank.Unit)
		if len(table.Rows) == 0 {
			table.Source = value.Source
			table.AsOf, table.Old = s.age(view, value.Source, w, kind, now)
			if kind != index.Province {
				table.Title += " – " + nameOf(view, unit.Parent)
			}
		}
		row := ranked{Rank: rank, Name: nameOf(view, rank.Unit), Own: rank.Unit == s.Own, Score: value.Value}
		if before, ok := scores[1][rank.Unit]; ok && before.Source == value.Source {
			row.Change, row.HasChange, table.Compared = value.Value-before.Value, true, true
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}

// age says as of when a source's ranking among a kind of unit holds, and whether
// it is old.
func (s *server) age(view *snapshot.View, from index.SourceName, w index.Window, kind index.Kind, now time.Time) (time.Time, bool) {
	source := view.Picture[from]
	for _, held := range source.Parts {
		if held.Window != w || held.Period != view.Periods[w] {
			continue
		}
		for _, row := range held.Rows {
			unit, _ := view.Unit(view.Label(row.Unit))
			if _, scored := row.Figure(index.Score); scored && row.Line > 0 && unit.Kind == kind {
				return cmp.Or(held.AsOf, held.Accepted), !current(source.Health, held, now)
			}
		}
	}
	return asOf(source), !source.Health.Up
}

// stateOf describes a source.
func stateOf(view *snapshot.View, name index.SourceName, source *snapshot.Source, now time.Time) sourceState {
	s := sourceState{Health: source.Health, Name: name, AsOf: asOf(source), Count: view.Counts[name], State: "down"}
	switch {
	case s.LastAttempt.IsZero():
		s.State = "new"
	case behind(s.Health, now):
		s.State = "behind"
	case s.Up:
		s.State = "up"
	}
	if len(s.Rounds) > 0 {
		for _, o := range s.Rounds[0].Outcomes {
			if o.Reason != "" {
				s.Failing = append(s.Failing, failing{o, instead(name, source, o, now)})
			}
		}
	}
	for _, held := range source.Parts {
		s.Rejected = append(s.Rejected, held.Rejected...)
	}
	if len(s.Rejected) > most {
		s.Rejected, s.More = s.Rejected[:most], true
	}
	return s
}

// instead says what is shown in place of a part that failed.
func instead(name index.SourceName, source *snapshot.Source, o snapshot.Outcome, now time.Time) string {
	if o.Past {
		return "kỳ đã qua, sẽ hỏi lại"
	}
	held := source.Part(snapshot.Key{Name: o.Name, Window: o.Window})
	switch expire := source.Health.Expire; {
	case held != nil && expire > 0 && now.Sub(held.Accepted) >= expire:
		return "số cũ đã quá hạn, không hiện nữa"
	case held != nil:
		return "đang hiện số cũ, tính đến " + when(cmp.Or(held.AsOf, held.Accepted))
	case o.Name == string(name) && len(source.Parts) > 0: // the round failed as a whole
		return "đang hiện số cũ, tính đến " + when(asOf(source))
	}
	return none
}
