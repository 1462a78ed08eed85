package pay

import (
	"cmp"
	"context"
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/settle"
	"xiaoguan/internal/web/ui"
)

// The readings of a statement that are no day.
const (
	readAsStored = "stored" // the result that stands: as closed, once the month is
	readNow      = "now"
	readOnDay    = "day" // in the form alone: the day stands beside
)

// reading is a statement as it stands, or as it was known on a day.
type reading struct {
	asked string // readAsStored, readNow or a day
	view  payout.View
	there bool
	why   string // why it is not
}

// read opens one reading. What the facts or plans of that time refuse is said and not an error of the page.
func (h *Handler) read(ctx context.Context, a asked, what string) (reading, error) {
	x := reading{asked: what}
	var err error
	if what == readAsStored {
		x.view, err = h.payouts.Get(ctx, a.actor, a.month, a.person, a.plan)
		x.there = err == nil
	} else {
		on := calendar.NoDate
		if what != readNow {
			if on, err = calendar.ParseDate(what); err != nil {
				return x, errs.Invalid("error.invalid", []errs.Field{{Path: "first", Value: what, Message: errs.Msg("form.error.date", nil)}})
			}
		}
		var views []payout.View
		views, err = h.payouts.AsKnown(ctx, a.actor, a.month, a.person, on)
		for _, v := range views {
			if !x.there && (a.plan == "" || v.PlanID == a.plan) {
				x.view, x.there = v, true
			}
		}
	}
	if kind := errs.KindOf(err); err != nil && (kind == errs.KindNotFound || kind == errs.KindConflict || kind == errs.KindInvalid) {
		x.why, err = httpx.Describe(ctx, err).Message, nil
	}
	return x, err
}

// chosen reads which reading is asked for on one side.
func chosen(r *http.Request, name, usual string) string {
	what := cmp.Or(r.FormValue(name), usual)
	if what == readOnDay {
		return cmp.Or(r.FormValue(name+"_on"), usual)
	}
	return what
}

// asOf shows two readings of a statement side by side.
func (h *Handler) asOf(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	a, err := ask(r)
	if err != nil {
		return err
	}
	first, second := chosen(r, "first", readAsStored), chosen(r, "second", readNow)
	var sides [2]reading
	for i, what := range []string{first, second} {
		if sides[i], err = h.read(ctx, a, what); err != nil {
			return err
		}
	}
	o := opened{asked: a, parts: map[string]string{}}
	for _, side := range sides {
		if !side.there {
			continue
		}
		known, err := h.dress(ctx, a, side.view)
		if err != nil {
			return err
		}
		if o.view.Name == "" {
			o.view = side.view
		}
		for id, name := range known.parts {
			o.parts[id] = name
		}
	}
	w.Header().Set("Cache-Control", "no-store")
	return ui.Write(w, r, http.StatusOK, asOfPage(ctx, o, sides))
}

func readingName(p *i18n.Printer, o opened, x reading) string {
	switch x.asked {
	case readNow:
		return p.T("pay.as_of_now")
	case readAsStored:
		if x.view.Standing.State == "closed" {
			return p.T("pay.as_closed", "On", day(p, x.view.Standing.ClosedAt))
		}
		return p.T("pay.as_stored")
	}
	return p.T("pay.as_known", "On", x.asked)
}

// asOfPage is the two readings with what differs, and the form to choose others.
func asOfPage(ctx context.Context, o opened, sides [2]reading) templ.Component {
	p := httpx.PrinterFrom(ctx)
	names := [2]string{readingName(p, o, sides[0]), readingName(p, o, sides[1])}
	compared := payout.Compare(sides[0].view.Statement, sides[1].view.Statement)
	table := ui.TableView{Label: p.T("pay.as_of"), Columns: []ui.Column{{Key: "component", Label: p.T("pay.component"), Phone: true}, {Key: "first", Label: names[0], Kind: ui.ColumnNumber, Phone: true},
		{Key: "second", Label: names[1], Kind: ui.ColumnNumber, Phone: true}, {Key: "difference", Label: p.T("common.difference"), Kind: ui.ColumnNumber}},
		Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("pay.as_of_nothing")}}
	amount := func(minor int64, there bool) ui.Cell {
		if !there {
			return ui.Text(i18n.Unknown)
		}
		return ui.MoneyCell(minor)
	}
	var sums [2]int64
	for _, c := range compared.Components {
		name := c.ID
		if o.parts[c.ID] != "" {
			name = o.parts[c.ID]
		}
		sums[0], sums[1] = sums[0]+c.FirstMinor, sums[1]+c.SecondMinor
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(name), amount(c.FirstMinor, c.First), amount(c.SecondMinor, c.Second), signed(c.SecondMinor - c.FirstMinor)}})
	}
	if len(table.Rows) > 0 {
		table.Totals = []ui.Row{{Kind: ui.RowSum, Cells: []ui.Cell{ui.Text(p.T("pay.total")), amount(sums[0], sides[0].there), amount(sums[1], sides[1].there), signed(sums[1] - sums[0])}}}
	}
	view := ui.PageView{Title: p.T("pay.as_of_title", "Month", p.Month(o.month)), Subtitle: o.view.Name, Current: "pay",
		Crumbs: []ui.Crumb{{Label: p.T("pay.statement_of", "Month", p.Month(o.month)), URL: o.base + "?plan=" + url.QueryEscape(o.plan)}, {Label: p.T("pay.as_of")}}}
	if !o.own {
		view.Current = "statements"
	}
	parts := []templ.Component{ui.Filled(ui.CardView{Label: p.T("pay.as_of_choose")}, ui.Form(asOfForm(p, o, sides)))}
	for i, side := range sides {
		if side.why != "" {
			parts = append(parts, ui.Across(ui.NoteOf(ui.Note{Tone: ui.ToneWarn, Strong: names[i] + p.T("common.colon"), Text: side.why})))
		}
	}
	parts = append(parts, ui.Filled(ui.CardView{Title: p.T("pay.as_of"), Sub: p.T("pay.as_of_sub"), Flush: true}, ui.Table(table)))
	if steps := payout.CompareSettled(sides[0].view, sides[1].view); len(steps) > 0 {
		parts = append(parts, stepsCompared(p, names, sides, steps))
	}
	return ui.Compose(view, append(parts, creditsDiffering(p, names, compared))...)
}

func asOfForm(p *i18n.Printer, o opened, sides [2]reading) ui.FormView {
	var fields []ui.Field
	add := func(name, label string, x reading) {
		choice, on := x.asked, ""
		if choice != readAsStored && choice != readNow {
			choice, on = readOnDay, x.asked
		}
		options := []ui.Option{{Value: readAsStored, Label: p.T("pay.as_stored")}, {Value: readNow, Label: p.T("pay.as_of_now")}, {Value: readOnDay, Label: p.T("pay.as_of_day")}}
		for i := range options {
			options[i].Selected = options[i].Value == choice
		}
		fields = append(fields, ui.Field{Name: name, Kind: ui.FieldSelect, Label: label, Options: options, Span: 3},
			ui.Field{Name: name + "_on", Kind: ui.FieldDate, Label: p.T("pay.as_of_on"), Value: on, Optional: true, Span: 3})
	}
	add("first", p.T("pay.as_of_first"), sides[0])
	add("second", p.T("pay.as_of_second"), sides[1])
	return ui.FormView{ID: "as-of", Action: o.base + "/as-of", Method: "get", Fields: append(fields, ui.Field{Kind: ui.FieldHidden, Name: "plan", Value: o.plan}),
		Submit: ui.Action{Label: p.T("common.compare"), Kind: ui.ActionPrimary}}
}

// stepsCompared leads from what is earned to what is paid in both readings, a row for each kind of step.
func stepsCompared(p *i18n.Printer, names [2]string, sides [2]reading, steps []payout.StepPair) templ.Component {
	table := ui.TableView{Label: p.T("pay.as_of_settled"), Columns: []ui.Column{{Key: "step", Label: p.T("pay.settlement_step"), Phone: true}, {Key: "first", Label: names[0], Kind: ui.ColumnNumber, Phone: true},
		{Key: "second", Label: names[1], Kind: ui.ColumnNumber, Phone: true}, {Key: "difference", Label: p.T("common.difference"), Kind: ui.ColumnNumber}}}
	amount := func(minor int64, side reading) ui.Cell {
		if !side.there {
			return ui.Text(i18n.Unknown)
		}
		return signed(minor)
	}
	for _, s := range steps {
		row := ui.Row{Cells: []ui.Cell{ui.Text(p.T("settle.kind." + string(s.Kind))), amount(s.FirstMinor, sides[0]), amount(s.SecondMinor, sides[1]), signed(s.SecondMinor - s.FirstMinor)}}
		if s.Kind == settle.PostingPaid {
			row.Kind = ui.RowSum
			table.Totals = []ui.Row{row}
			continue
		}
		table.Rows = append(table.Rows, row)
	}
	return ui.Filled(ui.CardView{Title: p.T("pay.as_of_settled"), Sub: p.T("pay.as_of_settled_sub"), Flush: true}, ui.Table(table))
}

// creditsDiffering lists the credits that count otherwise.
func creditsDiffering(p *i18n.Printer, names [2]string, compared payout.Compared) templ.Component {
	table := ui.TableView{Label: p.T("pay.as_of_credits"), Columns: []ui.Column{{Key: "on", Label: p.T("common.date"), Phone: true}, {Key: "deal", Label: p.T("common.contract"), Phone: true},
		{Key: "first", Label: names[0], Kind: ui.ColumnNumber, Phone: true}, {Key: "second", Label: names[1], Kind: ui.ColumnNumber, Phone: true}},
		Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("pay.as_of_same")}}
	for i, c := range compared.Credits {
		if i == differingShown {
			table.Note = p.T("months.more_rows", "Count", len(compared.Credits)-i)
			break
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(c.On.String()), {Text: c.Deal, Sub: c.Payment}, ui.MoneyCell(c.FirstMinor), ui.MoneyCell(c.SecondMinor)}})
	}
	return ui.Filled(ui.CardView{Title: p.T("pay.as_of_credits"), Count: len(compared.Credits), Flush: true}, ui.Table(table))
}

// differingShown is how many differing credits are listed.
const differingShown = 100
