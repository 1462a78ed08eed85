package refmodel

import (
	"fmt"
	"math/big"
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
)

// currency is that of a row whose column points at the currencies of the facts.
func (m *model) currency(column []int16, row int) money.Currency {
	if column == nil {
		return m.facts.Currency
	}
	return m.facts.Currencies[column[row]]
}

// dealCurrency is that of a deal's amount and cost.
func (m *model) dealCurrency(deal int32) money.Currency {
	if m.facts.DealsMore == nil || m.facts.Currencies == nil {
		return m.facts.Currency
	}
	return m.facts.Currencies[m.facts.DealsMore[deal].Currency]
}

// looksAtMoney reports whether a measure of credits needs to know what they are worth: it adds amounts or margins, or filters by them.
func looksAtMoney(c *plan.CreditsMeasure) bool {
	return c.Value == plan.CreditsSumAmount || c.Value == plan.CreditsSumMargin ||
		slices.ContainsFunc(c.Where, func(f plan.Filter) bool { return f.Field == plan.FieldAmount })
}

// worth is the exact amount in the plan's minor units of what a credit counts in those of its fact's currency.
func (m *model) worth(p *plan.Plan, c credit, amount int64) (*big.Rat, error) {
	if c.money == p.Currency {
		return whole(amount), nil
	}
	if p.Currencies == nil {
		return nil, fmt.Errorf("deal %s has %s, and the plan does not say how to convert it", m.facts.Deals[c.deal].Key, c.money)
	}
	rate := m.exchange(c.money, p, m.rateDay(p, c))
	if rate == nil {
		return nil, fmt.Errorf("deal %s: no rate %s from %s on %s", m.facts.Deals[c.deal].Key, p.Currencies.Rate, c.money, c.on)
	}
	return product(whole(amount), rate, tens(p.Currency.MinorDigits()), new(big.Rat).Inv(tens(c.money.MinorDigits()))), nil
}

// rateDay is the day whose rate counts, at most the period's last.
func (m *model) rateDay(p *plan.Plan, c credit) calendar.Date {
	day := c.on
	switch p.Currencies.On {
	case plan.RateOnSigned:
		day = m.facts.Deals[c.deal].SignedOn
	case plan.RateOnPeriodEnd:
		day = c.on.Month().Last()
	}
	return min(day, m.last)
}

// exchange is the latest rate of the plan's kind on or before the day, straight into the plan's currency; nil when there is none.
func (m *model) exchange(from money.Currency, p *plan.Plan, day calendar.Date) *big.Rat {
	var latest *engine.ExchangeRate
	for i, row := range m.facts.Exchange {
		fits := row.From == from && row.To == p.Currency && row.Kind == p.Currencies.Rate && row.On <= day
		if fits && (latest == nil || row.On > latest.On) {
			latest = &m.facts.Exchange[i]
		}
	}
	if latest == nil {
		return nil
	}
	return latest.Rate.Rat()
}

func tens(digits int) *big.Rat {
	power := whole(1)
	for range digits {
		power.Mul(power, whole(10))
	}
	return power
}

// judged refuses facts in another currency that a crediting rule would have to judge by their amount.
func (m *model) judged(event string, within span) error {
	for _, e := range m.crediting.Events {
		if e.ID != event {
			continue
		}
		for _, f := range m.factsOf(e) {
			if f.money == m.facts.Currency || !within.contains(f.on) {
				continue
			}
			for _, rule := range m.crediting.Rules {
				others := slices.DeleteFunc(slices.Clone(rule.Where), func(w plan.Filter) bool { return w.Field == plan.FieldAmount })
				if slices.Contains(rule.Events, event) && len(others) < len(rule.Where) && m.factMatches(others, f) {
					return fmt.Errorf("rule %s filters by amount and meets %s of deal %s", rule.ID, f.money, m.facts.Deals[f.deal].Key)
				}
			}
		}
	}
	return nil
}
