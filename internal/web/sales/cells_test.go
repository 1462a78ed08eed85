package sales_test

import (
	"net/http"
	"net/url"
	"strconv"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
)

// TestACellIsChangedInPlace changes an opportunity, a lead and a customer in their lists.
func TestACellIsChangedInPlace(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.actor = seller(1)
	s.post("/opportunities", opening("产线改造"), http.StatusSeeOther)
	s.wants(s.get("/opportunities"), `data-edit="/opportunities/1/cells/amount"`, `data-edit="/opportunities/1/cells/stage"`, "/static/cells.")
	s.wants(s.get("/opportunities/1/cells/amount"), "data-cell-form", `value="500000.00"`, `name="seen" value="1"`)
	s.wants(s.post("/opportunities/1/cells/amount", url.Values{"value": {"x"}, "seen": {"1"}}, http.StatusUnprocessableEntity), "data-cell-form", "is-invalid", `value="x"`)
	s.wants(s.post("/opportunities/1/cells/amount", url.Values{"value": {"620,000"}, "seen": {"1"}}, http.StatusOK), "620,000")
	// Somebody was faster: what there is now stands beside what was typed, which is saved by saying so again.
	late := s.post("/opportunities/1/cells/amount", url.Values{"value": {"700000"}, "seen": {"1"}}, http.StatusConflict)
	s.wants(late, `value="700000"`, "现在是：620000.00", `name="seen" value="2"`)
	s.post("/opportunities/1/cells/amount", url.Values{"value": {"700000"}, "seen": {"2"}}, http.StatusOK)
	s.wants(s.post("/opportunities/1/cells/stage", url.Values{"value": {"proposal"}, "seen": {"3"}}, http.StatusOK), "方案制定")
	s.wants(s.post("/opportunities/1/cells/expected", url.Values{"value": {"2026-11-30"}, "seen": {"4"}}, http.StatusOK), "2026-11-30")
	s.wants(s.post("/opportunities/1/cells/expected", url.Values{"value": {"soon"}, "seen": {"5"}}, http.StatusUnprocessableEntity), "is-invalid")
	s.wants(s.get("/opportunities/1"), "¥700,000.00", "2026-11-30", "恒越精密")
	none := "0"
	s.wants(s.get("/opportunities"), `data-edit="/opportunities/1/cells/next"`)
	s.wants(s.get("/opportunities/1/cells/next"), `type="date"`, `name="seen" value="`+none+`"`)
	s.post("/opportunities/1/cells/next", url.Values{"value": {"2026-09-30"}, "seen": {none}}, http.StatusOK)
	s.wants(s.post("/opportunities/1/cells/next", url.Values{"value": {"2026-10-09"}, "seen": {none}}, http.StatusConflict), "现在是：2026-09-30")
	s.wants(s.post("/opportunities/1/cells/next", url.Values{"value": {"2020-01-01"}, "seen": {strconv.FormatInt(int64(calendar.NewDate(2026, 9, 30)), 10)}}, http.StatusUnprocessableEntity), "is-invalid")
	s.post("/opportunities/1/cells/name", url.Values{"value": {"y"}, "seen": {"5"}}, http.StatusNotFound)

	s.post("/leads", url.Values{"company": {"新厂"}, "name": {"顾南"}, "phone": {"13998765432"}, "source": {"exhibition"}}, http.StatusSeeOther)
	s.wants(s.get("/leads"), `data-edit="/leads/1/cells/status"`)
	s.wants(s.post("/leads/1/cells/status", url.Values{"value": {"qualified"}, "seen": {"1"}}, http.StatusOK), "有意向")
	s.wants(s.post("/leads/1/cells/status", url.Values{"value": {"qualified"}, "seen": {"1"}}, http.StatusConflict), "现在是：有意向")
	s.wants(s.post("/leads/1/cells/status", url.Values{"value": {"invalid:no_need"}, "seen": {"2"}}, http.StatusOK), "无效")
	s.wants(s.post("/leads/1/cells/status", url.Values{"value": {"retaken"}, "seen": {"3"}}, http.StatusOK), "新线索")
	s.wants(s.post("/leads/1/cells/status", url.Values{"value": {"x"}, "seen": {"4"}}, http.StatusUnprocessableEntity), "data-cell-form")

	s.lacks(s.get("/customers"), "data-edit")
	s.post("/customers/1/cells/city", url.Values{"value": {"昆山"}}, http.StatusForbidden)
	s.actor = clerk()
	s.wants(s.get("/customers"), `data-edit="/customers/1/cells/city"`)
	s.wants(s.post("/customers/1/cells/city", url.Values{"value": {"昆山<b>"}}, http.StatusOK), "昆山&lt;b&gt;")
	s.wants(s.post("/customers/1/cells/industry", url.Values{"value": {"机械"}, "seen": {"1"}}, http.StatusConflict), "data-cell-form")
}

// TestContactsAreListedAndShown has one at the customer of the seller P1.
func TestContactsAreListedAndShown(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.actor = seller(1)
	s.wants(s.get("/contacts"), "联系人", "nav")
	s.post("/opportunities", opening("产线改造"), http.StatusSeeOther)
	s.post("/opportunities/1/follow-ups", url.Values{"kind": {"call"}, "text": {"预算六十万"}, "next": {"0"}}, http.StatusSeeOther)
	s.post("/contacts", url.Values{"customer": {"1"}, "name": {"王厂长"}, "part": {"decides"}, "phone": {"13812345678"}}, http.StatusSeeOther)
	page := s.get("/contacts?q=wcz&part=decides&gone=no")
	s.wants(page, "王厂长", "恒越精密", "拍板人", "13812345678", `href="/contacts/1"`)
	s.wants(s.get("/contacts?q=nobody"), "没有符合条件")
	s.post("/contacts?gone=x", nil, http.StatusNotFound)
	page = s.get("/contacts/1")
	s.wants(page, "王厂长", "tel:13812345678", "预算六十万", "录入", `id="f-name"`)
	s.wants(s.get("/contacts/like?phone=138-1234-5678"), "1 个联系人用这个电话", "王厂长")
	s.lacks(s.get("/contacts/like?phone=138-1234-5678&id=1"), "王厂长")
	s.wants(s.get("/contacts/export/csv?q=王"), "王厂长", "恒越精密", "13812345678")
	// Two people at once: both texts stand side by side, and the second save is meant for what there is now.
	changed := url.Values{"name": {"王总"}, "part": {"decides"}, "phone": {"13812345678"}, "seen": {"1"}}
	s.post("/contacts/1", changed, http.StatusSeeOther)
	late := s.post("/contacts/1", url.Values{"name": {"王厂长"}, "part": {"recommends"}, "phone": {"13812345678"}, "seen": {"1"}}, http.StatusConflict)
	s.wants(late, `id="conflict"`, "两边不同的地方", "王总", "推荐人", `name="seen" value="2"`)
	s.actor = access.Actor{UserID: "auditor", Name: "审计", Grants: []access.Grant{{Role: access.RoleAuditor, Scope: access.ScopeAll}}}
	s.wants(s.get("/contacts"), "138******78")
	page = s.get("/contacts/1")
	s.lacks(page, "13812345678", `id="f-name"`)
	s.lang = "en"
	s.wants(s.get("/contacts/1"), "entered the contact")
}
