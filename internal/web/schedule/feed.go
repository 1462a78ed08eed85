package schedule

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/schedule"
	"xiaoguan/internal/sop"
	"xiaoguan/internal/web/ui"
)

// FeedPath is what calendars subscribe to: the token in its address is all they have.
const FeedPath = "/calendar.ics"

const (
	makeFeedPath = Path + "/feed"
	dropFeedPath = Path + "/feed/drop"
)

func (h *Handler) feedRoutes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("POST "+makeFeedPath, h.makeFeed)
	handle("POST "+dropFeedPath, h.dropFeed)
	handle("GET "+FeedPath, h.feed)
}

// feedCard lets people subscribe; link is that of a feed that was just made, shown once.
func (h *Handler) feedCard(ctx context.Context, actor access.Actor, link string) (templ.Component, error) {
	p := httpx.PrinterFrom(ctx)
	since, err := h.schedule.FeedSince(ctx, actor)
	if err != nil {
		return nil, err
	}
	card := ui.CardView{ID: "feed", Title: p.T("schedule.feed"), Sub: p.T("schedule.feed_text")}
	renew := ui.Button(ui.Action{Label: p.T("schedule.feed_make"), Icon: "calendar", Post: true, URL: makeFeedPath})
	if since.IsZero() {
		return ui.Filled(card, renew), nil
	}
	drop := ui.Button(ui.Action{Label: p.T("schedule.feed_drop"), Icon: "trash", Post: true, URL: dropFeedPath})
	if link == "" {
		note := ui.Note{Tone: ui.ToneBrand, Strong: p.T("schedule.feed_since", "Day", p.Local(since).Format(time.DateOnly)), Text: p.T("schedule.feed_renew")}
		return ui.Filled(card, ui.NoteOf(note), ui.Beside(renew, drop)), nil
	}
	note := ui.Note{ID: "feed-made", Tone: ui.ToneGood, Strong: p.T("schedule.feed_made"), Text: p.T("schedule.feed_once")}
	return ui.Filled(card, ui.NoteOf(note), ui.Form(ui.FormView{ID: "feed-link", Method: "get", Action: Path, Fields: []ui.Field{{Name: "link", Label: p.T("schedule.feed_link"), Value: link, ReadOnly: true, Optional: true}}, Submit: ui.Action{Label: p.T("schedule.feed_done"), Small: true}}), ui.Beside(drop)), nil
}

func (h *Handler) makeFeed(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	token, err := h.schedule.MakeFeed(ctx, access.ActorFrom(ctx))
	if err != nil {
		return err
	}
	scheme := "http"
	if h.tls || r.TLS != nil {
		scheme = "https"
	}
	link := url.URL{Scheme: scheme, Host: r.Host, Path: FeedPath, RawQuery: url.Values{"t": {token}, "lang": {string(httpx.PrinterFrom(ctx).Lang())}}.Encode()}
	return h.draw(w, r, link.String())
}

func (h *Handler) dropFeed(w http.ResponseWriter, r *http.Request) error {
	if err := h.schedule.DropFeed(r.Context(), access.ActorFrom(r.Context())); err != nil && !errs.Is(err, errs.KindNotFound) {
		return err
	}
	http.Redirect(w, r, Path, http.StatusSeeOther)
	return nil
}

// feed answers a calendar, which has no session.
func (h *Handler) feed(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	page, actor, err := h.schedule.Follow(ctx, r.FormValue("t"))
	if err != nil {
		return err
	}
	_, document, err := h.standards.Current(ctx, actor)
	if err != nil {
		return err
	}
	p := httpx.PrinterFrom(ctx)
	if lang := i18n.Lang(r.FormValue("lang")); lang == i18n.ZhCN || lang == i18n.En {
		p = p.As(lang)
	}
	head := w.Header()
	head.Set("Content-Type", "text/calendar; charset=utf-8")
	head.Set("Cache-Control", "no-store")
	head.Set("X-Robots-Tag", "noindex")
	_, err = w.Write([]byte(h.calendarText(p, page, document)))
	return err
}

// A line of a calendar file is so many bytes long at most; a clock takes so long in it.
const (
	lineBytes = 75
	clockSpan = 30 * time.Minute
)

// calendarText writes the entries as RFC 5545 has them: whole days, or half an hour up to a deadline.
func (h *Handler) calendarText(p *i18n.Printer, page schedule.Page, document *sop.Standard) string {
	var s strings.Builder
	line := func(name, value string) { s.WriteString(fold(name + ":" + value)) }
	line("BEGIN", "VCALENDAR")
	line("VERSION", "2.0")
	line("PRODID", "-//Xiaoguan//calendar//ZH")
	line("X-WR-CALNAME", escapeText(p.T("schedule.feed_name")))
	stamp := h.now().UTC().Format("20060102T150405Z")
	for _, e := range page.Entries {
		v := h.entry(p, page, e, document)
		line("BEGIN", "VEVENT")
		line("UID", string(e.Kind)+"-"+strconv.FormatInt(e.RecordID, 10)+e.RuleID+"@xiaoguan")
		line("DTSTAMP", stamp)
		if e.At.IsZero() {
			y, m, d := e.Day.Civil()
			line("DTSTART;VALUE=DATE", fmt.Sprintf("%04d%02d%02d", y, int(m), d))
		} else {
			line("DTSTART", e.At.Add(-clockSpan).UTC().Format("20060102T150405Z"))
			line("DTEND", e.At.UTC().Format("20060102T150405Z"))
		}
		line("SUMMARY", escapeText(v.Text))
		if v.Sub != "" {
			line("DESCRIPTION", escapeText(v.Sub))
		}
		line("END", "VEVENT")
	}
	line("END", "VCALENDAR")
	return s.String()
}

// escapeText makes a text one of a calendar file.
func escapeText(text string) string {
	return strings.NewReplacer("\\", "\\\\", ";", "\\;", ",", "\\,", "\r", "", "\n", "\\n").Replace(text)
}

// fold breaks a line where it is too long, between characters.
func fold(line string) string {
	var s strings.Builder
	width := 0
	for _, r := range line {
		n := utf8.RuneLen(r)
		if n < 0 {
			continue
		}
		if width+n > lineBytes {
			s.WriteString("\r\n ")
			width = 1
		}
		s.WriteRune(r)
		width += n
	}
	s.WriteString("\r\n")
	return s.String()
}
