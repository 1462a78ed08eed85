package quota_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"xiaoguan/internal/quota"
)

// TestTheLastYearIsWhatItWas: a market that grows moves what is expected, and never what was sold.
func TestTheLastYearIsWhatItWas(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var past []quota.Past
		var sums []int64
		grows := rapid.Int64Range(80, 140).Draw(t, "grows")
		for i := range rapid.IntRange(2, 8).Draw(t, "people") {
			p := quota.Past{ID: string(rune('a' + i)), Level: "core", There: slices.Repeat([]int64{quota.Million}, 24)}
			var sum int64
			for m := range 24 {
				minor := rapid.Int64Range(50_000_00, 60_000_00).Draw(t, "minor")
				if m >= 12 {
					minor = minor * grows / 100
					sum += minor
				}
				p.Minor = append(p.Minor, minor)
			}
			past, sums = append(past, p), append(sums, sum)
		}
		weights := slices.Repeat([]int64{21 * quota.Million}, 24)
		for i, l := range quota.LastYears(past, weights, 12*22*quota.Million) {
			if l.SoldMinor != sums[i] || l.YearMinor != sums[i] || !l.Whole {
				t.Fatalf("who sold %d in the last twelve months: %+v", sums[i], l)
			}
		}
	})
}

func TestWhoCameInTheYearIsMadeAWholeOneByTheSeason(t *testing.T) {
	t.Parallel()
	// The second half of the year weighs twice the first.
	weights := append(slices.Repeat([]int64{1000}, 18), slices.Repeat([]int64{2000}, 6)...)
	known := steady("known", "core", 24, 300_00)
	short := quota.Past{ID: "short", Level: "core", Minor: make([]int64, 24), There: make([]int64, 24)}
	for m := 18; m < 24; m++ {
		short.Minor[m], short.There[m] = 400_00, quota.Million
	}
	fresh := quota.Past{ID: "fresh", Level: "newcomer", Minor: make([]int64, 24), There: make([]int64, 24)}
	got := quota.LastYears([]quota.Past{known, short, fresh}, weights, 1)
	if got[0].YearMinor != 12*300_00 || !got[0].Whole {
		t.Errorf("%+v", got[0])
	}
	if got[1].SoldMinor != 6*400_00 || got[1].YearMinor != 6*400_00*18/12 || got[1].Whole {
		t.Errorf("half a year that weighs two thirds: %+v", got[1])
	}
	if all := int64((12*300_00 + 6*400_00) * 18 / (18 + 12)); got[2].YearMinor != 0 || got[2].Whole || got[2].Peers != all {
		t.Errorf("who is new, beside %d: %+v", all, got[2])
	}
	// Five months of past are a part of the next year.
	if got := quota.LastYears([]quota.Past{steady("a", "core", 5, 100_00)}, slices.Repeat([]int64{10}, 5), 120); got[0].SoldMinor != 500_00 || got[0].YearMinor != 1200_00 || got[0].Whole {
		t.Errorf("%+v", got[0])
	}
}

// TestBoundsHoldAgainstWhatWasSold: not against the history that weighs, which knows the move of the market.
func TestBoundsHoldAgainstWhatWasSold(t *testing.T) {
	t.Parallel()
	r := quota.Request{YearMinor: 1000_000, Season: flat(), Blend: quota.Blend{History: quota.Million}, Bounds: quota.Bounds{Up: 200_000},
		Root: quota.Unit{ID: "c", Children: []quota.Unit{{ID: "a", HistoryMinor: 900_000, LastMinor: 600_000}, {ID: "b", HistoryMinor: 300_000, LastMinor: 280_000}}}}
	split := solve(t, r)
	if a := split.Targets[1]; a.Minor != 720_000 || a.Hold != quota.HoldUp {
		t.Errorf("who sold 600 and may rise by a fifth: %+v", a)
	}
}
