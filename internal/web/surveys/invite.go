package surveys

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/draw"
	"image/png"
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"
	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/qr"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/survey"
	"xiaoguan/internal/tabular"
	"xiaoguan/internal/web/ui"
)

// qrPixels is the width of the code of a link, big enough for a phone across a table; quietPixels is the white edge that readers need, also
// on a dark page.
const (
	qrPixels    = 240
	quietPixels = 20
)

// picture is the link as a QR picture, as a data address.
func picture(link string) (string, error) {
	code, err := qr.Encode(link, qr.M, qr.Auto)
	if err != nil {
		return "", err
	}
	if code, err = barcode.Scale(code, qrPixels, qrPixels); err != nil {
		return "", err
	}
	whole := image.NewGray(image.Rect(0, 0, qrPixels+2*quietPixels, qrPixels+2*quietPixels))
	draw.Draw(whole, whole.Bounds(), image.White, image.Point{}, draw.Src)
	draw.Draw(whole, image.Rect(quietPixels, quietPixels, quietPixels+qrPixels, quietPixels+qrPixels), code, image.Point{}, draw.Src)
	var b bytes.Buffer
	if err := png.Encode(&b, whole); err != nil {
		return "", err
	}
	return "data:image/png;base64," + base64.StdEncoding.EncodeToString(b.Bytes()), nil
}

func (h *Handler) askInvite(w http.ResponseWriter, r *http.Request) error {
	return h.drawInvite(w, r, http.StatusOK, nil)
}

// drawInvite asks for whom a link is to be made.
func (h *Handler) drawInvite(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	actor, p := access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return err
	}
	all, err := h.Surveys.List(r.Context(), actor)
	if err != nil {
		return err
	}
	var choices []ui.Option
	for _, s := range all {
		if s.Active {
			choices = append(choices, ui.Option{Value: number(s.ID), Label: s.Name})
		}
	}
	view := ui.PageView{Title: p.T("survey.invite"), Current: "surveys", Narrow: true, Crumbs: []ui.Crumb{{Label: p.T("nav.surveys"), URL: listURL}, {Label: p.T("survey.invite")}}}
	if len(choices) == 0 {
		return ui.Write(w, r, status, ui.Compose(view, ui.Filled(ui.CardView{Label: view.Title}, ui.StateOf(ui.State{Kind: ui.StateEmpty, Icon: "star", Title: p.T("survey.none"), Text: p.T("survey.none_theirs")}))))
	}
	chosen := r.FormValue("survey")
	if chosen == "" {
		chosen = choices[0].Value
	}
	fields := []ui.Field{{Name: "survey", Kind: ui.FieldSelect, Label: p.T("nav.surveys"), Value: chosen, Options: choices}}
	if about := r.FormValue("case"); about != "" {
		fields = append(fields, ui.Field{Name: "case", Kind: ui.FieldHidden, Value: about}, ui.Field{Name: "shown", Kind: ui.FieldStatic, Label: p.T("service.case"), Value: "#" + about})
	} else {
		fields = append(fields, ui.Field{Name: "customer", Label: p.T("sales.customer_key"), Value: r.FormValue("customer"), Optional: true, Span: 6, Hint: p.T("survey.customer_hint")},
			ui.Field{Name: "deal", Label: p.T("sales.deal_key"), Value: r.FormValue("deal"), Optional: true, Span: 6})
	}
	fields, problem := ui.WithErrors(fields, failure, p)
	return ui.Write(w, r, status, ui.Compose(view, ui.Filled(ui.CardView{Label: view.Title}, ui.Form(ui.FormView{ID: "invite", Action: inviteURL, Fields: fields, Problem: problem, Submit: ui.Action{Label: p.T("survey.make_link"), Kind: ui.ActionPrimary, Icon: "link"},
		Consequence: p.T("survey.link_once")}))))
}

func (h *Handler) invite(w http.ResponseWriter, r *http.Request) error {
	actor, p := access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	value := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	id, err := idOf(value("survey"))
	if err != nil {
		return err
	}
	in := survey.Invite{SurveyID: id, Customer: value("customer"), DealKey: value("deal")}
	if about := value("case"); about != "" {
		if in.CaseID, err = idOf(about); err != nil {
			return errs.New(errs.KindNotFound, "service.missing", nil)
		}
	}
	link, err := h.Surveys.Invite(r.Context(), actor, in)
	switch {
	case err == nil:
	case !mendable(err):
		return err
	default:
		return h.drawInvite(w, r, httpx.StatusOf(err), err)
	}
	asked, err := h.Surveys.Get(r.Context(), actor, id)
	if err != nil {
		return err
	}
	address := h.link(r, link.Token)
	shown, err := picture(address)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	view := ui.PageView{Title: p.T("survey.link_made"), Current: "surveys", Narrow: true, Crumbs: []ui.Crumb{{Label: p.T("nav.surveys"), URL: listURL}, {Label: p.T("survey.link_made")}}}
	mail := "mailto:?" + strings.ReplaceAll(url.Values{"subject": {p.T("survey.mail_subject", "Company", h.Company())}, "body": {p.T("survey.mail_body", "Link", address)}}.Encode(), "+", "%20")
	return ui.Write(w, r, http.StatusOK, ui.Compose(view, ui.Filled(ui.CardView{Label: view.Title},
		ui.NoteOf(ui.Note{ID: "once", Tone: ui.ToneWarn, Strong: p.T("survey.copy_now"), Text: p.T("survey.until", "At", p.Local(link.ExpiresAt).Format("2006-01-02 15:04"))}),
		templ.Join(wordingText(h.Surveys.Wording(p.Lang(), asked, address), p.T("survey.wording_label"), p.T("survey.copy")), linkPicture(shown, p.T("survey.qr")), linkText(address, p.T("survey.link"))), ui.Beside(mailButton(mail, p.T("survey.mail")), ui.Button(ui.Action{Label: p.T("survey.another"), URL: inviteURL, Small: true})))))
}

// wave makes links for many deals and answers with a file of them: they are shown nowhere else.
func (h *Handler) wave(w http.ResponseWriter, r *http.Request) error {
	actor, p := access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	id, err := idOf(r.PathValue("id"))
	if err != nil {
		return err
	}
	var c fact.Checker
	day := func(name string) calendar.Date {
		d, err := calendar.ParseDate(strings.TrimSpace(r.PostFormValue(name)))
		if err != nil {
			c.Add(name, r.PostFormValue(name), "form.error.date", nil)
			return calendar.NoDate
		}
		return d
	}
	signed := fact.Days{From: day("from"), To: day("to")}
	var links []survey.Link
	if err = c.Err(); err == nil {
		links, err = h.Surveys.InviteMany(r.Context(), actor, id, signed)
	}
	if err == nil && len(links) == 0 {
		err = errs.Invalid("error.invalid", []errs.Field{{Path: "from", Message: errs.Msg("survey.nobody_to_ask", nil)}})
	}
	switch {
	case err == nil:
	case !mendable(err):
		return err
	default:
		return h.drawResults(w, r, httpx.StatusOf(err), id, err)
	}
	return httpx.Download(w, httpx.Export{Name: "survey-links", Sheet: p.T("survey.links"), Format: "csv", Head: []string{p.T("sales.deal_key"), p.T("survey.link"), p.T("survey.expires")}, Rows: func(write func(...tabular.Cell) error) (bool, error) {
		for _, l := range links {
			if err := write(tabular.Text(l.DealKey), tabular.Text(h.link(r, l.Token)), tabular.Text(expires(p, l))); err != nil {
				return false, err
			}
		}
		return false, nil
	}})
}

func expires(p *i18n.Printer, l survey.Link) string {
	return p.Local(l.ExpiresAt).Format("2006-01-02 15:04")
}
