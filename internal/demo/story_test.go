package demo

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/org"
	"xiaoguan/internal/plan"
)

// days are awkward presents: first and last of a month, New Year, the Spring Festival, a leap day, years without known holidays.
var days = []calendar.Date{
	calendar.NewDate(2024, 2, 29), calendar.NewDate(2025, 1, 1), calendar.NewDate(2026, 2, 17), calendar.NewDate(2026, 8, 31),
	calendar.NewDate(2026, 10, 1), calendar.NewDate(2026, 11, 23), calendar.NewDate(2027, 2, 6), calendar.NewDate(2031, 5, 9), calendar.NewDate(2040, 12, 31),
}

func TestTheLastMonthHasSomethingToShowOnAnyDay(t *testing.T) {
	t.Parallel()
	for _, day := range days {
		for _, seed := range []uint64{1, 2, 3} {
			t.Run(fmt.Sprintf("%s/%d", day, seed), func(t *testing.T) {
				t.Parallel()
				c := imagine(seed, day)
				for i := range c.months {
					c.tellMonth(i)
					checkTold(t, c, i)
				}
				checkPresent(t, c)
			})
		}
	}
}

// checkTold holds the month just told against what was decided for it.
func checkTold(t *testing.T, c *company, i int) {
	t.Helper()
	exact, refunds, capped, forgotten := 0, 0, 0, 0
	for _, p := range c.people {
		m := &p.month
		if !m.active {
			continue
		}
		if m.exact {
			exact++
			if m.credited != m.desired || !slices.Contains(marks, m.credited*permille/m.quota) || m.credited*permille%m.quota != 0 {
				t.Errorf("month %d: %s has %d of %d, wanted %d", i, p.key, m.credited, m.quota, m.desired)
			}
		}
		if m.refund && m.credited < 0 {
			refunds++
		}
		if m.best && m.credited >= 2*m.quota {
			capped++
		}
		if m.quota == 0 {
			forgotten++
		}
	}
	switch {
	case i == c.last:
		if forgotten != 1 || exact != 0 {
			t.Errorf("the present month: %d without quota, %d exact", forgotten, exact)
		}
	case exact != len(marks):
		t.Errorf("month %d: %d people hit marks", i, exact)
	case i == c.last-1 && (refunds != 1 || capped != 1 || forgotten != 1):
		t.Errorf("the last month: %d negative, %d at the cap, %d without quota", refunds, capped, forgotten)
	}
}

// checkPresent looks at the company of today and its two years.
func checkPresent(t *testing.T, c *company) {
	t.Helper()
	levels := map[org.Level]int{}
	moved, rose, left := 0, 0, 0
	for _, p := range c.people {
		if s, employed := p.on(c.today); employed {
			levels[s.level]++
		}
		if p.left < c.today {
			left++
		}
		for i, s := range p.steps[1:] {
			if s.from >= c.first.First() && s.team != p.steps[i].team {
				moved++
			}
			if s.from >= c.first.First() && s.level != p.steps[i].level {
				rose++
			}
		}
	}
	if levels[org.LevelNewcomer] == 0 || levels[org.LevelRegular] < 15 || levels[org.LevelCore] < 10 || levels[org.LevelManager] != 9 {
		t.Errorf("levels today: %v", levels)
	}
	if moved < 3 || rose < 20 || left < 10 || len(c.months[leaderChangeAfter].leaders) != 1 {
		t.Errorf("%d moved, %d rose, %d left, leaders %v", moved, rose, left, c.months[leaderChangeAfter].leaders)
	}
}

func TestTheSpringFestivalShows(t *testing.T) {
	t.Parallel()
	c := tell(1, calendar.NewDate(2026, 11, 23))
	months := map[calendar.Month]int64{}
	for _, f := range c.months {
		for _, p := range f.payments {
			months[p.PaidOn.Month()] += p.AmountMinor
		}
	}
	before, festival, after := months[calendar.NewMonth(2025, 12)], months[calendar.NewMonth(2026, 2)], months[calendar.NewMonth(2026, 3)]
	if 2*festival > before || 2*festival > after {
		t.Errorf("December %d, February %d, March %d", before, festival, after)
	}
	if grown, was := months[calendar.NewMonth(2026, 10)], months[calendar.NewMonth(2025, 10)]; grown <= was {
		t.Errorf("October %d, a year before %d", grown, was)
	}
}

func TestOneSeedTellsOneStory(t *testing.T) {
	t.Parallel()
	text := func(seed uint64) string {
		c := tell(seed, days[5])
		all, err := json.Marshal([]any{c.careers, c.setup.customers, c.months[3].payments, c.months[20].deals, c.months[24].quotas, c.months[9].people})
		if err != nil {
			t.Fatal(err)
		}
		return string(all)
	}
	if text(1) == text(2) {
		t.Error("two seeds tell the same")
	}
	if strings.Count(text(1), `"`) < 10_000 {
		t.Error("the story is too short to compare")
	}
}

func TestCustomersAreUniqueAndTheirCodesAreSound(t *testing.T) {
	t.Parallel()
	if code := creditCode("310115", 10_000_000); len(code) != 18 || !strings.HasPrefix(code, "9131011510000000") {
		t.Errorf("code %s", code)
	}
	names, coded := map[string]bool{}, 0
	c := tell(1, days[5])
	customers := c.setup.customers
	for _, f := range c.months {
		customers = append(customers, f.customers...)
	}
	for _, one := range customers {
		if names[one.Name] || one.City == "" || one.Industry == "" {
			t.Errorf("customer %+v", one)
		}
		names[one.Name] = true
		if one.CreditCode == "" {
			continue
		}
		coded++
		sum := 0
		for i, w := range append(slices.Clone(creditWeights[:]), 1) {
			sum += w * strings.IndexByte(creditDigits, one.CreditCode[i])
		}
		if sum%31 != 0 {
			t.Errorf("code %s has another check digit", one.CreditCode)
		}
	}
	if len(customers) != customersAll || coded < 1200 {
		t.Errorf("%d customers, %d with a code", len(customers), coded)
	}
}

func TestTemplatesHaveNoErrorsTogether(t *testing.T) {
	t.Parallel()
	all, err := Templates()
	if err != nil {
		t.Fatal(err)
	}
	var documents []*plan.Document
	layers := map[plan.Layer]bool{}
	for _, template := range all {
		document, findings := plan.Inspect(template.ID, []byte(template.Text))
		if plan.HasErrors(findings) || document == nil {
			t.Fatalf("%s: %+v", template.ID, findings)
		}
		if !strings.Contains(template.Text, effectiveFrom) {
			t.Errorf("%s says in another way from when it holds", template.ID)
		}
		if document.Plan != nil {
			layers[document.Plan.Layer] = true
		}
		documents = append(documents, document)
	}
	if findings := plan.Check(documents); plan.HasErrors(findings) || len(layers) != 4 {
		t.Errorf("%+v, layers %v", findings, layers)
	}
}
