package period

import (
	"context"
	"slices"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/reward"
)

// PriorColumn is the component of a pay sheet's column for differences of closed months. No component of a plan can have this id; the
// column of adjustments is called as they are, payout.AdjustmentComponent.
const PriorColumn = "+prior"

// additionNames is what those columns are called.
var additionNames = map[string]plan.Text{
	PriorColumn:                {Zh: "以前期间调整", En: "Prior-period deltas"},
	payout.AdjustmentComponent: {Zh: "手工调整", En: "Adjustments"},
}

// taken reads what a run took up from outside the month and, when something else is waiting by now, says so: the month must be
// calculated again.
func taken(ctx context.Context, r Reader, run payout.Run) ([]payout.Addition, error) {
	kept, err := r.RunAdditions(ctx, run.ID)
	if err != nil {
		return nil, err
	}
	waiting, err := r.Additions(ctx, run.Month)
	if err != nil {
		return nil, err
	}
	before, err := payout.AdditionsDigest(kept)
	if err != nil {
		return nil, err
	}
	now, err := payout.AdditionsDigest(waiting)
	if err == nil && before != now {
		err = errs.New(errs.KindConflict, "period.additions_changed", errs.Args{"Month": run.Month.String()})
	}
	return kept, err
}

// withEnded adds the versions of plans that are in force no more, but of which additions are waiting.
func withEnded(ctx context.Context, tx Tx, month calendar.Month, rules planbook.InForce) ([]string, error) {
	ids := rules.VersionIDs()
	of := map[string]bool{}
	for _, v := range rules.PlanVersions {
		of[v.DocumentID] = true
	}
	additions, err := tx.Additions(ctx, month)
	for _, a := range additions {
		if !of[a.PlanID] && a.VersionID != "" {
			of[a.PlanID] = true
			ids = append(ids, a.VersionID)
		}
	}
	return ids, err
}

// additionEntries are the ledger's entries of what reached a month from outside it.
func (s *Service) additionEntries(month calendar.Month, additions []payout.Addition) (entries []reward.Entry, err error) {
	for _, a := range additions {
		digest, err := a.Digest()
		if err != nil {
			return nil, err
		}
		if a.AmountMinor != 0 {
			entries = append(entries, reward.Entry{Key: a.ID(), Month: month, PersonID: a.PersonID, PlanID: a.PlanID, Component: a.Component,
				Debit: reward.ExpenseAccount(a.PlanID, a.Component), Credit: reward.PayableAccount(a.PersonID), AmountMinor: a.AmountMinor,
				Currency: s.currency(), Source: digest})
		}
	}
	return entries, nil
}

// additionLines are the lines of a pay sheet for what reached the month from outside it.
func additionLines(additions []payout.Addition) (lines []payout.Line) {
	columns := map[payout.AdditionKind]string{payout.AdditionPrior: PriorColumn, payout.AdditionAdjustment: payout.AdjustmentComponent}
	for _, a := range additions {
		lines = append(lines, payout.Line{PersonID: a.PersonID, PlanID: a.PlanID, Component: columns[a.Kind], AmountMinor: a.AmountMinor})
	}
	return lines
}

// additionColumns adds the columns that such lines need.
func additionColumns(columns []PayColumn, rules planbook.InForce, lines []payout.Line) []PayColumn {
	for _, p := range rules.Plans {
		for _, id := range []string{PriorColumn, payout.AdjustmentComponent} {
			if slices.ContainsFunc(lines, func(l payout.Line) bool { return l.PlanID == p.ID && l.Component == id }) {
				columns = append(columns, PayColumn{PlanID: p.ID, Component: id, Plan: p.Name, Name: additionNames[id]})
			}
		}
	}
	return columns
}

// madeBy reports whether a user posted or asked for something that the run took up from outside the month.
func madeBy(ctx context.Context, r Reader, runID, user string) (bool, error) {
	additions, err := r.RunAdditions(ctx, runID)
	return slices.ContainsFunc(additions, func(a payout.Addition) bool { return a.MadeBy == user }), err
}

// additionsKept reads what the month took up from outside it; with the statements it goes into the run's digest.
func (m *monthVerifier) additionsKept(ctx context.Context) (err error) {
	m.additions, err = m.reader.RunAdditions(ctx, m.run.ID)
	return err
}

// additionsPosted compares the ledger with what the month took up.
func (m *monthVerifier) additionsPosted(context.Context) error {
	entries, err := m.service.additionEntries(m.seal.Month, m.additions)
	if err != nil {
		return err
	}
	return m.claim(entries)
}

// OpenMonth is the month that takes up what closed months are found to be wrong by: the one after the last closed one, 0 when none is
// closed.
func OpenMonth(periods []Period) (open calendar.Month) {
	for _, p := range periods {
		if p.State == StateClosed {
			open = max(open, p.Month+1)
		}
	}
	return open
}

// Toucher reads and stores months.
type Toucher interface {
	Period(ctx context.Context, month calendar.Month) (Period, error)
	SavePeriod(ctx context.Context, p Period) error
	AppendAudit(ctx context.Context, e audit.Entry) error
}

// ActionTouch is what is audited of a month when something reaches it from outside, or no longer does.
const ActionTouch Action = "touch"

// Touch notes that something reaches a month from outside it, or no longer does: whoever has seen the month is told that it changed. It
// returns the month. Subject is what it is. Errors: period closed; conflict while the month is calculated, or after it was approved.
func Touch(ctx context.Context, tx Toucher, actor access.Actor, month calendar.Month, subject string) (calendar.Month, error) {
	p, err := tx.Period(ctx, month)
	if err != nil {
		return 0, err
	}
	switch p.State {
	case StateOpen, StateReview, StatePublished:
		after := p
		after.Revision++
		if err := tx.SavePeriod(ctx, after); err != nil {
			return 0, err
		}
		return month, note(ctx, tx, actor, ActionTouch, p, after, subject)
	case StateClosed:
		return 0, errs.New(errs.KindPeriodClosed, "period.closed", errs.Args{"Month": month.String()})
	}
	return 0, errs.New(errs.KindConflict, "period.busy", errs.Args{"Month": month, "State": errs.Msg("months.state_"+string(p.State), nil)})
}
