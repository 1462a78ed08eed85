package plan

import (
	"xiaoguan/internal/errs"
	"xiaoguan/internal/ruledoc"
)

// The words that open a document and say what it is.
const (
	HeaderPlan      = "plan/1"
	HeaderCrediting = "crediting/1"
	HeaderHonour    = "honour/1"
	HeaderPromotion = "promotion/1"
)

// Document is one decoded document: exactly one of Plan, Crediting, Honour and Promotion is set. Findings holds its warnings and notes in the order of
// the text.
type Document struct {
	Source    string // what the caller calls it, such as a file name
	Plan      *Plan
	Crediting *Crediting
	Honour    *Honour
	Promotion *Promotion
	Findings  []Finding
	Examples  string // worked examples that the plan must pass, a page as package plancase reads it; no part of the rule or its hash
	positions ruledoc.Places
}

// Position finds where a path of the document (as in Finding.Path or Section paths) is written, or the nearest enclosing one.
func (d *Document) Position(path string) Position {
	return d.positions.Of(path)
}

// Decode reads a plan or crediting document strictly and checks it. On any error it returns a KindInvalid error ("plan.invalid")
// with every problem as a field: source, row, column, path, value, message and remedy.
func Decode(source string, text []byte) (d *Document, err error) {
	defer errs.Wrap(&err, "plan.Decode(%s)", source)
	d, findings := Inspect(source, text)
	if HasErrors(findings) {
		return nil, errs.Invalid("plan.invalid", ruledoc.Errors(findings))
	}
	return d, nil
}

// DecodePlan is Decode for a text that must be a plan.
func DecodePlan(source string, text []byte) (p *Plan, err error) {
	defer errs.Wrap(&err, "plan.DecodePlan(%s)", source)
	d, err := Decode(source, text)
	if err != nil {
		return nil, err
	}
	if d.Plan == nil {
		return nil, wrongKind(source, HeaderPlan)
	}
	return d.Plan, nil
}

// DecodeCrediting is Decode for a text that must be a crediting document.
func DecodeCrediting(source string, text []byte) (c *Crediting, err error) {
	defer errs.Wrap(&err, "plan.DecodeCrediting(%s)", source)
	d, err := Decode(source, text)
	if err != nil {
		return nil, err
	}
	if d.Crediting == nil {
		return nil, wrongKind(source, HeaderCrediting)
	}
	return d.Crediting, nil
}

func wrongKind(source, wanted string) error {
	r := newReader(source)
	r.Add(SeverityError, ruledoc.CodeHeader, Position{Row: 1, Column: 1}, "xiaoguan", "", errs.Args{"Known": wanted})
	return errs.Invalid("plan.invalid", ruledoc.Errors(r.Findings))
}

// Inspect is Decode for editors: it returns every finding of every severity, and the document unless there are errors.
func Inspect(source string, text []byte) (*Document, []Finding) {
	r := newReader(source)
	top, ok := r.Parse(text)
	if !ok {
		return nil, ruledoc.Sort(r.Findings)
	}
	d := &Document{Source: source, positions: r.Places}
	switch r.Header(top, HeaderPlan, HeaderCrediting, HeaderHonour, HeaderPromotion) {
	case HeaderPlan:
		d.Plan = r.plan(top)
		d.Examples = r.examples
	case HeaderCrediting:
		d.Crediting = r.crediting(top)
	case HeaderHonour:
		d.Honour = r.honour(top)
	case HeaderPromotion:
		d.Promotion = r.promotion(top)
	}
	findings := ruledoc.Sort(r.Findings)
	if HasErrors(findings) {
		return nil, findings
	}
	switch {
	case d.Plan != nil:
		d.Plan.seal()
	case d.Honour != nil:
		d.Honour.seal()
	case d.Promotion != nil:
		d.Promotion.seal()
	default:
		d.Crediting.seal()
	}
	d.Findings = findings
	return d, findings
}
