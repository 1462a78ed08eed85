package honours

import (
	"cmp"
	"context"
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/honour"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/web/ui"
)

type promotionsView struct {
	actor    access.Actor
	list     []honour.Proposal
	rounds   []honour.Round
	rules    []honour.Rule
	today    calendar.Date
	failure  error
	ahead    honour.Ahead // what the actor lacks for the next level
	hasAhead bool
	all      bool // every proposal that can be decided is ticked
}

// decidable is how many of the list the actor may decide.
func (v promotionsView) decidable() (n int) {
	for _, one := range v.list {
		if decidable(v.actor, one) {
			n++
		}
	}
	return n
}

var proposalTones = map[honour.ProposalState]ui.Tone{honour.ProposalOpen: ui.ToneBrand, honour.ProposalApproved: ui.ToneGood, honour.ProposalRejected: ui.ToneBad, honour.ProposalWithdrawn: ui.ToneLine}

func proposalChip(p *i18n.Printer, s honour.ProposalState) *ui.Chip {
	return &ui.Chip{Label: p.T("honour.proposal_" + string(s)), Tone: proposalTones[s]}
}

func proposalURL(p honour.Proposal) string { return "/promotions/" + url.PathEscape(p.ID) }

func promotionsPage(ctx context.Context, v promotionsView) templ.Component {
	p := httpx.PrinterFrom(ctx)
	view := ui.PageView{Title: p.T("honour.promotions"), Subtitle: p.T("honour.promotions_sub"), Current: "promotions", Tabs: tabs(p, "/promotions")}
	reviews := v.actor.Can(access.PermHonourRun) || v.actor.Can(access.PermHonourApprove) || v.actor.Can(access.PermAuditRead)
	several := v.decidable()
	table := ui.TableView{Label: p.T("honour.proposals"), Columns: []ui.Column{{Label: p.T("honour.several"), Kind: ui.ColumnCheck, Phone: true, Hidden: several == 0}, {Label: p.T("honour.person"), Phone: true},
		{Label: p.T("honour.step"), Kind: ui.ColumnNarrow, Phone: true}, {Label: p.T("honour.month"), Kind: ui.ColumnNarrow}, {Label: p.T("common.status"), Phone: true},
		{Label: p.T("honour.effective_on"), Kind: ui.ColumnNarrow}, {Label: p.T("honour.note")}},
		Empty: &ui.State{Kind: ui.StateEmpty, Icon: "stairs-up", Title: p.T("honour.proposals_empty"), Text: p.T(emptyKey(v.actor, "honour.proposals_empty"))}}
	for _, one := range v.list {
		name := ui.Cell{Text: one.PersonName, Sub: one.TeamName}
		if reviews {
			name.URL = proposalURL(one)
		}
		note := noteText(p, one.Reason)
		if one.Preferred {
			note = joined(p.T("honour.preferred"), note)
		}
		on := i18n.Unknown
		if one.EffectiveOn != calendar.NoDate {
			on = p.Date(one.EffectiveOn)
		}
		choice := ui.Cell{}
		if decidable(v.actor, one) {
			choice = ui.Draw(ui.Tick("several", "proposal", one.ID, p.T("honour.choose_person", "Name", one.PersonName), v.all))
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{choice, name, ui.Text(stepText(p, one)), ui.Text(termText(p, one.Term)), {Chip: proposalChip(p, one.State)},
			ui.Text(on), {Text: note, Muted: true}}})
	}
	main, side := []templ.Component{}, []templ.Component{}
	if v.hasAhead {
		main = append(main, aheadCard(p, v.ahead))
	}
	card := ui.CardView{Label: p.T("honour.proposals"), Flush: true, Span: -1}
	if several > 0 {
		card.Title, card.Count = p.T("honour.proposals"), len(v.list)
		card.More = &ui.Link{Label: p.T("honour.choose_all", "Count", several), URL: "/promotions?all=1"}
		if v.all {
			card.More = &ui.Link{Label: p.T("honour.choose_none"), URL: "/promotions"}
		}
		side = append(side, chooseCard(p))
	}
	main = append(main, ui.Filled(card, ui.Table(table)))
	if v.actor.CanAll(access.PermHonourRun) {
		form := ui.FormView{ID: "propose", Action: "/promotions", Fields: []ui.Field{{Name: "month", Kind: ui.FieldMonth, Label: p.T("honour.month"), Hint: p.T("honour.month_hint"), Value: (v.today.Month() - 1).String()}},
			Submit: ui.Action{Label: p.T("honour.propose"), Kind: ui.ActionPrimary, Icon: "stairs-up"}, Consequence: p.T("honour.propose_consequence")}
		form.Fields, form.Problem = ui.WithErrors(form.Fields, v.failure, p)
		side = append(side, ui.Filled(ui.CardView{Title: p.T("honour.propose"), Span: -1}, ui.Form(form)))
	}
	side = append(side, rulesCard(p, v.actor, v.rules))
	if len(v.rounds) > 0 {
		var list []ui.Item
		for _, r := range v.rounds {
			list = append(list, ui.Item{Icon: "list-details", Title: termText(p, r.Term), URL: roundURL(r.ID, ""), Detail: p.T("honour.state_" + string(r.State)), Beside: day(p, r.ComputedAt)})
		}
		side = append(side, ui.Filled(ui.CardView{Title: p.T("honour.computations"), Sub: p.T("honour.computations_sub"), Flush: true, Span: -1}, ui.List(list)))
	}
	return ui.Compose(view, ui.Stack(8, main...), ui.Stack(4, side...))
}

type proposalView struct {
	actor   access.Actor
	view    honour.ProposalView
	users   map[string]string
	today   calendar.Date
	failure error
	request *http.Request
}

func proposalPage(ctx context.Context, s proposalView) templ.Component {
	p, v := httpx.PrinterFrom(ctx), s.view
	step := stepText(p, v.Proposal)
	view := ui.PageView{Title: v.PersonName, Subtitle: joined(step, v.TeamName), Chips: []ui.Chip{*proposalChip(p, v.State)}, Current: "promotions",
		Crumbs: []ui.Crumb{{Label: p.T("honour.promotions"), URL: "/promotions"}, {Label: v.PersonName}}, Print: &ui.PrintFoot{Document: v.PersonName + " " + step, Hash: v.Digest}}
	if v.Preferred {
		view.Chips = append(view.Chips, ui.Chip{Label: p.T("honour.preferred"), Tone: ui.ToneGold, Icon: "award"})
	}
	main := []templ.Component{ui.Filled(ui.CardView{Title: p.T("honour.evidence"), Sub: p.T("honour.evidence_of", "Term", termText(p, v.Term)), Span: -1}, ui.Checklist(checks(p, v.Line, v.Currency)))}
	var facts []ui.Fact
	for _, m := range v.Line.Measures {
		facts = append(facts, ui.Fact{Term: text(p, m.Name), Text: valueText(p, m.Kind, m.Exact, v.Currency)})
	}
	main = append(main, ui.Filled(ui.CardView{Title: p.T("honour.values"), Span: -1}, ui.Facts(facts)),
		ui.Filled(ui.CardView{Title: p.T("honour.plan_change"), Sub: p.T("honour.plan_change_sub"), Span: -1}, ui.Facts([]ui.Fact{
			{Term: levelText(p, v.From), Text: planNames(p, v.PlansNow), URL: planURL(v.PlansNow)}, {Term: levelText(p, v.To), Text: planNames(p, v.PlansThen), URL: planURL(v.PlansThen)}})))
	who := func(id string) string { return cmp.Or(s.users[id], i18n.Unknown) }
	list := []ui.Moment{{When: p.Local(v.ProposedAt).Format("01-02"), At: when(v.ProposedAt), Icon: "stairs-up", Title: p.T("honour.proposed_by", "Who", who(v.ProposedBy))}}
	if v.State == honour.ProposalOpen {
		list = append(list, ui.Moment{When: i18n.Unknown, Icon: "signature", Title: p.T("honour.awaiting"), Future: true})
	} else {
		moment := ui.Moment{When: p.Local(v.DecidedAt).Format("01-02"), At: when(v.DecidedAt), Icon: "check", Tone: proposalTones[v.State], Title: p.T("honour.proposal_"+string(v.State)) + " · " + who(v.DecidedBy), Detail: noteText(p, v.Reason)}
		if v.EffectiveOn != calendar.NoDate {
			moment.Detail = p.T("honour.level_from", "Day", p.Date(v.EffectiveOn))
		}
		list = append(list, moment)
	}
	side := []templ.Component{ui.Filled(ui.CardView{Title: p.T("honour.path"), Span: -1}, ui.Timeline(list), ui.Facts([]ui.Fact{{Term: p.T("honour.rule"), Text: p.T("honour.rule_open"), URL: "/plans/" + url.PathEscape(v.VersionID)},
		{Term: p.T("honour.everybody"), Text: p.T("honour.evidence_open"), URL: roundURL(v.RoundID, "")}, {Term: p.T("honour.evidence_digest"), Body: digest(v.Digest)}}))}
	side = append(side, decisionCards(p, s)...)
	return ui.Compose(view, append(refusal(p, s.failure), ui.Stack(7, main...), ui.Stack(5, side...))...)
}

func planNames(p *i18n.Printer, versions []planbook.Version) string {
	var names []string
	for _, v := range versions {
		names = append(names, text(p, v.Name))
	}
	return cmp.Or(p.Join(names), i18n.Unknown)
}

func planURL(versions []planbook.Version) string {
	if len(versions) == 0 {
		return ""
	}
	return "/plans/" + url.PathEscape(versions[0].ID)
}

// decisionCards are the two ways to decide.
func decisionCards(p *i18n.Printer, s proposalView) []templ.Component {
	v := s.view
	if v.State != honour.ProposalOpen || !s.actor.Can(access.PermOrgWrite) {
		return nil
	}
	if v.ProposedBy == s.actor.UserID {
		return []templ.Component{ui.NoteOf(ui.Note{Tone: ui.ToneWarn, Icon: "lock", Strong: p.T("honour.own_round_short"), Text: p.T("honour.own_proposal")})}
	}
	on := cmp.Or(s.request.PostFormValue("on"), (s.today.Month() + 1).First().String())
	approve := ui.FormView{ID: "approve", Action: proposalURL(v.Proposal) + "/approve", Fields: []ui.Field{{Name: "on", Kind: ui.FieldDate, Label: p.T("honour.effective_on"), Value: on}},
		Submit: ui.Action{Label: p.T("honour.approve_promotion"), Kind: ui.ActionPrimary, Icon: "check"}, Consequence: p.T("honour.approve_promotion_consequence")}
	reject := ui.FormView{ID: "reject", Action: proposalURL(v.Proposal) + "/reject", Fields: []ui.Field{{Name: "reason", Label: p.T("honour.reason_label"), Value: s.request.PostFormValue("reason")}},
		Submit: ui.Action{Label: p.T("honour.reject"), Kind: ui.ActionDanger, Icon: "x"}}
	approve.Fields, _ = ui.WithErrors(approve.Fields, s.failure, p)
	reject.Fields, _ = ui.WithErrors(reject.Fields, s.failure, p)
	return []templ.Component{ui.Filled(ui.CardView{Title: p.T("honour.approve_promotion"), Span: -1}, ui.Form(approve)), ui.Filled(ui.CardView{Title: p.T("honour.reject"), Span: -1}, ui.Form(reject))}
}
