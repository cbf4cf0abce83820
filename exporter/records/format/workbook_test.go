package format

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"dvc_exporter/exporter/records/table"
	"dvc_exporter/exporter/records/workbook"
)

func readAll(t *testing.T, file []byte) (got collected, notes []string, err error) {
	t.Helper()
	notes, err = Read(t.Context(), bytes.NewReader(file), int64(len(file)), &got)
	return got, notes, err
}

// zipped makes an archive of parts, each of a head and many times a piece.
func zipped(t testing.TB, parts map[string]string, bomb, head, piece string, size int) []byte {
	t.Helper()
	var file bytes.Buffer
	out := zip.NewWriter(&file)
	write := func(name, text string, more int) {
		w, err := out.Create(name)
		if err == nil {
			_, err = io.WriteString(w, text)
		}
		block := strings.Repeat(piece, 1+(64<<10)/max(1, len(piece)))
		for ; more > 0 && err == nil; more -= len(block) {
			_, err = io.WriteString(w, block)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range parts {
		if name != bomb {
			write(name, text, 0)
		}
	}
	if bomb != "" {
		write(bomb, head, size)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

const (
	sheetPart = "xl/worksheets/sheet1.xml"
	sheetHead = `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`
)

// oneSheet are the parts of a workbook with the rows of one sheet.
func oneSheet(rows string) map[string]string {
	return map[string]string{
		"xl/workbook.xml": `<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.xml"/>` +
			`<Relationship Id="rId2" Type="x/sharedStrings" Target="/xl/sharedStrings.xml"/></Relationships>`,
		"xl/sharedStrings.xml": `<sst><si><t>một</t></si><si><r><t>h</t></r><r><t>ai</t></r><rPh><t>x</t></rPh></si></sst>`,
		sheetPart:              sheetHead + rows,
	}
}

func TestXLSXCells(t *testing.T) {
	const end = `</sheetData><mergeCells><mergeCell ref="A3:A4"/><mergeCell ref="B3:C3"/><mergeCell ref="A30:A31"/><mergeCell ref="B30:C31"/></mergeCells></worksheet>`
	for name, test := range map[string]struct{ rows, want string }{
		"shared and inline":       {`<row r="2"><c r="B2" t="s"><v>0</v></c><c r="C2" t="s"><v>1</v></c><c r="E2" t="inlineStr"><is><t>ba</t><rPh><t>x</t></rPh></is></c></row>`, `2 ["" "một" "hai" "" "ba"]`},
		"no addresses":            {`<row><c><v>1</v></c><c t="b"><v>1</v></c></row><row/><row><c><v>2</v></c></row>`, `1 ["1" "1"]; 3 ["2"]`},
		"formulas":                {`<row><c t="str"><f>A1+1</f><v>x</v></c><c><f>B1</f></c><c t="e"><v>#N/A</v></c></row>`, `1 ["x" "" "#N/A"]`},
		"prefixes":                {`<x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c></x:row>`, `1 ["1"]`},
		"empty rows and cells":    {`<row><c s="1"/><c/></row><row><c/><c><v>1</v></c><c/></row>`, `2 ["" "1" ""]`},
		"merged headings":         {`<row r="3"><c r="A3"><v>a</v></c><c r="B3"><v>b</v></c><c r="C3"/></row><row r="4"><c r="A4"/><c r="B4"><v>c</v></c><c r="C4"><v>d</v></c></row>`, `3 ["a" "b" "b"]; 4 ["a" "c" "d"]`},
		"merged below headings":   {`<row r="30"><c r="A30"><v>a</v></c><c r="B30"><v>b</v></c></row><row r="31"><c r="D31"><v>c</v></c></row>`, `30 ["a" "b"]; 31 ["a" "" "" "c"]`},
		"merged and nothing else": {`<row r="3"><c r="A3"><v>a</v></c></row><row r="4"><c r="A4"/></row>`, `3 ["a"]`},
		"guards and spaces":       {"<row><c t=\"str\"><v>=\"H26.1\"</v></c><c t=\"str\"><v>'12\u00a0</v></c></row>", `1 ["H26.1" "12"]`},
		"far to the right":        {`<row><c r="A1"><v>1</v></c><c r="XFD1" s="3"/></row><row r="2"><c r="XFD2"><v>1</v></c></row>`, `1 ["1"]; 2 dòng có ô ngoài cột thứ 1000`},
		"a long text":             {`<row><c t="str"><v>` + strings.Repeat("x", table.MaxRow/2) + `</v></c><c t="str"><v>` + strings.Repeat("x", table.MaxRow/2) + `</v></c></row><row><c><v>1</v></c></row>`, `1 dòng dài hơn 1 MiB; 2 ["1"]`},
	} {
		got, notes, err := readAll(t, zipped(t, oneSheet(test.rows+end), "", "", "", 0))
		if err != nil || notes != nil {
			t.Errorf("%s: %v, %q", name, err, notes)
		}
		if diff := cmp.Diff("sheet S; "+test.want, strings.Join(got, "; ")); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// What excelize writes is read as it is.
func TestXLSXOfExcelize(t *testing.T) {
	book := excelize.NewFile()
	var want []string
	for line := range 50 {
		var cells []any
		for column := range 30 {
			switch (line + column) % 4 {
			case 0:
				cells = append(cells, fmt.Sprintf("Sở số %d & %d", line, column))
			case 1:
				cells = append(cells, 45474.25+float64(line))
			case 2:
				cells = append(cells, line*column)
			default:
				cells = append(cells, nil)
			}
		}
		if err := book.SetSheetRow("Sheet1", fmt.Sprint("A", line+1), &cells); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := book.GetRows("Sheet1", excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range rows {
		want = append(want, fmt.Sprintf("%d %q", i+1, row))
	}
	var file bytes.Buffer
	if err := book.Write(&file); err != nil {
		t.Fatal(err)
	}
	got, _, err := readAll(t, file.Bytes())
	if err != nil || len(got) == 0 {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, []string(got[1:])); diff != "" {
		t.Error(diff)
	}
}

func TestXLSXHiddenSheets(t *testing.T) {
	book := excelize.NewFile()
	for _, sheet := range []string{"cũ", "rất cũ", "Hai"} {
		if _, err := book.NewSheet(sheet); err != nil {
			t.Fatal(err)
		}
		if err := book.SetCellValue(sheet, "A1", sheet); err != nil {
			t.Fatal(err)
		}
	}
	if err := book.SetSheetVisible("cũ", false); err != nil {
		t.Fatal(err)
	}
	if err := book.SetSheetVisible("rất cũ", false, true); err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := book.Write(&file); err != nil {
		t.Fatal(err)
	}
	got, notes, err := readAll(t, file.Bytes())
	if diff := cmp.Diff(collected{"sheet Sheet1", "sheet Hai", `1 ["Hai"]`}, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if diff := cmp.Diff([]string{`trang ẩn "cũ" không được đọc`, `trang ẩn "rất cũ" không được đọc`}, notes); diff != "" {
		t.Error(diff)
	}
}

// TestBombs gives files of a few kilobytes or megabytes that become much more: they
// are refused, or what they have is, and little memory is used.
func TestBombs(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(10)) // what is held counts, not what waits to be collected
	for name, test := range map[string]struct{ part, head, piece, want string }{
		"one long text":         {sheetPart, sheetHead + `<row><c t="inlineStr"><is><t>`, "x", "1 MiB"},
		"a text of many pieces": {sheetPart, sheetHead + `<row><c t="inlineStr"><is>`, "<r><t>xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx</t></r>", "1 MiB"},
		"one long row":          {sheetPart, sheetHead + `<row>`, `<c t="str"><v>xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx</v></c>`, "EOF"},
		"nested elements":       {sheetPart, sheetHead, "<a>", "EOF"},
		"a comment":             {sheetPart, sheetHead + "<!-- ", "<", "1 MiB"},
		"a tag":                 {sheetPart, sheetHead + "<row ", "a='1' ", "1 MiB"},
		"one shared text":       {"xl/sharedStrings.xml", "<sst><si><t>", "x", "1 MiB"},
		"many shared texts":     {"xl/sharedStrings.xml", "<sst>", "<si><t>" + strings.Repeat("x", 9000) + "</t></si>", "64 MiB"},
		"empty shared texts":    {"xl/sharedStrings.xml", "<sst>", "<si/>", "64 MiB"},
		"the list of sheets":    {"xl/workbook.xml", "<workbook><sheets>", `<sheet name="S"/>`, "1 MiB"},
		"a picture of zeros":    {"xl/media/image1.png", "", "\x00", ""},
		"only the last column":  {sheetPart, sheetHead, `<row><c r="XFD1"><v>1</v></c></row>`, "EOF"},
	} {
		t.Run(name, func(t *testing.T) {
			size := 8 << 20
			if test.want == "64 MiB" {
				size = 70 << 20
			}
			file := zipped(t, oneSheet(`<row><c><v>1</v></c></row></sheetData>`), test.part, test.head, test.piece, size)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			rows := counted{}
			_, err := Read(t.Context(), bytes.NewReader(file), int64(len(file)), &rows)
			runtime.ReadMemStats(&after)
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("%v", err)
			}
			if grown := int64(after.Sys) - int64(before.Sys); grown > 200<<20 {
				t.Errorf("%d MiB were used", grown>>20)
			}
		})
	}
}

// counted is a Sink that only counts.
type counted struct{ rows, bad int }

func (c *counted) Sheet(string)              {}
func (c *counted) Row(int, *table.Row) error { c.rows++; return nil }
func (c *counted) Bad(int, string)           { c.bad++ }

func TestXLSXRefused(t *testing.T) {
	without := func(part string) map[string]string {
		parts := oneSheet("</sheetData>")
		delete(parts, part)
		return parts
	}
	old := oneSheet("</sheetData>")
	old["xl/workbook.xml"] = strings.Replace(old["xl/workbook.xml"], "<sheets>", `<workbookPr date1904="1"/><sheets>`, 1)
	for name, test := range map[string]struct {
		parts map[string]string
		want  string
	}{
		"dates from 1904":   {old, "1904"},
		"OpenDocument":      {map[string]string{"content.xml": ""}, ".ods"},
		"binary":            {map[string]string{"xl/workbook.bin": ""}, ".xlsb"},
		"any archive":       {map[string]string{"a.csv": ""}, "giải nén"},
		"a sheet is gone":   {without(sheetPart), "thiếu xl/worksheets/sheet1.xml"},
		"cut off":           {oneSheet(`<row><c><v>1</v></c></row>`), "unexpected EOF"},
		"no such text":      {oneSheet(`<row><c t="s"><v>2</v></c></row></sheetData>`), "hỏng"},
		"no number of text": {oneSheet(`<row><c t="s"><v>x</v></c></row></sheetData>`), "hỏng"},
	} {
		if _, _, err := readAll(t, zipped(t, test.parts, "", "", "", 0)); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Read(t.Context(), io.NewSectionReader(prefixed("PK\x03\x04"), 0, workbook.MaxFile+1), workbook.MaxFile+1, &collected{}); err == nil || !strings.Contains(err.Error(), "CSV") {
		t.Errorf("a large workbook: %v", err)
	}
}

// prefixed is an endless file that begins with a text.
type prefixed string

func (p prefixed) ReadAt(b []byte, at int64) (int, error) {
	clear(b)
	if at < int64(len(p)) {
		copy(b, p[at:])
	}
	return len(b), nil
}

// A workbook with a sheet that says to be of more than 384 MiB is not decompressed.
func TestXLSXTooLarge(t *testing.T) {
	var buffer bytes.Buffer
	out := zip.NewWriter(&buffer)
	parts := oneSheet("")
	for name, text := range parts {
		header := &zip.FileHeader{Name: name, UncompressedSize64: uint64(len(text)), CompressedSize64: uint64(len(text))}
		if name == sheetPart {
			header.UncompressedSize64 = table.MaxUnzipped + 1
		}
		w, err := out.CreateRaw(header)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(w, text)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	file := buffer.Bytes()
	var got counted
	if _, err := Read(t.Context(), bytes.NewReader(file), int64(len(file)), &got); err == nil || !strings.Contains(err.Error(), "384 MiB") || got.rows > 0 {
		t.Errorf("%v, %d rows", err, got.rows)
	}
}

const spreadsheetHead = `<?xml version="1.0" encoding="UTF-8"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">`

func TestSpreadsheetML(t *testing.T) {
	got, notes, err := readAll(t, []byte(spreadsheetHead+`<Styles><Style ss:ID="s1"/></Styles>
<Worksheet ss:Name="Một"><Table>
<Row ss:Index="3"><Cell ss:MergeDown="1"><Data ss:Type="String">Mã</Data><Comment><ss:Data>tên người</ss:Data></Comment></Cell><Cell ss:MergeAcross="1"><Data ss:Type="String">Thời gian</Data></Cell><Cell><Data ss:Type="String">Đơn <B>vị</B></Data></Cell></Row>
<Row><Cell ss:Index="2"><Data ss:Type="String">Ngày nhận</Data></Cell><Cell><Data ss:Type="String">Ngày trả</Data></Cell></Row>
<Row/><Row><Cell ss:StyleID="s1"><Data ss:Type="String">="H26.1"</Data></Cell><Cell><Data ss:Type="DateTime">2024-07-15T17:00:00.000</Data></Cell><Cell><Data ss:Type="Error">#N/A</Data></Cell><Cell ss:Index="2000"/></Row>
</Table></Worksheet>
<ss:Worksheet ss:Name="Ẩn"><ss:Table><ss:Row><ss:Cell><ss:Data>x</ss:Data></ss:Cell></ss:Row></ss:Table><x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions></ss:Worksheet>
<Worksheet ss:Name="Hai"><Table><Row><Cell><Data ss:Type="Number">1</Data></Cell></Row></Table></Worksheet></Workbook>`))
	if err != nil {
		t.Fatal(err)
	}
	want := collected{"sheet Một", `3 ["Mã" "Thời gian" "Thời gian" "Đơn vị"]`, `4 ["Mã" "Ngày nhận" "Ngày trả"]`, `6 ["H26.1" "2024-07-15T17:00:00" "#N/A"]`, "sheet Hai", `1 ["1"]`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{`trang ẩn "Ẩn" không được đọc`}, notes); diff != "" {
		t.Error(diff)
	}
	for name, test := range map[string]struct{ text, want string }{
		"cut off":       {`<Worksheet ss:Name="S"><Table><Row><Cell><Data>1</Data></Cell></Row>`, "EOF"},
		"one long text": {`<Worksheet><Table><Row><Cell><Data>` + strings.Repeat("x", 2*table.MaxRow), "1 MiB"},
		"many pieces":   {`<Worksheet><Table><Row><Cell><Data>` + strings.Repeat("<B>xxxxxxxxxxxxxxxx</B>", table.MaxRow/8), "1 MiB"},
	} {
		if _, _, err := readAll(t, []byte(spreadsheetHead+test.text)); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestHTML(t *testing.T) {
	got, _, err := readAll(t, []byte("\ufeff\r\n"+`<html xmlns:x="urn:schemas-microsoft-com:office:excel"><style>td{}</style>
<table><tr><td colspan=4>DANH SÁCH</table>
<table><tr><th rowspan=2>Mã<th colspan=2>Thời gian<th>Đơn vị<tr><th>Ngày nhận<th>Ngày trả<th>
<tr><td>="H26.1"<td>1/7/2024<td>&nbsp;<td rowspan=2>Sở A<table><tr><td>Xem</table>
<tr><td>H26.2<td>2/7/2024<td>#N/A
<tr><td><td><td><td></table>`))
	if err != nil {
		t.Fatal(err)
	}
	want := collected{"sheet bảng 1", `1 ["DANH SÁCH" "DANH SÁCH" "DANH SÁCH" "DANH SÁCH"]`, "sheet bảng 2", `1 ["Mã" "Thời gian" "Thời gian" "Đơn vị"]`, `2 ["Mã" "Ngày nhận" "Ngày trả" ""]`,
		`3 ["H26.1" "1/7/2024" "" "Sở A"]`, `4 ["H26.2" "2/7/2024" "#N/A" "Sở A"]`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	page := "<table><tr>" + strings.Repeat("<td rowspan=65000>"+strings.Repeat("x", 1000), 200) + strings.Repeat("<tr><td>1", 10_000)
	var rows counted
	if _, err := Read(t.Context(), strings.NewReader(page), int64(len(page)), &rows); err == nil || !strings.Contains(err.Error(), "quá nhiều dòng") {
		t.Errorf("spans: %v", err)
	}
	page = "<table>" + strings.Repeat("<tr><td>1", 250_000)
	if _, err := Read(t.Context(), strings.NewReader(page), int64(len(page)), &rows); err == nil || !strings.Contains(err.Error(), ".xlsx hoặc CSV") {
		t.Errorf("a large page: %v", err)
	}
}

// What only looks like a page is text.
func TestTextThatBeginsWithATag(t *testing.T) {
	got, _, err := readAll(t, []byte("<ghi chú>,b\n1,2\n"))
	if diff := cmp.Diff(collected{`1 ["<ghi chú>" "b"]`, `2 ["1" "2"]`}, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
}
