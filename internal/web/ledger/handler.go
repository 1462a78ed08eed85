// Package ledger is the pages of the reward ledger: its entries by month, person, plan and component, with totals and a file, and statements of account.
//
// The ledger is read only. Who may read all of it and who only their own entries is package reward's to decide.
package ledger

import (
	"context"
	"net/http"
	"strconv"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/reward"
	"xiaoguan/internal/tabular"
	"xiaoguan/internal/web/ui"
)

// Names finds the names of persons by id, for the actor.
type Names interface {
	PersonNames(ctx context.Context, actor access.Actor, ids []int64) (map[int64]string, error)
}

// Handler serves the pages.
type Handler struct {
	rewards *reward.Service
	plans   *planbook.Service
	names   Names
}

// New returns a Handler.
func New(rewards *reward.Service, plans *planbook.Service, names Names) *Handler {
	return &Handler{rewards: rewards, plans: plans, names: names}
}

// Routes registers the pages.
func (h *Handler) Routes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("GET /ledger", h.list)
	handle("GET /ledger/export.csv", h.export)
	handle("GET /ledger/account", h.account)
	handle("GET /ledger/account/export/{format}", h.accountExport)
}

// filterOf reads the filter; errors name the field at fault.
func filterOf(r *http.Request) (f reward.Filter, err error) {
	var wrong []errs.Field
	number := func(name string) (n int64) {
		if text := r.FormValue(name); text != "" {
			if n, err = strconv.ParseInt(text, 10, 64); err != nil || n < 0 {
				wrong = append(wrong, errs.Field{Path: name, Value: text, Message: errs.Msg("ledger.bad_filter", nil)})
			}
		}
		return n
	}
	f = reward.Filter{PersonID: number("person"), PlanID: r.FormValue("plan"), Component: r.FormValue("component"), After: number("cursor")}
	if text := r.FormValue("month"); text != "" {
		if f.Month, err = calendar.ParseMonth(text); err != nil {
			wrong = append(wrong, errs.Field{Path: "month", Value: text, Message: errs.Msg("ledger.bad_filter", nil)})
		}
	}
	return f, errs.Invalid("ledger.bad_filter", wrong)
}

// named are the names that a page needs beside the entries.
type named struct {
	plans      map[string]string            // document id → name
	components map[string]map[string]string // document id → component id → name
	person     string                       // of the filter
}

func (h *Handler) list(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	filter, err := filterOf(r)
	if err != nil {
		return err
	}
	page, err := h.rewards.List(ctx, actor, filter)
	if err != nil {
		return err
	}
	names, err := h.find(ctx, actor, filter)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return ui.Write(w, r, http.StatusOK, listPage(ctx, actor, filter, page, names, r.URL.Query()))
}

// find names plans, components and the person of the filter. Who may not list plans sees their ids.
func (h *Handler) find(ctx context.Context, actor access.Actor, filter reward.Filter) (n named, err error) {
	n = named{plans: map[string]string{reward.PayrollPlan: httpx.PrinterFrom(ctx).T("payroll.title")}, components: map[string]map[string]string{}}
	if filter.PersonID != 0 {
		persons, err := h.names.PersonNames(ctx, actor, []int64{filter.PersonID})
		if err != nil {
			return n, err
		}
		n.person = persons[filter.PersonID]
	}
	versions, err := h.plans.List(ctx, actor)
	if errs.Is(err, errs.KindForbidden) {
		return n, nil
	}
	zh := httpx.PrinterFrom(ctx).Zh()
	for _, v := range versions { // newest first: the newest name wins, components of older versions keep theirs
		if v.Kind == planbook.KindHonour {
			if n.components[reward.GrantPlan] == nil {
				n.plans[reward.GrantPlan], n.components[reward.GrantPlan] = httpx.PrinterFrom(ctx).T("ledger.honours"), map[string]string{}
			}
			n.components[reward.GrantPlan][v.DocumentID] = pick(zh, v.Name)
		}
		if v.Kind != planbook.KindPlan {
			continue
		}
		if n.components[v.DocumentID] == nil {
			n.plans[v.DocumentID], n.components[v.DocumentID] = pick(zh, v.Name), map[string]string{}
		}
		d, decodeErr := plan.Decode(v.DocumentID, []byte(v.Text))
		if decodeErr != nil || d.Plan == nil {
			continue
		}
		for _, c := range d.Plan.Components {
			if _, seen := n.components[v.DocumentID][c.ID]; !seen {
				n.components[v.DocumentID][c.ID] = pick(zh, c.Name)
			}
		}
	}
	return n, err
}

// amountText writes the amount of an entry; points have no decimals.
func amountText(e reward.Entry) string {
	if e.Currency == reward.Points {
		return strconv.FormatInt(e.AmountMinor, 10)
	}
	return money.Format(e.AmountMinor, e.Currency)
}

func pick(zh bool, t plan.Text) string {
	if zh {
		return t.Zh
	}
	return t.En
}

// export writes all entries of the filter as a file.
func (h *Handler) export(w http.ResponseWriter, r *http.Request) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	filter, err := filterOf(r)
	if err != nil {
		return err
	}
	filter.After, filter.Limit = 0, reward.LimitMax
	page, err := h.rewards.List(ctx, actor, filter)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", httpx.Attachment("ledger.csv"))
	w.Header().Set("Cache-Control", "no-store")
	out, err := tabular.NewCSV(w)
	if err != nil {
		return err
	}
	var head []tabular.Cell
	for _, key := range []string{"seq", "month", "person_id", "person", "plan", "component", "debit", "credit", "amount", "currency", "posted", "key", "source", "hash"} {
		head = append(head, tabular.Text(p.T("ledger."+key)))
	}
	if err := out.Write(head...); err != nil {
		return err
	}
	for {
		for _, e := range page.Entries {
			err := out.Write(tabular.Number(strconv.FormatInt(e.Seq, 10)), tabular.Text(e.Month.String()), tabular.Number(strconv.FormatInt(e.PersonID, 10)),
				tabular.Text(page.Names[e.PersonID]), tabular.Text(e.PlanID), tabular.Text(e.Component), tabular.Text(string(e.Debit)), tabular.Text(string(e.Credit)),
				tabular.Number(amountText(e)), tabular.Text(string(e.Currency)), tabular.Text(posted(p, e.PostedAt)),
				tabular.Text(e.Key), tabular.Text(e.Source), tabular.Text(e.Hash))
			if err != nil {
				return err
			}
		}
		if page.Next == 0 {
			return out.Close()
		}
		filter.After = page.Next
		if page, err = h.rewards.List(ctx, actor, filter); err != nil {
			return err
		}
	}
}
