package monthtest

import (
	"fmt"
	"math/rand/v2"
	"strconv"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
)

// Generate makes a company in the likeness of workload W1 (bench/w1): teams of ten with a manager, the three layers of sellers, shared
// deals, refunds, amounts of a few fen, a month of payments and a year of history before it. The same seed gives the same facts.
func Generate(seed uint64, month calendar.Month, sellers, payments int) *Company {
	g := &generator{Company: &Company{Month: month}, random: rand.New(rand.NewPCG(seed, 7))}
	g.organise(sellers)
	g.sell(payments)
	return g.Company
}

type generator struct {
	*Company
	random  *rand.Rand
	sellers []string
}

func (g *generator) organise(sellers int) {
	g.Regions = []fact.RegionRecord{{Key: "1", Name: "华东"}, {Key: "2", Name: "华北"}}
	person := func(team, level string, hired calendar.Date) string {
		key := strconv.Itoa(100_001 + len(g.Persons))
		g.Persons = append(g.Persons, fact.PersonRecord{Key: key, Name: "员工" + key, Team: team, Level: level, Hired: hired, Left: calendar.Forever})
		return key
	}
	for i := range sellers {
		if i%10 == 0 {
			team := strconv.Itoa(len(g.Teams) + 1)
			g.Teams = append(g.Teams, fact.TeamRecord{Key: team, Name: "团队" + team, Region: strconv.Itoa(1 + i/10%2)})
			g.Leaders = append(g.Leaders, fact.LeaderRecord{Team: team, Person: person(team, "manager", g.before(3000)), From: calendar.NoDate})
		}
		level, hired := "regular", g.before(2000)
		switch g.random.IntN(4) {
		case 0:
			level, hired = "newcomer", g.Month.First()-calendar.Date(g.random.IntN(150))+20
		case 1:
			level = "core"
			if g.random.IntN(3) == 0 {
				hired = g.Month.Last().AddMonths(-36) + calendar.Date(g.random.IntN(2)) // on the anniversary, or one day after
			}
		}
		key := person(strconv.Itoa(len(g.Teams)), level, hired)
		g.sellers = append(g.sellers, key)
		quota := (100 + g.random.Int64N(2000)) * 100_00
		if g.random.IntN(3) == 0 {
			quota += g.random.Int64N(100_00) // thresholds at fractions of a fen
		}
		g.Quotas = append(g.Quotas, fact.QuotaRecord{Person: key, Month: g.Month, Of: "collected", AmountMinor: quota},
			fact.QuotaRecord{Person: key, Month: g.Month - 1, Of: "collected", AmountMinor: quota / 2})
	}
}

// before returns a day up to so many days before the month.
func (g *generator) before(days int) calendar.Date {
	return g.Month.First() - 1 - calendar.Date(g.random.IntN(days))
}

func (g *generator) sell(payments int) {
	for i, category := range []string{"A", "B", "C"} {
		key := strconv.Itoa(i + 1)
		g.Products = append(g.Products, fact.ProductRecord{Key: key, Name: "产品" + category, Category: category})
	}
	for i := range 1 + payments/12 {
		key := strconv.Itoa(i + 1)
		g.Customers = append(g.Customers, fact.CustomerRecord{Key: key, Name: "客户" + key})
	}
	for i := range 1 + payments/4 {
		owner := g.random.IntN(len(g.sellers))
		shares := []fact.ShareRecord{{Person: g.sellers[owner], BasisPoints: 10_000}}
		if second := g.random.IntN(len(g.sellers)); second != owner && g.random.IntN(4) == 0 {
			shares[0].BasisPoints = 7_000
			shares = append(shares, fact.ShareRecord{Person: g.sellers[second], BasisPoints: 3_000})
		}
		g.Deals = append(g.Deals, fact.DealRecord{Key: strconv.Itoa(i + 1), Customer: g.Customers[g.random.IntN(len(g.Customers))].Key,
			Product: g.Products[g.random.IntN(3)].Key, SignedOn: g.before(420), AmountMinor: 1 + g.random.Int64N(1_000_000_00), Currency: money.CNY, Shares: shares})
	}
	for i := range payments {
		on := g.Month.First() + calendar.Date(g.random.IntN(int(g.Month.Last()-g.Month.First())+1))
		if i%3 == 0 {
			on = g.before(420)
		}
		g.Payments = append(g.Payments, fact.PaymentRecord{Key: strconv.Itoa(i + 1), Deal: g.Deals[g.random.IntN(len(g.Deals))].Key, PaidOn: on,
			AmountMinor: g.amount(), Currency: money.CNY})
	}
}

func (g *generator) amount() int64 {
	switch g.random.IntN(50) {
	case 0:
		return 1 + g.random.Int64N(7)
	case 1:
		return -1 - g.random.Int64N(20_000_00)
	case 2:
		return 1_000_000_00 + g.random.Int64N(5_000_000_00)
	}
	return 1 + g.random.Int64N(40_000_00)
}

// String says how large the company is, for test output.
func (c *Company) String() string {
	return fmt.Sprintf("%s: %d persons, %d deals, %d payments", c.Month, len(c.Persons), len(c.Deals), len(c.Payments))
}

// GenerateMonths makes a company like Generate's whose payments and quotas are spread evenly over so many months, the last of which is the
// company's. Newcomers are hired over the last of them.
func GenerateMonths(seed uint64, last calendar.Month, months, sellers, payments int) *Company {
	c := Generate(seed, last, sellers, payments)
	random := rand.New(rand.NewPCG(seed, 11))
	first := last - calendar.Month(months-1)
	days := int(last.Last()-first.First()) + 1
	for i := range c.Payments {
		c.Payments[i].PaidOn = first.First() + calendar.Date(random.IntN(days))
	}
	for i := range c.Deals {
		c.Deals[i].SignedOn = first.First() - calendar.Date(random.IntN(60))
	}
	own := c.Quotas[:0:0]
	for _, q := range c.Quotas {
		if q.Month != last {
			continue
		}
		for m := first; m <= last; m++ {
			own = append(own, fact.QuotaRecord{Person: q.Person, Month: m, Of: q.Of, AmountMinor: q.AmountMinor/2 + random.Int64N(q.AmountMinor)})
		}
	}
	c.Quotas = own
	return c
}
