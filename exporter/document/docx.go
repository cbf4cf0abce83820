package document

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// The parts of a DOCX (ECMA-376) that a letter needs. A4, margins and the page number
// at the head of every page but the first are those of Decree 30/2020/NĐ-CP.
const (
	xmlHead     = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	wordprocess = ` xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"`
	documentML  = "application/vnd.openxmlformats-officedocument.wordprocessingml."
	relation    = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

	contentTypes = xmlHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Override PartName="/word/document.xml" ContentType="` + documentML + `document.main+xml"/>` +
		`<Override PartName="/word/styles.xml" ContentType="` + documentML + `styles+xml"/>` +
		`<Override PartName="/word/header.xml" ContentType="` + documentML + `header+xml"/></Types>`
	packageRels = xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="r1" Type="` + relation + `/officeDocument" Target="word/document.xml"/></Relationships>`
	documentRels = xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="r1" Type="` + relation + `/styles" Target="styles.xml"/>` +
		`<Relationship Id="r2" Type="` + relation + `/header" Target="header.xml"/></Relationships>`
	header = xmlHead + `<w:hdr` + wordprocess + `><w:p><w:pPr><w:pStyle w:val="Centre"/></w:pPr>` +
		`<w:fldSimple w:instr=" PAGE "><w:r><w:t>2</w:t></w:r></w:fldSimple></w:p></w:hdr>`
	section = `<w:sectPr><w:headerReference w:type="default" r:id="r2"/><w:pgSz w:w="11906" w:h="16838"/>` +
		`<w:pgMar w:top="1134" w:right="851" w:bottom="1134" w:left="1701" w:header="567" w:footer="567" w:gutter="0"/><w:titlePg/></w:sectPr>`
	textWidth = 11906 - 851 - 1701 // of a line, in twentieths of a point
)

// styles are sizes in half points; 14 points for texts, 13 for tables.
var styles = xmlHead + `<w:styles` + wordprocess + `><w:docDefaults><w:rPrDefault><w:rPr>` +
	`<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:cs="Times New Roman" w:eastAsia="Times New Roman"/>` +
	`<w:sz w:val="28"/><w:szCs w:val="28"/><w:lang w:val="vi-VN"/></w:rPr></w:rPrDefault></w:docDefaults>` +
	style("Normal", "Normal", `<w:spacing w:before="100" w:after="60" w:line="276" w:lineRule="auto"/><w:jc w:val="both"/>`, "") +
	style("Title", "Title", `<w:keepNext/><w:jc w:val="center"/>`, `<w:b/>`) +
	style("Heading1", "heading 1", `<w:keepNext/><w:spacing w:before="240" w:after="60"/><w:jc w:val="left"/><w:outlineLvl w:val="0"/>`, `<w:b/>`) +
	style("Centre", "Centre", `<w:jc w:val="center"/>`, "") +
	style("Made", "Made", `<w:jc w:val="center"/>`, `<w:i/>`) +
	style("Mark", "Mark", `<w:pBdr><w:left w:val="single" w:sz="18" w:space="6"/></w:pBdr>`, "") +
	style("Cell", "Cell", `<w:spacing w:before="20" w:after="20" w:line="240" w:lineRule="auto"/><w:jc w:val="left"/>`, `<w:sz w:val="26"/><w:szCs w:val="26"/>`) +
	`</w:styles>`

func style(id, name, paragraph, run string) string {
	kind := `<w:style w:type="paragraph" w:styleId="` + id + `"`
	if id == "Normal" {
		kind += ` w:default="1"`
	}
	return kind + `><w:name w:val="` + name + `"/>` + basedOn(id) + `<w:pPr>` + paragraph + `</w:pPr><w:rPr>` + run + `</w:rPr></w:style>`
}

func basedOn(id string) string {
	if id == "Normal" {
		return ""
	}
	return `<w:basedOn w:val="Normal"/>`
}

// DOCX writes a Word document.
func (d Document) DOCX(w io.Writer) error {
	var body strings.Builder
	put := func(style, text string) { body.WriteString(paragraph(style, "", run(text, false))) }
	put("Title", d.Title)
	put("Title", d.Subtitle)
	put("Made", d.Made)
	for _, m := range d.Marks {
		body.WriteString(paragraph("Mark", "", run("Chú ý: ", true)+run(m, false)))
	}
	for i, s := range d.Sections {
		put("Heading1", fmt.Sprintf("%d. %s", i+1, s.Heading))
		for i, block := range s.Blocks {
			switch {
			case block.Table != nil:
				block.Table.docx(&body)
			case i+1 < len(s.Blocks) && s.Blocks[i+1].Table != nil: // which it introduces
				body.WriteString(paragraph("Normal", `<w:keepNext/>`, run(block.Text, false)))
			default:
				put("Normal", block.Text)
			}
		}
	}
	document := xmlHead + `<w:document` + wordprocess + ` xmlns:r="` + relation + `"><w:body>` + body.String() + section + `</w:body></w:document>`
	z := zip.NewWriter(w)
	var faults error
	for _, part := range []struct{ name, content string }{
		{"[Content_Types].xml", contentTypes}, {"_rels/.rels", packageRels}, {"word/document.xml", document},
		{"word/_rels/document.xml.rels", documentRels}, {"word/styles.xml", styles}, {"word/header.xml", header},
	} {
		file, err := z.Create(part.name)
		if err == nil {
			_, err = io.WriteString(file, part.content)
		}
		faults = errors.Join(faults, err)
	}
	return errors.Join(faults, z.Close())
}

// docx writes a table whose heading row is repeated on every page.
func (t *Table) docx(b *strings.Builder) {
	widths := t.Widths(textWidth)
	b.WriteString(`<w:tbl><w:tblPr>` + fmt.Sprintf(`<w:tblW w:w="%d" w:type="dxa"/><w:jc w:val="center"/>`, textWidth) + `<w:tblBorders>`)
	for _, side := range []string{"top", "left", "bottom", "right", "insideH", "insideV"} {
		fmt.Fprintf(b, `<w:%s w:val="single" w:sz="4" w:space="0" w:color="000000"/>`, side)
	}
	b.WriteString(`</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="70" w:type="dxa"/><w:right w:w="70" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>`)
	for _, width := range widths {
		fmt.Fprintf(b, `<w:gridCol w:w="%d"/>`, width)
	}
	b.WriteString(`</w:tblGrid><w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>`)
	for i, c := range t.Columns {
		cell(b, widths[i], "center", c.Name, true)
	}
	b.WriteString(`</w:tr>`)
	for _, row := range t.Rows {
		b.WriteString(`<w:tr><w:trPr><w:cantSplit/></w:trPr>`)
		for i, text := range row.Cells {
			cell(b, widths[i], map[bool]string{false: "left", true: "right"}[t.Columns[i].Right], text, row.Strong)
		}
		b.WriteString(`</w:tr>`)
	}
	b.WriteString(`</w:tbl>`)
}

func cell(b *strings.Builder, width int, side, text string, strong bool) {
	fmt.Fprintf(b, `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>%s</w:tc>`,
		width, paragraph("Cell", `<w:jc w:val="`+side+`"/>`, run(text, strong)))
}

func paragraph(style, more, runs string) string {
	return `<w:p><w:pPr><w:pStyle w:val="` + style + `"/>` + more + `</w:pPr>` + runs + `</w:p>`
}

func run(text string, strong bool) string {
	var escaped bytes.Buffer
	_ = xml.EscapeText(&escaped, []byte(text)) // a buffer takes everything
	bold := ""
	if strong {
		bold = `<w:rPr><w:b/></w:rPr>`
	}
	return `<w:r>` + bold + `<w:t xml:space="preserve">` + escaped.String() + `</w:t></w:r>`
}
