// Package workbook reads the sheets of XLSX and of the XML that Excel 2003 wrote.
package workbook

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"errors"
	"io"

	"dvc_exporter/exporter/records/table"
)

const (
	// maxColumns is the most columns of a sheet that are read.
	maxColumns = 1000
	// maxMergedText is how many bytes a merged cell shows in other places than its own.
	maxMergedText = 2000
)

const tooWide = "dòng có ô ngoài cột thứ 1000"

// sheet makes rows of cells that come one by one. A cell merged downwards shows its
// text in each row, as a reader sees it; one merged across does so only in the rows
// where headings may stand: below them, it is the title of a group.
type sheet struct {
	sink  table.Sink
	row   table.Row
	line  int
	above map[int]merged // by column
	last  int            // column that a merged cell covers
	any   bool           // a cell of the row has a text
	wide  bool
}

// merged is a cell that covers others.
type merged struct {
	text []byte
	line int // the last
}

// put adds a cell; columns and lines are how many it covers.
func (s *sheet) put(column int, text []byte, columns, lines int) {
	text = table.Tidy(text)
	switch {
	case column >= maxColumns:
		s.wide = s.wide || len(text) > 0
		return
	case column < s.row.Len(), s.row.Size() > table.MaxRow: // out of order, or it is no row anyway
		return
	}
	s.any = s.any || len(text) > 0
	s.fill(column)
	if m := s.above[column]; len(text) == 0 && m.line >= s.line {
		text = m.text
	}
	s.row.Add(text)
	if columns > 1 && s.line > table.HeadingRows {
		return
	}
	if columns > 1 || lines > 1 {
		if s.above == nil {
			s.above = map[int]merged{}
		}
		s.last = max(s.last, min(column+columns, maxColumns)-1)
		m := merged{bytes.Clone(text[:min(len(text), maxMergedText)]), s.line + lines - 1}
		for at := column; at < min(column+columns, maxColumns); at++ {
			s.above[at] = m
		}
	}
}

// fill adds the cells before a column that did not come.
func (s *sheet) fill(column int) {
	for at := s.row.Len(); at < column; at++ {
		var text []byte
		if m := s.above[at]; m.line >= s.line {
			text = m.text
		}
		s.row.Add(text)
	}
}

// begin begins a row.
func (s *sheet) begin(line int) {
	s.row.Reset()
	s.line, s.any, s.wide = line, false, false
}

// end hands the row over.
func (s *sheet) end() error {
	if s.any && s.above != nil {
		s.fill(s.last + 1)
	}
	switch {
	case s.wide:
		s.sink.Bad(s.line, tooWide)
	case s.row.Size() > table.MaxRow:
		s.sink.Bad(s.line, table.TooLong)
	case s.any:
		return s.sink.Row(s.line, &s.row)
	}
	return nil
}

// walk reads XML of any size, a token after the other, until end returns io.EOF.
func walk(in *table.Bounded, start func(xml.StartElement), text func([]byte) error, end func(name string) error) error {
	decoder := xml.NewDecoder(in)
	decoder.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil } // it was decoded before
	for {
		in.Piece = table.MaxRow
		token, err := decoder.RawToken()
		switch token := token.(type) {
		case xml.StartElement:
			start(token)
		case xml.CharData:
			err = text(token)
		case xml.EndElement:
			err = end(token.Name.Local)
			if errors.Is(err, io.EOF) {
				return nil
			}
		}
		switch {
		case errors.Is(err, io.EOF):
			return io.ErrUnexpectedEOF
		case err != nil:
			return err
		}
	}
}

// field gathers a text that may come in pieces, some of which do not count.
type field struct {
	text         []byte
	open, hidden bool
}

func (f *field) add(text []byte) error {
	if f.open && !f.hidden {
		f.text = append(f.text, text...)
	}
	if len(f.text) > table.MaxRow {
		return table.ErrPiece
	}
	return nil
}

// tags splits XML at its tags: each token is a tag with the text after it. Finding
// a few tags so takes a twentieth of the time of reading all elements.
func tags(in *table.Bounded) *bufio.Scanner {
	s := bufio.NewScanner(in)
	s.Buffer(nil, table.MaxRow)
	s.Split(func(data []byte, atEOF bool) (int, []byte, error) {
		if i := bytes.IndexByte(data, '<'); i >= 0 {
			return i + 1, data[:i], nil
		}
		if atEOF {
			return len(data), nil, nil
		}
		return 0, nil, nil
	})
	return s
}
