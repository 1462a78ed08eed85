package voices

import (
	"net/http"
	"strconv"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/paper"
	"xiaoguan/internal/questionnaire"
	"xiaoguan/internal/tabular"
)

// export answers with the results of a group as a table for a spreadsheet or as a document: what the page shows, and nothing more.
func (h *Handler) export(w http.ResponseWriter, r *http.Request) error {
	p := httpx.PrinterFrom(r.Context())
	id, err := idOf(r)
	if err != nil {
		return err
	}
	res, err := h.Questionnaires.Results(r.Context(), access.ActorFrom(r.Context()), id, r.URL.Query().Get("group"))
	if err != nil {
		return err
	}
	switch r.PathValue("format") {
	case "xlsx", "csv":
		return h.sheet(w, r, p, &res)
	case "docx":
		return h.document(w, p, &res)
	}
	return errs.New(errs.KindNotFound, "error.not_found", nil)
}

// line is one line of the results: of which group, what, and its figures.
type line struct{ group, what, value, count, note string }

// linesOf are the results, group by group; hidden groups have their turnout alone.
func linesOf(p *i18n.Printer, res *questionnaire.Results) (lines []line) {
	for i := range res.Groups {
		g := &res.Groups[i]
		name := groupName(p, g.Node)
		lines = append(lines, line{name, p.T("questionnaire.turnout"), shareText(p, g.Answered, g.Invited), strconv.Itoa(g.Answered) + "/" + strconv.Itoa(g.Invited), ""})
		if g.Hidden {
			lines[len(lines)-1].note = p.T("questionnaire.hidden_short")
			continue
		}
		if s := g.Figures.Score; s != nil && s.Answers() > 0 {
			lines = append(lines, line{name, p.T("questionnaire.enps"), signedPoints(p, s.Value), strconv.Itoa(s.Answers()), p.T("questionnaire.interval", "Low", signedPoints(p, s.Low), "High", signedPoints(p, s.High))})
		}
		for j := range g.Figures.Themes {
			t := &g.Figures.Themes[j]
			lines = append(lines, line{name, p.Message(t.Theme.Message()), decimalOf(p, t.Mean(), 2), strconv.Itoa(t.Answers()), p.T("questionnaire.favourable_of", "Share", shareText(p, t.Favourable(), t.Answers()), "Part", t.Favourable(), "Whole", t.Answers())})
		}
	}
	for _, c := range res.Group.Figures.Choices {
		for _, o := range c.Options {
			lines = append(lines, line{groupName(p, res.Group.Node), words(p, o.Option.Text), shareText(p, o.Count, c.Count), strconv.Itoa(o.Count) + "/" + strconv.Itoa(c.Count), words(p, c.Question.Text)})
		}
	}
	return lines
}

func (h *Handler) heads(p *i18n.Printer) []string {
	return []string{p.T("questionnaire.group"), p.T("questionnaire.measure"), p.T("questionnaire.value"), p.T("questionnaire.counted"), p.T("common.note")}
}

func (h *Handler) sheet(w http.ResponseWriter, r *http.Request, p *i18n.Printer, res *questionnaire.Results) error {
	return httpx.Download(w, httpx.Export{Name: "questionnaire-" + number(res.ID), Sheet: p.T("questionnaire.results"), Format: r.PathValue("format"), Head: h.heads(p),
		Rows: func(write func(...tabular.Cell) error) (bool, error) {
			for _, l := range linesOf(p, res) {
				if err := write(tabular.Text(l.group), tabular.Text(l.what), tabular.Text(l.value), tabular.Text(l.count), tabular.Text(l.note)); err != nil {
					return false, err
				}
			}
			return false, nil
		}})
}

// document is the results as they are handed round: figures, what drives, wishes, words.
func (h *Handler) document(w http.ResponseWriter, p *i18n.Printer, res *questionnaire.Results) error {
	title := words(p, res.Document.Title)
	out := paper.Document{Title: title, Lines: []string{h.Company(), p.T("questionnaire.results_sub", "Day", p.Date(endOf(&res.Questionnaire)), "Group", groupName(p, res.Group.Node), "Answered", res.Answered, "Invited", res.Invited, "Share", shareText(p, res.Answered, res.Invited))}, Chinese: p.Zh(), Foot: title, PageOf: p.T("book.page")}
	table := paper.Table([]int{4, 4, 2, 3, 6}, h.heads(p))
	for _, l := range linesOf(p, res) {
		table.Rows = append(table.Rows, []string{l.group, l.what, l.value, l.count, l.note})
	}
	out.Blocks = append(out.Blocks, paper.Heading(2, p.T("questionnaire.results")), table)
	if drivers := res.Group.Figures.Drivers; len(drivers) > 0 {
		table := paper.Table([]int{4, 2, 2, 3}, []string{p.T("questionnaire.theme"), p.T("questionnaire.mean"), "ρ", p.T("questionnaire.what_to_do")})
		for _, d := range drivers {
			table.Rows = append(table.Rows, []string{p.Message(d.Theme.Message()), decimalOf(p, d.Score, 2), decimalOf(p, d.Correlation, 2), p.T("questionnaire.quadrant." + string(d.Quadrant))})
		}
		out.Blocks = append(out.Blocks, paper.Heading(2, p.T("questionnaire.drivers")), table, paper.Text(p.T("questionnaire.drivers_note", "Count", res.Group.Figures.Answers)))
	}
	for _, q := range res.Words {
		out.Blocks = append(out.Blocks, paper.Heading(2, words(p, q.Question.Text)))
		for _, text := range q.Words {
			out.Blocks = append(out.Blocks, paper.Item(text))
		}
	}
	out.Blocks = append(out.Blocks, paper.Text(p.T("questionnaire.promise")))
	content, err := out.Word()
	if err != nil {
		return err
	}
	head := w.Header()
	head.Set("Content-Type", "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
	head.Set("Content-Disposition", httpx.Attachment(title+"-"+endOf(&res.Questionnaire).String()+".docx"))
	head.Set("Content-Length", strconv.Itoa(len(content)))
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Cache-Control", "no-store")
	_, err = w.Write(content)
	return err
}
