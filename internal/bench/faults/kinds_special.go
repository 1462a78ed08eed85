package faults

import "math"

// quiet is a measure that is hardly noisy.
func quiet(least, noise, most float64) func(*company, site) (float64, float64, float64) {
	return func(*company, site) (float64, float64, float64) { return least, noise, most }
}

// large asks for so many sellers.
func large(seats, least, noise, most float64) func(*company, site) (float64, float64, float64) {
	return func(_ *company, at site) (float64, float64, float64) {
		if at.seats < seats {
			return least, noise, 0
		}
		return least, noise, most
	}
}

func pipelineKinds() []kind {
	closed := 52.0
	thing := func(part func(c *company, at site) float64, each, differs, least, most float64) func(*company, site) (float64, float64, float64) {
		return func(c *company, at site) (float64, float64, float64) {
			n := part(c, at) * at.seats
			return math.Log(least), math.Sqrt(differs*differs + each*each/n), math.Log(most)
		}
	}
	opportunities := func(c *company, at site) float64 { return closed * c.part(at) }
	deals := func(c *company, at site) float64 { return 85 * c.part(at) }
	won := func(c *company, at site) float64 { return 18 * c.part(at) }
	leads := func(c *company, at site) float64 { return 30 * c.part(at) }
	times := func(of func(c *company, at site) *float64, sign float64) func(*company, site, float64) {
		return func(c *company, at site, by float64) { *of(c, at) *= math.Exp(sign * by) }
	}
	product, from := []level{atProduct}, []level{atSource}
	return []kind{
		ofFactor("conversion_low", "conversion", kWin, closed, 1.45, 1/0.75, 1/0.75, 5, -1, units),
		{id: "conversion_low", group: "conversion", levels: product, measure: thing(opportunities, 1.42, 0.03, 1/0.75, 5),
			plant: times(func(c *company, at site) *float64 { return &c.products[at.thing].win }, -1)},
		{id: "conversion_low", group: "conversion", levels: from, measure: thing(opportunities, 1.42, 0.05, 1/0.75, 5),
			plant: times(func(c *company, at site) *float64 { return &c.sources[at.thing].win }, -1)},
		ofFactor("cycle_long", "time", kCycle, 18, 0.35, 1.3, 1.3, 2.6, 1, units),
		{id: "cycle_long", group: "time", levels: product, measure: thing(won, 0.35, 0.03, 1.3, 2.6),
			plant: times(func(c *company, at site) *float64 { return &c.products[at.thing].cycle }, 1)},
		{id: "cycle_long", group: "time", levels: from, measure: thing(won, 0.35, 0.03, 1.3, 2.6),
			plant: times(func(c *company, at site) *float64 { return &c.sources[at.thing].cycle }, 1)},
		{id: "lead_quality_low", group: "quality", levels: from, measure: thing(leads, 1.25, 0.07, 1.5, 6),
			plant: times(func(c *company, at site) *float64 { return &c.sources[at.thing].quality }, -1)},
		{id: "complaints_high", group: "complaints", levels: product, measure: thing(deals, 5.3, 0.06, 1.8, 9),
			plant: times(func(c *company, at site) *float64 { return &c.products[at.thing].complaints }, 1)},
		{id: "discount_high", group: "discount", levels: product, plant: func(c *company, at site, by float64) { c.products[at.thing].discounts += by },
			measure: func(c *company, at site) (float64, float64, float64) {
				return 0.04, 0.024 / math.Sqrt(35*at.seats*c.part(at)), 0.10
			}},
	}
}

// part is how much of all opportunities a product or a source has; existing customers bring no leads.
func (c *company) part(at site) float64 {
	sum, one := 0.0, 0.0
	if at.level == atProduct {
		for i, p := range c.products {
			if sum += p.weight; i == at.thing {
				one = p.weight
			}
		}
		return one / sum
	}
	for i, s := range c.sources {
		if sum += s.weight; i == at.thing {
			one = s.weight
		}
	}
	return one / sum
}

func peopleKinds() []kind {
	return []kind{
		ofFactor("productivity_low", "people", kWork, 1, 0.42, 1.5, 1.5, 5, -1, units),
		{id: "productivity_gap", group: "people", levels: alone, plant: func(c *company, _ site, by float64) { c.uneven = math.Sqrt(max(0, by*by/2.56/2.56-0.33*0.33)) },
			measure: func(_ *company, at site) (float64, float64, float64) {
				return math.Log(6), 1.6 / math.Sqrt(at.seats), 4.5
			}},
		{id: "ramp_slow", group: "ramp", levels: wide, plant: func(c *company, at site, by float64) { adjust(c, at, kRamp, math.Exp(-by)) },
			measure: func(c *company, at site) (float64, float64, float64) {
				n := float64(c.joiners(at.teams))
				if n < 8 {
					return 0.59, 1, 0
				}
				return 0.59, 0.5 / math.Sqrt(n), 2.6
			}},
		{id: "key_person", group: "people", levels: []level{atTeam}, plant: plantStar, measure: func(c *company, at site) (float64, float64, float64) {
			if at.seats < 5.5 || c.starOf(at.teams[0]) < 0 {
				return 0.28, 0.03, 0
			}
			return 0.28, 0.03, 0.72
		}},
		ofFactor("activity_falling", "activity", kActivityLately, 28, 1.15, 1/0.7, 1/0.7, 8, -1, wideUnits),
		{id: "records_gap", group: "activity", levels: units, steps: [3]float64{2, 3, 5}, measure: quiet(2, 0.1, 6), plant: plantSilence},
		ofMean("survey_disengaged", "survey", kEngagement, 0.85, 0.45, 0.5, 0.82, 2.3, -1, wideUnits),
		ofMean("plan_not_understood", "understood", kUnderstood, 0.85, 0.48, 0.8, 0.92, 2.5, -1, wideUnits),
		ofFactor("training_rare", "training", kTraining, 6, 0.25, 28.0/12, 28.0/12, 14, -1, wideUnits),
		{id: "hoarding", group: "care", levels: []level{atPerson}, steps: [3]float64{20, 30, 45}, measure: quiet(15, 1, 50),
			plant: func(c *company, at site, by float64) { c.hoards[int(c.people[at.thing].id)] = int(by) }},
	}
}

func adjust(c *company, at site, k knob, times float64) {
	for _, t := range at.teams {
		c.teams[t].k[k] *= times
	}
}

// joiners are those who came within the two years and stayed nine months.
func (c *company) joiners(teams []int) (n int) {
	for _, t := range teams {
		for _, i := range c.teams[t].people {
			p := &c.people[i]
			last := c.end()
			if p.left != none {
				last = p.left
			}
			if p.hired >= c.start() && last-p.hired > 275 {
				n++
			}
		}
	}
	return n
}

// starOf is the core seller who could carry a team; −1 without one.
func (c *company) starOf(t int) int {
	for _, i := range c.teams[t].people {
		if p := &c.people[i]; p.level == core && p.left == none {
			return i
		}
	}
	return -1
}

// plantStar gives one person so much of the team's money that it is by more than the usual fifth, and leaves the team's total as it was.
func plantStar(c *company, at site, by float64) {
	t := at.teams[0]
	star, n, share := c.starOf(t), at.seats, min(0.93, 0.22+by)
	for _, i := range c.teams[t].people {
		p := &c.people[i]
		c.stars[int(p.id)] = (1 - share) * n / (n - 1)
		if i == star {
			c.stars[int(p.id)] = share * n / (p.skill * p.pace)
		}
	}
}

// plantSilence loses the follow-ups of months before those in which falling activity would be looked for.
func plantSilence(c *company, at site, by float64) {
	d := newDice(c.seed, ofFaults, 77)
	from := d.between(7, 11)
	for _, t := range at.teams {
		for m := from; m < from+int(by); m++ {
			c.silent[t] = append(c.silent[t], m)
		}
	}
}

func incentiveKinds() []kind {
	all := []kind{
		ofShare("target_not_split", "targets", kUnsplit, 12, 0.5, 0.5, 1, wideUnits).stepped(0.65, 0.85, 1),
		{id: "target_sum_gap", group: "sums", levels: wideUnits, measure: quiet(0.05, 0.002, 0.5), plant: plantGap},
		{id: "target_unrealistic", group: "targets", levels: alone, measure: quiet(0.26, 0.03, 1.2),
			plant: func(c *company, at site, by float64) { adjust(c, at, kQuota, math.Exp(by)) }},
		ofFactor("target_unfair", "targets", kQuota, 1, 0.16, 1/0.75, 1/0.75, 4, 1, units),
		{id: "target_ratchet", group: "targets", levels: alone, plant: func(c *company, _ site, by float64) { c.ratchet = by },
			measure: func(_ *company, at site) (float64, float64, float64) { return 0.3, 0.15 / math.Sqrt(at.seats), 0.95 }},
		ofShare("plan_coverage", "coverage", kUncovered, 1, 0.10, 0.10, 0.97, wideUnits),
		{id: "pay_not_following", group: "pay", levels: wide, steps: [3]float64{0.75, 0.85, 0.95}, measure: quiet(0.65, 0.03, 1), plant: plantNoise},
		{id: "plan_not_target", group: "plans", levels: []level{atPlan}, steps: [3]float64{0.5, 0.65, 0.85}, measure: quiet(0.4, 0.01, 1),
			plant: func(c *company, at site, by float64) { c.plans[at.thing].aside = by }},
		{id: "gaming_threshold", group: "gaming", levels: wide, steps: [3]float64{0.6, 0.8, 0.97}, measure: large(40, 0.4, 0.05, 1),
			plant: func(c *company, at site, by float64) { adding(kGaming, 1)(c, at, by) }},
		ofShare("gaming_cancel", "monthend", kCancel, 85, 0.04, 0.042, 0.3, wideUnits).scaled(1.25),
		ofShare("end_loading", "monthend", kEndLoading, 85, 0.12, 0.19, 0.7, wideUnits).scaled(1.4),
		{id: "incentive_over_budget", group: "budget", levels: wide, plant: func(c *company, at site, by float64) { adjust(c, at, kOverBudget, math.Exp(by)) },
			measure: func(_ *company, at site) (float64, float64, float64) {
				if at.level == atRegion { // the company must stay within its budget
					return 0.17, 0.015, math.Log(1 + 0.12*(at.seats+at.others)/at.seats)
				}
				return 0.17, 0.015, math.Log(2.2)
			}},
		{id: "turnover_high", group: "leaving", levels: wideUnits, plant: func(c *company, at site, by float64) { adding(kLeaving, 1)(c, at, by) },
			measure: func(_ *company, at site) (float64, float64, float64) {
				least := 0.16
				if at.level == atCompany {
					least = 0.31
				}
				return least, math.Sqrt(0.16 / at.seats), 0.75
			}},
		{id: "customer_concentrated", group: "giant", levels: wide, measure: giantRoom(0.25, 0.015, 0.6), plant: plantGiant},
		{id: "receivable_concentrated", group: "giant", levels: wide, measure: giantRoom(0.35, 0.02, 0.82), plant: plantDebtor},
	}
	return all
}

// stepped is a kind whose strengths move it so far.
func (k kind) stepped(weak, medium, strong float64) kind {
	k.steps = [3]float64{weak, medium, strong}
	return k
}

func plantGap(c *company, at site, by float64) {
	switch at.level {
	case atCompany:
		c.whole = by
	case atRegion:
		c.gap[^at.thing] = by
	default:
		c.gap[at.teams[0]] = by
	}
}

// giantRoom: a region is given a giant only when it is a small part of the company, so that the others do not look poor beside it.
func giantRoom(least, noise, most float64) func(*company, site) (float64, float64, float64) {
	return func(_ *company, at site) (float64, float64, float64) {
		if at.seats < 18 || at.level == atRegion && at.others < 4*at.seats {
			return least, noise, 0
		}
		return least, noise, most
	}
}
