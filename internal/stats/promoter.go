package stats

import "math"

// Promotion is a Net Promoter Score, from −1 to 1, with the interval that its true value lies in.
type Promotion struct {
	Answers  int
	Score    float64
	Interval Interval
}

// NetPromoter is the share of promoters less that of detractors, with an adjusted Wald interval: three answers are added (¾ promoter,
// 1½ passive, ¾ detractor) before mean and variance are taken, so that a handful of equal answers is not taken for certainty. Confidence is
// two-sided. Source: Rocks, Interval Estimation for the Net Promoter Score, 2016, arXiv:1601.07235; the score is Reichheld's, Harvard
// Business Review, December 2003. Refused: no answers; negative counts; a confidence outside 0 to 1.
func NetPromoter(promoters, passives, detractors int, confidence float64) (Promotion, error) {
	for _, count := range []int{promoters, passives, detractors} {
		if count < 0 {
			return Promotion{}, refuseNumber("answers", float64(count))
		}
	}
	answers := promoters + passives + detractors
	if answers < 1 {
		return Promotion{}, refuseFew(answers, 1)
	}
	if err := share("confidence", confidence); err != nil {
		return Promotion{}, err
	}
	score := float64(promoters-detractors) / float64(answers)
	n, p, d := float64(answers)+3, float64(promoters)+0.75, float64(detractors)+0.75
	middle := (p - d) / n
	half := normalQuantile(twoSided(confidence)) * math.Sqrt(((p+d)/n-middle*middle)/n)
	return Promotion{answers, score, Interval{Low: math.Max(-1, math.Min(middle-half, score)), High: math.Min(1, math.Max(middle+half, score))}}, nil
}
