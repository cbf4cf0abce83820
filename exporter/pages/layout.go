package pages

import (
	"fmt"
	"slices"
	"strings"

	"dvc_exporter/exporter/units"
)

// maxTitles is how many headings of a page a message repeats.
const maxTitles = 12

// nearMiss is, of the tables of a page that are not known, the one that comes
// nearest to a table of units.
type nearMiss struct {
	table   int
	heading heading
	known   int
}

func (n *nearMiss) consider(table int, h heading) {
	known := 0
	for _, c := range h.columns {
		if c.meaning != "" {
			known++
		}
	}
	if n.table == 0 || known > n.known {
		*n = nearMiss{table, h, known}
	}
}

// describe says what was looked for and what is there instead.
func (n *nearMiss) describe(tables int) string {
	var b strings.Builder
	b.WriteString("the layout is not known: its table")
	if tables > 1 {
		fmt.Fprintf(&b, " %d, the nearest of %d,", n.table, tables)
	}
	if at := n.heading.nameAt; at >= 0 {
		fmt.Fprintf(&b, " has %q, but neither %q%s nor a count of dossiers such as %q", n.heading.columns[at].title,
			spelling(total), nearest(spelling(total), n.heading.columns), spelling(received))
	} else {
		fmt.Fprintf(&b, " has no column of names, such as %q%s or %q", spelling(anyName), nearest(spelling(anyName), n.heading.columns), spelling(provinceName))
	}
	var titles []string
	for _, c := range n.heading.columns {
		if c.title != "" {
			titles = append(titles, fmt.Sprintf("%q", c.title))
		}
	}
	if len(titles) > maxTitles {
		titles = append(titles[:maxTitles], "…")
	}
	fmt.Fprintf(&b, "; its headings are: %s", strings.Join(titles, ", "))
	return b.String()
}

// nearest names the unknown column whose title is most like a heading.
func nearest(title string, columns []column) string {
	best, least := "", 0
	for _, c := range columns {
		if c.title == "" || c.meaning != "" {
			continue
		}
		if d := units.Distance(units.Fold(c.title), units.Fold(title)); best == "" || d < least {
			best, least = c.title, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(" (the nearest is %q)", best)
}

// lost returns a column that was read before and is not there any more. Without
// this, a renamed heading would end its figures in silence.
func lost(before, now []column) (column, bool) {
	for _, b := range before {
		if b.meaning != "" && b.meaning != ordinal && !slices.ContainsFunc(now, func(c column) bool { return c.meaning == b.meaning }) {
			return b, true
		}
	}
	return column{}, false
}
