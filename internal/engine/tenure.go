package engine

import (
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/plan"
)

// tenure counts a person's service at the period's end.
func (e *evaluator) tenure(person int32, unit plan.TenureUnit) int64 {
	return tenureAt(e.facts.Persons[person].Hired, e.last, unit)
}

// tenureAt counts from the day of hire to a day: full years, or calendar months since the month of hire, which is month 0.
func tenureAt(hired, day calendar.Date, unit plan.TenureUnit) int64 {
	months := int64(day.Month()) - int64(hired.Month())
	if unit == plan.TenureCalendarMonths {
		return months
	}
	years := months / 12
	if years > 0 && hired.AddMonths(int(12*years)) > day {
		years--
	}
	return max(years, 0)
}
