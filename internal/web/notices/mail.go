package notices

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/mail"
	"xiaoguan/internal/web/ui"
)

// mailURL is the page of the mail connection.
const mailURL = "/mail-connection"

// WithMail adds the page of the connection through which letters go.
func (h *Handler) WithMail(mails *mail.Service) *Handler {
	h.mails = mails
	return h
}

func (h *Handler) mailConnection(w http.ResponseWriter, r *http.Request) error {
	c, err := h.mails.Get(r.Context(), access.ActorFrom(r.Context()))
	if err != nil {
		return err
	}
	if c.Revision == 0 {
		c.Port, c.Security, c.Active = 465, mail.SecurityTLS, true
	}
	return h.drawMail(w, r, mail.Entry{Connection: c}, nil, nil)
}

// drawMail shows the form with what was typed; failed is why it was not kept, untried why no letter went.
func (h *Handler) drawMail(w http.ResponseWriter, r *http.Request, typed mail.Entry, failed, untried error) error {
	status := http.StatusOK
	for _, err := range []error{failed, untried} {
		if err != nil {
			status = httpx.StatusOf(err)
		}
	}
	return ui.Write(w, r, status, mailPage(r.Context(), r, typed, failed, untried))
}

func mailPage(ctx context.Context, r *http.Request, typed mail.Entry, failed, untried error) templ.Component {
	p := httpx.PrinterFrom(ctx)
	view := ui.PageView{Title: p.T("mail.title"), Subtitle: p.T("mail.subtitle"), Current: "deliveries", Narrow: true, Crumbs: []ui.Crumb{{Label: p.T("notices.hook_back"), URL: "/deliveries"}, {Label: p.T("mail.title")}}}
	var parts []templ.Component
	switch {
	case r.FormValue("saved") != "":
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{Tone: ui.ToneGood, Strong: p.T("mail.saved")})))
	case r.FormValue("tried") != "":
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "tried", Tone: ui.ToneGood, Strong: p.T("mail.tried")})))
	}
	ways := ui.Field{Name: "security", Kind: ui.FieldSelect, Label: p.T("mail.security"), Hint: p.T("mail.security_hint"), Span: 6}
	for _, s := range mail.Securities {
		ways.Options = append(ways.Options, ui.Option{Value: string(s), Label: p.Message(s.Message()), Selected: s == typed.Security})
	}
	secret := ui.Field{Name: "password", Kind: ui.FieldPassword, Label: p.T("mail.password"), Hint: p.T("mail.password_hint"), Autocomplete: "new-password", Optional: true, Span: 6}
	if typed.Password != "" {
		secret.Hint = p.T("mail.password_kept")
	}
	fields, problem := ui.WithErrors([]ui.Field{
		{Name: "host", Label: p.T("mail.host"), Value: typed.Host, Placeholder: "smtp.example.cn", Autocomplete: "off", Span: 6},
		{Name: "port", Kind: ui.FieldNumber, Label: p.T("mail.port"), Value: strconv.FormatInt(typed.Port, 10), Min: "1", Max: "65535", Span: 6}, ways,
		{Name: "login", Label: p.T("mail.login"), Value: typed.Login, Autocomplete: "off", Optional: true, Span: 6}, secret,
		{Name: "address", Kind: ui.FieldEmail, Label: p.T("mail.address"), Value: typed.Address, Autocomplete: "off", Span: 6},
		{Name: "name", Label: p.T("mail.name"), Hint: p.T("mail.name_hint"), Value: typed.Name, Autocomplete: "off", Optional: true, Span: 6},
		{Name: "active", Kind: ui.FieldCheck, Label: p.T("mail.active"), Value: "1", Checked: typed.Active, Optional: true},
		{Name: "revision", Kind: ui.FieldHidden, Value: strconv.FormatInt(typed.Revision, 10)},
	}, failed, p)
	parts = append(parts, ui.Filled(ui.CardView{Label: p.T("mail.title")}, ui.Form(ui.FormView{ID: "mail", Action: mailURL, Fields: fields, Problem: problem, Submit: ui.Action{Label: p.T("common.save"), Kind: ui.ActionPrimary},
		Consequence: p.T("mail.consequence")})))
	if typed.Revision > 0 && typed.Active {
		to, problem := ui.WithErrors([]ui.Field{{Name: "to", Kind: ui.FieldEmail, Label: p.T("mail.to"), Value: r.PostFormValue("to"), Autocomplete: "off"}}, untried, p)
		parts = append(parts, ui.Filled(ui.CardView{Title: p.T("mail.try"), Sub: p.T("mail.try_sub")}, ui.Form(ui.FormView{ID: "try", Action: mailURL + "/try", Fields: to, Problem: problem, Submit: ui.Action{Label: p.T("mail.try_do"), Icon: "send"}})))
	}
	return ui.Compose(view, parts...)
}

func (h *Handler) saveMail(w http.ResponseWriter, r *http.Request) error {
	value := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	port, _ := strconv.ParseInt(value("port"), 10, 32)         // 0, which is no port, is refused
	revision, _ := strconv.ParseInt(value("revision"), 10, 64) // what is none was not seen
	in := mail.Entry{Connection: mail.Connection{Host: value("host"), Port: port, Security: mail.Security(value("security")), Login: value("login"), Address: value("address"), Name: value("name"), Active: value("active") != "", Revision: revision}}
	if secret := r.PostFormValue("password"); secret != "" {
		in.Secret = &secret
	}
	_, err := h.mails.Save(r.Context(), access.ActorFrom(r.Context()), in)
	switch kind := errs.KindOf(err); {
	case err == nil:
		http.Redirect(w, r, mailURL+"?saved=1", http.StatusSeeOther)
		return nil
	case kind == errs.KindInvalid || kind == errs.KindConflict:
		return h.drawMail(w, r, in, err, nil)
	}
	return err
}

// tryMail sends a letter now and says what became of it.
func (h *Handler) tryMail(w http.ResponseWriter, r *http.Request) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	err := h.mails.Try(ctx, actor, r.PostFormValue("to"), p.T("mail.try_subject"), p.T("mail.try_text"))
	switch kind := errs.KindOf(err); {
	case err == nil:
		http.Redirect(w, r, mailURL+"?tried=1", http.StatusSeeOther)
		return nil
	case kind != errs.KindInvalid && kind != errs.KindConflict:
		return err
	}
	c, failed := h.mails.Get(ctx, actor)
	if failed != nil {
		return failed
	}
	return h.drawMail(w, r, mail.Entry{Connection: c}, nil, err)
}
