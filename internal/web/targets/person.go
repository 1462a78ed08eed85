package targets

import (
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/quota"
	"xiaoguan/internal/targetplan"
	"xiaoguan/internal/web/ui"
)

func parseID(text string) (int64, error) {
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id <= 0 {
		return 0, errs.New(errs.KindNotFound, "targetplan.missing", nil)
	}
	return id, nil
}

func (h *Handler) person(w http.ResponseWriter, r *http.Request) error {
	return h.drawPerson(w, r, http.StatusOK, nil)
}

// drawPerson is somebody's number: why it is so, by month, what is said to it, and the letter.
func (h *Handler) drawPerson(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	id, err := idOf(r, "id")
	if err != nil {
		return err
	}
	person, err := idOf(r, "person")
	if err != nil {
		return err
	}
	v, err := h.targets.Person(ctx, actor, id, person)
	if err != nil {
		return err
	}
	title := p.T("targetplan.why_of", "Name", v.Row.Name)
	view := ui.PageView{Title: title, Current: "targets", Subtitle: v.Plan.Name, Chips: []ui.Chip{stateChip(p, v.Plan.State)}, Crumbs: []ui.Crumb{{Label: p.T("nav.targets"), URL: baseURL}, {Label: v.Plan.Name, URL: planURL(id)}, {Label: v.Row.Name}}}
	parts := append(doneNote(p, r), problemNote(p, failure)...)
	form := retypedOf(p, r, failure)
	versions, err := h.targets.Versions(ctx, actor, id, person)
	if err != nil {
		return err
	}
	left := []templ.Component{h.levelsCard(p, &v), h.termsCard(p, &v), h.whyCard(p, &v), h.tryCard(r, p, &v), h.monthsCard(p, &v.Plan, &v.Row.Row)}
	right := []templ.Component{h.versionsCard(p, &v, versions)}
	if v.Plan.State == targetplan.StatePublished {
		right = append(right, h.letterCard(p, &v))
	}
	if v.MayOwn || v.Own != nil {
		right = append(right, h.ownCard(p, &v, form))
	}
	right = append(right, h.objectionsCard(p, &v, form))
	if v.Plan.State == targetplan.StatePublished || len(v.Changes) > 0 {
		right = append(right, h.changesCard(p, &v, form))
	}
	if v.MayWrite && (v.Plan.State == targetplan.StateDraft || v.Plan.State == targetplan.StateDiscussion) {
		right = append(right, h.handCard(p, &v.Plan, v.Row.Unit, form))
	}
	return ui.Write(w, r, status, ui.Compose(view, append(parts, ui.Stack(7, left...), ui.Stack(5, right...))...))
}

// levelsCard is base, plan and stretch, each with its chance.
func (h *Handler) levelsCard(p *i18n.Printer, v *targetplan.PersonShown) templ.Component {
	d := &v.Row.Detail
	table := ui.TableView{Label: p.T("targetplan.levels"), Columns: []ui.Column{{Label: p.T("targetplan.levels"), Phone: true}, {Label: p.T("targetplan.target"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("targetplan.chance"), Kind: ui.ColumnNumber, Phone: true}}}
	for _, level := range []struct {
		key           string
		minor, chance int64
		strong        bool
	}{{"targetplan.base", d.Base, d.BaseChance, false}, {"targetplan.plan_level", v.Row.Minor, d.Chance, true}, {"targetplan.stretch", d.Stretch, d.TopChance, false}} {
		chance := p.T("targetplan.chance_unknown")
		if d.Known {
			chance = chanceText(p, level.chance)
		}
		sum := ui.Cell{Text: p.Money(level.minor, h.currency()), Strong: level.strong}
		if !level.strong && level.minor == v.Row.Minor {
			sum.Sub = p.T("targetplan.same_as_plan")
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{{Text: p.T(level.key), Strong: level.strong}, sum, ui.Text(chance)}})
	}
	return ui.Filled(ui.CardView{Title: p.T("targetplan.levels"), Flush: true, Span: -1}, ui.Table(table))
}

// termsCard takes the number apart: terms that add up to it.
func (h *Handler) termsCard(p *i18n.Printer, v *targetplan.PersonShown) templ.Component {
	table := ui.TableView{ID: "terms", Label: p.T("targetplan.terms"), Columns: []ui.Column{{Label: p.T("targetplan.term"), Phone: true}, {Label: p.T("common.amount"), Kind: ui.ColumnNumber, Phone: true}}}
	for _, t := range v.Terms {
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{h.termCell(p, v, &t), ui.Text(p.MoneySigned(t.Minor, h.currency()))}})
	}
	table.Totals = []ui.Row{{Kind: ui.RowSum, Cells: []ui.Cell{{Text: p.T("targetplan.target")}, ui.Text(p.Money(v.Row.Minor, h.currency()))}}}
	return ui.Filled(ui.CardView{Title: p.T("targetplan.terms"), Sub: p.T("targetplan.terms_sub"), Flush: true, Span: -1}, ui.Table(table))
}

// termCell says what gave a part of the number.
func (h *Handler) termCell(p *i18n.Printer, v *targetplan.PersonShown, t *targetplan.Term) ui.Cell {
	d := &v.Row.Detail
	switch t.Kind {
	case targetplan.TermDriver:
		return ui.Cell{Text: p.T(t.Driver.MessageKey()), Sub: p.T("targetplan.term.driver")}
	case targetplan.TermAbility:
		return ui.Cell{Text: p.T("targetplan.ability"), Sub: p.T("targetplan.ability_text", "Ability", share(p, d.Ability), "Months", d.MonthsSeen/quota.Million)}
	case targetplan.TermTime:
		return ui.Cell{Text: p.T("targetplan.term.time"), Sub: p.T("targetplan.term.time_text", "There", share(p, d.There), "Speed", share(p, d.Speed))}
	case targetplan.TermOver:
		return ui.Cell{Text: p.T("targetplan.over"), Sub: p.T("targetplan.term.over_text", "Percent", v.Plan.Rules.OverPerson)}
	case targetplan.TermHeld:
		cell := ui.Cell{Text: p.T(t.Hold.MessageKey())}
		if hand, set := v.Plan.Rules.Hands[v.Row.Unit]; set {
			cell.Sub = hand.Note
		}
		return cell
	case targetplan.TermChange:
		return ui.Cell{Text: p.T("targetplan.term.change", "Kind", p.Message(t.Change.Kind.Message()), "From", p.Month(t.Change.From)), Sub: p.T("targetplan.objection_at", "Who", t.Change.ByName, "When", p.Local(t.Change.At).Format("2006-01-02")), URL: "#changes"}
	}
	return ui.Cell{Text: p.T("targetplan.term.others"), Sub: p.T("targetplan.term.others_text")}
}

// whyCard says how the number came about.
func (h *Handler) whyCard(p *i18n.Printer, v *targetplan.PersonShown) templ.Component {
	d := &v.Row.Detail
	amount := func(minor int64) string { return p.Money(minor, h.currency()) }
	last := ui.Fact{Term: p.T("targetplan.last_fact"), Text: p.T("targetplan.last_unknown")}
	if d.LastKnown {
		last.Text = amount(d.LastYear)
		if sub := h.lastSub(p, &v.Row.Row); sub != "" {
			last.Text = p.T("targetplan.last_fact_made", "Amount", last.Text, "How", sub)
		}
	}
	history := ui.Fact{Term: p.T("targetplan.history"), Text: amount(d.History)}
	if d.Assumed {
		history.Term, history.Text = p.T("targetplan.history_assumed"), expectedText(p, d.History > 0, history.Text)
	}
	facts := []ui.Fact{last, history, {Term: p.T("targetplan.peers"), Text: expectedText(p, d.Peers > 0, amount(d.Peers))}, {Term: p.T("targetplan.ability"), Text: p.T("targetplan.ability_text", "Ability", share(p, d.Ability), "Months", d.MonthsSeen/quota.Million)},
		{Term: p.T("targetplan.there"), Text: share(p, d.There)}, {Term: p.T("targetplan.speed"), Text: share(p, d.Speed)}, {Term: p.T("targetplan.pipeline"), Text: amount(d.Pipeline)}, {Term: p.T("targetplan.expected"), Text: expectedText(p, d.Known || d.Expected > 0 || d.There == 0, amount(d.Expected))}, h.marketFact(p, d)}
	facts = append(facts, h.portionFacts(p, d)...)
	hold := p.T("targetplan.hold_none")
	if d.Hold != quota.HoldNone {
		hold = p.T(d.Hold.MessageKey())
	}
	facts = append(facts, ui.Fact{Term: p.T("targetplan.free"), Text: amount(d.FreeMinor)}, ui.Fact{Term: p.T("targetplan.hold"), Text: hold}, ui.Fact{Term: p.T("targetplan.target"), Text: amount(v.Row.Minor)})
	if hand, set := v.Plan.Rules.Hands[v.Row.Unit]; set {
		facts = append(facts, ui.Fact{Term: p.T("targetplan.hand"), Text: hand.Note})
	}
	return ui.Filled(ui.CardView{Title: p.T("targetplan.why"), Span: -1}, ui.Facts(facts))
}

// marketFact is what the person's own market could give, and who says so; or that nobody has said.
func (h *Handler) marketFact(p *i18n.Printer, d *targetplan.Detail) ui.Fact {
	fact := ui.Fact{Term: p.T("targetplan.own_market"), Text: p.T("targetplan.own_market_none")}
	for _, portion := range d.Portions {
		if portion.Driver == quota.DriverPotential {
			fact.Text = p.T("targetplan.own_market_by_history")
		}
	}
	if d.Potential > 0 {
		fact.Text = p.Money(d.Potential, h.currency())
		if d.Source != "" {
			fact.Text = p.T("targetplan.own_market_text", "Amount", fact.Text, "Source", d.Source)
		}
	}
	return fact
}

// letterCard is the target letter with its acceptance.
func (h *Handler) letterCard(p *i18n.Printer, v *targetplan.PersonShown) templ.Component {
	base := personURL(v.Plan.ID, v.Row.PersonID) + "/letter/"
	card := ui.CardView{ID: "letter", Title: p.T("targetplan.letter"), Span: -1, Actions: []ui.Action{{Label: p.T("targetplan.letter_pdf"), URL: base + "pdf", Download: true, Small: true}, {Label: p.T("targetplan.letter_word"), URL: base + "docx", Download: true, Small: true}}}
	text := p.T("targetplan.letter_text", "Year", strconv.Itoa(v.Plan.FiscalYear), "From", p.Month(v.Plan.From))
	facts := []ui.Fact{{Term: p.T("targetplan.letter_year"), Text: p.Money(v.Row.Minor, h.currency())}, {Term: p.T("targetplan.base"), Text: p.Money(v.Row.Detail.Base, h.currency())}, {Term: p.T("targetplan.letter"), Text: text}}
	parts := []templ.Component{ui.Facts(facts)}
	switch {
	case v.Acceptance != nil:
		parts = append(parts, ui.NoteOf(ui.Note{ID: "accepted", Tone: ui.ToneGood, Inset: true, Strong: p.T("targetplan.letter_accepted", "Who", v.Acceptance.UserName, "When", p.Local(v.Acceptance.At).Format("2006-01-02 15:04"))}))
	case v.Mine:
		parts = append(parts, ui.Form(ui.FormView{ID: "accept", Action: planURL(v.Plan.ID) + "/accept", Fields: []ui.Field{{Name: "letter", Kind: ui.FieldHidden, Value: v.Letter.Hash()}}, Submit: ui.Action{Label: p.T("targetplan.letter_accept"), Kind: ui.ActionPrimary, Icon: "signature"}}))
	default:
		parts = append(parts, ui.NoteOf(ui.Note{Tone: ui.ToneWarn, Inset: true, Strong: p.T("targetplan.letter_waits")}))
	}
	return ui.Filled(card, parts...)
}

// ownCard is what the manager holds possible.
func (h *Handler) ownCard(p *i18n.Printer, v *targetplan.PersonShown, form retyped) templ.Component {
	value, note := "", ""
	var parts []templ.Component
	if v.Own != nil {
		value, note = money.Format(v.Own.Minor, h.currency()), v.Own.Note
		parts = append(parts, ui.Facts([]ui.Fact{{Term: p.T("targetplan.own"), Text: p.Money(v.Own.Minor, h.currency())}, {Term: p.T("targetplan.gap"), Text: p.Money(v.Row.Gap(), h.currency())}, {Term: p.T("targetplan.made_by"), Text: v.Own.ByName}}))
	}
	if v.MayOwn {
		parts = append(parts, form(ui.FormView{ID: "own", Action: personURL(v.Plan.ID, v.Row.PersonID) + "/own", Fields: []ui.Field{{Name: "own", Kind: ui.FieldMoney, Label: p.T("targetplan.own_amount"), Value: value, Unit: ui.UnitOf(p, h.currency()), Hint: p.T("targetplan.own_hint")},
			{Name: "note", ID: "own-note", Label: p.T("targetplan.own_note"), Value: note, Optional: true}}, Submit: ui.Action{Label: p.T("targetplan.own_save")}}))
	}
	return ui.Filled(ui.CardView{ID: "own-card", Title: p.T("targetplan.own_title"), Span: -1}, parts...)
}

// objectionsCard is what was said against the number, and the form to say something.
func (h *Handler) objectionsCard(p *i18n.Printer, v *targetplan.PersonShown, form retyped) templ.Component {
	var items []ui.Item
	var open *targetplan.Objection
	for i := range v.Objections {
		o := &v.Objections[i]
		item := ui.Item{Title: h.objectionLine(p, o), Detail: o.Reason, Beside: p.T("targetplan.objection_at", "Who", o.ByName, "When", p.Local(o.At).Format("2006-01-02")), Chips: []ui.Chip{{Label: p.Message(o.State.Message()), Tone: map[targetplan.ObjectionState]ui.Tone{targetplan.ObjectionOpen: ui.ToneWarn, targetplan.ObjectionAccepted: ui.ToneGood}[o.State]}}, Top: true}
		if o.State == targetplan.ObjectionOpen {
			open = o
		} else {
			item.Detail += " · " + p.T("targetplan.objection_answer", "Who", o.AnsweredName, "Answer", o.Answer)
		}
		items = append(items, item)
	}
	var parts []templ.Component
	if len(items) > 0 {
		parts = append(parts, ui.List(items))
	} else {
		parts = append(parts, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("targetplan.no_objections")}))
	}
	if v.MayObject {
		parts = append(parts, form(ui.FormView{ID: "object", Action: personURL(v.Plan.ID, v.Row.PersonID) + "/object", Fields: []ui.Field{{Name: "wanted", Kind: ui.FieldMoney, Label: p.T("targetplan.object_wanted"), Unit: ui.UnitOf(p, h.currency()), Optional: true}, {Name: "reason", Kind: ui.FieldArea, Label: p.T("targetplan.object_reason")}},
			Submit: ui.Action{Label: p.T("targetplan.object"), Icon: "message-report"}, Consequence: p.T("targetplan.object_consequence")}))
	}
	if v.MayWrite && open != nil {
		parts = append(parts, form(ui.FormView{ID: "answer", Action: "/target-objections/" + number(open.ID), Fields: []ui.Field{{Name: "answer", Kind: ui.FieldArea, Label: p.T("targetplan.answer")}},
			Submit: ui.Action{Label: p.T("targetplan.accept_it"), Kind: ui.ActionPrimary, Name: "accept", Value: "1"}, Others: []ui.Action{{Label: p.T("targetplan.reject_it"), Name: "accept", Value: "0"}}, Consequence: p.T("targetplan.answer_consequence")}))
	}
	return ui.Filled(ui.CardView{ID: "objections", Title: p.T("targetplan.objections"), Span: -1}, parts...)
}

// changesCard is how the number was changed, and the form to ask for a change.
func (h *Handler) changesCard(p *i18n.Printer, v *targetplan.PersonShown, form retyped) templ.Component {
	var items []ui.Item
	for i := range v.Changes {
		c := &v.Changes[i]
		item := ui.Item{Detail: c.Reason, Chips: []ui.Chip{{Label: p.Message(c.State.Message()), Tone: map[targetplan.ChangeState]ui.Tone{targetplan.ChangeAsked: ui.ToneWarn, targetplan.ChangeDone: ui.ToneGood}[c.State]}}, Top: true,
			Title: p.T("targetplan.change_line", "Kind", p.Message(c.Kind.Message()), "From", p.Month(c.From), "Before", p.Money(c.BeforeMinor, h.currency()), "After", p.Money(c.AfterMinor, h.currency()))}
		if c.PersonID != v.Row.PersonID {
			item.Beside = c.PersonName
		} else if c.OtherName != "" {
			item.Beside = p.T("targetplan.takes_over") + " " + c.OtherName
		}
		items = append(items, item)
	}
	var parts []templ.Component
	if len(items) > 0 {
		parts = append(parts, ui.List(items))
	} else {
		parts = append(parts, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("targetplan.no_changes")}))
	}
	if v.MayWrite && v.OpenFrom != 0 {
		kinds, others := ui.Field{Name: "kind", Kind: ui.FieldSelect, Label: p.T("targetplan.change_kind_label")}, ui.Field{Name: "other", Kind: ui.FieldSelect, Label: p.T("targetplan.change_other"), Placeholder: p.T("targetplan.change_nobody"), Optional: true}
		for _, k := range targetplan.ChangeKinds {
			kinds.Options = append(kinds.Options, ui.Option{Value: string(k), Label: p.Message(k.Message())})
		}
		for _, o := range v.Others {
			others.Options = append(others.Options, ui.Option{Value: number(o.PersonID), Label: v.Names[o.PersonID]})
		}
		now := v.Row.From(int(v.OpenFrom - v.Plan.First))
		fields := []ui.Field{monthField(p, "from", p.T("targetplan.from_month"), v.OpenFrom, v.Plan.Last(), v.OpenFrom), {Name: "rest", Kind: ui.FieldMoney, Label: p.T("targetplan.change_rest"), Unit: ui.UnitOf(p, h.currency()), Value: money.Format(now, h.currency()), Hint: p.T("targetplan.change_now", "Amount", p.Money(now, h.currency()))},
			kinds, others, {Name: "reason", ID: "change-reason", Kind: ui.FieldArea, Label: p.T("targetplan.note")}}
		parts = append(parts, form(ui.FormView{ID: "change", Action: personURL(v.Plan.ID, v.Row.PersonID) + "/change", Fields: fields, Submit: ui.Action{Label: p.T("targetplan.change_submit")}, Consequence: p.T("targetplan.change_consequence")}))
	}
	return ui.Filled(ui.CardView{ID: "changes", Title: p.T("targetplan.changes"), Span: -1}, parts...)
}
