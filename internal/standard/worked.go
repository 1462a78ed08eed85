package standard

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/conform"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/process"
	"xiaoguan/internal/sop"
)

// WorkedCase is a case of the company that the handbook shows as an example. It is a copy made when it was chosen: what was done, on which day
// of the case and by which role, and what the rules came to; no names, no amounts, nothing of what was written down.
type WorkedCase struct {
	ID        string // UUID
	CaseID    int64  // the opportunity; known to those who choose alone
	Good      bool   // as it should be done; otherwise as it should not
	Title     string
	Lesson    string
	Steps     []WorkedStep
	Rules     []WorkedRule // kept and broken ones; what was still open is left out
	ChosenBy  string
	ChosenAt  time.Time
	DroppedAt time.Time // zero while it is shown
}

// WorkedStep is something that was done.
type WorkedStep struct {
	Activity sop.Text `json:"activity"`
	Day      int      `json:"day"`  // of the case; its first is 1
	Hour     int      `json:"hour"` // begun hour of the day
	Role     sop.Text `json:"role"`
}

// WorkedRule is what a rule came to.
type WorkedRule struct {
	Name   sop.Text `json:"name"`
	Kept   bool     `json:"kept"`
	Reason string   `json:"reason"` // as conform names it
}

// WorkedReader reads the cases of the handbook.
type WorkedReader interface {
	WorkedCases(ctx context.Context) ([]WorkedCase, error) // those that are shown, in the order chosen
	// PersonNames returns the names of persons by id.
	PersonNames(ctx context.Context, ids []int64) (map[int64]string, error)
}

// WorkedTx writes them.
type WorkedTx interface {
	InsertWorkedCase(ctx context.Context, c WorkedCase) error
	DropWorkedCase(ctx context.Context, c WorkedCase) error // Conflict when it is dropped
}

// Choosing is a case as it is chosen.
type Choosing struct {
	CaseID int64
	Good   bool
	Title  string
	Lesson string
}

// The greatest numbers: a handbook is read, so it holds few cases.
const (
	workedCasesMax  = 20
	workedStepsMax  = 60
	titleRunesMax   = 60
	nameRunesShared = 2 // shorter names are words that stand in any text
)

func (in *Choosing) check() error {
	in.Title, in.Lesson = strings.TrimSpace(in.Title), fact.TidyLines(in.Lesson)
	var c fact.Checker
	c.Text("title", in.Title, true)
	if utf8.RuneCountInString(in.Title) > titleRunesMax {
		c.Add("title", "", "standard.too_long", errs.Args{"Max": titleRunesMax})
	}
	c.Lines("lesson", in.Lesson)
	switch n := utf8.RuneCountInString(in.Lesson); {
	case n == 0:
		c.Add("lesson", "", "form.error.required", nil)
	case n > noteRunesMax:
		c.Add("lesson", "", "standard.too_long", errs.Args{"Max": noteRunesMax})
	}
	return c.Err()
}

// Choose takes a case into the handbook. Title and lesson must name neither the customer nor the opportunity nor anybody who worked on it.
// Errors: forbidden; not found out of reach; invalid; conflict when the handbook shows it already, has no room, or nothing was decided in it.
func (s *Service) Choose(ctx context.Context, actor access.Actor, in Choosing) (c WorkedCase, err error) {
	defer errs.Wrap(&err, "standard.Choose(%d)", in.CaseID)
	if err := actor.RequireAll(access.PermProcessWrite); err != nil {
		return c, err
	}
	if err := in.check(); err != nil {
		return c, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		o, err := tx.Opportunity(ctx, s.reach(actor, access.PermSalesRead), in.CaseID)
		if err != nil {
			return err
		}
		shown, err := tx.WorkedCases(ctx)
		switch {
		case err != nil:
			return err
		case len(shown) >= workedCasesMax:
			return errs.New(errs.KindConflict, "standard.cases_full", errs.Args{"Max": workedCasesMax})
		case slices.ContainsFunc(shown, func(other WorkedCase) bool { return other.CaseID == o.ID }):
			return errs.New(errs.KindConflict, "standard.case_chosen", nil)
		}
		c = WorkedCase{ID: s.newID(), CaseID: o.ID, Good: in.Good, Title: in.Title, Lesson: in.Lesson, ChosenBy: actor.UserID, ChosenAt: tx.Now()}
		names, err := s.copyCase(ctx, tx, o, &c)
		if err != nil {
			return err
		}
		if err := anonymous(in, names); err != nil {
			return err
		}
		if err := tx.InsertWorkedCase(ctx, c); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "handbook.choose", opportunity.Subject(o.ID), nil, c.state())
	})
	return c, err
}

func (c WorkedCase) state() any {
	return map[string]any{"id": c.ID, "good": c.Good, "title": c.Title, "lesson": c.Lesson, "steps": len(c.Steps), "rules": len(c.Rules)}
}

// anonymous refuses texts that name somebody.
func anonymous(in Choosing, names []string) error {
	var c fact.Checker
	for _, text := range []struct{ path, text string }{{"title", in.Title}, {"lesson", in.Lesson}} {
		for _, name := range names {
			if utf8.RuneCountInString(name) >= nameRunesShared && strings.Contains(text.text, name) && !c.Has(text.path) {
				c.Add(text.path, "", "standard.names_somebody", errs.Args{"Name": name})
			}
		}
	}
	return c.Err()
}

// copyCase fills in what was done and what came of it, and returns the names that must not be told.
func (s *Service) copyCase(ctx context.Context, tx Tx, o opportunity.Opportunity, c *WorkedCase) (names []string, err error) {
	b, err := s.bench(ctx, tx)
	if err != nil {
		return nil, err
	}
	m, err := b.gather(ctx, tx, []int64{o.ID})
	if err != nil {
		return nil, err
	}
	events := reopened(m.events[o.ID])
	persons, users := map[int64]bool{o.OwnerID: true}, map[string]bool{}
	for i := range events {
		persons[events[i].PersonID], users[events[i].ActorID] = true, true
	}
	delete(persons, 0)
	people, err := tx.PersonNames(ctx, keys(persons))
	if err != nil {
		return nil, err
	}
	held, err := tx.HoldersOf(ctx, keys(persons), keys(users))
	if err != nil {
		return nil, err
	}
	names = []string{o.CustomerName, o.Name}
	for _, name := range people {
		names = append(names, name)
	}
	slices.Sort(names)
	if len(events) == 0 || len(m.facts) == 0 {
		return names, errs.New(errs.KindConflict, "standard.case_empty", nil)
	}
	l := b.lensFor(events)
	document := l.model.Standard()
	c.Steps = l.workedSteps(events, held)
	for k, result := range l.state(m.facts[0], asked(events), m.exempt[o.ID], &b.holders, b.now).At(b.now.Unix(), nil) {
		if result.Status == conform.Satisfied || result.Status == conform.Violated {
			c.Rules = append(c.Rules, WorkedRule{document.Rules[k].Name, result.Status == conform.Satisfied, result.Reason.String()})
		}
	}
	if len(c.Rules) == 0 || len(c.Steps) == 0 {
		return names, errs.New(errs.KindConflict, "standard.case_empty", nil)
	}
	slices.SortStableFunc(c.Rules, func(a, b WorkedRule) int { // what was broken first
		switch {
		case a.Kept == b.Kept:
			return 0
		case a.Kept:
			return 1
		}
		return -1
	})
	return names, nil
}

// workedSteps are the first events that the standard knows, by the day of the case.
func (l *lens) workedSteps(events []process.Event, held Holders) (steps []WorkedStep) {
	document := l.model.Standard()
	events = slices.Clone(events)
	slices.SortStableFunc(events, func(a, b process.Event) int { return a.OccurredAt.Compare(b.OccurredAt) })
	for i := range events {
		e := &events[i]
		activity := document.Activity(l.activity(e))
		if activity == nil || len(steps) == workedStepsMax {
			continue
		}
		step := WorkedStep{Activity: activity.Name, Day: int(dayOf(e.OccurredAt)-dayOf(events[0].OccurredAt)) + 1, Hour: e.OccurredAt.In(calendar.ChinaTime).Hour()}
		roles := held.of(e.PersonID, e.ActorID, dayOf(e.OccurredAt))
		for _, role := range document.Roles {
			if slices.Contains(roles, role.ID) && step.Role == (sop.Text{}) {
				step.Role = role.Name
			}
		}
		steps = append(steps, step)
	}
	return steps
}

// Drop takes a case out of the handbook. Errors: forbidden; not found; conflict when it is out.
func (s *Service) Drop(ctx context.Context, actor access.Actor, id string) (err error) {
	defer errs.Wrap(&err, "standard.Drop(%s)", id)
	if err := actor.RequireAll(access.PermProcessWrite); err != nil {
		return err
	}
	return s.store.InTx(ctx, func(tx Tx) error {
		shown, err := tx.WorkedCases(ctx)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(shown, func(c WorkedCase) bool { return c.ID == id })
		if at < 0 {
			return errs.New(errs.KindNotFound, "standard.case_missing", nil)
		}
		c := shown[at]
		c.DroppedAt = tx.Now()
		if err := tx.DropWorkedCase(ctx, c); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "handbook.drop", opportunity.Subject(c.CaseID), c.state(), nil)
	})
}
