package publication

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"dvc_exporter/exporter/book"
	"dvc_exporter/exporter/index"
)

// makeFigures derives what may be shown from one change of the book to the next.
func makeFigures(in Inputs, before *Publication) *Figures {
	known := knownUnits(in.Book)
	b := &builder{
		Inputs: in,
		Figures: &Figures{
			Units:     map[string]index.Unit{},
			Contacts:  map[string]string{},
			Periods:   map[index.Window]index.Period{},
			Values:    map[index.Measure][]Value{},
			Counts:    map[index.SourceName]Count{},
			Registry:  before.registry(in, known),
			known:     known,
			labels:    map[index.Unit]string{},
			dossiers:  map[string]*load{},
			documents: map[string]*load{},
		},
		shown:     map[Spot][]Value{},
		unlisted:  map[index.SourceName]int{},
		unmatched: map[name]*Unmatched{},
	}
	if before != nil { // most likely there are as many figures as before
		for m, values := range before.Values {
			b.Values[m] = make([]Value, 0, len(values))
		}
	}
	b.choosePeriods()
	for _, name := range Precedence {
		if source := in.Book[name]; source != nil {
			b.addSource(name, source)
		}
	}
	b.addPast()
	maps.DeleteFunc(b.Values, func(_ index.Measure, values []Value) bool { return len(values) == 0 })
	b.addWords(index.Part{Groups: index.BuiltInGroups, Indicators: index.BuiltInIndicators})
	b.addListed()
	b.listUnmatched()
	return b.Figures
}

// builder carries what only the making of figures needs.
type builder struct {
	Inputs
	*Figures
	shown     map[Spot][]Value         // so far
	unlisted  map[index.SourceName]int // units made of unknown names
	unmatched map[name]*Unmatched
}

// live yields the entries of a source that are not too old to be shown, and
// remembers when the next one will be.
func (b *builder) live(source *book.Source) func(func(*book.Entry) bool) {
	return func(yield func(*book.Entry) bool) {
		for i := range source.Entries {
			e := &source.Entries[i]
			end, ends := source.Expiry(e)
			if ends && !b.Now.Before(end) {
				continue
			}
			if ends {
				b.until(end)
			}
			if !yield(e) {
				return
			}
		}
	}
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
	if b.Shown != nil {
		maps.Copy(b.Periods, b.Shown)
		return
	}
	for _, name := range []index.SourceName{index.Portal, index.Pages} {
		source := b.Book[name]
		if source == nil {
			continue
		}
		newest := map[index.Window]index.Period{}
		for e := range b.live(source) {
			if e.Window == "" || len(e.Rows) == 0 || e.Period.Start().After(e.Window.At(b.Domain).Start()) {
				continue
			}
			if name == index.Pages && e.Period != e.Window.At(b.Domain) && e.Window.At(e.Accepted) == e.Window.At(b.Now) {
				continue // read since the window has moved on, and still about what it showed before: a saved page
			}
			if known, ok := newest[e.Window]; !ok || e.Period.Start().After(known.Start()) {
				newest[e.Window] = e.Period
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
	maps.DeleteFunc(b.Periods, func(w index.Window, _ index.Period) bool { return !slices.Contains(b.Windows, w) })
	b.until(b.Now.Add(index.MonthToDate.At(b.Domain).End().Sub(b.Domain)))
}

// addSource takes over what one source says now.
func (b *builder) addSource(name index.SourceName, source *book.Source) {
	count := Count{}
	loads := map[string]*load{}
	sums := map[index.Window]map[string][]index.Figure{} // of the months of local records, by unit
	for _, w := range b.Windows {
		sums[w] = map[string][]index.Figure{}
	}
	for e := range b.live(source) {
		count.Used += e.RowsUsed
		count.Rejected += e.RowsRejected
		count.Unmatched += e.RowsUnmatched
		if e.Window != "" && e.Period != b.Periods[e.Window] {
			continue
		}
		b.addWords(e.Part)
		for _, row := range e.Rows {
			label := b.resolve(name, row, &count)
			if label == "" {
				count.Rejected++
				continue
			}
			if name != index.Portal && e.Location != "" || row.Backlog != nil {
				loadOf(loads, label).seen(e.AsOf)
			}
			shown := true
			switch {
			case row.Backlog != nil:
				l := loads[label]
				l.files = append(l.files, backlog{row.Backlog, stale(source, e)})
			case row.Month != index.Period{}:
				for _, w := range b.Windows {
					if row.Month.Within(b.Periods[w]) {
						sums[w][label] = addUp(sums[w][label], row.Figures)
					}
				}
			default:
				shown = b.addFigures(name, e.Window, 0, label, b.addSums(loads, name, label, e, row.Figures))
			}
			switch {
			case !shown:
				count.Superseded++
			case row.Line > 0 && e.RowsUsed == 0:
				count.Used++
			}
		}
		if e.Window != "" {
			b.addTables(name, e, e.Window, 0)
		}
	}
	for _, w := range b.Windows {
		for _, unit := range slices.Sorted(maps.Keys(sums[w])) {
			b.addFigures(name, w, 0, unit, sums[w][unit])
		}
	}
	known := b.dossiers
	if name == index.Documents {
		known = b.documents
	}
	for unit, l := range loads {
		if _, ok := known[unit]; !ok { // files and a database may hold the same dossiers
			known[unit] = l
		}
	}
	b.Counts[name] = count
}

func loadOf(loads map[string]*load, label string) *load {
	if loads[label] == nil {
		loads[label] = &load{}
	}
	return loads[label]
}

func (l *load) seen(asOf time.Time) {
	if asOf.After(l.asOf) {
		l.asOf = asOf
	}
}

// stale is when the clock stops for what an entry counts by it, zero: never.
func stale(source *book.Source, e *book.Entry) time.Time {
	if source.Health.StaleAfter <= 0 || e.AsOf.IsZero() {
		return time.Time{}
	}
	return e.AsOf.Add(source.Health.StaleAfter)
}

// addSums takes the counts that hold now out of the figures of a row, and returns
// the rest. Of a page with several tables, the first that gives a count counts.
func (b *builder) addSums(loads map[string]*load, name index.SourceName, label string, e *book.Entry, figures []index.Figure) []index.Figure {
	now := func(f index.Figure) bool {
		return f.Measure == index.OpenNow || f.Measure == index.OverdueNow || f.Measure == index.DueSoonNow
	}
	if !slices.ContainsFunc(figures, now) {
		return figures
	}
	l := loadOf(loads, label)
	if name != index.Pages {
		l.seen(e.AsOf)
	}
	var rest []index.Figure
	for _, f := range figures {
		switch {
		case !now(f):
			rest = append(rest, f)
		case !slices.ContainsFunc(l.sums, func(s index.Figure) bool { return sameName(&s, &f) }):
			l.sums = append(l.sums, f)
		}
	}
	return rest
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
	source := b.Book[index.Portal]
	if source == nil {
		return
	}
	type answer struct {
		name   string
		period index.Period
	}
	latest := map[answer]*book.Entry{} // two windows may have asked for one period
	for i := range source.Entries {
		e := &source.Entries[i]
		if e.Window == index.MonthToDate && e.Closed.IsZero() {
			continue // half a month is no month of the past
		}
		if known := latest[answer{e.Name, e.Period}]; known == nil || e.Accepted.After(known.Accepted) {
			latest[answer{e.Name, e.Period}] = e
		}
	}
	byPeriod := map[index.Period][]*book.Entry{}
	for i := range source.Entries {
		if e := &source.Entries[i]; latest[answer{e.Name, e.Period}] == e {
			byPeriod[e.Period] = append(byPeriod[e.Period], e)
		}
	}
	for _, w := range b.Windows {
		for ago := 1; ago <= book.MaxAgo; ago++ {
			for _, e := range byPeriod[b.Periods[w].Ago(ago)] {
				for _, row := range e.Rows {
					if label := b.resolve(index.Portal, row, &Count{}); label != "" {
						b.addFigures(index.Portal, w, ago, label, row.Figures)
					}
				}
				b.addTables(index.Portal, e, w, ago)
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

// paceMonths is of how many closed months before the shown one both parts of the
// own province's ratios are shown.
const paceMonths = 2

// ofPast says whether a figure of a closed period is shown.
func (b *builder) ofPast(f *index.Figure, w index.Window, ago int, unit string) bool {
	switch f.Measure {
	case index.Score, index.GroupScore:
		return true
	case index.Numerator, index.Denominator:
		return w == index.Month && ago <= paceMonths && slices.Contains(b.Own, unit)
	}
	return false
}

// addFigures takes over the figures that no source before has, and says whether
// there was any.
func (b *builder) addFigures(source index.SourceName, w index.Window, ago int, unit string, figures []index.Figure) bool {
	at := &Spot{w, ago, unit}
	before := len(b.shown[*at])
	all := slices.Grow(b.shown[*at], len(figures))
	_, recorded := b.dossiers[unit]
	add := func(f *index.Figure) {
		beside := false // figures of several sources stand side by side
		switch f.Measure {
		case index.ScorePercent, index.GroupPercent: // only the judge's
			return
		case index.Numerator, index.Denominator:
			beside = true
		case index.DossiersReceived, index.DossiersFinished:
			if recorded && source == index.Pages { // local records tell it better
				return
			}
		}
		if ago > 0 && !b.ofPast(f, w, ago, unit) {
			return
		}
		for _, v := range all {
			if sameName(v.Figure, f) && (v.Source == source || !beside) {
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
	b.shown[*at] = all
	return shown
}

// sameName says whether two figures of a unit differ in nothing but their value.
func sameName(x, y *index.Figure) bool {
	return x.Measure == y.Measure && x.Group == y.Group && x.Indicator == y.Indicator && x.Detail == y.Detail
}

// addTables counts places within one answer: figures of different answers are not
// comparable. The first one that has units of a kind is the one that counts.
func (b *builder) addTables(source index.SourceName, e *book.Entry, w index.Window, ago int) {
	byKind := map[index.Kind][]Place{}
	for _, row := range e.Rows {
		label := b.labels[row.Unit]
		unit := b.Units[label]
		score, ok := row.Figure(index.Score)
		if !ok || row.Line == 0 || unit.Kind != index.Province && unit.Parent != e.Parent {
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
			p := &places[i]
			p.Place = i + 1
			if i == 0 {
				continue
			}
			if above := places[i-1]; p.Score == above.Score {
				p.Place, p.ToNext = above.Place, above.ToNext
			} else {
				p.ToNext = above.Score - p.Score
			}
		}
		b.Tables = append(b.Tables, Table{source, e, w, ago, kind, places})
	}
}
