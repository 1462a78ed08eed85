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
	OwnMinor   int64 // the own results made a whole year at the level of the year ahead; what was sold in the last one is in Last
	PeersMinor int64 // what people of the level sell in a year
	MonthsSeen int64 // of own results, parts per million of a month
	Ability    int64 // against peers, drawn towards them while few months are known: parts per million
	Assumed    bool  // nothing is known of the person: it is what peers sell
}

// abilityPrior is how many months of ordinary results stand beside one's own.
const abilityPrior = 6

// Expect says what may be expected of people in the year that follows, which weighs so much, from months that weigh what they do (see Seasons). Results of
// earlier years count as they would at today's level of the market, and the year is expected as far above it as the market's move goes on (MarketOf). Ability is
// 1 + n/(n+k)·(own ÷ peers − 1) with n the months known and k six (methods T6); peers are those of the same level, or all where the level has
// nobody with results.
func Expect(past []Past, weights []int64, yearWeight int64) []Expected {
	market := MarketOf(past, weights)
	weights, yearWeight = market.bring(weights), mulDiv(yearWeight, market.Ahead, Million)
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
