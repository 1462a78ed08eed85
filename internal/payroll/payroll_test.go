package payroll_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/payroll"
	"xiaoguan/internal/period"
	"xiaoguan/internal/reward"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
	"xiaoguan/internal/tabular"
)

const month = monthtest.SmallMonth

// late is when payroll has answered.
var late = time.Date(2026, time.November, 20, 2, 0, 0, 0, time.UTC)

type office struct {
	*monthtest.House
	t       *testing.T
	payroll *payroll.Service
}

// open closes a month.
func open(t *testing.T, db *store.DB) *office {
	t.Helper()
	h := monthtest.Open(t, db, monthtest.Small())
	h.MustClose(t, month)
	return &office{h, t, payroll.NewService(db.Payroll(), monthtest.NewID(time.Now))}
}

func (o *office) sheet() payroll.Sheet {
	o.t.Helper()
	s, err := o.payroll.Get(o.t.Context(), monthtest.Auditor, month)
	if err != nil {
		o.t.Fatal(err)
	}
	return s
}

func (o *office) line(key string) payroll.Line {
	o.t.Helper()
	for _, l := range o.sheet().Lines {
		if l.PersonKey == key {
			return l
		}
	}
	o.t.Fatalf("nobody has the number %s", key)
	return payroll.Line{}
}

func (o *office) record(answers ...payroll.Answer) (payroll.Recorded, error) {
	return o.payroll.Record(o.t.Context(), monthtest.Closer, month, answers)
}

func (o *office) must(answers ...payroll.Answer) {
	o.t.Helper()
	if done, err := o.record(answers...); err != nil || done.New != len(answers) {
		o.t.Fatalf("%+v, %v", done, err)
	}
}

// due is what the ledger still owes a person now.
func (o *office) due(person int64) int64 {
	o.t.Helper()
	a, err := o.Rewards.Account(o.t.Context(), monthtest.Auditor, reward.AccountOf{PersonID: person, From: calendar.NoDate, To: calendar.NoDate})
	if err != nil {
		o.t.Fatal(err)
	}
	return a.Closing.DueMinor
}

func (o *office) sound() {
	o.t.Helper()
	if v, err := o.Periods.Verify(o.t.Context(), monthtest.Auditor); err != nil || v.Broken != nil {
		o.t.Errorf("%+v, %v", v.Broken, err)
	}
}

func paid(key, on string) payroll.Answer {
	return payroll.Answer{PersonKey: key, Outcome: payout.OutcomePaid, PaidOn: monthtest.Day(on), Reference: "R-" + key}
}

func rejected(key, on string) payroll.Answer {
	return payroll.Answer{PersonKey: key, Outcome: payout.OutcomeRejected, PaidOn: monthtest.Day(on), Reason: "账号有误"}
}

// fields are the problems of an error, by row and key.
func fields(err error) (keys []string) {
	if e, ok := errors.AsType[*errs.Error](err); ok {
		for _, f := range e.Fields {
			keys = append(keys, fmt.Sprintf("%d %s %s", f.Row, f.Path, f.Message.Key))
		}
	}
	return keys
}

// TestARejectedPaymentIsPaidOnceMore: A is paid, B rejected, then paid by a later file, then returned by the bank and paid by a third; nothing is paid
// twice whatever is said again, the ledger owes what is not paid, and the closed month is what it was.
func TestARejectedPaymentIsPaidOnceMore(t *testing.T) {
	t.Parallel()
	storetest.RunFrom(t, late, func(t *testing.T, db *store.DB) {
		o, ctx := open(t, db), t.Context()
		before, err := o.Periods.PayFile(ctx, monthtest.Auditor, month, period.FormatCSV)
		if err != nil {
			t.Fatal(err)
		}
		a, b := o.line("A"), o.line("B")
		if a.State != payroll.StateWaiting || o.due(a.PersonID) != a.AmountMinor || b.AmountMinor <= 0 {
			t.Fatalf("%+v, due %d; %+v", a, o.due(a.PersonID), b)
		}
		o.must(paid("A", "2026-10-10"), rejected("B", "2026-10-10"))
		if done, err := o.record(paid("A", "2026-10-10")); err != nil || done.Unchanged != 1 || done.New != 0 {
			t.Errorf("said again: %+v, %v", done, err)
		}
		other := paid("A", "2026-10-11")
		if _, err := o.record(other); strings.Join(fields(err), ",") != "0 outcome payroll.known_otherwise" {
			t.Errorf("paid twice: %v", fields(err))
		}
		if _, err := o.record(paid("B", "2026-10-12")); strings.Join(fields(err), ",") != "0 outcome payroll.rejected_before" {
			t.Errorf("paid without a later file: %v", fields(err))
		}
		if o.due(a.PersonID) != 0 || o.due(b.PersonID) != b.AmountMinor {
			t.Errorf("due %d and %d", o.due(a.PersonID), o.due(b.PersonID))
		}
		file, err := o.payroll.PayAgain(ctx, monthtest.Closer, month)
		if err != nil || len(file.Lines) != 1 || file.Lines[0].PersonID != b.PersonID || file.Lines[0].AmountMinor != b.AmountMinor || file.Lines[0].Attempt != 2 || file.Names[b.PersonID].PersonKey != "B" {
			t.Fatalf("%+v, %v", file, err)
		}
		if _, err := o.payroll.PayAgain(ctx, monthtest.Closer, month); !errs.Is(err, errs.KindConflict) {
			t.Errorf("a second file: %v", err)
		}
		o.must(paid("B", "2026-11-20"))
		o.must(rejected("B", "2026-11-20"))
		if l := o.line("B"); l.State != payroll.StateRejected || !l.AgainDue || l.Earlier != 2 || o.due(b.PersonID) != b.AmountMinor {
			t.Errorf("returned: %+v, due %d", l, o.due(b.PersonID))
		}
		if third, err := o.payroll.PayAgain(ctx, monthtest.Closer, month); err != nil || third.Lines[0].Attempt != 3 {
			t.Errorf("%+v, %v", third, err)
		}
		third := paid("B", "2026-11-20")
		third.Reference = "R-B-3"
		o.must(third)
		if o.due(b.PersonID) != 0 || o.line("B").State != payroll.StatePaid {
			t.Errorf("at last: %+v", o.line("B"))
		}
		view, err := o.Payouts.Get(ctx, monthtest.Seller(b.PersonID), month, b.PersonID, "")
		if err != nil || len(view.Receipts) != 4 || view.Receipts[3].PaidOn != monthtest.Day("2026-11-20") {
			t.Errorf("%+v, %v", view.Receipts, err)
		}
		after, err := o.Periods.PayFile(ctx, monthtest.Auditor, month, period.FormatCSV)
		if err != nil || !bytes.Equal(before.Content, after.Content) || before.Digest != after.Digest {
			t.Error("the pay file is another one")
		}
		o.sound()
	})
}

// TestAnOldFileAnswersNoLaterOne: B is rejected and stands in a later file; then the old file comes again, and an older one. Neither says anything about
// the second attempt, so that there is no third while it waits. It is paid and returned: the files before that change nothing either, and none fails.
func TestAnOldFileAnswersNoLaterOne(t *testing.T) {
	t.Parallel()
	storetest.RunFrom(t, late, func(t *testing.T, db *store.DB) {
		o, ctx := open(t, db), t.Context()
		b := o.line("B")
		take := func(text string) (payroll.Recorded, error) {
			return o.payroll.RecordFile(ctx, monthtest.Closer, month, money.CNY, strings.NewReader("工号,发放金额,发放日期,流水号,结果,退回原因,第几次发放\n"+text))
		}
		same := func(state payroll.State, attempt int64, files ...string) {
			t.Helper()
			for _, f := range files {
				if done, err := take(f); err != nil || done.New != 0 || done.Unchanged != strings.Count(f, "\n") {
					t.Errorf("%s: %+v, %v", f, done, fields(err))
				}
			}
			if l := o.line("B"); l.State != state || l.Attempt != attempt {
				t.Fatalf("%+v, want %s of attempt %d", l, state, attempt)
			}
		}
		refused := func(text, want string) {
			t.Helper()
			if _, err := take(text); strings.Join(fields(err), ",") != want {
				t.Errorf("%s: %v, want %s", text, fields(err), want)
			}
		}
		first := "A,,2026-10-10,R-A,,,\nB,,2026-10-10,,退回,账号有误,\n"
		if done, err := take(first); err != nil || done.New != 2 {
			t.Fatal(done, err)
		}
		if _, err := o.payroll.PayAgain(ctx, monthtest.Closer, month); err != nil {
			t.Fatal(err)
		}
		same(payroll.StateWaiting, 2, first, "B,,,,退回,账号有误,\n", "B,,2026-10-10,,退回,账号有误,1\n")
		refused("B,,2026-10-09,,退回,户名不符,\n", "2 paid_on payroll.day_before_again")
		refused("B,,,,退回,户名不符,\n", "2 paid_on payroll.day_missing")
		refused("B,,2026-11-19,R-0,,,\n", "2 paid_on payroll.day_before_again")
		refused("B,,2026-11-20,R-2,,,1\n", "2 attempt payroll.other_attempt")
		refused("B,,2026-11-20,R-2,,,二\n", "2 attempt payroll.bad_attempt")
		if _, err := o.payroll.PayAgain(ctx, monthtest.Closer, month); !errs.Is(err, errs.KindConflict) {
			t.Fatalf("a third attempt while the second waits: %v", err)
		}
		second := "A,,2026-10-10,R-A,,,1\nB,,2026-11-20,R-2,,,2\n"
		if done, err := take(second); err != nil || done.New != 1 || done.Unchanged != 1 {
			t.Fatal(done, err)
		}
		same(payroll.StatePaid, 2, first, second)
		if done, err := take("B,,2026-11-20,,退回,账号有误,2\n"); err != nil || done.New != 1 {
			t.Fatal(done, err)
		}
		same(payroll.StateRejected, 2, first, second)
		if _, err := o.payroll.PayAgain(ctx, monthtest.Closer, month); err != nil {
			t.Fatal(err)
		}
		same(payroll.StateWaiting, 3, first, second)
		if due := o.due(b.PersonID); due != b.AmountMinor {
			t.Errorf("due %d, want %d", due, b.AmountMinor)
		}
		if done, err := take("B,,2026-11-20,,退回,账号有误,3\n"); err != nil || done.New != 1 || o.line("B").State != payroll.StateRejected {
			t.Errorf("the same reason on the same day, of the third attempt: %+v, %v", done, err)
		}
		o.sound()
	})
}

// TestOnlyOneOfManyMakesTheLaterFile: four ask at once.
func TestOnlyOneOfManyMakesTheLaterFile(t *testing.T) {
	t.Parallel()
	storetest.RunFrom(t, late, func(t *testing.T, db *store.DB) {
		o := open(t, db)
		o.must(rejected("A", "2026-10-10"))
		var wait sync.WaitGroup
		var made atomic.Int64
		for range 4 {
			wait.Go(func() {
				if _, err := o.payroll.PayAgain(t.Context(), monthtest.Closer, month); err == nil {
					made.Add(1)
				}
			})
		}
		wait.Wait()
		if files := monthtest.QueryInts(t, db, "SELECT COUNT(*) FROM pay_again"); made.Load() != 1 || files[0] != 1 {
			t.Errorf("%d files, %v lines", made.Load(), files)
		}
	})
}

// TestAFileOfAnswersIsTakenWholeOrNotAtAll reads what finance hands in, as CSV and as a workbook.
func TestAFileOfAnswersIsTakenWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	o, ctx := open(t, storetest.SQLiteFrom(t, late)), t.Context()
	take := func(text string) (payroll.Recorded, error) {
		return o.payroll.RecordFile(ctx, monthtest.Closer, month, money.CNY, strings.NewReader(text))
	}
	_, err := take("工号,发放金额,发放日期,流水号,结果,退回原因\nA,十元,2026-10-10,1,已发放,\nZ,1.00,2026-10-10,2,,\nB,1.00,2999-01-01,3,,\nB,2.00,2026-10-10,3,,\nC,1.00,2026-10-10,4,也许,\nD,,2026-10-10,,退回,\n合计,9,,,,\n")
	if got := strings.Join(fields(err), ","); got != "2 amount payroll.bad_amount,6 outcome payroll.bad_outcome" {
		t.Errorf("what cannot be read: %s", got)
	}
	_, err = take("工号,发放金额,发放日期,流水号,结果,退回原因\nA,10.00,2026-10-10,1,已发放,\nZ,1.00,2026-10-10,2,,\nB,1.00,2999-01-01,3,,\nB,2.00,2026-10-10,3,,\nF,,2026-10-10,,退回,\n")
	if got := strings.Join(fields(err), ","); got != "3 person_key payroll.nobody,4 paid_on payroll.day_ahead,5 person_key payroll.twice,6 reason payroll.reason_missing" {
		t.Errorf("what is wrong: %s", got)
	}
	if _, err = take("姓名,金额\nA,1\n"); strings.Join(fields(err), ",") != "1 person_key ingest.loose_missing" {
		t.Errorf("without numbers: %v", fields(err))
	}
	if s := o.sheet().Sum; s.Paid+s.Rejected != 0 {
		t.Fatalf("something was taken: %+v", s)
	}
	a := o.line("A").AmountMinor
	done, err := take("Employee,Amount,Paid on,Reference,Status,Reason\nA," + money.Format(a-5_00, money.CNY) + ",2026/10/10,77,paid,\nB,,,,,\nF,,2026-10-10,,,account closed\n")
	if s := o.sheet().Sum; err != nil || done.New != 2 || s.Paid != 1 || s.Rejected != 1 || s.Different != 1 || s.Diff != -5_00 {
		t.Errorf("%+v, %v, %+v", done, err, s)
	}
	if o.due(o.line("A").PersonID) != 5_00 {
		t.Errorf("due %d", o.due(o.line("A").PersonID))
	}
	var book bytes.Buffer
	x, err := tabular.NewXLSX(&book, "回执")
	if err == nil {
		err = x.Header([]string{"工号", "发放金额", "发放日期"})
	}
	if err == nil {
		err = errors.Join(x.Write(tabular.Text("B"), tabular.Number(money.Format(o.line("B").AmountMinor, money.CNY)), tabular.Text("2026-10-10")), x.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	if done, err := o.payroll.RecordFile(ctx, monthtest.Closer, month, money.CNY, &book); err != nil || done.New != 1 || o.line("B").State != payroll.StatePaid {
		t.Errorf("%+v, %v", done, err)
	}
	o.sound()
}

// TestWhoMaySeeAndRecordPayments: finance records, who reads the ledger sees, nobody else does either; a month must be closed.
func TestWhoMaySeeAndRecordPayments(t *testing.T) {
	t.Parallel()
	o, ctx := open(t, storetest.SQLiteFrom(t, late)), t.Context()
	if _, err := o.payroll.Get(ctx, monthtest.Maker, month); !errs.Is(err, errs.KindForbidden) {
		t.Errorf("operations see it: %v", err)
	}
	for _, actor := range []struct {
		name string
		err  func(context.Context) error
	}{
		{"record", func(ctx context.Context) error {
			_, err := o.payroll.Record(ctx, monthtest.Auditor, month, []payroll.Answer{paid("A", "2026-10-10")})
			return err
		}},
		{"again", func(ctx context.Context) error {
			_, err := o.payroll.PayAgain(ctx, monthtest.Auditor, month)
			return err
		}},
		{"file", func(ctx context.Context) error {
			_, err := o.payroll.RecordFile(ctx, monthtest.Auditor, month, money.CNY, strings.NewReader("x"))
			return err
		}},
	} {
		if err := actor.err(ctx); !errs.Is(err, errs.KindForbidden) {
			t.Errorf("%s: %v", actor.name, err)
		}
	}
	if _, err := o.payroll.Get(ctx, monthtest.Closer, month+1); !errs.Is(err, errs.KindConflict) {
		t.Errorf("an open month: %v", err)
	}
}

// TestTheAccrualIsTheLedger: the rows of each month add up to the ledger's accounts, and close one month where they open the next.
func TestTheAccrualIsTheLedger(t *testing.T) {
	t.Parallel()
	storetest.RunFrom(t, late, func(t *testing.T, db *store.DB) {
		h := monthtest.OpenSettling(t, db)
		ctx := t.Context()
		office := payroll.NewService(db.Payroll(), monthtest.NewID(time.Now))
		last := reward.AccrualRow{}
		for m := month - 1; m <= month+1; m++ {
			h.MustClose(t, m)
			sheet, err := office.Get(ctx, monthtest.Closer, m)
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range sheet.Lines {
				if l.State != payroll.StateNothing {
					a := paid(l.PersonKey, (m + 1).First().String())
					if _, err := office.Record(ctx, monthtest.Closer, m, []payroll.Answer{a}); err != nil {
						t.Fatal(err)
					}
					break // the others wait
				}
			}
		}
		seen := reward.AccrualRow{}
		for m := month - 1; m <= month+1; m++ {
			a, err := h.Rewards.Accrual(ctx, monthtest.Auditor, m)
			if err != nil || len(a.Rows) == 0 {
				t.Fatal(a, err)
			}
			until := " AND month <= '" + m.String() + "' AND currency = 'CNY'"
			balance := func(account string) int64 {
				sums := monthtest.QueryInts(t, db, "SELECT CAST(COALESCE(SUM(CASE WHEN credit LIKE '"+account+":%' THEN amount_minor ELSE 0 END) - SUM(CASE WHEN debit LIKE '"+account+":%' THEN amount_minor ELSE 0 END), 0) AS BIGINT) FROM ledger_entry WHERE 1 = 1"+until)
				return sums[0]
			}
			want := reward.Balance{DueMinor: balance("payable"), HeldMinor: balance("held"), DebtMinor: balance("draw") + balance("carried")}
			if a.Sum.Closing != want {
				t.Errorf("%s closes with %+v, the ledger with %+v", m, a.Sum.Closing, want)
			}
			if expense := -balance("expense"); m == month-1 && a.Sum.Earned+a.Sum.TakenBack-a.Sum.Lapsed+a.Sum.Forgiven != expense {
				t.Errorf("%s costs %+v, the ledger %d", m, a.Sum, expense)
			}
			for _, r := range append(a.Rows, a.Sum) {
				if r.Opening.Total()+r.Earned+r.TakenBack-r.Lapsed+r.Forgiven-r.Paid != r.Closing.Total() || r.Opening.HeldMinor+r.PutOff-r.Released-r.Lapsed != r.Closing.HeldMinor {
					t.Errorf("%s: %+v does not add up", m, r)
				}
			}
			payeesAddUp(t, h, a)
			if m > month-1 && a.Sum.Opening != last.Closing {
				t.Errorf("%s opens with %+v after %+v", m, a.Sum.Opening, last.Closing)
			}
			last = a.Sum
			seen.PutOff, seen.Released, seen.Paid = seen.PutOff+a.Sum.PutOff, seen.Released+a.Sum.Released, seen.Paid+a.Sum.Paid
		}
		if seen.PutOff == 0 || seen.Released == 0 || seen.Paid == 0 {
			t.Errorf("nothing was put off, released or paid: %+v", seen)
		}
		if _, err := h.Rewards.Accrual(ctx, monthtest.Maker, month); !errs.Is(err, errs.KindForbidden) {
			t.Errorf("operations see it: %v", err)
		}
		if _, err := h.Rewards.AccrualPayees(ctx, monthtest.Maker, month, reward.AccrualPart{}); !errs.Is(err, errs.KindForbidden) {
			t.Errorf("operations see payees: %v", err)
		}
		if _, err := h.Rewards.AccrualMonths(ctx, monthtest.Maker); !errs.Is(err, errs.KindForbidden) {
			t.Errorf("operations see months: %v", err)
		}
		if months, err := h.Rewards.AccrualMonths(ctx, monthtest.Auditor); err != nil || len(months) != 3 || months[0] != month+1 {
			t.Errorf("%v, %v", months, err)
		}
	})
}

// payeesAddUp holds every sum of an accrual to what its payees add up to, and the sums to each other.
func payeesAddUp(t *testing.T, h *monthtest.House, a reward.Accrual) {
	t.Helper()
	for _, by := range []reward.AccrualBy{reward.ByComponent, reward.ByPlan, reward.ByRegion} {
		var total reward.Balance
		for _, r := range a.By(by) {
			part := reward.AccrualPart{PlanID: r.PlanID, Component: r.Component}
			if by == reward.ByRegion {
				part.Region = &r.Region
			}
			d, err := h.Rewards.AccrualPayees(t.Context(), monthtest.Auditor, a.Month, part)
			if err != nil || len(d.Payees) == 0 {
				t.Fatal(by, r.AccrualKey, d, err)
			}
			got, want := d.Sum, r
			got.AccrualKey, want.AccrualKey = reward.AccrualKey{}, reward.AccrualKey{}
			if got != want {
				t.Errorf("%s by %s: payees of %+v have %+v, the row %+v", a.Month, by, r.AccrualKey, got, want)
			}
			total = total.Plus(r.Closing)
		}
		if total != a.Sum.Closing {
			t.Errorf("%s by %s: %+v, want %+v", a.Month, by, total, a.Sum.Closing)
		}
	}
	var closing int64
	for _, account := range a.Accounts() {
		if closing += account.Closing; account.Opening+account.Change != account.Closing {
			t.Errorf("%s: %+v does not add up", a.Month, account)
		}
	}
	if closing != a.Sum.Closing.Total() {
		t.Errorf("%s: the accounts close with %d, want %d", a.Month, closing, a.Sum.Closing.Total())
	}
}

// TestAStatementOfAccountOpensWithWhatWasBefore: any span's opening, movements and closing add up, and the whole span closes with what there is; own for a
// payee, nobody else's.
func TestAStatementOfAccountOpensWithWhatWasBefore(t *testing.T) {
	t.Parallel()
	o, ctx := open(t, storetest.SQLiteFrom(t, late)), t.Context()
	a, b := o.line("A"), o.line("B")
	o.must(paid("A", "2026-10-10"))
	read := func(in reward.AccountOf) reward.AccountStatement {
		t.Helper()
		s, err := o.Rewards.Account(ctx, monthtest.Seller(a.PersonID), in)
		if err != nil {
			t.Fatal(err)
		}
		sum := s.Opening
		for _, m := range s.Movements {
			if sum = sum.Plus(m.Change); sum != m.After {
				t.Errorf("%s: %+v, want %+v", m.Key, m.After, sum)
			}
		}
		if sum != s.Closing {
			t.Errorf("closes with %+v, want %+v", s.Closing, sum)
		}
		return s
	}
	all := read(reward.AccountOf{From: calendar.NoDate, To: calendar.NoDate})
	if n := len(all.Movements); n < 2 || all.Closing.Total() != 0 || all.Movements[n-1].Event() != reward.EventPaid || all.Name != a.Name {
		t.Errorf("%+v", all)
	}
	today := all.Movements[0].On
	if later := read(reward.AccountOf{From: today + 1, To: calendar.NoDate}); len(later.Movements) != 0 || later.Opening != all.Closing {
		t.Errorf("later: %+v", later)
	}
	if before := read(reward.AccountOf{From: calendar.NoDate, To: today - 1}); len(before.Movements) != 0 || before.Closing != (reward.Balance{}) {
		t.Errorf("before: %+v", before)
	}
	if _, err := o.Rewards.Account(ctx, monthtest.Seller(a.PersonID), reward.AccountOf{PersonID: b.PersonID, From: calendar.NoDate, To: calendar.NoDate}); !errs.Is(err, errs.KindForbidden) {
		t.Errorf("somebody else's: %v", err)
	}
	if _, err := o.Rewards.Account(ctx, monthtest.Seller(a.PersonID), reward.AccountOf{From: today, To: today - 1}); !errs.Is(err, errs.KindInvalid) {
		t.Errorf("a span that ends before it begins: %v", err)
	}
}
