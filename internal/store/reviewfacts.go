package store

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/metric"
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

// ReviewSold implements review.Reader. Deals that were called off do not count as signed. Each payment or deal is split among those who share it to the fen, by largest
// remainder, as the metric book and plans of pay do, and added up then.
func (tx *Tx) ReviewSold(ctx context.Context, basis targetplan.Basis, from, to calendar.Date, currency money.Currency) ([]review.MonthSold, error) {
	day, deal, amount, source, where := "f.paid_on", "f.deal_id", "f.amount_minor", "payment f JOIN deal d ON d.id = f.deal_id AND d.superseded_in = "+openBatch, " WHERE f.superseded_in = "+openBatch+" AND f.paid_on >= $1 AND f.paid_on <= $2 AND f.currency = $3"
	if basis == targetplan.BasisSigned {
		day, deal, amount, source, where = "d.signed_on", "d.id", "d.amount_minor", "deal d", " WHERE d.superseded_in = "+openBatch+" AND d.signed_on >= $1 AND d.signed_on <= $2 AND d.currency = $3"+
			" AND NOT EXISTS (SELECT 1 FROM deal_detail x WHERE x.deal_id = d.id AND x.superseded_in = "+openBatch+" AND x.cancelled_on < '9999-12-31')"
	}
	unworked := "CASE WHEN EXISTS (SELECT 1 FROM opportunity o WHERE o.deal_key = d.key AND o.deal_key <> '') THEN 0 ELSE 1 END"
	args := []any{from.String(), to.String(), string(currency)}
	sums := soldSums{}
	err := each(ctx, tx, func(r rows) error {
		var s review.MonthSold
		err := r.Scan(&s.PersonID, scanMonth(&s.Month), &s.Minor, &s.Unworked)
		sums.add(s.PersonID, s.Month, s.Minor, s.Unworked)
		return err
	}, `SELECT q.person_id, q.month, CAST(SUM(q.amount) AS BIGINT), CAST(SUM(q.amount * q.unworked) AS BIGINT) FROM (
		SELECT s.person_id AS person_id, substr(`+day+`, 1, 7) AS month, `+amount+` AS amount, `+unworked+` AS unworked
		FROM `+source+` JOIN deal_share s ON s.deal_id = `+deal+` AND s.superseded_in = `+openBatch+where+` AND s.basis_points = 10000) q GROUP BY q.person_id, q.month ORDER BY q.person_id, q.month`, args...)
	if err != nil {
		return nil, err
	}
	shares, err := tx.partShares(ctx)
	if err != nil || len(shares) == 0 {
		return sums.list(), err
	}
	err = each(ctx, tx, func(r rows) error {
		var dealID, minor, alone int64
		var month calendar.Month
		if err := r.Scan(&dealID, scanMonth(&month), &minor, &alone); err != nil {
			return err
		}
		for _, part := range metric.Parts(shares[dealID], minor) {
			sums.add(part.PersonID, month, part.Minor, part.Minor*alone)
		}
		return nil
	}, `SELECT `+deal+`, substr(`+day+`, 1, 7), `+amount+`, `+unworked+` FROM `+source+where+
		` AND EXISTS (SELECT 1 FROM deal_share s WHERE s.deal_id = `+deal+` AND s.superseded_in = `+openBatch+` AND s.basis_points > 0 AND s.basis_points < 10000)`, args...)
	return sums.list(), err
}

// partShares are the shares of the deals that more than one person shares, or one in part, by position.
func (tx *Tx) partShares(ctx context.Context) (map[int64][]metric.Share, error) {
	shares := map[int64][]metric.Share{}
	return shares, each(ctx, tx, func(r rows) error {
		var deal int64
		var s metric.Share
		err := r.Scan(&deal, &s.PersonID, &s.BasisPoints)
		shares[deal] = append(shares[deal], s)
		return err
	}, "SELECT deal_id, person_id, basis_points FROM deal_share WHERE superseded_in = "+openBatch+" AND basis_points > 0 AND basis_points < 10000 ORDER BY deal_id, position")
}

// soldSums adds up what people sold by month.
type soldSums map[soldIn]review.MonthSold

type soldIn struct {
	person int64
	month  calendar.Month
}

func (s soldSums) add(person int64, month calendar.Month, minor, unworked int64) {
	if person == metric.Nobody {
		return
	}
	at := soldIn{person, month}
	sum := s[at]
	s[at] = review.MonthSold{PersonID: person, Month: month, Minor: sum.Minor + minor, Unworked: sum.Unworked + unworked}
}

// list is by person and month.
func (s soldSums) list() []review.MonthSold {
	return slices.SortedFunc(maps.Values(s), func(a, b review.MonthSold) int {
		return cmp.Or(cmp.Compare(a.PersonID, b.PersonID), cmp.Compare(a.Month, b.Month))
	})
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
