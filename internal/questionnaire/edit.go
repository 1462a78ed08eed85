package questionnaire

import (
	"context"
	"slices"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
)

// Edit is one step in writing a draft: a question is put in, changed, moved or taken out.
type Edit struct {
	ID       int64 // of the questionnaire
	Question Question
	Move     int  // of the question with Question.ID: −1 up, 1 down
	Remove   bool // the question with Question.ID
	Seen     int64
}

// Change does one step of writing; a question without an id is put at the end. Errors: forbidden; invalid; not found; conflict.
func (s *Service) Change(ctx context.Context, actor access.Actor, in Edit) (q Questionnaire, err error) {
	defer errs.Wrap(&err, "questionnaire.Change(%d)", in.ID)
	v, err := s.Get(ctx, actor, in.ID)
	if err != nil {
		return q, err
	}
	if err := actor.RequireAll(access.PermQuestionnaireRun); err != nil {
		return q, err
	}
	if in.Seen == 0 {
		in.Seen = v.Revision
	}
	d := v.Document
	d.Questions = slices.Clone(d.Questions)
	at := slices.IndexFunc(d.Questions, func(q Question) bool { return q.ID == in.Question.ID })
	switch {
	case in.Question.ID != "" && at < 0:
		return q, errs.New(errs.KindNotFound, "questionnaire.no_question", nil)
	case in.Remove && at >= 0:
		d.Questions = slices.Delete(d.Questions, at, at+1)
	case in.Move != 0 && at >= 0:
		to := min(max(at+in.Move, 0), len(d.Questions)-1)
		moved := d.Questions[at]
		d.Questions = slices.Insert(slices.Delete(d.Questions, at, at+1), to, moved)
	default:
		var c fact.Checker
		in.Question.Check(&c, "")
		if err := c.Err(); err != nil {
			return q, err
		}
		if at >= 0 {
			d.Questions[at] = in.Question
		} else {
			in.Question.ID = d.NextID()
			d.Questions = append(d.Questions, in.Question)
		}
	}
	return s.Save(ctx, actor, Draft{ID: in.ID, Document: d, Audience: v.Audience, ClosesOn: v.ClosesOn, Seen: in.Seen})
}
