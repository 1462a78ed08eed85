package finding

import (
	"math"

	"xiaoguan/internal/calendar"
)

func rampSlow() Analyser {
	return Analyser{
		Kind: "ramp_slow", Area: AreaTeam, Needs: []Part{Deals, Persons},
		Method: "Signed money of people who joined within the data, in months ramp_months+1 to 12 of their service, over what regular sellers of their region with more service sign in the same months; the spread of people gives the error.",
		Least:  "4 new people with 2 such months each", look: func(l *look) {
			ramp := int(l.rule("ramp_months", 3))
			company := l.regulars(func(int32) bool { return true })
			regions := make([][]float64, len(l.Regions))
			for r := range regions {
				regions[r] = l.regulars(func(p int32) bool { return l.region[p] == int32(r) })
			}
			base := func(person int32, m calendar.Month) float64 {
				if r := l.region[person]; r >= 0 && regions[r][m-l.began] > 0 {
					return regions[r][m-l.began]
				}
				return company[m-l.began]
			}
			g := newGauge(len(l.People))
			signed := l.signed()
			people := 0
			for i, p := range l.People {
				if !l.sells[i] || p.Hired.Month() < l.began {
					continue
				}
				got, wanted, months := 0.0, 0.0, 0.0
				for m := p.Hired.Month() + 1; m <= l.month; m++ {
					if s := l.service(int32(i), m); s > ramp+1 && s <= year && l.works(int32(i), m) && base(int32(i), m) > 0 {
						got, wanted, months = got+float64(signed.of(int32(i), m)), wanted+base(int32(i), m), months+1
					}
				}
				if months >= 2 {
					people++
					g.weigh(int32(i), months, math.Min(got/wanted, 3))
				}
			}
			if people < 4 {
				l.few("finding.missing.few", people, 4)
				return
			}
			l.ramping(g)
		},
	}
}

// regulars is what a regular seller with more than a year of service signs, by month, of some; 0 for months without three of them.
func (v *view) regulars(of func(person int32) bool) []float64 {
	signed := v.signed()
	sums, n := make([]float64, signed.months), make([]float64, signed.months)
	for i, p := range v.People {
		if !v.sells[i] || p.Layer == LayerCore || p.Layer == LayerNewcomer || !of(int32(i)) {
			continue
		}
		for m := v.began; m <= v.month; m++ {
			if v.service(int32(i), m) > year && v.works(int32(i), m) {
				sums[m-v.began] += float64(signed.of(int32(i), m))
				n[m-v.began]++
			}
		}
	}
	for m := range sums {
		if n[m] < 3 {
			sums[m] = 0
			continue
		}
		sums[m] /= n[m]
	}
	return sums
}

// ramping judges new people of the company, and of each region, against half of a regular seller.
func (l *look) ramping(g *gauge) {
	const healthy = 0.8
	least := l.limit().base - l.limit().told
	judge := func(in func(person int32) bool) (ratio, chance, months float64, people int) {
		sum, squares := 0.0, 0.0
		for i, n := range g.n {
			if n > 0 && in(int32(i)) {
				people++
				months, sum = months+n, sum+g.sum[i]
			}
		}
		if people < 3 {
			return 0, 1, months, people
		}
		ratio = sum / months
		for i, n := range g.n {
			if n > 0 && in(int32(i)) {
				d := g.sum[i] - n*ratio
				squares += d * d
			}
		}
		free := float64(people - 1)
		deviation := math.Sqrt((squares*float64(people)/free/(months*months)*(free) + 0.35*0.35*6/float64(people)) / (free + 6))
		return ratio, upperTail(normalFromT((healthy-ratio)/deviation, free+6)), months, people
	}
	tell := func(place Place, tests int, ratio, chance, months float64, in func(int32) bool) {
		l.tested(tests, Finding{Place: place, Value: ratio, Usual: 1, Unit: UnitRatio, Cases: int64(months), Hits: -1, Chance: chance, Evidence: rowsOf(len(l.People), func(i int) (Evidence, bool) {
			if g.n[i] == 0 || !in(int32(i)) {
				return Evidence{}, false
			}
			return Evidence{Part: Deals, Record: l.People[i].Key, Person: l.People[i].Key, Value: 1 - g.sum[i]/g.n[i], Day: l.People[i].Hired}, true
		})})
	}
	all := func(int32) bool { return true }
	regions, low := 0, 0
	for r := range l.Regions {
		if ratio, _, _, people := judge(func(p int32) bool { return l.region[p] == int32(r) }); people >= 3 {
			regions++
			if ratio < 0.65 {
				low++
			}
		}
	}
	ratio, chance, months, _ := judge(all)
	if ratio < least && (regions < 2 || 5*low >= 4*regions) {
		tell(Whole(), 1, ratio, chance, months, all)
		return
	}
	for r := range l.Regions {
		in := func(p int32) bool { return l.region[p] == int32(r) }
		if ratio, chance, months, people := judge(in); people >= 3 && ratio < least {
			tell(l.unit(LevelRegion, int32(r)), max(regions, 1), ratio, chance, months, in)
		}
	}
}
