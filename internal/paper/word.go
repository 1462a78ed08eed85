package paper

import (
	"archive/zip"
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// wordMain is the namespace of the text of Word.
const wordMain = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`

const xmlHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

// The measures of a page of A4 in twentieths of a point.
const (
	wordPageWidth, wordPageHeight = 11906, 16838
	wordMargin                    = 1134
	wordTextWidth                 = wordPageWidth - 2*wordMargin
)

// Word writes the document as a Word file (Office Open XML).
func (d *Document) Word() ([]byte, error) {
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	charts := d.charts()
	parts := []struct{ name, text string }{
		{"[Content_Types].xml", contentTypes(len(charts))},
		{"_rels/.rels", packageRelations},
		{"docProps/core.xml", d.coreProperties()},
		{"word/document.xml", d.wordText()},
		{"word/styles.xml", d.wordStyles()},
		{"word/footer1.xml", d.wordFoot()},
		{"word/_rels/document.xml.rels", documentRelations(len(charts))},
	}
	for i, c := range charts {
		parts = append(parts, struct{ name, text string }{"word/" + wordChartName(i+1), c.xml()})
	}
	for _, part := range parts {
		w, err := archive.CreateHeader(&zip.FileHeader{Name: part.name, Method: zip.Store})
		if err == nil {
			_, err = w.Write([]byte(part.text))
		}
		if err != nil {
			return nil, fmt.Errorf("write %s: %w", part.name, err)
		}
	}
	if err := archive.Close(); err != nil {
		return nil, fmt.Errorf("close the file: %w", err)
	}
	return out.Bytes(), nil
}

func contentTypes(charts int) string {
	var more strings.Builder
	for n := range charts {
		more.WriteString(`<Override PartName="/word/` + wordChartName(n+1) + `" ContentType="` + chartType + `"/>`)
	}
	return contentTypesFixed + more.String() + `</Types>`
}

const contentTypesFixed = xmlHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>` +
	`<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>` +
	`<Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/>` +
	`<Override PartName="/word/footer1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/>` +
	`<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>`

const packageRelations = xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
	`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>` +
	`<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>`

func documentRelations(charts int) string {
	var more strings.Builder
	for n := range charts {
		more.WriteString(`<Relationship Id="rIdChart` + strconv.Itoa(n+1) + `" Type="` + chartRelation + `" Target="` + wordChartName(n+1) + `"/>`)
	}
	return documentRelationsFixed + more.String() + `</Relationships>`
}

const documentRelationsFixed = xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
	`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/>` +
	`<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer" Target="footer1.xml"/>`

func (d *Document) coreProperties() string {
	return xmlHead + `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>` +
		escape(d.Title) + `</dc:title><dc:description>` + escape(d.Foot) + `</dc:description><dc:language>` + d.tag() + `</dc:language></cp:coreProperties>`
}

func (d *Document) tag() string {
	if d.Chinese {
		return "zh-CN"
	}
	return "en-US"
}

// escape makes a text one of XML.
func escape(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(clean(text))
}

// wordStyles names the styles that Word's own navigation and table of contents go by.
func (d *Document) wordStyles() string {
	fonts := `<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:cs="Arial" w:eastAsia="SimSun"/>`
	bold := `<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:cs="Arial" w:eastAsia="SimHei"/><w:b/>`
	var s strings.Builder
	s.WriteString(xmlHead + `<w:styles ` + wordMain + `><w:docDefaults><w:rPrDefault><w:rPr>` + fonts + `<w:sz w:val="21"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault>` +
		`<w:pPrDefault><w:pPr><w:spacing w:after="100" w:line="320" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>` +
		`<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>`)
	style := func(id, name, paragraph, run string) {
		s.WriteString(`<w:style w:type="paragraph" w:styleId="` + id + `"><w:name w:val="` + name + `"/><w:basedOn w:val="Normal"/><w:pPr>` + paragraph + `</w:pPr><w:rPr>` + run + `</w:rPr></w:style>`)
	}
	style("Title", "Title", `<w:spacing w:before="600" w:after="240"/>`, bold+`<w:sz w:val="48"/>`)
	style("Heading1", "heading 1", `<w:keepNext/><w:pageBreakBefore/><w:spacing w:before="240" w:after="160"/><w:outlineLvl w:val="0"/>`, bold+`<w:sz w:val="32"/>`)
	style("Heading2", "heading 2", `<w:keepNext/><w:spacing w:before="240" w:after="100"/><w:outlineLvl w:val="1"/>`, bold+`<w:sz w:val="25"/>`)
	style("Heading3", "heading 3", `<w:keepNext/><w:spacing w:before="160" w:after="80"/><w:outlineLvl w:val="2"/>`, bold+`<w:sz w:val="22"/>`)
	style("ContentsHeading", "Contents Heading", `<w:keepNext/><w:spacing w:before="480" w:after="160"/>`, bold+`<w:sz w:val="28"/>`)
	style("TOC1", "toc 1", `<w:spacing w:after="40"/>`, `<w:b/>`)
	style("TOC2", "toc 2", `<w:spacing w:after="20"/><w:ind w:left="420"/>`, ``)
	style("Item", "List Item", `<w:ind w:left="420" w:hanging="210"/><w:spacing w:after="60"/>`, ``)
	style("Note", "Note", `<w:pBdr><w:left w:val="single" w:sz="18" w:space="8" w:color="9B968A"/></w:pBdr><w:spacing w:after="60"/><w:ind w:left="320"/>`, `<w:sz w:val="19"/>`)
	const cell = `<w:spacing w:before="30" w:after="30" w:line="280" w:lineRule="auto"/>`
	style("Cell", "Table Cell", cell, `<w:sz w:val="19"/>`)
	style("CellNumber", "Table Number", cell+`<w:jc w:val="right"/>`, `<w:sz w:val="19"/>`)
	style("Footer", "footer", `<w:tabs><w:tab w:val="right" w:pos="`+strconv.Itoa(wordTextWidth)+`"/></w:tabs><w:spacing w:after="0"/>`, `<w:color w:val="666666"/><w:sz w:val="16"/>`)
	s.WriteString(`</w:styles>`)
	return s.String()
}

func (d *Document) wordText() string {
	var s strings.Builder
	s.WriteString(xmlHead + `<w:document ` + wordMain + `><w:body>`)
	paragraph(&s, "Title", run(d.Title))
	for _, line := range d.Lines {
		paragraph(&s, "", run(line))
	}
	d.wordContents(&s)
	mark, charts := 0, 0
	for i := range d.Blocks {
		b := &d.Blocks[i]
		switch b.Kind {
		case KindChart:
			if b.Chart != nil && len(b.Chart.Labels) > 0 && len(b.Chart.Series) > 0 {
				charts++
				wordChart(&s, b.Chart, charts)
			}
		case KindNote:
			b.wordNote(&s)
		case KindHeading:
			mark++
			n := strconv.Itoa(mark)
			paragraphOn(&s, "Heading"+strconv.Itoa(b.Level), wordPages[b.Page], `<w:bookmarkStart w:id="`+n+`" w:name="h`+n+`"/>`+run(b.Text)+`<w:bookmarkEnd w:id="`+n+`"/>`)
		case KindItem:
			paragraph(&s, "Item", run("· "+b.Text))
		case KindTable:
			b.wordTable(&s)
		default:
			paragraph(&s, "", run(b.Text))
		}
	}
	fmt.Fprintf(&s, `<w:sectPr><w:footerReference w:type="default" r:id="rId2"/><w:pgSz w:w="%d" w:h="%d"/><w:pgMar w:top="%[3]d" w:right="%[3]d" w:bottom="%[3]d" w:left="%[3]d" w:header="567" w:footer="567" w:gutter="0"/></w:sectPr></w:body></w:document>`,
		wordPageWidth, wordPageHeight, wordMargin)
	return s.String()
}

// wordContents is Word's own table of contents, filled: it can be clicked at once and brought up to date with F9.
func (d *Document) wordContents(s *strings.Builder) {
	if d.Contents == "" {
		return
	}
	paragraph(s, "ContentsHeading", run(d.Contents))
	begin := field("begin") + `<w:r><w:instrText xml:space="preserve"> TOC \o "1-2" \h \z \u </w:instrText></w:r>` + field("separate")
	mark := 0
	for i := range d.Blocks {
		if d.Blocks[i].Kind != KindHeading {
			continue
		}
		if mark++; d.Blocks[i].Level > 2 {
			continue
		}
		paragraph(s, "TOC"+strconv.Itoa(d.Blocks[i].Level), begin+`<w:hyperlink w:anchor="h`+strconv.Itoa(mark)+`" w:history="1">`+run(d.Blocks[i].Text)+`</w:hyperlink>`)
		begin = ""
	}
	if begin == "" {
		paragraph(s, "", field("end"))
	}
}

func field(what string) string { return `<w:r><w:fldChar w:fldCharType="` + what + `"/></w:r>` }

func number(of string) string {
	return field("begin") + `<w:r><w:instrText xml:space="preserve"> ` + of + ` </w:instrText></w:r>` + field("separate") + run("1") + field("end")
}

func (d *Document) wordFoot() string {
	var s strings.Builder
	s.WriteString(xmlHead + `<w:ftr ` + wordMain + `>`)
	text := run(d.Foot) + `<w:r><w:tab/></w:r>`
	rest := d.PageOf
	for rest != "" {
		at := strings.IndexByte(rest, '{')
		if at < 0 {
			at = len(rest)
		}
		if at > 0 {
			text += run(rest[:at])
		}
		rest = rest[at:]
		switch {
		case strings.HasPrefix(rest, "{page}"):
			text, rest = text+number("PAGE"), rest[len("{page}"):]
		case strings.HasPrefix(rest, "{pages}"):
			text, rest = text+number("NUMPAGES"), rest[len("{pages}"):]
		case rest != "":
			text, rest = text+run(rest[:1]), rest[1:]
		}
	}
	paragraph(&s, "Footer", text)
	s.WriteString(`</w:ftr>`)
	return s.String()
}

func run(text string) string {
	return `<w:r><w:t xml:space="preserve">` + escape(text) + `</w:t></w:r>`
}

func paragraph(s *strings.Builder, style, runs string) { paragraphOn(s, style, "", runs) }

// wordPages say that a paragraph begins a page, or that it does not although its style does.
var wordPages = map[Page]string{PageNew: `<w:pageBreakBefore/>`, PageSame: `<w:pageBreakBefore w:val="0"/>`}

func paragraphOn(s *strings.Builder, style, page, runs string) {
	s.WriteString(`<w:p>`)
	if style != "" {
		s.WriteString(`<w:pPr><w:pStyle w:val="` + style + `"/>` + page + `</w:pPr>`)
	}
	s.WriteString(runs + `</w:p>`)
}

// wordNote writes a remark beside a rule.
func (b *Block) wordNote(s *strings.Builder) {
	for _, head := range b.Head {
		paragraph(s, "Note", strings.Replace(run(head), `<w:r>`, `<w:r><w:rPr><w:b/></w:rPr>`, 1))
	}
	for text := range strings.SplitSeq(b.Text, "\n") {
		paragraph(s, "Note", run(text))
	}
}

// wordTable writes a table whose head is repeated on every page that it goes on to.
func (b *Block) wordTable(s *strings.Builder) {
	parts := b.part(wordTextWidth)
	fmt.Fprintf(s, `<w:tbl><w:tblPr><w:tblW w:w="%d" w:type="dxa"/><w:tblBorders>`, wordTextWidth)
	for _, side := range []string{"top", "left", "bottom", "right", "insideH", "insideV"} {
		s.WriteString(`<w:` + side + ` w:val="single" w:sz="4" w:space="0" w:color="999999"/>`)
	}
	s.WriteString(`</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>`)
	for _, width := range parts {
		fmt.Fprintf(s, `<w:gridCol w:w="%d"/>`, width)
	}
	s.WriteString(`</w:tblGrid>`)
	numbers := b.numeric()
	row := func(cells []string, head bool) {
		s.WriteString(`<w:tr><w:trPr><w:cantSplit/>`)
		if head {
			s.WriteString(`<w:tblHeader/>`)
		}
		s.WriteString(`</w:trPr>`)
		for i, width := range parts {
			fmt.Fprintf(s, `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/>`, width)
			text := ""
			if i < len(cells) {
				text = run(cells[i])
			}
			if head {
				s.WriteString(`<w:shd w:val="clear" w:color="auto" w:fill="EEEEEE"/>`)
				text = strings.Replace(text, `<w:r>`, `<w:r><w:rPr><w:b/></w:rPr>`, 1)
			}
			s.WriteString(`</w:tcPr>`)
			style := "Cell"
			if numbers[i] {
				style = "CellNumber"
			}
			paragraph(s, style, text)
			s.WriteString(`</w:tc>`)
		}
		s.WriteString(`</w:tr>`)
	}
	row(b.Head, true)
	for _, cells := range b.Rows {
		row(cells, false)
	}
	s.WriteString(`</w:tbl>`)
	paragraph(s, "", "") // Word wants a paragraph between tables
}
