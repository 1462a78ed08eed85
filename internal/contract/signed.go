package contract

import (
	"context"

	"xiaoguan/internal/approval"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/quote"
)

// paper is everything that is signed of a contract: itself, and when its money is to come, as it was planned on that day.
type paper struct {
	Contract
	Plan []planned `json:"plan,omitempty"`
}

type planned struct {
	Name        string        `json:"name"`
	DueOn       calendar.Date `json:"due_on"`
	AmountMinor int64         `json:"amount_minor"`
}

// paperOf puts together what is signed of a contract, and how whoever signs sees it: what is sold at which discount, and the payment plan.
func paperOf(ctx context.Context, r Reader, c Contract) (p paper, facts []approval.Fact, err error) {
	p.Contract = c
	plan, err := r.Instalments(ctx, c.ID)
	if err != nil {
		return p, nil, err
	}
	totals, err := quote.Sum(c.Lines)
	if err != nil {
		return p, nil, err
	}
	lines, err := quote.SignedLines("contract.lines", c.Lines)
	if err != nil {
		return p, nil, err
	}
	money := approval.Fact{Label: "contract.plan", Form: approval.FormPhrase, Text: "contract.no_plan"}
	table := approval.SignedTable{Columns: []approval.SignedColumn{{Label: "contract.due_on", Form: approval.FormText, Main: true}, {Label: "contract.instalment", Form: approval.FormText}, {Label: "common.amount", Form: approval.FormMoney, Main: true}}}
	for _, i := range plan {
		p.Plan = append(p.Plan, planned{i.Name, i.DueOn, i.AmountMinor})
		table.Rows = append(table.Rows, []approval.SignedCell{{Text: i.DueOn.String()}, {Text: i.Name}, {Minor: i.AmountMinor}})
		money = approval.Fact{Label: "contract.plan", Form: approval.FormTable, Table: &table}
	}
	facts = []approval.Fact{{Label: "common.customer", Form: approval.FormText, Text: c.CustomerName}}
	if c.OpportunityName != "" {
		facts = append(facts, approval.Fact{Label: "opportunity.name", Form: approval.FormText, Text: c.OpportunityName})
	}
	return p, append(facts, approval.Fact{Label: "quote.list_amount", Form: approval.FormMoney, Minor: totals.ListMinor}, approval.Fact{Label: "contract.amount", Form: approval.FormMoney, Minor: c.AmountMinor},
		approval.Fact{Label: "quote.discount", Form: approval.FormPPM, Minor: totals.DiscountPPM()}, approval.Fact{Label: "contract.starts_on", Form: approval.FormText, Text: dayText(c.StartsOn)},
		approval.Fact{Label: "contract.ends_on", Form: approval.FormText, Text: dayText(c.EndsOn)}, lines, money), nil
}

// amendedFacts are what whoever signs an amendment sees: amounts and last days before and after, and the lines that hold from then on.
func amendedFacts(c Contract, a Amendment) (facts []approval.Fact, err error) {
	facts = []approval.Fact{{Label: "common.customer", Form: approval.FormText, Text: c.CustomerName}, {Label: "contract.amount_before", Form: approval.FormMoney, Minor: a.BeforeMinor}, {Label: "contract.amount_after", Form: approval.FormMoney, Minor: a.AmountMinor},
		{Label: "contract.effective_on", Form: approval.FormText, Text: dayText(a.EffectiveOn)}, {Label: "contract.ends_on", Form: approval.FormText, Text: dayText(a.BeforeEndsOn) + " → " + dayText(a.EndsOn)}}
	if len(a.Lines) == 0 {
		return facts, nil
	}
	totals, err := quote.Sum(a.Lines)
	if err != nil {
		return nil, err
	}
	after, err := quote.SignedLines("contract.lines_after", a.Lines)
	if err != nil {
		return nil, err
	}
	before, err := quote.SignedLines("contract.lines_before", c.Lines)
	return append(facts, approval.Fact{Label: "quote.discount", Form: approval.FormPPM, Minor: totals.DiscountPPM()}, after, before), err
}
