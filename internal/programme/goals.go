package programme

import (
	"context"
	"slices"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/metric"
)

// GoalBoard is the goals that an actor sees, those that need looking at first.
type GoalBoard struct {
	Goals    []Stand
	Counts   map[Standing]int // of the active ones
	Drafts   int
	MayWrite bool
	Shipped  bool // the shipped goals are there
	Today    calendar.Date
}

// sees reports whether a goal is within what an actor sees: all of them for who sees the whole company, otherwise their own and those of their teams and people.
func (v *sight) seesGoal(g *Goal) bool {
	if v.all || v.within(g.OwnerID) {
		return true
	}
	switch g.Place.Kind {
	case metric.PlaceTeam:
		return slices.Contains(v.teams, g.Place.ID)
	case metric.PlacePerson:
		return v.within(g.Place.ID)
	}
	return false
}

func (v *sight) placeName(p metric.Place) string {
	units := v.org.Teams
	switch p.Kind {
	case metric.PlacePerson:
		return v.name(p.ID)
	case metric.PlaceRegion:
		units = v.org.Regions
	}
	for _, u := range units {
		if u.ID == p.ID {
			return u.Name
		}
	}
	return ""
}

func (v *sight) stand(ctx context.Context, r Reader, g *Goal) (Stand, error) {
	readings, err := r.GoalReadings(ctx, g.ID)
	s := g.stand(readings, v.today)
	s.Owner, s.Goal.Place.Name = v.name(g.OwnerID), v.placeName(g.Place)
	return s, err
}

// Goals returns the board. Errors: forbidden.
func (s *Service) Goals(ctx context.Context, actor access.Actor) (b GoalBoard, err error) {
	defer errs.Wrap(&err, "programme.Goals")
	err = s.Store.Read(ctx, func(r Reader) error {
		v, err := s.sightOf(ctx, r, actor)
		if err != nil {
			return err
		}
		all, err := r.Goals(ctx)
		if err != nil {
			return err
		}
		b = GoalBoard{Counts: map[Standing]int{}, MayWrite: v.writes, Today: v.today}
		for i := range all {
			b.Shipped = b.Shipped || all[i].Key != ""
			if !v.seesGoal(&all[i]) {
				continue
			}
			stand, err := v.stand(ctx, r, &all[i])
			if err != nil {
				return err
			}
			switch stand.State {
			case GoalActive:
				b.Counts[stand.Standing]++
			case GoalDraft:
				b.Drafts++
			}
			b.Goals = append(b.Goals, stand)
		}
		sortStands(b.Goals)
		return nil
	})
	for i := range b.Goals {
		if err == nil {
			err = s.explainDraft(ctx, &b.Goals[i])
		}
	}
	return b, err
}

// explainDraft says of a draft without a baseline whether its month has a number to freeze, or why it has none.
func (s *Service) explainDraft(ctx context.Context, stand *Stand) error {
	if stand.State != GoalDraft || stand.Baseline != nil {
		return nil
	}
	taken, err := s.snapshot(ctx, &stand.Goal)
	switch {
	case errs.Is(err, errs.KindNotFound): // a number that the book no longer has
		stand.Why = errs.Msg("metric.missing", errs.Args{"Metric": string(stand.Metric)})
		return nil
	case err == nil && !taken.Value.Known:
		stand.Why = errs.Msg("programme.no_baseline", errs.Args{"Why": taken.why(&stand.Goal)})
	case err == nil:
		stand.Why = errs.Msg("programme.may_freeze", nil)
	}
	return err
}

// ShownGoal is a goal with what the actor may do.
type ShownGoal struct {
	Stand
	MayWrite bool
	Today    calendar.Date
}

// Goal returns one. Errors: forbidden; not found, also out of reach.
func (s *Service) Goal(ctx context.Context, actor access.Actor, id int64) (g ShownGoal, err error) {
	defer errs.Wrap(&err, "programme.Goal(%d)", id)
	err = s.Store.Read(ctx, func(r Reader) error {
		v, err := s.sightOf(ctx, r, actor)
		if err != nil {
			return err
		}
		found, err := r.Goal(ctx, id)
		if err == nil && !v.seesGoal(&found) {
			err = errs.New(errs.KindNotFound, "programme.goal_missing", nil)
		}
		if err != nil {
			return err
		}
		g = ShownGoal{MayWrite: v.writes, Today: v.today}
		g.Stand, err = v.stand(ctx, r, &found)
		return err
	})
	if err == nil {
		err = s.explainDraft(ctx, &g.Stand)
	}
	return g, err
}

// AddShipped makes drafts of the shipped goals that are not there yet, measured from last month. Errors: forbidden.
func (s *Service) AddShipped(ctx context.Context, actor access.Actor) (added int, err error) {
	defer errs.Wrap(&err, "programme.AddShipped")
	if err := mayWrite(actor); err != nil {
		return 0, err
	}
	err = s.Store.InTx(ctx, func(tx Tx) error {
		added = 0
		all, err := tx.Goals(ctx)
		if err != nil {
			return err
		}
		for _, w := range shippedGoals {
			if slices.ContainsFunc(all, func(g Goal) bool { return g.Key == w.key }) {
				continue
			}
			g := Goal{Key: w.key, Source: w.source, Metric: w.metric, Place: metric.Company, Good: w.good, Unit: w.unit, Window: w.window, Horizon: w.horizon, From: s.today().Month() - 1, Asked: w.asked, State: GoalDraft, Created: sign(actor, tx), Revision: 1}
			if w.kind == AskAbsolute {
				g.Kind, g.Target = w.kind, w.asked
			}
			if g.ID, err = tx.NextNumber(ctx, "goal"); err != nil {
				return err
			}
			if err := tx.InsertGoal(ctx, g); err != nil {
				return err
			}
			added++
		}
		return audit.Append(ctx, tx, actor, "goal.add_shipped", "goal:shipped", nil, map[string]any{"added": added})
	})
	return added, err
}

// AddGoal keeps a draft. Errors: forbidden; invalid; not found for an unknown metric or place.
func (s *Service) AddGoal(ctx context.Context, actor access.Actor, in Measure) (g Goal, err error) {
	defer errs.Wrap(&err, "programme.AddGoal")
	return s.writeGoal(ctx, actor, 0, 0, in)
}

// ChangeGoal rewrites a draft; its baseline and its target are dropped where they were of another measure. Errors: those of AddGoal; conflict when it is active, or
// changed after seen.
func (s *Service) ChangeGoal(ctx context.Context, actor access.Actor, id, seen int64, in Measure) (g Goal, err error) {
	defer errs.Wrap(&err, "programme.ChangeGoal(%d)", id)
	return s.writeGoal(ctx, actor, id, seen, in)
}

func (s *Service) writeGoal(ctx context.Context, actor access.Actor, id, seen int64, in Measure) (g Goal, err error) {
	if err := mayWrite(actor); err != nil {
		return g, err
	}
	if in.From == 0 {
		in.From = s.today().Month() - 1
	}
	if in.Place.Kind == "" || in.Place.Kind == metric.PlaceReach {
		in.Place = metric.Company
	}
	if err := in.check(s.today()); err != nil {
		return g, err
	}
	unit, good, err := s.unitOf(ctx, actor, in)
	if err != nil {
		return g, err
	}
	err = s.Store.InTx(ctx, func(tx Tx) error {
		v, err := s.sightOf(ctx, tx, actor)
		if err != nil {
			return err
		}
		if err := v.checkOwner(in.OwnerID); err != nil {
			return err
		}
		var before Goal
		if id == 0 {
			g = Goal{State: GoalDraft, Created: sign(actor, tx)}
			g.ID, err = tx.NextNumber(ctx, "goal")
		} else {
			g, err = draft(ctx, tx, id, seen)
			before = g
		}
		if err != nil {
			return err
		}
		same := g.Source == in.Source && g.Metric == in.Metric && g.Place.Kind == in.Place.Kind && g.Place.ID == in.Place.ID && g.Window == in.Window && g.From == in.From
		if !same {
			g.Baseline = nil
			if err := tx.DropGoalReadings(ctx, g.ID); err != nil {
				return err
			}
		}
		if g.Unit != unit || !same && g.Kind != AskAbsolute {
			g.Kind, g.Target, g.Path = "", 0, nil
		}
		if g.Horizon != in.Horizon {
			g.Path = nil
		}
		in.Place.Name = ""
		g.Title, g.Source, g.Metric, g.Place, g.Window, g.Horizon, g.From, g.OwnerID, g.Note, g.Unit, g.Good = in.Title, in.Source, in.Metric, in.Place, in.Window, in.Horizon, in.From, in.OwnerID, in.Note, unit, good
		if g.Revision++; id == 0 {
			err = tx.InsertGoal(ctx, g)
		} else {
			err = tx.SaveGoal(ctx, g)
		}
		if err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "goal.write", g.Subject(), auditGoal(&before), auditGoal(&g))
	})
	return g, err
}

// auditGoal is a goal as the audit log shows it.
func auditGoal(g *Goal) any {
	if g.ID == 0 {
		return nil
	}
	amount, _ := g.BaselineAmount()
	return map[string]any{"title": g.Title, "key": g.Key, "source": g.Source, "metric": g.Metric, "place": g.Place, "window": g.Window, "horizon": g.Horizon, "from": g.From, "baseline": amount, "kind": g.Kind, "asked": g.Asked, "target": g.Target, "path": g.Path, "owner": g.OwnerID, "state": g.State}
}

// draft loads a goal that is still being written.
func draft(ctx context.Context, tx Tx, id, seen int64) (Goal, error) {
	g, err := tx.Goal(ctx, id)
	switch {
	case err != nil:
	case seen != 0 && seen != g.Revision:
		err = errs.New(errs.KindConflict, "programme.changed_meanwhile", nil)
	case g.State != GoalDraft:
		err = errs.New(errs.KindConflict, "programme.goal_fixed", nil)
	}
	return g, err
}

// unitOf asks the source of a goal for its unit and its good direction.
func (s *Service) unitOf(ctx context.Context, actor access.Actor, in Measure) (metric.Unit, metric.Good, error) {
	if in.Source != SourceBook {
		return metric.UnitPercent, metric.GoodUp, nil
	}
	answer, err := s.Numbers.Read(ctx, actor, metric.Query{Metrics: []metric.ID{in.Metric}, Place: in.Place, Period: metric.Period{Kind: metric.Month, First: in.From}})
	if err != nil {
		return "", "", err
	}
	if answer.Narrowed {
		return "", "", errs.New(errs.KindForbidden, "programme.place_narrow", nil)
	}
	series, found := answer.Of(in.Metric)
	if !found {
		return "", "", errs.New(errs.KindNotFound, "metric.missing", errs.Args{"Metric": string(in.Metric)})
	}
	return series.Definition.Unit, series.Definition.Good, nil
}
