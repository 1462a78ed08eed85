// Package quota splits a year's target from the company down to persons and months, in whole fen that always sum up, and says of every
// number where it comes from.
//
// A split goes level by level. Siblings share what their parent has by a blend of what each sold, what its market could give, what is
// open now, and evenly; a person's share is weighed by ability and by the months in which the person is there and up to speed. Shares are
// held within bounds, and what is taken off one is given to the others in proportion (water-filling). Where territories are alike, a level
// may be asked to carry a multiple of another: by default a core seller 1.3 times what a newcomer carries. Whole fen come from the largest
// remainder. What cannot be met is said with the bound that is in the way, and never hidden in somebody's number. All of this is in whole
// numbers: the same request gives the same split on every machine, whatever the order of what is handed in.
//
// Expectations and chances are the one place with floats: how the market has moved everybody, what a person may be expected to sell, and how far results have been
// from such expectations in periods past give the base, plan and stretch levels and the chance to reach a number (market.go, backtest.go, judge.go, chance.go). Nothing here touches pay; a split becomes pay's quota when people have approved it.
//
// Sources: methods T1 to T6; the blend is SAP's and Oracle's, the growth form Modified Fair Share; see the functions.
package quota

import (
	"xiaoguan/internal/money"
)

// Million is the whole in parts per million, in which shares and factors are said.
const Million = 1_000_000

// Months of a year, the first of the fiscal year first.
const Months = 12

// Unknown stands for a market potential that nobody has put a number on.
const Unknown = -1

// The greatest requests.
const (
	unitsMax  = 100_000
	depthMax  = 12
	amountMax = int64(1) << 50 // minor units; some eleven thousand billion yuan in fen
	factorMax = 10 * Million
	overMax   = 4 * Million // of all depths together
)

// Year is one number for each month, the fiscal year's first month first.
type Year [Months]int64

// Sum adds the months up.
func (y Year) Sum() (sum int64) {
	for _, m := range y {
		sum += m
	}
	return sum
}

// Blend says how much each reason counts when siblings share, in parts per million that sum to the whole. Source: methods T2; SAP Sales
// Planning, Oracle Quota Planning.
type Blend struct {
	History   int64 // what each sold, without one-off deals
	Potential int64 // what its market could give
	Pipeline  int64 // what is open now, weighed
	Even      int64 // the same for each
}

// UsualBlend counts what was sold half, the market three tenths, what is open a tenth, and a tenth evenly.
func UsualBlend() Blend {
	return Blend{History: 500_000, Potential: 300_000, Pipeline: 100_000, Even: 100_000}
}

// Growth shares only what is to come on top of what each sold: target = history + growth · (φ·untapped/Σ untapped + (1−φ)·history/Σ history), untapped
// being what the market could give at the attainable share less history, not below nothing. With a growth the blend is not used.
// Source: methods T2 (clean baseline and growth; Modified Fair Share).
type Growth struct {
	Untapped   int64 // φ: how much of the growth follows the untapped market, parts per million
	Attainable int64 // the share of a market that can be had, parts per million
}

// Bounds hold a target near what was sold: not below the last year·(1 − Down), not above the last year·(1 + Up), in parts per million. A bound of 0 does not hold.
type Bounds struct{ Down, Up int64 }

// Ratio asks that within one parent, where territories are alike, everybody of one level carries at least a multiple of what anybody of another
// does. Months in which somebody is not there count for neither.
type Ratio struct {
	More, Less string // levels
	Least      int64  // parts per million: 1,300,000 is 1.3 times
}

// UsualRatios ask for core ≥ 1.3 × newcomer.
func UsualRatios() []Ratio { return []Ratio{{More: "core", Less: "newcomer", Least: 1_300_000}} }

// Unit is the company, a region, a team or a person: whoever has a target. One without children is where the split ends.
type Unit struct {
	ID string

	HistoryMinor   int64 // what weighs for a share: sold in the past, at the level of the year ahead; below nothing counts as nothing
	LastMinor      int64 // sold in the year before, as it was: what bounds hold against; 0: they do not
	PotentialMinor int64 // of its market in the year; Unknown where there is no number
	PipelineMinor  int64 // open now, each deal times its chance

	Season    *Year // weights of its months; nil: the request's
	Available *Year // how much of each month it is there, parts per million; nil: all of it. A region that closes in June has 0 from July on
	Ramp      *Year // how much of its full speed it has in each month, parts per million; nil: all of it
	Ability   int64 // against others with the like territory, parts per million; 0: as anybody

	LowMinor   int64  // what it has promised already; the split does not go below
	HighMinor  int64  // what it can carry at most; 0: no such bound
	FixedMinor *int64 // set by hand: the split works around it

	Level     string // of a person, for ratios
	Territory string // of a person: those with the same are alike; empty: alike to all who have none

	Children []Unit
}

// Request is what is to be split and how.
type Request struct {
	YearMinor int64
	Season    Year // weights of the months, not all of them nothing
	Blend     Blend
	Growth    *Growth
	Bounds    Bounds  // of all units below the root
	Over      []int64 // how much more than its own target a unit hands on, by depth from the root, parts per million
	Ratios    []Ratio
	Root      Unit
}

// Driver names a reason for a share.
type Driver string

// The drivers.
const (
	DriverHistory   Driver = "history"
	DriverPotential Driver = "potential"
	DriverPipeline  Driver = "pipeline"
	DriverEven      Driver = "even"
	DriverUntapped  Driver = "untapped" // of a growth
	DriverBaseline  Driver = "baseline" // history itself under a growth
)

// Drivers lists them, for catalogues and their tests.
func Drivers() []Driver {
	return []Driver{DriverHistory, DriverPotential, DriverPipeline, DriverEven, DriverUntapped, DriverBaseline}
}

// MessageKey is the key of the text that says it.
func (d Driver) MessageKey() string { return "quota.driver." + string(d) }

// Portion is what one driver gives: Counts of the share, because the unit has Part of Whole among its siblings.
type Portion struct {
	Driver      Driver
	Counts      int64 // parts per million
	Part, Whole int64
}

// Hold says what held a target at a number.
type Hold string

// What holds: nothing, a bound from below or above, somebody's hand, or a ratio of levels.
const (
	HoldNone  Hold = ""
	HoldLow   Hold = "low"   // what it has promised
	HoldHigh  Hold = "high"  // what it can carry
	HoldDown  Hold = "down"  // not so far below history
	HoldUp    Hold = "up"    // not so far above history
	HoldFixed Hold = "fixed" // set by hand
	HoldRatio Hold = "ratio" // of levels
)

// Holds lists them, for catalogues and their tests.
func Holds() []Hold { return []Hold{HoldLow, HoldHigh, HoldDown, HoldUp, HoldFixed, HoldRatio} }

// MessageKey is the key of the text that says it.
func (h Hold) MessageKey() string { return "quota.hold." + string(h) }

// Target is what one unit is asked to reach, and why.
type Target struct {
	ID        string
	Parent    string
	Depth     int
	Minor     int64 // of the year
	Months    Year  // they sum to Minor
	Portions  []Portion
	Factor    int64 // ability × months there × ramp, parts per million
	FreeMinor int64 // what the shares alone would give, before anything held it
	Hold      Hold
	OverMinor int64 // how much more its children have than it: planned over-assignment, or what could not be met (see Findings)
}

// Problem is a kind of finding.
type Problem string

// The problems. Those of data say what was assumed instead; those of bounds leave OverMinor different from what was asked.
const (
	ProblemFloors      Problem = "floors"       // what children have promised is more than there is to share
	ProblemCeilings    Problem = "ceilings"     // what children can carry is less
	ProblemRatio       Problem = "ratio"        // a ratio of levels cannot be met within the bounds
	ProblemNegative    Problem = "negative"     // history below nothing counts as nothing
	ProblemNoPotential Problem = "no_potential" // some siblings have none: theirs is taken in the proportion of history
	ProblemNoData      Problem = "no_data"      // nothing is known of any sibling for a driver: what it counts goes to the others
	ProblemAway        Problem = "away"         // never there in the year: no target
)

// Problems lists them, for catalogues and their tests.
func Problems() []Problem {
	return []Problem{ProblemFloors, ProblemCeilings, ProblemRatio, ProblemNegative, ProblemNoPotential, ProblemNoData, ProblemAway}
}

// MessageKey is the key of the text that says it.
func (p Problem) MessageKey() string { return "quota.problem." + string(p) }

// Finding says what was in the way or was assumed, at a unit.
type Finding struct {
	Problem Problem
	Unit    string
	Driver  Driver   // of ProblemNoData
	Minor   int64    // of floors and ceilings: how much too much or too little
	Units   []string // of floors and ceilings: who is at the bound; of a ratio: the one who carries too little, then the one too much
}

// Binding reports whether the finding means that what was asked could not be met.
func (f Finding) Binding() bool {
	return f.Problem == ProblemFloors || f.Problem == ProblemCeilings || f.Problem == ProblemRatio
}

// Split is the answer: the targets parent before child, siblings in the order of their ids, and what was found.
type Split struct {
	Targets  []Target
	Findings []Finding
}

// Feasible reports whether everything that was asked is met.
func (s *Split) Feasible() bool {
	for i := range s.Findings {
		if s.Findings[i].Binding() {
			return false
		}
	}
	return true
}

// Of finds the target of a unit.
func (s *Split) Of(id string) (Target, bool) {
	for i := range s.Targets {
		if s.Targets[i].ID == id {
			return s.Targets[i], true
		}
	}
	return Target{}, false
}

// share splits a total by weights, each not below nothing; nothing at all where no weight is above it.
func share(total int64, weights []int64) []int64 {
	if parts := money.Allocate(total, weights); parts != nil {
		return parts
	}
	return make([]int64, len(weights))
}
