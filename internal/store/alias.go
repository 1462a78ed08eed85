package store

import (
	"context"
	"slices"

	"xiaoguan/internal/customer"
)

// A customer that was merged into another one stays in facts, which are never overwritten. Wherever customers are shown or counted, its records
// read as those of the survivor, by these few conditions; what pay rests on (factload and what it reads) does not ask them.

// livesAs is the customer as whom the one in a column reads: itself, or the survivor.
func livesAs(column string) string {
	return "COALESCE((SELECT y.survivor_id FROM customer_alias y WHERE y.customer_id = " + column + "), " + column + ")"
}

// noAlias wants the customer in a column to be nobody's alias.
func noAlias(column string) string {
	return "NOT EXISTS (SELECT 1 FROM customer_alias y WHERE y.customer_id = " + column + ")"
}

// boughtBy wants the column of a fact to hold a customer or one that was merged into it.
func boughtBy(column, customer string) string {
	return "(" + column + " = " + customer + " OR " + column + " IN (SELECT y.customer_id FROM customer_alias y WHERE y.survivor_id = " + customer + "))"
}

// boughtByAny is boughtBy of several customers, as they are listed in SQL.
func boughtByAny(column, customers string) string {
	return "(" + column + " IN (" + customers + ") OR " + column + " IN (SELECT y.customer_id FROM customer_alias y WHERE y.survivor_id IN (" + customers + ")))"
}

// survivorsOf are the customers into which some of the ids were merged.
func (tx *Tx) survivorsOf(ctx context.Context, ids []int64) (survivors []int64, err error) {
	for some := range slices.Chunk(ids, fewMax) {
		found, err := collect(ctx, tx, func(r rows, id *int64) error { return r.Scan(id) }, "SELECT DISTINCT y.survivor_id FROM customer_alias y WHERE y.customer_id IN ("+listed(some)+") ORDER BY 1")
		if survivors = append(survivors, found...); err != nil {
			return nil, err
		}
	}
	return survivors, nil
}

// addFormerNames fills in how customers that were merged into those of a page are called, where it is another name.
func (tx *Tx) addFormerNames(ctx context.Context, page []customer.Row) error {
	if len(page) == 0 {
		return nil
	}
	index, ids := make(map[int64]int, len(page)), make([]int64, len(page))
	for i, row := range page {
		index[row.ID], ids[i] = i, row.ID
	}
	return each(ctx, tx, func(r rows) error {
		var id int64
		var name string
		if err := r.Scan(&id, &name); err != nil {
			return err
		}
		if row := &page[index[id]]; name != row.Name && !slices.Contains(row.Formerly, name) {
			row.Formerly = append(row.Formerly, name)
		}
		return nil
	}, "SELECT y.survivor_id, n.name FROM customer_alias y JOIN customer n ON n.id = y.customer_id AND n.superseded_in = "+openBatch+" WHERE y.survivor_id IN ("+listed(ids)+") ORDER BY y.customer_id")
}

// LivesAs implements customer.Reader.
func (tx *Tx) LivesAs(ctx context.Context, id int64) (int64, error) {
	survivor, err := value[int64](ctx, tx, "SELECT y.survivor_id FROM customer_alias y WHERE y.customer_id = $1", id)
	if err != nil || survivor == 0 {
		return id, err
	}
	return survivor, nil
}
