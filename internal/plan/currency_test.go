package plan_test

import (
	"fmt"
	"strings"
	"testing"

	"xiaoguan/internal/plan"
)

// currencyPlan is a plan of commission with what it says of currencies.
func currencyPlan(t *testing.T, says string) *plan.Plan {
	t.Helper()
	text := `xiaoguan: plan/1
id: foreign
name: {zh: 外币提成, en: Foreign commission}
layer: regular
currency: CNY
period: month
effective: {from: 2026-01-01}
participants: {level: [regular]}
statements: {earned_on: collected, payable_on: period_close, refund: kept_until_clawback, negative_result: stands, zero_quota: attainment_zero, level_at: period_end,
  team_at: period_end, joiner: full_period, leaver: full_period, leaver_later_collections: unpaid, attainment_rounding: exact}
` + says + `
measures:
  credited: {name: {zh: 当月回款, en: collections of the month}, credits: collected, sum: amount, window: period}
components:
  - {id: commission, name: {zh: 提成, en: Commission}, pays: {rate: 3%, of: credited}, round: {mode: half_away_from_zero, at: component}}
settle:
  by_deal: [commission]
  clawback: {components: [commission], on: [refund], within_months: 12, share: pro_rata, basis: earned}
`
	p, err := plan.DecodePlan("foreign.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestProseSaysHowCurrenciesAreConverted(t *testing.T) {
	t.Parallel()
	for i, says := range []string{
		"currencies: {rate: middle, on: event_date, convert: before_rate}",
		"currencies: {rate: monthly_average, on: period_end, convert: after_rate}",
		"currencies: {rate: middle, on: signed_on, convert: before_rate}",
	} {
		p := currencyPlan(t, says)
		for _, lang := range []plan.Lang{plan.LangZh, plan.LangEn} {
			golden(t, fmt.Sprintf("prose/currencies_%d.%s.txt", i+1, lang), written(p.Prose(lang)[:1]))
		}
		again, err := plan.DecodePlan("canonical", p.Canonical())
		if err != nil || again.Hash() != p.Hash() {
			t.Errorf("%s: the canonical form reads back as another plan: %v", says, err)
		}
	}
}

func TestDiffTellsWhatChangedAboutCurrencies(t *testing.T) {
	t.Parallel()
	none := currencyPlan(t, "")
	day := currencyPlan(t, "currencies: {rate: middle, on: event_date, convert: before_rate}")
	end := currencyPlan(t, "currencies: {rate: middle, on: period_end, convert: after_rate}")
	if strings.Contains(string(none.Canonical()), "currencies") {
		t.Error("a plan that says nothing of currencies names them in its canonical form")
	}
	changes := plan.Diff(none, day, plan.LangEn)
	if len(changes) != 1 || changes[0].What != "conversion of currencies" || !strings.Contains(changes[0].After, "middle rate") {
		t.Errorf("added: %+v", changes)
	}
	changes = plan.Diff(day, end, plan.LangZh)
	if len(changes) != 1 || changes[0].What != "外币折算" || !strings.Contains(changes[0].After, "最后一天") {
		t.Errorf("changed: %+v", changes)
	}
}

func TestACreditingRuleByAmountIsLinted(t *testing.T) {
	t.Parallel()
	rules := `xiaoguan: crediting/1
id: default
effective: {from: 2020-01-01}
events:
  collected: {name: {zh: 回款, en: collections}, fact: payment, date: paid_on, amount: amount}
rules:
  - {id: split, event: [collected], to: deal.sellers, share: by_split, remainder: largest, tie: first, where: [{field: product.category, in: [A]}, {field: amount, at_least: 100.00}]}
`
	crediting, findings := plan.Inspect("crediting.yaml", []byte(rules))
	if crediting == nil {
		t.Fatal(report(t, findings))
	}
	lint := func(says string) (codes []plan.Code) {
		for _, f := range plan.LintSet([]*plan.Document{crediting, {Source: "foreign.yaml", Plan: currencyPlan(t, says)}}) {
			codes = append(codes, f.Code)
		}
		return codes
	}
	if got := lint(""); len(got) != 0 {
		t.Errorf("a plan that converts nothing: %v", got)
	}
	if got := lint("currencies: {rate: middle, on: event_date, convert: before_rate}"); len(got) != 1 || got[0] != plan.CodeRuleAmount {
		t.Errorf("a plan that converts: %v", got)
	}
}
