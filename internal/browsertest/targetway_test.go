package browsertest

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/target"
	"xiaoguan/internal/targetplan"
)

// TestATargetFromSplitToAdjustment goes through a year's targets, at a desk in Chinese and on a phone in English: operations split the company's target, a seller
// objects with what the number rests on, operations answer, the general manager signs, operations publish, the seller accepts the letter. The manager holds the
// week's review, then the quarter's, whose proposal becomes a change that the director signs; the months before it stay as they are.
func TestATargetFromSplitToAdjustment(t *testing.T) {
	t.Parallel()
	atDeskAndPhone(t, i18n.En, func(j *journey) {
		w := &targetWay{journey: j, year: calendar.Fiscal{}.YearOf(month)}
		w.operations = w.actor("operations", j.company.Logins[0].Password)
		w.split()
		w.object()
		w.answer()
		w.sign()
		w.publish()
		w.accept()
		w.week()
		w.quarter()
		w.adjust()
		w.changed()
		w.handOver()
	})
}

// targetWay knows where the things are that were made on the way.
type targetWay struct {
	*journey
	operations   access.Actor
	year         int
	plan, person int64                    // the person is the seller's
	page, mine   string                   // of the plan, and of the seller's number
	wanted       int64                    // what the seller asks for
	meeting      string                   // the quarter's
	proposed     int64                    // what it asks for from the next open month on
	before       [12]int64                // the seller's months when the plan was published
	closed       map[calendar.Month]int64 // quotas of months that are over
}

// stands is the seller's number as operations see it.
func (w *targetWay) stands() targetplan.PersonShown {
	w.t.Helper()
	v, err := w.app.TargetPlans.Person(w.t.Context(), w.operations, w.plan, w.person)
	if err != nil {
		w.t.Fatal(err)
	}
	return v
}

// quota is what the plans of pay read for the seller's month.
func (w *targetWay) quota(m calendar.Month) int64 {
	w.t.Helper()
	versions, err := w.app.Targets.History(w.t.Context(), w.operations, w.person, m, target.OfCollected)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, v := range versions {
		if v.Mark.Current() {
			return v.Quota.AmountMinor
		}
	}
	w.t.Fatalf("%s has no quota of %s", w.nameOf("regular"), m)
	return 0
}

func yuan(minor int64) string { return money.Format(minor, money.CNY) }

// amount is how pages write an amount.
func (w *targetWay) amount(minor int64) string { return w.as("operations").p.Amount(minor, money.CNY) }

// split gathers what the targets of the year rest on, and splits them.
func (w *targetWay) split() {
	w.t.Helper()
	b := w.as("operations")
	b.open("/targets", 200)
	b.pick("plan", "fiscal_year", strconv.Itoa(w.year))
	b.write("plan", "name", "下半年重排")
	b.write("plan", "year", "260,000,000")
	b.show("target-01-new")
	b.send("plan", 200)
	id, err := strconv.ParseInt(b.lastOf(), 10, 64)
	if err != nil {
		w.t.Fatal(err)
	}
	w.plan, w.page = id, b.path()
	b.wait(b.T("targetplan.next"))
	b.mustShow("下半年重排", b.T("targetplan.state.draft"), "260,000,000")
	b.show("target-02-split")
	b.follow(b.T("targetplan.open"))
	b.mustShow(b.T("targetplan.state.discussion"))
	w.person = w.personID(w.nameOf("regular"))
	w.mine = fmt.Sprintf("%s/people/%d", w.page, w.person)
	w.closed = map[calendar.Month]int64{}
	for m := calendar.NewMonth(w.year, 1); m <= month; m++ {
		w.closed[m] = w.quota(m)
	}
}

// object: the seller finds the own number with its reasons, and objects to it.
func (w *targetWay) object() {
	w.t.Helper()
	given := w.stands().Row.Minor
	w.wanted = given / 10 * 9 / 1000_00 * 1000_00
	b := w.as("regular")
	b.open("/notices", 200)
	b.open("/targets", 200)
	b.follow("下半年重排")
	b.open(w.page+"/mine", 200)
	if b.path() != w.mine {
		w.t.Fatalf("the own number is at %s", b.path())
	}
	b.mustShow(w.amount(given), b.T("targetplan.why"), b.T("targetplan.history"))
	if text, err := tell[string](b, `() => { const minor = e => Number(e.innerText.replace('−', '-').replace(/[^\d-]/g, '')), all = [...document.querySelectorAll('#terms tr')].filter(r => r.cells.length === 2 && r.cells[1].tagName === 'TD').map(r => minor(r.cells[1])), whole = all.pop(); return all.length > 1 && all.reduce((a, b) => a + b) === whole ? '' : all.join(' + ') + ' = ' + whole; }`); err != nil || text != "" {
		w.t.Errorf("the terms do not add up: %s %v", text, err)
	}
	b.show("target-03-own-number")
	b.write("object", "wanted", yuan(w.wanted))
	b.write("object", "reason", "上半年的大单是一次性的，常规客户没有这么多")
	b.send("object", 200)
	b.mustShow("上半年的大单是一次性的", b.T("targetplan.objection.open"), w.amount(w.wanted))
	b.show("target-04-objected")
	b.open(fmt.Sprintf("%s/people/%d", w.page, w.personID(w.nameOf("core"))), 404) // a colleague's number is nobody's to see
}

// answer: a plan with open objections cannot be submitted; operations see what the number rested on, and set it.
func (w *targetWay) answer() {
	w.t.Helper()
	b := w.as("operations")
	b.open(w.page, 200)
	b.send("submit-plan", 409)
	b.mustShow(b.T("targetplan.objections_wait", "Count", 1))
	b.open(w.page, 200)
	b.leave("the objection", `main a[href$="#objections"]`)
	b.mustShow("上半年的大单是一次性的", w.nameOf("regular"))
	b.write("answer", "answer", "一次性大单剔除后重算")
	b.show("target-05-answer")
	b.follow(b.T("targetplan.accept_it"))
	b.mustShow(b.T("targetplan.objection.accepted"), "一次性大单剔除后重算", w.amount(w.wanted))
	if got := w.stands().Row.Minor; got != w.wanted {
		w.t.Errorf("the number is %s after %s was accepted", yuan(got), yuan(w.wanted))
	}
}

// sign: operations submit, the general manager finds it among what waits, sees what is signed, and signs.
func (w *targetWay) sign() {
	w.t.Helper()
	b := w.as("operations")
	b.open(w.page, 200)
	b.write("submit-plan", "note", "异议已处理，请批")
	b.send("submit-plan", 200)
	b.mustShow(b.T("targetplan.state.waiting"))
	b.mustNotShow(b.T("targetplan.publish_consequence"))
	chief := w.chief()
	chief.open("/approvals", 200)
	chief.follow("下半年重排")
	chief.mustShow("260,000,000.00", "异议已处理，请批", w.nameOf("operations"))
	chief.write("decide", "note", "同意")
	chief.show("target-06-to-sign")
	chief.send("decide", 200)
}

// publish makes the numbers quotas, from a month on.
func (w *targetWay) publish() {
	w.t.Helper()
	b := w.as("operations")
	b.open(w.page, 200)
	b.mustShow(b.T("targetplan.state.approved"))
	b.pick("publish", "from", (month - 1).String())
	b.send("publish", 409) // that month is closed
	b.open(w.page, 200)
	b.pick("publish", "from", (month + 1).String())
	b.send("publish", 200)
	b.mustShow(b.T("targetplan.state.published"), b.T("targetplan.locked"))
	b.show("target-07-published")
	v := w.stands()
	w.before = v.Row.Months
	for m := month + 1; v.Plan.Has(m); m++ {
		if got, want := w.quota(m), v.Row.Months[m-v.Plan.First]; got != want {
			w.t.Errorf("the quota of %s is %s, the target %s", m, yuan(got), yuan(want))
		}
	}
	w.unchanged()
}

// unchanged holds that months that are over have the quotas that they had.
func (w *targetWay) unchanged() {
	w.t.Helper()
	for m, before := range w.closed {
		if got := w.quota(m); got != before {
			w.t.Errorf("the quota of %s was %s and is %s", m, yuan(before), yuan(got))
		}
	}
}

// accept: the seller accepts the letter.
func (w *targetWay) accept() {
	w.t.Helper()
	b := w.as("regular")
	b.open(w.mine, 200)
	b.mustShow(w.amount(w.wanted), b.T("targetplan.letter"))
	b.show("target-08-letter")
	b.follow(b.T("targetplan.letter_accept"))
	if !strings.Contains(b.text(), b.T("targetplan.letter_accepted", "Who", w.nameOf("regular"), "When", "2026-10-08")[:12]) {
		w.t.Errorf("the letter is not accepted\n%s", b.here())
	}
	if content := b.download(b.T("targetplan.letter_pdf")); len(content) < 1000 || string(content[:5]) != "%PDF-" {
		w.t.Errorf("the letter is a file of %d bytes", len(content))
	}
}

// week: the manager has the week's review prepared, writes the minutes and agrees an action, which its owner finds.
func (w *targetWay) week() {
	w.t.Helper()
	b := w.as("lead")
	b.open("/reviews", 200)
	b.pick("call", "kind", "weekly")
	b.pick("call", "on", "2026-10-09")
	b.send("call", 200)
	b.mustShow(b.T("review.people"), w.nameOf("regular"), b.T("review.pace"))
	b.show("target-09-week")
	b.write("write", "minutes", "本月刚换新目标，先把手上的大单推到合同。")
	b.send("write", 200)
	b.write("agree", "text", "约两家老客户谈扩容")
	b.pick("agree", "person", strconv.FormatInt(w.person, 10))
	b.send("agree", 200)
	b.mustShow("约两家老客户谈扩容")
	b.follow(b.T("review.finish"))
	b.mustShow(b.T("review.state.finished"), "先把手上的大单推到合同")
	b.show("target-10-week-finished")
	seller := w.as("regular")
	seller.open("/today", 200)
	seller.mustShow("约两家老客户谈扩容")
	seller.open(b.path(), 200)
	seller.mustShow("先把手上的大单推到合同", "约两家老客户谈扩容")
	seller.mustNotShow(w.nameOf("core")) // of others nothing
	seller.show("target-11-week-own")
}

// quarter: the manager proposes what the seller should carry until the end of the year.
func (w *targetWay) quarter() {
	w.t.Helper()
	b := w.as("lead")
	b.open("/reviews", 200)
	b.pick("call", "kind", "quarterly")
	b.pick("call", "on", "2026-10-09")
	b.send("call", 200)
	w.meeting = b.path()
	v := w.stands()
	rest := v.Row.From(int(month + 1 - v.Plan.First))
	w.proposed = rest / 100 * 88 / 1000_00 * 1000_00
	id := strconv.FormatInt(w.person, 10)
	b.write("propose", "rest-"+id, yuan(w.proposed))
	b.write("propose", "reason-"+id, "两家大客户推迟到明年")
	b.show("target-12-quarter")
	b.send("propose", 200)
	b.write("write", "minutes", "三季度的差距在两家大客户，四季度目标下调。")
	b.send("write", 200)
	b.follow(b.T("review.finish"))
	b.mustShow("两家大客户推迟到明年", b.T("review.to_ask"))
}

// adjust: operations ask for the change, the director signs it.
func (w *targetWay) adjust() {
	w.t.Helper()
	b := w.as("operations")
	b.open(w.meeting, 200)
	b.show("target-13-to-ask")
	b.follow(b.T("review.ask_change"))
	b.mustShow(b.T("review.asked"))
	w.unchanged()
	if got := w.quota(month + 1); got != w.before[int(month+1-w.stands().Plan.First)] {
		w.t.Errorf("the quota changed to %s before anybody signed", yuan(got))
	}
	director := w.as("director")
	director.open("/approvals", 200)
	director.follow("两家大客户推迟到明年")
	director.mustShow(w.nameOf("regular"), w.amount(w.proposed))
	director.show("target-14-change-to-sign")
	director.write("decide", "note", "按会上定的")
	director.send("decide", 200)
}

// changed: the months to come add up to what was proposed, those that are over are what they were, and there is another letter to accept.
func (w *targetWay) changed() {
	w.t.Helper()
	v := w.stands()
	sum := int64(0)
	for m := month + 1; v.Plan.Has(m); m++ {
		sum += w.quota(m)
	}
	if sum != w.proposed {
		w.t.Errorf("the quotas to come are %s, proposed was %s", yuan(sum), yuan(w.proposed))
	}
	for m := range int(month + 1 - v.Plan.First) {
		if v.Row.Months[m] != w.before[m] {
			w.t.Errorf("the target of month %d changed", m+1)
		}
	}
	w.unchanged()
	b := w.as("regular")
	b.open(w.mine, 200)
	b.mustShow("两家大客户推迟到明年", b.T("targetplan.change_state.done"), w.amount(v.Row.Minor))
	b.show("target-15-changed")
	b.follow(b.T("targetplan.letter_accept")) // the letter is another one
	b.mustShow(b.T("targetplan.letter_accepted", "Who", w.nameOf("regular"), "When", "2026-10-08")[:12])
}

// handOver: customers go to a colleague of the team, who takes over what was left to do with them; nothing else of the team moves.
func (w *targetWay) handOver() {
	w.t.Helper()
	v := w.stands()
	if len(v.Others) == 0 {
		w.t.Fatal("nobody of the team could take over")
	}
	other, from := v.Others[0].PersonID, int(month+1-v.Plan.First)
	theirs, err := w.app.TargetPlans.Person(w.t.Context(), w.operations, w.plan, other)
	if err != nil {
		w.t.Fatal(err)
	}
	given := v.Row.From(from) / 10 / 1000_00 * 1000_00
	b := w.as("operations")
	b.open(w.mine, 200)
	b.write("change", "rest", yuan(v.Row.From(from)-given))
	b.pick("change", "kind", "customers")
	b.pick("change", "other", strconv.FormatInt(other, 10))
	b.write("change", "reason", "三家客户移交，余下的目标一起转")
	b.show("target-16-hand-over")
	b.send("change", 200)
	b.mustShow("三家客户移交", b.T("targetplan.change_state.asked"), theirs.Row.Name)
	director := w.as("director")
	director.open("/approvals", 200)
	director.follow("三家客户移交")
	director.mustShow(w.nameOf("regular"), theirs.Row.Name)
	director.write("decide", "note", "同意移交")
	director.send("decide", 200)
	after := w.stands()
	took, err := w.app.TargetPlans.Person(w.t.Context(), w.operations, w.plan, other)
	if err != nil {
		w.t.Fatal(err)
	}
	if got := v.Row.From(from) - after.Row.From(from); got != given {
		w.t.Errorf("%s went, %s was to go", yuan(got), yuan(given))
	}
	if got := took.Row.From(from) - theirs.Row.From(from); got != given {
		w.t.Errorf("%s came, %s went", yuan(got), yuan(given))
	}
	for m := range from {
		if after.Row.Months[m] != v.Row.Months[m] || took.Row.Months[m] != theirs.Row.Months[m] {
			w.t.Errorf("the target of month %d changed", m+1)
		}
	}
	w.unchanged()
}
