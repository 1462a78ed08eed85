package simulate

import (
	"math/big"
	"math/rand/v2"
	"slices"

	"xiaoguan/internal/engine"
)

// Draws says how often a next year is drawn, and from which seed.
type Draws struct {
	Count int
	Seed  uint64
}

// The usual number of draws, and the most.
const (
	DrawsUsual = 1_000
	DrawsMost  = 10_000
)

// ForecastMonths is the length of what is forecast.
const ForecastMonths = 12

// bins is how many columns the histogram has.
const bins = 20

// Forecast is what the next twelve months may cost under one variant: of all draws the 10th, 50th and 90th percentile, the mean, and how many lie
// in each of equally wide columns from Least to Most.
type Forecast struct {
	Draws  int     `json:"draws"`
	Seed   uint64  `json:"seed"`
	People int     `json:"people"`
	P10    int64   `json:"p10"`
	P50    int64   `json:"p50"`
	P90    int64   `json:"p90"`
	Mean   int64   `json:"mean"`
	Least  int64   `json:"least"`
	Most   int64   `json:"most"`
	Counts []int   `json:"counts"`
	Over   *int64  `json:"over_ppm"` // part of the draws above the budget; nil without one
	totals []int64 // ascending
}

// Predict draws next years by the pigeonhole bootstrap (A. B. Owen, The pigeonhole bootstrap, Annals of Applied Statistics 1, 2007): each draw
// takes people with replacement from those employed at the end, level by level, and, for each of twelve months, one of the last twelve
// replayed months with replacement, the same for everybody; its cost is what these people earned in these months. So what people have in common
// in a month stays in common. It errs on the side of a range too wide. Nobody joins or leaves; a month in which somebody was not there yet is
// drawn again from those in which they were. budgetFen of 0 is no budget.
func Predict(in Input, r *Replay, variant int, draws Draws, budgetFen int64) Forecast {
	draws.Count = max(1, min(draws.Count, DrawsMost))
	f := Forecast{Draws: draws.Count, Seed: draws.Seed}
	pools := poolsOf(in, r, variant)
	for _, pool := range pools {
		f.People += len(pool)
	}
	random := rand.New(rand.NewPCG(draws.Seed, uint64(variant)))
	first := max(0, len(in.Months)-ForecastMonths)
	window := len(in.Months) - first
	months := make([]int, ForecastMonths)
	for range draws.Count {
		for i := range months {
			months[i] = first + random.IntN(window)
		}
		total := int64(0)
		for _, pool := range pools {
			for range pool {
				h := &pool[random.IntN(len(pool))]
				for _, m := range months {
					total += h.in(m, random)
				}
			}
		}
		f.totals = append(f.totals, total)
	}
	f.describe(budgetFen)
	return f
}

// history is what one person earned by month; worked lists the months of the window that the person was paid for.
type history struct {
	earned []int64
	there  []bool
	worked []int
}

// in is what the person earned in the month, or in another where they were not there yet.
func (h *history) in(month int, random *rand.Rand) int64 {
	if !h.there[month] {
		month = h.worked[random.IntN(len(h.worked))]
	}
	return h.earned[month]
}

// poolsOf gathers the people employed after the last month, by level, in the order of the facts.
func poolsOf(in Input, r *Replay, variant int) (pools [][]history) {
	first, last := max(0, len(in.Months)-ForecastMonths), len(in.Months)-1
	people := make(map[int32]*history)
	var order []int32
	for _, l := range r.Lines {
		p := &in.Facts.Persons[l.Person]
		if int(l.Month) < first || p.Left <= in.Months[last].Last() {
			continue
		}
		h := people[l.Person]
		if h == nil {
			h = &history{earned: make([]int64, len(in.Months)), there: make([]bool, len(in.Months))}
			people[l.Person], order = h, append(order, l.Person)
		}
		if !h.there[l.Month] {
			h.there[l.Month], h.worked = true, append(h.worked, int(l.Month))
		}
		h.earned[l.Month] += l.AmountFen[variant]
	}
	slices.Sort(order)
	place := map[string]int{}
	for _, person := range order {
		level := engine.LevelOn(in.Facts.Persons[person], in.Months[last].Last())
		at, ok := place[level]
		if !ok {
			at = len(pools)
			place[level] = at
			pools = append(pools, nil)
		}
		pools[at] = append(pools[at], *people[person])
	}
	return pools
}

// describe reads the draws.
func (f *Forecast) describe(budgetFen int64) {
	slices.Sort(f.totals)
	f.P10, f.P50, f.P90 = quantile(f.totals, 10), quantile(f.totals, 50), quantile(f.totals, 90)
	f.Least, f.Most, f.Counts = f.totals[0], f.totals[len(f.totals)-1], make([]int, bins)
	sum, over := new(big.Int), int64(0)
	width := new(big.Int).Add(new(big.Int).Sub(big.NewInt(f.Most), big.NewInt(f.Least)), big.NewInt(1))
	for _, t := range f.totals {
		sum.Add(sum, big.NewInt(t))
		if t > budgetFen {
			over++
		}
		at := new(big.Int).Mul(new(big.Int).Sub(big.NewInt(t), big.NewInt(f.Least)), big.NewInt(bins))
		f.Counts[at.Quo(at, width).Int64()]++
	}
	if mean := rounded(sum, big.NewInt(int64(len(f.totals)))); mean != nil {
		f.Mean = *mean
	}
	if budgetFen > 0 {
		f.Over = ratioPPM(over, int64(len(f.totals)))
	}
}
