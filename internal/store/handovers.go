package store

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/handover"
	"xiaoguan/internal/opportunity"
)

// HandOvers returns the store of package handover.
func (db *DB) HandOvers() handover.Store { return handOverStore{db} }

type handOverStore struct{ db *DB }

// InTx implements handover.Store.
func (s handOverStore) InTx(ctx context.Context, fn func(handover.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

// Read implements handover.Store.
func (s handOverStore) Read(ctx context.Context, fn func(handover.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

// leaverSelect reads persons as of the day $1 with what is theirs; behind it come conditions on p.
const leaverSelect = `SELECT p.id, p.key, p.name, COALESCE(a.level, ''), COALESCE(a.team_id, 0), COALESCE(t.key, ''), COALESCE(t.name, ''), COALESCE(t.region_id, 0), COALESCE(g.name, ''), p.hired_on <= $1 AND $1 < p.left_on, p.left_on,
	(SELECT COUNT(*) FROM holding h WHERE h.owner_id = p.id), (SELECT COUNT(*) FROM opportunity o WHERE o.owner_id = p.id AND o.state = 'open'),
	(SELECT COUNT(*) FROM task k WHERE k.person_id = p.id AND k.state = 'open'),
	(SELECT COUNT(*) FROM instalment i JOIN contract e ON e.id = i.contract_id AND e.state = 'signed' WHERE i.owner_id = p.id AND i.left_minor > 0) FROM person p
	LEFT JOIN assignment a ON a.person_id = p.id AND a.superseded_in = ` + openBatch + ` AND a.valid_from <= CASE WHEN $1 < p.left_on THEN $1 ELSE p.left_on END
		AND CASE WHEN $1 < p.left_on THEN $1 ELSE p.left_on END <= a.valid_to
		AND NOT EXISTS (SELECT 1 FROM assignment b WHERE b.person_id = p.id AND b.superseded_in = ` + openBatch + ` AND b.valid_from > a.valid_from AND b.valid_from <= CASE WHEN $1 < p.left_on THEN $1 ELSE p.left_on END)
	LEFT JOIN team t ON t.id = a.team_id AND t.superseded_in = ` + openBatch + ` AND t.valid_from <= $1 AND $1 < t.valid_to
	LEFT JOIN region g ON g.id = t.region_id AND g.superseded_in = ` + openBatch + ` AND g.valid_from <= $1 AND $1 < g.valid_to
	WHERE p.superseded_in = ` + openBatch

func scanLeaver(r rows, l *handover.Leaver) error {
	return r.Scan(&l.ID, &l.Key, &l.Name, &l.Level, &l.TeamID, &l.Team, &l.TeamName, &l.RegionID, &l.Region, &l.Employed, scanDate(&l.Left), &l.Customers, &l.Opportunities, &l.Tasks, &l.Instalments)
}

// Leavers implements handover.Reader.
func (tx *Tx) Leavers(ctx context.Context, scope access.Scope, today, until calendar.Date, limit int) ([]handover.Leaver, error) {
	condition, args := personsInReach(scope, today, "p.id", 4)
	return collect(ctx, tx, scanLeaver, leaverSelect+` AND p.left_on <= $2 AND (EXISTS (SELECT 1 FROM holding h WHERE h.owner_id = p.id)
		OR EXISTS (SELECT 1 FROM opportunity o WHERE o.owner_id = p.id AND o.state = 'open') OR EXISTS (SELECT 1 FROM task k WHERE k.person_id = p.id AND k.state = 'open')
		OR EXISTS (SELECT 1 FROM instalment i JOIN contract e ON e.id = i.contract_id AND e.state = 'signed' WHERE i.owner_id = p.id AND i.left_minor > 0))
		AND `+condition+` ORDER BY p.left_on DESC, p.id LIMIT $3`, append([]any{today.String(), until.String(), int64(limit)}, args...)...)
}

// LeaverOf implements handover.Reader.
func (tx *Tx) LeaverOf(ctx context.Context, personID int64, on calendar.Date) (handover.Leaver, error) {
	return one(ctx, tx, "org.person_missing", scanLeaver, leaverSelect+" AND p.id = $2", on.String(), personID)
}

// CustomersOf implements handover.Reader.
func (tx *Tx) CustomersOf(ctx context.Context, personID int64, limit int) ([]handover.Customer, error) {
	return collect(ctx, tx, func(r rows, c *handover.Customer) error {
		c.Contact, c.Opportunity, c.Deal, c.ContractEnd = calendar.NoDate, calendar.NoDate, calendar.NoDate, calendar.NoDate
		return r.Scan(append(holdingDestinations(&c.Holding), &c.Name, &c.Tier, &c.Region, &c.Opportunities, &c.Deals)...)
	}, `SELECT `+holdingSelect+`, c.name, `+tierNow+`, c.region, (SELECT COUNT(*) FROM opportunity o WHERE o.customer_id = h.customer_id AND o.owner_id = h.owner_id AND o.state = 'open'),
		(SELECT COUNT(*) FROM deal d WHERE `+boughtBy("d.customer_id", "h.customer_id")+` AND d.superseded_in = `+openBatch+`)
		FROM holding h JOIN customer c ON c.id = h.customer_id AND c.superseded_in = `+openBatch+` WHERE h.owner_id = $1 ORDER BY h.customer_id LIMIT $2`, personID, int64(limit))
}

// LooseWork implements handover.Reader.
func (tx *Tx) LooseWork(ctx context.Context, personID int64) ([]opportunity.Opportunity, []int64, error) {
	open, err := collect(ctx, tx, scanOpportunity, opportunitySelect+"opportunity"+opportunityNames+` WHERE o.owner_id = $1 AND o.state = 'open'
		AND NOT EXISTS (SELECT 1 FROM holding h WHERE h.customer_id = o.customer_id AND h.owner_id = $1) ORDER BY o.id`, personID)
	if err != nil {
		return nil, nil, err
	}
	tasks, err := collect(ctx, tx, func(r rows, id *int64) error { return r.Scan(id) }, `SELECT t.id FROM task t LEFT JOIN opportunity o ON o.id = t.opportunity_id
		WHERE t.person_id = $1 AND t.state = 'open' AND NOT EXISTS (SELECT 1 FROM holding h WHERE h.customer_id = `+taskCustomer+` AND h.owner_id = $1) ORDER BY t.id`, personID)
	return open, tasks, err
}

// ContractsOf implements handover.Reader. A signed one has not ended while something of it is to be collected or its last day has not come.
func (tx *Tx) ContractsOf(ctx context.Context, personID int64, today calendar.Date, limit int) ([]handover.Contract, error) {
	list, err := collect(ctx, tx, func(r rows, c *handover.Contract) error {
		return r.Scan(&c.ID, &c.Number, &c.Title, &c.CustomerID, &c.Customer)
	}, `SELECT c.id, c.number, c.title, c.customer_id, COALESCE(k.name, '') FROM contract c LEFT JOIN customer k ON k.id = c.customer_id AND k.superseded_in = `+openBatch+`
		WHERE c.owner_id = $1 AND (c.state IN ('draft', 'waiting', 'approved') OR c.state = 'signed' AND (c.ends_on = '' OR c.ends_on >= $2
		OR EXISTS (SELECT 1 FROM instalment i WHERE i.contract_id = c.id AND i.left_minor > 0))) ORDER BY c.id LIMIT $3`, personID, today.String(), int64(limit))
	if err != nil || len(list) == 0 {
		return list, err
	}
	at, ids := map[int64]int{}, make([]int64, len(list))
	for i := range list {
		at[list[i].ID], ids[i] = i, list[i].ID
	}
	return list, each(ctx, tx, func(r rows) error {
		var id int64
		var i handover.Instalment
		if err := r.Scan(&id, &i.Number, &i.Name, scanDate(&i.DueOn), &i.LeftMinor, &i.Currency); err != nil {
			return err
		}
		list[at[id]].Instalments = append(list[at[id]].Instalments, i)
		return nil
	}, `SELECT i.contract_id, i.number, i.name, i.due_on, i.left_minor, i.currency FROM instalment i JOIN contract c ON c.id = i.contract_id AND c.state = 'signed'
		WHERE i.contract_id IN (`+listed(ids)+`) AND i.left_minor > 0 ORDER BY i.contract_id, i.due_on, i.number`)
}

// HeldByTier implements handover.Reader.
func (tx *Tx) HeldByTier(ctx context.Context, persons []int64) (map[int64]map[string]int, error) {
	held := map[int64]map[string]int{}
	if len(persons) == 0 {
		return held, nil
	}
	return held, each(ctx, tx, func(r rows) error {
		var person int64
		var tier string
		var count int
		if err := r.Scan(&person, &tier, &count); err != nil {
			return err
		}
		if held[person] == nil {
			held[person] = map[string]int{}
		}
		held[person][tier] = count
		return nil
	}, `SELECT owner_id, tier, COUNT(*) FROM (SELECT h.owner_id, `+tierNow+` AS tier FROM holding h JOIN customer c ON c.id = h.customer_id AND c.superseded_in = `+openBatch+` WHERE h.owner_id IN (`+listed(persons)+`)) x GROUP BY owner_id, tier`)
}
