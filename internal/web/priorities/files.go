package priorities

import (
	"bytes"
	"io"
	"math/big"
	"net/http"
	"strconv"

	"xiaoguan/internal/httpx"
	"xiaoguan/internal/money"
	"xiaoguan/internal/paper"
	"xiaoguan/internal/priority"
	"xiaoguan/internal/prioritybook"
	"xiaoguan/internal/tabular"
	"xiaoguan/internal/web/ui"
)

// file hands out the table as it is weighed now.
func (h *Handler) file(w http.ResponseWriter, r *http.Request) error {
	p := h.page(r)
	v, err := h.book.Show(r.Context(), p.actor)
	if err != nil {
		return err
	}
	return h.hand(w, r, &v.Table)
}

func (h *Handler) settledFile(w http.ResponseWriter, r *http.Request) error {
	s, err := h.settledOf(r)
	if err != nil {
		return err
	}
	return h.hand(w, r, &s.Table)
}

func (h *Handler) hand(w http.ResponseWriter, r *http.Request, t *prioritybook.Table) (err error) {
	p := h.page(r)
	var content []byte
	var mediaType string
	switch r.PathValue("format") {
	case "xlsx":
		mediaType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
		var b bytes.Buffer
		if err := p.workbook(&b, t); err != nil {
			return err
		}
		content = b.Bytes()
	case "docx":
		mediaType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
		document := p.document(ui.FrameFrom(r.Context()).Company, t)
		if content, err = document.Word(); err != nil {
			return err
		}
	default:
		return errFormat()
	}
	head := w.Header()
	head.Set("Content-Type", mediaType)
	head.Set("Content-Disposition", httpx.Attachment(p.T("prioritybook.file")+"-"+t.On.String()+"."+r.PathValue("format")))
	head.Set("Content-Length", strconv.Itoa(len(content)))
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Cache-Control", "no-store")
	_, err = w.Write(content)
	return err
}

func (p page) heads() []string {
	return []string{"#", p.T("prioritybook.horizon"), p.T("prioritybook.measure"), p.T("prioritybook.reach"), p.T("prioritybook.impact"), p.T("prioritybook.confidence"), p.T("prioritybook.effort"), "RICE", p.T("prioritybook.cost"), p.T("prioritybook.delay"), p.T("prioritybook.quadrant"), p.T("prioritybook.result"), p.T("prioritybook.needs")}
}

func (p page) result(t *prioritybook.Table, row *prioritybook.Row) string {
	if row.Chosen {
		return p.T("prioritybook.is_chosen")
	}
	return p.T("prioritybook.is_left") + ": " + p.why(t, row.Left)
}

func (p page) workbook(w io.Writer, t *prioritybook.Table) error {
	x, err := tabular.NewXLSX(w, p.T("prioritybook.file"))
	if err != nil {
		return err
	}
	var head []tabular.Cell
	for _, text := range p.heads() {
		head = append(head, tabular.Text(text))
	}
	if err := x.Write(head...); err != nil {
		return err
	}
	for _, horizon := range priority.Horizons {
		rows := t.Of(horizon)
		for i := range rows {
			row := &rows[i]
			item := row.Item()
			var needs []string
			for _, id := range row.Needs {
				needs = append(needs, t.Title(id))
			}
			if err := x.Write(tabular.Number(digits(int64(row.Number))), tabular.Text(p.Message(horizon.Message())), tabular.Text(row.Title), tabular.Number(digits(row.Reach)), tabular.Number(plain(big.NewRat(row.Impact, 100))), tabular.Number(plain(big.NewRat(row.Confidence, 100))), tabular.Number(plain(big.NewRat(row.Effort, 10))),
				tabular.Number(item.Score().FloatString(2)), tabular.Number(money.Format(row.CostMinor, p.currency)), tabular.Number(digits(row.DelayWeeks)), tabular.Text(p.Message(row.Quadrant.Message())), tabular.Text(p.result(t, row)), tabular.Text(p.Join(needs))); err != nil {
				return err
			}
		}
	}
	return x.Close()
}

func (p page) document(company string, t *prioritybook.Table) paper.Document {
	c, f := &t.Choice, &t.Frame
	budget, capacity := p.T("prioritybook.no_limit"), p.T("prioritybook.no_limit")
	if f.HasBudget {
		budget = p.Money(f.BudgetMinor, p.currency)
	}
	if f.HasCapacity {
		capacity = p.days(f.Capacity)
	}
	out := paper.Document{Title: p.T("prioritybook.file"), Lines: []string{company, p.Date(t.On)}, Chinese: p.Zh(), Foot: p.T("prioritybook.file"), PageOf: p.T("book.page")}
	out.Blocks = append(out.Blocks, paper.Text(p.T("prioritybook.summary", "Chosen", int64(len(c.Chosen)), "All", int64(len(t.Rows)), "Cost", p.Money(c.CostMinor, p.currency), "Budget", budget, "Effort", p.days(c.Effort), "Capacity", capacity)))
	for _, horizon := range priority.Horizons {
		rows := t.Of(horizon)
		if len(rows) == 0 {
			continue
		}
		table := paper.Table([]int{1, 6, 2, 5, 3, 6}, []string{"#", p.T("prioritybook.measure"), "RICE", p.T("prioritybook.rice"), p.T("prioritybook.cost"), p.T("prioritybook.result")})
		for i := range rows {
			row := &rows[i]
			table.Rows = append(table.Rows, []string{digits(int64(row.Number)), row.Title, p.score(row), p.rice(row), p.Money(row.CostMinor, p.currency), p.result(t, row)})
		}
		out.Blocks = append(out.Blocks, paper.Heading(2, p.Message(horizon.Message())), table)
	}
	return out
}
