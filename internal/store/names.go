package store

import (
	"context"
	"fmt"
	"strings"

	"xiaoguan/internal/fact"
)

// PersonNames returns the present names of persons by id; unknown ids are left out.
func (tx *Tx) PersonNames(ctx context.Context, ids []int64) (map[int64]string, error) {
	return tx.presentNames(ctx, "person", ids)
}

// CustomerNames returns the present names of customers by id; unknown ids are left out.
func (tx *Tx) CustomerNames(ctx context.Context, ids []int64) (map[int64]string, error) {
	return tx.presentNames(ctx, "customer", ids)
}

// presentNames reads names of a table of facts, some hundred at a time.
func (tx *Tx) presentNames(ctx context.Context, table string, ids []int64) (map[int64]string, error) {
	names := make(map[int64]string, len(ids))
	const portion = 500
	for len(ids) > 0 {
		some := ids[:min(portion, len(ids))]
		ids = ids[len(some):]
		args := []any{int64(fact.Open)}
		var marks []string
		for _, id := range some {
			args = append(args, id)
			marks = append(marks, fmt.Sprintf("$%d", len(args)))
		}
		err := each(ctx, tx, func(r rows) error {
			var id int64
			var name string
			if err := r.Scan(&id, &name); err != nil {
				return err
			}
			names[id] = name
			return nil
		}, "SELECT id, name FROM "+table+" WHERE superseded_in = $1 AND id IN ("+strings.Join(marks, ", ")+")", args...)
		if err != nil {
			return nil, err
		}
	}
	return names, nil
}

// TeamNames returns the present names of all teams by id.
func (tx *Tx) TeamNames(ctx context.Context) (map[int64]string, error) {
	names := map[int64]string{}
	err := each(ctx, tx, func(r rows) error {
		var id int64
		var name string
		err := r.Scan(&id, &name)
		names[id] = name
		return err
	}, "SELECT id, name FROM team WHERE superseded_in = $1", int64(fact.Open))
	return names, err
}

// RegionNames returns the names of the regions of today by id.
func (tx *Tx) RegionNames(ctx context.Context) (map[int64]string, error) {
	names := map[int64]string{}
	err := each(ctx, tx, func(r rows) error {
		var id int64
		var name string
		err := r.Scan(&id, &name)
		names[id] = name
		return err
	}, "SELECT id, name FROM region WHERE superseded_in = "+openBatch+" AND valid_from <= $1 AND $1 < valid_to", tx.Today().String())
	return names, err
}

// PersonByKey returns the id of the person with the company's number. Errors: not found.
func (tx *Tx) PersonByKey(ctx context.Context, key string) (int64, error) {
	return one(ctx, tx, "access.person_unknown", func(r rows, id *int64) error { return r.Scan(id) },
		"SELECT id FROM person WHERE key = $1 AND superseded_in = $2", key, int64(fact.Open))
}

// PersonKey returns the company's number of the person. Errors: not found.
func (tx *Tx) PersonKey(ctx context.Context, id int64) (string, error) {
	return one(ctx, tx, "access.person_unknown", func(r rows, key *string) error { return r.Scan(key) },
		"SELECT key FROM person WHERE id = $1 AND superseded_in = $2", id, int64(fact.Open))
}
