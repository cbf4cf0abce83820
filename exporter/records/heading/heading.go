// Package heading knows under which headings systems export their columns, and finds
// the columns of a table by them.
package heading

import (
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/records/table"
	"dvc_exporter/exporter/units"
)

// Kind says what a row is about.
type Kind string

// The kinds of records.
const (
	Dossiers  Kind = "dossiers"  // hồ sơ thủ tục hành chính
	Documents Kind = "documents" // văn bản, hồ sơ công việc
)

// Column is what a column of a table holds. The zero value is no column.
type Column uint8

// The columns. A document has code, unit, received, due, finished and online.
const (
	Code       Column = iota + 1 // the dossier's, or the number of a document
	Procedure                    // code of the procedure
	Unit                         // who handles it
	State                        //
	Channel                      //
	Submitted                    //
	Received                     //
	Due                          //
	Finished                     //
	Returned                     // stands in for finished
	Refused                      // stands in for finished
	Digitised                    //
	Electronic                   // the result is electronic
	Fee                          // there is a financial obligation
	Paid                         // it was paid online
	Apology                      // a written apology was sent
	Online                       // handled online end to end
	ignored                      // known and not read
	person                       // names of people: not read whatever happens

	// Columns is how many there are, with 0.
	Columns
)

// columnNames are the names of the columns in headings.yaml and in mapping files.
var columnNames = [Columns]string{
	Code: "code", Procedure: "procedure", Unit: "unit", State: "state", Channel: "channel",
	Submitted: "submitted", Received: "received", Due: "due", Finished: "finished", Returned: "returned", Refused: "refused",
	Digitised: "digitised", Electronic: "electronic", Fee: "fee", Paid: "paid", Apology: "apology", Online: "online",
	ignored: "ignored", person: "person",
}

// titles are what people call the columns.
var titles = [Columns]string{
	Code: "mã", Procedure: "mã thủ tục", Unit: "đơn vị", State: "trạng thái", Channel: "hình thức nộp",
	Submitted: "ngày nộp", Received: "ngày tiếp nhận", Due: "ngày hẹn trả", Finished: "ngày kết thúc xử lý", Returned: "ngày trả kết quả", Refused: "ngày từ chối",
	Digitised: "số hóa", Electronic: "kết quả điện tử", Fee: "nghĩa vụ tài chính", Paid: "thanh toán trực tuyến", Apology: "thư xin lỗi", Online: "xử lý trực tuyến",
}

func (c Column) String() string { return columnNames[c] }

// needed are the columns without which a table says nothing.
var needed = map[Kind][]Column{
	Dossiers:  {Code, Unit, State, Due},
	Documents: {Code, Unit, Received, Finished},
}

//go:embed headings.yaml
var headings []byte

// Catalogue knows the headings of a kind of records.
type Catalogue struct {
	needed  []Column
	columns map[string]known // by folded heading
	spelled map[string]found // by heading as it was written: of the known ones, many files have the same
}

// found is what a heading means, and its lowest row, folded.
type found struct {
	known
	lowest string
}

// maxSpelled bounds how many spellings are remembered.
const maxSpelled = 1000

// hinted is how much lower a heading ranks that is known only without a hint.
const hinted = 1000

// known is what a heading means. Of two columns that mean the same the one with the
// lower rank is read.
type known struct {
	column Column
	rank   int
}

// NewCatalogue returns the built-in catalogue with more headings added, which rank
// first. A heading that holds names of people cannot be given another meaning. A
// table may lack the columns that are spared.
func NewCatalogue(kind Kind, more map[string]string, spared ...Column) (*Catalogue, error) {
	var builtIn map[Kind]map[string][]string
	if err := yaml.Unmarshal(headings, &builtIn); err != nil {
		return nil, fmt.Errorf("built-in headings: %w", err)
	}
	needed := slices.DeleteFunc(slices.Clone(needed[kind]), func(column Column) bool { return slices.Contains(spared, column) })
	c := &Catalogue{needed, map[string]known{}, map[string]found{}}
	for name, list := range builtIn[kind] {
		column := slices.Index(columnNames[:], name)
		if column < 0 {
			return nil, fmt.Errorf("built-in headings: no column %q", name)
		}
		for rank, heading := range list {
			if folded := fold(heading); c.columns[folded].column == 0 {
				c.columns[folded] = known{Column(column), rank + 1}
			}
		}
	}
	for heading, name := range more {
		column := Column(max(slices.Index(columnNames[:], name), 0))
		if _, ok := builtIn[kind][name]; !ok || column == 0 || column == person {
			return nil, fmt.Errorf("heading %q: %s have no column %q", heading, kind, name)
		}
		folded := fold(heading)
		if c.columns[folded].column == person {
			return nil, fmt.Errorf("heading %q holds names of people and is never read", heading)
		}
		c.columns[folded] = known{column, 0}
	}
	return c, nil
}

// fold brings "Ngày hẹn trả" and "NgayHenTra" to one form, and the wordings of one
// heading: "Thời điểm tiếp nhận HS" is "Ngày tiếp nhận".
func fold(heading string) string {
	text := " " + units.Fold(heading) + " "
	for _, w := range wordings {
		text = strings.ReplaceAll(text, w[0], w[1])
	}
	for _, tail := range []string{" tthc ", " ho so "} { // not of "Mã hồ sơ"
		if shorter, ok := strings.CutSuffix(text, tail); ok && strings.Count(shorter, " ") > 1 {
			text = shorter + " "
		}
	}
	return strings.ReplaceAll(text, " ", "")
}

var wordings = [][2]string{
	{" hs ", " ho so "}, {" tkq ", " tra ket qua "}, {" kq ", " ket qua "}, {" thoi diem ", " ngay "}, {" ngay gio ", " ngay "},
	{" ten don vi ", " don vi "}, {" ten co quan ", " co quan "}, {" ten trang thai ", " trang thai "}, {" ten tinh trang ", " tinh trang "},
}

// bracket is a hint in a heading: (dd/mm/yyyy), (*), (theo giấy hẹn).
var bracket = regexp.MustCompile(`\s*[(\[][^()\[\]]*[)\]]`)

// Layout is where the columns of a table stand.
type Layout struct {
	Width    int    // cells of a full row
	Known    int    // columns that are in the catalogue
	Most     int    // cells that a row may have, the last ones empty
	Headings string // equal for tables with the same headings in the same order
	// Choices says in Vietnamese which of several columns was taken for what.
	Choices []string
	Unknown []UnknownHeading

	headings [Columns]string
	at       [Columns]int
	folded   [Columns]string // its lowest heading
}

// UnknownHeading is a heading that is not in the catalogue, and its column from 0.
// It may be anything, the name of a person too.
type UnknownHeading struct {
	Text string
	At   int
}

// nowhere is the place of a column that a table does not have, beyond all cells.
const nowhere = 1 << 30

// Layout reads rows as the heading of a table: up to three, one below the other. A
// column is known by its lowest heading, or by that with those above it: "Ngày" over
// "hẹn trả". The layout is nil if the rows are no heading: fewer than three columns
// are known. A heading without a needed column is an error, and its layout of no use
// but to be compared.
func (c *Catalogue) Layout(rows ...[]string) (*Layout, error) {
	l := &Layout{Most: nowhere}
	for i := range l.at {
		l.at[i] = nowhere
	}
	width := 0
	for _, row := range rows {
		width = max(width, len(row))
	}
	var ranks [Columns]int
	var twins [Columns][]string // headings of the columns that are not taken
	for i := range width {
		path := pathOf(rows, i)
		if len(path) == 0 {
			continue
		}
		l.Width = i + 1
		l.Headings += strings.ToLower(strings.Join(path, " ")) + "|"
		above := slices.DeleteFunc(slices.Clone(path[:len(path)-1]), func(text string) bool { return index.ColumnName(text, i) != text })
		heading := strings.Join(append(above, path[len(path)-1]), " / ")
		what, folded := c.find(path)
		column := what.column
		switch {
		case column == 0:
			l.Unknown = append(l.Unknown, UnknownHeading{path[len(path)-1], i})
			continue
		case column == ignored || column == person:
		case l.at[column] == nowhere:
			l.at[column], l.headings[column], l.folded[column], ranks[column] = i, heading, folded, what.rank
		case what.rank < ranks[column]:
			twins[column] = append(twins[column], l.headings[column])
			l.at[column], l.headings[column], l.folded[column], ranks[column] = i, heading, folded, what.rank
		default:
			twins[column] = append(twins[column], heading)
		}
		l.Known++
	}
	if l.Known < 3 {
		return nil, nil
	}
	var missing []string
	for _, column := range c.needed {
		if l.at[column] == nowhere {
			missing = append(missing, titles[column])
		}
	}
	if missing != nil {
		return l, fmt.Errorf("dòng tiêu đề không có cột %s; nếu cột có tên khác, ghi tên đó vào DVC_HEADINGS_FILE", strings.Join(missing, ", "))
	}
	for column, others := range twins {
		if others != nil {
			l.Choices = append(l.Choices, fmt.Sprintf("%s: lấy cột “%s”, không lấy “%s”", titles[column], l.headings[column], strings.Join(others, "”, “")))
		}
	}
	return l, nil
}

// pathOf returns the headings of a column from the top down. A merged cell stands in
// its first column only, or in all that it covers.
func pathOf(rows [][]string, column int) (path []string) {
	for i, row := range rows {
		text := ""
		if column < len(row) {
			text = row[column]
		}
		if text == "" && i+1 < len(rows) && column < len(rows[i+1]) && rows[i+1][column] != "" { // under one that begins to the left
			for left := min(column, len(row)) - 1; left >= 0 && text == ""; left-- {
				text = row[left]
			}
		}
		if text != "" && (len(path) == 0 || path[len(path)-1] != text) {
			path = append(path, text)
		}
	}
	return path
}

// find returns what a column means by its headings from the top down, and if they
// mean nothing, without what stands in brackets.
func (c *Catalogue) find(path []string) (what known, folded string) {
	written := strings.Join(path, " / ")
	if f, ok := c.spelled[written]; ok {
		return f.known, f.lowest
	}
	for hints := range 2 {
		for i := range path {
			text := strings.Join(path[len(path)-1-i:], " ")
			if hints == 1 {
				text = bracket.ReplaceAllString(text, "")
			}
			what, ok := c.columns[fold(text)]
			if !ok {
				continue
			}
			what.rank += hints * hinted
			folded = fold(path[len(path)-1])
			if i == len(path)-1 && len(c.spelled) < maxSpelled { // above it there may be anything
				c.spelled[written] = found{what, folded}
			}
			return what, folded
		}
	}
	for _, above := range path {
		if what := c.columns[fold(above)]; what.column == person {
			return what, ""
		}
	}
	return known{}, ""
}

// LooksLikeHeading says whether nothing in a row is like data: no text is long or
// has digits other than a year.
func LooksLikeHeading(row []string) bool {
	return !slices.ContainsFunc(row, func(text string) bool {
		return utf8.RuneCountInString(text) > 60 || strings.ContainsFunc(year.ReplaceAllString(text, ""), unicode.IsDigit)
	})
}

var year = regexp.MustCompile(`\b(19|20)\d\d\b`)

// Extends says whether a row goes on with the heading above it: it looks like one,
// and has a known heading.
func (c *Catalogue) Extends(rows [][]string, row []string) bool {
	if !LooksLikeHeading(row) {
		return false
	}
	rows = append(slices.Clone(rows), row)
	for i, text := range row {
		if text != "" {
			if what, _ := c.find(pathOf(rows, i)); what.column != 0 {
				return true
			}
		}
	}
	return false
}

// Repeats says whether a row is the heading again, as it stands on each printed
// page.
func (l *Layout) Repeats(cells *table.Row) bool {
	for _, column := range []Column{Code, Unit} {
		if fold(string(cells.Cell(l.at[column]))) != l.folded[column] {
			return false
		}
	}
	return true
}

// At is in which cell of a row a column stands, beyond all cells if there is none.
func (l *Layout) At(c Column) int { return l.at[c] }

// Has says whether the table has a column.
func (l *Layout) Has(c Column) bool { return l.at[c] != nowhere }

// Heading returns the heading of a column as it stands in the table.
func (l *Layout) Heading(c Column) string { return l.headings[c] }
