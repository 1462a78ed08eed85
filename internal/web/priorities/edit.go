package priorities

import (
	"cmp"
	"context"
	"math/big"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/money"
	"xiaoguan/internal/prioritybook"
	"xiaoguan/internal/web/ui"
)

func (h *Handler) new(w http.ResponseWriter, r *http.Request) error {
	return h.drawItem(w, r, http.StatusOK, nil, nil)
}

func (h *Handler) add(w http.ResponseWriter, r *http.Request) error { return h.save(w, r, nil) }

func (h *Handler) edit(w http.ResponseWriter, r *http.Request) error {
	item, err := h.itemOf(r)
	if err != nil {
		return err
	}
	return h.drawItem(w, r, http.StatusOK, item, nil)
}

func (h *Handler) change(w http.ResponseWriter, r *http.Request) error {
	item, err := h.itemOf(r)
	if err != nil {
		return err
	}
	return h.save(w, r, item)
}

func (h *Handler) itemOf(r *http.Request) (*prioritybook.Item, error) {
	actor := access.ActorFrom(r.Context())
	if err := actor.Require(access.PermAssessmentRead); err != nil {
		return nil, err
	}
	id, err := idOf(r, "item", "prioritybook.missing")
	if err != nil {
		return nil, err
	}
	item, err := h.book.Get(r.Context(), actor, id)
	return &item, err
}

// plain writes a decimal as it is typed.
func plain(value *big.Rat) string {
	return strings.TrimSuffix(strings.TrimRight(value.FloatString(2), "0"), ".")
}

// filled are the values of a form: of an item, or what a problem proposes.
func filled(item *prioritybook.Item, from *prioritybook.Suggestion) map[string]string {
	values := map[string]string{"impact": "100", "confidence": "80"}
	switch {
	case item != nil:
		values = map[string]string{"title": item.Title, "detail": item.Detail, "reach": digits(item.Reach), "impact": digits(item.Impact), "confidence": digits(item.Confidence), "effort": plain(big.NewRat(item.Effort, 10)), "cost": plain(big.NewRat(item.CostMinor, 100)), "delay": digits(item.DelayWeeks),
			"reach_why": item.Reasons.Reach, "impact_why": item.Reasons.Impact, "confidence_why": item.Reasons.Confidence, "effort_why": item.Reasons.Effort}
	case from != nil:
		values["title"], values["detail"] = from.Title, from.Detail
		if from.Reach > 0 {
			values["reach"] = digits(from.Reach)
		}
		if from.Impact > 0 {
			values["impact"] = digits(from.Impact)
		}
		if from.Confidence > 0 {
			values["confidence"] = digits(from.Confidence)
		}
	}
	return values
}

// drawItem is the form of an item. A new one may come of a problem, whose number the address has.
func (h *Handler) drawItem(w http.ResponseWriter, r *http.Request, status int, item *prioritybook.Item, failure error) error {
	p := h.page(r)
	v, err := h.book.Show(r.Context(), p.actor)
	if err != nil {
		return err
	}
	if item == nil && !v.MayWrite {
		return p.actor.RequireAll(access.PermAssessmentWrite)
	}
	title, action := p.T("prioritybook.new"), Path
	if item != nil {
		title, action = item.Title, itemPath(item.ID)
	}
	view := ui.PageView{Title: title, Current: "priorities", Crumbs: []ui.Crumb{{Label: p.T("nav.priorities"), URL: Path}, {Label: title}}, Narrow: true}
	parts := p.done(r)
	if mendable(failure) {
		if known := errs.KindOf(failure); known == errs.KindConflict {
			_, problem := ui.WithErrors(nil, failure, p.Printer)
			parts = append(parts, ui.NoteOf(ui.Note{ID: "problem", Tone: ui.ToneBad, Strong: problem}))
		}
	}
	var suggestions []prioritybook.Suggestion
	if item == nil {
		if suggestions, err = h.book.Suggest(r.Context(), p.actor, p.Printer); err != nil {
			return err
		}
	}
	problem := cmp.Or(r.PostFormValue("problem"), r.URL.Query().Get("problem"))
	var from *prioritybook.Suggestion
	for i := range suggestions {
		if digits(suggestions[i].ProblemID) == problem {
			from = &suggestions[i]
		}
	}
	if item != nil {
		about, err := h.about(r.Context(), p, &v.Table, item)
		if err != nil {
			return err
		}
		parts = append(parts, about...)
	}
	if v.MayWrite && (item == nil || item.InitiativeID == 0) {
		parts = append(parts, h.itemForm(p, r, &v, item, from, action, failure))
	}
	if len(suggestions) > 0 && from == nil {
		parts = append(parts, p.suggested(suggestions))
	}
	return ui.Write(w, r, status, ui.Compose(view, parts...))
}

// about is how an item stands, with what can be done with it.
func (h *Handler) about(ctx context.Context, p page, t *prioritybook.Table, item *prioritybook.Item) ([]templ.Component, error) {
	titles := map[int64]string{}
	if h.titles != nil && len(item.ProblemIDs) > 0 {
		var err error
		if titles, err = h.titles(ctx, p.actor, item.ProblemIDs); err != nil {
			return nil, err
		}
	}
	card := ui.CardView{ID: "stands", Title: p.T("prioritybook.stands"), Chips: []ui.Chip{{Label: p.Message(item.State.Message()), Tone: ui.ToneBrand}}}
	facts := []ui.Fact{}
	for i := range t.Rows {
		if row := &t.Rows[i]; row.ID == item.ID {
			facts = append(facts, ui.Fact{Term: "RICE", Text: p.score(row) + " = " + p.rice(row)}, ui.Fact{Term: p.T("prioritybook.horizon"), Text: p.Message(row.Horizon.Message())}, ui.Fact{Term: p.T("prioritybook.quadrant"), Text: p.Message(row.Quadrant.Message())})
			result := p.T("prioritybook.is_chosen")
			if !row.Chosen {
				result = p.T("prioritybook.is_left") + ": " + p.why(t, row.Left)
			}
			facts = append(facts, ui.Fact{Term: p.T("prioritybook.result"), Text: result})
		}
	}
	for _, id := range item.ProblemIDs {
		fact := ui.Fact{Term: p.T("prioritybook.problem"), Text: cmp.Or(titles[id], "#"+digits(id))}
		if h.problem != "" {
			fact.URL = h.problem + digits(id)
		}
		facts = append(facts, fact)
	}
	if item.InitiativeID != 0 && h.initiative != "" {
		facts = append(facts, ui.Fact{Term: p.T("prioritybook.initiative"), Text: p.T("prioritybook.see_initiative"), URL: h.initiative + digits(item.InitiativeID)})
	}
	if prioritybook.MayWrite(p.actor) && item.InitiativeID == 0 {
		seen := map[string][]string{"seen": {digits(item.Revision)}}
		if h.book.MayStart(p.actor) && item.State == prioritybook.StateCandidate {
			card.Actions = append(card.Actions, ui.Action{Label: p.T("prioritybook.start"), URL: itemPath(item.ID) + "/start", Post: true, Fields: seen, Kind: ui.ActionPrimary})
		}
		park := map[string][]string{"seen": {digits(item.Revision)}, "park": {strconv.FormatBool(item.State == prioritybook.StateCandidate)}}
		label := p.T("prioritybook.park")
		if item.State != prioritybook.StateCandidate {
			label = p.T("prioritybook.unpark")
		}
		card.Actions = append(card.Actions, ui.Action{Label: label, URL: itemPath(item.ID) + "/park", Post: true, Fields: park})
	}
	return []templ.Component{ui.Filled(card, ui.Facts(facts))}, nil
}

func (p page) suggested(list []prioritybook.Suggestion) templ.Component {
	var items []ui.Item
	for i := range list {
		g := &list[i]
		line := ui.Item{Title: g.Title, URL: Path + "/new?problem=" + digits(g.ProblemID), Detail: g.Detail, Chips: []ui.Chip{{Label: p.Message(g.Severity)}}}
		if g.MoneyMinor > 0 {
			line.Beside = p.T("prioritybook.worth", "Amount", p.Board(g.MoneyMinor, p.currency))
		}
		items = append(items, line)
	}
	return ui.Filled(ui.CardView{ID: "problems", Title: p.T("prioritybook.from_problems"), Sub: p.T("prioritybook.from_problems_text"), Count: len(items)}, ui.List(items))
}

// impacts are what one chooses from, in hundredths.
var impacts = []int64{25, 50, 100, 200, 300}

func (h *Handler) itemForm(p page, r *http.Request, v *prioritybook.Shown, item *prioritybook.Item, from *prioritybook.Suggestion, action string, failure error) templ.Component {
	usual := filled(item, from)
	typed := func(name string) string {
		if failure != nil {
			return r.PostFormValue(name)
		}
		return usual[name]
	}
	impact := ui.Field{Name: "impact", Kind: ui.FieldSelect, Label: p.T("prioritybook.impact"), Hint: p.T("prioritybook.impact_hint"), Value: typed("impact"), Span: 6}
	for _, hundredths := range impacts {
		impact.Options = append(impact.Options, ui.Option{Value: digits(hundredths), Label: p.T("prioritybook.impact_" + digits(hundredths))})
	}
	if item != nil && impactIsOwn(item.Impact) {
		impact.Options = append(impact.Options, ui.Option{Value: digits(item.Impact), Label: p.trim(big.NewRat(item.Impact, 100))})
	}
	fold := p.T("prioritybook.reasons")
	form := ui.FormView{ID: "item", Action: action, Submit: ui.Action{Label: p.T("prioritybook.save")}, Cancel: &ui.Link{Label: p.T("common.cancel"), URL: Path}, Guard: true, Fields: []ui.Field{
		{Name: "title", Label: p.T("prioritybook.measure"), Value: typed("title"), Autofocus: item == nil}, {Name: "detail", Kind: ui.FieldArea, Label: p.T("prioritybook.detail"), Value: typed("detail"), Optional: true, Rows: 3},
		{Name: "reach", Label: p.T("prioritybook.reach"), Hint: p.T("prioritybook.reach_hint"), Value: typed("reach"), Span: 6}, impact,
		{Name: "confidence", Label: p.T("prioritybook.confidence"), Hint: p.T("prioritybook.confidence_hint"), Value: typed("confidence"), Unit: "%", Span: 6}, {Name: "effort", Label: p.T("prioritybook.effort"), Value: typed("effort"), Unit: p.T("prioritybook.unit_days"), Span: 6},
		{Name: "cost", Label: p.T("prioritybook.cost"), Value: typed("cost"), Unit: ui.UnitOf(p.Printer, p.currency), Optional: true, Span: 6}, {Name: "delay", Label: p.T("prioritybook.delay"), Hint: p.T("prioritybook.delay_hint"), Value: typed("delay"), Unit: p.T("prioritybook.unit_weeks"), Optional: true, Span: 6},
		p.needs(r, v, item, failure), {Name: "must", Kind: ui.FieldCheck, Label: p.T("prioritybook.must"), Hint: p.T("prioritybook.must_hint"), Value: "yes", Checked: failure == nil && item != nil && item.Must || failure != nil && r.PostFormValue("must") == "yes"},
		{Name: "reach_why", Label: p.T("prioritybook.why_of", "What", p.T("prioritybook.reach")), Value: typed("reach_why"), Optional: true, Fold: fold}, {Name: "impact_why", Label: p.T("prioritybook.why_of", "What", p.T("prioritybook.impact")), Value: typed("impact_why"), Optional: true, Fold: fold},
		{Name: "confidence_why", Label: p.T("prioritybook.why_of", "What", p.T("prioritybook.confidence")), Value: typed("confidence_why"), Optional: true, Fold: fold}, {Name: "effort_why", Label: p.T("prioritybook.why_of", "What", p.T("prioritybook.effort")), Value: typed("effort_why"), Optional: true, Fold: fold}}}
	if from != nil {
		form.Fields = append(form.Fields, ui.Field{Name: "problem", Kind: ui.FieldHidden, Value: digits(from.ProblemID)})
	}
	if item != nil {
		form.Fields = append(form.Fields, ui.Field{Name: "seen", Kind: ui.FieldHidden, Value: digits(item.Revision)})
	}
	if errs.KindOf(failure) == errs.KindInvalid {
		form.Fields, form.Problem = ui.WithErrors(form.Fields, failure, p.Printer)
	}
	card := ui.CardView{ID: "form", Title: p.T("prioritybook.rice_card")}
	if from != nil {
		card.Sub = p.T("prioritybook.proposed")
	}
	return ui.Filled(card, ui.Form(form))
}

func impactIsOwn(hundredths int64) bool {
	for _, usual := range impacts {
		if usual == hundredths {
			return false
		}
	}
	return true
}

// needs are the other items, to tick what must be there first.
func (p page) needs(r *http.Request, v *prioritybook.Shown, item *prioritybook.Item, failure error) ui.Field {
	f := ui.Field{Name: "needs", Kind: ui.FieldChecks, Label: p.T("prioritybook.needs"), Hint: p.T("prioritybook.needs_hint"), Optional: true}
	ticked := map[string]bool{}
	if failure != nil {
		for _, id := range r.PostForm["needs"] {
			ticked[id] = true
		}
	} else if item != nil {
		for _, id := range item.Needs {
			ticked[digits(id)] = true
		}
	}
	for i := range v.Items {
		o := &v.Items[i]
		if o.State != prioritybook.StateParked && (item == nil || o.ID != item.ID) {
			f.Options = append(f.Options, ui.Option{Value: digits(o.ID), Label: o.Title, Selected: ticked[digits(o.ID)]})
		}
	}
	if len(f.Options) == 0 {
		f.Kind, f.Value = ui.FieldStatic, p.T("prioritybook.no_others")
	}
	return f
}

func (h *Handler) save(w http.ResponseWriter, r *http.Request, item *prioritybook.Item) error {
	actor := access.ActorFrom(r.Context())
	if err := actor.RequireAll(access.PermAssessmentWrite); err != nil {
		return err
	}
	in, err := h.entryOf(r, item)
	var kept prioritybook.Item
	if err == nil {
		kept, err = h.book.Save(r.Context(), actor, in)
	}
	switch {
	case err == nil:
		http.Redirect(w, r, itemPath(kept.ID)+"?done=saved", http.StatusSeeOther)
		return nil
	case mendable(err):
		return h.drawItem(w, r, httpx.StatusOf(err), item, err)
	}
	return err
}

// entryOf reads the form.
func (h *Handler) entryOf(r *http.Request, item *prioritybook.Item) (in prioritybook.Entry, err error) {
	if err := r.ParseForm(); err != nil {
		return in, errs.New(errs.KindInvalid, "error.invalid", nil)
	}
	in = prioritybook.Entry{Title: r.PostFormValue("title"), Detail: r.PostFormValue("detail"), Must: r.PostFormValue("must") == "yes", Reasons: prioritybook.Reasons{Reach: r.PostFormValue("reach_why"), Impact: r.PostFormValue("impact_why"), Confidence: r.PostFormValue("confidence_why"), Effort: r.PostFormValue("effort_why")}}
	if item != nil {
		in.ID, in.ProblemIDs = item.ID, item.ProblemIDs
		in.Seen, _ = strconv.ParseInt(r.PostFormValue("seen"), 10, 64) // of no number is none
	} else if id, err := strconv.ParseInt(r.PostFormValue("problem"), 10, 64); err == nil {
		in.ProblemIDs = []int64{id}
	}
	form := reader{r: r}
	in.Reach, in.Impact, in.Confidence = form.number("reach", 1, "priority.error.reach", true), form.number("impact", 1, "priority.error.impact", true), form.number("confidence", 1, "priority.error.confidence", true)
	in.Effort, in.DelayWeeks = form.number("effort", 10, "priority.error.effort", true), form.number("delay", 1, "priority.error.delay", false)
	in.CostMinor = form.money("cost", h.currency(), "priority.error.cost")
	for _, text := range r.PostForm["needs"] {
		id, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			form.wrong("needs", "priority.error.need")
			break
		}
		in.Needs = append(in.Needs, id)
	}
	return in, errs.Invalid("error.invalid", form.fields)
}

// reader reads fields of a form and notes those that are wrong.
type reader struct {
	r      *http.Request
	fields []errs.Field
}

func (f *reader) wrong(name, key string) {
	f.fields = append(f.fields, errs.Field{Path: name, Value: f.r.PostFormValue(name), Message: errs.Msg(key, nil)})
}

// number reads a number of so many parts to one.
func (f *reader) number(name string, parts int64, key string, needed bool) int64 {
	text := strings.NewReplacer(",", "", "，", "", "%", "", " ", "").Replace(f.r.PostFormValue(name))
	if text == "" {
		if needed {
			f.wrong(name, "form.error.required")
		}
		return 0
	}
	value, ok := new(big.Rat).SetString(text)
	if !ok || strings.ContainsAny(text, "/eEpPxX_") || len(text) > 20 {
		f.wrong(name, key)
		return 0
	}
	if value.Mul(value, big.NewRat(parts, 1)); !value.IsInt() || !value.Num().IsInt64() {
		f.wrong(name, key)
		return 0
	}
	return value.Num().Int64()
}

func (f *reader) money(name string, currency money.Currency, key string) int64 {
	text := strings.TrimSpace(f.r.PostFormValue(name))
	if text == "" {
		return 0
	}
	minor, ok := ui.ParseAmount(text, currency)
	if !ok {
		f.wrong(name, key)
	}
	return minor
}

func (h *Handler) park(w http.ResponseWriter, r *http.Request) error {
	return h.act(w, r, func() string { return Path + "?done=parked" }, func(id, seen int64) error {
		return h.book.Park(r.Context(), access.ActorFrom(r.Context()), id, r.PostFormValue("park") == "true", seen)
	})
}

func (h *Handler) start(w http.ResponseWriter, r *http.Request) error {
	var begun int64
	return h.act(w, r, func() string {
		if h.initiative == "" {
			return Path + "?done=started"
		}
		return h.initiative + digits(begun) + "?done=started"
	}, func(id, seen int64) error {
		item, err := h.book.Start(r.Context(), access.ActorFrom(r.Context()), id, seen)
		begun = item.InitiativeID
		return err
	})
}

// act does something with an item and goes on, or shows it with what is in the way.
func (h *Handler) act(w http.ResponseWriter, r *http.Request, next func() string, do func(id, seen int64) error) error {
	item, err := h.itemOf(r)
	if err != nil {
		return err
	}
	seen, err := strconv.ParseInt(r.PostFormValue("seen"), 10, 64)
	if err != nil {
		seen = item.Revision
	}
	err = do(item.ID, seen)
	switch {
	case err == nil:
		http.Redirect(w, r, next(), http.StatusSeeOther)
		return nil
	case errs.KindOf(err) == errs.KindConflict:
		return h.drawItem(w, r, httpx.StatusOf(err), item, err)
	}
	return err
}
