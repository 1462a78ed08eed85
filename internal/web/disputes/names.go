package disputes

import (
	"cmp"
	"context"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/dispute"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
)

// names finds what plans and components are called, each version once.
type names struct {
	p     *i18n.Printer
	find  func(version string) *plan.Plan
	known map[string]*plan.Plan
}

// namesOf names by the versions that statements were made by; one that is gone leaves ids in their place.
func (h *Handler) namesOf(ctx context.Context, actor access.Actor) *names {
	return &names{p: httpx.PrinterFrom(ctx), known: map[string]*plan.Plan{}, find: func(version string) *plan.Plan {
		_, document, err := h.Plans.Get(ctx, actor, version)
		if err != nil || document == nil {
			return nil
		}
		return document.Plan
	}}
}

func (n *names) version(id string) *plan.Plan {
	if by, seen := n.known[id]; seen {
		return by
	}
	by := n.find(id)
	n.known[id] = by
	return by
}

func (n *names) text(t plan.Text, id string) string {
	if n.p.Zh() && t.Zh != "" {
		return t.Zh
	}
	return cmp.Or(t.En, t.Zh, id)
}

func (n *names) plan(version, id string) string {
	if by := n.version(version); by != nil {
		return n.text(by.Name, id)
	}
	return id
}

func (n *names) component(version, id string) string {
	by := n.version(version)
	if by == nil {
		return id
	}
	for _, c := range by.Components {
		if c.ID == id {
			return n.text(c.Name, id)
		}
	}
	return id
}

// line says which line is meant: what kind, of which component, which deal and payment.
func (n *names) line(version string, l dispute.Line, zero bool) string {
	kind := l.Kind
	if kind == dispute.LineComponent && zero {
		kind = dispute.LineZero
	}
	parts := []string{}
	if l.Component != "" {
		parts = append(parts, n.component(version, l.Component))
	}
	switch l.Kind {
	case dispute.LineCredit:
		parts = append(parts, n.p.T("dispute.line_deal", "Deal", l.Deal))
		if l.Payment != "" {
			parts = append(parts, n.p.T("dispute.line_payment_of", "Payment", l.Payment))
		}
	case dispute.LinePayment:
		parts = append(parts, n.p.T("dispute.line_payment_of", "Payment", l.Payment), n.p.T("dispute.line_deal", "Deal", l.Deal))
	case dispute.LineStep:
		parts = append(parts, n.p.T("settle.kind."+l.Step))
		if l.Deal != "" {
			parts = append(parts, n.p.T("dispute.line_deal", "Deal", l.Deal))
		}
		if l.Origin != 0 {
			parts = append(parts, n.p.Month(l.Origin))
		}
	}
	return n.p.T("dispute.line_"+string(kind), "What", strings.Join(parts, " · "))
}

// parseAmount reads what people type: "1,234.50", "¥1234.5", "-12". More decimals than the currency has are refused, not rounded.
func parseAmount(text string, currency money.Currency) (minor int64, ok bool) {
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
