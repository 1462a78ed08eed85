package start

import (
	"context"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/company"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/web/ui"
)

// stepsPage is the list of steps, each with its state, what is there of it, and the way to it.
func stepsPage(ctx context.Context, actor access.Actor, progress company.Progress) templ.Component {
	p := httpx.PrinterFrom(ctx)
	open := progress.Open()
	view := ui.PageView{Title: p.T("company.start"), Subtitle: p.T("company.start_sub"), Current: "start", Narrow: true}
	var steps []stepView
	led := false
	for i, s := range progress.Steps {
		v := stepView{Number: strconv.Itoa(i + 1), Key: string(s.Step), Title: p.T("company.step_" + string(s.Step)), Done: s.Done, Text: stepText(p, progress, s)}
		if !s.May && !s.Done {
			v.Who = p.T("company.by_others", "Roles", roleNames(p, s.Roles))
		} else if s.May {
			v.Acts = stepActs(p, progress, s)
			if !s.Done && !led && len(v.Acts) > 0 { // one primary act: the first step that the reader can take
				v.Acts[0].Kind, led = ui.ActionPrimary, true
			}
		}
		if s.Step == company.StepPlans && !s.Done && progress.Counts.Drafts > 0 {
			v.Who = p.T("company.drafts_wait", "Count", progress.Counts.Drafts, "Roles", roleNames(p, access.RolesWith(access.PermPlanApprove)))
			if actor.Can(access.PermPlanApprove) {
				v.Acts = append(v.Acts, ui.Action{Label: p.T("company.see_plans"), URL: "/plans"})
			}
		}
		steps = append(steps, v)
	}
	note := ui.Note{Tone: ui.ToneBrand, Icon: "list-check", Strong: p.T("company.left", "Count", open), Text: p.T("company.left_text")}
	if open == 0 {
		note = ui.Note{Tone: ui.ToneGood, Strong: p.T("company.all_done"), Text: p.T("company.all_done_text")}
	}
	return ui.Compose(view, ui.Across(ui.NoteOf(note)), ui.Filled(ui.CardView{Label: p.T("company.start"), Flush: true}, stepList(steps)))
}

func roleNames(p *i18n.Printer, roles []access.Role) string {
	var names []string
	for _, r := range roles {
		names = append(names, p.Message(r.Message()))
	}
	return p.Join(names)
}

// stepText says what is there of a step, or what it is for.
func stepText(p *i18n.Printer, progress company.Progress, s company.StepState) string {
	c := progress.Counts
	if s.Step == company.StepUsers {
		key := "company.users_open"
		if s.Done {
			key = "company.users_done"
		}
		return p.T(key, "Makers", progress.Makers, "Checkers", progress.Checkers)
	}
	if !s.Done {
		if s.Step == company.StepFacts && c.Deals > 0 {
			return p.T("company.facts_part")
		}
		if s.Step == company.StepPlans && c.Crediting > 0 {
			return p.T("company.plans_part")
		}
		return p.T("company." + string(s.Step) + "_open")
	}
	switch s.Step {
	case company.StepCompany:
		return settingsText(p, progress.Settings)
	case company.StepFacts:
		if c.Quotas == 0 {
			return p.T("company.facts_no_quotas")
		}
	}
	return p.T("company."+string(s.Step)+"_done", "People", p.Int(c.People), "Teams", p.Int(c.Teams), "Plans", p.Int(c.Plans), "Months", p.Int(c.Months))
}

func settingsText(p *i18n.Printer, s company.Settings) string {
	return p.T("company.company_done", "Name", s.Name, "Month", monthName(p, s.Fiscal), "Zone", zoneName(p, s.TimeZone), "Currency", string(s.Currency))
}

// monthName is a month of any year.
func monthName(p *i18n.Printer, m time.Month) string {
	if p.Zh() {
		return strconv.Itoa(int(m)) + "月"
	}
	return m.String()
}

func zoneName(p *i18n.Printer, zone string) string {
	if key := "company.zone." + zone; p.Has(key) {
		return p.T(key)
	}
	return zone
}

// stepActs lead to where a step is done, the likeliest first.
func stepActs(p *i18n.Printer, progress company.Progress, s company.StepState) []ui.Action {
	act := func(key, url string) ui.Action { return ui.Action{Label: p.T("company.act_" + key), URL: url} }
	switch s.Step {
	case company.StepCompany:
		return []ui.Action{act("company", "/company")}
	case company.StepUsers:
		if s.Done {
			return []ui.Action{act("users", "/users")}
		}
		var acts []ui.Action
		if progress.Makers == 0 {
			acts = append(acts, act("maker", "/users?grants=operations:all#new-user"))
		}
		if progress.Checkers == 0 || progress.Makers > 0 {
			acts = append(acts, act("checker", "/users?grants=finance:all#new-user"))
		}
		return acts
	case company.StepPeople, company.StepFacts:
		template := act("template", "/import-template")
		template.Download = true
		if s.Done {
			return []ui.Action{act("imports", "/imports")}
		}
		return []ui.Action{act("imports", "/imports"), template}
	case company.StepPlans:
		if s.Done {
			return []ui.Action{act("plans", "/plans")}
		}
		var acts []ui.Action
		if progress.Counts.Crediting == 0 {
			acts = append(acts, act("crediting", "/plans/new?template=crediting"))
		}
		return append(acts, act("plan", "/plans/new"))
	}
	return []ui.Action{act("months", "/months")}
}

func settingsPage(ctx context.Context, s company.Settings, failure error, saved bool) templ.Component {
	p := httpx.PrinterFrom(ctx)
	months := ui.Field{Name: "fiscal", Kind: ui.FieldSelect, Label: p.T("company.fiscal"), Hint: p.T("company.fiscal_hint"), Span: 6}
	for m := time.January; m <= time.December; m++ {
		months.Options = append(months.Options, ui.Option{Value: strconv.Itoa(int(m)), Label: monthName(p, m), Selected: m == s.Fiscal})
	}
	zones := ui.Field{Name: "time_zone", Kind: ui.FieldSelect, Label: p.T("company.time_zone"), Hint: p.T("company.time_zone_hint"), Span: 6}
	for _, zone := range company.Zones {
		zones.Options = append(zones.Options, ui.Option{Value: zone, Label: zoneName(p, zone), Selected: zone == s.TimeZone})
	}
	currencies := ui.Field{Name: "currency", Kind: ui.FieldSelect, Label: p.T("company.currency"), Hint: p.T("company.currency_hint"), Span: 6}
	for _, c := range company.Currencies {
		currencies.Options = append(currencies.Options, ui.Option{Value: string(c), Label: string(c), Selected: c == s.Currency})
	}
	fields, problem := ui.WithErrors([]ui.Field{
		{Name: "name", Label: p.T("company.name"), Value: s.Name, Autocomplete: "organization", Hint: p.T("company.name_hint"), Span: 6}, months, zones, currencies,
		{Name: "notice", Kind: ui.FieldNumber, Label: p.T("company.notice"), Hint: p.T("company.notice_hint"), Value: strconv.FormatInt(s.Notice, 10), Min: "0", Max: strconv.Itoa(company.NoticeDaysMax), Optional: true, Span: 6},
		{Name: "public_url", Label: p.T("company.public"), Hint: p.T("company.public_hint"), Value: s.Public, Placeholder: "https://", Optional: true, Autocomplete: "url"},
		{Name: "revision", Kind: ui.FieldHidden, Value: strconv.FormatInt(s.Revision, 10)},
	}, failure, p)
	var parts []templ.Component
	if saved {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{Tone: ui.ToneGood, Strong: p.T("company.saved")})))
	}
	parts = append(parts, ui.Filled(ui.CardView{Label: p.T("company.title")}, ui.Form(ui.FormView{ID: "company", Action: "/company", Fields: fields, Problem: problem,
		Submit: ui.Action{Label: p.T("company.save"), Kind: ui.ActionPrimary}, Consequence: p.T("company.consequence")})))
	return ui.Compose(ui.PageView{Title: p.T("company.title"), Subtitle: p.T("company.subtitle"), Current: "company", Narrow: true,
		Actions: []ui.Action{{Label: p.T("workdays.title"), Icon: "calendar", URL: daysPath}, {Label: p.T("mail.title"), Icon: "mail", URL: "/mail-connection"}, {Label: p.T("files.storage"), Icon: "database", URL: "/storage"}, {Label: p.T("backup.title"), Icon: "archive", URL: "/backups"}}}, parts...)
}
