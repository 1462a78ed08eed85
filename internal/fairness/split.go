package fairness

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/stats"
)

func flat() errs.Message { return errs.Msg("fairness.flat", nil) }

// Asked is a unit with what is asked of it and what that is held against.
type Asked struct {
	ID           string
	TargetMinor  int64
	AgainstMinor int64 // what its market could give, or what may be expected of it; 0: not known
	SoldMinor    int64 // in the year before; 0: not known
}

// burden is what is asked over what it is held against.
func burdens(list []Asked) (out, sold []float64) {
	for _, a := range list {
		if a.TargetMinor > 0 && a.AgainstMinor > 0 {
			out, sold = append(out, float64(a.TargetMinor)/float64(a.AgainstMinor)), append(sold, float64(a.SoldMinor))
		}
	}
	return out, sold
}

// unequal is the Gini coefficient of what is asked over what it is held against: 0 when everybody is asked the same part. The interval is the jackknife's. Source:
// methods T7; Gini 1912; Yitzhaki, JASA 86, 1991, for the jackknife. Usual, far: above which it is looked at, and is an alarm.
func unequal(k Kind, list []Asked, need int, usual, far float64) Test {
	ratios, _ := burdens(list)
	if len(ratios) < need {
		return few(k, len(ratios), need)
	}
	g, err := stats.Gini(ratios)
	if err != nil {
		return failed(k, len(ratios), err)
	}
	t := Test{Kind: k, Value: g, P: -1, Cases: len(ratios)}
	if half := 1.96 * jackknife(ratios); half > 0 {
		t.Interval = stats.Interval{Low: math.Max(0, g-half), High: math.Min(1, g+half)}
	}
	return t.found(t.Interval.Low > usual, t.Interval.Low > far)
}

// jackknifeMost is up to how many values each is left out in turn.
const jackknifeMost = 2000

// jackknife is the standard error of the Gini coefficient; of very many values it is as good as none.
func jackknife(values []float64) float64 {
	n := len(values)
	if n > jackknifeMost {
		return 1e-9
	}
	without, all := make([]float64, 0, n), make([]float64, 0, n)
	for i := range values {
		without = append(append(without[:0], values[:i]...), values[i+1:]...)
		g, err := stats.Gini(without)
		if err != nil {
			return 0
		}
		all = append(all, g)
	}
	middle, squares := 0.0, 0.0
	for _, g := range all {
		middle += g / float64(n)
	}
	for _, g := range all {
		squares += (g - middle) * (g - middle)
	}
	return math.Sqrt(squares * float64(n-1) / float64(n))
}

// Market asks whether regions are asked for like parts of what their markets could give.
func Market(regions []Asked) Test { return unequal(KindMarket, regions, 4, 0.12, 0.25) }

// Load asks whether people are asked for like parts of what may be expected of them.
func Load(people []Asked) Test { return unequal(KindLoad, people, peopleMin, 0.1, 0.15) }

// LoadSize asks whether who sold more is asked for a larger part of what may be expected than others, or a smaller one.
func LoadSize(people []Asked) Test {
	var ratios, sold []float64
	for _, a := range people {
		if a.TargetMinor > 0 && a.AgainstMinor > 0 && a.SoldMinor > 0 {
			ratios, sold = append(ratios, float64(a.TargetMinor)/float64(a.AgainstMinor)), append(sold, float64(a.SoldMinor))
		}
	}
	return correlated(KindLoadSize, sold, ratios, goesWith)
}

// Step is how somebody's target went on: what was asked and reached in a period, and what is asked in the next like one.
type Step struct {
	ID        string
	NowMinor  int64 // asked
	SoldMinor int64
	NextMinor int64
}

// wideRatchet is how wide the interval of λ⁺ may be for nothing to be found in it.
const wideRatchet = 0.8

// Ratchet estimates how much of what was sold over a target goes into the next, λ⁺, and how much of what lacked is taken off it, λ⁻:
// (Q′−Q)/Q = g + λ⁺·max(0, S−Q)/Q − λ⁻·max(0, Q−S)/Q, g being what all grow by. Errors allow for steps of the same person. The value is λ⁺; parts are λ⁻, g, and λ⁺ of
// the fourth of the people who sold most, where these are enough.
// Source: Leone, Misra, Zimmerman 2004; methods T8: λ⁺ above λ⁻ is what research finds, and a high λ⁺ teaches people
// to stop at the target.
func Ratchet(steps []Step) Test {
	r := readSteps(steps)
	if !r.enough() {
		return unknown(KindRatchet, len(r.rows), errs.Msg("fairness.few_steps", errs.Args{"Have": len(r.rows), "Need": stepsMin, "Over": r.over, "Under": r.under}))
	}
	e, err := stats.LinearFit(r.rows, r.values, r.who, confidence)
	if err != nil {
		return failed(KindRatchet, len(r.rows), err)
	}
	plus, minus := e[1], e[2]
	t := Test{Kind: KindRatchet, Value: plus.Value, Interval: plus.Interval, P: plus.P, Cases: len(r.rows), Parts: []Part{
		{Name: "lambda_minus", Value: -minus.Value, Interval: stats.Interval{Low: -minus.Interval.High, High: -minus.Interval.Low}, Form: FormShare, Cases: r.under},
		{Name: "growth_of_all", Value: e[0].Value, Interval: e[0].Interval, Form: FormShare, Cases: len(r.rows)},
	}}
	if top := readSteps(ofTop(steps)); top.enough() {
		if e, err := stats.LinearFit(top.rows, top.values, top.who, confidence); err == nil {
			t.Parts = append(t.Parts, Part{Name: "lambda_top", Value: e[1].Value, Interval: e[1].Interval, Form: FormShare, Cases: len(top.rows)})
		}
	}
	look := plus.P < lookBelow && plus.Value > 0.2
	if width := plus.Interval.High - plus.Interval.Low; !look && width > wideRatchet {
		return unknown(KindRatchet, len(r.rows), errs.Msg("fairness.wide", nil))
	}
	return t.found(look, plus.P < alarmBelow && plus.Interval.Low > 0.3)
}

// stepsMin is how many steps carry an estimate, stepsEach how many of them must be over the target, and how many under it.
const stepsMin, stepsEach = 20, 5

// stepRows are steps as an estimate reads them.
type stepRows struct {
	rows        [][]float64
	values      []float64
	who         []string
	over, under int
}

func readSteps(steps []Step) (r stepRows) {
	const farOver = 3.0
	for _, s := range steps {
		if s.NowMinor <= 0 || s.NextMinor <= 0 {
			continue
		}
		apart := math.Min(float64(s.SoldMinor-s.NowMinor)/float64(s.NowMinor), farOver)
		if apart > 0 {
			r.over++
		} else {
			r.under++
		}
		r.rows = append(r.rows, []float64{1, math.Max(0, apart), math.Max(0, -apart)})
		r.values = append(r.values, math.Min(float64(s.NextMinor-s.NowMinor)/float64(s.NowMinor), farOver))
		r.who = append(r.who, s.ID)
	}
	return r
}

func (r *stepRows) enough() bool {
	return len(r.rows) >= stepsMin && r.over >= stepsEach && r.under >= stepsEach
}

// topPart of the people are those at the top, and never fewer than are shown as a group.
const topPart, topLeast = 4, 5

// ofTop are the steps of the fourth of the people who sold most, together; none where they would be fewer than five.
func ofTop(steps []Step) (list []Step) {
	sold := map[string]int64{}
	for _, s := range steps {
		sold[s.ID] += s.SoldMinor
	}
	people := slices.SortedFunc(maps.Keys(sold), func(a, b string) int { return cmp.Or(cmp.Compare(sold[b], sold[a]), strings.Compare(a, b)) })
	if len(people)/topPart < topLeast {
		return nil
	}
	people = people[:len(people)/topPart]
	for _, s := range steps {
		if slices.Contains(people, s.ID) {
			list = append(list, s)
		}
	}
	return list
}
