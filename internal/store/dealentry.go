package store

import (
	"context"

	"xiaoguan/internal/deal"
	"xiaoguan/internal/fact"
)

const productSelect = `SELECT x.id, x.key, x.name, x.category, x.recorded_in`

func productDestinations(p *deal.Product) []any {
	return []any{&p.ID, &p.Key, &p.Name, &p.Category, &p.Recorded}
}

func scanProduct(r rows, p *deal.Product) error { return r.Scan(productDestinations(p)...) }

// Products implements deal.Reader.
func (tx *Tx) Products(ctx context.Context) ([]deal.Product, error) {
	return collect(ctx, tx, scanProduct, productSelect+` FROM product x WHERE x.superseded_in = `+openBatch+` ORDER BY x.key`)
}

// Product implements deal.Reader.
func (tx *Tx) Product(ctx context.Context, id int64) (deal.Product, error) {
	return one(ctx, tx, "deal.product_missing", scanProduct, productSelect+` FROM product x WHERE x.id = $1 AND x.superseded_in = `+openBatch, id)
}

// ProductID implements deal.Reader.
func (tx *Tx) ProductID(ctx context.Context, key string) (int64, error) {
	return value[int64](ctx, tx, `SELECT id FROM product WHERE key = $1 AND superseded_in = `+openBatch, key)
}

// ProductVersions implements deal.Reader.
func (tx *Tx) ProductVersions(ctx context.Context, id int64) ([]deal.ProductVersion, error) {
	return collect(ctx, tx, func(r rows, v *deal.ProductVersion) error {
		return r.Scan(append(productDestinations(&v.Product), markDestinations(&v.Mark)...)...)
	}, productSelect+`, `+markColumns+` FROM product x`+markJoins+`WHERE x.id = $1`+newestFirst, id)
}

// DealKnown implements deal.Reader.
func (tx *Tx) DealKnown(ctx context.Context, key string) (bool, error) {
	n, err := value[int64](ctx, tx, `SELECT COUNT(*) FROM deal WHERE key = $1 AND superseded_in = `+openBatch, key)
	return n > 0, err
}

// DealRecord implements deal.Reader.
func (tx *Tx) DealRecord(ctx context.Context, dealID int64) (fact.DealRecord, error) {
	record, err := one(ctx, tx, "deal.missing", func(r rows, d *fact.DealRecord) error {
		d.Detail = &fact.DealDetail{}
		return r.Scan(&d.Key, &d.Customer, &d.Product, scanDate(&d.SignedOn), &d.AmountMinor, &d.Currency,
			&d.Detail.Units, &d.Detail.CostMinor, &d.Detail.Referrer, scanDate(&d.Detail.CancelledOn), &d.Detail.CancelReason)
	}, `SELECT d.key, COALESCE(c.key, ''), COALESCE(p.key, ''), d.signed_on, d.amount_minor, d.currency,
		COALESCE(f.units, -1), COALESCE(f.cost_minor, -1), COALESCE(g.key, ''), COALESCE(f.cancelled_on, '9999-12-31'), COALESCE(f.cancel_reason, '') FROM deal d
		LEFT JOIN customer c ON c.id = d.customer_id AND c.superseded_in = `+openBatch+`
		LEFT JOIN product p ON p.id = d.product_id AND p.superseded_in = `+openBatch+`
		LEFT JOIN deal_detail f ON f.deal_id = d.id AND f.superseded_in = `+openBatch+detailNames+`
		WHERE d.id = $1 AND d.superseded_in = `+openBatch, dealID)
	if err != nil {
		return record, err
	}
	record.Shares, err = collect(ctx, tx, func(r rows, s *fact.ShareRecord) error { return r.Scan(&s.Person, &s.BasisPoints) },
		`SELECT n.key, h.basis_points FROM deal_share h JOIN person n ON n.id = h.person_id AND n.superseded_in = `+openBatch+`
		WHERE h.deal_id = $1 AND h.superseded_in = `+openBatch+` ORDER BY h.position`, dealID)
	return record, err
}

// CustomerToSellTo implements deal.Reader.
func (tx *Tx) CustomerToSellTo(ctx context.Context, reach deal.Reach, key string) (bool, error) {
	c := &filters{}
	c.add("c.id IN (SELECT "+livesAs("x.id")+" FROM customer x WHERE x.key = ? AND x.superseded_in = "+openBatch+") AND c.superseded_in = "+openBatch, key)
	if !reach.Scope.All {
		// What is in a pool is claimed first, and what somebody out of reach has is theirs.
		held, args := personsInReach(reach.Scope, reach.Today, "g.owner_id", len(c.args)+1)
		c.args = append(c.args, args...)
		c.add(`NOT EXISTS (SELECT 1 FROM holding b WHERE b.customer_id = c.id AND b.pool <> '')`)
		c.reach(reach.Scope, reach.Today, "s.person_id", `(EXISTS (SELECT 1 FROM holding g WHERE g.customer_id = c.id AND `+held+`)
		OR NOT EXISTS (SELECT 1 FROM holding g WHERE g.customer_id = c.id) AND NOT EXISTS (SELECT 1 FROM deal f WHERE `+boughtBy("f.customer_id", "c.id")+` AND f.superseded_in = `+openBatch+`)
		OR EXISTS (SELECT 1 FROM deal o JOIN deal_share s ON s.deal_id = o.id
		WHERE `+boughtBy("o.customer_id", "c.id")+` AND o.superseded_in = `+openBatch+` AND s.superseded_in = `+openBatch+` AND %s))`)
	}
	n, err := value[int64](ctx, tx, "SELECT COUNT(*) FROM customer c"+c.where(), c.args...)
	return n > 0, err
}
