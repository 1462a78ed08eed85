package honour

import (
	"cmp"
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/money"
	"xiaoguan/internal/payout"
)

// The given values that rules of honours and promotion may read without anybody recording them. A value that was recorded under one of
// these names stands.
const (
	GivenSharedDeals     = "shared_deals"     // deals signed in the month that the person shares with others
	GivenSharedCollected = "shared_collected" // the person's part of what was collected in the month on such deals, minor units
	GivenNegativePay     = "negative_pay"     // 1 for a month whose statements come to less than zero
	GivenHonours         = "honours"          // honours that were given for a term which ended in the month, and stand
	GivenOpenDisputes    = "open_disputes"    // disputes about the month's statements that wait for an answer when the rule is applied
)

// MonthTotal is what the current statements of a person in a month come to.
type MonthTotal struct {
	Month      calendar.Month
	PersonID   int64
	TotalMinor int64
}

// MonthCount is how many of something a person has in a month.
type MonthCount struct {
	Month    calendar.Month
	PersonID int64
	Count    int64
}

type givenKey struct {
	person  int32
	month   calendar.Month
	measure string
}

// derive adds the given values that follow from other facts, in a fixed order.
func derive(loaded *payout.Loaded, totals []MonthTotal, awards []Award, disputes []MonthCount) {
	sums := map[givenKey]int64{}
	shared(loaded.Facts, sums)
	index := map[int64]int32{}
	for i, id := range loaded.PersonIDs {
		index[id] = int32(i)
	}
	for _, t := range totals {
		if person, ok := index[t.PersonID]; ok && t.TotalMinor < 0 {
			sums[givenKey{person, t.Month, GivenNegativePay}] = 1
		}
	}
	for _, a := range awards {
		if person, ok := index[a.PersonID]; ok && a.Revocation == nil {
			sums[givenKey{person, a.Term.Last, GivenHonours}]++
		}
	}
	for _, d := range disputes {
		if person, ok := index[d.PersonID]; ok {
			sums[givenKey{person, d.Month, GivenOpenDisputes}] = d.Count
		}
	}
	for _, g := range loaded.Given {
		delete(sums, givenKey{g.Person, g.Month, g.Measure})
	}
	keys := make([]givenKey, 0, len(sums))
	for k := range sums {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b givenKey) int {
		return cmp.Or(cmp.Compare(a.person, b.person), cmp.Compare(a.measure, b.measure), cmp.Compare(a.month, b.month))
	})
	for _, k := range keys {
		loaded.Given = append(loaded.Given, engine.Given{Person: k.person, Month: k.month, Measure: k.measure, Value: decimal.FromInt(sums[k], 0)})
	}
}

// shared counts deals of several sellers, and what was collected on them: each payment is split as crediting by shares splits it.
func shared(f *engine.Facts, sums map[givenKey]int64) {
	several := func(d *engine.Deal) []engine.Share {
		if d.ShareTo-d.ShareFrom < 2 {
			return nil
		}
		return f.Shares[d.ShareFrom:d.ShareTo]
	}
	for i := range f.Deals {
		for _, s := range several(&f.Deals[i]) {
			sums[givenKey{s.Person, f.Deals[i].SignedOn.Month(), GivenSharedDeals}]++
		}
	}
	for i := range f.Payments.Len() {
		shares := several(&f.Deals[f.Payments.Deal[i]])
		weights := make([]int64, len(shares))
		for k, s := range shares {
			weights[k] = int64(s.BasisPoints)
		}
		if len(shares) == 0 {
			continue
		}
		for k, part := range money.Allocate(f.Payments.AmountFen[i], weights) {
			sums[givenKey{shares[k].Person, f.Payments.On[i].Month(), GivenSharedCollected}] += part
		}
	}
}
