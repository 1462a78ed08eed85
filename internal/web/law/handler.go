// Package law is the pages of the law guard: the warnings of a month, its rules with their sources, minimum wages and cities, and people's fixed
// pay and work city.
//
// What the law asks, and who may see and change what, is package lawguard's; these pages show and ask.
package law

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/lawguard"
	"xiaoguan/internal/money"
	"xiaoguan/internal/web/ui"
)

// Names finds the names of users by id, for the actor.
type Names interface {
	UserNames(ctx context.Context, actor access.Actor, ids []string) (map[string]string, error)
}

// Handler serves the pages.
type Handler struct {
	guard *lawguard.Service
	names Names
}

// New returns a Handler.
func New(guard *lawguard.Service, names Names) *Handler { return &Handler{guard, names} }

// Routes registers the pages.
func (h *Handler) Routes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("GET /law", h.list)
	handle("GET /law/export/{format}", h.export)
	handle("POST /law/acknowledge", h.acknowledge)
	handle("GET /law/rules", h.rules)
	handle("POST /law/rules/{rule}", h.setRule)
	handle("POST /law/cities", h.setCities)
	handle("POST /law/wages", h.putWage)
	handle("POST /law/wages/remove", h.removeWage)
	handle("POST /law/wages/import", h.importWages)
	handle("GET /law/wages/export/{format}", h.exportWages)
	handle("GET /law/terms", h.terms)
	handle("GET /law/terms/export/{format}", h.exportTerms)
	handle("POST /law/terms/import", h.importTerms)
	handle("GET /law/terms/{person}", h.term)
	handle("POST /law/terms/{person}", h.enterTerm)
}

func number(n int) string { return strconv.Itoa(n) }

func personURL(id int64) string { return "/law/terms/" + strconv.FormatInt(id, 10) }

// mendable reports errors that a page shows beside what was asked for.
func mendable(err error) bool {
	switch errs.KindOf(err) {
	case errs.KindInvalid, errs.KindConflict, errs.KindForbidden, errs.KindTooLarge:
		return true
	}
	return false
}

// amount reads an amount of yuan; empty is 0.
func amount(c *fact.Checker, r *http.Request, name string) int64 {
	text := strings.TrimSpace(r.PostFormValue(name))
	if text == "" {
		return 0
	}
	minor, ok := ui.ParseAmount(text, money.CNY)
	if !ok || minor < 0 {
		c.Add(name, text, "form.error.number", nil)
	}
	return minor
}

// day reads a day; empty is NoDate.
func day(c *fact.Checker, r *http.Request, name string) calendar.Date {
	text := strings.TrimSpace(r.PostFormValue(name))
	if text == "" {
		return calendar.NoDate
	}
	d, err := calendar.ParseDate(text)
	if err != nil {
		c.Add(name, text, "form.error.date", nil)
		return calendar.NoDate
	}
	return d
}

// problems writes an error with the rows and columns that it names.
func problems(p *i18n.Printer, err error) string {
	return ui.SheetProblems(p, err, problemsShown, p.T("law.separator"), func(f errs.Field) string {
		text := p.Message(f.Message)
		if name := "law.column_" + f.Path; p.Has(name) {
			text = p.T(name) + p.T("common.colon") + text
		}
		if f.Row > 0 {
			text = p.T("law.row", "Row", f.Row) + " " + text
		}
		return text
	})
}

// problemsShown is how many problems of a file the page lists.
const problemsShown = 20

func redirect(w http.ResponseWriter, r *http.Request, address string, query url.Values) error {
	if encoded := query.Encode(); encoded != "" {
		address += "?" + encoded
	}
	http.Redirect(w, r, address, http.StatusSeeOther)
	return nil
}
