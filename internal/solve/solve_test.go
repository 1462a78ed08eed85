package solve_test

import (
	"errors"
	"testing"

	"pgregory.net/rapid"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/solve"
)

func TestLeast(t *testing.T) {
	t.Parallel()
	percent := func(x int64) int64 { return x / 100 }
	cliff := func(x int64) int64 {
		if x >= 5_000_00 {
			return x/100 + 2_000_00
		}
		return x / 100
	}
	capped := func(x int64) int64 { return min(x/10, 300_00) }
	for name, c := range map[string]struct {
		target, most int64
		pay          func(int64) int64
		want         solve.Answer
	}{
		"a rate":                      {10_00, 1 << 40, percent, solve.Answer{Outcome: solve.Reached, NeedFen: 1_000_00, PayFen: 10_00, JumpFen: 1}},
		"a rate that meets no step":   {10_01, 1 << 40, percent, solve.Answer{Outcome: solve.Reached, NeedFen: 1_001_00, PayFen: 10_01, JumpFen: 1}},
		"a cliff":                     {60_00, 1 << 40, cliff, solve.Answer{Outcome: solve.Reached, NeedFen: 5_000_00, PayFen: 2_050_00, JumpFen: 2_000_01}},
		"what is there already":       {0, 1 << 40, percent, solve.Answer{Outcome: solve.Already}},
		"a cap below":                 {300_01, 1 << 40, capped, solve.Answer{Outcome: solve.Limited, NeedFen: 3_000_00, PayFen: 300_00, JumpFen: 10}},
		"a cap that is just enough":   {300_00, 1 << 40, capped, solve.Answer{Outcome: solve.Reached, NeedFen: 3_000_00, PayFen: 300_00, JumpFen: 10}},
		"too far":                     {100_00, 4_000_00, percent, solve.Answer{Outcome: solve.TooFar, NeedFen: 4_000_00, PayFen: 40_00, JumpFen: 1}},
		"selling that brings nothing": {1, 1 << 40, func(int64) int64 { return 0 }, solve.Answer{Outcome: solve.Limited}},
		"pay that begins below nothing": {5_00, 1 << 40, func(x int64) int64 { return x/100 - 5_00 },
			solve.Answer{Outcome: solve.Reached, NeedFen: 1_000_00, BeforeFen: -5_00, PayFen: 5_00, JumpFen: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q := solve.Question{TargetFen: c.target, MostFen: c.most, StepFen: 100}
			got, err := solve.Least(q, func(x int64) (int64, error) { return c.pay(x), nil })
			if err != nil || got.Asked == 0 || got.Asked > 90 {
				t.Fatal(got.Asked, err)
			}
			if got.Jumps(q) != (name == "a cliff") {
				t.Errorf("jumps: %v", got.Jumps(q))
			}
			if got.Asked = 0; got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}

func TestWhatCannotBeAsked(t *testing.T) {
	t.Parallel()
	if _, err := solve.Least(solve.Question{TargetFen: 1, MostFen: 10, StepFen: 100}, nil); !errs.Is(err, errs.KindInvalid) {
		t.Errorf("no room: %v", err)
	}
	broken := errors.New("broken")
	for name, breaks := range map[string]func(x int64) bool{
		"at once": func(x int64) bool { return x == 0 }, "on the way up": func(x int64) bool { return x == 256 }, "between": func(x int64) bool { return x > 512 && x < 1024 },
	} {
		_, err := solve.Least(solve.Question{TargetFen: 1000, MostFen: 1 << 20, StepFen: 1}, func(x int64) (int64, error) {
			if breaks(x) {
				return 0, broken
			}
			return x, nil
		})
		if !errors.Is(err, broken) {
			t.Errorf("the failure %s is lost: %v", name, err)
		}
	}
}

// TestTheAnswerIsTheLeast holds the search to a walk over every step, for pay that never falls.
func TestTheAnswerIsTheLeast(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		most := rapid.Int64Range(1, 400).Draw(t, "most")
		pays, pay := make([]int64, most+1), rapid.Int64Range(-50, 50).Draw(t, "first")
		for i := range pays {
			pays[i] = pay
			if rapid.IntRange(0, 3).Draw(t, "rises") == 0 {
				pay += rapid.Int64Range(0, 40).Draw(t, "by")
			}
		}
		target := rapid.Int64Range(-60, 2_000).Draw(t, "target")
		a, err := solve.Least(solve.Question{TargetFen: target, MostFen: most, StepFen: 1}, func(x int64) (int64, error) { return pays[x], nil })
		if err != nil {
			t.Fatal(err)
		}
		want := int64(-1)
		for x, p := range pays {
			if p >= target {
				want = int64(x)
				break
			}
		}
		switch {
		case want >= 0 && (a.NeedFen != want || a.PayFen != pays[want] || a.Outcome != solve.Reached && a.Outcome != solve.Already):
			t.Fatalf("%+v, want %d of %v", a, want, pays)
		case want < 0 && (a.Outcome == solve.Reached || a.Outcome == solve.Already || a.PayFen != pays[most]):
			t.Fatalf("%+v reached what is not there: %v", a, pays)
		}
	})
}
