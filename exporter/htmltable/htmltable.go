// Package htmltable reads the tables of an HTML page row by row, laid out as a
// reader sees them: without what is hidden, and with cells that span rows or
// columns in all their places.
package htmltable

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/PuerkitoBio/goquery"
)

const (
	// MaxColumns is the most columns of a table that are looked at.
	MaxColumns = 200
	// maxText is how many bytes of a cell are read: no name, number or heading is
	// longer.
	maxText = 2000
	// maxSpan is how many rows or columns a cell may span according to HTML.
	maxSpan = 65534
)

// Cell is one cell of a table. It stands in several places if it spans rows or
// columns.
type Cell struct {
	Text    string
	Heading bool // th
	Row     int  // its first place, from 0
	Column  int
	Rows    int // how many it spans; at most to the end of its section
	Columns int
}

// Table is what was read of a table so far.
type Table struct {
	Number int // of the page, from 1, in the order of their beginnings
	Rows   int
	Head   int  // rows in thead at its beginning
	Ended  bool // there are no more rows
}

// unseen is what a reader does not see or what is no text of a cell: sup holds marks
// of footnotes; a button does something in a row, while in a heading it sorts. Of
// styles, bounded leaves only those that hide.
const unseen = "script, style, template, noscript, svg, select, input, textarea, sup, td button, [hidden], [style], .sr-only, .visually-hidden"

// Read hands every row of every table of a page in UTF-8 to row, which may keep the
// cells but not the slice. A nested table is a table of its own and no text of the
// cell around it; its rows come before the one that it stands in. title is the
// page's, tables how many there are. The page is parsed as a whole before its first
// row, so its size is bounded: Read fails with ErrTooLarge, and when r or row fails.
func Read(r io.Reader, row func(t *Table, cells []*Cell) error) (title string, tables int, err error) {
	doc, err := goquery.NewDocumentFromReader(newBounded(r))
	switch {
	case err != nil && strings.HasPrefix(err.Error(), "html: open stack"): // the parser has no value for it
		return "", 0, fmt.Errorf("%w: its elements are nested more than 512 deep", ErrTooLarge)
	case err != nil:
		return "", 0, err
	}
	doc.Find(unseen).Remove()
	title = strings.Join(strings.Fields(doc.Find("title").First().Text()), " ")
	p := &page{row: row}
	err = p.layOutIn(doc.Selection)
	return title, p.tables, err
}

// page is the state of reading.
type page struct {
	row    func(*Table, []*Cell) error
	tables int
}

// layOutIn lays the tables in an element out and takes them out of it.
func (p *page) layOutIn(s *goquery.Selection) error {
	for _, table := range s.Find("table").EachIter() {
		if table.Parent().Length() == 0 { // was taken out of a cell before
			continue
		}
		if err := p.layOut(table); err != nil {
			return err
		}
		table.Remove()
	}
	return nil
}

func (p *page) layOut(s *goquery.Selection) error {
	p.tables++
	t := &Table{Number: p.tables}
	var cells []*Cell // of the row
	for _, section := range s.ChildrenFiltered("thead, tbody, tfoot").EachIter() {
		var above [MaxColumns]*Cell // cells that reach down into the row, by column
		rows := section.ChildrenFiltered("tr")
		for i, tr := range rows.EachIter() {
			cells = cells[:0]
			for _, td := range tr.ChildrenFiltered("td, th").EachIter() {
				if err := p.layOutIn(td); err != nil {
					return err
				}
				cells = takeAbove(cells, &above)
				c := &Cell{Text: text(td), Heading: td.Is("th"), Row: t.Rows, Column: len(cells), Columns: max(1, span(td, "colspan")), Rows: span(td, "rowspan")}
				if left := rows.Length() - i; c.Rows == 0 || c.Rows > left { // 0: to the end of the section
					c.Rows = left
				}
				for range min(c.Columns, MaxColumns) {
					if at := len(cells); at < MaxColumns && above[at] == nil {
						cells = append(cells, c)
					}
				}
			}
			cells = takeAbove(cells, &above)
			t.Rows++
			clear(above[:])
			for at, c := range cells {
				if c.Row+c.Rows > t.Rows {
					above[at] = c
				}
			}
			if section.Is("thead") && t.Head == t.Rows-1 {
				t.Head = t.Rows
			}
			if err := p.row(t, cells); err != nil {
				return err
			}
		}
	}
	t.Ended = true
	return nil
}

// takeAbove fills places that cells from above have taken.
func takeAbove(cells []*Cell, above *[MaxColumns]*Cell) []*Cell {
	for len(cells) < MaxColumns && above[len(cells)] != nil {
		cells = append(cells, above[len(cells)])
	}
	return cells
}

func text(td *goquery.Selection) string {
	s := td.Text()
	return strings.TrimSpace(strings.ToValidUTF8(s[:min(len(s), maxText)], "\ufffd"))
}

// span is how many rows or columns a cell says that it spans.
func span(td *goquery.Selection, attribute string) int {
	n, err := strconv.Atoi(strings.TrimSpace(td.AttrOr(attribute, "1")))
	if err != nil || n < 0 {
		return 1
	}
	return min(n, maxSpan)
}
