package browsertest

import (
	"testing"

	"github.com/chromedp/chromedp"

	"xiaoguan/internal/access"
	"xiaoguan/internal/i18n"
)

// TestHumanResourcesNoteALawWarningAndTurnARuleOff: HR reads the month's warnings of the demonstration company, takes note of one with a reason,
// enters a minimum wage and fixed pay, and turns a rule off, in both languages.
func TestHumanResourcesNoteALawWarningAndTurnARuleOff(t *testing.T) {
	t.Parallel()
	needBrowser(t)
	s, company := newDemo(t)
	hr := signIn(t, s, i18n.ZhCN, company, access.RoleHR, false)
	hr.open("/law", 200)
	hr.mustShow(hr.T("law.title"), hr.T("law.no_advice"), "无法判断")
	hr.look("80-law")
	hr.do(chromedp.Click(chromedp.CSS(`button[popovertarget="note-0"]`)))
	hr.until("the reason can be given", `() => document.querySelector('#note-0:popover-open textarea') !== null`)
	hr.set(`#note-0 textarea`, "已经和律师核对过")
	hr.do(chromedp.Click(chromedp.CSS(`#note-0 button[type="submit"]`)))
	hr.wait(hr.T("law.noted"))
	hr.open("/law?state=acknowledged", 200)
	hr.mustShow("已经和律师核对过")
	hr.open("/law/terms?missing=1", 200)
	hr.look("81-law-terms")
	person, err := tell[string](hr, `() => document.querySelector('main a[href^="/law/terms/"]:not([href*="export"])').getAttribute('href')`)
	if err != nil {
		t.Fatal(err)
	}
	hr.open(person, 200)
	hr.set("form#term input[name=from]", "2026-09-01")
	hr.fill(hr.T("law.column_fixed"), "6,000")
	hr.press(hr.T("law.save_term"))
	hr.mustShow("6,000")
	hr.look("82-law-term")
	english := signIn(t, s, i18n.En, company, access.RoleHR, false)
	english.open("/law/rules", 200)
	english.mustShow("Labour Contract Law", english.T("law.wages"))
	english.look("83-law-rules")
	english.open("/law/rules?rule=legal_tender", 200)
	english.tick(english.T("law.turn_off"))
	english.fill(english.T("law.why_off"), "All plans pay in yuan")
	english.press(english.T("law.save_rule"))
	english.mustShow("All plans pay in yuan", english.T("law.off"))
	english.open("/law", 200)
	english.mustShow("1 rule is off")
	english.look("84-law-english")
}
