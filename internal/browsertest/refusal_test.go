package browsertest

import (
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"xiaoguan/internal/i18n"
)

// TestWhatIsRefusedIsSaidOnThePage takes the wrong turns: each must leave everything as it was and say why.
func TestWhatIsRefusedIsSaidOnThePage(t *testing.T) {
	t.Parallel()
	w := newWalk(t, i18n.ZhCN, true)
	w.setUp()
	both := w.firstSignIn("both", w.newUser("both", "吴兼任", "", "operations:all", "finance:all"))
	finance := w.firstSignIn("finance", w.newUser("finance", "钱会计", "", "finance:all"))
	w.wrongPassword()
	w.unknownPerson()
	w.badRows(both)
	w.takeIn(both)
	w.halfPlan(both)
	w.plans(both, finance)
	w.calculate(both)
	w.publish(both)
	w.ownMonth(both)
	w.wrongMonth(finance)
	w.closedMonth(both)
	w.othersPay()
}

func (w *walk) wrongPassword() {
	b := w.tab("stranger")
	b.open("/months", 200)
	b.fill(b.T("account.login"), "finance")
	b.fill(b.T("account.password"), "not the password at all")
	b.press(b.T("account.sign_in"))
	b.wantStatus(401)
	b.mustShow(b.T("account.not_signed_in"), b.T("access.sign_in_failed"))
	b.mustNotShow("钱会计")
	b.look("40-wrong-password")
	b.open("/users", 200)
	b.mustShow(b.T("account.sign_in")) // still at the door
}

func (w *walk) unknownPerson() {
	b := w.admin
	b.open("/users", 200)
	b.fill(b.T("admin.name"), "无名")
	b.fill(b.T("admin.login"), "nobody")
	b.fill(b.T("admin.person"), "9999")
	b.press(b.T("admin.new_user_button"))
	b.wantStatus(422)
	b.mustShow(b.T("access.person_unknown"))
	b.look("41-unknown-person")
}

// badRows hands in a file with two rows that cannot be taken: nothing of it is, and the file of them says which and why.
func (w *walk) badRows(b *tab) {
	wrong := newCompany(w.lang)
	wrong["payments"][2][2] = "2026-13-01"
	wrong["deals"][3][4] = "很多"
	b.open("/imports", 200)
	b.upload(b.T("imports.files"), wrong.write(w.t, w.lang))
	b.press(b.T("imports.upload"))
	b.press(b.T("imports.apply_button"))
	b.wait(b.T("imports.state_rejected"))
	b.mustShow("2026-13-01", "很多", b.T("imports.problems"))
	b.look("42-import-rejected")
	book, err := excelize.OpenReader(bytes.NewReader(b.download(b.T("imports.rejected_file"))))
	if err != nil {
		w.t.Fatal(err)
	}
	defer book.Close()
	var all []string
	for _, sheet := range book.GetSheetList() {
		rows, err := book.GetRows(sheet)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, row := range rows {
			all = append(all, strings.Join(row, " "))
		}
	}
	text := strings.Join(all, "\n")
	for _, want := range []string{"R2", "2026-13-01", "D3", "很多"} {
		if !strings.Contains(text, want) {
			w.t.Errorf("the file of rejected rows lacks %s:\n%s", want, text)
		}
	}
}

// halfPlan: a document that lacks things is not kept.
func (w *walk) halfPlan(b *tab) {
	b.open("/plans/new", 200)
	b.fill(b.T("plans.text"), "xiaoguan: plan/1\nid: half\n")
	b.press(b.T("plans.save"))
	b.mustShow(b.T("plans.not_saved"))
	b.look("43-plan-not-saved")
}

// ownMonth: who calculated and published cannot approve, by the page or past it.
func (w *walk) ownMonth(b *tab) {
	b.open("/months/"+month.String(), 200)
	b.mustShow(b.T("months.own_work"))
	b.look("44-own-work")
	b.forge("/months/" + month.String() + "/approve")
	b.wantStatus(403)
	b.mustShow(b.T("months.state_published"))
}

// wrongMonth: a month that is typed wrong is not closed, neither by the browser nor by the server.
func (w *walk) wrongMonth(b *tab) {
	b.open("/months/"+month.String(), 200)
	b.press(b.T("months.approve_button"))
	typed := b.T("confirm.type", "Expect", month.String())
	b.fill(typed, "2026-08")
	b.click(b.T("months.close_button", "Month", b.p.Month(month)))
	b.until("the browser's refusal", `() => !!document.querySelector('form[action$="/close"] input:invalid')`)
	if _, err := tell[bool](b, `() => document.querySelector('form[action$="/close"]').noValidate = true`); err != nil {
		w.t.Fatal(err)
	}
	b.fill(typed, "2026-08")
	b.press(b.T("months.close_button", "Month", b.p.Month(month)))
	b.wantStatus(422)
	b.mustShow(b.T("months.type_month", "Month", month.String()), b.T("months.state_approved"))
	b.look("45-wrong-month")
	b.fill(typed, month.String())
	b.press(b.T("months.close_button", "Month", b.p.Month(month)))
	b.mustShow(b.T("months.state_closed"))
}

// closedMonth: no button calculates a closed month again, and asking past the page is refused.
func (w *walk) closedMonth(b *tab) {
	b.open("/months/"+month.String(), 200)
	b.mustNotShow(b.T("months.calculate_button"))
	b.forge("/months/" + month.String() + "/calculate")
	b.wantStatus(409)
	b.mustShow(b.T("months.state_closed"), b.T("period.closed", "Month", month.String()))
	b.look("46-closed-month")
}

// othersPay: a seller is not told of others' pay, not even whose it would be.
func (w *walk) othersPay() {
	b := w.firstSignIn("minzhang", w.newUser("minzhang", "张敏", sellerKey, "seller:own"))
	for _, key := range []string{"1001", "1004"} {
		name := nameOf(key, w.lang)
		b.openRefused("/statements/" + month.String() + "/" + b.p.Int(w.personID(name)))
		b.mustNotShow(name, "3,528.00", "1,030.00")
	}
	b.look("47-others-pay")
	b.open("/ledger", 200) // their own entries
	b.mustShow("3,528.00")
	b.mustNotShow(nameOf("1004", w.lang), "1,030.00")
	for _, path := range []string{"/months", "/months/" + month.String(), "/users", "/audit", "/imports"} {
		b.openRefused(path)
		b.mustNotShow("16,858.00", nameOf("1004", w.lang))
	}
}

// forge sends a form that the page does not offer.
func (b *tab) forge(action string) {
	b.t.Helper()
	if _, err := tell[bool](b, `action => { window.walkOld = true; const f = document.createElement('form'); f.method = 'post'; f.action = action; document.body.append(f); f.submit(); return true; }`, action); err != nil {
		b.t.Fatal(err)
	}
	b.until("the answer to "+action, `() => !window.walkOld && document.readyState === 'complete'`)
}

// openRefused goes to an address and wants to be told that it is not there, or not for them.
func (b *tab) openRefused(path string) {
	b.t.Helper()
	b.visit(path)
	if status := b.lastStatus(); status != 403 && status != 404 {
		b.t.Errorf("%s: %s: status %d, want 403 or 404\n%s", b.name, path, status, b.here())
	}
}
