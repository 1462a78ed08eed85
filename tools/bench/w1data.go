package main

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"
)

// month is the month that is closed.
const month = "2026-09"

// shape is the size of a company. W1 has all payments in the month that is closed and half as many in the 13 months before; where months is
// given, they lie evenly in so many months, the last of which is that one. Where customers is given, there are so many and they have names as
// companies have; W1 has one for every twelfth payment.
type shape struct{ sellers, payments, months, customers int }

// shapes are the sizes of W1.
var shapes = map[string]shape{"small": {sellers: 50, payments: 5_000}, "M": {sellers: 5_000, payments: 1_000_000}, "L": {sellers: 50_000, payments: 10_000_000}}

// rows is how many payments the file holds: the history, the month, and some after it.
func (s shape) rows() int {
	history, month := s.split()
	return history + month + s.payments/100
}

// split is how many payments lie before the month, and in it.
func (s shape) split() (history, month int) {
	if s.months == 0 {
		return s.payments / 2, s.payments
	}
	month = s.payments / s.months
	return s.payments - month, month
}

// history is how many months of facts lie before the month, and how many days they have.
func (s shape) history() (months, days int) {
	months = 13
	if s.months > 0 {
		months = s.months - 1
	}
	return months, int(monthStart.Sub(monthStart.AddDate(0, -months, 0)).Hours() / 24)
}

var monthStart = time.Date(2026, time.September, 1, 0, 0, 0, 0, time.UTC)

const (
	firstPerson     = 100_001
	sellersPerTeam  = 10
	teamsPerRegion  = 10
	monthDays       = 30
	sellersPerLevel = 4 // of four sellers one is new, two are regular, one is core
)

// company is what the files refer to each other by.
type company struct {
	random             *rand.Rand
	teams, customers   int
	sellers            []int // person ids
	owner, second, pct []int // of deals
	customer           []int
	signed             []int // days after the history's start
	start              time.Time
	months, days       int // of history
}

// generate writes the folder of one company. The same shape and seed give the same bytes.
func generate(folder string, s shape, seed uint64) (err error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	c := &company{random: rand.New(rand.NewPCG(seed, 1)), teams: max(1, s.sellers/sellersPerTeam), customers: cmp.Or(s.customers, max(10, s.payments/12))}
	c.months, c.days = s.history()
	c.start = monthStart.AddDate(0, -c.months, 0)
	for _, write := range []func(string, shape) error{c.people, c.things, c.deals, c.payments, c.quotas} {
		if err := write(folder, s); err != nil {
			return err
		}
	}
	meta := fmt.Sprintf("{\"month\": %q, \"seed\": %d}\n", month, seed)
	return os.WriteFile(filepath.Join(folder, "meta.json"), []byte(meta), 0o600)
}

// file writes one CSV file: row appends row i to the line buffer.
func file(folder, name, header string, rows int, row func(line []byte, i int) []byte) (err error) {
	f, err := os.Create(filepath.Join(folder, name))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := bufio.NewWriterSize(f, 1<<20)
	line := append([]byte(header), '\n')
	for i := range rows {
		if _, err := w.Write(line); err != nil {
			return err
		}
		line = append(row(line[:0], i), '\n')
	}
	if _, err := w.Write(line); err != nil {
		return err
	}
	return w.Flush()
}

// numbers appends values separated by commas.
func numbers(line []byte, values ...int) []byte {
	for i, v := range values {
		if i > 0 {
			line = append(line, ',')
		}
		line = strconv.AppendInt(line, int64(v), 10)
	}
	return line
}

// day appends the date so many days after the history's start.
func (c *company) day(line []byte, days int) []byte {
	return c.start.AddDate(0, 0, days).AppendFormat(line, time.DateOnly)
}

// people writes teams and people, team by team, the manager first.
func (c *company) people(folder string, s shape) error {
	manager := func(team int) int { return firstPerson + team*(sellersPerTeam+1) }
	err := file(folder, "teams.csv", "team_id,region_id,manager_id", c.teams, func(line []byte, i int) []byte {
		return numbers(line, i+1, i/teamsPerRegion+1, manager(i))
	})
	if err != nil {
		return err
	}
	levels := []string{"newcomer", "regular", "regular", "core"}
	persons := c.teams * (sellersPerTeam + 1)
	return file(folder, "people.csv", "person_id,team_id,level,hire_date", persons, func(line []byte, i int) []byte {
		team, place := i/(sellersPerTeam+1), i%(sellersPerTeam+1)
		level, daysBefore := "manager", 1000+c.random.IntN(3000)
		if place > 0 {
			level = levels[c.random.IntN(sellersPerLevel)]
			c.sellers = append(c.sellers, firstPerson+i)
			if level == "newcomer" {
				daysBefore = c.random.IntN(180)
			}
		}
		line = append(numbers(line, firstPerson+i, team+1), ',')
		line = append(append(line, level...), ',')
		return monthStart.AddDate(0, 0, 29-daysBefore).AppendFormat(line, time.DateOnly)
	})
}

// things writes customers and products.
func (c *company) things(folder string, s shape) error {
	err := file(folder, "customers.csv", "customer_id,name", c.customers, func(line []byte, i int) []byte {
		if s.customers > 0 {
			return append(append(numbers(line, i+1), ','), companyName(c.random)...)
		}
		return numbers(append(numbers(line, i+1), ",C"...), i+1)
	})
	if err != nil {
		return err
	}
	const products = 50
	return file(folder, "products.csv", "product_id,category", products, func(line []byte, i int) []byte {
		return append(append(numbers(line, i+1), ','), "AAABBBBCCC"[i%10])
	})
}

// deals writes deals in the order of signing; a fifth has a second seller.
func (c *company) deals(folder string, s shape) error {
	deals := max(20, s.payments/4)
	return file(folder, "deals.csv", "deal_id,customer_id,product_id,owner_id,second_id,owner_pct,signed_on,amount_fen", deals, func(line []byte, i int) []byte {
		owner := c.sellers[c.random.IntN(len(c.sellers))]
		second, pct := 0, 100
		if other := c.sellers[c.random.IntN(len(c.sellers))]; other != owner && c.random.IntN(5) == 0 {
			second, pct = other, 70
		}
		signed := i * (c.days + monthDays) / deals
		c.owner, c.second, c.pct = append(c.owner, owner), append(c.second, second), append(c.pct, pct)
		c.customer, c.signed = append(c.customer, 1+c.random.IntN(c.customers)), append(c.signed, signed)
		line = append(numbers(line, i+1, c.customer[i], 1+c.random.IntN(50), owner), ',')
		if second > 0 {
			line = numbers(line, second)
		}
		line = append(numbers(append(line, ','), pct), ',')
		return numbers(append(c.day(line, signed), ','), 100*(1+c.random.IntN(20_000_000)))
	})
}

// payments writes payments as they are recorded: nearly in the order of their dates, refunds among them.
func (c *company) payments(folder string, s shape) error {
	inHistory, inMonth := s.split()
	days := make([]int, 0, s.rows())
	for i := range s.rows() {
		switch {
		case i < inHistory:
			days = append(days, i*c.days/inHistory)
		case i < inHistory+inMonth:
			days = append(days, c.days+(i-inHistory)*monthDays/inMonth)
		default:
			days = append(days, c.days+monthDays+c.random.IntN(10))
		}
	}
	return file(folder, "payments.csv", "payment_id,deal_id,paid_on,amount_fen", len(days), func(line []byte, i int) []byte {
		on := max(0, days[i]-c.random.IntN(4))
		signed, _ := slices.BinarySearch(c.signed, on+1)
		deal := c.random.IntN(max(1, signed))
		amount := int(math.Round(math.Exp(12.2 + 1.1*c.random.NormFloat64())))
		switch kind := c.random.IntN(1000); {
		case kind < 2:
			amount = 1 + c.random.IntN(7)
		case kind < 22:
			amount = -max(1, amount)
		case kind < 322:
			amount = (amount/10_000 + 1) * 10_000
		}
		if amount == 0 {
			amount = 1
		}
		line = append(numbers(line, i+1, deal+1), ',')
		return numbers(append(c.day(line, on), ','), amount)
	})
}

// quotas writes a quota for each seller and each month of the history, and for the month.
func (c *company) quotas(folder string, s shape) error {
	_, inMonth := s.split()
	typical := inMonth / s.sellers * 360_000
	return file(folder, "quotas.csv", "person_id,month,quota_fen", (c.months+1)*len(c.sellers), func(line []byte, i int) []byte {
		first := c.start.AddDate(0, i/len(c.sellers), 0)
		line = append(numbers(line, c.sellers[i%len(c.sellers)]), ',')
		line = append(first.AppendFormat(line, "2006-01"), ',')
		return numbers(line, 10_000+typical*(50+c.random.IntN(100))/100)
	})
}
