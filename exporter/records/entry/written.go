package entry

import (
	"bytes"
	"slices"
	"strings"

	"dvc_exporter/exporter/units"
)

// written is a date as people and programs write it, taken apart.
type written struct {
	day, month, year     int
	ordered              bool // day and month are numbers before the year: which is which is open
	shortYear            bool // of two digits
	clock, hasZone       bool
	hour, minute, second int
	offset               int // of the zone, in seconds
}

// readWritten reads a date with or without a time of day before or behind it. It
// takes what stands in offices' tables: 17h30 15/07/2024, 15/07/2024 05:30:00 CH,
// 17:30 ngày 15/07/2024, ngày 15 tháng 7 năm 2024, 15 thg 7, 2024, 15-Jul-24,
// 2024/07/15, 20240715, 2024-07-15T17:30:00.5+07:00. Whether such a day exists is
// not looked at.
func readWritten(cell []byte) (w written, ok bool) {
	s := scanner{rest: cell}
	s.skip()
	first := s.isClock()
	if first && !s.clock(&w) {
		return w, false
	}
	if s.skip(); !s.date(&w) {
		return w, false
	}
	if s.skip(); !first && len(s.rest) > 0 && (!s.clock(&w) || !s.zone(&w)) {
		return w, false
	}
	return w, len(s.rest) == 0
}

// scanner reads numbers, words and signs from the beginning of a text.
type scanner struct{ rest []byte }

// number reads at most so many digits, and says how many there were.
func (s *scanner) number(most int) (value, digits int) {
	for digits < min(most, len(s.rest)) && s.rest[digits]-'0' <= 9 {
		value = value*10 + int(s.rest[digits]-'0')
		digits++
	}
	s.rest = s.rest[digits:]
	return value, digits
}

// peek returns the word that comes next, folded, and how long it is.
func (s *scanner) peek() (word string, length int) {
	for length < len(s.rest) && (s.rest[length] >= 0x80 || s.rest[length]|0x20 >= 'a' && s.rest[length]|0x20 <= 'z') {
		length++
	}
	if length == 0 || length > 20 {
		return "", 0
	}
	return units.Fold(string(s.rest[:length])), length
}

// word reads the next word if it is one of some.
func (s *scanner) word(some ...string) (string, bool) {
	word, length := s.peek()
	if !slices.Contains(some, word) {
		return "", false
	}
	s.rest = s.rest[length:]
	return word, true
}

// sign reads one sign out of some.
func (s *scanner) sign(some string) (byte, bool) {
	if len(s.rest) == 0 || strings.IndexByte(some, s.rest[0]) < 0 {
		return 0, false
	}
	sign := s.rest[0]
	s.rest = s.rest[1:]
	return sign, true
}

func (s *scanner) space() { s.rest = bytes.TrimLeft(s.rest, " \t\r\n") }

// skip leaves out what may stand between and before the parts.
func (s *scanner) skip() {
	for before := -1; before != len(s.rest); {
		before = len(s.rest)
		s.rest = bytes.TrimLeft(s.rest, " \t\r\n,;-")
		s.word("ngay", "luc", "vao", "t")
	}
}

var hours = []string{"h", "gio", "g"}

// isClock says whether a time of day comes next.
func (s scanner) isClock() bool {
	if _, digits := s.number(2); digits == 0 {
		return false
	}
	if _, ok := s.sign(":"); ok {
		return true
	}
	s.space()
	_, ok := s.word(hours...)
	return ok
}

// clock reads 8:05, 08:05:30.5, 8h05, 8h, 8 giờ 05 phút, with SA, CH, AM or PM.
func (s *scanner) clock(w *written) bool {
	digits := 0
	if w.hour, digits = s.number(2); digits == 0 {
		return false
	}
	w.clock = true
	if _, ok := s.sign(":"); ok {
		if w.minute, digits = s.number(2); digits == 0 {
			return false
		}
		if _, ok := s.sign(":"); ok {
			if w.second, digits = s.number(2); digits == 0 {
				return false
			}
			if _, ok := s.sign("."); ok {
				s.number(9)
			}
		}
	} else {
		s.space()
		if _, ok := s.word(hours...); !ok {
			return false
		}
		w.minute = s.below()
		s.space()
		s.sign(":'")
		s.word("m", "p", "ph", "phut")
		w.second = s.below()
		s.word("s", "giay")
	}
	s.space()
	half, ok := s.word("sa", "am", "sang", "ch", "pm", "chieu", "toi")
	switch morning := half == "sa" || half == "am" || half == "sang"; {
	case ok && morning && w.hour == 12:
		w.hour = 0
	case ok && morning && w.hour > 12:
		return false
	case ok && !morning && w.hour < 12:
		w.hour += 12
	}
	return w.hour < 24 && w.minute < 60 && w.second < 60
}

// below reads the number below hours or minutes, 0 if a date begins here.
func (s *scanner) below() int {
	s.space()
	ahead, date := *s, written{}
	if ahead.date(&date) {
		return 0
	}
	value, _ := s.number(2)
	return value
}

// zone reads Z, +07, +0700, +07:00, or nothing.
func (s *scanner) zone(w *written) bool {
	s.space()
	if _, ok := s.word("z", "utc", "gmt"); ok {
		w.hasZone = true
	}
	sign, ok := s.sign("+-")
	if !ok {
		return true
	}
	h, digits := s.number(2)
	s.sign(":")
	m, more := s.number(2)
	if w.offset = (h*60 + m) * 60; sign == '-' {
		w.offset = -w.offset
	}
	w.hasZone = true
	return digits == 2 && more != 1
}

var monthNames = []string{"", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}

// month reads the word for a month: Jul, July, thg 7, tháng 7, Th7.
func (s *scanner) month() (month int, ok bool) {
	s.space()
	if _, ok := s.word("thg", "thang", "th"); ok {
		s.sign(".")
		s.space()
		month, digits := s.number(2)
		return month, digits > 0
	}
	word, length := s.peek()
	if len(word) < 3 {
		return 0, false
	}
	if month = slices.Index(monthNames, word[:3]); month < 0 {
		return 0, false
	}
	s.rest = s.rest[length:]
	s.sign(".")
	return month, true
}

// date reads a date.
func (s *scanner) date(w *written) bool {
	var digits int
	if month, ok := s.month(); ok { // Jul 15, 2024
		w.month = month
		s.space()
		if w.day, digits = s.number(2); digits == 0 {
			return false
		}
		return s.year(w)
	}
	first, digits := s.number(8)
	if digits == 8 { // 20240715 or 15072024
		w.year, w.month, w.day = first/10000, first/100%100, first%100
		if w.year < firstYear || w.year > lastYear {
			w.day, w.month, w.year, w.ordered = first/1000000, first/10000%100, first%10000, true
		}
		return s.compactClock(w)
	}
	if digits == 0 || digits == 3 || digits > 4 {
		return false
	}
	s.space()
	yearFirst := digits == 4
	sign, ok := s.sign("-/.")
	month, named := s.month()
	if !named {
		if !ok {
			return false
		}
		if month, digits = s.number(2); digits == 0 {
			return false
		}
		s.space()
		if _, ok := s.sign(string(sign)); !ok {
			return false
		}
		s.space()
	}
	w.month = month
	if yearFirst {
		s.sign(string(sign))
		w.year = first
		w.day, digits = s.number(2)
		return digits > 0
	}
	w.day, w.ordered = first, !named
	return s.year(w)
}

// year reads the year at the end of a date.
func (s *scanner) year(w *written) bool {
	s.rest = bytes.TrimLeft(s.rest, " ,-/.")
	s.word("nam")
	s.space()
	var digits int
	w.year, digits = s.number(4)
	w.shortYear = digits == 2
	return digits == 2 || digits == 4
}

// compactClock reads the four or six digits that may follow eight.
func (s *scanner) compactClock(w *written) bool {
	value, digits := s.number(6)
	switch digits {
	case 0:
		return true
	case 4:
		value *= 100
	case 6:
	default:
		return false
	}
	w.clock, w.hour, w.minute, w.second = true, value/10000, value/100%100, value%100
	return w.hour < 24 && w.minute < 60 && w.second < 60
}
