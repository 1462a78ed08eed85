package demo

import (
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/org"
	"xiaoguan/internal/target"
)

// marks are attainments that somebody hits to the fen each month: the edges of bands and gates.
var marks = []int64{600, 1000, 1100, 1200}

// The months of the story, counted back from the last complete one (0), in which something rare happens.
var (
	capMonths    = []int{0, 9, 18}
	refundMonths = []int{0, 14}
)

// begin decides for everybody what the month asks of them and how they will do.
func (c *company) begin(i int) {
	m := c.first + calendar.Month(i)
	known := c.monthDays(i)
	for _, p := range c.people {
		day := min(m.Last(), p.left-1)
		s, employed := p.on(day)
		p.month = stand{active: employed && day >= m.First() && sells(s.level), level: s.level, team: s.team}
		if !p.month.active {
			continue
		}
		p.month.days = known.Intersect(calendar.Interval{From: p.hired, To: p.left})
		p.month.whole = p.hired < m.First() && p.left > m.Last()
		p.month.quota = c.quota(p, i)
		p.month.desired = c.likely(p, i)
	}
	c.exceptions(i)
	c.mark(i)
	for _, p := range c.people {
		if p.month.active && p.month.quota > 0 {
			c.months[i].quotas = append(c.months[i].quotas, fact.QuotaRecord{Person: p.key, Month: m, Of: target.OfCollected, AmountMinor: p.month.quota})
		}
	}
}

// quota is what the month asks of a person: by level, person, growth of the company and, dampened, the season.
func (c *company) quota(p *person, i int) int64 {
	m := c.first + calendar.Month(i)
	base := map[org.Level]int64{org.LevelNewcomer: 60_000, org.LevelRegular: 200_000, org.LevelCore: 410_000, org.LevelManager: 110_000}[p.month.level]
	if p.month.level == org.LevelNewcomer {
		base += 15_000 * min(5, int64(m-p.hired.Month()))
	}
	base = base * p.size / permille * (permille + 8*int64(i)) / permille * (permille + c.year.market(m)) / (2 * permille)
	const step = 5_000
	return (base + step/2) / step * step * fen
}

// likely is what a person will collect in the month: by skill, training, season, chance and the days that there are.
func (c *company) likely(p *person, i int) int64 {
	m := c.first + calendar.Month(i)
	market := c.year.market(m)
	skill := p.skill
	if p.month.level == org.LevelNewcomer {
		skill = skill * (550 + 80*min(5, int64(m-p.hired.Month()))) / permille
	}
	all := c.year.sum(m.Interval())
	amount := p.month.quota * skill / permille * 2 * market / (permille + market) * c.dice.sales.between(920, 1080) / permille
	return amount * c.year.sum(p.month.days) / max(1, all) / (100 * fen) * (100 * fen)
}

// ordinary reports whether chance may choose the person for something special: a regular seller, all month there.
func (p *person) ordinary() bool {
	return p.month.active && p.month.whole && p.month.level == org.LevelRegular && !p.stays && !p.month.exact && !p.month.refund && !p.month.best && p.month.quota > 0
}

// exceptions chooses who reaches the cap, who falls below zero, and whose quota was forgotten.
func (c *company) exceptions(i int) {
	back := c.last - 1 - i
	for _, at := range refundMonths {
		if at == back {
			c.fallBelowZero(i)
		}
	}
	for _, at := range capMonths {
		if best := c.choose(func(p *person) int64 { return p.skill + p.size }); at == back && best != nil {
			best.month.desired, best.month.best = best.month.quota*2600/permille, true
		}
	}
	if back <= 0 { // the last complete month, and the one in progress
		if forgotten := c.choose(func(p *person) int64 { return -int64(p.hired) }); forgotten != nil {
			forgotten.month.quota = 0
		}
	}
}

// choose returns the ordinary person with the greatest score, the first on a tie.
func (c *company) choose(score func(*person) int64) (best *person) {
	for _, p := range c.people {
		if p.ordinary() && (best == nil || score(p) > score(best)) {
			best = p
		}
	}
	return best
}

// refundFen is the least refund that makes a month negative.
const refundFen = 60_000 * fen

// fallBelowZero gives the biggest contract of an ordinary seller back.
func (c *company) fallBelowZero(i int) {
	var biggest *contract
	for _, k := range c.deals {
		fresh := k.signed >= (c.first + calendar.Month(max(0, i-10))).First()
		if fresh && len(k.sellers) == 1 && k.sellers[0].person.ordinary() && k.paid >= refundFen && (biggest == nil || k.paid > biggest.paid) {
			biggest = k
		}
	}
	if biggest == nil {
		return
	}
	p := biggest.sellers[0].person
	p.month.refund = true
	if on, ok := c.year.pick(c.dice.sales, p.month.days); ok {
		c.pay(biggest, on, -biggest.paid*9/10/fen*fen)
	}
	p.month.desired = p.month.credited
}

// mark lets those who come nearest to a mark hit it exactly; only months that are over have marks.
func (c *company) mark(i int) {
	if i == c.last {
		return
	}
	for _, at := range marks {
		near := c.choose(func(p *person) int64 {
			away := p.month.desired*permille/p.month.quota - at
			return -max(away, -away)
		})
		if near != nil {
			near.month.exact, near.month.desired = true, near.month.quota/permille*at
		}
	}
}
