package tier

import (
	"slices"
	"sort"

	"xiaoguan/internal/calendar"
)

// population is the customers that are scored against each other, as sorted values.
type population struct {
	policy  *Policy
	values  []int64 // weighted value of those above zero, descending
	above   []int64 // above[i] is the sum of values[:i]
	margins []int64 // ascending
	spends  []int64
}

// weighted is a customer's value: margin and spend times their weights, a hundred times minor units.
func (v *Value) weighted(margin, spend int64) int64 {
	return margin*int64(v.Margin) + spend*int64(v.Spend)
}

// enough reports whether a customer's value can be judged.
func (p *Policy) enough(c *Customer, on calendar.Date) bool {
	return c.Orders > 0 && c.Orders >= p.Minimum.Orders && int(on-c.FirstOrder) >= p.Minimum.Days
}

// add counts a customer in, where its value can be judged.
func (pop *population) add(c *Customer, on calendar.Date) {
	p := pop.policy
	if !p.enough(c, on) {
		return
	}
	pop.margins = append(pop.margins, c.Margin)
	pop.spends = append(pop.spends, c.Spend)
	if value := p.Value.weighted(c.Margin, c.Spend); value > 0 {
		pop.values = append(pop.values, value)
	}
}

// seal puts the values in order once all are in.
func (pop *population) seal() {
	slices.Sort(pop.margins)
	slices.Sort(pop.spends)
	slices.Sort(pop.values)
	slices.Reverse(pop.values)
	pop.above = make([]int64, len(pop.values)+1)
	for i, value := range pop.values {
		pop.above[i+1] = pop.above[i] + value
	}
}

// score is that of a member of the population, as it is or with extra minor units of margin and of spend more while all others stay.
//
// By cumulative share it is 100 % less the part of the value of all that more valuable customers make, rounded up: the best one has
// 100 %, and equal ones the same. Value of zero or less scores 0. By percentile it is the weighted mean of two percentiles, each the
// part of customers with less plus half of those with as much (the customer too), rounded down.
func (pop *population) score(c *Customer, extra int64) Share {
	v := &pop.policy.Value
	if v.Method == Percentile {
		margin, spend := percentile(pop.margins, c.Margin, extra), percentile(pop.spends, c.Spend, extra)
		return (margin*Share(v.Margin) + spend*Share(v.Spend)) / 100
	}
	was, value := v.weighted(c.Margin, c.Spend), v.weighted(c.Margin+extra, c.Spend+extra)
	if value <= 0 {
		return 0
	}
	above := pop.above[sort.Search(len(pop.values), func(i int) bool { return pop.values[i] <= value })]
	// The customer itself is never among those above: it has value or less.
	total := pop.above[len(pop.values)] - max(was, 0) + value
	return Whole - Share(mulDiv(above, int64(Whole), total))
}

// percentile of own+extra among the sorted values, of which own is one.
func percentile(sorted []int64, own, extra int64) Share {
	value := own + extra
	less := sort.Search(len(sorted), func(i int) bool { return sorted[i] >= value })
	notMore := sort.Search(len(sorted), func(i int) bool { return sorted[i] > value })
	if extra > 0 { // own stands below its new place, and is one of the equals there
		less--
	}
	return Share(int64(less+notMore) * int64(Whole) / int64(2*len(sorted)))
}

// missing is how many minor units of margin, being spend as well, a customer lacks to a score; ok is false when no amount would do.
func (pop *population) missing(c *Customer, wanted Share) (minor int64, ok bool) {
	const most = 4 * AmountMax
	found := sort.Search(most, func(extra int) bool { return pop.score(c, int64(extra)) >= wanted })
	return int64(found), found < most
}
