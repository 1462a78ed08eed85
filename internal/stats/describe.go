package stats

import (
	"math"
	"slices"
)

// Quantile is the empirical quantile of values, between the two nearest ones where it falls between: type 7 of Hyndman and Fan (The
// American Statistician 50, 1996), as in R and spreadsheets. In the unit of the values, whose order does not matter. Refused: no
// values; what is no number; a p outside 0 to 1, both included.
func Quantile(values []float64, p float64) (float64, error) {
	quantiles, err := Quantiles(values, p)
	if err != nil {
		return 0, err
	}
	return quantiles[0], nil
}

// Quantiles are several quantiles of the same values, sorted once.
func Quantiles(values []float64, shares ...float64) ([]float64, error) {
	if len(values) == 0 {
		return nil, refuseFew(0, 1)
	}
	if err := allFinite("value", values); err != nil {
		return nil, err
	}
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	quantiles := make([]float64, len(shares))
	for i, p := range shares {
		if !(p >= 0 && p <= 1) {
			return nil, refuseNumber("share", p)
		}
		position := p * float64(len(sorted)-1)
		below := math.Floor(position)
		low, high := sorted[int(below)], sorted[int(math.Ceil(position))]
		quantiles[i] = low
		if part := position - below; part > 0 && high > low {
			// Each end takes its part, so that the difference of two huge values cannot overflow.
			quantiles[i] = math.Min(high, math.Max(low, low*(1-part)+high*part))
		}
	}
	return quantiles, nil
}

// normalMAD makes the median deviation comparable with a standard deviation: 1/Φ⁻¹(3/4).
const normalMAD = 1.4826022185056018

// Centre is the middle of values and how far they usually are from it, neither of which a few wild values can move.
type Centre struct {
	Median    float64
	Deviation float64 // median of the distances from the median (MAD), in the unit of the values
	Scale     float64 // Deviation · 1.4826: the standard deviation, were they normal
}

// MedianDeviation is the median and the median absolute deviation. Source: Hampel, JASA 69, 1974. Refused: no values; what is no number.
func MedianDeviation(values []float64) (Centre, error) {
	median, err := Quantile(values, 0.5)
	if err != nil {
		return Centre{}, err
	}
	distances := make([]float64, len(values))
	for i, v := range values {
		distances[i] = math.Abs(v - median)
	}
	deviation, err := Quantile(distances, 0.5)
	if err != nil {
		return Centre{}, err
	}
	return Centre{Median: median, Deviation: deviation, Scale: deviation * normalMAD}, nil
}

// Gini is how unequal values are: 0 when all are equal, (n−1)/n when one has everything. Σ(2i−n−1)x₍ᵢ₎ / (n·Σx), ascending. The order does not
// matter. Source: Gini 1912; the sorted form as in Dixon et al., Ecology 68, 1987, uncorrected. Refused: no values; negative ones; a sum of 0.
func Gini(values []float64) (float64, error) {
	if len(values) == 0 {
		return 0, refuseFew(0, 1)
	}
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	n, total, weighted := float64(len(sorted)), 0.0, 0.0
	for i, v := range sorted {
		if !finite(v) || v < 0 {
			return 0, refuseNumber("value", v)
		}
		total += v
		weighted += (2*float64(i+1) - n - 1) * v
	}
	if total == 0 {
		return 0, refuseFlat()
	}
	return math.Max(0, weighted/(n*total)), nil
}

// Constants of the chart of single values and moving ranges of two: 3/1.128 and 3.268 (XMR).
const (
	limitFactor = 2.66
	rangeFactor = 3.268
)

// leastChart is how many points a chart of limits needs (methods D8).
const leastChart = 15

// Chart is what an XmR chart shows: what lies within Limits is noise.
type Chart struct {
	Mean       float64
	MeanRange  float64 // of neighbours' distances
	Limits     Interval
	RangeLimit float64 // a distance of neighbours above it is a signal
	Signals    []int   // indexes of values outside the limits
	Jumps      []int   // indexes i for which |xᵢ − xᵢ₋₁| is above RangeLimit
}

// XmR computes limits for a series in the order of time: x̄ ± 2.66·mR̄, and 3.268·mR̄ for distances. Source: Shewhart 1931; Wheeler, Chambers,
// Understanding Statistical Process Control, 1992. Season and pace must have been taken out before; in a series whose neighbours are alike the
// limits are too narrow. Refused: fewer than 15 points; what is no number.
func XmR(series []float64) (Chart, error) {
	if len(series) < leastChart {
		return Chart{}, refuseFew(len(series), leastChart)
	}
	if err := allFinite("value", series); err != nil {
		return Chart{}, err
	}
	distance := func(i int) float64 { return math.Abs(series[i] - series[i-1]) }
	c := Chart{Mean: mean(series)}
	for i := 1; i < len(series); i++ {
		c.MeanRange += distance(i) / float64(len(series)-1)
	}
	c.Limits = Interval{Low: c.Mean - limitFactor*c.MeanRange, High: c.Mean + limitFactor*c.MeanRange}
	c.RangeLimit = rangeFactor * c.MeanRange
	for i, v := range series {
		if !c.Limits.Contains(v) {
			c.Signals = append(c.Signals, i)
		}
		if i > 0 && distance(i) > c.RangeLimit {
			c.Jumps = append(c.Jumps, i)
		}
	}
	return c, nil
}
