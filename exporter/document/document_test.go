package document

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

const evil = "Sở <script>alert(\"1\")</script> & |*_[Cò]_*|\n\x01"

func letter() Document {
	t := NewTable(Text(evil, 40), Figures("Điểm", 20))
	t.Row(evil, "58,86")
	t.Strong("Cộng", "24.130")
	s := Section{Heading: "Một"}
	s.Say("Đoạn văn " + evil)
	s.Add(t)
	s.Add(NewTable(Text("không có dòng nào", 1)))
	return Document{Title: "THÔNG BÁO", Subtitle: "Về việc", Made: "lập lúc", Marks: []string{"cũ"}, Sections: []Section{s, {Heading: "Hai"}}}
}

func written(t *testing.T, ending string) string {
	t.Helper()
	var b bytes.Buffer
	if err := Writers[ending](letter(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestMarkdown(t *testing.T) {
	text := written(t, ".md")
	for _, want := range []string{
		"# THÔNG BÁO\n\n**Về việc**", "> **Chú ý:** cũ\n", "## 1. Một\n", "## 2. Hai\n",
		"|---|---:|\n", `| Sở \<script>alert("1")\</script> & \|\*\_\[Cò\]\_\*\| `, "| **Cộng** | **24.130** |\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
	if n := strings.Count(text, "|---|"); n != 1 {
		t.Errorf("%d tables, want the one that has rows", n)
	}
}

func TestHTML(t *testing.T) {
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(written(t, ".html")))
	if err != nil {
		t.Fatal(err)
	}
	if n := doc.Find("script").Length(); n > 0 {
		t.Errorf("%d scripts", n)
	}
	if got := doc.Find("thead th").Length(); got != 2 {
		t.Errorf("%d headings in the table, want 2", got)
	}
	if got := doc.Find("tr.strong td.n").Text(); got != "24.130" {
		t.Errorf("the sum is %q", got)
	}
	if width, _ := doc.Find("col").First().Attr("width"); width != "66%" {
		t.Errorf("the first column is %s wide, want 40 of 60", width)
	}
	if style := doc.Find("style").Text(); style != Style {
		t.Error("the page's style is not the one whose sum pages allow")
	}
}

func TestDOCX(t *testing.T) {
	raw := written(t, ".docx")
	archive, err := zip.NewReader(strings.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for _, file := range archive.File {
		r, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		parts[file.Name] = string(content)
		decoder := xml.NewDecoder(bytes.NewReader(content))
		for err == nil {
			_, err = decoder.Token()
		}
		if !errors.Is(err, io.EOF) {
			t.Errorf("%s is no XML: %v", file.Name, err)
		}
	}
	var types struct {
		Override []struct {
			PartName string `xml:",attr"`
		}
	}
	if err := xml.Unmarshal([]byte(parts["[Content_Types].xml"]), &types); err != nil {
		t.Fatal(err)
	}
	for _, part := range types.Override {
		if parts[strings.TrimPrefix(part.PartName, "/")] == "" {
			t.Errorf("%s has a type and is not there", part.PartName)
		}
	}
	body := parts["word/document.xml"]
	for _, want := range []string{
		`<w:pgSz w:w="11906" w:h="16838"/>`, `<w:tblHeader/>`, `>58,86</w:t>`, `<w:rPr><w:b/></w:rPr><w:t xml:space="preserve">24.130</w:t>`,
		`<w:gridCol w:w="6236"/><w:gridCol w:w="3118"/>`, fmt.Sprintf(`<w:t xml:space="preserve">%s</w:t>`, "2. Hai"),
	} {
		if !strings.Contains(body, want) {
			t.Errorf("%s is missing", want)
		}
	}
	if n := strings.Count(body, "<w:tblHeader/>"); n != 1 {
		t.Errorf("%d heading rows, want 1", n)
	}
	if !strings.Contains(parts["word/header.xml"], "PAGE") || !strings.Contains(parts["word/styles.xml"], "Times New Roman") {
		t.Error("no page number or no font")
	}
}
