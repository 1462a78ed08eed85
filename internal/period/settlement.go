package period

import (
	"context"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/reward"
)

// SettlementColumn is the component of a pay sheet's column that leads from what a plan's components earned to what is paid: held,
// released, advanced, taken back. No component of a plan can have this id.
const SettlementColumn = "+settlement"

// settlementName is what that column is called.
var settlementName = plan.Text{Zh: "暂扣、释放与追回", En: "Held, released and taken back"}

// settled reads what a run settled and, when the opening items are no longer those that it began with, says so: an earlier month was
// closed since, and the month must be calculated again.
func settled(ctx context.Context, r Reader, run payout.Run) ([]payout.SettlementRow, error) {
	rows, err := r.Settlements(ctx, run.ID)
	if err != nil {
		return nil, err
	}
	openings, err := r.Openings(ctx, run.Month, 0)
	if err != nil {
		return nil, err
	}
	pasts, err := pastsOf(ctx, r, run, openings)
	if err != nil {
		return nil, err
	}
	stale := errs.New(errs.KindConflict, "period.openings_changed", errs.Args{"Month": run.Month.String()})
	for _, row := range rows {
		key := payout.Account{PersonID: row.PersonID, PlanID: row.PlanID}
		digest, err := payout.OpeningDigest(openings[key], pasts[key])
		if err != nil {
			return nil, err
		}
		if digest != row.OpeningDigest {
			return nil, stale
		}
		delete(openings, key)
	}
	if len(openings) == 0 {
		return rows, nil
	}
	rules, err := planbook.ForVersions(ctx, r, run.Month, run.Plans)
	if err != nil {
		return nil, err
	}
	for _, p := range rules.Plans {
		for key := range openings {
			if key.PlanID == p.ID {
				return nil, stale
			}
		}
	}
	return rows, nil
}

// inOrder refuses to close a month that settles before an earlier one, or after a later one that settled the same account: both would begin with the
// same opening items, pay what is released twice, and what the one leaves open would reach no month. Months before the first that was closed are nobody's.
func inOrder(ctx context.Context, r Reader, month calendar.Month, rows []payout.SettlementRow) error {
	if len(rows) == 0 {
		return nil
	}
	months, err := r.Periods(ctx)
	if err != nil {
		return err
	}
	last := calendar.Month(0)
	for _, p := range months {
		switch {
		case p.State != StateClosed:
		case p.Month < month:
			last = max(last, p.Month)
		case p.Month > month:
			later, err := r.Settlements(ctx, p.CurrentRun)
			if err != nil {
				return err
			}
			if account, both := shared(rows, later); both {
				return errs.New(errs.KindConflict, "period.later_closed", errs.Args{"Month": month.String(), "Later": p.Month.String(), "Person": account.PersonID})
			}
		}
	}
	if last != 0 && last+1 < month {
		return errs.New(errs.KindConflict, "period.earlier_open", errs.Args{"Month": month.String(), "Earlier": (last + 1).String()})
	}
	return nil
}

// shared finds an account that both settle.
func shared(rows, others []payout.SettlementRow) (account payout.Account, found bool) {
	settles := map[payout.Account]bool{}
	for _, row := range rows {
		settles[payout.Account{PersonID: row.PersonID, PlanID: row.PlanID}] = true
	}
	for _, row := range others {
		if account = (payout.Account{PersonID: row.PersonID, PlanID: row.PlanID}); settles[account] {
			return account, true
		}
	}
	return payout.Account{}, false
}

// pastsOf reads what the run had to know of earnings that nobody remembers, as it is now.
func pastsOf(ctx context.Context, r Reader, run payout.Run, openings payout.Openings) (payout.Pasts, error) {
	additions, err := r.RunAdditions(ctx, run.ID)
	if err != nil || len(additions) == 0 {
		return nil, err
	}
	rules, err := planbook.ForVersions(ctx, r, run.Month, run.Plans)
	if err != nil {
		return nil, err
	}
	return payout.PastsFor(ctx, r, run.Month, rules.Plans, openings, additions, time.Time{})
}

// earlierStands refuses a run of plans that rest on what closed months paid, when an earlier month was closed after the run began.
func earlierStands(ctx context.Context, r Reader, run payout.Run) error {
	rules, err := planbook.ForVersions(ctx, r, run.Month, run.Plans)
	if err != nil || !payout.NeedsEarlier(rules) {
		return err
	}
	months, err := r.Periods(ctx)
	if err != nil {
		return err
	}
	for _, p := range months {
		if p.State == StateClosed && p.Month < run.Month && p.ClosedAt.After(run.StartedAt) {
			return errs.New(errs.KindConflict, "period.openings_changed", errs.Args{"Month": run.Month.String()})
		}
	}
	return nil
}

// settlementEntries are the ledger's entries of what was settled.
func (s *Service) settlementEntries(month calendar.Month, rows []payout.SettlementRow) (entries []reward.Entry, err error) {
	for _, row := range rows {
		result, err := payout.OpenSettlement(row)
		if err != nil {
			return nil, err
		}
		entries = append(entries, reward.SettlementEntries(reward.Settled{Month: month, PersonID: row.PersonID, PlanID: row.PlanID, Currency: s.currency(),
			Source: row.Digest, Result: result})...)
	}
	return entries, nil
}

// settlementLines are the lines by which a pay sheet comes from what is earned to what is paid.
func settlementLines(rows []payout.SettlementRow) (lines []payout.Line) {
	for _, row := range rows {
		lines = append(lines, payout.Line{PersonID: row.PersonID, PlanID: row.PlanID, Component: SettlementColumn, AmountMinor: row.PaidMinor - row.EarnedMinor})
	}
	return lines
}

// settlementColumns adds a column for each plan that was settled.
func settlementColumns(columns []PayColumn, rules planbook.InForce, lines []payout.Line) []PayColumn {
	of := map[string]bool{}
	for _, l := range lines {
		if l.Component == SettlementColumn {
			of[l.PlanID] = true
		}
	}
	for _, p := range rules.Plans {
		if of[p.ID] {
			columns = append(columns, PayColumn{PlanID: p.ID, Component: SettlementColumn, Plan: p.Name, Name: settlementName})
		}
	}
	return columns
}

// settlements checks that the month's settlements are what was sealed, and gives them to the run's digest, which comes with the statements.
func (m *monthVerifier) settlements(ctx context.Context) (err error) {
	if m.settled, err = m.reader.Settlements(ctx, m.run.ID); err != nil {
		return err
	}
	for _, row := range m.settled {
		result, err := payout.OpenSettlement(row)
		if err != nil || result.PaidFen != row.PaidMinor || result.Period != m.seal.Month || result.Plan != row.PlanID {
			return m.broken(m.record("settlement", payeePlan{row.PersonID, row.PlanID}), "verify.changed")
		}
	}
	return nil
}

// settledEntries compares the ledger with the settlements.
func (m *monthVerifier) settledEntries(context.Context) error {
	entries, err := m.service.settlementEntries(m.seal.Month, m.settled)
	if err != nil {
		return err
	}
	return m.claim(entries)
}

// claim takes the entries that must be in the ledger out of those that nothing accounts for yet. All that an entry says must agree, but for where
// and when it stands.
func (c *verifier) claim(entries []reward.Entry) error {
	for _, e := range entries {
		posted, ok := c.posted[e.Key]
		if !ok {
			return c.broken("ledger_entry:"+e.Key, "verify.missing")
		}
		e.Seq, e.PostedAt, e.Hash, e.PrevHash = posted.Seq, posted.PostedAt, posted.Hash, posted.PrevHash
		if posted != e {
			return c.broken(ledgerRecord(posted.Seq), "verify.ledger_differs")
		}
		delete(c.posted, e.Key)
	}
	return nil
}
