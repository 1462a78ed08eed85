package quota

import "math"

// Market is how results of everybody have moved together from year to year, and what may be expected of the next.
type Market struct {
	Moves []Move // the latest first
	Ahead int64  // the next year against the latest, parts per million
	level []float64
}

// Move is a year against the one before, by people who were there in both.
type Move struct {
	People int
	Seen   int64 // parts per million, of the same months and the same presence
	Taken  int64 // after it was drawn towards none, as far as people disagree about it
}

// What is held of markets while little is known of one: they move by a tenth a year, that counts as two years seen, and nearly all of a move goes on. It may get
// faster, but not by much.
const (
	usualMove     = 0.10
	usualMoveYear = 2
	usualGoesOn   = 0.95
	goesOnMost    = 1.25
	moveMost      = 1.4 // of the logarithm: fourfold
	monthsPart    = Months / 2
	monthsBoth    = 3 * Million
)

// MarketOf compares each year, counted back from the end of the past, with the one before; the oldest may have half of its months. A move is drawn towards none
// by its error (how far people differ in it), one that stands out less so, and how far it goes on is learned from how far moves have: a damped trend. Sources: Cochran,
// Sampling Techniques, 1977, ch. 6 (error of a ratio); Efron, Morris, JASA 67, 1972 (limited translation: what stands out is drawn less); Gardner, McKenzie,
// Management Science 31, 1985 (damped trend).
func MarketOf(past []Past, weights []int64) Market {
	m := Market{Ahead: Million, level: make([]float64, len(weights))}
	var seen, errors []float64
	for newer := len(weights) - Months; newer >= monthsPart; newer -= Months {
		r, variance, people := moveAt(past, weights, newer)
		if people < 2 {
			break
		}
		seen, errors = append(seen, r), append(errors, variance)
		m.Moves = append(m.Moves, Move{People: people, Seen: ppm(math.Exp(r))})
	}
	size := wide(seen, errors, usualMove)
	taken := make([]float64, len(seen))
	below, before := 0.0, len(weights)-Months
	for k, r := range seen {
		taken[k] = r * drawnBy(r, errors[k], size)
		m.Moves[k].Taken = ppm(math.Exp(taken[k]))
		below -= taken[k]
		for i := range m.level[:before] {
			m.level[i] = below
		}
		before -= Months
	}
	if len(taken) > 0 {
		m.Ahead = ppm(math.Exp(goesOn(taken, size) * taken[0]))
	}
	return m
}

// drawnBy is which part of a move with an error is taken: by how widely moves are spread, or by its own size where that says more.
func drawnBy(r, variance, size float64) float64 {
	usual := size / (size + variance)
	if r == 0 {
		return usual
	}
	return max(usual, 1-variance/(r*r))
}

// goesOn is which part of a move the next one has.
func goesOn(moves []float64, size float64) float64 {
	with, own := usualMoveYear*size*usualGoesOn, usualMoveYear*size
	for k := range len(moves) - 1 {
		with += moves[k] * moves[k+1]
		own += moves[k+1] * moves[k+1]
	}
	return min(max(with/own, 0), goesOnMost)
}

// wide is the variance of what moves everybody, from so many moves seen with an error of their own.
func wide(seen, errors []float64, usual float64) float64 {
	sum := usualMoveYear * usual * usual
	for k, r := range seen {
		sum += max(r*r-errors[k], 0)
	}
	return sum / float64(usualMoveYear+len(seen))
}

// moveAt is the logarithm of the year that begins with a month against what came before it, its variance, and from how many people.
func moveAt(past []Past, weights []int64, newer int) (r, variance float64, people int) {
	var later, earlier []float64
	var sum, before float64
	for i := range past {
		x, u, there := part(&past[i], weights, newer, newer+Months)
		y, v, had := part(&past[i], weights, max(newer-Months, 0), newer)
		if there < monthsBoth || had < monthsBoth || u <= 0 || v <= 0 {
			continue
		}
		both := min(u, v)
		later, earlier = append(later, max(x, 0)*both/u), append(earlier, max(y, 0)*both/v)
		sum += later[len(later)-1]
		before += earlier[len(earlier)-1]
	}
	n := len(later)
	if n < 2 || sum <= 0 || before <= 0 {
		return 0, 0, 0
	}
	ratio, squares := sum/before, 0.0
	for i := range later {
		apart := later[i] - ratio*earlier[i]
		squares += apart * apart
	}
	return min(max(math.Log(ratio), -moveMost), moveMost), squares / (sum * sum) * float64(n) / float64(n-1), n
}

// part is what somebody sold in some months, what these weigh, and how many there were of them, in parts per million.
func part(p *Past, weights []int64, from, to int) (minor, weight float64, there int64) {
	for m := from; m < to; m++ {
		if p.There[m] > 0 {
			minor += float64(p.Minor[m])
			weight += float64(max(weights[m], 0)) * float64(p.There[m]) / Million
			there += p.There[m]
		}
	}
	return minor, weight, there
}

// bring makes months weigh what they would at the level of the latest year.
func (m *Market) bring(weights []int64) []int64 {
	out := make([]int64, len(weights))
	for i, w := range weights {
		out[i] = int64(math.Round(float64(w) * math.Exp(m.level[i])))
	}
	return out
}

func ppm(share float64) int64 { return int64(math.Round(share * Million)) }
