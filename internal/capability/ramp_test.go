package capability_test

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/capability"
	"xiaoguan/internal/metric"
)

var rampFirst = calendar.NewMonth(2024, time.December)

// hired is somebody with one level all the time.
func hired(id int64, on calendar.Date, level string) metric.Employment {
	return metric.Employment{PersonID: id, HiredOn: on, LeftOn: calendar.Forever, Positions: []metric.Position{{Days: calendar.Interval{From: on, To: calendar.Forever}, Level: level}}}
}

// rampers is eight full sellers and six who joined in March 2025 and come up by a tenth of a full seller's month with each month in the job.
func rampers(season func(month int) int64) (people []metric.Employment, results []map[int64]int64) {
	for id := range int64(8) {
		people = append(people, hired(id+1, calendar.NewDate(2020, time.January, 1), []string{"regular", "core"}[id%2]))
	}
	for id := range int64(6) {
		people = append(people, hired(id+11, calendar.NewDate(2025, time.March, int(id)*3+2), "newcomer"))
	}
	people = append(people, hired(30, calendar.NewDate(2020, time.January, 1), "manager"), hired(31, calendar.NewDate(2025, time.August, 1), "newcomer"))
	for k := range 24 {
		month := map[int64]int64{30: 99_999_999, 31: 50_000 * season(k)}
		for id := range int64(8) {
			month[id+1] = 100_000 * season(k)
		}
		for id := range int64(6) {
			if in := int64(rampFirst) + int64(k) - int64(calendar.NewMonth(2025, time.March)); in > 0 {
				month[id+11] = in * 10_000 * season(k)
			}
		}
		results = append(results, month)
	}
	return people, results
}

func TestARampIsSeenInTheSameMonths(t *testing.T) {
	t.Parallel()
	for name, season := range map[string]func(int) int64{"even": func(int) int64 { return 1 }, "season": func(k int) int64 { return []int64{1, 5, 2}[k%3] }} {
		people, results := rampers(season)
		r := capability.RampOf(people, rampFirst, results)
		if r.Full != 8 { // who is a newcomer after a year still is no full seller
			t.Errorf("%s: %d full sellers", name, r.Full)
		}
		if len(r.Cohorts) != 2 || r.Cohorts[0].First != calendar.NewMonth(2025, time.January) || r.Cohorts[0].Joined != 6 || r.Cohorts[1].Joined != 1 {
			t.Fatalf("%s: %+v", name, r.Cohorts)
		}
		for step, c := range r.Cohorts[0].Steps {
			// Months 1, 2, 3 at 10, 20 and 30 %, and so on; a season weighs them, so that it is near the middle.
			want := 0.2 + 0.3*float64(step)
			if !c.Known || c.People != 6 || math.Abs(c.Share-want) > 0.08 || name == "even" && math.Abs(c.Share-want) > 1e-9 || !c.Interval.Contains(c.Share) {
				t.Errorf("%s: step %d: %+v, want %.2f", name, step, c, want)
			}
		}
		if few := r.Cohorts[1].Steps[0]; few.Known || few.People != 1 || few.Share != 0 {
			t.Errorf("one person is told: %+v", few)
		}
		if all := r.All.Steps[0]; all.People != 7 || !all.Known || r.All.Joined != 7 {
			t.Errorf("%+v", r.All)
		}
	}
}

func TestWhoLeavesOrIsNotThereYetCountsInNoStepThatIsNotWhole(t *testing.T) {
	t.Parallel()
	people, results := rampers(func(int) int64 { return 1 })
	people[8].LeftOn = calendar.NewDate(2025, time.August, 10) // in the fifth month
	r := capability.RampOf(people, rampFirst, results)
	if s := r.Cohorts[0].Steps; s[0].People != 6 || s[1].People != 5 || s[2].People != 5 {
		t.Errorf("%+v", s)
	}
	if r := capability.RampOf(people, rampFirst, results[:6]); len(r.Cohorts) != 0 { // up to May they have two whole months
		t.Errorf("%+v", r.Cohorts)
	}
	if r := capability.RampOf(people[8:], rampFirst, results); len(r.Cohorts) != 0 || r.Full != 0 {
		t.Errorf("without full sellers: %+v", r)
	}
}

// TestARampKnowsNoUnit: what money is counted in, and how good or bad a month was for all, changes no share but by the weight of the months.
func TestARampKnowsNoUnit(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		people, results := rampers(func(int) int64 { return 1 })
		for k := range results {
			for id := range results[k] {
				results[k][id] = rapid.Int64Range(0, 500_000).Draw(t, "result")
			}
		}
		factor := rapid.Int64Range(2, 50).Draw(t, "factor")
		scaled := make([]map[int64]int64, len(results))
		for k := range results {
			scaled[k] = map[int64]int64{}
			for id, x := range results[k] {
				scaled[k][id] = x * factor
			}
		}
		a, b := capability.RampOf(people, rampFirst, results), capability.RampOf(people, rampFirst, scaled)
		for i := range a.Cohorts {
			for step := range a.Cohorts[i].Steps {
				x, y := a.Cohorts[i].Steps[step], b.Cohorts[i].Steps[step]
				if x.People != y.People || math.Abs(x.Share-y.Share) > 1e-9 || math.Abs(x.Interval.Low-y.Interval.Low) > 1e-9 || x.Interval.Low > x.Share || x.Interval.High < x.Share {
					t.Fatalf("%+v and %+v", x, y)
				}
			}
		}
	})
}
