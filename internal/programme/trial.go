package programme

import (
	"context"
	"slices"
	"strconv"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/effect"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/ruledoc"
)

// How many months before a trial are looked at.
const (
	beforeUsual = 12
	beforeMost  = 36
)

func (in *Trial) check(today calendar.Date) error {
	var c fact.Checker
	in.Pilot, in.Comparison = slices.Clone(in.Pilot), slices.Clone(in.Comparison)
	checkIDs(&c, "pilot", &in.Pilot)
	checkIDs(&c, "comparison", &in.Comparison)
	if in.Metric == "" {
		c.Add("metric", "", "form.error.required", nil)
	}
	if len(in.Pilot) == 0 && !c.Has("pilot") {
		c.Add("pilot", "", "programme.pilot_needed", nil)
	}
	if slices.ContainsFunc(in.Pilot, func(team int64) bool { return slices.Contains(in.Comparison, team) }) {
		c.Add("comparison", "", "programme.teams_overlap", nil)
	}
	if in.Before < effect.LeastBefore || in.Before > beforeMost {
		c.Add("before", strconv.Itoa(in.Before), "programme.before_wrong", errs.Args{"Least": int64(effect.LeastBefore), "Most": int64(beforeMost)})
	}
	if in.From == 0 || in.From > today.Month()+12 || in.From < today.Month()-beforeMost {
		c.Add("from", in.From.String(), "programme.trial_from", nil)
	}
	return c.Err()
}

// sizesApart is from how many times as many people on one side, for each team, sides are told to be unlike.
const sizesApart = 2

// warnings tell what makes pilot and comparison teams unlike.
func (in *Trial) warnings(teams map[int64]Team) (list []errs.Message) {
	if len(in.Pilot) == 0 {
		return nil
	}
	if len(in.Comparison) == 0 {
		return []errs.Message{errs.Msg("programme.warn.no_comparison", nil)}
	}
	sum := func(ids []int64) (people int) {
		for _, id := range ids {
			people += teams[id].People
		}
		return people
	}
	pilot, comparison := sum(in.Pilot)*len(in.Comparison), sum(in.Comparison)*len(in.Pilot)
	if pilot > sizesApart*comparison || comparison > sizesApart*pilot {
		list = append(list, errs.Msg("programme.warn.sizes", errs.Args{"Pilot": int64(sum(in.Pilot) / len(in.Pilot)), "Comparison": int64(sum(in.Comparison) / len(in.Comparison))}))
	}
	if few := len(in.Pilot) + len(in.Comparison); few < 5 {
		list = append(list, errs.Msg("programme.warn.few", errs.Args{"Count": int64(few)}))
	}
	return list
}

// Found is an effect as it was worked out at a moment; it is kept as it was.
type Found struct {
	ID           int64
	InitiativeID int64
	Trial        Trial
	Name         ruledoc.Text // of the metric
	Version      int
	Unit         metric.Unit
	Good         metric.Good
	First        calendar.Month // of the panel
	Result       effect.Result
	By           Signature
	At           time.Time
}

// Measure works out the effect of a trial and keeps what was found. Errors: those of Write; invalid without a trial.
func (s *Service) Measure(ctx context.Context, actor access.Actor, id int64) (f Found, err error) {
	defer errs.Wrap(&err, "programme.Measure(%d)", id)
	if actor.ReadOnly {
		return f, errs.New(errs.KindForbidden, "access.read_only", nil)
	}
	var i Initiative
	err = s.Store.Read(ctx, func(r Reader) error {
		v, err := s.sightOf(ctx, r, actor)
		if err != nil {
			return err
		}
		if i, err = v.initiative(ctx, r, id); err == nil && !v.mayChange(actor, &i) && !v.owns(actor, &i) {
			err = mayWrite(actor)
		}
		return err
	})
	if err != nil {
		return f, err
	}
	if i.Trial.Metric == "" {
		return f, errs.New(errs.KindConflict, "programme.no_trial", nil)
	}
	if f, err = s.find(ctx, &i); err != nil {
		return f, err
	}
	err = s.Store.InTx(ctx, func(tx Tx) error {
		f.By, f.At = sign(actor, tx), tx.Now()
		if f.ID, err = tx.NextNumber(ctx, "initiative_effect"); err != nil {
			return err
		}
		if err := tx.InsertEffect(ctx, f); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "initiative.measure", i.Subject(), nil, map[string]any{"effect": f.ID, "trial": f.Trial, "verdict": f.Result.Verdict, "reason": f.Result.Reason, "method": f.Result.Method})
	})
	return f, err
}

// find reads teams by months and works the effect out. The running month is not in it.
func (s *Service) find(ctx context.Context, i *Initiative) (f Found, err error) {
	t := i.Trial
	first, last := t.From-calendar.Month(t.Before), s.today().Month()-1
	f = Found{InitiativeID: i.ID, Trial: t, First: first}
	panel := effect.Panel{Start: t.Before}
	for _, team := range slices.Concat(t.Pilot, t.Comparison) {
		panel.Units = append(panel.Units, effect.Unit{ID: team, Pilot: slices.Contains(t.Pilot, team)})
	}
	panel.Start = min(panel.Start, max(0, int(last-first)+1))
	for m := first; m <= last; m++ {
		answer, err := s.Numbers.Read(ctx, system(), metric.Query{Metrics: []metric.ID{t.Metric}, Place: metric.Company, Period: metric.Period{Kind: metric.Month, First: m}, By: metric.ByTeam})
		if err != nil {
			return f, err
		}
		series, found := answer.Of(t.Metric)
		if !found {
			return f, errs.New(errs.KindNotFound, "metric.missing", errs.Args{"Metric": string(t.Metric)})
		}
		f.Name, f.Version, f.Unit, f.Good = series.Definition.Name, series.Definition.Version, series.Definition.Unit, series.Definition.Good
		for u := range panel.Units {
			cell := effect.Cell{}
			for _, p := range series.Parts {
				if amount, known := p.Value.Amount(); p.Value.Place.ID == panel.Units[u].ID && known {
					cell = effect.Cell{Value: float64(amount), Known: true}
				}
			}
			panel.Units[u].Cells = append(panel.Units[u].Cells, cell)
		}
	}
	if len(panel.Units[0].Cells) == 0 {
		return f, errs.New(errs.KindConflict, "programme.no_months", nil)
	}
	good := map[metric.Good]effect.Good{metric.GoodUp: effect.GoodUp, metric.GoodDown: effect.GoodDown}[f.Good]
	f.Result, err = effect.Measure(panel, good)
	return f, err
}
