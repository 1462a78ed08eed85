package plans

import (
	"strconv"
	"strings"

	"xiaoguan/internal/i18n"
	"xiaoguan/internal/plan"
)

// furtherBy says in few words by what else a component goes: its months, deductible, factors, contest or pool.
func furtherBy(p *i18n.Printer, rule *plan.Plan, c *plan.Component) (by []string) {
	if c.Pays.Prizes != nil {
		by = append(by, measureName(p, rule, c.Pays.Prizes.By))
	}
	if c.Pays.Pool != nil {
		by = append(by, measureName(p, rule, c.Pays.Pool.By))
	}
	if c.Pays.Deduct != nil {
		by = append(by, p.T("plans.deductible"))
	}
	if c.Pays.Factors != nil {
		by = append(by, p.T("plans.factors"))
	}
	if len(c.PaysIn) > 0 {
		months := make([]string, len(c.PaysIn))
		for i, m := range c.PaysIn {
			months[i] = strconv.Itoa(m)
		}
		by = append(by, p.T("plans.pays_in_months", "Months", strings.Join(months, ", ")))
	}
	return by
}

// capText writes a cap with what it limits and over which span.
func capText(p *i18n.Printer, rule *plan.Plan, limit *plan.Limit) string {
	text := p.Amount(limit.AmountFen, rule.Currency)
	if limit.Percent != nil {
		text = p.T("plans.cap_percent", "Percent", limit.Percent.Percent(), "Measure", measureName(p, rule, limit.Of))
	}
	switch {
	case limit.Per == plan.LimitPerCredit:
		return p.T("plans.cap_per_credit", "Limit", text)
	case limit.Per == plan.LimitPerDeal:
		return p.T("plans.cap_per_deal", "Limit", text)
	case limit.Over == plan.LimitOverQuarter:
		return p.T("plans.cap_over_quarter", "Limit", text)
	case limit.Over == plan.LimitOverYear:
		return p.T("plans.cap_over_year", "Limit", text)
	}
	return text
}
