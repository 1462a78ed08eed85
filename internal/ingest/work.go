package ingest

import (
	"context"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/contact"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/opportunity"
)

// Lead is a row of leads. Owner may be empty. Days that nobody said are calendar.NoDate; texts that nobody said are empty.
type Lead struct {
	Row                                            int
	Key                                            Key
	Company, Name, Title, Phone, WeChat, Email     string
	City, Industry, Source, Campaign, Note, Status string
	Owner                                          Ref
	CreatedOn, FirstOn                             calendar.Date
	Own                                            customfield.Inputs // of the company's own fields
}

// Contact is a row of contacts.
type Contact struct {
	Row                                           int
	Key                                           Key
	Customer                                      Ref
	Name, Title, Part, Phone, WeChat, Email, Note string
	NoMessages                                    bool               // want no messages; a file says so and never takes it back
	Own                                           customfield.Inputs // of the company's own fields
}

// Opportunity is a row of opportunities. Product and Deal may be empty; an empty Stage or State is not said. StageOn are the days on which it
// came to stages, in the order of these.
type Opportunity struct {
	Row                                int
	Key                                Key
	Name, State, Source, LostFor, Note string
	Stage                              opportunity.Stage
	Customer, Owner, Product, Deal     Ref
	AmountMinor                        int64
	Currency                           money.Currency
	ExpectedOn, CreatedOn, EndedOn     calendar.Date
	StageOn                            []StageDay
	Own                                customfield.Inputs // of the company's own fields
}

// FollowUp is a row of follow-ups.
type FollowUp struct {
	Row                 int
	Key                 Key
	Opportunity, Person Ref
	Kind, Text          string
	On, NextOn          calendar.Date
}

// choice reads a word of a list; empty when the cell is.
func (d *rowDecoder) choice(id fieldID) string {
	b := d.cell(id)
	if len(b) == 0 {
		return ""
	}
	if d.words[id] == nil {
		if d.words == nil {
			d.words = map[fieldID]map[string]string{}
		}
		d.words[id] = choiceWords(id)
	}
	meant := d.words[id][strings.ToLower(string(b))]
	if meant == "" {
		d.fail(id, b, "ingest.bad_choice")
	}
	return meant
}

// phone reads a telephone number; empty when the cell is.
func (d *rowDecoder) phone(id fieldID) string {
	b := d.cell(id)
	if len(b) == 0 {
		return ""
	}
	phone := contact.TidyPhone(string(b))
	if !contact.PhoneFits(phone) {
		d.fail(id, nil, "contact.bad_phone") // the number itself is not repeated
	}
	return phone
}

func (d *rowDecoder) email(id fieldID) string {
	email := d.text(id)
	if email != "" && !contact.EmailFits(email) {
		d.fail(id, []byte(email), "contact.bad_email")
	}
	return email
}

// line reads a text that is one line.
func (d *rowDecoder) line(id fieldID) string {
	return strings.Join(strings.Fields(d.text(id)), " ")
}

func (d *rowDecoder) needLine(id fieldID) string {
	d.need(id)
	return d.line(id)
}

func (d *rowDecoder) lead(l *Lead) {
	*l = Lead{Row: d.row, Key: d.needKey(fieldKey), Company: d.line(fieldCompany), Name: d.line(fieldName), Title: d.line(fieldTitle), Phone: d.phone(fieldPhone), WeChat: d.line(fieldWeChat), Email: d.email(fieldEmail),
		City: d.word(fieldCity), Industry: d.word(fieldIndustry), Source: d.choice(fieldSource), Campaign: d.word(fieldCampaign), Note: d.text(fieldRemark), Status: d.choice(fieldStatus),
		Owner: Ref{d.key(fieldOwner), External}, CreatedOn: d.date(fieldCreatedOn, earliestDate), FirstOn: d.date(fieldFirstOn, earliestDate), Own: d.ownValues()}
	if l.Company+l.Name == "" {
		d.fail(fieldCompany, nil, "lead.who")
	}
	if l.FirstOn != calendar.NoDate && l.CreatedOn != calendar.NoDate && l.FirstOn < l.CreatedOn {
		d.fail(fieldFirstOn, d.cell(fieldFirstOn), "ingest.before_created")
	}
}

func (d *rowDecoder) contact(c *Contact) {
	*c = Contact{Row: d.row, Key: d.needKey(fieldKey), Customer: Ref{d.needKey(fieldCustomer), External}, Name: d.needLine(fieldName), Title: d.line(fieldTitle), Part: d.choice(fieldPart), Phone: d.phone(fieldPhone),
		WeChat: d.line(fieldWeChat), Email: d.email(fieldEmail), Note: d.line(fieldRemark), NoMessages: d.choice(fieldNoMessages) == wordYes, Own: d.ownValues()}
}

func (d *rowDecoder) opportunity(o *Opportunity) {
	*o = Opportunity{Row: d.row, Key: d.needKey(fieldKey), Name: d.needLine(fieldName), Customer: Ref{d.needKey(fieldCustomer), External}, Owner: Ref{d.needKey(fieldOwner), External},
		Product: Ref{d.key(fieldProduct), External}, Deal: Ref{d.key(fieldDeal), External}, Stage: d.stage(), State: d.choice(fieldState), Source: d.choice(fieldSource), LostFor: d.choice(fieldLostFor),
		Note: d.text(fieldRemark), Currency: d.currency(fieldCurrency), ExpectedOn: d.date(fieldExpectedOn, earliestDate), CreatedOn: d.date(fieldCreatedOn, earliestDate), EndedOn: d.date(fieldEndedOn, earliestDate), Own: d.ownValues()}
	if b := d.cell(fieldAmount); len(b) > 0 {
		if o.AmountMinor = d.money(fieldAmount, o.Currency); o.AmountMinor < 0 && !d.failed {
			d.fail(fieldAmount, b, "ingest.below_zero")
		}
	}
	o.StageOn = d.stageOn(o.CreatedOn)
	d.ended(o)
}

// ended checks that stage, state and days agree.
func (d *rowDecoder) ended(o *Opportunity) {
	if d.failed {
		return
	}
	state := opportunity.State(o.State)
	if state == "" {
		state = opportunity.StateOpen
	}
	if o.Stage != "" && !d.table.stages.Fits(o.Stage, state) {
		d.fail(fieldStage, d.cell(fieldStage), "ingest.stage_not_of_state")
		return
	}
	if o.EndedOn != calendar.NoDate && o.CreatedOn != calendar.NoDate && o.EndedOn < o.CreatedOn {
		d.fail(fieldEndedOn, d.cell(fieldEndedOn), "ingest.before_created")
	}
}

func (d *rowDecoder) followUp(f *FollowUp) {
	*f = FollowUp{Row: d.row, Key: d.needKey(fieldKey), Opportunity: Ref{d.needKey(fieldOpportunity), External}, Person: Ref{d.needKey(fieldPerson), External}, Kind: d.choice(fieldWay),
		On: d.needDate(fieldOn, earliestDate), NextOn: d.date(fieldNextOn, earliestDate)}
	d.need(fieldText)
	f.Text = d.text(fieldText)
	if f.NextOn != calendar.NoDate && f.NextOn < f.On && !d.failed {
		d.fail(fieldNextOn, d.cell(fieldNextOn), "ingest.before_created")
	}
}

// mapped are the fields that the table has a column for.
func (t *openTable) mapped() map[string]bool {
	fields := map[string]bool{}
	for i := range t.mapping.Columns {
		fields[t.mapping.Columns[i].Field] = true
	}
	return fields
}

func (r *reader) leads(ctx context.Context) error {
	for _, t := range r.of(fact.KindLead) {
		columns := t.mapped()
		check := func(j *judge, l *Lead) bool {
			return j.resolve(fieldOwner, l.Row, &l.Owner, fact.KindPerson, &r.personIndex) && j.knows(l.Row, l.Own) && j.first(l.Row, l.Key, r.leadKeys.add(l.Key))
		}
		err := readTable(ctx, r, t, form[Lead]{decode: (*rowDecoder).lead}, check, func(some []Lead, expect int64) error {
			return r.sink.Put(ctx, Batch{Kind: fact.KindLead, Source: t.source, Expect: expect, Leads: some, Columns: columns})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) contacts(ctx context.Context) error {
	for _, t := range r.of(fact.KindContact) {
		columns := t.mapped()
		check := func(j *judge, c *Contact) bool {
			return j.resolve(fieldCustomer, c.Row, &c.Customer, fact.KindCustomer, &r.customerIndex) && j.knows(c.Row, c.Own) && j.first(c.Row, c.Key, r.contactKeys.add(c.Key))
		}
		err := readTable(ctx, r, t, form[Contact]{decode: (*rowDecoder).contact}, check, func(some []Contact, expect int64) error {
			return r.sink.Put(ctx, Batch{Kind: fact.KindContact, Source: t.source, Expect: expect, Contacts: some, Columns: columns})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) opportunities(ctx context.Context) error {
	for _, t := range r.of(fact.KindOpportunity) {
		columns := t.mapped()
		var created []Customer
		check := func(j *judge, o *Opportunity) bool {
			created = j.createCustomer(&o.Customer, created)
			ok := j.resolve(fieldCustomer, o.Row, &o.Customer, fact.KindCustomer, &r.customerIndex)
			ok = j.resolve(fieldOwner, o.Row, &o.Owner, fact.KindPerson, &r.personIndex) && ok
			ok = j.resolve(fieldProduct, o.Row, &o.Product, fact.KindProduct, &r.productIndex) && ok
			if o.State == string(opportunity.StateWon) {
				ok = j.resolve(fieldDeal, o.Row, &o.Deal, fact.KindDeal, &r.dealIndex) && ok
			}
			ok = j.knows(o.Row, o.Own) && ok
			return ok && j.enter(o.Row, o.Key, &r.opportunityIndex)
		}
		err := readTable(ctx, r, t, form[Opportunity]{decode: (*rowDecoder).opportunity}, check, func(some []Opportunity, expect int64) error {
			if len(created) > 0 {
				if err := r.sink.Put(ctx, Batch{Kind: fact.KindCustomer, Source: t.source, Customers: created}); err != nil {
					return err
				}
				created = nil
			}
			return r.sink.Put(ctx, Batch{Kind: fact.KindOpportunity, Source: t.source, Expect: expect, Opportunities: some, Columns: columns})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) followUps(ctx context.Context) error {
	for _, t := range r.of(fact.KindFollowUp) {
		check := func(j *judge, f *FollowUp) bool {
			ok := j.resolve(fieldOpportunity, f.Row, &f.Opportunity, fact.KindOpportunity, &r.opportunityIndex)
			ok = j.resolve(fieldPerson, f.Row, &f.Person, fact.KindPerson, &r.personIndex) && ok
			return ok && j.first(f.Row, f.Key, r.followUpKeys.add(f.Key))
		}
		err := readTable(ctx, r, t, form[FollowUp]{decode: (*rowDecoder).followUp}, check, func(some []FollowUp, expect int64) error {
			return r.sink.Put(ctx, Batch{Kind: fact.KindFollowUp, Source: t.source, Expect: expect, FollowUps: some})
		})
		if err != nil {
			return err
		}
	}
	return nil
}
