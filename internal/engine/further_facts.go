package engine

import (
	"cmp"
	"fmt"
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
)

// checkFurther looks for columns of unequal length and references to nothing in the facts of docs/adr/0011.
func checkFurther(f *Facts) (problems []problem) {
	reference := func(path, what string, index int32, n int, absent bool) {
		if (index == None && absent) || (index >= 0 && int(index) < n) {
			return
		}
		problems = append(problems, trouble(path, fmt.Sprint(index), problemReference, errs.Args{"What": what}))
	}
	if f.DealsMore != nil && len(f.DealsMore) != len(f.Deals) {
		problems = append(problems, trouble("deals", "", problemColumns, nil))
	}
	for i := range f.DealsMore {
		reference(fmt.Sprintf("deals[%d]", i), "person", f.DealsMore[i].Referrer, len(f.Persons), true)
	}
	for i, m := range f.Mentors {
		reference(fmt.Sprintf("mentors[%d]", i), "person", m.Mentor, len(f.Persons), false)
		reference(fmt.Sprintf("mentors[%d]", i), "person", m.Trainee, len(f.Persons), false)
	}
	problems = append(problems, checkCurrencies(f)...)
	in := &f.Invoices
	if n := in.Len(); len(in.On) != n || len(in.AmountFen) != n || len(in.Order) != n || (in.Keys != nil && len(in.Keys) != n) {
		problems = append(problems, trouble("invoices", "", problemColumns, nil))
	}
	for i, deal := range in.Deal {
		reference(fmt.Sprintf("invoices[%d]", i), "deal", deal, len(f.Deals), false)
	}
	return problems
}

// further writes the facts that only some plans read. A company that records none of them has the digest that it had without them.
func (d *digester) further(f *Facts, last calendar.Date) {
	d.customers(f)
	d.dealsMore(f)
	if f.Invoices.Len() > 0 {
		d.text("invoices")
		d.rowsOf(f, &f.Invoices, last)
	}
	if len(f.Given) > 0 {
		d.given(f)
	}
	if len(f.Mentors) > 0 {
		d.mentors(f)
	}
	if len(f.foreignKinds()) > 0 {
		d.exchange(f, last)
	}
}

func (d *digester) customers(f *Facts) {
	list := byKey(len(f.Customers), func(i int32) string { return f.Customers[i].Key })
	list = slices.DeleteFunc(list, func(i int32) bool { return f.Customers[i].Tier == "" && f.Customers[i].Region == "" })
	if len(list) == 0 {
		return
	}
	d.text("customers")
	d.number(int64(len(list)))
	for _, i := range list {
		d.text(f.Customers[i].Key, f.Customers[i].Tier, f.Customers[i].Region)
	}
}

func (d *digester) dealsMore(f *Facts) {
	if f.DealsMore == nil {
		return
	}
	d.text("deals more")
	for _, i := range byKey(len(f.Deals), func(i int32) string { return f.Deals[i].Key }) {
		more := &f.DealsMore[i]
		d.text(f.Deals[i].Key, personKey(f, more.Referrer))
		d.number(more.Units, more.CostFen, int64(more.CancelledOn))
		if more.Currency == 0 {
			d.number(0)
			continue
		}
		d.number(1)
		d.text(string(f.Currencies[more.Currency]))
	}
}

func (d *digester) given(f *Facts) {
	rows := make([]*Given, len(f.Given))
	for i := range f.Given {
		rows[i] = &f.Given[i]
	}
	slices.SortFunc(rows, func(a, b *Given) int {
		return cmp.Or(CompareKeys(f.Persons[a.Person].Key, f.Persons[b.Person].Key), cmp.Compare(a.Month, b.Month), cmp.Compare(a.Measure, b.Measure))
	})
	d.text("given")
	d.number(int64(len(rows)))
	for _, g := range rows {
		d.text(f.Persons[g.Person].Key, g.Measure, g.Value.String())
		d.number(int64(g.Month))
	}
}

func (d *digester) mentors(f *Facts) {
	rows := slices.Clone(f.Mentors)
	slices.SortFunc(rows, func(a, b Mentorship) int {
		return cmp.Or(CompareKeys(f.Persons[a.Mentor].Key, f.Persons[b.Mentor].Key), CompareKeys(f.Persons[a.Trainee].Key, f.Persons[b.Trainee].Key),
			cmp.Compare(a.Days.From, b.Days.From))
	})
	d.text("mentors")
	d.number(int64(len(rows)))
	for _, m := range rows {
		d.text(f.Persons[m.Mentor].Key, f.Persons[m.Trainee].Key)
		d.days(m.Days)
	}
}

// exchange writes the rates into the run's currency. They say nothing where all facts are in it.
func (d *digester) exchange(f *Facts, last calendar.Date) {
	rows := slices.DeleteFunc(slices.Clone(f.Exchange), func(r ExchangeRate) bool { return r.To != f.Currency || r.On > last })
	slices.SortFunc(rows, func(a, b ExchangeRate) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.On, b.On))
	})
	d.text("exchange rates")
	d.number(int64(len(rows)))
	for _, r := range rows {
		d.text(string(r.From), string(r.To), r.Kind, r.Rate.String())
		d.number(int64(r.On))
	}
}
