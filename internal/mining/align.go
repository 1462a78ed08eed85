package mining

import (
	"math/big"
	"slices"

	"xiaoguan/internal/errs"
)

// Unknown stands in a trace for an activity that the model does not have.
const Unknown = -1

// MoveKind says which of the two went on.
type MoveKind int

// The kinds of move: the log and the model together; the log alone, where something happened that should not have; the model alone, where
// something should have happened.
const (
	MoveBoth MoveKind = iota
	MoveLog
	MoveModel
)

// Move is one step of an alignment. Activity is of the net, Unknown where the model does not have what happened.
type Move struct {
	Kind     MoveKind
	Activity int
}

// Alignment is a best way to explain a trace by the model.
type Alignment struct {
	Moves   []Move // without the silent ones
	Cost    int    // moves of the log alone and of the model alone
	Longest int    // the cost of explaining nothing: the trace and the shortest way through the model
}

// Fitness is 1 − cost ÷ worst cost; 1 where there is nothing to explain.
func (a Alignment) Fitness() Share {
	if a.Longest == 0 {
		return Share{1, 1}
	}
	return Share{int64(a.Longest - a.Cost), int64(a.Longest)}
}

// Aligner aligns traces to a net. It reuses its memory from one trace to the next, so it is for one goroutine.
type Aligner struct {
	net      *Net
	limit    int
	shortest int
	nodes    []node
	index    map[place]int32
	now      []int32 // of the present cost
	free     []int32 // reached from one of these at no cost
	next     []int32 // of a cost one higher
}

// place is where the search stands: a marking of the net and how much of the trace is explained.
type place struct {
	marking marking
	at      int
}

type node struct {
	place
	cost   int
	logged int // moves of the log alone among them: of two ways of the same cost the one that explains more of the trace is better
	parent int32
	move   Move
	shown  bool // a move that is not silent led here
	done   bool
}

// statesMax is how many states a search may visit.
const statesMax = 500_000

// NewAligner returns an aligner for a net. Errors: invalid, when the model is too large to find even its shortest way.
func NewAligner(n *Net) (*Aligner, error) {
	a := &Aligner{net: n, limit: statesMax}
	best, err := a.search(nil, false)
	if err != nil {
		return nil, err
	}
	a.shortest = best.Cost
	return a, nil
}

// Align finds a cheapest alignment of a complete trace: moves of both and silent ones cost nothing, all others 1. Source: Adriansyah,
// Aligning Observed and Modeled Behavior, 2014; van der Aalst, Adriansyah, van Dongen, "Replaying history on process models for
// conformance checking and performance analysis", WIREs 2, 2012. Errors: invalid, when the search would take too much.
func (a *Aligner) Align(trace []int) (Alignment, error) {
	best, err := a.search(trace, false)
	best.Longest = len(trace) + a.shortest
	return best, err
}

// AlignPrefix explains what has happened so far of a trace that goes on: what the model still wants costs nothing. Errors: as Align.
func (a *Aligner) AlignPrefix(trace []int) (Alignment, error) {
	best, err := a.search(trace, true)
	best.Longest = len(trace)
	return best, err
}

// search goes through the synchronous product in the order of cost, and among equal ones of the moves of the log alone.
func (a *Aligner) search(trace []int, prefix bool) (Alignment, error) {
	a.nodes, a.index, a.next = a.nodes[:0], map[place]int32{}, a.next[:0]
	end := a.net.end()
	a.reach(place{a.net.start(), 0}, node{parent: -1})
	for len(a.next) > 0 {
		a.now, a.next = a.next, a.now[:0]
		slices.SortStableFunc(a.now, func(x, y int32) int { return a.nodes[x].logged - a.nodes[y].logged })
		for _, first := range a.now {
			a.free = append(a.free[:0], first)
			for i := 0; i < len(a.free); i++ {
				at := a.free[i]
				n := a.nodes[at]
				if n.done {
					continue
				}
				a.nodes[at].done = true
				if n.at == len(trace) && (prefix || n.marking == end) {
					return a.explain(at), nil
				}
				if len(a.nodes) > a.limit {
					return Alignment{}, errs.New(errs.KindInvalid, "mining.too_many_states", errs.Args{"Max": a.limit})
				}
				a.expand(at, n, trace)
			}
		}
	}
	return Alignment{}, errs.New(errs.KindInvalid, "mining.no_way", nil)
}

// expand goes on from a node in every way: first together, then the model, then the log, so that equal traces get equal alignments.
func (a *Aligner) expand(at int32, n node, trace []int) {
	for k, t := range a.net.transitions {
		if !n.marking.has(a.net.pre[k]) {
			continue
		}
		next := n.marking.move(a.net.pre[k], a.net.post[k])
		switch {
		case t.activity == silent:
			a.reach(place{next, n.at}, node{cost: n.cost, logged: n.logged, parent: at})
		case n.at < len(trace) && trace[n.at] == t.activity:
			a.reach(place{next, n.at + 1}, node{cost: n.cost, logged: n.logged, parent: at, move: Move{MoveBoth, t.activity}, shown: true})
			fallthrough
		default:
			a.reach(place{next, n.at}, node{cost: n.cost + 1, logged: n.logged, parent: at, move: Move{MoveModel, t.activity}, shown: true})
		}
	}
	if n.at < len(trace) {
		a.reach(place{n.marking, n.at + 1}, node{cost: n.cost + 1, logged: n.logged + 1, parent: at, move: Move{MoveLog, trace[n.at]}, shown: true})
	}
}

// reach notes a way to a place when it is the first or a better one.
func (a *Aligner) reach(p place, way node) {
	known, ok := a.index[p]
	if ok {
		if n := &a.nodes[known]; n.done || n.cost < way.cost || n.cost == way.cost && n.logged <= way.logged {
			return
		}
	} else {
		known = int32(len(a.nodes))
		a.index[p] = known
		a.nodes = append(a.nodes, node{})
	}
	way.place = p
	a.nodes[known] = way
	if way.parent >= 0 && a.nodes[way.parent].cost == way.cost {
		a.free = append(a.free, known)
	} else {
		a.next = append(a.next, known)
	}
}

func (a *Aligner) explain(at int32) Alignment {
	best := Alignment{Cost: a.nodes[at].cost}
	for ; a.nodes[at].parent >= 0; at = a.nodes[at].parent {
		if a.nodes[at].shown {
			best.Moves = append(best.Moves, a.nodes[at].move)
		}
	}
	slices.Reverse(best.Moves)
	return best
}

// LogFitness sums the fitness of many traces up. Cases of one variant are added at once.
type LogFitness struct {
	Cases   int
	Fitting int // without a deviation
	Cost    int64
	Longest int64
	parts   map[int64]int64 // by worst cost: Σ of what was explained
}

// Add counts so many cases with the alignment.
func (f *LogFitness) Add(a Alignment, cases int) {
	if f.parts == nil {
		f.parts = map[int64]int64{}
	}
	share := a.Fitness()
	f.Cases += cases
	if a.Cost == 0 {
		f.Fitting += cases
	}
	f.Cost += int64(a.Cost) * int64(cases)
	f.Longest += int64(a.Longest) * int64(cases)
	f.parts[share.Whole] += share.Part * int64(cases)
}

// Log is the fitness of the log as a whole: 1 − Σ cost ÷ Σ worst cost, so that long traces weigh more. No share without cases.
func (f *LogFitness) Log() Share {
	if f.Longest == 0 {
		return Share{int64(f.Fitting), int64(f.Cases)}
	}
	return Share{f.Longest - f.Cost, f.Longest}
}

// AveragePPM is the mean of the traces' fitness, in parts per million rounded half up; 0 without cases.
func (f *LogFitness) AveragePPM() int64 {
	if f.Cases == 0 {
		return 0
	}
	sum := new(big.Rat)
	for whole, part := range f.parts { // a sum of exact fractions is the same in any order
		sum.Add(sum, big.NewRat(part, whole))
	}
	sum.Quo(sum, big.NewRat(int64(f.Cases), ppm))
	return rounded(sum)
}

// rounded is a fraction of at least 0, rounded half up.
func rounded(r *big.Rat) int64 {
	twice := new(big.Int).Mul(r.Num(), big.NewInt(2))
	twice.Add(twice, r.Denom())
	return twice.Quo(twice, new(big.Int).Mul(r.Denom(), big.NewInt(2))).Int64()
}
