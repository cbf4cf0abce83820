package entry

import (
	"encoding/binary"
	"math"
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

const (
	day        = 24 * 60 * 60 // in seconds
	lastSecond = day - 1      // of a day, from its midnight
)

// dates reads dates local to a zone.
type dates struct {
	zone *time.Location
	// Unix time of the first midnight of each month, 0 where the zone changes its
	// offset within the month.
	start [months]int64
	days  [months]uint8
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

// parse reads 2024-07-31, 31/07/2024, 31-7-2024, 31.07.2024, each with or without
// a time of day (and then a zone), or the serial number of a spreadsheet. dayOnly
// says that there was no time of day: the value is the first second of the day.
// reason says in Vietnamese what is wrong.
func (d *dates) parse(b []byte) (unix int64, dayOnly bool, reason string) {
	const unreadable = "không đọc được ngày"
	if unix := d.iso(b); unix != 0 {
		return unix, false, ""
	}
	var year, month, dayOf, n int
	switch {
	case len(b) >= 10 && b[4] == '-' && b[7] == '-':
		y1, ok1 := two(b[0:2])
		y2, ok2 := two(b[2:4])
		m, ok3 := two(b[5:7])
		dd, ok4 := two(b[8:10])
		if !ok1 || !ok2 || !ok3 || !ok4 {
			return 0, false, unreadable
		}
		year, month, dayOf, n = y1*100+y2, m, dd, 10
	default:
		var ok bool
		if year, month, dayOf, n, ok = dayFirst(b); !ok {
			return d.serial(b)
		}
	}
	seconds, offset, zoned, ok := clock(b[n:])
	if !ok {
		return 0, false, unreadable
	}
	if year < firstYear || year > lastYear {
		return 0, false, "ngày ngoài khoảng 1990–2074"
	}
	if month < 1 || month > 12 {
		return 0, false, "ngày không có trong lịch"
	}
	m := (year-firstYear)*12 + month - 1
	if dayOf < 1 || dayOf > int(d.days[m]) {
		return 0, false, "ngày không có trong lịch"
	}
	switch {
	case zoned:
		unix = time.Date(year, time.Month(month), dayOf, 0, 0, seconds, 0, time.UTC).Unix() - int64(offset)
	case d.start[m] != 0:
		unix = d.start[m] + int64(dayOf-1)*day + int64(seconds)
	default:
		unix = time.Date(year, time.Month(month), dayOf, 0, 0, seconds, 0, d.zone).Unix()
	}
	return unix, n == len(b), ""
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

// two reads two digits.
func two(b []byte) (int, bool) {
	hi, lo := b[0]-'0', b[1]-'0'
	return int(hi)*10 + int(lo), hi <= 9 && lo <= 9
}

// dayFirst reads day, month and year, the first two with one or two digits.
func dayFirst(b []byte) (year, month, dayOf, n int, ok bool) {
	number := func(most int) int {
		value, from := 0, n
		for n < len(b) && n-from < most && b[n]-'0' <= 9 {
			value = value*10 + int(b[n]-'0')
			n++
		}
		if n == from {
			return -1
		}
		return value
	}
	dayOf = number(2)
	if n == len(b) || b[n] != '/' && b[n] != '-' && b[n] != '.' {
		return 0, 0, 0, 0, false
	}
	separator := b[n]
	n++
	month = number(2)
	if n == len(b) || b[n] != separator {
		return 0, 0, 0, 0, false
	}
	n++
	from := n
	year = number(4)
	return year, month, dayOf, n, n-from == 4 && dayOf >= 0 && month >= 0
}

// clock reads a time of day with what separates it from the date: " 10:30",
// "T10:30:00", "T10:30:00.123+07:00", "T03:30:00Z", " 03:30:00+00". Nothing is
// midnight. offset is the zone's in seconds, if there is one.
func clock(b []byte) (seconds, offset int, zoned, ok bool) {
	if len(b) == 0 {
		return 0, 0, false, true
	}
	if len(b) < 6 || b[0] != 'T' && b[0] != ' ' || b[3] != ':' {
		return 0, 0, false, false
	}
	h, ok1 := two(b[1:3])
	m, ok2 := two(b[4:6])
	s, ok3 := 0, true
	b = b[6:]
	if len(b) >= 3 && b[0] == ':' {
		s, ok3 = two(b[1:3])
		b = b[3:]
	}
	if len(b) > 1 && b[0] == '.' {
		i := 1
		for i < len(b) && b[i]-'0' <= 9 {
			i++
		}
		b = b[i:]
	}
	if !ok1 || !ok2 || !ok3 || h > 23 || m > 59 || s > 59 {
		return 0, 0, false, false
	}
	seconds = h*3600 + m*60 + s
	switch {
	case len(b) == 0:
		return seconds, 0, false, true
	case len(b) == 1 && b[0] == 'Z':
		return seconds, 0, true, true
	case len(b) >= 3 && (b[0] == '+' || b[0] == '-'):
		h, ok1 := two(b[1:3])
		m, ok2 := 0, true
		switch {
		case len(b) == 6 && b[3] == ':':
			m, ok2 = two(b[4:6])
		case len(b) == 5:
			m, ok2 = two(b[3:5])
		case len(b) != 3:
			ok2 = false
		}
		offset = h*3600 + m*60
		if b[0] == '-' {
			offset = -offset
		}
		return seconds, offset, true, ok1 && ok2
	}
	return 0, 0, false, false
}

// serial reads the serial number of a spreadsheet: days since 30 December 1899,
// the time of day as a fraction.
func (d *dates) serial(b []byte) (unix int64, dayOnly bool, reason string) {
	value, err := strconv.ParseFloat(string(b), 64)
	if err != nil || !(value >= 1 && value < 1e6) {
		return 0, false, "không đọc được ngày"
	}
	seconds := int64(math.Round(value * day)) // on the local clock
	date := time.Date(1899, 12, 30, 0, 0, int(seconds), 0, time.UTC)
	if date.Year() < firstYear || date.Year() > lastYear {
		return 0, false, "ngày ngoài khoảng 1990–2074"
	}
	local := time.Date(date.Year(), date.Month(), date.Day(), 0, 0, int(seconds%day), 0, d.zone)
	return local.Unix(), seconds%day == 0, ""
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
var monthOfDay = func() []uint16 {
	var list []uint16
	for m := range months {
		first := time.Date(firstYear, time.Month(m+1), 1, 0, 0, 0, 0, time.UTC)
		for range first.AddDate(0, 1, -1).Day() {
			list = append(list, uint16(m+1))
		}
	}
	return list
}()
