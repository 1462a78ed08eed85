// Package priority says what to do first: RICE of each measure, which quarter of effort and effect it lies in, how soon it can work, and which measures together
// bring most within a budget and the days that people have.
//
// RICE is reach × impact × confidence ÷ effort, exact. What measures bring together is the sum of reach × impact × confidence of those that are chosen: effort is
// what the choice is limited by, and not divided by a second time. A measure is chosen with everything that it needs, or not at all.
package priority

import (
	"cmp"
	"math/big"
	"slices"

	"xiaoguan/internal/errs"
)

// ItemsMost is how many measures can be weighed against each other.
const ItemsMost = 200

// Item is a measure that could be taken.
type Item struct {
	ID         int64
	Reach      int64 // people, customers or deals that it reaches in a quarter
	Impact     int64 // hundredths: how much it does for each of them
	Confidence int64 // percent
	Effort     int64 // tenths of person-days
	CostMinor  int64
	DelayWeeks int64 // from its start until it works
	Needs      []int64
	Must       bool // it is done in any case
}

// The limits of an item. Sums of 200 benefits are far from the end of an int64.
const (
	ReachMost  = 10_000_000
	ImpactMost = 1_000
	EffortMost = 1_000_000
	CostMost   = 100_000_000_000_000
	DelayMost  = 520
)

// BenefitUnit is how many units of Benefit make one of reach × impact × confidence.
const BenefitUnit = 10_000

// Benefit is reach × impact × confidence in ten thousandths.
func (i *Item) Benefit() int64 { return i.Reach * i.Impact * i.Confidence }

// Score is RICE: benefit for each person-day. Effort is above zero.
func (i *Item) Score() *big.Rat { return big.NewRat(i.Benefit()*10, i.Effort*BenefitUnit) }

// Check finds what is wrong with measures: values beyond the limits, needs that are not there, and circles of needs. Paths are "items[2].effort".
func Check(items []Item) error {
	var fields []errs.Field
	if len(items) > ItemsMost {
		return errs.Invalid("error.invalid", []errs.Field{{Path: "items", Message: errs.Msg("priority.error.many", errs.Args{"Most": ItemsMost})}})
	}
	at := map[int64]int{}
	for i := range items {
		at[items[i].ID] = i
	}
	for i := range items {
		item := &items[i]
		wrong := func(name, key string) {
			fields = append(fields, errs.Field{Path: path(i, name), Message: errs.Msg(key, nil)})
		}
		if at[item.ID] != i {
			wrong("id", "priority.error.twice")
		}
		for _, field := range item.Fields() {
			wrong(field.Path, field.Message.Key)
		}
		for _, need := range item.Needs {
			if _, known := at[need]; !known || need == item.ID {
				wrong("needs", "priority.error.need")
			}
		}
	}
	if len(fields) == 0 {
		if circle := inCircle(items, at); circle >= 0 {
			fields = append(fields, errs.Field{Path: path(circle, "needs"), Message: errs.Msg("priority.error.circle", nil)})
		}
	}
	return errs.Invalid("error.invalid", fields)
}

func path(i int, name string) string {
	return "items[" + big.NewInt(int64(i)).String() + "]." + name
}

// Fields are the values of one measure that are beyond the limits, by their names.
func (i *Item) Fields() (fields []errs.Field) {
	for _, v := range []struct {
		name             string
		value, low, high int64
		key              string
	}{
		{"reach", i.Reach, 0, ReachMost, "priority.error.reach"}, {"impact", i.Impact, 0, ImpactMost, "priority.error.impact"}, {"confidence", i.Confidence, 0, 100, "priority.error.confidence"},
		{"effort", i.Effort, 1, EffortMost, "priority.error.effort"}, {"cost", i.CostMinor, 0, CostMost, "priority.error.cost"}, {"delay", i.DelayWeeks, 0, DelayMost, "priority.error.delay"},
	} {
		if v.value < v.low || v.value > v.high {
			fields = append(fields, errs.Field{Path: v.name, Message: errs.Msg(v.key, nil)})
		}
	}
	return fields
}

// inCircle is an item that needs itself by way of others; -1 when there is none.
func inCircle(items []Item, at map[int64]int) int {
	const begun, done = 1, 2
	state := make([]int, len(items))
	var visit func(i int) bool
	visit = func(i int) bool {
		state[i] = begun
		for _, need := range items[i].Needs {
			next := at[need]
			if state[next] == begun || state[next] == 0 && visit(next) {
				return true
			}
		}
		state[i] = done
		return false
	}
	for i := range items {
		if state[i] == 0 && visit(i) {
			return i
		}
	}
	return -1
}

// Horizon is how soon something works.
type Horizon string

// The horizons: 短期破局, 中期建体系, 长期固优势.
const (
	Short Horizon = "short"
	Mid   Horizon = "mid"
	Long  Horizon = "long"
)

// Horizons lists them from near to far.
var Horizons = []Horizon{Short, Mid, Long}

// Message names the horizon for people.
func (h Horizon) Message() errs.Message { return errs.Msg("priority.horizon."+string(h), nil) }

// Bounds say what is short and mid: at most so much effort, and so many weeks until it works.
type Bounds struct {
	ShortEffort int64 `json:"short_effort"` // tenths of person-days
	ShortWeeks  int64 `json:"short_weeks"`
	MidEffort   int64 `json:"mid_effort"`
	MidWeeks    int64 `json:"mid_weeks"`
}

// UsualBounds are a quarter and a half year.
var UsualBounds = Bounds{ShortEffort: 200, ShortWeeks: 8, MidEffort: 800, MidWeeks: 26}

// HorizonsOf says how soon each measure works: by its own effort and delay, and never sooner than what it needs. The items are free of circles.
func HorizonsOf(items []Item, b Bounds) map[int64]Horizon {
	at := map[int64]int{}
	for i := range items {
		at[items[i].ID] = i
	}
	found := map[int64]Horizon{}
	var visit func(i int) Horizon
	visit = func(i int) Horizon {
		item := &items[i]
		if h, known := found[item.ID]; known {
			return h
		}
		rank := 2
		switch {
		case item.Effort <= b.ShortEffort && item.DelayWeeks <= b.ShortWeeks:
			rank = 0
		case item.Effort <= b.MidEffort && item.DelayWeeks <= b.MidWeeks:
			rank = 1
		}
		for _, need := range item.Needs {
			if next, known := at[need]; known {
				rank = max(rank, slices.Index(Horizons, visit(next)))
			}
		}
		found[item.ID] = Horizons[rank]
		return Horizons[rank]
	}
	for i := range items {
		visit(i)
	}
	return found
}

// Quadrant is a quarter of effort and effect.
type Quadrant string

// The quadrants: 先做, 立项, 顺手做, 暂不做.
const (
	First   Quadrant = "first"   // little effort, much effect
	Project Quadrant = "project" // much of both
	Aside   Quadrant = "aside"   // little of both
	Later   Quadrant = "later"   // much effort, little effect
)

// Message names the quadrant for people.
func (q Quadrant) Message() errs.Message { return errs.Msg("priority.quadrant."+string(q), nil) }

// Middle is where the quadrants meet: at most this effort is little, at least this benefit is much.
type Middle struct{ Effort, Benefit int64 }

// MiddleOf are the medians of some measures; of an even number the lower one of effort and the upper one of benefit.
func MiddleOf(items []Item) (m Middle) {
	if len(items) == 0 {
		return m
	}
	efforts, benefits := make([]int64, len(items)), make([]int64, len(items))
	for i := range items {
		efforts[i], benefits[i] = items[i].Effort, items[i].Benefit()
	}
	slices.Sort(efforts)
	slices.Sort(benefits)
	return Middle{efforts[(len(items)-1)/2], benefits[len(items)/2]}
}

// Of says where a measure lies.
func (m Middle) Of(i *Item) Quadrant {
	little, much := i.Effort <= m.Effort, i.Benefit() >= m.Benefit
	switch {
	case little && much:
		return First
	case much:
		return Project
	case little:
		return Aside
	}
	return Later
}

// Rank sorts by RICE, the greatest first; between equals what takes less, then by id.
func Rank(items []Item) {
	slices.SortFunc(items, func(a, b Item) int { return compare(&a, &b) })
}

func compare(a, b *Item) int {
	return cmp.Or(b.Score().Cmp(a.Score()), cmp.Compare(a.Effort, b.Effort), cmp.Compare(a.CostMinor, b.CostMinor), cmp.Compare(a.ID, b.ID))
}
