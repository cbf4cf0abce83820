package date

import (
	"bytes"
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
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

// The forms are those of folded texts, see fold. Each group is named after what it
// holds; a name may stand in several.
const (
	names   = `jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec`
	named   = `(?:th(?:ang|g)?\.? ?(?:(?P<month>\d\d?)|(?P<word>muoi mot|muoi hai|mot|gieng|hai|ba|tu|nam|sau|bay|tam|chin|muoi|chap))|(?P<word>` + names + `)[a-z]*\.?)`
	dayForm = `(?:t(?:hu)? ?\d[ ,.-]+)?(?P<first>\d\d?)(?: ?(?P<sign>[-/.]) ?(?P<either>\d\d?) ?(?P<sign>[-/.]) ?| ?[-/., ]? ?` + named + ` ?[-/., ]{0,2}(?:nam )?)(?P<short>\d{4}|\d\d)`
	forms   = dayForm + // 31/07/2024, 31 thang 7 nam 2024, 31-jul-24
		`|(?P<year>\d{4}) ?(?P<sign>[-/.]) ?(?:(?P<month>\d\d?)|` + named + `) ?(?P<sign>[-/.]) ?(?P<day>\d\d?)` + // 2024-07-31
		`|` + named + ` (?P<day>\d\d?),? (?P<short>\d{4}|\d\d)` + // jul 31, 2024
		`|` + named + ` (?P<day>\d\d?) (?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d) (?P<utc>utc|gmt|ict) (?P<year>\d{4})` + // jul 31 10:20:30 ict 2024
		`|(?P<compact>\d{8})(?:(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)?)?` // 20240731, 31072024
	clock = `(?P<hour>\d\d?)(?::(?P<minute>\d\d?)(?::(?P<second>\d\d?)(?:\.\d{1,9})?)?|` +
		` ?(?:h|gio|g)(?: ?(?P<minute>\d\d?))?(?: ?(?:[:']|m|p|ph|phut))?(?: ?(?P<second>\d\d?))?(?: ?(?:s|giay))?)` +
		`(?: ?(?:(?P<morning>sa|am|sang)|(?P<evening>ch|pm|chieu|toi)))?`
	zone = `(?: ?(?P<utc>z|utc|gmt|ict))?(?: ?(?P<zone>[+-]\d\d)(?::?(?P<below>\d\d))?)?`
)

var (
	whole, groups = compile(`^(?:` + clock + `[ ,;-]+(?:` + forms + `)|(?:` + forms + `)(?:[ ,;-]+` + clock + zone + `)?)$`)

	bracket = regexp.MustCompile(` ?[(\[][^()\[\]]*[)\]]$`) // (thứ hai), (quá hạn 3 ngày)
	iso     = regexp.MustCompile(`^(.{10})t(\d)`)           // 2024-07-31t10:20:30
	besides = regexp.MustCompile(`\b(?:(?:thu (?:hai|ba|tu|nam|sau|bay)|cn|chu nhat|(?:mon|tue|wed|thu|fri|sat|sun)(?:[a-z]*day)?)\b[,.-]* |(?:ngay|luc|vao|hoi|truoc)\b:? ?)`)
)

// compile returns a form and the names of its groups.
func compile(form string) (whole *regexp.Regexp, groups []string) {
	name := regexp.MustCompile(`\(\?P<(\w+)>`)
	groups = []string{""}
	for _, match := range name.FindAllStringSubmatch(form, -1) {
		groups = append(groups, match[1])
	}
	return regexp.MustCompile(name.ReplaceAllString(form, "(")), groups
}

// shape is how to read the dates that differ in nothing but their digits: matching
// the forms takes a hundred times as long.
type shape struct {
	written        // what the words say
	parts   []part // what the digits say
}

type part struct {
	name     string
	from, to int // of all digits
}

// shapes are known by their text with 0 for each digit.
type shapes map[string]*shape

// maxShapes bounds how many are remembered.
const maxShapes = 1000

// read reads a date with or without a time of day before or behind it. It takes what
// stands in offices' tables: 17h30 15/07/2024, 15/07/2024 05:30:00 CH, Thứ hai, 17:30
// ngày 15/07/2024, ngày 15 tháng 7 năm 2024, 15 thg 7, 2024, 15-Jul-24, 2024/07/15,
// 20240715, 2024-07-15T17:30:00.5+07:00. What stands in brackets behind it is left
// out. Whether such a day exists is not looked at.
func (known shapes) read(cell []byte) (w written, ok bool) {
	var text, digits [100]byte
	n := 0
	for i, b := range cell {
		if b-'0' <= 9 {
			digits[n] = b
			n++
			b = '0'
		}
		text[i] = b
	}
	if n < 4 {
		return w, false
	}
	s := known[string(text[:len(cell)])]
	if s == nil {
		if s = shapeOf(text[:len(cell)]); s == nil {
			return w, false
		}
		if len(known) < maxShapes && bytes.IndexByte(cell, '(') < 0 && bytes.IndexByte(cell, '[') < 0 { // a name may stand in brackets
			known[string(text[:len(cell)])] = s
		}
	}
	w = s.written
	morning, evening := w.hour == am, w.hour == pm
	w.hour = 0
	for _, part := range s.parts {
		number := 0
		for _, b := range digits[part.from:part.to] {
			number = number*10 + int(b-'0')
		}
		switch part.name {
		case "first", "day":
			w.day = number
		case "either", "month":
			w.month = number
		case "year", "short":
			w.year = number
		case "compact":
			w.year, w.month, w.day = number/10000, number/100%100, number%100
			if w.year < firstYear || w.year > lastYear {
				w.day, w.month, w.year, w.ordered = number/1000000, number/10000%100, number%10000, true
			}
		case "hour":
			w.hour = number
		case "minute":
			w.minute = number
		case "second":
			w.second = number
		case "zone":
			w.offset *= number * 60
		case "below":
			w.offset += number * 60 * cmp.Compare(w.offset, 0)
		}
	}
	switch {
	case morning && w.hour > 12:
		return w, false
	case morning && w.hour == 12:
		w.hour = 0
	case evening && w.hour < 12:
		w.hour += 12
	}
	return w, w.hour < 24 && w.minute < 60 && w.second < 60
}

// In a shape, the hour and the offset say what belongs to them.
const (
	am = 1
	pm = 2
)

// shapeOf returns how to read a text with 0 for each digit, nil if it is no date.
func shapeOf(text []byte) *shape {
	s := &shape{}
	folded := bracket.ReplaceAllString(fold(text), "")
	folded = besides.ReplaceAllString(folded, "")
	folded = strings.Trim(iso.ReplaceAllString(folded, "$1 $2"), " ,;-")
	match := whole.FindStringSubmatchIndex(folded)
	if match == nil {
		return nil
	}
	sign := ""
	for i, name := range groups {
		from, to := match[2*i], match[2*i+1]
		if name == "" || from < 0 {
			continue
		}
		of := folded[from:to]
		switch name {
		case "sign":
			if sign != "" && sign != of {
				return nil
			}
			sign = of
			continue
		case "word":
			s.month = monthOf(of)
			continue
		case "morning":
			s.hour = am
			continue
		case "evening":
			s.hour = pm
			continue
		case "utc":
			if s.hasZone = true; of == "ict" {
				s.offset = vietnamOffset
			}
			continue
		case "either":
			s.ordered = true
		case "short":
			s.shortYear = len(of) == 2
		case "hour":
			s.clock = true
		case "zone":
			s.hasZone, s.offset = true, 60
			if of[0] == '-' {
				s.offset = -60
			}
			from++
		}
		before := strings.Count(folded[:from], "0")
		s.parts = append(s.parts, part{name, before, before + to - from})
	}
	return s
}

var (
	english    = strings.Split(names, "|")
	vietnamese = []string{"", "mot", "hai", "ba", "tu", "nam", "sau", "bay", "tam", "chin", "muoi", "muoi mot", "muoi hai"}
)

func monthOf(word string) int {
	switch i := slices.Index(english, word); {
	case i >= 0:
		return i + 1
	case word == "gieng":
		return 1
	case word == "chap":
		return 12
	}
	return slices.Index(vietnamese, word)
}

// fold brings a text to small letters without accents, and its spaces to one each.
func fold(cell []byte) string {
	text := strings.ToLower(string(bytes.Join(bytes.Fields(cell), []byte(" "))))
	if strings.IndexFunc(text, func(r rune) bool { return r >= 0x80 }) < 0 {
		return text
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == 'đ':
			return 'd'
		case unicode.In(r, unicode.Mn, unicode.Cf):
			return -1
		}
		return r
	}, norm.NFD.String(text))
}

// isNone says whether a folded text says that there is no date: nothing but signs,
// or one of the words of people and programs for it.
func isNone(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPunct(r) && !unicode.IsSpace(r) }) || slices.Contains(none, text)
}

var none = []string{
	"null", "(null)", `\n`, "none", "nil", "n/a", "na", "x", "(trong)", "trong", "khong", "khong co", "chua", "chua co", "chua tra", "chua tra ket qua", "chua co ket qua",
	"chua ket thuc", "chua xac dinh", "khong xac dinh", "khong quy dinh", "khong thoi han", "khong co han", "khong co thoi han",
}
