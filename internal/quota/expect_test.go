package quota_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"xiaoguan/internal/quota"
)

// steady is somebody who sold the same in each month, and was there in all of them.
func steady(id, level string, months int, minor int64) quota.Past {
	return quota.Past{ID: id, Level: level, Minor: slices.Repeat([]int64{minor}, months), There: slices.Repeat([]int64{quota.Million}, months)}
}

func TestSeasonsAreAllOrdinaryWithoutAPast(t *testing.T) {
	t.Parallel()
	for at, strength := range quota.SeasonsOf(nil) {
		if strength != quota.Million {
			t.Errorf("month %d: %d", at+1, strength)
		}
	}
}

func TestAStrongMonthIsDrawnTowardsAnOrdinaryOne(t *testing.T) {
	t.Parallel()
	var past []quota.Seen
	for range 3 {
		for m := 1; m <= 12; m++ {
			minor := int64(100_000)
			if m == 12 {
				minor = 200_000
			}
			past = append(past, quota.Seen{Minor: minor, Days: 20, Calendar: m})
		}
	}
	s := quota.SeasonsOf(past)
	// December sold 200 of 1300 on one of twelve months: 24/13 of an ordinary one; three years of it and one ordinary: (3·24/13+1)/4.
	if want := int64((3*1_846_153 + 1_000_000) / 4); s[11] != want {
		t.Errorf("December: %d, not %d", s[11], want)
	}
	if s[2] >= quota.Million || s[2] != s[3] {
		t.Errorf("March %d, April %d", s[2], s[3])
	}
}

func TestTheSpringFestivalMovesByWorkingDays(t *testing.T) {
	t.Parallel()
	// The festival lay in February: 15 working days there and 22 in January, the same sold on each.
	s := quota.SeasonsOf([]quota.Seen{{Minor: 2200, Days: 22, Calendar: 1}, {Minor: 1500, Days: 15, Calendar: 2}, {Minor: 2100, Days: 21, Calendar: 3}})
	if s[0] != s[1] {
		t.Fatalf("January %d, February %d", s[0], s[1])
	}
	if next := [2]int64{s.Weight(1, 16), s.Weight(2, 20)}; next[0]*20 != next[1]*16 {
		t.Errorf("in the next year the festival lies in January: %v", next)
	}
}

func TestExpectDrawsFewMonthsTowardsPeers(t *testing.T) {
	t.Parallel()
	weights := slices.Repeat([]int64{1000}, 12)
	known := steady("known", "core", 12, 300_00)
	short := quota.Past{ID: "short", Level: "core", Minor: make([]int64, 12), There: make([]int64, 12)}
	for m := 6; m < 12; m++ {
		short.Minor[m], short.There[m] = 150_00, quota.Million
	}
	fresh := quota.Past{ID: "fresh", Level: "core", Minor: make([]int64, 12), There: make([]int64, 12)}
	got := quota.Expect([]quota.Past{known, short, fresh}, weights, 12_000)
	peers := int64((12*300_00 + 6*150_00) * 12 / 18)
	if got[0].PeersMinor != peers || got[2].YearMinor != peers || !got[2].Assumed || got[0].Assumed {
		t.Errorf("peers sell %d: %+v", peers, got)
	}
	// 300 of 250 is 1.2; twelve months of it beside six ordinary ones: 1 + 12/18·0.2.
	if got[0].Ability != 1_133_333 {
		t.Errorf("the known one: %d", got[0].Ability)
	}
	// 150 of 250 is 0.6; six beside six: 0.8.
	if got[1].Ability != 800_000 || got[1].OwnMinor != 12*150_00 {
		t.Errorf("who came in mid-year: %+v", got[1])
	}
}

func TestExpectOfALevelWithoutResultsIsThatOfAll(t *testing.T) {
	t.Parallel()
	weights := slices.Repeat([]int64{7}, 12)
	got := quota.Expect([]quota.Past{steady("a", "core", 12, 100), {ID: "b", Level: "newcomer", Minor: make([]int64, 12), There: make([]int64, 12)}}, weights, 84)
	if got[1].YearMinor != 1200 || !got[1].Assumed {
		t.Errorf("%+v", got[1])
	}
}

func TestExpectIsNeverBelowNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		const months = 18
		var past []quota.Past
		for i := range rapid.IntRange(1, 6).Draw(t, "people") {
			p := quota.Past{ID: string(rune('a' + i)), Level: rapid.SampledFrom([]string{"core", "regular"}).Draw(t, "level")}
			for range months {
				p.Minor = append(p.Minor, rapid.Int64Range(-1<<40, 1<<40).Draw(t, "minor"))
				p.There = append(p.There, rapid.Int64Range(0, quota.Million).Draw(t, "there"))
			}
			past = append(past, p)
		}
		weights := slices.Repeat([]int64{22 * quota.Million}, months)
		for _, e := range quota.Expect(past, weights, 12*22*quota.Million) {
			if e.YearMinor < 0 || e.Ability < 0 {
				t.Fatalf("%+v", e)
			}
		}
		for _, tested := range quota.BackTest(past, weights, 12).Tested {
			if tested.ExpectedMinor <= 0 || tested.Ratio() < 0 {
				t.Fatalf("%+v", tested)
			}
		}
	})
}

func TestBackTestComparesAYearWithWhatTheYearBeforeSaid(t *testing.T) {
	t.Parallel()
	p := steady("a", "core", 24, 100)
	for m := 12; m < 24; m++ {
		p.Minor[m] = 120
	}
	got := quota.BackTest([]quota.Past{p}, slices.Repeat([]int64{5}, 24), 12).Tested
	if len(got) != 1 || got[0].ExpectedMinor != 1200 || got[0].ActualMinor != 1440 {
		t.Fatalf("%+v", got)
	}
	short := quota.BackTest([]quota.Past{steady("a", "core", 17, 100)}, slices.Repeat([]int64{5}, 17), 12)
	if short.Months != 8 || short.Origins != 1 || len(short.Tested) != 1 || short.Tested[0].ExpectedMinor != 800 {
		t.Errorf("seventeen months test one half on the other: %+v", short)
	}
	if none := quota.BackTest([]quota.Past{steady("a", "core", 5, 100)}, slices.Repeat([]int64{5}, 5), 12); none.Origins != 0 || none.Tested != nil || none.Spread <= 0 {
		t.Errorf("five months say nothing: %+v", none)
	}
}
