package quota

import (
	"math/big"
	"math/bits"
)

// mulDiv is a·b ÷ c rounded down, without overflow between; c > 0, and the quotient must fit.
func mulDiv(a, b, c int64) int64 {
	high, low := bits.Mul64(uint64(a), uint64(b))
	q, _ := bits.Div64(high, low, uint64(c))
	return int64(q)
}

// sibling is a unit while its parent is split: what the request says, and what the parts of the split work out.
type sibling struct {
	unit     *Unit
	season   Year // weights, in force here
	present  Year // parts per million of each month, its parents' absences within
	presence int64
	factor   int64
	weight   int64
	portions []Portion
	free     int64
	low      int64
	high     int64
	lowHold  Hold
	highHold Hold
	minor    int64
	hold     Hold
}

// always is a year without absence.
func always() (y Year) {
	for m := range y {
		y[m] = Million
	}
	return y
}

// within is the part of a year's season that falls into months weighed by parts per million: how much of a whole year that is.
func within(season Year, weights ...Year) int64 {
	var sum, whole big.Int
	for m := range season {
		part := big.NewInt(season[m])
		whole.Add(&whole, part)
		for _, w := range weights {
			part = new(big.Int).Div(new(big.Int).Mul(part, big.NewInt(w[m])), big.NewInt(Million))
		}
		sum.Add(&sum, part)
	}
	return new(big.Int).Div(sum.Mul(&sum, big.NewInt(Million)), &whole).Int64()
}

// newSibling works out what a unit is worth in time: the months it is there, and how fast it is in them.
func newSibling(u *Unit, season, present Year) sibling {
	s := sibling{unit: u, season: season, present: present}
	if u.Season != nil {
		s.season = *u.Season
	}
	if u.Available != nil {
		for m := range s.present {
			s.present[m] = mulDiv(s.present[m], u.Available[m], Million)
		}
	}
	// Seasons may be amounts: in parts of a milliard, rounding down loses nothing that a fen shows.
	const fine = 1_000_000_000
	whole := s.season.Sum()
	for m := range s.season {
		s.season[m] = mulDiv(s.season[m], fine, whole)
	}
	s.presence = within(s.season, s.present)
	s.factor = within(s.season, s.present, s.ramp())
	if u.Ability > 0 {
		s.factor = mulDiv(s.factor, u.Ability, Million)
	}
	return s
}

func (s *sibling) ramp() Year {
	if s.unit.Ramp != nil {
		return *s.unit.Ramp
	}
	return always()
}

// fineWhole makes weights of a blend fine: what a driver counts, in millionths of a millionth.
const fineWhole = 1_000_000

// weigh gives siblings their weights and says why. The total is only needed for a growth.
func weigh(r *Request, parent string, all []sibling, total int64) (findings []Finding) {
	history, potential, findings := reasons(parent, all, r.Growth != nil || r.Blend.Potential > 0)
	if r.Growth != nil {
		grow(r.Growth, all, history, potential, total)
	} else {
		findings = append(findings, blend(r.Blend, parent, all, history, potential)...)
	}
	for i := range all {
		all[i].weight = mulDiv(all[i].weight, all[i].factor, Million)
	}
	return findings
}

// reasons reads history and potential, and says what it puts in the stead of what lacks.
func reasons(parent string, all []sibling, asked bool) (history, potential []int64, findings []Finding) {
	history, potential = make([]int64, len(all)), make([]int64, len(all))
	var knownHistory, knownPotential, known, unknown int64
	for i := range all {
		u := all[i].unit
		history[i], potential[i] = max(u.HistoryMinor, 0), u.PotentialMinor
		if u.HistoryMinor < 0 {
			findings = append(findings, Finding{Problem: ProblemNegative, Unit: u.ID})
		}
		if potential[i] == Unknown {
			unknown++
			continue
		}
		known++
		knownHistory += history[i]
		knownPotential += potential[i]
	}
	if unknown > 0 && known > 0 && asked {
		findings = append(findings, Finding{Problem: ProblemNoPotential, Unit: parent})
	}
	for i := range potential {
		switch {
		case potential[i] != Unknown:
		case knownHistory > 0:
			potential[i] = asKnown(history[i], knownPotential, knownHistory)
		case known > 0:
			potential[i] = knownPotential / known
		default:
			potential[i] = 0
		}
	}
	return history, potential, findings
}

// asKnown is history · potential ÷ history of those known, at most the greatest amount there is: where next to nothing was sold in a market that is known, others
// would have more than the world.
func asKnown(history, potential, known int64) int64 {
	if high, _ := bits.Mul64(uint64(history), uint64(potential)); high >= uint64(known) {
		return amountMax
	}
	return min(mulDiv(history, potential, known), amountMax)
}

// blend is share_i = Σ_k β_k · x_ik / Σ_j x_jk (methods T2); a driver of which nothing is known gives what it counts to the others.
func blend(b Blend, parent string, all []sibling, history, potential []int64) (findings []Finding) {
	pipeline, even := make([]int64, len(all)), make([]int64, len(all))
	for i := range all {
		pipeline[i], even[i] = all[i].unit.PipelineMinor, 1
	}
	type reason struct {
		driver Driver
		counts int64
		values []int64
		whole  int64
	}
	var known []reason
	var counted int64
	for _, k := range []reason{
		{DriverHistory, b.History, history, 0}, {DriverPotential, b.Potential, potential, 0}, {DriverPipeline, b.Pipeline, pipeline, 0}, {DriverEven, b.Even, even, 0},
	} {
		if k.counts == 0 {
			continue
		}
		for _, x := range k.values {
			k.whole += x
		}
		if k.whole == 0 {
			findings = append(findings, Finding{Problem: ProblemNoData, Unit: parent, Driver: k.driver})
			continue
		}
		known = append(known, k)
		counted += k.counts
	}
	if len(known) == 0 {
		known, counted = []reason{{DriverEven, Million, even, int64(len(all))}}, Million
	}
	for i := range all {
		for _, k := range known {
			all[i].weight += mulDiv(k.counts*fineWhole, k.values[i], k.whole)
			all[i].portions = append(all[i].portions, Portion{Driver: k.driver, Counts: mulDiv(k.counts, Million, counted), Part: k.values[i], Whole: k.whole})
		}
	}
	return findings
}

// grow weighs by history and a share of what is to come. What is to go, when the total is below history, goes by history.
func grow(g *Growth, all []sibling, history, potential []int64, total int64) {
	untapped := make([]int64, len(all))
	var base, open int64
	for i := range all {
		untapped[i] = max(0, mulDiv(potential[i], g.Attainable, Million)-history[i])
		base += history[i]
		open += untapped[i]
	}
	more := total - base
	byMarket, byHistory := make([]int64, len(all)), make([]int64, len(all))
	if more > 0 {
		toMarket := mulDiv(more, g.Untapped, Million)
		if open == 0 {
			toMarket = 0
		}
		if base == 0 && open > 0 {
			toMarket = more
		}
		byMarket = share(toMarket, untapped)
		byHistory = share(more-toMarket, history)
		if base == 0 && open == 0 {
			for i := range byHistory {
				byHistory[i] = 1
			}
		}
	}
	for i := range all {
		all[i].weight = history[i] + byMarket[i] + byHistory[i]
		all[i].portions = []Portion{
			{Driver: DriverBaseline, Counts: Million - g.Untapped, Part: history[i], Whole: base},
			{Driver: DriverUntapped, Counts: g.Untapped, Part: untapped[i], Whole: open},
		}
	}
}
