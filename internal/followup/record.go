package followup

import (
	"context"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/process"
)

// about is what a follow-up is of.
type about struct {
	opportunity opportunity.Opportunity // without a number: of a customer alone
	customerID  int64
	personID    int64 // for whom the next contact is
}

// Record records a follow-up of an opportunity or a customer in reach, settles the contacts that were due, and sets the next one: for who
// follows the opportunity, or, for a customer alone, for oneself. Errors: forbidden; not found out of reach; invalid.
func (s *Service) Record(ctx context.Context, actor access.Actor, in Entry) (f FollowUp, err error) {
	defer errs.Wrap(&err, "followup.Record(%d, %d)", in.OpportunityID, in.CustomerID)
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return f, err
	}
	now := s.now()
	if in.OccurredAt.IsZero() {
		in.OccurredAt = now
	}
	in.Text = fact.TidyLines(in.Text)
	if err := in.check(now); err != nil {
		return f, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		of, err := s.about(ctx, tx, actor, in)
		if err != nil {
			return err
		}
		f = FollowUp{OpportunityID: of.opportunity.ID, PersonID: actor.PersonID, Kind: in.Kind, Text: in.Text, OccurredAt: in.OccurredAt.UTC().Truncate(time.Microsecond), RecordedAt: tx.Now(), NextOn: in.NextOn, CreatedBy: actor.UserID}
		if f.OpportunityID == 0 {
			f.CustomerID = of.customerID
		}
		if f.ID, err = tx.NextNumber(ctx, "follow_up"); err != nil {
			return err
		}
		if err := tx.InsertFollowUp(ctx, f); err != nil {
			return err
		}
		if f.Place = in.Place; f.Place != nil {
			if err := tx.InsertFollowUpPlace(ctx, f.ID, *f.Place, f.RecordedAt); err != nil {
				return err
			}
		}
		if err := s.photos(ctx, tx, actor, f.ID, in.Photos); err != nil {
			return err
		}
		if err := s.settle(ctx, tx, actor, of, f); err != nil {
			return err
		}
		return s.tell(ctx, tx, actor, of, f)
	})
	return f, err
}

// photos keeps what was taken on the spot.
func (s *Service) photos(ctx context.Context, tx Tx, actor access.Actor, id int64, photos []Photo) error {
	for _, photo := range photos {
		if s.files == nil {
			return errs.New(errs.KindInternal, "error.internal", nil)
		}
		if err := s.files.AddPhoto(ctx, tx, actor, id, photo); err != nil {
			return err
		}
	}
	return nil
}

// about finds what a follow-up is of, within the actor's reach.
func (s *Service) about(ctx context.Context, tx Tx, actor access.Actor, in Entry) (of about, err error) {
	reach := s.reach(actor, access.PermWorkWrite)
	if in.OpportunityID != 0 || in.CustomerID == 0 {
		o, err := tx.Opportunity(ctx, reach, in.OpportunityID)
		return about{o, o.CustomerID, o.OwnerID}, err
	}
	if err := s.requireCustomer(ctx, tx, reach, in.CustomerID); err != nil {
		return of, err
	}
	if in.NextOn != calendar.NoDate && actor.PersonID == 0 {
		return of, errs.Invalid("fact.invalid", []errs.Field{{Path: "next_on", Value: in.NextOn.String(), Message: errs.Msg("followup.nobodys_next", nil)}})
	}
	return about{customerID: in.CustomerID, personID: actor.PersonID}, nil
}

// settle notes when there was contact, ends what was arranged, and arranges the next one.
func (s *Service) settle(ctx context.Context, tx Tx, actor access.Actor, of about, f FollowUp) error {
	if of.opportunity.ID != 0 {
		if err := tx.MarkFollowed(ctx, of.opportunity.ID, f.OccurredAt, f.NextOn); err != nil {
			return err
		}
	}
	if s.rhythm != nil {
		if err := s.rhythm.Contacted(ctx, tx, of.customerID, calendar.DateOf(f.OccurredAt.In(s.now().Location()))); err != nil {
			return err
		}
	}
	due, err := tx.Tasks(ctx, TaskQuery{OpportunityID: f.OpportunityID, CustomerID: f.CustomerID, Kind: TaskContact, Due: fact.AnyDay(), Limit: openTasksMax})
	if err != nil {
		return err
	}
	for _, t := range due {
		if err := s.end(ctx, tx, actor, t, TaskDone); err != nil {
			return err
		}
	}
	if f.NextOn == calendar.NoDate {
		return nil
	}
	return s.add(ctx, tx, actor, Task{Kind: TaskContact, OpportunityID: f.OpportunityID, CustomerID: f.CustomerID, PersonID: of.personID, DueOn: f.NextOn}, nil)
}

// tell writes the follow-up into the audit log and, for an opportunity, into the process.
func (s *Service) tell(ctx context.Context, tx Tx, actor access.Actor, of about, f FollowUp) error {
	said := struct {
		Opportunity int64         `json:"opportunity_id"`
		Customer    int64         `json:"customer_id,omitempty"`
		Kind        Kind          `json:"kind"`
		Text        string        `json:"text"`
		OccurredAt  time.Time     `json:"occurred_at"`
		NextOn      calendar.Date `json:"next_on"`
		Placed      bool          `json:"placed,omitempty"` // that, not where: the log is kept for ever
	}{f.OpportunityID, f.CustomerID, f.Kind, f.Text, f.OccurredAt, f.NextOn, f.Place != nil}
	source := "follow_up:" + number(f.ID)
	return process.Record(ctx, tx, actor, process.Write{Action: "follow_up.record", Subject: source, Revision: 1, After: said, Events: events(of.opportunity, f, source)})
}

// events are what a follow-up is in the process of its opportunity; a customer alone is no case.
func events(o opportunity.Opportunity, f FollowUp, source string) []process.Event {
	if o.ID == 0 {
		return nil
	}
	activity := process.ActivityContacted
	if o.FollowedAt.IsZero() {
		activity = process.ActivityFirst
	}
	list := []process.Event{{CaseID: o.ID, Activity: activity, OccurredAt: f.OccurredAt, PersonID: f.PersonID, Source: source, Data: process.Data(map[string]any{"kind": f.Kind, "stage": o.Stage})}}
	if f.NextOn != calendar.NoDate {
		list = append(list, process.Event{CaseID: o.ID, Activity: process.ActivityNextContact, OccurredAt: f.OccurredAt, PersonID: f.PersonID, Source: source, Data: process.Data(map[string]any{"next_on": f.NextOn})})
	}
	return list
}
