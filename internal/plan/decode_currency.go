package plan

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
