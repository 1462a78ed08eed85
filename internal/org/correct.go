package org

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
)

// Correct asks to record what a person's number, name and first day should have been.
type Correct struct {
	PersonID int64
	Key      string
	Name     string
	Hired    calendar.Date // first day employed
	Seen     fact.BatchID  // Detail.Latest of what the decision rests on; 0 skips the check
}

// Validate returns an error of kind Invalid that names every wrong field.
func (in Correct) Validate() error {
	var c fact.Checker
	c.Key("key", in.Key)
	c.Text("name", in.Name, true)
	c.Day("hired", in.Hired)
	return c.Err()
}

// Correct records a person's number, name and first day. The person stays the same, with all that was recorded; a number that was
// given up is free for others. The first assignment begins with the first day. The first day comes before the departure, before the
// second assignment and before the person leads a team. Errors: as Move; invalid also for a number that is taken.
func (s *Service) Correct(ctx context.Context, actor access.Actor, in Correct) (receipt fact.Receipt, err error) {
	defer errs.Wrap(&err, "org.Correct(%d)", in.PersonID)
	return s.change(ctx, actor, in.Validate, in.PersonID, in.Seen, "person.correct", func(tx Tx, before Member) ([]any, error) {
		var c fact.Checker
		taken, err := tx.OrgPersonID(ctx, in.Key)
		if err != nil {
			return nil, err
		}
		if taken != 0 && taken != in.PersonID {
			c.Add("key", in.Key, "org.key_taken", errs.Args{"Key": in.Key})
		}
		assignments, err := tx.OrgAssignments(ctx, in.PersonID)
		if err != nil {
			return nil, err
		}
		leads, err := tx.OrgLeads(ctx, in.PersonID)
		if err != nil {
			return nil, err
		}
		checkFirstDay(&c, in.Hired, before, assignments, leads)
		if err := c.Err(); err != nil {
			return nil, err
		}
		record := personRecord(before)
		record.Name, record.Hired = in.Name, in.Hired
		if err := s.keepLast(ctx, tx, &record, assignments); err != nil {
			return nil, err
		}
		return []any{record, fact.PersonKeyRecord{Key: before.Key, NewKey: in.Key}}, nil
	})
}

// checkFirstDay wants a first day that agrees with what is known to have come after it.
func checkFirstDay(c *fact.Checker, hired calendar.Date, before Member, assignments []Change, leads []LeadChange) {
	if hired == before.Hired {
		return
	}
	if hired >= before.Left {
		c.Add("hired", hired.String(), "org.after_left", errs.Args{"Day": before.Left.String()})
	}
	first := calendar.Interval{From: calendar.Forever, To: calendar.Forever}
	for _, a := range assignments {
		if a.Mark.Current() && a.Assignment.Days.From < first.From {
			first = a.Assignment.Days
		}
	}
	if hired >= first.To {
		c.Add("hired", hired.String(), "org.moved_before", errs.Args{"Day": first.To.String()})
	}
	led := calendar.Forever
	for _, l := range leads {
		// A leadership from ever has no first day that could be wrong.
		if from := l.Leadership.Days.From; l.Mark.Current() && from > calendar.NewDate(1, 1, 1) {
			led = min(led, from)
		}
	}
	if hired > led {
		c.Add("hired", hired.String(), "org.led_before", errs.Args{"Day": led.String()})
	}
}
