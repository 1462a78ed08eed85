package org

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
)

// Hire asks to record a new person.
type Hire struct {
	Key    string
	Name   string
	TeamID int64 // 0: no team
	Level  Level
	Roles  []string
	On     calendar.Date // first day employed
}

// Validate returns an error of kind Invalid that names every wrong field.
func (in Hire) Validate() error {
	var c fact.Checker
	c.Key("key", in.Key)
	c.Text("name", in.Name, true)
	c.Day("on", in.On)
	checkPlace(&c, in.Level, in.Roles)
	return c.Err()
}

// Move asks to record where and as what a person works from a day on. A later change that is known stands.
type Move struct {
	PersonID int64
	TeamID   int64 // 0: no team
	Level    Level
	Roles    []string
	On       calendar.Date
	Seen     fact.BatchID // Detail.Latest of what the decision rests on; 0 skips the check
}

// Validate returns an error of kind Invalid that names every wrong field.
func (in Move) Validate() error {
	var c fact.Checker
	c.Day("on", in.On)
	checkPlace(&c, in.Level, in.Roles)
	return c.Err()
}

// Leave asks to record the first day on which a person is no longer employed; calendar.Forever takes a departure back.
type Leave struct {
	PersonID int64
	On       calendar.Date
	Seen     fact.BatchID
}

// Validate returns an error of kind Invalid that names every wrong field.
func (in Leave) Validate() error {
	var c fact.Checker
	if in.On != calendar.Forever {
		c.Day("on", in.On)
	}
	return c.Err()
}

// SetLeader asks to record who leads a team from a day on; person 0 is nobody.
type SetLeader struct {
	TeamID   int64
	PersonID int64
	On       calendar.Date
}

// Validate returns an error of kind Invalid that names every wrong field.
func (in SetLeader) Validate() error {
	var c fact.Checker
	c.Day("on", in.On)
	return c.Err()
}

func checkPlace(c *fact.Checker, level Level, roles []string) {
	if !slices.Contains(Levels, level) {
		c.Add("level", string(level), "org.unknown_level", nil)
	}
	for _, role := range roles {
		c.Key("roles", role)
		if strings.Contains(role, ",") {
			c.Add("roles", role, "fact.bad_text", nil)
		}
	}
}

// Hire records a new person. Errors: forbidden, also for a team out of reach; invalid; conflict when the key is taken.
func (s *Service) Hire(ctx context.Context, actor access.Actor, in Hire) (id int64, receipt fact.Receipt, err error) {
	defer errs.Wrap(&err, "org.Hire(%s)", in.Key)
	if err := s.mayWrite(actor, in.Validate); err != nil {
		return 0, receipt, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		team, err := s.teamInReach(ctx, tx, actor, in.TeamID)
		if err != nil {
			return err
		}
		if taken, err := tx.OrgPersonID(ctx, in.Key); err != nil || taken != 0 {
			if err == nil {
				err = errs.Invalid("fact.invalid", []errs.Field{{Path: "key", Value: in.Key, Message: errs.Msg("org.key_taken", errs.Args{"Key": in.Key})}})
			}
			return err
		}
		record := fact.PersonRecord{Key: in.Key, Name: in.Name, Team: team.Key, Level: string(in.Level), Roles: in.Roles, Hired: in.On,
			Left: calendar.Forever, ValidFrom: calendar.NoDate}
		receipt, err = fact.Record(ctx, tx, actor.UserID, "person:"+in.Key, func(w fact.Writer) (fact.Outcome, error) { return w.PutPerson(ctx, record) })
		if err != nil {
			return err
		}
		if id, err = tx.OrgPersonID(ctx, in.Key); err != nil {
			return err
		}
		return audit.Append(ctx, tx, actor, "person.hire", subject(id), nil, record)
	})
	return id, receipt, err
}

// Move records a move or a change of level. Errors: forbidden; not found out of reach; invalid; conflict when the person was changed
// after in.Seen.
func (s *Service) Move(ctx context.Context, actor access.Actor, in Move) (receipt fact.Receipt, err error) {
	err = s.store.InTx(ctx, func(tx Tx) error {
		receipt, err = s.MoveIn(ctx, tx, actor, in)
		return err
	})
	return receipt, err
}

// MoveIn is Move within a transaction of the caller, for decisions that a move is part of.
func (s *Service) MoveIn(ctx context.Context, tx Tx, actor access.Actor, in Move) (receipt fact.Receipt, err error) {
	defer errs.Wrap(&err, "org.Move(%d)", in.PersonID)
	if err := s.mayWrite(actor, in.Validate); err != nil {
		return receipt, err
	}
	return s.changeIn(ctx, tx, actor, in.PersonID, in.Seen, "person.move", func(tx Tx, before Member) ([]any, error) {
		team, err := s.teamInReach(ctx, tx, actor, in.TeamID)
		if err != nil {
			return nil, err
		}
		var c fact.Checker
		if in.On < before.Hired {
			c.Add("on", in.On.String(), "org.before_hired", errs.Args{"Day": before.Hired.String()})
		}
		if in.On >= before.Left {
			c.Add("on", in.On.String(), "org.after_left", errs.Args{"Day": before.Left.String()})
		}
		record := personRecord(before)
		record.Team, record.Level, record.Roles, record.ValidFrom = team.Key, string(in.Level), in.Roles, in.On
		return []any{record}, c.Err()
	})
}

// Leave records that a person leaves, and that nobody leads from then on what the person led. Errors: as Move.
func (s *Service) Leave(ctx context.Context, actor access.Actor, in Leave) (receipt fact.Receipt, err error) {
	defer errs.Wrap(&err, "org.Leave(%d)", in.PersonID)
	return s.change(ctx, actor, in.Validate, in.PersonID, in.Seen, "person.leave", func(tx Tx, before Member) ([]any, error) {
		if in.On <= before.Hired {
			var c fact.Checker
			c.Add("on", in.On.String(), "org.before_hired", errs.Args{"Day": before.Hired.String()})
			return nil, c.Err()
		}
		assignments, err := tx.OrgAssignments(ctx, in.PersonID)
		if err != nil {
			return nil, err
		}
		record := personRecord(before)
		record.Left = in.On
		if err := s.keepLast(ctx, tx, &record, assignments); err != nil {
			return nil, err
		}
		records := []any{record}
		leads, err := tx.OrgLeads(ctx, in.PersonID)
		if err != nil || in.On == calendar.Forever {
			return records, err
		}
		for _, l := range leads {
			if !l.Mark.Current() || l.Leadership.Days.To <= in.On {
				continue
			}
			team, err := tx.OrgTeam(ctx, l.Leadership.TeamID)
			if err != nil {
				return nil, err
			}
			records = append(records, fact.LeaderRecord{Team: team.Key, From: max(in.On, l.Leadership.Days.From)})
		}
		return records, nil
	})
}

// keepLast fills the record with the last assignment that is known, so that the record changes nothing about it.
func (s *Service) keepLast(ctx context.Context, tx Tx, record *fact.PersonRecord, assignments []Change) error {
	record.Team, record.Level, record.Roles = "", string(LevelOther), nil
	last := calendar.NoDate
	for _, a := range assignments {
		if !a.Mark.Current() || a.Assignment.Days.From <= last {
			continue
		}
		last = a.Assignment.Days.From
		record.Team, record.Level, record.Roles = "", string(a.Assignment.Level), a.Assignment.Roles
		if a.Assignment.TeamID != 0 {
			team, err := tx.OrgTeam(ctx, a.Assignment.TeamID)
			if err != nil {
				return err
			}
			record.Team = team.Key
		}
	}
	return nil
}

// SetLeader records who leads a team. Errors: forbidden, also for a team out of reach; invalid; not found.
func (s *Service) SetLeader(ctx context.Context, actor access.Actor, in SetLeader) (receipt fact.Receipt, err error) {
	defer errs.Wrap(&err, "org.SetLeader(%d)", in.TeamID)
	if err := s.mayWrite(actor, in.Validate); err != nil {
		return receipt, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		team, err := s.teamInReach(ctx, tx, actor, in.TeamID)
		if err != nil {
			return err
		}
		record := fact.LeaderRecord{Team: team.Key, From: in.On}
		if in.PersonID != 0 {
			if err := s.requireReach(ctx, tx, actor, access.PermOrgWrite, in.PersonID); err != nil {
				return err
			}
			latest, err := tx.LatestBatch(ctx)
			if err != nil {
				return err
			}
			person, err := tx.OrgMember(ctx, fact.AsOf{Valid: in.On, Recorded: latest}, in.PersonID)
			if err != nil {
				return err
			}
			record.Person = person.Key
		}
		receipt, err = fact.Record(ctx, tx, actor.UserID, "team:"+team.Key, func(w fact.Writer) (fact.Outcome, error) { return w.PutLeader(ctx, record) })
		if err != nil || receipt.Batch == 0 {
			return err
		}
		return audit.Append(ctx, tx, actor, "team.set_leader", fmt.Sprintf("team:%d", in.TeamID), nil, record)
	})
	return receipt, err
}

// change is what Move, Leave and Correct have in common: permission, reach, nobody faster, one batch, one entry in the log.
func (s *Service) change(ctx context.Context, actor access.Actor, validate func() error, personID int64, seen fact.BatchID, action string,
	records func(tx Tx, before Member) ([]any, error)) (receipt fact.Receipt, err error) {
	if err := s.mayWrite(actor, validate); err != nil {
		return receipt, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		receipt, err = s.changeIn(ctx, tx, actor, personID, seen, action, records)
		return err
	})
	return receipt, err
}

// changeIn is change within a transaction, for who may write.
func (s *Service) changeIn(ctx context.Context, tx Tx, actor access.Actor, personID int64, seen fact.BatchID, action string,
	records func(tx Tx, before Member) ([]any, error)) (receipt fact.Receipt, err error) {
	if err := s.requireReach(ctx, tx, actor, access.PermOrgWrite, personID); err != nil {
		return receipt, err
	}
	latest, err := tx.LatestBatch(ctx)
	if err != nil {
		return receipt, err
	}
	before, err := tx.OrgMember(ctx, fact.AsOf{Valid: s.Today(), Recorded: latest}, personID)
	if err != nil {
		return receipt, err
	}
	if err := s.unchangedSince(ctx, tx, personID, seen); err != nil {
		return receipt, err
	}
	writes, err := records(tx, before)
	if err != nil {
		return receipt, err
	}
	receipt, err = fact.Record(ctx, tx, actor.UserID, "person:"+before.Key, func(w fact.Writer) (fact.Outcome, error) { return put(ctx, w, writes) })
	if err != nil || receipt.Batch == 0 {
		return receipt, err
	}
	return receipt, audit.Append(ctx, tx, actor, action, subject(personID), personRecord(before), writes)
}

func put(ctx context.Context, w fact.Writer, records []any) (outcome fact.Outcome, err error) {
	for _, r := range records {
		var one fact.Outcome
		switch record := r.(type) {
		case fact.PersonRecord:
			one, err = w.PutPerson(ctx, record)
		case fact.PersonKeyRecord:
			one, err = w.PutPersonKey(ctx, record)
		case fact.LeaderRecord:
			one, err = w.PutLeader(ctx, record)
		}
		if err != nil {
			return outcome, err
		}
		outcome = max(outcome, one)
	}
	return outcome, nil
}

// unchangedSince returns a conflict when something about the person was recorded after the batch.
func (s *Service) unchangedSince(ctx context.Context, r Reader, personID int64, seen fact.BatchID) error {
	if seen == 0 {
		return nil
	}
	d := Detail{Member: Member{Person: Person{ID: personID}}}
	if err := s.loadHistory(ctx, r, &d); err != nil {
		return err
	}
	changed := func(m fact.Mark) bool { return m.Recorded > seen || (!m.Current() && m.Superseded > seen) }
	if slices.ContainsFunc(d.Assignments, func(c Change) bool { return changed(c.Mark) }) ||
		slices.ContainsFunc(d.Persons, func(c PersonChange) bool { return changed(c.Mark) }) {
		return errs.New(errs.KindConflict, "org.changed_meanwhile", nil)
	}
	return nil
}

func (s *Service) mayWrite(actor access.Actor, validate func() error) error {
	if err := actor.Require(access.PermOrgWrite); err != nil {
		return err
	}
	return validate()
}

// teamInReach returns a team that the actor may put people into; the zero Team for 0, which needs no reach of its own unless nobody
// could see the person afterwards.
func (s *Service) teamInReach(ctx context.Context, tx Tx, actor access.Actor, teamID int64) (Team, error) {
	scope := actor.ScopeOf(access.PermOrgWrite)
	if teamID == 0 {
		if !scope.All {
			return Team{}, errs.New(errs.KindForbidden, "org.team_out_of_reach", nil)
		}
		return Team{}, nil
	}
	in, err := tx.TeamInReach(ctx, scope, s.Today(), teamID)
	if err != nil {
		return Team{}, err
	}
	if !in {
		return Team{}, errs.New(errs.KindForbidden, "org.team_out_of_reach", nil)
	}
	return tx.OrgTeam(ctx, teamID)
}

// personRecord is a person as the record that states what is so already.
func personRecord(m Member) fact.PersonRecord {
	return fact.PersonRecord{Key: m.Key, Name: m.Name, Level: string(m.Assignment.Level), Roles: m.Assignment.Roles, Hired: m.Hired, Left: m.Left,
		ValidFrom: calendar.NoDate}
}

func subject(personID int64) string { return fmt.Sprintf("person:%d", personID) }
