package pages

import (
	"errors"
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// number is a number as a page prints it.
type number struct {
	value   float64
	max     float64 // after a slash, "93,23/100"; 0 if there is none
	percent bool
	whole   bool // printed without decimals
}

var errNoNumber = errors.New("không phải là số")

// A dot or a space parts thousands, a comma decimals. A dot that cannot part
// thousands parts decimals, as the portal prints them: 58.86, 0.500.
var (
	grouped = regexp.MustCompile(`^(-?)([1-9]\d{0,2}(?:\.\d{3})+|[1-9]\d{0,2}(?: \d{3})+|\d+)(?:,(\d+))?$`)
	dotted  = regexp.MustCompile(`^(-?)(\d+)\.(\d+)$`)
)

var thousands = strings.NewReplacer(".", "", " ", "")

// maxNumber is the most bytes that a cell with a number has.
const maxNumber = 64

// parseNumber reads a cell. ok is false for a cell that says there is no value:
// an empty one, or dashes.
func parseNumber(s string) (n number, ok bool, err error) {
	s = strings.Join(strings.FieldsFunc(s, unicode.IsSpace), " ")
	if strings.Trim(s, "-–—―−‐‑ ") == "" {
		return number{}, false, nil
	}
	if len(s) > maxNumber {
		return number{}, false, errNoNumber
	}
	s = strings.Replace(s, "−", "-", 1)
	if before, yes := strings.CutSuffix(s, "%"); yes {
		n.percent, s = true, strings.TrimSpace(before)
	}
	value, most, slash := strings.Cut(s, "/")
	if slash {
		if n.max, _, err = parsePlain(strings.TrimSpace(most)); err != nil || n.max <= 0 || n.percent {
			return number{}, false, errNoNumber
		}
	}
	n.value, n.whole, err = parsePlain(strings.TrimSpace(value))
	if err != nil {
		return number{}, false, err
	}
	return n, true, nil
}

// parseCount reads a cell of a number without decimals, in which a comma can only
// part thousands as well: 24,130.
func parseCount(s string) (n number, ok bool, err error) {
	if t := strings.TrimSpace(s); byComma.MatchString(t) {
		s = strings.ReplaceAll(t, ",", "")
	}
	return parseNumber(s)
}

var byComma = regexp.MustCompile(`^[1-9]\d{0,2}(,\d{3})+$`)

func parsePlain(s string) (value float64, whole bool, err error) {
	m := grouped.FindStringSubmatch(s)
	if m == nil {
		m = dotted.FindStringSubmatch(s)
	}
	if m == nil {
		return 0, false, errNoNumber
	}
	digits := thousands.Replace(m[2])
	whole = m[3] == ""
	if !whole {
		digits += "." + m[3]
	}
	value, err = strconv.ParseFloat(m[1]+digits, 64)
	if err != nil || math.IsInf(value, 0) {
		return 0, false, errNoNumber
	}
	return value, whole, nil
}
