package questionnaire

import (
	"context"
	"slices"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/notice"
)

// Invited is somebody who was asked.
type Invited struct {
	QuestionnaireID int64
	PersonID        int64
	Cell            string
	Layer           string
	Answered        bool
	LinkHash        string // of the link of who cannot sign in; empty: none
}

// Turnout counts the invited of a cell and layer.
type Turnout struct {
	Cell, Layer       string
	Invited, Answered int
}

// Reader reads questionnaires on one snapshot.
type Reader interface {
	Questionnaires(ctx context.Context) ([]Questionnaire, error)                  // the newest first
	Questionnaire(ctx context.Context, id int64) (Questionnaire, error)           // NotFound
	Employees(ctx context.Context, on calendar.Date) ([]Employee, error)          // employed on the day, by id
	InvitedPerson(ctx context.Context, id, personID int64) (Invited, bool, error) // whether somebody is asked
	InvitedByLink(ctx context.Context, hash string) (Invited, error)              // NotFound
	WhoMustAnswer(ctx context.Context, id int64) ([]int64, error)                 // who has not answered yet, by id
	QuestionnaireTurnout(ctx context.Context, id int64) ([]Turnout, error)
	QuestionnaireBox(ctx context.Context, id int64, p Part) (Box, error) // empty when nothing lies in it
	// AskedSince is how many questionnaires that were opened from a day on each person was asked to answer.
	AskedSince(ctx context.Context, from calendar.Date) (map[int64]int64, error)
	QuestionnaireSettings(ctx context.Context) (Settings, bool, error) // false while none were set
	TeamInReach(ctx context.Context, scope access.Scope, today calendar.Date, teamID int64) (bool, error)
}

// Tx is one write transaction.
type Tx interface {
	Reader
	audit.Tx
	notice.Tx
	NextNumber(ctx context.Context, sequence string) (int64, error)
	InsertQuestionnaire(ctx context.Context, q Questionnaire) error
	SaveQuestionnaire(ctx context.Context, q Questionnaire) error // Conflict when it was changed meanwhile
	DeleteQuestionnaire(ctx context.Context, id int64) error
	Invite(ctx context.Context, list []Invited) error
	SaveQuestionnaireSettings(ctx context.Context, s Settings) error // Conflict when they were changed meanwhile
	SetInvitedLink(ctx context.Context, id, personID int64, hash string) error
	MarkAnswered(ctx context.Context, id, personID int64) error // Conflict when it was
	KeepQuestionnaireBox(ctx context.Context, id int64, p Part, b Box) error
}

// Store is what this package needs of the database. InTx may run fn again after a lost race.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}

// Config is what a Service works with.
type Config struct {
	Store  Store
	Now    func() time.Time // where the company is
	Pick   func(n int) int  // a number below n that nobody foresees
	Secret func() string    // a secret that nobody guesses, for links
	Hash   func(secret string) string
}

// Service keeps questionnaires.
type Service struct{ Config }

// NewService returns a Service.
func NewService(config Config) *Service { return &Service{config} }

func (s *Service) today() calendar.Date { return calendar.DateOf(s.Now()) }

// MayRun reports whether the actor writes, opens and closes questionnaires.
func MayRun(actor access.Actor) bool { return actor.CanAll(access.PermQuestionnaireRun) }

// Reads reports whether the actor is told results of any group.
func Reads(actor access.Actor) bool {
	return actor.Can(access.PermQuestionnaireRead) || actor.CanAll(access.PermQuestionnaireRun)
}

// Row is a questionnaire in the list.
type Row struct {
	Questionnaire
	Stands            State // today
	Invited, Answered int   // of everybody; 0 for who reads no results
	Asked             bool  // the actor
	Done              bool  // the actor has answered
}

// Listing is what the actor sees of the questionnaires.
type Listing struct {
	Rows          []Row
	Today         calendar.Date
	MayRun, Reads bool
}

// List returns the questionnaires that the actor runs, reads or is asked by, the newest first. Errors: unauthenticated.
func (s *Service) List(ctx context.Context, actor access.Actor) (l Listing, err error) {
	defer errs.Wrap(&err, "questionnaire.List")
	if actor.UserID == "" {
		return l, errs.New(errs.KindUnauthenticated, "access.sign_in_first", nil)
	}
	l = Listing{Today: s.today(), MayRun: MayRun(actor), Reads: Reads(actor)}
	err = s.Store.Read(ctx, func(r Reader) error {
		l.Rows = nil
		all, err := r.Questionnaires(ctx)
		if err != nil {
			return err
		}
		for _, q := range all {
			row := Row{Questionnaire: q, Stands: q.On(l.Today)}
			if row.Asked, row.Done, err = asked(ctx, r, actor, q.ID); err != nil {
				return err
			}
			if l.Reads && q.State != StateDraft {
				if row.Invited, row.Answered, err = turnout(ctx, r, q.ID); err != nil {
					return err
				}
			}
			if l.MayRun || l.Reads && q.State != StateDraft || row.Asked && row.Stands == StateOpen {
				l.Rows = append(l.Rows, row)
			}
		}
		return nil
	})
	return l, err
}

func asked(ctx context.Context, r Reader, actor access.Actor, id int64) (yes, done bool, err error) {
	if actor.PersonID == 0 {
		return false, false, nil
	}
	who, yes, err := r.InvitedPerson(ctx, id, actor.PersonID)
	return yes, who.Answered, err
}

func turnout(ctx context.Context, r Reader, id int64) (invited, answered int, err error) {
	rows, err := r.QuestionnaireTurnout(ctx, id)
	for _, t := range rows {
		invited, answered = invited+t.Invited, answered+t.Answered
	}
	return invited, answered, err
}

// Shown is a questionnaire with what the actor may do.
type Shown struct {
	Row
	Today         calendar.Date
	MayRun, Reads bool
	Turnout       []Turnout // by cell, of the cells within reach; Layer is empty
	WithoutLogin  int       // who was asked and cannot sign in; for who runs it
}

// Get returns a questionnaire: of a draft those who run it alone, of others also who reads results or is asked. Errors: not found, also for others.
func (s *Service) Get(ctx context.Context, actor access.Actor, id int64) (v Shown, err error) {
	defer errs.Wrap(&err, "questionnaire.Get(%d)", id)
	err = s.Store.Read(ctx, func(r Reader) error {
		q, err := r.Questionnaire(ctx, id)
		if err != nil {
			return err
		}
		v = Shown{Row: Row{Questionnaire: q, Stands: q.On(s.today())}, Today: s.today(), MayRun: MayRun(actor), Reads: Reads(actor)}
		if v.Asked, v.Done, err = asked(ctx, r, actor, id); err != nil {
			return err
		}
		if !v.MayRun && (q.State == StateDraft || !v.Reads && !v.Asked) {
			return errs.New(errs.KindNotFound, "questionnaire.missing", nil)
		}
		if !v.Reads || q.State == StateDraft {
			v.Cells, v.Audience = nil, Audience{}
			return nil
		}
		if err := s.tellTurnout(ctx, r, actor, &v); err != nil {
			return err
		}
		if v.MayRun && v.Stands == StateOpen {
			waiting, err := withoutLogin(ctx, r, &q)
			v.WithoutLogin = len(waiting)
			return err
		}
		return nil
	})
	return v, err
}

// tellTurnout puts in how many have answered, of the cells within reach.
func (s *Service) tellTurnout(ctx context.Context, r Reader, actor access.Actor, v *Shown) error {
	rows, err := r.QuestionnaireTurnout(ctx, v.ID)
	if err != nil {
		return err
	}
	seen, err := s.reach(ctx, r, actor, v.Cells)
	if err != nil {
		return err
	}
	v.Turnout = nil
	for _, t := range rows {
		v.Invited, v.Answered = v.Invited+t.Invited, v.Answered+t.Answered
		if !seen[t.Cell] {
			continue
		}
		at := slices.IndexFunc(v.Turnout, func(o Turnout) bool { return o.Cell == t.Cell })
		if at < 0 {
			at, v.Turnout = len(v.Turnout), append(v.Turnout, Turnout{Cell: t.Cell})
		}
		v.Turnout[at].Invited, v.Turnout[at].Answered = v.Turnout[at].Invited+t.Invited, v.Turnout[at].Answered+t.Answered
	}
	return nil
}

// reach says which cells the actor is told of: those all of whose teams are in reach.
func (s *Service) reach(ctx context.Context, r Reader, actor access.Actor, cells []Cell) (map[string]bool, error) {
	seen := map[string]bool{}
	scope := actor.ScopeOf(access.PermQuestionnaireRead, access.PermQuestionnaireRun)
	for _, c := range cells {
		in := true
		for _, team := range c.TeamIDs {
			if scope.All || !in {
				break
			}
			if team == 0 {
				in = false
				continue
			}
			var err error
			if in, err = r.TeamInReach(ctx, scope, s.today(), team); err != nil {
				return nil, err
			}
		}
		seen[c.Key] = in
	}
	return seen, nil
}

// Draft is a questionnaire as it is written.
type Draft struct {
	ID       int64 // 0: a new one
	Document Document
	Audience Audience
	ClosesOn calendar.Date // NoDate: to be said when it is opened
	BeforeID int64         // of a new one: the round it repeats
	Seen     int64         // 0 skips the check
}

// Save keeps a draft. Errors: forbidden; invalid; not found; conflict when it is open already, or changed after in.Seen.
func (s *Service) Save(ctx context.Context, actor access.Actor, in Draft) (q Questionnaire, err error) {
	defer errs.Wrap(&err, "questionnaire.Save(%d)", in.ID)
	if err := actor.RequireAll(access.PermQuestionnaireRun); err != nil {
		return q, err
	}
	in.Document.Questions = slices.Clone(in.Document.Questions)
	var c fact.Checker
	in.Document.check(&c, false)
	if in.ClosesOn != calendar.NoDate {
		c.Day("closes_on", in.ClosesOn)
	}
	if err := c.Err(); err != nil {
		return q, err
	}
	err = s.Store.InTx(ctx, func(tx Tx) error {
		q = Questionnaire{State: StateDraft, OpenedOn: calendar.NoDate, ClosedOn: calendar.NoDate, CreatedBy: actor.Name, CreatedAt: tx.Now(), Revision: 1, BeforeID: in.BeforeID}
		if in.ID != 0 {
			if q, err = s.editable(ctx, tx, in.ID, in.Seen); err != nil {
				return err
			}
		} else if q.ID, err = tx.NextNumber(ctx, "questionnaire"); err != nil {
			return err
		}
		q.Document, q.Audience, q.ClosesOn = in.Document, in.Audience, in.ClosesOn
		if err := s.store(ctx, tx, &q, in.ID == 0); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "questionnaire.save", q.Subject(), nil, map[string]any{"title": q.Document.Title, "questions": len(q.Document.Questions), "audience": q.Audience, "closes_on": q.ClosesOn})
	})
	return q, err
}

func (s *Service) store(ctx context.Context, tx Tx, q *Questionnaire, fresh bool) error {
	if fresh {
		return tx.InsertQuestionnaire(ctx, *q)
	}
	q.Revision++
	return tx.SaveQuestionnaire(ctx, *q)
}

// editable returns a draft that has not changed since it was seen.
func (s *Service) editable(ctx context.Context, r Reader, id, seen int64) (q Questionnaire, err error) {
	if q, err = r.Questionnaire(ctx, id); err != nil {
		return q, err
	}
	switch {
	case q.State != StateDraft:
		return q, errs.New(errs.KindConflict, "questionnaire.opened", nil)
	case seen != 0 && seen != q.Revision:
		return q, errs.New(errs.KindConflict, "questionnaire.changed_meanwhile", nil)
	}
	return q, nil
}

// Again makes a draft of a further round: the same questions, the same people. Errors: forbidden; not found.
func (s *Service) Again(ctx context.Context, actor access.Actor, id int64) (q Questionnaire, err error) {
	defer errs.Wrap(&err, "questionnaire.Again(%d)", id)
	if err := actor.RequireAll(access.PermQuestionnaireRun); err != nil {
		return q, err
	}
	v, err := s.Get(ctx, actor, id)
	if err != nil {
		return q, err
	}
	return s.Save(ctx, actor, Draft{Document: v.Document, Audience: v.Audience, ClosesOn: calendar.NoDate, BeforeID: id})
}

// Drop takes a draft away. Errors: forbidden; not found; conflict when it is open already.
func (s *Service) Drop(ctx context.Context, actor access.Actor, id int64) (err error) {
	defer errs.Wrap(&err, "questionnaire.Drop(%d)", id)
	if err := actor.RequireAll(access.PermQuestionnaireRun); err != nil {
		return err
	}
	return s.Store.InTx(ctx, func(tx Tx) error {
		q, err := s.editable(ctx, tx, id, 0)
		if err != nil {
			return err
		}
		if err := tx.DeleteQuestionnaire(ctx, id); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "questionnaire.drop", q.Subject(), map[string]any{"title": q.Document.Title}, nil)
	})
}
