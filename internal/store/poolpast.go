package store

import (
	"context"
	"strconv"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/pool"
)

// Histories implements pool.Reader: what happened to owned customers above an id, by id. Where nobody recorded since when an owner has a customer,
// it counts from the first opportunity or deal.
func (tx *Tx) Histories(ctx context.Context, after int64, limit int) ([]pool.Past, error) {
	today := tx.Today().String()
	list, err := collect(ctx, tx, func(r rows, p *pool.Past) error {
		var way string
		if err := r.Scan(&p.CustomerID, &p.OwnerID, scanDate(&p.OwnedSince), &p.Locked, &p.Tier, &p.OwnerName, &p.Team, &way); err != nil {
			return err
		}
		p.ID, p.Owner = strconv.FormatInt(p.CustomerID, 10), strconv.FormatInt(p.OwnerID, 10)
		if way == string(pool.WayStart) {
			p.OwnedSince = calendar.NoDate
		}
		return nil
	}, `SELECT h.customer_id, h.owner_id, h.since, h.locked, `+tierNow+`, COALESCE(p.name, ''), COALESCE(t.name, ''),
		COALESCE((SELECT s.way FROM holding_step s WHERE s.customer_id = h.customer_id AND s.undone_in = 0 ORDER BY s.id DESC LIMIT 1), '')
		FROM holding h JOIN customer c ON c.id = h.customer_id AND c.superseded_in = `+openBatch+`
		LEFT JOIN person p ON p.id = h.owner_id AND p.superseded_in = `+openBatch+`
		LEFT JOIN assignment a ON a.person_id = h.owner_id AND a.superseded_in = `+openBatch+` AND a.valid_from <= $3 AND $3 < a.valid_to
		LEFT JOIN team t ON t.id = a.team_id AND t.superseded_in = `+openBatch+` AND t.valid_from <= $3 AND $3 < t.valid_to
		WHERE h.owner_id <> 0 AND h.customer_id > $1 ORDER BY h.customer_id LIMIT $2`, after, int64(limit), today)
	if err != nil || len(list) == 0 {
		return list, err
	}
	at, ids := make(map[int64]*pool.Past, len(list)), make([]int64, len(list))
	for i := range list {
		at[list[i].CustomerID], ids[i] = &list[i], list[i].CustomerID
	}
	if err := tx.addPast(ctx, at, ids); err != nil {
		return nil, err
	}
	for i := range list {
		if list[i].OwnedSince == calendar.NoDate {
			list[i].OwnedSince = firstDay(&list[i])
		}
	}
	return list, nil
}

// firstDay is the first day on which something happened; today where nothing did, so that no time passed.
func firstDay(p *pool.Past) calendar.Date {
	first := calendar.Forever
	for _, o := range p.Opportunities {
		first = min(first, o.From)
	}
	for _, day := range p.Deals {
		first = min(first, day)
	}
	return first
}

func (tx *Tx) addPast(ctx context.Context, at map[int64]*pool.Past, of []int64) error {
	ids := listed(of)
	if err := tx.contractSpans(ctx, of, func(id int64, from, end calendar.Date) {
		at[id].Contracts = append(at[id].Contracts, calendar.Interval{From: from, To: end + 1})
	}); err != nil {
		return err
	}
	err := each(ctx, tx, func(r rows) error {
		var id int64
		var opened time.Time
		var ended calendar.Date
		if err := r.Scan(&id, scanTime(&opened), scanDate(&ended)); err != nil {
			return err
		}
		if ended == calendar.NoDate {
			ended = calendar.Forever
		}
		at[id].Opportunities = append(at[id].Opportunities, calendar.Interval{From: tx.dayOf(opened), To: ended})
		return nil
	}, "SELECT customer_id, created_at, ended_on FROM opportunity WHERE customer_id IN ("+ids+")")
	if err != nil {
		return err
	}
	err = each(ctx, tx, func(r rows) error {
		var id int64
		var occurred time.Time
		if err := r.Scan(&id, scanTime(&occurred)); err != nil {
			return err
		}
		at[id].Contacts = append(at[id].Contacts, tx.dayOf(occurred))
		return nil
	}, "SELECT o.customer_id, f.occurred_at FROM opportunity o JOIN follow_up f ON f.opportunity_id = o.id WHERE o.customer_id IN ("+ids+")")
	if err != nil {
		return err
	}
	err = tx.eachSpoken(ctx, ids, "occurred_at", "", func(id int64, on calendar.Date) { at[id].Contacts = append(at[id].Contacts, on) })
	if err != nil {
		return err
	}
	return each(ctx, tx, func(r rows) error {
		var id int64
		var signed calendar.Date
		if err := r.Scan(&id, scanDate(&signed)); err != nil {
			return err
		}
		at[id].Deals = append(at[id].Deals, signed)
		return nil
	}, "SELECT "+livesAs("d.customer_id")+", d.signed_on FROM deal d WHERE "+boughtByAny("d.customer_id", ids)+" AND d.superseded_in = "+openBatch)
}
