package pay

import (
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/dispute"
	"xiaoguan/internal/explain"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/web/ui"
)

// creditsShown is how many credits of a component a page lists; the file has all.
const creditsShown = 200

// tracer draws the trace of one statement.
type tracer struct {
	p    *i18n.Printer
	o    opened
	left int // credits that the present component may still list
	more int // credits of it left out
}

func traceCard(p *i18n.Printer, o opened) templ.Component {
	view := (&tracer{p: p, o: o}).trace()
	card := ui.CardView{ID: "how-" + o.view.PlanID, Title: p.T("pay.how"), Sub: p.T("pay.how_sub"), Span: -1, Flush: true}
	if len(o.view.Statement.Credits) > 0 {
		card.Actions = []ui.Action{{Label: p.T("pay.credits_csv"), Icon: "file-type-csv", URL: o.address("/credits.csv"), Download: true, DeskOnly: true}}
	}
	return ui.Filled(card, ui.Trace(view))
}

func (t *tracer) trace() ui.TraceView {
	s := t.o.view.Statement
	view := ui.TraceView{Total: &ui.TraceNode{Name: t.p.T("pay.sum_name"), Quantity: t.p.T("pay.before_tax"), Amount: t.p.Money(s.TotalFen, s.Currency)}}
	for i := range t.o.words.Components {
		view.Nodes = append(view.Nodes, t.component(i))
	}
	if len(t.o.words.Members.Rows) > 0 {
		view.Nodes = append(view.Nodes, t.members())
	}
	return view
}

// anchor is where links to a component lead. Previews have none: several may stand on one page.
func (t *tracer) anchor(id string) string {
	if t.o.preview {
		return ""
	}
	return "c-" + id
}

// component is a line of pay, opening to its formula, bands or rates, and those to credits.
func (t *tracer) component(i int) ui.TraceNode {
	c, s := t.o.words.Components[i], t.o.view.Statement
	node := ui.TraceNode{ID: t.anchor(c.ID), Name: c.Name, Quantity: c.Quantity, Amount: t.p.Money(c.AmountFen, s.Currency), Zero: c.AmountFen == 0, Rounding: c.Rounding}
	node.Open = i == 0 || c.Zero != ""
	node.Note = t.sentences(c.Zero, c.Limit)
	if c.Limit != "" {
		node.Chips = []ui.Chip{{Label: t.p.T("pay.limited"), Icon: "lock", Tone: ui.ToneWarn}}
	}
	formula := t.parts(c.Formula)
	if len(c.Attainment) > 0 {
		node.Formula = t.parts(c.Attainment)
		if len(formula) > 0 {
			node.Body = ui.Formula(formula)
		}
	} else {
		node.Formula = formula
	}
	if len(c.Steps) > 0 {
		node.Body = join(node.Body, sentence(t.sentences(c.Steps...)))
	}
	if c.Next != "" {
		node.Body = join(node.Body, sentence(c.Next))
	}
	if checks := conditions(c); len(checks) > 0 && c.Zero == "" {
		node.Body = join(node.Body, ui.Checklist(checks))
	}
	if mark := markOf(t.p, t.o, dispute.Line{Kind: dispute.LineComponent, Component: c.ID}); mark != nil {
		node.Body = join(node.Body, mark)
	}
	t.left, t.more = creditsShown, 0
	if c.Marginal {
		for k := range c.Bands {
			node.Children = append(node.Children, t.band(i, k))
		}
	} else {
		if len(c.Bands) > 0 {
			node.Tables = append(node.Tables, t.bands(c))
		}
		for k := range c.Rates {
			if !c.Team {
				node.Children = append(node.Children, t.rate(i, k))
			}
		}
	}
	if t.more > 0 {
		said := t.p.T("pay.rows_more", "Shown", creditsShown, "Count", t.more)
		node.Rounding = t.sentences(said, node.Rounding)
		node.Body = join(node.Body, ui.Button(ui.Action{Label: t.p.T("pay.credits_csv"), Icon: "file-type-csv", Small: true, Download: true,
			URL: t.o.address("/credits.csv") + "&component=" + url.QueryEscape(c.ID)}))
	}
	return node
}

func join(first, second templ.Component) templ.Component {
	if first == nil {
		return second
	}
	return templ.Join(first, second)
}

// sentences puts sentences one after the other as the language does.
func (t *tracer) sentences(list ...string) (out string) {
	for _, sentence := range list {
		switch {
		case sentence == "":
		case out == "":
			out = sentence
		default:
			out = t.p.T("explain.sentences", "First", out, "Then", sentence)
		}
	}
	return out
}

func conditions(c explain.Component) (checks []ui.Check) {
	for _, condition := range c.Conditions {
		state := ui.CheckFailed
		if condition.Met {
			state = ui.CheckDone
		}
		checks = append(checks, ui.Check{State: state, Text: condition.Text})
	}
	return checks
}

// parts draws a formula; a measure in it can be asked why.
func (t *tracer) parts(pieces []explain.Piece) (parts []ui.FormulaPart) {
	for _, piece := range pieces {
		part := ui.FormulaPart{Operator: piece.Operator, Label: piece.Label, Value: piece.Text}
		if m := t.o.words.Measure(piece.Measure); m != nil {
			asked := t.why(*m)
			part.Asked = &asked
		}
		parts = append(parts, part)
	}
	return parts
}

// why is what a measure means, with its real figures.
func (t *tracer) why(m explain.Measure) ui.Asked {
	p, month := t.p, t.o.month
	why := ui.Why{Title: m.Name}
	if t.o.version.ID != "" {
		why.Version = t.o.words.PlanName + " v" + strconv.Itoa(t.o.version.Number)
		why.Links = []ui.Link{{Label: p.T("why.definition"), URL: "/plans/" + url.PathEscape(t.o.version.ID) + "#measures"}}
	}
	for _, piece := range m.Parts {
		word := piece.Operator
		if word == "" {
			word = piece.Text
		}
		if why.Formula != "" {
			why.Formula += " "
		}
		why.Formula += word
	}
	if m.Definition != "" {
		why.Facts = append(why.Facts, ui.Fact{Term: p.T("pay.why_definition"), Text: m.Definition})
	}
	for i, piece := range m.Parts {
		if i > 0 && piece.Operator == "" {
			why.Facts = append(why.Facts, ui.Fact{Term: piece.Label, Text: piece.Text})
		}
	}
	if m.Reason != "" {
		why.Facts = append(why.Facts, ui.Fact{Term: p.T("pay.why_reason"), Text: m.Reason})
	}
	why.Facts = append(why.Facts, ui.Fact{Term: p.T("pay.why_period"), Text: p.Date(month.First()) + " – " + p.Date(month.Last())})
	return ui.Asked{ID: "why-" + t.o.view.PlanID + "-" + m.ID, Label: m.Text, Why: why}
}

// bands is the table of a whole-amount component: which band was reached.
func (t *tracer) bands(c explain.Component) ui.TableView {
	p := t.p
	table := ui.TableView{Caption: p.T("pay.bands"), Columns: []ui.Column{
		{Label: p.T("pay.band"), Kind: ui.ColumnNarrow, Phone: true}, {Label: p.T("pay.band_money"), Kind: ui.ColumnNumber}, {Label: p.T("pay.times"), Kind: ui.ColumnNumber, Phone: true},
		{Label: p.T("pay.state"), Phone: true}}}
	for _, b := range c.Bands {
		row := ui.Row{Kind: ui.RowMuted, Cells: []ui.Cell{ui.Text(b.Name), ui.Text(b.Threshold), ui.Text(b.Times), {}}}
		if b.Reached {
			row.Kind = ui.RowPlain
			row.Cells[3] = ui.Cell{Chip: &ui.Chip{Label: p.T("pay.reached"), Icon: "check", Tone: ui.ToneBrand}}
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}

// band is one band of a marginal component with the credits that fell into it.
func (t *tracer) band(i, k int) ui.TraceNode {
	c := t.o.words.Components[i]
	b := c.Bands[k]
	node := ui.TraceNode{ID: t.anchor(c.ID + "-b" + strconv.Itoa(k)), Name: b.Name, Quantity: b.Base + " " + b.Times, Amount: b.Earned, Zero: b.Empty}
	if b.Threshold != "" {
		node.Name = b.Name + " · " + b.Threshold
	}
	rows, more := t.take(i, k)
	if len(rows) == 0 && more == 0 {
		node.Note = t.p.T("pay.empty_band")
		return node
	}
	node.Tables = []ui.TableView{t.credits(rows, true, b.Base, b.Earned)}
	return node
}

// rate is one rate of a component with the credits that it was applied to.
func (t *tracer) rate(i, k int) ui.TraceNode {
	c, currency := t.o.words.Components[i], t.o.view.Statement.Currency
	r := c.Rates[k]
	node := ui.TraceNode{ID: t.anchor(c.ID + "-r" + strconv.Itoa(k)), Name: t.p.T("pay.rate_all"), Quantity: t.p.Money(r.BaseFen, currency) + " × " + r.Rate, Amount: r.Earned}
	if r.Name != "" {
		node.Name = t.p.T("pay.rate_key", "Key", r.Name)
	}
	if len(c.Bands) > 0 {
		node.Chips = []ui.Chip{{Label: t.p.T("pay.before_times")}}
	}
	if rows, more := t.take(i, k); len(rows) > 0 || more > 0 {
		node.Tables = []ui.TableView{t.credits(rows, false, t.p.Money(r.BaseFen, currency), r.Earned)}
		if len(c.Bands) > 0 {
			node.Tables[0].Columns[5].Label = t.p.T("pay.before_times")
		}
	}
	return node
}

// take returns the credits of a group, as many as the component may still list.
func (t *tracer) take(i, group int) ([]explain.CreditRow, int) {
	rows, more := t.o.words.CreditRows(i, group, creditsShown)
	if len(rows) > t.left {
		more += len(rows) - t.left
		rows = rows[:t.left]
	}
	t.left -= len(rows)
	t.more += more
	return rows, more
}

// credits lists credits with the deal and the payment that each comes from: in a band with its multiplier, under a rate before any, as
// the line above them says. So the rows add up to the totals, which are those of the whole group.
func (t *tracer) credits(rows []explain.CreditRow, banded bool, base, earned string) ui.TableView {
	p := t.p
	table := ui.TableView{Label: p.T("pay.credited"), Columns: []ui.Column{
		{Label: p.T("pay.date"), Kind: ui.ColumnNarrow, Phone: true}, {Label: p.T("pay.customer_deal"), Phone: true}, {Label: p.T("pay.payment")},
		{Label: p.T("pay.credited"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("pay.rate"), Kind: ui.ColumnNumber}, {Label: p.T("pay.earned"), Kind: ui.ColumnNumber, Phone: true},
	}}
	opens := t.o.actor.Can(access.PermSalesRead) // human resources see pay, and not what was sold
	for _, r := range rows {
		deal := ui.Cell{Text: r.Deal, Sub: r.Customer + " · " + r.Product}
		if opens {
			deal.URL = "/deals/" + url.PathEscape(r.Deal)
		}
		if r.Share != 10_000 {
			deal.Sub += " · " + p.T("pay.shared", "Amount", r.Whole, "Share", shareText(r.Share))
		}
		if r.Foreign != "" {
			deal.Sub += " · " + r.Foreign
		}
		deal.Body = markOf(p, t.o, dispute.CreditLine(r.Component, *r.CreditLine))
		payment := ui.Cell{Text: i18n.Unknown}
		switch {
		case r.Payment != "" && opens:
			payment = ui.LinkTo(r.Payment, "/payments/"+url.PathEscape(r.Payment))
		case r.Payment != "":
			payment = ui.Text(r.Payment)
		}
		rate := r.Rate
		if banded {
			rate += " × " + r.Times
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(p.Date(r.On)), deal, payment, ui.Text(r.Part), ui.Text(rate), {Text: r.Earned, Strong: true}}})
	}
	table.Totals = []ui.Row{{Kind: ui.RowSum, Cells: []ui.Cell{ui.Text(p.T("pay.total")), {}, {}, ui.Text(base), {}, ui.Text(earned)}}}
	return table
}

// members are the values of each member of the team that the components rest on.
func (t *tracer) members() ui.TraceNode {
	p, m := t.p, t.o.words.Members
	table := ui.TableView{Label: p.T("pay.members"), Columns: []ui.Column{{Label: p.T("pay.person"), Phone: true}, {Label: p.T("pay.level")}}}
	for i, name := range m.Columns {
		table.Columns = append(table.Columns, ui.Column{Label: name, Kind: ui.ColumnNumber, Phone: i == 0})
	}
	for _, member := range m.Rows {
		name := ui.Cell{Text: member.Name, Sub: member.Key}
		if member.Counted {
			name.Chip = &ui.Chip{Label: p.T("pay.counted"), Icon: "check", Tone: ui.ToneGood}
		}
		row := ui.Row{Cells: []ui.Cell{name, ui.Text(member.Level)}}
		for _, v := range member.Values {
			row.Cells = append(row.Cells, ui.Text(v))
		}
		table.Rows = append(table.Rows, row)
	}
	return ui.TraceNode{ID: t.anchor("members"), Name: p.T("pay.members"), Quantity: p.T("common.count.people", "Count", len(m.Rows)), Tables: []ui.TableView{table}}
}
