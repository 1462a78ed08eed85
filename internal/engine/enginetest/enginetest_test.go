package enginetest_test

import (
	"testing"

	"pgregory.net/rapid"

	"xiaoguan/internal/engine"
	"xiaoguan/internal/engine/enginetest"
	"xiaoguan/internal/engine/refmodel"
)

// The seeds of the inputs that TestInputsReachEverything looks at are fixed, so that what they reach changes with the generator (and
// rapid) alone, never from run to run. The rarest form, pay below zero, is reached by about twice as many as it must be.
const (
	seeds   = 300
	reached = 15
)

// TestInputsReachEverything: random comparison is worth what its inputs reach. A generator that stopped drawing a form would go
// unnoticed otherwise.
func TestInputsReachEverything(t *testing.T) {
	t.Parallel()
	inputs := rapid.Custom(enginetest.Input)
	seen := map[string]int{}
	for seed := range seeds {
		in := inputs.Example(seed)
		pay, err := refmodel.Run(in)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		for form := range formsOf(in, pay) {
			seen[form]++
		}
	}
	t.Logf("inputs of %d that reach a form: %v", seeds, seen)
	for _, form := range []string{
		"above zero", "below zero", "zero", "refund", "cap", "floor", "whole_amount", "marginal", "per", "when", "stands", "by_day", "signed",
	} {
		if seen[form] < reached {
			t.Errorf("%s was reached by %d of %d inputs, want %d", form, seen[form], seeds, reached)
		}
	}
}

// formsOf names what an input and its pay hold.
func formsOf(in engine.Input, pay map[refmodel.Line]int64) map[string]bool {
	forms := map[string]bool{}
	note := func(form string, reached bool) {
		if reached {
			forms[form] = true
		}
	}
	for _, fen := range pay {
		note("above zero", fen > 0)
		note("below zero", fen < 0)
		note("zero", fen == 0)
	}
	for _, fen := range in.Facts.Payments.AmountFen {
		note("refund", fen < 0)
	}
	for _, p := range in.Plans {
		note(string(p.Statements.NegativeResult), true)
		note(string(p.Statements.Leaver), true)
		note(p.Statements.EarnedOn, true)
		for _, c := range p.Components {
			note("per", c.Pays.Per != "")
			note("when", len(c.When) > 0)
			note("cap", c.Cap != nil)
			note("floor", c.Floor != nil)
			if c.Pays.Table != nil {
				note(string(c.Pays.Table.Style), true)
			}
		}
	}
	return forms
}
