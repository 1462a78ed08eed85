package render_test

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"xiaoguan/internal/money"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/period"
	"xiaoguan/internal/render"
)

// hostile are names that a spreadsheet would run.
var hostile = []string{"=HYPERLINK(\"http://x\")", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1", "＝1+1", "＠SUM(A1)"}

func sheet() period.PaySheet {
	s := period.PaySheet{Month: monthtest.SmallMonth, Currency: money.CNY}
	s.Columns = append(s.Columns, period.PayColumn{PlanID: "regular", Component: "commission"})
	s.Columns[0].Plan.Zh, s.Columns[0].Name.Zh = "=方案", "=提成"
	for _, name := range hostile {
		s.Rows = append(s.Rows, period.PayRow{PayName: period.PayName{Key: name, Name: name, Team: name}, Amounts: []int64{-1_05}, Total: -1_05})
	}
	s.Totals, s.Total = []int64{-9_45}, -9_45
	return s
}

func TestPayFilesHoldNoFormula(t *testing.T) {
	t.Parallel()
	text, err := render.PayFiles{}.CSV(sheet())
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff")))).ReadAll()
	if err != nil || len(rows) != len(hostile)+2 {
		t.Fatal(err, len(rows))
	}
	content, err := render.PayFiles{}.XLSX(sheet())
	if err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	for _, name := range book.GetSheetList() {
		cells, err := book.GetRows(name)
		if err != nil {
			t.Fatal(err)
		}
		for y, row := range cells {
			for x := range row {
				at, _ := excelize.CoordinatesToCellName(x+1, y+1)
				if formula, err := book.GetCellFormula(name, at); err != nil || formula != "" {
					t.Errorf("%s %s is the formula %s, %v", name, at, formula, err)
				}
			}
		}
		rows = append(rows, cells...)
	}
	guarded := 0
	for _, row := range rows {
		for _, cell := range row {
			if strings.IndexAny(cell, "=+@\t\r\n") == 0 || strings.HasPrefix(cell, "＝") || strings.HasPrefix(cell, "＠") || strings.HasPrefix(cell, "-1+") {
				t.Errorf("%q would be run", cell)
			}
			if strings.HasPrefix(cell, "'") {
				guarded++
			}
		}
	}
	if guarded < 2*3*len(hostile) {
		t.Errorf("only %d cells are guarded", guarded)
	}
}

// TestAmountsStayNumbers: what is guarded are texts; a negative amount stays an amount.
func TestAmountsStayNumbers(t *testing.T) {
	t.Parallel()
	text, err := render.PayFiles{}.CSV(sheet())
	if err != nil || !bytes.Contains(text, []byte(",-1.05,-1.05\r\n")) {
		t.Errorf("%s, %v", text, err)
	}
}
