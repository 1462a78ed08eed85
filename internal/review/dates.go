package review

import (
	"xiaoguan/internal/calendar"
)

// spanOf is what a meeting on a day is about: a weekly one about the month of the day, a monthly one about the month before, a quarterly one about the quarter
// before.
func spanOf(kind Kind, on calendar.Date, fiscal calendar.Fiscal) calendar.Interval {
	month := on.Month()
	switch kind {
	case Weekly:
		return month.Interval()
	case Monthly:
		return (month - 1).Interval()
	}
	year, quarter := fiscal.QuarterOf(month)
	first := fiscal.Quarter(year, quarter).From.Month()
	return calendar.Interval{From: (first - 3).First(), To: first.First()}
}

// nextOn is the day of the next meeting of a kind, from a day on.
func nextOn(kind Kind, settings *Settings, from calendar.Date, fiscal calendar.Fiscal, work calendar.WorkCalendar) calendar.Date {
	if kind == Weekly {
		for monday := from - sinceMonday(from); ; monday += 7 {
			if on, held := weeklyOn(monday, settings.Weekday, work); held && on >= from {
				return on
			}
		}
	}
	day := settings.MonthDay
	if kind == Quarterly {
		day = settings.QuarterDay
	}
	for month := from.Month(); ; month++ {
		if kind == Quarterly {
			year, quarter := fiscal.QuarterOf(month)
			if fiscal.Quarter(year, quarter).From.Month() != month {
				continue
			}
		}
		if on := work.AddWorkDays(month.First()-1, int(day)); on >= from {
			return on
		}
	}
}

func sinceMonday(d calendar.Date) calendar.Date { return calendar.Date((int(d.Weekday()) + 6) % 7) }

// weeklyOn is the day of a week's meeting: the weekday, or the next working day of that week. A week without one has no meeting.
func weeklyOn(monday calendar.Date, weekday int64, work calendar.WorkCalendar) (calendar.Date, bool) {
	for d := monday + calendar.Date(weekday) - 1; d < monday+7; d++ {
		if work.IsWorking(d) {
			return d, true
		}
	}
	return calendar.NoDate, false
}
