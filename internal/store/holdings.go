package store

import (
	"context"
	"encoding/json"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/pool"
)

// Pools returns the store of package pool.
func (db *DB) Pools() pool.Store { return poolStore{db} }

type poolStore struct{ db *DB }

// InTx implements pool.Store.
func (s poolStore) InTx(ctx context.Context, fn func(pool.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

// Read implements pool.Store.
func (s poolStore) Read(ctx context.Context, fn func(pool.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

var holdingColumns = []string{"customer_id", "owner_id", "pool", "since", "former_id", "locked", "revision"}

const holdingSelect = "h.customer_id, h.owner_id, h.pool, h.since, h.former_id, h.locked, h.revision"

func holdingValues(h pool.Holding) []any {
	return []any{h.CustomerID, h.OwnerID, h.Pool, h.Since.String(), h.FormerID, h.Locked, h.Revision}
}

func holdingDestinations(h *pool.Holding) []any {
	return []any{&h.CustomerID, &h.OwnerID, &h.Pool, scanDate(&h.Since), &h.FormerID, &h.Locked, &h.Revision}
}

// Holding implements pool.Reader.
func (tx *Tx) Holding(ctx context.Context, customerID int64) (pool.Holding, error) {
	found, err := collect(ctx, tx, func(r rows, h *pool.Holding) error { return r.Scan(holdingDestinations(h)...) },
		"SELECT "+holdingSelect+" FROM holding h WHERE h.customer_id = $1", customerID)
	if err != nil || len(found) == 0 {
		return pool.Holding{CustomerID: customerID, Since: calendar.NoDate}, err
	}
	return found[0], nil
}

// SaveHolding implements pool.Tx.
func (tx *Tx) SaveHolding(ctx context.Context, h pool.Holding) error {
	if h.Revision == 1 {
		return tx.insertRow(ctx, "holding", holdingColumns, holdingValues(h))
	}
	return mustChange(ctx, tx, "pool.changed_meanwhile", `UPDATE holding SET owner_id = $2, pool = $3, since = $4, former_id = $5, locked = $6, revision = $7
		WHERE customer_id = $1 AND revision = $7 - 1`, holdingValues(h)...)
}

var stepColumns = []string{"id", "act_id", "customer_id", "revision", "at", "on_day", "way", "from_owner", "from_pool", "from_since", "from_former", "from_locked", "to_owner", "to_pool",
	"cause", "passed", "actor_name", "undone_in"}

func stepValues(s pool.Step) ([]any, error) {
	passed, err := json.Marshal(s.Passed)
	return []any{s.ID, s.ActID, s.CustomerID, s.Revision, instant(s.At), s.On.String(), string(s.Way), s.From.OwnerID, s.From.Pool, optionalDay(s.From.Since), s.From.FormerID, s.From.Locked,
		s.ToOwner, s.ToPool, s.Cause, string(passed), s.ActorName, s.UndoneIn}, err
}

// InsertStep implements pool.Tx.
func (tx *Tx) InsertStep(ctx context.Context, s pool.Step) error {
	values, err := stepValues(s)
	if err != nil {
		return err
	}
	return tx.insertRow(ctx, "holding_step", stepColumns, values)
}

// PutHoldings implements pool.Tx.
func (tx *Tx) PutHoldings(ctx context.Context, holdings []pool.Holding, steps []pool.Step) error {
	if len(holdings) == 0 {
		return nil
	}
	if err := putRows(ctx, tx, "holding", holdingColumns, holdings, holdingValues); err != nil {
		return err
	}
	first, err := tx.nextNumbers(ctx, "holding_step", len(steps))
	if err != nil {
		return err
	}
	b := tx.bulk("holding_step", stepColumns...)
	for i, s := range steps {
		s.ID = first + int64(i)
		values, err := stepValues(s)
		if err != nil {
			return err
		}
		if err := b.add(ctx, values...); err != nil {
			return err
		}
	}
	return b.flush(ctx)
}

// MarkStepUndone implements pool.Tx.
func (tx *Tx) MarkStepUndone(ctx context.Context, id, act int64) error {
	return mustChange(ctx, tx, "pool.undone_already", "UPDATE holding_step SET undone_in = $2 WHERE id = $1 AND undone_in = 0", id, act)
}

// stepSelect reads steps with the names of who is meant; behind it come conditions on s.
const stepSelect = `SELECT s.id, s.act_id, s.customer_id, s.revision, s.at, s.on_day, s.way, s.from_owner, s.from_pool, s.from_since, s.from_former, s.from_locked, s.to_owner, s.to_pool,
	s.cause, s.passed, s.actor_name, s.undone_in, COALESCE(f.name, ''), COALESCE(t.name, ''), COALESCE(c.name, '') FROM holding_step s
	LEFT JOIN person f ON f.id = s.from_owner AND f.superseded_in = ` + openBatch + `
	LEFT JOIN person t ON t.id = s.to_owner AND t.superseded_in = ` + openBatch + `
	LEFT JOIN customer c ON c.id = s.customer_id AND c.superseded_in = ` + openBatch + ` WHERE `

func scanStep(r rows, s *pool.Step) error {
	var passed string
	if err := r.Scan(&s.ID, &s.ActID, &s.CustomerID, &s.Revision, scanTime(&s.At), scanDate(&s.On), &s.Way, &s.From.OwnerID, &s.From.Pool, scanDate(&s.From.Since), &s.From.FormerID, &s.From.Locked,
		&s.ToOwner, &s.ToPool, &s.Cause, &passed, &s.ActorName, &s.UndoneIn, &s.FromName, &s.ToName, &s.CustomerName); err != nil {
		return err
	}
	s.From.CustomerID = s.CustomerID
	return json.Unmarshal([]byte(passed), &s.Passed)
}

// HoldingSteps implements pool.Reader.
func (tx *Tx) HoldingSteps(ctx context.Context, customerID int64, limit int) ([]pool.Step, error) {
	return collect(ctx, tx, scanStep, stepSelect+"s.customer_id = $1 ORDER BY s.id DESC LIMIT $2", customerID, int64(limit))
}

// ActSteps implements pool.Reader.
func (tx *Tx) ActSteps(ctx context.Context, actID, after int64, limit int) ([]pool.Step, error) {
	return collect(ctx, tx, scanStep, stepSelect+"s.act_id = $1 AND s.id > $2 ORDER BY s.id LIMIT $3", actID, after, int64(limit))
}

var actColumns = []string{"id", "way", "at", "on_day", "actor_id", "actor_name", "cause", "customers", "opportunities", "tasks", "undone_in", "undoes"}

const actSelect = "SELECT id, way, at, on_day, actor_id, actor_name, cause, customers, opportunities, tasks, undone_in, undoes FROM holding_act WHERE "

func scanAct(r rows, a *pool.Act) error {
	return r.Scan(&a.ID, &a.Way, scanTime(&a.At), scanDate(&a.On), &a.ActorID, &a.ActorName, &a.Cause, &a.Customers, &a.Opportunities, &a.Tasks, &a.UndoneIn, &a.Undoes)
}

// InsertAct implements pool.Tx.
func (tx *Tx) InsertAct(ctx context.Context, a pool.Act) error {
	return tx.insertRow(ctx, "holding_act", actColumns, []any{a.ID, string(a.Way), instant(a.At), a.On.String(), a.ActorID, a.ActorName, a.Cause, a.Customers, a.Opportunities, a.Tasks, a.UndoneIn, a.Undoes})
}

// SaveAct implements pool.Tx.
func (tx *Tx) SaveAct(ctx context.Context, a pool.Act) error {
	return mustChange(ctx, tx, "pool.no_such_act", "UPDATE holding_act SET customers = $2, opportunities = $3, tasks = $4, undone_in = $5, undoes = $6 WHERE id = $1",
		a.ID, a.Customers, a.Opportunities, a.Tasks, a.UndoneIn, a.Undoes)
}

// HoldingActs implements pool.Reader.
func (tx *Tx) HoldingActs(ctx context.Context, before int64, limit int) ([]pool.Act, error) {
	c := &filters{}
	c.add("customers > 0")
	if before != 0 {
		c.add("id < ?", before)
	}
	return collect(ctx, tx, scanAct, actSelect+c.where()[len(" WHERE "):]+" ORDER BY id DESC LIMIT "+c.parameter(int64(limit)), c.args...)
}

// HoldingAct implements pool.Reader.
func (tx *Tx) HoldingAct(ctx context.Context, id int64) (pool.Act, error) {
	return one(ctx, tx, "pool.no_such_act", scanAct, actSelect+"id = $1", id)
}

// OpenWork implements pool.Tx.
func (tx *Tx) OpenWork(ctx context.Context, customerID, personID int64) ([]opportunity.Opportunity, []int64, error) {
	open, err := collect(ctx, tx, scanOpportunity, opportunitySelect+"opportunity"+opportunityNames+" WHERE o.customer_id = $1 AND o.owner_id = $2 AND o.state = 'open' ORDER BY o.id", customerID, personID)
	if err != nil {
		return nil, nil, err
	}
	tasks, err := collect(ctx, tx, func(r rows, id *int64) error { return r.Scan(id) }, `SELECT t.id FROM task t LEFT JOIN opportunity o ON o.id = t.opportunity_id
		WHERE `+taskCustomer+` = $1 AND t.person_id = $2 AND t.state = 'open' ORDER BY t.id`, customerID, personID)
	return open, tasks, err
}

// OpportunitiesByID implements pool.Tx.
func (tx *Tx) OpportunitiesByID(ctx context.Context, ids []int64) ([]opportunity.Opportunity, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return collect(ctx, tx, scanOpportunity, opportunitySelect+"opportunity"+opportunityNames+" WHERE o.id IN ("+listed(ids)+") ORDER BY o.id")
}

// NewInBatch implements pool.Tx.
func (tx *Tx) NewInBatch(ctx context.Context, batch fact.BatchID, after int64, limit int) ([]int64, error) {
	return collect(ctx, tx, func(r rows, id *int64) error { return r.Scan(id) }, `SELECT c.id FROM customer c WHERE c.superseded_in = `+openBatch+` AND c.recorded_in = $1 AND c.id > $2
		AND NOT EXISTS (SELECT 1 FROM customer e WHERE e.id = c.id AND e.recorded_in < $1) AND NOT EXISTS (SELECT 1 FROM holding h WHERE h.customer_id = c.id) ORDER BY c.id LIMIT $3`, int64(batch), after, int64(limit))
}

// DropTaken implements pool.Tx.
func (tx *Tx) DropTaken(ctx context.Context, actID, undoneIn int64) (int64, error) {
	dropped, err := tx.exec(ctx, `DELETE FROM holding WHERE customer_id IN (SELECT customer_id FROM holding_step WHERE act_id = $1)
		AND revision = (SELECT MAX(s.revision) FROM holding_step s WHERE s.act_id = $1 AND s.customer_id = holding.customer_id)`, actID)
	if err != nil {
		return 0, err
	}
	_, err = tx.exec(ctx, "UPDATE holding_step SET undone_in = $2 WHERE act_id = $1 AND undone_in = 0", actID, undoneIn)
	return dropped, err
}

// PassContracts implements pool.Tx.
func (tx *Tx) PassContracts(ctx context.Context, ids []int64, from, to int64) error {
	if _, err := tx.exec(ctx, "UPDATE contract SET owner_id = $1, revision = revision + 1 WHERE owner_id = $2 AND id IN ("+listed(ids)+")", to, from); err != nil {
		return err
	}
	for _, id := range ids {
		if err := tx.passContract(ctx, "id = $1 AND owner_id = $2", id, to); err != nil {
			return err
		}
	}
	return nil
}

// PassTasks implements pool.Tx.
func (tx *Tx) PassTasks(ctx context.Context, ids []int64, to int64) error {
	_, err := tx.exec(ctx, "UPDATE task SET person_id = $1, revision = revision + 1 WHERE state = 'open' AND id IN ("+listed(ids)+")", to)
	return err
}
