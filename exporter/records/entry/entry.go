// Package entry reads one row of local records: what its cells mean, and why a row
// cannot be used.
package entry

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"hash/maphash"

	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"dvc_exporter/exporter/records/date"
	"dvc_exporter/exporter/records/heading"
	"dvc_exporter/exporter/records/table"
	"dvc_exporter/exporter/units"
)

// Channels, as the national portal numbers them (KenhThucHien). 0 is not known.
const (
	AtCounter = 1
	ByWeb     = 2
	ByPost    = 3
)

// Flag is a cell that says yes or no, or nothing.
type Flag uint8

// The flags.
const (
	Unknown Flag = iota
	No
	Yes
)

// Entry is one row. Times are Unix seconds, 0 where there is none. The texts are
// valid as long as the row that they were read from.
type Entry struct {
	Code, Unit []byte
	Procedure  []byte // of what is open or waiting

	State   uint8
	Channel uint8

	Submitted, Received, Due, Finished int64

	Digitised, Electronic, Fee, Paid, Apology, Online Flag
}

// Open says whether the dossier or document is being handled.
func (e *Entry) Open() bool {
	switch e.State {
	case Accepted, Processing, NeedsPapers, NeedsPayment:
		return true
	}
	return false
}

// Waiting says whether the dossier was submitted and not yet received.
func (e *Entry) Waiting() bool { return e.State == Registered }

// Problem is why a row cannot be used, or what it lacks although it is used. The
// zero value is no problem.
type Problem struct {
	Reason string         // in Vietnamese, empty = no problem
	Column heading.Column // 0: the row as a whole
	Value  string         // what stands there, without its content: 14 ký tự
	Used   bool           // the row counts all the same, where it can
	Word   string         // the unknown word for a state, if nothing else is wrong with the row
}

// Parser reads rows. It is not safe for concurrent use.
type Parser struct {
	kind     heading.Kind
	assume   uint8 // the state in a table that has no column of states
	dates    *date.Reader
	states   words
	channels words
	flags    words

	// of the row being read
	layout   *heading.Layout
	cells    *table.Row
	problem  Problem
	problems int
}

// NewParser returns a parser of rows whose times are local to a zone.
func NewParser(kind heading.Kind, zone *time.Location, more Mapping) *Parser {
	states := stateWords()
	for word, state := range more.States {
		states[foldState(word)] = state
	}
	return &Parser{
		kind:     kind,
		assume:   more.Assume,
		dates:    date.NewReader(zone),
		states:   newWords(states, foldState),
		channels: newWords(channelWords, foldChannel),
		flags:    newWords(flagWords, foldFlag),
	}
}

// Begin forgets what the dates of another file proved, and says which of day and
// month stands first in those that are written.
func (p *Parser) Begin(monthFirst bool) {
	p.dates.Evidence, p.dates.MonthFirst = date.Evidence{}, monthFirst
}

// Proof is what the dates since Begin prove.
func (p *Parser) Proof() *date.Evidence { return &p.dates.Evidence }

// Row reads a row of a line with the columns of l into e. Empty cells at its end
// may be missing.
func (p *Parser) Row(line int, l *heading.Layout, cells *table.Row, e *Entry) Problem {
	if n := cells.Len(); n > l.Width && (n > l.Most || !cells.Blank(l.Width)) {
		return Problem{Reason: "dòng có nhiều ô hơn dòng tiêu đề"}
	}
	p.layout, p.cells, p.problem, p.problems = l, cells, Problem{}, 0
	p.dates.At.Line = line
	*e = Entry{Code: p.code(heading.Code), Unit: p.cell(heading.Unit)}
	switch {
	case len(e.Code) == 0:
		return Problem{Reason: "thiếu mã", Column: heading.Code}
	case len(e.Code) > maxCode:
		return Problem{Reason: "mã dài hơn 100 byte", Column: heading.Code, Value: extent(e.Code)}
	case len(e.Unit) == 0:
		return Problem{Reason: "thiếu đơn vị", Column: heading.Unit}
	case table.IsError(e.Unit):
		return Problem{Reason: formulaError, Column: heading.Unit}
	}
	e.Received = p.time(heading.Received)
	e.Due = p.time(heading.Due)
	e.Finished = p.time(heading.Finished)
	if p.kind == heading.Documents {
		e.State = Processing
		if e.Finished != 0 {
			e.State = Processed
		}
		e.Online = p.flag(heading.Online)
	} else {
		e.Submitted = p.time(heading.Submitted)
		e.Finished = cmp.Or(e.Finished, p.time(heading.Returned), p.time(heading.Refused))
		e.State = p.word(heading.State, &p.states, unknownState)
		if !l.Has(heading.State) {
			e.State = p.assume
		}
		e.Channel = p.word(heading.Channel, &p.channels, "hình thức nộp không rõ")
		e.Digitised = p.flag(heading.Digitised)
		e.Electronic = p.flag(heading.Electronic)
		e.Fee = p.flag(heading.Fee)
		e.Paid = p.flag(heading.Paid)
		e.Apology = p.flag(heading.Apology)
	}
	if e.Open() || e.Waiting() || table.IsError(p.cells.Cell(l.At(heading.Procedure))) { // nobody asks for those of others
		e.Procedure = p.code(heading.Procedure)
	}
	switch {
	case p.problem.Reason == unknownState && p.problems == 1:
		p.problem.Word = stateWord(p.cell(heading.State))
		return p.problem
	case p.problems > 0:
		return p.problem
	case e.State == 0:
		return Problem{Reason: "thiếu trạng thái", Column: heading.State}
	case !l.Has(heading.State) && e.Received|e.Due|e.Finished|e.Submitted == 0:
		return Problem{Reason: "không có ngày nào"}
	case e.Due != 0 && e.Due < e.Received:
		return Problem{Reason: "ngày hẹn trả trước ngày tiếp nhận", Column: heading.Due}
	}
	return p.lacks(e)
}

const (
	unknownState = "trạng thái không rõ"
	formulaError = "lỗi công thức của bảng tính"
)

// stateWord returns an unknown word for a state as it may be shown if it stands in
// more rows: without digits and what stands in brackets.
func stateWord(cell []byte) string {
	word := units.Clean(string(cell))
	word, _, _ = strings.Cut(word, "(")
	if len(word) > 100 || strings.ContainsFunc(word, unicode.IsDigit) {
		return ""
	}
	return strings.TrimSpace(word)
}

// extent describes a cell without its content.
func extent(cell []byte) string { return strconv.Itoa(utf8.RuneCount(cell)) + " ký tự" }

// maxCode bounds a code, in bytes.
const maxCode = 100

// lacks says what a good row does not tell. It counts where it can: a dossier
// finished at an unknown time is received, but neither on time nor late.
func (p *Parser) lacks(e *Entry) Problem {
	switch {
	case e.Waiting() && e.Submitted == 0 && e.Received == 0:
		return Problem{Used: true, Column: heading.Submitted, Reason: "thiếu ngày nộp: không tính được chậm tiếp nhận"}
	case e.Received == 0 && e.Submitted == 0:
		return Problem{Used: true, Column: heading.Received, Reason: "thiếu ngày tiếp nhận: không tính vào số đã tiếp nhận của tháng nào"}
	case e.Waiting():
		return Problem{}
	case !e.Open() && e.Finished == 0:
		return Problem{Used: true, Column: heading.Finished, Reason: "thiếu ngày kết thúc xử lý: không tính vào số đã giải quyết của tháng nào"}
	case e.Due == 0 && p.kind == heading.Documents: // most documents have no deadline
		return Problem{}
	case e.Due == 0:
		return Problem{Used: true, Column: heading.Due, Reason: "thiếu ngày hẹn trả: không tính được đúng hạn hay trễ hạn"}
	}
	return Problem{}
}

// Time reads a date in any of the forms that rows have. reason says in Vietnamese
// what is wrong; dayOnly, that there was no time of day.
func (p *Parser) Time(cell []byte) (unix int64, dayOnly bool, reason string) {
	return p.dates.Read(cell)
}

// refuse keeps what is wrong with the row; of several problems the first.
func (p *Parser) refuse(c heading.Column, reason string, cell []byte) {
	if p.problems++; p.problems == 1 {
		p.problem = Problem{Reason: reason, Column: c, Value: extent(cell)}
	}
}

// cell returns the cell of a column, nil if it says that there is nothing.
func (p *Parser) cell(c heading.Column) []byte {
	b := p.cells.Cell(p.layout.At(c))
	if len(b) > 0 && (b[0] <= ' ' || b[len(b)-1] <= ' ') {
		b = bytes.TrimSpace(b)
	}
	if len(b) > 6 {
		return b
	}
	switch string(b) {
	case "-", "--", "–", "—", "NULL", "Null", "null", "(null)", `\N`, "N/A", "n/a", "None", "none":
		return nil
	}
	return b
}

// Hidden stands in place of a code that may be somebody's name.
const Hidden = "…"

var hiddenSeed = maphash.MakeSeed()

// code returns the cell of a code, or what stands for one that does not look like
// a code: letters with accents but đ, spaces, or no digit. Such codes are still told
// apart, by what follows keySeparator and is never shown.
func (p *Parser) code(c heading.Column) []byte {
	cell := p.cell(c)
	if isCode(cell) {
		return cell
	}
	if len(cell) == 0 {
		return cell
	}
	if table.IsError(cell) {
		p.refuse(c, formulaError, nil)
	}
	if c == heading.Procedure {
		return []byte(Hidden)
	}
	return fmt.Appendf(nil, "%s%s%015d", Hidden, KeySeparator, maphash.Bytes(hiddenSeed, cell)%1e15)
}

// KeySeparator stands before what tells codes apart and is not shown.
const KeySeparator = "\x1f"

// isCode says whether a cell looks like a code.
func isCode(cell []byte) bool {
	if n := len(cell); n >= 8 && cell[n-1]-'0' <= 9 && printable(cell[n-8:]) { // most do: eight bytes at a time
		i := 0
		for i < n-8 && printable(cell[i:]) {
			i += 8
		}
		if i >= n-8 {
			return true
		}
	}
	digit := false
	for i := 0; i < len(cell); i++ {
		switch b := cell[i]; {
		case b-'0' <= 9:
			digit = true
		case b <= ' ':
			return false
		case b >= 0x80: // only đ and Đ
			if i++; b != 0xc4 || i == len(cell) || cell[i]|1 != 0x91 {
				return false
			}
		}
	}
	return digit
}

// printable says whether the first eight bytes are ASCII and no space.
func printable(b []byte) bool {
	const tops = 0x8080808080808080
	x := binary.LittleEndian.Uint64(b)
	return x&tops == 0 && ((x|tops)-0x2121212121212121)&tops == tops
}

func (p *Parser) time(c heading.Column) int64 {
	cell := p.cells.Cell(p.layout.At(c))
	if len(cell) == 0 {
		return 0
	}
	if unix := p.dates.Quick(cell); unix != 0 { // most are
		return unix
	}
	if cell = p.cell(c); len(cell) == 0 {
		return 0
	}
	p.dates.At.Column = uint8(c)
	unix, dayOnly, reason := p.dates.Read(cell)
	if reason != "" {
		p.refuse(c, reason, cell)
	}
	if dayOnly && c == heading.Due {
		unix += date.LastSecond // whatever is due on a day may be done until the day ends
	}
	return unix
}

func (p *Parser) word(c heading.Column, w *words, reason string) uint8 {
	if value := w.number(p.cells.Cell(p.layout.At(c))); value != 0 { // most are
		return value
	}
	cell := p.cell(c)
	if len(cell) == 0 {
		return 0
	}
	value, ok := w.find(cell)
	if !ok {
		p.refuse(c, reason, cell)
	}
	return value
}

func (p *Parser) flag(c heading.Column) Flag {
	return Flag(p.word(c, &p.flags, "không rõ là có hay không"))
}
