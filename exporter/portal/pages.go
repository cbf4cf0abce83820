package portal

import (
	"slices"

	"dvc_exporter/exporter/index"
)

// maxPages bounds how many pages make one answer.
const maxPages = 50

// sheet is what one page of an answer says of its order among the others.
type sheet struct {
	first    string // unit
	units    int
	promised int // units in all, 0 if it does not say
	pages    int // in all, 0 if it does not say
	last     bool
}

// eachPage asks page after page until the last one or until all units promised by
// the first have come, and watches that the pages follow each other.
func eachPage(ask func(number int) (sheet, error)) error {
	var firsts []string
	promised, have := 0, 0
	for n := 1; ; n++ {
		p, err := ask(n)
		if err != nil {
			return err
		}
		if n == 1 {
			promised = p.promised
		}
		have += p.units
		switch moved := p.promised - promised; {
		case n > 1 && p.units == 0 && promised > have:
			return index.Failf(index.Malformed, "page %d is empty after %d of %d units", n, have, promised)
		case p.units > 0 && slices.Contains(firsts, p.first):
			return index.Failf(index.Malformed, "page %d repeats page %d", n, slices.Index(firsts, p.first)+1)
		case p.promised > 0 && 10*max(moved, -moved) > promised:
			return index.Failf(index.Malformed, "page %d speaks of %d units, page 1 of %d", n, p.promised, promised)
		case have > maxRows:
			return index.Failf(index.TooLarge, "more than %d units on %d pages", maxRows, n)
		case p.last, p.units == 0, promised > 0 && have >= promised:
			return nil
		case max(n, p.pages) > maxPages:
			return index.Failf(index.Malformed, "more than %d pages", maxPages)
		}
		firsts = append(firsts, p.first)
	}
}
