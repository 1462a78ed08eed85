package calendar

import "time"

// Fiscal places months in fiscal years and quarters. Start is the first month of the fiscal year; the zero value (0) means
// January. A fiscal year is named after the calendar year in which it starts, or, with NamedByEnd, in which it ends; for a
// start in January the two are the same.
type Fiscal struct {
	Start      time.Month `json:"start,omitempty"`
	NamedByEnd bool       `json:"named_by_end,omitempty"`
}

// Valid reports whether Start is a month, or 0 for January.
func (f Fiscal) Valid() bool { return f.Start >= 0 && f.Start <= time.December }

// shift is the number of months from January to the start of the fiscal year, 0 to 11.
func (f Fiscal) shift() Month { return Month(max(f.Start, time.January) - 1) }

// nameShift is what is added to the year in which the fiscal year starts to get its name.
func (f Fiscal) nameShift() int {
	if f.NamedByEnd && f.shift() > 0 {
		return 1
	}
	return 0
}

// YearOf returns the name of the fiscal year that holds the month.
func (f Fiscal) YearOf(m Month) int {
	year, _ := (m - f.shift()).Civil()
	return year + f.nameShift()
}

// QuarterOf returns the fiscal year that holds the month and its quarter in it, 1 to 4.
func (f Fiscal) QuarterOf(m Month) (year, quarter int) {
	_, month := (m - f.shift()).Civil()
	return f.YearOf(m), (int(month)-1)/3 + 1
}

// FirstMonth returns the month in which the fiscal year of that name starts.
func (f Fiscal) FirstMonth(year int) Month {
	return NewMonth(year-f.nameShift(), time.January) + f.shift()
}

// Year returns the days of the fiscal year of that name.
func (f Fiscal) Year(year int) Interval {
	first := f.FirstMonth(year)
	return Interval{From: first.First(), To: (first + 12).First()}
}

// Quarter returns the days of a quarter, 1 to 4, of the fiscal year of that name.
func (f Fiscal) Quarter(year, quarter int) Interval {
	first := f.FirstMonth(year) + Month(3*(quarter-1))
	return Interval{From: first.First(), To: (first + 3).First()}
}
