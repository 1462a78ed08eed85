package quota

import (
	"math"
	"slices"
)

// Tested is how somebody's results in a period came out against what would have been expected of it before.
type Tested struct {
	ID            string
	Origin        int // 0 is the latest period
	ExpectedMinor int64
	ActualMinor   int64
}

// Ratio is what was reached over what was expected.
func (t Tested) Ratio() float64 { return float64(max(t.ActualMinor, 0)) / float64(t.ExpectedMinor) }

// Experience is what the past says of how far results are from what is expected: the only thing that chances are made of.
type Experience struct {
	Tested  []Tested
	Origins int // how many periods were tested
	Months  int // how long each was
	Asked   int // how long the period is that chances are wanted for
	// Spread is how widely results of one person vary around what is expected of them, with everybody's in common left out, by how widely months do:
	// standard deviation over mean.
	Spread float64
	months []float64 // results that are drawn from single months, where few people were tested
	blind  []bool    // of each origin: no move of the market was known then, and one is today
	scale  []float64 // of each origin: how much wider the period asked for is than the one tested
}

// Which periods are tested.
const (
	originsMost = 3
	monthsLeast = 3           // of a test, and of what was known before it
	seenMost    = 6 * Million // from how many months of results on somebody is tested, where there are as many
)

// yearOwn is how widely years of one person vary where months do not, while nothing is known: strength changes too.
const yearOwn = 0.15

// BackTest goes back to the ends of earlier periods, asks by the same rule what would have been expected of the months that followed, from what was known until
// then, and compares what they came to. Periods are as long as the one that is asked for and do not overlap; while the past is too short for that, one half of it is
// tested on the other. People are tested who had half a year of results before (half of what there was, where that is less), and were there for half of
// the period. Source: Tashman, International Journal of Forecasting 16, 2000 (rolling origins).
func BackTest(past []Past, weights []int64, months int) Experience {
	e := Experience{Months: months, Asked: months}
	noise := monthly(past, weights)
	e.Spread = spreadOver(noise, months, len(weights))
	moves := len(MarketOf(past, weights).Moves)
	if len(weights) < months+monthsPart {
		e.Months = min(months, len(weights)/2)
	}
	if e.Months < monthsLeast {
		e.months = drawn(past, weights, months)
		return e
	}
	for cut := len(weights) - e.Months; cut >= max(monthsLeast, min(monthsPart, e.Months)) && e.Origins < originsMost; cut -= e.Months {
		tested, known := testAt(past, weights, cut, e.Months)
		if len(tested) == 0 {
			break
		}
		for i := range tested {
			tested[i].Origin = e.Origins
		}
		e.Tested = append(e.Tested, tested...)
		e.scale = append(e.scale, e.Spread/spreadOver(noise, e.Months, cut))
		e.blind = append(e.blind, known == 0 && moves > 0)
		e.Origins++
	}
	if len(e.Tested) <= RatiosMin {
		e.months = drawn(past, weights, months)
	}
	return e
}

// testAt tests one period, and counts how many moves of the market were known before it.
func testAt(past []Past, weights []int64, cut, months int) (tested []Tested, moves int) {
	before := make([]Past, len(past))
	for i, p := range past {
		before[i] = Past{ID: p.ID, Level: p.Level, Minor: p.Minor[:cut], There: p.There[:cut]}
	}
	var whole int64
	for _, w := range weights[cut : cut+months] {
		whole += max(w, 0)
	}
	if whole == 0 {
		return nil, 0
	}
	for i, e := range Expect(before, weights[:cut], whole) {
		var weight, there, actual int64
		for m := cut; m < cut+months; m++ {
			weight += mulDiv(max(weights[m], 0), past[i].There[m], Million)
			there += past[i].There[m]
			actual += past[i].Minor[m]
		}
		if e.MonthsSeen < min(seenMost, int64(cut)*Million/2) || there < int64(months)*Million/2 {
			continue
		}
		if expected := mulDiv(e.YearMinor, weight, whole); expected > 0 {
			tested = append(tested, Tested{ID: e.ID, ExpectedMinor: expected, ActualMinor: actual})
		}
	}
	return tested, len(MarketOf(before, weights[:cut]).Moves)
}

// monthly is how widely a person's months vary around their mean: variance over its square, from all who were there in three months.
func monthly(past []Past, weights []int64) float64 {
	var variance, squares float64
	for i := range past {
		var rates []float64
		sum := 0.0
		for m, there := range past[i].There {
			if there >= Million/2 && weights[m] > 0 {
				rates = append(rates, float64(max(past[i].Minor[m], 0))*Million/float64(there)/float64(weights[m]))
				sum += rates[len(rates)-1]
			}
		}
		n := float64(len(rates))
		if n < monthsLeast || sum <= 0 {
			continue
		}
		middle, apart := sum/n, 0.0
		for _, r := range rates {
			apart += (r - middle) * (r - middle)
		}
		variance += apart / (n - 1)
		squares += middle * middle
	}
	if squares == 0 {
		return usualMonthly
	}
	return variance / squares
}

// usualMonthly is taken where no month is known.
const usualMonthly = 0.36

// spreadOver is how widely results of so many months vary around what as many known months let expect: that of the year, of the months themselves, and of what was known.
func spreadOver(noise float64, months, known int) float64 {
	return math.Sqrt(yearOwn*yearOwn + noise*(1/float64(months)+1/float64(known+abilityPrior)))
}

// Common is what moved everybody alike in the periods tested: the chance part of what results have in common, as the logarithm's standard deviation, and how far results
// were from what was expected on the whole, drawn towards nothing.
type Common struct{ Shift, Spread float64 }

// usualShift is how far expectations are wrong on the whole while nothing is known.
const usualShift = 0.07

// surprise is which part of the variance of moves is not foreseen by the move before: what goes on of a move is its correlation with the next.
const surprise = 1 - usualGoesOn*usualGoesOn

// Common says what periods had in common: few periods say little, so that what markets usually do counts as two of them. Where no move of the market was known, all
// of it came as a surprise; of what is known today only what does not go on will: so much of the deviation counts.
func (e *Experience) Common() Common {
	seen, errors := make([]float64, e.Origins), make([]float64, e.Origins)
	for k := range seen {
		seen[k], errors[k] = e.wholeOf(k)
		if k < len(e.blind) && e.blind[k] {
			seen[k], errors[k] = seen[k]*math.Sqrt(surprise), errors[k]*surprise
		}
	}
	variance := wide(seen, errors, usualMove)
	sum, weights := 0.0, 1/(usualShift*usualShift)
	for k, r := range seen {
		sum += r / (variance + errors[k])
		weights += 1 / (variance + errors[k])
	}
	return Common{Shift: sum / weights, Spread: math.Sqrt(variance)}
}

// wholeOf is the logarithm of what was reached over what was expected by all of a period, and its variance.
func (e *Experience) wholeOf(origin int) (r, variance float64) {
	var actual, expected, n float64
	for _, t := range e.Tested {
		if t.Origin == origin {
			actual += float64(max(t.ActualMinor, 0))
			expected += float64(t.ExpectedMinor)
			n++
		}
	}
	switch {
	case n == 0:
		return 0, moveMost * moveMost
	case actual <= 0:
		return -moveMost, moveMost * moveMost
	}
	ratio, squares := actual/expected, 0.0
	for _, t := range e.Tested {
		if t.Origin == origin {
			apart := float64(max(t.ActualMinor, 0)) - ratio*float64(t.ExpectedMinor)
			squares += apart * apart
		}
	}
	return min(max(math.Log(ratio), -moveMost), moveMost), squares / (actual * actual) * n / max(n-1, 1)
}

// own are what people reached over what was expected of them, with what everybody had in common taken out, as they would be for a period as long as the one asked for.
func (e *Experience) own() []float64 {
	whole := make([]float64, e.Origins)
	for k := range whole {
		r, _ := e.wholeOf(k)
		whole[k] = math.Exp(r)
	}
	out := make([]float64, len(e.Tested))
	for i, t := range e.Tested {
		scale := 1.0
		if t.Origin < len(e.scale) {
			scale = e.scale[t.Origin]
		}
		out[i] = max(1+(t.Ratio()/whole[t.Origin]-1)*scale, 0)
	}
	slices.Sort(out)
	return out
}
