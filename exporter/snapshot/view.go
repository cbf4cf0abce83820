package snapshot

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/units"
)

// MaxAgo is how many closed periods before the shown one a window has.
const MaxAgo = 12

// maxUnlisted bounds how many unknown names of one source become units.
const maxUnlisted = 2000

// precedence is the order in which sources are believed where two say the same
// of one unit and window.
var precedence = []index.SourceName{index.Portal, index.Records, index.SQL, index.Documents, index.Pages}

// Options is what a View needs to know beside the picture.
type Options struct {
	Listed  []units.Listed // DVC_UNITS_FILE
	Windows []index.Window // that are configured, in order
	Now     time.Time      // the real clock: what has expired
	Domain  time.Time      // the domain's clock: which period a window shows
}

// Value is one figure of one unit as it is shown. PeriodsAgo is 0 for the period
// that the window shows and counts closed periods back from there.
type Value struct {
	Source     index.SourceName
	Window     index.Window
	PeriodsAgo int
	Unit       string // label: code, else portal id, else slug of the name
	*index.Figure
}

// Rank is the place of a unit in one published table, 1 = best. Equal scores
// share a place: 1, 1, 3.
type Rank struct {
	Window     index.Window
	PeriodsAgo int
	Unit       string
	Among      index.Kind
	Place, Of  int
}

// Pending is what a unit has not finished, according to one source.
type Pending struct {
	Source index.SourceName
	Unit   string
	*index.Pending
}

// Unmatched is a name that stands in a source and that nobody knows.
type Unmatched struct {
	Source  index.SourceName
	Name    string
	Label   string // the unit label it got, empty if it was refused
	Rows    int
	Nearest []string // names that are known and look like it
}

// Count says what became of the rows of a source.
type Count struct {
	Used, Rejected, Unmatched int
	Superseded                int // rows of which another source's figures are shown instead
}

// View is a picture as it may be shown at a time: units resolved, what has
// expired left out, one value where several sources speak, places counted.
type View struct {
	Picture    Picture
	Units      []index.Unit // every unit that is meant by something shown or is listed, by code
	Contacts   map[string]string
	Groups     []index.Group
	Indicators []index.Indicator
	Periods    map[index.Window]index.Period
	Values     []Value
	Ranks      []Rank
	Pending    []Pending
	Counts     map[index.SourceName]Count
	Unmatched  []Unmatched
	ValidUntil time.Time // by the real clock: when something expires or a window moves on

	registry *units.Registry
	byLabel  map[string]index.Unit
	labels   map[index.Unit]string
}

// Label returns the unit label that a unit named so in a source has in this view.
func (v *View) Label(u index.Unit) string {
	if label, ok := v.labels[u]; ok {
		return label
	}
	if known, ok := v.registry.Find(u); ok {
		return labelOf(known)
	}
	return labelOf(u)
}

// Unit returns the unit of a label.
func (v *View) Unit(label string) (index.Unit, bool) {
	u, ok := v.byLabel[label]
	return u, ok
}

// labelOf returns the value of the label "unit".
func labelOf(u index.Unit) string {
	switch {
	case u.Code != "":
		return u.Code
	case u.ID != "":
		return u.ID
	}
	return units.Slug(u.Name)
}

// View derives what may be shown.
func (p Picture) View(o Options) *View {
	b := &builder{
		View: &View{
			Picture:  p,
			Contacts: map[string]string{},
			Periods:  map[index.Window]index.Period{},
			Counts:   map[index.SourceName]Count{},
			byLabel:  map[string]index.Unit{},
			labels:   map[index.Unit]string{},
		},
		Options:   o,
		spoken:    spoken{units: map[string]int{}, figures: map[index.Figure]int{}},
		ranked:    map[rankKey]bool{},
		unlisted:  map[index.SourceName]int{},
		unmatched: map[unmatchedKey]*Unmatched{},
		pending:   map[string]index.SourceName{},
		groups:    map[string]bool{},
		measured:  map[string]bool{},
	}
	b.Values = make([]Value, 0, p.figures())
	b.registry = units.New(o.Listed, p.known(), o.Domain)
	b.choosePeriods()
	for _, name := range precedence {
		if source := p[name]; source != nil {
			b.addSource(name, source)
		}
	}
	b.addPast()
	b.finish()
	return b.View
}

// figures counts the figures of the picture.
func (p Picture) figures() int {
	n := 0
	for _, source := range p {
		for held := range source.all() {
			for _, row := range held.Rows {
				n += len(row.Figures)
			}
		}
	}
	return n
}

// known lists the units that portal answers name, the best spelling first: the
// services come in their own order, and service-results is the first of them.
func (p Picture) known() []index.Unit {
	source := p[index.Portal]
	if source == nil {
		return nil
	}
	var list []index.Unit
	at := map[string]int{} // by id, else code
	for held := range source.all() {
		for _, row := range held.Rows {
			u := row.Unit
			i, seen := at[cmp.Or(u.ID, u.Code)]
			if !seen {
				at[cmp.Or(u.ID, u.Code)] = len(list)
				list = append(list, u)
				continue
			}
			list[i].Code = cmp.Or(list[i].Code, u.Code)
			list[i].Kind = cmp.Or(list[i].Kind, u.Kind)
			list[i].Parent = cmp.Or(list[i].Parent, u.Parent)
		}
	}
	return list
}

// spoken remembers which figures of which units have been given. Units and
// figures are numbered, so that a figure of a unit is one bit.
type spoken struct {
	units   map[string]int
	figures map[index.Figure]int // without value
	given   [][]uint64           // by unit, one bit for each figure, window, period and source
}

// beside is how many figures with the same name a unit can have: of each window
// and period, and of each source where these stand side by side.
var beside = len(index.Windows) * (MaxAgo + 1) * (len(precedence) + 1)

// first says whether a figure of a unit is given for the first time. by tells
// apart what may stand side by side.
func (s *spoken) first(w index.Window, ago, unit int, f index.Figure, by int) bool {
	f.Value = 0
	no, ok := s.figures[f]
	if !ok {
		no = len(s.figures)
		s.figures[f] = no
	}
	bit := no*beside + (by*(MaxAgo+1)+ago)*len(index.Windows) + slices.Index(index.Windows, w)
	word, mask := bit/64, uint64(1)<<(bit%64)
	if missing := word + 1 - len(s.given[unit]); missing > 0 {
		s.given[unit] = append(s.given[unit], make([]uint64, missing)...)
	}
	if s.given[unit][word]&mask != 0 {
		return false
	}
	s.given[unit][word] |= mask
	return true
}

// unit numbers a unit.
func (s *spoken) unit(label string) int {
	no, ok := s.units[label]
	if !ok {
		no = len(s.units)
		s.units[label] = no
		s.given = append(s.given, nil)
	}
	return no
}

type rankKey struct {
	window index.Window
	ago    int
	among  index.Kind
}

type unmatchedKey struct {
	source index.SourceName
	name   string
}

// builder carries what only the making of a view needs.
type builder struct {
	*View
	Options
	spoken    spoken
	ranked    map[rankKey]bool
	unlisted  map[index.SourceName]int
	unmatched map[unmatchedKey]*Unmatched
	pending   map[string]index.SourceName // which source tells a unit's pending figures
	groups    map[string]bool
	measured  map[string]bool // indicators
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
			if h.Window != "" && !b.expired(source, h) && newer(h.Period, newest[h.Window]) {
				newest[h.Window] = h.Period
			}
		}
		for w, p := range newest {
			if _, ok := b.Periods[w]; !ok {
				b.Periods[w] = p
			}
		}
	}
	for _, w := range b.Windows {
		if _, ok := b.Periods[w]; !ok {
			b.Periods[w] = w.At(b.Domain)
		}
	}
	b.until(b.Now.Add(index.MonthToDate.At(b.Domain).End().Sub(b.Domain)))
}

func newer(p, than index.Period) bool {
	return than == index.Period{} || p.Start().After(than.Start())
}

// addSource takes over what one source says now.
func (b *builder) addSource(name index.SourceName, source *Source) {
	months := monthSums{}
	for _, held := range source.Parts {
		count := b.Counts[name]
		count.Used += held.RowsUsed
		count.Rejected += held.RowsRejected
		if b.expired(source, held) {
			b.Counts[name] = count
			continue
		}
		b.addWords(held.Part)
		if held.Window != "" && held.Period != b.Periods[held.Window] {
			b.Counts[name] = count
			continue
		}
		for _, row := range held.Rows {
			label, refused := b.resolve(name, row, &count)
			if refused {
				count.Rejected++
				continue
			}
			shown := true
			switch {
			case row.Pending != nil:
				b.addPending(name, label, row.Pending)
			case row.Month != index.Period{}:
				months.add(label, row)
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
		b.Counts[name] = count
		if held.Window != "" {
			b.addRanks(held, held.Window, 0)
		}
	}
	for _, w := range b.Windows {
		for unit, figures := range months.within(b.Periods[w]) {
			b.addFigures(name, w, 0, unit, figures)
		}
	}
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
				var count Count
				for _, row := range held.Rows {
					if label, refused := b.resolve(index.Portal, row, &count); !refused {
						b.addFigures(index.Portal, w, ago, label, row.Figures)
					}
				}
				b.addRanks(held, w, ago)
			}
		}
	}
}

// addWords takes over the names of groups and indicators.
func (b *builder) addWords(part index.Part) {
	for _, g := range part.Groups {
		if !b.groups[g.Code] && g.Name != "" {
			b.groups[g.Code] = true
			b.Groups = append(b.Groups, g)
		}
	}
	for _, i := range part.Indicators {
		if !b.measured[i.Code] {
			b.measured[i.Code] = true
			b.Indicators = append(b.Indicators, i)
		}
	}
}

// resolve says which unit a row is about. Beyond maxUnlisted unknown names of
// one source, rows are refused.
func (b *builder) resolve(source index.SourceName, row index.Row, count *Count) (label string, refused bool) {
	label, seen := b.labels[row.Unit]
	if !seen {
		unit, known := b.registry.Find(row.Unit)
		if !known {
			unit = row.Unit
			if unit.Code == "" && unit.ID == "" {
				unit = b.unlist(source, unit)
			}
		}
		label = labelOf(unit)
		b.labels[row.Unit] = label
		if _, ok := b.byLabel[label]; !ok && label != "" {
			b.byLabel[label] = unit
		}
	}
	if label == "" || b.byLabel[label].Kind == index.Unlisted {
		b.addUnmatched(source, row, label, count)
	}
	return label, label == ""
}

// unlist makes a unit of a name that nobody knows: the slug of its name is its
// code. Beyond maxUnlisted it has none. Units of two provinces may share a name.
func (b *builder) unlist(source index.SourceName, u index.Unit) index.Unit {
	u.Kind, u.Code = index.Unlisted, units.Slug(u.Name)
	if other, ok := b.byLabel[u.Code]; ok && other.Parent != u.Parent && other.Parent != "" && u.Parent != "" {
		u.Code += "-" + units.Slug(u.Parent)
	}
	if _, ok := b.byLabel[u.Code]; ok {
		return u
	}
	if b.unlisted[source]++; b.unlisted[source] > maxUnlisted {
		return index.Unit{}
	}
	return u
}

func (b *builder) addUnmatched(source index.SourceName, row index.Row, label string, count *Count) {
	n := 1
	if row.Month != (index.Period{}) || row.Pending != nil {
		n = 0
		for _, f := range row.Figures {
			if f.Measure == index.DossiersReceived || f.Measure == index.DocumentsReceived {
				n += int(f.Value)
			}
		}
	}
	count.Unmatched += n
	key := unmatchedKey{source, row.Unit.Name}
	if b.unmatched[key] == nil {
		b.unmatched[key] = &Unmatched{Source: source, Name: row.Unit.Name, Label: label}
	}
	b.unmatched[key].Rows += n
}

// addFigures takes over the figures that no source before has given, and says
// whether there was any.
func (b *builder) addFigures(source index.SourceName, w index.Window, ago int, unit string, figures []index.Figure) bool {
	any := len(figures) == 0
	no := b.spoken.unit(unit)
	add := func(f *index.Figure) {
		by := 0
		switch f.Measure {
		case index.ScorePercent, index.GroupPercent: // only the judge's
			return
		case index.Numerator, index.Denominator: // stand side by side, by source
			by = 1 + slices.Index(precedence, source)
		}
		if source == index.Pages && b.recorded(unit, f.Measure) {
			return
		}
		if ago > 0 && f.Measure != index.Score && f.Measure != index.GroupScore {
			return
		}
		if b.spoken.first(w, ago, no, *f, by) {
			any = true
			b.Values = append(b.Values, Value{source, w, ago, unit, f})
		}
	}
	for i := range figures {
		add(&figures[i])
	}
	if ago == 0 { // an answer that does not tell its maxima has the decision's
		for _, f := range figures {
			if m := index.GroupMax(f.Group); f.Measure == index.GroupScore && m > 0 {
				add(&index.Figure{Measure: index.GroupScoreMax, Group: f.Group, Value: m})
			}
		}
	}
	return any
}

// recorded says that local records tell of a unit what a statistics page tells
// too, and better.
func (b *builder) recorded(unit string, m index.Measure) bool {
	switch m {
	case index.DossiersReceived, index.DossiersFinished, index.OpenNow, index.OverdueNow:
		_, ok := b.pending["dossiers "+unit]
		return ok
	}
	return false
}

// addPending lets one source alone tell what a unit has not finished: files and
// a database may hold the same dossiers.
func (b *builder) addPending(source index.SourceName, unit string, p *index.Pending) {
	of := "dossiers " + unit
	if source == index.Documents {
		of = "documents " + unit
	}
	if by, ok := b.pending[of]; ok && by != source {
		return
	}
	b.pending[of] = source
	b.Pending = append(b.Pending, Pending{source, unit, p})
}

// addRanks counts places within one table: figures of different tables are not
// comparable. The first table that has units of a kind is the one that counts.
func (b *builder) addRanks(held Held, w index.Window, ago int) {
	type scored struct {
		unit  string
		score float64
	}
	tables := map[index.Kind][]scored{}
	for _, row := range held.Rows {
		unit := b.byLabel[b.labels[row.Unit]]
		score, ok := row.Figure(index.Score)
		if !ok || row.Line == 0 || unit.Kind != index.Province && unit.Parent != held.Parent {
			continue // the head of an answer, or a unit of elsewhere
		}
		tables[unit.Kind] = append(tables[unit.Kind], scored{labelOf(unit), score})
	}
	for _, kind := range []index.Kind{index.Province, index.Department, index.Commune} {
		table, key := tables[kind], rankKey{w, ago, kind}
		if len(table) == 0 || b.ranked[key] {
			continue
		}
		b.ranked[key] = true
		slices.SortStableFunc(table, func(x, y scored) int { return cmp.Compare(y.score, x.score) })
		place := 0
		for i, s := range table {
			if i == 0 || s.score != table[i-1].score {
				place = i + 1
			}
			b.Ranks = append(b.Ranks, Rank{w, ago, s.unit, kind, place, len(table)})
		}
	}
}

// finish lists what the sources named.
func (b *builder) finish() {
	for _, l := range b.Listed {
		if l.Valid(b.Domain) {
			if _, ok := b.byLabel[labelOf(l.Unit)]; !ok {
				b.byLabel[labelOf(l.Unit)] = l.Unit
			}
			if l.Email != "" {
				b.Contacts[labelOf(l.Unit)] = l.Email
			}
		}
	}
	b.Units = slices.SortedFunc(maps.Values(b.byLabel), func(x, y index.Unit) int { return cmp.Compare(labelOf(x), labelOf(y)) })
	b.addWords(index.Part{Groups: index.BuiltInGroups, Indicators: index.BuiltInIndicators})
	for _, u := range b.unmatched {
		for _, near := range b.registry.Nearest(u.Name, 3) {
			u.Nearest = append(u.Nearest, near.Name)
		}
		b.Unmatched = append(b.Unmatched, *u)
	}
	slices.SortFunc(b.Unmatched, func(x, y Unmatched) int {
		return cmp.Or(cmp.Compare(x.Source, y.Source), cmp.Compare(y.Rows, x.Rows), cmp.Compare(x.Name, y.Name))
	})
}
