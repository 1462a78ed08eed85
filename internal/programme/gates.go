package programme

import (
	"context"
	"slices"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/metric"
)

// Tick marks an item of the gate of the running phase as done, or as open again. Errors: those of Write; conflict when the gate is signed.
func (s *Service) Tick(ctx context.Context, actor access.Actor, id, seen int64, item int, done bool) (i Initiative, err error) {
	defer errs.Wrap(&err, "programme.Tick(%d)", id)
	return s.change(ctx, actor, id, seen, "initiative.tick", true, func(tx Tx, _ *sight, i *Initiative) (any, error) {
		g := i.Gate(i.Phase)
		if item < 0 || item >= len(g.Items) {
			return nil, errs.New(errs.KindNotFound, "programme.item_missing", nil)
		}
		if g.IsSigned() {
			return nil, errs.New(errs.KindConflict, "programme.gate_signed", nil)
		}
		g.Items[item].Done = Signature{}
		if done {
			g.Items[item].Done = sign(actor, tx)
		}
		return map[string]any{"phase": i.Phase, "item": g.Items[item].Said, "done": done}, nil
	})
}

// AddItem adds a line of the company's own to the gate of the running phase. Errors: those of Tick.
func (s *Service) AddItem(ctx context.Context, actor access.Actor, id, seen int64, text string) (i Initiative, err error) {
	defer errs.Wrap(&err, "programme.AddItem(%d)", id)
	var c fact.Checker
	if tidyLine(&c, "text", &text, lineMost, true); c.Err() != nil {
		return i, c.Err()
	}
	return s.change(ctx, actor, id, seen, "initiative.add_item", false, func(_ Tx, _ *sight, i *Initiative) (any, error) {
		g := i.Gate(i.Phase)
		switch {
		case g.IsSigned():
			return nil, errs.New(errs.KindConflict, "programme.gate_signed", nil)
		case len(g.Items) >= listMost:
			return nil, errs.New(errs.KindConflict, "programme.many", errs.Args{"Most": listMost})
		}
		g.Items = append(g.Items, Item{Said: Said{Text: text}})
		return map[string]any{"phase": i.Phase, "text": text}, nil
	})
}

// SignGate signs the gate of the running phase. All items must be ticked. Errors: those of Tick.
func (s *Service) SignGate(ctx context.Context, actor access.Actor, id, seen int64, note string) (i Initiative, err error) {
	defer errs.Wrap(&err, "programme.SignGate(%d)", id)
	var c fact.Checker
	if c.Prose("note", &note, textMost, false); c.Err() != nil {
		return i, c.Err()
	}
	return s.change(ctx, actor, id, seen, "initiative.sign_gate", false, func(tx Tx, _ *sight, i *Initiative) (any, error) {
		g := i.Gate(i.Phase)
		switch open := g.Open(); {
		case g.IsSigned():
			return nil, errs.New(errs.KindConflict, "programme.gate_signed", nil)
		case open > 0:
			return nil, errs.New(errs.KindConflict, "programme.gate_open", errs.Args{"Count": int64(open)})
		}
		g.Note, g.Signed = note, sign(actor, tx)
		return map[string]any{"phase": i.Phase, "note": note}, nil
	})
}

// Advance enters the next phase. Errors: those of Write; conflict when the gate is not signed, or there is no phase behind.
func (s *Service) Advance(ctx context.Context, actor access.Actor, id, seen int64) (i Initiative, err error) {
	defer errs.Wrap(&err, "programme.Advance(%d)", id)
	return s.change(ctx, actor, id, seen, "initiative.advance", false, func(_ Tx, _ *sight, i *Initiative) (any, error) {
		next, more := i.Phase.Next()
		switch {
		case !i.Gate(i.Phase).IsSigned():
			return nil, errs.New(errs.KindConflict, "programme.gate_unsigned", errs.Args{"Phase": i.Phase.Message()})
		case !more:
			return nil, errs.New(errs.KindConflict, "programme.last_phase", nil)
		}
		from := i.Phase
		i.Phase = next
		return map[string]any{"from": from, "to": next}, nil
	})
}

// Reach says what became of a milestone. Errors: those of Write, and the owner may.
func (s *Service) Reach(ctx context.Context, actor access.Actor, id, seen int64, milestone int, state MilestoneState) (i Initiative, err error) {
	defer errs.Wrap(&err, "programme.Reach(%d)", id)
	if !slices.Contains(MilestoneStates, state) {
		return i, errs.Invalid("error.invalid", []errs.Field{{Path: "state", Value: string(state), Message: errs.Msg("form.error.choice", nil)}})
	}
	return s.change(ctx, actor, id, seen, "initiative.milestone", true, func(_ Tx, v *sight, i *Initiative) (any, error) {
		if milestone < 0 || milestone >= len(i.Milestones) {
			return nil, errs.New(errs.KindNotFound, "programme.item_missing", nil)
		}
		m := &i.Milestones[milestone]
		m.State, m.DoneOn = state, calendar.NoDate
		if state == MilestoneDone {
			m.DoneOn = v.today
		}
		return *m, nil
	})
}

// Spend books money that the initiative has cost; a negative amount takes one back. Errors: those of Write, and the owner may.
func (s *Service) Spend(ctx context.Context, actor access.Actor, id, seen int64, on calendar.Date, fen int64, note string) (i Initiative, err error) {
	defer errs.Wrap(&err, "programme.Spend(%d)", id)
	var c fact.Checker
	tidyLine(&c, "note", &note, lineMost, true)
	c.Day("on", on)
	if on > s.today() && !c.Has("on") {
		c.Add("on", on.String(), "programme.day_ahead", nil)
	}
	c.NotZero("amount", fen)
	if fen > fenMost || fen < -fenMost {
		c.Add("amount", "", "programme.money_wrong", errs.Args{"Most": int64(fenMost)})
	}
	if err := c.Err(); err != nil {
		return i, err
	}
	return s.change(ctx, actor, id, seen, "initiative.spend", true, func(tx Tx, _ *sight, i *Initiative) (any, error) {
		if i.SpentFen()+fen < 0 {
			return nil, errs.Invalid("error.invalid", []errs.Field{{Path: "amount", Message: errs.Msg("programme.spent_less", nil)}})
		}
		spent := Spending{on, fen, note, sign(actor, tx)}
		i.Spent = append(i.Spent, spent)
		return spent, nil
	})
}

// Try says which teams try it since when, which ones they are compared with, and by which number. Errors: those of Write.
func (s *Service) Try(ctx context.Context, actor access.Actor, id, seen int64, in Trial) (i Initiative, err error) {
	defer errs.Wrap(&err, "programme.Try(%d)", id)
	if in.Before == 0 {
		in.Before = beforeUsual
	}
	if err := in.check(s.today()); err != nil {
		return i, err
	}
	if actor.Can(access.PermSalesRead) { // an unknown number is told now, and not when it is measured
		if _, err := s.Numbers.Read(ctx, system(), metric.Query{Metrics: []metric.ID{in.Metric}, Place: metric.Company, Period: metric.Period{Kind: metric.Month, First: s.today().Month()}}); err != nil {
			return i, err
		}
	}
	return s.change(ctx, actor, id, seen, "initiative.try", false, func(_ Tx, v *sight, i *Initiative) (any, error) {
		known := v.teamsOn()
		for _, team := range slices.Concat(in.Pilot, in.Comparison) {
			if !slices.ContainsFunc(known, func(t Team) bool { return t.ID == team }) {
				return nil, errs.Invalid("error.invalid", []errs.Field{{Path: "pilot", Message: errs.Msg("programme.team_unknown", nil)}})
			}
		}
		i.Trial = in
		return in, nil
	})
}
