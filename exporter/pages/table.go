package pages

import (
	"iter"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

const (
	// maxColumns is the most columns of a table that are looked at.
	maxColumns = 200
	// maxCells is the most places that a table's grid may have: rowspan and
	// colspan can make many of a few bytes.
	maxCells = 2_000_000
	// maxText is about how many bytes of a cell are read: no name, number or
	// heading is longer.
	maxText = 2000
)

// cell is one cell of a table. It stands in several places of the grid if it
// spans rows or columns.
type cell struct {
	text          string
	heading       bool // th
	row, column   int  // its first place
	columns, rows int  // how many it spans
}

// table is a table laid out as a reader sees it.
type table struct {
	number int // of the page, from 1
	grid   [][]*cell
	head   int // rows in thead at the beginning
}

// layOut lays a table out, its nested tables left aside. It returns false if the
// table is too big.
func layOut(n *html.Node, number int) (table, bool) {
	t := table{number: number}
	cells := 0
	for section, rows := range sections(n) {
		open := map[int]*cell{} // cells that reach down into the next row, by column
		for i, tr := range rows {
			var line []*cell
			take := func() { // places that cells from above have taken
				for c := open[len(line)]; c != nil && len(line) < maxColumns; c = open[len(line)] {
					line = append(line, c)
				}
			}
			for td := range tr.ChildNodes() {
				if td.DataAtom != atom.Td && td.DataAtom != atom.Th || hidden(td) {
					continue
				}
				take()
				c := &cell{
					heading: td.DataAtom == atom.Th,
					text:    text(td, td.DataAtom == atom.Th),
					row:     len(t.grid),
					column:  len(line),
					columns: max(1, span(td, "colspan", 1)),
					rows:    span(td, "rowspan", 1),
				}
				if c.rows == 0 || c.rows > len(rows)-i { // 0: to the end of the section
					c.rows = len(rows) - i
				}
				for range c.columns {
					if len(line) < maxColumns && open[len(line)] == nil {
						line = append(line, c)
					}
				}
			}
			take()
			if cells += len(line); cells > maxCells {
				return table{}, false
			}
			clear(open)
			for column, c := range line {
				if c.row+c.rows > len(t.grid)+1 {
					open[column] = c
				}
			}
			t.grid = append(t.grid, line)
		}
		if section == atom.Thead && t.head == 0 && len(t.grid) == len(rows) {
			t.head = len(rows)
		}
	}
	return t, true
}

// sections yields a table's groups of rows, with the element that holds them.
func sections(tableNode *html.Node) iter.Seq2[atom.Atom, []*html.Node] {
	return func(yield func(atom.Atom, []*html.Node) bool) {
		for n := range tableNode.ChildNodes() {
			switch n.DataAtom {
			case atom.Thead, atom.Tbody, atom.Tfoot:
				var rows []*html.Node
				for tr := range n.ChildNodes() {
					if tr.DataAtom == atom.Tr && !hidden(tr) {
						rows = append(rows, tr)
					}
				}
				if !hidden(n) && !yield(n.DataAtom, rows) {
					return
				}
			}
		}
	}
}

func span(n *html.Node, name string, otherwise int) int {
	if v, err := strconv.Atoi(strings.TrimSpace(attribute(n, name))); err == nil && v >= 0 {
		return min(v, 65534) // the most that HTML allows
	}
	return otherwise
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

var displayNone = regexp.MustCompile(`(?i)display\s*:\s*none`)

// hidden says whether a reader of the page does not see an element.
func hidden(n *html.Node) bool {
	for _, a := range n.Attr {
		switch a.Key {
		case "hidden":
			return true
		case "style":
			if displayNone.MatchString(a.Val) {
				return true
			}
		case "class":
			for class := range strings.FieldsSeq(a.Val) {
				if class == "sr-only" || class == "visually-hidden" {
					return true
				}
			}
		}
	}
	return false
}

// visible says whether a reader sees an element, going by all that it stands in.
func visible(n *html.Node) bool {
	for ; n != nil; n = n.Parent {
		if hidden(n) {
			return false
		}
	}
	return true
}

// unread are elements that are no text of a cell. A nested table is judged by
// itself; sup holds marks of footnotes.
var unread = []atom.Atom{
	atom.Table, atom.Script, atom.Style, atom.Template, atom.Noscript, atom.Svg,
	atom.Select, atom.Input, atom.Textarea, atom.Sup,
}

// blocks are elements that part words.
var blocks = []atom.Atom{atom.Br, atom.P, atom.Div, atom.Li, atom.Ul, atom.Ol, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6}

// text is what a reader sees in an element, white space as it comes.
func text(n *html.Node, heading bool) string {
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		switch {
		case b.Len() > maxText:
			return
		case n.Type == html.TextNode:
			b.WriteString(n.Data[:min(len(n.Data), maxText)])
		case n.Type != html.ElementNode || slices.Contains(unread, n.DataAtom) || hidden(n):
			return
		case n.DataAtom == atom.Button && !heading: // in a heading it sorts, in a row it does something
			return
		}
		block := slices.Contains(blocks, n.DataAtom)
		if block {
			b.WriteByte(' ')
		}
		for c := range n.ChildNodes() {
			walk(c)
		}
		if block {
			b.WriteByte(' ')
		}
	}
	for c := range n.ChildNodes() {
		walk(c)
	}
	return strings.TrimSpace(b.String())
}
