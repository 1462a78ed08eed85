package store

import (
	"context"
	"strconv"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/pool"
)

// ReplacePoolCountdowns implements pool.Tx.
func (tx *Tx) ReplacePoolCountdowns(ctx context.Context, day calendar.Date, list []pool.Countdown) error {
	if _, err := tx.exec(ctx, "DELETE FROM pool_countdown"); err != nil {
		return err
	}
	return putRows(ctx, tx, "pool_countdown", []string{"owner_id", "customers", "first_on", "day"}, list, func(c pool.Countdown) []any {
		return []any{c.OwnerID, c.Customers, c.First.String(), day.String()}
	})
}

// PoolCountdowns implements pool.Reader.
func (tx *Tx) PoolCountdowns(ctx context.Context, scope access.Scope, of pool.CountdownOf, today calendar.Date) ([]pool.Countdown, error) {
	reach, args := personsInReach(scope, today, "k.owner_id", 1)
	where := " WHERE " + reach
	only := func(condition string, value any) {
		args = append(args, value)
		where += " AND " + condition + " $" + strconv.Itoa(len(args))
	}
	if of.PersonID != 0 {
		only("k.owner_id =", of.PersonID)
	}
	day := ""
	if of.TeamID != 0 || of.RegionID != 0 {
		args = append(args, today.String())
		day = "$" + strconv.Itoa(len(args))
	}
	valid := func(alias string) string {
		return " AND " + alias + ".superseded_in = " + openBatch + " AND " + alias + ".valid_from <= " + day + " AND " + day + " < " + alias + ".valid_to"
	}
	if of.TeamID != 0 {
		only("EXISTS (SELECT 1 FROM assignment a WHERE a.person_id = k.owner_id"+valid("a")+" AND a.team_id =", of.TeamID)
		where += ")"
	}
	if of.RegionID != 0 {
		only("EXISTS (SELECT 1 FROM assignment a JOIN team t ON t.id = a.team_id"+valid("t")+" WHERE a.person_id = k.owner_id"+valid("a")+" AND t.region_id =", of.RegionID)
		where += ")"
	}
	return collect(ctx, tx, func(r rows, c *pool.Countdown) error { return r.Scan(&c.OwnerID, &c.Customers, scanDate(&c.First)) },
		"SELECT k.owner_id, k.customers, k.first_on FROM pool_countdown k"+where+" ORDER BY k.first_on, k.owner_id", args...)
}
