package workbook

import (
	"bufio"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strconv"

	"dvc_exporter/exporter/records/table"
)

// ReadSpreadsheetML hands the rows of every visible sheet of a workbook in Excel
// 2003's XML to sink. open opens it, as UTF-8.
func ReadSpreadsheetML(ctx context.Context, open func() (io.Reader, error), sink table.Sink) (notes []string, err error) {
	hidden, err := hiddenSheets(ctx, open)
	if err != nil {
		return nil, err
	}
	r, err := open()
	if err != nil {
		return nil, err
	}
	s := sheet{sink: sink}
	sheets, column, columns, rows := 0, 0, 0, 0
	var f field
	err = walk(table.NewBounded(ctx, r, table.MaxUnzipped), func(e xml.StartElement) {
		switch e.Name.Local {
		case "Worksheet":
			sheets++
			s = sheet{sink: sink}
			if name := attribute(e, "Name"); hidden[sheets] {
				notes = append(notes, hiddenSheet(name))
			} else {
				sink.Sheet(name)
			}
		case "Row":
			column = 0
			s.begin(intAttribute(e, "Index", s.line+1))
		case "Cell":
			column = intAttribute(e, "Index", column+1)
			columns, rows = intAttribute(e, "MergeAcross", 0)+1, intAttribute(e, "MergeDown", 0)+1
			f.text = f.text[:0]
		case "Comment": // has Data of its own
			f.hidden = true
		case "Data":
			f.open = true
		}
	}, f.add, func(name string) error {
		switch name {
		case "Workbook":
			return io.EOF
		case "Data":
			f.open = false
		case "Comment":
			f.hidden = false
		case "Cell":
			s.put(column-1, bytes.TrimSuffix(f.text, []byte(".000")), columns, rows) // of seconds
			column += columns - 1
		case "Row":
			if !hidden[sheets] {
				return s.end()
			}
		}
		return nil
	})
	return notes, err
}

var sheetTag = regexp.MustCompile(`^(?:\w+:)?(?:Worksheet\s|Visible>\s*(Sheet(?:Very)?Hidden))`)

// hiddenSheets returns the numbers of the sheets, from 1, that are hidden: it is
// said behind their rows.
func hiddenSheets(ctx context.Context, open func() (io.Reader, error)) (map[int]bool, error) {
	r, err := open()
	if err != nil {
		return nil, err
	}
	hidden, sheets := map[int]bool{}, 0
	s := tags(table.NewBounded(ctx, r, table.MaxUnzipped))
	for s.Scan() {
		if m := sheetTag.FindSubmatch(s.Bytes()); m == nil {
			continue
		} else if m[1] == nil {
			sheets++
		} else {
			hidden[sheets] = true
		}
	}
	if errors.Is(s.Err(), bufio.ErrTooLong) {
		return nil, table.ErrPiece
	}
	return hidden, s.Err()
}

// intAttribute returns an attribute that is a number, or what it is without one.
func intAttribute(e xml.StartElement, name string, without int) int {
	n, err := strconv.Atoi(attribute(e, name))
	if err != nil || n < 0 {
		return without
	}
	return n
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}
