package quota_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"xiaoguan/internal/quota"
)

// TestDesignEffectIsThatOfSimulatedPeriods draws two periods that share half of their months, and compares how widely the share of hits varies with that of as many
// independent people.
func TestDesignEffectIsThatOfSimulatedPeriods(t *testing.T) {
	t.Parallel()
	const people, rounds, chance, correlation = 20, 40_000, 0.8, 0.3
	var ids []string
	for i := range people {
		ids = append(ids, fmt.Sprint(i))
	}
	got, err := quota.DesignEffect([]quota.Period{{From: 0, To: 12, IDs: ids}, {From: 6, To: 18, IDs: ids}}, chance, correlation)
	if err != nil {
		t.Fatal(err)
	}
	luck := rand.New(rand.NewPCG(1, 1))
	halves := func() [3]float64 { return [3]float64{luck.NormFloat64(), luck.NormFloat64(), luck.NormFloat64()} }
	sum, squares := 0.0, 0.0
	for range rounds {
		common, hits := halves(), 0.0
		for range people {
			own := halves()
			for period := range 2 {
				z := math.Sqrt(correlation/2)*(common[period]+common[period+1]) + math.Sqrt((1-correlation)/2)*(own[period]+own[period+1])
				if math.Erfc(-z/math.Sqrt2)/2 < chance {
					hits++
				}
			}
		}
		sum += hits
		squares += hits * hits
	}
	mean := sum / rounds
	want := (squares/rounds - mean*mean) / (2 * people * chance * (1 - chance))
	if math.Abs(got/want-1) > 0.05 {
		t.Errorf("%.2f, and simulated %.2f", got, want)
	}
}

func TestDesignEffectOfIndependentPeopleIsOne(t *testing.T) {
	t.Parallel()
	alone := []quota.Period{{From: 0, To: 12, IDs: []string{"a", "b", "c"}}, {From: 12, To: 24, IDs: []string{"a", "b", "c"}}}
	for correlation, want := range map[float64]float64{0: 1, 0.999: 3} {
		if got, err := quota.DesignEffect(alone, 0.8, correlation); err != nil || math.Abs(got-want) > 1e-9 {
			t.Errorf("correlation %v: %v instead of %v, %v", correlation, got, want, err)
		}
	}
	if got, err := quota.DesignEffect(nil, 0.8, 0.5); err != nil || got != 0 {
		t.Errorf("nobody: %v, %v", got, err)
	}
}

// TestFewLargeDealsKeepTheirWeight has people who sell in one month of ten: in three months a quarter of them sells at all, which a lognormal would not know.
func TestFewLargeDealsKeepTheirWeight(t *testing.T) {
	t.Parallel()
	past, weights := grown(40, 1, 1)
	for i := range past {
		past[i].Minor, past[i].There = past[i].Minor[:5], past[i].There[:5]
		for m := range 5 {
			past[i].Minor[m] = 0
			if (5*i+m)%10 == 0 {
				past[i].Minor[m] = 1_000_000
			}
		}
	}
	e := quota.BackTest(past, weights[:5], 3)
	got, err := quota.Judge([]quota.Prospect{{ID: "a", ExpectedMinor: 300_000, TargetMinor: 3_000}}, &e, quota.UsualWish())
	if err != nil {
		t.Fatal(err)
	}
	// 1 − 0.9³ = 0.271
	if e.Origins != 0 || got[0].Chance < 250_000 || got[0].Chance > 290_000 || got[0].BaseMinor != 0 {
		t.Errorf("%d periods tested, %+v", e.Origins, got[0])
	}
}
