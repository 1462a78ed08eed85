package naming

import (
	_ "embed" // the table of readings
	"slices"
	"strings"
	"sync"
)

// pinyinTable has one line for each syllable without its tone, ü as v: the syllable and the characters read so. A character stands on
// several lines where it is often read in several ways in names (单, 曾, 仇, 重, 长, 行 …). The first readings are those of
// github.com/mozillazg/go-pinyin v0.21.0 (MIT, from the Unihan database); the others were chosen by hand.
//
//go:embed pinyin.txt
var pinyinTable string

// syllableMark stands before each syllable of a text in pinyin, so that a search begins where a syllable does.
const syllableMark = "'"

// syllablesByRune is the table by character, read once.
var syllablesByRune = sync.OnceValue(func() map[rune][]string {
	table := make(map[rune][]string, 21_500)
	for line := range strings.Lines(pinyinTable) {
		syllable, characters, _ := strings.Cut(strings.TrimSpace(line), " ")
		for _, r := range characters {
			table[r] = append(table[r], syllable)
		}
	}
	return table
})

// syllables are all there are, by first letter, the longest first.
var syllables = sync.OnceValue(func() (byLetter [26][]string) {
	for line := range strings.Lines(pinyinTable) {
		syllable, _, _ := strings.Cut(line, " ")
		if !strings.ContainsAny(syllable, "aeiouv") {
			continue // 嗯 and 呣 would divide every word
		}
		list := &byLetter[syllable[0]-'a']
		at := 0
		for at < len(*list) && len((*list)[at]) >= len(syllable) {
			at++
		}
		*list = append((*list)[:at], append([]string{syllable}, (*list)[at:]...)...)
	}
	return byLetter
})

// The limits of what is read as pinyin.
const (
	// partsMax is how many ways of dividing letters into syllables are looked for: xian is xian and xi'an.
	partsMax = 6
	// lettersMax is the longest text that is taken for pinyin.
	lettersMax = 40
)

// Term is something to look for in a Text: in what is written, or in how it sounds.
type Term struct {
	Text  string
	Sound bool
}

// In reports whether a Text holds the term.
func (t Term) In(text string) bool {
	written, sound, _ := strings.Cut(text, SoundsFrom)
	if t.Sound {
		return strings.Contains(sound, t.Text)
	}
	return strings.Contains(written, t.Text)
}

// Terms is what to look for in a Text to find what somebody typed: the typed text itself and, where it may be pinyin, its syllables in
// every way that they can be divided, the last one perhaps not typed to its end. One of them is enough. There is none for an empty text.
func Terms(typed string) []Term {
	typed = Fold(typed)
	if typed == "" {
		return nil
	}
	terms := []Term{{Text: typed}}
	letters := strings.NewReplacer(" ", "", "'", "", "ü", "v").Replace(typed)
	if letters == "" || len(letters) > lettersMax || strings.Trim(letters, "abcdefghijklmnopqrstuvwxyz") != "" {
		return terms
	}
	if letters != typed {
		terms = append(terms, Term{Text: letters}) // initials typed with blanks between them
	}
	d := division{letters: letters, dead: make([]bool, len(letters)+1)}
	d.from(0, "")
	divided := append(d.whole, d.begun...)
	for _, sound := range divided[:min(len(divided), partsMax)] {
		terms = append(terms, Term{Text: sound, Sound: true})
	}
	return terms
}

// Found reports whether what somebody typed finds something of the name, or of what else it is called by.
func Found(typed, name string, more ...string) bool {
	text := Text(name, more...)
	return slices.ContainsFunc(Terms(typed), func(t Term) bool { return t.In(text) })
}

// division looks for the ways in which letters are syllables.
type division struct {
	letters string
	dead    []bool // from here no way leads to the end
	whole   []string
	begun   []string // the last syllable is not typed to its end
}

// from divides the letters from a place on and reports whether that went well. Longer syllables are tried first.
func (d *division) from(at int, marked string) bool {
	if at == len(d.letters) {
		d.whole = append(d.whole, marked)
		return true
	}
	if d.dead[at] || len(d.whole) == partsMax {
		return false
	}
	rest, ok, begun := d.letters[at:], false, false
	for _, syllable := range syllables()[rest[0]-'a'] {
		switch {
		case strings.HasPrefix(rest, syllable):
			ok = d.from(at+len(syllable), marked+syllableMark+syllable) || ok
		case strings.HasPrefix(syllable, rest):
			begun = true
		}
	}
	// What is also a whole syllable is found as the beginning of longer ones by itself.
	if begun && !slices.Contains(syllables()[rest[0]-'a'], rest) && len(d.begun) < partsMax {
		d.begun, ok = append(d.begun, marked+syllableMark+rest), true
	}
	d.dead[at] = !ok && len(d.whole) < partsMax && len(d.begun) < partsMax
	return ok
}
