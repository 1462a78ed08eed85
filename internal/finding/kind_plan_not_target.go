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
			wanted := func(line *PlanLine) bool {
				return line.Asked == AskedYes || line.Asked == AskedUnknown && asked[line.Measure]
			}
			var plans []string
			titles := map[string]string{}
			sums := map[string][2]float64{}
			for _, line := range l.Lines {
				s, known := sums[line.Plan]
				if !known {
					plans, titles[line.Plan] = append(plans, line.Plan), line.Title
				}
				s[0] += line.Weight
				if !wanted(&line) {
					s[1] += line.Weight
				}
				sums[line.Plan] = s
			}
			slices.Sort(plans)
			for _, key := range plans {
				s := sums[key]
				if s[0] <= 0 || s[1] < l.limit().told*s[0] {
					continue
				}
				l.certain(Finding{Place: Place{Level: LevelRule, Key: key, Name: titles[key]}, Value: s[1] / s[0], Usual: 0, Unit: UnitShare, Cases: 1, Hits: -1, Evidence: rowsOf(len(l.Lines), func(i int) (Evidence, bool) {
					line := &l.Lines[i]
					record := line.Measure
					if line.Asked != AskedUnknown {
						record = line.Name
					}
					return Evidence{Part: PlanLines, Record: record, Value: line.Weight, Day: NoDay}, line.Plan == key && !wanted(line)
				})})
			}
		},
	}
}
