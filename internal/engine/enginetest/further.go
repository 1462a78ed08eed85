package enginetest

import (
	"slices"

	"pgregory.net/rapid"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/money"
)

// tiers are what is known of customers; an empty one was not recorded.
var tiers = []string{"A", "B", ""}

// givenOf are the measures that somebody records, with values that they take.
var givenOf = map[string][]string{
	"quality": {"1", "0.95", "0.8", "1.2", "0"}, "visits": {"0", "1", "3", "12"}, "handed_in": {"10000", "60000", "7", "0"},
}

// further adds the facts that only some plans read.
func further(t *rapid.T, f *engine.Facts, month calendar.Month, refunds int) {
	anybody := func(label string) int32 { return int32(rapid.IntRange(-1, len(f.Persons)-1).Draw(t, label)) }
	for _, d := range f.Deals {
		cost := rapid.OneOf(rapid.SampledFrom(amounts), rapid.Just(max(d.AmountFen, 0)*7/10), rapid.Just(int64(0))).Draw(t, "cost")
		f.DealsMore = append(f.DealsMore, engine.DealMore{Units: rapid.Int64Range(0, 7).Draw(t, "units"), CostFen: cost,
			Referrer: anybody("referrer"), CancelledOn: calendar.Forever})
	}
	n := rapid.IntRange(0, 8).Draw(t, "invoices")
	orders := make([]int64, n)
	for i := range orders {
		orders[i] = int64(i + 1)
	}
	f.Invoices.Order = rapid.Permutation(orders).Draw(t, "order of invoices")
	for range n {
		f.Invoices.Deal = append(f.Invoices.Deal, int32(rapid.IntRange(0, len(f.Deals)-1).Draw(t, "deal")))
		f.Invoices.On = append(f.Invoices.On, day(t, month, 14))
		f.Invoices.AmountFen = append(f.Invoices.AmountFen, amount(t, refunds))
	}
	for i := range f.Persons {
		for _, of := range []string{"quality", "visits", "handed_in"} {
			for _, back := range rapid.SampledFrom([][]calendar.Month{{0}, {}, {0, 1}, {1, 12}, {0, 2}}).Draw(t, "given") {
				value := decimal.MustParse(rapid.SampledFrom(givenOf[of]).Draw(t, of))
				f.Given = append(f.Given, engine.Given{Person: int32(i), Month: month - back, Measure: of, Value: value})
			}
		}
		if mentor := anybody("mentor"); mentor >= 0 && mentor != int32(i) {
			from := day(t, month, 3)
			f.Mentors = append(f.Mentors, engine.Mentorship{Mentor: mentor, Trainee: int32(i),
				Days: calendar.Interval{From: from, To: max(from+1, day(t, month, 1))}})
		}
	}
}

// The currencies of facts, the first being that of the run; they have different minor units. Plans convert by one of the kinds of rate.
var (
	currencies = []money.Currency{money.CNY, "USD", "JPY", "KWD"}
	rateKinds  = []string{"middle", "monthly_average"}
	rates      = []string{"7.1", "7.123456", "0.0485", "1", "23.4", "0.0001", "0.333333333333"}
)

// RateKinds are the kinds of exchange rate that drawn plans convert by.
func RateKinds() []string { return slices.Clone(rateKinds) }

// foreign gives some facts other currencies, a payment now and then another than its deal, and rates by which all can be converted: a
// first of each before all facts, others around the month, on its edges and after it, and some that nothing may be converted by.
func foreign(t *rapid.T, f *engine.Facts, month calendar.Month) {
	if rapid.IntRange(0, 2).Draw(t, "currencies") < 2 {
		return
	}
	drawn := func() int16 { return int16(rapid.IntRange(0, len(currencies)-1).Draw(t, "currency")) }
	f.Currencies = currencies
	for i := range f.DealsMore {
		f.DealsMore[i].Currency = drawn()
	}
	for _, p := range []*engine.Payments{&f.Payments, &f.Invoices} {
		for _, deal := range p.Deal {
			currency := f.DealsMore[deal].Currency
			if rapid.IntRange(0, 5).Draw(t, "paid otherwise") == 5 {
				currency = drawn()
			}
			p.Currency = append(p.Currency, currency)
		}
	}
	type row struct {
		from, to money.Currency
		kind     string
		on       calendar.Date
	}
	known := map[row]bool{}
	add := func(r row) {
		if known[r] {
			return
		}
		known[r] = true
		f.Exchange = append(f.Exchange, engine.ExchangeRate{From: r.from, To: r.to, Kind: r.kind, On: r.on,
			Rate: decimal.MustParse(rapid.SampledFrom(rates).Draw(t, "rate"))})
	}
	for _, from := range currencies[1:] {
		for _, kind := range rateKinds {
			add(row{from, f.Currency, kind, calendar.NewDate(1990, 1, 1)})
			for range rapid.IntRange(0, 4).Draw(t, "rates") {
				add(row{from, f.Currency, kind, day(t, month, 14)})
			}
		}
		add(row{f.Currency, from, rateKinds[0], month.First()})
		add(row{from, currencies[1], rateKinds[0], month.Last()})
	}
	f.Exchange = rapid.Permutation(f.Exchange).Draw(t, "order of rates")
}

// gaps leaves out what plans may ask for.
func gaps(t *rapid.T, f *engine.Facts) {
	missing := func(what string) bool { return rapid.IntRange(0, 7).Draw(t, "no "+what) == 0 }
	if len(f.Exchange) > 0 && missing("early rates") {
		f.Exchange = slices.DeleteFunc(f.Exchange, func(r engine.ExchangeRate) bool { return r.On == calendar.NewDate(1990, 1, 1) })
	}
	for i := range f.Deals {
		if missing("product") {
			f.Deals[i].Product = engine.None
		}
		if missing("customer") {
			f.Deals[i].Customer = engine.None
		}
		if missing("units") {
			f.DealsMore[i].Units = -1
		}
		if missing("cost") {
			f.DealsMore[i].CostFen = -1
		}
	}
}

// earlier draws what the plans paid in earlier months: their components, and the plans as a whole.
func earlier(t *rapid.T, in *engine.Input) {
	for _, p := range in.Plans {
		planCarries := p.Cap != nil && p.Cap.Carried
		for i := range in.Facts.Persons {
			if rapid.IntRange(0, 2).Draw(t, "new here") == 0 {
				continue
			}
			for _, back := range rapid.SampledFrom([][]calendar.Month{{1, 2, 3}, {1}, {2, 3}, {1, 11}}).Draw(t, "paid before") {
				row := engine.EarlierPay{Person: int32(i), Plan: p.ID, Month: in.Period - back}
				var whole int64
				for _, c := range p.Components {
					row.Component, row.CarriedFen = c.ID, 0
					row.AmountFen = rapid.SampledFrom([]int64{0, 500, 900, 30_000, -200}).Draw(t, "earlier")
					if planCarries || (c.Cap != nil && c.Cap.Carried) {
						row.CarriedFen = rapid.SampledFrom([]int64{0, 1, 700, 50_000}).Draw(t, "carried")
					}
					whole += row.AmountFen
					in.Earlier = append(in.Earlier, row)
				}
				row.Component, row.AmountFen, row.CarriedFen = "", whole, 0
				in.Earlier = append(in.Earlier, row)
			}
		}
	}
}
