package targetplan

import (
	"context"
	"strconv"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/notice"
)

// ObjectionState is what became of an objection.
type ObjectionState string

// The states.
const (
	ObjectionOpen     ObjectionState = "open"
	ObjectionAccepted ObjectionState = "accepted"
	ObjectionRejected ObjectionState = "rejected"
)

// Message names the state for people.
func (s ObjectionState) Message() errs.Message {
	return errs.Msg("targetplan.objection."+string(s), nil)
}

// Objection is what somebody says against their number, with what was known of it at the time.
type Objection struct {
	ID           int64
	PlanID       int64
	PersonID     int64
	PersonName   string // as now
	State        ObjectionState
	TargetMinor  int64 // the number that it is about
	WantedMinor  int64 // 0: none named
	Reason       string
	Evidence     Detail // what the number rested on
	ByID         string
	ByName       string
	At           time.Time
	Answer       string
	AnsweredName string
	AnsweredAt   time.Time
	Revision     int64
}

// Subject is how the audit log names an objection.
func (o *Objection) Subject() string { return "target_objection:" + strconv.FormatInt(o.ID, 10) }

// personRow reads a person's row.
func personRow(ctx context.Context, r Reader, planID, personID int64) (Row, error) {
	rows, err := r.TargetRows(ctx, planID, "", []string{PersonUnit(personID)})
	if err != nil {
		return Row{}, err
	}
	if len(rows) == 0 {
		return Row{}, errs.New(errs.KindNotFound, "targetplan.missing", nil)
	}
	return rows[0], nil
}

// SetOwn enters what a manager holds possible for a person, beside the number from above; 0 takes it back. Errors: forbidden; not found out of reach; invalid;
// conflict when the plan is not open.
func (s *Service) SetOwn(ctx context.Context, actor access.Actor, planID, personID, minor int64, note string) (err error) {
	defer errs.Wrap(&err, "targetplan.SetOwn(%d, %d)", planID, personID)
	if actor.ReadOnly {
		return errs.New(errs.KindForbidden, "error.forbidden", nil)
	}
	if err := actor.Require(access.PermTargetPropose); err != nil {
		return err
	}
	var c fact.Checker
	if minor < 0 || minor > yearMost {
		c.Add("own", strconv.FormatInt(minor, 10), "quota.amount_range", nil)
	}
	c.Text("note", note, false)
	if err := c.Err(); err != nil {
		return err
	}
	return s.Store.InTx(ctx, func(tx Tx) error {
		p, err := tx.TargetPlan(ctx, planID)
		if err != nil {
			return err
		}
		in, err := tx.PersonInReach(ctx, actor.ScopeOf(access.PermTargetPropose), s.today(), personID)
		if err != nil {
			return err
		}
		if !in {
			return errs.New(errs.KindNotFound, "targetplan.missing", nil)
		}
		if _, err := personRow(ctx, tx, planID, personID); err != nil {
			return err
		}
		if !p.State.open() {
			return errs.New(errs.KindConflict, "targetplan.not_open", nil)
		}
		subject := p.Subject()
		after := map[string]any{"person": personID, "amount_minor": minor, "note": note}
		if err := audit.Append(ctx, tx, actor, "targetplan.own", subject, nil, after); err != nil {
			return err
		}
		if minor == 0 {
			return tx.DropTargetOwn(ctx, planID, personID)
		}
		return tx.PutTargetOwn(ctx, Own{PlanID: planID, PersonID: personID, Minor: minor, Note: note, ByID: actor.UserID, ByName: actor.Name, At: tx.Now()})
	})
}

// Object says something against a number: one's own, or that of somebody within a manager's reach. What the number rested on is kept with it. Errors:
// forbidden; not found; invalid; conflict when the plan is not discussed, or while another of the person's is open.
func (s *Service) Object(ctx context.Context, actor access.Actor, planID, personID, wantedMinor int64, reason string) (o Objection, err error) {
	defer errs.Wrap(&err, "targetplan.Object(%d, %d)", planID, personID)
	if actor.ReadOnly {
		return o, errs.New(errs.KindForbidden, "error.forbidden", nil)
	}
	if reason, err = tidyReason("reason", reason); err != nil {
		return o, err
	}
	if wantedMinor < 0 || wantedMinor > yearMost {
		return o, errs.Invalid("error.invalid", []errs.Field{{Path: "wanted", Message: errs.Msg("quota.amount_range", nil)}})
	}
	err = s.Store.InTx(ctx, func(tx Tx) error {
		p, row, err := s.mine(ctx, tx, actor, planID, personID)
		if err != nil {
			return err
		}
		if p.State != StateDiscussion {
			return errs.New(errs.KindConflict, "targetplan.not_discussed", nil)
		}
		before, err := tx.TargetObjections(ctx, planID, personID)
		if err != nil {
			return err
		}
		if len(before) > 0 && before[0].State == ObjectionOpen {
			return errs.New(errs.KindConflict, "targetplan.objection_open", nil)
		}
		o = Objection{PlanID: planID, PersonID: personID, PersonName: row.Name, State: ObjectionOpen, TargetMinor: row.Minor, WantedMinor: wantedMinor, Reason: reason, Evidence: row.Detail, ByID: actor.UserID, ByName: actor.Name, At: tx.Now(), Revision: 1}
		if o.ID, err = tx.NextNumber(ctx, "target_objection"); err != nil {
			return err
		}
		if err := tx.InsertTargetObjection(ctx, o); err != nil {
			return err
		}
		if err := audit.Append(ctx, tx, actor, "targetplan.object", o.Subject(), nil, map[string]any{"plan": planID, "person": personID, "target_minor": o.TargetMinor, "wanted_minor": wantedMinor, "reason": reason}); err != nil {
			return err
		}
		return notice.Post(ctx, tx, notice.Message{Kind: notice.KindTargetObjection, To: notice.To{Permission: access.PermTargetWrite, Whole: true}, Subject: p.Subject(), By: actor.UserID, Params: notice.Params{"Who": notice.Word(actor.Name)}})
	})
	return o, err
}

// mine reads a plan and a person's row for who may speak for the person: the person, or a manager who reaches it.
func (s *Service) mine(ctx context.Context, r Reader, actor access.Actor, planID, personID int64) (p Plan, row Row, err error) {
	if err := actor.Require(access.PermSalesRead); err != nil {
		return p, row, err
	}
	if p, err = r.TargetPlan(ctx, planID); err != nil {
		return p, row, err
	}
	missing := errs.New(errs.KindNotFound, "targetplan.missing", nil)
	if !s.sees(actor, &p) {
		return p, row, missing
	}
	if personID != actor.PersonID {
		in, err := r.PersonInReach(ctx, actor.ScopeOf(access.PermTargetPropose), s.today(), personID)
		if err != nil {
			return p, row, err
		}
		if !in {
			return p, row, missing
		}
	}
	row, err = personRow(ctx, r, planID, personID)
	return p, row, err
}

// Answer decides an objection, with a reason. Accepting one that names a number sets this number by hand. Errors: forbidden; not found; invalid; conflict when it
// was answered, or the plan is not open.
func (s *Service) Answer(ctx context.Context, actor access.Actor, objectionID int64, accept bool, answer string) (o Objection, err error) {
	defer errs.Wrap(&err, "targetplan.Answer(%d)", objectionID)
	if err := s.mayWrite(actor); err != nil {
		return o, err
	}
	if answer, err = tidyReason("answer", answer); err != nil {
		return o, err
	}
	err = s.Store.InTx(ctx, func(tx Tx) error {
		if o, err = tx.TargetObjection(ctx, objectionID); err != nil {
			return err
		}
		if o.State != ObjectionOpen {
			return errs.New(errs.KindConflict, "targetplan.objection_answered", nil)
		}
		if o.ByID == actor.UserID {
			return errs.New(errs.KindForbidden, "targetplan.own_objection", nil)
		}
		before := o.State
		o.State, o.Answer, o.AnsweredName, o.AnsweredAt, o.Revision = ObjectionRejected, answer, actor.Name, tx.Now(), o.Revision+1
		if accept {
			o.State = ObjectionAccepted
		}
		if err := tx.SaveTargetObjection(ctx, o); err != nil {
			return err
		}
		if err := audit.Append(ctx, tx, actor, "targetplan.answer", o.Subject(), before, map[string]any{"state": o.State, "answer": answer}); err != nil {
			return err
		}
		if accept && o.WantedMinor > 0 {
			if _, err := s.revise(ctx, tx, actor, o.PlanID, 0, func(p *Plan) (Rules, error) {
				rules := p.Rules
				rules.Hands = map[string]Hand{}
				for unit, h := range p.Rules.Hands {
					rules.Hands[unit] = h
				}
				h := rules.Hands[PersonUnit(o.PersonID)]
				h.FixedMinor, h.LowMinor, h.HighMinor, h.Note = o.WantedMinor, 0, 0, answer
				rules.Hands[PersonUnit(o.PersonID)] = h
				return rules, nil
			}); err != nil {
				return err
			}
		}
		return notice.Post(ctx, tx, notice.Message{Kind: notice.KindTargetAnswered, To: notice.To{PersonIDs: []int64{o.PersonID}, UserIDs: []string{o.ByID}}, Subject: "target_plan:" + strconv.FormatInt(o.PlanID, 10), By: actor.UserID, Params: notice.Params{"Who": notice.Word(actor.Name)}})
	})
	return o, err
}
