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
	before, err := Judge(old, customers, on)
	if err != nil {
		return s, err
	}
	after, err := Judge(draft, customers, on)
	if err != nil {
		return s, err
	}
	for i := range before.Results {
		from, to := &before.Results[i], &after.Results[i]
		s.Due[from.Due.rank()][to.Due.rank()]++
		s.Now[from.Tier.rank()][to.Tier.rank()]++
		if to.Proposal != nil && to.Proposal.Approval {
			s.Approvals++
		}
		if from.Due != to.Due {
			s.Moves = append(s.Moves, Move{from.Customer, from.Due, to.Due, to.Ground})
		}
	}
	s.work(old, draft, before, after, cares)
	return s, nil
}

// work compares what the cadences ask of sellers.
func (s *Simulation) work(old, draft *Policy, before, after *Judgement, cares []Care) {
	shifts := map[string]*Shift{}
	for i := range cares {
		c := &cares[i]
		from, to := before.Result(c.Customer), after.Result(c.Customer)
		if c.Owner == "" || from == nil {
			continue
		}
		shift := shifts[c.Owner]
		if shift == nil {
			shift = &Shift{Owner: c.Owner, Before: Workload{Owner: c.Owner}, After: Workload{Owner: c.Owner}}
			shifts[c.Owner] = shift
		}
		shift.Before.Count[from.Due.rank()]++
		shift.After.Count[to.Due.rank()]++
		if !slices.Contains(draft.ServiceOf(to.Due).Owners, c.OwnerLevel) {
			s.Unsuited++
		}
	}
	for _, shift := range shifts {
		old.work(&shift.Before)
		draft.work(&shift.After)
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
