package table

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Bounds of a workbook, in bytes. What it unfolds to is checked before a cell is
// read; a sheet of more than maxInMemory goes through a temporary file.
const (
	maxWorkbook = 256 << 20
	maxUnfolded = 2 << 30
	maxInMemory = 16 << 20
	maxRowXML   = 16 * MaxRow
)

// ReadXLSX hands the rows of every sheet of a workbook to sink. Cells come as they
// are stored: dates as serial numbers.
func ReadXLSX(ctx context.Context, file io.ReaderAt, size int64, sink Sink) (err error) {
	if size > maxWorkbook {
		return fmt.Errorf("the workbook has %d MiB, more than %d; save it as CSV", size>>20, maxWorkbook>>20)
	}
	if err := checkWorkbook(ctx, file, size); err != nil {
		return fmt.Errorf("opening the workbook: %w", err)
	}
	book, err := excelize.OpenReader(io.NewSectionReader(file, 0, size), excelize.Options{RawCellValue: true, UnzipSizeLimit: maxUnfolded, UnzipXMLSizeLimit: maxInMemory})
	if err != nil {
		return fmt.Errorf("opening the workbook: %w", err)
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	if p, err := book.GetWorkbookProps(); err == nil && p.Date1904 != nil && *p.Date1904 {
		return errors.New("the workbook counts dates from 1904; save it with the 1900 date system or as CSV")
	}
	for _, name := range book.GetSheetList() {
		if err := readSheet(ctx, book, name, sink); err != nil {
			return err
		}
	}
	return nil
}

func readSheet(ctx context.Context, book *excelize.File, name string, sink Sink) (err error) {
	rows, err := book.Rows(name)
	if err != nil {
		return fmt.Errorf("sheet %q: %w", name, err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	sink.Sheet(name)
	var row Row
	for line := 1; rows.Next(); line++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		columns, err := rows.Columns()
		if err != nil {
			return fmt.Errorf("sheet %q, row %d: %w", name, line, err)
		}
		row.reset()
		for _, column := range columns {
			row.Add([]byte(column))
		}
		switch {
		case len(row.text) == row.Len(): // all are empty
		case len(row.text) > MaxRow:
			sink.Bad(line, tooLong)
		default:
			if err := sink.Row(line, &row); err != nil {
				return err
			}
		}
	}
	return rows.Error()
}

// checkWorkbook refuses a workbook that unfolds to more than memory should hold:
// excelize has whole rows and all parts but large sheets in memory.
func checkWorkbook(ctx context.Context, file io.ReaderAt, size int64) error {
	book, err := zip.NewReader(file, size)
	if err != nil {
		return err
	}
	var inMemory uint64
	for _, part := range book.File {
		name := strings.ToLower(part.Name)
		switch {
		case part.UncompressedSize64 <= maxInMemory || !strings.HasPrefix(name, "xl/worksheets/sheet") && name != "xl/sharedstrings.xml":
			inMemory += part.UncompressedSize64
		case part.UncompressedSize64 > maxUnfolded:
			return fmt.Errorf("%s unfolds to more than %d GiB", part.Name, maxUnfolded>>30)
		default:
			if err := checkRows(ctx, part); err != nil {
				return fmt.Errorf("%s: %w", part.Name, err)
			}
		}
	}
	if inMemory > maxWorkbook {
		return fmt.Errorf("it unfolds to %d MiB, more than %d; save it as CSV", inMemory>>20, maxWorkbook>>20)
	}
	return nil
}

// checkRows bounds the texts and rows of a sheet, or the shared texts of all.
func checkRows(ctx context.Context, part *zip.File) error {
	r, err := part.Open()
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	tags := bufio.NewScanner(r)
	tags.Buffer(nil, MaxRow)
	tags.Split(func(data []byte, atEOF bool) (int, []byte, error) { // a tag with the text after it
		if i := bytes.IndexByte(data, '<'); i >= 0 {
			return i + 1, data[:i], nil
		}
		if atEOF {
			return len(data), nil, nil
		}
		return 0, nil, nil
	})
	for row := 0; tags.Scan(); row += len(tags.Bytes()) {
		name, _, _ := bytes.Cut(tags.Bytes(), []byte(" "))
		name, _, _ = bytes.Cut(name, []byte(">"))
		switch {
		case bytes.HasSuffix(name, []byte("row")) || bytes.HasSuffix(name, []byte("si")):
			if err := ctx.Err(); err != nil {
				return err
			}
			row = 0
		case row > maxRowXML:
			return fmt.Errorf("a row has more than %d MiB", maxRowXML>>20)
		}
	}
	if errors.Is(tags.Err(), bufio.ErrTooLong) {
		return errors.New("a cell has more than 1 MiB")
	}
	return tags.Err()
}
