package dispute

import (
	"cmp"
	"context"
	"slices"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
)

// StateOpen chooses what is raised or in review, in a Filter alone.
const StateOpen State = "open"

// Filter chooses disputes. Zero fields choose all.
type Filter struct {
	State   State // one of States, or StateOpen
	Cause   Cause
	Month   calendar.Month
	TeamID  int64
	PlanID  string
	Overdue bool
	Mine    bool   // the actor's own
	Search  string // part of a name or key
	After   int64  // cursor: the number of the last dispute seen
	Limit   int    // 1 to LimitMax; 0 means 50
}

// LimitMax is the greatest number of disputes on a page.
const LimitMax = 200

// ExportMax is the greatest number of disputes in a file, and in statistics.
const ExportMax = 20_000

// Validate returns an error of kind Invalid that names every wrong field.
func (f Filter) Validate() error {
	var wrong []errs.Field
	if f.State != "" && f.State != StateOpen && !oneOf(f.State, States) {
		wrong = append(wrong, errs.Field{Path: "state", Value: string(f.State), Message: errs.Msg("dispute.unknown_choice", nil)})
	}
	if f.Cause != "" && !oneOf(f.Cause, Causes) {
		wrong = append(wrong, errs.Field{Path: "cause", Value: string(f.Cause), Message: errs.Msg("dispute.unknown_choice", nil)})
	}
	return errs.Invalid("error.invalid", wrong)
}

// Query is a filter with how far the asker sees.
type Query struct {
	Filter
	Scope    access.Scope
	Today    calendar.Date
	PersonID int64  // 0 for all
	Line     string // key of a line; empty for all
	// Gates chooses open disputes that the approval of the month has to settle: about it and not deferred, or deferred to it or to one before.
	Gates calendar.Month
}

// Page is a part of the list, newest first. Count is of the whole filter.
type Page struct {
	Disputes []Dispute
	Next     int64
	Count    int64
	Today    calendar.Date
}

// scopeOf is how far the actor sees disputes: as far as they see pay, and always their own.
func scopeOf(actor access.Actor) (access.Scope, error) {
	switch {
	case actor.Can(access.PermPayAll) || actor.Can(access.PermPayTeam):
		return actor.ScopeOf(access.PermPayAll, access.PermPayTeam), nil
	case actor.UserID != "" && actor.PersonID != 0:
		return access.Scope{PersonID: actor.PersonID}, nil
	}
	return access.Scope{}, actor.Require(access.PermPayAll)
}

// queryOf completes a filter.
func queryOf(actor access.Actor, filter Filter, today calendar.Date) (Query, error) {
	if err := filter.Validate(); err != nil {
		return Query{}, err
	}
	scope, err := scopeOf(actor)
	if err != nil {
		return Query{}, err
	}
	if filter.Mine {
		if actor.PersonID == 0 {
			return Query{}, errs.New(errs.KindNotFound, "payout.no_person", nil)
		}
		scope = access.Scope{PersonID: actor.PersonID}
	}
	return Query{Filter: filter, Scope: scope, Today: today}, nil
}

// List returns the disputes that the actor may see: one's own, and those of people whose pay one sees. Errors: unauthenticated;
// forbidden; invalid.
func (s *Service) List(ctx context.Context, actor access.Actor, filter Filter) (page Page, err error) {
	defer errs.Wrap(&err, "dispute.List")
	if filter.Limit <= 0 {
		filter.Limit = 50
	}
	filter.Limit = min(filter.Limit, LimitMax)
	err = s.store.Read(ctx, func(r Reader) error {
		q, err := queryOf(actor, filter, r.Today())
		if err != nil {
			return err
		}
		page.Today = q.Today
		if page.Count, err = r.CountDisputes(ctx, q); err != nil {
			return err
		}
		q.Limit++
		if page.Disputes, err = r.Disputes(ctx, q); err != nil {
			return err
		}
		if len(page.Disputes) > filter.Limit {
			page.Disputes = page.Disputes[:filter.Limit]
			page.Next = page.Disputes[filter.Limit-1].Number
		}
		return nil
	})
	return page, err
}

// OnStatement returns the disputes about a statement that the actor may see, newest first, and the time in which its payee may raise
// more. Errors: unauthenticated; forbidden.
func (s *Service) OnStatement(ctx context.Context, actor access.Actor, month calendar.Month, personID int64, planID string) (found []Dispute, w Window, err error) {
	defer errs.Wrap(&err, "dispute.OnStatement(%s, %d)", month, personID)
	err = s.store.Read(ctx, func(r Reader) error {
		q, err := queryOf(actor, Filter{Month: month, PlanID: planID, Limit: LimitMax}, r.Today())
		if err != nil {
			return err
		}
		q.PersonID = personID
		if found, err = r.Disputes(ctx, q); err != nil {
			return err
		}
		w, err = s.window(ctx, r, month)
		return err
	})
	return found, w, err
}

// Get returns a dispute with all that belongs to it and what the actor may do; its payee gets the reminders addressed to them alone. Errors: unauthenticated; not found, also for what the
// actor may not know of.
func (s *Service) Get(ctx context.Context, actor access.Actor, id string) (f Full, err error) {
	defer errs.Wrap(&err, "dispute.Get(%s)", id)
	err = s.store.Read(ctx, func(r Reader) error {
		f, err = s.open(ctx, r, actor, id)
		return err
	})
	return f, err
}

func (s *Service) open(ctx context.Context, r Reader, actor access.Actor, id string) (f Full, err error) {
	if actor.UserID == "" {
		return Full{}, errs.New(errs.KindUnauthenticated, "access.sign_in_first", nil)
	}
	if f.Dispute, err = r.Dispute(ctx, id); err != nil {
		return Full{}, err
	}
	if err := mayRead(ctx, r, actor, f.Dispute); err != nil {
		return Full{}, err
	}
	if f.Events, err = r.DisputeEvents(ctx, id); err != nil {
		return Full{}, err
	}
	if f.Files, err = r.DisputeFiles(ctx, id); err != nil {
		return Full{}, err
	}
	if f.Reminders, err = r.DisputeReminders(ctx, ReminderQuery{DisputeID: id}); err != nil {
		return Full{}, err
	}
	if f.PersonID == actor.PersonID { // those of the voices are none of the payee's business
		f.Reminders = slices.DeleteFunc(f.Reminders, func(m Reminder) bool { return m.To != ToPayee })
	}
	f.Today = r.Today()
	f.May, err = mayOf(ctx, r, actor, f.Dispute, f.Events)
	return f, err
}

// File returns a piece of evidence to those who may see the dispute. Errors: unauthenticated; not found.
func (s *Service) File(ctx context.Context, actor access.Actor, id, fileID string) (f File, err error) {
	defer errs.Wrap(&err, "dispute.File(%s)", id)
	err = s.store.Read(ctx, func(r Reader) error {
		if actor.UserID == "" {
			return errs.New(errs.KindUnauthenticated, "access.sign_in_first", nil)
		}
		d, err := r.Dispute(ctx, id)
		if err != nil {
			return err
		}
		if err := mayRead(ctx, r, actor, d); err != nil {
			return err
		}
		f, err = r.DisputeFile(ctx, id, fileID)
		return err
	})
	return f, err
}

// ReminderQuery chooses reminders: of one dispute, or those due and not void that are addressed to somebody, within a scope.
type ReminderQuery struct {
	DisputeID string
	Scope     access.Scope
	To        []string
	Due       time.Time
	PayeeID   int64 // whose own reminders as a payee are meant
	Limit     int
}

// remindersShown is how many reminders a page lists.
const remindersShown = 20

// Reminders returns what the actor is reminded of now, of disputes that are not over, newest first. Errors: unauthenticated; forbidden.
func (s *Service) Reminders(ctx context.Context, actor access.Actor) (reminders []Reminder, err error) {
	defer errs.Wrap(&err, "dispute.Reminders")
	scope, err := scopeOf(actor)
	if err != nil {
		return nil, err
	}
	q := ReminderQuery{Scope: scope, PayeeID: actor.PersonID, Limit: remindersShown}
	for voice, need := range map[Voice]access.Permission{VoiceSales: access.PermDisputeSales, VoiceFinance: access.PermDisputeFinance, VoiceHR: access.PermDisputeHR} {
		if actor.Can(need) {
			q.To = append(q.To, string(voice))
		}
	}
	if actor.Can(access.PermPeriodRun) {
		q.To = append(q.To, ToOperations)
	}
	slices.Sort(q.To)
	err = s.store.Read(ctx, func(r Reader) error {
		q.Due = r.Now()
		reminders, err = r.DisputeReminders(ctx, q)
		return err
	})
	return reminders, err
}

// Group is the figures of the disputes that agree in something.
type Group struct {
	Key      string // cause, plan, plan and component, or month
	Count    int
	Open     int
	Ruled    int
	Accepted int // of the ruled: in full or in part
	hours    []int64
	// MedianHours is how long the ruled ones took; 0 when none is ruled.
	MedianHours int64
}

// Statistics are the causes of disputes in figures.
type Statistics struct {
	All         Group
	ByCause     []Group
	ByPlan      []Group
	ByComponent []Group // key: plan/component
	ByMonth     []Group
	Overdue     int
	More        bool // there are more than ExportMax, and those are left out
}

// Statistics counts the disputes of the filter. Errors: unauthenticated; forbidden; invalid.
func (s *Service) Statistics(ctx context.Context, actor access.Actor, filter Filter) (st Statistics, err error) {
	defer errs.Wrap(&err, "dispute.Statistics")
	err = s.store.Read(ctx, func(r Reader) error {
		q, err := queryOf(actor, filter, r.Today())
		if err != nil {
			return err
		}
		q.After, q.Limit = 0, ExportMax+1
		all, err := r.Disputes(ctx, q)
		if err != nil {
			return err
		}
		st = Count(all[:min(len(all), ExportMax)], q.Today)
		st.More = len(all) > ExportMax
		return nil
	})
	return st, err
}

// Count makes the statistics of disputes.
func Count(all []Dispute, today calendar.Date) (st Statistics) {
	causes, plans, components, months := map[string]*Group{}, map[string]*Group{}, map[string]*Group{}, map[string]*Group{}
	add := func(groups map[string]*Group, key string, d Dispute) {
		if groups[key] == nil {
			groups[key] = &Group{Key: key}
		}
		groups[key].add(d)
	}
	for _, d := range all {
		st.All.add(d)
		if d.Overdue(today) {
			st.Overdue++
		}
		add(causes, string(d.Cause), d)
		add(plans, d.PlanID, d)
		add(components, d.PlanID+"/"+d.Line.Component, d)
		add(months, d.Month.String(), d)
	}
	st.All.finish()
	byCount := func(a, b Group) int { return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Key, b.Key)) }
	st.ByCause, st.ByPlan, st.ByComponent = sorted(causes, byCount), sorted(plans, byCount), sorted(components, byCount)
	st.ByMonth = sorted(months, func(a, b Group) int { return cmp.Compare(b.Key, a.Key) })
	return st
}

func sorted(groups map[string]*Group, order func(a, b Group) int) (list []Group) {
	for _, g := range groups {
		g.finish()
		list = append(list, *g)
	}
	slices.SortFunc(list, order)
	return list
}

func (g *Group) add(d Dispute) {
	g.Count++
	switch {
	case d.State.Open():
		g.Open++
	case d.State == StateRuled:
		g.Ruled++
		if d.Outcome != OutcomeRejected {
			g.Accepted++
		}
		g.hours = append(g.hours, int64(d.EndedAt.Sub(d.RaisedAt)/time.Hour))
	}
}

// finish computes the median; of an even number it is the lower of the middle two, so that it is a time that something really took.
func (g *Group) finish() {
	if len(g.hours) > 0 {
		slices.Sort(g.hours)
		g.MedianHours = g.hours[(len(g.hours)-1)/2]
	}
	g.hours = nil
}
