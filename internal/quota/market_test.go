package quota_test

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"xiaoguan/internal/quota"
)

// grown are people who sell the same in each month of a year, and so much more in each year, in parts per million.
func grown(people, years int, yearly float64) (past []quota.Past, weights []int64) {
	for i := range people {
		p := quota.Past{ID: string(rune('a' + i)), Level: "core"}
		for m := range years * 12 {
			p.Minor = append(p.Minor, int64(math.Round(float64(1_000_000*(i+1))*math.Pow(yearly, float64(m/12)))))
			p.There = append(p.There, quota.Million)
		}
		past = append(past, p)
	}
	return past, slices.Repeat([]int64{20 * quota.Million}, years*12)
}

func TestWhatEverybodyDoesAlikeIsTheMarket(t *testing.T) {
	t.Parallel()
	past, weights := grown(10, 3, 1.2)
	m := quota.MarketOf(past, weights)
	if len(m.Moves) != 2 || m.Moves[0] != (quota.Move{People: 10, Seen: 1_200_000, Taken: m.Moves[0].Taken}) || m.Moves[0].Taken < 1_199_000 {
		t.Errorf("moves %+v", m.Moves)
	}
	// Nobody differs, so that the move is taken in full; nine tenths of its logarithm go on, and more as two in a row did.
	if m.Ahead < ppmOf(math.Pow(1.2, 0.9)) || m.Ahead > 1_200_000 {
		t.Errorf("ahead %d", m.Ahead)
	}
	for _, e := range quota.Expect(past, weights, 12*20*quota.Million)[:1] {
		last := int64(12 * 1_440_000)
		if e.OwnMinor < last*117/100 || e.OwnMinor > last*121/100 {
			t.Errorf("of somebody who sold %d in the last year %d is expected", last, e.OwnMinor)
		}
	}
	if flat := quota.MarketOf(grown(10, 3, 1)); flat.Ahead != quota.Million || flat.Moves[0].Seen != quota.Million {
		t.Errorf("a market that stands still: %+v", flat)
	}
	if short := quota.MarketOf(grown(10, 1, 1.2)); short.Ahead != quota.Million || short.Moves != nil {
		t.Errorf("a year says nothing: %+v", short)
	}
	if alone := quota.MarketOf(grown(1, 3, 1.2)); alone.Ahead != quota.Million || alone.Moves != nil {
		t.Errorf("one person is no market: %+v", alone)
	}
}

func ppmOf(share float64) int64 { return int64(math.Round(share * quota.Million)) }

// TestAMoveThatPeopleDisagreeAboutIsNotTakenInFull has half of the people double and the other half stay.
func TestAMoveThatPeopleDisagreeAboutIsNotTakenInFull(t *testing.T) {
	t.Parallel()
	past, weights := grown(6, 2, 1)
	for i := range 3 {
		for m := 12; m < 24; m++ {
			past[i].Minor[m] *= 3
		}
	}
	move := quota.MarketOf(past, weights).Moves[0]
	if gone := math.Log(float64(move.Taken)/quota.Million) / math.Log(float64(move.Seen)/quota.Million); move.Seen < 1_400_000 || gone > 0.75 || gone <= 0 {
		t.Errorf("%+v, of which %.2f is taken", move, gone)
	}
}

// company draws people with a past.
func company(t *rapid.T) (past []quota.Past, weights []int64) {
	months := rapid.IntRange(1, 40).Draw(t, "months")
	for range months {
		weights = append(weights, rapid.Int64Range(10, 23).Draw(t, "days")*quota.Million)
	}
	for i := range rapid.IntRange(1, 12).Draw(t, "people") {
		p := quota.Past{ID: string(rune('a' + i)), Level: rapid.SampledFrom([]string{"core", "regular"}).Draw(t, "level")}
		for range months {
			p.Minor = append(p.Minor, rapid.Int64Range(-1_000, 1_000_000).Draw(t, "minor"))
			p.There = append(p.There, rapid.SampledFrom([]int64{0, quota.Million / 2, quota.Million, quota.Million}).Draw(t, "there"))
		}
		past = append(past, p)
	}
	return past, weights
}

// TestABackTestDoesNotPeek changes what came after a period began: what was expected of the period stays what it was.
func TestABackTestDoesNotPeek(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		past, weights := company(t)
		ask := rapid.IntRange(1, 12).Draw(t, "asked")
		before := quota.BackTest(past, weights, ask)
		if before.Months > ask || before.Asked != ask || len(before.Tested) > 3*len(past) {
			t.Fatalf("%+v", before)
		}
		cut := len(weights) - before.Months
		for i := range past {
			for m := cut; m < len(weights); m++ {
				past[i].Minor[m] = rapid.Int64Range(0, 5_000_000).Draw(t, "later")
			}
		}
		after := quota.BackTest(past, weights, ask)
		actual := cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".ActualMinor" }, cmp.Ignore())
		latest := func(e quota.Experience) (of []quota.Tested) {
			for _, t := range e.Tested {
				if t.Origin == 0 {
					of = append(of, t)
				}
			}
			return of
		}
		if d := cmp.Diff(latest(before), latest(after), actual); d != "" {
			t.Fatalf("expectations saw what came later:\n%s", d)
		}
	})
}

// TestChancesAreNeitherOfTheOrderOfPeopleNorOfTheirUnit holds what must not matter.
func TestChancesAreNeitherOfTheOrderOfPeopleNorOfTheirUnit(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		past, weights := company(t)
		first := quota.BackTest(past, weights, 12)
		judge := func(e *quota.Experience) quota.Judged {
			got, err := quota.Judge([]quota.Prospect{{ID: "a", ExpectedMinor: 1_000_000_000, TargetMinor: 900_000_000}}, e, quota.UsualWish())
			if err != nil {
				t.Fatal(err)
			}
			return got[0]
		}
		want := judge(&first)
		if want.BaseChance < want.Chance || want.Chance < want.TopChance || want.BaseMinor > 900_000_000 {
			t.Fatalf("%+v", want)
		}
		again := quota.BackTest(past, weights, 12)
		if d := cmp.Diff(want, judge(&again)); d != "" {
			t.Fatalf("the same input gave something else: %s", d)
		}
		near := cmpopts.EquateApprox(1e-3, 2_000)
		slices.Reverse(past)
		turned := quota.BackTest(past, weights, 12)
		if d := cmp.Diff(floats(want), floats(judge(&turned)), near); d != "" {
			t.Fatalf("in another order: %s", d)
		}
	})
}

// floats are a judgement's numbers, to compare nearly: sums of floats differ in the last bit by their order.
func floats(j quota.Judged) []float64 {
	return []float64{float64(j.BaseMinor), float64(j.StretchMinor), float64(j.Chance), float64(j.BaseChance), float64(j.TopChance)}
}

// TestOneCauseForAllMakesRangesWider compares a year in which everybody sold a third more than was expected with one in which half did and half sold less.
func TestOneCauseForAllMakesRangesWider(t *testing.T) {
	t.Parallel()
	tested := func(actual func(i int) int64) *quota.Experience {
		e := &quota.Experience{Origins: 2, Months: 12, Asked: 12, Spread: 0.2}
		for origin := range 2 {
			for i := range 40 {
				e.Tested = append(e.Tested, quota.Tested{ID: string(rune('A' + i)), Origin: origin, ExpectedMinor: 1000, ActualMinor: actual(i*2+origin) + int64(i)})
			}
		}
		return e
	}
	apart := tested(func(int) int64 { return 1000 }).Common()
	alike := tested(func(i int) int64 { return 1000 + 350*int64(1-2*(i%2)) }).Common()
	if apart.Spread > 0.09 || alike.Spread < 0.2 || math.Abs(apart.Shift) > 0.02 {
		t.Errorf("apart %+v, alike %+v", apart, alike)
	}
	up := tested(func(int) int64 { return 1350 }).Common()
	if up.Shift <= 0.01 || up.Shift > math.Log(1.37) {
		t.Errorf("twice a third more than was expected: %+v", up)
	}
}
