package calendar_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"xiaoguan/internal/calendar"
)

func TestFiscalYearAndQuarter(t *testing.T) {
	t.Parallel()
	april, aprilByEnd := calendar.Fiscal{Start: time.April}, calendar.Fiscal{Start: time.April, NamedByEnd: true}
	tests := []struct {
		name          string
		fiscal        calendar.Fiscal
		month         string
		year, quarter int
	}{
		{"the zero value is the calendar year", calendar.Fiscal{}, "2026-01", 2026, 1},
		{"December closes the calendar year", calendar.Fiscal{Start: time.January}, "2026-12", 2026, 4},
		{"a start in January has one name", calendar.Fiscal{Start: time.January, NamedByEnd: true}, "2026-03", 2026, 1},
		{"the month before the start is the year before", april, "2026-03", 2025, 4},
		{"the start opens the year", april, "2026-04", 2026, 1},
		{"the turn of the calendar year changes nothing", april, "2027-01", 2026, 4},
		{"named by its end", aprilByEnd, "2026-04", 2027, 1},
		{"named by its end, last quarter", aprilByEnd, "2026-03", 2026, 4},
		{"a start in December", calendar.Fiscal{Start: time.December}, "2026-11", 2025, 4},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			month, err := calendar.ParseMonth(test.month)
			if err != nil {
				t.Fatal(err)
			}
			year, quarter := test.fiscal.QuarterOf(month)
			if year != test.year || quarter != test.quarter || test.fiscal.YearOf(month) != year {
				t.Errorf("%s is quarter %d of %d, want %d of %d", month, quarter, year, test.quarter, test.year)
			}
		})
	}
}

func TestFiscalLaws(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := calendar.Fiscal{Start: time.Month(rapid.IntRange(0, 12).Draw(t, "start")), NamedByEnd: rapid.Bool().Draw(t, "named by end")}
		month := calendar.NewMonth(rapid.IntRange(1800, 2300).Draw(t, "year"), time.Month(rapid.IntRange(1, 12).Draw(t, "month")))
		year, quarter := f.QuarterOf(month)
		if !f.Valid() || !f.Year(year).Contains(month.First()) || !f.Quarter(year, quarter).Contains(month.Last()) {
			t.Fatalf("%s is said to be in quarter %d of %d: %v", month, quarter, year, f.Quarter(year, quarter))
		}
		if f.Year(year).To != f.Year(year+1).From || f.Year(year).From != f.Quarter(year, 1).From || f.Year(year).To != f.Quarter(year, 4).To {
			t.Fatalf("fiscal year %d: %v has a seam", year, f.Year(year))
		}
		if f.Quarter(year, 1).To != f.Quarter(year, 2).From || f.FirstMonth(year).First() != f.Year(year).From {
			t.Fatalf("quarters of %d have a seam", year)
		}
		named, _ := f.FirstMonth(year).Civil()
		if f.NamedByEnd {
			named, _, _ = (f.Year(year).To - 1).Civil()
		}
		if named != year {
			t.Fatalf("fiscal year %d is %v", year, f.Year(year))
		}
	})
}

func TestFiscalValid(t *testing.T) {
	t.Parallel()
	if (calendar.Fiscal{Start: 13}).Valid() || (calendar.Fiscal{Start: -1}).Valid() {
		t.Error("a start that is no month is accepted")
	}
}

func ExampleFiscal() {
	fiscal := calendar.Fiscal{Start: time.April}
	month, _ := calendar.ParseMonth("2027-02")
	year, quarter := fiscal.QuarterOf(month)
	fmt.Println(year, quarter, fiscal.Quarter(year, quarter).From)
	// Output: 2026 4 2027-01-01
}
