package pages

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/units"
)

// maxAbove is how many rows of a table may stand above its heading.
const maxAbove = 20

// maxTitle is how many letters of a heading are shown.
const maxTitle = 80

// heading is what the head of a table says.
type heading struct {
	columns []column
	body    int // first row below
	at      map[meaning]int
	nameAt  int        // column of names, -1 if there is none
	kind    index.Kind // that its heading tells
}

// column is one column of a table. Its title is for people if its meaning is known;
// else its name is, which may be a letter.
type column struct {
	title   string
	name    string
	meaning meaning
}

// readHeading finds the heading of a table: the rows about the first cell that
// heads a column of names. If there is none, it takes the first row for a
// heading, to be able to say what stands there.
func readHeading(t *table) heading {
	top, bottom := 0, 0
	for i, row := range t.grid[:min(len(t.grid), maxAbove)] {
		at := slices.IndexFunc(row, func(c *cell) bool { return c.Row == i && isName(meaningOf([]string{c.Text})) })
		if at >= 0 {
			top, bottom = i, i+row[at].Rows-1
			break
		}
	}
	// The name may stand in the lowest of several rows of a heading, or in the
	// highest without a rowspan.
	for top > 0 && (top < t.head || allHeadings(t.grid[top-1])) {
		top--
	}
	if t.head > bottom && t.head-bottom < 8 { // more is a body in the wrong place
		bottom = t.head - 1
	}
	for bottom+1 < len(t.grid) && (allHeadings(t.grid[bottom+1]) || numbersColumns(t.grid[bottom+1])) {
		bottom++
	}
	h := heading{body: min(bottom+1, len(t.grid)), at: map[meaning]int{}, nameAt: -1}
	if len(t.grid) == 0 {
		return h
	}
	rows := t.grid[top:min(bottom+1, len(t.grid))]
	width := 0
	for _, row := range rows {
		width = max(width, len(row))
	}
	for i := range width {
		var path []string
		var last *cell
		for _, row := range rows {
			if i >= len(row) || row[i] == last || row[i].Columns >= width && width > 1 || numbersColumns(row) {
				continue
			}
			if last = row[i]; units.Fold(last.Text) != "" {
				path = append(path, units.Clean(last.Text))
			}
		}
		h.columns = append(h.columns, column{shorten(strings.Join(path, " / "), maxTitle), nameOf(path, i, t.grid[h.body:]), meaningOf(path)})
	}
	groupsOf(h.columns)
	return h
}

// nameOf returns what a column is called that nobody understands.
func nameOf(path []string, at int, below [][]*cell) string {
	var cells []string
	for _, row := range below[:min(len(below), 5)] {
		if at < len(row) {
			cells = append(cells, row[at].Text)
		}
	}
	letter := index.ColumnName("", at)
	for _, title := range path {
		if index.ColumnName(title, at, cells...) == letter {
			return letter
		}
	}
	return cmp.Or(strings.Join(path, " / "), letter)
}

// unread names the columns with a heading that no reading uses.
func (h heading) unread(readings []reading) (names []string) {
	for i, c := range h.columns {
		used := slices.ContainsFunc(readings, func(r reading) bool { return slices.Contains(r.columns, i) })
		if c.title != "" && !used && c.meaning != ordinal && !isName(c.meaning) {
			names = append(names, "“"+c.name+"”")
		}
	}
	return names
}

// groupsOf settles what a column of online services is: CLGQ and TTTT together,
// unless TTTT has a column of its own.
func groupsOf(columns []column) {
	if !slices.ContainsFunc(columns, func(c column) bool { return c.meaning == "TTTT" }) {
		return
	}
	for i := range columns {
		if columns[i].meaning == index.OnlineService {
			columns[i].meaning = "CLGQ"
		}
	}
}

// known counts the columns whose meaning is known.
func (h heading) known() (n int) {
	for _, c := range h.columns {
		if c.meaning != "" {
			n++
		}
	}
	return n
}

func isName(m meaning) bool {
	_, ok := nameKinds[m]
	return ok
}

// locate notes where each meaning stands. Of a table in which two columns say the
// same it returns the second and what is wrong.
func (h *heading) locate() (title, problem string) {
	for i, c := range h.columns {
		if c.meaning == "" || c.meaning == ordinal {
			continue
		}
		before, twice := h.at[c.meaning]
		if isName(c.meaning) {
			before, twice = h.nameAt, h.nameAt >= 0
			h.nameAt, h.kind = i, nameKinds[c.meaning]
		}
		if twice && problem == "" {
			title, problem = c.title, fmt.Sprintf("tiêu đề %q (cột %d) và %q (cột %d) cùng một nghĩa", h.columns[before].title, before+1, c.title, i+1)
		}
		h.at[c.meaning] = i
	}
	return title, problem
}

// reading is a figure and the columns that it is read out of.
type reading struct {
	index.Figure
	columns []int
}

// readings lists the figures that the columns give, in the order of the catalogue.
func (h heading) readings() []reading {
	var list []reading
	for _, f := range figures {
		r := reading{Figure: f.Figure}
		for _, m := range f.from {
			if i, ok := h.at[m]; ok {
				r.columns = append(r.columns, i)
			}
		}
		_, unclear := h.at[f.unless]
		done := slices.ContainsFunc(list, func(r reading) bool { return r.Figure == f.Figure })
		if len(r.columns) == len(f.from) && !unclear && !done {
			list = append(list, r)
		}
	}
	return list
}

func allHeadings(row []*cell) bool {
	return len(row) > 0 && !slices.ContainsFunc(row, func(c *cell) bool { return !c.Heading })
}

var columnNumber = regexp.MustCompile(`^(\d{1,2}|[a-z])( |$)`)

// numbersColumns says whether a row only numbers the columns, as forms do below
// their headings: A, B, 1, 2, 3=4+5.
func numbersColumns(row []*cell) bool {
	seen, next := 0, 1
	for _, c := range row {
		text := units.Fold(c.Text)
		if text == "" {
			continue
		}
		m := columnNumber.FindStringSubmatch(text)
		if m == nil {
			return false
		}
		seen++
		if m[1] == fmt.Sprint(next) {
			next++
		}
	}
	return seen > 2 && next > seen/2
}
