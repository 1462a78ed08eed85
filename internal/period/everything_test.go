package period_test

import (
	"context"
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/adjustment"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/dispute"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/honour"
	"xiaoguan/internal/money"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/org"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/period"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/proof"
	"xiaoguan/internal/reward"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

var hr = access.Actor{UserID: "u-hr", Name: "何蓉", Grants: []access.Grant{{Role: access.RoleHR, Scope: access.ScopeAll}}}

// cashRule gives whoever collected the most in a month 800.00 and 500 points.
const cashRule = `xiaoguan: honour/1
id: star
title: {zh: 销售之星, en: Sales Star}
currency: CNY
span: month
effective: {from: 2026-01-01}
participants: {level: [regular]}
each: company
measures:
  collected: {name: {zh: 回款, en: collections}, credits: collected, sum: amount, window: period}
rank: {by: collected, ties: all}
winners: 1
brings: {cash: 800.00, points: 500}
`

// whole is monthtest.Settling whose plan takes back what cancelled deals earned, too, with honours and disputes.
type whole struct {
	*monthtest.House
	t        *testing.T
	honours  *honour.Service
	disputes *dispute.Service
	a, d     int64
}

func openWhole(t *testing.T, db *store.DB) *whole {
	t.Helper()
	h := monthtest.NewHouse(db, time.Now)
	root, err := monthtest.Root()
	if err != nil {
		t.Fatal(err)
	}
	texts := []string{cashRule}
	for _, name := range []string{"crediting", "regular"} {
		text, err := os.ReadFile(filepath.Join(root, "internal", "cli", "testdata", "settle", "plans", name+".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, strings.Replace(string(text), "on: [refund]", "on: [refund, cancellation]", 1))
	}
	for _, text := range texts {
		v, err := h.Plans.Save(t.Context(), monthtest.Maker, planbook.Draft{Text: text})
		if err == nil {
			_, err = h.Plans.Approve(t.Context(), monthtest.Approver, v.ID)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	h.MustRecord(t, monthtest.Settling().Write)
	now := func() time.Time { return time.Date(2026, time.October, 8, 9, 30, 0, 0, calendar.ChinaTime) }
	return &whole{House: h, t: t, a: h.Person(t, "A"), d: h.Person(t, "D"),
		honours:  honour.NewService(db.Honours(), org.NewService(db.Org(), now), monthtest.NewID(time.Now), now, money.Constantly(money.CNY)),
		disputes: dispute.NewService(db.Disputes(), monthtest.NewID(time.Now), func() *time.Location { return calendar.ChinaTime }, calendar.China)}
}

// pay records a payment as one batch of its own.
func (w *whole) pay(key, deal, on string, yuan int64) {
	w.t.Helper()
	w.MustRecord(w.t, func(ctx context.Context, f fact.Writer) error {
		_, err := f.PutPayment(ctx, fact.PaymentRecord{Key: key, Deal: deal, PaidOn: monthtest.Day(on), AmountMinor: yuan * 100, Currency: money.CNY})
		return err
	})
}

// cancel calls a deal of Settling off.
func (w *whole) cancel(deal, on string) {
	w.t.Helper()
	for _, d := range monthtest.Settling().Deals {
		if d.Key != deal {
			continue
		}
		detail := fact.NoDetail()
		detail.CancelledOn, detail.CancelReason = monthtest.Day(on), "客户撤单"
		d.Detail = &detail
		w.MustRecord(w.t, func(ctx context.Context, f fact.Writer) error {
			_, err := f.PutDeal(ctx, d)
			return err
		})
	}
}

// honour takes the star of a month to the wall.
func (w *whole) honour(term string) honour.Award {
	w.t.Helper()
	ctx := w.t.Context()
	round, err := w.honours.Compute(ctx, monthtest.Maker, honour.Compute{DocumentID: "star", Term: term})
	if err == nil {
		_, err = w.honours.Approve(ctx, hr, round.ID)
	}
	if err == nil {
		_, err = w.honours.Announce(ctx, hr, round.ID)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	awards, err := w.honours.Wall(ctx, hr, honour.AwardFilter{RoundID: round.ID})
	if err != nil || len(awards) != 1 {
		w.t.Fatalf("%+v, %v", awards, err)
	}
	return awards[0]
}

// adjust has an adjustment approved by a second person.
func (w *whole) adjust(in adjustment.Draft) adjustment.Adjustment {
	w.t.Helper()
	in.PlanID, in.Reason, in.Evidence = "regular", "会议决定", "会议纪要"
	a, err := w.Adjustments.Propose(w.t.Context(), monthtest.Maker, in)
	if err == nil {
		a, err = w.Adjustments.Approve(w.t.Context(), monthtest.Approver, a.ID)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return a
}

// accepted raises a dispute about the first line of D's published statement, which sales, finance and HR accept.
func (w *whole) accepted(m calendar.Month) dispute.Dispute {
	w.t.Helper()
	ctx, seller := w.t.Context(), monthtest.Seller(w.d)
	lines, _, err := w.disputes.Lines(ctx, seller, m, "")
	if err != nil || len(lines) == 0 {
		w.t.Fatal(lines, err)
	}
	d, err := w.disputes.Raise(ctx, seller, dispute.Raise{Month: m, Line: lines[0].Line, Cause: dispute.CauseOther, Text: "少算了"})
	if err != nil {
		w.t.Fatal(err)
	}
	sales := access.Actor{UserID: "u-head", Grants: []access.Grant{{Role: access.RoleLead, Scope: access.ScopeAll}}}
	for voice, actor := range map[dispute.Voice]access.Actor{dispute.VoiceSales: sales, dispute.VoiceFinance: monthtest.Closer, dispute.VoiceHR: hr} {
		amount := lines[0].AmountMinor + 50_00
		if _, err := w.disputes.Speak(ctx, actor, d.ID, dispute.Speak{Voice: voice, Outcome: dispute.OutcomePartly, AmountMinor: &amount, Reason: "查过"}); err != nil {
			w.t.Fatal(voice, err)
		}
	}
	return d
}

// fenOf reads an amount of a pay file.
func fenOf(t *testing.T, text string) int64 {
	t.Helper()
	fen, err := strconv.ParseInt(strings.Replace(text, ".", "", 1), 10, 64)
	if err != nil {
		t.Fatal(text, err)
	}
	return fen
}

// balanced checks to the fen that pay file, ledger and statements with grants are the same, person by person.
func (w *whole) balanced(m calendar.Month) {
	w.t.Helper()
	ctx, t := w.t.Context(), w.t
	want, names := map[string]int64{}, keys(t, w.House)
	page, err := w.Payouts.List(ctx, monthtest.Auditor, payout.Filter{Month: m, Limit: payout.LimitMax})
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range page.Heads {
		want[h.PersonKey] += h.PaidMinor
	}
	ledger, err := w.Rewards.List(ctx, monthtest.Auditor, reward.Filter{Month: m, Limit: reward.LimitMax})
	if err != nil || int64(len(ledger.Entries)) != ledger.Count {
		t.Fatal(ledger, err)
	}
	payable, total := map[string]int64{}, int64(0)
	for _, e := range ledger.Entries {
		if e.PlanID == reward.GrantPlan && e.Currency != reward.Points {
			want[names[e.PersonID]] += e.AmountMinor
		}
		if e.Credit == reward.PayableAccount(e.PersonID) {
			payable[names[e.PersonID]] += e.AmountMinor
			total += e.AmountMinor
		}
	}
	if ledger.TotalMinor != total {
		t.Errorf("%s: the ledger's total is %d, payable %d", m, ledger.TotalMinor, total)
	}
	file, err := w.Periods.PayFile(ctx, monthtest.Approver, m, period.FormatCSV)
	if err != nil {
		t.Fatal(err)
	}
	reader := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(file.Content), "\ufeff")))
	reader.FieldsPerRecord = -1
	rows, err := reader.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	paid := map[string]int64{}
	for _, row := range rows {
		for key := range want {
			if row[0] == key {
				paid[key] = fenOf(t, row[len(row)-1])
			}
		}
	}
	for key, amount := range want {
		if paid[key] != amount || payable[key] != amount {
			t.Errorf("%s of %s: statements and grants %d, pay file %d, ledger %d\n%s", key, m, amount, paid[key], payable[key], file.Content)
		}
	}
	v, err := w.Periods.Verify(ctx, monthtest.Auditor)
	if err != nil || v.Broken != nil {
		t.Errorf("%+v, %v", v.Broken, err)
	}
}

// TestAMonthOfEverything: a payment that came late for August, an adjustment, an honour with cash and points, a clawback on a cancelled deal and an
// accepted dispute meet in September, which is paid to the fen once.
func TestAMonthOfEverything(t *testing.T) {
	t.Parallel()
	w := openWhole(t, storetest.SQLite(t))
	ctx := t.Context()
	w.MustClose(t, month-1)
	w.pay("late", "D1", "2026-08-30", 1_000) // 30.00 more for A
	w.cancel("D2", "2026-09-10")             // 600.00 of August back from D
	w.honour("2026-08")
	r := w.MustRetro(t, month-1)
	if r.Deltas != 1 || r.TotalMinor != 30_00 {
		t.Fatalf("%+v", r)
	}
	if _, err := w.Retros.Post(ctx, monthtest.Maker, r.ID); err != nil {
		t.Fatal(err)
	}
	w.adjust(adjustment.Draft{Person: "D", Month: month, AmountMinor: 1_000_00})
	w.MustCalculate(t, month)
	if _, err := w.Periods.Publish(ctx, monthtest.Publisher, period.Change{Month: month}); err != nil {
		t.Fatal(err)
	}
	d := w.accepted(month)
	made := w.adjust(adjustment.Draft{Person: "D", Month: month, Component: "commission", AmountMinor: 50_00})
	if _, err := w.disputes.Correct(ctx, monthtest.Maker, d.ID, dispute.Reference{Kind: dispute.RefAdjustment, ID: made.ID}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Periods.Return(ctx, monthtest.Publisher, period.Change{Month: month, Reason: "补差"}); err != nil {
		t.Fatal(err)
	}
	previews := map[int64]int64{}
	for _, person := range []int64{w.a, w.d} {
		views, err := w.Payouts.Preview(ctx, monthtest.Seller(person), month, person)
		effect, failed := w.Payouts.DealEffect(ctx, monthtest.Seller(person), payout.DealQuestion{Month: month, PersonID: person, DealKey: map[int64]string{w.a: "D1", w.d: "D2"}[person], AmountMinor: 1_00})
		if err != nil || failed != nil || len(views) != 1 || effect.PaidBefore != views[0].PaidMinor {
			t.Fatalf("%+v, %+v, %v, %v", views, effect, err, failed)
		}
		previews[person] = views[0].PaidMinor
	}
	w.MustCalculate(t, month)
	w.MustApprove(t, month)
	w.closedOnce(month)
	for person, amount := range previews {
		view, err := w.Payouts.Get(ctx, monthtest.Seller(person), month, person, "")
		if err != nil || view.PaidMinor != amount {
			t.Errorf("previewed %d, paid %+v, %v", amount, view.Head, err)
		}
		for _, m := range []calendar.Month{month - 1, month} {
			p, err := w.Periods.Prove(ctx, monthtest.Approver, period.ProofOf{Month: m, PersonID: person})
			if err != nil {
				t.Fatal(err)
			}
			if report := proof.Verify(p.Packed); !report.Sound() {
				t.Errorf("%s of %d: %+v", m, person, report.Checks)
			}
		}
	}
	w.balanced(month - 1)
	w.balanced(month)
	if again := w.MustRetro(t, month-1, month); again.Deltas != 0 || again.TotalMinor != 0 {
		t.Errorf("a second retro: %+v", again)
	}
	// By hand. A: 1,800.00 of September, 1,200.00 released and 30.00 of August; half of what is above 1,000.00 to the draw of 1,000.00.
	// D: 1,000.00 and 50.00 by adjustments less 600.00; a cancellation answers for the refund of September, too.
	if previews[w.a] != 2_030_00 || previews[w.d] != 450_00 {
		t.Errorf("paid %v", previews)
	}
	ledger, err := w.Rewards.List(ctx, monthtest.Auditor, reward.Filter{Month: month})
	if err != nil || ledger.TotalMinor != 2_030_00+450_00+800_00 {
		t.Errorf("%d, %v", ledger.TotalMinor, err)
	}
}

// closedOnce closes a month by four at once, then once more.
func (w *whole) closedOnce(m calendar.Month) {
	w.t.Helper()
	var wait sync.WaitGroup
	var won atomic.Int64
	for range 4 {
		wait.Go(func() {
			if _, err := w.Periods.Close(w.t.Context(), monthtest.Closer, period.Change{Month: m}); err == nil {
				won.Add(1)
			}
		})
	}
	wait.Wait()
	_, err := w.Periods.Close(w.t.Context(), monthtest.Closer, period.Change{Month: m})
	if won.Load() != 1 || !errs.Is(err, errs.KindPeriodClosed) {
		w.t.Errorf("%d have closed %s, and again: %v", won.Load(), m, err)
	}
}

// TestAnHonourThatComesAfterTheApprovalIsPaidWithTheNextMonth: who approved September has not seen it.
func TestAnHonourThatComesAfterTheApprovalIsPaidWithTheNextMonth(t *testing.T) {
	t.Parallel()
	w := openWhole(t, storetest.SQLite(t))
	ctx := t.Context()
	w.MustCalculate(t, month-1)
	w.MustApprove(t, month-1)
	award := w.honour("2026-08")
	if _, err := w.Periods.Close(ctx, monthtest.Closer, period.Change{Month: month - 1}); err != nil {
		t.Fatal(err)
	}
	w.balanced(month - 1)
	if paid := monthtest.QueryTexts(t, w.DB, "SELECT month FROM reward_grant"); len(paid) != 1 || paid[0] != "" {
		t.Errorf("paid with %q", paid)
	}
	w.MustClose(t, month)
	w.balanced(month)
	if paid := monthtest.QueryTexts(t, w.DB, "SELECT month FROM reward_grant"); len(paid) != 1 || paid[0] != month.String() {
		t.Errorf("%s paid with %q", award.Number, paid)
	}
}
