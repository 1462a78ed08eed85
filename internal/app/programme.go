package app

import (
	"context"
	"log/slog"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/board"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/prioritybook"
	"xiaoguan/internal/problem"
	"xiaoguan/internal/programme"
	"xiaoguan/internal/review"
	"xiaoguan/internal/ruledoc"
	"xiaoguan/internal/web/problems"
	"xiaoguan/internal/web/programmes"
)

// assembleProgramme wires the programme of improvement with the numbers that its goals and its effects are made of.
func (a *App) assembleProgramme(newID func() string) {
	zh, en := a.catalogue.Printer(i18n.ZhCN), a.catalogue.Printer(i18n.En)
	a.Programme = programme.NewService(programme.Config{Store: a.DB.ProgrammeStore(), Numbers: a.Metrics, Now: a.now, NewID: newID,
		Problems: a.problemNumbers(), Titles: a.problemTitles,
		EffectText: func(f *programme.Found) string { return programmes.EffectText(zh, a.Company.Currency(), f) },
		Word:       func(m errs.Message) ruledoc.Text { return ruledoc.Text{Zh: zh.Message(m), En: en.Message(m)} }})
	a.Priorities.WithStarter(prioritybook.Begun{Service: a.Programme, Problems: a.Problems})
	a.Worker.Register(programme.KindLook, a.informed(a.Programme.RunLook))
}

// problemNumbers are the goals that the list of problems answers, as it stood at the end of a month.
func (a *App) problemNumbers() map[programme.Source]func(context.Context, calendar.Month) (metric.Value, error) {
	read := func(count func(problem.Identification) (of, all int64, known bool)) func(context.Context, calendar.Month) (metric.Value, error) {
		return func(ctx context.Context, month calendar.Month) (metric.Value, error) {
			v := metric.Value{Unit: metric.UnitPercent, Place: metric.Company, Period: metric.Period{Kind: metric.Month, First: month}, Scale: 1, Why: metric.ReasonNotRecorded}
			year, number := (month + 1).Civil()
			m, err := a.Problems.MeasureAt(ctx, access.SystemActor("programme"), time.Date(year, number, 1, 0, 0, 0, 0, a.now().Location()))
			if err != nil {
				return v, err
			}
			if of, all, known := count(m); known {
				v.Numerator, v.Denominator, v.Known, v.Why = of, all, true, ""
			}
			return v, nil
		}
	}
	return map[programme.Source]func(context.Context, calendar.Month) (metric.Value, error){
		programme.SourceIdentification: read(func(m problem.Identification) (of, all int64, known bool) {
			if m.Captured == nil {
				return 0, 0, false
			}
			// Chapman's estimate is a fraction: both sides are multiplied with its denominator, so that the share is exact.
			unit := int64(m.Both) + 1
			return int64(m.Captured.Found) * unit, (int64(m.Detected)+1)*(int64(m.Heard)+1) - unit, true
		}),
		programme.SourceAccuracy: read(func(m problem.Identification) (of, all int64, known bool) {
			return int64(m.Confirmed), int64(m.Confirmed + m.Refuted), m.Located != nil
		}),
	}
}

// problemTitles names those of the problems that the actor sees, in the language of who asks.
func (a *App) problemTitles(ctx context.Context, actor access.Actor, ids []int64) (map[int64]string, error) {
	titles := map[int64]string{}
	for _, id := range ids {
		shown, err := a.Problems.Get(ctx, actor, id)
		switch {
		case err == nil:
			titles[id] = shown.Name(httpx.PrinterFrom(ctx))
		case !errs.Is(err, errs.KindNotFound) && !errs.Is(err, errs.KindForbidden):
			return nil, err
		}
	}
	return titles, nil
}

// problemAnswers are the measures and initiatives that answer a problem.
func (a *App) problemAnswers(ctx context.Context, actor access.Actor, id int64) (out problems.Answers, err error) {
	out.Visible = prioritybook.MayRead(actor) || actor.Can(access.PermProgrammeRead)
	out.MayWeigh = prioritybook.MayWrite(actor) && !actor.ReadOnly
	if out.Measures, err = a.Priorities.Answering(ctx, actor, id); err != nil {
		return out, err
	}
	out.Initiatives, err = a.Programme.Answering(ctx, actor, id)
	return out, err
}

// openProblems are the live problems that somebody sees, to be chosen, the gravest first.
func (a *App) openProblems(ctx context.Context, actor access.Actor) (list []programmes.Problem, err error) {
	if !actor.Can(access.PermProblemRead) {
		return nil, nil
	}
	p := httpx.PrinterFrom(ctx)
	l, err := a.Problems.List(ctx, actor, problem.Filter{Statuses: []problem.Status{problem.StatusOpen, problem.StatusConfirmed, problem.StatusInAction}, Limit: problemsOffered})
	for i := range l.Problems {
		one := &l.Problems[i]
		list = append(list, programmes.Problem{ID: one.ID, Title: one.Name(p) + " · " + one.Place.Say(p)})
	}
	return list, err
}

// problemsOffered is how many problems are offered to be chosen.
const problemsOffered = 30

// initiativesOf are the initiatives under way that a meeting is about.
func (a *App) initiativesOf(ctx context.Context, actor access.Actor, unit review.Unit) ([]programme.Brief, error) {
	kind := metric.PlaceTeam
	if unit.Kind == review.UnitRegion {
		kind = metric.PlaceRegion
	}
	return a.Programme.Around(ctx, actor, metric.Place{Kind: kind, ID: unit.ID})
}

// goalsEvery is how often goals are read at most.
const goalsEvery = 10 * time.Minute

// goalWatch starts the reading of goals and the look at risks when facts were recorded, but not too often.
type goalWatch struct {
	seen    board.Stamp
	waiting bool
	last    time.Time
}

func (w *goalWatch) look(ctx context.Context, a *App, now board.Stamp) {
	if w.seen.Before(now) {
		w.seen, w.waiting = now, true
	}
	if !w.waiting || a.options.Now().Sub(w.last) < goalsEvery {
		return
	}
	if err := a.Programme.LookAgain(ctx); err != nil {
		if ctx.Err() == nil {
			a.options.Log.WarnContext(ctx, "goals could not be read", slog.Any("error", err))
		}
		return
	}
	w.waiting, w.last = false, a.options.Now()
}

// programmePages are the pages of goals, initiatives, risks and lessons.
func (a *App) programmePages() *programmes.Handler {
	return programmes.New(programmes.Services{Programme: a.Programme, Definitions: a.Metrics.Definitions, Problems: a.openProblems, Origins: a.Origins, Currency: a.Company.Currency, Company: a.companyName, Now: a.now})
}
