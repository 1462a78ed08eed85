package enginetest_test

import (
	"flag"
	"fmt"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"xiaoguan/internal/engine"
	"xiaoguan/internal/engine/enginetest"
	"xiaoguan/internal/engine/refmodel"
)

// The agreement test draws twice so many pairs of plans and facts, on two processors. A long run asks for more:
//
//	go test ./internal/engine/enginetest -run Agrees -rapid.checks=50000 -timeout=0
const checksUsual = "1000"

func TestMain(m *testing.M) {
	flag.Parse()
	asked := false
	flag.Visit(func(f *flag.Flag) { asked = asked || f.Name == "rapid.checks" })
	if !asked {
		if err := flag.Set("rapid.checks", checksUsual); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// linesOf names the engine's payouts as the reference model does.
func linesOf(in engine.Input, payouts []engine.Payout) map[refmodel.Line]refmodel.Pay {
	lines := map[refmodel.Line]refmodel.Pay{}
	for _, p := range payouts {
		rule := in.Plans[p.Plan]
		line := refmodel.Line{Payee: in.Facts.Persons[p.Person].Key, Plan: rule.ID, Component: rule.Components[p.Component].ID}
		lines[line] = refmodel.Pay{AmountFen: p.AmountFen, CarriedFen: p.CarriedFen}
	}
	return lines
}

// compare runs both on an input. It tells what they differ in, with everything that is needed to repeat it.
func compare(in engine.Input) (difference string) {
	want, err := refmodel.Compute(in)
	if err != nil {
		return fmt.Sprintf("reference model: %v", err)
	}
	result, err := engine.Run(in)
	if err != nil {
		return fmt.Sprintf("engine: %v\n%s", err, describe(in))
	}
	if diff := cmp.Diff(want, linesOf(in, result.Payouts)); diff != "" {
		return fmt.Sprintf("reference model (-), engine (+):\n%s\n%s", diff, describe(in))
	}
	return ""
}

func describe(in engine.Input) string {
	text := string(in.Crediting.Canonical())
	for _, p := range in.Plans {
		text += "\n" + string(p.Canonical())
	}
	return text + fmt.Sprintf("\nperiod %s, facts %+v, earlier %+v", in.Period, *in.Facts, in.Earlier)
}

func TestEngineAgreesWithTheReferenceModel(t *testing.T) {
	t.Parallel()
	for half := range 2 {
		t.Run(fmt.Sprint(half), func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(rt *rapid.T) {
				if difference := compare(enginetest.Input(rt)); difference != "" {
					rt.Fatal(difference)
				}
			})
		})
	}
}
