package render

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/money"
	"xiaoguan/internal/paper"
	"xiaoguan/internal/report"
	"xiaoguan/internal/tabular"
)

// Reports writes versions of the monthly report as files: what is computed with the notes beside it. The same frozen version gives the same bytes.
type Reports struct {
	Company func() string
}

// writing is one version being written in a language.
type writing struct {
	shown   *report.Shown
	p       *i18n.Printer
	words   report.Words
	company string
}

func (r Reports) writing(shown *report.Shown, p *i18n.Printer) writing {
	return writing{shown, p, report.NewWords(p, &shown.Document), r.Company()}
}

// Write implements report.Writer.
func (r Reports) Write(p *i18n.Printer, shown *report.Shown, format report.Format) ([]byte, error) {
	switch format {
	case report.FormatPDF:
		return r.PDF(shown, p), nil
	case report.FormatWord:
		return r.Word(shown, p)
	case report.FormatExcel:
		return r.Workbook(shown, p)
	case report.FormatPage:
		return r.Page(shown, p), nil
	}
	return nil, errs.New(errs.KindNotFound, "error.not_found", nil)
}

// PDF writes a version for A4.
func (r Reports) PDF(shown *report.Shown, p *i18n.Printer) []byte {
	return r.writing(shown, p).paper().PDF()
}

// Word writes a version as a Word file, whose charts Word draws itself.
func (r Reports) Word(shown *report.Shown, p *i18n.Printer) ([]byte, error) {
	return r.writing(shown, p).paper().Word()
}

// Workbook writes a version as a workbook: the text, a sheet for each table and each chart, which Excel draws, the numbers and the definitions.
func (r Reports) Workbook(shown *report.Shown, p *i18n.Printer) ([]byte, error) {
	var b bytes.Buffer
	err := tabular.WriteChartXLSX(&b, r.writing(shown, p).sheets())
	return b.Bytes(), err
}

// place names the place of the report.
func (w writing) place() string {
	if w.shown.Report.Place.Name != "" {
		return w.shown.Report.Place.Name
	}
	return w.p.T("board.place.company")
}

func (w writing) title() string {
	return w.p.T("reports.title_of", "Month", w.p.Month(w.shown.Report.Month))
}

// lines stand under the title: whose, of when, which version.
func (w writing) lines() []string {
	d, v := &w.shown.Document, &w.shown.Version
	lines := []string{w.company, w.p.T("reports.scope", "Place", w.place()), w.p.T("reports.days", "From", w.p.Date(d.Period.From), "To", w.p.Date(d.Period.To)),
		w.p.T("reports.computed", "When", w.moment(v), "Version", int64(v.Number))}
	if v.State == report.StatePublished {
		lines = append(lines, w.p.T("reports.published_by", "When", w.p.Local(v.PublishedAt).Format("2006-01-02 15:04"), "Name", w.person(v.PublishedBy, v.PublishedName)))
	} else {
		lines = append(lines, w.p.T("reports.is_draft"))
	}
	return lines
}

func (w writing) moment(v *report.Version) string {
	return w.p.Local(v.ComputedAt).Format("2006-01-02 15:04")
}

// person names somebody; the system has no name.
func (w writing) person(by, name string) string {
	if by == "" || strings.HasPrefix(by, "system:") {
		return w.p.T("reports.system")
	}
	return name
}

// foot says on each page which text it is.
func (w writing) foot() string {
	return w.company + " · " + w.title() + " · " + w.place() + " · " + w.p.T("reports.version", "Version", int64(w.shown.Version.Number)) + " · " + short(w.shown.Version.Hash)
}

func short(hash string) string { return hash[:min(16, len(hash))] }

// heading is a section with its number.
func (w writing) heading(id report.SectionID) string {
	name := w.p.Message(id.Message())
	if n := id.Number(); n > 0 {
		return strconv.Itoa(n) + " " + name
	}
	return name
}

// blockTitle is the title of a table or a chart; that of its section where it has none of its own.
func (w writing) blockTitle(kind, block string, section report.SectionID) string {
	if key := "report." + kind + "." + block; w.p.Has(key) {
		return w.p.T(key)
	}
	return w.p.Message(section.Message())
}

// paper is the version as a document.
func (w writing) paper() *paper.Document {
	doc := &paper.Document{Title: w.title(), Lines: w.lines(), Chinese: w.p.Zh(), Contents: w.p.T("book.contents"), Foot: w.foot(), PageOf: w.p.T("book.page")}
	for i, s := range w.shown.Document.Sections {
		page := paper.PageSame
		if i == 0 {
			page = paper.PageNew
		}
		doc.Blocks = append(doc.Blocks, paper.Heading(1, w.heading(s.ID)).On(page))
		for _, b := range s.Blocks {
			doc.Blocks = append(doc.Blocks, w.block(s.ID, b)...)
		}
		if note, found := w.shown.Note(s.ID); found {
			doc.Blocks = append(doc.Blocks, paper.Note(w.noteHead(note), note.Text))
		}
	}
	if len(w.shown.Document.Definitions) > 0 {
		doc.Blocks = append(doc.Blocks, paper.Heading(1, w.p.T("reports.definitions")).On(paper.PageSame), paper.Table([]int{3, 1, 8}, w.definitionHead(), w.definitions()...))
	}
	return doc
}

func (w writing) noteHead(n report.Note) string {
	return w.p.T("reports.note_by", "Name", w.person(n.ByID, n.ByName), "When", w.p.Local(n.At).Format("2006-01-02 15:04"))
}

func (w writing) definitionHead() []string {
	return []string{w.p.T("board.metric"), w.p.T("reports.version_short"), w.p.T("why.basis")}
}

func (w writing) definitions() (rows [][]string) {
	for _, d := range w.shown.Document.Definitions {
		name, basis := d.Name.Or(d.Name.En, d.Name.Zh), d.Basis.Or(d.Basis.En, d.Basis.Zh)
		if w.p.Zh() {
			rows = append(rows, []string{name.Zh, strconv.Itoa(d.Version), basis.Zh})
			continue
		}
		rows = append(rows, []string{name.En, strconv.Itoa(d.Version), basis.En})
	}
	return rows
}

func (w writing) block(section report.SectionID, b report.Block) []paper.Block {
	switch {
	case b.Sentence != nil:
		return []paper.Block{paper.Text(w.words.Sentence(*b.Sentence))}
	case b.Chart != nil:
		return []paper.Block{paper.Picture(w.chart(section, b))}
	case b.Table == nil:
		return nil
	case len(b.Table.Rows) == 0:
		if b.Table.Empty != nil {
			return []paper.Block{paper.Text(w.words.Sentence(*b.Table.Empty))}
		}
		return nil
	}
	var head []string
	widths := []int{}
	for _, c := range b.Table.Columns {
		head = append(head, w.p.T("report.column."+c.Key))
		width := 3
		if c.Unit != "" {
			width = 2
		}
		widths = append(widths, width)
	}
	var rows [][]string
	for _, r := range b.Table.Rows {
		row := make([]string, len(head))
		for i := range row {
			if i < len(r.Cells) {
				row[i] = w.words.Arg(r.Cells[i])
			}
		}
		rows = append(rows, row)
	}
	return []paper.Block{paper.Heading(3, w.blockTitle("table", b.ID, section)), paper.Table(widths, head, rows...)}
}

// chart gives the numbers of a chart to whoever draws it.
func (w writing) chart(section report.SectionID, b report.Block) paper.Chart {
	c := paper.Chart{Title: w.blockTitle("chart", b.ID, section), Falls: b.Chart.Kind == report.ChartWaterfall, Bars: b.Chart.Kind == report.ChartBars && len(b.Chart.Labels) > 0 && b.Chart.Labels[0].Month == 0}
	c.Digits, c.Format = w.digits(b.Chart.Unit)
	c.Write = func(value int64) string {
		return w.words.Figure(report.Figure{Unit: b.Chart.Unit, Amount: value, Known: true})
	}
	for _, label := range b.Chart.Labels {
		c.Labels = append(c.Labels, w.label(label))
	}
	for k, s := range b.Chart.Series {
		series := paper.Series{Name: w.p.T("report.series." + string(s.Role))}
		switch s.Role {
		case report.RoleTarget, report.RoleYearAgo, report.RoleLow, report.RoleHigh:
			series.Line, series.Dashed = true, true
		case report.RoleActual, report.RoleForecast:
			series.Line = b.Chart.Kind == report.ChartLine && b.Chart.Unit != metric.UnitMoney
			series.Over = s.Role == report.RoleForecast && k > 0 && !series.Line
		}
		for _, p := range s.Points {
			series.Points = append(series.Points, paper.Point{Value: p.Amount, Known: p.Known})
		}
		c.Series = append(c.Series, series)
	}
	return c
}

// label is a short name at an axis.
func (w writing) label(a report.Arg) string {
	if a.Month != 0 {
		return w.p.MonthShort(a.Month)
	}
	return w.words.Arg(a)
}

// digits is how many decimals amounts of a unit have, and how programs of tables write them.
func (w writing) digits(unit metric.Unit) (int, string) {
	switch unit {
	case metric.UnitMoney, metric.UnitEach:
		return money.Currency(w.shown.Document.Currency).MinorDigits(), "#,##0"
	case metric.UnitPercent:
		return 6, "0.0%"
	case metric.UnitDays:
		return 1, "0.0"
	}
	return 0, "#,##0"
}

// Page writes a version as one page that stands alone: no script, no picture from elsewhere, no style sheet but its own.
func (r Reports) Page(shown *report.Shown, p *i18n.Printer) []byte {
	w := r.writing(shown, p)
	doc := w.paper()
	var b strings.Builder
	lang := "en"
	if p.Zh() {
		lang = "zh-CN"
	}
	fmt.Fprintf(&b, `<!doctype html><html lang="%s"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><title>%s</title><style>%s</style></head><body><main>`, lang, safe(doc.Title), pageStyle)
	fmt.Fprintf(&b, "<h1>%s</h1><p class=\"sub\">%s</p>", safe(doc.Title), joinSafe(doc.Lines))
	writeContents(&b, doc)
	for i := range doc.Blocks {
		writeBlock(&b, &doc.Blocks[i], i)
	}
	fmt.Fprintf(&b, `<footer>%s</footer></main></body></html>`, safe(doc.Foot))
	return []byte(b.String())
}

// pageStyle is the whole style of such a page: light, dark, a phone, paper.
const pageStyle = `:root{color-scheme:light dark;--ink:#1d2529;--quiet:#5f686d;--line:#e6e3db;--card:#fff;--back:#f6f5f1}@media(prefers-color-scheme:dark){:root{--ink:#e7ebea;--quiet:#98a3a7;--line:#2a3438;--card:#192023;--back:#101517}svg text{fill:#b3bdc0!important}}` +
	`*{box-sizing:border-box}body{margin:0;background:var(--back);color:var(--ink);font:16px/1.9 "Songti SC","Noto Serif SC",SimSun,serif}main{max-width:820px;margin:0 auto;padding:40px 48px;background:var(--card)}h1{font-size:26px;line-height:1.4;margin:0 0 8px}h2{font-size:20px;margin:1.6em 0 .5em;padding-top:.6em;border-top:1px solid var(--line)}` +
	`h3{font-size:16px;margin:1.2em 0 .3em}p{margin:0 0 .7em}.sub,footer,nav{color:var(--quiet);font:13px/1.8 -apple-system,"PingFang SC","Microsoft YaHei",sans-serif}a{color:inherit}.tw{overflow-x:auto}table{border-collapse:collapse;width:100%;font:13px/1.6 -apple-system,"PingFang SC","Microsoft YaHei",sans-serif;font-variant-numeric:tabular-nums}` +
	`th,td{border-bottom:1px solid var(--line);padding:6px 8px;text-align:left;vertical-align:top}th{font-weight:600}blockquote{margin:12px 0;padding:8px 16px;border-left:3px solid #9b968a;font:14px/1.8 -apple-system,"PingFang SC","Microsoft YaHei",sans-serif;white-space:pre-line}blockquote b{display:block;font-size:12px}svg{max-width:100%;height:auto;display:block}` +
	`footer{margin-top:32px;border-top:1px solid var(--line);padding-top:8px;word-break:break-all}@media(max-width:600px){main{padding:20px 16px}}@media print{body,main{background:#fff;color:#000;padding:0}h2,h3{break-after:avoid}tr,svg{break-inside:avoid}}`
