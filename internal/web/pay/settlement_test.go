package pay_test

import (
	"context"
	"log/slog"
	"net/http"
	"strconv"
	"testing"
	"time"

	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/store/storetest"
	"xiaoguan/internal/web/pay"
	"xiaoguan/internal/web/ui"
)

// settlingSite is the pages over two closed months of monthtest.Settling.
func settlingSite(t *testing.T) *site {
	t.Helper()
	return siteOver(t, func(h *monthtest.House) {
		h.MustClose(t, monthtest.SmallMonth-1)
		h.MustClose(t, monthtest.SmallMonth)
	})
}

// siteOver is the pages over monthtest.Settling after something has happened.
func siteOver(t *testing.T, happen func(*monthtest.House)) *site {
	t.Helper()
	return siteIn(t, money.CNY, happen)
}

// siteIn is the same, of a company with a currency.
func siteIn(t *testing.T, currency money.Currency, happen func(*monthtest.House)) *site {
	t.Helper()
	db := storetest.SQLite(t)
	h := monthtest.OpenSettling(t, db)
	happen(h)
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	answer := httpx.Errors{Log: slog.New(slog.DiscardHandler), Page: ui.RenderError}
	route := func(pattern string, handler httpx.HandlerFunc) { mux.Handle(pattern, answer.Handle(handler)) }
	now := func() time.Time { return time.Date(2026, 10, 3, 4, 0, 0, 0, time.UTC) }
	pay.New(payout.NewService(db.Payouts(), money.Constantly(currency)), h.Periods, h.Plans, disputesOver(db), teams{db}, now).Routes(route)
	t.Cleanup(func() {
		if missing := catalogue.Missing(); len(missing) > 0 {
			t.Errorf("texts missing: %v", missing)
		}
	})
	return &site{t: t, db: db, text: catalogue, handler: mux, lang: i18n.ZhCN, persons: map[string]int64{"A": h.Person(t, "A"), "D": h.Person(t, "D")}}
}

// TestAStatementShowsWhatIsHeldReleasedAndOwed: the total is what is paid, and every step says why.
func TestAStatementShowsWhatIsHeldReleasedAndOwed(t *testing.T) {
	t.Parallel()
	s := settlingSite(t)
	a, d := s.seller("A"), s.seller("D")
	s.wants(a, "/pay/2026-08", http.StatusOK, []string{"本月怎么发", "暂扣", "合同 D1 只回款 ¥40,000.00", "预支补足到 ¥1,000.00", "月末未结", "未还预支", "1,000.00"}, []string{"许知夏"})
	s.wants(a, "/pay/2026-09", http.StatusOK, []string{"释放", "抵还预支", "拿出 50% 抵还预支", "2,000.00", "暂扣、释放与追回", "200.00"}, []string{"月末未结"})
	s.wants(d, "/pay/2026-09", http.StatusOK, []string{"追回", "合同 D2 本月退款", "结转负数", "300"}, nil)
	s.wants(d, "/pay/2026-10?preview=1", http.StatusOK, []string{"结转负数"}, nil)
	s.lang = i18n.En
	s.wants(a, "/pay/2026-09", http.StatusOK, []string{"From earned to paid", "Released", "Draw recovered"}, nil)
}

// leaves lets A leave at the end of August.
func leaves(t *testing.T, h *monthtest.House) {
	t.Helper()
	h.MustClose(t, monthtest.SmallMonth-1)
	h.MustRecord(t, func(ctx context.Context, w fact.Writer) error {
		for _, p := range monthtest.Settling().Persons {
			if p.Key == "A" {
				p.Left = monthtest.Day("2026-09-01")
				_, err := w.PutPerson(ctx, p)
				return err
			}
		}
		return nil
	})
	h.MustClose(t, monthtest.SmallMonth)
}

// TestASettlementAloneIsInTheCompanysCurrency: nothing of it is in yuan when the company counts in dollars.
func TestASettlementAloneIsInTheCompanysCurrency(t *testing.T) {
	t.Parallel()
	s := siteIn(t, "USD", func(h *monthtest.House) { leaves(t, h) })
	s.wants(s.seller("A"), "/pay/2026-09", http.StatusOK, []string{"发放结算", i18n.Symbol("USD")}, []string{i18n.Symbol(money.CNY)})
}

// TestWhoHasNoStatementSeesTheSettlement: A leaves at the end of August, so that September has no statement; what was held is released, since the deal is collected.
func TestWhoHasNoStatementSeesTheSettlement(t *testing.T) {
	t.Parallel()
	s := siteOver(t, func(h *monthtest.House) { leaves(t, h) })
	address := "/statements/2026-09/" + strconv.FormatInt(s.persons["A"], 10)
	s.wants(finance(), address, http.StatusOK, []string{"发放结算", "没有提成对账单", "释放", "/ledger/account?person="}, nil)
	s.wants(s.seller("A"), "/pay/2026-09", http.StatusOK, []string{"发放结算", "释放"}, nil)
	s.wants(s.seller("D"), address, http.StatusForbidden, nil, []string{"释放"})
	s.lang = i18n.En
	s.wants(s.seller("A"), "/pay/2026-09", http.StatusOK, []string{"Settlement of", "Released"}, nil)
}
