package engine_test

import (
	"fmt"
	"strconv"

	"pgregory.net/rapid"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
)

// Random companies and plans, small enough for the reference model, with everything that the language has today.

var randomMonth = calendar.NewMonth(2026, 5)

type source struct{ *rapid.T }

func (s source) n(label string, from, to int) int { return rapid.IntRange(from, to).Draw(s.T, label) }

func (s source) yes(label string, in100 int) bool { return s.n(label, 0, 99) < in100 }

func pick[E any](s source, label string, from ...E) E {
	return rapid.SampledFrom(from).Draw(s.T, label)
}

func (s source) day(label string, before, after int) calendar.Date {
	return randomMonth.First() + calendar.Date(s.n(label, -before, after))
}

func (s source) company() *engine.Facts {
	f := &engine.Facts{Currency: "CNY"}
	for i := range s.n("teams", 1, 3) {
		f.Teams = append(f.Teams, engine.Team{Key: fmt.Sprint("T", i), Region: pick(s, "region", "north", "south")})
	}
	for i := range s.n("persons", 1, 6) {
		f.Persons = append(f.Persons, s.person(i, len(f.Teams)))
	}
	for t := range f.Teams {
		for range s.n("leaders", 0, 2) {
			leader := engine.Leader{Days: calendar.Interval{From: calendar.NoDate, To: calendar.Forever}, Person: int32(s.n("leader", 0, len(f.Persons)-1))}
			if s.yes("led until", 20) {
				leader.Days.To = s.day("to", 10, 40)
			}
			f.Teams[t].Leaders = append(f.Teams[t].Leaders, leader)
		}
	}
	for i := range 3 {
		f.Customers = append(f.Customers, engine.Customer{Key: fmt.Sprint("C", i), Name: pick(s, "name", "", "华东“精密”<器械>")})
		f.Products = append(f.Products, engine.Product{Key: fmt.Sprint("P", i), Category: pick(s, "category", "A", "B", "C", "X")})
	}
	for i := range s.n("deals", 1, 6) {
		f.Deals = append(f.Deals, s.deal(i, f))
	}
	order := rapid.Permutation(make25()).Draw(s.T, "order")
	for i := range s.n("payments", 0, len(order)) {
		p := &f.Payments
		p.Deal, p.On = append(p.Deal, int32(s.n("of", 0, len(f.Deals)-1))), append(p.On, s.payday())
		p.AmountFen, p.Order = append(p.AmountFen, s.amount()), append(p.Order, order[i])
	}
	for i := range f.Persons {
		for month := randomMonth - 5; month <= randomMonth; month++ {
			if s.yes("quota", 70) {
				amount := pick(s, "quota", int64(s.n("small", 1, 2000)), 1000, 0, 100_000_000_000_001)
				f.Quotas = append(f.Quotas, engine.Quota{Person: int32(i), Month: month, Of: pick(s, "of", "collected", "collected", "signed"), AmountFen: amount})
			}
		}
	}
	return f
}

func make25() (list []int64) {
	for i := range 25 {
		list = append(list, int64(i+1))
	}
	return list
}

func (s source) payday() calendar.Date {
	if s.yes("in the month", 60) {
		return s.day("on", 0, 33)
	}
	return s.day("on", 500, 10)
}

func (s source) amount() int64 {
	amount := pick(s, "size", int64(s.n("tiny", 1, 9)), int64(s.n("small", 1, 2000)), int64(s.n("small", 1, 2000)), 1_000_000, 77_777_777_777_777_777)
	if s.yes("refund", 25) {
		return -amount
	}
	return amount
}

func (s source) person(i, teams int) engine.Person {
	p := engine.Person{Key: fmt.Sprint(10-i, pick(s, "key", "", "", "x")), Hired: s.day("hired", 1500, 35), Left: calendar.Forever}
	if s.yes("left", 20) {
		p.Left = max(p.Hired+1, s.day("left", 60, 45))
	}
	levels := []string{"newcomer", "regular", "core", "manager"}
	team := func() int32 { return int32(s.n("team", -1, teams-1)) }
	change := calendar.Forever
	if s.yes("moved", 20) {
		change = max(p.Hired+1, s.day("moved", 30, 35))
	}
	p.Spans = append(p.Spans, engine.Span{Days: calendar.Interval{From: p.Hired, To: min(change, p.Left)}, Team: team(), Level: pick(s, "level", levels...), Roles: []string{"hunter"}})
	if change < p.Left {
		p.Spans = append(p.Spans, engine.Span{Days: calendar.Interval{From: change, To: p.Left}, Team: team(), Level: pick(s, "level", levels...)})
	}
	return p
}

func (s source) deal(i int, f *engine.Facts) engine.Deal {
	d := engine.Deal{
		Key: fmt.Sprint(pick(s, "prefix", "", "", "D"), 9-i), Customer: int32(s.n("customer", -1, 2)), Product: int32(s.n("product", -1, 2)),
		SignedOn: s.payday(), AmountFen: s.amount(), ShareFrom: int32(len(f.Shares)),
	}
	left := 10_000
	sellers := s.n("sellers", 0, 4)
	for k := range sellers {
		points := left
		if k < sellers-1 {
			points = pick(s, "points", 0, min(left, 5000), min(left, 3333), s.n("any", 0, left))
		}
		f.Shares = append(f.Shares, engine.Share{Person: int32(s.n("seller", 0, len(f.Persons)-1)), BasisPoints: int32(points)})
		left -= points
	}
	d.ShareTo = int32(len(f.Shares))
	return d
}

func (s source) crediting() *plan.Crediting {
	shares := []plan.CreditShare{plan.ShareBySplit, plan.ShareBySplit, plan.ShareFullEach}
	return &plan.Crediting{
		ID: "random", Effective: calendar.Interval{From: calendar.NoDate, To: calendar.Forever},
		Events: []plan.Event{{ID: "collected", Fact: plan.FactPayment}, {ID: "banked", Fact: plan.FactPayment}, {ID: "signed", Fact: plan.FactDeal}},
		Rules: []plan.CreditRule{
			{ID: "one", Events: []string{"collected"}, To: plan.ToSellers, Share: pick(s, "share", shares...)},
			{ID: "two", Events: []string{"banked", "signed"}, To: plan.ToSellers, Share: pick(s, "share", shares...)},
		},
	}
}

func (s source) plan(id string) *plan.Plan {
	p := &plan.Plan{
		ID: id, Currency: "CNY", Period: plan.PeriodMonth, Effective: calendar.Interval{From: calendar.NoDate, To: calendar.Forever},
		Statements: plan.Statements{
			EarnedOn: "collected", NegativeResult: pick(s, "negative", plan.NegativeStands, plan.NegativeZero),
			ZeroQuota: pick(s, "zero", plan.ZeroQuotaAttainmentZero, plan.ZeroQuotaAttainmentZero, plan.ZeroQuotaNotApplicable, plan.ZeroQuotaRefuse),
			LevelAt:   plan.AtPeriodEnd, TeamAt: plan.AtPeriodEnd,
			Joiner:                 pick(s, "joiner", plan.PartPeriodFull, plan.PartPeriodByDay),
			Leaver:                 pick(s, "leaver", plan.PartPeriodFull, plan.PartPeriodByDay),
			LeaverLaterCollections: pick(s, "later", plan.LaterCollectionsUnpaid, plan.LaterCollectionsPaid),
			AttainmentRounding:     plan.AttainmentExact,
		},
	}
	if s.yes("levels", 50) {
		p.Participants.Levels = []string{"newcomer", pick(s, "level", "regular", "core", "manager")}
	}
	if s.yes("regions", 15) {
		p.Participants.Regions = []string{"north"}
	}
	if s.yes("roles", 10) {
		p.Participants.Roles = []string{"hunter"}
	}
	if s.yes("except", 10) {
		p.Participants.Except = []string{"9"}
	}
	p.Measures = s.measures()
	for i := range s.n("components", 1, 3) {
		p.Components = append(p.Components, s.component(fmt.Sprint("c", i)))
	}
	return p
}

func (s source) window() plan.Window {
	return pick(s, "window", plan.WindowPeriod, plan.WindowPeriod, plan.WindowQuarterToDate, plan.WindowYearToDate, plan.WindowEver)
}

func (s source) event() string { return pick(s, "event", "collected", "collected", "banked", "signed") }

func (s source) measures() []plan.Measure {
	credits := func(id string, value plan.CreditsValue, window plan.Window) plan.Measure {
		return plan.Measure{ID: id, Credits: &plan.CreditsMeasure{Event: s.event(), Where: s.filters(), Value: value, Window: window}}
	}
	list := []plan.Measure{
		credits("credited", plan.CreditsSumAmount, plan.WindowPeriod), credits("long", plan.CreditsSumAmount, s.window()),
		credits("number", plan.CreditsCount, s.window()), credits("first", plan.CreditsFirstDate, plan.WindowEver),
		{ID: "quota", Quota: &plan.QuotaMeasure{Of: "collected", Window: s.window()}},
		{ID: "attainment", Ratio: &plan.RatioMeasure{Of: "credited", To: pick(s, "to", "quota", "quota", "long")}},
		{ID: "years", Tenure: &plan.TenureMeasure{Unit: plan.TenureFullYears}},
		{ID: "months", Tenure: &plan.TenureMeasure{Unit: plan.TenureCalendarMonths}},
		{ID: "team_credited", Team: &plan.TeamMeasure{Sum: "credited"}}, {ID: "team_quota", Team: &plan.TeamMeasure{Sum: "quota"}},
		{ID: "team_number", Team: &plan.TeamMeasure{Sum: "number"}},
		{ID: "team_attainment", Ratio: &plan.RatioMeasure{Of: "team_credited", To: "team_quota"}},
	}
	people := plan.TeamMeasure{}
	if s.yes("by level", 50) {
		people.Where = append(people.Where, plan.MemberCondition{Levels: []string{"newcomer", "core"}})
	}
	if s.yes("by measure", 70) {
		c := s.condition("attainment", "number", "first", "credited")
		people.Where = append(people.Where, plan.MemberCondition{Condition: &c})
	}
	return append(list, plan.Measure{ID: "people", Team: &people})
}

func (s source) filters() []plan.Filter {
	var list []plan.Filter
	compare := func() plan.Comparison {
		return pick(s, "compare", plan.AtLeast, plan.Above, plan.AtMost, plan.Below, plan.Equals)
	}
	if s.yes("amount", 25) {
		list = append(list, plan.Filter{Field: plan.FieldAmount, Comparison: compare(), Value: decimal.FromInt(int64(s.n("bound", -20, 200)), s.n("scale", 0, 1))})
	}
	if s.yes("months", 25) {
		list = append(list, plan.Filter{Field: plan.FieldCustomerMonthsActive, Comparison: compare(), Value: decimal.FromInt(int64(s.n("months", -1, 14)), 0)})
	}
	if s.yes("category", 20) {
		list = append(list, plan.Filter{Field: plan.FieldProductCategory, In: []string{"A", pick(s, "other", "B", "C", "")}})
	}
	if s.yes("product", 10) {
		list = append(list, plan.Filter{Field: plan.FieldProduct, In: []string{"P0", "P2"}})
	}
	return list
}

func (s source) condition(measures ...string) plan.Condition {
	c := plan.Condition{Measure: pick(s, "measure", measures...)}
	if c.Measure == "first" {
		c.Comparison = plan.InPeriod
		return c
	}
	c.Comparison = pick(s, "compare", plan.AtLeast, plan.AtLeast, plan.Above, plan.AtMost, plan.Below, plan.Equals)
	c.Value = decimal.FromInt(int64(s.n("value", -1, 12)), 1)
	if c.Measure == "credited" || c.Measure == "team_credited" {
		c.Value = decimal.FromInt(int64(s.n("value", -100, 3000)), 0)
	}
	return c
}

func (s source) rate(lookup bool) *plan.Rate {
	rate := func() decimal.Decimal {
		return pick(s, "rate", decimal.MustParse("3%"), decimal.MustParse("0.5%"), decimal.FromInt(int64(s.n("rate", 0, 999)), 4), decimal.MustParse("0.123456789012345678"))
	}
	if !lookup || s.yes("one rate", 50) {
		return &plan.Rate{Fixed: rate()}
	}
	r := &plan.Rate{Lookup: plan.FieldProductCategory, Rows: []plan.RateRow{{Key: "A", Rate: rate()}, {Key: "B", Rate: rate()}, {Key: "C", Rate: rate()}}}
	if s.yes("otherwise", 80) {
		other := rate()
		r.Otherwise = &other
	}
	return r
}

func (s source) table(base string) *plan.Table {
	t := &plan.Table{By: "attainment", Style: pick(s, "style", plan.StyleWholeAmount, plan.StyleMarginal), Boundary: pick(s, "boundary", plan.BoundaryUpperBand, plan.BoundaryLowerBand)}
	scale := 1
	switch {
	case base == "credited" && s.yes("by ratio", 70):
	case base == "team_credited" && s.yes("by ratio", 70):
		t.By = "team_attainment"
	case t.Style == plan.StyleMarginal || s.yes("by base", 50):
		t.By, scale = base, 0
	}
	edge := s.n("edge", -3, 8)
	for k := range s.n("bands", 1, 5) {
		b := plan.Band{Times: pick(s, "times", decimal.MustParse("0.5"), decimal.MustParse("1"), decimal.MustParse("1.2"), decimal.FromInt(int64(s.n("times", 0, 40)), 1))}
		if k > 0 {
			at := decimal.FromInt(int64(edge), scale)
			t.Bands[k-1].To, b.From = &at, &at
			edge += s.n("step", 1, 5)
			if scale == 0 {
				edge += s.n("step", 0, 500)
			}
		}
		t.Bands = append(t.Bands, b)
	}
	return t
}

func (s source) component(id string) plan.Component {
	c := plan.Component{ID: id, Round: plan.Rounding{At: plan.RoundAtComponent, Mode: pick(s, "round",
		money.HalfAwayFromZero, money.HalfAwayFromZero, money.HalfEven, money.Down, money.Up, money.Floor, money.Ceiling)}}
	for range pick(s, "conditions", 0, 0, 0, 1, 2) {
		c.When = append(c.When, s.condition("attainment", "credited", "number", "first", "years", "months", "people", "team_attainment", "team_number"))
	}
	switch s.n("form", 0, 5) {
	case 0:
		c.Pays = plan.Pays{AmountFen: int64(s.n("amount", 1, 99_999))}
	case 1:
		c.Pays = plan.Pays{AmountFen: int64(s.n("amount", 1, 99_999)), Per: pick(s, "per", "years", "number", "people", "months")}
	case 2:
		base := pick(s, "base", "quota", "team_credited", "team_quota")
		c.Pays = plan.Pays{Rate: s.rate(false), Of: base}
		if s.yes("table", 60) {
			c.Pays.Table = s.table(base)
		}
	default:
		base := pick(s, "base", "credited", "credited", "long")
		c.Pays = plan.Pays{Rate: s.rate(true), Of: base}
		if s.yes("table", 70) {
			c.Pays.Table = s.table(base)
		}
	}
	if s.yes("cap", 30) {
		c.Cap = &plan.Limit{AmountFen: int64(s.n("cap", 0, 2000))}
	}
	if s.yes("floor", 20) {
		c.Floor = &plan.Limit{AmountFen: int64(s.n("floor", -100, 100))}
	}
	return c
}

func (s source) input() engine.Input {
	in := engine.Input{Period: randomMonth, Crediting: s.crediting(), Facts: s.company()}
	for i := range s.n("plans", 1, 3) {
		in.Plans = append(in.Plans, s.plan(fmt.Sprint("p", i)))
	}
	return in
}

func number64(n int64) string { return strconv.FormatInt(n, 10) }
