package finding

import (
	"fmt"
	"math"
	"time"

	"xiaoguan/internal/calendar"
)

// The company of the tests: 3 regions with 3 teams of 8 sellers and a leader, two years, all parts, nothing wrong with it. It is made of hashes, so
// that it is the same every time, and it shares nothing with the benchmark's companies.
const (
	testRegions, testTeams, testSellers = 3, 3, 8
	testMonths                          = 24
)

// chanceOf is a number from 0 to 1 for some numbers: splitmix64 over them.
func chanceOf(parts ...int) float64 {
	x := uint64(0x9E3779B97F4A7C15)
	for _, p := range parts {
		x ^= uint64(p) + 0x9E3779B97F4A7C15 + x<<6 + x>>2
		x = (x ^ x>>30) * 0xBF58476D1CE4E5B9
		x = (x ^ x>>27) * 0x94D049BB133111EB
		x ^= x >> 31
	}
	return float64(x>>11) / (1 << 53)
}

func testCompany() *Company {
	c := &Company{AsOf: calendar.NewDate(2026, time.September, 30), Kept: map[Part]int{}, Standards: map[string]string{
		"discount_limit": "20%", "training_hours": "24", "approval_hours": "24", "stage_days.needs": "14", "stage_days.proposal": "14", "stage_days.contract": "14", "ramp_months": "3", "recycle_days": "60",
		"care_days.a": "30", "care_days.b": "60", "care_days.c": "90",
	}}
	for r := range testRegions {
		c.Regions = append(c.Regions, Region{fmt.Sprintf("R%d", r+1), ""})
		for t := range testTeams {
			team := int32(len(c.Teams))
			c.Teams = append(c.Teams, Team{Key: fmt.Sprintf("T%d%d", r+1, t+1), Region: int32(r), Leader: int32(len(c.People))})
			for p := range testSellers + 1 {
				person := Person{Key: fmt.Sprintf("P%d%d%d", r+1, t+1, p), Team: team, Layer: LayerRegular, Hired: calendar.NewDate(2020, time.May, 1), Left: NoDay}
				switch p {
				case 0:
					person.Layer = LayerManager
				case 1, 2:
					person.Layer = LayerCore
				case testSellers:
					person.Hired = calendar.NewDate(2025, time.March, 1)
				}
				c.People = append(c.People, person)
			}
		}
	}
	for p := range 5 {
		c.Products = append(c.Products, Product{Key: fmt.Sprintf("G%d", p+1)})
	}
	for i := range c.People {
		if c.People[i].Layer != LayerManager {
			testSeller(c, int32(i))
		}
	}
	testTargets(c)
	for _, plan := range []struct {
		measure string
		weight  float64
	}{{"collected", 0.8}, {"margin", 0.2}} {
		c.Lines = append(c.Lines, PlanLine{Plan: "PLAN", Measure: plan.measure, Weight: plan.weight})
	}
	testKept(c)
	return c
}

func testKept(c *Company) {
	c.Kept = map[Part]int{Regions: len(c.Regions), Teams: len(c.Teams), Persons: len(c.People), Customers: len(c.Customers), Products: len(c.Products), Deals: len(c.Deals), Payments: len(c.Payments),
		Quotas: len(c.Quotas), Leads: len(c.Leads), Opportunities: len(c.Opportunities), FollowUps: len(c.FollowUps), Targets: len(c.Targets), CustomerRecords: len(c.Customers), CustomerMoves: len(c.Moves),
		ProcessEvents: len(c.Events), Approvals: len(c.Approvals), Quotes: len(c.Quotes), Instalments: len(c.Instalments), ServiceCases: len(c.Cases), Satisfaction: len(c.Opinions),
		SurveyAnswers: len(c.Answers), Training: len(c.Trainings), PlanLines: len(c.Lines), Pay: len(c.Pays), Budgets: len(c.Budgets), Standards: len(c.Standards)}
}

// testSeller adds what one seller did.
func testSeller(c *Company, person int32) {
	p := c.People[person]
	first := int32(len(c.Customers))
	for k := range 20 {
		testCustomer(c, person, k)
	}
	begin := calendar.NewMonth(2024, time.October)
	for at := range testMonths {
		m := begin + calendar.Month(at)
		if p.Hired > m.First() {
			continue
		}
		for k := range 3 {
			testOpportunity(c, person, first+int32((at*3+k)%20), m, k)
		}
		for k := range 2 {
			u := chanceOf(int(person), at, k, 1)
			lead := Lead{Key: fmt.Sprintf("L%d-%d-%d", person, at, k), Owner: person, Source: uint8(1 + int(u*6)), Created: m.First() + Day(u*27), Status: JudgementRejected}
			lead.FirstContact = lead.Created
			if chanceOf(int(person), at, k, 2) < 0.5 {
				lead.Status = JudgementQualified
			}
			c.Leads = append(c.Leads, lead)
		}
		c.Trainings = append(c.Trainings, TrainingHours{Person: person, On: m.First(), Hours: 2})
	}
	for q := range 5 {
		c.Answers = append(c.Answers, Answer{Team: p.Team, Respondent: uint64(person) + 1, Question: QuestionEngagement, Value: 3.5 + math.Round(chanceOf(int(person), q, 3))})
	}
	c.Answers = append(c.Answers, Answer{Team: p.Team, Respondent: uint64(person) + 1, Question: QuestionPlan, Value: 3.5 + math.Round(chanceOf(int(person), 4))})
}

func testCustomer(c *Company, person int32, k int) {
	i := len(c.Customers)
	met := At(calendar.NewDate(2024, time.January, 1)+Day(k*9), 600)
	tier := byte('B')
	if k < 2 && c.People[person].Layer == LayerCore {
		tier = 'A'
	}
	customer := Customer{Key: fmt.Sprintf("K%05d", i), Tier: tier, Filled: 6, Credit: uint64(i)*2 + 1, Name: uint64(i)*2 + 1, InLedger: true, Owner: person, Since: met.Day() + 20, Met: met, Registered: met + 120,
		Checked: c.AsOf - Day(chanceOf(i, 5)*120), Contacted: c.AsOf - Day(chanceOf(i, 6)*40), Lost: NoDay}
	if chanceOf(i, 7) < 0.2 { // some are lost, evenly over the two years
		customer.Lost = calendar.NewDate(2024, time.October, 1) + Day(chanceOf(i, 8)*729)
	}
	if chanceOf(i, 12) < 0.1 {
		c.Moves = append(c.Moves, Move{Customer: int32(i), To: person, On: c.AsOf - 300, Turn: TurnClaimed})
	}
	c.Customers = append(c.Customers, customer)
	c.Opinions = append(c.Opinions, Opinion{Customer: int32(i), Person: person, On: c.AsOf - 30, Score: 4 + math.Round(chanceOf(i, 9))})
	opened := At(c.AsOf-Day(chanceOf(i, 10)*300), 500)
	c.Cases = append(c.Cases, ServiceCase{Key: fmt.Sprintf("S%05d", i), Customer: int32(i), Product: int32(i % 5), Complaint: chanceOf(i, 11) < 0.3, Opened: opened, Answered: opened + 60})
}

// testOpportunity adds an opportunity with its steps, quote, approval, and what it became.
func testOpportunity(c *Company, person, customer int32, m calendar.Month, k int) {
	index := int32(len(c.Opportunities))
	u := func(n int) float64 { return chanceOf(int(index), n) }
	o := Opportunity{Key: fmt.Sprintf("O%05d", index), Customer: customer, Owner: person, Product: index % 5, Source: uint8(1 + index%7), Deal: Nobody, AmountMinor: 1_000_000 + int64(u(1)*2_000_000)}
	o.Created = m.First() + Day(k*9) + Day(u(2)*8)
	o.Needs = o.Created + 3 + Day(u(3)*6)
	o.Proposal = o.Needs + 6 + Day(u(4)*6)
	o.Contract = o.Proposal + 6 + Day(u(5)*6)
	o.Ended = o.Contract + 6 + Day(u(6)*6)
	o.AfterSales, o.Expected = NoDay, o.Ended
	step := func(activity Activity, day Day) {
		at := At(day, 600)
		c.Events = append(c.Events, Event{Opportunity: index, Person: person, Activity: activity, Happened: at, Recorded: at + 60})
		c.FollowUps = append(c.FollowUps, FollowUp{Opportunity: index, Person: person, On: day})
	}
	step(ActivityNeed, o.Needs)
	step(ActivityDecision, o.Needs+1)
	step(ActivityProposal, o.Proposal)
	c.Approvals = append(c.Approvals, Approval{Key: o.Key, Opportunity: index, Asker: person, Proposal: true, Asked: At(o.Proposal-1, 540), Decided: At(o.Proposal-1, 540+60*int(1+u(7)*10)), Approved: true})
	c.Quotes = append(c.Quotes, Quote{Key: o.Key, Opportunity: index, Person: person, Product: o.Product, Sent: At(o.Proposal, 600), ListMinor: o.AmountMinor, AmountMinor: int64(float64(o.AmountMinor) * (0.95 - 0.1*u(8)))})
	switch won := u(9) < 0.5; {
	case o.Ended > c.AsOf-10:
		o.State, o.Ended, o.Expected = StateOpen, NoDay, c.AsOf+20
	case !won:
		o.State = StateLost
	default:
		o.State, o.AfterSales, o.Deal = StateWon, o.Ended, int32(len(c.Deals))
		step(ActivityApproved, o.Contract)
		step(ActivityHandover, o.Ended+5)
		c.Deals = append(c.Deals, Deal{Key: "D" + o.Key, Customer: customer, Product: o.Product, Seller: person, Signed: o.Ended, Cancelled: NoDay, AmountMinor: o.AmountMinor})
		due := o.Ended + 30
		c.Instalments = append(c.Instalments, Instalment{Deal: o.Deal, Due: due, AmountMinor: o.AmountMinor})
		if paid := due + Day(u(10)*10) - 3; paid <= c.AsOf {
			c.Payments = append(c.Payments, Payment{Deal: o.Deal, Paid: paid, AmountMinor: o.AmountMinor})
		}
	}
	c.Opportunities = append(c.Opportunities, o)
}

// testTargets asks of everybody what the months bring, and pays for it.
func testTargets(c *Company) {
	v := newView(c)
	collected := v.collected()
	for m := v.began; m <= v.month; m++ {
		regions, teams, whole := make([]int64, len(c.Regions)), make([]int64, len(c.Teams)), int64(0)
		for i, p := range c.People {
			if p.Layer == LayerManager || p.Hired > m.First() {
				continue
			}
			const quota = 3_000_000
			c.Quotas = append(c.Quotas, Quota{Person: int32(i), Month: m, Of: MeasureCollected, AmountMinor: quota})
			c.Pays = append(c.Pays, PaySlip{Person: int32(i), Month: m, Planned: true, IncentiveMinor: 20_000 + collected.of(int32(i), m)/20})
			teams[p.Team] += quota
			regions[c.Teams[p.Team].Region] += quota
			whole += quota
		}
		c.Targets = append(c.Targets, Target{Level: LevelCompany, Unit: Nobody, Month: m, AmountMinor: whole})
		for r, amount := range regions {
			c.Targets = append(c.Targets, Target{Level: LevelRegion, Unit: int32(r), Month: m, AmountMinor: amount})
			paid := int64(0)
			for i := range c.People {
				if v.region[i] == int32(r) && v.sells[i] {
					paid += 20_000 + collected.of(int32(i), m)/20
				}
			}
			c.Budgets = append(c.Budgets, Budget{Region: int32(r), Month: m, AmountMinor: paid})
		}
		for t, amount := range teams {
			c.Targets = append(c.Targets, Target{Level: LevelTeam, Unit: int32(t), Month: m, AmountMinor: amount})
		}
	}
}
