package finding

func receivableConcentrated() Analyser {
	return Analyser{
		Kind: "receivable_concentrated", Area: AreaCollection, Needs: []Part{Deals, Instalments, Payments, Persons},
		Method: "The largest customer's part of what a unit has to get: counted, no chance in it.",
		Least:  "10 customers who owe", look: func(l *look) {
			owed := make([]int64, len(l.Customers))
			by := map[[2]int32]int64{} // region, customer
			for _, w := range l.waiting {
				d := &l.Deals[w.deal]
				if d.Customer < 0 || w.open <= 0 || !d.stands() {
					continue
				}
				owed[d.Customer] += w.open
				if d.Seller >= 0 && l.region[d.Seller] >= 0 {
					by[[2]int32{l.region[d.Seller], d.Customer}] += w.open
				}
			}
			l.concentrated(owed, by, Instalments)
		},
	}
}

// concentrated tells where one customer has at least so great a part of the money: of the company, or else of a region.
func (l *look) concentrated(whole []int64, byRegion map[[2]int32]int64, part Part) {
	limit := l.limit().told
	const fewest = 10
	type top struct {
		customer  int32
		most, sum int64
		customers int
	}
	tops := make([]top, len(l.Regions)+1)
	add := func(at int, customer int32, amount int64) {
		t := &tops[at]
		t.sum, t.customers = t.sum+amount, t.customers+1
		if amount > t.most || amount == t.most && t.most > 0 && l.Customers[customer].Key < l.Customers[t.customer].Key {
			t.most, t.customer = amount, customer
		}
	}
	for customer, amount := range whole {
		if amount > 0 {
			add(0, int32(customer), amount)
		}
	}
	for at, amount := range byRegion {
		add(int(at[0])+1, at[1], amount)
	}
	told := false
	for i, t := range tops {
		place := Whole()
		if i > 0 {
			place = l.unit(LevelRegion, int32(i-1))
		}
		if t.customers < fewest || told || float64(t.most) < limit*float64(t.sum) {
			continue
		}
		told = i == 0
		l.certain(Finding{Place: place, Value: float64(t.most) / float64(t.sum), Usual: limit, Unit: UnitShare, Cases: int64(t.customers), Hits: -1, MoneyMinor: t.most, Worth: true,
			Evidence: []Evidence{{Part: part, Record: l.Customers[t.customer].Key, Value: float64(t.most) / 100, Usual: float64(t.sum) / 100, Day: NoDay}}})
	}
	if tops[0].customers < fewest {
		l.few("finding.missing.few", tops[0].customers, fewest)
	}
}
