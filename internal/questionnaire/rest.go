package questionnaire

import (
	"context"
	"slices"
	"strconv"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/ruledoc"
)

// RestDays is the span within which nobody is asked too often: that many days, today included.
const RestDays = 90

// mostUsual is how often somebody is asked within RestDays while the company has said nothing; mostMost is the greatest number that makes sense.
const (
	mostUsual = 3
	mostMost  = 20
)

// Settings are how often the staff is asked.
type Settings struct {
	Most     int64 `json:"most"` // questionnaires to one person within RestDays
	Revision int64 `json:"-"`    // 0: as shipped
}

func (in *Settings) check() error {
	var c fact.Checker
	if in.Most < 1 || in.Most > mostMost {
		c.Add("most", strconv.FormatInt(in.Most, 10), "questionnaire.most_range", errs.Args{"Most": mostMost})
	}
	return c.Err()
}

func settings(ctx context.Context, r Reader) (Settings, error) {
	s, set, err := r.QuestionnaireSettings(ctx)
	if !set {
		s.Most = mostUsual
	}
	return s, err
}

// HowOften returns how often the staff is asked. Errors: forbidden.
func (s *Service) HowOften(ctx context.Context, actor access.Actor) (out Settings, err error) {
	defer errs.Wrap(&err, "questionnaire.HowOften")
	if err := actor.RequireAll(access.PermQuestionnaireRun); err != nil {
		return out, err
	}
	err = s.Store.Read(ctx, func(r Reader) error { out, err = settings(ctx, r); return err })
	return out, err
}

// SetHowOften sets it; Revision is the one that was seen. Rounds that are open stay as they are. Errors: forbidden; invalid; conflict when it was changed meanwhile.
func (s *Service) SetHowOften(ctx context.Context, actor access.Actor, in Settings) (out Settings, err error) {
	defer errs.Wrap(&err, "questionnaire.SetHowOften")
	if err := actor.RequireAll(access.PermQuestionnaireRun); err != nil {
		return out, err
	}
	if err := in.check(); err != nil {
		return out, err
	}
	err = s.Store.InTx(ctx, func(tx Tx) error {
		before, err := settings(ctx, tx)
		if err != nil {
			return err
		}
		if in.Revision != before.Revision {
			return errs.New(errs.KindConflict, "questionnaire.changed_meanwhile", nil)
		}
		out = in
		out.Revision++
		if err := tx.SaveQuestionnaireSettings(ctx, out); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "questionnaire.settings", "questionnaire_settings:company", map[string]any{"most": before.Most}, map[string]any{"most": out.Most})
	})
	return out, err
}

// rested parts who is asked from who has been asked often enough of late.
func (s *Service) rested(ctx context.Context, r Reader, people []Employee, today calendar.Date) (asked []Employee, resting int, most int64, err error) {
	often, err := settings(ctx, r)
	if err != nil {
		return nil, 0, 0, err
	}
	counts, err := r.AskedSince(ctx, today-RestDays+1)
	if err != nil {
		return nil, 0, 0, err
	}
	asked = slices.DeleteFunc(slices.Clone(people), func(e Employee) bool { return counts[e.PersonID] >= often.Most })
	return asked, len(people) - len(asked), often.Most, nil
}

// Round is how many answered a questionnaire that is over.
type Round struct {
	ID                int64
	Title             ruledoc.Text
	EndedOn           calendar.Date
	Invited, Answered int
}

// roundsMost is how many rounds are shown beside each other.
const roundsMost = 8

// Rounds are the turnouts of the questionnaires that are over, the earliest first: of what the list tells its reader.
func (l *Listing) Rounds() (rounds []Round) {
	for i := range l.Rows {
		row := &l.Rows[i]
		if row.Stands != StateClosed || row.Invited == 0 || len(rounds) == roundsMost {
			continue
		}
		ended := row.ClosesOn
		if row.ClosedOn != calendar.NoDate {
			ended = row.ClosedOn
		}
		rounds = append(rounds, Round{row.ID, row.Document.Title, ended, row.Invited, row.Answered})
	}
	slices.SortStableFunc(rounds, func(a, b Round) int { return int(a.EndedOn - b.EndedOn) })
	return rounds
}
