package sales

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/web/ui"
)

// soldFacts name the deal and the opportunity that something goes back to. They lead there whoever may see them: who serves a customer need not
// see what was sold, and no link should end at a closed door.
func (h *Handler) soldFacts(ctx context.Context, p *i18n.Printer, actor access.Actor, dealKey string, opportunityID int64) (facts []ui.Fact, err error) {
	if dealKey != "" {
		fact := ui.Fact{Term: p.T("sales.deal_key"), Text: dealKey}
		open, err := within(func() error { _, err := h.Deals.Get(ctx, actor, dealKey); return err })
		if err != nil {
			return nil, err
		}
		if open {
			fact.URL = keyURL("/deals/", dealKey)
		}
		facts = append(facts, fact)
	}
	if opportunityID != 0 {
		fact := ui.Fact{Term: p.T("opportunity.name"), Text: "#" + number(opportunityID)}
		open, err := within(func() error { _, err := h.Opportunities.Get(ctx, actor, opportunityID); return err })
		if err != nil {
			return nil, err
		}
		if open {
			fact.URL = opportunityURL(opportunityID)
		}
		facts = append(facts, fact)
	}
	return facts, nil
}

// within tells whether something may be read; any other failure than a closed door is one.
func within(read func() error) (bool, error) {
	err := read()
	if errs.Is(err, errs.KindNotFound) || errs.Is(err, errs.KindForbidden) {
		return false, nil
	}
	return err == nil, err
}
