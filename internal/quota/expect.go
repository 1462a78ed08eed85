package quota

import "math/big"

// Past is what somebody sold month by month, the oldest first and the newest complete month last.
type Past struct {
	ID    string
	Level string
	Minor []int64
	There []int64 // of each month, how much the person was there and up to speed: parts per million
}

// Expected is what may be expected of somebody in a whole year at full speed, and what that rests on.
type Expected struct {
	ID         string
	YearMinor  int64 // what is expected: peers' year × ability
	OwnMinor   int64 // the own results made a whole year
	PeersMinor int64 // what people of the level sell in a year
	MonthsSeen int64 // of own results, parts per million of a month
	Ability    int64 // against peers, drawn towards them while few months are known: parts per million
	Assumed    bool  // nothing is known of the person: it is what peers sell
}

// abilityPrior is how many months of ordinary results stand beside one's own.
const abilityPrior = 6

// testMonths is how long the period is that a back-test looks at.
const testMonths = Months

// seenMin is from how many months on, in parts per million of one, somebody's results are tested.
const seenMin = 6 * Million

// Expect says what may be expected of people in a year that weighs so much, from months that weigh what they do (see Seasons). Ability is
// 1 + n/(n+k)·(own ÷ peers − 1) with n the months known and k six (methods T6); peers are those of the same level, or all where the level has
// nobody with results.
func Expect(past []Past, weights []int64, yearWeight int64) []Expected {
	type sum struct{ minor, weight big.Int }
	var all sum
	levels := map[string]*sum{}
	own := make([]sum, len(past))
	seen := make([]int64, len(past))
	for i := range past {
		p := &past[i]
		level := levels[p.Level]
		if level == nil {
			level = &sum{}
			levels[p.Level] = level
		}
		for m, minor := range p.Minor {
			if p.There[m] <= 0 {
				continue
			}
			own[i].minor.Add(&own[i].minor, big.NewInt(minor))
			own[i].weight.Add(&own[i].weight, big.NewInt(mulDiv(max(weights[m], 0), p.There[m], Million)))
			seen[i] += p.There[m]
		}
		for _, s := range []*sum{level, &all} {
			s.minor.Add(&s.minor, &own[i].minor)
			s.weight.Add(&s.weight, &own[i].weight)
		}
	}
	year := func(s *sum) int64 {
		if s.weight.Sign() <= 0 || s.minor.Sign() <= 0 {
			return 0
		}
		q := new(big.Int).Mul(&s.minor, big.NewInt(yearWeight))
		q.Quo(q, &s.weight)
		if !q.IsInt64() || q.Int64() > amountMax {
			return amountMax
		}
		return q.Int64()
	}
	out := make([]Expected, len(past))
	for i := range past {
		e := Expected{ID: past[i].ID, OwnMinor: year(&own[i]), PeersMinor: year(levels[past[i].Level]), MonthsSeen: seen[i], Ability: Million, Assumed: seen[i] == 0}
		if e.PeersMinor == 0 {
			e.PeersMinor = year(&all)
		}
		if e.PeersMinor > 0 && seen[i] > 0 {
			apart := min(mulDiv(e.OwnMinor, Million, e.PeersMinor), factorMax) - Million
			whole := new(big.Int).Mul(big.NewInt(apart), big.NewInt(seen[i]))
			e.Ability += whole.Quo(whole, big.NewInt(seen[i]+abilityPrior*Million)).Int64()
		}
		e.YearMinor = min(mulDiv(e.PeersMinor, e.Ability, Million), amountMax)
		out[i] = e
	}
	return out
}

// Tested is how a person's last year came out against what would have been expected of it the year before.
type Tested struct {
	ID            string
	ExpectedMinor int64
	ActualMinor   int64
}

// Ratio is what was reached over what was expected.
func (t Tested) Ratio() float64 { return float64(max(t.ActualMinor, 0)) / float64(t.ExpectedMinor) }

// BackTest asks what would have been expected of the last twelve months a year ago, by the same rule, and what they came to. People are tested
// who had half a year of results before, and were there for half of the year. None are while there is less than a year and a half of past.
func BackTest(past []Past, weights []int64) (tested []Tested) {
	cut := len(weights) - testMonths
	if cut < testMonths/2 {
		return nil
	}
	before := make([]Past, len(past))
	for i, p := range past {
		before[i] = Past{ID: p.ID, Level: p.Level, Minor: p.Minor[:cut], There: p.There[:cut]}
	}
	var year int64
	for _, w := range weights[cut:] {
		year += w
	}
	for i, e := range Expect(before, weights[:cut], year) {
		var weight, there, actual int64
		for m := cut; m < len(weights); m++ {
			weight += mulDiv(max(weights[m], 0), past[i].There[m], Million)
			there += past[i].There[m]
			actual += past[i].Minor[m]
		}
		if e.MonthsSeen < seenMin || there < seenMin || year == 0 {
			continue
		}
		if expected := mulDiv(e.YearMinor, weight, year); expected > 0 {
			tested = append(tested, Tested{ID: e.ID, ExpectedMinor: expected, ActualMinor: actual})
		}
	}
	return tested
}

// Spread is how widely results have been from what was expected: their standard deviation over their mean; UsualSpread while fewer than eight are known.
func Spread(tested []Tested) float64 {
	const enough = 8
	if len(tested) < enough {
		return UsualSpread
	}
	return spreadOf(tested)
}
