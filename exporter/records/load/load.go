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
	"dvc_exporter/exporter/records/entry"
	"dvc_exporter/exporter/records/table"
	"dvc_exporter/exporter/units"
)

// Loader reads one file or answer: fill in what it needs, hand it to a reader of
// rows, ask Finish whether what it Put may be used. It is a table.Sink.
type Loader struct {
	Catalogue  *entry.Catalogue
	Parser     *entry.Parser
	MonthFirst bool                      // in written dates: see ErrMonthFirst
	Limit      float64                   // share of refused rows above which all is refused; 0: DefaultLimit
	Admits     func(unit []byte) bool    // says whether a text can name a unit; nil: all do
	Put        func(*entry.Entry) error  // an error says in Vietnamese why the unit cannot be taken
	Begin      func(*entry.Layout) error // told of the first heading row that can be used; may be nil

	Used, Refused, Unmatched, Furniture int // rows: see index.Part
	Rejections                          Rejections
	Notes                               []string // how the headings were understood, in Vietnamese
	UnknownWords                        []index.UnknownWord
	Proof                               entry.Order // what the written dates prove
	Headings                            string      // equal for files of the same headings in the same order

	Layout *entry.Layout // of the current sheet
	Begun  bool          // there was a heading row
	sheet  string
	ended  bool  // the sheet has no heading row
	failed error // why a sheet is not used
	entry  entry.Entry
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
	switch {
	case !l.Begun:
		return &Refused{cmp.Or(l.failed, errNoHeading).Error()}
	case index.RejectedWhole(l.Used, l.Refused, cmp.Or(l.Limit, DefaultLimit)):
		return &Refused{index.RejectionSummary(l.Used, l.Refused, l.Rejections)}
	}
	return nil
}

// Sheet begins another sheet, which has a heading row of its own.
func (l *Loader) Sheet(name string) {
	l.sheet, l.Layout, l.ended = name, nil, false
}

// Row takes one row: the heading row, or one with cells in the order of the layout.
func (l *Loader) Row(line int, cells *table.Row) error {
	if l.Layout == nil {
		return l.heading(line, cells)
	}
	problem := l.Parser.Row(l.Layout, cells, &l.entry)
	if problem.Reason == "" || problem.Used {
		if err := l.Put(&l.entry); err != nil {
			problem = entry.Problem{Reason: err.Error(), Column: entry.Unit}
		} else {
			l.Used++
		}
	}
	if problem.Reason == "" || cells.Blank(0) {
		return nil
	}
	if !problem.Used {
		l.Refused++
	}
	l.reject(line, l.Layout.Heading(problem.Column), problem.Value, problem.Reason)
	return nil
}

// heading looks for the heading row of a table.
func (l *Loader) heading(line int, cells *table.Row) error {
	if l.ended {
		return nil
	}
	layout, unknown, err := l.Catalogue.Layout(cells)
	if err != nil {
		l.failed, l.ended = err, true
	}
	if line >= table.HeadingRows && layout == nil {
		l.ended = true
	}
	if l.ended && l.sheet == "" {
		return l.Finish()
	}
	if layout == nil {
		return nil
	}
	if !l.Begun && l.Begin != nil {
		if err := l.Begin(layout); err != nil {
			return err
		}
	}
	l.Begun = true
	l.Layout = layout
	for _, heading := range unknown {
		l.reject(line, Shorten([]byte(heading)), "", "không biết cột này, hoặc cột lặp lại: bỏ qua cột")
	}
	return nil
}

// Bad refuses a row that could not be split into cells.
func (l *Loader) Bad(line int, reason string) {
	l.Refused++
	l.reject(line, "", "", reason)
}

func (l *Loader) reject(line int, column, value, reason string) {
	if l.sheet != "" {
		reason += " (trang " + l.sheet + ")"
	}
	l.Rejections.Add(index.Rejection{Line: line, Column: column, Value: value, Reason: reason, Count: 1})
}

// Shorten makes a cell fit to be shown: at most 40 characters.
func Shorten(cell []byte) string {
	text := []rune(units.Clean(strings.ToValidUTF8(string(cell[:min(len(cell), 400)]), "�")))
	if len(text) > 40 {
		text = append(text[:39], '…')
	}
	return string(text)
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

// Drop forgets what was wrong in a file.
func (all *Rejections) Drop(where string) {
	*all = slices.DeleteFunc(*all, func(r index.Rejection) bool { return r.Where == where })
}

// Of returns what was wrong in the files that are meant.
func (all Rejections) Of(meant func(where string) bool) []index.Rejection {
	kept := all[max(len(all)-MaxRejections, 0):]
	return slices.DeleteFunc(slices.Clone(kept), func(r index.Rejection) bool { return !meant(r.Where) })
}
