package probe

import "xiaoguan/internal/plan"

// LintTogether is Lint for a document beside those that are in force with it: what they pay twice together is among the findings. documents
// has d itself.
func LintTogether(d *plan.Document, documents []*plan.Document) ([]plan.Finding, *Report) {
	var crediting *plan.Crediting
	for _, other := range documents {
		if other.Crediting != nil && (d.Plan == nil || other.Crediting.Effective.Overlaps(d.Plan.Effective)) {
			crediting = other.Crediting
		}
	}
	findings, report := Lint(d, crediting)
	for _, f := range plan.LintSet(documents) {
		if f.Source == d.Source {
			findings = append(findings, f)
		}
	}
	return findings, report
}
