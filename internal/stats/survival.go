package stats

import (
	"cmp"
	"math"
	"slices"
)

// Duration is how long a case has taken. An open case is censored: it has taken at least this long.
type Duration struct {
	Length float64 // in any one unit of time; working hours, say
	Ended  bool
}

// SurvivalStep is a length at which cases ended, and what holds from it on.
type SurvivalStep struct {
	Length        float64
	AtRisk        int      // cases that lasted at least this long
	Ends          int      // cases that ended at it
	Open          float64  // share of cases that last longer than this: Kaplan and Meier's S
	StandardError float64  // of Open, by Greenwood
	Band          Interval // of Open, point by point, on the scale ln(−ln S), so that it stays within 0 and 1
}

// Survival is the Kaplan–Meier curve of durations, in ascending order of length.
type Survival struct {
	Steps   []SurvivalStep
	Cases   int
	Ended   int
	Longest float64 // of all, open ones included: nothing is known beyond
}

// KaplanMeier estimates how long cases take when some are still open: S(t) = Π over ends up to t of (1 − d/n), with Greenwood's variance
// S²·Σ d/(n(n−d)) and bands S^exp(±z·√(Σ d/(n(n−d)))/ln S). An open case counts as at risk at its own length. The order does not
// matter. Source: Kaplan, Meier, JASA 53, 1958; Kalbfleisch, Prentice 1980 for the bands. Refused: no cases; lengths that are negative or no
// number; a confidence outside 0 to 1. When no case has ended, there are no steps and no quantiles: that is an answer.
func KaplanMeier(durations []Duration, confidence float64) (Survival, error) {
	if len(durations) == 0 {
		return Survival{}, refuseFew(0, 1)
	}
	if err := share("confidence", confidence); err != nil {
		return Survival{}, err
	}
	sorted := slices.Clone(durations)
	for _, d := range sorted {
		if !finite(d.Length) || d.Length < 0 {
			return Survival{}, refuseNumber("length", d.Length)
		}
	}
	slices.SortFunc(sorted, func(a, b Duration) int { return cmp.Compare(a.Length, b.Length) })
	z := normalQuantile(twoSided(confidence))
	s := Survival{Cases: len(sorted), Longest: sorted[len(sorted)-1].Length}
	open, spread := 1.0, 0.0
	for i := 0; i < len(sorted); {
		step, next := SurvivalStep{Length: sorted[i].Length, AtRisk: len(sorted) - i}, i
		for ; next < len(sorted) && sorted[next].Length == step.Length; next++ {
			if sorted[next].Ended {
				step.Ends++
			}
		}
		i = next
		if step.Ends == 0 {
			continue
		}
		s.Ended += step.Ends
		n, d := float64(step.AtRisk), float64(step.Ends)
		open *= (n - d) / n
		step.Open = open
		if step.AtRisk > step.Ends {
			spread += d / (n * (n - d))
			step.StandardError = open * math.Sqrt(spread)
			factor := math.Exp(z * math.Sqrt(spread) / math.Abs(math.Log(open)))
			step.Band = Interval{Low: math.Pow(open, factor), High: math.Pow(open, 1/factor)}
		}
		s.Steps = append(s.Steps, step)
	}
	return s, nil
}

// OpenAfter is the share of cases that last longer than a length; known is false beyond the longest case, open or ended.
func (s Survival) OpenAfter(length float64) (open float64, known bool) {
	open = 1
	for _, step := range s.Steps {
		if step.Length > length {
			break
		}
		open = step.Open
	}
	return open, length <= s.Longest || open == 0
}

// slack forgives the rounding of products when a share is compared: 1·(9/10)·(8/9) is 0.8.
const slack = 1e-12

// SurvivalQuantile is a length within which a share of the cases ends. Where too many cases are open to tell, Known is false and nothing
// else means anything; an upper bound that cannot be told is +Inf.
type SurvivalQuantile struct {
	Share  float64
	Known  bool
	Length float64
	Bounds Interval // the lengths at which the bands cross (Brookmeyer, Crowley 1982)
}

// Quantile is the least length within which at least the share of the cases ends: 0.5 is the median, with open cases counted as they
// should be. Refused: a share outside 0 to 1.
func (s Survival) Quantile(p float64) (SurvivalQuantile, error) {
	if err := share("share", p); err != nil {
		return SurvivalQuantile{}, err
	}
	first := func(of func(SurvivalStep) float64) float64 {
		for _, step := range s.Steps {
			if of(step) <= 1-p+slack {
				return step.Length
			}
		}
		return math.Inf(1)
	}
	q := SurvivalQuantile{Share: p, Length: first(func(step SurvivalStep) float64 { return step.Open })}
	if q.Known = finite(q.Length); !q.Known {
		return SurvivalQuantile{Share: p}, nil
	}
	// Where all have ended there is no band; it takes the bound with it only when it has not been crossed before.
	q.Bounds.Low = first(func(step SurvivalStep) float64 { return step.Band.Low })
	q.Bounds.High = first(func(step SurvivalStep) float64 {
		if step.Open == 0 {
			return 1
		}
		return step.Band.High
	})
	return q, nil
}
