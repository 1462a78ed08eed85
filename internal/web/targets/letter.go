package targets

import (
	"net/http"
	"strconv"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/paper"
	"xiaoguan/internal/targetplan"
	"xiaoguan/internal/web/ui"
)

// letterFile hands out the target letter as a file: the same letter gives the same bytes.
func (h *Handler) letterFile(w http.ResponseWriter, r *http.Request) error {
	ctx, p := r.Context(), httpx.PrinterFrom(r.Context())
	id, err := idOf(r, "id")
	if err != nil {
		return err
	}
	person, err := idOf(r, "person")
	if err != nil {
		return err
	}
	v, err := h.targets.Person(ctx, access.ActorFrom(ctx), id, person)
	if err != nil {
		return err
	}
	if v.Plan.State != targetplan.StatePublished {
		return errs.New(errs.KindNotFound, "targetplan.missing", nil)
	}
	document := h.letterPaper(p, ui.FrameFrom(ctx).Company, &v)
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
	head.Set("Content-Disposition", httpx.Attachment(p.T("targetplan.letter")+"-"+strconv.Itoa(v.Plan.FiscalYear)+"-"+v.Row.Name+"."+r.PathValue("format")))
	head.Set("Content-Length", strconv.Itoa(len(content)))
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Cache-Control", "no-store")
	_, err = w.Write(content)
	return err
}

func (h *Handler) letterPaper(p *i18n.Printer, company string, v *targetplan.PersonShown) paper.Document {
	amount := func(minor int64) string { return p.Money(minor, h.currency()) }
	out := paper.Document{Title: p.T("targetplan.letter"), Lines: []string{company, v.Plan.Name}, Chinese: p.Zh(), Foot: p.T("targetplan.letter_hash", "Hash", v.Letter.Hash()[:16]), PageOf: p.T("book.page")}
	out.Blocks = append(out.Blocks, paper.Table([]int{1, 1}, []string{p.T("targetplan.letter_person"), p.T("targetplan.letter_team")}, []string{v.Row.Name, v.Team}),
		paper.Table([]int{1, 1, 1}, []string{p.T("targetplan.letter_year"), p.T("targetplan.base"), p.T("targetplan.stretch")}, []string{amount(v.Row.Minor), amount(v.Row.Detail.Base), amount(v.Row.Detail.Stretch)}),
		paper.Text(p.T("targetplan.letter_text", "Year", strconv.Itoa(v.Plan.FiscalYear), "From", p.Month(v.Plan.From))))
	months := paper.Table([]int{1, 1}, []string{p.T("targetplan.month"), p.T("targetplan.target")})
	for m, minor := range v.Row.Months {
		months.Rows = append(months.Rows, []string{p.Month(v.Plan.First + calendar.Month(m)), amount(minor)})
	}
	out.Blocks = append(out.Blocks, months)
	signed := "____________________"
	if v.Acceptance != nil {
		signed = p.T("targetplan.letter_accepted", "Who", v.Acceptance.UserName, "When", p.Local(v.Acceptance.At).Format("2006-01-02 15:04"))
	}
	out.Blocks = append(out.Blocks, paper.Table([]int{1, 1}, []string{p.T("targetplan.letter_sign_person"), p.T("targetplan.letter_sign_manager")}, []string{signed, "____________________"}))
	return out
}
