package org

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
)

// Mentorship is who trains whom over a run of days. A trainee has one mentor on a day.
type Mentorship struct {
	MentorID, TraineeID     int64
	MentorName, TraineeName string
	Days                    calendar.Interval // empty: taken back
}

// MentorChange is one fact of a mentorship.
type MentorChange struct {
	Mentorship Mentorship
	Mark       fact.Mark
}

// Mentor asks to record who trains a person from a day on. A mentorship that begins on the same day is corrected.
type Mentor struct {
	TraineeID int64
	MentorKey string        // employee number
	From      calendar.Date // first day
	Last      calendar.Date // last day; NoDate while it goes on
	TakeBack  bool          // there was none: only From counts
	Seen      fact.BatchID  // Detail.Latest of what was seen; 0 skips the check
}

// Validate returns an error of kind Invalid that names every wrong field.
func (in Mentor) Validate() error {
	var c fact.Checker
	c.Day("from", in.From)
	if in.TakeBack {
		return c.Err()
	}
	c.Key("mentor", in.MentorKey)
	if in.Last != calendar.NoDate {
		c.Day("to", in.Last)
		if in.Last < in.From {
			c.Add("to", in.Last.String(), "fact.range_reversed", nil)
		}
	}
	return c.Err()
}

// SetMentor records a mentorship. Errors: forbidden; not found for a trainee out of reach, or for a mentorship to take back that there is
// not; invalid, also for a mentor whom nobody knows, for oneself, and when the trainee has another mentor in those days; conflict when the
// person was changed after in.Seen.
func (s *Service) SetMentor(ctx context.Context, actor access.Actor, in Mentor) (receipt fact.Receipt, err error) {
	defer errs.Wrap(&err, "org.SetMentor(%d)", in.TraineeID)
	if err := s.mayWrite(actor, in.Validate); err != nil {
		return receipt, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		if err := s.requireReach(ctx, tx, actor, access.PermOrgWrite, in.TraineeID); err != nil {
			return err
		}
		known, err := tx.OrgMentorships(ctx, in.TraineeID)
		if err != nil {
			return err
		}
		var before *Mentorship
		for _, m := range known {
			if in.Seen != 0 && (m.Mark.Recorded > in.Seen || !m.Mark.Current() && m.Mark.Superseded > in.Seen) {
				return errs.New(errs.KindConflict, "org.changed_meanwhile", nil)
			}
			if m.Mark.Current() && m.Mentorship.TraineeID == in.TraineeID && m.Mentorship.Days.From == in.From {
				before = &m.Mentorship
			}
		}
		record, err := s.mentorRecord(ctx, tx, in, before)
		if err != nil {
			return err
		}
		receipt, err = fact.Record(ctx, tx, actor.UserID, "person:"+record.Trainee, func(w fact.Writer) (fact.Outcome, error) { return w.PutMentorship(ctx, record) })
		if err != nil || receipt.Batch == 0 {
			return err
		}
		return audit.Append(ctx, tx, actor, "person.set_mentor", subject(in.TraineeID), before, record)
	})
	return receipt, err
}

func (s *Service) mentorRecord(ctx context.Context, tx Tx, in Mentor, before *Mentorship) (record fact.MentorshipRecord, err error) {
	if record.Trainee, err = tx.PersonKey(ctx, in.TraineeID); err != nil {
		return record, err
	}
	record.Days = calendar.Interval{From: in.From, To: calendar.Forever}
	if in.TakeBack {
		if before == nil {
			return record, errs.New(errs.KindNotFound, "org.mentorship_missing", nil)
		}
		record.Days.To = in.From
		record.Mentor, err = tx.PersonKey(ctx, before.MentorID)
		return record, err
	}
	if in.Last != calendar.NoDate {
		record.Days.To = in.Last + 1
	}
	record.Mentor = in.MentorKey
	mentor, err := tx.OrgPersonID(ctx, in.MentorKey)
	if err != nil {
		return record, err
	}
	var c fact.Checker
	switch mentor {
	case 0:
		c.Add("mentor", in.MentorKey, "fact.unknown_person", errs.Args{"Key": in.MentorKey})
	case in.TraineeID:
		c.Add("mentor", in.MentorKey, "org.own_mentor", nil)
	}
	return record, c.Err()
}
