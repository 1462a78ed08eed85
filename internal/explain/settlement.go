package explain

import (
	"slices"
	"strconv"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/settle"
)

// Settlement is a settled month in words: from what was earned to what is paid, and what stays open.
type Settlement struct {
	PaidFen int64
	Steps   []SettlementStep
	Open    []OpenItem // what is owed either way; memories of earnings are left out
}

// SettlementStep is one step from what is earned to what is paid.
type SettlementStep struct {
	Kind      settle.PostingKind
	Name      string // of the kind
	Component string // its name; empty for draws, guarantees and the sum
	Deal      string
	Month     string // of earning, where it is another than the settled one
	AmountFen int64
	Why       string
}

// OpenItem is one open amount: what the payee is still owed is positive, what the payee owes negative.
type OpenItem struct {
	Kind      settle.ItemKind
	Name      string
	Component string
	Deal      string
	Month     string // of earning, or of the draw
	Due       string // of instalments
	AmountFen int64
}

// ExplainSettlement puts a settled month into the printer's language. by is the plan that it was settled by; nil leaves names at their
// ids.
func ExplainSettlement(p *i18n.Printer, r *settle.Result, by *plan.Plan, currency money.Currency) *Settlement {
	x := &explainer{p: p, plan: by}
	out := &Settlement{PaidFen: r.PaidFen}
	for _, posting := range r.Postings {
		step := SettlementStep{Kind: posting.Kind, Name: p.T("settle.kind." + string(posting.Kind)), Component: x.componentName(posting.Component),
			Deal: posting.Deal, AmountFen: posting.AmountFen, Why: settlementReason(p, posting.Reason, currency)}
		if posting.Origin != r.Period {
			step.Month = p.Month(posting.Origin)
		}
		out.Steps = append(out.Steps, step)
	}
	for _, i := range r.Closing {
		if i.Kind == settle.ItemEarning {
			continue
		}
		item := OpenItem{Kind: i.Kind, Name: p.T("settle.item." + string(i.Kind)), Component: x.componentName(i.Component), Deal: i.Deal,
			Month: p.Month(i.Origin), AmountFen: i.AmountFen}
		if i.Due != 0 {
			item.Due = p.Month(i.Due)
		}
		out.Open = append(out.Open, item)
	}
	return out
}

// componentName is the name of a component of the plan.
func (x *explainer) componentName(id string) string {
	if x.plan != nil {
		for i := range x.plan.Components {
			if x.plan.Components[i].ID == id {
				return x.text(x.plan.Components[i].Name)
			}
		}
	}
	if id == adjustmentComponent {
		return x.p.T("settle.component_adjustment")
	}
	return id
}

// adjustmentComponent is the component of adjustments that belong to none of the plan's.
const adjustmentComponent = "+adjustment"

// settlementReason writes a posting's reason. Its arguments are texts: those named …Fen are minor units and appear as money under the
// name without it, months appear as the language writes them.
func settlementReason(p *i18n.Printer, m errs.Message, currency money.Currency) string {
	if m.Key == "" {
		return ""
	}
	args := make([]any, 0, 2*len(m.Args))
	for name, value := range m.Args {
		text, _ := value.(string)
		if minor, err := strconv.ParseInt(text, 10, 64); err == nil && strings.HasSuffix(name, "Fen") {
			name, text = strings.TrimSuffix(name, "Fen"), p.Money(minor, currency)
		} else if month, err := calendar.ParseMonth(text); err == nil && strings.HasSuffix(name, "Month") {
			text = p.Month(month)
		}
		args = append(args, name, text)
	}
	return p.T(m.Key, args...)
}

// SettlementText writes a settled month as text for a terminal, a line for each step and each open item.
func SettlementText(p *i18n.Printer, r *settle.Result, by *plan.Plan) string {
	said := ExplainSettlement(p, r, by, by.Currency)
	var b strings.Builder
	line := func(fen int64, why string, what ...string) {
		parts := slices.DeleteFunc(what, func(part string) bool { return part == "" })
		b.WriteString(strings.TrimRight("  "+strings.Join(parts, " ")+"  "+p.MoneySigned(fen, by.Currency)+"  "+why, " ") + "\n")
	}
	b.WriteString(p.T("settle.text.steps") + "\n")
	for _, s := range said.Steps {
		line(s.AmountFen, s.Why, s.Name, s.Component, s.Deal, s.Month)
	}
	if len(said.Open) > 0 {
		b.WriteString(p.T("settle.text.open") + "\n")
	}
	for _, i := range said.Open {
		line(i.AmountFen, "", i.Name, i.Component, i.Deal, i.Month, i.Due)
	}
	return b.String()
}
