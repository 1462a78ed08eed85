package quota

import "math/big"

// Last is what somebody sold in the latest year, as it was: no move of the market is in it, and nothing of what is expected.
type Last struct {
	ID        string
	SoldMinor int64 // in the last twelve months, or as many as there are
	YearMinor int64 // the same for who was there and up to speed in all of them; made a whole year by the season for others
	Peers     int64 // what people of the level sold in such a year
	Whole     bool  // YearMinor is SoldMinor: nothing was made up
}

// LastYears says what people sold in the last twelve months of the past, whose months weigh what they do (see Seasons); a year that has not twelve months of past
// weighs as much as the next.
func LastYears(past []Past, weights []int64, yearWeight int64) []Last {
	from := max(0, len(weights)-Months)
	if from+Months == len(weights) {
		yearWeight = 0
		for _, w := range weights[from:] {
			yearWeight += max(w, 0)
		}
	}
	type sum struct{ minor, weight big.Int }
	year := func(s *sum) int64 {
		if s.weight.Sign() <= 0 {
			return 0
		}
		q := new(big.Int).Mul(&s.minor, big.NewInt(yearWeight))
		return bounded(q.Quo(q, &s.weight))
	}
	var all sum
	levels, own, out := map[string]*sum{}, make([]sum, len(past)), make([]Last, len(past))
	for i := range past {
		p := &past[i]
		level := levels[p.Level]
		if level == nil {
			level = &sum{}
			levels[p.Level] = level
		}
		sold, whole := new(big.Int), len(weights) >= Months
		for m := from; m < len(weights); m++ {
			sold.Add(sold, big.NewInt(p.Minor[m]))
			whole = whole && p.There[m] >= Million
			if p.There[m] > 0 {
				own[i].minor.Add(&own[i].minor, big.NewInt(p.Minor[m]))
				own[i].weight.Add(&own[i].weight, big.NewInt(mulDiv(max(weights[m], 0), p.There[m], Million)))
			}
		}
		for _, s := range []*sum{level, &all} {
			s.minor.Add(&s.minor, &own[i].minor)
			s.weight.Add(&s.weight, &own[i].weight)
		}
		out[i] = Last{ID: p.ID, SoldMinor: bounded(sold), Whole: whole}
	}
	for i := range out {
		out[i].Peers = year(levels[past[i].Level])
		if out[i].Peers == 0 {
			out[i].Peers = year(&all)
		}
		out[i].YearMinor = out[i].SoldMinor
		if !out[i].Whole {
			out[i].YearMinor = year(&own[i])
		}
	}
	return out
}

// bounded is an amount within what the split takes.
func bounded(q *big.Int) int64 {
	switch {
	case q.Cmp(big.NewInt(amountMax)) > 0:
		return amountMax
	case q.Cmp(big.NewInt(-amountMax)) < 0:
		return -amountMax
	}
	return q.Int64()
}
