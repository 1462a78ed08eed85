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
	slices.SortFunc(sorted, byDate)
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

// Equal reports whether two calendars say the same of every day, and cover the same.
func (c WorkCalendar) Equal(o WorkCalendar) bool {
	if c.covered != o.covered || len(c.exceptions) != len(o.exceptions) {
		return false
	}
	return len(c.exceptions) == 0 || &c.exceptions[0] == &o.exceptions[0] || slices.Equal(c.exceptions, o.exceptions)
}

// With returns the calendar with the listed days over its own: of a day that both list, own says what it is. Days of own may lie outside what is
// covered; whole are the years that are listed completely beside, which extend what is covered as far as they follow on it without a gap.
// It returns ErrTwice when own lists a date twice.
func (c WorkCalendar) With(own []WorkException, whole []int) (WorkCalendar, error) {
	sorted := slices.Clone(own)
	slices.SortFunc(sorted, byDate)
	for i := 1; i < len(sorted); i++ {
		if sorted[i].Date == sorted[i-1].Date {
			return WorkCalendar{}, ErrTwice
		}
	}
	out := WorkCalendar{covered: c.covered}
	for _, e := range c.exceptions {
		if _, found := (WorkCalendar{exceptions: sorted}).search(e.Date); !found {
			out.exceptions = append(out.exceptions, e)
		}
	}
	out.exceptions = append(out.exceptions, sorted...)
	slices.SortFunc(out.exceptions, byDate)
	years := slices.Clone(whole)
	slices.Sort(years)
	for _, year := range years {
		out.cover(Interval{From: NewDate(year, time.January, 1), To: NewDate(year+1, time.January, 1)})
	}
	for i := len(years) - 1; i >= 0; i-- { // those before, from the last to the first
		out.cover(Interval{From: NewDate(years[i], time.January, 1), To: NewDate(years[i]+1, time.January, 1)})
	}
	return out, nil
}

func byDate(a, b WorkException) int { return int(a.Date) - int(b.Date) }

// cover extends what is covered by days that adjoin or overlap it.
func (c *WorkCalendar) cover(i Interval) {
	switch {
	case c.covered.Empty():
		c.covered = i
	case i.From <= c.covered.To && c.covered.From <= i.To:
		c.covered = Interval{From: min(c.covered.From, i.From), To: max(c.covered.To, i.To)}
	}
}
