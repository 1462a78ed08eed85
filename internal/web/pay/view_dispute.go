package pay

import (
	"net/url"

	"github.com/a-h/templ"

	"xiaoguan/internal/dispute"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/web/ui"
)

// markOf draws what a line shows of disputes; nil when there is nothing, as on previews.
func markOf(p *i18n.Printer, o opened, line dispute.Line) templ.Component {
	if o.preview {
		return nil
	}
	key, payment := line.Key(), ""
	if line.Kind == dispute.LineCredit && line.Payment != "" { // the row is the payment's, too
		payment = line.OfPayment().Key()
	}
	var v lineMark
	open := false
	for _, d := range o.disputes {
		if about := d.Line.Key(); about != key && about != payment {
			continue
		}
		chip := disputeChip(p, d)
		v.Last, v.Tone, open = &ui.Link{Label: p.T("dispute.number_of", "Number", d.Number) + " · " + chip.Label, URL: "/disputes/" + url.PathEscape(d.ID)}, chip.Tone, d.State.Open()
		break
	}
	if o.own && o.person == o.actor.PersonID && o.window.Open && !open {
		v.Raise = &ui.Link{Label: p.T("dispute.raise_here"), URL: "/disputes/new?" + url.Values{"month": {o.month.String()}, "plan": {o.view.PlanID}, "line": {key}}.Encode()}
	}
	if v.Last == nil && v.Raise == nil {
		return nil
	}
	return mark(v)
}

var disputeTones = map[dispute.State]ui.Tone{dispute.StateRaised: ui.ToneWarn, dispute.StateInReview: ui.ToneBrand, dispute.StateRuled: ui.ToneGood, dispute.StateWithdrawn: ui.ToneLine}

func disputeChip(p *i18n.Printer, d dispute.Dispute) ui.Chip {
	chip := ui.Chip{Label: p.T("dispute.state_" + string(d.State)), Tone: disputeTones[d.State]}
	if d.State == dispute.StateRuled {
		chip.Label = p.T("dispute.outcome_" + string(d.Outcome))
		if d.Outcome == dispute.OutcomeRejected {
			chip.Tone = ui.ToneBad
		}
	}
	return chip
}

// disputesCard lists the disputes about the statement and says until when its payee may raise more; nil when there is nothing to say.
func disputesCard(p *i18n.Printer, o opened) templ.Component {
	if o.preview || !o.window.Published || !o.own && len(o.disputes) == 0 {
		return nil
	}
	card := ui.CardView{Title: p.T("dispute.title"), Span: -1, Count: len(o.disputes), Flush: true}
	if o.own {
		card.Foot = p.T("dispute.card_over", "Until", o.window.Last(p.Zone()))
		if o.window.Open {
			card.Foot = p.T("dispute.card_open", "Until", o.window.Last(p.Zone()))
		}
	}
	table := ui.TableView{Label: p.T("dispute.title"), Columns: []ui.Column{{Key: "number", Label: p.T("dispute.number"), Phone: true}, {Key: "state", Label: p.T("dispute.state"), Phone: true}},
		Empty: &ui.State{Kind: ui.StateEmpty, Icon: "message-report", Title: p.T("dispute.none_here")}}
	for _, d := range o.disputes {
		chip := disputeChip(p, d)
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{{Text: p.T("dispute.number_of", "Number", d.Number), URL: "/disputes/" + url.PathEscape(d.ID), Sub: p.T("dispute.cause_" + string(d.Cause))}, {Chip: &chip}}})
	}
	return ui.Filled(card, ui.Table(table))
}
