package simulate

import (
	"math/big"
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
)

// collection is what was collected in the months: by all, and by each person's shares.
type collection struct {
	month  []int64
	person [][]int64 // [month][person]
}

// collections adds up payments in the currency of the run. It is for statistics alone: a person's part of a payment is rounded by itself.
func collections(f *engine.Facts, months []calendar.Month) collection {
	c := collection{month: make([]int64, len(months)), person: make([][]int64, len(months))}
	at := map[calendar.Month]int{}
	for i, m := range months {
		at[m], c.person[i] = i, make([]int64, len(f.Persons))
	}
	p := &f.Payments
	for row := range p.Deal {
		month, ok := at[p.On[row].Month()]
		if !ok || p.Currency != nil && p.Currency[row] != 0 {
			continue
		}
		c.month[month] += p.AmountFen[row]
		deal := &f.Deals[p.Deal[row]]
		for _, s := range f.Shares[deal.ShareFrom:deal.ShareTo] {
			if s.Person != engine.None {
				c.person[month][s.Person] += part(p.AmountFen[row], int64(s.BasisPoints))
			}
		}
	}
	return c
}

// part is amount · basis points, rounded half away from zero.
func part(amount, basisPoints int64) int64 {
	if share := rounded(new(big.Int).Mul(big.NewInt(amount), big.NewInt(basisPoints)), big.NewInt(10_000)); share != nil {
		return *share
	}
	return 0
}

// point is one person in one month: attainment in basis points, and pay by variant.
type point struct {
	attained int64
	earned   [VariantsMax]int64
}

// quotaOf is what attainment is measured against, as in the plans of the trade: the month's quota of collections.
const quotaOf = "collected"

// attained lists everybody who had a quota and was in a plan, month by month.
func attained(in Input, r *Replay, c collection) (points []point) {
	type key struct {
		month  calendar.Month
		person int32
	}
	quotas := map[key]int64{}
	for _, q := range in.Facts.Quotas {
		if q.Of == quotaOf && q.AmountFen > 0 {
			quotas[key{q.Month, q.Person}] = q.AmountFen
		}
	}
	last := key{person: engine.None}
	for _, l := range r.Lines {
		k := key{in.Months[l.Month], l.Person}
		quota, ok := quotas[k]
		if !ok {
			continue
		}
		if k != last {
			last = k
			share := rounded(new(big.Int).Mul(big.NewInt(c.person[l.Month][l.Person]), big.NewInt(10_000)), big.NewInt(quota))
			if share == nil {
				continue
			}
			points = append(points, point{attained: *share})
		}
		for v := range l.AmountFen {
			points[len(points)-1].earned[v] += l.AmountFen[v]
		}
	}
	return points
}

// gini is the Gini coefficient of what people earned, Σ (2i − n − 1) · x_i / (n · Σ x) over the ascending x: 0 when all have the same, towards 1 when
// one has everything. What is below zero counts as nothing.
func gini(persons []PersonSum, variant int) *int64 {
	earned := make([]int64, len(persons))
	for i, p := range persons {
		earned[i] = max(0, p.EarnedFen[variant])
	}
	slices.Sort(earned)
	n := int64(len(earned))
	weighted, sum := new(big.Int), new(big.Int)
	for i, x := range earned {
		sum.Add(sum, big.NewInt(x))
		weighted.Add(weighted, new(big.Int).Mul(big.NewInt(2*int64(i+1)-n-1), big.NewInt(x)))
	}
	return rounded(weighted.Mul(weighted, big.NewInt(Million)), sum.Mul(sum, big.NewInt(n)))
}

// regress fits a line through attainment and pay by least squares and returns its slope per percentage point and the part of the variance
// that it explains. Everything is exact until the two are rounded.
func regress(points []point, variant int) (slopeFen, fitPPM *int64) {
	n := big.NewInt(int64(len(points)))
	x, y, xx, yy, xy := new(big.Int), new(big.Int), new(big.Int), new(big.Int), new(big.Int)
	for _, p := range points {
		a, b := big.NewInt(p.attained), big.NewInt(p.earned[variant])
		x.Add(x, a)
		y.Add(y, b)
		xx.Add(xx, new(big.Int).Mul(a, a))
		yy.Add(yy, new(big.Int).Mul(b, b))
		xy.Add(xy, new(big.Int).Mul(a, b))
	}
	centred := func(sum, a, b *big.Int) *big.Int {
		return new(big.Int).Sub(new(big.Int).Mul(n, sum), new(big.Int).Mul(a, b))
	}
	varX, varY, both := centred(xx, x, x), centred(yy, y, y), centred(xy, x, y)
	slopeFen = rounded(new(big.Int).Mul(both, big.NewInt(100)), varX) // a point is 100 basis points
	fitPPM = rounded(new(big.Int).Mul(new(big.Int).Mul(both, both), big.NewInt(Million)), new(big.Int).Mul(varX, varY))
	return slopeFen, fitPPM
}

// groupEdges cut attainment into groups, in basis points.
var groupEdges = []int64{0, 6_000, 8_000, 10_000, 12_000}

// groups shows how far pay is apart among people who attained alike.
func groups(points []point, variants int) []GroupSum {
	sums := make([]GroupSum, len(groupEdges))
	members := make([][]point, len(groupEdges))
	for i, edge := range groupEdges {
		sums[i].FromBP = edge
		if i+1 < len(groupEdges) {
			sums[i].ToBP = groupEdges[i+1]
		}
	}
	for _, p := range points {
		i := len(groupEdges) - 1
		for i > 0 && p.attained < groupEdges[i] {
			i--
		}
		members[i] = append(members[i], p)
	}
	for i := range sums {
		sums[i].Count = len(members[i])
		for v := range variants {
			earned := make([]int64, 0, len(members[i]))
			for _, p := range members[i] {
				earned = append(earned, p.earned[v])
			}
			slices.Sort(earned)
			sums[i].P10 = append(sums[i].P10, quantile(earned, 10))
			sums[i].P50 = append(sums[i].P50, quantile(earned, 50))
			sums[i].P90 = append(sums[i].P90, quantile(earned, 90))
		}
	}
	return sums
}

// quantile is the smallest value that at least percent of the ascending values do not exceed; 0 of nothing.
func quantile(ascending []int64, percent int) int64 {
	if len(ascending) == 0 {
		return 0
	}
	return ascending[max(0, (len(ascending)*percent+99)/100-1)]
}
