package finding

import "math"

// The stages that have a length, by their words.
var stageKeys = [...]string{"needs", "proposal", "contract"}

// stageDays is how long an opportunity was in a stage of stageKeys that it left forward; -1 where that is not known.
func (o *Opportunity) stageDays(stage int) float64 {
	signed := o.AfterSales
	if signed == NoDay && o.State == StateWon {
		signed = o.Ended
	}
	days := [...]Day{o.Needs, o.Proposal, o.Contract, signed}
	from, to := days[stage], days[stage+1]
	if from == NoDay || to == NoDay || to < from {
		return -1
	}
	return float64(to - from)
}

// stageGauge is the logarithm of the days that opportunities were in a stage.
func (v *view) stageGauge(stage int) *gauge {
	g := newGauge(len(v.People))
	for i := range v.Opportunities {
		o := &v.Opportunities[i]
		if d := o.stageDays(stage); d >= 0 {
			g.add(o.Owner, math.Log(d+0.5))
		}
	}
	return g
}

// slower is the logarithm of how many times as long a place takes in a stage as the others.
func slower(g *gauge, t tier, group int32) float64 {
	n, own := g.of(t, group)
	if n == 0 {
		return 0
	}
	return own - g.without(t, group)
}

func stageSlow() Analyser {
	return Analyser{
		Kind: "stage_slow", Area: AreaProcess, Needs: []Part{Opportunities, Persons},
		Method: "Logarithm of the days in a stage of opportunities that left it forward; a place whose other stages are as slow has long cycles instead (methods P5, P6). Random-effects comparison.",
		Least:  "10 opportunities of a team that left the stage", look: func(l *look) {
			var gauges [len(stageKeys)]*gauge
			for s := range stageKeys {
				gauges[s] = l.stageGauge(s)
			}
			for s, key := range stageKeys {
				limit := 0.0
				if own := l.rule("stage_days."+key, 0); own > 0 {
					limit = math.Log(1.5 * own)
				}
				l.compare(gauges[s], ask{unit: UnitDays, logs: true, least: math.Log(1.5), limit: limit, levels: orgLevels, cases: 10, level: LevelStage, key: key,
					holds: func(t tier, group int32) bool {
						own, others := slower(gauges[s], t, group), 0.0
						for other := range stageKeys {
							if other != s {
								others += slower(gauges[other], t, group) / 2
							}
						}
						return others < own*0.6
					},
					rows: func(in func(int32) bool) []Evidence {
						return rowsOf(len(l.Opportunities), func(i int) (Evidence, bool) {
							o := &l.Opportunities[i]
							d := o.stageDays(s)
							if d < 0 || o.Owner < 0 || !in(o.Owner) {
								return Evidence{}, false
							}
							return Evidence{Part: Opportunities, Record: o.Key, Person: l.People[o.Owner].Key, Value: d, Day: o.Created}, true
						})
					}})
			}
		},
	}
}
