package engine

import (
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/plan"
)

// months are the first and last month of a window, as seen from the period; of WindowEver the first is month 0 of year 0.
func (p *program) months(window plan.Window, span *plan.Span) (from, to calendar.Month) {
	to = p.period
	back, length := 0, 0
	if span != nil {
		window, back, length = span.Window, span.Back, span.Months
	}
	to -= calendar.Month(back)
	_, month := to.Civil()
	into := func(months int) calendar.Month { return to - calendar.Month((int(month)-1)%months) }
	switch window {
	case plan.WindowQuarterToDate:
		return into(3), to
	case plan.WindowHalfYearToDate:
		return into(6), to
	case plan.WindowYearToDate:
		return into(12), to
	case plan.WindowEver:
		return calendar.NewMonth(0, 1), to
	}
	return to - calendar.Month(max(length, 1)-1), to
}

// days are the first day of a window, NoDate for the first fact, and the first day after it.
func (p *program) days(window plan.Window, span *plan.Span) (from, to calendar.Date) {
	first, last := p.months(window, span)
	if window == plan.WindowEver || (span != nil && span.Window == plan.WindowEver) {
		return calendar.NoDate, last.Last() + 1
	}
	return first.First(), last.Last() + 1
}
