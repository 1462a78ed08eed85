package honours

import (
	"cmp"
	"context"
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/honour"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/web/ui"
)

// decidable reports whether the actor may decide a proposal: it is open, and neither proposed by them nor about them.
func decidable(actor access.Actor, p honour.Proposal) bool {
	return actor.Can(access.PermOrgWrite) && p.State == honour.ProposalOpen && p.ProposedBy != actor.UserID && (actor.PersonID == 0 || p.PersonID != actor.PersonID)
}

func stepText(p *i18n.Printer, one honour.Proposal) string {
	return levelText(p, one.From) + " → " + levelText(p, one.To)
}

// chooseCard leads from the ticked proposals to the page where they are decided together.
func chooseCard(p *i18n.Printer) templ.Component {
	return ui.Filled(ui.CardView{Title: p.T("honour.several"), Sub: p.T("honour.several_sub"), Span: -1}, ui.Form(ui.FormView{ID: "several", Action: "/promotions/several", Method: "get",
		Submit: ui.Action{Label: p.T("honour.several_button"), Kind: ui.ActionPrimary, Icon: "check"}, Consequence: p.T("honour.several_consequence")}))
}

// severalView is what is decided together.
type severalView struct {
	chosen  []honour.Proposal
	today   calendar.Date
	failure error
	request *http.Request
}

func (h *Handler) several(w http.ResponseWriter, r *http.Request) error {
	return h.showSeveral(w, r, nil)
}

func (h *Handler) showSeveral(w http.ResponseWriter, r *http.Request, failure error) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	if err := actor.Require(access.PermOrgWrite); err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return errs.New(errs.KindInvalid, "error.invalid", nil).Because(err)
	}
	open, err := h.honours.Proposals(ctx, actor, honour.ProposalFilter{State: honour.ProposalOpen})
	if err != nil {
		return err
	}
	v := severalView{today: h.honours.Today(), failure: failure, request: r}
	for _, one := range open {
		if slices.Contains(r.Form["proposal"], one.ID) && decidable(actor, one) {
			v.chosen = append(v.chosen, one)
		}
	}
	return ui.Write(w, r, statusOf(failure), severalPage(ctx, v))
}

// decideSeveral approves or rejects what was chosen, all or none.
func (h *Handler) decideSeveral(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	if err := r.ParseForm(); err != nil {
		return errs.New(errs.KindInvalid, "error.invalid", nil).Because(err)
	}
	in := honour.Several{IDs: r.PostForm["proposal"], Decide: honour.Decide{Approve: r.PostFormValue("act") == "approve", Reason: r.PostFormValue("reason"), On: calendar.NoDate}}
	var err error
	if in.Approve {
		in.On, err = dayOf(r)
	}
	if err == nil {
		_, err = h.honours.DecideSeveral(ctx, access.ActorFrom(ctx), in)
	}
	return answer(w, r, err, "/promotions", func(err error) error { return h.showSeveral(w, r, err) })
}

// dayOf reads the first day of the new level.
func dayOf(r *http.Request) (calendar.Date, error) {
	on, err := calendar.ParseDate(r.PostFormValue("on"))
	if err != nil {
		return calendar.NoDate, errs.Invalid("error.invalid", []errs.Field{{Path: "on", Value: r.PostFormValue("on"), Message: errs.Msg("honour.bad_day", nil)}})
	}
	return on, nil
}

// severalPage lists who was chosen, and decides once for all of them.
func severalPage(ctx context.Context, v severalView) templ.Component {
	p := httpx.PrinterFrom(ctx)
	view := ui.PageView{Title: p.T("honour.several_title", "Count", len(v.chosen)), Subtitle: p.T("honour.several_all_or_none"), Current: "promotions",
		Crumbs: []ui.Crumb{{Label: p.T("honour.promotions"), URL: "/promotions"}, {Label: p.T("honour.several")}}}
	if len(v.chosen) == 0 {
		return ui.Compose(view, ui.Filled(ui.CardView{Label: p.T("honour.several")}, ui.StateOf(ui.State{Kind: ui.StateEmpty, Icon: "stairs-up", Title: p.T("honour.several_none"), Text: p.T("honour.several_none_text"),
			Actions: []ui.Action{{Label: p.T("honour.several_back"), URL: "/promotions"}}})))
	}
	table := ui.TableView{Label: p.T("honour.proposals"), Columns: []ui.Column{{Label: p.T("honour.person"), Phone: true}, {Label: p.T("honour.step"), Kind: ui.ColumnNarrow, Phone: true},
		{Label: p.T("honour.month"), Kind: ui.ColumnNarrow}, {Label: p.T("honour.note")}}}
	var hidden []ui.Field
	for _, one := range v.chosen {
		hidden = append(hidden, ui.Field{Name: "proposal", Kind: ui.FieldHidden, Value: one.ID})
		note := ""
		if one.Preferred {
			note = p.T("honour.preferred")
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{{Text: one.PersonName, Sub: one.TeamName, URL: proposalURL(one)}, ui.Text(stepText(p, one)), ui.Text(termText(p, one.Term)), {Text: note, Muted: true}}})
	}
	form := func(act string, field ui.Field, submit ui.Action, consequence string) templ.Component {
		f := ui.FormView{ID: act, Action: "/promotions/several", Fields: append(append(slices.Clone(hidden), ui.Field{Name: "act", Kind: ui.FieldHidden, Value: act}), field), Submit: submit, Consequence: consequence}
		if v.request.PostFormValue("act") == act {
			f.Fields, f.Problem = ui.WithErrors(f.Fields, v.failure, p)
		}
		return ui.Filled(ui.CardView{Title: p.T("honour.several_" + act), Span: -1}, ui.Form(f))
	}
	side := []templ.Component{
		form("approve", ui.Field{Name: "on", Kind: ui.FieldDate, Label: p.T("honour.effective_on"), Value: cmp.Or(v.request.PostFormValue("on"), (v.today.Month() + 1).First().String())},
			ui.Action{Label: p.T("honour.several_approve_button", "Count", len(v.chosen)), Kind: ui.ActionPrimary, Icon: "check"}, p.T("honour.approve_promotion_consequence")),
		form("reject", ui.Field{Name: "reason", Label: p.T("honour.reason_label"), Value: v.request.PostFormValue("reason")},
			ui.Action{Label: p.T("honour.several_reject_button", "Count", len(v.chosen)), Kind: ui.ActionDanger, Icon: "x"}, ""),
	}
	return ui.Compose(view, ui.Stack(8, ui.Filled(ui.CardView{Label: p.T("honour.proposals"), Flush: true, Span: -1}, ui.Table(table))), ui.Stack(4, side...))
}

// aheadCard says what somebody lacks for the next level, each condition with what is there and what is missing.
func aheadCard(p *i18n.Printer, a honour.Ahead) templ.Component {
	card := ui.CardView{Title: p.T("honour.ahead", "Level", levelText(p, a.To)), Sub: p.T("honour.ahead_sub", "Month", termText(p, a.Term)), Span: -1, Foot: p.T("honour.ahead_foot")}
	if a.Line.Preferred {
		card.Chips = []ui.Chip{{Label: p.T("honour.preferred"), Tone: ui.ToneGold, Icon: "award"}}
	}
	var parts []templ.Component
	if a.Line.Won {
		parts = append(parts, ui.NoteOf(ui.Note{Tone: ui.ToneGood, Strong: p.T("honour.ahead_met"), Text: p.T("honour.ahead_met_text")}))
	}
	return ui.Filled(card, append(parts, ui.Checklist(checks(p, a.Line, a.Currency)))...)
}
