package proof

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
)

// The facts of a bundle, by keys so that people can read them. Lists are in the order of keys; amounts are minor units.
type (
	factsWire struct {
		Currency  money.Currency `json:"currency"`
		Payee     string         `json:"payee"`
		Persons   []personWire   `json:"persons"`
		Teams     []teamWire     `json:"teams,omitempty"`
		Customers []customerWire `json:"customers,omitempty"`
		Products  []productWire  `json:"products,omitempty"`
		Deals     []dealWire     `json:"deals,omitempty"`
		Payments  []rowWire      `json:"payments,omitempty"`
		Invoices  []rowWire      `json:"invoices,omitempty"`
		Quotas    []quotaWire    `json:"quotas,omitempty"`
		Given     []givenWire    `json:"given,omitempty"`
		Mentors   []mentorWire   `json:"mentors,omitempty"`
		Rates     []rateWire     `json:"exchange_rates,omitempty"` // into Currency
		Earlier   []earlierWire  `json:"earlier,omitempty"`
	}
	daysWire struct {
		From calendar.Date `json:"from"` // empty: since ever
		To   calendar.Date `json:"to"`   // the first day after; 9999-12-31: without end
	}
	personWire struct {
		Key   string        `json:"key"`
		Name  string        `json:"name,omitempty"`
		Hired calendar.Date `json:"hired"`
		Left  calendar.Date `json:"left"`
		Spans []spanWire    `json:"assignments,omitempty"`
	}
	spanWire struct {
		daysWire
		Team  string   `json:"team,omitempty"`
		Level string   `json:"level"`
		Roles []string `json:"roles,omitempty"`
	}
	teamWire struct {
		Key     string       `json:"key"`
		Region  string       `json:"region,omitempty"`
		Leaders []leaderWire `json:"leaders,omitempty"`
	}
	leaderWire struct {
		daysWire
		Person string `json:"person"`
	}
	customerWire struct {
		Key    string `json:"key"`
		Name   string `json:"name,omitempty"`
		Tier   string `json:"tier,omitempty"`
		Region string `json:"region,omitempty"`
	}
	productWire struct {
		Key      string `json:"key"`
		Category string `json:"category,omitempty"`
	}
	dealWire struct {
		Key       string        `json:"key"`
		Customer  string        `json:"customer,omitempty"`
		Product   string        `json:"product,omitempty"`
		SignedOn  calendar.Date `json:"signed_on"`
		AmountFen int64         `json:"amount_fen"`
		Shares    []shareWire   `json:"shares,omitempty"`
		More      *moreWire     `json:"more,omitempty"`
	}
	shareWire struct {
		Person      string `json:"person"`
		BasisPoints int32  `json:"basis_points"`
	}
	moreWire struct {
		Units       int64          `json:"units"`    // −1: not recorded
		CostFen     int64          `json:"cost_fen"` // −1: not recorded
		Referrer    string         `json:"referrer,omitempty"`
		CancelledOn calendar.Date  `json:"cancelled_on"`
		Currency    money.Currency `json:"currency,omitempty"`
	}
	rowWire struct {
		Key       string         `json:"key"`
		Deal      string         `json:"deal"`
		On        calendar.Date  `json:"on"`
		AmountFen int64          `json:"amount_fen"`
		Currency  money.Currency `json:"currency,omitempty"`
	}
	quotaWire struct {
		Person    string         `json:"person"`
		Month     calendar.Month `json:"month"`
		Of        string         `json:"of"`
		AmountFen int64          `json:"amount_fen"`
	}
	givenWire struct {
		Person  string          `json:"person"`
		Month   calendar.Month  `json:"month"`
		Measure string          `json:"measure"`
		Value   decimal.Decimal `json:"value"`
	}
	mentorWire struct {
		daysWire
		Mentor  string `json:"mentor"`
		Trainee string `json:"trainee"`
	}
	rateWire struct {
		From money.Currency  `json:"from"`
		Kind string          `json:"kind"`
		On   calendar.Date   `json:"on"`
		Rate decimal.Decimal `json:"rate"`
	}
	earlierWire struct {
		Month      calendar.Month `json:"month"`
		Component  string         `json:"component,omitempty"` // empty: the whole plan
		AmountFen  int64          `json:"amount_fen"`
		CarriedFen int64          `json:"carried_fen,omitempty"`
	}
)

func days(i calendar.Interval) daysWire        { return daysWire{i.From, i.To} }
func (d daysWire) interval() calendar.Interval { return calendar.Interval{From: d.From, To: d.To} }

// encodeFacts writes the facts of a subset.
func encodeFacts(in engine.Input) ([]byte, error) {
	f := in.Facts
	w := factsWire{Currency: f.Currency, Payee: f.Persons[in.Only[0]].Key}
	e := encoder{f}
	e.people(&w)
	e.deals(&w)
	w.Payments, w.Invoices = e.rows(&f.Payments), e.rows(&f.Invoices)
	for _, q := range f.Quotas {
		w.Quotas = append(w.Quotas, quotaWire{e.person(q.Person), q.Month, q.Of, q.AmountFen})
	}
	slices.SortFunc(w.Quotas, func(a, b quotaWire) int {
		return cmp.Or(engine.CompareKeys(a.Person, b.Person), cmp.Compare(a.Of, b.Of), cmp.Compare(a.Month, b.Month))
	})
	for _, g := range f.Given {
		w.Given = append(w.Given, givenWire{e.person(g.Person), g.Month, g.Measure, g.Value})
	}
	slices.SortFunc(w.Given, func(a, b givenWire) int {
		return cmp.Or(engine.CompareKeys(a.Person, b.Person), cmp.Compare(a.Measure, b.Measure), cmp.Compare(a.Month, b.Month))
	})
	for _, m := range f.Mentors {
		w.Mentors = append(w.Mentors, mentorWire{days(m.Days), e.person(m.Mentor), e.person(m.Trainee)})
	}
	slices.SortFunc(w.Mentors, func(a, b mentorWire) int {
		return cmp.Or(engine.CompareKeys(a.Trainee, b.Trainee), cmp.Compare(a.From, b.From))
	})
	for _, r := range f.Exchange {
		w.Rates = append(w.Rates, rateWire{r.From, r.Kind, r.On, r.Rate})
	}
	slices.SortFunc(w.Rates, func(a, b rateWire) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.On, b.On))
	})
	for _, row := range in.Earlier {
		w.Earlier = append(w.Earlier, earlierWire{row.Month, row.Component, row.AmountFen, row.CarriedFen})
	}
	slices.SortFunc(w.Earlier, func(a, b earlierWire) int {
		return cmp.Or(cmp.Compare(a.Component, b.Component), cmp.Compare(a.Month, b.Month))
	})
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	err := encoder.Encode(w)
	return text.Bytes(), err
}

type encoder struct{ *engine.Facts }

func (e encoder) person(i int32) string {
	if i == engine.None {
		return ""
	}
	return e.Persons[i].Key
}

func (e encoder) team(i int32) string {
	if i == engine.None {
		return ""
	}
	return e.Teams[i].Key
}

func (e encoder) currency(i int16) money.Currency {
	if i == 0 {
		return ""
	}
	return e.Currencies[i]
}

func (e encoder) people(w *factsWire) {
	for _, p := range e.Persons {
		person := personWire{Key: p.Key, Name: p.Name, Hired: p.Hired, Left: p.Left}
		for _, s := range p.Spans {
			person.Spans = append(person.Spans, spanWire{days(s.Days), e.team(s.Team), s.Level, s.Roles})
		}
		w.Persons = append(w.Persons, person)
	}
	slices.SortFunc(w.Persons, func(a, b personWire) int { return engine.CompareKeys(a.Key, b.Key) })
	for _, t := range e.Teams {
		team := teamWire{Key: t.Key, Region: t.Region}
		for _, l := range t.Leaders {
			team.Leaders = append(team.Leaders, leaderWire{days(l.Days), e.person(l.Person)})
		}
		w.Teams = append(w.Teams, team)
	}
	slices.SortFunc(w.Teams, func(a, b teamWire) int { return engine.CompareKeys(a.Key, b.Key) })
}

func (e encoder) deals(w *factsWire) {
	for _, c := range e.Customers {
		w.Customers = append(w.Customers, customerWire(c))
	}
	slices.SortFunc(w.Customers, func(a, b customerWire) int { return engine.CompareKeys(a.Key, b.Key) })
	for _, p := range e.Products {
		w.Products = append(w.Products, productWire{p.Key, p.Category})
	}
	slices.SortFunc(w.Products, func(a, b productWire) int { return engine.CompareKeys(a.Key, b.Key) })
	for i, d := range e.Deals {
		deal := dealWire{Key: d.Key, SignedOn: d.SignedOn, AmountFen: d.AmountFen}
		if d.Customer != engine.None {
			deal.Customer = e.Customers[d.Customer].Key
		}
		if d.Product != engine.None {
			deal.Product = e.Products[d.Product].Key
		}
		for _, s := range e.Shares[d.ShareFrom:d.ShareTo] {
			deal.Shares = append(deal.Shares, shareWire{e.person(s.Person), s.BasisPoints})
		}
		if e.DealsMore != nil {
			m := e.DealsMore[i]
			deal.More = &moreWire{m.Units, m.CostFen, e.person(m.Referrer), m.CancelledOn, e.currency(m.Currency)}
		}
		w.Deals = append(w.Deals, deal)
	}
	slices.SortFunc(w.Deals, func(a, b dealWire) int { return engine.CompareKeys(a.Key, b.Key) })
}

func (e encoder) rows(p *engine.Payments) (rows []rowWire) {
	for i := range p.Len() {
		row := rowWire{Key: p.Key(int32(i)), Deal: e.Deals[p.Deal[i]].Key, On: p.On[i], AmountFen: p.AmountFen[i]}
		if p.Currency != nil {
			row.Currency = e.currency(p.Currency[i])
		}
		rows = append(rows, row)
	}
	slices.SortStableFunc(rows, func(a, b rowWire) int { return engine.CompareKeys(a.Key, b.Key) })
	return rows
}

// errorFacts is the key of facts that cannot be read.
const errorFacts = "proof.facts_unreadable"

func factsError(what, key string) error {
	return errs.New(errs.KindInvalid, errorFacts, errs.Args{"What": what, "Key": key})
}
