package programmes

import (
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/programme"
	"xiaoguan/internal/web/ui"
)

// refused is a form that was refused on the page of an initiative: which one, and why.
type refused struct {
	form string
	err  error
}

func (f refused) of(form string) error {
	if f.form == form {
		return f.err
	}
	return nil
}

func (h *Handler) initiative(w http.ResponseWriter, r *http.Request) error {
	return h.drawInitiative(w, r, http.StatusOK, refused{})
}

// drawInitiative shows an initiative: phases and gate, effect, milestones, who does what, money.
func (h *Handler) drawInitiative(w http.ResponseWriter, r *http.Request, status int, f refused) error {
	p := httpx.PrinterFrom(r.Context())
	i, err := h.loadInitiative(r)
	if err != nil {
		return err
	}
	chip := statusChip(p, &i.Brief)
	view := ui.PageView{Title: i.Title, Subtitle: i.Aim, Current: "initiatives", Crumbs: crumbs(p, "initiatives", i.Title), Chips: []ui.Chip{chip, {Label: p.Message(i.Horizon.Message())}}}
	if i.MayWrite {
		view.Actions = []ui.Action{{Label: p.T("common.edit"), URL: path(initiativesPath, i.ID) + "/edit", Icon: "pencil"}}
	}
	d := initiativePage{h, r, h.words(p), i, f}
	left := stack(d.phases(), d.effectCard(), d.trialCard(), d.decisionCard())
	if i.DecisionID != 0 {
		next, err := ui.NextRules(r, h.Origins, i.DecisionID)
		if err != nil && !errs.Is(err, errs.KindForbidden) && !errs.Is(err, errs.KindNotFound) {
			return err
		}
		left = append(left, next...)
	}
	right := stack(d.aboutCard(), d.goalsCard(), d.milestoneCard(), d.dutyCard(), d.moneyCard())
	parts := append(append(done(p, r), failed(p, f.of("act"))...), d.begin()...)
	return ui.Write(w, r, status, ui.Compose(view, append(parts, ui.Stack(7, left...), ui.Stack(5, right...))...))
}

// initiativePage draws the cards of one initiative.
type initiativePage struct {
	*Handler
	r *http.Request
	words
	i *programme.ShownInitiative
	f refused
}

func (d initiativePage) url(part string) string { return path(initiativesPath, d.i.ID) + part }

// act is a button of one act.
func (d initiativePage) act(label, act, value string, kind ui.ActionKind) ui.Action {
	return ui.Action{Label: label, URL: d.url("/act"), Post: true, Kind: kind, Small: true, Fields: map[string][]string{"act": {act}, "value": {value}, "revision": {number(d.i.Revision)}}}
}

// begin leads to what an initiative wants first: an owner and milestones.
func (d initiativePage) begin() []templ.Component {
	if !d.i.MayWrite || d.i.OwnerID != 0 && len(d.i.Milestones) > 0 {
		return nil
	}
	return []templ.Component{ui.Across(ui.NoteOf(ui.Note{ID: "begin", Tone: ui.ToneWarn, Strong: d.p.T("programme.begin"), Text: d.p.T("programme.begin_text"), Action: &ui.Action{Label: d.p.T("programme.begin_write"), URL: d.url("/edit")}}))}
}

// phases are the four phases with the gate of the running one.
func (d initiativePage) phases() templ.Component {
	p := d.p
	var steps []ui.Step
	state := ui.StepDone
	for _, phase := range programme.Phases {
		step := ui.Step{Name: p.Message(phase.Message()), Text: p.T("programme.phase_months." + string(phase)), State: state}
		if phase == d.i.Phase {
			step.State, state = ui.StepNow, ui.StepTodo
		}
		steps = append(steps, step)
	}
	g := d.i.Gate(d.i.Phase)
	parts := []templ.Component{ui.Steps(steps)}
	var items []ui.Item
	for n, item := range g.Items {
		line := ui.Item{Title: said(p, item.Said, "item"), Icon: "circle", Detail: p.T("programme.item_open")}
		if item.Ticked() {
			line.Icon, line.Tone, line.Detail = "check", ui.ToneGood, p.T("programme.by_on", "Who", item.Done.ByName, "On", p.Date(item.Done.Day(p.Zone())))
		}
		if d.i.MayReport && !g.IsSigned() {
			key := "tick"
			if item.Ticked() {
				key = "untick"
			}
			line.Actions = []ui.Action{d.act(p.T("programme."+key), key, strconv.Itoa(n), ui.ActionPlain)}
		}
		items = append(items, line)
	}
	parts = append(parts, ui.List(items))
	next, more := d.i.Phase.Next()
	switch {
	case g.IsSigned():
		parts = append(parts, ui.NoteOf(ui.Note{ID: "gate-signed", Tone: ui.ToneGood, Strong: p.T("programme.signed_by", "Who", g.Signed.ByName, "On", p.Date(g.Signed.Day(p.Zone()))), Text: g.Note}))
		if more && d.i.MayWrite {
			parts = append(parts, ui.Beside(ui.Button(d.act(p.T("programme.advance", "Phase", p.Message(next.Message())), "advance", "", ui.ActionPrimary))))
		}
	case d.i.MayWrite:
		sign := ui.FormView{ID: "sign", Action: d.url("/act"), Fields: []ui.Field{{Name: "text", ID: "sign-note", Label: p.T("programme.gate_note"), Optional: true}, {Name: "act", ID: "sign-act", Kind: ui.FieldHidden, Value: "sign"}, {Name: "revision", ID: "sign-revision", Kind: ui.FieldHidden, Value: number(d.i.Revision)}},
			Submit: ui.Action{Label: p.T("programme.sign_gate"), Kind: ui.ActionPrimary}, Consequence: p.T("programme.sign_consequence", "Count", g.Open())}
		more := ui.FormView{ID: "item", Action: d.url("/act"), Fields: []ui.Field{{Name: "text", ID: "item-text", Label: p.T("programme.item_new")}, {Name: "act", ID: "item-act", Kind: ui.FieldHidden, Value: "item"}, {Name: "revision", ID: "item-revision", Kind: ui.FieldHidden, Value: number(d.i.Revision)}}, Submit: ui.Action{Label: p.T("programme.item_add")}}
		parts = append(parts, ui.Form(sign), ui.FoldedWith(ui.FoldedView{ID: "more-items", Title: p.T("programme.item_new"), Shape: ui.FoldLine}, ui.Form(more)))
	}
	return ui.Filled(ui.CardView{ID: "gate", Title: p.T("programme.gate", "Phase", p.Message(d.i.Phase.Message())), Span: -1}, parts...)
}

func (d initiativePage) aboutCard() templ.Component {
	p := d.p
	owner := d.i.Owner
	if owner == "" {
		owner = p.T("programme.nobody")
	}
	facts := []ui.Fact{{Term: p.T("programme.owner"), Text: owner}, {Term: p.T("programme.effort"), Text: p.T("programme.person_days", "Days", d.i.EffortDays)}, {Term: p.T("programme.started"), Text: p.T("programme.by_on", "Who", d.i.CreatedBy.ByName, "On", p.Date(d.i.CreatedBy.Day(p.Zone())))}}
	for _, id := range d.i.Brief.Problems {
		text := d.i.Problems[id]
		if text == "" {
			text = p.T("programme.problem_number", "Number", id)
		}
		facts = append(facts, ui.Fact{Term: p.T("programme.problem"), Text: text, URL: path("/problems", id)})
	}
	for _, c := range d.i.Changed {
		if c.Label != "" { // what the decision asks for stands beside it
			facts = append(facts, ui.Fact{Term: p.Message(c.Kind.Message()), Text: c.Label, URL: c.Link})
		}
	}
	return ui.Filled(ui.CardView{ID: "about", Title: p.T("programme.about"), Span: -1}, ui.Facts(facts))
}

func (d initiativePage) goalsCard() templ.Component {
	if len(d.i.GoalsOf) == 0 {
		return nil
	}
	var items []ui.Item
	for k := range d.i.GoalsOf {
		g := &d.i.GoalsOf[k]
		item := ui.Item{Title: goalName(d.p, &g.Goal, nil), URL: path(goalsPath, g.ID), Chips: []ui.Chip{standingChip(d.p, g.Standing)}}
		if g.State != programme.GoalActive {
			item.Chips = []ui.Chip{{Label: d.p.Message(g.State.Message()), Tone: ui.ToneLine}}
		}
		if g.Last != nil && g.Kind != "" {
			item.Detail = d.p.T("programme.now_to", "Now", ui.MetricText(d.p, d.currency, g.Last.Value), "To", d.amount(g.Unit, g.Target))
		}
		items = append(items, item)
	}
	return ui.Filled(ui.CardView{ID: "served", Title: d.p.T("programme.goals_served"), Span: -1}, ui.List(items))
}

func (d initiativePage) milestoneCard() templ.Component {
	p := d.p
	card := ui.CardView{ID: "milestones", Title: p.T("programme.milestones"), Span: -1}
	if len(d.i.Milestones) == 0 {
		return ui.Filled(card, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("programme.no_milestones")}))
	}
	today := calendar.DateOf(d.Now())
	var items []ui.Item
	for n, m := range d.i.Milestones {
		item := ui.Item{Title: m.Title, Icon: "circle", Detail: p.T("programme.due", "On", p.Date(m.DueOn))}
		switch {
		case m.State == programme.MilestoneDone:
			item.Icon, item.Tone, item.Detail = "check", ui.ToneGood, p.T("programme.done_on", "On", p.Date(m.DoneOn), "Due", p.Date(m.DueOn))
		case m.State == programme.MilestoneDropped:
			item.Icon, item.Chips = "x", []ui.Chip{{Label: p.Message(m.State.Message()), Tone: ui.ToneLine}}
		case m.DueOn < today:
			item.Tone, item.Chips = ui.ToneBad, []ui.Chip{{Label: p.T("programme.overdue"), Tone: ui.ToneBad}}
		}
		if d.i.MayReport {
			if m.State == programme.MilestonePlanned {
				item.Actions = []ui.Action{d.act(p.T("programme.reach"), "done", strconv.Itoa(n), ui.ActionPlain), d.act(p.T("programme.drop"), "dropped", strconv.Itoa(n), ui.ActionGhost)}
			} else {
				item.Actions = []ui.Action{d.act(p.T("programme.untick"), "planned", strconv.Itoa(n), ui.ActionGhost)}
			}
		}
		items = append(items, item)
	}
	return ui.Filled(card, ui.List(items))
}

func (d initiativePage) dutyCard() templ.Component {
	p := d.p
	table := ui.TableView{Label: p.T("programme.duties"), Columns: []ui.Column{{Label: p.T("programme.task"), Phone: true}}}
	for _, party := range programme.Parties {
		table.Columns = append(table.Columns, ui.Column{Label: p.Message(party.Message()), Kind: ui.ColumnNarrow, Phone: true})
	}
	for _, duty := range d.i.Duties {
		row := ui.Row{Cells: []ui.Cell{ui.Text(said(p, duty.Said, "duty"))}}
		for _, party := range programme.Parties {
			letter := duty.Parts[party]
			cell := ui.Cell{Text: letter, Strong: letter == programme.PartAccountable}
			if letter != "" {
				cell.Title = p.T("programme.part." + letter)
			} else {
				cell.Text = i18n.Unknown
			}
			row.Cells = append(row.Cells, cell)
		}
		table.Rows = append(table.Rows, row)
	}
	return ui.Filled(ui.CardView{ID: "duties", Title: p.T("programme.duties"), Span: -1, Flush: true, Foot: p.T("programme.parts_text")}, ui.Table(table))
}

func (d initiativePage) moneyCard() templ.Component {
	p := d.p
	left := d.i.BudgetFen - d.i.SpentFen()
	facts := []ui.Fact{{Term: p.T("programme.budget"), Text: p.Money(d.i.BudgetFen, d.currency)}, {Term: p.T("programme.spent"), Text: p.Money(d.i.SpentFen(), d.currency)}, {Term: p.T("programme.left"), Text: p.Money(left, d.currency)}}
	parts := []templ.Component{ui.Facts(facts)}
	if left < 0 {
		parts = append(parts, ui.NoteOf(ui.Note{Tone: ui.ToneBad, Strong: p.T("programme.over_budget")}))
	}
	var items []ui.Item
	for k := len(d.i.Spent) - 1; k >= 0; k-- {
		s := d.i.Spent[k]
		items = append(items, ui.Item{Title: s.Note, Detail: p.T("programme.by_on", "Who", s.By.ByName, "On", p.Date(s.On)), End: ui.Money(ui.Amount{Minor: s.AmountFen, Currency: d.currency})})
	}
	if len(items) > 0 {
		parts = append(parts, ui.List(items))
	}
	if d.i.MayReport {
		t := typed{d.r, d.f.of("spending") != nil}
		form := ui.FormView{ID: "spending", Action: d.url("/spending"), Submit: ui.Action{Label: p.T("programme.book")}}
		fields := []ui.Field{{Name: "amount", ID: "spend-amount", Kind: ui.FieldMoney, Label: p.T("programme.spend_amount"), Value: t.value("amount", ""), Unit: ui.UnitOf(p, d.currency), Span: 6}, {Name: "on", ID: "spend-on", Kind: ui.FieldDate, Label: p.T("programme.spend_on"), Value: t.value("on", calendar.DateOf(d.Now()).String()), Span: 6},
			{Name: "note", ID: "spend-note", Label: p.T("programme.spend_note"), Value: t.value("note", "")}, {Name: "revision", ID: "spend-revision", Kind: ui.FieldHidden, Value: number(d.i.Revision)}}
		form.Fields, form.Problem = ui.WithErrors(fields, d.f.of("spending"), p)
		parts = append(parts, ui.FoldedWith(ui.FoldedView{ID: "spend", Title: p.T("programme.spend"), Shape: ui.FoldLine}, ui.Form(form)))
	}
	return ui.Filled(ui.CardView{ID: "money", Title: p.T("programme.money"), Span: -1}, parts...)
}

// answer goes back to the page, or shows it again with what was refused.
func (h *Handler) answer(w http.ResponseWriter, r *http.Request, id int64, form, told string, err error) error {
	switch {
	case err == nil:
		http.Redirect(w, r, path(initiativesPath, id)+"?done="+told, http.StatusSeeOther)
		return nil
	case mendable(err):
		return h.drawInitiative(w, r, httpx.StatusOf(err), refused{form, err})
	}
	return err
}

// actInitiative does what a button of the page says.
func (h *Handler) actInitiative(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r, "programme.initiative_missing")
	if err != nil {
		return err
	}
	ctx, actor, seen, act := r.Context(), access.ActorFrom(r.Context()), seenOf(r), r.PostFormValue("act")
	value := int(intOf(r, "value"))
	switch act {
	case "tick", "untick":
		_, err = h.Programme.Tick(ctx, actor, id, seen, value, act == "tick")
	case "item":
		_, err = h.Programme.AddItem(ctx, actor, id, seen, r.PostFormValue("text"))
	case "sign":
		_, err = h.Programme.SignGate(ctx, actor, id, seen, r.PostFormValue("text"))
	case "advance":
		_, err = h.Programme.Advance(ctx, actor, id, seen)
	case string(programme.MilestoneDone), string(programme.MilestoneDropped), string(programme.MilestonePlanned):
		_, err = h.Programme.Reach(ctx, actor, id, seen, value, programme.MilestoneState(act))
	default:
		return errs.New(errs.KindNotFound, "error.not_found", nil)
	}
	return h.answer(w, r, id, "act", act, err)
}

func (h *Handler) spend(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r, "programme.initiative_missing")
	if err != nil {
		return err
	}
	on, err := dateOf(r, "on")
	if err == nil {
		var fen int64
		if fen, err = h.moneyOf(r, "amount"); err == nil {
			_, err = h.Programme.Spend(r.Context(), access.ActorFrom(r.Context()), id, seenOf(r), on, fen, r.PostFormValue("note"))
		}
	}
	return h.answer(w, r, id, "spending", "spent", err)
}
