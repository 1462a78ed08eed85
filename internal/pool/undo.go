package pool

import (
	"context"
	"slices"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/opportunity"
)

// Undone is what became of an act that was taken back.
type Undone struct {
	Act  Act
	Left int64 // customers that somebody has moved since, which stay where they are
}

// Undo takes an act back: every customer that nobody moved since is again whose it was, with what went along. Whoever did it may, and who
// writes the rules of pools. Errors: forbidden; not found; conflict when it was taken back already, or is too long ago.
func (s *Service) Undo(ctx context.Context, actor access.Actor, id int64) (u Undone, err error) {
	defer errs.Wrap(&err, "pool.Undo(%d)", id)
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return u, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		u = Undone{}
		before, err := s.mayUndo(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		if u.Act, err = Begin(ctx, tx, actor, WayUndo, s.today(), before.Cause); err != nil {
			return err
		}
		u.Act.Undoes = before.ID
		for after := int64(0); ; {
			steps, err := tx.ActSteps(ctx, before.ID, after, batchSize)
			if err != nil {
				return err
			}
			for _, step := range steps {
				if err := undoStep(ctx, tx, actor, &u, step); err != nil {
					return err
				}
				after = step.ID
			}
			if len(steps) < batchSize {
				break
			}
		}
		before.UndoneIn = u.Act.ID
		if err := tx.SaveAct(ctx, before); err != nil {
			return err
		}
		return Finish(ctx, tx, u.Act)
	})
	return u, err
}

func (s *Service) mayUndo(ctx context.Context, tx Tx, actor access.Actor, id int64) (Act, error) {
	act, err := tx.HoldingAct(ctx, id)
	switch {
	case err != nil:
		return act, err
	case act.ActorID != actor.UserID && !actor.CanAll(access.PermPoolWrite):
		return act, errs.New(errs.KindNotFound, "pool.no_such_act", nil)
	case act.ActorID == actor.UserID && act.Way == WayClaim && !actor.CanAll(access.PermPoolWrite):
		return act, errs.New(errs.KindConflict, "pool.release_instead", nil) // a claim that is given back would cost nothing
	case act.UndoneIn != 0:
		return act, errs.New(errs.KindConflict, "pool.undone_already", nil)
	case !act.Undoable(s.today()):
		return act, errs.New(errs.KindConflict, "pool.too_late", errs.Args{"Days": UndoDays})
	}
	return act, nil
}

// undoStep puts one customer back, when it is as the step left it.
func undoStep(ctx context.Context, tx Tx, actor access.Actor, u *Undone, step Step) error {
	if step.Passed.WorkOnly {
		return undoPassed(ctx, tx, actor, u, step)
	}
	now, err := tx.Holding(ctx, step.CustomerID)
	if err != nil {
		return err
	}
	if now.OwnerID != step.ToOwner || now.Pool != step.ToPool || now.Since != step.On || step.UndoneIn != 0 {
		u.Left++
		return nil
	}
	after := step.From
	after.Revision = now.Revision + 1
	if err := tx.SaveHolding(ctx, after); err != nil {
		return err
	}
	passed, err := returnWork(ctx, tx, actor, step)
	if err != nil {
		return err
	}
	if err := tx.MarkStepUndone(ctx, step.ID, u.Act.ID); err != nil {
		return err
	}
	return record(ctx, tx, actor, &u.Act, now, after, step.Cause, passed)
}

// undoPassed gives back work that went without its customer, as far as it is still open and with who got it.
func undoPassed(ctx context.Context, tx Tx, actor access.Actor, u *Undone, step Step) error {
	if step.UndoneIn != 0 {
		return nil
	}
	all, err := tx.OpportunitiesByID(ctx, step.Passed.Opportunities)
	if err != nil {
		return err
	}
	back := slices.DeleteFunc(all, func(o opportunity.Opportunity) bool {
		return o.State != opportunity.StateOpen || o.OwnerID != step.Passed.To
	})
	if err := tx.MarkStepUndone(ctx, step.ID, u.Act.ID); err != nil {
		return err
	}
	h := step.From
	return PassOnly(ctx, tx, actor, &u.Act, h, Work{back, step.Passed.Tasks, step.Passed.Contracts}, step.Passed.To, step.Passed.From, step.Cause)
}

// returnWork gives back what went along: opportunities that are still open and still with who got them, and the tasks.
func returnWork(ctx context.Context, tx Tx, actor access.Actor, step Step) (back Passed, err error) {
	from := step.From.OwnerID
	if from == 0 {
		from = step.From.FormerID
	}
	if from == 0 || step.ToOwner == 0 {
		return back, nil
	}
	open, tasks, err := tx.OpenWork(ctx, step.CustomerID, step.ToOwner)
	if err != nil {
		return back, err
	}
	for _, o := range open {
		if !slices.Contains(step.Passed.Opportunities, o.ID) {
			continue
		}
		if err := passOpportunity(ctx, tx, actor, o, from); err != nil {
			return back, err
		}
		back.Opportunities = append(back.Opportunities, o.ID)
	}
	for _, task := range tasks {
		if slices.Contains(step.Passed.Tasks, task) {
			back.Tasks = append(back.Tasks, task)
		}
	}
	if len(back.Tasks) > 0 {
		err = tx.PassTasks(ctx, back.Tasks, from)
	}
	return back, err
}

// Acts returns what was done, the newest first, below an id unless that is 0. Errors: forbidden.
func (s *Service) Acts(ctx context.Context, actor access.Actor, before int64) (acts []Act, err error) {
	defer errs.Wrap(&err, "pool.Acts")
	if err := actor.RequireAll(access.PermPoolWrite, access.PermPoolApprove); err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		acts, err = r.HoldingActs(ctx, before, limitUsual)
		return err
	})
	return acts, err
}

// ActOf returns an act with the first of its steps. Whoever did it may see it, and who writes or approves the rules. Errors: forbidden; not found.
func (s *Service) ActOf(ctx context.Context, actor access.Actor, id int64) (act Act, steps []Step, err error) {
	defer errs.Wrap(&err, "pool.ActOf(%d)", id)
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return act, nil, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		if act, err = r.HoldingAct(ctx, id); err != nil {
			return err
		}
		if steps, err = r.ActSteps(ctx, id, 0, limitMax); err != nil {
			return err
		}
		for i, one := range steps {
			if !one.Passed.WorkOnly {
				continue
			}
			if steps[i].FromName, steps[i].ToName, err = workNames(ctx, r, one.Passed, s.today()); err != nil {
				return err
			}
		}
		if act.ActorID == actor.UserID || actor.CanAll(access.PermPoolWrite) || actor.CanAll(access.PermPoolApprove) {
			return nil
		}
		// Who got customers sees those.
		steps = slices.DeleteFunc(steps, func(s Step) bool { return s.ToOwner != actor.PersonID || actor.PersonID == 0 })
		if len(steps) == 0 {
			return errs.New(errs.KindNotFound, "pool.no_such_act", nil)
		}
		return nil
	})
	return act, steps, err
}

// workNames are those of whoever gave and whoever got work that went without its customer; nothing for somebody who is not in the books any more.
func workNames(ctx context.Context, r Reader, passed Passed, on calendar.Date) (from, to string, err error) {
	name := func(id int64) (string, error) {
		p, err := r.HoldingPerson(ctx, id, on)
		if errs.Is(err, errs.KindNotFound) {
			return "", nil
		}
		return p.Name, err
	}
	if from, err = name(passed.From); err != nil {
		return "", "", err
	}
	to, err = name(passed.To)
	return from, to, err
}
