package fairness

// Turn is what happened to a person's target in a month.
type Turn string

// The turns.
const (
	TurnNone    Turn = ""        // neither
	TurnReached Turn = "reached" // it was reached with days to come
	TurnFar     Turn = "far"     // after two thirds of the month not a third of it was there
)

// edgeDays is how many working days the beginning and the end of a month are.
const edgeDays = 5

// least days before and after a turn, for work to be compared.
const turnDays = 3

// Days is what somebody did on the working days of a month; what was done on other days counts for the working day before, or the first.
type Days struct {
	Person      string
	Month       int // in the order of months, one apart
	TargetMinor int64
	Sold        []int64 // signed, by working day
	Acts        []int64 // records of work, by working day
}

// Month is what the tests need of somebody's month.
type Month struct {
	Person      string `json:"-"`
	Month       int    `json:"m"`
	TargetMinor int64  `json:"q,omitempty"`
	SoldMinor   int64  `json:"s,omitempty"`
	FirstMinor  int64  `json:"f,omitempty"` // in the first five working days
	LastMinor   int64  `json:"l,omitempty"` // in the last five
	Days        int    `json:"d"`
	Early       bool   `json:"e,omitempty"` // reached before the last five working days
	Turn        Turn   `json:"t,omitempty"`
	Before      int64  `json:"b,omitempty"` // records of work before the turn, or in the first two thirds
	After       int64  `json:"a,omitempty"`
	BeforeDays  int    `json:"bd"`
}

// MonthOf draws together what somebody did in a month.
func MonthOf(d *Days) Month {
	n := len(d.Sold)
	m := Month{Person: d.Person, Month: d.Month, TargetMinor: d.TargetMinor, Days: n, BeforeDays: n * 2 / 3}
	var sum int64
	for day, minor := range d.Sold {
		m.SoldMinor += minor
		sum = m.SoldMinor
		if day < edgeDays {
			m.FirstMinor += minor
		}
		if day >= n-edgeDays {
			m.LastMinor += minor
		}
		reached := d.TargetMinor > 0 && sum >= d.TargetMinor
		if reached && day < n-edgeDays {
			m.Early = true
		}
		if reached && m.Turn == TurnNone && day+1 >= turnDays && n-day-1 >= turnDays {
			m.Turn, m.BeforeDays = TurnReached, day+1
		}
		if m.Turn == TurnNone && !m.Early && day+1 == n*2/3 && d.TargetMinor > 0 && sum*3 < d.TargetMinor {
			m.Turn = TurnFar
		}
	}
	for day, acts := range d.Acts {
		if day < m.BeforeDays {
			m.Before += acts
		} else {
			m.After += acts
		}
	}
	return m
}
