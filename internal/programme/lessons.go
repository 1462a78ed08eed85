package programme

import (
	"context"
	"strings"
	"unicode/utf8"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/errs"
)

// searchMost is how long a text that is looked for may be.
const searchMost = 100

// Lessons returns the archive, or what of it a text is found in, the newest first: for who sees the whole company, and for who leads people, since what was learnt is
// for everybody who leads. Errors: forbidden; invalid.
func (s *Service) Lessons(ctx context.Context, actor access.Actor, search string) (list []Lesson, may bool, err error) {
	defer errs.Wrap(&err, "programme.Lessons")
	if err := actor.Require(access.PermProgrammeRead); err != nil {
		return nil, false, err
	}
	search = strings.TrimSpace(search)
	if utf8.RuneCountInString(search) > searchMost {
		return nil, false, errs.Invalid("error.invalid", []errs.Field{{Path: "search", Message: errs.Msg("form.error.long", errs.Args{"Max": searchMost})}})
	}
	err = s.Store.Read(ctx, func(r Reader) error { list, err = r.Lessons(ctx, search); return err })
	return list, MayWrite(actor), err
}

// WriteLesson keeps a new lesson (id 0) or changes one; that of an initiative keeps the effect that was found last. Errors: forbidden; not found; invalid; conflict
// when it was changed after seen.
func (s *Service) WriteLesson(ctx context.Context, actor access.Actor, id, seen int64, in LessonEntry) (l Lesson, err error) {
	defer errs.Wrap(&err, "programme.WriteLesson(%d)", id)
	if err := mayWrite(actor); err != nil {
		return l, err
	}
	if err := in.check(); err != nil {
		return l, err
	}
	err = s.Store.InTx(ctx, func(tx Tx) error {
		l = Lesson{InitiativeID: in.InitiativeID}
		if id != 0 {
			if l, err = tx.Lesson(ctx, id); err != nil {
				return err
			}
			if seen != 0 && seen != l.Revision {
				return errs.New(errs.KindConflict, "programme.changed_meanwhile", nil)
			}
		} else if in.InitiativeID != 0 {
			i, err := tx.Initiative(ctx, in.InitiativeID)
			if err != nil {
				return err
			}
			l.Outcome = i.Outcome
			effects, err := tx.Effects(ctx, i.ID)
			if err != nil {
				return err
			}
			if len(effects) > 0 {
				l.Effect = &effects[0]
			}
		}
		l.Title, l.Tried, l.Where, l.Learnt = in.Title, in.Tried, in.Where, in.Learnt
		l, err = s.putLesson(ctx, tx, actor, l)
		return err
	})
	return l, err
}

// putLesson saves a lesson, a new one with its number.
func (s *Service) putLesson(ctx context.Context, tx Tx, actor access.Actor, l Lesson) (Lesson, error) {
	var err error
	if l.Revision++; l.ID == 0 {
		l.By = sign(actor, tx)
		if l.ID, err = tx.NextNumber(ctx, "lesson"); err == nil {
			err = tx.InsertLesson(ctx, l)
		}
	} else {
		err = tx.SaveLesson(ctx, l)
	}
	if err != nil {
		return l, err
	}
	return l, audit.Append(ctx, tx, actor, "lesson.write", l.Subject(), nil, map[string]any{"title": l.Title, "tried": l.Tried, "where": l.Where, "learnt": l.Learnt, "outcome": l.Outcome, "initiative": l.InitiativeID})
}
