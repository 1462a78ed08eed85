package programmes

import (
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/programme"
	"xiaoguan/internal/web/ui"
)

func (h *Handler) initiatives(w http.ResponseWriter, r *http.Request) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	l, err := h.Programme.Initiatives(ctx, actor)
	if err != nil {
		return err
	}
	view := ui.PageView{Title: p.T("nav.initiatives"), Subtitle: p.T("programme.initiatives_text"), Current: "initiatives", Tabs: tabs(p, "initiatives")}
	if l.MayWrite {
		view.Actions = []ui.Action{{Label: p.T("programme.initiative_new"), URL: initiativesPath + "/new", Kind: ui.ActionPrimary, Icon: "plus"}}
	}
	table := ui.TableView{Label: p.T("nav.initiatives"), Columns: []ui.Column{{Label: p.T("programme.title"), Phone: true}, {Label: p.T("programme.owner"), Kind: ui.ColumnNarrow}, {Label: p.T("programme.phase"), Kind: ui.ColumnNarrow}, {Label: p.T("programme.next"), Kind: ui.ColumnNarrow},
		{Label: p.T("programme.spent_of"), Kind: ui.ColumnNumber}, {Label: p.T("common.status"), Kind: ui.ColumnNarrow, Phone: true}}, Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("programme.no_initiatives"), Text: p.T("programme.no_initiatives_text")}}
	for i := range l.Items {
		b := &l.Items[i]
		chip := statusChip(p, b)
		next := ui.Text(i18n.Unknown)
		if b.Next != nil && b.Open() {
			next = ui.Cell{Text: p.Date(b.Next.DueOn), Sub: b.Next.Title}
			if b.Late > 0 {
				next.Tone = ui.ToneBad
			}
		}
		owner := b.Owner
		if owner == "" {
			owner = p.T("programme.nobody")
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{{Text: b.Title, URL: path(initiativesPath, b.ID), Phone: owner + " · " + p.Message(b.Phase.Message())}, ui.Text(owner), ui.Text(p.Message(b.Phase.Message())), next,
			ui.Text(p.T("programme.of", "Part", p.Board(b.SpentFen(), h.Currency()), "Whole", p.Board(b.BudgetFen, h.Currency()))), {Chip: &chip}}})
	}
	return ui.Write(w, r, http.StatusOK, ui.Compose(view, ui.Filled(ui.CardView{Label: p.T("nav.initiatives"), Flush: true}, ui.Table(table))))
}

func statusChip(p *i18n.Printer, b *programme.Brief) ui.Chip {
	switch {
	case !b.Open():
		tones := map[programme.Outcome]ui.Tone{programme.OutcomeKeep: ui.ToneGood, programme.OutcomeChange: ui.ToneWarn}
		return ui.Chip{Label: p.Message(b.Outcome.Message()), Tone: tones[b.Outcome]}
	case b.Late > 0:
		return ui.Chip{Label: p.T("programme.late", "Count", b.Late), Tone: ui.ToneBad, Icon: "alert-triangle"}
	}
	return ui.Chip{Label: p.T("programme.under_way"), Tone: ui.ToneBrand}
}

func (h *Handler) newInitiative(w http.ResponseWriter, r *http.Request) error {
	return h.drawStart(w, r, http.StatusOK, nil)
}

// drawStart is the form with which an initiative begins; a page elsewhere may fill it in by the address.
func (h *Handler) drawStart(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	p, actor := httpx.PrinterFrom(r.Context()), access.ActorFrom(r.Context())
	if err := mayWrite(actor); err != nil {
		return err
	}
	t, q := typed{r, failure != nil}, r.URL.Query()
	fields := []ui.Field{{Name: "title", Label: p.T("programme.title"), Value: t.value("title", q.Get("title")), Autofocus: true}, horizonField(p, t.value("horizon", q.Get("horizon"))), h.budgetField(p, t.value("budget", q.Get("budget"))),
		{Name: "effort", Kind: ui.FieldNumber, Label: p.T("programme.effort"), Value: t.value("effort", q.Get("effort")), Unit: p.T("programme.unit.person_days"), Optional: true, Min: "0", Span: 6}, problemsField(p, t.value("problems", strings.Join(q["problem"], " ")))}
	form := ui.FormView{ID: "start", Action: initiativesPath, Submit: ui.Action{Label: p.T("programme.start"), Kind: ui.ActionPrimary}, Cancel: &ui.Link{Label: p.T("common.cancel"), URL: initiativesPath}, Consequence: p.T("programme.start_consequence")}
	form.Fields, form.Problem = ui.WithErrors(fields, failure, p)
	view := ui.PageView{Title: p.T("programme.initiative_new"), Current: "initiatives", Crumbs: crumbs(p, "initiatives", p.T("programme.initiative_new")), Narrow: true}
	return ui.Write(w, r, status, ui.Compose(view, ui.Filled(ui.CardView{Label: view.Title}, ui.Form(form))))
}

func horizonField(p *i18n.Printer, chosen string) ui.Field {
	f := ui.Field{Name: "horizon", Kind: ui.FieldSelect, Label: p.T("programme.range"), Value: chosen, Span: 6}
	if f.Value == "" {
		f.Value = string(programme.HorizonMid)
	}
	for _, o := range programme.Horizons {
		f.Options = append(f.Options, ui.Option{Value: string(o), Label: p.Message(o.Message())})
	}
	return f
}

func (h *Handler) budgetField(p *i18n.Printer, value string) ui.Field {
	return ui.Field{Name: "budget", Kind: ui.FieldMoney, Label: p.T("programme.budget"), Value: value, Unit: ui.UnitOf(p, h.Currency()), Optional: true, Span: 6}
}

func problemsField(p *i18n.Printer, value string) ui.Field {
	return ui.Field{Name: "problems", Label: p.T("programme.problems"), Value: value, Optional: true, Hint: p.T("programme.problems_hint")}
}

// problemsOf reads the numbers of problems, apart by blanks or commas.
func problemsOf(r *http.Request) (ids []int64, err error) {
	text := r.PostFormValue("problems")
	for _, word := range strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune(" ,，、#\n\t\r", c) }) {
		id, ok := typedAmount(word, "", "")
		if !ok || id <= 0 {
			return nil, wrong("problems", text, "programme.problems_wrong")
		}
		ids = append(ids, id)
	}
	return ids, nil
}

func (h *Handler) startInitiative(w http.ResponseWriter, r *http.Request) error {
	actor := access.ActorFrom(r.Context())
	if err := mayWrite(actor); err != nil {
		return err
	}
	in := programme.Seed{Title: r.PostFormValue("title"), EffortDays: int(intOf(r, "effort")), Horizon: programme.Horizon(r.PostFormValue("horizon"))}
	var i programme.Initiative
	budget, err := h.moneyOf(r, "budget")
	if in.BudgetFen = budget; err == nil {
		in.Problems, err = problemsOf(r)
	}
	if err == nil {
		i, err = h.Programme.Start(r.Context(), actor, in)
	}
	switch {
	case err == nil:
		http.Redirect(w, r, path(initiativesPath, i.ID)+"?done=started", http.StatusSeeOther)
		return nil
	case mendable(err):
		return h.drawStart(w, r, httpx.StatusOf(err), err)
	}
	return err
}

func (h *Handler) loadInitiative(r *http.Request) (*programme.ShownInitiative, error) {
	id, err := idOf(r, "programme.initiative_missing")
	if err != nil {
		return nil, err
	}
	i, err := h.Programme.Initiative(r.Context(), access.ActorFrom(r.Context()), id)
	return &i, err
}

func (h *Handler) editInitiative(w http.ResponseWriter, r *http.Request) error {
	i, err := h.loadInitiative(r)
	if err != nil {
		return err
	}
	return h.drawOutline(w, r, http.StatusOK, i, nil)
}

// drawOutline is the form of what an initiative is about, with its milestones and who does what.
func (h *Handler) drawOutline(w http.ResponseWriter, r *http.Request, status int, i *programme.ShownInitiative, failure error) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	if !i.MayWrite {
		if err := mayWrite(actor); err != nil {
			return err
		}
		return errs.New(errs.KindConflict, "programme.closed_already", nil)
	}
	people, _, err := h.Programme.Choices(ctx, actor)
	if err != nil {
		return err
	}
	board, err := h.Programme.Goals(ctx, actor)
	if err != nil {
		return err
	}
	t := typed{r, failure != nil}
	budget := ""
	if i.BudgetFen != 0 {
		budget = p.Amount(i.BudgetFen, h.Currency())
	}
	goals := ui.Field{Name: "goals", Kind: ui.FieldChecks, Label: p.T("programme.goals_served"), Optional: true}
	chosen := t.values("goals", i.Goals)
	for k := range board.Goals {
		g := &board.Goals[k]
		if g.State != programme.GoalEnded {
			goals.Options = append(goals.Options, ui.Option{Value: number(g.ID), Label: goalName(p, &g.Goal, nil), Selected: slices.Contains(chosen, number(g.ID))})
		}
	}
	fields := []ui.Field{{Name: "title", Label: p.T("programme.title"), Value: t.value("title", i.Title)}, {Name: "aim", Kind: ui.FieldArea, Label: p.T("programme.aim"), Value: t.value("aim", i.Aim), Optional: true, Rows: 3, Hint: p.T("programme.aim_hint")},
		ownerField(p, people, t.value("owner", number(i.OwnerID))), horizonField(p, t.value("horizon", string(i.Horizon))), h.budgetField(p, t.value("budget", budget)),
		{Name: "effort", Kind: ui.FieldNumber, Label: p.T("programme.effort"), Value: t.value("effort", number(int64(i.EffortDays))), Unit: p.T("programme.unit.person_days"), Optional: true, Min: "0", Span: 6}, problemsField(p, t.value("problems", listed(i.Brief.Problems)))}
	if len(goals.Options) > 0 {
		fields = append(fields, goals)
	}
	fields = append(fields, ui.Field{Name: "milestones", Kind: ui.FieldArea, Label: p.T("programme.milestones"), Value: t.value("milestones", milestoneLines(i.Milestones)), Optional: true, Rows: 5, Hint: p.T("programme.milestones_hint")}, ui.Field{Name: "duties", Kind: ui.FieldArea, Label: p.T("programme.duties"), Value: t.value("duties", dutyLines(p, i.Duties)), Optional: true, Rows: 8, Hint: p.T("programme.duties_hint")},
		ui.Field{Name: "changed", Kind: ui.FieldArea, Label: p.T("programme.changed"), Value: t.value("changed", changedLines(p, i.Changed)), Optional: true, Rows: 2, Hint: p.T("programme.changed_hint")}, revisionField(i.Revision))
	form := ui.FormView{ID: "outline", Action: path(initiativesPath, i.ID), Submit: ui.Action{Label: p.T("common.save"), Kind: ui.ActionPrimary}, Cancel: &ui.Link{Label: p.T("common.cancel"), URL: path(initiativesPath, i.ID)}, Guard: true}
	form.Fields, form.Problem = ui.WithErrors(fields, failure, p)
	view := ui.PageView{Title: p.T("programme.initiative_edit"), Current: "initiatives", Crumbs: append(crumbs(p, "initiatives", i.Title)[:1], ui.Crumb{Label: i.Title, URL: path(initiativesPath, i.ID)}, ui.Crumb{Label: p.T("common.edit")}), Narrow: true}
	return ui.Write(w, r, status, ui.Compose(view, ui.Filled(ui.CardView{Label: view.Title}, ui.Form(form))))
}

func listed(ids []int64) string {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = number(id)
	}
	return strings.Join(texts, " ")
}

func milestoneLines(list []programme.Milestone) string {
	lines := make([]string, len(list))
	for i, m := range list {
		lines[i] = m.DueOn.String() + " " + m.Title
	}
	return strings.Join(lines, "\n")
}

// dutyLines writes a task to a line: its name, then the letters of the departments in their order, a dash for none.
func dutyLines(p *i18n.Printer, list []programme.Duty) string {
	lines := make([]string, len(list))
	for i, d := range list {
		lines[i] = said(p, d.Said, "duty")
		for _, party := range programme.Parties {
			letter := d.Parts[party]
			if letter == "" {
				letter = "-"
			}
			lines[i] += " " + letter
		}
	}
	return strings.Join(lines, "\n")
}

func changedLines(p *i18n.Printer, list []programme.Changed) string {
	lines := make([]string, len(list))
	for i, c := range list {
		lines[i] = strings.TrimSpace(p.Message(c.Kind.Message()) + " " + c.Link + " " + c.Label)
	}
	return strings.Join(lines, "\n")
}

func linesOf(r *http.Request, name string) (lines []string) {
	for line := range strings.Lines(r.PostFormValue(name)) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// milestonesOf reads milestones; those that were there keep their state.
func milestonesOf(r *http.Request, before []programme.Milestone) (list []programme.Milestone, err error) {
	for _, line := range linesOf(r, "milestones") {
		day, title, _ := strings.Cut(line, " ")
		on, err := calendar.ParseDate(day)
		if err != nil {
			return nil, wrong("milestones", line, "programme.milestone_wrong")
		}
		m := programme.Milestone{Title: strings.TrimSpace(title), DueOn: on, State: programme.MilestonePlanned, DoneOn: calendar.NoDate}
		for _, known := range before {
			if known.Title == m.Title {
				m.State, m.DoneOn = known.State, known.DoneOn
			}
		}
		list = append(list, m)
	}
	return list, nil
}

// dutiesOf reads tasks; one that has the name of a shipped one is that.
func dutiesOf(p *i18n.Printer, r *http.Request, before []programme.Duty) (list []programme.Duty, err error) {
	for _, line := range linesOf(r, "duties") {
		words := strings.Fields(line)
		if len(words) <= len(programme.Parties) {
			return nil, wrong("duties", line, "programme.duty_wrong")
		}
		at := len(words) - len(programme.Parties)
		d := programme.Duty{Said: programme.Said{Text: strings.Join(words[:at], " ")}, Parts: map[programme.Party]string{}}
		for _, known := range before {
			if known.Key != "" && said(p, known.Said, "duty") == d.Text {
				d.Said = known.Said
			}
		}
		for i, party := range programme.Parties {
			if letter := strings.ToUpper(words[at+i]); letter != "-" {
				d.Parts[party] = letter
			}
		}
		list = append(list, d)
	}
	return list, nil
}

// changedOf reads rules that followed: kind, an address where there is one, what it is.
func changedOf(p *i18n.Printer, r *http.Request) (list []programme.Changed, err error) {
	for _, line := range linesOf(r, "changed") {
		kind, rest, _ := strings.Cut(line, " ")
		c := programme.Changed{}
		for _, k := range programme.RuleKinds {
			if kind == p.Message(k.Message()) {
				c.Kind = k
			}
		}
		if c.Kind == "" {
			return nil, wrong("changed", line, "programme.changed_wrong")
		}
		if rest = strings.TrimSpace(rest); strings.HasPrefix(rest, "/") {
			c.Link, rest, _ = strings.Cut(rest, " ")
		}
		c.Label = strings.TrimSpace(rest)
		list = append(list, c)
	}
	return list, nil
}

func (h *Handler) outlineOf(r *http.Request, i *programme.ShownInitiative) (in programme.Outline, err error) {
	p := httpx.PrinterFrom(r.Context())
	in = programme.Outline{Title: r.PostFormValue("title"), Aim: r.PostFormValue("aim"), OwnerID: intOf(r, "owner"), EffortDays: int(intOf(r, "effort")), Horizon: programme.Horizon(r.PostFormValue("horizon"))}
	if in.BudgetFen, err = h.moneyOf(r, "budget"); err != nil {
		return in, err
	}
	if in.Problems, err = problemsOf(r); err != nil {
		return in, err
	}
	in.Goals = idsOf(r, "goals")
	if in.Milestones, err = milestonesOf(r, i.Milestones); err != nil {
		return in, err
	}
	if in.Duties, err = dutiesOf(p, r, i.Duties); err != nil {
		return in, err
	}
	in.Changed, err = changedOf(p, r)
	return in, err
}

func (h *Handler) writeInitiative(w http.ResponseWriter, r *http.Request) error {
	i, err := h.loadInitiative(r)
	if err != nil {
		return err
	}
	in, err := h.outlineOf(r, i)
	if err == nil {
		_, err = h.Programme.Write(r.Context(), access.ActorFrom(r.Context()), i.ID, seenOf(r), in)
	}
	switch {
	case err == nil:
		http.Redirect(w, r, path(initiativesPath, i.ID)+"?done=written", http.StatusSeeOther)
		return nil
	case mendable(err):
		return h.drawOutline(w, r, httpx.StatusOf(err), i, err)
	}
	return err
}

// stack drops parts that are not there.
func stack(parts ...templ.Component) (list []templ.Component) {
	for _, part := range parts {
		if part != nil {
			list = append(list, part)
		}
	}
	return list
}
