package stats

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"
)

// LinearFit fits values to the columns of rows by least squares and returns the effect of each column. Errors allow for likeness within clusters
// and for uneven spread: sandwich of the clusters' scores times G/(G−1)·(n−1)/(n−k), Student's t with G−1 degrees. A column of ones is the
// intercept. Source: Liang, Zeger, Biometrika 73, 1986. Refused: fewer clusters than columns and four more; lengths that differ; columns that say the same;
// what is no number.
func LinearFit(rows [][]float64, values []float64, clusters []string, confidence float64) ([]Effect, error) {
	if len(rows) != len(values) || len(rows) != len(clusters) {
		return nil, refuseLengths(len(rows), len(values))
	}
	if err := share("confidence", confidence); err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, refuseFew(0, 1)
	}
	if err := allFinite("value", values); err != nil {
		return nil, err
	}
	columns := len(rows[0])
	for _, row := range rows {
		if len(row) != columns {
			return nil, refuseLengths(columns, len(row))
		}
		if err := allFinite("row", row); err != nil {
			return nil, err
		}
	}
	numbers := map[string]int{}
	blocks := make([]int, len(rows))
	for i, name := range clusters {
		at, known := numbers[name]
		if !known {
			at = len(numbers)
			numbers[name] = at
		}
		blocks[i] = at
	}
	g, n, k := float64(len(numbers)), float64(len(rows)), float64(columns)
	if len(numbers) < columns+leastClusters-1 {
		return nil, refuseFew(len(numbers), columns+leastClusters-1)
	}
	f, err := fitLeastSquares(rows, values)
	if err != nil {
		return nil, err
	}
	scores := f.scores(blocks, len(numbers))
	var meat mat.Dense
	meat.Mul(scores.T(), scores)
	covariance := f.sandwich(&meat, g/(g-1)*(n-1)/(n-k))
	effects := make([]Effect, columns)
	for c := range effects {
		effects[c] = f.effect(c, covariance, g-1, confidence)
	}
	return effects, nil
}

// Correlation is how far two quantities go together, -1 to 1.
type Correlation struct {
	Value    float64
	Interval Interval
	P        float64 // of so large a one by chance alone, two-sided
	Cases    int
}

// leastPairs is how few pairs a correlation is computed from.
const leastPairs = 5

// RankCorrelation is Spearman's ρ, with ties at their mean rank, and the interval by Fisher's z with the variance 1.06/(n−3). Source: Spearman 1904;
// Fieller, Hartley, Pearson, Biometrika 44, 1957. Refused: fewer than five pairs; lengths that differ; values that are all equal; what is no number.
func RankCorrelation(x, y []float64, confidence float64) (Correlation, error) {
	if len(x) != len(y) {
		return Correlation{}, refuseLengths(len(x), len(y))
	}
	if len(x) < leastPairs {
		return Correlation{}, refuseFew(len(x), leastPairs)
	}
	if err := share("confidence", confidence); err != nil {
		return Correlation{}, err
	}
	for _, values := range [][]float64{x, y} {
		if err := allFinite("value", values); err != nil {
			return Correlation{}, err
		}
	}
	a, b := ranks(x), ranks(y)
	middle := float64(len(x)+1) / 2
	var both, first, second float64
	for i := range a {
		both += (a[i] - middle) * (b[i] - middle)
		first += (a[i] - middle) * (a[i] - middle)
		second += (b[i] - middle) * (b[i] - middle)
	}
	if first == 0 || second == 0 {
		return Correlation{}, refuseFlat()
	}
	c := Correlation{Value: math.Max(-1, math.Min(1, both/math.Sqrt(first*second))), Cases: len(x)}
	const edge = 1 - 1e-12
	z, deviation := math.Atanh(math.Max(-edge, math.Min(edge, c.Value))), math.Sqrt(1.06/float64(len(x)-3))
	half := normalQuantile(twoSided(confidence)) * deviation
	c.Interval = Interval{math.Tanh(z - half), math.Tanh(z + half)}
	c.P = 2 * normalCumulative(-math.Abs(z)/deviation)
	return c, nil
}

// ranks are the places of values, the least is 1; equal ones share their mean place.
func ranks(values []float64) []float64 {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		switch {
		case values[a] < values[b]:
			return -1
		case values[a] > values[b]:
			return 1
		}
		return a - b
	})
	out := make([]float64, len(values))
	for from := 0; from < len(order); {
		to := from
		for to < len(order) && values[order[to]] == values[order[from]] {
			to++
		}
		for i := from; i < to; i++ {
			out[order[i]] = float64(from+to+1) / 2
		}
		from = to
	}
	return out
}

// Welch is the difference of the means of two groups, first less second, whose spreads may differ. Source: Welch, Biometrika 34, 1947, with
// Satterthwaite's degrees. Refused: fewer than two values in a group; groups in which nothing differs; what is no number.
func Welch(first, second []float64, confidence float64) (Effect, error) {
	if least := min(len(first), len(second)); least < 2 {
		return Effect{}, refuseFew(least, 2)
	}
	if err := share("confidence", confidence); err != nil {
		return Effect{}, err
	}
	var variance, freedom float64
	for _, values := range [][]float64{first, second} {
		if err := allFinite("value", values); err != nil {
			return Effect{}, err
		}
		middle, n := mean(values), float64(len(values))
		squares := 0.0
		for _, v := range values {
			squares += (v - middle) * (v - middle)
		}
		own := squares / (n - 1) / n
		variance += own
		freedom += own * own / (n - 1)
	}
	if variance == 0 {
		return Effect{}, refuseFlat()
	}
	e := Effect{Value: mean(first) - mean(second), StandardError: math.Sqrt(variance)}
	student := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: variance * variance / freedom}
	half := student.Quantile(twoSided(confidence)) * e.StandardError
	e.Interval = Interval{e.Value - half, e.Value + half}
	e.P = 2 * student.CDF(-math.Abs(e.Value)/e.StandardError)
	return e, nil
}

// Mean is the mean of values with its interval by Student's t; P is that of a mean of 0. Refused: fewer than two values; values that are all equal.
func Mean(values []float64, confidence float64) (Effect, error) {
	if len(values) < 2 {
		return Effect{}, refuseFew(len(values), 2)
	}
	if err := allFinite("value", values); err != nil {
		return Effect{}, err
	}
	if err := share("confidence", confidence); err != nil {
		return Effect{}, err
	}
	middle, n, squares := mean(values), float64(len(values)), 0.0
	for _, v := range values {
		squares += (v - middle) * (v - middle)
	}
	if squares == 0 {
		return Effect{}, refuseFlat()
	}
	e := Effect{Value: middle, StandardError: math.Sqrt(squares / (n - 1) / n)}
	student := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: n - 1}
	half := student.Quantile(twoSided(confidence)) * e.StandardError
	e.Interval = Interval{e.Value - half, e.Value + half}
	e.P = 2 * student.CDF(-math.Abs(e.Value)/e.StandardError)
	return e, nil
}

// AtLeastOf is the chance of at least so many hits among cases that each hit with a chance: the exact tail of the binomial distribution. Refused: hits
// outside 0 to cases; a chance outside 0 to 1.
func AtLeastOf(hits, cases int, chance float64) (float64, error) {
	if hits < 0 || hits > cases {
		return 0, refuseNumber("hits", float64(hits))
	}
	if err := share("chance", chance); err != nil {
		return 0, err
	}
	if hits == 0 {
		return 1, nil
	}
	return mathext.RegIncBeta(float64(hits), float64(cases-hits+1), chance), nil
}
