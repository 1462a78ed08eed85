package monthtest

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/store"
)

// Settling is a company whose plan settles (internal/cli/testdata/settle): commission of 3 % by deal, held until the deal is collected,
// taken back in proportion to refunds; a top-up to 1,000 in the first six months, half of what is above 1,000 goes to it from the second
// on. By hand:
//
//	Aug  A, hired in August: 40,000 of 100,000 collected, earns 1,200, held; draws 1,000, paid. D: 20,000 of 20,000, earns and is paid 600.
//	Sep  A: 60,000 collected, earns 1,800; 1,200 released; half of 3,000 − 1,000 to the draw: paid 2,000. D: 10,000 refunded: 300 taken
//	     back; nothing to set it off against: carried, paid 0.
func Settling() *Company {
	c := &Company{
		Month:     SmallMonth,
		Regions:   []fact.RegionRecord{{Key: "E", Name: "华东"}},
		Teams:     []fact.TeamRecord{{Key: "T1", Name: "一部", Region: "E"}},
		Customers: []fact.CustomerRecord{{Key: "C1", Name: "恒越精密"}},
		Products:  []fact.ProductRecord{{Key: "PA", Name: "伺服", Category: "A"}},
		Persons: []fact.PersonRecord{
			{Key: "A", Name: "陈思远", Team: "T1", Level: "regular", Hired: Day("2026-08-03"), Left: calendar.Forever},
			{Key: "D", Name: "许知夏", Team: "T1", Level: "regular", Hired: Day("2020-02-02"), Left: calendar.Forever},
		},
	}
	for _, d := range []struct {
		key, seller string
		yuan        int64
	}{{"D1", "A", 100_000}, {"D2", "D", 20_000}} {
		c.Deals = append(c.Deals, fact.DealRecord{Key: d.key, Customer: "C1", Product: "PA", SignedOn: Day("2026-08-04"), AmountMinor: d.yuan * 100, Currency: money.CNY,
			Shares: []fact.ShareRecord{{Person: d.seller, BasisPoints: 10_000}}})
	}
	for i, p := range []struct {
		deal, on string
		yuan     int64
	}{{"D1", "2026-08-05", 40_000}, {"D2", "2026-08-06", 20_000}, {"D1", "2026-09-02", 60_000}, {"D2", "2026-09-03", -10_000}} {
		c.Payments = append(c.Payments, fact.PaymentRecord{Key: strconv.Itoa(i + 1), Deal: p.deal, PaidOn: Day(p.on), AmountMinor: p.yuan * 100, Currency: money.CNY})
	}
	return c
}

// OpenSettling puts up a house with Settling's plan and facts.
func OpenSettling(t *testing.T, db *store.DB) *House {
	t.Helper()
	h := NewHouse(db, time.Now)
	root, err := Root()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"crediting", "regular"} {
		text, err := os.ReadFile(filepath.Join(root, "internal", "cli", "testdata", "settle", "plans", name+".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		if err := h.install(t.Context(), string(text)); err != nil {
			t.Fatal(err)
		}
	}
	h.MustRecord(t, Settling().Write)
	return h
}

func (h *House) install(ctx context.Context, text string) error {
	v, err := h.Plans.Save(ctx, Maker, planbook.Draft{Text: text})
	if err != nil {
		return err
	}
	_, err = h.Plans.Approve(ctx, Approver, v.ID)
	return err
}
