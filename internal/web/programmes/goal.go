package programmes

import (
	"math/big"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/programme"
	"xiaoguan/internal/web/ui"
)

// placeText names a place in a form.
func placeText(at metric.Place) string {
	if at.ID == 0 {
		return "company"
	}
	return string(at.Kind) + ":" + number(at.ID)
}

func placeOf(text string) metric.Place {
	kind, id, found := strings.Cut(text, ":")
	n, err := strconv.ParseInt(id, 10, 64)
	if !found || err != nil {
		return metric.Company
	}
	return metric.Place{Kind: metric.PlaceKind(kind), ID: n}
}

// measureOf reads the form of what a goal measures.
func measureOf(r *http.Request) (in programme.Measure, err error) {
	in = programme.Measure{Title: r.PostFormValue("title"), Metric: metric.ID(r.PostFormValue("metric")), Place: placeOf(r.PostFormValue("place")), Window: int(intOf(r, "window")), Horizon: int(intOf(r, "horizon")), OwnerID: intOf(r, "owner"), Note: r.PostFormValue("note")}
	if source, found := strings.CutPrefix(string(in.Metric), "source:"); found {
		in.Source, in.Metric = programme.Source(source), ""
	}
	in.From, err = monthOf(r, "from")
	return in, err
}

func (h *Handler) addGoal(w http.ResponseWriter, r *http.Request) error {
	actor := access.ActorFrom(r.Context())
	if err := mayWrite(actor); err != nil {
		return err
	}
	in, err := measureOf(r)
	var g programme.Goal
	if err == nil {
		g, err = h.Programme.AddGoal(r.Context(), actor, in)
	}
	switch {
	case err == nil:
		http.Redirect(w, r, path(goalsPath, g.ID)+"?done=goal", http.StatusSeeOther)
		return nil
	case mendable(err):
		return h.drawGoalForm(w, r, httpx.StatusOf(err), nil, err)
	}
	return err
}

func (h *Handler) loadGoal(r *http.Request) (*programme.ShownGoal, error) {
	id, err := idOf(r, "programme.goal_missing")
	if err != nil {
		return nil, err
	}
	g, err := h.Programme.Goal(r.Context(), access.ActorFrom(r.Context()), id)
	return &g, err
}

func (h *Handler) editGoal(w http.ResponseWriter, r *http.Request) error {
	g, err := h.loadGoal(r)
	if err != nil {
		return err
	}
	return h.drawGoalForm(w, r, http.StatusOK, g, nil)
}

func (h *Handler) changeGoal(w http.ResponseWriter, r *http.Request) error {
	g, err := h.loadGoal(r)
	if err != nil {
		return err
	}
	actor := access.ActorFrom(r.Context())
	if err := mayWrite(actor); err != nil {
		return err
	}
	in, err := measureOf(r)
	if err == nil {
		_, err = h.Programme.ChangeGoal(r.Context(), actor, g.ID, seenOf(r), in)
	}
	switch {
	case err == nil:
		http.Redirect(w, r, path(goalsPath, g.ID)+"?done=goal", http.StatusSeeOther)
		return nil
	case mendable(err):
		return h.drawGoalForm(w, r, httpx.StatusOf(err), g, err)
	}
	return err
}

func (h *Handler) goal(w http.ResponseWriter, r *http.Request) error {
	return h.drawGoal(w, r, http.StatusOK, nil, nil)
}

// drawGoal shows a goal: its figure, its numbers, and what is to be done with it.
func (h *Handler) drawGoal(w http.ResponseWriter, r *http.Request, status int, asking, failure error) error {
	p := httpx.PrinterFrom(r.Context())
	g, err := h.loadGoal(r)
	if err != nil {
		return err
	}
	words := h.words(p)
	name := goalName(p, &g.Goal, nil)
	view := ui.PageView{Title: name, Current: "goals", Crumbs: crumbs(p, "goals", name), Subtitle: p.T("programme.card_sub", "Place", placeName(p, g.Goal.Place), "Due", p.Month(g.Due())), Chips: []ui.Chip{{Label: p.Message(g.State.Message())}}}
	if g.State == programme.GoalActive {
		view.Chips = append(view.Chips, standingChip(p, g.Standing))
	}
	if g.MayWrite && g.State == programme.GoalDraft {
		view.Actions = []ui.Action{{Label: p.T("common.edit"), URL: path(goalsPath, g.ID) + "/edit", Icon: "pencil"}}
	}
	left := []templ.Component{words.goalFigure(g)}
	numbers := words.goalFacts(&g.Stand, false)
	if basis := basisOf(p, &g.Goal, nil); basis != "" {
		numbers = append(numbers, ui.Fact{Term: p.T("metric.basis"), Text: basis})
	}
	if g.Note != "" {
		numbers = append(numbers, ui.Fact{Term: p.T("programme.note"), Text: g.Note})
	}
	if g.EndNote != "" {
		numbers = append(numbers, ui.Fact{Term: p.T("programme.end_note"), Text: g.EndNote})
	}
	right := []templ.Component{ui.Filled(ui.CardView{ID: "numbers", Title: p.T("programme.numbers"), Span: -1}, ui.Facts(numbers))}
	if g.MayWrite {
		right = append(right, h.goalSteps(r, g, asking)...)
	}
	parts := append(done(p, r), failed(p, failure)...)
	return ui.Write(w, r, status, ui.Compose(view, append(parts, ui.Stack(7, left...), ui.Stack(5, right...))...))
}

// goalFigure is the months: what was, and where it was to be.
func (w words) goalFigure(g *programme.ShownGoal) templ.Component {
	p := w.p
	card := ui.CardView{ID: "months", Title: p.T("programme.months"), Span: -1}
	v := ui.TrendView{ID: "months-figure", LabelledBy: "months", Line: true, Period: p.T("common.month"), Actual: p.T("programme.actual"), Axis: func(value *big.Rat) string {
		return w.amount(g.Unit, new(big.Int).Quo(value.Num(), value.Denom()).Int64())
	}}
	if g.Kind != "" && g.Baseline != nil {
		v.Target = p.T("programme.path")
	}
	byMonth := map[calendar.Month]metric.Value{}
	first := g.From
	for _, r := range g.Readings {
		byMonth[r.Month] = r.Value
	}
	for m := g.From - 12; m < g.From; m++ {
		if v, found := byMonth[m]; found && v.Known && m < first {
			first = m
		}
	}
	for m := first; m <= g.Due(); m++ {
		_, civil := m.Civil()
		point := ui.TrendPoint{Tick: strconv.Itoa(int(civil)), Name: p.Month(m), Running: m == g.Today.Month()}
		if civil == time.January || m == first {
			point.Tick = p.MonthShort(m)
		}
		if value, found := byMonth[m]; found {
			if amount, known := value.Amount(); known {
				point.Actual = ui.TrendValue{Value: big.NewRat(amount, 1), Text: w.amount(g.Unit, amount)}
			} else {
				point.Actual.Text = p.Message(value.Why.Message())
			}
		}
		if amount, known := g.PathAt(m); known {
			point.Target = ui.TrendValue{Value: big.NewRat(amount, 1), Text: w.amount(g.Unit, amount)}
		}
		v.Points = append(v.Points, point)
	}
	if o := g.Outlook; o.Band {
		v.Band = &ui.TrendBand{Low: big.NewRat(o.Low, 1), High: big.NewRat(o.High, 1), Label: p.T("programme.outlook")}
		v.Note = p.T("programme.outlook_note", "Tested", o.Tested, "Due", p.Month(g.Due()))
	}
	if len(g.Readings) == 0 {
		return ui.Filled(card, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("programme.no_months"), Text: p.Message(g.Why)}))
	}
	return ui.Filled(card, ui.Trend(v))
}

// goalSteps are the cards of what is to be done: freeze, ask, activate, end.
func (h *Handler) goalSteps(r *http.Request, g *programme.ShownGoal, asking error) (cards []templ.Component) {
	p := httpx.PrinterFrom(r.Context())
	step := path(goalsPath, g.ID) + "/step"
	button := func(key string, kind ui.ActionKind) ui.Action {
		return ui.Action{Label: p.T("programme.step." + key), URL: step, Post: true, Kind: kind, Fields: map[string][]string{"step": {key}, "revision": {number(g.Revision)}}}
	}
	switch g.State {
	case programme.GoalDraft:
		freeze := button("freeze", ui.ActionPrimary)
		text := p.T("programme.freeze_text", "Month", p.Month(g.From))
		if g.Baseline != nil {
			freeze = button("freeze", ui.ActionPlain)
			freeze.Label, text = p.T("programme.step.freeze_again"), p.T("programme.frozen_text", "When", p.Local(g.Baseline.At).Format("2006-01-02 15:04"))
		}
		cards = append(cards, ui.Filled(ui.CardView{ID: "freeze", Title: p.T("programme.baseline"), Span: -1}, ui.NoteOf(ui.Note{Text: text}), ui.Beside(ui.Button(freeze))))
		if g.Baseline != nil {
			cards = append(cards, h.askCard(r, g, asking))
		}
		activate := button("activate", ui.ActionPrimary)
		var checks []ui.Check
		for _, m := range g.Missing() {
			checks = append(checks, ui.Check{State: ui.CheckTodo, Text: p.Message(m)})
			activate.Disabled, activate.DisabledBy, activate.Kind = true, "activate-missing", ui.ActionPlain
		}
		body := []templ.Component{ui.NoteOf(ui.Note{ID: "activate-missing", Text: p.T("programme.activate_text")})}
		if len(checks) > 0 {
			body = append(body, ui.Checklist(checks))
		}
		cards = append(cards, ui.Filled(ui.CardView{ID: "activate", Title: p.T("programme.activate"), Span: -1}, append(body, ui.Beside(ui.Button(activate)))...))
	case programme.GoalActive:
		form := ui.FormView{ID: "end", Action: step, Fields: []ui.Field{{Name: "note", ID: "end-note", Kind: ui.FieldArea, Label: p.T("programme.end_note"), Rows: 2}, {Name: "step", ID: "end-step", Kind: ui.FieldHidden, Value: "end"}, {Name: "revision", ID: "end-revision", Kind: ui.FieldHidden, Value: number(g.Revision)}}, Submit: ui.Action{Label: p.T("programme.step.end")}, Consequence: p.T("programme.end_consequence")}
		cards = append(cards, ui.Filled(ui.CardView{ID: "end-card", Title: p.T("programme.end"), Span: -1}, ui.Form(form)))
	}
	return cards
}

// askCard asks for the target once, with both readings of a change.
func (h *Handler) askCard(r *http.Request, g *programme.ShownGoal, failure error) templ.Component {
	p, w := httpx.PrinterFrom(r.Context()), h.words(httpx.PrinterFrom(r.Context()))
	t := typed{r, failure != nil}
	asked := g.Asked
	kind := string(g.Kind)
	change, amount := "", ""
	if g.Kind != programme.AskAbsolute && asked != 0 {
		change = plain(asked, metric.UnitPercent, w.currency)
	}
	if g.Kind == programme.AskAbsolute {
		amount = plain(g.Target, g.Unit, w.currency)
	}
	kinds := ui.Field{Name: "kind", Kind: ui.FieldRadio, Label: p.T("programme.ask_kind"), Value: t.value("kind", kind)}
	baseline, _ := g.BaselineAmount()
	for _, k := range programme.AskKinds {
		if k == programme.AskPoints && g.Unit != metric.UnitPercent {
			continue
		}
		o := ui.Option{Value: string(k), Label: p.Message(k.Message())}
		if asked != 0 && k != programme.AskAbsolute && g.Kind != programme.AskAbsolute {
			relative, points := programme.Reach(baseline, asked)
			to := map[programme.AskKind]int64{programme.AskRelative: relative, programme.AskPoints: points}[k]
			o.Hint = p.T("programme.reading", "From", w.amount(g.Unit, baseline), "Change", w.change(asked), "To", w.amount(g.Unit, to))
		}
		kinds.Options = append(kinds.Options, o)
	}
	fields := []ui.Field{kinds, {Name: "change", Kind: ui.FieldDecimal, Label: p.T("programme.change"), Value: t.value("change", change), Unit: "%", Hint: p.T("programme.change_hint"), Optional: true, Span: 6}, {Name: "amount", Kind: ui.FieldDecimal, Label: p.T("programme.amount"), Value: t.value("amount", amount), Unit: w.unitWord(g.Unit), Optional: true, Span: 6}}
	for i, month := range waypoints(&g.Goal) {
		known := ""
		if i < len(g.Path) {
			known = plain(g.Path[i].Amount, g.Unit, w.currency)
		}
		fields = append(fields, ui.Field{Name: "path" + strconv.Itoa(i), Kind: ui.FieldDecimal, Label: p.T("programme.way", "Month", p.Month(month)), Value: t.value("path"+strconv.Itoa(i), known), Unit: w.unitWord(g.Unit), Optional: true, Fold: p.T("programme.path_fold"), Span: 6})
	}
	fields = append(fields, ui.Field{Name: "revision", ID: "ask-revision", Kind: ui.FieldHidden, Value: number(g.Revision)})
	form := ui.FormView{ID: "ask", Action: path(goalsPath, g.ID) + "/target", Submit: ui.Action{Label: p.T("programme.ask"), Kind: ui.ActionPrimary}, Consequence: p.T("programme.ask_consequence")}
	form.Fields, form.Problem = ui.WithErrors(fields, failure, p)
	return ui.Filled(ui.CardView{ID: "target", Title: p.T("programme.target"), Span: -1}, ui.Form(form))
}

// waypoints are the months in which a path may be bent.
func waypoints(g *programme.Goal) (months []calendar.Month) {
	for _, h := range programme.GoalHorizons {
		if h < g.Horizon {
			months = append(months, g.From+calendar.Month(h))
		}
	}
	return months
}

func (h *Handler) askGoal(w http.ResponseWriter, r *http.Request) error {
	g, err := h.loadGoal(r)
	if err != nil {
		return err
	}
	actor := access.ActorFrom(r.Context())
	if err := mayWrite(actor); err != nil {
		return err
	}
	in := programme.Asking{ID: g.ID, Kind: programme.AskKind(r.PostFormValue("kind")), Seen: seenOf(r)}
	err = h.readAsking(r, &g.Goal, &in)
	if err == nil {
		_, err = h.Programme.Ask(r.Context(), actor, in)
	}
	switch {
	case err == nil:
		http.Redirect(w, r, path(goalsPath, g.ID)+"?done=target", http.StatusSeeOther)
		return nil
	case mendable(err):
		return h.drawGoal(w, r, httpx.StatusOf(err), err, nil)
	}
	return err
}

func (h *Handler) readAsking(r *http.Request, g *programme.Goal, in *programme.Asking) error {
	read := func(name string, unit metric.Unit) (n int64, err error) {
		text := strings.TrimSpace(r.PostFormValue(name))
		n, ok := typedAmount(text, unit, h.Currency())
		if !ok {
			err = wrong(name, text, "form.error.number")
		}
		return n, err
	}
	var err error
	switch in.Kind {
	case programme.AskAbsolute:
		in.Amount, err = read("amount", g.Unit)
	case programme.AskRelative, programme.AskPoints:
		in.Change, err = read("change", metric.UnitPercent)
	}
	if err != nil {
		return err
	}
	for i := range waypoints(g) {
		name := "path" + strconv.Itoa(i)
		if strings.TrimSpace(r.PostFormValue(name)) == "" {
			continue
		}
		amount, err := read(name, g.Unit)
		if err != nil {
			return err
		}
		in.Path = append(in.Path, amount)
	}
	return nil
}

func (h *Handler) stepGoal(w http.ResponseWriter, r *http.Request) error {
	g, err := h.loadGoal(r)
	if err != nil {
		return err
	}
	ctx, actor, seen := r.Context(), access.ActorFrom(r.Context()), seenOf(r)
	step := r.PostFormValue("step")
	switch step {
	case "freeze":
		_, err = h.Programme.Freeze(ctx, actor, g.ID, seen)
	case "activate":
		_, err = h.Programme.Activate(ctx, actor, g.ID, seen)
	case "end":
		_, err = h.Programme.EndGoal(ctx, actor, g.ID, seen, r.PostFormValue("note"))
	default:
		return errs.New(errs.KindNotFound, "error.not_found", nil)
	}
	switch {
	case err == nil:
		http.Redirect(w, r, path(goalsPath, g.ID)+"?done="+step, http.StatusSeeOther)
		return nil
	case mendable(err):
		return h.drawGoal(w, r, httpx.StatusOf(err), nil, err)
	}
	return err
}
