package simulate

import (
	"cmp"
	"math/big"
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
)

// Million is what shares and ratios are in parts of.
const Million = 1_000_000

// Summary is what a replay comes to. Its JSON form is what is stored. Amounts are in minor units; shares, ratios and coefficients in parts
// per million. Lists by variant begin with the plans that were in force.
type Summary struct {
	Months   []MonthSum   `json:"months"`
	Layers   []LayerSum   `json:"layers"`
	Variants []VariantSum `json:"variants"`
	Groups   []GroupSum   `json:"groups"`
}

// MonthSum is one month of the company.
type MonthSum struct {
	Month        calendar.Month `json:"month"`
	CollectedFen int64          `json:"collected"`
	EarnedFen    []int64        `json:"earned"`
	PaidFen      []int64        `json:"paid"` // after settlement
}

// LayerSum is the people of one level, which is that of the last month in which they were paid.
type LayerSum struct {
	Level  string     `json:"level"`
	People int        `json:"people"`
	Earned []int64    `json:"earned"`
	Change []MovedSum `json:"change"` // against the plans in force; the first is empty
}

// MovedSum is who would have had more, and who less, over all months together.
type MovedSum struct {
	Gain     int   `json:"gain"`
	Lose     int   `json:"lose"`
	Same     int   `json:"same"`
	GainFen  int64 `json:"gain_sum"`
	LoseFen  int64 `json:"lose_sum"` // below zero
	GainMost int64 `json:"gain_most"`
	LoseMost int64 `json:"lose_most"` // below zero
}

// VariantSum is one variant over all months and people.
type VariantSum struct {
	EarnedFen int64    `json:"earned"`
	PaidFen   int64    `json:"paid"`
	CostPPM   *int64   `json:"cost_ppm"` // earned ÷ collected; nil when nothing was collected
	Change    MovedSum `json:"change"`
	Caps      Caps     `json:"caps"`
	GiniPPM   *int64   `json:"gini_ppm"` // of what people earned in all; nil when nobody earned anything
	// SlopeFen is what one more point of attainment is worth in a month, by least squares over all people and months with a quota; FitPPM is
	// the part of the differences in pay that attainment explains (R²). Both nil when attainment does not vary.
	SlopeFen *int64 `json:"slope"`
	FitPPM   *int64 `json:"fit_ppm"`
}

// GroupSum is the months of people whose attainment lay in [FromBP, ToBP), in basis points; ToBP 0 is no limit. Of what they earned it has
// the 10th, 50th and 90th percentile by variant: people who did alike should be paid alike.
type GroupSum struct {
	FromBP int64   `json:"from"`
	ToBP   int64   `json:"to"`
	Count  int     `json:"count"`
	P10    []int64 `json:"p10"`
	P50    []int64 `json:"p50"`
	P90    []int64 `json:"p90"`
}

// PersonSum is one person over all months.
type PersonSum struct {
	Person    int32 // index of Facts.Persons
	Level     string
	Months    int // with pay under some variant, or without but in a plan
	EarnedFen [VariantsMax]int64
}

// Summarise reads a replay. The input must be that of Run.
func Summarise(in Input, r *Replay) (Summary, []PersonSum) {
	n := len(in.Variants)
	s := Summary{Months: make([]MonthSum, len(in.Months)), Variants: make([]VariantSum, n)}
	collected := collections(in.Facts, in.Months)
	for i, month := range in.Months {
		s.Months[i] = MonthSum{Month: month, CollectedFen: collected.month[i], EarnedFen: make([]int64, n), PaidFen: make([]int64, n)}
		for v := range n {
			for _, paid := range r.PaidFen[v][i] {
				s.Months[i].PaidFen[v] += paid
			}
		}
	}
	for _, l := range r.Lines {
		for v := range n {
			s.Months[l.Month].EarnedFen[v] += l.AmountFen[v]
		}
	}
	persons := personSums(in, r)
	s.Layers = layers(persons, n)
	var received int64
	for i := range s.Months {
		received += s.Months[i].CollectedFen
		for v := range n {
			s.Variants[v].EarnedFen += s.Months[i].EarnedFen[v]
			s.Variants[v].PaidFen += s.Months[i].PaidFen[v]
		}
	}
	points := attained(in, r, collected)
	for v := range n {
		sum := &s.Variants[v]
		sum.CostPPM, sum.Caps, sum.GiniPPM = ratioPPM(sum.EarnedFen, received), r.CapsHit[v], gini(persons, v)
		sum.SlopeFen, sum.FitPPM = regress(points, v)
		for _, p := range persons {
			sum.Change.add(p.EarnedFen[v] - p.EarnedFen[0])
		}
	}
	s.Groups = groups(points, n)
	return s, persons
}

func (m *MovedSum) add(change int64) {
	switch {
	case change > 0:
		m.Gain, m.GainFen, m.GainMost = m.Gain+1, m.GainFen+change, max(m.GainMost, change)
	case change < 0:
		m.Lose, m.LoseFen, m.LoseMost = m.Lose+1, m.LoseFen+change, min(m.LoseMost, change)
	default:
		m.Same++
	}
}

// personSums adds up everybody, in the order of the facts.
func personSums(in Input, r *Replay) (sums []PersonSum) {
	place := map[int32]int{}
	seen := map[int32]int32{} // person → month seen last, to count months once
	for _, l := range r.Lines {
		at, ok := place[l.Person]
		if !ok {
			at = len(sums)
			place[l.Person] = at
			sums = append(sums, PersonSum{Person: l.Person})
			seen[l.Person] = -1
		}
		p := &sums[at]
		if seen[l.Person] != l.Month {
			seen[l.Person] = l.Month
			p.Months++
			if level := levelOf(&in.Facts.Persons[l.Person], in.Months[l.Month]); level != "" {
				p.Level = level
			}
		}
		for v := range l.AmountFen {
			p.EarnedFen[v] += l.AmountFen[v]
		}
	}
	slices.SortFunc(sums, func(a, b PersonSum) int { return int(a.Person) - int(b.Person) })
	return sums
}

// levelOf is the level on the month's last day, or on the last day of employment before it.
func levelOf(p *engine.Person, month calendar.Month) string {
	day := month.Last()
	if p.Left <= day {
		day = p.Left - 1
	}
	return engine.LevelOn(*p, day)
}

// layerOrder puts the usual levels in their order, others behind.
var layerOrder = []string{"newcomer", "regular", "core", "manager"}

func layers(persons []PersonSum, variants int) (sums []LayerSum) {
	place := map[string]int{}
	for _, p := range persons {
		at, ok := place[p.Level]
		if !ok {
			at = len(sums)
			place[p.Level] = at
			sums = append(sums, LayerSum{Level: p.Level, Earned: make([]int64, variants), Change: make([]MovedSum, variants)})
		}
		l := &sums[at]
		l.People++
		for v := range variants {
			l.Earned[v] += p.EarnedFen[v]
			if v > 0 {
				l.Change[v].add(p.EarnedFen[v] - p.EarnedFen[0])
			}
		}
	}
	rank := func(level string) int {
		if i := slices.Index(layerOrder, level); i >= 0 {
			return i
		}
		return len(layerOrder)
	}
	slices.SortFunc(sums, func(a, b LayerSum) int {
		return cmp.Or(cmp.Compare(rank(a.Level), rank(b.Level)), cmp.Compare(a.Level, b.Level))
	})
	return sums
}

// ratioPPM is a ÷ b in parts per million, rounded half away from zero; nil when b is not above zero.
func ratioPPM(a, b int64) *int64 {
	if b <= 0 {
		return nil
	}
	return rounded(new(big.Int).Mul(big.NewInt(a), big.NewInt(Million)), big.NewInt(b))
}

// rounded is n ÷ d, half away from zero; nil when it has no value or is beyond 64 bits.
func rounded(n, d *big.Int) *int64 {
	if d.Sign() == 0 {
		return nil
	}
	n, d = new(big.Int).Set(n), new(big.Int).Set(d)
	if d.Sign() < 0 {
		n.Neg(n)
		d.Neg(d)
	}
	twice := new(big.Int).Lsh(n, 1)
	if n.Sign() >= 0 {
		twice.Add(twice, d)
	} else {
		twice.Sub(twice, d)
	}
	q := twice.Quo(twice, d.Lsh(d, 1))
	if !q.IsInt64() {
		return nil
	}
	value := q.Int64()
	return &value
}
