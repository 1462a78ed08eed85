package engine

import (
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/plan"
)

// restrictFurther prepares the filters of docs/adr/0011.
func (s *selection) restrictFurther(f *Facts, filter plan.Filter) {
	switch filter.Field {
	case plan.FieldCustomerFirstPayment:
		s.isNew = true
		return
	case plan.FieldDealMonthsSigned:
		s.signed, s.deals = append(s.signed, filter), f.Deals
		return
	}
	if s.customers == nil {
		s.customers = make([]bool, len(f.Customers)+1)
		for i := range s.customers {
			s.customers[i] = true
		}
	}
	for i := range s.customers {
		s.customers[i] = s.customers[i] && filter.Lists(customerField(f, int32(i)-1, filter.Field))
	}
}

// customerField is the text of a customer's field; a deal without customer has empty ones.
func customerField(f *Facts, customer int32, field plan.Field) string {
	switch {
	case customer == None:
		return ""
	case field == plan.FieldCustomerTier:
		return f.Customers[customer].Tier
	case field == plan.FieldCustomerRegion:
		return f.Customers[customer].Region
	}
	return f.Customers[customer].Key
}

// matchesFurther looks at what few selections ask.
func (s *selection) matchesFurther(g *grouping, c *credit) bool {
	customer := g.deals[c.deal].customer
	if s.customers != nil && !s.customers[customer+1] {
		return false
	}
	if s.isNew && (customer == None || g.firstPayment[customer] < s.from || g.firstPayment[customer] >= s.to) {
		return false
	}
	for i := range s.signed {
		months, known := fullMonths(s.deals[c.deal].SignedOn, c.on)
		if !known || !compares(whole(months), s.signed[i].Comparison, fromDecimal(s.signed[i].Value)) {
			return false
		}
	}
	return true
}

// fullMonths is the greatest number of months that leads from a day to another or before it; unknown when the other is earlier.
func fullMonths(from, to calendar.Date) (months int64, known bool) {
	if from > to || from == calendar.NoDate {
		return 0, false
	}
	months = int64(to.Month()) - int64(from.Month())
	if from.AddMonths(int(months)) > to {
		months--
	}
	return months, true
}

// compares compares exactly.
func compares(v exact, comparison plan.Comparison, wanted exact) bool {
	order := v.compare(wanted)
	switch comparison {
	case plan.AtLeast:
		return order >= 0
	case plan.Above:
		return order > 0
	case plan.AtMost:
		return order <= 0
	case plan.Below:
		return order < 0
	}
	return order == 0
}
