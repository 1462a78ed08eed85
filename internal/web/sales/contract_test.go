package sales_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// agreeing is the form of a contract of a customer.
func agreeing() url.Values {
	return url.Values{"number": {"HT-1"}, "title": {"产线改造合同"}, "customer": {"C1"}, "currency": {"CNY"}, "our_party": {"青禾智控"}, "their_party": {"恒越精密"}, "starts_on": {"2026-09-01"}, "ends_on": {"2027-08-31"}, "note": {""},
		"lines.0.product": {"X"}, "lines.0.quantity": {"1"}, "lines.0.list": {"100,000"}, "lines.0.tax": {"13"}}
}

func TestPagesOfContractsOpenInBothLanguages(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"zh-CN", "en"} {
		s := newSite(t)
		s.actor, s.lang = seller(1), lang
		for _, path := range []string{"/contracts", "/instalments", "/collections", "/new-contract"} {
			s.get(path) // while there is none
		}
		s.post("/contracts", agreeing(), http.StatusSeeOther)
		for _, path := range []string{"/contracts", "/contracts?state=draft&from=2026-01-01&q=恒越&sort=ends_on", "/contracts?without_deal=1", "/contracts/1", "/edit-contract/1", "/payment-plan/1", "/amend-contract/1", "/instalments?overdue=1", "/instalments?all=1", "/collections?state=reported", "/customers/1", "/views/new?list=contracts&query="} {
			page := s.get(path)
			if strings.Count(page, "<h1") != 1 {
				t.Errorf("%s %s: %d headings", lang, path, strings.Count(page, "<h1"))
			}
			if found := duplicateIDs(page); len(found) > 0 {
				t.Errorf("%s: ids twice: %v", path, found)
			}
		}
	}
}

func TestAContractIsWrittenAndItsMoneyPlanned(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.actor = seller(1)
	if at := s.post("/contracts", agreeing(), http.StatusSeeOther); at != "/contracts/1?saved=1" {
		t.Errorf("leads to %s", at)
	}
	s.wants(s.post("/contracts", agreeing(), http.StatusUnprocessableEntity), "已经有了", "is-invalid")
	s.wants(s.get("/contracts/1"), "产线改造合同", "¥100,000.00", "提交审批", "还没有回款计划")
	s.wants(s.get("/payment-plan/1"), "30000.00", "60000.00", "10000.00")
	plan := url.Values{"seen": {"1"}, "instalments.0.name": {"首付"}, "instalments.0.due_on": {"2026-09-01"}, "instalments.0.amount": {"40,000"}, "instalments.1.due_on": {"2026-12-01"}, "instalments.1.amount": {"59,999"}}
	s.wants(s.post("/payment-plan/1", plan, http.StatusUnprocessableEntity), "99999.00", "100000.00")
	plan.Set("instalments.1.amount", "60,000")
	s.post("/payment-plan/1", plan, http.StatusSeeOther)
	s.wants(s.get("/contracts/1"), "首付", "逾期23天", "2026-12-01")
	s.wants(s.post("/contracts/1/sign", url.Values{"signed_on": {"2026-09-20"}, "seen": {"2"}}, http.StatusConflict), "这一步做不了")
	changed := agreeing()
	changed.Set("seen", "1")
	s.wants(s.post("/contracts/1", changed, http.StatusConflict), "有人刚改过这份合同", "两边不同的地方", `name="seen" value="2"`)
	s.actor = seller(2)
	s.do(http.MethodGet, "/contracts/1", nil, http.StatusNotFound)
}
