package sales

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/web/ui"
)

// viewed are the lists whose views can be saved; people is one of package web/people.
var viewed = []string{"customers", contactsKey, leadsKey, opportunitiesKey, quotesKey, contractsKey, casesKey, "deals", "payments", "invoices", "quotas", "given", "rates", "people"}

func (h *Handler) newView(w http.ResponseWriter, r *http.Request) error {
	return h.drawViews(w, r, http.StatusOK, nil)
}

// drawViews asks for the name of a view and lists one's own.
func (h *Handler) drawViews(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	list := r.FormValue("list")
	if !slices.Contains(viewed, list) {
		return errs.New(errs.KindNotFound, "error.not_found", nil)
	}
	views, err := h.Users.ListViews(ctx, actor, list)
	if err != nil {
		return err
	}
	fields, problem := ui.WithErrors([]ui.Field{
		{Name: "name", Label: p.T("sales.view_name"), Value: r.PostFormValue("name"), Autofocus: true},
		{Name: "shared", Kind: ui.FieldCheck, Label: p.T("sales.view_shared"), Hint: p.T("sales.view_shared_hint"), Checked: r.PostFormValue("shared") != "", Optional: true},
		{Name: "list", Kind: ui.FieldHidden, Value: list}, {Name: "query", Kind: ui.FieldHidden, Value: r.FormValue("query")},
	}, failure, p)
	back := "/" + list
	if r.FormValue("query") != "" {
		back += "?" + r.FormValue("query")
	}
	var own []ui.Item
	for _, v := range views {
		item := ui.Item{Icon: "bookmark", Title: v.Name, URL: "/" + list + "?" + v.Query}
		if v.Shared {
			item.Chips = append(item.Chips, ui.Chip{Label: p.T("sales.shared"), Tone: ui.ToneLine})
		}
		if v.UserID == actor.UserID {
			item.Actions = []ui.Action{{Label: p.T("common.delete"), URL: "/views/" + v.ID + "/delete", Post: true, Fields: url.Values{"list": {list}}}}
		}
		own = append(own, item)
	}
	title := p.T("filter.save")
	return ui.Write(w, r, status, ui.Compose(ui.PageView{Title: title, Current: list, Narrow: true,
		Crumbs: []ui.Crumb{{Label: p.T("nav." + list), URL: "/" + list}, {Label: title}}},
		ui.Filled(ui.CardView{Label: title}, ui.Form(ui.FormView{ID: "view", Action: "/views", Fields: fields, Problem: problem,
			Submit: ui.Action{Label: p.T("sales.view_button"), Kind: ui.ActionPrimary, Icon: "bookmark"}, Cancel: &ui.Link{Label: p.T("common.cancel"), URL: back}})),
		ui.Filled(ui.CardView{Title: p.T("filter.views"), Count: len(own)}, listOr(p, own))))
}

func (h *Handler) saveView(w http.ResponseWriter, r *http.Request) error {
	query, err := url.ParseQuery(r.PostFormValue("query"))
	if err != nil {
		return errs.New(errs.KindInvalid, "error.invalid", nil).Because(err)
	}
	view, err := h.Users.SaveView(r.Context(), access.ActorFrom(r.Context()), access.SaveView{List: r.PostFormValue("list"), Name: strings.TrimSpace(r.PostFormValue("name")),
		Query: query.Encode(), Shared: r.PostFormValue("shared") != ""})
	switch {
	case err == nil:
		http.Redirect(w, r, "/"+view.List+"?"+view.Query, http.StatusSeeOther)
		return nil
	case !mendable(err):
		return err
	}
	return h.drawViews(w, r, httpx.StatusOf(err), err)
}

func (h *Handler) deleteView(w http.ResponseWriter, r *http.Request) error {
	if err := h.Users.DeleteView(r.Context(), access.ActorFrom(r.Context()), r.PathValue("id")); err != nil {
		return err
	}
	list := r.PostFormValue("list")
	if !slices.Contains(viewed, list) {
		list = viewed[0]
	}
	http.Redirect(w, r, "/"+list, http.StatusSeeOther)
	return nil
}
