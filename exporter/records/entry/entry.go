package entry

import (
	"bytes"
	"cmp"
	"maps"
	"strconv"
	"time"
	"unicode/utf8"

	"dvc_exporter/exporter/records/table"
	"dvc_exporter/exporter/units"
)

// The states of a dossier as the national portal numbers them (TrangThaiHoSo).
const (
	Registered     = 1  // Mới đăng ký
	Accepted       = 2  // Được tiếp nhận
	NotAccepted    = 3  // Không được tiếp nhận
	Processing     = 4  // Đang xử lý
	NeedsPapers    = 5  // Yêu cầu bổ sung giấy tờ
	NeedsPayment   = 6  // Yêu cầu thực hiện nghĩa vụ tài chính
	Withdrawn      = 7  // Công dân yêu cầu rút hồ sơ
	Stopped        = 8  // Dừng xử lý
	Processed      = 9  // Đã xử lý xong
	ResultReturned = 10 // Đã trả kết quả
)

// StateNames are the states in words, by number.
var StateNames = [...]string{
	Registered:     "Mới đăng ký",
	Accepted:       "Được tiếp nhận",
	NotAccepted:    "Không được tiếp nhận",
	Processing:     "Đang xử lý",
	NeedsPapers:    "Yêu cầu bổ sung giấy tờ",
	NeedsPayment:   "Yêu cầu thực hiện nghĩa vụ tài chính",
	Withdrawn:      "Công dân yêu cầu rút hồ sơ",
	Stopped:        "Dừng xử lý",
	Processed:      "Đã xử lý xong",
	ResultReturned: "Đã trả kết quả",
}

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
}

// Parser reads rows. It is not safe for concurrent use.
type Parser struct {
	kind     Kind
	dates    dates
	states   words
	channels words
	flags    words

	// of the row being read
	layout  *Layout
	cells   *table.Row
	problem Problem
}

// NewParser returns a parser of rows whose times are local to a zone.
func NewParser(kind Kind, zone *time.Location, more Mapping) *Parser {
	return &Parser{
		kind:     kind,
		dates:    newDates(zone),
		states:   newWords(stateWords),
		channels: newWords(channelWords),
		flags:    newWords(flagWords),
	}
}

// Row reads a row with the columns of l into e. ragged says that empty cells at
// the end of a row may be missing.
func (p *Parser) Row(l *Layout, cells *table.Row, e *Entry) Problem {
	switch n := cells.Len(); {
	case n > l.Width && !cells.Blank(l.Width):
		return Problem{Reason: "dòng có nhiều ô hơn dòng tiêu đề"}
	}
	p.layout, p.cells, p.problem = l, cells, Problem{}
	*e = Entry{Code: p.cell(Code), Unit: p.cell(Unit), Procedure: p.cell(Procedure)}
	switch {
	case len(e.Code) == 0:
		return Problem{Reason: "thiếu mã", Column: Code}
	case len(e.Code) > maxCode:
		return Problem{Reason: "mã dài hơn 100 byte", Column: Code, Value: extent(e.Code)}
	case len(e.Unit) == 0:
		return Problem{Reason: "thiếu đơn vị", Column: Unit}
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
		e.State = p.word(State, &p.states, "trạng thái không rõ")
		e.Channel = p.word(Channel, &p.channels, "hình thức nộp không rõ")
		e.Digitised = p.flag(Digitised)
		e.Electronic = p.flag(Electronic)
		e.Fee = p.flag(Fee)
		e.Paid = p.flag(Paid)
		e.Apology = p.flag(Apology)
	}
	switch {
	case p.problem.Reason != "":
		return p.problem
	case e.State == 0:
		return Problem{Reason: "thiếu trạng thái", Column: State}
	case e.Due != 0 && e.Due < e.Received:
		return Problem{Reason: "ngày hẹn trả trước ngày tiếp nhận", Column: Due}
	}
	return p.lacks(e)
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
	if p.problem.Reason == "" {
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

func (p *Parser) time(c Column) int64 {
	if unix := p.dates.iso(p.cells.Cell(p.layout.at[c])); unix != 0 { // most are
		return unix
	}
	cell := p.cell(c)
	if len(cell) == 0 {
		return 0
	}
	unix, dayOnly, reason := p.dates.parse(cell)
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
	numbers [100]uint8       // by number: the cells of most systems
	known   map[string]uint8 // by folded word, and by cells once seen
}

func newWords(known map[string]uint8) words {
	w := words{known: maps.Clone(known)}
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
	value, ok := w.known[units.Fold(string(cell))]
	if ok && len(w.known) < maxWords {
		w.known[string(cell)] = value
	}
	return value, ok
}

var stateWords = func() map[string]uint8 {
	known := map[string]uint8{ // of vendors of one-stop systems
		"cho tiep nhan":      Registered,
		"da tiep nhan":       Accepted,
		"cho xu ly":          Accepted,
		"dang giai quyet":    Processing,
		"cho ky duyet":       Processing,
		"cho bo sung":        NeedsPapers,
		"yeu cau bo sung":    NeedsPapers,
		"khong tiep nhan":    NotAccepted,
		"tu choi tiep nhan":  NotAccepted,
		"da rut ho so":       Withdrawn,
		"rut ho so":          Withdrawn,
		"da giai quyet":      Processed,
		"da tra ket qua":     ResultReturned,
		"da tra":             ResultReturned,
		"cho thanh toan":     NeedsPayment,
		"nghia vu tai chinh": NeedsPayment,
	}
	for state, name := range StateNames {
		if state > 0 {
			known[units.Fold(name)] = uint8(state)
			known[strconv.Itoa(state)] = uint8(state)
		}
	}
	return known
}()

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
