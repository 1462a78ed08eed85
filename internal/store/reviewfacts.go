package store

import (
	"context"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/money"
	"xiaoguan/internal/review"
	"xiaoguan/internal/target"
	"xiaoguan/internal/targetplan"
)

// ReviewTeams implements review.Reader.
func (tx *Tx) ReviewTeams(ctx context.Context, on calendar.Date) (teams []review.Team, err error) {
	valid := func(alias string) string {
		return alias + ".superseded_in = " + openBatch + " AND " + alias + ".valid_from <= $1 AND $1 < " + alias + ".valid_to"
	}
	err = each(ctx, tx, func(r rows) error {
		var t review.Team
		var leader int64
		if err := r.Scan(&t.ID, &t.Name, &t.RegionID, &t.RegionName, &leader); err != nil {
			return err
		}
		if len(teams) == 0 || teams[len(teams)-1].ID != t.ID {
			teams = append(teams, t)
		}
		if leader != 0 {
			last := &teams[len(teams)-1]
			last.Leaders = append(last.Leaders, leader)
		}
		return nil
	}, "SELECT t.id, t.name, t.region_id, COALESCE(g.name, ''), COALESCE(l.person_id, 0) FROM team t LEFT JOIN region g ON g.id = t.region_id AND "+valid("g")+
		" LEFT JOIN team_leader l ON l.team_id = t.id AND "+valid("l")+" WHERE "+valid("t")+" ORDER BY t.id, l.person_id", on.String())
	return teams, err
}

// ReviewQuotas implements review.Reader.
func (tx *Tx) ReviewQuotas(ctx context.Context, from, to calendar.Month) ([]review.MonthQuota, error) {
	return collect(ctx, tx, func(r rows, q *review.MonthQuota) error { return r.Scan(&q.PersonID, scanMonth(&q.Month), &q.Minor) },
		"SELECT person_id, month, amount_minor FROM quota WHERE superseded_in = "+openBatch+" AND quantity = $1 AND month >= $2 AND month <= $3 ORDER BY person_id, month", target.OfCollected, from.String(), to.String())
}

// ReviewSold implements review.Reader. Deals that were called off do not count as signed.
func (tx *Tx) ReviewSold(ctx context.Context, basis targetplan.Basis, from, to calendar.Date, currency money.Currency) ([]review.MonthSold, error) {
	day, source := "f.paid_on", "payment f JOIN deal d ON d.id = f.deal_id AND d.superseded_in = "+openBatch+" JOIN deal_share s ON s.deal_id = f.deal_id AND s.superseded_in = "+openBatch+" WHERE f.superseded_in = "+openBatch+" AND f.paid_on >= $1 AND f.paid_on <= $2"
	if basis == targetplan.BasisSigned {
		day, source = "f.signed_on", "deal f JOIN deal d ON d.id = f.id AND d.superseded_in = "+openBatch+" JOIN deal_share s ON s.deal_id = f.id AND s.superseded_in = "+openBatch+" WHERE f.superseded_in = "+openBatch+" AND f.signed_on >= $1 AND f.signed_on <= $2"+
			" AND NOT EXISTS (SELECT 1 FROM deal_detail x WHERE x.deal_id = f.id AND x.superseded_in = "+openBatch+" AND x.cancelled_on < '9999-12-31')"
	}
	return collect(ctx, tx, func(r rows, s *review.MonthSold) error {
		return r.Scan(&s.PersonID, scanMonth(&s.Month), &s.BasisPoints, &s.Minor, &s.Unworked)
	}, `SELECT q.person_id, q.month, q.basis_points, CAST(SUM(q.amount_minor) AS BIGINT), CAST(SUM(q.unworked) AS BIGINT) FROM (
		SELECT s.person_id AS person_id, substr(`+day+`, 1, 7) AS month, s.basis_points AS basis_points, f.amount_minor AS amount_minor,
			CASE WHEN EXISTS (SELECT 1 FROM opportunity o WHERE o.deal_key = d.key AND o.deal_key <> '') THEN 0 ELSE f.amount_minor END AS unworked
		FROM `+source+` AND f.currency = $3) q GROUP BY q.person_id, q.month, q.basis_points ORDER BY q.person_id, q.month, q.basis_points`, from.String(), to.String(), string(currency))
}

// ReviewOpen implements review.Reader.
func (tx *Tx) ReviewOpen(ctx context.Context, currency money.Currency) ([]review.OpenDeal, error) {
	return collect(ctx, tx, func(r rows, o *review.OpenDeal) error {
		return r.Scan(&o.ID, &o.Name, &o.Customer, &o.OwnerID, &o.Stage, &o.Minor, scanDate(&o.ExpectedOn))
	}, "SELECT o.id, o.name, COALESCE(k.name, ''), o.owner_id, o.stage, o.amount_minor, o.expected_on FROM opportunity o LEFT JOIN customer k ON k.id = o.customer_id AND k.superseded_in = "+openBatch+
		" WHERE o.state = 'open' AND o.currency = $1 ORDER BY o.id", string(currency))
}

// ReviewEnded implements review.Reader.
func (tx *Tx) ReviewEnded(ctx context.Context, from, to calendar.Date) ([]review.Ended, error) {
	return collect(ctx, tx, func(r rows, e *review.Ended) error {
		var state string
		err := r.Scan(&e.OwnerID, &state, scanDate(&e.ExpectedOn), scanDate(&e.EndedOn))
		e.Won = state == "won"
		return err
	}, "SELECT owner_id, state, expected_on, ended_on FROM opportunity WHERE state IN ('won', 'lost') AND ended_on >= $1 AND ended_on <= $2 ORDER BY id", from.String(), to.String())
}

// ReviewLags implements review.Reader.
func (tx *Tx) ReviewLags(ctx context.Context, from, to calendar.Date) ([]review.Lag, error) {
	return collect(ctx, tx, func(r rows, l *review.Lag) error {
		return r.Scan(scanDate(&l.SignedOn), scanDate(&l.PaidOn), &l.Payments)
	},
		"SELECT d.signed_on, f.paid_on, COUNT(*) FROM payment f JOIN deal d ON d.id = f.deal_id AND d.superseded_in = "+openBatch+" WHERE f.superseded_in = "+openBatch+
			" AND f.amount_minor > 0 AND f.paid_on >= $1 AND f.paid_on <= $2 GROUP BY d.signed_on, f.paid_on ORDER BY d.signed_on, f.paid_on", from.String(), to.String())
}
