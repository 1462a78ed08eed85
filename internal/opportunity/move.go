package opportunity

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/process"
)

// Move puts an opportunity on another stage. A stage after the signature takes winning it first. Errors: forbidden; not found out of reach;
// invalid; conflict when it was changed after seen, or has ended in a way that does not stand on that stage, or a rule of the process
// stands in the way.
func (s *Service) Move(ctx context.Context, actor access.Actor, id int64, stage Stage, seen int64) (o Opportunity, err error) {
	return s.MoveFor(ctx, actor, Moving{ID: id, Stage: stage, Seen: seen})
}

// MoveFor is Move with a reason, for rules of the process that ask for one.
func (s *Service) MoveFor(ctx context.Context, actor access.Actor, in Moving) (o Opportunity, err error) {
	stage := in.Stage
	defer errs.Wrap(&err, "opportunity.Move(%d, %s)", in.ID, stage)
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return o, err
	}
	set, err := s.Stages(ctx)
	if err != nil {
		return o, err
	}
	if !set.Valid(stage) {
		return o, errs.Invalid("error.invalid", []errs.Field{{Path: "stage", Value: string(stage), Message: errs.Msg("form.error.choice", nil)}})
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		old, err := s.open(ctx, tx, actor, in.ID, in.Seen)
		if err != nil {
			return err
		}
		if o = old; old.Stage == stage {
			return nil
		}
		switch {
		case old.State == StateLost:
			return errs.New(errs.KindConflict, "opportunity.is_lost", nil)
		case !set.Fits(stage, old.State) && old.State == StateWon:
			return errs.New(errs.KindConflict, "opportunity.is_won", nil)
		case !set.Fits(stage, old.State):
			return errs.New(errs.KindConflict, "opportunity.win_first", nil)
		}
		o.Stage, o.StageSince = stage, tx.Now()
		var c fact.Checker
		if err := s.fillFields(ctx, tx, &c, &o, in.Fields); err != nil {
			return err
		}
		if err := c.Err(); err != nil {
			return err
		}
		return s.keep(ctx, tx, actor, doing{"opportunity.move", in.Excuse}, old, &o, entered(old, o))
	})
	return o, err
}

// entered tells of a new stage.
func entered(old, o Opportunity) process.Event {
	return process.Event{CaseID: o.ID, Activity: process.ActivityStage, PersonID: o.OwnerID, Data: process.Data(map[string]any{"from": old.Stage, "stage": o.Stage, "amount": o.AmountMinor})}
}
