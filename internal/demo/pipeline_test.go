package demo_test

import (
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/store"
)

// checkPipeline holds the sales process to the deals that came of it: each of them was won once, before that followed up, and nothing happened
// later than the story's end.
func checkPipeline(t *testing.T, f filled) {
	t.Helper()
	ctx, actor := t.Context(), access.SystemActor("test")
	states := map[opportunity.State]int{}
	deals := map[string]bool{}
	_, err := f.Opportunities.Each(ctx, actor, opportunity.Filter{Expected: fact.AnyDay()}, func(o opportunity.Opportunity) error {
		states[o.State]++
		if o.CustomerName == "" || o.OwnerName == "" || o.AmountMinor <= 0 || len(o.ProductIDs) != 1 || o.FollowedAt.IsZero() || o.Revision < 1 {
			t.Errorf("not whole: %+v", o)
		}
		if o.State == opportunity.StateWon {
			if o.DealKey == "" || deals[o.DealKey] {
				t.Errorf("%d is won with the deal %q", o.ID, o.DealKey)
			}
			deals[o.DealKey] = true
		}
		if o.State != opportunity.StateOpen && o.EndedOn > today || o.State == opportunity.StateOpen && o.EndedOn != calendar.NoDate {
			t.Errorf("%d ended on %s", o.ID, o.EndedOn)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if states[opportunity.StateWon] != f.company.Deals || states[opportunity.StateLost] < f.company.Deals/3 || states[opportunity.StateOpen] < 200 {
		t.Errorf("%v of %d deals", states, f.company.Deals)
	}
	t.Logf("opportunities: %v", states)
	err = f.DB.Read(ctx, func(tx *store.Tx) error {
		seen, last := int64(0), ""
		for {
			events, err := tx.EventsAfter(ctx, seen, 10_000)
			if err != nil || len(events) == 0 {
				return err
			}
			for _, e := range events {
				recorded := e.RecordedAt.UTC().Format("2006-01-02T15:04:05")
				if e.OccurredAt.After(e.RecordedAt) || recorded < last || calendar.DateOf(e.RecordedAt.In(calendar.ChinaTime)) > today {
					t.Fatalf("event %+v after one of %s", e, last)
				}
				seen, last = e.Seq, recorded
			}
		}
	})
	if err != nil {
		t.Error(err)
	}
	due := 0
	for _, login := range f.company.Logins {
		if login.Role != access.RoleSeller {
			continue
		}
		signed, err := f.Users.ListUsers(ctx, actor, access.UserFilter{Text: login.Login})
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range signed.Users {
			day, err := f.FollowUps.Mine(ctx, access.Actor{UserID: u.ID, PersonID: u.PersonID, Grants: []access.Grant{{Role: access.RoleSeller, Scope: access.ScopeOwn}}})
			if err != nil {
				t.Fatal(err)
			}
			due += len(day.Overdue) + len(day.Due) + len(day.Ahead)
		}
	}
	if due == 0 {
		t.Error("nobody who can sign in has anything to do")
	}
}
