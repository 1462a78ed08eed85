package account

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/signon"
	"xiaoguan/internal/web/ui"
)

// SignOn is what letting people in through providers needs.
type SignOn struct {
	Service *signon.Service
	Public  func() string // the address under which the world finds the installation; empty: not said
	TLS     bool
}

func (s SignOn) cookie() httpx.FlowCookie { return httpx.FlowCookie{Secure: s.TLS} }

// WithSignOn lets people in through providers, too.
func (h *Handler) WithSignOn(s SignOn) *Handler {
	h.signOn = s
	return h
}

// signOnRoutes registers the pages of the way to a provider and back.
func (h *Handler) signOnRoutes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("GET /sign-in/with/{provider}", h.signInWith)
	handle("GET /sign-in/with/{provider}/callback", h.callback)
	handle("POST /account/identities/link", h.link)
	handle("POST /account/identities/unlink", h.unlink)
}

func (h *Handler) beginning(r *http.Request, provider string) signon.Begin {
	return signon.Begin{Provider: provider, Origin: httpx.Origin(r, h.signOn.Public(), h.signOn.TLS), Return: httpx.LocalPath(r.FormValue("return")), Agent: r.UserAgent(), Client: httpx.ClientAddress(r.Context())}
}

// elsewhere is the public address of this page, for who has come by another one: what the browser keeps for the way back belongs to one address. It
// leads there once; a server whose proxy changes its name would lead in a circle.
func (h *Handler) elsewhere(r *http.Request) string {
	public, err := url.Parse(h.signOn.Public())
	if err != nil || public.Host == "" || strings.EqualFold(public.Host, r.Host) || r.FormValue("here") != "" {
		return ""
	}
	return h.signOn.Public() + r.URL.EscapedPath() + "?" + url.Values{"here": {"1"}, "return": {httpx.LocalPath(r.FormValue("return"))}}.Encode()
}

func (h *Handler) signInWith(w http.ResponseWriter, r *http.Request) error {
	if there := h.elsewhere(r); there != "" {
		http.Redirect(w, r, there, http.StatusSeeOther)
		return nil
	}
	begun, err := h.signOn.Service.Begin(r.Context(), h.beginning(r, r.PathValue("provider")))
	if err != nil {
		return h.turnBack(w, r, err)
	}
	h.signOn.cookie().Write(w, begun.Sealed, signon.Lifetime)
	http.Redirect(w, r, begun.URL, http.StatusSeeOther)
	return nil
}

// turnBack shows why somebody could not come in, or could not link their account.
func (h *Handler) turnBack(w http.ResponseWriter, r *http.Request, err error) error {
	if !mendable(err) && !errs.Is(err, errs.KindUnavailable) && !errs.Is(err, errs.KindNotFound) {
		return err
	}
	if access.ActorFrom(r.Context()).UserID != "" {
		return h.draw(w, r, httpx.StatusOf(err), err, secret{})
	}
	return h.drawSignIn(w, r, httpx.StatusOf(err), "", err)
}

func (h *Handler) callback(w http.ResponseWriter, r *http.Request) error {
	said := r.URL.Query()
	code := said.Get("code")
	if code == "" {
		code = said.Get("authCode") // as DingTalk calls it
	}
	in := signon.Finish{Provider: r.PathValue("provider"), Sealed: h.signOn.cookie().Read(r), State: said.Get("state"), Code: code, Issuer: said.Get("iss"), Refusal: said.Get("error"),
		Client: httpx.ClientAddress(r.Context()), Agent: r.UserAgent(), Actor: access.ActorFrom(r.Context())}
	h.signOn.cookie().Clear(w)
	w.Header().Set("Cache-Control", "no-store")
	done, err := h.signOn.Service.Finish(r.Context(), in)
	switch {
	case err != nil:
		return h.turnBack(w, r, err)
	case done.Stranger != nil:
		return h.drawStranger(w, r, *done.Stranger)
	case done.Linked:
		http.Redirect(w, r, "/account?linked=1", http.StatusSeeOther)
		return nil
	}
	h.cookie.Write(w, done.Issued.Token, access.SessionLifetime)
	h.forward(w, r, done.Issued.Session.Stage, done.Return)
	return nil
}

// drawStranger tells somebody whom a provider knows who they are there, and whom to ask.
func (h *Handler) drawStranger(w http.ResponseWriter, r *http.Request, s signon.Stranger) error {
	p := httpx.PrinterFrom(r.Context())
	contact := s.Contact
	if contact == "" {
		contact = p.T("signon.stranger_admin")
	}
	facts := []ui.Fact{{Term: p.T("signon.stranger_id"), Text: s.Subject}}
	if s.Name != "" {
		facts = append([]ui.Fact{{Term: p.T("signon.stranger_you", "Provider", s.Provider), Text: s.Name}}, facts...)
	}
	return ui.Write(w, r, http.StatusForbidden, door(p.T("signon.stranger"),
		ui.NoteOf(ui.Note{ID: "stranger", Tone: ui.ToneWarn, Strong: p.T("signon.stranger_text", "Provider", s.Provider), Text: p.T("signon.stranger_then")}),
		ui.Facts(append(facts, ui.Fact{Term: p.T("signon.stranger_ask"), Text: contact})), providerWays("", []ui.Action{{Label: p.T("signon.stranger_back"), URL: "/sign-in", Kind: ui.ActionPrimary}}, "")))
}

// link asks for the password and leads to the provider. The page leads on by itself: a form must not, since pages may send forms nowhere else.
func (h *Handler) link(w http.ResponseWriter, r *http.Request) error {
	ctx, p := r.Context(), httpx.PrinterFrom(r.Context())
	key := r.PostFormValue("provider")
	if h.elsewhere(r) != "" {
		return h.turnBack(w, r, errs.New(errs.KindConflict, "signon.elsewhere", errs.Args{"Address": h.signOn.Public()}))
	}
	begun, err := h.signOn.Service.BeginLink(ctx, access.ActorFrom(ctx), h.beginning(r, key), r.PostFormValue("password"))
	if err != nil {
		return h.turnBack(w, r, err)
	}
	h.signOn.cookie().Write(w, begun.Sealed, signon.Lifetime)
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Refresh", "0; url="+begun.URL)
	name := h.named(r, key)
	return ui.Write(w, r, http.StatusOK, door(p.T("signon.leaving", "Provider", name), ui.NoteOf(ui.Note{Tone: ui.ToneBrand, Strong: p.T("signon.leaving_text")}),
		ui.Button(ui.Action{Label: p.T("signon.leaving_do", "Provider", name), URL: begun.URL, Kind: ui.ActionPrimary})))
}

// named is the name of a provider that is on.
func (h *Handler) named(r *http.Request, key string) string {
	offers, err := h.signOn.Service.Offers(r.Context(), r.UserAgent())
	for _, o := range offers {
		if err == nil && o.Key == key {
			return o.Name
		}
	}
	return key
}

func (h *Handler) unlink(w http.ResponseWriter, r *http.Request) error {
	err := h.signOn.Service.UnlinkOwn(r.Context(), access.ActorFrom(r.Context()), r.PostFormValue("provider"), r.PostFormValue("password"))
	if err != nil {
		return h.turnBack(w, r, err)
	}
	http.Redirect(w, r, "/account?unlinked=1", http.StatusSeeOther)
	return nil
}

// ways are the buttons of the providers under the sign-in form; inside the app of one, it stands above.
func ways(p *i18n.Printer, offers []signon.Offer, back string) (above, beneath templ.Component) {
	button := func(o signon.Offer, kind ui.ActionKind) ui.Action {
		return ui.Action{Label: p.T("signon.sign_in_with", "Provider", o.Name), URL: "/sign-in/with/" + o.Key + "?" + url.Values{"return": {back}}.Encode(), Kind: kind}
	}
	var under []ui.Action
	for _, o := range offers {
		if o.Here && above == nil {
			above = providerWays("", []ui.Action{button(o, ui.ActionPrimary)}, p.T("signon.or_password"))
			continue
		}
		under = append(under, button(o, ui.ActionPlain))
	}
	if len(under) > 0 {
		beneath = providerWays(p.T("signon.or"), under, "")
	}
	return above, beneath
}

// identitiesCard shows what opens somebody's account beside the password, and lets them link and unlink. There is none where nothing can be linked.
func identitiesCard(p *i18n.Printer, offers []signon.Offer, identities []signon.Identity) templ.Component {
	if len(offers)+len(identities) == 0 {
		return templ.NopComponent
	}
	names := map[string]string{}
	for _, o := range offers {
		names[o.Key] = o.Name
	}
	table := ui.TableView{Label: p.T("signon.identities"), Columns: []ui.Column{
		{Key: "provider", Label: p.T("signon.column_provider"), Phone: true}, {Key: "identity", Label: p.T("signon.column_identity"), Phone: true}, {Key: "how", Label: p.T("signon.column_how")}, {Key: "used", Label: p.T("signon.column_used")},
	}, Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("signon.identities_none"), Text: p.T("signon.identities_text")}}
	var linked []ui.Option
	for _, i := range identities {
		name := names[i.Provider]
		if name == "" {
			name = i.Provider
		}
		delete(names, i.Provider)
		linked = append(linked, ui.Option{Value: i.Provider, Label: name})
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(name), ui.Text(shownIdentity(i)), ui.Text(p.Message(i.How.Message())), ui.Text(moment(p, i.UsedAt))}})
	}
	var free []ui.Option
	for _, o := range offers {
		if names[o.Key] != "" {
			free = append(free, ui.Option{Value: o.Key, Label: o.Name})
		}
	}
	form := func(id, do, which, label string, kind ui.ActionKind, options []ui.Option) templ.Component {
		if len(options) == 0 {
			return templ.NopComponent
		}
		return below(ui.Form(ui.FormView{ID: id, Action: "/account/identities/" + do, Submit: ui.Action{Label: p.T(label), Kind: kind}, Fields: []ui.Field{
			{Name: "provider", ID: "f-" + id, Kind: ui.FieldSelect, Label: p.T(which), Options: options, Span: 6},
			{Name: "password", ID: "f-" + id + "-password", Kind: ui.FieldPassword, Label: p.T("signon.password"), Autocomplete: "current-password", Optional: true, Hint: p.T("signon.password_hint"), Span: 6}}}))
	}
	return ui.Filled(ui.CardView{ID: "identities", Title: p.T("signon.identities"), Span: 12}, ui.Table(table), form("link", "link", "signon.link_which", "signon.link_do", ui.ActionPlain, free),
		form("unlink", "unlink", "signon.unlink_which", "signon.unlink_do", ui.ActionDanger, linked))
}

// shownIdentity is who somebody is at a provider: the name, if it is known, and the id.
func shownIdentity(i signon.Identity) string {
	if i.Name == "" || i.Name == i.Subject {
		return i.Subject
	}
	return i.Name + " · " + i.Subject
}
