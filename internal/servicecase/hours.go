package servicecase

import (
	"time"

	"xiaoguan/internal/calendar"
)

// Hours are the working hours of the company: the same on every working day of the calendar. Opens and Closes are minutes of the day.
type Hours struct {
	Days   calendar.WorkCalendar
	Opens  int64
	Closes int64
	Zone   *time.Location
}

// daysAhead is how far a deadline is looked for; no limit reaches so far.
const daysAhead = 2000

// Add returns the instant that so many working minutes after t are over. Time outside the hours does not count: what begins in the
// evening begins the next working morning. Nothing to wait for is over at once.
func (h Hours) Add(t time.Time, minutes int64) time.Time {
	left := time.Duration(minutes) * time.Minute
	if left <= 0 {
		return t
	}
	day := calendar.DateOf(t.In(h.Zone))
	for range daysAhead {
		from, to := h.span(day)
		if t.After(from) {
			from = t
		}
		if open := to.Sub(from); h.Days.IsWorking(day) && open > 0 {
			if left <= open {
				return from.Add(left)
			}
			left -= open
		}
		day++
	}
	return h.at(day, h.Closes)
}

// Between counts the working minutes from one instant to a later one, begun ones not.
func (h Hours) Between(from, to time.Time) int64 {
	var sum time.Duration
	last := calendar.DateOf(to.In(h.Zone))
	for day := calendar.DateOf(from.In(h.Zone)); day <= last; day++ {
		if !h.Days.IsWorking(day) {
			continue
		}
		begins, ends := h.span(day)
		if from.After(begins) {
			begins = from
		}
		if to.Before(ends) {
			ends = to
		}
		sum += max(ends.Sub(begins), 0)
	}
	return int64(sum / time.Minute)
}

func (h Hours) span(day calendar.Date) (from, to time.Time) {
	return h.at(day, h.Opens), h.at(day, h.Closes)
}

func (h Hours) at(day calendar.Date, minute int64) time.Time {
	y, m, d := day.Civil()
	return time.Date(y, m, d, int(minute/60), int(minute%60), 0, 0, h.Zone)
}
