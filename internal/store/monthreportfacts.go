package store

import (
	"context"
	"strconv"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/money"
	"xiaoguan/internal/report"
	"xiaoguan/internal/review"
)

// reportCuts are the key and the name of each dimension, over a payment x of a deal d, and what is joined for them.
var reportCuts = map[report.DimensionID]struct{ key, name, join string }{
	report.ByProduct: {"CASE WHEN d.product_id = 0 THEN '' ELSE CAST(d.product_id AS TEXT) END", "COALESCE(MAX(p.name), '')",
		" LEFT JOIN product p ON p.id = d.product_id AND p.superseded_in = " + openBatch},
	report.ByCustomer: {"CASE WHEN EXISTS (SELECT 1 FROM deal e WHERE " + boughtBy("e.customer_id", livesAs("d.customer_id")) + " AND e.superseded_in = " + openBatch + " AND (e.signed_on < d.signed_on OR e.signed_on = d.signed_on AND e.id < d.id)) THEN 'old' ELSE 'new' END", "''", ""},
	report.ByTier:     {"COALESCE(t.tier, '')", "''", " LEFT JOIN tier_standing t ON t.customer_id = " + livesAs("d.customer_id")},
	report.ByChannel: {"COALESCE((SELECT CASE WHEN l.source IS NOT NULL AND l.source <> '' THEN l.source ELSE o.source END FROM opportunity o LEFT JOIN lead l ON l.id = o.lead_id AND o.lead_id <> 0 WHERE o.deal_key = d.key AND o.deal_key <> '' ORDER BY o.id LIMIT 1), '')",
		"''", ""},
}

// sharedBy is how much of a deal d persons have, in basis points, and who that leaves out.
func sharedBy(persons []int64) (part, condition string) {
	if persons == nil {
		return "10000", ""
	}
	of := "FROM deal_share h WHERE h.deal_id = d.id AND h.superseded_in = " + openBatch + " AND h.person_id IN (" + listed(persons) + ")"
	return "(SELECT CAST(SUM(h.basis_points) AS BIGINT) " + of + ")", " AND EXISTS (SELECT 1 " + of + ")"
}

// ReportCollected implements report.Reader.
func (tx *Tx) ReportCollected(ctx context.Context, dimension report.DimensionID, from, to calendar.Date, currency money.Currency, persons []int64) ([]report.Segment, error) {
	cut := reportCuts[dimension]
	part, condition := sharedBy(persons)
	return collect(ctx, tx, func(r rows, s *report.Segment) error { return r.Scan(&s.Key, &s.Name, &s.Minor) },
		"SELECT z.segment, MAX(z.name), CAST(SUM(z.minor) AS BIGINT) FROM (SELECT "+cut.key+" AS segment, "+cut.name+" AS name, CAST(SUM(x.amount_minor) AS BIGINT) * "+part+" / 10000 AS minor FROM payment x JOIN deal d ON d.id = x.deal_id AND d.superseded_in = "+openBatch+cut.join+
			" WHERE x.superseded_in = "+openBatch+" AND x.paid_on >= $1 AND x.paid_on <= $2 AND x.currency = $3"+condition+" GROUP BY d.id, d.key, d.customer_id, d.product_id, d.signed_on"+groupOf(dimension)+") z GROUP BY z.segment ORDER BY z.segment", from.String(), to.String(), string(currency))
}

// groupOf is what else tells the deals of a dimension apart.
func groupOf(dimension report.DimensionID) string {
	if dimension == report.ByTier {
		return ", t.tier"
	}
	return ""
}

// ReportActions implements report.Reader.
func (tx *Tx) ReportActions(ctx context.Context, from, to calendar.Date) ([]review.Action, error) {
	return collect(ctx, tx, scanReviewAction, reviewActionSelect+" WHERE a.due_on >= $1 AND a.due_on <= $2 ORDER BY a.due_on, a.id LIMIT "+strconv.Itoa(reportActionsMost), from.String(), to.String())
}

// reportActionsMost is how many actions a report reads.
const reportActionsMost = 500

// ReportCleaning implements report.Reader.
func (tx *Tx) ReportCleaning(ctx context.Context, from, to calendar.Date, currency money.Currency, persons []int64) (c report.Cleaning, err error) {
	_, condition := sharedBy(persons)
	days := "x.paid_on >= $1 AND x.paid_on <= $2 AND x.currency = $3"
	c, err = one(ctx, tx, "report.missing", func(r rows, c *report.Cleaning) error {
		return r.Scan(&c.Payments, &c.Late, &c.LateMinor, &c.NoProduct, &c.NoShareHolders)
	}, "SELECT COUNT(*), CAST(COALESCE(SUM(CASE WHEN b.recorded_at >= $4 THEN 1 ELSE 0 END), 0) AS BIGINT), CAST(COALESCE(SUM(CASE WHEN b.recorded_at >= $4 THEN x.amount_minor ELSE 0 END), 0) AS BIGINT),"+
		" CAST(COALESCE(SUM(CASE WHEN d.product_id = 0 THEN 1 ELSE 0 END), 0) AS BIGINT), CAST(COALESCE(SUM(CASE WHEN EXISTS (SELECT 1 FROM deal_share s WHERE s.deal_id = d.id AND s.superseded_in = "+openBatch+") THEN 0 ELSE 1 END), 0) AS BIGINT)"+
		" FROM payment x JOIN batch b ON b.id = x.recorded_in JOIN deal d ON d.id = x.deal_id AND d.superseded_in = "+openBatch+" WHERE x.superseded_in = "+openBatch+" AND "+days+condition, from.String(), to.String(), string(currency), instant(tx.begins(to+1)))
	if err != nil {
		return c, err
	}
	counted := func(r rows, n *int64) error { return r.Scan(n) }
	if c.Corrected, err = one(ctx, tx, "report.missing", counted, "SELECT COUNT(*) FROM payment x JOIN deal d ON d.id = x.deal_id AND d.superseded_in = "+openBatch+" WHERE x.superseded_in <> "+openBatch+" AND "+days+condition, from.String(), to.String(), string(currency)); err != nil || persons != nil {
		return c, err
	}
	c.MergedKnown = true
	c.Merged, err = one(ctx, tx, "report.missing", counted, "SELECT COUNT(*) FROM customer_merge WHERE undone_at = '' AND at >= $1 AND at < $2", instant(tx.begins(from)), instant(tx.begins(to+1)))
	return c, err
}
