// Package naming knows how names are written in China: in full and half width, in capitals or not, in pinyin and by its initials; with
// the words that every company's name has; and how codes and telephone numbers are written.
//
// Search keeps a text of each name (Text) and looks for what somebody typed (Terms) in it; both sides are folded alike, so that a plain
// comparison of characters finds. What is like another name is told from names without the words that say nothing (Core).
//
// Limits: a character has the reading of its dictionary, and where it is often read otherwise in names, up to three of them; a name with
// several such characters has at most variantsMax readings. Traditional characters are read like simplified ones but not equal to them.
package naming

import (
	"slices"
	"strings"
	"unicode"
)

// fold is a character in half width and lower case.
func fold(r rune) rune {
	switch {
	case r == '\u3000':
		return ' '
	case '！' <= r && r <= '～':
		r -= '！' - '!'
	}
	return unicode.ToLower(r)
}

// Fold writes a text in half width and lower case, without blanks at its ends and with one blank between words.
func Fold(text string) string {
	return strings.Join(strings.Fields(strings.Map(fold, text)), " ")
}

// The readings of names.
const (
	// variantsMax is how many readings of a name are kept.
	variantsMax = 4
	// nameRunesMax is how much of a name is read.
	nameRunesMax = 60
)

// TextVersion tells texts of one making from those of another: raise it when Text or a reading changes, and stored texts are made anew.
const TextVersion = 1

// SoundsFrom is the one character that parts what is written, before it, from how it sounds, after it. Nothing folded holds it.
const SoundsFrom = "\t"

// Text is what search looks through: the name and what else something is called by, folded, and for a name in Chinese the initials of its
// pinyin, each on a line of its own; then SoundsFrom and the pinyin with a mark before each syllable. What every company's name ends
// with is not read: nobody looks for it by its sound.
func Text(name string, more ...string) string {
	folded := Fold(name)
	lines := append(make([]string, 0, 4+len(more)), folded)
	for _, other := range more {
		if other = Fold(other); other != "" {
			lines = append(lines, other)
		}
	}
	initials, pinyin := readings(WithoutForm(folded))
	return strings.Join(append(lines, initials...), "\n") + SoundsFrom + strings.Join(pinyin, "\n")
}

// readings are the initials and the syllables of a folded name, in each of its readings; none of a name without Chinese characters.
func readings(name string) (initials, pinyin []string) {
	table := syllablesByRune()
	initials, pinyin = []string{""}, []string{""}
	chinese, within := false, false
	for i, r := range []rune(name) {
		if i == nameRunesMax {
			break
		}
		if sounds := table[r]; len(sounds) > 0 {
			chinese, within = true, false
			initials = appended(initials, sounds, func(s string) string { return s[:1] })
			pinyin = appended(pinyin, sounds, func(s string) string { return syllableMark + s })
			continue
		}
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			within = false
			continue
		}
		mark := ""
		if !within {
			mark = syllableMark
		}
		within = true
		for n := range pinyin {
			pinyin[n] += mark + string(r)
		}
		for n := range initials {
			initials[n] += string(r)
		}
	}
	if !chinese {
		return nil, nil
	}
	return initials, pinyin
}

// appended goes on with every reading in each way that the next character sounds, while there are not too many.
func appended(readings, sounds []string, part func(string) string) []string {
	next := make([]string, 0, len(readings))
	for i, sound := range sounds {
		for _, reading := range readings {
			longer := reading + part(sound)
			if i > 0 && (len(next) >= variantsMax || slices.Contains(next, longer)) {
				continue
			}
			next = append(next, longer)
		}
	}
	return next
}
