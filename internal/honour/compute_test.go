package honour

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/reward"
)

// runners makes lines of people A, B, C … with values of the ranking; "-" is none, "!" fails a minimum.
func runners(values ...string) (lines []Line) {
	for i, text := range values {
		l := Line{Key: string(rune('A' + i))}
		for k, v := range strings.Fields(text) {
			switch v {
			case "!":
				l.Reason = errs.Msg("honour.reason.unmet", nil)
			case "-":
				l.Values = append(l.Values, Value{ID: fmt.Sprint(k), Kind: "ratio"})
			default:
				l.Values = append(l.Values, Value{ID: fmt.Sprint(k), Kind: "ratio", Exact: v})
			}
		}
		lines = append(lines, l)
	}
	return lines
}

func TestCrown(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		rule    plan.Honour
		values  []string
		want    string // place and mark of each, best first: * won
		reasons string
	}{
		{"the highest wins", plan.Honour{Winners: 1, Ties: plan.HonourTiesAll}, []string{"1", "3", "2"}, "B1* C2 A3", "place place"},
		{"the lowest first", plan.Honour{Winners: 1, Ties: plan.HonourTiesAll, Order: plan.OrderAscending}, []string{"2", "3", "1"}, "C1* A2 B3", "place place"},
		{"exact fractions decide", plan.Honour{Winners: 1, Ties: plan.HonourTiesNone}, []string{"333333333/1000000000", "1/3"}, "B1* A2", "place"},
		{"a tie at the border, all", plan.Honour{Winners: 1, Ties: plan.HonourTiesAll}, []string{"2", "2", "1"}, "A1* B1* C3", "place"},
		{"a tie at the border, none", plan.Honour{Winners: 1, Ties: plan.HonourTiesNone}, []string{"2", "2", "1"}, "A1 B1 C3", "tie tie place"},
		{"a tie within the places", plan.Honour{Winners: 2, Ties: plan.HonourTiesNone}, []string{"2", "2", "1"}, "A1* B1* C3", "place"},
		{"a tie after the first, none", plan.Honour{Winners: 2, Ties: plan.HonourTiesNone}, []string{"3", "2", "2"}, "A1* B2 C2", "tie tie"},
		{"broken by a second measure", plan.Honour{Winners: 1, Ties: plan.HonourTiesNone}, []string{"2 5", "2 7", "2 -"}, "B1* A2 C3", "place place"},
		{"without a value, below a minimum", plan.Honour{Winners: 3, Ties: plan.HonourTiesAll}, []string{"-", "9 !", "1"}, "C1* A0 B0", "no_value unmet"},
	} {
		lines := runners(c.values...)
		crown(&c.rule, lines)
		var got, reasons []string
		for _, l := range lines {
			mark := ""
			if l.Won {
				mark = "*"
			} else {
				reasons = append(reasons, strings.TrimPrefix(l.Reason.Key, "honour.reason."))
			}
			got = append(got, fmt.Sprintf("%s%d%s", l.Key, l.Place, mark))
		}
		if g := strings.Join(got, " "); g != c.want || strings.Join(reasons, " ") != c.reasons {
			t.Errorf("%s: %s (%v), want %s (%s)", c.name, g, reasons, c.want, c.reasons)
		}
	}
}

// TestCrownDoesNotDependOnTheOrderOfPeople and gives everybody either the title or a reason.
func TestCrownDoesNotDependOnTheOrderOfPeople(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.SampledFrom([]string{"1", "2", "5/2", "3", "-", "9 !"}), 1, 12).Draw(t, "values")
		rule := plan.Honour{Winners: rapid.IntRange(1, 4).Draw(t, "winners"), Ties: rapid.SampledFrom([]plan.HonourTies{plan.HonourTiesAll, plan.HonourTiesNone}).Draw(t, "ties")}
		lines := runners(values...)
		other := rapid.Permutation(runners(values...)).Draw(t, "order")
		crown(&rule, lines)
		crown(&rule, other)
		won := 0
		for i := range lines {
			if lines[i].Key != other[i].Key || lines[i].Place != other[i].Place || lines[i].Won != other[i].Won {
				t.Fatalf("%+v and %+v", lines[i], other[i])
			}
			if lines[i].Won == (lines[i].Reason.Key != "") {
				t.Fatalf("won %v with reason %q", lines[i].Won, lines[i].Reason.Key)
			}
			won += order(lines[i].Won)
		}
		if rule.Ties == plan.HonourTiesNone && won > rule.Winners {
			t.Fatalf("%d winners of %d", won, rule.Winners)
		}
	})
}

func TestTermsAreReadBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		month := calendar.NewMonth(rapid.IntRange(1, 9998).Draw(t, "year"), time.Month(rapid.IntRange(1, 12).Draw(t, "month")))
		term := TermOf(rapid.SampledFrom(plan.HonourSpans).Draw(t, "span"), month)
		again, err := ParseTerm(term.String())
		if err != nil || again != term {
			t.Fatalf("%s is read as %v, %v", term, again, err)
		}
		if term.First() > month || term.Last < month || term.Before().Last != term.First()-1 {
			t.Fatalf("%s does not hold %s", term, month)
		}
	})
	for _, bad := range []string{"", "2026-", "2026-13", "2026-Q5", "2026-H0", "26-Q1", "2026-Q01", "2026-1", "x"} {
		if got, err := ParseTerm(bad); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("%q is read as %s", bad, got)
		}
	}
}

func TestTheOldestPointsGoFirstAndOldOnesExpire(t *testing.T) {
	t.Parallel()
	day := calendar.NewDate(2026, 10, 8)
	at := func(months int) time.Time { return day.AddMonths(-months).Time() }
	earned := func(months int, n int64) reward.Entry {
		e := reward.PointsEarned("", 0, 7, "star", n, "")
		e.PostedAt = at(months)
		return e
	}
	spent := func(months int, n int64) reward.Entry {
		e := reward.PointsGone("", 0, 7, reward.PointsSpent, "shop", n, "")
		e.PostedAt = at(months)
		return e
	}
	for _, c := range []struct {
		name             string
		entries          []reward.Entry
		balance, expired int64
	}{
		{"none", nil, 0, 0},
		{"fresh", []reward.Entry{earned(3, 100)}, 100, 0},
		{"old", []reward.Entry{earned(30, 100), earned(3, 50)}, 150, 100},
		{"old ones were spent first", []reward.Entry{earned(30, 100), earned(3, 50), spent(1, 80)}, 70, 20},
		{"given back", []reward.Entry{earned(3, 100), spent(2, 80), spent(1, -80)}, 100, 0},
		{"taken back", []reward.Entry{earned(3, 100), earned(1, -100)}, 0, 0},
		{"exactly 24 months", []reward.Entry{earned(PointsLifeMonths, 10)}, 10, 0},
	} {
		if a := accountOf(7, c.entries, day.Time(), PointsLifeMonths); a.Balance != c.balance || a.Expired != c.expired || a.Usable() != c.balance-c.expired {
			t.Errorf("%s: %d, %d expired", c.name, a.Balance, a.Expired)
		}
	}
}

// TestPointsLastUntilTheCompanysDay: points posted at 02:00 on 8 October in China, when it is still the 7th in UTC, last through 8 October two years later.
func TestPointsLastUntilTheCompanysDay(t *testing.T) {
	t.Parallel()
	e := reward.PointsEarned("", 0, 7, "star", 10, "")
	e.PostedAt = time.Date(2024, time.October, 7, 18, 0, 0, 0, time.UTC)
	for day, expired := range map[int]int64{8: 0, 9: 10} {
		now := time.Date(2026, time.October, day, 9, 0, 0, 0, calendar.ChinaTime)
		if a := accountOf(7, []reward.Entry{e}, now, PointsLifeMonths); a.Expired != expired {
			t.Errorf("on the %dth: %d expired", day, a.Expired)
		}
	}
}

func TestLowPlacesOfOthersAreHidden(t *testing.T) {
	t.Parallel()
	var all []standing
	for i := range 6 {
		all = append(all, standing{line: BoardLine{PersonID: int64(i + 1)}, key: fmt.Sprint(i), amount: int64(100 - i)})
	}
	b := Board{By: ByAmount}
	b.fill(all, BoardAsk{}, 5, map[int64]bool{5: true})
	var shown []int64
	for _, l := range b.Lines {
		shown = append(shown, l.PersonID)
		if (l.AmountMinor != nil) != (l.PersonID == 5) {
			t.Errorf("amount of %d: %v", l.PersonID, l.AmountMinor)
		}
	}
	if !slices.Equal(shown, []int64{1, 2, 3, 5}) || b.Hidden != 2 || b.Own == nil || b.Own.Place != 5 || b.Of != 6 {
		t.Errorf("shown %v, hidden %d, own %+v", shown, b.Hidden, b.Own)
	}
}
