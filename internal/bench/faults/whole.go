package faults

import (
	"strconv"
)

// head writes the sheets that name who and what there is.
func (c *company) head(r *rows) {
	for i := range c.regions {
		r.line(inRegions).put(c.regions[i].key, c.regions[i].name).end()
	}
	for i := range c.teams {
		t := &c.teams[i]
		r.line(inTeams).put(t.key, t.name, c.regions[t.region].key, c.people[t.leader].key).end()
	}
	for i := range c.people {
		p := &c.people[i]
		r.line(inPersons).put(p.key, p.name, c.teams[p.team].key, levelWords[p.level]).day(p.hired, p.left).end()
	}
	for _, p := range c.products {
		r.line(inProducts).put(p.key, p.name, p.category).end()
	}
	for _, p := range c.plans {
		aside := strconv.FormatFloat(p.aside, 'f', 2, 64)
		r.line(inPlans).put(p.key, p.name, "collected", strconv.FormatFloat(1-p.aside, 'f', 2, 64), "1.00").end()
		r.line(inPlans).put(p.key, p.name, "new_customers", aside, "").end()
	}
	c.standards(r)
}

func (c *company) standards(r *rows) {
	put := func(key string, value int) { r.line(inStandards).put(key).number(value).end() }
	r.line(inStandards).put("as_of", c.text(c.end())).end()
	r.line(inStandards).put("discount_limit").fraction(discountLimit, 2).end()
	put("register_hours", registerHours)
	put("record_hours", recordHours)
	put("first_contact_hours", 24)
	put("approval_hours", 24)
	put("answer_hours", answerHours)
	put("check_days", checkDays)
	put("recycle_days", recycleDays)
	put("training_hours", trainingHours)
	put("ramp_months", rampMonths)
	for i, tier := range []string{"A", "B", "C"} {
		put("care_days."+tier, careDays[i])
	}
	for stage := 1; stage < 4; stage++ {
		put("stage_days."+stageNames[stage], stageLimit[stage])
	}
	r.line(inStandards).put("approval_before_sending", "proposal").end()
	for _, step := range []string{"need_recorded", "decision_chain", "contract_approved", "handover_done"} {
		r.line(inStandards).put("step."+step, "required").end()
	}
}

// tail writes the sheets that add up what sellers did: targets of teams, regions and the company, and budgets.
func (c *company) tail(r *rows) {
	for m := range c.months {
		whole := int64(0)
		for i := range c.regions {
			sum := int64(0)
			for _, t := range c.regions[i].teams {
				target := more(c.quotas[t][m], c.gap[t])
				sum += target
				r.line(inTargets).put("team", "", c.teams[t].key, c.months[m].name, "collected").fen(target).end()
			}
			sum = more(sum, c.gap[^i])
			whole += sum
			r.line(inTargets).put("region", c.regions[i].key, "", c.months[m].name, "collected").fen(sum).end()
		}
		r.line(inTargets).put("company", "", "", c.months[m].name, "collected").fen(more(whole, c.whole)).end()
		c.budget(r, m)
	}
	c.surveys(r)
}

// more is an amount raised by a share, in whole hundreds of yuan.
func more(amount int64, by float64) int64 {
	if by == 0 {
		return amount
	}
	return amount + int64(float64(amount)*by/10000)*10000
}

// budget writes what was set aside for the incentives of a month.
func (c *company) budget(r *rows, m int) {
	whole := int64(0)
	for i := range c.regions {
		d := newDice(c.seed, ofPlans, uint64(i), uint64(m))
		over := 0.0
		for _, t := range c.regions[i].teams {
			over += c.teams[t].k[kOverBudget] / float64(len(c.regions[i].teams))
		}
		amount := int64(float64(c.incentives[i][m])/over*d.spread(0.03)/10000) * 10000
		whole += amount
		r.line(inBudgets).put(c.months[m].name, c.regions[i].key).fen(amount).end()
	}
	r.line(inBudgets).put(c.months[m].name, "").fen(whole).end()
}

// surveys asks everybody twice a year.
func (c *company) surveys(r *rows) {
	for n, m := range []int{5, 11, 17, 23} {
		on := c.working(c.months[m].first + 9)
		for t := range c.teams {
			for at, i := range c.teams[t].people {
				p := &c.people[i]
				whose := newDice(c.seed, ofSurvey, p.id)
				mood := 0.35 * whose.normal()
				grasp := 0.35 * whose.normal()
				d := newDice(c.seed, ofSurvey, p.id, uint64(n)+1)
				if !c.active(p, on) || !d.chance(0.85) {
					continue
				}
				alias := "S" + strconv.Itoa(n+1) + "-" + strconv.Itoa(t+1) + "-" + strconv.Itoa(at+1)
				c.answers(r, t, n, on, alias, mood, grasp, &d)
			}
		}
	}
}

func (c *company) answers(r *rows, t, survey int, on day, alias string, mood, grasp float64, d *dice) {
	put := func(question string, value, low, high int) {
		r.line(inSurvey).put("S"+strconv.Itoa(survey+1)).day(on).put(alias, c.teams[t].key, question).number(max(low, min(high, value))).end()
	}
	k := &c.teams[t].k
	for q := 1; q <= 5; q++ {
		put("engagement_"+strconv.Itoa(q), int(k[kEngagement]+mood+0.55*d.normal()+0.5), 1, 5)
	}
	put("plan_understood", int(k[kUnderstood]+grasp+0.55*d.normal()+0.5), 1, 5)
	put("enps", int(7.2+1.7*(k[kEngagement]-healthy[kEngagement].usual)+2*mood+1.2*d.normal()), 0, 10)
}
