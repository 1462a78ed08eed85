package lawguard

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
)

// Acknowledge is that the actor took note of a finding as it is: Fingerprint is the finding's, Month that of the report in which it was seen. 0 is
// none: findings about pay and months say theirs, and plans are judged as OfPlan judges them.
type Acknowledge struct {
	FindingID   string
	Fingerprint string
	Month       calendar.Month
	Reason      string
}

// Acknowledge records that the actor took note of a finding, with a reason. Doing so again changes nothing. Errors: forbidden; invalid
// without a reason; not found for a finding that there is not; conflict when the facts have changed.
func (s *Service) Acknowledge(ctx context.Context, actor access.Actor, in Acknowledge) (f Finding, err error) {
	defer errs.Wrap(&err, "lawguard.Acknowledge(%s)", in.FindingID)
	if err := actor.Require(access.PermLawAcknowledge); err != nil {
		return f, err
	}
	in.Reason = fact.TidyLines(in.Reason)
	switch n := utf8.RuneCountInString(in.Reason); {
	case !fact.Readable(in.Reason):
		return f, errs.Invalid("error.invalid", []errs.Field{{Path: "reason", Message: errs.Msg("fact.unreadable", nil)}})
	case n == 0:
		return f, errs.Invalid("error.invalid", []errs.Field{{Path: "reason", Message: errs.Msg("lawguard.reason_missing", nil)}})
	case n > reasonMost:
		return f, errs.Invalid("error.invalid", []errs.Field{{Path: "reason", Message: errs.Msg("lawguard.text_long", errs.Args{"Max": reasonMost})}})
	}
	var found []Finding
	if err := s.store.Read(ctx, func(r Reader) error {
		found, err = s.at(ctx, r, actor, in)
		return err
	}); err != nil {
		return f, err
	}
	i := slices.IndexFunc(found, func(f Finding) bool { return f.ID == in.FindingID })
	switch {
	case i < 0:
		return f, errs.New(errs.KindNotFound, "lawguard.no_such_finding", nil)
	case found[i].Fingerprint != in.Fingerprint:
		return f, errs.New(errs.KindConflict, "lawguard.facts_changed", nil)
	}
	// Judging reads much, and what is kept is about the facts of the fingerprint whatever becomes of them: the transaction is of the row alone.
	err = s.store.InTx(ctx, func(tx Tx) error {
		again := found[i : i+1 : i+1]
		if err := noted(ctx, tx, again); err != nil { // somebody else may have been quicker
			return err
		}
		if f = again[0]; f.Acknowledged != nil {
			return nil
		}
		a := Acknowledgement{FindingID: f.ID, Fingerprint: f.Fingerprint, Reason: in.Reason, UserID: actor.UserID, At: tx.Now()}
		if err := tx.InsertLawAcknowledgement(ctx, a); err != nil {
			return err
		}
		f.Acknowledged, f.Earlier = &a, nil
		return audit.Append(ctx, tx, actor, "law.acknowledge", "law_finding:"+f.ID, nil, map[string]any{"fingerprint": a.Fingerprint, "reason": a.Reason})
	})
	return f, err
}

// at returns the findings of where an id points: a month, or a plan version as it was judged in a month.
func (s *Service) at(ctx context.Context, r Reader, actor access.Actor, in Acknowledge) ([]Finding, error) {
	_, rest, _ := strings.Cut(in.FindingID, ":")
	place, _, _ := strings.Cut(rest, ":")
	month, err := calendar.ParseMonth(place)
	ofMonth := err == nil
	if !ofMonth {
		month = cmp.Or(in.Month, s.Today().Month())
	}
	if !judged(month) {
		return nil, errs.New(errs.KindNotFound, "lawguard.no_such_finding", nil)
	}
	if ofMonth {
		report, err := s.month(ctx, r, actor.ScopeOf(access.PermLawAcknowledge), month)
		return report.Findings, err
	}
	return s.ofPlan(ctx, r, place, month)
}

// TermRow is a person with the terms that stand, as the list shows them.
type TermRow struct {
	PersonID         int64
	Key, Name        string
	TeamKey, Team    string
	Hired, Left      calendar.Date
	Current          Term // on the day, or last
	HasTerm          bool
	City             string // where they work by terms, team or company
	Standing, Record []Term // Record: everything ever recorded, by day and number
}

// Terms returns the people in reach who are employed on the day, or everybody for NoDate, with their terms, in the natural order of keys.
// Errors: forbidden.
func (s *Service) Terms(ctx context.Context, actor access.Actor, on calendar.Date) (rows []TermRow, err error) {
	defer errs.Wrap(&err, "lawguard.Terms")
	if err := actor.Require(access.PermPayAll); err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		rows, err = s.terms(ctx, r, actor.ScopeOf(access.PermPayAll), on)
		return err
	})
	return rows, err
}

func (s *Service) terms(ctx context.Context, r Reader, scope access.Scope, on calendar.Date) (rows []TermRow, err error) {
	v, err := r.LawSettings(ctx)
	if err != nil {
		return nil, err
	}
	roster, err := r.Roster(ctx, scope, s.Today())
	if err != nil {
		return nil, err
	}
	all, err := r.EmploymentTerms(ctx, 0)
	if err != nil {
		return nil, err
	}
	by := map[int64][]Term{}
	for _, t := range all {
		by[t.PersonID] = append(by[t.PersonID], t)
	}
	day := on
	if on == calendar.NoDate {
		day = s.Today()
	}
	for i, p := range roster.Facts.Persons {
		if on != calendar.NoDate && (on < p.Hired || on >= p.Left) {
			continue
		}
		row := TermRow{PersonID: roster.PersonIDs[i], Key: p.Key, Name: p.Name, Hired: p.Hired, Left: p.Left, Record: by[roster.PersonIDs[i]]}
		for _, span := range p.Spans {
			if span.Days.Contains(min(day, p.Left-1)) && span.Team != engine.None {
				row.TeamKey, row.Team = roster.Facts.Teams[span.Team].Key, roster.Facts.Teams[span.Team].Name
			}
		}
		row.Standing = Standing(row.Record)
		row.Current, row.HasTerm = termOn(row.Standing, day)
		row.City = v.Settings.cityOf(row.Current.City, row.TeamKey)
		rows = append(rows, row)
	}
	slices.SortFunc(rows, func(a, b TermRow) int { return engine.CompareKeys(a.Key, b.Key) })
	return rows, nil
}

// PersonTerms returns one person's. Errors: forbidden; not found out of reach.
func (s *Service) PersonTerms(ctx context.Context, actor access.Actor, personID int64) (row TermRow, err error) {
	rows, err := s.Terms(ctx, actor, calendar.NoDate)
	if err != nil {
		return row, err
	}
	i := slices.IndexFunc(rows, func(r TermRow) bool { return r.PersonID == personID })
	if i < 0 {
		return row, errs.New(errs.KindNotFound, "lawguard.no_such_person", nil)
	}
	return rows[i], nil
}

// EnterTerms records terms, all or nothing; what is recorded already in the same words is left as it is. It returns how many were new.
// Errors: forbidden; not found for somebody out of reach; invalid, naming fields with the row where there are several; conflict.
func (s *Service) EnterTerms(ctx context.Context, actor access.Actor, entries ...EnterTerm) (fresh int, err error) {
	defer errs.Wrap(&err, "lawguard.EnterTerms(%d)", len(entries))
	if err := actor.Require(access.PermSalaryWrite); err != nil {
		return 0, err
	}
	entries = slices.Clone(entries)
	for i := range entries {
		entries[i].Note = fact.TidyLines(entries[i].Note)
	}
	if err := checkRows(len(entries), func(i int) error { return entries[i].Validate() }); err != nil {
		return 0, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		fresh = 0
		for _, in := range entries {
			added, err := s.enter(ctx, tx, actor, in)
			if err != nil {
				return err
			}
			fresh += added
		}
		return nil
	})
	return fresh, err
}

func (s *Service) enter(ctx context.Context, tx Tx, actor access.Actor, in EnterTerm) (added int, err error) {
	within, err := tx.PersonInReach(ctx, actor.ScopeOf(access.PermSalaryWrite), s.Today(), in.PersonID)
	if err == nil && !within {
		err = errs.New(errs.KindNotFound, "lawguard.no_such_person", nil)
	}
	if err != nil {
		return 0, err
	}
	if in.PersonID == actor.PersonID {
		return 0, errs.New(errs.KindForbidden, "lawguard.own_salary", nil)
	}
	all, err := tx.EmploymentTerms(ctx, in.PersonID)
	if err != nil {
		return 0, err
	}
	before := Term{Taken: true}
	for _, t := range all { // by day and number
		if t.From == in.From {
			before = t
		}
	}
	if in.Seen != nil && *in.Seen != before.Number {
		return 0, errs.New(errs.KindConflict, "lawguard.changed_meanwhile", nil)
	}
	after := Term{PersonID: in.PersonID, From: in.From, Number: before.Number + 1, Taken: in.Taken, Work: in.Work, FixedMinor: in.FixedMinor, City: in.City,
		ProbationUntil: in.ProbationUntil, RegularMinor: in.RegularMinor, Note: in.Note, RecordedBy: actor.UserID, RecordedAt: tx.Now()}
	if in.Taken {
		after = Term{PersonID: in.PersonID, From: in.From, Number: before.Number + 1, Taken: true, Work: WorkOther, ProbationUntil: calendar.NoDate, Note: in.Note, RecordedBy: actor.UserID, RecordedAt: tx.Now()}
	}
	if after.says() == before.says() || in.Taken && before.Taken {
		return 0, nil
	}
	if err := tx.InsertEmploymentTerm(ctx, after); err != nil {
		return 0, err
	}
	return 1, audit.Append(ctx, tx, actor, "employment_term.enter", "person:"+after.personText(), nil, map[string]any{"from": after.From, "number": after.Number, "taken": after.Taken,
		"work": after.Work, "city": after.City, "fixed_pay_changed": after.FixedMinor != before.FixedMinor || after.RegularMinor != before.RegularMinor})
}

// ImportTerms records the rows of a file, all or nothing, and returns how many were new. Errors: those of EnterTerms; invalid, naming rows, for
// people who are not in reach.
func (s *Service) ImportTerms(ctx context.Context, actor access.Actor, rows []SheetTerm) (fresh int, err error) {
	defer errs.Wrap(&err, "lawguard.ImportTerms(%d)", len(rows))
	if err := actor.Require(access.PermSalaryWrite); err != nil {
		return 0, err
	}
	ids := map[string]int64{}
	err = s.store.Read(ctx, func(r Reader) error {
		roster, err := r.Roster(ctx, actor.ScopeOf(access.PermSalaryWrite), s.Today())
		if err != nil {
			return err
		}
		for i, p := range roster.Facts.Persons {
			ids[p.Key] = roster.PersonIDs[i]
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	var wrong []errs.Field
	entries := make([]EnterTerm, len(rows))
	for i, row := range rows {
		entries[i] = row.Term
		entries[i].PersonID = ids[row.Person]
		if entries[i].PersonID == 0 {
			wrong = append(wrong, errs.Field{Row: row.Row, Path: "person", Value: row.Person, Message: errs.Msg("lawguard.no_such_person", nil)})
		}
	}
	if err := errs.Invalid("error.invalid", wrong); err != nil {
		return 0, err
	}
	return s.EnterTerms(ctx, actor, entries...)
}
