package effect

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// world plants an effect in made-up teams: each has its level, all share the months' ups and downs, and a team's months are alike.
type world struct {
	pilot, comparison int
	before, after     int
	like              float64
	planted           float64
	drift             float64 // by how much pilot teams rise more each month, all the time
}

func (w world) panel(r *rand.Rand) Panel {
	n := w.before + w.after
	common := make([]float64, n)
	for m := range common {
		common[m] = 3 * r.NormFloat64()
	}
	p := Panel{Start: w.before}
	for i := range w.pilot + w.comparison {
		u := Unit{ID: int64(i + 1), Pilot: i < w.pilot}
		rest := make([]float64, n)
		errors(rest, w.like, r)
		level := 50 + 10*r.NormFloat64()
		for m := range n {
			value := level + common[m] + 2*rest[m]
			if u.Pilot {
				value += w.drift * float64(m)
				if m >= w.before {
					value += w.planted
				}
			}
			u.Cells = append(u.Cells, Cell{value, true})
		}
		p.Units = append(p.Units, u)
	}
	return p
}

// count measures many made-up worlds: how often the interval holds what was planted, and each verdict.
func count(t *testing.T, runs int, seed uint64, good Good, planted float64, make func(*rand.Rand) Panel) (covered float64, verdicts map[Verdict]float64) {
	t.Helper()
	verdicts = map[Verdict]float64{}
	for i := range runs {
		r, err := Measure(make(rand.New(rand.NewPCG(seed, uint64(i)))), good)
		if err != nil {
			t.Fatal(err)
		}
		if r.Effect.Interval.Contains(planted) {
			covered++
		}
		verdicts[r.Verdict]++
	}
	for v := range verdicts {
		verdicts[v] /= float64(runs)
	}
	return covered / float64(runs), verdicts
}

func TestIntervalsHoldWhatWasPlanted(t *testing.T) {
	t.Parallel()
	for name, w := range map[string]world{
		"all ways, like months":    {pilot: 4, comparison: 6, before: 12, after: 6, like: 0.6},
		"all ways, half and half":  {pilot: 5, comparison: 5, before: 9, after: 4, like: 0.3},
		"ways by chance":           {pilot: 10, comparison: 11, before: 12, after: 6, like: 0.5},
		"student, two and three":   {pilot: 2, comparison: 3, before: 12, after: 6, like: 0.6},
		"student, one against six": {pilot: 1, comparison: 6, before: 12, after: 6, like: 0.6},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			runs, least, most := 1000, 0.925, 0.985
			if w.pilot+w.comparison > 20 {
				runs, least, most = 150, 0.89, 1
			}
			covered, verdicts := count(t, runs, 1, GoodUp, 0, w.panel)
			if covered < least || covered > most {
				t.Errorf("nothing planted: %.3f of the intervals hold it", covered)
			}
			if alarms := verdicts[Better] + verdicts[Worse]; alarms > 0.08 {
				t.Errorf("false alarms: %.3f", alarms)
			}
			w.planted = 5
			covered, verdicts = count(t, runs, 2, GoodUp, 5, w.panel)
			if covered < least || covered > most {
				t.Errorf("5 planted: %.3f of the intervals hold it", covered)
			}
			if verdicts[Worse] > 0.01 || verdicts[Better] < 0.25 {
				t.Errorf("5 planted: %v", verdicts)
			}
		})
	}
}

func TestALargeEffectIsFound(t *testing.T) {
	t.Parallel()
	w := world{pilot: 4, comparison: 6, before: 12, after: 6, like: 0.5, planted: -8}
	_, verdicts := count(t, 300, 3, GoodDown, -8, w.panel)
	if verdicts[Better] < 0.9 {
		t.Errorf("a fall of 8 where less is better: %v", verdicts)
	}
	_, verdicts = count(t, 300, 3, GoodNeither, -8, w.panel)
	if verdicts[Different] < 0.9 {
		t.Errorf("where neither direction is better: %v", verdicts)
	}
}

func TestTeamsThatWentApartBeforeTellNothing(t *testing.T) {
	t.Parallel()
	w := world{pilot: 5, comparison: 6, before: 12, after: 6, like: 0.2, drift: 1.5}
	for i := range 100 {
		r, err := Measure(w.panel(rand.New(rand.NewPCG(4, uint64(i)))), GoodUp)
		if err != nil {
			t.Fatal(err)
		}
		if r.Verdict != CantTell || r.Reason != ReasonTrend {
			t.Fatalf("run %d: %s %s, trend %+v", i, r.Verdict, r.Reason, r.Trend)
		}
	}
}

// line is one series with a rise, a season and a step.
func line(before, after int, like, planted float64) func(*rand.Rand) Panel {
	return func(r *rand.Rand) Panel {
		rest := make([]float64, before+after)
		errors(rest, like, r)
		u := Unit{ID: 1, Pilot: true}
		for m := range rest {
			value := 40 + 0.5*float64(m) + 6*math.Sin(2*math.Pi*float64(m)/12) + 3*rest[m]
			if before+after < seasonMonths {
				value = 40 + 0.5*float64(m) + 3*rest[m]
			}
			if m >= before {
				value += planted
			}
			u.Cells = append(u.Cells, Cell{value, true})
		}
		return Panel{Units: []Unit{u}, Start: before}
	}
}

func TestASeriesHoldsWhatWasPlanted(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		before, after int
		like          float64
	}{"independent months": {24, 9, 0}, "like months": {30, 8, 0.4}, "short": {18, 5, 0.3}, "very alike": {36, 8, 0.6}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			covered, verdicts := count(t, 300, 5, GoodUp, 0, line(c.before, c.after, c.like, 0))
			if covered < 0.93 {
				t.Errorf("nothing planted: %.3f of the intervals hold it", covered)
			}
			if alarms := verdicts[Better] + verdicts[Worse]; alarms > 0.07 {
				t.Errorf("false alarms: %.3f", alarms)
			}
			covered, verdicts = count(t, 200, 6, GoodUp, 25, line(c.before, c.after, c.like, 25))
			if covered < 0.9 || verdicts[Better] < 0.8 {
				t.Errorf("25 planted: %.3f %v", covered, verdicts)
			}
		})
	}
}

func TestASeriesWithoutErrorIsReadExactly(t *testing.T) {
	t.Parallel()
	u := Unit{ID: 1, Pilot: true}
	for m := range 20 {
		value := 10 + 2*float64(m)
		if m >= 16 {
			value += 7
		}
		u.Cells = append(u.Cells, Cell{value, true})
	}
	r, err := Measure(Panel{Units: []Unit{u}, Start: 16}, GoodUp)
	if err != nil || math.Abs(r.Effect.Value-7) > 1e-6 || r.Verdict != Better || math.Abs(r.Months[19].Comparison-48) > 1e-6 {
		t.Errorf("%+v %v", r, err)
	}
}

func TestTheEffectByHand(t *testing.T) {
	t.Parallel()
	row := func(id int64, pilot bool, before, after float64) Unit {
		u := Unit{ID: id, Pilot: pilot}
		for m := range 9 {
			value := before
			if m >= 6 {
				value = after
			}
			u.Cells = append(u.Cells, Cell{value, true})
		}
		return u
	}
	p := Panel{Start: 6, Units: []Unit{row(1, true, 10, 16), row(2, true, 20, 27), row(3, false, 5, 6), row(4, false, 8, 10), row(5, false, 9, 9), row(6, false, 4, 7)}}
	r, err := Measure(p, GoodUp)
	if err != nil {
		t.Fatal(err)
	}
	// Changes: 6, 7 against 1, 2, 0, 3: 6.5 − 1.5. Six teams, two of them: 15 ways, of which one is not less than 5 in 20, so Student's t with 4 degrees:
	// squares 0.5 + 5, over 4, times (1/4 + 1/2), its root 1.01550; 2.77645 times that is 2.81949.
	if r.Method != MethodStudent || r.Ways != 15 || math.Abs(r.Effect.Value-5) > 1e-9 || math.Abs(r.Effect.Interval.Low-2.18051) > 1e-4 || r.Verdict != Better {
		t.Errorf("%+v", r)
	}
	if r.PilotBefore != 15 || r.PilotAfter != 21.5 || !near(r.ComparisonBefore, 6.5) || r.ComparisonAfter != 8 {
		t.Errorf("means %+v", r)
	}
}

func TestStudent(t *testing.T) {
	t.Parallel()
	for freedom, want := range map[int]float64{1: 12.7062, 2: 4.30265, 3: 3.18245, 4: 2.77645, 5: 2.57058, 10: 2.22814, 30: 2.04227} {
		if got := studentQuantile(0.975, freedom); math.Abs(got-want) > 1e-4 {
			t.Errorf("%d: %.5f", freedom, got)
		}
	}
}

func TestWhyNothingCanBeTold(t *testing.T) {
	t.Parallel()
	chance := func() *rand.Rand { return rand.New(rand.NewPCG(7, 7)) }
	gap := world{pilot: 1, comparison: 4, before: 8, after: 4}.panel(chance())
	gap.Units[0].Cells[2].Known = false
	for name, c := range map[string]struct {
		panel Panel
		want  Reason
	}{
		"few months before": {world{pilot: 4, comparison: 6, before: 5, after: 6}.panel(chance()), ReasonNoMonths},
		"few months after":  {world{pilot: 4, comparison: 6, before: 12, after: 2}.panel(chance()), ReasonNoMonths},
		"few teams":         {world{pilot: 2, comparison: 2, before: 12, after: 6, planted: 50}.panel(chance()), ReasonFewTeams},
		"a gap":             {gap, ReasonNoPilot},
		"a short series":    {world{pilot: 1, before: 8, after: 6}.panel(chance()), ReasonNoMonths},
		"noise":             {world{pilot: 4, comparison: 6, before: 12, after: 6}.panel(chance()), ReasonNoise},
	} {
		r, err := Measure(c.panel, GoodUp)
		if err != nil || r.Verdict != CantTell || r.Reason != c.want {
			t.Errorf("%s: %s %s %v", name, r.Verdict, r.Reason, err)
		}
	}
	if r, _ := Measure(gap, GoodUp); len(r.Left) != 1 || r.Left[0] != (Left{1, true}) {
		t.Errorf("left out: %v", r.Left)
	}
	for _, bad := range []Panel{{}, {Units: []Unit{{Cells: make([]Cell, 3)}}, Start: 4}, {Units: []Unit{{Cells: make([]Cell, 3)}, {Cells: make([]Cell, 2)}}}, {Units: []Unit{{Cells: []Cell{{math.NaN(), true}}}}}} {
		if _, err := Measure(bad, GoodUp); err == nil {
			t.Errorf("%+v is not refused", bad)
		}
	}
}

// drawWorld is a small panel of any numbers.
func drawWorld(t *rapid.T) Panel {
	w := world{pilot: rapid.IntRange(1, 5).Draw(t, "pilot"), comparison: rapid.IntRange(1, 6).Draw(t, "comparison"), before: rapid.IntRange(6, 12).Draw(t, "before"), after: rapid.IntRange(3, 6).Draw(t, "after"),
		like: rapid.Float64Range(0, 0.8).Draw(t, "like"), planted: rapid.Float64Range(-10, 10).Draw(t, "planted")}
	return w.panel(rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1)))
}

func near(a, b float64) bool { return math.Abs(a-b) < 1e-6*(1+math.Abs(a)) }

func alike(a, b Result) bool {
	return a.Verdict == b.Verdict && a.Reason == b.Reason && near(a.Effect.Value, b.Effect.Value) && near(a.Effect.Interval.Low, b.Effect.Interval.Low) && near(a.Effect.Interval.High, b.Effect.Interval.High) && a.Effect.P == b.Effect.P
}

func TestLaws(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := drawWorld(t)
		r, err := Measure(p, GoodUp)
		if err != nil {
			t.Fatal(err)
		}
		again, _ := Measure(p, GoodUp)
		if !alike(r, again) {
			t.Fatalf("the same twice: %+v %+v", r, again)
		}
		shifted, turned, negative := clone(p), clone(p), clone(p)
		for i := range p.Units {
			for m := range p.Units[i].Cells {
				shifted.Units[i].Cells[m].Value += float64(m*m) - 3*float64(i) // what all teams share, and what a team is, are no effect
				negative.Units[i].Cells[m].Value *= -1
			}
			turned.Units[i] = p.Units[len(p.Units)-1-i]
		}
		if s, _ := Measure(shifted, GoodUp); !near(r.Effect.Value, s.Effect.Value) || !near(r.Effect.Interval.Low, s.Effect.Interval.Low) {
			t.Fatalf("shifted: %+v %+v", r.Effect, s.Effect)
		}
		if s, _ := Measure(turned, GoodUp); !near(r.Effect.Value, s.Effect.Value) || !near(r.Effect.Interval.High, s.Effect.Interval.High) || s.Verdict != r.Verdict {
			t.Fatalf("in another order: %+v %+v", r.Effect, s.Effect)
		}
		s, _ := Measure(negative, GoodDown)
		if !near(r.Effect.Value, -s.Effect.Value) || !near(r.Effect.Interval.Low, -s.Effect.Interval.High) || s.Verdict != r.Verdict {
			t.Fatalf("upside down: %+v %+v", r, s)
		}
	})
}

func clone(p Panel) Panel {
	out := Panel{Start: p.Start}
	for _, u := range p.Units {
		u.Cells = append([]Cell{}, u.Cells...)
		out.Units = append(out.Units, u)
	}
	return out
}

// TestTheIntervalIsTheInvertedTest holds the exact ends against the test itself: what is inside is not refused at 5 %, what is outside is.
func TestTheIntervalIsTheInvertedTest(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		treated, others := rapid.IntRange(3, 5).Draw(t, "treated"), rapid.IntRange(4, 6).Draw(t, "others")
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 2))
		values, pilot := make([]float64, treated+others), make([]bool, treated+others)
		for i := range values {
			values[i], pilot[i] = random.NormFloat64(), i < treated
		}
		e, method, _, _, _ := compare(values, pilot)
		if method != MethodPermutation {
			return
		}
		refused := func(tau float64) bool {
			moved := append([]float64{}, values...)
			for i := range moved {
				if pilot[i] {
					moved[i] -= tau
				}
			}
			seen, further, all := math.Abs(difference(moved, pilot)), 0, 0
			everyWay(len(moved), treated, func(chosen []bool) {
				all++
				if math.Abs(difference(moved, chosen)) >= seen-1e-12 {
					further++
				}
			})
			return float64(further) <= chance*float64(all)
		}
		const step = 1e-6
		for _, inside := range []float64{e.Interval.Low + step, e.Interval.High - step, e.Value} {
			if refused(inside) {
				t.Fatalf("%g of %+v is refused", inside, e)
			}
		}
		for _, outside := range []float64{e.Interval.Low - step, e.Interval.High + step} {
			if !refused(outside) {
				t.Fatalf("%g of %+v is not refused", outside, e)
			}
		}
	})
}
