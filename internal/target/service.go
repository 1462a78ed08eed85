package target

import (
	"context"
	"fmt"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
)

// Row is a quota in a list; the team is the one of the month's last day.
type Row struct {
	Quota
	PersonKey  string
	PersonName string
	TeamName   string
}

// Version is one fact about a quota with its recorded time.
type Version struct {
	Quota Quota
	Mark  fact.Mark
}

// The orders of the list.
const (
	SortPerson = "person"
	SortAmount = "amount"
)

// Filter chooses the quotas of a month.
type Filter struct {
	Month  calendar.Month
	Of     string // OfCollected when empty
	Search string // part of a person's name or key
	TeamID int64
	Paging fact.Paging
}

func (f Filter) checked() (Filter, error) {
	var c fact.Checker
	c.Search(f.Search)
	checkMonth(&c, f.Month)
	if f.Of == "" {
		f.Of = OfCollected
	}
	if err := c.Err(); err != nil {
		return f, err
	}
	var err error
	f.Paging, err = f.Paging.Checked(false, SortPerson, SortAmount)
	return f, err
}

func checkMonth(c *fact.Checker, month calendar.Month) {
	if month < calendar.NewMonth(1990, 1) || month > calendar.NewMonth(2100, 12) {
		c.Add("month", month.String(), "fact.day_out_of_range", nil)
	}
}

// Page is a part of the list; Count and SumMinor are of the whole filter.
type Page struct {
	Rows     []Row
	Next     string
	Count    int64
	SumMinor int64
}

// Reach is how far somebody sees: a scope as of today.
type Reach struct {
	Scope access.Scope
	Today calendar.Date
}

// Reader reads quotas on one snapshot.
type Reader interface {
	Quotas(ctx context.Context, reach Reach, filter Filter) ([]Row, string, error)
	QuotaTotal(ctx context.Context, reach Reach, filter Filter) (count, sumMinor int64, err error)
	// QuotaVersions returns everything ever recorded about a person's quota of a month, newest first.
	QuotaVersions(ctx context.Context, personID int64, month calendar.Month, of string) ([]Version, error)
	QuotaPerson(ctx context.Context, personID int64) (key, name string, err error) // NotFound
	PersonInReach(ctx context.Context, scope access.Scope, today calendar.Date, personID int64) (bool, error)
}

// Tx is one write transaction.
type Tx interface {
	Reader
	audit.Tx
	fact.Recorder
}

// Store is what this package needs of the database. InTx may run fn again after a lost race.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}

// Service shows quotas and sets them by hand.
type Service struct {
	store Store
	now   func() time.Time
}

// NewService returns a Service.
func NewService(store Store, now func() time.Time) *Service { return &Service{store: store, now: now} }

func (s *Service) reach(actor access.Actor, p access.Permission) Reach {
	return Reach{Scope: actor.ScopeOf(p), Today: calendar.DateOf(s.now())}
}

// List returns quotas of a month within the actor's reach. Errors: forbidden, invalid.
func (s *Service) List(ctx context.Context, actor access.Actor, filter Filter) (page Page, err error) {
	defer errs.Wrap(&err, "target.List(%s)", filter.Month)
	if err := actor.Require(access.PermSalesRead); err != nil {
		return Page{}, err
	}
	if filter, err = filter.checked(); err != nil {
		return Page{}, err
	}
	reach := s.reach(actor, access.PermSalesRead)
	err = s.store.Read(ctx, func(r Reader) error {
		if page.Count, page.SumMinor, err = r.QuotaTotal(ctx, reach, filter); err != nil {
			return err
		}
		page.Rows, page.Next, err = r.Quotas(ctx, reach, filter)
		return err
	})
	return page, err
}

// Each calls fn on every quota of the filter, at most fact.ExportMax; more says that there are others. Errors: those of List and fn.
func (s *Service) Each(ctx context.Context, actor access.Actor, filter Filter, fn func(Row) error) (more bool, err error) {
	defer errs.Wrap(&err, "target.Each(%s)", filter.Month)
	if err := actor.Require(access.PermSalesRead); err != nil {
		return false, err
	}
	filter.Paging.Limit = fact.LimitMax
	if filter, err = filter.checked(); err != nil {
		return false, err
	}
	reach := s.reach(actor, access.PermSalesRead)
	err = s.store.Read(ctx, func(r Reader) error {
		more, err = fact.EachPage(filter.Paging, func(p fact.Paging) ([]Row, string, error) {
			filter.Paging = p
			return r.Quotas(ctx, reach, filter)
		}, fn)
		return err
	})
	return more, err
}

// History returns everything ever recorded about one quota, newest first. Errors: forbidden; not found out of reach.
func (s *Service) History(ctx context.Context, actor access.Actor, personID int64, month calendar.Month, of string) (versions []Version, err error) {
	defer errs.Wrap(&err, "target.History(%d, %s)", personID, month)
	if err := actor.Require(access.PermSalesRead); err != nil {
		return nil, err
	}
	reach := s.reach(actor, access.PermSalesRead)
	err = s.store.Read(ctx, func(r Reader) error {
		if err := requireReach(ctx, r, reach, personID); err != nil {
			return err
		}
		versions, err = r.QuotaVersions(ctx, personID, month, of)
		return err
	})
	return versions, err
}

func requireReach(ctx context.Context, r Reader, reach Reach, personID int64) error {
	in, err := r.PersonInReach(ctx, reach.Scope, reach.Today, personID)
	if err == nil && !in {
		err = errs.New(errs.KindNotFound, "target.person_missing", nil)
	}
	return err
}

// Entry is a quota as it is set by hand.
type Entry struct {
	PersonID    int64
	Month       calendar.Month
	Of          string // OfCollected when empty
	AmountMinor int64
	Seen        fact.BatchID // Quota.Recorded of what is corrected; 0 skips the check
}

// Validate returns an error of kind Invalid that names every wrong field.
func (in Entry) Validate() error {
	var c fact.Checker
	checkMonth(&c, in.Month)
	c.Positive("amount", in.AmountMinor)
	if in.Of != OfCollected {
		c.Add("of", in.Of, "form.error.choice", nil)
	}
	return c.Err()
}

// Set records a person's quota of a month. Errors: forbidden; not found for a person out of reach; invalid; conflict when the quota
// was changed after in.Seen.
func (s *Service) Set(ctx context.Context, actor access.Actor, in Entry) (receipt fact.Receipt, err error) {
	defer errs.Wrap(&err, "target.Set(%d, %s)", in.PersonID, in.Month)
	if err := actor.Require(access.PermSalesWrite); err != nil {
		return receipt, err
	}
	if in.Of == "" {
		in.Of = OfCollected
	}
	if err := in.Validate(); err != nil {
		return receipt, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		if err := requireReach(ctx, tx, s.reach(actor, access.PermSalesWrite), in.PersonID); err != nil {
			return err
		}
		key, _, err := tx.QuotaPerson(ctx, in.PersonID)
		if err != nil {
			return err
		}
		versions, err := tx.QuotaVersions(ctx, in.PersonID, in.Month, in.Of)
		if err != nil {
			return err
		}
		record := fact.QuotaRecord{Person: key, Month: in.Month, Of: in.Of, AmountMinor: in.AmountMinor}
		var before *fact.QuotaRecord
		if len(versions) > 0 && versions[0].Mark.Current() {
			before = &fact.QuotaRecord{Person: key, Month: in.Month, Of: in.Of, AmountMinor: versions[0].Quota.AmountMinor}
			if in.Seen != 0 && versions[0].Mark.Recorded != in.Seen {
				return errs.New(errs.KindConflict, "fact.changed_meanwhile", nil)
			}
		}
		subject := fmt.Sprintf("quota:%d:%s", in.PersonID, in.Month)
		receipt, err = fact.Record(ctx, tx, actor.UserID, subject, func(w fact.Writer) (fact.Outcome, error) { return w.PutQuota(ctx, record) })
		if err != nil || receipt.Batch == 0 {
			return err
		}
		return audit.Append(ctx, tx, actor, "quota.set", subject, before, record)
	})
	return receipt, err
}
