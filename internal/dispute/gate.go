package dispute

import (
	"context"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/notice"
)

// GateReader reads what the review of a month needs of disputes.
type GateReader interface {
	Disputes(ctx context.Context, q Query) ([]Dispute, error)
	DisputeRules(ctx context.Context) (Rules, error)
	Today() calendar.Date
}

// GateTx is the part of the transaction in which a month is approved that concerns disputes.
type GateTx interface {
	GateReader
	notice.Tx
	SaveDispute(ctx context.Context, d Dispute) error
	AppendDisputeEvent(ctx context.Context, disputeID string, e Event) error
	InsertDisputeReminders(ctx context.Context, disputeID string, reminders []Reminder) error
	AppendAudit(ctx context.Context, e audit.Entry) error
	Now() time.Time
}

// Waiting returns the open disputes that the approval of a month has to settle: those about it that are not deferred, and those deferred to
// it, or to a month before it.
func Waiting(ctx context.Context, r GateReader, month calendar.Month) (waiting []Dispute, err error) {
	return r.Disputes(ctx, Query{Gates: month, Filter: Filter{Limit: ExportMax}, Scope: access.Scope{All: true}})
}

// BeforeApproval settles what the disputes that wait mean for the approval of a month, by the company's rules: with ApprovalRuled they stand
// in the way; with ApprovalReason they are deferred to the next month with the reason given, and none given is an error of kind
// Invalid at "reason".
func BeforeApproval(ctx context.Context, tx GateTx, actor access.Actor, month calendar.Month, reason string) error {
	waiting, err := Waiting(ctx, tx, month)
	if err != nil || len(waiting) == 0 {
		return err
	}
	rules, err := RulesInForce(ctx, tx)
	if err != nil {
		return err
	}
	args := errs.Args{"Count": len(waiting), "Month": month}
	reason = strings.TrimSpace(reason)
	switch {
	case rules.Approval == ApprovalRuled:
		return errs.New(errs.KindConflict, "dispute.rule_first", args)
	case reason == "":
		return errs.Invalid("error.invalid", []errs.Field{{Path: "reason", Message: errs.Msg("dispute.reason_for_approval", args)}})
	}
	if err := errs.Invalid("error.invalid", wrongText("reason", reason, nil)); err != nil {
		return err
	}
	for _, d := range waiting {
		before := d
		event := deferred(&d, month+1, reason)
		event.At, event.ActorID, event.ActorName = tx.Now(), actor.UserID, actor.Name
		d.Revision++
		if err := tx.SaveDispute(ctx, d); err != nil {
			return err
		}
		if err := tx.AppendDisputeEvent(ctx, d.ID, event); err != nil {
			return err
		}
		if err := tx.InsertDisputeReminders(ctx, d.ID, []Reminder{{Kind: RemindDefer, To: ToPayee, At: tx.Now()}}); err != nil {
			return err
		}
		if err := tellDeferred(ctx, tx, actor, d); err != nil {
			return err
		}
		if err := audit.Append(ctx, tx, actor, "dispute.defer", subject(d), stateOf(before), stateOf(d)); err != nil {
			return err
		}
	}
	return nil
}

// Rules returns the company's rules; everybody signed in may read them. Errors: unauthenticated.
func (s *Service) Rules(ctx context.Context, actor access.Actor) (rules Rules, err error) {
	defer errs.Wrap(&err, "dispute.Rules")
	if actor.UserID == "" {
		return Rules{}, errs.New(errs.KindUnauthenticated, "access.sign_in_first", nil)
	}
	err = s.store.Read(ctx, func(r Reader) error {
		rules, err = RulesInForce(ctx, r)
		return err
	})
	return rules, err
}

// SaveRules keeps the rules. Revision is the one that the asker has seen. Errors: forbidden; invalid; conflict.
func (s *Service) SaveRules(ctx context.Context, actor access.Actor, in Rules) (_ Rules, err error) {
	defer errs.Wrap(&err, "dispute.SaveRules")
	if err := actor.Require(access.PermSettingsWrite); err != nil {
		return Rules{}, err
	}
	if err := in.Validate(); err != nil {
		return Rules{}, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		before, err := RulesInForce(ctx, tx)
		if err != nil {
			return err
		}
		if before.Revision != in.Revision {
			return errs.New(errs.KindConflict, "dispute.changed_meanwhile", nil)
		}
		after := in
		after.Revision++
		if err := tx.SaveDisputeRules(ctx, after); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "dispute.rules", "company:1", before, after)
	})
	if err == nil {
		in.Revision++
	}
	return in, err
}
