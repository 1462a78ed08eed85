package task_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/adjustment"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/consent"
	"xiaoguan/internal/dispute"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/period"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
	"xiaoguan/internal/task"
)

const month = monthtest.SmallMonth

var hr = access.Actor{UserID: "u-hr", Name: "姚人力", Grants: []access.Grant{{Role: access.RoleHR, Scope: access.ScopeAll}}}

// desk is a house with what counts.
type desk struct {
	*monthtest.House
	t        *testing.T
	tasks    *task.Service
	consents *consent.Service
	disputes *dispute.Service
}

func open(t *testing.T, db *store.DB) *desk {
	t.Helper()
	d := &desk{House: monthtest.Open(t, db, monthtest.Small()), t: t}
	d.consents = consent.NewService(db.Consents(), func() time.Time { return time.Date(2026, 9, 24, 10, 0, 0, 0, calendar.ChinaTime) })
	d.disputes = dispute.NewService(db.Disputes(), monthtest.NewID(time.Now), func() *time.Location { return calendar.ChinaTime }, calendar.China)
	d.tasks = task.NewService(db.Tasks(), d.consents)
	return d
}

// want wants what waits for somebody: kinds and counts.
func (d *desk) want(what string, actor access.Actor, want string) {
	d.t.Helper()
	mine, err := d.tasks.Mine(d.t.Context(), actor)
	if err != nil {
		d.t.Fatal(what, err)
	}
	var all []string
	for _, one := range mine {
		if !strings.HasPrefix(one.Path, "/") {
			d.t.Errorf("%s leads to %q", one.Kind, one.Path)
		}
		all = append(all, fmt.Sprintf("%s %d", one.Kind, one.Count))
	}
	if got := strings.Join(all, ", "); got != want {
		d.t.Errorf("%s: %s has %q, want %q", what, actor.UserID, got, want)
	}
}

func (d *desk) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// TestAMonthWaitsForOneAfterTheOther: published, for payees and approvers; approved, for who closes; nobody approves what is their own.
func TestAMonthWaitsForOneAfterTheOther(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		d := open(t, db)
		seller := monthtest.Seller(d.Person(t, "A"))
		d.want("before", seller, "")
		d.want("before", monthtest.Approver, "")
		d.MustCalculate(t, month)
		_, err := d.Periods.Publish(t.Context(), monthtest.Publisher, period.Change{Month: month})
		d.must(err)
		d.want("published", seller, "check_statements 1")
		d.want("published", monthtest.Approver, "approve_months 1")
		d.want("published", hr, "")
		both := monthtest.Approver
		both.UserID = monthtest.Publisher.UserID
		d.want("who published it", both, "")
		_, err = d.Periods.Approve(t.Context(), monthtest.Approver, period.Change{Month: month})
		d.must(err)
		d.want("approved", seller, "")
		d.want("approved", monthtest.Closer, "close_months 1")
		_, err = d.Periods.Close(t.Context(), monthtest.Closer, period.Change{Month: month})
		d.must(err)
		d.want("closed", monthtest.Closer, "")
	})
}

// TestADisputeWaitsForTheVoicesThatAreMissing: of sales within reach, finance and HR, each until it has spoken; then for the correction.
func TestADisputeWaitsForTheVoicesThatAreMissing(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		d := open(t, db)
		ctx := t.Context()
		seller, lead, other := monthtest.Seller(d.Person(t, "A")), monthtest.Lead(d.Person(t, "M1")), monthtest.Lead(d.Person(t, "M2"))
		other.UserID = "u-otherlead"
		d.MustCalculate(t, month)
		_, err := d.Periods.Publish(ctx, monthtest.Publisher, period.Change{Month: month})
		d.must(err)
		lines, _, err := d.disputes.Lines(ctx, seller, month, "")
		d.must(err)
		made, err := d.disputes.Raise(ctx, seller, dispute.Raise{Month: month, Line: lines[0].Line, Cause: dispute.CauseMissingPayment, Text: "少了一笔"})
		d.must(err)
		d.want("raised", lead, "check_statements 1, answer_disputes 1")
		d.want("raised", other, "check_statements 1")
		d.want("raised", hr, "answer_disputes 1")
		d.want("raised", monthtest.Approver, "answer_disputes 1, approve_months 1")
		d.want("raised", monthtest.Maker, "")
		speak := func(actor access.Actor, v dispute.Voice) {
			t.Helper()
			_, err := d.disputes.Speak(ctx, actor, made.ID, dispute.Speak{Voice: v, Outcome: dispute.OutcomeAccepted, Reason: "查过"})
			d.must(err)
		}
		speak(lead, dispute.VoiceSales)
		d.want("the lead has spoken", lead, "check_statements 1")
		speak(hr, dispute.VoiceHR)
		d.want("hr has spoken", hr, "")
		d.want("finance has not", monthtest.Closer, "answer_disputes 1, approve_months 1")
		speak(monthtest.Approver, dispute.VoiceFinance)
		d.want("ruled", monthtest.Closer, "approve_months 1")
		d.want("ruled", monthtest.Publisher, "correct_disputes 1")
		_, err = d.disputes.Correct(ctx, monthtest.Maker, made.ID, dispute.Reference{Kind: dispute.RefBatch, ID: "1"})
		d.must(err)
		d.want("corrected", monthtest.Publisher, "")
	})
}

// TestPlansAndAdjustmentsWaitForOthers: a draft for who did not write it, an announced version for those it pays, an adjustment for who did not ask.
func TestPlansAndAdjustmentsWaitForOthers(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		d := open(t, db)
		ctx, seller := t.Context(), monthtest.Seller(d.Person(t, "A"))
		own, err := d.consents.Mine(ctx, seller)
		d.must(err)
		old := own[0].Version
		draft, err := d.Plans.Save(ctx, monthtest.Maker, planbook.Draft{Text: strings.Replace(old.Text, "from: "+old.Effective.From.String(), "from: 2026-11-02", 1)})
		d.must(err)
		_, err = d.Adjustments.Propose(ctx, monthtest.Maker, adjustment.Draft{Person: "A", Month: month, PlanID: old.DocumentID, AmountMinor: 123456, Reason: "补发", Evidence: "邮件"})
		d.must(err)
		d.want("drafted", hr, "approve_adjustments 1, approve_plans 1")
		author := hr
		author.UserID = monthtest.Maker.UserID
		d.want("one's own", author, "")
		_, err = d.Plans.Approve(ctx, monthtest.Approver, draft.ID)
		d.must(err)
		d.want("approved", hr, "approve_adjustments 1")
		d.want("not announced", seller, "")
		_, err = d.consents.Announce(ctx, monthtest.Maker, consent.Announce{VersionID: draft.ID, AnnouncedOn: monthtest.Day("2026-09-20"), Text: "全员会"})
		d.must(err)
		d.want("announced", seller, "accept_plans 1")
		_, err = d.consents.Accept(ctx, seller, draft.ID, draft.Hash)
		d.must(err)
		d.want("accepted", seller, "")
	})
}

// TestCountingIsAllowedToWhoIsSignedInAndEveryKindIsCounted asks every kind of the database, and names each in both languages.
func TestCountingIsAllowedToWhoIsSignedInAndEveryKindIsCounted(t *testing.T) {
	t.Parallel()
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		d := open(t, db)
		if _, err := d.tasks.Mine(t.Context(), access.Actor{}); !errs.Is(err, errs.KindUnauthenticated) {
			t.Errorf("nobody: %v", err)
		}
		everything := access.Actor{UserID: "u-all", PersonID: d.Person(t, "A")}
		for _, role := range access.Roles {
			everything.Grants = append(everything.Grants, access.Grant{Role: role, Scope: access.ScopeAll})
		}
		d.want("with every role", everything, "")
		part := everything
		part.Grants = []access.Grant{{Role: access.RoleHR, Scope: access.ScopeRegion, RegionID: 1}, {Role: access.RoleLead, Scope: access.ScopeTeam}}
		d.want("with parts", part, "")
		for _, kind := range task.Kinds() {
			for _, lang := range i18n.Langs() {
				if p := catalogue.Printer(lang); !p.Has(kind.Message().Key) || !p.Has("task.hint."+string(kind)) {
					t.Errorf("%s has no name in %s", kind, lang)
				}
			}
			if kind == task.AcceptPlans || kind == task.ApproveRequests { // which other services count
				continue
			}
			err := db.Tasks().Read(t.Context(), func(r task.Reader) error {
				_, err := r.CountTasks(context.WithoutCancel(t.Context()), kind, task.Asked{UserID: "u", Scope: access.Scope{All: true}, Now: r.Now()})
				return err
			})
			if err != nil {
				t.Errorf("%s: %v", kind, err)
			}
		}
	})
}
