package reward_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/reward"
)

// TestAMonthTakesBackNoMoreThanItPays draws months of pay and revocations: in every month nobody's total is below zero for what is taken back, and
// what is put off and not taken yet is what was revoked less what was taken.
func TestAMonthTakesBackNoMoreThanItPays(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		at := time.Date(2026, time.September, 1, 0, 0, 0, 0, time.UTC)
		var open []reward.Debt
		revoked, taken := int64(0), int64(0)
		for n := range rapid.IntRange(1, 8).Draw(t, "months") {
			month := calendar.NewMonth(2026, 1) + calendar.Month(n)
			pay := rapid.Int64Range(-500, 2_000).Draw(t, "pay")
			var grants []reward.Grant
			for range rapid.IntRange(0, 3).Draw(t, "grants") {
				amount := rapid.Int64Range(1, 1_500).Draw(t, "amount")
				if rapid.Bool().Draw(t, "revoked") {
					amount = -amount
				}
				at = at.Add(time.Hour)
				grants = append(grants, reward.Grant{Key: at.String(), PersonID: 1, AmountMinor: amount, GrantedAt: at})
			}
			steps := reward.TakeBack(month, map[int64]int64{1: pay}, grants, open)
			room := pay
			for _, g := range grants {
				if room += max(0, g.AmountMinor); g.AmountMinor < 0 {
					revoked -= g.AmountMinor
					g.Month = month
					open = append(open, reward.Debt{Grant: g, OpenMinor: -g.AmountMinor})
				}
			}
			by := map[string]reward.GrantStep{}
			for _, s := range steps {
				by[s.Key] = s
			}
			now := int64(0)
			for i := range open {
				was := open[i].OpenMinor
				if s := by[open[i].Key]; s.AmountMinor > 0 {
					open[i].OpenMinor = s.AmountMinor
				} else if open[i].Month == month {
					open[i].OpenMinor = 0
				} else {
					open[i].OpenMinor += s.AmountMinor
				}
				if open[i].OpenMinor < 0 || open[i].OpenMinor > was {
					t.Fatalf("%s owes %d after %d", open[i].Key, open[i].OpenMinor, was)
				}
				now += was - open[i].OpenMinor
			}
			if now > max(0, room) {
				t.Fatalf("took %d of %d", now, room)
			}
			taken += now
			left := int64(0)
			kept := open[:0]
			for _, d := range open {
				if left += d.OpenMinor; d.OpenMinor > 0 {
					kept = append(kept, d)
				}
			}
			if open = kept; left != revoked-taken || left > 0 && now < max(0, room) {
				t.Fatalf("%d left of %d revoked and %d taken, room %d, now %d", left, revoked, taken, room, now)
			}
		}
	})
}
