package table

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/xuri/excelize/v2"
)

// Bounds of a workbook, in bytes. What it unfolds to is checked before anything
// is unfolded; a sheet of more than maxInMemory goes through a temporary file.
const (
	maxWorkbook = 256 << 20
	maxUnfolded = 2 << 30
	maxInMemory = 16 << 20
)

// ReadXLSX hands the rows of every sheet of a workbook to sink. Cells come as they
// are stored: dates as serial numbers.
func ReadXLSX(ctx context.Context, r io.Reader, size int64, sink Sink) (err error) {
	if size > maxWorkbook {
		return fmt.Errorf("the workbook has %d MiB, more than %d; save it as CSV", size>>20, maxWorkbook>>20)
	}
	book, err := excelize.OpenReader(r, excelize.Options{RawCellValue: true, UnzipSizeLimit: maxUnfolded, UnzipXMLSizeLimit: maxInMemory})
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
