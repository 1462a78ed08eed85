package demo

import (
	"context"
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/programme"
)

// programmeMonths is how many months ago the programme of improvement began.
const programmeMonths = 5

// runProgramme begins a programme some months ago: goals with baselines of then, an initiative that teams try, one that has just begun, one that is over with what was
// learnt, and risks with owners.
func (f *filler) runProgramme(ctx context.Context) error {
	if f.Programme == nil || f.Metrics == nil {
		return nil
	}
	defer f.SetNow(f.end)
	if err := f.countAll(ctx); err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{f.tryReviews, f.endMornings, f.setGoals} {
		f.SetNow(f.end.AddDate(0, -programmeMonths, 0))
		if err := step(ctx); err != nil {
			return err
		}
	}
	f.SetNow(f.end)
	if err := f.startRenewals(ctx); err != nil {
		return err
	}
	if err := f.listRisks(ctx); err != nil {
		return err
	}
	return f.Programme.ReadGoals(ctx)
}

func refusal(err error) bool {
	return errs.Is(err, errs.KindConflict) || errs.Is(err, errs.KindInvalid)
}

// setGoals drafts the goals of the product and activates each with a baseline of the month in which the programme began, or of the first later one that has a number;
// what never had one stays a draft that says why.
func (f *filler) setGoals(ctx context.Context) error {
	operations := f.actor(loginOperations)
	if _, err := f.Programme.AddShipped(ctx, operations); err != nil {
		return err
	}
	b, err := f.Programme.Goals(ctx, operations)
	if err != nil {
		return err
	}
	for i := range b.Goals {
		if err := f.setGoal(ctx, &b.Goals[i].Goal); err != nil {
			return err
		}
	}
	return nil
}

// setGoal freezes the first month of the programme in which a goal has a number, in the days after it, says what is asked, and activates the goal.
func (f *filler) setGoal(ctx context.Context, g *programme.Goal) error {
	operations, this := f.actor(loginOperations), calendar.DateOf(f.end.In(calendar.ChinaTime)).Month()
	in := programme.Measure{Source: g.Source, Metric: g.Metric, Place: metric.Company, Window: g.Window, Horizon: g.Horizon, From: g.From, OwnerID: f.ownerOf(g.Key)}
	last := this - 1
	if g.Unit == metric.UnitHours { // an age is of now
		in.From, last = this, this
	}
	for ; in.From <= last; in.From++ {
		f.at(f.year.workDay(in.From+1, 3), 10, 0)
		if _, err := f.Programme.ChangeGoal(ctx, operations, g.ID, 0, in); err != nil {
			return err
		}
		frozen, err := f.Programme.Freeze(ctx, operations, g.ID, 0)
		if errs.Is(err, errs.KindConflict) { // no number then
			continue
		}
		if err != nil {
			return err
		}
		if in.Note, err = f.askGoal(ctx, &frozen); err != nil {
			return err
		}
		if in.Note != "" {
			if _, err := f.Programme.ChangeGoal(ctx, operations, g.ID, 0, in); err != nil {
				return err
			}
		}
		_, err = f.Programme.Activate(ctx, operations, g.ID, 0)
		return err
	}
	return nil
}

// ownerOf is who answers for a goal: the director for what sales bring in, the lead for how the teams work.
func (f *filler) ownerOf(key string) int64 {
	if slices.Contains([]string{"per_head", "retention", "core_ratio", "attained", "turnover"}, key) {
		return f.actor(loginDirector).PersonID
	}
	return f.actor(loginLead).PersonID
}

// askGoal reads a growth that may be read in two ways: relative where that is within reach, otherwise in points, otherwise half of what is missing to the whole, with a
// note that says so.
func (f *filler) askGoal(ctx context.Context, g *programme.Goal) (note string, err error) {
	if g.Kind != "" {
		return "", nil
	}
	operations := f.actor(loginOperations)
	for _, kind := range []programme.AskKind{programme.AskRelative, programme.AskPoints} {
		_, err := f.Programme.Ask(ctx, operations, programme.Asking{ID: g.ID, Kind: kind, Change: g.Asked})
		if err == nil || !refusal(err) {
			return "", err
		}
	}
	baseline, _ := g.BaselineAmount()
	_, err = f.Programme.Ask(ctx, operations, programme.Asking{ID: g.ID, Kind: programme.AskAbsolute, Amount: (baseline + metric.Whole) / 2})
	return "基线已高，原定增幅两种读法都超过100%；改为把到100%的差距减半。", err
}

// passGate ticks and signs the gate of the running phase, and goes on.
func (f *filler) passGate(ctx context.Context, id int64, note string) error {
	operations := f.actor(loginOperations)
	w, err := f.Programme.Initiative(ctx, operations, id)
	if err != nil {
		return err
	}
	for item := range w.Gate(w.Phase).Items {
		if _, err := f.Programme.Tick(ctx, operations, id, 0, item, true); err != nil {
			return err
		}
	}
	if _, err := f.Programme.SignGate(ctx, operations, id, 0, note); err != nil {
		return err
	}
	_, err = f.Programme.Advance(ctx, operations, id, 0)
	return err
}

// tryReviews lets some teams try that leads look at proposals before they are sent; the others are what they are compared with.
func (f *filler) tryReviews(ctx context.Context) error {
	operations, began := f.actor(loginOperations), calendar.DateOf(f.end.AddDate(0, -programmeMonths, 0).In(calendar.ChinaTime))
	i, err := f.Programme.Start(ctx, operations, programme.Seed{Title: "方案先由主管审再发客户", BudgetFen: 60_000 * fen, EffortDays: 40, Horizon: programme.HorizonShort})
	if err != nil {
		return err
	}
	outline := programme.Outline{Title: i.Title, Aim: "试点团队的方案先由主管当天审完再发，业绩达成率明显高于对照团队。", Horizon: i.Horizon, OwnerID: f.actor(loginLead).PersonID, BudgetFen: i.BudgetFen, EffortDays: i.EffortDays, Duties: i.Duties,
		Milestones: []programme.Milestone{{Title: "试点团队培训完", DueOn: began + 20, State: programme.MilestoneDone, DoneOn: began + 18}, {Title: "试点满三个月", DueOn: began + 110, State: programme.MilestoneDone, DoneOn: began + 110}, {Title: "讨论是否全面落地", DueOn: began + 175}}}
	if _, err := f.Programme.Write(ctx, operations, i.ID, 0, outline); err != nil {
		return err
	}
	if err := f.passGate(ctx, i.ID, "问题已确认，先在部分团队试"); err != nil {
		return err
	}
	_, teams, err := f.Programme.Choices(ctx, operations)
	if err != nil {
		return err
	}
	trial := programme.Trial{Metric: "attainment", From: began.Month()}
	for k, team := range teams {
		switch {
		case team.People < 2:
		case k%3 == 0:
			trial.Pilot = append(trial.Pilot, team.ID)
		default:
			trial.Comparison = append(trial.Comparison, team.ID)
		}
	}
	if _, err := f.Programme.Try(ctx, operations, i.ID, 0, trial); err != nil {
		return err
	}
	for day, amount := range map[int]int64{3: 18_000, 24: 9_600} {
		f.SetNow(f.end.AddDate(0, -programmeMonths, day))
		if _, err := f.Programme.Spend(ctx, operations, i.ID, 0, began+calendar.Date(day), amount*fen, "培训讲师与教材"); err != nil {
			return err
		}
	}
	f.SetNow(f.end)
	if _, err := f.Programme.Measure(ctx, operations, i.ID); err != nil {
		return err
	}
	f.SetNow(f.end.AddDate(0, -programmeMonths, 0))
	return nil
}

// endMornings ends what did not work, with what was learnt of it.
func (f *filler) endMornings(ctx context.Context) error {
	operations := f.actor(loginOperations)
	i, err := f.Programme.Start(ctx, operations, programme.Seed{Title: "每天早会通报前一天录入", EffortDays: 10, Horizon: programme.HorizonShort})
	if err != nil {
		return err
	}
	f.SetNow(f.end.AddDate(0, -3, 0))
	today := calendar.DateOf(f.end.In(calendar.ChinaTime))
	_, err = f.Programme.Decide(ctx, operations, programme.Ending{ID: i.ID, Outcome: programme.OutcomeStop, Reason: "录入及时率没有起色，外勤赶不上早会。", Expected: "停掉早会，录入及时率不下降", Learnt: "通报不如少填：先把录入项减到三个必填，再谈及时。", Rule: programme.RuleStandard, DueOn: today + 30})
	return err
}

// startRenewals begins what is to work in the middle.
func (f *filler) startRenewals(ctx context.Context) error {
	operations, today := f.actor(loginOperations), calendar.DateOf(f.end.In(calendar.ChinaTime))
	i, err := f.Programme.Start(ctx, operations, programme.Seed{Title: "老客户到期前60天启动续约", BudgetFen: 30_000 * fen, EffortDays: 25, Horizon: programme.HorizonMid})
	if err != nil {
		return err
	}
	outline := programme.Outline{Title: i.Title, Aim: "A级客户到期前60天必须有续约商机。", Horizon: i.Horizon, OwnerID: f.actor(loginDirector).PersonID, BudgetFen: i.BudgetFen, EffortDays: i.EffortDays, Duties: i.Duties,
		Milestones: []programme.Milestone{{Title: "列出半年内到期的客户", DueOn: today - 3}, {Title: "续约规则草稿", DueOn: today + 15}, {Title: "选定试点团队", DueOn: today + 30}}}
	if _, err := f.Programme.Write(ctx, operations, i.ID, 0, outline); err != nil {
		return err
	}
	_, err = f.Programme.Tick(ctx, operations, i.ID, 0, 2, true)
	return err
}

// listRisks lists the usual risks and names owners of the greatest.
func (f *filler) listRisks(ctx context.Context) error {
	operations := f.actor(loginOperations)
	if _, err := f.Programme.AddShippedRisks(ctx, operations); err != nil {
		return err
	}
	b, err := f.Programme.Risks(ctx, operations)
	if err != nil {
		return err
	}
	for n := range b.Risks[:min(4, len(b.Risks))] {
		r := &b.Risks[n].Risk
		if _, err := f.Programme.WriteRisk(ctx, operations, r.ID, 0, programme.RiskEntry{Probability: r.Probability, Impact: r.Impact, Sign: r.Sign, State: r.State, OwnerID: f.actor(loginLead).PersonID}); err != nil {
			return err
		}
	}
	return nil
}
