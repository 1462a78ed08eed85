package demo_test

import (
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/contract"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/quote"
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
	checkOffers(t, f)
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

// checkOffers holds the quotes of the demonstration to their opportunities, and wants some that wait for the lead.
func checkOffers(t *testing.T, f filled) {
	t.Helper()
	ctx, actor := t.Context(), access.SystemActor("test")
	states := map[quote.State]int{}
	_, err := f.Quotes.Each(ctx, actor, quote.Filter{Valid: fact.AnyDay()}, func(q quote.Quote) error {
		states[q.State]++
		if totals, err := quote.Sum(q.Lines); err != nil || totals != q.Totals() || q.OpportunityName == "" || q.CustomerName == "" || q.SentOn > today || q.EndedOn > today {
			t.Errorf("not whole: %+v (%v)", q, err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	for _, want := range []quote.State{quote.StateDraft, quote.StateWaiting, quote.StateApproved, quote.StateSent, quote.StateAccepted, quote.StateDeclined} {
		if states[want] == 0 {
			t.Errorf("no quote is %s: %v", want, states)
		}
	}
	t.Logf("quotes: %v", states)
	due, err := f.Contracts.Due(ctx, actor, contract.DueFilter{Open: true, Due: fact.AnyDay(), ExactTotal: true})
	if err != nil {
		t.Fatal(err)
	}
	late, err := f.Contracts.Due(ctx, actor, contract.DueFilter{Overdue: true, Due: fact.AnyDay(), ExactTotal: true})
	if err != nil {
		t.Fatal(err)
	}
	reports, err := f.Contracts.Reports(ctx, actor, contract.ReportFilter{State: contract.ReportReported})
	if err != nil || due.Total.Count == 0 || late.Total.Count == 0 || late.Total.Count >= due.Total.Count || len(reports.Rows) == 0 {
		t.Errorf("%d instalments are due, %d late, %d collections reported (%v)", due.Total.Count, late.Total.Count, len(reports.Rows), err)
	}
}
