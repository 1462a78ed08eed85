package review

import (
	"context"
	"slices"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/notice"
	"xiaoguan/internal/pace"
)

// ahead is how many working days before it is held a meeting is prepared.
const ahead = 1

// missing is a meeting that is to be prepared.
type missing struct {
	kind Kind
	on   calendar.Date
	unit Unit
}

// Prepare makes the meetings that are held on the next working day, or today, and are not there yet. Call it now and then, on any node: a unit has one
// meeting of a kind on a day.
func (s *Service) Prepare(ctx context.Context) (made int, err error) {
	defer errs.Wrap(&err, "review.Prepare")
	wanted, err := s.missing(ctx)
	if err != nil {
		return 0, err
	}
	var f *facts
	for _, m := range wanted {
		if f == nil || f.kind != m.kind || f.span != spanOf(m.kind, m.on, s.Fiscal()) {
			if f, err = s.gather(ctx, m.kind, m.on); err != nil {
				return made, err
			}
		}
		if !f.judged && m.on > s.today() { // compliance is not counted yet
			continue
		}
		review, err := s.make(ctx, access.SystemActor("review"), f, m.unit, m.on)
		switch {
		case errs.Is(err, errs.KindConflict): // another node was first
		case err != nil:
			return made, err
		case review.ID != 0:
			made++
		}
	}
	return made, nil
}

// missing lists meetings of teams that somebody leads.
func (s *Service) missing(ctx context.Context) (wanted []missing, err error) {
	today := s.today()
	err = s.Store.Read(ctx, func(r Reader) error {
		wanted = nil
		settings, err := settingsOf(ctx, r)
		if err != nil {
			return err
		}
		teams, err := r.ReviewTeams(ctx, today)
		if err != nil {
			return err
		}
		members, err := r.TargetMembers(ctx, today, today, today)
		if err != nil {
			return err
		}
		for _, kind := range Kinds {
			on := nextOn(kind, &settings, today, s.Fiscal(), s.Work())
			if !settings.On(kind) || on > s.Work().AddWorkDays(today, ahead) {
				continue
			}
			there, err := r.Reviews(ctx, Filter{Kind: kind, All: true, On: on, Before: calendar.NoDate})
			if err != nil {
				return err
			}
			for _, t := range teams {
				unit := Unit{Kind: UnitTeam, ID: t.ID, Name: t.Name}
				known := slices.ContainsFunc(there, func(r Review) bool { return r.Unit.Kind == UnitTeam && r.Unit.ID == t.ID })
				if !known && len(t.Leaders) > 0 && len(unit.members(memberPlaces(members))) > 0 {
					wanted = append(wanted, missing{kind, on, unit})
				}
			}
		}
		return nil
	})
	return wanted, err
}

// place is where somebody stands, for membership.
type place struct {
	person, team, region int64
	name                 string
}

// members are the people of a unit, by name of the team and number.
func (u Unit) members(all []place) (people []place) {
	for _, m := range all {
		if u.Kind == UnitTeam && m.team == u.ID || u.Kind == UnitRegion && m.region == u.ID {
			people = append(people, m)
		}
	}
	return people
}

// make writes a meeting down; none where nobody is in the unit.
func (s *Service) make(ctx context.Context, actor access.Actor, f *facts, unit Unit, on calendar.Date) (review Review, err error) {
	err = s.Store.InTx(ctx, func(tx Tx) error {
		settings, err := settingsOf(ctx, tx)
		if err != nil {
			return err
		}
		review = Review{Kind: f.kind, Unit: unit, On: on, State: StatePrepared, PreparedAt: tx.Now(), Revision: 1}
		if !actor.System {
			review.PreparedBy = actor.UserID
		}
		rows := s.fill(f, &settings, &review)
		if len(rows) == 0 {
			review = Review{}
			return nil
		}
		there, err := tx.Reviews(ctx, Filter{Kind: f.kind, All: true, On: on, Before: calendar.NoDate})
		if err != nil {
			return err
		}
		if slices.ContainsFunc(there, func(r Review) bool { return r.Unit.Kind == unit.Kind && r.Unit.ID == unit.ID }) {
			return errs.New(errs.KindConflict, "review.there_already", nil)
		}
		if review.ID, err = tx.NextNumber(ctx, "review"); err != nil {
			return err
		}
		for i := range rows {
			rows[i].ReviewID = review.ID
		}
		if err := tx.InsertReview(ctx, review, rows); err != nil {
			return err
		}
		if err := audit.Append(ctx, tx, actor, "review.prepare", review.Subject(), nil, map[string]any{"kind": f.kind, "unit": unit, "on": on, "through": f.through, "people": len(rows)}); err != nil {
			return err
		}
		return s.tellPrepared(ctx, tx, actor, &review)
	})
	return review, err
}

// tellPrepared tells who leads the unit.
func (s *Service) tellPrepared(ctx context.Context, tx Tx, actor access.Actor, review *Review) error {
	teams, err := tx.ReviewTeams(ctx, s.today())
	if err != nil {
		return err
	}
	return notice.Post(ctx, tx, notice.Message{Kind: notice.KindReviewPrepared, To: notice.To{PersonIDs: review.Unit.leaders(teams)}, Subject: review.Subject(), By: actor.UserID, Once: review.On.String(),
		Params: notice.Params{"Unit": notice.Word(review.Unit.Name), "On": notice.Day(review.On)}})
}

// leaders are who leads a team, or a team of a region.
func (u Unit) leaders(teams []Team) (persons []int64) {
	for _, t := range teams {
		if u.Kind == UnitTeam && t.ID == u.ID || u.Kind == UnitRegion && t.RegionID == u.ID {
			persons = append(persons, t.Leaders...)
		}
	}
	slices.Sort(persons)
	return slices.Compact(persons)
}

// fill makes the numbers of a meeting.
func (s *Service) fill(f *facts, settings *Settings, review *Review) (rows []Row) {
	people := review.Unit.members(memberPlaces(f.members))
	var unit pace.Record
	ids := make([]int64, len(people))
	for i, m := range people {
		ids[i] = m.person
		unit = unit.Add(f.records[m.person])
	}
	for i, m := range people {
		row := Row{PersonID: m.person, Name: m.name, Place: int64(i), Numbers: s.numbersOf(f, ids[i:i+1], unit), Revision: 1}
		if band, known := settings.BandOf(row.Numbers.ActualMinor, row.Numbers.TargetMinor); f.kind == Monthly && known {
			row.Band, row.BandFrom = band.Name, band.From
		}
		rows = append(rows, row)
	}
	review.Span, review.Through, review.Basis, review.Ground = f.span, f.through, f.basis, f.ground
	review.Total = s.numbersOf(f, ids, unit)
	return rows
}

// Call makes a meeting by hand. Errors: forbidden for who does not run the unit's meetings; invalid; conflict when there is one on the day.
func (s *Service) Call(ctx context.Context, actor access.Actor, kind Kind, unit Unit, on calendar.Date) (review Review, err error) {
	defer errs.Wrap(&err, "review.Call(%s, %s %d)", kind, unit.Kind, unit.ID)
	if err := s.mayLead(actor); err != nil {
		return review, err
	}
	if unit, err = s.checkCall(ctx, actor, kind, unit, on); err != nil {
		return review, err
	}
	f, err := s.gather(ctx, kind, on)
	if err != nil {
		return review, err
	}
	if review, err = s.make(ctx, actor, f, unit, on); err == nil && review.ID == 0 {
		err = errs.Invalid("error.invalid", []errs.Field{{Path: "unit", Message: errs.Msg("review.nobody_in_it", nil)}})
	}
	return review, err
}

// mayLead refuses who leads nobody.
func (s *Service) mayLead(actor access.Actor) error {
	if actor.CanAll(access.PermTargetWrite) {
		return nil
	}
	return actor.Require(access.PermTargetPropose)
}

// aheadMost is how far ahead a meeting may be called.
const aheadMost = 31

func (s *Service) checkCall(ctx context.Context, actor access.Actor, kind Kind, unit Unit, on calendar.Date) (Unit, error) {
	wrong := func(path, value, key string) error {
		return errs.Invalid("error.invalid", []errs.Field{{Path: path, Value: value, Message: errs.Msg(key, errs.Args{"Most": aheadMost})}})
	}
	if !slices.Contains(Kinds, kind) {
		return unit, wrong("kind", string(kind), "form.error.choice")
	}
	if today := s.today(); on < today || on > today+aheadMost {
		return unit, wrong("on", on.String(), "review.day_wrong")
	}
	err := s.Store.Read(ctx, func(r Reader) error {
		teams, err := r.ReviewTeams(ctx, s.today())
		if err != nil {
			return err
		}
		name, known := unit.named(teams)
		if !known || !runs(actor, teams).has(unit) {
			return wrong("unit", "", "form.error.choice")
		}
		unit.Name = name
		return nil
	})
	return unit, err
}

func (u Unit) named(teams []Team) (string, bool) {
	for _, t := range teams {
		switch {
		case u.Kind == UnitTeam && t.ID == u.ID:
			return t.Name, true
		case u.Kind == UnitRegion && t.RegionID == u.ID && u.ID != 0:
			return t.RegionName, true
		}
	}
	return "", false
}

// Refresh looks the numbers of a meeting up anew; words that were written stay. Errors: forbidden; not found; conflict when it is not prepared.
func (s *Service) Refresh(ctx context.Context, actor access.Actor, id int64) (err error) {
	defer errs.Wrap(&err, "review.Refresh(%d)", id)
	var review Review
	if err := s.Store.Read(ctx, func(r Reader) error { review, err = s.mine(ctx, r, actor, id); return err }); err != nil {
		return err
	}
	f, err := s.gather(ctx, review.Kind, review.On)
	if err != nil {
		return err
	}
	return s.change(ctx, actor, id, 0, "refresh", func(tx Tx, review *Review) error {
		settings, err := settingsOf(ctx, tx)
		if err != nil {
			return err
		}
		before, err := tx.ReviewRows(ctx, id, 0)
		if err != nil {
			return err
		}
		rows := s.fill(f, &settings, review)
		for i := range rows {
			rows[i].ReviewID = id
			if at := slices.IndexFunc(before, func(b Row) bool { return b.PersonID == rows[i].PersonID }); at >= 0 {
				rows[i].Words, rows[i].Proposed, rows[i].Proposal, rows[i].ChangeID, rows[i].ChangedBy = before[at].Words, before[at].Proposed, before[at].Proposal, before[at].ChangeID, before[at].ChangedBy
			}
		}
		review.PreparedAt = tx.Now()
		return tx.ReplaceReviewRows(ctx, id, rows)
	})
}
