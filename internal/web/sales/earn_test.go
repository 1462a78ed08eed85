package sales_test

import (
	"net/http"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/pagetest"
)

// TestADealSaysWhatItEarnsItsSeller: in October A of monthtest.Small has no quota yet, so that 3 % count at half the rate.
func TestADealSaysWhatItEarnsItsSeller(t *testing.T) {
	t.Parallel()
	site := pagetest.New(t, "青禾智控")
	house := monthtest.Open(t, site.App.DB, monthtest.Small())
	a := site.As(t, house.Person(t, "A"), pagetest.Grant(access.RoleSeller))
	a.Get("/deals/D1", http.StatusOK).Has("form#earn input#f-if_paid[value=49889000.00]", "#earn-answer: ¥80,000.00")
	a.Get("/deals/D1?if_paid=10,000", http.StatusOK).Has("#earn-answer: 你本月多得 ¥150.00", "table[aria-label=这单能让我多得多少] td: +150", "main: 2026-10-31 到账试算")
	a.Get("/deals/D1?if_paid=-10,000", http.StatusOK).Has("#earn-answer: 你本月少得 ¥150.00")
	a.Get("/deals/D1?if_paid=viel", http.StatusOK).Has("input#f-if_paid.is-invalid")
	a.Get("/deals/D1?if_paid=99999999999999", http.StatusOK).Has("input#f-if_paid.is-invalid")
	a.Lang = "en"
	a.Get("/deals/D1?if_paid=10000", http.StatusOK).Has("#earn-answer: It earns you ¥150.00")
	lead := site.As(t, house.Person(t, "M1"), pagetest.Grant(access.RoleLead))
	lead.Get("/deals/D1?if_paid=10000", http.StatusOK).Has("#earn-answer: ¥100.00")
	site.As(t, 0, pagetest.Grant(access.RoleOperations)).Get("/deals/D1", http.StatusOK).Lacks("form#earn")
}
