package paper

import (
	"fmt"
	"strconv"
	"strings"
)

// The measures of a page, in millipoints.
const (
	pageWidth, pageHeight = 595_280, 841_890
	margin                = 56_700
	textWidth             = pageWidth - 2*margin
	textTop               = pageHeight - margin
	textBottom            = margin + 14_000
	cellPadding           = 5_000
	indent                = 14_000
)

// The sizes of the type in points, and the distance of its lines for each point of size, in millipoints.
const (
	sizeTitle, sizeText, sizeCell, sizeFoot = 24, 10, 9, 8
	leading                                 = 1_600
)

var sizesOfHeadings = [4]int{sizeText, 16, 12, 11}

// page is one page as it is drawn; links lead to other pages.
type page struct {
	content *strings.Builder
	links   []link
}

type link struct{ left, bottom, right, top, page, target int }

// head is a heading and where it stands.
type head struct {
	text      string
	level     int
	page, top int
}

// layouter sets the pages one after the other.
type layouter struct {
	setter
	pages []page
	y     int // the baseline of what comes next is below it
	heads []head
}

// layOut sets the document. The table of contents stands before the text, so its length is reckoned first: a line for each heading.
func (d *Document) layOut() ([]page, []head) {
	l := &layouter{setter: setter{chinese: d.Chinese}}
	l.newPage()
	l.y -= 60_000
	l.paragraph(d.Title, sizeTitle, 0, true)
	l.y -= 8_000
	for _, line := range d.Lines {
		l.paragraph(line, sizeText, 0, false)
	}
	listed := l.reserveContents(d)
	for i := range d.Blocks {
		l.block(&d.Blocks[i])
	}
	l.fillContents(listed)
	for i := range l.pages {
		foot := strings.NewReplacer("{page}", strconv.Itoa(i+1), "{pages}", strconv.Itoa(len(l.pages))).Replace(d.PageOf)
		right := l.width(foot, sizeFoot)
		lines := l.lines(d.Foot, sizeFoot, textWidth-right-2*indent)
		for k, line := range lines {
			l.draw(i, margin, margin-k*sizeFoot*leading, line, sizeFoot, false)
		}
		l.draw(i, margin+textWidth-right, margin, foot, sizeFoot, false)
	}
	return l.pages, l.heads
}

func (l *layouter) newPage() {
	l.pages = append(l.pages, page{content: &strings.Builder{}})
	l.y = textTop
}

// room makes sure that so much of the page is left; on a fresh page it always is enough.
func (l *layouter) room(height int) {
	if l.y-height < textBottom && l.y < textTop {
		l.newPage()
	}
}

// draw sets one line with its baseline at y.
func (l *layouter) draw(page, x, y int, text string, size int, bold bool) {
	if text == "" {
		return
	}
	s := l.pages[page].content
	mode, width := 0, 0
	if bold { // the one face is all there is: its outline makes it bold
		mode, width = 2, size*35
	}
	fmt.Fprintf(s, "BT %d Tr %s w 1 0 0 1 %s %s Tm ", mode, points(width), points(x), points(y))
	font, pending := byte(0), strings.Builder{}
	flush := func() {
		if pending.Len() > 0 {
			fmt.Fprintf(s, "/%c %d Tf <%s> Tj ", font, size, pending.String())
			pending.Reset()
		}
	}
	for _, r := range text {
		code, _, latin := l.latin(r)
		want := byte('C')
		if latin {
			want = 'L'
		}
		if want != font {
			flush()
			font = want
		}
		if latin {
			fmt.Fprintf(&pending, "%02X", code)
		} else {
			pending.WriteString(hexUTF16(string(r)))
		}
	}
	flush()
	s.WriteString("ET\n")
}

// paragraph sets a text over as many lines and pages as it takes.
func (l *layouter) paragraph(text string, size, left int, bold bool) {
	for _, line := range l.lines(text, size, textWidth-left) {
		l.room(size * leading)
		l.y -= size * leading
		l.draw(len(l.pages)-1, margin+left, l.y, line, size, bold)
	}
	l.y -= size * leading / 4
}

func (l *layouter) block(b *Block) {
	switch b.Kind {
	case KindHeading:
		l.heading(b)
	case KindTable:
		l.table(b)
	case KindChart:
		if b.Chart != nil {
			l.chart(b.Chart)
		}
	case KindNote:
		l.note(b)
	case KindItem:
		l.room(sizeText * leading)
		l.draw(len(l.pages)-1, margin+indent/3, l.y-sizeText*leading, "·", sizeText, true)
		l.paragraph(b.Text, sizeText, indent, false)
	default:
		l.paragraph(b.Text, sizeText, 0, false)
	}
}

// note sets a remark beside a rule, which goes on over pages as the text does.
func (l *layouter) note(b *Block) {
	line := func(text string, bold bool) {
		for _, part := range l.lines(text, sizeCell, textWidth-indent) {
			l.room(sizeCell * leading)
			l.y -= sizeCell * leading
			fill(l.sketch(), quiet, margin+indent/4, l.y-sizeCell*leading/4, 2_000, sizeCell*leading)
			l.draw(len(l.pages)-1, margin+indent, l.y, part, sizeCell, bold)
		}
	}
	for _, head := range b.Head {
		line(head, true)
	}
	for text := range strings.SplitSeq(b.Text, "\n") {
		line(text, false)
	}
	l.y -= sizeText * em
}

// heading keeps some of what follows on its page.
func (l *layouter) heading(b *Block) {
	size := sizesOfHeadings[min(max(b.Level, 1), len(sizesOfHeadings)-1)]
	if b.apart() && l.y < textTop {
		l.newPage()
	}
	if l.y < textTop {
		l.y -= size * em
	}
	l.room(size*leading + 4*sizeText*leading)
	l.heads = append(l.heads, head{text: clean(b.Text), level: b.Level, page: len(l.pages) - 1, top: l.y})
	l.paragraph(b.Text, size, 0, true)
	l.y -= size * em / 4
}

// table sets a table; its head is repeated on every page that it goes on to, and no row is cut unless it is longer than a page.
func (l *layouter) table(b *Block) {
	widths, numbers := b.part(textWidth), b.numeric()
	headed := func() { l.row(widths, numbers, b.Head, true) }
	l.room(4 * sizeCell * leading)
	headed()
	for _, cells := range b.Rows {
		if height := l.rowHeight(widths, cells); l.y-height < textBottom && l.y < textTop {
			l.newPage()
			headed()
		}
		l.row(widths, numbers, cells, false)
	}
	l.y -= sizeText * em
}

func (l *layouter) cellLines(widths []int, cells []string) (all [][]string, most int) {
	for i, width := range widths {
		text := ""
		if i < len(cells) {
			text = cells[i]
		}
		lines := l.lines(text, sizeCell, width-2*cellPadding)
		all, most = append(all, lines), max(most, len(lines))
	}
	return all, most
}

func (l *layouter) rowHeight(widths []int, cells []string) int {
	_, most := l.cellLines(widths, cells)
	return most*sizeCell*leading + cellPadding
}

// row draws cells with their borders, numbers flush right. What is longer than a page is cut at its foot and goes on.
func (l *layouter) row(widths []int, numbers []bool, cells []string, bold bool) {
	all, most := l.cellLines(widths, cells)
	for done := 0; done < most; {
		fits := max(1, min(most-done, (l.y-textBottom-cellPadding)/(sizeCell*leading)))
		height := fits*sizeCell*leading + cellPadding
		at, x := len(l.pages)-1, margin
		s := l.pages[at].content
		for i, width := range widths {
			if bold {
				fmt.Fprintf(s, "0.93 g %s %s %s %s re f 0 g\n", points(x), points(l.y-height), points(width), points(height))
			}
			fmt.Fprintf(s, "0.6 G 0.5 w %s %s %s %s re S 0 G\n", points(x), points(l.y-height), points(width), points(height))
			for k := done; k < min(done+fits, len(all[i])); k++ {
				left := x + cellPadding
				if numbers[i] {
					left = x + width - cellPadding - l.width(all[i][k], sizeCell)
				}
				l.draw(at, left, l.y-(k-done+1)*sizeCell*leading+sizeCell*leading/5, all[i][k], sizeCell, bold)
			}
			x += width
		}
		l.y -= height
		if done += fits; done < most {
			l.newPage()
		}
	}
}

// reserveContents leaves the lines of the table of contents free and tells where they stand.
func (l *layouter) reserveContents(d *Document) (places []link) {
	if d.Contents == "" {
		return nil
	}
	l.y -= sizeText * leading
	l.paragraph(d.Contents, sizesOfHeadings[2], 0, true)
	for i := range d.Blocks {
		if b := &d.Blocks[i]; b.Kind == KindHeading && b.Level <= 2 {
			l.room(sizeText * leading)
			l.y -= sizeText * leading
			places = append(places, link{page: len(l.pages) - 1, bottom: l.y})
		}
	}
	return places
}

// fillContents writes the lines of the table of contents: a heading, its page, and a link to it.
func (l *layouter) fillContents(places []link) {
	next := 0
	for _, h := range l.heads {
		if h.level > 2 || next >= len(places) {
			continue
		}
		place := places[next]
		next++
		left := margin + (h.level-1)*indent
		number := strconv.Itoa(h.page + 1)
		at := margin + textWidth - l.width(number, sizeText)
		title := l.fitting(h.text, sizeText, at-left-indent)
		l.draw(place.page, left, place.bottom, title, sizeText, h.level == 1)
		if from := left + l.width(title, sizeText) + indent/2; from < at-indent/2 {
			fmt.Fprintf(l.pages[place.page].content, "0.7 G 0.5 w [1 3] 0 d %s %s m %s %s l S [] 0 d 0 G\n", points(from), points(place.bottom), points(at-indent/2), points(place.bottom))
		}
		l.draw(place.page, at, place.bottom, number, sizeText, false)
		l.pages[place.page].links = append(l.pages[place.page].links, link{left: left, bottom: place.bottom - 3_000, right: margin + textWidth, top: place.bottom + sizeText*em, page: h.page, target: h.top})
	}
}
