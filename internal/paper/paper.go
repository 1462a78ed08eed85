// Package paper writes documents as people hand them on: headings, paragraphs, tables, charts and notes as a Word file (.docx) or as a PDF for A4.
//
// The same document gives the same bytes, always: nothing is compressed, and no clock is asked. The PDF embeds no font. It names the standard
// Chinese one (STSong-Light of Adobe-GB1), for which every common reader has a face, and Helvetica for what is Latin; so a file is some hundred
// kilobytes, text can be searched and copied, and pages look as the reader's fonts do. Limits: one column, no pictures but charts, no characters that
// are written from right to left.
package paper

import "strings"

// Document is what is written.
type Document struct {
	Title    string
	Lines    []string // under the title
	Chinese  bool     // the language that the text is in; English otherwise
	Contents string   // heading of the table of contents; empty for none
	Foot     string   // at the foot of every page, before its number
	PageOf   string   // number of the page, with {page} and {pages}
	Blocks   []Block
}

// Kind says what a block is.
type Kind uint8

// The kinds of block.
const (
	KindHeading Kind = iota + 1
	KindText
	KindItem // of a list
	KindTable
	KindChart
	KindNote // beside the text
)

// Page says whether a heading begins a page.
type Page uint8

// The pages: as the level of the heading has it, a new one, the one there is.
const (
	PageUsual Page = iota
	PageNew
	PageSame
)

// On returns a heading that begins a page, or does not.
func (b Block) On(page Page) Block {
	b.Page = page
	return b
}

// apart reports whether a heading begins a page.
func (b *Block) apart() bool { return b.Page == PageNew || b.Page == PageUsual && b.Level == 1 }

// Block is one part of the text.
type Block struct {
	Kind   Kind
	Level  int    // of a heading: 1 begins a page, 2, 3
	Page   Page   // of a heading, where it is not as its level has it
	Text   string // of a heading, a paragraph or an item
	Head   []string
	Rows   [][]string
	Widths []int  // of the columns, in parts of their sum
	Chart  *Chart `json:"-"` // writes numbers by a function: a document that is kept as JSON has none
}

// Heading, Text, Item and Table make blocks.
func Heading(level int, text string) Block { return Block{Kind: KindHeading, Level: level, Text: text} }

// Text makes a paragraph.
func Text(text string) Block { return Block{Kind: KindText, Text: text} }

// Item makes a line of a list.
func Item(text string) Block { return Block{Kind: KindItem, Text: text} }

// Table makes a table; each row has as many cells as the head.
func Table(widths []int, head []string, rows ...[]string) Block {
	return Block{Kind: KindTable, Head: head, Rows: rows, Widths: widths}
}

// part divides a whole by the widths of the columns, exactly: what is left over goes to the last one.
func (b *Block) part(whole int) []int {
	sum := 0
	for i := range b.Head {
		sum += b.width(i)
	}
	parts := make([]int, len(b.Head))
	left := whole
	for i := range b.Head {
		parts[i] = whole * b.width(i) / sum
		left -= parts[i]
	}
	if len(parts) > 0 {
		parts[len(parts)-1] += left
	}
	return parts
}

func (b *Block) width(i int) int {
	if i < len(b.Widths) && b.Widths[i] > 0 {
		return b.Widths[i]
	}
	return 1
}

// clean leaves out what no file may hold: control characters; a line break is a blank.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			return ' '
		case r < ' ' || r == 0x7f || r == 0xfffe || r == 0xffff:
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "�"))
}
