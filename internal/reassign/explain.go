package reassign

import (
	"cmp"
	"slices"
)

// finish counts what everybody would have, and says who else might have taken what moves.
func (p *plan) finish() Result {
	for _, load := range p.loads {
		load.After, load.MinutesAfter = load.Before, load.Minutes
		if load.Left {
			continue
		}
		load.Free = max(p.free[load.ID], 0)
	}
	for i := range p.result.Moves {
		m := &p.result.Moves[i]
		if from := p.loads[m.FromID]; from != nil {
			from.After[rank(m.Tier)]--
			from.MinutesAfter -= m.Minutes
			from.Out++
		}
		to := p.loads[m.ToID]
		to.After[rank(m.Tier)]++
		to.MinutesAfter += m.Minutes
		to.In++
	}
	for i := range p.in.Sellers {
		p.result.Loads = append(p.result.Loads, *p.loads[p.in.Sellers[i].ID])
	}
	for i := range p.result.Moves {
		p.explain(&p.result.Moves[i])
	}
	p.result.Moved, p.result.Stay = len(p.result.Moves), len(p.result.Stays)
	return p.result
}

// explain says who else might have taken a customer, and how many could not.
func (p *plan) explain(m *Move) {
	m.ToLoad = p.percent(p.loads[m.ToID].MinutesAfter)
	care := p.care[m.Tier]
	for i := range p.in.Sellers {
		s := &p.in.Sellers[i]
		if s.Left || s.ID == m.FromID || s.ID == m.ToID {
			continue
		}
		after := p.loads[s.ID].MinutesAfter + m.Minutes
		switch {
		case !slices.Contains(care.Owners, s.Level):
			m.Unfit++
		case after > p.result.Capacity:
			m.Full++
		default:
			m.Others = append(m.Others, Other{s.ID, p.regions[m.Region] && s.Region != "" && s.Region != m.Region, p.percent(after)})
		}
	}
	slices.SortFunc(m.Others, func(a, b Other) int {
		if a.Away != b.Away {
			if b.Away {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(a.Load, b.Load), cmp.Compare(a.ID, b.ID))
	})
	m.Others = m.Others[:min(len(m.Others), othersShown)]
}
