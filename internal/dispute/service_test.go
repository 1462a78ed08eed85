package dispute_test

import (
	"errors"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/dispute"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/period"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

func asError(err error) (*errs.Error, bool) { return errors.AsType[*errs.Error](err) }

const month = monthtest.SmallMonth

// hr speaks for HR, finance for finance; the lead of team T1 for sales.
var (
	hr      = access.Actor{UserID: "u-hr", Name: "姚人力", Grants: []access.Grant{{Role: access.RoleHR, Scope: access.ScopeAll}}}
	finance = monthtest.Approver
)

// hall is a house with disputes, whose September is published. A is a regular seller of team T1, led by M1.
type hall struct {
	*monthtest.House
	t        *testing.T
	disputes *dispute.Service
	seller   access.Actor
	lead     access.Actor
}

func open(t *testing.T, db *store.DB) *hall {
	t.Helper()
	h := &hall{House: monthtest.Open(t, db, monthtest.Small()), t: t}
	h.disputes = dispute.NewService(db.Disputes(), monthtest.NewID(time.Now), func() *time.Location { return calendar.ChinaTime }, calendar.China)
	h.MustCalculate(t, month)
	if _, err := h.Periods.Publish(t.Context(), monthtest.Publisher, period.Change{Month: month}); err != nil {
		t.Fatal(err)
	}
	h.seller, h.lead = monthtest.Seller(h.Person(t, "A")), monthtest.Lead(h.Person(t, "M1"))
	h.seller.Name = "陈思远"
	return h
}

func (h *hall) lines() []dispute.Choice {
	h.t.Helper()
	lines, w, err := h.disputes.Lines(h.t.Context(), h.seller, month, "")
	if err != nil || !w.Published || len(lines) < 4 {
		h.t.Fatalf("%d lines, %+v, %v", len(lines), w, err)
	}
	return lines
}

func (h *hall) raise(line dispute.Line) dispute.Dispute {
	h.t.Helper()
	d, err := h.disputes.Raise(h.t.Context(), h.seller, dispute.Raise{Month: month, Line: line, Cause: dispute.CauseMissingPayment, Text: "8月29日的回款没有算", ExpectedMinor: fen(9000),
		Files: []dispute.Evidence{{Name: "回单.pdf", Content: []byte("%PDF-1.7 x")}}})
	if err != nil {
		h.t.Fatal(err)
	}
	return d
}

func (h *hall) speak(actor access.Actor, id string, v dispute.Voice, o dispute.Outcome) (dispute.Full, error) {
	return h.disputes.Speak(h.t.Context(), actor, id, dispute.Speak{Voice: v, Outcome: o, Reason: "查过回单"})
}

func wantKey(t *testing.T, err error, kind errs.Kind, key string) {
	t.Helper()
	e, ok := asError(err)
	if !ok || e.Kind != kind || e.Message.Key != key {
		t.Errorf("%v, want %v %s", err, kind, key)
	}
}

func TestASellerIsHeardByThree(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := open(t, db)
		lines := h.lines()
		d := h.raise(lines[0].Line)
		if d.Number != 1 || d.State != dispute.StateRaised || d.ShownMinor != lines[0].AmountMinor || d.PersonName != "陈思远" {
			t.Fatalf("%+v", d)
		}
		_, err := h.disputes.Raise(t.Context(), h.seller, dispute.Raise{Month: month, Line: lines[0].Line, Cause: dispute.CauseOther, Text: "再来"})
		wantKey(t, err, errs.KindConflict, "dispute.already_open")
		if _, err := h.disputes.Take(t.Context(), h.lead, d.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := h.disputes.Say(t.Context(), h.seller, d.ID, "客户是恒越"); err != nil {
			t.Fatal(err)
		}
		for _, v := range []struct {
			actor access.Actor
			voice dispute.Voice
		}{{h.lead, dispute.VoiceSales}, {finance, dispute.VoiceFinance}} {
			if f, err := h.speak(v.actor, d.ID, v.voice, dispute.OutcomeAccepted); err != nil || f.State != dispute.StateInReview {
				t.Fatalf("%s: %+v, %v", v.voice, f.Dispute, err)
			}
		}
		_, err = h.speak(monthtest.Closer, d.ID, dispute.VoiceFinance, dispute.OutcomeRejected)
		wantKey(t, err, errs.KindConflict, "dispute.voice_spoken")
		f, err := h.speak(hr, d.ID, dispute.VoiceHR, dispute.OutcomeAccepted)
		if err != nil || f.State != dispute.StateRuled || f.Outcome != dispute.OutcomeAccepted || !f.Unanimous || *f.AwardedMinor != 9000_00 {
			t.Fatalf("%+v, %v", f.Dispute, err)
		}
		own, err := h.disputes.Get(t.Context(), h.seller, d.ID)
		if err != nil || len(own.Events) != 8 || own.Events[7].Kind != dispute.EventRuled || own.Events[7].Before != dispute.StateInReview || own.May.Withdraw {
			t.Errorf("%d events, %+v, %v", len(own.Events), own.May, err)
		}
		for _, m := range own.Reminders {
			if m.To != dispute.ToPayee {
				t.Errorf("the payee gets a reminder of others: %+v", m)
			}
		}
		all := map[string]bool{}
		for _, m := range f.Reminders {
			all[m.To] = true
			if m.Kind == dispute.RemindOverdue && m.VoidAt.IsZero() {
				t.Errorf("still to be sent: %+v", m)
			}
		}
		if !all[dispute.ToPayee] || !all[string(dispute.VoiceFinance)] {
			t.Errorf("who rules sees the reminders of %v", all)
		}
		h.corrected(d.ID)
		h.raise(lines[0].Line) // the line is free again
		h.isAudited(d.ID, "dispute.raise", "dispute.take", "dispute.say", "dispute.speak", "dispute.correct")
	})
}

// corrected names the correction of an accepted dispute: by those who may correct facts alone, and by what exists.
func (h *hall) corrected(id string) {
	h.t.Helper()
	ctx := h.t.Context()
	_, err := h.disputes.Correct(ctx, h.seller, id, dispute.Reference{Kind: dispute.RefBatch, ID: "1"})
	wantKey(h.t, err, errs.KindForbidden, "dispute.not_yours")
	_, err = h.disputes.Correct(ctx, monthtest.Maker, id, dispute.Reference{Kind: dispute.RefBatch, ID: "999"})
	if !hasField(err, "reference", "dispute.no_batch") {
		h.t.Error(err)
	}
	f, err := h.disputes.Correct(ctx, monthtest.Maker, id, dispute.Reference{Kind: dispute.RefBatch, ID: "1"})
	if err != nil || f.Correction.ID != "1" {
		h.t.Errorf("%+v, %v", f.Dispute, err)
	}
}

func (h *hall) isAudited(id string, actions ...string) {
	h.t.Helper()
	page, err := h.Audit.List(h.t.Context(), access.SystemActor("test"), audit.Filter{Subject: "dispute:" + id, Limit: 100})
	if err != nil {
		h.t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, e := range page.Entries {
		seen[e.Action] = true
		if e.Action != "dispute.raise" && (len(e.Before) == 0 || len(e.After) == 0) {
			h.t.Errorf("%s has no before and after", e.Action)
		}
	}
	for _, a := range actions {
		if !seen[a] {
			h.t.Errorf("%s is not audited: %v", a, seen)
		}
	}
}

func TestWhoMayNotRule(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := open(t, db)
		d := h.raise(h.lines()[0].Line)
		both := access.Actor{UserID: "u-both", Name: "双岗", Grants: append(hr.Grants, finance.Grants...)}
		maker := monthtest.Maker
		maker.Grants = append(maker.Grants, hr.Grants...)
		payee := h.seller
		payee.Grants = append(payee.Grants, hr.Grants...)
		_, err := h.speak(payee, d.ID, dispute.VoiceHR, dispute.OutcomeAccepted)
		wantKey(t, err, errs.KindForbidden, "dispute.bar_payee")
		_, err = h.speak(maker, d.ID, dispute.VoiceHR, dispute.OutcomeAccepted)
		wantKey(t, err, errs.KindForbidden, "dispute.bar_maker")
		_, err = h.speak(h.lead, d.ID, dispute.VoiceHR, dispute.OutcomeAccepted)
		wantKey(t, err, errs.KindForbidden, "dispute.not_yours")
		_, err = h.speak(monthtest.Auditor, d.ID, dispute.VoiceFinance, dispute.OutcomeAccepted)
		wantKey(t, err, errs.KindForbidden, "dispute.not_yours")
		if _, err := h.speak(both, d.ID, dispute.VoiceHR, dispute.OutcomeRejected); err != nil {
			t.Fatal(err)
		}
		_, err = h.speak(both, d.ID, dispute.VoiceFinance, dispute.OutcomeRejected)
		wantKey(t, err, errs.KindForbidden, "dispute.bar_spoke")
		reading := finance
		reading.ReadOnly = true
		_, err = h.speak(reading, d.ID, dispute.VoiceFinance, dispute.OutcomeRejected)
		wantKey(t, err, errs.KindForbidden, "access.read_only")
		_, err = h.disputes.Speak(t.Context(), finance, d.ID, dispute.Speak{Voice: dispute.VoiceFinance, Outcome: dispute.OutcomePartly, Reason: " "})
		if !hasField(err, "reason", "dispute.text_missing") || !hasField(err, "amount", "dispute.amount_missing") {
			t.Error(err)
		}
	})
}

func TestNobodyElseLearnsOfADispute(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := open(t, db)
		d := h.raise(h.lines()[0].Line)
		full, err := h.disputes.Get(t.Context(), h.seller, d.ID)
		if err != nil || len(full.Files) != 1 {
			t.Fatalf("%+v, %v", full, err)
		}
		colleague, otherLead := monthtest.Seller(h.Person(t, "D")), monthtest.Lead(h.Person(t, "M2"))
		colleague.UserID = "u-colleague"
		for name, actor := range map[string]access.Actor{"a colleague": colleague, "another team's lead": otherLead, "the administrator": monthtest.Admin} {
			for what, err := range map[string]error{
				"get":      second(h.disputes.Get(t.Context(), actor, d.ID)),
				"file":     second(h.disputes.File(t.Context(), actor, d.ID, full.Files[0].ID)),
				"say":      second(h.disputes.Say(t.Context(), actor, d.ID, "x")),
				"take":     second(h.disputes.Take(t.Context(), actor, d.ID)),
				"attach":   second(h.disputes.Attach(t.Context(), actor, d.ID, []dispute.Evidence{{Name: "a.txt", Content: []byte("x")}})),
				"withdraw": second(h.disputes.Withdraw(t.Context(), actor, d.ID, "")),
				"defer":    second(h.disputes.Defer(t.Context(), actor, d.ID, "x")),
				"speak":    second(h.speak(actor, d.ID, dispute.VoiceSales, dispute.OutcomeAccepted)),
			} {
				if !errs.Is(err, errs.KindNotFound) {
					t.Errorf("%s of %s: %v", what, name, err)
				}
			}
		}
		for _, actor := range []access.Actor{colleague, otherLead} {
			if page, err := h.disputes.List(t.Context(), actor, dispute.Filter{}); err != nil || page.Count != 0 || len(page.Disputes) != 0 {
				t.Errorf("%s lists %+v, %v", actor.UserID, page, err)
			}
			if st, err := h.disputes.Statistics(t.Context(), actor, dispute.Filter{}); err != nil || st.All.Count != 0 {
				t.Errorf("%s counts %+v, %v", actor.UserID, st.All, err)
			}
			if reminders, err := h.disputes.Reminders(t.Context(), actor); err != nil || len(reminders) != 0 {
				t.Errorf("%s is reminded of %+v, %v", actor.UserID, reminders, err)
			}
		}
		if _, err := h.disputes.List(t.Context(), monthtest.Admin, dispute.Filter{}); !errs.Is(err, errs.KindForbidden) {
			t.Errorf("the administrator lists: %v", err)
		}
		if _, err := h.disputes.Get(t.Context(), access.Actor{}, d.ID); !errs.Is(err, errs.KindUnauthenticated) {
			t.Errorf("nobody: %v", err)
		}
		for _, actor := range []access.Actor{h.seller, h.lead, finance, hr, monthtest.Auditor, monthtest.Maker} {
			if file, err := h.disputes.File(t.Context(), actor, d.ID, full.Files[0].ID); err != nil || string(file.Content) != "%PDF-1.7 x" {
				t.Errorf("%s: %v", actor.UserID, err)
			}
			if reminders, err := h.disputes.Reminders(t.Context(), actor); err != nil || (len(reminders) == 1) != (actor.UserID == h.lead.UserID || actor.UserID == finance.UserID || actor.UserID == hr.UserID) {
				t.Errorf("%s is reminded of %+v, %v", actor.UserID, reminders, err)
			}
		}
	})
}

func second[T any](_ T, err error) error { return err }

func TestOnlyOwnLinesInTime(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := open(t, db)
		line := h.lines()[0].Line
		ask := dispute.Raise{Month: month, Line: line, Cause: dispute.CauseOther, Text: "x"}
		raise := func(actor access.Actor, in dispute.Raise) error {
			return second(h.disputes.Raise(t.Context(), actor, in))
		}
		other := ask
		other.Line.Component = "no-such"
		if err := raise(h.seller, other); !hasField(err, "line", "dispute.no_line") {
			t.Error(err)
		}
		other = ask
		other.Month = month - 1
		wantKey(t, raise(h.seller, other), errs.KindConflict, "dispute.not_published")
		if err := raise(finance, ask); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("who has no pay: %v", err)
		}
		wrong := dispute.Raise{Month: month, Line: line, Cause: "taste", Text: " "}
		if err := raise(h.seller, wrong); !hasField(err, "cause", "dispute.unknown_choice") || !hasField(err, "text", "dispute.text_missing") {
			t.Error(err)
		}
		err := db.InTx(t.Context(), func(tx *store.Tx) error {
			return second(monthtest.Exec(t.Context(), tx, "UPDATE period SET object_until = '2020-10-13T10:00:00.000000Z'"))
		})
		if err != nil {
			t.Fatal(err)
		}
		err = raise(h.seller, ask)
		wantKey(t, err, errs.KindConflict, "dispute.too_late")
		if e, ok := asError(err); ok && e.Message.Args["Until"] != "2020-10-13 18:00" {
			t.Errorf("it ended %v", e.Message.Args)
		}
	})
}

func TestEveryKindOfLineCanBeDisputed(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := open(t, db)
		kinds := map[dispute.LineKind]int{}
		zeros := 0
		for _, line := range h.lines() {
			if kinds[line.Kind]++; kinds[line.Kind] > 1 && !(line.Zero && zeros == 0) {
				continue
			}
			if line.Zero {
				zeros++
			}
			if d := h.raise(line.Line); d.Zero != line.Zero || d.Line != line.Line {
				t.Errorf("%+v became %+v", line, d)
			}
		}
		for _, kind := range []dispute.LineKind{dispute.LineComponent, dispute.LineCredit, dispute.LinePayment} {
			if kinds[kind] == 0 {
				t.Errorf("no %s: %v", kind, kinds)
			}
		}
	})
}

func TestOpenDisputesAndTheApproval(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := open(t, db)
		lines := h.lines()
		d, e := h.raise(lines[0].Line), h.raise(lines[1].Line)
		review, err := h.Periods.Review(t.Context(), finance, month, period.AgainstLastMonth)
		if err != nil || len(review.Disputes) != 2 || review.Exceptions[0].Kind != payout.ExceptionDispute {
			t.Fatalf("%+v, %v", review.Exceptions, err)
		}
		approve := func(reason string) error {
			return second(h.Periods.Approve(t.Context(), finance, period.Change{Month: month, Reason: reason}))
		}
		if err := approve(" "); !hasField(err, "reason", "dispute.reason_for_approval") {
			t.Errorf("without a reason: %v", err)
		}
		rules := dispute.RulesDefault
		rules.Approval = dispute.ApprovalRuled
		if _, err := h.disputes.SaveRules(t.Context(), finance, rules); !errs.Is(err, errs.KindForbidden) {
			t.Errorf("finance makes rules: %v", err)
		}
		if _, err := h.disputes.SaveRules(t.Context(), monthtest.Admin, rules); err != nil {
			t.Fatal(err)
		}
		if _, err := h.disputes.SaveRules(t.Context(), monthtest.Admin, rules); !errs.Is(err, errs.KindConflict) {
			t.Errorf("an old revision: %v", err)
		}
		wantKey(t, approve("先发没有争议的"), errs.KindConflict, "dispute.rule_first")
		if _, err := h.disputes.Defer(t.Context(), hr, d.ID, "等客户回单"); !errs.Is(err, errs.KindForbidden) {
			t.Errorf("HR defers: %v", err)
		}
		if f, err := h.disputes.Defer(t.Context(), finance, d.ID, "等客户回单"); err != nil || f.DeferredTo != month+1 {
			t.Fatalf("%+v, %v", f.Dispute, err)
		}
		wantKey(t, approve(""), errs.KindConflict, "dispute.rule_first")
		rules.Revision, rules.Approval = 1, dispute.ApprovalReason
		if _, err := h.disputes.SaveRules(t.Context(), monthtest.Admin, rules); err != nil {
			t.Fatal(err)
		}
		if err := approve("先发没有争议的"); err != nil {
			t.Fatal(err)
		}
		f, err := h.disputes.Get(t.Context(), h.seller, e.ID)
		if err != nil || f.DeferredTo != month+1 || f.State != dispute.StateRaised || f.Events[len(f.Events)-1].Text != "先发没有争议的" {
			t.Errorf("%+v, %v", f.Dispute, err)
		}
		h.isAudited(e.ID, "dispute.defer")
		if _, err := h.Periods.Close(t.Context(), monthtest.Closer, period.Change{Month: month}); err != nil {
			t.Fatal(err)
		}
		if _, err := h.speak(hr, e.ID, dispute.VoiceHR, dispute.OutcomePartly); !hasField(err, "amount", "dispute.amount_missing") {
			t.Error(err)
		}
		if _, err := h.speak(hr, e.ID, dispute.VoiceHR, dispute.OutcomeRejected); err != nil {
			t.Errorf("a dispute goes on after the close: %v", err)
		}
		h.raise(lines[2].Line) // and a closed month can be disputed, too
	})
}

func TestWithdrawingFreesTheLine(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := open(t, db)
		line := h.lines()[0].Line
		d := h.raise(line)
		if _, err := h.disputes.Withdraw(t.Context(), h.lead, d.ID, ""); !errs.Is(err, errs.KindForbidden) {
			t.Errorf("the lead withdraws: %v", err)
		}
		if f, err := h.disputes.Withdraw(t.Context(), h.seller, d.ID, "看懂了"); err != nil || f.State != dispute.StateWithdrawn {
			t.Fatalf("%+v, %v", f.Dispute, err)
		}
		for _, err := range []error{second(h.disputes.Withdraw(t.Context(), h.seller, d.ID, "")), second(h.speak(hr, d.ID, dispute.VoiceHR, dispute.OutcomeAccepted)),
			second(h.disputes.Attach(t.Context(), h.seller, d.ID, []dispute.Evidence{{Name: "a.txt", Content: []byte("x")}}))} {
			wantKey(t, err, errs.KindConflict, "dispute.not_now")
		}
		h.raise(line)
		for filter, want := range map[dispute.Filter]int64{
			{}: 2, {State: dispute.StateOpen}: 1, {State: dispute.StateWithdrawn}: 1, {Month: month - 1}: 0, {Cause: dispute.CauseMissingPayment}: 2, {Cause: dispute.CauseOther}: 0,
			{Overdue: true}: 0, {Search: "思远"}: 2, {Search: "nobody"}: 0, {TeamID: 999}: 0,
		} {
			if page, err := h.disputes.List(t.Context(), finance, filter); err != nil || page.Count != want || int64(len(page.Disputes)) != want {
				t.Errorf("%+v: %d, %v, want %d", filter, page.Count, err, want)
			}
		}
		page, err := h.disputes.List(t.Context(), finance, dispute.Filter{Limit: 1})
		if err != nil || page.Next != 2 || page.Disputes[0].Number != 2 {
			t.Fatalf("%+v, %v", page, err)
		}
		if page, err = h.disputes.List(t.Context(), finance, dispute.Filter{Limit: 1, After: page.Next}); err != nil || page.Next != 0 || page.Disputes[0].Number != 1 {
			t.Errorf("%+v, %v", page, err)
		}
	})
}

// TestADisputeAboutSalesIsListedWithPay: the list of exceptions has amounts of pay, so a disputed credit stands there with what its component
// pays, whatever the sales are that the dispute is about.
func TestADisputeAboutSalesIsListedWithPay(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := open(t, db)
		pays := map[string]int64{}
		var credit dispute.Choice
		for _, line := range h.lines() {
			switch line.Kind {
			case dispute.LineComponent:
				pays[line.Component] = line.AmountMinor
			case dispute.LineCredit:
				credit = line
			}
		}
		want := pays[credit.Component]
		if credit.AmountMinor == want || want == 0 {
			t.Fatalf("credit of %d under a component of %d tells nothing", credit.AmountMinor, want)
		}
		h.raise(credit.Line)
		review, err := h.Periods.Review(t.Context(), finance, month, period.AgainstLastMonth)
		if err != nil {
			t.Fatal(err)
		}
		if e := review.Exceptions[0]; e.Kind != payout.ExceptionDispute || e.AmountMinor != want || e.BeforeMinor != want {
			t.Errorf("exception %+v, want %d", e, want)
		}
	})
}
