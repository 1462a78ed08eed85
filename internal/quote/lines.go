package quote

import (
	"context"
	"strconv"
	"strings"

	"xiaoguan/internal/deal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
)

// Products knows what is sold, and for how much.
type Products interface {
	Product(ctx context.Context, id int64) (deal.Product, error)
	ProductID(ctx context.Context, key string) (int64, error) // 0 when there is none
	QuoteRules(ctx context.Context) (Rules, error)            // the shipped ones before there are others
}

// Lines makes lines of what was entered for a quote or a contract in a currency, and notes everything wrong about them. The price list's price
// stands whatever was typed.
func Lines(ctx context.Context, r Products, c *fact.Checker, currency money.Currency, entered []EntryLine) (lines []Line, err error) {
	if !currency.Valid() {
		c.Add("currency", string(currency), "deal.bad_currency", nil)
	}
	if len(entered) == 0 {
		c.Add("lines.0.text", "", "quote.no_lines", nil)
	}
	if len(entered) > LinesMax {
		c.Add("lines", "", "quote.too_many_lines", errs.Args{"Max": LinesMax})
		return nil, nil
	}
	rules, err := r.QuoteRules(ctx)
	if err != nil {
		return nil, err
	}
	sound := true
	for i, e := range entered {
		path := "lines." + strconv.Itoa(i) + "."
		var wrong fact.Checker
		e.check(&wrong, "")
		line, err := lineOf(ctx, r, &wrong, rules, currency, e)
		if err != nil {
			return nil, err
		}
		for _, f := range wrong.Fields() {
			sound = false
			c.Add(path+f.Path, f.Value, f.Message.Key, f.Message.Args)
		}
		lines = append(lines, line)
	}
	if !sound {
		return lines, nil
	}
	if totals, err := Sum(lines); err != nil || totals.ListMinor > amountMinorMax || totals.AmountMinor > amountMinorMax {
		c.Add("lines", "", "quote.too_much", nil)
	}
	return lines, nil
}

func lineOf(ctx context.Context, r Products, c *fact.Checker, rules Rules, currency money.Currency, in EntryLine) (l Line, err error) {
	l = Line{Text: strings.TrimSpace(in.Text), Quantity: in.Quantity, Unit: in.Unit, ListMinor: in.ListMinor, DiscountPPM: in.DiscountPPM, PriceMinor: in.PriceMinor, TaxPPM: in.TaxPPM}
	if in.Product != "" {
		if l.ProductID, err = r.ProductID(ctx, in.Product); err != nil {
			return l, err
		}
		if l.ProductID == 0 {
			c.Add("product", in.Product, "fact.unknown_product", errs.Args{"Key": in.Product})
			return l, nil
		}
		p, err := r.Product(ctx, l.ProductID)
		if err != nil {
			return l, err
		}
		if l.ProductKey, l.ProductName = p.Key, p.Name; l.Text == "" {
			l.Text = p.Name
		}
		if price, ok := rules.PriceOf(l.ProductID, currency); ok {
			l.ListMinor = price.ListMinor
		}
	}
	if l.ListMinor == 0 && l.PriceMinor == NoPrice {
		c.Add("list", "", "quote.no_price", nil)
	}
	return l, nil
}

// NameLines fills in what products are called today.
func NameLines(ctx context.Context, r Products, lines []Line) error {
	for i := range lines {
		if lines[i].ProductID == 0 {
			continue
		}
		p, err := r.Product(ctx, lines[i].ProductID)
		if err != nil && !errs.Is(err, errs.KindNotFound) {
			return err
		}
		lines[i].ProductKey, lines[i].ProductName = p.Key, p.Name
	}
	return nil
}
