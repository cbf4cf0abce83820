package table

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
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
				row[i] = string(Tidy([]byte(cell)))
			}
			want = append(want, fmt.Sprintf("%d %q", line, row))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
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
