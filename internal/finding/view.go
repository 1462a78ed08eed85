package finding

import (
	"slices"
	"strconv"
	"strings"

	"xiaoguan/internal/calendar"
)

// view is a company as analysers look at it: who sells where, what happened when.
type view struct {
	*Company
	sells    []bool // of people: neither leader nor manager nor other
	region   []int32
	month    calendar.Month // the last whole month
	began    calendar.Month // of the first records
	amounts  []int64        // Σ collected by deal
	waiting  []overdue      // instalments with what was paid of them
	headings [3]tier        // person, team, region

	// made when they are first asked for
	signedPanel, collectedPanel, quotaPanel, expectedPanel *panel
	quotaOf                                                Measure
	keepers                                                []int32
	giants                                                 map[int32]bool
}

// overdue is an instalment with when it was paid in full, or what is open.
type overdue struct {
	deal      int32
	due, paid Day // paid is NoDay while something is open
	amount    int64
	open      int64
}

func newView(c *Company) *view {
	v := &view{Company: c, sells: make([]bool, len(c.People)), region: make([]int32, len(c.People))}
	leads := map[int32]bool{}
	for _, t := range c.Teams {
		leads[t.Leader] = true
	}
	for i, p := range c.People {
		v.sells[i] = !leads[int32(i)] && (p.Layer == LayerNewcomer || p.Layer == LayerRegular || p.Layer == LayerCore)
		v.region[i] = Nobody
		if p.Team >= 0 {
			v.region[i] = c.Teams[p.Team].Region
		}
	}
	v.month = c.AsOf.Month()
	if c.AsOf != v.month.Last() {
		v.month--
	}
	v.began = v.month
	for _, d := range c.Deals {
		v.began = min(v.began, d.Signed.Month())
	}
	for _, f := range c.FollowUps {
		v.began = min(v.began, f.On.Month())
	}
	for _, o := range c.Opportunities {
		if o.Created != NoDay {
			v.began = min(v.began, o.Created.Month())
		}
	}
	v.headings = v.tiers()
	v.collect()
	return v
}

// tiers are the levels of the organisation with people as leaves.
func (v *view) tiers() [3]tier {
	person := tier{level: LevelPerson, of: make([]int32, len(v.People)), count: len(v.People)}
	team := tier{level: LevelTeam, of: make([]int32, len(v.People)), count: len(v.Teams)}
	for i, p := range v.People {
		person.of[i], team.of[i] = int32(i), p.Team
	}
	return [3]tier{person, team, {level: LevelRegion, of: v.region, count: len(v.Regions)}}
}

// collect lays payments on instalments: the earliest open one of the deal first.
func (v *view) collect() {
	v.amounts = make([]int64, len(v.Deals))
	if len(v.Payments) == 0 {
		return
	}
	order := make([]int32, len(v.Payments))
	for i, p := range v.Payments {
		order[i] = int32(i)
		v.amounts[p.Deal] += p.AmountMinor
	}
	slices.SortFunc(order, func(a, b int32) int {
		x, y := &v.Payments[a], &v.Payments[b]
		if x.Deal != y.Deal {
			return int(x.Deal - y.Deal)
		}
		if x.Paid != y.Paid {
			return int(x.Paid - y.Paid)
		}
		return int(max(-1, min(1, x.AmountMinor-y.AmountMinor)))
	})
	v.waiting = make([]overdue, len(v.Instalments))
	for i, p := range v.Instalments {
		v.waiting[i] = overdue{deal: p.Deal, due: p.Due, paid: NoDay, amount: p.AmountMinor, open: p.AmountMinor}
	}
	slices.SortFunc(v.waiting, func(a, b overdue) int {
		if a.deal != b.deal {
			return int(a.deal - b.deal)
		}
		if a.due != b.due {
			return int(a.due - b.due)
		}
		return int(max(-1, min(1, a.amount-b.amount)))
	})
	at := 0
	for _, index := range order {
		p := v.Payments[index]
		for at < len(v.waiting) && v.waiting[at].deal < p.Deal {
			at++
		}
		left := p.AmountMinor
		for i := at; i < len(v.waiting) && v.waiting[i].deal == p.Deal && left > 0; i++ {
			w := &v.waiting[i]
			took := min(left, max(w.open, 0))
			w.open, left = w.open-took, left-took
			if w.open <= 0 && w.paid == NoDay {
				w.paid = p.Paid
			}
		}
	}
}

// unit is the place of a level of the organisation.
func (v *view) unit(level Level, index int32) Place {
	switch level {
	case LevelRegion:
		r := v.Regions[index]
		return Place{Level: level, Key: r.Key, Name: r.Name}
	case LevelTeam:
		t := v.Teams[index]
		p := Place{Level: level, Key: t.Key, Name: t.Name}
		if t.Region >= 0 {
			p.Within = map[Level]string{LevelRegion: v.Regions[t.Region].Key}
		}
		return p
	case LevelPerson:
		q := v.People[index]
		p := Place{Level: level, Key: q.Key, Name: q.Name}
		if q.Team >= 0 {
			p.Within = map[Level]string{LevelTeam: v.Teams[q.Team].Key}
		}
		return p
	case LevelProduct:
		return Place{Level: level, Key: v.Products[index].Key, Name: v.Products[index].Name}
	case LevelSource:
		return Place{Level: level, Key: Sources[index]}
	}
	return Whole()
}

// at narrows a place by a stage or a rule.
func (p Place) at(level Level, key string) Place {
	within := map[Level]string{level: key}
	for l, k := range p.Within {
		within[l] = k
	}
	p.Within = within
	return p
}

// in reports whether a person is in a unit.
func (v *view) in(level Level, index, person int32) bool {
	if person < 0 {
		return false
	}
	switch level {
	case LevelCompany:
		return true
	case LevelRegion:
		return v.region[person] == index
	case LevelTeam:
		return v.People[person].Team == index
	case LevelPerson:
		return person == index
	}
	return false
}

// rule reads one of the company's own rules as a number.
func (v *view) rule(key string, otherwise float64) float64 {
	text := strings.TrimSpace(v.Company.Standards[key])
	text, percent := strings.CutSuffix(text, "%")
	value, err := strconv.ParseFloat(text, 64)
	if err != nil || value <= 0 {
		return otherwise
	}
	if percent {
		value /= 100
	}
	return value
}

// months lists so many whole months, the last of them the last whole one.
func (v *view) months(n int) []calendar.Month {
	var all []calendar.Month
	for m := v.month - calendar.Month(n) + 1; m <= v.month; m++ {
		all = append(all, m)
	}
	return all
}

// since is the first day of the last so many whole months.
func (v *view) since(n int) Day { return (v.month - calendar.Month(n) + 1).First() }

// works reports whether a person worked through the whole of a month.
func (v *view) works(person int32, m calendar.Month) bool {
	p := &v.People[person]
	return p.Hired <= m.First() && (p.Left == NoDay || p.Left >= m.Last())
}

// span is the days that a person worked from one day to another, both included.
func (v *view) span(person int32, from, to Day) int {
	p := &v.People[person]
	from = max(from, p.Hired)
	if p.Left != NoDay {
		to = min(to, p.Left)
	}
	return max(int(to-from)+1, 0)
}

// owner is who an opportunity belongs to, Nobody where that is not known.
func (v *view) owner(opportunity int32) int32 {
	if opportunity < 0 {
		return Nobody
	}
	return v.Opportunities[opportunity].Owner
}

// stands reports whether a deal was not taken back.
func (d *Deal) stands() bool { return d.Cancelled == NoDay }

// keeper is who looks after a customer: the owner, or who sold last to one without.
func (v *view) keeper(customer int32) int32 {
	if customer < 0 {
		return Nobody
	}
	if v.keepers == nil {
		v.keepers = make([]int32, len(v.Customers))
		last := make([]Day, len(v.Customers))
		for i := range v.keepers {
			v.keepers[i], last[i] = Nobody, NoDay
		}
		for i := range v.Deals {
			d := &v.Deals[i]
			if d.Customer >= 0 && (d.Signed > last[d.Customer] || d.Signed == last[d.Customer] && d.Seller > v.keepers[d.Customer]) {
				last[d.Customer], v.keepers[d.Customer] = d.Signed, d.Seller
			}
		}
		for i := range v.Customers {
			if v.Customers[i].Owner >= 0 {
				v.keepers[i] = v.Customers[i].Owner
			}
		}
	}
	return v.keepers[customer]
}
