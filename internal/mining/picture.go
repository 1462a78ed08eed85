package mining

import (
	"cmp"
	"slices"
)

// Picture is a map laid out for drawing: activities in rows from top to bottom in the order in which they usually come, and the edges that
// matter. Rows and columns are counted from 0.
type Picture struct {
	Places []Place
	Edges  []Drawn
	Rows   int
	Wide   int // columns of the widest row
	Left   int // edges that are not drawn
	LeftOf Share
}

// Place is where an activity stands.
type Place struct {
	Node
	Row, Column, Wide int // Wide is how many stand in its row
}

// Drawn is an edge with the way it goes.
type Drawn struct {
	Edge
	Way Way
	// Lane keeps edges that pass others' rows apart: 0, 1, 2 … on either side.
	Lane int
}

// Way is how an edge goes through the rows.
type Way int

// The ways: to the next row, past others downwards, back upwards (rework), to another of the same row, or to itself.
const (
	WayDown Way = iota
	WaySkip
	WayBack
	WayAside
	WayLoop
)

// Draw lays a map out. Edges are left out from the least frequent on as long as those drawn cover the share of all steps, but never the most
// frequent edge into or out of an activity: nothing hangs in the air. The order of rows is that of the average place in the cases.
func (m Map) Draw(cover Share) Picture {
	order := slices.Clone(m.Nodes)
	slices.SortStableFunc(order, func(a, b Node) int {
		return cmp.Or(compareShares(a.place, b.place), cmp.Compare(a.Activity, b.Activity))
	})
	at := map[int]int{} // place in order by activity
	for i, n := range order {
		at[n.Activity] = i
	}
	kept, left, leftOf := m.keep(cover)
	rows := rowsOf(order, at, kept)
	p := Picture{Left: left, LeftOf: leftOf}
	width := map[int]int{}
	for i, n := range order {
		p.Places = append(p.Places, Place{Node: n, Row: rows[i], Column: width[rows[i]]})
		width[rows[i]]++
		p.Rows = max(p.Rows, rows[i]+1)
	}
	for i := range p.Places {
		p.Places[i].Wide = width[p.Places[i].Row]
		p.Wide = max(p.Wide, p.Places[i].Wide)
	}
	for _, e := range kept {
		p.Edges = append(p.Edges, Drawn{Edge: e, Way: wayOf(e, rows[at[e.From]], rows[at[e.To]])})
	}
	assignLanes(p.Edges, func(activity int) int { return rows[at[activity]] })
	return p
}

func compareShares(a, b Share) int { return cmp.Compare(a.Part*b.Whole, b.Part*a.Whole) }

// keep chooses the edges to draw, in the map's order.
func (m Map) keep(cover Share) (kept []Edge, left int, leftOf Share) {
	ranks := make([]int, len(m.Edges))
	total := 0
	for i, e := range m.Edges {
		ranks[i] = i
		total += e.Count
	}
	slices.SortStableFunc(ranks, func(a, b int) int { return cmp.Compare(m.Edges[b].Count, m.Edges[a].Count) })
	keep, sum := make([]bool, len(m.Edges)), 0
	into, out := map[int]bool{}, map[int]bool{}
	for _, i := range ranks {
		e := m.Edges[i]
		enough := int64(sum)*cover.Whole >= int64(total)*cover.Part
		if !enough || e.From != e.To && (!into[e.To] || !out[e.From]) {
			keep[i] = true
			sum += e.Count
		}
		if e.From != e.To {
			into[e.To], out[e.From] = true, true
		}
	}
	for i, e := range m.Edges {
		if keep[i] {
			kept = append(kept, e)
		} else {
			left++
		}
	}
	return kept, left, Share{int64(total - sum), int64(total)}
}

// rowsOf puts each activity below those that lead to it and stand before it in the order.
func rowsOf(order []Node, at map[int]int, kept []Edge) []int {
	rows := make([]int, len(order))
	for i := range order { // whoever leads here stands before, so its row is known
		for _, e := range kept {
			if from := at[e.From]; at[e.To] == i && from < i {
				rows[i] = max(rows[i], rows[from]+1)
			}
		}
	}
	return rows
}

func wayOf(e Edge, from, to int) Way {
	switch {
	case e.From == e.To:
		return WayLoop
	case to == from:
		return WayAside
	case to < from:
		return WayBack
	case to == from+1:
		return WayDown
	}
	return WaySkip
}

// assignLanes gives edges that pass the same rows on the same side different lanes, short ones the inner.
func assignLanes(edges []Drawn, row func(int) int) {
	for _, way := range []Way{WaySkip, WayBack} {
		var side []*Drawn
		for i := range edges {
			if edges[i].Way == way {
				side = append(side, &edges[i])
			}
		}
		span := func(d *Drawn) (from, to int) {
			a, b := row(d.From), row(d.To)
			return min(a, b), max(a, b)
		}
		slices.SortStableFunc(side, func(a, b *Drawn) int {
			fromA, toA := span(a)
			fromB, toB := span(b)
			return cmp.Compare(toA-fromA, toB-fromB)
		})
		for i, d := range side {
			from, to := span(d)
			taken := map[int]bool{}
			for _, other := range side[:i] {
				if f, t := span(other); f < to && from < t {
					taken[other.Lane] = true
				}
			}
			for taken[d.Lane] {
				d.Lane++
			}
		}
	}
}
