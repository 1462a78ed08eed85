package browsertest

import (
	"strings"
	"testing"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/i18n"
)

// TestATierPolicyIsTriedAndSwitched: operations tighten who is an A, try it on the customers of today, and a director lets it count; customers
// change, and a change that the policy names waits for the manager.
func TestATierPolicyIsTriedAndSwitched(t *testing.T) {
	t.Parallel()
	j := newJourney(t, i18n.ZhCN)
	b := j.as("operations")
	b.open("/tiers/policies", 200)
	b.leave("a new policy", `main a[href="/tiers/policies/new"]`)
	text := b.held("policy", "text")
	b.write("policy", "text", strings.Replace(text, "a: 80%", "a: 50%", 1))
	b.pick("policy", "from", calendar.DateOf(morning).String())
	b.write("policy", "note", "A 级太多，跟不过来")
	b.send("policy", 200)
	policy := b.path()
	b.mustShow("总价值 80% 的为 A 级", "总价值 50% 的为 A 级")
	b.follow(b.T("tiers.try"))
	b.wait(b.T("tiers.trial_customers"))
	b.show("tiers-01-trial")
	b.mustNotShow("客户 1", "客户 2") // they have names

	chief := j.chief()
	chief.open(policy, 200)
	chief.mustShow("A 级太多，跟不过来", j.nameOf("operations"))
	chief.show("tiers-02-to-approve")
	chief.follow(b.T("tiers.approve_policy"))
	chief.mustShow(b.T("tiers.state_approved"))

	before := tierCount(b)
	b.follow(b.T("tiers.start_review"))
	b.until("fewer customers of tier A", `async before => { const page = new DOMParser().parseFromString(await (await fetch('/tiers')).text(), 'text/html'); return Number(page.querySelector('main td a[href="/tiers/customers?tier=A"]').textContent.replace(/\D/g, '')) < before; }`, before)
	b.until("the review over, which asks for approvals last", `async () => !(await (await fetch('/tiers')).text()).includes('id="tier-review"')`)
	b.open("/tiers", 200)
	b.show("tiers-03-after")
	j.approveTier()
}

// tierCount is how many customers are in tier A.
func tierCount(b *tab) int {
	b.t.Helper()
	b.open("/tiers", 200)
	count, err := tell[int](b, `() => Number(document.querySelector('main td a[href="/tiers/customers?tier=A"]').textContent.replace(/\D/g, ''))`)
	if err != nil || count == 0 {
		b.t.Fatalf("%d customers of tier A: %v\n%s", count, err, b.here())
	}
	return count
}

// approveTier lets a change from A to C happen that waited, as the manager.
func (j *journey) approveTier() {
	j.t.Helper()
	lead := j.as("lead")
	lead.open("/tiers/proposals", 200)
	waiting, err := tell[[]string](lead, `() => [...document.querySelectorAll('form#proposals label')].map(l => l.innerText.trim()).filter(t => / A → C| C → A/.test(t) || /A → C|C → A/.test(t))`)
	if err != nil || len(waiting) == 0 {
		j.t.Fatalf("no change waits: %v\n%s", err, lead.here())
	}
	name, change, _ := strings.Cut(strings.Split(waiting[0], "\n")[0], "：")
	value, err := tell[string](lead, `() => document.querySelector('form#proposals [name=proposal]').value`)
	if err != nil {
		j.t.Fatal(err)
	}
	lead.choose("proposals", "proposal", value)
	lead.show("tiers-04-proposals")
	lead.follow(lead.T("tiers.approve"))
	lead.open("/tiers/proposals", 200)
	lead.mustNotShow(name + "：" + change)
	lead.open("/tiers/customers?q="+name, 200)
	lead.follow(name)
	lead.show("tiers-05-customer")
	to := change[strings.LastIndex(change, " ")+1:]
	tier, err := tell[string](lead, `() => document.querySelector('#tier .xg-tier, #tier .tier')?.textContent.trim() || document.querySelector('main').innerText`)
	if err != nil || !strings.Contains(tier, to) {
		j.t.Errorf("%s is not in tier %s: %s %v", name, to, tier, err)
	}
}

// TestAPoolTakesBackAndASellerClaims: a customer nobody works on goes back to the pool in the night after its last day; its former owner may not
// have it at once, a colleague claims it, and the limit of a day refuses one more.
func TestAPoolTakesBackAndASellerClaims(t *testing.T) {
	t.Parallel()
	needBrowser(t)
	s, company, clock := newDemoWithClock(t)
	j := &journey{site: s, t: t, company: company, lang: i18n.ZhCN, tabs: map[string]*tab{}}
	owner := j.as("regular")
	owner.open("/my-customers", 200)
	owner.show("pool-01-mine")
	first, err := tell[[]string](owner, `() => {
		const rows = [...document.querySelectorAll('main tbody tr')].map(r => [...r.cells].map(c => c.innerText.trim().split('\n')[0]));
		return rows.find(r => /^\d{4}-\d\d-\d\d$/.test(r[3])) || [];
	}`)
	if err != nil || len(first) < 4 {
		t.Fatalf("nothing goes back one day: %v %v\n%s", first, err, owner.here())
	}
	name, last := first[0], first[3]
	day, err := calendar.ParseDate(last)
	if err != nil {
		t.Fatalf("%v: %v", first, err)
	}
	clock.move(int(day-calendar.DateOf(morning)) + 1)
	if started, err := j.app.Pools.Tick(t.Context()); err != nil || !started { // as the program does it every ten minutes
		t.Fatalf("the night's job: started %v, %v", started, err)
	}
	claimer := j.as("core")
	claimer.open("/pool", 200)
	claimer.until("the customer in the pool", `async name => (await (await fetch('/pool?q=' + encodeURIComponent(name))).text()).includes('/pool/customers/')`, name)
	owner = j.again("regular")
	owner.open("/notices", 200)
	owner.until("the message about it, which comes when all are back", `async words => (await (await fetch('/notices')).text()).includes(words)`, "个客户已收回公海")
	owner.open("/notices", 200)
	owner.mustShow("个客户已收回公海")
	owner.open("/pool?q="+name, 200)
	owner.press(owner.T("pool.claim"))
	owner.wantStatus(422)
	owner.mustShow(name, "你是原负责人，还不能领回")
	owner.show("pool-02-not-back")

	claimer.open("/pool?q="+name, 200)
	claimer.show("pool-03-in-the-pool")
	claimer.follow(claimer.T("pool.claim"))
	claimer.mustShow(name)
	claimer.show("pool-04-claimed")
	claimer.open("/my-customers?q="+name, 200)
	claimer.mustShow(name)
	j.claimToTheLimit(claimer, 4)
}

// claimToTheLimit claims so many more, and one that is refused.
func (j *journey) claimToTheLimit(b *tab, more int) {
	j.t.Helper()
	for i := range more + 1 {
		b.open("/pool", 200)
		marked, err := tell[bool](b, `name => { const row = [...document.querySelectorAll('main tbody tr')].find(r => !r.innerText.includes(name) && r.querySelector('form button')); if (!row) return false; row.querySelector('form button').id = 'to-claim'; return true; }`, j.nameOf("core"))
		if err != nil || !marked {
			j.t.Fatalf("nothing to claim: %v\n%s", err, b.here())
		}
		b.leave("claiming one more", "#to-claim")
		if i < more {
			b.wantStatus(200)
			continue
		}
		b.wantStatus(422)
		b.mustShow("5", b.T("pool.limits"))
		b.show("pool-05-limit")
	}
}

// TestALeaverIsHandedOver gives a leaver's customers to a colleague, in English: the colleague is told and has them, and what the leaver sold
// stays sold by the leaver.
func TestALeaverIsHandedOver(t *testing.T) {
	t.Parallel()
	j := newJourney(t, i18n.En)
	b := j.as("operations")
	b.open("/handover", 200)
	b.show("handover-01-leavers")
	b.leave("a leaver", `main tbody tr:has(td) a[href^="/handover/"]`)
	leaver, customer := b.path(), b.linkIn(`main td a[href^="/customers/"]`)
	name, err := tell[string](b, `() => document.querySelector('main td a[href^="/customers/"]').textContent.trim()`)
	if err != nil {
		t.Fatal(err)
	}
	b.open(customer, 200)
	deal := b.linkIn(`main a[href^="/deals/"]`)
	b.open(deal, 200)
	sold := mainText(b)

	b.open(leaver, 200)
	key, err := tell[string](b, `name => [...document.querySelectorAll('datalist option')].find(o => (o.label || o.textContent).startsWith(name))?.value || ''`, j.nameOf("regular"))
	if err != nil || key == "" {
		t.Fatalf("%s is not offered: %v\n%s", j.nameOf("regular"), err, b.here())
	}
	b.choose("ask", "way", "one")
	b.write("ask", "receivers", key)
	b.send("ask", 200)
	b.mustShow(name, j.nameOf("regular"), b.T("handover.pay"))
	b.show("handover-02-preview")
	b.write("do", "reason", "Left the company, customers go on with one colleague")
	b.send("do", 200)
	b.show("handover-03-done")

	receiver := j.as("regular")
	receiver.open("/notices", 200)
	receiver.mustShow(j.nameOf("operations") + " gave you ")
	receiver.open("/my-customers", 200)
	receiver.mustShow(name)
	receiver.show("handover-04-received")
	receiver.open(customer, 200)
	receiver.mustShow(name)
	b.open(deal, 200)
	if after := mainText(b); after != sold {
		t.Errorf("the deal says\n%s\nand said\n%s", after, sold)
	}
	b.open("/statements", 200)
	if strings.Contains(b.text(), "⟦") {
		t.Error("text is missing")
	}
}

// mainText is what the main part of the page says.
func mainText(b *tab) string {
	b.t.Helper()
	text, err := tell[string](b, `() => document.querySelector('main').innerText.replace(/\s+/g, ' ')`)
	if err != nil {
		b.t.Fatal(err)
	}
	return text
}
