package retros

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
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/retro"
	"xiaoguan/internal/web/ui"
)

var stateTones = map[retro.State]ui.Tone{retro.StateComputing: ui.ToneBrand, retro.StateComputed: ui.ToneWarn, retro.StatePosted: ui.ToneGood, retro.StateFailed: ui.ToneBad}

func stateChip(p *i18n.Printer, s retro.State) ui.Chip {
	return ui.Chip{Label: p.T("retro.state_" + string(s)), Tone: stateTones[s]}
}

// moment writes an instant in the company's zone, and a dash for none.
func moment(p *i18n.Printer, t time.Time) string {
	if t.IsZero() {
		return i18n.Unknown
	}
	local := p.Local(t)
	return p.Date(calendar.DateOf(local)) + local.Format(" 15:04")
}

// span writes months as briefly as they allow.
func span(p *i18n.Printer, months []calendar.Month) string {
	if n := len(months); n > 1 && int(months[n-1]-months[0]) == n-1 {
		return p.T("retros.span", "From", p.Month(months[0]), "To", p.Month(months[n-1]))
	}
	texts := make([]string, len(months))
	for i, m := range months {
		texts[i] = p.Month(m)
	}
	return strings.Join(texts, p.T("common.comma"))
}

// causes writes why a delta is there.
func whyOf(p *i18n.Printer, s shown, d retro.Named) string {
	return ui.DifferenceWhy(p, s.currency, payout.Addition{AmountMinor: d.AmountMinor(), WasCarriedMinor: d.WasCarried, NowCarriedMinor: d.NowCarried, Parts: d.Parts, Causes: d.Causes})
}

func signed(minor int64) ui.Cell {
	return ui.Draw(ui.Money(ui.Amount{Minor: minor, Plain: true, Signed: true}))
}

// listPage offers the closed months and shows the retros so far.
func listPage(ctx context.Context, l listed) templ.Component {
	p := httpx.PrinterFrom(ctx)
	table := ui.TableView{Label: p.T("retros.title"), Columns: []ui.Column{
		{Key: "months", Label: p.T("retros.months"), Phone: true}, {Key: "state", Label: p.T("retros.state"), Phone: true}, {Key: "deltas", Label: p.T("retros.deltas"), Kind: ui.ColumnNumber},
		{Key: "sum", Label: p.T("retros.sum"), Kind: ui.ColumnNumber, Phone: true}, {Key: "paid_in", Label: p.T("retros.paid_in")}, {Key: "by", Label: p.T("retros.started")},
	}, Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("retros.none"), Text: p.T("retros.none_text")}}
	for _, x := range l.overview.Retros {
		chip, paidIn := stateChip(p, x.State), i18n.Unknown
		if x.PaidIn != 0 {
			paidIn = p.Month(x.PaidIn)
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.LinkTo(span(p, x.Months), "/retro/"+x.ID), {Chip: &chip}, ui.Text(p.Int(x.Deltas)), signed(x.TotalMinor), ui.Text(paidIn),
			{Text: l.users[x.StartedBy], Sub: moment(p, x.StartedAt)}}})
	}
	parts := []templ.Component{}
	if l.actor.CanAll(access.PermPeriodRun) {
		parts = append(parts, startCard(p, l))
	}
	return ui.Compose(ui.PageView{Title: p.T("retros.title"), Subtitle: p.T("retros.subtitle"), Current: "retro"},
		append(parts, ui.Filled(ui.CardView{Title: p.T("retros.all"), Flush: true}, ui.Table(table)))...)
}

// startCard is the form to begin one; without closed months it says why there is none.
func startCard(p *i18n.Printer, l listed) templ.Component {
	if len(l.overview.Closed) == 0 {
		return ui.Filled(ui.CardView{Title: p.T("retros.new")}, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("retros.no_closed"), Text: p.T("retros.no_closed_text")}))
	}
	field := ui.Field{Name: "months", Kind: ui.FieldChecks, Label: p.T("retros.closed_months"), Hint: p.T("retros.months_hint")}
	for i, m := range l.overview.Closed {
		if i == retro.MonthsMax {
			break
		}
		selected := slices.Contains(l.chosen, m.String()) || len(l.chosen) == 0 && i < 12
		field.Options = append(field.Options, ui.Option{Value: m.String(), Label: p.Month(m), Selected: selected})
	}
	fields, problem := ui.WithErrors([]ui.Field{field}, l.failure, p)
	return ui.Filled(ui.CardView{Title: p.T("retros.new")}, ui.Form(ui.FormView{ID: "retro", Action: "/retro", Fields: fields, Problem: problem,
		Submit: ui.Action{Label: p.T("retros.start"), Kind: ui.ActionPrimary, Icon: "history"}, Consequence: p.T("retros.start_consequence", "Month", p.Month(l.overview.Open))}))
}

func progressOf(ctx context.Context, s shown) ui.Job {
	p := httpx.PrinterFrom(ctx)
	j := ui.Job{ID: "retro", Title: p.T("retros.running"), State: ui.JobRunning, Source: "/retro/" + s.ID + "/progress", Done: int(s.job.Progress.Done), Total: int(s.job.Progress.Total)}
	if !s.running() {
		j.State = ui.JobDone
	}
	if s.job.ID != "" {
		j.Cancel = "/jobs/" + s.job.ID + "/cancel"
	}
	if s.job.Progress.Stage != "" {
		j.Text = p.T(s.job.Progress.Stage)
	}
	return j
}

// retroPage is one retro: what it found, and what may be done with it now.
func retroPage(ctx context.Context, s shown, query url.Values) templ.Component {
	p := httpx.PrinterFrom(ctx)
	title := p.T("retros.of", "Months", span(p, s.Months))
	view := ui.PageView{Title: title, Subtitle: p.T("retros.started_by", "Who", s.users[s.StartedBy], "When", moment(p, s.StartedAt)), Current: "retro", Chips: []ui.Chip{stateChip(p, s.State)},
		Crumbs: []ui.Crumb{{Label: p.T("retros.title"), URL: "/retro"}, {Label: span(p, s.Months)}}}
	var parts []templ.Component
	note := func(tone ui.Tone, strong, text string) {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{Tone: tone, Strong: strong, Text: text})))
	}
	if s.failure != nil && s.failedAt == "post" {
		_, problem := ui.WithErrors(nil, s.failure, p)
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "refused", Tone: ui.ToneBad, Strong: p.T("retros.refused"), Text: problem})))
	}
	switch {
	case s.running():
		return ui.Compose(view, append(parts, ui.Filled(ui.CardView{Title: p.T("retros.running")}, ui.Progress(progressOf(ctx, s))))...)
	case s.State == retro.StateFailed:
		note(ui.ToneBad, p.T("retros.failed"), p.Message(s.Failure))
	case s.State == retro.StatePosted:
		note(ui.ToneGood, p.T("retros.posted", "Month", p.Month(s.PaidIn)), p.T("retros.posted_text", "Who", s.users[s.PostedBy], "When", moment(p, s.PostedAt)))
	case s.State == retro.StateWithdrawn:
		note(ui.ToneWarn, p.T("retros.withdrawn"), p.T("retros.posted_text", "Who", s.users[s.WithdrawnBy], "When", moment(p, s.WithdrawnAt)))
	case s.State == retro.StateComputed && s.Deltas == 0:
		note(ui.ToneGood, p.T("retros.nothing"), p.T("retros.nothing_text"))
	}
	parts = append(parts, ui.MetricCard(ui.Metric{Label: p.T("retros.deltas"), Text: p.Int(s.Deltas)}), ui.MetricCard(ui.Metric{Label: p.T("retros.sum"), Value: ui.Money(ui.Amount{Minor: s.TotalMinor, Signed: true})}))
	parts = append(parts, acts(p, s)...)
	if s.Deltas > 0 {
		parts = append(parts, ui.Across(ui.Filter(filterView(p, s, query))), deltasCard(p, s, query))
	}
	return ui.Compose(view, parts...)
}

// acts are what the actor may do with the retro now.
func acts(p *i18n.Printer, s shown) (parts []templ.Component) {
	if !s.actor.CanAll(access.PermPeriodRun) {
		return nil
	}
	path := "/retro/" + s.ID + "/"
	if s.State == retro.StateComputed && s.Deltas > 0 {
		parts = append(parts, ui.Filled(ui.CardView{Title: p.T("retros.post"), Span: 6}, ui.Form(ui.FormView{ID: "post", Action: path + "post",
			Submit: ui.Action{Label: p.T("retros.post_button"), Kind: ui.ActionPrimary, Icon: "check"}, Consequence: p.T("retros.post_consequence")})))
	}
	if s.State == retro.StateComputed && s.Deltas > 0 || s.State == retro.StatePosted {
		fields := []ui.Field{{Name: "reason", Label: p.T("retros.reason")}}
		problem := ""
		if s.failedAt == "withdraw" {
			fields, problem = ui.WithErrors(fields, s.failure, p)
		}
		parts = append(parts, ui.Filled(ui.CardView{Title: p.T("retros.withdraw"), Span: 6}, ui.Form(ui.FormView{ID: "withdraw", Action: path + "withdraw", Fields: fields, Problem: problem,
			Submit: ui.Action{Label: p.T("retros.withdraw"), Kind: ui.ActionDanger, Icon: "arrow-back-up"}, Consequence: p.T("retros.withdraw_consequence")})))
	}
	return parts
}

func filterView(p *i18n.Printer, s shown, query url.Values) ui.FilterView {
	path, f := "/retro/"+s.ID, s.filter
	view := ui.FilterView{ID: "deltas-filter", Path: path, Clear: path, Count: p.T("retros.count", "Count", s.page.Count),
		Search: &ui.Field{Name: "q", Label: p.T("retros.search"), Placeholder: p.T("retros.search"), Value: f.Search}}
	months := ui.Field{Name: "month", Kind: ui.FieldSelect, Label: p.T("retros.month"), Optional: true, Placeholder: p.T("common.all")}
	for _, m := range s.Months {
		months.Options = append(months.Options, ui.Option{Value: m.String(), Label: p.Month(m), Selected: m == f.Month})
	}
	plans := ui.Field{Name: "plan", Kind: ui.FieldSelect, Label: p.T("retros.plan"), Optional: true, Placeholder: p.T("common.all")}
	for _, id := range slices.Sorted(maps.Keys(s.plans)) {
		plans.Options = append(plans.Options, ui.Option{Value: id, Label: s.plans[id], Selected: id == f.PlanID})
	}
	view.Fields = []ui.Field{months, plans}
	chip := func(label, name string) {
		view.Chips = append(view.Chips, ui.FilterChip{Label: label, Remove: ui.URLWith(path, query, name, "", "cursor", "")})
	}
	if f.Search != "" {
		chip(f.Search, "q")
	}
	if f.Month != 0 {
		chip(p.Month(f.Month), "month")
	}
	if f.PlanID != "" {
		chip(f.PlanID, "plan")
	}
	return view
}

func deltasCard(p *i18n.Printer, s shown, query url.Values) templ.Component {
	path := "/retro/" + s.ID
	table := ui.TableView{ID: "deltas", Label: p.T("retros.deltas"), Path: path, Query: query, Columns: []ui.Column{
		{Key: "person", Label: p.T("retros.person"), Phone: true}, {Key: "month", Label: p.T("retros.month")}, {Key: "component", Label: p.T("retros.component")},
		{Key: "was", Label: p.T("retros.was"), Kind: ui.ColumnNumber}, {Key: "now", Label: p.T("retros.now"), Kind: ui.ColumnNumber},
		{Key: "delta", Label: p.T("retros.delta"), Kind: ui.ColumnNumber, Phone: true}, {Key: "why", Label: p.T("retros.why")},
	}, Exports: []ui.Link{{Label: "CSV", URL: ui.URLWith(path+"/export/csv", query, "cursor", "")}, {Label: "Excel", URL: ui.URLWith(path+"/export/xlsx", query, "cursor", "")}},
		Pager: &ui.Pager{Total: int(s.page.Count), Next: s.page.Next}, Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("retros.no_match")}}
	for _, d := range s.page.Deltas {
		month := d.Month.String()
		why := whyOf(p, s, d)
		statement := "/statements/" + month + "/" + strconv.FormatInt(d.PersonID, 10)
		component := s.parts[d.PlanID+"/"+d.Component]
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{{Text: d.Name, Sub: d.PersonKey, URL: statement + "/as-of?plan=" + url.QueryEscape(d.PlanID), Phone: p.Month(d.Month) + " · " + component + " · " + why},
			ui.Text(p.Month(d.Month)), {Text: component, Sub: s.plans[d.PlanID]}, ui.MoneyCell(d.WasMinor), ui.MoneyCell(d.NowMinor), signed(d.AmountMinor()), ui.Text(why)}})
	}
	if len(table.Rows) > 0 {
		table.Totals = []ui.Row{{Kind: ui.RowSum, Cells: []ui.Cell{ui.Text(p.T("retros.sum")), {}, {}, {}, {}, signed(s.page.TotalMinor), {}}}}
	}
	return ui.Filled(ui.CardView{Title: p.T("retros.deltas"), Count: int(s.page.Count), Flush: true}, ui.Table(table))
}
