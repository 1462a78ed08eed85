package ingest

import (
	"strings"

	"xiaoguan/internal/calendar"
)

// WordOf returns the program's word for what a cell of a field of choices says, such as "core" for 核心 in level; empty for a word that it does not
// know. The fields are level, source, status and state.
func WordOf(field, text string) string {
	text = strings.TrimSpace(text)
	switch field {
	case "level":
		return levelWords()[strings.ToLower(text)]
	case "source":
		return choiceWords(fieldSource)[text]
	case "status":
		return choiceWords(fieldStatus)[text]
	case "state":
		return choiceWords(fieldState)[text]
	}
	return ""
}

// SameHeader reports whether two headers name the same column: case, blanks, a star and a unit in brackets don't matter.
func SameHeader(a, b string) bool { return normalHeader(a) == normalHeader(b) }

// ParseMonth reads a month as imports do: every common spelling, and any date in it.
func ParseMonth(text string) (calendar.Month, bool) {
	return new(dateParser).parseMonth([]byte(strings.TrimSpace(text)))
}
