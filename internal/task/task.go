// Package task counts what waits for somebody: plans to accept, statements to look at, disputes to answer, months, plans, adjustments, honours and promotions to
// decide, differences to post, months to close.
//
// It is read from the matters themselves and not from messages, so that it is complete after an upgrade, for who has just been given a role, and for who has turned
// messages off. It decides nothing: what may be done is for the service of each page. Limits: counts, and a link to where they are; what nobody is asked for by
// name, such as a month to be calculated, is the business of the months' page.
package task

import (
	"context"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
)

// Kind is a kind of thing to do. Its name for people is the message task.kind.‹kind›.
type Kind string

// The kinds, in the order in which they are shown: one's own first.
const (
	AcceptPlans        Kind = "accept_plans"
	CheckStatements    Kind = "check_statements" // published, while the time for disputes runs
	ApproveRequests    Kind = "approve_requests" // the reader's signature, or that of whom the reader stands in for
	ApproveFlows       Kind = "approve_flows"    // flows of approvals that somebody else wrote
	AnswerDisputes     Kind = "answer_disputes"  // the reader has a voice that has said nothing
	CorrectDisputes    Kind = "correct_disputes" // ruled, and the correction is not named
	ApproveMonths      Kind = "approve_months"
	CloseMonths        Kind = "close_months"
	ApproveAdjustments Kind = "approve_adjustments"
	PostRetros         Kind = "post_retros" // differences that were computed
	ApprovePlans       Kind = "approve_plans"
	ApproveStandards   Kind = "approve_standards"
	ApproveTierPolicy  Kind = "approve_tier_policy"
	ApprovePoolRules   Kind = "approve_pool_rules"
	ApproveHonours     Kind = "approve_honours"
	AnnounceHonours    Kind = "announce_honours"
	DecidePromotions   Kind = "decide_promotions"
	HandlePoints       Kind = "handle_points"
	ConfirmCollections Kind = "confirm_collections" // money that sellers reported
)

// rule says who is asked, and where it is done.
type rule struct {
	kind Kind
	need access.Permission // empty: for persons of the company
	path string
}

// rules list all kinds. The permissions are those that the services of the pages ask.
var rules = []rule{
	{AcceptPlans, "", "/my-plans"},
	{CheckStatements, "", "/pay"},
	{ApproveRequests, "", "/approvals"},
	{ApproveFlows, access.PermApprovalManage, "/approval-flows"},
	{AnswerDisputes, "", "/disputes?state=open"},
	{CorrectDisputes, access.PermPeriodRun, "/disputes?state=ruled"},
	{ApproveMonths, access.PermPeriodApprove, "/months"},
	{CloseMonths, access.PermPeriodApprove, "/months"},
	{ApproveAdjustments, access.PermAdjustmentApprove, "/adjustments"},
	{PostRetros, access.PermPeriodRun, "/retro"},
	{ApprovePlans, access.PermPlanApprove, "/plans"},
	{ApproveStandards, access.PermProcessApprove, "/standards"},
	{ApproveTierPolicy, access.PermTierApprove, "/tiers/policies"},
	{ApprovePoolRules, access.PermPoolApprove, "/pool-rules"},
	{ApproveHonours, access.PermHonourApprove, "/honours/rounds"},
	{AnnounceHonours, access.PermHonourRun, "/honours/rounds"},
	{DecidePromotions, access.PermOrgWrite, "/promotions"},
	{HandlePoints, access.PermHonourRun, "/points"},
	{ConfirmCollections, access.PermCollectionConfirm, "/collections?state=reported"},
}

// Kinds lists the kinds in the order in which they are shown.
func Kinds() (kinds []Kind) {
	for _, r := range rules {
		kinds = append(kinds, r.kind)
	}
	return kinds
}

// Message names the kind for people.
func (k Kind) Message() errs.Message { return errs.Msg("task.kind."+string(k), nil) }

// Task is something to do.
type Task struct {
	Kind  Kind
	Count int64
	Path  string // from the root of the installation
}

// Voices are the voices in disputes that somebody has: that of sales within a scope.
type Voices struct {
	Finance, HR, Sales bool
	SalesScope         access.Scope
}

// Any reports whether there is one.
func (v Voices) Any() bool { return v.Finance || v.HR || v.Sales }

// Asked is what is counted for somebody: nothing that the user made, since nobody approves what is their own.
type Asked struct {
	UserID   string
	PersonID int64
	Voices   Voices
	Scope    access.Scope // of DecidePromotions
	Now      time.Time
}

// Reader counts in one snapshot.
type Reader interface {
	// CountTasks counts what of a kind waits, but for AcceptPlans and ApproveRequests.
	CountTasks(ctx context.Context, kind Kind, asked Asked) (int64, error)
	// Matters returns a box of matters of kinds, the newest first, at most MattersMost; without their paths.
	Matters(ctx context.Context, q MatterQuery) ([]Matter, error)
	Now() time.Time
}

// Store is where the matters are kept.
type Store interface {
	Read(ctx context.Context, fn func(Reader) error) error
}

// Consents knows the plans that await acceptance. Package consent is one.
type Consents interface {
	Unaccepted(ctx context.Context, actor access.Actor) (int64, error)
}

// Approvals knows the requests that await a signature. Package approval is one.
type Approvals interface {
	Waiting(ctx context.Context, actor access.Actor) (int64, error)
}

// Service counts.
type Service struct {
	store     Store
	consents  Consents
	approvals Approvals
}

// NewService returns a Service.
func NewService(store Store, consents Consents) *Service {
	return &Service{store: store, consents: consents}
}

// WithApprovals makes the service count requests for approval, too, and returns it.
func (s *Service) WithApprovals(approvals Approvals) *Service {
	s.approvals = approvals
	return s
}

// Mine returns what waits for the actor, without what is nothing. Errors: unauthenticated.
func (s *Service) Mine(ctx context.Context, actor access.Actor) (tasks []Task, err error) {
	defer errs.Wrap(&err, "task.Mine")
	if actor.UserID == "" {
		return nil, errs.New(errs.KindUnauthenticated, "access.sign_in_first", nil)
	}
	counts := map[Kind]int64{}
	err = s.store.Read(ctx, func(r Reader) error {
		asked := Asked{UserID: actor.UserID, PersonID: actor.PersonID, Voices: voicesOf(actor), Scope: actor.ScopeOf(access.PermOrgWrite), Now: r.Now()}
		for _, rule := range rules {
			if rule.kind == AcceptPlans || rule.kind == ApproveRequests || !rule.concerns(actor) || rule.kind == ApproveTierPolicy && !actor.CanAll(rule.need) {
				continue
			}
			if counts[rule.kind], err = r.CountTasks(ctx, rule.kind, asked); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if actor.PersonID != 0 {
		if counts[AcceptPlans], err = s.consents.Unaccepted(ctx, actor); err != nil {
			return nil, err
		}
	}
	if s.approvals != nil {
		if counts[ApproveRequests], err = s.approvals.Waiting(ctx, actor); err != nil {
			return nil, err
		}
	}
	for _, rule := range rules {
		if n := counts[rule.kind]; n > 0 {
			tasks = append(tasks, Task{rule.kind, n, rule.path})
		}
	}
	return tasks, nil
}

// voicesOf are the voices of the actor.
func voicesOf(actor access.Actor) Voices {
	return Voices{Finance: actor.Can(access.PermDisputeFinance), HR: actor.Can(access.PermDisputeHR), Sales: actor.Can(access.PermDisputeSales), SalesScope: actor.ScopeOf(access.PermDisputeSales)}
}

// concerns reports whether the actor is asked at all.
func (r rule) concerns(actor access.Actor) bool {
	switch {
	case r.kind == AnswerDisputes:
		return voicesOf(actor).Any()
	case r.need == "":
		return actor.PersonID != 0
	}
	return actor.Can(r.need)
}
