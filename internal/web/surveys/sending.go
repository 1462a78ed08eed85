package surveys

import (
	"context"
	"math/big"
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/stats"
	"xiaoguan/internal/survey"
	"xiaoguan/internal/web/ui"
)

// The addresses of what is sent.
const (
	mailingURL  = "/survey-mailings"
	settingsURL = "/mail-connection"
)

func mailingsURL(id int64) string { return surveyURL(id) + "/mailings" }

// ruleFields ask when a survey is sent by itself.
func ruleFields(p *i18n.Printer, rule survey.Rule, typed func(name, kept string) string) []ui.Field {
	var triggers []ui.Option
	for _, t := range survey.Triggers {
		triggers = append(triggers, ui.Option{Value: string(t), Label: p.Message(t.Message())})
	}
	fold := p.T("survey.rule")
	days := func(name string, kept int64) ui.Field {
		return ui.Field{Name: name, Kind: ui.FieldNumber, Label: p.T("survey." + name), Hint: p.T("survey." + name + "_hint"), Value: typed(name, number(kept)), Unit: p.T("revisit.days_unit"), Min: "0", Span: 6, Fold: fold, Usual: number(kept)}
	}
	return []ui.Field{
		{Name: "sent_after", Kind: ui.FieldSelect, Label: p.T("survey.sent_after"), Hint: p.T("survey.sent_after_hint"), Value: typed("sent_after", string(rule.After)), Options: triggers, Optional: true, Span: 6, Fold: fold},
		days("after_days", rule.AfterDays), days("quiet_days", rule.QuietDays), days("remind_days", rule.RemindDays),
	}
}

// lackNote says why nothing is sent, and leads to where it is put right.
func lackNote(p *i18n.Printer, actor access.Actor, lack survey.Lack) []templ.Component {
	if lack == survey.LackNothing {
		return nil
	}
	note := ui.Note{ID: "lack", Tone: ui.ToneWarn, Strong: p.T("survey.lack." + string(lack)), Text: p.T("survey.lack_text")}
	if actor.Can(access.PermSettingsWrite) {
		target := settingsURL
		if lack == survey.LackPublic {
			target = "/company"
		}
		note.Action = &ui.Action{Label: p.T("survey.lack_go"), URL: target, Small: true}
	}
	return []templ.Component{ui.Across(ui.NoteOf(note))}
}

func (h *Handler) mailings(w http.ResponseWriter, r *http.Request) error {
	actor, p := access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	id, err := idOf(r.PathValue("id"))
	if err != nil {
		return err
	}
	before, cursor := ui.PlaceOf(r.URL.Query().Get("cursor"))
	f := survey.MailingFilter{SurveyID: id, State: survey.State(r.URL.Query().Get("state")), Paging: fact.Paging{Limit: 50, Cursor: cursor}}
	page, err := h.Surveys.Mailings(r.Context(), actor, f)
	if err != nil {
		return err
	}
	title := p.T("survey.mailings")
	view := ui.PageView{Title: title, Subtitle: ruleText(p, page.Survey), Current: "surveys", Crumbs: []ui.Crumb{{Label: p.T("nav.surveys"), URL: listURL}, {Label: page.Survey.Name, URL: surveyURL(id)}, {Label: title}}}
	view.Tabs = []ui.Tab{{Label: p.T("common.all"), URL: mailingsURL(id), Current: f.State == ""}}
	for _, s := range survey.States {
		if n := page.Counts.States[s]; n > 0 || s == f.State {
			view.Tabs = append(view.Tabs, ui.Tab{Label: p.Message(s.Message()) + " " + p.Int(n), URL: ui.URLWith(mailingsURL(id), nil, "state", string(s)), Current: s == f.State})
		}
	}
	if actor.CanAll(access.PermServiceRules) {
		view.Actions = []ui.Action{{Label: p.T("survey.edit"), Icon: "edit", URL: ui.URLWith(formURL, nil, "id", number(id))}}
	}
	parts := append(lackNote(p, actor, page.Lack), mailingMetrics(p, page)...)
	table := mailingTable(p, actor, page)
	table.Path, table.Query = mailingsURL(id), r.URL.Query()
	if len(page.Rows) > 0 {
		table.Pager = ui.PagerAt(before, len(page.Rows), -1, page.Next)
	}
	parts = append(parts, ui.Filled(ui.CardView{Label: title, Flush: true}, ui.Table(table)))
	return ui.Write(w, r, http.StatusOK, ui.Compose(view, parts...))
}

// ruleText says when a survey is sent, in a sentence.
func ruleText(p *i18n.Printer, s survey.Survey) string {
	if s.Rule.After == survey.ByHand {
		return p.T("survey.rule_none")
	}
	return p.T("survey.rule_text", "After", p.Message(s.Rule.After.Message()), "Days", s.Rule.AfterDays, "Quiet", s.Rule.QuietDays)
}

// rate is how many of those who were asked have answered, with Wilson's interval.
func rate(p *i18n.Printer, answered, sent int64) (share, interval string) {
	if sent == 0 {
		return i18n.Unknown, ""
	}
	share = p.Percent(big.NewRat(answered, sent))
	w, err := stats.Wilson(int(answered), int(sent), 0.95)
	if err != nil {
		return share, ""
	}
	return share, p.T("survey.interval", "Low", p.Percent(new(big.Rat).SetFloat64(w.Interval.Low)), "High", p.Percent(new(big.Rat).SetFloat64(w.Interval.High)))
}

func mailingMetrics(p *i18n.Printer, page survey.MailingPage) []templ.Component {
	c := page.Counts
	share, interval := rate(p, c.Answered, c.Out())
	return []templ.Component{
		ui.MetricCard(ui.Metric{Label: p.T("survey.went_out"), Text: p.Int(c.Out()), Goal: p.T("survey.went_out_parts", "Letters", c.States[survey.StateSent], "ByHand", c.States[survey.StateHanded]), Span: 4}),
		ui.MetricCard(ui.Metric{Label: p.T("survey.response_rate"), Text: share, Goal: interval, Span: 4}),
		ui.MetricCard(ui.Metric{Label: p.T("survey.stuck"), Text: p.Int(c.States[survey.StateFailed] + c.States[survey.StateByHand]),
			Goal: p.T("survey.stuck_parts", "Failed", c.States[survey.StateFailed], "ByHand", c.States[survey.StateByHand]), Span: 4}),
	}
}

var mailingTones = map[survey.State]ui.Tone{survey.StateWaiting: ui.ToneLine, survey.StateSending: ui.ToneLine, survey.StateSent: ui.ToneGood, survey.StateByHand: ui.ToneWarn, survey.StateHanded: ui.ToneGood, survey.StateFailed: ui.ToneBad, survey.StateSkipped: ui.ToneLine}

// actLabels say what somebody can do with a mailing.
var actLabels = map[survey.State]string{survey.StateByHand: "survey.go_hand", survey.StateFailed: "survey.go_hand", survey.StateHanded: "survey.go_link"}

func mailingTable(p *i18n.Printer, actor access.Actor, page survey.MailingPage) ui.TableView {
	v := ui.TableView{ID: "mailings", Label: p.T("survey.mailings"), Columns: []ui.Column{{Key: "customer", Label: p.T("common.customer"), Phone: true}, {Key: "contact", Label: p.T("survey.contact")}, {Key: "cause", Label: p.T("survey.cause")},
		{Key: "state", Label: p.T("survey.state"), Phone: true}, {Key: "reason", Label: p.T("survey.reason")}, {Key: "sent", Label: p.T("survey.sent_at"), Kind: ui.ColumnNarrow}, {Key: "answer", Label: p.T("survey.answer"), Hidden: page.Survey.Anonymous}, {Key: "act", Phone: true}},
		Empty: &ui.State{Kind: ui.StateEmpty, Icon: "send", Title: p.T("survey.no_mailings"), Text: p.T("survey.no_mailings_text")}}
	for _, m := range page.Rows {
		chip := ui.Chip{Label: p.Message(m.State.Message()), Tone: mailingTones[m.State]}
		reason := ""
		if message, ok := m.ReasonMessage(); ok {
			reason = p.Message(message)
		}
		when := m.SentAt
		if m.State == survey.StateWaiting {
			when = m.NextAt
		}
		shown := i18n.Unknown
		if !when.IsZero() {
			shown = p.Local(when).Format("2006-01-02 15:04")
		}
		contact := ui.Text(text(m.ContactName))
		if m.ContactID != 0 {
			contact = ui.LinkTo(text(m.ContactName), "/contacts/"+number(m.ContactID))
		}
		act := ui.Cell{}
		if label := actLabels[m.State]; label != "" && actor.Can(access.PermWorkWrite) {
			act = ui.Draw(ui.Button(ui.Action{Label: p.T(label), Small: true, URL: mailingURL + "/" + number(m.ID)}))
		}
		customer := ui.LinkTo(text(m.CustomerName), "/customers/"+number(m.CustomerID))
		customer.Phone = reason
		v.Rows = append(v.Rows, ui.Row{Cells: []ui.Cell{customer, contact, ui.Text(causeText(p, m.Cause)), {Chip: &chip}, ui.Text(text(reason)), ui.Text(shown), ui.Text(answerText(p, m)), act}})
	}
	return v
}

// causeText says what a survey is sent after.
func causeText(p *i18n.Printer, cause string) string {
	kind, id, _ := strings.Cut(cause, ":")
	return p.T("survey.cause."+kind, "ID", id)
}

func answerText(p *i18n.Printer, m survey.Mailing) string {
	switch {
	case m.Answered:
		return p.T("survey.has_answered")
	case !m.OpenedAt.IsZero():
		return p.T("survey.has_opened")
	case !m.RemindedAt.IsZero():
		return p.T("survey.was_reminded")
	}
	return i18n.Unknown
}

func (h *Handler) handing(w http.ResponseWriter, r *http.Request) error {
	return h.drawHanding(w, r, http.StatusOK, nil)
}

// drawHanding shows one mailing to who is to hand it over: for whom it is, and once they have taken the link, link and wording.
func (h *Handler) drawHanding(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	actor, p := access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	id, err := mailingOf(r)
	if err != nil {
		return err
	}
	m, err := h.Surveys.Handing(r.Context(), actor, id)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	title := p.T("survey.hand_title", "Name", text(m.CustomerName))
	view := ui.PageView{Title: title, Current: "surveys", Narrow: true, Crumbs: []ui.Crumb{{Label: p.T("nav.surveys"), URL: listURL}, {Label: m.Survey.Name, URL: mailingsURL(m.SurveyID)}, {Label: text(m.CustomerName)}}}
	var parts []templ.Component
	if failure != nil {
		_, problem := ui.WithErrors(nil, failure, p)
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "failure", Tone: ui.ToneBad, Strong: problem})))
	}
	parts = append(parts, lackNote(p, actor, m.Lack)...)
	facts := []ui.Fact{{Term: p.T("common.customer"), Text: text(m.CustomerName), URL: "/customers/" + number(m.CustomerID)}, {Term: p.T("survey.contact"), Text: text(m.Contact.Name)},
		{Term: p.T("contact.wechat"), Text: text(m.Contact.WeChat)}, {Term: p.T("survey.cause"), Text: causeText(p, m.Cause)}, {Term: p.T("survey.state"), Text: p.Message(m.State.Message())}}
	if m.ContactID != 0 {
		facts[1].URL = "/contacts/" + number(m.ContactID)
	}
	if message, ok := m.ReasonMessage(); ok {
		facts = append(facts, ui.Fact{Term: p.T("survey.reason"), Text: p.Message(message)})
	}
	parts = append(parts, ui.Filled(ui.CardView{Title: p.T("survey.hand_whom")}, ui.Facts(facts)))
	acts := h.handActs(p, m)
	if m.Link != "" {
		shown, err := picture(m.Link)
		if err != nil {
			return err
		}
		parts = append(parts, ui.Filled(ui.CardView{Title: p.T("survey.hand_copy"), Sub: p.T("survey.until", "At", p.Local(m.ExpiresAt).Format("2006-01-02 15:04"))},
			wordingText(m.Wording, p.T("survey.wording_label"), p.T("survey.copy")), linkText(m.Link, p.T("survey.link")), linkPicture(shown, p.T("survey.qr"))))
	}
	if len(acts) > 0 {
		parts = append(parts, ui.Filled(ui.CardView{Label: p.T("survey.hand_act")}, ui.Beside(acts...)))
	}
	return ui.Write(w, r, status, ui.Compose(view, parts...))
}

func (h *Handler) handActs(p *i18n.Printer, m survey.Handing) (acts []templ.Component) {
	act := func(label, icon, verb string, kind ui.ActionKind) {
		acts = append(acts, ui.Button(ui.Action{Label: p.T(label), Icon: icon, Kind: kind, Post: true, URL: mailingURL + "/" + number(m.ID) + "/" + verb}))
	}
	if m.State == survey.StateByHand || m.State == survey.StateFailed {
		if m.Lack == survey.LackNothing && !m.Contact.Silent() {
			act("survey.hand_take", "link", "hand", ui.ActionPrimary)
		}
		if m.State == survey.StateFailed {
			act("survey.hand_again", "send", "again", "")
		}
		act("survey.hand_drop", "x", "drop", "")
	}
	return acts
}

func mailingOf(r *http.Request) (int64, error) {
	id, err := idOf(r.PathValue("mailing"))
	if err != nil {
		err = errs.New(errs.KindNotFound, "survey.no_mailing", nil)
	}
	return id, err
}

func (h *Handler) actOnMailing(w http.ResponseWriter, r *http.Request) error {
	id, err := mailingOf(r)
	if err != nil {
		return err
	}
	acts := map[string]func(context.Context, access.Actor, int64) (survey.Handing, error){"hand": h.Surveys.Hand, "drop": h.Surveys.Drop, "again": h.Surveys.Again}
	act, known := acts[r.PathValue("act")]
	if !known {
		return errs.New(errs.KindNotFound, "error.not_found", nil)
	}
	switch _, err = act(r.Context(), access.ActorFrom(r.Context()), id); {
	case err == nil:
		http.Redirect(w, r, mailingURL+"/"+number(id), http.StatusSeeOther)
		return nil
	case !mendable(err):
		return err
	}
	return h.drawHanding(w, r, httpx.StatusOf(err), err)
}

// askStop asks whether somebody wants no more messages. Programs that follow links in letters press nothing.
func (h *Handler) askStop(w http.ResponseWriter, r *http.Request) error {
	r = httpx.Spoken(r)
	if err := h.limit.Admit(w, r); err != nil {
		return err
	}
	p := httpx.PrinterFrom(r.Context())
	already, err := h.Surveys.Stopping(r.Context(), r.FormValue("t"))
	if err != nil {
		return h.cannot(w, r, err)
	}
	if already {
		return h.stopped(w, r)
	}
	address := survey.StopPath + "?" + url.Values{"t": {r.FormValue("t")}, "lang": {string(p.Lang())}}.Encode()
	form := ui.FormView{ID: "stop", Action: address, Submit: ui.Action{Label: p.T("survey.stop_do"), Kind: ui.ActionPrimary}, Consequence: p.T("survey.stop_text", "Company", h.Company())}
	return h.draw(w, r, http.StatusOK, ui.Form(form))
}

// stop ends messages: by the button, or by the mail program on its own as RFC 8058 has it.
func (h *Handler) stop(w http.ResponseWriter, r *http.Request) error {
	r = httpx.Spoken(r)
	if err := h.limit.Admit(w, r); err != nil {
		return err
	}
	if err := h.Surveys.Stop(context.WithoutCancel(r.Context()), r.URL.Query().Get("t"), httpx.ClientAddress(r.Context())); err != nil {
		return h.cannot(w, r, err)
	}
	return h.stopped(w, r)
}

func (h *Handler) stopped(w http.ResponseWriter, r *http.Request) error {
	p := httpx.PrinterFrom(r.Context())
	return h.draw(w, r, http.StatusOK, ui.StateOf(ui.State{Kind: ui.StateEmpty, Icon: "circle-check", Title: p.T("survey.stopped"), Text: p.T("survey.stopped_text", "Company", h.Company())}))
}
