// Package access says who somebody is and what they may do: users, roles with data scopes, sessions, API keys, sign-in.
//
// Every service call of the product takes an Actor and asks it; no other place decides. Secrets are kept hashed (passwords
// argon2id, tokens SHA-256) and never logged. What other systems prove is the matter of package
// signon, which asks this one for a session.
package access

import (
	"context"
	"slices"
	"strings"

	"xiaoguan/internal/errs"
)

// Role is what somebody does in the company. A person may have several.
type Role string

// The roles.
const (
	RoleSeller     Role = "seller"
	RoleLead       Role = "lead"
	RoleDirector   Role = "director"
	RoleService    Role = "service"
	RoleOperations Role = "operations"
	RoleFinance    Role = "finance"
	RoleHR         Role = "hr"
	RoleAuditor    Role = "auditor"
	RoleAdmin      Role = "admin"
)

// Roles lists all roles in the order in which they are shown.
var Roles = []Role{RoleSeller, RoleLead, RoleDirector, RoleService, RoleOperations, RoleFinance, RoleHR, RoleAuditor, RoleAdmin}

// ScopeKind says how far a role's data reach.
type ScopeKind string

// The scopes, from narrow to wide. Team is the teams the person belongs to, TeamAndBelow those the person leads, Region the
// regions of the grant.
const (
	ScopeOwn          ScopeKind = "own"
	ScopeTeam         ScopeKind = "team"
	ScopeTeamAndBelow ScopeKind = "team_and_below"
	ScopeRegion       ScopeKind = "region"
	ScopeAll          ScopeKind = "all"
)

// Grant gives a role over a scope. RegionID is set for ScopeRegion.
type Grant struct {
	Role     Role      `json:"role"`
	Scope    ScopeKind `json:"scope"`
	RegionID int64     `json:"region_id,omitempty"`
}

// Permission is one thing that may be done.
type Permission string

// The permissions. Reading sales data is limited by scope; pay has permissions of its own.
const (
	PermSalesRead         Permission = "sales.read"         // customers, deals, payments, quotas within scope
	PermSalesWrite        Permission = "sales.write"        // record and correct facts by hand
	PermWorkWrite         Permission = "work.write"         // leads, opportunities, contacts, follow-ups, tasks within scope
	PermTargetWrite       Permission = "target.write"       // plans of targets: split, answer objections, publish, change
	PermTargetPropose     Permission = "target.propose"     // say what people within scope could reach, object for them
	PermProcessWrite      Permission = "process.write"      // drafts of the process standard
	PermProcessApprove    Permission = "process.approve"    // approve somebody else's
	PermProcessExempt     Permission = "process.exempt"     // free a case within scope from a rule
	PermContactPhone      Permission = "contact.phone"      // whole telephone numbers of contacts and leads within scope
	PermServiceRules      Permission = "service.rules"      // time limits of service cases, return visits, surveys
	PermLeadAssign        Permission = "lead.assign"        // see leads that are nobody's, and give leads out within scope
	PermPricesWrite       Permission = "prices.write"       // price list and discount limits of quotes
	PermCollectionConfirm Permission = "collection.confirm" // money that a seller reports has come in, or went back
	PermOrgRead           Permission = "org.read"           // organisation and people within scope
	PermOrgWrite          Permission = "org.write"          // change organisation and people
	PermImport            Permission = "import"             // import and undo imports
	PermPlanRead          Permission = "plan.read"          // all plan documents (own plan: no permission needed)
	PermPlanWrite         Permission = "plan.write"         // write drafts
	PermPlanApprove       Permission = "plan.approve"       // approve somebody else's draft
	PermPeriodRun         Permission = "period.run"         // calculate, review, publish
	PermPeriodApprove     Permission = "period.approve"     // approve and close a month somebody else prepared
	PermAdjustmentWrite   Permission = "adjustment.write"   // ask for manual lines of pay
	PermAdjustmentApprove Permission = "adjustment.approve" // approve somebody else's
	PermPayTeam           Permission = "pay.team"           // statements of those one approves, within scope
	PermPayAll            Permission = "pay.all"            // statements of everybody within scope
	PermLedgerRead        Permission = "ledger.read"        // reward ledger and pay files
	PermAuditRead         Permission = "audit.read"         // audit log
	PermUsersRead         Permission = "users.read"         // users and roles
	PermUsersWrite        Permission = "users.write"        // users, roles, API keys of others
	PermJobsRead          Permission = "jobs.read"          // all jobs (own jobs: no permission needed)
	PermApprovalManage    Permission = "approval.manage"    // flows of approval; name signers where nobody is left
	PermSettingsWrite     Permission = "settings.write"     // company settings
	PermCalendarWrite     Permission = "calendar.write"     // days off and make-up work days
	PermFieldManage       Permission = "field.manage"       // fields that the company adds to its records
	PermSalaryWrite       Permission = "salary.write"       // fixed pay, work city and probation of people
	PermLawWrite          Permission = "law.write"          // rules of the law guard, minimum wages
	PermLawAcknowledge    Permission = "law.acknowledge"    // take note of its warnings
	PermPoolWrite         Permission = "pool.write"         // write rules of public pools, take back what was done with customers
	PermPoolApprove       Permission = "pool.approve"       // approve somebody else's rules of public pools
	PermCustomerAssign    Permission = "customer.assign"    // give customers to people within scope, hand them over
	PermCustomerMerge     Permission = "customer.merge"     // make one customer of two that are the same, and undo it
	PermHonourRun         Permission = "honours.run"        // compute honours and promotions, keep the shop
	PermHonourApprove     Permission = "honours.approve"    // approve, announce and revoke honours that somebody else computed

	PermProgrammeRead  Permission = "programme.read"  // goals, initiatives, risks and lessons within scope
	PermProgrammeWrite Permission = "programme.write" // write them, freeze baselines, sign gates

	PermTierWrite   Permission = "tier.write"   // tier policies and reviews of all customers
	PermTierApprove Permission = "tier.approve" // tiers that wait or are set by hand, within scope; policies that somebody else wrote

	PermQuestionnaireRun  Permission = "questionnaire.run"  // write, open and close questionnaires of the staff, interviews, checklists
	PermQuestionnaireRead Permission = "questionnaire.read" // what groups of five and more said, within scope

	PermDiagnosisRun    Permission = "diagnosis.run"    // look for problems in the company's records, or in sheets
	PermProblemRead     Permission = "problem.read"     // the list of problems within scope (those that are one's own: no permission needed)
	PermProblemWrite    Permission = "problem.write"    // write problems within scope down, rate, give and merge them
	PermAssessmentRead  Permission = "assessment.read"  // maturity, value of the team, resources, table of priorities: values of the company
	PermAssessmentWrite Permission = "assessment.write" // assess the company, keep trainings and the table of priorities
	PermSkillWrite      Permission = "skill.write"      // say how well people within scope can do something

	// The three voices of a ruling on a dispute; that of sales reaches as far as the role's scope.
	PermDisputeSales   Permission = "dispute.sales"
	PermDisputeFinance Permission = "dispute.finance"
	PermDisputeHR      Permission = "dispute.hr"
)

var rolePermissions = map[Role][]Permission{
	RoleSeller:     {PermSalesRead, PermWorkWrite, PermContactPhone},
	RoleLead:       {PermSalesRead, PermWorkWrite, PermTargetPropose, PermProcessExempt, PermContactPhone, PermLeadAssign, PermCustomerAssign, PermCustomerMerge, PermOrgRead, PermPlanRead, PermPayTeam, PermDisputeSales, PermTierApprove, PermQuestionnaireRead, PermProblemRead, PermProblemWrite, PermSkillWrite, PermProgrammeRead},
	RoleDirector:   {PermSalesRead, PermWorkWrite, PermTargetPropose, PermProcessApprove, PermProcessExempt, PermContactPhone, PermLeadAssign, PermCustomerAssign, PermCustomerMerge, PermPoolApprove, PermOrgRead, PermPlanRead, PermPlanApprove, PermPayTeam, PermDisputeSales, PermHonourApprove, PermTierApprove, PermQuestionnaireRead, PermDiagnosisRun, PermProblemRead, PermProblemWrite, PermAssessmentRead, PermAssessmentWrite, PermSkillWrite, PermProgrammeRead, PermProgrammeWrite},
	RoleService:    {PermSalesRead, PermWorkWrite, PermContactPhone},
	RoleOperations: {PermSalesRead, PermSalesWrite, PermWorkWrite, PermTargetWrite, PermPricesWrite, PermProcessWrite, PermServiceRules, PermContactPhone, PermLeadAssign, PermCustomerAssign, PermCustomerMerge, PermPoolWrite, PermOrgRead, PermOrgWrite, PermImport, PermPlanRead, PermPlanWrite, PermPeriodRun, PermAdjustmentWrite, PermJobsRead, PermPayAll, PermHonourRun, PermLawAcknowledge, PermApprovalManage, PermTierWrite, PermCalendarWrite, PermFieldManage, PermQuestionnaireRun, PermQuestionnaireRead, PermDiagnosisRun, PermProblemRead, PermProblemWrite, PermAssessmentRead, PermAssessmentWrite, PermProgrammeRead, PermProgrammeWrite},
	RoleFinance:    {PermSalesRead, PermSalesWrite, PermCollectionConfirm, PermPoolApprove, PermOrgRead, PermImport, PermPlanRead, PermPlanApprove, PermPeriodApprove, PermAdjustmentWrite, PermAdjustmentApprove, PermPayAll, PermLedgerRead, PermJobsRead, PermDisputeFinance, PermSalaryWrite, PermLawAcknowledge, PermProblemRead, PermProgrammeRead},
	RoleHR:         {PermOrgRead, PermOrgWrite, PermPlanRead, PermPlanApprove, PermAdjustmentWrite, PermAdjustmentApprove, PermPayAll, PermDisputeHR, PermHonourRun, PermHonourApprove, PermSalaryWrite, PermLawWrite, PermLawAcknowledge, PermCalendarWrite, PermQuestionnaireRun, PermQuestionnaireRead, PermProblemRead, PermProblemWrite, PermAssessmentRead, PermAssessmentWrite, PermSkillWrite, PermProgrammeRead},
	RoleAuditor:    {PermSalesRead, PermOrgRead, PermPlanRead, PermPayAll, PermLedgerRead, PermAuditRead, PermUsersRead, PermJobsRead, PermQuestionnaireRead, PermProblemRead, PermAssessmentRead, PermProgrammeRead},
	RoleAdmin:      {PermOrgRead, PermUsersRead, PermUsersWrite, PermJobsRead, PermSettingsWrite, PermAuditRead, PermLawWrite, PermApprovalManage, PermCalendarWrite, PermFieldManage},
}

// Permissions returns what the role may do.
func (r Role) Permissions() []Permission { return rolePermissions[r] }

// Writes reports whether the permission lets its holder change something; a read-only API key has no such permission.
func (p Permission) Writes() bool {
	switch p {
	case PermSalesRead, PermContactPhone, PermOrgRead, PermPlanRead, PermPayTeam, PermPayAll, PermLedgerRead, PermAuditRead, PermUsersRead, PermJobsRead, PermQuestionnaireRead, PermProblemRead, PermAssessmentRead, PermProgrammeRead:
		return false
	}
	return true
}

// Actor is who asks: a signed-in user, an API key acting for one, or the system itself. It is a value made by this package's
// Service for one request; its grants do not change while the request runs.
type Actor struct {
	UserID   string
	Name     string
	PersonID int64 // the person in the organisation, 0 if none
	Grants   []Grant
	System   bool // the system's own work: jobs, start-up
	Session  string
	APIKey   string // id of the key that acts for the user, empty for people at a screen
	ReadOnly bool   // the key may only read
	Client   string // address, for the audit log
}

// SystemActor acts for the system itself; what names its work, as in "system:import".
func SystemActor(what string) Actor { return Actor{UserID: "system:" + what, Name: what, System: true} }

// Can reports whether any of the actor's roles has the permission.
func (a Actor) Can(p Permission) bool {
	if a.System {
		return true
	}
	if a.ReadOnly && p.Writes() {
		return false
	}
	return slices.ContainsFunc(a.Grants, func(g Grant) bool { return slices.Contains(g.Role.Permissions(), p) })
}

// Require returns nil when the actor has the permission, and otherwise an error of kind Unauthenticated (nobody is signed in) or
// Forbidden that names the roles which have it.
func (a Actor) Require(p Permission) error {
	if a.Can(p) {
		return nil
	}
	if a.UserID == "" {
		return errs.New(errs.KindUnauthenticated, "access.sign_in_first", nil)
	}
	if a.ReadOnly && p.Writes() {
		return errs.New(errs.KindForbidden, "access.read_only", nil)
	}
	return errs.New(errs.KindForbidden, "access.forbidden", errs.Args{"Permission": p.Message(), "Roles": rolesWith(p)})
}

// Message names the permission for people.
func (p Permission) Message() errs.Message { return errs.Msg("access.permission."+string(p), nil) }

// Message names the role for people.
func (r Role) Message() errs.Message { return errs.Msg("access.role."+string(r), nil) }

// Message names the scope for people.
func (k ScopeKind) Message() errs.Message { return errs.Msg("access.scope."+string(k), nil) }

// RolesWith returns the roles that have the permission, in the order of Roles.
func RolesWith(p Permission) (roles []Role) {
	for _, r := range Roles {
		if slices.Contains(r.Permissions(), p) {
			roles = append(roles, r)
		}
	}
	return roles
}

// rolesWith lists the roles that have the permission as one message: a pair of the first and the rest, since each language joins a
// list in its own way.
func rolesWith(p Permission) errs.Message {
	var list errs.Message
	for _, r := range slices.Backward(Roles) {
		switch {
		case !slices.Contains(r.Permissions(), p):
		case list.Key == "":
			list = r.Message()
		default:
			list = errs.Msg("access.role_list", errs.Args{"First": r.Message(), "Rest": list})
		}
	}
	return list
}

// MayReadAudit makes Actor the reader that package audit asks for. The log is one chain over everything: no part of it is that of a region.
func (a Actor) MayReadAudit() error { return a.RequireAll(PermAuditRead) }

// SeesAllPay tells package audit whether amounts in the log may be shown.
func (a Actor) SeesAllPay() bool { return a.CanAll(PermPayAll) }

// AuditAuthor says how the audit log names the actor; an API key is named beside the address.
func (a Actor) AuditAuthor() (id, name, client string) {
	if a.APIKey != "" {
		return a.UserID, a.Name, strings.TrimSpace(a.Client + " key:" + a.APIKey)
	}
	return a.UserID, a.Name, a.Client
}

// Has reports whether the actor has the role.
func (a Actor) Has(r Role) bool {
	return slices.ContainsFunc(a.Grants, func(g Grant) bool { return g.Role == r })
}

// Scope is how far a permission reaches for an actor, ready for a query: everything, or the union of own person, teams led or
// belonged to, and regions.
type Scope struct {
	All       bool
	PersonID  int64   // own, 0 if none
	TeamOf    bool    // teams the person belongs to
	TeamsLed  bool    // teams the person leads
	RegionIDs []int64 // regions granted
}

// Same reports whether both reach the same.
func (s Scope) Same(other Scope) bool {
	return s.All == other.All && s.PersonID == other.PersonID && s.TeamOf == other.TeamOf && s.TeamsLed == other.TeamsLed && slices.Equal(s.RegionIDs, other.RegionIDs)
}

// CanAll reports whether the actor has the permission over the whole company: what is kept as one, such as a month's payments and accruals, is
// seen and recorded by nobody whose reach is a part of it.
func (a Actor) CanAll(p Permission) bool { return a.ScopeOf(p).All }

// RequireAll returns nil when the actor has the permission, or one of the others, over the whole company, and otherwise an error of kind
// Unauthenticated or Forbidden that speaks of the permission.
func (a Actor) RequireAll(p Permission, or ...Permission) error {
	all := append([]Permission{p}, or...)
	if slices.ContainsFunc(all, a.CanAll) {
		return nil
	}
	if !slices.ContainsFunc(all, a.Can) {
		return a.Require(p)
	}
	return errs.New(errs.KindForbidden, "access.whole_company", errs.Args{"Permission": p.Message()})
}

// Reacher knows who is within whose reach.
type Reacher interface {
	// InScope reports whether the person is within the scope today.
	InScope(ctx context.Context, scope Scope, personID int64) (bool, error)
}

// Reaches reports whether a grant with any of the permissions reaches the person today: whose pay somebody sees, or decides about. Who has none of them
// reaches nobody, not even themselves.
func (a Actor) Reaches(ctx context.Context, r Reacher, personID int64, permissions ...Permission) (bool, error) {
	if !slices.ContainsFunc(permissions, a.Can) {
		return false, nil
	}
	scope := a.ScopeOf(permissions...)
	if scope.All {
		return true, nil
	}
	return r.InScope(ctx, scope, personID)
}

// ScopeOf returns the union of the scopes of the grants that carry any of the permissions. The zero Scope reaches nothing.
func (a Actor) ScopeOf(permissions ...Permission) Scope {
	if a.System {
		return Scope{All: true}
	}
	var s Scope
	for _, g := range a.Grants {
		carries := func(p Permission) bool {
			return slices.Contains(g.Role.Permissions(), p) && !(a.ReadOnly && p.Writes())
		}
		if !slices.ContainsFunc(permissions, carries) {
			continue
		}
		s.PersonID = a.PersonID
		switch g.Scope {
		case ScopeAll:
			return Scope{All: true}
		case ScopeTeam:
			s.TeamOf = true
		case ScopeTeamAndBelow:
			s.TeamOf, s.TeamsLed = true, true
		case ScopeRegion:
			s.RegionIDs = append(s.RegionIDs, g.RegionID)
		}
	}
	return s
}
