package admin

import (
	"context"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/job"
	"xiaoguan/internal/web/ui"
)

func moment(p *i18n.Printer, t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return p.Local(t).Format("2006-01-02 15:04:05")
}

// regions are the names of regions by id.
type regions map[int64]string

// grantText writes a grant as people say it: of a region by its name.
func (names regions) grantText(p *i18n.Printer, g access.Grant) string {
	scope := p.T("access.scope." + string(g.Scope))
	if name := names[g.RegionID]; g.Scope == access.ScopeRegion && name != "" {
		scope = name
	}
	return p.T("admin.grant", "Role", p.T("access.role."+string(g.Role)), "Scope", scope)
}

func (names regions) grantsText(p *i18n.Printer, grants []access.Grant) string {
	var texts []string
	for _, g := range grants {
		texts = append(texts, names.grantText(p, g))
	}
	return p.Join(texts)
}

// usualScopes are the scopes offered for each role, beside regions; others can be granted through the API.
var usualScopes = map[access.Role][]access.ScopeKind{
	access.RoleSeller: {access.ScopeOwn}, access.RoleLead: {access.ScopeTeam, access.ScopeTeamAndBelow}, access.RoleDirector: {access.ScopeTeamAndBelow, access.ScopeAll},
	access.RoleService: {access.ScopeOwn, access.ScopeTeam, access.ScopeAll}, access.RoleOperations: {access.ScopeAll}, access.RoleFinance: {access.ScopeAll},
	access.RoleHR: {access.ScopeAll}, access.RoleAuditor: {access.ScopeAll}, access.RoleAdmin: {access.ScopeAll},
}

// regionRoles are the roles that may be given over a region: all but those that are about oneself, or about the installation.
var regionRoles = []access.Role{access.RoleDirector, access.RoleLead, access.RoleService, access.RoleOperations, access.RoleFinance, access.RoleHR, access.RoleAuditor}

// grantsFields are the roles that somebody has or may get, and those over a region.
func (names regions) grantsFields(p *i18n.Printer, has []access.Grant, form url.Values) []ui.Field {
	f := ui.Field{Name: "grants", Kind: ui.FieldChecks, Label: p.T("admin.roles")}
	offered := map[access.Grant]bool{}
	for _, role := range access.Roles {
		for _, scope := range usualScopes[role] {
			g := access.Grant{Role: role, Scope: scope}
			offered[g] = true
			f.Options = append(f.Options, ui.Option{Value: string(role) + ":" + string(scope), Label: names.grantText(p, g), Selected: slices.Contains(has, g)})
		}
		for _, g := range has {
			if g.Role != role || offered[g] || !g.Scope.Known() { // a region, or what the API granted: it stays unless it is ticked off
				continue
			}
			value := string(g.Role) + ":" + string(g.Scope)
			if g.RegionID != 0 {
				value += ":" + strconv.FormatInt(g.RegionID, 10)
			}
			f.Options = append(f.Options, ui.Option{Value: value, Label: names.grantText(p, g), Selected: true})
		}
	}
	if len(names) == 0 {
		return []ui.Field{f}
	}
	role := ui.Field{Name: "region_role", Kind: ui.FieldSelect, Label: p.T("admin.region_role"), Hint: p.T("admin.region_hint"), Value: form.Get("region_role"), Optional: true, Placeholder: p.T("admin.region_none"), Span: 6}
	for _, r := range regionRoles {
		role.Options = append(role.Options, ui.Option{Value: string(r), Label: p.T("access.role." + string(r))})
	}
	region := ui.Field{Name: "region_id", Kind: ui.FieldSelect, Label: p.T("common.region"), Value: form.Get("region_id"), Optional: true, Placeholder: p.T("admin.region_none"), Span: 6}
	for _, id := range slices.Sorted(maps.Keys(names)) {
		region.Options = append(region.Options, ui.Option{Value: strconv.FormatInt(id, 10), Label: names[id]})
	}
	return []ui.Field{f, role, region}
}

func usersPage(ctx context.Context, actor access.Actor, names regions, page access.UserPage, filter access.UserFilter, form url.Values, failure error, created *access.Created) templ.Component {
	p := httpx.PrinterFrom(ctx)
	table := ui.TableView{ID: "users", Label: p.T("admin.users"), Path: "/users", Query: url.Values{"q": {filter.Text}}, Columns: []ui.Column{
		{Key: "name", Label: p.T("admin.name"), Phone: true}, {Key: "login", Label: p.T("admin.login"), Phone: true}, {Key: "roles", Label: p.T("admin.roles")},
		{Key: "factor", Label: p.T("admin.second_factor")}, {Key: "last", Label: p.T("admin.last_sign_in")}, {Key: "state", Label: p.T("admin.state"), Phone: true},
	}, Pager: &ui.Pager{Total: -1, Next: page.Next}, Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("admin.no_users")}}
	for _, u := range page.Users {
		state := ui.Cell{Chip: &ui.Chip{Label: p.T("admin.active"), Tone: ui.ToneGood}}
		if u.Disabled {
			state = ui.Cell{Chip: &ui.Chip{Label: p.T("admin.disabled"), Tone: ui.ToneLine}}
		}
		factor := "–"
		if u.SecondFactor {
			factor = p.T("admin.on")
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.LinkTo(u.Name, "/users/"+u.ID), ui.Text(u.Login), ui.Text(names.grantsText(p, u.Grants)),
			ui.Text(factor), ui.Text(moment(p, u.LastSignInAt)), state}})
	}
	parts := created1(p, created)
	parts = append(parts, ui.Across(ui.Filter(ui.FilterView{Path: "/users", Search: &ui.Field{Name: "q", Kind: ui.FieldSearch, Label: p.T("admin.search"), Placeholder: p.T("admin.search"), Value: filter.Text}})),
		ui.Filled(ui.CardView{Title: p.T("admin.users"), Flush: true}, ui.Table(table)))
	if actor.Can(access.PermUsersWrite) {
		grants, _ := grantsOf(form["grants"])
		fields, problem := ui.WithErrors(append([]ui.Field{
			{Name: "name", Label: p.T("admin.name"), Value: form.Get("name"), Span: 6}, {Name: "login", Label: p.T("admin.login"), Value: form.Get("login"), Span: 6},
			{Name: "person", Label: p.T("admin.person"), Value: form.Get("person"), Optional: true, Hint: p.T("admin.person_hint"), Span: 6},
		}, names.grantsFields(p, grants, form)...), failure, p)
		parts = append(parts, ui.Filled(ui.CardView{Title: p.T("admin.new_user")}, ui.Form(ui.FormView{ID: "new-user", Action: "/users", Fields: fields, Problem: problem,
			Submit: ui.Action{Label: p.T("admin.new_user_button"), Kind: ui.ActionPrimary}, Consequence: p.T("admin.new_user_consequence")})))
	}
	return ui.Compose(ui.PageView{Title: p.T("admin.users"), Subtitle: p.T("admin.users_subtitle"), Current: "users", Actions: []ui.Action{{Label: p.T("signon.title"), URL: "/sign-on", Icon: "user-check"}}}, parts...)
}

// created1 shows the first password of a user, once.
func created1(p *i18n.Printer, created *access.Created) []templ.Component {
	if created == nil {
		return nil
	}
	return []templ.Component{ui.Across(ui.NoteOf(ui.Note{Tone: ui.ToneWarn, Strong: p.T("admin.password_once", "Login", created.User.Login), Text: created.Password}))}
}

func userPage(ctx context.Context, actor access.Actor, names regions, u access.User, person string, sessions []access.Session, linked templ.Component, failure error, created *access.Created) templ.Component {
	p := httpx.PrinterFrom(ctx)
	parts := created1(p, created)
	if failure != nil {
		_, problem := ui.WithErrors(nil, failure, p)
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{Tone: ui.ToneBad, Strong: p.T("admin.refused"), Text: problem})))
	}
	path := "/users/" + u.ID + "/"
	if actor.Can(access.PermUsersWrite) {
		parts = append(parts,
			ui.Filled(ui.CardView{Title: p.T("admin.details"), Span: 6}, ui.Form(ui.FormView{ID: "details", Action: path + "update", Submit: ui.Action{Label: p.T("admin.save"), Kind: ui.ActionPrimary}, Fields: []ui.Field{
				{Name: "name", Label: p.T("admin.name"), Value: u.Name}, {Name: "login", Label: p.T("admin.login"), Value: u.Login},
				{Name: "person", Label: p.T("admin.person"), Value: person, Optional: true, Hint: p.T("admin.person_hint")},
			}})),
			ui.Filled(ui.CardView{Title: p.T("admin.roles"), Span: 6}, ui.Form(ui.FormView{ID: "grants", Action: path + "grants", Submit: ui.Action{Label: p.T("admin.save_roles")}, Fields: names.grantsFields(p, u.Grants, nil)})),
			ui.Filled(ui.CardView{Title: p.T("admin.acts"), Span: 6}, userActs(p, u, path)...))
	} else {
		parts = append(parts, ui.Filled(ui.CardView{Title: p.T("admin.roles"), Span: 6}, ui.Facts([]ui.Fact{{Term: p.T("admin.roles"), Text: names.grantsText(p, u.Grants)}, {Term: p.T("admin.login"), Text: u.Login}})))
	}
	table := ui.TableView{Label: p.T("admin.sessions"), Columns: []ui.Column{{Key: "agent", Label: p.T("admin.device"), Phone: true}, {Key: "client", Label: p.T("admin.address")}, {Key: "seen", Label: p.T("admin.seen"), Phone: true}},
		Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("admin.no_sessions")}}
	for _, s := range sessions {
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{{Text: ui.Device(s.Agent), Title: s.Agent}, ui.Text(s.Client), ui.Text(moment(p, s.SeenAt))}})
	}
	parts = append(parts, linked, ui.Filled(ui.CardView{Title: p.T("admin.sessions"), Span: 6, Flush: true}, ui.Table(table)))
	return ui.Compose(ui.PageView{Title: u.Name, Subtitle: u.Login, Current: "users", Crumbs: []ui.Crumb{{Label: p.T("admin.users"), URL: "/users"}, {Label: u.Name}}}, parts...)
}

func userActs(p *i18n.Printer, u access.User, path string) []templ.Component {
	button := func(act, label string, kind ui.ActionKind) templ.Component {
		return ui.Button(ui.Action{Label: p.T(label), URL: path + act, Post: true, Kind: kind})
	}
	acts := []templ.Component{button("password", "admin.reset_password", ui.ActionPlain), button("sessions", "admin.end_sessions", ui.ActionPlain)}
	if u.SecondFactor {
		acts = append(acts, button("second-factor", "admin.reset_factor", ui.ActionPlain))
	}
	if u.Disabled {
		return append(acts, button("enable", "admin.enable", ui.ActionPlain))
	}
	return append(acts, button("disable", "admin.disable", ui.ActionDanger))
}

var jobTones = map[job.State]ui.Tone{job.StateSucceeded: ui.ToneGood, job.StateFailed: ui.ToneBad, job.StateRunning: ui.ToneBrand}

func jobsPage(ctx context.Context, page job.Page, query url.Values) templ.Component {
	p := httpx.PrinterFrom(ctx)
	table := ui.TableView{ID: "jobs", Label: p.T("admin.jobs"), Path: "/jobs", Query: query, Columns: []ui.Column{
		{Key: "kind", Label: p.T("admin.job"), Phone: true}, {Key: "subject", Label: p.T("admin.subject")}, {Key: "state", Label: p.T("admin.state"), Phone: true},
		{Key: "created", Label: p.T("admin.created"), Phone: true}, {Key: "finished", Label: p.T("admin.finished")},
	}, Pager: &ui.Pager{Total: -1, Next: page.Next}, Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("admin.no_jobs")}}
	for _, j := range page.Jobs {
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.LinkTo(jobName(p, j), "/jobs/"+j.ID), ui.Text(j.Subject),
			{Chip: &ui.Chip{Label: p.T("admin.job_" + string(j.State)), Tone: jobTones[j.State]}}, ui.Text(moment(p, j.CreatedAt)), ui.Text(moment(p, j.FinishedAt))}})
	}
	return ui.Compose(ui.PageView{Title: p.T("admin.jobs"), Subtitle: p.T("admin.jobs_subtitle"), Current: "jobs"}, ui.Filled(ui.CardView{Label: p.T("admin.jobs"), Flush: true}, ui.Table(table)))
}

func jobName(p *i18n.Printer, j job.Job) string {
	if key := "admin.job_kind_" + strings.ReplaceAll(string(j.Kind), ".", "_"); p.Has(key) {
		return p.T(key)
	}
	return string(j.Kind)
}

func progressOf(ctx context.Context, j job.Job) ui.Job {
	p := httpx.PrinterFrom(ctx)
	states := map[job.State]ui.JobState{job.StateQueued: ui.JobQueued, job.StateRunning: ui.JobRunning, job.StateSucceeded: ui.JobDone, job.StateFailed: ui.JobFailed, job.StateCancelled: ui.JobCancelled}
	v := ui.Job{ID: "job", Title: jobName(p, j), State: states[j.State], Done: int(j.Progress.Done), Total: int(j.Progress.Total), Source: "/jobs/" + j.ID + "/progress"}
	if !j.State.Finished() {
		v.Cancel = "/jobs/" + j.ID + "/cancel"
	}
	if j.Progress.Stage != "" {
		v.Text = p.T(j.Progress.Stage)
	}
	if j.Failure.Key != "" {
		v.Text = p.Message(j.Failure)
	}
	return v
}

func jobPage(ctx context.Context, j job.Job) templ.Component {
	p := httpx.PrinterFrom(ctx)
	facts := []ui.Fact{{Term: p.T("admin.subject"), Text: j.Subject}, {Term: p.T("admin.created"), Text: moment(p, j.CreatedAt)}, {Term: p.T("admin.started"), Text: moment(p, j.StartedAt)},
		{Term: p.T("admin.finished"), Text: moment(p, j.FinishedAt)}, {Term: p.T("admin.attempts"), Text: p.Int(int64(j.Attempts))}}
	return ui.Compose(ui.PageView{Title: jobName(p, j), Current: "jobs", Crumbs: []ui.Crumb{{Label: p.T("admin.jobs"), URL: "/jobs"}, {Label: jobName(p, j)}}},
		ui.Filled(ui.CardView{Title: p.T("admin.progress")}, ui.Progress(progressOf(ctx, j))), ui.Filled(ui.CardView{Title: p.T("admin.details")}, ui.Facts(facts)))
}
