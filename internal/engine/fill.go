package engine

import (
	"runtime"
	"sync"

	"xiaoguan/internal/calendar"
)

// rowsPerProcessor is how many rows are worth another goroutine.
const rowsPerProcessor = 16384

// processors is over how many goroutines n rows are spread.
func processors(n int) int {
	return max(1, min(runtime.GOMAXPROCS(0), n/rowsPerProcessor))
}

// spread calls do for each of count runs of 0 … n, at once, and waits.
func spread(count, n int, do func(w, from, to int)) {
	if count == 1 {
		do(0, 0, n)
		return
	}
	var wait sync.WaitGroup
	for w := range count {
		wait.Go(func() { do(w, n*w/count, n*(w+1)/count) })
	}
	wait.Wait()
}

// filler is one processor of the second pass.
type filler struct {
	*grouper
	rows    *rows
	event   int16
	streams []int32 // that the event feeds
	places  []int32 // where each person's next credit of the event goes
	cells   []cell  // by person and stream
	split   splitter
	near    nearDeals
	waiting [][]waitingCredit // by group of persons
	shift   uint              // person >> shift is the group
}

// waitingCredit is a credit that is still to be filed.
type waitingCredit struct {
	credit
	person int32
}

// Credits come in the order of payments, each for another person, and tens of thousands of persons lie too far apart for the
// processor's nearest memory. So credits wait by group of persons, and a group's are filed together.
const (
	groupShift     = 8    // at least 256 persons a group
	groupsMax      = 256  // that a filler goes between
	waitingCredits = 1024 // of a group, 32 KiB: some for each person
)

func newFiller(g *grouper, source *rows) filler {
	people := len(g.facts.Persons)
	f := filler{grouper: g, rows: source, cells: newCells(len(g.stream)), shift: groupShift}
	for people>>f.shift >= groupsMax {
		f.shift++
	}
	f.waiting = make([][]waitingCredit, people>>f.shift+1)
	return f
}

// fill is the second pass: it splits amounts, puts the credits of the kept window into their places, and feeds the streams.
func (g *grouper) fill(counts [][][]int32, totals [][]int32) {
	g.stream = newCells(len(g.facts.Persons) * g.streamCount)
	for s := range g.sources {
		source := &g.sources[s]
		fillers := make([]filler, len(counts[s]))
		spread(len(fillers), len(source.on), func(w, from, to int) {
			f := &fillers[w]
			*f = newFiller(g, source)
			for k, event := range source.events {
				f.event, f.split = event, splitter{facts: g.facts, full: g.events[event].full}
				f.places = shifted(counts[s][w], totals[s], int32(k))
				f.run(from, to)
			}
		})
		for w := range fillers {
			for i := range g.stream {
				g.stream[i].join(&fillers[w].cells[i])
			}
		}
	}
}

// shifted returns the places of the k-th event of a source; those of the first are used up by it.
func shifted(places, totals []int32, k int32) []int32 {
	at := make([]int32, len(places))
	for i := range at {
		at[i] = places[i] + k*totals[i]
	}
	return at
}

func newCells(n int) []cell {
	cells := make([]cell, n)
	for i := range cells {
		cells[i].first = calendar.Forever
	}
	return cells
}

// run files the credits of one event in some rows.
func (f *filler) run(from, to int) {
	f.streams = f.streams[:0]
	for _, s := range f.grouper.streams {
		if f.selections[s].event == f.event {
			f.streams = append(f.streams, s)
		}
	}
	for start := from; start < to; start += nearRows {
		deals := f.near.fetch(f.deals, f.rows, start, min(start+nearRows, to))
		for k := range deals {
			if on := f.rows.on[start+k]; on <= f.last && (on >= f.keepFrom || len(f.streams) > 0) {
				f.credit(start+k, &deals[k])
			}
		}
	}
	for group := range f.waiting {
		f.file(group)
	}
}

// credit credits the sellers of a row.
func (f *filler) credit(i int, deal *dealRow) {
	d := f.rows.dealOf(i)
	parts := f.split.split(d, deal, f.rows.amount[i])
	if len(parts) == 0 {
		return
	}
	c := credit{deal: d, fact: int32(i), on: f.rows.on[i], event: f.event}
	c.part = parts[0]
	f.put(deal.first, &c)
	if len(parts) > 1 {
		c.part, c.share = parts[1], 1
		f.put(deal.second, &c)
	}
	for j := 2; j < len(parts); j++ {
		c.part, c.share = parts[j], int16(j)
		f.put(f.facts.Shares[f.facts.Deals[d].ShareFrom+int32(j)].Person, &c)
	}
}

// put lets a credit wait for the others of the person's group, unless nobody asks for it.
func (f *filler) put(person int32, c *credit) {
	if !f.keeps(person, c) && !f.feeds(person) {
		return
	}
	group := int(person >> f.shift)
	waiting := f.waiting[group]
	if waiting == nil {
		waiting = make([]waitingCredit, 0, waitingCredits)
	}
	f.waiting[group] = append(waiting, waitingCredit{*c, person})
	if len(waiting)+1 == cap(waiting) {
		f.file(group)
	}
}

func (f *filler) keeps(person int32, c *credit) bool { return c.on >= f.keepFrom && f.wanted[person] }

func (f *filler) feeds(person int32) bool { return len(f.streams) > 0 && f.streamed[person] }

// file puts the waiting credits of a group into their places and their streams, in the order in which they came.
func (f *filler) file(group int) {
	for i := range f.waiting[group] {
		w := &f.waiting[group][i]
		person, c := w.person, &w.credit
		if f.keeps(person, c) {
			f.credits[f.places[person]] = *c
			f.places[person]++
		}
		if !f.feeds(person) {
			continue
		}
		for _, index := range f.streams {
			s := &f.selections[index]
			if s.matches(f.grouping, c, s.until(&f.facts.Persons[person])) {
				f.cells[int(person)*f.streamCount+int(s.stream)].take(c)
			}
		}
	}
	f.waiting[group] = f.waiting[group][:0]
}

func (c *cell) take(from *credit) {
	c.sum.add(from.part)
	c.count++
	c.first = min(c.first, from.on)
}
