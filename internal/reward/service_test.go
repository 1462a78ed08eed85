package reward_test

import (
	"testing"

	"pgregory.net/rapid"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/reward"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

const month = monthtest.SmallMonth

func TestWhoReadsTheLedger(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := monthtest.Open(t, db, monthtest.Small())
		h.MustClose(t, month)
		a, b := h.Person(t, "A"), h.Person(t, "B")
		for _, actor := range []access.Actor{monthtest.Approver, monthtest.Auditor} {
			page, err := h.Rewards.List(t.Context(), actor, reward.Filter{})
			if err != nil || page.Count == 0 || int64(len(page.Entries)) != page.Count || page.Names[a] != "陈思远" {
				t.Errorf("%s: %+v, %v", actor.UserID, page, err)
			}
		}
		for _, actor := range []access.Actor{monthtest.Seller(a), monthtest.Lead(a)} {
			page, err := h.Rewards.List(t.Context(), actor, reward.Filter{})
			if err != nil || page.Count != 2 || page.TotalMinor != 5_960_00 {
				t.Errorf("own entries: %+v, %v", page, err)
			}
			for _, e := range page.Entries {
				if e.PersonID != a {
					t.Errorf("%s sees %+v", actor.UserID, e)
				}
			}
			if _, err := h.Rewards.List(t.Context(), actor, reward.Filter{PersonID: b}); !errs.Is(err, errs.KindForbidden) {
				t.Errorf("somebody else's entries: %v", err)
			}
		}
		for _, actor := range []access.Actor{monthtest.Maker, monthtest.Admin} {
			if _, err := h.Rewards.List(t.Context(), actor, reward.Filter{}); !errs.Is(err, errs.KindForbidden) {
				t.Errorf("%s: %v", actor.UserID, err)
			}
		}
		if _, err := h.Rewards.List(t.Context(), access.Actor{}, reward.Filter{}); !errs.Is(err, errs.KindUnauthenticated) {
			t.Errorf("nobody: %v", err)
		}
	})
}

func TestTheLedgerIsPagedNewestFirst(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := monthtest.Open(t, db, monthtest.Small())
		h.MustClose(t, month-1)
		h.MustClose(t, month)
		filter := reward.Filter{Limit: 4}
		var seen, sum, count int64
		for last := int64(1 << 62); ; {
			page, err := h.Rewards.List(t.Context(), monthtest.Approver, filter)
			if err != nil || len(page.Entries) > 4 {
				t.Fatal(page, err)
			}
			for _, e := range page.Entries {
				if e.Seq >= last {
					t.Fatalf("entry %d after %d", e.Seq, last)
				}
				last = e.Seq
				seen++
				sum += e.AmountMinor
			}
			count = page.Count
			if page.TotalMinor == 0 || page.Next == 0 {
				if sum != page.TotalMinor {
					t.Errorf("sum %d, total %d", sum, page.TotalMinor)
				}
				break
			}
			filter.After = page.Next
		}
		if seen != count {
			t.Errorf("%d of %d entries seen", seen, count)
		}
		page, err := h.Rewards.List(t.Context(), monthtest.Approver, reward.Filter{Month: month, PlanID: "manager", Component: "override"})
		if err != nil || page.Count != 2 {
			t.Errorf("by month, plan and component: %+v, %v", page, err)
		}
	})
}

func TestTheHashCoversEveryField(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[a-z0-9:/]{0,6}`)
		entry := func(name string) reward.Entry {
			return reward.Entry{Seq: rapid.Int64Range(1, 20).Draw(t, name+" seq"), Key: text.Draw(t, name+" key"), PlanID: text.Draw(t, name+" plan"),
				Component: text.Draw(t, name+" component"), Debit: reward.Account(text.Draw(t, name+" debit")), Credit: reward.Account(text.Draw(t, name+" credit")),
				AmountMinor: rapid.Int64Range(-9, 9).Draw(t, name+" amount"), Source: text.Draw(t, name+" source"), PrevHash: text.Draw(t, name+" prev")}
		}
		a, b := entry("a"), entry("b")
		if (a.ComputeHash() == b.ComputeHash()) != (a == b) {
			t.Fatalf("%+v and %+v", a, b)
		}
	})
}
