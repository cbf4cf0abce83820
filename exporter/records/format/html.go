package format

import (
	"context"
	"errors"
	"fmt"
	"io"

	"dvc_exporter/exporter/htmltable"

	"dvc_exporter/exporter/records/table"
)

// maxRepeated bounds what cells that span rows are repeated to, in bytes: a few
// bytes of a page can make many.
const maxRepeated = 64 << 20

// readHTML hands the rows of a page's tables to sink, each table as a sheet. Tables
// within a table that has rows of its own are menus and the like and are left out.
func readHTML(ctx context.Context, r io.Reader, sink table.Sink) error {
	var current *htmltable.Table
	var row table.Row
	repeated := 0
	_, _, err := htmltable.Read(table.NewBounded(ctx, r, table.MaxUnzipped), func(t *htmltable.Table, cells []*htmltable.Cell) error {
		if current != t {
			if current != nil && !current.Ended {
				return nil
			}
			current = t
			sink.Sheet(fmt.Sprint("bảng ", t.Number))
		}
		row.Reset()
		own := false
		for at, c := range cells {
			first := c.Row == t.Rows-1 && c.Column == at
			own = own || first && c.Text != ""
			switch {
			case first:
				row.Add(table.Tidy([]byte(c.Text)))
			case c.Columns == 1 || t.Rows <= table.HeadingRows: // as in sheet
				repeated += len(c.Text)
				row.Add(table.Tidy([]byte(c.Text)))
			default:
				row.Add(nil)
			}
		}
		switch {
		case repeated > maxRepeated:
			return errors.New("các ô trải trên quá nhiều dòng")
		case !own:
			return nil
		}
		return sink.Row(t.Rows, &row)
	})
	if errors.Is(err, htmltable.ErrTooLarge) {
		return errors.New("trang HTML quá lớn hoặc lồng quá sâu: hãy mở bằng Excel và lưu lại thành .xlsx hoặc CSV")
	}
	return err
}
