package plan

import "xiaoguan/internal/ruledoc"

// cap reads what limits a component.
func (p *planReader) cap(v value) *Limit {
	f := p.Mapping(v, "amount", "percent", "of", "per", "over", "excess")
	limit := &Limit{}
	p.limitRest(f, limit)
	if per, ok := f.Optional("per"); ok {
		limit.Per = ruledoc.Choice(p.Reader, per, LimitPerComponent, LimitPerCredit, LimitPerDeal)
		if limit.Per == LimitPerComponent {
			limit.Per = ""
		}
	}
	form, what, ok := f.ExactlyOne("amount", "percent")
	if !ok {
		return nil
	}
	if form == "amount" {
		f.Meaningless("of")
		if limit.AmountFen, ok = p.amountNotBelow(what, 0); !ok {
			return nil
		}
		return limit
	}
	percent, ok := p.times(what)
	if !ok {
		return nil
	}
	limit.Percent = &percent
	if of, has := f.Required("of"); has {
		if limit.Of = p.measureID(of); limit.Of != "" {
			p.wantKind(of, limit.Of, KindMoney)
		}
	}
	return limit
}

// limitRest reads over which span a limit holds and what becomes of the excess.
func (p *planReader) limitRest(f fields, limit *Limit) {
	if over, ok := f.Optional("over"); ok {
		limit.Over = ruledoc.Choice(p.Reader, over, LimitOverPeriod, LimitOverQuarter, LimitOverYear)
		if limit.Over == LimitOverPeriod {
			limit.Over = ""
		}
	}
	if excess, ok := f.Required("excess"); ok {
		limit.Carried = ruledoc.Choice(p.Reader, excess, "dropped", "carried") == "carried"
	}
}

// planCap reads what limits the sum of the components.
func (p *planReader) planCap(v value) *Limit {
	f := p.Mapping(v, "amount", "over", "excess")
	limit := &Limit{}
	p.limitRest(f, limit)
	amount, ok := f.Required("amount")
	if !ok {
		return nil
	}
	if limit.AmountFen, ok = p.amountNotBelow(amount, 0); !ok {
		return nil
	}
	return limit
}
