// Package render writes documents for other programs and for print: the pay file as CSV and as a workbook.
//
// What is written depends on the content alone: the same sheet gives the same bytes, so that a digest can vouch for it.
package render

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"fmt"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"xiaoguan/internal/money"
	"xiaoguan/internal/period"
	"xiaoguan/internal/tabular"
)

// PayFiles writes pay files; it implements period.PayFiles.
type PayFiles struct{}

var payHead = []string{"工号 Employee", "姓名 Name", "团队 Team"}

const payTotal = "合计 Total"

// CSV writes UTF-8 with a byte order mark, as Excel expects it, with a last line of totals.
func (PayFiles) CSV(sheet period.PaySheet) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	for _, row := range payRows(sheet) {
		if err := w.Write(row); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

// payRows lays the sheet out as texts: head, payees, totals.
func payRows(sheet period.PaySheet) [][]string {
	head := append([]string{}, payHead...)
	for _, c := range sheet.Columns {
		head = append(head, columnTitle(c))
	}
	rows := [][]string{append(head, payTotal+" "+string(sheet.Currency))}
	for _, r := range sheet.Rows {
		row := []string{tabular.Guard(r.Key), tabular.Guard(r.Name), tabular.Guard(r.Team)}
		rows = append(rows, append(row, amounts(sheet.Currency, r.Amounts, r.Total)...))
	}
	return append(rows, append([]string{payTotal, "", ""}, amounts(sheet.Currency, sheet.Totals, sheet.Total)...))
}

func columnTitle(c period.PayColumn) string {
	return tabular.Guard(fmt.Sprintf("%s·%s %s/%s", c.Plan.Zh, c.Name.Zh, c.PlanID, c.Component))
}

func amounts(currency money.Currency, parts []int64, total int64) []string {
	texts := make([]string, 0, len(parts)+1)
	for _, p := range append(parts[:len(parts):len(parts)], total) {
		texts = append(texts, money.Format(p, currency))
	}
	return texts
}

// XLSX writes a workbook of two sheets: the payees, and the totals by component under the company's name. Amounts are numbers with two decimals; the exact
// texts are those of the CSV.
func (PayFiles) XLSX(sheet period.PaySheet) (_ []byte, err error) {
	f := excelize.NewFile()
	defer func() {
		if closing := f.Close(); err == nil {
			err = closing
		}
	}()
	when := sheet.Month.Last().Time().Format(time.RFC3339)
	if err := f.SetDocProps(&excelize.DocProperties{Creator: cmp.Or(sheet.Company, "xiaoguan"), Title: strings.TrimSpace(sheet.Company + " 发放表 " + sheet.Month.String()), Created: when, Modified: when}); err != nil {
		return nil, err
	}
	if err := f.SetSheetName("Sheet1", "发放明细"); err != nil {
		return nil, err
	}
	if err := writePayees(f, sheet); err != nil {
		return nil, err
	}
	if err := writeTotals(f, sheet); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func writePayees(f *excelize.File, sheet period.PaySheet) error {
	w, err := f.NewStreamWriter("发放明细")
	if err != nil {
		return err
	}
	format := "#,##0.00"
	if sheet.Currency.MinorDigits() == 0 {
		format = "#,##0"
	}
	style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
	if err != nil {
		return err
	}
	if err := w.SetColWidth(1, len(sheet.Columns)+4, 16); err != nil {
		return err
	}
	rows := payRows(sheet)
	for i, texts := range rows {
		cells := make([]any, len(texts))
		for j, text := range texts {
			if cells[j] = text; i > 0 && j >= len(payHead) {
				cells[j] = excelize.Cell{StyleID: style, Value: number(sheet, i-1, j-len(payHead))}
			}
		}
		at, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			return err
		}
		if err := w.SetRow(at, cells); err != nil {
			return err
		}
	}
	return w.Flush()
}

// number gives an amount as the spreadsheet's number. Spreadsheets know no exact decimals; to two places a double is exact up to
// 90 trillion yuan, and nothing is computed with it here.
func number(sheet period.PaySheet, row, column int) any {
	parts, total := sheet.Totals, sheet.Total
	if row < len(sheet.Rows) {
		parts, total = sheet.Rows[row].Amounts, sheet.Rows[row].Total
	}
	if column < len(parts) {
		total = parts[column]
	}
	scale := 1
	for range sheet.Currency.MinorDigits() {
		scale *= 10
	}
	return float64(total) / float64(scale)
}

func writeTotals(f *excelize.File, sheet period.PaySheet) error {
	const name = "按组件汇总"
	if _, err := f.NewSheet(name); err != nil {
		return err
	}
	if err := f.SetSheetRow(name, "A1", &[]any{tabular.Guard(sheet.Company), "发放表 Pay file", sheet.Month.String()}); err != nil {
		return err
	}
	if err := f.SetSheetRow(name, "A2", &[]any{"方案 Plan", "组件 Component", "金额 Amount " + string(sheet.Currency)}); err != nil {
		return err
	}
	for i, c := range sheet.Columns {
		row := []any{tabular.Guard(c.Plan.Zh), tabular.Guard(c.Name.Zh), number(sheet, len(sheet.Rows), i)}
		if err := f.SetSheetRow(name, fmt.Sprintf("A%d", i+3), &row); err != nil {
			return err
		}
	}
	return f.SetSheetRow(name, fmt.Sprintf("A%d", len(sheet.Columns)+3), &[]any{payTotal, "", number(sheet, len(sheet.Rows), len(sheet.Columns))})
}
