package retention_test

import (
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/retention"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

var today = calendar.DateOf(storetest.Start)

// record writes a company of two teams: A sells to C1, which stays, and C2, which leaves; B sells to C3, which is new.
func record(t *testing.T, db *store.DB) (people map[string]int64) {
	t.Helper()
	people = map[string]int64{}
	ctx := t.Context()
	err := db.InTx(ctx, func(tx *store.Tx) error {
		w, err := tx.NewFactWriter(ctx, fact.BatchRequest{Kind: fact.BatchSetup, ActorID: "u"})
		if err != nil {
			return err
		}
		put := func(_ fact.Outcome, problem error) {
			if err == nil {
				err = problem
			}
		}
		put(w.PutRegion(ctx, fact.RegionRecord{Key: "E", Name: "华东"}))
		for _, p := range [][2]string{{"A", "T1"}, {"B", "T2"}} {
			put(w.PutTeam(ctx, fact.TeamRecord{Key: p[1], Name: p[1], Region: "E"}))
			put(w.PutPerson(ctx, fact.PersonRecord{Key: p[0], Name: "销售" + p[0], Team: p[1], Level: "regular", Hired: today - 2000, Left: calendar.Forever, ValidFrom: calendar.NoDate}))
		}
		put(w.PutProduct(ctx, fact.ProductRecord{Key: "P", Name: "产品"}))
		for _, key := range []string{"C1", "C2", "C3"} {
			put(w.PutCustomer(ctx, fact.CustomerRecord{Key: key, Name: "客户" + key}))
		}
		for _, d := range []struct {
			key, customer, seller string
			daysAgo               calendar.Date
			minor                 int64
		}{{"D1", "C1", "A", 500, 1000}, {"D2", "C1", "A", 100, 400}, {"D3", "C2", "A", 450, 3000}, {"D4", "C3", "B", 20, 50}} {
			put(w.PutDeal(ctx, fact.DealRecord{Key: d.key, Customer: d.customer, Product: "P", SignedOn: today - d.daysAgo, AmountMinor: d.minor, Currency: money.CNY, Shares: []fact.ShareRecord{{Person: d.seller, BasisPoints: 10_000}}}))
		}
		if err == nil {
			_, err = w.Finish(ctx)
		}
		for _, key := range []string{"A", "B"} {
			if err == nil {
				people[key], err = tx.OrgPersonID(ctx, key)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return people
}

// TestALookKeepsWhatPagesShow: once a day, within reach, by every dimension, with the customers behind it; a cancelled order is gone at the next look.
func TestALookKeepsWhatPagesShow(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		people, ctx := record(t, db), t.Context()
		clock := storetest.Start
		s := retention.NewService(db.Retention(), func() time.Time { return clock }, func() money.Currency { return money.CNY })
		whole := access.Actor{UserID: "d", Grants: []access.Grant{{Role: access.RoleDirector, Scope: access.ScopeAll}}}
		seller := access.Actor{UserID: "b", PersonID: people["B"], Grants: []access.Grant{{Role: access.RoleSeller, Scope: access.ScopeOwn}}}
		view := func(actor access.Actor, ask retention.Ask) retention.Report {
			t.Helper()
			r, err := s.View(ctx, actor, ask)
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		if r := view(whole, retention.Ask{}); r.Day != calendar.NoDate || len(r.Groups) != 0 {
			t.Errorf("before the first look: %+v", r)
		}
		for i, want := range []bool{true, false} {
			if looked, err := s.Refresh(ctx); err != nil || looked != want {
				t.Fatalf("look %d: %v, %v", i, looked, err)
			}
		}
		r := view(whole, retention.Ask{By: retention.ByPerson})
		if want := (retention.Sums{Base: 2, Kept: 1, BaseMinor: 4000, HeldMinor: 400, NowMinor: 400, Buyers: 2}); r.Sums != want || len(r.Groups) != 2 || len(r.Trend) != 13 || r.Groups[0].Name != "销售A" {
			t.Errorf("the whole: %+v", r)
		}
		if teams := view(whole, retention.Ask{By: retention.ByTeam}); len(teams.Groups) != 2 || len(teams.Regions) != 1 || len(teams.Teams) != 2 {
			t.Errorf("teams: %+v", teams.Groups)
		} else if one := view(whole, retention.Ask{TeamID: teams.Groups[1].ID}); one.Sums.Base != 0 || one.Sums.Buyers != 1 {
			t.Errorf("one team: %+v", one.Sums)
		}
		if own := view(seller, retention.Ask{}); own.Sums.Base != 0 || own.Sums.Buyers != 1 {
			t.Errorf("a seller sees %+v", own.Sums)
		}
		list := func(actor access.Actor, f retention.Filter) (names string, next int64) {
			t.Helper()
			rows, next, err := s.Customers(ctx, actor, f)
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range rows {
				names += row.Key + " " + string(row.State) + " " + row.OwnerName + "; "
			}
			return names, next
		}
		if got, _ := list(whole, retention.Filter{Limit: 10}); got != "C1 kept 销售A; C2 lost 销售A; C3 new 销售B; " {
			t.Errorf("customers: %s", got)
		}
		first, next := list(whole, retention.Filter{Limit: 1})
		second, _ := list(whole, retention.Filter{Limit: 1, After: next})
		if first+second != "C1 kept 销售A; C2 lost 销售A; " {
			t.Errorf("pages: %s%s", first, second)
		}
		if got, _ := list(seller, retention.Filter{Limit: 10}); got != "C3 new 销售B; " {
			t.Errorf("a seller's customers: %s", got)
		}
		if got, _ := list(whole, retention.Filter{Limit: 10, State: retention.StateLost, Region: r.Regions[0].ID}); got != "C2 lost 销售A; " {
			t.Errorf("lost ones of a region: %s", got)
		}
		if _, err := s.View(ctx, access.Actor{UserID: "x"}, retention.Ask{}); !errs.Is(err, errs.KindForbidden) {
			t.Errorf("somebody without a role: %v", err)
		}
		clock = clock.AddDate(0, 0, 400)
		if looked, err := s.Refresh(ctx); err != nil || !looked {
			t.Fatalf("a later day: %v, %v", looked, err)
		}
		if later := view(whole, retention.Ask{}); later.Day != calendar.DateOf(clock) || later.Sums.Kept != 0 || later.Sums.Base != 2 {
			t.Errorf("a year later: %+v", later.Sums)
		}
	})
}
