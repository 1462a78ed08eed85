package pay

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/explain"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/money"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/tabular"
	"xiaoguan/internal/web/ui"
)

// filterOf reads the filter of the list. Without a month it is the last complete one.
func (h *Handler) filterOf(r *http.Request) (f payout.Filter, err error) {
	f = payout.Filter{Month: h.thisMonth() - 1, Search: strings.TrimSpace(r.FormValue("q")), PlanID: r.FormValue("plan"), After: r.FormValue("cursor")}
	if text := r.FormValue("month"); text != "" {
		if f.Month, err = calendar.ParseMonth(text); err != nil {
			return f, errs.Invalid("error.invalid", []errs.Field{{Path: "month", Value: text, Message: errs.Msg("pay.bad_month", nil)}})
		}
	}
	if text := r.FormValue("team"); text != "" {
		if f.TeamID, err = strconv.ParseInt(text, 10, 64); err != nil {
			return f, errs.New(errs.KindInvalid, "error.invalid", nil)
		}
	}
	return f, nil
}

// listed is the list of statements with what one may choose from.
type listed struct {
	filter payout.Filter
	page   payout.Page
	teams  map[int64]string
	plans  map[string]string // document id → name
}

func (h *Handler) list(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	filter, err := h.filterOf(r)
	if err != nil {
		return err
	}
	l := listed{filter: filter}
	if l.page, err = h.payouts.List(ctx, actor, filter); err != nil {
		return err
	}
	if l.teams, err = h.teams.TeamNames(ctx, actor); err != nil {
		return err
	}
	if l.plans, err = h.planNames(ctx, actor); err != nil {
		return err
	}
	return ui.Write(w, r, http.StatusOK, listPage(ctx, l, r.URL.Query()))
}

// planNames names the plans by document id; none for who may not read them.
func (h *Handler) planNames(ctx context.Context, actor access.Actor) (map[string]string, error) {
	names := map[string]string{}
	versions, err := h.plans.List(ctx, actor)
	if errs.Is(err, errs.KindForbidden) {
		return names, nil
	}
	zh := httpx.PrinterFrom(ctx).Zh()
	for _, v := range versions { // the newest version of a document comes first
		if _, seen := names[v.DocumentID]; seen || v.Kind != planbook.KindPlan {
			continue
		}
		names[v.DocumentID] = v.Name.En
		if zh {
			names[v.DocumentID] = v.Name.Zh
		}
	}
	return names, err
}

func attachment(w http.ResponseWriter, kind, name string) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", httpx.Attachment(name))
	w.Header().Set("Cache-Control", "no-store")
}

const typeCSV = "text/csv; charset=utf-8"

// export writes the list with the same filter as a file, all pages of it.
func (h *Handler) export(w http.ResponseWriter, r *http.Request) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	filter, err := h.filterOf(r)
	if err != nil {
		return err
	}
	filter.After, filter.Limit = "", payout.LimitMax
	page, err := h.payouts.List(ctx, actor, filter)
	if err != nil {
		return err
	}
	attachment(w, typeCSV, "statements-"+filter.Month.String()+".csv")
	out, err := tabular.NewCSV(w)
	if err != nil {
		return err
	}
	var head []tabular.Cell
	for _, key := range []string{"pay.month", "pay.key", "pay.person", "pay.team", "pay.level", "pay.plan", "pay.amount", "pay.state", "pay.digest", "pay.honours"} {
		head = append(head, tabular.Text(p.T(key)))
	}
	if err := out.Write(head...); err != nil {
		return err
	}
	for {
		for _, s := range page.Heads {
			err := out.Write(tabular.Text(s.Month.String()), tabular.Text(s.PersonKey), tabular.Text(s.Name), tabular.Text(s.TeamName),
				tabular.Text(explain.Level(p, s.Level)), tabular.Text(s.PlanID), tabular.Number(money.Format(s.TotalMinor, money.CNY)),
				tabular.Text(p.T("pay.state_"+s.Standing.State)), tabular.Text(s.Digest), tabular.Number(money.Format(s.HonourMinor, money.CNY)))
			if err != nil {
				return err
			}
		}
		if page.Next == "" {
			return out.Close()
		}
		filter.After = page.Next
		if page, err = h.payouts.List(ctx, actor, filter); err != nil {
			return err
		}
	}
}

// data answers with the statement's canonical JSON: the bytes whose SHA-256 is the statement's digest.
func (h *Handler) data(w http.ResponseWriter, r *http.Request) error {
	a, err := ask(r)
	if err != nil {
		return err
	}
	view, err := h.open(r.Context(), a)
	if err != nil {
		return err
	}
	attachment(w, "application/json", "statement-"+a.month.String()+"-"+fileSafe(view.PersonKey)+".json")
	_, err = w.Write(view.Statement.AppendJSON(nil))
	return err
}

// fileSafe keeps the characters of a key that every file system takes.
func fileSafe(key string) string {
	return strings.Map(func(c rune) rune {
		if c == '-' || c == '.' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') {
			return c
		}
		return '_'
	}, key)
}

// credits writes the credits of a statement as a file: one row for each part that counted in a component.
func (h *Handler) credits(w http.ResponseWriter, r *http.Request) error {
	ctx, p := r.Context(), httpx.PrinterFrom(r.Context())
	a, err := ask(r)
	if err != nil {
		return err
	}
	view, err := h.open(ctx, a)
	if err != nil {
		return err
	}
	o, err := h.dress(ctx, a, view)
	if err != nil {
		return err
	}
	attachment(w, typeCSV, "credits-"+a.month.String()+"-"+fileSafe(view.PersonKey)+".csv")
	out, err := tabular.NewCSV(w)
	if err != nil {
		return err
	}
	var head []tabular.Cell
	for _, key := range []string{"pay.component", "pay.date", "pay.customer", "pay.deal", "pay.payment", "pay.product", "pay.category", "pay.whole",
		"pay.share", "pay.credited", "pay.rate", "pay.times", "pay.earned", "pay.foreign"} {
		head = append(head, tabular.Text(p.T(key)))
	}
	if err := out.Write(head...); err != nil {
		return err
	}
	only := r.FormValue("component")
	for i, c := range o.words.Components {
		if only != "" && c.ID != only {
			continue
		}
		if err := writeCredits(out, o, i); err != nil {
			return err
		}
	}
	return out.Close()
}

func writeCredits(out *tabular.CSVWriter, o opened, component int) error {
	c := o.words.Components[component]
	groups := len(c.Rates)
	if c.Marginal {
		groups = len(c.Bands)
	}
	currency := o.view.Statement.Currency
	for group := range groups {
		rows, _ := o.words.CreditRows(component, group, 0)
		for _, row := range rows {
			err := out.Write(tabular.Text(c.Name), tabular.Text(row.On.String()), tabular.Text(row.Customer), tabular.Text(row.Deal), tabular.Text(row.Payment),
				tabular.Text(row.Product), tabular.Text(row.Category), tabular.Number(money.Format(row.AmountFen, row.AmountCurrency(currency))), tabular.Text(shareText(row.Share)),
				tabular.Number(explain.ExactDecimal(row.PartExact, currency)), tabular.Text(row.Rate), tabular.Text(row.Times),
				tabular.Number(explain.ExactDecimal(row.EarnExact, currency)), tabular.Text(row.Foreign))
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// shareText writes basis points as a percentage: 7,000 is 70%.
func shareText(basisPoints int32) string {
	text := strconv.Itoa(int(basisPoints / 100))
	if rest := basisPoints % 100; rest != 0 {
		text += strings.TrimRight("."+strconv.Itoa(int(100 + rest))[1:], "0")
	}
	return text + "%"
}
