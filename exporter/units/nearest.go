package units

import (
	"cmp"
	"maps"
	"slices"

	"dvc_exporter/exporter/index"
)

// Nearest returns at most n known units whose names look like a name, the most
// alike first: for people, who decide. Names are compared without accents, UBND,
// kind and province; about a third of the letters may differ.
func (r *Registry) Nearest(name string, n int) []index.Unit {
	text := []rune(Fold(r.exact.core(name)))
	most := max(2, len(text)/3)
	best := map[int]int{} // distance by unit, of its most alike spelling
	for core, names := range r.names {
		if core := []rune(core); max(len(core)-len(text), len(text)-len(core)) <= most {
			if d := distance(text, core); d <= most {
				for _, known := range names {
					if before, seen := best[known.unit]; !known.alias && (!seen || d < before) {
						best[known.unit] = d
					}
				}
			}
		}
	}
	hits := slices.SortedFunc(maps.Keys(best), func(a, b int) int {
		return cmp.Or(cmp.Compare(best[a], best[b]), cmp.Compare(r.units[a].Name, r.units[b].Name), cmp.Compare(a, b))
	})
	var list []index.Unit
	for _, unit := range hits[:min(n, len(hits))] {
		list = append(list, r.units[unit])
	}
	return list
}

// Distance counts the letters to insert, delete or change to get from a to b
// (Levenshtein).
func Distance(a, b string) int { return distance([]rune(a), []rune(b)) }

func distance(a, b []rune) int {
	row := make([]int, len(b)+1) // from the first letters of a to the first of b
	for j := range row {
		row[j] = j
	}
	for i := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j := range b {
			d := diagonal
			if a[i] != b[j] {
				d = min(diagonal, row[j], row[j+1]) + 1
			}
			diagonal, row[j+1] = row[j+1], d
		}
	}
	return row[len(b)]
}
