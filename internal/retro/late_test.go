package retro_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/settle"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

// latePlan pays 3 % by deal, takes back what refunded and cancelled deals earned, and carries what is negative. It has no limits, holds or
// draws, so that the month in which something is paid makes no difference to the total. %s is the rest of its settlement.
const latePlan = `xiaoguan: plan/1
id: regular
name: {zh: 提成, en: Commission}
layer: regular
currency: CNY
period: month
effective: {from: 2026-01-01}
participants: {level: [regular]}
statements: {earned_on: collected, payable_on: period_close, refund: kept_until_clawback, negative_result: stands, level_at: period_end, joiner: full_period,
  leaver: full_period, leaver_later_collections: unpaid}
measures:
  credited: {name: {zh: 回款业绩, en: collections}, credits: collected, sum: amount, window: period}
components:
  - id: commission
    name: {zh: 提成, en: Commission}
    pays: {rate: 3%%, of: credited}
    round: {mode: half_away_from_zero, at: component}
%ssettle:
  by_deal: [commission]
  clawback: {components: [commission], on: [refund, cancellation], within_months: 6, share: %s, basis: earned}
  negative: {offset: all}
%s`

const (
	march = monthtest.SmallMonth - 6 + iota
	april
	may
	june
	july
)

// lateHouse is a company of two sellers with three deals, one of them shared.
type lateHouse struct {
	*monthtest.House
	t     *testing.T
	deals map[string]fact.DealRecord
}

func openLate(t *testing.T, db *store.DB, text string) *lateHouse {
	t.Helper()
	h := &lateHouse{House: monthtest.NewHouse(db, time.Now), t: t, deals: map[string]fact.DealRecord{}}
	root, err := monthtest.Root()
	if err != nil {
		t.Fatal(err)
	}
	crediting, err := os.ReadFile(filepath.Join(root, "internal", "cli", "testdata", "settle", "plans", "crediting.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{string(crediting), text} {
		v, err := h.Plans.Save(t.Context(), monthtest.Maker, planbook.Draft{Text: text})
		if err == nil {
			_, err = h.Plans.Approve(t.Context(), monthtest.Approver, v.ID)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	c := monthtest.Settling()
	c.Payments, c.Deals = nil, nil
	for i := range c.Persons {
		c.Persons[i].Hired = monthtest.Day("2020-01-01")
	}
	for key, shares := range map[string][]fact.ShareRecord{
		"D1": {{Person: "A", BasisPoints: 10_000}}, "D2": {{Person: "D", BasisPoints: 10_000}}, "D3": {{Person: "A", BasisPoints: 6_667}, {Person: "D", BasisPoints: 3_333}},
		"Z": {{Person: "A", BasisPoints: 5_000}, {Person: "D", BasisPoints: 5_000}},
	} {
		d := fact.DealRecord{Key: key, Customer: "C1", Product: "PA", SignedOn: monthtest.Day("2026-03-04"), AmountMinor: 20_000_00, Currency: money.CNY, Shares: shares}
		h.deals[key] = d
		c.Deals = append(c.Deals, d)
	}
	h.MustRecord(t, c.Write)
	return h
}

// cancel calls a deal off on a day, or says for NoDate that it stands.
func (h *lateHouse) cancel(deal string, on calendar.Date) {
	h.t.Helper()
	d, detail := h.deals[deal], fact.NoDetail()
	if on != calendar.NoDate {
		detail.CancelledOn, detail.CancelReason = on, "客户撤单"
	}
	d.Detail = &detail
	h.put(d)
}

// put records a deal, as a batch of its own.
func (h *lateHouse) put(d fact.DealRecord) {
	h.t.Helper()
	h.deals[d.Key] = d
	h.MustRecord(h.t, func(ctx context.Context, w fact.Writer) error {
		_, err := w.PutDeal(ctx, d)
		return err
	})
}

// closeWith recomputes the months from March on that are closed, posts what differs, and closes the month.
func (h *lateHouse) closeWith(month calendar.Month) {
	h.t.Helper()
	var closed []calendar.Month
	for m := march; m < month; m++ {
		closed = append(closed, m)
	}
	if len(closed) > 0 {
		if r := h.MustRetro(h.t, closed...); r.Deltas > 0 {
			mustPost(h.t, h.House, r)
		}
		if r := h.MustRetro(h.t, closed...); r.Deltas != 0 {
			h.t.Errorf("%s: a second retro finds %+v", month, deltasOf(h.t, h.House, r))
		}
	}
	h.MustClose(h.t, month)
}

// paid is what each person was paid in a month.
func (h *lateHouse) paid(month calendar.Month) map[string]int64 {
	h.t.Helper()
	page, err := h.Payouts.List(h.t.Context(), monthtest.Auditor, payout.Filter{Month: month, Limit: payout.LimitMax})
	if err != nil {
		h.t.Fatal(err)
	}
	sums := map[string]int64{}
	for _, head := range page.Heads {
		sums[head.PersonKey] += head.PaidMinor
	}
	return sums
}

func (h *lateHouse) wantPaid(month calendar.Month, a, d int64) {
	h.t.Helper()
	if got := h.paid(month); got["A"] != a || got["D"] != d {
		h.t.Errorf("%s: paid %v, want A %d, D %d", month, got, a, d)
	}
}

// TestALateCancellationIsClawedBackOnce. D2 collected 10,000.00 in March, which earned 300.00; D2 collects nothing more. It is called off on
// 20 April, which is recorded in May: 300.00 come back in May, out of 1 % … of what D3 earns there: 3,333/10,000 of 3 % of
// 30,000.00 = 299.97, so that 0.03 are carried. June: D3 30,000.00 again, 299.97 less 0.03 = 299.94. The cancellation was a mistake, found
// in July: 300.00 are given back. Then it is none again: 300.00 are taken of 299.97, and 0.03 carried.
func TestALateCancellationIsClawedBackOnce(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := openLate(t, db, fmt.Sprintf(latePlan, "", "full", ""))
		pay(t, h.House, "1", "D2", "2026-03-05", 10_000)
		for i, on := range []string{"2026-05-05", "2026-06-05", "2026-08-05"} {
			pay(t, h.House, "d3-"+strconv.Itoa(i), "D3", on, 30_000)
		}
		h.closeWith(march)
		h.wantPaid(march, 0, 300_00)
		h.closeWith(april)
		h.cancel("D2", monthtest.Day("2026-04-20"))
		h.closeWith(may)
		h.wantPaid(may, 600_03, 0)
		h.closeWith(june)
		h.wantPaid(june, 600_03, 299_94)
		h.cancel("D2", calendar.NoDate)
		h.closeWith(july)
		h.wantPaid(july, 0, 300_00)
		h.cancel("D2", monthtest.Day("2026-04-21"))
		h.closeWith(august)
		h.wantPaid(august, 600_03, 0)
		mustVerify(t, h.House)
	})
}

// TestLateRefundsAreClawedBackOnce. D1 collected 20,000.00 in March: 600.00. A quarter, 5,000.00, went back on 10 April, recorded in
// May with the deal's payment of that month, 10,000.00, which earns 300.00: 150.00 are taken back, 150.00 paid. Corrected in June to
// 10,000.00: another 150.00, carried. July collects 10,000.00: 300.00 − 150.00.
func TestLateRefundsAreClawedBackOnce(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := openLate(t, db, fmt.Sprintf(latePlan, "", "pro_rata", ""))
		pay(t, h.House, "1", "D1", "2026-03-05", 20_000)
		h.closeWith(march)
		h.closeWith(april)
		pay(t, h.House, "2", "D1", "2026-04-10", -5_000)
		pay(t, h.House, "3", "D1", "2026-05-10", 10_000)
		h.closeWith(may)
		h.wantPaid(may, 150_00, 0)
		pay(t, h.House, "2", "D1", "2026-04-10", -10_000)
		h.closeWith(june)
		h.wantPaid(june, 0, 0)
		pay(t, h.House, "4", "D1", "2026-07-10", 10_000)
		h.closeWith(july)
		h.wantPaid(july, 150_00, 0)
		mustVerify(t, h.House)
	})
}

// TestAClawbackTakesDifferencesBackToo. D1 collected 10,000.00 in March: 300.00. 10,000.00 more of March are recorded in April and paid
// as a difference: 300.00. The deal is called off in May: 600.00 are taken back, of 600.03 that D3 earns.
func TestAClawbackTakesDifferencesBackToo(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := openLate(t, db, fmt.Sprintf(latePlan, "", "full", ""))
		pay(t, h.House, "1", "D1", "2026-03-05", 10_000)
		h.closeWith(march)
		pay(t, h.House, "2", "D1", "2026-03-06", 10_000)
		h.closeWith(april)
		h.wantPaid(april, 300_00, 0)
		h.cancel("D1", monthtest.Day("2026-05-08"))
		pay(t, h.House, "3", "D3", "2026-05-05", 30_000)
		h.closeWith(may)
		h.wantPaid(may, 3, 299_97)
		mustVerify(t, h.House)
	})
}

// TestDifferencesOfADealAreHeldWithIt. D1, of 20,000.00, collected 10,000.00 in March; what it earned is held until all is collected. 5,000.00
// more of March are recorded in April: 150.00, held with the 300.00. In May the deal is collected: 450.00 and 150.00 are paid.
func TestDifferencesOfADealAreHeldWithIt(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := openLate(t, db, fmt.Sprintf(latePlan, "", "full", "  hold: {components: [commission], until: {collected: 100%}, release: whole, if_left: forfeited}\n"))
		pay(t, h.House, "1", "D1", "2026-03-05", 10_000)
		h.closeWith(march)
		pay(t, h.House, "2", "D1", "2026-03-06", 5_000)
		h.closeWith(april)
		h.wantPaid(april, 0, 0)
		pay(t, h.House, "3", "D1", "2026-05-05", 5_000)
		h.closeWith(may)
		h.wantPaid(may, 600_00, 0)
		mustVerify(t, h.House)
	})
}

// TestACarriedExcessReachesTheOpenMonth. At most 300.00 a month; what is above is carried. March collected 20,000.00: 600.00, of which 300.00
// are carried. April is calculated: it pays those 300.00. Then 10,000.00 more of March are recorded, which change nothing that March
// pays, but 600.00 are carried now: a April that was calculated before is not closed. April pays 300.00 and carries 300.00, which
// May pays.
func TestACarriedExcessReachesTheOpenMonth(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := openLate(t, db, fmt.Sprintf(latePlan, "    cap: {amount: 300.00, excess: carried}\n", "full", ""))
		pay(t, h.House, "1", "D1", "2026-03-05", 20_000)
		h.closeWith(march)
		h.MustCalculate(t, april)
		h.MustApprove(t, april)
		pay(t, h.House, "2", "D1", "2026-03-06", 10_000)
		r := h.MustRetro(t, march)
		if r.Deltas != 1 || r.TotalMinor != 0 {
			t.Fatalf("%+v", r)
		}
		if _, err := h.Periods.Return(t.Context(), monthtest.Approver, changeOf(april)); err != nil {
			t.Fatal(err)
		}
		mustPost(t, h.House, r)
		h.MustApprove(t, april)
		_, err := h.Periods.Close(t.Context(), monthtest.Closer, changeOf(april))
		if err == nil {
			t.Error("closed with the excess that was carried before")
		} else if _, err := h.Periods.Return(t.Context(), monthtest.Approver, changeOf(april)); err != nil {
			t.Fatal(err)
		}
		h.closeWith(april)
		h.wantPaid(april, 300_00, 0)
		h.closeWith(may)
		h.wantPaid(may, 300_00, 0)
		h.closeWith(june)
		h.wantPaid(june, 0, 0)
		mustVerify(t, h.House)
	})
}

// TestACarriedExcessGoesThroughClosedMonths: as above, but April is closed, too, and March alone is recomputed. What March carries now
// goes through April into May.
func TestACarriedExcessGoesThroughClosedMonths(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := openLate(t, db, fmt.Sprintf(latePlan, "    cap: {amount: 300.00, excess: carried}\n", "full", ""))
		pay(t, h.House, "1", "D1", "2026-03-05", 20_000)
		h.closeWith(march)
		h.closeWith(april)
		pay(t, h.House, "2", "D1", "2026-03-06", 10_000)
		if r := h.MustRetro(t, march); r.Deltas > 0 {
			mustPost(t, h.House, r)
		}
		h.MustClose(t, may)
		h.wantPaid(may, 300_00, 0)
		mustVerify(t, h.House)
	})
}

// TestReadingsAreSettled: a cancellation of April that is recorded after April was closed is not in the stored statement of April, nor in what was
// known the day before; read as of now, April takes 300.00 back. May, which is open, pays 599.94 less 300.00 whichever way it is asked.
func TestReadingsAreSettled(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := openLate(t, db, fmt.Sprintf(latePlan, "", "full", ""))
		pay(t, h.House, "1", "D2", "2026-03-05", 10_000)
		pay(t, h.House, "2", "D3", "2026-05-05", 60_000)
		h.closeWith(march)
		h.closeWith(april)
		h.cancel("D2", monthtest.Day("2026-04-20"))
		d := h.Person(t, "D")
		read := func(month calendar.Month, on calendar.Date) payout.View {
			views, err := h.Payouts.AsKnown(t.Context(), monthtest.Seller(d), month, d, on)
			if err != nil || len(views) != 1 || views[0].Settled == nil {
				t.Fatalf("%+v, %v", views, err)
			}
			return views[0]
		}
		stored, err := h.Payouts.Get(t.Context(), monthtest.Seller(d), april, d, "")
		if err != nil || len(stored.Settled.Postings) != 1 {
			t.Fatalf("%+v, %v", stored.Settled, err)
		}
		want := []payout.StepPair{{Kind: settle.PostingClawedBack, SecondMinor: -300_00}, {Kind: settle.PostingCarried, SecondMinor: 300_00}, {Kind: settle.PostingPaid}}
		if got := payout.CompareSettled(stored, read(april, calendar.NoDate)); !slices.Equal(got, want) {
			t.Errorf("April as stored and as of now: %+v", got)
		}
		now := read(may, calendar.NoDate)
		views, err := h.Payouts.Preview(t.Context(), monthtest.Seller(d), may, d)
		if err != nil || now.PaidMinor != 299_94 || views[0].PaidMinor != now.PaidMinor {
			t.Errorf("May: %+v, %+v, %v", now.Head, views, err)
		}
		h.closeWith(may)
		if pairs := payout.CompareSettled(read(may, calendar.NoDate), now); slices.ContainsFunc(pairs, func(p payout.StepPair) bool { return p.FirstMinor != p.SecondMinor }) {
			t.Errorf("May is read otherwise after it was closed: %+v", pairs)
		}
	})
}

// TestADealThatWentToSomebodyElseIsPreviewed: D had it, and what is remembered of it is still D's.
func TestADealThatWentToSomebodyElseIsPreviewed(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		h := openLate(t, db, fmt.Sprintf(latePlan, "", "full", ""))
		pay(t, h.House, "1", "D2", "2026-03-05", 10_000)
		h.closeWith(march)
		deal := h.deals["D2"]
		deal.Shares = []fact.ShareRecord{{Person: "A", BasisPoints: 10_000}}
		h.put(deal)
		mustPost(t, h.House, h.MustRetro(t, march))
		d := h.Person(t, "D")
		views, err := h.Payouts.Preview(t.Context(), monthtest.Seller(d), april, d)
		if err != nil || len(views) != 1 || views[0].Settled == nil || views[0].AddedMinor != -300_00 || views[0].PaidMinor != 0 {
			t.Fatalf("%+v, %v", views, err)
		}
		h.closeWith(april)
		h.wantPaid(april, 300_00, 0)
	})
}

// lateFact is something that happened in a month and is recorded some months later.
type lateFact struct {
	month  calendar.Month // March first
	delay  int
	record func(h *lateHouse)
	what   string
}

// drawLateFacts makes payments, refunds, cancellations and deals whose shares are corrected, within three months. Nothing is said twice of
// one thing, so that it makes no difference what is recorded first.
func drawLateFacts(t *rapid.T) (facts []lateFact) {
	cancelled := map[string]bool{}
	for i := range rapid.IntRange(4, 9).Draw(t, "facts") {
		f := lateFact{month: march + calendar.Month(rapid.IntRange(0, 2).Draw(t, "month")), delay: rapid.IntRange(0, 2).Draw(t, "delay")}
		deal := rapid.SampledFrom([]string{"D1", "D2", "D3"}).Draw(t, "deal")
		on := f.month.First() + calendar.Date(rapid.IntRange(0, 27).Draw(t, "day"))
		key, yuan := "p"+strconv.Itoa(i), rapid.Int64Range(1, 9_999).Draw(t, "yuan")
		kind := rapid.SampledFrom([]string{"payment", "payment", "payment", "refund", "refund", "cancellation", "sellers"}).Draw(t, "kind")
		if kind == "cancellation" && cancelled[deal] {
			kind = "payment"
		}
		switch kind {
		case "refund":
			yuan = -yuan
			fallthrough
		case "payment":
			f.record = func(h *lateHouse) { pay(h.t, h.House, key, deal, on.String(), yuan) }
			f.what = fmt.Sprintf("%s: %d of %s, %d later", on, yuan, deal, f.delay)
		case "cancellation":
			cancelled[deal] = true
			f.record = func(h *lateHouse) { h.cancel(deal, on) }
			f.what = fmt.Sprintf("%s: %s called off, %d later", on, deal, f.delay)
		case "sellers":
			f.month = march // shares hold in every month
			f.record = func(h *lateHouse) {
				d := h.deals[deal]
				d.Shares = []fact.ShareRecord{{Person: "D", BasisPoints: 4_000}, {Person: "A", BasisPoints: 6_000}}
				h.put(d)
			}
			f.what = fmt.Sprintf("%s is shared otherwise, %d later", deal, f.delay)
		}
		facts = append(facts, f)
	}
	return facts
}

// lateRest are settlements in which what is earned is paid some months after its month, late or not.
var lateRest = []string{"",
	"  instalments: {components: [commission], parts: [{after_months: 0, percent: 60%}, {after_months: 1, percent: 40%}], if_left: continues}\n",
	"  hold: {components: [commission], until: {months: 1}, if_left: continues}\n",
}

// play closes seven months, the facts recorded in the months in which they happened or late, and adds up what each person was paid. In the
// fifth everybody earns enough for whatever is owed; after the last nothing is put off.
func play(t *testing.T, db *store.DB, text string, facts []lateFact, late bool) map[string]int64 {
	h := openLate(t, db, text)
	total := map[string]int64{}
	for month := march; month < march+7; month++ {
		for _, f := range facts {
			known := f.month
			if late {
				known += calendar.Month(f.delay)
			}
			if known == month {
				f.record(h)
			}
		}
		if month == march+4 {
			pay(t, h.House, "last", "Z", month.First().String(), 1_000_000)
		}
		h.closeWith(month)
		for person, amount := range h.paid(month) {
			total[person] += amount
		}
	}
	mustVerify(t, h.House)
	return total
}

// TestLateFactsPayWhatFactsInTimePay: under a plan without limits it makes no difference to the total when facts become known.
func TestLateFactsPayWhatFactsInTimePay(t *testing.T) {
	t.Parallel()
	for seed := range 9 {
		t.Run(strconv.Itoa(seed), func(t *testing.T) {
			t.Parallel()
			facts := rapid.Custom(drawLateFacts).Example(seed)
			text := fmt.Sprintf(latePlan, "", []string{"pro_rata", "full", "{steps: [{months: 1, percent: 100%}, {months: 2, percent: 50%}]}"}[seed%3], lateRest[seed/3%3])
			want, got := play(t, storetest.SQLite(t), text, facts, false), play(t, storetest.SQLite(t), text, facts, true)
			if !maps.Equal(want, got) {
				for _, f := range facts {
					t.Log(f.what)
				}
				t.Errorf("in time %v, late %v", want, got)
			}
		})
	}
}
