package engine

import (
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/plan"
)

// tenure counts a person's service at the period's end.
func (e *evaluator) tenure(person int32, unit plan.TenureUnit) int64 {
	return tenureAt(e.facts.Persons[person].Hired, e.last, unit)
}

// tenureAt counts from the day of hire to a day: full years, calendar months since the month of hire, which is month 0, or
// days since the day of hire, which is day 0.
func tenureAt(hired, day calendar.Date, unit plan.TenureUnit) int64 {
	months := int64(day.Month()) - int64(hired.Month())
	switch unit {
	case plan.TenureCalendarMonths:
		return months
	case plan.TenureDays:
		return int64(day) - int64(hired)
	}
	years := months / 12
	if years > 0 && hired.AddMonths(int(12*years)) > day {
		years--
	}
	return max(years, 0)
}
