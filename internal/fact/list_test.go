package fact_test

import (
	"errors"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
)

// numbers is a list of so many rows, as a store would page it.
func numbers(total int) func(fact.Paging) ([]int, string, error) {
	return func(p fact.Paging) (rows []int, next string, err error) {
		first := 0
		if p.Cursor != "" {
			place, err := p.Place()
			if err != nil {
				return nil, "", err
			}
			if first, err = strconv.Atoi(place.Value); err != nil {
				return nil, "", err
			}
		}
		for i := first; i < min(first+p.Limit, total); i++ {
			rows = append(rows, i)
		}
		if first+p.Limit < total {
			next = p.After(strconv.Itoa(first+p.Limit), "")
		}
		return rows, next, nil
	}
}

func TestAnExportHoldsEveryRowOnceUpToItsLimit(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		total, want int
		more        bool
	}{{0, 0, false}, {1, 1, false}, {fact.LimitMax, fact.LimitMax, false}, {fact.LimitMax + 1, fact.LimitMax + 1, false}, {1_000, 1_000, false}, {1_001, 1_001, false}, {fact.ExportMax, fact.ExportMax, false}, {fact.ExportMax + 1, fact.ExportMax, true}} {
		seen := 0
		more, err := fact.EachPage(fact.Paging{Sort: "n", Limit: fact.LimitMax, Cursor: "from another page"}, numbers(c.total), func(n int) error {
			if n != seen {
				t.Fatalf("row %d after %d", n, seen)
			}
			seen++
			return nil
		})
		if err != nil || seen != c.want || more != c.more {
			t.Errorf("%d rows: %d seen, more %v, %v", c.total, seen, more, err)
		}
	}
	broken := errors.New("disk full")
	if _, err := fact.EachPage(fact.Paging{Sort: "n", Limit: 2}, numbers(9), func(int) error { return broken }); !errors.Is(err, broken) {
		t.Errorf("the writer's error is lost: %v", err)
	}
}

func TestPagingRefusesWhatTheListDoesNotHave(t *testing.T) {
	t.Parallel()
	good := fact.Paging{Sort: "day", Descending: true}
	for name, p := range map[string]fact.Paging{
		"an unknown order": {Sort: "name; DROP TABLE"}, "too many rows": {Limit: fact.LimitMax + 1}, "a negative number of rows": {Limit: -1},
		"no cursor": {Sort: "day", Cursor: "%%%"}, "a cursor of another order": {Sort: "day", Cursor: good.After("1", "2")}, "a huge cursor": {Sort: "day", Cursor: string(make([]byte, 5000))},
	} {
		if _, err := p.Checked(false, "key", "day"); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	usual, err := fact.Paging{}.Checked(true, "key", "day")
	if err != nil || usual.Order() != "-key" || usual.Limit != 50 {
		t.Errorf("usual %+v %v", usual, err)
	}
	good.Cursor = good.After("2026-09-01", `a"b`)
	if p, err := good.Checked(false, "key", "day"); err != nil {
		t.Error(err)
	} else if place, err := p.Place(); err != nil || place.Value != "2026-09-01" || place.Tie != `a"b` {
		t.Errorf("place %+v %v", place, err)
	}
}

func TestCheckerNamesEveryWrongField(t *testing.T) {
	t.Parallel()
	var c fact.Checker
	low, high := int64(2), int64(1)
	c.Key("key", " x")
	c.Text("name", "", true)
	c.Text("note", "a\nb", false)
	c.Day("on", calendar.NoDate)
	c.Day("then", calendar.NewDate(1949, 12, 31))
	c.Positive("amount", 0)
	c.NotZero("refund", 0)
	c.Ranges(fact.Days{From: 5, To: 4}, fact.Amounts{Min: &low, Max: &high})
	failure, ok := errors.AsType[*errs.Error](c.Err())
	if !ok || len(failure.Fields) != 9 {
		t.Errorf("found %v", c.Err())
	}
	var fine fact.Checker
	fine.Key("key", "P-1")
	fine.Text("note", "", false)
	fine.Day("on", calendar.NewDate(2026, 9, 24))
	fine.NotZero("refund", -1)
	fine.Ranges(fact.AnyDay(), fact.Amounts{Min: &high})
	if err := fine.Err(); err != nil {
		t.Error(err)
	}
}

func TestTotalsOfTwoFiltersAddUpByCurrency(t *testing.T) {
	t.Parallel()
	a := fact.Total{Count: 2, Sums: []fact.Sum{{AmountMinor: 5, Currency: "CNY"}}}
	b := fact.Total{Count: 3, Sums: []fact.Sum{{AmountMinor: 7, Currency: "CNY"}, {AmountMinor: 1, Currency: "USD"}}}
	want := fact.Total{Count: 5, Sums: []fact.Sum{{AmountMinor: 12, Currency: "CNY"}, {AmountMinor: 1, Currency: "USD"}}}
	if diff := cmp.Diff(want, a.Plus(b)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(want, b.Plus(a)); diff != "" {
		t.Error(diff)
	}
	if len(a.Sums) != 1 || a.Sums[0].AmountMinor != 5 {
		t.Errorf("the first total has changed: %v", a)
	}
	if !(fact.Total{Count: 1, More: true}).Plus(a).More {
		t.Error("that there are more is forgotten")
	}
}
