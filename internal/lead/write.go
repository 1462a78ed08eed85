package lead

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/contact"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/followup"
	"xiaoguan/internal/process"
)

// hidden are the fields that the audit log does not show.
var hidden = []string{"phone", "wechat", "email"}

// Save adds a lead or changes what is known of it. A number that comes back masked stays what it is. Errors: forbidden; not found out of
// reach; invalid; conflict when it was changed after in.Seen, or was converted.
func (s *Service) Save(ctx context.Context, actor access.Actor, in Entry) (l Lead, err error) {
	defer errs.Wrap(&err, "lead.Save(%d)", in.ID)
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return l, err
	}
	in = in.tidied()
	err = s.store.InTx(ctx, func(tx Tx) error {
		if in.ID == 0 {
			l, err = s.add(ctx, tx, actor, in)
			return err
		}
		old, err := s.open(ctx, tx, actor, in.ID, in.Seen)
		if err != nil {
			return err
		}
		in := in
		if in.Phone == contact.Mask(old.Phone) {
			in.Phone = old.Phone
		}
		in.Owner = ""
		var c fact.Checker
		in.check(&c)
		l = filled(old, in)
		if l.Fields, _, err = customfield.Fill(ctx, tx, customfield.ObjectLead, s.currency(), old.Fields, in.Fields, &c); err != nil {
			return err
		}
		if err := c.Err(); err != nil {
			return err
		}
		return s.keep(ctx, tx, actor, "lead.change", old, &l)
	})
	return l, err
}

func filled(l Lead, in Entry) Lead {
	l.Company, l.Name, l.Title, l.Phone, l.WeChat, l.Email = in.Company, in.Name, in.Title, in.Phone, in.WeChat, in.Email
	l.City, l.Industry, l.Source, l.Campaign, l.Note = in.City, in.Industry, in.Source, in.Campaign, in.Note
	return l
}

func (s *Service) add(ctx context.Context, tx Tx, actor access.Actor, in Entry) (l Lead, err error) {
	var c fact.Checker
	in.check(&c)
	now := tx.Now()
	l = filled(Lead{Status: StatusNew, NextOn: calendar.NoDate, CreatedBy: actor.UserID, CreatedAt: now, Revision: 1}, in)
	switch {
	case c.Has("owner"):
	case in.Owner != "":
		if l.OwnerID, err = s.receiver(ctx, tx, actor, &c, in.Owner); err != nil {
			return l, err
		}
	case !actor.Can(access.PermLeadAssign): // who gives leads out leaves a new one to be given out
		if l.OwnerID = actor.PersonID; l.OwnerID == 0 {
			c.Add("owner", "", "form.error.required", nil)
		}
	}
	fields := []customfield.Field(nil)
	if l.Fields, fields, err = customfield.Fill(ctx, tx, customfield.ObjectLead, s.currency(), "", in.Fields, &c); err != nil {
		return l, err
	}
	if err := c.Err(); err != nil {
		return l, err
	}
	if l.OwnerID != 0 {
		l.AssignedAt = now
	}
	if l.ID, err = tx.NextNumber(ctx, "lead"); err != nil {
		return l, err
	}
	if err := tx.InsertLead(ctx, l); err != nil {
		return l, err
	}
	if err := customfield.Keep(ctx, tx, fields, l.ID, "", l.Fields); err != nil {
		return l, err
	}
	events := []process.Event{{Activity: process.ActivityLead, PersonID: l.OwnerID, Data: process.Data(map[string]any{"source": l.Source, "campaign": l.Campaign})}}
	if l.OwnerID != 0 {
		events = append(events, given(0, l.OwnerID))
	}
	return l, s.tell(ctx, tx, actor, "lead.add", nil, l, events)
}

// given tells that a lead got an owner.
func given(from, to int64) process.Event {
	return process.Event{Activity: process.ActivityAssigned, PersonID: to, Data: process.Data(map[string]any{"from": from, "to": to})}
}

// receiver finds who is to have a lead: somebody in reach.
func (s *Service) receiver(ctx context.Context, tx Tx, actor access.Actor, c *fact.Checker, key string) (int64, error) {
	reach := s.reach(actor, access.PermWorkWrite)
	id, err := tx.OrgPersonID(ctx, key)
	if err != nil {
		return 0, err
	}
	in := false
	if id != 0 {
		if in, err = tx.PersonInReach(ctx, reach.Scope, reach.Today, id); err != nil {
			return 0, err
		}
	}
	if !in {
		c.Add("owner", key, "fact.unknown_person", errs.Args{"Key": key})
		return 0, nil
	}
	return id, nil
}

// open returns a lead that the actor may change, as they have seen it.
func (s *Service) open(ctx context.Context, tx Tx, actor access.Actor, id, seen int64) (Lead, error) {
	l, err := tx.Lead(ctx, s.reach(actor, access.PermWorkWrite), id)
	switch {
	case err != nil:
		return l, err
	case l.Status == StatusConverted:
		return l, errs.New(errs.KindConflict, "lead.is_converted", nil)
	case seen != 0 && l.Revision != seen:
		return l, errs.New(errs.KindConflict, "lead.changed_meanwhile", nil)
	}
	return l, nil
}

// keep saves a changed lead and tells of it; one that is as before is left alone.
func (s *Service) keep(ctx context.Context, tx Tx, actor access.Actor, action string, before Lead, after *Lead, events ...process.Event) error {
	if *after == before {
		return nil
	}
	after.Revision = before.Revision + 1
	if err := tx.SaveLead(ctx, *after); err != nil {
		return err
	}
	if before.Fields != after.Fields {
		fields, err := tx.CustomFields(ctx, customfield.ObjectLead)
		if err != nil {
			return err
		}
		if err := customfield.Keep(ctx, tx, fields, after.ID, before.Fields, after.Fields); err != nil {
			return err
		}
	}
	return s.tell(ctx, tx, actor, action, before, *after, events)
}

// tell writes a change into the history, the audit log and the lead's own events.
func (s *Service) tell(ctx context.Context, tx Tx, actor access.Actor, action string, before any, l Lead, events []process.Event) error {
	fields, err := tx.CustomFields(ctx, customfield.ObjectLead)
	if err != nil {
		return err
	}
	hide := slices.Concat(hidden, customfield.PersonalPaths(fields))
	if err := process.Record(ctx, tx, actor, process.Write{Action: action, Subject: l.Subject(), Revision: l.Revision, Before: before, After: l, Hide: hide}); err != nil {
		return err
	}
	now := tx.Now()
	for i := range events {
		e := &events[i]
		e.RecordedAt, e.ActorID = now, actor.UserID
		if e.OccurredAt.IsZero() {
			e.OccurredAt = now
		}
		if e.Source == "" {
			e.Source = l.Subject()
		}
	}
	return tx.AppendLeadEvents(ctx, l.ID, events)
}

// Record records a follow-up of a lead in reach: the first stops the clock of the first contact. Errors: forbidden; not found out of reach;
// invalid; conflict when the lead was converted or is invalid.
func (s *Service) Record(ctx context.Context, actor access.Actor, in Contacted) (f followup.FollowUp, err error) {
	defer errs.Wrap(&err, "lead.Record(%d)", in.LeadID)
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return f, err
	}
	entry := followup.Entry{Kind: in.Kind, Text: fact.TidyLines(in.Text), OccurredAt: in.OccurredAt, NextOn: in.NextOn}
	if entry.OccurredAt.IsZero() {
		entry.OccurredAt = s.now()
	}
	if err := entry.Validate(s.now()); err != nil {
		return f, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		old, err := s.open(ctx, tx, actor, in.LeadID, 0)
		if err != nil {
			return err
		}
		if !old.Status.Open() {
			return errs.New(errs.KindConflict, "lead.is_invalid", nil)
		}
		f = followup.FollowUp{PersonID: actor.PersonID, Kind: entry.Kind, Text: entry.Text, OccurredAt: entry.OccurredAt.UTC().Truncate(time.Microsecond), RecordedAt: tx.Now(), NextOn: entry.NextOn, CreatedBy: actor.UserID}
		if f.ID, err = tx.NextNumber(ctx, "follow_up"); err != nil {
			return err
		}
		if err := tx.InsertLeadFollowUp(ctx, old.ID, f); err != nil {
			return err
		}
		l, activity := old, process.ActivityContacted
		if l.FirstAt.IsZero() {
			l.FirstAt, activity = f.OccurredAt, process.ActivityFirst
		}
		if l.Status == StatusNew {
			l.Status = StatusContacted
		}
		if f.OccurredAt.After(l.FollowedAt) {
			l.FollowedAt = f.OccurredAt
		}
		l.NextOn = f.NextOn
		source := "follow_up:" + strconv.FormatInt(f.ID, 10)
		events := []process.Event{{Activity: activity, OccurredAt: f.OccurredAt, PersonID: f.PersonID, Source: source, Data: process.Data(map[string]any{"kind": f.Kind})}}
		if f.NextOn != calendar.NoDate {
			events = append(events, process.Event{Activity: process.ActivityNextContact, OccurredAt: f.OccurredAt, PersonID: f.PersonID, Source: source, Data: process.Data(map[string]any{"next_on": f.NextOn})})
		}
		return s.keepFollowed(ctx, tx, actor, old, &l, f, events)
	})
	return f, err
}

// keepFollowed saves what a follow-up did to a lead; the audit log also has what was said.
func (s *Service) keepFollowed(ctx context.Context, tx Tx, actor access.Actor, old Lead, l *Lead, f followup.FollowUp, events []process.Event) error {
	l.Revision++
	if err := tx.SaveLead(ctx, *l); err != nil {
		return err
	}
	type said struct {
		Status Status        `json:"status"`
		Kind   followup.Kind `json:"kind"`
		Text   string        `json:"text"`
		NextOn calendar.Date `json:"next_on"`
	}
	was := said{Status: old.Status, NextOn: old.NextOn}
	is := said{l.Status, f.Kind, f.Text, f.NextOn}
	if err := process.Record(ctx, tx, actor, process.Write{Action: "lead.follow", Subject: l.Subject(), Revision: l.Revision, Before: was, After: is}); err != nil {
		return err
	}
	now := tx.Now()
	for i := range events {
		events[i].RecordedAt, events[i].ActorID = now, actor.UserID
	}
	return tx.AppendLeadEvents(ctx, l.ID, events)
}

// Qualify says that something may come of a lead. Errors: forbidden; not found out of reach; conflict when it was changed after seen, or is
// not open.
func (s *Service) Qualify(ctx context.Context, actor access.Actor, id, seen int64) (l Lead, err error) {
	defer errs.Wrap(&err, "lead.Qualify(%d)", id)
	return s.change(ctx, actor, id, seen, func(tx Tx, old Lead) error {
		if !slices.Contains([]Status{StatusNew, StatusContacted}, old.Status) {
			return errs.New(errs.KindConflict, "lead.not_open", nil)
		}
		l = old
		l.Status = StatusQualified
		return s.keep(ctx, tx, actor, "lead.qualify", old, &l, process.Event{Activity: process.ActivityQualified, PersonID: l.OwnerID})
	}, &l)
}

// Drop says that nothing will come of a lead. Errors: forbidden; not found out of reach; invalid; conflict when it was changed after in.Seen,
// or is not open.
func (s *Service) Drop(ctx context.Context, actor access.Actor, in Invalid) (l Lead, err error) {
	defer errs.Wrap(&err, "lead.Drop(%d)", in.ID)
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return l, err
	}
	in.Why = fact.TidyLines(in.Why)
	if err := in.check(); err != nil {
		return l, err
	}
	return s.change(ctx, actor, in.ID, in.Seen, func(tx Tx, old Lead) error {
		if !old.Status.Open() {
			return errs.New(errs.KindConflict, "lead.not_open", nil)
		}
		l = old
		l.Status, l.InvalidFor, l.InvalidWhy, l.NextOn = StatusInvalid, in.For, strings.TrimSpace(in.Why), calendar.NoDate
		return s.keep(ctx, tx, actor, "lead.drop", old, &l, process.Event{Activity: process.ActivityInvalid, PersonID: l.OwnerID, Data: process.Data(map[string]any{"reason": in.For})})
	}, &l)
}

// Retake takes up a lead again that was invalid. Errors: forbidden; not found out of reach; conflict when it was changed after seen, or is
// not invalid.
func (s *Service) Retake(ctx context.Context, actor access.Actor, id, seen int64) (l Lead, err error) {
	defer errs.Wrap(&err, "lead.Retake(%d)", id)
	return s.change(ctx, actor, id, seen, func(tx Tx, old Lead) error {
		if old.Status != StatusInvalid {
			return errs.New(errs.KindConflict, "lead.not_invalid", nil)
		}
		l = old
		l.Status, l.InvalidFor, l.InvalidWhy = StatusContacted, "", ""
		if l.FirstAt.IsZero() {
			l.Status = StatusNew
		}
		return s.keep(ctx, tx, actor, "lead.retake", old, &l, process.Event{Activity: process.ActivityRetaken, PersonID: l.OwnerID})
	}, &l)
}

// change is a change of a lead in reach; l is what do leaves there.
func (s *Service) change(ctx context.Context, actor access.Actor, id, seen int64, do func(tx Tx, old Lead) error, l *Lead) (Lead, error) {
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return Lead{}, err
	}
	err := s.store.InTx(ctx, func(tx Tx) error {
		old, err := s.open(ctx, tx, actor, id, seen)
		if err != nil {
			return err
		}
		return do(tx, old)
	})
	return *l, err
}
