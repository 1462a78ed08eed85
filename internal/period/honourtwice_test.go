package period_test

import (
	"testing"
	"time"

	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// extraPlan pays D beside the plan of regular sellers.
const extraPlan = `xiaoguan: plan/1
id: extra
name: {zh: 专项奖, en: Extra}
layer: other
currency: CNY
period: month
effective: {from: 2026-01-01}
participants: {person: [D]}
statements: {earned_on: collected, payable_on: period_close, refund: negative_credit_when_refunded, negative_result: stands, level_at: period_end, joiner: full_period,
  leaver: full_period, leaver_later_collections: unpaid}
measures:
  credited: {name: {zh: 当月回款, en: collections of the month}, credits: collected, sum: amount, window: period}
components:
  - {id: bonus, name: {zh: 奖金, en: Bonus}, pays: {rate: 1%, of: credited}, round: {mode: half_away_from_zero, at: component}}
`

// TestATitleStandsOnOneOfTwoStatements: D is paid by two plans, and wins August's title of 800.00, paid once with September. It stands on the statement that
// opens when no plan is named, before September's close and after it, and on no other.
func TestATitleStandsOnOneOfTwoStatements(t *testing.T) {
	t.Parallel()
	storetest.RunFrom(t, time.Date(2026, time.November, 20, 2, 0, 0, 0, time.UTC), func(t *testing.T, db *store.DB) {
		w := openWhole(t, db)
		v, err := w.Plans.Save(t.Context(), monthtest.Maker, planbook.Draft{Text: extraPlan})
		if err == nil {
			_, err = w.Plans.Approve(t.Context(), monthtest.Approver, v.ID)
		}
		if err != nil {
			t.Fatal(err)
		}
		w.pay("more", "D2", "2026-08-07", 30_000)
		w.pay("again", "D2", "2026-09-20", 10_000)
		w.MustClose(t, month-1)
		if award := w.honour("2026-08"); award.PersonID != w.d {
			t.Fatalf("%+v", award)
		}
		stands := func(when string) {
			t.Helper()
			sums := map[string]int64{}
			for _, plan := range []string{"", "extra", "regular"} {
				view, err := w.Payouts.Get(t.Context(), monthtest.Auditor, month, w.d, plan)
				if err != nil {
					t.Fatal(plan, err)
				}
				for _, h := range view.Honours {
					sums[plan] += h.PaidMinor
				}
			}
			if sums["extra"]+sums["regular"] != 800_00 || sums[""] != 800_00 {
				t.Errorf("%s: %v", when, sums)
			}
		}
		w.MustCalculate(t, month)
		stands("before the close")
		w.MustClose(t, month)
		stands("after the close")
		if all := w.settled(month, w.d); len(all.Honours) != 1 {
			t.Errorf("%+v", all.Honours)
		}
	})
}
