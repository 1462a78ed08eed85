package servicecase_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/servicecase"
)

func office() servicecase.Hours {
	return servicecase.Hours{Days: calendar.China(), Opens: 9 * 60, Closes: 18 * 60, Zone: calendar.ChinaTime}
}

func at(text string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", text, calendar.ChinaTime)
	if err != nil {
		panic(err)
	}
	return t
}

func TestDeadlinesCountWorkingHours(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from    string
		minutes int64
		want    string
	}{
		{"2026-09-24 10:00", 30, "2026-09-24 10:30"},
		{"2026-09-24 17:50", 30, "2026-09-28 09:20"}, // the 25th to the 27th are the Mid-Autumn holiday
		{"2026-09-24 07:00", 60, "2026-09-24 10:00"}, // before work
		{"2026-09-24 20:00", 60, "2026-09-28 10:00"}, // after work
		{"2026-09-24 09:00", 540, "2026-09-24 18:00"},
		{"2026-09-24 09:00", 541, "2026-09-28 09:01"},
		{"2026-09-24 20:00", 0, "2026-09-24 20:00"},
		{"2026-10-01 12:00", 60, "2026-10-08 10:00"}, // National Day
	} {
		if got := office().Add(at(c.from), c.minutes).In(calendar.ChinaTime).Format("2006-01-02 15:04"); got != c.want {
			t.Errorf("%s + %d minutes is %s, want %s", c.from, c.minutes, got, c.want)
		}
	}
}

// TestWorkingTimeAddsUp: what is added is what is counted, and time is never lost between two halves.
func TestWorkingTimeAddsUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h := office()
		from := at("2026-01-01 00:00").Add(time.Duration(rapid.IntRange(0, 300*24*60).Draw(t, "from")) * time.Minute)
		one, two := rapid.Int64Range(0, 5000).Draw(t, "one"), rapid.Int64Range(1, 5000).Draw(t, "two")
		due := h.Add(from, one+two)
		if got := h.Between(from, due); got != one+two {
			t.Fatalf("%s + %d is %s, %d minutes later", from, one+two, due, got)
		}
		if middle := h.Add(from, one); !h.Add(middle, two).Equal(due) || due.Before(middle) {
			t.Fatalf("%s + %d + %d is %s, not %s", from, one, two, h.Add(middle, two), due)
		}
	})
}
