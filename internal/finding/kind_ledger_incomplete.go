package finding

import "cmp"

// ledgerFields are industry, city, need, budget, decision maker and address.
const ledgerFields int8 = 6

// NoLedgerFields says that a sheet of customers has columns for none of them.
const NoLedgerFields int8 = -1

func ledgerIncomplete() Analyser {
	return Analyser{
		Kind: "ledger_incomplete", Area: AreaCustomer, Needs: []Part{Customers},
		Method: "Share of customers with fewer than four of industry, city, need, budget, decision maker and address (methods C6; two thirds of those that the sheet has columns for). Funnel plot with overdispersion.",
		Least:  "15 customers of a team", look: func(l *look) {
			asked := cmp.Or(l.LedgerFields, ledgerFields)
			if asked < 2 { // a sheet of names says nothing of how the ledger is kept
				l.few("finding.missing.columns", int(max(asked, 0)), 2)
				return
			}
			l.customers(customerShare{owned: true, least: 0.15, limit: 0.50, cases: 15, counts: func(c *Customer) bool { return c.Lost == NoDay },
				bad: func(c *Customer) bool { return 3*c.Filled < 2*asked }, value: func(c *Customer) float64 { return float64(asked - c.Filled) }})
		},
	}
}
