package fairness

import (
	"math"

	"xiaoguan/internal/stats"
)

// Result is what somebody was asked for and reached in a period that is over.
type Result struct {
	ID          string
	Level       string
	TargetMinor int64
	ActualMinor int64
	BeforeMinor int64 // reached in the like period a year before; 0: not known
}

// attainment is what was reached over what was asked, never below nothing.
func (r *Result) attainment() float64 {
	return float64(max(r.ActualMinor, 0)) / float64(r.TargetMinor)
}

// asked leaves out who had no target.
func asked(results []Result) (kept []Result) {
	for _, r := range results {
		if r.TargetMinor > 0 {
			kept = append(kept, r)
		}
	}
	return kept
}

func attainments(results []Result) (out []float64) {
	for i := range results {
		out = append(out, results[i].attainment())
	}
	return out
}

// peopleMin is from how many people on a distribution is looked at.
const peopleMin = 10

// rate is a share with its usual range: outside it with certainty is looked at, outside the far range is an alarm.
func rate(k Kind, hits, cases int, usual, far stats.Interval) Test {
	if cases < peopleMin {
		return few(k, cases, peopleMin)
	}
	r, err := stats.Wilson(hits, cases, confidence)
	if err != nil {
		return failed(k, cases, err)
	}
	outside := func(i stats.Interval) bool { return r.Interval.High < i.Low || r.Interval.Low > i.High }
	return Test{Kind: k, Value: r.Share, Interval: r.Interval, P: -1, Hits: hits, Cases: cases}.found(outside(usual), outside(far))
}

// Attained is the share of people who reach the target. Usual are 50 to 75 in a hundred, and more than 80 say that it was easy. Source: methods T5, T7 (Alexander Group: 60
// to 70).
func Attained(results []Result) Test {
	list, hits := asked(results), 0
	for i := range list {
		if list[i].ActualMinor >= list[i].TargetMinor {
			hits++
		}
	}
	return rate(KindAttained, hits, len(list), stats.Interval{Low: 0.5, High: 0.8}, stats.Interval{Low: 0.3, High: 0.95})
}

// Near is the share of people within a fifth of the target. Source: methods T7; with results that vary by a quarter some 57 in a hundred are (our reckoning).
func Near(results []Result) Test {
	list, hits := asked(results), 0
	for i := range list {
		if math.Abs(list[i].attainment()-1) <= 0.2 {
			hits++
		}
	}
	return rate(KindNear, hits, len(list), stats.Interval{Low: 0.4, High: 1}, stats.Interval{Low: 0.25, High: 1})
}

// leastAttainment stands for attainments near nothing where logarithms are taken.
const leastAttainment = 0.05

// Skew asks whether attainment has a tail on one side, of its logarithm, which is even when results vary as they usually do: G1 with D'Agostino's test. Below nothing: some
// fall far behind, above it: few run far ahead. Source: D'Agostino, Biometrika 57, 1970; methods T7.
func Skew(results []Result) Test {
	const need = 20
	list := asked(results)
	if len(list) < need {
		return few(KindSkew, len(list), need)
	}
	var logs []float64
	for _, a := range attainments(list) {
		logs = append(logs, math.Log(math.Max(a, leastAttainment)))
	}
	n, second, third, middle := float64(len(logs)), 0.0, 0.0, 0.0
	for _, x := range logs {
		middle += x / n
	}
	for _, x := range logs {
		second += (x - middle) * (x - middle) / n
		third += (x - middle) * (x - middle) * (x - middle) / n
	}
	if second < 1e-12 {
		return unknown(KindSkew, len(list), flat())
	}
	b1 := third / math.Pow(second, 1.5)
	g1 := b1 * math.Sqrt(n*(n-1)) / (n - 2)
	error1 := math.Sqrt(6 * n * (n - 1) / ((n - 2) * (n + 1) * (n + 3)))
	p := skewChance(b1, n)
	t := Test{Kind: KindSkew, Value: g1, Interval: stats.Interval{Low: g1 - 1.96*error1, High: g1 + 1.96*error1}, P: p, Cases: len(list)}
	return t.found(p < lookBelow, p < alarmBelow && math.Abs(g1) > 1)
}

// skewChance is the two-sided chance of so much skewness in normal samples.
func skewChance(b1, n float64) float64 {
	y := b1 * math.Sqrt((n+1)*(n+3)/(6*(n-2)))
	beta := 3 * (n*n + 27*n - 70) * (n + 1) * (n + 3) / ((n - 2) * (n + 5) * (n + 7) * (n + 9))
	w2 := -1 + math.Sqrt(2*(beta-1))
	delta, alpha := 1/math.Sqrt(math.Log(math.Sqrt(w2))), math.Sqrt(2/(w2-1))
	z := delta * math.Log(y/alpha+math.Sqrt(y*y/(alpha*alpha)+1))
	return math.Erfc(math.Abs(z) / math.Sqrt2)
}

// correlated tests whether two quantities of people go together; bad reports, from the correlation, whether that is a fault, and whether a grave one.
func correlated(k Kind, x, y []float64, bad func(stats.Correlation) (look, alarm bool)) Test {
	if len(x) < peopleMin {
		return few(k, len(x), peopleMin)
	}
	c, err := stats.RankCorrelation(x, y, confidence)
	if err != nil {
		return failed(k, len(x), err)
	}
	look, alarm := bad(c)
	return Test{Kind: k, Value: c.Value, Interval: c.Interval, P: c.P, Cases: c.Cases}.found(look, alarm)
}

// goesWith is a fault in both directions.
func goesWith(c stats.Correlation) (look, alarm bool) {
	return c.P < lookBelow, c.P < alarmBelow && math.Abs(c.Value) >= 0.4
}

// Size asks whether attainment goes with the size of the target: with fair targets it does not. Source: methods T7 (correlation with territory size ≈ 0); Spearman's ρ.
func Size(results []Result) Test {
	list := asked(results)
	var sizes []float64
	for i := range list {
		sizes = append(sizes, float64(list[i].TargetMinor))
	}
	return correlated(KindSize, sizes, attainments(list), goesWith)
}

// Growth asks whether who grew more reached more: with fair targets they do. Source: methods T7 (correlation with % growth positive); Spearman's ρ.
func Growth(results []Result) Test {
	var grown, reached []float64
	for _, r := range asked(results) {
		if r.BeforeMinor > 0 {
			grown, reached = append(grown, float64(r.ActualMinor)/float64(r.BeforeMinor)), append(reached, r.attainment())
		}
	}
	return correlated(KindGrowth, grown, reached, func(c stats.Correlation) (look, alarm bool) {
		return c.Interval.High < 0.3, c.Interval.High < 0
	})
}

// Levels of staff that are set against each other.
const (
	levelNew  = "newcomer"
	levelCore = "core"
)

// Staff is how much more of their targets newcomers reach than core sellers, in parts of a target. Source: methods T7 (new against old staff); Welch's t.
func Staff(results []Result) Test {
	const need = 5
	groups := map[string][]float64{}
	for _, r := range asked(results) {
		groups[r.Level] = append(groups[r.Level], r.attainment())
	}
	if least := min(len(groups[levelNew]), len(groups[levelCore])); least < need {
		return few(KindStaff, least, need)
	}
	cases := len(groups[levelNew]) + len(groups[levelCore])
	e, err := stats.Welch(groups[levelNew], groups[levelCore], confidence)
	if err != nil {
		return failed(KindStaff, cases, err)
	}
	t := Test{Kind: KindStaff, Value: e.Value, Interval: e.Interval, P: e.P, Cases: cases}
	return t.found(e.P < lookBelow, e.P < alarmBelow && math.Abs(e.Value) >= 0.2)
}
