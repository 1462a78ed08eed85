package servicecase

import (
	"context"
	"slices"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/customer"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/mention"
	"xiaoguan/internal/notice"
	"xiaoguan/internal/process"
)

// Change changes what a case says; its customer stays. Errors: forbidden; not found out of reach; invalid; conflict when it was changed
// after in.Seen.
func (s *Service) Change(ctx context.Context, actor access.Actor, in Entry) (c Case, err error) {
	defer errs.Wrap(&err, "servicecase.Change(%d)", in.ID)
	in.Text = fact.TidyLines(in.Text)
	return s.change(ctx, actor, in.ID, in.Seen, "change", func(tx Tx, c *Case, rules Rules, hours Hours, _ time.Time) (none []process.Activity, err error) {
		if c.Fields, err = s.fill(ctx, tx, in, c.Fields); err != nil {
			return nil, err
		}
		c.Title, c.Kind, c.Text = in.Title, in.Kind, in.Text
		if in.Severity != c.Severity {
			c.rate(in.Severity, rules, hours)
		}
		if in.DealKey == "" && c.DealKey == "" {
			in.OpportunityID = c.OpportunityID
		}
		return nil, s.relate(ctx, tx, c, in)
	})
}

// Assign makes somebody look after a case; an empty key is oneself. Errors: forbidden; not found out of reach; invalid; conflict.
func (s *Service) Assign(ctx context.Context, actor access.Actor, id int64, person string, seen int64) (c Case, err error) {
	defer errs.Wrap(&err, "servicecase.Assign(%d)", id)
	return s.change(ctx, actor, id, seen, "give", s.assigning(ctx, actor, person))
}

func (s *Service) assigning(ctx context.Context, actor access.Actor, person string) func(Tx, *Case, Rules, Hours, time.Time) ([]process.Activity, error) {
	return func(tx Tx, c *Case, _ Rules, _ Hours, _ time.Time) ([]process.Activity, error) {
		before := c.OwnerID
		if person == "" {
			if actor.PersonID == 0 {
				return nil, invalid("owner", "", "service.no_such_owner", nil)
			}
			c.OwnerID = actor.PersonID
		} else if err := s.give(ctx, tx, actor, c, person); err != nil {
			return nil, err
		}
		if c.OwnerID == before {
			return nil, nil
		}
		return nil, s.tellOwner(ctx, tx, actor, *c)
	}
}

// AssignMost is how many cases may be assigned at once.
const AssignMost = 200

// AssignMany gives cases to somebody, all or none. Errors: as Assign; invalid for none or too many.
func (s *Service) AssignMany(ctx context.Context, actor access.Actor, ids []int64, person string) (err error) {
	defer errs.Wrap(&err, "servicecase.AssignMany(%d)", len(ids))
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return err
	}
	if len(ids) == 0 || len(ids) > AssignMost {
		return invalid("ids", "", "service.choose_some", errs.Args{"Max": AssignMost})
	}
	return s.store.InTx(ctx, func(tx Tx) error {
		for _, id := range ids {
			if _, err := s.changeIn(ctx, tx, actor, id, 0, "give", s.assigning(ctx, actor, person)); err != nil {
				return err
			}
		}
		return nil
	})
}

// Step takes a case to another state. Solving takes what helped, which is also what the customer was told when nothing was before.
type Step struct {
	ID       int64
	State    State
	Solution string // with StateSolved
	Seen     int64
}

// Move takes a case on. Errors: forbidden; not found out of reach; invalid, also for a state that does not follow; conflict.
func (s *Service) Move(ctx context.Context, actor access.Actor, in Step) (c Case, err error) {
	defer errs.Wrap(&err, "servicecase.Move(%d, %s)", in.ID, in.State)
	in.Solution = strings.TrimSpace(fact.TidyLines(in.Solution))
	var check fact.Checker
	checkText(&check, "solution", in.Solution)
	if in.State == StateSolved && in.Solution == "" {
		check.Add("solution", "", "service.say_how", nil)
	}
	if !in.State.Valid() {
		check.Add("state", string(in.State), "form.error.choice", nil)
	}
	if err := check.Err(); err != nil {
		return c, err
	}
	return s.change(ctx, actor, in.ID, in.Seen, "move", func(_ Tx, c *Case, rules Rules, hours Hours, at time.Time) (activities []process.Activity, err error) {
		if !slices.Contains(c.State.Onward(), in.State) {
			return nil, errs.New(errs.KindConflict, "service.no_way", errs.Args{"From": c.State.Message(), "To": in.State.Message()})
		}
		if c.OwnerID == 0 && in.State == StateWorking && actor.PersonID != 0 {
			c.OwnerID = actor.PersonID // who begins has taken it
		}
		c.move(in.State, rules, hours, at)
		if in.State == StateSolved {
			c.Solution = in.Solution
			if c.answer(at) {
				activities = append(activities, process.ActivityServiceAnswered)
			}
		}
		if a, ok := told[in.State]; ok {
			activities = append(activities, a)
		}
		return activities, nil
	})
}

// told are the states that the process hears of.
var told = map[State]process.Activity{StateSolved: process.ActivityServiceSolved, StateClosed: process.ActivityServiceClosed, StateReopened: process.ActivityServiceReopened}

// Remark is a comment as it is entered.
type Remark struct {
	CaseID int64
	Text   string
	Public bool // the customer was told this: the first one is the first answer
}

// Comment records a comment. Whoever is mentioned in it is told, and may see the case from then on. Errors: forbidden; not found out of
// reach; invalid.
func (s *Service) Comment(ctx context.Context, actor access.Actor, in Remark) (said Comment, err error) {
	defer errs.Wrap(&err, "servicecase.Comment(%d)", in.CaseID)
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return said, err
	}
	in.Text = strings.TrimSpace(fact.TidyLines(in.Text))
	var check fact.Checker
	checkText(&check, "text", in.Text)
	if in.Text == "" {
		check.Add("text", "", "form.error.required", nil)
	}
	if err := check.Err(); err != nil {
		return said, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		c, err := s.changeIn(ctx, tx, actor, in.CaseID, 0, "first_answer", func(_ Tx, c *Case, _ Rules, _ Hours, at time.Time) ([]process.Activity, error) {
			if in.Public && c.answer(at) {
				return []process.Activity{process.ActivityServiceAnswered}, nil
			}
			return nil, nil
		})
		if err != nil {
			return err
		}
		said = Comment{CaseID: c.ID, PersonID: actor.PersonID, UserID: actor.UserID, UserName: actor.Name, Public: in.Public, Text: in.Text, At: tx.Now()}
		if said.ID, err = tx.NextNumber(ctx, "service_comment"); err != nil {
			return err
		}
		if err := tx.InsertServiceComment(ctx, said); err != nil {
			return err
		}
		if err := s.call(ctx, tx, actor, c, said); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "service_case.remark", c.Subject(), nil, map[string]any{"comment": said.ID, "public": said.Public, "text": said.Text})
	})
	return said, err
}

// call tells whoever is mentioned, and lets them see the case.
func (s *Service) call(ctx context.Context, tx Tx, actor access.Actor, c Case, said Comment) error {
	called, err := mention.Find(ctx, tx, said.Text)
	if err != nil || len(called) == 0 {
		return err
	}
	ids := make([]int64, len(called))
	for i, p := range called {
		ids[i] = p.ID
	}
	if err := tx.AddServiceMembers(ctx, c.ID, ids); err != nil {
		return err
	}
	return notice.Post(ctx, tx, notice.Message{Kind: notice.KindMentioned, To: notice.To{PersonIDs: ids}, Subject: c.Subject(), By: actor.UserID,
		Params: notice.Params{"Who": notice.Word(actor.Name), "What": notice.Word(c.Title)}})
}

// LookAfter makes somebody of service look after a customer in reach, whose new cases are theirs; an empty key is nobody. Errors:
// forbidden; not found out of reach; invalid.
func (s *Service) LookAfter(ctx context.Context, actor access.Actor, customerID int64, person string) (err error) {
	defer errs.Wrap(&err, "servicecase.LookAfter(%d)", customerID)
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return err
	}
	return s.store.InTx(ctx, func(tx Tx) error {
		reach := s.reach(actor, access.PermWorkWrite)
		in, err := tx.CustomerInReach(ctx, customer.Reach{Scope: reach.Scope, Today: reach.Today}, customerID)
		if err != nil {
			return err
		}
		if !in {
			return errs.New(errs.KindNotFound, "customer.missing", nil)
		}
		before, err := tx.ServiceOwner(ctx, customerID)
		if err != nil {
			return err
		}
		var c Case
		if person != "" {
			if err := s.give(ctx, tx, actor, &c, person); err != nil {
				return err
			}
		}
		if c.OwnerID == before.ID {
			return nil
		}
		if err := tx.SetServiceOwner(ctx, customerID, c.OwnerID, tx.Now(), actor.UserID); err != nil {
			return err
		}
		if err := s.handOver(ctx, tx, actor, customerID, c.OwnerID); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "customer.look_after", "customer:"+number(customerID), map[string]any{"service_owner_id": before.ID}, map[string]any{"service_owner_id": c.OwnerID})
	})
}

// lateAtOnce is how many late cases are told of in one transaction.
const lateAtOnce = 100

// Escalate tells managers of cases whose deadline has passed: who leads the team of the owner or, without one, who sets the time limits.
// Each deadline is told of once. Call it now and then, on any node.
func (s *Service) Escalate(ctx context.Context) (count int, err error) {
	defer errs.Wrap(&err, "servicecase.Escalate")
	err = s.store.InTx(ctx, func(tx Tx) error {
		late, err := tx.LateCases(ctx, tx.Now(), lateAtOnce)
		if err != nil {
			return err
		}
		count = len(late)
		for _, c := range late {
			if err := s.escalate(ctx, tx, c); err != nil {
				return err
			}
		}
		return nil
	})
	return count, err
}

func (s *Service) escalate(ctx context.Context, tx Tx, c Case) (err error) {
	to := notice.To{PersonIDs: []int64{c.OwnerID}}
	var leaders []int64
	if c.OwnerID != 0 {
		if leaders, err = tx.LeadersOf(ctx, c.OwnerID, calendar.DateOf(s.now())); err != nil {
			return err
		}
		to.PersonIDs = append(to.PersonIDs, leaders...)
	} else {
		to.PersonIDs = nil
	}
	if len(leaders) == 0 {
		to.Permission, to.Whole = access.PermServiceRules, true
	}
	which := "answer"
	if !c.AnsweredAt.IsZero() {
		which = "solve"
	}
	err = notice.Post(ctx, tx, notice.Message{Kind: notice.KindCaseLate, To: to, Subject: c.Subject(), Once: which + ":" + c.Due().UTC().Format(time.RFC3339),
		Params: notice.Params{"Title": notice.Word(c.Title), "Number": notice.Number(c.ID), "What": notice.Phrase("service.late_" + which)}})
	if err != nil {
		return err
	}
	actor := access.SystemActor("service")
	c.Told = true
	c.Revision++
	if err := tx.SaveServiceCase(ctx, c); err != nil {
		return err
	}
	return process.Record(ctx, tx, actor, process.Write{Action: "service_case.overdue", Subject: c.Subject(), Revision: c.Revision, Before: map[string]any{}, After: map[string]any{"late": which}})
}
