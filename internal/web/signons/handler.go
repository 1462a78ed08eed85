// Package signons is the administrator's pages of single sign-on: the providers, whether they work, and whose identities open which accounts.
package signons

import (
	"encoding/csv"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/signon"
	"xiaoguan/internal/web/ui"
)

// Path is the list of providers; a provider's page lies below it.
const Path = "/sign-on"

const (
	newPath   = "/new-sign-on"
	linksPath = "/sign-on-links"
)

// Handler serves the pages.
type Handler struct {
	service *signon.Service
	public  func() string
	tls     bool
}

// New returns a Handler. public is the address under which the world finds the installation; empty: not said.
func New(service *signon.Service, public func() string, tls bool) *Handler {
	return &Handler{service: service, public: public, tls: tls}
}

// Routes registers the pages.
func (h *Handler) Routes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("GET "+Path, h.list)
	handle("GET "+newPath, h.fresh)
	handle("POST "+Path, h.create)
	handle("GET "+Path+"/{provider}", h.show)
	handle("POST "+Path+"/{provider}", h.save)
	handle("POST "+Path+"/{provider}/try", h.try)
	handle("POST "+Path+"/{provider}/delete", h.remove)
	handle("POST "+linksPath, h.links)
}

// mendable reports whether an error belongs beside the form it comes from.
func mendable(err error) bool {
	kind := errs.KindOf(err)
	return kind == errs.KindInvalid || kind == errs.KindConflict
}

func (h *Handler) list(w http.ResponseWriter, r *http.Request) error {
	return h.drawList(w, r, http.StatusOK, "", nil)
}

func (h *Handler) drawList(w http.ResponseWriter, r *http.Request, status int, typed string, failed error) error {
	actor := access.ActorFrom(r.Context())
	providers, err := h.service.List(r.Context(), actor)
	if err != nil {
		return err
	}
	return ui.Write(w, r, status, listPage(r, actor, providers, typed, failed))
}

// fresh shows the form of a new provider with what is usual.
func (h *Handler) fresh(w http.ResponseWriter, r *http.Request) error {
	if err := access.ActorFrom(r.Context()).RequireAll(access.PermUsersWrite); err != nil {
		return err
	}
	kind := signon.Kind(r.FormValue("kind"))
	if kind.Factors() == nil {
		kind = signon.KindOIDC
	}
	p := httpx.PrinterFrom(r.Context())
	in := signon.Entry{Key: string(kind), Settings: signon.Settings{Kind: kind, Name: p.Message(kind.Message()), Match: signon.MatchNone, Factors: signon.FactorsOne, Claim: "sub", Active: true}}
	if claims := kind.Claims(); len(claims) > 0 {
		in.Claim = claims[0]
	}
	return h.draw(w, r, view{entry: in})
}

// view is what the page of a provider shows: what is kept, what was typed, and why it was not kept or does not work.
type view struct {
	kept            signon.Provider
	entry           signon.Entry
	failed, untried error
	redirect        string
	public          bool
}

func (h *Handler) draw(w http.ResponseWriter, r *http.Request, v view) error {
	status := http.StatusOK
	for _, err := range []error{v.failed, v.untried} {
		if err != nil {
			status = httpx.StatusOf(err)
		}
	}
	v.public = h.public() != ""
	v.redirect = httpx.Origin(r, h.public(), h.tls) + signon.CallbackPath(v.entry.Key)
	return ui.Write(w, r, status, providerPage(r, access.ActorFrom(r.Context()), v))
}

func (h *Handler) show(w http.ResponseWriter, r *http.Request) error {
	kept, err := h.service.Get(r.Context(), access.ActorFrom(r.Context()), r.PathValue("provider"))
	if err != nil {
		return err
	}
	return h.draw(w, r, view{kept: kept, entry: entryOf(kept)})
}

func entryOf(p signon.Provider) signon.Entry {
	return signon.Entry{Key: p.Key, Settings: p.Settings, Spare: p.Spare, Revision: p.Revision}
}

// typed reads the form.
func typed(r *http.Request) signon.Entry {
	value := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	ticked := func(name string) bool { return value(name) != "" }
	revision, _ := strconv.ParseInt(value("revision"), 10, 64) // what is none was not seen
	in := signon.Entry{Key: value("key"), Spare: value("spare"), Revision: revision, Settings: signon.Settings{
		Kind: signon.Kind(value("kind")), Name: value("name"), Issuer: value("issuer"), ClientID: value("client_id"), AgentID: value("agent_id"), Claim: value("claim"),
		Organisations: strings.FieldsFunc(value("organisations"), func(c rune) bool { return strings.ContainsRune(",，;；、 \n\r\t", c) }),
		Addresses:     signon.Addresses{Login: value("login_address"), Inside: value("inside_address"), API: value("api_address")},
		Match:         signon.Match(value("match")), Factors: signon.Factors(value("factors")), Create: ticked("create"), Contact: value("contact"), Exclusive: ticked("exclusive"), Active: ticked("active"),
	}}
	if secret := value("secret"); secret != "" {
		in.Secret = &secret
	}
	return in
}

func (h *Handler) create(w http.ResponseWriter, r *http.Request) error {
	in := typed(r)
	in.Revision = 0
	kept, err := h.service.Save(r.Context(), access.ActorFrom(r.Context()), in)
	if err != nil {
		if !mendable(err) {
			return err
		}
		return h.draw(w, r, view{entry: in, failed: err})
	}
	http.Redirect(w, r, Path+"/"+url.PathEscape(kept.Key)+"?saved=1", http.StatusSeeOther)
	return nil
}

func (h *Handler) save(w http.ResponseWriter, r *http.Request) error {
	ctx, actor, in := r.Context(), access.ActorFrom(r.Context()), typed(r)
	in.Key = r.PathValue("provider")
	_, err := h.service.Save(ctx, actor, in)
	if err == nil {
		http.Redirect(w, r, Path+"/"+url.PathEscape(in.Key)+"?saved=1", http.StatusSeeOther)
		return nil
	}
	if !mendable(err) {
		return err
	}
	kept, failed := h.service.Get(ctx, actor, in.Key)
	if failed != nil {
		return failed
	}
	in.Kind = kept.Kind
	return h.draw(w, r, view{kept: kept, entry: in, failed: err})
}

// try connects now and says what is wrong.
func (h *Handler) try(w http.ResponseWriter, r *http.Request) error {
	ctx, actor, key := r.Context(), access.ActorFrom(r.Context()), r.PathValue("provider")
	err := h.service.Try(ctx, actor, key, httpx.Origin(r, h.public(), h.tls))
	if err == nil {
		http.Redirect(w, r, Path+"/"+url.PathEscape(key)+"?tried=1", http.StatusSeeOther)
		return nil
	}
	if !mendable(err) {
		return err
	}
	kept, failed := h.service.Get(ctx, actor, key)
	if failed != nil {
		return failed
	}
	return h.draw(w, r, view{kept: kept, entry: entryOf(kept), untried: err})
}

func (h *Handler) remove(w http.ResponseWriter, r *http.Request) error {
	ctx, actor, key := r.Context(), access.ActorFrom(r.Context()), r.PathValue("provider")
	revision, _ := strconv.ParseInt(r.PostFormValue("revision"), 10, 64) // what is none was not seen
	err := h.service.Delete(ctx, actor, key, revision)
	if err == nil {
		http.Redirect(w, r, Path+"?deleted=1", http.StatusSeeOther)
		return nil
	}
	if !mendable(err) {
		return err
	}
	kept, failed := h.service.Get(ctx, actor, key)
	if failed != nil {
		return failed
	}
	return h.draw(w, r, view{kept: kept, entry: entryOf(kept), failed: err})
}

// links enters many identities at once, from the field or a file.
func (h *Handler) links(w http.ResponseWriter, r *http.Request) error {
	text := r.FormValue("text") // reads a form with a file, too
	if file, _, err := r.FormFile("file"); err == nil {
		content, err := io.ReadAll(file)
		if err = errors.Join(err, file.Close()); err != nil {
			return err
		}
		if len(content) > 0 {
			text = string(content)
		}
	}
	rows, err := rowsOf(text)
	var added int64
	if err == nil {
		added, err = h.service.Import(r.Context(), access.ActorFrom(r.Context()), rows)
	}
	if err == nil {
		http.Redirect(w, r, Path+"?imported="+strconv.FormatInt(added, 10), http.StatusSeeOther)
		return nil
	}
	if !mendable(err) {
		return err
	}
	return h.drawList(w, r, httpx.StatusOf(err), text, err)
}

// headings are what the first column may be called in a heading.
var headings = []string{"login", "登录名", "账号"}

// rowsOf reads lines of log-in, provider and subject, with commas or tabs. Empty lines count, so that the number of a row is that of its line.
func rowsOf(text string) (rows []signon.NewIdentity, err error) {
	text = strings.TrimPrefix(text, "\ufeff")
	reader := csv.NewReader(strings.NewReader(text))
	if strings.Contains(text, "\t") && !strings.Contains(text, ",") {
		reader.Comma = '\t'
	}
	reader.FieldsPerRecord, reader.TrimLeadingSpace = -1, true
	var wrong []errs.Field
	for {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return rows, errs.Invalid("signon.rows_wrong", wrong)
		}
		if err != nil {
			return nil, errs.Invalid("error.invalid", []errs.Field{{Path: "text", Message: errs.Msg("signon.file_bad", nil)}})
		}
		if len(rows) == 0 && len(wrong) == 0 && isHeading(record[0]) {
			continue
		}
		if len(record) != 3 {
			line, _ := reader.FieldPos(0)
			wrong = append(wrong, errs.Field{Path: "rows[" + strconv.Itoa(line-1) + "]", Message: errs.Msg("signon.row_bad", nil)})
			continue
		}
		rows = append(rows, signon.NewIdentity{Login: strings.TrimSpace(record[0]), Provider: strings.TrimSpace(record[1]), Subject: strings.TrimSpace(record[2])})
	}
}

func isHeading(first string) bool {
	for _, heading := range headings {
		if strings.EqualFold(strings.TrimSpace(first), heading) {
			return true
		}
	}
	return false
}
