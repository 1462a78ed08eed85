package sales

import (
	"net/http"
	"time"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/followup"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/web/ui"
)

var kindIcons = map[followup.Kind]string{followup.KindCall: "phone", followup.KindVisit: "map-pin", followup.KindWeChat: "message-2", followup.KindMeeting: "users"}

// followUpMoment is a follow-up on a timeline.
func followUpMoment(p *i18n.Printer, actor access.Actor, f followup.FollowUp) ui.Moment {
	m := ui.Moment{Icon: kindIcons[f.Kind], Tone: ui.ToneBrand, Title: p.T("followup.by", "Kind", p.Message(f.Kind.Message()), "Who", text(f.PersonName)), Detail: f.Text, Strong: true, Links: besideFollowUp(p, actor, f)}
	if f.Place != nil {
		m.Detail += "（" + placeText(p, f.Place) + "）"
	}
	if late := f.RecordedAt.Sub(f.OccurredAt); late >= 24*time.Hour {
		m.Detail += "（" + p.T("followup.recorded_late", "Span", p.Span(late)) + "）"
	}
	return m
}

// saidMoment is a follow-up on the timeline of a customer: it says about which opportunity it was, if any.
func saidMoment(p *i18n.Printer, actor access.Actor, f followup.FollowUp) ui.Moment {
	m := followUpMoment(p, actor, f)
	if f.OpportunityID != 0 {
		m.Links = append([]ui.Link{{Label: f.Opportunity, URL: opportunityURL(f.OpportunityID)}}, m.Links...)
	}
	return m
}

// How many follow-ups the page of a customer shows, which has much else, and that of a contact.
const (
	dealingsShown  = 12
	dealingsPerson = 30
)

// dealingsCards are what was said to a customer, whoever said it about whatever, and the form to write down the next.
func (h *Handler) dealingsCards(r *http.Request, p *i18n.Printer, customerID int64, failed mishap) (cards []templ.Component, err error) {
	actor := access.ActorFrom(r.Context())
	d, err := h.FollowUps.With(r.Context(), actor, customerID, dealingsShown)
	if err != nil {
		return nil, err
	}
	var form []templ.Component
	if d.MayWrite {
		failure := failed.of(formFollow)
		form = append(form, ui.Filled(ui.CardView{ID: "follow", Title: p.T("followup.record"), Sub: p.T("followup.record_customer")}, ui.Form(onSite(p, h.followUpForm(p, r, customerURL(customerID)+"/follow-ups", failure), failure))))
	}
	if len(d.Tasks) > 0 {
		form = append(form, ui.Filled(ui.CardView{Title: p.T("followup.tasks"), Count: len(d.Tasks), Flush: true}, ui.List(h.taskItems(p, d.Tasks, d.MayWrite, customerURL(customerID)))))
	}
	timeline := ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("followup.never")})
	if len(d.FollowUps) > 0 {
		moments := make([]ui.Moment, len(d.FollowUps))
		for i, f := range d.FollowUps {
			moments[i] = saidMoment(p, actor, f)
			moments[i].When, moments[i].At = p.Moment(f.OccurredAt, p.Local(h.Now())), f.OccurredAt.UTC().Format(time.RFC3339)
		}
		timeline = ui.Timeline(moments)
	}
	span := 12
	if len(form) > 0 {
		cards, span = append(cards, ui.Stack(6, form...)), 6
	}
	return append(cards, ui.Stack(span, ui.Filled(ui.CardView{ID: "timeline", Title: p.T("followup.dealings"), Sub: p.T("followup.dealings_sub", "Count", dealingsShown)}, timeline))), nil
}
