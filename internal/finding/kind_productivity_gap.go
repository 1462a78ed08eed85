package finding

import (
	"math"
	"slices"
)

func productivityGap() Analyser {
	return Analyser{
		Kind: "productivity_gap", Area: AreaTeam, Needs: []Part{Deals, Persons},
		Method: "p90 over p10 of the signed money of regular sellers with a year of service, last 12 months (methods D11; quantiles of type 7, Hyndman and Fan 1996).",
		Least:  "6 such sellers", look: func(l *look) {
			signed := l.signed()
			var sums []float64
			var people []int32
			for i, p := range l.People {
				if !l.sells[i] || p.Layer != LayerRegular || l.service(int32(i), l.month) < year+1 || p.Left != NoDay && p.Left <= l.AsOf {
					continue
				}
				total := 0.0
				for _, m := range l.months(year) {
					total += float64(signed.of(int32(i), m))
				}
				sums, people = append(sums, total), append(people, int32(i))
			}
			if len(sums) < 6 {
				l.few("finding.missing.few", len(sums), 6)
				return
			}
			sorted := slices.Clone(sums)
			slices.Sort(sorted)
			low, high := quantile(sorted, 0.1), quantile(sorted, 0.9)
			ratio := math.Inf(1)
			if low > 0 {
				ratio = high / low
			}
			if ratio < l.limit().told*math.Exp(0.6/math.Sqrt(float64(len(sums)))) { // quantiles of few people vary
				return
			}
			l.certain(Finding{Place: Whole(), Value: math.Min(ratio, ratioMost), Usual: l.limit().least, Unit: UnitRatio, Cases: int64(len(sums)), Hits: -1, Evidence: rowsOf(len(sums), func(i int) (Evidence, bool) {
				return Evidence{Part: Deals, Record: l.People[people[i]].Key, Person: l.People[people[i]].Key, Value: -sums[i] / 100, Usual: high / 100, Day: NoDay}, sums[i] <= low
			})})
		},
	}
}

// quantile is that of sorted values, between the two nearest where it falls between.
func quantile(sorted []float64, p float64) float64 {
	at := p * float64(len(sorted)-1)
	below := int(math.Floor(at))
	if below+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[below] + (at-float64(below))*(sorted[below+1]-sorted[below])
}
