// Package document writes letters with tables as Markdown, HTML and DOCX.
package document

// Document is a letter of numbered sections.
type Document struct {
	Title, Subtitle string
	Made            string   // when and by what
	Marks           []string // what a reader must know before any figure: what is missing, old or not final
	Sections        []Section
}

// Section is one numbered chapter.
type Section struct {
	Heading string
	Blocks  []Block
}

// Block is a paragraph or a table.
type Block struct {
	Text  string
	Table *Table
}

// Table has as many cells in each row as columns.
type Table struct {
	Columns []Column
	Rows    []Row
}

// Column is a heading with the share of the table's width.
type Column struct {
	Name  string
	Width int
	Right bool // figures
}

// Row is a line of a table; a strong one stands out.
type Row struct {
	Cells  []string
	Strong bool
}

// Say adds a paragraph.
func (s *Section) Say(text string) { s.Blocks = append(s.Blocks, Block{Text: text}) }

// Add adds a table that has rows.
func (s *Section) Add(t *Table) {
	if len(t.Rows) > 0 {
		s.Blocks = append(s.Blocks, Block{Table: t})
	}
}

// NewTable returns a table without rows.
func NewTable(columns ...Column) *Table { return &Table{Columns: columns} }

// Text is a column of texts.
func Text(name string, width int) Column { return Column{name, width, false} }

// Figures is a column of figures.
func Figures(name string, width int) Column { return Column{name, width, true} }

// Row adds a row.
func (t *Table) Row(cells ...string) { t.Rows = append(t.Rows, Row{cells, false}) }

// Strong adds a row that stands out.
func (t *Table) Strong(cells ...string) { t.Rows = append(t.Rows, Row{cells, true}) }

// Widths divides a width among the columns.
func (t *Table) Widths(whole int) []int {
	sum := 0
	for _, c := range t.Columns {
		sum += c.Width
	}
	widths := make([]int, len(t.Columns))
	for i, c := range t.Columns {
		widths[i] = whole * c.Width / sum
	}
	return widths
}
