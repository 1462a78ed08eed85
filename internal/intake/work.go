package intake

import (
	"context"
	"encoding/json"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/contact"
	"xiaoguan/internal/contract"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/followup"
	"xiaoguan/internal/ingest"
	"xiaoguan/internal/lead"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/process"
	"xiaoguan/internal/profile"
	"xiaoguan/internal/servicecase"
)

// WorkKey says by which key imports know a working record.
type WorkKey struct {
	Kind fact.Kind
	Key  string
	ID   int64
}

// WorkMark is what an import did to a working record: the revision that it left, and the record before; nil for a new one.
type WorkMark struct {
	Kind     fact.Kind
	ID       int64
	Revision int64
	Before   json.RawMessage
}

// WorkRows are new working records with what belongs to them, written together.
type WorkRows struct {
	Profiles      []profile.Profile // of customers of whom nothing was noted
	Leads         []lead.Lead
	Contacts      []contact.Contact
	Opportunities []opportunity.Opportunity
	FollowUps     []followup.FollowUp
	Contracts     []contract.Contract
	Instalments   []contract.Instalment
	ServiceCases  []servicecase.Case
	Changes       []process.Change
	Events        []process.Event
	LeadEvents    map[int64][]process.Event // by lead
	Keys          []WorkKey
	Marks         []WorkMark
}

// WorkTx writes working records of imports, and takes them back.
type WorkTx interface {
	// FactID finds the record behind a key among what is recorded and what the writer is about to record; 0 for the empty key.
	FactID(ctx context.Context, w fact.Writer, kind fact.Kind, key string) (int64, error)
	// WorkIDs finds working records by the keys of imports.
	WorkIDs(ctx context.Context, kind fact.Kind, keys []string) (map[string]int64, error)
	WorkLeads(ctx context.Context, ids []int64) (map[int64]lead.Lead, error)
	WorkContacts(ctx context.Context, ids []int64) (map[int64]contact.Contact, error)
	WorkOpportunities(ctx context.Context, ids []int64) (map[int64]opportunity.Opportunity, error)
	WorkContracts(ctx context.Context, ids []int64) (map[int64]contract.Contract, error)
	WorkServiceCases(ctx context.Context, ids []int64) (map[int64]servicecase.Case, error)
	// WorkParties are the names by which the company and a customer stand in contracts.
	WorkParties(ctx context.Context, customerID int64) (ours, theirs string, err error)
	WorkProfiles(ctx context.Context, customerIDs []int64) (map[int64]profile.Profile, error)
	SaveProfile(ctx context.Context, p profile.Profile) error
	NextNumbers(ctx context.Context, sequence string, count int) (int64, error)
	PutImported(ctx context.Context, importID string, rows WorkRows) error
	SaveLead(ctx context.Context, l lead.Lead) error
	SaveContact(ctx context.Context, c contact.Contact) error
	SaveOpportunity(ctx context.Context, o opportunity.Opportunity) error
	SaveContract(ctx context.Context, c contract.Contract) error
	SaveServiceCase(ctx context.Context, c servicecase.Case) error
	// ServiceRules are the time limits of cases; Revision 0 when nobody kept any.
	ServiceRules(ctx context.Context) (servicecase.Rules, error)
	SoldDeal(ctx context.Context, key string) (servicecase.Sold, error)
	SoldOpportunity(ctx context.Context, id int64) (sold servicecase.Sold, dealKey string, _ error)
	LastSeller(ctx context.Context, customerID int64) (int64, error)
	ServiceOwner(ctx context.Context, customerID int64) (servicecase.Person, error)
	// DayStart is when a day begins where the company is; Today is the day that it is there.
	DayStart(day calendar.Date) time.Time
	Today() calendar.Date
	// MarkFollowed notes on an opportunity when it was last followed up and when the next contact is.
	MarkFollowed(ctx context.Context, opportunityID int64, at time.Time, next calendar.Date) error
	// WorkMarks are what an import did to records that were there before.
	WorkMarks(ctx context.Context, importID string) ([]WorkMark, error)
	// UndoWork takes away what an import added, with its events and its history. It returns an error of kind Conflict when somebody changed
	// one of the records since, or something rests on one.
	UndoWork(ctx context.Context, importID string) error
	customfield.Tx
}

// workSink writes working records. Each batch of a kind is written at once; what is there already by its key is changed where it differs.
type workSink struct {
	tx       Tx
	facts    fact.Writer
	importID string
	author   access.Actor
	note     func(kind fact.Kind, outcome fact.Outcome)
	rows     WorkRows
	stages   *opportunity.StageSet
	own      map[fact.Kind]customfield.Form // fields that the company added
	work     calendar.WorkCalendar
}

func (s *workSink) id(ctx context.Context, kind fact.Kind, ref ingest.Ref) (int64, error) {
	return s.tx.FactID(ctx, s.facts, kind, ref.Key.String())
}

// put takes a batch of working records.
func (s *workSink) put(ctx context.Context, b ingest.Batch) error {
	s.rows = WorkRows{LeadEvents: map[int64][]process.Event{}}
	var err error
	switch b.Kind {
	case fact.KindLead:
		err = s.putLeads(ctx, b)
	case fact.KindContact:
		err = s.putContacts(ctx, b)
	case fact.KindOpportunity:
		err = s.putOpportunities(ctx, b)
	case fact.KindFollowUp:
		err = s.putFollowUps(ctx, b)
	case fact.KindContract:
		err = s.putContracts(ctx, b)
	case fact.KindServiceCase:
		err = s.putServiceCases(ctx, b)
	}
	if err != nil {
		return err
	}
	return s.tx.PutImported(ctx, s.importID, s.rows)
}

// fresh finds out which keys are there, and takes numbers for the others.
func (s *workSink) fresh(ctx context.Context, kind fact.Kind, sequence string, keys []string) (known map[string]int64, next int64, err error) {
	if known, err = s.tx.WorkIDs(ctx, kind, keys); err != nil {
		return nil, 0, err
	}
	if count := len(keys) - len(known); count > 0 {
		next, err = s.tx.NextNumbers(ctx, sequence, count)
	}
	return known, next, err
}

func idsOf(known map[string]int64) (ids []int64) {
	for _, id := range known {
		ids = append(ids, id)
	}
	return ids
}

// noon is when something of a day happened, since nobody said when; now, when the day is not over before.
func (s *workSink) noon(day calendar.Date) time.Time {
	at := s.tx.DayStart(day).Add(12 * time.Hour).UTC()
	if now := s.tx.Now(); at.After(now) {
		return now
	}
	return at
}

// added notes a new record with its history.
func (s *workSink) added(kind fact.Kind, key string, id int64, subject string, after any) error {
	plain, err := json.Marshal(after)
	if err != nil {
		return err
	}
	s.rows.Keys = append(s.rows.Keys, WorkKey{kind, key, id})
	s.rows.Marks = append(s.rows.Marks, WorkMark{Kind: kind, ID: id, Revision: 1})
	s.rows.Changes = append(s.rows.Changes, process.Change{Subject: subject, Revision: 1, At: s.tx.Now(), ActorID: s.author.UserID, ActorName: s.author.Name, Action: string(kind) + ".import", After: plain})
	s.note(kind, fact.Added)
	return nil
}

// changed notes a record that was there and differs.
func (s *workSink) changed(kind fact.Kind, id, revision int64, subject string, before, after any) error {
	was, err := json.Marshal(before)
	if err != nil {
		return err
	}
	is, err := json.Marshal(after)
	if err != nil {
		return err
	}
	s.rows.Marks = append(s.rows.Marks, WorkMark{kind, id, revision, was})
	s.rows.Changes = append(s.rows.Changes, process.Change{Subject: subject, Revision: revision, At: s.tx.Now(), ActorID: s.author.UserID, ActorName: s.author.Name, Action: string(kind) + ".import", Before: was, After: is})
	s.note(kind, fact.Corrected)
	return nil
}

func (s *workSink) event(caseID, person int64, activity process.Activity, at time.Time, source string, data map[string]any) process.Event {
	data["imported"] = true
	return process.Event{CaseID: caseID, Activity: activity, OccurredAt: at, RecordedAt: s.tx.Now(), PersonID: person, ActorID: s.author.UserID, Source: source, Data: process.Data(data)}
}

// restore puts back what an import changed, as long as nobody changed it since.
func restore(ctx context.Context, tx Tx, actor access.Actor, m WorkMark) error {
	record := func(subject string, revision int64, before, after any) error {
		fields, err := tx.CustomFields(ctx, ownObjects[m.Kind])
		if err != nil {
			return err
		}
		hide := append([]string{"phone", "wechat", "email"}, customfield.PersonalPaths(fields)...)
		return process.Record(ctx, tx, actor, process.Write{Action: string(m.Kind) + ".undo_import", Subject: subject, Revision: revision, Before: before, After: after, Hide: hide})
	}
	stale := func(revision int64) error {
		if revision != m.Revision {
			return errs.New(errs.KindConflict, "intake.work_changed", nil)
		}
		return nil
	}
	switch m.Kind {
	case fact.KindLead:
		found, err := tx.WorkLeads(ctx, []int64{m.ID})
		if err != nil {
			return err
		}
		now := found[m.ID]
		back := now
		if err := stale(now.Revision); err != nil {
			return err
		}
		if err := json.Unmarshal(m.Before, &back); err != nil {
			return err
		}
		if err := restoreOwn(ctx, tx, m, &now.Fields, &back.Fields); err != nil {
			return err
		}
		back.Revision++
		if err := tx.SaveLead(ctx, back); err != nil {
			return err
		}
		return record(back.Subject(), back.Revision, now, back)
	case fact.KindContact:
		found, err := tx.WorkContacts(ctx, []int64{m.ID})
		if err != nil {
			return err
		}
		now := found[m.ID]
		back := now
		if err := stale(now.Revision); err != nil {
			return err
		}
		if err := json.Unmarshal(m.Before, &back); err != nil {
			return err
		}
		if err := restoreOwn(ctx, tx, m, &now.Fields, &back.Fields); err != nil {
			return err
		}
		back.Revision++
		if err := tx.SaveContact(ctx, back); err != nil {
			return err
		}
		return record(back.Subject(), back.Revision, now, back)
	}
	switch m.Kind {
	case kindProfile:
		return restoreProfile(ctx, tx, m, stale, record)
	case fact.KindContract:
		return restoreContract(ctx, tx, m, stale, record)
	case fact.KindServiceCase:
		return restoreServiceCase(ctx, tx, m, stale, record)
	}
	return restoreOpportunity(ctx, tx, m, stale, record)
}

func restoreOpportunity(ctx context.Context, tx Tx, m WorkMark, stale func(int64) error, record func(string, int64, any, any) error) error {
	found, err := tx.WorkOpportunities(ctx, []int64{m.ID})
	if err != nil {
		return err
	}
	now := found[m.ID]
	back := now
	if err := stale(now.Revision); err != nil {
		return err
	}
	if err := json.Unmarshal(m.Before, &back); err != nil {
		return err
	}
	if err := restoreOwn(ctx, tx, m, &now.Fields, &back.Fields); err != nil {
		return err
	}
	back.Revision++
	if err := tx.SaveOpportunity(ctx, back); err != nil {
		return err
	}
	return record(back.Subject(), back.Revision, now, back)
}

// undoWork takes back what an import did to working records.
func undoWork(ctx context.Context, tx Tx, actor access.Actor, importID string) error {
	marks, err := tx.WorkMarks(ctx, importID)
	if err != nil {
		return err
	}
	for _, m := range marks {
		if err := restore(ctx, tx, actor, m); err != nil {
			return err
		}
	}
	return tx.UndoWork(ctx, importID)
}
