package finding

func leadQualityLow() Analyser {
	return Analyser{
		Kind: "lead_quality_low", Area: AreaPipeline, Needs: []Part{Leads},
		Method: "Share of judged leads of a source that are qualified, against the other sources. Funnel plot with overdispersion.",
		Least:  "30 judged leads of a source", look: func(l *look) {
			g := newGauge(len(Sources))
			for _, x := range l.Leads {
				if x.Status != JudgementOpen {
					g.hit(int32(x.Source), x.Status == JudgementQualified)
				}
			}
			_, rate := g.whole()
			l.compareIn(g, ask{unit: UnitShare, low: true, least: rate / 3, levels: []Level{LevelSource}, cases: 30, rows: func(in func(int32) bool) []Evidence {
				return rowsOf(len(l.Leads), func(i int) (Evidence, bool) {
					x := &l.Leads[i]
					if x.Status != JudgementRejected || !in(int32(x.Source)) {
						return Evidence{}, false
					}
					return Evidence{Part: Leads, Record: x.Key, Value: float64(x.Created), Day: x.Created}, true
				})
			}}, flat(LevelSource, len(Sources)))
		},
	}
}
