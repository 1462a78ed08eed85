package calendar_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"xiaoguan/internal/calendar"
)

func date(t testing.TB, text string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(text)
	if err != nil {
		t.Fatalf("ParseDate(%q): %v", text, err)
	}
	return d
}

// Every day of five centuries is compared with package time; there are only 183,000 of them.
func TestDatesAgreeWithPackageTime(t *testing.T) {
	t.Parallel()
	day := time.Date(1800, 1, 1, 0, 0, 0, 0, time.UTC)
	previous := calendar.NewDate(1799, 12, 31)
	for ; day.Year() <= 2300; day = day.AddDate(0, 0, 1) {
		text := day.Format(time.DateOnly)
		d, err := calendar.ParseDate(text)
		if err != nil || d != previous+1 || d.String() != text {
			t.Fatalf("%s parses to %d (%s), %v after %d", text, d, d, err, previous)
		}
		if d != calendar.DateOf(day) || d != calendar.NewDate(day.Date()) || !d.Time().Equal(day) || d.Weekday() != day.Weekday() {
			t.Fatalf("%s: DateOf %s, Time %s, Weekday %s", text, calendar.DateOf(day), d.Time(), d.Weekday())
		}
		month := d.Month()
		if !month.Interval().Contains(d) || month.String() != text[:7] || month.First().String() != text[:8]+"01" {
			t.Fatalf("%s is put into month %s", text, month)
		}
		if last := month.Last(); last.Month() != month || (last+1).Month() != month+1 {
			t.Fatalf("month %s ends on %s", month, last)
		}
		previous = d
	}
}

func TestDatesAgreeWithPackageTimeFarAway(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		year, month, day := rapid.IntRange(-500, 12000).Draw(t, "year"), rapid.IntRange(1, 12).Draw(t, "month"), rapid.IntRange(1, 28).Draw(t, "day")
		d := calendar.NewDate(year, time.Month(month), day)
		if y, m, dd := d.Civil(); y != year || int(m) != month || dd != day {
			t.Fatalf("%d-%d-%d became %d-%d-%d", year, month, day, y, m, dd)
		}
		if first := d.Month().First(); first != calendar.NewDate(year, time.Month(month), 1) {
			t.Fatalf("the first of the month of %s is %s", d, first)
		}
	})
}

func TestDateOfUsesTheInstantsOwnZone(t *testing.T) {
	t.Parallel()
	shanghai := time.FixedZone("Asia/Shanghai", 8*3600)
	instant := time.Date(2026, 9, 30, 17, 0, 0, 0, time.UTC)
	if got := calendar.DateOf(instant).String(); got != "2026-09-30" {
		t.Errorf("in UTC it is %s", got)
	}
	if got := calendar.DateOf(instant.In(shanghai)).String(); got != "2026-10-01" {
		t.Errorf("in Shanghai it is %s", got)
	}
}

func TestParseDateRefuses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "2026", "2026-9-1", "2026/09/01", "2026-09-31", "2026-02-29", "1900-02-29", "2026-13-01", "2026-00-10", "2026-01-00", "0000-01-01",
		"2026-09-1 ", " 2026-9-1", "+026-09-01", "-026-09-01", "2026-09-01T", "２026-09-01", "2026-0a-01", "20260901",
	} {
		if d, err := calendar.ParseDate(text); !errors.Is(err, calendar.ErrSyntax) || d != calendar.NoDate {
			t.Errorf("ParseDate(%q) = %v, %v, want ErrSyntax", text, d, err)
		}
	}
}

func TestParseMonthRefuses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "2026", "2026-9", "2026-13", "2026-00", "0000-01", "2026/09", "2026-09-01", "202609", "2026-0x"} {
		if m, err := calendar.ParseMonth(text); !errors.Is(err, calendar.ErrSyntax) {
			t.Errorf("ParseMonth(%q) = %v, %v, want ErrSyntax", text, m, err)
		}
	}
}

func TestNoDateAndForever(t *testing.T) {
	t.Parallel()
	if !(calendar.NoDate < date(t, "0001-01-01") && date(t, "9999-12-30") < calendar.Forever) {
		t.Error("NoDate and Forever do not enclose the dates")
	}
	for _, d := range []calendar.Date{calendar.NoDate, calendar.Forever, date(t, "2026-02-28")} {
		text, err := d.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		var back calendar.Date
		if err := back.UnmarshalText(text); err != nil || back != d {
			t.Errorf("%d is written %q and reads back as %d, %v", d, text, back, err)
		}
	}
	for _, d := range []calendar.Date{calendar.NoDate, calendar.Forever} {
		if d.AddMonths(1) != d || d.AddMonths(-1) != d {
			t.Errorf("%d moves by months", d)
		}
	}
}

func TestAddMonths(t *testing.T) {
	t.Parallel()
	tests := []struct {
		from   string
		months int
		want   string
	}{
		{"2026-09-15", 0, "2026-09-15"}, {"2026-09-15", 12, "2027-09-15"}, {"2026-01-31", 1, "2026-02-28"}, {"2024-01-31", 1, "2024-02-29"},
		{"2024-02-29", 12, "2025-02-28"}, {"2024-02-29", 48, "2028-02-29"}, {"2024-02-29", -12, "2023-02-28"}, {"2026-03-31", -1, "2026-02-28"},
		{"2026-12-31", 1, "2027-01-31"}, {"2026-01-01", -1, "2025-12-01"}, {"2026-08-31", 1, "2026-09-30"}, {"2025-02-28", 12, "2026-02-28"},
	}
	for _, test := range tests {
		if got := date(t, test.from).AddMonths(test.months).String(); got != test.want {
			t.Errorf("%s + %d months = %s, want %s", test.from, test.months, got, test.want)
		}
	}
}

func TestAddMonthsLaws(t *testing.T) {
	t.Parallel()
	first, last := calendar.NewDate(1800, 1, 1), calendar.NewDate(2300, 12, 31)
	rapid.Check(t, func(t *rapid.T) {
		d := calendar.Date(rapid.Int32Range(int32(first), int32(last)).Draw(t, "date"))
		k := rapid.IntRange(-600, 600).Draw(t, "months")
		got := d.AddMonths(k)
		if got.Month() != d.Month()+calendar.Month(k) {
			t.Fatalf("%s + %d months is in %s", d, k, got.Month())
		}
		_, _, day := d.Civil()
		if _, _, gotDay := got.Civil(); gotDay != day && (gotDay > day || got != got.Month().Last()) {
			t.Fatalf("%s + %d months = %s: neither the same day number nor the month's last day", d, k, got)
		}
		if next := (d + 1).AddMonths(k); next < got {
			t.Fatalf("a day later, %d months lead to an earlier date: %s before %s", k, next, got)
		}
	})
}

// fullYears is W1's length of service: the largest y ≥ 0 with addmonths(hire, 12·y) ≤ day.
func fullYears(hire, day calendar.Date) (years int) {
	for hire.AddMonths(12*(years+1)) <= day {
		years++
	}
	return years
}

func TestAnniversariesAsW1CountsThem(t *testing.T) {
	t.Parallel()
	tests := []struct {
		hire, day string
		want      int
	}{
		{"2020-09-30", "2026-09-30", 6}, {"2020-10-01", "2026-09-30", 5}, {"2024-02-29", "2025-02-28", 1}, {"2024-02-29", "2025-02-27", 0},
		{"2024-02-29", "2028-02-28", 3}, {"2024-02-29", "2028-02-29", 4}, {"2026-09-30", "2026-09-30", 0},
	}
	for _, test := range tests {
		if got := fullYears(date(t, test.hire), date(t, test.day)); got != test.want {
			t.Errorf("hired %s, on %s: %d years, want %d", test.hire, test.day, got, test.want)
		}
	}
}

func TestDaysInMonth(t *testing.T) {
	t.Parallel()
	for year := 1800; year <= 2300; year++ {
		for month := time.January; month <= time.December; month++ {
			want := time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
			if got := calendar.DaysInMonth(year, month); got != want {
				t.Errorf("%d-%d has %d days, want %d", year, month, got, want)
			}
		}
	}
}

func TestIntervalLaws(t *testing.T) {
	t.Parallel()
	day := rapid.Custom(func(t *rapid.T) calendar.Date { return calendar.Date(rapid.Int32Range(-20, 20).Draw(t, "day")) })
	rapid.Check(t, func(t *rapid.T) {
		a := calendar.Interval{From: day.Draw(t, "a.From"), To: day.Draw(t, "a.To")}
		b := calendar.Interval{From: day.Draw(t, "b.From"), To: day.Draw(t, "b.To")}
		both, days := a.Intersect(b), 0
		for d := calendar.Date(-25); d <= 25; d++ {
			if both.Contains(d) != (a.Contains(d) && b.Contains(d)) {
				t.Fatalf("%v ∩ %v = %v is wrong on day %d", a, b, both, d)
			}
			if a.Contains(d) {
				days++
			}
		}
		if a.Days() != days || a.Empty() != (days == 0) {
			t.Fatalf("%v has %d days, Days says %d, Empty %v", a, days, a.Days(), a.Empty())
		}
		if a.Overlaps(b) == both.Empty() || a.Overlaps(b) != b.Overlaps(a) {
			t.Fatalf("%v and %v: Overlaps %v, intersection %v", a, b, a.Overlaps(b), both)
		}
	})
	open := calendar.Interval{From: calendar.NoDate, To: calendar.Forever}
	if !open.Contains(0) || open.Contains(calendar.Forever) || open.Days() != 1<<32-1 {
		t.Errorf("the open interval counts %d days", open.Days())
	}
}

func TestJSON(t *testing.T) {
	t.Parallel()
	type fact struct {
		On    calendar.Date  `json:"on"`
		Until calendar.Date  `json:"until"`
		Month calendar.Month `json:"month"`
	}
	const text = `{"on":"2026-09-30","until":"","month":"2026-09"}`
	var f fact
	if err := json.Unmarshal([]byte(text), &f); err != nil || f.Until != calendar.NoDate {
		t.Fatalf("%v, %v", f, err)
	}
	if got, err := json.Marshal(f); err != nil || string(got) != text {
		t.Errorf("got %s, %v", got, err)
	}
	if err := json.Unmarshal([]byte(`{"month":""}`), &f); !errors.Is(err, calendar.ErrSyntax) {
		t.Errorf("an empty month gives %v, want ErrSyntax", err)
	}
}

func FuzzParseDate(f *testing.F) {
	for _, seed := range []string{"2026-09-30", "0001-01-01", "9999-12-31", "2024-02-29", "2023-02-29", "2026-9-30", "", "2026-09-3\x00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := calendar.ParseDate(text)
		reference, referenceErr := time.Parse(time.DateOnly, text)
		accepted := referenceErr == nil && reference.Year() >= 1
		if (err == nil) != accepted {
			t.Fatalf("ParseDate(%q): %v; package time: %v, %v", text, err, reference, referenceErr)
		}
		if err == nil && (d.String() != text || (d != calendar.Forever && !d.Time().Equal(reference))) {
			t.Fatalf("%q became %s", text, d)
		}
	})
}

func FuzzParseMonth(f *testing.F) {
	for _, seed := range []string{"2026-09", "0001-01", "9999-12", "2026-13", "2026-9", "", "2026-0\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		m, err := calendar.ParseMonth(text)
		reference, referenceErr := time.Parse("2006-01", text)
		if (err == nil) != (referenceErr == nil && reference.Year() >= 1) {
			t.Fatalf("ParseMonth(%q): %v; package time: %v", text, err, referenceErr)
		}
		if err == nil && (m.String() != text || !m.First().Time().Equal(reference)) {
			t.Fatalf("%q became %s from %s", text, m, m.First())
		}
	})
}

func ExampleDate_AddMonths() {
	hired, _ := calendar.ParseDate("2024-02-29")
	fmt.Println(hired.AddMonths(12), hired.AddMonths(48))
	// Output: 2025-02-28 2028-02-29
}

func ExampleMonth_Interval() {
	month, _ := calendar.ParseMonth("2026-09")
	days := month.Interval()
	fmt.Println(days.From, days.To, days.Days(), days.Contains(month.Last()))
	// Output: 2026-09-01 2026-10-01 30 true
}

func TestMonthsSurviveTheirText(t *testing.T) {
	t.Parallel()
	for _, m := range []calendar.Month{0, calendar.NewMonth(1, time.January), calendar.NewMonth(2026, time.October), calendar.NewMonth(9999, time.December)} {
		text, err := m.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		back := calendar.Month(-1)
		if err := back.UnmarshalText(text); err != nil || back != m {
			t.Errorf("%d is written %q and read as %d, %v", m, text, back, err)
		}
	}
	var m calendar.Month
	for _, wrong := range []string{"", "0000-02", "2026-13", "2026-1"} {
		if err := m.UnmarshalText([]byte(wrong)); err == nil {
			t.Errorf("%q is read as %s", wrong, m)
		}
	}
}
