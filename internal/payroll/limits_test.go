package payroll_test

import (
	"strings"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/payroll"
	"xiaoguan/internal/reward"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// TestTheAuditLogHoldsNobodysPay: entries say who was answered, how, and where in the ledger; administrators read them, and see no pay.
func TestTheAuditLogHoldsNobodysPay(t *testing.T) {
	t.Parallel()
	storetest.RunFrom(t, late, func(t *testing.T, db *store.DB) {
		o := open(t, db)
		a := paid("A", "2026-10-10")
		amount := int64(4_321_09)
		a.AmountMinor = &amount
		o.must(a, rejected("B", "2026-10-10"))
		if _, err := o.payroll.PayAgain(t.Context(), monthtest.Closer, month); err != nil {
			t.Fatal(err)
		}
		entries := monthtest.QueryTexts(t, db, "SELECT after_state FROM audit_entry WHERE action LIKE 'payroll.%' ORDER BY seq")
		if len(entries) != 2 {
			t.Fatalf("%d entries", len(entries))
		}
		key := monthtest.QueryTexts(t, db, "SELECT key FROM ledger_entry WHERE key LIKE 'paid/%'")
		for _, want := range []string{`"count":2`, `"outcome":"paid"`, `"outcome":"rejected"`, key[0]} {
			if !strings.Contains(entries[0], want) {
				t.Errorf("no %s in %s", want, entries[0])
			}
		}
		for _, entry := range entries {
			for _, secret := range []string{"432109", "amount", "R-A", "账号有误", "reason", "reference"} {
				if strings.Contains(strings.ToLower(entry), strings.ToLower(secret)) {
					t.Errorf("%s stands in %s", secret, entry)
				}
			}
		}
	})
}

// TestAnswersThatCannotBeAreRefused: days before the month and before the answer that they follow, amounts beyond all reason, and texts that one database
// keeps and the other refuses.
func TestAnswersThatCannotBeAreRefused(t *testing.T) {
	t.Parallel()
	storetest.RunFrom(t, late, func(t *testing.T, db *store.DB) {
		o := open(t, db)
		with := func(change func(*payroll.Answer)) payroll.Answer {
			a := paid("A", "2026-10-10")
			change(&a)
			return a
		}
		amount := func(minor int64) payroll.Answer {
			return with(func(a *payroll.Answer) { a.AmountMinor = &minor })
		}
		refused := func(answer payroll.Answer, want string) {
			t.Helper()
			if _, err := o.record(answer); strings.Join(fields(err), ",") != want {
				t.Errorf("%v, want %s", fields(err), want)
			}
		}
		refused(paid("A", "2026-08-31"), "0 paid_on payroll.day_before_month")
		refused(rejected("A", "2026-08-31"), "0 paid_on payroll.day_before_month")
		refused(amount(100_000_000_01), "0 amount payroll.amount_large")
		refused(amount(0), "0 amount payroll.bad_amount")
		for _, text := range []string{"a\x00b", "a\xffb", "a\tb", "a\rb"} {
			refused(with(func(a *payroll.Answer) { a.Reference = text }), "0 reference payroll.bad_text")
			refused(with(func(a *payroll.Answer) { a.Outcome, a.Reason = "rejected", text }), "0 reason payroll.bad_text")
		}
		two := rejected("B", "2026-09-01")
		two.Reason = "账号有误\r\n请核对"
		o.must(amount(100_000_000_00), two)
		if got := o.line("B").Receipt.Reason; got != "账号有误\n请核对" {
			t.Errorf("%q", got)
		}
		refused(rejected("A", "2026-10-09"), "0 paid_on payroll.day_before_last")
		o.must(rejected("A", "2026-10-10"))
		o.sound()
	})
}

// TestAPartOfTheCompanySeesNoMonthOfTheWhole: finance and audit of one region neither see nor record payments, accruals, the ledger and pay files, which are
// of the whole company; with their own person they see their own account.
func TestAPartOfTheCompanySeesNoMonthOfTheWhole(t *testing.T) {
	t.Parallel()
	o, ctx := open(t, storetest.SQLiteFrom(t, late)), t.Context()
	a, b := o.line("A"), o.line("B")
	file, err := o.payroll.PayAgain(ctx, monthtest.Closer, month)
	if !errs.Is(err, errs.KindConflict) {
		t.Fatal(file, err)
	}
	for _, role := range []access.Role{access.RoleFinance, access.RoleAuditor} {
		actor := access.Actor{UserID: "u-region", PersonID: a.PersonID, Grants: []access.Grant{{Role: role, Scope: access.ScopeRegion, RegionID: 1 << 40}}}
		account := func(person int64) error {
			_, err := o.Rewards.Account(ctx, actor, reward.AccountOf{PersonID: person, From: calendar.NoDate, To: calendar.NoDate})
			return err
		}
		for name, ask := range map[string]func() error{
			"payments": func() error { _, err := o.payroll.Get(ctx, actor, month); return err },
			"record": func() error {
				_, err := o.payroll.Record(ctx, actor, month, []payroll.Answer{paid("A", "2026-10-10")})
				return err
			},
			"file": func() error {
				_, err := o.payroll.RecordFile(ctx, actor, month, money.CNY, strings.NewReader("x"))
				return err
			},
			"again":     func() error { _, err := o.payroll.PayAgain(ctx, actor, month); return err },
			"again of":  func() error { _, err := o.payroll.Again(ctx, actor, "x"); return err },
			"accrual":   func() error { _, err := o.Rewards.Accrual(ctx, actor, month); return err },
			"pay file":  func() error { _, err := o.Periods.PayFile(ctx, actor, month, "csv"); return err },
			"account":   func() error { return account(b.PersonID) },
			"ledger of": func() error { _, err := o.Rewards.List(ctx, actor, reward.Filter{PersonID: b.PersonID}); return err },
		} {
			if err := ask(); !errs.Is(err, errs.KindForbidden) {
				t.Errorf("%s, %s: %v", role, name, err)
			}
		}
		if err := account(a.PersonID); err != nil {
			t.Errorf("%s, own account: %v", role, err)
		}
		page, err := o.Rewards.List(ctx, actor, reward.Filter{})
		if err != nil || page.Count == 0 {
			t.Errorf("%s, own entries: %+v, %v", role, page, err)
		}
		for _, e := range page.Entries {
			if e.PersonID != a.PersonID {
				t.Errorf("%s sees %+v", role, e)
			}
		}
	}
}
