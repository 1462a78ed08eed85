package review

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/notice"
)

// The greatest lengths, in characters.
const (
	minutesMost = 8000
	wordsMost   = 1000
	actionMost  = 200
)

// tidyText checks a text that people write; several lines are allowed.
func tidyText(path, text string, most int, needed bool) (string, error) {
	text = strings.TrimSpace(fact.TidyLines(text))
	var c fact.Checker
	c.Lines(path, text)
	switch {
	case needed && text == "":
		c.Add(path, text, "review.needed_field", nil)
	case utf8.RuneCountInString(text) > most:
		c.Add(path, "", "review.too_long", errs.Args{"Most": most})
	}
	return text, c.Err()
}

// mine returns a meeting that the actor runs. Errors: forbidden for who sees it only; not found for everybody else.
func (s *Service) mine(ctx context.Context, r Reader, actor access.Actor, id int64) (review Review, err error) {
	if err := s.mayLead(actor); err != nil {
		return review, err
	}
	if review, err = r.Review(ctx, id); err != nil {
		return review, err
	}
	teams, err := r.ReviewTeams(ctx, s.today())
	switch {
	case err != nil:
		return review, err
	case runs(actor, teams).has(review.Unit):
		return review, nil
	case sees(actor, teams).has(review.Unit):
		return review, errs.New(errs.KindForbidden, "review.leader_alone", nil)
	}
	return review, errMissing()
}

// Runs refuses who does not run a meeting. Errors: forbidden; not found, also out of reach.
func (s *Service) Runs(ctx context.Context, actor access.Actor, id int64) (err error) {
	defer errs.Wrap(&err, "review.Runs(%d)", id)
	return s.Store.Read(ctx, func(r Reader) error {
		_, err := s.mine(ctx, r, actor, id)
		return err
	})
}

// change changes a meeting that the actor runs and that is not locked. Seen is the revision that the change rests on; 0 skips the check.
func (s *Service) change(ctx context.Context, actor access.Actor, id, seen int64, verb string, fn func(tx Tx, review *Review) error) error {
	return s.Store.InTx(ctx, func(tx Tx) error {
		review, err := s.mine(ctx, tx, actor, id)
		switch {
		case err != nil:
			return err
		case review.State != StatePrepared:
			return errs.New(errs.KindConflict, "review.locked", errs.Args{"State": review.State.Message()})
		case seen != 0 && seen != review.Revision:
			return errChanged()
		}
		before := review
		if err := fn(tx, &review); err != nil {
			return err
		}
		review.Revision++
		if err := tx.SaveReview(ctx, review); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "review."+verb, review.Subject(), auditOf(&before), auditOf(&review))
	})
}

func auditOf(r *Review) any {
	return map[string]any{"state": r.State, "minutes": r.Minutes, "through": r.Through, "carried": r.Carried}
}

// Write keeps the minutes. Errors: forbidden; not found; invalid; conflict when the meeting is locked, or was changed after seen.
func (s *Service) Write(ctx context.Context, actor access.Actor, id int64, minutes string, seen int64) (err error) {
	defer errs.Wrap(&err, "review.Write(%d)", id)
	if minutes, err = tidyText("minutes", minutes, minutesMost, false); err != nil {
		return err
	}
	return s.change(ctx, actor, id, seen, "write", func(_ Tx, review *Review) error {
		review.Minutes = minutes
		return nil
	})
}

// Drop notes that a meeting is not held. Errors: as Write.
func (s *Service) Drop(ctx context.Context, actor access.Actor, id int64) (err error) {
	defer errs.Wrap(&err, "review.Drop(%d)", id)
	return s.change(ctx, actor, id, 0, "drop", func(tx Tx, review *Review) error {
		review.State, review.FinishedAt, review.FinishedBy, review.FinishedFor = StateDropped, tx.Now(), actor.UserID, actor.Name
		return notice.Settle(ctx, tx, notice.End{Subject: review.Subject(), Kinds: []notice.Kind{notice.KindReviewPrepared}})
	})
}

// Finish locks a meeting: its numbers, minutes, words and what became of former actions stay as they are. Who is in it is told. Errors: as Write; conflict while
// there are no minutes, or somebody with a target has no words in an assessment.
func (s *Service) Finish(ctx context.Context, actor access.Actor, id, seen int64) (err error) {
	defer errs.Wrap(&err, "review.Finish(%d)", id)
	return s.change(ctx, actor, id, seen, "finish", func(tx Tx, review *Review) error {
		if review.Minutes == "" {
			return errs.New(errs.KindConflict, "review.no_minutes", nil)
		}
		rows, err := tx.ReviewRows(ctx, id, 0)
		if err != nil {
			return err
		}
		silent := int64(0)
		for i := range rows {
			if review.Kind == Monthly && rows[i].Band != "" && rows[i].Words == "" {
				silent++
			}
		}
		if silent > 0 {
			return errs.New(errs.KindConflict, "review.no_words", errs.Args{"Count": silent})
		}
		actions, err := s.former(ctx, tx, review)
		if err != nil {
			return err
		}
		review.Carried = carried(actions, s.today())
		review.State, review.FinishedAt, review.FinishedBy, review.FinishedFor = StateFinished, tx.Now(), actor.UserID, actor.Name
		if err := notice.Settle(ctx, tx, notice.End{Subject: review.Subject(), Kinds: []notice.Kind{notice.KindReviewPrepared}}); err != nil {
			return err
		}
		return tellFinished(ctx, tx, actor, review, rows)
	})
}

func tellFinished(ctx context.Context, tx Tx, actor access.Actor, review *Review, rows []Row) error {
	kind := notice.KindReviewFinished
	if review.Kind == Monthly {
		kind = notice.KindReviewAssessed
	}
	var persons []int64
	for i := range rows {
		persons = append(persons, rows[i].PersonID)
	}
	return notice.Post(ctx, tx, notice.Message{Kind: kind, To: notice.To{PersonIDs: persons}, Subject: review.Subject(), By: actor.UserID, Once: strconv.FormatInt(review.ID, 10),
		Params: notice.Params{"Unit": notice.Word(review.Unit.Name), "On": notice.Day(review.On)}})
}

func carried(actions []Action, today calendar.Date) (list []Carried) {
	for i := range actions {
		a := &actions[i]
		list = append(list, Carried{ID: a.ID, PersonID: a.PersonID, Name: a.PersonName, Text: a.Text, DueOn: a.DueOn, Score: a.Score(today), Words: a.Words})
	}
	return list
}

// formerDays is how long actions that were dealt with come back: since the meetings of a month before.
const formerDays = 31

// formerMost is how many come back.
const formerMost = 200

// former are actions of earlier meetings of the unit: the open ones, and those that were agreed since the last meeting of the kind.
func (s *Service) former(ctx context.Context, r Reader, review *Review) ([]Action, error) {
	since := review.On - formerDays
	last, err := r.Reviews(ctx, Filter{Kind: review.Kind, State: StateFinished, Units: []Unit{review.Unit}, On: calendar.NoDate, Before: review.On, Limit: 1})
	if err != nil {
		return nil, err
	}
	if len(last) > 0 {
		since = last[0].On
	}
	return r.ReviewActions(ctx, ActionFilter{Unit: &review.Unit, Since: since, Except: review.ID, Limit: formerMost})
}

// Agreement is an action as it is agreed.
type Agreement struct {
	ReviewID int64
	PersonID int64
	Text     string
	DueOn    calendar.Date
	Metric   string // that it is to move; empty: none
}

// Agree notes an action of somebody who is in the meeting, or leads its unit. Errors: forbidden; not found; invalid; conflict when the meeting is locked.
func (s *Service) Agree(ctx context.Context, actor access.Actor, in Agreement) (a Action, err error) {
	defer errs.Wrap(&err, "review.Agree(%d)", in.ReviewID)
	if in.Text, err = tidyText("text", in.Text, actionMost, true); err != nil {
		return a, err
	}
	var c fact.Checker
	c.Text("text", in.Text, true)
	c.Day("due_on", in.DueOn)
	if in.DueOn < s.today() && !c.Has("due_on") {
		c.Add("due_on", in.DueOn.String(), "followup.past_day", nil)
	}
	if in.Metric != "" && !slices.ContainsFunc(s.measures(ctx, actor), func(m Measure) bool { return m.ID == in.Metric }) {
		c.Add("metric", in.Metric, "form.error.choice", nil)
	}
	if err := c.Err(); err != nil {
		return a, err
	}
	err = s.Store.InTx(ctx, func(tx Tx) error {
		review, err := s.mine(ctx, tx, actor, in.ReviewID)
		if err != nil {
			return err
		}
		if review.State != StatePrepared {
			return errs.New(errs.KindConflict, "review.locked", errs.Args{"State": review.State.Message()})
		}
		owners, err := s.owners(ctx, tx, &review)
		if err != nil {
			return err
		}
		name, known := owners[in.PersonID]
		if !known {
			return errs.Invalid("error.invalid", []errs.Field{{Path: "person", Message: errs.Msg("form.error.choice", nil)}})
		}
		a = Action{ReviewID: review.ID, Unit: review.Unit, PersonID: in.PersonID, PersonName: name, Text: in.Text, DueOn: in.DueOn, Metric: in.Metric, State: ActionOpen, DoneOn: calendar.NoDate, CreatedBy: actor.UserID, CreatedAt: tx.Now(), Revision: 1}
		if a.ID, err = tx.NextNumber(ctx, "review_action"); err != nil {
			return err
		}
		if err := tx.InsertReviewAction(ctx, a); err != nil {
			return err
		}
		if err := audit.Append(ctx, tx, actor, "review.agree", a.Subject(), nil, map[string]any{"review": a.ReviewID, "person": a.PersonID, "text": a.Text, "due_on": a.DueOn, "metric": a.Metric}); err != nil {
			return err
		}
		return notice.Post(ctx, tx, notice.Message{Kind: notice.KindReviewAction, To: notice.To{PersonIDs: []int64{a.PersonID}}, Subject: review.Subject(), By: actor.UserID, Once: a.Subject(),
			Params: notice.Params{"Unit": notice.Word(review.Unit.Name), "On": notice.Day(a.DueOn)}})
	})
	return a, err
}

// owners are who may take an action: everybody in the meeting, and who leads the unit.
func (s *Service) owners(ctx context.Context, r Reader, review *Review) (map[int64]string, error) {
	owners := map[int64]string{}
	rows, err := r.ReviewRows(ctx, review.ID, 0)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		owners[rows[i].PersonID] = rows[i].Name
	}
	teams, err := r.ReviewTeams(ctx, s.today())
	if err != nil {
		return nil, err
	}
	names, err := r.PersonNames(ctx, review.Unit.leaders(teams))
	for id, name := range names {
		owners[id] = name
	}
	return owners, err
}

// Settle says what became of an action: done, dropped, or open again. Its owner may, and who runs the meetings of the unit; who runs them alone drops one. Errors:
// forbidden; not found; invalid; conflict when it was changed after seen.
func (s *Service) Settle(ctx context.Context, actor access.Actor, id int64, state ActionState, words string, seen int64) (a Action, err error) {
	defer errs.Wrap(&err, "review.Settle(%d)", id)
	if words, err = tidyText("words", words, wordsMost, state == ActionDropped); err != nil {
		return a, err
	}
	if state != ActionOpen && state != ActionDone && state != ActionDropped {
		return a, errs.Invalid("error.invalid", []errs.Field{{Path: "state", Value: string(state), Message: errs.Msg("form.error.choice", nil)}})
	}
	err = s.Store.InTx(ctx, func(tx Tx) error {
		if a, err = tx.ReviewAction(ctx, id); err != nil {
			return err
		}
		teams, err := tx.ReviewTeams(ctx, s.today())
		if err != nil {
			return err
		}
		leads, own := runs(actor, teams).has(a.Unit), actor.PersonID != 0 && a.PersonID == actor.PersonID
		switch {
		case !leads && !own:
			return errMissing()
		case actor.ReadOnly, state == ActionDropped && !leads:
			return errs.New(errs.KindForbidden, "review.leader_alone", nil)
		case seen != 0 && seen != a.Revision:
			return errChanged()
		}
		before := a
		a.State, a.Words, a.DoneOn, a.Revision = state, words, calendar.NoDate, a.Revision+1
		if state != ActionOpen {
			a.DoneOn = s.today()
		}
		if err := tx.SaveReviewAction(ctx, a); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "review.settle", a.Subject(), map[string]any{"state": before.State, "words": before.Words}, map[string]any{"state": a.State, "words": a.Words, "done_on": a.DoneOn})
	})
	return a, err
}
