package finding

import (
	"math"

	"xiaoguan/internal/calendar"
)

func targetRatchet() Analyser {
	return Analyser{
		Kind: "target_ratchet", Area: AreaTarget, Needs: []Part{Quotas, Payments, Deals, Persons},
		Method: "Next quarter's target over this quarter's, on the surplus over this quarter's, both less the quarter's mean: the slope is the part of a surplus that is put on top (methods T8; Leone, Misra, Zimmerman 2004). Errors by people (Liang, Zeger 1986).",
		Least:  "30 pairs of quarters of people with targets in all six months", look: func(l *look) {
			pairs := l.quarterPairs()
			if len(pairs) < 30 {
				l.few("finding.missing.few", len(pairs), 30)
				return
			}
			xx, xy := 0.0, 0.0
			for _, p := range pairs {
				xx, xy = xx+p.x*p.x, xy+p.x*p.y
			}
			if xx == 0 {
				return
			}
			slope := xy / xx
			variance, score, last := 0.0, 0.0, int32(-1)
			for _, p := range pairs { // by person
				if p.person != last {
					variance, score, last = variance+score*score, 0, p.person
				}
				score += p.x * (p.y - slope*p.x)
			}
			variance = (variance + score*score) / (xx * xx)
			z := slope / math.Sqrt(variance+0.03*0.03)
			if slope < l.limit().told {
				return
			}
			l.tested(1, Finding{Place: Whole(), Value: slope, Usual: 0, Unit: UnitShare, Cases: int64(len(pairs)), Hits: -1, Chance: upperTail(z), Evidence: rowsOf(len(pairs), func(i int) (Evidence, bool) {
				p := &pairs[i]
				return Evidence{Part: Quotas, Record: p.quarter.String(), Person: l.People[p.person].Key, Value: p.y, Usual: p.x, Day: p.quarter.First()}, p.x > 0 && p.y > 0
			})})
		},
	}
}

// pair is a person's quarter with the next: x the surplus over the target, y the growth of the target, each as a part of the target
// and less the mean of the quarter.
type pair struct {
	person  int32
	quarter calendar.Month
	x, y    float64
}

func (v *view) quarterPairs() (all []pair) {
	quotas, _ := v.quotas()
	reached := v.reached()
	sum := func(p *panel, person int32, m calendar.Month) (total int64, whole bool) {
		whole = true
		for k := range calendar.Month(3) {
			x := p.of(person, m+k)
			total, whole = total+x, whole && x != 0
		}
		return total, whole
	}
	type mean struct{ n, x, y float64 }
	means := map[calendar.Month]mean{}
	_, first := v.began.Civil()
	begin := v.began + calendar.Month((3-(int(first)-1)%3)%3)
	for i := range v.People {
		for m := begin; m+5 <= v.month; m += 3 {
			now, whole := sum(quotas, int32(i), m)
			next, further := sum(quotas, int32(i), m+3)
			if !whole || !further || !v.works(int32(i), m) || !v.works(int32(i), m+2) || v.service(int32(i), m) < 12 {
				continue // targets of new people grow as they do
			}
			got, _ := sum(reached, int32(i), m)
			p := pair{int32(i), m, bounded(float64(got)/float64(now)-1, -0.8, 1.5), bounded(float64(next)/float64(now)-1, -0.8, 1.5)}
			all = append(all, p)
			k := means[m]
			means[m] = mean{k.n + 1, k.x + p.x, k.y + p.y}
		}
	}
	for i := range all {
		k := means[all[i].quarter]
		all[i].x -= k.x / k.n
		all[i].y -= k.y / k.n
	}
	return all
}

func bounded(x, low, high float64) float64 { return math.Max(low, math.Min(high, x)) }
