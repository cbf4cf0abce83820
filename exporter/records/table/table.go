// Package table reads the rows of a table from the bytes of a file: CSV in the
// usual separators and charsets, gzipped or not, and XLSX. It knows nothing of
// what the cells mean. What is no row is reported and reading goes on: one broken
// line costs that line.
package table

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/klauspost/compress/gzip"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	xunicode "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// HeadingRows is in how many first rows of a table its heading row is looked for.
const HeadingRows = 20

// maxUnzipped bounds what a gzipped file may unfold to, in bytes.
const maxUnzipped = 64 << 30

// Sink takes what is read.
type Sink interface {
	// Sheet says that a sheet of a workbook begins. A CSV has none.
	Sheet(name string)
	// Row takes one row. Lines count from 1. An error ends the reading.
	Row(line int, row *Row) error
	// Bad takes a line that is no row, with the reason in Vietnamese.
	Bad(line int, reason string)
}

// Read hands all rows of a file of a size to sink, whatever its format is. notes say
// in Vietnamese what was left out: sheets that are hidden. Reading ends with an
// error when ctx does, when sink returns one, or when the file is damaged, too large
// or of a format that is not read.
func Read(ctx context.Context, file io.ReaderAt, size int64, sink Sink) (notes []string, err error) {
	format, err := Sniff(file, size)
	if err != nil {
		return nil, err
	}
	if format.XLSX {
		return nil, ReadXLSX(ctx, file, size, sink)
	}
	text, err := format.Text(ctx, file, size)
	if err != nil {
		return nil, err
	}
	return nil, (&CSV{}).Read(text, sink)
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

// Format is how a file is to be read.
type Format struct {
	XLSX    bool
	Gzip    bool
	Charset encoding.Encoding // nil: UTF-8
	Skip    int               // bytes of a byte order mark
}

// Plain says that text stands in the file byte by byte as it is read, so that
// reading can begin at any row.
func (f Format) Plain() bool { return !f.XLSX && !f.Gzip && f.Charset == nil }

// headSize is how much of a file its format is found by.
const headSize = 64 << 10

// Sniff finds the format of a file of a size by its first bytes; names do not
// matter.
func Sniff(f io.ReaderAt, size int64) (Format, error) {
	head, err := first(io.NewSectionReader(f, 0, size))
	if err != nil {
		return Format{}, err
	}
	var format Format
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return Format{XLSX: true}, nil
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0")):
		return Format{}, errors.New("it is an old Excel file (.xls) or has a password; save it as .xlsx or CSV")
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		format.Gzip = true
		unzipped, err := gzip.NewReader(io.NewSectionReader(f, 0, size))
		if err != nil {
			return Format{}, err
		}
		if head, err = first(unzipped); err != nil {
			return Format{}, err
		}
	}
	format.Charset, format.Skip = charset(head)
	return format, nil
}

func first(r io.Reader) ([]byte, error) {
	head := make([]byte, headSize)
	n, err := io.ReadFull(r, head)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) && n > 0 {
		err = nil
	}
	return head[:n], err
}

// charset tells the charset of a text by its first bytes. What is neither UTF-16
// nor UTF-8 is taken for Windows-1258, the Vietnamese code page.
func charset(head []byte) (charset encoding.Encoding, mark int) {
	zero := bytes.IndexByte(head[:min(len(head), 2)], 0) // a heading row begins with an ASCII letter or sign, or has a mark
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		return nil, 3
	case bytes.HasPrefix(head, []byte("\xff\xfe")) || zero == 1:
		return xunicode.UTF16(xunicode.LittleEndian, xunicode.UseBOM), 0
	case bytes.HasPrefix(head, []byte("\xfe\xff")) || zero == 0:
		return xunicode.UTF16(xunicode.BigEndian, xunicode.UseBOM), 0
	}
	if len(head) == headSize { // it may end within a character
		head = head[:bytes.LastIndexByte(head, '\n')+1]
	}
	if utf8.Valid(head) {
		return nil, 0
	}
	return charmap.Windows1258, 0
}

// Text returns the text of a CSV file of a size as UTF-8. Reading ends with an
// error when the context does or when the file has become shorter than size.
func (f Format) Text(ctx context.Context, file io.ReaderAt, size int64) (io.Reader, error) {
	var r io.Reader = &whole{ctx: ctx, r: io.NewSectionReader(file, 0, size), left: size}
	if f.Gzip {
		unzipped, err := gzip.NewReader(r)
		if err != nil {
			return nil, err
		}
		r = &limited{r: unzipped, left: maxUnzipped}
	}
	if _, err := io.CopyN(io.Discard, r, int64(f.Skip)); err != nil {
		return nil, err
	}
	if f.Charset != nil {
		r = transform.NewReader(r, f.Charset.NewDecoder())
	}
	return r, nil
}

// From returns the rest of a plain file from an offset to its size.
func From(ctx context.Context, file io.ReaderAt, offset, size int64) io.Reader {
	return &whole{ctx: ctx, r: io.NewSectionReader(file, offset, size-offset), left: size - offset}
}

// whole is a reader that must give as many bytes as the file had when it was
// opened.
type whole struct {
	ctx  context.Context
	r    io.Reader
	left int64
}

func (w *whole) Read(p []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := w.r.Read(p)
	w.left -= int64(n)
	if errors.Is(err, io.EOF) && w.left > 0 {
		return n, fmt.Errorf("the file became shorter while it was read (%d bytes are missing)", w.left)
	}
	return n, err
}

// limited is a reader with an error at its limit.
type limited struct {
	r    io.Reader
	left int64
}

func (l *limited) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	if l.left -= int64(n); l.left < 0 {
		return 0, fmt.Errorf("it unfolds to more than %d GiB", maxUnzipped>>30)
	}
	return n, err
}

// LastLine returns what stands after the last line end of a plain file, at most
// MaxRow bytes: empty if the file is complete.
func LastLine(file io.ReaderAt, size int64) ([]byte, error) {
	for n := min(size, 4<<10); ; n = min(size, MaxRow) {
		tail := make([]byte, n)
		if _, err := file.ReadAt(tail, size-n); err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		if i := bytes.LastIndexByte(tail, '\n'); i >= 0 {
			return tail[i+1:], nil
		}
		if n == min(size, MaxRow) {
			return tail, nil
		}
	}
}

// Cells counts the cells of a line: separators outside quotes, and one.
func Cells(line []byte, comma byte) int {
	n, within := 1, false
	for _, b := range line {
		switch {
		case b == '"':
			within = !within
		case b == comma && !within:
			n++
		}
	}
	return n
}
