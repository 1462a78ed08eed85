package tier

import (
	"slices"
	"strings"

	"xiaoguan/internal/calendar"
)

// Care is how a customer is looked after.
type Care struct {
	Customer        string
	Tier            Tier
	Owner           string // empty for customers of the pool
	OwnerLevel      string
	Since           calendar.Date // since when the owner has the customer
	LastContact     calendar.Date // calendar.NoDate where there was none
	ResponseMinutes int           // to what the customer asked lately, such as the median; -1 where it asked nothing
}

// Match says of one customer which of the policy's services it gets.
type Match struct {
	Customer      string
	Level         bool          // the owner is of a level that may keep such a customer
	Contact       bool          // contacted within the days of its tier, or its owner has it not longer than that
	Response      bool          // answered in time; also where nothing was asked
	ContactDue    calendar.Date // the last day on which the next contact is in time
	OverdueDays   int
	ResponseAsked bool
}

// All reports whether everything suits.
func (m *Match) All() bool { return m.Level && m.Contact && m.Response }

// Matches is the resource match of all customers with an owner.
type Matches struct {
	Customers []Match // in the order of what was handed in, without those of the pool
	All       Count
	Level     Count
	Contact   Count
	Response  Count // among those that asked
	Workloads []Workload
}

// Count is how many of how many suit.
type Count struct{ Suit, Of int }

// Share is the part that suits, rounded down; nothing of nothing is the whole.
func (c Count) Share() Share { return part(int64(c.Suit), int64(c.Of)) }

func (c *Count) add(suits bool) {
	c.Of++
	if suits {
		c.Suit++
	}
}

// Workload is what the policy asks of one seller in 30 days.
type Workload struct {
	Owner    string
	Count    [3]int // customers of A, B and C
	Contacts int    // rounded up for each tier
	Minutes  int64
}

// workloadDays is the span of a workload.
const workloadDays = 30

// MatchOne judges one customer with an owner.
func (p *Policy) MatchOne(c *Care, on calendar.Date) Match {
	service := p.ServiceOf(c.Tier)
	m := Match{Customer: c.Customer, Level: slices.Contains(service.Owners, c.OwnerLevel), ResponseAsked: c.ResponseMinutes >= 0,
		Response: c.ResponseMinutes <= service.ResponseMinutes}
	from := max(c.LastContact, c.Since)
	if from == calendar.NoDate {
		m.ContactDue, m.OverdueDays = on, 0
		return m
	}
	m.ContactDue = from + calendar.Date(service.ContactDays)
	m.OverdueDays = max(0, int(on-m.ContactDue))
	m.Contact = m.OverdueDays == 0
	return m
}

// Match judges how well people and rhythm of contact suit the tiers, and what that is to do for each seller, by their ids.
func (p *Policy) Match(cares []Care, on calendar.Date) Matches {
	var all Matches
	loads := map[string]*Workload{}
	for i := range cares {
		c := &cares[i]
		if c.Owner == "" {
			continue
		}
		m := p.MatchOne(c, on)
		all.Customers = append(all.Customers, m)
		all.All.add(m.All())
		all.Level.add(m.Level)
		all.Contact.add(m.Contact)
		if m.ResponseAsked {
			all.Response.add(m.Response)
		}
		if loads[c.Owner] == nil {
			loads[c.Owner] = &Workload{Owner: c.Owner}
		}
		loads[c.Owner].Count[c.Tier.rank()]++
	}
	for _, load := range loads {
		p.work(load)
		all.Workloads = append(all.Workloads, *load)
	}
	slices.SortFunc(all.Workloads, func(a, b Workload) int { return strings.Compare(a.Owner, b.Owner) })
	return all
}

// Minutes is the work that one customer of a tier asks for in 30 days.
func (p *Policy) Minutes(t Tier) int64 {
	service := p.ServiceOf(t)
	return int64((workloadDays+service.ContactDays-1)/service.ContactDays) * int64(service.ContactMinutes)
}

// Work fills in what the cadence of the tiers asks for, from the customers that are counted.
func (p *Policy) Work(load *Workload) { p.work(load) }

// work counts what the cadence of the tiers asks for.
func (p *Policy) work(load *Workload) {
	load.Contacts, load.Minutes = 0, 0
	for i, count := range load.Count {
		service := &p.Service[i]
		contacts := (count*workloadDays + service.ContactDays - 1) / service.ContactDays
		load.Contacts += contacts
		load.Minutes += int64(contacts) * int64(service.ContactMinutes)
	}
}
