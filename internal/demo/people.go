package demo

import (
	"cmp"
	"fmt"
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/org"
)

// none is no team.
const none = -1

// step is where and as what a person works from a day on.
type step struct {
	from  calendar.Date
	team  int
	level org.Level
}

// person is somebody of the company with their whole story.
type person struct {
	key, name   string
	role        string // of those who do not sell
	hired, left calendar.Date
	steps       []step
	known       int   // steps that are recorded already
	skill       int64 // permille of the quota reached in an ordinary month, once trained
	size        int64 // permille of what the level's quota is
	stays       bool  // has a login of the demonstration: does not leave, move or change level by chance
	book        []*customer
	month       stand
}

// stand is how a person does in the month that is being told.
type stand struct {
	active            bool
	level             org.Level
	team              int
	days              calendar.Interval // on which the person works and something may happen
	whole             bool              // works all of the month
	quota             int64             // fen, 0 for none
	desired, credited int64             // fen
	exact             bool              // credited must be desired, to the fen
	refund            bool              // ends below zero
	best              bool              // sells the dearest things
}

// on returns the step of a day; a person who is not employed then has none.
func (p *person) on(day calendar.Date) (step, bool) {
	if day < p.hired || day >= p.left {
		return step{}, false
	}
	for _, s := range slices.Backward(p.steps) {
		if s.from <= day {
			return s, true
		}
	}
	return step{}, false
}

// now is the last step of the story so far.
func (p *person) now() step { return p.steps[len(p.steps)-1] }

// sells reports whether a level has customers and quotas of its own.
func sells(level org.Level) bool { return level != org.LevelOther }

// team is a sales team.
type team struct {
	key, name string
	region    int
	leader    *person
	fresh     []*customer // who bought nothing yet
}

// The regions, and the teams of each.
var regions = [...]fact.RegionRecord{{Key: "HD", Name: "华东"}, {Key: "HN", Name: "华南"}, {Key: "HB", Name: "华北"}}

const teamsPerRegion = 3

// office is who does not sell: key of the role and how many.
var office = []struct {
	role string
	many int
}{
	{"general_manager", 1}, {"director", len(regions)}, {"service", 3}, {"operations", 2}, {"finance", 2}, {"hr", 2}, {"auditor", 1}, {"admin", 1},
}

// Joiners and leavers by calendar month, January first: people come after the Spring Festival and in July, and leave with the bonus.
var (
	joinersIn = [...]int{1, 1, 3, 2, 1, 1, 3, 1, 1, 1, 1, 1}
	leaversIn = [...]int{1, 1, 3, 1, 0, 1, 1, 0, 1, 0, 0, 1}
)

// Tenures at which people move up, and the month of the story in which one team changes its leader.
const (
	newcomerMonths    = 6
	leaderChangeAfter = 14
	leaderChangeTeam  = 4
)

// hire adds a person to the company.
func (c *company) hire(team int, level org.Level, on calendar.Date) *person {
	p := &person{key: fmt.Sprintf("QH%04d", 1001+len(c.people)), hired: on, left: calendar.Forever, skill: c.skill(), size: c.dice.people.between(880, 1160)}
	for p.name == "" || c.names[p.name] {
		p.name = one(c.dice.people, surnames) + one(c.dice.people, givenNames)
	}
	c.names[p.name] = true
	p.steps = []step{{on, team, level}}
	c.people = append(c.people, p)
	return p
}

// skill spreads people over all bands of attainment.
func (c *company) skill() int64 {
	d := c.dice.people
	switch at := d.between(1, 100); {
	case at <= 9:
		return d.between(450, 580)
	case at <= 48:
		return d.between(700, 980)
	case at <= 70:
		return d.between(1000, 1090)
	case at <= 86:
		return d.between(1105, 1190)
	}
	return d.between(1210, 1420)
}

// found makes the company as it was before the first month.
func (c *company) found() {
	d := c.dice.people
	start := c.first.First()
	for r := range regions {
		for n := range teamsPerRegion {
			t := len(c.teams)
			c.teams = append(c.teams, &team{key: fmt.Sprintf("T%02d", t+1), name: regions[r].Name + string([]rune("一二三")[n]) + "部", region: r})
			leader := c.hire(t, org.LevelManager, start-calendar.Date(d.between(1500, 3600)))
			leader.skill = d.between(850, 1100)
			c.teams[t].leader = leader
			for i := range 6 {
				c.seller(t, i, start)
			}
		}
	}
	for _, o := range office {
		for range o.many {
			p := c.hire(none, org.LevelOther, start-calendar.Date(d.between(400, 2600)))
			p.role, p.stays = o.role, true
		}
	}
	for _, p := range c.people {
		for i, r := range c.unrecorded(p) {
			c.careers[i] = append(c.careers[i], r)
		}
	}
	for _, t := range c.teams {
		c.setup.leaders = append(c.setup.leaders, fact.LeaderRecord{Team: t.key, Person: t.leader.key})
	}
}

// seller hires the i-th seller of a team before the start: two core, three regular, one newcomer.
func (c *company) seller(t, i int, start calendar.Date) {
	d := c.dice.people
	first := start.Month()
	switch i {
	case 0, 1:
		p := c.hire(t, org.LevelNewcomer, start-calendar.Date(d.between(1100, 2600)))
		p.skill = max(p.skill, d.between(880, 1250))
		regular := p.hired.Month() + newcomerMonths
		p.steps = append(p.steps, step{regular.First(), t, org.LevelRegular}, step{(regular + calendar.Month(d.between(18, 26))).First(), t, org.LevelCore})
		p.stays = t == 0 && i == 0
	case 2, 3, 4:
		p := c.hire(t, org.LevelNewcomer, start-calendar.Date(d.between(260, 1000)))
		p.steps = append(p.steps, step{(p.hired.Month() + newcomerMonths).First(), t, org.LevelRegular})
		if t == 0 && i == 2 {
			p.stays, p.skill = true, 1060
		}
	default:
		c.hire(t, org.LevelNewcomer, (first-calendar.Month(d.between(1, 4))).First()+calendar.Date(d.between(0, 20)))
	}
}

// unrecorded returns the records of a person's steps that no batch has yet.
func (c *company) unrecorded(p *person) (records []fact.PersonRecord) {
	for i, s := range p.steps[p.known:] {
		r := c.record(p, s)
		if p.known+i > 0 {
			r.ValidFrom = s.from
		}
		records = append(records, r)
	}
	p.known = len(p.steps)
	return records
}

// record writes a step as a statement about the present.
func (c *company) record(p *person, s step) fact.PersonRecord {
	r := fact.PersonRecord{Key: p.key, Name: p.name, Level: string(s.level), Hired: p.hired, Left: p.left, ValidFrom: calendar.NoDate}
	if s.team != none {
		r.Team = c.teams[s.team].key
	}
	if p.role != "" {
		r.Roles = []string{p.role}
	}
	return r
}

// move adds a step and records it in the month.
func (c *company) move(f *monthFacts, p *person, s step) {
	p.steps = append(p.steps, s)
	f.people = append(f.people, c.unrecorded(p)...)
}

// organise tells what happens to people in a month. Nothing is known of days after today.
func (c *company) organise(i int, f *monthFacts) {
	m := c.first + calendar.Month(i)
	_, name := m.Civil()
	c.promote(m, f)
	if i == leaderChangeAfter {
		c.changeLeader(m, f)
	}
	if i%5 == 2 {
		c.transfer(i, m, f)
	}
	if i < c.last {
		for range leaversIn[name-1] {
			c.leave(m, f)
		}
	}
	for n := range joinersIn[name-1] {
		on := c.year.workDay(m, 1+4*n+i%3)
		if on > c.today {
			continue
		}
		p := c.hire(c.smallest(), org.LevelNewcomer, on)
		f.people = append(f.people, c.unrecorded(p)...)
	}
}

// promote moves newcomers up after their half year, and in the first month of a quarter the best of the regular sellers.
func (c *company) promote(m calendar.Month, f *monthFacts) {
	var best *person
	for _, p := range c.people {
		s, employed := p.on(m.First())
		switch {
		case !employed:
		case s.level == org.LevelNewcomer && m-p.hired.Month() >= newcomerMonths:
			c.move(f, p, step{m.First(), s.team, org.LevelRegular})
		case s.level == org.LevelRegular && !p.stays && m-p.hired.Month() >= 18 && (best == nil || p.skill > best.skill):
			best = p
		}
	}
	if _, name := m.Civil(); best != nil && (name-1)%3 == 0 {
		c.move(f, best, step{m.First(), best.now().team, org.LevelCore})
	}
}

// changeLeader lets the leader of one team go, whom the best of the team's core sellers follows.
func (c *company) changeLeader(m calendar.Month, f *monthFacts) {
	t := c.teams[leaderChangeTeam]
	var next *person
	for _, p := range c.members(leaderChangeTeam, m.First()) {
		if s := p.now(); s.level == org.LevelCore && s.from < m.First() && p.left == calendar.Forever && (next == nil || p.skill > next.skill) {
			next = p
		}
	}
	if next == nil {
		return
	}
	t.leader.left = m.First()
	f.people = append(f.people, c.record(t.leader, t.leader.now()))
	next.book = append(next.book, t.leader.book...)
	t.leader.book = nil
	c.move(f, next, step{m.First(), leaderChangeTeam, org.LevelManager})
	t.leader = next
	f.leaders = append(f.leaders, fact.LeaderRecord{Team: t.key, Person: next.key, From: m.First()})
}

// members returns the sellers of a team on a day, the leader not included, in the order of their keys.
func (c *company) members(t int, day calendar.Date) (members []*person) {
	for _, p := range c.people {
		if s, employed := p.on(day); employed && s.team == t && s.level != org.LevelManager {
			members = append(members, p)
		}
	}
	return members
}

// transfer moves a regular seller into another team of the region, at the beginning or in the middle of the month.
func (c *company) transfer(i int, m calendar.Month, f *monthFacts) {
	region := i % len(regions)
	day := m.First() + calendar.Date(15*(i%2))
	if day > c.today {
		return
	}
	from, to := region*teamsPerRegion, region*teamsPerRegion
	for t := from; t < (region+1)*teamsPerRegion; t++ {
		if len(c.members(t, day)) > len(c.members(from, day)) {
			from = t
		}
		if len(c.members(t, day)) <= len(c.members(to, day)) {
			to = t
		}
	}
	for _, p := range c.members(from, day) {
		if s := p.now(); from != to && s.level == org.LevelRegular && s.from < m.First() && !p.stays && p.left == calendar.Forever {
			c.inherit(p, day)
			c.move(f, p, step{day, to, org.LevelRegular})
			return
		}
	}
}

// leave lets one seller go: rather one of the weaker.
func (c *company) leave(m calendar.Month, f *monthFacts) {
	var going []*person
	for _, p := range c.people {
		s, employed := p.on(m.First())
		if employed && p.left == calendar.Forever && !p.stays && s.level != org.LevelManager && m-p.hired.Month() >= 2 && s.from < m.First() {
			going = append(going, p)
		}
	}
	slices.SortStableFunc(going, func(a, b *person) int { return cmp.Compare(a.skill, b.skill) })
	if len(going) == 0 {
		return
	}
	p := going[c.dice.people.IntN(max(1, len(going)/2))]
	p.left = m.First() + calendar.Date(c.dice.people.between(6, 27))
	if c.dice.people.chance(400) {
		p.left = (m + 1).First()
	}
	f.people = append(f.people, c.record(p, p.now()))
	c.inherit(p, p.left)
}

// inherit shares the customers of somebody who goes among those of the team who stay, the leader last.
func (c *company) inherit(p *person, day calendar.Date) {
	t := p.now().team
	heirs := slices.DeleteFunc(c.members(t, day-1), func(other *person) bool { return other == p || other.left != calendar.Forever })
	heirs = append(heirs, c.teams[t].leader)
	for i, customer := range p.book {
		heir := heirs[i%len(heirs)]
		heir.book = append(heir.book, customer)
	}
	p.book = nil
}

// smallest is the team with the fewest people at present.
func (c *company) smallest() int {
	count := make([]int, len(c.teams))
	for _, p := range c.people {
		if s := p.now(); s.team != none && p.left == calendar.Forever {
			count[s.team]++
		}
	}
	return slices.Index(count, slices.Min(count))
}
