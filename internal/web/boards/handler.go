// Package boards is the pages of live boards: a board with its tiles, which follow the facts by themselves; the list of boards; the editor of tiles; a board
// on a wall; what is taken along as Excel, PDF and picture; and alerts.
//
// What numbers mean is package metric's to say, which tiles there are package board's.
package boards

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/board"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decision"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/money"
	"xiaoguan/internal/web/ui"
)

// The addresses.
const (
	Path       = "/board"
	listPath   = "/boards"
	alertsPath = listPath + "/alerts"
)

// Services are what the pages work with.
type Services struct {
	Boards   *board.Service
	Beacon   *Beacon // nil: pages do not follow by themselves
	Company  func() string
	Currency func() money.Currency
	Now      func() time.Time
}

// Handler serves the pages.
type Handler struct{ Services }

// New returns a Handler.
func New(services Services) *Handler { return &Handler{services} }

// Routes registers the pages.
func (h *Handler) Routes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("GET "+Path, h.show)
	handle("GET "+Path+"/{id}", h.show)
	handle("GET "+Path+"/{id}/tiles", h.tiles)
	handle("GET "+Path+"/{id}/events", h.events)
	handle("GET "+Path+"/{id}/tv", h.wall)
	handle("GET "+Path+"/{id}/board.xlsx", h.workbook)
	handle("GET "+Path+"/{id}/board.pdf", h.document)
	handle("GET "+Path+"/{id}/board.svg", h.picture)
	handle("GET "+listPath, h.list)
	handle("GET "+rowsPath, h.rows)
	handle("POST "+listPath, h.copy)
	handle("POST "+listPath+"/begin", h.begin)
	handle("GET "+Path+"/{id}/edit", h.edit)
	handle("POST "+Path+"/{id}", h.save)
	handle("POST "+Path+"/{id}/tiles", h.add)
	handle("POST "+Path+"/{id}/arrange", h.arrange)
	handle("POST "+Path+"/{id}/remove", h.remove)
	handle("GET "+alertsPath, h.alerts)
	handle("POST "+alertsPath, h.addAlert)
	handle("GET "+alertsPath+"/{id}", h.alert)
	handle("POST "+alertsPath+"/{id}/remove", h.removeAlert)
}

// Quiet reports whether a request is a page's own, and no sign that somebody is there: a board left open keeps nobody signed in.
func Quiet(path string) bool {
	return strings.HasPrefix(path, Path+"/") && (strings.HasSuffix(path, "/events") || strings.HasSuffix(path, "/tiles"))
}

// askOf reads what is asked of a board from an address.
func askOf(r *http.Request) (ask board.Ask, err error) {
	ask = board.Ask{Board: r.PathValue("id"), Span: metric.PeriodKind(r.FormValue("span"))}
	var wrong []errs.Field
	if ask.Place, err = board.ParsePlace(r.FormValue("place")); err != nil {
		return ask, err
	}
	if text := r.FormValue("month"); text != "" {
		if ask.Month, err = calendar.ParseMonth(text); err != nil {
			wrong = append(wrong, errs.Field{Path: "month", Value: text, Message: errs.Msg("board.bad_month", nil)})
		}
	}
	if text := r.FormValue("as-of"); text != "" {
		day, err := calendar.ParseDate(text)
		if err != nil {
			wrong = append(wrong, errs.Field{Path: "as-of", Value: text, Message: errs.Msg("board.bad_as_of", nil)})
		}
		ask.Recorded = (day + 1).Time().Add(-time.Second)
		if zone := httpx.PrinterFrom(r.Context()).Zone(); zone != nil {
			year, month, of := day.Civil()
			ask.Recorded = time.Date(year, month, of, 23, 59, 59, 0, zone)
		}
	}
	return ask, errs.Invalid("error.invalid", wrong)
}

// queryOf writes what was asked as an address holds it; what is usual is left out.
func queryOf(ask board.Ask, now time.Time) url.Values {
	q := url.Values{}
	if text := board.PlaceText(ask.Place); text != "" {
		q.Set("place", text)
	}
	if ask.Month != calendar.DateOf(now).Month() {
		q.Set("month", ask.Month.String())
	}
	if ask.Span != metric.Month {
		q.Set("span", string(ask.Span))
	}
	if !ask.Recorded.IsZero() {
		q.Set("as-of", calendar.DateOf(ask.Recorded).String())
	}
	return q
}

// addressOf is an address with some values of its query changed; an empty value takes one away.
func addressOf(path string, q url.Values, change ...string) string {
	for i := 0; i+1 < len(change); i += 2 {
		q.Del(change[i])
		if change[i+1] != "" {
			q.Set(change[i], change[i+1])
		}
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// read reads the board that is asked for.
func (h *Handler) read(r *http.Request) (d drawing, err error) {
	ask, err := askOf(r)
	if err != nil {
		return d, err
	}
	actor := access.ActorFrom(r.Context())
	d = drawing{words: words{p: httpx.PrinterFrom(r.Context()), currency: h.Currency(), now: h.Now()}, self: actor.PersonID, all: r.FormValue("all") != "", reads: actor.Can(access.PermSalesRead), logs: decision.MayLog(actor)}
	d.shown, err = h.Boards.Show(r.Context(), actor, ask)
	return d, err
}

func (h *Handler) show(w http.ResponseWriter, r *http.Request) error {
	d, err := h.read(r)
	if err != nil {
		return err
	}
	view := ui.PageView{Title: d.title(d.shown.Board), Current: "board", Crumbs: d.crumbs(), Actions: d.actions(access.ActorFrom(r.Context())), Subtitle: d.subtitle(), Scripts: []string{"board.js"}}
	at := d.shown.Board.ID
	follow := live{Events: Path + "/" + at + "/events", Tiles: d.address()}
	follow.Tiles = addressOf(Path+"/"+at+"/tiles", d.query(), "all", r.FormValue("all"))
	if h.Beacon == nil || !d.shown.Ask.Recorded.IsZero() {
		follow.Events = ""
	}
	share := []ui.Link{{Label: d.p.T("board.excel"), Icon: "table-export", URL: addressOf(Path+"/"+at+"/board.xlsx", d.query())}, {Label: d.p.T("board.pdf"), Icon: "file-text", URL: addressOf(Path+"/"+at+"/board.pdf", d.query())},
		{Label: d.p.T("board.picture"), Icon: "photo", URL: addressOf(Path+"/"+at+"/board.svg", d.query()), Script: "picture"}, {Label: d.p.T("board.print"), Icon: "printer", URL: d.address(), Script: "print"}}
	parts := []templ.Component{ui.Across(toolbar(d.tools())), ui.Across(board_(follow, ui.Region(ui.Grid(append(d.notes(), d.parts()...)...)))), ui.Across(ui.Menu("share", d.p.T("board.take_along"), share))}
	return ui.Write(w, r, http.StatusOK, ui.Compose(view, parts...))
}

// tiles is the inside of a board, for itself.
func (h *Handler) tiles(w http.ResponseWriter, r *http.Request) error {
	d, err := h.read(r)
	if err != nil {
		return err
	}
	d.wall = r.FormValue("wall") != ""
	if d.wall {
		return ui.Write(w, r, http.StatusOK, ui.Region(wallInside(d.wallView())))
	}
	return ui.Write(w, r, http.StatusOK, ui.Region(ui.Grid(append(d.notes(), d.parts()...)...)))
}

// crumbs is the way from the top of what the reader reaches down to the place.
func (d drawing) crumbs() (list []ui.Crumb) {
	for i, p := range d.shown.Path {
		crumb := ui.Crumb{Label: d.place(p)}
		if i < len(d.shown.Path)-1 {
			crumb.URL = d.address("place", board.PlaceText(p))
		}
		if i == 0 {
			crumb.Icon = "building"
		}
		list = append(list, crumb)
	}
	if len(list) == 1 && list[0].Label == "" {
		return nil
	}
	return list
}

// subtitle says of when the numbers are.
func (d drawing) subtitle() string {
	text := d.period(d.shown.Period)
	if d.shown.Period.ToDate && d.shown.WorkDays > 0 {
		text += " · " + d.p.Workday(d.shown.Elapsed, d.shown.WorkDays)
	}
	if !d.shown.Ask.Recorded.IsZero() {
		text += " · " + d.p.T("board.recorded_by", "On", calendar.DateOf(d.p.Local(d.shown.Ask.Recorded)))
	}
	return text
}

func (d drawing) actions(actor access.Actor) []ui.Action {
	b := d.shown.Board
	list := []ui.Action{{Label: d.p.T("board.tv"), Icon: "presentation", URL: addressOf(Path+"/"+b.ID+"/tv", d.query()), DeskOnly: true}, {Label: d.p.T("board.take_along"), Icon: "download", Popover: "share"}}
	if !b.Shipped && b.OwnerID == actor.UserID {
		list = append(list, ui.Action{Label: d.p.T("board.edit"), Icon: "pencil", URL: Path + "/" + b.ID + "/edit"})
	}
	return append(list, ui.Action{Label: d.p.T("board.all_boards"), Icon: "dashboard", URL: listPath})
}

// notes are what must be known before the numbers are read.
func (d drawing) notes() (parts []templ.Component) {
	note := func(tone ui.Tone, strong, text string) {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{Tone: tone, Strong: strong, Text: text})))
	}
	if d.shown.Narrowed {
		note(ui.ToneBrand, d.p.T("board.narrowed"), d.p.T("board.narrowed_text", "Place", d.place(d.shown.Ask.Place), "Count", d.shown.Missing))
	}
	if d.shown.Behind {
		note(ui.ToneWarn, d.p.T("board.counting"), d.p.T("board.counting_text"))
	}
	return parts
}
