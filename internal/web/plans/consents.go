package plans

import (
	"context"
	"math/big"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/consent"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/tabular"
	"xiaoguan/internal/web/ui"
)

// Consents serves the pages about who knows which plan: one's own plans, the record of a version, and the board of who has none.
type Consents struct {
	consents *consent.Service
	plans    *planbook.Service
	names    Names
	now      func() time.Time
}

// NewConsents returns a Consents.
func NewConsents(consents *consent.Service, plans *planbook.Service, names Names, now func() time.Time) *Consents {
	return &Consents{consents, plans, names, now}
}

// Routes registers the pages.
func (h *Consents) Routes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("GET /my-plans", h.mine)
	handle("GET /my-plans/{version}", h.read)
	handle("POST /my-plans/{version}/accept", h.accept)
	handle("GET /plans/coverage", h.board)
	handle("GET /plans/coverage/export.csv", h.export)
	handle("POST /plans/coverage/paper", h.paper)
	handle("GET /plans/{version}/consent", h.record)
	handle("POST /plans/{version}/consent", h.announce)
}

func (h *Consents) mine(w http.ResponseWriter, r *http.Request) error {
	own, err := h.consents.Mine(r.Context(), access.ActorFrom(r.Context()))
	if err != nil {
		return err
	}
	return ui.Write(w, r, http.StatusOK, minePage(r.Context(), own))
}

// ownOf finds a version among one's own.
func (h *Consents) ownOf(r *http.Request) (o consent.Own, err error) {
	own, err := h.consents.Mine(r.Context(), access.ActorFrom(r.Context()))
	if err != nil {
		return o, err
	}
	for _, o := range own {
		if o.Version.ID == r.PathValue("version") {
			return o, nil
		}
	}
	return o, errs.New(errs.KindNotFound, "planbook.not_found", nil)
}

// read shows the text of one's own plan with the question whether one accepts it.
func (h *Consents) read(w http.ResponseWriter, r *http.Request) error {
	o, err := h.ownOf(r)
	if err != nil {
		return err
	}
	return ui.Write(w, r, http.StatusOK, ownPage(r.Context(), o, proseLang(r), nil))
}

// proseLang is the language that a text is asked in.
func proseLang(r *http.Request) plan.Lang {
	switch asked := plan.Lang(r.FormValue("prose")); {
	case asked == plan.LangZh || asked == plan.LangEn:
		return asked
	case httpx.PrinterFrom(r.Context()).Zh():
		return plan.LangZh
	}
	return plan.LangEn
}

func (h *Consents) accept(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("version")
	_, err := h.consents.Accept(r.Context(), access.ActorFrom(r.Context()), id, r.PostFormValue("hash"))
	if err == nil {
		http.Redirect(w, r, "/my-plans/"+url.PathEscape(id), http.StatusSeeOther)
		return nil
	}
	if !errs.Is(err, errs.KindConflict) {
		return err
	}
	o, loadErr := h.ownOf(r)
	if loadErr != nil {
		return loadErr
	}
	return ui.Write(w, r, httpx.StatusOf(err), ownPage(r.Context(), o, proseLang(r), err))
}

// boardFilter reads what the board is asked for: this month, unless another is named.
func (h *Consents) boardFilter(r *http.Request) (f consent.BoardFilter, err error) {
	f = consent.BoardFilter{Month: calendar.DateOf(h.now()).Month(), Show: consent.Show(r.FormValue("show")), After: r.FormValue("cursor")}
	if text := r.FormValue("month"); text != "" {
		if f.Month, err = calendar.ParseMonth(text); err != nil {
			return f, errs.Invalid("error.invalid", []errs.Field{{Path: "month", Value: text, Message: errs.Msg("form.error.month", nil)}})
		}
	}
	return f, nil
}

func (h *Consents) board(w http.ResponseWriter, r *http.Request) error {
	filter, err := h.boardFilter(r)
	if err != nil {
		return err
	}
	b, err := h.consents.Board(r.Context(), access.ActorFrom(r.Context()), filter)
	if err != nil {
		return err
	}
	return ui.Write(w, r, http.StatusOK, boardPage(r.Context(), access.ActorFrom(r.Context()), b, filter, r.URL.Query()))
}

// paper records a signed sheet and goes back to where one was on the board.
func (h *Consents) paper(w http.ResponseWriter, r *http.Request) error {
	person, err := strconv.ParseInt(r.PostFormValue("person"), 10, 64)
	if err != nil {
		return errs.New(errs.KindNotFound, "consent.no_such_person", nil).Because(err)
	}
	if _, err := h.consents.RecordPaper(r.Context(), access.ActorFrom(r.Context()), r.PostFormValue("version"), person, r.PostFormValue("hash")); err != nil {
		return err
	}
	query := url.Values{}
	for _, name := range []string{"month", "show", "cursor"} {
		if value := r.PostFormValue(name); value != "" {
			query.Set(name, value)
		}
	}
	http.Redirect(w, r, "/plans/coverage?"+query.Encode()+"#coverage", http.StatusSeeOther)
	return nil
}

// export writes all rows of the filter as a file: whom to remind.
func (h *Consents) export(w http.ResponseWriter, r *http.Request) error {
	ctx, p := r.Context(), httpx.PrinterFrom(r.Context())
	filter, err := h.boardFilter(r)
	if err != nil {
		return err
	}
	filter.After, filter.Limit = "", consent.LimitMax
	b, err := h.consents.Board(ctx, access.ActorFrom(ctx), filter)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", httpx.Attachment("plan-coverage-"+b.Month.String()+".csv"))
	out, err := tabular.NewCSV(w)
	if err != nil {
		return err
	}
	head := []tabular.Cell{}
	for _, key := range []string{"key", "name", "team", "level", "plan", "version", "accepted_at"} {
		head = append(head, tabular.Text(p.T("consent."+key)))
	}
	if err := out.Write(head...); err != nil {
		return err
	}
	for {
		if err := writeRows(out, p, b.Rows); err != nil {
			return err
		}
		if b.Next == "" {
			return out.Close()
		}
		filter.After = b.Next
		if b, err = h.consents.Board(ctx, access.ActorFrom(ctx), filter); err != nil {
			return err
		}
	}
}

// writeRows writes a line for each plan of a person, and one for who has none.
func writeRows(out *tabular.CSVWriter, p *i18n.Printer, rows []consent.Row) error {
	for _, row := range rows {
		person := []tabular.Cell{tabular.Text(row.Key), tabular.Text(row.Name), tabular.Text(row.Team), tabular.Text(levelName(p, row.Level))}
		held := row.Held
		if len(held) == 0 {
			held = []consent.Held{{}}
		}
		for _, one := range held {
			version, at := "", ""
			if one.Number > 0 {
				version = "v" + p.Int(int64(one.Number))
			}
			if !one.AcceptedAt.IsZero() {
				at = p.Local(one.AcceptedAt).Format(time.DateTime)
			}
			if err := out.Write(append(person[:len(person):len(person)], tabular.Text(text(p, one.Name)), tabular.Text(version), tabular.Text(at))...); err != nil {
				return err
			}
		}
	}
	return nil
}

// record shows how a version was made known, with the form to put down more.
func (h *Consents) record(w http.ResponseWriter, r *http.Request) error {
	return h.drawRecord(w, r, http.StatusOK, typedAnnouncement{day: calendar.DateOf(h.now()).String()}, nil)
}

// typedAnnouncement is the form as it was typed.
type typedAnnouncement struct{ day, text string }

func (h *Consents) drawRecord(w http.ResponseWriter, r *http.Request, status int, typed typedAnnouncement, failure error) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	version, document, err := h.plans.Get(ctx, actor, r.PathValue("version"))
	if err != nil {
		return err
	}
	all, err := h.consents.Announcements(ctx, actor, version.ID)
	if err != nil {
		return err
	}
	ids := make([]string, len(all))
	for i, a := range all {
		ids[i] = a.ByID
	}
	names, err := h.names.UserNames(ctx, actor, ids)
	if err != nil {
		return err
	}
	s := shown{actor: actor, version: version, document: document, names: names}
	return ui.Write(w, r, status, recordPage(ctx, s, all, typed, failure))
}

func (h *Consents) announce(w http.ResponseWriter, r *http.Request) error {
	typed := typedAnnouncement{strings.TrimSpace(r.PostFormValue("announced_on")), strings.TrimSpace(r.PostFormValue("text"))}
	in := consent.Announce{VersionID: r.PathValue("version"), AnnouncedOn: calendar.NoDate, Text: typed.text}
	if day, err := calendar.ParseDate(typed.day); err == nil {
		in.AnnouncedOn = day
	}
	_, err := h.consents.Announce(r.Context(), access.ActorFrom(r.Context()), in)
	if err == nil {
		http.Redirect(w, r, "/plans/"+url.PathEscape(in.VersionID)+"/consent", http.StatusSeeOther)
		return nil
	}
	if !mendable(err) {
		return err
	}
	return h.drawRecord(w, r, httpx.StatusOf(err), typed, err)
}

// share is a part of a whole; nothing is no share.
func share(part, whole int) *big.Rat {
	if whole == 0 {
		return new(big.Rat)
	}
	return big.NewRat(int64(part), int64(whole))
}

func levelName(p *i18n.Printer, level string) string {
	if key := "plans.layer_" + level; level != "" && p.Has(key) {
		return p.T(key)
	}
	return level
}

// noticed says how long before it took effect a version was announced.
func noticed(ctx context.Context, v planbook.Version, a consent.Announcement) string {
	p := httpx.PrinterFrom(ctx)
	if n := a.NoticeDays(v.Effective); n >= 0 {
		return p.T("consent.notice_before", "Days", n)
	}
	return p.T("consent.notice_after", "Days", -a.NoticeDays(v.Effective))
}
