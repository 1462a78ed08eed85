package store

import (
	"context"
	"strconv"

	"xiaoguan/internal/calendar"
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

// sharedBy are the ids of deals that somebody shares: a person, or anyone of a team as it is today.
func (c *filters) sharedBy(column string, personID, teamID int64, today calendar.Date) {
	const deals = " IN (SELECT q.deal_id FROM deal_share q WHERE q.superseded_in = " + openBatch + " AND q.person_id "
	if personID != 0 {
		c.add(column+deals+"= ?)", personID)
	}
	if teamID != 0 {
		c.add(column+deals+`IN (SELECT m.person_id FROM assignment m WHERE m.team_id = ? AND m.superseded_in = `+openBatch+
			` AND m.valid_from <= ? AND ? < m.valid_to))`, teamID, today.String(), today.String())
	}
}

// sharesOf wants somebody for whom %s holds among the sharers of the one deal in a column: asked for a single deal, this reads its
// shares and not everybody's.
func sharesOf(column string) string {
	return "EXISTS (SELECT 1 FROM deal_share s WHERE s.deal_id = " + column + " AND s.superseded_in = " + openBatch + " AND %s)"
}

// customersNamed are the ids of customers whose name holds the pattern.
func (tx *Tx) customersNamed(pattern string) string {
	return "(SELECT n.id FROM customer n WHERE n.superseded_in = " + openBatch + " AND " + tx.db.dialect.likeFold("n.name", pattern) + ")"
}

func (tx *Tx) dealConditions(reach deal.Reach, filter deal.Filter) *filters {
	c := &filters{}
	c.add("d.superseded_in = " + openBatch)
	c.reach(reach.Scope, reach.Today, "s.person_id", "d.id IN ("+sharedDeals+")")
	if filter.Search != "" {
		pattern := c.parameter(likePattern(filter.Search))
		c.add("(" + tx.db.dialect.likeFold("d.key", pattern) + " OR d.customer_id IN " + tx.customersNamed(pattern) + ")")
	}
	if filter.CustomerID != 0 {
		c.add("d.customer_id = ?", filter.CustomerID)
	}
	if filter.ProductID != 0 {
		c.add("d.product_id = ?", filter.ProductID)
	}
	c.sharedBy("d.id", filter.PersonID, filter.TeamID, reach.Today)
	c.days("d.signed_on", filter.Signed)
	c.amounts("d.amount_minor", filter.Amounts)
	return c
}

var dealOrders = map[string]order{
	deal.SortSigned: {column: "d.signed_on", tie: "d.id", tieNumber: true},
	deal.SortAmount: {column: "d.amount_minor", tie: "d.id", number: true, tieNumber: true},
	deal.SortKey:    {column: "d.key", tie: "d.key"},
}

// dealRows reads the rows of a narrow selection d with the names that go with them. The selection comes first, so that names are
// looked up for the rows of the page alone.
const dealRows = `SELECT d.id, d.key, d.customer_id, d.product_id, d.signed_on, d.amount_minor, d.currency, d.recorded_in,
	COALESCE(c.name, ''), COALESCE(p.name, ''), COALESCE(p.category, '') FROM (`

const dealNames = `) d LEFT JOIN customer c ON c.id = d.customer_id AND c.superseded_in = ` + openBatch + `
	LEFT JOIN product p ON p.id = d.product_id AND p.superseded_in = ` + openBatch

const dealNarrow = `SELECT d.id, d.key, d.customer_id, d.product_id, d.signed_on, d.amount_minor, d.currency, d.recorded_in FROM deal d`

func dealDestinations(row *deal.Row) []any {
	return []any{&row.ID, &row.Key, &row.CustomerID, &row.ProductID, scanDate(&row.SignedOn), &row.AmountMinor, &row.Currency, &row.Recorded,
		&row.CustomerName, &row.ProductName, &row.Category}
}

func scanDeal(r rows, row *deal.Row) error { return r.Scan(dealDestinations(row)...) }

// Deals implements deal.Reader.
func (tx *Tx) Deals(ctx context.Context, reach deal.Reach, filter deal.Filter) ([]deal.Row, string, error) {
	c := tx.dealConditions(reach, filter)
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
	return tx.total(ctx, "deal d", tx.dealConditions(reach, filter))
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

// DealVersions implements deal.Reader. The shares of a version are those that were known with it.
func (tx *Tx) DealVersions(ctx context.Context, dealID int64) ([]deal.Version, error) {
	versions, err := collect(ctx, tx, func(r rows, v *deal.Version) error {
		return r.Scan(append(dealDestinations(&v.Row), markDestinations(&v.Mark)...)...)
	}, `SELECT x.id, x.key, x.customer_id, x.product_id, x.signed_on, x.amount_minor, x.currency, x.recorded_in, COALESCE(c.name, ''), COALESCE(p.name, ''),
		COALESCE(p.category, ''), `+markColumns+` FROM deal x`+markJoins+`
		LEFT JOIN customer c ON c.id = x.customer_id AND c.superseded_in = `+openBatch+`
		LEFT JOIN product p ON p.id = x.product_id AND p.superseded_in = `+openBatch+` WHERE x.id = $1`+newestFirst, dealID)
	if err != nil {
		return nil, err
	}
	return versions, each(ctx, tx, func(r rows) error {
		var s deal.Sharer
		var mark fact.Mark
		if err := r.Scan(&s.PersonID, &s.BasisPoints, &s.Name, &mark.Recorded, &mark.Superseded); err != nil {
			return err
		}
		for i := range versions {
			if mark.KnownIn(versions[i].Mark.Recorded) {
				versions[i].Row.Sharers = append(versions[i].Row.Sharers, s)
				versions[i].Row.Shares = append(versions[i].Row.Shares, s.Share)
			}
		}
		return nil
	}, `SELECT h.person_id, h.basis_points, COALESCE(n.name, ''), h.recorded_in, h.superseded_in FROM deal_share h
		LEFT JOIN person n ON n.id = h.person_id AND n.superseded_in = `+openBatch+` WHERE h.deal_id = $1 ORDER BY h.position`, dealID)
}
