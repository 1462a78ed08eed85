package fairness

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestTheDipByHand(t *testing.T) {
	t.Parallel()
	even := make([]float64, 40)
	for i := range even {
		even[i] = float64(i)
	}
	heaps := append(slices.Repeat([]float64{0}, 50), slices.Repeat([]float64{1}, 50)...)
	for _, c := range []struct {
		name   string
		sample []float64
		want   float64
	}{
		{"evenly spread values dip as little as a step does", even, 1.0 / 80},
		{"two like heaps dip as far as anything can", heaps, 0.25},
		{"one heap does not dip", slices.Repeat([]float64{3}, 10), 0.05},
	} {
		if got := dip(c.sample); math.Abs(got-c.want) > 1e-4 {
			t.Errorf("%s: %v, not %v", c.name, got, c.want)
		}
	}
}

// TestTheDipIsThatOfItsMirror: turning a sample round, moving it and stretching it leave the dip as it is, and it is between 1/2n and a quarter.
func TestTheDipIsThatOfItsMirror(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		sample := rapid.SliceOfN(rapid.Float64Range(-8, 8), 2, 60).Draw(t, "sample")
		for i := range sample {
			sample[i] = math.Round(sample[i]*16) / 16
		}
		slices.Sort(sample)
		mirror := make([]float64, len(sample))
		for i, x := range sample {
			mirror[len(sample)-1-i] = 32 - 4*x
		}
		d, m := dip(sample), dip(mirror)
		if math.Abs(d-m) > 1e-4 || d < 0.5/float64(len(sample))-1e-12 || d > 0.25+1e-12 {
			t.Fatalf("%v and %v", d, m)
		}
	})
}

func quantiles(n, samples int, random *rand.Rand) (limits [6]float64) {
	values, all := make([]float64, n), make([]float64, samples)
	for s := range all {
		for i := range values {
			values[i] = random.Float64()
		}
		slices.Sort(values)
		all[s] = dip(values) * math.Sqrt(float64(n))
	}
	slices.Sort(all)
	for i, level := range dipLevels {
		limits[i] = all[int((1-level)*float64(samples))]
	}
	return limits
}

// TestTheTableOfTheDip counts some of the table again. Hartigan and Hartigan's own table has 0.0702 for 50 values and one in twenty, which is 0.4964 here.
func TestTheTableOfTheDip(t *testing.T) {
	t.Parallel()
	for _, row := range dipTable {
		if row.n > 100 {
			continue
		}
		got := quantiles(row.n, 10_000, rand.New(rand.NewPCG(99, uint64(row.n))))
		for i := range got[:4] {
			if math.Abs(got[i]-row.limits[i]) > 0.02 {
				t.Errorf("%d values, %v: %v, not %v", row.n, dipLevels[i], got[i], row.limits[i])
			}
		}
	}
	if got := dipChance(0.0702, 50); math.Abs(got-0.05) > 0.003 {
		t.Errorf("Hartigan's one in twenty: %v", got)
	}
}
