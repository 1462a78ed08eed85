//go:build large

package intake_test

import (
	"testing"

	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// TestHalfAMillionCustomers imports 500,000 rows of which 5 % are bad, as CSV and as a workbook, and tells how long that takes.
func TestHalfAMillionCustomers(t *testing.T) {
	s := sheet{rows: 500_000, badEvery: 20}
	for name, file := range map[string]func(*testing.T) string{"客户.csv": s.csv, "客户.xlsx": s.xlsx} {
		t.Run(name, func(t *testing.T) {
			storetest.Run(t, func(t *testing.T, db *store.DB) { takesSheet(t, db, s, name, file(t)) })
		})
	}
}
