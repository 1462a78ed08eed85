package engine_test

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/proof"
	"xiaoguan/internal/settle"
)

const currencyCrediting = `xiaoguan: crediting/1
id: default
effective: {from: 2000-01-01}
events:
  collected: {name: {zh: 回款, en: collections}, fact: payment, date: paid_on, amount: amount}
  invoiced: {name: {zh: 开票, en: invoices}, fact: invoice, date: invoiced_on, amount: amount}
rules:
  - {id: split, event: [collected, invoiced], to: deal.sellers, share: by_split, remainder: largest, tie: first}
`

// currencyPlan pays 10 % of what an event brings in the month; says is what the plan says of currencies.
func currencyPlan(t *testing.T, event, says string) (*plan.Plan, *plan.Crediting) {
	t.Helper()
	p, err := plan.DecodePlan("foreign.yaml", []byte(`xiaoguan: plan/1
id: foreign
name: {zh: 外币提成, en: Foreign commission}
layer: regular
currency: CNY
period: month
effective: {from: 2020-01-01}
participants: {level: [regular]}
statements: {earned_on: `+event+`, payable_on: period_close, refund: negative_credit_when_refunded, negative_result: stands, zero_quota: attainment_zero, level_at: period_end,
  team_at: period_end, joiner: full_period, leaver: full_period, leaver_later_collections: unpaid, attainment_rounding: exact}
`+says+`
measures:
  credited: {name: {zh: 当月业绩, en: credits of the month}, credits: `+event+`, sum: amount, window: period}
components:
  - {id: commission, name: {zh: 提成, en: Commission}, pays: {rate: 10%, of: credited}, round: {mode: half_away_from_zero, at: component}}
`))
	if err != nil {
		t.Fatal(err)
	}
	c, err := plan.DecodeCrediting("crediting.yaml", []byte(currencyCrediting))
	if err != nil {
		t.Fatal(err)
	}
	return p, c
}

// currencyFacts has one seller with a deal in yuan and one in dollars. R2 pays the latter 100.01 dollars on the 5th.
func currencyFacts(t *testing.T) *engine.Facts {
	t.Helper()
	always := calendar.Interval{From: calendar.NoDate, To: calendar.Forever}
	more := engine.DealMore{Units: -1, CostFen: -1, Referrer: engine.None, CancelledOn: calendar.Forever}
	dollars := more
	dollars.Currency = 1
	rate := func(on, value string) engine.ExchangeRate {
		v, err := decimal.Parse(value)
		if err != nil {
			t.Fatal(err)
		}
		return engine.ExchangeRate{From: "USD", To: "CNY", Kind: "middle", On: date(t, on), Rate: v}
	}
	f := &engine.Facts{Currency: "CNY",
		Persons:  []engine.Person{{Key: "1", Hired: date(t, "2020-01-01"), Left: calendar.Forever, Spans: []engine.Span{{Days: always, Team: engine.None, Level: "regular"}}}},
		Deals:    []engine.Deal{{Key: "D1", Customer: engine.None, Product: engine.None, SignedOn: date(t, "2026-08-31"), AmountFen: 100_000_00, ShareFrom: 0, ShareTo: 1}, {Key: "D2", Customer: engine.None, Product: engine.None, SignedOn: date(t, "2026-08-31"), AmountFen: 1_000_00, ShareFrom: 1, ShareTo: 2}},
		Shares:   []engine.Share{{Person: 0, BasisPoints: 10_000}, {Person: 0, BasisPoints: 10_000}},
		Payments: engine.Payments{Deal: []int32{0, 1}, On: []calendar.Date{date(t, "2026-09-03"), date(t, "2026-09-05")}, AmountFen: []int64{1_000_00, 100_01}, Order: []int64{1, 2}, Currency: []int16{0, 1}},
	}
	f.DealsMore = []engine.DealMore{more, dollars}
	f.Currencies = []money.Currency{"CNY", "USD"}
	f.Exchange = []engine.ExchangeRate{rate("2026-09-06", "8"), rate("2026-09-04", "7.1"), rate("2026-10-01", "9")}
	return f
}

func currencyRun(t *testing.T, f *engine.Facts, event, says string) (*engine.Result, error) {
	t.Helper()
	p, c := currencyPlan(t, event, says)
	return engine.Run(engine.Input{Period: calendar.NewMonth(2026, 9), Plans: []*plan.Plan{p}, Crediting: c, Facts: f})
}

const byDay = "currencies: {rate: middle, on: event_date, convert: before_rate}"

// R1 1,000.00 and R2 100.01 · 7.1 = 710.071 → 710.07: 10 % of 1,710.07 is 171.007 → 171.01.
func TestTheStatementShowsTheRateAndItsDay(t *testing.T) {
	t.Parallel()
	result, err := currencyRun(t, currencyFacts(t), "collected", byDay)
	if err != nil {
		t.Fatal(err)
	}
	s, err := result.Statement(0, 0)
	if err != nil {
		t.Fatal(err)
	}
	if s.TotalFen != 171_01 {
		t.Errorf("paid %d", s.TotalFen)
	}
	want := engine.ForeignLine{Currency: "USD", PartMinor: 100_01, Rate: "7.1", RateOn: "2026-09-04", RateKind: "middle"}
	home, dollars := s.Credits[0], s.Credits[1]
	if home.Foreign != nil || dollars.Foreign == nil || *dollars.Foreign != want || dollars.PartFen != 710_07 || dollars.AmountFen != 100_01 {
		t.Errorf("lines %+v and %+v", home, dollars)
	}
	if dollars.Share != 10_000 || dollars.Rule != "" || home.Share != 10_000 || home.Rule != "" {
		t.Errorf("a payment of the sellers is told by rule: %+v and %+v", home, dollars)
	}
	var again engine.Statement
	if err := json.Unmarshal(s.AppendJSON(nil), &again); err != nil || *again.Credits[1].Foreign != want {
		t.Errorf("the JSON form has %+v, %v", again.Credits, err)
	}
}

func keysOf(err error) (keys []string) {
	if e, ok := errors.AsType[*errs.Error](err); ok {
		for _, f := range e.Fields {
			keys = append(keys, f.Path+" "+f.Message.Key)
		}
	}
	return keys
}

func TestRefusalsOverCurrencies(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		says   string
		change func(*engine.Facts)
		want   []string
	}{
		"a plan that says nothing":          {"", func(*engine.Facts) {}, []string{"payments[2] engine.foreign_currency"}},
		"a kind of which there is no rate":  {"currencies: {rate: bid, on: event_date, convert: before_rate}", func(*engine.Facts) {}, []string{"payments[2] engine.rate_missing"}},
		"no rate on the day of signing":     {"currencies: {rate: middle, on: signed_on, convert: before_rate}", func(*engine.Facts) {}, []string{"payments[2] engine.rate_missing"}},
		"a rate the other way":              {byDay, func(f *engine.Facts) { f.Exchange[1].From, f.Exchange[1].To = "CNY", "USD" }, []string{"payments[2] engine.rate_missing"}},
		"two rates of a day":                {byDay, func(f *engine.Facts) { f.Exchange = append(f.Exchange, f.Exchange[1]) }, []string{"exchange_rates engine.rate_twice"}},
		"a rate of zero":                    {byDay, func(f *engine.Facts) { f.Exchange[1].Rate = decimal.FromInt(0, 0) }, []string{"exchange_rates[1] engine.rate_not_positive"}},
		"a currency that is not listed":     {byDay, func(f *engine.Facts) { f.Payments.Currency[1] = 2 }, []string{"payments[1] engine.reference"}},
		"more rows than currencies":         {byDay, func(f *engine.Facts) { f.Payments.Currency = []int16{0} }, []string{"payments engine.columns"}},
		"nothing, outside the month":        {"", func(f *engine.Facts) { f.Payments.On[1] = date(t, "2026-08-31") }, nil},
		"nothing, in the plan's currency":   {"", func(f *engine.Facts) { f.Payments.Currency[1] = 0 }, nil},
		"nothing, at the month's end by it": {"currencies: {rate: middle, on: period_end, convert: after_rate}", func(*engine.Facts) {}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := currencyFacts(t)
			c.change(f)
			_, err := currencyRun(t, f, "collected", c.says)
			if got := keysOf(err); !slices.Equal(got, c.want) {
				t.Errorf("got %v (%v), want %v", got, err, c.want)
			}
		})
	}
}

// The invoice is in dollars, the payments do not count: 200.00 · 7.1 = 1,420.00; 10 % are 142.00.
func TestInvoicesHaveACurrencyOfTheirOwn(t *testing.T) {
	t.Parallel()
	f := currencyFacts(t)
	f.Invoices = engine.Payments{Deal: []int32{0}, On: []calendar.Date{date(t, "2026-09-05")}, AmountFen: []int64{200_00}, Order: []int64{1}, Currency: []int16{1}}
	result, err := currencyRun(t, f, "invoiced", byDay)
	if err != nil {
		t.Fatal(err)
	}
	if got := result.Payouts[0].AmountFen; got != 142_00 {
		t.Errorf("paid %d", got)
	}
}

// Two plans may convert the same payment by rates of different days: 7.1 of the 4th, 8 at the month's end.
func TestEachPlanConvertsInItsOwnWay(t *testing.T) {
	t.Parallel()
	day, crediting := currencyPlan(t, "collected", byDay)
	end, _ := currencyPlan(t, "collected", "currencies: {rate: middle, on: period_end, convert: after_rate}")
	end.ID = "later"
	result, err := engine.Run(engine.Input{Period: calendar.NewMonth(2026, 9), Plans: []*plan.Plan{end, day}, Crediting: crediting, Facts: currencyFacts(t)})
	if err != nil {
		t.Fatal(err)
	}
	var got []int64
	for _, p := range result.Payouts {
		got = append(got, p.AmountFen)
	}
	// 10 % of 1,000.00 + 710.07, and of 1,000.00 + 800.08.
	if want := []int64{171_01, 180_01}; !slices.Equal(got, want) {
		t.Errorf("paid %v, want %v", got, want)
	}
}

func TestTheDigestKnowsCurrenciesAndRatesThatCount(t *testing.T) {
	t.Parallel()
	digest := func(change func(*engine.Facts)) string {
		f := currencyFacts(t)
		change(f)
		result, err := currencyRun(t, f, "collected", byDay)
		if err != nil {
			t.Fatal(err)
		}
		return result.InputDigest()
	}
	as := digest(func(*engine.Facts) {})
	if as != digest(func(f *engine.Facts) { slices.Reverse(f.Exchange) }) {
		t.Error("the order of rates changes the digest")
	}
	if as != digest(func(f *engine.Facts) { f.Exchange = f.Exchange[:2] }) {
		t.Error("a rate after the month changes the digest")
	}
	swapped := func(f *engine.Facts) {
		f.Currencies = []money.Currency{"CNY", "HKD", "USD"}
		f.Payments.Currency[1], f.DealsMore[1].Currency = 2, 2
	}
	if as != digest(swapped) {
		t.Error("the numbers of currencies change the digest")
	}
	if as == digest(func(f *engine.Facts) { f.Exchange[1].Rate = decimal.FromInt(72, 1) }) {
		t.Error("a corrected rate leaves the digest")
	}
	if as == digest(func(f *engine.Facts) { f.Payments.Currency[1] = 0 }) {
		t.Error("another currency leaves the digest")
	}
}

// Collections of a deal in dollars: 100.01 dollars and 1,420.00 yuan, which are 200.00 dollars at 7.1; of them 71.00 yuan, 10.00 dollars, are refunded.
func TestSettlementsAddUpInTheDealsCurrency(t *testing.T) {
	t.Parallel()
	f := currencyFacts(t)
	for i, fen := range []int64{1_420_00, -71_00} {
		p := &f.Payments
		p.Deal, p.On, p.AmountFen = append(p.Deal, 1), append(p.On, date(t, "2026-09-05")), append(p.AmountFen, fen)
		p.Order, p.Currency = append(p.Order, int64(3+i)), append(p.Currency, 0)
	}
	result, err := currencyRun(t, f, "collected", byDay+"\nsettle: {by_deal: [commission], negative: {offset: all}}")
	if err != nil {
		t.Fatal(err)
	}
	c, err := result.SettlementCase(0, 0, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(c.Deals, func(d settle.Deal) bool { return d.Key == "D2" })
	if d := c.Deals[i]; d.CollectedFen != 100_01+200_00-10_00 || len(d.Refunds) != 1 || d.Refunds[0].RefundedFen != 10_00 || d.Refunds[0].CollectedFen != d.CollectedFen {
		t.Errorf("collected %d, refunded %+v", d.CollectedFen, d.Refunds)
	}
}

func TestReadsNamesTheRatesThatAStatementNeeds(t *testing.T) {
	t.Parallel()
	for _, says := range []string{byDay, "currencies: {rate: middle, on: period_end, convert: after_rate}"} {
		p, crediting := currencyPlan(t, "collected", says)
		in := engine.Input{Period: calendar.NewMonth(2026, 9), Plans: []*plan.Plan{p}, Crediting: crediting, Facts: currencyFacts(t)}
		if subsetsGiveTheSame(t, in) != 1 {
			t.Error("no statement")
		}
		subset, err := proof.Subset(in, 0, 0)
		if err != nil || len(subset.Facts.Exchange) != 1 {
			t.Errorf("%s: %d rates, %v", says, len(subset.Facts.Exchange), err)
		}
	}
}
