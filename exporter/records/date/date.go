// Package date reads the dates of local records in every form that offices write
// them, and notes what they prove of the order of day and month.
package date

import (
	"bytes"
	"encoding/binary"
	"math"
	"regexp"
	"strconv"
	"time"

	"dvc_exporter/exporter/index"
)

// The years of dates that are believed. A month is then a number of ten bits.
const (
	firstYear = 1990
	lastYear  = 2074
	months    = (lastYear - firstYear + 1) * 12
)

// LastSecond is that of a day, from its midnight.
const LastSecond = daySeconds - 1

const daySeconds = 24 * 60 * 60

// Reader reads dates local to a zone. It is not safe for concurrent use.
type Reader struct {
	Evidence
	MonthFirst bool // in written dates whose year stands last

	zone   *time.Location
	shapes shapes
	// Unix time of the first midnight of each month, 0 where the zone changes its
	// offset within the month.
	start [months]int64
	days  [months]uint8
}

// NewReader returns a reader of dates that are local to a zone where they name none.
func NewReader(zone *time.Location) *Reader {
	d := &Reader{zone: zone, shapes: shapes{}}
	for m := range d.start {
		first := time.Date(firstYear, time.Month(m+1), 1, 0, 0, 0, 0, zone)
		next := first.AddDate(0, 1, 0)
		d.days[m] = uint8(first.AddDate(0, 1, -1).Day())
		if next.Unix()-first.Unix() == int64(d.days[m])*daySeconds {
			d.start[m] = first.Unix()
		}
	}
	return d
}

// Read reads 2024-07-31 and 31/07/2024, each with or without a time of day (and
// then a zone), the other forms that written has, the serial number of a spreadsheet
// or milliseconds since 1970. unix is 0 if the cell says that there is no date.
// dayOnly says that there was no time of day: the value is the first second of the
// day. reason says in Vietnamese what is wrong.
func (d *Reader) Read(b []byte) (unix int64, dayOnly bool, reason string) {
	if unix := d.Quick(b); unix != 0 {
		return unix, false, ""
	}
	if len(bytes.Trim(b, "0123456789.")) == 0 && (len(b) < 8 || len(b) == 13 || b[5] == '.') { // eight digits are a day
		if value, err := strconv.ParseFloat(string(b), 64); err == nil {
			return d.number(value)
		}
	}
	if len(b) > 100 {
		return 0, false, notADay
	}
	w, ok := d.shapes.read(b)
	switch {
	case ok:
		return d.written(w)
	case isNone(fold(b)):
		return 0, false, ""
	case duration.Match(b):
		return 0, false, "là khoảng thời gian, không phải ngày"
	}
	return 0, false, notADay
}

// Quick reads the commonest form, 2024-07-31T10:20:30; it returns 0 for any other.
func (d *Reader) Quick(b []byte) int64 {
	unix := d.iso(b)
	if unix != 0 {
		d.typed(int(b[8]-'0')*10 + int(b[9]-'0'))
	}
	return unix
}

// iso reads the commonest form, 2024-07-31T10:20:30, eight bytes at a time. It
// returns 0 for everything else and for what must be looked at closely.
func (d *Reader) iso(b []byte) int64 {
	if len(b) != 19 || b[10] != 'T' && b[10] != ' ' {
		return 0
	}
	// XOR with the form leaves the values of digits, and 0 where a sign fits.
	date := binary.LittleEndian.Uint64(b) ^ binary.LittleEndian.Uint64([]byte("0000-00-"))
	time := binary.LittleEndian.Uint64(b[11:]) ^ binary.LittleEndian.Uint64([]byte("00:00:00"))
	hi, lo := b[8]-'0', b[9]-'0'
	const over9, tops = 0x7676767676767676, 0x8080808080808080 // adding 0x76 to more than 9 reaches the top bit
	if ((date+over9)|date|(time+over9)|time)&tops != 0 || hi > 3 || lo > 9 || date>>32&0xff|date>>56|time>>16&0xff|time>>40&0xff != 0 {
		return 0
	}
	// Of each pair of digits, ten times the first and the second, in its first byte.
	date, time = date*10+date>>8, time*10+time>>8
	year := int(date&0xff)*100 + int(date>>16&0xff)
	month, dayOf := int(date>>40&0xff), int(hi)*10+int(lo)
	h, m, s := int64(time&0xff), int64(time>>24&0xff), int64(time>>48&0xff)
	if year < firstYear || year > lastYear || month < 1 || month > 12 || h > 23 || m > 59 || s > 59 {
		return 0
	}
	at := (year-firstYear)*12 + month - 1
	if dayOf < 1 || dayOf > int(d.days[at]) || d.start[at] == 0 {
		return 0
	}
	return d.start[at] + int64(dayOf-1)*daySeconds + h*3600 + m*60 + s
}

// written turns what was read of a written date into a time.
func (d *Reader) written(w written) (unix int64, dayOnly bool, reason string) {
	day, month, year := w.day, w.month, w.year
	if isZero(w) {
		return 0, false, ""
	}
	if w.ordered { // both are numbers, and the year stands behind them
		d.weigh(day, month)
		if d.MonthFirst {
			day, month = month, day
		}
	}
	if w.shortYear {
		if year += 1900; year < firstYear {
			year += 100
		}
	}
	switch {
	case year < firstYear || year > lastYear:
		return 0, false, outOfRange
	case month < 1 || month > 12 || day < 1 || day > int(d.days[(year-firstYear)*12+month-1]):
		return 0, false, notInCalendar
	}
	if !w.ordered {
		d.typed(day)
	}
	zone := d.zone
	if w.hasZone {
		zone = time.FixedZone("", w.offset)
	} else if start := d.start[(year-firstYear)*12+month-1]; start != 0 {
		return start + int64((day-1)*daySeconds+w.hour*3600+w.minute*60+w.second), !w.clock, ""
	}
	return time.Date(year, time.Month(month), day, w.hour, w.minute, w.second, 0, zone).Unix(), !w.clock, ""
}

// isZero says whether a date is what programs write where there is none: the first
// day of .NET, MySQL, SQL Server, spreadsheets and Unix, or the last one of all.
func isZero(w written) bool {
	switch w.year {
	case 0:
		return w.day == 0 && w.month == 0 && !w.shortYear
	case 1, 1753, 1970:
		return w.day == 1 && w.month == 1 && !w.shortYear
	case 1900:
		return w.day <= 1 && w.month <= 1
	case 9999:
		return w.day == 31 && w.month == 12
	}
	return false
}

const (
	notADay       = "không phải ngày"
	outOfRange    = "ngày ngoài khoảng 1990–2074"
	notInCalendar = "ngày không có trong lịch"
)

var duration = regexp.MustCompile(`(?i)^\d+([.,]\d+)?\s*(ngày|giờ|tháng|tuần|phút)`)

// number reads the serial number of a spreadsheet, days since 30 December 1899 with
// the time of day as a fraction, or milliseconds since 1970.
func (d *Reader) number(value float64) (unix int64, dayOnly bool, reason string) {
	var at time.Time
	switch {
	case value == 0: // a spreadsheet's reference to an empty cell
		return 0, false, ""
	case value >= 1e11:
		at = time.UnixMilli(int64(value)).In(d.zone)
	case value >= 1 && value < 1e6:
		seconds := int(math.Round(value * daySeconds)) // on the local clock
		at = time.Date(1899, 12, 30+seconds/daySeconds, 0, 0, seconds%daySeconds, 0, d.zone)
		dayOnly = seconds%daySeconds == 0
	default:
		return 0, false, notADay
	}
	if at.Year() < firstYear || at.Year() > lastYear {
		return 0, false, outOfRange
	}
	d.typed(at.Day())
	return at.Unix(), dayOnly, ""
}

// Is says whether a cell is a date, be it one that no calendar has, without noting
// what it proves.
func (d *Reader) Is(cell []byte) bool {
	before := d.Evidence
	unix, _, reason := d.Read(cell)
	d.Evidence = before
	return unix != 0 || reason == notInCalendar
}

// Month returns the calendar month of Viet Nam in which a time lies, as a number
// from 1; 0 for no time.
func Month(unix int64) int {
	if unix == 0 {
		return 0
	}
	days := (unix+vietnamOffset)/daySeconds - firstDay
	return int(monthOfDay[min(max(days, 0), int64(len(monthOfDay)-1))])
}

// PeriodOf returns the period of a month that Month gave.
func PeriodOf(month int) index.Period {
	return index.Period{Months: 1, Year: firstYear + (month-1)/12, Number: (month-1)%12 + 1}
}

const vietnamOffset = 7 * 60 * 60

var firstDay = time.Date(firstYear, 1, 1, 0, 0, 0, 0, time.UTC).Unix() / daySeconds

// monthOfDay gives the month of each day since firstDay.
var monthOfDay = func() (list []uint16) {
	for at := time.Unix(firstDay*daySeconds, 0).UTC(); at.Year() <= lastYear; at = at.AddDate(0, 0, 1) {
		list = append(list, uint16((at.Year()-firstYear)*12+int(at.Month())))
	}
	return list
}()
