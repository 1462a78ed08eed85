// Package account is the pages about oneself: first-run set-up, signing in and out, password, second factor, sessions, API keys.
package account

import (
	"bytes"
	"encoding/base64"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/web/ui"
)

// DemoLogin is a log-in that the sign-in page of a demonstration offers with one click.
type DemoLogin struct {
	Login, Password string
	Name            string
	Role            access.Role
	Whole           bool // a director of the whole company
}

// Handler serves the pages.
type Handler struct {
	users  *access.Service
	cookie httpx.SessionCookie
	demo   []DemoLogin
	signOn SignOn
}

// New returns a Handler. demo is empty but for demonstrations.
func New(users *access.Service, cookie httpx.SessionCookie, demo []DemoLogin) *Handler {
	return &Handler{users: users, cookie: cookie, demo: demo}
}

// Routes registers the pages.
func (h *Handler) Routes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("GET /set-up", h.setUpPage)
	handle("POST /set-up", h.setUp)
	handle("GET /sign-in", h.signInPage)
	handle("POST /sign-in", h.signIn)
	handle("GET /sign-in/code", h.codePage)
	handle("POST /sign-in/code", h.code)
	handle("POST /sign-out", h.signOut)
	handle("GET /account", h.account)
	handle("GET /account/password", h.passwordPage)
	handle("POST /account/password", h.password)
	handle("POST /account/second-factor", h.beginSecondFactor)
	handle("POST /account/second-factor/confirm", h.confirmSecondFactor)
	handle("POST /account/second-factor/drop", h.dropSecondFactor)
	handle("POST /account/sessions/end", h.endSession)
	handle("POST /account/keys", h.createKey)
	handle("POST /account/keys/revoke", h.revokeKey)
	h.signOnRoutes(handle)
}

func (h *Handler) setUpPage(w http.ResponseWriter, r *http.Request) error {
	needed, err := h.users.NeedsSetUp(r.Context())
	if err != nil {
		return err
	}
	if !needed {
		http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
		return nil
	}
	return h.drawSetUp(w, r, http.StatusOK, access.SetUp{}, nil)
}

func (h *Handler) drawSetUp(w http.ResponseWriter, r *http.Request, status int, in access.SetUp, failure error) error {
	p := httpx.PrinterFrom(r.Context())
	fields, problem := ui.WithErrors([]ui.Field{
		{Name: "name", Label: p.T("account.name"), Value: in.Name, Autocomplete: "name", Autofocus: true},
		{Name: "login", Label: p.T("account.login"), Value: in.Login, Autocomplete: "username", Hint: p.T("account.login_hint")},
		{Name: "password", Kind: ui.FieldPassword, Label: p.T("account.password"), Autocomplete: "new-password", Hint: p.T("account.password_hint")},
	}, failure, p)
	return ui.Write(w, r, status, door(p.T("account.set_up"), ui.NoteOf(ui.Note{Tone: ui.ToneBrand, Strong: p.T("account.set_up_strong"), Text: p.T("account.set_up_text")}),
		ui.Form(ui.FormView{Action: "/set-up", Fields: fields, Problem: problem, Submit: ui.Action{Label: p.T("account.set_up_button"), Kind: ui.ActionPrimary}})))
}

func (h *Handler) setUp(w http.ResponseWriter, r *http.Request) error {
	in := access.SetUp{Login: r.PostFormValue("login"), Name: r.PostFormValue("name"), Password: r.PostFormValue("password"), Client: httpx.ClientAddress(r.Context())}
	if _, err := h.users.SetUp(r.Context(), in); err != nil {
		if !mendable(err) {
			return err
		}
		return h.drawSetUp(w, r, httpx.StatusOf(err), in, err)
	}
	issued, err := h.users.SignIn(r.Context(), access.SignIn{Login: in.Login, Password: in.Password, Client: in.Client, Agent: r.UserAgent()})
	if err != nil {
		return err
	}
	h.cookie.Write(w, issued.Token, access.SessionLifetime)
	http.Redirect(w, r, "/", http.StatusSeeOther)
	return nil
}

// mendable reports whether an error belongs beside the form it comes from.
func mendable(err error) bool {
	switch errs.KindOf(err) {
	case errs.KindInvalid, errs.KindConflict, errs.KindTooMany, errs.KindUnauthenticated, errs.KindForbidden:
		return true
	}
	return false
}

func (h *Handler) signInPage(w http.ResponseWriter, r *http.Request) error {
	if needed, err := h.users.NeedsSetUp(r.Context()); err != nil || needed {
		if err == nil {
			http.Redirect(w, r, "/set-up", http.StatusSeeOther)
		}
		return err
	}
	if access.ActorFrom(r.Context()).UserID != "" {
		http.Redirect(w, r, httpx.LocalPath(r.FormValue("return")), http.StatusSeeOther)
		return nil
	}
	return h.drawSignIn(w, r, http.StatusOK, "", nil)
}

func (h *Handler) drawSignIn(w http.ResponseWriter, r *http.Request, status int, login string, failure error) error {
	p := httpx.PrinterFrom(r.Context())
	back := httpx.LocalPath(r.FormValue("return"))
	fields, problem := ui.WithErrors([]ui.Field{
		{Name: "login", Label: p.T("account.login"), Value: login, Autocomplete: "username", Autofocus: true},
		{Name: "password", Kind: ui.FieldPassword, Label: p.T("account.password"), Autocomplete: "current-password"},
		{Name: "return", Kind: ui.FieldHidden, Value: back},
	}, failure, p)
	offers, err := h.signOn.Service.Offers(r.Context(), r.UserAgent())
	if err != nil {
		return err
	}
	above, under := ways(p, offers, back)
	parts := []templ.Component{ui.Form(ui.FormView{Action: "/sign-in", Fields: fields, Summary: p.T("account.not_signed_in"), Problem: problem,
		Submit: ui.Action{Label: p.T("account.sign_in"), Kind: ui.ActionPrimary}})}
	if above != nil {
		parts = append([]templ.Component{above}, parts...)
	}
	if under != nil {
		parts = append(parts, under)
	}
	if len(h.demo) > 0 {
		parts = append(parts, demoList(p, h.demo, back))
	}
	return ui.Write(w, r, status, door(p.T("account.sign_in"), parts...))
}

// demoList offers the log-ins of a demonstration.
func demoList(p *i18n.Printer, logins []DemoLogin, back string) templ.Component {
	var items []ui.Item
	for _, l := range logins {
		role := p.T("access.role." + string(l.Role))
		if l.Whole {
			role = p.T("account.demo_manager")
		}
		items = append(items, ui.Item{Avatar: l.Name, Title: l.Name, Beside: role, Detail: l.Login + " · " + l.Password,
			Actions: []ui.Action{{Label: p.T("account.sign_in_as"), Small: true, URL: "/sign-in", Post: true,
				Fields: map[string][]string{"login": {l.Login}, "password": {l.Password}, "return": {back}}}}})
	}
	return templ.Join(ui.NoteOf(ui.Note{Tone: ui.ToneBrand, Strong: p.T("account.demo"), Text: p.T("account.demo_text")}), ui.List(items))
}

func (h *Handler) signIn(w http.ResponseWriter, r *http.Request) error {
	in := access.SignIn{Login: r.PostFormValue("login"), Password: r.PostFormValue("password"), Client: httpx.ClientAddress(r.Context()), Agent: r.UserAgent()}
	issued, err := h.users.SignIn(r.Context(), in)
	if err != nil {
		if !mendable(err) {
			return err
		}
		return h.drawSignIn(w, r, httpx.StatusOf(err), in.Login, err)
	}
	h.cookie.Write(w, issued.Token, access.SessionLifetime)
	h.forward(w, r, issued.Session.Stage, r.PostFormValue("return"))
	return nil
}

// forward leads on to what is still to be proved, or to where somebody wanted to go.
func (h *Handler) forward(w http.ResponseWriter, r *http.Request, stage access.Stage, wanted string) {
	target := httpx.LocalPath(wanted)
	switch stage {
	case access.StageSecondFactor:
		target = "/sign-in/code?return=" + url.QueryEscape(target)
	case access.StagePassword:
		target = "/account/password"
	}
	http.Redirect(w, r, target, http.StatusSeeOther)
}

func (h *Handler) codePage(w http.ResponseWriter, r *http.Request) error {
	return h.drawCode(w, r, http.StatusOK, nil)
}

func (h *Handler) drawCode(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	p := httpx.PrinterFrom(r.Context())
	fields, problem := ui.WithErrors([]ui.Field{
		{Name: "code", Label: p.T("account.code"), Autocomplete: "one-time-code", Autofocus: true, Hint: p.T("account.code_hint")},
		{Name: "return", Kind: ui.FieldHidden, Value: httpx.LocalPath(r.FormValue("return"))},
	}, failure, p)
	return ui.Write(w, r, status, door(p.T("account.code_title"), ui.Form(ui.FormView{Action: "/sign-in/code", Fields: fields, Summary: p.T("account.not_signed_in"), Problem: problem,
		Submit: ui.Action{Label: p.T("account.sign_in"), Kind: ui.ActionPrimary}, Cancel: &ui.Link{Label: p.T("common.cancel"), URL: "/sign-in"}})))
}

func (h *Handler) code(w http.ResponseWriter, r *http.Request) error {
	issued, err := h.users.ConfirmCode(r.Context(), access.ConfirmCode{Token: h.cookie.Read(r), Code: r.PostFormValue("code")})
	if err != nil {
		if !mendable(err) {
			return err
		}
		return h.drawCode(w, r, httpx.StatusOf(err), err)
	}
	h.cookie.Write(w, issued.Token, access.SessionLifetime)
	h.forward(w, r, issued.Session.Stage, r.PostFormValue("return"))
	return nil
}

func (h *Handler) signOut(w http.ResponseWriter, r *http.Request) error {
	if err := h.users.SignOut(r.Context(), h.cookie.Read(r)); err != nil && !errs.Is(err, errs.KindUnauthenticated) && !errs.Is(err, errs.KindNotFound) {
		return err
	}
	h.cookie.Clear(w)
	http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
	return nil
}

// secret is what a page shows once: a new key, recovery codes, or a second factor being set up.
type secret struct {
	key       string
	enrolment *access.Enrolment
}

func (h *Handler) account(w http.ResponseWriter, r *http.Request) error {
	return h.draw(w, r, http.StatusOK, nil, secret{})
}

func (h *Handler) draw(w http.ResponseWriter, r *http.Request, status int, failure error, shown secret) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	if actor.UserID == "" {
		return errs.New(errs.KindUnauthenticated, "access.sign_in_first", nil)
	}
	user, err := h.users.GetUser(ctx, actor, actor.UserID)
	if err != nil {
		return err
	}
	sessions, err := h.users.ListSessions(ctx, actor, actor.UserID)
	if err != nil {
		return err
	}
	keys, err := h.users.ListKeys(ctx, actor, actor.UserID)
	if err != nil {
		return err
	}
	identities, err := h.signOn.Service.Identities(ctx, actor, actor.UserID)
	if err != nil {
		return err
	}
	offers, err := h.signOn.Service.Offers(ctx, r.UserAgent())
	if err != nil {
		return err
	}
	done := ""
	if r.FormValue("linked") != "" {
		done = "signon.linked_note"
	} else if r.FormValue("unlinked") != "" {
		done = "signon.unlinked_note"
	}
	signOn := identitiesCard(httpx.PrinterFrom(ctx), offers, identities)
	return ui.Write(w, r, status, accountPage(ctx, user, sessions, keys, signOn, done, failure, shown))
}

func (h *Handler) passwordPage(w http.ResponseWriter, r *http.Request) error {
	return h.drawPassword(w, r, http.StatusOK, nil)
}

func (h *Handler) drawPassword(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	p := httpx.PrinterFrom(r.Context())
	fields, problem := ui.WithErrors([]ui.Field{
		{Name: "current", Kind: ui.FieldPassword, Label: p.T("account.current_password"), Autocomplete: "current-password"},
		{Name: "new", Kind: ui.FieldPassword, Label: p.T("account.new_password"), Autocomplete: "new-password", Hint: p.T("account.password_hint")},
	}, failure, p)
	return ui.Write(w, r, status, door(p.T("account.change_password"), ui.Form(ui.FormView{Action: "/account/password", Fields: fields, Problem: problem,
		Submit: ui.Action{Label: p.T("account.change_password"), Kind: ui.ActionPrimary}, Cancel: &ui.Link{Label: p.T("common.cancel"), URL: "/account"}})))
}

func (h *Handler) password(w http.ResponseWriter, r *http.Request) error {
	issued, err := h.users.ChangePassword(r.Context(), access.ActorFrom(r.Context()), access.ChangePassword{Current: r.PostFormValue("current"), New: r.PostFormValue("new")})
	if err != nil {
		if !mendable(err) {
			return err
		}
		return h.drawPassword(w, r, httpx.StatusOf(err), err)
	}
	h.cookie.Write(w, issued.Token, access.SessionLifetime)
	http.Redirect(w, r, "/", http.StatusSeeOther)
	return nil
}

// after shows the account again: with the reason of a refusal, or with what is shown once.
func (h *Handler) after(w http.ResponseWriter, r *http.Request, err error, shown secret) error {
	switch {
	case err == nil:
		w.Header().Set("Cache-Control", "no-store")
		return h.draw(w, r, http.StatusOK, nil, shown)
	case mendable(err):
		return h.draw(w, r, httpx.StatusOf(err), err, secret{})
	}
	return err
}

func (h *Handler) beginSecondFactor(w http.ResponseWriter, r *http.Request) error {
	e, err := h.users.BeginSecondFactor(r.Context(), access.ActorFrom(r.Context()), r.PostFormValue("password"))
	return h.after(w, r, err, secret{enrolment: &e})
}

func (h *Handler) confirmSecondFactor(w http.ResponseWriter, r *http.Request) error {
	on, err := h.users.ConfirmSecondFactor(r.Context(), access.ActorFrom(r.Context()), access.ConfirmSecondFactor{Sealed: r.PostFormValue("sealed"), Code: r.PostFormValue("code")})
	if err == nil {
		h.cookie.Write(w, on.Issued.Token, access.SessionLifetime)
		w.Header().Set("Cache-Control", "no-store")
		p := httpx.PrinterFrom(r.Context())
		return ui.Write(w, r, http.StatusOK, door(p.T("account.recovery"), ui.NoteOf(ui.Note{Tone: ui.ToneWarn, Strong: p.T("account.recovery_strong"), Text: p.T("account.recovery_text")}),
			codeBlock(on.RecoveryCodes...), ui.Button(ui.Action{Label: p.T("account.recovery_done"), URL: "/account", Kind: ui.ActionPrimary})))
	}
	return h.after(w, r, err, secret{})
}

func (h *Handler) dropSecondFactor(w http.ResponseWriter, r *http.Request) error {
	return h.back(w, r, h.users.DropSecondFactor(r.Context(), access.ActorFrom(r.Context()), r.PostFormValue("password")))
}

// back returns to the account after an act.
func (h *Handler) back(w http.ResponseWriter, r *http.Request, err error) error {
	if err != nil {
		return h.after(w, r, err, secret{})
	}
	http.Redirect(w, r, "/account", http.StatusSeeOther)
	return nil
}

func (h *Handler) endSession(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	if id := r.PostFormValue("session"); id != "" {
		return h.back(w, r, h.users.EndSession(ctx, actor, id))
	}
	_, err := h.users.EndSessions(ctx, actor, actor.UserID)
	return h.back(w, r, err)
}

func (h *Handler) createKey(w http.ResponseWriter, r *http.Request) error {
	days, _ := strconv.Atoi(r.PostFormValue("days"))
	created, err := h.users.CreateKey(r.Context(), access.ActorFrom(r.Context()), access.CreateKey{
		Name: r.PostFormValue("name"), ReadOnly: r.PostFormValue("read_only") != "", Lifetime: time.Duration(days) * 24 * time.Hour,
	})
	return h.after(w, r, err, secret{key: created.Text})
}

func (h *Handler) revokeKey(w http.ResponseWriter, r *http.Request) error {
	return h.back(w, r, h.users.RevokeKey(r.Context(), access.ActorFrom(r.Context()), r.PostFormValue("key")))
}

// dataURL is a picture small enough to stand in the page.
func dataURL(picture []byte) string {
	var b bytes.Buffer
	b.WriteString("data:image/png;base64,")
	b.WriteString(base64.StdEncoding.EncodeToString(picture))
	return b.String()
}
