package intake_test

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/customfield"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
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

// TestASheetOfCustomersCarriesFieldsOfTheCompany: those of a customer that is there and of a new one; an empty cell leaves what is known, and the index
// follows there and back.
func TestASheetOfCustomersCarriesFieldsOfTheCompany(t *testing.T) {
	t.Parallel()
	run(t, func(t *testing.T, b *bundle) {
		b.ownField(customfield.Entry{Object: customfield.ObjectCustomer, Key: "lines", Kind: customfield.KindNumber})
		b.ownField(customfield.Entry{Object: customfield.ObjectCustomer, Key: "presales", Kind: customfield.KindPerson})
		name := b.texts("SELECT name FROM customer WHERE key = 'C1'")
		head := "客户编号,客户名称,field.lines,field.presales\n"
		first, err := b.receive(map[string]string{"customers.csv": head + "C1," + name + ",4,B\nC9,新厂,2,\n"})
		b.must(err)
		b.applied(first.ID)
		noted := func() string {
			return b.texts("SELECT c.key || ':' || p.fields || p.revision FROM customer_profile p JOIN customer c ON c.id = p.customer_id AND c.superseded_in = 9223372036854775807 ORDER BY c.key") + " " +
				b.texts("SELECT number FROM custom_value WHERE number <> 0 ORDER BY number")
		}
		if got := noted(); got != `C1:{"lines":4,"presales":"B"}1 C9:{"lines":2}1 2 4` {
			t.Errorf("noted: %s", got)
		}
		if got := b.texts("SELECT confirmed FROM customer_profile WHERE fields LIKE '%presales%'"); !strings.Contains(got, "field.lines") || !strings.Contains(got, "field.presales") {
			t.Errorf("of which day is %s", got)
		}
		second, err := b.receive(map[string]string{"customers.csv": head + "C1," + name + ",5,\n"})
		b.must(err)
		b.taken(second.ID)
		if got := noted(); got != `C1:{"lines":5,"presales":"B"}2 C9:{"lines":2}1 2 5` {
			t.Errorf("after the second: %s", got)
		}
		_, err = b.Undo(t.Context(), operator, second.ID)
		b.must(err)
		if got := noted(); got != `C1:{"lines":4,"presales":"B"}3 C9:{"lines":2}1 2 4` {
			t.Errorf("taken back: %s", got)
		}
		b.facts = len(b.batches())
		for _, want := range []string{"customers.csv:2:field.lines customfield.bad_number", "customers.csv:2:field.presales ingest.unknown_person"} {
			b.refuses(map[string]string{"customers.csv": head + "C1," + name + map[bool]string{true: ",many,\n", false: ",,Z9\n"}[strings.Contains(want, "lines")]}, want)
		}
		b.refuses(map[string]string{"customers.csv": "客户编号,客户名称,field.nothing\nC1,x,1\n"}, "customers.csv:1:field.nothing customfield.unknown")
	})
}

// TestFormsToFillInHaveFieldsOfTheCompany: with their names in the notes and what may be chosen; retired ones are left out.
func TestFormsToFillInHaveFieldsOfTheCompany(t *testing.T) {
	t.Parallel()
	run(t, func(t *testing.T, b *bundle) {
		b.ownField(customfield.Entry{Object: customfield.ObjectCustomer, Key: "lines", Kind: customfield.KindNumber})
		b.ownField(customfield.Entry{Object: customfield.ObjectLead, Key: "hall", Kind: customfield.KindText})
		for _, texts := range printers(t) {
			lang := texts.Lang()
			var csv, book bytes.Buffer
			b.must(b.WriteTemplate(t.Context(), operator, fact.KindCustomer, string(lang), texts, &csv))
			if got := csv.String(); !strings.Contains(got, "field.lines") || strings.Contains(got, "field.hall") {
				t.Errorf("%s: %s", lang, got)
			}
			b.must(b.WriteTemplate(t.Context(), operator, "", string(lang), texts, &book))
			if book.Len() == 0 {
				t.Errorf("%s: no workbook", lang)
			}
		}
		if err := b.WriteTemplate(t.Context(), access.Actor{UserID: "s", Grants: []access.Grant{{Role: access.RoleSeller, Scope: access.ScopeOwn}}}, "", "en", printers(t)[0], io.Discard); !errs.Is(err, errs.KindForbidden) {
			t.Errorf("a seller: %v", err)
		}
	})
}
