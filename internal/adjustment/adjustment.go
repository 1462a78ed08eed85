// Package adjustment is manual lines of pay: one person asks for them with a reason and evidence, another approves them, and the next run
// of their month takes them up.
//
// A fact that is wrong is corrected as a fact; an adjustment is for what no fact and no rule says. It may be withdrawn until it is approved
// and never changes after: what was wrong about it is made good by a further one.
package adjustment

import (
	"context"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/notice"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/period"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/planbook"
)

// State is where an adjustment stands.
type State string

// An adjustment is proposed, then approved or rejected by somebody else, or withdrawn.
const (
	StateProposed  State = "proposed"
	StateApproved  State = "approved"
	StateRejected  State = "rejected"
	StateWithdrawn State = "withdrawn"
)

// States lists the states.
var States = []State{StateProposed, StateApproved, StateRejected, StateWithdrawn}

// Adjustment is one manual line.
type Adjustment struct {
	ID          string // UUID
	State       State
	PersonID    int64
	Month       calendar.Month // what it is about
	PlanID      string         // under which it is paid
	VersionID   string         // that was in force in the month
	Component   string         // of the plan, or payout.AdjustmentComponent
	AmountMinor int64          // never zero; negative takes back
	Reason      string
	Evidence    string
	PaidIn      calendar.Month // the month that takes it up; 0 until it is approved
	MadeBy      string
	MadeAt      time.Time
	DecidedBy   string
	DecidedAt   time.Time
	Note        string // why it was rejected or withdrawn
}

// Named is an adjustment with whom it is for.
type Named struct {
	Adjustment
	PersonKey string
	Name      string
}

// Filter chooses adjustments. Zero fields choose all.
type Filter struct {
	State    State
	Month    calendar.Month // what it is about, or paid in
	PersonID int64
	Search   string // part of a name or key
	After    string // cursor: Next of the page before
	Limit    int    // 1 to LimitMax; 0 means 50
}

// LimitMax is the greatest number of adjustments on a page.
const LimitMax = 200

// Page is a part of the adjustments, newest first. Count is of the whole filter.
type Page struct {
	Adjustments []Named
	Next        string
	Count       int64
}

// Draft asks for an adjustment.
type Draft struct {
	Person      string // the company's number of the person
	Month       calendar.Month
	PlanID      string
	Component   string // empty: none of the plan's
	AmountMinor int64
	Reason      string
	Evidence    string
}

// Validate reports everything wrong with the draft by itself.
func (d Draft) Validate() error {
	var c fact.Checker
	c.Key("person", d.Person)
	if d.Month == 0 {
		c.Add("month", "", "form.error.required", nil)
	}
	c.Text("kind", d.PlanID, true)
	c.Text("kind", d.Component, false)
	c.NotZero("amount", d.AmountMinor)
	c.Text("reason", d.Reason, true)
	c.Text("evidence", d.Evidence, true)
	return c.Err()
}

// Reader reads adjustments in one snapshot.
type Reader interface {
	planbook.Reader
	access.Reacher
	Adjustment(ctx context.Context, id string) (Named, error)
	// Adjustments returns a page of those for people within the scope.
	Adjustments(ctx context.Context, scope access.Scope, filter Filter) (Page, error)
	Periods(ctx context.Context) ([]period.Period, error)
	// PersonByKey returns the id of the person with the company's number. Errors: not found.
	PersonByKey(ctx context.Context, key string) (int64, error)
}

// Tx changes adjustments.
type Tx interface {
	Reader
	notice.Tx
	period.Toucher
	InsertAdjustment(ctx context.Context, a Adjustment) error
	// DecideAdjustment stores what became of a proposed adjustment. Errors: conflict when it is not proposed any more.
	DecideAdjustment(ctx context.Context, a Adjustment) error
	AppendAudit(ctx context.Context, e audit.Entry) error
	Now() time.Time
}

// Store is where adjustments are kept.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}

// Service takes adjustments from the asking to the pay of a month.
type Service struct {
	store Store
	newID func() string
}

// NewService returns a Service.
func NewService(store Store, newID func() string) *Service {
	return &Service{store: store, newID: newID}
}

// Propose asks for an adjustment. Errors: forbidden, also for one's own pay; invalid, also for somebody out of reach, as for nobody.
func (s *Service) Propose(ctx context.Context, actor access.Actor, in Draft) (a Adjustment, err error) {
	defer errs.Wrap(&err, "adjustment.Propose")
	if err := actor.Require(access.PermAdjustmentWrite); err != nil {
		return Adjustment{}, err
	}
	in.Reason, in.Evidence = strings.TrimSpace(in.Reason), strings.TrimSpace(in.Evidence)
	if err := in.Validate(); err != nil {
		return Adjustment{}, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		var c fact.Checker
		person, err := tx.PersonByKey(ctx, in.Person)
		if err == nil && person == actor.PersonID {
			return errs.New(errs.KindForbidden, "adjustment.own_pay", nil)
		}
		within := false
		if err == nil {
			within, err = actor.Reaches(ctx, tx, person, access.PermAdjustmentWrite)
		}
		if err != nil && !errs.Is(err, errs.KindNotFound) {
			return err
		}
		if !within {
			c.Add("person", in.Person, "access.person_unknown", nil)
			return c.Err()
		}
		version, err := inForce(ctx, tx, in)
		if err != nil {
			return err
		}
		a = Adjustment{ID: s.newID(), State: StateProposed, PersonID: person, Month: in.Month, PlanID: in.PlanID, VersionID: version, Component: in.Component,
			AmountMinor: in.AmountMinor, Reason: in.Reason, Evidence: in.Evidence, MadeBy: actor.UserID, MadeAt: tx.Now()}
		if a.Component == "" {
			a.Component = payout.AdjustmentComponent
		}
		if err := tx.InsertAdjustment(ctx, a); err != nil {
			return err
		}
		asked := notice.Message{Kind: notice.KindAdjustmentApproval, To: notice.To{Permission: access.PermAdjustmentApprove, Reach: person}, Subject: "adjustment:" + a.ID, By: actor.UserID,
			Params: notice.Params{"Person": notice.Word(in.Person), "Month": notice.Month(a.Month), "Who": notice.Word(actor.Name)}}
		if err := notice.Post(ctx, tx, asked); err != nil {
			return err
		}
		return note(ctx, tx, actor, "propose", nil, a)
	})
	return a, err
}

// inForce finds the version of the plan that holds in the month and checks the component against it.
func inForce(ctx context.Context, r Reader, in Draft) (string, error) {
	var c fact.Checker
	rules, err := planbook.ForMonth(ctx, r, in.Month)
	if err != nil && !errs.Is(err, errs.KindConflict) {
		return "", err
	}
	for i, v := range rules.PlanVersions {
		if v.DocumentID != in.PlanID {
			continue
		}
		if in.Component != "" && !has(rules.Plans[i], in.Component) {
			c.Add("kind", in.Component, "adjustment.component_unknown", errs.Args{"Plan": in.PlanID})
		}
		return v.ID, c.Err()
	}
	c.Add("kind", in.PlanID, "adjustment.plan_not_in_force", errs.Args{"Month": in.Month})
	return "", c.Err()
}

func has(p *plan.Plan, component string) bool {
	for i := range p.Components {
		if p.Components[i].ID == component {
			return true
		}
	}
	return false
}

// Approve lets the next run of the adjustment's month take it up, or of the open month when that one is closed. Errors: forbidden, also for who
// asked for it (maker is not checker) and for whom it is for; not found out of reach; conflict when it is decided already, or while the month is calculated or approved.
func (s *Service) Approve(ctx context.Context, actor access.Actor, id string) (a Adjustment, err error) {
	defer errs.Wrap(&err, "adjustment.Approve(%s)", id)
	return s.decide(ctx, actor, access.PermAdjustmentApprove, id, "approve", func(tx Tx, a *Adjustment) error {
		if err := mayDecide(actor, *a); err != nil {
			return err
		}
		periods, err := tx.Periods(ctx)
		if err != nil {
			return err
		}
		paidIn := a.Month
		for _, p := range periods {
			if p.Month == a.Month && p.State == period.StateClosed {
				paidIn = period.OpenMonth(periods)
			}
		}
		a.State = StateApproved
		a.PaidIn, err = period.Touch(ctx, tx, actor, paidIn, "adjustment:"+a.ID)
		return err
	})
}

// Reject declines an adjustment, with a reason. Errors: as Approve; invalid without a reason.
func (s *Service) Reject(ctx context.Context, actor access.Actor, id, reason string) (a Adjustment, err error) {
	defer errs.Wrap(&err, "adjustment.Reject(%s)", id)
	return s.decide(ctx, actor, access.PermAdjustmentApprove, id, "reject", func(_ Tx, a *Adjustment) error {
		if err := mayDecide(actor, *a); err != nil {
			return err
		}
		a.State, a.Note = StateRejected, strings.TrimSpace(reason)
		return reasonGiven(a.Note)
	})
}

// Withdraw takes back one's own proposal, with a reason. Errors: forbidden; invalid without a reason; conflict.
func (s *Service) Withdraw(ctx context.Context, actor access.Actor, id, reason string) (a Adjustment, err error) {
	defer errs.Wrap(&err, "adjustment.Withdraw(%s)", id)
	return s.decide(ctx, actor, access.PermAdjustmentWrite, id, "withdraw", func(_ Tx, a *Adjustment) error {
		if err := actor.Require(access.PermAdjustmentWrite); err != nil {
			return err
		}
		if a.MadeBy != actor.UserID {
			return errs.New(errs.KindForbidden, "adjustment.other_maker", nil)
		}
		a.State, a.Note = StateWithdrawn, strings.TrimSpace(reason)
		return reasonGiven(a.Note)
	})
}

func mayDecide(actor access.Actor, a Adjustment) error {
	if err := actor.Require(access.PermAdjustmentApprove); err != nil {
		return err
	}
	if a.MadeBy == actor.UserID {
		return errs.New(errs.KindForbidden, "adjustment.own_proposal", nil)
	}
	if a.PersonID == actor.PersonID {
		return errs.New(errs.KindForbidden, "adjustment.own_pay", nil)
	}
	return nil
}

func reasonGiven(reason string) error {
	var c fact.Checker
	c.Text("reason", reason, true)
	return c.Err()
}

// decide ends a proposal in a transaction of its own. What the actor may neither see nor decide about is not found.
func (s *Service) decide(ctx context.Context, actor access.Actor, need access.Permission, id, action string, by func(Tx, *Adjustment) error) (after Adjustment, err error) {
	if actor.UserID == "" {
		return Adjustment{}, errs.New(errs.KindUnauthenticated, "access.sign_in_first", nil)
	}
	if !actor.Can(access.PermAdjustmentWrite) { // who may do neither learns nothing of what there is
		if err := actor.Require(access.PermAdjustmentApprove); err != nil {
			return Adjustment{}, err
		}
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		before, err := tx.Adjustment(ctx, id)
		if err == nil {
			err = seen(ctx, tx, actor, before.Adjustment)
		}
		if err != nil {
			return err
		}
		after = before.Adjustment
		if actor.Can(need) { // who cannot is told by the act itself
			within, err := actor.Reaches(ctx, tx, after.PersonID, need)
			if err == nil && !within {
				err = unknown()
			}
			if err != nil {
				return err
			}
		}
		if after.State != StateProposed {
			return errs.New(errs.KindConflict, "adjustment.decided", errs.Args{"State": errs.Msg("adjustment.state_"+string(after.State), nil)})
		}
		if err := by(tx, &after); err != nil {
			return err
		}
		after.DecidedBy, after.DecidedAt = actor.UserID, tx.Now()
		if err := tx.DecideAdjustment(ctx, after); err != nil {
			return err
		}
		if err := tellDecided(ctx, tx, actor, before.Name, after); err != nil {
			return err
		}
		return note(ctx, tx, actor, action, &before.Adjustment, after)
	})
	return after, err
}

// tellDecided tells who asked for an adjustment what became of it.
func tellDecided(ctx context.Context, tx Tx, actor access.Actor, person string, a Adjustment) error {
	subject := "adjustment:" + a.ID
	if err := notice.Settle(ctx, tx, notice.End{Subject: subject, Kinds: []notice.Kind{notice.KindAdjustmentApproval}}); err != nil {
		return err
	}
	return notice.Post(ctx, tx, notice.Message{Kind: notice.KindAdjustmentDecided, To: notice.To{UserIDs: []string{a.MadeBy}}, Subject: subject, By: actor.UserID, Once: string(a.State),
		Params: notice.Params{"Person": notice.Word(person), "Month": notice.Month(a.Month), "Who": notice.Word(actor.Name), "State": notice.Phrase("adjustment.state_" + string(a.State))}})
}

// note audits a step.
func note(ctx context.Context, tx Tx, actor access.Actor, action string, before *Adjustment, after Adjustment) error {
	state := func(a *Adjustment) any {
		if a == nil {
			return nil
		}
		paidIn := ""
		if a.PaidIn != 0 {
			paidIn = a.PaidIn.String()
		}
		return map[string]any{"state": a.State, "person": a.PersonID, "month": a.Month.String(), "plan": a.PlanID, "component": a.Component,
			"amount_minor": a.AmountMinor, "reason": a.Reason, "evidence": a.Evidence, "paid_in": paidIn, "note": a.Note}
	}
	return audit.Append(ctx, tx, actor, "adjustment."+action, "adjustment:"+after.ID, state(before), state(&after))
}
