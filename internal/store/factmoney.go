package store

import (
	"context"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
)

var (
	paymentColumns = []string{"key", "deal_id", "paid_on", "amount_minor", "currency"}
	invoiceColumns = []string{"key", "deal_id", "invoiced_on", "amount_minor", "currency"}
)

// moneyFacts are the payments or the invoices: dated amounts of deals, whose key is their identity.
type moneyFacts struct {
	table   string
	columns []string // key, deal, day, amount, currency
	known   map[string]moneyContent
}

// moneyContent is what is current about a payment or an invoice.
type moneyContent struct {
	deal     int64
	amount   int64
	on       calendar.Date
	currency [3]byte
}

// PutPayment implements fact.Writer.
func (w *factWriter) PutPayment(ctx context.Context, r fact.PaymentRecord) (fact.Outcome, error) {
	return w.putMoney(ctx, &w.payments, r.Key, r.Deal, r.PaidOn, r.AmountMinor, r.Currency)
}

// PutInvoice implements fact.Writer.
func (w *factWriter) PutInvoice(ctx context.Context, r fact.InvoiceRecord) (fact.Outcome, error) {
	return w.putMoney(ctx, &w.invoices, r.Key, r.Deal, r.InvoicedOn, r.AmountMinor, r.Currency)
}

func (w *factWriter) putMoney(ctx context.Context, m *moneyFacts, key, dealKey string, on calendar.Date, amount int64, currency money.Currency) (fact.Outcome, error) {
	deal, err := w.resolve(ctx, fact.KindDeal, dealKey)
	if err != nil {
		return fact.Unchanged, err
	}
	if deal == 0 {
		return fact.Unchanged, errs.Invalid("fact.unknown_reference", []errs.Field{{Path: "deal", Message: errs.Msg("fact.unknown_deal", errs.Args{"Key": ""})}})
	}
	if err := w.loadMoney(ctx, m, key); err != nil {
		return fact.Unchanged, err
	}
	content := moneyContent{deal: deal, amount: amount, on: on}
	copy(content.currency[:], currency)
	outcome := fact.Added
	if before, ok := m.known[key]; ok {
		if before == content {
			return fact.Unchanged, nil
		}
		outcome = fact.Corrected
		w.touch(before.on)
		if err := w.supersede(ctx, m.table, "key = $1", key); err != nil {
			return outcome, err
		}
	}
	if m == &w.payments {
		if w.paid == nil {
			w.paid = map[int64]bool{}
		}
		w.paid[deal] = true
		if before, ok := m.known[key]; ok {
			w.paid[before.deal] = true
		}
	}
	m.known[key] = content
	w.touch(on)
	return outcome, w.insert(ctx, m.table, m.columns, key, deal, on.String(), amount, string(currency))
}

// loadMoney reads what is current, once; for an entry by hand the one in question.
func (w *factWriter) loadMoney(ctx context.Context, m *moneyFacts, key string) error {
	limit, args := "", []any{}
	switch {
	case w.single:
		if _, seen := m.known[key]; seen {
			return nil
		}
		if m.known == nil {
			m.known = map[string]moneyContent{}
		}
		limit, args = " AND key = $1", []any{key}
	case m.known != nil:
		return nil
	default:
		count, err := value[int64](ctx, w.tx, `SELECT COUNT(*) FROM `+m.table+isOpen)
		if err != nil {
			return err
		}
		m.known = make(map[string]moneyContent, count)
	}
	return each(ctx, w.tx, func(r rows) error {
		var key, currency string
		var c moneyContent
		if err := r.Scan(&key, &c.deal, scanDate(&c.on), &c.amount, &currency); err != nil {
			return err
		}
		copy(c.currency[:], currency)
		m.known[key] = c
		return nil
	}, `SELECT key, deal_id, `+m.columns[2]+`, amount_minor, currency FROM `+m.table+isOpen+limit, args...)
}
