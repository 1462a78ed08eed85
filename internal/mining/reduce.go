package mining

import "slices"

// reduce merges silent transitions that only hand on what one other transition gives, or only gather what one other takes: the same traces
// fit, and replay counts no tokens that tell nothing. It is the fusion of series transitions as pm4py applies it to the nets of trees, so that counts can be
// compared. Source: Murata, "Petri nets: properties, analysis and applications", Proceedings of the IEEE 77, 1989, figure 22.
func (n *Net) reduce() {
	for n.fuse() {
	}
	n.renumber()
}

// fuse takes one silent transition away, if there is one to take.
func (n *Net) fuse() bool {
	for k, t := range n.transitions {
		if t.activity != silent {
			continue
		}
		if len(t.in) == 1 {
			if giver, taker := n.around(t.in[0]); giver >= 0 && taker == k && giver != k {
				n.transitions[giver].out = handOn(n.transitions[giver].out, t.in[0], t.out)
				n.transitions = slices.Delete(n.transitions, k, k+1)
				return true
			}
		}
		if len(t.out) == 1 {
			if giver, taker := n.around(t.out[0]); taker >= 0 && giver == k && taker != k {
				n.transitions[taker].in = handOn(n.transitions[taker].in, t.out[0], t.in)
				n.transitions = slices.Delete(n.transitions, k, k+1)
				return true
			}
		}
	}
	return false
}

// around finds the only transition that gives to a place and the only one that takes from it; −1 where there is none or several.
func (n *Net) around(place int) (giver, taker int) {
	giver, taker = -1, -1
	givers, takers := 0, 0
	for k, t := range n.transitions {
		if slices.Contains(t.out, place) {
			giver, givers = k, givers+1
		}
		if slices.Contains(t.in, place) {
			taker, takers = k, takers+1
		}
	}
	if givers != 1 {
		giver = -1
	}
	if takers != 1 {
		taker = -1
	}
	return giver, taker
}

// handOn puts other places in the stead of one.
func handOn(places []int, gone int, instead []int) []int {
	kept := slices.DeleteFunc(slices.Clone(places), func(p int) bool { return p == gone })
	return append(kept, instead...)
}

// renumber closes the gaps that places leave which nothing touches any more.
func (n *Net) renumber() {
	number := map[int]int{n.initial: 0, n.final: 1}
	for _, t := range n.transitions {
		for _, places := range [][]int{t.in, t.out} {
			for i, p := range places {
				if _, known := number[p]; !known {
					number[p] = len(number)
				}
				places[i] = number[p]
			}
		}
	}
	n.initial, n.final, n.places = 0, 1, len(number)
}
