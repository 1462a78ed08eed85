package effect

import (
	"math"
	"math/rand/v2"
	"slices"
)

// How many ways are looked at.
const (
	waysMost    = 20_000 // all of them up to so many
	waysSampled = 4_999  // otherwise so many, and the one that was
)

// compare is the mean of the pilot teams' values less that of the others, with its interval. known is false where there are too few teams for one.
func compare(values []float64, pilot []bool) (e Estimate, method Method, ways int, all, known bool) {
	e.Value = difference(values, pilot)
	treated := 0
	for _, p := range pilot {
		if p {
			treated++
		}
	}
	if flat(values) {
		return Estimate{P: 1}, MethodStudent, 0, false, len(values) > 3
	}
	ways = choices(len(values), treated)
	if all = ways > 0; !all {
		ways = waysSampled + 1
	}
	least := 1
	if 2*treated == len(values) {
		least = 2 // the opposite choice is always as far apart
	}
	if float64(least) < chance*float64(ways) {
		e.Interval, e.P = byWays(values, pilot, treated, ways, all)
		return e, MethodPermutation, ways, all, true
	}
	e.Interval, e.P, known = byStudent(values, pilot, treated)
	if !known {
		e.Interval, e.P = Interval{LowOpen: true, HighOpen: true}, 1
	}
	return e, MethodStudent, ways, all, known
}

func flat(values []float64) bool {
	return slices.Min(values) == slices.Max(values)
}

func difference(values []float64, pilot []bool) float64 {
	sums, counts := [2]float64{}, [2]float64{}
	for i, v := range values {
		side := 0
		if pilot[i] {
			side = 1
		}
		sums[side] += v
		counts[side]++
	}
	return sums[1]/counts[1] - sums[0]/counts[0]
}

// choices is in how many ways so many of n can be chosen; 0 when that is more than are looked at.
func choices(n, chosen int) int {
	ways := 1
	for i := 1; i <= min(chosen, n-chosen); i++ {
		ways = ways * (n - i + 1) / i
		if ways > waysMost {
			return 0
		}
	}
	return ways
}

// byWays inverts the test of no difference exactly. Under an effect τ on the pilot teams the difference for another choice w of as many teams is A − τB, where A is
// the difference of the values as they are and B the share by which w agrees with the choice that was, less what it shares by not choosing: −1 to 1. The choice
// is at least as far apart as the one that was exactly between (τ̂ − A)/(1 − B) and (τ̂ + A)/(1 + B), so p(τ) falls on both sides of τ̂ and its level set is read off the
// sorted ends.
func byWays(values []float64, pilot []bool, treated, ways int, all bool) (Interval, float64) {
	estimate := difference(values, pilot)
	lows, highs := make([]float64, 0, ways), make([]float64, 0, ways)
	further, slack := 0, 1e-9*math.Max(math.Abs(estimate), slices.Max(values)-slices.Min(values))
	look := func(chosen []bool) {
		a, b := difference(values, chosen), agreement(pilot, chosen, treated)
		if math.Abs(a) >= math.Abs(estimate)-slack {
			further++
		}
		if b > 1-1e-12 || b < -1+1e-12 {
			lows, highs = append(lows, math.Inf(-1)), append(highs, math.Inf(1))
			return
		}
		one, other := (estimate-a)/(1-b), (estimate+a)/(1+b)
		lows, highs = append(lows, math.Min(one, other)), append(highs, math.Max(one, other))
	}
	if all {
		everyWay(len(values), treated, look)
	} else {
		someWays(values, pilot, look)
	}
	slices.Sort(lows)
	slices.Sort(highs)
	skip := int(chance * float64(len(lows)))
	in := Interval{Low: lows[skip], High: highs[len(highs)-1-skip]}
	if in.LowOpen = math.IsInf(in.Low, -1); in.LowOpen {
		in.Low = 0
	}
	if in.HighOpen = math.IsInf(in.High, 1); in.HighOpen {
		in.High = 0
	}
	return in, float64(further) / float64(len(lows))
}

// agreement is the share of the chosen that are pilot teams less the share of the others that are.
func agreement(pilot, chosen []bool, treated int) float64 {
	both := 0
	for i, p := range pilot {
		if p && chosen[i] {
			both++
		}
	}
	return float64(both)/float64(treated) - float64(treated-both)/float64(len(pilot)-treated)
}

// everyWay calls look with every choice of so many of n, in a fixed order.
func everyWay(n, chosen int, look func([]bool)) {
	at, mask := make([]int, chosen), make([]bool, n)
	for i := range at {
		at[i] = i
	}
	for {
		clear(mask)
		for _, i := range at {
			mask[i] = true
		}
		look(mask)
		k := chosen - 1
		for k >= 0 && at[k] == n-chosen+k {
			k--
		}
		if k < 0 {
			return
		}
		at[k]++
		for j := k + 1; j < chosen; j++ {
			at[j] = at[j-1] + 1
		}
	}
}

// someWays calls look with the choice that was, and with many others by chance.
func someWays(values []float64, pilot []bool, look func([]bool)) {
	a, b := seedOf(values, pilot)
	random := rand.New(rand.NewPCG(a, b))
	look(pilot)
	mask := slices.Clone(pilot)
	for range waysSampled {
		random.Shuffle(len(mask), func(i, j int) { mask[i], mask[j] = mask[j], mask[i] })
		look(mask)
	}
}

// leastFreedom is how many teams more than two Student's t needs: with fewer its interval is so wide that it tells nothing.
const leastFreedom = 3

// byStudent is the interval by the pooled variance of the values within both sides.
func byStudent(values []float64, pilot []bool, treated int) (Interval, float64, bool) {
	n := len(values)
	freedom := n - 2
	if freedom < leastFreedom {
		return Interval{}, 1, false
	}
	estimate := difference(values, pilot)
	means, counts := [2]float64{}, [2]float64{float64(n - treated), float64(treated)}
	side := func(i int) int {
		if pilot[i] {
			return 1
		}
		return 0
	}
	for i, v := range values {
		means[side(i)] += v / counts[side(i)]
	}
	squares := 0.0
	for i, v := range values {
		squares += (v - means[side(i)]) * (v - means[side(i)])
	}
	deviation := math.Sqrt(squares / float64(freedom) * (1/counts[0] + 1/counts[1]))
	if deviation == 0 {
		return Interval{}, 1, false
	}
	half := studentQuantile(1-chance/2, freedom) * deviation
	return Interval{Low: estimate - half, High: estimate + half}, 2 * studentTail(math.Abs(estimate)/deviation, freedom), true
}

// studentTail is the chance that Student's t of so many degrees is greater than x ≥ 0, exactly by the finite series for whole degrees (Abramowitz, Stegun, 26.7.3–4).
func studentTail(x float64, freedom int) float64 {
	theta := math.Atan(x / math.Sqrt(float64(freedom)))
	sin, cos := math.Sin(theta), math.Cos(theta)
	sum, term := 0.0, 1.0
	if freedom%2 == 1 {
		term = cos
		for k := 1; k <= freedom-2; k += 2 {
			sum += term
			term *= cos * cos * float64(k+1) / float64(k+2)
		}
		return 0.5 - (theta+sin*sum)/math.Pi
	}
	for k := 0; k <= freedom-2; k += 2 {
		sum += term
		term *= cos * cos * float64(k+1) / float64(k+2)
	}
	return 0.5 - sin*sum/2
}

// studentQuantile is the value below which Student's t lies with a chance of more than one half, by halving.
func studentQuantile(p float64, freedom int) float64 {
	low, high := 0.0, 1.0
	for studentTail(high, freedom) > 1-p {
		high *= 2
	}
	for range 200 {
		middle := (low + high) / 2
		if studentTail(middle, freedom) > 1-p {
			low = middle
		} else {
			high = middle
		}
	}
	return (low + high) / 2
}
