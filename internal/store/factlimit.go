package store

import (
	"context"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/payout"
)

// payeeLimit narrows the loader to what one payee's pay can depend on: the payee, the people of the teams the payee leads, all their
// deals, everybody who shares those deals, the customers of those deals with all of the customers' deals (whether a customer is old
// depends on them), and the payments of all these. A nil limit narrows nothing.
type payeeLimit struct{ person int64 }

// LoadFactsOf reads what the pay of one person for the month depends on. Results for that person equal those of LoadFacts.
func (tx *Tx) LoadFactsOf(ctx context.Context, person int64, month calendar.Month, recorded fact.BatchID, currency money.Currency) (*payout.Loaded, error) {
	return tx.loadFacts(ctx, month, recorded, currency, &payeeLimit{person})
}

// The sets are sub-selects over $1 (batch) and $2 (payee).
const (
	limitMembers = `SELECT CAST($2 AS BIGINT) UNION SELECT a.person_id FROM assignment a JOIN team_leader tl ON tl.team_id = a.team_id
		WHERE tl.person_id = $2 AND tl.recorded_in <= $1 AND tl.superseded_in > $1 AND a.recorded_in <= $1 AND a.superseded_in > $1`
	limitCustomers = `SELECT d.customer_id FROM deal_share s JOIN deal d ON d.id = s.deal_id
		WHERE s.person_id IN (` + limitMembers + `) AND s.recorded_in <= $1 AND s.superseded_in > $1
		AND d.recorded_in <= $1 AND d.superseded_in > $1`
	limitDeals = `SELECT e.id FROM deal e WHERE e.customer_id IN (` + limitCustomers + `)
		AND e.recorded_in <= $1 AND e.superseded_in > $1`
	limitPersons = limitMembers + ` UNION SELECT o.person_id FROM deal_share o WHERE o.deal_id IN (` + limitDeals + `)
		AND o.recorded_in <= $1 AND o.superseded_in > $1`
)

// and gives the condition on a column that holds ids of what.
func (l *payeeLimit) and(what, column string) string {
	if l == nil {
		return ""
	}
	switch what {
	case "person":
		return " AND " + column + " IN (" + limitPersons + ")"
	case "customer":
		return " AND " + column + " IN (" + limitCustomers + ")"
	}
	return " AND " + column + " IN (" + limitDeals + ")"
}

// args are the parameters of a query: the batch, and the payee when there is a limit.
func (l *payeeLimit) args(recorded int64) []any {
	if l == nil {
		return []any{recorded}
	}
	return []any{recorded, l.person}
}
