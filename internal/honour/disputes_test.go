package honour_test

import (
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/dispute"
	"xiaoguan/internal/honour"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/period"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// TestAnOpenDisputeMayKeepFromAnHonour: F leads with 1,000 % of the quota and has a dispute about September open, so that A, with 110 %, is the
// star; once the dispute is ruled F is.
func TestAnOpenDisputeMayKeepFromAnHonour(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		o, ctx := open(t, db), t.Context()
		text := strings.Replace(starRule, "require: [", "require: [{measure: disputes, at_most: 0}, ", 1)
		text = strings.Replace(text, "measures:\n", "measures:\n  disputes: {name: {zh: 未裁定的申诉, en: open disputes}, given: open_disputes, kind: count, window: period, missing: zero}\n", 1)
		v, err := o.Plans.Save(ctx, monthtest.Maker, planbook.Draft{Text: strings.Replace(text, "id: star", "id: settled_star", 1)})
		if err == nil {
			_, err = o.Plans.Approve(ctx, monthtest.Approver, v.ID)
		}
		if err != nil {
			t.Fatal(err)
		}
		o.MustCalculate(t, month)
		if _, err := o.Periods.Publish(ctx, monthtest.Publisher, period.Change{Month: month}); err != nil {
			t.Fatal(err)
		}
		disputes := dispute.NewService(db.Disputes(), monthtest.NewID(time.Now), func() *time.Location { return calendar.ChinaTime }, calendar.China)
		seller := monthtest.Seller(o.Person(t, "F"))
		lines, _, err := disputes.Lines(ctx, seller, month, "")
		if err != nil {
			t.Fatal(err)
		}
		d, err := disputes.Raise(ctx, seller, dispute.Raise{Month: month, Line: lines[0].Line, Cause: dispute.CauseOther, Text: "不对"})
		if err != nil {
			t.Fatal(err)
		}
		o.winner("A", "F")
		for voice, actor := range map[dispute.Voice]access.Actor{dispute.VoiceSales: monthtest.Lead(o.Person(t, "M2")), dispute.VoiceFinance: monthtest.Approver, dispute.VoiceHR: hr} {
			if _, err := disputes.Speak(ctx, actor, d.ID, dispute.Speak{Voice: voice, Outcome: dispute.OutcomeRejected, Reason: "核对无误"}); err != nil {
				t.Fatal(err)
			}
		}
		o.winner("F", "")
	})
}

// winner computes the rule and wants one winner; and somebody, if named, to fail the minimum about disputes.
func (o *office) winner(want, kept string) {
	o.t.Helper()
	round, err := o.honours.Compute(o.t.Context(), monthtest.Maker, honour.Compute{DocumentID: "settled_star", Term: "2026-09"})
	if err != nil {
		o.t.Fatal(err)
	}
	view, err := o.honours.Round(o.t.Context(), monthtest.Maker, round.ID)
	if err != nil {
		o.t.Fatal(err)
	}
	for _, line := range view.Evidence.Groups[0].Lines {
		if line.Won != (line.Key == want) {
			o.t.Errorf("%s won: %v, want %s", line.Key, line.Won, want)
		}
		if line.Key == kept && (line.Conditions[0].Met || line.Reason.Key != "honour.reason.unmet") {
			o.t.Errorf("%s: %+v, %+v", line.Key, line.Conditions[0], line.Reason)
		}
	}
}
