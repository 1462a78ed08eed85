package checklist

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/problem"
)

// Reader reads reviews on one snapshot.
type Reader interface {
	ChecklistReviews(ctx context.Context) ([]Review, error)        // the latest first
	ChecklistReview(ctx context.Context, id int64) (Review, error) // NotFound
}

// Tx is one write transaction.
type Tx interface {
	Reader
	audit.Tx
	NextNumber(ctx context.Context, sequence string) (int64, error)
	InsertChecklistReview(ctx context.Context, r Review) error
	SaveChecklistReview(ctx context.Context, r Review) error // Conflict when it was changed meanwhile
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

// Numbers are the company's.
type Numbers interface {
	Read(ctx context.Context, actor access.Actor, q metric.Query) (metric.Answer, error)
}

// Config is what a Service works with.
type Config struct {
	Store    Store
	Problems Problems
	Numbers  Numbers
	Now      func() time.Time
	// Say writes a number as people read it, with what it rests on.
	Say func(s metric.Series) string
}

// Service keeps reviews.
type Service struct{ Config }

// NewService returns a Service.
func NewService(config Config) *Service { return &Service{config} }

// MayRun reports whether the actor holds reviews.
func MayRun(actor access.Actor) bool { return actor.CanAll(access.PermQuestionnaireRun) }

func reads(actor access.Actor) error {
	return actor.RequireAll(access.PermQuestionnaireRead, access.PermQuestionnaireRun)
}

// Reads reports whether the actor reads reviews: who holds them, and who reads the whole company.
func Reads(actor access.Actor) bool { return reads(actor) == nil }

// Listing is the reviews.
type Listing struct {
	Reviews []Review
	MayRun  bool
}

// List returns the reviews, the latest first. Errors: forbidden.
func (s *Service) List(ctx context.Context, actor access.Actor) (l Listing, err error) {
	defer errs.Wrap(&err, "checklist.List")
	if err := reads(actor); err != nil {
		return l, err
	}
	err = s.Store.Read(ctx, func(r Reader) error {
		l.MayRun = MayRun(actor)
		l.Reviews, err = r.ChecklistReviews(ctx)
		return err
	})
	return l, err
}

// Shown is a review with the company's numbers of now, by metric.
type Shown struct {
	Review
	Numbers    map[metric.ID]metric.Series
	NumbersWhy errs.Message // why there are none
	MayRun     bool
}

// Get returns a review. Errors: forbidden; not found.
func (s *Service) Get(ctx context.Context, actor access.Actor, id int64) (v Shown, err error) {
	defer errs.Wrap(&err, "checklist.Get(%d)", id)
	if err := reads(actor); err != nil {
		return v, err
	}
	err = s.Store.Read(ctx, func(r Reader) error {
		v.Review, err = r.ChecklistReview(ctx, id)
		return err
	})
	if err != nil {
		return v, err
	}
	v.MayRun = MayRun(actor)
	if v.State == StateOpen {
		v.Numbers, v.NumbersWhy, err = s.numbers(ctx, actor, &v.List)
	}
	return v, err
}

// numbers reads the company's numbers that a list asks for; who may not see them is told so.
func (s *Service) numbers(ctx context.Context, actor access.Actor, l *List) (map[metric.ID]metric.Series, errs.Message, error) {
	var ids []metric.ID
	for _, q := range l.Questions {
		if q.Metric != "" && !slices.Contains(ids, q.Metric) {
			ids = append(ids, q.Metric)
		}
	}
	if len(ids) == 0 {
		return nil, errs.Message{}, nil
	}
	a, err := s.Numbers.Read(ctx, actor, metric.Query{Metrics: ids})
	switch {
	case errs.Is(err, errs.KindForbidden):
		return nil, errs.Msg("checklist.numbers_forbidden", nil), nil
	case err != nil:
		return nil, errs.Message{}, err
	}
	out := map[metric.ID]metric.Series{}
	for _, series := range a.Series {
		for _, id := range ids {
			if series.Definition.ID == id || series.Definition.Family == id {
				out[id] = series
			}
		}
	}
	return out, errs.Message{}, nil
}

// Begin begins a review by a list. Errors: forbidden; not found.
func (s *Service) Begin(ctx context.Context, actor access.Actor, key string) (r Review, err error) {
	defer errs.Wrap(&err, "checklist.Begin(%s)", key)
	if err := actor.RequireAll(access.PermQuestionnaireRun); err != nil {
		return r, err
	}
	at := slices.IndexFunc(Shipped, func(l List) bool { return l.Key == key })
	if at < 0 {
		return r, errs.New(errs.KindNotFound, "checklist.no_list", nil)
	}
	err = s.Store.InTx(ctx, func(tx Tx) error {
		r = Review{List: Shipped[at], Answers: map[string]Answer{}, HeldOn: calendar.DateOf(s.Now()), State: StateOpen, CreatedByID: actor.UserID, CreatedBy: actor.Name, CreatedAt: s.Now(), Revision: 1}
		if r.ID, err = tx.NextNumber(ctx, "checklist"); err != nil {
			return err
		}
		if err := tx.InsertChecklistReview(ctx, r); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "checklist.begin", r.Subject(), nil, map[string]any{"list": key})
	})
	return r, err
}

// Change is answers to some questions, and whether the review is finished with them.
type Change struct {
	ID      int64
	Answers map[string]Answer // verdict, evidence and note alone
	Finish  bool
	Seen    int64 // 0 skips the check
}

// Save keeps answers. What is missing needs evidence or a note when the review is finished, and every question an answer. Errors: forbidden; invalid; not found;
// conflict when it is finished, or changed after in.Seen.
func (s *Service) Save(ctx context.Context, actor access.Actor, in Change) (r Review, err error) {
	defer errs.Wrap(&err, "checklist.Save(%d)", in.ID)
	if err := actor.RequireAll(access.PermQuestionnaireRun); err != nil {
		return r, err
	}
	v, err := s.Get(ctx, actor, in.ID)
	if err != nil {
		return r, err
	}
	err = s.Store.InTx(ctx, func(tx Tx) error {
		if r, err = tx.ChecklistReview(ctx, in.ID); err != nil {
			return err
		}
		switch {
		case r.State != StateOpen:
			return errs.New(errs.KindConflict, "checklist.finished", nil)
		case in.Seen != 0 && in.Seen != r.Revision:
			return errs.New(errs.KindConflict, "checklist.changed_meanwhile", nil)
		}
		if err := r.take(in); err != nil {
			return err
		}
		if in.Finish {
			r.State, r.HeldOn = StateDone, calendar.DateOf(s.Now())
			for _, q := range r.List.Questions {
				if series, known := v.Numbers[q.Metric]; known {
					a := r.Answers[q.ID]
					a.Number = s.Say(series)
					r.Answers[q.ID] = a
				}
			}
		}
		r.Revision++
		if err := tx.SaveChecklistReview(ctx, r); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "checklist.save", r.Subject(), nil, map[string]any{"answers": in.Answers, "state": r.State})
	})
	return r, err
}

// take puts answers into a review.
func (r *Review) take(in Change) error {
	var c fact.Checker
	answers := map[string]Answer{}
	for id, a := range r.Answers {
		answers[id] = a
	}
	for _, q := range r.List.Questions {
		a, given := in.Answers[q.ID]
		if given {
			c.Prose(q.ID, &a.Evidence, textMost, false)
			c.Prose(q.ID, &a.Note, textMost, false)
			if a.Verdict != VerdictNone && !slices.Contains(Verdicts, a.Verdict) {
				c.Add(q.ID, string(a.Verdict), "form.error.choice", nil)
			}
			a.ProblemID, a.Number = answers[q.ID].ProblemID, ""
			answers[q.ID] = a
		}
		a = answers[q.ID]
		switch {
		case !in.Finish || c.Has(q.ID):
		case a.Verdict == VerdictNone:
			c.Add(q.ID, "", "checklist.answer_needed", nil)
		case a.Verdict.Lacking() && a.Evidence == "" && a.Note == "":
			c.Add(q.ID, "", "checklist.evidence_needed", nil)
		}
	}
	if err := c.Err(); err != nil {
		return err
	}
	r.Answers = answers
	return nil
}

// MakeProblem writes a problem down of what a question shows to be missing. Errors: forbidden; invalid; not found; conflict when nothing is missing, or one was made.
func (s *Service) MakeProblem(ctx context.Context, actor access.Actor, id int64, question string, in problem.Entry) (made problem.Problem, err error) {
	defer errs.Wrap(&err, "checklist.MakeProblem(%d, %s)", id, question)
	if err := actor.RequireAll(access.PermQuestionnaireRun); err != nil {
		return made, err
	}
	v, err := s.Get(ctx, actor, id)
	if err != nil {
		return made, err
	}
	q := v.List.Question(question)
	if q == nil {
		return made, errs.New(errs.KindNotFound, "checklist.no_question", nil)
	}
	a := v.Answers[question]
	switch {
	case a.ProblemID != 0:
		return made, errs.New(errs.KindConflict, "checklist.is_problem", nil)
	case !a.Verdict.Lacking():
		return made, errs.New(errs.KindConflict, "checklist.nothing_missing", nil)
	}
	in.Source, in.Link = problem.SourceReview, "/checklists/"+strconv.FormatInt(id, 10)
	if in.Evidence = strings.TrimSpace(a.Evidence + "\n" + a.Note); in.Evidence == "" {
		in.Evidence = q.Text.Zh
	}
	if made, err = s.Problems.Raise(ctx, actor, in); err != nil {
		return made, err
	}
	err = s.Store.InTx(ctx, func(tx Tx) error {
		r, err := tx.ChecklistReview(ctx, id)
		if err != nil {
			return err
		}
		a := r.Answers[question]
		a.ProblemID = made.ID
		r.Answers[question] = a
		r.Revision++
		if err := tx.SaveChecklistReview(ctx, r); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "checklist.problem", r.Subject(), nil, map[string]any{"question": question, "problem": made.ID})
	})
	return made, err
}
