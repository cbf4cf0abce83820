package pages

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"dvc_exporter/exporter/units"
)

// maxTitles is how many headings of a page a message repeats.
const maxTitles = 12

// unknownLayout says what was looked for in a page without a known table and what
// the table that comes nearest has instead.
func unknownLayout(near heading, table, tables int) string {
	var b strings.Builder
	b.WriteString("the layout is not known: its table")
	if tables > 1 {
		fmt.Fprintf(&b, " %d, the nearest of %d,", table, tables)
	}
	if near.nameAt >= 0 {
		fmt.Fprintf(&b, " has %q, but neither %q%s nor a count of dossiers such as %q", near.columns[near.nameAt].title,
			spelling(total), nearest(spelling(total), near.columns), spelling(received))
	} else {
		fmt.Fprintf(&b, " has no column of names, such as %q%s or %q", spelling(anyName), nearest(spelling(anyName), near.columns), spelling(provinceName))
	}
	var titles []string
	for _, c := range near.columns {
		if c.title != "" {
			titles = append(titles, fmt.Sprintf("%q", c.name))
		}
	}
	if len(titles) > maxTitles {
		titles = append(titles[:maxTitles], "…")
	}
	return b.String() + "; its headings are: " + strings.Join(titles, ", ")
}

// nearest names the unknown column whose title is most like a heading.
func nearest(title string, columns []column) string {
	title = units.Fold(title)
	unknown := slices.DeleteFunc(slices.Clone(columns), func(c column) bool { return c.title == "" || c.meaning != "" })
	if len(unknown) == 0 {
		return ""
	}
	best := slices.MinFunc(unknown, func(a, b column) int {
		return cmp.Compare(units.Distance(units.Fold(a.title), title), units.Distance(units.Fold(b.title), title))
	})
	return fmt.Sprintf(" (the nearest is %q)", best.name)
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
