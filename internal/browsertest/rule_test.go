package browsertest

import (
	"strings"
	"testing"

	"xiaoguan/internal/i18n"
	"xiaoguan/internal/sop"
	"xiaoguan/internal/standard"
)

// What operations write into the standard that ships: that a move is a step, and that a need comes before the stage of proposals.
const (
	afterContacted = "      - {id: contacted, name: {zh: 跟进客户, en: follow-up}}\n"
	stageEntered   = "      - {id: stage_entered, name: {zh: 进入阶段, en: stage entered}, form: [{id: stage, name: {zh: 阶段, en: stage}, type: choice, values: [development, needs, proposal, contract, after_sales]}]}\n"
	beforeNeed     = "  - {id: need_before_proposal,"
	needFirst      = "  - {id: need_first, name: {zh: 先记需求再进方案, en: Needs before the stage of proposals}, stage: needs, rule: precedence, of: need_recorded, with: stage_entered, complete: [required], when: [{field: stage, equals: proposal}], level: block}\n"
)

// TestARuleIsDraftedTriedApprovedAndBlocks: operations write a rule, try it on the last year's cases and submit it; a director approves. A seller
// is stopped by it, told why and how to go on; one case goes on with the need recorded, another by an exemption.
func TestARuleIsDraftedTriedApprovedAndBlocks(t *testing.T) {
	t.Parallel()
	j := newJourney(t, i18n.ZhCN)
	r := &ruleWay{journey: j}
	r.draft()
	r.approve()
	r.blocked("包装线称重改造")
	r.record()
	page := r.blocked("老线续购传感器")
	r.exempt(page)
	r.offer(page)
}

type ruleWay struct {
	*journey
	version string
}

func (r *ruleWay) draft() {
	r.t.Helper()
	b := r.as("operations")
	b.open("/standards", 200)
	b.follow(b.T("standard.new"))
	text := b.held("draft", "text")
	changed := strings.Replace(strings.Replace(text, afterContacted, afterContacted+stageEntered, 1), beforeNeed, needFirst+beforeNeed, 1)
	if strings.Count(changed, "stage_entered") != 2 {
		r.t.Fatalf("the standard that ships has other lines:\n%s", text)
	}
	b.write("draft", "text", strings.Replace(changed, "with: stage_entered", "with: stage_entred", 1))
	b.pick("draft", "effective_on", "2026-10-08")
	b.write("draft", "note", "没弄清需求就做方案，返工太多")
	b.press(b.T("standard.save")) // a slip of the pen is found, and nothing is lost
	b.wantStatus(422)
	b.mustShow("stage_entred")
	b.show("rule-01-slip")
	if held := b.held("draft", "text"); !strings.Contains(held, "stage_entred") {
		r.t.Error("what was typed is lost")
	}
	b.write("draft", "text", changed)
	b.follow(b.T("standard.save"))
	r.version = b.path()
	b.mustShow("先记需求再进方案")
	b.open(r.version+"/trial", 200)
	b.mustShow("先记需求再进方案")
	b.show("rule-02-dry-run")
	b.open(r.version, 200)
	b.send("submit", 200)
}

func (r *ruleWay) approve() {
	r.t.Helper()
	b := r.chief()
	b.open("/tasks", 200)
	b.open(r.version, 200)
	b.mustShow("没弄清需求就做方案，返工太多", r.nameOf("operations"))
	b.show("rule-03-to-approve")
	b.send("approve", 200)
	b.open("/standards", 200)
	b.mustShow(b.T("standard.in_force"))
}

// blocked begins an opportunity and moves it to the stage of proposals, in vain; it returns its page.
func (r *ruleWay) blocked(name string) string {
	r.t.Helper()
	b := r.as("regular")
	b.open("/new-opportunity", 200)
	customer, err := tell[string](b, `() => document.querySelector('datalist#some-customers option').value`)
	if err != nil {
		r.t.Fatal(err)
	}
	b.write("opportunity", "customer", customer)
	b.write("opportunity", "name", name)
	b.send("opportunity", 200)
	page := b.path()
	b.press("移到方案制定")
	b.wantStatus(409)
	b.mustShow(b.T("opportunity.not_moved"), "先记需求再进方案", "去补", b.T("standard.exempt_ask"))
	b.show("rule-04-blocked")
	return page
}

// record fills in what the rule misses, by the way that the refusal shows.
func (r *ruleWay) record() {
	r.t.Helper()
	b := r.as("regular")
	r.need(b, "rule-05-record")
	b.follow("移到方案制定")
	b.mustNotShow(b.T("opportunity.not_moved"))
	b.mustShow("先记需求再进方案") // among what is met
	b.show("rule-06-moved")
}

// need follows the way out of a refusal and fills in the need.
func (r *ruleWay) need(b *tab, picture string) {
	r.t.Helper()
	b.follow("去补")
	b.write("step-form", "f_budget", "300,000")
	b.write("step-form", "f_decision_maker", "工厂厂长")
	b.pick("step-form", "f_decision_date", "2026-11-30")
	b.show(picture)
	b.send("step-form", 200)
}

// offer submits a quote of the opportunity that was exempt from one rule: another one of the standard that ships stands before proposals.
func (r *ruleWay) offer(page string) {
	r.t.Helper()
	b := r.as("regular")
	b.open(page, 200)
	b.follow(b.T("quote.new"))
	b.write("quote", "lines.0.text", "传感器 S2")
	b.write("quote", "lines.0.quantity", "20")
	b.write("quote", "lines.0.list", "1,200")
	b.send("quote", 200)
	quote := b.path()
	b.press(b.T("quote.submit"))
	b.wantStatus(409)
	b.mustShow(b.T("quote.not_done"), "先记需求再出方案", b.T("standard.exempt_ask"))
	b.show("rule-09-quote-blocked")
	r.need(b, "rule-10-need")
	b.open(quote, 200)
	b.follow(b.T("quote.submit"))
	b.mustShow(b.T("quote.waits"))
	b.show("rule-11-quote-waits")
}

// exempt frees the other from the rule: the manager tries, is stopped as well, and may exempt it.
func (r *ruleWay) exempt(page string) {
	r.t.Helper()
	lead := r.as("lead")
	lead.open(page, 200)
	lead.press("移到方案制定")
	lead.wantStatus(409)
	lead.follow("豁免：「先记需求再进方案」")
	lead.write("exempt-form", "reason", "老客户续单，需求没变")
	lead.show("rule-07-exempt")
	lead.send("exempt-form", 200)
	lead.mustShow("老客户续单，需求没变")
	b := r.as("regular")
	b.open(page, 200)
	b.mustShow("老客户续单，需求没变")
	b.follow("移到方案制定")
	b.mustNotShow(b.T("opportunity.not_moved"))
	b.show("rule-08-exempted")
}

// TestTheHandbookIsReadAndTheBoardShowsIt: a seller reads the handbook and answers its quiz; the manager's board says so.
func TestTheHandbookIsReadAndTheBoardShowsIt(t *testing.T) {
	t.Parallel()
	j := newJourney(t, i18n.ZhCN)
	document, err := sop.Decode("", []byte(standard.Shipped().Text))
	if err != nil {
		t.Fatal(err)
	}
	lead, seller := j.as("lead"), j.as("regular")
	row := func() string {
		lead.open("/handbook/board", 200)
		text, err := tell[string](lead, `name => [...document.querySelectorAll('main tbody tr')].find(r => r.innerText.includes(name))?.innerText || ''`, j.nameOf("regular"))
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(strings.Fields(text), " ")
	}
	if before := row(); !strings.Contains(before, lead.T("standard.unread")) {
		t.Errorf("the board says %q before", before)
	}
	seller.open("/handbook", 200)
	seller.mustShow("1 客户开发", "先记需求再出方案")
	seller.show("handbook-01")
	quiz := standard.QuizOf(document)
	for i, question := range quiz {
		answer := question.Right()
		if i == 0 { // one is not known
			answer = another(question)
		}
		seller.choose("quiz-form", question.Rule.ID, answer)
	}
	seller.send("quiz-form", 200)
	seller.mustShow("8题答对7题")
	seller.show("handbook-02-confirmed")
	if after := row(); strings.Contains(after, lead.T("standard.unread")) || !strings.Contains(after, "7 / 8") {
		t.Errorf("the board says %q", after)
	}
	lead.show("handbook-03-board")
}

// another is a wrong answer.
func another(q standard.QuizQuestion) string {
	for _, o := range q.Options {
		if o.Key != q.Right() {
			return o.Key
		}
	}
	return ""
}
