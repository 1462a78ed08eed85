package sales_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestFormsAskForSuggestionsWhileOneTypes(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	if page := s.get("/new-deal"); !strings.Contains(page, `data-from="/suggest/customers"`) || !strings.Contains(page, `data-from="/suggest/people"`) {
		t.Error("the form of a deal has its suggestions from nowhere")
	}
	for typed, want := range map[string]string{
		"恒越":   `<option value="C1">恒越精密</option>`,
		"hyjm": `<option value="C1">恒越精密 · hyjm</option>`, // the browser looks for what was typed in the option
		"C1":   `<option value="C1">恒越精密</option>`,
		"没有":   "",
	} {
		if got := strings.TrimSpace(s.get("/suggest/customers?q=" + url.QueryEscape(typed))); got != want {
			t.Errorf("%s is offered %q, want %q", typed, got, want)
		}
	}
	if got := s.get("/suggest/customers?q=%3Cb%3E"); strings.Contains(got, "<b>") {
		t.Errorf("what was typed comes back as it is: %q", got)
	}
}

func TestWhoEntersACustomerIsToldOfOnesLikeIt(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	if page := s.get("/customers/new"); !strings.Contains(page, `data-ask="/customers/like"`) || strings.Contains(page, "可能已经有这个客户") {
		t.Error("the form asks for nothing, or tells of customers before anything is typed")
	}
	told := s.get("/customers/like?name=" + url.QueryEscape("苏州恒越精密有限公司"))
	for _, want := range []string{"可能已经有这个客户：1个", `href="/customers/1"`, "同名", "销售P1，销售P2负责"} {
		if !strings.Contains(told, want) {
			t.Errorf("%q is missing in %s", want, told)
		}
	}
	if again := s.get("/customers/like?id=1&name=" + url.QueryEscape("恒越精密")); strings.TrimSpace(again) != "" {
		t.Errorf("a customer is its own twin: %s", again)
	}

	entry := url.Values{"key": {"C9"}, "name": {"恒越精密（苏州）有限公司"}, "city": {"苏州"}}
	page, _ := s.do(http.MethodPost, "/customers", entry, http.StatusConflict)
	if !strings.Contains(page, "仍然新建") || !strings.Contains(page, "可能已经有这个客户") || field(page, "name") != "恒越精密（苏州）有限公司" {
		t.Error("the form does not ask once more")
	}
	s.do(http.MethodGet, "/customers/2", nil, http.StatusNotFound)
	entry.Set("despite", field(page, "despite"))
	s.do(http.MethodPost, "/customers", entry, http.StatusSeeOther)
}

func TestCreditCodesBelongToOneCustomer(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	first := url.Values{"key": {"C5"}, "name": {"甲乙丙"}, "credit_code": {"91350100 m000100y43"}}
	s.do(http.MethodPost, "/customers", first, http.StatusSeeOther)
	second := url.Values{"key": {"C6"}, "name": {"完全另外"}, "credit_code": {"91350100M000100Y43"}, "despite": {"1"}}
	if page, _ := s.do(http.MethodPost, "/customers", second, http.StatusUnprocessableEntity); !strings.Contains(page, "已属于另一个客户") {
		t.Error("not said why")
	}
	second.Set("credit_code", "91350100M000100Y44")
	if page, _ := s.do(http.MethodPost, "/customers", second, http.StatusUnprocessableEntity); !strings.Contains(page, "校验位不对") {
		t.Error("not said what is wrong")
	}
	second.Set("credit_code", "")
	s.do(http.MethodPost, "/customers", second, http.StatusSeeOther)
}
