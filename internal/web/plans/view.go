package plans

import (
	"cmp"
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/web/ui"
)

var stateTones = map[planbook.State]ui.Tone{planbook.StateDraft: ui.ToneBrand, planbook.StateApproved: ui.ToneGood, planbook.StateWithdrawn: ui.ToneLine}

func stateChip(p *i18n.Printer, s planbook.State) ui.Chip {
	return ui.Chip{Label: p.T("plans.state_" + string(s)), Tone: stateTones[s]}
}

func text(p *i18n.Printer, t plan.Text) string {
	if p.Zh() {
		return cmp.Or(t.Zh, t.En)
	}
	return cmp.Or(t.En, t.Zh)
}

func asFailure(err error, target **errs.Error) bool { return errors.As(err, target) }

func nameOf(p *i18n.Printer, v planbook.Version) string {
	if v.Kind == planbook.KindCrediting {
		return p.T("plans.crediting")
	}
	return cmp.Or(text(p, v.Name), v.DocumentID)
}

// layerOf names the layer, or what else the document is for; a crediting document has none.
func layerOf(p *i18n.Printer, v planbook.Version) string {
	if v.Kind == planbook.KindHonour || v.Kind == planbook.KindPromotion {
		return p.T("plans.kind_" + string(v.Kind))
	}
	if v.Layer == "" {
		return i18n.Unknown
	}
	return p.T("plans.layer_" + string(v.Layer))
}

// days writes effective days: their last is the day before the interval's end.
func days(p *i18n.Printer, i calendar.Interval) string {
	if i.To == calendar.Forever {
		return p.T("plans.from", "From", p.Date(i.From))
	}
	return p.T("plans.between", "From", p.Date(i.From), "To", p.Date(i.To-1))
}

func day(p *i18n.Printer, t time.Time) string {
	if t.IsZero() {
		return i18n.Unknown
	}
	return p.Date(calendar.DateOf(p.Local(t)))
}

func addressOf(v planbook.Version, below string) string {
	return "/plans/" + url.PathEscape(v.ID) + below
}

// anchor makes an id of a path of the document: components[0] is components-0.
func anchor(path string) string {
	return strings.NewReplacer("[", "-", "]", "", ".", "-").Replace(path)
}

func listPage(ctx context.Context, actor access.Actor, versions []planbook.Version, names map[string]string) templ.Component {
	p := httpx.PrinterFrom(ctx)
	view := ui.PageView{Title: p.T("plans.title"), Subtitle: p.T("plans.subtitle"), Current: "plans"}
	view.Actions = []ui.Action{{Label: p.T("consent.board"), Icon: "users", URL: "/plans/coverage"}}
	if actor.Can(access.PermPlanWrite) {
		view.Actions = append(view.Actions, ui.Action{Label: p.T("plans.new"), Icon: "file-plus", Kind: ui.ActionPrimary, URL: "/plans/new"})
	}
	table := ui.TableView{Label: p.T("plans.title"), Tree: true, Columns: []ui.Column{
		{Label: p.T("plans.document"), Phone: true}, {Label: p.T("plans.state"), Phone: true}, {Label: p.T("plans.layer")}, {Label: p.T("plans.effective"), Kind: ui.ColumnNarrow, Phone: true},
		{Label: p.T("plans.author")}, {Label: p.T("plans.approver")}, {Label: p.T("plans.note")}},
		Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("plans.empty"), Text: p.T("plans.empty_text")}}
	for i, v := range versions {
		if i == 0 || versions[i-1].DocumentID != v.DocumentID {
			table.Rows = append(table.Rows, ui.Row{Kind: ui.RowLevel1, Cells: []ui.Cell{{Text: nameOf(p, v), Sub: v.DocumentID, Strong: true}, {}, ui.Text(layerOf(p, v)), {}, {}, {}, {}}})
		}
		chip := stateChip(p, v.State)
		approver := i18n.Unknown
		if v.ApproverID != "" {
			approver = cmp.Or(names[v.ApproverID], i18n.Unknown) + " " + day(p, v.ApprovedAt)
		}
		table.Rows = append(table.Rows, ui.Row{Kind: ui.RowLevel2, Cells: []ui.Cell{ui.LinkTo("v"+strconv.Itoa(v.Number), addressOf(v, "")), {Chip: &chip}, {},
			ui.Text(days(p, v.Effective)), ui.Text(cmp.Or(names[v.AuthorID], i18n.Unknown) + " " + day(p, v.CreatedAt)), ui.Text(approver), {Text: v.Note, Muted: true}}})
	}
	return ui.Compose(view, ui.Filled(ui.CardView{Label: p.T("plans.title"), Flush: true}, ui.Table(table)))
}

// headOf is what the pages of one version share.
func headOf(p *i18n.Printer, s shown, current string) ui.PageView {
	v := s.version
	view := ui.PageView{Title: nameOf(p, v), Current: "plans", Subtitle: layerOf(p, v) + " · " + days(p, v.Effective) + " · " + v.DocumentID,
		Chips:  []ui.Chip{{Label: "v" + strconv.Itoa(v.Number)}, stateChip(p, v.State)},
		Crumbs: []ui.Crumb{{Label: p.T("plans.title"), URL: "/plans"}, {Label: nameOf(p, v) + " v" + strconv.Itoa(v.Number)}},
		Print:  &ui.PrintFoot{Document: nameOf(p, v), Version: "v" + strconv.Itoa(v.Number) + " · " + p.T("plans.state_"+string(v.State)), Hash: v.Hash}}
	if !s.actor.Can(access.PermPlanRead) { // one's own plan, without the list of all
		view.Crumbs[0].URL = ""
	}
	tabs := [][2]string{{"", "plans.tab_text"}, {"/source", "plans.tab_source"}, {"/diff", "plans.tab_diff"}}
	if v.Kind == planbook.KindPlan && v.State == planbook.StateApproved && s.actor.Can(access.PermPlanRead) {
		tabs = append(tabs, [2]string{"/consent", "plans.tab_consent"})
	}
	for _, tab := range tabs {
		view.Tabs = append(view.Tabs, ui.Tab{Label: p.T(tab[1]), URL: addressOf(v, tab[0]), Current: tab[0] == current})
	}
	if s.actor.Can(access.PermPlanWrite) {
		if v.State == planbook.StateDraft && v.AuthorID == s.actor.UserID {
			view.Actions = append(view.Actions, ui.Action{Label: p.T("plans.edit"), Icon: "edit", URL: addressOf(v, "/edit"), Kind: ui.ActionPrimary})
		} else {
			view.Actions = append(view.Actions, ui.Action{Label: p.T("plans.new_version"), Icon: "copy", URL: "/plans/new?from=" + url.QueryEscape(v.ID)})
		}
	}
	return view
}

func versionPage(ctx context.Context, s shown) templ.Component {
	p := httpx.PrinterFrom(ctx)
	view := headOf(p, s, "")
	view.Charts = s.document.Plan != nil
	if s.actor.CanAll(access.PermPayAll) && (s.actor.Can(access.PermPlanWrite) || s.actor.Can(access.PermPlanApprove)) && s.version.State != planbook.StateWithdrawn && s.version.Kind.Pays() {
		view.Actions = append(view.Actions, ui.Action{Label: p.T("plans.simulate"), Icon: "git-compare", URL: "/simulations/new?version=" + url.QueryEscape(s.version.ID)})
	}
	main := []templ.Component{textCard(p, s)}
	if s.document.Plan != nil {
		main = append(main, structureCard(p, s.document.Plan))
	}
	if curve := curveCard(p, s); curve != nil {
		main = append(main, curve)
	}
	side := []templ.Component{}
	if s.failure != nil {
		_, problem := ui.WithErrors(nil, s.failure, p)
		side = append(side, ui.NoteOf(ui.Note{ID: "refused", Tone: ui.ToneBad, Strong: p.T("plans.refused"), Text: problem}))
	}
	side = append(side, budgetNotes(p, s)...)
	if card := lawCard(p, s); card != nil {
		side = append(side, card)
	}
	side = append(side, approvalCard(p, s))
	side = append(side, acts(p, s)...)
	if len(s.examples) > 0 {
		side = append(side, examplesCard(p, s.examples))
	}
	side = append(side, findingsCard(p, s.findings))
	if s.trial != nil {
		side = append(side, costsCard(p, s.document.Plan, s.trial))
	}
	side = append(side, versionsCard(p, s))
	return ui.Compose(view, append(ui.OriginNote(p, s.source), ui.Stack(8, main...), ui.Stack(4, side...))...)
}

// proseOf writes a document in a language.
func proseOf(d *plan.Document, lang plan.Lang) []plan.Section {
	if d == nil {
		return nil
	}
	return d.Prose(lang)
}

// tagOf is the lang attribute of a prose language.
func tagOf(lang plan.Lang) string {
	if lang == plan.LangZh {
		return string(i18n.ZhCN)
	}
	return string(i18n.En)
}

func textCard(p *i18n.Printer, s shown) templ.Component {
	sections := proseOf(s.document, s.lang)
	rules := ruleOf(s.document, s.version.Text, sections)
	var pairs []templ.Component
	for i, part := range sections {
		id := anchor(part.Path)
		if slices.ContainsFunc(sections[:i], func(before plan.Section) bool { return before.Path == part.Path }) {
			id = "" // the article before goes on: links lead to its beginning
		}
		pairs = append(pairs, section(part, id, tagOf(s.lang), rules[i]))
	}
	languages := ui.Segment([]ui.Tab{{Label: p.T("plans.chinese"), URL: addressOf(s.version, "?prose=zh"), Current: s.lang == plan.LangZh},
		{Label: p.T("plans.english"), URL: addressOf(s.version, "?prose=en"), Current: s.lang == plan.LangEn}}, p.T("plans.language"))
	return ui.Filled(ui.CardView{Title: p.T("plans.text_rule"), Sub: p.T("plans.text_rule_sub"), Head: languages, Flush: true, Span: -1}, pairs...)
}

// proseTable draws a table of the prose.
func proseTable(t plan.ProseTable) ui.TableView {
	view := ui.TableView{Label: strings.Join(t.Columns, " · "), Inset: true}
	for _, name := range t.Columns {
		view.Columns = append(view.Columns, ui.Column{Label: name})
	}
	for _, row := range t.Rows {
		var cells []ui.Cell
		for _, cell := range row {
			cells = append(cells, ui.Text(cell))
		}
		view.Rows = append(view.Rows, ui.Row{Cells: cells})
	}
	return view
}

func structureCard(p *i18n.Printer, rule *plan.Plan) templ.Component {
	table := ui.TableView{Label: p.T("plans.structure"), Columns: []ui.Column{{Label: p.T("plans.component"), Phone: true}, {Label: p.T("plans.pays"), Phone: true}, {Label: p.T("plans.by")}, {Label: p.T("plans.cap"), Kind: ui.ColumnNumber}}}
	for i, c := range rule.Components {
		by := []string{}
		if c.Pays.Of != "" {
			by = append(by, measureName(p, rule, c.Pays.Of))
		}
		if c.Pays.Per != "" {
			by = append(by, measureName(p, rule, c.Pays.Per))
		}
		if c.Pays.Table != nil {
			by = append(by, measureName(p, rule, c.Pays.Table.By)+" · "+p.T("plans.style_"+string(c.Pays.Table.Style)))
		}
		by = append(by, furtherBy(p, rule, &c)...)
		if len(c.When) > 0 {
			by = append(by, p.T("plans.conditions", "Count", len(c.When)))
		}
		limit := ui.Text(i18n.Unknown)
		if c.Cap != nil {
			limit = ui.Text(capText(p, rule, c.Cap))
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{{Text: text(p, c.Name), URL: "#components-" + strconv.Itoa(i), Sub: c.ID}, ui.Text(paysText(p, rule, c)), ui.Text(p.Join(by)), limit}})
	}
	return ui.Filled(ui.CardView{Title: p.T("plans.structure"), Flush: true, Span: -1}, ui.Table(table))
}

func measureName(p *i18n.Printer, rule *plan.Plan, id string) string {
	if m := rule.Measure(id); m != nil {
		return text(p, m.Name)
	}
	return id
}

func paysText(p *i18n.Printer, rule *plan.Plan, c plan.Component) string {
	rate := c.Pays.Rate
	switch {
	case c.Pays.Prizes != nil:
		return p.T("plans.pays_prizes", "Count", len(c.Pays.Prizes.AmountsFen)+len(c.Pays.Prizes.Shares))
	case c.Pays.Pool != nil:
		return p.T("plans.pays_pool")
	case c.Pays.AmountGrid != nil || (rate != nil && rate.Grid != nil):
		return p.T("plans.pays_grid")
	case rate == nil && c.Pays.Per != "":
		return p.T("plans.pays_per", "Amount", p.Money(c.Pays.AmountFen, rule.Currency))
	case rate == nil:
		return p.T("plans.pays_fixed", "Amount", p.Money(c.Pays.AmountFen, rule.Currency))
	case rate.Lookup == "" || len(rate.Rows) == 0:
		return p.T("plans.pays_rate", "Rate", rate.Fixed.Percent())
	}
	low, high := rate.Rows[0].Rate, rate.Rows[0].Rate
	for _, row := range rate.Rows {
		if row.Rate.Cmp(low) < 0 {
			low = row.Rate
		}
		if row.Rate.Cmp(high) > 0 {
			high = row.Rate
		}
	}
	return p.T("plans.pays_lookup", "Low", low.Percent(), "High", high.Percent())
}
