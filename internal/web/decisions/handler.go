// Package decisions is the pages of the log of decisions: what was decided, on what evidence, and what came of it.
package decisions

import (
	"encoding/json"
	"math/big"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decision"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/origin"
	"xiaoguan/internal/web/ui"
)

// Handler serves the pages.
type Handler struct {
	decisions *decision.Service
	currency  func() money.Currency
	now       func() time.Time
	origins   *origin.Service
}

// New returns a Handler.
func New(service *decision.Service, currency func() money.Currency, now func() time.Time) *Handler {
	return &Handler{decisions: service, currency: currency, now: now}
}

// LeadToRules shows what rules followed from a decision.
func (h *Handler) LeadToRules(origins *origin.Service) *Handler {
	h.origins = origins
	return h
}

const baseURL = "/decisions"

// Routes registers the pages.
func (h *Handler) Routes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("GET "+baseURL, h.list)
	handle("POST "+baseURL, h.log)
	handle("GET "+baseURL+"/new", h.new)
	handle("GET "+baseURL+"/{id}", h.show)
	handle("POST "+baseURL+"/{id}/outcome", h.close)
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

func pageURL(id int64) string { return baseURL + "/" + number(id) }

func idOf(r *http.Request) (int64, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil || id <= 0 {
		return 0, errs.New(errs.KindNotFound, "decision.missing", nil)
	}
	return id, nil
}

// mendable reports errors that a page shows.
func mendable(err error) bool {
	kind := errs.KindOf(err)
	return kind == errs.KindInvalid || kind == errs.KindConflict
}

func stateChip(p *i18n.Printer, s decision.State) ui.Chip {
	tones := map[decision.State]ui.Tone{decision.StateOpen: ui.ToneBrand, decision.StateKept: ui.ToneGood, decision.StateChanged: ui.ToneWarn}
	return ui.Chip{Label: p.Message(s.Message()), Tone: tones[s]}
}

func (h *Handler) list(w http.ResponseWriter, r *http.Request) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	state := decision.State(r.URL.Query().Get("state"))
	if state != "" && !slices.Contains(decision.States, state) {
		return errs.New(errs.KindNotFound, "error.not_found", nil)
	}
	l, err := h.decisions.List(ctx, actor, state)
	if err != nil {
		return err
	}
	view := ui.PageView{Title: p.T("nav.decisions"), Subtitle: p.T("decision.subtitle"), Current: "decisions", Tabs: []ui.Tab{{Label: p.T("decision.all"), URL: baseURL, Current: state == ""}}}
	for _, s := range decision.States {
		view.Tabs = append(view.Tabs, ui.Tab{Label: p.Message(s.Message()), URL: baseURL + "?state=" + string(s), Current: state == s})
	}
	if l.MayLog {
		view.Actions = []ui.Action{{Label: p.T("decision.new"), URL: baseURL + "/new", Kind: ui.ActionPrimary, Icon: "plus"}}
	}
	table := ui.TableView{Label: p.T("nav.decisions"), Columns: []ui.Column{{Label: p.T("decision.on"), Kind: ui.ColumnNarrow}, {Label: p.T("decision.title"), Phone: true}, {Label: p.T("decision.by"), Kind: ui.ColumnNarrow}, {Label: p.T("decision.evidence"), Kind: ui.ColumnNumber}, {Label: p.T("decision.due_on"), Kind: ui.ColumnNarrow},
		{Label: p.T("common.status"), Kind: ui.ColumnNarrow, Phone: true}}, Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("decision.none"), Text: p.T("decision.none_text")}}
	for i := range l.Decisions {
		d := &l.Decisions[i]
		chip := stateChip(p, d.State)
		due := ui.Text(p.Date(d.DueOn))
		if d.State == decision.StateOpen && d.DueOn < l.Today {
			due.Tone = ui.ToneBad
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(p.Date(d.On)), {Text: d.Title, URL: pageURL(d.ID), Phone: p.Date(d.On) + " " + d.ByName}, ui.Text(d.ByName), ui.Text(p.Int(int64(len(d.Evidence)))), due, {Chip: &chip}}})
	}
	card := ui.Filled(ui.CardView{Title: p.T("nav.decisions"), Flush: true, Span: -1}, ui.Table(table))
	return ui.Write(w, r, http.StatusOK, ui.Compose(view, ui.Stack(8, card), ui.Stack(4, rateCard(p, l.Months))))
}

// rateCard is the data-driven rate by month.
func rateCard(p *i18n.Printer, months []decision.Month) templ.Component {
	table := ui.TableView{Label: p.T("decision.rate"), Columns: []ui.Column{{Label: p.T("decision.month"), Phone: true}, {Label: p.T("decision.rate"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("decision.counts"), Kind: ui.ColumnNumber, Phone: true}}, Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("decision.no_rate")}}
	for _, m := range months {
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(p.Month(m.Month)), ui.Text(p.PercentDigits(big.NewRat(m.WithEvidence, m.Logged), 0)), ui.Text(p.Int(m.WithEvidence) + "/" + p.Int(m.Logged))}})
	}
	return ui.Filled(ui.CardView{ID: "rate", Title: p.T("decision.rate"), Sub: p.T("decision.rate_text"), Flush: true, Span: -1}, ui.Table(table))
}

func (h *Handler) new(w http.ResponseWriter, r *http.Request) error {
	actor := access.ActorFrom(r.Context())
	if !h.decisions.MayLog(actor) {
		if err := actor.Require(access.PermTargetPropose); err != nil {
			return err
		}
		return errs.New(errs.KindForbidden, "access.read_only", nil)
	}
	return h.drawNew(w, r, http.StatusOK, nil)
}

// drawNew shows the form. Evidence comes with the address: as JSON from a number elsewhere, or by the number of a meeting.
func (h *Handler) drawNew(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	p, today := httpx.PrinterFrom(r.Context()), calendar.DateOf(h.now())
	typed := func(name, usual string) string {
		if failure != nil {
			return r.PostFormValue(name)
		}
		if given := r.URL.Query().Get(name); given != "" {
			return given
		}
		return usual
	}
	view := ui.PageView{Title: p.T("decision.new"), Current: "decisions", Crumbs: []ui.Crumb{{Label: p.T("nav.decisions"), URL: baseURL}, {Label: p.T("decision.new")}}, Narrow: true}
	var parts []templ.Component
	fields := []ui.Field{{Name: "title", Label: p.T("decision.title"), Value: typed("title", ""), Autofocus: true}, {Name: "detail", Kind: ui.FieldArea, Label: p.T("decision.detail"), Value: typed("detail", ""), Optional: true, Rows: 3}}
	carried := typed("evidence", "")
	if list, err := decode(carried); err == nil && len(list) > 0 {
		parts = append(parts, ui.Filled(ui.CardView{ID: "carried", Title: p.T("decision.evidence"), Flush: true}, ui.List(h.items(p, list))))
		fields = append(fields, ui.Field{Name: "evidence", Kind: ui.FieldHidden, Value: carried})
	}
	if id := typed("review", ""); id != "" {
		parts = append(parts, ui.NoteOf(ui.Note{ID: "from-review", Strong: p.T("decision.from_review"), Action: &ui.Action{Label: p.T("decision.see_review"), URL: "/reviews/" + id}}))
		fields = append(fields, ui.Field{Name: "review", Kind: ui.FieldHidden, Value: id}, ui.Field{Name: "person", Kind: ui.FieldHidden, Value: typed("person", "")})
	}
	more := p.T("decision.by_hand")
	fields = append(fields, ui.Field{Name: "label", Label: p.T("decision.evidence_label"), Value: typed("label", ""), Optional: true, Hint: p.T("decision.by_hand_hint"), Span: 6}, ui.Field{Name: "value", Label: p.T("decision.evidence_value"), Value: typed("value", ""), Optional: true, Span: 6},
		ui.Field{Name: "period", Label: p.T("decision.evidence_period"), Value: typed("period", ""), Optional: true, Fold: more, Span: 6}, ui.Field{Name: "link", Label: p.T("decision.evidence_link"), Value: typed("link", ""), Optional: true, Fold: more, Span: 6},
		ui.Field{Name: "expected", Kind: ui.FieldArea, Label: p.T("decision.expected"), Value: typed("expected", ""), Hint: p.T("decision.expected_hint"), Rows: 2}, ui.Field{Name: "on", Kind: ui.FieldDate, Label: p.T("decision.on"), Value: typed("on", today.String()), Span: 6},
		ui.Field{Name: "due_on", Kind: ui.FieldDate, Label: p.T("decision.due_on"), Value: typed("due_on", (today + 30).String()), Span: 6})
	form := ui.FormView{ID: "decision", Action: baseURL, Fields: fields, Submit: ui.Action{Label: p.T("decision.log"), Kind: ui.ActionPrimary}, Consequence: p.T("decision.log_consequence")}
	form.Fields, form.Problem = ui.WithErrors(form.Fields, failure, p)
	return ui.Write(w, r, status, ui.Compose(view, append(parts, ui.Filled(ui.CardView{Title: p.T("decision.new")}, ui.Form(form)))...))
}

// decode reads evidence that an address or a form carries: one value, or several.
func decode(text string) (list []decision.Evidence, err error) {
	if text = strings.TrimSpace(text); text == "" {
		return nil, nil
	}
	if strings.HasPrefix(text, "{") {
		text = "[" + text + "]"
	}
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return nil, errs.Invalid("error.invalid", []errs.Field{{Path: "evidence", Message: errs.Msg("decision.evidence_wrong", nil)}})
	}
	return list, nil
}

// items shows evidence: the value, over what, whose and of when.
func (h *Handler) items(p *i18n.Printer, list []decision.Evidence) (out []ui.Item) {
	for i := range list {
		e := &list[i]
		item := ui.Item{Title: e.Label, URL: e.Link, Top: true}
		if value := h.value(p, e); value != "" {
			item.Title += p.T("common.colon") + value
		}
		var more []string
		for _, text := range []string{e.Place, periodText(p, e.Period), h.parts(p, e)} {
			if text != "" {
				more = append(more, text)
			}
		}
		item.Detail = strings.Join(more, " · ")
		out = append(out, item)
	}
	return out
}

// value is a value as people read it: amounts from the figure that was kept, others as they were shown.
func (h *Handler) value(p *i18n.Printer, e *decision.Evidence) string {
	if e.Numerator != nil && e.Denominator == nil && e.Money() {
		return p.Money(*e.Numerator, h.currency())
	}
	return e.Value
}

// parts are what a ratio is of, in the unit of each.
func (h *Handler) parts(p *i18n.Printer, e *decision.Evidence) string {
	if e.Numerator == nil || e.Denominator == nil {
		return ""
	}
	if e.Metric == decision.MetricChance {
		return p.T("decision.of_runs", "Runs", *e.Denominator, "Hits", *e.Numerator)
	}
	text := func(n int64, money bool) string {
		if money {
			return p.Money(n, h.currency())
		}
		return p.Int(n)
	}
	return text(*e.Numerator, e.Money()) + " / " + text(*e.Denominator, e.MoneyBelow())
}

// periodText writes the two ends of a period, or what somebody typed.
func periodText(p *i18n.Printer, text string) string {
	first, last, is := strings.Cut(text, "/")
	from, err := calendar.ParseDate(first)
	to, wrong := calendar.ParseDate(last)
	if !is || err != nil || wrong != nil {
		return text
	}
	return p.T("decision.period", "From", p.Date(from), "To", p.Date(to))
}

func dateOf(r *http.Request, name string) (calendar.Date, error) {
	d, err := calendar.ParseDate(strings.TrimSpace(r.PostFormValue(name)))
	if err != nil {
		return d, errs.Invalid("error.invalid", []errs.Field{{Path: name, Value: r.PostFormValue(name), Message: errs.Msg("form.error.date", nil)}})
	}
	return d, nil
}

// byHand is the evidence that was typed.
func byHand(r *http.Request) (list []decision.Evidence) {
	e := decision.Evidence{Label: r.PostFormValue("label"), Value: r.PostFormValue("value"), Period: r.PostFormValue("period"), Link: r.PostFormValue("link")}
	if e != (decision.Evidence{}) {
		list = append(list, e)
	}
	return list
}

func (h *Handler) entryOf(r *http.Request) (in decision.Entry, err error) {
	in = decision.Entry{Title: r.PostFormValue("title"), Detail: r.PostFormValue("detail"), Expected: r.PostFormValue("expected")}
	if in.Evidence, err = decode(r.PostFormValue("evidence")); err != nil {
		return in, err
	}
	in.Evidence = append(in.Evidence, byHand(r)...)
	in.ReviewID, _ = strconv.ParseInt(r.PostFormValue("review"), 10, 64) // of no number is none
	in.PersonID, _ = strconv.ParseInt(r.PostFormValue("person"), 10, 64)
	if in.On, err = dateOf(r, "on"); err != nil {
		return in, err
	}
	in.DueOn, err = dateOf(r, "due_on")
	return in, err
}

func (h *Handler) log(w http.ResponseWriter, r *http.Request) error {
	actor := access.ActorFrom(r.Context())
	if !h.decisions.MayLog(actor) {
		_, err := h.decisions.Log(r.Context(), actor, decision.Entry{})
		return err
	}
	in, err := h.entryOf(r)
	var d decision.Decision
	if err == nil {
		d, err = h.decisions.Log(r.Context(), actor, in)
	}
	switch {
	case err == nil:
		http.Redirect(w, r, pageURL(d.ID)+"?done=logged", http.StatusSeeOther)
		return nil
	case mendable(err):
		return h.drawNew(w, r, httpx.StatusOf(err), err)
	}
	return err
}

func (h *Handler) show(w http.ResponseWriter, r *http.Request) error {
	return h.draw(w, r, http.StatusOK, nil)
}

// draw shows a decision with its evidence, and what came of it.
func (h *Handler) draw(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	p := httpx.PrinterFrom(r.Context())
	id, err := idOf(r)
	if err != nil {
		return err
	}
	v, err := h.decisions.Get(r.Context(), access.ActorFrom(r.Context()), id)
	if err != nil {
		return err
	}
	view := ui.PageView{Title: v.Title, Current: "decisions", Chips: []ui.Chip{stateChip(p, v.State)}, Crumbs: []ui.Crumb{{Label: p.T("nav.decisions"), URL: baseURL}, {Label: v.Title}}, Subtitle: p.T("decision.sub", "Who", v.ByName, "On", p.Date(v.On))}
	var parts []templ.Component
	if key := "decision.done." + r.URL.Query().Get("done"); r.URL.Query().Get("done") != "" && p.Has(key) {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "done", Tone: ui.ToneGood, Strong: p.T(key)})))
	}
	what := []ui.Fact{{Term: p.T("decision.expected"), Text: v.Expected}, {Term: p.T("decision.due_on"), Text: p.Date(v.DueOn)}}
	if v.Detail != "" {
		what = append([]ui.Fact{{Term: p.T("decision.detail"), Text: v.Detail}}, what...)
	}
	if v.ReviewID != 0 {
		what = append(what, ui.Fact{Term: p.T("decision.review"), Text: p.T("decision.see_review"), URL: "/reviews/" + number(v.ReviewID)})
	}
	next, err := ui.NextRules(r, h.origins, v.ID)
	if err != nil {
		return err
	}
	right := append(h.outcomeCards(p, r, &v, failure), next...)
	left := []templ.Component{ui.Filled(ui.CardView{ID: "what", Title: p.T("decision.what"), Span: -1}, ui.Facts(what)), h.evidenceCard(p, "evidence", p.T("decision.evidence"), p.T("decision.no_evidence"), v.Evidence)}
	return ui.Write(w, r, status, ui.Compose(view, append(parts, ui.Stack(7, left...), ui.Stack(5, right...))...))
}

func (h *Handler) evidenceCard(p *i18n.Printer, id, title, none string, list []decision.Evidence) templ.Component {
	card := ui.CardView{ID: id, Title: title, Span: -1}
	if len(list) == 0 {
		return ui.Filled(card, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: none}))
	}
	card.Foot = p.T("decision.taken_at", "When", p.Local(list[0].At).Format("2006-01-02 15:04"))
	card.Flush = true
	return ui.Filled(card, ui.List(h.items(p, list)))
}

// outcomeCards are what came of a decision, or the form to note it.
func (h *Handler) outcomeCards(p *i18n.Printer, r *http.Request, v *decision.Shown, failure error) []templ.Component {
	card := ui.CardView{ID: "outcome", Title: p.T("decision.outcome"), Span: -1}
	if v.State != decision.StateOpen {
		card.Foot = p.T("decision.closed_by", "Who", v.ClosedName, "When", p.Local(v.ClosedAt).Format("2006-01-02 15:04"))
		cards := []templ.Component{ui.Filled(card, ui.Facts([]ui.Fact{{Term: p.Message(v.State.Message()), Text: v.Outcome}}))}
		if len(v.Then) > 0 {
			cards = append(cards, h.evidenceCard(p, "then", p.T("decision.then"), "", v.Then))
		}
		return cards
	}
	if !v.MayClose {
		return []templ.Component{ui.Filled(card, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("decision.open_yet")}))}
	}
	states := ui.Field{Name: "state", Kind: ui.FieldSelect, Label: p.T("decision.came"), Value: r.PostFormValue("state")}
	for _, s := range decision.States[1:] {
		states.Options = append(states.Options, ui.Option{Value: string(s), Label: p.Message(s.Message())})
	}
	form := ui.FormView{ID: "close", Action: pageURL(v.ID) + "/outcome", Fields: []ui.Field{states, {Name: "outcome", Kind: ui.FieldArea, Label: p.T("decision.outcome_words"), Value: r.PostFormValue("outcome"), Rows: 3}, {Name: "label", Label: p.T("decision.evidence_label"), Value: r.PostFormValue("label"), Optional: true, Span: 6},
		{Name: "value", Label: p.T("decision.value_then"), Value: r.PostFormValue("value"), Optional: true, Span: 6}, {Name: "revision", Kind: ui.FieldHidden, Value: number(v.Revision)}}, Submit: ui.Action{Label: p.T("decision.close"), Kind: ui.ActionPrimary}, Consequence: p.T("decision.close_consequence")}
	form.Fields, form.Problem = ui.WithErrors(form.Fields, failure, p)
	return []templ.Component{ui.Filled(card, ui.Form(form))}
}

func (h *Handler) close(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r)
	if err != nil {
		return err
	}
	seen, _ := strconv.ParseInt(r.PostFormValue("revision"), 10, 64) // of no number nothing is checked
	_, err = h.decisions.Close(r.Context(), access.ActorFrom(r.Context()), decision.Result{ID: id, State: decision.State(r.PostFormValue("state")), Outcome: r.PostFormValue("outcome"), Then: byHand(r), Seen: max(seen, 0)})
	switch {
	case err == nil:
		http.Redirect(w, r, pageURL(id)+"?done=closed", http.StatusSeeOther)
		return nil
	case mendable(err):
		return h.draw(w, r, httpx.StatusOf(err), err)
	}
	return err
}
