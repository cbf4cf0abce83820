package entry

import (
	"bytes"
	"encoding/binary"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"dvc_exporter/exporter/index"
)

// The years of dates that are believed. A month is then a number of ten bits.
const (
	firstYear = 1990
	lastYear  = 2074
	months    = (lastYear - firstYear + 1) * 12
)

const (
	day        = 24 * 60 * 60 // in seconds
	lastSecond = day - 1      // of a day, from its midnight
)

// dates reads dates local to a zone, and notes what they prove.
type dates struct {
	zone *time.Location
	// Unix time of the first midnight of each month, 0 where the zone changes its
	// offset within the month.
	start      [months]int64
	days       [months]uint8
	monthFirst bool // in written dates whose year stands last
	evidence
}

func newDates(zone *time.Location) dates {
	d := dates{zone: zone}
	for m := range d.start {
		first := time.Date(firstYear, time.Month(m+1), 1, 0, 0, 0, 0, zone)
		next := first.AddDate(0, 1, 0)
		d.days[m] = uint8(first.AddDate(0, 1, -1).Day())
		if next.Unix()-first.Unix() == int64(d.days[m])*day {
			d.start[m] = first.Unix()
		}
	}
	return d
}

// parse reads 2024-07-31 and 31/07/2024, each with or without a time of day (and
// then a zone), the other forms that written reads, or the serial number of a
// spreadsheet. dayOnly says that there was no time of day: the value is the first
// second of the day. reason says in Vietnamese what is wrong.
func (d *dates) parse(b []byte) (unix int64, dayOnly bool, reason string) {
	if text, first, second, ok := usual(b, d.monthFirst); ok {
		if unix := d.iso(text[:]); unix != 0 {
			if first == 0 {
				d.typed(int(text[8]-'0')*10 + int(text[9]-'0'))
			} else {
				d.weigh(first, second)
			}
			return unix, len(b) == 10, ""
		}
	}
	if len(bytes.Trim(b, "0123456789.")) == 0 && (len(b) < 8 || b[5] == '.') { // eight digits are a day
		if serial, err := strconv.ParseFloat(string(b), 64); err == nil {
			return d.serial(serial)
		}
	}
	w, ok := readWritten(b)
	if !ok {
		return 0, false, notADate(b)
	}
	return d.written(w)
}

// iso reads the commonest form, 2024-07-31T10:20:30, eight bytes at a time. It
// returns 0 for everything else and for what must be looked at closely.
func (d *dates) iso(b []byte) int64 {
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
	return d.start[at] + int64(dayOf-1)*day + h*3600 + m*60 + s
}

// usual brings 2024-07-31 and 31/07/2024, alone or with 10:20 or 10:20:30, to the
// form that iso reads. first and second are the numbers before the year, 0 if it
// stands first.
func usual(b []byte, monthFirst bool) (text [19]byte, first, second int, ok bool) {
	if len(b) != 10 && len(b) != 16 && len(b) != 19 {
		return text, 0, 0, false
	}
	copy(text[:], "0000-00-00 00:00:00")
	copy(text[10:], b[10:])
	switch {
	case b[4] == '-':
		copy(text[:10], b)
	case b[2] == b[5] && strings.IndexByte("/-.", b[2]) >= 0:
		day, month := b[:2], b[3:5]
		if monthFirst {
			day, month = month, day
		}
		copy(text[:4], b[6:10])
		copy(text[5:7], month)
		copy(text[8:10], day)
		first, second = int(b[0]-'0')*10+int(b[1]-'0'), int(b[3]-'0')*10+int(b[4]-'0')
	default:
		return text, 0, 0, false
	}
	return text, first, second, true
}

// written turns what was read of a written date into a time.
func (d *dates) written(w written) (unix int64, dayOnly bool, reason string) {
	day, month, year := w.day, w.month, w.year
	if w.ordered { // both are numbers, and the year stands behind them
		d.weigh(day, month)
		if d.monthFirst {
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
	}
	return time.Date(year, time.Month(month), day, w.hour, w.minute, w.second, 0, zone).Unix(), !w.clock, ""
}

const (
	notADay       = "không phải ngày"
	outOfRange    = "ngày ngoài khoảng 1990–2074"
	notInCalendar = "ngày không có trong lịch"
)

var duration = regexp.MustCompile(`(?i)^\d+([.,]\d+)?\s*(ngày|giờ|tháng|tuần|phút)`)

// notADate says what is wrong with a cell that holds no date.
func notADate(b []byte) string {
	if duration.Match(b) {
		return "là khoảng thời gian, không phải ngày"
	}
	return notADay
}

// serial reads the serial number of a spreadsheet: days since 30 December 1899,
// the time of day as a fraction.
func (d *dates) serial(value float64) (unix int64, dayOnly bool, reason string) {
	if !(value >= 1 && value < 1e6) {
		return 0, false, notADay
	}
	seconds := int(math.Round(value * day)) // on the local clock
	at := time.Date(1899, 12, 30+seconds/day, 0, 0, seconds%day, 0, d.zone)
	if at.Year() < firstYear || at.Year() > lastYear {
		return 0, false, outOfRange
	}
	d.typed(at.Day())
	return at.Unix(), seconds%day == 0, ""
}

// Month returns the calendar month of Viet Nam in which a time lies, as a number
// from 1; 0 for no time.
func Month(unix int64) int {
	if unix == 0 {
		return 0
	}
	days := (unix+vietnamOffset)/day - firstDay
	return int(monthOfDay[min(max(days, 0), int64(len(monthOfDay)-1))])
}

// PeriodOf returns the period of a month that Month gave.
func PeriodOf(month int) index.Period {
	return index.Period{Months: 1, Year: firstYear + (month-1)/12, Number: (month-1)%12 + 1}
}

const vietnamOffset = 7 * 60 * 60

var firstDay = time.Date(firstYear, 1, 1, 0, 0, 0, 0, time.UTC).Unix() / day

// monthOfDay gives the month of each day since firstDay.
var monthOfDay = func() (list []uint16) {
	for at := time.Unix(firstDay*day, 0).UTC(); at.Year() <= lastYear; at = at.AddDate(0, 0, 1) {
		list = append(list, uint16((at.Year()-firstYear)*12+int(at.Month())))
	}
	return list
}()
