package disputes_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/pagetest"
	"xiaoguan/internal/period"
)

// published is an installation whose September is published.
func published(t *testing.T) (*pagetest.Site, *monthtest.House) {
	t.Helper()
	site := pagetest.New(t, "青禾智控")
	house := monthtest.Open(t, site.App.DB, monthtest.Small())
	house.MustCalculate(t, monthtest.SmallMonth)
	if _, err := house.Periods.Publish(t.Context(), monthtest.Publisher, period.Change{Month: monthtest.SmallMonth}); err != nil {
		t.Fatal(err)
	}
	return site, house
}

// raised raises a dispute through the pages and returns its address.
func raised(t *testing.T, seller *pagetest.Visitor) string {
	t.Helper()
	statement := seller.Get("/pay/2026-09", http.StatusOK)
	statement.Has(".xg-trace a: 申诉", "table a: 申诉", ".card: 这张收入单没有申诉")
	form := seller.Get(statement.Attribute(".xg-trace .no-print a.btn", "href"), http.StatusOK)
	form.Has("form[enctype=multipart/form-data]", "input[name=line][type=radio]", "select[name=cause] option: 漏了回款", "input[type=file][accept]", "textarea[name=text]")
	line := form.Attribute("input[name=line]", "value")
	values := url.Values{"month": {"2026-09"}, "plan": {"regular"}, "line": {line}, "cause": {"missing_payment"}, "text": {""}, "expected": {"九千"}}
	wrong := seller.Post("/disputes", values, http.StatusUnprocessableEntity)
	wrong.Has(".note.bad[role=alert]", "input[name=expected][aria-invalid=true]")
	values.Set("text", "8月29日到账的一笔<b>没有算</b>")
	values.Set("expected", "9,000.00")
	page := seller.Post("/disputes", values, http.StatusOK)
	page.Has("h1: 1号申诉 · 陈思远", "dl: ¥9,000.00", ".note: <b>没有算</b>", "ol.xg-tl li: 提出申诉", "form#act-withdraw", "form#act-files", "table[aria-label=三方意见] td: 未表态")
	page.Lacks("form#act-speak", "form#act-take", "form#act-defer", "form#act-correct")
	seller.Post("/disputes", values, http.StatusConflict).Has(".note.bad: 处理中的申诉（1号）")
	return page.Path
}

func TestADisputeFromTheLineToTheRuling(t *testing.T) {
	t.Parallel()
	site, house := published(t)
	seller := site.As(t, house.Person(t, "A"), pagetest.Grant(access.RoleSeller))
	address := raised(t, seller)
	lead := site.As(t, house.Person(t, "M1"), access.Grant{Role: access.RoleLead, Scope: access.ScopeTeamAndBelow})
	finance, hr, operations := site.As(t, 0, pagetest.Grant(access.RoleFinance)), site.As(t, 0, pagetest.Grant(access.RoleHR)), site.As(t, 0, pagetest.Grant(access.RoleOperations))

	lead.Get("/disputes?state=open", http.StatusOK).Has("table[aria-label=申诉] a: 1号", "a[href=/disputes/export/csv?state=open]", "table[aria-label=提醒] td: 有新申诉")
	lead.Post(address+"/take", nil, http.StatusOK).Has(".chip: 复核中", "form#act-speak")
	lead.Post(address+"/speak", url.Values{"voice": {"sales"}, "outcome": {"partly"}, "reason": {""}}, http.StatusUnprocessableEntity).Has("form#act-speak .note.bad", "textarea[name=reason][aria-invalid=true]")
	voice := func(v *pagetest.Visitor, who, outcome string) *pagetest.Page {
		return v.Post(address+"/speak", url.Values{"voice": {who}, "outcome": {outcome}, "reason": {"查过"}}, http.StatusOK)
	}
	voice(lead, "sales", "accepted").Lacks("form#act-speak")
	operations.Get("/months/2026-09", http.StatusOK).Has("#disputes: 1个申诉没有裁定", "table[aria-label=例外] td: 申诉未裁定", "a[href=/disputes?state=open&month=2026-09]")
	finance.Get("/months/2026-09", http.StatusOK).Has("form#act-approve textarea[name=reason]")
	finance.Post("/months/2026-09/approve", nil, http.StatusUnprocessableEntity).Has("form#act-approve .note.bad", "textarea[aria-invalid=true]")
	voice(finance, "finance", "rejected")
	ruled := voice(hr, "hr", "accepted")
	ruled.Has(".chip: 成立", "dl: ¥9,000.00", "td: 不同意见", "ol.xg-tl li: 裁定：成立")
	operations.Get(address, http.StatusOK).Has("form#act-correct", ".card: 这个人的回款", ".card: 按裁定补差")
	operations.Post(address+"/correct", url.Values{"kind": {"batch"}, "reference": {"1"}}, http.StatusOK).Has("dl: 数据批次1")
	own := seller.Get(address, http.StatusOK)
	own.Has(".chip: 成立", "dl: 数据批次1", "table[aria-label=三方意见] td: 查过")
	own.Lacks("form#act-withdraw", "form#act-files")
	seller.Get("/pay/2026-09", http.StatusOK).Has(".xg-trace a.chip.good: 1号 · 成立", ".card td: 成立")
	finance.Get("/disputes/statistics", http.StatusOK).Has("article: 100%", "table[aria-label=按原因] a: 漏了回款", "table svg.bar", "table[aria-label=按奖项] td")
	if file := finance.Get("/disputes/export/csv", http.StatusOK); !strings.Contains(file.Text, "漏了回款") || !strings.Contains(file.Text, "9000.00") {
		t.Errorf("file %q", file.Text)
	}
	finance.Post("/months/2026-09/approve", nil, http.StatusOK).Has("ol.xg-steps li.now: 关账")
}

func TestEvidenceIsADownloadForThoseConcerned(t *testing.T) {
	t.Parallel()
	site, house := published(t)
	seller := site.As(t, house.Person(t, "A"), pagetest.Grant(access.RoleSeller))
	address := raised(t, seller)
	seller.Upload(address+"/files", "page.html", "<script>alert(1)</script>", http.StatusUnprocessableEntity).Has("form#act-files .note.bad: page.html")
	page := seller.Upload(address+"/files", "回单 1.txt", "到账", http.StatusOK)
	page.Has("table[aria-label=附件] a: 回单 1.txt", "ol.xg-tl li: 上传回单 1.txt")
	link := page.Attribute("table[aria-label=附件] a", "href")
	file := seller.Get(link, http.StatusOK)
	if file.Text != "到账" || !strings.HasPrefix(file.Header.Get("Content-Disposition"), "attachment;") || file.Header.Get("X-Content-Type-Options") != "nosniff" ||
		file.Header.Get("Content-Security-Policy") != "default-src 'none'; sandbox" || file.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%q, %v", file.Text, file.Header)
	}
	other := site.As(t, house.Person(t, "M2"), access.Grant{Role: access.RoleLead, Scope: access.ScopeTeamAndBelow})
	for _, path := range []string{link, address} {
		other.Get(path, http.StatusNotFound).Lacks("main: 到账", "main: 陈思远")
	}
	other.Get("/disputes", http.StatusOK).Has(".xg-state: 没有申诉")
}

func TestMoreThanTheLimitIsRefused(t *testing.T) {
	t.Parallel()
	site, house := published(t)
	seller := site.As(t, house.Person(t, "A"), pagetest.Grant(access.RoleSeller))
	address := raised(t, seller)
	seller.Upload(address+"/files", "large.txt", strings.Repeat("x", 2<<20+1), http.StatusUnprocessableEntity).Has("form#act-files .note.bad: 超过2MB")
	seller.Upload(address+"/files", "huge.txt", strings.Repeat("x", 13<<20), http.StatusUnprocessableEntity).Has("form#act-files .note.bad: 超过12MB")
}

func TestTheRulesAreTheAdministrators(t *testing.T) {
	t.Parallel()
	site, house := published(t)
	seller := site.As(t, house.Person(t, "A"), pagetest.Grant(access.RoleSeller))
	admin := site.As(t, 0, pagetest.Grant(access.RoleAdmin))
	rules := seller.Get("/disputes/rules", http.StatusOK)
	rules.Has("dl: 30天", "dl: 5个工作日")
	rules.Lacks("main form")
	admin.Get("/disputes/rules", http.StatusOK).Has("form#rules input[name=appeal_days][value=30]", "input[name=approval][value=ruled]")
	values := url.Values{"revision": {"0"}, "appeal_days": {"0"}, "answer_work_days": {"3"}, "approval": {"ruled"}}
	admin.Post("/disputes/rules", values, http.StatusUnprocessableEntity).Has("input[name=appeal_days][aria-invalid=true]")
	values.Set("appeal_days", "10")
	admin.Post("/disputes/rules", values, http.StatusOK).Has(".note.good", "input[name=appeal_days][value=10]")
	admin.Post("/disputes/rules", values, http.StatusConflict).Has("form#rules .note.bad")
	seller.Post("/disputes/rules", values, http.StatusForbidden)
	raised(t, seller)
	finance := site.As(t, 0, pagetest.Grant(access.RoleFinance))
	month := finance.Get("/months/2026-09", http.StatusOK)
	month.Has(".note: 先裁定")
	month.Lacks("form#act-approve")
	finance.Post("/months/2026-09/approve", url.Values{"reason": {"先发"}}, http.StatusConflict)
	finance.Lang = "en"
	finance.Get("/disputes", http.StatusOK).Has("h1: Disputes", "table td: A payment is missing", "label: State")
	finance.Get("/disputes?cause=taste", http.StatusUnprocessableEntity).Has(".note.bad: This filter does not work")
	finance.Get("/disputes?cause=other", http.StatusOK).Has("main a: Clear")
	finance.Get("/disputes/statistics?month=2026-08", http.StatusOK).Has(".xg-state: No disputes")
	finance.Get("/disputes/no-such", http.StatusNotFound)
	seller.Get("/disputes/new?month=2026-09&line=component/none/////", http.StatusOK).Has(".xg-state: 没有这一行")
	seller.Get("/disputes/new?month=2026-09&line=x", http.StatusNotFound)
}

// TestALineInDisputeLeadsToItsDispute: whoever asks about a line again, by an old link or the row of the payment behind it, gets to the
// dispute instead of a form, and no other row offers the line again.
func TestALineInDisputeLeadsToItsDispute(t *testing.T) {
	t.Parallel()
	site, house := published(t)
	seller := site.As(t, house.Person(t, "A"), pagetest.Grant(access.RoleSeller))
	statement := seller.Get("/pay/2026-09", http.StatusOK)
	row := statement.Attribute("table .no-print a.btn", "href")
	form := seller.Get(row, http.StatusOK)
	var credit, payment string
	for _, key := range form.Attributes("input[name=line]", "value") {
		switch {
		case strings.HasPrefix(key, "credit/"):
			credit = key
		case strings.HasPrefix(key, "payment/"):
			payment = key
		}
	}
	if credit == "" || payment == "" {
		t.Fatalf("the row of a payment offers neither of the two: %q %q", credit, payment)
	}
	raised := seller.Post("/disputes", url.Values{"month": {"2026-09"}, "plan": {"regular"}, "line": {payment}, "cause": {"missing_payment"}, "text": {"金额不对"}}, http.StatusOK)
	if again := seller.Get(row, http.StatusOK); again.Path != raised.Path {
		t.Errorf("the row in dispute leads to %s, not to %s", again.Path, raised.Path)
	}
	raised.Lacks("table[aria-label=提醒] td: 财务", "table[aria-label=提醒] td: 销售") // those of the three voices are not the payee's
	site.As(t, 0, pagetest.Grant(access.RoleFinance)).Get(raised.Path, http.StatusOK).Has("table[aria-label=提醒] td: 财务", "table[aria-label=提醒] td: 销售")
	statement = seller.Get("/pay/2026-09", http.StatusOK)
	statement.Has("table a.chip: 1号")
	statement.Lacks("table a[href=" + row + "]")
	component := seller.Get(statement.Attribute(".xg-trace .no-print a.btn", "href"), http.StatusOK)
	component.Has("input[name=line]")
	component.Lacks("input[name=line][value=" + payment + "]")
}
