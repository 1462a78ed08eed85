package reward_test

import (
	"testing"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/reward"
	"xiaoguan/internal/settle"
)

// TestEveryStepOfASettlementIsPostedOnce: the payable account grows by what is paid; lost amounts leave it alone; steps of one event,
// component, deal and month are one entry.
func TestEveryStepOfASettlementIsPostedOnce(t *testing.T) {
	t.Parallel()
	july, august := calendar.NewMonth(2026, 7), calendar.NewMonth(2026, 8)
	result := &settle.Result{PaidFen: 655, Postings: []settle.Posting{
		{Kind: settle.PostingEarned, Component: "commission", Deal: "a/b", Origin: august, AmountFen: 1000},
		{Kind: settle.PostingClawedBack, Component: "commission", Deal: "a/b", Origin: july, AmountFen: -300},
		{Kind: settle.PostingOffset, Component: "commission", Deal: "a/b", Origin: july, AmountFen: 100},
		{Kind: settle.PostingOffset, Component: "commission", Origin: july, AmountFen: -50},
		{Kind: settle.PostingCarried, Component: "bonus", Origin: august, AmountFen: 5},
		{Kind: settle.PostingInstalment, Component: "bonus", Origin: august, AmountFen: -60},
		{Kind: settle.PostingInstalment, Component: "bonus", Origin: august, AmountFen: -40},
		{Kind: settle.PostingHeld, Component: "commission", Deal: "a/b", Origin: august, AmountFen: -200},
		{Kind: settle.PostingReleased, Component: "commission", Deal: "c", Origin: july, AmountFen: 80},
		{Kind: settle.PostingExpired, Component: "commission", Deal: "d", Origin: july, AmountFen: 7},
		{Kind: settle.PostingForfeited, Component: "bonus", Origin: july, AmountFen: 9},
		{Kind: settle.PostingGuaranteed, Origin: august, AmountFen: 20},
		{Kind: settle.PostingDrawn, Origin: august, AmountFen: 150},
		{Kind: settle.PostingRecovered, Origin: july, AmountFen: -50},
		{Kind: settle.PostingForgiven, Origin: august, AmountFen: -30},
		{Kind: settle.PostingForgiven, Component: "bonus", Origin: july, AmountFen: -3},
		{Kind: settle.PostingPaid, Origin: august, AmountFen: 655},
	}}
	entries := reward.SettlementEntries(reward.Settled{Month: august, PersonID: 7, PlanID: "regular", Currency: "CNY", Source: "s", Result: result})
	sums, keys := map[reward.Account]int64{}, map[string]bool{}
	for _, e := range entries {
		if keys[e.Key] {
			t.Errorf("%s twice", e.Key)
		}
		keys[e.Key] = true
		if e.Event() == "" || e.Component == "" || e.Source != "s" {
			t.Errorf("%+v", e)
		}
		sums[e.Debit] += e.AmountMinor
		sums[e.Credit] -= e.AmountMinor
	}
	want := map[reward.Account]int64{
		reward.PayableAccount(7):                       -(result.PaidFen - 1000), // what is earned is posted by itself
		reward.HeldAccount(7):                          -60 - 40 + 100 - 200 + 80 + 7 + 9,
		reward.DrawAccount(7):                          150 - 50 - 30,
		reward.CarriedAccount(7):                       -50 + 5 - 3,
		reward.ExpenseAccount("regular", "commission"): -300 - 7,
		reward.ExpenseAccount("regular", "bonus"):      -9 + 3,
		reward.ExpenseAccount("regular", "guaranteed"): 20,
		reward.ExpenseAccount("regular", "forgiven"):   30,
	}
	for account, sum := range want {
		if sums[account] != sum {
			t.Errorf("%s: %d, want %d", account, sums[account], sum)
		}
	}
	if len(sums) != len(want) || len(entries) != 14 {
		t.Errorf("%d accounts, %d entries", len(sums), len(entries))
	}
	if (reward.Entry{Key: reward.CloseKey(august, "regular", "commission", 7)}).Event() != "" {
		t.Error("what is earned is no step of a settlement")
	}
}
