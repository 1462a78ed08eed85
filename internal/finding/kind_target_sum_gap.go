package finding

import (
	"math"

	"xiaoguan/internal/calendar"
)

func targetSumGap() Analyser {
	return Analyser{
		Kind: "target_sum_gap", Area: AreaTarget, Needs: []Part{Targets, Persons, Teams},
		Method: "Targets of the parts against the target of the whole over the months of the last 12 in which the parts have targets: counted to the fen.",
		Least:  "3 months in which the parts have targets", look: func(l *look) {
			for _, of := range []Measure{MeasureCollected, MeasureSigned} {
				l.gaps(of)
			}
		},
	}
}

// sumsOf are the targets of one measure, by unit and month.
type sumsOf struct {
	company map[calendar.Month]int64
	regions map[[2]int32]int64
	teams   map[[2]int32]int64
	persons map[[2]int32]int64
}

func (v *view) sumsOf(of Measure) sumsOf {
	s := sumsOf{map[calendar.Month]int64{}, map[[2]int32]int64{}, map[[2]int32]int64{}, map[[2]int32]int64{}}
	for _, t := range v.Targets {
		if t.Of != of {
			continue
		}
		switch t.Level {
		case LevelCompany:
			s.company[t.Month] += t.AmountMinor
		case LevelRegion:
			s.regions[[2]int32{t.Unit, int32(t.Month)}] += t.AmountMinor
		case LevelTeam:
			s.teams[[2]int32{t.Unit, int32(t.Month)}] += t.AmountMinor
		}
	}
	for _, q := range v.Quotas {
		if q.Of == of {
			s.persons[[2]int32{q.Person, int32(q.Month)}] += q.AmountMinor
		}
	}
	return s
}

// gaps compares wholes with their parts, level by level.
func (l *look) gaps(of Measure) {
	s := l.sumsOf(of)
	months := l.months(year)
	// tell compares a whole with its parts over the months in which most parts have a target.
	tell := func(place Place, whole func(m calendar.Month) int64, parts func(m calendar.Month) (sum int64, have, all int)) {
		var asked, split int64
		var rows []Evidence
		n := 0
		for _, m := range months {
			sum, have, all := parts(m)
			if whole(m) == 0 || have == 0 || 5*have < 4*all {
				continue
			}
			n, asked, split = n+1, asked+whole(m), split+sum
			rows = append(rows, Evidence{Part: Targets, Record: m.String(), Value: float64(sum) / 100, Usual: float64(whole(m)) / 100, Day: m.First()})
		}
		if n < 3 || asked <= 0 {
			return
		}
		gap := float64(split-asked) / float64(asked)
		if math.Abs(gap) < l.limit().told {
			return
		}
		l.certain(Finding{Place: place, Value: float64(split) / float64(asked), Usual: 1, Unit: UnitRatio, Cases: int64(n), Hits: -1, MoneyMinor: max(split-asked, asked-split), Worth: true, Evidence: rows})
	}
	tell(Whole(), func(m calendar.Month) int64 { return s.company[m] }, func(m calendar.Month) (sum int64, have, all int) {
		for r := range l.Regions {
			sum, have, all = added(sum, have, all, s.regions[[2]int32{int32(r), int32(m)}])
		}
		return sum, have, all
	})
	for r := range l.Regions {
		tell(l.unit(LevelRegion, int32(r)), func(m calendar.Month) int64 { return s.regions[[2]int32{int32(r), int32(m)}] }, func(m calendar.Month) (sum int64, have, all int) {
			for t := range l.Teams {
				if l.Teams[t].Region == int32(r) {
					sum, have, all = added(sum, have, all, s.teams[[2]int32{int32(t), int32(m)}])
				}
			}
			return sum, have, all
		})
	}
	members := make([][]int32, len(l.Teams))
	for i, p := range l.People {
		if p.Team >= 0 {
			members[p.Team] = append(members[p.Team], int32(i))
		}
	}
	for t := range l.Teams {
		tell(l.unit(LevelTeam, int32(t)), func(m calendar.Month) int64 { return s.teams[[2]int32{int32(t), int32(m)}] }, func(m calendar.Month) (sum int64, have, all int) {
			for _, p := range members[t] {
				amount := s.persons[[2]int32{p, int32(m)}]
				if amount == 0 && (!l.sells[p] || !l.works(p, m)) {
					continue
				}
				sum, have, all = added(sum, have, all, amount)
			}
			return sum, have, all
		})
	}
}

func added(sum int64, have, all int, amount int64) (int64, int, int) {
	if amount != 0 {
		have++
	}
	return sum + amount, have, all + 1
}
