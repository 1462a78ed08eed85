package standard

import (
	"context"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/opportunity"
)

// Exemption frees a case from a rule by decision.
type Exemption struct {
	ID        string // UUID
	CaseID    int64
	RuleID    string
	Reason    string
	UntilOn   calendar.Date // last day; Forever without an end
	GrantedBy string
	GrantedAt time.Time
	EndedBy   string
	EndedAt   time.Time // zero while it holds
}

// holds reports whether the case is exempt at a moment.
func (e Exemption) holds(at time.Time) bool {
	return e.EndedAt.IsZero() && (e.UntilOn == calendar.Forever || dayOf(at) <= e.UntilOn)
}

// nextEnd is when the first of the exemptions that hold ends by itself.
func nextEnd(list []Exemption, now time.Time) (at time.Time) {
	for _, e := range list {
		if e.holds(now) && e.UntilOn != calendar.Forever {
			y, m, d := (e.UntilOn + 1).Civil()
			at = sooner(at, time.Date(y, m, d, 0, 0, 0, 0, calendar.ChinaTime))
		}
	}
	return at
}

// Exempting is an exemption as it is asked for.
type Exempting struct {
	CaseID  int64
	RuleID  string
	Reason  string
	UntilOn calendar.Date
}

// Exempt frees a case within reach from a rule of the standard in force. Errors: forbidden; not found out of reach; invalid; conflict when it
// is exempt already.
func (s *Service) Exempt(ctx context.Context, actor access.Actor, in Exempting) (e Exemption, err error) {
	defer errs.Wrap(&err, "standard.Exempt(%d, %s)", in.CaseID, in.RuleID)
	if err := actor.Require(access.PermProcessExempt); err != nil {
		return e, err
	}
	reason, err := reasonOf("reason", in.Reason)
	if err != nil {
		return e, err
	}
	if in.UntilOn != calendar.Forever && in.UntilOn < s.today() {
		return e, errs.Invalid("fact.invalid", []errs.Field{{Path: "until_on", Value: in.UntilOn.String(), Message: errs.Msg("standard.past_day", nil)}})
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		if _, err := tx.Opportunity(ctx, s.reach(actor, access.PermProcessExempt), in.CaseID); err != nil {
			return err
		}
		b, err := s.bench(ctx, tx)
		if err != nil {
			return err
		}
		if _, known := b.current().rules[in.RuleID]; !known {
			return errs.Invalid("fact.invalid", []errs.Field{{Path: "rule", Value: in.RuleID, Message: errs.Msg("standard.unknown_rule", errs.Args{"Rule": in.RuleID})}})
		}
		list, err := tx.Exemptions(ctx, []int64{in.CaseID})
		if err != nil {
			return err
		}
		for _, other := range list {
			if other.RuleID == in.RuleID && other.holds(s.now()) {
				return errs.New(errs.KindConflict, "standard.exempt_already", nil)
			}
		}
		e = Exemption{ID: s.newID(), CaseID: in.CaseID, RuleID: in.RuleID, Reason: reason, UntilOn: in.UntilOn, GrantedBy: actor.UserID, GrantedAt: tx.Now()}
		if err := tx.InsertExemption(ctx, e); err != nil {
			return err
		}
		if err := audit.Append(ctx, tx, actor, "standard.exempt", opportunity.Subject(e.CaseID), nil, e.state()); err != nil {
			return err
		}
		return s.judgeIn(ctx, tx, []int64{e.CaseID})
	})
	return e, err
}

func (e Exemption) state() any {
	return map[string]any{"rule": e.RuleID, "reason": e.Reason, "until_on": e.UntilOn, "ended": !e.EndedAt.IsZero()}
}

// EndExemption ends an exemption. Errors: forbidden; not found out of reach; conflict when it has ended.
func (s *Service) EndExemption(ctx context.Context, actor access.Actor, caseID int64, id string) (err error) {
	defer errs.Wrap(&err, "standard.EndExemption(%d)", caseID)
	if err := actor.Require(access.PermProcessExempt); err != nil {
		return err
	}
	return s.store.InTx(ctx, func(tx Tx) error {
		if _, err := tx.Opportunity(ctx, s.reach(actor, access.PermProcessExempt), caseID); err != nil {
			return err
		}
		list, err := tx.Exemptions(ctx, []int64{caseID})
		if err != nil {
			return err
		}
		for _, e := range list {
			if e.ID != id {
				continue
			}
			if !e.holds(s.now()) {
				return errs.New(errs.KindConflict, "standard.exemption_ended", nil)
			}
			before := e.state()
			e.EndedBy, e.EndedAt = actor.UserID, tx.Now()
			if err := tx.EndExemption(ctx, e); err != nil {
				return err
			}
			if err := audit.Append(ctx, tx, actor, "standard.end_exemption", opportunity.Subject(caseID), before, e.state()); err != nil {
				return err
			}
			return s.judgeIn(ctx, tx, []int64{caseID})
		}
		return errs.New(errs.KindNotFound, "standard.exemption_missing", nil)
	})
}
