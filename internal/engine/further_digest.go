package engine

import (
	"cmp"
	"slices"
)

// earlier enters what closed months paid, where there is any: inputs without it keep the digest that they had.
func (d *digester) earlier(f *Facts, book earlierBook) {
	if len(book) == 0 {
		return
	}
	var rows []*EarlierPay
	for _, list := range book {
		rows = append(rows, list...)
	}
	slices.SortFunc(rows, func(a, b *EarlierPay) int {
		return cmp.Or(CompareKeys(f.Persons[a.Person].Key, f.Persons[b.Person].Key), cmp.Compare(a.Plan, b.Plan), cmp.Compare(a.Component, b.Component),
			cmp.Compare(a.Month, b.Month))
	})
	d.text("earlier")
	d.number(int64(len(rows)))
	for _, row := range rows {
		d.text(f.Persons[row.Person].Key, row.Plan, row.Component)
		d.number(int64(row.Month), row.AmountFen, row.CarriedFen)
	}
}
