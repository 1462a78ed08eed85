package store

import (
	"context"

	"xiaoguan/internal/deal"
)

// rateTie tells the rates of one day apart. Currencies have no slash in them, so that no two rates share it.
const rateTie = "(x.base || '/' || x.quote || '/' || x.kind)"

const rateSelect = "SELECT x.base, x.quote, x.valid_on, x.kind, x.rate, x.recorded_in"

func rateDestinations(e *deal.Rate) []any {
	return []any{&e.Base, &e.Quote, scanDate(&e.On), &e.Kind, &e.Value, &e.Recorded}
}

func scanRate(r rows, e *deal.Rate) error { return r.Scan(rateDestinations(e)...) }

func rateConditions(filter deal.RateFilter) *filters {
	c := &filters{}
	c.add("x.superseded_in = " + openBatch)
	for column, wanted := range map[string]string{"x.base": string(filter.Base), "x.quote": string(filter.Quote), "x.kind": filter.Kind} {
		if wanted != "" {
			c.add(column+" = ?", wanted)
		}
	}
	c.days("x.valid_on", filter.Days)
	return c
}

// Rates implements deal.Reader.
func (tx *Tx) Rates(ctx context.Context, filter deal.RateFilter) ([]deal.Rate, string, error) {
	c := rateConditions(filter)
	tail, err := c.page(filter.Paging, order{column: "x.valid_on", tie: rateTie})
	if err != nil {
		return nil, "", err
	}
	found, err := collect(ctx, tx, scanRate, rateSelect+" FROM exchange_rate x"+c.where()+tail, c.args...)
	if err != nil {
		return nil, "", err
	}
	page, next := cut(found, filter.Paging, func(e deal.Rate) (value, tie string) {
		return e.On.String(), string(e.Base) + "/" + string(e.Quote) + "/" + e.Kind
	})
	return page, next, nil
}

// RateCount implements deal.Reader.
func (tx *Tx) RateCount(ctx context.Context, filter deal.RateFilter) (int64, error) {
	c := rateConditions(filter)
	return value[int64](ctx, tx, "SELECT COUNT(*) FROM exchange_rate x"+c.where(), c.args...)
}

const ofRate = " WHERE x.base = $1 AND x.quote = $2 AND x.valid_on = $3 AND x.kind = $4"

func rateArgs(key deal.RateKey) []any {
	return []any{string(key.Base), string(key.Quote), key.On.String(), key.Kind}
}

// Rate implements deal.Reader.
func (tx *Tx) Rate(ctx context.Context, key deal.RateKey) (deal.Rate, error) {
	return one(ctx, tx, "deal.rate_missing", scanRate, rateSelect+" FROM exchange_rate x"+ofRate+" AND x.superseded_in = "+openBatch, rateArgs(key)...)
}

// RateVersions implements deal.Reader.
func (tx *Tx) RateVersions(ctx context.Context, key deal.RateKey) ([]deal.RateVersion, error) {
	return collect(ctx, tx, func(r rows, v *deal.RateVersion) error {
		return r.Scan(append(rateDestinations(&v.Rate), markDestinations(&v.Mark)...)...)
	}, rateSelect+", "+markColumns+" FROM exchange_rate x"+markJoins+ofRate+newestFirst, rateArgs(key)...)
}
