// Package retention is the pages of how customers stay: the rates with what they are made of, by tier, region, team or person, over a year of months,
// by cohort, and the customers behind them.
//
// What the rates mean is package retention's to say.
package retention

import (
	"math/big"
	"net/http"
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/retention"
	"xiaoguan/internal/web/ui"
)

// Path is where the pages are.
const (
	Path          = "/retention"
	customersPath = Path + "/customers"
)

// Handler serves the pages.
type Handler struct {
	retention *retention.Service
	currency  func() money.Currency
}

// New returns a Handler.
func New(service *retention.Service, currency func() money.Currency) *Handler {
	return &Handler{service, currency}
}

// Routes registers the pages.
func (h *Handler) Routes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("GET "+Path, h.show)
	handle("GET "+customersPath, h.customers)
}

func askOf(r *http.Request) (ask retention.Ask) {
	ask = retention.Ask{By: retention.Dimension(r.FormValue("by")), Tier: r.FormValue("tier")}
	ask.TeamID, _ = strconv.ParseInt(r.FormValue("team"), 10, 64) // 0, all, for what is no number
	ask.Region, _ = strconv.ParseInt(r.FormValue("region"), 10, 64)
	if ask.By == "" {
		ask.By = retention.ByTier
	}
	return ask
}

// values are the filters as an address holds them.
func values(ask retention.Ask) url.Values {
	v := url.Values{}
	set := func(key, value string) {
		if value != "" && value != "0" {
			v.Set(key, value)
		}
	}
	set("tier", ask.Tier)
	set("team", strconv.FormatInt(ask.TeamID, 10))
	set("region", strconv.FormatInt(ask.Region, 10))
	return v
}

func with(path string, v url.Values, key, value string) string {
	next := url.Values{}
	for k, list := range v {
		next[k] = list
	}
	if value != "" {
		next.Set(key, value)
	}
	if len(next) == 0 {
		return path
	}
	return path + "?" + next.Encode()
}

func (h *Handler) show(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	ask := askOf(r)
	report, err := h.retention.View(ctx, access.ActorFrom(ctx), ask)
	if err != nil {
		return err
	}
	p := httpx.PrinterFrom(ctx)
	view := ui.PageView{Title: p.T("retention.title"), Subtitle: p.T("retention.sub"), Current: "retention", Tabs: tabs(p, ask, "")}
	if report.Day == calendar.NoDate || len(report.Trend) == 0 {
		state := ui.State{Kind: ui.StateEmpty, Icon: "users", Title: p.T("retention.none"), Text: p.T("retention.none_text")}
		return ui.Write(w, r, http.StatusOK, ui.Compose(view, ui.Filled(ui.CardView{Label: view.Title}, ui.StateOf(state))))
	}
	parts := []templ.Component{ui.Across(ui.Form(filterForm(p, ask, report)))}
	parts = append(parts, h.tiles(p, report)...)
	if report.Sums.Foreign > 0 {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{Tone: ui.ToneBrand, Strong: p.T("retention.foreign", "Count", report.Sums.Foreign), Text: p.T("retention.foreign_text", "Currency", string(h.currency()))})))
	}
	parts = append(parts,
		ui.Filled(ui.CardView{ID: "groups", Title: p.T("retention.by"), Head: dimensions(p, ask), Flush: true}, ui.Table(h.groupTable(p, ask, report))),
		ui.Filled(ui.CardView{ID: "months", Title: p.T("retention.months"), Sub: p.T("retention.months_sub"), Flush: true}, ui.Table(h.monthTable(p, report))),
		ui.Filled(ui.CardView{ID: "cohorts", Title: p.T("retention.cohorts"), Sub: p.T("retention.cohorts_sub"), Flush: true}, ui.Table(cohortTable(p, report))),
		ui.Filled(ui.CardView{ID: "meaning", Title: p.T("retention.meaning")}, ui.Facts(meaning(p))),
	)
	return ui.Write(w, r, http.StatusOK, ui.Compose(view, parts...))
}

func tabs(p *i18n.Printer, ask retention.Ask, current string) []ui.Tab {
	list := []ui.Tab{{Label: p.T("retention.tab_rates"), URL: with(Path, values(ask), "", ""), Current: current == ""}}
	return append(list, ui.Tab{Label: p.T("retention.tab_customers"), URL: with(customersPath, values(ask), "", ""), Current: current != ""})
}

func dimensions(p *i18n.Printer, ask retention.Ask) templ.Component {
	var list []ui.Tab
	for _, by := range retention.Dimensions {
		list = append(list, ui.Tab{Label: p.T("retention.by." + string(by)), URL: with(Path, values(ask), "by", string(by)), Current: ask.By == by})
	}
	return ui.Segment(list, p.T("retention.by"))
}

func filterForm(p *i18n.Printer, ask retention.Ask, report retention.Report) ui.FormView {
	choose := func(name, value string, groups []retention.Group) ui.Field {
		field := ui.Field{Name: name, Kind: ui.FieldSelect, Label: p.T("retention.by." + name), Value: value, Span: 4, Options: []ui.Option{{Value: "", Label: p.T("retention.all"), Selected: value == ""}}}
		for _, g := range groups {
			id := strconv.FormatInt(g.ID, 10)
			field.Options = append(field.Options, ui.Option{Value: id, Label: g.Name, Selected: id == value})
		}
		return field
	}
	tier := ui.Field{Name: "tier", Kind: ui.FieldSelect, Label: p.T("retention.by.tier"), Value: ask.Tier, Span: 4, Options: []ui.Option{{Value: "", Label: p.T("retention.all"), Selected: ask.Tier == ""}}}
	for _, t := range []string{"A", "B", "C"} {
		tier.Options = append(tier.Options, ui.Option{Value: t, Label: t, Selected: t == ask.Tier})
	}
	v := values(ask)
	return ui.FormView{ID: "filter", Action: Path, Method: "get", Submit: ui.Action{Label: p.T("retention.show"), Small: true},
		Fields: []ui.Field{choose("region", v.Get("region"), report.Regions), choose("team", v.Get("team"), report.Teams), tier, {Name: "by", Kind: ui.FieldHidden, Value: string(ask.By)}}}
}

// share writes a rate; of nothing there is none.
func share(p *i18n.Printer, of, whole int64) string {
	if whole <= 0 {
		return i18n.Unknown
	}
	return p.Percent(big.NewRat(of, whole))
}

// between writes the interval of a rate of counts.
func between(p *i18n.Printer, hits, cases int64) string {
	low, high, ok := retention.Interval(hits, cases)
	if !ok {
		return i18n.Unknown
	}
	return p.T("retention.interval", "Low", p.Percent(big.NewRat(low, retention.Whole)), "High", p.Percent(big.NewRat(high, retention.Whole)))
}

// tiles are the four rates.
func (h *Handler) tiles(p *i18n.Printer, report retention.Report) (parts []templ.Component) {
	s := report.Sums
	tile := func(key, value, note string) {
		parts = append(parts, ui.MetricCard(ui.Metric{Label: p.T("retention.rate." + key), Text: value, Source: note}))
	}
	amounts := func(of int64) string {
		return p.T("retention.amounts", "Of", p.Money(of, h.currency()), "Whole", p.Money(s.BaseMinor, h.currency()))
	}
	tile("customers", share(p, s.Kept, s.Base), p.T("retention.counts", "Of", s.Kept, "Whole", s.Base)+" · "+between(p, s.Kept, s.Base))
	tile("gross", share(p, s.HeldMinor, s.BaseMinor), amounts(s.HeldMinor))
	tile("net", share(p, s.NowMinor, s.BaseMinor), amounts(s.NowMinor))
	tile("again", share(p, s.Again, s.Buyers), p.T("retention.counts", "Of", s.Again, "Whole", s.Buyers)+" · "+between(p, s.Again, s.Buyers))
	return parts
}

// rateColumns are the four rates with the counts that they rest on.
func rateColumns(p *i18n.Printer, first string) []ui.Column {
	return []ui.Column{{Label: first, Phone: true}, {Label: p.T("retention.base"), Kind: ui.ColumnNumber}, {Label: p.T("retention.rate.customers"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("retention.interval_head"), Kind: ui.ColumnNarrow},
		{Label: p.T("retention.rate.gross"), Kind: ui.ColumnNumber}, {Label: p.T("retention.rate.net"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("retention.rate.again"), Kind: ui.ColumnNumber}}
}

func rateCells(p *i18n.Printer, s retention.Sums) []ui.Cell {
	return []ui.Cell{ui.Text(p.Int(s.Base)), ui.Text(share(p, s.Kept, s.Base)), ui.Text(between(p, s.Kept, s.Base)), ui.Text(share(p, s.HeldMinor, s.BaseMinor)), ui.Text(share(p, s.NowMinor, s.BaseMinor)), ui.Text(share(p, s.Again, s.Buyers))}
}

func (h *Handler) groupTable(p *i18n.Printer, ask retention.Ask, report retention.Report) ui.TableView {
	table := ui.TableView{ID: "by", Label: p.T("retention.by"), Columns: rateColumns(p, p.T("retention.by."+string(ask.By)))}
	for _, g := range report.Groups {
		name, v := g.Name, values(ask)
		if name == "" {
			name = p.T("retention.nobody." + string(ask.By))
		}
		switch key := map[retention.Dimension]string{retention.ByTeam: "team", retention.ByRegion: "region", retention.ByPerson: "owner"}[ask.By]; {
		case ask.By == retention.ByTier:
			v.Set("tier", g.Name)
		case g.ID != 0:
			v.Set(key, strconv.FormatInt(g.ID, 10))
		}
		cell := ui.Cell{Text: name}
		if g.Name != "" {
			cell.URL = with(customersPath, v, "state", string(retention.StateLost))
		}
		table.Rows = append(table.Rows, ui.Row{Cells: append([]ui.Cell{cell}, rateCells(p, g.Sums)...)})
	}
	return table
}

func (h *Handler) monthTable(p *i18n.Printer, report retention.Report) ui.TableView {
	table := ui.TableView{ID: "trend", Label: p.T("retention.months"), Columns: rateColumns(p, p.T("retention.ends"))}
	for i := range report.Trend {
		m := report.Trend[len(report.Trend)-1-i]
		table.Rows = append(table.Rows, ui.Row{Cells: append([]ui.Cell{ui.Text(p.Date(m.Day))}, rateCells(p, m.Sums)...)})
	}
	return table
}

func cohortTable(p *i18n.Printer, report retention.Report) ui.TableView {
	table := ui.TableView{ID: "cohort", Label: p.T("retention.cohorts"), Columns: []ui.Column{{Label: p.T("retention.first"), Phone: true}, {Label: p.T("retention.cohort_customers"), Kind: ui.ColumnNumber}, {Label: p.T("retention.ripe"), Kind: ui.ColumnNumber},
		{Label: p.T("retention.cohort_again"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("retention.interval_head"), Kind: ui.ColumnNarrow}}}
	for _, c := range report.Cohorts {
		year, quarter := c.Quarter.Civil()
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(p.Quarter(year, quarter)), ui.Text(p.Int(c.Customers)), ui.Text(p.Int(c.Ripe)), ui.Text(share(p, c.Again, c.Ripe)), ui.Text(between(p, c.Again, c.Ripe))}})
	}
	return table
}

func meaning(p *i18n.Printer) (facts []ui.Fact) {
	for _, key := range []string{"customers", "gross", "net", "again"} {
		facts = append(facts, ui.Fact{Term: p.T("retention.rate." + key), Text: p.T("retention.meaning." + key)})
	}
	return append(facts, ui.Fact{Term: p.T("retention.basis"), Text: p.T("retention.basis_text")})
}

// customers is the list behind the rates.
func (h *Handler) customers(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	ask, p := askOf(r), httpx.PrinterFrom(ctx)
	f := retention.Filter{State: retention.State(r.FormValue("state")), Tier: ask.Tier, TeamID: ask.TeamID, Region: ask.Region, Limit: pageRows}
	f.OwnerID, _ = strconv.ParseInt(r.FormValue("owner"), 10, 64)
	f.After, _ = strconv.ParseInt(r.FormValue("after"), 10, 64)
	list, next, err := h.retention.Customers(ctx, access.ActorFrom(ctx), f)
	if err != nil {
		return err
	}
	v := values(ask)
	if f.OwnerID != 0 {
		v.Set("owner", strconv.FormatInt(f.OwnerID, 10))
	}
	states := []ui.Tab{{Label: p.T("retention.all"), URL: with(customersPath, v, "", ""), Current: f.State == ""}}
	for _, s := range retention.States {
		states = append(states, ui.Tab{Label: p.T("retention.state." + string(s)), URL: with(customersPath, v, "state", string(s)), Current: f.State == s})
	}
	table := ui.TableView{ID: "customers", Label: p.T("retention.tab_customers"), Empty: &ui.State{Kind: ui.StateEmpty, Icon: "users", Title: p.T("retention.no_customers"), Text: p.T("retention.no_customers_text")},
		Columns: []ui.Column{{Label: p.T("common.customer"), Phone: true}, {Label: p.T("retention.state_head"), Phone: true}, {Label: p.T("retention.by.tier")}, {Label: p.T("retention.by.person")}, {Label: p.T("retention.last"), Kind: ui.ColumnNarrow}, {Label: p.T("retention.year_before"), Kind: ui.ColumnNumber}, {Label: p.T("retention.this_year"), Kind: ui.ColumnNumber, Phone: true}}}
	for _, c := range list {
		chip := ui.Chip{Label: p.T("retention.state." + string(c.State)), Tone: tones[c.State]}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{{Text: c.Name, URL: "/customers/" + strconv.FormatInt(c.CustomerID, 10)}, {Chip: &chip}, ui.Text(orUnknown(c.Tier)), ui.Text(orUnknown(c.OwnerName)), ui.Text(p.Date(c.LastOn)), ui.Text(p.Money(c.BaseMinor, h.currency())), ui.Text(p.Money(c.NowMinor, h.currency()))}})
	}
	view := ui.PageView{Title: p.T("retention.title"), Subtitle: p.T("retention.customers_sub"), Current: "retention", Tabs: tabs(p, ask, "customers")}
	parts := []templ.Component{ui.Filled(ui.CardView{Label: p.T("retention.tab_customers"), Head: ui.Segment(states, p.T("retention.state_head")), Flush: true}, ui.Table(table))}
	if next != 0 {
		if f.State != "" {
			v.Set("state", string(f.State))
		}
		parts = append(parts, ui.Across(ui.Button(ui.Action{Label: p.T("retention.next"), Icon: "chevron-right", URL: with(customersPath, v, "after", strconv.FormatInt(next, 10))})))
	}
	return ui.Write(w, r, http.StatusOK, ui.Compose(view, parts...))
}

const pageRows = 50

var tones = map[retention.State]ui.Tone{retention.StateKept: ui.ToneGood, retention.StateLost: ui.ToneBad, retention.StateNew: ui.ToneBrand, retention.StateBack: ui.ToneGood, retention.StateAsleep: ui.ToneLine}

func orUnknown(text string) string {
	if text == "" {
		return i18n.Unknown
	}
	return text
}
