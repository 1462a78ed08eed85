package quote

import (
	"math/big"

	"xiaoguan/internal/approval"
	"xiaoguan/internal/money"
)

// noValue stands where a line has none.
const noValue = "–"

// SignedLines are lines as whoever signs sees them: what, how much, at which discount or agreed price, for how much. Errors: money.ErrOverflow.
func SignedLines(label string, lines []Line) (f approval.Fact, err error) {
	table := approval.SignedTable{Columns: []approval.SignedColumn{
		{Label: "quote.line_text", Form: approval.FormText, Main: true}, {Label: "quote.quantity", Form: approval.FormText}, {Label: "quote.list_price", Form: approval.FormMoney},
		{Label: "quote.discount", Form: approval.FormPPM, Main: true}, {Label: "quote.agreed_price", Form: approval.FormMoney}, {Label: "quote.line_amount", Form: approval.FormMoney, Main: true},
	}}
	for _, l := range lines {
		amount, err := l.AmountMinor()
		if err != nil {
			return f, err
		}
		discount, err := money.Round(new(big.Rat).Mul(l.Discount(), big.NewRat(Whole, 1)), money.Ceiling)
		if err != nil {
			return f, err
		}
		quantity := l.Quantity.String()
		if l.Unit != "" {
			quantity += " " + l.Unit
		}
		list, price := approval.SignedCell{Minor: l.ListMinor}, approval.SignedCell{Minor: l.PriceMinor}
		if l.ListMinor == 0 {
			list.Text = noValue
		}
		if l.PriceMinor == NoPrice {
			price = approval.SignedCell{Text: noValue}
		}
		table.Rows = append(table.Rows, []approval.SignedCell{{Text: l.Text}, {Text: quantity}, list, {Minor: discount}, price, {Minor: amount}})
	}
	return approval.Fact{Label: label, Form: approval.FormTable, Table: &table}, nil
}
