// Package notices is the pages of messages: one's own, what one wants to be told, and for administrators what goes out and where to.
package notices

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/mail"
	"xiaoguan/internal/notice"
	"xiaoguan/internal/web/ui"
)

// BellPath is where an open page asks for the bell anew. Asking is no sign that somebody is there.
const BellPath = "/notices/bell"

// Handler serves the pages.
type Handler struct {
	notices *notice.Service
	mails   *mail.Service
}

// New returns a Handler.
func New(notices *notice.Service) *Handler { return &Handler{notices: notices} }

// Routes registers the pages.
func (h *Handler) Routes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("GET /notices", h.list)
	handle("GET "+BellPath, h.bell)
	handle("POST /notices/read", h.read)
	handle("GET /notices/settings", h.settings)
	handle("POST /notices/settings", h.saveSettings)
	handle("GET /notices/{id}", h.open)
	handle("GET /deliveries", h.deliveries)
	handle("GET "+mailURL, h.mailConnection)
	handle("POST "+mailURL, h.saveMail)
	handle("POST "+mailURL+"/try", h.tryMail)
	handle("GET /webhooks", h.hooks)
	handle("GET /webhooks/new", h.newHook)
	handle("POST /webhooks", h.createHook)
	handle("GET /webhooks/{hook}", h.hook)
	handle("POST /webhooks/{hook}/{act}", h.actOnHook)
}

func (h *Handler) list(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	filter := notice.Filter{Show: notice.Show(r.FormValue("show")), Group: notice.Group(r.FormValue("group")), After: r.FormValue("cursor")}
	page, err := h.notices.List(ctx, access.ActorFrom(ctx), filter)
	if err != nil {
		return err
	}
	return ui.Write(w, r, http.StatusOK, listPage(ctx, page, filter, r.URL.Query()))
}

// bell answers nothing while the count is the one that the page shows, and to who is not signed in any more: what is being typed there must
// not be taken away by a page that leads to sign-in.
func (h *Handler) bell(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	w.Header().Set("Cache-Control", "no-store")
	counts, err := h.notices.Counts(ctx, access.ActorFrom(ctx))
	if err != nil && !errs.Is(err, errs.KindUnauthenticated) {
		return err
	}
	if err != nil || r.FormValue("seen") == strconv.FormatInt(counts.Unread, 10) {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	return ui.Write(w, r, http.StatusOK, ui.BellOf(ui.Bell{URL: "/notices", Source: BellPath, Unread: int(counts.Unread)}))
}

// open leads to what a message is about.
func (h *Handler) open(w http.ResponseWriter, r *http.Request) error {
	n, err := h.notices.Open(r.Context(), access.ActorFrom(r.Context()), r.PathValue("id"))
	if err != nil {
		return err
	}
	http.Redirect(w, r, notice.Path(n.Kind, n.Subject), http.StatusSeeOther)
	return nil
}

// read marks one message, or all, and comes back to the list as it was.
func (h *Handler) read(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	var err error
	if id := r.PostFormValue("id"); id != "" {
		_, err = h.notices.MarkRead(ctx, actor, []string{id})
	} else {
		_, err = h.notices.MarkAllRead(ctx, actor)
	}
	if err != nil {
		return err
	}
	back := url.Values{}
	for _, name := range []string{"show", "group", "cursor"} {
		if value := r.PostFormValue(name); value != "" {
			back.Set(name, value)
		}
	}
	http.Redirect(w, r, ui.URLWith("/notices", back), http.StatusSeeOther)
	return nil
}

func (h *Handler) settings(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	own, err := h.notices.Settings(ctx, access.ActorFrom(ctx))
	if err != nil {
		return err
	}
	return ui.Write(w, r, http.StatusOK, settingsPage(ctx, own, r.FormValue("saved") != "", nil))
}

// saveSettings reads what is ticked: what is not is turned off.
func (h *Handler) saveSettings(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	if err := r.ParseForm(); err != nil {
		return errs.New(errs.KindInvalid, "error.invalid", nil).Because(err)
	}
	wanted := notice.Settings{Digest: notice.Digest(r.PostForm.Get("digest"))}
	for _, rule := range notice.Rules {
		if rule.Kind.Mutable() && !slices.Contains(r.PostForm["kind"], string(rule.Kind)) {
			wanted.Muted = append(wanted.Muted, rule.Kind)
		}
	}
	if _, err := h.notices.SaveSettings(ctx, access.ActorFrom(ctx), wanted); err != nil {
		if !errs.Is(err, errs.KindInvalid) {
			return err
		}
		return ui.Write(w, r, httpx.StatusOf(err), settingsPage(ctx, wanted, false, err))
	}
	http.Redirect(w, r, "/notices/settings?saved=1", http.StatusSeeOther)
	return nil
}

func (h *Handler) deliveries(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	filter := notice.DeliveryFilter{State: notice.DeliveryState(r.FormValue("state")), Channel: notice.Channel(r.FormValue("channel")), After: r.FormValue("cursor")}
	page, err := h.notices.Deliveries(ctx, actor, filter)
	if err != nil {
		return err
	}
	hooks, err := h.notices.Hooks(ctx, actor)
	if err != nil {
		return err
	}
	return ui.Write(w, r, http.StatusOK, deliveriesPage(ctx, page, hooks, filter, r.URL.Query()))
}

func (h *Handler) hooks(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	hooks, err := h.notices.Hooks(ctx, access.ActorFrom(ctx))
	if err != nil {
		return err
	}
	return ui.Write(w, r, http.StatusOK, hooksPage(ctx, hooks))
}

func (h *Handler) newHook(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	if err := access.ActorFrom(ctx).Require(access.PermSettingsWrite); err != nil {
		return err
	}
	return ui.Write(w, r, http.StatusOK, newHookPage(ctx, notice.KeepHook{Active: true, Kinds: notice.Broadcasts, Format: notice.FormatWeCom, Lang: httpx.PrinterFrom(ctx).Lang()}, nil))
}

func typedHook(r *http.Request) notice.KeepHook {
	in := notice.KeepHook{ID: r.PathValue("hook"), Name: r.PostFormValue("name"), URL: r.PostFormValue("url"), Active: r.PostFormValue("active") != "",
		Format: notice.Format(r.PostFormValue("format")), Lang: i18n.Lang(r.PostFormValue("lang"))}
	if secret := r.PostFormValue("bot_secret"); secret != "" || r.PostFormValue("forget") != "" {
		in.BotSecret = &secret
	}
	in.Kinds = r.PostForm["kinds"] // PostFormValue has read the form
	in.Revision, _ = strconv.ParseInt(r.PostFormValue("seen"), 10, 64)
	return in
}

func mendable(err error) bool {
	kind := errs.KindOf(err)
	return kind == errs.KindInvalid || kind == errs.KindConflict
}

func (h *Handler) createHook(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	in := typedHook(r)
	made, err := h.notices.KeepHook(ctx, access.ActorFrom(ctx), in)
	if err != nil {
		if !mendable(err) {
			return err
		}
		return ui.Write(w, r, httpx.StatusOf(err), newHookPage(ctx, in, err))
	}
	http.Redirect(w, r, "/webhooks/"+url.PathEscape(made.ID), http.StatusSeeOther)
	return nil
}

func (h *Handler) hook(w http.ResponseWriter, r *http.Request) error {
	return h.drawHook(w, r, nil, nil)
}

func (h *Handler) drawHook(w http.ResponseWriter, r *http.Request, typed *notice.KeepHook, failure error) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	hooks, err := h.notices.Hooks(ctx, actor)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(hooks, func(k notice.Hook) bool { return k.ID == r.PathValue("hook") })
	if at < 0 {
		return errs.New(errs.KindNotFound, "notice.hook_missing", nil)
	}
	s := shownHook{hook: hooks[at], tried: r.FormValue("tried") != "", failure: failure}
	s.typed = notice.KeepHook{ID: s.hook.ID, Name: s.hook.Name, URL: s.hook.URL, Kinds: s.hook.Kinds, Active: s.hook.Active, Revision: s.hook.Revision,
		Format: s.hook.Format, Lang: s.hook.Lang}
	if typed != nil {
		s.typed = *typed
	}
	if !s.hook.Format.Bot() {
		if s.secret, err = h.notices.HookSecret(ctx, actor, s.hook.ID); err != nil {
			return err
		}
	}
	if s.page, err = h.notices.Deliveries(ctx, actor, notice.DeliveryFilter{HookID: s.hook.ID, Limit: 20}); err != nil {
		return err
	}
	status := http.StatusOK
	if failure != nil {
		status = httpx.StatusOf(failure)
	}
	w.Header().Set("Cache-Control", "no-store")
	return ui.Write(w, r, status, hookPage(ctx, s))
}

func (h *Handler) actOnHook(w http.ResponseWriter, r *http.Request) error {
	ctx, actor, id := r.Context(), access.ActorFrom(r.Context()), r.PathValue("hook")
	next := "/webhooks/" + url.PathEscape(id)
	var typed *notice.KeepHook
	var err error
	switch r.PathValue("act") {
	case "change":
		in := typedHook(r)
		typed = &in
		_, err = h.notices.KeepHook(ctx, actor, in)
	case "renew":
		_, err = h.notices.RenewHookSecret(ctx, actor, id)
	case "try":
		err = h.notices.TryHook(ctx, actor, id)
		next += "?tried=1"
	case "delete":
		err = h.notices.DeleteHook(ctx, actor, id)
		next = "/webhooks"
	default:
		return errs.New(errs.KindNotFound, "error.not_found", nil)
	}
	if err != nil {
		if !mendable(err) {
			return err
		}
		return h.drawHook(w, r, typed, err)
	}
	http.Redirect(w, r, next, http.StatusSeeOther)
	return nil
}
