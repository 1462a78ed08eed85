package finding

func customerConcentrated() Analyser {
	return Analyser{
		Kind: "customer_concentrated", Area: AreaCustomer, Needs: []Part{Deals, Customers, Persons},
		Method: "The largest customer's part of the money that a unit signed in the last 12 months: counted, no chance in it.",
		Least:  "10 customers who bought", look: func(l *look) {
			whole := make([]int64, len(l.Customers))
			by := map[[2]int32]int64{}
			for i := range l.Deals {
				d := &l.Deals[i]
				if d.Signed < l.since(year) || !d.stands() || d.Customer < 0 {
					continue
				}
				whole[d.Customer] += d.AmountMinor
				if d.Seller >= 0 && l.region[d.Seller] >= 0 {
					by[[2]int32{l.region[d.Seller], d.Customer}] += d.AmountMinor
				}
			}
			l.concentrated(whole, by, Deals)
		},
	}
}
