package plan

import (
	"slices"

	"xiaoguan/internal/ruledoc"
)

// Limits of a document, beside those of package ruledoc.
const (
	DocumentBytesMax = ruledoc.DocumentBytesMax
	MeasuresMax      = 200
	ComponentsMax    = 200
	RowsMax          = 1000 // bands, rate rows, conditions, listed values
)

// language keeps the texts of all findings, also of those that every document of rules may yield, in the area of plans: programs know
// their keys.
var language = ruledoc.Language{Area: "plan", Common: "plan", RowsMax: RowsMax}

// What the reading of a plan shares with that of other documents of rules.
type (
	// Text is a name in both languages.
	Text = ruledoc.Text
	// Position is a 1-based place in a document's text.
	Position = ruledoc.Position
	// Severity says how bad a finding is.
	Severity = ruledoc.Severity
	// Finding is one thing that a check has to say about a place in a document. Code is stable; the texts are the messages
	// "plan.finding.<code>" and "plan.remedy.<code>". Row and Column are 1-based and 0 when the document has no text.
	Finding = ruledoc.Finding
	// Code names a kind of finding. Codes are stable: scripts and saved reviews refer to them.
	Code = ruledoc.Code

	value  = ruledoc.Value
	fields = ruledoc.Fields
	entry  = ruledoc.Entry
)

// The severities and the number of findings are those of every document of rules.
const (
	SeverityError   = ruledoc.SeverityError
	SeverityWarning = ruledoc.SeverityWarning
	SeverityNote    = ruledoc.SeverityNote
	FindingsMax     = ruledoc.FindingsMax
)

// HasErrors reports whether any of the findings is an error.
func HasErrors(findings []Finding) bool { return ruledoc.HasErrors(findings) }

// reader reads plans, crediting, honours and promotion rules.
type reader struct {
	*ruledoc.Reader
	examples string
}

func newReader(source string) *reader { return &reader{Reader: ruledoc.NewReader(&language, source)} }

// again makes further findings about a document.
func again(d *Document) *reader {
	return &reader{Reader: ruledoc.Resume(&language, d.Source, d.positions)}
}

// texts reads a non-empty set of texts and returns it sorted.
func (r *reader) texts(v value) []string {
	list := r.Texts(v)
	slices.Sort(list)
	return list
}
