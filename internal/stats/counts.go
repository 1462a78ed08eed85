package stats

import (
	"cmp"
	"math"
	"slices"
)

// The common factor is integrated over this many standard deviations to each side, in this many steps.
const (
	factorReach = 9.0
	factorSteps = 720
	// mostCorrelation is the highest correlation the steps are fine enough for.
	mostCorrelation = 0.99
)

// HowMany is the distribution of how many of n events happen: element k is the probability of exactly k, n+1 elements. Events have their own
// chances and one common cause: event i happens when √ρ·Z + √(1−ρ)·εᵢ ≤ Φ⁻¹(pᵢ), Z and εᵢ standard normal (one-factor Gaussian copula; ρ = 0 is
// the Poisson-binomial distribution). Given Z the events are independent and counted one by one; Z is integrated by the trapezoidal rule.
// Source: Vasicek 1987; methods T5. Refused: chances outside 0 to 1; a correlation below 0 or above 0.99.
func HowMany(chances []float64, correlation float64) ([]float64, error) {
	for _, p := range chances {
		if !(p >= 0 && p <= 1) {
			return nil, refuseNumber("chance", p)
		}
	}
	if !(correlation >= 0 && correlation <= mostCorrelation) {
		return nil, refuseNumber("correlation", correlation)
	}
	if correlation == 0 {
		return countIndependent(chances, make([]float64, len(chances)+1)), nil
	}
	thresholds, given := make([]float64, len(chances)), make([]float64, len(chances))
	for i, p := range chances {
		thresholds[i] = normalQuantile(p)
	}
	total, counts, one := 0.0, make([]float64, len(chances)+1), make([]float64, len(chances)+1)
	for step := 0; step <= factorSteps; step++ {
		z := factorReach * (2*float64(step)/factorSteps - 1)
		weight := math.Exp(-z * z / 2)
		for i, threshold := range thresholds {
			given[i] = normalCumulative((threshold - math.Sqrt(correlation)*z) / math.Sqrt(1-correlation))
		}
		for k, p := range countIndependent(given, one) {
			counts[k] += weight * p
		}
		total += weight
	}
	for k := range counts {
		counts[k] /= total
	}
	return counts, nil
}

// countIndependent fills in the distribution of the number of independent events that happen.
func countIndependent(chances, counts []float64) []float64 {
	clear(counts)
	counts[0] = 1
	for i, p := range chances {
		for k := i + 1; k > 0; k-- {
			counts[k] = counts[k]*(1-p) + counts[k-1]*p
		}
		counts[0] *= 1 - p
	}
	return counts
}

// AtLeast is the probability that at least k of the events happen, as HowMany counts them. Refused: as HowMany.
func AtLeast(k int, chances []float64, correlation float64) (float64, error) {
	counts, err := HowMany(chances, correlation)
	if err != nil {
		return 0, err
	}
	if k <= 0 {
		return 1, nil
	}
	total := 0.0
	for i := len(chances); i >= k; i-- {
		total += counts[i]
	}
	return math.Min(1, total), nil
}

// Alpha is Cronbach's α: how far the items of a questionnaire measure one thing; k/(k−1)·(1 − Σ variances of items / variance of sums). Answers
// list the people and for each the items, in the same order. It is at most 1 and negative when items contradict each other. Source: Cronbach,
// Psychometrika 16, 1951. Refused: fewer than two people or items; people with another number of items; what is no number; sums that are all equal.
func Alpha(answers [][]float64) (float64, error) {
	if len(answers) < 2 {
		return 0, refuseFew(len(answers), 2)
	}
	items := len(answers[0])
	if items < 2 {
		return 0, refuseFew(items, 2)
	}
	sums, item, ofItems := make([]float64, len(answers)), make([]float64, len(answers)), 0.0
	for i, person := range answers {
		if len(person) != items {
			return 0, refuseLengths(len(person), items)
		}
		if err := allFinite("answer", person); err != nil {
			return 0, err
		}
		sums[i] = sum(person)
	}
	for k := range items {
		for i, person := range answers {
			item[i] = person[k]
		}
		ofItems += variance(item)
	}
	ofSums := variance(sums)
	if ofSums == 0 {
		return 0, refuseFlat()
	}
	k := float64(items)
	return k / (k - 1) * (1 - ofItems/ofSums), nil
}

// variance is that of a sample of at least two.
func variance(values []float64) float64 {
	middle, total := mean(values), 0.0
	for _, v := range values {
		total += (v - middle) * (v - middle)
	}
	return total / float64(len(values)-1)
}

// Capture is an estimate of how many there are when two independent looks found some.
type Capture struct {
	Found    int // by either look
	All      float64
	Interval Interval // of All; it never begins below Found
	Rate     float64  // Found over All
}

// CaptureRecapture is Chapman's estimate (n₁+1)(n₂+1)/(m+1) − 1 of how many there are in all, when one look found n₁, another n₂, and m were found by
// both, with Sadinle's interval on the logit scale, which holds its level for small numbers. The looks must be independent: when what one finds
// the other finds more easily, the estimate is too low. Source: Chapman 1951; Sadinle, Communications in Statistics 38, 2009; methods D3.
// Refused: negative numbers; more found by both than by one; a look that found nothing; a confidence outside 0 to 1.
func CaptureRecapture(first, second, both int, confidence float64) (Capture, error) {
	if first < 1 || second < 1 {
		return Capture{}, refuseFew(min(first, second), 1)
	}
	if both < 0 || both > min(first, second) {
		return Capture{}, refuseNumber("both", float64(both))
	}
	if err := share("confidence", confidence); err != nil {
		return Capture{}, err
	}
	n1, n2, m := float64(first), float64(second), float64(both)
	c := Capture{Found: first + second - both, All: (n1+1)*(n2+1)/(m+1) - 1}
	c.Rate = math.Min(1, float64(c.Found)/c.All)
	one, other, overlap := n1-m+0.5, n2-m+0.5, m+0.5
	spread := normalQuantile(twoSided(confidence)) * math.Sqrt(1/overlap+1/one+1/other+overlap/(one*other))
	bound := func(factor float64) float64 { return math.Max(float64(c.Found), n1+n2-m-0.5+one*other/overlap*factor) }
	c.Interval = Interval{Low: bound(math.Exp(-spread)), High: bound(math.Exp(spread))}
	return c, nil
}

// FalseDiscovery adjusts the p-values of several tests made together: rejecting those whose adjusted value is at most q keeps the expected share of
// false ones among them at q. The answer stands in the order of the question. Source: Benjamini, Hochberg, JRSS B 57, 1995 (independent or
// positively dependent tests). Refused: values outside 0 to 1.
func FalseDiscovery(values []float64) ([]float64, error) {
	order := make([]int, len(values))
	for i, p := range values {
		if !(p >= 0 && p <= 1) {
			return nil, refuseNumber("p", p)
		}
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(values[b], values[a]) })
	adjusted, least := make([]float64, len(values)), 1.0
	for i, at := range order {
		rank := len(values) - i
		least = math.Min(least, values[at]*float64(len(values))/float64(rank))
		adjusted[at] = least
	}
	return adjusted, nil
}
