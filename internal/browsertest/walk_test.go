package browsertest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"xiaoguan/internal/i18n"
	"xiaoguan/internal/period"
)

// password is everybody's, once they have changed the first one.
const password = "seven herons over 黄浦江"

// walk is a newcomers' company: everybody's browser, step by step.
type walk struct {
	*site
	lang  i18n.Lang
	quick bool // pages on the way are not looked at
	admin *tab
}

func newWalk(t *testing.T, lang i18n.Lang, quick bool) *walk {
	t.Helper()
	needBrowser(t)
	return &walk{site: newSite(t), lang: lang, quick: quick}
}

func (w *walk) tab(name string) *tab { return newTab(w.t, w.site, w.lang, name) }

func (w *walk) look(b *tab, name string) {
	w.t.Helper()
	if !w.quick {
		b.look(name)
	}
}

func TestAMonthFromSetUpToPay(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Langs() {
		t.Run(string(lang), func(t *testing.T) {
			t.Parallel()
			w := newWalk(t, lang, false)
			w.setUp()
			operations := w.newUser("operations", "周运营", "", "operations:all")
			finance := w.newUser("finance", "钱会计", "", "finance:all")
			maker, approver := w.firstSignIn("operations", operations), w.firstSignIn("finance", finance)
			w.takeIn(maker)
			w.plans(maker, approver)
			w.calculate(maker)
			w.publish(maker)
			w.closeMonth(approver)
			w.payFiles(approver)
			seller := w.firstSignIn("minzhang", w.newUser("minzhang", nameOf(sellerKey, lang), sellerKey, "seller:own"))
			w.statement(seller)
			w.overview(approver)
			w.simulation(maker, approver)
			w.guidedEditor(maker)
			w.turnedRound(seller)
			w.records()
		})
	}
}

// setUp makes the first administrator.
func (w *walk) setUp() {
	w.t.Helper()
	b := w.tab("admin")
	w.admin = b
	b.open("/", 200)
	w.look(b, "01-set-up")
	b.fill(b.T("account.name"), "余安")
	b.fill(b.T("account.login"), "admin")
	b.fill(b.T("account.password"), password)
	b.press(b.T("account.set_up_button"))
	b.mustShow("余安")
	b.open("/account", 200)
	w.look(b, "02-account")
}

// newUser makes a user in the administrator's browser and returns the first password, as the page shows it once.
func (w *walk) newUser(login, name, personKey string, grants ...string) string {
	w.t.Helper()
	b := w.admin
	b.open("/users", 200)
	b.fill(b.T("admin.name"), name)
	b.fill(b.T("admin.login"), login)
	if personKey != "" {
		b.fill(b.T("admin.person"), personKey)
	}
	for _, grant := range grants {
		role, scope, _ := strings.Cut(grant, ":")
		b.tick(b.T("admin.grant", "Role", b.T("access.role."+role), "Scope", b.T("access.scope."+scope)))
	}
	b.press(b.T("admin.new_user_button"))
	strong := b.T("admin.password_once", "Login", login)
	b.mustShow(strong, name)
	first, err := tell[string](b, `strong => { for (const b of document.querySelectorAll('.note b')) if (b.innerText.trim() === strong) return b.parentElement.innerText.slice(strong.length).trim(); return ''; }`, strong)
	if err != nil || len(first) < 12 {
		w.t.Fatalf("first password %q: %v\n%s", first, err, b.here())
	}
	if login == "operations" {
		w.look(b, "03-users")
	}
	return first
}

// firstSignIn signs somebody in with the first password, which must be changed at once.
func (w *walk) firstSignIn(login, first string) *tab {
	w.t.Helper()
	b := w.tab(login)
	b.open("/", 200)
	if login == "operations" {
		w.look(b, "04-sign-in")
	}
	b.fill(b.T("account.login"), login)
	b.fill(b.T("account.password"), first)
	b.press(b.T("account.sign_in"))
	if login == "operations" {
		w.look(b, "05-first-password")
	}
	b.fill(b.T("account.current_password"), first)
	b.fill(b.T("account.new_password"), password)
	b.press(b.T("account.change_password"))
	b.wantStatus(200)
	return b
}

// takeIn uploads the company, looks at the preview and takes it in.
func (w *walk) takeIn(b *tab) {
	w.t.Helper()
	b.open("/imports", 200)
	w.look(b, "06-imports-empty")
	b.upload(b.T("imports.files"), newCompany(w.lang).write(w.t, w.lang))
	b.press(b.T("imports.upload"))
	b.mustShow(b.T("imports.state_received"), b.T("imports.kind_payment"), nameOf(sellerKey, w.lang))
	w.look(b, "07-import-preview")
	b.press(b.T("imports.apply_button"))
	b.wait(b.T("imports.state_applied"))
	w.look(b, "08-import-applied")
	b.open("/imports", 200)
	w.look(b, "09-imports")
}

// plans brings the documents in force: one writes them, another approves, each in their own browser.
func (w *walk) plans(author, approver *tab) {
	w.t.Helper()
	for i, file := range []string{"crediting", "newcomer", "regular", "core", "manager"} { // a plan must fit what is credited
		text, err := os.ReadFile(filepath.Join("..", "..", "bench", "w1", "plans", file+".yaml"))
		if err != nil {
			w.t.Fatal(err)
		}
		author.open("/plans/new", 200)
		author.fill(author.T("plans.text"), string(text))
		if i == 2 {
			w.look(author, "20-plan-new")
		}
		author.press(author.T("plans.save"))
		draft := author.path()
		author.mustShow(author.T("plans.state_draft"))
		if w.quick { // this author may approve, but not their own
			author.mustShow(author.T("plans.own_draft"))
			author.forge(draft + "/approve")
			author.wantStatus(403)
		}
		if i == 2 {
			w.look(author, "21-plan-draft")
		}
		approver.open(draft, 200)
		approver.press(approver.T("plans.approve"))
		approver.mustShow(approver.T("plans.state_approved"))
		if i == 2 {
			w.look(approver, "22-plan-approved")
		}
	}
	author.open("/plans", 200)
	w.look(author, "23-plans")
}

// calculate starts the month's calculation and waits for its result.
func (w *walk) calculate(b *tab) {
	w.t.Helper()
	b.open("/months", 200)
	w.look(b, "10-months")
	b.press(b.p.Month(month))
	w.look(b, "11-month-open")
	b.press(b.T("months.calculate_button"))
	b.wait(b.T("months.by_component"))
	b.mustShow(b.T("months.state_review"))
	w.look(b, "12-month-review")
}

func (w *walk) publish(b *tab) {
	w.t.Helper()
	b.press(b.T("months.publish_button"))
	b.mustShow(b.T("months.state_published"))
	w.look(b, "13-month-published")
}

// closeMonth approves and closes in the approver's browser.
func (w *walk) closeMonth(b *tab) {
	w.t.Helper()
	b.open("/months/"+month.String(), 200)
	b.press(b.T("months.approve_button"))
	b.mustShow(b.T("months.state_approved"))
	w.look(b, "14-month-approved")
	b.fill(b.T("confirm.type", "Expect", month.String()), month.String())
	b.press(b.T("months.close_button", "Month", b.p.Month(month)))
	b.mustShow(b.T("months.state_closed"), b.T("months.files"))
	w.look(b, "15-month-closed")
}

// payFiles downloads the pay files and holds them to the digests that were stored when the month closed.
func (w *walk) payFiles(b *tab) {
	w.t.Helper()
	actor := w.actor("finance", password)
	for format, words := range map[string]string{period.FormatCSV: b.T("months.file_csv"), period.FormatXLSX: b.T("months.file_xlsx")} {
		content := b.download(words)
		stored, err := w.app.Periods.PayFile(w.t.Context(), actor, month, format)
		if err != nil {
			w.t.Fatal(err)
		}
		sum := sha256.Sum256(content)
		if hex.EncodeToString(sum[:]) != stored.Digest {
			w.t.Errorf("%s: the file downloaded is not the one that was stored", format)
		}
		if format == period.FormatCSV && !strings.Contains(string(content), "3528.00") {
			w.t.Errorf("the pay of %s is not in the file:\n%s", sellerKey, content)
		}
	}
}

// statement is what the walk is for: a seller opens the month's pay and follows it down to a payment.
func (w *walk) statement(b *tab) {
	w.t.Helper()
	b.open("/pay", 200)
	w.look(b, "16-pay")
	b.open("/pay/"+month.String(), 200)
	b.mustShow("3,528.00", b.T("pay.sealed"))
	w.look(b, "17-statement")
	// The commission opens to its rates, and a rate to the payments under it: what is under each adds up to it.
	if _, err := tell[bool](b, `() => { document.querySelectorAll('main details').forEach(d => { d.open = true; }); return true; }`); err != nil {
		w.t.Fatal(err)
	}
	b.mustShow("107,000.00", "107.00%", "R1", "R2", "R3", "R4", "60,000.00", "20,000.00", "2,400.00", "540.00")
	b.mustNotShow("R5", "R6", nameOf("1004", w.lang), "70,000.00")
	b.faultsOf("statement opened", sumsJS)
	w.look(b, "18-statement-opened")
	b.press("R1") // the payment itself
	b.wantStatus(200)
	b.mustShow("R1", "60,000.00", "D1")
	w.look(b, "19-payment")
	b.open("/pay/"+month.String(), 200)
	if content := string(b.download(b.T("pay.data"))); !strings.Contains(content, fmt.Sprint(sellerMinor)) {
		w.t.Errorf("the statement's data lack the total: %s", content)
	}
}

// overview is what finance sees afterwards: every statement, the ledger; the sums are the month's.
func (w *walk) overview(b *tab) {
	w.t.Helper()
	b.open("/statements?month="+month.String(), 200)
	b.mustShow(nameOf(sellerKey, w.lang), "3,528.00", "16,858.00")
	w.look(b, "24-statements")
	b.press(nameOf(sellerKey, w.lang))
	b.mustShow("3,528.00")
	w.look(b, "25-statement-of-another")
	b.open("/ledger", 200)
	b.mustShow("3,528.00")
	w.look(b, "26-ledger")
	b.open("/months", 200)
	w.look(b, "27-months")
}

// records looks at what the walk left behind: the audit log, the jobs, and that everything verifies.
func (w *walk) records() {
	w.t.Helper()
	b := w.admin
	b.open("/audit", 200)
	b.mustShow(b.T("trail.action", "What", b.T("trail.kind_period"), "Verb", b.T("trail.verb_close")), "周运营", "钱会计")
	w.look(b, "30-audit")
	b.open("/jobs", 200)
	w.look(b, "31-jobs")
	b.press(b.T("admin.job_kind_period_calculate"))
	w.look(b, "32-job")
	v, log, err := w.app.VerifyAll(w.t.Context())
	if err != nil || v.Broken != nil || v.Seals != 1 || !log.Sound() {
		w.t.Errorf("verify: %+v %+v %v", v, log, err)
	}
}
