package sop

import (
	"cmp"
	"slices"

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

// FindingsMax is how many findings one document may yield; what lies beyond is left out.
const FindingsMax = 500

// Finding is one thing that a check has to say about a place in a document. Code is stable; the texts are the messages
// "sop.finding.<code>" and "sop.remedy.<code>". Row and Column are 1-based and 0 when the document has no text.
type Finding struct {
	Code     Code     `json:"code"`
	Severity Severity `json:"severity"`
	errs.Field
}

// HasErrors reports whether any of the findings is an error.
func HasErrors(findings []Finding) bool {
	return slices.ContainsFunc(findings, func(f Finding) bool { return f.Severity == SeverityError })
}

// fieldsOf returns the fields of the errors among the findings.
func fieldsOf(findings []Finding) []errs.Field {
	var fields []errs.Field
	for _, f := range findings {
		if f.Severity == SeverityError {
			fields = append(fields, f.Field)
		}
	}
	return fields
}

// sortFindings orders by place, then code, and drops repetitions of one code at one path.
func sortFindings(findings []Finding) []Finding {
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.Row, b.Row), cmp.Compare(a.Column, b.Column),
			cmp.Compare(a.Code, b.Code), cmp.Compare(a.Path, b.Path))
	})
	return slices.CompactFunc(findings, func(a, b Finding) bool {
		return a.Source == b.Source && a.Code == b.Code && a.Path == b.Path && a.Row == b.Row && a.Column == b.Column
	})
}
