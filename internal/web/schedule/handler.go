// Package schedule is the pages of the calendar: a week or a month of what is to be done, as a grid on a desk and as a list by day on a phone.
//
// What is on it and whose may be seen is package schedule's to say.
package schedule

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/schedule"
	"xiaoguan/internal/sop"
	"xiaoguan/internal/standard"
	"xiaoguan/internal/web/ui"
)

// Path is where the calendar is.
const Path = "/calendar"

// Standards names the rules whose deadlines are shown.
type Standards interface {
	Current(ctx context.Context, actor access.Actor) (standard.Version, *sop.Standard, error)
}

// Handler serves the pages.
type Handler struct {
	schedule  *schedule.Service
	standards Standards
	work      func() calendar.WorkCalendar
	tls       bool // people come by HTTPS
	now       func() time.Time
}

// New returns a Handler.
func New(service *schedule.Service, standards Standards, work func() calendar.WorkCalendar, tls bool, now func() time.Time) *Handler {
	return &Handler{service, standards, work, tls, now}
}

// Routes registers the pages.
func (h *Handler) Routes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("GET "+Path, h.show)
	h.feedRoutes(handle)
}

const daysOfWeek = 7

// asked is what the address asks for: a week or a month around a day, of whom.
type asked struct {
	month bool
	day   calendar.Date
	whose schedule.Whose
	who   string
}

func (h *Handler) asked(r *http.Request) (a asked) {
	a.month = r.FormValue("view") == "month"
	a.day = calendar.DateOf(h.now())
	if day, err := calendar.ParseDate(r.FormValue("on")); err == nil {
		a.day = day
	}
	switch a.who = r.FormValue("who"); a.who {
	case "all":
		a.whose.All = true
	default:
		a.whose.PersonID, _ = strconv.ParseInt(a.who, 10, 64) // 0, oneself, for what is no number
	}
	return a
}

// monday is the first day of the week of a day.
func monday(d calendar.Date) calendar.Date {
	return d - calendar.Date((int(d.Weekday())+daysOfWeek-1)%daysOfWeek)
}

// days are those that are shown: whole weeks.
func (a asked) days() fact.Days {
	if !a.month {
		return fact.Days{From: monday(a.day), To: monday(a.day) + daysOfWeek - 1}
	}
	month := a.day.Month()
	return fact.Days{From: monday(month.First()), To: monday(month.Last()) + daysOfWeek - 1}
}

func (a asked) address(month bool, on calendar.Date) string {
	v := url.Values{"on": {on.String()}}
	if month {
		v.Set("view", "month")
	}
	if a.who != "" {
		v.Set("who", a.who)
	}
	return Path + "?" + v.Encode()
}

func (h *Handler) show(w http.ResponseWriter, r *http.Request) error { return h.draw(w, r, "") }

// draw shows the calendar, with the link of a feed that was just made.
func (h *Handler) draw(w http.ResponseWriter, r *http.Request, link string) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	a := h.asked(r)
	page, err := h.schedule.View(ctx, actor, a.days(), a.whose)
	if err != nil {
		return err
	}
	_, document, err := h.standards.Current(ctx, actor)
	if err != nil {
		return err
	}
	p := httpx.PrinterFrom(ctx)
	title := p.T("schedule.title")
	view := ui.PageView{Title: title, Subtitle: p.T("schedule.sub"), Current: "calendar"}
	back, ahead := a.day-daysOfWeek, a.day+daysOfWeek
	span := p.Date(page.Days.From) + " – " + p.Date(page.Days.To)
	if a.month {
		back, ahead = (a.day.Month() - 1).First(), (a.day.Month() + 1).First()
		span = p.Month(a.day.Month())
	}
	turn := ui.Beside(
		ui.Button(ui.Action{Label: p.T("schedule.back"), Icon: "chevron-left", Small: true, URL: a.address(a.month, back)}),
		ui.Button(ui.Action{Label: p.T("schedule.today"), Small: true, URL: a.address(a.month, page.Today)}),
		ui.Button(ui.Action{Label: p.T("schedule.ahead"), Icon: "chevron-right", Small: true, URL: a.address(a.month, ahead)}),
		ui.Segment([]ui.Tab{{Label: p.T("schedule.week"), URL: a.address(false, a.day), Current: !a.month}, {Label: p.T("schedule.month"), URL: a.address(true, a.day), Current: a.month}}, p.T("schedule.span")),
	)
	parts := []templ.Component{ui.Across(turn)}
	if len(page.People) > 1 {
		parts = append(parts, ui.Across(ui.Form(whoForm(p, a, page))))
	}
	if page.More {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{Tone: ui.ToneWarn, Strong: p.T("schedule.more"), Text: p.T("schedule.more_text", "Max", schedule.EntriesMax)})))
	}
	if until := h.work().Covered().To - 1; page.Days.To > until {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "beyond", Tone: ui.ToneWarn, Strong: p.T("workdays.beyond"), Text: p.T("workdays.beyond_text", "Until", p.Date(until)), Action: &ui.Action{Label: p.T("workdays.title"), URL: "/work-days"}})))
	}
	parts = append(parts, ui.Filled(ui.CardView{Title: span, Flush: true}, grid(h.daysOf(p, a, page, document))))
	if actor.PersonID != 0 {
		card, err := h.feedCard(ctx, actor, link)
		if err != nil {
			return err
		}
		parts = append(parts, card)
	}
	return ui.Write(w, r, http.StatusOK, ui.Compose(view, parts...))
}

// whoForm chooses whose schedule is shown.
func whoForm(p *i18n.Printer, a asked, page schedule.Page) ui.FormView {
	options := []ui.Option{{Value: "", Label: p.T("schedule.mine"), Selected: a.who == ""}, {Value: "all", Label: p.T("schedule.everybody"), Selected: a.whose.All}}
	for _, person := range page.People {
		id := strconv.FormatInt(person.ID, 10)
		options = append(options, ui.Option{Value: id, Label: person.Name, Selected: a.who == id})
	}
	fields := []ui.Field{{Name: "who", Kind: ui.FieldSelect, Label: p.T("schedule.whose"), Value: a.who, Options: options, Span: 6}, {Name: "on", Kind: ui.FieldHidden, Value: a.day.String()}}
	if a.month {
		fields = append(fields, ui.Field{Name: "view", Kind: ui.FieldHidden, Value: "month"})
	}
	return ui.FormView{ID: "whose", Action: Path, Method: "get", Fields: fields, Submit: ui.Action{Label: p.T("schedule.show"), Small: true}}
}

// dayView is a day as it is drawn; entryView a line of it.
type (
	dayView struct {
		ID, Label, Short string
		Today, Outside   bool
		Nothing          string // said of today, where nothing is arranged
		Mark, MarkKind   string // of a day off, or of a make-up work day
		Entries          []entryView
	}
	entryView struct {
		Icon, Text, Sub, URL, Time string
		Late                       bool
	}
)

// daysOf lays the entries out by day.
func (h *Handler) daysOf(p *i18n.Printer, a asked, page schedule.Page, document *sop.Standard) (days []dayView) {
	next, work := 0, h.work()
	for d := page.Days.From; d <= page.Days.To; d++ {
		day := dayView{ID: d.String(), Label: p.Day(d), Short: shortOf(p, d), Today: d == page.Today, Outside: a.month && d.Month() != a.day.Month()}
		if e, listed := work.Exception(d); listed {
			day.MarkKind = "off"
			if e.Working {
				day.MarkKind = "work"
			}
			day.Mark = strings.TrimSpace(p.T("workdays."+day.MarkKind) + " " + e.Name)
		}
		for ; next < len(page.Entries) && page.Entries[next].Day == d; next++ {
			day.Entries = append(day.Entries, h.entry(p, page, page.Entries[next], document))
		}
		if day.Today && len(day.Entries) == 0 {
			day.Nothing = p.T("schedule.nothing_today")
		}
		days = append(days, day)
	}
	return days
}

// shortOf is the day of the week and of the month.
func shortOf(p *i18n.Printer, d calendar.Date) string {
	_, _, day := d.Civil()
	return p.Weekday(d) + " " + strconv.Itoa(day)
}

var icons = map[schedule.Kind]string{schedule.KindContact: "phone", schedule.KindTask: "list-check", schedule.KindReturnVisit: "heart-handshake", schedule.KindInstalment: "cash", schedule.KindDeadline: "clock", schedule.KindService: "headset"}

func (h *Handler) entry(p *i18n.Printer, page schedule.Page, e schedule.Entry, document *sop.Standard) entryView {
	id := strconv.FormatInt(e.RecordID, 10)
	title := e.Title
	if e.Kind == schedule.KindDeadline {
		if rule := document.Rule(e.RuleID); rule != nil {
			title = rule.Name.En
			if p.Zh() {
				title = rule.Name.Zh
			}
		}
	}
	amount := ""
	if e.Kind == schedule.KindInstalment {
		amount = p.Money(e.AmountMinor, e.Currency)
	}
	v := entryView{Icon: icons[e.Kind], Text: p.T("schedule.kind."+string(e.Kind), "Title", title, "Amount", amount), Sub: e.CustomerName, URL: addressOf(e, id)}
	if !e.At.IsZero() {
		v.Time, v.Late = p.Local(e.At).Format("15:04"), e.At.Before(h.now())
	} else {
		v.Late = e.Day < page.Today
	}
	if page.Whose.All {
		v.Sub = p.Join([]string{e.CustomerName, e.PersonName})
	}
	return v
}

func addressOf(e schedule.Entry, id string) string {
	switch e.Kind {
	case schedule.KindInstalment:
		return "/contracts/" + id
	case schedule.KindService:
		return "/cases/" + id
	case schedule.KindReturnVisit:
		return "/visits/" + id
	case schedule.KindDeadline:
		return "/opportunities/" + id
	}
	if e.CaseID != 0 {
		return "/opportunities/" + strconv.FormatInt(e.CaseID, 10)
	}
	return "/today"
}
