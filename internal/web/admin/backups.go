package admin

import (
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/backup"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/web/ui"
)

// backupsURL is the page of backups.
const backupsURL = "/backups"

// WithBackups adds the page of backups.
func (h *Handler) WithBackups(backups *backup.Service) *Handler {
	h.backups = backups
	return h
}

func (h *Handler) listBackups(w http.ResponseWriter, r *http.Request) error {
	o, err := h.backups.Look(r.Context(), access.ActorFrom(r.Context()))
	if err != nil {
		return err
	}
	p := httpx.PrinterFrom(r.Context())
	title := p.T("backup.title")
	view := ui.PageView{Title: title, Subtitle: p.T("backup.subtitle"), Current: "company", Narrow: true, Crumbs: []ui.Crumb{{Label: p.T("nav.company"), URL: "/company"}, {Label: title}}}
	var parts []templ.Component
	switch {
	case o.Folder == "":
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "none", Tone: ui.ToneWarn, Strong: p.T("backup.none_kept"), Text: p.T("backup.none_kept.remedy")})))
	case o.Late:
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "late", Tone: ui.ToneBad, Strong: p.T("backup.late"), Text: p.T("backup.late_text")})))
	}
	if o.Folder != "" {
		form := ui.Form(ui.FormView{ID: "backup", Action: backupsURL, Submit: ui.Action{Label: p.T("backup.start"), Kind: ui.ActionPrimary, Icon: "database"}, Consequence: p.T("backup.consequence")})
		daily := p.T("backup.daily_no")
		if o.Daily {
			daily = p.T("backup.daily_yes")
		}
		parts = append(parts, ui.Filled(ui.CardView{Title: p.T("backup.where")}, ui.Facts([]ui.Fact{{Term: p.T("backup.folder"), Text: o.Folder}, {Term: p.T("backup.daily"), Text: daily}, {Term: p.T("backup.restore"), Text: p.T("backup.restore_text")}})),
			ui.Filled(ui.CardView{Label: p.T("backup.start")}, form), ui.Filled(ui.CardView{Title: p.T("backup.kept"), Flush: true}, ui.Table(backupTable(p, o.Kept))))
	}
	return ui.Write(w, r, http.StatusOK, ui.Compose(view, parts...))
}

func backupTable(p *i18n.Printer, kept []backup.Kept) ui.TableView {
	table := ui.TableView{ID: "backups", Label: p.T("backup.kept"), Columns: []ui.Column{
		{Key: "at", Label: p.T("backup.at"), Phone: true}, {Key: "size", Label: p.T("backup.size"), Kind: ui.ColumnNumber, Phone: true}, {Key: "rows", Label: p.T("backup.rows"), Kind: ui.ColumnNumber}, {Key: "program", Label: p.T("backup.program")}, {Key: "name", Label: p.T("backup.name")},
	}, Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("backup.empty"), Text: p.T("backup.empty_text")}}
	for i, k := range kept {
		table.Rows = append(table.Rows, ui.Row{ID: strconv.Itoa(i), Cells: []ui.Cell{{Text: moment(p, k.At)}, {Text: p.FileSize(k.Bytes)}, {Text: p.Int(k.Rows)}, {Text: k.Program}, {Text: k.Name}}})
	}
	return table
}

func (h *Handler) startBackup(w http.ResponseWriter, r *http.Request) error {
	id, err := h.backups.Start(r.Context(), access.ActorFrom(r.Context()))
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/jobs/"+id, http.StatusSeeOther)
	return nil
}
