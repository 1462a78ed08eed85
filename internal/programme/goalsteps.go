package programme

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/errs"
)

// Freeze takes the baseline of a draft, and reads the months around it. Errors: forbidden; not found; conflict when the goal is active, or when there is no value,
// with the reason.
func (s *Service) Freeze(ctx context.Context, actor access.Actor, id, seen int64) (g Goal, err error) {
	defer errs.Wrap(&err, "programme.Freeze(%d)", id)
	if err := mayWrite(actor); err != nil {
		return g, err
	}
	if err := s.Store.Read(ctx, func(r Reader) error { g, err = r.Goal(ctx, id); return err }); err != nil {
		return g, err
	}
	g.Baseline = nil
	taken, err := s.snapshot(ctx, &g)
	if err != nil {
		return g, err
	}
	if !taken.Value.Known {
		return g, errs.New(errs.KindConflict, "programme.no_baseline", errs.Args{"Why": taken.why(&g)})
	}
	revision := g.Revision
	err = s.Store.InTx(ctx, func(tx Tx) error {
		if seen == 0 {
			seen = revision // what was read is of this revision
		}
		if g, err = draft(ctx, tx, id, seen); err != nil {
			return err
		}
		before := auditGoal(&g)
		taken.At = tx.Now()
		g.Baseline, g.Unit = &taken.Snapshot, taken.Value.Unit
		if g.Kind == AskRelative || g.Kind == AskPoints {
			g.Target = g.reach(g.Kind, g.Asked)
		}
		if g.Key != "" && g.Kind == "" { // of a number that is no share, growth is one thing only
			if want := shippedKind(g.Key); want == AskRelative {
				g.Kind, g.Target = want, g.reach(want, g.Asked)
			}
		}
		g.Path = nil
		if err := s.saveGoal(ctx, tx, &g); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "goal.freeze", g.Subject(), before, map[string]any{"goal": auditGoal(&g), "baseline": taken.Snapshot})
	})
	if err == nil {
		err = s.readGoal(ctx, &g, true)
	}
	return g, err
}

func shippedKind(key string) AskKind {
	for _, w := range shippedGoals {
		if w.key == key {
			return w.kind
		}
	}
	return ""
}

func (s *Service) saveGoal(ctx context.Context, tx Tx, g *Goal) error {
	g.Revision++
	return tx.SaveGoal(ctx, *g)
}

// Ask chooses the target of a draft that has its baseline. Errors: forbidden; not found; invalid; conflict without a baseline, when the goal is active, or changed.
func (s *Service) Ask(ctx context.Context, actor access.Actor, in Asking) (g Goal, err error) {
	defer errs.Wrap(&err, "programme.Ask(%d)", in.ID)
	if err := mayWrite(actor); err != nil {
		return g, err
	}
	err = s.Store.InTx(ctx, func(tx Tx) error {
		if g, err = draft(ctx, tx, in.ID, in.Seen); err != nil {
			return err
		}
		if g.Baseline == nil {
			return errs.New(errs.KindConflict, "programme.freeze_first", nil)
		}
		if err := in.check(&g); err != nil {
			return err
		}
		before := auditGoal(&g)
		g.Kind, g.Asked = in.Kind, in.Change
		if in.Kind == AskAbsolute {
			g.Asked = in.Amount
		}
		g.Target, g.Path = g.reach(g.Kind, g.Asked), nil
		for i, amount := range in.Path {
			g.Path = append(g.Path, Waypoint{g.waypoints()[i], amount})
		}
		if err := s.saveGoal(ctx, tx, &g); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "goal.ask", g.Subject(), before, auditGoal(&g))
	})
	return g, err
}

// Activate makes a draft count. Errors: forbidden; not found; conflict with what is missing.
func (s *Service) Activate(ctx context.Context, actor access.Actor, id, seen int64) (g Goal, err error) {
	defer errs.Wrap(&err, "programme.Activate(%d)", id)
	if err := mayWrite(actor); err != nil {
		return g, err
	}
	err = s.Store.InTx(ctx, func(tx Tx) error {
		if g, err = draft(ctx, tx, id, seen); err != nil {
			return err
		}
		if missing := g.Missing(); len(missing) > 0 {
			return errs.New(errs.KindConflict, "programme.not_ready", errs.Args{"Missing": missing[0]})
		}
		before := auditGoal(&g)
		g.State, g.Activity = GoalActive, sign(actor, tx)
		if err := s.saveGoal(ctx, tx, &g); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "goal.activate", g.Subject(), before, auditGoal(&g))
	})
	return g, err
}

// EndGoal takes a goal off the board, with a note. Errors: forbidden; not found; invalid; conflict when it has ended.
func (s *Service) EndGoal(ctx context.Context, actor access.Actor, id, seen int64, note string) (g Goal, err error) {
	defer errs.Wrap(&err, "programme.EndGoal(%d)", id)
	if err := mayWrite(actor); err != nil {
		return g, err
	}
	if note, err = noted("note", note); err != nil {
		return g, err
	}
	err = s.Store.InTx(ctx, func(tx Tx) error {
		if g, err = tx.Goal(ctx, id); err != nil {
			return err
		}
		if g.State == GoalEnded || seen != 0 && seen != g.Revision {
			return errs.New(errs.KindConflict, "programme.changed_meanwhile", nil)
		}
		before := auditGoal(&g)
		g.State, g.EndNote = GoalEnded, note
		if err := s.saveGoal(ctx, tx, &g); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "goal.end", g.Subject(), before, map[string]any{"state": g.State, "note": note})
	})
	return g, err
}
