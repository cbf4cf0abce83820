package portal

import (
	"slices"

	"dvc_exporter/exporter/index"
)

// maxPages bounds how many pages make one answer.
const maxPages = 50

// pageCheck watches that the pages of one answer follow each other.
type pageCheck struct {
	firsts   []string // the first unit of each page
	promised int      // units in all, as page 1 says; 0 if it does not
	have     int      // units that have come
}

// add is told of the next page: its first unit, how many units it has, how many
// units and pages it promises in all (0 if it does not say).
func (c *pageCheck) add(first string, units, promised, pages int) error {
	page := len(c.firsts) + 1
	if page == 1 {
		c.promised = promised
	}
	c.have += units
	switch moved := promised - c.promised; {
	case page == 1:
	case units == 0 && c.promised > c.have:
		return index.Failf(index.Malformed, "page %d is empty after %d of %d units", page, c.have, c.promised)
	case units > 0 && slices.Contains(c.firsts, first):
		return index.Failf(index.Malformed, "page %d repeats page %d", page, slices.Index(c.firsts, first)+1)
	case promised > 0 && 10*max(moved, -moved) > c.promised:
		return index.Failf(index.Malformed, "page %d speaks of %d units, page 1 of %d", page, promised, c.promised)
	case c.have > maxRows:
		return index.Failf(index.TooLarge, "more than %d units on %d pages", maxRows, page)
	}
	if c.whole() {
		return nil
	}
	if max(page, pages) > maxPages {
		return index.Failf(index.Malformed, "more than %d pages", maxPages)
	}
	c.firsts = append(c.firsts, first)
	return nil
}

// whole says that all units promised have come, if their number was.
func (c *pageCheck) whole() bool { return c.promised > 0 && c.have >= c.promised }
