package ingest

import (
	"context"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
)

// judge checks records of one table against what was read before.
type judge struct {
	reader   *reader
	table    *openTable
	problems []errs.Field
	passed   int64 // rows of a block that repeat an earlier one, where the mapping says so
}

func (j *judge) wrong(id fieldID, row int, value, key string, args errs.Args) {
	c := &j.table.columns[id]
	label := c.label
	if args == nil {
		args = errs.Args{}
	}
	args["Column"], args["Value"] = label, value
	j.problems = append(j.problems, errs.Field{Source: j.table.source, Row: row, Path: label, Value: value,
		Message: errs.Msg(key, args), Remedy: errs.Msg(key+".remedy", args)})
}

// resolve finds what a reference points at: among the records read, or outside. A reference to nothing is a problem.
func (j *judge) resolve(id fieldID, row int, ref *Ref, kind fact.Kind, index *keyIndex) bool {
	if ref.Key.Empty() || ref.Index >= 0 {
		return true
	}
	if ref.Index = index.find(ref.Key); ref.Index >= 0 {
		return true
	}
	if j.reader.options.Known(kind, ref.Key.String()) {
		return true
	}
	j.wrong(id, row, ref.Key.String(), "ingest.unknown_"+string(kind), nil)
	return false
}

// find resolves a reference on a decoding goroutine, of which there are several; nobody may add to the index meanwhile.
func (ref *Ref) find(index *keyIndex) {
	if !ref.Key.Empty() {
		ref.Index = index.find(ref.Key)
	}
}

// enter gives the record's key its index. A key that was there before is a problem.
func (j *judge) enter(row int, key Key, index *keyIndex) bool {
	_, added := index.add(key)
	return j.first(row, key, added)
}

// first reports whether a record is the first of its key. Another is a problem, or is passed over where the mapping wants the first alone.
func (j *judge) first(row int, key Key, added bool) bool {
	switch {
	case added:
		return true
	case j.table.mapping.Distinct:
		j.passed++
	default:
		j.wrong(fieldKey, row, key.String(), "ingest.key_twice", nil)
	}
	return false
}

func (r *reader) customers(ctx context.Context) error {
	for _, t := range r.of(fact.KindCustomer) {
		check := func(j *judge, c *Customer) bool {
			return j.knows(c.Row, c.Own) && j.enter(c.Row, c.Key, &r.customerIndex)
		}
		err := readTable(ctx, r, t, form[Customer]{decode: (*rowDecoder).customer}, check, func(some []Customer, expect int64) error {
			return r.sink.Put(ctx, Batch{Kind: fact.KindCustomer, Source: t.source, Expect: expect, Customers: some})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) products(ctx context.Context) error {
	for _, t := range r.of(fact.KindProduct) {
		check := func(j *judge, p *Product) bool { return j.enter(p.Row, p.Key, &r.productIndex) }
		err := readTable(ctx, r, t, form[Product]{decode: (*rowDecoder).product}, check, func(some []Product, expect int64) error {
			return r.sink.Put(ctx, Batch{Kind: fact.KindProduct, Source: t.source, Expect: expect, Products: some})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) deals(ctx context.Context) error {
	for _, t := range r.of(fact.KindDeal) {
		var created []Customer
		check := func(j *judge, d *Deal) bool {
			created = j.createCustomer(&d.Customer, created)
			ok := j.resolve(fieldCustomer, d.Row, &d.Customer, fact.KindCustomer, &r.customerIndex)
			ok = j.resolve(fieldProduct, d.Row, &d.Product, fact.KindProduct, &r.productIndex) && ok
			if d.More != nil {
				ok = j.resolve(fieldReferrer, d.Row, &d.More.Referrer, fact.KindPerson, &r.personIndex) && ok
			}
			for i := range d.Sellers[:d.SellerCount] {
				ok = j.resolve(sellerField(i), d.Row, &d.Sellers[i].Person, fact.KindPerson, &r.personIndex) && ok
			}
			if ok = ok && j.enter(d.Row, d.Key, &r.dealIndex); ok {
				r.report.touch(d.SignedOn.Month())
			}
			return ok
		}
		relate := func(some []Deal) {
			for k := range some {
				some[k].Product.find(&r.productIndex)
				for i := range some[k].Sellers[:some[k].SellerCount] {
					some[k].Sellers[i].Person.find(&r.personIndex)
				}
				if !t.creates(fact.KindCustomer) {
					some[k].Customer.find(&r.customerIndex)
				}
			}
		}
		err := readTable(ctx, r, t, form[Deal]{(*rowDecoder).deal, relate}, check, func(some []Deal, expect int64) error {
			if len(created) > 0 {
				if err := r.sink.Put(ctx, Batch{Kind: fact.KindCustomer, Source: t.source, Customers: created}); err != nil {
					return err
				}
				created = nil
			}
			return r.sink.Put(ctx, Batch{Kind: fact.KindDeal, Source: t.source, Expect: expect, Deals: some})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// createCustomer makes the customer that a record names and nobody knows, where the mapping asks for that.
func (j *judge) createCustomer(named *Ref, created []Customer) []Customer {
	r, key := j.reader, named.Key
	if !j.table.creates(fact.KindCustomer) || r.customerIndex.find(key) >= 0 || r.options.Known(fact.KindCustomer, key.String()) {
		return created
	}
	r.customerIndex.add(key)
	return append(created, Customer{Key: key, Name: key.String()})
}

func (r *reader) payments(ctx context.Context) error {
	for _, t := range r.of(fact.KindPayment) {
		check := func(j *judge, p *Payment) bool {
			if !j.resolve(fieldDeal, p.Row, &p.Deal, fact.KindDeal, &r.dealIndex) {
				return false
			}
			if !j.first(p.Row, p.Key, r.paymentKeys.add(p.Key)) {
				return false
			}
			r.earliest = min(r.earliest, p.PaidOn)
			return true
		}
		r.earliest = calendar.Forever
		relate := func(some []Payment) {
			for i := range some {
				some[i].Deal.find(&r.dealIndex)
			}
		}
		err := readTable(ctx, r, t, form[Payment]{(*rowDecoder).payment, relate}, check, func(some []Payment, expect int64) error {
			return r.sink.Put(ctx, Batch{Kind: fact.KindPayment, Source: t.source, Expect: expect, Payments: some})
		})
		if err != nil {
			return err
		}
		if r.earliest != calendar.Forever {
			r.report.touch(r.earliest.Month())
		}
	}
	return nil
}

// quotaKey is what may be there once: a person's quota of a measure for a month. Persons outside the files have negative numbers.
type quotaKey struct {
	person, month, of int32
}

func (r *reader) quotas(ctx context.Context) error {
	seen, measures, outside := map[quotaKey]struct{}{}, map[string]int32{}, keyIndex{}
	key := func(q *Quota) quotaKey {
		person := q.Person.Index
		if person == External {
			outside.add(q.Person.Key)
			person = -1 - outside.find(q.Person.Key)
		}
		of, known := measures[q.Of]
		if !known {
			of = int32(len(measures))
			measures[q.Of] = of
		}
		return quotaKey{person, int32(q.Month), of}
	}
	for _, t := range r.of(fact.KindQuota) {
		check := func(j *judge, q *Quota) bool {
			if !j.resolve(fieldPerson, q.Row, &q.Person, fact.KindPerson, &r.personIndex) {
				return false
			}
			if !addTo(&seen, key(q)) {
				j.wrong(fieldMonth, q.Row, q.Person.Key.String()+" "+q.Month.String(), "ingest.quota_twice", nil)
				return false
			}
			r.report.touch(q.Month)
			return true
		}
		relate := func(some []Quota) {
			for i := range some {
				some[i].Person.find(&r.personIndex)
			}
		}
		err := readTable(ctx, r, t, form[Quota]{(*rowDecoder).quota, relate}, check, func(some []Quota, expect int64) error {
			return r.sink.Put(ctx, Batch{Kind: fact.KindQuota, Source: t.source, Expect: expect, Quotas: some})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) exchangeRates(ctx context.Context) error {
	type rateKey struct {
		base, quote, kind string
		on                calendar.Date
	}
	seen := map[rateKey]struct{}{}
	for _, t := range r.of(fact.KindExchangeRate) {
		check := func(j *judge, x *ExchangeRate) bool {
			if !addTo(&seen, rateKey{string(x.Base), string(x.Quote), x.Kind, x.On}) {
				j.wrong(fieldOn, x.Row, x.On.String(), "ingest.rate_twice", nil)
				return false
			}
			r.report.touch(x.On.Month())
			return true
		}
		err := readTable(ctx, r, t, form[ExchangeRate]{decode: (*rowDecoder).exchangeRate}, check, func(some []ExchangeRate, expect int64) error {
			return r.sink.Put(ctx, Batch{Kind: fact.KindExchangeRate, Source: t.source, Expect: expect, ExchangeRates: some})
		})
		if err != nil {
			return err
		}
	}
	return nil
}
