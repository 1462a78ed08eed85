package app

import (
	"context"
	"log/slog"
	"time"

	"xiaoguan/internal/board"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/prioritybook"
	"xiaoguan/internal/programme"
	"xiaoguan/internal/ruledoc"
	"xiaoguan/internal/web/programmes"
)

// assembleProgramme wires the programme of improvement with the numbers that its goals and its effects are made of.
func (a *App) assembleProgramme(newID func() string) {
	zh, en := a.catalogue.Printer(i18n.ZhCN), a.catalogue.Printer(i18n.En)
	a.Programme = programme.NewService(programme.Config{Store: a.DB.ProgrammeStore(), Numbers: a.Metrics, Now: a.now, NewID: newID,
		EffectText: func(f *programme.Found) string { return programmes.EffectText(zh, a.Company.Currency(), f) },
		Word:       func(m errs.Message) ruledoc.Text { return ruledoc.Text{Zh: zh.Message(m), En: en.Message(m)} }})
	a.Priorities.WithStarter(prioritybook.Begun{Service: a.Programme})
	a.Worker.Register(programme.KindLook, a.informed(a.Programme.RunLook))
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
	return programmes.New(programmes.Services{Programme: a.Programme, Definitions: a.Metrics.Definitions, Currency: a.Company.Currency, Company: a.companyName, Now: a.now})
}
