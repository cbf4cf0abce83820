package entry

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"hash/maphash"
	"maps"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

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
	Code, Procedure, Unit []byte

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
	Reason string // in Vietnamese, empty = no problem
	Column Column // 0: the row as a whole
	Value  string // what stands there, without its content: 14 ký tự
	Used   bool   // the row counts all the same, where it can
	Word   string // the unknown word for a state, if nothing else is wrong with the row
}

// Parser reads rows. It is not safe for concurrent use.
type Parser struct {
	kind     Kind
	assume   uint8 // the state in a table that has no column of states
	dates    dates
	states   words
	channels words
	flags    words

	// of the row being read
	layout   *Layout
	cells    *table.Row
	problem  Problem
	problems int
}

// NewParser returns a parser of rows whose times are local to a zone.
func NewParser(kind Kind, zone *time.Location, more Mapping) *Parser {
	states := stateWords()
	for word, state := range more.States {
		states[foldState(word)] = state
	}
	return &Parser{
		kind:     kind,
		assume:   more.Assume,
		dates:    newDates(zone),
		states:   newWords(states, foldState),
		channels: newWords(channelWords, units.Fold),
		flags:    newWords(flagWords, units.Fold),
	}
}

// Begin forgets what the dates of another file proved, and says which of day and
// month stands first in those that are written.
func (p *Parser) Begin(monthFirst bool) {
	p.dates.evidence, p.dates.monthFirst = evidence{}, monthFirst
}

// Order is what the dates since Begin prove, with the first place that proves day
// first and the first that proves month first.
func (p *Parser) Order() (order Order, dayFirst, monthFirst Place) {
	return p.dates.order(), p.dates.firstDay, p.dates.firstMonth
}

// Row reads a row of a line with the columns of l into e. Empty cells at its end
// may be missing.
func (p *Parser) Row(line int, l *Layout, cells *table.Row, e *Entry) Problem {
	if n := cells.Len(); n > l.Width && (n > l.Most || !cells.Blank(l.Width)) {
		return Problem{Reason: "dòng có nhiều ô hơn dòng tiêu đề"}
	}
	p.layout, p.cells, p.problem, p.problems = l, cells, Problem{}, 0
	p.dates.at.Line = line
	*e = Entry{Code: p.code(Code), Unit: p.cell(Unit), Procedure: p.code(Procedure)}
	switch {
	case len(e.Code) == 0:
		return Problem{Reason: "thiếu mã", Column: Code}
	case len(e.Code) > maxCode:
		return Problem{Reason: "mã dài hơn 100 byte", Column: Code, Value: extent(e.Code)}
	case len(e.Unit) == 0:
		return Problem{Reason: "thiếu đơn vị", Column: Unit}
	case table.IsError(e.Unit):
		return Problem{Reason: formulaError, Column: Unit}
	}
	e.Received = p.time(Received)
	e.Due = p.time(Due)
	e.Finished = p.time(Finished)
	if p.kind == Documents {
		e.State = Processing
		if e.Finished != 0 {
			e.State = Processed
		}
		e.Online = p.flag(Online)
	} else {
		e.Submitted = p.time(Submitted)
		e.Finished = cmp.Or(e.Finished, p.time(Returned), p.time(Refused))
		e.State = p.word(State, &p.states, unknownState)
		if l.at[State] == nowhere {
			e.State = p.assume
		}
		e.Channel = p.word(Channel, &p.channels, "hình thức nộp không rõ")
		e.Digitised = p.flag(Digitised)
		e.Electronic = p.flag(Electronic)
		e.Fee = p.flag(Fee)
		e.Paid = p.flag(Paid)
		e.Apology = p.flag(Apology)
	}
	switch {
	case p.problem.Reason == unknownState && p.problems == 1:
		p.problem.Word = stateWord(p.cell(State))
		return p.problem
	case p.problems > 0:
		return p.problem
	case e.State == 0:
		return Problem{Reason: "thiếu trạng thái", Column: State}
	case l.at[State] == nowhere && e.Received|e.Due|e.Finished|e.Submitted == 0:
		return Problem{Reason: "không có ngày nào"}
	case e.Due != 0 && e.Due < e.Received:
		return Problem{Reason: "ngày hẹn trả trước ngày tiếp nhận", Column: Due}
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
		return Problem{Used: true, Column: Submitted, Reason: "thiếu ngày nộp: không tính được chậm tiếp nhận"}
	case e.Received == 0 && e.Submitted == 0:
		return Problem{Used: true, Column: Received, Reason: "thiếu ngày tiếp nhận: không tính vào số đã tiếp nhận của tháng nào"}
	case e.Waiting():
		return Problem{}
	case !e.Open() && e.Finished == 0:
		return Problem{Used: true, Column: Finished, Reason: "thiếu ngày kết thúc xử lý: không tính vào số đã giải quyết của tháng nào"}
	case e.Due == 0 && p.kind == Documents: // most documents have no deadline
		return Problem{}
	case e.Due == 0:
		return Problem{Used: true, Column: Due, Reason: "thiếu ngày hẹn trả: không tính được đúng hạn hay trễ hạn"}
	}
	return Problem{}
}

// Time reads a date in any of the forms that rows have. reason says in Vietnamese
// what is wrong; dayOnly, that there was no time of day.
func (p *Parser) Time(cell []byte) (unix int64, dayOnly bool, reason string) {
	return p.dates.parse(cell)
}

// refuse keeps what is wrong with the row; of several problems the first.
func (p *Parser) refuse(c Column, reason string, cell []byte) {
	if p.problems++; p.problems == 1 {
		p.problem = Problem{Reason: reason, Column: c, Value: extent(cell)}
	}
}

func (p *Parser) cell(c Column) []byte {
	b := p.cells.Cell(p.layout.at[c])
	if len(b) == 0 || b[0] > ' ' && b[len(b)-1] > ' ' && b[len(b)-1] != 0xa0 { // 0xa0 ends a no-break space
		return b
	}
	return bytes.TrimSpace(b)
}

// invisible are signs that are seen as nothing or as a space.
var invisible = strings.NewReplacer("\u00a0", " ", "\u2007", " ", "\u202f", " ", "\u00ad", "", "\u200b", "", "\u200c", "", "\u200d", "", "\u200e", "", "\u200f", "", "\u2060", "", "\ufeff", "")

// visible is a cell without them.
func visible(cell []byte) []byte {
	if bytes.IndexFunc(cell, func(r rune) bool { return r >= 0x80 }) < 0 {
		return cell
	}
	return []byte(strings.TrimSpace(invisible.Replace(string(cell))))
}

// Hidden stands in place of a code that may be somebody's name.
const Hidden = "…"

var hiddenSeed = maphash.MakeSeed()

// code returns the cell of a code, or what stands for one that does not look like
// a code: letters with accents but đ, spaces, or no digit. Such codes are still told
// apart, by what follows keySeparator and is never shown.
func (p *Parser) code(c Column) []byte {
	cell := p.cell(c)
	if isCode(cell) {
		return cell
	}
	if cell = visible(cell); len(cell) == 0 || isCode(cell) {
		return cell
	}
	if table.IsError(cell) {
		p.refuse(c, formulaError, nil)
	}
	if c == Procedure {
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

func (p *Parser) time(c Column) int64 {
	cell := p.cells.Cell(p.layout.at[c])
	if unix := p.dates.iso(cell); unix != 0 { // most are
		p.dates.typed(int(cell[8]-'0')*10 + int(cell[9]-'0'))
		return unix
	}
	if cell = p.cell(c); len(cell) == 0 {
		return 0
	}
	p.dates.at.Column = c
	unix, dayOnly, reason := p.dates.parse(visible(cell))
	if reason != "" {
		p.refuse(c, reason, cell)
	}
	if dayOnly && c == Due {
		unix += lastSecond // whatever is due on a day may be done until the day ends
	}
	return unix
}

func (p *Parser) word(c Column, w *words, reason string) uint8 {
	if value := w.number(p.cells.Cell(p.layout.at[c])); value != 0 { // most are
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

func (p *Parser) flag(c Column) Flag {
	return Flag(p.word(c, &p.flags, "không rõ là có hay không"))
}

// words gives meaning to the cells of a column.
type words struct {
	fold    func(string) string
	numbers [100]uint8       // by number: the cells of most systems
	known   map[string]uint8 // by folded word, and by cells once seen
}

func newWords(known map[string]uint8, fold func(string) string) words {
	w := words{fold: fold, known: maps.Clone(known)}
	for i := range w.numbers {
		w.numbers[i] = known[strconv.Itoa(i)]
	}
	return w
}

// maxWords bounds the words and spellings of one column that are remembered.
const maxWords = 1000

// number returns the meaning of a cell of one or two digits, 0 of any other.
func (w *words) number(cell []byte) uint8 {
	switch {
	case len(cell) == 1 && cell[0]-'0' <= 9:
		return w.numbers[cell[0]-'0']
	case len(cell) == 2 && cell[0]-'1' <= 8 && cell[1]-'0' <= 9:
		return w.numbers[(cell[0]-'0')*10+cell[1]-'0']
	}
	return 0
}

func (w *words) find(cell []byte) (uint8, bool) {
	if value, ok := w.known[string(cell)]; ok {
		return value, true
	}
	value, ok := w.known[w.fold(string(cell))]
	if ok && len(w.known) < maxWords && !bytes.ContainsAny(cell, "([") { // a name may stand in brackets
		w.known[string(cell)] = value
	}
	return value, ok
}

var channelWords = map[string]uint8{
	"1": AtCounter, "truc tiep": AtCounter, "tai quay": AtCounter, "nop truc tiep": AtCounter, "mot cua": AtCounter,
	"2": ByWeb, "truc tuyen": ByWeb, "nop truc tuyen": ByWeb, "qua mang": ByWeb, "online": ByWeb, "cong dich vu cong": ByWeb,
	"3": ByPost, "buu chinh": ByPost, "buu chinh cong ich": ByPost, "buu dien": ByPost, "qua buu chinh": ByPost, "dich vu buu chinh cong ich": ByPost,
}

// DuocThanhToanTrucTuyen says by which gateway: 1 the national one, 2 the
// ministry's or province's.
var flagWords = map[string]uint8{
	"0": uint8(No), "khong": uint8(No), "chua": uint8(No), "false": uint8(No), "f": uint8(No), "no": uint8(No), "n": uint8(No),
	"1": uint8(Yes), "2": uint8(Yes), "co": uint8(Yes), "da": uint8(Yes), "x": uint8(Yes), "true": uint8(Yes), "t": uint8(Yes), "yes": uint8(Yes), "y": uint8(Yes),
}
