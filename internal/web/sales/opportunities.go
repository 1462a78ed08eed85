package sales

import (
	"math/big"
	"net/http"
	"net/url"
	"strconv"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/tabular"
	"xiaoguan/internal/web/ui"
)

// Opportunities have two faces: the list, and the board beside it.
const (
	opportunitiesKey = "opportunities"
	opportunitiesURL = "/opportunities"
	boardURL         = "/pipeline"
)

func opportunityURL(id int64) string { return opportunitiesURL + "/" + number(id) }

func opportunityColumns(p *i18n.Printer, changes bool) []ui.Column {
	return []ui.Column{
		{Key: "choose", Label: p.T("lead.choose"), Kind: ui.ColumnCheck, Phone: true, Fixed: true, Hidden: !changes},
		{Key: "name", Label: p.T("opportunity.name"), Phone: true, Fixed: true},
		{Key: "customer", Label: p.T("common.customer")},
		{Key: "stage", Label: p.T("opportunity.stage"), Phone: true},
		{Key: opportunity.SortAmount, Label: p.T("opportunity.amount"), Kind: ui.ColumnNumber, Sortable: true, Phone: true},
		{Key: "percent", Label: p.T("opportunity.percent"), Kind: ui.ColumnNumber},
		{Key: opportunity.SortExpected, Label: p.T("opportunity.expected_on"), Kind: ui.ColumnNarrow, Sortable: true},
		{Key: "owner", Label: p.T("opportunity.owner")},
		{Key: "followed", Label: p.T("opportunity.followed"), Kind: ui.ColumnNarrow},
		{Key: "next", Label: p.T("opportunity.next"), Kind: ui.ColumnNarrow},
		{Key: "source", Label: p.T("opportunity.source")},
		{Key: opportunity.SortNew, Label: p.T("opportunity.created"), Kind: ui.ColumnNarrow, Sortable: true},
	}
}

func (h *Handler) opportunityFilter(r *http.Request, key string) (*listing, opportunity.Filter, error) {
	changes := access.ActorFrom(r.Context()).Can(access.PermWorkWrite)
	own, err := h.ownFields(r, customfield.ObjectOpportunity)
	if err != nil {
		return nil, opportunity.Filter{}, err
	}
	columns := append(opportunityColumns(own.p, changes), own.columns(r.URL.Query())...)
	l, err := h.list(r, key, columns, ui.Sort{Key: opportunity.SortNew, Descending: true})
	if err != nil {
		return nil, opportunity.Filter{}, err
	}
	l.columns[0].Hidden = !changes // whatever columns are asked for
	l.own = own
	f := opportunity.Filter{Search: l.get("q"), State: opportunity.State(l.get("state")), Stage: opportunity.Stage(l.get("stage")), Source: l.get("source"), CustomerID: l.id("customer"),
		PersonID: l.id("person"), TeamID: l.id("team"), Expected: l.days(), Amounts: l.amounts(), WithoutDeal: l.get("without_deal") != "", Fields: own.conditions(l), Paging: l.paging(), ExactTotal: l.exact()}
	return l, f, nil
}

// named are the choices of a list of values, each with its name.
func named[T ~string](p *i18n.Printer, prefix string, values []T) (options []ui.Option) {
	for _, v := range values {
		options = append(options, ui.Option{Value: string(v), Label: p.T(prefix + string(v))})
	}
	return options
}

// opportunityFields are the fields of the filter; the board has no state and no stage to choose.
func (h *Handler) opportunityFields(l *listing, board bool) ([]ui.Field, error) {
	p := l.p
	choice := func(name, label string, options []ui.Option) ui.Field {
		return ui.Field{Name: name, Kind: ui.FieldSelect, Label: label, Value: l.get(name), Options: options, Optional: true, Placeholder: p.T("common.all")}
	}
	var fields []ui.Field
	if !board {
		fields = append(fields, choice("state", p.T("common.status"), named(p, "opportunity.state.", opportunity.States)), choice("stage", p.T("opportunity.stage"), stageFilter(p, l.own.stages)))
	}
	fields = append(fields, choice("source", p.T("opportunity.source"), named(p, "opportunity.source.", opportunity.Sources)))
	teams, err := h.teams(l.ctx, l.actor)
	if err != nil {
		return nil, err
	}
	fields = append(append(fields, l.teamField(teams)...), l.rangeFields()...)
	if !board {
		fields = append(fields, ui.Field{Name: "without_deal", Kind: ui.FieldCheck, Label: p.T("opportunity.without_deal"), Value: "1", Checked: l.get("without_deal") != "", Optional: true})
	}
	fields = append(fields, l.own.filters(l)...)
	return fields, nil
}

// faces lead from the list to the board and back, with the same filter.
func faces(p *i18n.Printer, query url.Values, board bool) []ui.Tab {
	return []ui.Tab{
		{Label: p.T("opportunity.board"), URL: ui.URLWith(boardURL, query, "cursor", "", "state", "", "stage", "", "without_deal", "", "sort", ""), Current: board},
		{Label: p.T("opportunity.list"), URL: ui.URLWith(opportunitiesURL, query, "cursor", ""), Current: !board},
	}
}

func newOpportunityAction(p *i18n.Printer, actor access.Actor) []ui.Action {
	if !actor.Can(access.PermWorkWrite) {
		return nil
	}
	return []ui.Action{{Label: p.T("opportunity.new"), Icon: "plus", Kind: ui.ActionPrimary, URL: newOpportunityURL}}
}

func (h *Handler) listOpportunities(w http.ResponseWriter, r *http.Request) error {
	return h.drawOpportunities(w, r, http.StatusOK, togetherState{})
}

// drawOpportunities answers with the list; state is what became of a change of several.
func (h *Handler) drawOpportunities(w http.ResponseWriter, r *http.Request, status int, state togetherState) error {
	l, filter, err := h.opportunityFilter(r, opportunitiesKey)
	if err != nil {
		return err
	}
	fields, err := h.opportunityFields(l, false)
	if err != nil {
		return err
	}
	var page opportunity.Page
	if err = l.wrong.Err(); err == nil {
		page, err = h.Opportunities.List(l.ctx, l.actor, filter)
	}
	failure, err := asFailure(err)
	if err != nil {
		return err
	}
	p := l.p
	if l.own, err = h.ownFieldsOf(r, customfield.ObjectOpportunity, setsOf(page.Rows, func(o opportunity.Opportunity) customfield.Set { return o.Fields })); err != nil {
		return err
	}
	var rows []ui.Row
	open := 0
	for _, o := range page.Rows {
		row := h.opportunityRow(l.own, o)
		row.Cells = append(row.Cells, l.own.cells(o.Fields)...)
		if row.Cells = append([]ui.Cell{{}}, row.Cells...); o.State == opportunity.StateOpen {
			row.Cells[0] = tickOf("opportunity", o, p.T("lead.choose_one", "Name", o.Name), r.PostForm["opportunity"])
			if l.actor.Can(access.PermWorkWrite) {
				row = editable(row, o, 1)
			}
			open++
		}
		rows = append(rows, row)
	}
	view := ui.PageView{Title: p.T("nav.opportunities"), Subtitle: p.T("opportunity.list_sub"), Tabs: faces(p, l.plain(), false), Actions: newOpportunityAction(p, l.actor), Scripts: []string{ui.CellScript}}
	totals := totalRow(p, l.columns, map[string]string{opportunity.SortAmount: sums(p, page.Total)})
	totals[0].Cells[0], totals[0].Cells[1] = ui.Cell{}, totals[0].Cells[0] // the boxes come first
	if len(page.Rows) == 0 {
		totals = nil
	}
	table := l.table(view.Title, rows, totals, page.Total, page.Next, "")
	if len(l.plain()) == 0 {
		table.Empty = &ui.State{Kind: ui.StateEmpty, Title: p.T("opportunity.none"), Text: p.T("opportunity.none_text"), Actions: newOpportunityAction(p, l.actor)}
	}
	bar := l.bar(p.T("opportunity.search"), fields, failure)
	if failure != nil || !l.actor.Can(access.PermWorkWrite) {
		return l.draw(w, r, view, bar, table, failure)
	}
	view.Current = l.key
	parts := savedNote(p, r)
	if len(state.left) > 0 {
		parts = append(parts, leftNote(l, state))
	}
	parts = append(parts, ui.Across(ui.Filter(bar)), ui.Filled(ui.CardView{Label: view.Title, Flush: true}, ui.Table(table)))
	if open > 0 {
		card, err := h.togetherCard(r, l, state.failure)
		if err != nil {
			return err
		}
		parts = append(parts, card)
	}
	return ui.Write(w, r, status, ui.Compose(view, parts...))
}

func (h *Handler) opportunityRow(own ownFields, o opportunity.Opportunity) ui.Row {
	p := own.p
	stage := ui.Cell{Text: own.stage(o.Stage)}
	if o.State != opportunity.StateOpen {
		chip := stateChip(p, o.State)
		stage.Chip = &chip
	}
	next := ui.Cell{}
	if clock := h.nextClock(p, o.NextOn); clock != nil && o.State == opportunity.StateOpen {
		next.Body = ui.ClockOf(*clock)
	} else {
		next.Text = i18n.Unknown
	}
	return ui.Row{Cells: []ui.Cell{
		{Text: o.Name, URL: opportunityURL(o.ID), Phone: o.CustomerName}, {Text: text(o.CustomerName), URL: customerURL(o.CustomerID)}, stage, expectedCell(o),
		ui.Text(percentText(p, own.stages.PercentOf(o))), ui.Text(text(dayText(o.ExpectedOn))), ui.Text(text(o.OwnerName)), ui.Text(agoText(p, h, o)), next,
		ui.Text(sourceText(p, o.Source)), ui.Text(calendar.DateOf(p.Local(o.CreatedAt)).String()),
	}}
}

// expectedCell is the expected amount, a dash while nobody knows it.
func expectedCell(o opportunity.Opportunity) ui.Cell {
	if o.AmountMinor == 0 {
		return ui.Text(i18n.Unknown)
	}
	return amountCell(o.AmountMinor, o.Currency)
}

func percentText(p *i18n.Printer, percent int64) string {
	return p.PercentDigits(big.NewRat(percent, 100), 0)
}

func sourceText(p *i18n.Printer, source string) string {
	if source == "" {
		return i18n.Unknown
	}
	return p.T("opportunity.source." + source)
}

func agoText(p *i18n.Printer, h *Handler, o opportunity.Opportunity) string {
	if o.FollowedAt.IsZero() {
		return p.T("opportunity.never_followed")
	}
	return p.Ago(o.FollowedAt, h.Now())
}

func stateChip(p *i18n.Printer, s opportunity.State) ui.Chip {
	tone := map[opportunity.State]ui.Tone{opportunity.StateOpen: ui.ToneBrand, opportunity.StateWon: ui.ToneGood, opportunity.StateLost: ui.ToneLine}[s]
	return ui.Chip{Label: p.T("opportunity.state." + string(s)), Tone: tone}
}

// nextClock says when the next contact is; nil when none is arranged.
func (h *Handler) nextClock(p *i18n.Printer, day calendar.Date) *ui.Clock {
	today := h.today()
	switch {
	case day == calendar.NoDate:
		return nil
	case day < today:
		return &ui.Clock{State: ui.ClockOver, Label: p.T("followup.over", "Count", int(today-day)), Title: day.String()}
	case day == today:
		return &ui.Clock{State: ui.ClockSoon, Label: p.T("followup.due_today"), Title: day.String()}
	}
	return &ui.Clock{State: ui.ClockRun, Label: p.Day(day), Title: day.String()}
}

func (h *Handler) exportOpportunities(w http.ResponseWriter, r *http.Request) error {
	l, filter, err := h.opportunityFilter(r, opportunitiesKey)
	if err != nil {
		return err
	}
	if err := l.wrong.Err(); err != nil {
		return err
	}
	p := l.p
	return httpx.Download(w, httpx.Export{
		Name: opportunitiesKey, Sheet: p.T("nav.opportunities"), Format: r.PathValue("format"), More: p.T("sales.export_more", "Max", fact.ExportMax),
		Head: append([]string{p.T("opportunity.number"), p.T("opportunity.name"), p.T("sales.customer_key"), p.T("common.customer"), p.T("opportunity.stage"), p.T("common.status"), p.T("opportunity.amount"),
			p.T("sales.currency"), p.T("opportunity.percent_number"), p.T("opportunity.expected_on"), p.T("opportunity.owner"), p.T("opportunity.source"), p.T("opportunity.next"), p.T("sales.deal_key")}, l.own.heads()...),
		Rows: func(write func(...tabular.Cell) error) (bool, error) {
			return h.Opportunities.Each(l.ctx, l.actor, filter, func(o opportunity.Opportunity) error {
				return write(append([]tabular.Cell{tabular.Number(number(o.ID)), tabular.Text(o.Name), tabular.Text(o.CustomerKey), tabular.Text(o.CustomerName), tabular.Text(l.own.stage(o.Stage)),
					tabular.Text(p.T("opportunity.state." + string(o.State))), tabular.Number(money.Format(o.AmountMinor, o.Currency)), tabular.Text(string(o.Currency)), tabular.Number(number(l.own.stages.PercentOf(o))),
					tabular.Text(dayText(o.ExpectedOn)), tabular.Text(o.OwnerName), tabular.Text(sourceText(p, o.Source)), tabular.Text(dayText(o.NextOn)), tabular.Text(o.DealKey)}, l.own.exported(o.Fields)...)...)
			})
		},
	})
}

// opportunityID reads the number in an address.
func opportunityID(r *http.Request) (int64, error) {
	return idOf(r.PathValue("id"), "opportunity.missing")
}

func idOf(text, missing string) (int64, error) {
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id <= 0 {
		return 0, errs.New(errs.KindNotFound, missing, nil)
	}
	return id, nil
}
