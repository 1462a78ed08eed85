package lawguard

import (
	"cmp"
	"context"
	"slices"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/consent"
	"xiaoguan/internal/dispute"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/naming"
	"xiaoguan/internal/period"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/planbook"
)

// State chooses findings by what was done about them.
type State string

// The choices: everything; what nobody took note of; what somebody did; what cannot be judged and nobody took note of.
const (
	StateAll          State = ""
	StateOpen         State = "open"
	StateAcknowledged State = "acknowledged"
	StateUnknown      State = "unknown"
)

// States lists the choices but for all.
var States = []State{StateOpen, StateUnknown, StateAcknowledged}

// Filter chooses findings of a month.
type Filter struct {
	Month  calendar.Month
	Rule   Rule
	State  State
	Search string // part of a person's name or key
	After  string // cursor: ID of the last one seen
	Limit  int    // 1 to LimitMax; 0 means 50
}

// LimitMax is the greatest number of findings on a page.
const LimitMax = 500

func (f Filter) check() error {
	var c fact.Checker
	c.Search(f.Search)
	if _, ok := DefinitionOf(f.Rule); f.Rule != "" && !ok {
		c.Add("rule", string(f.Rule), "form.error.choice", nil)
	}
	if f.State != StateAll && !slices.Contains(States, f.State) {
		c.Add("state", string(f.State), "form.error.choice", nil)
	}
	if !judged(f.Month) {
		c.Add("month", f.Month.String(), "fact.day_out_of_range", nil)
	}
	return c.Err()
}

// judged reports whether a month is one that can be asked for.
func judged(month calendar.Month) bool {
	return month >= calendar.NewMonth(1990, 1) && month <= calendar.NewMonth(2100, 12)
}

// Report is the findings of a month. The counts are of everything in reach, whatever the filter.
type Report struct {
	Month         calendar.Month
	HasResult     bool      // the month was calculated: pay could be judged
	Findings      []Finding // of the filter and page
	Count         int       // of the filter
	Next          string
	Open, Unknown int // broken, and not to be judged, of which nobody took note
	Acknowledged  int
	Off           []Rule // rules that are turned off
}

// shows reports whether a finding is one of the filter's.
func (f Filter) shows(x Finding) bool {
	if f.Rule != "" && x.Rule != f.Rule || f.Search != "" && !naming.Found(f.Search, x.PersonName, x.PersonKey) {
		return false
	}
	switch f.State {
	case StateOpen:
		return x.Acknowledged == nil && x.Verdict == VerdictBroken
	case StateUnknown:
		return x.Acknowledged == nil && x.Verdict == VerdictUnknown
	case StateAcknowledged:
		return x.Acknowledged != nil
	}
	return true
}

// Find judges a month within the actor's reach: pay, terms, plans in force, the month itself. Errors: forbidden; invalid.
func (s *Service) Find(ctx context.Context, actor access.Actor, filter Filter) (report Report, err error) {
	defer errs.Wrap(&err, "lawguard.Find(%s)", filter.Month)
	if err := actor.Require(access.PermPayAll); err != nil {
		return report, err
	}
	if err := filter.check(); err != nil {
		return report, err
	}
	if filter.Limit <= 0 {
		filter.Limit = 50
	}
	filter.Limit = min(filter.Limit, LimitMax)
	err = s.store.Read(ctx, func(r Reader) error {
		report, err = s.month(ctx, r, actor.ScopeOf(access.PermPayAll), filter.Month)
		return err
	})
	if err != nil {
		return report, err
	}
	all := report.Findings
	report.Findings = nil
	past := filter.After == "" || !slices.ContainsFunc(all, func(f Finding) bool { return f.ID == filter.After })
	for _, f := range all {
		if filter.shows(f) {
			report.Count++
			switch {
			case !past:
			case len(report.Findings) < filter.Limit:
				report.Findings = append(report.Findings, f)
			case report.Next == "":
				report.Next = report.Findings[len(report.Findings)-1].ID
			}
		}
		past = past || f.ID == filter.After
	}
	return report, nil
}

// NewestMonth is the newest month with a result, and this month when there is none. Errors: forbidden.
func (s *Service) NewestMonth(ctx context.Context, actor access.Actor) (month calendar.Month, err error) {
	defer errs.Wrap(&err, "lawguard.NewestMonth")
	if err := actor.Require(access.PermPayAll); err != nil {
		return 0, err
	}
	month = s.Today().Month()
	err = s.store.Read(ctx, func(r Reader) error {
		all, err := r.Periods(ctx)
		for _, p := range all { // newest first
			if p.CurrentRun != "" {
				month = p.Month
				break
			}
		}
		return err
	})
	return month, err
}

// month judges everything about a month, of the people within a scope. Plans are judged by all whom they pay, whoever asks: what a finding rests on
// is the same for everybody, and it counts them without naming them.
func (s *Service) month(ctx context.Context, r Reader, scope access.Scope, month calendar.Month) (report Report, err error) {
	report.Month = month
	v, err := r.LawSettings(ctx)
	if err != nil {
		return report, err
	}
	roster, err := r.Roster(ctx, scope, s.Today())
	if err != nil {
		return report, err
	}
	people, err := s.employees(ctx, r, roster, month)
	if err != nil {
		return report, err
	}
	if report.HasResult, report.Findings, err = s.judgePeople(ctx, r, v.Settings, month, people); err != nil {
		return report, err
	}
	if !scope.All {
		if roster, err = r.Roster(ctx, access.Scope{All: true}, s.Today()); err != nil {
			return report, err
		}
	}
	plans, err := s.plansOf(ctx, r, v.Settings, roster, month)
	if err != nil {
		return report, err
	}
	periods, err := r.Periods(ctx)
	if err != nil {
		return report, err
	}
	itself := JudgeMonth(v.Settings, monthCase(month, periods, s.Today(), func(p period.Period) calendar.Date { return s.dayOf(p.ClosedAt) }))
	report.Findings = slices.Concat(report.Findings, plans, itself)
	if err := noted(ctx, r, report.Findings); err != nil {
		return report, err
	}
	sortFindings(report.Findings)
	for _, f := range report.Findings {
		switch {
		case f.Acknowledged != nil:
			report.Acknowledged++
		case f.Verdict == VerdictUnknown:
			report.Unknown++
		default:
			report.Open++
		}
	}
	for _, d := range Definitions {
		if off, _, _ := v.Settings.InForce(d); off {
			report.Off = append(report.Off, d.Rule)
		}
	}
	return report, nil
}

// sortFindings puts what is broken before what is unknown, then by weight, rule, person, place.
func sortFindings(all []Finding) {
	place := map[Rule]int{}
	for i, d := range Definitions {
		place[d.Rule] = i
	}
	slices.SortStableFunc(all, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Verdict, b.Verdict), -cmp.Compare(a.Severity, b.Severity), cmp.Compare(place[a.Rule], place[b.Rule]), engine.CompareKeys(a.PersonKey, b.PersonKey), cmp.Compare(a.ID, b.ID))
	})
}

// noted adds who took note of the findings.
func noted(ctx context.Context, r Reader, found []Finding) error {
	all, err := r.LawAcknowledgements(ctx)
	if err != nil {
		return err
	}
	by := map[string][]Acknowledgement{}
	for _, a := range all {
		by[a.FindingID] = append(by[a.FindingID], a)
	}
	for i := range found {
		f := &found[i]
		for _, a := range by[f.ID] { // oldest first: the newest stays
			if a.Fingerprint == f.Fingerprint {
				f.Acknowledged = &a
			} else {
				f.Earlier = &a
			}
		}
		if f.Acknowledged != nil {
			f.Earlier = nil
		}
	}
	return nil
}

// employees are the people of a roster as they are at the month's end, or were on their last day.
func (s *Service) employees(ctx context.Context, r Reader, roster consent.Roster, month calendar.Month) (people []Employee, err error) {
	terms, err := r.EmploymentTerms(ctx, 0)
	if err != nil {
		return nil, err
	}
	by := map[int64][]Term{}
	for _, t := range terms {
		by[t.PersonID] = append(by[t.PersonID], t)
	}
	for i, p := range roster.Facts.Persons {
		e := Employee{PersonID: roster.PersonIDs[i], Key: p.Key, Name: p.Name, Hired: p.Hired, Left: p.Left, Standing: Standing(by[roster.PersonIDs[i]])}
		day := min(month.Last(), p.Left-1)
		for _, span := range p.Spans {
			if span.Days.Contains(day) && span.Team != engine.None {
				e.TeamKey = roster.Facts.Teams[span.Team].Key
			}
		}
		people = append(people, e)
	}
	return people, nil
}

// judgePeople judges pay and terms of everybody whom the month's run pays or who has terms on record.
func (s *Service) judgePeople(ctx context.Context, r Reader, settings Settings, month calendar.Month, people []Employee) (hasResult bool, found []Finding, err error) {
	p, err := r.Period(ctx, month)
	if err != nil {
		return false, nil, err
	}
	pays := map[int64]*Pay{}
	if p.CurrentRun != "" {
		if pays, err = results(ctx, r, month, p.CurrentRun); err != nil {
			return false, nil, err
		}
	}
	waiting, err := dispute.Waiting(ctx, r, month)
	if err != nil {
		return false, nil, err
	}
	reached := map[int64]bool{}
	for _, who := range people {
		reached[who.PersonID] = true
		if pay := pays[who.PersonID]; pay != nil {
			found = append(found, JudgePay(settings, month, who, *pay)...)
		} else if p.CurrentRun != "" && len(who.Standing) > 0 {
			found = append(found, JudgePay(settings, month, who, Pay{})...)
		}
		found = append(found, JudgeTerms(settings, month, who)...)
	}
	for _, d := range waiting {
		if reached[d.PersonID] {
			found = append(found, JudgeDispute(settings, d, s.Today())...)
		}
	}
	return p.CurrentRun != "", found, nil
}

func results(ctx context.Context, r Reader, month calendar.Month, run string) (map[int64]*Pay, error) {
	var left Results
	var err error
	if left.Lines, err = r.PayoutLines(ctx, run); err != nil {
		return nil, err
	}
	if left.Additions, err = r.RunAdditions(ctx, run); err != nil {
		return nil, err
	}
	if left.Settlements, err = r.Settlements(ctx, run); err != nil {
		return nil, err
	}
	if left.Grants, err = r.GrantsOf(ctx, month); err != nil {
		return nil, err
	}
	return left.Pays()
}

// plansOf judges the plans in force in a month, and those that are to come when the month has not ended.
func (s *Service) plansOf(ctx context.Context, r Reader, settings Settings, roster consent.Roster, month calendar.Month) (found []Finding, err error) {
	plans, versions, err := planbook.PlansOn(ctx, r, month)
	if err != nil {
		return nil, err
	}
	months := slices.Repeat([]calendar.Month{month}, len(plans))
	if month >= s.Today().Month() {
		coming, comingVersions, err := planbook.PlansComing(ctx, r, month)
		if err != nil {
			return nil, err
		}
		for _, v := range comingVersions {
			months = append(months, v.Effective.From.Month())
		}
		plans, versions = append(plans, coming...), append(versions, comingVersions...)
	}
	for i, p := range plans {
		c, err := s.planCase(ctx, r, p, versions[i], roster, months[i])
		if err != nil {
			return nil, err
		}
		found = append(found, JudgePlan(settings, c)...)
	}
	return found, nil
}

// planCase gathers what is on record of a version. Its payees are those of the month.
func (s *Service) planCase(ctx context.Context, r Reader, p *plan.Plan, v planbook.Version, roster consent.Roster, month calendar.Month) (c PlanCase, err error) {
	c = PlanCase{Version: v, Plan: p, ApprovedOn: s.dayOf(v.ApprovedAt), Today: s.Today()}
	if v.State != planbook.StateApproved {
		c.ApprovedOn = calendar.NoDate
		return c, nil
	}
	if c.Announced, err = r.PlanAnnouncements(ctx, v.ID); err != nil {
		return c, err
	}
	accepted, err := r.Acceptances(ctx, []string{v.ID}, 0)
	if err != nil {
		return c, err
	}
	for _, person := range engine.Participants([]*plan.Plan{p}, roster.Facts, month)[0] {
		id := roster.PersonIDs[person]
		c.Payees++
		if !slices.ContainsFunc(accepted, func(a consent.Acceptance) bool { return a.PersonID == id }) {
			c.Missing = append(c.Missing, id)
		}
	}
	return c, nil
}
