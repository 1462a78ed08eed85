package store

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"xiaoguan/internal/customer"
	"xiaoguan/internal/merge"
	"xiaoguan/internal/pool"
)

// Merges returns the store of package merge.
func (db *DB) Merges() merge.Store { return mergeStore{db} }

type mergeStore struct{ db *DB }

// InTx implements merge.Store.
func (s mergeStore) InTx(ctx context.Context, fn func(merge.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

// Read implements merge.Store.
func (s mergeStore) Read(ctx context.Context, fn func(merge.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

// pairHead is a merge.Head of customer alias.
func pairHead(alias string) string {
	return strings.ReplaceAll(`?.id, ?.key, ?.name, ?.city, COALESCE((SELECT p.name FROM holding h JOIN person p ON p.id = h.owner_id AND p.superseded_in = `+openBatch+` WHERE h.customer_id = ?.id), ''),
		(SELECT COUNT(*) FROM deal d WHERE `+boughtBy("d.customer_id", "?.id")+` AND d.superseded_in = `+openBatch+`)`, "?", alias)
}

func headDestinations(h *merge.Head) []any {
	return []any{&h.ID, &h.Key, &h.Name, &h.City, &h.Owner, &h.Deals}
}

// CustomerPairs implements merge.Reader.
func (tx *Tx) CustomerPairs(ctx context.Context, reach customer.Reach, ground merge.Ground, after *merge.Place, limit int) ([]merge.Listed, error) {
	c := &filters{}
	c.add("q.state = ?", merge.PairOpen)
	if ground != "" {
		c.add("q.rank = ?", ground.Rank())
	}
	if after != nil {
		c.add("(q.rank, q.low_id, q.high_id) > (?, ?, ?)", after.Rank, after.LowID, after.HighID)
	}
	c.add(noAlias("q.low_id"))
	c.add(noAlias("q.high_id"))
	c.customerWithin(reach, "q.low_id")
	c.customerWithin(reach, "q.high_id")
	page := "SELECT q.low_id, q.high_id, q.rank, q.grounds FROM customer_pair q" + c.where() + " ORDER BY q.rank, q.low_id, q.high_id LIMIT " + c.parameter(int64(limit))
	return collect(ctx, tx, func(r rows, l *merge.Listed) error {
		var grounds string
		if err := r.Scan(append(append([]any{&grounds}, headDestinations(&l.Low)...), headDestinations(&l.High)...)...); err != nil {
			return err
		}
		l.Pair = merge.Pair{LowID: l.Low.ID, HighID: l.High.ID, Grounds: merge.SplitGrounds(grounds)}
		return nil
	}, "SELECT e.grounds, "+pairHead("a")+", "+pairHead("b")+" FROM ("+page+") e JOIN customer a ON a.id = e.low_id AND a.superseded_in = "+openBatch+
		" JOIN customer b ON b.id = e.high_id AND b.superseded_in = "+openBatch+" ORDER BY e.rank, e.low_id, e.high_id", c.args...)
}

// CustomerPair implements merge.Reader.
func (tx *Tx) CustomerPair(ctx context.Context, lowID, highID int64) (p merge.Pair, state string, err error) {
	p = merge.Pair{LowID: lowID, HighID: highID}
	err = each(ctx, tx, func(r rows) error {
		var grounds string
		err := r.Scan(&grounds, &state)
		p.Grounds = merge.SplitGrounds(grounds)
		return err
	}, "SELECT grounds, state FROM customer_pair WHERE low_id = $1 AND high_id = $2", lowID, highID)
	return p, state, err
}

var pairColumns = []string{"low_id", "high_id", "rank", "grounds", "state", "look_id", "decided_by", "decided_at"}

// PutPairs implements merge.Tx. What somebody said of a pair stays.
func (tx *Tx) PutPairs(ctx context.Context, lookID int64, pairs []merge.Pair) error {
	for _, p := range pairs {
		if _, err := tx.exec(ctx, "INSERT INTO customer_pair ("+strings.Join(pairColumns, ", ")+`) VALUES ($1, $2, $3, $4, $5, $6, '', '')
			ON CONFLICT (low_id, high_id) DO UPDATE SET rank = excluded.rank, grounds = excluded.grounds, look_id = excluded.look_id`,
			p.LowID, p.HighID, p.Rank(), merge.JoinGrounds(p.Grounds), merge.PairOpen, lookID); err != nil {
			return err
		}
	}
	return nil
}

// SetPair implements merge.Tx.
func (tx *Tx) SetPair(ctx context.Context, p merge.Pair, state, by string) error {
	return mustChange(ctx, tx, "merge.no_such_pair", "UPDATE customer_pair SET state = $3, decided_by = $4, decided_at = $5 WHERE low_id = $1 AND high_id = $2", p.LowID, p.HighID, state, by, instant(tx.Now()))
}

// DropPairs implements merge.Tx.
func (tx *Tx) DropPairs(ctx context.Context, lookID int64) error {
	_, err := tx.exec(ctx, "DELETE FROM customer_pair WHERE state = $1 AND look_id < $2", merge.PairOpen, lookID)
	return err
}

// RemovePairsOf implements merge.Tx.
func (tx *Tx) RemovePairsOf(ctx context.Context, customerID int64) error {
	_, err := tx.exec(ctx, "DELETE FROM customer_pair WHERE state = $1 AND (low_id = $2 OR high_id = $2)", merge.PairOpen, customerID)
	return err
}

// CustomerLook implements merge.Reader.
func (tx *Tx) CustomerLook(ctx context.Context) (merge.Look, error) {
	return oneOrZero(ctx, tx, func(r rows, l *merge.Look) error {
		return r.Scan(&l.ID, scanDate(&l.On), &l.JobID, scanTime(&l.FinishedAt), &l.Customers, &l.Pairs)
	}, "SELECT id, on_day, job_id, finished_at, customers, pairs FROM customer_look ORDER BY id DESC LIMIT 1")
}

// InsertLook implements merge.Tx.
func (tx *Tx) InsertLook(ctx context.Context, l merge.Look) error {
	return tx.insertRow(ctx, "customer_look", []string{"id", "on_day", "job_id", "finished_at", "customers", "pairs"}, []any{l.ID, l.On.String(), l.JobID, instant(l.FinishedAt), l.Customers, l.Pairs})
}

// SaveLook implements merge.Tx.
func (tx *Tx) SaveLook(ctx context.Context, l merge.Look) error {
	return mustChange(ctx, tx, "merge.missing", "UPDATE customer_look SET finished_at = $2, customers = $3, pairs = $4 WHERE id = $1", l.ID, instant(l.FinishedAt), l.Customers, l.Pairs)
}

// Likenesses implements merge.Reader.
func (tx *Tx) Likenesses(ctx context.Context, after int64, limit int) ([]merge.Likeness, error) {
	return collect(ctx, tx, func(r rows, l *merge.Likeness) error { return r.Scan(&l.ID, &l.Name, &l.CreditCode, &l.City) },
		"SELECT c.id, c.name, c.credit_code, c.city FROM customer c WHERE c.id > $1 AND c.superseded_in = "+openBatch+" AND "+noAlias("c.id")+" ORDER BY c.id LIMIT $2", after, int64(limit))
}

// ContactPhones implements merge.Reader.
func (tx *Tx) ContactPhones(ctx context.Context, after int64, limit int) ([]merge.ContactPhone, error) {
	return collect(ctx, tx, func(r rows, c *merge.ContactPhone) error { return r.Scan(&c.ContactID, &c.CustomerID, &c.Phone) },
		"SELECT id, customer_id, phone FROM contact WHERE id > $1 AND phone <> '' AND gone = FALSE ORDER BY id LIMIT $2", after, int64(limit))
}

// OwnersOfWork implements merge.Reader.
func (tx *Tx) OwnersOfWork(ctx context.Context, customerID int64) ([]int64, error) {
	return collect(ctx, tx, func(r rows, id *int64) error { return r.Scan(id) },
		"SELECT owner_id FROM holding WHERE customer_id = $1 AND owner_id <> 0 UNION SELECT owner_id FROM opportunity WHERE customer_id = $1 AND state = 'open' ORDER BY 1", customerID)
}

// PutHolding implements merge.Tx.
func (tx *Tx) PutHolding(ctx context.Context, h pool.Holding) error {
	return tx.insertRow(ctx, "holding", holdingColumns, holdingValues(h))
}

// RemoveHolding implements merge.Tx.
func (tx *Tx) RemoveHolding(ctx context.Context, customerID int64) error {
	_, err := tx.exec(ctx, "DELETE FROM holding WHERE customer_id = $1", customerID)
	return err
}

var mergeColumns = []string{"id", "survivor_id", "merged_id", "at", "until", "reason", "actor_id", "actor_name", "change", "moved", "undone_at", "undone_by", "stayed"}

// InsertMerge implements merge.Tx.
func (tx *Tx) InsertMerge(ctx context.Context, m merge.Merge) error {
	change, moved, stayed, err := mergeTexts(m)
	if err != nil {
		return err
	}
	return tx.insertRow(ctx, "customer_merge", mergeColumns, []any{m.ID, m.SurvivorID, m.MergedID, instant(m.At), m.Until.String(), m.Reason, m.ActorID, m.ActorName, change, moved, instant(m.UndoneAt), m.UndoneBy, stayed})
}

func mergeTexts(m merge.Merge) (change, moved, stayed string, err error) {
	texts := make([]string, 3)
	for i, v := range []any{m.Change, m.Moved, m.Stayed} {
		plain, err := json.Marshal(v)
		if err != nil {
			return "", "", "", err
		}
		texts[i] = string(plain)
	}
	return texts[0], texts[1], texts[2], nil
}

// SaveMerge implements merge.Tx.
func (tx *Tx) SaveMerge(ctx context.Context, m merge.Merge) error {
	_, moved, stayed, err := mergeTexts(m)
	if err != nil {
		return err
	}
	return mustChange(ctx, tx, "merge.undone_already", "UPDATE customer_merge SET moved = $2, undone_at = $3, undone_by = $4, stayed = $5 WHERE id = $1 AND undone_at = ''", m.ID, moved, instant(m.UndoneAt), m.UndoneBy, stayed)
}

var mergeSelect = "SELECT m." + strings.Join(mergeColumns, ", m.") + ", " + pairHead("a") + ", " + pairHead("b") + " FROM customer_merge m JOIN customer a ON a.id = m.survivor_id AND a.superseded_in = " + openBatch +
	" JOIN customer b ON b.id = m.merged_id AND b.superseded_in = " + openBatch

func scanMerge(r rows, m *merge.Merge) error {
	var change, moved, stayed string
	to := []any{&m.ID, &m.SurvivorID, &m.MergedID, scanTime(&m.At), scanDate(&m.Until), &m.Reason, &m.ActorID, &m.ActorName, &change, &moved, scanTime(&m.UndoneAt), &m.UndoneBy, &stayed}
	if err := r.Scan(append(append(to, headDestinations(&m.Survivor)...), headDestinations(&m.Merged)...)...); err != nil {
		return err
	}
	for text, v := range map[string]any{change: &m.Change, moved: &m.Moved, stayed: &m.Stayed} {
		if err := json.Unmarshal([]byte(text), v); err != nil {
			return err
		}
	}
	return nil
}

// CustomerMerge implements merge.Reader.
func (tx *Tx) CustomerMerge(ctx context.Context, id int64) (merge.Merge, error) {
	return one(ctx, tx, "merge.missing", scanMerge, mergeSelect+" WHERE m.id = $1", id)
}

// CustomerMerges implements merge.Reader.
func (tx *Tx) CustomerMerges(ctx context.Context, reach customer.Reach, before int64, limit int) ([]merge.Merge, error) {
	c := &filters{}
	if before != 0 {
		c.add("m.id < ?", before)
	}
	c.customerWithin(reach, livesAs("m.survivor_id"))
	return collect(ctx, tx, scanMerge, mergeSelect+c.where()+" ORDER BY m.id DESC LIMIT "+strconv.Itoa(limit), c.args...)
}
