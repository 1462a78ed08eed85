package engine

import (
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/plan"
)

// tableDaysMax is the longest window for which a monthTest holds a day's answer ready.
const tableDaysMax = 800

// monthsMax is beyond any distance of two dates.
const monthsMax int64 = 12 * 20000

// monthTest asks whether a customer's first payment lies at least so many months before a credit: first payment + months ≤ its date.
// Every comparison of whole months is one or two such questions, because adding months never turns the order of dates.
type monthTest struct {
	months  int
	wanted  bool // the answer that matches
	from    calendar.Date
	cutoffs []calendar.Date // by day since from: the latest first payment for which the answer is yes
}

func monthTests(p *program, f plan.Filter) []monthTest {
	floor, isWhole := floorOf(f.Value)
	floor = max(-monthsMax, min(monthsMax, floor))
	up := floor
	if !isWhole {
		up++
	}
	test := func(months int64, wanted bool) monthTest {
		t := monthTest{months: int(months), wanted: wanted, from: p.keepFrom}
		if days := int64(p.last) - int64(p.keepFrom) + 1; days <= tableDaysMax {
			for day := p.keepFrom; day <= p.last; day++ {
				t.cutoffs = append(t.cutoffs, latestFirst(day, t.months))
			}
		}
		return t
	}
	switch f.Comparison {
	case plan.AtLeast:
		return []monthTest{test(up, true)}
	case plan.Above:
		return []monthTest{test(floor+1, true)}
	case plan.AtMost:
		return []monthTest{test(floor+1, false)}
	case plan.Below:
		return []monthTest{test(up, false)}
	}
	if !isWhole {
		return []monthTest{test(floor+1, true), test(floor+1, false)} // nothing equals a fraction
	}
	return []monthTest{test(floor, true), test(floor+1, false)}
}

// latestFirst is the latest day from which the months lead to the day or before it; NoDate when none does.
func latestFirst(day calendar.Date, months int) calendar.Date {
	target := int(day.Month()) - months
	if target < 12 { // before year 1
		return calendar.NoDate
	}
	if int64(target) > monthsMax {
		return calendar.Forever
	}
	first := calendar.Month(target).Last()
	for first.AddMonths(months) > day {
		first--
	}
	return first
}

// matches is false for a customer who had not paid on or before the day.
func (t *monthTest) matches(g *grouping, customer int32, on calendar.Date) bool {
	if customer == None {
		return false
	}
	first := g.firstPayment[customer]
	if first > on {
		return false
	}
	var cutoff calendar.Date
	if day := int64(on) - int64(t.from); day >= 0 && day < int64(len(t.cutoffs)) {
		cutoff = t.cutoffs[day]
	} else {
		cutoff = latestFirst(on, t.months)
	}
	return (first <= cutoff) == t.wanted
}
