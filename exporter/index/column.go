package index

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxHeading is how many letters a heading that is shown has at most.
const maxHeading = 59

var (
	year   = regexp.MustCompile(`\b(19|20)\d\d\b`)
	person = regexp.MustCompile(`^\p{Lu}\p{Ll}*( \p{Lu}\p{Ll}*)+$`) // Nguyễn Văn A
)

// ColumnName is what people are told of a column that nobody understands: its
// heading if that looks like one, else its letter as a spreadsheet shows it. at
// counts columns from 0, below are the column's cells in the first rows. What
// stands in the place of a heading may be data, and then the name of a person: a
// heading has fewer than 60 letters and no digits but a year, is written unlike a
// name, and does not stand among the cells below it.
func ColumnName(heading string, at int, below ...string) string {
	heading = strings.Join(strings.Fields(heading), " ")
	words := year.ReplaceAllString(heading, "")
	switch {
	case !strings.ContainsFunc(words, unicode.IsLetter), strings.ContainsFunc(words, unicode.IsDigit), person.MatchString(heading),
		utf8.RuneCountInString(heading) > maxHeading, strings.ContainsRune(heading, utf8.RuneError),
		slices.ContainsFunc(below, func(cell string) bool { return strings.EqualFold(strings.Join(strings.Fields(cell), " "), heading) }):
		return columnLetter(at)
	}
	return heading
}

// columnLetter returns A for 0, Z for 25, AA for 26.
func columnLetter(at int) string {
	letters := ""
	for at++; at > 0; at = (at - 1) / 26 {
		letters = string(rune('A'+(at-1)%26)) + letters
	}
	return letters
}
