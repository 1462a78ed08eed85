package enginetest_test

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"xiaoguan/internal/engine"
	"xiaoguan/internal/engine/enginetest"
	"xiaoguan/internal/engine/refmodel"
	"xiaoguan/internal/errs"
)

// pairsOf is how many pairs of plans and facts are compared; a long run asks for more:
//
//	XIAOGUAN_AGREEMENT_PAIRS=100000 go test ./internal/engine/enginetest -run Agrees -timeout=0
//
// They are drawn in two halves, on two processors.
const (
	pairsOf    = "XIAOGUAN_AGREEMENT_PAIRS"
	pairsUsual = 2000
)

func TestMain(m *testing.M) {
	flag.Parse()
	pairs, err := strconv.Atoi(cmp.Or(os.Getenv(pairsOf), strconv.Itoa(pairsUsual)))
	if err != nil {
		panic(err)
	}
	asked := false // for so many of each half, to repeat a failure
	flag.Visit(func(f *flag.Flag) { asked = asked || f.Name == "rapid.checks" })
	if !asked {
		if err := flag.Set("rapid.checks", strconv.Itoa((pairs+1)/2)); err != nil {
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

// beyond says whether the engine refuses an input for amounts beyond 64 bits and for nothing else.
func beyond(err error) bool {
	e, ok := errors.AsType[*errs.Error](err)
	return ok && len(e.Fields) > 0 && !slices.ContainsFunc(e.Fields, func(f errs.Field) bool { return f.Message.Key != "engine.overflow" })
}

// compare runs both on an input. It tells what they differ in, with everything that is needed to repeat it.
func compare(in engine.Input) (difference string) {
	want, err := refmodel.Compute(in)
	if err != nil && !errors.Is(err, refmodel.ErrBeyond) {
		return fmt.Sprintf("reference model: %v", err)
	}
	tooMuch := err != nil
	result, err := engine.Run(in)
	if tooMuch && beyond(err) {
		return ""
	}
	if tooMuch {
		return fmt.Sprintf("reference model: %v; engine: %v\n%s", refmodel.ErrBeyond, err, describe(in))
	}
	if err != nil {
		return fmt.Sprintf("engine: %v\n%s", err, describe(in))
	}
	if diff := gocmp.Diff(want, linesOf(in, result.Payouts)); diff != "" {
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

// compareRefusals runs both on an input that may be refused. Where the reference model refuses, the engine must; the engine refuses more
// (it asks every fact for the costs and units that a plan counts, and all members of a pool at once), but what both pay must be equal.
func compareRefusals(in engine.Input) (difference string, refused, paid bool) {
	_, want := refmodel.Compute(in)
	_, got := engine.Run(in)
	switch {
	case got != nil:
		return "", want != nil, false
	case want != nil:
		return fmt.Sprintf("reference model: %v; the engine does not refuse\n%s", want, describe(in)), false, false
	}
	return compare(in), false, true
}

func TestEngineRefusesWhatTheReferenceModelRefuses(t *testing.T) {
	t.Parallel()
	refused, paid := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		difference, both, neither := compareRefusals(enginetest.Refusing(rt))
		if difference != "" {
			rt.Fatal(difference)
		}
		if both {
			refused++
		}
		if neither {
			paid++
		}
	})
	t.Logf("both refused %d, both paid %d", refused, paid)
	if refused == 0 || paid == 0 {
		t.Error("inputs reach only one of refusals and pay")
	}
}
