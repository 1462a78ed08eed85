package finding

// off is the discount of a quote as a share of its list price; counts is false where the list price says nothing.
func (q *Quote) off() (share float64, counts bool) {
	if q.ListMinor <= 0 || q.AmountMinor < 0 {
		return 0, false
	}
	return 1 - float64(q.AmountMinor)/float64(q.ListMinor), true
}

// atEnd reports whether a quote was sent on one of the last five days of a month.
func (q *Quote) atEnd() bool {
	day := q.Sent.Day()
	return day > day.Month().Last()-5
}

// quoter is who sent a quote: the owner of its opportunity, or else who is named.
func (v *view) quoter(q *Quote) int32 {
	if owner := v.owner(q.Opportunity); owner >= 0 {
		return owner
	}
	return q.Person
}

// quoteRows are quotes as evidence.
func (l *look) quoteRows(in func(q *Quote) bool, bad func(q *Quote) bool) []Evidence {
	return rowsOf(len(l.Quotes), func(i int) (Evidence, bool) {
		q := &l.Quotes[i]
		share, counts := q.off()
		if !counts || !bad(q) || !in(q) {
			return Evidence{}, false
		}
		e := Evidence{Part: Quotes, Record: q.Key, Value: share, Day: q.Sent.Day()}
		if person := l.quoter(q); person >= 0 {
			e.Person = l.People[person].Key
		}
		return e, true
	})
}

// given is what discounts beyond the usual one cost in the last twelve months.
func (l *look) given(in func(q *Quote) bool, usual float64) (sum int64) {
	for i := range l.Quotes {
		q := &l.Quotes[i]
		if share, counts := q.off(); counts && q.Sent.Day() >= l.since(year) && in(q) {
			sum += int64((share - usual) * float64(q.ListMinor))
		}
	}
	return max(sum, 0)
}
