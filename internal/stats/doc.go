// Package stats holds the statistical methods of the product: rates with intervals, durations with open cases, expected purchases of
// customers, thresholds of silence, and decompositions that say why a number moved.
//
// Every function is pure: the same numbers in the same order give the same bits on the same processor architecture (between
// architectures the last digits may differ, because some fuse multiplication and addition). Nothing is summed in the order of a map.
// Where data do not carry a method the answer is an error with a text for people (stats.* messages), never a guess; NaN and
// infinities are refused on the way in. Special functions, search and linear algebra are gonum's; the methods are ours.
//
// Limits: binary floating point, so no money is computed here; what comes out is shown, ranked or compared, never paid. No chance: there
// are no simulations and no bootstraps. Texts, tiers and policies are the business of the packages above.
package stats

import (
	"math"

	"xiaoguan/internal/errs"
)

// refuseFew says that there are too few observations.
func refuseFew(have, need int) error {
	return errs.New(errs.KindInvalid, "stats.too_few", errs.Args{"Have": have, "Need": need})
}

// refuseNumber says that a number is no number, or lies where the method has no meaning.
func refuseNumber(what string, value float64) error {
	return errs.New(errs.KindInvalid, "stats.out_of_range", errs.Args{"What": what, "Value": value})
}

// refuseFlat says that the observations do not differ, so that nothing can be told from their differences.
func refuseFlat() error { return errs.New(errs.KindInvalid, "stats.no_variation", nil) }

// refuseLengths says that two lists that belong together differ in length.
func refuseLengths(one, other int) error {
	return errs.New(errs.KindInvalid, "stats.lengths_differ", errs.Args{"One": one, "Other": other})
}

// finite reports whether x is a number with an end.
func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// allFinite refuses a list with something in it that is no number.
func allFinite(what string, values []float64) error {
	for _, v := range values {
		if !finite(v) {
			return refuseNumber(what, v)
		}
	}
	return nil
}

// share refuses what is not strictly between 0 and 1, as a level of confidence must be.
func share(what string, x float64) error {
	if !(x > 0 && x < 1) {
		return refuseNumber(what, x)
	}
	return nil
}

// Interval is a lower and an upper bound of one quantity, in its unit.
type Interval struct {
	Low, High float64
}

// Contains reports whether x lies in the interval, its ends included.
func (i Interval) Contains(x float64) bool { return i.Low <= x && x <= i.High }

// normalQuantile is the value below which a standard normal variable lies with probability p, by the inverse error function.
func normalQuantile(p float64) float64 { return math.Sqrt2 * math.Erfinv(2*p-1) }

// normalCumulative is the probability that a standard normal variable is at most z.
func normalCumulative(z float64) float64 { return math.Erfc(-z/math.Sqrt2) / 2 }

// twoSided is the z or t probability of the upper end of a two-sided interval: 0.975 for 0.95.
func twoSided(confidence float64) float64 { return 1 - (1-confidence)/2 }

// mean is the arithmetic mean of at least one value, summed in the order given.
func mean(values []float64) float64 { return sum(values) / float64(len(values)) }

func sum(values []float64) float64 {
	total := 0.0
	for _, v := range values {
		total += v
	}
	return total
}
