package tiers

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/org"
	"xiaoguan/internal/tabular"
	"xiaoguan/internal/tier"
	"xiaoguan/internal/tierbook"
	"xiaoguan/internal/web/ui"
)

func columns(p *i18n.Printer) []ui.Column {
	return []ui.Column{
		{Key: "name", Label: p.T("tiers.customer"), Phone: true, Fixed: true},
		{Key: "tier", Label: p.T("tiers.tier"), Phone: true, Kind: ui.ColumnNarrow},
		{Key: tierbook.SortScore, Label: p.T("tiers.score"), Title: p.T("tiers.score_text"), Kind: ui.ColumnNumber, Sortable: true},
		{Key: "relation", Label: p.T("tiers.relation"), Phone: true},
		{Key: "margin", Label: p.T("tiers.margin"), Kind: ui.ColumnNumber},
		{Key: "spend", Label: p.T("tiers.spend"), Kind: ui.ColumnNumber, Hidden: true},
		{Key: "group", Label: p.T("tiers.group"), Hidden: true},
		{Key: "alive", Label: p.T("tiers.alive"), Title: p.T("tiers.alive_text"), Kind: ui.ColumnNumber, Hidden: true},
		{Key: "complete", Label: p.T("tiers.completeness"), Kind: ui.ColumnNumber},
		{Key: tierbook.SortDue, Label: p.T("tiers.contact_due"), Sortable: true, Kind: ui.ColumnNarrow},
		{Key: "owner", Label: p.T("tiers.owner")},
	}
}

// asked is what a request asks of the list.
type asked struct {
	query   url.Values
	columns []ui.Column
	sort    ui.Sort
	before  int
	filter  tierbook.Filter
	wrong   fact.Checker
}

func ask(r *http.Request, p *i18n.Printer) *asked {
	a := &asked{query: url.Values{}}
	for name, values := range r.URL.Query() {
		for _, v := range values {
			if v = strings.TrimSpace(v); v != "" {
				a.query.Add(name, v)
			}
		}
	}
	all := columns(p)
	a.columns, a.sort = ui.ChooseColumns(all, a.query), ui.ParseSort(a.query.Get("sort"), all, ui.Sort{Key: tierbook.SortScore, Descending: true})
	var cursor string
	a.before, cursor = ui.PlaceOf(a.query.Get("cursor"))
	id := func(name string) int64 {
		if a.query.Get(name) == "" {
			return 0
		}
		n, err := strconv.ParseInt(a.query.Get(name), 10, 64)
		if err != nil {
			a.wrong.Add(name, a.query.Get(name), "form.error.choice", nil)
		}
		return n
	}
	only := a.query.Get("only")
	a.filter = tierbook.Filter{Tier: tier.Tier(a.query.Get("tier")), Relation: tier.Axis(a.query.Get("relation")), Group: tier.Group(a.query.Get("group")), PersonID: id("person"), TeamID: id("team"), RegionID: id("region"),
		Search: a.query.Get("q"), Overdue: only == "overdue", Incomplete: only == "incomplete", Overridden: only == "by_hand", ExactTotal: a.query.Get(ui.TotalParameter) == ui.TotalExact,
		Paging: fact.Paging{Sort: a.sort.Key, Descending: a.sort.Descending, Cursor: cursor}}
	return a
}

// fields are the filters.
func (h *Handler) fields(r *http.Request, p *i18n.Printer, a *asked) ([]ui.Field, error) {
	choice := func(name, label string, options []ui.Option) ui.Field {
		return ui.Field{Name: name, Kind: ui.FieldSelect, Label: label, Value: a.query.Get(name), Options: options, Optional: true, Placeholder: p.T("common.all")}
	}
	var tiers, relations, groups, only, teams, regions []ui.Option
	for _, t := range tier.Tiers() {
		tiers = append(tiers, ui.Option{Value: string(t), Label: p.T("tiers.tier_is", "Tier", string(t))})
	}
	for _, x := range tierbook.Relations {
		relations = append(relations, ui.Option{Value: string(x), Label: p.T(tierbook.RelationKey(x))})
	}
	for _, g := range tier.Groups() {
		groups = append(groups, ui.Option{Value: string(g), Label: p.T(g.MessageKey())})
	}
	for _, o := range []string{"overdue", "incomplete", "by_hand"} {
		only = append(only, ui.Option{Value: o, Label: p.T("tiers.only_" + o)})
	}
	fields := []ui.Field{choice("tier", p.T("tiers.tier"), tiers), choice("relation", p.T("tiers.relation"), relations), choice("group", p.T("tiers.group"), groups), choice("only", p.T("tiers.only"), only)}
	actor := access.ActorFrom(r.Context())
	if !actor.Can(access.PermOrgRead) {
		return fields, nil
	}
	tree, err := h.People.Tree(r.Context(), actor, org.Now())
	if err != nil {
		return nil, err
	}
	for _, region := range tree.Regions {
		regions = append(regions, ui.Option{Value: number(region.ID), Label: region.Name})
		for _, team := range region.Teams {
			teams = append(teams, ui.Option{Value: number(team.ID), Label: team.Name, Group: region.Name})
		}
	}
	if len(teams) > 0 {
		fields = append(fields, choice("region", p.T("common.region"), regions), choice("team", p.T("common.team"), teams))
	}
	return fields, nil
}

func (h *Handler) list(w http.ResponseWriter, r *http.Request) error {
	actor, p := access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	a := ask(r, p)
	fields, err := h.fields(r, p, a)
	if err != nil {
		return err
	}
	var found tierbook.Page
	failure := a.wrong.Err()
	if failure == nil {
		if found, failure = h.Tiers.Customers(r.Context(), actor, a.filter); failure != nil && !errs.Is(failure, errs.KindInvalid) {
			return failure
		}
	}
	view := page(p, actor, listURL, p.T("tiers.list"), p.T("tiers.list_sub"))
	fitted, problem := ui.WithErrors(fields, failure, p)
	search := p.T("tiers.search")
	bar := ui.FilterView{ID: "tiers", Path: listURL, Fields: fitted, Chips: ui.ChipsOf(fields, listURL, a.query, p.T("common.colon")),
		Search: &ui.Field{Name: "q", Kind: ui.FieldSearch, Label: search, Placeholder: search, Value: a.query.Get("q")}}
	if len(a.query) > 0 {
		bar.Clear = listURL
	}
	parts := []templ.Component{ui.Across(ui.Filter(bar))}
	if failure != nil {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{Tone: ui.ToneBad, Strong: p.T("sales.bad_filter"), Text: problem})))
		return ui.Write(w, r, httpx.StatusOf(failure), ui.Compose(view, parts...))
	}
	parts = append(parts, ui.Filled(ui.CardView{Label: p.T("tiers.list"), Flush: true}, ui.Table(h.table(p, a, found))))
	return ui.Write(w, r, http.StatusOK, ui.Compose(view, parts...))
}

func (h *Handler) table(p *i18n.Printer, a *asked, found tierbook.Page) ui.TableView {
	v := ui.TableView{ID: "tiers", Label: p.T("tiers.list"), Columns: a.columns, Path: listURL, Query: a.query, Sort: a.sort, Chooser: true,
		Pager: ui.PagerAt(a.before, len(found.Rows), found.Count, found.Next), Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("tiers.none"), Text: p.T("tiers.none_text")}}
	if found.More {
		v.Pager.AtLeast, v.Pager.Total = true, max(v.Pager.Total, v.Pager.To)
	}
	if len(a.query) > 0 {
		v.Empty = &ui.State{Kind: ui.StateEmpty, Title: p.T("state.empty.filter"), Actions: []ui.Action{{Label: p.T("filter.clear"), URL: listURL}}}
	}
	for _, s := range found.Rows {
		v.Rows = append(v.Rows, ui.Row{Cells: h.cells(p, s, found.Today)})
	}
	if len(found.Rows) > 0 {
		for format, icon := range map[string]string{"csv": "file-type-csv", "xlsx": "file-type-xls"} {
			v.Exports = append(v.Exports, ui.Link{Label: strings.ToUpper(format), URL: ui.URLWith(listURL+"/export/"+format, without(a.query, "cursor")), Icon: icon})
		}
	}
	return v
}

func without(query url.Values, name string) url.Values {
	kept := url.Values{}
	for key, values := range query {
		if key != name {
			kept[key] = values
		}
	}
	return kept
}

func (h *Handler) cells(p *i18n.Printer, s tierbook.Standing, today calendar.Date) []ui.Cell {
	score := ui.Text(i18n.Unknown)
	if s.Result.Judged {
		score = ui.Text(percent(p, s.Result.Score))
	}
	badge := ui.Cell{Body: ui.Tier(string(s.Result.Tier))}
	if s.Result.Overridden {
		badge.Title, badge.Sub = p.T("tiers.by_hand"), p.T("tiers.by_hand")
	}
	relation := ui.Cell{Chip: relationChip(p, s.Result.Axis), Sub: reasons(p, s, today)}
	due := ui.Text(dayText(s.ContactDue))
	if late := s.OverdueDays(today); late > 0 {
		due.Tone, due.Sub = ui.ToneWarn, p.T("tiers.days_late", "Days", late)
	}
	group := i18n.Unknown
	if s.RFM.Group != "" {
		group = p.T(s.RFM.Group.MessageKey())
	}
	return []ui.Cell{{Text: s.CustomerName, URL: "/customers/" + number(s.CustomerID) + "#tier", Sub: s.CustomerKey}, badge, score, relation, h.amount(s.Facts.Margin), h.amount(s.Facts.Spend), ui.Text(group),
		ui.Text(chance(p, s.AliveMillion)), ui.Text(percent(p, s.Complete)), due, ui.Text(text(s.OwnerName))}
}

func (h *Handler) amount(minor int64) ui.Cell {
	return ui.Draw(ui.Money(ui.Amount{Minor: minor, Currency: h.Currency(), Whole: true, Plain: true}))
}

// reasons say why a customer is churn-warned.
func reasons(p *i18n.Printer, s tierbook.Standing, today calendar.Date) string {
	var said []string
	for _, w := range s.Result.Warnings {
		said = append(said, p.T("tiers.warn_"+string(w), "Days", max(0, int(today-s.Facts.LastOrder)), "Date", dayText(s.Facts.ContractEnd)))
	}
	return p.Join(said)
}

// relationChip shows a relation.
func relationChip(p *i18n.Printer, a tier.Axis) *ui.Chip {
	chip := &ui.Chip{Label: p.T(tierbook.RelationKey(a)), Tone: ui.ToneLine}
	switch a {
	case tier.ChurnWarned:
		chip.Tone, chip.Icon = ui.ToneWarn, "alert-triangle"
	case tier.New:
		chip.Tone = ui.ToneBrand
	}
	return chip
}

func text(s string) string {
	if s == "" {
		return i18n.Unknown
	}
	return s
}

func dayText(d calendar.Date) string {
	if d == calendar.NoDate || d == calendar.Forever {
		return i18n.Unknown
	}
	return d.String()
}

// chance writes parts per million; a dash where nothing was estimated.
func chance(p *i18n.Printer, million int64) string {
	if million == tierbook.Unknown {
		return i18n.Unknown
	}
	return percent(p, tier.Share(million))
}

func (h *Handler) export(w http.ResponseWriter, r *http.Request) error {
	actor, p := access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	a := ask(r, p)
	if err := a.wrong.Err(); err != nil {
		return err
	}
	e := httpx.Export{Name: "customer-tiers", Sheet: p.T("tiers.list"), Format: r.PathValue("format"), More: p.T("sales.export_more", "Max", fact.ExportMax)}
	for _, key := range []string{"key", "customer", "tier", "due", "score", "relation", "why", "margin", "spend", "orders", "last_order", "group", "alive", "completeness", "owner", "last_contact", "contact_due", "by_hand"} {
		e.Head = append(e.Head, p.T("tiers."+key))
	}
	day := func(d calendar.Date) tabular.Cell { return tabular.Text(strings.TrimPrefix(dayText(d), i18n.Unknown)) }
	e.Rows = func(write func(...tabular.Cell) error) (bool, error) {
		return h.Tiers.Each(r.Context(), actor, a.filter, func(s tierbook.Standing) error {
			group, hand := "", ""
			if s.RFM.Group != "" {
				group = p.T(s.RFM.Group.MessageKey())
			}
			if s.Facts.Override != nil {
				hand = s.Facts.Override.Until.String()
			}
			return write(tabular.Text(s.CustomerKey), tabular.Text(s.CustomerName), tabular.Text(string(s.Result.Tier)), tabular.Text(string(s.Result.Due)), tabular.Text(s.Result.Score.String()),
				tabular.Text(p.T(tierbook.RelationKey(s.Result.Axis))), tabular.Text(reasons(p, s, s.AsOf)), tabular.Number(money.Format(s.Facts.Margin, h.Currency())), tabular.Number(money.Format(s.Facts.Spend, h.Currency())),
				tabular.Number(number(int64(s.Facts.Orders))), day(s.Facts.LastOrder), tabular.Text(group), tabular.Text(strings.TrimPrefix(chance(p, s.AliveMillion), i18n.Unknown)), tabular.Text(s.Complete.String()),
				tabular.Text(s.OwnerName), day(s.LastContact), day(s.ContactDue), tabular.Text(hand))
		})
	}
	return httpx.Download(w, e)
}
