package sales

import (
	"net/http"
	"strconv"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/paper"
	"xiaoguan/internal/quote"
	"xiaoguan/internal/web/ui"
)

// quoteFormats are what a quote is handed out as.
var quoteFormats = []string{"pdf", "docx"}

// quoteFile hands out the sheet that goes to the customer as a file: the same version gives the same bytes.
func (h *Handler) quoteFile(w http.ResponseWriter, r *http.Request) error {
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
	document := quotePaper(p, ui.FrameFrom(ctx).Company, d)
	var mediaType string
	var content []byte
	switch format := r.PathValue("format"); format {
	case "pdf":
		mediaType, content = "application/pdf", document.PDF()
	case "docx":
		mediaType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
		if content, err = document.Word(); err != nil {
			return err
		}
	default:
		return errs.New(errs.KindNotFound, "error.not_found", nil)
	}
	head := w.Header()
	head.Set("Content-Type", mediaType)
	head.Set("Content-Disposition", httpx.Attachment(p.T("quote.sheet")+"-"+d.Number()+"."+r.PathValue("format")))
	head.Set("Content-Length", strconv.Itoa(len(content)))
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Cache-Control", "no-store")
	_, err = w.Write(content)
	return err
}

// quotePaper is the sheet as a document: who offers what to whom, until when, and where both sign.
func quotePaper(p *i18n.Printer, company string, d quote.Detail) paper.Document {
	kind := p.T("quote.sheet") + " " + d.Number()
	out := paper.Document{Title: d.Title, Lines: []string{kind}, Chinese: p.Lang() == i18n.ZhCN, Foot: kind, PageOf: p.T("book.page")}
	if warning := sheetWarning(p, d); warning != "" {
		out.Lines = append(out.Lines, warning)
	}
	fact := func(key, value string) string { return p.T("quote.fact", "Term", p.T(key), "Text", text(value)) }
	out.Blocks = append(out.Blocks, paper.Table([]int{1, 1}, []string{p.T("quote.theirs"), p.T("quote.ours")},
		[]string{fact("quote.company", d.CustomerName), fact("quote.company", company)},
		[]string{fact("quote.sent_to", d.SentTo), fact("opportunity.owner", d.OwnerName)},
		[]string{fact("quote.valid_until", dayText(d.ValidUntil)), fact("quote.sent_on", dayText(d.SentOn))}))
	out.Blocks = append(out.Blocks, paperLines(p, d), paper.Text(p.T("quote.sheet_note")))
	if d.Terms != "" {
		out.Blocks = append(out.Blocks, paper.Heading(2, p.T("quote.terms")))
		for _, line := range strings.Split(d.Terms, "\n") {
			out.Blocks = append(out.Blocks, paper.Text(line))
		}
	}
	out.Blocks = append(out.Blocks, paper.Table([]int{1, 1}, []string{p.T("quote.sign_theirs"), p.T("quote.sign_ours")}, []string{"____________________", "____________________"}))
	return out
}

// paperLines are the lines with their sums.
func paperLines(p *i18n.Printer, d quote.Detail) paper.Block {
	table := paper.Table([]int{28, 10, 14, 9, 14, 8, 17}, []string{p.T("quote.line_text"), p.T("quote.quantity"), p.T("quote.list_price"), p.T("quote.discount"), p.T("quote.agreed_price"), p.T("quote.tax_rate"), p.T("quote.line_amount")})
	for _, l := range d.Lines {
		if texts, amount, ok := lineTexts(p, l, d.Currency); ok {
			table.Rows = append(table.Rows, append(append([]string{l.Text}, texts[:]...), p.Money(amount, d.Currency)))
		}
	}
	if totals, err := quote.Sum(d.Lines); err == nil {
		for _, sum := range []struct {
			key   string
			minor int64
		}{{"quote.list_amount", totals.ListMinor}, {"quote.amount", totals.AmountMinor}, {"quote.tax_in_it", totals.TaxMinor}} {
			table.Rows = append(table.Rows, []string{p.T(sum.key), "", "", "", "", "", p.Money(sum.minor, d.Currency)})
		}
	}
	return table
}
