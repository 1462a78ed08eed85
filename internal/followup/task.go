package followup

import (
	"context"
	"strconv"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/process"
)

func number(n int64) string { return strconv.FormatInt(n, 10) }

// AddTask adds a task for oneself or for somebody in reach. Errors: forbidden; invalid, also for a person out of reach; not found, when the
// opportunity is out of reach.
func (s *Service) AddTask(ctx context.Context, actor access.Actor, in TaskEntry) (t Task, err error) {
	defer errs.Wrap(&err, "followup.AddTask")
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return t, err
	}
	reach := s.reach(actor, access.PermWorkWrite)
	if err := in.check(reach.Today); err != nil {
		return t, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		t = Task{Kind: TaskOther, Title: in.Title, OpportunityID: in.OpportunityID, PersonID: actor.PersonID, DueOn: in.DueOn}
		if in.OpportunityID != 0 {
			if _, err := tx.Opportunity(ctx, reach, in.OpportunityID); err != nil {
				return err
			}
		}
		if in.Person != "" {
			if t.PersonID, err = tx.OrgPersonID(ctx, in.Person); err != nil {
				return err
			}
		}
		ok := false
		if t.PersonID != 0 {
			if ok, err = tx.PersonInReach(ctx, reach.Scope, reach.Today, t.PersonID); err != nil {
				return err
			}
		}
		if !ok {
			return errs.Invalid("fact.invalid", []errs.Field{{Path: "person", Value: in.Person, Message: errs.Msg("followup.no_such_person", nil)}})
		}
		return s.add(ctx, tx, actor, t, &t)
	})
	return t, err
}

// ArrangeIn adds the contact that is arranged for an opportunity, within a transaction that writes more, such as the conversion of a lead.
func (s *Service) ArrangeIn(ctx context.Context, tx Tx, actor access.Actor, opportunityID, personID int64, on calendar.Date) error {
	return s.add(ctx, tx, actor, Task{Kind: TaskContact, OpportunityID: opportunityID, PersonID: personID, DueOn: on}, nil)
}

// add gives a task its number and tells of it; kept, when not nil, is what was added.
func (s *Service) add(ctx context.Context, tx Tx, actor access.Actor, t Task, kept *Task) (err error) {
	if t.ID, err = tx.NextNumber(ctx, "task"); err != nil {
		return err
	}
	t.State, t.CreatedBy, t.CreatedAt, t.Revision = TaskOpen, actor.UserID, tx.Now(), 1
	if err := tx.InsertTask(ctx, t); err != nil {
		return err
	}
	if kept != nil {
		*kept = t
	}
	return process.Record(ctx, tx, actor, process.Write{Action: "task.add", Subject: t.Subject(), Revision: 1, After: t})
}

func (s *Service) end(ctx context.Context, tx Tx, actor access.Actor, t Task, state TaskState) error {
	before := t
	t.State, t.EndedAt, t.Revision = state, tx.Now(), t.Revision+1
	if err := tx.SaveTask(ctx, t); err != nil {
		return err
	}
	return process.Record(ctx, tx, actor, process.Write{Action: "task." + string(state), Subject: t.Subject(), Revision: t.Revision, Before: before, After: t})
}

// EndTask notes that a task is done, or dropped. Errors: forbidden; not found out of reach; invalid; conflict when it has ended, or was
// changed after seen.
func (s *Service) EndTask(ctx context.Context, actor access.Actor, id int64, state TaskState, seen int64) (err error) {
	defer errs.Wrap(&err, "followup.EndTask(%d, %s)", id, state)
	if state != TaskDone && state != TaskDropped {
		return errs.Invalid("error.invalid", []errs.Field{{Path: "state", Value: string(state), Message: errs.Msg("form.error.choice", nil)}})
	}
	return s.change(ctx, actor, id, seen, func(tx Tx, t Task) error {
		if err := s.end(ctx, tx, actor, t, state); err != nil {
			return err
		}
		return contactChanged(ctx, tx, t)
	})
}

// PutOff gives a task another day. Errors: as EndTask.
func (s *Service) PutOff(ctx context.Context, actor access.Actor, id int64, day calendar.Date, seen int64) (err error) {
	defer errs.Wrap(&err, "followup.PutOff(%d)", id)
	var c fact.Checker
	c.Day("due_on", day)
	if day < calendar.DateOf(s.now()) && !c.Has("due_on") {
		c.Add("due_on", day.String(), "followup.past_day", nil)
	}
	if err := c.Err(); err != nil {
		return err
	}
	return s.change(ctx, actor, id, seen, func(tx Tx, t Task) error {
		if err := s.putOff(ctx, tx, actor, t, day); err != nil {
			return err
		}
		return contactChanged(ctx, tx, t)
	})
}

func (s *Service) putOff(ctx context.Context, tx Tx, actor access.Actor, t Task, day calendar.Date) error {
	before := t
	t.DueOn, t.Revision = day, t.Revision+1
	if err := tx.SaveTask(ctx, t); err != nil {
		return err
	}
	return process.Record(ctx, tx, actor, process.Write{Action: "task.put_off", Subject: t.Subject(), Revision: t.Revision, Before: before, After: t})
}

// contactChanged lets the opportunity know when its next contact is, where the task was one.
func contactChanged(ctx context.Context, tx Tx, t Task) error {
	if t.Kind != TaskContact || t.OpportunityID == 0 {
		return nil
	}
	return tx.FollowContacts(ctx, t.OpportunityID)
}

// change is a change of an open task in reach.
func (s *Service) change(ctx context.Context, actor access.Actor, id, seen int64, fn func(tx Tx, t Task) error) error {
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return err
	}
	return s.store.InTx(ctx, func(tx Tx) error {
		t, err := tx.Task(ctx, s.reach(actor, access.PermWorkWrite), id)
		switch {
		case err != nil:
			return err
		case t.State != TaskOpen:
			return errs.New(errs.KindConflict, "followup.task_ended", nil)
		case seen != 0 && t.Revision != seen:
			return errs.New(errs.KindConflict, "followup.task_changed", nil)
		}
		return fn(tx, t)
	})
}

// daysAhead is how far somebody's day looks ahead.
const daysAhead = 7

// Day is what somebody is to do: what was due before today, today, and in the next days. The lists are cut at openTasksMax, the counts are not.
type Day struct {
	Today                  calendar.Date
	Overdue, Due, Ahead    []Task
	OverdueCount, DueCount int64
}

// Mine returns the actor's own day. Errors: forbidden; not found, for an account without a person.
func (s *Service) Mine(ctx context.Context, actor access.Actor) (day Day, err error) {
	defer errs.Wrap(&err, "followup.Mine")
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return day, err
	}
	if actor.PersonID == 0 {
		return day, errs.New(errs.KindNotFound, "followup.no_person", nil)
	}
	today := calendar.DateOf(s.now())
	day.Today = today
	err = s.store.Read(ctx, func(r Reader) error {
		for _, part := range []struct {
			days  fact.Days
			list  *[]Task
			count *int64
		}{
			{fact.Days{From: calendar.NoDate, To: today - 1}, &day.Overdue, &day.OverdueCount},
			{fact.Days{From: today, To: today}, &day.Due, &day.DueCount},
			{fact.Days{From: today + 1, To: today + daysAhead}, &day.Ahead, nil},
		} {
			q := TaskQuery{PersonID: actor.PersonID, Due: part.days, Limit: openTasksMax}
			if *part.list, err = r.Tasks(ctx, q); err != nil {
				return err
			}
			if part.count == nil {
				continue
			}
			if *part.count, err = r.TaskCount(ctx, q); err != nil {
				return err
			}
		}
		return nil
	})
	return day, err
}

// OfOpportunity returns the open tasks of an opportunity in reach. Errors: forbidden; not found.
func (s *Service) OfOpportunity(ctx context.Context, actor access.Actor, opportunityID int64) (tasks []Task, err error) {
	defer errs.Wrap(&err, "followup.OfOpportunity(%d)", opportunityID)
	if err := actor.Require(access.PermSalesRead); err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		if _, err := r.Opportunity(ctx, s.reach(actor, access.PermSalesRead), opportunityID); err != nil {
			return err
		}
		tasks, err = r.Tasks(ctx, TaskQuery{OpportunityID: opportunityID, Due: fact.AnyDay(), Limit: openTasksMax})
		return err
	})
	return tasks, err
}
