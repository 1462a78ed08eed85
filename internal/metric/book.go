package metric

import (
	_ "embed"
	"slices"
	"strings"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/ruledoc"
)

// Header begins every document of metrics.
const Header = "metric/v1"

var language = ruledoc.Language{Area: "metric", RowsMax: 200}

// Codes of findings of books, beside those that every document of rules may yield.
const (
	CodeMeasure ruledoc.Code = "measure.unknown"
	CodeMoment  ruledoc.Code = "measure.moment"
	CodeUnit    ruledoc.Code = "unit.formula"
	CodeTwice   ruledoc.Code = "id.twice"
	CodeChosen  ruledoc.Code = "family.default"
)

// Codes lists every code of its own, for catalogues and their tests.
func Codes() []ruledoc.Code {
	return []ruledoc.Code{CodeMeasure, CodeMoment, CodeUnit, CodeTwice, CodeChosen}
}

//go:embed default.yaml
var defaultText []byte

// ShippedText is the book that ships with the product, as a document.
func ShippedText() []byte { return slices.Clone(defaultText) }

var shipped = func() []Definition {
	list, err := Decode("default.yaml", defaultText)
	if err != nil {
		panic(err) // tested
	}
	return list
}()

// Shipped is the book that ships with the product.
func Shipped() []Definition { return slices.Clone(shipped) }

// Decode reads a book strictly and checks it. On any error it returns one of kind Invalid ("metric.invalid") with every problem as a field.
func Decode(source string, text []byte) (list []Definition, err error) {
	defer errs.Wrap(&err, "metric.Decode(%s)", source)
	r := &reader{ruledoc.NewReader(&language, source)}
	top, ok := r.Parse(text)
	if ok {
		list = r.book(top)
	}
	findings := ruledoc.Sort(r.Findings)
	if ruledoc.HasErrors(findings) {
		return nil, errs.Invalid("metric.invalid", ruledoc.Errors(findings))
	}
	return list, nil
}

type reader struct{ *ruledoc.Reader }

// basisMost is the longest basis, in bytes.
const basisMost = 600

func (r *reader) book(top ruledoc.Value) (list []Definition) {
	if r.Header(top, Header) == "" {
		return nil
	}
	f := r.Mapping(top, "xiaoguan", "metrics")
	f.With("metrics", func(v ruledoc.Value) {
		list = ruledoc.Each(r.Reader, v, r.definition)
		seen, chosen := map[ID]bool{}, map[ID]int{}
		for _, d := range list {
			if d.ID == "" {
				return
			}
			if seen[d.ID] {
				r.Report(v, CodeTwice, errs.Args{"Metric": string(d.ID)})
			}
			seen[d.ID] = true
			if d.Default {
				chosen[d.Family]++
			}
		}
		for _, d := range list {
			if len(list) > 1 && chosen[d.Family] != 1 {
				r.Report(v, CodeChosen, errs.Args{"Family": string(d.Family)})
				return
			}
		}
	})
	return list
}

func (r *reader) definition(v ruledoc.Value) Definition {
	d := Definition{Version: 1}
	f := r.Mapping(v, "id", "family", "default", "name", "basis", "formula", "unit", "good", "owner", "sources", "fresh_hours", "matures_days")
	f.With("id", func(v ruledoc.Value) { d.ID = ID(r.ID(v)) })
	d.Family, d.Default = d.ID, true
	f.Given("family", func(v ruledoc.Value) { d.Family, d.Default = ID(r.ID(v)), false })
	f.Given("default", func(v ruledoc.Value) { d.Default = r.Truth(v) })
	f.With("name", func(v ruledoc.Value) { d.Name = r.Name(v) })
	f.With("basis", func(v ruledoc.Value) { d.Basis = r.basis(v) })
	f.With("unit", func(v ruledoc.Value) {
		d.Unit = ruledoc.Choice(r.Reader, v, UnitMoney, UnitCount, UnitPercent, UnitEach, UnitDays, UnitHours)
	})
	f.With("good", func(v ruledoc.Value) { d.Good = ruledoc.Choice(r.Reader, v, GoodUp, GoodDown, GoodNeither) })
	f.With("owner", func(v ruledoc.Value) {
		d.Owner = ruledoc.Choice(r.Reader, v, "operations", "finance", "hr", "director")
	})
	f.With("sources", func(v ruledoc.Value) {
		d.Sources = ruledoc.Each(r.Reader, v, func(v ruledoc.Value) Source { return ruledoc.Choice(r.Reader, v, Sources...) })
	})
	f.With("fresh_hours", func(v ruledoc.Value) { d.FreshHours = r.Whole(v, 1, 9000) })
	f.Given("matures_days", func(v ruledoc.Value) { d.MaturesDays = r.Whole(v, 1, 400) })
	f.With("formula", func(v ruledoc.Value) {
		d.Formula = r.formula(v)
		if d.Unit != "" && !d.fits() {
			r.Report(v, CodeUnit, errs.Args{"Unit": string(d.Unit)})
		}
	})
	return d
}

func (r *reader) basis(v ruledoc.Value) (t ruledoc.Text) {
	f := r.Mapping(v, "zh", "en")
	f.With("zh", func(v ruledoc.Value) { t.Zh, _ = r.LongText(v, basisMost) })
	f.With("en", func(v ruledoc.Value) { t.En, _ = r.LongText(v, basisMost) })
	return t
}

func (r *reader) formula(v ruledoc.Value) (formula Formula) {
	f := r.Mapping(v, "sum", "ratio", "per_head", "days", "age")
	key, inner, ok := f.ExactlyOne("sum", "ratio", "per_head", "days", "age")
	if !ok {
		return formula
	}
	switch formula.Kind = FormulaKind(key); formula.Kind {
	case FormulaSum:
		formula.Of = r.terms(inner)
	case FormulaAge:
		r.Mapping(inner)
	default:
		f := r.Mapping(inner, "of", "over")
		f.With("of", func(v ruledoc.Value) { formula.Of = r.terms(v) })
		f.With("over", func(v ruledoc.Value) { formula.Over = r.terms(v) })
	}
	return formula
}

// termsMost is how many terms one side of a formula may have.
const termsMost = 8

func (r *reader) terms(v ruledoc.Value) (terms []Term) {
	for _, one := range r.List(v, termsMost) {
		text, ok := r.Text(one)
		if !ok {
			continue
		}
		t := Term{When: During}
		text, t.Minus = strings.CutPrefix(text, "-")
		name, when, given := strings.Cut(text, "@")
		t.Measure = MeasureID(name)
		m, known := measuresByID[t.Measure]
		if given {
			t.When = When(when)
		}
		switch {
		case !known:
			r.Report(one, CodeMeasure, errs.Args{"Measure": name})
		case m.Stock != given || given && !slices.Contains([]When{AtStart, AtEnd, Average}, t.When),
			m.grain == grainNow && t.When != AtEnd, m.grain == grainLook && t.When != AtEnd:
			r.Report(one, CodeMoment, errs.Args{"Measure": name})
		}
		terms = append(terms, t)
	}
	return terms
}

// OfMoney reports that numerators are amounts, and denominators too where the unit is a share of the like.
func (d *Definition) OfMoney() bool {
	return len(d.Formula.Of) > 0 && measuresByID[d.Formula.Of[0].Measure].Kind == MeasureMoney
}

// fits reports that the formula gives the unit.
func (d *Definition) fits() bool {
	kind := func(terms []Term) MeasureKind {
		var k MeasureKind
		for _, t := range terms {
			m := measuresByID[t.Measure].Kind
			if k != "" && m != k {
				return ""
			}
			k = m
		}
		return k
	}
	of, over := kind(d.Formula.Of), kind(d.Formula.Over)
	switch d.Formula.Kind {
	case FormulaSum:
		return d.Unit == UnitMoney && of == MeasureMoney || d.Unit == UnitCount && of == MeasureThings
	case FormulaRatio:
		return d.Unit == UnitPercent && of != "" && of == over
	case FormulaPerHead:
		return d.Unit == UnitEach && of == MeasureMoney && over == MeasureThings
	case FormulaDays:
		return d.Unit == UnitDays && of != "" && of == over
	case FormulaAge:
		return d.Unit == UnitHours
	}
	return false
}
