package metric

import (
	"slices"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/ruledoc"
)

// Source is where facts come from.
type Source string

// The sources. The age of a number is that of the newest fact of its sources.
const (
	SourceDeals         Source = "deals"
	SourcePayments      Source = "payments"
	SourceInvoices      Source = "invoices"
	SourceQuotas        Source = "quotas"
	SourceLeads         Source = "leads"
	SourceOpportunities Source = "opportunities"
	SourceContracts     Source = "contracts"
	SourceProcess       Source = "process"
	SourceRetention     Source = "retention"
	SourceOrganisation  Source = "organisation"
	SourcePay           Source = "pay"
	SourceDecisions     Source = "decisions"
	SourceTiers         Source = "tiers"
	SourceFollowUps     Source = "follow_ups"
	SourceCustomers     Source = "customers"
)

// Sources are all sources.
var Sources = []Source{SourceDeals, SourcePayments, SourceInvoices, SourceQuotas, SourceLeads, SourceOpportunities, SourceContracts, SourceProcess, SourceRetention, SourceOrganisation, SourcePay, SourceDecisions, SourceTiers, SourceFollowUps, SourceCustomers}

// Message names the source for people.
func (s Source) Message() errs.Message { return errs.Msg("metric.source."+string(s), nil) }

// FormulaKind is how a metric is made of measures.
type FormulaKind string

// The formulas.
const (
	FormulaSum     FormulaKind = "sum"      // of terms, each added or taken away
	FormulaRatio   FormulaKind = "ratio"    // terms over terms
	FormulaPerHead FormulaKind = "per_head" // terms over the average of people at the start and at the end
	FormulaDays    FormulaKind = "days"     // a stock over a flow, times the days of the period
	FormulaAge     FormulaKind = "age"      // how old the newest fact is
)

// When says at which moment of a period a term is taken.
type When string

// The moments.
const (
	During  When = "during"  // the sum over its days
	AtStart When = "start"   // a stock at the end of the day before it
	AtEnd   When = "end"     // a stock at the end of its last day
	Average When = "average" // of start and end: both are added up, and the quotient is doubled
)

// Term is a measure in a formula.
type Term struct {
	Measure MeasureID `json:"measure"`
	Minus   bool      `json:"minus,omitempty"`
	When    When      `json:"when"`
}

// Formula is how a metric is made of measures.
type Formula struct {
	Kind FormulaKind `json:"kind"`
	Of   []Term      `json:"of,omitempty"`
	Over []Term      `json:"over,omitempty"`
}

// Measures are those that the formula reads, each once.
func (f Formula) Measures() (ids []MeasureID) {
	for _, t := range slices.Concat(f.Of, f.Over) {
		if !slices.Contains(ids, t.Measure) {
			ids = append(ids, t.Measure)
		}
	}
	return ids
}

// Definition is a metric: a version of what a number means. Never changed once it is in force.
type Definition struct {
	ID         ID           `json:"id"`
	Family     ID           `json:"family"` // of rival definitions; the ID itself when there is no rival
	Version    int          `json:"version"`
	Name       ruledoc.Text `json:"name"`
	Basis      ruledoc.Text `json:"basis"` // 口径: what counts, and what does not
	Formula    Formula      `json:"formula"`
	Unit       Unit         `json:"unit"`
	Good       Good         `json:"good"`
	Owner      string       `json:"owner"` // a role: who answers for it
	Sources    []Source     `json:"sources"`
	FreshHours int          `json:"fresh_hours"` // older than this is late
	// MaturesDays is how long a cohort needs before its number stands; 0 for none.
	MaturesDays int `json:"matures_days,omitempty"`
	// Default says that it is the one of its family unless the company chose another.
	Default bool `json:"default,omitempty"`
	// Own says that the company wrote this version.
	Own bool `json:"own,omitempty"`
}
