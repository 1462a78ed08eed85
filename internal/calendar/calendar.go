// Package calendar is time as the field counts it: civil dates without a clock, calendar months, half-open intervals.
//
// A Date is a day number, so comparing and subtracting is integer arithmetic. Time zones and instants do not appear here: who
// turns an instant into a date decides the zone.
package calendar

import (
	"errors"
	"fmt"
	"time"
)

// ErrSyntax says that a text is not a date or month of the form YYYY-MM-DD or YYYY-MM.
var ErrSyntax = errors.New("calendar: want YYYY-MM-DD or YYYY-MM")

// Date is a civil date: days since 1970-01-01 in the proleptic Gregorian calendar. The zero Date is 1970-01-01; absence is NoDate.
type Date int32

// NoDate marks an unknown or open date; it sorts before every real one. Forever sorts after every real one; its text is
// 9999-12-31, and that text reads as Forever.
const (
	NoDate  Date = -1 << 31
	Forever Date = 1<<31 - 1
)

// NewDate returns the date of year, month and day, normalised as time.Date does.
func NewDate(year int, month time.Month, day int) Date {
	return Date(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// DateOf returns the civil date of the instant in its own location.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return NewDate(y, m, d)
}

// ParseDate reads YYYY-MM-DD strictly: four, two and two digits and a day that exists, years 0001–9999. 9999-12-31 is Forever.
func ParseDate(s string) (Date, error) {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return NoDate, ErrSyntax
	}
	year, ok1 := digits(s[0:4])
	month, ok2 := digits(s[5:7])
	day, ok3 := digits(s[8:10])
	if !ok1 || !ok2 || !ok3 || year < 1 || month < 1 || month > 12 || day < 1 || day > DaysInMonth(year, time.Month(month)) {
		return NoDate, ErrSyntax
	}
	if year == 9999 && month == 12 && day == 31 {
		return Forever, nil
	}
	return fromCivil(year, month, day), nil
}

func digits(s string) (n int, ok bool) {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, true
}

// fromCivil counts days from 1970-01-01 by shifting the year to begin in March, so that the leap day is its last.
func fromCivil(year, month, day int) Date {
	if month <= 2 {
		year--
	}
	era, yearOfEra := floorDiv(year, 400)
	dayOfYear := (153*((month+9)%12)+2)/5 + day - 1
	dayOfEra := yearOfEra*365 + yearOfEra/4 - yearOfEra/100 + dayOfYear
	return Date(era*146097 + dayOfEra - 719468)
}

// Time returns midnight UTC of the date.
func (d Date) Time() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// Civil returns year, month and day.
func (d Date) Civil() (year int, month time.Month, day int) { return d.Time().Date() }

// String writes YYYY-MM-DD; NoDate is empty and Forever is "9999-12-31".
func (d Date) String() string {
	switch d {
	case NoDate:
		return ""
	case Forever:
		return "9999-12-31"
	}
	y, m, day := d.Civil()
	return fmt.Sprintf("%04d-%02d-%02d", y, int(m), day)
}

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday {
	_, day := floorDiv(int(d)+4, 7) // 1970-01-01 was a Thursday
	return time.Weekday(day)
}

// AddMonths returns the same day number k months later, or that month's last day when it is shorter: 29 Feb + 12 months is 28 Feb.
// NoDate and Forever stay what they are.
func (d Date) AddMonths(k int) Date {
	if d == NoDate || d == Forever {
		return d
	}
	y, m, day := d.Civil()
	total := y*12 + int(m) - 1 + k
	year, month := floorDiv(total, 12)
	return fromCivil(year, month+1, min(day, DaysInMonth(year, time.Month(month+1))))
}

// Month returns the calendar month that holds the date.
func (d Date) Month() Month {
	y, m, _ := d.Civil()
	return NewMonth(y, m)
}

// MarshalText writes the date as String does.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads YYYY-MM-DD, or NoDate from the empty text.
func (d *Date) UnmarshalText(b []byte) (err error) {
	if len(b) == 0 {
		*d = NoDate
		return nil
	}
	*d, err = ParseDate(string(b))
	return err
}

// DaysInMonth gives 28 to 31.
func DaysInMonth(year int, month time.Month) int {
	switch month {
	case time.April, time.June, time.September, time.November:
		return 30
	case time.February:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// Month is a calendar month, counted from January of year 0: year·12 + month − 1. It is the period of incentive pay.
type Month int32

// NewMonth returns the month of the year.
func NewMonth(year int, month time.Month) Month { return Month(year*12 + int(month) - 1) }

// ParseMonth reads YYYY-MM strictly.
func ParseMonth(s string) (Month, error) {
	if len(s) != 7 || s[4] != '-' {
		return 0, ErrSyntax
	}
	year, ok1 := digits(s[0:4])
	month, ok2 := digits(s[5:7])
	if !ok1 || !ok2 || year < 1 || month < 1 || month > 12 {
		return 0, ErrSyntax
	}
	return NewMonth(year, time.Month(month)), nil
}

// Civil returns the year and the month.
func (m Month) Civil() (year int, month time.Month) {
	y, r := floorDiv(int(m), 12)
	return y, time.Month(r + 1)
}

// First returns the month's first day.
func (m Month) First() Date {
	y, mo := m.Civil()
	return fromCivil(y, int(mo), 1)
}

// Last returns the month's last day.
func (m Month) Last() Date { return (m + 1).First() - 1 }

// Interval returns the month's days as a half-open interval.
func (m Month) Interval() Interval { return Interval{From: m.First(), To: (m + 1).First()} }

// String writes YYYY-MM.
func (m Month) String() string {
	y, mo := m.Civil()
	return fmt.Sprintf("%04d-%02d", y, int(mo))
}

// MarshalText writes YYYY-MM.
func (m Month) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// noMonth is how the zero Month is written: no month at all.
const noMonth = "0000-01"

// UnmarshalText reads YYYY-MM, and the zero Month as MarshalText writes it.
func (m *Month) UnmarshalText(b []byte) (err error) {
	if string(b) == noMonth {
		*m = 0
		return nil
	}
	*m, err = ParseMonth(string(b))
	return err
}

// Interval is a half-open run of days: From is in it, To is not. To is Forever when it has no end.
type Interval struct{ From, To Date }

// Days counts the days in the interval; it is 0 when the interval is empty.
func (i Interval) Days() int { return max(0, int(i.To)-int(i.From)) }

// Contains reports whether the day is in the interval.
func (i Interval) Contains(d Date) bool { return i.From <= d && d < i.To }

// Empty reports whether no day is in it.
func (i Interval) Empty() bool { return i.To <= i.From }

// Overlaps reports whether the two have a day in common.
func (i Interval) Overlaps(o Interval) bool {
	return i.From < o.To && o.From < i.To && !i.Empty() && !o.Empty()
}

// Intersect returns the days in both; it may be empty.
func (i Interval) Intersect(o Interval) Interval {
	return Interval{From: max(i.From, o.From), To: min(i.To, o.To)}
}

func floorDiv(a, b int) (quo, rem int) {
	quo, rem = a/b, a%b
	if rem < 0 {
		quo--
		rem += b
	}
	return quo, rem
}

// ChinaTime is the time zone in which an instant becomes a date unless a company says otherwise. China has had no daylight saving since
// 1991, so a fixed zone needs no table of zones.
var ChinaTime = time.FixedZone("Asia/Shanghai", 8*3600)
