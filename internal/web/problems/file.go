package problems

import (
	"bytes"
	"cmp"
	"net/http"
	"strconv"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/paper"
	"xiaoguan/internal/problem"
	"xiaoguan/internal/tabular"
	"xiaoguan/internal/web/ui"
)

// file hands out the list of problems as it is filtered: a workbook, or a document.
func (h *Handler) file(w http.ResponseWriter, r *http.Request) error {
	ctx, p := r.Context(), httpx.PrinterFrom(r.Context())
	f, err := filterOf(r)
	if err != nil {
		return err
	}
	l, err := h.Problems.List(ctx, access.ActorFrom(ctx), f)
	if err != nil {
		return err
	}
	var mediaType string
	var content []byte
	switch r.PathValue("format") {
	case "xlsx":
		mediaType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
		content, err = h.workbook(p, l.Problems)
	case "docx":
		mediaType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
		document := h.paper(p, ui.FrameFrom(ctx).Company, l.Problems)
		content, err = document.Word()
	case "pdf":
		document := h.paper(p, ui.FrameFrom(ctx).Company, l.Problems)
		mediaType, content = "application/pdf", document.PDF()
	default:
		return errs.New(errs.KindNotFound, "error.not_found", nil)
	}
	if err != nil {
		return err
	}
	head := w.Header()
	head.Set("Content-Type", mediaType)
	head.Set("Content-Disposition", httpx.Attachment(p.T("problem.file_name")+"-"+p.Local(h.Now()).Format("2006-01-02")+"."+r.PathValue("format")))
	head.Set("Content-Length", strconv.Itoa(len(content)))
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Cache-Control", "no-store")
	_, err = w.Write(content)
	return err
}

// line is a problem as a row of a file: severity, what, place, said, score, money, sources, owner, status.
func (h *Handler) line(p *i18n.Printer, x *problem.Problem) []string {
	return []string{p.Message(x.Severity().Message()), x.Name(p), x.Place.Say(p), said(p, x), strconv.Itoa(x.Rating().Score()), h.money(p, x.MoneyMinor, x.Worth), sourcesText(p, x.Sources), cmp.Or(x.OwnerName, i18n.Unknown), p.Message(x.Status.Message())}
}

func heads(p *i18n.Printer) []string {
	return []string{p.T("problem.severity"), p.T("problem.what"), p.T("problem.place"), p.T("problem.measured"), p.T("problem.score"), p.T("problem.money"), p.T("problem.source"), p.T("problem.owner"), p.T("common.status")}
}

func (h *Handler) workbook(p *i18n.Printer, list []problem.Problem) ([]byte, error) {
	var out bytes.Buffer
	book, err := tabular.NewXLSX(&out, p.T("problem.file_name"))
	if err != nil {
		return nil, err
	}
	if err := book.Header(append(heads(p), p.T("problem.gravity"), p.T("problem.urgency"), p.T("problem.tendency")), 12, 24, 22, 48, 8, 14, 16, 12, 10, 8, 8, 8); err != nil {
		return nil, err
	}
	for i := range list {
		var cells []tabular.Cell
		for at, text := range h.line(p, &list[i]) {
			if at == 4 {
				cells = append(cells, tabular.Number(text))
			} else {
				cells = append(cells, tabular.Text(text))
			}
		}
		rating := list[i].Rating()
		for _, grade := range []int{rating.Gravity, rating.Urgency, rating.Tendency} {
			cells = append(cells, tabular.Number(strconv.Itoa(grade)))
		}
		if err := book.Write(cells...); err != nil {
			return nil, err
		}
	}
	if err := book.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// paper is the list as a document, severity by severity.
func (h *Handler) paper(p *i18n.Printer, company string, list []problem.Problem) paper.Document {
	out := paper.Document{Title: p.T("problem.file_name"), Lines: []string{company, p.T("problem.file_day", "Day", p.Local(h.Now()).Format("2006-01-02"), "Count", len(list))}, Chinese: p.Zh(), Foot: p.T("problem.file_name"), PageOf: p.T("book.page")}
	for _, severity := range problem.Severities {
		table := paper.Table([]int{4, 3, 6, 1, 2, 2}, []string{p.T("problem.what"), p.T("problem.place"), p.T("problem.measured"), p.T("problem.score"), p.T("problem.owner"), p.T("common.status")})
		for i := range list {
			if x := &list[i]; x.Severity() == severity {
				line := h.line(p, x)
				table.Rows = append(table.Rows, []string{line[1], line[2], line[3], line[4], line[7], line[8]})
			}
		}
		if len(table.Rows) > 0 {
			out.Blocks = append(out.Blocks, paper.Heading(2, p.Message(severity.Message())), table)
		}
	}
	if len(out.Blocks) == 0 {
		out.Blocks = append(out.Blocks, paper.Text(p.T("problem.none")))
	}
	return out
}
