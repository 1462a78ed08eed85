package quota_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"xiaoguan/internal/quota"
)

// truth is how a company that is made up does.
type truth struct {
	name      string
	people    int
	companies uint64
	history   int     // months known; 0 is four to seven, by company
	ahead     int     // months asked for; 0 is a year
	shared    float64 // how widely years move everybody, around one level
	growth    float64 // of a year, from company to company about as much more or less
	faster    float64 // how much more of growth each year has than the one before
	breaks    float64 // how much the market rises or falls for good, half-way through one of the years
	deals     float64 // how many deals a month, each of a size of its own; 0 is months that vary by three fifths
	sizes     float64 // how widely these vary
	within    float64 // how far chances but that of four in five may be from what comes of them; 0 is five points
	learned   bool    // seasons are learned from what was known, as the product does it
}

func (c *truth) months(seed uint64) (history, ahead int) {
	history, ahead = c.history, c.ahead
	if history == 0 {
		history = 4 + int(seed%4)
	}
	if ahead == 0 {
		ahead = quota.Months
	}
	return history, ahead
}

// lognormal is a draw of mean one.
func lognormal(r *rand.Rand, spread float64) float64 {
	sigma := math.Sqrt(math.Log1p(spread * spread))
	return math.Exp(sigma*r.NormFloat64() - sigma*sigma/2)
}

// month is what a month brings, one on average.
func (c *truth) month(r *rand.Rand) float64 {
	if c.deals == 0 {
		return lognormal(r, 0.6)
	}
	sum := 0.0
	for left := r.ExpFloat64(); left < c.deals; left += r.ExpFloat64() {
		sum += lognormal(r, c.sizes)
	}
	return sum / c.deals
}

// market is how strong each month is for everybody.
func (c *truth) market(r *rand.Rand, months int) []float64 {
	market := slices.Repeat([]float64{1}, months)
	years := months/12 + 1
	if c.growth > 0 {
		yearly := c.growth * (0.5 + r.Float64())
		for m := range market[1:] {
			market[m+1] = market[m] * math.Pow(1+yearly*math.Pow(1+c.faster, float64(m/12)), 1.0/12)
		}
	}
	if c.breaks > 0 {
		at, size := 6+12*r.IntN(years-1), c.breaks
		if r.IntN(2) == 0 {
			size = 1/(1+size) - 1
		}
		for m := at; m < months; m++ {
			market[m] = 1 + size
		}
	}
	return market
}

// made makes the company whose truth is known: people's strength, a year of their own and one in common, and months that vary widely.
func (c *truth) made(seed uint64) (past []quota.Past, weights []int64) {
	r := rand.New(rand.NewPCG(seed, 5))
	history, ahead := c.months(seed)
	months := history + ahead
	for m := range months {
		weights = append(weights, int64(18+(m*7)%5)*quota.Million)
	}
	years := months/12 + 1
	var common []float64
	for range years {
		common = append(common, lognormal(r, c.shared))
	}
	market := c.market(r, months)
	for i := range c.people {
		p := quota.Past{ID: fmt.Sprint(i), Level: []string{"core", "regular", "newcomer"}[i%3]}
		strength := 1e7 * lognormal(r, 0.3) * []float64{1.5, 1, 0.6}[i%3]
		begun := 0
		if r.IntN(4) == 0 {
			begun = r.IntN(history * 5 / 6)
		}
		var own []float64
		for range years {
			own = append(own, lognormal(r, 0.1))
		}
		for m := range months {
			there := int64(quota.Million)
			if m < begun {
				there = 0
			}
			minor := int64(0)
			if there > 0 {
				minor = int64(strength * market[m] * common[m/12] * own[m/12] * c.month(r) * float64(weights[m]) / (20 * quota.Million))
			}
			p.Minor, p.There = append(p.Minor, minor), append(p.There, there)
		}
		past = append(past, p)
	}
	if c.learned {
		weights = learned(past, history, months, 0)
	}
	return past, weights
}

// learned are weights of months by the seasons that could be known after some of them; the first is a month of the calendar, 0 to 11.
func learned(past []quota.Past, known, months, first int) []int64 {
	var seen []quota.Seen
	for m := range known {
		sum := int64(0)
		for i := range past {
			sum += past[i].Minor[m]
		}
		seen = append(seen, quota.Seen{Minor: sum, Days: 21, Calendar: (first+m)%12 + 1})
	}
	seasons := quota.SeasonsOf(seen)
	weights := make([]int64, months)
	for m := range weights {
		weights[m] = seasons.Weight((first+m)%12+1, 21)
	}
	return weights
}

// truths are companies with all that a market may do to an expectation.
var truths = []truth{
	{name: "generated, 12 people", people: 12, companies: 150, history: 36},
	{name: "generated, 80 people", people: 80, companies: 40, history: 36},
	{name: "generated, 80 people, moving market", people: 80, companies: 150, history: 36, shared: 0.05},
	{name: "generated, 80 people, growing by a fifth", people: 80, companies: 150, history: 36, growth: 0.2},
	{name: "generated, 40 people, growing faster each year", people: 40, companies: 300, history: 36, growth: 0.12, faster: 0.35, within: 0.08},
	{name: "generated, 40 people, two years, growing by a tenth", people: 40, companies: 150, history: 24, growth: 0.1},
	{name: "generated, 40 people, two years, growing by a fifth", people: 40, companies: 150, history: 24, growth: 0.2},
	{name: "generated, 40 people, two years, moving market", people: 40, companies: 150, history: 24, shared: 0.05},
	{name: "generated, 40 people, one break of a quarter", people: 40, companies: 300, history: 36, breaks: 0.25},
	{name: "generated, 40 people, two years, one break of a quarter", people: 40, companies: 300, history: 24, breaks: 0.25},
	{name: "generated, 30 people, few large deals", people: 30, companies: 150, history: 36, shared: 0.05, deals: 0.8, sizes: 1.5},
	{name: "generated, 12 people, fourteen months, few large deals", people: 12, companies: 300, history: 14, shared: 0.05, deals: 0.8, sizes: 1.5},
	{name: "generated, 40 people, fourteen months", people: 40, companies: 150, history: 14, shared: 0.05},
	{name: "generated, 40 people, five months", people: 40, companies: 150, history: 5, shared: 0.05},
	{name: "generated, 30 people, five months, few large deals", people: 30, companies: 300, history: 5, shared: 0.05, deals: 2, sizes: 1.8, within: 0.07},
	{name: "generated, 30 people, four to seven months, a quarter ahead", people: 30, companies: 300, ahead: 3, shared: 0.05, deals: 10, sizes: 1.8, learned: true},
	{name: "generated, 30 people, four to seven months, a quarter ahead, few large deals", people: 30, companies: 300, ahead: 3, shared: 0.05, deals: 2, sizes: 1.8, learned: true},
}
