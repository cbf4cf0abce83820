package units

import (
	"cmp"
	"maps"
	"slices"

	"dvc_exporter/exporter/index"
)

// nearName is a known name in the form in which it is compared with others.
type nearName struct {
	unit int
	text []rune
}

// Nearest returns at most n known units whose names look like a name, the most
// alike first: for people, who decide. Names are compared without accents, UBND,
// kind and province; about a third of the letters may differ.
func (r *Registry) Nearest(name string, n int) []index.Unit {
	text := []rune(Fold(r.grammar.parse(name).core))
	most := max(2, len(text)/3)
	best := map[int]int{} // distance by unit, of its most alike spelling
	for _, c := range r.near {
		d := distance(text, c.text, most)
		if before, seen := best[c.unit]; d <= most && (!seen || d < before) {
			best[c.unit] = d
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

// distance counts the letters to insert, delete or change to get from a to b
// (Levenshtein), most+1 if there are more than most. Only cells within most of
// the diagonal are worked out, so unlike names cost next to nothing.
func distance(a, b []rune, most int) int {
	if len(a)-len(b) > most || len(b)-len(a) > most {
		return most + 1
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = min(j, most+1)
	}
	for i := 1; i <= len(a); i++ {
		from, to := max(1, i-most), min(len(b), i+most)
		diagonal := row[from-1]
		row[from-1] = most + 1
		if from == 1 {
			row[0] = min(i, most+1)
		}
		least := row[from-1]
		for j := from; j <= to; j++ {
			above, d := row[j], diagonal
			if a[i-1] != b[j-1] {
				d = min(diagonal, above, row[j-1]) + 1
			}
			diagonal, row[j] = above, min(d, most+1)
			least = min(least, row[j])
		}
		if least > most {
			return most + 1
		}
	}
	return row[len(b)]
}
