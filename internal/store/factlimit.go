package store

import (
	"context"
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/payout"
)

// payeeLimit narrows the loader to what one payee's pay can depend on: the payee, the people of the teams the payee leads, all their
// deals, everybody who shares those deals, the customers of those deals with all of the customers' deals (whether a customer is old
// depends on them), and the payments of all these. A nil limit narrows nothing. The sets are looked up once, because most kinds of fact
// are narrowed by the last of them.
// Quotas are those of the payee and the team alone. Ids stand as they do in SQL.
type payeeLimit struct{ payees, persons, customers, deals string }

// LoadFactsOf reads what the pay of one person for the month depends on, as long as no plan and no crediting rule looks beyond the teams led
// and the sellers of deals (plan.ReachesBeyondTeams, ReachesBeyondSellers). Results for that person then equal those of LoadFacts.
func (tx *Tx) LoadFactsOf(ctx context.Context, person int64, month calendar.Month, recorded fact.BatchID, currency money.Currency) (*payout.Loaded, error) {
	limit, err := tx.limitTo(ctx, person, int64(recorded))
	if err != nil {
		return nil, err
	}
	return tx.loadFacts(ctx, month, recorded, currency, limit)
}

func (tx *Tx) limitTo(ctx context.Context, person, recorded int64) (*payeeLimit, error) {
	ids := func(query string, args ...any) ([]int64, error) {
		return collect(ctx, tx, func(r rows, id *int64) error { return r.Scan(id) }, query, args...)
	}
	known := func(alias string) string {
		return " AND " + alias + ".recorded_in <= $1 AND " + alias + ".superseded_in > $1"
	}
	members, err := ids(`SELECT DISTINCT a.person_id FROM team_leader l JOIN assignment a ON a.team_id = l.team_id WHERE l.person_id = $2`+known("l")+known("a"), recorded, person)
	if err != nil {
		return nil, err
	}
	members = append(members, person)
	customers, err := ids(`SELECT DISTINCT d.customer_id FROM deal_share s CROSS JOIN deal d WHERE s.person_id IN (`+listed(members)+`) AND d.id = s.deal_id`+
		known("s")+known("d"), recorded)
	if err != nil {
		return nil, err
	}
	deals, err := ids(`SELECT e.id FROM deal e WHERE e.customer_id IN (`+listed(customers)+`)`+known("e"), recorded)
	if err != nil {
		return nil, err
	}
	sharers, err := ids(`SELECT DISTINCT o.person_id FROM deal_share o WHERE o.deal_id IN (`+listed(deals)+`)`+known("o"), recorded)
	return &payeeLimit{listed(members), listed(slices.Concat(members, sharers)), listed(customers), listed(deals)}, err
}

// and gives the condition on a column that holds ids of what.
func (l *payeeLimit) and(what, column string) string {
	if l == nil {
		return ""
	}
	ids := l.deals
	switch what {
	case "payee":
		ids = l.payees
	case "person":
		ids = l.persons
	case "customer":
		ids = l.customers
	}
	return " AND " + column + " IN (" + ids + ")"
}
