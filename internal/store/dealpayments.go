package store

import (
	"context"
	"strconv"

	"xiaoguan/internal/deal"
	"xiaoguan/internal/fact"
)

// moneyList is a table of dated amounts of deals: payments or invoices. Both are listed alike; rows of either are read as payments.
type moneyList struct{ table, day, missing string }

var (
	paymentList = moneyList{"payment", "paid_on", "deal.payment_missing"}
	invoiceList = moneyList{"invoice", "invoiced_on", "deal.invoice_missing"}
)

func (m moneyList) selection(ctx context.Context, tx *Tx, reach deal.Reach, filter deal.PaymentFilter) (*selection, error) {
	s := &selection{table: m.table + " y", of: "y.deal_id", columns: "y.amount_minor, y.currency"}
	s.index("y.superseded_in = " + openBatch)
	if filter.Kind == deal.Collection {
		s.test(tx.db.dialect.unindexed("y.amount_minor") + " > 0")
	}
	s.days("y."+m.day, filter.Paid)
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
		n := newNeedle(filter.Search)
		named := tx.dealsNamed(n, "COALESCE((SELECT "+tx.namedDeal(n, "k")+" FROM deal k WHERE k.id = y.deal_id AND k.superseded_in = "+openBatch+" LIMIT 1), FALSE)")
		named.or, named.key = "y.key = {k}", filter.Search
		named.orIDs = "SELECT v.deal_id AS id FROM " + m.table + " v WHERE v.superseded_in = " + openBatch + " AND v.key = {k}"
		s.parts = append(s.parts, named)
	}
	return s, tx.narrow(ctx, s)
}

func (m moneyList) order(sort string) order {
	switch sort {
	case deal.SortAmount:
		return order{column: "y.amount_minor", tie: "y.key", number: true}
	case deal.SortKey:
		return order{column: "y.key", tie: "y.key"}
	}
	return order{column: "y." + m.day, tie: "y.key"}
}

// narrow reads the rows themselves, named reads the narrow ones of a page with the names that go with them.
func (m moneyList) narrow() string {
	return "SELECT y.key, y.deal_id, y." + m.day + ", y.amount_minor, y.currency, y.recorded_in FROM " + m.table + " y"
}

func (m moneyList) named(narrow string) string {
	return "SELECT y.key, y.deal_id, y." + m.day + `, y.amount_minor, y.currency, y.recorded_in, COALESCE(d.key, ''), COALESCE(` + livesAs("d.customer_id") + `, 0),
		COALESCE(c.name, '') FROM (` + narrow + `) y LEFT JOIN deal d ON d.id = y.deal_id AND d.superseded_in = ` + openBatch + `
		LEFT JOIN customer c ON c.id = ` + livesAs("d.customer_id") + ` AND c.superseded_in = ` + openBatch
}

func paymentDestinations(p *deal.Payment) []any {
	return []any{&p.Key, &p.DealID, scanDate(&p.PaidOn), &p.AmountMinor, &p.Currency, &p.Recorded}
}

func scanPayment(r rows, row *deal.PaymentRow) error {
	return r.Scan(append(paymentDestinations(&row.Payment), &row.DealKey, &row.CustomerID, &row.CustomerName)...)
}

// page reads a part of the list.
func (m moneyList) page(ctx context.Context, tx *Tx, reach deal.Reach, filter deal.PaymentFilter) ([]deal.PaymentRow, string, error) {
	s, err := m.selection(ctx, tx, reach, filter)
	if err != nil {
		return nil, "", err
	}
	c := s.where()
	o := m.order(filter.Paging.Sort)
	tail, err := c.page(filter.Paging, o)
	if err != nil {
		return nil, "", err
	}
	found, err := collect(ctx, tx, scanPayment, m.named(m.narrow()+c.where()+tail)+o.by(direction(filter.Paging)), c.args...)
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

func (m moneyList) total(ctx context.Context, tx *Tx, reach deal.Reach, filter deal.PaymentFilter) (fact.Total, error) {
	s, err := m.selection(ctx, tx, reach, filter)
	if err != nil {
		return fact.Total{}, err
	}
	return tx.total(ctx, s, filter.ExactTotal)
}

// ofDeal reads the first rows of one deal, the oldest first.
func (m moneyList) ofDeal(ctx context.Context, tx *Tx, dealID int64, limit int) ([]deal.PaymentRow, error) {
	inOrder := " ORDER BY y." + m.day + ", y.key"
	page, err := collect(ctx, tx, scanPayment, m.named(m.narrow()+" WHERE y.deal_id = $1 AND y.superseded_in = "+openBatch+inOrder+" LIMIT $2")+inOrder, dealID, int64(limit))
	if err != nil {
		return nil, err
	}
	return page, tx.addSharers(ctx, page)
}

func (m moneyList) one(ctx context.Context, tx *Tx, reach deal.Reach, key string) (deal.PaymentRow, error) {
	c := &filters{}
	c.add("y.superseded_in = "+openBatch+" AND y.key = ?", key)
	c.reach(reach.Scope, reach.Today, "s.person_id", sharesOf("y.deal_id"))
	row, err := one(ctx, tx, m.missing, scanPayment, m.named(m.narrow()+c.where()), c.args...)
	if err != nil {
		return deal.PaymentRow{}, err
	}
	page := []deal.PaymentRow{row}
	err = tx.addSharers(ctx, page)
	return page[0], err
}

func (m moneyList) versions(ctx context.Context, tx *Tx, key string) ([]deal.PaymentVersion, error) {
	return collect(ctx, tx, func(r rows, v *deal.PaymentVersion) error {
		return r.Scan(append(paymentDestinations(&v.Payment), markDestinations(&v.Mark)...)...)
	}, "SELECT x.key, x.deal_id, x."+m.day+", x.amount_minor, x.currency, x.recorded_in, "+markColumns+" FROM "+m.table+" x"+markJoins+"WHERE x.key = $1"+newestFirst, key)
}

func (m moneyList) known(ctx context.Context, tx *Tx, key string) (bool, error) {
	n, err := value[int64](ctx, tx, "SELECT COUNT(*) FROM "+m.table+" WHERE key = $1 AND superseded_in = "+openBatch, key)
	return n > 0, err
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

// Payments implements deal.Reader.
func (tx *Tx) Payments(ctx context.Context, reach deal.Reach, filter deal.PaymentFilter) ([]deal.PaymentRow, string, error) {
	return paymentList.page(ctx, tx, reach, filter)
}

// PaymentTotal implements deal.Reader.
func (tx *Tx) PaymentTotal(ctx context.Context, reach deal.Reach, filter deal.PaymentFilter) (fact.Total, error) {
	return paymentList.total(ctx, tx, reach, filter)
}

// DealPayments implements deal.Reader.
func (tx *Tx) DealPayments(ctx context.Context, dealID int64, limit int) ([]deal.PaymentRow, error) {
	return paymentList.ofDeal(ctx, tx, dealID, limit)
}

// Payment implements deal.Reader.
func (tx *Tx) Payment(ctx context.Context, reach deal.Reach, key string) (deal.PaymentRow, error) {
	return paymentList.one(ctx, tx, reach, key)
}

// PaymentVersions implements deal.Reader.
func (tx *Tx) PaymentVersions(ctx context.Context, key string) ([]deal.PaymentVersion, error) {
	return paymentList.versions(ctx, tx, key)
}

// PaymentKnown implements deal.Reader.
func (tx *Tx) PaymentKnown(ctx context.Context, key string) (bool, error) {
	return paymentList.known(ctx, tx, key)
}
