// Package effect says whether something that was tried made a difference: by how much, how sure one may be, and when nothing can be told.
//
// With teams to compare with it takes differences in differences: each team is reduced to one number, its mean after less its mean before, and the pilot teams'
// mean of these less the comparison teams' is the effect. This is the two-way fixed-effects estimate of a balanced panel with one start, and it makes likeness of
// neighbouring months harmless (Bertrand, Duflo, Mullainathan, QJE 119, 2004). The interval comes of all other ways in which as many teams could have been the
// pilot (randomisation inference: Fisher; Imbens, Rubin, Causal Inference, 2015, chapter 5), inverted exactly; where there are too few ways, of Student's t on the
// teams' changes (Donald, Lang, Review of Economics and Statistics 89, 2007). Without teams to compare with it takes an interrupted series, see series.go.
//
// Every function is pure; chance comes from the input, so that the same numbers give the same answer. Limits: all teams count alike, whatever their size; whatever
// else happened to the pilot teams at the same time is in the effect, too.
package effect

import (
	"crypto/sha256"
	"encoding/binary"
	"math"

	"xiaoguan/internal/errs"
)

// Good is the direction in which the number gets better.
type Good int

// The directions.
const (
	GoodNeither Good = 0
	GoodUp      Good = 1
	GoodDown    Good = -1
)

// Cell is the number of one team in one month. Without a number the team is left out.
type Cell struct {
	Value float64
	Known bool
}

// Unit is a team with its months in their order.
type Unit struct {
	ID    int64
	Pilot bool
	Cells []Cell
}

// Panel is teams by months. Start is the index of the first month in which the pilot teams tried it; months from there on are after.
type Panel struct {
	Units []Unit
	Start int
}

// Method is how an effect was worked out.
type Method string

// The methods.
const (
	MethodNone        Method = "none"
	MethodPermutation Method = "permutation" // differences in differences, interval by other choices of pilot teams
	MethodStudent     Method = "student"     // differences in differences, interval by Student's t on the teams' changes
	MethodSeries      Method = "series"      // interrupted series
)

// Verdict is what can be said.
type Verdict string

// The verdicts.
const (
	Better    Verdict = "better"
	Worse     Verdict = "worse"
	Different Verdict = "different" // where neither direction is better
	CantTell  Verdict = "cant_tell"
)

// Reason says why nothing can be told.
type Reason string

// The reasons.
const (
	ReasonNone        Reason = ""
	ReasonNoMonths    Reason = "few_months"      // too few before or after
	ReasonFewTeams    Reason = "few_teams"       // too few to tell chance from effect
	ReasonNoPilot     Reason = "no_pilot"        // no pilot team with all its months
	ReasonTrend       Reason = "trend_differs"   // pilot and comparison teams went apart already before
	ReasonNoise       Reason = "within_chance"   // the interval has no effect at all in it
	ReasonNoVariation Reason = "never_different" // the numbers do not differ at all
)

// What an effect needs.
const (
	LeastBefore       = 6 // months
	LeastAfter        = 3
	LeastSeriesBefore = 12
	confidence        = 0.95
	chance            = 1 - confidence
	// trendChance is below which chance the pilot teams are taken to have gone another way already before.
	trendChance = 0.05
)

// Interval is between what an effect lies with 95 % confidence. An open end has no bound.
type Interval struct {
	Low, High         float64
	LowOpen, HighOpen bool
}

// Contains reports whether x lies in the interval, its ends included.
func (i Interval) Contains(x float64) bool {
	return (i.LowOpen || i.Low <= x) && (i.HighOpen || x <= i.High)
}

// Estimate is a difference between pilot and comparison teams.
type Estimate struct {
	Value    float64
	Interval Interval
	P        float64 // of so large a difference by chance alone, two-sided
}

// Month is what a month shows: the means of both sides, and how much further apart they are than on average before.
type Month struct {
	Pilot, Comparison float64
	Apart             float64
	After             bool
}

// Left is a team that is left out.
type Left struct {
	ID    int64
	Pilot bool
}

// Result is what was found.
type Result struct {
	Method     Method
	Verdict    Verdict
	Reason     Reason
	Effect     Estimate // meaningless for MethodNone
	Trend      Estimate // how much more the pilot teams rose each month before; of a series, of the series itself
	HasTrend   bool
	Before     int // months
	After      int
	Pilot      int // teams that count
	Comparison int
	Left       []Left
	Ways       int  // in how many ways the pilot teams could have been chosen; 0 where that was not asked
	AllWays    bool // all of them were looked at
	// The means that the effect is made of.
	PilotBefore, PilotAfter, ComparisonBefore, ComparisonAfter float64
	Months                                                     []Month
	Likeness                                                   float64 // of a series: how alike neighbouring months are, 0 to 1
	Season                                                     bool    // of a series: the season was taken out
}

// Measure says what came of it. Refused: a start outside of the months; teams with unequal numbers of months; what is no number.
func Measure(p Panel, good Good) (Result, error) {
	if err := p.check(); err != nil {
		return Result{}, err
	}
	r := Result{Method: MethodNone, Verdict: CantTell, Before: p.Start, After: p.months() - p.Start}
	kept := p.kept(&r)
	r.count(kept)
	switch {
	case r.Pilot == 0:
		r.Reason = ReasonNoPilot
		return r, nil
	case r.Comparison == 0:
		return series(p, kept, r, good)
	case r.Before < LeastBefore || r.After < LeastAfter:
		r.months(kept, p)
		r.Reason = ReasonNoMonths
		return r, nil
	}
	r.months(kept, p)
	r.differences(kept, p)
	r.judge(good)
	return r, nil
}

func (p Panel) months() int {
	if len(p.Units) == 0 {
		return 0
	}
	return len(p.Units[0].Cells)
}

func (p Panel) check() error {
	n := p.months()
	if n == 0 || p.Start < 0 || p.Start > n {
		return errs.New(errs.KindInvalid, "effect.no_panel", nil)
	}
	for _, u := range p.Units {
		if len(u.Cells) != n {
			return errs.New(errs.KindInvalid, "effect.no_panel", nil)
		}
		for _, c := range u.Cells {
			if c.Known && (math.IsNaN(c.Value) || math.IsInf(c.Value, 0)) {
				return errs.New(errs.KindInvalid, "effect.no_number", nil)
			}
		}
	}
	return nil
}

// kept are the teams that have a number in every month; the others are left out.
func (p Panel) kept(r *Result) (kept []Unit) {
	for _, u := range p.Units {
		whole := true
		for _, c := range u.Cells {
			whole = whole && c.Known
		}
		if whole {
			kept = append(kept, u)
		} else {
			r.Left = append(r.Left, Left{u.ID, u.Pilot})
		}
	}
	return kept
}

func (r *Result) count(kept []Unit) {
	for _, u := range kept {
		if u.Pilot {
			r.Pilot++
		} else {
			r.Comparison++
		}
	}
}

// months fills in the means of each month.
func (r *Result) months(kept []Unit, p Panel) {
	n := p.months()
	apartBefore := 0.0
	r.Months = make([]Month, n)
	for m := range n {
		sums, counts := [2]float64{}, [2]float64{}
		for _, u := range kept {
			side := 0
			if u.Pilot {
				side = 1
			}
			sums[side] += u.Cells[m].Value
			counts[side]++
		}
		month := Month{After: m >= p.Start, Pilot: sums[1] / math.Max(1, counts[1]), Comparison: sums[0] / math.Max(1, counts[0])}
		month.Apart = month.Pilot - month.Comparison
		r.Months[m] = month
		if month.After {
			r.PilotAfter += month.Pilot / float64(n-p.Start)
			r.ComparisonAfter += month.Comparison / float64(n-p.Start)
		} else {
			r.PilotBefore += month.Pilot / float64(p.Start)
			r.ComparisonBefore += month.Comparison / float64(p.Start)
			apartBefore += month.Apart / float64(p.Start)
		}
	}
	for m := range r.Months {
		r.Months[m].Apart -= apartBefore
	}
}

// differences is the effect and the trend before.
func (r *Result) differences(kept []Unit, p Panel) {
	changes, slopes, pilot := make([]float64, len(kept)), make([]float64, len(kept)), make([]bool, len(kept))
	for i, u := range kept {
		pilot[i] = u.Pilot
		changes[i] = meanOf(u.Cells[p.Start:]) - meanOf(u.Cells[:p.Start])
		slopes[i] = slopeOf(u.Cells[:p.Start])
	}
	var known bool
	r.Effect, r.Method, r.Ways, r.AllWays, known = compare(changes, pilot)
	if !known {
		r.Reason = ReasonFewTeams
	}
	r.Trend, _, _, _, r.HasTrend = compare(slopes, pilot)
}

func meanOf(cells []Cell) float64 {
	sum := 0.0
	for _, c := range cells {
		sum += c.Value
	}
	return sum / float64(len(cells))
}

// slopeOf is by how much cells rise each month, by least squares.
func slopeOf(cells []Cell) float64 {
	middle, mean := float64(len(cells)-1)/2, meanOf(cells)
	above, below := 0.0, 0.0
	for i, c := range cells {
		t := float64(i) - middle
		above += t * (c.Value - mean)
		below += t * t
	}
	if below == 0 {
		return 0
	}
	return above / below
}

// judge says what the effect means.
func (r *Result) judge(good Good) {
	r.Verdict = CantTell
	switch {
	case r.Reason != ReasonNone:
		return
	case r.Effect.Interval.Contains(0):
		r.Reason = ReasonNoise
		return
	case r.HasTrend && r.Trend.P < trendChance:
		r.Reason = ReasonTrend
		return
	}
	switch {
	case good == GoodNeither:
		r.Verdict = Different
	case (r.Effect.Value > 0) == (good == GoodUp):
		r.Verdict = Better
	default:
		r.Verdict = Worse
	}
}

// seedOf is chance that comes from what is asked.
func seedOf(values []float64, pilot []bool) (a, b uint64) {
	hash := sha256.New()
	var buffer [8]byte
	for i, v := range values {
		binary.BigEndian.PutUint64(buffer[:], math.Float64bits(v))
		hash.Write(buffer[:])
		if i < len(pilot) && pilot[i] {
			hash.Write([]byte{1})
		} else {
			hash.Write([]byte{0})
		}
	}
	sum := hash.Sum(nil)
	return binary.BigEndian.Uint64(sum[:8]), binary.BigEndian.Uint64(sum[8:16])
}
