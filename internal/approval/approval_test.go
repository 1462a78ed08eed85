package approval_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/approval"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

const (
	small = 500_00
	large = 20_000_00
)

// TestARequestGoesFromStepToStep follows one from the asking to the decision: who is asked, who sees it, who is told.
func TestARequestGoesFromStepToStep(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		o, ctx := open(t, db), t.Context()
		r := o.ask(o.seller, large)
		o.wantOpen(r, o.lead.UserID)
		if !slices.Equal(o.box(o.lead, approval.BoxWaiting), []string{r.ID}) || len(o.box(o.finance, approval.BoxWaiting)) > 0 || !slices.Equal(o.box(o.seller, approval.BoxMine), []string{r.ID}) {
			t.Error("the boxes of the first step")
		}
		_, err := o.approvals.Approve(ctx, o.seller, approval.Decision{ID: r.ID})
		o.wantKind("one's own", err, errs.KindForbidden)
		_, err = o.approvals.Get(ctx, o.other, r.ID)
		o.wantKind("somebody else", err, errs.KindNotFound)
		_, err = o.approvals.Approve(ctx, o.otherLead, approval.Decision{ID: r.ID})
		o.wantKind("another team's lead", err, errs.KindNotFound)
		_, err = o.approvals.Approve(ctx, o.lead, approval.Decision{ID: r.ID, Revision: 7})
		o.wantKind("another revision", err, errs.KindConflict)
		o.wantOpen(o.approve(o.lead, r.ID), "u-approver", "u-closer")
		_, err = o.approvals.Approve(ctx, o.lead, approval.Decision{ID: r.ID})
		o.wantKind("a step later", err, errs.KindConflict)
		if done := o.approve(o.finance, r.ID); done.State != approval.StateApproved || done.DecidedAt.IsZero() || !done.Sound() {
			t.Errorf("%+v", done)
		}
		_, err = o.approvals.Reject(ctx, o.lead, approval.Decision{ID: r.ID, Note: "晚了"})
		o.wantKind("decided", err, errs.KindConflict)
		if got := o.told(o.lead, r.ID) + "|" + o.told(monthtest.Closer, r.ID) + "|" + o.told(o.seller, r.ID); got != "approval_asked|approval_asked|approval_decided" {
			t.Errorf("told: %s", got)
		}
		d, err := o.approvals.Get(ctx, o.seller, r.ID)
		if err != nil || len(d.Events) != 3 || d.Events[1].ActorID != o.lead.UserID || d.Events[1].Turn != 1 || d.Names["u-approver"] != "严正" || d.MayAct || d.MayTake || len(d.Rounds) != 1 {
			t.Errorf("%+v, %v", d, err)
		}
		if !slices.Equal(o.box(o.lead, approval.BoxDone), []string{r.ID}) || len(o.box(monthtest.Closer, approval.BoxDone)) > 0 {
			t.Error("the boxes of what was done")
		}
		_, err = o.approvals.List(ctx, o.lead, approval.Filter{Box: approval.BoxAll})
		o.wantKind("everybody's requests", err, errs.KindForbidden)
		if small := o.ask(o.other, small); len(small.Turns) != 1 || len(o.box(o.operations, approval.BoxAll)) != 2 {
			t.Errorf("%+v", small.Turns)
		}
		found, err := o.approvals.List(ctx, o.operations, approval.Filter{Box: approval.BoxAll, Search: "zhtw", State: approval.StatePending})
		if err != nil || len(found.Requests) != 1 {
			t.Errorf("found by initials: %+v, %v", found, err)
		}
	})
}

// TestAReturnedRequestComesBackInItsNextRound and keeps what was submitted before.
func TestAReturnedRequestComesBackInItsNextRound(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		o, ctx := open(t, db), t.Context()
		r := o.ask(o.seller, large)
		o.approve(o.lead, r.ID)
		_, err := o.approvals.Return(ctx, o.finance, approval.Decision{ID: r.ID})
		o.wantKind("without a reason", err, errs.KindInvalid)
		if r, err = o.approvals.Return(ctx, o.finance, approval.Decision{ID: r.ID, Note: "附上报价"}); err != nil || r.State != approval.StateReturned {
			t.Fatalf("%+v, %v", r, err)
		}
		again := approval.General{ID: r.ID, Title: "展会摊位（含报价）", Text: "报价见附件", AmountMinor: small}
		_, err = o.approvals.Ask(ctx, o.lead, again)
		o.wantKind("somebody else's", err, errs.KindForbidden)
		next, err := o.approvals.Ask(ctx, o.seller, again)
		if err != nil || next.ID != r.ID || next.Round != 2 || len(next.Turns) != 1 || next.Hash == r.Hash {
			t.Fatalf("%+v, %v", next, err)
		}
		o.wantOpen(next, o.lead.UserID)
		d, err := o.approvals.Get(ctx, o.lead, r.ID)
		if err != nil || len(d.Rounds) != 2 || d.Rounds[0].Data.Numbers["amount"] != large || d.Rounds[0].Hash != r.Hash || d.Rounds[1].Hash != next.Hash || len(d.Events) != 4 {
			t.Errorf("%+v, %v", d, err)
		}
		if got := o.told(o.lead, r.ID); got != "approval_asked approval_asked!" {
			t.Errorf("told: %s", got)
		}
		if next, err = o.approvals.Reject(ctx, o.lead, approval.Decision{ID: r.ID, Note: "不去了"}); err != nil || next.State != approval.StateRejected {
			t.Errorf("%+v, %v", next, err)
		}
		_, err = o.approvals.Ask(ctx, o.seller, again)
		o.wantKind("a rejected one once more", err, errs.KindConflict)
		third := o.ask(o.seller, small)
		if third, err = o.approvals.Withdraw(ctx, o.seller, approval.Decision{ID: third.ID}); err != nil || third.State != approval.StateWithdrawn {
			t.Errorf("%+v, %v", third, err)
		}
		if len(o.box(o.lead, approval.BoxWaiting)) > 0 {
			t.Error("a withdrawn request waits")
		}
	})
}

// TestWhoIsAwayIsStoodInFor by somebody with no fewer rights, for as long as was said.
func TestWhoIsAwayIsStoodInFor(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		o, ctx := open(t, db), t.Context()
		today := calendar.DateOf(storetest.Start)
		in := approval.Delegate{DeputyID: o.otherLead.UserID, From: today, Until: today + 7}
		for what, wrong := range map[string]approval.Delegate{
			"fewer rights": {DeputyID: o.other.UserID, From: today, Until: today}, "for somebody else": {UserID: o.finance.UserID, DeputyID: "u-closer", From: today, Until: today},
		} {
			_, err := o.approvals.Delegate(ctx, o.lead, wrong)
			o.wantKind(what, err, errs.KindForbidden)
		}
		for what, wrong := range map[string]approval.Delegate{
			"oneself": {DeputyID: o.lead.UserID, From: today, Until: today}, "reversed": {DeputyID: o.otherLead.UserID, From: today, Until: today - 1},
			"past": {DeputyID: o.otherLead.UserID, From: today - 9, Until: today - 8}, "too long": {DeputyID: o.otherLead.UserID, From: today, Until: today + 400}, "nobody": {DeputyID: "u-x", From: today, Until: today},
		} {
			_, err := o.approvals.Delegate(ctx, o.lead, wrong)
			o.wantKind(what, err, errs.KindInvalid)
		}
		r := o.ask(o.seller, small)
		_, err := o.approvals.Get(ctx, o.otherLead, r.ID)
		o.wantKind("before", err, errs.KindNotFound)
		d, err := o.approvals.Delegate(ctx, o.lead, in)
		if err != nil {
			t.Fatal(err)
		}
		_, err = o.approvals.Delegate(ctx, o.lead, in)
		o.wantKind("twice", err, errs.KindConflict)
		if !slices.Equal(o.box(o.otherLead, approval.BoxWaiting), []string{r.ID}) {
			t.Error("the deputy does not see what waits")
		}
		own := o.ask(o.otherLead, small) // goes to the director, and to nobody whom the submitter stands in for
		o.wantOpen(own, o.director.UserID)
		if done := o.approve(o.otherLead, r.ID); done.State != approval.StateApproved || done.Turns[0].Seats[0].For != o.lead.UserID {
			t.Errorf("%+v", done.Turns)
		}
		second := o.ask(o.seller, small)
		if got := o.told(o.otherLead, second.ID); got != "approval_asked!" {
			t.Errorf("told: %s", got)
		}
		o.wantKind("somebody else's end", o.approvals.EndDelegation(ctx, o.otherLead, d.ID), errs.KindNotFound)
		if err := o.approvals.EndDelegation(ctx, o.lead, d.ID); err != nil {
			t.Fatal(err)
		}
		o.wantKind("ended twice", o.approvals.EndDelegation(ctx, o.lead, d.ID), errs.KindConflict)
		_, err = o.approvals.Approve(ctx, o.otherLead, approval.Decision{ID: second.ID})
		o.wantKind("after", err, errs.KindNotFound)
		if all, names, err := o.approvals.Delegations(ctx, o.otherLead); err != nil || len(all) != 1 || all[0].EndedAt.IsZero() || len(names) != 2 {
			t.Errorf("%+v, %v, %v", all, names, err)
		}
	})
}

// TestAnApproverMayInvolveOthers: hand over, add signers before and after, send copies.
func TestAnApproverMayInvolveOthers(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		o, ctx := open(t, db), t.Context()
		r := o.ask(o.seller, small)
		_, err := o.approvals.Transfer(ctx, o.lead, approval.Decision{ID: r.ID, To: o.seller.UserID})
		o.wantKind("to who submitted it", err, errs.KindForbidden)
		_, err = o.approvals.Transfer(ctx, o.lead, approval.Decision{ID: r.ID, To: o.other.UserID})
		o.wantKind("to who has fewer rights", err, errs.KindForbidden)
		if r, err = o.approvals.Transfer(ctx, o.lead, approval.Decision{ID: r.ID, To: o.otherLead.UserID, Note: "你更熟"}); err != nil {
			t.Fatal(err)
		}
		o.wantOpen(r, o.otherLead.UserID)
		if got := o.told(o.lead, r.ID) + "|" + o.told(o.otherLead, r.ID); got != "approval_asked|approval_asked!" {
			t.Errorf("told: %s", got)
		}
		if r, err = o.approvals.AddSigner(ctx, o.otherLead, approval.Decision{ID: r.ID, To: o.finance.UserID}, true); err != nil {
			t.Fatal(err)
		}
		o.wantOpen(r, o.finance.UserID)
		o.wantOpen(o.approve(o.finance, r.ID), o.otherLead.UserID)
		if r, err = o.approvals.AddSigner(ctx, o.otherLead, approval.Decision{ID: r.ID, To: o.other.UserID}, false); err != nil {
			t.Fatal(err)
		}
		o.wantOpen(r, o.otherLead.UserID)
		if _, err = o.approvals.Copy(ctx, o.otherLead, approval.Decision{ID: r.ID, To: o.director.UserID}); err != nil {
			t.Fatal(err)
		}
		_, err = o.approvals.Copy(ctx, o.director, approval.Decision{ID: r.ID, To: o.finance.UserID})
		o.wantKind("a copy of a copy", err, errs.KindForbidden)
		if !slices.Equal(o.box(o.director, approval.BoxCopied), []string{r.ID}) || o.told(o.director, r.ID) != "approval_copied" {
			t.Error("the copy")
		}
		o.wantOpen(o.approve(o.otherLead, r.ID), o.other.UserID)
		if _, err := o.approvals.Remind(ctx, o.seller, approval.Decision{ID: r.ID}); err != nil || o.told(o.other, r.ID) != "approval_asked! approval_reminder" {
			t.Errorf("reminded: %s, %v", o.told(o.other, r.ID), err)
		}
		_, err = o.approvals.Remind(ctx, o.seller, approval.Decision{ID: r.ID})
		o.wantKind("reminded twice", err, errs.KindConflict)
		if done := o.approve(o.other, r.ID); done.State != approval.StateApproved {
			t.Errorf("%+v", done)
		}
	})
}

// TestNothingStaysStuckInSilence: the next manager up is asked when the time is over or somebody leaves, and administrators when nobody is left.
func TestNothingStaysStuckInSilence(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		o, ctx := open(t, db), t.Context()
		late, orphaned := o.ask(o.seller, small), o.ask(o.seller, small)
		if n, err := o.approvals.Tick(ctx); n != 0 || err != nil {
			t.Errorf("in time: %d, %v", n, err)
		}
		due := late.DueAt().Format("2006-01-02T")
		o.exec("UPDATE approval_request SET due_at = REPLACE(due_at, '" + due + "', '2026-09-01T'), turns = REPLACE(turns, '" + due + "', '2026-09-01T') WHERE id = '" + late.ID + "'")
		if n, err := o.approvals.Tick(ctx); n != 1 || err != nil {
			t.Errorf("too late: %d, %v", n, err)
		}
		d, err := o.approvals.Get(ctx, o.seller, late.ID)
		if err != nil || !d.DueAt().After(storetest.Start) || d.Turns[0].Raised != 1 || o.told(o.lead, late.ID) != "approval_asked! approval_reminder" {
			t.Errorf("%+v, %v, %s", d.Turns, err, o.told(o.lead, late.ID))
		}
		o.wantOpen(d.Request, o.lead.UserID, o.director.UserID)
		o.disable(o.lead.UserID)
		if n, err := o.approvals.Tick(ctx); n != 2 || err != nil {
			t.Errorf("somebody left: %d, %v", n, err)
		}
		d, err = o.approvals.Get(ctx, o.seller, orphaned.ID)
		if err != nil {
			t.Fatal(err)
		}
		o.wantOpen(d.Request, o.director.UserID)
		o.disable(o.director.UserID)
		if _, err := o.approvals.Tick(ctx); err != nil {
			t.Fatal(err)
		}
		if d, err = o.approvals.Get(ctx, o.operations, orphaned.ID); err != nil || !d.Stuck || !d.MayName || o.told(monthtest.Admin, orphaned.ID) != "approval_stuck!" {
			t.Errorf("%+v, %v, %s", d.Request, err, o.told(monthtest.Admin, orphaned.ID))
		}
		_, err = o.approvals.Assign(ctx, o.operations, approval.Decision{ID: orphaned.ID, To: o.operations.UserID, Note: "我来"})
		o.wantKind("oneself", err, errs.KindForbidden)
		_, err = o.approvals.Assign(ctx, o.operations, approval.Decision{ID: orphaned.ID, To: o.seller.UserID, Note: "他来"})
		o.wantKind("who submitted it", err, errs.KindForbidden)
		_, err = o.approvals.Assign(ctx, o.otherLead, approval.Decision{ID: orphaned.ID, To: o.otherLead.UserID, Note: "我来"})
		o.wantKind("without the permission", err, errs.KindForbidden)
		r, err := o.approvals.Assign(ctx, o.operations, approval.Decision{ID: orphaned.ID, To: o.otherLead.UserID, Note: "代管"})
		if err != nil || r.Stuck || o.told(monthtest.Admin, orphaned.ID) != "approval_stuck" {
			t.Errorf("%+v, %v", r, err)
		}
		if done := o.approve(o.otherLead, orphaned.ID); done.State != approval.StateApproved {
			t.Errorf("%+v", done)
		}
	})
}

// TestAnotherPackageIsToldInTheSameTransaction and may refuse.
func TestAnotherPackageIsToldInTheSameTransaction(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		o, ctx := open(t, db), t.Context()
		limit := approval.Condition{Field: "discount", Operator: approval.OpAtMost, Number: 50_000}
		manager := approval.Step{Mode: approval.ModeAny, Who: []approval.Approver{{Kind: approval.ByManager, Levels: 1}}}
		err := o.approvals.Register(approval.Kind{Name: "quote", Label: "approval.kind_general", Fields: []approval.Field{{Name: "discount", Label: "approval.field_amount", Form: approval.FormPPM}},
			Default: approval.Flow{Routes: []approval.Route{{Name: "limit", When: []approval.Condition{limit}}, {Steps: []approval.Step{manager}, Copies: []approval.Approver{{Kind: approval.ByDirector}}}}},
			Outcome: approval.Tell(func(_ context.Context, _ access.Tx, _ access.Actor, r approval.Request) error {
				o.outcomes = append(o.outcomes, r.State)
				return o.refuse
			})})
		if err != nil {
			t.Fatal(err)
		}
		quote := func(id string, ppm int64) approval.Submission {
			return approval.Submission{Kind: "quote", SubjectID: id, Title: "报价 " + id, Data: approval.Data{Numbers: map[string]int64{"discount": ppm}}, Document: map[string]any{"lines": []string{"控制器"}}}
		}
		if r, err := o.approvals.Submit(ctx, o.seller, quote("1", 50_000)); err != nil || r.State != approval.StateApproved || r.Route != "limit" {
			t.Errorf("%+v, %v", r, err)
		}
		r, err := o.approvals.Submit(ctx, o.seller, quote("2", 50_001))
		if err != nil {
			t.Fatal(err)
		}
		_, err = o.approvals.Submit(ctx, o.seller, quote("2", 60_000))
		o.wantKind("twice", err, errs.KindConflict)
		_, err = o.approvals.Submit(ctx, o.seller, approval.Submission{Kind: "quote", SubjectID: "3", Title: "x", Data: approval.Data{Numbers: map[string]int64{"amount": 1}}})
		o.wantKind("unknown data", err, errs.KindInvalid)
		o.refuse = errs.New(errs.KindConflict, "approval.changed_meanwhile", nil)
		_, err = o.approvals.Approve(ctx, o.lead, approval.Decision{ID: r.ID})
		o.wantKind("refused by the subject", err, errs.KindConflict)
		if d, err := o.approvals.Get(ctx, o.lead, r.ID); err != nil || d.State != approval.StatePending || len(d.Events) != 1 {
			t.Errorf("%+v, %v", d.Request, err)
		}
		o.refuse = nil
		if done := o.approve(o.lead, r.ID); done.State != approval.StateApproved || string(done.Document) != `{"lines":["控制器"]}` {
			t.Errorf("%+v", done)
		}
		if !slices.Equal(o.box(o.director, approval.BoxCopied), []string{r.ID}) {
			t.Error("the route's copy")
		}
		favoured := quote("4", 90_000)
		favoured.ExcludedPersonIDs = []int64{o.lead.PersonID}
		if r, err = o.approvals.Submit(ctx, o.seller, favoured); err != nil {
			t.Fatal(err)
		}
		o.wantOpen(r, o.director.UserID)
		err = db.ApprovalStore().InTx(ctx, func(tx approval.Tx) error { return o.approvals.WithdrawIn(ctx, tx, o.seller, "quote", "4", "作废") })
		if err != nil {
			t.Fatal(err)
		}
		want := []approval.State{approval.StateApproved, approval.StateApproved, approval.StateApproved, approval.StateWithdrawn} // the second was undone
		if !slices.Equal(o.outcomes, want) {
			t.Errorf("told %v, want %v", o.outcomes, want)
		}
		if o.approvals.Register(approval.Kind{Name: "quote", Label: "x"}) == nil {
			t.Error("registered twice")
		}
	})
}

// TestFlowsArePublishedAndPreviewed: what waits keeps its own rules.
func TestFlowsArePublishedAndPreviewed(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		o, ctx := open(t, db), t.Context()
		before := o.ask(o.seller, small)
		both := approval.Flow{Routes: []approval.Route{{Name: "双签", Steps: []approval.Step{{Mode: approval.ModeAll, Who: []approval.Approver{{Kind: approval.ByRole, Role: access.RoleFinance}, {Kind: approval.ByRole, Role: access.RoleFinance}}}}}}}
		in := approval.PublishFlow{Kind: approval.KindGeneral, Flow: both, Reason: "加强控制"}
		_, err := o.approvals.ProposeFlow(ctx, o.finance, in)
		o.wantKind("without the permission", err, errs.KindForbidden)
		regional := access.Actor{UserID: "u-x", Grants: []access.Grant{{Role: access.RoleOperations, Scope: access.ScopeRegion, RegionID: 1}}}
		_, err = o.approvals.ProposeFlow(ctx, regional, in)
		o.wantKind("for a region", err, errs.KindForbidden)
		named := in
		named.Flow = approval.Flow{Routes: []approval.Route{{Steps: []approval.Step{{Mode: approval.ModeAny, Who: []approval.Approver{{Kind: approval.ByUser, UserID: "u-nobody"}}}}}}}
		_, err = o.approvals.ProposeFlow(ctx, o.operations, named)
		o.wantKind("naming nobody", err, errs.KindInvalid)
		draft, err := o.approvals.Preview(ctx, o.operations, approval.KindGeneral, o.seller.UserID, approval.Data{}, &both)
		if err != nil || len(draft.Steps) != 1 || len(draft.Steps[0].Seats) != 2 || draft.Names["u-closer"] != "季风" {
			t.Errorf("%+v, %v", draft, err)
		}
		o.publish(in)
		_, err = o.approvals.ProposeFlow(ctx, o.operations, in)
		o.wantKind("based on the old one", err, errs.KindConflict)
		if all, err := o.approvals.FlowVersions(ctx, monthtest.Auditor, approval.KindGeneral); err != nil || len(all) != 2 || all[0].Reason != "加强控制" || all[1].Version != 0 {
			t.Errorf("%+v, %v", all, err)
		}
		if done := o.approve(o.lead, before.ID); done.State != approval.StateApproved || done.FlowVersion != 0 {
			t.Errorf("%+v", done)
		}
		after := o.ask(o.seller, small)
		o.wantOpen(after, "u-approver", "u-closer")
		o.wantOpen(o.approve(o.finance, after.ID), "u-closer")
		_, err = o.approvals.Approve(ctx, o.finance, approval.Decision{ID: after.ID})
		o.wantKind("twice on a step", err, errs.KindConflict)
		if done := o.approve(monthtest.Closer, after.ID); done.State != approval.StateApproved || done.FlowVersion != 1 || done.Route != "双签" {
			t.Errorf("%+v", done)
		}
		_, err = o.approvals.Preview(ctx, o.other, approval.KindGeneral, o.seller.UserID, approval.Data{}, nil)
		o.wantKind("preview for others", err, errs.KindForbidden)
		if own, err := o.approvals.Preview(ctx, o.seller, approval.KindGeneral, o.seller.UserID, approval.Data{}, nil); err != nil || own.Version != 1 {
			t.Errorf("%+v, %v", own, err)
		}
		if log := strings.Join(monthtest.QueryTexts(t, db, "SELECT action FROM audit_entry WHERE subject = 'approval_flow:general'"), " "); log != "approval.propose_flow approval.propose_flow approval.drop_flow approval.propose_flow approval.publish_flow" {
			t.Errorf("audited: %s", log)
		}
	})
}

// TestOnePersonSignsOneStep: a director who is the manager and the director at once signs the first step; the second goes to a director of the
// whole company, and where there is none to whoever is named by those who mind approvals. A flow may let the same person sign both.
func TestOnePersonSignsOneStep(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		o, ctx := open(t, db), t.Context()
		steps := []approval.Step{{Mode: approval.ModeAny, Who: []approval.Approver{{Kind: approval.ByManager, Levels: 1}}}, {Mode: approval.ModeAny, Who: []approval.Approver{{Kind: approval.ByDirector}}}}
		again := slices.Clone(steps)
		again[1].Again = true
		for name, with := range map[string][]approval.Step{"strict": steps, "again": again} {
			if err := o.approvals.Register(approval.Kind{Name: name, Label: "x", Default: approval.Flow{Routes: []approval.Route{{Steps: with}}}}); err != nil {
				t.Fatal(err)
			}
		}
		ask := func(kind, subject string) approval.Request {
			r, err := o.approvals.Submit(ctx, o.otherLead, approval.Submission{Kind: kind, SubjectID: subject, Title: "展会摊位"})
			if err != nil {
				t.Fatal(err)
			}
			o.wantOpen(r, o.director.UserID)
			return r
		}
		if done := o.approve(o.director, o.approve(o.director, ask("again", "1").ID).ID); done.State != approval.StateApproved {
			t.Errorf("%s, though the flow lets one sign both", done.State)
		}
		alone := o.approve(o.director, ask("strict", "1").ID)
		if o.wantOpen(alone); !alone.Stuck || o.told(o.operations, alone.ID) != "approval_stuck!" {
			t.Errorf("nobody is left, and it is not said: %+v", alone)
		}
		_, err := o.approvals.Approve(ctx, o.director, approval.Decision{ID: alone.ID})
		o.wantKind("twice", err, errs.KindConflict)
		_, err = o.approvals.Assign(ctx, o.operations, approval.Decision{ID: alone.ID, To: "director", Note: "只有他"})
		o.wantKind("named although he signed", err, errs.KindConflict)
		named, err := o.approvals.Assign(ctx, o.operations, approval.Decision{ID: alone.ID, To: o.finance.UserID, Note: "总监只有一位"})
		if err != nil {
			t.Fatal(err)
		}
		o.wantOpen(named, o.finance.UserID)
		boss := access.Actor{UserID: "u-boss", Name: "总经理", Grants: o.director.Grants}
		if err := db.Access().InTx(ctx, func(tx access.Tx) error {
			if err := tx.InsertUser(ctx, access.Account{User: access.User{ID: boss.UserID, Login: "boss", Name: boss.Name}}); err != nil {
				return err
			}
			return tx.ReplaceGrants(ctx, boss.UserID, boss.Grants)
		}); err != nil {
			t.Fatal(err)
		}
		second, err := o.approvals.Submit(ctx, o.otherLead, approval.Submission{Kind: "strict", SubjectID: "2", Title: "展会摊位"})
		if err != nil {
			t.Fatal(err)
		}
		o.wantOpen(second, boss.UserID, o.director.UserID)
		o.wantOpen(o.approve(o.director, second.ID), boss.UserID)
		if done := o.approve(boss, second.ID); done.State != approval.StateApproved {
			t.Errorf("%s after two people", done.State)
		}
	})
}
