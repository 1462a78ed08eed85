package demo

import (
	"fmt"
	"strconv"
	"strings"

	"xiaoguan/internal/fact"
)

// How many customers there are at the present, and how many of them were there before the first month.
const (
	customersAll    = 1500
	customersBefore = 930
)

// customer is one buying company of a team's area.
type customer struct {
	fact.CustomerRecord
	team int
}

// market makes customers with names of their own.
type market struct {
	dice dice
	used map[string]bool
	made int
}

// next makes a customer for a team of the region.
func (m *market) next(team, region int) *customer {
	m.made++
	c := &customer{team: team}
	at := one(m.dice, cities[region])
	t := one(m.dice, trades)
	for c.Name == "" || m.used[c.Name] {
		c.Name = at.name + one(m.dice, brandFirst) + one(m.dice, brandSecond) + one(m.dice, t.words) + one(m.dice, companyForms)
	}
	m.used[c.Name] = true
	c.Key, c.Industry, c.City = fmt.Sprintf("K%05d", m.made), t.industry, at.name
	if m.dice.chance(880) { // the others are what a customer ledger has gaps for
		c.CreditCode = creditCode(at.code, m.dice.between(10_000_000, 99_999_999))
	}
	return c
}

// The digits and weights of GB 32100 and GB 11714.
const creditDigits = "0123456789ABCDEFGHJKLMNPQRTUWXY"

var (
	creditWeights       = [...]int{1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28}
	organisationWeights = [...]int{3, 7, 9, 10, 5, 8, 4, 2}
)

// creditCode makes a 统一社会信用代码 with its two check digits from a division and an eight-digit number.
func creditCode(division string, number int64) string {
	body := strconv.FormatInt(number, 10)
	sum := 0
	for i, w := range organisationWeights {
		sum += w * int(body[i]-'0')
	}
	code := "91" + division + body + string("0X987654321"[sum%11])
	sum = 0
	for i, w := range creditWeights {
		sum += w * strings.IndexByte(creditDigits, code[i])
	}
	return code + string(creditDigits[(31-sum%31)%31])
}
