package engine

import (
	"cmp"
	"fmt"
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
)

// converting is by which rates a plan converts; plans that agree in it share streams. The zero value converts nothing.
type converting struct {
	kind string
	on   plan.RateOn
}

func convertingBy(c *plan.Conversion) converting {
	if c == nil {
		return converting{}
	}
	return converting{c.Rate, c.On}
}

// exchangeBook finds rates into the run's currency.
type exchangeBook struct {
	rows    map[exchangeKey][]int32 // of Facts.Exchange, by day
	factors []exact                 // by row: minor units of the run's currency for one of the other; zero where the row is not used
}

type exchangeKey struct {
	from money.Currency
	kind string
}

// foreignCredit is what a credit of a fact in another currency was before conversion. Rate is the row of Facts.Exchange, None where there
// is none or the plan converts nothing; the credit's part is then Own.
type foreignCredit struct {
	own  int64
	rate int32
}

// fileExchange files the rates into the run's currency that hold on a day of the run or before.
func fileExchange(f *Facts, last calendar.Date) (book exchangeBook, problems []problem) {
	if len(f.Exchange) == 0 || len(f.Currencies) == 0 {
		return book, nil
	}
	book.rows, book.factors = map[exchangeKey][]int32{}, make([]exact, len(f.Exchange))
	for i := range f.Exchange {
		rate := &f.Exchange[i]
		if rate.To != f.Currency || rate.From == f.Currency || rate.On > last {
			continue
		}
		if rate.Rate.Sign() <= 0 {
			problems = append(problems, trouble(fmt.Sprintf("exchange_rates[%d]", i), rate.Rate.String(), problemRateValue, nil))
		}
		key := exchangeKey{rate.From, rate.Kind}
		book.rows[key] = append(book.rows[key], int32(i))
		book.factors[i] = fromDecimal(rate.Rate).mul(unitsBetween(rate.From, f.Currency))
	}
	for key, rows := range book.rows {
		slices.SortFunc(rows, func(a, b int32) int { return cmp.Compare(f.Exchange[a].On, f.Exchange[b].On) })
		for i := 1; i < len(rows); i++ {
			if day := f.Exchange[rows[i]].On; day == f.Exchange[rows[i-1]].On {
				problems = append(problems, trouble("exchange_rates", day.String(), problemRateTwice, errs.Args{"Currency": string(key.from), "Kind": key.kind, "Day": day.String()}))
			}
		}
	}
	slices.SortFunc(problems, func(a, b problem) int {
		return cmp.Or(cmp.Compare(a.field.Path, b.field.Path), cmp.Compare(a.field.Value, b.field.Value))
	})
	return book, problems
}

// unitsBetween is how many minor units of one currency are worth one of another at a rate of 1.
func unitsBetween(from, to money.Currency) exact {
	factor := whole(1)
	for digits := from.MinorDigits(); digits != to.MinorDigits(); {
		if digits < to.MinorDigits() {
			factor, digits = factor.mul(whole(10)), digits+1
		} else {
			factor, digits = factor.mul(fraction(1, 10)), digits-1
		}
	}
	return factor
}

// rateFor is the row of the rate by which an amount in another currency is converted, or None. on is the date of the credit.
func (p *program) rateFor(by converting, currency int16, deal int32, on calendar.Date) int32 {
	if by == (converting{}) {
		return None
	}
	rows := p.exchange.rows[exchangeKey{p.facts.Currencies[currency], by.kind}]
	day := p.rateDay(by, deal, on)
	after, _ := slices.BinarySearchFunc(rows, day+1, func(row int32, day calendar.Date) int { return cmp.Compare(p.facts.Exchange[row].On, day) })
	if after == 0 {
		return None
	}
	return rows[after-1]
}

// rateDay is the day whose rate counts.
func (p *program) rateDay(by converting, deal int32, on calendar.Date) calendar.Date {
	switch by.on {
	case plan.RateOnSigned:
		on = p.facts.Deals[deal].SignedOn
	case plan.RateOnPeriodEnd:
		on = on.Month().Last()
	}
	return min(on, p.last)
}

// currencyOf is the currency of a fact, as an index of Facts.Currencies. row is a payment, an invoice or the deal itself.
func (f *Facts) currencyOf(kind plan.FactKind, row int32) int16 {
	if source := f.rowsOf(kind); source != nil {
		if source.Currency == nil {
			return 0
		}
		return source.Currency[row]
	}
	return f.dealCurrency(row)
}

func (f *Facts) dealCurrency(deal int32) int16 {
	if f.DealsMore == nil {
		return 0
	}
	return f.DealsMore[deal].Currency
}

// foreignKinds finds out which kinds of facts there are in other currencies than the run's.
func (f *Facts) foreignKinds() map[plan.FactKind]bool {
	other := func(list []int16) bool { return slices.ContainsFunc(list, func(c int16) bool { return c != 0 }) }
	kinds := map[plan.FactKind]bool{}
	if other(f.Payments.Currency) {
		kinds[plan.FactPayment] = true
	}
	if other(f.Invoices.Currency) {
		kinds[plan.FactInvoice] = true
	}
	if slices.ContainsFunc(f.DealsMore, func(d DealMore) bool { return d.Currency != 0 }) {
		kinds[plan.FactDeal] = true
	}
	return kinds
}

// checkCurrencies looks for columns of unequal length and currencies that are not in the list.
func checkCurrencies(f *Facts) (problems []problem) {
	check := func(path string, n int, list []int16) {
		if list != nil && len(list) != n {
			problems = append(problems, trouble(path, "", problemColumns, nil))
		}
		for i, c := range list {
			if c != 0 && (c < 0 || int(c) >= len(f.Currencies)) {
				problems = append(problems, trouble(fmt.Sprintf("%s[%d]", path, i), fmt.Sprint(c), problemReference, errs.Args{"What": "currency"}))
			}
		}
	}
	check("payments", f.Payments.Len(), f.Payments.Currency)
	check("invoices", f.Invoices.Len(), f.Invoices.Currency)
	for i := range f.DealsMore {
		check(fmt.Sprintf("deals[%d]", i), 1, []int16{f.DealsMore[i].Currency})
	}
	return problems
}

// converted brings what a credit counts into the run's currency and notes what it was; ok is false when it does not fit.
func (c *creditor) converted(g *grouper, fact *creditedFact, at unitsPlace, own int64) (part int64, ok bool) {
	currency := c.facts.currencyOf(c.event.Fact, fact.row)
	if currency == 0 {
		return own, true
	}
	if g.foreign == nil {
		g.foreign = map[unitsPlace]foreignCredit{}
	}
	rate := c.rateFor(c.by, currency, fact.deal, fact.on)
	g.foreign[at] = foreignCredit{own, rate}
	if rate == None {
		return own, true
	}
	part, err := whole(own).mul(c.exchange.factors[rate]).round(money.HalfAwayFromZero)
	if err != nil {
		c.refuse(fact, problemOverflow, nil)
	}
	return part, err == nil
}

// unconverted names the person's credits of a selection, whatever their amount, that are in another currency and have no rate.
func (b *book) unconverted(person int32, s *selection) (problems []problem) {
	if len(b.groups.foreign) == 0 {
		return nil
	}
	loose := *s
	loose.least, loose.most = least64, most64
	until := s.until(&b.facts.Persons[person])
	for _, c := range b.groups.of(person) {
		found, foreign := b.groups.foreign[placeOf(&c)]
		if foreign && found.rate == None && loose.matches(&b.groups, &c, until) {
			problems = append(problems, b.withoutRate(&c))
		}
	}
	return problems
}

// refuseForeign notes the credits in other currencies that a measure looks at and that were not converted. Few companies have any.
func (e *evaluator) refuseForeign(f *frame, selection int32) {
	if s := &e.selections[selection]; s.money && len(e.groups.foreign) > 0 {
		e.problems = append(e.problems, e.unconverted(f.person, s)...)
	}
}

func placeOf(c *credit) unitsPlace { return unitsPlace{c.fact, c.event, c.share} }

func (p *program) withoutRate(c *credit) problem {
	event := &p.events[c.event]
	deal := p.facts.Deals[c.deal].Key
	currency := string(p.facts.Currencies[p.facts.currencyOf(event.fact, c.fact)])
	path := "deals[" + deal + "]"
	if source := p.facts.rowsOf(event.fact); source != nil {
		path = string(event.fact) + "s[" + source.Key(c.fact) + "]"
	}
	args := errs.Args{"Deal": deal, "Currency": currency, "Wanted": string(p.facts.Currency), "Day": c.on.String()}
	if event.by == (converting{}) {
		return trouble(path, currency, problemForeign, args)
	}
	args["Kind"], args["Day"] = event.by.kind, p.rateDay(event.by, c.deal, c.on).String()
	return trouble(path, currency, problemRateMissing, args)
}

// worth is what a component with a rate of credits multiplies: the credit's part, or where the plan converts after the rate its exact
// converted amount.
func (e *evaluator) worth(p *planProgram, c *credit) exact {
	if p.plan.Currencies == nil || !p.plan.Currencies.AfterRate || e.groups.foreign == nil {
		return whole(c.part)
	}
	found, foreign := e.groups.foreign[placeOf(c)]
	if !foreign || found.rate == None {
		return whole(c.part)
	}
	return whole(found.own).mul(e.exchange.factors[found.rate])
}

// foreignLine is what a statement says of a credit in another currency; nil for one in the run's.
func (e *evaluator) foreignLine(c *credit) *ForeignLine {
	if len(e.foreignIn) == 0 {
		return nil
	}
	event := &e.events[c.event]
	currency := e.facts.currencyOf(event.fact, c.fact)
	if currency == 0 {
		return nil
	}
	line := &ForeignLine{Currency: e.facts.Currencies[currency]}
	if event.value == plan.CreditsSumUnits {
		return line // of units no amount is paid, and whether it was converted depends on the plans that run beside
	}
	found, known := e.groups.foreign[placeOf(c)]
	line.PartMinor = found.own
	if known && found.rate != None {
		rate := &e.facts.Exchange[found.rate]
		line.Rate, line.RateOn, line.RateKind = rate.Rate.String(), rate.On.String(), rate.Kind
	}
	return line
}
