package sales

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/revisit"
	"xiaoguan/internal/web/ui"
)

func (h *Handler) showVisitRules(w http.ResponseWriter, r *http.Request) error {
	return h.drawVisitRules(w, r, http.StatusOK, nil)
}

// drawVisitRules lists the rules; who keeps them gets a form, for a new one or for the one that was chosen.
func (h *Handler) drawVisitRules(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	actor, p := access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	rules, err := h.Visits.Rules(r.Context(), actor)
	if err != nil {
		return err
	}
	may := actor.CanAll(access.PermServiceRules)
	var items []ui.Item
	var chosen revisit.Rule
	for _, rule := range rules {
		item := ui.Item{Icon: "phone", Title: rule.Name, Detail: ruleText(p, rule)}
		if !rule.Active {
			item.Chips = []ui.Chip{{Label: p.T("revisit.off"), Tone: ui.ToneLine}}
		}
		if may {
			item.URL = ui.URLWith(visitRulesURL, nil, "rule", number(rule.ID))
		}
		if number(rule.ID) == r.FormValue("rule") {
			chosen = rule
		}
		items = append(items, item)
	}
	list := ui.List(items)
	if len(items) == 0 {
		list = ui.StateOf(ui.State{Kind: ui.StateEmpty, Icon: "phone", Title: p.T("revisit.no_rules"), Text: p.T("revisit.no_rules_text")})
	}
	parts := append(savedNote(p, r), ui.Filled(ui.CardView{Title: p.T("revisit.rules"), Count: len(items), Flush: true}, list))
	if may {
		parts = append(parts, h.visitRuleCard(p, r, chosen, failure))
	}
	return ui.Write(w, r, status, ui.Compose(ui.PageView{Title: p.T("revisit.rules"), Subtitle: p.T("revisit.rules_sub"), Current: visitsKey, Narrow: true, Crumbs: []ui.Crumb{{Label: p.T("nav.visits"), URL: visitsURL}, {Label: p.T("revisit.rules")}}}, parts...))
}

func ruleText(p *i18n.Printer, rule revisit.Rule) string {
	if rule.Tier == "" {
		return p.T("revisit.rule_text", "Days", rule.Days, "Since", rule.Since.String())
	}
	return p.T("revisit.rule_text_tier", "Days", rule.Days, "Since", rule.Since.String(), "Tier", rule.Tier)
}

func (h *Handler) visitRuleCard(p *i18n.Printer, r *http.Request, rule revisit.Rule, failure error) templ.Component {
	typed := func(name, kept string) string {
		if r.Method == http.MethodPost {
			return r.PostFormValue(name)
		}
		return kept
	}
	days, since, active := number(rule.Days), rule.Since.String(), rule.Active
	title := p.T("revisit.change_rule")
	if rule.ID == 0 {
		days, since, active, title = "30", h.today().String(), true, p.T("revisit.new_rule")
	}
	if r.Method == http.MethodPost {
		active = r.PostFormValue("active") != ""
	}
	fields, problem := ui.WithErrors([]ui.Field{
		{Name: "name", Label: p.T("revisit.rule_name"), Value: typed("name", rule.Name), Span: 6},
		{Name: "days", Kind: ui.FieldNumber, Label: p.T("revisit.days"), Value: typed("days", days), Unit: p.T("revisit.days_unit"), Span: 6},
		{Name: "tier", Label: p.T("sales.tier"), Value: typed("tier", rule.Tier), Optional: true, Hint: p.T("revisit.tier_hint"), Span: 6},
		{Name: "since", Kind: ui.FieldDate, Label: p.T("revisit.since"), Value: typed("since", since), Span: 6},
		{Name: "active", Kind: ui.FieldCheck, Label: p.T("revisit.active"), Value: "1", Checked: active, Optional: true},
		{Name: "rule", Kind: ui.FieldHidden, Value: typed("rule", number(rule.ID))}, {Name: "seen", Kind: ui.FieldHidden, Value: number(rule.Revision)},
	}, failure, p)
	return ui.Filled(ui.CardView{ID: "rule", Title: title}, ui.Form(ui.FormView{ID: "visit-rule", Action: visitRulesURL, Fields: fields, Problem: problem, Submit: ui.Action{Label: p.T("common.save"), Kind: ui.ActionPrimary}, Consequence: p.T("revisit.rule_consequence")}))
}

func (h *Handler) saveVisitRule(w http.ResponseWriter, r *http.Request) error {
	actor := access.ActorFrom(r.Context())
	if err := actor.RequireAll(access.PermServiceRules); err != nil {
		return err
	}
	seen, err := revisionOf(r)
	if err != nil {
		return err
	}
	var c fact.Checker
	in := revisit.RuleEntry{Name: strings.TrimSpace(r.PostFormValue("name")), Tier: strings.TrimSpace(r.PostFormValue("tier")), Active: r.PostFormValue("active") != "", Since: typedDay(&c, r, "since"), Seen: seen}
	if in.Days, err = strconv.ParseInt(strings.TrimSpace(r.PostFormValue("days")), 10, 32); err != nil {
		c.Add("days", r.PostFormValue("days"), "form.error.number", nil)
	}
	if in.ID, err = strconv.ParseInt(r.PostFormValue("rule"), 10, 64); err != nil && r.PostFormValue("rule") != "" {
		c.Add("rule", r.PostFormValue("rule"), "form.error.choice", nil)
	}
	if err = c.Err(); err == nil {
		_, err = h.Visits.SaveRule(r.Context(), actor, in)
	}
	switch {
	case err == nil:
		http.Redirect(w, r, visitRulesURL+"?saved=1", http.StatusSeeOther)
		return nil
	case !mendable(err):
		return err
	}
	return h.drawVisitRules(w, r, httpx.StatusOf(err), err)
}
