package store

import (
	"context"

	"xiaoguan/internal/deal"
)

// rateTie tells the rates of one day apart. Currencies have no slash in them, so that no two rates share it.
const rateTie = "(x.base || '/' || x.quote || '/' || x.kind)"

// Rates implements deal.Reader.
func (tx *Tx) Rates(ctx context.Context, filter deal.RateFilter) ([]deal.Rate, string, error) {
	c := &filters{}
	c.add("x.superseded_in = " + openBatch)
	for column, wanted := range map[string]string{"x.base": string(filter.Base), "x.quote": string(filter.Quote), "x.kind": filter.Kind} {
		if wanted != "" {
			c.add(column+" = ?", wanted)
		}
	}
	c.days("x.valid_on", filter.Days)
	tail, err := c.page(filter.Paging, order{column: "x.valid_on", tie: rateTie})
	if err != nil {
		return nil, "", err
	}
	found, err := collect(ctx, tx, func(r rows, e *deal.Rate) error {
		return r.Scan(&e.Base, &e.Quote, scanDate(&e.On), &e.Kind, &e.Value, &e.Recorded)
	}, "SELECT x.base, x.quote, x.valid_on, x.kind, x.rate, x.recorded_in FROM exchange_rate x"+c.where()+tail, c.args...)
	if err != nil {
		return nil, "", err
	}
	page, next := cut(found, filter.Paging, func(e deal.Rate) (value, tie string) {
		return e.On.String(), string(e.Base) + "/" + string(e.Quote) + "/" + e.Kind
	})
	return page, next, nil
}
