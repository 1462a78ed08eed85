package quota

import (
	"math"
	"math/rand/v2"
	"slices"
)

// How results are drawn from months.
const (
	monthDraws = 3000
	monthSeed  = 12
)

// drawn are results over what is expected of a person, for a period of so many months: that many months, each taken from what single months of all people came
// to, times what a year and few known months add. So the few large deals of a company keep their weight, where a lognormal would smooth them. They are sorted, and as
// few as priorTests times commonSteps; none while fewer than RatiosMin months are known. Source: Efron, Annals of Statistics 7, 1979 (bootstrap), strata by
// McKay, Beckman, Conover, Technometrics 21, 1979 (Latin hypercube).
func drawn(past []Past, weights []int64, ahead int) []float64 {
	pool := singleMonths(past, weights)
	if len(pool) < RatiosMin || ahead < 1 {
		return nil
	}
	noise := 0.0
	for _, r := range pool {
		noise += (r - 1) * (r - 1) / float64(len(pool))
	}
	luck := rand.New(rand.NewPCG(monthSeed, uint64(ahead))) // #nosec G404 -- the same for everybody, no secret
	out := make([]float64, monthDraws)
	for range ahead {
		for i, at := range luck.Perm(monthDraws) {
			out[i] += pool[(2*at+1)*len(pool)/(2*monthDraws)] / float64(ahead)
		}
	}
	sigma := math.Sqrt(math.Log1p(yearOwn*yearOwn + noise/float64(len(weights)+abilityPrior)))
	for i, at := range luck.Perm(monthDraws) {
		out[i] *= math.Exp(sigma*normalAt(at, monthDraws) - sigma*sigma/2)
	}
	slices.Sort(out)
	return some(out, priorTests*commonSteps)
}

// normalAt is a size that a normal number has, of n that are each as likely.
func normalAt(i, n int) float64 {
	return math.Sqrt2 * math.Erfinv((2*float64(i)+1)/float64(n)-1)
}

// singleMonths are what months came to over what is expected of each person, at today's level of the market, one on average, sorted.
func singleMonths(past []Past, weights []int64) (pool []float64) {
	market := MarketOf(past, weights)
	level, whole := market.bring(weights), int64(0)
	for _, w := range level {
		whole += max(w, 0)
	}
	sum := 0.0
	for i, e := range Expect(past, weights, whole) {
		for m, there := range past[i].There {
			if e.YearMinor <= 0 || there < Million/2 || level[m] <= 0 {
				continue
			}
			share := float64(level[m]) / float64(whole) * float64(there) / Million
			pool = append(pool, float64(max(past[i].Minor[m], 0))/(float64(e.YearMinor)*share))
			sum += pool[len(pool)-1]
		}
	}
	if sum <= 0 {
		return nil
	}
	slices.Sort(pool)
	for i := range pool {
		pool[i] *= float64(len(pool)) / sum
	}
	return pool
}
