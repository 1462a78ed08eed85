package sales

import (
	"net/http"
	"strconv"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/tabular"
	"xiaoguan/internal/target"
	"xiaoguan/internal/web/ui"
)

func quotaColumns(p *i18n.Printer) []ui.Column {
	return []ui.Column{
		{Key: target.SortPerson, Label: p.T("sales.person_key"), Sortable: true, Kind: ui.ColumnNarrow},
		{Key: "name", Label: p.T("common.person"), Phone: true, Fixed: true},
		{Key: "team", Label: p.T("common.team")},
		{Key: "of", Label: p.T("sales.quota_of")},
		{Key: target.SortAmount, Label: p.T("sales.quota"), Sortable: true, Kind: ui.ColumnNumber, Phone: true},
	}
}

func (h *Handler) quotaFilter(r *http.Request) (*listing, target.Filter, error) {
	l, err := h.list(r, "quotas", quotaColumns(httpx.PrinterFrom(r.Context())), ui.Sort{Key: target.SortPerson})
	if err != nil {
		return nil, target.Filter{}, err
	}
	month := h.today().Month()
	if typed := l.get("month"); typed != "" {
		if month, err = calendar.ParseMonth(typed); err != nil {
			l.wrong.Add("month", typed, "form.error.month", nil)
		}
	}
	return l, target.Filter{Month: month, Search: l.get("q"), TeamID: l.id("team"), Paging: l.paging()}, nil
}

func quotaURL(month calendar.Month, person int64) string {
	return "/quotas/" + month.String() + "/" + number(person)
}

func (h *Handler) listQuotas(w http.ResponseWriter, r *http.Request) error {
	l, filter, err := h.quotaFilter(r)
	if err != nil {
		return err
	}
	var page target.Page
	if err = l.wrong.Err(); err == nil {
		page, err = h.Targets.List(l.ctx, l.actor, filter)
	}
	failure, err := asFailure(err)
	if err != nil {
		return err
	}
	teams, err := h.teams(l.ctx, l.actor)
	if err != nil {
		return err
	}
	p := l.p
	var rows []ui.Row
	for _, q := range page.Rows {
		rows = append(rows, ui.Row{Cells: []ui.Cell{ui.Text(q.PersonKey), {Text: q.PersonName, URL: quotaURL(q.Month, q.PersonID), Phone: q.TeamName}, ui.Text(text(q.TeamName)),
			ui.Text(p.T("sales.of_" + q.Of)), amountCell(q.AmountMinor, h.Currency())}})
	}
	fields := append([]ui.Field{{Name: "month", Kind: ui.FieldMonth, Label: p.T("common.month"), Value: l.get("month"), Optional: true}}, l.teamField(teams)...)
	total := p.Money(page.SumMinor, h.Currency())
	view := ui.PageView{Title: p.T("nav.quotas")}
	if failure == nil {
		view.Subtitle = p.T("sales.quotas_sub", "Month", p.Month(filter.Month))
		view.Actions = []ui.Action{
			{Label: p.T("sales.month_before"), Icon: "chevron-left", URL: ui.URLWith(l.path, l.plain(), "month", (filter.Month - 1).String())},
			{Label: p.T("sales.month_after"), Icon: "chevron-right", URL: ui.URLWith(l.path, l.plain(), "month", (filter.Month + 1).String())},
		}
	}
	table := l.table(view.Title, rows, totalRow(p, l.columns, map[string]string{target.SortAmount: total}), fact.Total{Count: page.Count}, page.Next, p.T("sales.sum", "Sum", total))
	return l.draw(w, r, view, l.bar(p.T("sales.search_people"), fields, failure), table, failure)
}

func (h *Handler) exportQuotas(w http.ResponseWriter, r *http.Request) error {
	l, filter, err := h.quotaFilter(r)
	if err != nil {
		return err
	}
	if err := l.wrong.Err(); err != nil {
		return err
	}
	p := l.p
	return httpx.Download(w, httpx.Export{
		Name: "quotas-" + filter.Month.String(), Sheet: p.T("nav.quotas"), Format: r.PathValue("format"), More: p.T("sales.export_more", "Max", fact.ExportMax),
		Head: []string{p.T("sales.person_key"), p.T("common.person"), p.T("common.team"), p.T("common.month"), p.T("sales.quota_of"), p.T("sales.quota"), p.T("sales.currency")},
		Rows: func(write func(...tabular.Cell) error) (bool, error) {
			return h.Targets.Each(l.ctx, l.actor, filter, func(q target.Row) error {
				return write(tabular.Text(q.PersonKey), tabular.Text(q.PersonName), tabular.Text(q.TeamName), tabular.Text(q.Month.String()), tabular.Text(p.T("sales.of_"+q.Of)),
					tabular.Number(money.Format(q.AmountMinor, h.Currency())), tabular.Text(string(h.Currency())))
			})
		},
	})
}

// quotaPlace reads the month and the person of an address.
func quotaPlace(r *http.Request) (calendar.Month, int64, error) {
	month, monthErr := calendar.ParseMonth(r.PathValue("month"))
	person, personErr := strconv.ParseInt(r.PathValue("person"), 10, 64)
	if monthErr != nil || personErr != nil {
		return 0, 0, errs.New(errs.KindNotFound, "target.person_missing", nil)
	}
	return month, person, nil
}

func (h *Handler) showQuota(w http.ResponseWriter, r *http.Request) error {
	return h.drawQuota(w, r, http.StatusOK, nil)
}

func (h *Handler) drawQuota(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	month, person, err := quotaPlace(r)
	if err != nil {
		return err
	}
	recorded, err := h.Targets.History(ctx, actor, person, month, target.OfCollected)
	if err != nil {
		return err
	}
	names, err := h.People.PersonNames(ctx, actor, []int64{person})
	if err != nil {
		return err
	}
	var marks []fact.Mark
	var versions []version
	for _, v := range recorded {
		marks = append(marks, v.Mark)
		versions = append(versions, version{[]string{p.Month(v.Quota.Month), p.Money(v.Quota.AmountMinor, h.Currency())}, v.Mark})
	}
	users, err := h.userNames(ctx, marks)
	if err != nil {
		return err
	}
	parts := savedNote(p, r)
	if actor.Can(access.PermSalesWrite) {
		parts = append(parts, ui.Filled(ui.CardView{Title: p.T("sales.set_quota"), Span: 6}, ui.Form(h.quotaForm(p, r, month, person, recorded, failure))))
	}
	if len(versions) > 0 {
		parts = append(parts, historyCard(p, []string{p.T("common.month"), p.T("sales.quota")}, versions, users))
	} else {
		parts = append(parts, ui.Filled(ui.CardView{Label: p.T("sales.history"), Span: 6}, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("sales.no_quota")})))
	}
	return ui.Write(w, r, status, ui.Compose(ui.PageView{Title: p.T("sales.quota_of_person", "Name", text(names[person])), Subtitle: p.Month(month), Current: "quotas",
		Crumbs: []ui.Crumb{{Label: p.T("nav.quotas"), URL: "/quotas?month=" + month.String()}, {Label: text(names[person])}}}, parts...))
}

func (h *Handler) quotaForm(p *i18n.Printer, r *http.Request, month calendar.Month, person int64, recorded []target.Version, failure error) ui.FormView {
	amount, seen := "", "0"
	if len(recorded) > 0 && recorded[0].Mark.Current() {
		amount, seen = money.Format(recorded[0].Quota.AmountMinor, h.Currency()), number(int64(recorded[0].Mark.Recorded))
	}
	if failure != nil {
		amount, seen = r.PostFormValue("amount"), r.PostFormValue("seen")
	}
	v := ui.FormView{ID: "quota", Action: quotaURL(month, person), Submit: ui.Action{Label: p.T("sales.set_quota_button"), Kind: ui.ActionPrimary, Icon: "target-arrow"}, Consequence: p.T("sales.correct_consequence")}
	v.Fields, v.Problem = ui.WithErrors([]ui.Field{
		{Name: "amount", Kind: ui.FieldMoney, Label: p.T("sales.quota"), Value: amount, Unit: ui.UnitOf(p, h.Currency())}, {Name: "seen", Kind: ui.FieldHidden, Value: seen},
	}, failure, p)
	return v
}

func (h *Handler) setQuota(w http.ResponseWriter, r *http.Request) error {
	month, person, err := quotaPlace(r)
	if err != nil {
		return err
	}
	seen, _ := strconv.ParseInt(r.PostFormValue("seen"), 10, 64)
	var receipt fact.Receipt
	amount, ok := parseAmount(r.PostFormValue("amount"), h.Currency())
	if ok {
		receipt, err = h.Targets.Set(r.Context(), access.ActorFrom(r.Context()), target.Entry{PersonID: person, Month: month, AmountMinor: amount, Seen: fact.BatchID(seen)})
	} else {
		var c fact.Checker
		c.Add("amount", r.PostFormValue("amount"), "form.error.number", nil)
		err = c.Err()
	}
	switch {
	case err == nil:
		return done(w, r, quotaURL(month, person), receipt)
	case !mendable(err):
		return err
	}
	return h.drawQuota(w, r, httpx.StatusOf(err), err)
}
