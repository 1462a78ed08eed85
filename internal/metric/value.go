package metric

import (
	"slices"
	"strings"
	"time"
)

// value works a definition out.
func (e *evaluation) value(d Definition, c *counted, place Place, period Period) Value {
	v := Value{Metric: d.ID, Version: d.Version, Unit: d.Unit, Place: place, Period: period, Scale: 1, Recorded: e.recorded}
	if len(d.Sources) > 0 {
		v.Newest = e.newest[d.Sources[0]]
	}
	if c == nil {
		c = newCounted()
	}
	switch {
	case period.From > e.today:
		v.Why = ReasonFuture
		return v
	case d.Formula.Kind == FormulaAge:
		if v.Newest = e.oldest(d.Sources); v.Newest.IsZero() {
			v.Why = ReasonNoRows
			return v
		}
		age, _ := v.Age(e.now)
		v.Numerator, v.Known = int64(age.Minutes()), true
		return v
	}
	for _, m := range d.Formula.Measures() {
		if why := e.whyNot(c, m); why != ReasonNone {
			v.Why = why
			return v
		}
	}
	of := c.total(d.Formula.Of, &v)
	over := c.total(d.Formula.Over, &v)
	v.Numerator = of.Amount
	if moneyOfFacts(d) {
		v.LeftOut = c.during[Foreign].Facts
	}
	if d.MaturesDays > 0 && int(period.To)+d.MaturesDays > int(e.today) {
		v.Denominator, v.Why = over.Amount, ReasonImmature
		return v
	}
	if d.Formula.Kind == FormulaSum {
		if v.Known = of.Facts != 0; !v.Known {
			v.Why = ReasonNoRows
		}
		return v
	}
	v.Denominator = over.Amount
	if d.Formula.Kind == FormulaDays {
		v.Scale = int64(period.To-period.From) + 1
	}
	switch {
	case of.Facts == 0 && d.Unit == UnitEach: // nothing was recorded: of each there is as little to say as of all
		v.Why = ReasonNoRows
	case over.Amount > 0:
		v.Known = true
	case over.Facts == 0 && strings.HasPrefix(string(d.Formula.Over[0].Measure), "target_"):
		v.Why = ReasonNoTarget
	case over.Facts == 0:
		v.Why = ReasonNoRows
	default:
		v.Why = ReasonZero
	}
	return v
}

// oldest is when the newest fact of that source was recorded where that is longest ago; sources in which nothing was ever recorded are not used, and say nothing.
func (e *evaluation) oldest(sources []Source) (at time.Time) {
	for _, source := range sources {
		if newest := e.newest[source]; !newest.IsZero() && (at.IsZero() || newest.Before(at)) {
			at = newest
		}
	}
	return at
}

// whyNot is why nothing can be said of a measure, or of what it rests on.
func (e *evaluation) whyNot(c *counted, m MeasureID) Reason {
	if why := c.why[m]; why != ReasonNone {
		return why
	}
	for _, p := range measuresByID[m].parts {
		if why := c.why[p.measure]; why != ReasonNone {
			return why
		}
	}
	return ReasonNone
}

// total adds terms up. People at the start and at the end are both added, and the quotient doubled.
func (c *counted) total(terms []Term, v *Value) (s Sum) {
	for _, t := range terms {
		sum := c.at(t.When)[t.Measure]
		if t.When == Average {
			start, end := c.start[t.Measure], c.end[t.Measure]
			sum, v.Scale = Sum{start.Amount + end.Amount, start.Facts + end.Facts}, 2
		}
		if s.Facts += sum.Facts; t.Minus {
			s.Amount -= sum.Amount
		} else {
			s.Amount += sum.Amount
		}
	}
	return s
}

// moneyOfFacts reports that facts in other currencies may be missing in it.
func moneyOfFacts(d Definition) bool {
	return slices.ContainsFunc(d.Formula.Measures(), func(id MeasureID) bool {
		m := measuresByID[id]
		return m.Kind == MeasureMoney && slices.Contains([]Source{SourceDeals, SourcePayments, SourceInvoices, SourceContracts}, m.Source)
	})
}

// Compare sets a value beside an earlier one of any period.
func Compare(now, then Value) Compared { return compare("", now, then) }

// compare sets a value beside an earlier one.
func compare(against Against, now, then Value) Compared {
	c := Compared{Against: against, Value: then, Points: now.Unit == UnitPercent}
	a, known := now.Amount()
	if !known {
		c.Why = now.Why
		return c
	}
	b, known := then.Amount()
	if !known {
		c.Why = then.Why
		return c
	}
	switch {
	case c.Points:
		c.Change, c.Known = a-b, true
	case b == 0:
		c.Why = ReasonZero
	default:
		c.Change, c.Known = divide(a-b, Whole, max(b, -b)), true
	}
	return c
}
