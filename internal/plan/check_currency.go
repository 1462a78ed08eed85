package plan

import (
	"fmt"
	"slices"

	"xiaoguan/internal/errs"
)

// checkCurrencies judges a conversion that cannot matter.
func (p *planReader) checkCurrencies() {
	c := p.plan.Currencies
	switch {
	case c == nil:
	case !slices.ContainsFunc(p.plan.Measures, countsMoney):
		p.warn("currencies", CodeConversionIdle, nil)
	case c.AfterRate && !slices.ContainsFunc(p.plan.Components, p.plan.multipliesCredits):
		p.note("currencies.convert", CodeAfterRateIdle, nil)
	}
}

// countsMoney reports whether a measure counts amounts of facts, or looks at them.
func countsMoney(m Measure) bool {
	if m.Retained != nil {
		return true
	}
	return m.Credits != nil && (m.Credits.Value == CreditsSumAmount || m.Credits.Value == CreditsSumMargin || m.Credits.looksAtAmounts())
}

func (m *CreditsMeasure) looksAtAmounts() bool {
	return slices.ContainsFunc(m.Where, func(f Filter) bool { return f.Field == FieldAmount })
}

// multipliesCredits reports whether a component is a rate of credits, which may convert after the rate.
func (p *Plan) multipliesCredits(c Component) bool {
	m := p.Measure(c.Pays.Of)
	return c.Pays.Rate != nil && m != nil && m.Credits != nil
}

// lintRuleAmount warns of a crediting rule that filters by amount and so cannot judge what the plan converts.
func (s *set) lintRuleAmount(d *Document, c *Crediting) {
	if d.Plan.Currencies == nil {
		return
	}
	for _, rule := range c.Rules {
		counted := slices.ContainsFunc(d.Plan.Measures, func(m Measure) bool { return m.Credits != nil && slices.Contains(rule.Events, m.Credits.Event) })
		if i := slices.IndexFunc(rule.Where, func(f Filter) bool { return f.Field == FieldAmount }); counted && i >= 0 {
			s.add(d, SeverityWarning, CodeRuleAmount, "currencies", errs.Args{"Rule": rule.ID, "Place": fmt.Sprintf("where[%d]", i)})
			return
		}
	}
}
