package finding

import "math"

// counted looks for places that are beyond a limit by count, without chance: the company when four fifths of its places are, a region when
// four fifths of its teams are, else the teams.
func (l *look) counted(g *gauge, a ask) {
	cases, mean := g.whole()
	if cases < math.Max(a.cases, 1e-9) {
		l.few("finding.missing.few", int(cases), int(math.Ceil(a.cases)))
		return
	}
	beyond := func(value float64) bool {
		if a.low {
			return value <= a.limit
		}
		return value >= a.limit
	}
	tell := func(t tier, group int32, cases, value float64) {
		f := l.describe(g, a, t, group, value, cases, a.limit)
		f.Chance = 0
		l.certain(f)
	}
	team, region := l.headings[1], l.headings[2]
	// within is the weight of the parts of a place that are beyond the limit, and of all that can be judged.
	within := func(t tier, of func(group int32) bool) (share, total float64) {
		for group := range t.count {
			n, value := g.of(t, int32(group))
			if n >= math.Max(a.cases, 1e-9) && of(int32(group)) {
				total += n
				if beyond(value) {
					share += n
				}
			}
		}
		return share, total
	}
	all := func(int32) bool { return true }
	if beyond(mean) {
		t := region
		if countParts(g, region, a.cases) < 2 {
			t = team
		}
		if share, total := within(t, all); share >= 0.8*total {
			tell(tier{level: LevelCompany}, 0, cases, mean)
			return
		}
	}
	for r := range region.count {
		n, value := g.of(region, int32(r))
		share, total := within(team, func(group int32) bool { return l.Teams[group].Region == int32(r) })
		if n >= math.Max(a.cases, 1e-9) && beyond(value) && share >= 0.8*total && l.can(a, LevelRegion) {
			tell(region, int32(r), n, value)
			continue
		}
		if !l.can(a, LevelTeam) {
			continue
		}
		for t := range team.count {
			n, value := g.of(team, int32(t))
			if l.Teams[t].Region == int32(r) && n >= math.Max(a.cases, 1e-9) && beyond(value) {
				tell(team, int32(t), n, value)
			}
		}
	}
}

// can reports whether a level can be named.
func (l *look) can(a ask, level Level) bool {
	for _, x := range a.levels {
		if x == level {
			return true
		}
	}
	return false
}

func countParts(g *gauge, t tier, cases float64) (parts int) {
	for group := range t.count {
		if n, _ := g.of(t, int32(group)); n >= math.Max(cases, 1e-9) {
			parts++
		}
	}
	return parts
}
