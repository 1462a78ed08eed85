package store

import (
	"context"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/followup"
	"xiaoguan/internal/metric"
)

// FollowUpFacts implements metric.Follower. Those with leads keep their number when they go along to an opportunity.
func (tx *Tx) FollowUpFacts(ctx context.Context, ids []int64) ([]metric.FollowUpFacts, error) {
	return collect(ctx, tx, func(r rows, f *metric.FollowUpFacts) error {
		var at time.Time
		var kind followup.Kind
		if err := r.Scan(&f.ID, &f.PersonID, scanTime(&at), &kind); err != nil {
			return err
		}
		f.On, f.Visit = tx.dayOf(at), kind == followup.KindVisit
		return nil
	}, "SELECT id, person_id, occurred_at, kind FROM follow_up WHERE id IN ("+listed(ids)+")"+
		" UNION SELECT id, person_id, occurred_at, kind FROM lead_follow_up WHERE id IN ("+listed(ids)+") ORDER BY 1")
}

// CustomerFacts implements metric.Follower.
func (tx *Tx) CustomerFacts(ctx context.Context, ids []int64) ([]metric.CustomerFacts, error) {
	list, err := collect(ctx, tx, func(r rows, f *metric.CustomerFacts) error {
		var at time.Time
		f.FirstOn = calendar.NoDate
		if err := r.Scan(&f.ID, &f.OwnerID, scanTime(&at)); err != nil {
			return err
		}
		f.EnteredOn = tx.dayOf(at)
		return nil
	}, `SELECT c.id, COALESCE(h.owner_id, 0), b.recorded_at FROM customer c JOIN batch b ON b.id = (SELECT MIN(f.recorded_in) FROM customer f WHERE f.id = c.id)
		LEFT JOIN holding h ON h.customer_id = c.id WHERE c.superseded_in = `+openBatch+" AND c.id IN ("+listed(ids)+") AND "+noAlias("c.id")+" ORDER BY c.id")
	if err != nil || len(list) == 0 {
		return nil, err
	}
	places, deals := map[int64]int{}, map[int64]int{}
	for i := range list {
		places[list[i].ID] = i
	}
	if err := each(ctx, tx, func(r rows) error {
		var customer, deal int64
		var on calendar.Date
		if err := r.Scan(&customer, &deal, scanDate(&on)); err != nil {
			return err
		}
		at, known := places[customer]
		if !known {
			return nil
		}
		if f := &list[at]; f.FirstOn == calendar.NoDate || on < f.FirstOn || on == f.FirstOn && deal < f.FirstDeal {
			f.FirstOn, f.FirstDeal = on, deal
		}
		return nil
	}, "SELECT "+livesAs("d.customer_id")+", d.id, d.signed_on FROM deal d WHERE "+boughtByAny("d.customer_id", listed(ids))+" AND d.superseded_in = "+openBatch); err != nil {
		return nil, err
	}
	var first []int64
	for i := range list {
		if list[i].FirstOn != calendar.NoDate {
			deals[list[i].FirstDeal], first = i, append(first, list[i].FirstDeal)
		}
	}
	return list, each(ctx, tx, func(r rows) error {
		var deal int64
		var share metric.Share
		if err := r.Scan(&deal, &share.PersonID, &share.BasisPoints); err != nil {
			return err
		}
		f := &list[deals[deal]]
		f.Shares = append(f.Shares, share)
		return nil
	}, "SELECT deal_id, person_id, basis_points FROM deal_share WHERE superseded_in = "+openBatch+" AND deal_id IN ("+listed(first)+") ORDER BY deal_id, position")
}
