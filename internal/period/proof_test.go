package period_test

import (
	"archive/zip"
	"bytes"
	"io"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/period"
	"xiaoguan/internal/proof"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

func TestEveryStatementOfAClosedMonthHasAProofThatVerifies(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := closed(t, db)
		_, err := h.Periods.Prove(t.Context(), monthtest.Approver, period.ProofOf{Month: month + 1, PersonID: 1})
		wantKind(t, "an open month", err, errs.KindConflict)
		audited := len(monthtest.QueryInts(t, h.DB, "SELECT seq FROM audit_entry WHERE action = 'period.proof'"))
		proofs := 0
		for id, key := range keys(t, h) {
			of := period.ProofOf{Month: month, PersonID: id}
			p, err := h.Periods.Prove(t.Context(), monthtest.Approver, of)
			if errs.Is(err, errs.KindNotFound) {
				continue
			}
			if err != nil {
				t.Fatalf("%s: %v", key, err)
			}
			proofs++
			report := proof.Verify(p.Packed)
			for _, c := range report.Checks {
				if !c.OK() {
					t.Errorf("%s: %s: %+v", key, c.ID, c.Fault)
				}
			}
			if p.Payee != key || report.Statement.Payee != key || !report.Sound() || len(report.Checks) != 11 {
				t.Errorf("%s: %+v", key, report)
			}
			again, err := h.Periods.Prove(t.Context(), monthtest.Approver, of)
			if err != nil || !bytes.Equal(p.Packed, again.Packed) {
				t.Errorf("%s: a second proof has other bytes, or %v", key, err)
			}
		}
		if after := len(monthtest.QueryInts(t, h.DB, "SELECT seq FROM audit_entry WHERE action = 'period.proof'")); proofs != 8 || after-audited != 2*proofs {
			t.Errorf("%d proofs, %d audited", proofs, after-audited)
		}
	})
}

func TestAProofIsForWhoMaySeeTheStatement(t *testing.T) {
	t.Parallel()
	h := closed(t, storetest.SQLite(t))
	of := period.ProofOf{Month: month, PersonID: 3}
	if _, err := h.Periods.Prove(t.Context(), monthtest.Seller(3), of); err != nil {
		t.Error("one's own:", err)
	}
	_, err := h.Periods.Prove(t.Context(), monthtest.Seller(4), of)
	wantKind(t, "another seller's", err, errs.KindForbidden)
	_, err = h.Periods.Prove(t.Context(), access.Actor{}, of)
	wantKind(t, "nobody", err, errs.KindUnauthenticated)
}

func TestAProofHoldsNothingOfOthers(t *testing.T) {
	t.Parallel()
	h := closed(t, storetest.SQLite(t))
	names := monthtest.QueryTexts(t, h.DB, "SELECT name FROM person WHERE superseded_in = 9223372036854775807 AND id <> 3")
	p, err := h.Periods.Prove(t.Context(), monthtest.Seller(3), period.ProofOf{Month: month, PersonID: 3})
	if err != nil {
		t.Fatal(err)
	}
	r, err := zip.NewReader(bytes.NewReader(p.Packed), int64(len(p.Packed)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.File {
		opened, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(opened)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if name != "" && bytes.Contains(content, []byte(`"`+name+`"`)) {
				t.Errorf("%s names %s", f.Name, name)
			}
		}
	}
}
