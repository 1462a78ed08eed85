package store

import (
	"cmp"
	"context"
	"slices"

	"xiaoguan/internal/deal"
	"xiaoguan/internal/fact"
)

// DealVersions implements deal.Reader. A version is the deal with the shares and the detail that were known with it: a batch that changed
// any of them made one.
func (tx *Tx) DealVersions(ctx context.Context, dealID int64) ([]deal.Version, error) {
	deals, err := collect(ctx, tx, func(r rows, v *deal.Version) error {
		return r.Scan(append(dealDestinations(&v.Row), markDestinations(&v.Mark)...)...)
	}, `SELECT x.id, x.key, `+livesAs("x.customer_id")+`, x.product_id, x.signed_on, x.amount_minor, x.currency, x.recorded_in, COALESCE(c.name, ''), COALESCE(p.name, ''),
		COALESCE(p.category, ''), -1, -1, 0, '', '', '9999-12-31', '', `+markColumns+` FROM deal x`+markJoins+`
		LEFT JOIN customer c ON c.id = `+livesAs("x.customer_id")+` AND c.superseded_in = `+openBatch+`
		LEFT JOIN product p ON p.id = x.product_id AND p.superseded_in = `+openBatch+` WHERE x.id = $1`+newestFirst, dealID)
	if err != nil {
		return nil, err
	}
	details, err := collect(ctx, tx, func(r rows, v *deal.Version) error {
		return r.Scan(append(detailDestinations(&v.Row.More), markDestinations(&v.Mark)...)...)
	}, `SELECT x.units, x.cost_minor, x.referrer_id, COALESCE(g.key, ''), COALESCE(g.name, ''), x.cancelled_on, x.cancel_reason, `+markColumns+`
		FROM deal_detail x`+markJoins+`LEFT JOIN person g ON g.id = x.referrer_id AND g.superseded_in = `+openBatch+` WHERE x.deal_id = $1`+newestFirst, dealID)
	if err != nil {
		return nil, err
	}
	versions := joinVersions(deals, details)
	return versions, tx.addShareVersions(ctx, dealID, versions)
}

// joinVersions makes a version of every batch that recorded a deal or its detail, newest first.
func joinVersions(deals, details []deal.Version) (versions []deal.Version) {
	known := func(list []deal.Version, batch fact.BatchID) *deal.Version {
		for i := range list {
			if list[i].Mark.KnownIn(batch) {
				return &list[i]
			}
		}
		return nil
	}
	points := slices.Concat(deals, details)
	slices.SortStableFunc(points, func(a, b deal.Version) int { return cmp.Compare(b.Mark.Recorded, a.Mark.Recorded) })
	points = slices.CompactFunc(points, func(a, b deal.Version) bool { return a.Mark.Recorded == b.Mark.Recorded })
	for _, point := range points {
		of := known(deals, point.Mark.Recorded)
		if of == nil {
			continue // the deal itself was taken back
		}
		v := deal.Version{Row: of.Row, Mark: point.Mark}
		if detail := known(details, point.Mark.Recorded); detail != nil {
			v.Row.More = detail.Row.More
		}
		v.Row.Recorded = point.Mark.Recorded
		v.Mark.Superseded, v.Mark.SupersededAt, v.Mark.SupersededBy = of.Mark.Superseded, of.Mark.SupersededAt, of.Mark.SupersededBy
		if len(versions) > 0 { // whatever superseded it first
			next := versions[len(versions)-1].Mark
			v.Mark.Superseded, v.Mark.SupersededAt, v.Mark.SupersededBy = next.Recorded, next.RecordedAt, next.RecordedBy
		}
		versions = append(versions, v)
	}
	return versions
}

// addShareVersions fills in who shared the deal in each version.
func (tx *Tx) addShareVersions(ctx context.Context, dealID int64, versions []deal.Version) error {
	return each(ctx, tx, func(r rows) error {
		var s deal.Sharer
		var mark fact.Mark
		if err := r.Scan(&s.PersonID, &s.BasisPoints, &s.Name, &mark.Recorded, &mark.Superseded); err != nil {
			return err
		}
		for i := range versions {
			if mark.KnownIn(versions[i].Mark.Recorded) {
				versions[i].Row.Sharers = append(versions[i].Row.Sharers, s)
				versions[i].Row.Shares = append(versions[i].Row.Shares, s.Share)
			}
		}
		return nil
	}, `SELECT h.person_id, h.basis_points, COALESCE(n.name, ''), h.recorded_in, h.superseded_in FROM deal_share h
		LEFT JOIN person n ON n.id = h.person_id AND n.superseded_in = `+openBatch+` WHERE h.deal_id = $1 ORDER BY h.position`, dealID)
}
