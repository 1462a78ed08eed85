package store

import "context"

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

// LivesAs implements customer.Reader.
func (tx *Tx) LivesAs(ctx context.Context, id int64) (int64, error) {
	survivor, err := value[int64](ctx, tx, "SELECT y.survivor_id FROM customer_alias y WHERE y.customer_id = $1", id)
	if err != nil || survivor == 0 {
		return id, err
	}
	return survivor, nil
}
