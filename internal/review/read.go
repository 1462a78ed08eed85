package review

import (
	"context"
	"slices"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/targetplan"
)

// Listing is meetings with what the actor may do.
type Listing struct {
	Reviews  []Review
	Today    calendar.Date
	Callable []Unit // units whose meetings the actor may call
	MaySet   bool   // how the company holds its meetings
	Settings Settings
	Next     map[Kind]calendar.Date // the next day of each kind that is prepared by itself
}

const listMost = 200

// List returns meetings that the actor runs, sees or is in, the latest first. Errors: forbidden.
func (s *Service) List(ctx context.Context, actor access.Actor, kind Kind, state State) (l Listing, err error) {
	defer errs.Wrap(&err, "review.List")
	if err := actor.Require(access.PermSalesRead); err != nil {
		return l, err
	}
	err = s.Store.Read(ctx, func(r Reader) error {
		l = Listing{Today: s.today(), MaySet: actor.CanAll(access.PermTargetWrite) && !actor.ReadOnly, Next: map[Kind]calendar.Date{}}
		teams, err := r.ReviewTeams(ctx, l.Today)
		if err != nil {
			return err
		}
		if l.Settings, err = settingsOf(ctx, r); err != nil {
			return err
		}
		for _, k := range Kinds {
			if l.Settings.On(k) {
				l.Next[k] = nextOn(k, &l.Settings, l.Today, s.Fiscal(), s.Work())
			}
		}
		seen := sees(actor, teams)
		if !actor.ReadOnly {
			l.Callable = callable(runs(actor, teams), teams)
		}
		l.Reviews, err = r.Reviews(ctx, Filter{Kind: kind, State: state, All: seen.all, Units: seen.units(), Person: actor.PersonID, On: calendar.NoDate, Before: calendar.NoDate, Limit: listMost})
		return err
	})
	return l, err
}

func callable(r reach, teams []Team) (units []Unit) {
	known := map[int64]bool{}
	for _, t := range teams {
		region := Unit{UnitRegion, t.RegionID, t.RegionName}
		if t.RegionID != 0 && !known[t.RegionID] && r.has(region) {
			known[t.RegionID] = true
			units = append(units, region)
		}
	}
	for _, t := range teams {
		if team := (Unit{UnitTeam, t.ID, t.Name}); r.has(team) {
			units = append(units, team)
		}
	}
	return units
}

// Shown is a meeting as somebody sees it: whole, or the own row of it.
type Shown struct {
	Review
	Whole     bool
	MayRun    bool // and it is not locked
	MayAdjust bool // asks for changes of targets
	Rows      []Row
	Actions   []Action // that were agreed in it
	Former    []Carried
	Owners    []Owner   // who may take an action
	Measures  []Measure // that an action may be to move
	Mine      *Row
	Today     calendar.Date
	Settings  Settings
	PlanID    int64          // the year's plan that is published; 0: none
	OpenFrom  calendar.Month // the first month that may be changed
	Person    int64          // of the actor
}

// Owner is somebody who may take an action.
type Owner struct {
	ID   int64
	Name string
}

// Measure returns what an action is to move. False where the book has it no more, or there is none.
func (v *Shown) Measure(id string) (Measure, bool) {
	at := slices.IndexFunc(v.Measures, func(m Measure) bool { return m.ID == id })
	if at < 0 {
		return Measure{}, false
	}
	return v.Measures[at], true
}

// Get returns a meeting. Who is in it without running it sees the own row, the own actions and the minutes. Errors: forbidden; not found, also out of reach.
func (s *Service) Get(ctx context.Context, actor access.Actor, id int64) (v Shown, err error) {
	defer errs.Wrap(&err, "review.Get(%d)", id)
	if err := actor.Require(access.PermSalesRead); err != nil {
		return v, err
	}
	measures := s.measures(ctx, actor)
	err = s.Store.Read(ctx, func(r Reader) error {
		v = Shown{Today: s.today(), Person: actor.PersonID, Measures: measures}
		if v.Review, err = r.Review(ctx, id); err != nil {
			return err
		}
		teams, err := r.ReviewTeams(ctx, v.Today)
		if err != nil {
			return err
		}
		if v.Settings, err = settingsOf(ctx, r); err != nil {
			return err
		}
		v.Whole = sees(actor, teams).has(v.Unit)
		v.MayRun = runs(actor, teams).has(v.Unit) && !actor.ReadOnly && v.State == StatePrepared
		if v.Rows, err = r.ReviewRows(ctx, id, 0); err != nil {
			return err
		}
		if at := slices.IndexFunc(v.Rows, func(row Row) bool { return row.PersonID == actor.PersonID }); at >= 0 && actor.PersonID != 0 {
			v.Mine = &v.Rows[at]
		}
		if !v.Whole && v.Mine == nil {
			return errMissing()
		}
		if err := s.addActions(ctx, r, &v); err != nil {
			return err
		}
		if v.Kind == Quarterly && v.Whole {
			if err := s.addPlan(ctx, r, actor, &v); err != nil {
				return err
			}
		}
		v.hide()
		return nil
	})
	return v, err
}

func (s *Service) addActions(ctx context.Context, r Reader, v *Shown) error {
	var err error
	if v.Actions, err = r.ReviewActions(ctx, ActionFilter{ReviewID: v.ID, Limit: formerMost}); err != nil {
		return err
	}
	v.Former = v.Carried
	if v.State == StatePrepared {
		former, err := s.former(ctx, r, &v.Review)
		if err != nil {
			return err
		}
		v.Former = carried(former, v.Today)
	}
	owners, err := s.owners(ctx, r, &v.Review)
	if err != nil {
		return err
	}
	for id, name := range owners {
		v.Owners = append(v.Owners, Owner{id, name})
	}
	slices.SortFunc(v.Owners, func(a, b Owner) int { return int(a.ID - b.ID) })
	return nil
}

// addPlan finds the plan of targets that a proposal would change.
func (s *Service) addPlan(ctx context.Context, r Reader, actor access.Actor, v *Shown) error {
	from := max(v.Span.To.Month(), v.Today.Month())
	plan, err := r.PublishedTargetPlan(ctx, s.Fiscal().YearOf(from))
	if errs.Is(err, errs.KindNotFound) {
		return nil
	}
	if err != nil || plan.State != targetplan.StatePublished {
		return err
	}
	from = max(from, plan.From)
	for ; plan.Has(from); from++ {
		closed, err := r.FirstClosedMonth(ctx, from)
		if err != nil {
			return err
		}
		if closed == 0 {
			v.PlanID, v.OpenFrom = plan.ID, from
			v.MayAdjust = actor.CanAll(access.PermTargetWrite) && !actor.ReadOnly
			return nil
		}
		from = closed
	}
	return nil
}

// hide leaves out what is others' for who does not see the meeting whole.
func (v *Shown) hide() {
	if v.Whole {
		return
	}
	v.Rows, v.Total, v.Owners = nil, Numbers{}, nil
	v.Actions = slices.DeleteFunc(v.Actions, func(a Action) bool { return a.PersonID != v.Person })
	v.Former = slices.DeleteFunc(slices.Clone(v.Former), func(c Carried) bool { return c.PersonID != v.Person })
	v.Carried = nil
	if v.State != StateFinished {
		v.Minutes = ""
		mine := *v.Mine
		mine.Words, mine.Proposed, mine.Proposal = "", 0, "" // until they are said
		v.Mine = &mine
	}
}

// Open returns the actor's own actions that are open, by day. Errors: none for an account without a person.
func (s *Service) Open(ctx context.Context, actor access.Actor, limit int) (actions []Action, err error) {
	defer errs.Wrap(&err, "review.Open")
	if actor.PersonID == 0 {
		return nil, nil
	}
	err = s.Store.Read(ctx, func(r Reader) error {
		actions, err = r.ReviewActions(ctx, ActionFilter{Person: actor.PersonID, Limit: limit})
		return err
	})
	return actions, err
}

// Waiting returns the meetings up to a day that the actor leads and has not finished, the first on top; of a region or a company nobody leads one by oneself.
func (s *Service) Waiting(ctx context.Context, actor access.Actor, until calendar.Date) (waiting []Review, err error) {
	defer errs.Wrap(&err, "review.Waiting")
	if actor.PersonID == 0 || !actor.Can(access.PermTargetPropose) {
		return nil, nil
	}
	err = s.Store.Read(ctx, func(r Reader) error {
		teams, err := r.ReviewTeams(ctx, s.today())
		if err != nil {
			return err
		}
		var units []Unit
		for _, t := range teams {
			if slices.Contains(t.Leaders, actor.PersonID) {
				units = append(units, Unit{UnitTeam, t.ID, t.Name})
			}
		}
		if len(units) == 0 {
			waiting = nil
			return nil
		}
		waiting, err = r.Reviews(ctx, Filter{State: StatePrepared, Units: units, On: calendar.NoDate, Before: until + 1, Limit: 20})
		slices.Reverse(waiting)
		return err
	})
	return waiting, err
}

// agreedMost is how many actions of a time are read.
const agreedMost = 2000

// Agreed returns the actions that were to be done between two days, both counted, of meetings that the actor sees whole, by day. Errors: forbidden.
func (s *Service) Agreed(ctx context.Context, actor access.Actor, from, to calendar.Date) (actions []Action, err error) {
	defer errs.Wrap(&err, "review.Agreed(%s, %s)", from, to)
	if err := actor.Require(access.PermSalesRead); err != nil {
		return nil, err
	}
	err = s.Store.Read(ctx, func(r Reader) error {
		teams, err := r.ReviewTeams(ctx, s.today())
		if err != nil {
			return err
		}
		seen := sees(actor, teams)
		if actions, err = r.ReviewActions(ctx, ActionFilter{Due: &calendar.Interval{From: from, To: to + 1}, Limit: agreedMost}); err != nil {
			return err
		}
		actions = slices.DeleteFunc(actions, func(a Action) bool { return !seen.has(a.Unit) })
		return nil
	})
	return actions, err
}
