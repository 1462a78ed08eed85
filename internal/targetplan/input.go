package targetplan

import (
	"math/big"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/quota"
)

// Input is everything that the numbers of a plan rest on, beside its rules.
type Input struct {
	On     calendar.Date  `json:"on"`
	First  calendar.Month `json:"first"`  // of the fiscal year
	Since  calendar.Month `json:"since"`  // the first month of Totals
	Totals []int64        `json:"totals"` // of the company in each month, whoever sold it
	// Days are the working days of each month from Since to the end of the year, as the company's calendar had them when this was gathered.
	// Without them, as kept by older versions, they are those of mainland China as they ship.
	Days   []int64  `json:"work_days,omitempty"`
	Places []Place  `json:"places"` // regions and teams
	People []Person `json:"people"`
}

// Place is a region, or a team of one.
type Place struct {
	Unit      string `json:"unit"`
	Parent    string `json:"parent"`
	Name      string `json:"name"`
	Potential int64  `json:"potential_minor"` // quota.Unknown
	Source    string `json:"potential_source,omitempty"`
}

// Person is somebody who is asked for something.
type Person struct {
	ID       int64         `json:"id"`
	Name     string        `json:"name"`
	Team     string        `json:"team"` // unit
	Level    string        `json:"level"`
	Hired    calendar.Date `json:"hired"`
	Left     calendar.Date `json:"left"`
	Pipeline int64         `json:"pipeline_minor"`
	Months   []int64       `json:"months"` // sold in each month of Totals
	// Potential is what the person's own market could give; 0 while that is not known.
	Potential int64  `json:"potential_minor,omitempty"`
	Source    string `json:"potential_source,omitempty"`
}

// market is the potential as the split reads it.
func (p *Person) market() int64 {
	if p.Potential > 0 {
		return p.Potential
	}
	return quota.Unknown
}

// newYears are the first days of the lunar years whose days off are not announced yet.
var newYears = map[int]calendar.Date{
	2027: calendar.NewDate(2027, 2, 6), 2028: calendar.NewDate(2028, 1, 26), 2029: calendar.NewDate(2029, 2, 13), 2030: calendar.NewDate(2030, 2, 3),
	2031: calendar.NewDate(2031, 1, 23), 2032: calendar.NewDate(2032, 2, 11), 2033: calendar.NewDate(2033, 1, 31), 2034: calendar.NewDate(2034, 2, 19), 2035: calendar.NewDate(2035, 2, 8),
}

// festivalDays is how long the Spring Festival is, from the eve of the new year on.
const festivalDays = 8

// workDays are the working days of a month. Where the days off of the year are not announced, working days of the week without the Spring Festival
// and the first week of October.
func workDays(work calendar.WorkCalendar, m calendar.Month) int64 {
	all := int64(work.WorkDays(m.Interval()))
	covered := work.Covered()
	if m.First() >= covered.From && m.Last() < covered.To {
		return all
	}
	year, _ := m.Civil()
	off := []calendar.Interval{{From: calendar.NewDate(year, 10, 1), To: calendar.NewDate(year, 10, 8)}}
	if day, known := newYears[year]; known {
		off = append(off, calendar.Interval{From: day - 1, To: day - 1 + festivalDays})
	}
	for _, i := range off {
		all -= int64(work.WorkDays(i.Intersect(m.Interval())))
	}
	return max(all, 1)
}

// clock is the year and the past that an input knows, in weights of months.
type clock struct {
	past []int64 // of each month of Totals
	next quota.Year
	year int64 // the sum of next
}

func calendarMonth(m calendar.Month) int {
	_, month := m.Civil()
	return int(month)
}

// note keeps the working days of all months that the numbers rest on.
func (in *Input) note(work calendar.WorkCalendar) {
	in.Days = nil
	for m := in.Since; m < in.First+quota.Months; m++ {
		in.Days = append(in.Days, workDays(work, m))
	}
}

// days tells the working days of a month.
func (in *Input) days() func(calendar.Month) int64 {
	work := calendar.China()
	return func(m calendar.Month) int64 {
		if i := int(m - in.Since); i >= 0 && i < len(in.Days) {
			return in.Days[i]
		}
		return workDays(work, m)
	}
}

func (in *Input) clock() (c clock) {
	days := in.days()
	seen := make([]quota.Seen, len(in.Totals))
	for i, minor := range in.Totals {
		m := in.Since + calendar.Month(i)
		seen[i] = quota.Seen{Minor: minor, Days: days(m), Calendar: calendarMonth(m)}
	}
	seasons := quota.SeasonsOf(seen)
	for _, m := range seen {
		c.past = append(c.past, seasons.Weight(m.Calendar, m.Days))
	}
	for i := range c.next {
		m := in.First + calendar.Month(i)
		c.next[i] = seasons.Weight(calendarMonth(m), days(m))
	}
	c.year = c.next.Sum()
	return c
}

// there is how much of a month somebody is employed, parts per million.
func (p *Person) there(m calendar.Month) int64 {
	days := m.Interval()
	return int64(days.Intersect(calendar.Interval{From: p.Hired, To: p.Left}).Days()) * quota.Million / int64(days.Days())
}

// speed is how fast somebody is in a month by time in the job, parts per million.
func (r *Rules) speed(p *Person, m calendar.Month) int64 {
	at := int(m - p.Hired.Month())
	if at < 0 || at >= len(r.Ramp) {
		return quota.Million
	}
	return int64(r.Ramp[at]) * percent
}

// mulDiv is a·b ÷ c rounded down, of numbers that are not below nothing.
func mulDiv(a, b, c int64) int64 {
	if c == 0 {
		return 0
	}
	q := new(big.Int).Mul(big.NewInt(a), big.NewInt(b))
	return q.Quo(q, big.NewInt(c)).Int64()
}
