package engine

import (
	"fmt"

	"xiaoguan/internal/errs"
)

// wholeDeal is 100 % in basis points.
const wholeDeal = 10000

// dealRow is what crediting needs of a deal. Payments come to deals in no order, so that every row waits for memory: 16 bytes never
// lie across two lines of the cache.
type dealRow struct {
	customer      int32
	first, second int32 // sellers; None when the deal has fewer
	firstPoints   int16 // of 10,000; 0 when no event is split
	more          bool  // more than two sellers: see Facts.Shares
}

// noDeal stands for a deal that is not there.
var noDeal = dealRow{customer: None, first: None, second: None}

// nearRows is how many rows have their deals fetched at once.
const nearRows = 256

// nearDeals are the deals of some neighbouring rows. Fetching does nothing but read, so that the processor waits for many of them at
// the same time; what is done with a row would keep the next one waiting.
type nearDeals [nearRows]dealRow

// fetch returns the deals of the rows from … to, at most nearRows.
func (near *nearDeals) fetch(deals []dealRow, r *rows, from, to int) []dealRow {
	if r.deal == nil {
		return deals[from:to]
	}
	for k, d := range r.deal[from:to] {
		if uint32(d) < uint32(len(deals)) {
			near[k] = deals[d]
		} else {
			near[k] = noDeal
		}
	}
	return near[:to-from]
}

// readDeals checks the deals and makes them small: what crediting needs, and the products, which are asked for by credit.
func readDeals(f *Facts, split bool) (rows []dealRow, products []int32, problems []problem) {
	rows, products = make([]dealRow, len(f.Deals)), make([]int32, len(f.Deals))
	lists := make([][]problem, processors(len(rows)))
	spread(len(lists), len(rows), func(w, from, to int) {
		for i := from; i < to; i++ {
			products[i] = f.Deals[i].Product
			if p := readDeal(f, i, &rows[i], split); p != nil {
				lists[w] = append(lists[w], *p)
			}
		}
	})
	for _, list := range lists {
		problems = append(problems, list...)
	}
	return rows, products, problems
}

func readDeal(f *Facts, i int, row *dealRow, split bool) *problem {
	d := &f.Deals[i]
	*row = noDeal
	row.customer = d.Customer
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
	row.first = shares[0].Person
	if split {
		row.firstPoints = int16(shares[0].BasisPoints) // not above wholeDeal, as their sum
	}
	if len(shares) > 1 {
		row.second = shares[1].Person
	}
	row.more = len(shares) > 2
	return nil
}
