package metric

import (
	"cmp"
	"context"
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
)

// Product is a product of the ledger. Line is its category, empty for none.
type Product struct {
	ID         int64
	Name, Line string
}

// ProductSum is what facts of a product add up to.
type ProductSum struct {
	ProductID int64 // 0: none was named
	Sum
}

// ProductFact is a fact with those who share its deal.
type ProductFact struct {
	ProductID int64
	Amount    int64
	Shares    []Share
}

// soldMeasures are those that are known by product: each of their facts belongs to a deal, which has one.
var soldMeasures = []MeasureID{Signed, Cancelled, Deals, Invoiced, Collected, Refunded}

// ledger is the products by id, and the lines with a number of their own: 1 for the first by name. 0 is what has none.
type ledger struct {
	products map[int64]Product
	lines    []string
}

func (l *ledger) line(product int64) int64 {
	name := l.products[product].Line
	at, found := slices.BinarySearch(l.lines, name)
	if name == "" || !found {
		return 0
	}
	return int64(at) + 1
}

// ledger reads the products, once.
func (e *evaluation) ledger(ctx context.Context) (*ledger, error) {
	if e.book != nil {
		return e.book, nil
	}
	list, err := e.reader.MetricProducts(ctx)
	if err != nil {
		return nil, err
	}
	l := &ledger{products: make(map[int64]Product, len(list))}
	for _, p := range list {
		l.products[p.ID] = p
		if p.Line != "" {
			l.lines = append(l.lines, p.Line)
		}
	}
	slices.Sort(l.lines)
	l.lines = slices.Compact(l.lines)
	e.book = l
	return l, nil
}

// products counts what is known by product, into parts by product or line. Persons add up to the place as they do without: each fact is split in whole
// minor units among those who share its deal.
func (c *collector) products(ctx context.Context, during, stocks []MeasureID) error {
	book, err := c.ledger(ctx)
	if err != nil {
		return err
	}
	for _, id := range slices.Concat(during, stocks) {
		switch {
		case id == Foreign:
		case !slices.Contains(soldMeasures, id) || slices.Contains(stocks, id):
			c.why[id] = ReasonWhole
		case c.travels:
			c.why[id] = ReasonNotRecorded
		}
	}
	for m := c.period.From.Month(); m <= c.period.To.Month() && !c.travels; m++ {
		from, to := max(m.First(), c.period.From), min(m.Last(), c.period.To)
		for _, id := range during {
			if !slices.Contains(soldMeasures, id) {
				continue
			}
			sums, err := c.sold(ctx, id, from, to)
			if err != nil {
				return err
			}
			for _, sum := range sums {
				part := sum.ProductID
				if c.by == ByLine {
					part = book.line(part)
				}
				if c.parts[part] == nil {
					c.parts[part] = newCounted()
				}
				c.parts[part].add(During, id, sum.Sum)
			}
		}
	}
	for _, part := range c.parts {
		part.why = c.why
	}
	return nil
}

// sold are the sums of a measure by product, of the people of the place.
func (c *collector) sold(ctx context.Context, id MeasureID, from, to calendar.Date) ([]ProductSum, error) {
	persons := c.persons(to, true)
	if persons == nil {
		return c.reader.ProductSums(ctx, id, from, to, c.Currency())
	}
	if len(persons) == 0 {
		return nil, nil
	}
	facts, err := c.reader.ProductFacts(ctx, id, from, to, c.Currency(), persons)
	if err != nil {
		return nil, err
	}
	sums := make([]ProductSum, 0, len(facts))
	for _, f := range facts {
		d := Delta{}
		if measuresByID[id].Kind == MeasureThings {
			d.things(id, from, f.Shares)
		} else {
			d.shared(id, from, f.Shares, f.Amount)
		}
		for cell, sum := range d {
			if _, in := slices.BinarySearch(persons, cell.PersonID); in {
				sums = append(sums, ProductSum{f.ProductID, sum})
			}
		}
	}
	return sums, nil
}

// soldParts are the products or lines that something is known of, by name, what has none last.
func (e *evaluation) soldParts(by Breakdown, found map[int64]*counted) (list []Place) {
	for id := range found {
		p := Place{Kind: PartProduct, ID: id, Name: e.book.products[id].Name}
		if by == ByLine {
			p = Place{Kind: PartLine, ID: id}
			if id > 0 {
				p.Name = e.book.lines[id-1]
			}
		}
		list = append(list, p)
	}
	slices.SortFunc(list, func(a, b Place) int {
		return cmp.Or(-cmp.Compare(min(a.ID, 1), min(b.ID, 1)), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	return list
}

// productsOf are the products that rows are asked of; nil for any. What is not known by product has no rows of one.
func (e *evaluation) productsOf(ctx context.Context, q RowsQuery, page *RowsPage) ([]int64, error) {
	if q.Product == nil && q.Line == nil {
		return nil, nil
	}
	book, err := e.ledger(ctx)
	if err != nil {
		return nil, err
	}
	page.Listed = slices.Contains(soldMeasures, page.Measure)
	if q.Product != nil {
		p, known := book.products[*q.Product]
		if !known && *q.Product != 0 {
			return nil, errs.New(errs.KindNotFound, "metric.no_product", nil)
		}
		page.Of = Place{Kind: PartProduct, ID: p.ID, Name: p.Name}
		return []int64{*q.Product}, nil
	}
	page.Of = Place{Kind: PartLine, Name: *q.Line}
	list := []int64{}
	for id, p := range book.products {
		if p.Line == *q.Line {
			list = append(list, id)
		}
	}
	if *q.Line == "" {
		list = append(list, 0)
	}
	slices.Sort(list)
	if len(list) == 0 {
		return nil, errs.New(errs.KindNotFound, "metric.no_product", nil)
	}
	return list, nil
}
