package receipts_test

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/pagetest"
)

const base = "/months/2026-09"

// closed is an installation with monthtest's small company, whose September is closed.
func closed(t *testing.T) (*pagetest.Site, *monthtest.House) {
	t.Helper()
	site := pagetest.New(t, "青禾智控")
	house := monthtest.Open(t, site.App.DB, monthtest.Small())
	house.MustClose(t, monthtest.SmallMonth)
	return site, house
}

// TestFinanceFollowsEachPayment: from the month to the receipts, a file with a wrong row, a right one, a rejection by hand, the later file, and what the payee
// sees of it; in both languages.
func TestFinanceFollowsEachPayment(t *testing.T) {
	t.Parallel()
	site, house := closed(t)
	finance := site.As(t, 0, pagetest.Grant(access.RoleFinance))
	a, b := house.Person(t, "A"), house.Person(t, "B")
	finance.Get(base, http.StatusOK).Has("a[href=/months/2026-09/receipts]: 发放回执", "a[href=/months/2026-09/accrual/xlsx]", "a[href=/months/2026-09/accrual/csv]", "main: 等待回执")
	page := finance.Get(base+"/receipts", http.StatusOK)
	page.Has("form#upload input[type=file]", "form#one select[name=person_key]", "table td: 等待回执")
	page.Lacks("form#again", "#differences")
	finance.Upload(base+"/receipts", "a.csv", "工号,发放金额,发放日期\nA,1.00,2999-01-01\nZ,1.00,2026-09-20\n", http.StatusUnprocessableEntity).Has("table[aria-label=有问题的行] td: 发放日期在今天以后", "table[aria-label=有问题的行] td: 照发放文件填写工号")
	finance.Get(base+"/receipts?state=paid", http.StatusOK).Lacks("table td: 已发放 2026")
	finance.Upload(base+"/receipts", "a.csv", "工号,发放金额,发放日期,流水号\nA,1.00,2026-09-20,R-77\n", http.StatusOK).Has("#done: 1条", "#differences: 1人", "table td: R-77")
	finance.Post(base+"/receipts/one", url.Values{"person_key": {"B"}, "outcome": {"rejected"}, "paid_on": {"2026-09-20"}}, http.StatusUnprocessableEntity).Has("form#one: 退回没有写原因")
	finance.Post(base+"/receipts/one", url.Values{"person_key": {"B"}, "outcome": {"rejected"}, "paid_on": {"2026-09-20"}, "reason": {"账号有误"}}, http.StatusOK).Has("form#again", "table td: 账号有误")
	again := finance.Post(base+"/receipts/again", nil, http.StatusOK)
	again.Lacks("form#again")
	again.Has("a[download]: Excel", "table td: 第2次发放")
	finance.Post(base+"/receipts/again", nil, http.StatusConflict)
	finance.Post(base+"/receipts/one", url.Values{"person_key": {"B"}, "outcome": {"paid"}, "paid_on": {"2026-10-08"}}, http.StatusOK)
	payee := site.As(t, b, pagetest.Grant(access.RoleSeller))
	payee.Get("/pay/2026-09", http.StatusOK).Has("main: 已发放 2026-10-08", "main: 发放被退回 2026-09-20", "a[href=/ledger/account?person="+strconv.FormatInt(b, 10)+"]")
	payee.Get("/ledger/account", http.StatusOK).Has("h1: 我的对账单", "table td: 期初", "table td: 已发放", "table td: 期末", "a[href=/pay/2026-09]")
	payee.Get("/ledger/account?unit=points", http.StatusOK).Has("table td: 期初")
	payee.Get("/ledger/account?from=2026-13-01", http.StatusUnprocessableEntity)
	payee.Get("/ledger/account?person="+strconv.FormatInt(a, 10), http.StatusForbidden).Lacks("table")
	payee.Get(base+"/receipts", http.StatusForbidden).Lacks("table")
	finance.Lang = "en"
	finance.Get(base+"/receipts", http.StatusOK).Has("h1: Payments of Sep 2026", "table td: Awaiting answer")
	finance.Get("/ledger/account?person="+strconv.FormatInt(a, 10), http.StatusOK).Has("h1: Statement of account", "table td: Opening")
	auditor := site.As(t, 0, pagetest.Grant(access.RoleAuditor))
	auditor.Get(base+"/receipts", http.StatusOK).Lacks("main form")
	auditor.Post(base+"/receipts/again", nil, http.StatusForbidden)
	auditor.Get("/months/2026-08/receipts", http.StatusConflict)
}

// TestTheFilesCanBeReadAgain: what is exported of payments is what is handed in; the accruals end with their sum and with what vouches for them, and stay what they were.
func TestTheFilesCanBeReadAgain(t *testing.T) {
	t.Parallel()
	site, house := closed(t)
	finance := site.As(t, 0, pagetest.Grant(access.RoleFinance))
	read := func(path string) [][]string {
		t.Helper()
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(finance.Get(path, http.StatusOK).Text, "\ufeff"))).ReadAll()
		if err != nil || len(rows) < 2 {
			t.Fatal(path, rows, err)
		}
		return rows
	}
	var filled strings.Builder
	out := csv.NewWriter(&filled)
	for i, row := range read(base + "/receipts/export/csv") {
		for len(row) < 10 {
			row = append(row, "")
		}
		if i > 0 {
			row[5], row[6] = row[3], "2026-09-20"
		}
		if err := out.Write(row); err != nil {
			t.Fatal(err)
		}
	}
	out.Flush()
	before := read(base + "/accrual/csv")
	finance.Upload(base+"/receipts", "a.csv", filled.String(), http.StatusOK).Lacks("table td: 等待回执", "#differences")
	accrual := read(base + "/accrual/csv")
	if !reflect.DeepEqual(before, accrual) {
		t.Errorf("answers of payroll that come after the close change its table of accruals:\n%v\n%v", before, accrual)
	}
	if last := accrual[len(accrual)-2]; last[0] != "合计" || len(last) != 17 {
		t.Errorf("the sum is %v", last)
	}
	if vouched := accrual[len(accrual)-1]; !strings.Contains(vouched[0], "账本分录 1 至 ") || !regexp.MustCompile("SHA-256 [0-9a-f]{64}$").MatchString(vouched[0]) {
		t.Errorf("vouched by %v", vouched)
	}
	if file := read("/ledger/account/export/csv?person=" + strconv.FormatInt(house.Person(t, "A"), 10)); file[len(file)-1][9] != "0.00" {
		t.Errorf("%v", file)
	}
	finance.Get(base+"/accrual/xlsx", http.StatusOK)
	finance.Get(base+"/accrual/pdf", http.StatusNotFound)
}

// TestAccrualsLeadFromTheMonthToAPayee: by component, plan, region and account; to the payees of a row, their files, and a payee's statement of account.
func TestAccrualsLeadFromTheMonthToAPayee(t *testing.T) {
	t.Parallel()
	site := pagetest.New(t, "青禾智控")
	house := monthtest.Open(t, site.App.DB, monthtest.Small())
	finance := site.As(t, 0, pagetest.Grant(access.RoleFinance))
	finance.Get("/accruals", http.StatusOK).Has("main: 还没有关账的月份")
	finance.Get("/accruals/payees", http.StatusOK).Has("main: 还没有关账的月份")
	finance.Get("/accruals/payees/csv", http.StatusNotFound)
	house.MustClose(t, monthtest.SmallMonth)
	finance.Get("/ledger", http.StatusOK).Has("a[href=/accruals]: 计提表")
	finance.Get(base, http.StatusOK).Has("a[href=/accruals?month=2026-09]: 看计提表")
	page := finance.Get("/accruals", http.StatusOK)
	page.Has("h1: 计提表", "#accruals td: 合计", "main: 期初应付", "a[href=/months/2026-09/accrual/xlsx]")
	link := page.Attribute("#accruals td a", "href")
	payees := finance.Get(link, http.StatusOK)
	payees.Has("#accrual-payees td: 合计", "a[href=/accruals?month=2026-09]")
	account := payees.Attribute("#accrual-payees td a", "href")
	finance.Get(account, http.StatusOK).Has("#account td: 期末")
	if sum := strings.TrimPrefix(link, "/accruals/payees?"); finance.Get("/accruals/payees/csv?"+sum, http.StatusOK).Text == "" {
		t.Error("no file")
	}
	for by, want := range map[string]string{"plan": "普通", "region": "大区", "layer": "层级", "account": "待发放"} {
		finance.Get("/accruals?by="+by, http.StatusOK).Has("#accruals: " + want)
	}
	finance.Get("/accruals?by=colour", http.StatusUnprocessableEntity)
	finance.Get("/accruals?month=2026-13", http.StatusUnprocessableEntity)
	finance.Get("/accruals?month=2026-08", http.StatusConflict)
	finance.Get("/accruals/payees?plan=none", http.StatusOK).Has("main: 没有人")
	finance.Lang = "en"
	finance.Get("/accruals?by=account", http.StatusOK).Has("h1: Accruals", "#accruals: In pay files")
	operations := site.As(t, 0, pagetest.Grant(access.RoleOperations))
	for _, path := range []string{"/accruals", "/accruals/payees", "/accruals/payees/xlsx"} {
		operations.Get(path, http.StatusForbidden).Lacks("#accruals")
	}
	operations.Get("/ledger", http.StatusForbidden)
}
