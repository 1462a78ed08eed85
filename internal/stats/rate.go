package stats

import "math"

// Rate is a share of cases with the interval that its true value lies in.
type Rate struct {
	Hits, Cases int
	Share       float64
	Interval    Interval
}

// Wilson is the share hits/cases with Wilson's score interval, which keeps within 0 and 1 and means something for few cases:
// (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n). Confidence is two-sided: 0.95 is usual. Source: Wilson, JASA 22, 1927; Newcombe,
// Statistics in Medicine 17, 1998, method 3. Refused: no cases; hits outside 0 to cases; a confidence outside 0 to 1.
func Wilson(hits, cases int, confidence float64) (Rate, error) {
	if cases < 1 {
		return Rate{}, refuseFew(cases, 1)
	}
	if hits < 0 || hits > cases {
		return Rate{}, refuseNumber("hits", float64(hits))
	}
	if err := share("confidence", confidence); err != nil {
		return Rate{}, err
	}
	return wilson(hits, cases, float64(cases), confidence), nil
}

// WilsonDesign is Wilson for cases that are alike, as people of one year are: with a design effect d (the variance of the share over that of as many independent
// cases), they tell as much as cases/d. An effect of one is Wilson. Sources: Kish, Survey Sampling, 1965, ch. 8; Korn, Graubard, Survey Methodology 24, 1998.
// Refused: as Wilson; an effect that is not above nothing.
func WilsonDesign(hits, cases int, effect, confidence float64) (Rate, error) {
	r, err := Wilson(hits, cases, confidence)
	if err != nil {
		return Rate{}, err
	}
	if !(effect > 0) || math.IsInf(effect, 0) {
		return Rate{}, refuseNumber("effect", effect)
	}
	return wilson(r.Hits, r.Cases, float64(cases)/effect, confidence), nil
}

// wilson is the rate of cases that tell as much as n.
func wilson(hits, cases int, n, confidence float64) Rate {
	z, p := normalQuantile(twoSided(confidence)), float64(hits)/float64(cases)
	middle := (p + z*z/(2*n)) / (1 + z*z/n)
	half := z * math.Sqrt(p*(1-p)/n+z*z/(4*n*n)) / (1 + z*z/n)
	// At the ends one bound is 0 or 1 exactly; rounding must not put it beside the share. A bound never crosses the share.
	interval := Interval{Low: math.Max(0, math.Min(middle-half, p)), High: math.Min(1, math.Max(middle+half, p))}
	if hits == 0 {
		interval.Low = 0
	}
	if hits == cases {
		interval.High = 1
	}
	return Rate{Hits: hits, Cases: cases, Share: p, Interval: interval}
}
