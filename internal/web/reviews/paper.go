package reviews

import (
	"math/big"
	"net/http"
	"strconv"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/paper"
	"xiaoguan/internal/review"
	"xiaoguan/internal/web/ui"
)

// file hands out the minutes of a finished meeting: the same minutes give the same bytes.
func (h *Handler) file(w http.ResponseWriter, r *http.Request) error {
	ctx, p := r.Context(), httpx.PrinterFrom(r.Context())
	id, err := idOf(r.PathValue("id"))
	if err != nil {
		return err
	}
	v, err := h.reviews.Get(ctx, access.ActorFrom(ctx), id)
	if err != nil {
		return err
	}
	if v.State != review.StateFinished {
		return errs.New(errs.KindNotFound, "review.missing", nil)
	}
	document := h.paper(p, ui.FrameFrom(ctx).Company, &v)
	var mediaType string
	var content []byte
	switch r.PathValue("format") {
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
	head.Set("Content-Disposition", httpx.Attachment(p.T("review.minutes")+"-"+v.Unit.Name+"-"+v.On.String()+"."+r.PathValue("format")))
	head.Set("Content-Length", strconv.Itoa(len(content)))
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Cache-Control", "no-store")
	_, err = w.Write(content)
	return err
}

func (h *Handler) paper(p *i18n.Printer, company string, v *review.Shown) paper.Document {
	out := paper.Document{Title: p.T("review.title", "Unit", v.Unit.Name, "Kind", p.Message(v.Kind.Message())), Lines: []string{company, p.T("review.sub", "On", p.Date(v.On), "Span", spanText(p, v.Span), "Through", p.Date(v.Through))},
		Chinese: p.Zh(), Foot: p.T("review.finished_by", "Who", v.FinishedFor, "When", p.Local(v.FinishedAt).Format("2006-01-02 15:04")), PageOf: p.T("book.page")}
	out.Blocks = append(out.Blocks, paper.Heading(2, p.T("review.people")), h.paperPeople(p, v))
	if len(v.Former) > 0 {
		table := paper.Table([]int{5, 2, 2, 2}, []string{p.T("review.action_text"), p.T("review.owner"), p.T("review.due_on"), p.T("common.status")})
		for i := range v.Former {
			c := &v.Former[i]
			table.Rows = append(table.Rows, []string{c.Text, c.Name, p.Date(c.DueOn), p.Message(c.Score.Message())})
		}
		out.Blocks = append(out.Blocks, paper.Heading(2, p.T("review.former")), table)
	}
	out.Blocks = append(out.Blocks, paper.Heading(2, p.T("review.minutes")))
	for line := range strings.Lines(v.Minutes) {
		if line = strings.TrimSpace(line); line != "" {
			out.Blocks = append(out.Blocks, paper.Text(line))
		}
	}
	if len(v.Actions) > 0 {
		table := paper.Table([]int{5, 2, 2}, []string{p.T("review.action_text"), p.T("review.owner"), p.T("review.due_on")})
		for i := range v.Actions {
			a := &v.Actions[i]
			table.Rows = append(table.Rows, []string{a.Text, a.PersonName, p.Date(a.DueOn)})
		}
		out.Blocks = append(out.Blocks, paper.Heading(2, p.T("review.actions")), table)
	}
	return out
}

func (h *Handler) paperPeople(p *i18n.Printer, v *review.Shown) paper.Block {
	table := paper.Table([]int{2, 3, 3, 2, 3, 2}, []string{p.T("common.person"), p.T("review.target"), p.T("review.actual"), p.T("review.pace"), p.T("review.gap"), p.T("review.compliance")})
	rows := v.Rows
	if !v.Whole {
		rows = []review.Row{*v.Mine}
	}
	for i := range rows {
		n := &rows[i].Numbers
		line := []string{rows[i].Name, i18n.Unknown, h.amount(p, n.ActualMinor), i18n.Unknown, i18n.Unknown, i18n.Unknown}
		if n.HasTarget {
			line[1], line[4] = h.amount(p, n.TargetMinor), h.amount(p, n.Gap())
		}
		if index, known := n.Index(); known {
			line[3] = share(p, index)
		}
		if n.Judged > 0 {
			line[5] = p.Percent(big.NewRat(n.Kept, n.Judged))
		}
		table.Rows = append(table.Rows, line)
		if v.Kind == review.Monthly && rows[i].Band != "" {
			table.Rows[len(table.Rows)-1][0] += " · " + rows[i].Band
		}
	}
	return table
}
