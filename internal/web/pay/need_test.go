package pay_test

import (
	"net/http"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/pagetest"
)

// TestOnesPayIsTurnedRound asks what earns A of monthtest.Small this or that; the amounts are worked out in package payout.
func TestOnesPayIsTurnedRound(t *testing.T) {
	t.Parallel()
	site := pagetest.New(t, "青禾智控")
	house := monthtest.Open(t, site.App.DB, monthtest.Small())
	a := site.As(t, house.Person(t, "A"), pagetest.Grant(access.RoleSeller))
	page := a.Get("/pay?month=2026-09", http.StatusOK)
	page.Has("form#need input#f-target", "form#need input[name=month][value=2026-09]")
	page.Lacks("#need-answer")
	a.Get("/pay?month=2026-09&target=7,400", http.StatusOK).Has("#need-answer: 再签 ¥10,000.00", "#need-answer: 少签 1 元就少得 ¥1,080.04", "#need-answer.good", "form#need select#f-product", "table[aria-label=想拿多少？] td: +1,440")
	a.Get("/pay?month=2026-09&target=5000", http.StatusOK).Has("#need-answer: 不用再签")
	a.Get("/pay?month=2026-09&target=90000", http.StatusOK).Has("#need-answer: 拿不到：本月最多 ¥82,000.00")
	a.Get("/pay?month=2026-09&target=viel", http.StatusOK).Has("input#f-target.is-invalid")
	a.Get("/pay?month=2026-09&target=-1", http.StatusOK).Has("input#f-target.is-invalid")
	a.Lang = "en"
	a.Get("/pay?month=2026-09&target=7400&product=PB", http.StatusOK).Has("#need-answer: Sign and collect another", "main: customer 恒越精密")
	lead := site.As(t, house.Person(t, "M1"), pagetest.Grant(access.RoleLead))
	lead.Get("/pay?month=2026-09&target=1900", http.StatusOK).Has("#need-answer: ¥50,000.00", "main: 按团队的一张新单试算")
	house.MustClose(t, monthtest.SmallMonth)
	a.Lang = "zh-CN"
	a.Get("/pay?month=2026-09&target=7400", http.StatusOK).Has("form#need: 已经关账")
}
