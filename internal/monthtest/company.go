// Package monthtest gives tests whole months to work on: companies of facts, the services over a fresh database, people with their
// roles, and jobs carried out on the spot.
//
// It decides nothing: facts are written by the store's fact writer, plans go through planbook, months through period. Only tests
// import it.
package monthtest

import (
	"context"
	"fmt"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
)

// Company is all facts of a company, in the words of imports.
type Company struct {
	Month     calendar.Month // the month that the facts are about
	Regions   []fact.RegionRecord
	Teams     []fact.TeamRecord
	Persons   []fact.PersonRecord
	Leaders   []fact.LeaderRecord
	Customers []fact.CustomerRecord
	Products  []fact.ProductRecord
	Deals     []fact.DealRecord
	Payments  []fact.PaymentRecord
	Quotas    []fact.QuotaRecord
}

// Write records all facts.
func (c *Company) Write(ctx context.Context, w fact.Writer) error {
	for _, step := range []func() error{
		each(ctx, "region", c.Regions, w.PutRegion), each(ctx, "team", c.Teams, w.PutTeam), each(ctx, "person", c.Persons, w.PutPerson),
		each(ctx, "leader", c.Leaders, w.PutLeader), each(ctx, "customer", c.Customers, w.PutCustomer),
		each(ctx, "product", c.Products, w.PutProduct), each(ctx, "deal", c.Deals, w.PutDeal),
		each(ctx, "payment", c.Payments, w.PutPayment), each(ctx, "quota", c.Quotas, w.PutQuota),
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func each[R any](ctx context.Context, kind string, records []R, put func(context.Context, R) (fact.Outcome, error)) func() error {
	return func() error {
		for i, r := range records {
			if _, err := put(ctx, r); err != nil {
				return fmt.Errorf("%s %d %+v: %w", kind, i, r, err)
			}
		}
		return nil
	}
}

// Facts gives the facts to the engine without a database between, as they are at the end of the company's month.
func (c *Company) Facts() *engine.Facts {
	f := &engine.Facts{Currency: money.CNY}
	teams, persons, customers, products, deals := map[string]int32{}, map[string]int32{}, map[string]int32{}, map[string]int32{}, map[string]int32{}
	for i, t := range c.Teams {
		teams[t.Key] = int32(i)
		f.Teams = append(f.Teams, engine.Team{Key: t.Key, Name: t.Name, Region: t.Region})
	}
	for i, p := range c.Persons {
		persons[p.Key] = int32(i)
		days := calendar.Interval{From: p.Hired, To: calendar.Forever}
		f.Persons = append(f.Persons, engine.Person{Key: p.Key, Name: p.Name, Hired: p.Hired, Left: p.Left,
			Spans: []engine.Span{{Days: days, Team: teams[p.Team], Level: p.Level, Roles: p.Roles}}})
	}
	for _, l := range c.Leaders {
		t := &f.Teams[teams[l.Team]]
		t.Leaders = append(t.Leaders, engine.Leader{Days: calendar.Interval{From: calendar.NoDate, To: calendar.Forever}, Person: persons[l.Person]})
	}
	for i, x := range c.Customers {
		customers[x.Key] = int32(i)
		f.Customers = append(f.Customers, engine.Customer{Key: x.Key, Name: x.Name})
	}
	for i, p := range c.Products {
		products[p.Key] = int32(i)
		f.Products = append(f.Products, engine.Product{Key: p.Key, Name: p.Name, Category: p.Category})
	}
	for i, d := range c.Deals {
		deals[d.Key] = int32(i)
		deal := engine.Deal{Key: d.Key, Customer: customers[d.Customer], Product: products[d.Product], SignedOn: d.SignedOn, AmountFen: d.AmountMinor,
			ShareFrom: int32(len(f.Shares))}
		for _, s := range d.Shares {
			f.Shares = append(f.Shares, engine.Share{Person: persons[s.Person], BasisPoints: s.BasisPoints})
		}
		deal.ShareTo = int32(len(f.Shares))
		f.Deals = append(f.Deals, deal)
	}
	for i, p := range c.Payments { // the generator and W1 number payments in the order of their keys
		f.Payments.Order = append(f.Payments.Order, int64(i+1))
		f.Payments.Deal = append(f.Payments.Deal, deals[p.Deal])
		f.Payments.On = append(f.Payments.On, p.PaidOn)
		f.Payments.AmountFen = append(f.Payments.AmountFen, p.AmountMinor)
	}
	for _, q := range c.Quotas {
		f.Quotas = append(f.Quotas, engine.Quota{Person: persons[q.Person], Month: q.Month, Of: q.Of, AmountFen: q.AmountMinor})
	}
	return f
}

// Month reads YYYY-MM and Day reads YYYY-MM-DD; both panic otherwise: tests write them out.
func Month(text string) calendar.Month {
	m, err := calendar.ParseMonth(text)
	if err != nil {
		panic(err)
	}
	return m
}

// Day reads YYYY-MM-DD.
func Day(text string) calendar.Date {
	d, err := calendar.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}
