package browsertest

import (
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/contact"
	"xiaoguan/internal/contract"
	"xiaoguan/internal/customer"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/demo"
	"xiaoguan/internal/followup"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/lead"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/org"
	"xiaoguan/internal/quote"
	"xiaoguan/internal/servicecase"
	"xiaoguan/internal/survey"
)

// TestTwoPeopleChangeOneOpportunity: the slower one loses nothing and overwrites nothing; both values are set side by side.
func TestTwoPeopleChangeOneOpportunity(t *testing.T) {
	t.Parallel()
	j := newJourney(t, i18n.ZhCN)
	fast, slow := j.as("regular"), j.as("lead")
	fast.open("/pipeline", 200)
	page := fast.linkIn(`.kcard a[href^="/opportunities/"]`)
	form := "/edit-opportunity/" + page[len("/opportunities/"):]
	fast.open(form, 200)
	slow.open(form, 200)
	fast.write("opportunity", "name", "三号车间温控改造")
	fast.write("opportunity", "amount", "260,000")
	fast.send("opportunity", 200)
	fast.mustShow("三号车间温控改造", "260,000.00")

	slow.write("opportunity", "name", "三号车间温控与除湿")
	slow.send("opportunity", 409)
	slow.mustShow("三号车间温控改造", "260,000.00", j.nameOf("regular"))
	if held := slow.held("opportunity", "name"); held != "三号车间温控与除湿" {
		t.Errorf("what was typed became %q", held)
	}
	slow.show("bad-01-side-by-side")
	fast.open(page, 200)
	fast.mustShow("三号车间温控改造")
	fast.mustNotShow("三号车间温控与除湿")

	slow.write("opportunity", "amount", "260,000") // takes over what the other wrote, and keeps the own name
	slow.send("opportunity", 200)
	slow.mustShow("三号车间温控与除湿", "260,000.00")
	fast.open(page, 200)
	fast.mustShow("三号车间温控与除湿", "260,000.00", "三号车间温控改造") // in the history
	fast.show("bad-02-history")
}

// TestFilesThatLieOrAreTooLargeAreRefused: nothing is kept, and the page says which file and why.
func TestFilesThatLieOrAreTooLargeAreRefused(t *testing.T) {
	t.Parallel()
	j := newJourney(t, i18n.ZhCN)
	b := j.as("regular")
	b.open("/pipeline", 200)
	page := "/files" + strings.Replace(b.linkIn(`.kcard a[href^="/opportunities/"]`), "/opportunities/", "/opportunity/", 1)
	folder := t.TempDir()
	for _, one := range []struct{ name, content, says string }{
		{"现场照片.png", "<script>alert(1)</script>", "内容和文件类型不一致"},
		{"合同扫描件.pdf", "PK\x03\x04" + strings.Repeat("x", 200), "内容和文件类型不一致"},
		{"安装包.exe", "MZ" + strings.Repeat("\x00", 200), "类型不能加"},
		{"现场录音.txt", strings.Repeat("一二三四五六七八九十", 1<<18), "文件超过 5 MB"},
		{"空的.txt", "", "是空的"},
	} {
		path := filepath.Join(folder, one.name)
		if err := os.WriteFile(path, []byte(one.content), 0o600); err != nil {
			t.Fatal(err)
		}
		b.open(page, 200)
		b.upload(b.T("files.choose"), []string{path})
		b.leave("adding "+one.name, "form#add-file button[type=submit]")
		b.wantStatus(http.StatusUnprocessableEntity)
		b.mustShow(one.says)
		b.show("bad-03-file-" + strings.TrimSuffix(one.name, filepath.Ext(one.name)))
		b.open(page, 200)
		b.mustNotShow(one.name)
	}
}

// evil is what somebody types who wants a script to run in a colleague's browser; the mark says which field it stood in.
func evil(mark string) string {
	return mark + `"'><img src=x onerror="window.walkEvil=1"><script>window.walkEvil=1</script>`
}

// TestWhatIsTypedIsNeverRun fills every text of the objects that people work on with scripts and visits all pages that show them, as those who
// see them: nothing of it may be more than text.
func TestWhatIsTypedIsNeverRun(t *testing.T) {
	t.Parallel()
	needBrowser(t)
	s, company := newDemo(t)
	made := plant(t, s, company)
	for _, login := range company.Logins {
		t.Run(login.Login, func(t *testing.T) {
			t.Parallel()
			c := &crawl{visitor: newVisitor(t, s, i18n.ZhCN, login), login: login, atlas: &atlas{asked: map[string]bool{}, pages: map[string][]sight{}}, met: map[string]bool{}}
			shown := 0
			for _, path := range made.paths {
				got := c.get(path)
				if got.status == http.StatusNotFound || got.status == http.StatusForbidden {
					continue
				}
				if got.status != http.StatusOK || !got.isPage() {
					t.Errorf("%s: %d %s", path, got.status, got.kind)
					continue
				}
				root, err := got.page()
				if err != nil {
					t.Fatal(err)
				}
				for _, fault := range ran(root) {
					t.Errorf("%s: %s", path, fault)
				}
				if strings.Contains(words(root), "onerror=") {
					shown++
				}
			}
			t.Logf("%d of %d pages show it", shown, len(made.paths))
			if login.Login == "regular" && shown < 25 {
				t.Errorf("only %d pages show what was typed", shown)
			}
		})
	}
	b := enter(t, s, i18n.ZhCN, loginOf(t, company, "regular"))
	for _, path := range []string{made.opportunity, made.customer, "/pipeline", "/leads", "/today", "/quotes"} {
		b.open(path, 200)
		if ran, err := tell[bool](b, `() => window.walkEvil === 1`); err != nil || ran {
			t.Errorf("%s: a script ran: %v, %v", path, ran, err)
		}
	}
}

// ran names what of the typed became more than text.
func ran(root *html.Node) (faults []string) {
	for node := range root.Descendants() {
		if node.Type != html.ElementNode {
			continue
		}
		for _, a := range node.Attr {
			if strings.HasPrefix(a.Key, "on") {
				faults = append(faults, "an attribute that runs: "+outer(node))
			}
		}
		if src, _ := attribute(node, "src"); node.DataAtom == atom.Img && src == "x" {
			faults = append(faults, "a picture that was typed: "+outer(node))
		}
		if kind, _ := attribute(node, "type"); node.DataAtom == atom.Script && kind != "application/json" && strings.Contains(words(node), "walkEvil") {
			faults = append(faults, "a script that was typed: "+outer(node))
		}
	}
	return faults
}

func loginOf(t *testing.T, company demo.Company, login string) demo.Login {
	t.Helper()
	for _, l := range company.Logins {
		if l.Login == login {
			return l
		}
	}
	t.Fatalf("no log-in %s", login)
	return demo.Login{}
}

// planted is where scripts were typed.
type planted struct {
	paths                 []string
	opportunity, customer string
}

// planter fills in texts.
type planter struct {
	t               *testing.T
	s               *site
	seller, service access.Actor
	planted
}

// plant writes a script into every text of a lead, a customer, a contact, an opportunity, follow-ups, a task, a quote, a contract, a case with a
// mention, and a survey's answer.
func plant(t *testing.T, s *site, company demo.Company) planted {
	t.Helper()
	p := &planter{t: t, s: s, seller: s.actor("regular", demo.Password), service: s.actor("service", demo.Password)}
	p.lead()
	p.sale()
	p.after()
	p.paths = append(p.paths, "/leads", "/leads?q=lead", "/pipeline", "/opportunities", "/customers?q=customer", "/quotes", "/contracts", "/cases", "/case-board", "/today", "/notices", "/tasks", "/surveys/1", "/my-customers", "/pool", "/tiers/customers?q=customer", "/flow/cases", "/audit",
		"/approvals", "/collections", "/instalments", "/compliance/cases", "/visits", "/tiers/files")
	return p.planted
}

func (p *planter) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

// keyOf is the number of the person of a log-in.
func (p *planter) keyOf(actor access.Actor) string {
	p.t.Helper()
	d, err := p.s.app.People.Person(p.t.Context(), p.s.actor("operations", demo.Password), actor.PersonID, org.Now())
	p.must(err)
	return d.Key
}

// at remembers a page.
func (p *planter) at(path string, id int64) string {
	path = strings.Replace(path, "*", strconv.FormatInt(id, 10), 1)
	p.paths = append(p.paths, path)
	return path
}

func (p *planter) lead() {
	ctx := p.t.Context()
	l, err := p.s.app.Leads.Save(ctx, p.seller, lead.Entry{Company: evil("lead company"), Name: evil("lead name"), Title: evil("lead title"), WeChat: evil("wx"), City: evil("lead city"), Industry: evil("lead industry"), Campaign: evil("lead campaign"), Note: evil("lead note")})
	p.must(err)
	_, err = p.s.app.Leads.Record(ctx, p.seller, lead.Contacted{LeadID: l.ID, Kind: followup.KindCall, Text: evil("lead follow-up"), NextOn: calendar.NoDate})
	p.must(err)
	p.at("/leads/*", l.ID)
	p.at("/edit-lead/*", l.ID)
	p.at("/convert-lead/*", l.ID)
	p.at("/drop-lead/*", l.ID)
}

func (p *planter) sale() {
	ctx, app := p.t.Context(), p.s.app
	operations := p.s.actor("operations", demo.Password)
	_, _, err := app.Customers.Save(ctx, operations, customer.Entry{Key: "EVIL", Name: evil("customer name"), Industry: evil("customer industry"), City: evil("customer city")})
	p.must(err)
	o, err := app.Opportunities.Save(ctx, operations, opportunity.Entry{Name: evil("opportunity name"), Customer: "EVIL", Owner: p.keyOf(p.seller), Note: evil("opportunity note"), ExpectedOn: calendar.DateOf(morning) + 20, AmountMinor: 100_000_00, Currency: "CNY"})
	p.must(err)
	p.opportunity = p.at("/opportunities/*", o.ID)
	p.at("/edit-opportunity/*", o.ID)
	p.at("/win-opportunity/*", o.ID)
	p.at("/lose-opportunity/*", o.ID)
	p.customer = p.at("/customers/*", o.CustomerID)
	p.at("/holdings/*", o.CustomerID)
	_, err = app.Contacts.Save(ctx, p.seller, contact.Entry{CustomerID: o.CustomerID, Name: evil("contact name"), Title: evil("contact title"), WeChat: evil("wx"), Note: evil("contact note")})
	p.must(err)
	_, err = app.FollowUps.Record(ctx, p.seller, followup.Entry{OpportunityID: o.ID, Kind: followup.KindVisit, Text: evil("follow-up text"), NextOn: calendar.DateOf(morning)})
	p.must(err)
	_, err = app.FollowUps.AddTask(ctx, p.seller, followup.TaskEntry{Title: evil("task title"), OpportunityID: o.ID, DueOn: calendar.DateOf(morning)})
	p.must(err)
	lines := []quote.EntryLine{{Text: evil("line text"), Quantity: decimal.FromInt(2, 0), Unit: evil("u"), ListMinor: 50_000_00, PriceMinor: quote.NoPrice}}
	q, err := app.Quotes.Save(ctx, p.seller, quote.Entry{OpportunityID: o.ID, Title: evil("quote title"), Currency: "CNY", Lines: lines, ValidUntil: calendar.DateOf(morning) + 30, Terms: evil("quote terms"), Note: evil("quote note")})
	p.must(err)
	p.at("/quotes/*", q.ID)
	p.at("/edit-quote/*", q.ID)
	p.at("/print-quote/*", q.ID)
	waits, err := app.Quotes.Save(ctx, p.seller, quote.Entry{OpportunityID: o.ID, Title: evil("second title"), Currency: "CNY", Lines: lines, ValidUntil: calendar.DateOf(morning) + 30})
	p.must(err)
	_, err = app.Quotes.Submit(ctx, p.seller, waits.ID, 0)
	p.must(err)
	p.at("/quotes/*", waits.ID)
	c, err := app.Contracts.Save(ctx, p.seller, contract.Entry{Number: "EVIL-1", OpportunityID: o.ID, Title: evil("contract title"), Currency: "CNY", Lines: lines, OurParty: evil("our party"), TheirParty: evil("their party"), StartsOn: calendar.NoDate, EndsOn: calendar.NoDate, Note: evil("contract note")})
	p.must(err)
	p.at("/contracts/*", c.ID)
	p.at("/edit-contract/*", c.ID)
}

func (p *planter) after() {
	ctx, app := p.t.Context(), p.s.app
	c, err := app.Cases.Open(ctx, p.service, servicecase.Entry{Title: evil("case title"), Kind: servicecase.KindRepair, Severity: servicecase.SeverityHigh, Text: evil("case text"), Customer: "EVIL"})
	p.must(err)
	_, err = app.Cases.Comment(ctx, p.service, servicecase.Remark{CaseID: c.ID, Text: "@" + p.seller.Name + " " + evil("comment text")})
	p.must(err)
	p.at("/cases/*", c.ID)
	p.at("/edit-case/*", c.ID)
	link, err := app.Surveys.Invite(ctx, p.service, survey.Invite{SurveyID: 1, CaseID: c.ID})
	p.must(err)
	p.must(app.Surveys.Answer(ctx, link.Token, survey.Reply{Score: 1, Comment: evil("survey comment"), Lang: "zh-CN", Client: "127.0.0.1"}))
}
