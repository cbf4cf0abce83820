package snapshot

import (
	"cmp"
	"iter"
	"maps"
	"slices"

	"dvc_exporter/exporter/index"
)

// monthSums adds up the monthly figures of local records by unit: several rows
// can be about one unit, spelt in several ways.
type monthSums map[string]map[index.Period]map[index.Figure]float64 // the figure without its value

func (m monthSums) add(unit string, row index.Row) {
	if m[unit] == nil {
		m[unit] = map[index.Period]map[index.Figure]float64{}
	}
	if m[unit][row.Month] == nil {
		m[unit][row.Month] = map[index.Figure]float64{}
	}
	for _, f := range row.Figures {
		value := f.Value
		f.Value = 0
		m[unit][row.Month][f] += value
	}
}

// within sums each unit's months that lie in a period, in the units' order.
func (m monthSums) within(p index.Period) iter.Seq2[string, []index.Figure] {
	return func(yield func(string, []index.Figure) bool) {
		for _, unit := range slices.Sorted(maps.Keys(m)) {
			sum := map[index.Figure]float64{}
			for month, figures := range m[unit] {
				if month.Start().Before(p.Start()) || !month.Start().Before(p.End()) {
					continue
				}
				for f, value := range figures {
					sum[f] += value
				}
			}
			figures := make([]index.Figure, 0, len(sum))
			for f, value := range sum {
				f.Value = value
				figures = append(figures, f)
			}
			slices.SortFunc(figures, func(x, y index.Figure) int {
				return cmp.Or(cmp.Compare(x.Measure, y.Measure), cmp.Compare(x.Indicator, y.Indicator), cmp.Compare(x.Detail, y.Detail))
			})
			if len(figures) > 0 && !yield(unit, figures) {
				return
			}
		}
	}
}
