package priority

import (
	"math/bits"
	"slices"
)

// price is what a part of the budget and of the capacity is said to cost in benefit. Whatever is added to what is in brings at most what the rest of both is
// worth, and what measures bring beyond their prices: that holds for all prices, and for good ones it is close.
type price struct{ budget, capacity int64 }

// setPrices finds prices that bound the whole tightly, and the order in which items are tried: by what they bring, with their needs, for what they cost by them.
func (s *search) setPrices() {
	n := len(s.items)
	s.parent, s.gain = make([]int, n), make([]int64, n)
	for i := range s.items {
		s.parent[i] = -1
		s.sorted = append(s.sorted, i)
		largest := 0
		s.needs[i].each(func(need int) { // of what it needs, that which itself needs most: a need of its own, as all others of the chain are
			if size := s.needs[need].size(); need != i && size > largest {
				s.parent[i], largest = need, size
			}
		})
	}
	slices.SortStableFunc(s.sorted, func(a, b int) int { return s.needs[a].size() - s.needs[b].size() })
	best := s.cheapest()
	for _, factor := range [][2]int64{{10, 10}, {8, 10}, {10, 8}, {8, 8}, {12, 12}} {
		p := price{best.budget * factor[0] / 10, best.capacity * factor[1] / 10}
		if len(s.views) > 0 && !slices.Contains(s.prices, p) {
			s.prices = append(s.prices, p)
		}
	}
	type dense struct{ benefit, weight int64 }
	density := make([]dense, n)
	for i := range s.items {
		t := s.sum(s.needs[i])
		density[i] = dense{t.benefit, s.worth(best, t.cost, t.effort)}
	}
	slices.SortStableFunc(s.order, func(a, b int) int {
		return slope(density[a].benefit, density[a].weight, density[b].benefit, density[b].weight)
	})
}

// slope compares benefit ÷ weight, the greater first; what brings nothing is last.
func slope(benefitA, weightA, benefitB, weightB int64) int {
	switch {
	case benefitA == 0 && benefitB == 0:
		return 0
	case benefitA == 0:
		return 1
	case benefitB == 0:
		return -1
	}
	highA, lowA := bits.Mul64(uint64(benefitA), uint64(weightB))
	highB, lowB := bits.Mul64(uint64(benefitB), uint64(weightA))
	switch {
	case highA > highB, highA == highB && lowA > lowB:
		return -1
	case highA < highB, lowA < lowB:
		return 1
	}
	return 0
}

func (s set) size() (n int) {
	for _, word := range s {
		n += bits.OnesCount64(word)
	}
	return n
}

// worth is what money and days cost by a price, rounded down.
func (s *search) worth(p price, cost, effort int64) (sum int64) {
	if s.frame.HasBudget {
		sum += p.budget * part(cost, s.frame.BudgetMinor)
	}
	if s.frame.HasCapacity {
		sum += p.capacity * part(effort, s.frame.Capacity)
	}
	return sum
}

// priced is the bound of a price: what the rest of the frame is worth, and of what may be added each bundle of a need and its users that brings more than it
// costs. Of several needs one counts: with fewer rules more can be brought, never less.
func (s *search) priced(p price, in, out set, now spent) int64 {
	brings := now.benefit + s.worth(p, s.frame.BudgetMinor-now.cost, s.frame.Capacity-now.effort)
	for i := range s.gain {
		s.gain[i] = 0
	}
	for _, i := range slices.Backward(s.sorted) { // users before needs
		if in.has(i) || out.has(i) {
			continue
		}
		gain := s.gain[i] + s.items[i].Benefit() - s.worth(p, s.items[i].CostMinor, s.items[i].Effort)
		switch above := s.parent[i]; {
		case gain <= 0:
		case above >= 0 && !in.has(above):
			s.gain[above] += gain
		default:
			brings += gain
		}
	}
	return brings
}

// cheapest looks for the prices with the least bound: from a guess on, by steps that become smaller.
func (s *search) cheapest() (best price) {
	total := int64(0)
	for i := range s.items {
		total += s.items[i].Benefit()
	}
	at := func(p price) int64 { return s.priced(p, set{}, set{}, spent{}) }
	if s.frame.HasBudget {
		best.budget = total / whole / 2
	}
	if s.frame.HasCapacity {
		best.capacity = total / whole / 2
	}
	least := at(best)
	for step := max(total/whole/2, 1); step > 0; {
		improved := false
		for _, way := range [][2]int64{{1, 0}, {-1, 0}, {0, 1}, {0, -1}, {1, 1}, {-1, -1}, {1, -1}, {-1, 1}} {
			p := price{max(0, best.budget+way[0]*step), max(0, best.capacity+way[1]*step)}
			if bound := at(p); bound < least {
				best, least, improved = p, bound, true
			}
		}
		if !improved {
			step /= 2
		}
	}
	return best
}
