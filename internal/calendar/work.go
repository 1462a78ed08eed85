package calendar

import (
	"slices"
	"time"
)

// WorkException is a day on which a WorkCalendar differs from the week: a holiday, or a make-up work day (调休) at a weekend.
type WorkException struct {
	Date    Date
	Working bool
	Name    string // what for, such as 春节; may be empty
}

// WorkCalendar says which days are worked: Monday to Friday, but for its exceptions. It is a value without a clock and never
// changes; the zero WorkCalendar knows the week alone. Outside Covered it goes by the week, because nothing was announced:
// who shows a deadline there should say so.
type WorkCalendar struct {
	exceptions []WorkException // by date, each date once
	covered    Interval
}

// NewWorkCalendar returns the calendar with these exceptions, in any order. The days for which holidays are known are covered.
// It returns ErrTwice when a date is listed twice and ErrNotCovered when one lies outside covered.
func NewWorkCalendar(covered Interval, exceptions []WorkException) (WorkCalendar, error) {
	sorted := slices.Clone(exceptions)
	slices.SortFunc(sorted, func(a, b WorkException) int { return int(a.Date) - int(b.Date) })
	for i, e := range sorted {
		if i > 0 && e.Date == sorted[i-1].Date {
			return WorkCalendar{}, ErrTwice
		}
		if !covered.Contains(e.Date) {
			return WorkCalendar{}, ErrNotCovered
		}
	}
	return WorkCalendar{exceptions: sorted, covered: covered}, nil
}

// Covered returns the days for which the holidays are known.
func (c WorkCalendar) Covered() Interval { return c.covered }

// Exceptions returns the listed days, by date.
func (c WorkCalendar) Exceptions() []WorkException { return slices.Clone(c.exceptions) }

// Exception returns what is listed for the day, if anything is.
func (c WorkCalendar) Exception(d Date) (WorkException, bool) {
	i, found := c.search(d)
	if !found {
		return WorkException{}, false
	}
	return c.exceptions[i], true
}

func (c WorkCalendar) search(d Date) (int, bool) {
	return slices.BinarySearchFunc(c.exceptions, d, func(e WorkException, d Date) int {
		switch {
		case e.Date < d:
			return -1
		case e.Date > d:
			return 1
		}
		return 0
	})
}

// IsWorking reports whether the day is worked.
func (c WorkCalendar) IsWorking(d Date) bool {
	if e, found := c.Exception(d); found {
		return e.Working
	}
	return isWeekday(d)
}

func isWeekday(d Date) bool {
	day := d.Weekday()
	return day != time.Saturday && day != time.Sunday
}

// Next returns the first working day after the day. NoDate and Forever stay what they are.
func (c WorkCalendar) Next(d Date) Date { return c.AddWorkDays(d, 1) }

// AddWorkDays returns the count-th working day after the day, or before it when count is negative. The day itself does not
// count, worked or not: Friday + 1 is Monday, and so are Saturday + 1 and Sunday + 1. With count 0 it returns the day itself.
// NoDate and Forever stay what they are.
func (c WorkCalendar) AddWorkDays(d Date, count int) Date {
	step := Date(1)
	if count < 0 {
		step, count = -1, -count
	}
	for count > 0 && d != NoDate && d != Forever {
		d += step
		if c.IsWorking(d) {
			count--
		}
	}
	return d
}

// WorkDays counts the working days in the interval.
func (c WorkCalendar) WorkDays(i Interval) int {
	if i.Empty() {
		return 0
	}
	count := weekdaysBefore(i.To) - weekdaysBefore(i.From)
	from, _ := c.search(i.From)
	for _, e := range c.exceptions[from:] {
		switch {
		case e.Date >= i.To:
			return count
		case e.Working && !isWeekday(e.Date):
			count++
		case !e.Working && isWeekday(e.Date):
			count--
		}
	}
	return count
}

// weekdaysBefore counts Mondays to Fridays from Monday 1969-12-29 up to and without d, negative before that Monday.
func weekdaysBefore(d Date) int {
	weeks, rest := floorDiv(int(d)+3, 7)
	return weeks*5 + min(rest, 5)
}
