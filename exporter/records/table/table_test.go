package table

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"
	xunicode "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/unicode/norm"
)

// collected is a Sink that keeps everything as text.
type collected []string

func (c *collected) Sheet(name string) { *c = append(*c, "sheet "+name) }

func (c *collected) Row(line int, row *Row) error {
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

func TestCSV(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		want collected
	}{
		"lf":                   {"a,b\n1,2\n", collected{`1 ["a" "b"]`, `2 ["1" "2"]`}},
		"crlf, no end":         {"a,b\r\n1,2", collected{`1 ["a" "b"]`, `2 ["1" "2"]`}},
		"semicolon":            {"a;b,c;d\n1;2;3\n", collected{`1 ["a" "b,c" "d"]`, `2 ["1" "2" "3"]`}},
		"tab":                  {"a\tb\n1\t\n", collected{`1 ["a" "b"]`, `2 ["1" ""]`}},
		"title above":          {"Danh sách, tháng 7\na;b;c\n", collected{`1 ["Danh sách, tháng 7"]`, `2 ["a" "b" "c"]`}},
		"empty lines":          {"a,b\n\r\n\n1,2\n", collected{`1 ["a" "b"]`, `4 ["1" "2"]`}},
		"quoted":               {"a,b\n\"x, \"\"y\"\"\",\"\"\r\n\"1\",\"2\"", collected{`1 ["a" "b"]`, `2 ["x, \"y\"" ""]`, `3 ["1" "2"]`}},
		"line break in quotes": {"a,b\n\"1\n2\",3\n4,5\n", collected{`1 ["a" "b"]`, `2 ["1\n2" "3"]`, `4 ["4" "5"]`}},
		"quote within a field": {"a,b\nCông ty \"X\",2\n", collected{`1 ["a" "b"]`, `2 ["Công ty \"X\"" "2"]`}},
		"never closed":         {"a,b\n\"1,2\n3,4\n", collected{`1 ["a" "b"]`, `2 dấu ngoặc kép không đóng`, `3 ["3" "4"]`}},
		"text after a quote":   {"a,b\n\"1\"x,2\n3,4\n", collected{`1 ["a" "b"]`, `2 dấu ngoặc kép đặt sai chỗ`, `3 ["3" "4"]`}},
		"never closed, long": {"a,b\n\"1,2\n" + strings.Repeat("3,4\n", MaxRow/4),
			append(collected{`1 ["a" "b"]`, `2 dấu ngoặc kép không đóng`}, numbered(3, MaxRow/4, `["3" "4"]`)...)},
		"a line too long":         {"a,b\n" + strings.Repeat("x", 3*MaxRow) + "\n1,2\n", collected{`1 ["a" "b"]`, `2 dòng dài hơn 1 MiB`, `3 ["1" "2"]`}},
		"sep=":                    {"sep=|\r\na|b,c;d;e\r\n1|2\r\n", collected{`2 ["a" "b,c;d;e"]`, `3 ["1" "2"]`}},
		"sep= in quotes":          {"\"sep=;\"\na;b,c,d,e\n", collected{`2 ["a" "b,c,d,e"]`}},
		"sep= and no more":        {"sep=;", nil},
		"sep= that is a heading":  {"sep=;a;b\n", collected{`1 ["sep=" "a" "b"]`}},
		"bars":                    {"Mã|Đơn vị\n1|Sở A, B, C\n2|Sở D\n", collected{`1 ["Mã" "Đơn vị"]`, `2 ["1" "Sở A, B, C"]`, `3 ["2" "Sở D"]`}},
		"commas in cells":         {"a;b;c\n1;x, y, z, u, v;2\n3;4;5\n6;u, v, w, x;7\n", collected{`1 ["a" "b" "c"]`, `2 ["1" "x, y, z, u, v" "2"]`, `3 ["3" "4" "5"]`, `4 ["6" "u, v, w, x" "7"]`}},
		"CR alone":                {"a,b\r1,2\r\r\"3\r4\",5", collected{`1 ["a" "b"]`, `2 ["1" "2"]`, `4 ["3\n4" "5"]`}},
		"guards":                  {"a,b\n=\"1,2\",\"=\"\"3\"\"\"\n'4,'5'\n=\"6\"x,7\n", collected{`1 ["a" "b"]`, `2 ["1,2" "3"]`, `3 ["4" "5"]`, `4 dấu ngoặc kép đặt sai chỗ`}},
		"spaces that nobody sees": {"a,b\n\u200b1\u00a02\u00a0,\ufeff3\n\"\u00a04\",5\n", collected{`1 ["a" "b"]`, `2 ["1 2" "3"]`, `3 ["4" "5"]`}},
		"bytes that are no UTF-8": {"a,b\n\xff,\xc2\n", collected{`1 ["a" "b"]`, `2 ["\xff" "\xc2"]`}},
		"NUL bytes":               {"a,b\n\x00\x00,2\n", collected{`1 ["a" "b"]`, `2 ["\x00\x00" "2"]`}},
	} {
		t.Run(name, func(t *testing.T) {
			for reader, r := range map[string]io.Reader{"whole": strings.NewReader(test.text), "halves": iotest.HalfReader(strings.NewReader(test.text))} {
				var got collected
				if err := (&CSV{}).Read(r, &got); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(test.want, got); diff != "" {
					t.Errorf("%s: %.2000s", reader, diff)
				}
			}
		})
	}
}

func numbered(from, n int, row string) collected {
	var list collected
	for i := range n {
		list = append(list, fmt.Sprint(from+i, " ", row))
	}
	return list
}

// FuzzCSV holds rows equal to those of encoding/csv, wherever that takes the text.
func FuzzCSV(f *testing.F) {
	f.Add("a,b\n\"x\"\"\n\",2\r\n")
	f.Add("\"\",\n,")
	f.Fuzz(func(t *testing.T, text string) {
		var got collected
		if err := (&CSV{Comma: ','}).Read(iotest.OneByteReader(strings.NewReader(text)), &got); err != nil {
			t.Fatal(err)
		}
		if sepLine.MatchString(text) || strings.Contains(text, `="`) || // encoding/csv knows neither
			strings.Contains(strings.ReplaceAll(text, "\r\n", ""), "\r") || strings.Contains(text, "\r\n") && strings.Contains(text, `"`) {
			return // encoding/csv changes line ends within quotes
		}
		reader := csv.NewReader(strings.NewReader(text))
		reader.FieldsPerRecord = -1
		var want collected
		for {
			row, err := reader.Read()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return // encoding/csv does not take it
			}
			line, _ := reader.FieldPos(0)
			for i, cell := range row {
				row[i] = string(tidy([]byte(cell)))
			}
			want = append(want, fmt.Sprintf("%d %q", line, row))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
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

func TestIsError(t *testing.T) {
	for cell, want := range map[string]bool{
		"#N/A": true, "#REF!": true, "#VALUE!": true, "#NAME?": true, "#DIV/0!": true, "#NUM!": true, "#NULL!": true, "#SPILL!": true, "#######": true,
		"": false, "#": false, "#1": false, "# 12": false, "H26#": false, "#12/QĐ": false,
	} {
		if IsError([]byte(cell)) != want {
			t.Errorf("%q: %v", cell, !want)
		}
	}
}
