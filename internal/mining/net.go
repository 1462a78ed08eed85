package mining

import (
	"xiaoguan/internal/errs"
)

// Net is the Petri net of a tree: sound, and with at most one token on a place as long as nothing is forced.
type Net struct {
	Activities  []string // by number; a log's activities are mapped to them by name
	transitions []transition
	places      int
	initial     int
	final       int
	numbers     map[string]int
	pre         []marking // what each transition takes, as sets
	post        []marking
}

// transition moves tokens. Its activity is silent (−1) where it leaves no event.
type transition struct {
	activity int
	in, out  []int
}

const silent = -1

// marking is a set of places, of which there are at most 256.
type marking [4]uint64

const placesMax = 256

func (m *marking) put(place int) { m[place/64] |= 1 << (place % 64) }

func (m marking) has(other marking) bool {
	return other[0]&^m[0]|other[1]&^m[1]|other[2]&^m[2]|other[3]&^m[3] == 0
}

func (m marking) move(out, in marking) (next marking) {
	for i := range m {
		next[i] = m[i]&^out[i] | in[i]
	}
	return next
}

// NewNet translates a tree: sequences share places, choices share both ends, parallels and loops are opened and closed by silent transitions;
// of these only such remain as the next or the last event cannot stand for. Source: van der Aalst, Process Mining, 2016, §3.2.8. Refused: a model that is too large.
func NewNet(t Tree) (*Net, error) {
	n := &Net{numbers: map[string]int{}}
	for _, name := range t.Leaves() {
		n.numbers[name] = len(n.Activities)
		n.Activities = append(n.Activities, name)
	}
	n.initial, n.final = n.place(), n.place()
	n.build(t, n.initial, n.final)
	n.reduce()
	if n.places > placesMax {
		return nil, errs.New(errs.KindInvalid, "mining.tree_too_large", errs.Args{"Place": 1})
	}
	n.sets()
	return n, nil
}

// sets writes down what each transition takes and gives, as sets of places.
func (n *Net) sets() {
	for _, t := range n.transitions {
		var in, out marking
		for _, p := range t.in {
			in.put(p)
		}
		for _, p := range t.out {
			out.put(p)
		}
		n.pre, n.post = append(n.pre, in), append(n.post, out)
	}
}

func (n *Net) place() int {
	n.places++
	return n.places - 1
}

func (n *Net) add(activity int, in, out []int) {
	n.transitions = append(n.transitions, transition{activity, in, out})
}

// build puts a tree between two places.
func (n *Net) build(t Tree, from, to int) {
	switch t.Operator {
	case Leaf:
		n.add(n.numbers[t.Name], []int{from}, []int{to})
	case Silent:
		n.add(silent, []int{from}, []int{to})
	case Sequence:
		for i, child := range t.Children {
			next := to
			if i < len(t.Children)-1 {
				next = n.place()
			}
			n.build(child, from, next)
			from = next
		}
	case Choice:
		for _, child := range t.Children {
			n.build(child, from, to)
		}
	case Parallel:
		var begins, ends []int
		for range t.Children {
			begins, ends = append(begins, n.place()), append(ends, n.place())
		}
		n.add(silent, []int{from}, begins)
		for i, child := range t.Children {
			n.build(child, begins[i], ends[i])
		}
		n.add(silent, ends, []int{to})
	case Loop:
		begin, end := n.place(), n.place()
		n.add(silent, []int{from}, []int{begin})
		n.build(t.Children[0], begin, end)
		n.build(t.Children[1], end, begin)
		n.add(silent, []int{end}, []int{to})
	}
}

// Number finds the number of an activity by name; a log's activity that the model does not know has none.
func (n *Net) Number(name string) (number int, known bool) {
	number, known = n.numbers[name]
	return number, known
}

func (n *Net) start() (m marking) {
	m.put(n.initial)
	return m
}

func (n *Net) end() (m marking) {
	m.put(n.final)
	return m
}
