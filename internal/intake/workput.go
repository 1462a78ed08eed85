package intake

import (
	"context"
	"strconv"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/followup"
	"xiaoguan/internal/ingest"
	"xiaoguan/internal/lead"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/process"
)

func keysOf[T any](items []T, key func(*T) ingest.Key) []string {
	keys := make([]string, len(items))
	for i := range items {
		keys[i] = key(&items[i]).String()
	}
	return keys
}

// says sets a text that the file has a column for; new records take all.
func says(columns map[string]bool, known bool, field string, into *string, text string) {
	if !known || columns[field] {
		*into = text
	}
}

func (s *workSink) putLeads(ctx context.Context, b ingest.Batch) error {
	known, next, err := s.fresh(ctx, b.Kind, "lead", keysOf(b.Leads, func(l *ingest.Lead) ingest.Key { return l.Key }))
	if err != nil {
		return err
	}
	there, err := s.tx.WorkLeads(ctx, idsOf(known))
	if err != nil {
		return err
	}
	for i := range b.Leads {
		in := &b.Leads[i]
		owner, err := s.id(ctx, fact.KindPerson, in.Owner)
		if err != nil {
			return err
		}
		id, ok := known[in.Key.String()]
		if ok {
			if err := s.changeLead(ctx, b, in, there[id], owner); err != nil {
				return err
			}
			continue
		}
		if err := s.addLead(in, next, owner); err != nil {
			return err
		}
		next++
	}
	return nil
}

func leadOf(b ingest.Batch, in *ingest.Lead, l lead.Lead, known bool) lead.Lead {
	for _, f := range []struct {
		name string
		into *string
		text string
	}{{"company", &l.Company, in.Company}, {"name", &l.Name, in.Name}, {"title", &l.Title, in.Title}, {"phone", &l.Phone, in.Phone}, {"wechat", &l.WeChat, in.WeChat}, {"email", &l.Email, in.Email}, {"city", &l.City, in.City},
		{"industry", &l.Industry, in.Industry}, {"source", &l.Source, in.Source}, {"campaign", &l.Campaign, in.Campaign}, {"note", &l.Note, in.Note}} {
		says(b.Columns, known, f.name, f.into, f.text)
	}
	return l
}

func (s *workSink) addLead(in *ingest.Lead, id, owner int64) error {
	now := s.tx.Now()
	l := leadOf(ingest.Batch{}, in, lead.Lead{ID: id, Status: lead.StatusNew, OwnerID: owner, NextOn: calendar.NoDate, CreatedBy: s.author.UserID, CreatedAt: now, Revision: 1}, false)
	if in.CreatedOn != calendar.NoDate {
		l.CreatedAt = noon(in.CreatedOn, now)
	}
	if in.Status != "" {
		l.Status = lead.Status(in.Status)
	}
	if in.FirstOn != calendar.NoDate {
		l.FirstAt = noon(in.FirstOn, now)
		l.FollowedAt = l.FirstAt
		if l.Status == lead.StatusNew {
			l.Status = lead.StatusContacted
		}
	}
	if l.Status == lead.StatusInvalid {
		l.InvalidFor = "other"
	}
	events := []process.Event{s.event(0, owner, process.ActivityLead, l.CreatedAt, l.Subject(), map[string]any{"source": l.Source, "campaign": l.Campaign})}
	if owner != 0 {
		l.AssignedAt = l.CreatedAt
		events = append(events, s.event(0, owner, process.ActivityAssigned, l.CreatedAt, l.Subject(), map[string]any{"from": 0, "to": owner}))
	}
	if !l.FirstAt.IsZero() {
		events = append(events, s.event(0, owner, process.ActivityFirst, l.FirstAt, l.Subject(), map[string]any{}))
	}
	s.rows.Leads = append(s.rows.Leads, l)
	s.rows.LeadEvents[id] = events
	return s.added(fact.KindLead, in.Key.String(), id, l.Subject(), l)
}

// changeLead changes what the file says of a lead that is there. A converted one stays what it is; whose it is and where it stands is not for a file.
func (s *workSink) changeLead(ctx context.Context, b ingest.Batch, in *ingest.Lead, old lead.Lead, owner int64) error {
	l := leadOf(b, in, old, true)
	if old.Status == lead.StatusConverted {
		l = old
	} else if owner != 0 && old.OwnerID == 0 {
		l.OwnerID, l.AssignedAt = owner, s.tx.Now()
		s.rows.LeadEvents[l.ID] = append(s.rows.LeadEvents[l.ID], s.event(0, owner, process.ActivityAssigned, l.AssignedAt, l.Subject(), map[string]any{"from": 0, "to": owner}))
	}
	if l == old {
		s.note(fact.KindLead, fact.Unchanged)
		return nil
	}
	l.Revision++
	if err := s.tx.SaveLead(ctx, l); err != nil {
		return err
	}
	return s.changed(fact.KindLead, l.ID, l.Revision, l.Subject(), old, l)
}

func (s *workSink) putContacts(ctx context.Context, b ingest.Batch) error {
	known, next, err := s.fresh(ctx, b.Kind, "contact", keysOf(b.Contacts, func(c *ingest.Contact) ingest.Key { return c.Key }))
	if err != nil {
		return err
	}
	there, err := s.tx.WorkContacts(ctx, idsOf(known))
	if err != nil {
		return err
	}
	for i := range b.Contacts {
		in := &b.Contacts[i]
		customer, err := s.id(ctx, fact.KindCustomer, in.Customer)
		if err != nil {
			return err
		}
		id, ok := known[in.Key.String()]
		old := there[id]
		c := old
		for _, f := range []struct {
			name string
			into *string
			text string
		}{{"name", &c.Name, in.Name}, {"title", &c.Title, in.Title}, {"part", &c.Part, in.Part}, {"phone", &c.Phone, in.Phone}, {"wechat", &c.WeChat, in.WeChat}, {"email", &c.Email, in.Email}, {"note", &c.Note, in.Note}} {
			says(b.Columns, ok, f.name, f.into, f.text)
		}
		if !ok {
			c.ID, c.CustomerID, c.CreatedBy, c.CreatedAt, c.Revision = next, customer, s.author.UserID, s.tx.Now(), 1
			next++
			s.rows.Contacts = append(s.rows.Contacts, c)
			if err := s.added(b.Kind, in.Key.String(), c.ID, c.Subject(), c); err != nil {
				return err
			}
			continue
		}
		if c == old {
			s.note(b.Kind, fact.Unchanged)
			continue
		}
		c.Revision++
		if err := s.tx.SaveContact(ctx, c); err != nil {
			return err
		}
		if err := s.changed(b.Kind, c.ID, c.Revision, c.Subject(), old, c); err != nil {
			return err
		}
	}
	return nil
}

// refs are the ids of what an opportunity refers to.
type refs struct{ customer, owner, product int64 }

func (s *workSink) refsOf(ctx context.Context, in *ingest.Opportunity) (r refs, err error) {
	if r.customer, err = s.id(ctx, fact.KindCustomer, in.Customer); err != nil {
		return r, err
	}
	if r.owner, err = s.id(ctx, fact.KindPerson, in.Owner); err != nil {
		return r, err
	}
	r.product, err = s.id(ctx, fact.KindProduct, in.Product)
	return r, err
}

func (s *workSink) putOpportunities(ctx context.Context, b ingest.Batch) error {
	known, next, err := s.fresh(ctx, b.Kind, "opportunity", keysOf(b.Opportunities, func(o *ingest.Opportunity) ingest.Key { return o.Key }))
	if err != nil {
		return err
	}
	there, err := s.tx.WorkOpportunities(ctx, idsOf(known))
	if err != nil {
		return err
	}
	for i := range b.Opportunities {
		in := &b.Opportunities[i]
		r, err := s.refsOf(ctx, in)
		if err != nil {
			return err
		}
		id, ok := known[in.Key.String()]
		if ok {
			err = s.changeOpportunity(ctx, b, in, there[id], r)
		} else {
			err = s.addOpportunity(in, next, r)
			next++
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// openDays is when an open opportunity is expected of which nobody said it.
const openDays = 30

func (s *workSink) addOpportunity(in *ingest.Opportunity, id int64, r refs) error {
	now := s.tx.Now()
	today := calendar.DateOf(now)
	o := opportunity.Opportunity{ID: id, Name: in.Name, CustomerID: r.customer, OwnerID: r.owner, Stage: opportunity.StageDevelopment, State: opportunity.StateOpen, AmountMinor: in.AmountMinor, Currency: in.Currency, ExpectedOn: in.ExpectedOn,
		Source: in.Source, Note: in.Note, EndedOn: calendar.NoDate, NextOn: calendar.NoDate, CreatedBy: s.author.UserID, CreatedAt: now, Revision: 1}
	if in.State != "" {
		o.State = opportunity.State(in.State)
	}
	switch {
	case in.Stage != "":
		o.Stage = opportunity.Stage(in.Stage)
	case o.State == opportunity.StateWon:
		o.Stage = opportunity.StageContract
	}
	if r.product != 0 {
		o.ProductIDs = []int64{r.product}
	}
	if o.State != opportunity.StateOpen {
		if o.EndedOn = in.EndedOn; o.EndedOn == calendar.NoDate {
			o.EndedOn = today
		}
	}
	if o.State == opportunity.StateLost {
		if o.LostFor = in.LostFor; o.LostFor == "" {
			o.LostFor = "other"
		}
	}
	if o.State == opportunity.StateWon {
		o.DealKey = in.Deal.Key.String()
	}
	switch {
	case o.ExpectedOn != calendar.NoDate:
	case o.EndedOn != calendar.NoDate:
		o.ExpectedOn = o.EndedOn
	default:
		o.ExpectedOn = today + openDays
	}
	s.tellOpportunity(in, &o, now)
	s.rows.Opportunities = append(s.rows.Opportunities, o)
	return s.added(fact.KindOpportunity, in.Key.String(), id, o.Subject(), o)
}

// tellOpportunity makes the events of an opportunity from the days that the file says: when it was opened, when it came to each stage, how it ended.
func (s *workSink) tellOpportunity(in *ingest.Opportunity, o *opportunity.Opportunity, now time.Time) {
	first := in.CreatedOn
	for _, day := range in.StageOn {
		if day != calendar.NoDate && (first == calendar.NoDate || day < first) {
			first = day
		}
	}
	if first == calendar.NoDate && o.EndedOn != calendar.NoDate {
		first = o.EndedOn
	}
	if first != calendar.NoDate {
		o.CreatedAt = noon(first, now)
	}
	o.StageSince = o.CreatedAt
	stage := opportunity.StageDevelopment
	tell := func(activity process.Activity, at time.Time, data map[string]any) {
		s.rows.Events = append(s.rows.Events, s.event(o.ID, o.OwnerID, activity, at, o.Subject(), data))
	}
	tell(process.ActivityOpened, o.CreatedAt, map[string]any{"stage": stage, "amount": o.AmountMinor, "source": o.Source})
	enter := func(to opportunity.Stage, at time.Time) {
		tell(process.ActivityStage, at, map[string]any{"from": stage, "stage": to, "amount": o.AmountMinor})
		stage, o.StageSince = to, at
	}
	for i, to := range opportunity.Stages[1:] {
		if day := in.StageOn[i+1]; day != calendar.NoDate {
			enter(to, noon(day, now))
		}
	}
	ended := o.StageSince
	if o.EndedOn != calendar.NoDate {
		ended = noon(o.EndedOn, now)
	}
	if stage != o.Stage { // the file says where it stands, and not since when
		at := o.StageSince
		if o.State == opportunity.StateWon {
			at = ended
		}
		enter(o.Stage, at)
	}
	switch o.State {
	case opportunity.StateWon:
		tell(process.ActivitySigned, ended, map[string]any{"contract_amount": o.AmountMinor, "deal": o.DealKey})
	case opportunity.StateLost:
		tell(process.ActivityLost, ended, map[string]any{"reason": o.LostFor, "stage": o.Stage})
	}
}

func (s *workSink) changeOpportunity(ctx context.Context, b ingest.Batch, in *ingest.Opportunity, old opportunity.Opportunity, r refs) error {
	o := old
	says(b.Columns, true, "name", &o.Name, in.Name)
	says(b.Columns, true, "source", &o.Source, in.Source)
	says(b.Columns, true, "note", &o.Note, in.Note)
	o.CustomerID, o.OwnerID = r.customer, r.owner
	if b.Columns["amount"] {
		o.AmountMinor, o.Currency = in.AmountMinor, in.Currency
	}
	if in.ExpectedOn != calendar.NoDate {
		o.ExpectedOn = in.ExpectedOn
	}
	if in.State != "" {
		o.State = opportunity.State(in.State)
	}
	if in.Stage != "" {
		o.Stage = opportunity.Stage(in.Stage)
	}
	now := s.tx.Now()
	s.endAgain(in, &o, now)
	if r.product != 0 && (len(o.ProductIDs) != 1 || o.ProductIDs[0] != r.product) {
		o.ProductIDs = []int64{r.product}
	}
	if o.Same(old) {
		s.note(fact.KindOpportunity, fact.Unchanged)
		return nil
	}
	tell := func(activity process.Activity, at time.Time, data map[string]any) {
		s.rows.Events = append(s.rows.Events, s.event(o.ID, o.OwnerID, activity, at, o.Subject(), data))
	}
	if o.OwnerID != old.OwnerID {
		tell(process.ActivityOwner, now, map[string]any{"from": old.OwnerID, "to": o.OwnerID})
	}
	if o.Stage != old.Stage {
		o.StageSince = now
		tell(process.ActivityStage, now, map[string]any{"from": old.Stage, "stage": o.Stage, "amount": o.AmountMinor})
	}
	if o.State != old.State {
		switch o.State {
		case opportunity.StateWon:
			tell(process.ActivitySigned, noon(o.EndedOn, now), map[string]any{"contract_amount": o.AmountMinor, "deal": o.DealKey})
		case opportunity.StateLost:
			tell(process.ActivityLost, noon(o.EndedOn, now), map[string]any{"reason": o.LostFor, "stage": o.Stage})
		default:
			tell(process.ActivityReopened, now, map[string]any{"stage": o.Stage})
		}
	}
	o.Revision++
	if err := s.tx.SaveOpportunity(ctx, o); err != nil {
		return err
	}
	return s.changed(fact.KindOpportunity, o.ID, o.Revision, o.Subject(), old, o)
}

// endAgain makes stage, end and reason agree with the state.
func (s *workSink) endAgain(in *ingest.Opportunity, o *opportunity.Opportunity, now time.Time) {
	switch o.State {
	case opportunity.StateOpen:
		o.EndedOn, o.LostFor, o.EndedFor, o.DealKey = calendar.NoDate, "", "", ""
		if o.Stage == opportunity.StageAfterSales {
			o.Stage = opportunity.StageContract
		}
		return
	case opportunity.StateWon:
		if o.LostFor = ""; !in.Deal.Key.Empty() {
			o.DealKey = in.Deal.Key.String()
		}
		if o.Stage != opportunity.StageAfterSales {
			o.Stage = opportunity.StageContract
		}
	case opportunity.StateLost:
		if in.LostFor != "" {
			o.LostFor = in.LostFor
		}
		if o.LostFor == "" {
			o.LostFor = "other"
		}
	}
	if in.EndedOn != calendar.NoDate {
		o.EndedOn = in.EndedOn
	}
	if o.EndedOn == calendar.NoDate {
		o.EndedOn = calendar.DateOf(now)
	}
}

// putFollowUps adds follow-ups. One that is there stays as it was: what was said is never changed.
func (s *workSink) putFollowUps(ctx context.Context, b ingest.Batch) error {
	known, next, err := s.fresh(ctx, b.Kind, "follow_up", keysOf(b.FollowUps, func(f *ingest.FollowUp) ingest.Key { return f.Key }))
	if err != nil {
		return err
	}
	cases, err := s.tx.WorkIDs(ctx, fact.KindOpportunity, keysOf(b.FollowUps, func(f *ingest.FollowUp) ingest.Key { return f.Opportunity.Key }))
	if err != nil {
		return err
	}
	there, err := s.tx.WorkOpportunities(ctx, idsOf(cases))
	if err != nil {
		return err
	}
	now := s.tx.Now()
	for i := range b.FollowUps {
		in := &b.FollowUps[i]
		if _, ok := known[in.Key.String()]; ok {
			s.note(b.Kind, fact.Unchanged)
			continue
		}
		person, err := s.id(ctx, fact.KindPerson, in.Person)
		if err != nil {
			return err
		}
		o := there[cases[in.Opportunity.Key.String()]]
		f := followup.FollowUp{ID: next, OpportunityID: o.ID, PersonID: person, Kind: followup.KindCall, Text: in.Text, OccurredAt: noon(in.On, now).UTC(), RecordedAt: now, NextOn: in.NextOn, CreatedBy: s.author.UserID}
		next++
		if in.Kind != "" {
			f.Kind = followup.Kind(in.Kind)
		}
		activity := process.ActivityContacted
		if o.FollowedAt.IsZero() {
			activity = process.ActivityFirst
		}
		nextOn := o.NextOn
		if f.NextOn != calendar.NoDate && o.State == opportunity.StateOpen && !f.OccurredAt.Before(o.FollowedAt) {
			nextOn = f.NextOn
		}
		if err := s.tx.MarkFollowed(ctx, o.ID, f.OccurredAt, nextOn); err != nil {
			return err
		}
		o.NextOn = nextOn
		if f.OccurredAt.After(o.FollowedAt) {
			o.FollowedAt = f.OccurredAt
		}
		there[o.ID] = o
		s.rows.FollowUps = append(s.rows.FollowUps, f)
		s.rows.Events = append(s.rows.Events, s.event(o.ID, person, activity, f.OccurredAt, "follow_up:"+strconv.FormatInt(f.ID, 10), map[string]any{"kind": f.Kind}))
		s.rows.Keys = append(s.rows.Keys, WorkKey{b.Kind, in.Key.String(), f.ID})
		s.rows.Marks = append(s.rows.Marks, WorkMark{Kind: b.Kind, ID: f.ID, Revision: 1})
		s.note(b.Kind, fact.Added)
	}
	return nil
}
