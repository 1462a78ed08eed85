package store

import (
	"context"
	"strconv"

	"xiaoguan/internal/deal"
	"xiaoguan/internal/fact"
)

func (tx *Tx) paymentSelection(ctx context.Context, reach deal.Reach, filter deal.PaymentFilter) (*selection, error) {
	s := &selection{table: "payment y", of: "y.deal_id", columns: "y.amount_minor, y.currency"}
	s.index("y.superseded_in = " + openBatch)
	if filter.Kind == deal.Collection {
		s.test(tx.db.dialect.unindexed("y.amount_minor") + " > 0")
	}
	s.days("y.paid_on", filter.Paid)
	if err := tx.amounts(ctx, s, "key", filter.Amounts, filter.Kind == deal.Refund); err != nil {
		return nil, err
	}
	if filter.CustomerID != 0 {
		s.parts = append(s.parts, dealsOfCustomer(s.of, filter.CustomerID))
	}
	if err := tx.sharedBy(ctx, s, reach, filter.PersonID, filter.TeamID); err != nil {
		return nil, err
	}
	if filter.Search != "" {
		named := tx.dealsNamed(filter.Search, "EXISTS (SELECT 1 FROM deal k WHERE k.id = y.deal_id AND k.superseded_in = "+openBatch+" AND "+tx.namedDeal("k")+")")
		named.or, named.key = "y.key = {k}", filter.Search
		named.orIDs = "SELECT v.deal_id AS id FROM payment v WHERE v.superseded_in = " + openBatch + " AND v.key = {k}"
		s.parts = append(s.parts, named)
	}
	return s, tx.narrow(ctx, s)
}

var paymentOrders = map[string]order{
	deal.SortPaid:   {column: "y.paid_on", tie: "y.key"},
	deal.SortAmount: {column: "y.amount_minor", tie: "y.key", number: true},
	deal.SortKey:    {column: "y.key", tie: "y.key"},
}

const (
	paymentNarrow = `SELECT y.key, y.deal_id, y.paid_on, y.amount_minor, y.currency, y.recorded_in FROM payment y`
	paymentRows   = `SELECT y.key, y.deal_id, y.paid_on, y.amount_minor, y.currency, y.recorded_in, COALESCE(d.key, ''), COALESCE(d.customer_id, 0),
		COALESCE(c.name, '') FROM (`
	paymentNames = `) y LEFT JOIN deal d ON d.id = y.deal_id AND d.superseded_in = ` + openBatch + `
		LEFT JOIN customer c ON c.id = d.customer_id AND c.superseded_in = ` + openBatch
)

func paymentDestinations(p *deal.Payment) []any {
	return []any{&p.Key, &p.DealID, scanDate(&p.PaidOn), &p.AmountMinor, &p.Currency, &p.Recorded}
}

func scanPayment(r rows, row *deal.PaymentRow) error {
	return r.Scan(append(paymentDestinations(&row.Payment), &row.DealKey, &row.CustomerID, &row.CustomerName)...)
}

// Payments implements deal.Reader.
func (tx *Tx) Payments(ctx context.Context, reach deal.Reach, filter deal.PaymentFilter) ([]deal.PaymentRow, string, error) {
	s, err := tx.paymentSelection(ctx, reach, filter)
	if err != nil {
		return nil, "", err
	}
	c := s.where()
	o := paymentOrders[filter.Paging.Sort]
	tail, err := c.page(filter.Paging, o)
	if err != nil {
		return nil, "", err
	}
	found, err := collect(ctx, tx, scanPayment, paymentRows+paymentNarrow+c.where()+tail+paymentNames+o.by(direction(filter.Paging)), c.args...)
	if err != nil {
		return nil, "", err
	}
	page, next := cut(found, filter.Paging, func(row deal.PaymentRow) (value, tie string) {
		switch filter.Paging.Sort {
		case deal.SortKey:
			return row.Key, row.Key
		case deal.SortAmount:
			return strconv.FormatInt(row.AmountMinor, 10), row.Key
		}
		return row.PaidOn.String(), row.Key
	})
	return page, next, tx.addSharers(ctx, page)
}

// addSharers fills in who shares the deals of payments.
func (tx *Tx) addSharers(ctx context.Context, page []deal.PaymentRow) error {
	seen := make(map[int64]bool, len(page))
	var ids []int64
	for _, row := range page {
		if !seen[row.DealID] {
			seen[row.DealID] = true
			ids = append(ids, row.DealID)
		}
	}
	sharers, err := tx.sharersOf(ctx, ids)
	for i := range page {
		page[i].Sharers = sharers[page[i].DealID]
	}
	return err
}

// PaymentTotal implements deal.Reader.
func (tx *Tx) PaymentTotal(ctx context.Context, reach deal.Reach, filter deal.PaymentFilter) (fact.Total, error) {
	s, err := tx.paymentSelection(ctx, reach, filter)
	if err != nil {
		return fact.Total{}, err
	}
	return tx.total(ctx, s, filter.ExactTotal)
}

// DealPayments implements deal.Reader.
func (tx *Tx) DealPayments(ctx context.Context, dealID int64, limit int) ([]deal.PaymentRow, error) {
	page, err := collect(ctx, tx, scanPayment, paymentRows+paymentNarrow+` WHERE y.deal_id = $1 AND y.superseded_in = `+openBatch+`
		ORDER BY y.paid_on, y.key LIMIT $2`+paymentNames+` ORDER BY y.paid_on, y.key`, dealID, int64(limit))
	if err != nil {
		return nil, err
	}
	return page, tx.addSharers(ctx, page)
}

// Payment implements deal.Reader.
func (tx *Tx) Payment(ctx context.Context, reach deal.Reach, key string) (deal.PaymentRow, error) {
	c := &filters{}
	c.add("y.superseded_in = "+openBatch+" AND y.key = ?", key)
	c.reach(reach.Scope, reach.Today, "s.person_id", sharesOf("y.deal_id"))
	row, err := one(ctx, tx, "deal.payment_missing", scanPayment, paymentRows+paymentNarrow+c.where()+paymentNames, c.args...)
	if err != nil {
		return deal.PaymentRow{}, err
	}
	page := []deal.PaymentRow{row}
	err = tx.addSharers(ctx, page)
	return page[0], err
}

// PaymentVersions implements deal.Reader.
func (tx *Tx) PaymentVersions(ctx context.Context, key string) ([]deal.PaymentVersion, error) {
	return collect(ctx, tx, func(r rows, v *deal.PaymentVersion) error {
		return r.Scan(append(paymentDestinations(&v.Payment), markDestinations(&v.Mark)...)...)
	}, `SELECT x.key, x.deal_id, x.paid_on, x.amount_minor, x.currency, x.recorded_in, `+markColumns+` FROM payment x`+markJoins+`WHERE x.key = $1`+newestFirst, key)
}

// PaymentKnown implements deal.Reader.
func (tx *Tx) PaymentKnown(ctx context.Context, key string) (bool, error) {
	n, err := value[int64](ctx, tx, `SELECT COUNT(*) FROM payment WHERE key = $1 AND superseded_in = `+openBatch, key)
	return n > 0, err
}
