package questionnaire

import (
	"cmp"
	"context"
	"slices"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/notice"
)

// Asking is what somebody who is asked sees.
type Asking struct {
	ID       int64
	Document Document
	ClosesOn calendar.Date
	Done     bool
}

// Mine returns what the actor is asked now and has not answered. Errors: none but those of the database.
func (s *Service) Mine(ctx context.Context, actor access.Actor) (list []Questionnaire, err error) {
	defer errs.Wrap(&err, "questionnaire.Mine")
	err = s.Store.Read(ctx, func(r Reader) error {
		list = nil
		all, err := r.Questionnaires(ctx)
		for i := range all {
			if all[i].On(s.today()) != StateOpen {
				continue
			}
			yes, done, err := asked(ctx, r, actor, all[i].ID)
			if err != nil {
				return err
			}
			if yes && !done {
				list = append(list, all[i])
			}
		}
		return err
	})
	return list, err
}

// Ask shows somebody what they are asked. Errors: not found for who is not; conflict when it is over.
func (s *Service) Ask(ctx context.Context, actor access.Actor, id int64) (a Asking, err error) {
	defer errs.Wrap(&err, "questionnaire.Ask(%d)", id)
	err = s.Store.Read(ctx, func(r Reader) error {
		q, who, err := s.mine(ctx, r, actor, id)
		a = Asking{q.ID, q.Document, q.ClosesOn, who.Answered}
		return err
	})
	return a, err
}

func (s *Service) mine(ctx context.Context, r Reader, actor access.Actor, id int64) (q Questionnaire, who Invited, err error) {
	if actor.UserID == "" {
		return q, who, errs.New(errs.KindUnauthenticated, "access.sign_in_first", nil)
	}
	if q, err = r.Questionnaire(ctx, id); err != nil {
		return q, who, err
	}
	yes := false
	if actor.PersonID != 0 {
		if who, yes, err = r.InvitedPerson(ctx, id, actor.PersonID); err != nil {
			return q, who, err
		}
	}
	if !yes {
		return q, who, errs.New(errs.KindNotFound, "questionnaire.missing", nil)
	}
	if q.On(s.today()) != StateOpen {
		return q, who, errs.New(errs.KindConflict, "questionnaire.over", nil)
	}
	return q, who, nil
}

// Answer takes the actor's reply. It is the one change that the audit log has no entry of: an entry would be a name with a moment. Errors: not found for who
// is not asked; invalid; conflict when they have answered, or it is over.
func (s *Service) Answer(ctx context.Context, actor access.Actor, id int64, in Reply) (err error) {
	defer errs.Wrap(&err, "questionnaire.Answer(%d)", id)
	if actor.ReadOnly {
		return errs.New(errs.KindForbidden, "access.read_only", nil)
	}
	return s.Store.InTx(ctx, func(tx Tx) error {
		q, who, err := s.mine(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		if err := s.take(ctx, tx, &q, who, in); err != nil {
			return err
		}
		return notice.Settle(ctx, tx, notice.End{Subject: q.Subject(), Kinds: []notice.Kind{notice.KindQuestionnaireAsked}, UserID: actor.UserID})
	})
}

// AskByLink shows who opens a link what they are asked. Errors: not found; conflict when it is over, or answered.
func (s *Service) AskByLink(ctx context.Context, secret string) (a Asking, err error) {
	defer errs.Wrap(&err, "questionnaire.AskByLink")
	err = s.Store.Read(ctx, func(r Reader) error {
		q, who, err := s.linked(ctx, r, secret)
		a = Asking{q.ID, q.Document, q.ClosesOn, who.Answered}
		if err == nil && who.Answered {
			err = errs.New(errs.KindConflict, "questionnaire.answered_already", nil)
		}
		return err
	})
	return a, err
}

func (s *Service) linked(ctx context.Context, r Reader, secret string) (q Questionnaire, who Invited, err error) {
	if secret == "" || len(secret) > 100 {
		return q, who, errs.New(errs.KindNotFound, "questionnaire.no_such_link", nil)
	}
	if who, err = r.InvitedByLink(ctx, s.Hash(secret)); err != nil {
		return q, who, err
	}
	if q, err = r.Questionnaire(ctx, who.QuestionnaireID); err != nil {
		return q, who, err
	}
	if q.On(s.today()) != StateOpen {
		return q, who, errs.New(errs.KindConflict, "questionnaire.over", nil)
	}
	return q, who, nil
}

// AnswerByLink takes the reply of who opened a link. Errors: as AskByLink; invalid.
func (s *Service) AnswerByLink(ctx context.Context, secret string, in Reply) (err error) {
	defer errs.Wrap(&err, "questionnaire.AnswerByLink")
	return s.Store.InTx(ctx, func(tx Tx) error {
		q, who, err := s.linked(ctx, tx, secret)
		if err != nil {
			return err
		}
		return s.take(ctx, tx, &q, who, in)
	})
}

// take puts a reply into the boxes of a group, and notes that one has answered.
func (s *Service) take(ctx context.Context, tx Tx, q *Questionnaire, who Invited, in Reply) error {
	if who.Answered {
		return errs.New(errs.KindConflict, "questionnaire.answered_already", nil)
	}
	sheet, words, err := q.Document.checkReply(in)
	if err != nil {
		return err
	}
	if err := tx.MarkAnswered(ctx, q.ID, who.PersonID); err != nil {
		return err
	}
	change := func(p Part, change func(*Box)) error {
		box, err := tx.QuestionnaireBox(ctx, q.ID, p)
		if err != nil {
			return err
		}
		change(&box)
		return tx.KeepQuestionnaireBox(ctx, q.ID, p, box)
	}
	if err := change(Part{PartSheets, who.Cell}, func(b *Box) { b.put(sheet, s.Pick) }); err != nil {
		return err
	}
	if len(words) > 0 {
		if err := change(Part{PartWords, who.Cell}, func(b *Box) { b.write(words, s.Pick) }); err != nil {
			return err
		}
	}
	return change(Part{PartCounts, who.Layer}, func(b *Box) { b.count(sheet) })
}

// Link is how somebody who cannot sign in answers.
type Link struct {
	PersonID int64
	Name     string
	TeamName string
	Secret   string // shown once: its hash alone is kept
}

// withoutLogin are who was asked, has not answered and cannot sign in.
func withoutLogin(ctx context.Context, r Reader, q *Questionnaire) (list []Employee, err error) {
	late, err := r.WhoMustAnswer(ctx, q.ID)
	if err != nil {
		return nil, err
	}
	people, err := r.Employees(ctx, q.OpenedOn)
	for _, e := range people {
		if _, waits := slices.BinarySearch(late, e.PersonID); waits && !e.Account {
			list = append(list, e)
		}
	}
	return list, err
}

// Links makes links for those who cannot sign in and have not answered; links that they had before are void. Errors: forbidden; conflict when it is not open.
func (s *Service) Links(ctx context.Context, actor access.Actor, id int64) (links []Link, err error) {
	defer errs.Wrap(&err, "questionnaire.Links(%d)", id)
	if err := actor.RequireAll(access.PermQuestionnaireRun); err != nil {
		return nil, err
	}
	err = s.Store.InTx(ctx, func(tx Tx) error {
		links = nil
		q, err := tx.Questionnaire(ctx, id)
		if err != nil {
			return err
		}
		if q.On(s.today()) != StateOpen {
			return errs.New(errs.KindConflict, "questionnaire.not_open", nil)
		}
		people, err := withoutLogin(ctx, tx, &q)
		if err != nil {
			return err
		}
		for _, e := range people {
			l := Link{e.PersonID, e.Name, e.TeamName, s.Secret()}
			if err := tx.SetInvitedLink(ctx, id, e.PersonID, s.Hash(l.Secret)); err != nil {
				return err
			}
			links = append(links, l)
		}
		slices.SortFunc(links, func(a, b Link) int {
			return cmp.Or(cmp.Compare(a.TeamName, b.TeamName), cmp.Compare(a.PersonID, b.PersonID))
		})
		return audit.Append(ctx, tx, actor, "questionnaire.links", q.Subject(), nil, map[string]any{"links": len(links)})
	})
	return links, err
}
