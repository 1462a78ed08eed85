package period

import (
	"context"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/reward"
)

// payGrants posts what was approved outside plans and waits to be paid with this month, and returns it. What came after the month was
// approved waits for the next one: nothing is added to what somebody has approved.
func payGrants(ctx context.Context, tx Tx, month calendar.Month, approved time.Time) (grants []reward.Grant, err error) {
	if grants, err = tx.WaitingGrants(ctx, approved); err != nil || len(grants) == 0 {
		return nil, err
	}
	var entries []reward.Entry
	for _, g := range grants {
		entries = append(entries, reward.GrantEntry(g, month))
	}
	if _, err := tx.AppendLedger(ctx, entries); err != nil {
		return nil, err
	}
	return grants, tx.PayGrants(ctx, month, approved)
}

// grantLines are the lines by which a pay sheet shows them.
func grantLines(grants []reward.Grant) (lines []payout.Line) {
	for _, g := range grants {
		lines = append(lines, payout.Line{PersonID: g.PersonID, PlanID: reward.GrantPlan, Component: g.Component, AmountMinor: g.AmountMinor})
	}
	return lines
}

// grantColumns adds a column for each thing that was granted.
func grantColumns(columns []PayColumn, grants []reward.Grant) []PayColumn {
	seen := map[string]bool{}
	for _, g := range grants {
		if !seen[g.Component] {
			seen[g.Component] = true
			columns = append(columns, PayColumn{PlanID: reward.GrantPlan, Component: g.Component, Plan: reward.GrantName, Name: g.Name})
		}
	}
	return columns
}

// grants compares the ledger with what was granted and paid with the month.
func (m *monthVerifier) grants(ctx context.Context) error {
	grants, err := m.reader.GrantsOf(ctx, m.seal.Month)
	if err != nil {
		return err
	}
	for _, g := range grants {
		key := reward.GrantEntry(g, m.seal.Month).Key
		entry, ok := m.posted[key]
		switch {
		case !ok:
			return m.broken("ledger_entry:"+key, "verify.missing")
		case entry.amount != g.AmountMinor:
			return m.broken(ledgerRecord(entry.seq), "verify.ledger_differs")
		}
		delete(m.posted, key)
	}
	return nil
}
