package sop

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"xiaoguan/internal/calendar"
)

// Hours are the working hours of a working day, in minutes from midnight.
type Hours struct {
	From, To int
}

// MarshalText writes 09:00-18:00.
func (h Hours) MarshalText() ([]byte, error) {
	return fmt.Appendf(nil, "%02d:%02d-%02d:%02d", h.From/60, h.From%60, h.To/60, h.To%60), nil
}

// parseHours reads 09:00-18:00.
func parseHours(text string) (h Hours, ok bool) {
	from, to, found := strings.Cut(text, "-")
	var valid [2]bool
	h.From, valid[0] = parseMinute(from)
	h.To, valid[1] = parseMinute(to)
	return h, found && valid[0] && valid[1] && h.From < h.To
}

func parseMinute(text string) (int, bool) {
	if text == "24:00" {
		return 24 * 60, true
	}
	t, err := time.Parse("15:04", text)
	return t.Hour()*60 + t.Minute(), err == nil && len(text) == 5
}

// Unit is what a deadline counts.
type Unit string

// Hours are counted on the clock, working hours within Hours of working days only. A deadline in days ends with the last second
// of the day so many days, or working days, after the one it is counted from.
const (
	UnitHours        Unit = "hours"
	UnitWorkingHours Unit = "working_hours"
	UnitDays         Unit = "days"
	UnitWorkingDays  Unit = "working_days"
)

// Deadline is a span: 24 hours, 3 working_days.
type Deadline struct {
	Count int
	Unit  Unit
}

// MarshalText writes it as the document does.
func (d Deadline) MarshalText() ([]byte, error) {
	return fmt.Appendf(nil, "%d %s", d.Count, d.Unit), nil
}

// deadlineHoursMax is ten years, beyond which a deadline is a slip.
const deadlineHoursMax = 24 * 3660

func parseDeadline(text string) (d Deadline, ok bool) {
	count, unit, found := strings.Cut(text, " ")
	n, err := strconv.Atoi(count)
	unit = strings.TrimSpace(unit)
	if !strings.HasSuffix(unit, "s") {
		unit += "s"
	}
	d = Deadline{n, Unit(unit)}
	switch d.Unit {
	case UnitHours, UnitWorkingHours, UnitDays, UnitWorkingDays:
		return d, found && err == nil
	}
	return d, false
}

// possible reports whether the span can be kept and ever ends.
func (d Deadline) possible() bool {
	hours := d.Count
	if d.Unit == UnitDays || d.Unit == UnitWorkingDays {
		hours = min(d.Count, deadlineHoursMax) * 24
	}
	return d.Count > 0 && hours <= deadlineHoursMax
}

const (
	daySeconds   = 24 * 3600
	chinaSeconds = 8 * 3600 // China keeps one time all year
)

// dayOf returns the civil day in China time of a moment, and the second within it.
func dayOf(at int64) (day calendar.Date, second int64) {
	at += chinaSeconds
	n := at / daySeconds
	if at%daySeconds < 0 {
		n--
	}
	return calendar.NewDate(1970, time.January, 1) + calendar.Date(n), at - n*daySeconds
}

// moment is the start of a day in Unix seconds.
func moment(day calendar.Date) int64 {
	return int64(day-calendar.NewDate(1970, time.January, 1))*daySeconds - chinaSeconds
}

// After returns the last moment (Unix seconds) at which something due within d from the moment at is in time.
func (d Deadline) After(at int64, days calendar.WorkCalendar, hours Hours) int64 {
	day, second := dayOf(at)
	switch d.Unit {
	case UnitHours:
		return at + int64(d.Count)*3600
	case UnitDays:
		return moment(day+calendar.Date(d.Count)) + daySeconds - 1
	case UnitWorkingDays:
		return moment(days.AddWorkDays(day, d.Count)) + daySeconds - 1
	}
	left, from, to := int64(d.Count)*3600, int64(hours.From)*60, int64(hours.To)*60
	for {
		if start := max(second, from); days.IsWorking(day) && start < to {
			if left <= to-start {
				return moment(day) + start + left
			}
			left -= to - start
		}
		day, second = day+1, 0
	}
}

// BeforeDate returns the last moment at which something due d before a date is in time. Hours are counted from the start of the date.
func (d Deadline) BeforeDate(date calendar.Date, days calendar.WorkCalendar) int64 {
	switch d.Unit {
	case UnitDays:
		return moment(date-calendar.Date(d.Count)) + daySeconds - 1
	case UnitWorkingDays:
		return moment(days.AddWorkDays(date, -d.Count)) + daySeconds - 1
	}
	return moment(date) - int64(d.Count)*3600
}
