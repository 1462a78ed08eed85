package paper

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// helvetica holds the widths of the characters from blank to tilde in thousandths of the size, as in Adobe's font metrics of Helvetica.
var helvetica = [95]int{
	278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
	556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
	1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611,
	278, 278, 278, 469, 556, 333,
	556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500,
	334, 260, 334, 584,
}

// latinMarks are the characters outside ASCII that an English text is set with, their code in WinAnsi and their width in Helvetica.
var latinMarks = map[rune]struct {
	code  byte
	width int
}{
	'‘': {0x91, 222}, '’': {0x92, 222}, '“': {0x93, 333}, '”': {0x94, 333}, '•': {0x95, 350}, '–': {0x96, 556}, '—': {0x97, 1000}, '…': {0x85, 1000},
	'·': {0xb7, 278}, '×': {0xd7, 584}, '÷': {0xf7, 584}, '€': {0x80, 556}, '§': {0xa7, 556}, '°': {0xb0, 400}, '±': {0xb1, 584},
}

// minus is set as a dash of Helvetica.
const minus = '−'

// The full width of a Chinese character, and what everything is a thousandth of.
const em = 1000

// setter measures and breaks text in one language.
type setter struct{ chinese bool }

// latin tells how a character is set in Helvetica; ok is false for those of the Chinese font.
func (s setter) latin(r rune) (code byte, width int, ok bool) {
	if r >= ' ' && r <= '~' {
		return byte(r), helvetica[r-' '], true
	}
	if r == minus { // the Chinese font has none
		dash := latinMarks['–']
		return dash.code, dash.width, true
	}
	if mark, found := latinMarks[r]; found && !s.chinese {
		return mark.code, mark.width, true
	}
	return 0, em, false
}

// width is the width of a text in millipoints at a size in points.
func (s setter) width(text string, size int) (sum int) {
	for _, r := range text {
		_, w, _ := s.latin(r)
		sum += w * size
	}
	return sum
}

// The characters that no line begins with, and those that none ends with.
const (
	neverFirst = "、，。；：？！）】》〉」』”’…—·%,.;:?!)]}"
	neverLast  = "（【《〈「『“‘([{"
)

// lines breaks a text into lines that are no wider than so many millipoints: at blanks, and between Chinese characters where their habit allows.
func (s setter) lines(text string, size, most int) (lines []string) {
	line, width := "", 0
	flush := func() {
		lines = append(lines, strings.TrimRight(line, " "))
		line, width = "", 0
	}
	for _, piece := range s.pieces(clean(text)) {
		w := s.width(piece, size)
		if width+s.width(strings.TrimRight(piece, " "), size) > most && line != "" {
			flush()
		}
		for w > most { // longer than a line: cut where it must be
			head := s.fitting(piece, size, most)
			line, piece = head, piece[len(head):]
			w = s.width(piece, size)
			flush()
		}
		if line == "" {
			piece = strings.TrimLeft(piece, " ")
			w = s.width(piece, size)
		}
		line, width = line+piece, width+w
	}
	if line != "" || len(lines) == 0 {
		flush()
	}
	return lines
}

// fitting is as much of a text as fits, one character at least.
func (s setter) fitting(text string, size, most int) string {
	width := 0
	for at, r := range text {
		_, w, _ := s.latin(r)
		if width += w * size; width > most && at > 0 {
			return text[:at]
		}
	}
	return text
}

// pieces cuts a text where a line may be broken.
func (s setter) pieces(text string) (pieces []string) {
	start := 0
	var before rune
	for at, r := range text {
		if at > start && breakable(before, r) {
			pieces = append(pieces, text[start:at])
			start = at
		}
		before = r
	}
	if start < len(text) {
		pieces = append(pieces, text[start:])
	}
	return pieces
}

// breakable tells whether a line may end between two characters.
func breakable(before, after rune) bool {
	switch {
	case strings.ContainsRune(neverFirst, after), strings.ContainsRune(neverLast, before), after == ' ':
		return false
	case before == ' ':
		return true
	}
	return wide(before) || wide(after)
}

// wide tells a character of Chinese writing.
func wide(r rune) bool {
	return r >= 0x2e80 && (unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) || r >= 0x3000 && r <= 0x303f || r >= 0xff00 && r <= 0xffef) && r != utf8.RuneError
}
