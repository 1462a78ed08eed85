package retro_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/period"
	"xiaoguan/internal/retro"
	"xiaoguan/internal/reward"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

const (
	august    = monthtest.SmallMonth - 1
	september = monthtest.SmallMonth
)

func wantKind(t *testing.T, what string, err error, kind errs.Kind) {
	t.Helper()
	if !errs.Is(err, kind) {
		t.Errorf("%s: %v, want %s", what, err, kind)
	}
}

// pay records a payment as one batch of its own.
func pay(t *testing.T, h *monthtest.House, key, deal, on string, yuan int64) {
	t.Helper()
	h.MustRecord(t, func(ctx context.Context, w fact.Writer) error {
		_, err := w.PutPayment(ctx, fact.PaymentRecord{Key: key, Deal: deal, PaidOn: monthtest.Day(on), AmountMinor: yuan * 100, Currency: money.CNY})
		return err
	})
}

func deltasOf(t *testing.T, h *monthtest.House, r retro.Retro) []retro.Named {
	t.Helper()
	page, err := h.Retros.Deltas(t.Context(), monthtest.Auditor, retro.Filter{RetroID: r.ID, Limit: retro.LimitMax})
	if err != nil || page.Count != r.Deltas || page.TotalMinor != r.TotalMinor {
		t.Fatalf("%+v of %+v, %v", page, r, err)
	}
	return page.Deltas
}

func mustPost(t *testing.T, h *monthtest.House, r retro.Retro) retro.Retro {
	t.Helper()
	r, err := h.Retros.Post(t.Context(), monthtest.Maker, r.ID)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func mustVerify(t *testing.T, h *monthtest.House) {
	t.Helper()
	v, err := h.Periods.Verify(t.Context(), monthtest.Auditor)
	if err != nil || v.Broken != nil {
		t.Errorf("%+v, %v", v, err)
	}
}

func TestARetroOfNothingPostsNothing(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := monthtest.Open(t, db, monthtest.Small())
		h.MustClose(t, august)
		r := h.MustRetro(t, august)
		if r.Deltas != 0 || r.TotalMinor != 0 || len(deltasOf(t, h, r)) != 0 {
			t.Errorf("%+v", r)
		}
		_, err := h.Retros.Post(t.Context(), monthtest.Maker, r.ID)
		wantKind(t, "nothing to post", err, errs.KindConflict)
		pay(t, h, "late", "D1", "2026-09-03", 500) // of the open month
		if r := h.MustRetro(t, august); r.Deltas != 0 {
			t.Errorf("a payment of the open month: %+v", r)
		}
	})
}

// TestALatePaymentIsPaidOnceInTheOpenMonth: A's deal D1 collected 1,000 in August, which is 1 % of the quota: half of 3 % of it. 20,000 more,
// recorded after the close, make 21 % of it: still half, so 300.00 more for A, and the manager's share of it.
func TestALatePaymentIsPaidOnceInTheOpenMonth(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := monthtest.Open(t, db, monthtest.Small())
		h.MustClose(t, august)
		a := h.Person(t, "A")
		before, err := h.Payouts.Get(t.Context(), monthtest.Auditor, august, a, "")
		if err != nil {
			t.Fatal(err)
		}
		pay(t, h, "P-late", "D1", "2026-08-30", 20_000)
		r := h.MustRetro(t, august)
		found := deltasOf(t, h, r)
		i := slices.IndexFunc(found, func(d retro.Named) bool { return d.PersonID == a })
		if i < 0 || found[i].AmountMinor() != 300_00 || found[i].WasMinor != 15_00 || found[i].NowMinor != 315_00 || found[i].Month != august || found[i].Name != "陈思远" {
			t.Fatalf("%+v", found)
		}
		for _, d := range found { // A's and the manager's
			if len(d.Causes) != 1 || d.Causes[0].Kind != fact.KindPayment || d.Causes[0].How != payout.CauseRecorded || d.Causes[0].Key != "P-late" || d.Causes[0].On != monthtest.Day("2026-08-30") {
				t.Errorf("%s %s: %+v", d.PersonKey, d.Component, d.Causes)
			}
		}
		_, err = h.Retros.Post(t.Context(), monthtest.Approver, r.ID)
		wantKind(t, "posted by finance", err, errs.KindForbidden)
		twin := h.MustRetro(t, august)
		r = mustPost(t, h, r)
		if r.PaidIn != september {
			t.Errorf("paid in %s", r.PaidIn)
		}
		_, err = h.Retros.Post(t.Context(), monthtest.Maker, twin.ID)
		wantKind(t, "the same differences by another retro", err, errs.KindConflict)
		_, err = h.Retros.Post(t.Context(), monthtest.Maker, r.ID)
		wantKind(t, "posted twice", err, errs.KindConflict)
		if again := h.MustRetro(t, august); again.Deltas != 0 {
			t.Errorf("a second retro: %+v", deltasOf(t, h, again))
		}
		h.MustClose(t, september)
		view, err := h.Payouts.Get(t.Context(), monthtest.Seller(a), september, a, "")
		if err != nil || len(view.Additions) != 1 || view.AddedMinor != 300_00 || view.PaidMinor != view.TotalMinor+300_00 || view.Additions[0].Origin != august {
			t.Fatalf("%+v, %v", view, err)
		}
		after, err := h.Payouts.Get(t.Context(), monthtest.Auditor, august, a, "")
		if err != nil || after.Digest != before.Digest || len(after.Additions) != 0 {
			t.Errorf("the closed statement changed: %+v", after.Head)
		}
		ledger, err := h.Rewards.List(t.Context(), monthtest.Seller(a), reward.Filter{Month: september})
		if err != nil || !slices.ContainsFunc(ledger.Entries, func(e reward.Entry) bool {
			return e.Key == "retro/2026-08/regular/commission/"+fmt.Sprint(a)+"/"+r.ID && e.AmountMinor == 300_00 && e.Event() == reward.EventPrior
		}) {
			t.Errorf("%+v, %v", ledger, err)
		}
		file, err := h.Periods.PayFile(t.Context(), monthtest.Approver, september, period.FormatCSV)
		if err != nil || !strings.Contains(string(file.Content), "以前期间调整") {
			t.Errorf("%s, %v", file.Content, err)
		}
		mustVerify(t, h)
		pay(t, h, "P-later", "D1", "2026-08-31", 100)
		third := deltasOf(t, h, h.MustRetro(t, august, september))
		if i := slices.IndexFunc(third, func(d retro.Named) bool { return d.PersonID == a }); i < 0 || third[i].WasMinor != 315_00 || third[i].NowMinor != 316_50 || len(third[i].Causes) != 1 || third[i].Causes[0].Key != "P-later" {
			t.Errorf("only what is new: %+v", third)
		}
	})
}

func TestPostedDifferencesAreTakenUpByTheNextRunOrWithdrawn(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := monthtest.Open(t, db, monthtest.Small())
		h.MustClose(t, august)
		pay(t, h, "P-late", "D5", "2026-08-30", 200_000) // core: a large difference
		r := h.MustRetro(t, august)
		h.MustCalculate(t, september)
		h.MustApprove(t, september)
		_, err := h.Retros.Post(t.Context(), monthtest.Maker, r.ID)
		wantKind(t, "the open month is approved", err, errs.KindConflict)
		if _, err := h.Periods.Return(t.Context(), monthtest.Approver, period.Change{Month: september, Reason: "补差"}); err != nil {
			t.Fatal(err)
		}
		r = mustPost(t, h, r)
		h.MustApprove(t, september)
		_, err = h.Periods.Close(t.Context(), monthtest.Closer, period.Change{Month: september})
		wantKind(t, "calculated before the differences came", err, errs.KindConflict)
		if _, err := h.Periods.Return(t.Context(), monthtest.Approver, period.Change{Month: september, Reason: "重算"}); err != nil {
			t.Fatal(err)
		}
		h.MustCalculate(t, september)
		review, err := h.Periods.Review(t.Context(), monthtest.Maker, september, period.AgainstLastMonth)
		if err != nil || len(review.Additions) == 0 || !slices.ContainsFunc(review.Exceptions, func(e payout.Exception) bool { return e.Kind == payout.ExceptionLargeDelta }) {
			t.Errorf("%+v, %v", review.Exceptions, err)
		}
		_, err = h.Retros.Withdraw(t.Context(), monthtest.Maker, r.ID, " ")
		wantKind(t, "without a reason", err, errs.KindInvalid)
		if _, err := h.Retros.Withdraw(t.Context(), monthtest.Publisher, r.ID, "记错了"); err != nil {
			t.Fatal(err)
		}
		h.MustClose(t, september)
		lines := monthtest.QueryInts(t, db, "SELECT amount_minor FROM ledger_entry WHERE key LIKE 'retro/%'")
		if len(lines) != 0 {
			t.Errorf("withdrawn, and posted: %v", lines)
		}
		mustVerify(t, h)
		if again := h.MustRetro(t, august); again.Deltas == 0 {
			t.Error("what was withdrawn is owed still")
		}
	})
}

func TestSomebodyWhoLeftHasAStatementForTheDifference(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := monthtest.Open(t, db, monthtest.Small())
		h.MustClose(t, august)
		f := h.Person(t, "F")
		h.MustRecord(t, func(ctx context.Context, w fact.Writer) error {
			_, err := w.PutPerson(ctx, fact.PersonRecord{Key: "F", Name: "方知微", Team: "T2", Level: "core", Hired: monthtest.Day("2016-10-01"), Left: monthtest.Day("2026-09-01")})
			return err
		})
		pay(t, h, "P-late", "D5", "2026-08-30", 1_000)
		r := mustPost(t, h, h.MustRetro(t, august))
		h.MustClose(t, september)
		view, err := h.Payouts.Get(t.Context(), monthtest.Auditor, september, f, "")
		if err != nil || len(view.Statement.Components) != 0 || len(view.Additions) == 0 || view.PaidMinor != view.AddedMinor || view.AddedMinor <= 0 {
			t.Fatalf("%+v, %v (%+v)", view, err, r)
		}
		mustVerify(t, h)
	})
}

func TestWhoMayRecomputeAndPost(t *testing.T) {
	t.Parallel()
	h := monthtest.Open(t, storetest.SQLite(t), monthtest.Small())
	h.MustClose(t, august)
	for _, actor := range []access.Actor{monthtest.Approver, monthtest.Seller(1), monthtest.Admin, monthtest.Auditor} {
		_, err := h.Retros.Start(t.Context(), actor, []calendar.Month{august})
		wantKind(t, actor.UserID, err, errs.KindForbidden)
	}
	_, err := h.Retros.List(t.Context(), monthtest.Seller(1))
	wantKind(t, "a seller", err, errs.KindForbidden)
	_, err = h.Retros.Start(t.Context(), monthtest.Maker, []calendar.Month{september})
	wantKind(t, "an open month", err, errs.KindInvalid)
	_, err = h.Retros.Start(t.Context(), monthtest.Maker, nil)
	wantKind(t, "no month", err, errs.KindInvalid)
	if _, err := h.Retros.Start(t.Context(), monthtest.Maker, []calendar.Month{august}); err != nil {
		t.Fatal(err)
	}
	_, err = h.Retros.Start(t.Context(), monthtest.Maker, []calendar.Month{august})
	wantKind(t, "two at once", err, errs.KindConflict)
}

// change makes a random correction of one of the company's facts.
func change(t *testing.T, h *monthtest.House, c *monthtest.Company, random *rand.Rand, n int) (describe string) {
	t.Helper()
	h.MustRecord(t, func(ctx context.Context, w fact.Writer) (err error) {
		p := c.Payments[random.IntN(len(c.Payments))]
		switch kind := random.IntN(4); kind {
		case 0:
			p.Key = fmt.Sprintf("late-%d", n)
			describe = "late payment"
			_, err = w.PutPayment(ctx, p)
		case 1:
			p.AmountMinor += 1 + random.Int64N(3_000_00)
			describe = "corrected payment"
			_, err = w.PutPayment(ctx, p)
		case 2:
			q := c.Quotas[random.IntN(len(c.Quotas))]
			q.AmountMinor = max(1_00, q.AmountMinor/2)
			describe = "corrected quota"
			_, err = w.PutQuota(ctx, q)
		default:
			d := c.Deals[random.IntN(len(c.Deals))]
			seller := c.Persons[len(c.Persons)-1-random.IntN(5)].Key
			d.Shares = []fact.ShareRecord{{Person: seller, BasisPoints: 10_000}}
			describe = "deal of another seller"
			_, err = w.PutDeal(ctx, d)
		}
		return err
	})
	return describe
}

// TestClosedAndDeltasAreTheRecomputation: however often facts change and differences are posted, what was paid for a month comes to what a
// house pays that knew everything when it closed.
func TestClosedAndDeltasAreTheRecomputation(t *testing.T) {
	t.Parallel()
	for seed := range uint64(2) {
		storetest.Run(t, func(t *testing.T, db *store.DB) {
			random := rand.New(rand.NewPCG(seed, 14))
			c := monthtest.Generate(seed+1, august, 12, 60)
			h := monthtest.Open(t, db, c)
			h.MustClose(t, august-1)
			h.MustClose(t, august)
			for round := range 3 {
				var what []string
				for n := range 1 + random.IntN(3) {
					what = append(what, change(t, h, c, random, 10*round+n))
				}
				r := h.MustRetro(t, august-1, august)
				if r.Deltas > 0 {
					mustPost(t, h, r)
				}
				var fresh map[string]int64
				err := db.Read(t.Context(), func(tx *store.Tx) (err error) {
					fresh, err = recompute(t, tx, h)
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
				paid := map[string]int64{}
				for _, id := range monthtest.QueryTexts(t, db, `SELECT month || '/' || CAST(person_id AS TEXT) || '/' || plan_id || '/' || component || '=' || CAST(SUM(amount) AS TEXT) FROM (
						SELECT p.month, l.person_id, l.plan_id, l.component, l.amount_minor AS amount FROM period p JOIN payout_line l ON l.run_id = p.current_run WHERE p.state = 'closed'
						UNION ALL SELECT d.month, d.person_id, d.plan_id, d.component, d.now_minor - d.was_minor FROM retro r JOIN retro_delta d ON d.retro_id = r.id WHERE r.state = 'posted') x
					GROUP BY month, person_id, plan_id, component`) {
					key, text, _ := strings.Cut(id, "=")
					var amount int64
					_, _ = fmt.Sscan(text, &amount)
					if amount != 0 {
						paid[key] = amount
					}
				}
				for key, amount := range fresh {
					if paid[key] != amount {
						t.Errorf("round %d (%v): %s paid %d, recomputed %d", round, what, key, paid[key], amount)
					}
					delete(paid, key)
				}
				if len(paid) > 0 {
					t.Errorf("round %d (%v): paid and not due: %v", round, what, paid)
				}
				for _, d := range deltasOf(t, h, r) {
					if len(d.Causes) == 0 || d.VersionID == "" {
						t.Errorf("no cause: %+v", d)
					}
				}
			}
			h.MustClose(t, september)
			mustVerify(t, h)
		})
	}
}
