package ui

// EffectLine is one line of a comparison of pay without and with something.
type EffectLine struct {
	Label         string
	Before, After int64
}

// EffectTable compares two columns of amounts, line by line and in all. Heads are the titles of line, before, after and change.
func EffectTable(label string, heads [4]string, sum string, lines []EffectLine) TableView {
	table := TableView{Label: label, Inset: true, Columns: []Column{{Label: heads[0], Phone: true}, {Label: heads[1], Kind: ColumnNumber},
		{Label: heads[2], Kind: ColumnNumber, Phone: true}, {Label: heads[3], Kind: ColumnNumber, Phone: true}}}
	var before, after int64
	row := func(label string, before, after int64) Row {
		return Row{Cells: []Cell{Text(label), MoneyCell(before), MoneyCell(after), Draw(Money(Amount{Minor: after - before, Plain: true, Signed: true}))}}
	}
	for _, l := range lines {
		before, after = before+l.Before, after+l.After
		table.Rows = append(table.Rows, row(l.Label, l.Before, l.After))
	}
	total := row(sum, before, after)
	total.Kind = RowSum
	table.Totals = []Row{total}
	return table
}
