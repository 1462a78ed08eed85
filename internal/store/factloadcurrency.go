package store

import (
	"context"

	"xiaoguan/internal/decimal"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/money"
)

// readsCurrency says whether a table has rows in other currencies than the run's, so that their currency must be read. Most companies have none,
// and a million texts less to read.
type readsCurrency bool

func (c readsCurrency) column() string {
	if c {
		return ", currency"
	}
	return ""
}

func (c readsCurrency) with(to []any, currency *string) []any {
	if c {
		return append(to, currency)
	}
	return to
}

// foreignQuery asks for a row in another currency. Companies in yuan have an index for it, which holds such rows alone; the order makes PostgreSQL take it also while
// it does not know yet that there are none, and would rather read a million rows.
func foreignQuery(table string, currency money.Currency) (query string, args []any) {
	if currency != money.CNY {
		return "SELECT currency FROM " + table + " WHERE currency <> $1 LIMIT 1", []any{string(currency)}
	}
	return "SELECT currency FROM " + table + " WHERE currency <> 'CNY' ORDER BY currency LIMIT 1", nil
}

// hasForeign asks whether a table ever had a row in another currency.
func (l *factLoader) hasForeign(ctx context.Context, table string) (readsCurrency, error) {
	query, args := foreignQuery(table, l.facts.Currency)
	found, err := collect(ctx, l.tx, func(r rows, currency *string) error { return r.Scan(currency) }, query, args...)
	return len(found) > 0, err
}

// currency is the index of a currency; that of the run, or none that was read, is 0.
func (l *factLoader) currency(of string) int16 {
	if of == "" || of == string(l.facts.Currency) {
		return 0
	}
	if len(l.facts.Currencies) == 0 {
		l.facts.Currencies = []money.Currency{l.facts.Currency}
	}
	at, known := l.foreign[of]
	if !known {
		at = int16(len(l.facts.Currencies))
		l.foreign[of] = at
		l.facts.Currencies = append(l.facts.Currencies, money.Currency(of))
	}
	return at
}

// markDeals notes the currency of deals in another than the run's.
func (l *factLoader) markDeals() {
	if len(l.dealIn) == 0 {
		return
	}
	l.openDetails()
	for deal, in := range l.dealIn {
		l.facts.DealsMore[deal].Currency = in
	}
}

func (l *factLoader) openDetails() {
	if l.facts.DealsMore != nil {
		return
	}
	l.facts.DealsMore = make([]engine.DealMore, len(l.facts.Deals))
	for i := range l.facts.DealsMore {
		l.facts.DealsMore[i] = nothingMore
	}
}

// loadRates reads the rates into the run's currency up to the month's last day, where a fact is in another.
func (l *factLoader) loadRates(ctx context.Context) error {
	if len(l.facts.Currencies) == 0 {
		return nil
	}
	return each(ctx, l.tx, func(r rows) error {
		rate := engine.ExchangeRate{To: l.facts.Currency}
		var value string
		err := r.Scan(&rate.From, &rate.Kind, scanDate(&rate.On), &value)
		if err != nil {
			return err
		}
		if rate.Rate, err = decimal.Parse(value); err != nil {
			return err
		}
		l.facts.Exchange = append(l.facts.Exchange, rate)
		return nil
	}, `SELECT base, kind, valid_on, rate FROM exchange_rate WHERE`+currentAt+`AND quote = $2 AND valid_on <= $3 ORDER BY base, kind, valid_on`,
		l.recorded, string(l.facts.Currency), l.month.Last().String())
}
