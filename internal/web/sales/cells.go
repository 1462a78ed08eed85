package sales

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/customer"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/followup"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/lead"
	"xiaoguan/internal/money"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/web/ui"
)

// cellRoutes are cells of lists that are changed in place.
func (h *Handler) cellRoutes(handle func(pattern string, handler httpx.HandlerFunc)) {
	for _, of := range []struct {
		path string
		read func(r *http.Request, id int64, field string) (cellOf, error)
	}{{"/opportunities/", h.opportunityCell}, {"/leads/", h.leadCell}, {"/customers/", h.customerCell}} {
		handle("GET "+of.path+"{id}/cells/{field}", func(w http.ResponseWriter, r *http.Request) error {
			c, err := readCell(r, of.read)
			if err != nil {
				return err
			}
			return ui.Write(w, r, http.StatusOK, ui.CellForm(c.edit))
		})
		handle("POST "+of.path+"{id}/cells/{field}", func(w http.ResponseWriter, r *http.Request) error { return saveCell(w, r, of.read) })
	}
}

// cellOf is one cell: how it is asked for, what there is now, and how it is saved.
type cellOf struct {
	edit  ui.CellEdit
	now   string // for people
	row   string // the revision of the row after a change; empty: what the cell has seen
	shown ui.Cell
	save  func(value string, seen int64) error
}

func cellURL(path string, id int64, field string) string {
	return path + number(id) + "/cells/" + field
}

func readCell(r *http.Request, read func(*http.Request, int64, string) (cellOf, error)) (cellOf, error) {
	id, err := idOf(r.PathValue("id"), "error.not_found")
	if err != nil {
		return cellOf{}, err
	}
	c, err := read(r, id, r.PathValue("field"))
	c.edit.Action = r.URL.Path
	c.edit.Field.Name, c.edit.Field.ID = "value", "f-cell-"+number(id)+"-"+r.PathValue("field")
	return c, err
}

// saveCell saves what was typed and answers with the cell. What is wrong, and what there is now when somebody was faster, stands at the field.
func saveCell(w http.ResponseWriter, r *http.Request, read func(*http.Request, int64, string) (cellOf, error)) error {
	c, err := readCell(r, read)
	if err != nil {
		return err
	}
	seen, err := revisionOf(r)
	if err != nil {
		return err
	}
	value := strings.TrimSpace(r.PostFormValue("value"))
	failure := c.save(value, seen)
	if failure != nil && !mendable(failure) {
		return failure
	}
	before := c
	if c, err = readCell(r, read); err != nil {
		return err
	}
	if failure == nil {
		w.Header().Set(revisionHeader, cmp.Or(c.row, c.edit.Seen))
		return ui.Write(w, r, http.StatusOK, ui.CellShown(c.shown))
	}
	p := httpx.PrinterFrom(r.Context())
	if before.edit.Seen != number(seen) || c.edit.Seen != before.edit.Seen {
		c.edit.Now = c.now
	}
	c.edit.Field.Value = value
	c.edit.Field.Error = cellProblem(p, failure)
	return ui.Write(w, r, httpx.StatusOf(failure), ui.CellForm(c.edit))
}

// revisionHeader tells the page which revision its row has after a change in place.
const revisionHeader = "Xg-Revision"

// cellProblem says in one line what is wrong.
func cellProblem(p *i18n.Printer, failure error) string {
	if e, ok := errors.AsType[*errs.Error](failure); ok && len(e.Fields) > 0 {
		return p.Message(e.Fields[0].Message)
	}
	_, problem := ui.WithErrors(nil, failure, p)
	return problem
}

func noCell() error { return errs.New(errs.KindNotFound, "error.not_found", nil) }

// saveCell saves an opportunity as it is, but for what a cell changed.
func (h *Handler) saveCell(ctx context.Context, actor access.Actor, o opportunity.Opportunity, seen int64, change func(*opportunity.Entry)) error {
	_, keys, err := h.productChoices(ctx, actor, nil)
	if err != nil {
		return err
	}
	in := opportunity.Entry{ID: o.ID, Name: o.Name, Customer: o.CustomerKey, Owner: o.OwnerKey, AmountMinor: o.AmountMinor, Currency: o.Currency, ExpectedOn: o.ExpectedOn, Source: o.Source, Note: o.Note, Seen: seen}
	for _, product := range o.ProductIDs {
		in.Products = append(in.Products, keys[product])
	}
	change(&in)
	_, err = h.Opportunities.Save(ctx, actor, in)
	return err
}

// opportunityCell is the stage, the amount, the expected day or the next contact of an opportunity.
func (h *Handler) opportunityCell(r *http.Request, id int64, field string) (c cellOf, err error) {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return c, err
	}
	d, err := h.Opportunities.Get(ctx, actor, id)
	if err == nil && !d.MayWrite {
		err = errs.New(errs.KindNotFound, "opportunity.missing", nil)
	}
	if err != nil {
		return c, err
	}
	c.edit.Seen = number(d.Revision)
	own, err := h.ownFields(r, customfield.ObjectOpportunity)
	if err != nil {
		return c, err
	}
	row := h.opportunityRow(own, d.Opportunity)
	entry := func(change func(*opportunity.Entry)) func(string, int64) error {
		return func(_ string, seen int64) error { return h.saveCell(ctx, actor, d.Opportunity, seen, change) }
	}
	switch field {
	case cellStage:
		c.shown, c.now = row.Cells[2], own.stage(d.Stage)
		c.edit.Field = ui.Field{Kind: ui.FieldSelect, Label: p.T("opportunity.stage"), Value: string(d.Stage), Options: stageOptions(p, own.stages, own.stages.Of(d.State))}
		c.save = func(value string, seen int64) error {
			_, err := h.Opportunities.Move(ctx, actor, id, opportunity.Stage(value), seen)
			return err
		}
	case cellAmount:
		amount := ""
		if d.AmountMinor != 0 {
			amount = money.Format(d.AmountMinor, d.Currency)
		}
		c.shown, c.now = row.Cells[3], text(amount)
		c.edit.Field = ui.Field{Kind: ui.FieldMoney, Label: p.T("opportunity.amount"), Value: amount, Optional: true, Unit: ui.UnitOf(p, d.Currency)}
		c.save = func(value string, seen int64) error {
			minor, ok := int64(0), true
			if value != "" {
				minor, ok = parseAmount(value, d.Currency)
			}
			if !ok {
				return wrongCell("form.error.number")
			}
			return entry(func(in *opportunity.Entry) { in.AmountMinor = minor })(value, seen)
		}
	case cellExpected:
		c.shown, c.now = row.Cells[5], text(dayText(d.ExpectedOn))
		c.edit.Field = ui.Field{Kind: ui.FieldDate, Label: p.T("opportunity.expected_on"), Value: dayText(d.ExpectedOn)}
		c.save = func(value string, seen int64) error {
			day, err := calendar.ParseDate(value)
			if err != nil {
				return wrongCell("form.error.date")
			}
			return entry(func(in *opportunity.Entry) { in.ExpectedOn = day })(value, seen)
		}
	case cellNext:
		h.nextCell(r, d.Opportunity, row.Cells[8], &c)
	default:
		return c, noCell()
	}
	return c, nil
}

// nextCell is the next contact. The revision of an opportunity does not count it: what was seen is the day, 0 for none.
func (h *Handler) nextCell(r *http.Request, o opportunity.Opportunity, shown ui.Cell, c *cellOf) {
	c.row, c.edit.Seen = c.edit.Seen, number(int64(max(o.NextOn, 0)))
	c.shown, c.now = shown, text(dayText(o.NextOn))
	c.edit.Field = ui.Field{Kind: ui.FieldDate, Label: httpx.PrinterFrom(r.Context()).T("opportunity.next"), Value: dayText(o.NextOn), Optional: true}
	c.save = func(value string, seen int64) error {
		day, was := calendar.NoDate, calendar.NoDate
		if seen > 0 {
			was = calendar.Date(seen)
		}
		if value != "" {
			var err error
			if day, err = calendar.ParseDate(value); err != nil {
				return wrongCell("form.error.date")
			}
		}
		return h.FollowUps.Arrange(r.Context(), access.ActorFrom(r.Context()), followup.Arrangement{OpportunityID: o.ID, On: day, Seen: &was})
	}
}

func wrongCell(key string) error {
	return errs.Invalid("error.invalid", []errs.Field{{Path: "value", Message: errs.Msg(key, nil)}})
}

// The cells that are changed in place, by their names in addresses.
const (
	cellStage    = "stage"
	cellAmount   = "amount"
	cellExpected = "expected"
	cellNext     = "next"
	cellStatus   = "status"
	cellIndustry = "industry"
	cellCity     = "city"
)

// editable lets cells of an opportunity's row be changed in place.
func editable(row ui.Row, o opportunity.Opportunity, first int) ui.Row {
	if o.State != opportunity.StateOpen {
		return row
	}
	for at, field := range map[int]string{2: cellStage, 3: cellAmount, 5: cellExpected, 8: cellNext} {
		row.Cells[first+at].Edit, row.Cells[first+at].EditPage = cellURL("/opportunities/", o.ID, field), opportunityURL(o.ID)
	}
	return row
}

// The values of a lead's status cell: qualified, taken up again, or invalid for a reason.
const (
	leadQualified = "qualified"
	leadRetaken   = "retaken"
	leadInvalid   = "invalid:"
)

// leadCell is the status of a lead.
func (h *Handler) leadCell(r *http.Request, id int64, field string) (c cellOf, err error) {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	if field != cellStatus {
		return c, noCell()
	}
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return c, err
	}
	d, err := h.Leads.Get(ctx, actor, id)
	if err == nil && !d.MayWrite {
		err = errs.New(errs.KindNotFound, "lead.missing", nil)
	}
	if err != nil {
		return c, err
	}
	chip := leadChip(p, d.Status)
	c.edit.Seen, c.now, c.shown = number(d.Revision), chip.Label, ui.Cell{Chip: &chip}
	c.edit.Field = ui.Field{Kind: ui.FieldSelect, Label: p.T("common.status"), Placeholder: chip.Label, Options: leadSteps(p, d.Status)}
	c.save = func(value string, seen int64) error {
		reason, invalid := strings.CutPrefix(value, leadInvalid)
		switch {
		case value == leadQualified:
			_, err = h.Leads.Qualify(ctx, actor, id, seen)
		case value == leadRetaken:
			_, err = h.Leads.Retake(ctx, actor, id, seen)
		case invalid:
			_, err = h.Leads.Drop(ctx, actor, lead.Invalid{ID: id, For: reason, Seen: seen})
		default:
			err = wrongCell("form.error.choice")
		}
		return err
	}
	return c, nil
}

// leadSteps are what a lead of a status can become by a choice.
func leadSteps(p *i18n.Printer, s lead.Status) (options []ui.Option) {
	if s == lead.StatusInvalid {
		return []ui.Option{{Value: leadRetaken, Label: p.T("lead.retake")}}
	}
	if s == lead.StatusNew || s == lead.StatusContacted {
		options = append(options, ui.Option{Value: leadQualified, Label: p.T("lead.status.qualified")})
	}
	for _, reason := range named(p, "lead.reason.", lead.Reasons) {
		options = append(options, ui.Option{Value: leadInvalid + reason.Value, Label: reason.Label, Group: p.T("lead.status.invalid")})
	}
	return options
}

// customerCell is the industry or the city of a customer, for who may correct it.
func (h *Handler) customerCell(r *http.Request, id int64, field string) (c cellOf, err error) {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	if err := actor.Require(access.PermSalesWrite); err != nil {
		return c, err
	}
	d, err := h.Customers.Get(ctx, actor, id)
	if err == nil && (!d.MayWrite || d.ID != id) {
		err = errs.New(errs.KindNotFound, "customer.missing", nil)
	}
	if err != nil {
		return c, err
	}
	in := customer.Entry{ID: id, Name: d.Name, Industry: d.Industry, City: d.City, CreditCode: d.CreditCode}
	value, set := d.Industry, func(v string) { in.Industry = v }
	switch field {
	case cellIndustry:
	case cellCity:
		value, set = d.City, func(v string) { in.City = v }
	default:
		return c, noCell()
	}
	c.edit.Seen, c.now, c.shown = number(int64(d.Recorded)), text(value), ui.Text(text(value))
	c.edit.Field = ui.Field{Label: p.T("sales." + field), Value: value, Optional: true}
	c.save = func(value string, seen int64) error {
		set(value)
		in.Seen = fact.BatchID(seen)
		_, _, err := h.Customers.Save(ctx, actor, in)
		return err
	}
	return c, nil
}
