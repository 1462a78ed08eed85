package maturity_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/maturity"
)

var today = calendar.NewDate(2026, 11, 28)

// drawn is a state of knowledge about the standard model: each measure and statement may be there or not.
func drawn(t *rapid.T, m *maturity.Model) (k maturity.Known) {
	k.Today = today
	for _, s := range m.Sides {
		for _, c := range s.Criteria {
			if c.Asked() {
				if said := rapid.SampledFrom([]string{"yes", "yes", "no", "never", "old"}).Draw(t, c.ID); said != "never" {
					st := maturity.Statement{Criterion: c.ID, Holds: said != "no", Evidence: "x", On: today - calendar.Date(rapid.IntRange(0, m.ValidDays).Draw(t, "age"))}
					if said == "old" {
						st.On = today - calendar.Date(m.ValidDays) - 1
					}
					k.Statements = append(k.Statements, st)
				}
				continue
			}
			// Values lie about the bounds, where verdicts change.
			near := rapid.SampledFrom(append([]int64{0, 2_000_000}, c.Bounds...)).Draw(t, c.ID)
			k.Measures = append(k.Measures, maturity.Measure{Gauge: c.Gauge, Known: rapid.IntRange(0, 5).Draw(t, "known") > 0, Value: max(0, near+rapid.Int64Range(-1, 1).Draw(t, "beside"))})
		}
	}
	return k
}

// stands is the second opinion: how one criterion is at one level, said plainly.
func stands(m *maturity.Model, c maturity.Criterion, l maturity.Level, k maturity.Known) string {
	if c.Asked() {
		for _, s := range k.Statements {
			if s.Criterion == c.ID && int(today-s.On) <= m.ValidDays {
				return map[bool]string{true: "yes", false: "no"}[s.Holds]
			}
		}
		return "?"
	}
	bound := c.Bounds[l-c.From]
	for _, v := range k.Measures {
		if v.Gauge == c.Gauge && v.Known {
			return map[bool]string{true: "yes", false: "no"}[c.Down && v.Value <= bound || !c.Down && v.Value >= bound]
		}
	}
	return "?"
}

// plain is the level by its definition: the greatest l such that everything wanted by 2…l holds; none, when that is 1 and nothing is known to lack at 2.
func plain(m *maturity.Model, s maturity.Side, k maturity.Known) maturity.Level {
	best := maturity.AdHoc
	for l := maturity.Optimised; l > maturity.AdHoc; l-- {
		all := true
		for below := maturity.Emerging; below <= l; below++ {
			for _, c := range s.Criteria {
				if c.Wanted(below) && stands(m, c, below, k) != "yes" {
					all = false
				}
			}
		}
		if all {
			best = l
			break
		}
	}
	if best != maturity.AdHoc {
		return best
	}
	for _, c := range s.Criteria {
		if c.Wanted(maturity.Emerging) && stands(m, c, maturity.Emerging, k) == "no" {
			return maturity.AdHoc
		}
	}
	return maturity.None
}

func TestLevelsAgreeWithTheDefinition(t *testing.T) {
	t.Parallel()
	m := maturity.Standard()
	rapid.Check(t, func(t *rapid.T) {
		k := drawn(t, m)
		r := maturity.Judge(m, k)
		sum, weight := int64(0), int64(0)
		for i, s := range m.Sides {
			j := r.Dimensions[i]
			if want := plain(m, s, k); j.Level != want || j.Dimension != s.Dimension {
				t.Fatalf("%s: level %d, by definition %d", s.Dimension, j.Level, want)
			}
			if j.Level == maturity.None && j.Score != 0 || j.Level != maturity.None && (j.Score < 100*int64(j.Level) || j.Score >= 100*int64(j.Level+1)) {
				t.Fatalf("%s: level %d scores %d", s.Dimension, j.Level, j.Score)
			}
			if j.Level != maturity.None {
				sum, weight = sum+j.Score*s.Weight, weight+s.Weight
			}
			if lacking := int64(len(j.Lacking())); lacking != j.Wanted-j.Held {
				t.Fatalf("%s: %d lack, of %d hold %d", s.Dimension, lacking, j.Wanted, j.Held)
			}
		}
		if r.Judged != weight || r.Known != (2*weight >= 100) {
			t.Fatalf("%+v", r)
		}
		if r.Known && (2*sum-2*r.Overall*weight > weight || 2*r.Overall*weight-2*sum > weight) {
			t.Fatalf("overall %d of %d over %d", r.Overall, sum, weight)
		}
		for _, j := range r.Dimensions {
			if j.Level != maturity.None && (r.Of(r.Weakest) == nil || j.Score < r.Of(r.Weakest).Score) {
				t.Fatalf("%s is weaker than %s", j.Dimension, r.Weakest)
			}
		}
	})
}

func TestABetterMeasureNeverLowersALevel(t *testing.T) {
	t.Parallel()
	m := maturity.Standard()
	rapid.Check(t, func(t *rapid.T) {
		k := drawn(t, m)
		before := maturity.Judge(m, k)
		at := rapid.IntRange(0, len(k.Measures)-1).Draw(t, "which")
		better := maturity.Known{Today: k.Today, Measures: slices.Clone(k.Measures), Statements: k.Statements}
		step := rapid.Int64Range(1, 500_000).Draw(t, "step")
		if better.Measures[at].Gauge == maturity.GaugeTurnover || better.Measures[at].Gauge == maturity.GaugeOverdue {
			step = -min(step, better.Measures[at].Value)
		}
		better.Measures[at].Value += step
		after := maturity.Judge(m, better)
		for i := range before.Dimensions {
			b, a := before.Dimensions[i], after.Dimensions[i]
			// From "at least known to lack" a better value may lead to "cannot be judged": that is no level and no lowering.
			if a.Level < b.Level && !(a.Level == maturity.None && b.Level == maturity.AdHoc) {
				t.Fatalf("%s fell from %d to %d", b.Dimension, b.Level, a.Level)
			}
		}
	})
}

// TestWhatIsMissingMakesNoLevelOne: take away what is known, and what was above level 1 is above it or without a level.
func TestWhatIsMissingMakesNoLevelOne(t *testing.T) {
	t.Parallel()
	m := maturity.Standard()
	rapid.Check(t, func(t *rapid.T) {
		k := drawn(t, m)
		before := maturity.Judge(m, k)
		less := maturity.Known{Today: k.Today, Measures: slices.Clone(k.Measures)}
		for i := range less.Measures {
			less.Measures[i].Known = less.Measures[i].Known && rapid.Bool().Draw(t, "keep")
		}
		for _, s := range k.Statements {
			if rapid.Bool().Draw(t, "keep") {
				less.Statements = append(less.Statements, s)
			}
		}
		for i, j := range maturity.Judge(m, less).Dimensions {
			if b := before.Dimensions[i]; j.Level == maturity.AdHoc && b.Level != maturity.AdHoc || j.Level > max(b.Level, maturity.AdHoc) {
				t.Fatalf("%s: %d with less than what gave %d", j.Dimension, j.Level, b.Level)
			}
		}
	})
}

func TestNothingKnownIsNothingSaid(t *testing.T) {
	t.Parallel()
	r := maturity.Judge(maturity.Standard(), maturity.Known{Today: today})
	if r.Known || r.Weakest != "" || r.Judged != 0 || r.Weights != 100 {
		t.Errorf("%+v", r)
	}
	for _, j := range r.Dimensions {
		if j.Level != maturity.None || len(j.Lacking()) == 0 {
			t.Errorf("%s: %+v", j.Dimension, j)
		}
	}
}

func TestAModelIsChecked(t *testing.T) {
	t.Parallel()
	if err := maturity.Standard().Validate(); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*maturity.Model){
		"bounds that get easier": func(m *maturity.Model) { m.Sides[0].Criteria[0].Bounds[3] = 1 },
		"less is better":         func(m *maturity.Model) { m.Sides[4].Criteria[0].Bounds[3] = 900_000 },
		"no weight": func(m *maturity.Model) {
			for i := range m.Sides {
				m.Sides[i].Weight = 0
			}
		},
		"a weight below nothing": func(m *maturity.Model) { m.Sides[1].Weight = -1 },
		"twice the same":         func(m *maturity.Model) { m.Sides[1].Criteria[0].ID = m.Sides[0].Criteria[0].ID },
		"a level left out":       func(m *maturity.Model) { m.Sides[0].Criteria[0].Bounds = m.Sides[0].Criteria[0].Bounds[:3] },
		"asked from the start":   func(m *maturity.Model) { m.Sides[0].Criteria[3].From = maturity.AdHoc },
		"a bound below nothing":  func(m *maturity.Model) { m.Sides[0].Criteria[0].Bounds[0] = -1 },
	} {
		m := maturity.Standard()
		spoil(m)
		if err := m.Validate(); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAComparisonKnowsWhatCouldNotBeJudged(t *testing.T) {
	t.Parallel()
	before := maturity.Result{Dimensions: []maturity.Judged{{Dimension: maturity.Process, Score: 250}, {Dimension: maturity.Data}}}
	now := maturity.Result{Dimensions: []maturity.Judged{{Dimension: maturity.Process, Score: 300}, {Dimension: maturity.Data, Score: 200}, {Dimension: maturity.Team, Score: 400}}}
	want := []maturity.Change{{maturity.Process, 250, 300}, {maturity.Data, 0, 200}, {maturity.Team, 0, 400}}
	if got := maturity.Compare(&before, &now); !slices.Equal(got, want) {
		t.Errorf("%+v", got)
	}
}
