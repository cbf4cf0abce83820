// Package spreadsheet writes tables that people open with a double click: CSV that
// spreadsheets take for UTF-8 and in which no cell is a formula.
package spreadsheet

import (
	"encoding/csv"
	"io"
	"strings"
)

// Writer writes one table, row by row.
type Writer struct{ csv *csv.Writer }

// New begins a table.
func New(w io.Writer) *Writer {
	_, _ = io.WriteString(w, "\ufeff") // tells a spreadsheet that it is UTF-8
	out := csv.NewWriter(w)
	out.UseCRLF = true
	return &Writer{out}
}

// Row writes one row. What goes wrong is returned by End.
func (w *Writer) Row(cells ...string) {
	safe := make([]string, len(cells))
	for i, cell := range cells {
		safe[i] = defused(cell)
	}
	_ = w.csv.Write(safe)
}

// End ends the table and returns what went wrong.
func (w *Writer) End() error {
	w.csv.Flush()
	return w.csv.Error()
}

// defused returns a cell that no spreadsheet takes for a formula, also where its
// separator is a semicolon and would split the cell.
func defused(cell string) string {
	cell = strings.ReplaceAll(cell, ";", ",")
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
