package sales

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/servicecase"
	"xiaoguan/internal/web/ui"
)

func (h *Handler) showCaseRules(w http.ResponseWriter, r *http.Request) error {
	return h.drawCaseRules(w, r, http.StatusOK, nil)
}

// drawCaseRules shows the time limits; who keeps them gets a form.
func (h *Handler) drawCaseRules(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	actor, p := access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	rules, err := h.Cases.Rules(r.Context(), actor)
	if err != nil {
		return err
	}
	view := ui.PageView{Title: p.T("service.rules"), Subtitle: p.T("service.rules_sub"), Current: casesKey, Narrow: true, Crumbs: []ui.Crumb{{Label: p.T("nav.cases"), URL: casesURL}, {Label: p.T("service.rules")}}}
	table := ui.TableView{Label: p.T("service.rules"), Columns: []ui.Column{{Key: "severity", Label: p.T("service.severity"), Phone: true}, {Key: "answer", Label: p.T("service.first_answer"), Kind: ui.ColumnNumber, Phone: true}, {Key: "solve", Label: p.T("service.solution_clock"), Kind: ui.ColumnNumber, Phone: true}}}
	for _, s := range servicecase.Severities {
		l := rules.Limits[s]
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(p.Message(s.Message())), ui.Text(minutesText(p, l.AnswerMinutes)), ui.Text(minutesText(p, l.SolveMinutes))}})
	}
	if !actor.CanAll(access.PermServiceRules) {
		return ui.Write(w, r, status, ui.Compose(view, ui.Filled(ui.CardView{Title: p.T("service.hours", "Opens", dayMinute(rules.Opens), "Closes", dayMinute(rules.Closes)), Flush: true}, ui.Table(table))))
	}
	typed := func(name, kept string) string {
		if r.Method == http.MethodPost {
			return r.PostFormValue(name)
		}
		return kept
	}
	fields := []ui.Field{{Name: "opens", Label: p.T("service.opens"), Value: typed("opens", dayMinute(rules.Opens)), Span: 6, Placeholder: "09:00"}, {Name: "closes", Label: p.T("service.closes"), Value: typed("closes", dayMinute(rules.Closes)), Span: 6, Placeholder: "18:00"}}
	for _, s := range servicecase.Severities {
		l, name := rules.Limits[s], p.Message(s.Message())
		fields = append(fields, ui.Field{Name: "answer." + string(s), Kind: ui.FieldNumber, Label: p.T("service.answer_limit", "Severity", name), Value: typed("answer."+string(s), number(l.AnswerMinutes)), Unit: p.T("service.minutes"), Span: 6},
			ui.Field{Name: "solve." + string(s), Kind: ui.FieldNumber, Label: p.T("service.solve_limit", "Severity", name), Value: typed("solve."+string(s), number(l.SolveMinutes)), Unit: p.T("service.minutes"), Span: 6})
	}
	fields = append(fields, ui.Field{Name: "seen", Kind: ui.FieldHidden, Value: number(rules.Revision)})
	fields, problem := ui.WithErrors(fields, failure, p)
	return ui.Write(w, r, status, ui.Compose(view, append(savedNote(p, r), ui.Filled(ui.CardView{Title: p.T("service.rules"), Flush: true}, ui.Table(table)),
		ui.Filled(ui.CardView{Title: p.T("service.change_rules")}, ui.Form(ui.FormView{ID: "rules", Action: caseRulesURL, Fields: fields, Problem: problem, Submit: ui.Action{Label: p.T("common.save"), Kind: ui.ActionPrimary}, Consequence: p.T("service.rules_consequence")})))...))
}

// minutesText writes working minutes as hours where they are whole.
func minutesText(p *i18n.Printer, minutes int64) string {
	if minutes%60 == 0 {
		return p.T("service.work_hours", "Count", minutes/60)
	}
	return p.T("service.work_minutes", "Count", minutes)
}

// dayMinute writes a minute of the day.
func dayMinute(minute int64) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }

func (h *Handler) saveCaseRules(w http.ResponseWriter, r *http.Request) error {
	actor := access.ActorFrom(r.Context())
	if err := actor.RequireAll(access.PermServiceRules); err != nil {
		return err
	}
	in, err := caseRulesOf(r)
	if err == nil {
		_, err = h.Cases.SaveRules(r.Context(), actor, in)
	}
	switch {
	case err == nil:
		http.Redirect(w, r, caseRulesURL+"?saved=1", http.StatusSeeOther)
		return nil
	case !mendable(err):
		return err
	}
	return h.drawCaseRules(w, r, httpx.StatusOf(err), err)
}

func caseRulesOf(r *http.Request) (in servicecase.Rules, err error) {
	var c fact.Checker
	in.Limits = map[servicecase.Severity]servicecase.Limit{}
	clock := func(name string) int64 {
		hours, minutes, found := strings.Cut(strings.TrimSpace(r.PostFormValue(name)), ":")
		h, errH := strconv.ParseInt(hours, 10, 8)
		m, errM := strconv.ParseInt(minutes, 10, 8)
		if !found || errH != nil || errM != nil || h < 0 || h > 24 || m < 0 || m > 59 {
			c.Add(name, r.PostFormValue(name), "service.clock_wrong", nil)
		}
		return h*60 + m
	}
	minutes := func(name string) int64 {
		n, err := strconv.ParseInt(strings.TrimSpace(r.PostFormValue(name)), 10, 32)
		if err != nil {
			c.Add(name, r.PostFormValue(name), "form.error.number", nil)
		}
		return n
	}
	in.Opens, in.Closes = clock("opens"), clock("closes")
	for _, s := range servicecase.Severities {
		in.Limits[s] = servicecase.Limit{AnswerMinutes: minutes("answer." + string(s)), SolveMinutes: minutes("solve." + string(s))}
	}
	if in.Revision, err = revisionOf(r); err != nil {
		return in, err
	}
	return in, c.Err()
}
