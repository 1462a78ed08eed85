package targetplan_test

import (
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/quota"
	"xiaoguan/internal/targetplan"
)

var firstMonth = calendar.NewMonth(2027, 1)

// made is an input of so many people in teams of five, four teams a region, with two years of results.
func made(people int) *targetplan.Input {
	in := &targetplan.Input{On: calendar.NewDate(2026, 11, 27), First: firstMonth, Since: firstMonth - 26, Totals: make([]int64, 24)}
	levels := []string{"core", "regular", "regular", "newcomer", "manager"}
	for i := range people {
		region, team := "r"+strconv.Itoa(i/20+1), "t"+strconv.Itoa(i/5+1)
		if i%20 == 0 {
			in.Places = append(in.Places, targetplan.Place{Unit: region, Parent: targetplan.UnitCompany, Name: region, Potential: quota.Unknown})
		}
		if i%5 == 0 {
			in.Places = append(in.Places, targetplan.Place{Unit: team, Parent: region, Name: team, Potential: quota.Unknown})
		}
		p := targetplan.Person{ID: int64(i + 1), Name: "P", Team: team, Level: levels[i%5], Hired: calendar.NewDate(2020, 1, 1), Left: calendar.Forever, Pipeline: int64(i%7) * 10_000_00, Months: make([]int64, 24)}
		for m := range p.Months {
			p.Months[m] = int64(50_000+(i*37+m*11)%40_000) * 100
			in.Totals[m] += p.Months[m]
		}
		in.People = append(in.People, p)
	}
	return in
}

func solve(t interface{ Fatal(...any) }, in *targetplan.Input, r targetplan.Rules) (map[string]targetplan.Row, []targetplan.Row, targetplan.Summary) {
	rows, summary, err := targetplan.Solve(in, &r)
	if err != nil {
		t.Fatal(err)
	}
	by := map[string]targetplan.Row{}
	for _, row := range rows {
		by[row.Unit] = row
	}
	return by, rows, summary
}

func TestPartsSumUpAtEveryLevelAndMonthWhateverIsAsked(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := rules()
		r.YearMinor = rapid.Int64Range(1, 1<<42).Draw(t, "year")
		r.OverRegion, r.OverTeam, r.OverPerson = rapid.IntRange(0, 20).Draw(t, "regions"), rapid.IntRange(0, 20).Draw(t, "teams"), rapid.IntRange(0, 20).Draw(t, "people")
		r.History = rapid.IntRange(0, 60).Draw(t, "history")
		r.Even, r.Pipeline, r.Potential = 100-r.History-10, 10, 0
		r.Ability, r.Core = rapid.Bool().Draw(t, "ability"), 0
		by, rows, summary := solve(t, made(rapid.IntRange(1, 45).Draw(t, "size")), r)
		below := map[string]int64{}
		for _, row := range rows {
			if row.Months.Sum() != row.Minor {
				t.Fatalf("%s: %d in months of %d", row.Unit, row.Months.Sum(), row.Minor)
			}
			below[row.Parent] += row.Minor
		}
		for unit, sum := range below {
			if unit != "" && sum != by[unit].Minor+by[unit].Detail.OverMinor {
				t.Fatalf("%s has %d and hands on %d, over-assigned %d", unit, by[unit].Minor, sum, by[unit].Detail.OverMinor)
			}
		}
		if by[targetplan.UnitCompany].Minor != r.YearMinor || !summary.Feasible() {
			t.Fatalf("%+v", summary.Findings)
		}
	})
}

func TestWhoIsAwayOrLeavesHasNoTargetThen(t *testing.T) {
	t.Parallel()
	in := made(10)
	in.People[0].Left = calendar.NewDate(2027, 7, 1)
	r := rules()
	r.Hands = map[string]targetplan.Hand{"p2": {AwayFrom: firstMonth + 2, AwayTo: firstMonth + 4, Note: "产假"}, "p3": {FixedMinor: 1_000_000_00, Note: "特批"}}
	by, _, _ := solve(t, in, r)
	leaver, away, fixed := by["p1"], by["p2"], by["p3"]
	if leaver.Months[5] <= 0 || leaver.From(6) != 0 {
		t.Errorf("who leaves in June: %v", leaver.Months)
	}
	if away.Months[2] != 0 || away.Months[4] != 0 || away.Months[5] <= 0 {
		t.Errorf("away from March to May: %v", away.Months)
	}
	if fixed.Minor != 1_000_000_00 || fixed.Detail.Hold != quota.HoldFixed {
		t.Errorf("%+v", fixed)
	}
}

func TestANewcomerBeginsSlowlyAndIsTakenForTheLevel(t *testing.T) {
	t.Parallel()
	in := made(10)
	fresh := &in.People[3]
	fresh.Hired, fresh.Months = calendar.NewDate(2027, 1, 1), make([]int64, 24)
	by, _, _ := solve(t, in, rules())
	row := by["p4"]
	if d := row.Detail; !d.Assumed || d.History != d.Peers || d.Speed >= d.There {
		t.Errorf("%+v", d)
	}
	if row.Months[0]*2 > row.Months[5] {
		t.Errorf("the ramp: %v", row.Months)
	}
}

func TestTheFestivalOfTheYearMovesTheMonths(t *testing.T) {
	t.Parallel()
	in := made(5)
	// The festival of 2027 lies wholly in February (the eve is the 5th): January has more working days. In 2028 it lies in January.
	a, _, _ := solve(t, in, rules())
	if c := a[targetplan.UnitCompany]; c.Months[0] <= c.Months[1] {
		t.Errorf("2027: %v", c.Months)
	}
	in.First = calendar.NewMonth(2028, 1)
	b, _, _ := solve(t, in, rules())
	if c := b[targetplan.UnitCompany]; c.Months[0] >= c.Months[1] {
		t.Errorf("2028: %v", c.Months)
	}
}

func TestABaseOfHigherChanceIsLower(t *testing.T) {
	t.Parallel()
	in := made(40)
	easy, hard := rules(), rules()
	easy.YearMinor, hard.YearMinor = 1<<42, 1<<42
	easy.Base, hard.Base = 95, 60
	_, _, a := solve(t, in, easy)
	_, _, b := solve(t, in, hard)
	if a.BaseMinor >= b.BaseMinor || a.BaseEnough <= b.BaseEnough || a.Tested == 0 || a.TestedBase > a.Tested {
		t.Errorf("%+v\n%+v", a, b)
	}
}

func BenchmarkSolve(b *testing.B) {
	in, r := made(10_000), rules()
	r.YearMinor = 1 << 45
	for b.Loop() {
		if _, _, err := targetplan.Solve(in, &r); err != nil {
			b.Fatal(err)
		}
	}
}

// TestGrowthIsAgainstWhatWasSold: in a market that grew by a third what is expected is more than last year's results, and what a target grows by is not.
func TestGrowthIsAgainstWhatWasSold(t *testing.T) {
	t.Parallel()
	in := made(10)
	in.People[3].Hired = calendar.NewDate(2026, 5, 1)
	for i := range in.People {
		p := &in.People[i]
		for m := range p.Months {
			if p.Hired.Month() > in.Since+calendar.Month(m) {
				in.Totals[m] -= p.Months[m]
				p.Months[m] = 0
			} else if m >= 12 {
				in.Totals[m] += p.Months[m] / 3
				p.Months[m] += p.Months[m] / 3
			}
		}
	}
	in.Totals[20] += 700_000_00 // somebody who has left since
	r := rules()
	r.Up, r.Down = 10, 0
	by, rows, summary := solve(t, in, r)
	var all, below int64
	for _, minor := range in.Totals[12:] {
		all += minor
	}
	for i := range in.People {
		p, row := &in.People[i], by[targetplan.PersonUnit(in.People[i].ID)]
		var sold int64
		for _, minor := range p.Months[12:] {
			sold += minor
		}
		below += sold
		d := row.Detail
		if !d.LastKnown || d.Last != sold || i != 3 && (d.LastYear != sold || d.LastMade != 0) || i == 3 && (d.LastYear <= sold || d.LastMade != 1) {
			t.Errorf("%s sold %d: %+v", row.Unit, sold, d)
		}
		if more, of, known := row.Growth(); !known || of != d.LastYear || more != row.Minor-d.LastYear {
			t.Errorf("%s: %d of %d", row.Unit, more, of)
		}
		if d.History <= d.LastYear {
			t.Errorf("%s: %d is to weigh more than the %d of last year", row.Unit, d.History, d.LastYear)
		}
		if most := d.LastYear + d.LastYear/10; row.Minor > most || d.Hold == quota.HoldUp && row.Minor != most {
			t.Errorf("%s may rise to %d of %d by a tenth: %d", row.Unit, most, d.LastYear, row.Minor)
		}
	}
	company := by[targetplan.UnitCompany].Detail
	if company.Last != all || company.LastYear != all || summary.LastMinor != all || all != below+700_000_00 {
		t.Errorf("the company sold %d: %+v, %d", all, company, summary.LastMinor)
	}
	if team := by[rows[2].Unit].Detail; team.LastMade != 1 {
		t.Errorf("%+v", team)
	}
}
