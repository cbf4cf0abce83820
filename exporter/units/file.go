package units

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"dvc_exporter/exporter/index"
)

// The columns of DVC_UNITS_FILE. Only code and name must be there.
const (
	columnCode    = "code"
	columnName    = "name"
	columnKind    = "kind"       // province, department, commune, district
	columnParent  = "parent"     // code of the province; may be left out of codes like H26.01
	columnAliases = "aliases"    // other names, separated by |
	columnEmail   = "email"      // where the unit's digest goes
	columnFrom    = "valid_from" // first day on which the unit exists
	columnTo      = "valid_to"   // first day on which it exists no more
)

var columns = []string{columnCode, columnName, columnKind, columnParent, columnAliases, columnEmail, columnFrom, columnTo}

var kinds = []index.Kind{index.Province, index.Department, index.Commune, index.District}

// codeSyntax is what may be a unit's code: it becomes a label value and stands in
// addresses.
var codeSyntax = regexp.MustCompile(`^[A-Z0-9][A-Z0-9._-]{0,63}$`)

// ReadFile reads DVC_UNITS_FILE: CSV in UTF-8 with or without BOM, separated by
// commas or semicolons, with a heading row that names the columns in any order.
// Dates are 2025-07-01 or 01/07/2025 and begin at midnight in Vietnam; valid_to is
// the first day on which the unit is no more, so that of the districts is
// 2025-07-01, the same day as their successors' valid_from.
//
// The file is taken as a whole or not at all: an error names file, line and
// column. Two rows of one code must not be valid at the same time.
func ReadFile(path string) ([]Listed, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("list of units: %w", err)
	}
	list, err := read(string(data))
	if err != nil {
		return nil, fmt.Errorf("list of units %s: %w", path, err)
	}
	return list, nil
}

func read(text string) ([]Listed, error) {
	text = strings.TrimPrefix(text, "\ufeff")
	if !utf8.ValidString(text) {
		line := 1
		for l := range strings.Lines(text) {
			if !utf8.ValidString(l) {
				return nil, fmt.Errorf("line %d is not UTF-8: save the file as \"CSV UTF-8\"", line)
			}
			line++
		}
	}
	r := csv.NewReader(strings.NewReader(text))
	if heading, _, _ := strings.Cut(text, "\n"); strings.Count(heading, ";") > strings.Count(heading, ",") {
		r.Comma = ';'
	}
	heading, err := r.Read()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("it is empty: the first line must name the columns " + strings.Join(columns, ", "))
	}
	if err != nil {
		return nil, err
	}
	at := map[string]int{}
	for i, h := range heading {
		h = strings.ToLower(strings.TrimSpace(h))
		if _, twice := at[h]; twice && h != "" {
			return nil, fmt.Errorf("line 1: column %q stands there twice", h)
		}
		if h != "" && !slices.Contains(columns, h) {
			return nil, fmt.Errorf("line 1: column %q is not known; the columns are %s", h, strings.Join(columns, ", "))
		}
		at[h] = i
	}
	for _, needed := range []string{columnCode, columnName} {
		if _, ok := at[needed]; !ok {
			return nil, fmt.Errorf("line 1: column %q is missing", needed)
		}
	}

	var list []Listed
	var lines []int            // where each of them stands
	rows := map[string][]int{} // of one code
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err // csv names line and column
		}
		if strings.TrimSpace(strings.Join(cells, "")) == "" {
			continue
		}
		line, _ := r.FieldPos(0)
		l, err := readRow(func(column string) string {
			if i, ok := at[column]; ok {
				return strings.TrimSpace(cells[i])
			}
			return ""
		})
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
		for _, other := range rows[l.Code] {
			if overlap(l, list[other]) {
				return nil, fmt.Errorf("line %d, column code: %s stands in line %d too, valid at the same time", line, l.Code, lines[other])
			}
		}
		rows[l.Code] = append(rows[l.Code], len(list))
		list, lines = append(list, l), append(lines, line)
	}
	for i, l := range list {
		if l.Parent != "" && rows[l.Parent] == nil && !isProvince(l.Parent) {
			return nil, fmt.Errorf("line %d, column parent: %q is neither a province nor a code in this file", lines[i], l.Parent)
		}
	}
	return list, nil
}

func readRow(cell func(column string) string) (Listed, error) {
	l := Listed{
		Unit: index.Unit{
			Code:   canonicalCode(cell(columnCode)),
			Name:   Clean(cell(columnName)),
			Kind:   index.Kind(strings.ToLower(cell(columnKind))),
			Parent: canonicalCode(cell(columnParent)),
		},
		Email: cell(columnEmail),
	}
	if !codeSyntax.MatchString(l.Code) {
		return l, fmt.Errorf("column code: %q is no code: letters without accents, digits and . _ - only", cell(columnCode))
	}
	if l.Name == "" {
		return l, fmt.Errorf("column name: %s has none", l.Code)
	}
	if l.Kind != "" && !slices.Contains(kinds, l.Kind) {
		return l, fmt.Errorf("column kind: %q is none of %v", l.Kind, kinds)
	}
	if l.Email != "" && (!strings.Contains(l.Email, "@") || strings.ContainsAny(l.Email, " ,;<>|\n")) {
		return l, fmt.Errorf("column email: %q is not one address", l.Email)
	}
	for alias := range strings.SplitSeq(cell(columnAliases), "|") {
		if alias = Clean(alias); alias != "" {
			l.Aliases = append(l.Aliases, alias)
		}
	}
	var err error
	if l.From, err = readDay(cell(columnFrom)); err != nil {
		return l, fmt.Errorf("column valid_from: %w", err)
	}
	if l.To, err = readDay(cell(columnTo)); err != nil {
		return l, fmt.Errorf("column valid_to: %w", err)
	}
	if !l.From.IsZero() && !l.To.IsZero() && !l.From.Before(l.To) {
		return l, fmt.Errorf("column valid_to: %s ends before it begins", l.Code)
	}
	return l, nil
}

func readDay(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.DateOnly, "2/1/2006"} {
		if t, err := time.ParseInLocation(layout, s, index.Vietnam); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no day: write 2025-07-01 or 01/07/2025", s)
}

func overlap(a, b Listed) bool {
	return (a.To.IsZero() || b.From.Before(a.To)) && (b.To.IsZero() || a.From.Before(b.To))
}

func isProvince(code string) bool {
	return slices.ContainsFunc(Provinces, func(p index.Unit) bool { return p.Code == code })
}
