package entry

import (
	"bytes"
	"regexp"
	"slices"
	"strconv"

	"dvc_exporter/exporter/records/heading"
	"dvc_exporter/exporter/records/table"
	"dvc_exporter/exporter/units"
)

// sparse is how many different texts a group row, a total or a line of signatures
// has at most.
const sparse = 3

var (
	columnNumber = regexp.MustCompile(`^[(\[]?(\d{1,2}|[A-Z])[)\]]?(\s*=.*)?$`)
	total        = regexp.MustCompile(`^(tong|cong|luy ke)( |$)`) // folded
)

// IsFurniture says whether a row that cannot be read is none of the dossiers: the
// heading again, the numbers of columns, the name of a group, a total, place and
// date, signatures, or nothing. A row with any two of a code, a state and a date is
// a dossier.
func (p *Parser) IsFurniture(l *heading.Layout, cells *table.Row) bool {
	p.layout, p.cells = l, cells
	var texts [][]byte // different ones
	filled, numbers, next := 0, true, 0
	for i := range cells.Len() {
		text := bytes.TrimSpace(cells.Cell(i))
		if len(text) == 0 {
			continue
		}
		filled++
		if match := columnNumber.FindSubmatch(text); numbers && match != nil {
			n, err := strconv.Atoi(string(match[1]))
			numbers = err != nil || next == 0 || n == next
			next = n + 1
		} else {
			numbers = false
		}
		if len(texts) <= sparse && !slices.ContainsFunc(texts, func(other []byte) bool { return bytes.Equal(other, text) }) {
			texts = append(texts, text)
		}
	}
	if filled == 0 || numbers && filled >= 3 {
		return true
	}
	marks := p.marks()
	if marks >= 2 {
		return false
	}
	return len(texts) == 1 || len(texts) <= sparse && marks == 0 || l.Repeats(cells) ||
		slices.ContainsFunc(texts[:2], func(text []byte) bool { return total.MatchString(units.Fold(string(text[:min(len(text), 100)]))) })
}

// marks counts what only a dossier has: a code, a state and a date. One text in
// several of their cells is that of a merged cell, and counts for none.
func (p *Parser) marks() (n int) {
	code, state := p.cell(heading.Code), p.cell(heading.State)
	if isCode(code) && len(code) <= maxCode && columnNumber.Find(code) == nil && !bytes.Equal(code, state) {
		n++
	}
	if _, ok := p.states.find(state); ok && len(state) > 0 && !bytes.Equal(code, state) {
		n++
	}
	for _, c := range []heading.Column{heading.Received, heading.Due, heading.Finished, heading.Submitted, heading.Returned, heading.Refused} {
		if cell := p.cell(c); len(cell) > 0 && !bytes.Equal(cell, code) && p.dates.Is(cell) {
			return n + 1
		}
	}
	return n
}
