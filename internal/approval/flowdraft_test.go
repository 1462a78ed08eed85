package approval_test

import (
	"strings"

	"xiaoguan/internal/approval"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/monthtest"
)

// publish takes rules from the first person to the second, and tries on the way what neither may.
func (o *office) publish(in approval.PublishFlow) {
	o.t.Helper()
	ctx, admin := o.t.Context(), monthtest.Admin
	first, err := o.approvals.ProposeFlow(ctx, o.operations, in)
	if err != nil {
		o.t.Fatal(err)
	}
	other := in
	other.Reason = "也改一个"
	_, err = o.approvals.ProposeFlow(ctx, admin, other)
	o.wantKind("while somebody else's waits", err, errs.KindConflict)
	changed := in
	changed.Reason = strings.TrimSpace(in.Reason + " ")
	changed.Flow.Routes = append([]approval.Route{}, in.Flow.Routes...)
	changed.Flow.Routes[0].Name = "双人签"
	second, err := o.approvals.ProposeFlow(ctx, o.operations, changed)
	if err != nil || second.Hash == first.Hash {
		o.t.Fatalf("replaced by %+v, %v", second, err)
	}
	_, err = o.approvals.ConfirmFlow(ctx, admin, in.Kind, first.Hash)
	o.wantKind("the text before", err, errs.KindConflict)
	_, err = o.approvals.ConfirmFlow(ctx, o.operations, in.Kind, second.Hash)
	o.wantKind("one's own", err, errs.KindForbidden)
	_, err = o.approvals.ConfirmFlow(ctx, o.finance, in.Kind, second.Hash)
	o.wantKind("without the permission", err, errs.KindForbidden)
	o.wantKind("dropped without a reason", o.approvals.DropFlow(ctx, admin, in.Kind, ""), errs.KindInvalid)
	if err := o.approvals.DropFlow(ctx, admin, in.Kind, "太重"); err != nil {
		o.t.Fatal(err)
	}
	_, err = o.approvals.ConfirmFlow(ctx, admin, in.Kind, second.Hash)
	o.wantKind("what was dropped", err, errs.KindNotFound)
	if v, err := o.approvals.FlowVersions(ctx, admin, in.Kind); err != nil || len(v) != 1 {
		o.t.Errorf("in force before a second person: %+v, %v", v, err)
	}
	third, err := o.approvals.ProposeFlow(ctx, o.operations, in)
	if err != nil {
		o.t.Fatal(err)
	}
	drafts, err := o.approvals.FlowDrafts(ctx, monthtest.Auditor)
	if err != nil || drafts[in.Kind].Hash != third.Hash || drafts[in.Kind].ProposedName != o.operations.Name {
		o.t.Errorf("drafts %+v, %v", drafts, err)
	}
	v, err := o.approvals.ConfirmFlow(ctx, admin, in.Kind, third.Hash)
	if err != nil || v.Version != 1 || v.ProposedBy != o.operations.UserID || v.PublishedBy != admin.UserID {
		o.t.Fatalf("%+v, %v", v, err)
	}
	told := monthtest.QueryTexts(o.t, o.db, "SELECT user_id || ' ' || kind FROM notice WHERE subject = 'approval_flow:general' ORDER BY id")
	if got := strings.Join(told, ", "); !strings.Contains(got, "u-admin flow_approval") || !strings.Contains(got, "u-maker flow_decided") || strings.Contains(got, "u-maker flow_approval") {
		o.t.Errorf("told %s", got)
	}
}
