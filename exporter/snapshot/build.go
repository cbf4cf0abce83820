package snapshot

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/units"
)

// Options is what a View needs to know beside the picture.
type Options struct {
	Listed  []units.Listed // DVC_UNITS_FILE
	Windows []index.Window // that are configured, in order
	Now     time.Time      // the real clock: what has expired
	Domain  time.Time      // the domain's clock: which period a window shows
}

// View derives what may be shown.
func (p Picture) View(o Options) *View {
	b := &builder{
		Options: o,
		View: &View{
			Picture:   p,
			Units:     map[string]index.Unit{},
			Contacts:  map[string]string{},
			Periods:   map[index.Window]index.Period{},
			Values:    map[index.Measure][]Value{},
			Dossiers:  map[string]index.Pending{},
			Documents: map[string]index.Pending{},
			Counts:    map[index.SourceName]Count{},
			registry:  units.New(o.Listed, p.known(), o.Domain),
			labels:    map[index.Unit]string{},
		},
		told:      map[Spot][]Value{},
		unlisted:  map[index.SourceName]int{},
		unmatched: map[name]*Unmatched{},
	}
	b.choosePeriods()
	for _, name := range Precedence {
		if source := p[name]; source != nil {
			b.addSource(name, source)
		}
	}
	b.addPast()
	b.addWords(index.Part{Groups: index.BuiltInGroups, Indicators: index.BuiltInIndicators})
	b.addListed()
	b.listUnmatched()
	return b.View
}

// builder carries what only the making of a view needs.
type builder struct {
	*View
	Options
	told      map[Spot][]Value         // what is shown so far
	unlisted  map[index.SourceName]int // units made of unknown names
	unmatched map[name]*Unmatched
}

// expired says whether a part is too old to be shown, and remembers when the
// next one will be.
func (b *builder) expired(source *Source, h Held) bool {
	if source.Health.Expire <= 0 {
		return false
	}
	end := h.Accepted.Add(source.Health.Expire)
	if !b.Now.Before(end) {
		return true
	}
	b.until(end)
	return false
}

func (b *builder) until(t time.Time) {
	if b.ValidUntil.IsZero() || t.Before(b.ValidUntil) {
		b.ValidUntil = t
	}
}

// choosePeriods decides which period each window shows: the newest that a
// published answer has. Where nothing is published, the clock says it. Answers
// about an older period are not shown under the window: old is not current.
func (b *builder) choosePeriods() {
	for _, name := range []index.SourceName{index.Portal, index.Pages} {
		source := b.Picture[name]
		if source == nil {
			continue
		}
		newest := map[index.Window]index.Period{}
		for _, h := range source.Parts {
			if h.Window == "" || b.expired(source, h) {
				continue
			}
			if known, ok := newest[h.Window]; !ok || h.Period.Start().After(known.Start()) {
				newest[h.Window] = h.Period
			}
		}
		maps.Copy(newest, b.Periods) // the portal's choice stands
		b.Periods = newest
	}
	for _, w := range b.Windows {
		if _, ok := b.Periods[w]; !ok {
			b.Periods[w] = w.At(b.Domain)
		}
	}
	b.until(b.Now.Add(index.MonthToDate.At(b.Domain).End().Sub(b.Domain)))
}

// addSource takes over what one source says now.
func (b *builder) addSource(name index.SourceName, source *Source) {
	var count Count
	pending := map[string]index.Pending{}
	sums := map[index.Window]map[string][]index.Figure{} // of the months of local records, by unit
	for _, w := range b.Windows {
		sums[w] = map[string][]index.Figure{}
	}
	for _, held := range source.Parts {
		count.Used += held.RowsUsed
		count.Rejected += held.RowsRejected
		count.Unmatched += held.RowsUnmatched
		if b.expired(source, held) {
			continue
		}
		b.addWords(held.Part)
		if held.Window != "" && held.Period != b.Periods[held.Window] {
			continue
		}
		for _, row := range held.Rows {
			label := b.resolve(name, row, &count)
			shown := true
			switch {
			case label == "":
				count.Rejected++
				continue
			case row.Pending != nil:
				pending[label] = join(pending[label], *row.Pending)
			case row.Backlog != nil:
				pending[label] = join(pending[label], pendingOf(*row.Backlog))
			case row.Month != index.Period{}:
				for _, w := range b.Windows {
					if within(row.Month, b.Periods[w]) {
						sums[w][label] = addUp(sums[w][label], row.Figures)
					}
				}
			default:
				shown = b.addFigures(name, held.Window, 0, label, row.Figures)
			}
			switch {
			case !shown:
				count.Superseded++
			case row.Line > 0 && held.RowsUsed == 0:
				count.Used++
			}
		}
		if held.Window != "" {
			b.addTables(name, held, held.Window, 0)
		}
	}
	for _, w := range b.Windows {
		for _, unit := range slices.Sorted(maps.Keys(sums[w])) {
			b.addFigures(name, w, 0, unit, sums[w][unit])
		}
	}
	known := b.Dossiers
	if name == index.Documents {
		known = b.Documents
	}
	for unit, p := range pending {
		if _, ok := known[unit]; !ok { // files and a database may hold the same dossiers
			known[unit] = p
		}
	}
	b.Counts[name] = count
}

func pendingOf(b index.Backlog) index.Pending {
	p := index.Pending{Open: len(b.Open)}
	for _, d := range b.Open {
		if d.Due != 0 {
			p.Due = append(p.Due, d.Due)
		}
	}
	for _, d := range b.Waiting {
		p.Waiting = append(p.Waiting, d.Received)
	}
	return p
}

// join adds up what a unit has not finished under two spellings of its name.
func join(x, y index.Pending) index.Pending {
	merged := func(x, y []int64) []int64 {
		if len(x) == 0 {
			return y
		}
		return slices.Sorted(slices.Values(slices.Concat(x, y)))
	}
	return index.Pending{Open: x.Open + y.Open, Due: merged(x.Due, y.Due), Waiting: merged(x.Waiting, y.Waiting)}
}

// within says whether a month lies in a period.
func within(month, p index.Period) bool {
	return month.Year == p.Year && (month.Number-1)/p.Months == p.Number-1
}

// addUp adds figures to those of the same name.
func addUp(sum, more []index.Figure) []index.Figure {
	for _, f := range more {
		i := slices.IndexFunc(sum, func(s index.Figure) bool { return sameName(&s, &f) })
		if i < 0 {
			sum = append(sum, f)
		} else {
			sum[i].Value += f.Value
		}
	}
	return sum
}

// addPast takes over the closed periods before those that the windows show.
func (b *builder) addPast() {
	source := b.Picture[index.Portal]
	if source == nil {
		return
	}
	byPeriod := map[index.Period][]Held{}
	for held := range source.all() {
		byPeriod[held.Period] = append(byPeriod[held.Period], held)
	}
	for _, w := range b.Windows {
		for ago := 1; ago <= MaxAgo; ago++ {
			for _, held := range byPeriod[b.Periods[w].Ago(ago)] {
				for _, row := range held.Rows {
					if label := b.resolve(index.Portal, row, &Count{}); label != "" {
						b.addFigures(index.Portal, w, ago, label, row.Figures)
					}
				}
				b.addTables(index.Portal, held, w, ago)
			}
		}
	}
}

// addWords takes over the names of groups and indicators, the first of each.
func (b *builder) addWords(part index.Part) {
	for _, g := range part.Groups {
		if g.Name != "" && !slices.ContainsFunc(b.Groups, func(known index.Group) bool { return known.Code == g.Code }) {
			b.Groups = append(b.Groups, g)
		}
	}
	for _, i := range part.Indicators {
		if !slices.ContainsFunc(b.Indicators, func(known index.Indicator) bool { return known.Code == i.Code }) {
			b.Indicators = append(b.Indicators, i)
		}
	}
}

// addFigures takes over the figures that no source before has told, and says
// whether there was any.
func (b *builder) addFigures(source index.SourceName, w index.Window, ago int, unit string, figures []index.Figure) bool {
	at := &Spot{w, ago, unit}
	before := len(b.told[*at])
	all := slices.Grow(b.told[*at], len(figures))
	_, recorded := b.Dossiers[unit]
	add := func(f *index.Figure) {
		beside := false // figures of several sources stand side by side
		switch f.Measure {
		case index.ScorePercent, index.GroupPercent: // only the judge's
			return
		case index.Numerator, index.Denominator:
			beside = true
		case index.DossiersReceived, index.DossiersFinished, index.OpenNow, index.OverdueNow:
			if recorded && source == index.Pages { // local records tell it better
				return
			}
		}
		if ago > 0 && f.Measure != index.Score && f.Measure != index.GroupScore {
			return
		}
		for _, told := range all {
			if sameName(told.Figure, f) && (told.Source == source || !beside) {
				return
			}
		}
		v := Value{at, f, source}
		all = append(all, v)
		b.Values[f.Measure] = append(b.Values[f.Measure], v)
	}
	for i := range figures {
		add(&figures[i])
	}
	shown := len(all) > before || len(figures) == 0
	for _, f := range figures { // an answer that does not tell its maxima has the decision's
		if m := index.GroupMax(f.Group); f.Measure == index.GroupScore && ago == 0 && m > 0 {
			add(&index.Figure{Measure: index.GroupScoreMax, Group: f.Group, Value: m})
		}
	}
	b.told[*at] = all
	return shown
}

// sameName says whether two figures of a unit differ in nothing but their value.
func sameName(x, y *index.Figure) bool {
	return x.Measure == y.Measure && x.Group == y.Group && x.Indicator == y.Indicator && x.Detail == y.Detail
}

// addTables counts places within one answer: figures of different answers are not
// comparable. The first one that has units of a kind is the one that counts.
func (b *builder) addTables(source index.SourceName, held Held, w index.Window, ago int) {
	byKind := map[index.Kind][]Place{}
	for _, row := range held.Rows {
		label := b.labels[row.Unit]
		unit := b.Units[label]
		score, ok := row.Figure(index.Score)
		if !ok || row.Line == 0 || unit.Kind != index.Province && unit.Parent != held.Parent {
			continue // the head of an answer, or a unit of elsewhere
		}
		byKind[unit.Kind] = append(byKind[unit.Kind], Place{Unit: label, Score: score})
	}
	for _, kind := range []index.Kind{index.Province, index.Department, index.Commune} {
		places := byKind[kind]
		if len(places) == 0 || b.Table(w, ago, kind) != nil {
			continue
		}
		slices.SortStableFunc(places, func(x, y Place) int { return cmp.Compare(y.Score, x.Score) })
		for i := range places {
			places[i].Place = i + 1
			if i > 0 && places[i].Score == places[i-1].Score {
				places[i].Place = places[i-1].Place
			}
		}
		b.Tables = append(b.Tables, Table{source, held, w, ago, kind, places})
	}
}
