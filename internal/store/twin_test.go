package store_test

import (
	"slices"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/customer"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

func TestTwinsAreToldOfWithoutShowingWhatIsOutOfReach(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		b := named(t, db) // all named customers are P4's, who is in region W
		twins := func(actor access.Actor, of customer.Likeness) []customer.Twin {
			t.Helper()
			found, err := b.customers.Twins(t.Context(), actor, of)
			if err != nil {
				t.Fatal(err)
			}
			return found
		}
		same := twins(b.clerk(), customer.Likeness{Name: "上元科技（中国）有限公司"})
		if len(same) != 1 || !same[0].SameName || same[0].Name != "北京上元科技有限公司" || same[0].ID == 0 || !slices.Equal(same[0].Owners, []string{"人4"}) {
			t.Errorf("the same name: %+v", same)
		}
		if near := twins(b.clerk(), customer.Likeness{Name: "上元新科技"}); len(near) != 1 || near[0].SameName || near[0].Likeness < 900_000 {
			t.Errorf("a near name: %+v", near)
		}
		if far := twins(b.clerk(), customer.Likeness{Name: "上元餐饮"}); len(far) != 0 {
			t.Errorf("another name: %+v", far)
		}
		if code := twins(b.clerk(), customer.Likeness{Name: "无关", CreditCode: "91350100m000100y 40"}); len(code) != 1 || !code[0].SameCode {
			t.Errorf("the same code: %+v", code)
		}
		if self := twins(b.clerk(), customer.Likeness{ID: same[0].ID, Name: "上元科技"}); len(self) != 0 {
			t.Errorf("itself: %+v", self)
		}
		east := b.as("", access.RoleOperations, access.ScopeRegion, "E")
		if hidden := twins(east, customer.Likeness{Name: "上元科技"}); len(hidden) != 1 || hidden[0].ID != 0 || hidden[0].Name != "" || !hidden[0].SameName || hidden[0].Owners[0] != "人4" {
			t.Errorf("out of reach: %+v", hidden)
		}
		if _, err := b.customers.Twins(t.Context(), b.as("P1", access.RoleSeller, access.ScopeOwn), customer.Likeness{Name: "上元科技"}); errs.KindOf(err) != errs.KindForbidden {
			t.Errorf("a seller, who enters no customers: %v", err)
		}
	})
}
