package demo

import "math/rand/v2"

// permille is one as the shares of this package are counted: in thousandths, without floats.
const permille = 1000

// dice is chance with a seed: the same seed throws the same numbers. Each subject has dice of its own, so that more of one does not
// change the others.
type dice struct{ *rand.Rand }

func newDice(seed, subject uint64) dice { return dice{rand.New(rand.NewPCG(seed, subject))} }

// between returns a number from low to high, both included.
func (d dice) between(low, high int64) int64 { return low + d.Int64N(high-low+1) }

// chance is true in so many of a thousand cases.
func (d dice) chance(of int64) bool { return d.Int64N(permille) < of }

// one returns one of the choices.
func one[T any](d dice, choices []T) T { return choices[d.IntN(len(choices))] }
