package browsertest

import (
	"slices"
	"strings"
	"testing"

	"xiaoguan/internal/demo"
	"xiaoguan/internal/i18n"
)

// journey is a way through the demonstration that several people go, each in a browser of their own.
type journey struct {
	*site
	t       *testing.T
	company demo.Company
	lang    i18n.Lang
	phone   bool
	tabs    map[string]*tab
}

func newJourney(t *testing.T, lang i18n.Lang) *journey {
	t.Helper()
	needBrowser(t)
	s, company := newDemo(t)
	return &journey{site: s, t: t, company: company, lang: lang, tabs: map[string]*tab{}}
}

// as is the browser of a log-in, opened when it is first needed.
func (j *journey) as(login string) *tab {
	j.t.Helper()
	if b := j.tabs[login]; b != nil {
		return b
	}
	at := slices.IndexFunc(j.company.Logins, func(l demo.Login) bool { return l.Login == login })
	if at < 0 {
		j.t.Fatalf("the demonstration has no log-in %s", login)
	}
	b := enter(j.t, j.site, j.lang, j.company.Logins[at])
	j.fit(b)
	j.tabs[login] = b
	return b
}

// again is the browser of a log-in who has to sign in anew, since the clock was moved.
func (j *journey) again(login string) *tab {
	delete(j.tabs, login)
	return j.as(login)
}

// chief is the general manager: what holds for everybody is approved there.
func (j *journey) chief() *tab {
	j.t.Helper()
	return j.as("gm")
}

// fit gives a tab the screen of the journey.
func (j *journey) fit(b *tab) {
	if j.phone {
		b.onPhone()
		return
	}
	b.onDesk()
}

// nameOf is how somebody is called.
func (j *journey) nameOf(login string) string {
	j.t.Helper()
	at := slices.IndexFunc(j.company.Logins, func(l demo.Login) bool { return l.Login == login })
	return j.company.Logins[at].Name
}

// atDeskAndPhone goes a way twice: at a desk in Chinese, and on a phone in a language.
func atDeskAndPhone(t *testing.T, onPhone i18n.Lang, way func(j *journey)) {
	t.Helper()
	for _, one := range []struct {
		name  string
		lang  i18n.Lang
		phone bool
	}{{"desk", i18n.ZhCN, false}, {"phone", onPhone, true}} {
		t.Run(one.name, func(t *testing.T) {
			t.Parallel()
			j := newJourney(t, one.lang)
			j.phone = one.phone
			way(j)
		})
	}
}

// TestFromLeadToAfterSales goes the whole way with one customer, at a desk and on a phone: a lead is qualified and becomes an opportunity, a
// discount beyond the limit is signed by the manager and the director, the contract is signed and its money reported and confirmed, and
// after-sales helps, calls back and asks how it was. Each sees what the one before has done.
func TestFromLeadToAfterSales(t *testing.T) {
	t.Parallel()
	atDeskAndPhone(t, i18n.ZhCN, func(j *journey) {
		w := &wholeWay{journey: j, customer: "无锡云岫精工有限公司"}
		w.lead()
		w.opportunity()
		w.quote()
		w.sign()
		w.contract()
		w.money()
		w.service()
		w.visit()
		w.survey()
	})
}

// wholeWay knows where the things are that were made on the way.
type wholeWay struct {
	*journey
	customer, customerKey                 string
	opportunityPage, quotePage, agreement string
	caseID                                string
}

// lead enters who asked, talks to them, and finds the need real.
func (w *wholeWay) lead() {
	w.t.Helper()
	b := w.as("regular")
	b.open("/leads", 200)
	b.follow(b.T("lead.new"))
	b.write("lead", "company", w.customer)
	b.write("lead", "name", "顾南星")
	b.write("lead", "phone", "13912345678")
	b.pick("lead", "source", "website")
	b.write("lead", "note", "二期产线要换控制器，年底前定")
	b.show("way-01-new-lead")
	b.send("lead", 200)
	b.mustShow(w.customer, w.nameOf("regular"), "二期产线要换控制器")
	b.choose("follow-up", "kind", "call")
	b.choose("follow-up", "next", "3")
	b.write("follow-up", "text", "电话里讲清楚了：三条线，九月停产检修时装")
	b.send("follow-up", 200)
	b.mustShow("三条线，九月停产检修时装")
	b.follow(b.T("lead.qualify"))
	b.show("way-02-lead-qualified")
}

// opportunity makes a customer and an opportunity of the lead.
func (w *wholeWay) opportunity() {
	w.t.Helper()
	b := w.as("regular")
	b.follow(b.T("lead.convert"))
	b.write("convert", "opportunity", "二期产线控制器改造")
	b.write("convert", "amount", "188,000")
	b.show("way-03-convert")
	b.send("convert", 200)
	b.mustShow("二期产线控制器改造", w.customer, "188,000.00")
	w.opportunityPage = b.path()
	b.choose("follow-up", "kind", "visit")
	b.write("follow-up", "text", "上门看了三条线，要八套控制器")
	b.send("follow-up", 200)
	b.mustShow("要八套控制器")
	b.show("way-04-opportunity")
	b.open("/today", 200)
	b.mustShow("二期产线控制器改造") // the next contact is arranged
	b.show("way-05-today")
}

// quote offers more off than a seller may give, and asks for it to be signed.
func (w *wholeWay) quote() {
	w.t.Helper()
	b := w.as("regular")
	b.open(w.opportunityPage, 200)
	b.follow(b.T("quote.new"))
	b.write("quote", "lines.0.text", "控制器 K8")
	b.write("quote", "lines.0.quantity", "8")
	b.write("quote", "lines.0.unit", "套")
	b.write("quote", "lines.0.list", "25,000")
	b.write("quote", "lines.0.discount", "12")
	b.show("way-06-new-quote")
	b.send("quote", 200)
	w.quotePage = b.path()
	b.mustShow("176,000.00", b.T("quote.beyond"), "12.0%")
	b.follow(b.T("quote.submit"))
	b.mustShow(b.T("quote.waits"))
	b.show("way-07-quote-waits")
}

// sign: the manager finds it among what waits and signs, then the director of the region.
func (w *wholeWay) sign() {
	w.t.Helper()
	for i, login := range []string{"lead", "director"} {
		b := w.as(login)
		b.open("/approvals", 200)
		b.mustShow("二期产线控制器改造", w.nameOf("regular"))
		b.open(w.quotePage, 200)
		b.mustShow(b.T("quote.beyond"), "12.0%", "176,000.00", w.nameOf("regular"))
		b.write("approve-form", "note", []string{"老线配套，同意", "同意，下不为例"}[i])
		b.mustNotShow(b.T("quote.withdraw")) // that is the seller's
		b.show("way-08-to-sign-" + login)
		b.follow(b.T("commerce.approve"))
	}
	b := w.as("regular")
	b.open(w.quotePage, 200)
	b.mustShow(b.T("quote.state.approved"), "老线配套，同意", "同意，下不为例", w.nameOf("lead"), w.nameOf("director"))
	b.write("send-form", "to", "顾南星")
	b.send("send-form", 200)
	b.mustShow(b.T("quote.state.sent"))
	b.choose("answer-form", "answer", "accepted")
	b.send("answer-form", 200)
	b.mustShow(b.T("quote.state.accepted"))
	b.show("way-09-quote-accepted")
}

// contract makes one of the quote, the manager signs it off, it is signed by the customer, and operations record its deal.
func (w *wholeWay) contract() {
	w.t.Helper()
	b := w.as("regular")
	b.follow(b.T("contract.from_quote"))
	b.write("contract", "number", "HT-YX-001")
	b.show("way-10-new-contract")
	b.send("contract", 200)
	w.agreement = b.path()
	b.mustShow("176,000.00", w.customer)
	b.follow(b.T("quote.submit"))
	lead := w.as("lead")
	lead.open("/approvals", 200)
	lead.mustShow("HT-YX-001")
	lead.open(w.agreement, 200)
	lead.follow(lead.T("commerce.approve"))
	b.open(w.agreement, 200)
	b.mustShow(b.T("contract.state.approved"))
	b.send("sign-form", 200)
	b.mustShow(b.T("contract.state.signed"), b.T("contract.no_deal"))
	b.show("way-11-contract-signed")
	operations := w.as("operations")
	operations.open(w.agreement, 200)
	product, err := tell[string](operations, `() => document.querySelector('datalist#some-products option').value`)
	if err != nil {
		w.t.Fatal(err)
	}
	operations.write("record-form", "product", product)
	operations.send("record-form", 200)
	operations.mustShow("HT-YX-001")
	operations.mustNotShow(operations.T("contract.no_deal"))
	b.open(w.opportunityPage, 200)
	b.mustShow(b.T("opportunity.state.won"), "HT-YX-001")
	b.show("way-12-won")
}

// money plans the payments, reports the first one, and finance confirms it.
func (w *wholeWay) money() {
	w.t.Helper()
	b := w.as("regular")
	b.open(w.agreement, 200)
	b.follow(b.T("contract.make_plan"))
	b.show("way-13-plan")
	b.send("plan", 200)
	b.mustShow("52,800.00") // 30 % of 176,000
	b.write("report-form", "amount", "52,800")
	b.show("way-14-report")
	b.send("report-form", 200)
	b.mustShow(b.T("collection.state.reported"))
	finance := w.as("finance")
	finance.open("/tasks", 200)
	finance.follow(finance.T("task.kind.confirm_collections"))
	finance.leave("the report", `main tbody tr:has(a[href="`+w.agreement+`"]) a[href^="/collections/"]`)
	finance.mustShow(w.customer, "52,800.00", w.nameOf("regular"))
	finance.write("confirm-form", "key", "SK-YX-001")
	finance.show("way-15-confirm")
	finance.send("confirm-form", 200)
	finance.mustShow(finance.T("collection.state.confirmed"), "SK-YX-001")
	b.open(w.agreement, 200)
	b.mustShow(b.T("collection.state.confirmed"), "52,800.00")
	b.show("way-16-collected")
	b.open("/payments", 200)
	b.mustShow("SK-YX-001")
}

// service helps the customer when something breaks.
func (w *wholeWay) service() {
	w.t.Helper()
	seller := w.as("regular")
	seller.open(w.opportunityPage, 200)
	key, err := tell[string](seller, `() => document.querySelector('main a[href^="/customers/"]').getAttribute('href')`)
	if err != nil {
		w.t.Fatal(err)
	}
	seller.open(key, 200)
	seller.mustShow(w.customer, "顾南星")
	seller.show("way-17-customer")
	for line := range strings.Lines(seller.here()) {
		if word := strings.TrimSpace(line); w.customerKey == "" && strings.HasPrefix(word, "K0") {
			w.customerKey = word
		}
	}
	b := w.as("service")
	b.open("/new-case", 200)
	b.write("case", "customer", w.customerKey)
	b.write("case", "title", "三号线控制器报 E07")
	b.choose("case", "kind", "repair")
	b.choose("case", "severity", "high")
	b.show("way-18-new-case")
	b.send("case", 200)
	w.caseID = b.lastOf()
	seller.open("/cases/"+w.caseID, 200)
	seller.mustShow("三号线控制器报 E07", w.nameOf("service"))
	b.write("say", "text", "现场电压偏低，@"+w.nameOf("regular")+" 明天上门换电源板")
	b.send("say", 200)
	seller.open("/notices", 200)
	seller.mustShow("三号线控制器报 E07")
	b.open("/cases/"+w.caseID, 200)
	b.write("solve", "solution", "换了电源板，复测正常")
	b.follow(b.T("service.to.solved"))
	b.mustShow("换了电源板，复测正常")
	b.show("way-19-solved")
}

// visit calls them back.
func (w *wholeWay) visit() {
	w.t.Helper()
	b := w.as("service")
	b.open("/visits", 200)
	b.write("arrange-visit", "customer", w.customerKey)
	b.send("arrange-visit", 200)
	b.mustShow(w.customer)
	b.choose("visit", "outcome", "reached")
	b.choose("visit", "score", "5")
	b.show("way-20-visit")
	visit := b.path()
	b.send("visit", 200)
	b.open(visit, 200)
	b.mustShow(w.customer, "5/5")
}

// survey is answered by the customer, who has no log-in.
func (w *wholeWay) survey() {
	w.t.Helper()
	b := w.as("service")
	b.open("/invite-survey?case="+w.caseID, 200)
	asked, err := tell[string](b, `() => document.querySelector('main select[name=survey]').value`)
	if err != nil {
		w.t.Fatal(err)
	}
	b.follow(b.T("survey.make_link"))
	link, err := tell[string](b, `() => { const u = new URL(document.querySelector('#f-link').value); return u.pathname + u.search; }`)
	if err != nil {
		w.t.Fatal(err)
	}
	c := newTab(w.t, w.site, w.lang, "customer")
	w.fit(c)
	c.open(link, 200)
	c.mustShow(demo.CompanyName)
	c.mustNotShow(w.nameOf("service"), w.nameOf("regular"))
	form, err := tell[string](c, `() => document.querySelector('main form').id`)
	if err != nil {
		w.t.Fatal(err)
	}
	c.choose(form, "score", "5")
	c.write(form, "comment", "来得快，修得好")
	c.show("way-21-feedback")
	c.press(c.T("survey.send"))
	c.mustShow(c.T("survey.thanks"))
	b.open("/surveys/"+asked, 200)
	b.mustShow("来得快，修得好")
	b.show("way-22-answers")
	if strings.Contains(c.text(), w.nameOf("service")) {
		w.t.Error("the customer is told who asked")
	}
}
