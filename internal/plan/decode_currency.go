package plan

import "xiaoguan/internal/ruledoc"

// conversion reads how facts in other currencies are brought into the plan's. Nothing of it has a default: each choice changes pay.
func (p *planReader) conversion(v value) *Conversion {
	f := p.Mapping(v, "rate", "on", "convert")
	c := &Conversion{}
	if rate, ok := f.Required("rate"); ok {
		c.Rate, _ = p.Text(rate)
	}
	if on, ok := f.Required("on"); ok {
		c.On = ruledoc.Choice(p.Reader, on, RateOnEvent, RateOnSigned, RateOnPeriodEnd)
	}
	if convert, ok := f.Required("convert"); ok {
		c.AfterRate = ruledoc.Choice(p.Reader, convert, ConvertBeforeRate, ConvertAfterRate) == ConvertAfterRate
	}
	return c
}
