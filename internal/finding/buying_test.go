package finding

import (
	"fmt"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"xiaoguan/internal/calendar"
)

// TestBuyingAgreesWithADayByDayReading walks over the days as somebody would with a calendar: from a year after an order on one counts, on the day on which a year
// without an order is over the customer is lost, and the next order begins anew.
func TestBuyingAgreesWithADayByDayReading(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		asOf := Day(rapid.IntRange(1500, 2200).Draw(t, "as of"))
		ordered := map[Day]bool{}
		var orders []Day
		for range rapid.IntRange(1, 8).Draw(t, "orders") {
			day := Day(rapid.IntRange(0, 2400).Draw(t, "day"))
			ordered[day] = true
			orders = append(orders, day)
		}
		from := Day(rapid.IntRange(0, 2200).Draw(t, "from"))
		to := from + Day(rapid.IntRange(0, 700).Draw(t, "span"))
		b := BuyingOf(orders, asOf)
		var days, lost float64
		last, began, alive := NoDay, NoDay, false
		for day := Day(0); day <= asOf; day++ {
			// A loss is dated on the day on which the year is over, also when an order comes on that very day: then there is none.
			if alive && day == last+silentDays && !ordered[day] {
				alive = false
				if day >= from && day <= to {
					lost++
					days++ // the day of the loss was one of risk
				}
			}
			if ordered[day] {
				if !alive {
					alive, began = true, day
				}
				last = day
			}
			if alive && day >= began+silentDays && day >= from && day <= to {
				days++
			}
		}
		if last == NoDay {
			if b != nil {
				t.Fatalf("%+v of nothing", b)
			}
			return
		}
		months, gone := b.exposed(from, min(to, asOf))
		if math.Abs(months-days/30.44) > 1e-9 || gone != lost {
			t.Fatalf("%v to %v: %.2f days and %v losses, want %.2f and %v: %+v", from, to, months*30.44, gone, days, lost, b)
		}
	})
}

// buyers is a company of four regions whose customers order every few months; each month a share of them stops, thrice as many in the last half year where risen.
func buyers(seed, months int, risen func(region int32) bool, season bool) *Company {
	c := &Company{AsOf: calendar.NewDate(2026, time.September, 30), Kept: map[Part]int{CustomerRecords: 1, Customers: 1, Persons: 1, Regions: 1, Teams: 1}, Standards: map[string]string{}}
	for r := range int32(4) {
		c.Regions = append(c.Regions, Region{Key: fmt.Sprintf("R%d", r)})
		c.Teams = append(c.Teams, Team{Key: fmt.Sprintf("T%d", r), Region: r, Leader: Nobody})
		c.People = append(c.People, Person{Key: fmt.Sprintf("P%d", r), Team: r, Layer: LayerRegular, Hired: calendar.NewDate(2020, time.January, 1), Left: NoDay})
	}
	begin := c.AsOf.Month() - calendar.Month(months) + 1
	for i := range 4 * 700 {
		region := int32(i % 4)
		var orders []Day
		for m := range months {
			first := begin + calendar.Month(m)
			if (m+i)%4 == 0 || season && int(first)%12 >= 9 { // a season of orders at the end of each year
				orders = append(orders, first.First()+Day(i%28))
			}
			stop := 0.010
			if lostIn := months - m; risen(region) && lostIn > 12 && lostIn <= 18 { // a year later they are lost
				stop *= 5
			}
			if chanceOf(seed*100_000+i*100+m, 7) < stop {
				break
			}
		}
		x := Customer{Key: fmt.Sprintf("K%03d", i), InLedger: true, Owner: region, Since: calendar.NewDate(2022, time.January, 1), Met: NoMoment, Registered: NoMoment, Checked: NoDay, Contacted: c.AsOf, Lost: NoDay, Buying: BuyingOf(orders, c.AsOf)}
		c.Customers = append(c.Customers, x)
	}
	return c
}

func TestLossesAreToldFromOrders(t *testing.T) {
	t.Parallel()
	region, everywhere, nowhere := func(r int32) bool { return r == 2 }, func(int32) bool { return true }, func(int32) bool { return false }
	for _, c := range []struct {
		name   string
		months int
		risen  func(int32) bool
		season bool
		want   string
	}{
		{"one region", 57, region, false, "region R2"}, {"one region with a season", 57, region, true, "region R2"}, {"one region, two years", 24, region, true, "region R2"},
		{"everywhere", 57, everywhere, false, "company "}, {"everywhere with a season", 57, everywhere, true, "company "},
		{"nowhere", 57, nowhere, false, ""}, {"nowhere, with a season", 57, nowhere, true, ""}, {"nowhere, two years with a season", 24, nowhere, true, ""},
	} {
		told := map[string]int{}
		for seed := range 10 {
			for _, f := range Run(buyers(seed, c.months, c.risen, c.season)).Findings {
				if f.Kind != "churn_rising" {
					continue
				}
				told[string(f.Place.Level)+" "+f.Place.Key]++
				if len(f.Evidence) == 0 || f.Evidence[0].Day < calendar.NewDate(2026, time.April, 1) {
					t.Errorf("%s: rows %+v", c.name, f.Evidence)
				}
			}
		}
		if c.want == "" && len(told) > 0 || c.want != "" && (told[c.want] < 8 || len(told) > 2) {
			t.Errorf("%s: told %v of 10, want %q", c.name, told, c.want)
		}
	}
}

func TestAPlanLineThatIsJudgedElsewhere(t *testing.T) {
	t.Parallel()
	c := testCompany()
	c.Lines = []PlanLine{{Plan: "regular", Title: "成长型方案", Name: "拜访奖", Measure: "collected", Weight: 0.6, Asked: AskedNo}, {Plan: "regular", Title: "成长型方案", Name: "回款提成", Measure: "visits", Weight: 0.4, Asked: AskedYes}}
	c.Kept[PlanLines] = 2
	var found []Finding
	for _, f := range Run(c).Findings {
		if f.Kind == "plan_not_target" {
			found = append(found, f)
		}
	}
	if len(found) != 1 || found[0].Place.Key != "regular" || found[0].Place.Name != "成长型方案" || found[0].Value != 0.6 || len(found[0].Evidence) != 1 || found[0].Evidence[0].Record != "拜访奖" {
		t.Errorf("%+v", found)
	}
}
