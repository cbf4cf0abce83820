package spreadsheet

import (
	"strings"
	"testing"
)

func TestNoCellIsAFormula(t *testing.T) {
	for cell, want := range map[string]string{
		"":                   "",
		"Sở Tư pháp":         "Sở Tư pháp",
		"=HYPERLINK(1)":      "'=HYPERLINK(1)",
		"+1":                 "'+1",
		"-1":                 "'-1",
		"@x":                 "'@x",
		"\t=1":               "'\t=1",
		"Sở A;=HYPERLINK(1)": "Sở A,=HYPERLINK(1)",
		"a=b":                "a=b",
	} {
		if got := defused(cell); got != want {
			t.Errorf("%q: %q, want %q", cell, got, want)
		}
	}
}

func TestTable(t *testing.T) {
	var b strings.Builder
	w := New(&b)
	w.Row("Mã", "Tên")
	w.Row("1", "a, \"b\"")
	if err := w.End(); err != nil {
		t.Fatal(err)
	}
	if want := "\ufeffMã,Tên\r\n1,\"a, \"\"b\"\"\"\r\n"; b.String() != want {
		t.Errorf("%q, want %q", b.String(), want)
	}
}
