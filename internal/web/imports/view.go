package imports

import (
	"context"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/ingest"
	"xiaoguan/internal/intake"
	"xiaoguan/internal/web/ui"
)

var tones = map[intake.State]ui.Tone{
	intake.StateReceived: ui.ToneBrand, intake.StateApplying: ui.ToneBrand, intake.StateApplied: ui.ToneGood, intake.StateRejected: ui.ToneWarn,
	intake.StateFailed: ui.ToneBad, intake.StateUndone: ui.ToneLine,
}

func chip(p *i18n.Printer, s intake.State) ui.Chip {
	return ui.Chip{Label: p.T("imports.state_" + string(s)), Tone: tones[s]}
}

func moment(p *i18n.Printer, t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return p.Local(t).Format("2006-01-02 15:04")
}

func listPage(ctx context.Context, all []intake.Import, mappings []intake.SavedMapping, failure error) templ.Component {
	p := httpx.PrinterFrom(ctx)
	table := ui.TableView{ID: "imports", Label: p.T("imports.title"), Path: "/imports", Columns: []ui.Column{
		{Key: "name", Label: p.T("imports.name"), Phone: true}, {Key: "state", Label: p.T("imports.state"), Phone: true}, {Key: "added", Label: p.T("imports.added"), Kind: ui.ColumnNumber},
		{Key: "corrected", Label: p.T("imports.corrected"), Kind: ui.ColumnNumber}, {Key: "rejected", Label: p.T("imports.rejected"), Kind: ui.ColumnNumber}, {Key: "at", Label: p.T("imports.at"), Phone: true},
	}, Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("imports.none"), Text: p.T("imports.none_text"), Actions: []ui.Action{{Label: p.T("imports.template"), URL: "/import-template", Download: true}}}}
	if len(all) > pageSize {
		table.Pager = &ui.Pager{Total: -1, Next: all[pageSize-1].ID}
		all = all[:pageSize]
	}
	for _, i := range all {
		added, corrected := sums(i.Result.Counts)
		c := chip(p, i.State)
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.LinkTo(i.Name, "/imports/"+i.ID), {Chip: &c}, ui.Text(p.Int(added)), ui.Text(p.Int(corrected)),
			ui.Text(p.Int(problems(i))), ui.Text(moment(p, i.CreatedAt))}})
	}
	fields, problem := ui.WithErrors([]ui.Field{{Name: "files", Kind: ui.FieldFile, Label: p.T("imports.files"), Multiple: true, Accept: ".csv,.tsv,.txt,.xlsx,.xlsm,.json", Hint: p.T("imports.files_hint")}}, failure, p)
	return ui.Compose(ui.PageView{Title: p.T("imports.title"), Subtitle: p.T("imports.subtitle"), Current: "imports",
		Actions: []ui.Action{{Label: p.T("imports.template"), URL: "/import-template", Icon: "file-download", Download: true}}},
		ui.Filled(ui.CardView{Title: p.T("imports.new"), Span: 12}, ui.Form(ui.FormView{ID: "upload", Action: "/imports", Multipart: true, Fields: fields, Problem: problem,
			Submit: ui.Action{Label: p.T("imports.upload"), Kind: ui.ActionPrimary, Icon: "upload"}, Consequence: p.T("imports.upload_consequence")})),
		ui.Filled(ui.CardView{Title: p.T("imports.title"), Flush: true}, ui.Table(table)))
}

func sums(counts map[fact.Kind]*fact.Counts) (added, corrected int64) {
	for _, c := range counts {
		added, corrected = added+c.Added, corrected+c.Corrected
	}
	return added, corrected
}

func problems(i intake.Import) int64 {
	if i.Result.Report == nil {
		return 0
	}
	return i.Result.Report.ProblemCount
}

func progressOf(ctx context.Context, s shown) ui.Job {
	p := httpx.PrinterFrom(ctx)
	j := ui.Job{ID: "import", Title: p.T("imports.applying"), State: ui.JobRunning, Done: int(s.job.Progress.Done), Total: int(s.job.Progress.Total), Source: "/imports/" + s.ID + "/progress"}
	if s.State != intake.StateApplying {
		j.State = ui.JobDone
	}
	if s.job.ID != "" {
		j.Cancel = "/jobs/" + s.job.ID + "/cancel"
	}
	if s.job.Progress.Stage != "" {
		j.Text = p.T(s.job.Progress.Stage) + " " + p.Int(s.job.Progress.Done)
	}
	return j
}

func importPage(ctx context.Context, s shown) templ.Component {
	p := httpx.PrinterFrom(ctx)
	view := ui.PageView{Title: s.Name, Subtitle: p.T("imports.files_of", "Count", len(s.Files)) + " · " + p.FileSize(s.SourceBytes), Current: "imports", Chips: []ui.Chip{chip(p, s.State)},
		Crumbs: []ui.Crumb{{Label: p.T("imports.title"), URL: "/imports"}, {Label: s.Name}}}
	var parts []templ.Component
	if s.failure != nil {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{Tone: ui.ToneBad, Strong: p.T("imports.refused"), Text: failureText(p, s.failure)})))
	}
	if s.Result.Failure.Key != "" {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{Tone: ui.ToneBad, Strong: p.T("imports.failed"), Text: p.Message(s.Result.Failure)})))
	}
	if s.State == intake.StateApplying {
		parts = append(parts, ui.Filled(ui.CardView{Title: p.T("imports.applying")}, ui.Progress(progressOf(ctx, s))))
	}
	if s.Result.Report != nil {
		parts = append(parts, resultParts(p, s)...)
	}
	parts = append(parts, acts(p, s)...)
	for _, t := range s.tables {
		parts = append(parts, previewCard(p, t))
	}
	if open(s.State) {
		parts = append(parts, mappingCard(p, s))
	}
	return ui.Compose(view, parts...)
}

func failureText(p *i18n.Printer, err error) string {
	_, problem := ui.WithErrors(nil, err, p)
	return problem
}

// open reports whether the import may still be applied.
func open(s intake.State) bool {
	return s == intake.StateReceived || s == intake.StateRejected || s == intake.StateFailed
}

func acts(p *i18n.Printer, s shown) []templ.Component {
	path := "/imports/" + s.ID + "/"
	switch {
	case s.State == intake.StateApplied:
		return []templ.Component{ui.Filled(ui.CardView{Title: p.T("imports.undo"), Span: 12}, ui.ConfirmOf(ui.Confirm{ID: "undo", Inline: true, Strong: p.T("imports.undo_strong"), Text: p.T("imports.undo_text"), Action: path + "undo", Submit: p.T("imports.undo_button")}))}
	case s.State == intake.StateRejected:
		return []templ.Component{ui.Filled(ui.CardView{Title: p.T("imports.partial"), Span: 12}, ui.Form(ui.FormView{ID: "partial", Action: path + "apply", Fields: append([]ui.Field{{Name: "partial", Kind: ui.FieldHidden, Value: "1"}}, poolFields(p, s)...),
			Submit: ui.Action{Label: p.T("imports.partial_button")}, Others: []ui.Action{{Label: p.T("imports.rejected_file"), URL: path + "rejected", Download: true, Icon: "file-download"}}, Consequence: p.T("imports.partial_consequence")}))}
	case open(s.State):
		return []templ.Component{ui.Filled(ui.CardView{Title: p.T("imports.apply"), Span: 12}, ui.Form(ui.FormView{ID: "apply", Action: path + "apply", Fields: poolFields(p, s),
			Submit: ui.Action{Label: p.T("imports.apply_button"), Kind: ui.ActionPrimary, Icon: "check"}, Consequence: p.T("imports.apply_consequence")}))}
	}
	return nil
}

// poolFields ask into which pool new customers go; nothing for who looks after none.
func poolFields(p *i18n.Printer, s shown) []ui.Field {
	if len(s.pools) == 0 {
		return nil
	}
	options := []ui.Option{{Value: "", Label: p.T("imports.pool_none")}}
	for i := range s.pools {
		one := &s.pools[i]
		options = append(options, ui.Option{Value: one.ID, Label: ui.TextIn(p, one.Name.Zh, one.Name.En, one.ID)})
	}
	return []ui.Field{{Name: "pool", Kind: ui.FieldSelect, Label: p.T("imports.pool"), Options: options, Optional: true, Hint: p.T("imports.pool_hint")},
		{Name: "turn", Kind: ui.FieldCheck, Label: p.T("imports.turn"), Value: "1", Optional: true, Hint: p.T("imports.turn_hint")}}
}

func resultParts(p *i18n.Printer, s shown) []templ.Component {
	table := ui.TableView{Label: p.T("imports.result"), Columns: []ui.Column{
		{Key: "kind", Label: p.T("imports.kind"), Phone: true}, {Key: "added", Label: p.T("imports.added"), Kind: ui.ColumnNumber, Phone: true}, {Key: "corrected", Label: p.T("imports.corrected"), Kind: ui.ColumnNumber, Phone: true},
		{Key: "unchanged", Label: p.T("imports.unchanged"), Kind: ui.ColumnNumber},
	}}
	for _, kind := range fact.Kinds {
		if c := s.Result.Counts[kind]; c != nil {
			table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(p.T("imports.kind_" + string(kind))), ui.Text(p.Int(c.Added)), ui.Text(p.Int(c.Corrected)), ui.Text(p.Int(c.Unchanged))}})
		}
	}
	title := p.T("imports.result")
	if s.State == intake.StateRejected {
		title = p.T("imports.result_if")
	}
	var parts []templ.Component
	if s.State != intake.StateFailed { // that did nothing, not even in thought
		parts = append(parts, ui.Filled(ui.CardView{Title: title, Flush: true, Span: 12}, ui.Table(table)))
	}
	if pooled := s.Result.Pooled; pooled != nil {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "pooled", Tone: ui.ToneGood, Strong: p.T("imports.pooled", "Count", pooled.Count), Text: p.T("imports.pooled_given", "Given", pooled.Given),
			Action: &ui.Action{Label: p.T("imports.pooled_see"), URL: ui.URLWith("/pool", nil, "pool", pooled.Pool)}})))
	}
	for _, month := range s.Result.Late {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{Tone: ui.ToneWarn, Strong: p.T("imports.late", "Month", p.Month(month)), Text: p.T("imports.late_text")})))
	}
	if len(s.Result.Report.Problems) > 0 {
		parts = append(parts, problemsCard(p, s.Result.Report))
	}
	return parts
}

// problemsShown is how many problems the page lists; the file has them all.
const problemsShown = 100

func problemsCard(p *i18n.Printer, report *ingest.Report) templ.Component {
	table := ui.TableView{Label: p.T("imports.problems"), Columns: []ui.Column{
		{Key: "source", Label: p.T("imports.source")}, {Key: "row", Label: p.T("imports.row"), Kind: ui.ColumnNumber, Phone: true}, {Key: "field", Label: p.T("imports.field"), Phone: true},
		{Key: "value", Label: p.T("imports.value")}, {Key: "problem", Label: p.T("imports.problem"), Phone: true}, {Key: "remedy", Label: p.T("imports.remedy")},
	}}
	for i, f := range report.Problems {
		if i == problemsShown {
			table.Note = p.T("imports.more_problems", "Count", int(report.ProblemCount)-i)
			break
		}
		table.Rows = append(table.Rows, ui.Row{Cells: problemCells(p, f)})
	}
	return ui.Filled(ui.CardView{Title: p.T("imports.problems"), Count: int(report.ProblemCount), Flush: true, Span: 12}, ui.Table(table))
}

func problemCells(p *i18n.Printer, f errs.Field) []ui.Cell {
	row := ""
	if f.Row > 0 {
		row = strconv.Itoa(f.Row)
	}
	return []ui.Cell{ui.Text(f.Source), ui.Text(row), ui.Text(f.Path), ui.Text(f.Value), ui.Text(p.Message(f.Message)), ui.Text(p.Message(f.Remedy))}
}

func previewCard(p *i18n.Printer, t ingest.TablePreview) templ.Component {
	table := ui.TableView{Label: t.Source}
	for _, field := range t.Fields {
		column := ui.Column{Key: field, Label: field, Phone: true}
		if known := t.Kind.Field(field); known != nil {
			column.Label = known.Header(string(p.Lang()))
			if known.Type == ingest.TypeMoney || known.Type == ingest.TypeShare || known.Type == ingest.TypeRate {
				column.Kind = ui.ColumnNumber
			}
		}
		table.Columns = append(table.Columns, column)
	}
	for _, r := range t.Rows {
		row := ui.Row{}
		for i, v := range r.Values {
			row.Cells = append(row.Cells, ui.Text(inWords(p, t, i, v)))
		}
		if len(r.Problems) > 0 && len(row.Cells) > 0 {
			row.Cells[0].Chip = &ui.Chip{Label: p.Message(r.Problems[0].Message), Tone: ui.ToneBad}
		}
		table.Rows = append(table.Rows, row)
	}
	for _, problem := range t.Problems {
		table.Note += p.Message(problem.Message) + " "
	}
	title := t.Source
	if t.Kind != nil {
		title = p.T("imports.kind_"+string(t.Kind.Kind)) + " · " + t.Source
	}
	if len(table.Columns) == 0 {
		return ui.Filled(ui.CardView{Title: title}, ui.NoteOf(ui.Note{Tone: ui.ToneBad, Text: table.Note}))
	}
	return ui.Filled(ui.CardView{Title: title, Sub: p.T("imports.preview"), Flush: true, Span: 12}, ui.Table(table))
}

// inWords writes a value as people say it: what is stored as a word of the program, a level or what a quota is of, has a name.
func inWords(p *i18n.Printer, t ingest.TablePreview, column int, value string) string {
	if t.Kind == nil || column >= len(t.Fields) {
		return value
	}
	field, prefix := t.Kind.Field(t.Fields[column]), ""
	switch {
	case field == nil:
	case field.Type == ingest.TypeLevel:
		prefix = "people.level_"
	case t.Kind.Kind == fact.KindQuota && field.Name == "of":
		prefix = "sales.of_"
		if known := ingest.QuotaOf(value); known != "" {
			value = known
		}
	}
	if key := prefix + value; prefix != "" && p.Has(key) {
		return p.T(key)
	}
	return value
}

func mappingCard(p *i18n.Printer, s shown) templ.Component {
	options := []ui.Option{{Value: "", Label: p.T("imports.keep_text")}}
	for _, m := range s.mappings {
		options = append(options, ui.Option{Value: m.ID, Label: m.Name})
	}
	return ui.Filled(ui.CardView{Title: p.T("imports.mapping"), Span: 12, Sub: p.T("imports.mapping_sub")}, ui.Form(ui.FormView{ID: "mapping", Action: "/imports/" + s.ID + "/mapping", Fields: []ui.Field{
		{Name: "mapping", Kind: ui.FieldCode, Label: p.T("imports.mapping"), Value: s.text, Rows: 16},
		{Name: "saved", Kind: ui.FieldSelect, Label: p.T("imports.saved"), Options: options, Optional: true, Span: 6},
		{Name: "save_as", Label: p.T("imports.save_as"), Optional: true, Span: 6},
	}, Submit: ui.Action{Label: p.T("imports.mapping_button")}}))
}
