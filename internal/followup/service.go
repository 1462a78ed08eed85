package followup

import (
	"context"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/process"
)

// Reader reads follow-ups and tasks on one snapshot.
type Reader interface {
	Opportunity(ctx context.Context, reach deal.Reach, id int64) (opportunity.Opportunity, error) // NotFound, also out of reach
	FollowUps(ctx context.Context, opportunityID, before int64, limit int) ([]FollowUp, error)    // newest first, below an id when it is not 0
	FollowUp(ctx context.Context, id int64) (FollowUp, error)                                     // NotFound
	Tasks(ctx context.Context, q TaskQuery) ([]Task, error)                                       // by day
	TaskCount(ctx context.Context, q TaskQuery) (int64, error)
	Task(ctx context.Context, reach deal.Reach, id int64) (Task, error) // NotFound, also out of reach
	PersonInReach(ctx context.Context, scope access.Scope, today calendar.Date, personID int64) (bool, error)
	OrgPersonID(ctx context.Context, key string) (int64, error) // 0 when there is none
}

// Tx is one write transaction.
type Tx interface {
	Reader
	process.Tx
	NextNumber(ctx context.Context, sequence string) (int64, error)
	InsertFollowUp(ctx context.Context, f FollowUp) error
	// MarkFollowed notes on the opportunity when it was last followed up and when the next contact is; earlier ones don't go back.
	MarkFollowed(ctx context.Context, opportunityID int64, at time.Time, next calendar.Date) error
	InsertFollowUpPlace(ctx context.Context, followUpID int64, p Place, at time.Time) error
	// ForgetPlaces drops places that were given before a moment.
	ForgetPlaces(ctx context.Context, before time.Time) (int64, error)
	// FollowContacts notes on an opportunity which of its open contacts is next.
	FollowContacts(ctx context.Context, opportunityID int64) error
	InsertTask(ctx context.Context, t Task) error
	SaveTask(ctx context.Context, t Task) error // Conflict when it was changed meanwhile
}

// Store is what this package needs of the database. InTx may run fn again after a lost race.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}

// TaskQuery chooses open tasks.
type TaskQuery struct {
	PersonID      int64 // 0: anybody's
	OpportunityID int64
	Kind          TaskKind
	Due           fact.Days
	Limit         int
}

// Service records follow-ups and keeps tasks.
type Service struct {
	store Store
	now   func() time.Time
	files Files
}

// Photo is a picture that was taken where the follow-up was made.
type Photo struct {
	Name    string
	Content []byte
}

// Files keeps photos in the transaction in which their follow-up is recorded.
type Files interface {
	// AddPhoto keeps a photo. Errors: invalid for what is no picture.
	AddPhoto(ctx context.Context, tx Tx, actor access.Actor, followUpID int64, photo Photo) error
}

// WithFiles says where photos are kept; without it, none are taken.
func (s *Service) WithFiles(files Files) *Service {
	s.files = files
	return s
}

// NewService returns a Service.
func NewService(store Store, now func() time.Time) *Service { return &Service{store: store, now: now} }

func (s *Service) reach(actor access.Actor, p access.Permission) deal.Reach {
	return deal.Reach{Scope: actor.ScopeOf(p), Today: calendar.DateOf(s.now())}
}

// openTasksMax is how many open tasks of an opportunity or a person are looked at.
const openTasksMax = 200

// Record records a follow-up of an opportunity in reach, settles the contacts that were due, and sets the next one. Errors: forbidden; not
// found out of reach; invalid.
func (s *Service) Record(ctx context.Context, actor access.Actor, in Entry) (f FollowUp, err error) {
	defer errs.Wrap(&err, "followup.Record(%d)", in.OpportunityID)
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
		o, err := tx.Opportunity(ctx, s.reach(actor, access.PermWorkWrite), in.OpportunityID)
		if err != nil {
			return err
		}
		f = FollowUp{OpportunityID: o.ID, PersonID: actor.PersonID, Kind: in.Kind, Text: in.Text, OccurredAt: in.OccurredAt.UTC().Truncate(time.Microsecond), RecordedAt: tx.Now(), NextOn: in.NextOn, CreatedBy: actor.UserID}
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
		for _, photo := range in.Photos {
			if s.files == nil {
				return errs.New(errs.KindInternal, "error.internal", nil)
			}
			if err := s.files.AddPhoto(ctx, tx, actor, f.ID, photo); err != nil {
				return err
			}
		}
		if err := tx.MarkFollowed(ctx, o.ID, f.OccurredAt, f.NextOn); err != nil {
			return err
		}
		if err := s.settle(ctx, tx, actor, o, f); err != nil {
			return err
		}
		return s.tell(ctx, tx, actor, o, f)
	})
	return f, err
}

// settle ends the contacts of the opportunity that were arranged, and adds the next one for who follows it.
func (s *Service) settle(ctx context.Context, tx Tx, actor access.Actor, o opportunity.Opportunity, f FollowUp) error {
	due, err := tx.Tasks(ctx, TaskQuery{OpportunityID: o.ID, Kind: TaskContact, Due: fact.AnyDay(), Limit: openTasksMax})
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
	return s.add(ctx, tx, actor, Task{Kind: TaskContact, OpportunityID: o.ID, PersonID: o.OwnerID, DueOn: f.NextOn}, nil)
}

// tell writes the follow-up into the audit log and into the process.
func (s *Service) tell(ctx context.Context, tx Tx, actor access.Actor, o opportunity.Opportunity, f FollowUp) error {
	activity := process.ActivityContacted
	if o.FollowedAt.IsZero() {
		activity = process.ActivityFirst
	}
	source := "follow_up:" + number(f.ID)
	events := []process.Event{{CaseID: o.ID, Activity: activity, OccurredAt: f.OccurredAt, PersonID: f.PersonID, Source: source, Data: process.Data(map[string]any{"kind": f.Kind, "stage": o.Stage})}}
	if f.NextOn != calendar.NoDate {
		events = append(events, process.Event{CaseID: o.ID, Activity: process.ActivityNextContact, OccurredAt: f.OccurredAt, PersonID: f.PersonID, Source: source, Data: process.Data(map[string]any{"next_on": f.NextOn})})
	}
	said := struct {
		Opportunity int64         `json:"opportunity_id"`
		Kind        Kind          `json:"kind"`
		Text        string        `json:"text"`
		OccurredAt  time.Time     `json:"occurred_at"`
		NextOn      calendar.Date `json:"next_on"`
		Placed      bool          `json:"placed,omitempty"` // that, not where: the log is kept for ever
	}{o.ID, f.Kind, f.Text, f.OccurredAt, f.NextOn, f.Place != nil}
	return process.Record(ctx, tx, actor, process.Write{Action: "follow_up.record", Subject: source, Revision: 1, After: said, Events: events})
}

// History returns follow-ups of an opportunity in reach, the newest first, below an id when it is not 0. Errors: forbidden; not found.
func (s *Service) History(ctx context.Context, actor access.Actor, opportunityID, before int64, limit int) (list []FollowUp, err error) {
	defer errs.Wrap(&err, "followup.History(%d)", opportunityID)
	if err := actor.Require(access.PermSalesRead); err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		if _, err := r.Opportunity(ctx, s.reach(actor, access.PermSalesRead), opportunityID); err != nil {
			return err
		}
		list, err = r.FollowUps(ctx, opportunityID, before, min(max(limit, 1), fact.LimitMax))
		return err
	})
	return list, err
}

// Get returns a follow-up of an opportunity in reach. Errors: forbidden; not found.
func (s *Service) Get(ctx context.Context, actor access.Actor, id int64) (f FollowUp, err error) {
	defer errs.Wrap(&err, "followup.Get(%d)", id)
	if err := actor.Require(access.PermSalesRead); err != nil {
		return f, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		if f, err = r.FollowUp(ctx, id); err != nil {
			return err
		}
		_, err = r.Opportunity(ctx, s.reach(actor, access.PermSalesRead), f.OpportunityID)
		return err
	})
	if err != nil {
		f = FollowUp{}
	}
	return f, err
}

// ForgetPlaces drops the places of follow-ups whose time is over, and says how many.
func (s *Service) ForgetPlaces(ctx context.Context) (count int64, err error) {
	defer errs.Wrap(&err, "followup.ForgetPlaces")
	before := s.now().AddDate(0, 0, -PlaceDays)
	err = s.store.InTx(ctx, func(tx Tx) error {
		count, err = tx.ForgetPlaces(ctx, before)
		return err
	})
	return count, err
}
