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
	rows   *rows
	event  int16
	places []int32 // where each person's next credit of the event goes
	cells  []cell  // by person and stream
	split  splitter
}

// fill is the second pass: it splits amounts, puts the credits of the kept window into their places, and feeds the streams.
func (g *grouper) fill(counts [][][]int32, totals [][]int32) {
	g.stream = newCells(len(g.facts.Persons) * g.streamCount)
	for s := range g.sources {
		source := &g.sources[s]
		fillers := make([]filler, len(counts[s]))
		spread(len(fillers), len(source.on), func(w, from, to int) {
			f := &fillers[w]
			*f = filler{grouper: g, rows: source, cells: newCells(len(g.stream))}
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

func (f *filler) run(from, to int) {
	var streams []int32
	for _, s := range f.streams {
		if f.selections[s].event == f.event {
			streams = append(streams, s)
		}
	}
	for i := from; i < to; i++ {
		on := f.rows.on[i]
		if on > f.last || (on < f.keepFrom && len(streams) == 0) {
			continue
		}
		d := f.rows.dealOf(i)
		deal := &f.deals[d]
		parts := f.split.split(d, deal, f.rows.amount[i])
		if len(parts) == 0 {
			continue
		}
		c := credit{deal: d, fact: int32(i), on: on, event: f.event}
		c.part = parts[0]
		f.put(deal.first, &c, streams)
		if len(parts) > 1 {
			c.part, c.share = parts[1], 1
			f.put(deal.second, &c, streams)
		}
		for j := 2; j < len(parts); j++ {
			c.part, c.share = parts[j], int16(j)
			f.put(f.facts.Shares[f.facts.Deals[d].ShareFrom+int32(j)].Person, &c, streams)
		}
	}
}

// put files one credit of a person.
func (f *filler) put(person int32, c *credit, streams []int32) {
	if c.on >= f.keepFrom && f.wanted[person] {
		f.credits[f.places[person]] = *c
		f.places[person]++
	}
	if len(streams) == 0 || !f.streamed[person] {
		return
	}
	for _, index := range streams {
		s := &f.selections[index]
		if s.matches(f.grouping, c, s.until(&f.facts.Persons[person])) {
			f.cells[int(person)*f.streamCount+int(s.stream)].take(c)
		}
	}
}

func (c *cell) take(from *credit) {
	c.sum.add(from.part)
	c.count++
	c.first = min(c.first, from.on)
}
