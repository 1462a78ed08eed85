package company

import (
	"context"
	"slices"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
)

// Counts is what has been recorded so far, as far as setting up asks.
type Counts struct {
	People    int64 // persons on record
	Teams     int64
	Deals     int64
	Payments  int64
	Quotas    int64
	Crediting int64 // approved crediting documents
	Plans     int64 // approved plans
	Drafts    int64 // documents that wait for approval
	Months    int64 // months with a complete result
}

// Step is one thing to be done before the first month can be paid.
type Step string

// The steps, in the order in which they are best taken: without users nobody may import, without facts there is nothing to calculate.
const (
	StepCompany Step = "company"
	StepUsers   Step = "users"
	StepPeople  Step = "people"
	StepFacts   Step = "facts"
	StepPlans   Step = "plans"
	StepMonth   Step = "month"
)

// StepState is a step with what is there of it.
type StepState struct {
	Step Step
	Done bool
	// Needs is what somebody must be allowed who does the step; May says whether the reader is.
	Needs access.Permission
	May   bool
	Roles []access.Role // those that have the permission
}

// Progress is how far setting up is.
type Progress struct {
	Settings Settings
	Counts   Counts
	// Makers and Checkers count the users who may calculate months, and who may approve them; Apart says that there are two different
	// ones, since nobody approves their own work.
	Makers, Checkers int
	Apart            bool
	Steps            []StepState
}

// Open counts the steps that are still to be taken.
func (p Progress) Open() (open int) {
	for _, step := range p.Steps {
		if !step.Done {
			open++
		}
	}
	return open
}

// stepNeeds is what each step asks of who does it.
var stepNeeds = []struct {
	step  Step
	needs access.Permission
}{
	{StepCompany, access.PermSettingsWrite}, {StepUsers, access.PermUsersWrite}, {StepPeople, access.PermImport}, {StepFacts, access.PermImport},
	{StepPlans, access.PermPlanWrite}, {StepMonth, access.PermPeriodRun},
}

// concerned are the permissions of those who have a part in setting up.
var concerned = []access.Permission{access.PermSettingsWrite, access.PermUsersWrite, access.PermImport, access.PermPlanWrite, access.PermPlanApprove, access.PermPeriodRun, access.PermPeriodApprove}

// Concerns reports whether the actor has a part in setting up: sellers and their leads have none.
func Concerns(actor access.Actor) bool {
	return actor.UserID != "" && slices.ContainsFunc(concerned, actor.Can)
}

// Progress judges how far setting up is, by what is really there. Errors: forbidden for who has no part in it.
func (s *Service) Progress(ctx context.Context, actor access.Actor) (p Progress, err error) {
	defer errs.Wrap(&err, "company.Progress")
	if !Concerns(actor) {
		return Progress{}, actor.Require(access.PermSettingsWrite)
	}
	var holders map[string][]access.Role
	err = s.store.Read(ctx, func(r Reader) error {
		if p.Settings, err = r.CompanySettings(ctx); err != nil {
			return err
		}
		if p.Counts, err = r.Counts(ctx); err != nil {
			return err
		}
		holders, err = r.RoleHolders(ctx)
		return err
	})
	if err != nil {
		return Progress{}, err
	}
	p.Makers, p.Checkers, p.Apart = makersAndCheckers(holders)
	done := map[Step]bool{
		StepCompany: p.Settings.Name != "", StepUsers: p.Apart, StepPeople: p.Counts.People > 0 && p.Counts.Teams > 0,
		StepFacts: p.Counts.Deals > 0 && p.Counts.Payments > 0, StepPlans: p.Counts.Crediting > 0 && p.Counts.Plans > 0, StepMonth: p.Counts.Months > 0,
	}
	for _, s := range stepNeeds {
		p.Steps = append(p.Steps, StepState{Step: s.step, Done: done[s.step], Needs: s.needs, May: actor.Can(s.needs), Roles: access.RolesWith(s.needs)})
	}
	if p.Open() == 0 {
		s.mu.Lock()
		s.ready = true
		s.mu.Unlock()
	}
	return p, nil
}

// Waiting returns how many steps are open, for somebody who has a part in them; 0 for others, and for ever once all were done.
func (s *Service) Waiting(ctx context.Context, actor access.Actor) (open int, err error) {
	s.mu.Lock()
	ready := s.ready
	s.mu.Unlock()
	if ready || !Concerns(actor) {
		return 0, nil
	}
	p, err := s.Progress(ctx, actor)
	return p.Open(), err
}

// makersAndCheckers counts who may calculate and who may approve, and says whether two different users can do the two.
func makersAndCheckers(holders map[string][]access.Role) (makers, checkers int, apart bool) {
	can := func(roles []access.Role, needs access.Permission) bool {
		return slices.ContainsFunc(roles, func(r access.Role) bool { return slices.Contains(r.Permissions(), needs) })
	}
	both := 0
	for _, roles := range holders {
		makes, checks := can(roles, access.PermPeriodRun), can(roles, access.PermPeriodApprove)
		if makes {
			makers++
		}
		if checks {
			checkers++
		}
		if makes && checks {
			both++
		}
	}
	return makers, checkers, makers > 0 && checkers > 0 && !(makers == 1 && checkers == 1 && both == 1)
}
