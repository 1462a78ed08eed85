package insight

import (
	"cmp"
	"math"
	"slices"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/stats"
)

// ChainEffects says how much each factor moved a sum over segments. Everything is in the unit of the last total, and everything adds up exactly:
// Effects and Rest to After − Before; of each segment, its effects and its rest to its own change; of each factor, its effects over the segments to Effects.
type ChainEffects struct {
	Before, After int64
	Effects       []int64
	Rest          int64 // of segments that have no factors
	Segments      []SegmentEffects
}

// SegmentEffects are those of one segment. Split is false where it has no factors: all of its change is its rest then.
type SegmentEffects struct {
	Effects []int64
	Rest    int64
	Split   bool
}

// Chain splits the change of a sum over segments by factors that are given as a chain of totals, such as people, deals, money: the factors are people, deals for
// each person, money for each deal, and their product is the last total. By the additive LMDI-I of package stats, rounded to whole units by largest remainders
// within each segment, so that nothing is left over. Source: Ang, Energy Policy 33, 2005; zeros: Ang, Choi 1997.
//
// Where a total is 0 and so are all behind it, the factors behind are taken as unchanged: what appeared or went is put down to the first that did. A segment with
// something behind a 0, or with less than 0, has no factors; its change is in Rest. Refused: no segments, or lists of unequal lengths.
func Chain(before, after [][]int64) (ChainEffects, error) {
	if len(before) == 0 || len(before[0]) == 0 {
		return ChainEffects{}, errs.New(errs.KindInvalid, "insight.nothing", nil)
	}
	factors := len(before[0])
	out := ChainEffects{Effects: make([]int64, factors)}
	if len(after) != len(before) {
		return ChainEffects{}, errs.New(errs.KindInvalid, "insight.lengths", nil)
	}
	for i := range before {
		if len(before[i]) != factors || len(after[i]) != factors {
			return ChainEffects{}, errs.New(errs.KindInvalid, "insight.lengths", nil)
		}
		from, to := before[i][factors-1], after[i][factors-1]
		segment := chainSegment(before[i], after[i])
		out.Before, out.After = out.Before+from, out.After+to
		for k, v := range segment.Effects {
			out.Effects[k] += v
		}
		out.Rest += segment.Rest
		out.Segments = append(out.Segments, segment)
	}
	return out, nil
}

func chainSegment(before, after []int64) SegmentEffects {
	factors := len(before)
	change := after[factors-1] - before[factors-1]
	none := SegmentEffects{Effects: make([]int64, factors), Rest: change}
	from, fromOK := factorsOf(before)
	to, toOK := factorsOf(after)
	if !fromOK || !toOK {
		return none
	}
	for k := range from { // a factor that cannot be told is that of the other end
		if math.IsNaN(from[k]) {
			from[k] = to[k]
		}
		if math.IsNaN(to[k]) {
			to[k] = from[k]
		}
		if math.IsNaN(from[k]) {
			from[k], to[k] = 0, 0
		}
	}
	split, err := stats.LMDI([][]float64{from}, [][]float64{to})
	if err != nil {
		return none
	}
	return SegmentEffects{Effects: Whole(split.Effects, change), Split: true}
}

// factorsOf are the factors of a chain: the first total, and each over the one before it; NaN for what is over 0. False where there is something behind a 0, or less
// than 0.
func factorsOf(totals []int64) ([]float64, bool) {
	list := make([]float64, len(totals))
	for k, v := range totals {
		switch {
		case v < 0 || k > 0 && totals[k-1] == 0 && v != 0:
			return nil, false
		case k == 0:
			list[k] = float64(v)
		case totals[k-1] == 0:
			list[k] = math.NaN()
		default:
			list[k] = float64(v) / float64(totals[k-1])
		}
	}
	return list, true
}

// Whole rounds parts to whole numbers that sum to total: down first, then one more for those with the largest remainders, the first of equals. What the parts are
// off the total by more than that is spread over them evenly.
func Whole(parts []float64, total int64) []int64 {
	out := make([]int64, len(parts))
	if len(parts) == 0 {
		return out
	}
	order, rest := make([]int, len(parts)), total
	for i, v := range parts {
		order[i] = i
		out[i] = int64(math.Floor(v))
		rest -= out[i]
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(parts[b]-math.Floor(parts[b]), parts[a]-math.Floor(parts[a]))
	})
	n := int64(len(parts))
	each := rest / n
	if rest%n < 0 {
		each--
	}
	for i := range out {
		out[i] += each
	}
	for _, i := range order[:rest-each*n] {
		out[i]++
	}
	return out
}
