package start

import (
	"context"
	"net/http"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/task"
	"xiaoguan/internal/web/ui"
)

// TasksPath is where somebody finds what waits for them.
const TasksPath = "/tasks"

func (h *Handler) waiting(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	mine, err := h.tasks.Mine(ctx, access.ActorFrom(ctx))
	if err != nil {
		return err
	}
	return ui.Write(w, r, http.StatusOK, tasksPage(ctx, mine))
}

// tasksPage shows what waits, each with its count and the way there.
func tasksPage(ctx context.Context, mine []task.Task) templ.Component {
	p := httpx.PrinterFrom(ctx)
	view := ui.PageView{Title: p.T("task.title"), Subtitle: p.T("task.subtitle"), Current: "tasks", Narrow: true, Actions: []ui.Action{{Label: p.T("task.messages"), Icon: "bell", URL: "/notices?show=todo"}}}
	if len(mine) == 0 {
		return ui.Compose(view, ui.Filled(ui.CardView{Label: p.T("task.title")}, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("task.none"), Text: p.T("task.none_text")})))
	}
	table := ui.TableView{ID: "tasks", Label: p.T("task.title"), Columns: []ui.Column{{Label: p.T("task.what"), Phone: true}, {Label: p.T("task.count"), Kind: ui.ColumnNumber, Phone: true}}}
	for _, t := range mine {
		table.Rows = append(table.Rows, ui.Row{ID: string(t.Kind), Cells: []ui.Cell{{Text: p.Message(t.Kind.Message()), Sub: p.T("task.hint." + string(t.Kind)), URL: t.Path}, ui.Text(p.Int(t.Count))}})
	}
	return ui.Compose(view, ui.Filled(ui.CardView{Label: p.T("task.title"), Flush: true}, ui.Table(table)))
}
