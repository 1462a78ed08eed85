package demo

import (
	"context"
	"time"

	"xiaoguan/internal/calendar"
	agreement "xiaoguan/internal/contract"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/process"
	"xiaoguan/internal/quote"
)

// agree makes the contract of a quote that was accepted: its number is the key of the deal, whose payments cover its plan.
func (o *offers) agree(q *quote.Quote, at *opportunity.Opportunity) {
	k := o.signed[at.DealKey]
	if k == nil {
		return
	}
	day := instant(k.signed, 9, 30)
	c := agreement.Contract{ID: int64(len(o.rows.Contracts) + 1), Number: at.DealKey, OpportunityID: at.ID, QuoteID: q.ID, CustomerID: at.CustomerID, OwnerID: at.OwnerID, Title: k.product.name + "合同", State: agreement.StateSigned, Currency: money.CNY,
		Lines:    []quote.Line{{ProductID: at.ProductIDs[0], Text: k.product.name, Quantity: q.Lines[0].Quantity, Unit: "套", ListMinor: k.amount, PriceMinor: quote.NoPrice, TaxPPM: 130_000}},
		OurParty: CompanyName, TheirParty: k.customer.Name, StartsOn: k.signed, EndsOn: k.signed + 365*2, SignedOn: k.signed, EndedOn: calendar.NoDate, PlanRevision: 1, CreatedBy: "system:demo", CreatedAt: day, Revision: 1}
	if totals, err := quote.Sum(c.Lines); err == nil { // amounts of the story fit
		c.AmountMinor, c.TaxMinor = totals.AmountMinor, totals.TaxMinor
	}
	if k.product.category == "C" {
		c.EndsOn = k.signed + 365
	}
	until := int64(0)
	for i, part := range money.Allocate(c.AmountMinor, []int64{30, 60, 10}) {
		until += part
		o.rows.Instalments = append(o.rows.Instalments, agreement.Instalment{ContractID: c.ID, Number: int64(i + 1), OwnerID: c.OwnerID, Name: parts[i].name, DueOn: k.signed + parts[i].days, AmountMinor: part, UntilMinor: until, Currency: money.CNY})
	}
	o.rows.Changes = append(o.rows.Changes, process.Change{Subject: c.Subject(), Revision: 1, At: day, ActorID: "system:demo", ActorName: o.people[c.OwnerID].name, Action: "contract.add", After: process.Data(map[string]any{"state": c.State, "amount_minor": c.AmountMinor})})
	o.agreed[k.key] = true
	o.events = append(o.events, process.Event{CaseID: at.ID, Activity: process.ActivityContractApproved, OccurredAt: day, RecordedAt: day, PersonID: c.OwnerID, ActorID: "system:demo", Source: c.Subject(),
		Data: process.Data(map[string]any{"contract_amount": c.AmountMinor})})
	planned := day.Add(8 * time.Hour)
	if !o.keeps(at, k.signed, keptPlan) {
		planned = day.Add(time.Duration(o.habits.dice.between(34, 150)) * time.Hour)
	}
	planned = minTime(planned, o.end)
	o.events = append(o.events, process.Event{CaseID: at.ID, Activity: process.ActivityPlanCreated, OccurredAt: planned, RecordedAt: planned, PersonID: c.OwnerID, ActorID: "system:demo", Source: c.Subject(),
		Data: process.Data(map[string]any{"planned": until, "contract_amount": c.AmountMinor, "due_on": k.signed + parts[0].days})})
	o.rows.Contracts = append(o.rows.Contracts, c)
	if o.habits.inUse(k.signed) {
		o.collect(&c, at, k, planned)
	}
}

// collect tells of a contract's instalments what is due by now: whether the customer was reminded, what came in, and who called when it did not.
func (o *offers) collect(c *agreement.Contract, at *opportunity.Opportunity, k *contract, planned time.Time) {
	d := o.habits.dice
	note := func(activity process.Activity, when time.Time, person int64, actor string, data map[string]any) {
		if when.Before(o.end) {
			o.events = append(o.events, process.Event{CaseID: at.ID, Activity: activity, OccurredAt: when, RecordedAt: when, PersonID: person, ActorID: actor, Source: c.Subject(), Data: process.Data(data)})
		}
	}
	paid := o.received[k.key]
	soon := int64(0)
	for _, r := range paid {
		if r.on <= k.signed+90 {
			soon += r.amount
		}
	}
	usual := kept{650, 650}
	if soon >= c.AmountMinor { // who is reminded pays sooner
		usual = kept{900, 900}
	}
	first := k.signed + parts[0].days
	reminded := first - 7 - calendar.Date(d.between(0, 4))
	if !o.keeps(at, k.signed, usual) {
		reminded = first - calendar.Date(d.between(0, 5))
	}
	note(process.ActivityReminded, maxTime(instant(reminded, int(d.between(9, 16)), int(d.between(0, 59))), planned.Add(time.Hour)), c.OwnerID, "system:demo", map[string]any{})
	for _, r := range paid {
		by, actor := int64(0), o.users.finance
		if d.chance(sellersConfirm) { // entered by whoever sold it
			by, actor = c.OwnerID, "system:demo"
		}
		if r.amount > 0 {
			note(process.ActivityReceiptConfirmed, instant(r.on, 16, int(d.between(0, 59))), by, actor, map[string]any{"amount": r.amount})
		}
	}
	o.chase(c, at, k, note)
}

// sellersConfirm is how many receipts of a thousand were confirmed by the seller.
const sellersConfirm = 25

// chase tells of the instalment that was the first to be late, and when the seller called about it.
func (o *offers) chase(c *agreement.Contract, at *opportunity.Opportunity, k *contract, note func(process.Activity, time.Time, int64, string, map[string]any)) {
	d := o.habits.dice
	until := int64(0)
	for i, part := range money.Allocate(c.AmountMinor, []int64{30, 60, 10}) {
		due, in := k.signed+parts[i].days, int64(0)
		until += part
		for _, r := range o.received[k.key] {
			if r.on <= due {
				in += r.amount
			}
		}
		if in >= until {
			continue
		}
		late := instant(due+1, 9, 0)
		note(process.ActivityOverdue, late, 0, "system:demo", map[string]any{})
		called := late.Add(time.Duration(d.between(2, 60)) * time.Hour)
		if !o.keeps(at, due, keptContact) {
			called = late.Add(time.Duration(d.between(80, 200)) * time.Hour)
		}
		note(process.ActivityOverdueContact, called, c.OwnerID, "system:demo", map[string]any{})
		return
	}
}

// parts are the instalments of a agreement.
var parts = []struct {
	name string
	days calendar.Date
}{{"预付款", 15}, {"验收款", 75}, {"质保金", 365}}

// reportCollections lets sellers with a log-in report money, so that something waits for finance.
func (f *filler) reportCollections(ctx context.Context) error {
	if f.Contracts == nil {
		return nil
	}
	for _, login := range []string{loginRegular, loginCore} {
		seller := f.actor(login)
		due, err := f.Contracts.Due(ctx, seller, agreement.DueFilter{Open: true, Due: fact.AnyDay(), Paging: fact.Paging{Limit: 1}})
		if err != nil {
			return err
		}
		for _, d := range due.Rows {
			if _, err := f.Contracts.Report(ctx, seller, agreement.ReportEntry{ContractID: d.ContractID, Kind: agreement.ReportCollection, PaidOn: f.Today, AmountMinor: d.LeftMinor(), Payer: d.CustomerName, Way: "transfer", Note: "客户已付款，等银行到账"}); err != nil {
				return err
			}
		}
	}
	return nil
}
