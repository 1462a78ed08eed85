package handover

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"xiaoguan/internal/assign"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/pool"
	"xiaoguan/internal/poolrule"
	"xiaoguan/internal/tier"
	"xiaoguan/internal/tierbook"
)

// The costs of a proposal: leaving the territory weighs twice as much as the last place of somebody against the first.
var costs = assign.Costs{Move: 300, Away: 200, Full: 100}

// tierOr is the tier that a customer is looked after by; one without is C.
func tierOr(text string) string {
	if text == "A" || text == "B" {
		return text
	}
	return "C"
}

// minutesOf is the work that a customer of each tier asks for in 30 days.
func minutesOf(p *tier.Policy) map[string]int64 {
	minutes := map[string]int64{}
	for i := range p.Service {
		minutes[string(p.Service[i].Tier)] = p.Minutes(p.Service[i].Tier)
	}
	return minutes
}

// divide says who gets which customer.
func (s *Service) divide(ctx context.Context, r Reader, p *Preview, customers []Customer, receivers []pool.Person, policy *poolrule.Policy) error {
	ids := make([]int64, len(receivers))
	for i := range receivers {
		ids[i] = receivers[i].ID
	}
	held, err := r.HeldByTier(ctx, ids)
	if err != nil {
		return err
	}
	p.Loads = make([]Load, len(receivers))
	for i, receiver := range receivers {
		load := Load{Person: receiver}
		for _, count := range held[receiver.ID] {
			load.Holds += count
		}
		if policy != nil {
			counts, err := r.HoldingCounts(ctx, receiver.ID, s.today(), s.today())
			if err != nil {
				return err
			}
			counted, most := policy.Holds(&poolrule.Seller{Level: receiver.Level, Holds: counts.Holds, HoldsWon: counts.Won, HoldsLocked: counts.Locked, HoldsBoth: counts.Both})
			load.Counted, load.Most = counted, most
		}
		p.Loads[i] = load
	}
	switch p.Ask.Way {
	case WayOne:
		p.inTurn(customers, 0)
	case WayTurn:
		p.inTurn(customers, anybody)
	default:
		tiers, err := tierbook.PolicyOn(ctx, r, s.today())
		if err != nil {
			return err
		}
		return p.propose(tiers, customers, held)
	}
	return nil
}

// anybody asks inTurn to look for who would have the fewest.
const anybody = -1

// inTurn gives each customer to who would have the fewest and has room; with a place, to that receiver alone.
func (p *Preview) inTurn(customers []Customer, only int) {
	for _, c := range customers {
		best := -1
		for i := range p.Loads {
			l := &p.Loads[i]
			full := l.Most > 0 && l.Counted+l.Gets >= l.Most
			if full || only >= 0 && i != only {
				continue
			}
			if best < 0 || l.Holds+l.Gets < p.Loads[best].Holds+p.Loads[best].Gets {
				best = i
			}
		}
		if best < 0 {
			p.Left = append(p.Left, Left{c, errs.Msg(assign.ConstraintRoom.MessageKey(), errs.Args{"Sellers": len(p.Loads)})})
			continue
		}
		p.Loads[best].Gets++
		p.Moves = append(p.Moves, Move{Customer: c, To: p.Loads[best].Person})
	}
}

// propose finds the proposal of least cost: nobody gets more work than a fifth above what all would have on average, and nobody more customers
// than the rules of pools allow.
func (p *Preview) propose(policy *tier.Policy, customers []Customer, held map[int64]map[string]int) error {
	minutes, mix := minutesOf(policy), map[string]int{}
	var work int64
	for _, c := range customers {
		mix[tierOr(c.Tier)]++
		work += minutes[tierOr(c.Tier)]
	}
	loads := make([]int64, len(p.Loads))
	for i := range p.Loads {
		for t, count := range held[p.Loads[i].Person.ID] {
			loads[i] += minutes[tierOr(t)] * int64(count)
		}
		work += loads[i]
	}
	share := work/int64(len(p.Loads))*6/5 + 1
	regions := map[string]bool{}
	for i := range p.Loads {
		regions[p.Loads[i].Person.Region] = true
	}
	in := make([]assign.Customer, len(customers))
	byID := map[string]Customer{}
	for i, c := range customers {
		id := strconv.FormatInt(c.CustomerID, 10)
		byID[id] = c
		in[i] = assign.Customer{ID: id, Tier: tierOr(c.Tier)}
		if regions[c.Region] {
			in[i].Territory = c.Region
		}
	}
	sellers, people := p.sellers(policy, share, loads, minutes, mix, len(customers))
	found, err := assign.Propose(in, sellers, costs)
	if err != nil {
		return err
	}
	at := map[int64]int{}
	for i := range p.Loads {
		at[p.Loads[i].Person.ID] = i
	}
	for _, placed := range found.Placed {
		to := people[placed.Seller]
		p.Moves = append(p.Moves, Move{Customer: byID[placed.Customer], To: to, Away: placed.Away, Nearer: placed.Nearer})
		p.Loads[at[to.ID]].Gets++
	}
	for _, left := range found.Left {
		p.Left = append(p.Left, Left{byID[left.Customer], leftWhy(left)})
	}
	slices.SortFunc(p.Moves, func(a, b Move) int { return cmp.Compare(a.Customer.CustomerID, b.Customer.CustomerID) })
	slices.SortFunc(p.Left, func(a, b Left) int { return cmp.Compare(a.Customer.CustomerID, b.Customer.CustomerID) })
	return nil
}

// sellers are the receivers as a proposal sees them.
func (p *Preview) sellers(policy *tier.Policy, share int64, loads []int64, minutes map[string]int64, mix map[string]int, customers int) (sellers []assign.Seller, people map[string]pool.Person) {
	people = map[string]pool.Person{}
	var each int64 // minutes of one of those that are handed over, on average
	for t, count := range mix {
		each += minutes[t] * int64(count)
	}
	each /= max(int64(customers), 1)
	for i := range p.Loads {
		l := &p.Loads[i]
		one := assign.Seller{ID: strconv.FormatInt(l.Person.ID, 10), Room: customers, RoomOf: assign.RoomFor(share-loads[i], minutes, mix)}
		if each > 0 { // how full somebody is counts against all of their time
			one.Whole = int(share/each) + 1
			one.Used = int(min(loads[i]/each, int64(one.Whole)))
		}
		if l.Most > 0 {
			one.Room = min(customers, max(0, l.Most-l.Counted))
		}
		if l.Person.Region != "" {
			one.Territories = []string{l.Person.Region}
		}
		for k := range policy.Service {
			if slices.Contains(policy.Service[k].Owners, l.Person.Level) {
				one.Tiers = append(one.Tiers, string(policy.Service[k].Tier))
			}
		}
		sellers, people[one.ID] = append(sellers, one), l.Person
	}
	// Of few customers a share of the work may be less than one: everybody takes at least an equal part of what they may keep.
	for t, count := range mix {
		able := 0
		for i := range sellers {
			if slices.Contains(sellers[i].Tiers, t) {
				able++
			}
		}
		for i := range sellers {
			if able > 0 && slices.Contains(sellers[i].Tiers, t) {
				sellers[i].RoomOf[t] = max(sellers[i].RoomOf[t], (count+able-1)/able)
			}
		}
	}
	return sellers, people
}
