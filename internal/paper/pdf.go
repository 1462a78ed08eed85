package paper

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
)

// The numbers of the objects that every file has.
const (
	objectCatalog = iota + 1
	objectPages
	objectOutlines
	objectInfo
	objectLatin
	objectChinese
	objectDescendant
	objectDescriptor
	objectUnicode
	objectsFixed = objectUnicode
)

// PDF writes the document as a PDF for A4, with bookmarks, and a table of contents that leads to the pages.
func (d *Document) PDF() []byte {
	pages, heads := d.layOut()
	w := &pdfWriter{}
	first := objectsFixed + 1
	outline := first + 2*len(pages)
	w.buffer.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	w.object(objectCatalog, fmt.Sprintf("<< /Type /Catalog /Pages %d 0 R /Outlines %d 0 R /PageMode /UseOutlines /Lang (%s) /ViewerPreferences << /DisplayDocTitle true >> >>", objectPages, objectOutlines, d.tag()))
	kids := make([]string, len(pages))
	for i := range pages {
		kids[i] = reference(first + 2*i)
	}
	w.object(objectPages, fmt.Sprintf("<< /Type /Pages /Count %d /Kids [%s] >>", len(pages), strings.Join(kids, " ")))
	w.outlines(heads, first, outline)
	w.object(objectInfo, fmt.Sprintf("<< /Title %s /Subject %s /Producer (Xiaoguan) >>", textString(d.Title), textString(d.Foot)))
	w.fonts()
	for i, p := range pages {
		var links strings.Builder
		for _, l := range p.links {
			fmt.Fprintf(&links, "<< /Type /Annot /Subtype /Link /Border [0 0 0] /Rect [%s %s %s %s] /Dest [%s /XYZ null %s null] >> ",
				points(l.left), points(l.bottom), points(l.right), points(l.top), reference(first+2*l.page), points(l.target))
		}
		w.object(first+2*i, fmt.Sprintf("<< /Type /Page /Parent %d 0 R /MediaBox [0 0 %s %s] /Resources << /Font << /L %d 0 R /C %d 0 R >> >> /Contents %d 0 R /Annots [%s] >>",
			objectPages, points(pageWidth), points(pageHeight), objectLatin, objectChinese, first+2*i+1, links.String()))
		w.stream(first+2*i+1, p.content.String())
	}
	for i, h := range heads {
		w.object(outline+i, h.bookmark(heads, i, first, outline))
	}
	return w.finish(outline + len(heads))
}

// pdfWriter keeps the places of the objects.
type pdfWriter struct {
	buffer  bytes.Buffer
	offsets map[int]int
}

func (w *pdfWriter) object(number int, text string) {
	if w.offsets == nil {
		w.offsets = map[int]int{}
	}
	w.offsets[number] = w.buffer.Len()
	fmt.Fprintf(&w.buffer, "%d 0 obj\n%s\nendobj\n", number, text)
}

func (w *pdfWriter) stream(number int, content string) {
	w.object(number, fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(content), content))
}

// finish writes the table of the objects.
func (w *pdfWriter) finish(size int) []byte {
	start := w.buffer.Len()
	fmt.Fprintf(&w.buffer, "xref\n0 %d\n0000000000 65535 f \n", size)
	for n := 1; n < size; n++ {
		fmt.Fprintf(&w.buffer, "%010d 00000 n \n", w.offsets[n])
	}
	fmt.Fprintf(&w.buffer, "trailer\n<< /Size %d /Root %d 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF\n", size, objectCatalog, objectInfo, start)
	return w.buffer.Bytes()
}

// fonts names the two fonts. Codes of the Chinese one are UTF-16, so that text is read back without any table but the one of the identity.
func (w *pdfWriter) fonts() {
	w.object(objectLatin, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
	w.object(objectChinese, fmt.Sprintf("<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light-UniGB-UTF16-H /Encoding /UniGB-UTF16-H /DescendantFonts [%d 0 R] /ToUnicode %d 0 R >>", objectDescendant, objectUnicode))
	w.object(objectDescendant, fmt.Sprintf("<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 5 >> /DW %d /FontDescriptor %d 0 R >>", em, objectDescriptor))
	w.object(objectDescriptor, "<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>")
	var identity strings.Builder
	identity.WriteString("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CMapName /Unicode def\n/CMapType 2 def\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n")
	const rowsAtOnce = 64
	for row := 0; row < 256; row += rowsAtOnce {
		fmt.Fprintf(&identity, "%d beginbfrange\n", rowsAtOnce)
		for r := row; r < row+rowsAtOnce; r++ {
			fmt.Fprintf(&identity, "<%02X00> <%02XFF> <%02X00>\n", r, r, r)
		}
		identity.WriteString("endbfrange\n")
	}
	identity.WriteString("endcmap\nend\nend")
	w.stream(objectUnicode, identity.String())
}

// outlines is the root of the bookmarks.
func (w *pdfWriter) outlines(heads []head, firstPage, outline int) {
	first, last := -1, -1
	for i, h := range heads {
		if h.level == 1 {
			if last = i; first < 0 {
				first = i
			}
		}
	}
	if first < 0 {
		w.object(objectOutlines, "<< /Type /Outlines >>")
		return
	}
	w.object(objectOutlines, fmt.Sprintf("<< /Type /Outlines /First %s /Last %s >>", reference(outline+first), reference(outline+last)))
}

// bookmark is the entry of a heading: a sibling of those of its level below the same parent.
func (h head) bookmark(heads []head, at, firstPage, outline int) string {
	text := fmt.Sprintf("<< /Title %s /Dest [%s /XYZ null %s null]", textString(h.text), reference(firstPage+2*h.page), points(h.top))
	parent, previous, next, child, lastChild := -1, -1, -1, -1, -1
	for i := at - 1; i >= 0 && parent < 0; i-- {
		switch {
		case heads[i].level < h.level:
			parent = i
		case heads[i].level == h.level && previous < 0:
			previous = i
		}
	}
	for i := at + 1; i < len(heads) && heads[i].level >= h.level; i++ {
		if heads[i].level == h.level {
			next = i
			break
		}
		if heads[i].level == h.level+1 {
			if lastChild = i; child < 0 {
				child = i
			}
		}
	}
	name := func(key string, i int) {
		if i >= 0 {
			text += " /" + key + " " + reference(outline+i)
		}
	}
	if parent < 0 {
		text += " /Parent " + reference(objectOutlines)
	}
	name("Parent", parent)
	name("Prev", previous)
	name("Next", next)
	name("First", child)
	name("Last", lastChild)
	if child >= 0 {
		count := 0
		for i := at + 1; i < len(heads) && heads[i].level > h.level; i++ {
			if heads[i].level == h.level+1 {
				count++
			}
		}
		text += " /Count -" + strconv.Itoa(count) // closed
	}
	return text + " >>"
}

func reference(number int) string { return strconv.Itoa(number) + " 0 R" }

// points writes millipoints.
func points(milli int) string {
	sign := ""
	if milli < 0 {
		sign, milli = "-", -milli
	}
	text := sign + strconv.Itoa(milli/em)
	if rest := milli % em; rest != 0 {
		text += "." + strings.TrimRight(fmt.Sprintf("%03d", rest), "0")
	}
	return text
}

// textString writes a text of the file's own data: UTF-16 with its mark.
func textString(text string) string { return "<FEFF" + hexUTF16(clean(text)) + ">" }

func hexUTF16(text string) string {
	var s strings.Builder
	for _, unit := range utf16.Encode([]rune(text)) {
		fmt.Fprintf(&s, "%04X", unit)
	}
	return s.String()
}
