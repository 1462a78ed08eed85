package targets

import (
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

// whole is a number of the rules and where it stands in the form.
type whole struct {
	name  string
	value *int
	unit  string
	group string
	least string
	most  string // of a slider; empty: a field
	hint  string
	zero  bool // 0 is shown as nothing
}

func wholes(r *targetplan.Rules) []whole {
	weights, bounds, chances := "targetplan.group.weights", "targetplan.group.bounds", "targetplan.group.chances"
	return []whole{
		{"base", &r.Base, "%", "", "50", "99", "", false}, {"stretch", &r.Stretch, "%", "", "1", "50", "", false},
		{"history", &r.History, "%", weights, "", "", "targetplan.weights_hint", false}, {"potential", &r.Potential, "%", weights, "", "", "", false}, {"pipeline", &r.Pipeline, "%", weights, "", "", "", false}, {"even", &r.Even, "%", weights, "", "", "", false},
		{"core", &r.Core, "%", bounds, "", "", "", true}, {"down", &r.Down, "%", bounds, "", "", "targetplan.bound_hint", true}, {"up", &r.Up, "%", bounds, "", "", "targetplan.bound_hint", true},
		{"over_region", &r.OverRegion, "%", bounds, "", "", "", true}, {"over_team", &r.OverTeam, "%", bounds, "", "", "", true}, {"over_person", &r.OverPerson, "%", bounds, "", "", "", true},
		{"enough", &r.Enough, "%", chances, "1", "100", "", false}, {"in_common", &r.InCommon, "%", chances, "0", "90", "", false},
	}
}

// ruleFields is the form of rules; what was typed is shown again after a fault.
func (h *Handler) ruleFields(p *i18n.Printer, r *http.Request, rules *targetplan.Rules, typed bool) []ui.Field {
	amount := ""
	if rules.YearMinor > 0 {
		amount = money.Format(rules.YearMinor, h.currency())
	}
	if typed {
		amount = r.PostFormValue("year")
	}
	var bases []ui.Option
	for _, b := range targetplan.Bases {
		bases = append(bases, ui.Option{Value: string(b), Label: p.Message(b.Message())})
	}
	fields := []ui.Field{{Name: "year", Kind: ui.FieldMoney, Label: p.T("targetplan.field.year"), Value: amount, Unit: ui.UnitOf(p, h.currency())}}
	usual := targetplan.UsualRules()
	plain := wholes(&usual)
	for i, one := range wholes(rules) {
		f := ui.Field{Name: one.name, Kind: ui.FieldNumber, Label: p.T("targetplan.field." + one.name), Value: strconv.Itoa(*one.value), Unit: one.unit, Min: one.least, Max: one.most, Usual: strconv.Itoa(*plain[i].value), Optional: one.zero}
		if one.most != "" {
			f.Kind = ui.FieldRange
		}
		if one.zero && *one.value == 0 {
			f.Value = ""
		}
		if one.group != "" {
			f.Fold = p.T(one.group)
		}
		if one.hint != "" {
			f.Hint = p.T(one.hint)
		}
		if typed && one.most == "" {
			f.Value = r.PostFormValue(one.name)
		}
		if one.name == "history" { // what shares rest on begins with what counts as sold
			fields = append(fields, ui.Field{Name: "basis", Kind: ui.FieldSelect, Label: p.T("targetplan.field.basis"), Hint: p.T("targetplan.field.basis_hint"), Value: string(rules.Basis), Usual: string(usual.Basis), Options: bases, Fold: f.Fold})
		}
		fields = append(fields, f)
		if one.name == "even" {
			fields = append(fields, ui.Field{Name: "ability", Kind: ui.FieldCheck, Label: p.T("targetplan.field.ability"), Hint: p.T("targetplan.field.ability_hint"), Value: "1", Checked: rules.Ability, Fold: f.Fold},
				ui.Field{Name: "ramp", Label: p.T("targetplan.field.ramp"), Hint: p.T("targetplan.field.ramp_hint"), Value: rampText(rules.Ramp), Usual: rampText(usual.Ramp), Optional: true, Fold: f.Fold})
		}
	}
	return fields
}

func rampText(ramp []int) string {
	texts := make([]string, len(ramp))
	for i, n := range ramp {
		texts[i] = strconv.Itoa(n)
	}
	return strings.Join(texts, ", ")
}

// rulesOf reads the form of rules. What is no number is refused with its field.
func (h *Handler) rulesOf(r *http.Request) (rules targetplan.Rules, err error) {
	if err := r.ParseForm(); err != nil {
		return rules, errs.New(errs.KindInvalid, "error.invalid", nil).Because(err)
	}
	var c fact.Checker
	rules.YearMinor = h.amountOf(r, "year", &c)
	rules.Basis, rules.Ability = targetplan.Basis(r.PostFormValue("basis")), r.PostFormValue("ability") != ""
	read := func(name, text string) int {
		if text = strings.TrimSpace(text); text == "" {
			return 0
		}
		n, err := strconv.Atoi(text)
		if err != nil {
			c.Add(name, text, "targetplan.whole_percent", nil)
		}
		return n
	}
	for _, one := range wholes(&rules) {
		*one.value = read(one.name, r.PostFormValue(one.name))
	}
	for _, part := range strings.FieldsFunc(r.PostFormValue("ramp"), func(c rune) bool { return strings.ContainsRune(",， 、;；", c) }) {
		rules.Ramp = append(rules.Ramp, read("ramp", part))
	}
	return rules, c.Err()
}

// amountOf reads an amount; nothing is 0.
func (h *Handler) amountOf(r *http.Request, name string, c *fact.Checker) int64 {
	text := strings.TrimSpace(r.PostFormValue(name))
	if text == "" {
		return 0
	}
	minor, ok := ui.ParseAmount(text, h.currency())
	if !ok {
		c.Add(name, text, "form.error.number", nil)
	}
	return minor
}

func (h *Handler) rules(w http.ResponseWriter, r *http.Request) error {
	return h.drawRules(w, r, http.StatusOK, nil, nil)
}

// drawRules is the page on which a draft is split again.
func (h *Handler) drawRules(w http.ResponseWriter, r *http.Request, status int, rules *targetplan.Rules, failure error) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	id, err := idOf(r, "id")
	if err != nil {
		return err
	}
	v, err := h.targets.Get(ctx, actor, id, "")
	if err != nil {
		return err
	}
	if !v.MayWrite {
		return actor.RequireAll(access.PermTargetWrite)
	}
	if rules == nil {
		rules = &v.Rules
	}
	fields := append(h.ruleFields(p, r, rules, failure != nil), ui.Field{Name: "seen", Kind: ui.FieldHidden, Value: number(v.Revision)})
	form := ui.FormView{ID: "rules", Action: planURL(id) + "/rules", Fields: fields, Submit: ui.Action{Label: p.T("targetplan.solve"), Kind: ui.ActionPrimary, Icon: "refresh"}, Consequence: p.T("targetplan.solve_consequence")}
	form.Fields, form.Problem = ui.WithErrors(form.Fields, failure, p)
	view := ui.PageView{Title: p.T("targetplan.rules"), Current: "targets", Subtitle: v.Name, Chips: []ui.Chip{stateChip(p, v.State)}, Crumbs: []ui.Crumb{{Label: p.T("nav.targets"), URL: baseURL}, {Label: v.Name, URL: planURL(id)}, {Label: p.T("targetplan.rules")}}}
	return ui.Write(w, r, status, ui.Compose(view, ui.Stack(7, ui.Filled(ui.CardView{Title: p.T("targetplan.rules"), Span: -1}, ui.Form(form))), ui.Stack(5, h.summaryCard(p, &v), h.findingsCard(p, &v, nil))))
}

func (h *Handler) revise(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r, "id")
	if err != nil {
		return err
	}
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	v, err := h.targets.Get(ctx, actor, id, "")
	if err != nil {
		return err
	}
	rules, err := h.rulesOf(r)
	rules.Hands = v.Rules.Hands
	seen, _ := strconv.ParseInt(r.PostFormValue("seen"), 10, 64) // of no number is not seen
	if err == nil {
		_, err = h.targets.Revise(ctx, actor, id, rules, seen)
	}
	switch {
	case err == nil:
		http.Redirect(w, r, planURL(id)+"/rules?done=solved", http.StatusSeeOther)
		return nil
	case mendable(err):
		return h.drawRules(w, r, httpx.StatusOf(err), &rules, err)
	}
	return err
}
