package ui

import (
	"encoding/json"
	"math/big"
	"net/url"
	"strconv"
	"strings"
	"time"

	"xiaoguan/internal/decision"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/money"
	"xiaoguan/internal/review"
	"xiaoguan/internal/ruledoc"
)

// InLanguage is the text of a name in the language of the page.
func InLanguage(p *i18n.Printer, t ruledoc.Text) string {
	if p.Zh() {
		return t.Zh
	}
	return t.En
}

// MetricText writes a number of the metric book; without a value it says that there is none.
func MetricText(p *i18n.Printer, currency money.Currency, v metric.Value) string {
	amount, known := v.Amount()
	if !known {
		return p.T("metric.no_data")
	}
	switch v.Unit {
	case metric.UnitMoney:
		return p.Board(amount, currency)
	case metric.UnitEach:
		return p.Board(amount, currency)
	case metric.UnitPercent:
		return p.Percent(big.NewRat(amount, metric.Whole))
	case metric.UnitDays:
		return p.T("metric.days", "Days", p.Decimal(big.NewRat(amount, 10), 1))
	case metric.UnitHours:
		return p.Span(time.Duration(amount) * time.Minute)
	}
	return p.Int(amount)
}

// MetricFormula writes what was divided by what: "¥6,614,450 ÷ ¥7,952,000 = 83.2%".
func MetricFormula(p *i18n.Printer, currency money.Currency, d metric.Definition, v metric.Value) string {
	side := func(terms []metric.Term, n int64) string {
		if len(terms) > 0 {
			if m, _ := metric.MeasureByID(terms[0].Measure); m.Kind == metric.MeasureMoney {
				return p.Money(n, currency)
			}
		}
		return p.Int(n)
	}
	of := side(d.Formula.Of, v.Numerator)
	switch {
	case d.Formula.Kind == metric.FormulaAge:
		return ""
	case d.Formula.Kind == metric.FormulaSum:
		if !v.Known {
			return ""
		}
		return of
	}
	over := side(d.Formula.Over, v.Denominator)
	if v.Averaged() {
		over = MetricOver(p, v)
	}
	text := of + " ÷ " + over
	if times := v.Times(); times > 1 {
		text += " × " + p.Int(times)
	}
	if v.Known {
		text += " = " + MetricText(p, currency, v)
	}
	return text
}

// MetricOver writes what things a numerator is divided by: an average of people may have a half.
func MetricOver(p *i18n.Printer, v metric.Value) string {
	if !v.Averaged() {
		return p.Int(v.Denominator)
	}
	digits := 0
	if v.Denominator%v.Scale != 0 {
		digits = 1
	}
	return p.Decimal(big.NewRat(v.Denominator, v.Scale), digits)
}

// MeasureField chooses the number that an action is to move.
func MeasureField(p *i18n.Printer, list []review.Measure, value string) Field {
	f := Field{Name: "metric", Kind: FieldSelect, Label: p.T("review.metric"), Value: value, Optional: true, Placeholder: p.T("review.no_metric"), Hint: p.T("review.metric_hint")}
	for _, m := range list {
		f.Options = append(f.Options, Option{Value: m.ID, Label: InLanguage(p, m.Name)})
	}
	return f
}

// MetricWhy answers why a number of the metric book is what it is: definition, figures, place, days, source and age, with the ways to its rows and its
// whole definition.
func MetricWhy(p *i18n.Printer, currency money.Currency, now time.Time, d metric.Definition, v metric.Value) Why {
	place := v.Place.Name
	if place == "" {
		place = p.T("metric.place." + string(v.Place.Kind))
	}
	var sources []string
	for _, s := range d.Sources {
		sources = append(sources, p.Message(s.Message()))
	}
	why := Why{Title: InLanguage(p, d.Name), Version: p.T("metric.version", "Version", d.Version), Formula: MetricFormula(p, currency, d, v),
		Facts: []Fact{{Term: p.T("metric.basis"), Text: InLanguage(p, d.Basis)}, {Term: p.T("metric.place"), Text: place}, {Term: p.T("metric.days_of"), Text: p.Date(v.Period.From) + " – " + p.Date(v.Period.To)},
			{Term: p.T("metric.source"), Text: p.Join(sources)}},
		Links: []Link{{Label: p.T("metric.rows"), URL: MetricPath(d.ID) + "#rows"}, {Label: p.T("metric.whole_definition"), URL: MetricPath(d.ID)}}}
	if !v.Known {
		why.Facts = append(why.Facts, Fact{Term: p.T("metric.no_data"), Text: p.Message(v.Why.Message())})
	}
	if !v.Newest.IsZero() {
		why.Facts = append(why.Facts, Fact{Term: p.T("metric.newest"), Text: p.Moment(v.Newest, now) + " · " + p.Ago(v.Newest, now)})
	}
	if v.LeftOut > 0 {
		why.Facts = append(why.Facts, Fact{Term: p.T("metric.left_out"), Text: p.T("metric.left_out_text", "Count", v.LeftOut)})
	}
	return why
}

// MetricPath is the page of a definition.
func MetricPath(id metric.ID) string { return "/metrics/" + string(id) }

// DecisionPath is the form of a decision that rests on a number.
func DecisionPath(e decision.Evidence) string {
	text, err := json.Marshal(e)
	if err != nil { // texts, numbers and moments always encode
		return "/decisions/new"
	}
	return "/decisions/new?evidence=" + url.QueryEscape(string(text))
}

// RowPath is the page of a record behind a number; empty where it has none.
func RowPath(row metric.Row) string {
	id := strconv.FormatInt(row.ID, 10)
	switch row.Kind {
	case "deal", "payment", "invoice":
		return "/" + row.Kind + "s/" + url.PathEscape(row.Key)
	case "customer":
		return "/customers/" + id
	case "follow_up":
		kind, of, _ := strings.Cut(row.Subject, ":")
		if at, err := strconv.ParseInt(of, 10, 64); err == nil {
			return RowPath(metric.Row{Kind: kind, ID: at})
		}
	case "lead":
		return "/leads/" + id
	case "opportunity":
		return "/opportunities/" + id
	case "decision":
		return "/decisions/" + id
	case "instalment":
		return "/contracts/" + id
	}
	return ""
}
