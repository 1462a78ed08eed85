package poolrule

import (
	"slices"

	"xiaoguan/internal/calendar"
)

// Customer is what is known of an owned customer on a day. Dates are calendar.NoDate where there is none.
type Customer struct {
	ID              string
	Tier            string
	OwnedSince      calendar.Date
	Contact         calendar.Date // the last one
	Opportunity     calendar.Date // when the last one was opened
	Deal            calendar.Date // the last one
	ContractEnd     calendar.Date // of the contract that ends last
	OpenOpportunity bool
	Locked          bool
}

// Outcome is what becomes of a customer.
type Outcome string

// The outcomes.
const (
	Keep    Outcome = "keep"
	Warn    Outcome = "warn"
	Recycle Outcome = "recycle"
	Spared  Outcome = "exempt" // it would be recycled or warned of, and is exempt
)

// Reason is why a customer is exempt.
type Reason string

// The reasons, the first that holds.
const (
	ReasonWon         Reason = "won"
	ReasonOpportunity Reason = "open_opportunity"
	ReasonLocked      Reason = "locked"
	ReasonContract    Reason = "running_contract" // the last day is that of the contract
)

// Decision is the outcome for one customer on a day. LastDay is the last day on which its owner can still keep it by working on it, no sooner than
// the end of a contract that exempts it, and calendar.Forever where no trigger would ever send it back.
type Decision struct {
	Customer string
	Outcome  Outcome
	LastDay  calendar.Date
	Trigger  string // the one with the earliest last day; the first of those in the document
	Reason   Reason
}

// Decide says what becomes of a customer on a day.
func (p *Policy) Decide(c *Customer, on calendar.Date) Decision {
	d := Decision{Customer: c.ID, Outcome: Keep, LastDay: calendar.Forever}
	for i := range p.Recycle {
		if last := p.Recycle[i].lastDay(c); last < d.LastDay {
			d.LastDay, d.Trigger = last, p.Recycle[i].ID
		}
	}
	bare := d.LastDay
	if p.Exempt.RunningContract && bare != calendar.Forever {
		d.LastDay = max(bare, c.ContractEnd)
	}
	d.Outcome = p.outcome(d.LastDay, on)
	switch {
	case d.Outcome == Keep && p.outcome(bare, on) == Keep:
		return d
	case d.Outcome == Keep:
		d.Outcome, d.Reason = Spared, ReasonContract
	}
	if reason := p.exempt(c); reason != "" {
		d.Outcome, d.Reason = Spared, reason
	}
	return d
}

// Move is why a last day is later than the trigger's own words give from what happened last.
type Move string

// The moves.
const (
	MovedOwned    Move = "owned"    // it counts from the day on which the owner got the customer, after what happened last
	MovedContract Move = "contract" // a contract that runs keeps the customer until its end
)

// Moves lists them, for catalogues and their tests.
var Moves = []Move{MovedOwned, MovedContract}

// Moved says what moved the last day of a decision, and the day that it goes by; nothing where the last day follows from the trigger alone.
func (p *Policy) Moved(c *Customer, d *Decision) (by Move, day calendar.Date) {
	at := slices.IndexFunc(p.Recycle, func(t Trigger) bool { return t.ID == d.Trigger })
	if at < 0 || d.LastDay == calendar.Forever {
		return "", calendar.NoDate
	}
	bare := p.Recycle[at].lastDay(c)
	if d.LastDay > bare {
		return MovedContract, c.ContractEnd
	}
	alone := *c
	alone.OwnedSince = calendar.NoDate
	for _, n := range p.Recycle[at].All {
		if n.From != Owned && n.lastDay(c) == bare && n.lastDay(&alone) != bare {
			return MovedOwned, c.OwnedSince
		}
	}
	return "", calendar.NoDate
}

// outcome is what a last day means on a day, without exemptions.
func (p *Policy) outcome(last, on calendar.Date) Outcome {
	switch {
	case last == calendar.Forever || int(last)-int(on) >= p.WarnDays && on <= last:
		return Keep
	case on > last:
		return Recycle
	}
	return Warn
}

func (p *Policy) exempt(c *Customer) Reason {
	switch {
	case p.Exempt.Won && c.Deal != calendar.NoDate:
		return ReasonWon
	case p.Exempt.OpenOpportunity && c.OpenOpportunity:
		return ReasonOpportunity
	case p.Exempt.Locked && c.Locked:
		return ReasonLocked
	}
	return ""
}

// lastDay is the day after which all conditions hold; Forever where one of them won't by itself.
func (t *Trigger) lastDay(c *Customer) calendar.Date {
	if len(t.Tiers) > 0 && !slices.Contains(t.Tiers, c.Tier) {
		return calendar.Forever
	}
	last := calendar.NoDate
	for _, condition := range t.All {
		last = max(last, condition.lastDay(c))
	}
	return last
}

func (n *Condition) lastDay(c *Customer) calendar.Date {
	event := map[Kind]calendar.Date{Contact: c.Contact, Opportunity: c.Opportunity, Deal: c.Deal, Contract: c.ContractEnd}[n.No]
	from := max(event, c.OwnedSince)
	switch {
	case n.No == Contract && (event == calendar.NoDate || event == calendar.Forever):
		return calendar.Forever
	case n.From == Owned && event >= c.OwnedSince && event != calendar.NoDate:
		if event <= c.OwnedSince+calendar.Date(n.Days) {
			return calendar.Forever // in time: done for good
		}
		from = c.OwnedSince
	case n.From == Owned:
		from = c.OwnedSince
	}
	if from == calendar.NoDate {
		return calendar.Forever // nothing to count from
	}
	return from + calendar.Date(n.Days)
}
