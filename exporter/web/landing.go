package web

import (
	"cmp"
	"net/http"
	"slices"
	"time"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/publication"
)

// landing is the content of the landing page.
type landing struct {
	page
	Window         index.Window
	Period, Before index.Period
	Sources        []sourceState
	Rankings       []ranking // the first is of the provinces
}

// ranking is one published table.
type ranking struct {
	*publication.Table // nil: none
	Title, Among       string
	Old                bool               // the source's last answer was not used
	Before             map[string]float64 // scores in points of the period before, by unit
}

func (s *server) landing(w http.ResponseWriter, r *http.Request) {
	now := s.Now()
	view := s.Current()
	l := landing{
		page:    page{s.Options, "Chỉ số phục vụ người dân, doanh nghiệp", now, view},
		Window:  view.Windows[0],
		Sources: sourceStates(view, now, publication.Precedence...),
	}
	for _, w := range slices.Backward(view.Windows) { // the first that has a ranking
		if slices.ContainsFunc(view.Tables, func(t publication.Table) bool { return t.Window == w && t.PeriodsAgo == 0 }) {
			l.Window = w
		}
	}
	if asked := r.URL.Query().Get("window"); asked != "" {
		l.Window = index.Window(asked)
		if !slices.Contains(view.Windows, l.Window) {
			sentence(w, http.StatusNotFound, "Không có kỳ này, hoặc kỳ này không được đọc (DVC_WINDOWS).")
			return
		}
	}
	l.Period = view.Periods[l.Window]
	l.Before = l.Period.Ago(1)
	l.Rankings = []ranking{
		l.ranking(index.Province, "Các tỉnh, thành phố", "tỉnh, thành phố"),
		l.ranking(index.Department, "Sở, ban, ngành", "sở, ban, ngành"),
		l.ranking(index.Commune, "Xã, phường", "xã, phường"),
	}
	s.show(w, r, "landing", l)
}

func (l landing) ranking(kind index.Kind, title, among string) ranking {
	t := ranking{Table: l.View.Table(l.Window, 0, kind), Title: title, Among: among, Before: map[string]float64{}}
	if t.Table == nil {
		return t
	}
	if kind != index.Province {
		t.Title += " – " + l.View.Name(l.View.Units[t.Places[0].Unit].Parent)
	}
	t.Old = !sourceStates(l.View, l.Now, t.Source)[0].current(t.Entry)
	if before := l.View.Table(l.Window, 1, kind); before != nil && before.Source == t.Source {
		for _, p := range before.Places {
			t.Before[p.Unit] = p.Score
		}
	}
	return t
}

// AsOf is when the table's figures hold.
func (t ranking) AsOf() time.Time { return cmp.Or(t.Entry.AsOf, t.Entry.Accepted) }

// Change is how many points a unit has more than in the period before, nil if it
// had no score then.
func (t ranking) Change(p publication.Place) *float64 {
	before, ok := t.Before[p.Unit]
	if !ok {
		return nil
	}
	change := p.Score - before
	return &change
}

// OwnPlace is that of the own province, nil if it has none.
func (l landing) OwnPlace() *publication.Place {
	if t := l.Rankings[0].Table; t != nil {
		for i, p := range t.Places {
			if p.Unit == l.Own() {
				return &t.Places[i]
			}
		}
	}
	return nil
}
