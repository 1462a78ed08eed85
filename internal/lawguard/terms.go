package lawguard

import (
	"cmp"
	"math/big"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
)

// Work is how somebody is employed.
type Work string

// Minimum wages by the month are for full time; part time goes by the hour; others (interns, retired people) have no minimum wage that we know.
const (
	WorkFullTime Work = "full_time"
	WorkPartTime Work = "part_time"
	WorkOther    Work = "other"
)

// Works lists the ways.
var Works = []Work{WorkFullTime, WorkPartTime, WorkOther}

// Term is what holds of somebody's employment from a day on, until the next one. Of several of the same day the one with the greatest number
// holds; Taken says that there is none. Terms are never changed.
type Term struct {
	PersonID       int64
	From           calendar.Date
	Number         int
	Taken          bool
	Work           Work
	FixedMinor     int64 // fixed pay a month, before tax and insurance
	City           string
	ProbationUntil calendar.Date // last day on probation; NoDate: none
	RegularMinor   int64         // fixed pay a month that is agreed for after the probation; 0: not recorded
	Note           string
	RecordedBy     string
	RecordedAt     time.Time
}

// EnterTerm is a term as it is entered. Seen is the number of the term of that day that the asker saw, 0 for none; nil skips the check.
type EnterTerm struct {
	PersonID       int64
	From           calendar.Date
	Taken          bool
	Work           Work
	FixedMinor     int64
	City           string
	ProbationUntil calendar.Date
	RegularMinor   int64
	Note           string
	Seen           *int
}

const fixedMost = 100_000_000_00

// Validate returns an error of kind Invalid that names every wrong field.
func (in EnterTerm) Validate() error {
	var c fact.Checker
	in.check(&c)
	return c.Err()
}

func (in EnterTerm) check(c *fact.Checker) {
	c.Day("from", in.From)
	c.Lines("note", in.Note)
	if utf8.RuneCountInString(in.Note) > reasonMost {
		c.Add("note", "", "lawguard.text_long", errs.Args{"Max": reasonMost})
	}
	if in.Taken {
		return
	}
	if !slices.Contains(Works, in.Work) {
		c.Add("work", string(in.Work), "form.error.choice", nil)
	}
	if in.FixedMinor < 0 || in.FixedMinor > fixedMost {
		c.Add("fixed", "", "lawguard.amount_bad", nil)
	}
	if in.RegularMinor < 0 || in.RegularMinor > fixedMost {
		c.Add("regular", "", "lawguard.amount_bad", nil)
	}
	checkCity(c, "city", in.City, false)
	if in.ProbationUntil != calendar.NoDate {
		c.Day("probation_until", in.ProbationUntil)
		if in.ProbationUntil < in.From && !c.Has("probation_until") {
			c.Add("probation_until", in.ProbationUntil.String(), "lawguard.probation_before", nil)
		}
	}
}

// Standing are the terms that hold, of all that were ever recorded of one person, by day.
func Standing(all []Term) (standing []Term) {
	newest := map[calendar.Date]Term{}
	for _, t := range all {
		if before, ok := newest[t.From]; !ok || t.Number > before.Number {
			newest[t.From] = t
		}
	}
	for _, t := range newest {
		if !t.Taken {
			standing = append(standing, t)
		}
	}
	slices.SortFunc(standing, func(a, b Term) int { return cmp.Compare(a.From, b.From) })
	return standing
}

// termOn is the term that holds on a day, of those that stand.
func termOn(standing []Term, day calendar.Date) (t Term, ok bool) {
	for _, s := range standing {
		if s.From <= day {
			t, ok = s, true
		}
	}
	return t, ok
}

// fixedIn is the fixed pay of the days: each term by its days of the calendar, of the month's, rounded down. False when no term holds on some
// day of them.
func fixedIn(standing []Term, days calendar.Interval, month calendar.Month) (minor int64, ok bool) {
	if days.Empty() {
		return 0, false
	}
	first, ok := termOn(standing, days.From)
	if !ok {
		return 0, false
	}
	sum, from, pay := new(big.Int), days.From, first.FixedMinor
	add := func(to calendar.Date) {
		sum.Add(sum, new(big.Int).Mul(big.NewInt(pay), big.NewInt(int64(to-from))))
	}
	for _, t := range standing {
		if t.From > days.From && t.From < days.To {
			add(t.From)
			from, pay = t.From, t.FixedMinor
		}
	}
	add(days.To)
	return sum.Quo(sum, big.NewInt(int64(month.Interval().Days()))).Int64(), true
}

// says is what a term states, without who recorded it when.
func (t Term) says() Term {
	t.Number, t.RecordedBy, t.RecordedAt = 0, "", time.Time{}
	return t
}

// personText writes the person's id. Amounts of fixed pay are in no audit entry, as people read that log who may not see pay: the terms
// themselves are never changed, and name who recorded them.
func (t Term) personText() string { return strconv.FormatInt(t.PersonID, 10) }
