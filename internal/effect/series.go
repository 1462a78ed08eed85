package effect

import (
	"math"
	"math/rand/v2"
	"slices"
)

// What an interrupted series is made with.
const (
	slopeAfter   = 6     // months after from which on a change of trend is looked for, too
	seasonMonths = 30    // from which on the season is taken out
	draws        = 1_199 // of the error
	likeDraws    = 150   // of each likeness that is tried
	likeSteps    = 5
	likeMost     = 0.9
	careful      = 0.7 // standard deviations
)

// series is the effect where there is nothing to compare with: a line through the months before goes on, and the months after are held against it. Least squares on
// level, trend, change of level, from six months after on change of trend, and two waves of the year where there are 30 months; the effect is the mean over the
// months after. Neighbouring months are alike: how much is taken as the likeness of an AR(1) error for which the residuals would look as alike as they do, since
// residuals look less alike than errors are; the interval takes the spread of the studentised effect from such errors (parametric bootstrap-t: Efron, Tibshirani, An
// Introduction to the Bootstrap, 1993, chapter 12). Design after Wagner et al., J. Clinical Pharmacy and Therapeutics 27, 2002.
func series(p Panel, kept []Unit, r Result, good Good) (Result, error) {
	r.months(kept, p)
	for m := range r.Months {
		r.Months[m].Apart = 0
	}
	if r.Before < LeastSeriesBefore || r.After < LeastAfter {
		r.Reason = ReasonNoMonths
		return r, nil
	}
	values := make([]float64, len(r.Months))
	for m, month := range r.Months {
		values[m] = month.Pilot
	}
	if flat(values) {
		r.Reason = ReasonNoVariation
		return r, nil
	}
	d := newDesign(len(values), p.Start)
	r.Season = d.season
	fit := d.fit(values)
	a, b := seedOf(values, nil)
	r.Likeness = d.likeness(fit.alike, a, b)
	spread := d.spread(r.Likeness, rand.New(rand.NewPCG(a, b)))
	r.Method = MethodSeries
	r.Effect = Estimate{Value: fit.effect, Interval: Interval{Low: fit.effect, High: fit.effect}}
	r.Trend, r.HasTrend = Estimate{Value: fit.coefficients[1]}, false
	if fit.error > 0 {
		half := spread[int(math.Ceil(confidence*float64(len(spread))))-1] * fit.error
		r.Effect.Interval = Interval{Low: fit.effect - half, High: fit.effect + half}
		at, _ := slices.BinarySearch(spread, math.Abs(fit.effect)/fit.error)
		r.Effect.P = float64(len(spread)-at+1) / float64(len(spread)+1)
	}
	for m := p.Start; m < len(values); m++ {
		r.Months[m].Comparison = d.without(fit.coefficients, m)
		r.Months[m].Apart = r.Months[m].Pilot - r.Months[m].Comparison
	}
	for m := range p.Start {
		r.Months[m].Comparison = d.without(fit.coefficients, m)
		r.Months[m].Apart = r.Months[m].Pilot - r.Months[m].Comparison
	}
	r.judge(good)
	return r, nil
}

// design is the columns of the regression with what can be worked out without values.
type design struct {
	rows     [][]float64
	inverse  [][]float64 // of X'X
	weights  []float64   // of the coefficients in the effect
	variance float64     // weights' · inverse · weights
	changes  int         // first of the columns that are about the change, and behind the last
	changed  int
	season   bool
}

type fitted struct {
	coefficients  []float64
	effect, error float64
	alike         float64 // of neighbouring residuals
}

func newDesign(n, start int) *design {
	d := &design{changes: 2, changed: 3, season: n >= seasonMonths}
	slope := n-start >= slopeAfter
	if slope {
		d.changed++
	}
	for t := range n {
		row := []float64{1, float64(t - start), 0}
		if t >= start {
			row[2] = 1
		}
		if slope {
			row = append(row, row[2]*float64(t-start))
		}
		if d.season {
			for wave := 1.0; wave <= 2; wave++ {
				angle := 2 * math.Pi * wave * float64(t) / 12
				row = append(row, math.Sin(angle), math.Cos(angle))
			}
		}
		d.rows = append(d.rows, row)
	}
	columns := len(d.rows[0])
	square := make([][]float64, columns)
	for i := range square {
		square[i] = make([]float64, columns)
		for j := range square[i] {
			for _, row := range d.rows {
				square[i][j] += row[i] * row[j]
			}
		}
	}
	d.inverse = invert(square)
	d.weights = make([]float64, columns)
	for t := start; t < n; t++ {
		for k := d.changes; k < d.changed; k++ {
			d.weights[k] += d.rows[t][k] / float64(n-start)
		}
	}
	for i := range columns {
		for j := range columns {
			d.variance += d.weights[i] * d.inverse[i][j] * d.weights[j]
		}
	}
	return d
}

// invert inverts a matrix that is symmetric and positive by Gauss and Jordan with pivots.
func invert(square [][]float64) [][]float64 {
	n := len(square)
	wide := make([][]float64, n)
	for i := range wide {
		wide[i] = make([]float64, 2*n)
		copy(wide[i], square[i])
		wide[i][n+i] = 1
	}
	for k := range n {
		best := k
		for i := k + 1; i < n; i++ {
			if math.Abs(wide[i][k]) > math.Abs(wide[best][k]) {
				best = i
			}
		}
		wide[k], wide[best] = wide[best], wide[k]
		pivot := wide[k][k]
		for j := range wide[k] {
			wide[k][j] /= pivot
		}
		for i := range n {
			if i == k {
				continue
			}
			factor := wide[i][k]
			for j := range wide[i] {
				wide[i][j] -= factor * wide[k][j]
			}
		}
	}
	for i := range wide {
		wide[i] = wide[i][n:]
	}
	return wide
}

func (d *design) fit(values []float64) (f fitted) {
	columns := len(d.weights)
	moments := make([]float64, columns)
	for t, row := range d.rows {
		for k, x := range row {
			moments[k] += x * values[t]
		}
	}
	f.coefficients = make([]float64, columns)
	for i := range columns {
		for j := range columns {
			f.coefficients[i] += d.inverse[i][j] * moments[j]
		}
		f.effect += d.weights[i] * f.coefficients[i]
	}
	squares, products, last := 0.0, 0.0, 0.0
	for t, row := range d.rows {
		rest := values[t]
		for k, x := range row {
			rest -= x * f.coefficients[k]
		}
		if t > 0 {
			products += rest * last
		}
		squares += rest * rest
		last = rest
	}
	if squares > 0 {
		f.alike = products / squares
	}
	f.error = math.Sqrt(squares / float64(len(d.rows)-columns) * d.variance)
	return f
}

// without is what a month would be had nothing changed.
func (d *design) without(coefficients []float64, t int) (value float64) {
	for k, x := range d.rows[t] {
		if k < d.changes || k >= d.changed {
			value += x * coefficients[k]
		}
	}
	return value
}

// errors fills in errors of which neighbours are alike.
func errors(out []float64, like float64, random *rand.Rand) {
	last := random.NormFloat64()
	for t := range out {
		if t > 0 {
			last = like*last + math.Sqrt(1-like*like)*random.NormFloat64()
		}
		out[t] = last
	}
}

// likeness is how alike errors are whose residuals look as alike as these, taken on the careful side: such errors would mostly look more alike still.
func (d *design) likeness(seen float64, a, b uint64) float64 {
	sample := make([]float64, len(d.rows))
	looks := func(like float64) float64 {
		random := rand.New(rand.NewPCG(a, b)) // the same chance for each, so that more likeness looks more alike
		sum, squares := 0.0, 0.0
		for range likeDraws {
			errors(sample, like, random)
			alike := d.fit(sample).alike
			sum += alike
			squares += alike * alike
		}
		mean := sum / likeDraws
		return mean - careful*math.Sqrt(math.Max(0, squares/likeDraws-mean*mean))
	}
	low, high := 0.0, likeMost
	switch {
	case looks(low) >= seen:
		return low
	case looks(high) <= seen:
		return high
	}
	for range likeSteps {
		if middle := (low + high) / 2; looks(middle) < seen {
			low = middle
		} else {
			high = middle
		}
	}
	return (low + high) / 2
}

// spread is the sorted absolute studentised effects of errors of a likeness.
func (d *design) spread(like float64, random *rand.Rand) []float64 {
	sample, out := make([]float64, len(d.rows)), make([]float64, draws)
	for i := range out {
		errors(sample, like, random)
		f := d.fit(sample)
		out[i] = math.Abs(f.effect) / f.error
	}
	slices.Sort(out)
	return out
}
