package demo

import (
	"xiaoguan/internal/calendar"
)

// newYears are the first days of the lunar years: sales slow down around them. Other years have their season alone.
var newYears = []calendar.Date{
	calendar.NewDate(2022, 2, 1), calendar.NewDate(2023, 1, 22), calendar.NewDate(2024, 2, 10), calendar.NewDate(2025, 1, 29),
	calendar.NewDate(2026, 2, 17), calendar.NewDate(2027, 2, 6), calendar.NewDate(2028, 1, 26), calendar.NewDate(2029, 2, 13),
	calendar.NewDate(2030, 2, 3), calendar.NewDate(2031, 1, 23), calendar.NewDate(2032, 2, 11), calendar.NewDate(2033, 1, 31),
}

// Days before and after the new year on which little is bought, and what such a day is worth.
const (
	slowBefore = 10
	slowAfter  = 15
	slowDay    = 350
)

// ordinaryMonth is the weight of a month of 20.8 ordinary working days.
const ordinaryMonth = 20_800

// seasonOf is how well each month sells, January first, apart from its working days.
var seasonOf = [...]int64{950, 920, 1090, 960, 970, 1100, 940, 940, 1070, 980, 1030, 1210}

// year knows on which days people work and how much each is worth.
type year struct{ work calendar.WorkCalendar }

// weight is what the day is worth, permille for an ordinary working day and 0 for a day off.
func (y year) weight(d calendar.Date) int64 {
	covered := y.work.Covered().Contains(d)
	if !y.work.IsWorking(d) {
		return 0
	}
	for _, first := range newYears {
		if !covered && d >= first-1 && d < first+7 {
			return 0
		}
		if d >= first-slowBefore && d < first+slowAfter {
			return slowDay
		}
	}
	return permille
}

// sum adds up the weights of days.
func (y year) sum(days calendar.Interval) (total int64) {
	for d := days.From; d < days.To; d++ {
		total += y.weight(d)
	}
	return total
}

// market is what a month sells, permille for an ordinary one.
func (y year) market(m calendar.Month) int64 {
	_, month := m.Civil()
	return seasonOf[month-1] * y.sum(m.Interval()) / ordinaryMonth
}

// workDay returns the n-th working day of a month, from 1.
func (y year) workDay(m calendar.Month, n int) calendar.Date {
	return y.work.AddWorkDays(m.First()-1, n)
}

// pick throws a working day of the interval: month ends are busier, quarter ends busier still. It reports false when there is none.
func (y year) pick(d dice, days calendar.Interval) (calendar.Date, bool) {
	weights := make([]int64, 0, 31)
	var total int64
	for day := days.From; day < days.To; day++ {
		w := y.weight(day)
		if day > day.Month().Last()-6 {
			w = w * 18 / 10
			if _, month := day.Month().Civil(); month%3 == 0 {
				w = w * 13 / 10
			}
		}
		total += w
		weights = append(weights, w)
	}
	if total == 0 {
		return calendar.NoDate, false
	}
	at := d.Int64N(total)
	for i, w := range weights {
		if at < w {
			return days.From + calendar.Date(i), true
		}
		at -= w
	}
	return calendar.NoDate, false
}
