package contract_test

import (
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/contract"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/notice"
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
