package contract_test

import (
	"fmt"
	"strings"
	"testing"

	"xiaoguan/internal/approval"
	"xiaoguan/internal/contract"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/quote"
)

// paper writes the tables of what is signed, a line each.
func paper(facts []approval.Fact) string {
	var b strings.Builder
	for _, f := range facts {
		if f.Table == nil {
			continue
		}
		fmt.Fprintln(&b, f.Label)
		for _, row := range f.Table.Rows {
			for i, cell := range row {
				if text := cell.Text; text != "" || f.Table.Columns[i].Form == approval.FormText {
					fmt.Fprint(&b, text, "|")
					continue
				}
				fmt.Fprint(&b, cell.Minor, "|")
			}
			fmt.Fprintln(&b)
		}
	}
	return b.String()
}

func factOf(t *testing.T, facts []approval.Fact, label string) approval.Fact {
	t.Helper()
	for _, f := range facts {
		if f.Label == label {
			return f
		}
	}
	t.Errorf("nothing is said of %s", label)
	return approval.Fact{}
}

// TestWhoSignsSeesLinesDiscountAndPlan as they were on submitting: what is planned afterwards is not what was signed.
func TestWhoSignsSeesLinesDiscountAndPlan(t *testing.T) {
	onBoth(t, func(h *house) {
		ctx, seller, lead := h.t.Context(), h.actors["A"], h.actors["L"]
		in := entry("HT-1")
		in.Customer = "C1"
		in.Lines = []quote.EntryLine{
			{Product: "X", Quantity: decimal.MustParse("2"), Unit: "台", ListMinor: 50_000_00, DiscountPPM: 100_000, PriceMinor: quote.NoPrice, TaxPPM: 130_000},
			{Text: "安装", Quantity: decimal.MustParse("1.5"), ListMinor: 1_000_00, PriceMinor: 800_00, TaxPPM: 60_000},
		}
		c, err := h.Save(ctx, seller, in)
		h.must(err)
		plan := func(parts ...int64) {
			h.t.Helper()
			p := contract.Plan{ID: c.ID}
			for i, part := range parts {
				p.Instalments = append(p.Instalments, contract.PlanEntry{Name: fmt.Sprint("第", i+1), DueOn: today + 10, AmountMinor: part})
			}
			_, err := h.SetPlan(ctx, seller, p)
			h.must(err)
		}
		plan(30_000_00, 61_200_00)
		c, err = h.Submit(ctx, seller, c.ID, 0)
		h.must(err)
		plan(91_200_00)
		d, err := h.approvals.Get(ctx, lead, c.RequestID)
		h.must(err)
		want := "contract.lines\n控制器|2 台|5000000|100000|–|9000000|\n安装|1.5|100000|200000|80000|120000|\ncontract.plan\n" + fmt.Sprintf("%s|第1|3000000|\n%[1]s|第2|6120000|\n", today+10)
		if got := paper(d.Facts); got != want {
			h.t.Errorf("signed\n%s\nwant\n%s", got, want)
		}
		if got := factOf(h.t, d.Facts, "quote.discount").Minor; got != 101_478 { // 101,500 less 91,200, rounded up
			h.t.Errorf("discount %d", got)
		}
		if !d.Sound() || !strings.Contains(string(d.Document), `"plan":[{"amount_minor":3000000`) {
			h.t.Errorf("the document does not hold the plan: %s", d.Document)
		}
	})
}

// TestWhoSignsWithoutAPlanIsToldSo, and of an amendment they see the lines before and afterwards.
func TestWhoSignsWithoutAPlanIsToldSo(t *testing.T) {
	onBoth(t, func(h *house) {
		ctx, seller, lead := h.t.Context(), h.actors["A"], h.actors["L"]
		c := h.signed("HT-1")
		d, err := h.approvals.Get(ctx, lead, c.RequestID)
		h.must(err)
		if got := factOf(h.t, d.Facts, "contract.plan"); got.Form != approval.FormPhrase || got.Text != "contract.no_plan" {
			h.t.Errorf("of the plan is said %+v", got)
		}
		less := entry("").Lines
		less[0].Quantity = decimal.MustParse("1")
		a, err := h.Amend(ctx, seller, contract.Amend{ID: c.ID, EffectiveOn: today, Reason: "减量", Lines: less, EndsOn: c.EndsOn})
		h.must(err)
		d, err = h.approvals.Get(ctx, lead, a.RequestID)
		h.must(err)
		if want := "contract.lines_after\n控制器|1|5000000|0|–|5000000|\ncontract.lines_before\n控制器|2|5000000|0|–|10000000|\n"; paper(d.Facts) != want {
			h.t.Errorf("signed\n%s", paper(d.Facts))
		}
	})
}
