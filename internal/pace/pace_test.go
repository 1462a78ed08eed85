package pace_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/pace"
)

var november = calendar.NewMonth(2026, time.November)

func TestWhatShouldBeThereGoesByWorkingDays(t *testing.T) {
	t.Parallel()
	work := calendar.China()
	c := pace.Elapsed(work, nil, november.Interval(), november.First()+14) // Sunday the 15th
	if c.WholeDays != 21 || c.Days != 10 || c.Expected(2_100_00) != 1_000_00 {
		t.Errorf("%+v, expected %d", c, c.Expected(2_100_00))
	}
	october := november - 1
	strength := func(m calendar.Month) int64 { return map[calendar.Month]int64{october: 1, november: 3}[m] }
	quarter := calendar.Interval{From: october.First(), To: (november + 1).First()}
	c = pace.Elapsed(work, strength, quarter, october.Last())
	if c.Days != int64(work.WorkDays(october.Interval())) || c.Done != c.Days || c.Whole != c.Days+3*21 {
		t.Errorf("a strong month weighs more: %+v", c)
	}
	if c := pace.Elapsed(work, nil, november.Interval(), november.First()-1); c.Done != 0 || c.Expected(100) != 0 {
		t.Errorf("before the span: %+v", c)
	}
	if c := pace.Elapsed(work, nil, november.Interval(), november.Last()+9); c.Expected(99) != 99 || c.Rest() != 0 || c.Share() != pace.Million {
		t.Errorf("behind the span: %+v", c)
	}
}

func TestWhatShouldBeThereNeverFalls(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		weights := rapid.SliceOfN(rapid.Int64Range(0, 5), 3, 3).Draw(t, "weights")
		span := calendar.Interval{From: november.First(), To: (november + 3).First()}
		strength := func(m calendar.Month) int64 { return weights[m-november] }
		target := rapid.Int64Range(0, 1<<50).Draw(t, "target")
		last := int64(-1)
		for d := span.From - 1; d <= span.To; d++ {
			now := pace.Elapsed(calendar.China(), strength, span, d).Expected(target)
			if now < last || now > target {
				t.Fatalf("%s: %d after %d", d, now, last)
			}
			last = now
		}
		if last != target {
			t.Fatalf("at the end %d of %d", last, target)
		}
	})
}

func TestIndexIsOneOnTheWay(t *testing.T) {
	t.Parallel()
	if _, known := pace.Index(5, 0); known {
		t.Error("known while nothing should be there")
	}
	if ppm, known := pace.Index(80, 100); !known || ppm != 800_000 {
		t.Errorf("%d", ppm)
	}
}

func TestNeededPipelineRestsOnCounts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		record    pace.Record
		remaining int64
		want      int64
		known     bool
	}{
		{"one of four is won, all in time", pace.Record{Won: 5, Decided: 20, InTime: 5}, 100, 400, true},
		{"half of them slip", pace.Record{Won: 4, Decided: 16, InTime: 2}, 100, 800, true},
		{"rounded up", pace.Record{Won: 3, Decided: 10, InTime: 3}, 100, 334, true},
		{"nothing remains", pace.Record{}, -5, 0, true},
		{"nothing was won", pace.Record{Decided: 9}, 100, 0, false},
		{"nothing in time", pace.Record{Won: 2, Decided: 9}, 100, 0, false},
		{"more than a number holds", pace.Record{Won: 1, Decided: math.MaxInt64, InTime: 1}, math.MaxInt64, 0, false},
	} {
		if got, known := c.record.Needed(c.remaining); got != c.want || known != c.known {
			t.Errorf("%s: %d %v", c.name, got, known)
		}
	}
}

func TestNothingOpenIsCertain(t *testing.T) {
	t.Parallel()
	if f := pace.Simulate(pace.Outlook{TargetMinor: 100, ActualMinor: 99}); f.Chance() != 0 || f.Mid != 99 {
		t.Errorf("%+v", f)
	}
	if f := pace.Simulate(pace.Outlook{TargetMinor: 100, ActualMinor: 100}); f.Chance() != pace.Million {
		t.Errorf("%+v", f)
	}
	if f := pace.Simulate(pace.Outlook{TargetMinor: 100, Past: []pace.Past{{200, 20}}, Rest: 10}); f.Chance() != pace.Million || f.Low != 100 {
		t.Errorf("half of a month of 200 is 100: %+v", f)
	}
}

func TestOneDealGivesItsChance(t *testing.T) {
	t.Parallel()
	for _, win := range []int64{0, 50_000, 300_000, 500_000, 900_000, pace.Million} {
		f := pace.Simulate(pace.Outlook{TargetMinor: 100, Deals: []pace.Deal{{100, win, pace.Million}}})
		near(t, f, float64(win)/pace.Million)
		f = pace.Simulate(pace.Outlook{TargetMinor: 100, Deals: []pace.Deal{{100, win, 500_000}}})
		near(t, f, float64(win)/pace.Million/2)
	}
}

// near holds a forecast to a chance, within five standard errors.
func near(t interface {
	Helper()
	Errorf(string, ...any)
}, f pace.Forecast, want float64) {
	t.Helper()
	apart := math.Abs(float64(f.Chance())/pace.Million - want)
	if apart > 5*math.Sqrt(want*(1-want)/float64(f.Runs))+1e-9 {
		t.Errorf("%v, want %.4f", f, want)
	}
}

func outlooks(t *rapid.T) pace.Outlook {
	o := pace.Outlook{TargetMinor: rapid.Int64Range(0, 400).Draw(t, "target"), ActualMinor: rapid.Int64Range(0, 200).Draw(t, "actual"), Rest: rapid.Int64Range(0, 20).Draw(t, "rest")}
	ppm := rapid.SampledFrom([]int64{0, 100_000, 250_000, 500_000, 800_000, pace.Million})
	for range rapid.IntRange(0, 5).Draw(t, "deals") {
		o.Deals = append(o.Deals, pace.Deal{Minor: rapid.Int64Range(0, 100).Draw(t, "minor"), Win: ppm.Draw(t, "win"), InTime: ppm.Draw(t, "in time")})
	}
	for range rapid.IntRange(0, 4).Draw(t, "months") {
		o.Past = append(o.Past, pace.Past{Minor: rapid.Int64Range(0, 100).Draw(t, "past"), Weight: rapid.Int64Range(1, 20).Draw(t, "weight")})
	}
	return o
}

// exactly is the chance by going through everything that can happen.
func exactly(o pace.Outlook) float64 {
	rest := []int64{0}
	if o.Rest > 0 && len(o.Past) > 0 {
		rest = nil
		for _, p := range o.Past {
			rest = append(rest, p.Minor*o.Rest/p.Weight)
		}
	}
	total := 0.0
	for won := range 1 << len(o.Deals) {
		chance, sum := 1.0, o.ActualMinor
		for i, d := range o.Deals {
			p := float64(d.Win) * float64(d.InTime) / pace.Million / pace.Million
			if won&(1<<i) != 0 {
				chance, sum = chance*p, sum+d.Minor
			} else {
				chance *= 1 - p
			}
		}
		for _, more := range rest {
			if sum+more >= o.TargetMinor {
				total += chance / float64(len(rest))
			}
		}
	}
	return total
}

func TestSimulationAgreesWithGoingThroughEverything(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		o := outlooks(t)
		f := pace.Simulate(o)
		want := min(1, exactly(o))
		if apart := math.Abs(float64(f.Chance())/pace.Million - want); apart > 6*math.Sqrt(want*(1-want)/float64(f.Runs))+2e-3 {
			t.Fatalf("%+v: %v, want %.4f", o, f, want)
		}
	})
}

func TestSimulationLaws(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		o := outlooks(t)
		f := pace.Simulate(o)
		turned := o
		turned.Deals, turned.Past = slices.Clone(o.Deals), slices.Clone(o.Past)
		slices.Reverse(turned.Deals)
		slices.Reverse(turned.Past)
		if again := pace.Simulate(turned); again != f {
			t.Fatalf("the order matters: %v %v", f, again)
		}
		higher, further := o, o
		higher.TargetMinor += rapid.Int64Range(0, 100).Draw(t, "more asked")
		further.ActualMinor += rapid.Int64Range(0, 100).Draw(t, "more there")
		if pace.Simulate(higher).Hits > f.Hits || pace.Simulate(further).Hits < f.Hits {
			t.Fatal("a higher target is easier, or a better result worse")
		}
		if f.Low > f.Mid || f.Mid > f.High || f.Low < o.ActualMinor {
			t.Fatalf("%+v", f)
		}
	})
}

func TestDatesAreTakenAtTheirWordUntilEnoughIsKnown(t *testing.T) {
	t.Parallel()
	on, last := november.First()+9, november.Last()
	for _, c := range []struct {
		name     string
		shifts   pace.Shifts
		expected calendar.Date
		last     calendar.Date
		want     int64
	}{
		{"within the span", nil, last, last, pace.Million},
		{"behind the span", nil, last + 1, last, 0},
		{"overdue is today", nil, on - 30, last, pace.Million},
		{"the span is over", nil, on - 30, on - 1, 0},
		{"half of the deals come later than ten days", pace.Shifts{-5, 0, 0, 0, 15, 16, 17, 18}, last - 10, last, 500_000},
		{"of an overdue one those that were as late", pace.Shifts{-5, 0, 0, 0, 0, 5, 12, 90}, on - 10, last, 500_000},
		{"nobody was ever as late", pace.Shifts{0, 0, 0, 0, 0, 0, 0, 1}, on - 300, last, pace.Million},
	} {
		if got := c.shifts.InTime(c.expected, on, c.last); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}
