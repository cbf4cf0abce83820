package pages

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

const (
	// maxColumns is the most columns of a table that are looked at.
	maxColumns = 200
	// maxCells is the most places that a table's grid may have: rowspan and
	// colspan can make many of a few bytes.
	maxCells = 2_000_000
	// maxText is how many bytes of a cell are read: no name, number or heading is
	// longer.
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

var displayNone = regexp.MustCompile(`(?i)display\s*:\s*none`)

// strip takes out of a page what a reader does not see and what is no text of a
// cell, and parts words that only blocks part. sup holds marks of footnotes; a
// button sorts if it stands in a heading, and in a row it does something.
func strip(doc *goquery.Document) {
	doc.Find("script, style, template, noscript, svg, select, input, textarea, sup, td button, [hidden], .sr-only, .visually-hidden").Remove()
	doc.Find("[style]").FilterFunction(func(_ int, s *goquery.Selection) bool { return displayNone.MatchString(s.AttrOr("style", "")) }).Remove()
	for _, n := range doc.Find("br, p, div, li, ul, ol, h1, h2, h3, h4, h5, h6").Nodes {
		n.Parent.InsertBefore(&html.Node{Type: html.TextNode, Data: " "}, n)
		n.Parent.InsertBefore(&html.Node{Type: html.TextNode, Data: " "}, n.NextSibling)
	}
}

// layOutAll lays the tables of a page out, in its order; a nil stands for one that
// is too big. A nested table is taken out of the one around it: it is judged by
// itself and is no text of a cell.
func layOutAll(doc *goquery.Document) []*table {
	found := doc.Find("table")
	all := make([]*table, found.Length())
	for i := len(all) - 1; i >= 0; i-- { // a nested table stands after the one around it
		s := found.Eq(i)
		all[i] = layOut(s, i+1)
		s.Remove()
	}
	return all
}

func layOut(s *goquery.Selection, number int) *table {
	t := &table{number: number}
	cells := 0
	for _, section := range s.ChildrenFiltered("thead, tbody, tfoot").EachIter() {
		open := map[int]*cell{} // cells that reach down into the next row, by column
		rows := section.ChildrenFiltered("tr")
		for i, tr := range rows.EachIter() {
			var line []*cell
			take := func() { // places that cells from above have taken
				for c := open[len(line)]; c != nil && len(line) < maxColumns; c = open[len(line)] {
					line = append(line, c)
				}
			}
			for _, td := range tr.ChildrenFiltered("td, th").EachIter() {
				take()
				c := &cell{
					heading: td.Get(0).DataAtom == atom.Th,
					text:    strings.TrimSpace(td.Text()),
					row:     len(t.grid),
					column:  len(line),
					columns: max(1, span(td, "colspan")),
					rows:    span(td, "rowspan"),
				}
				c.text = c.text[:min(len(c.text), maxText)]
				if c.rows == 0 || c.rows > rows.Length()-i { // 0: to the end of the section
					c.rows = rows.Length() - i
				}
				for range c.columns {
					if len(line) < maxColumns && open[len(line)] == nil {
						line = append(line, c)
					}
				}
			}
			take()
			if cells += len(line); cells > maxCells {
				return nil
			}
			clear(open)
			for column, c := range line {
				if c.row+c.rows > len(t.grid)+1 {
					open[column] = c
				}
			}
			t.grid = append(t.grid, line)
		}
		if section.Is("thead") && len(t.grid) == rows.Length() {
			t.head = rows.Length()
		}
	}
	return t
}

// span is how many rows or columns a cell says that it spans, at most as many as
// HTML allows.
func span(td *goquery.Selection, attribute string) int {
	n, err := strconv.Atoi(strings.TrimSpace(td.AttrOr(attribute, "1")))
	if err != nil || n < 0 {
		return 1
	}
	return min(n, 65534)
}
