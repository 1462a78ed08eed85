package sales_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// offering is the form of a quote of the first opportunity.
func offering() url.Values {
	return url.Values{"opportunity": {"1"}, "title": {"产线改造报价"}, "currency": {"CNY"}, "valid_until": {"2026-10-24"}, "terms": {"30天内交货\n质保一年"}, "note": {""},
		"lines.0.product": {"X"}, "lines.0.quantity": {"2"}, "lines.0.list": {"100,000"}, "lines.0.discount": {"4"}, "lines.0.tax": {"13"},
		"lines.3.text": {"安装调试<script>"}, "lines.3.quantity": {"1.5"}, "lines.3.unit": {"天"}, "lines.3.price": {"2000"}, "lines.3.tax": {"6"}}
}

func TestPagesOfQuotesOpenInBothLanguages(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"zh-CN", "en"} {
		s := newSite(t)
		s.actor, s.lang = seller(1), lang
		s.get("/quotes") // while there is none
		s.get("/quote-rules")
		s.post("/opportunities", opening("产线改造"), http.StatusSeeOther)
		s.get("/new-quote?opportunity=1")
		s.post("/quotes", offering(), http.StatusSeeOther)
		for _, path := range []string{"/quotes", "/quotes?state=draft&sort=amount&q=Q000001", "/quotes?q=恒越", "/quotes/1", "/quotes/1?saved=1", "/edit-quote/1", "/print-quote/1", "/print-quote/1?lang=zh-CN", "/quote-rules", "/opportunities/1", "/customers/1", "/views/new?list=quotes&query="} {
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

func TestAQuoteIsWrittenPrintedAndRefused(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.actor = seller(1)
	s.post("/opportunities", opening("产线改造"), http.StatusSeeOther)
	if at := s.post("/quotes", offering(), http.StatusSeeOther); at != "/quotes/1?saved=1" {
		t.Errorf("leads to %s", at)
	}
	page := s.get("/quotes/1")
	s.wants(page, "Q000001-1", "¥195,000.00", "4.0%", "安装调试&lt;script&gt;", "提交审批", "恒越精密", "1.5 天")
	s.lacks(page, "记为已发送", "安装调试<script>")
	s.wants(s.get("/print-quote/1"), "报价单", "不能发给客户", "质保一年", "其中税额")
	s.wants(s.get("/print-quote/1?lang=en"), "Quotation", `lang="en"`, "Tax in it", `href="/print-quote/1/pdf?lang=en"`)
	if first, again := s.get("/print-quote/1/pdf"), s.get("/print-quote/1/pdf"); !strings.HasPrefix(first, "%PDF-1.7") || first != again {
		t.Errorf("the file is no PDF, or another one the second time: %.40q", first)
	}
	if word := s.get("/print-quote/1/docx"); !strings.HasPrefix(word, "PK") {
		t.Errorf("the file is no archive: %.40q", word)
	}
	s.do(http.MethodGet, "/print-quote/1/xlsx", nil, http.StatusNotFound)
	s.wants(s.get("/opportunities/1"), "产线改造报价", `href="/quotes/1"`)
	s.wants(s.get("/customers/1"), `href="/quotes/1"`)
	s.wants(s.get("/edit-quote/1"), `value="100000.00"`, `value="4"`, `name="lines.1.text"`)
	wrong := offering()
	wrong.Set("lines.0.discount", "120")
	wrong.Set("lines.3.price", "x")
	wrong.Set("seen", "1")
	s.wants(s.post("/quotes/1", wrong, http.StatusUnprocessableEntity), "is-invalid", `value="120"`)
	late := offering()
	late.Set("seen", "1")
	late.Set("title", "第二稿")
	s.post("/quotes/1", late, http.StatusSeeOther)
	s.wants(s.post("/quotes/1", late, http.StatusConflict), "有人刚改过这张报价", "两边不同的地方", `name="seen" value="2"`)
	s.post("/quotes/1/drop", url.Values{"seen": {"2"}}, http.StatusSeeOther)
	s.wants(s.get("/quotes/1"), "已作废")
	s.wants(s.post("/quotes/1/send", url.Values{"on": {"2026-09-24"}, "to": {"王经理"}, "way": {"email"}}, http.StatusConflict), "这一步做不了")
	s.actor = seller(2)
	s.do(http.MethodGet, "/quotes/1", nil, http.StatusNotFound)
}

func TestThePriceListIsPasted(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.actor = clerk()
	form := url.Values{"limits.seller": {"5"}, "limits.lead": {"10"}, "limits.director": {"20"}, "limits.service": {"0"}, "limits.operations": {"5"}, "valid_days": {"45"}, "tax": {"13"}, "prices": {"X, many\n"}, "seen": {"0"}}
	s.wants(s.post("/quote-rules", form, http.StatusUnprocessableEntity), "第1行看不懂")
	form.Set("prices", "X\t120,000\tCNY\t2.5%\n")
	s.post("/quote-rules", form, http.StatusSeeOther)
	s.wants(s.get("/quote-rules"), "120,000", "2.5%", "45", "X, 120000.00, CNY, 2.5%")
	s.wants(s.post("/quote-rules", form, http.StatusConflict), "有人刚改过")
	s.actor = seller(1)
	s.lacks(s.get("/quote-rules"), `name="prices"`)
	s.do(http.MethodPost, "/quote-rules", form, http.StatusForbidden)
}
