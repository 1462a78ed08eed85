package monthtest

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
)

// ReadW1 reads a folder of workload W1; see bench/w1 and internal/cli/testdata/w1.
func ReadW1(dir string) (*Company, error) {
	text, err := os.ReadFile(filepath.Join(dir, "meta.json"))
	if err != nil {
		return nil, err
	}
	var meta struct{ Month calendar.Month }
	if err := json.Unmarshal(text, &meta); err != nil {
		return nil, err
	}
	r := &w1Reader{dir: dir}
	c := &Company{Month: meta.Month}
	regions := map[string]bool{}
	r.rows("teams.csv", func(v []string) {
		if !regions[v[1]] {
			regions[v[1]] = true
			c.Regions = append(c.Regions, fact.RegionRecord{Key: v[1], Name: v[1]})
		}
		c.Teams = append(c.Teams, fact.TeamRecord{Key: v[0], Name: v[0], Region: v[1]})
		c.Leaders = append(c.Leaders, fact.LeaderRecord{Team: v[0], Person: v[2], From: calendar.NoDate})
	})
	r.rows("people.csv", func(v []string) {
		c.Persons = append(c.Persons, fact.PersonRecord{Key: v[0], Name: v[0], Team: v[1], Level: v[2], Hired: r.day(v[3]), Left: calendar.Forever})
	})
	r.rows("customers.csv", func(v []string) {
		c.Customers = append(c.Customers, fact.CustomerRecord{Key: v[0], Name: v[1]})
	})
	r.rows("products.csv", func(v []string) {
		c.Products = append(c.Products, fact.ProductRecord{Key: v[0], Name: v[0], Category: v[1]})
	})
	r.rows("deals.csv", func(v []string) {
		points := int32(r.number(v[5]) * 100)
		shares := []fact.ShareRecord{{Person: v[3], BasisPoints: points}}
		if v[4] != "" {
			shares = append(shares, fact.ShareRecord{Person: v[4], BasisPoints: 10_000 - points})
		}
		c.Deals = append(c.Deals, fact.DealRecord{Key: v[0], Customer: v[1], Product: v[2], SignedOn: r.day(v[6]), AmountMinor: r.number(v[7]),
			Currency: money.CNY, Shares: shares})
	})
	r.rows("payments.csv", func(v []string) {
		c.Payments = append(c.Payments, fact.PaymentRecord{Key: v[0], Deal: v[1], PaidOn: r.day(v[2]), AmountMinor: r.number(v[3]), Currency: money.CNY})
	})
	r.rows("quotas.csv", func(v []string) {
		month, err := calendar.ParseMonth(v[1])
		r.note(err)
		c.Quotas = append(c.Quotas, fact.QuotaRecord{Person: v[0], Month: month, Of: "collected", AmountMinor: r.number(v[2])})
	})
	return c, r.err
}

// w1Reader keeps the first error.
type w1Reader struct {
	dir string
	err error
}

func (r *w1Reader) note(err error) {
	if r.err == nil {
		r.err = err
	}
}

func (r *w1Reader) rows(name string, row func([]string)) {
	f, err := os.Open(filepath.Join(r.dir, name))
	if err != nil {
		r.note(err)
		return
	}
	defer func() { _ = f.Close() }()
	all, err := csv.NewReader(f).ReadAll()
	if err != nil || len(all) == 0 {
		r.note(fmt.Errorf("%s: %w", name, err))
		return
	}
	for _, values := range all[1:] {
		row(values)
	}
}

func (r *w1Reader) number(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	r.note(err)
	return n
}

func (r *w1Reader) day(text string) calendar.Date {
	d, err := calendar.ParseDate(text)
	r.note(err)
	return d
}
