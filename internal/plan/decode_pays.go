package plan

import (
	"slices"
	"strconv"

	"xiaoguan/internal/decimal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
	"xiaoguan/internal/ruledoc"
)

// paysInWords are the months that have a name of their own.
var paysInWords = map[string][]int{"quarter_end": {3, 6, 9, 12}, "half_year_end": {6, 12}, "year_end": {12}}

// paysIn reads the months in which a component pays: a word, or a list of calendar months.
func (p *planReader) paysIn(v value) []int {
	if v.Node.Value != "" {
		return paysInWords[ruledoc.Choice(p.Reader, v, "quarter_end", "half_year_end", "year_end")]
	}
	var months []int
	for _, item := range p.List(v, 12) {
		text, ok := p.Text(item)
		if !ok {
			continue
		}
		month, err := strconv.Atoi(text)
		switch {
		case err != nil || month < 1 || month > 12:
			p.Report(item, CodeMonth, nil)
		case slices.Contains(months, month):
			p.Report(item, ruledoc.CodeListDuplicate, errs.Args{"Value": text})
		default:
			months = append(months, month)
		}
	}
	slices.Sort(months)
	return months
}

// pays reads the one form of what a component is worth, and the steps that belong to it.
func (p *planReader) pays(v value) (pays Pays) {
	f := p.Mapping(v, "rate", "of", "deduct", "table", "amount", "per", "prizes", "pool", "factors")
	form, what, ok := f.ExactlyOne("rate", "amount", "prizes", "pool")
	if !ok {
		return pays
	}
	switch form {
	case "rate":
		f.Meaningless("per")
		p.paysRate(f, what, &pays)
	case "amount":
		f.Meaningless("of", "deduct", "table")
		p.paysAmount(f, what, &pays)
	case "prizes":
		f.Meaningless("of", "deduct", "table", "per", "factors")
		pays.Prizes = p.prizes(what)
	case "pool":
		f.Meaningless("of", "deduct", "table", "per", "factors")
		pays.Pool = p.pool(what)
	}
	if factors, has := f.Optional("factors"); has && (form == "rate" || form == "amount") {
		pays.Factors = p.factors(factors)
	}
	return pays
}

func (p *planReader) paysRate(f fields, what value, pays *Pays) {
	pays.Rate = p.rate(what)
	if of, has := f.Required("of"); has {
		if pays.Of = p.measureID(of); pays.Of != "" {
			p.wantKind(of, pays.Of, KindMoney)
		}
	}
	if deduct, has := f.Optional("deduct"); has {
		pays.Deduct = p.deduct(deduct)
	}
	if table, has := f.Optional("table"); has {
		pays.Table = p.table(table)
	}
}

func (p *planReader) paysAmount(f fields, what value, pays *Pays) {
	if len(what.Node.Content) > 0 {
		g := p.Mapping(what, "grid")
		if grid, has := g.Required("grid"); has {
			pays.AmountGrid = p.grid(grid, personFields, (*planReader).amountCell)
		}
	} else {
		minor, valid := p.Amount(what, p.plan.Currency)
		if valid && minor <= 0 {
			p.Report(what, CodeNotPositive, nil)
		}
		pays.AmountFen = minor
	}
	if per, has := f.Optional("per"); has {
		if pays.Per = p.measureID(per); pays.Per != "" {
			p.wantKind(per, pays.Per, KindCount)
		}
	}
}

// amountNotBelow reads money that is at least the given number of minor units, 0 or 1.
func (p *planReader) amountNotBelow(v value, least int64) (int64, bool) {
	minor, ok := p.Amount(v, p.plan.Currency)
	switch {
	case !ok:
		return 0, false
	case minor < least && least > 0:
		p.Report(v, CodeNotPositive, nil)
		return 0, false
	case minor < least:
		p.Report(v, CodeNegative, nil)
		return 0, false
	}
	return minor, true
}

// amountCell reads a cell of money.
func (p *planReader) amountCell(v value) (decimal.Decimal, bool) {
	minor, ok := p.amountNotBelow(v, 0)
	return decimal.FromInt(minor, 0), ok
}

// times reads a multiplier, which is not negative.
func (p *planReader) times(v value) (decimal.Decimal, bool) {
	d, _, ok := p.Number(v)
	if ok && d.Sign() < 0 {
		p.Report(v, CodeNegative, nil)
		return d, false
	}
	return d, ok
}

func (p *planReader) deduct(v value) *Deduct {
	f := p.Mapping(v, "amount", "measure")
	form, what, ok := f.ExactlyOne("amount", "measure")
	if !ok {
		return nil
	}
	d := &Deduct{}
	if form == "amount" {
		d.AmountFen, _ = p.amountNotBelow(what, 1)
	} else if d.Measure = p.measureID(what); d.Measure != "" {
		p.wantKind(what, d.Measure, KindMoney)
	}
	return d
}

func (p *planReader) round(v value) Rounding {
	f := p.Mapping(v, "mode", "at", "to")
	var r Rounding
	if mode, ok := f.Required("mode"); ok {
		r.Mode = ruledoc.Choice(p.Reader, mode, money.HalfAwayFromZero, money.HalfEven, money.Down, money.Up, money.Floor, money.Ceiling)
	}
	if at, ok := f.Required("at"); ok {
		r.At = ruledoc.Choice(p.Reader, at, RoundAtComponent, RoundAtCredit, RoundAtBand)
	}
	if to, ok := f.Optional("to"); ok {
		r.Unit = p.roundingUnit(to)
	}
	return r
}

// roundingUnit reads one of 0.01, 0.1 and 1 of the currency, as minor units; the minor unit itself is 0, which is the default.
func (p *planReader) roundingUnit(v value) int64 {
	d, _, ok := p.Number(v)
	if !ok {
		return 0
	}
	if text := d.String(); text != "0.01" && text != "0.1" && text != "1" {
		p.Report(v, ruledoc.CodeChoice, errs.Args{"Known": "0.01, 0.1, 1"})
		return 0
	}
	minor, ok := p.Amount(v, p.plan.Currency)
	if !ok || minor == 1 {
		return 0
	}
	return minor
}

// groups are those in which people of one plan can meet: the payee is one of the members.
var groups = []Group{GroupOwnTeam, GroupOwnRegion, GroupCompany, GroupPlan}

func (p *planReader) prizes(v value) *Prizes {
	f := p.Mapping(v, "by", "among", "order", "amounts", "percentiles", "places", "ties")
	prizes := &Prizes{}
	if by, ok := f.Required("by"); ok {
		if prizes.By = p.measureID(by); prizes.By != "" {
			p.wantKind(by, prizes.By, KindMoney, KindRatio, KindCount)
		}
	}
	if among, ok := f.Required("among"); ok {
		prizes.Among = ruledoc.Choice(p.Reader, among, groups...)
	}
	if order, ok := f.Required("order"); ok {
		prizes.Order = ruledoc.Choice(p.Reader, order, OrderDescending, OrderAscending)
	}
	switch form, what, _ := f.ExactlyOne("amounts", "percentiles"); form {
	case "amounts":
		f.Meaningless("places")
		for _, item := range p.List(what, RowsMax) {
			if minor, valid := p.amountNotBelow(item, 0); valid {
				prizes.AmountsFen = append(prizes.AmountsFen, minor)
			}
		}
	case "percentiles":
		prizes.Shares = p.prizeShares(what)
		if places, ok := f.Required("places"); ok {
			prizes.Places = ruledoc.Choice(p.Reader, places, PrizePlacesDown, PrizePlacesUp)
		}
	}
	if ties, ok := f.Required("ties"); ok {
		prizes.Ties = ruledoc.Choice(p.Reader, ties, PrizeTiesAll, PrizeTiesShare)
	}
	return prizes
}

func (p *planReader) pool(v value) *Pool {
	f := p.Mapping(v, "amount", "rate", "of", "among", "by")
	pool := &Pool{}
	form, what, ok := f.ExactlyOne("amount", "rate")
	switch {
	case ok && form == "amount":
		f.Meaningless("of")
		pool.AmountFen, _ = p.amountNotBelow(what, 1)
	case ok:
		if rate, valid := p.rateNumber(what); valid {
			pool.Rate = &rate
		}
		if of, has := f.Required("of"); has {
			if pool.Of = p.measureID(of); pool.Of != "" {
				p.wantKind(of, pool.Of, KindMoney)
			}
		}
	}
	if among, has := f.Required("among"); has {
		pool.Among = ruledoc.Choice(p.Reader, among, groups...)
	}
	if by, has := f.Required("by"); has {
		if pool.By = p.measureID(by); pool.By != "" {
			p.wantKind(by, pool.By, KindMoney, KindRatio, KindCount)
		}
	}
	return pool
}
