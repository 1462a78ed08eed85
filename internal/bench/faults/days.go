package faults

import (
	"strconv"
	"time"
)

// day counts from 1970-01-01; none means that there is no such day.
type day int

const none day = -1

// minute counts from 1970-01-01 00:00 in the company's time zone.
type minute int64

const noMinute minute = -1

// at is a time of a day, in hours.
func (d day) at(hours float64) minute { return minute(d)*24*60 + minute(hours*60) }

func (m minute) day() day { return day(m / (24 * 60)) }

func (m minute) later(hours float64) minute { return m + minute(hours*60) }

func dayOf(year int, month time.Month, of int) day {
	return day(time.Date(year, month, of, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

func (d day) time() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// span is a month of the company's two years.
type span struct {
	first, last day
	name        string
	season      float64 // of new business; mean 1
}

// window are the months of a company, and how days are written.
type window struct {
	months []span
	texts  []string // days from the first that can be written
	origin day
	free   map[day]bool // Spring Festival
}

const (
	monthCount = 24
	yearsBack  = 14
)

// festivals are the first days of the Chinese year, from the yearly notices of the State Council.
var festivals = [][3]int{{2022, 2, 1}, {2023, 1, 22}, {2024, 2, 10}, {2025, 1, 29}, {2026, 2, 17}, {2027, 2, 6}}

// newWindow is two years that end with a month.
func newWindow(year int, month time.Month) *window {
	w := &window{free: map[day]bool{}}
	for back := monthCount - 1; back >= 0; back-- {
		first := dayOf(year, month-time.Month(back), 1)
		w.months = append(w.months, span{first: first, last: dayOf(year, month-time.Month(back)+1, 1) - 1, name: first.time().Format("2006-01"), season: 1})
	}
	w.origin = w.months[0].first - yearsBack*366
	for d := w.origin; d <= w.end()+400; d++ {
		w.texts = append(w.texts, d.time().Format("2006-01-02"))
	}
	for _, f := range festivals {
		eve := dayOf(f[0], time.Month(f[1]), f[2]) - 1
		for d := eve; d < eve+8; d++ {
			w.free[d] = true
		}
	}
	return w
}

func (w *window) start() day { return w.months[0].first }

// end is the day of the export.
func (w *window) end() day { return w.months[monthCount-1].last }

// monthOf is the index of a day's month, −1 before and monthCount after the two years.
func (w *window) monthOf(d day) int {
	if d < w.start() {
		return -1
	}
	guess := int(d-w.start()) / 31
	for guess < monthCount && d > w.months[guess].last {
		guess++
	}
	return guess
}

// working is the day, or the next on which people work.
func (w *window) working(d day) day {
	for {
		weekday := (int(d) + 4) % 7 // 1970-01-01 was a Thursday
		if weekday != 0 && weekday != 6 && !w.free[d] {
			return d
		}
		d++
	}
}

// lately is a working day among the last of a month, or the last day when none is.
func (w *window) lately(month int, d *dice, days int) day {
	last := w.months[month].last
	for range 12 {
		if at := last - day(d.between(0, days-1)); w.working(at) == at {
			return at
		}
	}
	return last
}

func (w *window) text(d day) string {
	if d < w.origin || int(d-w.origin) >= len(w.texts) {
		return ""
	}
	return w.texts[d-w.origin]
}

// appendTime writes a time as 2026-09-30 14:05.
func (w *window) appendTime(row []byte, m minute) []byte {
	if m == noMinute {
		return row
	}
	row = append(row, w.text(m.day())...)
	rest := int(m % (24 * 60))
	row = append(row, ' ', byte('0'+rest/600), byte('0'+rest/60%10), ':', byte('0'+rest%60/10), byte('0'+rest%10))
	return row
}

// appendFen writes fen as yuan with two decimals.
func appendFen(row []byte, fen int64) []byte {
	if fen < 0 {
		row, fen = append(row, '-'), -fen
	}
	row = strconv.AppendInt(row, fen/100, 10)
	return append(row, '.', byte('0'+fen%100/10), byte('0'+fen%10))
}
