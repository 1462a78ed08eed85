package finding

import (
	"slices"

	"xiaoguan/internal/calendar"
)

func incentiveOverBudget() Analyser {
	return Analyser{
		Kind: "incentive_over_budget", Area: AreaIncentive, Needs: []Part{Pay, Budgets, Persons},
		Method: "Incentives over budget in the months of the last 12 that have both: counted; by region where regions have budgets.",
		Least:  "3 months with a budget", look: func(l *look) {
			first := l.since(year).Month()
			type at struct {
				region int32
				month  calendar.Month
			}
			budget, paid := map[at]int64{}, map[at]int64{}
			regional := false
			for _, b := range l.Budgets {
				if b.Month >= first && b.Month <= l.month {
					budget[at{b.Region, b.Month}] += b.AmountMinor
					regional = regional || b.Region >= 0
				}
			}
			for _, p := range l.Pays {
				for _, r := range slices.Compact([]int32{Nobody, l.region[p.Person]}) {
					paid[at{r, p.Month}] += p.IncentiveMinor
				}
			}
			sums := func(region int32) (spent, planned int64, months int, rows []Evidence) {
				for _, m := range l.months(year) {
					whole := budget[at{region, m}]
					if region == Nobody && whole == 0 {
						for r := range l.Regions {
							whole += budget[at{int32(r), m}]
						}
					}
					if cost := paid[at{region, m}]; whole > 0 && cost > 0 {
						spent, planned, months = spent+cost, planned+whole, months+1
						rows = append(rows, Evidence{Part: Budgets, Record: m.String(), Value: float64(cost) / 100, Usual: float64(whole) / 100, Day: m.First()})
					}
				}
				return spent, planned, months, rows
			}
			limit := l.limit().base + l.limit().told
			tell := func(place Place, region int32) {
				spent, planned, months, rows := sums(region)
				l.certain(Finding{Place: place, Value: float64(spent) / float64(planned), Usual: 1, Unit: UnitRatio, Cases: int64(months), Hits: -1, MoneyMinor: spent - planned, Worth: true, Evidence: rows})
			}
			over := func(region int32) (bad bool, weight float64) {
				spent, planned, months, _ := sums(region)
				return months >= 3 && float64(spent) >= limit*float64(planned), float64(planned)
			}
			all, weight := over(Nobody)
			if weight == 0 {
				l.few("finding.missing.months", 0, 3)
				return
			}
			share, total := 0.0, 0.0
			for r := range l.Regions {
				bad, w := over(int32(r))
				total += w
				share += w * float64(truth(bad))
			}
			if all && (!regional || share >= 0.8*total) {
				tell(Whole(), Nobody)
				return
			}
			for r := range l.Regions {
				if bad, _ := over(int32(r)); regional && bad {
					tell(l.unit(LevelRegion, int32(r)), int32(r))
				}
			}
		},
	}
}

// truth is 1 for true.
func truth(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
