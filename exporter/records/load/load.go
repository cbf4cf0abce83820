// Package load turns the rows of one table into entries, and keeps what is wrong
// with them.
package load

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/records/date"
	"dvc_exporter/exporter/records/entry"
	"dvc_exporter/exporter/records/heading"
	"dvc_exporter/exporter/records/table"
	"dvc_exporter/exporter/units"
)

// Loader reads one file or answer: fill in what it needs, hand it to a reader of
// rows, ask Finish whether what it Put may be used. It is a table.Sink.
type Loader struct {
	Catalogue  *heading.Catalogue
	Parser     *entry.Parser
	MonthFirst bool                     // in written dates: see ErrMonthFirst
	Limit      float64                  // share of refused rows above which all is refused; 0: DefaultLimit
	Admits     func(unit []byte) bool   // says whether a text can name a unit; nil: all do
	Put        func(*entry.Entry) error // an error says in Vietnamese why the unit cannot be taken

	// What was read. Rows are counted as index.Part says.
	Used, Refused, Unmatched, Furniture int
	Rejections                          Rejections
	Notes                               []string // how the headings were understood, in Vietnamese
	UnknownWords                        []index.UnknownWord
	Proof                               date.Order // what the written dates prove
	Headings                            string     // equal for files of the same headings in the same order

	Layout *heading.Layout // of the current sheet; nil: its heading is looked for
	Begun  bool            // there was a heading row

	sheet   string
	ended   bool       // the sheet has no heading row
	failed  error      // why a sheet is not used
	above   [][]string // rows that may belong to the heading, the last ones that were seen
	line    int        // of the last one of them
	heading int        // how many of them are the heading for certain, 0: none
	known   int        // columns of the heading that are known
	first   [][]string // rows below the heading, as many as tell a heading from data
	entry   entry.Entry
	causes  []index.Rejection // why rows are refused, each once with its first place
	words   map[string]int
}

// DefaultLimit is the share of refused rows above which a file is refused.
const DefaultLimit = 0.1

// ErrMonthFirst says that the month stands first in the written dates of a file
// that was read day first: it must be read again with MonthFirst.
var ErrMonthFirst = errors.New("tháng đứng trước ngày")

// Refused says, for a person and in Vietnamese, why nothing of a file is used.
type Refused struct{ Text string }

func (r *Refused) Error() string { return r.Text }

// Undecided refuses a file whose dates do not prove which of day and month stands
// first, because they do in another one with the same headings.
func Undecided(other string) *Refused {
	return &Refused{"không rõ ngày hay tháng đứng trước: tệp cùng tiêu đề " + other + " có tháng đứng trước ngày"}
}

var errNoHeading = fmt.Errorf("không có dòng tiêu đề trong %d dòng đầu; xem các tiêu đề đã biết trong headings.yaml", table.HeadingRows)

// Finish says whether what was read may be used: nil, ErrMonthFirst or a *Refused.
func (l *Loader) Finish() error {
	if err := l.settle(); err != nil {
		return err
	}
	l.end()
	if !l.Begun {
		return &Refused{cmp.Or(l.failed, errNoHeading).Error()}
	}
	for word, rows := range l.words {
		if rows >= wordRows {
			l.UnknownWords = append(l.UnknownWords, index.UnknownWord{Word: word, Rows: rows})
		}
	}
	slices.SortFunc(l.UnknownWords, func(a, b index.UnknownWord) int {
		return cmp.Or(cmp.Compare(b.Rows, a.Rows), cmp.Compare(a.Word, b.Word))
	})
	proof := l.Parser.Proof()
	l.Proof = proof.Order()
	place := func(p date.Place) string {
		return index.Rejection{Line: p.Line, Column: l.title(heading.Column(p.Column))}.Place()
	}
	switch {
	case l.Proof == date.Contradictory:
		return &Refused{fmt.Sprintf("trong một phần của tệp tháng đứng trước ngày (%s), trong phần khác ngày đứng trước tháng (%s): sửa cho thống nhất", place(proof.FirstMonth), place(proof.FirstDay))}
	case l.Proof == date.Garbled:
		return &Refused{fmt.Sprintf("bảng tính đã đọc ngày theo kiểu Mỹ, tháng đứng trước ngày: ô nào đọc được thì ngày và tháng bị đổi chỗ, ô còn lại vẫn là chữ (ví dụ %s); xuất lại tệp, không mở bằng máy đặt vùng US", place(proof.FirstDay))}
	case l.Proof == date.MonthFirst && !l.MonthFirst:
		return ErrMonthFirst
	case index.RejectedWhole(l.Used+l.Unmatched, l.Refused, cmp.Or(l.Limit, DefaultLimit)):
		return &Refused{index.RejectionSummary(l.Used+l.Unmatched, l.Refused, l.causes)}
	}
	return nil
}

// Sheet begins another sheet, which has a heading of its own.
func (l *Loader) Sheet(name string) {
	if err := l.settle(); err != nil && l.failed == nil {
		l.failed = err
	}
	l.end()
	l.sheet, l.Layout, l.ended, l.line, l.above, l.heading, l.first = name, nil, false, 0, nil, 0, nil
}

// end notes which of a table's columns were not understood.
func (l *Loader) end() {
	if l.Layout == nil {
		if l.sheet != "" && l.line > 0 {
			why := errNoHeading
			if l.heading > 0 {
				why = l.failed
			}
			l.note("không đọc: " + why.Error())
		}
		return
	}
	var names []string
	for _, u := range l.Layout.Unknown {
		var below []string
		for _, row := range l.first {
			if u.At < len(row) {
				below = append(below, row[u.At])
			}
		}
		names = append(names, "“"+index.ColumnName(u.Text, u.At, below...)+"”")
	}
	if names != nil {
		l.note("bỏ qua cột không biết: " + strings.Join(names, ", "))
	}
	l.Layout.Unknown = nil
}

func (l *Loader) note(text string) {
	if l.sheet != "" {
		text = "trang " + l.sheet + ": " + text
	}
	if !slices.Contains(l.Notes, text) {
		l.Notes = append(l.Notes, text)
	}
}

// Head takes the names of an answer's columns, which are its whole heading.
func (l *Loader) Head(names *table.Row) error {
	if _, err := l.seek(0, names); err != nil {
		return err
	}
	return l.settle()
}

// firstRows is with how many rows an unknown heading is compared.
const firstRows = 5

// Row takes one row: of the heading, or one with cells in the order of the layout.
func (l *Loader) Row(line int, cells *table.Row) error {
	if l.Layout == nil {
		if done, err := l.seek(line, cells); !done || err != nil {
			return err
		}
	}
	if len(l.first) < firstRows {
		if len(l.first) == 0 && l.sheet == "" { // a row with more is shifted by a comma within a cell
			l.Layout.Most = max(l.Layout.Most, cells.Len())
		}
		l.first = append(l.first, texts(cells))
	}
	problem := l.Parser.Row(line, l.Layout, cells, &l.entry)
	if problem.Reason == "" || problem.Used {
		if l.Admits != nil && !l.Admits(l.entry.Unit) {
			l.Unmatched++
			l.reject(line, problem, index.Rejection{Column: l.title(heading.Unit), Reason: "không phải tên một cơ quan; thêm vào danh sách đơn vị nếu đúng là cơ quan", Unmatched: true})
			return nil
		}
		if err := l.Put(&l.entry); err == nil {
			l.Used++
		} else {
			problem = entry.Problem{Reason: err.Error(), Column: heading.Unit}
		}
	}
	switch {
	case problem.Reason == "":
		return nil
	case problem.Used:
	case l.Parser.IsFurniture(l.Layout, cells):
		l.Furniture++
		return nil
	default:
		l.Refused++
		l.learn(problem.Word)
	}
	l.reject(line, problem, index.Rejection{Column: l.title(problem.Column), Value: problem.Value, Reason: problem.Reason})
	return nil
}

// title is what people call a column of the current sheet.
func (l *Loader) title(c heading.Column) string {
	if c == 0 || l.Layout == nil {
		return ""
	}
	return l.Layout.Heading(c)
}

// Unknown words are shown if they stand in at least wordRows rows; of more than
// maxWords nobody would make use.
const (
	wordRows = 3
	maxWords = 200
)

// learn counts a word for a state that nobody knows.
func (l *Loader) learn(word string) {
	if word == "" || l.Admits != nil && !l.Admits(l.entry.Unit) {
		return
	}
	if _, ok := l.words[word]; ok || len(l.words) < maxWords {
		if l.words == nil {
			l.words = map[string]int{}
		}
		l.words[word]++
	}
}

// texts returns the cells of a row as they may be shown.
func texts(cells *table.Row) []string {
	row := make([]string, cells.Len())
	for i := range row {
		if cell := cells.Cell(i); len(cell) <= 400 {
			row[i] = units.Clean(string(cell))
		} else {
			row[i] = "…"
		}
	}
	return row
}

// maxHeading is of how many rows a heading is made at most.
const maxHeading = 3

// seek looks for the heading of a table. It ends with the first row below it, and
// then says that this is one of the table's.
func (l *Loader) seek(line int, cells *table.Row) (done bool, err error) {
	if l.ended {
		return false, nil
	}
	row := texts(cells)
	if l.heading > 0 {
		if l.heading < maxHeading && line == l.line+1 && l.Catalogue.Extends(l.above, row) {
			longer := append(slices.Clone(l.above), row)
			if layout, _ := l.Catalogue.Layout(longer...); layout != nil && layout.Known >= l.known {
				l.above, l.known, l.heading, l.line = longer, layout.Known, l.heading+1, line
				return false, nil
			}
		}
		err := l.settle()
		return l.Layout != nil, err
	}
	switch n := len(l.above); {
	case line != l.line+1 || n > 0 && !heading.LooksLikeHeading(l.above[n-1]):
		l.above = nil
	case n == maxHeading-1:
		l.above = l.above[1:]
	}
	if l.line, l.above = line, append(l.above, row); alike(row) { // a title, or nothing
		l.above = nil
	}
	layout, _ := l.Catalogue.Layout(l.above...)
	switch {
	case layout != nil: // a needed column may have its heading in a row below
		l.heading, l.known = len(l.above), layout.Known
	case line >= table.HeadingRows:
		l.ended = true
		if l.sheet == "" {
			return false, l.Finish()
		}
	}
	return false, nil
}

// alike says whether all cells of a row have one text, or none.
func alike(row []string) bool {
	text := ""
	for _, cell := range row {
		if text = cmp.Or(text, cell); cell != "" && cell != text {
			return false
		}
	}
	return true
}

// settle makes the layout from the heading, once it is whole.
func (l *Loader) settle() error {
	if l.heading == 0 || l.Layout != nil || l.ended {
		return nil
	}
	layout, err := l.Catalogue.Layout(l.above...)
	if err != nil {
		l.failed, l.ended = err, true
		if l.sheet == "" {
			return &Refused{err.Error()}
		}
		return nil
	}
	if l.sheet == "" {
		layout.Most = len(l.above[len(l.above)-1])
	}
	if !l.Begun {
		l.Parser.Begin(l.MonthFirst)
	}
	l.Begun, l.Layout = true, layout
	l.Headings += layout.Headings
	for _, choice := range layout.Choices {
		l.note(choice)
	}
	return nil
}

// Bad refuses a row that could not be split into cells.
func (l *Loader) Bad(line int, reason string) {
	l.Refused++
	l.reject(line, entry.Problem{}, index.Rejection{Reason: reason})
}

func (l *Loader) reject(line int, problem entry.Problem, r index.Rejection) {
	r.Line, r.Count = line, 1
	if l.sheet != "" {
		r.Reason += " (trang " + l.sheet + ")"
	}
	l.Rejections.Add(r)
	if r.Unmatched || problem.Used {
		return
	}
	i := slices.IndexFunc(l.causes, func(c index.Rejection) bool { return c.Reason == r.Reason && c.Column == r.Column })
	if i < 0 {
		l.causes = append(l.causes, r)
	} else {
		l.causes[i].Count++
	}
}

// Describe tells a part what was found beside the rows that were put. It is asked
// after Finish.
func (l *Loader) Describe(part *index.Part) {
	part.RowsRejected, part.RowsUnmatched, part.Furniture = l.Refused, l.Unmatched, l.Furniture
	part.Rejected, part.Notes, part.UnknownWords = l.Rejections, l.Notes, l.UnknownWords
	for i := range part.Rejected {
		part.Rejected[i].Where = part.Name
	}
}

// MaxRejections is how many rejections of a source are kept, the newest.
const MaxRejections = 10000

// Rejections of a source, the oldest first, at most twice as many as are kept.
// Neighbours in one file that were rejected for the same are one, at the line of
// the first.
type Rejections []index.Rejection

// Add keeps a rejection.
func (all *Rejections) Add(r index.Rejection) {
	if n := len(*all); n > 0 {
		last := (*all)[n-1]
		last.Line, last.Count = r.Line, r.Count
		if last == r {
			(*all)[n-1].Count += r.Count
			return
		}
	}
	if len(*all) == 2*MaxRejections {
		*all = slices.Clone((*all)[MaxRejections:])
	}
	*all = append(*all, r)
}
