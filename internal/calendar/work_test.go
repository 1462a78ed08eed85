package calendar_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
)

func TestChinaWorkDays(t *testing.T) {
	t.Parallel()
	tests := []struct {
		day     string
		working bool
		why     string
	}{
		{"2026-02-13", true, "Friday before Spring Festival"},
		{"2026-02-14", true, "a Saturday made up for Spring Festival"},
		{"2026-02-15", false, "Spring Festival begins on a Sunday"},
		{"2026-02-23", false, "its last day is a Monday"},
		{"2026-02-24", true, "back to work on Tuesday"},
		{"2026-02-28", true, "a Saturday made up"},
		{"2026-10-08", true, "Thursday after National Day"},
		{"2025-10-08", false, "National Day and Mid-Autumn together last eight days"},
		{"2024-04-07", true, "a Sunday made up for Qingming"},
		{"2024-06-10", false, "Dragon Boat Monday"},
		{"2026-07-04", false, "an ordinary Saturday"},
		{"2026-07-06", true, "an ordinary Monday"},
		{"2027-01-01", true, "a Friday of a year that is not covered goes by the week"},
	}
	china := calendar.China()
	for _, test := range tests {
		if got := china.IsWorking(date(t, test.day)); got != test.working {
			t.Errorf("%s (%s): working %v, want %v", test.day, test.why, got, test.working)
		}
	}
	if e, found := china.Exception(date(t, "2026-02-17")); !found || e.Working || e.Name != "春节" {
		t.Errorf("2026-02-17 is %v, %v", e, found)
	}
	if _, found := china.Exception(date(t, "2026-07-06")); found {
		t.Error("an ordinary Monday is listed")
	}
}

// The yearly totals of working days are published with the notices and used in payroll (工作日天数).
func TestChinaWorkDaysPerYear(t *testing.T) {
	t.Parallel()
	china := calendar.China()
	for year, want := range map[int]int{2024: 251, 2025: 248, 2026: 248} {
		if got := china.WorkDays(calendar.Fiscal{}.Year(year)); got != want {
			t.Errorf("%d has %d working days, want %d", year, got, want)
		}
	}
	want := calendar.Interval{From: date(t, "2024-01-01"), To: date(t, "2027-01-01")}
	if china.Covered() != want {
		t.Errorf("covered are %v, want %v", china.Covered(), want)
	}
}

func TestAddWorkDays(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, from string
		count      int
		want       string
	}{
		{"nothing added, on a day off", "2026-02-17", 0, "2026-02-17"},
		{"Friday to Monday", "2026-07-03", 1, "2026-07-06"},
		{"Saturday to Monday", "2026-07-04", 1, "2026-07-06"},
		{"a made-up Saturday counts", "2026-02-13", 1, "2026-02-14"},
		{"over Spring Festival", "2026-02-14", 1, "2026-02-24"},
		{"three days from within it", "2026-02-18", 3, "2026-02-26"},
		{"back over Spring Festival", "2026-02-24", -1, "2026-02-14"},
		{"five days back", "2026-07-10", -5, "2026-07-03"},
	}
	china := calendar.China()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := china.AddWorkDays(date(t, test.from), test.count).String(); got != test.want {
				t.Errorf("%s + %d working days = %s, want %s", test.from, test.count, got, test.want)
			}
		})
	}
	for _, d := range []calendar.Date{calendar.NoDate, calendar.Forever} {
		if china.Next(d) != d || china.AddWorkDays(d, -3) != d {
			t.Errorf("%d moves by working days", d)
		}
	}
}

// workCalendars draws calendars of the days 0 to 60 with exceptions anywhere among them.
func workCalendars() *rapid.Generator[calendar.WorkCalendar] {
	return rapid.Custom(func(t *rapid.T) calendar.WorkCalendar {
		var exceptions []calendar.WorkException
		for _, day := range rapid.SliceOfDistinct(rapid.Int32Range(0, 60), rapid.ID[int32]).Draw(t, "days") {
			exceptions = append(exceptions, calendar.WorkException{
				Date: calendar.Date(day), Working: rapid.Bool().Draw(t, "working"), Name: rapid.SampledFrom([]string{"", "春节", "Founders’ Day"}).Draw(t, "name"),
			})
		}
		c, err := calendar.NewWorkCalendar(calendar.Interval{From: 0, To: 61}, exceptions)
		if err != nil {
			t.Fatal(err)
		}
		return c
	})
}

func TestWorkCalendarLaws(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := workCalendars().Draw(t, "calendar")
		from := calendar.Date(rapid.Int32Range(-40, 100).Draw(t, "from"))
		length := calendar.Date(rapid.Int32Range(-5, 120).Draw(t, "length"))
		days := calendar.Interval{From: from, To: from + length}
		count := 0
		for d := days.From; d < days.To; d++ {
			if c.IsWorking(d) {
				count++
			}
		}
		if got := c.WorkDays(days); got != count {
			t.Fatalf("%v has %d working days, WorkDays says %d", days, count, got)
		}
		k := rapid.IntRange(1, 40).Draw(t, "k")
		after, before := c.AddWorkDays(from, k), c.AddWorkDays(from, -k)
		if !c.IsWorking(after) || c.WorkDays(calendar.Interval{From: from + 1, To: after + 1}) != k {
			t.Fatalf("%s + %d working days = %s", from, k, after)
		}
		if !c.IsWorking(before) || c.WorkDays(calendar.Interval{From: before, To: from}) != k {
			t.Fatalf("%s − %d working days = %s", from, k, before)
		}
		if c.IsWorking(from) && c.AddWorkDays(after, -k) != from {
			t.Fatalf("%s + %d − %d working days = %s", from, k, k, c.AddWorkDays(after, -k))
		}
	})
}

func TestWorkCalendarTextRoundTrips(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := workCalendars().Draw(t, "calendar")
		again, err := calendar.ParseWorkCalendar(c.String())
		if err != nil {
			t.Fatalf("%v in\n%s", err, c)
		}
		if again.Covered() != c.Covered() || !cmp.Equal(again.Exceptions(), c.Exceptions()) || again.String() != c.String() {
			t.Fatalf("got\n%s\nwant\n%s", again, c)
		}
	})
	if text := (calendar.WorkCalendar{}).String(); text != "" {
		t.Errorf("the zero calendar is written %q", text)
	}
	china := calendar.China()
	again, err := calendar.ParseWorkCalendar(china.String())
	if err != nil || again.String() != china.String() {
		t.Errorf("China does not read back: %v", err)
	}
}

func TestNewWorkCalendarRefuses(t *testing.T) {
	t.Parallel()
	week := calendar.Interval{From: 0, To: 7}
	if _, err := calendar.NewWorkCalendar(week, []calendar.WorkException{{Date: 3}, {Date: 1}, {Date: 3}}); !errors.Is(err, calendar.ErrTwice) {
		t.Errorf("a date listed twice gives %v", err)
	}
	if _, err := calendar.NewWorkCalendar(week, []calendar.WorkException{{Date: 7}}); !errors.Is(err, calendar.ErrNotCovered) {
		t.Errorf("a date outside gives %v", err)
	}
}

func TestParseWorkCalendarNamesEachBadLine(t *testing.T) {
	t.Parallel()
	text := strings.Join([]string{
		"# ours",
		"covers 2026-01-01..2026-12-31",
		"covers 2027-01-01..2027-12-31",
		"2026-02-15..2026-02-23 off 春节",
		"2026-02-20 work 春节",
		"2026-02-30 off",
		"2026-03-09..2026-03-01 off",
		"2026-05-01 holiday",
		"2026-06-01..2026-09-01 off  # a whole summer",
		"2025-12-31 off",
	}, "\n")
	_, err := calendar.ParseWorkCalendar(text)
	failure, ok := errors.AsType[*errs.Error](err)
	if !ok || failure.Kind != errs.KindInvalid {
		t.Fatalf("got %v, want an invalid error", err)
	}
	var got []string
	for _, f := range failure.Fields {
		got = append(got, fmt.Sprintf("%d %s: %s", f.Row, f.Message.Key, f.Value))
	}
	want := []string{
		"3 calendar.covers_twice: covers 2027-01-01..2027-12-31",
		"5 calendar.twice: 2026-02-20 work 春节",
		"6 calendar.bad_line: 2026-02-30 off",
		"7 calendar.bad_line: 2026-03-09..2026-03-01 off",
		"8 calendar.bad_line: 2026-05-01 holiday",
		"9 calendar.run_too_long: 2026-06-01..2026-09-01 off",
		"10 calendar.not_covered: 2025-12-31",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestParseWorkCalendarNeedsItsRange(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "# nothing\n", "2026-05-01 off 劳动节\n"} {
		_, err := calendar.ParseWorkCalendar(text)
		failure, ok := errors.AsType[*errs.Error](err)
		if !ok || failure.Fields[0].Message.Key != "calendar.covers_missing" {
			t.Errorf("%q gives %v", text, err)
		}
	}
}

func FuzzParseWorkCalendar(f *testing.F) {
	f.Add(calendar.China().String())
	f.Add("covers 2026-01-01\n2026-01-01 work #")
	f.Add("covers 9999-12-30..9999-12-31\n0001-01-01 off\n")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := calendar.ParseWorkCalendar(text)
		if err != nil {
			if !errs.Is(err, errs.KindInvalid) {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		again, err := calendar.ParseWorkCalendar(c.String())
		if err != nil || again.String() != c.String() {
			t.Fatalf("%q is written %q, which gives %v", text, c, err)
		}
	})
}

func ExampleWorkCalendar_AddWorkDays() {
	china := calendar.China()
	signed, _ := calendar.ParseDate("2026-09-30") // the day before National Day
	fmt.Println(china.AddWorkDays(signed, 3))
	// Output: 2026-10-10
}
