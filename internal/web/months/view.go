package months

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/period"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/web/ui"
)

var stateTones = map[period.State]ui.Tone{
	period.StateReview: ui.ToneWarn, period.StatePublished: ui.ToneWarn, period.StateApproved: ui.ToneBrand, period.StateClosed: ui.ToneGood,
	period.StateCalculating: ui.ToneBrand,
}

func stateChip(p *i18n.Printer, s period.State) *ui.Chip {
	return &ui.Chip{Label: p.T("months.state_" + string(s)), Tone: stateTones[s]}
}

// listPage shows the months, the running one and the one before even when nobody has touched them.
func listPage(ctx context.Context, actor access.Actor, periods []period.Period, running calendar.Month) templ.Component {
	p := httpx.PrinterFrom(ctx)
	for _, month := range []calendar.Month{running - 1, running} {
		if !slices.ContainsFunc(periods, func(q period.Period) bool { return q.Month == month }) {
			periods = append(periods, period.Period{Month: month, State: period.StateOpen})
		}
	}
	slices.SortFunc(periods, func(a, b period.Period) int { return int(b.Month - a.Month) })
	table := ui.TableView{Label: p.T("months.title"), Columns: []ui.Column{
		{Key: "month", Label: p.T("months.month"), Phone: true}, {Key: "state", Label: p.T("months.state"), Phone: true}, {Key: "next", Label: p.T("months.next"), Phone: true},
		{Key: "published", Label: p.T("months.published_at")}, {Key: "closed", Label: p.T("months.closed_at")},
		{Key: "seal", Label: p.T("months.seal")},
	}}
	for _, q := range periods {
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{
			{Text: p.Month(q.Month), URL: "/months/" + q.Month.String(), Sub: fiscalQuarter(ctx, q.Month)}, {Chip: stateChip(p, q.State)}, nextStep(p, actor, q, running),
			ui.Text(moment(p, q.PublishedAt)), ui.Text(moment(p, q.ClosedAt)), {Text: short(q.SealHash), Title: q.SealHash, Muted: true},
		}})
	}
	return ui.Compose(ui.PageView{Title: p.T("months.title"), Subtitle: p.T("months.subtitle"), Current: "months"},
		ui.Filled(ui.CardView{Label: p.T("months.title"), Flush: true}, ui.Table(table)))
}

// fiscalQuarter places a month in the company's fiscal year; nothing where that is the calendar's.
func fiscalQuarter(ctx context.Context, month calendar.Month) string {
	fiscal := ui.FrameFrom(ctx).Fiscal
	if fiscal.Start <= time.January {
		return ""
	}
	year, quarter := fiscal.QuarterOf(month)
	return httpx.PrinterFrom(ctx).T("months.fiscal", "Year", year, "Quarter", quarter)
}

func short(hash string) string {
	if len(hash) > 12 {
		return hash[:12]
	}
	return hash
}

// monthPage is the stepper with what the state calls for under it.
func monthPage(ctx context.Context, s shown) templ.Component {
	p := httpx.PrinterFrom(ctx)
	view := ui.PageView{
		Title: p.T("months.close_of", "Month", p.Month(s.period.Month)), Subtitle: p.T("months.close_subtitle"), Current: "months",
		Chips:  []ui.Chip{*stateChip(p, s.period.State)},
		Crumbs: []ui.Crumb{{Label: p.T("months.title"), URL: "/months"}, {Label: p.Month(s.period.Month)}},
		Print:  &ui.PrintFoot{Document: p.T("months.close_of", "Month", p.Month(s.period.Month)), Version: p.T("months.state_" + string(s.period.State)), Hash: s.period.SealHash},
	}
	parts := []templ.Component{ui.Filled(ui.CardView{Label: p.T("months.progress")}, ui.Steps(steps(p, s)))}
	if s.failure != nil && !s.toldByForm() {
		parts = append(parts, ui.Across(ui.NoteOf(failureNote(p, s.failure))))
	}
	if s.running {
		parts = append(parts, ui.Filled(ui.CardView{Title: p.T("months.running")}, ui.Progress(progressOf(ctx, s))))
	}
	parts = append(parts, acts(p, s)...)
	if s.hasReview {
		parts = append(append(parts, budgetNotes(p, s.over)...), reviewParts(p, s)...)
	} else if !s.running {
		parts = append(parts, ui.Filled(ui.CardView{Label: p.T("months.no_result")}, ui.StateOf(noResult(p, s))))
	}
	return ui.Compose(view, parts...)
}

func failureNote(p *i18n.Printer, err error) ui.Note {
	_, problem := ui.WithErrors(nil, err, p)
	return ui.Note{ID: "refused", Tone: ui.ToneBad, Strong: p.T("months.refused"), Text: problem}
}

// steps are who did what and when.
func steps(p *i18n.Printer, s shown) []ui.Step {
	q := s.period
	order := []period.State{period.StateCalculating, period.StateReview, period.StatePublished, period.StateApproved, period.StateClosed}
	at := slices.Index(period.States, q.State)
	texts := map[period.State]string{}
	if s.hasReview {
		texts[period.StateCalculating] = p.T("months.step_calculated", "Who", s.users[s.review.Run.StartedBy], "When", moment(p, s.review.Run.FinishedAt), "Count", int(s.review.Run.Payees))
		texts[period.StateReview] = p.T("months.step_review", "Count", len(s.review.Exceptions))
	}
	if !q.PublishedAt.IsZero() {
		texts[period.StatePublished] = p.T("months.step_published", "Who", s.users[q.PublishedBy], "When", moment(p, q.PublishedAt), "Until", moment(p, q.ObjectUntil))
	}
	if !q.ApprovedAt.IsZero() {
		texts[period.StateApproved] = p.T("months.step_done", "Who", s.users[q.ApprovedBy], "When", moment(p, q.ApprovedAt))
	}
	if !q.ClosedAt.IsZero() {
		texts[period.StateClosed] = p.T("months.step_done", "Who", s.users[q.ClosedBy], "When", moment(p, q.ClosedAt))
	}
	var out []ui.Step
	for _, state := range order {
		step := ui.Step{Name: p.T("months.stage_" + string(state)), Text: texts[state]}
		switch i := slices.Index(period.States, state); {
		case i < at || q.State == period.StateClosed || (i == at && q.State == period.StateApproved): // approval takes no time: closing is next
			step.State = ui.StepDone
		case i == at || (at == 0 && i == 1) || (q.State == period.StateApproved && i == at+1):
			step.State = ui.StepNow
		}
		out = append(out, step)
	}
	return out
}

func progressOf(ctx context.Context, s shown) ui.Job {
	p := httpx.PrinterFrom(ctx)
	j := ui.Job{ID: "run", Title: p.T("months.running"), State: ui.JobRunning, Source: "/months/" + s.period.Month.String() + "/progress",
		Done: int(s.job.Progress.Done), Total: int(s.job.Progress.Total)}
	if !s.running {
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

// act is one thing that can be done now, or that could be if something were different.
func acts(p *i18n.Printer, s shown) []templ.Component {
	q := s.period
	hidden := []ui.Field{{Kind: ui.FieldHidden, Name: "revision", Value: strconv.FormatInt(q.Revision, 10)}}
	path := "/months/" + q.Month.String() + "/"
	var parts []templ.Component
	form := func(title, consequence string, action period.Action, submit ui.Action, fields ...ui.Field) {
		problem := ""
		if s.failedAt == action && s.toldByForm() {
			fields, problem = ui.WithErrors(fields, s.failure, p)
		}
		parts = append(parts, ui.Filled(ui.CardView{Title: title, Span: 6}, ui.Form(ui.FormView{
			ID: "act-" + string(action), Action: path + string(action), Fields: append(append([]ui.Field{}, hidden...), fields...), Submit: submit, Consequence: consequence, Problem: problem,
		})))
	}
	if s.actor.CanAll(access.PermPeriodRun) {
		if _, err := q.Next(period.ActionPublish); err == nil && s.hasReview {
			form(p.T("months.publish"), p.T("months.publish_consequence", "Count", int(s.review.Run.Payees)), period.ActionPublish,
				ui.Action{Label: p.T("months.publish_button"), Kind: ui.ActionPrimary, Icon: "send"},
				ui.Field{Name: "days", Kind: ui.FieldNumber, Label: p.T("months.days"), Value: strconv.Itoa(period.ObjectionDaysDefault), Min: "1", Max: "60", Unit: p.T("months.days_unit"), Span: 6})
		}
		if _, err := q.Next(period.ActionCalculate); err == nil || q.State == period.StateCalculating && !s.running {
			kind := ui.ActionPlain
			if !s.hasReview {
				kind = ui.ActionPrimary
			}
			form(p.T("months.calculate"), p.T("months.calculate_consequence"), period.ActionCalculate,
				ui.Action{Label: p.T("months.calculate_button"), Kind: kind, Icon: "calculator"})
		}
	}
	if s.actor.CanAll(access.PermPeriodApprove) {
		parts = append(parts, approverActs(p, s, form, path, hidden)...)
	}
	if _, err := q.Next(period.ActionReturn); err == nil && (s.actor.CanAll(access.PermPeriodApprove) || s.actor.CanAll(access.PermPeriodRun)) {
		form(p.T("months.return"), p.T("months.return_consequence"), period.ActionReturn, ui.Action{Label: p.T("months.return_button"), Icon: "arrow-back-up"},
			ui.Field{Name: "reason", Label: p.T("months.reason")})
	}
	return parts
}

// approverActs are approval and close.
func approverActs(p *i18n.Printer, s shown, form addForm, path string, hidden []ui.Field) []templ.Component {
	q := s.period
	if _, err := q.Next(period.ActionApprove); err == nil {
		if s.actor.UserID == q.RunBy || s.actor.UserID == q.PublishedBy {
			return []templ.Component{ui.Across(ui.NoteOf(ui.Note{Tone: ui.ToneWarn, Icon: "lock", Strong: p.T("months.own_work"), Text: p.T("months.own_work_text")}))}
		}
		if blocked := approveAct(p, s, form); blocked != nil {
			return []templ.Component{blocked}
		}
	}
	if _, err := q.Next(period.ActionClose); err == nil {
		problem := ""
		if s.failedAt == period.ActionClose && errs.Is(s.failure, errs.KindInvalid) {
			problem = p.T("months.type_month", "Month", q.Month.String())
		}
		return []templ.Component{ui.Filled(ui.CardView{Title: p.T("months.close"), Span: 6}, ui.ConfirmOf(ui.Confirm{
			ID: "close-month", Inline: true, Strong: p.T("months.close_strong", "Month", p.Month(q.Month)), Text: p.T("months.close_text"),
			Expect: q.Month.String(), Action: path + string(period.ActionClose), Hidden: hidden, Submit: p.T("months.close_button", "Month", p.Month(q.Month)),
			Icon: "lock", Error: problem,
		}))}
	}
	return nil
}

// reviewParts are the totals, exceptions, differences and files of the result that stands.
func reviewParts(p *i18n.Printer, s shown) []templ.Component {
	parts := []templ.Component{
		ui.MetricCard(ui.Metric{Label: p.T("months.total"), Basis: p.T("months.before_tax"), Value: ui.Money(ui.Amount{Minor: s.review.Run.TotalMinor})}),
		ui.MetricCard(ui.Metric{Label: p.T("months.statements"), Text: p.Int(s.review.Run.Payees)}),
		ui.MetricCard(ui.Metric{Label: p.T("months.exceptions"), Text: p.Int(int64(len(s.review.Exceptions)))}),
		ui.MetricCard(ui.Metric{Label: p.T("months.differences"), Text: s.differenceCount(p)}),
	}
	if g := s.review.Granted; len(g.Grants)+len(g.Steps) > 0 {
		parts = slices.Insert(parts, 1, ui.MetricCard(ui.Metric{Label: p.T("months.honours"), Basis: p.T("months.honours_basis"), Value: ui.Money(ui.Amount{Minor: g.PaidMinor()})}))
	}
	if note := disputesNote(p, s); note != nil {
		parts = append([]templ.Component{note}, parts...)
	}
	if s.period.State == period.StateClosed {
		parts = append(parts, filesCard(p, s), documentsCard(p, s))
	}
	parts = append(parts, componentsCard(p, s))
	if len(s.review.Additions) > 0 {
		parts = append(parts, additionsCard(p, s))
	}
	if g := s.review.Granted; len(g.Grants)+len(g.Debts) > 0 {
		parts = append(parts, honoursCard(p, s))
	}
	parts = append(parts, exceptionsCard(p, s))
	if card := lawCard(p, s); card != nil {
		parts = append(parts, card)
	}
	return append(parts, differencesCard(p, s))
}

// filesCard shows the seal, and the pay files to those who may have them.
func filesCard(p *i18n.Printer, s shown) templ.Component {
	seal := ui.NoteOf(ui.Note{Tone: ui.ToneGood, Strong: p.T("months.sealed"), Text: s.period.SealHash})
	if !s.actor.CanAll(access.PermLedgerRead) {
		return ui.Across(seal)
	}
	path := "/months/" + s.period.Month.String() + "/pay/"
	return ui.Filled(ui.CardView{Title: p.T("months.files"), Span: 12, Sub: p.T("months.files_sub")}, seal,
		ui.Beside(ui.Button(ui.Action{Label: p.T("months.file_xlsx"), URL: path + "xlsx", Download: true, Icon: "file-download"}),
			ui.Button(ui.Action{Label: p.T("months.file_csv"), URL: path + "csv", Download: true, Icon: "file-download"})))
}

func componentsCard(p *i18n.Printer, s shown) templ.Component {
	table := ui.TableView{Label: p.T("months.by_component"), Columns: []ui.Column{
		{Key: "plan", Label: p.T("months.plan"), Phone: true}, {Key: "component", Label: p.T("months.component"), Phone: true},
		{Key: "before", Label: otherColumn(p, s), Kind: ui.ColumnNumber}, {Key: "now", Label: p.T("months.now"), Kind: ui.ColumnNumber, Phone: true},
		{Key: "delta", Label: p.T("months.delta"), Kind: ui.ColumnNumber},
	}}
	var before, now int64
	for _, d := range s.review.ByComponent {
		before, now = before+d.BeforeMinor, now+d.AmountMinor
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(planName(p, s, d.PlanID)), ui.Text(componentName(p, s, d.PlanID, d.Component)), s.compared(ui.MoneyCell(d.BeforeMinor)), ui.MoneyCell(d.AmountMinor), s.compared(signed(d.AmountMinor - d.BeforeMinor))}})
	}
	table.Totals = []ui.Row{{Kind: ui.RowSum, Cells: []ui.Cell{ui.Text(p.T("months.sum")), ui.Text(""), s.compared(ui.MoneyCell(before)), ui.MoneyCell(now), s.compared(signed(now - before))}}}
	path := "/months/" + s.period.Month.String()
	against := ui.Segment([]ui.Tab{
		{Label: p.T("months.against_last_month"), URL: path + "?against=last_month", Current: s.review.Against == period.AgainstLastMonth},
		{Label: p.T("months.against_last_run"), URL: path + "?against=last_run", Current: s.review.Against == period.AgainstLastRun},
	}, p.T("months.against"))
	return ui.Filled(ui.CardView{Title: p.T("months.by_component"), Flush: true, Head: against}, ui.Table(table))
}

// textIn chooses a plan's own words; a plan without a name in the language goes by its id.
func textIn(p *i18n.Printer, text plan.Text, id string) string {
	if p.Zh() && text.Zh != "" {
		return text.Zh
	}
	return cmp.Or(text.En, text.Zh, id)
}

func planName(p *i18n.Printer, s shown, id string) string {
	for _, c := range s.review.Columns {
		if c.PlanID == id {
			return textIn(p, c.Plan, id)
		}
	}
	return id
}

func componentName(p *i18n.Printer, s shown, planID, id string) string {
	for _, c := range s.review.Columns {
		if c.PlanID == planID && c.Component == id {
			return textIn(p, c.Name, id)
		}
	}
	return id
}

// compared is a cell that means something only beside another run.
func (s shown) compared(cell ui.Cell) ui.Cell {
	if s.review.OtherRun.ID == "" {
		return ui.Text(i18n.Unknown)
	}
	return cell
}

func (s shown) differenceCount(p *i18n.Printer) string {
	if s.review.OtherRun.ID == "" {
		return i18n.Unknown
	}
	return p.Int(int64(len(s.review.Differences)))
}

func noDifferences(p *i18n.Printer, s shown) string {
	if s.review.OtherRun.ID == "" {
		return p.T("months.nothing_to_compare")
	}
	return p.T("months.no_differences")
}

func signed(minor int64) ui.Cell {
	return ui.Draw(ui.Money(ui.Amount{Minor: minor, Plain: true, Signed: true}))
}

// allRows leads to the page with every row, where some are left out.
func allRows(p *i18n.Printer, s shown, rows int) *ui.Link {
	if rows <= s.shownLines {
		return nil
	}
	return &ui.Link{Label: p.T("months.all_rows", "Count", rows), URL: "/months/" + s.period.Month.String() + "?lines=all&against=" + string(s.review.Against)}
}

func differencesCard(p *i18n.Printer, s shown) templ.Component {
	table := ui.TableView{Label: p.T("months.differences"), Columns: []ui.Column{
		{Key: "person", Label: p.T("months.person"), Phone: true}, {Key: "component", Label: p.T("months.component"), Phone: true},
		{Key: "before", Label: otherColumn(p, s), Kind: ui.ColumnNumber}, {Key: "now", Label: p.T("months.now"), Kind: ui.ColumnNumber},
		{Key: "delta", Label: p.T("months.delta"), Kind: ui.ColumnNumber, Phone: true},
	}, Empty: &ui.State{Kind: ui.StateEmpty, Title: noDifferences(p, s)}}
	ordered := slices.Clone(s.review.Differences)
	for i, d := range ordered {
		if i == s.shownLines {
			table.Note = p.T("months.more_rows", "Count", len(ordered)-i)
			break
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{
			ui.LinkTo(s.persons[d.PersonID], "/statements/"+s.period.Month.String()+"/"+strconv.FormatInt(d.PersonID, 10)),
			ui.Text(planName(p, s, d.PlanID) + " · " + componentName(p, s, d.PlanID, d.Component)), ui.MoneyCell(d.BeforeMinor), ui.MoneyCell(d.AmountMinor), signed(d.AmountMinor - d.BeforeMinor),
		}})
	}
	return ui.Filled(ui.CardView{Title: p.T("months.differences"), Count: len(s.review.Differences), Flush: true, More: allRows(p, s, len(s.review.Differences)), Sub: p.T("months.against_" + string(s.review.Against))}, ui.Table(table))
}

// moment writes an instant in the company's zone, and a dash for none.
func moment(p *i18n.Printer, t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	local := p.Local(t)
	return p.Date(calendar.DateOf(local)) + local.Format(" 15:04")
}
