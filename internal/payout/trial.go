package payout

import (
	"context"
	"slices"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/planbook"
)

// trialMonthsBack is how many months are looked through for one that has been calculated.
const trialMonthsBack = 12

// TrialQuestion asks what a plan that is being written would have earned somebody in a month.
type TrialQuestion struct {
	Month    calendar.Month
	PersonID int64
	Plan     *plan.Plan
}

// Trial compares what somebody earned in a month with what a draft would have earned them. Stored says that the former is what was calculated
// for the month; otherwise it is computed now from the plans in force. Left are the plans in whose place the draft stands: other versions of
// the same document, or, for a new document, those for the same layer.
type Trial struct {
	Month                   calendar.Month
	PersonID                int64
	Name                    string
	Level                   string
	Stored                  bool
	Pays                    bool // the draft pays the person
	BeforeMinor, AfterMinor int64
	Currency                money.Currency
	Lines                   []EffectLine
	Left                    []plan.Text
}

// TrialChoices are the people whose month can be tried: those with statements in the last calculated month up to the given one, within the
// actor's pay scope, at most LimitMax. Errors: forbidden. Without any month there is nobody, which is no error.
func (s *Service) TrialChoices(ctx context.Context, actor access.Actor, last calendar.Month) (month calendar.Month, heads []Head, err error) {
	defer errs.Wrap(&err, "payout.TrialChoices(%s)", last)
	for month = last; month > last-trialMonthsBack; month-- {
		page, err := s.List(ctx, actor, Filter{Month: month, Limit: LimitMax})
		if err != nil {
			return 0, nil, err
		}
		if len(page.Heads) > 0 {
			return month, page.Heads, nil
		}
	}
	return last, nil, nil
}

// TryPlan computes somebody's month under a draft, on the facts of now, and changes nothing. What is earned is compared, not when it is paid.
// Errors: forbidden; conflict when nobody is credited with anything in the month; invalid when the facts don't do for the plan; not found.
func (s *Service) TryPlan(ctx context.Context, actor access.Actor, q TrialQuestion) (t Trial, err error) {
	defer errs.Wrap(&err, "payout.TryPlan(%s, %d)", q.Month, q.PersonID)
	if err := actor.Require(access.PermPlanRead); err != nil {
		return t, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		others, err := MaySee(ctx, r, actor, q.PersonID)
		if err != nil {
			return err
		}
		t, err = s.tryPlan(ctx, r, q, !others)
		return err
	})
	return t, err
}

func (s *Service) tryPlan(ctx context.Context, r Reader, q TrialQuestion, publishedOnly bool) (t Trial, err error) {
	t = Trial{Month: q.Month, PersonID: q.PersonID, Currency: s.currency()}
	now, with, err := trialRules(ctx, r, q, &t)
	if err != nil {
		return t, err
	}
	batch, err := r.LatestBatch(ctx)
	if err != nil {
		return t, err
	}
	both := planbook.InForce{Crediting: now.Crediting, Plans: slices.Concat(now.Plans, with.Plans)}
	loaded, err := loadFor(ctx, r, both, q.PersonID, q.Month, batch, s.currency())
	if err != nil {
		return t, err
	}
	payee := int32(slices.Index(loaded.PersonIDs, q.PersonID))
	if payee < 0 {
		return t, errs.New(errs.KindNotFound, "payout.no_person", nil)
	}
	t.Name = loaded.Persons[payee].Name
	run := func(rules planbook.InForce) (*engine.Result, error) {
		if len(rules.Plans) == 0 {
			return &engine.Result{}, nil
		}
		earlier, err := EarlierLinesFor(ctx, r, rules, q.Month, q.PersonID)
		if err != nil {
			return nil, err
		}
		return engine.Run(engine.Input{Period: q.Month, Plans: rules.Plans, Crediting: rules.Crediting, Facts: loaded.Facts, Only: []int32{payee}, Earlier: EarlierPay(earlier, loaded, rules)})
	}
	if t.Stored, err = t.stored(ctx, r, now, publishedOnly); err != nil {
		return t, err
	}
	if !t.Stored {
		before, err := run(now)
		if err != nil {
			return t, err
		}
		t.note(before, now.Plans, func(l *EffectLine, fen int64) { l.BeforeMinor = fen })
	}
	after, err := run(with)
	if err != nil {
		return t, err
	}
	t.note(after, with.Plans, func(l *EffectLine, fen int64) { l.AfterMinor = fen })
	for _, p := range after.Payouts {
		t.Pays = t.Pays || with.Plans[p.Plan] == q.Plan
	}
	for _, l := range t.Lines {
		t.BeforeMinor, t.AfterMinor = t.BeforeMinor+l.BeforeMinor, t.AfterMinor+l.AfterMinor
	}
	return t, nil
}

// trialRules are the rules of the month as they are, and with the draft in the place of those that it replaces.
func trialRules(ctx context.Context, r Reader, q TrialQuestion, t *Trial) (now, with planbook.InForce, err error) {
	crediting, _, err := planbook.CreditingOn(ctx, r, q.Month.Last())
	if err != nil {
		return now, with, err
	}
	now.Crediting, with.Crediting = crediting, crediting
	if now.Plans, now.PlanVersions, err = planbook.PlansOn(ctx, r, q.Month); err != nil {
		return now, with, err
	}
	same := slices.ContainsFunc(now.Plans, func(p *plan.Plan) bool { return p.ID == q.Plan.ID })
	for i, p := range now.Plans {
		if p.ID == q.Plan.ID || !same && p.Layer == q.Plan.Layer {
			t.Left = append(t.Left, p.Name)
			continue
		}
		with.Plans, with.PlanVersions = append(with.Plans, p), append(with.PlanVersions, now.PlanVersions[i])
	}
	with.Plans = append(with.Plans, q.Plan)
	with.PlanVersions = append(with.PlanVersions, planbook.Version{DocumentID: q.Plan.ID})
	return now, with, nil
}

// stored takes what was earned from the statements of the month, if there are any.
func (t *Trial) stored(ctx context.Context, r Reader, now planbook.InForce, publishedOnly bool) (found bool, err error) {
	heads, err := r.StatementsOf(ctx, t.PersonID, publishedOnly)
	if err != nil {
		return false, err
	}
	for _, h := range heads {
		if h.Month != t.Month {
			continue
		}
		row, err := r.Statement(ctx, h.Standing.RunID, t.PersonID, h.PlanID)
		if err != nil {
			return false, err
		}
		statement, _, err := Open(row)
		if err != nil {
			return false, err
		}
		found, t.Level = true, h.Level
		for _, c := range statement.Components {
			t.line(now.Plans, h.PlanID, c.ID).BeforeMinor = c.AmountFen
		}
	}
	return found, nil
}

// note keeps what the components of a result come to.
func (t *Trial) note(r *engine.Result, plans []*plan.Plan, put func(*EffectLine, int64)) {
	for _, p := range r.Payouts {
		by := plans[p.Plan]
		put(t.line(plans, by.ID, by.Components[p.Component].ID), p.AmountFen)
	}
}

// line is the line of a component, which is made when there is none. Its names are those of the newest plan that has it.
func (t *Trial) line(plans []*plan.Plan, planID, component string) *EffectLine {
	at := slices.IndexFunc(t.Lines, func(l EffectLine) bool { return l.PlanID == planID && l.Component == component })
	if at < 0 {
		at = len(t.Lines)
		t.Lines = append(t.Lines, EffectLine{PlanID: planID, Component: component, Name: plan.Text{Zh: component, En: component}})
	}
	l := &t.Lines[at]
	for _, p := range plans {
		for _, c := range p.Components {
			if p.ID == planID && c.ID == component {
				l.Plan, l.Name = p.Name, c.Name
			}
		}
	}
	return l
}
