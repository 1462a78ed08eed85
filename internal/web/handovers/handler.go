// Package handovers is the pages that hand on what somebody leaves behind: who leaves, what they have, who would get it, what that means for
// pay, and the act itself.
package handovers

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/handover"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/org"
	"xiaoguan/internal/web/ui"
)

// Handler serves the pages.
type Handler struct {
	handOvers *handover.Service
	people    *org.Service
}

// New returns a Handler.
func New(handOvers *handover.Service, people *org.Service) *Handler {
	return &Handler{handOvers, people}
}

const baseURL = "/handover"

// Routes registers the pages.
func (h *Handler) Routes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("GET "+baseURL, h.list)
	handle("GET "+baseURL+"/{person}", h.show)
	handle("POST "+baseURL+"/{person}", h.do)
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

func textOr(s string) string {
	if s == "" {
		return i18n.Unknown
	}
	return s
}

// list shows who leaves and still has something. A number that is typed leads to that person.
func (h *Handler) list(w http.ResponseWriter, r *http.Request) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	leavers, err := h.handOvers.Leavers(ctx, actor)
	if err != nil {
		return err
	}
	key := strings.TrimSpace(r.FormValue("key"))
	var failure error
	status := http.StatusOK
	if key != "" {
		id, err := h.handOvers.PersonID(ctx, actor, key)
		switch {
		case err == nil:
			http.Redirect(w, r, baseURL+"/"+number(id), http.StatusSeeOther)
			return nil
		case !errs.Is(err, errs.KindInvalid):
			return err
		}
		failure, status = err, httpx.StatusOf(err)
	}
	offered, err := h.somePeople(ctx, actor)
	if err != nil {
		return err
	}
	view := ui.PageView{Title: p.T("nav.handover"), Subtitle: p.T("handover.subtitle"), Current: "handover"}
	table := ui.TableView{Label: view.Title, Columns: []ui.Column{{Label: p.T("common.person"), Phone: true}, {Label: p.T("handover.left"), Kind: ui.ColumnNarrow, Phone: true}, {Label: p.T("handover.customers"), Kind: ui.ColumnNumber, Phone: true},
		{Label: p.T("handover.opportunities"), Kind: ui.ColumnNumber}, {Label: p.T("handover.tasks"), Kind: ui.ColumnNumber}, {Label: p.T("handover.instalments"), Kind: ui.ColumnNumber}}, Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("handover.none"), Text: p.T("handover.none_text")}}
	for _, l := range leavers {
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{{Text: l.Name, Sub: l.TeamName, URL: baseURL + "/" + number(l.ID)}, ui.Text(dayText(p, l.Left)), ui.Text(p.Int(l.Customers)), ui.Text(p.Int(l.Opportunities)), ui.Text(p.Int(l.Tasks)), ui.Text(p.Int(l.Instalments))}})
	}
	form := ui.FormView{ID: "choose", Action: baseURL, Method: "get", Suggest: []ui.Suggestions{offered}, Submit: ui.Action{Label: p.T("handover.open"), Icon: "arrow-right"},
		Fields: []ui.Field{{Name: "key", Label: p.T("handover.person"), Value: key, Suggest: offered.ID}}}
	form.Fields, form.Problem = ui.WithErrors(form.Fields, keyed(failure), p)
	return ui.Write(w, r, status, ui.Compose(view, ui.Stack(8, ui.Filled(ui.CardView{Label: view.Title, Flush: true, Span: -1}, ui.Table(table))), ui.Stack(4, ui.Filled(ui.CardView{Title: p.T("handover.somebody"), Span: -1}, ui.Form(form)))))
}

// keyed calls the field of an unknown person what the form calls it.
func keyed(err error) error {
	if err == nil {
		return nil
	}
	return errs.Invalid("error.invalid", []errs.Field{{Path: "key", Message: errs.Msg("handover.unknown_person", nil)}})
}

func dayText(p *i18n.Printer, d calendar.Date) string {
	if d == calendar.NoDate || d == calendar.Forever {
		return i18n.Unknown
	}
	return p.Date(d)
}

// somePeople offers people by number and name. Who may not see the organisation types the number.
func (h *Handler) somePeople(ctx context.Context, actor access.Actor) (offered ui.Suggestions, err error) {
	offered.ID = "some-people"
	if !actor.Can(access.PermOrgRead) {
		return offered, nil
	}
	offered.From = "/suggest/people"
	page, err := h.people.List(ctx, actor, org.Filter{When: org.Now(), Paging: fact.Paging{Limit: 20}})
	for _, m := range page.Members {
		offered.Options = append(offered.Options, ui.Option{Value: m.Key, Label: strings.Trim(m.Name+" · "+m.TeamName, " ·")})
	}
	return offered, err
}

// askOf reads what a form asks for; a proposal is usual.
func askOf(r *http.Request) (handover.Ask, error) {
	id, err := strconv.ParseInt(r.PathValue("person"), 10, 64)
	if err != nil || id <= 0 {
		return handover.Ask{}, errs.New(errs.KindNotFound, "org.person_missing", nil)
	}
	ask := handover.Ask{PersonID: id, Way: handover.Way(r.FormValue("way"))}
	if ask.Way == "" {
		ask.Way = handover.WayProposal
	}
	for key := range strings.FieldsFuncSeq(r.FormValue("receivers"), func(c rune) bool { return strings.ContainsRune(" ,，、;；\t", c) }) {
		ask.Receivers = append(ask.Receivers, key)
	}
	return ask, nil
}

func (h *Handler) show(w http.ResponseWriter, r *http.Request) error {
	return h.draw(w, r, http.StatusOK, nil)
}

// draw shows what a hand-over would do. What is wrong with the receivers is shown at the form, with the proposal of the usual ones.
func (h *Handler) draw(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	ask, err := askOf(r)
	if err != nil {
		return err
	}
	v := shown{request: r, failure: failure, asked: ask}
	v.preview, err = h.handOvers.Preview(ctx, actor, ask)
	if errs.Is(err, errs.KindInvalid) {
		v.wrong, status = err, httpx.StatusOf(err)
		v.preview, err = h.handOvers.Preview(ctx, actor, handover.Ask{PersonID: ask.PersonID, Way: handover.WayProposal})
		if errs.Is(err, errs.KindInvalid) {
			v.nobody, err = err, nil // nobody at all could get anything
		}
	}
	if err != nil {
		return err
	}
	if v.offered, err = h.somePeople(ctx, actor); err != nil {
		return err
	}
	return ui.Write(w, r, status, page(ctx, v))
}

func (h *Handler) do(w http.ResponseWriter, r *http.Request) error {
	ask, err := askOf(r)
	if err != nil {
		return err
	}
	act, err := h.handOvers.Do(r.Context(), access.ActorFrom(r.Context()), ask, r.PostFormValue("digest"), r.PostFormValue("reason"))
	switch kind := errs.KindOf(err); {
	case err == nil:
		http.Redirect(w, r, "/pool/acts/"+number(act.ID)+"?"+url.Values{"done": {"handed"}}.Encode(), http.StatusSeeOther)
		return nil
	case kind == errs.KindInvalid || kind == errs.KindConflict:
		return h.draw(w, r, httpx.StatusOf(err), err)
	}
	return err
}

// shown is everything that the page of one person shows.
type shown struct {
	request *http.Request
	asked   handover.Ask
	preview handover.Preview
	offered ui.Suggestions
	failure error // of the act
	wrong   error // of the receivers
	nobody  error
}

func page(ctx context.Context, v shown) templ.Component {
	p := httpx.PrinterFrom(ctx)
	leaver := v.preview.Leaver
	title := p.T("handover.title", "Name", leaver.Name)
	view := ui.PageView{Title: title, Subtitle: p.T("handover.what", "Customers", leaver.Customers, "Opportunities", leaver.Opportunities, "Tasks", leaver.Tasks), Current: "handover", Crumbs: []ui.Crumb{{Label: p.T("nav.handover"), URL: baseURL}, {Label: textOr(leaver.Name)}}}
	if v.nobody != nil {
		_, why := ui.WithErrors(nil, v.nobody, p)
		return ui.Compose(view, ui.Filled(ui.CardView{Label: title}, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("handover.nobody"), Text: why})), ui.Filled(ui.CardView{Title: p.T("handover.to")}, ui.Form(askForm(p, v))))
	}
	var parts []templ.Component
	if v.failure != nil && errs.Is(v.failure, errs.KindConflict) {
		_, why := ui.WithErrors(nil, v.failure, p)
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "failed", Tone: ui.ToneWarn, Strong: p.T("handover.not_done"), Text: why})))
	}
	main := []templ.Component{movesCard(p, v.preview)}
	if len(v.preview.Left) > 0 {
		main = append(main, leftCard(p, v.preview))
	}
	if len(v.preview.Opportunities)+len(v.preview.LooseTasks) > 0 {
		main = append(main, looseCard(p, v.preview))
	}
	if len(v.preview.Contracts) > 0 {
		main = append(main, contractsCard(p, v.preview))
	}
	side := []templ.Component{ui.Filled(ui.CardView{Title: p.T("handover.to"), Span: -1}, ui.Form(askForm(p, v))), loadsCard(p, v.preview), payCard(p, v.preview)}
	if v.preview.Something() && v.wrong == nil {
		side = append(side, ui.Filled(ui.CardView{Title: p.T("handover.do"), Span: -1}, ui.Form(doForm(p, v))))
	}
	return ui.Compose(view, append(parts, ui.Stack(8, main...), ui.Stack(4, side...))...)
}

func askForm(p *i18n.Printer, v shown) ui.FormView {
	var ways []ui.Option
	for _, way := range handover.Ways {
		ways = append(ways, ui.Option{Value: string(way), Label: p.Message(way.Message()), Hint: p.T("handover.hint." + string(way))})
	}
	form := ui.FormView{ID: "ask", Action: baseURL + "/" + number(v.asked.PersonID), Method: "get", Suggest: []ui.Suggestions{v.offered}, Submit: ui.Action{Label: p.T("handover.preview"), Icon: "eye"},
		Fields: []ui.Field{{Name: "way", Kind: ui.FieldRadio, Label: p.T("handover.how"), Value: string(v.asked.Way), Options: ways},
			{Name: "receivers", Label: p.T("handover.receivers"), Value: strings.Join(v.asked.Receivers, " "), Optional: true, Suggest: v.offered.ID, Hint: p.T("handover.receivers_hint")}}}
	form.Fields, form.Problem = ui.WithErrors(form.Fields, v.wrong, p)
	return form
}

func doForm(p *i18n.Printer, v shown) ui.FormView {
	form := ui.FormView{ID: "do", Action: baseURL + "/" + number(v.asked.PersonID), Submit: ui.Action{Label: p.T("handover.do_button"), Kind: ui.ActionPrimary, Icon: "check"}, Consequence: p.T("handover.do_consequence"),
		Fields: []ui.Field{{Name: "reason", Label: p.T("handover.reason"), Value: v.request.PostFormValue("reason"), Placeholder: p.T("handover.reason_example")}, {Name: "way", ID: "f-do-way", Kind: ui.FieldHidden, Value: string(v.asked.Way)},
			{Name: "receivers", ID: "f-do-receivers", Kind: ui.FieldHidden, Value: strings.Join(v.asked.Receivers, " ")}, {Name: "digest", Kind: ui.FieldHidden, Value: v.preview.Digest}}}
	if errs.Is(v.failure, errs.KindInvalid) {
		form.Fields, form.Problem = ui.WithErrors(form.Fields, v.failure, p)
	}
	return form
}

// movesShown is how many customers a page lists.
const movesShown = 300

func movesCard(p *i18n.Printer, v handover.Preview) templ.Component {
	table := ui.TableView{Label: p.T("handover.moves"), Columns: []ui.Column{{Label: p.T("common.customer"), Phone: true}, {Label: p.T("pool.tier"), Kind: ui.ColumnNarrow}, {Label: p.T("handover.opportunities"), Kind: ui.ColumnNumber}, {Label: p.T("handover.deals"), Kind: ui.ColumnNumber},
		{Label: p.T("handover.receiver"), Phone: true}, {Label: p.T("pool.why"), Hidden: !slices.ContainsFunc(v.Moves, func(m handover.Move) bool { return m.Away })}}, Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("handover.no_customers"), Text: p.T("handover.no_customers_text")}}
	for _, m := range v.Moves[:min(len(v.Moves), movesShown)] {
		why := ""
		if m.Away {
			why = p.T("handover.away", "Count", m.Nearer)
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.LinkTo(m.Customer.Name, "/customers/"+number(m.Customer.CustomerID)), ui.Text(textOr(m.Customer.Tier)), ui.Text(p.Int(m.Customer.Opportunities)), ui.Text(p.Int(m.Customer.Deals)),
			{Text: m.To.Name, Sub: m.To.TeamName}, {Text: why, Muted: true}}})
	}
	card := ui.CardView{Title: p.T("handover.moves"), Count: len(v.Moves), Flush: true, Span: -1}
	if len(v.Moves) > movesShown {
		card.Foot = p.T("handover.first_ones", "Count", movesShown)
	}
	return ui.Filled(card, ui.Table(table))
}

func leftCard(p *i18n.Printer, v handover.Preview) templ.Component {
	table := ui.TableView{Label: p.T("handover.stays"), Columns: []ui.Column{{Label: p.T("common.customer"), Phone: true}, {Label: p.T("pool.why"), Phone: true}}}
	for _, l := range v.Left[:min(len(v.Left), movesShown)] {
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.LinkTo(l.Customer.Name, "/customers/"+number(l.Customer.CustomerID)), ui.Text(p.Message(l.Why))}})
	}
	return ui.Filled(ui.CardView{Title: p.T("handover.stays"), Count: len(v.Left), Sub: p.T("handover.stays_sub"), Flush: true, Span: -1}, ui.Table(table))
}

func looseCard(p *i18n.Printer, v handover.Preview) templ.Component {
	var items []ui.Item
	for _, o := range v.Opportunities {
		items = append(items, ui.Item{Icon: "layout-kanban", Title: o.Name, URL: "/opportunities/" + number(o.ID), Detail: o.CustomerName})
	}
	if len(v.LooseTasks) > 0 {
		items = append(items, ui.Item{Icon: "list-check", Title: p.T("handover.loose_tasks", "Count", len(v.LooseTasks))})
	}
	return ui.Filled(ui.CardView{Title: p.T("handover.loose"), Sub: p.T("handover.loose_sub", "Name", v.LooseTo.Name), Flush: true, Span: -1}, ui.List(items))
}

func loadsCard(p *i18n.Printer, v handover.Preview) templ.Component {
	table := ui.TableView{Label: p.T("handover.loads"), Columns: []ui.Column{{Label: p.T("handover.receiver"), Phone: true}, {Label: p.T("handover.holds"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("handover.gets"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("handover.most"), Kind: ui.ColumnNumber}}}
	for _, l := range v.Loads {
		most := i18n.Unknown
		if l.Most > 0 {
			most = p.Int(int64(l.Most))
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{{Text: l.Person.Name, Sub: l.Person.TeamName}, ui.Text(p.Int(int64(l.Holds))), ui.Text("+" + p.Int(int64(l.Gets))), ui.Text(most)}})
	}
	return ui.Filled(ui.CardView{Title: p.T("handover.loads"), Flush: true, Span: -1}, ui.Table(table))
}

// payCard says what it means for pay.
func payCard(p *i18n.Printer, v handover.Preview) templ.Component {
	var items []ui.Item
	for _, c := range v.Consequences {
		item := ui.Item{Icon: "cash", Title: p.Message(c.Message), Top: true}
		if c.Plan.Zh != "" || c.Plan.En != "" {
			item.Detail = ui.TextIn(p, c.Plan.Zh, c.Plan.En, "")
		}
		if c.Strict {
			item.Tone = ui.ToneWarn
		}
		items = append(items, item)
	}
	return ui.Filled(ui.CardView{Title: p.T("handover.pay"), Sub: p.T("handover.pay_sub"), Flush: true, Span: -1}, ui.List(items))
}
