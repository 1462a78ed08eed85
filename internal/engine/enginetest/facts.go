// Package enginetest makes random small companies and random valid plans, for tests that compare one way of computing pay with
// another.
//
// Everything is drawn from rapid, so a failing case shrinks and repeats. Inputs are small (a dozen people, some dozens of payments) and
// full of what goes wrong in practice: amounts of a few fen, refunds, months that are mostly taken back, ties in date, values exactly on
// an edge, leap days, people who join, leave, move and are promoted within the month, quotas of zero and quotas that are missing. Only
// tests import it.
package enginetest

import (
	"fmt"

	"pgregory.net/rapid"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
)

// levels, roles and categories are what generated facts and plans draw from.
var (
	levels     = []string{"newcomer", "regular", "core", "manager"}
	roles      = []string{"hunter", "farmer"}
	categories = []string{"A", "B", "C", "D", "A/B", "A/B/C", "AB"}
	regions    = []string{"east", "south"}
)

// amounts are drawn often, so that sums meet quotas and edges exactly. The first are drawn most: those that don't round to nothing.
var amounts = []int64{60_000, 100_000, 12_000, 10_000, 120_000, 6_000, 5_000, 1_000, 100, 7, 3, 2, 1}

// Month draws a calendar month of the years 2023 to 2026.
func Month(t *rapid.T) calendar.Month {
	return calendar.NewMonth(2023, 1) + calendar.Month(rapid.IntRange(0, 47).Draw(t, "month"))
}

// Facts draws a company whose facts lie around the month.
func Facts(t *rapid.T, month calendar.Month) *engine.Facts {
	f := &engine.Facts{Currency: "CNY"}
	teams := rapid.IntRange(1, 3).Draw(t, "teams")
	for i := range rapid.IntRange(1, 8).Draw(t, "persons") {
		f.Persons = append(f.Persons, person(t, i, teams, month))
	}
	for i := range teams {
		f.Teams = append(f.Teams, team(t, i, len(f.Persons), month))
	}
	for i := range rapid.IntRange(1, 3).Draw(t, "customers") {
		f.Customers = append(f.Customers, engine.Customer{Key: fmt.Sprintf("c%d", i), Tier: rapid.SampledFrom(tiers).Draw(t, "tier"),
			Region: rapid.SampledFrom([]string{"east", "north", "", "east/inner", "easter"}).Draw(t, "region")})
	}
	for i := range rapid.IntRange(1, 5).Draw(t, "products") {
		f.Products = append(f.Products, engine.Product{Key: fmt.Sprintf("p%d", i), Category: rapid.SampledFrom(categories).Draw(t, "category")})
	}
	refunds := rapid.SampledFrom([]int{refundsUsual, refundsMany}).Draw(t, "refunds")
	for i := range rapid.IntRange(1, 8).Draw(t, "deals") {
		deal(t, f, i, month, refunds)
	}
	payments(t, f, month, refunds)
	quotas(t, f, month)
	further(t, f, month, refunds)
	foreign(t, f, month)
	return f
}

// day draws a date from some months before the month until some days after it, most often within it or on its edges.
func day(t *rapid.T, month calendar.Month, monthsBefore int) calendar.Date {
	switch rapid.IntRange(0, 5).Draw(t, "where") {
	case 0:
		return (month - calendar.Month(rapid.IntRange(0, monthsBefore).Draw(t, "months"))).First() +
			calendar.Date(rapid.IntRange(0, 27).Draw(t, "day"))
	case 1:
		return rapid.SampledFrom([]calendar.Date{month.First() - 1, month.First(), month.Last(), month.Last() + 1,
			month.First().AddMonths(-12), month.Last().AddMonths(-12)}).Draw(t, "edge")
	}
	return month.First() + calendar.Date(rapid.IntRange(0, 31).Draw(t, "day"))
}

func person(t *rapid.T, i, teams int, month calendar.Month) engine.Person {
	key := rapid.SampledFrom([]string{"%d", "e%d", "0%d"}).Draw(t, "key form")
	p := engine.Person{Key: fmt.Sprintf(key, i+9), Hired: day(t, month, 40), Left: calendar.Forever}
	if rapid.IntRange(0, 3).Draw(t, "leaves") == 0 {
		p.Left = max(p.Hired+1, day(t, month, 3))
	}
	at := p.Hired
	for n := rapid.IntRange(1, 3).Draw(t, "spans"); n > 0; n-- {
		span := engine.Span{Days: calendar.Interval{From: at, To: calendar.Forever}, Level: rapid.SampledFrom(levels).Draw(t, "level"),
			Team: int32(rapid.IntRange(-1, teams-1).Draw(t, "team")), Roles: some(t, roles)}
		if n > 1 {
			span.Days.To = max(at+1, day(t, month, 3))
		}
		p.Spans = append(p.Spans, span)
		at = span.Days.To
	}
	return p
}

// some draws a subset in order.
func some(t *rapid.T, all []string) []string {
	var subset []string
	for _, x := range all {
		if rapid.Bool().Draw(t, x) {
			subset = append(subset, x)
		}
	}
	return subset
}

func team(t *rapid.T, i, persons int, month calendar.Month) engine.Team {
	leader := func() int32 { return int32(rapid.IntRange(0, persons-1).Draw(t, "leader")) }
	made := engine.Team{Key: fmt.Sprintf("t%d", i), Region: rapid.SampledFrom(regions).Draw(t, "region")}
	switch rapid.IntRange(0, 4).Draw(t, "leaders") {
	case 0:
	case 1:
		change := day(t, month, 3)
		made.Leaders = []engine.Leader{{Days: calendar.Interval{From: calendar.NoDate, To: change}, Person: leader()},
			{Days: calendar.Interval{From: change, To: calendar.Forever}, Person: leader()}}
	default:
		made.Leaders = []engine.Leader{{Days: calendar.Interval{From: calendar.NoDate, To: calendar.Forever}, Person: leader()}}
	}
	return made
}

// deal adds a deal whose sellers are distinct and whose shares total 100 %, now and then one that nobody sold.
func deal(t *rapid.T, f *engine.Facts, i int, month calendar.Month, refunds int) {
	key := rapid.SampledFrom([]string{"%d", "d%d"}).Draw(t, "key form")
	d := engine.Deal{Key: fmt.Sprintf(key, i+9), Customer: int32(rapid.IntRange(0, len(f.Customers)-1).Draw(t, "customer")),
		Product: int32(rapid.IntRange(0, len(f.Products)-1).Draw(t, "product")), SignedOn: day(t, month, 14), AmountFen: amount(t, refunds),
		ShareFrom: int32(len(f.Shares))}
	everybody := make([]int32, len(f.Persons))
	for k := range everybody {
		everybody[k] = int32(k)
	}
	sellers := rapid.Permutation(everybody).Draw(t, "sellers")[:rapid.IntRange(1, min(3, len(everybody))).Draw(t, "count")]
	if rapid.IntRange(0, 15).Draw(t, "house deal") == 15 {
		sellers = nil
	}
	left := int32(10_000)
	for k, seller := range sellers {
		points := left
		if k < len(sellers)-1 {
			points = min(left, rapid.SampledFrom([]int32{0, 1, 3_333, 5_000, 7_000, 9_999}).Draw(t, "points"))
		}
		left -= points
		f.Shares = append(f.Shares, engine.Share{Person: seller, BasisPoints: points})
	}
	d.ShareTo = int32(len(f.Shares))
	f.Deals = append(f.Deals, d)
}

// Of five amounts, how many are refunds: in the usual company, and in one whose month is mostly taken back, so that pay, bands and
// teams go below zero.
const (
	refundsUsual = 1
	refundsMany  = 4
)

// amount draws an amount that is not zero, so many of five a refund.
func amount(t *rapid.T, refunds int) int64 {
	fen := rapid.OneOf(rapid.SampledFrom(amounts), rapid.Int64Range(1, 20), rapid.Int64Range(1, 2_000_000)).Draw(t, "fen")
	if rapid.IntRange(0, 4).Draw(t, "refund") < refunds {
		return -fen
	}
	return fen
}

func payments(t *rapid.T, f *engine.Facts, month calendar.Month, refunds int) {
	n := rapid.OneOf(rapid.IntRange(10, 30), rapid.IntRange(0, 10)).Draw(t, "payments")
	orders := make([]int64, n)
	for i := range orders {
		orders[i] = int64(i + 1)
	}
	f.Payments.Order = rapid.Permutation(orders).Draw(t, "order")
	for range n {
		f.Payments.Deal = append(f.Payments.Deal, int32(rapid.IntRange(0, len(f.Deals)-1).Draw(t, "deal")))
		f.Payments.On = append(f.Payments.On, day(t, month, 14))
		f.Payments.AmountFen = append(f.Payments.AmountFen, amount(t, refunds))
	}
}

// quotas gives most people a quota for the month and for some months before; some are zero, some are fractions apart from edges.
func quotas(t *rapid.T, f *engine.Facts, month calendar.Month) {
	for i := range f.Persons {
		for back := range calendar.Month(rapid.IntRange(0, 4).Draw(t, "months")) {
			for _, of := range events {
				fen := rapid.OneOf(rapid.SampledFrom(amounts), rapid.Int64Range(0, 500_000)).Draw(t, "quota")
				f.Quotas = append(f.Quotas, engine.Quota{Person: int32(i), Month: month - back, Of: of, AmountFen: fen})
			}
		}
	}
}
