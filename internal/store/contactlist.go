package store

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"xiaoguan/internal/contact"
	"xiaoguan/internal/customer"
	"xiaoguan/internal/fact"
)

// contactsOf is a part of customers as one of their contacts.
func contactsOf(p part) part {
	p.ids = "SELECT k.id FROM (" + p.ids + ") b CROSS JOIN contact k WHERE k.customer_id = b.id" // so that a limit stops it before all customers are known
	p.check = strings.ReplaceAll(p.check, "c.id", "c.customer_id")
	return p
}

// contactsNamed is the part of contacts whose name, or whose customer's, holds what somebody looks for.
func (tx *Tx) contactsNamed(n needle) part {
	return part{
		patterns: n.patterns(), dear: true,
		check: "(" + n.holds("c.search_text") + " OR COALESCE((SELECT " + n.holds("n.search_text") + " FROM customer n WHERE n.id = c.customer_id AND n.superseded_in = " + openBatch + " LIMIT 1), FALSE) OR " + n.formerly("c.customer_id") + ")",
		ids: "SELECT k.id FROM contact k WHERE " + n.holds("k.search_text") +
			" UNION ALL SELECT o.id FROM customer n CROSS JOIN contact o WHERE n.superseded_in = " + openBatch + " AND " + n.holds("n.search_text") + " AND o.customer_id = n.id" +
			" UNION ALL SELECT o.id FROM customer n CROSS JOIN customer_alias y CROSS JOIN contact o WHERE n.superseded_in = " + openBatch + " AND " + n.holds("n.search_text") + " AND y.customer_id = n.id AND o.customer_id = y.survivor_id",
		memory: func(ctx context.Context) ([]int64, bool, error) { return tx.contactsInMemory(ctx, n) },
		sieve:  func(ctx context.Context) (*sieve, error) { return tx.sieveOf(ctx, n, &tx.db.finders.contacts) },
	}
}

// contactsInMemory finds contacts by their own names, which sound like something, and by those of their customers.
func (tx *Tx) contactsInMemory(ctx context.Context, n needle) (found []int64, ok bool, err error) {
	found, ok, err = tx.lookup(ctx, &tx.db.finders.contacts, n.terms, namedFewMax+1)
	if err != nil || !ok || len(found) > namedFewMax {
		return found, ok, err
	}
	customers, ok, err := tx.lookupCustomers(ctx, n.terms, namedMax)
	if err != nil || !ok {
		return nil, ok, err
	}
	if len(customers) == namedMax {
		return make([]int64, namedFewMax+1), true, nil
	}
	for some := range slices.Chunk(customers, fewMax) {
		theirs, err := collect(ctx, tx, func(r rows, id *int64) error { return r.Scan(id) }, "SELECT k.id FROM contact k WHERE k.customer_id IN ("+listed(some)+") LIMIT "+strconv.Itoa(namedFewMax+1))
		if found = append(found, theirs...); err != nil || len(found) > namedFewMax {
			return found, true, err
		}
	}
	return found, true, nil
}

func (tx *Tx) contactSelection(ctx context.Context, reach customer.Reach, f contact.Filter) (*selection, error) {
	s := &selection{table: "contact c", of: "c.id", own: true, columns: "0 AS amount_minor, '' AS currency", most: dearMax}
	persons, all, err := tx.personsOf(ctx, reach.Scope, reach.Today)
	if err != nil {
		return nil, err
	}
	if !all {
		s.sharers(persons, func(persons string) part { return contactsOf(tx.customersSharedBy(persons)) })
	}
	if f.CustomerID != 0 {
		s.linked("c.customer_id", f.CustomerID)
	}
	switch f.Part {
	case "":
	case contact.PartUnknown:
		s.test("c.part = ''")
	default:
		s.test("c.part = ?", f.Part)
	}
	if f.Gone != nil {
		s.test("c.gone = ?", *f.Gone)
	}
	if f.Search != "" {
		s.parts = append(s.parts, tx.contactsNamed(newNeedle(f.Search)))
	}
	// Totals are remembered until a batch of facts, and contacts change without one: the highest number and how many changes there were tell statements apart.
	last, err := value[int64](ctx, tx, "SELECT COALESCE((SELECT next FROM sequence WHERE name = 'contact'), 0) + COALESCE((SELECT MAX(seq) FROM process_event), 0) + COALESCE((SELECT MAX(seq) FROM audit_entry), 0)")
	if err != nil {
		return nil, err
	}
	s.test("CAST(? AS BIGINT) >= 0", last)
	return s, tx.narrow(ctx, s)
}

var contactOrders = map[string]order{
	contact.SortName: {column: "c.name", tie: "c.id", tieNumber: true}, contact.SortNew: {column: "c.id", tie: "c.id", number: true, tieNumber: true},
}

// ContactRows implements contact.Reader.
func (tx *Tx) ContactRows(ctx context.Context, reach customer.Reach, f contact.Filter) ([]contact.Row, string, error) {
	s, err := tx.contactSelection(ctx, reach, f)
	if err != nil {
		return nil, "", err
	}
	by := contactOrders[f.Paging.Sort]
	c, tail, err := tx.paged(ctx, s, f.Paging, by)
	if err != nil {
		return nil, "", err
	}
	found, err := collect(ctx, tx, func(r rows, row *contact.Row) error {
		return r.Scan(append(contactDestinations(&row.Contact), &row.CustomerKey, &row.CustomerName, scanTime(&row.LastContact))...)
	}, "SELECT c."+strings.Join(contactRead, ", c.")+`, COALESCE(k.key, ''), COALESCE(k.name, ''), COALESCE((SELECT MAX(x.at) FROM (SELECT MAX(o.followed_at) AS at FROM opportunity o WHERE o.customer_id = c.customer_id UNION ALL SELECT MAX(f.occurred_at) FROM follow_up f WHERE f.customer_id = c.customer_id AND f.customer_id <> 0) x), '')
		FROM (SELECT c.* FROM contact c`+c.where()+tail+") c LEFT JOIN customer k ON k.id = c.customer_id AND k.superseded_in = "+openBatch+by.by(direction(f.Paging)), c.args...)
	if err != nil {
		return nil, "", err
	}
	page, next := cut(found, f.Paging, func(row contact.Row) (value, tie string) {
		tie = strconv.FormatInt(row.ID, 10)
		if f.Paging.Sort == contact.SortName {
			return row.Name, tie
		}
		return tie, tie
	})
	return page, next, nil
}

// ContactTotal implements contact.Reader.
func (tx *Tx) ContactTotal(ctx context.Context, reach customer.Reach, f contact.Filter) (fact.Total, error) {
	s, err := tx.contactSelection(ctx, reach, f)
	if err != nil {
		return fact.Total{}, err
	}
	return tx.total(ctx, s, f.ExactTotal)
}

// ContactsLike implements contact.Reader.
func (tx *Tx) ContactsLike(ctx context.Context, phone string, limit int) ([]contact.Row, error) {
	return collect(ctx, tx, func(r rows, row *contact.Row) error {
		return r.Scan(append(contactDestinations(&row.Contact), &row.CustomerKey, &row.CustomerName)...)
	}, "SELECT c."+strings.Join(contactRead, ", c.")+", COALESCE(k.key, ''), COALESCE(k.name, '') FROM contact c LEFT JOIN customer k ON k.id = c.customer_id AND k.superseded_in = "+openBatch+
		" WHERE c.phone = $1 AND c.phone <> '' ORDER BY c.id LIMIT $2", phone, int64(limit))
}
