package store

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/retention"
)

// Retention returns the store of package retention.
func (db *DB) Retention() retention.Store { return retentionStore{db} }

type retentionStore struct{ db *DB }

// InTx implements retention.Store.
func (s retentionStore) InTx(ctx context.Context, fn func(retention.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

// Read implements retention.Store.
func (s retentionStore) Read(ctx context.Context, fn func(retention.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

// KeepingDay implements retention.Reader.
func (tx *Tx) KeepingDay(ctx context.Context) (calendar.Date, error) {
	found, err := collect(ctx, tx, func(r rows, d *calendar.Date) error { return r.Scan(scanDate(d)) }, "SELECT day FROM keeping_look WHERE id = 1")
	if err != nil || len(found) == 0 {
		return calendar.NoDate, err
	}
	return found[0], nil
}

// KnownOrders implements retention.Reader: the next customers, those that were merged into others left out, then the orders of a range of ids.
func (tx *Tx) KnownOrders(ctx context.Context, after int64, limit int, upTo calendar.Date) (found []retention.Known, err error) {
	ids, err := collect(ctx, tx, scanID, "SELECT c.id FROM customer c WHERE c.id > $1 AND c.superseded_in = "+openBatch+" AND NOT EXISTS (SELECT 1 FROM customer_alias y WHERE y.customer_id = c.id) ORDER BY c.id LIMIT $2", after, int64(limit))
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	for _, id := range ids {
		found = append(found, retention.Known{ID: id})
	}
	at := 0
	seek := func(id int64) *retention.Known {
		for at < len(found) && found[at].ID < id {
			at++
		}
		if at == len(found) || found[at].ID != id {
			return nil
		}
		return &found[at]
	}
	from, to := ids[0], ids[len(ids)-1]
	err = each(ctx, tx, func(r rows) error {
		var id int64
		var o retention.Order
		var seller int64
		if err := r.Scan(&id, scanDate(&o.SignedOn), &o.AmountMinor, &o.Currency, &seller); err != nil {
			return err
		}
		if k := seek(id); k != nil {
			k.Orders = append(k.Orders, o)
			if seller != 0 {
				k.OwnerID = seller
			}
		}
		return nil
	}, `SELECT b.id, d.signed_on, d.amount_minor, d.currency, COALESCE(s.person_id, 0) FROM (
			SELECT c.id, c.id AS bought FROM customer c WHERE c.id BETWEEN $1 AND $2 AND c.superseded_in = `+openBatch+`
			UNION ALL SELECT y.survivor_id, y.customer_id FROM customer_alias y WHERE y.survivor_id BETWEEN $1 AND $2) b JOIN deal d ON d.customer_id = b.bought LEFT JOIN deal_detail x ON x.deal_id = d.id AND x.superseded_in = `+openBatch+`
		LEFT JOIN deal_share s ON s.deal_id = d.id AND s.position = 0 AND s.superseded_in = `+openBatch+`
		WHERE d.superseded_in = `+openBatch+` AND d.signed_on <= $3 AND (x.cancelled_on IS NULL OR x.cancelled_on > $3) ORDER BY b.id, d.signed_on, d.id`, from, to, upTo.String())
	if err != nil {
		return nil, err
	}
	at = 0
	return found, each(ctx, tx, func(r rows) error {
		var id, owner int64
		var tier string
		if err := r.Scan(&id, &owner, &tier); err != nil {
			return err
		}
		if k := seek(id); k != nil {
			if k.Tier = tier; owner != 0 {
				k.OwnerID = owner
			}
		}
		return nil
	}, `SELECT c.id, COALESCE(h.owner_id, 0), COALESCE(t.tier, '') FROM customer c LEFT JOIN holding h ON h.customer_id = c.id LEFT JOIN tier_standing t ON t.customer_id = c.id
		WHERE c.id BETWEEN $1 AND $2 AND c.superseded_in = `+openBatch+" ORDER BY c.id", from, to)
}

var keepingColumns = []string{"customer_id", "owner_id", "tier", "state", "first_on", "last_on", "base_orders", "base_minor", "now_orders", "now_minor", "foreign_orders"}

func keepingValues(k retention.Keeping) []any {
	return []any{k.CustomerID, k.OwnerID, k.Tier, string(k.State), k.FirstOn.String(), k.LastOn.String(), k.BaseOrders, k.BaseMinor, k.NowOrders, k.NowMinor, k.Foreign}
}

// PutKeepings implements retention.Tx.
func (tx *Tx) PutKeepings(ctx context.Context, after, upTo int64, list []retention.Keeping) error {
	if _, err := tx.exec(ctx, "DELETE FROM customer_keeping WHERE customer_id > $1 AND customer_id <= $2", after, upTo); err != nil {
		return err
	}
	return putRows(ctx, tx, "customer_keeping", keepingColumns, list, keepingValues)
}

type (
	keepingTally struct {
		retention.TallyKey
		retention.Sums
	}
	keepingCohort struct {
		retention.CohortKey
		retention.CohortSums
	}
)

// FinishKeepings implements retention.Tx.
func (tx *Tx) FinishKeepings(ctx context.Context, last int64, day calendar.Date, tallies map[retention.TallyKey]retention.Sums, cohorts map[retention.CohortKey]retention.CohortSums) error {
	if _, err := tx.exec(ctx, "DELETE FROM customer_keeping WHERE customer_id > $1", last); err != nil {
		return err
	}
	if err := tx.markSums(ctx, map[sumMark]bool{{markLook, ""}: true}); err != nil {
		return err
	}
	for _, statement := range []string{"DELETE FROM keeping_tally", "DELETE FROM keeping_cohort", "DELETE FROM keeping_look"} {
		if _, err := tx.exec(ctx, statement); err != nil {
			return err
		}
	}
	var sums []keepingTally
	for key, s := range tallies {
		sums = append(sums, keepingTally{key, s})
	}
	if err := putRows(ctx, tx, "keeping_tally", []string{"day", "owner_id", "tier", "base", "kept", "base_minor", "held_minor", "now_minor", "buyers", "again", "foreign_orders"}, sums, func(t keepingTally) []any {
		return []any{t.Day.String(), t.OwnerID, t.Tier, t.Base, t.Kept, t.BaseMinor, t.HeldMinor, t.NowMinor, t.Buyers, t.Again, t.Foreign}
	}); err != nil {
		return err
	}
	var quarters []keepingCohort
	for key, s := range cohorts {
		quarters = append(quarters, keepingCohort{key, s})
	}
	if err := putRows(ctx, tx, "keeping_cohort", []string{"quarter", "owner_id", "tier", "customers", "ripe", "again"}, quarters, func(c keepingCohort) []any {
		return []any{int64(c.Quarter), c.OwnerID, c.Tier, c.Customers, c.Ripe, c.Again}
	}); err != nil {
		return err
	}
	return tx.insertRow(ctx, "keeping_look", []string{"id", "day"}, []any{int64(1), day.String()})
}

// KeepingTallies implements retention.Reader.
func (tx *Tx) KeepingTallies(ctx context.Context, scope access.Scope, today calendar.Date) (map[retention.TallyKey]retention.Sums, error) {
	condition, args := personsInReach(scope, today, "owner_id", 1)
	tallies := map[retention.TallyKey]retention.Sums{}
	return tallies, each(ctx, tx, func(r rows) error {
		var t keepingTally
		if err := r.Scan(scanDate(&t.Day), &t.OwnerID, &t.Tier, &t.Base, &t.Kept, &t.BaseMinor, &t.HeldMinor, &t.NowMinor, &t.Buyers, &t.Again, &t.Foreign); err != nil {
			return err
		}
		tallies[t.TallyKey] = t.Sums
		return nil
	}, "SELECT day, owner_id, tier, base, kept, base_minor, held_minor, now_minor, buyers, again, foreign_orders FROM keeping_tally WHERE "+condition, args...)
}

// KeepingCohorts implements retention.Reader.
func (tx *Tx) KeepingCohorts(ctx context.Context, scope access.Scope, today calendar.Date) (map[retention.CohortKey]retention.CohortSums, error) {
	condition, args := personsInReach(scope, today, "owner_id", 1)
	cohorts := map[retention.CohortKey]retention.CohortSums{}
	return cohorts, each(ctx, tx, func(r rows) error {
		var c keepingCohort
		var quarter int64
		if err := r.Scan(&quarter, &c.OwnerID, &c.Tier, &c.Customers, &c.Ripe, &c.Again); err != nil {
			return err
		}
		c.Quarter = retention.Quarter(quarter)
		cohorts[c.CohortKey] = c.CohortSums
		return nil
	}, "SELECT quarter, owner_id, tier, customers, ripe, again FROM keeping_cohort WHERE "+condition, args...)
}

// KeepingPlaces implements retention.Reader.
func (tx *Tx) KeepingPlaces(ctx context.Context, today calendar.Date) (map[int64]retention.Place, error) {
	places := map[int64]retention.Place{}
	known, err := tx.PlacesOf(ctx, today)
	if err != nil {
		return nil, err
	}
	ids := make([]int64, 0, len(known))
	for id := range known {
		ids = append(ids, id)
	}
	names, err := tx.PersonNames(ctx, ids)
	for id, p := range known {
		places[id] = retention.Place{Name: names[id], TeamID: p.TeamID, TeamName: p.TeamName, RegionID: p.RegionID, RegionName: p.RegionName}
	}
	return places, err
}

// Keepings implements retention.Reader.
func (tx *Tx) Keepings(ctx context.Context, scope access.Scope, today calendar.Date, f retention.Filter) ([]retention.Row, error) {
	c := &filters{}
	c.add("k.customer_id > ?", f.After)
	c.reach(scope, today, "k.owner_id", "%s")
	if f.State != "" {
		c.add("k.state = ?", string(f.State))
	}
	if f.Tier != "" {
		c.add("k.tier = ?", f.Tier)
	}
	if f.OwnerID != 0 {
		c.add("k.owner_id = ?", f.OwnerID)
	}
	placed := "EXISTS (SELECT 1 FROM assignment m LEFT JOIN team g ON g.id = m.team_id AND g.superseded_in = " + openBatch + " AND g.valid_from <= ? AND ? < g.valid_to WHERE m.person_id = k.owner_id AND m.superseded_in = " + openBatch + " AND m.valid_from <= ? AND ? < m.valid_to AND "
	day := today.String()
	if f.TeamID != 0 {
		c.add(placed+"m.team_id = ?)", day, day, day, day, f.TeamID)
	}
	if f.Region != 0 {
		c.add(placed+"g.region_id = ?)", day, day, day, day, f.Region)
	}
	return collect(ctx, tx, func(r rows, row *retention.Row) error {
		return r.Scan(&row.CustomerID, &row.OwnerID, &row.Tier, &row.State, scanDate(&row.FirstOn), scanDate(&row.LastOn), &row.BaseOrders, &row.BaseMinor, &row.NowOrders, &row.NowMinor, &row.Foreign, &row.Key, &row.Name, &row.OwnerName)
	}, `SELECT k.customer_id, k.owner_id, k.tier, k.state, k.first_on, k.last_on, k.base_orders, k.base_minor, k.now_orders, k.now_minor, k.foreign_orders, COALESCE(c.key, ''), COALESCE(c.name, ''), COALESCE(p.name, '')
		FROM customer_keeping k LEFT JOIN customer c ON c.id = k.customer_id AND c.superseded_in = `+openBatch+` LEFT JOIN person p ON p.id = k.owner_id AND p.superseded_in = `+openBatch+
		c.where()+" ORDER BY k.customer_id LIMIT "+c.parameter(int64(f.Limit)), c.args...)
}
