package intake

import (
	"context"
	"strconv"

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
		if err := s.addLead(ctx, in, next, owner); err != nil {
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

func (s *workSink) addLead(ctx context.Context, in *ingest.Lead, id, owner int64) (err error) {
	now := s.tx.Now()
	l := leadOf(ingest.Batch{}, in, lead.Lead{ID: id, Status: lead.StatusNew, OwnerID: owner, NextOn: calendar.NoDate, CreatedBy: s.author.UserID, CreatedAt: now, Revision: 1}, false)
	if l.Fields, err = s.fill(ctx, fact.KindLead, "", in.Own); err != nil {
		return err
	}
	if in.CreatedOn != calendar.NoDate {
		l.CreatedAt = s.noon(in.CreatedOn)
	}
	if in.Status != "" {
		l.Status = lead.Status(in.Status)
	}
	if in.FirstOn != calendar.NoDate {
		l.FirstAt = s.noon(in.FirstOn)
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
func (s *workSink) changeLead(ctx context.Context, b ingest.Batch, in *ingest.Lead, old lead.Lead, owner int64) (err error) {
	l := leadOf(b, in, old, true)
	if l.Fields, err = s.fill(ctx, fact.KindLead, old.Fields, in.Own); err != nil {
		return err
	}
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
	if err := s.keep(ctx, fact.KindLead, l.ID, old.Fields, l.Fields); err != nil {
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
		if in.NoMessages && !c.Silent() {
			c.SilentAt, c.SilentBy = s.tx.Now(), s.author.UserID
		}
		if c.Fields, err = s.fill(ctx, b.Kind, old.Fields, in.Own); err != nil {
			return err
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
		if err := s.keep(ctx, b.Kind, c.ID, old.Fields, c.Fields); err != nil {
			return err
		}
		if err := s.changed(b.Kind, c.ID, c.Revision, c.Subject(), old, c); err != nil {
			return err
		}
	}
	return nil
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
		f := followup.FollowUp{ID: next, OpportunityID: o.ID, PersonID: person, Kind: followup.KindCall, Text: in.Text, OccurredAt: s.noon(in.On), RecordedAt: now, NextOn: in.NextOn, CreatedBy: s.author.UserID}
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
