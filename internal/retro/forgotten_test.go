package retro_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/period"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/settle"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// afterwards is late enough for every month of these tests to have begun.
var afterwards = time.Date(2027, 12, 1, 1, 0, 0, 0, time.UTC)

// correct records another amount of a payment of March, recomputes March and posts what differs.
func (h *lateHouse) correct(key, deal string, yuan int64) {
	h.t.Helper()
	pay(h.t, h.House, key, deal, "2026-03-05", yuan)
	mustPost(h.t, h.House, h.MustRetro(h.t, march))
}

// TestWhatWasTakenOfAForgottenEarningIsNotTakenAgain. D1 collected 10,000.00 in March: 300.00. Half went back in April: 150.00 are taken, of the 150.00
// that Z earns A there. The window is one month, so that the earning is forgotten with April 2027.
//
// May 2027: March is found to have been 4,000.00, 120.00: a difference of −180.00, half of which was taken before. Of the 300.00 that Z earns, 210.00 are
// paid; D1 has brought 300 − 150 − 90 = 60.00, half of 120.00. June: 1,000.00, 30.00: −90.00 and 45.00 back. July: 10,000.00 again: +270.00, of which
// half is taken; D1 has brought 150.00 as before.
func TestWhatWasTakenOfAForgottenEarningIsNotTakenAgain(t *testing.T) {
	t.Parallel()
	storetest.RunFrom(t, afterwards, func(t *testing.T, db *store.DB) {
		h := openLate(t, db, strings.Replace(fmt.Sprintf(latePlan, "", "pro_rata", ""), "within_months: 6", "within_months: 1", 1))
		pay(t, h.House, "1", "D1", "2026-03-05", 10_000)
		pay(t, h.House, "2", "D1", "2026-04-05", -5_000)
		pay(t, h.House, "z1", "Z", "2026-04-06", 10_000)
		const last = march + 1 + settle.LateMonths
		for month := march; month <= last; month++ {
			h.MustClose(t, month)
		}
		h.wantPaid(april, 0, 150_00)
		pay(t, h.House, "z2", "Z", "2027-05-06", 20_000)
		h.correct("1", "D1", 4_000)
		h.MustClose(t, last+1)
		h.wantPaid(last+1, 210_00, 300_00)
		pay(t, h.House, "z3", "Z", "2027-06-06", 20_000)
		h.correct("1", "D1", 1_000)
		h.MustClose(t, last+2)
		h.wantPaid(last+2, 255_00, 300_00)
		h.correct("1", "D1", 10_000)
		h.MustClose(t, last+3)
		h.wantPaid(last+3, 135_00, 0)
		mustVerify(t, h.House)
	})
}

// TestWhatWasTakenBeforeAnswersWereKeptIsNotTakenAgain. In March D1 earned A 300.00 and D2 D 300.00. In April all of D1 and half of D2 went back: 300.00 and
// 150.00 are taken, of what Z earns. Then the settlements of both months are made what they were before answers were kept: nothing is remembered of
// D1, of D2 the half that was left.
//
// May: D1 was 4,000.00, 120.00: −180.00, all of it taken before and so given back. D2 was 5,000.00, 150.00: −150.00, half of it taken before: −75.00. Z
// earns both 300.00: A is paid 300.00, D 225.00; D2 has brought 300 − 150 − 75 = 75.00. June: D2 is called off: these 75.00 are taken of 300.00.
func TestWhatWasTakenBeforeAnswersWereKeptIsNotTakenAgain(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := openLate(t, db, fmt.Sprintf(latePlan, "", "pro_rata", ""))
		pay(t, h.House, "1", "D1", "2026-03-05", 10_000)
		pay(t, h.House, "2", "D2", "2026-03-05", 10_000)
		pay(t, h.House, "3", "D1", "2026-04-05", -10_000)
		pay(t, h.House, "4", "D2", "2026-04-05", -5_000)
		for i, month := range []string{"04", "05", "06"} {
			pay(t, h.House, fmt.Sprint("z", i), "Z", "2026-"+month+"-06", 20_000)
		}
		h.MustClose(t, march)
		h.MustClose(t, april)
		h.wantPaid(april, 0, 150_00)
		forgetAnswers(t, db)
		pay(t, h.House, "1", "D1", "2026-03-05", 4_000)
		h.correct("2", "D2", 5_000)
		a := h.Person(t, "A")
		views, err := h.Payouts.Preview(t.Context(), monthtest.Seller(a), may, a)
		if err != nil || len(views) != 1 || views[0].PaidMinor != 300_00 {
			t.Errorf("previewed %+v, %v", views, err)
		}
		h.MustClose(t, may)
		h.wantPaid(may, 300_00, 225_00)
		h.cancel("D2", monthtest.Day("2026-06-05"))
		h.MustClose(t, june)
		h.wantPaid(june, 300_00, 225_00)
	})
}

// TestWhatWasTakenIsNotTakenAgainWithoutTheRule: half of what D1 earned in March was taken in April. The version from May on takes nothing back, and what was
// remembered is dropped with it. In June March is found to have been 4,000.00 instead of 10,000.00: −180.00, of which 90.00 are given back; Z earns 300.00.
func TestWhatWasTakenIsNotTakenAgainWithoutTheRule(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		text := fmt.Sprintf(latePlan, "", "pro_rata", "")
		h := openLate(t, db, text)
		pay(t, h.House, "1", "D1", "2026-03-05", 10_000)
		pay(t, h.House, "2", "D1", "2026-04-05", -5_000)
		pay(t, h.House, "z1", "Z", "2026-04-06", 10_000)
		pay(t, h.House, "z2", "Z", "2026-06-06", 20_000)
		h.MustClose(t, march)
		h.MustClose(t, april)
		at := strings.Index(text, "  clawback:")
		without := text[:at] + text[strings.Index(text, "  negative: {offset"):]
		h.install(strings.Replace(without, "from: 2026-01-01", "from: 2026-05-01", 1))
		h.MustClose(t, may)
		h.correct("1", "D1", 4_000)
		h.MustClose(t, june)
		h.wantPaid(june, 210_00, 300_00)
		mustVerify(t, h.House)
	})
}

// TestADifferenceOfWhichNobodyKnowsTheDealsIsForPeople: half of March was taken in April. A difference of −180.00 that was posted before differences had parts may take
// part of that again: the review says so. One above zero, or of a month of which nothing was taken, is nothing to decide.
func TestADifferenceOfWhichNobodyKnowsTheDealsIsForPeople(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := openLate(t, db, fmt.Sprintf(latePlan, "", "pro_rata", ""))
		pay(t, h.House, "1", "D1", "2026-03-05", 10_000)
		pay(t, h.House, "2", "D1", "2026-04-05", -5_000)
		pay(t, h.House, "3", "D2", "2026-03-05", 10_000)
		h.MustClose(t, march)
		h.MustClose(t, april)
		pay(t, h.House, "3", "D2", "2026-03-05", 4_000)
		h.correct("1", "D1", 4_000)
		if err := db.InTx(t.Context(), func(tx *store.Tx) error {
			_, err := monthtest.Exec(t.Context(), tx, "UPDATE retro_delta SET parts = ''")
			return err
		}); err != nil {
			t.Fatal(err)
		}
		h.MustCalculate(t, may)
		review, err := h.Periods.Review(t.Context(), monthtest.Maker, may, period.AgainstLastMonth)
		if err != nil {
			t.Fatal(err)
		}
		var persons []int64
		for _, e := range review.Exceptions {
			if e.Kind == payout.ExceptionTakenBefore {
				persons = append(persons, e.PersonID)
			}
		}
		if len(review.Additions) != 2 || len(persons) != 1 || persons[0] != h.Person(t, "A") {
			t.Errorf("%v of %+v", persons, review.Additions)
		}
	})
}

// forgetAnswers makes what settlements remember of earnings by deal what it was before they kept answers.
func forgetAnswers(t *testing.T, db *store.DB) {
	t.Helper()
	runs := monthtest.QueryTexts(t, db, "SELECT current_run FROM period WHERE state = 'closed'")
	err := db.InTx(t.Context(), func(tx *store.Tx) error {
		for _, run := range runs {
			rows, err := tx.Settlements(t.Context(), run)
			if err != nil {
				return err
			}
			for _, row := range rows {
				settled, err := payout.OpenSettlement(row)
				if err != nil {
					return err
				}
				kept := []settle.Item{}
				for _, i := range settled.Closing {
					if i.Kind == settle.ItemEarning && i.BasisFen == 0 {
						continue
					}
					i.EarnedFen, i.TakenFen, i.Since, i.Answers = 0, 0, 0, nil
					kept = append(kept, i)
				}
				settled.Closing = kept
				text, err := json.Marshal(settled)
				if err != nil {
					return err
				}
				digest := sha256.Sum256(text)
				if _, err := monthtest.Exec(t.Context(), tx, "UPDATE settlement SET body = $1, digest = $2 WHERE run_id = $3 AND plan_id = $4 AND person_id = $5", text,
					hex.EncodeToString(digest[:]), run, row.PlanID, row.PersonID); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// install puts a further version of the plan in force.
func (h *lateHouse) install(text string) {
	h.t.Helper()
	v, err := h.Plans.Save(h.t.Context(), monthtest.Maker, planbook.Draft{Text: text})
	if err == nil {
		_, err = h.Plans.Approve(h.t.Context(), monthtest.Approver, v.ID)
	}
	if err != nil {
		h.t.Fatal(err)
	}
}
