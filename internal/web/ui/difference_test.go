package ui_test

import (
	"testing"

	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/web/ui"
)

// TestADifferenceOfZeroSaysWhyItIsThere: another excess is carried, or other deals earn the same.
func TestADifferenceOfZeroSaysWhyItIsThere(t *testing.T) {
	t.Parallel()
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	zero := payout.Addition{WasCarriedMinor: 300_00, NowCarriedMinor: 600_00, Parts: []payout.DealPart{{Deal: "X", AmountMinor: -100}, {AmountMinor: 100}}}
	for lang, want := range map[i18n.Lang]string{
		i18n.En:   "carried excess ¥300.00 → ¥600.00; the same amount from other contracts: X −¥1.00; +¥1.00",
		i18n.ZhCN: "封顶结转 ¥300.00 → ¥600.00；金额不变，合同不同：X −¥1.00；+¥1.00",
	} {
		if got := ui.DifferenceWhy(catalogue.Printer(lang), money.CNY, zero); got != want {
			t.Errorf("%s: %q, want %q", lang, got, want)
		}
	}
}
