package mining

import (
	"slices"

	"xiaoguan/internal/errs"
)

// Replay is what came of replaying a trace on a net, in tokens.
type Replay struct {
	Produced, Consumed, Missing, Remaining int
	Unknown                                int // events whose activity the model does not have: they move no token
}

// Fits reports whether the trace is one of the model's.
func (r Replay) Fits() bool { return r.Missing == 0 && r.Remaining == 0 && r.Unknown == 0 }

// Fitness is ½(1 − missing ÷ consumed) + ½(1 − remaining ÷ produced).
func (r Replay) Fitness() Share {
	c, p := int64(r.Consumed), int64(r.Produced)
	return Share{2*c*p - int64(r.Missing)*p - int64(r.Remaining)*c, 2 * c * p}
}

// Add sums tokens up: the fitness of a log is that of the sums over all its traces.
func (r Replay) Add(o Replay, cases int) Replay {
	r.Produced += o.Produced * cases
	r.Consumed += o.Consumed * cases
	r.Missing += o.Missing * cases
	r.Remaining += o.Remaining * cases
	r.Unknown += o.Unknown * cases
	return r
}

// markingsMax is how many markings are tried to find the silent transitions that lead on.
const markingsMax = 5_000

// tokensMax is how many tokens a place may come to hold: only what is forced can make them pile up.
const tokensMax = 200

// Replay plays a trace: each event fires its transition, after the fewest silent ones that make it possible; where none do, the tokens that
// lack are put there and counted as missing. At the end the silent ones that lead to the final marking fire; what stays elsewhere is
// remaining. Source: Rozinat, van der Aalst, "Conformance checking of processes based on monitoring real behavior", Information Systems 33,
// 2008; Berti, van der Aalst, "A novel token-based replay technique", 2021, on silent transitions. A trace that fits is replayed as it fits.
// Of one that deviates, which transitions fire is a choice that looks no further than the next event, so that other implementations may count
// other tokens; alignments have no such freedom. Errors: invalid, when there are too many markings to try, as when forced tokens let silent loops pile up others.
func (n *Net) Replay(trace []int) (Replay, error) {
	if fits, ok := n.fitting(trace); ok {
		return fits, nil
	}
	p := player{net: n, tokens: make([]uint8, n.places)}
	p.tokens[n.initial] = 1
	p.Produced = 1
	for _, activity := range trace {
		if activity == Unknown {
			p.Unknown++
			continue
		}
		candidates := n.of(activity)
		done, err := p.silently(func(tokens []uint8) int {
			for _, k := range candidates {
				if enabled(n.transitions[k], tokens) {
					return k
				}
			}
			return silent
		})
		if err != nil {
			return Replay{}, err
		}
		if done == silent {
			done = p.fewestMissing(candidates)
			p.force(n.transitions[done])
		}
		p.fire(n.transitions[done])
	}
	if err := p.finish(); err != nil {
		return Replay{}, err
	}
	return p.Replay, nil
}

func (n *Net) of(activity int) (transitions []int) {
	for k, t := range n.transitions {
		if t.activity == activity {
			transitions = append(transitions, k)
		}
	}
	return transitions
}

type player struct {
	Replay
	net    *Net
	tokens []uint8
}

func enabled(t transition, tokens []uint8) bool {
	for _, p := range t.in {
		if tokens[p] == 0 {
			return false
		}
	}
	return true
}

func moveTokens(t transition, tokens []uint8) []uint8 {
	next := append([]uint8{}, tokens...)
	for _, p := range t.in {
		next[p]--
	}
	for _, p := range t.out {
		next[p]++
	}
	return next
}

func (p *player) fire(t transition) {
	p.tokens = moveTokens(t, p.tokens)
	p.Consumed += len(t.in)
	p.Produced += len(t.out)
}

func (p *player) fewestMissing(candidates []int) (best int) {
	least := -1
	for _, k := range candidates {
		missing := 0
		for _, place := range p.net.transitions[k].in {
			if p.tokens[place] == 0 {
				missing++
			}
		}
		if least < 0 || missing < least {
			best, least = k, missing
		}
	}
	return best
}

func (p *player) force(t transition) {
	for _, place := range t.in {
		if p.tokens[place] == 0 {
			p.tokens[place]++
			p.Missing++
		}
	}
}

// silently fires the fewest silent transitions after which found names one, and fires none when there is no such way.
func (p *player) silently(found func(tokens []uint8) int) (int, error) {
	type way struct {
		tokens []uint8
		parent int
		fired  int
	}
	ways := []way{{p.tokens, -1, silent}}
	seen := map[string]bool{string(p.tokens): true}
	for i := 0; i < len(ways); i++ {
		if k := found(ways[i].tokens); k != silent {
			var fired []int
			for at := i; ways[at].parent >= 0; at = ways[at].parent {
				fired = append(fired, ways[at].fired)
			}
			for at := len(fired) - 1; at >= 0; at-- {
				p.fire(p.net.transitions[fired[at]])
			}
			return k, nil
		}
		for k, t := range p.net.transitions {
			if t.activity != silent || !enabled(t, ways[i].tokens) {
				continue
			}
			next := moveTokens(t, ways[i].tokens)
			if seen[string(next)] {
				continue
			}
			if len(ways) >= markingsMax || slices.Max(next) > tokensMax {
				return silent, errs.New(errs.KindInvalid, "mining.too_many_states", errs.Args{"Max": markingsMax})
			}
			seen[string(next)] = true
			ways = append(ways, way{next, i, k})
		}
	}
	return silent, nil
}

// finish leads to the final marking, or at least to a token on the final place, and takes it.
func (p *player) finish() error {
	final := p.net.final
	total := func(tokens []uint8) (sum int) {
		for _, n := range tokens {
			sum += int(n)
		}
		return sum
	}
	for _, alone := range []bool{true, false} {
		done, err := p.silently(func(tokens []uint8) int {
			if tokens[final] > 0 && (!alone || total(tokens) == 1) {
				return final
			}
			return silent
		})
		if err != nil {
			return err
		}
		if done != silent {
			break
		}
	}
	if p.tokens[final] == 0 {
		p.tokens[final] = 1
		p.Missing++
	}
	p.tokens[final]--
	p.Consumed++
	p.Remaining = total(p.tokens)
	return nil
}
