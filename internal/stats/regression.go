package stats

import (
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Effect is an estimate with its uncertainty, in the unit of what was observed.
type Effect struct {
	Value         float64
	StandardError float64
	Interval      Interval
	P             float64 // of so large an effect by chance alone, two-sided
}

// leastSquares is a fitted linear model: coefficients, residuals and the inverse of X'X.
type leastSquares struct {
	design       *mat.Dense
	coefficients []float64
	residuals    []float64
	inverse      mat.SymDense
}

// worstCondition is how badly conditioned X'X may be before coefficients mean nothing.
const worstCondition = 1e12

// fitLeastSquares fits values to the rows of a design of equal lengths, more rows than columns. Refused: columns that say the same.
func fitLeastSquares(rows [][]float64, values []float64) (leastSquares, error) {
	columns := len(rows[0])
	f := leastSquares{design: mat.NewDense(len(rows), columns, nil)}
	for i, row := range rows {
		f.design.SetRow(i, row)
	}
	var square mat.SymDense
	square.SymOuterK(1, f.design.T())
	var cholesky mat.Cholesky
	if !cholesky.Factorize(&square) || cholesky.Cond() > worstCondition {
		return leastSquares{}, refuseFlat()
	}
	if err := cholesky.InverseTo(&f.inverse); err != nil {
		return leastSquares{}, refuseFlat()
	}
	var moments, solution, fitted mat.VecDense
	observed := mat.NewVecDense(len(values), append([]float64(nil), values...))
	moments.MulVec(f.design.T(), observed)
	if err := cholesky.SolveVecTo(&solution, &moments); err != nil {
		return leastSquares{}, refuseFlat()
	}
	fitted.MulVec(f.design, &solution)
	for i, v := range values {
		f.residuals = append(f.residuals, v-fitted.AtVec(i))
	}
	for k := range columns {
		f.coefficients = append(f.coefficients, solution.AtVec(k))
	}
	return f, nil
}

// scores are the rows of the design times their residuals, summed over blocks: block i of a row says which sum it belongs to.
func (f leastSquares) scores(blocks []int, count int) *mat.Dense {
	_, columns := f.design.Dims()
	scores := mat.NewDense(count, columns, nil)
	for i, block := range blocks {
		for k := range columns {
			scores.Set(block, k, scores.At(block, k)+f.design.At(i, k)*f.residuals[i])
		}
	}
	return scores
}

// sandwich is (X'X)⁻¹ · meat · (X'X)⁻¹ · correction.
func (f leastSquares) sandwich(meat *mat.Dense, correction float64) *mat.Dense {
	var covariance mat.Dense
	covariance.Product(&f.inverse, meat, &f.inverse)
	covariance.Scale(correction, &covariance)
	return &covariance
}

// effect reads coefficient k with its variance, by Student's t.
func (f leastSquares) effect(k int, covariance *mat.Dense, freedom, confidence float64) Effect {
	e := Effect{Value: f.coefficients[k], StandardError: math.Sqrt(math.Max(0, covariance.At(k, k)))}
	student := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: freedom}
	half := student.Quantile(twoSided(confidence)) * e.StandardError
	e.Interval = Interval{Low: e.Value - half, High: e.Value + half}
	switch {
	case e.StandardError > 0:
		e.P = 2 * student.CDF(-math.Abs(e.Value)/e.StandardError)
	case e.Value == 0:
		e.P = 1
	}
	return e
}

// PilotObservation is one measurement in a pilot: in which cluster (a team, a region), whether that is in the pilot, before its start or after.
type PilotObservation struct {
	Cluster string
	Pilot   bool
	After   bool
	Value   float64
}

// leastClusters is how many clusters there must be on each side: errors by cluster are far too small below.
const leastClusters = 5

// DifferenceInDifferences is how much more the value changed in the pilot than elsewhere: (mean after − before there) − (the same elsewhere), by
// least squares on pilot, after and both. Errors allow for likeness within clusters: sandwich of the clusters' scores times
// G/(G−1)·(n−1)/(n−4), Student's t with G−1 degrees. It is the pilot's effect if both would have changed alike without it. Source: Liang, Zeger,
// Biometrika 73, 1986; Bertrand, Duflo, Mullainathan, QJE 119, 2004. Refused: fewer than five clusters on a side; a cluster on both sides; a
// side without measurements before or after; what is no number; a confidence outside 0 to 1.
func DifferenceInDifferences(observations []PilotObservation, confidence float64) (Effect, error) {
	if err := share("confidence", confidence); err != nil {
		return Effect{}, err
	}
	blocks, clusters := make([]int, len(observations)), map[string]int{}
	var sides []bool
	var counts [2]int
	rows, values := make([][]float64, len(observations)), make([]float64, len(observations))
	for i, o := range observations {
		block, known := clusters[o.Cluster]
		if !known {
			block = len(sides)
			clusters[o.Cluster] = block
			sides = append(sides, o.Pilot)
			counts[int(indicator(o.Pilot))]++
		}
		if sides[block] != o.Pilot {
			return Effect{}, refuseNumber(o.Cluster, o.Value)
		}
		blocks[i], values[i] = block, o.Value
		pilot, after := indicator(o.Pilot), indicator(o.After)
		rows[i] = []float64{1, pilot, after, pilot * after}
	}
	if err := allFinite("value", values); err != nil {
		return Effect{}, err
	}
	if fewest := min(counts[0], counts[1]); fewest < leastClusters {
		return Effect{}, refuseFew(fewest, leastClusters)
	}
	f, err := fitLeastSquares(rows, values)
	if err != nil {
		return Effect{}, err
	}
	scores := f.scores(blocks, len(sides))
	var meat mat.Dense
	meat.Mul(scores.T(), scores)
	n, g := float64(len(values)), float64(len(sides))
	return f.effect(3, f.sandwich(&meat, g/(g-1)*(n-1)/(n-4)), g-1, confidence), nil
}

func indicator(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

// leastSide is how many points of a series there must be on each side of an interruption.
const leastSide = 8

// Interruption is what changed in a series at a moment: its level at once, and its trend for each step of time after.
type Interruption struct {
	Level Effect
	Trend Effect
	Lags  int // how many steps apart residuals were taken to be alike
}

// InterruptedSeries fits β₀ + β₁t + β₂·after + β₃·after·(t−start) to a series in the order of time; start is the index of the first point after the
// change. Errors allow for likeness of neighbours: Newey and West with Bartlett weights over ⌊4(n/100)^(2/9)⌋ lags, times n/(n−4), Student's t with
// n−4 degrees. Season must have been taken out. Whatever else changed at that moment is in it, too. Source: Wagner et al., J. Clinical Pharmacy and
// Therapeutics 27, 2002; Newey, West, Econometrica 55, 1987. Refused: fewer than eight points before or after; what is no number.
func InterruptedSeries(series []float64, start int, confidence float64) (Interruption, error) {
	if err := share("confidence", confidence); err != nil {
		return Interruption{}, err
	}
	if fewest := min(start, len(series)-start); fewest < leastSide {
		return Interruption{}, refuseFew(fewest, leastSide)
	}
	if err := allFinite("value", series); err != nil {
		return Interruption{}, err
	}
	rows, blocks := make([][]float64, len(series)), make([]int, len(series))
	for i := range series {
		since, after := float64(i-start), indicator(i >= start)
		rows[i], blocks[i] = []float64{1, since, after, after * since}, i
	}
	f, err := fitLeastSquares(rows, series)
	if err != nil {
		return Interruption{}, err
	}
	n := float64(len(series))
	result := Interruption{Lags: int(4 * math.Pow(n/100, 2.0/9))}
	covariance := f.sandwich(neweyWest(f.scores(blocks, len(series)), result.Lags), n/(n-4))
	result.Level = f.effect(2, covariance, n-4, confidence)
	result.Trend = f.effect(3, covariance, n-4, confidence)
	return result, nil
}

// neweyWest is Σ over lags of (1 − lag/(lags+1))·(Γ + Γ'), Γ the products of scores that far apart; lag 0 counts once.
func neweyWest(scores *mat.Dense, lags int) *mat.Dense {
	n, columns := scores.Dims()
	meat := mat.NewDense(columns, columns, nil)
	var products mat.Dense
	products.Mul(scores.T(), scores)
	meat.Add(meat, &products)
	for lag := 1; lag <= lags; lag++ {
		var apart, both mat.Dense
		apart.Mul(scores.Slice(lag, n, 0, columns).T(), scores.Slice(0, n-lag, 0, columns))
		both.Add(&apart, apart.T())
		both.Scale(1-float64(lag)/float64(lags+1), &both)
		meat.Add(meat, &both)
	}
	return meat
}
