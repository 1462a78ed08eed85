package stats

import "math"

// Stratum is one band in which two groups are compared like with like: the hits among the cases of the first group and of the second.
type Stratum struct {
	Hits, Cases           int
	OtherHits, OtherCases int
}

// Contrast is how much the first group differs from the second, over all bands in which both have enough.
type Contrast struct {
	Difference float64
	Interval   Interval
	Cases      int // of the first group, in the bands that count
	Others     int
	Left       int // cases of either group in bands that do not count
}

// Significant reports whether the interval leaves out that there is no difference.
func (c Contrast) Significant() bool { return !c.Interval.Contains(0) }

// leastStratum is how many cases each group needs in a band to be compared there.
const leastStratum = 5

// RateDifference is the difference of two rates within bands, weighed as Mantel and Haenszel do: Σ w(p−q)/Σ w with w = n·m/(n+m) for n and m
// cases in a band, and the variance of Greenland and Robins. Bands in which a group has fewer than 5 cases do not count. Sources: Mantel,
// Haenszel, JNCI 22, 1959; Greenland, Robins, Biometrics 41, 1985. The interval rests on the normal approximation, so it wants tens of cases
// in each group. Refused: no band that counts; hits outside 0 to cases; a confidence outside 0 to 1.
func RateDifference(strata []Stratum, confidence float64) (Contrast, error) {
	if err := share("confidence", confidence); err != nil {
		return Contrast{}, err
	}
	var c Contrast
	weights, sum, spread := 0.0, 0.0, 0.0
	for _, s := range strata {
		if s.Hits < 0 || s.Hits > s.Cases || s.OtherHits < 0 || s.OtherHits > s.OtherCases {
			return Contrast{}, refuseNumber("hits", float64(s.Hits))
		}
		if !c.count(s.Cases, s.OtherCases) {
			continue
		}
		a, n, b, m := float64(s.Hits), float64(s.Cases), float64(s.OtherHits), float64(s.OtherCases)
		all := n + m
		weights += n * m / all
		sum += (a*m - b*n) / all
		spread += (a*(n-a)*m*m*m + b*(m-b)*n*n*n) / (n * m * all * all)
	}
	return c.finish(weights, sum, spread, confidence)
}

// count takes a band in, or leaves it out when a group has too few cases in it.
func (c *Contrast) count(cases, others int) bool {
	if cases < leastStratum || others < leastStratum {
		c.Left += cases + others
		return false
	}
	c.Cases += cases
	c.Others += others
	return true
}

func (c Contrast) finish(weights, sum, spread, confidence float64) (Contrast, error) {
	if weights == 0 {
		return Contrast{}, refuseFew(0, leastStratum)
	}
	c.Difference = sum / weights
	half := normalQuantile(twoSided(confidence)) * math.Sqrt(spread) / weights
	c.Interval = Interval{Low: c.Difference - half, High: c.Difference + half}
	return c, nil
}

// Lengths are the durations of two groups in one band.
type Lengths struct{ Values, Others []float64 }

// LengthRatio is how many times as long the first group takes as the second: the ratio of geometric means within bands, weighed by
// n·m/(n+m), with an interval by the normal approximation on the logarithm. It is Difference + 1 so that 0 is again no difference: −0.2 is a
// fifth shorter. One is added to every length, so that lengths of 0 have a logarithm; it should be small beside what is usual. Bands in
// which a group has fewer than 5 lengths do not count. Refused: no band that counts; negative lengths and what is no number.
func LengthRatio(bands []Lengths, confidence float64) (Contrast, error) {
	if err := share("confidence", confidence); err != nil {
		return Contrast{}, err
	}
	var e Contrast
	weights, sum, spread := 0.0, 0.0, 0.0
	for _, band := range bands {
		for _, v := range append(append([]float64{}, band.Values...), band.Others...) {
			if !finite(v) || v < 0 {
				return Contrast{}, refuseNumber("length", v)
			}
		}
		if !e.count(len(band.Values), len(band.Others)) {
			continue
		}
		n, m := float64(len(band.Values)), float64(len(band.Others))
		mean, variance := logMoments(band.Values)
		other, otherVariance := logMoments(band.Others)
		w := n * m / (n + m)
		weights += w
		sum += w * (mean - other)
		spread += w * w * (variance/n + otherVariance/m)
	}
	e, err := e.finish(weights, sum, spread, confidence)
	if err != nil {
		return e, err
	}
	e.Difference, e.Interval.Low, e.Interval.High = math.Expm1(e.Difference), math.Expm1(e.Interval.Low), math.Expm1(e.Interval.High)
	return e, nil
}

// logMoments are the mean and the unbiased variance of ln(1 + x).
func logMoments(values []float64) (average, variance float64) {
	logs := make([]float64, len(values))
	for i, v := range values {
		logs[i] = math.Log1p(v)
	}
	average = mean(logs)
	for _, l := range logs {
		variance += (l - average) * (l - average) / float64(len(logs)-1)
	}
	return average, variance
}

// Usual is how long something usually takes, for telling what is unusual.
type Usual struct {
	Mean, Deviation float64 // the plain mean and the standard deviation of the temporal profile as published
	Median          float64
	Low, High       float64 // lengths beyond these are unusual
	Unusual         int
}

// leastUsual is how many lengths are needed before one of them is called unusual.
const leastUsual = 20

// UsualLengths is the temporal profile of one pair of activities: mean and standard deviation as in Stertz, Mangler, Rinderle-Ma, "Temporal
// conformance checking at runtime based on time-infused process models", 2020, and bounds that few long waits cannot move: median ± width
// robust deviations on the scale ln(1+x), at least a tenth of the
// median wide, since lengths that are all the same have no deviation. Refused: fewer than 20 lengths;
// negative ones; a width that is not above 0.
func UsualLengths(lengths []float64, width float64) (Usual, error) {
	if len(lengths) < leastUsual {
		return Usual{}, refuseFew(len(lengths), leastUsual)
	}
	if !(width > 0) || !finite(width) {
		return Usual{}, refuseNumber("width", width)
	}
	logs := make([]float64, len(lengths))
	for i, v := range lengths {
		if !finite(v) || v < 0 {
			return Usual{}, refuseNumber("length", v)
		}
		logs[i] = math.Log1p(v)
	}
	centre, err := MedianDeviation(logs)
	if err != nil {
		return Usual{}, err
	}
	u := Usual{Mean: mean(lengths), Median: math.Expm1(centre.Median)}
	for _, v := range lengths {
		u.Deviation += (v - u.Mean) * (v - u.Mean) / float64(len(lengths)-1)
	}
	u.Deviation = math.Sqrt(u.Deviation)
	half := math.Max(width*centre.Scale, centre.Median/10)
	u.Low, u.High = math.Max(0, math.Expm1(centre.Median-half)), math.Expm1(centre.Median+half)
	for _, v := range lengths {
		if v < u.Low || v > u.High {
			u.Unusual++
		}
	}
	return u, nil
}
