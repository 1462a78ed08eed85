package sales

import (
	"net/http"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/contract"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/tabular"
	"xiaoguan/internal/web/ui"
)

// Contracts have three lists: contracts, their instalments, and the collections that sellers report.
const (
	contractsKey   = "contracts"
	contractsURL   = "/contracts"
	instalmentsKey = "instalments"
	collectionsKey = "collections"
	collectionsURL = "/collections"
)

func contractURL(id int64) string { return contractsURL + "/" + number(id) }

func (h *Handler) contractRoutes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("GET "+contractsURL, h.listContracts)
	handle("GET "+contractsURL+"/export/{format}", h.exportContracts)
	handle("POST "+contractsURL, h.addContract)
	handle("GET "+contractsURL+"/{id}", h.showContract)
	handle("POST "+contractsURL+"/{id}", h.saveContract)
	handle("POST "+contractsURL+"/{id}/{act}", h.actOnContract)
	handle("GET "+newContractURL, h.newContract)
	handle("GET "+editContractPath+"{id}", h.editContract)
	handle("GET /contract-amendments/{id}", h.showAmendment)
	handle("GET "+amendPath+"{id}", h.askAmendment)
	handle("POST "+amendPath+"{id}", h.amendContract)
	handle("GET "+planPath+"{id}", h.askPlan)
	handle("POST "+planPath+"{id}", h.setPlan)
	handle("GET /instalments", h.listInstalments)
	handle("GET /instalments/export/{format}", h.exportInstalments)
	handle("GET "+collectionsURL, h.listCollections)
	handle("GET "+collectionsURL+"/{id}", h.showCollection)
	handle("POST "+collectionsURL+"/{id}/{act}", h.actOnCollection)
}

// contractFaces lead between the lists.
func contractFaces(p *i18n.Printer, current string) (tabs []ui.Tab) {
	for _, key := range []string{contractsKey, instalmentsKey, collectionsKey} {
		tabs = append(tabs, ui.Tab{Label: p.T("contract.face_" + key), URL: "/" + key, Current: key == current})
	}
	return tabs
}

func contractColumns(p *i18n.Printer) []ui.Column {
	return []ui.Column{
		{Key: "number", Label: p.T("contract.number"), Phone: true, Fixed: true, Kind: ui.ColumnNarrow},
		{Key: "title", Label: p.T("contract.title")},
		{Key: "customer", Label: p.T("common.customer")},
		{Key: "state", Label: p.T("common.status"), Phone: true},
		{Key: contract.SortAmount, Label: p.T("contract.amount"), Kind: ui.ColumnNumber, Sortable: true, Phone: true},
		{Key: contract.SortSigned, Label: p.T("contract.signed_on"), Kind: ui.ColumnNarrow, Sortable: true},
		{Key: contract.SortEnds, Label: p.T("contract.ends_on"), Kind: ui.ColumnNarrow, Sortable: true},
		{Key: "owner", Label: p.T("opportunity.owner")},
		{Key: contract.SortNew, Label: p.T("opportunity.created"), Kind: ui.ColumnNarrow, Sortable: true, Hidden: true},
	}
}

func (h *Handler) contractFilter(r *http.Request) (*listing, contract.Filter, error) {
	own, err := h.ownFields(r, customfield.ObjectContract)
	if err != nil {
		return nil, contract.Filter{}, err
	}
	l, err := h.list(r, contractsKey, append(contractColumns(own.p), own.columns(r.URL.Query())...), ui.Sort{Key: contract.SortNew, Descending: true})
	if err != nil {
		return nil, contract.Filter{}, err
	}
	l.own = own
	return l, contract.Filter{Search: l.get("q"), State: contract.State(l.get("state")), OpportunityID: l.id("opportunity"), CustomerID: l.id("customer"), PersonID: l.id("person"), TeamID: l.id("team"),
		Ends: l.days(), Amounts: l.amounts(), WithoutDeal: l.get("without_deal") != "", Own: customfield.Asked{Conditions: own.conditions(l)}, Paging: l.paging(), ExactTotal: l.exact()}, nil
}

func (h *Handler) listContracts(w http.ResponseWriter, r *http.Request) error {
	l, filter, err := h.contractFilter(r)
	if err != nil {
		return err
	}
	var page contract.Page
	if err = l.wrong.Err(); err == nil {
		page, err = h.Contracts.List(l.ctx, l.actor, filter)
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
	fields := append([]ui.Field{{Name: "state", Kind: ui.FieldSelect, Label: p.T("common.status"), Value: l.get("state"), Options: named(p, "contract.state.", contract.States), Optional: true, Placeholder: p.T("common.all")}}, l.teamField(teams)...)
	ranges := l.rangeFields()
	ranges[0].Label, ranges[1].Label = p.T("contract.ends_from"), p.T("contract.ends_to")
	fields = append(append(fields, ranges...), ui.Field{Name: "without_deal", Kind: ui.FieldCheck, Label: p.T("contract.without_deal"), Value: "1", Checked: filter.WithoutDeal, Optional: true})
	fields = append(append(fields, l.own.filters(l)...), l.kept("customer", p.T("common.customer"))...)
	if l.own, err = h.ownFieldsOf(r, customfield.ObjectContract, setsOf(page.Rows, func(c contract.Contract) customfield.Set { return c.Fields })); err != nil {
		return err
	}
	var rows []ui.Row
	for _, c := range page.Rows {
		chip := contractChip(p, c.StateOn(h.today()))
		rows = append(rows, ui.Row{Cells: append([]ui.Cell{{Text: c.Number, URL: contractURL(c.ID), Phone: c.CustomerName}, ui.Text(c.Title), ui.LinkTo(text(c.CustomerName), customerURL(c.CustomerID)), {Chip: &chip},
			amountCell(c.AmountMinor, c.Currency), ui.Text(text(dayText(c.SignedOn))), ui.Text(text(dayText(c.EndsOn))), ui.Text(text(c.OwnerName)), ui.Text(calendar.DateOf(p.Local(c.CreatedAt)).String())}, l.own.cells(c.Fields)...)})
	}
	view := ui.PageView{Title: p.T("nav.contracts"), Subtitle: p.T("contract.list_sub"), Tabs: contractFaces(p, contractsKey), Actions: []ui.Action{{Label: p.T("contract.expiring"), Icon: "calendar-due",
		URL: ui.URLWith(contractsURL, nil, "state", string(contract.StateSigned), "from", h.today().String(), "to", (h.today() + expiringDays).String(), "sort", contract.SortEnds)}}}
	if mayWork(l.actor) {
		view.Actions = append(view.Actions, ui.Action{Label: p.T("contract.new"), Icon: "plus", Kind: ui.ActionPrimary, URL: newContractURL})
	}
	totals := totalRow(p, l.columns, map[string]string{contract.SortAmount: sums(p, page.Total)})
	if len(page.Rows) == 0 {
		totals = nil
	}
	table := l.table(view.Title, rows, totals, page.Total, page.Next, "")
	if len(l.plain()) == 0 {
		table.Empty = &ui.State{Kind: ui.StateEmpty, Title: p.T("contract.none"), Text: p.T("contract.none_text")}
	}
	return l.draw(w, r, view, l.bar(p.T("contract.search"), fields, failure), table, failure)
}

// expiringDays is how far the list of contracts that end soon looks ahead.
const expiringDays = 60

var contractTones = map[contract.State]ui.Tone{contract.StateWaiting: ui.ToneWarn, contract.StateApproved: ui.ToneBrand, contract.StateSigned: ui.ToneGood, contract.StateExpired: ui.ToneBad, contract.StateEnded: ui.ToneLine, contract.StateDropped: ui.ToneLine}

func contractChip(p *i18n.Printer, s contract.State) ui.Chip {
	return ui.Chip{Label: p.Message(s.Message()), Tone: contractTones[s]}
}

func (h *Handler) exportContracts(w http.ResponseWriter, r *http.Request) error {
	l, filter, err := h.contractFilter(r)
	if err != nil {
		return err
	}
	if err := l.wrong.Err(); err != nil {
		return err
	}
	p := l.p
	return httpx.Download(w, httpx.Export{
		Name: contractsKey, Sheet: p.T("nav.contracts"), Format: r.PathValue("format"), More: p.T("sales.export_more", "Max", fact.ExportMax),
		Head: append([]string{p.T("contract.number"), p.T("contract.title"), p.T("sales.customer_key"), p.T("common.customer"), p.T("common.status"), p.T("contract.amount"), p.T("quote.tax"), p.T("sales.currency"),
			p.T("contract.signed_on"), p.T("contract.starts_on"), p.T("contract.ends_on"), p.T("opportunity.owner")}, l.own.heads()...),
		Rows: func(write func(...tabular.Cell) error) (bool, error) {
			return h.Contracts.Each(l.ctx, l.actor, filter, func(c contract.Contract) error {
				return write(append([]tabular.Cell{tabular.Text(c.Number), tabular.Text(c.Title), tabular.Text(c.CustomerKey), tabular.Text(c.CustomerName), tabular.Text(p.Message(c.StateOn(h.today()).Message())),
					tabular.Number(money.Format(c.AmountMinor, c.Currency)), tabular.Number(money.Format(c.TaxMinor, c.Currency)), tabular.Text(string(c.Currency)), tabular.Text(dayText(c.SignedOn)),
					tabular.Text(dayText(c.StartsOn)), tabular.Text(dayText(c.EndsOn)), tabular.Text(c.OwnerName)}, l.own.exported(c.Fields)...)...)
			})
		},
	})
}

func instalmentColumns(p *i18n.Printer) []ui.Column {
	return []ui.Column{
		{Key: contract.SortDue, Label: p.T("contract.due_on"), Kind: ui.ColumnNarrow, Sortable: true, Phone: true, Fixed: true},
		{Key: "late", Label: p.T("contract.late"), Phone: true},
		{Key: "contract", Label: p.T("contract.number"), Kind: ui.ColumnNarrow},
		{Key: "name", Label: p.T("contract.instalment")},
		{Key: "customer", Label: p.T("common.customer")},
		{Key: "amount", Label: p.T("common.amount"), Kind: ui.ColumnNumber},
		{Key: "collected", Label: p.T("contract.collected"), Kind: ui.ColumnNumber},
		{Key: "left", Label: p.T("contract.left"), Kind: ui.ColumnNumber, Phone: true},
		{Key: "owner", Label: p.T("opportunity.owner")},
	}
}

func (h *Handler) instalmentFilter(r *http.Request) (*listing, contract.DueFilter, error) {
	l, err := h.list(r, instalmentsKey, instalmentColumns(httpx.PrinterFrom(r.Context())), ui.Sort{Key: contract.SortDue})
	if err != nil {
		return nil, contract.DueFilter{}, err
	}
	return l, contract.DueFilter{Open: l.get("all") == "", Overdue: l.get("overdue") != "", PersonID: l.id("person"), TeamID: l.id("team"), RegionID: l.id("region"), Due: l.days(), Paging: l.paging(), ExactTotal: l.exact()}, nil
}

func (h *Handler) listInstalments(w http.ResponseWriter, r *http.Request) error {
	l, filter, err := h.instalmentFilter(r)
	if err != nil {
		return err
	}
	var page contract.DuePage
	if err = l.wrong.Err(); err == nil {
		page, err = h.Contracts.Due(l.ctx, l.actor, filter)
	}
	failure, err := asFailure(err)
	if err != nil {
		return err
	}
	regions, teams, err := h.regionsAndTeams(l.ctx, l.actor)
	if err != nil {
		return err
	}
	p := l.p
	tick := func(name, label string) ui.Field {
		return ui.Field{Name: name, Kind: ui.FieldCheck, Label: p.T(label), Value: "1", Checked: l.get(name) != "", Optional: true}
	}
	fields := append([]ui.Field{tick("overdue", "contract.only_overdue"), tick("all", "contract.also_paid")}, append(l.teamField(teams), l.rangeFields()[:2]...)...)
	fields = append(fields, l.kept("person", p.T("common.person"))...)
	fields = append(fields, l.regionField(regions)...)
	var rows []ui.Row
	for _, d := range page.Rows {
		rows = append(rows, ui.Row{Cells: []ui.Cell{{Text: d.DueOn.String(), Phone: d.CustomerName}, lateCell(p, d.Instalment, page.Today), ui.LinkTo(d.ContractNumber, contractURL(d.ContractID)), ui.Text(text(d.Name)), ui.LinkTo(text(d.CustomerName), customerURL(d.CustomerID)),
			amountCell(d.AmountMinor, d.Currency), amountCell(d.CollectedMinor, d.Currency), amountCell(d.LeftMinor(), d.Currency), ui.Text(text(d.OwnerName))}})
	}
	view := ui.PageView{Title: p.T("contract.face_instalments"), Tabs: contractFaces(p, instalmentsKey), Subtitle: p.T("contract.instalments_sub")}
	if failure == nil {
		rates, err := h.Contracts.Rates(l.ctx, l.actor, h.pastMonth(), filter.PersonID)
		if err != nil {
			return err
		}
		if len(rates) > 0 {
			view.Subtitle = p.T("contract.rate_sub", "Rates", ratesText(p, rates))
		}
	}
	totals := totalRow(p, l.columns, map[string]string{"left": sums(p, page.Total)})
	if len(page.Rows) == 0 {
		totals = nil
	}
	table := l.table(view.Title, rows, totals, page.Total, page.Next, "")
	if len(l.plain()) == 0 {
		table.Empty = &ui.State{Kind: ui.StateEmpty, Title: p.T("contract.nothing_due"), Text: p.T("contract.nothing_due_text")}
	}
	bar := l.bar("", fields, failure)
	bar.Search, bar.SaveAs = nil, ""
	return l.drawAs(w, r, contractsKey, view, bar, table, failure)
}

// pastMonth are the days of the rate of collections: the last ninety.
func (h *Handler) pastMonth() fact.Days { return fact.Days{From: h.today() - 90, To: h.today()} }

// ratesText writes how much of what was due has come.
func ratesText(p *i18n.Printer, rates []contract.Rate) string {
	var texts []string
	for _, rate := range rates {
		if rate.Fact.AmountMinor > 0 {
			texts = append(texts, p.Percent(i18n.Share(rate.CollectedMinor, rate.Fact.AmountMinor))+" · "+p.Money(rate.CollectedMinor, rate.Fact.Currency)+" / "+p.Money(rate.Fact.AmountMinor, rate.Fact.Currency))
		}
	}
	return p.Join(texts)
}

// lateCell says how late an instalment is.
func lateCell(p *i18n.Printer, i contract.Instalment, today calendar.Date) ui.Cell {
	chip := ui.Chip{Label: p.T("contract.due_later")}
	switch late := i.OverdueDays(today); {
	case i.LeftMinor() <= 0:
		chip = ui.Chip{Label: p.T("contract.paid"), Tone: ui.ToneGood}
	case late > 0:
		chip = ui.Chip{Label: p.T("contract.days_late", "Count", int(late)), Tone: ui.ToneBad, Icon: "clock"}
	case i.DueOn == today:
		chip = ui.Chip{Label: p.T("contract.due_today"), Tone: ui.ToneWarn}
	case i.CollectedMinor > 0:
		chip = ui.Chip{Label: p.T("contract.part_paid"), Tone: ui.ToneBrand}
	}
	return ui.Cell{Chip: &chip}
}

func (h *Handler) exportInstalments(w http.ResponseWriter, r *http.Request) error {
	l, filter, err := h.instalmentFilter(r)
	if err != nil {
		return err
	}
	if err := l.wrong.Err(); err != nil {
		return err
	}
	p := l.p
	return httpx.Download(w, httpx.Export{
		Name: instalmentsKey, Sheet: p.T("contract.face_instalments"), Format: r.PathValue("format"), More: p.T("sales.export_more", "Max", fact.ExportMax),
		Head: []string{p.T("contract.due_on"), p.T("contract.days_late_head"), p.T("contract.number"), p.T("contract.instalment"), p.T("common.customer"), p.T("common.amount"), p.T("contract.collected"), p.T("contract.left"), p.T("sales.currency"), p.T("opportunity.owner")},
		Rows: func(write func(...tabular.Cell) error) (bool, error) {
			return h.Contracts.EachDue(l.ctx, l.actor, filter, func(d contract.DueRow) error {
				return write(tabular.Text(d.DueOn.String()), tabular.Number(number(d.OverdueDays(h.today()))), tabular.Text(d.ContractNumber), tabular.Text(d.Name), tabular.Text(d.CustomerName), tabular.Number(money.Format(d.AmountMinor, d.Currency)),
					tabular.Number(money.Format(d.CollectedMinor, d.Currency)), tabular.Number(money.Format(d.LeftMinor(), d.Currency)), tabular.Text(string(d.Currency)), tabular.Text(d.OwnerName))
			})
		},
	})
}

func (h *Handler) listCollections(w http.ResponseWriter, r *http.Request) error {
	p := httpx.PrinterFrom(r.Context())
	columns := []ui.Column{{Key: contract.SortNew, Label: p.T("collection.reported"), Phone: true, Fixed: true, Sortable: true}, {Key: "kind", Label: p.T("sales.payment_kind")}, {Key: "contract", Label: p.T("contract.number"), Kind: ui.ColumnNarrow},
		{Key: "customer", Label: p.T("common.customer")}, {Key: "paid", Label: p.T("sales.paid_on"), Kind: ui.ColumnNarrow}, {Key: "amount", Label: p.T("common.amount"), Kind: ui.ColumnNumber, Phone: true}, {Key: "state", Label: p.T("common.status"), Phone: true}, {Key: "owner", Label: p.T("opportunity.owner")}}
	l, err := h.list(r, collectionsKey, columns, ui.Sort{Key: contract.SortNew, Descending: true})
	if err != nil {
		return err
	}
	filter := contract.ReportFilter{State: contract.ReportState(l.get("state")), PersonID: l.id("person"), TeamID: l.id("team"), Paging: l.paging(), ExactTotal: l.exact()}
	var page contract.ReportPage
	if err = l.wrong.Err(); err == nil {
		page, err = h.Contracts.Reports(l.ctx, l.actor, filter)
	}
	failure, err := asFailure(err)
	if err != nil {
		return err
	}
	var rows []ui.Row
	for _, c := range page.Rows {
		chip := reportChip(p, c.State)
		rows = append(rows, ui.Row{Cells: []ui.Cell{{Text: p.Moment(c.ReportedAt, p.Local(h.Now())) + " · " + c.ReportedName, URL: collectionsURL + "/" + number(c.ID), Phone: c.CustomerName}, ui.Text(p.T("collection.kind." + string(c.Kind))), ui.LinkTo(c.ContractNumber, contractURL(c.ContractID)),
			ui.LinkTo(text(c.CustomerName), customerURL(c.CustomerID)), ui.Text(c.PaidOn.String()), amountCell(c.AmountMinor, c.Currency), {Chip: &chip}, ui.Text(text(c.OwnerName))}})
	}
	teams, err := h.teams(l.ctx, l.actor)
	if err != nil {
		return err
	}
	fields := append([]ui.Field{{Name: "state", Kind: ui.FieldSelect, Label: p.T("common.status"), Value: l.get("state"), Options: named(p, "collection.state.", contract.ReportStates), Optional: true, Placeholder: p.T("common.all")}}, l.teamField(teams)...)
	view := ui.PageView{Title: p.T("contract.face_collections"), Tabs: contractFaces(p, collectionsKey), Subtitle: p.T("collection.list_sub")}
	table := l.table(view.Title, rows, nil, page.Total, page.Next, "")
	table.Exports = nil
	if len(l.plain()) == 0 {
		table.Empty = &ui.State{Kind: ui.StateEmpty, Title: p.T("collection.none"), Text: p.T("collection.none_text")}
	}
	bar := l.bar("", fields, failure)
	bar.Search, bar.SaveAs = nil, ""
	return l.drawAs(w, r, contractsKey, view, bar, table, failure)
}

var reportTones = map[contract.ReportState]ui.Tone{contract.ReportReported: ui.ToneWarn, contract.ReportConfirmed: ui.ToneGood, contract.ReportRefused: ui.ToneBad, contract.ReportWithdrawn: ui.ToneLine}

func reportChip(p *i18n.Printer, s contract.ReportState) ui.Chip {
	return ui.Chip{Label: p.Message(s.Message()), Tone: reportTones[s]}
}

// drawAs is draw for a list that is another face of a place in the navigation.
func (l *listing) drawAs(w http.ResponseWriter, r *http.Request, place string, view ui.PageView, bar ui.FilterView, table ui.TableView, failure error) error {
	own := *l
	own.key = place
	return own.draw(w, r, view, bar, table, failure)
}
