package plancase_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/plancase"
)

func place(f errs.Field) string {
	return fmt.Sprintf("%s:%d:%s: %s", f.Source, f.Row, f.Path, f.Message.Key)
}

// sample is a page that passes.
const sample = `# Sample

period: 2026-09

` + "```yaml plan.yaml" + `
xiaoguan: plan/1
id: flat
name: {zh: 统一提成, en: Flat}
layer: regular
currency: CNY
period: month
effective: {from: 2020-01-01}
participants: {level: [regular]}
statements: {earned_on: collected, payable_on: period_close, refund: negative_credit_when_refunded, negative_result: stands, zero_quota: attainment_zero,
  level_at: period_end, team_at: period_end, joiner: full_period, leaver: full_period, leaver_later_collections: unpaid, attainment_rounding: exact}
measures:
  credited: {name: {zh: 回款, en: collections}, credits: collected, sum: amount, window: period}
components:
  - id: commission
    name: {zh: 提成, en: Commission}
    pays: {rate: 3%, of: credited}
    round: {mode: half_away_from_zero, at: component}
` + "```" + `

` + "```csv people.csv" + `
key,level,hired_on
1,regular,2024-03-01
2,regular,2024-03-01
` + "```" + `

` + "```csv deals.csv" + `
key,customer,signed_on,amount,seller_1
D1,C1,2026-08-01,20000.00,1
` + "```" + `

` + "```csv payments.csv" + `
key,deal,paid_on,amount
R1,D1,2026-09-03,10000.00
` + "```" + `

` + "```csv want.csv" + `
payee,component,amount
1,commission,300.00
` + "```" + `
`

func parse(t *testing.T, text string) *plancase.Page {
	t.Helper()
	page, err := plancase.Parse("page.md", []byte(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, said(err))
	}
	return page
}

func TestAnAmountThatDiffersIsToldAndExplained(t *testing.T) {
	t.Parallel()
	page := parse(t, strings.Replace(sample, "1,commission,300.00", "2,commission,5.00", 1))
	o, err := plancase.Run(t.Context(), page, &page.Cases[0], printer(t))
	if err != nil {
		t.Fatal(err)
	}
	september := calendar.NewMonth(2026, 9)
	want := []plancase.Difference{
		{Block: plancase.WantName, Period: september, Payee: "1", Component: "commission", WantFen: 0, GotFen: 30000, Currency: "CNY"},
		{Block: plancase.WantName, Period: september, Payee: "2", Component: "commission", WantFen: 500, GotFen: 0, Currency: "CNY"},
	}
	if diff := cmp.Diff(want, o.Differences); diff != "" {
		t.Error(diff)
	}
	if o.Passes() || !strings.Contains(o.Statement, "Commission") || !strings.Contains(o.Statement, "R1") {
		t.Errorf("the statement is not explained:\n%s", o.Statement)
	}
}

func TestARefusalIsWantedByItsCodes(t *testing.T) {
	t.Parallel()
	wanted := strings.Replace(sample, "```csv want.csv\npayee,component,amount\n1,commission,300.00\n", "```text finding.txt\nmeasure.unknown\n", 1)
	for text, passes := range map[string]bool{
		strings.Replace(wanted, "of: credited", "of: collected", 1):                                                        true,
		strings.Replace(strings.Replace(wanted, "of: credited", "of: collected", 1), "currency: CNY", "currency: yuan", 1): false,
		wanted: false,
	} {
		page := parse(t, text)
		o, err := plancase.Run(t.Context(), page, &page.Cases[0], printer(t))
		if err != nil {
			t.Fatal(err)
		}
		if o.Passes() != passes {
			t.Errorf("want %v, got %v", o.WantCodes, o.GotCodes)
		}
	}
}

func TestWhatIsWrongWithAPageIsToldByItsLine(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ old, new, want string }{
		"no month":                {"period: 2026-09", "September", "page.md:1:: plancase.no_period"},
		"a bad month":             {"period: 2026-09", "period: 2026-13", "page.md:3:: plancase.bad_period"},
		"an unknown block":        {"csv deals.csv", "csv deals.xlsx", "page.md:31:: plancase.unknown_block"},
		"a block twice":           {"csv deals.csv", "csv people.csv", "page.md:31:: plancase.block_twice"},
		"nothing wanted":          {"csv want.csv", "csv", "page.md:1:: plancase.nothing_wanted"},
		"an open block":           {"1,commission,300.00\n```", "1,commission,300.00\n", "page.md:41:: plancase.open_fence"},
		"a plan that is wrong":    {"of: credited", "of: collected", "page.md:21:components[0].pays.of: plan.finding.measure.unknown"},
		"a fact that is wrong":    {"R1,D1", "R1,D7", "page.md:38:deal: ingest.unknown_deal"},
		"an unknown payee":        {"1,commission", "7,commission", "page.md:43:payee: plancase.no_payee"},
		"an unknown component":    {"1,commission", "1,bonus", "page.md:43:component: plancase.no_component"},
		"an amount with mills":    {"300.00\n", "300.001\n", "page.md:43:amount: plancase.bad_amount"},
		"a wanted amount twice":   {"1,commission,300.00\n", "1,commission,300.00\n1,commission,300.00\n", "page.md:44:payee: plancase.want_twice"},
		"want.csv without head":   {"payee,component,amount", "payee,amount,x", "page.md:42:component: plancase.bad_want"},
		"an unknown open item":    {"csv want.csv\npayee,component,amount\n1,commission,300.00", "csv open.csv\npayee,kind,amount\n1,earning,300.00", "page.md:43:kind: plancase.no_kind"},
		"paid.csv without head":   {"csv want.csv\npayee,component,amount\n1,commission,300.00", "csv paid.csv\npayee,component\n1,commission", "page.md:42:amount: plancase.bad_want"},
		"want.csv that is uneven": {"1,commission,300.00", "1,commission", "page.md:41:: plancase.bad_want"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := strings.Replace(sample, test.old, test.new, 1)
			page, err := plancase.Parse("page.md", []byte(text))
			if err == nil {
				_, err = plancase.Run(t.Context(), page, &page.Cases[0], printer(t))
			}
			e, ok := errors.AsType[*errs.Error](err)
			if !ok || !slices.ContainsFunc(e.Fields, func(f errs.Field) bool { return place(f) == test.want }) {
				t.Errorf("want %s, got\n%v\n%s", test.want, err, said(err))
			}
		})
	}
}

func TestHeadingsMakeCasesThatShareTheBeginning(t *testing.T) {
	t.Parallel()
	text := sample + "\n## No case\n\nOnly words.\n\n## Later\n\nperiod: 2026-10\n\n```csv want.csv\npayee,component,amount\n1,commission,0\n```\n" +
		"\n## With a refund\n\n```csv payments.csv\nkey,deal,paid_on,amount\nR1,D1,2026-09-03,-100.00\n```\n\n```csv want.csv\npayee,component,amount\n1,commission,-3.00\n```\n"
	page := parse(t, text)
	var titles []string
	for i := range page.Cases {
		titles = append(titles, page.Cases[i].Title)
		o, err := plancase.Run(t.Context(), page, &page.Cases[i], printer(t))
		if err != nil || !o.Passes() {
			t.Error(page.Cases[i].Title, err, o)
		}
	}
	if diff := cmp.Diff([]string{"Later", "With a refund"}, titles); diff != "" {
		t.Error(diff)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(sample))
	f.Add([]byte("## a\n```\n````x y.csv\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		page, err := plancase.Parse("page.md", text)
		if err == nil && len(page.Cases) == 0 {
			t.Error("a page without a case is taken")
		}
	})
}
