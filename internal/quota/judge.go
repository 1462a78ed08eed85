package quota

import (
	"math"
	"slices"

	"xiaoguan/internal/stats"
)

// Wish is how likely targets are to be reached, in parts per million.
type Wish struct {
	Base        int64 // each person's chance to reach the base target
	Stretch     int64 // and the stretch target
	Enough      int64 // the share of people who are to reach theirs
	Correlation int64 // how much one cause moves everybody's results alike
}

// UsualWish is base 85, stretch 20, four of five people, and a tenth in common (see UsualRanks).
func UsualWish() Wish {
	return Wish{Base: 850_000, Stretch: 200_000, Enough: 800_000, Correlation: 100_000}
}

// Prospect is somebody with what may be expected in the year, and the target.
type Prospect struct {
	ID            string
	ExpectedMinor int64
	TargetMinor   int64
}

// Judged are the three levels of somebody's target with the chance to reach each, in parts per million.
type Judged struct {
	ID                            string
	ExpectedMinor                 int64
	BaseMinor, StretchMinor       int64
	Chance, BaseChance, TopChance int64
	Known                         bool // something could be expected of the person; otherwise base and stretch are the target, and no chance is said
}

// Judge sets base and stretch beside targets, and says how likely each is reached: as often as the tests came out so, with everybody's luck in common
// (see Experience). With fewer than RatiosMin tests results are mixed with such as are drawn from months; with few months, too, they are lognormal. The base is never above the target, the stretch never below it.
func Judge(people []Prospect, past *Experience, wish Wish) ([]Judged, error) {
	outlook := past.outlook()
	out := make([]Judged, len(people))
	for i, p := range people {
		j := Judged{ID: p.ID, BaseMinor: p.TargetMinor, StretchMinor: p.TargetMinor, ExpectedMinor: p.ExpectedMinor}
		if p.ExpectedMinor > 0 && p.ExpectedMinor <= amountMax {
			outlook.ID, outlook.ExpectedMinor = p.ID, p.ExpectedMinor
			if err := judge(&outlook, p.TargetMinor, wish, &j); err != nil {
				return nil, err
			}
		}
		out[i] = j
	}
	return out, nil
}

// commonSteps are of how many sizes what everybody has in common is taken to be, each as likely.
const commonSteps = 15

// outlook is how results vary, for whoever it is: those of one person, as they came out in the tests, times what everybody has in common. Source: Vovk, Gammerman,
// Shafer, Algorithmic Learning in a Random World, 2005 (split conformal: the k-th of n results is reached with the chance 1 − k/(n+1)).
func (e *Experience) outlook() Outlook {
	common, own := e.Common(), e.own()
	if len(own) < RatiosMin {
		if len(e.months) == 0 {
			return Outlook{Spread: together(e.ownSpread(own), common.Spread)}
		}
		own = e.mixed(own)
	}
	var o Outlook
	own = some(own, togetherMax)
	for i := range commonSteps {
		factor := math.Exp(common.Shift + common.Spread*normalAt(i, commonSteps))
		for _, r := range own {
			o.Ratios = append(o.Ratios, r*factor)
		}
	}
	slices.Sort(o.Ratios)
	o.Ratios = some(o.Ratios, max(len(own), RatiosMin))
	return o
}

// some are so many of sorted values, of all sizes.
func some(sorted []float64, most int) []float64 {
	n := min(len(sorted), most)
	out := make([]float64, n)
	for i := range out {
		out[i] = sorted[(2*i+1)*len(sorted)/(2*n)]
	}
	return out
}

// mixed are few tests with what months let expect, which counts as priorTests of them. Source: Ferguson, Annals of Statistics 1, 1973 (Dirichlet process: what
// was seen, beside a prior of a certain mass).
func (e *Experience) mixed(own []float64) []float64 {
	out := slices.Clone(e.months)
	for _, r := range own {
		out = append(out, slices.Repeat([]float64{r}, len(e.months)/priorTests)...)
	}
	slices.Sort(out)
	return out
}

// priorTests is as how many tests counts what months let expect.
const priorTests = 8

// ownSpread is how widely one person's results vary by few tests and by how widely months do.
func (e *Experience) ownSpread(own []float64) float64 {
	sum := priorTests * e.Spread * e.Spread
	for _, r := range own {
		sum += (r - 1) * (r - 1)
	}
	return math.Sqrt(sum / float64(priorTests+len(own)))
}

// together is the spread of a product.
func together(own, common float64) float64 {
	return min(math.Sqrt((1+own*own)*math.Exp(common*common)-1), spreadMost)
}

// spreadMost is how widely results vary at most.
const spreadMost = 2

func judge(o *Outlook, target int64, wish Wish, j *Judged) (err error) {
	base, err := o.At(float64(wish.Base) / Million)
	if err != nil {
		return err
	}
	stretch, err := o.At(float64(wish.Stretch) / Million)
	if err != nil {
		return err
	}
	j.Known, j.BaseMinor, j.StretchMinor = true, min(base, target), max(stretch, target)
	for _, level := range []struct {
		minor  int64
		chance *int64
	}{{target, &j.Chance}, {j.BaseMinor, &j.BaseChance}, {j.StretchMinor, &j.TopChance}} {
		chance, err := o.Chance(level.minor)
		if err != nil {
			return err
		}
		*level.chance = int64(math.Round(chance * Million))
	}
	return nil
}

// togetherMax is how many people are counted one by one; of more, so many of all kinds stand for them.
const togetherMax = 500

// EnoughReach is the chance that enough of people reach a target that each reaches with a chance of their own; all in parts per million.
func EnoughReach(chances []int64, wish Wish) (int64, error) {
	if len(chances) == 0 {
		return Million, nil
	}
	sorted := slices.Clone(chances)
	slices.Sort(sorted)
	n := min(len(sorted), togetherMax)
	shares := make([]float64, n)
	for i := range shares {
		shares[i] = float64(sorted[(2*i+1)*len(sorted)/(2*n)]) / Million
	}
	chance, err := stats.AtLeast(needed(float64(wish.Enough)/Million, n), shares, float64(wish.Correlation)/Million)
	return int64(math.Round(chance * Million)), err
}

// BaseWanted is the chance that the base target of each must have for enough of n people to reach theirs with the wanted chance; in parts per million.
func BaseWanted(n int, wish Wish, wanted int64) (int64, error) {
	base, err := BaseFor(min(n, togetherMax), float64(wish.Enough)/Million, float64(wanted)/Million, float64(wish.Correlation)/Million)
	return int64(math.Round(base * Million)), err
}

// aloneMost is up to how many tests each is judged by the others; of more, one changes nothing.
const aloneMost = 100

// Reached is how many people of a back-test would have reached a base target made by the same rule, with Wilson's interval of 95 % of their share in parts
// per million, wider as people of one period move together (DesignEffect). Each is judged by the results of the others, so that nobody's own result helps to set
// the target.
func Reached(past *Experience, wish Wish) (hits int, low, high int64, err error) {
	tested := past.Tested
	if len(tested) == 0 {
		return 0, 0, 0, nil
	}
	all := past.outlook()
	for i, t := range tested {
		others := all
		if len(tested) <= aloneMost {
			rest := *past
			rest.Tested = slices.Concat(tested[:i], tested[i+1:])
			others = rest.outlook()
		}
		others.ExpectedMinor = t.ExpectedMinor
		base, err := others.At(float64(wish.Base) / Million)
		if err != nil {
			return 0, 0, 0, err
		}
		if t.ActualMinor >= base {
			hits++
		}
	}
	effect, err := DesignEffect(past.periods(), float64(wish.Base)/Million, past.Alike())
	if err != nil {
		return 0, 0, 0, err
	}
	rate, err := stats.WilsonDesign(hits, len(tested), effect, 0.95)
	if err != nil {
		return 0, 0, 0, err
	}
	return hits, ppm(rate.Interval.Low), ppm(rate.Interval.High), nil
}
