package servicecase

import (
	"context"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
)

// Limit is how soon a case is to be answered and solved, in working minutes.
type Limit struct {
	AnswerMinutes int64 `json:"answer_minutes"`
	SolveMinutes  int64 `json:"solve_minutes"`
}

// Rules are the company's time limits by severity, and its working hours in minutes of the day.
type Rules struct {
	Limits   map[Severity]Limit `json:"limits"`
	Opens    int64              `json:"opens"`
	Closes   int64              `json:"closes"`
	Revision int64              `json:"-"` // 0: nobody has kept any
}

// Usual are the rules until somebody keeps others: nine to six; an answer within half an hour to a working day, help within four hours to
// five working days.
func Usual() Rules {
	const day = 9 * 60
	return Rules{Opens: 9 * 60, Closes: 18 * 60, Limits: map[Severity]Limit{
		SeverityUrgent: {30, 4 * 60}, SeverityHigh: {2 * 60, day}, SeverityNormal: {4 * 60, 3 * day}, SeverityLow: {day, 5 * day},
	}}
}

// limitMinutesMax is the longest limit: a hundred days of nine hours.
const limitMinutesMax = 100 * 9 * 60

// Validate returns an error of kind Invalid that names every wrong field.
func (r Rules) Validate() error {
	var c fact.Checker
	if r.Opens < 0 || r.Opens >= r.Closes {
		c.Add("opens", "", "service.hours_wrong", nil)
	}
	if r.Closes > 24*60 {
		c.Add("closes", "", "service.hours_wrong", nil)
	}
	for _, s := range Severities {
		l := r.Limits[s]
		if l.AnswerMinutes < 1 || l.AnswerMinutes > limitMinutesMax {
			c.Add("answer."+string(s), "", "service.limit_wrong", errs.Args{"Max": limitMinutesMax})
		}
		if l.SolveMinutes < l.AnswerMinutes || l.SolveMinutes > limitMinutesMax {
			c.Add("solve."+string(s), "", "service.limit_order", errs.Args{"Max": limitMinutesMax})
		}
	}
	return c.Err()
}

// Rules returns the rules in force. Errors: forbidden.
func (s *Service) Rules(ctx context.Context, actor access.Actor) (rules Rules, err error) {
	defer errs.Wrap(&err, "servicecase.Rules")
	if err := actor.Require(access.PermSalesRead); err != nil {
		return rules, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		rules, err = rulesOf(ctx, r)
		return err
	})
	return rules, err
}

// rulesOf are the kept rules, or the usual ones.
func rulesOf(ctx context.Context, r Reader) (Rules, error) {
	kept, err := r.ServiceRules(ctx)
	if err == nil && kept.Revision == 0 {
		kept = Usual()
	}
	return kept, err
}

// SaveRules keeps rules; limits of cases that are open stay what they are. Errors: forbidden; invalid; conflict when somebody was faster.
func (s *Service) SaveRules(ctx context.Context, actor access.Actor, in Rules) (_ Rules, err error) {
	defer errs.Wrap(&err, "servicecase.SaveRules")
	if err := actor.RequireAll(access.PermServiceRules); err != nil {
		return in, err
	}
	if err := in.Validate(); err != nil {
		return in, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		before, err := tx.ServiceRules(ctx)
		if err != nil {
			return err
		}
		if before.Revision != in.Revision {
			return errs.New(errs.KindConflict, "service.rules_changed", nil)
		}
		after := in
		after.Revision++
		if err := tx.SaveServiceRules(ctx, after); err != nil {
			return err
		}
		var old any
		if before.Revision > 0 {
			old = before
		}
		return audit.Append(ctx, tx, actor, "service_rules.save", "service_rules:1", old, after)
	})
	if err == nil {
		in.Revision++
	}
	return in, err
}

// hours are the working hours by the rules, where the company is.
func (s *Service) hours(rules Rules) Hours {
	return Hours{Days: s.work(), Opens: rules.Opens, Closes: rules.Closes, Zone: s.now().Location()}
}

// begin starts both clocks of a new case.
func (c *Case) begin(rules Rules, hours Hours, at time.Time) {
	limit := rules.Limits[c.Severity]
	c.OpenedAt, c.SolveFrom = at, at
	c.AnswerDue, c.SolveDue = hours.Add(at, limit.AnswerMinutes), hours.Add(at, limit.SolveMinutes)
}

// rate gives a case another severity: limits are counted anew from when their clocks began.
func (c *Case) rate(severity Severity, rules Rules, hours Hours) {
	c.Severity, c.Told = severity, false
	limit := rules.Limits[severity]
	if c.AnsweredAt.IsZero() {
		c.AnswerDue = hours.Add(c.OpenedAt, limit.AnswerMinutes)
	}
	if !c.SolveDue.IsZero() {
		c.SolveDue = hours.Add(c.SolveFrom, limit.SolveMinutes+c.Waited)
	}
}

// answer notes the first answer.
func (c *Case) answer(at time.Time) bool {
	if !c.AnsweredAt.IsZero() {
		return false
	}
	c.AnsweredAt, c.Told = at, false
	return true
}

// move takes a case to a state, with what that does to its clocks.
func (c *Case) move(to State, rules Rules, hours Hours, at time.Time) {
	limit := rules.Limits[c.Severity].SolveMinutes
	if c.State == StateWaiting {
		c.Waited += hours.Between(c.WaitingSince, at)
		c.WaitingSince = time.Time{}
		c.SolveDue = hours.Add(c.SolveFrom, limit+c.Waited)
	}
	switch to {
	case StateWaiting:
		c.WaitingSince, c.SolveDue = at, time.Time{}
	case StateSolved:
		c.SolvedAt = at
	case StateClosed:
		c.ClosedAt = at
	case StateReopened:
		c.SolvedAt, c.ClosedAt, c.SolveFrom, c.Waited = time.Time{}, time.Time{}, at, 0
		c.SolveDue = hours.Add(at, limit)
		c.Reopened++
	}
	c.State, c.Told = to, false
}
