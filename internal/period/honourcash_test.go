package period_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/adjustment"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/honour"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/period"
	"xiaoguan/internal/reward"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// owed reads the account of a person.
func (w *whole) owed(person int64) reward.Balance {
	w.t.Helper()
	a, err := w.Rewards.Account(w.t.Context(), monthtest.Auditor, reward.AccountOf{PersonID: person, From: calendar.NoDate, To: calendar.NoDate})
	if err != nil {
		w.t.Fatal(err)
	}
	return a.Closing
}

// reviewed is what the review of a month says of titles: granted, put off or taken, and the sum.
func (w *whole) reviewed(m calendar.Month) period.Granted {
	w.t.Helper()
	r, err := w.Periods.Review(w.t.Context(), monthtest.Approver, m, period.AgainstLastMonth)
	if err != nil {
		w.t.Fatal(err)
	}
	return r.Granted
}

// settled is what a month decided about a person, as finance sees it.
func (w *whole) settled(m calendar.Month, person int64) payout.Settled {
	w.t.Helper()
	v, err := w.Payouts.Settled(w.t.Context(), monthtest.Auditor, m, person)
	if err != nil {
		w.t.Fatal(err)
	}
	return v
}

// TestARevokedTitleIsTakenFromWhatLaterMonthsPay: the title of August brings 800.00 with September. It is revoked after that, when October pays its
// winner nothing: the 800.00 stand open. November pays 300.00, which are taken; 500.00 stand open, are in the review of every month on the way, in
// the payee's month before and after its close, in the ledger, and no pay file asks anybody for money.
func TestARevokedTitleIsTakenFromWhatLaterMonthsPay(t *testing.T) {
	t.Parallel()
	storetest.RunFrom(t, time.Date(2026, time.November, 20, 2, 0, 0, 0, time.UTC), func(t *testing.T, db *store.DB) {
		w := openWhole(t, db)
		ctx := t.Context()
		w.pay("more", "D2", "2026-08-07", 30_000)  // D collects the most in August
		w.pay("again", "D2", "2026-09-20", 10_000) // makes up for the refund of September
		w.MustClose(t, month-1)
		award := w.honour("2026-08")
		winner := award.PersonID
		if winner != w.d {
			t.Fatalf("%+v", award)
		}
		w.MustCalculate(t, month)
		if g := w.reviewed(month); len(g.Grants) != 1 || g.PaidMinor() != 800_00 || len(g.Steps) != 0 {
			t.Fatalf("before the close: %+v", g)
		}
		w.listed(month, winner, 800_00)
		w.MustClose(t, month)
		w.listed(month, winner, 800_00)
		if g := w.reviewed(month); g.PaidMinor() != 800_00 {
			t.Fatalf("after the close: %+v", g)
		}
		if _, err := w.honours.Revoke(ctx, hr, award.ID, "资格有误"); err != nil {
			t.Fatal(err)
		}
		before := w.owed(winner)
		for i, pays := range []int64{0, 300_00} {
			m := month + 1 + calendar.Month(i)
			w.MustCalculate(t, m)
			if has := paidTo(t, w, m, winner); has != pays {
				w.adjust(adjustment.Draft{Person: keys(t, w.House)[winner], Month: m, AmountMinor: pays - has})
			}
			w.MustCalculate(t, m)
			reviewed := w.reviewed(m).PaidMinor()
			waits := w.settled(m, winner)
			if waits.PaidMinor != 0 || payout.HonourSum(waits.Honours) != -pays {
				t.Errorf("before the close of %s: %+v; reviewed %d", m, waits, reviewed)
			}
			w.listed(m, winner, -pays)
			w.MustClose(t, m)
			w.listed(m, winner, -pays)
			w.balanced(m)
			closed := w.settled(m, winner)
			for i := range closed.Honours {
				closed.Honours[i].Month = 0
			}
			if !slices.Equal(waits.Honours, closed.Honours) {
				t.Errorf("%s closed with %+v, and announced %+v", m, closed.Honours, waits.Honours)
			}
			v, err := w.Payouts.Settled(ctx, monthtest.Seller(winner), m, winner)
			if err != nil || v.PaidMinor != 0 || payout.HonourSum(v.Honours) != -pays || reviewed != -pays {
				t.Errorf("%s: %+v, %v; reviewed %d", m, v, err, reviewed)
			}
		}
		now := w.owed(winner)
		if now.DebtMinor-before.DebtMinor != -500_00 || now.DueMinor != before.DueMinor {
			t.Errorf("owed %+v before and %+v after", before, now)
		}
		if again := w.MustRetro(t, month-1, month); again.Deltas != 0 {
			t.Errorf("a retro finds %d differences", again.Deltas)
		}
	})
}

// listed wants so much cash of titles beside the winner's statements in the list of a month, and beside nobody else's.
func (w *whole) listed(m calendar.Month, winner, want int64) {
	w.t.Helper()
	page, err := w.Payouts.List(w.t.Context(), monthtest.Auditor, payout.Filter{Month: m})
	if err != nil || len(page.Heads) < 2 {
		w.t.Fatal(page, err)
	}
	got, stated := map[int64]int64{}, false
	for _, h := range page.Heads {
		got[h.PersonID] += h.HonourMinor
		stated = stated || h.PersonID == winner
	}
	for person, minor := range got {
		if person == winner && minor != want || person != winner && minor != 0 {
			w.t.Errorf("%s lists %d of titles for %d, want %d for %d", m, minor, person, want, winner)
		}
	}
	if !stated {
		w.t.Errorf("%s states nothing of the winner", m)
	}
}

// paidTo is what a month pays somebody by plans.
func paidTo(t *testing.T, w *whole, m calendar.Month, person int64) (sum int64) {
	t.Helper()
	heads, err := w.Payouts.History(t.Context(), monthtest.Auditor, person)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range heads {
		if h.Month == m {
			sum += h.PaidMinor
		}
	}
	return sum
}

// TestVerifyComparesGrantsWithAwards changes one thing of a grant, of an entry and of an award at a time, as only somebody with the database can.
func TestVerifyComparesGrantsWithAwards(t *testing.T) {
	t.Parallel()
	open := func(t *testing.T, close bool) (*whole, honour.Award) {
		w := openWhole(t, storetest.SQLite(t))
		w.MustClose(t, month-1)
		award := w.honour("2026-08")
		if close {
			w.MustClose(t, month)
		}
		return w, award
	}
	for name, c := range map[string]struct {
		close             bool
		statement, broken string
	}{
		"person":        {true, "UPDATE reward_grant SET person_id = person_id + 1", "ledger_entry:"},
		"rule":          {true, "UPDATE reward_grant SET component = 'other'", "ledger_entry:"},
		"source":        {true, "UPDATE reward_grant SET source = 'x'", "ledger_entry:"},
		"amount":        {true, "UPDATE reward_grant SET amount_minor = amount_minor + 1", "ledger_entry:"},
		"another month": {true, "UPDATE reward_grant SET month = '2026-08'", "ledger_entry:"},
		"award":         {false, "UPDATE honour_award SET person_name = 'x'", "honour_award:"},
		"digest":        {false, "UPDATE honour_award SET digest = 'x'", "honour_award:"},
		"waiting":       {false, "UPDATE reward_grant SET amount_minor = 1", "reward_grant:award/"},
		"gone":          {false, "DELETE FROM reward_grant", "reward_grant:award/"},
		"made up":       {false, "INSERT INTO reward_grant SELECT 'award/x', person_id, component, name_zh, name_en, amount_minor, currency, source, granted_at, month FROM reward_grant", "reward_grant:award/x"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, _ := open(t, c.close)
			if record := tampered(t, w.DB, func(*store.Tx) error { return nil }); record != "" {
				t.Fatalf("broken before: %s", record)
			}
			if record := tampered(t, w.DB, one(t, c.statement)); !strings.HasPrefix(record, c.broken) {
				t.Errorf("%s, want %s", record, c.broken)
			}
		})
	}
}

// TestRevokingARoundTakesAllOfItsTitles: two are equal, both win, and one word takes both back.
func TestRevokingARoundTakesAllOfItsTitles(t *testing.T) {
	t.Parallel()
	w := openWhole(t, storetest.SQLite(t))
	ctx := t.Context()
	w.MustClose(t, month-1)
	award := w.honour("2026-08")
	taken, err := w.honours.RevokeRound(ctx, hr, award.RoundID, "数据有误")
	if err != nil || len(taken) != 1 {
		t.Fatal(taken, err)
	}
	if _, err := w.honours.RevokeRound(ctx, hr, award.RoundID, "数据有误"); err == nil {
		t.Error("revoked twice")
	}
	all, err := w.honours.Wall(ctx, hr, honour.AwardFilter{})
	if err != nil || len(all) != 0 {
		t.Error(all, err)
	}
	w.MustClose(t, month)
	if g := w.reviewed(month); g.PaidMinor() != 0 || len(g.Grants) != 2 || len(g.Steps) != 0 {
		t.Errorf("%+v", g)
	}
	w.balanced(month)
}
