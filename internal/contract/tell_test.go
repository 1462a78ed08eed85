package contract_test

import (
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/agenda"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/contract"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/notice"
	"xiaoguan/internal/store"
)

// told are the messages of a kind, as who was told.
func (h *house) told(kind notice.Kind) string {
	h.t.Helper()
	return strings.Join(monthtest.QueryTexts(h.t, h.db, "SELECT user_id FROM notice WHERE kind = '"+string(kind)+"' ORDER BY user_id"), " ")
}

// remind makes the reminders of a morning and posts them, as the daily job does.
func (h *house) remind(day calendar.Date) (count int) {
	h.t.Helper()
	y, m, d := day.Civil()
	due, err := h.Remind(h.t.Context(), notice.Morning{Day: day, Now: time.Date(y, m, d, 9, 0, 0, 0, calendar.ChinaTime), Work: calendar.China()})
	h.must(err)
	h.must(h.db.Contracts().InTx(h.t.Context(), func(tx contract.Tx) error {
		for _, message := range due.Messages {
			if err := notice.Post(h.t.Context(), tx, message); err != nil {
				return err
			}
		}
		return nil
	}))
	return len(due.Messages)
}

// TestSellerAndManagerAreToldOfMoney: A of the contract, who also reported it, and L who leads A; nobody else, and without an amount.
func TestSellerAndManagerAreToldOfMoney(t *testing.T) {
	onBoth(t, func(h *house) {
		ctx, seller, finance := h.t.Context(), h.actors["A"], h.actors["F"]
		c := h.plan(h.signed("HT-1"))
		_, _, err := h.RecordDeal(ctx, finance, contract.Record{ID: c.ID})
		h.must(err)
		wrong, err := h.Report(ctx, seller, contract.ReportEntry{ContractID: c.ID, Kind: contract.ReportCollection, PaidOn: today, AmountMinor: 1_000_00, Way: "cash"})
		h.must(err)
		_, err = h.Refuse(ctx, finance, wrong.ID, "没有这笔", 0)
		h.must(err)
		right, err := h.Report(ctx, seller, contract.ReportEntry{ContractID: c.ID, Kind: contract.ReportCollection, PaidOn: today, AmountMinor: 7_777_00, Way: "transfer"})
		h.must(err)
		if got := h.told(notice.KindCollectionConfirmed); got != "" {
			h.t.Errorf("told before it is confirmed: %s", got)
		}
		_, _, err = h.Confirm(ctx, finance, contract.Confirm{ID: right.ID, Key: "B1", PaidOn: today, AmountMinor: 7_777_00})
		h.must(err)
		if got := h.told(notice.KindCollectionRefused) + "|" + h.told(notice.KindCollectionConfirmed); got != "u-A|u-A u-L" {
			h.t.Errorf("told %s", got)
		}
		if amounts := monthtest.QueryTexts(h.t, h.db, "SELECT params FROM notice WHERE params LIKE '%7777%' OR params LIKE '%777700%'"); len(amounts) > 0 {
			h.t.Errorf("amounts are told: %v", amounts)
		}
	})
}

// TestInstalmentsAreToldOfOnceBeforeAndAfterTheirDay: the first of the plan is late, the second due in days.
func TestInstalmentsAreToldOfOnceBeforeAndAfterTheirDay(t *testing.T) {
	onBoth(t, func(h *house) {
		c := h.plan(h.signed("HT-1"))
		d, err := h.Get(h.t.Context(), h.actors["A"], c.ID)
		h.must(err)
		second := d.Plan[1].DueOn
		days := int64(0)
		h.WithNotice(func() int64 { return days })
		if n := h.remind(second - 2); n != 1 || h.told(notice.KindInstalmentLate) != "u-A u-L" || h.told(notice.KindInstalmentDue) != "" {
			h.t.Errorf("without notice %d messages: late %q, due %q", n, h.told(notice.KindInstalmentLate), h.told(notice.KindInstalmentDue))
		}
		days = 2
		h.remind(second - 3)
		if got := h.told(notice.KindInstalmentDue); got != "" {
			h.t.Errorf("three days before: %s", got)
		}
		h.remind(second - 2)
		h.remind(second - 1)
		if got := h.told(notice.KindInstalmentDue) + "|" + h.told(notice.KindInstalmentLate); got != "u-A u-L|u-A u-L" {
			h.t.Errorf("told %s, want each once", got)
		}
		h.remind(second + 1)
		if got := h.told(notice.KindInstalmentLate); got != "u-A u-A u-L u-L" {
			h.t.Errorf("late: %s", got)
		}
		if n := h.remind(second + 60); n != 0 {
			h.t.Errorf("%d messages of old ones", n)
		}
	})
}

// TestWhoRecordsFactsIsToldOfASignatureUntilTheDealIsThere: it is listed for them, and gone in whatever way the deal comes.
func TestWhoRecordsFactsIsToldOfASignatureUntilTheDealIsThere(t *testing.T) {
	onBoth(t, func(h *house) {
		ctx, finance := h.t.Context(), h.actors["F"]
		awaited := func(want string, numbers ...string) {
			h.t.Helper()
			page, err := h.Unrecorded(ctx, finance, 10)
			h.must(err)
			var got []string
			for _, c := range page.Rows {
				got = append(got, c.Number)
			}
			if strings.Join(got, " ") != strings.Join(numbers, " ") || page.Total.Count != int64(len(numbers)) {
				h.t.Errorf("listed %v of %d, want %v", got, page.Total.Count, numbers)
			}
			open := monthtest.QueryTexts(h.t, h.db, "SELECT user_id FROM notice WHERE kind = 'deal_missing' AND done_at = '' ORDER BY id")
			if strings.Join(open, " ") != want {
				h.t.Errorf("awaited of %v, want %q", open, want)
			}
		}
		awaited("")
		first, second := h.signed("HT-1"), h.signed("HT-2")
		awaited("u-F u-F", "HT-1", "HT-2")
		for name, of := range map[string]struct {
			actor access.Actor
			want  string
		}{"finance": {finance, "/contracts/1#record /contracts/2#record"}, "a seller": {h.actors["A"], ""}} {
			lines, rest, err := agenda.OfSignatures(h.Service).Lines(ctx, of.actor, agenda.Clock{Today: today})
			h.must(err)
			var paths []string
			for _, l := range lines {
				paths = append(paths, l.Path)
			}
			if got := strings.Join(paths, " "); got != of.want || len(rest) != 0 {
				h.t.Errorf("%s is led to %q and %v", name, got, rest)
			}
		}
		_, err := h.Unrecorded(ctx, h.actors["A"], 10)
		h.refused("a seller's list", err, errs.KindForbidden)
		_, _, err = h.RecordDeal(ctx, finance, contract.Record{ID: first.ID})
		h.must(err)
		awaited("u-F", "HT-2")
		_, err = h.deals.RecordDeal(ctx, finance, deal.Signing{DealRecord: fact.DealRecord{Key: second.Number, Customer: "C1", Product: "X", SignedOn: today, AmountMinor: 100_000_00, Currency: money.CNY,
			Shares: []fact.ShareRecord{{Person: "A", BasisPoints: deal.FullShare}}}})
		h.must(err)
		awaited("")
		h.signed("HT-3")
		h.must(h.db.InTx(ctx, func(tx *store.Tx) error {
			_, err := monthtest.Exec(ctx, tx, "UPDATE contract SET signed_on = '"+(today-400).String()+"' WHERE number = 'HT-3'")
			return err
		}))
		awaited("u-F") // one of long ago came from elsewhere: nothing is listed, and the message of its signature stays
	})
}
