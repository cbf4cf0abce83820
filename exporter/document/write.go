package document

import (
	"bytes"
	_ "embed" // page.html, style.css
	"fmt"
	"html/template"
	"io"
	"strings"
)

// Writers are the forms of a document, by the ending of the file's name.
var Writers = map[string]func(Document, io.Writer) error{".md": Document.Markdown, ".html": Document.HTML, ".docx": Document.DOCX}

var markdownText = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", `\<`, "|", `\|`, "\n", " ")

// Markdown writes the document with tables as GitHub reads them.
func (d Document) Markdown(w io.Writer) error {
	var b bytes.Buffer
	text := markdownText.Replace
	fmt.Fprintf(&b, "# %s\n\n**%s**\n\n*%s*\n", text(d.Title), text(d.Subtitle), text(d.Made))
	for _, m := range d.Marks {
		fmt.Fprintf(&b, "\n> **Chú ý:** %s\n", text(m))
	}
	for i, s := range d.Sections {
		fmt.Fprintf(&b, "\n## %d. %s\n", i+1, text(s.Heading))
		for _, block := range s.Blocks {
			b.WriteByte('\n')
			if block.Table == nil {
				b.WriteString(text(block.Text) + "\n")
				continue
			}
			rule := []string{""}
			for _, c := range block.Table.Columns {
				fmt.Fprintf(&b, "| %s ", text(c.Name))
				rule = append(rule, map[bool]string{false: "---", true: "---:"}[c.Right])
			}
			b.WriteString("|\n" + strings.Join(rule, "|") + "|\n")
			for _, row := range block.Table.Rows {
				for _, cell := range row.Cells {
					if cell = text(cell); row.Strong {
						cell = "**" + cell + "**"
					}
					fmt.Fprintf(&b, "| %s ", cell)
				}
				b.WriteString("|\n")
			}
		}
	}
	_, err := w.Write(b.Bytes())
	return err
}

//go:embed page.html
var page string

// Style is the style sheet of the HTML, for a policy that allows it by its sum.
//
//go:embed style.css
var Style string

var pages = template.Must(template.New("page").Funcs(template.FuncMap{
	"style": func() template.CSS { return template.CSS(Style) }, //nolint:gosec // our own file
	"plus":  func(i int) int { return i + 1 },
}).Parse(page))

// HTML writes a page that prints on A4.
func (d Document) HTML(w io.Writer) error { return pages.Execute(w, d) }
