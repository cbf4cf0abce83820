package format

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"
	xunicode "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/unicode/norm"

	"dvc_exporter/exporter/records/table"
)

// collected is a Sink that keeps everything as text.
type collected []string

func (c *collected) Sheet(name string) { *c = append(*c, "sheet "+name) }

func (c *collected) Row(line int, row *table.Row) error {
	var cells [][]byte
	for i := range row.Len() {
		cells = append(cells, row.Cell(i))
	}
	*c = append(*c, fmt.Sprintf("%d %q", line, cells))
	return nil
}

func (c *collected) Bad(line int, reason string) {
	*c = append(*c, fmt.Sprintf("%d %s", line, reason))
}

func TestText(t *testing.T) {
	const text = "Mã hồ sơ;Đơn vị xử lý\nH26.1;Sở Tư pháp\n"
	encode := func(s string, err error) []byte {
		if err != nil {
			t.Fatal(err)
		}
		return []byte(s)
	}
	utf16 := func(e xunicode.Endianness, bom xunicode.BOMPolicy) []byte {
		return encode(xunicode.UTF16(e, bom).NewEncoder().String(text))
	}
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, _ = z.Write([]byte("\xef\xbb\xbf" + text))
	_ = z.Close()
	for name, test := range map[string]struct {
		bytes []byte
		plain bool
	}{
		"UTF-8":         {[]byte(text), true},
		"UTF-8, BOM":    {[]byte("\xef\xbb\xbf" + text), true},
		"UTF-16LE, BOM": {utf16(xunicode.LittleEndian, xunicode.UseBOM), false},
		"UTF-16BE, BOM": {utf16(xunicode.BigEndian, xunicode.UseBOM), false},
		"UTF-16LE":      {utf16(xunicode.LittleEndian, xunicode.IgnoreBOM), false},
		"UTF-16BE":      {utf16(xunicode.BigEndian, xunicode.IgnoreBOM), false},
		"Windows-1258":  {encode(charmap.Windows1258.NewEncoder().String(decomposed(text))), false},
		"gzip":          {zipped.Bytes(), false},
	} {
		t.Run(name, func(t *testing.T) {
			file := bytes.NewReader(test.bytes)
			format, err := Sniff(file, file.Size())
			if err != nil {
				t.Fatal(err)
			}
			if format.Plain() != test.plain {
				t.Errorf("plain = %v", format.Plain())
			}
			r, err := format.text(t.Context(), file, file.Size())
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(r)
			if err != nil || norm.NFC.String(string(got)) != text {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
}

// decomposed writes tones as marks of their own where Windows-1258 has no letter
// with them.
func decomposed(s string) string {
	var b strings.Builder
	for _, r := range s {
		if _, ok := charmap.Windows1258.EncodeRune(r); ok {
			b.WriteRune(r)
			continue
		}
		apart := []rune(norm.NFD.String(string(r)))
		tone := len(apart) - 1
		if !slices.Contains([]rune("\u0300\u0301\u0303\u0309\u0323"), apart[tone]) {
			tone-- // ệ is e, dot below, circumflex
			apart[tone], apart[tone+1] = apart[tone+1], apart[tone]
			tone++
		}
		b.WriteString(norm.NFC.String(string(apart[:tone])) + string(apart[tone]))
	}
	return b.String()
}

// What cannot be read is named, with what to do.
func TestSniffRefuses(t *testing.T) {
	for file, want := range map[string]string{
		"\xd0\xcf\x11\xe0 and more": ".xlsx", "\x09\x08\x10\x00": ".xls", "%PDF-1.7": "PDF", "MIME-Version: 1.0\r\n": "MHTML",
	} {
		if _, err := Sniff(strings.NewReader(file), int64(len(file))); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.10q: %v", file, err)
		}
	}
}

func TestPlain(t *testing.T) {
	for file, want := range map[string]bool{
		"a,b\n": true, "\xef\xbb\xbfa,b\n": true, "": true, "<table><tr>": false, "<!DOCTYPE html>": false, "\xff\xfea\x00": false, "PK\x03\x04": false, "<a>,b": true,
	} {
		if f, err := Sniff(strings.NewReader(file), int64(len(file))); err != nil || f.Plain() != want {
			t.Errorf("%.10q: %v, %v", file, f, err)
		}
	}
}

func TestTextOfAShorterFile(t *testing.T) {
	r, err := Format{}.text(t.Context(), strings.NewReader("a,b\n"), 10)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(r); err == nil {
		t.Error("a file that became shorter was taken for whole")
	}
}

func TestTextEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, file := range map[string]string{"csv": "a,b\n", "html": "<table><tr><td>a", "xml": `<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">`} {
		if _, err := Read(ctx, strings.NewReader(file), int64(len(file)), &collected{}); !errors.Is(err, context.Canceled) {
			t.Error(name, err)
		}
	}
}

func TestLastLine(t *testing.T) {
	long := strings.Repeat("x", 5000)
	for text, want := range map[string]string{"": "", "a\n": "", "a\nb": "b", "a": "a", "a\n" + long: long} {
		got, err := LastLine(strings.NewReader(text), int64(len(text)))
		if err != nil || string(got) != want {
			t.Errorf("%.10q: %.10q, %v", text, got, err)
		}
	}
}

func TestXLSX(t *testing.T) {
	book := excelize.NewFile()
	set := func(sheet, cell string, value any) {
		if err := book.SetCellValue(sheet, cell, value); err != nil {
			t.Fatal(err)
		}
	}
	set("Sheet1", "A1", "DANH SÁCH")
	set("Sheet1", "B3", "Ngày")
	set("Sheet1", "B4", 45505.25)
	if _, err := book.NewSheet("Hai"); err != nil {
		t.Fatal(err)
	}
	set("Hai", "A1", "x")
	var file bytes.Buffer
	if err := book.Write(&file); err != nil {
		t.Fatal(err)
	}
	var got collected
	if _, err := Read(t.Context(), bytes.NewReader(file.Bytes()), int64(file.Len()), &got); err != nil {
		t.Fatal(err)
	}
	want := collected{"sheet Sheet1", `1 ["DANH SÁCH"]`, `3 ["" "Ngày"]`, `4 ["" "45505.25"]`, "sheet Hai", `1 ["x"]`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
