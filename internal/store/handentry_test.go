package store_test

import (
	"slices"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/customer"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/org"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
	"xiaoguan/internal/target"
)

// closeMonth marks a month as closed, as far as lateness is concerned.
func closeMonth(t *testing.T, db *store.DB, text string) {
	t.Helper()
	execRaw(t, db, `INSERT INTO period (month, state, revision, current_run, running_run, run_by, published_by, published_at, object_until, approved_by, approved_at,
		closed_by, closed_at, seal_hash) VALUES ('`+text+`', 'closed', 1, '', '', '', '', '', '', '', '', '', '', '')`)
}

func TestPaymentsByHandAreBatchesWithHistoryAndSayWhenTheyAreLate(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		b, ctx := newBooks(t, db), t.Context()
		closeMonth(t, db, "2026-08")
		receipt, err := b.deals.RecordPayment(ctx, b.clerk(), deal.Entry{Key: "N1", DealKey: "D1", Kind: deal.Collection, PaidOn: day("2026-09-20"), AmountMinor: 7_00})
		if err != nil || receipt.Outcome != fact.Added || receipt.Late {
			t.Fatalf("in time: %+v %v", receipt, err)
		}
		late, err := b.deals.CorrectPayment(ctx, b.clerk(), deal.Correction{Key: "N1", PaidOn: day("2026-08-20"), AmountMinor: 8_00, Seen: receipt.Batch})
		if err != nil || !late.Late || late.Month != month("2026-08") {
			t.Fatalf("late: %+v %v", late, err)
		}
		if _, err := b.deals.CorrectPayment(ctx, b.clerk(), deal.Correction{Key: "N1", PaidOn: day("2026-08-20"), AmountMinor: 9_00, Seen: receipt.Batch}); !errs.Is(err, errs.KindConflict) {
			t.Errorf("what was seen has changed: %v", err)
		}
		same, err := b.deals.CorrectPayment(ctx, b.clerk(), deal.Correction{Key: "N1", PaidOn: day("2026-08-20"), AmountMinor: 8_00})
		if err != nil || same.Batch != 0 || same.Outcome != fact.Unchanged {
			t.Errorf("nothing to change: %+v %v", same, err)
		}
		d, err := b.deals.Payment(ctx, b.clerk(), "N1")
		if err != nil || len(d.Versions) != 2 || d.AmountMinor != 8_00 || d.Versions[0].Payment.AmountMinor != 8_00 || !d.Versions[0].Mark.Current() ||
			d.Versions[1].Payment.AmountMinor != 7_00 || d.Versions[1].Mark.Superseded != late.Batch || d.Versions[1].Mark.RecordedBy != "u-" || !d.MayWrite {
			t.Errorf("history %+v (%v)", d, err)
		}
		refund := deal.Entry{Key: "N2", DealKey: "D1", Kind: deal.Refund, PaidOn: day("2026-09-21"), AmountMinor: 38_01}
		if _, err := b.deals.RecordPayment(ctx, b.clerk(), refund); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("more goes back than came in: %v", err)
		}
		refund.AmountMinor = 38_00
		if _, err := b.deals.RecordPayment(ctx, b.clerk(), refund); err != nil {
			t.Error(err)
		}
		for name, in := range map[string]deal.Entry{
			"a taken key": {Key: "N2", DealKey: "D2", Kind: deal.Collection, PaidOn: day("2026-09-01"), AmountMinor: 1},
			"tomorrow":    {Key: "N3", DealKey: "D2", Kind: deal.Collection, PaidOn: day("2026-09-25"), AmountMinor: 1},
			"nothing":     {Key: "N3", DealKey: "D2", Kind: deal.Collection, PaidOn: day("2026-09-01")},
		} {
			if _, err := b.deals.RecordPayment(ctx, b.clerk(), in); !errs.Is(err, errs.KindInvalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		whole, err := b.deals.Get(ctx, b.clerk(), "D1")
		if err != nil || whole.PaidMinor != 0 || whole.Payments != 5 || len(whole.Paid) != 5 || len(whole.Sharers) != 2 || len(whole.Versions) != 1 || len(whole.Versions[0].Row.Sharers) != 2 {
			t.Errorf("deal %+v (%v)", whole, err)
		}
		checkLog(t, db, "payment.record", "payment.correct", "payment.refund")
	})
}

// checkLog wants the actions to be the log's, in order, and its chain to be whole.
func checkLog(t *testing.T, db *store.DB, actions ...string) {
	t.Helper()
	log := audit.NewService(db.Audit())
	page, err := log.List(t.Context(), access.SystemActor("test"), audit.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range slices.Backward(page.Entries) {
		got = append(got, e.Action)
	}
	if !slices.Equal(got, actions) {
		t.Errorf("log %v, want %v", got, actions)
	}
	if _, err := log.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestPeopleByHandAndBothTimeAxes(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		b, ctx := newBooks(t, db), t.Context()
		closeMonth(t, db, "2026-08")
		p1 := b.ids["P1"]
		before, err := b.people.Person(ctx, b.clerk(), p1, org.Now())
		if err != nil || !before.MayWrite || !before.Known || before.TeamName != "队1" || before.RegionName != "区E" {
			t.Fatalf("%+v %v", before, err)
		}
		moved, err := b.people.Move(ctx, b.clerk(), org.Move{PersonID: p1, TeamID: b.ids["T2"], Level: org.LevelRegular, On: day("2026-09-15"), Seen: before.Latest})
		if err != nil || moved.Late {
			t.Fatalf("%+v %v", moved, err)
		}
		at := func(valid string, recorded fact.BatchID) string {
			d, err := b.people.Person(ctx, b.clerk(), p1, org.When{Valid: day(valid), Recorded: recorded})
			if err != nil {
				t.Fatal(err)
			}
			return d.TeamName + " " + string(d.Assignment.Level)
		}
		for _, c := range []struct {
			valid    string
			recorded fact.BatchID
			want     string
		}{
			{"2026-09-14", moved.Batch, "队1 core"}, {"2026-09-15", moved.Batch, "队2 regular"}, {"2026-09-15", moved.Batch - 1, "队1 core"}, {"2026-09-15", 0, "队2 regular"},
		} {
			if got := at(c.valid, c.recorded); got != c.want {
				t.Errorf("on %s as of %d: %q, want %q", c.valid, c.recorded, got, c.want)
			}
		}
		after, err := b.people.Person(ctx, b.clerk(), p1, org.Now())
		if err != nil || len(after.Assignments) != 3 {
			t.Errorf("%d records of assignment (%v): %+v", len(after.Assignments), err, after.Assignments)
		}
		if _, err := b.people.Move(ctx, b.clerk(), org.Move{PersonID: p1, TeamID: b.ids["T1"], Level: org.LevelRegular, On: day("2026-09-16"), Seen: before.Latest}); !errs.Is(err, errs.KindConflict) {
			t.Errorf("somebody was faster: %v", err)
		}
		left, err := b.people.Leave(ctx, b.clerk(), org.Leave{PersonID: b.ids["P0"], On: day("2026-09-20")})
		if err != nil || left.Late {
			t.Errorf("leaving in an open month is not late: %+v %v", left, err)
		}
		tree, err := b.people.Tree(ctx, b.clerk(), org.Now())
		if err != nil || len(tree.Regions) != 2 || tree.Regions[0].People != 3 || tree.Regions[0].Teams[0].LeaderID != 0 || tree.Regions[0].Teams[0].People != 1 {
			t.Errorf("tree %+v (%v)", tree, err)
		}
		id, hired, err := b.people.Hire(ctx, b.clerk(), org.Hire{Key: "P9", Name: "新人", TeamID: b.ids["T1"], Level: org.LevelNewcomer, On: day("2026-08-10")})
		if err != nil || id == 0 || !hired.Late || hired.Month != month("2026-08") {
			t.Errorf("hired %d %+v %v", id, hired, err)
		}
		if _, _, err := b.people.Hire(ctx, b.clerk(), org.Hire{Key: "P9", Name: "又一个", Level: org.LevelNewcomer, On: day("2026-08-10")}); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("a taken number: %v", err)
		}
		if _, err := b.people.SetLeader(ctx, b.clerk(), org.SetLeader{TeamID: b.ids["T1"], PersonID: id, On: day("2026-09-21")}); err != nil {
			t.Error(err)
		}
		page, err := b.people.List(ctx, b.clerk(), org.Filter{When: org.Now(), Employment: org.Employed, TeamID: b.ids["T1"]})
		if err != nil || page.Count != 2 || !slices.Equal(page.Members[1].Leads, []int64{b.ids["T1"]}) {
			t.Errorf("team %+v (%v)", page, err)
		}
		gone, err := b.people.List(ctx, b.clerk(), org.Filter{When: org.Now(), Employment: org.NotEmployed})
		if err != nil || gone.Count != 1 || gone.Members[0].Key != "P0" {
			t.Errorf("gone %+v (%v)", gone, err)
		}
		checkLog(t, db, "person.move", "person.leave", "person.hire", "team.set_leader")
	})
}

func TestCustomersAndQuotasByHand(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		b, ctx := newBooks(t, db), t.Context()
		closeMonth(t, db, "2026-08")
		id, receipt, err := b.customers.Save(ctx, b.clerk(), customer.Entry{Key: "C9", Name: "新客户", City: "无锡"})
		if err != nil || id == 0 || receipt.Outcome != fact.Added {
			t.Fatalf("%d %+v %v", id, receipt, err)
		}
		if _, receipt, err = b.customers.Save(ctx, b.clerk(), customer.Entry{ID: id, Name: "新客户有限公司", City: "无锡", Seen: receipt.Batch}); err != nil || receipt.Outcome != fact.Corrected {
			t.Errorf("%+v %v", receipt, err)
		}
		d, err := b.customers.Get(ctx, b.clerk(), id)
		if err != nil || d.Name != "新客户有限公司" || len(d.Versions) != 2 {
			t.Errorf("%+v %v", d, err)
		}
		for name, in := range map[string]customer.Entry{
			"a taken key": {Key: "C1", Name: "x"}, "no name": {Key: "C10"}, "a blank at the end": {Key: "C10", Name: "x "}, "a bad code": {Key: "C10", Name: "x", CreditCode: "123"},
		} {
			if _, _, err := b.customers.Save(ctx, b.clerk(), in); !errs.Is(err, errs.KindInvalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		c1, err := b.customers.Get(ctx, b.as("P1", access.RoleSeller, access.ScopeOwn), b.ids["C1"])
		if err != nil || len(c1.Sellers) != 2 || c1.MayWrite {
			t.Errorf("%+v %v", c1, err)
		}
		set, err := b.targets.Set(ctx, b.clerk(), target.Entry{PersonID: b.ids["P1"], Month: month("2026-08"), AmountMinor: 900})
		if err != nil || !set.Late || set.Outcome != fact.Added {
			t.Errorf("%+v %v", set, err)
		}
		set, err = b.targets.Set(ctx, b.clerk(), target.Entry{PersonID: b.ids["P1"], Month: month("2026-09"), AmountMinor: 900})
		if err != nil || set.Late || set.Outcome != fact.Corrected {
			t.Errorf("%+v %v", set, err)
		}
		versions, err := b.targets.History(ctx, b.clerk(), b.ids["P1"], month("2026-09"), target.OfCollected)
		if err != nil || len(versions) != 2 || versions[0].Quota.AmountMinor != 900 || versions[1].Mark.Current() {
			t.Errorf("%+v %v", versions, err)
		}
		checkLog(t, db, "customer.add", "customer.correct", "quota.set", "quota.set")
	})
}
