//go:build large

package tierbook_test

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/tier"
	"xiaoguan/internal/tierbook"
)

// TestManyCustomers reviews as many customers as XIAOGUAN_TIER_CUSTOMERS says, each with one to three deals, and tells how long reviews, looks and pages of the list
// take and what memory is held. It judges no time: machines differ.
func TestManyCustomers(t *testing.T) {
	count, err := strconv.Atoi(os.Getenv("XIAOGUAN_TIER_CUSTOMERS"))
	if err != nil || count == 0 {
		t.Fatal("XIAOGUAN_TIER_CUSTOMERS does not say how many customers")
	}
	h := newHouse(t)
	const portion = 50_000
	for from := 0; from < count; from += portion {
		h.record(func(put func(fact.Outcome, error), w fact.Writer) {
			for i := from; i < min(count, from+portion); i++ {
				key := fmt.Sprintf("K%07d", i)
				put(w.PutCustomer(t.Context(), fact.CustomerRecord{Key: key, Name: "客户" + key, Industry: "制造"}))
				for n := range 1 + i%3 {
					h.sell(put, w, fmt.Sprintf("N%07d-%d", i, n), key, []string{"A", "B"}[i%2], september-10-100*calendar.Date(n)-calendar.Date(i%90), int64(1+i*7919%100_000)*100, i%2 == 0)
				}
			}
		})
	}
	stop := time.Now()
	lap := func(what string) {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		t.Logf("%s: %v, heap %d MiB, of the system %d MiB", what, time.Since(stop).Round(time.Millisecond), m.HeapAlloc>>20, m.Sys>>20)
		stop = time.Now()
	}
	lap("facts")
	h.tick(true)
	lap("review")
	h.to(september + 1)
	h.tick(true)
	lap("look")
	for what, f := range map[string]tierbook.Filter{"all": {}, "A": {Tier: tier.A}, "warned A": {Tier: tier.A, Relation: tier.ChurnWarned}, "overdue": {Overdue: true, Paging: fact.Paging{Sort: tierbook.SortDue}},
		"incomplete C": {Incomplete: true, Tier: tier.C}, "named": {Search: "K0000777"}, "by hand": {Overridden: true}} {
		for who, actor := range map[string]access.Actor{"operations": h.operations(), "a seller": h.actor("A", access.RoleSeller, access.ScopeOwn)} {
			stop = time.Now()
			page, err := h.Customers(t.Context(), actor, f)
			h.must(err)
			lap(fmt.Sprintf("%s sees %s, %d rows of %d", who, what, len(page.Rows), page.Count))
		}
	}
	stop = time.Now()
	_, err = h.Overview(t.Context(), h.operations())
	h.must(err)
	lap("overview")
}
