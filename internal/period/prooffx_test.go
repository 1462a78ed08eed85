package period_test

import (
	"errors"
	"testing"
	"time"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/period"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// TestAStatementOfBeforeCurrenciesSaysWhyItHasNoProof: August was calculated with a payment of 1,000.00 that is, and always was, in dollars, as if they were yuan. Its
// seal stands; its facts give another statement today, and that is not called a forgery. September converts its dollars and has its proof.
func TestAStatementOfBeforeCurrenciesSaysWhyItHasNoProof(t *testing.T) {
	t.Parallel()
	storetest.RunFrom(t, time.Date(2026, time.November, 20, 2, 0, 0, 0, time.UTC), func(t *testing.T, db *store.DB) {
		h := monthtest.OpenDollars(t, db)
		h.MustRate(t, "2026-08-01", "7.1")
		yuan := func(code string) {
			err := db.InTx(t.Context(), func(tx *store.Tx) error {
				for _, table := range []string{"payment", "deal"} {
					if _, err := monthtest.Exec(t.Context(), tx, "UPDATE "+table+" SET currency = '"+code+"' WHERE key IN ('P1', 'P2', 'D1')"); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		yuan("CNY")
		h.MustClose(t, month-1)
		yuan("USD")
		h.MustClose(t, month)
		a := h.Person(t, "A")
		_, err := h.Periods.Prove(t.Context(), monthtest.Approver, period.ProofOf{Month: month - 1, PersonID: a})
		refusal, ok := errors.AsType[*errs.Error](err)
		if !ok || refusal.Kind != errs.KindConflict || refusal.Message.Key != "period.proof_currency" {
			t.Errorf("August: %v", err)
		}
		if _, err := h.Periods.Prove(t.Context(), monthtest.Approver, period.ProofOf{Month: month, PersonID: a}); err != nil {
			t.Errorf("September: %v", err)
		}
		if v, err := h.Periods.Verify(t.Context(), monthtest.Auditor); err != nil || v.Broken != nil {
			t.Errorf("%+v, %v", v.Broken, err)
		}
	})
}
