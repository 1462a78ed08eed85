package browsertest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"xiaoguan/internal/i18n"
)

// championRule makes the best by attainment the champion of the quarter. By hand: 1004 has 70 % of 90,000 against 50,000, which is 126 %.
const championRule = `xiaoguan: honour/1
id: sales_star
title: {zh: 销售之星, en: Sales Star}
currency: CNY
span: quarter
effective: {from: 2026-01-01}
participants: {level: [regular, core]}
each: company
measures:
  collected: {name: {zh: 季度回款, en: collections of the quarter}, credits: collected, sum: amount, window: quarter_to_date}
  quota: {name: {zh: 季度任务额, en: quota of the quarter}, quota: collected, window: quarter_to_date}
  attainment: {name: {zh: 季度达成率, en: attainment of the quarter}, ratio: [collected, quota]}
require: [{measure: attainment, at_least: 100%}]
rank: {by: attainment, tie_break: [collected], ties: all}
winners: 1
brings: {cash: 8000.00, points: 500, promotion_priority: 12}
`

// levelsRule lifts newcomers who reach their quota.
const levelsRule = `xiaoguan: promotion/1
id: levels
name: {zh: 层级晋升规则, en: From level to level}
currency: CNY
effective: {from: 2026-01-01}
measures:
  collected: {name: {zh: 当月回款, en: collections of the month}, credits: collected, sum: amount, window: period}
  quota: {name: {zh: 当月任务额, en: quota of the month}, quota: collected, window: period}
  attainment: {name: {zh: 当月达成率, en: attainment of the month}, ratio: [collected, quota]}
steps:
  - {from: newcomer, to: regular, when: [{measure: attainment, at_least: 100%}]}
`

// bring writes a document in one browser and approves it in another.
func (w *walk) bring(author, approver *tab, text string) {
	w.t.Helper()
	author.open("/plans/new", 200)
	author.fill(author.T("plans.text"), text)
	author.press(author.T("plans.save"))
	author.mustShow(author.T("plans.state_draft"))
	approver.open(author.path(), 200)
	approver.press(approver.T("plans.approve"))
	approver.mustShow(approver.T("plans.state_approved"))
}

// TestHonoursFromRuleToCertificateAndPromotion goes from the rule to the champion of the quarter on the wall with a certificate, and from a
// proposal of promotion to the person's new level, each with two people.
func TestHonoursFromRuleToCertificateAndPromotion(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Langs() {
		t.Run(string(lang), func(t *testing.T) {
			t.Parallel()
			w := newWalk(t, lang, true)
			w.setUp()
			first := map[string]string{}
			for login, name := range map[string]string{"operations": "周运营", "finance": "钱会计", "hr": "何人事"} {
				first[login] = w.newUser(login, name, "", login+":all")
			}
			maker, finance, hr := w.firstSignIn("operations", first["operations"]), w.firstSignIn("finance", first["finance"]), w.firstSignIn("hr", first["hr"])
			w.takeIn(maker)
			crediting, err := os.ReadFile(filepath.Join("..", "..", "bench", "w1", "plans", "crediting.yaml"))
			if err != nil {
				t.Fatal(err)
			}
			for _, text := range []string{string(crediting), championRule, levelsRule} {
				w.bring(maker, finance, text)
			}
			w.champion(maker, hr)
			seller := w.firstSignIn("minzhang", w.newUser("minzhang", nameOf(sellerKey, lang), sellerKey, "seller:own"))
			w.onTheWall(seller)
			w.promotion(maker, hr)
		})
	}
}

// champion computes, approves and announces the champion of the third quarter.
func (w *walk) champion(maker, hr *tab) {
	w.t.Helper()
	maker.open("/honours", 200)
	maker.mustShow(maker.T("honour.wall_empty"))
	maker.look("60-wall-empty")
	maker.open("/honours/rounds", 200)
	maker.look("61-rounds-empty")
	if _, err := tell[bool](maker, `() => { document.querySelector('[name=what]').value = 'sales_star 2026-Q3'; return true; }`); err != nil {
		w.t.Fatal(err)
	}
	maker.press(maker.T("honour.compute"))
	round := maker.path()
	maker.mustShow(nameOf("1004", w.lang), "126.00%", maker.T("honour.state_proposed"), maker.T("honour.awaiting"))
	maker.look("62-round")
	maker.forge(round + "/approve")
	maker.wantStatus(403)
	hr.open(round, 200)
	hr.press(hr.T("honour.approve"))
	hr.mustShow(hr.T("honour.state_approved"))
	hr.press(hr.T("honour.announce"))
	hr.mustShow(hr.T("honour.state_announced"))
	hr.look("63-round-announced")
}

// onTheWall looks at the wall, the certificate, the evidence, the board and the shop as a seller who did not win.
func (w *walk) onTheWall(seller *tab) {
	w.t.Helper()
	title := map[i18n.Lang]string{i18n.ZhCN: "销售之星", i18n.En: "Sales Star"}[w.lang]
	seller.open("/honours", 200)
	seller.mustShow(title, nameOf("1004", w.lang), "126.00%")
	seller.mustNotShow("8,000")
	seller.look("64-wall")
	link, err := tell[string](seller, `() => document.querySelector('main a[href^="/honours/awards/"]').getAttribute('href')`)
	if err != nil {
		w.t.Fatal(err)
	}
	seller.open(link, 200)
	other := map[i18n.Lang]string{i18n.ZhCN: "Sales Star", i18n.En: "销售之星"}[w.lang]
	seller.mustShow(title, nameOf("1004", w.lang), "XG-2026Q3-0001", "sha256")
	seller.mustNotShow("8,000", other)
	seller.look("65-certificate")
	seller.press(seller.T("honour.cert_both"))
	seller.mustShow(title, other)
	seller.press(seller.T("honour.evidence_open"))
	seller.mustShow(nameOf("1004", w.lang), "107.00%") // the own line with all that decided
	seller.look("66-evidence-own")
	seller.open("/honours/board?term=2026-09", 200)
	seller.mustShow(seller.T("honour.own"), "107.0%")
	seller.mustNotShow("63,000")
	seller.look("67-board")
	seller.open("/points", 200)
	seller.mustShow(seller.T("honour.shop_empty"))
	seller.look("68-points")
}

// promotion proposes, and approves with the level from a day.
func (w *walk) promotion(maker, hr *tab) {
	w.t.Helper()
	maker.open("/promotions", 200)
	maker.press(maker.T("honour.propose"))
	maker.mustShow(nameOf("1005", w.lang), maker.T("honour.proposal_proposed"))
	maker.look("69-promotions")
	maker.press(nameOf("1005", w.lang))
	maker.mustShow(maker.T("honour.own_proposal"))
	hr.open(maker.path(), 200)
	hr.mustShow(strings.TrimSpace(hr.T("people.level_newcomer")+" → "+hr.T("people.level_regular")), "150.00%")
	hr.look("70-proposal")
	if w.lang == i18n.En { // together with all others, of whom there are none here
		hr.open("/promotions", 200)
		hr.press(hr.T("honour.choose_all", "Count", 1))
		hr.look("71-promotions-chosen")
		hr.press(hr.T("honour.several_button"))
		hr.mustShow(nameOf("1005", w.lang))
		hr.look("72-promotions-several")
		hr.press(hr.T("honour.several_approve_button", "Count", 1))
	} else {
		hr.press(hr.T("honour.approve_promotion"))
	}
	hr.mustShow(hr.T("honour.proposal_approved"))
	id := w.personID(nameOf("1005", w.lang))
	hr.open(fmt.Sprintf("/people/%d?valid=2026-11-01", id), 200)
	hr.mustShow(hr.T("people.level_regular"))
	hr.open(fmt.Sprintf("/people/%d?valid=2026-10-31", id), 200)
	hr.mustShow(hr.T("people.level_newcomer"))
}
