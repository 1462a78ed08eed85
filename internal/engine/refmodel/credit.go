package refmodel

import (
	"cmp"
	"math/big"
	"slices"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/plan"
)

// credit is one seller's part of a payment or a deal.
type credit struct {
	on    calendar.Date
	order int64  // of a payment
	key   string // of a deal
	seat  int    // place among the deal's sellers
	deal  engine.Deal
	part  int64
}

// credits lists what a measure gathers for a person, in total order.
func (m *model) credits(p *plan.Plan, c *plan.CreditsMeasure, who int32) []credit {
	var list []credit
	for _, candidate := range m.creditsOf(c.Event, who) {
		left := m.facts.Persons[who].Left
		switch {
		case candidate.on < m.windowStart(c.Window) || candidate.on > m.last:
		case candidate.on >= left && p.Statements.LeaverLaterCollections != plan.LaterCollectionsPaid:
		case !m.matches(c.Where, candidate):
		default:
			list = append(list, candidate)
		}
	}
	slices.SortFunc(list, func(a, b credit) int {
		return cmp.Or(cmp.Compare(a.on, b.on), cmp.Compare(a.order, b.order), compareKeys(a.key, b.key), cmp.Compare(a.seat, b.seat))
	})
	return list
}

// creditsOf gives every credit that the person ever gets of an event.
func (m *model) creditsOf(event string, who int32) []credit {
	var kind plan.FactKind
	for _, e := range m.crediting.Events {
		if e.ID == event {
			kind = e.Fact
		}
	}
	var list []credit
	for _, rule := range m.crediting.Rules {
		if !slices.Contains(rule.Events, event) {
			continue
		}
		if kind == plan.FactDeal {
			for _, deal := range m.facts.Deals {
				list = append(list, m.shared(rule, credit{on: deal.SignedOn, key: deal.Key, deal: deal}, deal.AmountFen, who)...)
			}
			continue
		}
		pays := m.facts.Payments
		for i := range pays.Deal {
			deal := m.facts.Deals[pays.Deal[i]]
			list = append(list, m.shared(rule, credit{on: pays.On[i], order: pays.Order[i], deal: deal}, pays.AmountFen[i], who)...)
		}
	}
	return list
}

// shared gives the person's parts of one amount.
func (m *model) shared(rule plan.CreditRule, template credit, amount int64, who int32) []credit {
	shares := m.facts.Shares[template.deal.ShareFrom:template.deal.ShareTo]
	parts := split(amount, shares)
	var list []credit
	for i, share := range shares {
		if share.Person != who {
			continue
		}
		mine := template
		mine.seat, mine.part = i, parts[i]
		if rule.Share == plan.ShareFullEach {
			mine.part = amount
		}
		list = append(list, mine)
	}
	return list
}

// split shares |amount| by largest remainder, on a tie to the earlier seller, and puts the sign back.
func split(amount int64, shares []engine.Share) []int64 {
	magnitude := new(big.Rat).Abs(new(big.Rat).SetInt64(amount))
	parts, remainders := make([]int64, len(shares)), make([]*big.Rat, len(shares))
	left := magnitude.Num().Int64()
	for i, share := range shares {
		exact := product(magnitude, big.NewRat(int64(share.BasisPoints), 10_000))
		parts[i] = new(big.Int).Quo(exact.Num(), exact.Denom()).Int64()
		remainders[i] = new(big.Rat).Sub(exact, big.NewRat(parts[i], 1))
		left -= parts[i]
	}
	for ; left > 0 && len(shares) > 0; left-- {
		best := 0
		for i := range remainders {
			if remainders[i].Cmp(remainders[best]) > 0 {
				best = i
			}
		}
		parts[best]++
		remainders[best] = new(big.Rat)
	}
	if amount < 0 {
		for i := range parts {
			parts[i] = -parts[i]
		}
	}
	return parts
}

// compareKeys orders numeric keys by value and before others, others by bytes.
func compareKeys(a, b string) int {
	x, aNumber := number(a)
	y, bNumber := number(b)
	switch {
	case aNumber && bNumber:
		return cmp.Or(x.Cmp(y), strings.Compare(a, b))
	case aNumber:
		return -1
	case bNumber:
		return 1
	}
	return strings.Compare(a, b)
}

func number(key string) (*big.Int, bool) {
	if key == "" || strings.Trim(key, "0123456789") != "" {
		return nil, false
	}
	return new(big.Int).SetString(key, 10)
}

// field is the text of a credit's attribute.
func (m *model) field(f plan.Field, c credit) string {
	if c.deal.Product == engine.None {
		return ""
	}
	if f == plan.FieldProduct {
		return m.facts.Products[c.deal.Product].Key
	}
	return m.facts.Products[c.deal.Product].Category
}

func (m *model) matches(where []plan.Filter, c credit) bool {
	for _, f := range where {
		switch f.Field {
		case plan.FieldAmount:
			if !compares(big.NewRat(c.part, 1), f.Comparison, f.Value.Rat()) {
				return false
			}
		case plan.FieldCustomerMonthsActive:
			months, known := m.monthsActive(c)
			if !known || !compares(big.NewRat(months, 1), f.Comparison, f.Value.Rat()) {
				return false
			}
		default:
			if !slices.Contains(f.In, m.field(f.Field, c)) {
				return false
			}
		}
	}
	return true
}

// monthsActive is how many full months lie between the customer's first positive payment and the credit.
func (m *model) monthsActive(c credit) (months int64, known bool) {
	first := calendar.Forever
	if c.deal.Customer == engine.None {
		return 0, false
	}
	pays := m.facts.Payments
	for i := range pays.Deal {
		sameCustomer := m.facts.Deals[pays.Deal[i]].Customer == c.deal.Customer
		if sameCustomer && pays.AmountFen[i] > 0 && pays.On[i] <= m.last && pays.On[i] < first {
			first = pays.On[i]
		}
	}
	if first > c.on {
		return 0, false
	}
	for first.AddMonths(int(months)+1) <= c.on {
		months++
	}
	return months, true
}
