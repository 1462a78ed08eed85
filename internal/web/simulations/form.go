package simulations

import (
	"cmp"
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/simulate"
	"xiaoguan/internal/simulation"
	"xiaoguan/internal/web/ui"
)

// document is a plan document with the versions that may be put in its place, the newest first.
type document struct {
	id       string
	name     plan.Text
	versions []planbook.Version
}

// form is what a new simulation is made from, with what was typed.
type form struct {
	documents                               []document
	name, first, last, draws, seed, budgets string
	budgetUsual                             string               // the budget of the running year
	chosen                                  [2]map[string]string // of A and B: document → version, or without
	running                                 calendar.Month
}

// What a document's choice may be besides a version. Keeping it has a word, too: browsers take an empty choice for none.
const (
	keep    = "keep"
	without = "-"
)

// seedUsual is drawn from unless somebody asks for another.
const seedUsual = "1"

// replayedUsual is how many months are replayed unless somebody chooses.
const replayedUsual = 12

// form reads the plans to choose from. Errors: forbidden, for who may not run a simulation.
func (h *Handler) form(ctx context.Context, actor access.Actor) (*form, error) {
	if err := actor.RequireAll(access.PermPayAll); err != nil {
		return nil, err
	}
	if !actor.Can(access.PermPlanApprove) {
		if err := actor.Require(access.PermPlanWrite); err != nil {
			return nil, err
		}
	}
	all, err := h.Plans.List(ctx, actor)
	if err != nil {
		return nil, err
	}
	month := h.thisMonth()
	f := &form{running: month, first: (month - replayedUsual).String(), last: (month - 1).String(), draws: strconv.Itoa(simulate.DrawsUsual), seed: seedUsual}
	f.chosen[0], f.chosen[1] = map[string]string{}, map[string]string{}
	for _, v := range all { // by document and descending number
		if v.State == planbook.StateWithdrawn || !v.Kind.Pays() { // honours and promotion change no month
			continue
		}
		if n := len(f.documents); n == 0 || f.documents[n-1].id != v.DocumentID {
			f.documents = append(f.documents, document{id: v.DocumentID, name: v.Name})
		}
		d := &f.documents[len(f.documents)-1]
		d.versions = append(d.versions, v)
	}
	o, err := h.Budgets.Get(ctx, actor, h.Budgets.YearOf(month))
	if err != nil {
		return nil, err
	}
	var total int64
	for _, row := range o.Rows {
		if row.Kind == "plan" {
			total += row.BudgetMinor
		}
	}
	if total > 0 {
		f.budgets = money.Format(total, h.Currency())
		f.budgetUsual = f.budgets
	}
	return f, nil
}

// choose puts a version into A.
func (f *form) choose(version string) {
	for _, d := range f.documents {
		for _, v := range d.versions {
			if v.ID == version {
				f.chosen[0][d.id] = version
				f.name = v.DocumentID + " v" + strconv.Itoa(v.Number)
			}
		}
	}
}

// read reads what was typed into a request.
func (f *form) read(r *http.Request, currency money.Currency) (request simulation.Request, err error) {
	text := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	f.name, f.first, f.last, f.draws, f.seed, f.budgets = text("name"), text("first"), text("last"), text("draws"), text("seed"), text("budget")
	var fields []errs.Field
	wrong := func(name, value, key string) {
		fields = append(fields, errs.Field{Path: name, Value: value, Message: errs.Msg(key, nil)})
	}
	request.Name = f.name
	if request.First, err = calendar.ParseMonth(f.first); err != nil {
		wrong("first", f.first, "simulations.bad_month")
	}
	if request.Last, err = calendar.ParseMonth(f.last); err != nil {
		wrong("last", f.last, "simulations.bad_month")
	}
	if request.Draws, err = strconv.Atoi(cmp.Or(f.draws, "0")); err != nil {
		wrong("draws", f.draws, "form.error.number")
	}
	if request.Seed, err = strconv.ParseUint(cmp.Or(f.seed, seedUsual), 10, 63); err != nil {
		wrong("seed", f.seed, "form.error.number")
	}
	if f.budgets != "" {
		minor, ok := ui.ParseAmount(f.budgets, currency)
		if request.BudgetMinor = minor; !ok {
			wrong("budget", f.budgets, "form.error.number")
		}
	}
	for i, c := range []*simulation.Candidate{&request.A, &request.B} {
		for _, d := range f.documents {
			switch choice := text(fieldName(i, d.id)); choice {
			case keep, "":
			case without:
				f.chosen[i][d.id], c.Without = choice, append(c.Without, d.id)
			default:
				f.chosen[i][d.id], c.Versions = choice, append(c.Versions, choice)
			}
		}
	}
	return request, errs.Invalid("error.invalid", fields)
}

// variantNames are those of the changes: A and B.
var variantNames = []string{"A", "B"}

func fieldName(variant int, documentID string) string {
	return strings.ToLower(variantNames[variant]) + "." + documentID
}

func formPage(ctx context.Context, f *form, failure error) templ.Component {
	p := httpx.PrinterFrom(ctx)
	view := ui.FormView{ID: "simulation", Action: "/simulations", Submit: ui.Action{Label: p.T("simulations.start"), Kind: ui.ActionPrimary, Icon: "player-play"},
		Cancel: &ui.Link{Label: p.T("common.cancel"), URL: "/simulations"}, Consequence: p.T("simulations.consequence")}
	view.Fields = []ui.Field{
		{Name: "name", Label: p.T("simulations.name"), Value: f.name},
		{Name: "first", Kind: ui.FieldMonth, Label: p.T("simulations.first"), Value: f.first, Span: 6},
		{Name: "last", Kind: ui.FieldMonth, Label: p.T("simulations.last"), Value: f.last, Span: 6, Hint: p.T("simulations.months_hint", "Most", simulation.MonthsMost)},
	}
	for i, name := range variantNames {
		for _, d := range f.documents {
			view.Fields = append(view.Fields, f.choice(p, i, name, d))
		}
	}
	more := p.T("simulations.fold_more")
	view.Fields = append(view.Fields,
		ui.Field{Name: "draws", Kind: ui.FieldSelect, Label: p.T("simulations.draws"), Value: f.draws, Fold: more, Usual: strconv.Itoa(simulate.DrawsUsual), Span: 4, Options: []ui.Option{
			{Value: "0", Label: p.T("simulations.draws_none")}, {Value: "1000", Label: p.Int(1_000)}, {Value: "5000", Label: p.Int(5_000)}}},
		ui.Field{Name: "seed", Kind: ui.FieldNumber, Label: p.T("simulations.seed"), Value: f.seed, Fold: more, Usual: seedUsual, Span: 4, Hint: p.T("simulations.seed_hint")},
		ui.Field{Name: "budget", Kind: ui.FieldMoney, Label: p.T("simulations.budget"), Value: f.budgets, Fold: more, Usual: f.budgetUsual, Optional: true, Span: 4, Unit: p.T("common.yuan")})
	view.Fields, view.Problem = ui.WithErrors(view.Fields, failure, p)
	parts := []templ.Component{ui.Filled(ui.CardView{Title: p.T("simulations.new"), Sub: p.T("simulations.new_sub")}, ui.Form(view))}
	if len(f.documents) == 0 {
		parts = []templ.Component{ui.Filled(ui.CardView{Label: p.T("simulations.new")}, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("simulations.no_plans"),
			Text: p.T("simulations.no_plans_text"), Actions: []ui.Action{{Label: p.T("nav.plans"), URL: "/plans"}}}))}
	}
	return ui.Compose(ui.PageView{Title: p.T("simulations.new"), Current: "simulations",
		Crumbs: []ui.Crumb{{Label: p.T("nav.simulations"), URL: "/simulations"}, {Label: p.T("simulations.new")}}}, parts...)
}

// choice lets one document stay as it was, be left out, or be replaced by a version.
func (f *form) choice(p *i18n.Printer, variant int, variantName string, d document) ui.Field {
	field := ui.Field{Name: fieldName(variant, d.id), Kind: ui.FieldSelect, Span: 6, Optional: variant > 0, Value: cmp.Or(f.chosen[variant][d.id], keep),
		Label: p.T("simulations.choice", "Variant", variantName, "Plan", textIn(p, d.name, d.id))}
	if variant > 0 { // one change is what most people try
		field.Fold, field.Usual = p.T("simulations.fold_second"), keep
	}
	field.Options = []ui.Option{{Value: keep, Label: p.T("simulations.keep"), Selected: field.Value == keep}}
	for _, v := range d.versions {
		field.Options = append(field.Options, ui.Option{Value: v.ID, Label: p.T("simulations.version_"+string(v.State), "Number", v.Number, "From", v.Effective.From.String())})
	}
	if d.versions[0].Kind == planbook.KindPlan {
		field.Options = append(field.Options, ui.Option{Value: without, Label: p.T("simulations.without")})
	}
	return field
}

// textIn chooses a plan's own words.
func textIn(p *i18n.Printer, name plan.Text, id string) string {
	if p.Zh() && name.Zh != "" {
		return name.Zh
	}
	return cmp.Or(name.En, name.Zh, id)
}
