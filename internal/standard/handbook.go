package standard

import (
	"cmp"
	"context"
	"slices"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/sop"
)

// Reading is that somebody confirmed to have read a version, and how the quiz went.
type Reading struct {
	VersionID string
	UserID    string
	PersonID  int64
	At        time.Time
	Right     int64 // of the questions asked
	Asked     int64
}

// HandbookUser is somebody who works by the standard.
type HandbookUser struct {
	UserID   string
	Name     string
	PersonID int64
}

// HandbookReader reads who confirmed what.
type HandbookReader interface {
	// Readings returns the best confirmation of each user of a version: most right answers, the latest of equal ones.
	Readings(ctx context.Context, versionID string) ([]Reading, error)
	// HandbookUsers returns the users who can sign in, are persons of the organisation, and have one of the roles, by name.
	HandbookUsers(ctx context.Context, roles []access.Role) ([]HandbookUser, error)
}

// Handbook is the standard in force as the actor reads it, with their best confirmation; nil when there is none.
type Handbook struct {
	Version  Version
	Document *sop.Standard
	Examples []Example
	Cases    []WorkedCase // their ids of opportunities are for who may choose alone
	Reading  *Reading
}

// ReadHandbook returns the handbook. Errors: forbidden.
func (s *Service) ReadHandbook(ctx context.Context, actor access.Actor) (out Handbook, err error) {
	defer errs.Wrap(&err, "standard.ReadHandbook")
	if err := actor.Require(access.PermSalesRead); err != nil {
		return out, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		b, err := s.bench(ctx, r)
		if err != nil {
			return err
		}
		l := b.current()
		out.Version, out.Document, out.Examples = l.version, l.model.Standard(), l.examples()
		if out.Cases, err = r.WorkedCases(ctx); err != nil {
			return err
		}
		for i := range out.Cases {
			if !actor.CanAll(access.PermProcessWrite) {
				out.Cases[i].CaseID, out.Cases[i].ChosenBy = 0, ""
			}
		}
		all, err := r.Readings(ctx, l.version.ID)
		for i := range all {
			if all[i].UserID == actor.UserID {
				out.Reading = &all[i]
			}
		}
		return err
	})
	return out, err
}

// Confirm records that the actor has read the version in force, with the answers to its quiz by rule. Errors: forbidden; invalid where a question
// has no answer; conflict when another version is in force by now.
func (s *Service) Confirm(ctx context.Context, actor access.Actor, versionID string, answers map[string]string) (reading Reading, err error) {
	defer errs.Wrap(&err, "standard.Confirm(%s)", versionID)
	if err := actor.Require(access.PermSalesRead); err != nil {
		return reading, err
	}
	if actor.APIKey != "" && actor.ReadOnly {
		return reading, errs.New(errs.KindForbidden, "access.read_only", nil)
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		b, err := s.bench(ctx, tx)
		if err != nil {
			return err
		}
		l := b.current()
		if l.version.ID != versionID {
			return errs.New(errs.KindConflict, "standard.other_in_force", nil)
		}
		reading = Reading{VersionID: versionID, UserID: actor.UserID, PersonID: actor.PersonID, At: tx.Now()}
		var fields []errs.Field
		for _, q := range QuizOf(l.model.Standard()) {
			reading.Asked++
			switch answers[q.Rule.ID] {
			case "":
				fields = append(fields, errs.Field{Path: q.Rule.ID, Message: errs.Msg("form.error.required", nil)})
			case q.Right():
				reading.Right++
			}
		}
		if len(fields) > 0 {
			return errs.Invalid("fact.invalid", fields)
		}
		if err := tx.InsertReading(ctx, reading); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "standard.read", l.version.Subject(), nil, map[string]any{"hash": l.version.Hash, "right": reading.Right, "asked": reading.Asked})
	})
	return reading, err
}

// handbookRoles are the roles of those who work by the standard.
var handbookRoles = []access.Role{access.RoleSeller, access.RoleLead, access.RoleDirector, access.RoleService}

// Mastery is how somebody knows the version in force; Reading is nil for who has not confirmed it.
type Mastery struct {
	HandbookUser
	Place   Place
	Reading *Reading
}

// Masteries returns everybody within reach who works by the standard, who has not confirmed it first, then by right answers. Errors: forbidden.
func (s *Service) Masteries(ctx context.Context, actor access.Actor) (list []Mastery, v Version, err error) {
	defer errs.Wrap(&err, "standard.Masteries")
	if err := actor.Require(access.PermOrgRead); err != nil {
		return nil, v, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		b, err := s.bench(ctx, r)
		if err != nil {
			return err
		}
		v = b.current().version
		users, err := r.HandbookUsers(ctx, handbookRoles)
		if err != nil {
			return err
		}
		readings, err := r.Readings(ctx, v.ID)
		if err != nil {
			return err
		}
		places, err := r.PlacesOf(ctx, s.today())
		if err != nil {
			return err
		}
		scope := actor.ScopeOf(access.PermOrgRead)
		reached, err := r.PersonsInReach(ctx, scope, s.today())
		if err != nil {
			return err
		}
		list = masteries(users, readings, places, reached)
		return nil
	})
	return list, v, err
}

func masteries(users []HandbookUser, readings []Reading, places map[int64]Place, reached []int64) (list []Mastery) {
	by := map[string]*Reading{}
	for i := range readings {
		by[readings[i].UserID] = &readings[i]
	}
	for _, u := range users {
		if _, found := slices.BinarySearch(reached, u.PersonID); found {
			list = append(list, Mastery{HandbookUser: u, Place: places[u.PersonID], Reading: by[u.UserID]})
		}
	}
	slices.SortStableFunc(list, func(a, b Mastery) int {
		switch {
		case (a.Reading == nil) != (b.Reading == nil):
			return map[bool]int{true: -1, false: 1}[a.Reading == nil]
		case a.Reading == nil:
			return 0
		}
		return cmp.Compare(a.Reading.Right, b.Reading.Right)
	})
	return list
}
