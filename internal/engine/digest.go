package engine

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"slices"

	"xiaoguan/internal/calendar"
)

// InputDigest is the SHA-256, in hex, of everything that can change what the result pays: the engine's version, the period, the hashes
// of the plans in force and of the crediting document, and the facts up to the period's end, each kind in the order of its keys. Two
// inputs with one digest are paid alike; the order of rows, names, facts after the period and Input.Only do not enter. It is computed
// when asked: a million payments take some tenths of a second.
func (r *Result) InputDigest() string {
	b := r.book
	d := digester{hash: sha256.New()}
	d.text("xiaoguan engine input 1", Version, b.period.String(), string(b.facts.Currency), b.crediting.Hash())
	d.number(int64(len(b.plans)))
	for _, p := range b.plans {
		d.text(p.plan.ID, p.plan.Hash())
	}
	d.people(b.facts)
	d.deals(b.facts)
	d.payments(b.facts, b.last)
	d.quotas(b.facts, b.period)
	d.further(b.facts, b.last)
	d.earlier(b.facts, b.earlier)
	d.hash.Write(d.buffer)
	return hex.EncodeToString(d.hash.Sum(nil))
}

// digester writes fields into a hash; texts carry their length, lists their number, so that no two inputs read alike.
type digester struct {
	hash   hash.Hash
	buffer []byte
}

func (d *digester) text(fields ...string) {
	for _, s := range fields {
		d.number(int64(len(s)))
		d.buffer = append(d.buffer, s...)
	}
	if len(d.buffer) > 1<<15 {
		d.hash.Write(d.buffer)
		d.buffer = d.buffer[:0]
	}
}

func (d *digester) number(numbers ...int64) {
	for _, n := range numbers {
		d.buffer = binary.AppendVarint(d.buffer, n)
	}
}

func (d *digester) days(i calendar.Interval) { d.number(int64(i.From), int64(i.To)) }

// byKey lists indices in the order of their keys.
func byKey(n int, key func(i int32) string) []int32 {
	list := make([]int32, n)
	for i := range list {
		list[i] = int32(i)
	}
	slices.SortFunc(list, func(a, b int32) int { return CompareKeys(key(a), key(b)) })
	return list
}

func (d *digester) people(f *Facts) {
	d.number(int64(len(f.Persons)), int64(len(f.Teams)), int64(len(f.Products)))
	for _, i := range byKey(len(f.Persons), func(i int32) string { return f.Persons[i].Key }) {
		p := &f.Persons[i]
		d.text(p.Key)
		d.number(int64(p.Hired), int64(p.Left), int64(len(p.Spans)))
		for _, s := range p.Spans {
			d.days(s.Days)
			if s.Team != None {
				d.text(f.Teams[s.Team].Key)
			}
			d.text(s.Level)
			d.number(int64(len(s.Roles)))
			d.text(s.Roles...)
		}
	}
	for _, i := range byKey(len(f.Teams), func(i int32) string { return f.Teams[i].Key }) {
		t := &f.Teams[i]
		d.text(t.Key, t.Region)
		leaders := slices.Clone(t.Leaders)
		slices.SortFunc(leaders, func(a, b Leader) int {
			return cmp.Or(cmp.Compare(a.Days.From, b.Days.From), cmp.Compare(a.Days.To, b.Days.To), CompareKeys(personKey(f, a.Person), personKey(f, b.Person)))
		})
		d.number(int64(len(leaders)))
		for _, l := range leaders {
			d.days(l.Days)
			d.text(personKey(f, l.Person))
		}
	}
	for _, i := range byKey(len(f.Products), func(i int32) string { return f.Products[i].Key }) {
		d.text(f.Products[i].Key, f.Products[i].Category)
	}
}

func personKey(f *Facts, person int32) string {
	if person == None {
		return ""
	}
	return f.Persons[person].Key
}

func (d *digester) deals(f *Facts) {
	d.number(int64(len(f.Deals)))
	for _, i := range byKey(len(f.Deals), func(i int32) string { return f.Deals[i].Key }) {
		deal := &f.Deals[i]
		customer := ""
		if deal.Customer != None {
			customer = f.Customers[deal.Customer].Key
		}
		d.text(deal.Key, customer, productKey(f, deal.Product))
		d.number(int64(deal.SignedOn), deal.AmountFen, int64(deal.ShareTo-deal.ShareFrom))
		for _, s := range f.Shares[deal.ShareFrom:deal.ShareTo] {
			d.text(f.Persons[s.Person].Key)
			d.number(int64(s.BasisPoints))
		}
	}
}

func productKey(f *Facts, product int32) string {
	if product == None {
		return ""
	}
	return f.Products[product].Key
}

func (d *digester) payments(f *Facts, last calendar.Date) { d.rowsOf(f, &f.Payments, last) }

// rowsOf writes rows in the order of their keys. The order itself enters only where it is the key: another loader may number it
// differently.
func (d *digester) rowsOf(f *Facts, p *Payments, last calendar.Date) {
	rows := make([]int32, 0, p.Len())
	for i, on := range p.On {
		if on <= last {
			rows = append(rows, int32(i))
		}
	}
	inOrder := func(a, b int32) int { return cmp.Compare(p.Order[a], p.Order[b]) }
	if !slices.IsSortedFunc(rows, inOrder) {
		slices.SortFunc(rows, inOrder)
	}
	d.number(int64(len(rows)))
	for _, i := range rows {
		d.text(p.Key(i), f.Deals[p.Deal[i]].Key)
		d.number(int64(p.On[i]), p.AmountFen[i])
		if p.Currency != nil && p.Currency[i] != 0 {
			d.number(-1) // no length of a key
			d.text(string(f.Currencies[p.Currency[i]]))
		}
	}
}

func (d *digester) quotas(f *Facts, period calendar.Month) {
	var rows []int32
	for i := range f.Quotas {
		if f.Quotas[i].Month <= period {
			rows = append(rows, int32(i))
		}
	}
	slices.SortFunc(rows, func(a, b int32) int {
		x, y := &f.Quotas[a], &f.Quotas[b]
		return cmp.Or(cmp.Compare(x.Month, y.Month), CompareKeys(f.Persons[x.Person].Key, f.Persons[y.Person].Key), cmp.Compare(x.Of, y.Of))
	})
	d.number(int64(len(rows)))
	for _, i := range rows {
		q := &f.Quotas[i]
		d.text(f.Persons[q.Person].Key, q.Of)
		d.number(int64(q.Month), q.AmountFen)
	}
}
