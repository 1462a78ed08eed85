package render_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/render"
	"xiaoguan/internal/report"
	"xiaoguan/internal/store/storetest"
)

var reportFiles = render.Reports{Company: func() string { return "青禾智控 <A&B>" }}

// document is a report with a block of each kind: a sentence with numbers, one that says why there is none, a table, a trend with a forecast, bars, and steps.
func document(t *testing.T) (d report.Document) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "report", "testdata", "document.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// reportShown is a published version with a note.
func reportShown(t *testing.T) *report.Shown {
	t.Helper()
	d := document(t)
	return &report.Shown{Report: report.Report{ID: 5, Month: d.Month, Place: metric.Company, Newest: 2}, Document: d, Notes: []report.Note{{Section: report.SectionWhere, Text: "大单<b>推迟\n=到十一月", ByID: "u2", ByName: "林经理", At: storetest.Start}},
		Version: report.Version{ReportID: 5, Number: 2, State: report.StatePublished, Hash: strings.Repeat("0a1b", 16), ComputedAt: storetest.Start, PublishedAt: storetest.Start, PublishedBy: "u2", PublishedName: "林经理"}}
}

func reportPrinter(t *testing.T, lang i18n.Lang) *i18n.Printer {
	t.Helper()
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	return catalogue.Printer(lang).In(calendar.ChinaTime)
}

// unpacked are the files in an archive by name; each that is XML is sound.
func unpacked(t *testing.T, content []byte) map[string]string {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		for d := xml.NewDecoder(bytes.NewReader(text)); ; {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", f.Name, err)
			}
		}
		found[f.Name] = string(text)
	}
	return found
}

// kinds writes a version in each form.
func kinds(t *testing.T, p *i18n.Printer) map[string][]byte {
	t.Helper()
	word, err := reportFiles.Word(reportShown(t), p)
	if err != nil {
		t.Fatal(err)
	}
	book, err := reportFiles.Workbook(reportShown(t), p)
	if err != nil {
		t.Fatal(err)
	}
	return map[string][]byte{"docx": word, "xlsx": book, "pdf": reportFiles.PDF(reportShown(t), p), "html": reportFiles.Page(reportShown(t), p)}
}

func TestTheSameVersionGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Langs() {
		p := reportPrinter(t, lang)
		first := kinds(t, p)
		for range 3 {
			for kind, content := range kinds(t, p) {
				if !bytes.Equal(content, first[kind]) {
					t.Errorf("%s %s differs", lang, kind)
				}
			}
		}
	}
}

func TestWordHoldsTextNotesTablesAndCharts(t *testing.T) {
	t.Parallel()
	found := unpacked(t, kinds(t, reportPrinter(t, i18n.ZhCN))["docx"])
	text := found["word/document.xml"]
	for _, want := range []string{"2026年10月销售数据分析报告", "青禾智控 &lt;A&amp;B&gt;", "83.2%", "大单&lt;b&gt;推迟", "林经理", "华东&lt;i&gt;", "业绩达成率", "回款口径&lt;b&gt;"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s", want)
		}
	}
	if found["word/charts/chart3.xml"] == "" || found["word/charts/chart4.xml"] != "" {
		t.Error("the charts are not three")
	}
	if strings.Contains(text, "report.say.") || strings.Contains(text, "reports.") {
		t.Error("a text has no words")
	}
}

func TestTheWorkbookHasASheetForEachTableAndNativeCharts(t *testing.T) {
	t.Parallel()
	content := kinds(t, reportPrinter(t, i18n.ZhCN))["xlsx"]
	book, err := excelize.OpenReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	sheets := book.GetSheetList()
	if len(sheets) != 7 { // text, a table, three charts, numbers, definitions
		t.Errorf("sheets %q", sheets)
	}
	charts := 0
	for name := range unpacked(t, content) {
		if strings.HasPrefix(name, "xl/charts/chart") {
			charts++
		}
	}
	if charts < 3 {
		t.Errorf("%d charts", charts)
	}
	all := ""
	for _, sheet := range sheets {
		rows, err := book.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for y, row := range rows {
			all += strings.Join(row, "|") + "\n"
			for x := range row {
				at, _ := excelize.CoordinatesToCellName(x+1, y+1)
				if formula, err := book.GetCellFormula(sheet, at); err != nil || formula != "" {
					t.Errorf("%s %s is the formula %s, %v", sheet, at, formula, err)
				}
			}
		}
	}
	for _, want := range []string{"6,614,450.00", "业绩达成率", "大单<b>推迟", "华东<i>"} {
		if !strings.Contains(all, want) {
			t.Errorf("no %s in\n%s", want, all)
		}
	}
}

func TestThePageStandsAlone(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Langs() {
		page := string(kinds(t, reportPrinter(t, lang))["html"])
		for _, bad := range []string{"<script", "<link", "src=", "url(", "@import", "<b>推迟", "<i>", "http-equiv=\"refresh\""} {
			if strings.Contains(page, bad) {
				t.Errorf("%s: there is %s", lang, bad)
			}
		}
		for _, want := range []string{"<!doctype html>", "83.2%", "<svg", "<blockquote>", "default-src 'none'"} {
			if !strings.Contains(page, want) {
				t.Errorf("%s: no %s", lang, want)
			}
		}
		if strings.Count(page, "http://") != strings.Count(page, "http://www.w3.org/2000/svg") || strings.Contains(page, "https://") {
			t.Errorf("%s: something is fetched", lang)
		}
	}
}

// TestReportsAreWrittenToBeLookedAt writes all forms where somebody wants to look at them.
func TestReportsAreWrittenToBeLookedAt(t *testing.T) {
	folder := os.Getenv("XIAOGUAN_SCREENSHOTS")
	if folder == "" {
		folder = t.TempDir()
	}
	for _, lang := range i18n.Langs() {
		for kind, content := range kinds(t, reportPrinter(t, lang)) {
			if len(content) < 3000 {
				t.Errorf("%s has %d bytes", kind, len(content))
			}
			if err := os.WriteFile(filepath.Join(folder, "report-"+string(lang)+"."+kind), content, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}
