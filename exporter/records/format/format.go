// Package format reads the rows of a table from the bytes of a file: CSV in the
// usual separators and charsets, gzipped or not, XLSX, and the HTML and XML that
// offices have under the name of .xls. It knows nothing of what the cells mean. What
// is no row is reported and reading goes on: one broken line costs that line.
package format

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"unicode/utf8"

	"github.com/klauspost/compress/gzip"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	xunicode "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"dvc_exporter/exporter/records/table"
	"dvc_exporter/exporter/records/workbook"
)

// maxGzip bounds what a gzipped file is decompressed to, in bytes: five million
// dossiers.
const maxGzip = 1 << 30

// Read hands all rows of a file of a size to sink, whatever its format is: names do
// not matter. notes say in Vietnamese what was left out or read in another way:
// hidden sheets, text as it was written before Unicode. Reading ends with an error
// when ctx does, when sink returns one, or when the file is damaged, has become
// shorter, is too large or of a format that is not read.
//
// Cells have neither guards (="…", an apostrophe) nor no-break or zero-width spaces
// any more.
func Read(ctx context.Context, file io.ReaderAt, size int64, sink table.Sink) (notes []string, err error) {
	format, err := Sniff(file, size)
	if err != nil {
		return nil, err
	}
	open := func() (io.Reader, error) { return format.text(ctx, file, size) }
	rows := &recoder{Sink: sink, notes: &notes}
	var left []string
	switch format.kind {
	case xlsxBook:
		left, err = workbook.ReadXLSX(ctx, file, size, rows)
	case xmlBook:
		left, err = workbook.ReadSpreadsheetML(ctx, open, rows)
	default:
		text, err := open()
		if err != nil {
			return nil, err
		}
		if format.kind == htmlPage {
			return notes, readHTML(ctx, text, rows)
		}
		return notes, (&table.CSV{}).Read(text, rows)
	}
	return append(notes, left...), err
}

// Format is how the bytes of a file are to be read.
type Format struct {
	kind    kind
	gzip    bool
	charset encoding.Encoding // nil: UTF-8
	skip    int64             // bytes of a byte order mark
}

type kind uint8

const (
	csvText kind = iota
	xlsxBook
	htmlPage
	xmlBook // Excel 2003's XML, SpreadsheetML
)

// Plain says that each line of the file is a row, so that a part of the file can be
// read: all but the last line, say.
func (f Format) Plain() bool { return f.kind == csvText && !f.gzip && f.charset == nil }

// headSize is how much of a file its format is found by.
const headSize = 64 << 10

// Sniff finds the format of a file of a size by its first bytes. The error says in
// Vietnamese what to do with a format that is not read.
func Sniff(f io.ReaderAt, size int64) (Format, error) {
	head, err := first(io.NewSectionReader(f, 0, size), min(size, headSize))
	if err != nil {
		return Format{}, err
	}
	var format Format
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return Format{kind: xlsxBook}, nil
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0")), bytes.HasPrefix(head, []byte("\x09\x08")), bytes.HasPrefix(head, []byte("\x09\x04")):
		return Format{}, errors.New("đây là tệp Excel cũ (.xls) hoặc có mật khẩu: hãy mở bằng Excel, bỏ mật khẩu nếu có, và lưu lại thành .xlsx")
	case bytes.HasPrefix(head, []byte("%PDF-")):
		return Format{}, errors.New("đây là tệp PDF: hãy xuất danh sách ra .xlsx hoặc CSV")
	case bytes.HasPrefix(head, []byte("MIME-Version:")):
		return Format{}, errors.New("đây là trang web lưu thành một tệp (MHTML): hãy mở bằng Excel và lưu lại thành .xlsx")
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		format.gzip = true
		unzipped, err := gzip.NewReader(io.NewSectionReader(f, 0, size))
		if err != nil {
			return Format{}, err
		}
		if head, err = first(unzipped, headSize); err != nil {
			return Format{}, err
		}
	}
	if format.charset, format.skip = charset(head); format.charset != nil {
		if head, _, err = transform.Bytes(format.charset.NewDecoder(), head); err != nil {
			return Format{}, err
		}
	}
	switch head = bytes.TrimLeft(head[format.skip:], " \t\r\n\ufeff"); {
	case !bytes.HasPrefix(head, []byte("<")):
	case workbookTag.Match(head):
		format.kind = xmlBook
	case htmlTag.Match(head) || bytes.HasPrefix(head, []byte("<!")):
		format.kind = htmlPage
	}
	return format, nil
}

var (
	workbookTag = regexp.MustCompile(`<(\w+:)?Workbook\s`)
	htmlTag     = regexp.MustCompile(`(?i)<(html|table)[\s>]`)
)

func first(r io.Reader, size int64) ([]byte, error) {
	head := make([]byte, size)
	n, err := io.ReadFull(r, head)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) && n > 0 {
		err = nil
	}
	return head[:n], err
}

// charset tells the charset of a text by its first bytes. What is neither UTF-16
// nor UTF-8 is taken for Windows-1258, the Vietnamese code page, unless its letters
// are those of before Unicode, or those of UTF-8 with a few bytes that are broken.
func charset(head []byte) (charset encoding.Encoding, mark int64) {
	zero := bytes.IndexByte(head[:min(len(head), 2)], 0) // a heading row begins with an ASCII letter or sign, or has a mark
	if bytes.HasPrefix(head, []byte("\x00\x00")) {       // no text
		zero = -1
	}
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		return nil, 3
	case bytes.HasPrefix(head, []byte("\xff\xfe")) || zero == 1:
		return xunicode.UTF16(xunicode.LittleEndian, xunicode.UseBOM), 0
	case bytes.HasPrefix(head, []byte("\xfe\xff")) || zero == 0:
		return xunicode.UTF16(xunicode.BigEndian, xunicode.UseBOM), 0
	}
	if len(head) == headSize { // it may end within a character
		head = head[:bytes.LastIndexAny(head, "\r\n")+1]
	}
	if utf8.Valid(head) {
		return nil, 0
	}
	western, _ := charmap.Windows1252.NewDecoder().Bytes(head)
	switch as, err := recognise(string(western)); {
	case err != nil:
		return nil, 0
	case as != nil:
		return charmap.Windows1252, 0
	}
	return charmap.Windows1258, 0
}

// text returns the text of a file of a size as UTF-8.
func (f Format) text(ctx context.Context, file io.ReaderAt, size int64) (io.Reader, error) {
	var r io.Reader = &whole{ctx: ctx, r: io.NewSectionReader(file, 0, size), left: size}
	if f.gzip {
		unzipped, err := gzip.NewReader(r)
		if err != nil {
			return nil, err
		}
		r = table.NewBounded(ctx, unzipped, maxGzip)
	}
	if _, err := io.CopyN(io.Discard, r, f.skip); err != nil {
		return nil, err
	}
	if f.charset != nil {
		r = transform.NewReader(r, f.charset.NewDecoder())
	}
	return r, nil
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

// LastLine returns what stands after the last line end of a plain file, at most
// table.MaxRow bytes: empty if the file is complete.
func LastLine(file io.ReaderAt, size int64) ([]byte, error) {
	for n := min(size, 4<<10); ; n = min(size, table.MaxRow) {
		tail := make([]byte, n)
		if _, err := file.ReadAt(tail, size-n); err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		if i := bytes.LastIndexAny(tail, "\r\n"); i >= 0 {
			return tail[i+1:], nil
		}
		if n == min(size, table.MaxRow) {
			return tail, nil
		}
	}
}
