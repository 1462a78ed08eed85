// Package merges is the pages on which customers that are one become one: likely pairs, two customers side by side, and what a merge did, with
// the way back.
//
// It decides nothing: which value is proposed, what moves and what can be undone, package merge says.
package merges

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/merge"
	"xiaoguan/internal/money"
	"xiaoguan/internal/web/ui"
)

// Services are what the pages call.
type Services struct {
	Merges   *merge.Service
	Currency func() money.Currency
}

// Handler serves the pages.
type Handler struct{ Services }

// New returns a Handler.
func New(services Services) *Handler { return &Handler{services} }

const (
	baseURL    = "/duplicates"
	compareURL = baseURL + "/compare"
	mergesURL  = baseURL + "/merges"
)

// Routes registers the pages.
func (h *Handler) Routes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("GET "+baseURL, h.list)
	handle("POST "+baseURL+"/look", h.look)
	handle("POST "+baseURL+"/apart", h.apart)
	handle("GET "+compareURL, h.compare)
	handle("POST "+mergesURL, h.merge)
	handle("GET "+mergesURL+"/{id}", h.show)
	handle("POST "+mergesURL+"/{id}/undo", h.undo)
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

func customerURL(id int64) string { return "/customers/" + number(id) }

func mergeURL(id int64) string { return mergesURL + "/" + number(id) }

func idOf(text, missing string) (int64, error) {
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id <= 0 {
		return 0, errs.New(errs.KindNotFound, missing, nil)
	}
	return id, nil
}

func mendable(err error) bool {
	kind := errs.KindOf(err)
	return kind == errs.KindInvalid || kind == errs.KindConflict
}

func textOr(s string) string {
	if s == "" {
		return i18n.Unknown
	}
	return s
}

func dayText(p *i18n.Printer, d calendar.Date) string {
	if d == calendar.NoDate {
		return ""
	}
	return p.Date(d)
}

func redirect(w http.ResponseWriter, r *http.Request, path string, pairs ...string) error {
	http.Redirect(w, r, ui.URLWith(path, url.Values{}, pairs...), http.StatusSeeOther)
	return nil
}

// notes are what was done, or what stands in the way.
func notes(p *i18n.Printer, r *http.Request, failure error) (parts []templ.Component) {
	if failure != nil {
		_, problem := ui.WithErrors(nil, failure, p)
		return []templ.Component{ui.Across(ui.NoteOf(ui.Note{ID: "failed", Tone: ui.ToneWarn, Strong: p.T("merge.not_done"), Text: problem}))}
	}
	switch done := r.URL.Query().Get("done"); done {
	case "looking", "apart", "merged", "undone":
		return []templ.Component{ui.Across(ui.NoteOf(ui.Note{ID: "done", Tone: ui.ToneGood, Strong: p.T("merge.done_" + done)}))}
	}
	return nil
}

func (h *Handler) list(w http.ResponseWriter, r *http.Request) error {
	return h.drawList(w, r, http.StatusOK, nil)
}

// drawList shows likely pairs, the merges so far, and the way to compare two customers that nobody found.
func (h *Handler) drawList(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	query := url.Values{}
	if ground := r.URL.Query().Get("ground"); ground != "" {
		query.Set("ground", ground)
	}
	before, cursor := ui.PlaceOf(r.URL.Query().Get("cursor"))
	page, err := h.Merges.Pairs(ctx, actor, merge.Filter{Ground: merge.Ground(query.Get("ground")), After: cursor})
	if err != nil {
		return err
	}
	done, err := h.Merges.Merges(ctx, actor, 0, 20)
	if err != nil {
		return err
	}
	view := ui.PageView{Title: p.T("nav.duplicates"), Subtitle: p.T("merge.subtitle"), Current: "duplicates",
		Actions: []ui.Action{{Label: p.T("merge.look"), Icon: "refresh", Post: true, URL: baseURL + "/look"}}}
	var parts []templ.Component
	parts = append(parts, notes(p, r, failure)...)
	parts = append(parts, ui.Across(ui.Filter(groundBar(p, query))), ui.Stack(8, ui.Filled(ui.CardView{Label: view.Title, Sub: lookText(p, page.Look), Flush: true, Span: -1}, ui.Table(pairTable(p, query, page, before)))),
		ui.Stack(4, ui.Filled(ui.CardView{Title: p.T("merge.choose"), Sub: p.T("merge.choose_sub"), Span: -1}, ui.Form(chooseForm(p, r, failure))), mergesCard(p, done)))
	return ui.Write(w, r, status, ui.Compose(view, parts...))
}

func groundBar(p *i18n.Printer, query url.Values) ui.FilterView {
	var options []ui.Option
	for _, g := range merge.Grounds {
		options = append(options, ui.Option{Value: string(g), Label: p.Message(g.Message())})
	}
	fields := []ui.Field{{Name: "ground", Kind: ui.FieldSelect, Label: p.T("merge.why"), Value: query.Get("ground"), Options: options, Optional: true, Placeholder: p.T("common.all")}}
	bar := ui.FilterView{ID: "duplicates", Path: baseURL, Fields: fields, Chips: ui.ChipsOf(fields, baseURL, query, p.T("common.colon"))}
	if len(query) > 0 {
		bar.Clear = baseURL
	}
	return bar
}

// lookText says how fresh the pairs are.
func lookText(p *i18n.Printer, l merge.Look) string {
	switch {
	case l.ID == 0:
		return p.T("merge.never_looked")
	case l.FinishedAt.IsZero():
		return p.T("merge.looking")
	}
	return p.T("merge.looked", "When", p.Local(l.FinishedAt).Format("2006-01-02 15:04"), "Customers", l.Customers, "Pairs", l.Pairs)
}

func pairTable(p *i18n.Printer, query url.Values, page merge.Page, before int) ui.TableView {
	table := ui.TableView{Label: p.T("nav.duplicates"), Path: baseURL, Query: query,
		Columns: []ui.Column{{Label: p.T("merge.one"), Phone: true}, {Label: p.T("merge.other"), Phone: true}, {Label: p.T("merge.why")}, {Label: p.T("merge.compare"), Kind: ui.ColumnNarrow, Phone: true}},
		Pager:   ui.PagerAt(before, len(page.Pairs), -1, page.Next),
		Empty:   &ui.State{Kind: ui.StateEmpty, Icon: "circle-check", Title: p.T("merge.none"), Text: p.T("merge.none_text")}}
	for _, l := range page.Pairs {
		var why []templ.Component
		for _, g := range l.Grounds {
			tone := ui.ToneLine
			if g == merge.GroundCode {
				tone = ui.ToneWarn
			}
			why = append(why, ui.ChipOf(ui.Chip{Label: p.Message(g.Message()), Tone: tone}))
		}
		other := headCell(p, l.High)
		other.Phone = grounds(p, l.Grounds)
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{headCell(p, l.Low), other, {Body: templ.Join(why...)},
			{Body: ui.Button(ui.Action{Label: p.T("merge.compare"), Small: true, URL: pairURL(better(l))})}}})
	}
	return table
}

// better proposes as survivor who has more deals, and of equals the one that was there first.
func better(l merge.Listed) (survivor, merged int64) {
	if l.High.Deals > l.Low.Deals {
		return l.HighID, l.LowID
	}
	return l.LowID, l.HighID
}

func pairURL(survivor, merged int64) string {
	return ui.URLWith(compareURL, nil, "survivor", number(survivor), "merged", number(merged))
}

func headCell(p *i18n.Printer, h merge.Head) ui.Cell {
	facts := []string{h.Key}
	if h.City != "" {
		facts = append(facts, h.City)
	}
	facts = append(facts, p.T("merge.deals", "Count", h.Deals))
	if h.Owner != "" {
		facts = append(facts, h.Owner)
	}
	return ui.Cell{Text: h.Name, URL: customerURL(h.ID), Sub: strings.Join(facts, " · ")}
}

// chooseForm takes the numbers of two customers.
func chooseForm(p *i18n.Printer, r *http.Request, failure error) ui.FormView {
	offered := ui.Suggestions{ID: "some-customers", From: "/suggest/customers"}
	form := ui.FormView{ID: "choose", Action: compareURL, Method: "get", Suggest: []ui.Suggestions{offered}, Submit: ui.Action{Label: p.T("merge.compare"), Icon: "arrow-right"},
		Fields: []ui.Field{{Name: "first", Label: p.T("merge.keep_number"), Value: r.FormValue("first"), Suggest: offered.ID}, {Name: "second", Label: p.T("merge.merge_number"), Value: r.FormValue("second"), Suggest: offered.ID}}}
	if errs.Is(failure, errs.KindInvalid) {
		form.Fields, form.Problem = ui.WithErrors(form.Fields, failure, p)
	}
	return form
}

func mergesCard(p *i18n.Printer, done []merge.Merge) templ.Component {
	card := ui.CardView{Title: p.T("merge.merges"), Flush: true, Span: -1}
	if len(done) == 0 {
		return ui.Filled(card, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("merge.merges_none")}))
	}
	var items []ui.Item
	for _, m := range done {
		item := ui.Item{Icon: "copy", Title: m.Merged.Name, URL: mergeURL(m.ID), Detail: p.T("merge.into", "Name", m.Survivor.Name), Beside: p.Local(m.At).Format("2006-01-02"), Top: true}
		if m.Undone() {
			item.Chips = []ui.Chip{{Label: p.T("merge.undone"), Tone: ui.ToneLine}}
		}
		items = append(items, item)
	}
	return ui.Filled(card, ui.List(items))
}

func (h *Handler) look(w http.ResponseWriter, r *http.Request) error {
	_, err := h.Merges.Look(r.Context(), access.ActorFrom(r.Context()))
	switch {
	case err == nil:
		return redirect(w, r, baseURL, "done", "looking")
	case mendable(err):
		return h.drawList(w, r, httpx.StatusOf(err), err)
	}
	return err
}

func (h *Handler) apart(w http.ResponseWriter, r *http.Request) error {
	survivor, err := idOf(r.PostFormValue("survivor"), "customer.missing")
	if err != nil {
		return err
	}
	merged, err := idOf(r.PostFormValue("merged"), "customer.missing")
	if err != nil {
		return err
	}
	if err := h.Merges.Apart(r.Context(), access.ActorFrom(r.Context()), survivor, merged); err != nil {
		return err
	}
	return redirect(w, r, baseURL, "done", "apart")
}
