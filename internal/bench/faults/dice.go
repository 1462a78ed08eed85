package faults

import "math"

// dice is a stream of pseudo-random numbers (SplitMix64: Steele, Lea, Flood 2014). It is a value, costs nothing to make, and two streams of
// different names are independent for our purposes.
type dice struct{ state uint64 }

// matters of which each has a stream of its own, so that one drawing more or less never moves another.
const (
	ofShape uint64 = iota + 1
	ofTeams
	ofPeople
	ofMarket
	ofFaults
	ofPerson
	ofLeads
	ofOpportunities
	ofCourse
	ofSteps
	ofRecording
	ofApprovals
	ofQuotes
	ofOrders
	ofPaying
	ofCustomers
	ofLedger
	ofCare
	ofPool
	ofDuplicates
	ofLosses
	ofService
	ofFollowUps
	ofSatisfaction
	ofTargets
	ofPay
	ofTraining
	ofSurvey
	ofNames
	ofStale
	ofDates
	ofGaming
	ofGiant
	ofOwners
	ofDiscounts
	ofPlans
)

// newDice is the stream of a name.
func newDice(seed uint64, name ...uint64) dice {
	d := dice{seed}
	for _, part := range name {
		d.state = d.next() ^ part*0x9e3779b97f4a7c15
	}
	d.next()
	return d
}

func (d *dice) next() uint64 {
	d.state += 0x9e3779b97f4a7c15
	z := d.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// share is uniform on [0, 1).
func (d *dice) share() float64 { return float64(d.next()>>11) / (1 << 53) }

// chance is true with a probability.
func (d *dice) chance(p float64) bool { return d.share() < p }

// between is a whole number from low to high, both possible.
func (d *dice) between(low, high int) int {
	return low + int(d.share()*float64(high-low+1))
}

// span is uniform between two numbers.
func (d *dice) span(low, high float64) float64 { return low + d.share()*(high-low) }

// normal has mean 0 and deviation 1 (Box and Muller).
func (d *dice) normal() float64 {
	return math.Sqrt(-2*math.Log(1-d.share())) * math.Cos(2*math.Pi*d.share())
}

// spread is lognormal with median 1.
func (d *dice) spread(deviation float64) float64 { return math.Exp(deviation * d.normal()) }

// usual is normal, cut at two deviations: how healthy units differ.
func (d *dice) usual(deviation float64) float64 {
	return deviation * max(-2, min(2, d.normal()))
}

// count is a Poisson number.
func (d *dice) count(mean float64) int {
	limit, product, n := math.Exp(-mean), d.share(), 0
	for product > limit {
		product *= d.share()
		n++
	}
	return n
}

// pick draws an index with chances in proportion to weights.
func (d *dice) pick(weights []float64) int {
	total := 0.0
	for _, w := range weights {
		total += w
	}
	at := d.share() * total
	for i, w := range weights {
		if at -= w; at < 0 {
			return i
		}
	}
	return len(weights) - 1
}

// order is a permutation of 0 to n−1.
func (d *dice) order(n int) []int {
	all := make([]int, n)
	for i := range all {
		j := d.between(0, i)
		all[i], all[j] = all[j], i
	}
	return all
}
