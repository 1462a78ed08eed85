package sales

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/customer"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/web/ui"
)

// suggestCustomersURL answers with the customers that fit what is typed.
const suggestCustomersURL = "/suggest/customers"

// suggestedMax is how many are offered while somebody types.
const suggestedMax = 20

// suggestCustomers offers customers of one's reach by number and name, as options of a list.
func (h *Handler) suggestCustomers(w http.ResponseWriter, r *http.Request) error {
	typed := strings.TrimSpace(r.URL.Query().Get("q"))
	options, err := h.someCustomers(r.Context(), access.ActorFrom(r.Context()), typed, suggestedMax)
	if err != nil {
		return err
	}
	return ui.Write(w, r, http.StatusOK, ui.Offered(ui.OfferedFor(typed, options)))
}

func (h *Handler) someCustomers(ctx context.Context, actor access.Actor, typed string, limit int) (options []ui.Option, err error) {
	page, err := h.Customers.List(ctx, actor, customer.Filter{Search: typed, Uncounted: true, Paging: fact.Paging{Limit: limit}})
	for _, c := range page.Rows {
		label := c.Name
		if former := formerly(httpx.PrinterFrom(ctx), c); former != "" {
			label += " · " + former
		}
		options = append(options, ui.Option{Value: c.Key, Label: label})
	}
	return options, err
}

// twinsURL answers with the customers that may be the one being entered.
const twinsURL = "/customers/like"

// showTwins answers with a note about customers like the one being typed, or with nothing.
func (h *Handler) showTwins(w http.ResponseWriter, r *http.Request) error {
	query := r.URL.Query()
	id, _ := strconv.ParseInt(query.Get("id"), 10, 64)
	twins, err := h.Customers.Twins(r.Context(), access.ActorFrom(r.Context()), customer.Likeness{ID: id, Name: query.Get("name"), CreditCode: query.Get("credit_code")})
	if err != nil {
		return err
	}
	return ui.Write(w, r, http.StatusOK, twinNote(httpx.PrinterFrom(r.Context()), twins))
}

// twinNote says that customers like the one being entered exist and whose they are.
func twinNote(p *i18n.Printer, twins []customer.Twin) templ.Component {
	if len(twins) == 0 {
		return templ.NopComponent
	}
	var items []ui.Item
	for _, t := range twins {
		item := ui.Item{Title: t.Name, Detail: p.T("customer.twin_near")}
		switch {
		case t.SameCode:
			item.Detail = p.T("customer.twin_code")
		case t.SameName:
			item.Detail = p.T("customer.twin_name")
		}
		if item.Title == "" {
			item.Title = p.T("customer.twin_hidden")
		} else {
			item.URL = customerURL(t.ID)
		}
		item.Beside = p.T("customer.twin_unowned")
		if len(t.Owners) > 0 {
			item.Beside = p.T("customer.twin_owner", "Owners", strings.Join(t.Owners, p.T("common.comma")))
		}
		items = append(items, item)
	}
	return ui.NoteOf(ui.Note{Tone: ui.ToneWarn, Strong: p.T("customer.twins", "Count", len(twins)), Body: ui.List(items)})
}

// twinsAsked is the region of a customer's form in which twins are told of.
func twinsAsked(p *i18n.Printer, twins []customer.Twin) templ.Component {
	return ui.WatchingWith(ui.WatchView{From: twinsURL, Watch: []string{"name", "credit_code", "id"}}, twinNote(p, twins))
}

// warned reports whether somebody who enters a new customer is to be asked once more: there are twins, and the form has not told of them
// before. What the service refuses anyway is left to it.
func (h *Handler) warned(r *http.Request, in customer.Entry) (twins []customer.Twin, err error) {
	if in.ID != 0 || r.PostFormValue("despite") != "" || in.Validate() != nil {
		return nil, nil
	}
	twins, err = h.Customers.Twins(r.Context(), access.ActorFrom(r.Context()), customer.Likeness{Name: in.Name, CreditCode: in.CreditCode})
	for _, t := range twins {
		if t.SameCode {
			return nil, err
		}
	}
	return twins, err
}

// errTwins is what the form of a new customer says when it tells of twins.
func errTwins() error { return errs.New(errs.KindConflict, "customer.twins_warning", nil) }
