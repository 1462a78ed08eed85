package poolrule

import (
	"slices"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
)

// History is what happened to a customer while one owner had it. Days may come in any order.
type History struct {
	ID            string
	Owner         string
	Tier          string
	OwnedSince    calendar.Date
	Contacts      []calendar.Date
	Opportunities []calendar.Interval // opened, and the day on which it was closed; calendar.Forever while open
	Deals         []calendar.Date
	Contracts     []calendar.Interval // half-open, as everywhere
	Locked        bool                // throughout
}

// at is what was known of the customer on a day.
func (h *History) at(on calendar.Date) Customer {
	last := func(days []calendar.Date) calendar.Date {
		found := calendar.NoDate
		for _, day := range days {
			if day <= on {
				found = max(found, day)
			}
		}
		return found
	}
	c := Customer{ID: h.ID, Tier: h.Tier, OwnedSince: h.OwnedSince, Contact: last(h.Contacts), Deal: last(h.Deals), Locked: h.Locked,
		Opportunity: calendar.NoDate, ContractEnd: calendar.NoDate}
	for _, o := range h.Opportunities {
		if o.From <= on {
			c.Opportunity = max(c.Opportunity, o.From)
			c.OpenOpportunity = c.OpenOpportunity || on < o.To
		}
	}
	for _, contract := range h.Contracts {
		if contract.From <= on && contract.To != calendar.Forever {
			c.ContractEnd = max(c.ContractEnd, contract.To-1)
		} else if contract.From <= on {
			c.ContractEnd = calendar.Forever
		}
	}
	return c
}

// changes are the days on which something happened, ascending, from the first day on.
func (h *History) changes(from calendar.Date) []calendar.Date {
	days := []calendar.Date{from}
	add := func(list ...calendar.Date) {
		for _, day := range list {
			if day > from && day != calendar.Forever {
				days = append(days, day)
			}
		}
	}
	add(h.OwnedSince)
	add(h.Contacts...)
	add(h.Deals...)
	for _, o := range h.Opportunities {
		add(o.From, o.To)
	}
	for _, contract := range h.Contracts {
		add(contract.From)
	}
	slices.Sort(days)
	return slices.Compact(days)
}

// Recycled is a customer that a policy would have taken from its owner.
type Recycled struct {
	Customer string
	Owner    string
	On       calendar.Date
	Trigger  string
	Alive    bool // its owner contacted it, opened an opportunity or had a deal afterwards, within the days that were asked about
}

// Month is how many customers would have been recycled in a month.
type Month struct {
	Month    calendar.Month
	Recycled int
	Alive    int
}

// Simulation is what a policy would have done in a span of days.
type Simulation struct {
	Months    []Month // every month of the span
	Recycled  []Recycled
	Total     int
	Alive     int
	ByTrigger map[string]int
	ByOwner   map[string]int
}

// Simulate says which customers a policy would have recycled in a span of days, each once: what happens to it in the pool is not
// guessed. aliveDays is how long after a recycling signs of life are looked for: many of them say that the policy is too strict.
func Simulate(p *Policy, histories []History, span calendar.Interval, aliveDays int) (s Simulation, err error) {
	defer errs.Wrap(&err, "poolrule.Simulate(%s)", p.ID)
	if span.From == calendar.NoDate || span.To == calendar.Forever || span.Empty() {
		return s, errs.Invalid("poolrule.facts_invalid", []errs.Field{{Path: "span", Message: errs.Msg("poolrule.span_open", nil)}})
	}
	s.ByTrigger, s.ByOwner = map[string]int{}, map[string]int{}
	months := map[calendar.Month]*Month{}
	for m := span.From.Month(); m <= (span.To - 1).Month(); m++ {
		s.Months = append(s.Months, Month{Month: m})
	}
	for i := range s.Months {
		months[s.Months[i].Month] = &s.Months[i]
	}
	for i := range histories {
		recycled, found := p.first(&histories[i], span)
		if !found {
			continue
		}
		recycled.Alive = histories[i].alive(recycled.On, aliveDays)
		s.Recycled = append(s.Recycled, recycled)
		s.ByTrigger[recycled.Trigger]++
		s.ByOwner[recycled.Owner]++
		month := months[recycled.On.Month()]
		month.Recycled++
		s.Total++
		if recycled.Alive {
			month.Alive++
			s.Alive++
		}
	}
	slices.SortFunc(s.Recycled, func(a, b Recycled) int { return strings.Compare(a.Customer, b.Customer) })
	return s, nil
}

// first finds the first day of the span on which a customer is recycled. Between two days on which something happens its last day
// stays, so that one look at each of them is enough.
func (p *Policy) first(h *History, span calendar.Interval) (Recycled, bool) {
	from := max(span.From, h.OwnedSince)
	days := h.changes(from)
	for i, day := range days {
		until := span.To
		if i+1 < len(days) {
			until = min(until, days[i+1])
		}
		if day >= until {
			continue
		}
		c := h.at(day)
		d := p.Decide(&c, day)
		on := max(day, d.LastDay+1)
		if d.LastDay == calendar.Forever || on >= until || p.exempt(&c) != "" {
			continue
		}
		return Recycled{Customer: h.ID, Owner: h.Owner, On: on, Trigger: d.Trigger}, true
	}
	return Recycled{}, false
}

// alive reports whether something happened in the days from one on.
func (h *History) alive(on calendar.Date, days int) bool {
	span := calendar.Interval{From: on, To: on + calendar.Date(days)}
	return slices.ContainsFunc(h.Contacts, span.Contains) || slices.ContainsFunc(h.Deals, span.Contains) ||
		slices.ContainsFunc(h.Opportunities, func(o calendar.Interval) bool { return span.Contains(o.From) })
}
