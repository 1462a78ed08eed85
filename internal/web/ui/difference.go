package ui

import (
	"strings"

	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/payout"
)

// DifferenceWhy says why there is a difference for a closed month: its causes, behind what a sum of zero hides, an excess that is carried
// otherwise or other deals that come to the same.
func DifferenceWhy(p *i18n.Printer, currency money.Currency, a payout.Addition) string {
	var texts []string
	if a.WasCarriedMinor != a.NowCarriedMinor {
		texts = append(texts, p.T("retros.carried_only", "Was", p.Money(a.WasCarriedMinor, currency), "Now", p.Money(a.NowCarriedMinor, currency)))
	}
	if a.AmountMinor == 0 && len(a.Parts) > 0 {
		deals := make([]string, len(a.Parts))
		for i, part := range a.Parts {
			deals[i] = strings.TrimSpace(part.Deal + " " + p.MoneySigned(part.AmountMinor, currency))
		}
		texts = append(texts, p.T("retros.other_deals", "Deals", strings.Join(deals, p.T("retros.and"))))
	}
	for _, c := range a.Causes {
		texts = append(texts, p.Message(c.Message()))
	}
	return strings.Join(texts, p.T("retros.and"))
}
