package refmodel

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/plan"
)

// credit is one person's part of a fact by one rule.
type credit struct {
	fact
	grant
	units int64 // of the deal, shared as the amount is; meaningless where nobody recorded them
}

// creditsOf gives every credit that anybody ever gets of an event, in total order.
func (m *model) creditsOf(event string) []credit {
	if list, computed := m.known[event]; computed {
		return list
	}
	var list []credit
	for _, e := range m.crediting.Events {
		if e.ID != event {
			continue
		}
		for _, f := range m.factsOf(e) {
			units := int64(0)
			if e.Fact == plan.FactDeal && m.facts.DealsMore != nil {
				units = m.facts.DealsMore[f.deal].Units
			}
			list = append(list, m.both(event, f, units)...)
		}
	}
	slices.SortStableFunc(list, func(a, b credit) int {
		return cmp.Or(cmp.Compare(a.on, b.on), cmp.Compare(a.order, b.order), compareKeys(a.key, b.key), cmp.Compare(a.rule, b.rule),
			cmp.Compare(a.seat, b.seat))
	})
	m.known[event] = list
	return list
}

// both divides the amount of a fact, and its units in the same way.
func (m *model) both(event string, f fact, units int64) []credit {
	var list []credit
	counted := m.grants(event, f, units)
	for _, g := range m.grants(event, f, f.amount) {
		c := credit{fact: f, grant: g}
		for _, other := range counted {
			if other.rule == g.rule && other.seat == g.seat && other.person == g.person {
				c.units = other.part
			}
		}
		list = append(list, c)
	}
	return list
}

// span is the first and the last day of a window.
type span struct{ from, to calendar.Date }

func (s span) contains(day calendar.Date) bool { return s.from <= day && day <= s.to }

// counted is a credit with what counts of it: its part, or the margin on it, in minor units of the plan's currency. Exact is the same before
// it was rounded.
type counted struct {
	credit
	amount int64
	exact  *big.Rat
}

// gather lists what a measure counts for a person, in total order, within a span.
func (m *model) gather(p *plan.Plan, c *plan.CreditsMeasure, within span, who int32) ([]counted, error) {
	if err := m.judged(c.Event, within); err != nil {
		return nil, err
	}
	var list []counted
	for _, candidate := range m.creditsOf(c.Event) {
		if !m.belongsTo(p, c, candidate, within, who) {
			continue
		}
		amount := candidate.part
		if c.Value == plan.CreditsSumMargin {
			margin, err := m.margin(candidate)
			if err != nil {
				return nil, err
			}
			amount = margin
		}
		if !m.matches(c.Where, candidate, within) {
			continue
		}
		found := counted{candidate, amount, whole(amount)}
		if looksAtMoney(c) {
			exact, err := m.worth(p, candidate, amount)
			if err != nil {
				return nil, err
			}
			found.amount, found.exact = halfAway(exact), exact
		}
		if amountMatches(c.Where, found.amount) {
			list = append(list, found)
		}
	}
	return list, nil
}

// belongsTo reports whether a credit is the person's, in time, and of the rules that count.
func (m *model) belongsTo(p *plan.Plan, c *plan.CreditsMeasure, candidate credit, within span, who int32) bool {
	left := m.facts.Persons[who].Left
	switch {
	case candidate.person != who || !within.contains(candidate.on):
		return false
	case candidate.on >= left && p.Statements.LeaverLaterCollections != plan.LaterCollectionsPaid:
		return false
	case candidate.refund && p.Statements.Refund == plan.RefundKeptUntilClaw:
		return false
	}
	return len(c.By) == 0 || slices.Contains(c.By, m.crediting.Rules[candidate.rule].ID)
}

// margin is R(part · (amount − cost) / amount) of the credit's deal.
func (m *model) margin(c credit) (int64, error) {
	amount := m.facts.Deals[c.deal].AmountFen
	cost := int64(-1)
	if m.facts.DealsMore != nil {
		cost = m.facts.DealsMore[c.deal].CostFen
	}
	if cost < 0 {
		return 0, fmt.Errorf("deal %s has no cost", m.facts.Deals[c.deal].Key)
	}
	if amount == 0 {
		return 0, nil
	}
	return halfAway(product(whole(c.part), big.NewRat(amount-cost, amount))), nil
}

// dealText is the text of an attribute of a deal; empty where nobody recorded it, so that a filter finds it by listing the empty text.
func (m *model) dealText(f plan.Field, deal int32) string {
	d := m.facts.Deals[deal]
	switch f {
	case plan.FieldProduct, plan.FieldProductCategory:
		if d.Product == engine.None {
			return ""
		}
		if f == plan.FieldProduct {
			return m.facts.Products[d.Product].Key
		}
		return m.facts.Products[d.Product].Category
	}
	if d.Customer == engine.None {
		return ""
	}
	switch customer := m.facts.Customers[d.Customer]; f {
	case plan.FieldCustomer:
		return customer.Key
	case plan.FieldCustomerTier:
		return customer.Tier
	case plan.FieldCustomerRegion:
		return customer.Region
	}
	panic("refmodel: unknown field " + string(f))
}

// listed reports whether a text is one of the filter's or, where these are paths, lies below one of them.
func listed(f plan.Filter, text string) bool {
	return slices.ContainsFunc(f.In, func(path string) bool { return text == path || f.Within && strings.HasPrefix(text, path+"/") })
}

// amountMatches asks the filters on amount, and matches all others.
func amountMatches(where []plan.Filter, amount int64) bool {
	for _, f := range where {
		if f.Field == plan.FieldAmount && !compares(whole(amount), f.Comparison, f.Value.Rat()) {
			return false
		}
	}
	return true
}

func (m *model) matches(where []plan.Filter, c credit, within span) bool {
	for _, f := range where {
		met := false
		switch f.Field {
		case plan.FieldAmount:
			met = true
		case plan.FieldCustomerMonthsActive:
			first, paid := m.firstPayment(m.facts.Deals[c.deal].Customer)
			months, known := monthsBetween(first, c.on)
			met = paid && known && compares(whole(months), f.Comparison, f.Value.Rat())
		case plan.FieldDealMonthsSigned:
			months, known := monthsBetween(m.facts.Deals[c.deal].SignedOn, c.on)
			met = known && compares(whole(months), f.Comparison, f.Value.Rat())
		case plan.FieldCustomerFirstPayment:
			first, paid := m.firstPayment(m.facts.Deals[c.deal].Customer)
			met = paid && within.contains(first)
		default:
			met = listed(f, m.dealText(f.Field, c.deal))
		}
		if !met {
			return false
		}
	}
	return true
}

// firstPayment is the date of the customer's first positive payment up to the period's end.
func (m *model) firstPayment(customer int32) (first calendar.Date, paid bool) {
	pays := m.facts.Payments
	for i := range pays.Deal {
		theirs := customer != engine.None && m.facts.Deals[pays.Deal[i]].Customer == customer
		if theirs && pays.AmountFen[i] > 0 && pays.On[i] <= m.last && (!paid || pays.On[i] < first) {
			first, paid = pays.On[i], true
		}
	}
	return first, paid
}

// monthsBetween is the largest k ≥ 0 with from + k months ≤ to; there is none when to is earlier.
func monthsBetween(from, to calendar.Date) (months int64, known bool) {
	if from > to {
		return 0, false
	}
	for from.AddMonths(int(months)+1) <= to {
		months++
	}
	return months, true
}
