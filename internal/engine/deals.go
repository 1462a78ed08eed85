package engine

import (
	"fmt"

	"xiaoguan/internal/errs"
)

// wholeDeal is 100 % in basis points.
const wholeDeal = 10000

// dealRow is what the run needs of a deal, small enough to stay near the processor.
type dealRow struct {
	customer, product int32
	first, second     int32 // sellers; None when the deal has fewer
	firstPoints       int32
	more              bool // more than two sellers: see Facts.Shares
}

// readDeals checks the deals and makes them small.
func readDeals(f *Facts, split bool) ([]dealRow, []problem) {
	rows := make([]dealRow, len(f.Deals))
	lists := make([][]problem, processors(len(rows)))
	spread(len(lists), len(rows), func(w, from, to int) {
		for i := from; i < to; i++ {
			if p := readDeal(f, i, &rows[i], split); p != nil {
				lists[w] = append(lists[w], *p)
			}
		}
	})
	var problems []problem
	for _, list := range lists {
		problems = append(problems, list...)
	}
	return rows, problems
}

func readDeal(f *Facts, i int, row *dealRow, split bool) *problem {
	d := &f.Deals[i]
	*row = dealRow{customer: d.Customer, product: d.Product, first: None, second: None}
	fail := func(value, key string, args errs.Args) *problem {
		p := trouble("deals["+d.Key+"]", value, key, args)
		return &p
	}
	switch {
	case d.Customer < None || int(d.Customer) >= len(f.Customers):
		return fail(fmt.Sprint(d.Customer), problemReference, errs.Args{"What": "customer"})
	case d.Product < None || int(d.Product) >= len(f.Products):
		return fail(fmt.Sprint(d.Product), problemReference, errs.Args{"What": "product"})
	case d.ShareFrom == d.ShareTo:
		return nil
	case d.ShareFrom < 0 || d.ShareTo < d.ShareFrom || int(d.ShareTo) > len(f.Shares) || d.ShareTo-d.ShareFrom > 1<<14:
		return fail(fmt.Sprintf("%d:%d", d.ShareFrom, d.ShareTo), problemReference, errs.Args{"What": "share"})
	}
	shares := f.Shares[d.ShareFrom:d.ShareTo]
	sum := int64(0)
	for _, s := range shares {
		if s.Person < 0 || int(s.Person) >= len(f.Persons) {
			return fail(fmt.Sprint(s.Person), problemReference, errs.Args{"What": "person"})
		}
		if s.BasisPoints < 0 {
			return fail(fmt.Sprint(s.BasisPoints), problemShares, errs.Args{"Percent": shown("ratio", fraction(int64(s.BasisPoints), wholeDeal), "", false)})
		}
		sum += int64(s.BasisPoints)
	}
	if split && sum != wholeDeal {
		return fail(fmt.Sprint(sum), problemShares, errs.Args{"Percent": shown("ratio", fraction(sum, wholeDeal), "", false)})
	}
	row.first, row.firstPoints = shares[0].Person, shares[0].BasisPoints
	if len(shares) > 1 {
		row.second = shares[1].Person
	}
	row.more = len(shares) > 2
	return nil
}
