package intake_test

import (
	"strings"
	"testing"

	"xiaoguan/internal/errs"
)

// TestASheetOfCustomersCarriesTheirFiles brings the file of a customer that is there and of a new one.
func TestASheetOfCustomersCarriesTheirFiles(t *testing.T) {
	t.Parallel()
	run(t, func(t *testing.T, b *bundle) {
		name := b.texts("SELECT name FROM customer WHERE key = 'C1'")
		head := "客户编号,客户名称,客户需求,预算,决策人,区划代码,地址,发票抬头,合同到期日\n"
		first := map[string]string{"customers.csv": head + "C1," + name + ",两条线,120000.00,王厂长,320500,园区路 1 号,,2026-12-31\nC9,新厂,,,,,人民路 2 号,,\n"}
		i, err := b.receive(first)
		b.must(err)
		b.applied(i.ID)
		noted := func() string {
			return b.texts("SELECT c.key || ':' || p.need || '|' || p.budget_minor || '|' || p.decision_maker || '|' || p.region_code || '|' || p.address || '|' || p.contract_end || '|' || p.revision FROM customer_profile p JOIN customer c ON c.id = p.customer_id AND c.superseded_in = 9223372036854775807 ORDER BY c.key")
		}
		if got := noted(); got != "C1:两条线|12000000|王厂长|320500|园区路 1 号|2026-12-31|1 C9:|-1|||人民路 2 号||1" {
			t.Errorf("noted: %s", got)
		}
		// An empty cell leaves what is known; the same again changes nothing.
		second, err := b.receive(map[string]string{"customers.csv": "客户编号,客户名称,客户需求,地址\nC1," + name + ",三条线,\n"})
		b.must(err)
		b.taken(second.ID)
		if got := noted(); !strings.HasPrefix(got, "C1:三条线|12000000|王厂长|320500|园区路 1 号|2026-12-31|2") {
			t.Errorf("noted after the second: %s", got)
		}
		if _, err := b.Undo(t.Context(), operator, i.ID); !errs.Is(err, errs.KindConflict) {
			t.Errorf("taken back under later changes: %v", err)
		}
		_, err = b.Undo(t.Context(), operator, second.ID)
		b.must(err)
		if got := noted(); !strings.HasPrefix(got, "C1:两条线|12000000|王厂长|320500|园区路 1 号|2026-12-31|3") {
			t.Errorf("taken back: %s", got)
		}
		b.facts = len(b.batches())
		for _, want := range []string{"customers.csv:2:预算 ingest.negative_budget", "customers.csv:2:区划代码 ingest.bad_region_code", "customers.csv:2:合同到期日 ingest.bad_date"} {
			b.refuses(map[string]string{"customers.csv": head + "C1," + name + ",,-5,,99,,,soon\n"}, want)
		}
	})
}
