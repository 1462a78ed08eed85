package quota

import (
	"math"

	"xiaoguan/internal/stats"
)

// Period is who was tested in which months, the first inclusive and the last not.
type Period struct {
	From, To int
	IDs      []string
}

// alikeMost is from which correlation on two results count as one.
const alikeMost = 0.99

// DesignEffect is by how many cases too many the people of some periods are counted, when each reaches a number with a chance: one cause moves everybody of a
// period (a one-factor Gaussian copula, as in EnoughReach), periods that overlap share it by their common months, and somebody who is in both shares the own result,
// too. That many cases tell as much as one that is independent of others. Sources: Kish, Survey Sampling, 1965 (design effect); Vasicek 1987.
func DesignEffect(periods []Period, chance, correlation float64) (float64, error) {
	pairs, n := 0.0, 0.0
	for i, p := range periods {
		n += float64(len(p.IDs))
		for j, q := range periods {
			shared := float64(max(min(p.To, q.To)-max(p.From, q.From), 0)) / float64(max(p.To-p.From, q.To-q.From, 1))
			others, err := reachBoth(chance, correlation*shared)
			if err != nil {
				return 0, err
			}
			themselves := 1.0
			if i != j {
				if themselves, err = reachBoth(chance, shared); err != nil {
					return 0, err
				}
			}
			both := float64(inBoth(p.IDs, q.IDs))
			pairs += both*themselves + (float64(len(p.IDs)*len(q.IDs))-both)*others
		}
	}
	return pairs / max(n, 1), nil
}

// reachBoth is the correlation of two people's reaching a number, each with a chance, whose results have a correlation.
func reachBoth(chance, correlation float64) (float64, error) {
	if correlation == 0 {
		return 0, nil
	}
	if correlation >= alikeMost || chance <= 0 || chance >= 1 {
		return 1, nil
	}
	both, err := stats.HowMany([]float64{chance, chance}, correlation)
	if err != nil {
		return 0, err
	}
	return (both[2] - chance*chance) / (chance * (1 - chance)), nil
}

func inBoth(a, b []string) (n int) {
	there := make(map[string]bool, len(a))
	for _, id := range a {
		there[id] = true
	}
	for _, id := range b {
		if there[id] {
			n++
		}
	}
	return n
}

// Alike is how much one cause moves everybody's results of a period: the part of what is in common in how widely logarithms of results vary.
func (e *Experience) Alike() float64 {
	own, common := e.own(), e.Common().Spread
	spread := e.Spread * e.Spread
	if len(own) > 1 {
		spread = 0
		for _, r := range own {
			spread += (r - 1) * (r - 1) / float64(len(own))
		}
	}
	if common == 0 {
		return 0
	}
	return common * common / (common*common + math.Log1p(spread))
}

// periods are those that were tested, by the people in them.
func (e *Experience) periods() []Period {
	out := make([]Period, e.Origins)
	for k := range out {
		out[k].From, out[k].To = -(k+1)*e.Months, -k*e.Months
	}
	for _, t := range e.Tested {
		out[t.Origin].IDs = append(out[t.Origin].IDs, t.ID)
	}
	return out
}
