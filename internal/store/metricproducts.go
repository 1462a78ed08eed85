package store

import (
	"context"
	"strconv"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/money"
)

// productSource is where the facts of a measure are that are known by product: x are they, d is their deal.
type productSource struct{ amount, from, day, currency, where string }

const (
	soldDeals = "deal d"
	dealOf    = " x JOIN deal d ON d.id = x.deal_id AND d.superseded_in = " + openBatch
)

var productSources = map[metric.MeasureID]productSource{
	metric.Signed:    {"d.amount_minor", soldDeals, "d.signed_on", "d.currency", "d.superseded_in = " + openBatch},
	metric.Deals:     {"1", soldDeals, "d.signed_on", "d.currency", "d.superseded_in = " + openBatch},
	metric.Cancelled: {"d.amount_minor", "deal_detail" + dealOf, "x.cancelled_on", "d.currency", rowsHeld},
	metric.Invoiced:  {"x.amount_minor", "invoice" + dealOf, "x.invoiced_on", "x.currency", rowsHeld},
	metric.Collected: {"x.amount_minor", "payment" + dealOf, "x.paid_on", "x.currency", rowsHeld + " AND x.amount_minor >= 0"},
	metric.Refunded:  {"-x.amount_minor", "payment" + dealOf, "x.paid_on", "x.currency", rowsHeld + " AND x.amount_minor < 0"},
}

// of is what follows FROM, for days and a currency that are the first parameters.
func (s productSource) of() string {
	return s.from + " WHERE " + s.where + " AND " + s.day + " >= $1 AND " + s.day + " <= $2 AND " + s.currency + " = $3"
}

// MetricProducts implements metric.Reader.
func (tx *Tx) MetricProducts(ctx context.Context) ([]metric.Product, error) {
	list, err := collect(ctx, tx, func(r rows, p *metric.Product) error { return r.Scan(&p.ID, &p.Name, &p.Line) },
		"SELECT id, name, category FROM product WHERE superseded_in = "+openBatch+" ORDER BY id, valid_from")
	return list, err
}

// ProductSums implements metric.Reader. They are held like other sums, as long as nothing of the month changed, nor a deal was corrected: with that its product
// may have changed, and no sum.
func (tx *Tx) ProductSums(ctx context.Context, measure metric.MeasureID, from, to calendar.Date, currency money.Currency) ([]metric.ProductSum, error) {
	s, known := productSources[measure]
	if !known {
		return nil, nil
	}
	marks, err := tx.sumMarks(ctx)
	if err != nil {
		return nil, err
	}
	corrected, err := value[int64](ctx, tx, "SELECT COALESCE(MAX(superseded_in), 0) FROM deal WHERE superseded_in < "+openBatch)
	if err != nil {
		return nil, err
	}
	mark := marks[string(measure)].of(from.Month().String())
	if mark != "" {
		mark += "." + strconv.FormatInt(corrected, 10)
	}
	u, err := tx.measureUnit(ctx, unitKey{"product:" + string(measure) + ":" + string(currency), from.String(), to.String()}, mark, measure,
		"SELECT d.product_id, CAST(SUM("+s.amount+") AS BIGINT), COUNT(*) FROM "+s.of()+" GROUP BY d.product_id ORDER BY d.product_id", from.String(), to.String(), string(currency))
	if err != nil {
		return nil, err
	}
	list := make([]metric.ProductSum, len(u.persons))
	for i, id := range u.persons {
		list[i] = metric.ProductSum{ProductID: id, Sum: u.sums[i]}
	}
	return list, nil
}

// ProductFacts implements metric.Reader.
func (tx *Tx) ProductFacts(ctx context.Context, measure metric.MeasureID, from, to calendar.Date, currency money.Currency, persons []int64) (list []metric.ProductFact, err error) {
	s, known := productSources[measure]
	if !known {
		return nil, nil
	}
	mine := " AND EXISTS (SELECT 1 FROM deal_share h WHERE h.deal_id = d.id AND h.superseded_in = " + openBatch + " AND h.person_id IN (" + listed(persons) + "))"
	args := []any{from.String(), to.String(), string(currency)}
	var deals []int64
	if err := each(ctx, tx, func(r rows) error {
		var f metric.ProductFact
		var deal int64
		err := r.Scan(&deal, &f.ProductID, &f.Amount)
		list, deals = append(list, f), append(deals, deal)
		return err
	}, "SELECT d.id, d.product_id, "+s.amount+" FROM "+s.of()+mine, args...); err != nil {
		return nil, err
	}
	shares := map[int64][]metric.Share{}
	if err := each(ctx, tx, func(r rows) error {
		var deal int64
		var share metric.Share
		err := r.Scan(&deal, &share.PersonID, &share.BasisPoints)
		shares[deal] = append(shares[deal], share)
		return err
	}, "SELECT g.deal_id, g.person_id, g.basis_points FROM deal_share g WHERE g.superseded_in = "+openBatch+" AND g.deal_id IN (SELECT d.id FROM "+s.of()+mine+") ORDER BY g.deal_id, g.position", args...); err != nil {
		return nil, err
	}
	for i := range list {
		list[i].Shares = shares[deals[i]]
	}
	return list, nil
}
