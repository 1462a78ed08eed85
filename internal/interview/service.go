package interview

import (
	"context"
	"slices"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/problem"
)

// Reader reads interviews on one snapshot.
type Reader interface {
	Interviews(ctx context.Context) ([]Interview, error)                    // the latest first
	Interview(ctx context.Context, id int64) (Interview, error)             // NotFound
	Passages(ctx context.Context, interviewID int64) ([]Passage, error)     // 0: of all
	OwnGuide(ctx context.Context, role Role) (Guide, bool, error)           // of the company
	OwnCodeBook(ctx context.Context) (CodeBook, bool, error)                // of the company
	PersonNames(ctx context.Context, ids []int64) (map[int64]string, error) // of those who are known
}

// Tx is one write transaction.
type Tx interface {
	Reader
	audit.Tx
	NextNumber(ctx context.Context, sequence string) (int64, error)
	InsertInterview(ctx context.Context, i Interview) error
	SaveInterview(ctx context.Context, i Interview) error // Conflict when it was changed meanwhile
	InsertPassage(ctx context.Context, p Passage) error
	DeletePassage(ctx context.Context, id int64) error
	SetPassageProblem(ctx context.Context, id, problemID int64) error
	KeepGuide(ctx context.Context, g Guide, by string) error       // Conflict when it was changed meanwhile
	KeepCodeBook(ctx context.Context, b CodeBook, by string) error // Conflict when it was changed meanwhile
}

// Store is what this package needs of the database. InTx may run fn again after a lost race.
type Store interface {
	InTx(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(Reader) error) error
}

// Problems is the list of problems.
type Problems interface {
	Raise(ctx context.Context, actor access.Actor, in problem.Entry) (problem.Problem, error)
}

// Service keeps interviews.
type Service struct {
	store    Store
	problems Problems
	now      func() time.Time
}

// NewService returns a Service; now is where the company is.
func NewService(store Store, problems Problems, now func() time.Time) *Service {
	return &Service{store, problems, now}
}

// MayRun reports whether the actor holds interviews.
func MayRun(actor access.Actor) bool { return actor.CanAll(access.PermQuestionnaireRun) }

// Reads reports whether the actor reads interviews: who holds them, and who reads the whole company.
func Reads(actor access.Actor) bool {
	return MayRun(actor) || actor.CanAll(access.PermQuestionnaireRead)
}

func reads(actor access.Actor) error {
	return actor.RequireAll(access.PermQuestionnaireRead, access.PermQuestionnaireRun)
}

// ThemeCount is in how many interviews of each role a theme came up, and by how many passages.
type ThemeCount struct {
	Code     Code
	ByRole   map[Role]int // interviews
	All      int          // interviews
	Passages int
}

// Listing is the interviews, with what they were about.
type Listing struct {
	Interviews []Interview
	Coded      map[int64]int // passages by interview
	Roles      map[Role]int  // interviews by role
	Themes     []ThemeCount  // the most often first; those that came up
	Today      calendar.Date
	MayRun     bool
}

// List returns the interviews. Errors: forbidden.
func (s *Service) List(ctx context.Context, actor access.Actor) (l Listing, err error) {
	defer errs.Wrap(&err, "interview.List")
	if err := reads(actor); err != nil {
		return l, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		l = Listing{Today: calendar.DateOf(s.now()), MayRun: MayRun(actor), Coded: map[int64]int{}, Roles: map[Role]int{}}
		var err error
		if l.Interviews, err = r.Interviews(ctx); err != nil {
			return err
		}
		passages, err := r.Passages(ctx, 0)
		if err != nil {
			return err
		}
		book, err := codeBook(ctx, r)
		if err != nil {
			return err
		}
		roles := map[int64]Role{}
		for _, i := range l.Interviews {
			roles[i.ID] = i.Role
			l.Roles[i.Role]++
		}
		for _, p := range passages {
			l.Coded[p.InterviewID]++
		}
		l.Themes = countThemes(&book, roles, passages)
		return nil
	})
	return l, err
}

// countThemes counts interviews, so that who says a thing ten times does not count for ten.
func countThemes(book *CodeBook, roles map[int64]Role, passages []Passage) (list []ThemeCount) {
	for _, code := range book.Codes {
		t := ThemeCount{Code: code, ByRole: map[Role]int{}}
		seen := map[int64]bool{}
		for _, p := range passages {
			role, known := roles[p.InterviewID]
			if !known || !slices.Contains(p.Themes, code.ID) {
				continue
			}
			t.Passages++
			if !seen[p.InterviewID] {
				seen[p.InterviewID] = true
				t.ByRole[role]++
				t.All++
			}
		}
		if t.All > 0 {
			list = append(list, t)
		}
	}
	slices.SortStableFunc(list, func(a, b ThemeCount) int { return b.All - a.All })
	return list
}

// Shown is an interview with its passages and the guide of its role.
type Shown struct {
	Interview
	Passages []Passage
	Guide    Guide
	Book     CodeBook
	MayRun   bool
}

// Get returns an interview. Errors: forbidden; not found.
func (s *Service) Get(ctx context.Context, actor access.Actor, id int64) (v Shown, err error) {
	defer errs.Wrap(&err, "interview.Get(%d)", id)
	if err := reads(actor); err != nil {
		return v, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		i, err := r.Interview(ctx, id)
		if err != nil {
			return err
		}
		v = Shown{Interview: i, MayRun: MayRun(actor)}
		if v.Passages, err = r.Passages(ctx, id); err != nil {
			return err
		}
		if v.Book, err = codeBook(ctx, r); err != nil {
			return err
		}
		v.Guide, err = guide(ctx, r, i.Role)
		return err
	})
	return v, err
}

func codeBook(ctx context.Context, r Reader) (CodeBook, error) {
	own, known, err := r.OwnCodeBook(ctx)
	if err != nil || known {
		return own, err
	}
	return ShippedCodes(), nil
}

func guide(ctx context.Context, r Reader, role Role) (Guide, error) {
	own, known, err := r.OwnGuide(ctx, role)
	if err != nil || known {
		own.Role, own.Own = role, true
		return own, err
	}
	return ShippedGuide(role), nil
}

// Save writes an interview down, or changes it; its passages must stay in the notes. Errors: forbidden; invalid; not found; conflict.
func (s *Service) Save(ctx context.Context, actor access.Actor, in Entry) (i Interview, err error) {
	defer errs.Wrap(&err, "interview.Save(%d)", in.ID)
	if err := actor.RequireAll(access.PermQuestionnaireRun); err != nil {
		return i, err
	}
	if err := in.check(calendar.DateOf(s.now())); err != nil {
		return i, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		i = Interview{InterviewerID: actor.UserID, InterviewerName: actor.Name, CreatedAt: s.now(), Revision: 1}
		if in.ID != 0 {
			if i, err = s.kept(ctx, tx, &in); err != nil {
				return err
			}
		} else if i.ID, err = tx.NextNumber(ctx, "interview"); err != nil {
			return err
		}
		i.Role, i.HeldOn, i.Notes, i.PersonID, i.PersonName = in.Role, in.HeldOn, in.Notes, 0, ""
		if in.Consent && in.PersonID != 0 {
			names, err := tx.PersonNames(ctx, []int64{in.PersonID})
			if err != nil {
				return err
			}
			if names[in.PersonID] == "" {
				return errs.Invalid("fact.invalid", []errs.Field{{Path: "person", Message: errs.Msg("form.error.choice", nil)}})
			}
			i.PersonID, i.PersonName = in.PersonID, names[in.PersonID]
		}
		if in.ID == 0 {
			err = tx.InsertInterview(ctx, i)
		} else {
			i.Revision++
			err = tx.SaveInterview(ctx, i)
		}
		if err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "interview.save", i.Subject(), nil, map[string]any{"role": i.Role, "held_on": i.HeldOn, "named": i.PersonID != 0})
	})
	return i, err
}

// kept returns the interview that is changed, if its passages stay.
func (s *Service) kept(ctx context.Context, tx Tx, in *Entry) (i Interview, err error) {
	if i, err = tx.Interview(ctx, in.ID); err != nil {
		return i, err
	}
	if in.Seen != 0 && in.Seen != i.Revision {
		return i, errs.New(errs.KindConflict, "interview.changed_meanwhile", nil)
	}
	passages, err := tx.Passages(ctx, in.ID)
	for _, p := range passages {
		if !strings.Contains(in.Notes, p.Quoted) {
			return i, errs.Invalid("fact.invalid", []errs.Field{{Path: "notes", Message: errs.Msg("interview.passage_gone", errs.Args{"Quoted": p.Quoted})}})
		}
	}
	return i, err
}

// Coding puts a passage of notes under themes.
type Coding struct {
	InterviewID int64
	Quoted      string
	Themes      []string
}

// Code keeps a passage: a part of the notes, word for word. Errors: forbidden; invalid; not found.
func (s *Service) Code(ctx context.Context, actor access.Actor, in Coding) (p Passage, err error) {
	defer errs.Wrap(&err, "interview.Code(%d)", in.InterviewID)
	if err := actor.RequireAll(access.PermQuestionnaireRun); err != nil {
		return p, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		i, err := tx.Interview(ctx, in.InterviewID)
		if err != nil {
			return err
		}
		book, err := codeBook(ctx, tx)
		if err != nil {
			return err
		}
		var c fact.Checker
		quoted := in.Quoted
		c.Prose("quoted", &quoted, quoteMost, true)
		if !c.Has("quoted") && !strings.Contains(i.Notes, quoted) {
			c.Add("quoted", "", "interview.not_in_notes", nil)
		}
		if len(in.Themes) == 0 {
			c.Add("themes", "", "interview.theme_needed", nil)
		}
		for _, id := range in.Themes {
			if _, known := book.Code(id); !known {
				c.Add("themes", id, "form.error.choice", nil)
			}
		}
		if err := c.Err(); err != nil {
			return err
		}
		p = Passage{InterviewID: i.ID, Quoted: quoted, Themes: in.Themes, CreatedAt: s.now()}
		if p.ID, err = tx.NextNumber(ctx, "interview_passage"); err != nil {
			return err
		}
		if err := tx.InsertPassage(ctx, p); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "interview.code", i.Subject(), nil, map[string]any{"passage": p.ID, "themes": p.Themes})
	})
	return p, err
}

// Uncode takes a passage off, if no problem was made of it. Errors: forbidden; not found; conflict.
func (s *Service) Uncode(ctx context.Context, actor access.Actor, interviewID, id int64) (err error) {
	defer errs.Wrap(&err, "interview.Uncode(%d)", id)
	if err := actor.RequireAll(access.PermQuestionnaireRun); err != nil {
		return err
	}
	return s.store.InTx(ctx, func(tx Tx) error {
		i, p, err := passage(ctx, tx, interviewID, id)
		if err != nil {
			return err
		}
		if p.ProblemID != 0 {
			return errs.New(errs.KindConflict, "interview.is_problem", nil)
		}
		if err := tx.DeletePassage(ctx, id); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "interview.uncode", i.Subject(), map[string]any{"passage": id}, nil)
	})
}

func passage(ctx context.Context, r Reader, interviewID, id int64) (i Interview, p Passage, err error) {
	if i, err = r.Interview(ctx, interviewID); err != nil {
		return i, p, err
	}
	list, err := r.Passages(ctx, interviewID)
	if err != nil {
		return i, p, err
	}
	at := slices.IndexFunc(list, func(p Passage) bool { return p.ID == id })
	if at < 0 {
		return i, p, errs.New(errs.KindNotFound, "interview.no_passage", nil)
	}
	return i, list[at], nil
}

// MakeProblem writes a problem down with a passage as what was said. Errors: forbidden; invalid; not found; conflict when one was made of it.
func (s *Service) MakeProblem(ctx context.Context, actor access.Actor, interviewID, id int64, in problem.Entry) (made problem.Problem, err error) {
	defer errs.Wrap(&err, "interview.MakeProblem(%d)", id)
	if err := actor.RequireAll(access.PermQuestionnaireRun); err != nil {
		return made, err
	}
	var i Interview
	var p Passage
	err = s.store.Read(ctx, func(r Reader) error {
		i, p, err = passage(ctx, r, interviewID, id)
		return err
	})
	switch {
	case err != nil:
		return made, err
	case p.ProblemID != 0:
		return made, errs.New(errs.KindConflict, "interview.is_problem", nil)
	}
	in.Source, in.Evidence, in.Link = problem.SourceInterview, p.Quoted, "/interviews/"+strings.TrimPrefix(i.Subject(), "interview:")
	if made, err = s.problems.Raise(ctx, actor, in); err != nil {
		return made, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		if err := tx.SetPassageProblem(ctx, id, made.ID); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "interview.problem", i.Subject(), nil, map[string]any{"passage": id, "problem": made.ID})
	})
	return made, err
}
