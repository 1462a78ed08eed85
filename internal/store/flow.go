package store

import (
	"context"
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/flow"
	"xiaoguan/internal/opportunity"
)

// Flow returns the store of package flow.
func (db *DB) Flow() flow.Store { return flowStore{db} }

type flowStore struct{ db *DB }

// Read implements flow.Store.
func (s flowStore) Read(ctx context.Context, fn func(flow.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

// FlowCases implements flow.Reader.
func (tx *Tx) FlowCases(ctx context.Context, after int64, limit int) ([]flow.Case, error) {
	return collect(ctx, tx, func(r rows, c *flow.Case) error {
		return r.Scan(&c.ID, &c.OwnerID, &c.AmountMinor, &c.State, scanTime(&c.CreatedAt), scanDate(&c.FirstDealOn))
	}, `SELECT o.id, o.owner_id, o.amount_minor, o.state, o.created_at,
		COALESCE((SELECT MIN(d.signed_on) FROM deal d WHERE `+boughtBy("d.customer_id", "o.customer_id")+` AND d.superseded_in = `+openBatch+`), '')
		FROM opportunity o WHERE o.id > $1 ORDER BY o.id LIMIT $2`, after, int64(limit))
}

// LatestEvent implements flow.Reader and standard.CaseReader.
func (tx *Tx) LatestEvent(ctx context.Context) (int64, error) {
	return value[int64](ctx, tx, "SELECT COALESCE(MAX(seq), 0) FROM process_event")
}

// FlowCollected implements flow.Reader.
func (tx *Tx) FlowCollected(ctx context.Context, caseIDs []int64) ([]flow.Collected, error) {
	return collect(ctx, tx, func(r rows, c *flow.Collected) error {
		return r.Scan(&c.CaseID, scanDate(&c.SignedOn), &c.AmountMinor, scanDate(&c.PaidOn), &c.PaidMinor)
	}, `SELECT o.id, d.signed_on, d.amount_minor, COALESCE(p.paid_on, ''), COALESCE(p.amount_minor, 0) FROM opportunity o
		JOIN deal d ON d.key = o.deal_key AND d.superseded_in = `+openBatch+`
		LEFT JOIN payment p ON p.deal_id = d.id AND p.superseded_in = `+openBatch+`
		WHERE o.id IN (`+listed(caseIDs)+`) AND o.deal_key <> '' ORDER BY o.id`)
}

// FlowOwners implements flow.Reader.
func (tx *Tx) FlowOwners(ctx context.Context, reach deal.Reach, personID, teamID, regionID int64) (ids []int64, all bool, err error) {
	if ids, all, err = tx.personsOf(ctx, reach.Scope, reach.Today); err != nil {
		return nil, false, err
	}
	only := func(some []int64) {
		if all {
			ids, all = some, false
			return
		}
		ids = slices.DeleteFunc(ids, func(id int64) bool { return !slices.Contains(some, id) })
	}
	if personID != 0 {
		only([]int64{personID})
	}
	if teamID != 0 {
		members, err := tx.teamMembers(ctx, teamID, reach.Today)
		if err != nil {
			return nil, false, err
		}
		only(members)
	}
	if regionID != 0 {
		members, err := tx.regionMembers(ctx, regionID, reach.Today)
		if err != nil {
			return nil, false, err
		}
		only(members)
	}
	return ids, all, nil
}

// regionMembers are who is in a team of a region today.
func (tx *Tx) regionMembers(ctx context.Context, regionID int64, today calendar.Date) ([]int64, error) {
	return collect(ctx, tx, scanID, `SELECT DISTINCT m.person_id FROM assignment m JOIN team t ON t.id = m.team_id AND t.superseded_in = `+openBatch+` AND t.valid_from <= $2 AND $2 < t.valid_to
		WHERE t.region_id = $1 AND m.superseded_in = `+openBatch+" AND m.valid_from <= $2 AND $2 < m.valid_to", regionID, today.String())
}

// OpportunitiesOf implements flow.Reader.
func (tx *Tx) OpportunitiesOf(ctx context.Context, reach deal.Reach, ids []int64) ([]opportunity.Opportunity, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	s := &selection{table: "opportunity o", of: "o.id"}
	s.index("o.id IN (" + listed(ids) + ")")
	if err := tx.ownedIn(ctx, s, "o.owner_id", reach); err != nil {
		return nil, err
	}
	c := s.where()
	found, err := collect(ctx, tx, scanOpportunity, opportunitySelect+"opportunity"+opportunityNames+c.where(), c.args...)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(found, func(a, b opportunity.Opportunity) int {
		return slices.Index(ids, a.ID) - slices.Index(ids, b.ID)
	})
	return found, nil
}
