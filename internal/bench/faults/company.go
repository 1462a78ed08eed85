package faults

import (
	"fmt"
	"math"
	"time"
)

// company is what is drawn before any row is written: who there is, what is sold, and how each team works.
type company struct {
	seed uint64
	*window
	regions  []region
	teams    []team
	people   []person
	products []product
	sources  []source
	plans    []plan

	faults  []Fault
	gap     map[int]float64 // of a team, or ^region: how much more the whole is asked for than its parts
	whole   float64         // the same of the company
	ratchet float64         // how much of a surplus goes into the next quarter's target
	uneven  float64         // how much more apart regular sellers are
	silent  map[int][]int   // months without follow-ups, by team
	hoards  map[int]int     // customers that a person claimed and left alone
	stars   map[int]float64 // times the amounts of a person
	giants  map[int][]giantDeal

	quotas     [][monthCount]int64 // of teams, while it is written
	incentives [][monthCount]int64 // of regions
	mean       float64             // collected for each seller and month, where pay is to know nothing of it
}

type region struct {
	key, name string
	teams     []int
}

type team struct {
	key, name string
	region    int
	people    []int // sellers of all two years
	leader    int
	k         [knobs]float64
	mix       []float64 // weights of products
}

const (
	newcomer = iota
	regular
	core
	manager
)

var levelWords = [...]string{"newcomer", "regular", "core", "manager"}

type person struct {
	id          uint64 // by team and number in it, so that what happens in one team renames nobody in another
	key, name   string
	team, level int
	hired, left day
	skill       float64 // amounts
	pace        float64 // opportunities
	win         float64
	fromMonth   int // first and last month of work within the two years
	toMonth     int
}

type product struct {
	key, name, category               string
	price                             float64 // yuan
	weight                            float64
	win, cycle, complaints, discounts float64 // times, times, for each deal, added
}

type source struct {
	word                        string
	weight, win, cycle, quality float64
}

type plan struct {
	key, name string
	aside     float64 // weight of what no target is of
}

// newCompany draws a company without any problem.
func newCompany(seed uint64, sellers int) *company {
	d := newDice(seed, ofShape)
	ends := [...]time.Month{time.March, time.June, time.September, time.December}
	end := ends[d.between(0, 3)]
	year := 2025
	if end <= time.June {
		year = 2026
	}
	c := &company{seed: seed, window: newWindow(year, end), gap: map[int]float64{}, silent: map[int][]int{}, hoards: map[int]int{},
		stars: map[int]float64{}, giants: map[int][]giantDeal{}}
	c.seasons()
	c.market()
	teams := max(4, (sellers+4)/8)
	regions := max(1, min(len(areas), teams/4))
	for r := range regions {
		c.regions = append(c.regions, region{key: fmt.Sprintf("R%02d", r+1), name: areas[r] + "大区"})
	}
	td := newDice(seed, ofTeams)
	for t := range teams {
		r := t * regions / teams
		c.regions[r].teams = append(c.regions[r].teams, t)
		mix := make([]float64, len(c.products))
		for p := range mix {
			mix[p] = c.products[p].weight * td.spread(0.15)
		}
		c.teams = append(c.teams, team{key: fmt.Sprintf("T%03d", t+1), name: fmt.Sprintf("%s%d组", areas[r], len(c.regions[r].teams)), region: r,
			k: turn(newDice(seed, ofTeams, uint64(t)+1)), mix: mix})
	}
	return c
}

// seasons: business follows the quarters' ends, and the Spring Festival takes half of its month.
func (c *company) seasons() {
	d := newDice(c.seed, ofShape, 1)
	base := [12]float64{0.95, 0.8, 1.08, 1, 1, 1.08, 0.95, 0.95, 1.1, 0.95, 1.05, 1.15}
	for m := range base {
		base[m] *= d.spread(0.04)
	}
	growth := d.span(-0.002, 0.008)
	for i := range c.months {
		m := &c.months[i]
		free := 0
		for at := m.first; at <= m.last; at++ {
			if c.free[at] {
				free++
			}
		}
		m.season = base[m.first.time().Month()-1] * (1 - 0.04*float64(free)) * math.Pow(1+growth, float64(i)-11.5)
	}
}

// market draws products, sources and plans.
func (c *company) market() {
	d := newDice(c.seed, ofMarket)
	n := d.between(4, len(goods))
	level := d.span(30_000, 120_000)
	for i := range n {
		c.products = append(c.products, product{key: fmt.Sprintf("P%02d", i+1), name: goods[i], category: []string{"硬件", "软件", "服务"}[i%3],
			price: level * d.spread(0.4), weight: d.span(0.7, 1.4), win: 1 + d.usual(0.03), cycle: 1 + d.usual(0.03), complaints: 0.035 * (1 + d.usual(0.06))})
	}
	for i, word := range []string{"referral", "website", "exhibition", "cold_call", "partner", "existing"} {
		win := []float64{1.08, 0.98, 0.98, 0.93, 1, 1.08}[i]
		c.sources = append(c.sources, source{word: word, weight: []float64{1, 1.3, 0.8, 1.2, 0.7, 0.9}[i] * d.spread(0.15), win: win, cycle: 1 + d.usual(0.025),
			quality: []float64{0.44, 0.40, 0.40, 0.36, 0.41, 0.44}[i]})
	}
	for i, name := range []string{"销售提成", "核心销售提成", "新人方案"} {
		c.plans = append(c.plans, plan{key: fmt.Sprintf("PLAN%d", i+1), name: name, aside: 0.1 + 0.05*float64(d.between(0, 2))})
	}
}

// staff fills the seats of all teams: who leaves is followed by somebody new a month or two later.
func (c *company) staff(sellers int) {
	c.people = nil
	seats := sellers / len(c.teams)
	for t := range c.teams {
		d := newDice(c.seed, ofPeople, uint64(t))
		c.teams[t].people = nil
		lead := c.hire(t, manager, c.start()-day(d.between(700, 3000)), d)
		c.teams[t].leader = lead
		more := 0
		if t < sellers%len(c.teams) {
			more = 1
		}
		for seat := range seats + more {
			c.fillSeat(t, seat, newDice(c.seed, ofPeople, uint64(t), uint64(seat)+1))
		}
	}
	for i := range c.people {
		c.ripen(&c.people[i])
	}
}

// fillSeat is one seat over two years. The first two of a team are of core sellers, who stay.
func (c *company) fillSeat(t, seat int, d dice) {
	hired, level := c.start()-day(400+d.between(0, 2200)), regular
	if seat < 2 {
		c.hire(t, core, hired, d)
		return
	}
	if d.chance(0.08) {
		hired = c.start() + day(d.between(20, 200))
	}
	current := c.hire(t, level, c.working(hired), d)
	for m := range c.months {
		yearly := healthy[kLeaving].usual
		if m >= monthCount-12 {
			yearly = c.teams[t].k[kLeaving]
		}
		leaves := d.chance(min(0.5, 1.5*yearly/12)) // two seats of a team never do
		at := c.months[m].first + day(d.between(3, 26))
		gap := day(d.between(25, 55))
		if !leaves || c.people[current].hired > at-60 {
			continue
		}
		c.people[current].left = at
		if next := c.working(at + gap); next < c.end()-20 {
			current = c.hire(t, level, next, newDice(c.seed, ofPeople, uint64(t), uint64(seat)+1, uint64(m)+1))
			continue
		}
		return
	}
}

// hire adds a person; leaders are no sellers.
func (c *company) hire(t, level int, hired day, d dice) int {
	i := len(c.people)
	id := t*100 + len(c.teams[t].people) + 1
	if level == manager {
		id = t * 100
	}
	c.people = append(c.people, person{id: uint64(id), key: fmt.Sprintf("%d", 100_000+id), name: personName(newDice(c.seed, ofNames, d.state)), team: t, level: level, hired: hired,
		left: none, skill: d.spread(0.22), pace: d.spread(0.10), win: 1 + d.usual(0.05)})
	if level != manager {
		c.teams[t].people = append(c.teams[t].people, i)
	}
	return i
}

// ripen says what follows from the days of a person's coming and going.
func (c *company) ripen(p *person) {
	last := c.end()
	if p.left != none {
		last = p.left
	}
	p.fromMonth, p.toMonth = max(0, c.monthOf(p.hired)), min(monthCount-1, c.monthOf(last))
	if p.level == regular && p.hired > last-365 {
		p.level = newcomer
	}
	if p.level == core {
		p.skill *= 1.25
	}
}

func (c *company) active(p *person, on day) bool {
	return p.hired <= on && (p.left == none || p.left >= on)
}

// ramped is what a person brings of what a ripe one does, in a month.
func (c *company) ramped(p *person, month int) float64 {
	served := float64(c.months[month].last-p.hired) / 30.4
	if p.hired < c.start() || served > 14 {
		return 1
	}
	reaches := c.teams[p.team].k[kRamp]
	if served >= rampMonths {
		return reaches
	}
	return reaches * (0.3 + 0.7*max(0, served)/rampMonths)
}

// sellersIn is how many seats of sellers are filled in a place on average.
func (c *company) sellersIn(teams []int) float64 {
	days := 0
	for _, t := range teams {
		for _, i := range c.teams[t].people {
			p := &c.people[i]
			last := c.end()
			if p.left != none {
				last = p.left
			}
			days += max(0, int(last-max(p.hired, c.start())))
		}
	}
	return float64(days) / float64(c.end()-c.start())
}
