package index

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// RejectedWhole says whether so many rows of one file, page or answer were refused
// that none of it can be trusted: all of them, or more than the limit (a share, 0
// to 1) and at least five.
func RejectedWhole(used, rejected int, limit float64) bool {
	return rejected > 0 && used == 0 || rejected >= 5 && float64(rejected) > limit*float64(used+rejected)
}

// RejectionSummary says for a person, in Vietnamese, how many rows of how many
// were refused, the three most frequent reasons, and one place of each.
func RejectionSummary(used, rejected int, list []Rejection) string {
	type cause struct {
		first Rejection
		rows  int
	}
	var causes []cause
	for _, r := range list {
		if r.Unmatched {
			continue
		}
		i := slices.IndexFunc(causes, func(c cause) bool { return c.first.Reason == r.Reason && c.first.Column == r.Column })
		if i < 0 {
			i, causes = len(causes), append(causes, cause{first: r})
		}
		causes[i].rows += r.Count
	}
	slices.SortStableFunc(causes, func(x, y cause) int { return cmp.Compare(y.rows, x.rows) })
	text := &strings.Builder{}
	fmt.Fprintf(text, "%d trong %d dòng bị từ chối", rejected, used+rejected)
	for i, c := range causes[:min(3, len(causes))] {
		fmt.Fprintf(text, "%s%d dòng %s (ví dụ %s)", [...]string{": ", "; ", "; "}[i], c.rows, c.first.Reason, c.first.Place())
	}
	return text.String()
}

// Place says where a rejection stands: dòng 12, cột Ngày hẹn trả.
func (r Rejection) Place() string {
	var parts []string
	if r.Line > 0 {
		parts = append(parts, fmt.Sprintf("dòng %d", r.Line))
	}
	if r.Column != "" {
		parts = append(parts, "cột "+r.Column)
	}
	return cmp.Or(strings.Join(parts, ", "), r.Where)
}
