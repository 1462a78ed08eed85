package survey_test

import (
	"fmt"
	"testing"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/money"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/process"
	"xiaoguan/internal/store"
	"xiaoguan/internal/survey"
)

// TestAHandoverAsksOnceForAllItsCases: two cases that are handed over together are one cause, and its day is that of the event.
func TestAHandoverAsksOnceForAllItsCases(t *testing.T) {
	onPost(t, func(p post) {
		ctx := p.t.Context()
		p.contact("林工", "lin@kunde.cn", false)
		taken := p.Now().Add(-48 * time.Hour).UTC().Truncate(time.Microsecond)
		p.must(p.db.InTx(ctx, func(tx *store.Tx) error {
			customer, err := tx.CustomerID(ctx, "C")
			if err != nil {
				return err
			}
			var rows []opportunity.Opportunity
			var events []process.Event
			for id := int64(701); id <= 702; id++ {
				rows = append(rows, opportunity.Opportunity{ID: id, Name: fmt.Sprint("产线", id), CustomerID: customer, OwnerID: p.a.PersonID, Stage: opportunity.StageContract, State: opportunity.StateWon, AmountMinor: 1, Currency: money.CNY,
					ExpectedOn: today, EndedOn: today - 2, NextOn: calendar.NoDate, StageSince: taken, CreatedAt: taken, CreatedBy: "u", Revision: 1})
				events = append(events, process.Event{CaseID: id, Activity: process.ActivityHandedOver, OccurredAt: taken, RecordedAt: taken, PersonID: p.b.PersonID, ActorID: "u", Source: "customer:1"},
					process.Event{CaseID: id, Activity: process.ActivityContacted, OccurredAt: taken, RecordedAt: taken, PersonID: p.a.PersonID, ActorID: "u", Source: "follow_up:1"})
			}
			if err := tx.PutWorkRows(ctx, store.WorkRows{Opportunities: rows}); err != nil {
				return err
			}
			return tx.AppendEvents(ctx, events)
		}))
		s := p.sent(func(r *survey.Rule) { r.After, r.AfterDays, r.QuietDays = survey.AfterHandover, 3, 0 })
		p.round()
		if got := p.states(s); len(got) != 0 {
			p.t.Errorf("three days are not over, and there are %v", got)
		}
		p.pass(day)
		p.round()
		p.round()
		if got := p.states(s); len(got) != 1 || got[survey.StateSent] != 1 || len(p.letters) != 1 {
			p.t.Fatalf("%v and %d letters, want one for both cases", got, len(p.letters))
		}
		page, err := p.Mailings(ctx, p.ops, survey.MailingFilter{SurveyID: s.ID})
		p.must(err)
		if m := page.Rows[0]; m.OpportunityID != 701 || m.SellerID != p.a.PersonID || m.OwnerID != p.b.PersonID {
			p.t.Errorf("about opportunity %d, seller %d, owner %d", m.OpportunityID, m.SellerID, m.OwnerID)
		}
	})
}
