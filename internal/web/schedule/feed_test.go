package schedule

import (
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/schedule"
	"xiaoguan/internal/sop"
)

// TestACalendarFileIsAsItsStandardSays: lines end and fold as they must, texts are escaped, whole days are days and deadlines end on time.
func TestACalendarFileIsAsItsStandardSays(t *testing.T) {
	t.Parallel()
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	day := calendar.NewDate(2026, 10, 9)
	due := time.Date(2026, 10, 9, 9, 0, 0, 0, time.UTC)
	page := schedule.Page{Today: day, Entries: []schedule.Entry{
		{Kind: schedule.KindTask, RecordID: 1, Day: day, Title: "带样品; 一件, 两册\n" + strings.Repeat("长", 60)},
		{Kind: schedule.KindDeadline, RecordID: 7, RuleID: "graded_in_time", Day: day, At: due, CustomerName: "恒越精密"},
	}}
	h := &Handler{now: func() time.Time { return due }}
	text := h.calendarText(catalogue.Printer(i18n.ZhCN), page, sop.Default())
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\r\n"), "\r\n") {
		if len(line) > lineBytes || strings.ContainsAny(line, "\r\n") {
			t.Errorf("a line of %d bytes: %q", len(line), line)
		}
	}
	whole := strings.ReplaceAll(text, "\r\n ", "")
	for _, want := range []string{"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", `SUMMARY:带样品\; 一件\, 两册\n` + strings.Repeat("长", 60), "DTSTART;VALUE=DATE:20261009\r\n", "DTSTART:20261009T083000Z\r\nDTEND:20261009T090000Z\r\n",
		"SUMMARY:时限：3 天内定级\r\nDESCRIPTION:恒越精密\r\n", "UID:deadline-7graded_in_time@xiaoguan\r\n", "END:VEVENT\r\nEND:VCALENDAR\r\n"} {
		if !strings.Contains(whole, want) {
			t.Errorf("the file lacks %q:\n%s", want, whole)
		}
	}
	if strings.Count(whole, "BEGIN:VEVENT") != 2 {
		t.Error("entries were lost")
	}
}

// TestWeeksBeginOnMonday, also where a month begins or ends within one.
func TestWeeksBeginOnMonday(t *testing.T) {
	t.Parallel()
	for d := calendar.NewDate(2026, 1, 1); d < calendar.NewDate(2027, 3, 1); d++ {
		week, month := asked{day: d}.days(), asked{day: d, month: true}.days()
		if week.From.Weekday() != time.Monday || week.To-week.From != 6 || d < week.From || d > week.To {
			t.Fatalf("week of %s: %s to %s", d, week.From, week.To)
		}
		if month.From.Weekday() != time.Monday || (month.To-month.From+1)%7 != 0 || month.From > d.Month().First() || month.To < d.Month().Last() || month.To-month.From >= schedule.DaysMax {
			t.Fatalf("month of %s: %s to %s", d, month.From, month.To)
		}
	}
}
