package task_test

import (
	"strings"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/adjustment"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
	"xiaoguan/internal/task"
)

// matters are those of a box, as kinds, marks and states.
func (d *desk) matters(actor access.Actor, box task.MatterBox) string {
	d.t.Helper()
	found, err := d.tasks.Matters(d.t.Context(), actor, box)
	d.must(err)
	var all []string
	for _, m := range found {
		if !strings.HasSuffix(m.Path, "/"+m.ID) || m.DecidedAt.IsZero() != (m.State == "pending") || m.Kind == task.MatterPlan && m.Name.Zh == "" {
			d.t.Errorf("%+v", m)
		}
		all = append(all, string(m.Kind)+" "+m.Mark+" "+m.State)
	}
	return strings.Join(all, ", ")
}

// TestWhatHasAnApprovalOfItsOwnIsInOneList: for who may decide and is not its author, for its author, and for who decided.
func TestWhatHasAnApprovalOfItsOwnIsInOneList(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		d := open(t, db)
		ctx, seller, author := t.Context(), monthtest.Seller(d.Person(t, "A")), monthtest.Publisher
		own, err := d.consents.Mine(ctx, seller)
		d.must(err)
		old := own[0].Version
		draft, err := d.Plans.Save(ctx, author, planbook.Draft{Text: strings.Replace(old.Text, "from: "+old.Effective.From.String(), "from: 2026-11-02", 1)})
		d.must(err)
		_, err = d.Adjustments.Propose(ctx, author, adjustment.Draft{Person: "A", Month: month, PlanID: old.DocumentID, AmountMinor: 123456, Reason: "补发", Evidence: "邮件"})
		d.must(err)
		waits := "adjustment 2026-09 pending, plan " + "2 pending"
		for what, got := range map[string]string{"who may decide": d.matters(hr, task.MattersWaiting), "the author's": d.matters(author, task.MattersMine)} {
			if got != waits && got != "plan 2 pending, adjustment 2026-09 pending" {
				t.Errorf("%s: %s", what, got)
			}
		}
		payee := hr
		payee.PersonID = d.Person(t, "A")
		if got := d.matters(payee, task.MattersWaiting); got != "plan 2 pending" {
			t.Errorf("one's own pay: %s", got)
		}
		if got := d.matters(author, task.MattersWaiting) + d.matters(seller, task.MattersWaiting) + d.matters(hr, task.MattersDone) + d.matters(seller, task.MattersMine); got != "" {
			t.Errorf("others have %s", got)
		}
		_, err = d.Plans.Approve(ctx, monthtest.Approver, draft.ID)
		d.must(err)
		if got := d.matters(monthtest.Approver, task.MattersDone); !strings.HasPrefix(got, "plan 2 approved, plan 1 approved") {
			t.Errorf("decided: %s", got)
		}
		if got := d.matters(hr, task.MattersWaiting); got != "adjustment 2026-09 pending" {
			t.Errorf("what is left: %s", got)
		}
		everything := access.Actor{UserID: "u-all"}
		for _, role := range access.Roles {
			everything.Grants = append(everything.Grants, access.Grant{Role: role, Scope: access.ScopeAll})
		}
		for _, box := range []task.MatterBox{task.MattersWaiting, task.MattersMine, task.MattersDone} { // every kind is asked of both databases
			d.matters(everything, box)
		}
	})
}
