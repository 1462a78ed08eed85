package monthtest

import (
	"strconv"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
)

// SmallMonth is the month of Small; the one before it has facts, too.
const SmallMonth = calendar.Month(2026*12 + 8) // 2026-09

// Small is a company in which a reviewer finds everything that there is to find:
//
//	team T1, led by M1: A regular, on target and far above last month; B core; C newcomer in the first month
//	team T2, led by M2: D regular without a quota; E regular with only a refund; F core above the cap; G of a level that no plan pays
func Small() *Company {
	c := &Company{
		Month:     SmallMonth,
		Regions:   []fact.RegionRecord{{Key: "E", Name: "华东"}, {Key: "S", Name: "华南"}},
		Teams:     []fact.TeamRecord{{Key: "T1", Name: "一部", Region: "E"}, {Key: "T2", Name: "二部", Region: "S"}},
		Customers: []fact.CustomerRecord{{Key: "C1", Name: "恒越精密"}, {Key: "C2", Name: "澜川电子"}},
		Products:  []fact.ProductRecord{{Key: "PA", Name: "伺服", Category: "A"}, {Key: "PB", Name: "网关", Category: "B"}},
	}
	for _, p := range []struct{ key, name, team, level, hired string }{
		{"M1", "周岚", "T1", "manager", "2018-03-01"}, {"A", "陈思远", "T1", "regular", "2021-05-10"}, {"B", "顾南星", "T1", "core", "2019-09-30"},
		{"C", "叶小舟", "T1", "newcomer", "2026-09-03"}, {"M2", "沈亦", "T2", "manager", "2017-01-01"}, {"D", "许知夏", "T2", "regular", "2022-02-02"},
		{"E", "任平", "T2", "regular", "2020-08-01"}, {"F", "方知微", "T2", "core", "2016-10-01"}, {"G", "童小满", "T2", "trainee", "2026-08-20"},
	} {
		c.Persons = append(c.Persons, fact.PersonRecord{Key: p.key, Name: p.name, Team: p.team, Level: p.level, Hired: Day(p.hired), Left: calendar.Forever})
	}
	c.Leaders = []fact.LeaderRecord{{Team: "T1", Person: "M1", From: calendar.NoDate}, {Team: "T2", Person: "M2", From: calendar.NoDate}}
	for _, d := range []struct {
		key, customer, product string
		shares                 []fact.ShareRecord
	}{
		{"D1", "C1", "PA", []fact.ShareRecord{{Person: "A", BasisPoints: 10_000}}},
		{"D2", "C1", "PB", []fact.ShareRecord{{Person: "B", BasisPoints: 7_000}, {Person: "C", BasisPoints: 3_000}}},
		{"D3", "C2", "PA", []fact.ShareRecord{{Person: "D", BasisPoints: 10_000}}},
		{"D4", "C2", "PA", []fact.ShareRecord{{Person: "E", BasisPoints: 10_000}}},
		{"D5", "C2", "PA", []fact.ShareRecord{{Person: "F", BasisPoints: 10_000}}},
	} {
		c.Deals = append(c.Deals, fact.DealRecord{Key: d.key, Customer: d.customer, Product: d.product, SignedOn: Day("2026-07-01"),
			AmountMinor: 50_000_000_00, Currency: money.CNY, Shares: d.shares})
	}
	for i, p := range []struct {
		deal, on string
		yuan     int64
	}{
		{"D1", "2026-08-05", 1_000}, {"D2", "2026-08-06", 20_000}, {"D5", "2026-08-07", 90_000},
		{"D1", "2026-09-02", 60_000}, {"D1", "2026-09-10", 50_000}, {"D2", "2026-09-11", 30_001}, {"D2", "2026-09-12", -1},
		{"D3", "2026-09-15", 5_000}, {"D4", "2026-09-16", -1_000}, {"D5", "2026-09-17", 10_000_000},
	} {
		c.Payments = append(c.Payments, fact.PaymentRecord{Key: strconv.Itoa(i + 1), Deal: p.deal, PaidOn: Day(p.on), AmountMinor: p.yuan * 100, Currency: money.CNY})
	}
	for _, person := range []string{"A", "B", "C", "E", "F"} {
		for m := SmallMonth - 1; m <= SmallMonth; m++ {
			c.Quotas = append(c.Quotas, fact.QuotaRecord{Person: person, Month: m, Of: "collected", AmountMinor: 100_000_00})
		}
	}
	return c
}
