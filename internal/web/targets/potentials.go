package targets

import (
	"io"
	"net/http"
	"strconv"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/targetplan"
	"xiaoguan/internal/web/ui"
)

func yearOf(r *http.Request) (int, error) {
	year, err := strconv.Atoi(r.PathValue("year"))
	if err != nil || year < 2000 || year > 2100 {
		return 0, errs.New(errs.KindNotFound, "targetplan.missing", nil)
	}
	return year, nil
}

func (h *Handler) potentials(w http.ResponseWriter, r *http.Request) error {
	return h.drawPotentials(w, r, http.StatusOK, nil)
}

// drawPotentials is what the markets of regions could give in a year.
func (h *Handler) drawPotentials(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	year, err := yearOf(r)
	if err != nil {
		return err
	}
	list, err := h.targets.Potentials(ctx, actor, year)
	if err != nil {
		return err
	}
	view := ui.PageView{Title: p.T("targetplan.potentials"), Subtitle: p.T("targetplan.potentials_sub", "Year", strconv.Itoa(year)), Current: "targets", Crumbs: []ui.Crumb{{Label: p.T("nav.targets"), URL: baseURL}, {Label: p.T("targetplan.potentials")}},
		Actions: []ui.Action{{Label: strconv.Itoa(year - 1), URL: potentialsURL + "/" + strconv.Itoa(year-1), Icon: "chevron-left"}, {Label: strconv.Itoa(year + 1), URL: potentialsURL + "/" + strconv.Itoa(year+1), Icon: "chevron-right"}}}
	if len(list) == 0 {
		return ui.Write(w, r, status, ui.Compose(view, ui.Filled(ui.CardView{}, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("targetplan.potential_none")}))))
	}
	writes := actor.CanAll(access.PermTargetWrite) && !actor.ReadOnly
	source := ""
	var fields []ui.Field
	for i := range list {
		one := &list[i]
		f := ui.Field{Name: "region_" + number(one.RegionID), Kind: ui.FieldMoney, Label: one.RegionName, Unit: ui.UnitOf(p, h.currency()), Optional: true, ReadOnly: !writes}
		if one.Minor > 0 {
			f.Value = money.Format(one.Minor, h.currency())
			source = one.Source
		}
		if failure != nil {
			f.Value = r.PostFormValue(f.Name)
		}
		fields = append(fields, f)
	}
	fields = append(fields, ui.Field{Name: "source", Label: p.T("targetplan.potential_source"), Value: source, Optional: true, ReadOnly: !writes})
	parts := doneNote(p, r)
	if !writes {
		var facts []ui.Fact
		for _, f := range fields {
			value := f.Value
			if value == "" {
				value = p.T("targetplan.chance_unknown")
			}
			facts = append(facts, ui.Fact{Term: f.Label, Text: value})
		}
		return ui.Write(w, r, status, ui.Compose(view, append(parts, ui.Filled(ui.CardView{Title: p.T("targetplan.potentials")}, ui.Facts(facts)))...))
	}
	form := ui.FormView{ID: "potentials", Action: potentialsURL + "/" + strconv.Itoa(year), Fields: fields, Submit: ui.Action{Label: p.T("targetplan.potential_save"), Kind: ui.ActionPrimary}, Consequence: p.T("targetplan.potential_consequence")}
	sheet := h.sheetForm(p, r, year)
	if strings.HasSuffix(r.URL.Path, "/sheet") {
		sheet.Problem = sheetProblems(p, failure)
	} else {
		form.Fields, form.Problem = ui.WithErrors(form.Fields, failure, p)
	}
	return ui.Write(w, r, status, ui.Compose(view, append(parts, ui.Stack(7, ui.Filled(ui.CardView{Title: p.T("targetplan.potentials"), Span: -1}, ui.Form(form))), ui.Stack(5, ui.Filled(ui.CardView{ID: "sheet", Title: p.T("targetplan.potential_sheet"), Span: -1}, ui.Form(sheet))))...))
}

// sheetForm takes potentials from a file, or from what was copied in a spreadsheet.
func (h *Handler) sheetForm(p *i18n.Printer, r *http.Request, year int) ui.FormView {
	return ui.FormView{ID: "potential-sheet", Action: potentialsURL + "/" + strconv.Itoa(year) + "/sheet", Submit: ui.Action{Label: p.T("targetplan.potential_import"), Icon: "upload"}, Consequence: p.T("targetplan.potential_import_consequence"), Fields: []ui.Field{
		{Name: "file", Kind: ui.FieldFile, Label: p.T("form.sheet_file"), Accept: ".csv,.xlsx,.txt", Optional: true},
		{Name: "text", Kind: ui.FieldArea, Rows: 5, Label: p.T("form.sheet_paste"), Hint: p.T("targetplan.potential_paste"), Value: r.PostFormValue("text"), Optional: true}}}
}

// sheetProblemsShown is how many wrong rows a page names.
const sheetProblemsShown = 8

// sheetProblems names the rows that are wrong.
func sheetProblems(p *i18n.Printer, err error) string {
	return ui.SheetProblems(p, err, sheetProblemsShown, p.T("common.comma"), func(f errs.Field) string {
		text := p.Message(f.Message)
		if f.Value != "" {
			text = f.Value + p.T("common.colon") + text
		}
		if f.Row > 0 {
			text = p.T("targetplan.row", "Row", f.Row, "Text", text)
		}
		return text
	})
}

func (h *Handler) importPotentials(w http.ResponseWriter, r *http.Request) error {
	year, err := yearOf(r)
	if err != nil {
		return err
	}
	err = ui.ReadSheet(r, func(workbook bool, in io.Reader) error {
		_, err := h.targets.ImportPotentials(r.Context(), access.ActorFrom(r.Context()), year, workbook, in)
		return err
	})
	return h.acted(w, r, potentialsURL+"/"+strconv.Itoa(year), "saved", err, h.drawPotentials)
}

func (h *Handler) setPotentials(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	year, err := yearOf(r)
	if err != nil {
		return err
	}
	list, err := h.targets.Potentials(ctx, actor, year)
	if err != nil {
		return err
	}
	var c fact.Checker
	given := make([]targetplan.Potential, len(list))
	for i, one := range list {
		given[i] = targetplan.Potential{RegionID: one.RegionID, RegionName: one.RegionName, Minor: h.amountOf(r, "region_"+number(one.RegionID), &c), Source: strings.TrimSpace(r.PostFormValue("source"))}
	}
	if err = c.Err(); err == nil {
		err = h.targets.SetPotentials(ctx, actor, year, given)
	}
	return h.acted(w, r, potentialsURL+"/"+strconv.Itoa(year), "saved", err, h.drawPotentials)
}
