package ui

import (
	"cmp"
	"strings"

	"xiaoguan/internal/decimal"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
)

// ParseAmount reads an amount as people type it, with or without separators and sign of the currency. It is false for what is no amount of
// the currency.
func ParseAmount(text string, currency money.Currency) (minor int64, ok bool) {
	text = strings.NewReplacer(",", "", "，", "", " ", "", "\u00a0", "", "¥", "", "￥", "", i18n.Minus, "-").Replace(text)
	d, err := decimal.Parse(text)
	if err != nil || strings.HasSuffix(text, "%") {
		return 0, false
	}
	scaled := d.Mul(decimal.FromInt(1, -currency.MinorDigits())).Rat()
	if !scaled.IsInt() || !scaled.Num().IsInt64() {
		return 0, false
	}
	return scaled.Num().Int64(), true
}

// TextIn chooses a name in the reader's language; what has none goes by its id.
func TextIn(p *i18n.Printer, zh, en, id string) string {
	if p.Zh() && zh != "" {
		return zh
	}
	return cmp.Or(en, zh, id)
}

// UnitOf is what stands behind an amount that one types: the word for the yuan, the code of any other currency.
func UnitOf(p *i18n.Printer, currency money.Currency) string {
	if currency == money.CNY {
		return p.T("common.yuan")
	}
	return string(currency)
}
