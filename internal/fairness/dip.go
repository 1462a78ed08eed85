package fairness

import (
	"math"
	"slices"
)

// Modes asks whether people fall into two camps, of the logarithm of their attainment: Hartigan's dip against the uniform distribution, which of all distributions
// with one peak dips most. Source: Hartigan and Hartigan, Annals of Statistics 13, 1985; methods T7.
func Modes(results []Result) Test {
	const need = 20
	list := asked(results)
	if len(list) < need {
		return few(KindModes, len(list), need)
	}
	var logs []float64
	for _, a := range attainments(list) {
		logs = append(logs, math.Log(math.Max(a, leastAttainment)))
	}
	slices.Sort(logs)
	if logs[0] == logs[len(logs)-1] {
		return unknown(KindModes, len(list), flat())
	}
	d := dip(logs)
	p := dipChance(d, len(logs))
	return Test{Kind: KindModes, Value: d, P: p, Cases: len(list)}.found(p < lookBelow, p < alarmBelow)
}

// steps are the values of a sample, each another one, with how many lie below it and how many up to it.
type steps struct{ at, below, upto []float64 }

// tieWidth is over which part of the range values that are the same are spread: a heap stays one, and no two values are alike.
const tieWidth = 1e-6

// dip is the greatest distance of a sample, in order, from the nearest distribution with one peak.
func dip(sorted []float64) float64 {
	n := len(sorted)
	s := steps{at: slices.Clone(sorted)}
	width := tieWidth * (sorted[n-1] - sorted[0])
	if width == 0 {
		width = tieWidth
	}
	for i := 0; i < n; {
		next := i
		for next < n && sorted[next] == sorted[i] {
			next++
		}
		for k := i; k < next && next-i > 1; k++ {
			s.at[k] += width * ((float64(k-i)+0.5)/float64(next-i) - 0.5)
		}
		i = next
	}
	slices.Sort(s.at)
	for i := range n {
		s.below, s.upto = append(s.below, float64(i)), append(s.upto, float64(i+1))
	}
	low, high, most := 0, len(s.at)-1, 1.0
	for low < high {
		under, over := hull(s.at, s.below, low, high, 1), hull(s.at, s.upto, low, high, -1)
		from, to, apart := s.widest(under, over)
		if apart <= most {
			break
		}
		for k := low; k <= from; k++ {
			most = math.Max(most, s.upto[k]-line(s.at, s.below, under, k))
		}
		for k := to; k <= high; k++ {
			most = math.Max(most, line(s.at, s.upto, over, k)-s.below[k])
		}
		if from == low && to == high {
			break
		}
		low, high = from, to
	}
	return most / 2 / float64(len(sorted))
}

// hull are the corners of the greatest convex curve below points (side 1), or the least concave one above them (side -1).
func hull(x, y []float64, low, high int, side float64) (corners []int) {
	for k := low; k <= high; k++ {
		for len(corners) > 1 {
			a, b := corners[len(corners)-2], corners[len(corners)-1]
			if side*((y[b]-y[a])*(x[k]-x[a])-(y[k]-y[a])*(x[b]-x[a])) < 0 {
				break
			}
			corners = corners[:len(corners)-1]
		}
		corners = append(corners, k)
	}
	return corners
}

// line is the height of a curve of corners at a place.
func line(x, y []float64, corners []int, k int) float64 {
	at, exact := slices.BinarySearch(corners, k)
	if exact {
		return y[k]
	}
	a, b := corners[at-1], corners[at]
	return y[a] + (y[b]-y[a])*(x[k]-x[a])/(x[b]-x[a])
}

// widest is where both curves are furthest apart, at a corner of either, with the stretch between a corner below and one above.
func (s *steps) widest(under, over []int) (from, to int, apart float64) {
	from, to = under[0], over[len(over)-1]
	for _, k := range under {
		if d := line(s.at, s.upto, over, k) - s.below[k]; d > apart {
			at, _ := slices.BinarySearch(over, k)
			from, to, apart = k, over[at], d
		}
	}
	for _, k := range over {
		if d := s.upto[k] - line(s.at, s.below, under, k); d > apart {
			at, exact := slices.BinarySearch(under, k)
			if !exact {
				at--
			}
			from, to, apart = under[at], k, d
		}
	}
	return from, to, apart
}

// dipLevels are chances, and dipTable for numbers of people what √n·dip of so many evenly spread ones exceeds with these chances; counted in 200,000 samples each up
// to 100 people, 20,000 and 5,000 beyond (TestTheTableOfTheDip counts again).
var (
	dipLevels = []float64{0.5, 0.1, 0.05, 0.01, 0.005, 0.001}
	dipTable  = []struct {
		n      int
		limits [6]float64
	}{
		{20, [6]float64{0.3279, 0.4345, 0.4703, 0.5388, 0.5654, 0.6170}},
		{30, [6]float64{0.3367, 0.4468, 0.4832, 0.5569, 0.5847, 0.6427}},
		{50, [6]float64{0.3455, 0.4588, 0.4971, 0.5727, 0.6009, 0.6599}},
		{100, [6]float64{0.3546, 0.4719, 0.5111, 0.5923, 0.6214, 0.6832}},
		{300, [6]float64{0.3653, 0.4844, 0.5253, 0.6089, 0.6445, 0.7245}},
		{1000, [6]float64{0.3713, 0.4952, 0.5378, 0.6261, 0.6579, 0.7245}},
		{5000, [6]float64{0.3780, 0.5007, 0.5463, 0.6314, 0.6596, 0.7659}},
	}
)

// dipChance is the chance of so deep a dip in so many evenly spread values: between the table's numbers by 1/√n, between its chances by their logarithm.
func dipChance(d float64, n int) float64 {
	scaled := d * math.Sqrt(float64(n))
	at, last := 0, len(dipTable)-1
	for at < last-1 && n > dipTable[at+1].n {
		at++
	}
	a, b := &dipTable[at], &dipTable[at+1]
	near := func(n int) float64 { return 1 / math.Sqrt(float64(n)) }
	part := (near(a.n) - near(max(a.n, n))) / (near(a.n) - near(b.n))
	part = math.Min(part, 1)
	var limits [6]float64
	for i := range limits {
		limits[i] = a.limits[i] + part*(b.limits[i]-a.limits[i])
	}
	if scaled <= limits[0] {
		return dipLevels[0]
	}
	for i := 1; i < len(limits); i++ {
		if scaled <= limits[i] {
			share := (scaled - limits[i-1]) / (limits[i] - limits[i-1])
			return math.Exp(math.Log(dipLevels[i-1]) + share*(math.Log(dipLevels[i])-math.Log(dipLevels[i-1])))
		}
	}
	return dipLevels[len(dipLevels)-1]
}
