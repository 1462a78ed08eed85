package enginetest_test

import (
	"testing"

	"pgregory.net/rapid"

	"xiaoguan/internal/engine/enginetest"
	"xiaoguan/internal/engine/refmodel"
)

// TestInputsReachEverything: random comparison is worth what its inputs reach. A generator that stopped drawing a form would go
// unnoticed otherwise.
func TestInputsReachEverything(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		in := enginetest.Input(rt)
		pay, err := refmodel.Run(in)
		if err != nil {
			rt.Fatal(err)
		}
		for _, fen := range pay {
			switch {
			case fen > 0:
				seen["above zero"]++
			case fen < 0:
				seen["below zero"]++
			default:
				seen["zero"]++
			}
		}
		for _, p := range in.Plans {
			for _, c := range p.Components {
				if c.Pays.Table != nil {
					seen[string(c.Pays.Table.Style)]++
				}
				if c.Pays.Per != "" {
					seen["per"]++
				}
				if len(c.When) > 0 {
					seen["when"]++
				}
			}
		}
	})
	for _, what := range []string{"above zero", "below zero", "zero", "whole_amount", "marginal", "per", "when"} {
		if seen[what] < 5 {
			t.Errorf("%s was reached %d times", what, seen[what])
		}
	}
}
