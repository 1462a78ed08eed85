package sales

import (
	"net/http"
	"time"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/customer"
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

// How many follow-ups the page of a customer shows, which has much else, and that of a contact; and how many moments of a timeline a phone shows before it
// is asked for more.
const (
	dealingsShown  = 12
	dealingsPerson = 30
	momentsFirst   = 4
)

// dealingsCards are what one needs before one speaks to a customer: what was promised, whom to ask for, what is to be bought, what was said last, and the
// form to write down the next.
func (h *Handler) dealingsCards(r *http.Request, p *i18n.Printer, c customer.Detail, failed mishap) ([]templ.Component, error) {
	actor := access.ActorFrom(r.Context())
	d, err := h.FollowUps.With(r.Context(), actor, c.ID, dealingsShown)
	if err != nil {
		return nil, err
	}
	contacts, err := h.contactsCard(r, p, c.ID)
	if err != nil {
		return nil, err
	}
	chances, err := h.opportunitiesCard(r, p, c.Customer)
	if err != nil {
		return nil, err
	}
	var first []templ.Component
	if len(d.Tasks) > 0 {
		first = append(first, ui.Filled(ui.CardView{Title: p.T("followup.tasks"), Count: len(d.Tasks), Flush: true, Span: -1}, ui.List(h.taskItems(p, d.Tasks, d.MayWrite, customerURL(c.ID)))))
	}
	first = append(first, contacts, chances)
	var said []templ.Component
	if d.MayWrite {
		failure := failed.of(formFollow)
		said = append(said, ui.FoldedWith(ui.FoldedView{ID: "follow", Title: p.T("followup.record"), Sub: p.T("followup.record_customer"), Shape: ui.FoldCard}, ui.Form(onSite(p, h.followUpForm(p, r, customerURL(c.ID)+"/follow-ups", failure), failure))))
	}
	return []templ.Component{ui.Stack(6, first...), ui.Stack(6, append(said, h.saidCard(p, actor, d.FollowUps))...)}, nil
}

// saidCard is what was said to a customer, whoever said it about whatever, the newest first.
func (h *Handler) saidCard(p *i18n.Printer, actor access.Actor, said []followup.FollowUp) templ.Component {
	card := ui.CardView{ID: "timeline", Title: p.T("followup.dealings"), Sub: p.T("followup.dealings_sub", "Count", dealingsShown), Span: -1}
	if len(said) == 0 {
		return ui.Filled(card, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("followup.never")}))
	}
	moments := make([]ui.Moment, len(said))
	for i, f := range said {
		moments[i] = saidMoment(p, actor, f)
		moments[i].When, moments[i].At = p.Moment(f.OccurredAt, p.Local(h.Now())), f.OccurredAt.UTC().Format(time.RFC3339)
	}
	return ui.Filled(card, timelineFrom(p, moments)...)
}

// timelineFrom is a timeline of which a phone shows the first moments, and the earlier ones when it is asked.
func timelineFrom(p *i18n.Printer, moments []ui.Moment) []templ.Component {
	if len(moments) <= momentsFirst {
		return []templ.Component{ui.Timeline(moments)}
	}
	return []templ.Component{ui.Timeline(moments[:momentsFirst]), ui.FoldedWith(ui.FoldedView{Shape: ui.FoldLine, Title: p.T("followup.earlier", "Count", len(moments)-momentsFirst)}, ui.Timeline(moments[momentsFirst:]))}
}
