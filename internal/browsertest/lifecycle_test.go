package browsertest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"xiaoguan/internal/i18n"
)

// TestAPlanLivesFromDraftToItsNextVersion: a draft is approved by somebody else, announced, and accepted by a seller; its next version is
// drafted, compared in words, improved, approved, and withdrawn with a reason, and the first one holds as before.
func TestAPlanLivesFromDraftToItsNextVersion(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Langs() {
		t.Run(string(lang), func(t *testing.T) {
			t.Parallel()
			w := newWalk(t, lang, true)
			w.setUp()
			operations := w.newUser("operations", "周运营", "", "operations:all", "director:all") // who may approve plans, but not their own
			finance := w.newUser("finance", "钱会计", "", "finance:all")
			author, approver := w.firstSignIn("operations", operations), w.firstSignIn("finance", finance)
			w.takeIn(author)
			w.plans(author, approver)
			seller := w.firstSignIn("minzhang", w.newUser("minzhang", nameOf(sellerKey, lang), sellerKey, "seller:own"))
			plan := w.announced(approver)
			w.accepted(seller)
			next := w.nextVersion(author, plan)
			w.withdrawn(author, approver, next)
			seller.open("/my-plans", 200)
			seller.mustShow(w.planName())
		})
	}
}

func (w *walk) planName() string {
	if w.lang == i18n.ZhCN {
		return "普通销售·业绩激励"
	}
	return "Regular sellers: performance"
}

// announced records how the plan was made known, and returns its address.
func (w *walk) announced(b *tab) string {
	w.t.Helper()
	b.open("/plans", 200)
	plan, err := tell[string](b, `name => {
		const rows = [...document.querySelectorAll('main tr')];
		return rows[rows.findIndex(r => r.innerText.includes(name)) + 1].querySelector('a[href^="/plans/"]').getAttribute('href');
	}`, w.planName())
	if err != nil {
		w.t.Fatal(err)
	}
	b.open(plan+"/consent", 200)
	b.set("form#announce [name=announced_on]", "2026-09-28")
	b.fill(b.T("consent.how"), "全员会宣讲，代表逐条讨论")
	b.press(b.T("consent.announce"))
	b.mustShow("全员会宣讲，代表逐条讨论")
	return plan
}

// accepted has a payee read and accept it.
func (w *walk) accepted(b *tab) {
	w.t.Helper()
	b.open("/my-plans", 200)
	b.mustShow(b.T("consent.mine_waiting", "Count", 1))
	b.press(w.planName())
	b.press(b.T("consent.accept"))
	b.mustShow(b.T("consent.accepted"))
}

// nextVersion drafts it with another rate from November, sees the difference said in words, and changes the draft once more.
func (w *walk) nextVersion(b *tab, plan string) string {
	w.t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "bench", "w1", "plans", "regular.yaml"))
	if err != nil {
		w.t.Fatal(err)
	}
	changed := func(rate string) string {
		return strings.NewReplacer("from: 2020-01-01", "from: 2026-11-01", "A: 3%", "A: "+rate).Replace(string(text))
	}
	b.open(plan, 200)
	b.press(b.T("plans.new_version"))
	b.press(b.T("planform.as_text"))
	b.fill(b.T("plans.text"), changed("4%"))
	b.press(b.T("plans.save"))
	b.mustShow(b.T("plans.state_draft"), "v2")
	draft := b.path()
	b.open(draft+"/diff", 200)
	b.mustShow(b.T("plans.changes"), "3%", "4%")
	b.look("90-plan-diff")
	b.open(draft, 200)
	b.press(b.T("plans.edit"))
	b.press(b.T("planform.as_text"))
	b.fill(b.T("plans.text"), changed("3.5%"))
	b.press(b.T("plans.save"))
	b.mustShow(b.T("plans.state_draft"), "v2")
	b.open(draft+"/diff", 200)
	b.mustShow("3%", "3.5%")
	b.mustNotShow("4%")
	return draft
}

// withdrawn approves the next version and takes it back again.
func (w *walk) withdrawn(author, approver *tab, draft string) {
	w.t.Helper()
	author.open(draft, 200)
	author.mustNotShow(author.T("plans.approve_consequence", "From", "2026-11-01")) // that is somebody else's
	approver.open(draft, 200)
	approver.press(approver.T("plans.approve"))
	approver.mustShow(approver.T("plans.state_approved"))
	approver.fill(approver.T("plans.reason"), "等预算批下来")
	approver.press(approver.T("plans.withdraw"))
	approver.mustShow(approver.T("plans.state_withdrawn"), approver.T("plans.withdrawn", "Why", "等预算批下来"))
	approver.look("91-plan-withdrawn")
	author.open("/plans", 200)
	author.mustShow(w.planName(), author.T("plans.state_withdrawn"))
}
