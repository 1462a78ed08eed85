package followup

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/process"
)

// Arrangement is the next contact of an opportunity, without a follow-up.
type Arrangement struct {
	OpportunityID int64
	On            calendar.Date // NoDate: none is arranged any more
	// Seen is the day that was arranged when somebody decided on another; nil skips the check.
	Seen *calendar.Date
}

func (in Arrangement) check(today calendar.Date) error {
	var c fact.Checker
	if in.On != calendar.NoDate {
		c.Day("next_on", in.On)
		if in.On < today && !c.Has("next_on") {
			c.Add("next_on", in.On.String(), "followup.past_day", nil)
		}
	}
	return c.Err()
}

// Arrange sets, moves or gives up the next contact of an open opportunity in reach: the task of its owner goes along. Errors: forbidden; not found out of
// reach; invalid; conflict when the opportunity is not open, or another day was arranged meanwhile.
func (s *Service) Arrange(ctx context.Context, actor access.Actor, in Arrangement) (err error) {
	defer errs.Wrap(&err, "followup.Arrange(%d)", in.OpportunityID)
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return err
	}
	reach := s.reach(actor, access.PermWorkWrite)
	if err := in.check(reach.Today); err != nil {
		return err
	}
	return s.store.InTx(ctx, func(tx Tx) error {
		o, err := tx.Opportunity(ctx, reach, in.OpportunityID)
		switch {
		case err != nil:
			return err
		case o.State != opportunity.StateOpen:
			return errs.New(errs.KindConflict, "followup.not_open", nil)
		case in.Seen != nil && *in.Seen != o.NextOn:
			return errs.New(errs.KindConflict, "followup.next_changed", nil)
		case in.On == o.NextOn:
			return nil
		}
		if err := s.arrange(ctx, tx, actor, o, in.On); err != nil {
			return err
		}
		if err := tx.FollowContacts(ctx, o.ID); err != nil {
			return err
		}
		day := func(d calendar.Date) map[string]any { return map[string]any{"next_on": d} }
		if err := audit.Append(ctx, tx, actor, "opportunity.arrange", o.Subject(), day(o.NextOn), day(in.On)); err != nil || in.On == calendar.NoDate {
			return err
		}
		return tx.AppendEvents(ctx, []process.Event{{CaseID: o.ID, Activity: process.ActivityNextContact, OccurredAt: tx.Now(), RecordedAt: tx.Now(), PersonID: actor.PersonID, ActorID: actor.UserID,
			Source: o.Subject(), Data: process.Data(day(in.On))}})
	})
}

// arrange moves the first open contact to the day and drops the others; without one it adds it, and without a day it drops all.
func (s *Service) arrange(ctx context.Context, tx Tx, actor access.Actor, o opportunity.Opportunity, on calendar.Date) error {
	open, err := tx.Tasks(ctx, TaskQuery{OpportunityID: o.ID, Kind: TaskContact, Due: fact.AnyDay(), Limit: openTasksMax})
	if err != nil {
		return err
	}
	for i, t := range open {
		if i == 0 && on != calendar.NoDate {
			err = s.putOff(ctx, tx, actor, t, on)
		} else {
			err = s.end(ctx, tx, actor, t, TaskDropped)
		}
		if err != nil {
			return err
		}
	}
	if len(open) > 0 || on == calendar.NoDate {
		return nil
	}
	return s.add(ctx, tx, actor, Task{Kind: TaskContact, OpportunityID: o.ID, PersonID: o.OwnerID, DueOn: on}, nil)
}
