package plan

import "xiaoguan/internal/money"

type (
	conversionWire struct {
		Rate    string  `json:"rate"`
		On      RateOn  `json:"on"`
		Convert Convert `json:"convert"`
	}
	payCurrencyWire struct {
		Currency money.Currency `json:"currency"`
		Rate     string         `json:"rate"`
	}
)

func toConversionWire(c *Conversion) *conversionWire {
	if c == nil {
		return nil
	}
	wire := &conversionWire{c.Rate, c.On, ConvertBeforeRate}
	if c.AfterRate {
		wire.Convert = ConvertAfterRate
	}
	return wire
}

func toPayCurrencyWire(c *PayCurrency) *payCurrencyWire {
	if c == nil {
		return nil
	}
	return &payCurrencyWire{c.Currency, c.Rate}
}
