package standards

import (
	"context"
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/standard"
	"xiaoguan/internal/web/ui"
)

// trial shows what a version would have said of the last year.
func (h *Handler) trial(w http.ResponseWriter, r *http.Request) error {
	s, err := h.load(r)
	if err != nil {
		return err
	}
	t, err := h.standards.Try(r.Context(), s.actor, s.version.ID)
	if err != nil {
		return err
	}
	return ui.Write(w, r, http.StatusOK, trialPage(r.Context(), s, t))
}

func trialPage(ctx context.Context, s shown, t standard.Trial) templ.Component {
	p := httpx.PrinterFrom(ctx)
	view := headOf(p, s, "/trial")
	if t.Cases == 0 {
		return ui.Compose(view, ui.Filled(ui.CardView{Label: p.T("standard.tab_trial")}, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("standard.trial_none"), Text: p.T("standard.trial_none_text")})))
	}
	note := ui.Note{Tone: ui.ToneBrand, Strong: p.T("standard.trial_of", "Count", t.Cases), Text: p.T("standard.trial_text", "Before", p.Int(t.Before.Violated), "After", p.Int(t.After.Violated))}
	if t.Limited {
		note.Text += " " + p.T("standard.trial_limited", "Count", standard.TrialCasesMax)
	}
	table := func(id, title string, lines []standard.TrialLine, name func(standard.TrialLine) string) templ.Component {
		v := ui.TableView{Label: title, Columns: []ui.Column{{Label: title, Phone: true}, {Label: p.T("standard.violated_before"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("standard.violated_after"), Kind: ui.ColumnNumber, Phone: true},
			{Label: p.T("standard.rate_before"), Kind: ui.ColumnNumber}, {Label: p.T("standard.rate_after"), Kind: ui.ColumnNumber}}}
		for _, l := range lines {
			v.Rows = append(v.Rows, ui.Row{Cells: []ui.Cell{ui.Text(name(l)), ui.Text(p.Int(l.Before.Violated)), ui.Text(p.Int(l.After.Violated)), ui.Text(share(p, l.Before.Satisfied, l.Before.Decided())), ui.Text(share(p, l.After.Satisfied, l.After.Decided()))}})
		}
		return ui.Filled(ui.CardView{ID: id, Title: title, Flush: true, Span: -1}, ui.Table(v))
	}
	rule := func(l standard.TrialLine) string {
		if name := textOf(p, l.Name); name != "" {
			return name
		}
		return l.Key
	}
	team := func(l standard.TrialLine) string {
		if l.TeamName == "" {
			return p.T("standard.nobody")
		}
		return l.TeamName
	}
	side := []templ.Component{table("trial-teams", p.T("standard.by.team"), t.Teams, team)}
	if len(t.Examples) > 0 {
		var items []ui.Item
		for _, e := range t.Examples {
			name := e.RuleID
			if r := s.document.Rule(e.RuleID); r != nil {
				name = textOf(p, r.Name)
			}
			items = append(items, ui.Item{Icon: "alert-triangle", Tone: ui.ToneWarn, Title: name, URL: "/opportunities/" + strconv.FormatInt(e.CaseID, 10), Beside: e.PersonName, Detail: p.Message(errs.Msg(e.Reason.Key(), nil))})
		}
		side = append(side, ui.Filled(ui.CardView{Title: p.T("standard.trial_examples"), Flush: true, Span: -1}, ui.List(items)))
	}
	return ui.Compose(view, ui.Across(ui.NoteOf(note)), ui.Stack(7, table("trial-rules", p.T("standard.by.rule"), t.Rules, rule)), ui.Stack(5, side...))
}
