package finding

// answered compares the mean answer of teams: first by respondent, so that who answers more questions does not count for more.
func (l *look) answered(asks Question, least float64) {
	const fewest = 5 // nobody is told of smaller groups
	type who struct {
		respondent uint64
		team       int32
	}
	sums := map[who][2]float64{}
	var order []who
	for _, a := range l.Answers {
		if a.Question != asks || a.Value < 1 || a.Value > 5 {
			continue
		}
		k := who{a.Respondent, a.Team}
		s, known := sums[k]
		if !known {
			order = append(order, k)
		}
		sums[k] = [2]float64{s[0] + 1, s[1] + a.Value}
	}
	if len(order) < fewest {
		l.few("finding.missing.answers", len(order), fewest)
		return
	}
	g := newGauge(len(l.Teams))
	for _, k := range order {
		s := sums[k]
		g.add(k.team, s[1]/s[0])
	}
	l.compareIn(g, ask{unit: UnitScore, low: true, least: least, limit: 3, levels: orgLevels, cases: fewest, rows: func(in func(int32) bool) []Evidence {
		return rowsOf(len(l.Teams), func(i int) (Evidence, bool) {
			if g.n[i] < fewest || !in(int32(i)) {
				return Evidence{}, false
			}
			return Evidence{Part: SurveyAnswers, Record: l.Teams[i].Key, Value: 5 - g.sum[i]/g.n[i], Day: NoDay}, true
		})
	}}, l.leaves(true))
}
