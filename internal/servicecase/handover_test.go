package servicecase_test

import (
	"testing"

	"xiaoguan/internal/deal"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/process"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// TestGivingACustomerToServiceHandsItsFreshCasesOver: once, of what was won, by whom the customer was given to.
func TestGivingACustomerToServiceHandsItsFreshCasesOver(t *testing.T) {
	onBoth(t, func(d desk) {
		ctx := d.t.Context()
		told := func() (by []int64) {
			d.t.Helper()
			d.must(d.db.Read(ctx, func(tx *store.Tx) error {
				events, err := tx.CaseEvents(ctx, d.opportunityID)
				for _, e := range events {
					if e.Activity == process.ActivityHandedOver {
						by = append(by, e.PersonID)
					}
				}
				return err
			}))
			return by
		}
		d.must(d.LookAfter(ctx, d.a, d.ids["C"], "S"))
		if got := told(); len(got) != 0 {
			d.t.Errorf("before the signature it was handed over to %v", got)
		}
		_, err := opportunity.NewService(d.db.Opportunities(), deal.NewService(d.db.Deals(), storetest.Clock()), storetest.Clock()).Win(ctx, d.a, opportunity.Win{ID: d.opportunityID, SignedOn: today})
		d.must(err)
		for _, person := range []string{"", "S", "", "S"} {
			d.must(d.LookAfter(ctx, d.a, d.ids["C"], person))
		}
		if got := told(); len(got) != 1 || got[0] != d.ids["S"] {
			d.t.Errorf("handed over to %v, want %d once", got, d.ids["S"])
		}
	})
}
