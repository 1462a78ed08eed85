package ruledoc

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"xiaoguan/internal/errs"
)

// Severity says how bad a finding is.
type Severity string

// An error keeps the document from being used; a warning should be answered before somebody signs; a note states a consequence or a
// default that was taken.
const (
	SeverityError   Severity = "error"
	SeverityWarning Severity = "warning"
	SeverityNote    Severity = "note"
)

// Finding is one thing that a check has to say about a place in a document. Code is stable; Language.Keys names the texts. Row and
// Column are 1-based and 0 when the document has no text.
type Finding struct {
	Code     Code     `json:"code"`
	Severity Severity `json:"severity"`
	errs.Field
}

// HasErrors reports whether any of the findings is an error.
func HasErrors(findings []Finding) bool {
	return slices.ContainsFunc(findings, func(f Finding) bool { return f.Severity == SeverityError })
}

// Errors returns the fields of the errors among the findings.
func Errors(findings []Finding) []errs.Field {
	var fields []errs.Field
	for _, f := range findings {
		if f.Severity == SeverityError {
			fields = append(fields, f.Field)
		}
	}
	return fields
}

// Sort orders by place, then code, and drops repetitions of one code at one path.
func Sort(findings []Finding) []Finding {
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.Row, b.Row), cmp.Compare(a.Column, b.Column),
			cmp.Compare(a.Code, b.Code), cmp.Compare(a.Path, b.Path))
	})
	return slices.CompactFunc(findings, func(a, b Finding) bool {
		return a.Source == b.Source && a.Code == b.Code && a.Path == b.Path && a.Row == b.Row && a.Column == b.Column
	})
}

// Position is a 1-based place in a document's text.
type Position struct {
	Row    int `json:"row"`
	Column int `json:"column"`
}

// Places are the positions of the paths of a document, such as components[0].pays.
type Places map[string]Position

// Of finds the place of a path, or of the nearest enclosing path that has one.
func (p Places) Of(path string) Position {
	for {
		if at, ok := p[path]; ok {
			return at
		}
		cut := strings.LastIndexAny(path, ".[")
		if cut < 0 {
			return p[""]
		}
		path = path[:cut]
	}
}

// Shorten makes a value fit to be shown: invisible characters as their codes, at most 60 characters.
func Shorten(s string) string {
	var visible strings.Builder
	for _, c := range strings.ToValidUTF8(s, "�") {
		if unicode.IsGraphic(c) {
			visible.WriteRune(c)
		} else {
			fmt.Fprintf(&visible, "\\u%04x", c)
		}
	}
	s = visible.String()
	if utf8.RuneCountInString(s) <= 60 {
		return s
	}
	return string([]rune(s)[:59]) + "…"
}
