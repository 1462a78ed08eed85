package mining

import (
	"cmp"
	"encoding/binary"
	"slices"
)

// Variant is one course that cases took: the same activities in the same order.
type Variant struct {
	Activities []int
	Count      int
	Examples   []int64 // cases, the first that were added
	Times      Times   // from the first step to the last
	durations  []int64
}

// examplesMax is how many cases a variant names.
const examplesMax = 5

// Map says what follows what: the directly-follows graph. Sources: van der Aalst, Process Mining, 2016, §7.2; the same, "A practitioner's
// guide to process mining: limitations of the directly-follows graph", 2019, on what it cannot show.
type Map struct {
	Cases int
	Nodes []Node // those that happened, by activity
	Edges []Edge // by From, then To
}

// Node is an activity on the map.
type Node struct {
	Activity int
	Events   int
	Cases    int // in which it happened
	Starts   int // cases that began with it
	Ends     int // cases that ended with it
	place    Share
}

// Edge says that one activity came directly after another, and how long that took.
type Edge struct {
	From, To int
	Count    int
	Cases    int
	Times    Times
}

// Miner takes cases one by one and keeps of each only what variants and the map need.
type Miner struct {
	activities int
	cases      int
	nodes      []Node
	edges      map[[2]int]*edge
	variants   map[string]*Variant
	order      []*Variant
	key        []byte
	seen       []int // the number of the case in which an activity was seen last, from 1
}

type edge struct {
	durations []int64
	cases     int
	last      int
}

// NewMiner returns a miner of logs with so many different activities.
func NewMiner(activities int) *Miner {
	m := &Miner{activities: activities, nodes: make([]Node, activities), seen: make([]int, activities), edges: map[[2]int]*edge{}, variants: map[string]*Variant{}}
	for i := range m.nodes {
		m.nodes[i].Activity = i
	}
	return m
}

// Add takes a case, whose steps stand in their order in time. A case without steps is none.
func (m *Miner) Add(id int64, steps []Step) {
	if len(steps) == 0 {
		return
	}
	m.cases++
	m.key = m.key[:0]
	for i, step := range steps {
		m.key = binary.AppendUvarint(m.key, uint64(step.Activity))
		n := &m.nodes[step.Activity]
		n.Events++
		if m.seen[step.Activity] != m.cases {
			m.seen[step.Activity] = m.cases
			n.Cases++
		}
		// Where in the case it stood, from 0 to 1: drawings go by it.
		n.place.Part += int64(i) * ppm / int64(max(len(steps)-1, 1))
		if i > 0 {
			m.follow(steps[i-1], step)
		}
	}
	m.nodes[steps[0].Activity].Starts++
	m.nodes[steps[len(steps)-1].Activity].Ends++
	m.vary(id, steps)
}

func (m *Miner) follow(from, to Step) {
	key := [2]int{from.Activity, to.Activity}
	e := m.edges[key]
	if e == nil {
		e = &edge{}
		m.edges[key] = e
	}
	e.durations = append(e.durations, to.At-from.At)
	if e.last != m.cases {
		e.last = m.cases
		e.cases++
	}
}

func (m *Miner) vary(id int64, steps []Step) {
	v := m.variants[string(m.key)]
	if v == nil {
		v = &Variant{Activities: make([]int, len(steps))}
		for i, step := range steps {
			v.Activities[i] = step.Activity
		}
		m.variants[string(m.key)] = v
		m.order = append(m.order, v)
	}
	v.Count++
	if len(v.Examples) < examplesMax {
		v.Examples = append(v.Examples, id)
	}
	v.durations = append(v.durations, steps[len(steps)-1].At-steps[0].At)
}

// Cases is how many cases were added.
func (m *Miner) Cases() int { return m.cases }

// Variants lists the courses, the most frequent first; equally frequent ones in the order of their activities.
func (m *Miner) Variants() []Variant {
	list := make([]Variant, len(m.order))
	for i, v := range m.order {
		list[i] = *v
		list[i].Times = TimesOf(slices.Clone(v.durations))
		list[i].durations = nil
	}
	slices.SortStableFunc(list, func(a, b Variant) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), slices.Compare(a.Activities, b.Activities))
	})
	return list
}

// Map returns what follows what in all cases added.
func (m *Miner) Map() Map {
	result := Map{Cases: m.cases}
	for _, n := range m.nodes {
		if n.Events > 0 {
			n.place.Whole = int64(n.Events)
			result.Nodes = append(result.Nodes, n)
		}
	}
	for key, e := range m.edges {
		result.Edges = append(result.Edges, Edge{From: key[0], To: key[1], Count: len(e.durations), Cases: e.cases, Times: TimesOf(slices.Clone(e.durations))})
	}
	slices.SortFunc(result.Edges, func(a, b Edge) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To)) })
	return result
}
