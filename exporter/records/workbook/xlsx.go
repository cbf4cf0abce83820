package workbook

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"

	"dvc_exporter/exporter/records/table"
)

// MaxFile is how many bytes a workbook may have.
const MaxFile = 256 << 20

// Bounds of what it holds.
const (
	maxPart   = 1 << 20  // bytes of a part that is read as a whole
	maxTexts  = 64 << 20 // bytes of the texts that all sheets share
	maxMerged = 100_000  // merged cells of a sheet
)

// workbook is an XLSX file (ECMA-376).
type workbook struct {
	ctx   context.Context
	parts map[string]*zip.File // by name in small letters
	left  int64                // bytes that may still be decompressed
	texts []byte               // that cells share
	ends  []int32              // of them
}

// ReadXLSX hands the rows of every visible sheet of a workbook to sink. Cells come as
// they are stored: dates as serial numbers.
func ReadXLSX(ctx context.Context, file io.ReaderAt, size int64, sink table.Sink) (notes []string, err error) {
	if size > MaxFile {
		return nil, fmt.Errorf("sổ tính có %d MiB, nhiều hơn %d: hãy lưu lại thành CSV", size>>20, MaxFile>>20)
	}
	files, err := zip.NewReader(file, size)
	if err != nil {
		return nil, fmt.Errorf("không mở được sổ tính, tệp hỏng hoặc bị cắt: %w", err)
	}
	book := &workbook{ctx: ctx, parts: map[string]*zip.File{}, left: table.MaxUnzipped}
	for _, part := range files.File {
		book.parts[strings.ToLower(part.Name)] = part
	}
	var index struct {
		Properties struct {
			Date1904 string `xml:"date1904,attr"`
		} `xml:"workbookPr"`
		Sheets []struct {
			Name  string `xml:"name,attr"`
			State string `xml:"state,attr"`
			ID    string `xml:"id,attr"`
		} `xml:"sheets>sheet"`
	}
	var relations struct {
		List []struct {
			ID     string `xml:"Id,attr"`
			Type   string `xml:"Type,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if err := errors.Join(book.decode("xl/workbook.xml", &index), book.decode("xl/_rels/workbook.xml.rels", &relations)); err != nil {
		return nil, err
	}
	if d := index.Properties.Date1904; d == "1" || d == "true" {
		return nil, errors.New("sổ tính đếm ngày từ năm 1904: trong Excel hãy bỏ chọn “Use 1904 date system” rồi lưu lại, hoặc lưu thành CSV")
	}
	sheets := map[string]string{}
	for _, r := range relations.List {
		name := path.Join("xl", r.Target)
		if strings.HasPrefix(r.Target, "/") {
			name = r.Target[1:]
		}
		switch path.Base(r.Type) {
		case "worksheet":
			sheets[r.ID] = name
		case "sharedStrings":
			if err := book.readTexts(name); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	for _, s := range index.Sheets {
		name, ok := sheets[s.ID]
		switch {
		case !ok: // a chart
		case s.State == "hidden" || s.State == "veryHidden":
			notes = append(notes, hiddenSheet(s.Name))
		default:
			sink.Sheet(s.Name)
			if err := book.readSheet(name, sink); err != nil {
				return notes, fmt.Errorf("trang %q: %w", s.Name, err)
			}
		}
	}
	return notes, nil
}

func hiddenSheet(name string) string {
	return fmt.Sprintf("trang ẩn %q không được đọc", name)
}

// open opens a part.
func (b *workbook) open(name string) (io.Closer, *table.Bounded, error) {
	part := b.parts[strings.ToLower(name)]
	switch {
	case part != nil:
		r, err := part.Open()
		return r, table.NewBounded(b.ctx, r, table.MaxUnzipped), err
	case b.parts["xl/workbook.bin"] != nil:
		return nil, nil, errors.New("đây là sổ tính nhị phân (.xlsb): hãy mở bằng Excel và lưu lại thành .xlsx")
	case b.parts["content.xml"] != nil:
		return nil, nil, errors.New("đây là bảng tính OpenDocument (.ods): hãy lưu lại thành .xlsx hoặc CSV")
	}
	return nil, nil, fmt.Errorf("không phải sổ tính .xlsx: thiếu %s; nếu là tệp nén, hãy giải nén trước", name)
}

// decode reads a small part into v.
func (b *workbook) decode(name string, v any) error {
	closer, in, err := b.open(name)
	if err != nil {
		return err
	}
	defer func() { _ = closer.Close() }()
	in.Piece = maxPart
	if err := xml.NewDecoder(in).Decode(v); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// readTexts reads the texts that cells share, without the hints how to pronounce
// them.
func (b *workbook) readTexts(name string) error {
	closer, in, err := b.open(name)
	if err != nil {
		return err
	}
	defer func() { _ = closer.Close() }()
	// At once, because a slice that grows is there twice while it is copied.
	b.texts = make([]byte, 0, min(b.parts[strings.ToLower(name)].UncompressedSize64, maxTexts+maxPart))
	var f field
	return walk(in, func(e xml.StartElement) {
		f.open = e.Name.Local == "t"
		f.hidden = f.hidden || e.Name.Local == "rPh"
	}, f.add, func(name string) error {
		f.open = false
		switch name {
		case "rPh":
			f.hidden = false
		case "si":
			b.texts, f.text = append(b.texts, f.text...), f.text[:0]
			b.ends = append(b.ends, int32(len(b.texts)))
			if len(b.texts)+8*len(b.ends) > maxTexts {
				return fmt.Errorf("các ô có hơn %d MiB chữ: hãy lưu lại thành CSV", maxTexts>>20)
			}
		case "sst":
			return io.EOF
		}
		return nil
	})
}

// text returns the shared text that a cell refers to.
func (b *workbook) text(number []byte) ([]byte, error) {
	i, err := strconv.Atoi(string(number))
	if err != nil || i < 0 || i >= len(b.ends) {
		return nil, errors.New("sổ tính hỏng: thiếu chữ của một ô")
	}
	from := int32(0)
	if i > 0 {
		from = b.ends[i-1]
	}
	return b.texts[from:b.ends[i]], nil
}

func (b *workbook) readSheet(name string, sink table.Sink) error {
	if part := b.parts[strings.ToLower(name)]; part != nil { // it does not become more than it says
		if b.left -= int64(min(part.UncompressedSize64, table.MaxUnzipped+1)); b.left < 0 {
			return table.TooLarge(table.MaxUnzipped)
		}
	}
	merged, err := b.merged(name)
	if err != nil {
		return err
	}
	closer, in, err := b.open(name)
	if err != nil {
		return err
	}
	defer func() { _ = closer.Close() }()
	s := sheet{sink: sink}
	column, kind := 0, ""
	var f field
	return walk(in, func(e xml.StartElement) {
		switch e.Name.Local {
		case "row":
			column = -1
			s.begin(intAttribute(e, "r", s.line+1))
		case "c":
			column++
			if at, _, ok := place(attribute(e, "r")); ok {
				column = at
			}
			kind, f.text = attribute(e, "t"), f.text[:0]
		case "rPh":
			f.hidden = true
		case "v", "t":
			f.open = true
		}
	}, f.add, func(name string) error {
		f.open = false
		switch name {
		case "rPh":
			f.hidden = false
		case "c":
			text := f.text
			if kind == "s" && len(text) > 0 {
				if text, err = b.text(text); err != nil {
					return err
				}
			}
			size := merged[[2]int{column, s.line}]
			s.put(column, text, size[0], size[1])
		case "row":
			return s.end()
		case "sheetData":
			return io.EOF
		}
		return nil
	})
}

// merged returns how many columns and lines a merged cell of a sheet covers, by its
// first column and line. They stand behind all rows.
func (b *workbook) merged(name string) (map[[2]int][2]int, error) {
	closer, in, err := b.open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = closer.Close() }()
	all := map[[2]int][2]int{}
	s := tags(in)
	for s.Scan() && len(all) < maxMerged {
		tag := s.Bytes()
		if i := bytes.IndexByte(tag, ' '); i < 0 || !bytes.HasSuffix(tag[:i], []byte("mergeCell")) {
			continue
		}
		_, ref, _ := bytes.Cut(tag, []byte(`ref="`))
		ref, _, _ = bytes.Cut(ref, []byte(`"`))
		first, last, _ := strings.Cut(string(ref), ":")
		column, line, ok := place(first)
		lastColumn, lastLine, alsoOK := place(last)
		if ok && alsoOK {
			all[[2]int{column, line}] = [2]int{lastColumn - column + 1, lastLine - line + 1}
		}
	}
	if errors.Is(s.Err(), bufio.ErrTooLong) {
		return nil, table.ErrPiece
	}
	return all, s.Err()
}

// place reads the address of a cell: B12 is column 1 (from 0), line 12.
func place(address string) (column, line int, ok bool) {
	digits := strings.TrimLeft(address, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
	letters := address[:len(address)-len(digits)]
	if len(letters) == 0 || len(letters) > 3 {
		return 0, 0, false
	}
	for _, l := range []byte(letters) {
		column = column*26 + int(l-'A') + 1
	}
	line, err := strconv.Atoi(digits)
	return column - 1, line, err == nil
}
