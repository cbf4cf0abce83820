package units

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/mail"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"dvc_exporter/exporter/index"
)

// columns are those of DVC_UNITS_FILE; only code and name must be there. parent
// may be left out of codes like H26.01, aliases are separated by |.
var columns = []string{"code", "name", "kind", "parent", "aliases", "email", "valid_from", "valid_to"}

var kinds = []index.Kind{"", index.Province, index.Department, index.Commune, index.District}

// codeSyntax is what may be a unit's code: it becomes a label value and part of
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
	if at := strings.IndexRune(text, utf8.RuneError); at >= 0 {
		return nil, fmt.Errorf("line %d is not UTF-8: save the file as \"CSV UTF-8\"", 1+strings.Count(text[:at], "\n"))
	}
	r := csv.NewReader(strings.NewReader(text))
	if heading, _, _ := strings.Cut(text, "\n"); strings.Count(heading, ";") > strings.Count(heading, ",") {
		r.Comma = ';'
	}
	at, err := readHeading(r)
	if err != nil {
		return nil, err
	}
	var list []Listed
	lines, rows := []int{}, map[string][]int{} // where each of them stands; those of one code
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
			return nil, fmt.Errorf("line %d: column %w", line, err)
		}
		for _, other := range rows[l.Code] {
			if o := list[other]; (o.To.IsZero() || l.From.Before(o.To)) && (l.To.IsZero() || o.From.Before(l.To)) {
				return nil, fmt.Errorf("line %d, column code: %s is also in line %d, valid at the same time", line, l.Code, lines[other])
			}
		}
		rows[l.Code] = append(rows[l.Code], len(list))
		list, lines = append(list, l), append(lines, line)
	}
	for _, p := range Provinces {
		rows[p.Code] = append(rows[p.Code], -1)
	}
	for i, l := range list {
		if l.Parent != "" && rows[l.Parent] == nil {
			return nil, fmt.Errorf("line %d, column parent: %q is neither a province nor a code in this file", lines[i], l.Parent)
		}
	}
	return list, nil
}

// readHeading returns where each column stands.
func readHeading(r *csv.Reader) (map[string]int, error) {
	heading, err := r.Read()
	if err != nil {
		return nil, fmt.Errorf("the first line must name the columns %s: %w", strings.Join(columns, ", "), err)
	}
	at := map[string]int{}
	for i, h := range heading {
		h = strings.ToLower(strings.TrimSpace(h))
		_, twice := at[h]
		switch {
		case h == "":
			continue
		case twice:
			return nil, fmt.Errorf("line 1: column %q appears twice", h)
		case !slices.Contains(columns, h):
			return nil, fmt.Errorf("line 1: column %q is not known; the columns are %s", h, strings.Join(columns, ", "))
		}
		at[h] = i
	}
	for _, needed := range columns[:2] {
		if _, ok := at[needed]; !ok {
			return nil, fmt.Errorf("line 1: column %q is missing", needed)
		}
	}
	return at, nil
}

// readRow reads one row. An error begins with the column.
func readRow(cell func(column string) string) (Listed, error) {
	l := Listed{
		Unit: index.Unit{
			Code:   canonicalCode(cell("code")),
			Name:   Clean(cell("name")),
			Kind:   index.Kind(strings.ToLower(cell("kind"))),
			Parent: canonicalCode(cell("parent")),
		},
		Email: cell("email"),
	}
	for alias := range strings.SplitSeq(cell("aliases"), "|") {
		if alias = Clean(alias); alias != "" {
			l.Aliases = append(l.Aliases, alias)
		}
	}
	address, err := mail.ParseAddress(l.Email)
	switch {
	case !codeSyntax.MatchString(l.Code):
		return l, fmt.Errorf("code: %q is no code: letters without accents, digits and . _ - only", cell("code"))
	case l.Name == "":
		return l, fmt.Errorf("name: %s has none", l.Code)
	case !slices.Contains(kinds, l.Kind):
		return l, fmt.Errorf("kind: %q is none of %v", l.Kind, kinds[1:])
	case l.Email != "" && (err != nil || address.Address != l.Email):
		return l, fmt.Errorf("email: %q is not one address", l.Email)
	}
	if l.From, err = readDay(cell("valid_from")); err != nil {
		return l, fmt.Errorf("valid_from: %w", err)
	}
	if l.To, err = readDay(cell("valid_to")); err != nil {
		return l, fmt.Errorf("valid_to: %w", err)
	}
	if !l.To.IsZero() && !l.From.Before(l.To) {
		return l, fmt.Errorf("valid_to: %s ends before it begins", l.Code)
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
