package table

import (
	"bufio"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// readSpreadsheetML hands the rows of every visible sheet of a workbook in Excel
// 2003's XML to sink. open opens it, as UTF-8.
func readSpreadsheetML(ctx context.Context, open func() (io.Reader, error), sink Sink) (notes []string, err error) {
	hidden, err := hiddenSheets(ctx, open)
	if err != nil {
		return nil, err
	}
	r, err := open()
	if err != nil {
		return nil, err
	}
	s := sheet{sink: sink}
	sheets, lines, column := 0, 0, 0
	var columns, rows int
	var text []byte
	within, comment := false, false
	for e := newElements(newBounded(ctx, r, maxUnzipped)); ; {
		token, err := e.next()
		if errors.Is(err, io.EOF) {
			return notes, io.ErrUnexpectedEOF
		}
		if err != nil {
			return notes, err
		}
		switch token := token.(type) {
		case xml.StartElement:
			switch token.Name.Local {
			case "Worksheet":
				sheets++
				s, lines = sheet{sink: sink}, 0
				if name := attribute(token, "Name"); hidden[sheets] {
					notes = append(notes, fmt.Sprintf("trang ẩn %q không được đọc", name))
				} else {
					sink.Sheet(name)
				}
			case "Row":
				lines, column = intAttribute(token, "Index", lines+1), 0
				s.begin(lines)
			case "Cell":
				column = intAttribute(token, "Index", column+1)
				columns, rows = intAttribute(token, "MergeAcross", 0)+1, intAttribute(token, "MergeDown", 0)+1
				text = text[:0]
			case "Comment": // has Data of its own
				comment = true
			case "Data":
				within = !comment
			}
		case xml.CharData:
			if within {
				text = append(text, token...)
			}
			if len(text) > MaxRow {
				return notes, errPiece
			}
		case xml.EndElement:
			switch token.Name.Local {
			case "Workbook":
				return notes, nil
			case "Data":
				within = false
			case "Comment":
				comment = false
			case "Cell":
				s.put(column-1, []byte(strings.TrimSuffix(string(text), ".000")), columns, rows) // of seconds
				column += columns - 1
			case "Row":
				if hidden[sheets] {
					continue
				}
				if err := s.end(); err != nil {
					return notes, err
				}
			}
		}
	}
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
	s := tags(newBounded(ctx, r, maxUnzipped))
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
		return nil, errPiece
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
