package figures

import (
	"math"

	"dvc_exporter/exporter/index"
)

// What is an indicator, or a whole group where no points of indicators are published.
type What struct{ Group, Indicator string }

// Lost are points and to whom they are allotted.
type Lost struct {
	Points  map[What]float64            // not won by the province, as published
	Missing map[What]map[string]float64 // what units have not done, a count
	Of      map[What]map[string]float64 // the points, allotted; the province's own: to nobody
}

// Allot shares each loss of the province among its units by what they have not done of
// what the portal counts under the same heading. It adds up to the published loss, and
// where nothing is missing by the parts, or units have none, it stays with the province.
// The rule unit_indicator:dvc_points_lost does the same.
func (f *Figures) Allot() Lost {
	l := Lost{map[What]float64{}, map[What]map[string]float64{}, map[What]map[string]float64{}}
	groups := map[string]bool{} // with points of indicators
	for n, v := range f.values {
		if n.ago == 0 && n.unit == f.Own && n.Measure == index.IndicatorScore {
			groups[n.Group] = true
			most := f.Of(f.Own, index.Figure{Measure: index.IndicatorScoreMax, Group: n.Group, Indicator: n.Indicator})
			l.lose(What{n.Group, n.Indicator}, most-v)
		}
	}
	for n, v := range f.values {
		if n.ago == 0 && n.unit == f.Own && n.Measure == index.GroupScore && !groups[n.Group] {
			l.lose(What{Group: n.Group}, f.Of(f.Own, index.Figure{Measure: index.GroupScoreMax, Group: n.Group})-v)
		}
	}
	groupOf := map[string]string{}
	for _, i := range f.At.Indicators {
		groupOf[i.Code] = i.Group
	}
	for w := range l.Points {
		l.Missing[w], l.Of[w] = map[string]float64{}, map[string]float64{}
		sum := 0.0
		for _, unit := range f.Units {
			if m := f.missing(w, unit, groupOf); !math.IsNaN(m) {
				l.Missing[w][unit] = max(0, m)
				sum += max(0, m)
			}
		}
		if sum == 0 {
			l.Of[w][f.Own] = l.Points[w]
			continue
		}
		for unit, m := range l.Missing[w] {
			l.Of[w][unit] = l.Points[w] * m / sum
		}
	}
	return l
}

func (l Lost) lose(w What, points float64) {
	if !math.IsNaN(points) {
		l.Points[w] = points
	}
}

// missing is what a unit has not done of what counts for some points: of TDGQ received -
// on time, of TTTT payments.
func (f *Figures) missing(w What, unit string, groupOf map[string]string) float64 {
	switch {
	case w == What{Group: "TDGQ"}:
		return f.Of(unit, index.Figure{Measure: index.ReceivedDossiers}) - f.Of(unit, index.Figure{Measure: index.OnTimeDossiers})
	case w == What{Group: "TTTT"}:
		return f.NotDone(unit, index.OnlinePayment)
	case w.Indicator == "" || groupOf[w.Indicator] != w.Group:
		return math.NaN()
	}
	return f.NotDone(unit, w.Indicator)
}

// NotDone is denominator - numerator of a unit's indicator by the portal.
func (f *Figures) NotDone(unit, code string) float64 {
	n := name{0, unit, index.Portal, index.Figure{Measure: index.Denominator, Indicator: code}}
	denominator := f.find(n)
	n.Measure = index.Numerator
	return denominator - f.find(n)
}

// ByUnit adds up what is allotted to each.
func (l Lost) ByUnit() map[string]float64 {
	sums := map[string]float64{}
	for _, units := range l.Of {
		for unit, v := range units {
			sums[unit] += v
		}
	}
	return sums
}
