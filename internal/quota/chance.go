package quota

import (
	"fmt"
	"math"
	"slices"
	"sort"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/stats"
)

// Outlook is what may be expected of somebody in a period, and how far results have been from what was expected.
type Outlook struct {
	ID            string
	ExpectedMinor int64 // above nothing
	Spread        float64
	// Ratios are what peers reached over what was expected of them, in periods past. From RatiosMin on they say how results vary; with fewer, results are taken as
	// lognormal with the spread (standard deviation over mean).
	Ratios []float64
}

// RatiosMin is from how many results on they speak for themselves.
const RatiosMin = 30

// Ranks are the chances of three targets: one that most can reach, one even, one for those who stretch.
type Ranks struct{ Base, Plan, Stretch float64 }

// UsualRanks are 85, 50 and 20 %. Base is not 80 %: when everybody's chance is exactly that, the chance that 80 % of a team make it is only some 60
// to 67 % (methods T5).
func UsualRanks() Ranks { return Ranks{0.85, 0.50, 0.20} }

func (o *Outlook) check() error {
	var fields []errs.Field
	wrong := func(path, value, key string) {
		fields = append(fields, errs.Field{Path: path, Value: value, Message: errs.Msg(key, nil)})
	}
	if o.ExpectedMinor <= 0 || o.ExpectedMinor > amountMax {
		wrong("expected_minor", fmt.Sprint(o.ExpectedMinor), "quota.amount_range")
	}
	if len(o.Ratios) < RatiosMin && !(o.Spread > 0 && o.Spread <= 5) {
		wrong("spread", fmt.Sprint(o.Spread), "quota.spread_range")
	}
	for i, r := range o.Ratios {
		if !(r >= 0) || math.IsInf(r, 0) {
			wrong(fmt.Sprintf("ratios[%d]", i), fmt.Sprint(r), "quota.ratio_range")
			break
		}
	}
	return errs.Invalid("quota.invalid", fields)
}

// At is the amount that is reached with a chance, above 0 and below 1: rounded down to a whole unit. With lognormal results F·e^(σ·Φ⁻¹(1−p) − σ²/2),
// σ² = ln(1 + c²) (methods T5).
func (o *Outlook) At(chance float64) (int64, error) {
	if err := o.check(); err != nil {
		return 0, err
	}
	if !(chance > 0 && chance < 1) {
		return 0, errs.New(errs.KindInvalid, "quota.chance_range", errs.Args{"Value": fmt.Sprint(chance)})
	}
	ratio := 0.0
	if len(o.Ratios) >= RatiosMin {
		ratio = seen(o.Ratios).at(chance)
	} else {
		sigma := math.Sqrt(math.Log1p(o.Spread * o.Spread))
		ratio = math.Exp(sigma*math.Sqrt2*math.Erfinv(1-2*chance) - sigma*sigma/2)
	}
	return int64(min(math.Floor(float64(o.ExpectedMinor)*ratio), float64(amountMax))), nil
}

// Chance is how likely a target is reached; one of nothing is.
func (o *Outlook) Chance(targetMinor int64) (float64, error) {
	if err := o.check(); err != nil {
		return 0, err
	}
	if targetMinor <= 0 {
		return 1, nil
	}
	ratio := float64(targetMinor) / float64(o.ExpectedMinor)
	if len(o.Ratios) >= RatiosMin {
		return seen(o.Ratios).chance(ratio), nil
	}
	sigma := math.Sqrt(math.Log1p(o.Spread * o.Spread))
	return math.Erfc((math.Log(ratio)/sigma+sigma/2)/math.Sqrt2) / 2, nil
}

// empirical is a sample, greatest last: its k-th of n is reached with the chance 1 − k/(n+1), what lies between by straight lines from nothing
// on, and beyond the greatest the chance falls as that over the value.
type empirical []float64

func seen(ratios []float64) empirical {
	if slices.IsSorted(ratios) {
		return ratios
	}
	sorted := slices.Clone(ratios)
	sort.Float64s(sorted)
	return sorted
}

func (e empirical) chance(ratio float64) float64 {
	n := len(e)
	top := e[n-1]
	if ratio > top {
		return top / ratio / float64(n+1)
	}
	k := sort.SearchFloat64s(e, ratio) // e[k-1] < ratio ≤ e[k]
	below := 0.0
	if k > 0 {
		below = e[k-1]
	}
	part := 1.0
	if e[k] > below {
		part = (ratio - below) / (e[k] - below)
	}
	return 1 - (float64(k)+part)/float64(n+1)
}

func (e empirical) at(chance float64) float64 {
	n := len(e)
	if least := 1 / float64(n+1); chance < least {
		return e[n-1] * least / chance
	}
	place := (1 - chance) * float64(n+1)
	k := min(int(place), n-1)
	below := 0.0
	if k > 0 {
		below = e[k-1]
	}
	return below + (place-float64(k))*(e[k]-below)
}

// Together is the chance that at least a share of people reach their targets, when one cause moves them all alike: correlation 0 is everybody for
// themselves. People without a target do not count.
func Together(outlooks []Outlook, targets []int64, atLeast, correlation float64) (float64, error) {
	if len(outlooks) != len(targets) {
		return 0, errs.New(errs.KindInvalid, "quota.targets_differ", errs.Args{"People": len(outlooks), "Targets": len(targets)})
	}
	var chances []float64
	for i := range outlooks {
		if targets[i] <= 0 {
			continue
		}
		chance, err := outlooks[i].Chance(targets[i])
		if err != nil {
			return 0, err
		}
		chances = append(chances, chance)
	}
	if len(chances) == 0 {
		return 1, nil
	}
	return stats.AtLeast(needed(atLeast, len(chances)), chances, correlation)
}

// needed is how many of n are at least a share; a share that sums to a whole number in decimals does so here.
func needed(share float64, n int) int {
	return max(0, min(n, int(math.Ceil(share*float64(n)-1e-9))))
}

// BaseFor is the chance that the base target of everybody must have for a share of a team of n to reach theirs with a wanted chance: the one
// number behind “80 % of us can make it”. Found to a thousandth, rounded up; at most 0.995. Refused: shares and chances outside 0 to 1.
func BaseFor(n int, atLeast, wanted, correlation float64) (float64, error) {
	if n < 1 || !(atLeast > 0 && atLeast <= 1) || !(wanted > 0 && wanted < 1) {
		return 0, errs.New(errs.KindInvalid, "quota.chance_range", errs.Args{"Value": fmt.Sprint(n, " ", atLeast, " ", wanted)})
	}
	low, high := 1, 995 // thousandths
	for low < high {
		middle := (low + high) / 2
		chances := slices.Repeat([]float64{float64(middle) / 1000}, n)
		reached, err := stats.AtLeast(needed(atLeast, n), chances, correlation)
		if err != nil {
			return 0, err
		}
		if reached >= wanted {
			high = middle
		} else {
			low = middle + 1
		}
	}
	return float64(low) / 1000, nil
}
