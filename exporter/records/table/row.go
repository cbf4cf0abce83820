// Package table reads rows of cells from CSV, and has what the other formats of
// tables need. It knows nothing of what the cells mean.
package table

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"strings"
)

// HeadingRows is in how many first rows of a table its heading row is looked for.
const HeadingRows = 20

// Sink takes what is read.
type Sink interface {
	// Sheet says that a sheet of a workbook begins. A CSV has none.
	Sheet(name string)
	// Row takes one row. Lines count from 1. An error ends the reading.
	Row(line int, row *Row) error
	// Bad takes a line that is no row, with the reason in Vietnamese.
	Bad(line int, reason string)
}

// Row is the cells of one row. It is valid until the next one is read.
type Row struct {
	text []byte
	ends []int // -1, then where in text each cell ends; the next one begins a byte later
}

// odd says whether a text has anything that Tidy takes away.
func odd(text []byte) bool {
	return bytes.IndexByte(text, '\'') >= 0 || bytes.Contains(text, []byte(`="`)) ||
		bytes.IndexByte(text, 0xc2) >= 0 || bytes.IndexByte(text, 0xe2) >= 0 || bytes.IndexByte(text, 0xef) >= 0 // the first bytes of spaces
}

var spaces = strings.NewReplacer("\u00a0", " ", "\u2007", " ", "\u202f", " ", "\u200b", "", "\u200c", "", "\u200d", "", "\u200e", "", "\u200f", "", "\u2060", "", "\ufeff", "")

// Tidy takes away what keeps a spreadsheet from changing a cell, ="0012" or '0012,
// and spaces that nobody sees or that do not break.
func Tidy(cell []byte) []byte {
	if !odd(cell) {
		return cell
	}
	cell = bytes.TrimSpace([]byte(spaces.Replace(string(cell))))
	if inner, ok := bytes.CutPrefix(cell, []byte(`="`)); ok && bytes.HasSuffix(inner, []byte(`"`)) {
		cell = bytes.TrimSpace(bytes.ReplaceAll(inner[:len(inner)-1], []byte(`""`), []byte(`"`)))
	}
	if inner, ok := bytes.CutPrefix(cell, []byte("'")); ok {
		cell = bytes.TrimSpace(bytes.TrimSuffix(inner, []byte("'")))
	}
	return cell
}

// tidy does so to all cells of another row.
func (r *Row) tidy(from *Row) {
	r.Reset()
	for i := range from.Len() {
		r.Add(Tidy(from.Cell(i)))
	}
}

// RowOf returns a row of some cells, tidied as those of files are.
func RowOf(cells [][]byte) *Row {
	r := &Row{}
	r.Reset()
	for _, cell := range cells {
		r.Add(Tidy(cell))
	}
	return r
}

// Len is how many cells there are.
func (r *Row) Len() int { return len(r.ends) - 1 }

// Cell returns a cell, nil beyond the last.
func (r *Row) Cell(i int) []byte {
	if i+1 >= len(r.ends) {
		return nil
	}
	return r.text[r.ends[i]+1 : r.ends[i+1]]
}

// Blank says whether nothing stands in the cells from the given one on.
func (r *Row) Blank(from int) bool {
	for i := from; i < r.Len(); i++ {
		if len(bytes.TrimSpace(r.Cell(i))) > 0 {
			return false
		}
	}
	return true
}

// Add adds a cell. It may only follow Reset or Add.
func (r *Row) Add(cell []byte) {
	r.text = append(r.text, cell...)
	r.end()
}

// Size is how many bytes the cells have, with one between two.
func (r *Row) Size() int { return len(r.text) }

// Text returns the cells, with something between two.
func (r *Row) Text() string { return string(r.text) }

func (r *Row) end() {
	r.ends = append(r.ends, len(r.text))
	r.text = append(r.text, 0)
}

// Reset takes all cells away.
func (r *Row) Reset() { r.text, r.ends = r.text[:0], append(r.ends[:0], -1) }

// split makes the row that of a line without quotes. It looks for the commas in
// eight bytes at a time: cells are so short that searching for one after the other
// takes longer.
func (r *Row) split(line []byte, comma byte) {
	const ones, low7 = 0x0101010101010101, 0x7f7f7f7f7f7f7f7f
	ends := append(r.ends[:0], -1)
	i := 0
	for ; i+8 <= len(line); i += 8 {
		x := binary.LittleEndian.Uint64(line[i:]) ^ uint64(comma)*ones
		for zero := ^((x&low7 + low7) | x | low7); zero != 0; zero &= zero - 1 { // the top bit of each byte that is a comma
			ends = append(ends, i+bits.TrailingZeros64(zero)>>3)
		}
	}
	for ; i < len(line); i++ {
		if line[i] == comma {
			ends = append(ends, i)
		}
	}
	r.text, r.ends = line, append(ends, len(line))
}

// unquote adds the field whose opening quote stands before b and returns what
// stands after its closing quote. last says that nothing comes after b.
func (r *Row) unquote(b []byte, last bool) (rest []byte, closed bool) {
	for {
		i := bytes.IndexByte(b, '"')
		if i < 0 || i+1 == len(b) && !last {
			return nil, false
		}
		r.text = append(r.text, b[:i]...)
		if b = b[i+1:]; len(b) == 0 || b[0] != '"' {
			r.end()
			return b, true
		}
		r.text = append(r.text, '"')
		b = b[1:]
	}
}

// IsError says whether a cell is what a spreadsheet shows in place of the value of a
// formula that failed: #N/A, #REF!, or ##### where the column was too narrow.
func IsError(cell []byte) bool {
	if len(cell) < 2 || cell[0] != '#' {
		return false
	}
	switch end := cell[len(cell)-1]; end {
	case '!', '?':
		return len(cell) > 3
	case '#':
		return len(bytes.Trim(cell, "#")) == 0
	}
	return string(cell) == "#N/A" || string(cell) == "#GETTING_DATA"
}
