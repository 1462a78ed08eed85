package questionnaire

import (
	"cmp"
	"context"
	"slices"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/notice"
)

// Invitees are who would be asked by a draft, and in which groups they would be.
type Invitees struct {
	People  int
	Cells   []Cell
	NoLogin int // of these, who cannot sign in and needs a link
	Resting int // of the audience, who is left out: asked Most times within RestDays
	Most    int64
}

// Preview says who would be asked today. Errors: forbidden; not found.
func (s *Service) Preview(ctx context.Context, actor access.Actor, id int64) (v Invitees, err error) {
	defer errs.Wrap(&err, "questionnaire.Preview(%d)", id)
	if err := actor.RequireAll(access.PermQuestionnaireRun); err != nil {
		return v, err
	}
	err = s.Store.Read(ctx, func(r Reader) error {
		q, err := r.Questionnaire(ctx, id)
		if err != nil {
			return err
		}
		people, err := s.taken(ctx, r, q.Audience)
		if err != nil {
			return err
		}
		people, resting, most, err := s.rested(ctx, r, people, s.today())
		v = Invitees{People: len(people), Cells: partition(people, GroupLeast), Resting: resting, Most: most}
		for _, e := range people {
			if !e.Account {
				v.NoLogin++
			}
		}
		return err
	})
	return v, err
}

func (s *Service) taken(ctx context.Context, r Reader, audience Audience) ([]Employee, error) {
	people, err := r.Employees(ctx, s.today())
	return slices.DeleteFunc(people, func(e Employee) bool { return !audience.Takes(e) }), err
}

// Places are the regions, teams and layers that an audience is chosen from.
type Places struct {
	Regions, Teams []Place
}

// Place is a region, or a team.
type Place struct {
	ID     int64
	Name   string
	People int
}

// Places returns the regions and teams with people in them today. Errors: forbidden.
func (s *Service) Places(ctx context.Context, actor access.Actor) (v Places, err error) {
	defer errs.Wrap(&err, "questionnaire.Places")
	if err := actor.RequireAll(access.PermQuestionnaireRun); err != nil {
		return v, err
	}
	add := func(list []Place, id int64, name string) []Place {
		if id == 0 {
			return list
		}
		at := slices.IndexFunc(list, func(p Place) bool { return p.ID == id })
		if at < 0 {
			return append(list, Place{id, name, 1})
		}
		list[at].People++
		return list
	}
	err = s.Store.Read(ctx, func(r Reader) error {
		v = Places{}
		people, err := r.Employees(ctx, s.today())
		for _, e := range people {
			v.Regions, v.Teams = add(v.Regions, e.RegionID, e.RegionName), add(v.Teams, e.TeamID, e.TeamName)
		}
		return err
	})
	return v, err
}

// Open asks the audience: its groups are fixed, and everybody in it is told. ClosesOn is the last day. Errors: forbidden; invalid for a draft that is not
// complete, a day that has passed, or fewer people than a group has; conflict when it is open already.
func (s *Service) Open(ctx context.Context, actor access.Actor, id int64, closesOn calendar.Date) (q Questionnaire, err error) {
	defer errs.Wrap(&err, "questionnaire.Open(%d)", id)
	if err := actor.RequireAll(access.PermQuestionnaireRun); err != nil {
		return q, err
	}
	err = s.Store.InTx(ctx, func(tx Tx) error {
		if q, err = s.editable(ctx, tx, id, 0); err != nil {
			return err
		}
		today := s.today()
		var c fact.Checker
		q.Document.check(&c, true)
		c.Day("closes_on", closesOn)
		if !c.Has("closes_on") && (closesOn < today || closesOn > today+openDaysMost) {
			c.Add("closes_on", closesOn.String(), "questionnaire.closes_range", errs.Args{"Most": openDaysMost})
		}
		people, err := s.taken(ctx, tx, q.Audience)
		if err != nil {
			return err
		}
		people, resting, most, err := s.rested(ctx, tx, people, today)
		if err != nil {
			return err
		}
		cells := partition(people, GroupLeast)
		switch {
		case cells == nil && resting > 0:
			c.Add("audience", "", "questionnaire.audience_rests", errs.Args{"Least": GroupLeast, "Have": len(people), "Resting": resting, "Most": most, "Days": RestDays})
		case cells == nil:
			c.Add("audience", "", "questionnaire.audience_few", errs.Args{"Least": GroupLeast, "Have": len(people)})
		}
		if err := c.Err(); err != nil {
			return err
		}
		q.Cells, q.State, q.OpenedOn, q.ClosesOn = cells, StateOpen, today, closesOn
		if err := s.store(ctx, tx, &q, false); err != nil {
			return err
		}
		if err := tx.Invite(ctx, invitations(q.ID, people, cells)); err != nil {
			return err
		}
		told := notice.Message{Kind: notice.KindQuestionnaireAsked, To: notice.To{PersonIDs: personIDs(people)}, Subject: q.Subject(), Params: notice.Params{"Title": notice.Word(q.Document.Title.Zh), "Until": notice.Day(closesOn)}}
		if err := notice.Post(ctx, tx, told); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "questionnaire.open", q.Subject(), map[string]any{"state": StateDraft}, map[string]any{"state": StateOpen, "invited": len(people), "resting": resting, "groups": len(cells), "closes_on": closesOn})
	})
	return q, err
}

func personIDs(people []Employee) (ids []int64) {
	for _, e := range people {
		ids = append(ids, e.PersonID)
	}
	return ids
}

func invitations(id int64, people []Employee, cells []Cell) (list []Invited) {
	of := map[int64]string{}
	for _, c := range cells {
		for _, p := range c.persons {
			of[p] = c.Key
		}
	}
	for _, e := range people {
		list = append(list, Invited{QuestionnaireID: id, PersonID: e.PersonID, Cell: of[e.PersonID], Layer: e.Layer})
	}
	return list
}

// Close ends a questionnaire before its last day. Errors: forbidden; not found; conflict when it is not open.
func (s *Service) Close(ctx context.Context, actor access.Actor, id int64) (q Questionnaire, err error) {
	defer errs.Wrap(&err, "questionnaire.Close(%d)", id)
	if err := actor.RequireAll(access.PermQuestionnaireRun); err != nil {
		return q, err
	}
	err = s.Store.InTx(ctx, func(tx Tx) error {
		if q, err = tx.Questionnaire(ctx, id); err != nil {
			return err
		}
		if q.On(s.today()) != StateOpen {
			return errs.New(errs.KindConflict, "questionnaire.not_open", nil)
		}
		q.State, q.ClosedOn = StateClosed, s.today()
		if err := s.store(ctx, tx, &q, false); err != nil {
			return err
		}
		if err := notice.Settle(ctx, tx, notice.End{Subject: q.Subject(), Kinds: []notice.Kind{notice.KindQuestionnaireAsked}}); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "questionnaire.close", q.Subject(), map[string]any{"state": StateOpen}, map[string]any{"state": StateClosed})
	})
	return q, err
}

// Prolong moves the last day of what is open. Errors: forbidden; invalid; conflict when it is not open.
func (s *Service) Prolong(ctx context.Context, actor access.Actor, id int64, closesOn calendar.Date) (q Questionnaire, err error) {
	defer errs.Wrap(&err, "questionnaire.Prolong(%d)", id)
	if err := actor.RequireAll(access.PermQuestionnaireRun); err != nil {
		return q, err
	}
	err = s.Store.InTx(ctx, func(tx Tx) error {
		if q, err = tx.Questionnaire(ctx, id); err != nil {
			return err
		}
		var c fact.Checker
		c.Day("closes_on", closesOn)
		if !c.Has("closes_on") && (closesOn < s.today() || closesOn > q.OpenedOn+openDaysMost) {
			c.Add("closes_on", closesOn.String(), "questionnaire.closes_range", errs.Args{"Most": openDaysMost})
		}
		if q.On(s.today()) != StateOpen {
			return errs.New(errs.KindConflict, "questionnaire.not_open", nil)
		}
		if err := c.Err(); err != nil {
			return err
		}
		before := q.ClosesOn
		q.ClosesOn = closesOn
		if err := s.store(ctx, tx, &q, false); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "questionnaire.prolong", q.Subject(), map[string]any{"closes_on": before}, map[string]any{"closes_on": closesOn})
	})
	return q, err
}

// reminders are how many days before the last one those are reminded who have not answered.
var reminders = []calendar.Date{3, 0}

// Remind tells who has not answered three days before the last day and on it, and ends what is over.
func (s *Service) Remind(ctx context.Context, m notice.Morning) (due notice.Reminders, err error) {
	defer errs.Wrap(&err, "questionnaire.Remind")
	err = s.Store.Read(ctx, func(r Reader) error {
		due = notice.Reminders{}
		all, err := r.Questionnaires(ctx)
		if err != nil {
			return err
		}
		for i := range all {
			q := &all[i]
			if q.State != StateOpen {
				continue
			}
			if q.On(m.Day) == StateClosed {
				due.Ends = append(due.Ends, notice.End{Subject: q.Subject(), Kinds: []notice.Kind{notice.KindQuestionnaireAsked}})
				continue
			}
			if !slices.Contains(reminders, q.ClosesOn-m.Day) {
				continue
			}
			late, err := r.WhoMustAnswer(ctx, q.ID)
			if err != nil {
				return err
			}
			if len(late) > 0 {
				due.Messages = append(due.Messages, notice.Message{Kind: notice.KindQuestionnaireReminder, To: notice.To{PersonIDs: late}, Subject: q.Subject(), Once: m.Day.String(),
					Params: notice.Params{"Title": notice.Word(q.Document.Title.Zh), "Until": notice.Day(q.ClosesOn)}})
			}
		}
		return nil
	})
	return due, err
}

// People returns who is employed today, by team and name. Errors: forbidden.
func (s *Service) People(ctx context.Context, actor access.Actor) (people []Employee, err error) {
	defer errs.Wrap(&err, "questionnaire.People")
	if err := actor.RequireAll(access.PermQuestionnaireRun); err != nil {
		return nil, err
	}
	err = s.Store.Read(ctx, func(r Reader) error {
		people, err = r.Employees(ctx, s.today())
		return err
	})
	slices.SortStableFunc(people, func(a, b Employee) int {
		return cmp.Or(cmp.Compare(a.TeamName, b.TeamName), cmp.Compare(a.Name, b.Name))
	})
	return people, err
}
