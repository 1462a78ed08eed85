package quota_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"xiaoguan/internal/quota"
	"xiaoguan/internal/stats"
)

// stated are the chances that a reliability plot asks about.
var stated = []float64{0.95, 0.9, 0.85, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1}

// backtest counts, for each stated chance, how many people reached the number that the solver gave this chance.
type backtest struct {
	name  string
	hits  []int
	cases int
}

// origin is a day in the past: what was known until then, and what came after.
func (b *backtest) origin(t *testing.T, past []quota.Past, weights []int64, cut, horizon int) {
	t.Helper()
	if b.hits == nil {
		b.hits = make([]int, len(stated))
	}
	before := make([]quota.Past, len(past))
	for i, p := range past {
		before[i] = quota.Past{ID: p.ID, Level: p.Level, Minor: p.Minor[:cut], There: p.There[:cut]}
	}
	var whole int64
	for _, w := range weights[cut : cut+horizon] {
		whole += w
	}
	tested := quota.BackTest(before, weights[:cut])
	var prospects []quota.Prospect
	var actual []int64
	for i, e := range quota.Expect(before, weights[:cut], whole) {
		if e.YearMinor <= 0 || e.MonthsSeen < 3*quota.Million {
			continue
		}
		sum := int64(0)
		for _, minor := range past[i].Minor[cut : cut+horizon] {
			sum += minor
		}
		prospects, actual = append(prospects, quota.Prospect{ID: e.ID, ExpectedMinor: e.YearMinor, TargetMinor: 1 << 49}), append(actual, sum)
	}
	for k, chance := range stated {
		wish := quota.UsualWish()
		wish.Base = int64(math.Round(chance * quota.Million))
		judged, err := quota.Judge(prospects, tested, wish)
		if err != nil {
			t.Fatal(err)
		}
		for i := range judged {
			if actual[i] >= judged[i].BaseMinor {
				b.hits[k]++
			}
		}
	}
	b.cases += len(prospects)
}

// at is the share of those who reached the number of a chance.
func (b *backtest) at(t *testing.T, k int) stats.Rate {
	t.Helper()
	r, err := stats.Wilson(b.hits[k], b.cases, 0.95)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// made makes a company whose truth is known: people's strength, a year of their own and one in common, and months that vary widely.
func made(seed uint64, people int, shared float64) (past []quota.Past, weights []int64) {
	r := rand.New(rand.NewPCG(seed, 5))
	lognormal := func(spread float64) float64 {
		sigma := math.Sqrt(math.Log1p(spread * spread))
		return math.Exp(sigma*r.NormFloat64() - sigma*sigma/2)
	}
	const months = 48
	for m := range months {
		weights = append(weights, int64(18+(m*7)%5)*quota.Million)
	}
	common := []float64{lognormal(shared), lognormal(shared), lognormal(shared), lognormal(shared)}
	for i := range people {
		p := quota.Past{ID: fmt.Sprint(i), Level: []string{"core", "regular", "newcomer"}[i%3]}
		strength := 1e7 * lognormal(0.3) * []float64{1.5, 1, 0.6}[i%3]
		begun := 0
		if r.IntN(4) == 0 {
			begun = r.IntN(30)
		}
		own := []float64{lognormal(0.1), lognormal(0.1), lognormal(0.1), lognormal(0.1)}
		for m := range months {
			there := int64(quota.Million)
			if m < begun {
				there = 0
			}
			minor := int64(0)
			if there > 0 {
				minor = int64(strength * common[m/12] * own[m/12] * lognormal(0.6) * float64(weights[m]) / (20 * quota.Million))
			}
			p.Minor, p.There = append(p.Minor, minor), append(p.There, there)
		}
		past = append(past, p)
	}
	return past, weights
}

// generated are back-tests of companies made up: small teams and large ones, each in a steady market and one that moves by a twentieth a year.
func generated(t *testing.T) (all []*backtest) {
	t.Helper()
	for _, c := range []struct {
		name      string
		people    int
		companies uint64
		shared    float64
	}{{"generated, 12 people", 12, 150, 0}, {"generated, 80 people", 80, 40, 0}, {"generated, 80 people, moving market", 80, 150, 0.05}} {
		b := &backtest{name: c.name}
		for seed := range c.companies {
			past, weights := made(seed, c.people, c.shared)
			b.origin(t, past, weights, 36, 12)
		}
		all = append(all, b)
	}
	return all
}

// TestEightyInAHundredReachABaseOfEighty is the promise of the solver, on companies whose truth is known; and every stated chance is true within five points.
func TestEightyInAHundredReachABaseOfEighty(t *testing.T) {
	t.Parallel()
	for _, b := range generated(t) {
		for k, chance := range stated {
			if r := b.at(t, k); math.Abs(r.Share-chance) > 0.05 {
				t.Errorf("%s: %.0f %% was said, %.1f %% reached it (%d of %d)", b.name, 100*chance, 100*r.Share, r.Hits, r.Cases)
			}
		}
	}
}
