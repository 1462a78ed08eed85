package probe

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
)

// everySeller credits everything to its sellers.
const everySeller = `xiaoguan: crediting/1
id: probe
effective: {from: 1990-01-01}
events:
  collected: {name: {zh: 回款, en: collections}, fact: payment, date: paid_on, amount: amount}
  signed: {name: {zh: 签约, en: signed amount}, fact: deal, date: signed_on, amount: amount}
  invoiced: {name: {zh: 开票, en: invoiced amount}, fact: invoice, date: invoiced_on, amount: amount}
rules:
  - {id: split, event: [collected, signed, invoiced], to: deal.sellers, share: by_split, remainder: largest, tie: first}
`

// teamMembers is how many people a model leader leads.
const teamMembers = 5

// yearsBefore is for how long somebody who is no newcomer has worked.
const yearsBefore = 5

// trial is a plan with its model person.
type trial struct {
	plan      *plan.Plan
	crediting *plan.Crediting
	model     Model
	words     words
	sellers   []int32 // who sells: the person, or the team
	months    int     // of facts before From
}

// words are what the plan names, so that the model has it.
type words struct {
	categories, products, tiers, regions, customers, roles []string
	teams, places                                          []string
	quotas                                                 []string
	given                                                  map[string]decimal.Decimal
	mentees                                                bool
}

func newTrial(p *plan.Plan, crediting *plan.Crediting, quotaFen int64) *trial {
	t := &trial{plan: p, crediting: crediting, months: 12, words: wordsOf(p)}
	level := "regular"
	if len(p.Participants.Levels) > 0 {
		level = p.Participants.Levels[0]
	}
	t.model = Model{Level: level, QuotaFen: quotaFen, Trainee: t.words.mentees}
	t.model.From, t.model.To = span(p.Effective)
	t.sellers = []int32{0}
	if level == "manager" {
		t.model.Members, t.sellers = teamMembers, nil
		for i := range teamMembers {
			t.sellers = append(t.sellers, int32(i+1))
		}
	}
	return t
}

// quotaFen is the quota of all who sell.
func (t *trial) quotaFen() int64 { return t.model.QuotaFen * int64(len(t.sellers)) }

// span is the first calendar year that lies in the days, otherwise what there is of the first twelve months.
func span(days calendar.Interval) (from, to calendar.Month) {
	from = max(days.From.Month(), calendar.NewMonth(2000, 1))
	if days.From != from.First() {
		from++
	}
	january := (from + 11) / 12 * 12
	if december := january + 11; days.Contains(december.Last()) {
		return january, december
	}
	for to = from; to < from+11 && days.Contains((to + 1).Last()); {
		to++
	}
	return from, to
}

// wordsOf collects what the plan names.
func wordsOf(p *plan.Plan) words {
	w := words{given: map[string]decimal.Decimal{}, roles: slices.Clone(p.Participants.Roles), teams: slices.Clone(p.Participants.Teams), places: slices.Clone(p.Participants.Regions)}
	field := func(f plan.Field, keys []string) {
		to := map[plan.Field]*[]string{plan.FieldProductCategory: &w.categories, plan.FieldProduct: &w.products, plan.FieldCustomerTier: &w.tiers, plan.FieldCustomerRegion: &w.regions,
			plan.FieldCustomer: &w.customers, plan.FieldPersonRole: &w.roles, plan.FieldPersonTeam: &w.teams, plan.FieldPersonRegion: &w.places}[f]
		if to != nil {
			*to = append(*to, keys...)
		}
	}
	for _, m := range p.Measures {
		w.measure(p, m, field)
	}
	for _, c := range p.Components {
		grids := []*plan.Grid{c.Pays.AmountGrid}
		if c.Pays.Rate != nil {
			grids = append(grids, c.Pays.Rate.Grid)
			for _, row := range c.Pays.Rate.Rows {
				field(c.Pays.Rate.Lookup, []string{row.Key})
			}
		}
		if c.Pays.Factors != nil {
			for _, item := range c.Pays.Factors.Items {
				grids = append(grids, item.Grid)
			}
		}
		for _, g := range grids {
			if g != nil {
				for _, dimension := range g.By {
					field(dimension.Field, dimension.Keys)
				}
			}
		}
		w.meet(p, c.When)
	}
	if p.Settle != nil && p.Settle.Hold != nil {
		w.meet(p, p.Settle.Hold.When)
	}
	for _, list := range []*[]string{&w.categories, &w.products, &w.tiers, &w.regions, &w.customers, &w.quotas} {
		*list = sorted(*list)
	}
	return w
}

func (w *words) measure(p *plan.Plan, m plan.Measure, field func(plan.Field, []string)) {
	switch {
	case m.Credits != nil:
		for _, f := range m.Credits.Where {
			field(f.Field, f.In)
		}
	case m.Quota != nil:
		w.quotas = append(w.quotas, m.Quota.Of)
	case m.Given != nil:
		value := decimal.FromInt(1, 0)
		if m.Given.Kind == plan.KindMoney {
			value = decimal.FromInt(0, 0)
		}
		w.atLeast(m.Given.Of, value)
	case m.Team != nil && m.Team.Group == plan.GroupMentees:
		w.mentees = true
	}
	for _, item := range m.Scorecard {
		if by := p.Measure(item.Measure); by != nil && by.Given != nil {
			w.atLeast(by.Given.Of, item.Goal)
		}
	}
}

// meet makes given values as good as conditions ask.
func (w *words) meet(p *plan.Plan, conditions []plan.Condition) {
	for _, c := range conditions {
		if m := p.Measure(c.Measure); m != nil && m.Given != nil && (c.Comparison == plan.AtLeast || c.Comparison == plan.Above || c.Comparison == plan.Equals) {
			w.atLeast(m.Given.Of, c.Value)
		}
	}
}

func (w *words) atLeast(of string, value decimal.Decimal) {
	if old, has := w.given[of]; !has || old.Cmp(value) < 0 {
		w.given[of] = value
	}
}

// one is the first of a list, or what stands for it.
func one(list []string, otherwise string) string {
	if len(list) > 0 {
		return list[0]
	}
	return otherwise
}

// paid is what a month pays the model person.
type paid struct {
	totalFen   int64
	components []int64
	earlier    []engine.EarlierPay
}

// pay computes a month. sales are those of all who sell, by month.
func (t *trial) pay(month calendar.Month, sales func(calendar.Month) int64, earlier []engine.EarlierPay) (p paid, err error) {
	facts := t.facts(month, sales)
	result, err := engine.Run(engine.Input{Period: month, Plans: []*plan.Plan{t.plan}, Crediting: t.crediting, Facts: facts, Only: []int32{0}, Earlier: earlier})
	if err != nil {
		return p, err
	}
	p.components = make([]int64, len(t.plan.Components))
	for _, payout := range result.Payouts {
		p.components[payout.Component] = payout.AmountFen
		p.totalFen += payout.AmountFen
		p.earlier = append(p.earlier, engine.EarlierPay{Person: 0, Plan: t.plan.ID, Component: t.plan.Components[payout.Component].ID, Month: month,
			AmountFen: payout.AmountFen, CarriedFen: payout.CarriedFen})
	}
	p.earlier = append(p.earlier, engine.EarlierPay{Person: 0, Plan: t.plan.ID, Month: month, AmountFen: p.totalFen})
	return p, nil
}

// facts are those of the model up to a month.
func (t *trial) facts(month calendar.Month, sales func(calendar.Month) int64) *engine.Facts {
	f := &engine.Facts{Currency: t.plan.Currency}
	t.people(f)
	t.goods(f)
	first := t.model.From - calendar.Month(t.months)
	for m := first; m <= month; m++ {
		amount := sales(m)
		for i, seller := range t.sellers {
			part := amount / int64(len(t.sellers))
			if i == 0 {
				part = amount - part*int64(len(t.sellers)-1)
			}
			t.sell(f, m, seller, part)
		}
		for of, value := range t.words.given {
			for person := range f.Persons {
				f.Given = append(f.Given, engine.Given{Person: int32(person), Month: m, Measure: of, Value: value})
			}
		}
		for _, of := range t.words.quotas {
			t.quotas(f, m, of)
		}
	}
	if t.model.Trainee {
		trainee := int32(len(f.Persons) - 1)
		f.Mentors = []engine.Mentorship{{Mentor: 0, Trainee: trainee, Days: calendar.Interval{From: first.First(), To: calendar.Forever}}}
		for m := first; m <= month; m++ {
			t.sell(f, m, trainee, t.model.QuotaFen)
		}
	}
	return f
}

// people are the model person, who comes first, the team and the trainee.
func (t *trial) people(f *engine.Facts) {
	hired := (t.model.From - 12*yearsBefore).First()
	if t.model.Level == "newcomer" {
		hired = t.model.From.First()
	}
	region := one(t.words.places, "R")
	f.Teams = []engine.Team{{Key: one(t.words.teams, "T"), Region: region}}
	add := func(key, level string, hired calendar.Date) {
		days := calendar.Interval{From: hired, To: calendar.Forever}
		f.Persons = append(f.Persons, engine.Person{Key: key, Name: key, Hired: hired, Left: calendar.Forever,
			Spans: []engine.Span{{Days: days, Team: 0, Level: level, Roles: sorted(slices.Clone(t.words.roles))}}})
	}
	add(one(t.plan.Participants.Persons, "1"), t.model.Level, hired)
	if t.model.Members > 0 {
		f.Teams[0].Leaders = []engine.Leader{{Days: calendar.Interval{From: hired, To: calendar.Forever}, Person: 0}}
	}
	for i := range t.model.Members {
		add(fmt.Sprintf("probe-member-%d", i+1), "regular", hired)
	}
	if t.model.Trainee {
		add("probe-trainee", "newcomer", hired)
	}
}

// goods are the products that the plan names, and customers.
func (t *trial) goods(f *engine.Facts) {
	for _, category := range t.words.categories {
		f.Products = append(f.Products, engine.Product{Key: "probe-" + category, Category: category})
	}
	for i, key := range t.words.products {
		category := ""
		if n := len(t.words.categories); n > 0 {
			category = t.words.categories[i%n]
		}
		f.Products = append(f.Products, engine.Product{Key: key, Category: category})
	}
	if len(f.Products) == 0 {
		f.Products = []engine.Product{{Key: "probe"}}
	}
	for i := range max(1, len(t.words.customers)) {
		c := t.customer(i)
		if i < len(t.words.customers) {
			c.Key = t.words.customers[i]
		}
		f.Customers = append(f.Customers, c)
	}
}

// customer is one with a tier and region that the plan names.
func (t *trial) customer(i int) engine.Customer {
	c := engine.Customer{Key: fmt.Sprintf("probe-old-%d", i)}
	if n := len(t.words.tiers); n > 0 {
		c.Tier = t.words.tiers[i%n]
	}
	if n := len(t.words.regions); n > 0 {
		c.Region = t.words.regions[i%n]
	}
	return c
}

// sell makes the deals of somebody in a month: an equal part of each product to an old and to a new customer.
func (t *trial) sell(f *engine.Facts, m calendar.Month, seller int32, amount int64) {
	on := m.First() + 14
	goods := len(f.Products)
	n := 2 * goods // each to an old and to the new customer
	fresh := t.customer(int(m))
	fresh.Key = fmt.Sprintf("probe-new-%d-%s", seller, m)
	old := len(f.Customers)
	f.Customers = append(f.Customers, fresh)
	for i := range n {
		part := amount / int64(n)
		if i == 0 {
			part = amount - part*int64(n-1)
		}
		customer := int32(i % max(1, len(t.words.customers)))
		if i >= goods {
			customer = int32(old)
		}
		deal := int32(len(f.Deals))
		share := int32(len(f.Shares))
		f.Shares = append(f.Shares, engine.Share{Person: seller, BasisPoints: 10_000})
		f.Deals = append(f.Deals, engine.Deal{Key: fmt.Sprint(deal + 1), Customer: customer, Product: int32(i % goods), SignedOn: on, AmountFen: part, ShareFrom: share, ShareTo: share + 1})
		f.DealsMore = append(f.DealsMore, engine.DealMore{Units: 10, CostFen: part / 10 * 6, Referrer: engine.None, CancelledOn: calendar.Forever})
		for _, rows := range []*engine.Payments{&f.Payments, &f.Invoices} {
			rows.Deal, rows.On = append(rows.Deal, deal), append(rows.On, on)
			rows.AmountFen, rows.Order = append(rows.AmountFen, part), append(rows.Order, int64(deal)+1)
		}
	}
}

// quotas are everybody's of a month; a leader's is that of the team.
func (t *trial) quotas(f *engine.Facts, m calendar.Month, of string) {
	for person := range f.Persons {
		amount := t.model.QuotaFen
		if person == 0 {
			amount = t.quotaFen()
		}
		f.Quotas = append(f.Quotas, engine.Quota{Person: int32(person), Month: m, Of: of, AmountFen: amount})
	}
}

// parts is a quotient in parts per million, rounded; 0 for a divisor of 0.
func parts(of, to int64) int64 {
	if to == 0 {
		return 0
	}
	ppm, err := money.Round(new(big.Rat).Mul(big.NewRat(of, to), big.NewRat(1_000_000, 1)), money.HalfAwayFromZero)
	if err != nil {
		return 0
	}
	return ppm
}

// amount is minor units in the plan's currency.
func amount(p *plan.Plan, fen int64) i18n.Amount {
	return i18n.Amount{Minor: fen, Currency: p.Currency}
}

// percentText writes parts per million as a percentage without needless digits.
func percentText(ppm int64) string {
	text := big.NewRat(ppm, 10_000).FloatString(4)
	return strings.TrimRight(strings.TrimRight(text, "0"), ".") + "%"
}
