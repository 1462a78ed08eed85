package store_test

import (
	"strconv"
	"strings"
	"testing"

	"xiaoguan/internal/money"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// TestACompanyInYuanReadsNoRowsToKnowThatNoneIsForeign: the question is answered by the index of foreign rows, also right after an import, when PostgreSQL knows nothing
// of the rows yet and would expect to find one at once.
func TestACompanyInYuanReadsNoRowsToKnowThatNoneIsForeign(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		for first := 0; first < 5_000; first += 500 {
			var values []string
			for i := range 500 {
				id := strconv.Itoa(first + i + 1)
				values = append(values, "('"+id+"', 1, '2026-09-01', 100, 'CNY', 1, 9223372036854775807)")
			}
			execRaw(t, db, "INSERT INTO payment (key, deal_id, paid_on, amount_minor, currency, recorded_in, superseded_in) VALUES "+strings.Join(values, ", "))
		}
		query, args := store.ForeignQuery("payment", money.CNY)
		if db.Engine() == "sqlite" {
			var plan []string
			err := db.Read(t.Context(), func(tx *store.Tx) error {
				return tx.Query(t.Context(), func(r store.Row) error {
					var id, parent, unused int64
					var detail string
					err := r.Scan(&id, &parent, &unused, &detail)
					plan = append(plan, detail)
					return err
				}, "EXPLAIN QUERY PLAN "+query, args...)
			})
			if err != nil || len(plan) != 1 || !strings.Contains(plan[0], "payment_foreign") {
				t.Errorf("%v, %v", plan, err)
			}
			return
		}
		if plan := strings.Join(texts(t, db, "EXPLAIN "+query, args...), "\n"); !strings.Contains(plan, "payment_foreign") {
			t.Error(plan)
		}
	})
}
