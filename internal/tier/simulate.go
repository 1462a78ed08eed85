package tier

import (
	"slices"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
)

// Moves counts customers by the tier they leave and the one they go to, A, B and C in this order.
type Moves [3][3]int

// Changed is how many customers move.
func (m *Moves) Changed() (count int) {
	for from := range m {
		for to := range m[from] {
			if from != to {
				count += m[from][to]
			}
		}
	}
	return count
}

// Move is one customer that another policy judges differently.
type Move struct {
	Customer string
	From     Tier
	To       Tier
	Ground   Ground // of the tier it goes to
}

// Shift is one seller's work before and after.
type Shift struct {
	Owner  string
	Before Workload
	After  Workload
}

// Simulation compares two policies on the same customers and day.
type Simulation struct {
	Due       Moves  // what the old policy gives by itself, to what the new one does: where customers end
	Now       Moves  // tiers that count after today's judgement by the old policy, to those after one by the new: with patience, approvals and overrides
	Approvals int    // changes that the first judgement leaves for somebody to approve
	Moves     []Move // of Due, by customer
	Before    Workload
	After     Workload // of all sellers together, when customers are where they end
	Shifts    []Shift  // of sellers whose work changes, the greatest change of minutes first
	Unsuited  int      // customers whose owner is not of a level for the tier where they end
}

// Simulate says what switching from one policy to another would do. Cares may hold fewer customers than are judged, and no others.
func Simulate(old, draft *Policy, customers []Customer, cares []Care, on calendar.Date) (s Simulation, err error) {
	defer errs.Wrap(&err, "tier.Simulate(%s, %s)", old.ID, draft.ID)
	if err := validate(old, customers); err != nil {
		return s, err
	}
	if err := validate(draft, customers); err != nil {
		return s, err
	}
	comparison := NewComparison(old, draft, on)
	ordered := slices.Clone(customers)
	slices.SortFunc(ordered, func(a, b Customer) int { return strings.Compare(a.ID, b.ID) })
	for i := range ordered {
		comparison.before.population.add(&ordered[i], on)
		comparison.after.population.add(&ordered[i], on)
	}
	comparison.Seal()
	kept := make(map[string]*Care, len(cares))
	for i := range cares {
		kept[cares[i].Customer] = &cares[i]
	}
	for i := range ordered {
		comparison.Judge(&ordered[i], &ordered[i], kept[ordered[i].ID])
	}
	return comparison.Simulation(), nil
}

// Comparison is Simulate for who cannot hold all customers at once: Add each, Seal, Judge each as it was added, and take the Simulation. The
// facts of a customer may differ between the policies, which may look at different months.
type Comparison struct {
	// MovesMost is how many of the moves are kept one by one; 0 keeps them all.
	MovesMost  int
	old, draft *Policy
	before     *Ranking
	after      *Ranking
	shifts     map[string]*Shift
	result     Simulation
}

// NewComparison returns a comparison without customers as of a day.
func NewComparison(old, draft *Policy, on calendar.Date) *Comparison {
	return &Comparison{old: old, draft: draft, before: NewRanking(old, on), after: NewRanking(draft, on), shifts: map[string]*Shift{}}
}

// Over takes rankings that are sealed already, instead of Add and Seal.
func (c *Comparison) Over(before, after *Ranking) *Comparison {
	c.before, c.after = before, after
	return c
}

// Add counts a customer in, as each of the policies sees it. Errors: those of Ranking.Add.
func (c *Comparison) Add(underOld, underDraft *Customer) error {
	if err := c.before.Add(underOld); err != nil {
		return err
	}
	return c.after.Add(underDraft)
}

// Seal ends the adding.
func (c *Comparison) Seal() {
	c.before.Seal()
	c.after.Seal()
}

// Judge counts what becomes of a customer; care is nil where it is not known who keeps it.
func (c *Comparison) Judge(underOld, underDraft *Customer, care *Care) {
	from, to := c.before.Judge(underOld), c.after.Judge(underDraft)
	s := &c.result
	s.Due[from.Due.rank()][to.Due.rank()]++
	s.Now[from.Tier.rank()][to.Tier.rank()]++
	if to.Proposal != nil && to.Proposal.Approval {
		s.Approvals++
	}
	if from.Due != to.Due && (c.MovesMost == 0 || len(s.Moves) < c.MovesMost) {
		s.Moves = append(s.Moves, Move{from.Customer, from.Due, to.Due, to.Ground})
	}
	if care == nil || care.Owner == "" {
		return
	}
	shift := c.shifts[care.Owner]
	if shift == nil {
		shift = &Shift{Owner: care.Owner, Before: Workload{Owner: care.Owner}, After: Workload{Owner: care.Owner}}
		c.shifts[care.Owner] = shift
	}
	shift.Before.Count[from.Due.rank()]++
	shift.After.Count[to.Due.rank()]++
	if !slices.Contains(c.draft.ServiceOf(to.Due).Owners, care.OwnerLevel) {
		s.Unsuited++
	}
}

// Simulation is what came out of all that were judged.
func (c *Comparison) Simulation() Simulation {
	s := c.result
	for _, shift := range c.shifts {
		c.old.work(&shift.Before)
		c.draft.work(&shift.After)
		s.Before.add(&shift.Before)
		s.After.add(&shift.After)
		if shift.Before != shift.After {
			s.Shifts = append(s.Shifts, *shift)
		}
	}
	slices.SortFunc(s.Shifts, func(a, b Shift) int {
		if by := b.change() - a.change(); by != 0 {
			return int(by)
		}
		return strings.Compare(a.Owner, b.Owner)
	})
	return s
}

func (w *Workload) add(other *Workload) {
	for i := range w.Count {
		w.Count[i] += other.Count[i]
	}
	w.Contacts += other.Contacts
	w.Minutes += other.Minutes
}

func (s *Shift) change() int64 {
	return max(s.After.Minutes-s.Before.Minutes, s.Before.Minutes-s.After.Minutes)
}
