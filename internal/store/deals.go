package store

import (
	"context"
	"strconv"

	"xiaoguan/internal/deal"
	"xiaoguan/internal/fact"
)

// Deals returns the store of package deal.
func (db *DB) Deals() deal.Store { return dealStore{db} }

type dealStore struct{ db *DB }

// InTx implements deal.Store.
func (s dealStore) InTx(ctx context.Context, fn func(deal.Tx) error) error {
	return s.db.InTx(ctx, func(tx *Tx) error { return fn(tx) })
}

// Read implements deal.Store.
func (s dealStore) Read(ctx context.Context, fn func(deal.Reader) error) error {
	return s.db.Read(ctx, func(tx *Tx) error { return fn(tx) })
}

// dealsSharedBy is the part of the deals in a column that somebody among the persons shares. Of one deal the sharers are
// looked up and not, one by one, the persons.
func (tx *Tx) dealsSharedBy(column string) func(persons string) part {
	return func(persons string) part {
		return part{
			ids:    "SELECT DISTINCT s.deal_id AS id FROM deal_share s WHERE s.superseded_in = " + openBatch + " AND s.person_id IN " + persons,
			check:  "EXISTS (SELECT 1 FROM deal_share s WHERE s.deal_id = " + column + " AND s.superseded_in = " + openBatch + " AND " + tx.db.dialect.unindexed("s.person_id") + " IN " + persons + ")",
			drives: true,
		}
	}
}

// sharedBy wants the deals in the column to be in reach and shared by a person, or anyone of a team as it is today.
func (tx *Tx) sharedBy(ctx context.Context, s *selection, reach deal.Reach, personID, teamID int64) error {
	persons, all, err := tx.personsOf(ctx, reach.Scope, reach.Today)
	if err != nil {
		return err
	}
	if !all {
		s.sharers(persons, tx.dealsSharedBy(s.of))
	}
	if personID != 0 {
		s.sharers([]int64{personID}, tx.dealsSharedBy(s.of))
	}
	if teamID != 0 {
		members, err := tx.teamMembers(ctx, teamID, reach.Today)
		if err != nil {
			return err
		}
		s.sharers(members, tx.dealsSharedBy(s.of))
	}
	return nil
}

// dealsNamed is the part of deals whose key, or whose customer's name, holds what somebody looks for; check asks it of a row, in the words
// of namedDeal.
func (tx *Tx) dealsNamed(n needle, check string) part {
	return part{
		patterns: n.patterns(), check: check, dear: true,
		ids: "SELECT k.id FROM deal k WHERE k.superseded_in = " + openBatch + " AND " + n.keyHolds(tx, "k.key") +
			" UNION ALL SELECT o.id FROM customer n CROSS JOIN deal o WHERE n.superseded_in = " + openBatch + " AND " + n.holds("n.search_text") +
			" AND o.customer_id = n.id AND o.superseded_in = " + openBatch +
			" UNION ALL SELECT o.id FROM customer n CROSS JOIN customer_alias y CROSS JOIN deal o WHERE n.superseded_in = " + openBatch + " AND " + n.holds("n.search_text") +
			" AND y.survivor_id = n.id AND o.customer_id = y.customer_id AND o.superseded_in = " + openBatch,
		memory: func(ctx context.Context) ([]int64, bool, error) {
			return tx.namedInMemory(ctx, n, &tx.db.finders.deals)
		},
	}
}

// namedDeal says of one deal, whose alias is given, that its key or its customer's name holds what somebody looks for. It asks for a value and
// not whether there is one: PostgreSQL would read all customers for that, though a page needs some dozens.
func (tx *Tx) namedDeal(n needle, alias string) string {
	return "(" + n.keyHolds(tx, alias+".key") + " OR COALESCE((SELECT " + n.holds("n.search_text") + " FROM customer n WHERE n.id = " + alias +
		".customer_id AND n.superseded_in = " + openBatch + " LIMIT 1), FALSE) OR COALESCE((SELECT " + n.holds("n.search_text") + " FROM customer_alias y CROSS JOIN customer n WHERE y.customer_id = " + alias +
		".customer_id AND n.id = y.survivor_id AND n.superseded_in = " + openBatch + " LIMIT 1), FALSE))"
}

// dealsOfCustomer is the part of the deals in a column that are a customer's.
func dealsOfCustomer(column string, customerID int64) part {
	id := strconv.FormatInt(customerID, 10)
	return part{
		ids:    "SELECT k.id FROM deal k WHERE k.superseded_in = " + openBatch + " AND " + boughtBy("k.customer_id", id),
		check:  "EXISTS (SELECT 1 FROM deal k WHERE k.id = " + column + " AND k.superseded_in = " + openBatch + " AND " + boughtBy("k.customer_id", id) + ")",
		drives: true,
	}
}

// sharesOf wants somebody for whom %s holds among the sharers of the one deal in a column: asked for a single deal, this reads its
// shares and not everybody's.
func sharesOf(column string) string {
	return "EXISTS (SELECT 1 FROM deal_share s WHERE s.deal_id = " + column + " AND s.superseded_in = " + openBatch + " AND %s)"
}

func (tx *Tx) dealSelection(ctx context.Context, reach deal.Reach, filter deal.Filter) (*selection, error) {
	s := &selection{table: "deal d", of: "d.id", own: true, columns: "d.amount_minor, d.currency"}
	s.index("d.superseded_in = " + openBatch)
	if filter.CustomerID != 0 {
		s.parts = append(s.parts, dealsOfCustomer(s.of, filter.CustomerID))
	}
	s.days("d.signed_on", filter.Signed)
	if err := tx.amounts(ctx, s, "id", filter.Amounts, false); err != nil {
		return nil, err
	}
	if err := tx.sharedBy(ctx, s, reach, filter.PersonID, filter.TeamID); err != nil {
		return nil, err
	}
	if filter.Search != "" {
		n := newNeedle(filter.Search)
		s.parts = append(s.parts, tx.dealsNamed(n, tx.namedDeal(n, "d")))
	}
	switch {
	case filter.ProductID == 0:
	case len(s.parts) == 0:
		s.index("d.product_id = ?", filter.ProductID)
	default: // SQLite would go through all deals of the product once for each deal that the parts find
		s.test(tx.db.dialect.unindexed("d.product_id")+" = ?", filter.ProductID)
	}
	return s, tx.narrow(ctx, s)
}

var dealOrders = map[string]order{
	deal.SortSigned: {column: "d.signed_on", tie: "d.id", tieNumber: true},
	deal.SortAmount: {column: "d.amount_minor", tie: "d.id", number: true, tieNumber: true},
	deal.SortKey:    {column: "d.key", tie: "d.key"},
}

// dealRows reads the rows of a narrow selection d with the names that go with them. The selection comes first, so that names are
// looked up for the rows of the page alone.
var dealRows = `SELECT d.id, d.key, ` + livesAs("d.customer_id") + `, d.product_id, d.signed_on, d.amount_minor, d.currency,
	CASE WHEN COALESCE(f.recorded_in, 0) > d.recorded_in THEN f.recorded_in ELSE d.recorded_in END,
	COALESCE(c.name, ''), COALESCE(p.name, ''), COALESCE(p.category, ''), ` + detailSelect + ` FROM (`

var dealNames = `) d LEFT JOIN customer c ON c.id = ` + livesAs("d.customer_id") + ` AND c.superseded_in = ` + openBatch + `
	LEFT JOIN product p ON p.id = d.product_id AND p.superseded_in = ` + openBatch + `
	LEFT JOIN deal_detail f ON f.deal_id = d.id AND f.superseded_in = ` + openBatch + detailNames

// detailSelect reads what more is known of a deal from its detail f, which may be missing; detailNames goes with it.
const (
	detailSelect = `COALESCE(f.units, -1), COALESCE(f.cost_minor, -1), COALESCE(f.referrer_id, 0), COALESCE(g.key, ''), COALESCE(g.name, ''),
		COALESCE(f.cancelled_on, '9999-12-31'), COALESCE(f.cancel_reason, '')`
	detailNames = ` LEFT JOIN person g ON g.id = f.referrer_id AND g.superseded_in = ` + openBatch
)

func detailDestinations(d *deal.More) []any {
	return []any{&d.Units, &d.CostMinor, &d.ReferrerID, &d.ReferrerKey, &d.ReferrerName, scanDate(&d.CancelledOn), &d.CancelReason}
}

const dealNarrow = `SELECT d.id, d.key, d.customer_id, d.product_id, d.signed_on, d.amount_minor, d.currency, d.recorded_in FROM deal d`

func dealDestinations(row *deal.Row) []any {
	return append([]any{&row.ID, &row.Key, &row.CustomerID, &row.ProductID, scanDate(&row.SignedOn), &row.AmountMinor, &row.Currency, &row.Recorded,
		&row.CustomerName, &row.ProductName, &row.Category}, detailDestinations(&row.More)...)
}

func scanDeal(r rows, row *deal.Row) error { return r.Scan(dealDestinations(row)...) }

// Deals implements deal.Reader.
func (tx *Tx) Deals(ctx context.Context, reach deal.Reach, filter deal.Filter) ([]deal.Row, string, error) {
	s, err := tx.dealSelection(ctx, reach, filter)
	if err != nil {
		return nil, "", err
	}
	c := s.where()
	o := dealOrders[filter.Paging.Sort]
	tail, err := c.page(filter.Paging, o)
	if err != nil {
		return nil, "", err
	}
	found, err := collect(ctx, tx, scanDeal, dealRows+dealNarrow+c.where()+tail+dealNames+o.by(direction(filter.Paging)), c.args...)
	if err != nil {
		return nil, "", err
	}
	page, next := cut(found, filter.Paging, func(row deal.Row) (value, tie string) {
		switch filter.Paging.Sort {
		case deal.SortKey:
			return row.Key, row.Key
		case deal.SortAmount:
			return strconv.FormatInt(row.AmountMinor, 10), strconv.FormatInt(row.ID, 10)
		}
		return row.SignedOn.String(), strconv.FormatInt(row.ID, 10)
	})
	return page, next, tx.completeDeals(ctx, page)
}

// completeDeals fills in who shares the deals and what was paid on them.
func (tx *Tx) completeDeals(ctx context.Context, page []deal.Row) error {
	if len(page) == 0 {
		return nil
	}
	index, ids := make(map[int64]int, len(page)), make([]int64, len(page))
	for i, row := range page {
		index[row.ID], ids[i] = i, row.ID
	}
	sharers, err := tx.sharersOf(ctx, ids)
	if err != nil {
		return err
	}
	for i := range page {
		page[i].Sharers = sharers[page[i].ID]
		for _, s := range page[i].Sharers {
			page[i].Shares = append(page[i].Shares, s.Share)
		}
	}
	args := anyOf(ids)
	return each(ctx, tx, func(r rows) error {
		var id, n, sum int64
		var currency string
		if err := r.Scan(&id, &currency, &n, &sum); err != nil {
			return err
		}
		row := &page[index[id]]
		row.Payments += n
		if currency == string(row.Currency) {
			row.PaidMinor = sum
		}
		return nil
	}, `SELECT y.deal_id, y.currency, COUNT(*), CAST(SUM(y.amount_minor) AS BIGINT) FROM payment y
		WHERE y.superseded_in = `+openBatch+` AND y.deal_id IN (`+numbered(len(args))+`) GROUP BY y.deal_id, y.currency`, args...)
}

func anyOf(ids []int64) []any {
	args := make([]any, len(ids))
	for i, id := range ids {
		args[i] = id
	}
	return args
}

// sharersOf reads who shares deals, at most some hundreds of them.
func (tx *Tx) sharersOf(ctx context.Context, ids []int64) (map[int64][]deal.Sharer, error) {
	sharers := make(map[int64][]deal.Sharer, len(ids))
	if len(ids) == 0 {
		return sharers, nil
	}
	return sharers, each(ctx, tx, func(r rows) error {
		var id int64
		var s deal.Sharer
		if err := r.Scan(&id, &s.PersonID, &s.BasisPoints, &s.Name); err != nil {
			return err
		}
		sharers[id] = append(sharers[id], s)
		return nil
	}, `SELECT h.deal_id, h.person_id, h.basis_points, COALESCE(n.name, '') FROM deal_share h
		LEFT JOIN person n ON n.id = h.person_id AND n.superseded_in = `+openBatch+`
		WHERE h.superseded_in = `+openBatch+` AND h.deal_id IN (`+numbered(len(ids))+`) ORDER BY h.deal_id, h.position`, anyOf(ids)...)
}

// DealTotal implements deal.Reader.
func (tx *Tx) DealTotal(ctx context.Context, reach deal.Reach, filter deal.Filter) (fact.Total, error) {
	s, err := tx.dealSelection(ctx, reach, filter)
	if err != nil {
		return fact.Total{}, err
	}
	return tx.total(ctx, s, filter.ExactTotal)
}

// Deal implements deal.Reader.
func (tx *Tx) Deal(ctx context.Context, reach deal.Reach, key string) (deal.Row, error) {
	c := &filters{}
	c.add("d.superseded_in = "+openBatch+" AND d.key = ?", key)
	c.reach(reach.Scope, reach.Today, "s.person_id", sharesOf("d.id"))
	row, err := one(ctx, tx, "deal.missing", scanDeal, dealRows+dealNarrow+c.where()+dealNames, c.args...)
	if err != nil {
		return deal.Row{}, err
	}
	page := []deal.Row{row}
	err = tx.completeDeals(ctx, page)
	return page[0], err
}
