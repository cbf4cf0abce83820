// Package htmltable reads the tables of an HTML page row by row, laid out as a
// reader sees them: without what is hidden, and with cells that span rows or
// columns in all their places. Nothing but the open rows is held, so a page may be
// of any size.
package htmltable

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

const (
	// MaxColumns is the most columns of a table that are looked at.
	MaxColumns = 200
	// maxText is how many bytes of a cell are read: no name, number or heading is
	// longer.
	maxText = 2000
	// maxSpan is how many rows or columns a cell may span according to HTML.
	maxSpan = 65534
	// maxDepth is how deep tables may be nested.
	maxDepth = 64
	// maxToken bounds a tag or a text without one, in bytes.
	maxToken = 1 << 20
)

// Cell is one cell of a table. It stands in several places if it spans rows or
// columns.
type Cell struct {
	Text    string
	Heading bool // th
	Row     int  // its first place, from 0
	Column  int
	Rows    int // how many it spans; at most to the end of its section, once that was read
	Columns int
}

// Table is what was read of a table so far.
type Table struct {
	Number int // of the page, from 1, in the order of their beginnings
	Rows   int
	Head   int  // rows in thead at its beginning
	Ended  bool // there are no more rows
}

// Read hands every row of every table of a page in UTF-8 to row, which may keep the
// cells but not the slice. A nested table is a table of its own and no text of the
// cell around it. title is the page's, tables how many there are. Reading ends with
// an error when that of r or row fails, or when the page is none that a program
// writes for people: tables nested 64 deep, a text or tag of more than 1 MiB.
func Read(r io.Reader, row func(t *Table, cells []*Cell) error) (title string, tables int, err error) {
	p := &page{z: html.NewTokenizer(r), row: row}
	p.z.SetMaxBuf(maxToken)
	for p.err == nil {
		switch token := p.z.Next(); token {
		case html.ErrorToken:
			for len(p.open) > 0 && p.err == nil {
				p.closeTable()
			}
			switch err := p.z.Err(); {
			case errors.Is(err, io.EOF):
				return p.title, p.tables, p.err
			case errors.Is(err, html.ErrBufferExceeded):
				return p.title, p.tables, errors.New("a text or a tag has more than 1 MiB")
			default:
				return p.title, p.tables, err
			}
		case html.TextToken:
			p.text()
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			name, more := p.z.TagName()
			p.tag(string(name), token, more)
		}
	}
	return p.title, p.tables, p.err
}

// page is the state of reading.
type page struct {
	z      *html.Tokenizer
	row    func(*Table, []*Cell) error
	title  string
	tables int
	err    error

	open    []*layout // tables, the innermost last
	inTitle bool

	hidden string // the element that is passed over, with all in it
	depth  int    // of elements of that name
	nested int    // tables within it that are open
}

// layout is a table that is being laid out.
type layout struct {
	Table
	section string
	above   [MaxColumns]*Cell // cells that reach down into the row, by column
	inRow   bool
	cells   []*Cell // of the row
	cell    *Cell   // that is open
	text    []byte  // its
}

func (p *page) innermost() *layout {
	if len(p.open) == 0 {
		return nil
	}
	return p.open[len(p.open)-1]
}

func (p *page) text() {
	t := p.innermost()
	switch {
	case p.hidden != "":
	case p.inTitle && p.title == "":
		p.title = strings.Join(strings.Fields(string(p.z.Text())), " ")
	case t != nil && t.cell != nil && len(t.text) < maxText:
		t.text = append(t.text, p.z.Text()...)
	}
}

// levels are the elements that make a table. One ends what is open of its own level
// or below it, whether that was closed or not.
var levels = map[string]int{"table": 0, "thead": 1, "tbody": 1, "tfoot": 1, "tr": 2, "td": 3, "th": 3}

func level(name string) int {
	if l, ok := levels[name]; ok {
		return l
	}
	return 4
}

func (p *page) tag(name string, token html.TokenType, more bool) {
	start := token != html.EndTagToken
	if p.hidden != "" && p.staysHidden(name, start, token == html.SelfClosingTagToken) {
		return
	}
	t := p.innermost()
	a := p.attributes(more)
	inText := t != nil && t.cell != nil && !t.cell.Heading // where a button does something; in a heading it sorts
	if start && (a.hidden || slices.Contains(unread, name) || name == "button" && inText) {
		if token == html.StartTagToken && !slices.Contains(void, name) {
			p.hidden, p.depth, p.nested = name, 1, 0
			if l := level(name); t != nil && l > 0 && l < 4 { // what it ends was seen
				t.end(p, level(name))
			}
		}
		return
	}
	switch {
	case name == "title":
		p.inTitle = start
	case name == "table" && start:
		if t != nil && t.cell == nil { // no table stands between rows: this one follows
			p.closeTable()
		}
		p.tables++
		if p.open = append(p.open, &layout{Table: Table{Number: p.tables}}); len(p.open) > maxDepth {
			p.err = fmt.Errorf("tables are nested more than %d deep", maxDepth)
		}
	case t == nil:
	case name == "table":
		p.closeTable()
	case level(name) < 4:
		t.end(p, level(name))
		if start {
			t.begin(name, a)
		}
	case slices.Contains(blocks, name) && len(t.text) < maxText:
		t.text = append(t.text, ' ')
	}
}

// begin opens a section, a row or a cell.
func (t *layout) begin(name string, a attributes) {
	switch level(name) {
	case 1:
		t.section = name
	case 2:
		t.inRow = true
	case 3:
		t.inRow = true
		t.takeAbove()
		t.cell = &Cell{Heading: name == "th", Row: t.Rows, Column: len(t.cells), Columns: max(1, a.columns), Rows: a.rows}
		if t.cell.Rows == 0 { // to the end of the section
			t.cell.Rows = maxSpan
		}
	}
}

// end ends what is open of a level or below it.
func (t *layout) end(p *page, level int) {
	if c := t.cell; c != nil {
		c.Text = strings.TrimSpace(strings.ToValidUTF8(string(t.text[:min(len(t.text), maxText)]), "\ufffd"))
		for range min(c.Columns, MaxColumns) {
			if at := len(t.cells); at < MaxColumns && t.above[at] == nil {
				t.cells = append(t.cells, c)
			}
		}
		t.cell, t.text = nil, t.text[:0]
	}
	if level < 3 && t.inRow {
		t.takeAbove()
		t.above = [MaxColumns]*Cell{}
		t.Rows++
		for at, c := range t.cells {
			if c.Row+c.Rows > t.Rows {
				t.above[at] = c
			}
		}
		if t.section == "thead" && t.Head == t.Rows-1 {
			t.Head = t.Rows
		}
		if p.err == nil {
			p.err = p.row(&t.Table, t.cells)
		}
		t.cells, t.inRow = t.cells[:0], false
	}
	if level < 2 {
		for _, c := range t.above {
			if c != nil {
				c.Rows = t.Rows - c.Row
			}
		}
		t.above, t.section = [MaxColumns]*Cell{}, ""
	}
}

// takeAbove fills places that cells from above have taken.
func (t *layout) takeAbove() {
	for len(t.cells) < MaxColumns && t.above[len(t.cells)] != nil {
		t.cells = append(t.cells, t.above[len(t.cells)])
	}
}

func (p *page) closeTable() {
	t := p.innermost()
	t.end(p, 0)
	t.Ended = true
	p.open = p.open[:len(p.open)-1]
}

// staysHidden says whether a tag belongs to what is passed over.
func (p *page) staysHidden(name string, start, closed bool) bool {
	switch l := level(name); {
	case name == "table" && start:
		p.nested++
	case name == "table" && p.nested > 0:
		p.nested--
	case p.nested > 0:
	case name == "table":
		itself := p.hidden == name
		p.hidden = ""
		return itself
	case l < 4 && l <= level(p.hidden):
		p.hidden = ""
		return false
	case name != p.hidden || closed:
	case start:
		p.depth++
	default:
		if p.depth--; p.depth == 0 {
			p.hidden = ""
		}
	}
	return true
}

// attributes are what is read of a tag beside its name.
type attributes struct {
	hidden        bool
	columns, rows int
}

func (p *page) attributes(more bool) attributes {
	a := attributes{columns: 1, rows: 1}
	for more {
		var key, value []byte
		key, value, more = p.z.TagAttr()
		switch string(key) {
		case "hidden":
			a.hidden = true
		case "style":
			a.hidden = a.hidden || displayNone.Match(value)
		case "class":
			for class := range bytes.FieldsSeq(value) {
				a.hidden = a.hidden || string(class) == "sr-only" || string(class) == "visually-hidden"
			}
		case "colspan":
			a.columns = span(value)
		case "rowspan":
			a.rows = span(value)
		}
	}
	return a
}

func span(value []byte) int {
	n, err := strconv.Atoi(string(bytes.TrimSpace(value)))
	if err != nil || n < 0 {
		return 1
	}
	return min(n, maxSpan)
}

var (
	// unread are elements that a reader does not see or that are no text of a cell; sup
	// holds marks of footnotes.
	unread = []string{"script", "style", "template", "noscript", "svg", "select", "input", "textarea", "sup"}
	// blocks part words.
	blocks = []string{"br", "p", "div", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6"}
	void   = []string{"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}

	displayNone = regexp.MustCompile(`(?i)display\s*:\s*none`)
)
