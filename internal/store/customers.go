package store

import (
	"context"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/customer"
)

// Customers returns the store of package customer.
func (db *DB) Customers() customer.Store { return customerStore{db} }

type customerStore struct{ db *DB }

// InTx implements customer.Store.
func (s customerStore) InTx(ctx context.Context, fn func(customer.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

// Read implements customer.Store.
func (s customerStore) Read(ctx context.Context, fn func(customer.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

// sharedDeals are the ids of deals shared by persons for whom %s holds of s.person_id.
const sharedDeals = `SELECT s.deal_id FROM deal_share s WHERE s.superseded_in = ` + openBatch + ` AND %s`

// customersOf are the ids of customers with such deals.
const customersOf = `SELECT o.customer_id FROM deal o WHERE o.superseded_in = ` + openBatch + ` AND o.id IN (` + sharedDeals + `)`

const customerSelect = `c.id, c.key, c.name, c.industry, c.city, c.credit_code, c.recorded_in`

func customerDestinations(c *customer.Customer) []any {
	return []any{&c.ID, &c.Key, &c.Name, &c.Industry, &c.City, &c.CreditCode, &c.Recorded}
}

func (tx *Tx) customerConditions(reach customer.Reach, filter customer.Filter) *filters {
	c := &filters{}
	c.add("c.superseded_in = " + openBatch)
	c.reach(reach.Scope, reach.Today, "s.person_id", "c.id IN ("+customersOf+")")
	if filter.Search != "" {
		pattern := c.parameter(likePattern(filter.Search))
		like := tx.db.dialect.likeFold
		c.add("(" + like("c.name", pattern) + " OR " + like("c.key", pattern) + " OR " + like("c.credit_code", pattern) + ")")
	}
	if filter.Industry != "" {
		c.add("c.industry = ?", filter.Industry)
	}
	if filter.City != "" {
		c.add("c.city = ?", filter.City)
	}
	if filter.PersonID != 0 {
		c.add("c.id IN (SELECT f.customer_id FROM deal f JOIN deal_share q ON q.deal_id = f.id WHERE f.superseded_in = "+openBatch+
			" AND q.superseded_in = "+openBatch+" AND q.person_id = ?)", filter.PersonID)
	}
	return c
}

var customerOrders = map[string]order{
	customer.SortKey: {column: "c.key", tie: "c.key"}, customer.SortName: {column: "c.name", tie: "c.key"}, customer.SortCity: {column: "c.city", tie: "c.key"},
}

// Customers implements customer.Reader.
func (tx *Tx) Customers(ctx context.Context, reach customer.Reach, filter customer.Filter) ([]customer.Row, string, error) {
	c := tx.customerConditions(reach, filter)
	tail, err := c.page(filter.Paging, customerOrders[filter.Paging.Sort])
	if err != nil {
		return nil, "", err
	}
	found, err := collect(ctx, tx, func(r rows, row *customer.Row) error {
		row.LastSigned = calendar.NoDate
		return r.Scan(customerDestinations(&row.Customer)...)
	}, "SELECT "+customerSelect+" FROM customer c"+c.where()+tail, c.args...)
	if err != nil {
		return nil, "", err
	}
	page, next := cut(found, filter.Paging, func(row customer.Row) (value, tie string) {
		switch filter.Paging.Sort {
		case customer.SortName:
			return row.Name, row.Key
		case customer.SortCity:
			return row.City, row.Key
		}
		return row.Key, row.Key
	})
	return page, next, tx.addDealsOfCustomers(ctx, reach, page)
}

// addDealsOfCustomers fills in how many deals in reach each customer has.
func (tx *Tx) addDealsOfCustomers(ctx context.Context, reach customer.Reach, page []customer.Row) error {
	if len(page) == 0 {
		return nil
	}
	index := make(map[int64]int, len(page))
	c := &filters{}
	ids := make([]any, len(page))
	for i, row := range page {
		index[row.ID], ids[i] = i, row.ID
	}
	c.args = ids
	c.add("d.superseded_in = " + openBatch + " AND d.customer_id IN (" + numbered(len(ids)) + ")")
	c.reach(reach.Scope, reach.Today, "s.person_id", "d.id IN ("+sharedDeals+")")
	return each(ctx, tx, func(r rows) error {
		var id, n int64
		last := calendar.NoDate
		if err := r.Scan(&id, &n, scanDate(&last)); err != nil {
			return err
		}
		page[index[id]].Deals, page[index[id]].LastSigned = n, last
		return nil
	}, "SELECT d.customer_id, COUNT(*), MAX(d.signed_on) FROM deal d"+c.where()+" GROUP BY d.customer_id", c.args...)
}

// CustomerCount implements customer.Reader.
func (tx *Tx) CustomerCount(ctx context.Context, reach customer.Reach, filter customer.Filter) (int64, error) {
	c := tx.customerConditions(reach, filter)
	return value[int64](ctx, tx, "SELECT COUNT(*) FROM customer c"+c.where(), c.args...)
}

// Customer implements customer.Reader.
func (tx *Tx) Customer(ctx context.Context, id int64) (customer.Customer, error) {
	return one(ctx, tx, "customer.missing", func(r rows, c *customer.Customer) error { return r.Scan(customerDestinations(c)...) },
		"SELECT "+customerSelect+" FROM customer c WHERE c.id = $1 AND c.superseded_in = "+openBatch, id)
}

// CustomerID implements customer.Reader.
func (tx *Tx) CustomerID(ctx context.Context, key string) (int64, error) {
	return value[int64](ctx, tx, `SELECT id FROM customer WHERE key = $1 AND superseded_in = `+openBatch, key)
}

// CustomerInReach implements customer.Reader.
func (tx *Tx) CustomerInReach(ctx context.Context, reach customer.Reach, id int64) (bool, error) {
	c := &filters{}
	c.add("c.id = ? AND c.superseded_in = "+openBatch, id)
	if !reach.Scope.All {
		c.reach(reach.Scope, reach.Today, "s.person_id", `EXISTS (SELECT 1 FROM deal o JOIN deal_share s ON s.deal_id = o.id
			WHERE o.customer_id = c.id AND o.superseded_in = `+openBatch+` AND s.superseded_in = `+openBatch+` AND %s)`)
	}
	n, err := value[int64](ctx, tx, "SELECT COUNT(*) FROM customer c"+c.where(), c.args...)
	return n > 0, err
}

// CustomerSellers implements customer.Reader: who shares the deals in reach, the busiest first.
func (tx *Tx) CustomerSellers(ctx context.Context, reach customer.Reach, id int64) ([]customer.Seller, error) {
	c := &filters{}
	c.add("d.customer_id = ? AND d.superseded_in = "+openBatch+" AND h.superseded_in = "+openBatch, id)
	c.reach(reach.Scope, reach.Today, "s.person_id", "d.id IN ("+sharedDeals+")")
	return collect(ctx, tx, func(r rows, s *customer.Seller) error { return r.Scan(&s.PersonID, &s.Name, &s.Deals) },
		`SELECT h.person_id, COALESCE(n.name, ''), COUNT(*) FROM deal d JOIN deal_share h ON h.deal_id = d.id
		LEFT JOIN person n ON n.id = h.person_id AND n.superseded_in = `+openBatch+c.where()+`
		GROUP BY h.person_id, COALESCE(n.name, '') ORDER BY COUNT(*) DESC, h.person_id LIMIT 50`, c.args...)
}

// CustomerVersions implements customer.Reader.
func (tx *Tx) CustomerVersions(ctx context.Context, id int64) ([]customer.Version, error) {
	return collect(ctx, tx, func(r rows, v *customer.Version) error {
		return r.Scan(append(customerDestinations(&v.Customer), markDestinations(&v.Mark)...)...)
	}, `SELECT x.id, x.key, x.name, x.industry, x.city, x.credit_code, x.recorded_in, `+markColumns+` FROM customer x`+markJoins+`WHERE x.id = $1`+newestFirst, id)
}
