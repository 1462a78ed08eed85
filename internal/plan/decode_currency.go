package plan

import "xiaoguan/internal/money"

// conversions reads what the plan says of other currencies.
func (p *planReader) conversions(f fields) {
	if v, ok := f.optional("currencies"); ok {
		p.plan.Currencies = p.conversion(v)
	}
	if v, ok := f.optional("pay_currency"); ok {
		p.plan.PayCurrency = p.payCurrency(v)
	}
}

// conversion reads how facts in other currencies are brought into the plan's. Nothing of it has a default: each choice changes pay.
func (p *planReader) conversion(v value) *Conversion {
	f := p.mapping(v, "rate", "on", "convert")
	c := &Conversion{}
	if rate, ok := f.required("rate"); ok {
		c.Rate, _ = p.text(rate)
	}
	if on, ok := f.required("on"); ok {
		c.On = choice(p.reader, on, RateOnEvent, RateOnSigned, RateOnPeriodEnd)
	}
	if convert, ok := f.required("convert"); ok {
		c.AfterRate = choice(p.reader, convert, ConvertBeforeRate, ConvertAfterRate) == ConvertAfterRate
	}
	return c
}

// payCurrency reads the currency in which pay leaves.
func (p *planReader) payCurrency(v value) *PayCurrency {
	f := p.mapping(v, "currency", "rate")
	c := &PayCurrency{}
	if rate, ok := f.required("rate"); ok {
		c.Rate, _ = p.text(rate)
	}
	currency, ok := f.required("currency")
	if !ok {
		return c
	}
	text, ok := p.text(currency)
	switch {
	case !ok:
	case !money.Currency(text).Valid():
		p.report(currency, CodeCurrency, nil)
	default:
		c.Currency = money.Currency(text)
	}
	return c
}
