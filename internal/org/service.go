package org

import (
	"context"
	"slices"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
)

// Reader reads the organisation on one snapshot. Scopes are those of today whatever point is looked at: who has moved away is out of
// reach with all that they keep.
type Reader interface {
	LatestBatch(ctx context.Context) (fact.BatchID, error)
	// BatchAt returns the last batch recorded at or before the instant; 0 before the first.
	BatchAt(ctx context.Context, at time.Time) (fact.BatchID, error)
	// OrgTeams returns the teams known at the point with how many persons in reach are in each, by region and team key.
	OrgTeams(ctx context.Context, scope access.Scope, today calendar.Date, at fact.AsOf) ([]RegionNode, error)
	// OrgMembers returns the persons of a filter, at most Paging.Limit, and the cursor of what follows.
	OrgMembers(ctx context.Context, scope access.Scope, today calendar.Date, at fact.AsOf, filter Filter) ([]Member, string, error)
	OrgMemberCount(ctx context.Context, scope access.Scope, today calendar.Date, at fact.AsOf, filter Filter) (int64, error)
	// OrgMember returns a person at the point. NotFound when the person was not known.
	OrgMember(ctx context.Context, at fact.AsOf, personID int64) (Member, error)
	OrgPersonID(ctx context.Context, key string) (int64, error) // 0 when there is none
	OrgAssignments(ctx context.Context, personID int64) ([]Change, error)
	OrgPersonChanges(ctx context.Context, personID int64) ([]PersonChange, error)
	OrgLeads(ctx context.Context, personID int64) ([]LeadChange, error)
	OrgMentorships(ctx context.Context, personID int64) ([]MentorChange, error) // as mentor or as trainee
	PersonKey(ctx context.Context, id int64) (string, error)                    // NotFound
	OrgTeam(ctx context.Context, teamID int64) (Team, error)                    // current; NotFound
	PersonInReach(ctx context.Context, scope access.Scope, today calendar.Date, personID int64) (bool, error)
	TeamInReach(ctx context.Context, scope access.Scope, today calendar.Date, teamID int64) (bool, error)
	PersonNames(ctx context.Context, ids []int64) (map[int64]string, error)
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

// Service shows the organisation and takes corrections by hand.
type Service struct {
	store Store
	now   func() time.Time
}

// NewService returns a Service.
func NewService(store Store, now func() time.Time) *Service { return &Service{store: store, now: now} }

// Today returns the date in the company's zone.
func (s *Service) Today() calendar.Date { return calendar.DateOf(s.now()) }

// When asks for a point on both time axes: what was valid on a day (NoDate: today) as recorded in a batch, or by an instant (both
// zero: as recorded now).
type When struct {
	Valid    calendar.Date
	Recorded fact.BatchID
	By       time.Time
}

// Now asks for today as recorded now.
func Now() When { return When{Valid: calendar.NoDate} }

// Employment limits a list by employment on the day.
type Employment string

// The limits; the empty one is no limit.
const (
	EmployedAny Employment = ""
	Employed    Employment = "employed"
	NotEmployed Employment = "left"
)

// The orders of the list of persons.
const (
	SortKey   = "key"
	SortName  = "name"
	SortHired = "hired"
)

// Filter chooses persons.
type Filter struct {
	When       When
	Search     string // part of a name or key
	RegionID   int64
	TeamID     int64
	Level      Level
	Employment Employment
	Paging     fact.Paging
}

func (f Filter) checked() (Filter, error) {
	var c fact.Checker
	c.Search(f.Search)
	if f.Level != "" && !slices.Contains(Levels, f.Level) {
		c.Add("level", string(f.Level), "org.unknown_level", nil)
	}
	if f.Employment != EmployedAny && f.Employment != Employed && f.Employment != NotEmployed {
		c.Add("employment", string(f.Employment), "form.error.choice", nil)
	}
	if err := c.Err(); err != nil {
		return f, err
	}
	var err error
	f.Paging, err = f.Paging.Checked(false, SortKey, SortName, SortHired)
	return f, err
}

// Page is a part of the list of persons; Count is of the whole filter.
type Page struct {
	Members []Member
	Next    string
	Count   int64
	At      fact.AsOf
}

// Tree is regions and teams at a point.
type Tree struct {
	Regions []RegionNode
	At      fact.AsOf
}

// resolve turns a question about time into a point.
func (s *Service) resolve(ctx context.Context, r Reader, when When) (at fact.AsOf, err error) {
	at.Valid = when.Valid
	if at.Valid == calendar.NoDate {
		at.Valid = s.Today()
	}
	if !when.By.IsZero() {
		at.Recorded, err = r.BatchAt(ctx, when.By)
		return at, err
	}
	latest, err := r.LatestBatch(ctx)
	at.Recorded = latest
	if when.Recorded > 0 && when.Recorded < latest {
		at.Recorded = when.Recorded
	}
	return at, err
}

// Tree returns regions and teams with the number of persons in the actor's reach. Errors: forbidden.
func (s *Service) Tree(ctx context.Context, actor access.Actor, when When) (tree Tree, err error) {
	defer errs.Wrap(&err, "org.Tree")
	if err := actor.Require(access.PermOrgRead); err != nil {
		return Tree{}, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		if tree.At, err = s.resolve(ctx, r, when); err != nil {
			return err
		}
		tree.Regions, err = r.OrgTeams(ctx, actor.ScopeOf(access.PermOrgRead), s.Today(), tree.At)
		return err
	})
	return tree, err
}

// List returns persons within the actor's reach. Errors: forbidden, invalid.
func (s *Service) List(ctx context.Context, actor access.Actor, filter Filter) (page Page, err error) {
	defer errs.Wrap(&err, "org.List")
	if err := actor.Require(access.PermOrgRead); err != nil {
		return Page{}, err
	}
	if filter, err = filter.checked(); err != nil {
		return Page{}, err
	}
	scope := actor.ScopeOf(access.PermOrgRead)
	err = s.store.Read(ctx, func(r Reader) error {
		if page.At, err = s.resolve(ctx, r, filter.When); err != nil {
			return err
		}
		if page.Count, err = r.OrgMemberCount(ctx, scope, s.Today(), page.At, filter); err != nil {
			return err
		}
		page.Members, page.Next, err = r.OrgMembers(ctx, scope, s.Today(), page.At, filter)
		return err
	})
	return page, err
}

// Each calls fn on every person of the filter, at most fact.ExportMax; more says that there are others. Errors: those of List and fn.
func (s *Service) Each(ctx context.Context, actor access.Actor, filter Filter, fn func(Member) error) (more bool, err error) {
	defer errs.Wrap(&err, "org.Each")
	if err := actor.Require(access.PermOrgRead); err != nil {
		return false, err
	}
	filter.Paging.Limit = fact.LimitMax
	if filter, err = filter.checked(); err != nil {
		return false, err
	}
	scope := actor.ScopeOf(access.PermOrgRead)
	err = s.store.Read(ctx, func(r Reader) error {
		at, err := s.resolve(ctx, r, filter.When)
		if err != nil {
			return err
		}
		more, err = fact.EachPage(filter.Paging, func(p fact.Paging) ([]Member, string, error) {
			filter.Paging = p
			return r.OrgMembers(ctx, scope, s.Today(), at, filter)
		}, fn)
		return err
	})
	return more, err
}

// Detail is a person with the whole history. Known says that the person was known at the point; otherwise Member holds only what is
// recorded now. Latest is the newest batch: a correction names it, so that it is refused when somebody was faster.
type Detail struct {
	Member
	Known       bool
	At          fact.AsOf
	Latest      fact.BatchID
	Assignments []Change
	Persons     []PersonChange
	Leads       []LeadChange
	Mentors     []MentorChange // as mentor or as trainee
	MayWrite    bool
}

// Person returns a person within the actor's reach with every fact ever recorded. Errors: forbidden; not found, also for who is out
// of reach.
func (s *Service) Person(ctx context.Context, actor access.Actor, personID int64, when When) (d Detail, err error) {
	defer errs.Wrap(&err, "org.Person(%d)", personID)
	if err := actor.Require(access.PermOrgRead); err != nil {
		return Detail{}, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		if err := s.requireReach(ctx, r, actor, access.PermOrgRead, personID); err != nil {
			return err
		}
		if d.At, err = s.resolve(ctx, r, when); err != nil {
			return err
		}
		if d.Latest, err = r.LatestBatch(ctx); err != nil {
			return err
		}
		d.Member, err = r.OrgMember(ctx, d.At, personID)
		d.Known = err == nil
		if errs.Is(err, errs.KindNotFound) {
			d.Member, err = r.OrgMember(ctx, fact.AsOf{Valid: d.At.Valid, Recorded: d.Latest}, personID)
		}
		if err != nil {
			return err
		}
		if actor.Can(access.PermOrgWrite) {
			d.MayWrite, err = r.PersonInReach(ctx, actor.ScopeOf(access.PermOrgWrite), s.Today(), personID)
			if err != nil {
				return err
			}
		}
		return s.loadHistory(ctx, r, &d)
	})
	return d, err
}

func (s *Service) loadHistory(ctx context.Context, r Reader, d *Detail) (err error) {
	if d.Assignments, err = r.OrgAssignments(ctx, d.ID); err != nil {
		return err
	}
	if d.Persons, err = r.OrgPersonChanges(ctx, d.ID); err != nil {
		return err
	}
	if d.Leads, err = r.OrgLeads(ctx, d.ID); err != nil {
		return err
	}
	d.Mentors, err = r.OrgMentorships(ctx, d.ID)
	return err
}

// requireReach returns NotFound for who is out of the actor's reach: whoever may not see a person may not learn that there is one.
func (s *Service) requireReach(ctx context.Context, r Reader, actor access.Actor, p access.Permission, personID int64) error {
	in, err := r.PersonInReach(ctx, actor.ScopeOf(p), s.Today(), personID)
	if err == nil && !in {
		err = errs.New(errs.KindNotFound, "org.person_missing", nil)
	}
	return err
}

// PersonNames returns the names of persons by id; unknown ids are left out. Who may see a record may see the names on it, so it asks
// for no permission but to be signed in.
func (s *Service) PersonNames(ctx context.Context, actor access.Actor, ids []int64) (names map[int64]string, err error) {
	defer errs.Wrap(&err, "org.PersonNames")
	if actor.UserID == "" {
		return nil, errs.New(errs.KindUnauthenticated, "access.sign_in_first", nil)
	}
	err = s.store.Read(ctx, func(r Reader) error {
		names, err = r.PersonNames(ctx, ids)
		return err
	})
	return names, err
}
