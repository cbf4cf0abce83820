// Package figures answers what is known of one period: of the province and its units,
// by the name of the figure. What is not known is NaN: missing is not 0.
package figures

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"dvc_exporter/exporter/book"
	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/publication"
)

// Figures are those of one period.
type Figures struct {
	At    *publication.Publication // of the period; what is open is asked for by Late
	Own   string                   // the own province
	Units []string                 // its units, by kind and name

	view   *publication.Publication
	period index.Period
	values map[name]float64
}

// name is what a figure is called.
type name struct {
	ago    int
	unit   string
	source index.SourceName // of the two parts of a ratio, which stand side by side
	index.Figure
}

// Of returns the figures of a period that a publication's book has. It asks nobody.
func Of(view *publication.Publication, period index.Period) *Figures {
	f := &Figures{At: publication.Make(inputsOf(view, period), nil), Own: view.Own[0], view: view, period: period, values: map[name]float64{}}
	for _, values := range f.At.Values {
		for _, v := range values {
			n := name{v.PeriodsAgo, v.Unit, "", *v.Figure}
			if n.Value = 0; v.Measure == index.Numerator || v.Measure == index.Denominator {
				n.source = v.Source
			}
			f.values[n] = v.Value
		}
	}
	units := maps.Clone(view.Units) // who has open dossiers may have nothing in the period
	maps.Copy(units, f.At.Units)
	f.At.Units = units
	for label, u := range units {
		if u.Kind != index.Province && (u.Parent == f.Own || u.Parent == "" && len(view.Own) == 1) {
			f.Units = append(f.Units, label)
		}
	}
	slices.SortFunc(f.Units, func(x, y string) int {
		kind := func(label string) int { return slices.Index(Kinds, f.At.Units[label].Kind) }
		return cmp.Or(cmp.Compare(kind(x), kind(y)), strings.Compare(x, y))
	})
	return f
}

// inputsOf makes the period and the two before it what the windows show. The
// published figures of a closed period do not expire; they are shown with their time.
func inputsOf(view *publication.Publication, period index.Period) publication.Inputs {
	o, w := view.Inputs, period.Window()
	o.Windows, o.Shown = []index.Window{w}, map[index.Window]index.Period{w: period}
	if end := period.End().Add(-time.Second); end.Before(o.Domain) {
		o.Domain = end // the targets and units of that time
	}
	o.Book = maps.Clone(o.Book)
	for _, name := range []index.SourceName{index.Portal, index.Pages} {
		if o.Book[name] == nil {
			continue
		}
		source := *o.Book[name]
		source.Health.Expire, source.Entries = 0, nil
		for ago := range 3 {
			for _, e := range answers(o.Book[name], period.Ago(ago)) {
				if ago == 0 || !e.Closed.IsZero() || e.Window != index.MonthToDate {
					e.Window = w
					source.Entries = append(source.Entries, e)
				}
			}
		}
		o.Book[name] = &source
	}
	return o
}

// answers are what a source says of a period, whichever window asked for it.
func answers(s *book.Source, p index.Period) (entries []book.Entry) {
	for i := range s.Entries {
		if e := &s.Entries[i]; e.Window != "" && e.Period == p && s.Answer(e.Name, p) == e {
			entries = append(entries, *e)
		}
	}
	return entries
}

// Of returns a figure of the period, NaN if it is not known.
func (f *Figures) Of(unit string, figure index.Figure) float64 { return f.Ago(0, unit, figure) }

// Ago returns a figure of a period before, of the score and its groups.
func (f *Figures) Ago(n int, unit string, figure index.Figure) float64 {
	return f.find(name{n, unit, "", figure})
}

func (f *Figures) find(n name) float64 {
	if v, ok := f.values[n]; ok {
		return v
	}
	return math.NaN()
}

// Sum adds up figures that differ in their detail, NaN if none is known.
func (f *Figures) Sum(unit string, m index.Measure, details ...string) float64 {
	sum := math.NaN()
	for _, detail := range details {
		sum = Plus(sum, f.Of(unit, index.Figure{Measure: m, Detail: detail}))
	}
	return sum
}

// Plus adds what is known.
func Plus(sum, v float64) float64 {
	switch {
	case math.IsNaN(v):
		return sum
	case math.IsNaN(sum):
		return v
	}
	return sum + v
}

// Ratio returns both parts of a ratio, of the sources that have them the one that is
// believed first.
func (f *Figures) Ratio(unit, indicator string) (numerator, denominator float64, source index.SourceName) {
	for _, source := range publication.Precedence {
		n := name{0, unit, source, index.Figure{Measure: index.Numerator, Indicator: indicator}}
		numerator := f.find(n)
		n.Measure = index.Denominator
		if denominator := f.find(n); denominator > 0 && !math.IsNaN(numerator) {
			return numerator, denominator, source
		}
	}
	return 0, 0, ""
}

// Local is how many dossiers a unit received, as it says itself.
func (f *Figures) Local(unit string) float64 {
	return f.Sum(unit, index.DossiersReceived, index.Online, index.Counter, index.Post, "")
}

// Few says whether a unit received too little to be ranked among the best or worst.
func (f *Figures) Few(unit string) bool {
	received := f.Of(unit, index.Figure{Measure: index.ReceivedDossiers})
	if math.IsNaN(received) {
		received = f.Local(unit)
	}
	return received < RatioBase[f.At.Units[unit].Kind]
}

// Current says whether what is open now may be told with the period: not later than a
// month after its end.
func (f *Figures) Current() bool { return !f.view.Domain.After(f.period.End().AddDate(0, 1, 0)) }

// UnitName returns how people call a unit.
func (f *Figures) UnitName(label string) string { return cmp.Or(f.At.Units[label].Name, label) }

// OwnName returns how people call the own province.
func (f *Figures) OwnName() string {
	known, _ := f.At.Registry.Find(index.Unit{Code: f.Own})
	return cmp.Or(f.At.Units[f.Own].Name, known.Name, f.Own)
}

// GroupName returns how people call a group.
func (f *Figures) GroupName(code string) string {
	for _, g := range f.At.Groups {
		if g.Code == code {
			return g.Name
		}
	}
	if code == index.OnlineService {
		return "Dịch vụ trực tuyến"
	}
	return code
}

// IndicatorName returns how people call an indicator.
func (f *Figures) IndicatorName(code string) string {
	for _, i := range f.At.Indicators {
		if i.Code == code && i.Name != "" {
			return i.Name
		}
	}
	return code
}

// Reached says whether a unit reaches a target, and false if it has too little to be
// judged by.
func (f *Figures) Reached(unit, code string) (reached, known bool) {
	n, d, _ := f.Ratio(unit, code)
	if d == 0 || d < RatioBase[f.At.Units[unit].Kind] {
		return false, false
	}
	return n/d >= f.At.Ratios[code], true
}

// Late lists the units whose open dossiers are known, most overdue ones first, and
// how many there are in all.
func (f *Figures) Late() (units []string, sum float64) {
	for _, unit := range f.Units {
		if late := f.LateOf(unit); !math.IsNaN(late) {
			units = append(units, unit)
			sum += late
		}
	}
	slices.SortStableFunc(units, func(x, y string) int { return cmp.Compare(f.LateOf(y), f.LateOf(x)) })
	return units, sum
}

// LateOf is how many dossiers of a unit are overdue, in both stages.
func (f *Figures) LateOf(unit string) float64 {
	w, ok := f.view.Dossiers[unit]
	if !ok {
		return math.NaN()
	}
	return Plus(w.LateToReceive, w.LateToProcess)
}
