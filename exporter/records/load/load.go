// Package load turns the rows of one table into entries, and keeps what is wrong
// with them.
package load

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/records/entry"
	"dvc_exporter/exporter/records/table"
	"dvc_exporter/exporter/units"
)

// Loader reads one table. It is a table.Sink.
type Loader struct {
	Catalogue *entry.Catalogue
	Parser    *entry.Parser
	Ragged    bool          // empty cells at the end of a row may be missing
	Layout    *entry.Layout // of the current sheet; set it to go on without a heading row

	Begin   func(*entry.Layout) error // told of the first heading row that can be used; may be nil
	Put     func(*entry.Entry) error  // an error says in Vietnamese why the unit cannot be taken
	Reject  func(index.Rejection)     // takes what is wrong
	Begun   bool                      // there was a heading row
	Refused int                       // rows that do not count

	sheet  string
	ended  bool  // the sheet has no heading row
	failed error // why a sheet is not used
	entry  entry.Entry
}

var errNoHeading = fmt.Errorf("no heading row in the first %d rows; see headings.yaml for the headings that are known", table.HeadingRows)

// Finish says why nothing was read, if so.
func (l *Loader) Finish() error {
	if l.Begun {
		return nil
	}
	return &StructureError{Err: cmp.Or(l.failed, errNoHeading)}
}

// StructureError says that a file can be read but is no table of records.
type StructureError struct{ Err error }

func (e *StructureError) Unwrap() error { return e.Err }

func (e *StructureError) Error() string { return e.Err.Error() }

// Sheet begins another sheet, which has a heading row of its own.
func (l *Loader) Sheet(name string) {
	l.sheet, l.Layout, l.ended = name, nil, false
}

// Row takes one row: the heading row, or one with cells in the order of the layout.
func (l *Loader) Row(line int, cells *table.Row) error {
	if l.Layout == nil {
		return l.heading(line, cells)
	}
	problem := l.Parser.Row(l.Layout, cells, l.Ragged, &l.entry)
	if problem.Reason == "" || problem.Used {
		if err := l.Put(&l.entry); err != nil {
			problem = entry.Problem{Reason: err.Error(), Column: entry.Unit, Value: l.entry.Unit}
		}
	}
	if problem.Reason == "" || cells.Blank(0) {
		return nil
	}
	if !problem.Used {
		l.Refused++
	}
	l.reject(line, l.Layout.Heading(problem.Column), Shorten(problem.Value), problem.Reason)
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
	l.Reject(index.Rejection{Line: line, Column: column, Value: value, Reason: reason, Count: 1})
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

// Rejections of a source. Rows rejected for the same in one file are one, at the
// line of the first.
type Rejections struct {
	list  []index.Rejection       // at most twice as many as are kept
	index map[index.Rejection]int // place in list, by rejection without line and count
}

func key(r index.Rejection) index.Rejection {
	r.Line, r.Count = 0, 0
	return r
}

// Add keeps a rejection.
func (all *Rejections) Add(r index.Rejection) {
	if i, ok := all.index[key(r)]; ok {
		all.list[i].Count += r.Count
		return
	}
	if len(all.list) == 2*MaxRejections {
		all.keep(slices.Clone(all.list[MaxRejections:]))
	}
	if all.index == nil {
		all.index = map[index.Rejection]int{}
	}
	all.index[key(r)] = len(all.list)
	all.list = append(all.list, r)
}

// Drop forgets what was wrong in a file.
func (all *Rejections) Drop(where string) {
	all.keep(slices.DeleteFunc(all.list, func(r index.Rejection) bool { return r.Where == where }))
}

func (all *Rejections) keep(list []index.Rejection) {
	all.list, all.index = list, map[index.Rejection]int{}
	for i, r := range list {
		all.index[key(r)] = i
	}
}

// Of returns what was wrong in the files that are meant.
func (all *Rejections) Of(meant func(where string) bool) []index.Rejection {
	var list []index.Rejection
	for _, r := range all.list[max(len(all.list)-MaxRejections, 0):] {
		if meant(r.Where) {
			list = append(list, r)
		}
	}
	return list
}
