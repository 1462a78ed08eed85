package sales_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"xiaoguan/internal/access"
)

// The opening form of an opportunity of the seller P1.
func opening(name string) url.Values {
	return url.Values{"name": {name}, "customer": {"C1"}, "amount": {"500,000"}, "currency": {"CNY"}, "expected_on": {"2026-10-24"}, "stage": {"needs"}, "source": {"exhibition"}, "products": {"X"}, "note": {""}}
}

func (s *site) post(path string, form url.Values, want int) string {
	s.t.Helper()
	body, response := s.do(http.MethodPost, path, form, want)
	if want == http.StatusSeeOther {
		return response.Header.Get("Location")
	}
	return body
}

func (s *site) wants(page string, texts ...string) {
	s.t.Helper()
	for _, text := range texts {
		if !strings.Contains(page, text) {
			s.t.Errorf("the page lacks %q", text)
		}
	}
}

func (s *site) lacks(page string, texts ...string) {
	s.t.Helper()
	for _, text := range texts {
		if strings.Contains(page, text) {
			s.t.Errorf("the page has %q", text)
		}
	}
}

func TestPagesOfOpportunitiesOpenInBothLanguages(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"zh-CN", "en"} {
		s := newSite(t)
		s.actor, s.lang = seller(1), lang
		for _, path := range []string{"/pipeline", "/opportunities", "/today", "/new-opportunity"} {
			s.get(path) // while there is nothing yet
		}
		s.post("/opportunities", opening("产线改造"), http.StatusSeeOther)
		s.post("/opportunities/1/follow-ups", url.Values{"kind": {"visit"}, "text": {"见到厂长"}, "next": {"0"}}, http.StatusSeeOther)
		s.post("/today/tasks", url.Values{"title": {"寄样品"}, "due_on": {"2026-09-30"}}, http.StatusSeeOther)
		for _, path := range []string{"/pipeline", "/pipeline?stage=needs&q=产线", "/opportunities?state=open&sort=amount", "/opportunities/1", "/opportunities/1?saved=1", "/edit-opportunity/1", "/win-opportunity/1", "/lose-opportunity/1", "/today", "/views/new?list=opportunities&query="} {
			page := s.get(path)
			if strings.Count(page, "<h1") != 1 || !strings.Contains(page, `lang="`+lang+`"`) {
				t.Errorf("%s %s: %d headings", lang, path, strings.Count(page, "<h1"))
			}
			if found := duplicateIDs(page); len(found) > 0 {
				t.Errorf("%s: ids twice: %v", path, found)
			}
		}
	}
}

func TestASellerTakesAnOpportunityFromFirstCallToSignature(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.actor = seller(1)
	if at := s.post("/opportunities", opening("产线改造"), http.StatusSeeOther); at != "/opportunities/1?saved=1" {
		t.Errorf("leads to %s", at)
	}
	s.wants(s.get("/opportunities/1"), "产线改造", "恒越精密", "¥500,000.00", "30%", "展会", "控制器", "新建商机", "移到方案制定")
	s.post("/opportunities/1/follow-ups", url.Values{"kind": {"call"}, "sentence": {"电话确认了需求和预算"}, "text": {"预算六十万"}, "next": {"0"}}, http.StatusSeeOther)
	s.wants(s.get("/opportunities/1"), "电话确认了需求和预算", "预算六十万", "电话 · 销售P1")
	s.wants(s.get("/today"), "联系恒越精密", "¥500,000.00")
	refused := s.post("/opportunities/1/follow-ups", url.Values{"kind": {"call"}, "text": {""}, "next": {"3"}}, http.StatusUnprocessableEntity)
	s.wants(refused, "is-invalid", `id="follow-up"`)
	s.post("/opportunities/1/stage", url.Values{"stage": {"proposal"}, "seen": {"1"}}, http.StatusSeeOther)
	s.wants(s.post("/opportunities/1/stage", url.Values{"stage": {"contract"}, "seen": {"1"}}, http.StatusConflict), "有人刚改过这个商机")
	s.lacks(s.get("/win-opportunity/1"), `name="record"`)
	s.wants(s.post("/win-opportunity/1", url.Values{"signed_on": {"2027-01-01"}, "seen": {"2"}}, http.StatusUnprocessableEntity), "is-invalid")
	s.post("/win-opportunity/1", url.Values{"signed_on": {"2026-08-01"}, "deal_key": {"D/00"}, "seen": {"2"}}, http.StatusSeeOther)
	// The deal of the 1st of August, and its payment, are in the one timeline.
	s.wants(s.get("/opportunities/1"), "赢单", "签约¥1,000.00", "回款¥100.05", `href="/deals/D%2F00"`, "阶段：需求对接 → 方案制定")
	s.lacks(s.get("/opportunities/1"), "移到需求对接")
	s.post("/win-opportunity/1", url.Values{"signed_on": {"2026-08-01"}}, http.StatusConflict)
}

func TestAClerkRecordsTheDealWithTheSignature(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.actor = seller(1)
	s.post("/opportunities", opening("产线改造"), http.StatusSeeOther)
	s.actor = clerk()
	s.wants(s.get("/win-opportunity/1"), `name="record"`, `value="500000.00"`)
	form := url.Values{"signed_on": {"2026-09-20"}, "deal_key": {"D/01"}, "record": {"1"}, "product": {"X"}, "amount": {"480,000"}, "seen": {"1"}}
	s.wants(s.post("/win-opportunity/1", form, http.StatusUnprocessableEntity), "is-invalid", `value="D/01"`)
	form.Set("deal_key", "N-1")
	s.post("/win-opportunity/1", form, http.StatusSeeOther)
	s.wants(s.get("/deals/N-1"), "¥480,000.00", "恒越精密", "销售P1")
	s.wants(s.get("/opportunities/1"), `href="/deals/N-1"`)
}

// TestAConflictShowsBothSides lets somebody save what another has changed meanwhile: nothing is overwritten unseen.
func TestAConflictShowsBothSides(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.actor = seller(1)
	s.post("/opportunities", opening("产线改造"), http.StatusSeeOther)
	first := opening("产线改造一期")
	first.Set("seen", "1")
	s.post("/opportunities/1", first, http.StatusSeeOther)
	s.actor = clerk()
	second := opening("产线改造")
	second.Set("seen", "1")
	second.Set("amount", "620,000")
	page := s.post("/opportunities/1", second, http.StatusConflict)
	s.wants(page, "销售刚改过这个商机", "两边不同的地方", "产线改造一期", "620,000.00", `name="seen" value="2"`)
	s.wants(s.get("/opportunities/1"), "产线改造一期", "¥500,000.00")
	second.Set("seen", "2")
	s.post("/opportunities/1", second, http.StatusSeeOther)
	s.wants(s.get("/opportunities/1"), "¥620,000.00", "产线改造一期 → 产线改造")
}

func TestACardIsMovedOrSaysWhyNot(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.actor = seller(1)
	s.post("/opportunities", opening("产线改造"), http.StatusSeeOther)
	s.wants(s.get("/pipeline"), `data-lane="needs"`, `data-card="1"`, `draggable="true"`, "1个 · 50", "赢率30%", "kanban.")
	move := func(lane, seen string, want int) string {
		t.Helper()
		form := url.Values{"card": {"1"}, "lane": {lane}, "seen": {seen}, "query": {"q=产线"}}
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/pipeline/move", strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Accept-Language", "zh-CN")
		r.Header.Set("HX-Request", "true")
		recorder := httptest.NewRecorder()
		s.pages.ServeHTTP(recorder, r)
		if recorder.Code != want {
			t.Fatalf("to %s: %d %s", lane, recorder.Code, recorder.Body)
		}
		return recorder.Body.String()
	}
	board := move("proposal", "1", http.StatusOK)
	s.wants(board, `id="board"`, `data-seen="2"`, `value="q=%E4%BA%A7%E7%BA%BF"`)
	s.lacks(board, "<html", "没有移动")
	s.wants(move("contract", "1", http.StatusOK), "没有移动", "有人刚改过", `data-seen="2"`)
	s.wants(move("after_sales", "2", http.StatusOK), "售后要先赢单", `href="/opportunities/1"`)
	s.actor = seller(2)
	move("needs", "2", http.StatusNotFound)
	s.lacks(s.get("/pipeline"), "产线改造")
	if at := s.get("/opportunities/export/csv"); strings.Count(at, "\n") != 1 {
		t.Errorf("another seller's export: %q", at)
	}
	s.actor = access.Actor{UserID: "u", Session: "s", Grants: []access.Grant{{Role: access.RoleFinance, Scope: access.ScopeAll}}}
	page := s.get("/pipeline")
	s.wants(page, "产线改造")
	s.lacks(page, `draggable="true"`, "/new-opportunity")
	s.lacks(s.get("/opportunities/1"), "移到", `id="follow-up"`, "/edit-opportunity/")
	s.do(http.MethodGet, "/edit-opportunity/1", nil, http.StatusForbidden)
	s.do(http.MethodGet, "/win-opportunity/1", nil, http.StatusForbidden)
}

// TestTextsArePlain puts markup into every text that somebody can write.
func TestTextsArePlain(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.actor = seller(1)
	const evil = `"><script>alert(1)</script>`
	form := opening(evil)
	form.Set("note", evil)
	s.post("/opportunities", form, http.StatusSeeOther)
	s.post("/opportunities/1/follow-ups", url.Values{"kind": {"call"}, "text": {evil}, "next": {"0"}}, http.StatusSeeOther)
	s.post("/today/tasks", url.Values{"title": {evil}, "due_on": {"2026-09-30"}}, http.StatusSeeOther)
	s.post("/lose-opportunity/1", url.Values{"for": {"other"}, "reason": {evil}, "seen": {"1"}}, http.StatusSeeOther)
	for _, path := range []string{"/opportunities/1", "/opportunities", "/pipeline", "/today", "/edit-opportunity/1", "/opportunities?q=" + url.QueryEscape(evil)} {
		s.lacks(s.get(path), "<script>alert")
	}
}

func TestTasksOfTheDayAreDoneAndPutOff(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.actor = seller(1)
	s.wants(s.get("/today"), "现在没有要办的")
	s.post("/today/tasks", url.Values{"title": {"寄样品"}, "due_on": {"2026-09-24"}}, http.StatusSeeOther)
	s.post("/today/tasks/1/put-off", url.Values{"seen": {"1"}}, http.StatusSeeOther)
	page := s.get("/today")
	s.wants(page, "接下来 7 天", "9月25日")
	s.wants(s.post("/today/tasks/1/done", url.Values{"seen": {"1"}}, http.StatusConflict), "这个事项刚被改过")
	if at := s.post("/today/tasks/1/done", url.Values{"seen": {"2"}, "back": {"https://elsewhere.example/"}}, http.StatusSeeOther); at != "/today?saved=1" {
		t.Errorf("leads to %s", at)
	}
	s.lacks(s.get("/today"), "寄样品")
	s.wants(s.post("/today/tasks", url.Values{"title": {""}, "due_on": {"昨天"}}, http.StatusUnprocessableEntity), "is-invalid")
	s.do(http.MethodPost, "/today/tasks/1/explode", url.Values{}, http.StatusNotFound)
}

// TestSeveralAreChangedEachByItself ticks two of which somebody changed one meanwhile.
func TestSeveralAreChangedEachByItself(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.actor = seller(1)
	s.post("/opportunities", opening("产线改造"), http.StatusSeeOther)
	s.post("/opportunities", opening("备件"), http.StatusSeeOther)
	s.wants(s.get("/opportunities"), `value="1.1"`, `value="2.1"`, `id="several"`)
	s.post("/opportunities/2/stage", url.Values{"stage": {"proposal"}, "seen": {"1"}}, http.StatusSeeOther)
	form := url.Values{"opportunity": {"1.1", "2.1"}, "stage": {"contract"}, "expected_on": {"2026-12-24"}, "back": {"state=open"}}
	page := s.post("/change-opportunities", form, http.StatusConflict)
	s.wants(page, "改了1个，1个没改", "备件", "有人刚改过这个商机", `value="1.2"`)
	s.wants(s.get("/opportunities/1"), "需求对接 → 签约回款", "2026-12-24")
	s.lacks(s.get("/opportunities/2"), "2026-12-24")
	form.Set("opportunity", "1.2")
	form.Set("stage", "needs")
	if at := s.post("/change-opportunities", form, http.StatusSeeOther); at != "/opportunities?saved=1&state=open" {
		t.Errorf("leads to %s", at)
	}
	s.wants(s.post("/change-opportunities", url.Values{"stage": {"needs"}}, http.StatusUnprocessableEntity), "先勾选商机")
	s.wants(s.post("/change-opportunities", url.Values{"opportunity": {"1.3"}}, http.StatusUnprocessableEntity), "至少填一项要改的")
	s.wants(s.post("/change-opportunities", url.Values{"opportunity": {"1.3"}, "owner": {"P2"}}, http.StatusConflict), "没改")
	s.actor = seller(2)
	s.lacks(s.post("/change-opportunities", url.Values{"opportunity": {"1.3"}, "stage": {"needs"}}, http.StatusConflict), "产线改造")
}

// TestACustomerIsContactedFromItsPage: about no opportunity, with the next contact in one's day, which leads back there.
func TestACustomerIsContactedFromItsPage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.actor = seller(1)
	s.wants(s.get("/customers/1"), "还没有联系过", `action="/customers/1/follow-ups"`)
	refused := s.post("/customers/1/follow-ups", url.Values{"kind": {"call"}, "text": {""}, "next": {"3"}}, http.StatusUnprocessableEntity)
	s.wants(refused, "is-invalid", `id="follow-up"`)
	if at := s.post("/customers/1/follow-ups", url.Values{"kind": {"wechat"}, "text": {"节日问候"}, "next": {"0"}}, http.StatusSeeOther); at != "/customers/1?saved=1" {
		t.Errorf("leads to %s", at)
	}
	page := s.get("/customers/1")
	s.wants(page, "节日问候", "微信 · 销售P1", "联系恒越精密")
	if found := duplicateIDs(page); len(found) > 0 {
		t.Errorf("ids twice: %v", found)
	}
	s.wants(s.get("/today"), "联系恒越精密", `href="/customers/1#follow"`)
	if _, response := s.do(http.MethodGet, "/follow-ups/1", nil, http.StatusSeeOther); response.Header.Get("Location") != "/customers/1#timeline" {
		t.Errorf("leads to %s", response.Header.Get("Location"))
	}
	if at := s.post("/today/tasks/1/done", url.Values{"seen": {"1"}, "back": {"/customers/1"}}, http.StatusSeeOther); at != "/customers/1?saved=1" {
		t.Errorf("leads to %s", at)
	}
	s.actor = access.Actor{UserID: "audit", Grants: []access.Grant{{Role: access.RoleAuditor, Scope: access.ScopeAll}}}
	s.wants(s.get("/customers/1"), "节日问候")
	s.lacks(s.get("/customers/1"), `action="/customers/1/follow-ups"`)
}
