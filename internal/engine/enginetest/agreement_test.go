package enginetest_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"xiaoguan/internal/engine"
	"xiaoguan/internal/engine/enginetest"
	"xiaoguan/internal/engine/refmodel"
)

// linesOf names the engine's payouts as the reference model does.
func linesOf(in engine.Input, payouts []engine.Payout) map[refmodel.Line]int64 {
	lines := map[refmodel.Line]int64{}
	for _, p := range payouts {
		rule := in.Plans[p.Plan]
		lines[refmodel.Line{Payee: in.Facts.Persons[p.Person].Key, Plan: rule.ID, Component: rule.Components[p.Component].ID}] = p.AmountFen
	}
	return lines
}

func TestEngineAgreesWithTheReferenceModel(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		in := enginetest.Input(rt)
		want, err := refmodel.Run(in)
		if err != nil {
			rt.Fatal(err)
		}
		result, err := engine.Run(in)
		if err != nil {
			rt.Fatal(err)
		}
		if diff := cmp.Diff(refmodel.NonZero(want), refmodel.NonZero(linesOf(in, result.Payouts))); diff != "" {
			for _, p := range in.Plans {
				rt.Logf("%s", p.Canonical())
			}
			rt.Logf("period %s, facts %+v", in.Period, *in.Facts)
			rt.Fatalf("reference model (-), engine (+):\n%s", diff)
		}
	})
}
