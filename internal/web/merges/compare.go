package merges

import (
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/merge"
	"xiaoguan/internal/money"
	"xiaoguan/internal/profile"
	"xiaoguan/internal/web/ui"
)

// compare sets two customers side by side: by their ids, or by the numbers that somebody typed.
func (h *Handler) compare(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	if first, second := strings.TrimSpace(r.FormValue("first")), strings.TrimSpace(r.FormValue("second")); first != "" || second != "" {
		survivor, err := h.Merges.IDOf(ctx, actor, "first", first)
		merged := int64(0)
		if err == nil {
			merged, err = h.Merges.IDOf(ctx, actor, "second", second)
		}
		if err == nil && survivor == merged {
			err = errs.Invalid("error.invalid", []errs.Field{{Path: "second", Value: second, Message: errs.Msg("merge.same_one", nil)}})
		}
		switch {
		case err == nil:
			http.Redirect(w, r, pairURL(survivor, merged), http.StatusSeeOther)
			return nil
		case errs.Is(err, errs.KindInvalid):
			return h.drawList(w, r, httpx.StatusOf(err), err)
		}
		return err
	}
	return h.drawCompare(w, r, http.StatusOK, nil)
}

func (h *Handler) drawCompare(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	survivor, err := idOf(r.FormValue("survivor"), "customer.missing")
	if err != nil {
		return err
	}
	merged, err := idOf(r.FormValue("merged"), "customer.missing")
	if err != nil {
		return err
	}
	c, err := h.Merges.Compare(r.Context(), access.ActorFrom(r.Context()), survivor, merged)
	if err != nil {
		return err
	}
	p := httpx.PrinterFrom(r.Context())
	view := ui.PageView{Title: p.T("merge.compare_title"), Subtitle: p.T("merge.compare_sub", "Survivor", c.Survivor.Customer.Name, "Merged", c.Merged.Customer.Name), Current: "duplicates",
		Crumbs: []ui.Crumb{{Label: p.T("nav.duplicates"), URL: baseURL}, {Label: p.T("merge.compare_title")}}, Actions: []ui.Action{{Label: p.T("merge.swap"), Icon: "switch-horizontal", URL: pairURL(merged, survivor)}}}
	if len(c.Grounds) > 0 && !c.Apart {
		view.Actions = append(view.Actions, ui.Action{Label: p.T("merge.apart"), Icon: "x", Post: true, URL: baseURL + "/apart", Fields: map[string][]string{"survivor": {number(survivor)}, "merged": {number(merged)}}})
	}
	parts := notes(p, r, failure)
	if c.Apart {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{Tone: ui.ToneWarn, Strong: p.T("merge.said_apart")})))
	}
	form := h.mergeForm(p, r, c, failure)
	parts = append(parts, ui.Stack(7, ui.Filled(ui.CardView{Title: p.T("merge.side_by_side"), Sub: grounds(p, c.Grounds), Flush: true, Span: -1}, ui.Table(h.sideTable(p, c))), movesCard(p, c)),
		ui.Stack(5, ui.Filled(ui.CardView{Title: p.T("merge.do"), Sub: p.T("merge.do_sub", "Days", merge.UndoDays), Span: -1}, ui.Form(form)), consequencesCard(p, c)))
	return ui.Write(w, r, status, ui.Compose(view, parts...))
}

func grounds(p *i18n.Printer, list []merge.Ground) string {
	var texts []string
	for _, g := range list {
		texts = append(texts, p.Message(g.Message()))
	}
	return p.Join(texts)
}

// value writes what a side has in a field.
func (h *Handler) value(p *i18n.Printer, s merge.Side, f merge.Field) string {
	c, q := s.Customer, s.Profile
	switch f {
	case merge.FieldName:
		return c.Name
	case merge.FieldIndustry:
		return c.Industry
	case merge.FieldCity:
		return c.City
	case merge.FieldCreditCode:
		return c.CreditCode
	case merge.FieldTier:
		return c.Tier
	case merge.FieldRegion:
		return c.Region
	case merge.FieldOwner:
		if s.Holding.Pool != "" {
			return p.T("merge.in_pool", "Pool", s.Holding.Pool)
		}
		return s.Owner
	case merge.Field(profile.FieldNeed):
		return q.Need
	case merge.Field(profile.FieldBudget):
		if q.BudgetMinor == fact.Unknown {
			return ""
		}
		return money.Format(q.BudgetMinor, h.Currency())
	case merge.Field(profile.FieldDecisionMaker):
		return q.DecisionMaker
	case merge.Field(profile.FieldAddress):
		return q.Address
	case merge.Field(profile.FieldRegionCode):
		return q.RegionCode
	case merge.Field(profile.FieldInvoiceTitle):
		return q.InvoiceTitle
	}
	return dayText(p, q.ContractEnd)
}

// name is what a field is called.
func name(p *i18n.Printer, f merge.Field) string {
	switch f {
	case merge.FieldName:
		return p.T("sales.customer_name")
	case merge.FieldIndustry, merge.FieldCity, merge.FieldCreditCode:
		return p.T("sales." + string(f))
	case merge.FieldTier:
		return p.T("sales.recorded_tier")
	case merge.FieldRegion:
		return p.T("sales.customer_region")
	case merge.FieldOwner:
		return p.T("tiers.owner")
	}
	return p.T("profile." + string(f))
}

func (h *Handler) sideTable(p *i18n.Printer, c merge.Comparison) ui.TableView {
	table := ui.TableView{Label: p.T("merge.side_by_side"), Columns: []ui.Column{{Label: p.T("merge.field"), Kind: ui.ColumnNarrow, Phone: true}, {Label: p.T("merge.survivor"), Phone: true}, {Label: p.T("merge.merged"), Phone: true}}}
	table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(p.T("sales.customer_key")), ui.LinkTo(c.Survivor.Customer.Key, customerURL(c.Survivor.Customer.ID)), ui.LinkTo(c.Merged.Customer.Key, customerURL(c.Merged.Customer.ID))}})
	for _, f := range merge.Fields() {
		mine, theirs := h.value(p, c.Survivor, f), h.value(p, c.Merged, f)
		if mine == "" && theirs == "" {
			continue
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{{Text: name(p, f), Muted: mine == theirs}, {Text: textOr(mine), Strong: mine != theirs}, {Text: textOr(theirs), Strong: mine != theirs}}})
	}
	table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(p.T("sales.deal_count")), ui.Text(p.Int(c.Survivor.Deals)), ui.Text(p.Int(c.Merged.Deals))}})
	return table
}

// movesCard says what moves from one customer to the other.
func movesCard(p *i18n.Printer, c merge.Comparison) templ.Component {
	var items []ui.Item
	for _, k := range merge.Kinds {
		if n := c.Merged.Counts[k]; n > 0 {
			items = append(items, ui.Item{Icon: "arrow-right", Title: p.Message(k.Message(n))})
		}
	}
	card := ui.CardView{Title: p.T("merge.moves"), Sub: p.T("merge.moves_sub"), Flush: true, Span: -1}
	if len(items) == 0 {
		return ui.Filled(card, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("merge.moves_none")}))
	}
	return ui.Filled(card, ui.List(items))
}

// consequencesCard says what a merge does to deals and pay.
func consequencesCard(p *i18n.Printer, c merge.Comparison) templ.Component {
	items := []ui.Item{{Icon: "cash", Title: p.T("merge.pay_stays"), Top: true}, {Icon: "link", Title: p.T("merge.number_leads", "Key", c.Merged.Customer.Key), Top: true}}
	if c.Merged.Deals > 0 {
		items = append([]ui.Item{{Icon: "file-text", Title: p.T("merge.deals_stay", "Count", c.Merged.Deals), Top: true}}, items...)
	}
	if !c.MayCorrect {
		items = append(items, ui.Item{Icon: "lock", Title: p.T("merge.record_stays"), Top: true})
	}
	return ui.Filled(ui.CardView{Title: p.T("merge.consequences"), Flush: true, Span: -1}, ui.List(items))
}

// The values of a choice.
const (
	keepSurvivor = "survivor"
	takeMerged   = "merged"
)

// mergeForm asks of each field that differs whose value is kept.
func (h *Handler) mergeForm(p *i18n.Printer, r *http.Request, c merge.Comparison, failure error) ui.FormView {
	fields := []ui.Field{{Name: "survivor", Kind: ui.FieldHidden, Value: number(c.Survivor.Customer.ID)}, {Name: "merged", Kind: ui.FieldHidden, Value: number(c.Merged.Customer.ID)}, {Name: "digest", Kind: ui.FieldHidden, Value: c.Digest}}
	for _, f := range merge.Fields() {
		mine, theirs := h.value(p, c.Survivor, f), h.value(p, c.Merged, f)
		if mine == theirs || f.IsFact() && !c.MayCorrect {
			continue
		}
		chosen := keepSurvivor
		if c.Usual[f] {
			chosen = takeMerged
		}
		if typed := r.PostFormValue("take." + string(f)); failure != nil && typed != "" {
			chosen = typed
		}
		field := ui.Field{Name: "take." + string(f), Kind: ui.FieldRadio, Label: name(p, f), Value: chosen, Options: []ui.Option{{Value: keepSurvivor, Label: textOr(mine)}, {Value: takeMerged, Label: textOr(theirs)}}}
		if f.Paid() {
			field.Hint = p.T("merge.plans_look")
		}
		fields = append(fields, field)
	}
	fields = append(fields, ui.Field{Name: "reason", Label: p.T("merge.reason"), Value: r.PostFormValue("reason"), Optional: true})
	form := ui.FormView{ID: "merge", Action: mergesURL, Submit: ui.Action{Label: p.T("merge.do_button"), Kind: ui.ActionPrimary, Icon: "copy"},
		Consequence: p.T("merge.consequence", "Merged", c.Merged.Customer.Name, "Survivor", c.Survivor.Customer.Name), Fields: fields}
	if errs.Is(failure, errs.KindInvalid) {
		form.Fields, form.Problem = ui.WithErrors(form.Fields, failure, p)
	}
	return form
}

func (h *Handler) merge(w http.ResponseWriter, r *http.Request) error {
	survivor, err := idOf(r.PostFormValue("survivor"), "customer.missing")
	if err != nil {
		return err
	}
	merged, err := idOf(r.PostFormValue("merged"), "customer.missing")
	if err != nil {
		return err
	}
	take := merge.Choices{}
	for _, f := range merge.Fields() {
		if r.PostFormValue("take."+string(f)) == takeMerged {
			take[f] = true
		}
	}
	m, err := h.Merges.Merge(r.Context(), access.ActorFrom(r.Context()), merge.Ask{SurvivorID: survivor, MergedID: merged, Take: take, Reason: r.PostFormValue("reason"), Digest: r.PostFormValue("digest")})
	switch {
	case err == nil:
		return redirect(w, r, mergeURL(m.ID), "done", "merged")
	case mendable(err):
		return h.drawCompare(w, r, httpx.StatusOf(err), err)
	}
	return err
}
