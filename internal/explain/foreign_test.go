package explain_test

import (
	"strings"
	"testing"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/explain"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
)

const treePlan = `xiaoguan: plan/1
id: foreign
name: {zh: 外币提成, en: Foreign commission}
layer: regular
currency: CNY
period: month
effective: {from: 2020-01-01}
participants: {level: [regular]}
statements: {earned_on: collected, payable_on: period_close, refund: negative_credit_when_refunded, negative_result: stands, zero_quota: attainment_zero, level_at: period_end,
  team_at: period_end, joiner: full_period, leaver: full_period, leaver_later_collections: unpaid, attainment_rounding: exact}
currencies: {rate: middle, on: event_date, convert: after_rate}
measures:
  credited: {name: {zh: 当月回款, en: collections of the month}, credits: collected, sum: amount, window: period}
components:
  - id: commission
    name: {zh: 提成, en: Commission}
    pays: {rate: {lookup: product.category, match: path, table: {A: 5%, A/B: 5%}, otherwise: refuse}, of: credited}
    round: {mode: half_away_from_zero, at: component}
`

// One seller's payment of 103.70 dollars at 7.1234: 738.69658 → 738.70 credited, 36.934829 earned after the rate. Its category A/B/C lies below
// both rows; the finer one counts, and the payment is listed under it alone.
func TestACreditInDollarsIsToldWithItsRate(t *testing.T) {
	t.Parallel()
	p, err := plan.DecodePlan("foreign.yaml", []byte(treePlan))
	if err != nil {
		t.Fatal(err)
	}
	_, crediting := documents(t, nil)
	always := calendar.Interval{From: calendar.NoDate, To: calendar.Forever}
	rate, err := decimal.Parse("7.1234")
	if err != nil {
		t.Fatal(err)
	}
	f := &engine.Facts{Currency: "CNY",
		Persons:  []engine.Person{{Key: "1", Hired: date(t, "2020-01-01"), Left: calendar.Forever, Spans: []engine.Span{{Days: always, Team: engine.None, Level: "regular"}}}},
		Products: []engine.Product{{Key: "P", Category: "A/B/C"}},
		Deals:    []engine.Deal{{Key: "D1", Customer: engine.None, SignedOn: date(t, "2026-08-31"), AmountFen: 1_000_00, ShareTo: 1}},
		Shares:   []engine.Share{{Person: 0, BasisPoints: 10_000}},
		Payments: engine.Payments{Deal: []int32{0}, On: []calendar.Date{date(t, "2026-09-10")}, AmountFen: []int64{103_70}, Order: []int64{1}, Currency: []int16{1}},
	}
	f.Currencies = []money.Currency{"CNY", "USD"}
	f.Exchange = []engine.ExchangeRate{{From: "USD", To: "CNY", Kind: "middle", On: date(t, "2026-09-10"), Rate: rate}}
	result, err := engine.Run(engine.Input{Period: calendar.NewMonth(2026, 9), Plans: []*plan.Plan{p}, Crediting: crediting, Facts: f})
	if err != nil {
		t.Fatal(err)
	}
	s, err := result.Statement(0, 0)
	if err != nil {
		t.Fatal(err)
	}
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	for lang, want := range map[i18n.Lang][]string{
		i18n.ZhCN: {"折算：US$103.70 × 7.1234（2026-09-10 中间价） = ¥738.70", "US$103.70 × 100% = US$103.70"},
		i18n.En:   {"converted: US$103.70 × 7.1234 (middle rate of 2026-09-10) = ¥738.70"},
	} {
		text := explain.Text(catalogue.Printer(lang), s, p)
		for _, words := range want {
			if !strings.Contains(text, words) {
				t.Errorf("%s lacks %q:\n%s", lang, words, text)
			}
		}
	}
	e := explain.Explain(catalogue.Printer(i18n.En), s, p)
	if len(s.Components[0].Rates) != 1 || s.Components[0].Rates[0].Key != "A/B" || s.Components[0].AmountFen != 36_93 {
		t.Fatalf("%+v", s.Components[0])
	}
	rows, _ := e.CreditRows(0, 0, 0)
	if len(rows) != 1 || rows[0].PartExact != "36934829/500" || rows[0].Whole != "US$103.70" {
		t.Errorf("%+v", rows)
	}
}
