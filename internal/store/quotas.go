package store

import (
	"context"
	"strconv"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/target"
)

// Quotas returns the store of package target.
func (db *DB) Quotas() target.Store { return targetStore{db} }

type targetStore struct{ db *DB }

// InTx implements target.Store.
func (s targetStore) InTx(ctx context.Context, fn func(target.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

// Read implements target.Store.
func (s targetStore) Read(ctx context.Context, fn func(target.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

// quotasOfMonth reads the quotas of a month ($1) with the persons and the teams of the month's last day ($2).
const quotasOfMonth = ` FROM quota q JOIN person p ON p.id = q.person_id AND p.superseded_in = ` + openBatch + `
	LEFT JOIN assignment a ON a.person_id = q.person_id AND a.superseded_in = ` + openBatch + ` AND a.valid_from <= $2 AND $2 < a.valid_to
	LEFT JOIN team t ON t.id = a.team_id AND t.superseded_in = ` + openBatch + ` AND t.valid_from <= $2 AND $2 < t.valid_to`

func (tx *Tx) quotaConditions(reach target.Reach, filter target.Filter) *filters {
	c := &filters{args: []any{filter.Month.String(), filter.Month.Last().String()}}
	c.add("q.month = $1 AND q.superseded_in = " + openBatch)
	c.add("q.quantity = ?", filter.Of)
	c.reach(reach.Scope, reach.Today, "q.person_id", "%s")
	if filter.Search != "" {
		c.named("p.search_text", filter.Search)
	}
	if filter.TeamID != 0 {
		c.add("a.team_id = ?", filter.TeamID)
	}
	return c
}

var quotaOrders = map[string]order{
	target.SortPerson: {column: "p.key", tie: "p.key"}, target.SortAmount: {column: "q.amount_minor", tie: "p.key", number: true},
}

// Quotas implements target.Reader.
func (tx *Tx) Quotas(ctx context.Context, reach target.Reach, filter target.Filter) ([]target.Row, string, error) {
	c := tx.quotaConditions(reach, filter)
	tail, err := c.page(filter.Paging, quotaOrders[filter.Paging.Sort])
	if err != nil {
		return nil, "", err
	}
	found, err := collect(ctx, tx, func(r rows, row *target.Row) error {
		return r.Scan(&row.PersonID, scanMonth(&row.Month), &row.Of, &row.AmountMinor, &row.Recorded, &row.PersonKey, &row.PersonName, &row.TeamName)
	}, "SELECT q.person_id, q.month, q.quantity, q.amount_minor, q.recorded_in, p.key, p.name, COALESCE(t.name, '')"+quotasOfMonth+c.where()+tail, c.args...)
	if err != nil {
		return nil, "", err
	}
	page, next := cut(found, filter.Paging, func(row target.Row) (value, tie string) {
		if filter.Paging.Sort == target.SortAmount {
			return strconv.FormatInt(row.AmountMinor, 10), row.PersonKey
		}
		return row.PersonKey, row.PersonKey
	})
	return page, next, nil
}

// QuotaTotal implements target.Reader.
func (tx *Tx) QuotaTotal(ctx context.Context, reach target.Reach, filter target.Filter) (count, sumMinor int64, err error) {
	c := tx.quotaConditions(reach, filter)
	err = each(ctx, tx, func(r rows) error { return r.Scan(&count, &sumMinor) },
		"SELECT COUNT(*), CAST(COALESCE(SUM(q.amount_minor), 0) AS BIGINT)"+quotasOfMonth+c.where(), c.args...)
	return count, sumMinor, err
}

// QuotaVersions implements target.Reader.
func (tx *Tx) QuotaVersions(ctx context.Context, personID int64, month calendar.Month, of string) ([]target.Version, error) {
	return collect(ctx, tx, func(r rows, v *target.Version) error {
		q := &v.Quota
		return r.Scan(append([]any{&q.PersonID, scanMonth(&q.Month), &q.Of, &q.AmountMinor, &q.Recorded}, markDestinations(&v.Mark)...)...)
	}, `SELECT x.person_id, x.month, x.quantity, x.amount_minor, x.recorded_in, `+markColumns+` FROM quota x`+markJoins+`
		WHERE x.person_id = $1 AND x.month = $2 AND x.quantity = $3`+newestFirst, personID, month.String(), of)
}
