package mining

import "slices"

// run is where a replay without anything missing may stand.
type run struct {
	tokens             []uint8
	produced, consumed int
}

func (r run) fire(t transition) run {
	return run{moveTokens(t, r.tokens), r.produced + len(t.out), r.consumed + len(t.in)}
}

// fitting replays a trace in all ways at once that lack no token, so that a choice between transitions of one name which only a later event
// decides cannot go wrong. Of several ways the one with the fewest silent transitions before each event counts. ok is false when there is none,
// or when too many markings would have to be followed.
func (n *Net) fitting(trace []int) (r Replay, ok bool) {
	start := run{tokens: make([]uint8, n.places), produced: 1}
	start.tokens[n.initial] = 1
	runs := []run{start}
	for _, activity := range trace {
		candidates := n.of(activity)
		var next []run
		seen := map[string]bool{}
		for _, at := range n.quietly(runs) {
			for _, k := range candidates {
				if !enabled(n.transitions[k], at.tokens) {
					continue
				}
				if moved := at.fire(n.transitions[k]); !seen[string(moved.tokens)] {
					seen[string(moved.tokens)] = true
					next = append(next, moved)
				}
			}
		}
		if runs = next; len(runs) == 0 {
			return Replay{}, false
		}
	}
	final := make([]uint8, n.places)
	final[n.final] = 1
	for _, at := range n.quietly(runs) {
		if slices.Equal(at.tokens, final) {
			return Replay{Produced: at.produced, Consumed: at.consumed + 1}, true
		}
	}
	return Replay{}, false
}

// quietly are the runs and all that silent transitions make of them, those with the fewest first; none when they are too many.
func (n *Net) quietly(runs []run) []run {
	all := slices.Clone(runs)
	seen := map[string]bool{}
	for _, r := range all {
		seen[string(r.tokens)] = true
	}
	for i := 0; i < len(all); i++ {
		for _, t := range n.transitions {
			if t.activity != silent || !enabled(t, all[i].tokens) {
				continue
			}
			moved := all[i].fire(t)
			if seen[string(moved.tokens)] {
				continue
			}
			if len(all) >= markingsMax || slices.Max(moved.tokens) > tokensMax {
				return nil
			}
			seen[string(moved.tokens)] = true
			all = append(all, moved)
		}
	}
	return all
}
