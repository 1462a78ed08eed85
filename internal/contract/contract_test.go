package contract_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/contract"
)

// TestLawsOfCover: what was collected covers instalments in the order of their days; nothing is covered twice, nothing more than it is, and what
// is left over covers nothing.
func TestLawsOfCover(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var plan []contract.Instalment
		sum := int64(0)
		for range rapid.IntRange(1, 12).Draw(t, "instalments") {
			amount := rapid.Int64Range(1, 1000).Draw(t, "amount")
			sum += amount
			plan = append(plan, contract.Instalment{AmountMinor: amount, UntilMinor: sum})
		}
		collected := rapid.Int64Range(-500, sum+500).Draw(t, "collected")
		contract.Cover(plan, collected)
		covered := int64(0)
		for i, part := range plan {
			covered += part.CollectedMinor
			if part.CollectedMinor < 0 || part.LeftMinor() < 0 {
				t.Fatalf("part %d: %+v", i, part)
			}
			if i > 0 && part.CollectedMinor > 0 && plan[i-1].LeftMinor() > 0 {
				t.Fatalf("part %d is covered before the one before it", i)
			}
		}
		if want := min(max(collected, 0), sum); covered != want {
			t.Fatalf("%d covered of %d, want %d", covered, collected, want)
		}
	})
}

func TestOverdueDays(t *testing.T) {
	t.Parallel()
	day := calendar.NewDate(2026, 9, 10)
	for name, c := range map[string]struct {
		paid  int64
		today calendar.Date
		days  int64
	}{"before": {0, day - 1, 0}, "on the day": {0, day, 0}, "the day after": {0, day + 1, 1}, "paid in part": {99, day + 30, 30}, "paid": {100, day + 30, 0}} {
		part := contract.Instalment{DueOn: day, AmountMinor: 100, CollectedMinor: c.paid}
		if got := part.OverdueDays(c.today); got != c.days {
			t.Errorf("%s: %d days, want %d", name, got, c.days)
		}
	}
}

func TestAContractExpiresByItself(t *testing.T) {
	t.Parallel()
	day := calendar.NewDate(2026, 9, 10)
	c := contract.Contract{State: contract.StateSigned, EndsOn: day}
	if c.StateOn(day) != contract.StateSigned || c.StateOn(day+1) != contract.StateExpired {
		t.Error("the last day is in it, the next is not")
	}
	if c.EndsOn = calendar.NoDate; c.StateOn(day+10_000) != contract.StateSigned {
		t.Error("one without an end expires")
	}
	if !slices.Contains(contract.States, contract.StateExpired) {
		t.Error("expired cannot be chosen")
	}
}
