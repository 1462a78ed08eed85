package ingest

import (
	"cmp"
	"context"
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
)

// Contract is a row of contracts with its rows of payment plans, which add up to its amount, by day. Opportunity and Product may be empty; texts and
// days that nobody said are.
type Contract struct {
	Row                                   int
	Key                                   Key
	Title, OurParty, TheirParty, Note     string
	Customer, Owner, Opportunity, Product Ref
	AmountMinor                           int64
	Currency                              money.Currency
	SignedOn, StartsOn, EndsOn            calendar.Date
	Plan                                  []Instalment
	Own                                   customfield.Inputs // of the company's own fields
}

// Instalment is a row of payment plans.
type Instalment struct {
	Row         int
	Contract    Key
	Name        string
	DueOn       calendar.Date
	AmountMinor int64
	Currency    money.Currency
}

func (d *rowDecoder) contract(c *Contract) {
	*c = Contract{Row: d.row, Key: d.needKey(fieldKey), Title: d.needLine(fieldTitle), OurParty: d.line(fieldOurParty), TheirParty: d.line(fieldTheirParty), Note: d.text(fieldRemark),
		Customer: Ref{d.needKey(fieldCustomer), External}, Owner: Ref{d.needKey(fieldOwner), External}, Opportunity: Ref{d.key(fieldOpportunity), External}, Product: Ref{d.key(fieldProduct), External},
		Currency: d.currency(fieldCurrency), SignedOn: d.needDate(fieldSignedOn, earliestDate), StartsOn: d.date(fieldStartsOn, earliestDate), EndsOn: d.date(fieldEndsOn, earliestDate), Own: d.ownValues()}
	c.AmountMinor = d.aboveZero(c.Currency)
	if c.EndsOn != calendar.NoDate && c.EndsOn < max(c.StartsOn, c.SignedOn) && !d.failed {
		d.fail(fieldEndsOn, d.cell(fieldEndsOn), "ingest.before_created")
	}
}

func (d *rowDecoder) instalment(i *Instalment) {
	*i = Instalment{Row: d.row, Contract: d.needKey(fieldContract), Name: d.line(fieldName), DueOn: d.needDate(fieldDueOn, earliestDate), Currency: d.currency(fieldCurrency)}
	i.AmountMinor = d.aboveZero(i.Currency)
}

// aboveZero reads an amount that is more than nothing.
func (d *rowDecoder) aboveZero(currency money.Currency) int64 {
	amount := d.money(fieldAmount, currency)
	if amount <= 0 && !d.failed {
		d.fail(fieldAmount, d.cell(fieldAmount), "ingest.not_positive")
	}
	return amount
}

// notAfter wants a day that has come.
func (j *judge) notAfter(id fieldID, row int, day calendar.Date) bool {
	if today := j.reader.options.Today; today == 0 || day == calendar.NoDate || day <= today {
		return true
	}
	j.wrong(id, row, day.String(), "ingest.future_day", nil)
	return false
}

// heldInstalment is a row of payment plans until its contract is read.
type heldInstalment struct {
	Instalment
	judge *judge
	entry int // of report.Tables
}

// instalments reads payment plans, which are held for their contracts.
func (r *reader) instalments(ctx context.Context) (map[string][]heldInstalment, error) {
	held := map[string][]heldInstalment{}
	for _, t := range r.of(fact.KindInstalment) {
		entry, late := len(r.report.Tables), &judge{reader: r, table: t}
		check := func(_ *judge, i *Instalment) bool {
			held[i.Contract.String()] = append(held[i.Contract.String()], heldInstalment{*i, late, entry})
			return true
		}
		if err := readTable(ctx, r, t, form[Instalment]{decode: (*rowDecoder).instalment}, check, func([]Instalment, int64) error { return nil }); err != nil {
			return nil, err
		}
	}
	return held, nil
}

// contracts reads contracts with their payment plans. Rows of plans whose contract is not taken are not, either.
func (r *reader) contracts(ctx context.Context) error {
	held, err := r.instalments(ctx)
	if err != nil {
		return err
	}
	taken := map[string]bool{}
	for _, t := range r.of(fact.KindContract) {
		columns := t.mapped()
		check := func(j *judge, c *Contract) bool {
			ok := j.resolve(fieldCustomer, c.Row, &c.Customer, fact.KindCustomer, &r.customerIndex)
			ok = j.resolve(fieldOwner, c.Row, &c.Owner, fact.KindPerson, &r.personIndex) && ok
			ok = j.resolve(fieldOpportunity, c.Row, &c.Opportunity, fact.KindOpportunity, &r.opportunityIndex) && ok
			ok = j.resolve(fieldProduct, c.Row, &c.Product, fact.KindProduct, &r.productIndex) && ok
			ok = j.notAfter(fieldSignedOn, c.Row, c.SignedOn) && ok
			ok = j.knows(c.Row, c.Own) && ok
			if r.options.Known(fact.KindContract, c.Key.String()) { // somebody entered it here
				j.wrong(fieldKey, c.Row, c.Key.String(), "ingest.contract_taken", nil)
				ok = false
			}
			if ok = ok && j.planned(c, held[c.Key.String()]) && j.first(c.Row, c.Key, r.contractKeys.add(c.Key)); ok {
				taken[c.Key.String()] = true
			}
			return ok
		}
		err := readTable(ctx, r, t, form[Contract]{decode: (*rowDecoder).contract}, check, func(some []Contract, expect int64) error {
			return r.sink.Put(ctx, Batch{Kind: fact.KindContract, Source: t.source, Expect: expect, Contracts: some, Columns: columns})
		})
		if err != nil {
			return err
		}
	}
	r.withoutContract(held, taken)
	return nil
}

// planned lays the rows of the payment plan beside a contract, by day. They must be in its currency and add up to it.
func (j *judge) planned(c *Contract, held []heldInstalment) bool {
	if len(held) == 0 {
		return true
	}
	sum := int64(0)
	for _, i := range held {
		total, err := money.Add(sum, i.AmountMinor)
		if i.Currency != c.Currency || err != nil || len(held) > instalmentsMax {
			j.wrong(fieldAmount, c.Row, c.Key.String(), "ingest.plan_unfit", errs.Args{"Currency": string(c.Currency), "Max": instalmentsMax})
			return false
		}
		sum = total
		c.Plan = append(c.Plan, i.Instalment)
	}
	if sum != c.AmountMinor {
		j.wrong(fieldAmount, c.Row, money.Format(c.AmountMinor, c.Currency), "ingest.plan_off", errs.Args{"Sum": money.Format(sum, c.Currency)})
		return false
	}
	slices.SortStableFunc(c.Plan, func(a, b Instalment) int { return cmp.Compare(a.DueOn, b.DueOn) })
	return true
}

// instalmentsMax is how many parts a plan may have.
const instalmentsMax = 60

// withoutContract reports the rows of payment plans whose contract is not among those taken, in the order of the files.
func (r *reader) withoutContract(held map[string][]heldInstalment, taken map[string]bool) {
	var alone []heldInstalment
	for number, rows := range held {
		if !taken[number] {
			alone = append(alone, rows...)
		}
	}
	slices.SortFunc(alone, func(a, b heldInstalment) int { return cmp.Or(cmp.Compare(a.entry, b.entry), cmp.Compare(a.Row, b.Row)) })
	for _, i := range alone {
		i.judge.wrong(fieldContract, i.Row, i.Contract.String(), "ingest.unknown_contract", nil)
		r.report.note(i.judge.problems, r.options.MaxProblems)
		i.judge.problems = nil
		r.report.Tables[i.entry].Accepted--
		r.report.Tables[i.entry].Rejected++
	}
}
