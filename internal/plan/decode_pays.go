package plan

import (
	"slices"
	"strconv"

	"xiaoguan/internal/decimal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
)

// paysInWords are the months that have a name of their own.
var paysInWords = map[string][]int{"quarter_end": {3, 6, 9, 12}, "half_year_end": {6, 12}, "year_end": {12}}

// paysIn reads the months in which a component pays: a word, or a list of calendar months.
func (p *planReader) paysIn(v value) []int {
	if v.node.Value != "" {
		return paysInWords[choice(p.reader, v, "quarter_end", "half_year_end", "year_end")]
	}
	var months []int
	for _, item := range p.list(v, 12) {
		text, ok := p.text(item)
		if !ok {
			continue
		}
		month, err := strconv.Atoi(text)
		switch {
		case err != nil || month < 1 || month > 12:
			p.report(item, CodeMonth, nil)
		case slices.Contains(months, month):
			p.report(item, CodeListDuplicate, errs.Args{"Value": text})
		default:
			months = append(months, month)
		}
	}
	slices.Sort(months)
	return months
}

// pays reads the one form of what a component is worth, and the steps that belong to it.
func (p *planReader) pays(v value) (pays Pays) {
	f := p.mapping(v, "rate", "of", "deduct", "table", "amount", "per", "prizes", "pool", "factors")
	form, what, ok := f.exactlyOne("rate", "amount", "prizes", "pool")
	if !ok {
		return pays
	}
	switch form {
	case "rate":
		f.meaningless("per")
		p.paysRate(f, what, &pays)
	case "amount":
		f.meaningless("of", "deduct", "table")
		p.paysAmount(f, what, &pays)
	case "prizes":
		f.meaningless("of", "deduct", "table", "per", "factors")
		pays.Prizes = p.prizes(what)
	case "pool":
		f.meaningless("of", "deduct", "table", "per", "factors")
		pays.Pool = p.pool(what)
	}
	if factors, has := f.optional("factors"); has && (form == "rate" || form == "amount") {
		pays.Factors = p.factors(factors)
	}
	return pays
}

func (p *planReader) paysRate(f fields, what value, pays *Pays) {
	pays.Rate = p.rate(what)
	if of, has := f.required("of"); has {
		if pays.Of = p.measureID(of); pays.Of != "" {
			p.wantKind(of, pays.Of, KindMoney)
		}
	}
	if deduct, has := f.optional("deduct"); has {
		pays.Deduct = p.deduct(deduct)
	}
	if table, has := f.optional("table"); has {
		pays.Table = p.table(table)
	}
}

func (p *planReader) paysAmount(f fields, what value, pays *Pays) {
	if len(what.node.Content) > 0 {
		g := p.mapping(what, "grid")
		if grid, has := g.required("grid"); has {
			pays.AmountGrid = p.grid(grid, personFields, (*planReader).amountCell)
		}
	} else {
		minor, valid := p.amount(what, p.plan.Currency)
		if valid && minor <= 0 {
			p.report(what, CodeNotPositive, nil)
		}
		pays.AmountFen = minor
	}
	if per, has := f.optional("per"); has {
		if pays.Per = p.measureID(per); pays.Per != "" {
			p.wantKind(per, pays.Per, KindCount)
		}
	}
}

// amountNotBelow reads money that is at least the given number of minor units, 0 or 1.
func (p *planReader) amountNotBelow(v value, least int64) (int64, bool) {
	minor, ok := p.amount(v, p.plan.Currency)
	switch {
	case !ok:
		return 0, false
	case minor < least && least > 0:
		p.report(v, CodeNotPositive, nil)
		return 0, false
	case minor < least:
		p.report(v, CodeNegative, nil)
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
	d, _, ok := p.number(v)
	if ok && d.Sign() < 0 {
		p.report(v, CodeNegative, nil)
		return d, false
	}
	return d, ok
}

func (p *planReader) deduct(v value) *Deduct {
	f := p.mapping(v, "amount", "measure")
	form, what, ok := f.exactlyOne("amount", "measure")
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
	f := p.mapping(v, "mode", "at", "to")
	var r Rounding
	if mode, ok := f.required("mode"); ok {
		r.Mode = choice(p.reader, mode, money.HalfAwayFromZero, money.HalfEven, money.Down, money.Up, money.Floor, money.Ceiling)
	}
	if at, ok := f.required("at"); ok {
		r.At = choice(p.reader, at, RoundAtComponent, RoundAtCredit, RoundAtBand)
	}
	if to, ok := f.optional("to"); ok {
		r.Unit = p.roundingUnit(to)
	}
	return r
}

// roundingUnit reads one of 0.01, 0.1 and 1 of the currency, as minor units; the minor unit itself is 0, which is the default.
func (p *planReader) roundingUnit(v value) int64 {
	d, _, ok := p.number(v)
	if !ok {
		return 0
	}
	if text := d.String(); text != "0.01" && text != "0.1" && text != "1" {
		p.report(v, CodeChoice, errs.Args{"Known": "0.01, 0.1, 1"})
		return 0
	}
	minor, ok := p.amount(v, p.plan.Currency)
	if !ok || minor == 1 {
		return 0
	}
	return minor
}

// groups are those in which people of one plan can meet: the payee is one of the members.
var groups = []Group{GroupOwnTeam, GroupOwnRegion, GroupCompany, GroupPlan}

func (p *planReader) prizes(v value) *Prizes {
	f := p.mapping(v, "by", "among", "order", "amounts", "percentiles", "places", "ties")
	prizes := &Prizes{}
	if by, ok := f.required("by"); ok {
		if prizes.By = p.measureID(by); prizes.By != "" {
			p.wantKind(by, prizes.By, KindMoney, KindRatio, KindCount)
		}
	}
	if among, ok := f.required("among"); ok {
		prizes.Among = choice(p.reader, among, groups...)
	}
	if order, ok := f.required("order"); ok {
		prizes.Order = choice(p.reader, order, OrderDescending, OrderAscending)
	}
	switch form, what, _ := f.exactlyOne("amounts", "percentiles"); form {
	case "amounts":
		f.meaningless("places")
		for _, item := range p.list(what, RowsMax) {
			if minor, valid := p.amountNotBelow(item, 0); valid {
				prizes.AmountsFen = append(prizes.AmountsFen, minor)
			}
		}
	case "percentiles":
		prizes.Shares = p.prizeShares(what)
		if places, ok := f.required("places"); ok {
			prizes.Places = choice(p.reader, places, PrizePlacesDown, PrizePlacesUp)
		}
	}
	if ties, ok := f.required("ties"); ok {
		prizes.Ties = choice(p.reader, ties, PrizeTiesAll, PrizeTiesShare)
	}
	return prizes
}

func (p *planReader) pool(v value) *Pool {
	f := p.mapping(v, "amount", "rate", "of", "among", "by")
	pool := &Pool{}
	form, what, ok := f.exactlyOne("amount", "rate")
	switch {
	case ok && form == "amount":
		f.meaningless("of")
		pool.AmountFen, _ = p.amountNotBelow(what, 1)
	case ok:
		if rate, valid := p.rateNumber(what); valid {
			pool.Rate = &rate
		}
		if of, has := f.required("of"); has {
			if pool.Of = p.measureID(of); pool.Of != "" {
				p.wantKind(of, pool.Of, KindMoney)
			}
		}
	}
	if among, has := f.required("among"); has {
		pool.Among = choice(p.reader, among, groups...)
	}
	if by, has := f.required("by"); has {
		if pool.By = p.measureID(by); pool.By != "" {
			p.wantKind(by, pool.By, KindMoney, KindRatio, KindCount)
		}
	}
	return pool
}
