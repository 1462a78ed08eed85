package honour_test

import (
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/honour"
	"xiaoguan/internal/money"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/reward"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// TestPointsExpireByRuleOnce: 500 points, 200 of them used. They last 24 months; with a life of one month what is left expires by the daily work, once, on
// whatever node and however often it runs, and stands in the statement of account.
func TestPointsExpireByRuleOnce(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		o, ctx := open(t, db), t.Context()
		award := o.announced(ctx)
		later := func() time.Time { return time.Date(2026, time.December, 1, 9, 0, 0, 0, calendar.ChinaTime) }
		s := honour.NewService(db.Honours(), o.people, monthtest.NewID(time.Now), later, money.Constantly(money.CNY))
		item, err := s.KeepItem(ctx, monthtest.Maker, honour.KeepItem{Name: plan.Text{Zh: "保温杯", En: "Flask"}, Cost: 200, Stock: 1, Offered: true})
		if err == nil {
			_, err = s.Redeem(ctx, monthtest.Seller(award.PersonID), item.ID)
		}
		if err != nil {
			t.Fatal(err)
		}
		daily := access.SystemActor("points")
		if n, err := s.ExpireAll(ctx, daily); err != nil || n != 0 {
			t.Errorf("expired %d within 24 months, %v", n, err)
		}
		_, err = s.SetPointsRules(ctx, monthtest.Maker, honour.PointsRules{LifeMonths: 1})
		o.wants(err, errs.KindForbidden, "operations change the life")
		_, err = s.SetPointsRules(ctx, hr, honour.PointsRules{LifeMonths: 0})
		o.wants(err, errs.KindInvalid, "no life")
		if rules, err := s.SetPointsRules(ctx, hr, honour.PointsRules{LifeMonths: 1}); err != nil || rules.Revision != 1 {
			t.Fatal(rules, err)
		}
		_, err = s.SetPointsRules(ctx, hr, honour.PointsRules{LifeMonths: 2})
		o.wants(err, errs.KindConflict, "an older revision")
		if status, err := s.PointsStatus(ctx, hr); err != nil || status.Due != 300 || status.People != 1 {
			t.Errorf("%+v, %v", status, err)
		}
		if n, err := s.ExpireAll(ctx, daily); err != nil || n != 300 {
			t.Errorf("expired %d, %v", n, err)
		}
		if n, err := s.ExpireAll(ctx, daily); err != nil || n != 0 {
			t.Errorf("expired %d again, %v", n, err)
		}
		a, err := o.Rewards.Account(ctx, monthtest.Seller(award.PersonID), reward.AccountOf{Unit: reward.UnitPoints, From: calendar.NoDate, To: calendar.NoDate})
		if err != nil || a.Closing.Total() != 0 || len(a.Movements) != 3 || a.Movements[2].Change.Total() != -300 {
			t.Errorf("%+v, %v", a, err)
		}
		if v, err := o.Periods.Verify(ctx, monthtest.Auditor); err != nil || v.Broken != nil {
			t.Errorf("%+v, %v", v.Broken, err)
		}
	})
}
