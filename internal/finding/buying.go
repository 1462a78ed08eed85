package finding

import "slices"

// silentDays is after how many days without an order a customer who bought is lost: as retention counts it.
const silentDays = 365

// Buying is what the orders of a customer say of its staying.
type Buying struct {
	First Day
	Gone  []Gone // the losses, the earliest first
}

// Gone is one loss: the day on which a year without an order was over, and that of the order with which it came back; NoDay while it has not.
type Gone struct{ Lost, Back Day }

// BuyingOf makes it of the days of orders up to a day; nil without one.
func BuyingOf(orders []Day, asOf Day) *Buying {
	orders = slices.DeleteFunc(slices.Clone(orders), func(d Day) bool { return d == NoDay || d > asOf })
	if len(orders) == 0 {
		return nil
	}
	slices.Sort(orders)
	b := &Buying{First: orders[0]}
	for i, day := range orders {
		back := NoDay
		if i+1 < len(orders) {
			back = orders[i+1]
		}
		if lost := day + silentDays; lost <= asOf && (back == NoDay || back > lost) {
			b.Gone = append(b.Gone, Gone{lost, back})
		}
	}
	return b
}

// exposed is how many months the customer could be lost in a span, and how often it was: nobody is before a year after the first order, or after the one
// with which they came back.
func (b *Buying) exposed(from, to Day) (months, lost float64) {
	begin := b.First + silentDays
	count := func(end Day) {
		if first, last := max(begin, from), min(end, to); last >= first {
			months += float64(last-first+1) / 30.44
		}
	}
	for _, g := range b.Gone {
		count(g.Lost)
		if g.Lost >= from && g.Lost <= to {
			lost++
		}
		if g.Back == NoDay {
			return months, lost
		}
		begin = g.Back + silentDays
	}
	count(to)
	return months, lost
}

// lostSince is the day of the last loss from a day on; NoDay for none.
func (b *Buying) lostSince(from Day) Day {
	for _, g := range slices.Backward(b.Gone) {
		if g.Lost >= from {
			return g.Lost
		}
	}
	return NoDay
}
