package consent

import (
	"context"
	"slices"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/notice"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/planbook"
)

// Roster is who works where: persons and teams as the engine knows them, with the persons' ids.
type Roster struct {
	Facts     *engine.Facts
	PersonIDs []int64 // parallel to Facts.Persons
}

// Reader reads in one snapshot.
type Reader interface {
	planbook.Reader
	// Roster returns the persons in reach with their assignments, and all teams, as they are known now.
	Roster(ctx context.Context, scope access.Scope, today calendar.Date) (Roster, error)
	PersonInReach(ctx context.Context, scope access.Scope, today calendar.Date, personID int64) (bool, error)
	// PlanAnnouncements returns those of a version, the newest first.
	PlanAnnouncements(ctx context.Context, versionID string) ([]Announcement, error)
	// Acceptances returns those of the versions named, of one person or, for 0, of everybody.
	Acceptances(ctx context.Context, versionIDs []string, personID int64) ([]Acceptance, error)
}

// Tx records.
type Tx interface {
	Reader
	notice.Tx
	InsertPlanAnnouncement(ctx context.Context, a Announcement) error
	InsertAcceptance(ctx context.Context, a Acceptance) error
	AppendAudit(ctx context.Context, e audit.Entry) error
	Now() time.Time
}

// Store is where the record is kept.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}

// Service keeps and shows the record.
type Service struct {
	store Store
	now   func() time.Time // in the company's time zone
}

// NewService returns a Service over the store.
func NewService(store Store, now func() time.Time) *Service { return &Service{store, now} }

func (s *Service) today() calendar.Date { return calendar.DateOf(s.now()) }

// Announce records how an approved version was made known. Who writes or approves plans may. Errors: forbidden; not found; invalid; conflict
// when the version is not approved.
func (s *Service) Announce(ctx context.Context, actor access.Actor, in Announce) (a Announcement, err error) {
	defer errs.Wrap(&err, "consent.Announce(%s)", in.VersionID)
	if err := actor.RequireAll(access.PermPlanApprove, access.PermPlanWrite); err != nil {
		return a, err
	}
	in.Text = strings.TrimSpace(in.Text)
	if err := in.Validate(s.today()); err != nil {
		return a, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		v, err := tx.PlanVersion(ctx, in.VersionID)
		if err != nil {
			return err
		}
		if v.State != planbook.StateApproved || v.Kind != planbook.KindPlan {
			return errs.New(errs.KindConflict, "consent.not_approved", nil)
		}
		before, err := tx.PlanAnnouncements(ctx, v.ID)
		if err != nil {
			return err
		}
		a = Announcement{VersionID: v.ID, Number: len(before) + 1, Hash: v.Hash, AnnouncedOn: in.AnnouncedOn, Text: in.Text, ByID: actor.UserID, RecordedAt: tx.Now()}
		if err := tx.InsertPlanAnnouncement(ctx, a); err != nil {
			return err
		}
		if err := s.tellAnnounced(ctx, tx, actor, v); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "consent.announce", "plan_version:"+v.ID, nil,
			map[string]any{"number": a.Number, "announced_on": a.AnnouncedOn, "hash": a.Hash, "text": a.Text})
	})
	return a, err
}

// Announcements returns what is on record of a version, the newest first. Errors: forbidden.
func (s *Service) Announcements(ctx context.Context, actor access.Actor, versionID string) (all []Announcement, err error) {
	defer errs.Wrap(&err, "consent.Announcements(%s)", versionID)
	if err := actor.Require(access.PermPlanRead); err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		if _, err := r.PlanVersion(ctx, versionID); err != nil {
			return err
		}
		all, err = r.PlanAnnouncements(ctx, versionID)
		return err
	})
	return all, err
}

// Mine returns the versions that pay the actor this month, and those that will, by document. Errors: unauthenticated; not found for who is
// no person of the company.
func (s *Service) Mine(ctx context.Context, actor access.Actor) (own []Own, err error) {
	defer errs.Wrap(&err, "consent.Mine")
	if actor.UserID == "" || actor.PersonID == 0 {
		return nil, errs.New(errs.KindNotFound, "consent.no_person", nil)
	}
	err = s.store.Read(ctx, func(r Reader) error {
		own, err = s.of(ctx, r, actor.PersonID)
		return err
	})
	return own, err
}

// Unaccepted counts the announced versions that pay the actor, now or later, and that the actor has not accepted. Errors: as Mine.
func (s *Service) Unaccepted(ctx context.Context, actor access.Actor) (n int64, err error) {
	own, err := s.Mine(ctx, actor)
	for _, o := range own {
		if o.Announcement != nil && o.Accepted == nil {
			n++
		}
	}
	return n, err
}

// of returns the versions that pay a person, now or later.
func (s *Service) of(ctx context.Context, r Reader, person int64) ([]Own, error) {
	today := s.today()
	roster, err := r.Roster(ctx, access.Scope{PersonID: person}, today)
	if err != nil {
		return nil, err
	}
	plans, versions, err := planbook.PlansOn(ctx, r, today.Month())
	if err != nil {
		return nil, err
	}
	coming, comingVersions, err := planbook.PlansComing(ctx, r, today.Month())
	if err != nil {
		return nil, err
	}
	var own []Own
	add := func(p *plan.Plan, v planbook.Version, month calendar.Month) {
		if paid := engine.Participants([]*plan.Plan{p}, roster.Facts, month)[0]; len(paid) > 0 {
			own = append(own, Own{Version: v, Plan: p, Coming: month > today.Month()})
		}
	}
	for i, p := range plans {
		add(p, versions[i], today.Month())
	}
	for i, p := range coming {
		add(p, comingVersions[i], comingVersions[i].Effective.From.Month())
	}
	return own, s.addRecord(ctx, r, person, own)
}

// addRecord fills in the announcements and acceptances.
func (s *Service) addRecord(ctx context.Context, r Reader, person int64, own []Own) error {
	ids := make([]string, len(own))
	for i, o := range own {
		ids[i] = o.Version.ID
		announced, err := r.PlanAnnouncements(ctx, o.Version.ID)
		if err != nil {
			return err
		}
		if len(announced) > 0 {
			own[i].Announcement = &announced[0]
		}
	}
	accepted, err := r.Acceptances(ctx, ids, person)
	for i := range own {
		if at := slices.IndexFunc(accepted, func(a Acceptance) bool { return a.VersionID == own[i].Version.ID }); at >= 0 {
			own[i].Accepted = &accepted[at]
		}
	}
	return err
}
