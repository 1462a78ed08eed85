package approvals

import (
	"xiaoguan/internal/approval"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
)

// approverText says who signs.
func approverText(p *i18n.Printer, a approval.Approver, names map[string]string) string {
	switch a.Kind {
	case approval.ByManager:
		if a.Levels == 1 {
			return p.T("approvals.who_manager")
		}
		return p.T("approvals.who_manager_up", "Levels", a.Levels)
	case approval.ByDirector:
		return p.T("approvals.who_director")
	case approval.ByRole:
		return p.Message(a.Role.Message())
	}
	if name := names[a.UserID]; name != "" {
		return name
	}
	return a.UserID
}

// whoText says who signs a step, and how many of them.
func whoText(p *i18n.Printer, s approval.Step, names map[string]string) string {
	var who []string
	for _, a := range s.Who {
		who = append(who, approverText(p, a, names))
	}
	text := p.Join(who)
	if len(s.Who) > 1 {
		return p.T("approvals.mode_"+string(s.Mode)+"_of", "Who", text)
	}
	return text
}

// conditionText says what a condition asks.
func conditionText(p *i18n.Printer, k approval.Kind, c approval.Condition, currency money.Currency) string {
	for _, f := range k.Fields {
		if f.Name != c.Field {
			continue
		}
		value := valueText(p, f.Form, c.Number, "", currency)
		for _, o := range f.Choices {
			if f.Form == approval.FormText && o.Value == c.Word {
				value = p.T(o.Label)
			}
		}
		return p.T("approvals.op_"+string(c.Operator), "Field", p.T(f.Label), "Value", value)
	}
	return c.Field
}

// conditionsText joins what all conditions ask; empty for none.
func conditionsText(p *i18n.Printer, k approval.Kind, conditions []approval.Condition, currency money.Currency) string {
	var texts []string
	for _, c := range conditions {
		texts = append(texts, conditionText(p, k, c, currency))
	}
	return p.Join(texts)
}
