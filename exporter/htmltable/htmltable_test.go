package htmltable

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"
)

// rowsOf reads a page into lines, one a row: table, rows in thead, cells.
func rowsOf(page string) (lines []string, title string, tables int, err error) {
	title, tables, err = Read(strings.NewReader(page), func(t *Table, cells []*Cell) error {
		var texts []string
		for _, c := range cells {
			texts = append(texts, c.Text)
		}
		lines = append(lines, fmt.Sprintf("%d/%d %s", t.Number, t.Head, strings.Join(texts, "|")))
		return nil
	})
	return lines, title, tables, err
}

func TestRead(t *testing.T) {
	for name, test := range map[string]struct {
		page string
		want []string
	}{
		"nothing is closed":           {"<table><thead><tr><th>a<th>b<tbody><tr><td>1<td>2<tr><td>3<td>4", []string{"1/1 a|b", "1/1 1|2", "1/1 3|4"}},
		"no row around cells":         {"<table><td>1<td>2</table>", []string{"1/0 1|2"}},
		"colspan and rowspan":         {"<table><tr><td rowspan=2>a<td colspan=2>b<tr><td>c<td>d</table>", []string{"1/0 a|b|b", "1/0 a|c|d"}},
		"rowspan to the end":          {"<table><tr><td rowspan=0>a<td>b<tr><td>c<tr><td>d<tbody><tr><td>e</table>", []string{"1/0 a|b", "1/0 a|c", "1/0 a|d", "1/0 e"}},
		"a rowspan ends with thead":   {"<table><thead><tr><th rowspan=9>a<tbody><tr><td>b</table>", []string{"1/1 a", "1/1 b"}},
		"a nested table":              {"<table><tr><td>a<table><tr><td>x</table>b<td>c</table>", []string{"2/0 x", "1/0 ab|c"}},
		"a table between rows":        {"<table><tr><td>a</td></tr><table><tr><td>b</table>", []string{"1/0 a", "2/0 b"}},
		"blocks part words":           {"<table><tr><td>a<br>b<td><p>c</p><p>d</p><td><b>e</b>f</table>", []string{"1/0 a b|c  d|ef"}},
		"text outside of cells":       {"x<table>y<tr>z<td>a</td>v</tr></table>w", []string{"1/0 a"}},
		"entities":                    {"<table><tr><td>a&amp;b&#224;<!-- c --></table>", []string{"1/0 a&bà"}},
		"scripts, selects, footnotes": {"<table><tr><td>a<script>'<td>'</script><select><option>1<option>2</select><sup>1</sup><input>b</table>", []string{"1/0 ab"}},
		"a button":                    {"<table><tr><th>a<button>b</button><tr><td>c<button>d</button></table>", []string{"1/0 ab", "1/0 c"}},
		"a hidden row":                {"<table><tr><td>a<tr hidden><td>b<tr><td>c</table>", []string{"1/0 a", "1/0 c"}},
		"a hidden cell":               {"<table><tr><td>a<td style='Display : None'>b<td>c</table>", []string{"1/0 a|c"}},
		"hidden and never closed":     {"<table><tr><td>a<span class='x sr-only'>b<td>c<tr><td>d</table>", []string{"1/0 a|c", "1/0 d"}},
		"hidden within hidden":        {"<table><tr><td><div hidden>a<div>b</div>c</div>d</table>", []string{"1/0 d"}},
		"hidden formatting":           {"<table><tr><td>a<b hidden>b</b><a class='visually-hidden'>c</a><i style='color:red'>d</i></table>", []string{"1/0 ad"}},
		"a hidden table":              {"<table hidden><tr><td>a<table><tr><td>b</table>c</table><table><tr><td>d</table>", []string{"1/0 d"}},
		"a hidden nested table":       {"<table><tr><td>a<table hidden><tr><td>b</table>c<td>d</table>", []string{"1/0 ac|d"}},
		"a table in what is hidden":   {"<div hidden><table><tr><td>a</table></div><table><tr><td>b</table>", []string{"1/0 b"}},
		"a hidden part":               {"<table><tbody hidden><tr><td>a<tbody><tr><td>b</table>", []string{"1/0 b"}},
		"a span that is none":         {"<table><tr><td colspan=x rowspan=-1>a<td colspan=0>b</table>", []string{"1/0 a|b"}},
		"bytes that are no UTF-8":     {"<table><tr><td>a\xffb</table>", []string{"1/0 a\ufffdb"}},
	} {
		lines, _, _, err := rowsOf(test.page)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(test.want, lines); diff != "" {
			t.Errorf("%s: -want +got\n%s", name, diff)
		}
	}
}

func TestReadTitleAndTables(t *testing.T) {
	lines, title, tables, err := rowsOf("<title>a\n &amp; b</title><table></table><table><tr><td>c")
	if title != "a & b" || tables != 2 || err != nil || len(lines) != 1 {
		t.Errorf("%q, %d, %v, %q", title, tables, err, lines)
	}
}

// Spans are as long as a reader sees them once the section was read.
func TestReadSpans(t *testing.T) {
	var first *Cell
	if _, _, err := Read(strings.NewReader("<table><tr><td rowspan=50 colspan=3>a<td>b<tr><td>c</table>"), func(_ *Table, cells []*Cell) error {
		if first == nil {
			first = cells[0]
		}
		return nil
	}); err != nil || first.Rows != 2 || first.Columns != 3 || first.Row != 0 {
		t.Errorf("%+v, %v", first, err)
	}
}

func TestReadBounds(t *testing.T) {
	for page, want := range map[string]string{
		strings.Repeat("<table><tr><td>", 129):                                            "512 deep",
		"<table><tr><td>" + strings.Repeat("x", maxToken+1):                               "1 MiB",
		"<a href='" + strings.Repeat("x", maxToken+1):                                     "1 MiB",
		strings.Repeat("<p hidden>", maxParts/3+1):                                        "700000 tags",
		strings.Repeat("<!--"+strings.Repeat("x", maxToken/2)+"-->", 2*maxBytes/maxToken): "32 MiB",
	} {
		if _, _, _, err := rowsOf(page); !errors.Is(err, ErrTooLarge) || !strings.Contains(err.Error(), want) {
			t.Errorf("%.20s: %v", page, err)
		}
	}
	lines, _, _, err := rowsOf("<table><tr><td colspan=65534>a<td>b<tr>" + strings.Repeat("<td>c", MaxColumns+1))
	if err != nil || len(lines) != 2 || strings.Count(lines[0], "a") != MaxColumns || strings.Count(lines[1], "c") != MaxColumns {
		t.Errorf("%.200q, %v", lines, err)
	}
	if lines, _, _, _ := rowsOf("<table><tr><td>" + strings.Repeat("x ", maxText)); len(lines[0]) > maxText+len("1/0 ") {
		t.Errorf("a cell of %d bytes", len(lines[0]))
	}
}

// A tree has no more elements than maxParts counts, whatever HTML adds.
func TestBoundedTree(t *testing.T) {
	for _, piece := range []string{"<p><b class=sr-only%d>x", "<td></tbody>", "<td><col>", "<td><caption>", "<table><td></table>", "</p>"} {
		page := "<table>"
		for i := range 200 {
			page += strings.ReplaceAll(piece, "%d", fmt.Sprint(i))
		}
		b := newBounded(strings.NewReader(page))
		doc, err := goquery.NewDocumentFromReader(b)
		if err != nil {
			t.Fatal(err)
		}
		if elements := doc.Find("*").Length(); elements > b.parts+5 { // html, head, body, tbody, tr
			t.Errorf("%s: %d elements of %d parts", piece, elements, b.parts)
		}
	}
}

func TestReadErrors(t *testing.T) {
	broken := errors.New("broken")
	r := io.MultiReader(strings.NewReader("<table><tr><td>a<tr>"), readerOf(func() error { return broken }))
	if _, _, err := Read(r, func(*Table, []*Cell) error { return nil }); !errors.Is(err, broken) {
		t.Error(err)
	}
	rows := 0
	if _, _, err := Read(strings.NewReader("<table><tr><td>a<tr><td>b"), func(*Table, []*Cell) error { rows++; return broken }); !errors.Is(err, broken) || rows != 1 {
		t.Errorf("%v after %d rows", err, rows)
	}
}

type readerOf func() error

func (r readerOf) Read([]byte) (int, error) { return 0, r() }

// FuzzRead holds what a consumer relies on: places are where they are said to be.
func FuzzRead(f *testing.F) {
	f.Add("<table><thead><tr><th rowspan=2>a<th hidden>b<tbody><tr><td colspan=3>c<table><tr><td>d")
	f.Add("<div style=display:none><table><td>a</div></table><tr></td>")
	f.Fuzz(func(t *testing.T, page string) {
		rows := map[int]int{}
		_, tables, _ := Read(strings.NewReader(page), func(table *Table, cells []*Cell) error {
			if table.Ended || table.Head > table.Rows || table.Rows != rows[table.Number]+1 || len(cells) > MaxColumns {
				t.Errorf("%+v with %d cells after %d rows", table, len(cells), rows[table.Number])
			}
			rows[table.Number]++
			for at, c := range cells {
				if line := table.Rows - 1; c.Column > at || at >= c.Column+c.Columns || c.Row > line || line >= c.Row+c.Rows {
					t.Errorf("row %d, place %d: %+v", line, at, c)
				}
			}
			return nil
		})
		for number := range rows {
			if number < 1 || number > tables {
				t.Errorf("table %d of %d", number, tables)
			}
		}
	})
}
