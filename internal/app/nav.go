package app

import (
	"net/http"
	"slices"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/assessment"
	"xiaoguan/internal/board"
	"xiaoguan/internal/capability"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/prioritybook"
	"xiaoguan/internal/programme"
	"xiaoguan/internal/web/ui"
)

// place is an entry of the navigation. Who may open it is asked of the same permissions that the page's service asks.
type place struct {
	group, key, url, icon string
	open                  func(access.Actor) bool
}

// groupPlacesMax is how many places of a group somebody may see before nobody finds anything any more; phonePlacesMax fit beside "more".
const (
	groupPlacesMax = 7
	phonePlacesMax = 4
)

// placeNotices is the place whose count is the bell's.
const placeNotices = "notices"

// navGroups are the groups in their order on screen.
var navGroups = []string{"mine", "view", "work", "process", "keeping", "sales", "incentives", "close", "improve", "base", "settings"}

// places is the whole navigation in its order on screen: the one list that the rail, the bar of phones and the first page follow.
var places = []place{
	{"mine", "today", "/today", "calendar-check", anybody},
	{"mine", "calendar", "/calendar", "calendar", can(access.PermSalesRead)},
	{"mine", "approvals", "/approvals", "clipboard-check", anybody},
	{"mine", "pay", "/pay", "wallet", hasPerson},
	{"mine", "my-plans", "/my-plans", "signature", hasPerson},
	// Who has a say in others' pay finds disputes beside the months; everybody else finds their own beside their pay.
	{"mine", "disputes", "/disputes", "message-report", func(a access.Actor) bool { return hasPerson(a) && !seesOthersPay(a) }},
	{"mine", placeNotices, "/notices", "bell", anybody},

	{"view", "board", "/board", "chart-histogram", board.Reads},
	{"view", "reports", "/reports", "report-analytics", can(access.PermSalesRead)},

	{"work", "leads", "/leads", "phone", can(access.PermSalesRead)},
	{"work", "opportunities", "/pipeline", "layout-kanban", can(access.PermSalesRead)},
	{"work", "customers", "/customers", "users", can(access.PermSalesRead)},
	{"work", "quotes", "/quotes", "file-text", can(access.PermSalesRead)},
	{"work", "contracts", "/contracts", "signature", can(access.PermSalesRead)},
	{"work", "cases", "/cases", "headset", can(access.PermSalesRead)},
	{"work", "pool", "/pool", "ripple", can(access.PermWorkWrite)},

	{"keeping", "visits", "/visits", "heart-handshake", can(access.PermSalesRead)},
	{"keeping", "surveys", "/surveys", "star", can(access.PermSalesRead)},
	{"keeping", "tiers", "/tiers", "users-group", can(access.PermSalesRead)},
	{"keeping", "duplicates", "/duplicates", "copy", can(access.PermCustomerMerge)},
	{"keeping", "handover", "/handover", "user-share", can(access.PermCustomerAssign)},
	{"keeping", "reassign", "/reassign", "switch-horizontal", can(access.PermCustomerAssign)},
	{"keeping", "pool-rules", "/pool-rules", "adjustments-horizontal", whole(access.PermPoolWrite, access.PermPoolApprove)},

	{"process", "reviews", "/reviews", "users-group", can(access.PermSalesRead)},
	{"process", "decisions", "/decisions", "scale", can(access.PermSalesRead)},
	{"process", "flow", "/flow", "route", can(access.PermSalesRead)},

	{"improve", "goals", "/goals", "target-arrow", programme.Reads},
	{"improve", "initiatives", "/initiatives", "flag", programme.Reads},

	{"view", "metrics", "/metric-book", "ruler-measure", can(access.PermSalesRead)},
	{"process", "handbook", "/handbook", "file-text", can(access.PermSalesRead)},
	{"process", "compliance", "/compliance", "shield-check", can(access.PermSalesRead)}, {"process", "standards", "/standards", "list-check", can(access.PermSalesRead)},
	// Who sees the company's values comes to skills from there.
	{"process", "skills", "/skills", "school", func(a access.Actor) bool { return capability.Opens(a) && !assessment.MayRead(a) }},
	{"improve", "maturity", "/maturity", "checkup-list", assessment.MayRead},
	{"improve", "priorities", "/priorities", "list-details", prioritybook.MayRead},

	{"sales", "deals", "/deals", "file-text", can(access.PermSalesRead)},
	{"sales", "payments", "/payments", "cash", can(access.PermSalesRead)},
	{"sales", "invoices", "/invoices", "receipt", can(access.PermSalesRead)},
	{"sales", "retention", "/retention", "trending-up", can(access.PermSalesRead)},
	{"sales", "targets", "/targets", "target-arrow", can(access.PermSalesRead)},
	{"sales", "quotas", "/quotas", "ruler-measure", can(access.PermSalesRead)},
	{"sales", "given", "/given", "ruler-measure", can(access.PermSalesRead)},

	{"incentives", "plans", "/plans", "report-money", can(access.PermPlanRead)},
	{"incentives", "simulations", "/simulations", "git-compare", whole(access.PermPayAll, access.PermPlanApprove)},
	{"incentives", "budget", "/budget", "scale", whole(access.PermPayAll, access.PermPlanApprove)},
	{"incentives", "honours", "/honours", "award", anybody},
	{"incentives", "promotions", "/promotions", "stairs-up", anybody},
	{"incentives", "points", "/points", "gift", anybody},

	{"close", "months", "/months", "calendar", func(a access.Actor) bool {
		return a.Can(access.PermPlanApprove) || whole(access.PermPeriodRun, access.PermPeriodApprove, access.PermPayAll)(a)
	}},
	{"close", "statements", "/statements", "list-details", seesOthersPay},
	{"close", "disputes", "/disputes", "message-report", seesOthersPay},
	{"close", "adjustments", "/adjustments", "pencil", can(access.PermAdjustmentWrite, access.PermAdjustmentApprove, access.PermPayAll)},
	{"close", "law", "/law", "shield-check", can(access.PermPayAll)},
	{"close", "retro", "/retro", "history", whole(access.PermPeriodRun, access.PermPeriodApprove, access.PermPayAll)},
	{"close", "ledger", "/ledger", "building-bank", whole(access.PermLedgerRead)},

	{"improve", "diagnosis", "/diagnosis", "stethoscope", whole(access.PermProblemRead, access.PermDiagnosisRun)},
	{"improve", "problems", "/problems", "list-check", can(access.PermProblemRead)},
	{"improve", "questionnaires", "/questionnaires", "message-report", anybody},

	{"base", "people", "/people", "sitemap", can(access.PermOrgRead)},
	// Everybody who sees sales data may open the rates; who minds the books is led there.
	{"base", "rates", "/rates", "currency-yuan", func(a access.Actor) bool {
		return a.Can(access.PermSalesRead) && (a.Can(access.PermSalesWrite) || a.Can(access.PermLedgerRead))
	}},
	{"base", "imports", "/imports", "upload", whole(access.PermImport)},
	{"base", "fields", "/fields", "list-details", whole(access.PermFieldManage)},

	{"settings", "company", "/company", "building", can(access.PermSettingsWrite)},
	// Who keeps the company's settings comes to its days off from there.
	{"settings", "work-days", "/work-days", "calendar", func(a access.Actor) bool {
		return a.CanAll(access.PermCalendarWrite) && !a.Can(access.PermSettingsWrite)
	}},
	// Who sees no pay keeps the figures of the law guard.
	{"settings", "law-rules", "/law/rules", "gavel", func(a access.Actor) bool { return a.CanAll(access.PermLawWrite) && !a.Can(access.PermPayAll) }},
	{"settings", "approval-flows", "/approval-flows", "route", whole(access.PermApprovalManage, access.PermAuditRead)},
	{"settings", "deliveries", "/deliveries", "send", can(access.PermSettingsWrite)},
	{"settings", "users", "/users", "user-check", can(access.PermUsersRead)},
	{"settings", "audit", "/audit", "archive", whole(access.PermAuditRead)},
	{"settings", "jobs", "/jobs", "progress-check", can(access.PermJobsRead)},
}

// daily are the places of the bar at the foot of a phone by role, by their keys: what the role does most. Where somebody arrives is the
// first of them.
var daily = map[access.Role][]string{
	access.RoleSeller:     {"today", "opportunities", "pay", "deals"},
	access.RoleLead:       {"today", "opportunities", "statements", "disputes"},
	access.RoleDirector:   {"today", "board", "plans", "statements"},
	access.RoleService:    {"today", "cases", "customers", "pay"},
	access.RoleOperations: {"today", "months", "imports", "statements"},
	access.RoleFinance:    {"today", "months", "payments", "adjustments"},
	access.RoleHR:         {"today", "people", "promotions", "statements"},
	access.RoleAuditor:    {"months", "statements", "ledger", "audit"},
	access.RoleAdmin:      {"users", "company", "people", "jobs"},
}

func anybody(access.Actor) bool { return true }

func hasPerson(a access.Actor) bool { return a.PersonID != 0 }

func seesOthersPay(a access.Actor) bool {
	return a.Can(access.PermPayTeam) || a.Can(access.PermPayAll)
}

// can opens a place for who has any of the permissions.
func can(permissions ...access.Permission) func(access.Actor) bool {
	return func(a access.Actor) bool { return slices.ContainsFunc(permissions, a.Can) }
}

// whole opens a place of the whole company for who has any of the permissions over all of it.
func whole(permissions ...access.Permission) func(access.Actor) bool {
	return func(a access.Actor) bool { return slices.ContainsFunc(permissions, a.CanAll) }
}

// navigation is what an actor may open: only what exists and only what opens.
func navigation(actor access.Actor) (open []place) {
	for _, p := range places {
		if p.open(actor) {
			open = append(open, p)
		}
	}
	return open
}

// everyDay are the places of the actor's bar on a phone: those of the roles, in the order of the grants, then whatever else opens.
func everyDay(actor access.Actor) (bar []place) {
	open := navigation(actor)
	add := func(p place) {
		if len(bar) < phonePlacesMax && !slices.ContainsFunc(bar, func(q place) bool { return q.key == p.key }) {
			bar = append(bar, p)
		}
	}
	for _, grant := range actor.Grants {
		for _, key := range daily[grant.Role] {
			for _, p := range open {
				if p.key == key {
					add(p)
				}
			}
		}
	}
	for _, p := range open {
		add(p)
	}
	return bar
}

func (p place) item(printer *i18n.Printer) ui.NavItem {
	return ui.NavItem{Key: p.key, Label: printer.T("nav." + p.key), Icon: p.icon, URL: p.url}
}

// navigate puts the places of an actor into the frame. Groups that the reader closed stay closed.
func navigate(frame *ui.Frame, actor access.Actor, printer *i18n.Printer, r *http.Request) {
	closed := closedGroups(r)
	open := navigation(actor)
	for _, key := range navGroups {
		group := ui.NavGroup{Key: key, Title: printer.T("nav.group_" + key), Closed: slices.Contains(closed, key)}
		for _, p := range open {
			if p.group == key {
				group.Items = append(group.Items, p.item(printer))
			}
		}
		if len(group.Items) > 0 {
			frame.Nav = append(frame.Nav, group)
		}
	}
	for _, p := range everyDay(actor) {
		if len(frame.Phone) < phonePlacesMax {
			frame.Phone = append(frame.Phone, p.item(printer))
		}
	}
}

// closedGroups reads what the script of the rail remembers.
func closedGroups(r *http.Request) []string {
	c, err := r.Cookie(ui.RailCookie)
	if err != nil {
		return nil
	}
	return strings.Split(c.Value, ".")
}
