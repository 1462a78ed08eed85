package store

import (
	"context"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/customer"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/naming"
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

const customerSelect = `c.id, c.key, c.name, c.industry, c.city, c.credit_code, c.tier, c.region, c.recorded_in`

func customerDestinations(c *customer.Customer) []any {
	return []any{&c.ID, &c.Key, &c.Name, &c.Industry, &c.City, &c.CreditCode, &c.Tier, &c.Region, &c.Recorded}
}

// customersSharedBy is the part of customers that somebody among the persons has, or with a deal that one of them shares, or an opportunity that
// one of them owns, or whom one of them looks after.
func (tx *Tx) customersSharedBy(persons string) part {
	const open = " AND o.superseded_in = " + openBatch + " AND s.superseded_in = " + openBatch
	return part{
		// Written so, both databases stop at a limit before all are known.
		ids: "SELECT DISTINCT r.id FROM (SELECT " + livesAs("o.customer_id") + " AS id FROM deal_share s CROSS JOIN deal o WHERE s.person_id IN " + persons + " AND o.id = s.deal_id" + open +
			" UNION ALL SELECT w.customer_id FROM opportunity w WHERE w.owner_id IN " + persons +
			" UNION ALL SELECT v.customer_id FROM service_case v WHERE v.state <> 'closed' AND v.owner_id IN " + persons +
			" UNION ALL SELECT g.customer_id FROM holding g WHERE g.owner_id IN " + persons +
			" UNION ALL SELECT v.customer_id FROM service_owner v WHERE v.person_id IN " + persons + ") r",
		check: "(EXISTS (SELECT 1 FROM deal o CROSS JOIN deal_share s WHERE o.customer_id = c.id AND s.deal_id = o.id AND " + tx.db.dialect.unindexed("s.person_id") + " IN " + persons + open + ")" +
			" OR EXISTS (SELECT 1 FROM customer_alias y CROSS JOIN deal o CROSS JOIN deal_share s WHERE y.survivor_id = c.id AND o.customer_id = y.customer_id AND s.deal_id = o.id AND " +
			tx.db.dialect.unindexed("s.person_id") + " IN " + persons + open + ")" +
			" OR EXISTS (SELECT 1 FROM opportunity w WHERE w.customer_id = c.id AND " + tx.db.dialect.unindexed("w.owner_id") + " IN " + persons + ")" +
			" OR EXISTS (SELECT 1 FROM service_case v WHERE v.customer_id = c.id AND v.state <> 'closed' AND " + tx.db.dialect.unindexed("v.owner_id") + " IN " + persons + ")" +
			" OR EXISTS (SELECT 1 FROM holding g WHERE g.customer_id = c.id AND g.owner_id IN " + persons + ")" +
			" OR EXISTS (SELECT 1 FROM service_owner v WHERE v.customer_id = c.id AND " + tx.db.dialect.unindexed("v.person_id") + " IN " + persons + "))",
		drives: true, asked: customersFewMax,
	}
}

// customersFewMax is how many customers of somebody are read by their ids: asking a customer whose it is reads two other tables.
const customersFewMax = 5_000

func (tx *Tx) customerSelection(ctx context.Context, reach customer.Reach, filter customer.Filter) (*selection, error) {
	s := &selection{table: "customer c", of: "c.id", own: true, columns: "0 AS amount_minor, '' AS currency"}
	s.index("c.superseded_in = " + openBatch)
	// Totals are remembered until a batch of facts, and customers are merged and parted without one.
	merges, err := value[int64](ctx, tx, "SELECT COALESCE(SUM(CASE WHEN undone_at = '' THEN 1 ELSE 2 END), 0) FROM customer_merge")
	if err != nil {
		return nil, err
	}
	s.test(noAlias("c.id")+" AND CAST(? AS BIGINT) >= 0", merges)
	persons, all, err := tx.personsOf(ctx, reach.Scope, reach.Today)
	if err != nil {
		return nil, err
	}
	if !all {
		s.sharers(persons, tx.customersSharedBy)
	}
	if filter.PersonID != 0 {
		s.sharers([]int64{filter.PersonID}, tx.customersSharedBy)
	}
	if !all || filter.PersonID != 0 {
		// Totals are remembered until a batch of facts, and opportunities change without one: the number of events so far tells statements apart.
		last, err := value[int64](ctx, tx, "SELECT COALESCE(MAX(seq), 0) FROM process_event")
		if err != nil {
			return nil, err
		}
		s.test("CAST(? AS BIGINT) >= 0", last)
	}
	if filter.Standing != "" {
		if err := tx.inTier(ctx, s, filter.Standing); err != nil {
			return nil, err
		}
	}
	if len(filter.Asked) > 0 {
		// Totals are remembered until a batch of facts, and what is noted of customers changes without one.
		last, err := value[int64](ctx, tx, "SELECT COALESCE(MAX(seq), 0) FROM audit_entry")
		if err != nil {
			return nil, err
		}
		s.test("CAST(? AS BIGINT) >= 0", last)
		s.parts = append(s.parts, customParts("c.id", filter.Asked)...)
	}
	if filter.Industry != "" {
		s.test("c.industry = ?", filter.Industry)
	}
	if filter.City != "" {
		s.test("c.city = ?", filter.City)
	}
	if filter.Search != "" {
		n := newNeedle(filter.Search)
		s.parts = append(s.parts, part{
			patterns: n.patterns(), check: "(" + n.holds("c.search_text") + " OR " + n.formerly("c.id") + ")", ids: n.customerIDs(),
			memory: func(ctx context.Context) ([]int64, bool, error) {
				return tx.lookupCustomers(ctx, n.terms, namedFewMax+1)
			},
		})
	}
	return s, tx.narrow(ctx, s)
}

var customerOrders = map[string]order{
	customer.SortKey: {column: "c.key", tie: "c.key"}, customer.SortName: {column: "c.name", tie: "c.key"}, customer.SortCity: {column: "c.city", tie: "c.key"},
}

// Customers implements customer.Reader.
func (tx *Tx) Customers(ctx context.Context, reach customer.Reach, filter customer.Filter) ([]customer.Row, string, error) {
	s, err := tx.customerSelection(ctx, reach, filter)
	if err != nil {
		return nil, "", err
	}
	c, by, from := s.where(), customerOrders[filter.Paging.Sort], "customer c"
	if filter.Order.Given() {
		by, from = c.customOrder(filter.Order, "c.id"), customFrom(s)
	}
	tail, err := c.page(filter.Paging, by)
	if err != nil {
		return nil, "", err
	}
	found, err := collect(ctx, tx, func(r rows, row *customer.Row) error {
		row.LastSigned = calendar.NoDate
		return r.Scan(customerDestinations(&row.Customer)...)
	}, "SELECT "+customerSelect+" FROM "+from+c.where()+tail, c.args...)
	if err != nil {
		return nil, "", err
	}
	if err := tx.addFieldsOfCustomers(ctx, found); err != nil {
		return nil, "", err
	}
	page, next := cut(found, filter.Paging, func(row customer.Row) (value, tie string) {
		if filter.Order.Given() {
			return customPlace(filter.Order, row.Fields, row.ID)
		}
		switch filter.Paging.Sort {
		case customer.SortName:
			return row.Name, row.Key
		case customer.SortCity:
			return row.City, row.Key
		}
		return row.Key, row.Key
	})
	if err := tx.addFormerNames(ctx, page); err != nil {
		return nil, "", err
	}
	if err := tx.addTiersOfCustomers(ctx, page); err != nil {
		return nil, "", err
	}
	return page, next, tx.addDealsOfCustomers(ctx, reach, page)
}

// addFieldsOfCustomers fills in the values of the company's own fields, which stand in the customers' files.
func (tx *Tx) addFieldsOfCustomers(ctx context.Context, page []customer.Row) error {
	if len(page) == 0 {
		return nil
	}
	index := make(map[int64]int, len(page))
	ids := make([]any, len(page))
	for i, row := range page {
		index[row.ID], ids[i] = i, row.ID
	}
	return each(ctx, tx, func(r rows) error {
		var id int64
		var fields customfield.Set
		if err := r.Scan(&id, &fields); err != nil {
			return err
		}
		page[index[id]].Fields = fields
		return nil
	}, "SELECT customer_id, fields FROM customer_profile WHERE fields <> '' AND customer_id IN ("+numbered(len(ids))+")", ids...)
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
	given := numbered(len(ids))
	c.add("d.superseded_in = " + openBatch + " AND (d.customer_id IN (" + given + ") OR d.customer_id IN (SELECT y.customer_id FROM customer_alias y WHERE y.survivor_id IN (" + given + ")))")
	c.reach(reach.Scope, reach.Today, tx.db.dialect.unindexed("s.person_id"), sharesOf("d.id"))
	return each(ctx, tx, func(r rows) error {
		var id, n int64
		last := calendar.NoDate
		if err := r.Scan(&id, &n, scanDate(&last)); err != nil {
			return err
		}
		page[index[id]].Deals, page[index[id]].LastSigned = n, last
		return nil
	}, "SELECT "+livesAs("d.customer_id")+", COUNT(*), MAX(d.signed_on) FROM deal d"+c.where()+" GROUP BY "+livesAs("d.customer_id"), c.args...)
}

// CustomerCount implements customer.Reader.
func (tx *Tx) CustomerCount(ctx context.Context, reach customer.Reach, filter customer.Filter) (count int64, more bool, err error) {
	s, err := tx.customerSelection(ctx, reach, filter)
	if err != nil {
		return 0, false, err
	}
	total, err := tx.total(ctx, s, filter.ExactTotal)
	return total.Count, total.More, err
}

// Customer implements customer.Reader.
func (tx *Tx) Customer(ctx context.Context, id int64) (customer.Customer, error) {
	return one(ctx, tx, "customer.missing", func(r rows, c *customer.Customer) error { return r.Scan(customerDestinations(c)...) },
		"SELECT "+customerSelect+" FROM customer c WHERE c.id = $1 AND c.superseded_in = "+openBatch, id)
}

// CustomerID implements customer.Reader.
func (tx *Tx) CustomerID(ctx context.Context, key string) (int64, error) {
	return value[int64](ctx, tx, "SELECT "+livesAs("c.id")+" FROM customer c WHERE c.key = $1 AND c.superseded_in = "+openBatch, key)
}

// CustomerInReach implements customer.Reader.
func (tx *Tx) CustomerInReach(ctx context.Context, reach customer.Reach, id int64) (bool, error) {
	c := &filters{}
	c.add("c.id = ? AND c.superseded_in = "+openBatch, id)
	c.add(noAlias("c.id"))
	c.customerWithin(reach, "c.id")
	n, err := value[int64](ctx, tx, "SELECT COUNT(*) FROM customer c"+c.where(), c.args...)
	return n > 0, err
}

// customerWithin wants the customer in a column to be in reach.
func (c *filters) customerWithin(reach customer.Reach, column string) {
	if reach.Scope.All {
		return
	}
	within := func(person string) string {
		condition, args := personsInReach(reach.Scope, reach.Today, person, len(c.args)+1)
		c.args = append(c.args, args...)
		return condition
	}
	c.reach(reach.Scope, reach.Today, "s.person_id", `(EXISTS (SELECT 1 FROM opportunity w WHERE w.customer_id = `+column+` AND `+within("w.owner_id")+`)
		OR EXISTS (SELECT 1 FROM service_case v WHERE v.customer_id = `+column+` AND v.state <> 'closed' AND `+within("v.owner_id")+`)
		OR EXISTS (SELECT 1 FROM holding g WHERE g.customer_id = `+column+` AND `+within("g.owner_id")+`)
		OR EXISTS (SELECT 1 FROM service_owner v WHERE v.customer_id = `+column+` AND `+within("v.person_id")+`)
		OR EXISTS (SELECT 1 FROM deal o JOIN deal_share s ON s.deal_id = o.id
		WHERE `+boughtBy("o.customer_id", column)+` AND o.superseded_in = `+openBatch+` AND s.superseded_in = `+openBatch+` AND %s))`)
}

// CustomerSellers implements customer.Reader: who shares the deals in reach, the busiest first.
func (tx *Tx) CustomerSellers(ctx context.Context, reach customer.Reach, id int64) ([]customer.Seller, error) {
	c := &filters{}
	c.add(boughtBy("d.customer_id", "CAST(? AS BIGINT)")+" AND d.superseded_in = "+openBatch+" AND h.superseded_in = "+openBatch, id, id)
	c.reach(reach.Scope, reach.Today, tx.db.dialect.unindexed("s.person_id"), sharesOf("d.id"))
	return collect(ctx, tx, func(r rows, s *customer.Seller) error { return r.Scan(&s.PersonID, &s.Name, &s.Deals) },
		`SELECT h.person_id, COALESCE(n.name, ''), COUNT(*) FROM deal d JOIN deal_share h ON h.deal_id = d.id
		LEFT JOIN person n ON n.id = h.person_id AND n.superseded_in = `+openBatch+c.where()+`
		GROUP BY h.person_id, COALESCE(n.name, '') ORDER BY COUNT(*) DESC, h.person_id LIMIT 50`, c.args...)
}

// CustomerVersions implements customer.Reader.
func (tx *Tx) CustomerVersions(ctx context.Context, id int64) ([]customer.Version, error) {
	return collect(ctx, tx, func(r rows, v *customer.Version) error {
		return r.Scan(append(customerDestinations(&v.Customer), markDestinations(&v.Mark)...)...)
	}, `SELECT x.id, x.key, x.name, x.industry, x.city, x.credit_code, x.tier, x.region, x.recorded_in, `+markColumns+` FROM customer x`+markJoins+`WHERE x.id = $1`+newestFirst, id)
}

// CustomersWithCode implements customer.Reader.
func (tx *Tx) CustomersWithCode(ctx context.Context, code string) ([]customer.Customer, error) {
	return collect(ctx, tx, func(r rows, c *customer.Customer) error { return r.Scan(customerDestinations(c)...) },
		"SELECT "+customerSelect+" FROM customer c WHERE c.id IN (SELECT "+livesAs("x.id")+" FROM customer x WHERE x.credit_code = $1 AND x.credit_code <> '' AND x.superseded_in = "+openBatch+") AND c.superseded_in = "+openBatch+" ORDER BY c.id", code)
}

// CustomersWith implements customer.Reader.
func (tx *Tx) CustomersWith(ctx context.Context, texts []string, limit int) (found []customer.Customer, err error) {
	for _, text := range texts {
		ids, known, err := tx.lookup(ctx, &tx.db.finders.customers, []naming.Term{{Text: text}}, limit)
		if err != nil {
			return nil, err
		}
		c := &filters{}
		c.add("c.superseded_in = " + openBatch)
		c.add(noAlias("c.id"))
		if known {
			c.add("c.id IN (" + listed(ids) + ")")
		} else {
			c.add("c.search_text LIKE ? ESCAPE '\\'", likePattern(text)+naming.SoundsFrom+"%")
		}
		tail := " LIMIT " + c.parameter(int64(limit))
		some, err := collect(ctx, tx, func(r rows, c *customer.Customer) error { return r.Scan(customerDestinations(c)...) },
			"SELECT "+customerSelect+" FROM customer c"+c.where()+tail, c.args...)
		if found = append(found, some...); err != nil {
			return nil, err
		}
	}
	return found, nil
}
