package sales_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"xiaoguan/internal/access"
)

// newDeal is a deal as a form sends it.
func newDeal(changes ...string) url.Values {
	form := url.Values{"key": {"N/1"}, "customer": {"C1"}, "product": {"X"}, "signed_on": {"2026-09-20"}, "amount": {"12,345.67"}, "currency": {"cny"},
		"shares.0.person": {"P1"}, "shares.0.share": {"66.67"}, "shares.1.person": {"P2"}, "shares.1.share": {"33.33 %"}}
	for i := 0; i < len(changes); i += 2 {
		form.Set(changes[i], changes[i+1])
	}
	return form
}

// wrongFields lists the names of the fields that a page marks as wrong.
func wrongFields(page string) (names []string) {
	for _, tag := range regexp.MustCompile(`<(?:input|select)[^>]*is-invalid[^>]*>`).FindAllString(page, -1) {
		names = append(names, regexp.MustCompile(`name="([^"]+)"`).FindStringSubmatch(tag)[1])
	}
	return names
}

// field returns the value that a field of a page holds.
func field(page, name string) string {
	tag := regexp.MustCompile(`<input[^>]*name="` + regexp.QuoteMeta(name) + `"[^>]*>`).FindString(page)
	if value := regexp.MustCompile(`value="([^"]*)"`).FindStringSubmatch(tag); value != nil {
		return value[1]
	}
	return ""
}

func TestDealsAreRecordedAndCorrected(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	if page := s.get("/deals"); !strings.Contains(page, `href="/new-deal"`) {
		t.Error("the list does not lead to the form")
	}
	if page := s.get("/new-deal?customer=C1"); field(page, "customer") != "C1" || field(page, "signed_on") != "2026-09-24" || !strings.Contains(page, `<option value="P2">销售P2 · 一部</option>`) {
		t.Error("the form offers neither what is known nor whom to choose")
	}
	if _, response := s.do(http.MethodPost, "/new-deal", newDeal(), http.StatusSeeOther); response.Header.Get("Location") != "/deals/N%2F1?saved=1" {
		t.Errorf("leads to %s", response.Header.Get("Location"))
	}
	page := s.get("/deals/N%2F1")
	for _, want := range []string{"¥12,345.67", "66.67%", "手工", `href="/correct-deal/N%2F1"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the deal lacks %q", want)
		}
	}
	form := s.get("/correct-deal/N%2F1")
	for name, want := range map[string]string{"customer": "C1", "amount": "12345.67", "currency": "CNY", "shares.0.person": "P1", "shares.0.share": "66.67", "shares.1.share": "33.33", "shares.2.person": ""} {
		if got := field(form, name); got != want {
			t.Errorf("%s holds %q, want %q", name, got, want)
		}
	}
	if strings.Contains(form, `name="key"`) {
		t.Error("the key of a deal can be changed")
	}
	correction := newDeal("shares.0.person", "", "shares.0.share", "", "shares.1.share", "", "seen", field(form, "seen"))
	s.do(http.MethodPost, "/correct-deal/N%2F1", correction, http.StatusSeeOther)
	if page := s.get("/deals/N%2F1?saved=1"); !strings.Contains(page, "已被更正") || !strings.Contains(page, "销售P1 66.67%") || !strings.Contains(page, `id="saved"`) {
		t.Error("the correction does not show both records")
	}
	if page, _ := s.do(http.MethodPost, "/correct-deal/N%2F1", newDeal("seen", field(form, "seen")), http.StatusConflict); !strings.Contains(page, "别人刚改过") || field(page, "shares.1.share") != "33.33 %" {
		t.Error("a stale correction")
	}
}

func TestADealThatIsWrongIsShownWithEverythingThatIs(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for name, c := range map[string]struct {
		form url.Values
		want string
		text string
	}{
		"nothing typed":        {url.Values{}, "key customer product signed_on amount currency shares.0.person", "这一项要填"},
		"what cannot be read":  {newDeal("signed_on", "tomorrow", "amount", "0.005", "shares.0.share", "1/3", "customer", "C9 "), "signed_on amount shares.0.share", "最多两位小数"},
		"99 %":                 {newDeal("shares.0.share", "65.67"), "", "占比合计99.00%，要正好100%"},
		"nobody of the number": {newDeal("customer", "C9", "shares.0.person", "P9", "signed_on", "2026-09-25"), "customer signed_on shares.0.person", "没有工号为“P9”的人员"},
		"missing and unknown":  {newDeal("product", "", "customer", "C9", "signed_on", "2026-09-25"), "customer product signed_on", "这一项要填"},
		"a key that is there":  {newDeal("key", "D/00"), "key", "成交单号D/00已经记过"},
	} {
		page, _ := s.do(http.MethodPost, "/new-deal", c.form, http.StatusUnprocessableEntity)
		if got := strings.Join(wrongFields(page), " "); got != c.want || !strings.Contains(page, c.text) {
			t.Errorf("%s: marked %q, want %q and %q", name, got, c.want, c.text)
		}
	}
	gap := newDeal("shares.0.person", "", "shares.0.share", "", "shares.2.person", "P9", "shares.2.share", "66.67")
	page, _ := s.do(http.MethodPost, "/new-deal", gap, http.StatusUnprocessableEntity)
	if got := wrongFields(page); len(got) != 1 || field(page, got[0]) != "P9" {
		t.Errorf("after an empty row %v is marked", got)
	}
	s.do(http.MethodGet, "/deals/N%2F1", nil, http.StatusNotFound)
}

func TestProductsAreAddedAndCorrected(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, response := s.do(http.MethodPost, "/products", url.Values{"key": {"Z"}, "name": {"传感器"}, "category": {"B"}}, http.StatusSeeOther)
	path := strings.TrimSuffix(response.Header.Get("Location"), "?saved=1")
	page := s.get(path)
	if !strings.Contains(page, "传感器") || field(page, "category") != "B" {
		t.Error("the product is not shown")
	}
	correction := url.Values{"name": {"传感器"}, "category": {"A"}, "seen": {field(page, "seen")}}
	s.do(http.MethodPost, path, correction, http.StatusSeeOther)
	if page := s.get(path); strings.Count(page, "已被更正") != 1 {
		t.Error("the correction does not show both records")
	}
	correction.Set("category", "C")
	s.do(http.MethodPost, path, correction, http.StatusConflict)
	if page, _ := s.do(http.MethodPost, "/products", url.Values{"key": {"X"}, "name": {"x"}, "category": {"A"}}, http.StatusUnprocessableEntity); strings.Join(wrongFields(page), " ") != "key" {
		t.Error("a taken key")
	}
	if page := s.get("/products"); !strings.Contains(page, `href="/products/new"`) || !strings.Contains(page, `href="`+path+`"`) || !strings.Contains(page, `href="/deals?product=1"`) {
		t.Error("the list leads nowhere")
	}
	for _, missing := range []string{"/products/99", "/products/x"} {
		s.do(http.MethodGet, missing, nil, http.StatusNotFound)
	}
}

func TestExchangeRatesAreListedRecordedAndCorrected(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	form := url.Values{"base": {"eur"}, "quote": {"CNY"}, "on": {"2026-09-02"}, "kind": {"买入价/现汇"}, "rate": {"8.25"}}
	_, response := s.do(http.MethodPost, "/rates", form, http.StatusSeeOther)
	path := strings.TrimSuffix(response.Header.Get("Location"), "?saved=1")
	page := s.get(path)
	if !strings.Contains(page, "1 EUR = 8.25 CNY") || !strings.Contains(page, "买入价/现汇") || field(page, "rate") != "8.25" {
		t.Error("the rate is not shown")
	}
	correction := url.Values{"rate": {"8.26"}, "seen": {field(page, "seen")}}
	s.do(http.MethodPost, path, correction, http.StatusSeeOther)
	if page := s.get(path); strings.Count(page, "已被更正") != 1 || !strings.Contains(page, "1 EUR = 8.26 CNY") {
		t.Error("the correction does not show both records")
	}
	if page, _ := s.do(http.MethodPost, path, correction, http.StatusConflict); !strings.Contains(page, "别人刚改过") {
		t.Error("a stale correction")
	}
	if page, _ := s.do(http.MethodPost, path, url.Values{"rate": {"8%"}}, http.StatusUnprocessableEntity); strings.Join(wrongFields(page), " ") != "rate" || field(page, "rate") != "8%" {
		t.Error("a percentage is no rate")
	}
	if page, _ := s.do(http.MethodPost, "/rates", url.Values{}, http.StatusUnprocessableEntity); strings.Join(wrongFields(page), " ") != "base quote on kind rate" {
		t.Errorf("nothing typed: %v", wrongFields(page))
	}
	if page, _ := s.do(http.MethodPost, "/rates", form, http.StatusUnprocessableEntity); strings.Join(wrongFields(page), " ") != "on" {
		t.Error("recorded twice")
	}
	if page := s.get("/rates"); !strings.Contains(page, "共2条") || strings.Index(page, "EUR / CNY") > strings.Index(page, "USD / CNY") || !strings.Contains(page, "list=rates") {
		t.Error("the list is not in the order of days")
	}
	if page := s.get("/rates?base=usd&from=2026-09-01"); !strings.Contains(page, "共1条") || strings.Contains(page, "EUR / CNY") {
		t.Error("the filter")
	}
	if file, _ := s.do(http.MethodGet, "/rates/export/csv?base=USD", nil, http.StatusOK); !strings.Contains(file, "USD,CNY,2026-09-01,middle,7.1055") || strings.Count(file, "\n") != 2 {
		t.Errorf("export %q", file)
	}
	s.do(http.MethodGet, "/rates?base=dollar", nil, http.StatusOK) // none has the name
	s.do(http.MethodGet, "/rates?from=x", nil, http.StatusUnprocessableEntity)
	for _, missing := range []string{"/rates/USD/CNY/2026-09-09/middle", "/rates/USD/CNY/never/middle"} {
		s.do(http.MethodGet, missing, nil, http.StatusNotFound)
	}
}

func TestWhoMayNotWriteIsOfferedNoForm(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for name, actor := range map[string]access.Actor{"seller": seller(1), "auditor": {UserID: "u", Session: "s", Grants: []access.Grant{{Role: access.RoleAuditor, Scope: access.ScopeAll}}}} {
		s.actor = actor
		for path, offers := range map[string][]string{"/deals": {"/new-deal"}, "/deals/D%2F00": {"/correct-deal", `id="payment"`}, "/customers/1": {"/new-deal"}, "/products": {"/products/new"}, "/products/1": {`id="product"`}, "/rates": {"/rates/new"}, "/rates/USD/CNY/2026-09-01/middle": {`id="rate"`}} {
			page := s.get(path)
			for _, offer := range offers {
				if strings.Contains(page, offer) {
					t.Errorf("%s: %s offers %s", name, path, offer)
				}
			}
		}
		for _, path := range []string{"/new-deal", "/correct-deal/D%2F00", "/products/new", "/rates/new"} {
			s.do(http.MethodGet, path, nil, http.StatusForbidden)
		}
		s.do(http.MethodPost, "/new-deal", newDeal(), http.StatusForbidden)
		s.do(http.MethodPost, "/correct-deal/D%2F00", newDeal(), http.StatusForbidden)
		s.do(http.MethodPost, "/products", url.Values{"key": {"Z"}, "name": {"x"}, "category": {"B"}}, http.StatusForbidden)
		s.do(http.MethodPost, "/rates", url.Values{}, http.StatusForbidden)
		s.do(http.MethodPost, "/rates/USD/CNY/2026-09-01/middle", url.Values{"rate": {"7"}}, http.StatusForbidden)
		s.do(http.MethodPost, "/products/1", url.Values{"name": {"x"}, "category": {"B"}}, http.StatusForbidden)
	}
	// An auditor of everything who writes for one region only sees every deal and may correct none that is not the region's.
	s.actor = access.Actor{UserID: "u", Session: "s", Grants: []access.Grant{{Role: access.RoleAuditor, Scope: access.ScopeAll}, {Role: access.RoleOperations, Scope: access.ScopeRegion, RegionID: 99}}}
	if page := s.get("/deals/D%2F00"); strings.Contains(page, "/correct-deal") {
		t.Error("a deal out of one's writing reach offers a correction")
	}
	s.do(http.MethodGet, "/correct-deal/D%2F00", nil, http.StatusForbidden)
	s.do(http.MethodGet, "/products/new", nil, http.StatusForbidden)
}
