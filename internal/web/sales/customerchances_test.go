package sales_test

import (
	"net/http"
	"net/url"
	"testing"
)

// TestACustomersPageLeadsToItsOpportunities: both ways, and to a new one; a contract that was begun from a quote is given up to the quote.
func TestACustomersPageLeadsToItsOpportunities(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.actor = seller(1)
	s.wants(s.get("/customers/1"), `id="opportunities"`, "还没有商机", `href="/new-opportunity?customer=C1"`)
	s.post("/opportunities", opening("产线改造"), http.StatusSeeOther)
	unknown := opening("金额未定的")
	unknown.Set("amount", "")
	s.post("/opportunities", unknown, http.StatusSeeOther)
	page := s.get("/customers/1")
	s.wants(page, `href="/opportunities/1"`, "产线改造", "¥500,000.00", "需求对接、销售P1", `href="/opportunities/2"`, "金额未定的")
	s.lacks(page, "还没有商机", "¥0.00")
	s.wants(s.get("/new-contract?opportunity=1"), `href="/opportunities/1"`)
	s.lang = "en"
	s.wants(s.get("/customers/1"), "Opportunities", "Needs, 销售P1")
	s.actor = seller(2)
	s.lacks(s.get("/customers/1"), `href="/opportunities/1"`)
}

// TestWhoWritesAFollowUpMayAddAPhoto: the link says what it does instead of counting none.
func TestWhoWritesAFollowUpMayAddAPhoto(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.actor = seller(1)
	s.post("/opportunities", opening("产线改造"), http.StatusSeeOther)
	s.post("/opportunities/1/follow-ups", url.Values{"kind": {"visit"}, "text": {"见到厂长"}, "next": {"0"}}, http.StatusSeeOther)
	page := s.get("/opportunities/1")
	s.wants(page, "见到厂长", "补照片", `href="/files/follow_up/1"`)
	s.lacks(page, "照片 0")
}

// TestAQuoteSaysWhenNobodyCanApproveIt: whoever submitted it reads so where they look, with the way to the request.
func TestAQuoteSaysWhenNobodyCanApproveIt(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.actor = seller(1)
	s.post("/opportunities", opening("产线改造"), http.StatusSeeOther)
	s.post("/quotes", offering(), http.StatusSeeOther)
	s.post("/quotes/1/submit", url.Values{"seen": {"1"}}, http.StatusSeeOther)
	s.wants(s.get("/quotes/1"), "没有人能批", "指定一个人", `href="/approvals/`, "看审批")
}
