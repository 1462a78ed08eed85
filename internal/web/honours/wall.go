package honours

import (
	"context"
	"net/url"
	"slices"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/honour"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/web/ui"
)

type wallView struct {
	awards []honour.Award
	rules  []honour.Rule
	term   string
}

// short is the beginning and the end of a digest.
func short(hash string) string {
	if len(hash) < 16 {
		return hash
	}
	return hash[:8] + " … " + hash[len(hash)-8:]
}

// shownValue is what an award rests on, for the wall: never an amount.
func shownValue(p *i18n.Printer, a honour.Award) string {
	if a.Kind == string(plan.KindMoney) || a.Value == "" {
		return ""
	}
	return valueText(p, a.Kind, a.Value, a.Currency)
}

// certOf is the certificate of an award in the reader's language, with both also in the other one.
func certOf(ctx context.Context, p *i18n.Printer, a honour.Award, both bool) certView {
	printers := []*i18n.Printer{p}
	if both {
		other := i18n.ZhCN
		if p.Zh() {
			other = i18n.En
		}
		printers = append(printers, p.As(other))
	}
	v := certView{Name: a.PersonName, Place: joined(a.TeamName, levelText(p, a.Level)), Number: p.T("honour.cert_number", "Number", a.Number), Digest: a.Digest,
		Company: ui.FrameFrom(ctx).Company, Day: day(p, a.AnnouncedAt), Seal: p.T("honour.seal")}
	for _, p := range printers {
		words := certWords{Lang: string(p.Lang()), Title: text(p, a.Name), Term: termText(p, a.Term), Text: p.T("honour.cert_plain", "Term", termText(p, a.Term), "Measure", text(p, a.Measure))}
		if value := shownValue(p, a); value != "" {
			words.Text = p.T("honour.cert_value", "Term", termText(p, a.Term), "Measure", text(p, a.Measure), "Value", value)
		}
		v.Words = append(v.Words, words)
	}
	return v
}

func wallPage(ctx context.Context, actor access.Actor, v wallView) templ.Component {
	p := httpx.PrinterFrom(ctx)
	view := ui.PageView{Title: p.T("honour.wall"), Subtitle: p.T("honour.wall_sub"), Current: "honours", Tabs: tabs(p, "/honours")}
	if actor.Can(access.PermHonourRun) || actor.Can(access.PermHonourApprove) || actor.Can(access.PermAuditRead) {
		view.Actions = []ui.Action{{Label: p.T("honour.rounds"), Icon: "list-check", URL: "/honours/rounds", Kind: ui.ActionPrimary}}
	}
	if len(v.awards) == 0 {
		return ui.Compose(view, ui.Stack(8, ui.Filled(ui.CardView{Label: p.T("honour.wall"), Span: -1}, ui.StateOf(ui.State{Kind: ui.StateEmpty, Icon: "award", Title: p.T("honour.wall_empty"),
			Text: p.T("honour.wall_empty_text")}))), ui.Stack(4, rulesCard(p, actor, v.rules)))
	}
	terms := termsOf(v.awards)
	term := terms[0]
	for _, t := range terms {
		if t.String() == v.term {
			term = t
		}
	}
	var now []honour.Award
	for _, a := range v.awards {
		if a.Term == term {
			now = append(now, a)
		}
	}
	slices.SortStableFunc(now, func(a, b honour.Award) int {
		if first := a.PriorityUntil != calendar.NoDate; first != (b.PriorityUntil != calendar.NoDate) {
			if first { // what prefers for promotion is the greater honour
				return -1
			}
			return 1
		}
		return int(a.Place - b.Place)
	})
	first := now[0]
	var choices []ui.Tab
	for _, t := range terms[:min(len(terms), 4)] {
		choices = append(choices, ui.Tab{Label: termText(p, t), URL: "/honours?term=" + url.QueryEscape(t.String()), Current: t == term})
	}
	left := []templ.Component{certificate(certOf(ctx, p, first, false))}
	if earlier := earlierWinners(p, v.awards, first); len(earlier) > 0 {
		left = append(left, ui.Filled(ui.CardView{Title: p.T("honour.earlier", "Title", text(p, first.Name)), Span: -1}, past(earlier)))
	}
	right := []templ.Component{ui.Filled(ui.CardView{Title: termText(p, term), Sub: p.T("honour.of_term"), Head: ui.Segment(choices, p.T("honour.term")), Flush: true, Span: -1}, ui.List(items(p, now))),
		rulesCard(p, actor, v.rules)}
	return ui.Compose(view, ui.Stack(7, left...), ui.Stack(5, right...))
}

// termsOf are the terms that have awards, the newest end first and short ones before long ones.
func termsOf(awards []honour.Award) (terms []honour.Term) {
	for _, a := range awards {
		if !slices.Contains(terms, a.Term) {
			terms = append(terms, a.Term)
		}
	}
	slices.SortStableFunc(terms, func(a, b honour.Term) int {
		if a.Last != b.Last {
			return int(b.Last - a.Last)
		}
		return a.Span.Months() - b.Span.Months()
	})
	return terms
}

func items(p *i18n.Printer, awards []honour.Award) (list []ui.Item) {
	for _, a := range awards {
		detail := joined(a.TeamName, a.GroupName)
		if value := shownValue(p, a); value != "" {
			detail = joined(a.TeamName, text(p, a.Measure)+" "+value)
		}
		list = append(list, ui.Item{Avatar: lastTwo(a.PersonName), Title: text(p, a.Name) + " · " + a.PersonName, URL: awardURL(a), Detail: detail})
	}
	return list
}

// earlierWinners are the four winners of the same title before.
func earlierWinners(p *i18n.Printer, awards []honour.Award, of honour.Award) (list []pastWinner) {
	for _, a := range awards {
		if a.DocumentID == of.DocumentID && a.Term.Last < of.Term.Last && len(list) < 4 {
			list = append(list, pastWinner{Name: a.PersonName, Initials: lastTwo(a.PersonName), Where: joined(termText(p, a.Term), a.TeamName), Value: shownValue(p, a), URL: awardURL(a)})
		}
	}
	return list
}

// rulesCard leads to the rules in force.
func rulesCard(p *i18n.Printer, actor access.Actor, rules []honour.Rule) templ.Component {
	card := ui.CardView{Title: p.T("honour.rules"), Sub: p.T("honour.rules_sub"), Flush: true, Span: -1}
	if len(rules) == 0 {
		card.Flush = false
		state := ui.State{Kind: ui.StateEmpty, Title: p.T("honour.rules_empty"), Text: p.T("honour.rules_empty_text")}
		if actor.Can(access.PermPlanWrite) {
			state.Actions = []ui.Action{{Label: p.T("honour.write_rule"), Icon: "file-plus", URL: "/plans/new"}}
		}
		return ui.Filled(card, ui.StateOf(state))
	}
	var list []ui.Item
	for _, r := range rules {
		icon := "award"
		if r.Version.Kind == planbook.KindPromotion {
			icon = "stairs-up"
		}
		list = append(list, ui.Item{Icon: icon, Tone: ui.ToneGold, Title: text(p, r.Version.Name), URL: "/plans/" + url.PathEscape(r.Version.ID), Detail: ruleText(p, r)})
	}
	return ui.Filled(card, ui.List(list))
}

func ruleText(p *i18n.Printer, r honour.Rule) string {
	h := r.Document.Honour
	if h == nil {
		return p.T("honour.rule_promotion", "Count", len(r.Document.Promotion.Steps))
	}
	return joined(p.T("honour.span_"+string(h.Span)), p.T("honour.each_"+string(h.Each)), p.T("honour.by_measure", "Measure", text(p, h.Rule.Measure(h.By).Name)))
}

func awardPage(ctx context.Context, actor access.Actor, a honour.Award, both bool, failure error) templ.Component {
	p := httpx.PrinterFrom(ctx)
	view := ui.PageView{Title: text(p, a.Name) + " · " + a.PersonName, Current: "honours", Crumbs: []ui.Crumb{{Label: p.T("honour.wall"), URL: "/honours"}, {Label: a.Number}},
		Print: &ui.PrintFoot{Document: a.Number, Version: termText(p, a.Term), Hash: a.Digest}}
	view.Actions = []ui.Action{{Label: p.T("honour.cert_both"), Icon: "language", URL: awardURL(a) + "?both=1"}}
	if both {
		view.Actions[0] = ui.Action{Label: p.T("honour.cert_one"), Icon: "language", URL: awardURL(a)}
	}
	if a.Revocation != nil {
		view.Chips = []ui.Chip{{Label: p.T("honour.revoked"), Tone: ui.ToneBad}}
	}
	facts := []ui.Fact{{Term: p.T("honour.term"), Text: termText(p, a.Term)}, {Term: p.T("honour.place"), Text: p.Int(a.Place)}, {Term: p.T("honour.announced_on"), Text: day(p, a.AnnouncedAt)},
		{Term: p.T("honour.evidence"), Text: p.T("honour.evidence_open"), URL: roundURL(a.RoundID, "")}, {Term: p.T("honour.rule"), Text: p.T("honour.rule_open"), URL: "/plans/" + url.PathEscape(a.VersionID)}}
	if a.PriorityUntil != calendar.NoDate {
		facts = append(facts, ui.Fact{Term: p.T("honour.priority"), Text: p.T("honour.until", "Day", p.Date(a.PriorityUntil-1))})
	}
	if a.CashMinor != 0 {
		facts = append(facts, ui.Fact{Term: p.T("honour.cash"), Text: p.Money(a.CashMinor, a.Currency)})
	}
	if a.Points != 0 {
		facts = append(facts, ui.Fact{Term: p.T("honour.points"), Text: p.Int(a.Points)})
	}
	facts = append(facts, ui.Fact{Term: p.T("honour.digest"), Body: digest(a.Digest)})
	side := []templ.Component{wrappedForScreen(ui.Filled(ui.CardView{Title: p.T("honour.about"), Span: -1}, ui.Facts(facts)))}
	if a.Revocation != nil {
		side = append([]templ.Component{ui.NoteOf(ui.Note{Tone: ui.ToneBad, Strong: p.T("honour.revoked"), Text: joined(a.Revocation.Reason, day(p, a.Revocation.RevokedAt))})}, side...)
	} else if actor.CanAll(access.PermHonourApprove) {
		fields := []ui.Field{{Name: "reason", Label: p.T("honour.reason_label"), Kind: ui.FieldText}}
		form := ui.FormView{ID: "revoke", Action: awardURL(a) + "/revoke", Fields: fields, Submit: ui.Action{Label: p.T("honour.revoke"), Kind: ui.ActionDanger, Icon: "arrow-back-up"}, Consequence: p.T("honour.revoke_consequence")}
		form.Fields, form.Problem = ui.WithErrors(form.Fields, failure, p)
		side = append(side, wrappedForScreen(ui.Filled(ui.CardView{Title: p.T("honour.revoke"), Span: -1}, ui.Form(form))))
	}
	return ui.Compose(view, ui.Stack(8, certificate(certOf(ctx, p, a, both))), ui.Stack(4, side...))
}
