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
// deals with everybody who shares them, those that the payee shared once, which a settlement may know, and the payments of these. Whether a customer is old depends on deals of others too, but on
// nothing of them but the day of the customer's first payment: of them only the one with that payment is read, and of its payments only
// the first. A nil limit narrows nothing. The sets are looked up once, because most kinds of fact are narrowed by the last of them.
// Quotas are those of the payee and the team alone. Ids stand as they do in SQL.
type payeeLimit struct {
	payees, persons, customers, deals string
	own                               string // of deals: those of the payees
	firsts                            string // of deals: the others
	current                           func(alias string) string
}

// LoadFactsOf reads what the pay of one person for the month depends on, as long as no plan and no crediting rule looks beyond the teams led
// and the sellers of deals (plan.ReachesBeyondTeams, ReachesBeyondSellers). Results for that person then equal those of LoadFacts.
func (tx *Tx) LoadFactsOf(ctx context.Context, person int64, month calendar.Month, recorded fact.BatchID, currency money.Currency) (*payout.Loaded, error) {
	limit, err := tx.limitTo(ctx, person, month, recorded)
	if err != nil {
		return nil, err
	}
	return tx.loadFacts(ctx, month, recorded, currency, limit)
}

func (tx *Tx) limitTo(ctx context.Context, person int64, month calendar.Month, recorded fact.BatchID) (*payeeLimit, error) {
	known, err := tx.knownAt(ctx, recorded)
	if err != nil {
		return nil, err
	}
	ids := func(query string, args ...any) ([]int64, error) {
		return collect(ctx, tx, func(r rows, id *int64) error { return r.Scan(id) }, query, append([]any{int64(recorded)}, args...)...)
	}
	members, err := ids(`SELECT DISTINCT a.person_id FROM team_leader l JOIN assignment a ON a.team_id = l.team_id WHERE l.person_id = $2 AND `+known("l")+` AND `+known("a"), person)
	if err != nil {
		return nil, err
	}
	members = append(members, person)
	own, err := ids(`SELECT DISTINCT s.deal_id FROM deal_share s WHERE s.person_id IN (` + listed(members) + `) AND ` + known("s"))
	if err != nil {
		return nil, err
	}
	once, err := ids(`SELECT DISTINCT s.deal_id FROM deal_share s WHERE s.person_id = $2 AND s.recorded_in <= $1`, person)
	if err != nil {
		return nil, err
	}
	own = slices.Compact(slices.Sorted(slices.Values(slices.Concat(own, once))))
	customers, err := ids(`SELECT DISTINCT d.customer_id FROM deal d WHERE d.id IN (` + listed(own) + `) AND ` + known("d"))
	if err != nil {
		return nil, err
	}
	firsts, err := tx.firstPaid(ctx, customers, month, recorded, known)
	if err != nil {
		return nil, err
	}
	firsts = slices.DeleteFunc(firsts, func(deal int64) bool { _, found := slices.BinarySearch(own, deal); return found })
	deals := listed(slices.Concat(own, firsts))
	sharers, err := ids(`SELECT DISTINCT o.person_id FROM deal_share o WHERE o.deal_id IN (` + deals + `) AND ` + known("o"))
	return &payeeLimit{listed(members), listed(slices.Concat(members, sharers)), listed(customers), deals, listed(own), listed(firsts), known}, err
}

// knownAt returns the condition that a row was recorded as of the batch, parameter $1. Of the last batch it looks at one column, which
// indexes hold, so that rows need not be read for it.
func (tx *Tx) knownAt(ctx context.Context, recorded fact.BatchID) (func(alias string) string, error) {
	last, err := tx.LatestBatch(ctx)
	if err != nil {
		return nil, err
	}
	if recorded == last {
		return func(alias string) string {
			return "(" + alias + ".superseded_in = " + openBatch + " AND CAST($1 AS BIGINT) > 0)"
		}, nil
	}
	return func(alias string) string {
		return "(" + alias + ".recorded_in <= $1 AND " + alias + ".superseded_in > $1)"
	}, nil
}

// firstPaid returns for each customer that has paid by the month's end the deal with the first payment.
func (tx *Tx) firstPaid(ctx context.Context, customers []int64, month calendar.Month, recorded fact.BatchID, known func(alias string) string) (deals []int64, err error) {
	customer := int64(0)
	err = each(ctx, tx, func(r rows) error {
		var of, deal int64
		var on calendar.Date
		if err := r.Scan(&of, &deal, scanDate(&on)); err != nil {
			return err
		}
		if of != customer || len(deals) == 0 {
			customer, deals = of, append(deals, deal)
		}
		return nil
	}, `SELECT d.customer_id, d.id, MIN(p.paid_on) FROM deal d JOIN payment p ON p.deal_id = d.id WHERE d.customer_id IN (`+listed(customers)+`) AND p.amount_minor > 0
		AND p.paid_on <= $2 AND `+known("d")+` AND `+known("p")+` GROUP BY d.customer_id, d.id ORDER BY d.customer_id, MIN(p.paid_on), d.id`, int64(recorded), month.Last().String())
	return deals, err
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

// payments gives the conditions on payments whose rows together are to be read, each once.
func (l *payeeLimit) payments() []string {
	if l == nil {
		return []string{""}
	}
	return []string{
		" AND payment.deal_id IN (" + l.own + ")",
		" AND payment.deal_id IN (" + l.firsts + ") AND payment.amount_minor > 0 AND payment.paid_on = (SELECT MIN(o.paid_on) FROM payment o" +
			" WHERE o.deal_id = payment.deal_id AND o.amount_minor > 0 AND " + l.current("o") + ")",
	}
}
