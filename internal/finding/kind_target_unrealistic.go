package finding

import "xiaoguan/internal/calendar"

func targetUnrealistic() Analyser {
	return Analyser{
		Kind: "target_unrealistic", Area: AreaTarget, Needs: []Part{Payments, Deals, Persons},
		Method: "What the company collected (signed) in the last 12 months over what it was asked to: counted.",
		Least:  "9 months with a target of the company, its regions, its teams or its people", look: func(l *look) {
			of, asked := l.companyTarget()
			if len(asked) < 9 {
				l.few("finding.missing.months", len(asked), 9)
				return
			}
			var target, reached int64
			for _, m := range l.months(year) {
				target += asked[m]
			}
			if of == MeasureCollected {
				for _, p := range l.Payments {
					if asked[p.Paid.Month()] > 0 {
						reached += p.AmountMinor
					}
				}
			} else {
				for i := range l.Deals {
					if d := &l.Deals[i]; d.stands() && asked[d.Signed.Month()] > 0 {
						reached += d.AmountMinor
					}
				}
			}
			ratio := float64(reached) / float64(target)
			if ratio > l.limit().base-l.limit().told {
				return
			}
			l.certain(Finding{Place: Whole(), Value: ratio, Usual: 1, Unit: UnitRatio, Cases: int64(len(asked)), Hits: -1, MoneyMinor: target - reached, Worth: true})
		},
	}
}

// companyTarget is what the whole company was asked to reach, in the months of the last 12 in which it was: by the widest level that has targets.
func (v *view) companyTarget() (of Measure, asked map[calendar.Month]int64) {
	recent := map[calendar.Month]bool{}
	for _, m := range v.months(year) {
		recent[m] = true
	}
	for _, of := range []Measure{MeasureCollected, MeasureSigned} {
		for _, level := range []Level{LevelCompany, LevelRegion, LevelTeam} {
			asked = map[calendar.Month]int64{}
			for _, t := range v.Targets {
				if t.Level == level && t.Of == of && recent[t.Month] {
					asked[t.Month] += t.AmountMinor
				}
			}
			if len(asked) > 0 {
				return of, asked
			}
		}
		for _, q := range v.Quotas {
			if q.Of == of && recent[q.Month] {
				asked[q.Month] += q.AmountMinor
			}
		}
		if len(asked) > 0 {
			return of, asked
		}
	}
	return MeasureCollected, nil
}
