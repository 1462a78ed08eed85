package survey

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/process"
	"xiaoguan/internal/servicecase"
)

// Reader reads surveys on one snapshot.
type Reader interface {
	Surveys(ctx context.Context) ([]Survey, error)                         // the newest first
	Survey(ctx context.Context, id int64) (Survey, error)                  // NotFound
	SurveyInvitation(ctx context.Context, hash string) (Invitation, error) // NotFound
	// SurveyGroups counts answers by score for each value of a dimension.
	SurveyGroups(ctx context.Context, reach Reach, f Filter, by Dimension) ([]Group, error)
	SurveyInvited(ctx context.Context, reach Reach, f Filter) (sent, answered int64, err error)
	SurveyAnswers(ctx context.Context, reach Reach, f Filter) ([]Answer, string, error) // the newest first
	mailingReader
}

// Tx is one write transaction. It is one of package servicecase, too: a low score opens a case in it.
type Tx interface {
	Reader
	servicecase.Tx
	InsertSurvey(ctx context.Context, s Survey) error
	SaveSurvey(ctx context.Context, s Survey) error // Conflict when it was changed meanwhile
	InsertSurveyInvitation(ctx context.Context, i Invitation) error
	// TakeSurveyInvitation marks an invitation as answered. Errors: Conflict when it is already.
	TakeSurveyInvitation(ctx context.Context, id int64) error
	InsertSurveyAnswer(ctx context.Context, a Answer) error
	TeamOfPerson(ctx context.Context, personID int64, on calendar.Date) (int64, error) // 0 in none
	// DealsToAsk are deals signed in the days, within reach, about which the survey has not asked yet, the oldest first.
	DealsToAsk(ctx context.Context, reach Reach, surveyID int64, signed fact.Days, limit int) ([]string, error)
	PersonNames(ctx context.Context, ids []int64) (map[int64]string, error)
	mailingTx
}

// Store is what this package needs of the database. InTx may run fn again after a lost race.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}

// Reach is how far somebody sees: answers about sellers and owners in the scope; anonymous ones only without limits.
type Reach struct {
	Scope access.Scope
	Today calendar.Date
}

// Service keeps surveys, makes links, takes answers and reckons what they come to.
type Service struct {
	store Store
	cases *servicecase.Service
	newID func() string
	now   func() time.Time
	out   Sending // nil parts: nothing is sent
}

// NewService returns a Service; cases opens what a low score asks for.
func NewService(store Store, cases *servicecase.Service, newID func() string, now func() time.Time) *Service {
	return &Service{store: store, cases: cases, newID: newID, now: now}
}

func (s *Service) reach(actor access.Actor, p access.Permission) Reach {
	return Reach{Scope: actor.ScopeOf(p), Today: calendar.DateOf(s.now())}
}

// List returns all surveys, the newest first. Errors: forbidden.
func (s *Service) List(ctx context.Context, actor access.Actor) (list []Survey, err error) {
	defer errs.Wrap(&err, "survey.List")
	if err := actor.Require(access.PermSalesRead); err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		list, err = r.Surveys(ctx)
		return err
	})
	return list, err
}

// Get returns a survey. Errors: forbidden; not found.
func (s *Service) Get(ctx context.Context, actor access.Actor, id int64) (found Survey, err error) {
	defer errs.Wrap(&err, "survey.Get(%d)", id)
	if err := actor.Require(access.PermSalesRead); err != nil {
		return found, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		found, err = r.Survey(ctx, id)
		return err
	})
	return found, err
}

// Save adds a survey or changes one. Errors: forbidden; invalid; not found; conflict when it was changed after in.Seen.
func (s *Service) Save(ctx context.Context, actor access.Actor, in Entry) (kept Survey, err error) {
	defer errs.Wrap(&err, "survey.Save(%d)", in.ID)
	if err := actor.RequireAll(access.PermServiceRules); err != nil {
		return kept, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		in := in
		old := Survey{Kind: in.Kind, Anonymous: in.Anonymous, Rule: DefaultRule, CreatedBy: actor.UserID, CreatedAt: tx.Now()}
		var before any
		if in.ID != 0 {
			if old, err = tx.Survey(ctx, in.ID); err != nil {
				return err
			}
			if in.Seen != 0 && old.Revision != in.Seen {
				return errs.New(errs.KindConflict, "survey.changed_meanwhile", nil)
			}
			before, in.Kind, in.Anonymous = old, old.Kind, old.Anonymous
		}
		if err := in.check(); err != nil {
			return err
		}
		kept = old
		kept.Name, kept.ValidDays, kept.LowUntil, kept.OpensCase, kept.Active = in.Name, in.ValidDays, in.LowUntil, in.OpensCase, in.Active
		if in.Rule != nil {
			kept.Rule = in.Rule.from(old.Rule, calendar.DateOf(s.now()))
		}
		if in.ID != 0 && kept == old {
			return nil
		}
		kept.Revision++
		action := "survey.change"
		if in.ID == 0 {
			action = "survey.add"
			if kept.ID, err = tx.NextNumber(ctx, "survey"); err != nil {
				return err
			}
			err = tx.InsertSurvey(ctx, kept)
		} else {
			err = tx.SaveSurvey(ctx, kept)
		}
		if err != nil {
			return err
		}
		return process.Record(ctx, tx, actor, process.Write{Action: action, Subject: kept.Subject(), Revision: kept.Revision, Before: before, After: kept})
	})
	return kept, err
}

// newToken returns a token and the hash that is kept of it.
func newToken() (token, hash string) {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails: it ends the program instead
	token = base64.RawURLEncoding.EncodeToString(b[:])
	return token, hashOf(token)
}

func hashOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
