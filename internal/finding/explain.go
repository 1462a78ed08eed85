package finding

import "slices"

// explainAway drops what another finding at the same place is the cause of, so that one problem is told once:
// a region or team that is named twice for the same kind keeps the wider name.
func explainAway(all []Finding) []Finding {
	all = oneGiant(all)
	if slices.ContainsFunc(all, func(f Finding) bool { return f.Kind == "productivity_gap" }) {
		// where everybody is far apart somebody is most of a team
		all = slices.DeleteFunc(all, func(f Finding) bool { return f.Kind == "key_person" })
	}
	return slices.DeleteFunc(all, func(f Finding) bool {
		for _, wider := range all {
			if wider.Kind != f.Kind || wider.narrow() != f.narrow() || rank(wider.Place.Level) >= rank(f.Place.Level) {
				continue
			}
			if wider.Place.Level == LevelCompany && rank(f.Place.Level) <= rank(LevelPerson) || f.Place.Within[wider.Place.Level] == wider.Place.Key && wider.Place.Key != "" {
				return true
			}
		}
		return false
	})
}

// oneGiant tells once of a customer who is named for both debts and revenue: of debts where the part of debts is clearly greater, of revenue
// otherwise.
func oneGiant(all []Finding) []Finding {
	const clearly = 1.25
	customer := func(f Finding) string {
		if len(f.Evidence) == 0 {
			return ""
		}
		return f.Evidence[0].Record
	}
	most := map[Kind]map[string]float64{"receivable_concentrated": {}, "customer_concentrated": {}}
	for _, f := range all {
		if of, known := most[f.Kind]; known {
			of[customer(f)] = max(of[customer(f)], f.Value)
		}
	}
	return slices.DeleteFunc(all, func(f Finding) bool {
		debts, owes := most["receivable_concentrated"][customer(f)]
		revenue, buys := most["customer_concentrated"][customer(f)]
		if !owes || !buys {
			return false
		}
		return f.Kind == "customer_concentrated" && debts >= clearly*revenue || f.Kind == "receivable_concentrated" && debts < clearly*revenue
	})
}
