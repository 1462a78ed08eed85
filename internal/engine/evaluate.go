package engine

import "sync"

// gather is one selection to gather for a person, with the lookups that want its sums by class.
type gather struct {
	selection int32
	cell      int32 // place among the person's cells
	lookups   []int32
}

// profile is what persons of the same plans need: which selections, and where in their cells they find them.
type profile struct {
	gathers []gather
	place   []int32 // of a selection among the cells; None
	class   []int32 // of a lookup among the class sums; None
	cells   int32
	classes int32
	streams bool
}

// book is everything that payees are computed from. After gathering it is only read.
type book struct {
	*program
	roster    *roster
	quotas    quotaBook
	givenRows []int32 // of Facts.Given, by person, measure and month
	groups    grouping
	profiles  []*profile // by person; nil: nothing is gathered
	cells     []cell
	cellFrom  []int32 // by person
	classSums []classSum
	classFrom []int32 // by person

	groupValues *groupValues
	earlier     earlierBook
	standings   map[*componentProgram]map[int32]standing // of contests and pools
}

// evaluator computes payees, one at a time. Each goroutine has its own.
type evaluator struct {
	*book
	payee, member frame
	run           marginalRun
	sums          []wide
	scratch       []credit
	days          []int32
	problems      []problem
	notices       []Notice
	payouts       []Payout
}

// cellOf is what a selection came to for the frame's person.
func (e *book) cellOf(f *frame, selection int32) *cell {
	if s := e.selections[selection].stream; s != None {
		return &e.groups.stream[int(f.person)*e.groups.streamCount+int(s)]
	}
	return &e.cells[e.cellFrom[f.person]+e.profiles[f.person].place[selection]]
}

// classesOf are the sums by class of a lookup for the frame's person.
func (e *book) classesOf(f *frame, r *rateProgram) []classSum {
	from := e.classFrom[f.person] + e.profiles[f.person].class[r.index]
	return e.classSums[from : from+int32(len(r.rates))]
}

// cellSize is the sum of the absolute parts of a person's kept credits.
func (e *evaluator) cellSize(f *frame) (size wide) {
	credits := e.groups.of(f.person)
	for i := range credits {
		if part := credits[i].part; part < 0 {
			size.add(-part)
		} else {
			size.add(part)
		}
	}
	return size
}

// bandSums returns n sums of zero.
func (e *evaluator) bandSums(n int) []wide {
	if cap(e.sums) < n {
		e.sums = make([]wide, n)
	}
	e.sums = e.sums[:n]
	clear(e.sums)
	return e.sums
}

// gatherAll reads every wanted person's credits once for each selection that the person's plans, or the leader's, need.
func (b *book) gatherAll() {
	people := len(b.facts.Persons)
	b.cellFrom, b.classFrom = make([]int32, people), make([]int32, people)
	var cells, classes int32
	for person, p := range b.profiles {
		if p != nil {
			b.cellFrom[person], b.classFrom[person] = cells, classes
			cells, classes = cells+p.cells, classes+p.classes
		}
	}
	b.cells, b.classSums = newCells(int(cells)), make([]classSum, classes)
	b.share(people, len(b.groups.credits), func(_, person int) {
		if p := b.profiles[person]; p != nil {
			b.gather(int32(person), p)
		}
	})
}

// gather reads one person's credits.
func (b *book) gather(person int32, p *profile) {
	credits := b.groups.of(person)
	for i := range p.gathers {
		g := &p.gathers[i]
		s := &b.selections[g.selection]
		until := s.until(&b.facts.Persons[person])
		sum := &b.cells[b.cellFrom[person]+g.cell]
		if len(g.lookups) == 1 {
			rate := b.lookups[g.lookups[0]]
			from := b.classFrom[person] + p.class[rate.index]
			classes := b.classSums[from : from+int32(len(rate.rates))]
			for j := range credits {
				if c := &credits[j]; s.matches(&b.groups, c, until) {
					sum.take(c)
					classes[rate.classOf(&b.groups, c)].take(c)
				}
			}
			continue
		}
		for j := range credits {
			c := &credits[j]
			if !s.matches(&b.groups, c, until) {
				continue
			}
			sum.take(c)
			for _, lookup := range g.lookups {
				rate := b.lookups[lookup]
				b.classSums[b.classFrom[person]+p.class[lookup]+rate.classOf(&b.groups, c)].take(c)
			}
		}
	}
}

func (s *classSum) take(c *credit) {
	s.sum.add(c.part)
	s.count++
}

// batch is how many persons a goroutine takes at a time.
const batch = 32

// share calls do(w, i) for every i below n, spread over goroutines that take batches as they come free; work says how much there is to
// do, in rows. Which goroutine w does what must not matter.
func (b *book) share(n, work int, do func(w, i int)) {
	count := min(processors(work), (n+batch-1)/batch)
	if count <= 1 {
		for i := range n {
			do(0, i)
		}
		return
	}
	next := 0
	var lock sync.Mutex
	take := func() (from int) {
		lock.Lock()
		defer lock.Unlock()
		from, next = next, next+batch
		return from
	}
	var wait sync.WaitGroup
	for w := range count {
		wait.Go(func() {
			for from := take(); from < n; from = take() {
				for i := from; i < min(from+batch, n); i++ {
					do(w, i)
				}
			}
		})
	}
	wait.Wait()
}
