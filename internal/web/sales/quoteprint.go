package sales

import (
	"net/http"

	"xiaoguan/internal/access"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/quote"
	"xiaoguan/internal/web/ui"
)

// printQuotePath stands beside /quotes/, where what follows two words down is the format of an export.
const printQuotePath = "/print-quote/"

// printIn makes a request one in the language of a document, which may not be the reader's.
func printIn(r *http.Request) *http.Request {
	lang, ok := i18n.ParseLang(r.FormValue("lang"))
	if !ok {
		return r
	}
	prefs, p := httpx.PreferencesFrom(r.Context()), httpx.PrinterFrom(r.Context())
	prefs.Lang = lang
	return r.WithContext(httpx.WithPreferences(r.Context(), prefs, p.As(lang)))
}

// sheetLangs leads from one language of a document to the other.
func sheetLangs(p *i18n.Printer, path string) (tabs []ui.Tab) {
	for _, lang := range i18n.Langs() {
		tabs = append(tabs, ui.Tab{Label: p.T("quote.print_" + string(lang)), URL: ui.URLWith(path, nil, "lang", string(lang)), Current: p.Lang() == lang})
	}
	return tabs
}

// printQuote is the sheet that goes to the customer.
func (h *Handler) printQuote(w http.ResponseWriter, r *http.Request) error {
	r = printIn(r)
	ctx, p := r.Context(), httpx.PrinterFrom(r.Context())
	id, err := quoteID(r)
	if err != nil {
		return err
	}
	d, err := h.Quotes.Get(ctx, access.ActorFrom(ctx), id)
	if err != nil {
		return err
	}
	v := sheetView{Kind: p.T("quote.sheet"), Number: d.Number(), Title: d.Title, OursTitle: p.T("quote.ours"), TheirsTitle: p.T("quote.theirs"), TermsTitle: p.T("quote.terms"), Terms: d.Terms,
		LinesNote: p.T("quote.sheet_note"), Back: ui.Link{Label: p.T("quote.back"), URL: quoteURL(id)}, Langs: sheetLangs(p, printQuotePath+number(id)), PrintLabel: p.T("quote.print_button"), PrintHint: p.T("quote.print_hint")}
	v.Theirs = []ui.Fact{{Term: p.T("quote.company"), Text: text(d.CustomerName)}, {Term: p.T("quote.sent_to"), Text: text(d.SentTo)}}
	v.Ours = []ui.Fact{{Term: p.T("quote.company"), Text: text(ui.FrameFrom(ctx).Company)}, {Term: p.T("opportunity.owner"), Text: text(d.OwnerName)}, {Term: p.T("quote.sent_on"), Text: text(dayText(d.SentOn))},
		{Term: p.T("quote.valid_until"), Text: text(dayText(d.ValidUntil))}}
	v.Sign = []string{p.T("quote.sign_theirs"), p.T("quote.sign_ours")}
	v.Warning = sheetWarning(p, d)
	for _, format := range quoteFormats {
		v.Files = append(v.Files, ui.Link{Label: p.T("quote.file_" + format), URL: ui.URLWith(printQuotePath+number(id)+"/"+format, nil, "lang", string(p.Lang()))})
	}
	v.Lines = lineTable(p, d.Lines, d.Currency)
	for i := range v.Lines.Rows {
		v.Lines.Rows[i].Cells[0].Sub = "" // our own number of the product
	}
	return ui.Write(w, r, http.StatusOK, ui.Compose(ui.PageView{Title: v.Kind + " " + v.Number, Bare: true}, ui.Across(sheet(v))))
}

// sheetWarning says what keeps a quote from being sent; empty when nothing does.
func sheetWarning(p *i18n.Printer, d quote.Detail) string {
	switch d.State {
	case quote.StateDraft, quote.StateWaiting, quote.StateDropped, quote.StateReplaced:
		return p.T("quote.sheet_warning", "State", p.Message(d.State.Message()))
	}
	return ""
}
