package finding

import "slices"

func planNotTarget() Analyser {
	return Analyser{
		Kind: "plan_not_target", Area: AreaIncentive, Needs: []Part{PlanLines},
		Method: "Weight of a plan's measures that no target or quota is of, over the plan's whole weight: counted.",
		Least:  "a target or quota", look: func(l *look) {
			asked := map[string]bool{}
			word := func(m Measure) string {
				if m == MeasureSigned {
					return "signed"
				}
				return "collected"
			}
			for _, t := range l.Targets {
				asked[word(t.Of)] = true
			}
			for _, q := range l.Quotas {
				asked[word(q.Of)] = true
			}
			if len(asked) == 0 {
				l.missing = append(l.missing, Missing{Kind: l.kind, Parts: []Part{Targets, Quotas}, Reason: "finding.missing.part"})
				return
			}
			var plans []string
			sums := map[string][2]float64{}
			for _, line := range l.Lines {
				s, known := sums[line.Plan]
				if !known {
					plans = append(plans, line.Plan)
				}
				s[0] += line.Weight
				if !asked[line.Measure] {
					s[1] += line.Weight
				}
				sums[line.Plan] = s
			}
			slices.Sort(plans)
			for _, key := range plans {
				s := sums[key]
				if s[0] <= 0 || s[1] < 0.39*s[0] {
					continue
				}
				l.certain(Finding{Place: Place{Level: LevelRule, Key: key}, Value: s[1] / s[0], Usual: 0, Unit: UnitShare, Cases: 1, Hits: -1, Evidence: rowsOf(len(l.Lines), func(i int) (Evidence, bool) {
					line := &l.Lines[i]
					return Evidence{Part: PlanLines, Record: line.Measure, Value: line.Weight, Day: NoDay}, line.Plan == key && !asked[line.Measure]
				})})
			}
		},
	}
}
