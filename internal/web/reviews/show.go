package reviews

import (
	"math/big"
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/pace"
	"xiaoguan/internal/programme"
	"xiaoguan/internal/review"
	"xiaoguan/internal/web/ui"
)

// share writes parts per million as per cent.
func share(p *i18n.Printer, ppm int64) string { return p.Percent(big.NewRat(ppm, pace.Million)) }

func (h *Handler) show(w http.ResponseWriter, r *http.Request) error {
	return h.draw(w, r, http.StatusOK, nil)
}

// draw shows a meeting: whole, or the own row of it.
func (h *Handler) draw(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	id, err := idOf(r.PathValue("id"))
	if err != nil {
		return err
	}
	v, err := h.reviews.Get(ctx, actor, id)
	if err != nil {
		return err
	}
	title := p.T("review.title", "Unit", v.Unit.Name, "Kind", p.Message(v.Kind.Message()))
	view := ui.PageView{Title: title, Current: "reviews", Chips: []ui.Chip{stateChip(p, v.State)}, Crumbs: []ui.Crumb{{Label: p.T("nav.reviews"), URL: baseURL}, {Label: title}},
		Subtitle: p.T("review.sub", "On", p.Date(v.On), "Span", spanText(p, v.Span), "Through", p.Date(v.Through))}
	if v.State == review.StateFinished {
		view.Actions = append(view.Actions, ui.Action{Label: p.T("review.pdf"), URL: reviewURL(id) + "/minutes/pdf", Download: true}, ui.Action{Label: p.T("review.word"), URL: reviewURL(id) + "/minutes/docx", Download: true})
	}
	if v.MayRun {
		view.Actions = append(view.Actions, ui.Action{Label: p.T("review.refresh"), Icon: "refresh", Post: true, URL: reviewURL(id) + "/step", Fields: map[string][]string{"to": {"refresh"}}})
	}
	if v.Whole && actor.Can(access.PermTargetPropose) && !actor.ReadOnly {
		view.Actions = append(view.Actions, ui.Action{Label: p.T("review.log_decision"), Icon: "scale", URL: "/decisions/new?review=" + number(id)})
	}
	if v.Kind == review.Quarterly && programme.Reads(actor) {
		year, quarter := ui.FrameFrom(ctx).Fiscal.QuarterOf(v.Span.From.Month())
		view.Actions = append(view.Actions, ui.Action{Label: p.T("review.pack"), Icon: "file-text", URL: "/documents/review?quarter=" + strconv.Itoa(year) + "-Q" + strconv.Itoa(quarter)})
	}
	parts := append(doneNote(p, r), problemNote(p, failure)...)
	if !v.Whole {
		return ui.Write(w, r, status, ui.Compose(view, append(parts, ui.Stack(7, h.mineCard(p, &v), h.formerCard(p, &v)), ui.Stack(5, h.minutesCard(p, r, &v, failure), h.actionsCard(p, r, &v, failure)))...))
	}
	left := []templ.Component{h.totalCard(p, &v), h.peopleCard(p, &v)}
	if v.Kind == review.Monthly {
		left = append(left, h.assessCard(p, r, &v, failure))
	}
	if v.Kind == review.Quarterly {
		left = append(left, h.adjustCard(p, r, &v, failure))
	}
	under, err := h.initiativesCard(p, r, &v)
	if err != nil {
		return err
	}
	left = append(append(left, under...), h.stuckCard(p, &v))
	right := []templ.Component{h.formerCard(p, &v), h.minutesCard(p, r, &v, failure), h.actionsCard(p, r, &v, failure)}
	if v.MayRun {
		right = append(right, h.endCard(p, &v))
	}
	return ui.Write(w, r, status, ui.Compose(view, append(parts, ui.Stack(8, left...), ui.Stack(4, right...))...))
}

func (h *Handler) amount(p *i18n.Printer, minor int64) string { return p.Money(minor, h.currency()) }

// totalCard is how everybody together stands.
func (h *Handler) totalCard(p *i18n.Printer, v *review.Shown) templ.Component {
	return ui.Filled(ui.CardView{ID: "total", Title: p.T("review.together"), Span: -1, Foot: h.groundText(p, v)}, ui.Facts(h.facts(p, v, &v.Total)))
}

// groundText says what the numbers rest on.
func (h *Handler) groundText(p *i18n.Printer, v *review.Shown) string {
	gap := " "
	if p.Lang() == i18n.ZhCN {
		gap = ""
	}
	text := p.T("review.ground_basis", "Basis", p.T("targetplan.basis."+string(v.Basis)))
	if v.Ground.Seasoned {
		text += gap + p.T("review.ground_season")
	}
	if v.Total.Forecast == nil {
		return text
	}
	if v.Ground.Shifts < pace.Enough {
		text += gap + p.T("review.ground_word", "Count", v.Ground.Shifts)
	} else {
		text += gap + p.T("review.ground_shifts", "Count", v.Ground.Shifts)
	}
	if v.Ground.LagDays > 0 {
		text += gap + p.T("review.ground_lag", "Days", v.Ground.LagDays, "Count", v.Ground.LagSeen)
	}
	return text
}

// facts are the numbers of somebody in words.
func (h *Handler) facts(p *i18n.Printer, v *review.Shown, n *review.Numbers) []ui.Fact {
	target := p.T("review.no_target")
	if n.HasTarget {
		target = h.amount(p, n.TargetMinor)
	}
	facts := []ui.Fact{{Term: p.T("review.target"), Text: target}, {Term: p.T("review.actual"), Text: h.actualText(p, n)}, {Term: p.T("review.time"), Text: p.T("review.time_text", "Share", share(p, n.Clock.Share()), "Days", n.Clock.Days, "Whole", n.Clock.WholeDays)}}
	if n.HasTarget {
		facts = append(facts, ui.Fact{Term: p.T("review.pace"), Text: paceText(p, n)}, ui.Fact{Term: p.T("review.gap"), Text: p.MoneySigned(n.Gap(), h.currency())})
	}
	if v.Through < v.Span.To-1 {
		facts = append(facts, ui.Fact{Term: p.T("review.chance"), Text: h.chanceText(p, n)}, ui.Fact{Term: p.T("review.needed"), Text: h.neededText(p, n)},
			ui.Fact{Term: p.T("review.open"), Text: p.T("review.open_text", "Count", n.OpenCount, "Amount", h.amount(p, n.OpenMinor))})
	}
	return append(facts, ui.Fact{Term: p.T("review.compliance"), Text: complianceText(p, n)}, ui.Fact{Term: p.T("review.stuck"), Text: p.Int(n.StuckCount)})
}

func (h *Handler) actualText(p *i18n.Printer, n *review.Numbers) string {
	if attained, known := n.Attained(); known {
		return p.T("review.actual_text", "Amount", h.amount(p, n.ActualMinor), "Share", share(p, attained))
	}
	return h.amount(p, n.ActualMinor)
}

func paceText(p *i18n.Printer, n *review.Numbers) string {
	index, known := n.Index()
	if !known {
		return p.T("review.no_day_yet")
	}
	return share(p, index)
}

func (h *Handler) chanceText(p *i18n.Printer, n *review.Numbers) string {
	if n.Forecast == nil {
		return p.T("review.no_target")
	}
	if n.Forecast.Low == n.Forecast.High {
		return p.T("review.chance_sure", "Share", chanceShare(p, n), "Mid", h.amount(p, n.Forecast.Mid))
	}
	return p.T("review.chance_text", "Share", chanceShare(p, n), "Low", h.amount(p, n.Forecast.Low), "High", h.amount(p, n.Forecast.High))
}

// chanceShare writes a chance: what no run of a simulation came to is not impossible, and what all came to is not certain, but a target that is reached is.
func chanceShare(p *i18n.Printer, n *review.Numbers) string {
	switch {
	case n.ActualMinor >= n.TargetMinor:
		return p.T("review.chance_reached")
	case n.Forecast.Hits == 0:
		return p.T("targetplan.chance_short")
	case n.Forecast.Hits == n.Forecast.Runs:
		return p.T("review.chance_nearly")
	}
	return p.PercentDigits(big.NewRat(n.Forecast.Chance(), pace.Million), 0)
}

func (h *Handler) neededText(p *i18n.Printer, n *review.Numbers) string {
	if !n.HasTarget {
		return p.T("review.no_target")
	}
	needed, known := n.Needed()
	if !known {
		return p.T("review.needed_unknown", "Decided", n.Record.Decided)
	}
	if n.Remaining() == 0 {
		return p.T("review.reached")
	}
	return p.T("review.needed_text", "Amount", h.amount(p, needed), "Remaining", h.amount(p, n.Remaining()), "Won", n.Record.Won, "Decided", n.Record.Decided, "InTime", n.Record.InTime, "Whose", p.T("review.whose."+string(n.Whose)))
}

func complianceText(p *i18n.Printer, n *review.Numbers) string {
	if n.Judged == 0 {
		return p.T("review.nothing_judged")
	}
	return p.T("review.compliance_text", "Share", p.Percent(big.NewRat(n.Kept, n.Judged)), "Kept", n.Kept, "Judged", n.Judged)
}

// paceTone judges an index of pace.
func paceTone(index int64) ui.Tone {
	switch {
	case index >= pace.Million:
		return ui.ToneGood
	case index >= 900_000:
		return ui.ToneWarn
	}
	return ui.ToneBad
}

// peopleCard is a row for each person; each number can be asked why.
func (h *Handler) peopleCard(p *i18n.Printer, v *review.Shown) templ.Component {
	live := v.Through < v.Span.To-1
	table := ui.TableView{ID: "people", Label: p.T("review.people"), Columns: []ui.Column{{Label: p.T("common.person"), Phone: true}, {Label: p.T("review.target"), Kind: ui.ColumnNumber}, {Label: p.T("review.actual"), Kind: ui.ColumnNumber}, {Label: p.T("review.pace"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("review.gap"), Kind: ui.ColumnNumber, Phone: true},
		{Label: p.T("review.chance"), Kind: ui.ColumnNumber, Hidden: !live}, {Label: p.T("review.needed"), Kind: ui.ColumnNumber, Hidden: !live}, {Label: p.T("review.compliance"), Kind: ui.ColumnNumber}, {Label: p.T("review.stuck"), Kind: ui.ColumnNumber}}, Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("review.nobody")}}
	for i := range v.Rows {
		table.Rows = append(table.Rows, ui.Row{Cells: h.rowCells(p, v, &v.Rows[i])})
	}
	return ui.Filled(ui.CardView{Title: p.T("review.people"), Flush: true, Span: -1}, ui.Table(table))
}

func (h *Handler) rowCells(p *i18n.Printer, v *review.Shown, row *review.Row) []ui.Cell {
	n := &row.Numbers
	whole := func(minor int64) string { return p.AmountWhole(minor, h.currency()) }
	cells := []ui.Cell{{Text: row.Name}, {Text: i18n.Unknown, Title: p.T("review.no_target")}, ui.Text(whole(n.ActualMinor)), {Text: i18n.Unknown, Title: p.T("review.no_target")}, {Text: i18n.Unknown, Title: p.T("review.no_target")}}
	if row.Band != "" {
		cells[0].Sub = row.Band
	}
	if n.HasTarget {
		cells[1] = ui.Text(whole(n.TargetMinor))
		cells[4] = ui.Cell{Text: whole(n.Gap())}
		if index, known := n.Index(); known {
			cells[3] = ui.Draw(ui.Num(ui.Asked{ID: "pace-" + number(row.PersonID), Label: share(p, index), Why: ui.Why{Title: p.T("review.pace"), Formula: p.T("review.pace_formula", "Actual", h.amount(p, n.ActualMinor), "Expected", h.amount(p, n.Expected())), Facts: h.facts(p, v, n)}}))
			cells[3].Tone = paceTone(index)
		} else {
			cells[3].Title = p.T("review.no_day_yet")
		}
	}
	chance, needed, kept := ui.Cell{Text: i18n.Unknown, Title: p.T("review.no_target")}, ui.Cell{Text: i18n.Unknown, Title: h.neededText(p, n)}, ui.Cell{Text: i18n.Unknown, Title: p.T("review.nothing_judged")}
	if n.Forecast != nil {
		chance = ui.Cell{Text: chanceShare(p, n), Title: h.chanceText(p, n)}
	}
	if minor, known := n.Needed(); known {
		needed.Text = whole(minor)
	}
	if n.Judged > 0 {
		kept = ui.Cell{Text: p.PercentDigits(big.NewRat(n.Kept, n.Judged), 0), Title: complianceText(p, n)}
	}
	return append(cells, chance, needed, kept, ui.Text(p.Int(n.StuckCount)))
}

// stuckCard lists what does not go on, the greatest first.
func (h *Handler) stuckCard(p *i18n.Printer, v *review.Shown) templ.Component {
	var items []ui.Item
	for i := range v.Rows {
		items = append(items, h.stuckItems(p, v, &v.Rows[i].Numbers, v.Rows[i].Name)...)
	}
	card := ui.CardView{ID: "stuck", Title: p.T("review.stuck_list"), Span: -1, Flush: len(items) > 0, Count: int(v.Total.StuckCount)}
	if len(items) == 0 {
		return ui.Filled(card, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("review.nothing_stuck")}))
	}
	return ui.Filled(card, ui.List(items))
}

// stuckShown is how many of each person are listed on the page.
const stuckShown = 4

func (h *Handler) stuckItems(p *i18n.Printer, v *review.Shown, n *review.Numbers, who string) (items []ui.Item) {
	for _, s := range n.Stuck[:min(len(n.Stuck), stuckShown)] {
		why := p.T("review.expected_over", "On", p.Date(s.ExpectedOn))
		if s.Rules > 0 {
			why = p.T("review.rule_broken", "Rule", ui.TextIn(p, s.Rule.Zh, s.Rule.En, ""), "Count", s.Rules)
		}
		items = append(items, ui.Item{Title: s.Name, URL: "/opportunities/" + number(s.ID), Beside: who, Detail: why, End: ui.Money(ui.Amount{Minor: s.Minor, Currency: h.currency(), Whole: true}), Top: true})
	}
	return items
}

// mineCard is the own row.
func (h *Handler) mineCard(p *i18n.Printer, v *review.Shown) templ.Component {
	row := v.Mine
	parts := []templ.Component{ui.Facts(h.facts(p, v, &row.Numbers))}
	if row.Band != "" && v.State == review.StateFinished {
		parts = append(parts, ui.NoteOf(ui.Note{ID: "assessed", Inset: true, Strong: p.T("review.band_is", "Band", row.Band, "From", row.BandFrom), Text: row.Words}))
	} else if row.Words != "" {
		parts = append(parts, ui.NoteOf(ui.Note{Inset: true, Strong: row.Words}))
	}
	if row.Proposal != "" {
		parts = append(parts, ui.NoteOf(ui.Note{ID: "proposed", Inset: true, Strong: p.T("review.proposed", "Before", h.amount(p, row.Numbers.RestMinor), "After", h.amount(p, row.Proposed)), Text: row.Proposal}))
	}
	switch {
	case v.State == review.StateFinished && v.Kind == review.Monthly && row.SeenAt.IsZero():
		parts = append(parts, ui.Form(ui.FormView{ID: "see", Action: reviewURL(v.ID) + "/step", Fields: []ui.Field{{Name: "to", Kind: ui.FieldHidden, Value: "see"}}, Submit: ui.Action{Label: p.T("review.see"), Kind: ui.ActionPrimary, Icon: "signature"}}))
	case !row.SeenAt.IsZero():
		parts = append(parts, ui.NoteOf(ui.Note{ID: "seen", Tone: ui.ToneGood, Inset: true, Strong: p.T("review.seen_at", "When", p.Local(row.SeenAt).Format("2006-01-02 15:04"))}))
	}
	if items := h.stuckItems(p, v, &row.Numbers, ""); len(items) > 0 {
		parts = append(parts, ui.List(items))
	}
	return ui.Filled(ui.CardView{ID: "mine", Title: p.T("review.mine"), Span: -1}, parts...)
}

var scoreTones = map[review.Score]ui.Tone{review.ScoreKept: ui.ToneGood, review.ScoreLate: ui.ToneBad, review.ScoreOpen: ui.ToneBrand}

// formerCard is what became of what was agreed before.
func (h *Handler) formerCard(p *i18n.Printer, v *review.Shown) templ.Component {
	var items []ui.Item
	for i := range v.Former {
		c := &v.Former[i]
		item := ui.Item{Title: c.Text, Beside: c.Name, Detail: p.T("review.due", "On", p.Date(c.DueOn)), Chips: []ui.Chip{{Label: p.Message(c.Score.Message()), Tone: scoreTones[c.Score]}}, Top: true}
		if c.Words != "" {
			item.Detail += " · " + c.Words
		}
		open := c.Score == review.ScoreOpen || c.Score == review.ScoreLate
		if v.State == review.StatePrepared && open && (v.MayRun || c.PersonID == v.Person && v.Person != 0) {
			item.Actions = append(item.Actions, settleAction(p, c.ID, v.ID, review.ActionDone, "review.mark_done"))
		}
		items = append(items, item)
	}
	card := ui.CardView{ID: "former", Title: p.T("review.former"), Span: -1, Flush: len(items) > 0}
	if len(items) == 0 {
		return ui.Filled(card, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("review.no_former")}))
	}
	return ui.Filled(card, ui.List(items))
}

func settleAction(p *i18n.Printer, action, from int64, to review.ActionState, key string) ui.Action {
	return ui.Action{Label: p.T(key), Small: true, Post: true, URL: "/review-actions/" + number(action), Fields: map[string][]string{"state": {string(to)}, "from": {number(from)}}}
}

// minutesCard is the minutes, or the form to write them.
func (h *Handler) minutesCard(p *i18n.Printer, r *http.Request, v *review.Shown, failure error) templ.Component {
	card := ui.CardView{ID: "minutes", Title: p.T("review.minutes"), Span: -1}
	if v.MayRun {
		text, seen := v.Minutes, v.Revision
		if failure != nil && r.PostForm.Has("minutes") {
			text = r.PostFormValue("minutes")
		}
		form := ui.FormView{ID: "write", Action: reviewURL(v.ID) + "/minutes", Guard: true, Fields: []ui.Field{{Name: "minutes", Kind: ui.FieldArea, Label: p.T("review.minutes_label"), Value: text, Rows: 8, Hint: p.T("review.minutes_hint")}, {Name: "revision", Kind: ui.FieldHidden, Value: number(seen)}}, Submit: ui.Action{Label: p.T("review.save")}}
		return ui.Filled(card, ui.Form(form))
	}
	if v.Minutes == "" {
		return ui.Filled(card, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("review.no_minutes_yet")}))
	}
	if v.State == review.StateFinished {
		card.Foot = p.T("review.finished_by", "Who", v.FinishedFor, "When", p.Local(v.FinishedAt).Format("2006-01-02 15:04"))
	}
	return ui.Filled(card, prose(v.Minutes))
}

// actionsCard is what was agreed, and the form to agree something.
func (h *Handler) actionsCard(p *i18n.Printer, r *http.Request, v *review.Shown, failure error) templ.Component {
	var items []ui.Item
	for i := range v.Actions {
		a := &v.Actions[i]
		score := a.Score(v.Today)
		detail := p.T("review.due", "On", p.Date(a.DueOn))
		if m, known := v.Measure(a.Metric); known {
			detail += " · " + p.T("review.moves", "Metric", ui.InLanguage(p, m.Name))
		}
		item := ui.Item{Title: a.Text, Beside: a.PersonName, Detail: detail, Chips: []ui.Chip{{Label: p.Message(score.Message()), Tone: scoreTones[score]}}, Top: true}
		if a.Words != "" {
			item.Detail += " · " + a.Words
		}
		if a.State == review.ActionOpen && (v.MayRun || a.PersonID == v.Person && v.Person != 0) {
			item.Actions = append(item.Actions, settleAction(p, a.ID, v.ID, review.ActionDone, "review.mark_done"))
		}
		items = append(items, item)
	}
	var parts []templ.Component
	if len(items) > 0 {
		parts = append(parts, ui.List(items))
	} else {
		parts = append(parts, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("review.no_actions")}))
	}
	if v.MayRun {
		parts = append(parts, ui.Form(agreeForm(p, r, v, failure)))
	}
	return ui.Filled(ui.CardView{ID: "actions", Title: p.T("review.actions"), Span: -1}, parts...)
}

func agreeForm(p *i18n.Printer, r *http.Request, v *review.Shown, failure error) ui.FormView {
	mine := failure != nil && r.PostForm.Has("due_on")
	typed := func(name, usual string) string {
		if mine {
			return r.PostFormValue(name)
		}
		return usual
	}
	who := ui.Field{Name: "person", Kind: ui.FieldSelect, Label: p.T("review.owner"), Value: typed("person", "")}
	for _, o := range v.Owners {
		who.Options = append(who.Options, ui.Option{Value: number(o.ID), Label: o.Name})
	}
	fields := []ui.Field{{Name: "text", Label: p.T("review.action_text"), Value: typed("text", "")}, who, {Name: "due_on", Kind: ui.FieldDate, Label: p.T("review.due_on"), Value: typed("due_on", (v.Today + 7).String())}}
	if len(v.Measures) > 0 {
		fields = append(fields, ui.MeasureField(p, v.Measures, typed("metric", "")))
	}
	form := ui.FormView{ID: "agree", Action: reviewURL(v.ID) + "/actions", Fields: fields, Submit: ui.Action{Label: p.T("review.agree")}, Consequence: p.T("review.agree_consequence")}
	if mine {
		form.Fields, form.Problem = ui.WithErrors(form.Fields, failure, p)
	}
	return form
}

// endCard locks the meeting.
func (h *Handler) endCard(p *i18n.Printer, v *review.Shown) templ.Component {
	return ui.Filled(ui.CardView{ID: "end", Title: p.T("review.end"), Span: -1}, ui.Form(ui.FormView{ID: "finish", Action: reviewURL(v.ID) + "/step", Fields: []ui.Field{{Name: "revision", ID: "finish-revision", Kind: ui.FieldHidden, Value: number(v.Revision)}}, Submit: ui.Action{Label: p.T("review.finish"), Kind: ui.ActionPrimary, Name: "to", Value: "finish"},
		Others: []ui.Action{{Label: p.T("review.drop"), Name: "to", Value: "drop", Kind: ui.ActionGhost}}, Consequence: p.T("review.finish_consequence")}))
}
