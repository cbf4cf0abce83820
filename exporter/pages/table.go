package pages

import (
	"bytes"
	"slices"

	"dvc_exporter/exporter/htmltable"
)

// maxCells is the most places that a table's grid may have: rowspan and colspan can
// make many of a few bytes.
const maxCells = 2_000_000

type cell = htmltable.Cell

// table is a table laid out as a reader sees it.
type table struct {
	number int // of the page, from 1
	grid   [][]*cell
	head   int // rows in thead at the beginning
}

// readTables lays the tables of a page out, in its order; a nil stands for one that
// is too big.
func readTables(page []byte) (title string, all []*table, err error) {
	cells := map[int]int{} // by number
	read := map[int]*table{}
	title, count, err := htmltable.Read(bytes.NewReader(page), func(t *htmltable.Table, row []*cell) error {
		if cells[t.Number] += len(row); cells[t.Number] > maxCells {
			read[t.Number] = nil
			return nil
		}
		if t.Rows == 1 {
			read[t.Number] = &table{number: t.Number}
		}
		read[t.Number].head = t.Head
		read[t.Number].grid = append(read[t.Number].grid, slices.Clone(row))
		return nil
	})
	for n := range count {
		t, ok := read[n+1]
		if !ok {
			t = &table{number: n + 1} // without a row
		}
		all = append(all, t)
	}
	return title, all, err
}
