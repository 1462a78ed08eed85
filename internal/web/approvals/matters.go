package approvals

import (
	"xiaoguan/internal/approval"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/task"
	"xiaoguan/internal/web/ui"
)

// matterBoxes are the boxes in which what has an approval of its own is listed below requests.
var matterBoxes = map[approval.Box]task.MatterBox{approval.BoxWaiting: task.MattersWaiting, approval.BoxMine: task.MattersMine, approval.BoxDone: task.MattersDone}

// matterTable lists plans, standards, policies, rules of pools, adjustments and honours, each of which is decided on its own page.
func matterTable(p *i18n.Printer, matters []task.Matter) ui.TableView {
	table := ui.TableView{ID: "matters-table", Label: p.T("approvals.matters_text"), Columns: []ui.Column{{Label: p.T("approvals.what"), Phone: true}, {Label: p.T("approvals.submitted"), Kind: ui.ColumnNarrow}, {Label: p.T("approvals.state"), Phone: true},
		{Label: p.T("approvals.decided_at"), Kind: ui.ColumnNarrow}}}
	for _, m := range matters {
		kind := p.T("task.matter." + string(m.Kind))
		name := ui.TextIn(p, m.Name.Zh, m.Name.En, kind)
		chip := stateChip(p, approval.State(m.State))
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{{Text: p.T("approvals.matter", "Name", name, "Mark", m.Mark), Sub: kind, URL: m.Path}, ui.Text(moment(p, m.MadeAt)), {Chip: &chip}, ui.Text(moment(p, m.DecidedAt))}})
	}
	return table
}
