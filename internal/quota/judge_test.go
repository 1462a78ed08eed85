package quota_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"xiaoguan/internal/quota"
)

func TestBaseTargetAndStretchAreInOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := quota.Prospect{ID: "a", ExpectedMinor: rapid.Int64Range(0, 1<<40).Draw(t, "expected"), TargetMinor: rapid.Int64Range(0, 1<<40).Draw(t, "target")}
		got, err := quota.Judge([]quota.Prospect{p}, &quota.Experience{Spread: 0.25}, quota.UsualWish())
		if err != nil {
			t.Fatal(err)
		}
		j := got[0]
		if j.BaseMinor > p.TargetMinor || j.StretchMinor < p.TargetMinor || j.BaseChance < j.Chance || j.TopChance > j.Chance || j.Known != (p.ExpectedMinor > 0) {
			t.Fatalf("%+v", j)
		}
	})
}

func TestATargetAsExpectedIsReachedByLessThanHalf(t *testing.T) {
	t.Parallel()
	got, err := quota.Judge([]quota.Prospect{{ID: "a", ExpectedMinor: 1_000_000, TargetMinor: 1_000_000}}, &quota.Experience{Spread: 0.25}, quota.UsualWish())
	if err != nil {
		t.Fatal(err)
	}
	// Lognormal with a spread of a quarter, and a tenth in common: c = √(1.0625·e^0.01 − 1) = 0.2707, σ = 0.2659; the mean is above the median,
	// P(X ≥ mean) = Φ(−σ/2) = 0.4471, and 85 % reach e^(−1.0364σ − σ²/2) = 0.7327 of the mean.
	if j := got[0]; j.Chance < 446_500 || j.Chance > 447_500 || j.BaseMinor < 732_000 || j.BaseMinor > 733_500 {
		t.Errorf("%+v", j)
	}
}

func TestEnoughReachAgreesWithTheTableOfMethodsT5(t *testing.T) {
	t.Parallel()
	wish := quota.UsualWish()
	wish.Correlation = 0
	// Methods T5: with ten people at exactly 80 % each, four of five make it with 60 to 67 %; at 90 %, 88 to 98 %.
	for chance, within := range map[int64][2]int64{800_000: {600_000, 690_000}, 900_000: {880_000, 980_000}} {
		got, err := quota.EnoughReach(slices.Repeat([]int64{chance}, 10), wish)
		if err != nil || got < within[0] || got > within[1] {
			t.Errorf("%d: %d, %v", chance, got, err)
		}
	}
	if got, err := quota.EnoughReach(nil, wish); err != nil || got != quota.Million {
		t.Errorf("nobody: %d, %v", got, err)
	}
	many, err := quota.EnoughReach(slices.Repeat([]int64{850_000}, 100_000), wish)
	if err != nil || many < 950_000 {
		t.Errorf("a hundred thousand: %d, %v", many, err)
	}
}

func TestBaseWantedIsAboveTheShareThatIsToReachIt(t *testing.T) {
	t.Parallel()
	got, err := quota.BaseWanted(10, quota.UsualWish(), 900_000)
	if err != nil || got <= 850_000 || got > 995_000 {
		t.Errorf("%d, %v", got, err)
	}
}

func TestReachedCountsWhoWouldHaveMadeIt(t *testing.T) {
	t.Parallel()
	var tested []quota.Tested
	for i := range int64(40) {
		tested = append(tested, quota.Tested{ID: string(rune('A' + i)), ExpectedMinor: 1000, ActualMinor: 600 + 20*i})
	}
	hits, low, high, err := quota.Reached(&quota.Experience{Tested: tested, Origins: 1, Spread: 0.25}, quota.UsualWish())
	// Base is what 85 % of the others reached: 34 of 40, give or take one at the edge.
	if err != nil || hits < 33 || hits > 35 || low >= 850_000 || high <= 850_000 {
		t.Errorf("%d of 40, %d to %d, %v", hits, low, high, err)
	}
	if hits, _, _, err := quota.Reached(&quota.Experience{}, quota.UsualWish()); err != nil || hits != 0 {
		t.Errorf("nobody: %d, %v", hits, err)
	}
}
