package period_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/period"
	"xiaoguan/internal/reward"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

const month = monthtest.SmallMonth

var change = period.Change{Month: month}

// wantKind checks that a step was refused as it should be.
func wantKind(t *testing.T, what string, err error, kinds ...errs.Kind) {
	t.Helper()
	if err == nil || !slices.Contains(kinds, errs.KindOf(err)) {
		t.Errorf("%s: got %v, want %v", what, err, kinds)
	}
}

// keys maps person ids to keys.
func keys(t *testing.T, h *monthtest.House) map[int64]string {
	t.Helper()
	ids := monthtest.QueryInts(t, h.DB, "SELECT id FROM person WHERE superseded_in = 9223372036854775807 ORDER BY id")
	texts := monthtest.QueryTexts(t, h.DB, "SELECT key FROM person WHERE superseded_in = 9223372036854775807 ORDER BY id")
	m := map[int64]string{}
	for i, id := range ids {
		m[id] = texts[i]
	}
	return m
}

func TestCalculateEnqueuesOneJobAndTheResultStands(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := monthtest.Open(t, db, monthtest.Small())
		p, err := h.Periods.Calculate(t.Context(), monthtest.Maker, change)
		if err != nil || p.State != period.StateCalculating || p.RunningRun == "" || p.CurrentRun != "" {
			t.Fatalf("%+v, %v", p, err)
		}
		_, err = h.Periods.Calculate(t.Context(), monthtest.Maker, change)
		wantKind(t, "a second run", err, errs.KindConflict)
		ids, err := h.Queued(t.Context())
		if err != nil || len(ids) != 1 {
			t.Fatalf("jobs %v, %v", ids, err)
		}
		if err := h.Work(t.Context(), h.Periods); err != nil {
			t.Fatal(err)
		}
		first := h.Get(t, month)
		if first.State != period.StateReview || first.RunningRun != "" || first.CurrentRun != p.RunningRun || first.RunBy != monthtest.Maker.UserID {
			t.Fatalf("after the run: %+v", first)
		}
		runs, err := h.Periods.Runs(t.Context(), monthtest.Maker, month)
		if err != nil || len(runs) != 1 {
			t.Fatal(runs, err)
		}
		if r := runs[0]; r.State != payout.RunComplete || r.Payees != 8 || r.Statements != 8 || len(r.Digest) != 64 || len(r.Plans) != 5 {
			t.Errorf("run %+v", r)
		}
		// then: the old result stands while the next run is under way
		second, err := h.Periods.Calculate(t.Context(), monthtest.Maker, change)
		if err != nil || second.CurrentRun != first.CurrentRun || second.State != period.StateCalculating {
			t.Fatalf("%+v, %v", second, err)
		}
		if review, err := h.Periods.Review(t.Context(), monthtest.Maker, month, period.AgainstLastRun); err != nil || review.Run.ID != first.CurrentRun {
			t.Errorf("review while a run is under way: %s, %v", review.Run.ID, err)
		}
		if err := h.Work(t.Context(), h.Periods); err != nil {
			t.Fatal(err)
		}
		runs, _ = h.Periods.Runs(t.Context(), monthtest.Maker, month)
		if p := h.Get(t, month); p.CurrentRun != second.RunningRun || len(runs) != 2 || runs[0].Digest != runs[1].Digest {
			t.Errorf("the second run over the same facts: %+v, %+v", p, runs)
		}
	})
}

func TestCalculateIsRefused(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		bare := monthtest.NewHouse(db, time.Now)
		_, err := bare.Periods.Calculate(t.Context(), monthtest.Maker, change)
		wantKind(t, "without a plan", err, errs.KindConflict)
		h := monthtest.Open(t, db, monthtest.Small())
		for who, actor := range map[string]access.Actor{"finance": monthtest.Approver, "a seller": monthtest.Seller(3), "an admin": monthtest.Admin} {
			_, err := h.Periods.Calculate(t.Context(), actor, change)
			wantKind(t, who, err, errs.KindForbidden)
		}
		_, err = h.Periods.Calculate(t.Context(), access.Actor{}, change)
		wantKind(t, "nobody", err, errs.KindUnauthenticated)
		_, err = h.Periods.Calculate(t.Context(), monthtest.Maker, period.Change{Month: month + 1})
		wantKind(t, "a month that has not begun", err, errs.KindConflict)
		_, err = h.Periods.Calculate(t.Context(), monthtest.Maker, period.Change{Month: month, Revision: 7})
		wantKind(t, "a revision nobody has seen", err, errs.KindConflict)
		if ids, err := h.Queued(t.Context()); err != nil || len(ids) != 0 {
			t.Errorf("jobs were left behind: %v, %v", ids, err)
		}
	})
}

func TestReviewFindsTheExceptions(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := monthtest.Open(t, db, monthtest.Small())
		h.MustCalculate(t, month-1)
		h.MustCalculate(t, month)
		review, err := h.Periods.Review(t.Context(), monthtest.Approver, month, period.AgainstLastMonth)
		if err != nil {
			t.Fatal(err)
		}
		names := keys(t, h)
		var got []string
		for _, e := range review.Exceptions {
			got = append(got, fmt.Sprintf("%s %s %s", e.Kind, names[e.PersonID], e.Component))
		}
		slices.Sort(got)
		want := []string{
			"at_cap F commission", "far_from_last_month A ", "far_from_last_month F ", "far_from_last_month M1 ", "far_from_last_month M2 ",
			"negative E commission", "no_plan G ", "no_quota D quota",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if review.OtherRun.Month != month-1 {
			t.Errorf("compared with %s", review.OtherRun.Month)
		}
		_, err = h.Periods.Review(t.Context(), monthtest.Seller(1), month, period.AgainstLastMonth)
		wantKind(t, "a seller reviews", err, errs.KindForbidden)
		_, err = h.Periods.Review(t.Context(), monthtest.Maker, month-2, period.AgainstLastMonth)
		wantKind(t, "a month without a result", err, errs.KindNotFound)
	})
}

func TestReviewShowsWhatDiffersFromTheLastRun(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := monthtest.Open(t, db, monthtest.Small())
		h.MustCalculate(t, month)
		review, err := h.Periods.Review(t.Context(), monthtest.Maker, month, period.AgainstLastRun)
		if err != nil || review.Differences != nil || review.OtherRun.ID != "" {
			t.Fatalf("a first run differs from something: %+v, %v", review.Differences, err)
		}
		// when: D's payment is corrected from 5,000 to 6,000 yuan
		h.MustRecord(t, func(ctx context.Context, w fact.Writer) error {
			_, err := w.PutPayment(ctx, fact.PaymentRecord{Key: "8", Deal: "D3", PaidOn: monthtest.Day("2026-09-15"), AmountMinor: 6_000_00, Currency: money.CNY})
			return err
		})
		h.MustCalculate(t, month)
		review, err = h.Periods.Review(t.Context(), monthtest.Maker, month, period.AgainstLastRun)
		if err != nil {
			t.Fatal(err)
		}
		names := keys(t, h)
		var got []string
		for _, d := range review.Differences {
			got = append(got, fmt.Sprintf("%s %s %d → %d", names[d.PersonID], d.Component, d.BeforeMinor, d.AmountMinor))
		}
		slices.Sort(got)
		// then: 3 % · ½ of it, and 1 % for the leader
		want := []string{"D commission 7500 → 9000", "M2 override 10004000 → 10005000"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		var moved int64
		for _, c := range review.ByComponent {
			moved += c.AmountMinor - c.BeforeMinor
		}
		if moved != 2_500 || review.Run.TotalMinor-review.OtherRun.TotalMinor != 2_500 {
			t.Errorf("by component %d, total %d", moved, review.Run.TotalMinor-review.OtherRun.TotalMinor)
		}
	})
}

func TestPublishStartsTheClockAndReturnEndsIt(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := monthtest.Open(t, db, monthtest.Small())
		h.MustCalculate(t, month)
		past := change
		past.Until = storetest.Start.Add(-time.Hour)
		_, err := h.Periods.Publish(t.Context(), monthtest.Publisher, past)
		wantKind(t, "a clock that has run out", err, errs.KindInvalid)
		p, err := h.Periods.Publish(t.Context(), monthtest.Publisher, change)
		if err != nil {
			t.Fatal(err)
		}
		if p.PublishedBy != monthtest.Publisher.UserID || !p.ObjectUntil.Equal(p.PublishedAt.AddDate(0, 0, period.ObjectionDaysDefault)) {
			t.Errorf("%+v", p)
		}
		if stored := h.Get(t, month); stored != p {
			t.Errorf("stored %+v, returned %+v", stored, p)
		}
		_, err = h.Periods.Return(t.Context(), monthtest.Maker, period.Change{Month: month, Reason: "  "})
		wantKind(t, "return without a reason", err, errs.KindInvalid)
		p, err = h.Periods.Return(t.Context(), monthtest.Maker, period.Change{Month: month, Reason: "少一笔回款"})
		if err != nil || p.State != period.StateReview || p.PublishedBy != "" || !p.ObjectUntil.IsZero() {
			t.Errorf("%+v, %v", p, err)
		}
		states := monthtest.QueryTexts(t, db, "SELECT after_state FROM audit_entry WHERE action = 'period.return'")
		if len(states) != 1 || !strings.Contains(states[0], "少一笔回款") {
			t.Errorf("the reason is not in the audit log: %v", states)
		}
		_, err = h.Periods.Approve(t.Context(), monthtest.Approver, change)
		wantKind(t, "approving what is not published", err, errs.KindConflict)
	})
}

func TestWhoMadeTheMonthCannotApproveIt(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := monthtest.Open(t, db, monthtest.Small())
		h.MustCalculate(t, month)
		if _, err := h.Periods.Publish(t.Context(), monthtest.Publisher, change); err != nil {
			t.Fatal(err)
		}
		for _, maker := range []access.Actor{monthtest.Maker, monthtest.Publisher} {
			_, err := h.Periods.Approve(t.Context(), maker, change)
			wantKind(t, "operations approves", err, errs.KindForbidden)
			both := maker
			both.Grants = append(slices.Clone(maker.Grants), monthtest.Approver.Grants...)
			_, err = h.Periods.Approve(t.Context(), both, change)
			wantKind(t, maker.UserID+" approves their own work", err, errs.KindForbidden)
		}
		_, err := h.Periods.Close(t.Context(), monthtest.Closer, change)
		wantKind(t, "closing before approval", err, errs.KindConflict)
		p, err := h.Periods.Approve(t.Context(), monthtest.Approver, change)
		if err != nil || p.State != period.StateApproved || p.ApprovedBy != monthtest.Approver.UserID || p.ApprovedAt.IsZero() {
			t.Fatalf("%+v, %v", p, err)
		}
		_, err = h.Periods.Calculate(t.Context(), monthtest.Maker, change)
		wantKind(t, "calculating what is approved", err, errs.KindConflict)
		_, err = h.Periods.Close(t.Context(), monthtest.Maker, change)
		wantKind(t, "operations closes", err, errs.KindForbidden)
	})
}

func TestCloseFreezesTheMonth(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := monthtest.Open(t, db, monthtest.Small())
		h.MustClose(t, month-1)
		p := h.MustClose(t, month)
		if p.State != period.StateClosed || len(p.SealHash) != 64 || p.ClosedBy != monthtest.Closer.UserID {
			t.Fatalf("%+v", p)
		}
		checkLedger(t, h, p)
		checkPayFiles(t, h, p)
		// then: every step is refused, and names the month
		steps := map[string]func() (period.Period, error){
			"calculate": func() (period.Period, error) { return h.Periods.Calculate(t.Context(), monthtest.Maker, change) },
			"publish":   func() (period.Period, error) { return h.Periods.Publish(t.Context(), monthtest.Maker, change) },
			"return": func() (period.Period, error) {
				return h.Periods.Return(t.Context(), monthtest.Approver, period.Change{Month: month, Reason: "x"})
			},
			"approve": func() (period.Period, error) { return h.Periods.Approve(t.Context(), monthtest.Approver, change) },
			"close":   func() (period.Period, error) { return h.Periods.Close(t.Context(), monthtest.Closer, change) },
		}
		for name, step := range steps {
			_, err := step()
			wantKind(t, name, err, errs.KindPeriodClosed)
			if e, ok := errors.AsType[*errs.Error](err); !ok || e.Message.Args["Month"] != month.String() {
				t.Errorf("%s: the error does not name the month: %v", name, err)
			}
		}
		v, err := h.Periods.Verify(t.Context(), monthtest.Auditor)
		if err != nil || v.Broken != nil || v.Seals != 2 || v.Statements != 15 {
			t.Errorf("verification %+v %+v, %v", v, v.Broken, err)
		}
		_, err = h.Periods.Verify(t.Context(), monthtest.Maker)
		wantKind(t, "operations verifies", err, errs.KindForbidden)
	})
}

// checkLedger compares the ledger with the lines of the run: one entry for each that is not zero.
func checkLedger(t *testing.T, h *monthtest.House, p period.Period) {
	t.Helper()
	page, err := h.Rewards.List(t.Context(), monthtest.Approver, reward.Filter{Month: p.Month, Limit: reward.LimitMax})
	if err != nil {
		t.Fatal(err)
	}
	posted := map[string]int64{}
	accounts := map[reward.Account]int64{}
	for _, e := range page.Entries {
		if _, twice := posted[e.Key]; twice || e.AmountMinor == 0 {
			t.Errorf("entry %+v", e)
		}
		posted[e.Key] = e.AmountMinor
		accounts[e.Debit] += e.AmountMinor
		accounts[e.Credit] -= e.AmountMinor
	}
	var sum, lines int64
	err = h.DB.Read(t.Context(), func(tx *store.Tx) error {
		all, err := tx.PayoutLines(t.Context(), p.CurrentRun)
		for _, l := range all {
			if key := reward.CloseKey(p.Month, l.PlanID, l.Component, l.PersonID); posted[key] != l.AmountMinor {
				t.Errorf("%s: posted %d, line %d", key, posted[key], l.AmountMinor)
			}
			if l.AmountMinor != 0 {
				lines++
			}
			sum += l.AmountMinor
		}
		return err
	})
	if err != nil || int64(len(posted)) != lines || page.Count != lines || page.TotalMinor != sum {
		t.Errorf("%d entries of %d, %d lines of %d, %v", page.Count, page.TotalMinor, lines, sum, err)
	}
	var balance int64
	for _, amount := range accounts {
		balance += amount
	}
	if balance != 0 {
		t.Errorf("the accounts sum to %d", balance)
	}
}

func checkPayFiles(t *testing.T, h *monthtest.House, p period.Period) {
	t.Helper()
	for _, format := range []string{period.FormatCSV, period.FormatXLSX} {
		f, err := h.Periods.PayFile(t.Context(), monthtest.Approver, p.Month, format)
		if err != nil || len(f.Content) == 0 || len(f.Digest) != 64 || f.Signature == "" {
			t.Fatalf("%s: %+v, %v", format, f, err)
		}
		if format == period.FormatCSV {
			total := monthtest.QueryInts(t, h.DB, "SELECT CAST(SUM(amount_minor) AS BIGINT) FROM ledger_entry WHERE month = '"+p.Month.String()+"'")
			last := strings.Split(strings.TrimSpace(string(f.Content)), "\r\n")
			if line := last[len(last)-1]; !strings.HasSuffix(line, money.Format(total[0], money.CNY)) && !strings.HasSuffix(line, money.Format(total[0], money.CNY)+`"`) {
				t.Errorf("the total of %d is not in the last line: %s", total[0], line)
			}
		}
	}
	_, err := h.Periods.PayFile(t.Context(), monthtest.Maker, p.Month, period.FormatCSV)
	wantKind(t, "operations takes the pay file", err, errs.KindForbidden)
	_, err = h.Periods.PayFile(t.Context(), monthtest.Approver, p.Month+1, period.FormatCSV)
	wantKind(t, "the pay file of an open month", err, errs.KindNotFound)
}

func TestOfSeveralWhoCloseAtOnceOneWins(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := monthtest.Open(t, db, monthtest.Small())
		h.MustCalculate(t, month)
		h.MustApprove(t, month)
		revision := h.Get(t, month).Revision
		const operators = 4
		failures := atOnce(operators, func(i int) error {
			in := change
			if i%2 == 0 {
				in.Revision = revision
			}
			_, err := h.Periods.Close(t.Context(), monthtest.Closer, in)
			return err
		})
		if len(failures) != operators-1 {
			t.Errorf("%d of %d were refused: %v", len(failures), operators, failures)
		}
		for _, err := range failures {
			wantKind(t, "the others", err, errs.KindConflict, errs.KindPeriodClosed)
		}
		checkLedger(t, h, h.Get(t, month))
		if v, err := h.Periods.Verify(t.Context(), monthtest.Auditor); err != nil || v.Broken != nil || v.Seals != 1 {
			t.Errorf("%+v %+v, %v", v, v.Broken, err)
		}
	})
}

func TestOfSeveralWhoCalculateAtOnceOneWins(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := monthtest.Open(t, db, monthtest.Small())
		failures := atOnce(4, func(int) error {
			_, err := h.Periods.Calculate(t.Context(), monthtest.Maker, change)
			return err
		})
		if ids, err := h.Queued(t.Context()); len(failures) != 3 || len(ids) != 1 || err != nil {
			t.Errorf("refused %v, jobs %v, %v", failures, ids, err)
		}
		for _, err := range failures {
			wantKind(t, "the others", err, errs.KindConflict)
		}
	})
}

// atOnce calls do n times side by side and returns the errors.
func atOnce(n int, do func(i int) error) (failures []error) {
	var wait sync.WaitGroup
	var mu sync.Mutex
	begin := make(chan struct{})
	for i := range n {
		wait.Go(func() {
			<-begin
			if err := do(i); err != nil {
				mu.Lock()
				failures = append(failures, err)
				mu.Unlock()
			}
		})
	}
	close(begin)
	wait.Wait()
	return failures
}

func TestALateFactChangesNothingThatIsClosed(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := monthtest.Open(t, db, monthtest.Small())
		h.MustClose(t, month-1)
		before := frozen(t, h, month-1)
		batch := h.MustRecord(t, func(ctx context.Context, w fact.Writer) error {
			_, err := w.PutPayment(ctx, fact.PaymentRecord{Key: "late", Deal: "D1", PaidOn: monthtest.Day("2026-08-30"), AmountMinor: 70_000_00, Currency: money.CNY})
			if err != nil {
				return err
			}
			_, err = w.PutPerson(ctx, fact.PersonRecord{Key: "A", Name: "陈思源", Team: "T2", Level: "core", Hired: monthtest.Day("2021-05-10"), Left: calendar.Forever})
			return err
		})
		if batch.EarliestMonth > month-1 {
			t.Errorf("the batch says it touches nothing before %s", batch.EarliestMonth)
		}
		h.MustClose(t, month)
		if diff := cmp.Diff(before, frozen(t, h, month-1)); diff != "" {
			t.Error(diff)
		}
		if v, err := h.Periods.Verify(t.Context(), monthtest.Auditor); err != nil || v.Broken != nil {
			t.Errorf("%+v, %v", v.Broken, err)
		}
	})
}

// frozen returns everything that the close of a month has made.
func frozen(t *testing.T, h *monthtest.House, m calendar.Month) (all []string) {
	t.Helper()
	run := h.Get(t, m).CurrentRun
	for _, query := range []string{
		"SELECT person_id || plan_id || version_id || level || team_id || total_minor || digest FROM statement WHERE run_id = '%[1]s' ORDER BY position",
		"SELECT person_id || plan_id || component || amount_minor FROM payout_line WHERE run_id = '%[1]s' ORDER BY person_id, component",
		"SELECT hash FROM ledger_entry WHERE month = '%[2]s' ORDER BY seq", "SELECT hash || signature FROM seal WHERE month = '%[2]s'",
		"SELECT digest || signature FROM pay_file WHERE month = '%[2]s' ORDER BY format", "SELECT digest || state FROM run WHERE id = '%[1]s'",
		"SELECT state || seal_hash || closed_at || revision FROM period WHERE month = '%[2]s'",
	} {
		all = append(all, monthtest.QueryTexts(t, h.DB, fmt.Sprintf(query+" -- %[1]s %[2]s", run, m))...)
	}
	return all
}
