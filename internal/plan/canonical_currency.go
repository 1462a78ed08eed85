package plan

type conversionWire struct {
	Rate    string  `json:"rate"`
	On      RateOn  `json:"on"`
	Convert Convert `json:"convert"`
}

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
