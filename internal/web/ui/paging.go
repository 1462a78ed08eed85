package ui

import (
	"strconv"
	"strings"
)

// PlaceOf reads the parameter "cursor" as PagerAt writes it: how many rows stand before the page, and the list's own cursor.
func PlaceOf(parameter string) (before int, cursor string) {
	position, cursor, found := strings.Cut(parameter, "~")
	n, err := strconv.Atoi(position)
	if !found || err != nil || n < 0 {
		return 0, parameter
	}
	return n, cursor
}

// PagerAt is the pager of a list that goes on by cursor: shown rows stand behind so many before them, of total. The number of rows
// before a page travels in its cursor, so that the page can say where it is.
func PagerAt(before, shown int, total int64, next string) *Pager {
	p := &Pager{From: before + 1, To: before + shown, Total: int(total)}
	if next != "" {
		p.Next = strconv.Itoa(p.To) + "~" + next
	}
	return p
}

// ChipsOf are the filters in force among fields, each with the address that takes it off.
func ChipsOf(fields []Field, path string, query map[string][]string, colon string) []FilterChip {
	var chips []FilterChip
	for _, field := range fields {
		for _, value := range field.sentValues() {
			label := value
			for _, option := range field.Options {
				if option.Value == value {
					label = option.Label
				}
			}
			if field.Kind == FieldCheck {
				chips = append(chips, FilterChip{Label: field.Label, Remove: URLWith(path, query, field.Name, "", "cursor", "")})
				continue
			}
			chips = append(chips, FilterChip{Label: field.Label + colon + label, Remove: URLWith(path, query, field.Name, "", "cursor", "")})
		}
	}
	return chips
}
