// Package explain says in words and figures how a statement of pay came about: what each component was computed from, why one pays
// nothing and what was missing, where a rounding or a cap took effect.
//
// It reads the engine's trace and the plan's names and computes no pay of its own: every figure is the trace's, every distance is
// exact arithmetic on the trace's figures. The same statement, plan and language give the same words.
// Explain gives it in pieces for a page, Text as plain text for a terminal.
package explain

import (
	"math/big"

	"xiaoguan/internal/engine"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
)

// Explanation is a statement in words and figures of one language.
type Explanation struct {
	PlanName   string
	Currency   money.Currency
	TotalFen   int64
	Measures   []Measure
	Components []Component
	Members    Members

	source *explainer
}

// Measure is one value of the plan with what it means and how it came about.
type Measure struct {
	ID         string
	Name       string
	Text       string  // "96.60%"
	Definition string  // as the plan's prose says it; empty without the plan
	Parts      []Piece // how it came about, for values computed from others
	Reason     string  // why there is no value
}

// Piece is an operator, or a figure with a label. Measure is the id of the measure that the figure is, for whoever asks further.
type Piece struct {
	Operator string
	Label    string
	Text     string
	Measure  string
}

// Component is one line of pay.
type Component struct {
	ID         string
	Name       string
	AmountFen  int64
	Quantity   string  // of how much, in short: "12笔 · ¥307,188.00"
	Attainment []Piece // the measure that chooses the band, computed
	Formula    []Piece // the amount, computed, before rounding and limits
	Conditions []Condition
	Rates      []Rate
	Bands      []Band
	Marginal   bool   // each part of the base earns at its own band
	Team       bool   // rests on the members of the team
	Zero       string // why it pays nothing, and what was missing
	Next       string // how far the next band is
	Rounding   string
	Limit      string   // what a cap or a floor did
	Steps      []string // what deductible, line, factors, grid, contest or pool did, a sentence each
}

// Condition is one condition of a component with what was found.
type Condition struct {
	Text string
	Met  bool
}

// Rate is what one rate was applied to.
type Rate struct {
	Name    string // of the looked-up key; empty for one rate for all
	Rate    string
	BaseFen int64
	Base    string // after the deductible, where there is one
	Credits int
	Earned  string // exact
}

// Band is one band of a table. Base and Earned are exact amounts in words; Threshold is the band in money of the base.
type Band struct {
	Name      string
	Threshold string
	Times     string
	Base      string
	Earned    string
	Reached   bool
	Empty     bool // nothing fell into it
}

// Members is the payee's team: the values of each member that the plan asked for.
type Members struct {
	Columns []string
	Rows    []Member
}

// Member is one member of the team. Counted says that a count of the plan counted the member.
type Member struct {
	Key, Name, Level string
	Values           []string // per column
	Counted          bool
}

// Explain puts the statement into the printer's language. by is the plan that the statement was computed by; nil leaves names at
// their ids and definitions out.
func Explain(printer *i18n.Printer, s *engine.Statement, by *plan.Plan) *Explanation {
	x := &explainer{p: printer, s: s, plan: by, measures: map[string]engine.MeasureValue{}, definitions: map[string]string{}}
	for _, m := range s.Measures {
		x.measures[m.ID] = m
	}
	x.define()
	out := &Explanation{PlanName: s.Plan, Currency: s.Currency, TotalFen: s.TotalFen, source: x}
	if by != nil {
		out.PlanName = x.text(by.Name)
	}
	for _, m := range s.Measures {
		out.Measures = append(out.Measures, x.measure(m))
	}
	for i := range s.Components {
		out.Components = append(out.Components, x.component(i))
	}
	out.Members = x.members()
	return out
}

// Measure returns the measure of that id, nil when the statement has none.
func (e *Explanation) Measure(id string) *Measure {
	for i := range e.Measures {
		if e.Measures[i].ID == id {
			return &e.Measures[i]
		}
	}
	return nil
}

// explainer holds what explaining one statement needs.
type explainer struct {
	p           *i18n.Printer
	s           *engine.Statement
	plan        *plan.Plan // nil when it is not at hand
	measures    map[string]engine.MeasureValue
	definitions map[string]string // measure id → what the prose says
}

func (x *explainer) text(t plan.Text) string {
	if x.p.Zh() {
		return t.Zh
	}
	return t.En
}

// define takes the definitions of measures from the prose of the plan.
func (x *explainer) define() {
	if x.plan == nil {
		return
	}
	lang := plan.LangEn
	if x.p.Zh() {
		lang = plan.LangZh
	}
	for _, section := range x.plan.Prose(lang) {
		for _, paragraph := range section.Paragraphs {
			if _, seen := x.definitions[paragraph.Path]; !seen {
				x.definitions[paragraph.Path] = paragraph.Text
			}
		}
	}
}

// definitionOf returns the plan's measure, nil when the plan is not at hand or has none of that id.
func (x *explainer) definitionOf(id string) *plan.Measure {
	if x.plan == nil {
		return nil
	}
	return x.plan.Measure(id)
}

func (x *explainer) name(id string) string {
	if m := x.definitionOf(id); m != nil {
		return x.text(m.Name)
	}
	return id
}

// exact returns the value of a measure; false when it has none or is a date.
func (x *explainer) exact(id string) (*big.Rat, bool) {
	m, ok := x.measures[id]
	if !ok || m.Kind == string(plan.KindDate) {
		return nil, false
	}
	return new(big.Rat).SetString(m.Exact)
}

func (x *explainer) measure(m engine.MeasureValue) Measure {
	out := Measure{ID: m.ID, Name: x.name(m.ID), Text: x.value(m), Definition: x.definitions["measures."+m.ID]}
	if m.Reason.Key != "" {
		out.Reason = x.p.Message(m.Reason)
	}
	definition := x.definitionOf(m.ID)
	if definition == nil || definition.Ratio == nil {
		return out
	}
	of, to := definition.Ratio.Of, definition.Ratio.To
	out.Parts = []Piece{
		{Label: out.Name, Text: out.Text, Measure: m.ID}, {Operator: "="},
		{Label: x.name(of), Text: x.value(x.measures[of]), Measure: of}, {Operator: "÷"},
		{Label: x.name(to), Text: x.value(x.measures[to]), Measure: to},
	}
	return out
}

// value writes the value of a measure.
func (x *explainer) value(m engine.MeasureValue) string {
	if m.Exact == "" {
		return x.p.T("explain.none")
	}
	if m.Kind == string(plan.KindDate) {
		return m.Exact
	}
	r, ok := new(big.Rat).SetString(m.Exact)
	if !ok {
		return m.Exact
	}
	return x.kindText(plan.ValueKind(m.Kind), r)
}

func (x *explainer) members() (out Members) {
	var ids []string
	seen := map[string]int{}
	for _, member := range x.s.Members {
		for _, m := range member.Measures {
			if _, ok := seen[m.ID]; !ok {
				seen[m.ID] = len(ids)
				ids = append(ids, m.ID)
				out.Columns = append(out.Columns, x.name(m.ID))
			}
		}
	}
	for _, member := range x.s.Members {
		row := Member{Key: member.Person, Name: member.Name, Level: Level(x.p, member.Level), Values: make([]string, len(ids)), Counted: len(member.Counted) > 0}
		if row.Name == "" {
			row.Name = member.Person
		}
		for _, m := range member.Measures {
			row.Values[seen[m.ID]] = x.value(m)
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

// Level names a level of sellers; one that we have no word for keeps its own.
func Level(p *i18n.Printer, level string) string {
	if key := "explain.level_" + level; p.Has(key) {
		return p.T(key)
	}
	return level
}
