package notice_test

import (
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/adjustment"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/consent"
	"xiaoguan/internal/dispute"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/notice"
	"xiaoguan/internal/period"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

func TestAMonthTellsPayeesAndApprovers(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		b := open(t, db)
		b.MustCalculate(t, month)
		change := period.Change{Month: month, Until: time.Date(2026, 9, 25, 16, 0, 0, 0, time.UTC)} // the last minute of the 25th in China
		if _, err := b.Periods.Publish(t.Context(), monthtest.Publisher, change); err != nil {
			t.Fatal(err)
		}
		subject := "period:" + month.String()
		payees := map[string]string{"u-seller": "published", "u-other": "published", "u-lead": "published", "u-otherlead": "published"}
		with := func(more map[string]string) map[string]string {
			all := map[string]string{}
			for user, kinds := range payees {
				all[user] = kinds
			}
			for user, kinds := range more {
				all[user] = kinds
			}
			return all
		}
		b.wantBoxes("published", subject, with(map[string]string{"u-approver": "month_approval!", "u-closer": "month_approval!"}))
		if _, err := b.Periods.Return(t.Context(), monthtest.Approver, period.Change{Month: month, Reason: "金额 100 元不对"}); err != nil {
			t.Fatal(err)
		}
		b.wantBoxes("returned", subject, with(map[string]string{"u-approver": "month_approval", "u-closer": "month_approval", "u-maker": "month_returned", "u-publisher": "month_returned"}))
		if _, err := b.Periods.Publish(t.Context(), monthtest.Publisher, change); err != nil {
			t.Fatal(err)
		}
		if got := b.box(b.seller, subject); got != "published published" {
			t.Errorf("published again: %s", got)
		}
		b.daily("2026-09-23") // two working days before: the clock runs on
		if got := b.box(b.seller, subject); strings.Contains(got, "objection") {
			t.Errorf("too early: %s", got)
		}
		for range 2 {
			b.daily("2026-09-24")
		}
		if got := b.box(b.seller, subject); got != "objection_ending published published" {
			t.Errorf("the clock ends: %s", got)
		}
		if got := b.box(hr, subject); got != "" {
			t.Errorf("hr has no statement: %s", got)
		}
		if _, err := b.Periods.Approve(t.Context(), monthtest.Approver, period.Change{Month: month}); err != nil {
			t.Fatal(err)
		}
		if got := b.box(monthtest.Closer, subject); got != "month_approval month_approval" {
			t.Errorf("approved: %s", got)
		}
		for _, text := range monthtest.QueryTexts(t, db, "SELECT params FROM notice") {
			if strings.Contains(text, "100") || strings.Contains(text, "minor") {
				t.Errorf("what people write, and amounts, stay out: %s", text)
			}
		}
	})
}

func TestADisputeIsAskedOfThoseWithAVoice(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		b := open(t, db)
		b.MustCalculate(t, month)
		if _, err := b.Periods.Publish(t.Context(), monthtest.Publisher, period.Change{Month: month}); err != nil {
			t.Fatal(err)
		}
		lines, _, err := b.disputes.Lines(t.Context(), b.seller, month, "")
		if err != nil {
			t.Fatal(err)
		}
		expected := int64(7654321)
		d, err := b.disputes.Raise(t.Context(), b.seller, dispute.Raise{Month: month, Line: lines[0].Line, Cause: dispute.CauseMissingPayment, Text: "少算了 76543.21", ExpectedMinor: &expected})
		if err != nil {
			t.Fatal(err)
		}
		subject := "dispute:" + d.ID
		b.wantBoxes("raised", subject, map[string]string{"u-lead": "dispute_raised!", "u-approver": "dispute_raised!", "u-closer": "dispute_raised!", "u-hr": "dispute_raised!"})
		if _, err := b.disputes.Take(t.Context(), b.lead, d.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := b.disputes.Say(t.Context(), b.seller, d.ID, "客户是恒越"); err != nil {
			t.Fatal(err)
		}
		b.wantBoxes("taken", subject, map[string]string{"u-lead": "dispute_answered dispute_raised!", "u-approver": "dispute_raised!", "u-closer": "dispute_raised!", "u-hr": "dispute_raised!", "u-seller": "dispute_taken"})
		speak := func(actor access.Actor, v dispute.Voice) {
			t.Helper()
			if _, err := b.disputes.Speak(t.Context(), actor, d.ID, dispute.Speak{Voice: v, Outcome: dispute.OutcomeAccepted, Reason: "查过"}); err != nil {
				t.Fatal(err)
			}
		}
		speak(b.lead, dispute.VoiceSales)
		due := d.DueOn
		for day, want := range map[calendar.Date]string{due - 1: "dispute_raised!", due: "dispute_due dispute_raised!"} {
			if day == due-1 {
				continue
			}
			b.daily(day.String())
			b.daily(day.String())
			if got := b.box(hr, subject); got != want {
				t.Errorf("on %s: %s, want %s", day, got, want)
			}
		}
		if got := b.box(b.lead, subject); strings.Contains(got, "due") || strings.Contains(got, "!") {
			t.Errorf("the lead has spoken: %s", got)
		}
		for _, day := range []calendar.Date{calendar.China().AddWorkDays(due, 1), calendar.China().AddWorkDays(due, 2)} {
			b.daily(day.String())
		}
		b.wantBoxes("late", subject, map[string]string{"u-lead": "dispute_answered dispute_raised", "u-approver": "dispute_due dispute_overdue dispute_overdue dispute_raised!",
			"u-closer": "dispute_due dispute_overdue dispute_overdue dispute_raised!", "u-hr": "dispute_due dispute_overdue dispute_overdue dispute_raised!", "u-seller": "dispute_overdue dispute_taken"})
		speak(monthtest.Approver, dispute.VoiceFinance)
		speak(hr, dispute.VoiceHR)
		ended := "dispute_due dispute_overdue dispute_overdue dispute_raised"
		b.wantBoxes("ruled", subject, map[string]string{"u-lead": "dispute_answered dispute_raised", "u-approver": ended, "u-closer": ended, "u-hr": ended, "u-seller": "dispute_overdue dispute_ruled dispute_taken",
			"u-maker": "dispute_correct!", "u-publisher": "dispute_correct!"})
		if _, err := b.disputes.Correct(t.Context(), monthtest.Maker, d.ID, dispute.Reference{Kind: dispute.RefBatch, ID: "1"}); err != nil {
			t.Fatal(err)
		}
		if got := b.box(monthtest.Publisher, subject); got != "dispute_correct" {
			t.Errorf("corrected: %s", got)
		}
		for _, text := range monthtest.QueryTexts(t, db, "SELECT params FROM notice") {
			if strings.Contains(text, "76543") {
				t.Errorf("an amount: %s", text)
			}
		}
	})
}

func TestPlansAwaitApprovalThenAcceptance(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		b := open(t, db)
		own, err := b.consents.Mine(t.Context(), b.seller)
		if err != nil || len(own) != 1 {
			t.Fatal(own, err)
		}
		old := own[0].Version
		text := strings.Replace(old.Text, "from: "+old.Effective.From.String(), "from: 2026-11-02", 1) // a Monday
		draft, err := b.Plans.Save(t.Context(), monthtest.Maker, planbook.Draft{Text: text})
		if err != nil {
			t.Fatal(err)
		}
		subject := draft.Subject()
		b.wantBoxes("drafted", subject, map[string]string{"u-approver": "plan_approval!", "u-closer": "plan_approval!", "u-hr": "plan_approval!"})
		if _, err := b.Plans.Approve(t.Context(), monthtest.Approver, draft.ID); err != nil {
			t.Fatal(err)
		}
		approved := map[string]string{"u-approver": "plan_approval", "u-closer": "plan_approval", "u-hr": "plan_approval", "u-maker": "plan_decided"}
		b.daily("2026-10-21") // not announced, and more than a week to go
		b.wantBoxes("approved", subject, approved)
		if _, err := b.consents.Announce(t.Context(), monthtest.Maker, consent.Announce{VersionID: draft.ID, AnnouncedOn: monthtest.Day("2026-09-20"), Text: "全员会"}); err != nil {
			t.Fatal(err)
		}
		approved["u-seller"] = "plan_acceptance!" // regular sellers: A alone of those who can sign in
		if got := b.box(b.other, subject); got != "" {
			approved["u-other"] = "plan_acceptance!"
		}
		b.wantBoxes("announced", subject, approved)
		for _, day := range []string{"2026-10-21", "2026-10-28", "2026-10-28", "2026-10-29", "2026-10-30", "2026-11-02", "2026-11-03"} { // −3, −1 and the first of the week
			b.daily(day)
		}
		if got := b.box(b.seller, subject); got != "plan_acceptance! plan_reminder plan_reminder plan_reminder" {
			t.Errorf("reminded: %s", got)
		}
		if _, err := b.consents.Accept(t.Context(), b.seller, draft.ID, draft.Hash); err != nil {
			t.Fatal(err)
		}
		b.daily("2026-11-09")
		if got := b.box(b.seller, subject); got != "plan_acceptance plan_reminder plan_reminder plan_reminder" {
			t.Errorf("accepted: %s", got)
		}
		if got := b.box(b.seller, old.Subject()); strings.Contains(got, "!") {
			t.Errorf("the version before pays no more: %s", got)
		}
	})
}

func TestAnAdjustmentIsAskedAndAnswered(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		b := open(t, db)
		own, err := b.consents.Mine(t.Context(), b.seller)
		if err != nil {
			t.Fatal(err)
		}
		a, err := b.Adjustments.Propose(t.Context(), monthtest.Maker, adjustment.Draft{Person: "A", Month: month, PlanID: own[0].Version.DocumentID, AmountMinor: 123456, Reason: "补发", Evidence: "邮件"})
		if err != nil {
			t.Fatal(err)
		}
		subject := "adjustment:" + a.ID
		b.wantBoxes("asked", subject, map[string]string{"u-approver": "adjustment_approval!", "u-closer": "adjustment_approval!", "u-hr": "adjustment_approval!"})
		if _, err := b.Adjustments.Reject(t.Context(), hr, a.ID, "没有依据"); err != nil {
			t.Fatal(err)
		}
		b.wantBoxes("decided", subject, map[string]string{"u-approver": "adjustment_approval", "u-closer": "adjustment_approval", "u-hr": "adjustment_approval", "u-maker": "adjustment_decided"})
	})
}

// post tells people something in a transaction of its own.
func (b *bundle) post(m notice.Message) {
	b.t.Helper()
	if err := b.db.InTx(b.t.Context(), func(tx *store.Tx) error { return notice.Post(b.t.Context(), tx, m) }); err != nil {
		b.t.Fatal(err)
	}
}
