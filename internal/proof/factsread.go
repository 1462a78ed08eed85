package proof

import (
	"bytes"
	"encoding/json"
	"io"

	"xiaoguan/internal/engine"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
)

// strict reads one JSON value with no unknown field and nothing behind it.
func strict(text []byte, to any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(to); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errs.New(errs.KindInvalid, "proof.more_behind", nil)
	}
	return nil
}

// decoder turns keys into indices. The first thing that is wrong stays.
type decoder struct {
	facts                                      *engine.Facts
	persons, teams, customers, products, deals map[string]int32
	plan                                       string
	earlier                                    []engine.EarlierPay
	err                                        error
}

// decodeFacts reads the facts of a bundle; the plan, period and crediting of the input are the caller's to fill.
func decodeFacts(text []byte, plan string) (in engine.Input, err error) {
	var w factsWire
	if err := strict(text, &w); err != nil {
		return in, errs.New(errs.KindInvalid, errorFacts, errs.Args{"What": "json", "Key": ""}).Because(err)
	}
	d := &decoder{facts: &engine.Facts{Currency: w.Currency}, plan: plan}
	d.currencies(&w)
	d.people(&w)
	d.dealsOf(&w)
	d.rows(&d.facts.Payments, w.Payments)
	d.rows(&d.facts.Invoices, w.Invoices)
	d.perPerson(&w)
	payee := d.find(d.persons, "person", w.Payee, false)
	return engine.Input{Facts: d.facts, Only: []int32{payee}, Earlier: d.earlier}, d.err
}

func (d *decoder) fail(what, key string) {
	if d.err == nil {
		d.err = factsError(what, key)
	}
}

// find is the index of a key; None for the empty one where it may be absent.
func (d *decoder) find(in map[string]int32, what, key string, absent bool) int32 {
	if key == "" && absent {
		return engine.None
	}
	at, ok := in[key]
	if !ok {
		d.fail(what, key)
	}
	return at
}

// number gives the rows of a kind their indices; a key that comes twice is a fault.
func number[T any](d *decoder, what string, rows []T, key func(*T) string) map[string]int32 {
	at := make(map[string]int32, len(rows))
	for i := range rows {
		k := key(&rows[i])
		if _, twice := at[k]; twice || k == "" {
			d.fail(what, k)
		}
		at[k] = int32(i)
	}
	return at
}

// currencies gathers the foreign currencies of deals and payments.
func (d *decoder) currencies(w *factsWire) {
	d.facts.Currencies = []money.Currency{w.Currency}
	add := func(c money.Currency) {
		if c != "" && d.currency(c) < 0 {
			d.facts.Currencies = append(d.facts.Currencies, c)
		}
	}
	for _, deal := range w.Deals {
		if deal.More != nil {
			add(deal.More.Currency)
		}
	}
	for _, list := range [][]rowWire{w.Payments, w.Invoices} {
		for _, row := range list {
			add(row.Currency)
		}
	}
}

func (d *decoder) currency(c money.Currency) int16 {
	if c == "" {
		return 0
	}
	for i, known := range d.facts.Currencies {
		if known == c {
			return int16(i)
		}
	}
	return -1
}

func (d *decoder) people(w *factsWire) {
	d.persons = number(d, "person", w.Persons, func(p *personWire) string { return p.Key })
	d.teams = number(d, "team", w.Teams, func(t *teamWire) string { return t.Key })
	for _, p := range w.Persons {
		person := engine.Person{Key: p.Key, Name: p.Name, Hired: p.Hired, Left: p.Left}
		for _, s := range p.Spans {
			person.Spans = append(person.Spans, engine.Span{Days: s.interval(), Team: d.find(d.teams, "team", s.Team, true), Level: s.Level, Roles: s.Roles})
		}
		d.facts.Persons = append(d.facts.Persons, person)
	}
	for _, t := range w.Teams {
		team := engine.Team{Key: t.Key, Region: t.Region}
		for _, l := range t.Leaders {
			team.Leaders = append(team.Leaders, engine.Leader{Days: l.interval(), Person: d.find(d.persons, "person", l.Person, false)})
		}
		d.facts.Teams = append(d.facts.Teams, team)
	}
}

func (d *decoder) dealsOf(w *factsWire) {
	d.customers = number(d, "customer", w.Customers, func(c *customerWire) string { return c.Key })
	d.products = number(d, "product", w.Products, func(p *productWire) string { return p.Key })
	d.deals = number(d, "deal", w.Deals, func(deal *dealWire) string { return deal.Key })
	for _, c := range w.Customers {
		d.facts.Customers = append(d.facts.Customers, engine.Customer(c))
	}
	for _, p := range w.Products {
		d.facts.Products = append(d.facts.Products, engine.Product{Key: p.Key, Category: p.Category})
	}
	for _, deal := range w.Deals {
		made := engine.Deal{Key: deal.Key, Customer: d.find(d.customers, "customer", deal.Customer, true), Product: d.find(d.products, "product", deal.Product, true),
			SignedOn: deal.SignedOn, AmountFen: deal.AmountFen, ShareFrom: int32(len(d.facts.Shares))}
		for _, s := range deal.Shares {
			d.facts.Shares = append(d.facts.Shares, engine.Share{Person: d.find(d.persons, "person", s.Person, false), BasisPoints: s.BasisPoints})
		}
		made.ShareTo = int32(len(d.facts.Shares))
		d.facts.Deals = append(d.facts.Deals, made)
		if (deal.More != nil) != (w.Deals[0].More != nil) {
			d.fail("deal", deal.Key)
		}
		if m := deal.More; m != nil {
			d.facts.DealsMore = append(d.facts.DealsMore, engine.DealMore{Units: m.Units, CostFen: m.CostFen, Referrer: d.find(d.persons, "person", m.Referrer, true),
				CancelledOn: m.CancelledOn, Currency: d.currency(m.Currency)})
		}
	}
}

// rows reads payments or invoices, which must be in the order of their keys: the engine consumes those of a day in that order.
func (d *decoder) rows(to *engine.Payments, rows []rowWire) {
	foreign := false
	for _, row := range rows {
		foreign = foreign || row.Currency != ""
	}
	for i, row := range rows {
		place := int64(i + 1)
		if i > 0 {
			switch order := engine.CompareKeys(rows[i-1].Key, row.Key); {
			case order > 0:
				d.fail("payment", row.Key)
			case order == 0:
				place = to.Order[i-1]
			}
		}
		to.Deal, to.On = append(to.Deal, d.find(d.deals, "deal", row.Deal, false)), append(to.On, row.On)
		to.AmountFen, to.Order, to.Keys = append(to.AmountFen, row.AmountFen), append(to.Order, place), append(to.Keys, row.Key)
		if foreign {
			to.Currency = append(to.Currency, d.currency(row.Currency))
		}
	}
}

func (d *decoder) perPerson(w *factsWire) {
	person := func(key string) int32 { return d.find(d.persons, "person", key, false) }
	for _, q := range w.Quotas {
		d.facts.Quotas = append(d.facts.Quotas, engine.Quota{Person: person(q.Person), Month: q.Month, Of: q.Of, AmountFen: q.AmountFen})
	}
	for _, g := range w.Given {
		d.facts.Given = append(d.facts.Given, engine.Given{Person: person(g.Person), Month: g.Month, Measure: g.Measure, Value: g.Value})
	}
	for _, m := range w.Mentors {
		d.facts.Mentors = append(d.facts.Mentors, engine.Mentorship{Mentor: person(m.Mentor), Trainee: person(m.Trainee), Days: m.interval()})
	}
	for _, r := range w.Rates {
		d.facts.Exchange = append(d.facts.Exchange, engine.ExchangeRate{From: r.From, To: w.Currency, Kind: r.Kind, On: r.On, Rate: r.Rate})
	}
	for _, e := range w.Earlier {
		d.earlier = append(d.earlier, engine.EarlierPay{Person: person(w.Payee), Plan: d.plan, Component: e.Component, Month: e.Month,
			AmountFen: e.AmountFen, CarriedFen: e.CarriedFen})
	}
}
