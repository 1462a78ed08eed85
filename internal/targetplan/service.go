package targetplan

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/approval"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/job"
	"xiaoguan/internal/money"
	"xiaoguan/internal/origin"
)

// Config is what a Service works with.
type Config struct {
	Store     Store
	Approvals *approval.Service // knows its kinds of subject, see ApprovalKinds
	NewID     func() string     // of jobs
	Now       func() time.Time  // where the company is
	Fiscal    func() calendar.Fiscal
	Work      func() calendar.WorkCalendar
	Currency  func() money.Currency
	Chance    func(stage string) int64 // percent of winning at a stage of opportunities
}

// Service makes, shows, publishes and changes plans of targets.
type Service struct{ Config }

// NewService returns a Service.
func NewService(config Config) *Service { return &Service{config} }

func (s *Service) today() calendar.Date { return calendar.DateOf(s.Now()) }

// Years are the fiscal years that a plan may be made for: this one and the next.
func (s *Service) Years() []int {
	year := s.Fiscal().YearOf(s.today().Month())
	return []int{year, year + 1}
}

const (
	plansShown = 100
	nameMost   = 60
	yearLeast  = 2000
	yearLast   = 2100
)

// Entry is what a new plan is made of.
type Entry struct {
	FiscalYear int
	Name       string
	Rules      Rules
	CopyOf     int64 // takes rules and what it rests on from this plan of the same year, and gathers nothing anew; 0: gathers

	DecisionID int64 // the decision that it follows from; 0: none
}

func (s *Service) mayWrite(actor access.Actor) error {
	if actor.ReadOnly {
		return errs.New(errs.KindForbidden, "error.forbidden", nil)
	}
	return actor.RequireAll(access.PermTargetWrite)
}

func tidyName(name string) (string, error) {
	name = strings.TrimSpace(name)
	var c fact.Checker
	c.Text("name", name, true)
	if len([]rune(name)) > nameMost {
		c.Add("name", name, "targetplan.name_long", errs.Args{"Most": nameMost})
	}
	return name, c.Err()
}

func tidyReason(path, reason string) (string, error) {
	reason = strings.TrimSpace(reason)
	var c fact.Checker
	if reason == "" || len([]rune(reason)) > noteMost {
		c.Add(path, reason, "targetplan.reason_needed", errs.Args{"Most": noteMost})
	}
	c.Lines(path, reason)
	return reason, c.Err()
}

// begin writes a new plan down.
func (s *Service) begin(ctx context.Context, tx Tx, actor access.Actor, in Entry, from *Plan) (p Plan, err error) {
	p = Plan{FiscalYear: in.FiscalYear, First: s.Fiscal().FirstMonth(in.FiscalYear), Name: in.Name, State: StateGathering, Rules: in.Rules, CreatedBy: actor.UserID, CreatedName: actor.Name, CreatedAt: tx.Now(), Revision: 1}
	if from != nil {
		p.First, p.InputHash = from.First, from.InputHash
	}
	if err := p.Rules.Validate(p.First); err != nil {
		return p, err
	}
	if p.ID, err = tx.NextNumber(ctx, "target_plan"); err != nil {
		return p, err
	}
	number, err := tx.TargetPlanNumber(ctx, in.FiscalYear)
	if err != nil {
		return p, err
	}
	p.Number = number + 1
	p.JobID = s.NewID()
	if err := tx.InsertTargetPlan(ctx, p); err != nil {
		return p, err
	}
	if err := origin.KeepIn(ctx, tx, actor, origin.KindTarget, strconv.FormatInt(p.ID, 10), in.DecisionID); err != nil {
		return p, err
	}
	return p, audit.Append(ctx, tx, actor, "targetplan.create", p.Subject(), nil, map[string]any{"year": p.FiscalYear, "number": p.Number, "name": p.Name, "rules": p.Rules, "copy_of": in.CopyOf})
}

// Create makes a plan of a year; what it rests on is gathered by a job, or taken from another plan. Errors: forbidden; invalid; not found; conflict for a copy
// of what was never gathered.
func (s *Service) Create(ctx context.Context, actor access.Actor, in Entry) (p Plan, err error) {
	defer errs.Wrap(&err, "targetplan.Create(%d)", in.FiscalYear)
	if in, err = s.checked(actor, in); err != nil {
		return p, err
	}
	err = s.Store.InTx(ctx, func(tx Tx) error {
		if in.CopyOf != 0 {
			p, err = s.copy(ctx, tx, actor, in)
			return err
		}
		if p, err = s.begin(ctx, tx, actor, in, nil); err != nil {
			return err
		}
		args, err := json.Marshal(PlanArgs{p.ID})
		if err != nil {
			return err
		}
		return tx.Enqueue(ctx, job.Spec{ID: p.JobID, Kind: KindGather, Args: args, Unique: p.Subject(), Subject: p.Subject(), CreatedBy: actor.UserID})
	})
	return p, err
}

// CreateNow makes a plan and gathers at once, for tools that make up a company.
func (s *Service) CreateNow(ctx context.Context, actor access.Actor, in Entry) (p Plan, err error) {
	defer errs.Wrap(&err, "targetplan.CreateNow(%d)", in.FiscalYear)
	if in, err = s.checked(actor, in); err != nil {
		return p, err
	}
	if err := s.Store.InTx(ctx, func(tx Tx) error { p, err = s.begin(ctx, tx, actor, in, nil); return err }); err != nil {
		return p, err
	}
	gathered, err := s.gather(ctx, p, func(job.Progress) {})
	if err != nil {
		return p, err
	}
	err = s.Store.InTx(ctx, func(tx Tx) error { p, err = s.fill(ctx, tx, p, gathered); return err })
	return p, err
}

func (s *Service) checked(actor access.Actor, in Entry) (Entry, error) {
	if err := s.mayWrite(actor); err != nil {
		return in, err
	}
	var err error
	if in.Name, err = tidyName(in.Name); err != nil {
		return in, err
	}
	if in.FiscalYear < yearLeast || in.FiscalYear > yearLast {
		return in, errs.Invalid("error.invalid", []errs.Field{{Path: "year", Message: errs.Msg("form.error.choice", nil)}})
	}
	return in, nil
}

// copy makes a further version that rests on the same.
func (s *Service) copy(ctx context.Context, tx Tx, actor access.Actor, in Entry) (p Plan, err error) {
	from, err := tx.TargetPlan(ctx, in.CopyOf)
	if err != nil {
		return p, err
	}
	input, err := tx.TargetInput(ctx, from.ID)
	if err != nil {
		return p, err
	}
	if len(input) == 0 {
		return p, errs.New(errs.KindConflict, "targetplan.nothing_gathered", nil)
	}
	in.FiscalYear, in.Rules = from.FiscalYear, from.Rules
	if p, err = s.begin(ctx, tx, actor, in, &from); err != nil {
		return p, err
	}
	return s.fill(ctx, tx, p, input)
}

// fill keeps what was gathered, solves, and makes the plan a draft.
func (s *Service) fill(ctx context.Context, tx Tx, p Plan, input []byte) (Plan, error) {
	if err := tx.PutTargetInput(ctx, p.ID, input); err != nil {
		return p, err
	}
	p.State, p.InputHash = StateDraft, hash(input)
	return s.solve(ctx, tx, p, input)
}

// solve makes the numbers of a plan anew, and saves it.
func (s *Service) solve(ctx context.Context, tx Tx, p Plan, input []byte) (Plan, error) {
	var in Input
	if err := json.Unmarshal(input, &in); err != nil {
		return p, err
	}
	rows, summary, err := Solve(&in, &p.Rules)
	if err != nil {
		return p, err
	}
	for i := range rows {
		rows[i].PlanID = p.ID
	}
	p.Summary, p.ResultHash, p.Revision = summary, hashRows(rows), p.Revision+1
	if err := tx.ReplaceTargetRows(ctx, p.ID, rows); err != nil {
		return p, err
	}
	return p, tx.SaveTargetPlan(ctx, p)
}

// Revise solves a draft again by other rules; seen is the revision that they rest on, 0 skips the check. Errors: forbidden; not found; invalid;
// conflict when the plan is not open, or was changed meanwhile.
func (s *Service) Revise(ctx context.Context, actor access.Actor, id int64, rules Rules, seen int64) (p Plan, err error) {
	defer errs.Wrap(&err, "targetplan.Revise(%d)", id)
	if err := s.mayWrite(actor); err != nil {
		return p, err
	}
	err = s.Store.InTx(ctx, func(tx Tx) error {
		p, err = s.revise(ctx, tx, actor, id, seen, func(*Plan) (Rules, error) { return rules, nil })
		return err
	})
	return p, err
}

func (s *Service) revise(ctx context.Context, tx Tx, actor access.Actor, id, seen int64, change func(*Plan) (Rules, error)) (p Plan, err error) {
	if p, err = tx.TargetPlan(ctx, id); err != nil {
		return p, err
	}
	switch {
	case !p.State.open():
		return p, errs.New(errs.KindConflict, "targetplan.not_open", nil)
	case seen != 0 && seen != p.Revision:
		return p, errs.New(errs.KindConflict, "targetplan.changed_meanwhile", nil)
	}
	before := p.Rules
	if p.Rules, err = change(&p); err != nil {
		return p, err
	}
	input, err := tx.TargetInput(ctx, id)
	if err != nil {
		return p, err
	}
	if p, err = s.solve(ctx, tx, p, input); err != nil {
		return p, err
	}
	return p, audit.Append(ctx, tx, actor, "targetplan.solve", p.Subject(), before, map[string]any{"rules": p.Rules, "result": p.ResultHash})
}

// SetHand sets something for one unit of a draft by hand, with a reason, or takes it back when it is empty. Errors: those of Revise.
func (s *Service) SetHand(ctx context.Context, actor access.Actor, id int64, unit string, h Hand) (p Plan, err error) {
	defer errs.Wrap(&err, "targetplan.SetHand(%d, %s)", id, unit)
	if err := s.mayWrite(actor); err != nil {
		return p, err
	}
	err = s.Store.InTx(ctx, func(tx Tx) error {
		found, err := tx.TargetRows(ctx, id, "", []string{unit})
		if err != nil {
			return err
		}
		if len(found) == 0 || unit == UnitCompany {
			return errs.New(errs.KindNotFound, "targetplan.missing", nil)
		}
		p, err = s.revise(ctx, tx, actor, id, 0, func(p *Plan) (Rules, error) {
			rules := p.Rules
			rules.Hands = map[string]Hand{}
			for key, hand := range p.Rules.Hands {
				rules.Hands[key] = hand
			}
			delete(rules.Hands, unit)
			if !h.Empty() {
				rules.Hands[unit] = h
			}
			return rules, nil
		})
		return err
	})
	return p, err
}

// Step takes a plan to discussion, back to a draft, or drops it. Errors: forbidden; not found; conflict when it does not stand there.
func (s *Service) Step(ctx context.Context, actor access.Actor, id int64, to State) (p Plan, err error) {
	defer errs.Wrap(&err, "targetplan.Step(%d, %s)", id, to)
	if err := s.mayWrite(actor); err != nil {
		return p, err
	}
	from := map[State][]State{StateDiscussion: {StateDraft}, StateDraft: {StateDiscussion}, StateDropped: {StateDraft, StateDiscussion, StateFailed}}
	err = s.Store.InTx(ctx, func(tx Tx) error {
		if p, err = tx.TargetPlan(ctx, id); err != nil {
			return err
		}
		if !slices.Contains(from[to], p.State) {
			return errs.New(errs.KindConflict, "targetplan.wrong_state", errs.Args{"State": p.State.Message()})
		}
		before := p.State
		p.State, p.Revision = to, p.Revision+1
		if err := tx.SaveTargetPlan(ctx, p); err != nil {
			return err
		}
		if err := audit.Append(ctx, tx, actor, "targetplan.step", p.Subject(), before, to); err != nil {
			return err
		}
		if to != StateDiscussion {
			return nil
		}
		return s.tellPeople(ctx, tx, actor, &p, noticeDiscussed)
	})
	return p, err
}
