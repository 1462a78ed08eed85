package explain_test

import (
	"strings"
	"testing"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/explain"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/settle"
)

// settled is a month with a hold that is released in part, a draw that is recovered, and an instalment put off.
func settled(t *testing.T) (*settle.Result, *plan.Plan) {
	t.Helper()
	all := decimal.FromInt(1, 0)
	by := &plan.Plan{ID: "regular", Currency: "CNY", Components: []plan.Component{{ID: "commission", Name: plan.Text{Zh: "提成", En: "Commission"}}, {ID: "bonus", Name: plan.Text{Zh: "奖金", En: "Bonus"}}},
		Settle: &plan.Settlement{ByDeal: []string{"commission"},
			Hold:        &plan.Hold{Components: []string{"commission"}, Collected: &all, ShareOfCash: true, IfLeft: plan.IfLeftContinues},
			Instalments: &plan.Instalments{Components: []string{"bonus"}, Parts: []plan.Instalment{{AfterMonths: 0, Percent: decimal.FromInt(5, 1)}, {AfterMonths: 6, Percent: decimal.FromInt(5, 1)}}, IfLeft: plan.IfLeftForfeited},
			Draw:        &plan.Draw{Style: plan.DrawTopUp, AmountFen: 100000, Months: 1, Recoverable: true, RecoverPercent: decimal.FromInt(5, 1)}}}
	august, september := calendar.NewMonth(2026, 8), calendar.NewMonth(2026, 9)
	r, err := settle.Run(by, settle.Case{Payee: "7", Hired: august.First(), Left: calendar.Forever, Period: september, TakesPart: true,
		Earned: []settle.Earned{{Component: "bonus", AmountFen: 40000}},
		Opening: []settle.Item{
			{Kind: settle.ItemHeld, Component: "commission", Deal: "HT-9", Origin: august, AmountFen: 30000, BasisFen: 30000},
			{Kind: settle.ItemDraw, Origin: august, AmountFen: -60000},
		},
		Deals: []settle.Deal{{Key: "HT-9", AmountFen: 1_000_000, CollectedFen: 500_000, CancelledOn: calendar.Forever}}})
	if err != nil {
		t.Fatal(err)
	}
	return r, by
}

func TestSettlementsAreSaidInBothLanguages(t *testing.T) {
	t.Parallel()
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	r, by := settled(t)
	for lang, wanted := range map[i18n.Lang][]string{
		i18n.ZhCN: {"分期 奖金", "分期发放，2027年3月 到期。", "释放 提成 HT-9 2026年8月 +¥150.00", "合同 HT-9 已回款 ¥5,000.00，合同额 ¥10,000.00；方案要求回款到 100%。",
			"本月应发 ¥350.00，超过 ¥0.00 的部分拿出 50% 抵还预支。", "本月应发 +¥175.00", "未还预支 2026年8月 −¥425.00", "待发分期 奖金 2026年9月 2027年3月 +¥200.00"},
		i18n.En: {"Instalment Bonus", "Released Commission HT-9", "Deal HT-9: ¥5,000.00 collected of ¥10,000.00; the plan asks for 100%.", "Paid this month +¥175.00", "Draw owed"},
	} {
		p := catalogue.Printer(lang)
		out := explain.ExplainSettlement(p, r, by, "CNY")
		var b strings.Builder
		for _, s := range out.Steps {
			b.WriteString(join(s.Name, s.Component, s.Deal, s.Month, p.MoneySigned(s.AmountFen, "CNY"), s.Why))
		}
		for _, i := range out.Open {
			b.WriteString(join(i.Name, i.Component, i.Deal, i.Month, i.Due, p.MoneySigned(i.AmountFen, "CNY")))
		}
		for _, want := range wanted {
			if !strings.Contains(b.String(), want) {
				t.Errorf("no %q in\n%s", want, b.String())
			}
		}
	}
}

func join(parts ...string) string {
	var said []string
	for _, part := range parts {
		if part != "" {
			said = append(said, part)
		}
	}
	return strings.Join(said, " ") + "\n"
}

// TestEveryKindAndReasonHasTexts: no step may show a message key. The reasons are all that the catalogue has, each with the arguments
// that package settle gives.
func TestEveryKindAndReasonHasTexts(t *testing.T) {
	t.Parallel()
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	args := errs.Args{"Deal": "9", "Month": "2026-08", "Months": "3", "CollectedFen": "1", "AmountFen": "2", "PayableFen": "3", "FloorFen": "4", "Percent": "50%", "EventMonth": "2026-07"}
	reasons := []string{"earned", "refunded", "cancelled", "refunded_late", "cancelled_late", "given_back", "added_prior", "added_adjustment", "offset_refund", "offset_clawback", "offset_no_rule", "offset", "carried", "forgiven_age", "instalment_due",
		"instalment_left", "instalment_later", "forfeited", "released_left", "released_no_rule", "released_collected", "released_months", "released_when",
		"held_collected", "held_months", "held_when", "expired", "guaranteed", "drawn_loan", "drawn_top_up", "not_recoverable", "recovered", "forgiven_left", "paid"}
	for _, lang := range i18n.Langs() {
		r := &settle.Result{}
		for _, kind := range settle.PostingKinds() {
			r.Postings = append(r.Postings, settle.Posting{Kind: kind})
		}
		for _, reason := range reasons {
			r.Postings = append(r.Postings, settle.Posting{Kind: settle.PostingPaid, Reason: errs.Msg("settle.reason."+reason, args)})
		}
		for _, kind := range settle.ItemKinds() {
			r.Closing = append(r.Closing, settle.Item{Kind: kind, AmountFen: 1})
		}
		out := explain.ExplainSettlement(catalogue.Printer(lang), r, nil, "CNY")
		for _, s := range out.Steps {
			if strings.Contains(s.Name+s.Why, "settle.") || strings.Contains(s.Why, "⟦") || s.Name == "" {
				t.Errorf("%s: %+v", lang, s)
			}
		}
		for _, i := range out.Open {
			if strings.Contains(i.Name, "settle.") || i.Name == "" {
				t.Errorf("%s: %+v", lang, i)
			}
		}
	}
}
