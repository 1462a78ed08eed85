// Package simulate replays months of history under other plans than those that were in force, and says what would have been different: for
// everybody, by level, in cost, in fairness; and what the next year may cost.
//
// It is pure and exact: the engine computes every amount, and the statistics are integers and quotients of integers rounded once, at the end.
// There are no floats, and chance comes from a seed: same input, same result.
//
// Limits. People sell as they sold: nobody works differently because the plan is another. The replay begins with nothing carried, held or
// owed, on all sides alike. Facts are those known now, also for months that were paid on less. A month in which no plan was in force pays
// nothing.
package simulate

import (
	"runtime"
	"slices"
	"sync"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/plan"
)

// VariantsMax is how many sets of plans are compared: those in force, A and B.
const VariantsMax = 3

// Set is the documents that pay a month. Without plans the month pays nothing.
type Set struct {
	Crediting *plan.Crediting
	Plans     []*plan.Plan
}

// Variant is what would have paid each of the months.
type Variant []Set

// Input is everything that a replay reads. Variants[0] is what the others are compared with.
type Input struct {
	Months   []calendar.Month // ascending
	Facts    *engine.Facts    // up to the last of the months
	Variants []Variant        // sets are parallel to Months
	// Progress is told of each month that is done, by several goroutines but one at a time; an error stops the replay and is returned. It
	// may be nil.
	Progress func(done, total int) error
}

// Column is a component of a plan of some variant. Names are those of the last variant that has it.
type Column struct {
	Plan, Component string
	PlanName, Name  plan.Text
}

// Line is what one component gave one payee in one month, under each variant.
type Line struct {
	Month, Person, Column int32 // indices of Input.Months, Facts.Persons, Replay.Columns
	AmountFen             [VariantsMax]int64
}

// Replay is the months computed again.
type Replay struct {
	Columns []Column
	Lines   []Line // by month, person in the order of the facts, column
	// PaidFen is what each person is paid in each month after settlement, by variant: [variant][month][person].
	PaidFen [][][]int64
	// CapsHit is how often a cap cut something off, of a component or of a whole plan, by variant.
	CapsHit []Caps
}

// Caps counts what was cut off.
type Caps struct {
	Components, Plans int
	CutFen            int64
}

// Open makes a plan hold in any month: what is simulated need not be in force then.
func Open(p *plan.Plan) *plan.Plan {
	open := *p
	open.Effective = calendar.Interval{From: calendar.NoDate, To: calendar.Forever}
	return &open
}

// OpenCrediting does the same for crediting rules.
func OpenCrediting(c *plan.Crediting) *plan.Crediting {
	open := *c
	open.Effective = calendar.Interval{From: calendar.NoDate, To: calendar.Forever}
	return &open
}

// Run replays the months under all variants, on all processors. Errors: invalid when the input does not fit together or a month cannot be
// computed (see engine.Run); what Progress returned.
func Run(in Input) (r *Replay, err error) {
	defer errs.Wrap(&err, "simulate.Run")
	if len(in.Variants) == 0 || len(in.Variants) > VariantsMax || len(in.Months) == 0 || !slices.IsSorted(in.Months) {
		return nil, errs.New(errs.KindInvalid, "simulate.input", nil)
	}
	for _, v := range in.Variants {
		if len(v) != len(in.Months) {
			return nil, errs.New(errs.KindInvalid, "simulate.input", nil)
		}
	}
	work := &work{in: in, results: make([][]monthResult, len(in.Variants))}
	var tasks []func() error
	for v := range in.Variants {
		work.results[v] = make([]monthResult, len(in.Months))
		tasks = append(tasks, work.tasksOf(v)...)
	}
	if err := work.carryOut(tasks); err != nil {
		return nil, err
	}
	return work.gather(), nil
}

// work is one replay under way.
type work struct {
	in      Input
	results [][]monthResult // by variant and month
	lock    sync.Mutex
	done    int
	failure error
}

// monthResult is one month under one variant.
type monthResult struct {
	lines []paidLine
	paid  []int64 // by person, after settlement
	caps  Caps
}

type paidLine struct {
	person    int32
	plan      *plan.Plan
	component int32
	amount    int64
}

// carryOut does the tasks on all processors until one fails.
func (w *work) carryOut(tasks []func() error) error {
	next := make(chan func() error)
	var wait sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(tasks)) {
		wait.Go(func() {
			for task := range next {
				if w.failed() {
					continue
				}
				if err := task(); err != nil {
					w.fail(err)
				}
			}
		})
	}
	for _, task := range tasks {
		next <- task
	}
	close(next)
	wait.Wait()
	return w.failure
}

func (w *work) failed() bool {
	w.lock.Lock()
	defer w.lock.Unlock()
	return w.failure != nil
}

func (w *work) fail(err error) {
	w.lock.Lock()
	defer w.lock.Unlock()
	if w.failure == nil {
		w.failure = err
	}
}

// tell counts a month as done.
func (w *work) tell() error {
	w.lock.Lock()
	defer w.lock.Unlock()
	w.done++
	if w.in.Progress == nil {
		return nil
	}
	return w.in.Progress(w.done, len(w.in.Variants)*len(w.in.Months))
}

// gather puts the months side by side.
func (w *work) gather() *Replay {
	r := &Replay{CapsHit: make([]Caps, len(w.results)), PaidFen: make([][][]int64, len(w.results))}
	places := map[[2]string]int32{}
	for v, months := range w.results {
		for _, m := range months {
			r.PaidFen[v] = append(r.PaidFen[v], m.paid)
			c := &r.CapsHit[v]
			c.Components, c.Plans, c.CutFen = c.Components+m.caps.Components, c.Plans+m.caps.Plans, c.CutFen+m.caps.CutFen
			for _, l := range m.lines {
				r.column(places, l)
			}
		}
	}
	for month := range w.in.Months {
		type key struct{ person, column int32 }
		at := map[key]int{}
		first := len(r.Lines)
		for v := range w.results {
			for _, l := range w.results[v][month].lines {
				k := key{l.person, r.column(places, l)}
				i, ok := at[k]
				if !ok {
					i = len(r.Lines)
					at[k] = i
					r.Lines = append(r.Lines, Line{Month: int32(month), Person: k.person, Column: k.column})
				}
				r.Lines[i].AmountFen[v] += l.amount
			}
		}
		slices.SortFunc(r.Lines[first:], func(a, b Line) int {
			if a.Person != b.Person {
				return int(a.Person) - int(b.Person)
			}
			return int(a.Column) - int(b.Column)
		})
	}
	return r
}

// column is the place of a line's component.
func (r *Replay) column(places map[[2]string]int32, l paidLine) int32 {
	c := &l.plan.Components[l.component]
	key := [2]string{l.plan.ID, c.ID}
	i, ok := places[key]
	if !ok {
		i = int32(len(r.Columns))
		places[key] = i
		r.Columns = append(r.Columns, Column{Plan: l.plan.ID, Component: c.ID})
	}
	r.Columns[i].PlanName, r.Columns[i].Name = l.plan.Name, c.Name
	return i
}
