package tierbook_test

import (
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/approval"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/tier"
	"xiaoguan/internal/tierbook"
)

// court is a house whose changes of tiers are approved: people of it can sign in.
type court struct {
	*house
	approvals                    *approval.Service
	seller, lead, other, manager access.Actor
	boss                         access.Actor // a second director of everybody
}

func newCourt(t *testing.T) *court {
	t.Helper()
	c := &court{house: newHouse(t)}
	c.approvals = approval.NewService(c.db.ApprovalStore(), monthtest.NewID(time.Now), func() *time.Location { return calendar.ChinaTime }, calendar.China)
	for _, k := range tierbook.ApprovalKinds(func() *tierbook.Service { return c.Service }) {
		c.must(c.approvals.Register(k))
	}
	c.WithApprovals(c.approvals)
	c.seller, c.lead = c.actor("A", access.RoleSeller, access.ScopeOwn), c.actor("L", access.RoleLead, access.ScopeTeamAndBelow)
	c.other, c.manager = c.actor("B", access.RoleSeller, access.ScopeOwn), c.director()
	c.boss = c.manager
	c.boss.UserID, c.boss.Name = "u-boss", "总经理"
	for _, a := range []access.Actor{c.seller, c.lead, c.other, c.manager, c.boss} {
		c.must(c.db.Access().InTx(t.Context(), func(tx access.Tx) error {
			user := access.User{ID: a.UserID, Login: strings.ToLower(strings.TrimPrefix(a.UserID, "u-")), Name: a.Name, PersonID: a.PersonID}
			if err := tx.InsertUser(t.Context(), access.Account{User: user}); err != nil {
				return err
			}
			return tx.ReplaceGrants(t.Context(), a.UserID, a.Grants)
		}))
	}
	c.tick(true)
	return c
}

// autumn lets the review of October find that C2 falls from A to C and C5 rises from C to A.
func (c *court) autumn() {
	c.t.Helper()
	c.record(func(put func(fact.Outcome, error), w fact.Writer) {
		c.sell(put, w, "D9", "C5", "B", september, 9_000_000_00, true)
	})
	c.to(calendar.NewDate(2026, 10, 1))
	c.tick(true)
}

// waits are the titles of what waits for somebody.
func (c *court) waits(actor access.Actor) string {
	c.t.Helper()
	page, err := c.approvals.List(c.t.Context(), actor, approval.Filter{})
	c.must(err)
	var titles []string
	for _, r := range page.Requests {
		titles = append(titles, r.Title)
	}
	return strings.Join(titles, ", ")
}

func (c *court) first(actor access.Actor) approval.Decision {
	c.t.Helper()
	page, err := c.approvals.List(c.t.Context(), actor, approval.Filter{})
	c.must(err)
	if len(page.Requests) == 0 {
		c.t.Fatalf("nothing waits for %s", actor.UserID)
	}
	return approval.Decision{ID: page.Requests[0].ID, Note: "看过"}
}

// TestWhatAReviewFindsIsApprovedByTheFlow: C2 is A's, whom L leads; C5 is B's, in whose team nobody leads, and so a director's.
func TestWhatAReviewFindsIsApprovedByTheFlow(t *testing.T) {
	t.Parallel()
	c, ctx := newCourt(t), t.Context()
	c.autumn()
	if got := c.waits(c.lead) + "|" + c.waits(c.manager) + "|" + c.waits(c.seller); got != "客户2有限公司 A → C|客户5有限公司 C → A|" {
		t.Errorf("waiting: %s", got)
	}
	p, err := c.Proposals(ctx, c.manager, 0)
	c.must(err)
	if len(p.Rows) != 2 || p.MayDecide(p.Rows[0]) || !p.MayDecide(p.Rows[1]) || p.Rows[0].RequestID == "" {
		t.Errorf("proposals %+v", p)
	}
	c.refused("one of which is somebody else's turn", c.Decide(ctx, c.manager, tierbook.Decision{IDs: []int64{p.Rows[0].ID, p.Rows[1].ID}, Approve: true}), errs.KindForbidden)
	_, err = c.approvals.Return(ctx, c.lead, c.first(c.lead))
	c.refused("a return to nobody", err, errs.KindConflict)
	c.must(c.Decide(ctx, c.lead, tierbook.Decision{IDs: []int64{p.Rows[0].ID}, Approve: true}))
	_, err = c.approvals.Reject(ctx, c.manager, c.first(c.manager))
	c.must(err)
	if got := c.tiers(); got != "BCBCCC" || c.waiting() != 0 {
		t.Errorf("%s with %d waiting", got, c.waiting())
	}
	d, err := c.Customer(ctx, c.manager, c.customer("C5"))
	c.must(err)
	if last := d.Changes[0]; last.Kind != tierbook.ChangeRefused || last.Note != "看过" || last.ActorID != c.manager.UserID || d.Review != nil || d.Proposal != nil {
		t.Errorf("told as %+v", last)
	}
	if v, err := audit.NewService(c.db.Audit()).Verify(ctx); err != nil || !v.Sound() {
		t.Errorf("the audit log: %+v, %v", v, err)
	}
}

// TestWhatWaitedBeforeThereWereFlowsIsAskedFor with the next look at what is due, and taken back when the facts no longer ask for it.
func TestWhatWaitedBeforeThereWereFlowsIsAskedFor(t *testing.T) {
	t.Parallel()
	c, ctx := newCourt(t), t.Context()
	c.WithApprovals(nil)
	c.autumn()
	if c.waits(c.lead) != "" || c.waiting() != 2 {
		t.Fatal("somebody was asked without a flow")
	}
	c.WithApprovals(c.approvals)
	c.tick(false)
	if got := c.waits(c.lead); got != "客户2有限公司 A → C" {
		t.Errorf("after the tick: %s", got)
	}
	c.tick(false) // nobody is asked twice
	c.record(func(put func(fact.Outcome, error), w fact.Writer) {
		c.sell(put, w, "D10", "C2", "A", calendar.NewDate(2026, 10, 1), 90_000_000_00, true)
	})
	_, err := c.StartReview(ctx, c.operations())
	c.must(err)
	c.work()
	if got := c.waits(c.lead); got != "" {
		t.Errorf("what the facts no longer ask for waits: %s", got)
	}
}

func TestASellerAsksForATier(t *testing.T) {
	t.Parallel()
	c, ctx := newCourt(t), t.Context()
	in := tierbook.Ask{CustomerID: c.customer("C3"), Tier: tier.A, Until: september + 90, Reason: "二期在谈", Evidence: "框架合同草稿"}
	_, err := c.AskChange(ctx, c.other, in)
	c.refused("somebody else's customer", err, errs.KindNotFound)
	for what, wrong := range map[string]tierbook.Ask{"no evidence": {CustomerID: in.CustomerID, Tier: tier.A, Until: september + 9, Reason: "x"}, "the tier it has": {CustomerID: in.CustomerID, Tier: tier.B, Until: september + 9, Reason: "x", Evidence: "x"},
		"ten years": {CustomerID: in.CustomerID, Tier: tier.A, Until: september + 3650, Reason: "x", Evidence: "x"}} {
		_, err = c.AskChange(ctx, c.seller, wrong)
		c.refused(what, err, errs.KindInvalid)
	}
	r, err := c.AskChange(ctx, c.seller, in)
	c.must(err)
	if !r.Sound() || c.waits(c.lead) != "客户3有限公司 B → A" {
		t.Errorf("asked: %+v", r)
	}
	_, err = c.AskChange(ctx, c.lead, in)
	c.refused("while one waits", err, errs.KindConflict)
	_, err = c.approvals.Return(ctx, c.lead, c.first(c.lead))
	c.must(err)
	in.Evidence = "已签的框架合同"
	_, err = c.AskChange(ctx, c.seller, in)
	c.must(err)
	_, err = c.approvals.Approve(ctx, c.lead, c.first(c.lead))
	c.must(err)
	if c.tiers() != "AABCCC" {
		t.Error("it counts before the director has signed")
	}
	_, err = c.approvals.Approve(ctx, c.manager, c.first(c.manager))
	c.must(err)
	d, err := c.Customer(ctx, c.seller, in.CustomerID)
	c.must(err)
	if o := d.Standing.Facts.Override; c.tiers() != "AAACCC" || o == nil || o.Until != in.Until || o.Reason != in.Reason || d.Changes[0].Kind != tierbook.ChangeAsked || d.Asked != nil || !d.MayAsk {
		t.Errorf("approved: %s, %+v", c.tiers(), d.Changes)
	}
	// The manager of a seller may ask, too, and then does not sign; by hand from A to C needs this way.
	down := tierbook.Ask{CustomerID: c.customer("C1"), Tier: tier.C, Until: september + 90, Reason: "集团内部", Evidence: "股权关系"}
	c.refused("by hand", c.SetOverride(ctx, c.lead, tierbook.Override{CustomerID: down.CustomerID, Tier: tier.C, Until: down.Until, Reason: "x"}), errs.KindConflict)
	_, err = c.AskChange(ctx, c.lead, down)
	c.must(err)
	if c.waits(c.lead) != "" || c.waits(c.manager) != "客户1有限公司 A → C" {
		t.Errorf("asked by the lead: %q, %q", c.waits(c.lead), c.waits(c.manager))
	}
	_, err = c.approvals.Approve(ctx, c.manager, c.first(c.manager)) // in the manager's place
	c.must(err)
	if c.waits(c.manager) != "" { // one person, one step
		t.Errorf("the second step waits for who signed the first: %q", c.waits(c.manager))
	}
	c.to(september + 90)
	_, err = c.approvals.Approve(ctx, c.boss, c.first(c.boss))
	c.refused("after its day", err, errs.KindConflict)
}
