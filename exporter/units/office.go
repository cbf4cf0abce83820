package units

import (
	_ "embed"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"dvc_exporter/exporter/index"
)

// offices are the words that the names of offices begin with, from offices.txt.
var offices = mustOffices()

//go:embed offices.txt
var officesText string

// mustOffices returns the words with their marks, and without them those that are
// clear without.
func mustOffices() (list struct{ marked, bare []string }) {
	for line := range strings.Lines(officesText) {
		line, _, _ = strings.Cut(line, "#")
		word, ambiguous := strings.CutSuffix(strings.TrimSpace(line), "*")
		if word == "" {
			continue
		}
		list.marked = append(list.marked, exact(word))
		if !ambiguous {
			list.bare = append(list.bare, Fold(word))
		}
	}
	return list
}

// maxOffice is how many letters the name of an office has at most.
const maxOffice = 150

var (
	// H26.13.2, and 000.00.13.H26 as it was written before.
	unitCode = regexp.MustCompile(`^([A-Z]\d{2}(\.\d{1,3})*|(\d{1,3}\.)+[A-Z]\d{2})$`)
	// What no office has in its name: the number of a telephone or a paper, an
	// address of mail, a date.
	noOffice = regexp.MustCompile(`\d{6}|\d{3,4}[ .]\d{3}|@|\d/\d+/\d`)
	// The place of an office in a list, or its code before its name: 1. Sở Xây dựng,
	// II. Sở Nội vụ, H26.13 - Sở Y tế.
	numbering = regexp.MustCompile(`^((\d{1,3}|[IVX]{1,4})[.)]|[A-Z]\d{2}(\.\d{1,3})* [-–]) +`)
	// Ban Văn A is a person, Ban Văn hóa an office.
	personal = regexp.MustCompile(`^\S+ (thi( |$)|van( |$))`)
	cultural = regexp.MustCompile(`^\S+ (thi (xa|tran)|van (hoa|hien|nghe|phong|thu|the|xa|ban|kien))( |$)`)
)

// Named returns the unit that a cell names, as it is written there: by its code or
// by its name.
func Named(text string) index.Unit {
	name := numbering.ReplaceAllString(Clean(text), "")
	if unitCode.MatchString(name) {
		return index.Unit{Code: name}
	}
	return index.Unit{Name: name}
}

// Admits says whether u may be shown as a unit: because it is known, or because its
// name begins like an office's and looks like nothing else. Anything else may be the
// name of a person in the wrong column.
func (r *Registry) Admits(u index.Unit) bool {
	tooLong := len(u.Name) > 4*maxOffice || utf8.RuneCountInString(u.Name) > maxOffice // and looking for it would take long
	switch {
	case !tooLong && r.find(u) >= 0:
		return true
	case u.Name == "":
		return unitCode.MatchString(u.Code)
	case tooLong || noOffice.MatchString(u.Name):
		return false
	}
	text, words := exact(u.Name), offices.marked
	folded := bare(text)
	if text == folded {
		words = offices.bare
	}
	if personal.MatchString(folded) && !cultural.MatchString(folded) {
		return false
	}
	return slices.ContainsFunc(words, func(word string) bool {
		rest, ok := strings.CutPrefix(text, word)
		return ok && (strings.HasPrefix(rest, " ") || rest == "" && strings.Contains(word, " "))
	})
}
