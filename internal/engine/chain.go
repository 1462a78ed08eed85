package engine

import (
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/plan"
)

// link is somebody in a manager chain: the parts of the sellers below, and what was credited.
type link struct {
	person          int32
	below, credited int64
}

// chain credits the leaders above the sellers, level by level. Nobody is credited twice: the lowest level counts, and the chain ends
// there.
func (c *creditor) chain(fact *creditedFact, r int, give func(int, share)) {
	rule := c.rules[r]
	var level []link
	for _, s := range c.sellers {
		level = append(level, link{person: s.person, below: s.part})
	}
	seen := map[int32]bool{}
	for _, percent := range rule.Levels {
		var above []link
		for _, l := range level {
			leader := c.leaderOf(l.person, fact.on)
			if leader == None || leader == l.person || seen[leader] {
				continue
			}
			i := slices.IndexFunc(above, func(a link) bool { return a.person == leader })
			if i < 0 {
				i, above = len(above), append(above, link{person: leader})
			}
			above[i].below += l.below
			above[i].credited += l.credited // for now: what the level below was credited
		}
		for i := range above {
			base := above[i].below
			if rule.Base == plan.ShareAfterLevel {
				base -= above[i].credited
			}
			above[i].credited = rounded(base, percent)
			seen[above[i].person] = true
			give(r, share{above[i].person, above[i].credited})
		}
		level = above
	}
}

// leaderOf is who leads, on a day, the team in which a person works, or None.
func (c *creditor) leaderOf(person int32, on calendar.Date) int32 {
	team := c.teamOn(person, on)
	if team == None {
		return None
	}
	for _, l := range c.facts.Teams[team].Leaders {
		if l.Days.Contains(on) {
			return l.Person
		}
	}
	return None
}
