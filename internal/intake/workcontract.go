package intake

import (
	"context"
	"encoding/json"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/contract"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/ingest"
	"xiaoguan/internal/process"
	"xiaoguan/internal/quote"
)

// putContracts adds contracts that were signed elsewhere, with their payment plans. Of one that is there, title, parties, beginning and note are set;
// what was signed stays: it changes by amendments alone.
func (s *workSink) putContracts(ctx context.Context, b ingest.Batch) error {
	known, next, err := s.fresh(ctx, b.Kind, "contract", keysOf(b.Contracts, func(c *ingest.Contract) ingest.Key { return c.Key }))
	if err != nil {
		return err
	}
	there, err := s.tx.WorkContracts(ctx, idsOf(known))
	if err != nil {
		return err
	}
	for i := range b.Contracts {
		in := &b.Contracts[i]
		if id, ok := known[in.Key.String()]; ok {
			err = s.changeContract(ctx, b, in, there[id])
		} else {
			err = s.addContract(ctx, in, next)
			next++
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *workSink) addContract(ctx context.Context, in *ingest.Contract, id int64) (err error) {
	c := contract.Contract{ID: id, Number: in.Key.String(), Title: in.Title, State: contract.StateSigned, Currency: in.Currency, AmountMinor: in.AmountMinor, OurParty: in.OurParty, TheirParty: in.TheirParty,
		StartsOn: in.StartsOn, EndsOn: in.EndsOn, SignedOn: in.SignedOn, EndedOn: calendar.NoDate, Note: in.Note, CreatedBy: s.author.UserID, CreatedAt: s.tx.Now(), Revision: 1}
	product := int64(0)
	for _, r := range []struct {
		kind fact.Kind
		ref  ingest.Ref
		into *int64
	}{{fact.KindCustomer, in.Customer, &c.CustomerID}, {fact.KindPerson, in.Owner, &c.OwnerID}, {fact.KindProduct, in.Product, &product}} {
		if *r.into, err = s.id(ctx, r.kind, r.ref); err != nil {
			return err
		}
	}
	if c.OpportunityID, err = s.workID(ctx, fact.KindOpportunity, in.Opportunity); err != nil {
		return err
	}
	ours, theirs, err := s.tx.WorkParties(ctx, c.CustomerID)
	if err != nil {
		return err
	}
	if c.OurParty == "" {
		c.OurParty = ours
	}
	if c.TheirParty == "" {
		c.TheirParty = theirs
	}
	if c.Fields, err = s.fill(ctx, fact.KindContract, "", in.Own); err != nil {
		return err
	}
	c.Lines = []quote.Line{{ProductID: product, Text: in.Title, Quantity: decimal.FromInt(1, 0), ListMinor: in.AmountMinor, PriceMinor: quote.NoPrice}}
	s.planContract(in, &c)
	s.rows.Contracts = append(s.rows.Contracts, c)
	return s.added(fact.KindContract, in.Key.String(), id, c.Subject(), c)
}

// planContract lays out when the money of a contract is due, and tells of it.
func (s *workSink) planContract(in *ingest.Contract, c *contract.Contract) {
	until := int64(0)
	for i, part := range in.Plan {
		until += part.AmountMinor
		s.rows.Instalments = append(s.rows.Instalments, contract.Instalment{ContractID: c.ID, Number: int64(i + 1), OwnerID: c.OwnerID, Name: part.Name, DueOn: part.DueOn, AmountMinor: part.AmountMinor, UntilMinor: until, Currency: c.Currency})
	}
	if len(in.Plan) == 0 {
		return
	}
	c.PlanRevision = 1
	if c.OpportunityID != 0 {
		s.rows.Events = append(s.rows.Events, s.event(c.OpportunityID, c.OwnerID, process.ActivityPlanCreated, s.noon(c.SignedOn), c.Subject(), map[string]any{"instalments": len(in.Plan), "amount": c.AmountMinor}))
	}
}

func (s *workSink) changeContract(ctx context.Context, b ingest.Batch, in *ingest.Contract, old contract.Contract) (err error) {
	c := old
	says(b.Columns, true, "title", &c.Title, in.Title)
	says(b.Columns, true, "note", &c.Note, in.Note)
	if in.OurParty != "" {
		c.OurParty = in.OurParty
	}
	if in.TheirParty != "" {
		c.TheirParty = in.TheirParty
	}
	if in.StartsOn != calendar.NoDate {
		c.StartsOn = in.StartsOn
	}
	if c.Fields, err = s.fill(ctx, fact.KindContract, old.Fields, in.Own); err != nil {
		return err
	}
	if c.Title == old.Title && c.Note == old.Note && c.OurParty == old.OurParty && c.TheirParty == old.TheirParty && c.StartsOn == old.StartsOn && c.Fields == old.Fields {
		s.note(fact.KindContract, fact.Unchanged)
		return nil
	}
	c.Revision++
	if err := s.tx.SaveContract(ctx, c); err != nil {
		return err
	}
	if err := s.keep(ctx, fact.KindContract, c.ID, old.Fields, c.Fields); err != nil {
		return err
	}
	return s.changed(fact.KindContract, c.ID, c.Revision, c.Subject(), old, c)
}

// workID is the working record that a reference means; 0 for none.
func (s *workSink) workID(ctx context.Context, kind fact.Kind, ref ingest.Ref) (int64, error) {
	if ref.Key.Empty() {
		return 0, nil
	}
	found, err := s.tx.WorkIDs(ctx, kind, []string{ref.Key.String()})
	return found[ref.Key.String()], err
}

func restoreContract(ctx context.Context, tx Tx, m WorkMark, stale func(int64) error, record func(string, int64, any, any) error) error {
	found, err := tx.WorkContracts(ctx, []int64{m.ID})
	if err != nil {
		return err
	}
	now := found[m.ID]
	if err := stale(now.Revision); err != nil {
		return err
	}
	back := now
	if err := json.Unmarshal(m.Before, &back); err != nil {
		return err
	}
	if err := restoreOwn(ctx, tx, m, &now.Fields, &back.Fields); err != nil {
		return err
	}
	back.Revision++
	if err := tx.SaveContract(ctx, back); err != nil {
		return err
	}
	return record(back.Subject(), back.Revision, now, back)
}
