package i18n_test

import (
	"fmt"
	"testing"

	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
)

// TestAnAmountIsWrittenAsMoney: in a message as pages write money, elsewhere with the code of its currency.
func TestAnAmountIsWrittenAsMoney(t *testing.T) {
	t.Parallel()
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	a := i18n.Amount{Minor: 33_000_000, Currency: money.CNY}
	got := catalogue.Printer(i18n.ZhCN).T("plan.finding.probe.gaming", "At", a, "Attainment", "110%", "Jump", i18n.Amount{Minor: -1_00, Currency: "USD"})
	if want := "在 ¥330,000.00（110%）处，多 1 分钱业绩就多发 −US$1.00：把一张单挪一天就值这么多"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if text := fmt.Sprint(a); text != "CNY 330000.00" {
		t.Errorf("plain %q", text)
	}
}
