package dossier

import (
	"context"
	"strconv"

	"xiaoguan/internal/access"
	"xiaoguan/internal/assessment"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decision"
	"xiaoguan/internal/diagnosis"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/paper"
	"xiaoguan/internal/problem"
	"xiaoguan/internal/programme"
)

// drawer writes a document in a language from facts that it holds.
type drawer func(p *i18n.Printer) Made

// frame is what all documents have around their text.
type frame struct {
	company  string
	writer   writer // without a printer
	title    func(p *i18n.Printer) string
	lines    func(p *i18n.Printer) []string // under the title, besides the company and the day
	on       calendar.Date                  // of the numbers
	part     bool
	empty    bool
	nameOf   Ask
	contents func(w *writer)
}

// frameOf begins one.
func (s *Service) frameOf(ctx context.Context) (f frame, err error) {
	f = frame{company: s.Company(), on: s.today(), writer: writer{currency: s.Currency()}}
	f.writer.book, err = s.Definitions(ctx)
	return f, err
}

// draw writes the document in a language.
func (f frame) draw(p *i18n.Printer) Made {
	w := f.writer
	w.p = p
	m := Made{Part: f.part, Empty: f.empty}
	title := f.title(p)
	m.Paper = paper.Document{Title: title, Chinese: p.Zh(), Lines: []string{f.company}, Contents: p.T("book.contents"), PageOf: p.T("book.page")}
	if f.lines != nil {
		m.Paper.Lines = append(m.Paper.Lines, f.lines(p)...)
	}
	m.Paper.Lines = append(m.Paper.Lines, p.T("dossier.as_of", "Day", p.Date(f.on)))
	if f.part {
		m.Paper.Lines = append(m.Paper.Lines, p.T("dossier.part"))
	}
	m.Paper.Foot = f.company + " · " + title + " · " + p.Date(f.on)
	f.contents(&w)
	m.Paper.Blocks = w.blocks
	m.Name = fileName(p, &f.nameOf, title, f.on.String())
	return m
}

// fileName says which document it is, of when.
func fileName(p *i18n.Printer, ask *Ask, title, day string) string {
	name := p.Message(ask.Kind.Message())
	switch {
	case ask.RunID != 0:
		return name + "-" + strconv.FormatInt(ask.RunID, 10) + "-" + day
	case ask.Quarter.Quarter != 0:
		return name + "-" + ask.Quarter.String() + "-" + day
	case name == "":
		return title + "-" + day
	}
	return name + "-" + day
}

// diagnosis gathers what the report of a run is written from.
func (s *Service) diagnosis(ctx context.Context, actor access.Actor, ask *Ask) (drawer, error) {
	if ask.RunID == 0 {
		l, err := s.Diagnoses.List(ctx, actor, 0)
		if err != nil {
			return nil, err
		}
		for _, run := range l.Runs {
			if run.State == diagnosis.StateReady {
				ask.RunID = run.ID
				break
			}
		}
		if ask.RunID == 0 {
			return nil, errs.New(errs.KindConflict, "dossier.no_run", nil)
		}
	}
	run, err := s.Diagnoses.Get(ctx, actor, ask.RunID)
	if err != nil {
		return nil, err
	}
	if run.State != diagnosis.StateReady {
		return nil, errs.New(errs.KindConflict, "dossier.run_not_ready", nil)
	}
	facts := diagnosisFacts{Run: run}
	if err := s.problemsOf(ctx, actor, &facts); err != nil {
		return nil, err
	}
	if assessment.MayRead(actor) {
		kept, err := s.Maturity.List(ctx, actor)
		if err != nil {
			return nil, err
		}
		if len(kept) > 0 {
			facts.Maturity = &kept[0]
		}
	} else {
		facts.NoMaturity = true
	}
	f, err := s.frameOf(ctx)
	f.on, f.nameOf = run.AsOf, *ask
	f.title = func(p *i18n.Printer) string { return p.Message(KindDiagnosis.Message()) }
	f.lines = func(p *i18n.Printer) []string {
		return []string{p.T("dossier.run_line", "Number", run.ID, "What", p.Message(run.Origin.Message()), "Who", run.CreatedName, "When", p.Local(run.CreatedAt).Format("2006-01-02 15:04"))}
	}
	f.contents = func(w *writer) { writeDiagnosis(w, &facts) }
	return f.draw, err
}

// problemsOf reads what the findings of a run are on the list of problems, and which initiatives answer them.
func (s *Service) problemsOf(ctx context.Context, actor access.Actor, facts *diagnosisFacts) error {
	facts.Problems, facts.Tried = map[string]problem.Problem{}, map[int64][]string{}
	var identities []string
	for i := range facts.Run.Outcome.Findings {
		identities = append(identities, facts.Run.Outcome.Findings[i].Identity())
	}
	if len(identities) > 0 && actor.Can(access.PermProblemRead) {
		l, err := s.Problems.List(ctx, actor, problem.Filter{Identities: identities})
		if err != nil {
			return err
		}
		for i := range l.Problems {
			facts.Problems[l.Problems[i].Identity()] = l.Problems[i]
		}
	}
	if !programme.Reads(actor) {
		return nil
	}
	list, err := s.Programme.Initiatives(ctx, actor)
	for i := range list.Items {
		for _, id := range list.Items[i].Problems {
			facts.Tried[id] = append(facts.Tried[id], list.Items[i].Title)
		}
	}
	return err
}

// plan gathers what the plan is written from.
func (s *Service) plan(ctx context.Context, actor access.Actor) (drawer, error) {
	facts, err := s.loop(ctx, actor)
	if err != nil {
		return nil, err
	}
	f, err := s.frameOf(ctx)
	f.part, f.empty, f.nameOf = facts.Part, facts.empty(), Ask{Kind: KindPlan}
	f.title = func(p *i18n.Printer) string { return p.Message(KindPlan.Message()) }
	f.contents = func(w *writer) { writePlan(w, &facts) }
	return f.draw, err
}

// pack gathers what the pack of a quarter is written from.
func (s *Service) pack(ctx context.Context, actor access.Actor, ask *Ask) (drawer, error) {
	if ask.Quarter.Quarter == 0 {
		ask.Quarter = s.lastQuarter()
	}
	span := s.Fiscal().Quarter(ask.Quarter.Year, ask.Quarter.Quarter)
	if span.From > s.today() {
		return nil, errs.Invalid("error.invalid", []errs.Field{{Path: "quarter", Value: ask.Quarter.String(), Message: errs.Msg("dossier.quarter_ahead", nil)}})
	}
	loop, err := s.loop(ctx, actor)
	if err != nil {
		return nil, err
	}
	facts := packFacts{loopFacts: loop, Quarter: ask.Quarter, Span: span, NoSales: !actor.Can(access.PermSalesRead)}
	if !facts.NoSales {
		log, err := s.Decisions.List(ctx, actor, decision.State(""))
		if err != nil {
			return nil, err
		}
		facts.Decisions = log.Decisions
		if facts.Actions, err = s.Meetings.Agreed(ctx, actor, span.From, span.To-1); err != nil {
			return nil, err
		}
		facts.Part = facts.Part || !actor.CanAll(access.PermSalesRead)
	} else {
		facts.Part = true
	}
	f, err := s.frameOf(ctx)
	f.part, f.empty, f.nameOf = facts.Part, facts.empty(), *ask
	f.title = func(p *i18n.Printer) string {
		return p.T("dossier.of", "Name", p.Message(KindReview.Message()), "Of", p.Quarter(ask.Quarter.Year, ask.Quarter.Quarter))
	}
	f.lines = func(p *i18n.Printer) []string {
		return []string{p.T("dossier.span", "From", p.Date(span.From), "To", p.Date(span.To-1))}
	}
	f.contents = func(w *writer) { writePack(w, &facts) }
	return f.draw, err
}

// final gathers what the final report is written from.
func (s *Service) final(ctx context.Context, actor access.Actor) (drawer, error) {
	loop, err := s.loop(ctx, actor)
	if err != nil {
		return nil, err
	}
	facts := finalFacts{loopFacts: loop}
	if facts.Lessons, _, err = s.Programme.Lessons(ctx, actor, ""); err != nil {
		return nil, err
	}
	f, err := s.frameOf(ctx)
	f.part, f.empty, f.nameOf = facts.Part, facts.empty(), Ask{Kind: KindFinal}
	f.title = func(p *i18n.Printer) string { return p.Message(KindFinal.Message()) }
	f.contents = func(w *writer) { writeFinal(w, &facts) }
	return f.draw, err
}
