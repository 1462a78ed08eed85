package tabular_test

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"xiaoguan/internal/tabular"
)

func chartBook(t *testing.T, sheets ...tabular.ChartSheet) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := tabular.WriteChartXLSX(&b, sheets); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// parts are the files inside a workbook by name.
func parts(t *testing.T, book []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		found[f.Name] = string(text)
	}
	return found
}

func TestAChartIsDrawnFromTheCells(t *testing.T) {
	t.Parallel()
	sheet := tabular.ChartSheet{Name: "回款/趋势", Title: "回款", Kind: tabular.ChartColumns, Head: []string{"月份", "实际", "目标"}, Series: []int{1, 2}, Notes: []string{"=口径"},
		Rows: [][]tabular.Cell{{tabular.Text("2026-08"), tabular.Number("1200.50"), tabular.Number("1500")}, {tabular.Text("2026-09"), tabular.Number("900"), tabular.Text("没有目标")}}}
	book := chartBook(t, sheet, sheet)
	f, err := excelize.OpenReader(bytes.NewReader(book))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if names := f.GetSheetList(); len(names) != 2 || names[0] != "回款趋势" || names[1] != "回款趋势 2" {
		t.Errorf("sheets %q", names)
	}
	for at, want := range map[string]string{"A1": "月份", "B2": "1200.5", "C3": "没有目标", "A5": "'=口径"} {
		if got, err := f.GetCellValue("回款趋势", at); err != nil || got != want {
			t.Errorf("%s is %q (%v), want %q", at, got, err, want)
		}
	}
	found := parts(t, book)
	chart, drawn := found["xl/charts/chart1.xml"]
	if !drawn || !strings.Contains(chart, "$B$2:$B$3") || !strings.Contains(chart, "$C$2:$C$3") {
		t.Errorf("the chart reads no cells: %.300s", chart)
	}
}

func TestOneRowIsNoChart(t *testing.T) {
	t.Parallel()
	found := parts(t, chartBook(t, tabular.ChartSheet{Name: "一行", Kind: tabular.ChartLine, Head: []string{"月份", "率"}, Series: []int{1}, Percent: true, Rows: [][]tabular.Cell{{tabular.Text("2026-08"), tabular.Number("0.5")}}}))
	for name := range found {
		if strings.HasPrefix(name, "xl/charts/") {
			t.Errorf("there is %s", name)
		}
	}
}

// TestTheSameSheetsGiveTheSameBytes, so that a digest can vouch for a workbook.
func TestTheSameSheetsGiveTheSameBytes(t *testing.T) {
	t.Parallel()
	var sheets []tabular.ChartSheet
	for range 12 {
		sheets = append(sheets, tabular.ChartSheet{Name: "回款", Title: "回款", Kind: tabular.ChartColumns, Head: []string{"月份", "实际", "目标", "率"}, Series: []int{1}, Lines: []int{2}, Formats: map[int]string{1: "#,##0.00", 3: "0.0%"},
			Rows: [][]tabular.Cell{{tabular.Text("2026-08"), tabular.Number("1200.50"), tabular.Number("1500"), tabular.Number("0.8")}, {tabular.Text("2026-09"), tabular.Number("900"), tabular.Number("1000"), tabular.Number("0.9")}}})
	}
	first := chartBook(t, sheets...)
	for range 5 {
		if !bytes.Equal(first, chartBook(t, sheets...)) {
			t.Fatal("the bytes differ")
		}
	}
}

func TestATargetIsALineOverColumns(t *testing.T) {
	t.Parallel()
	found := parts(t, chartBook(t, tabular.ChartSheet{Name: "s", Kind: tabular.ChartColumns, Head: []string{"月份", "实际", "目标"}, Series: []int{1}, Lines: []int{2}, Formats: map[int]string{1: `#,##0.00`}, Widths: []float64{30},
		Rows: [][]tabular.Cell{{tabular.Text("2026-08"), tabular.Number("1"), tabular.Number("2")}, {tabular.Text("2026-09"), tabular.Number("3"), tabular.Number("4")}}}))
	chart := found["xl/charts/chart1.xml"]
	bar, line, both := strings.Cut(chart, "lineChart>")
	if !both || !strings.Contains(bar, "$B$2:$B$3") || !strings.Contains(line, "$C$2:$C$3") {
		t.Errorf("the chart is %s", chart)
	}
	if !strings.Contains(found["xl/styles.xml"], "#,##0.00") && !strings.Contains(found["xl/styles.xml"], `numFmtId="4"`) {
		t.Error("the format was lost")
	}
	if !strings.Contains(found["xl/worksheets/sheet1.xml"], `width="30"`) {
		t.Error("the width was lost")
	}
}
