package browsertest

import (
	"os"
	"path/filepath"
	"strings"
)

// simulation tries a changed plan on history before it is approved, as its author, and enters a budget, as finance.
func (w *walk) simulation(author, finance *tab) {
	w.t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "bench", "w1", "plans", "regular.yaml"))
	if err != nil {
		w.t.Fatal(err)
	}
	author.open("/simulations", 200)
	author.mustShow(author.T("simulations.none"))
	w.look(author, "50-simulations-empty")
	author.open("/plans/new", 200)
	author.fill(author.T("plans.text"), strings.Replace(string(text), "A: 3%", "A: 4%", 1))
	author.press(author.T("plans.save"))
	author.press(author.T("plans.simulate"))
	w.look(author, "51-simulation-new")
	author.press(author.T("simulations.start"))
	author.wait(author.T("simulations.layers"))
	author.mustShow(author.T("simulations.state_complete"), nameOf(sellerKey, w.lang), author.T("simulations.gini"), author.T("simulations.next_year"))
	w.look(author, "52-simulation-result")
	author.open("/simulations", 200)
	author.press("regular v2")
	author.mustShow(author.T("simulations.compare"))
	finance.open("/budget", 200)
	finance.fill(finance.p.Month(month), "1,000.00")
	w.look(finance, "53-budget")
	finance.press(finance.T("budgets.save"))
	finance.mustShow(finance.T("budgets.saved", "Number", 1), "1,000.00")
	w.look(finance, "54-budget-saved")
	finance.open("/simulations", 200)
	finance.mustShow("regular v2")
}

// turnedRound asks as a seller what would earn so much, and what a deal earns.
func (w *walk) turnedRound(b *tab) {
	w.t.Helper()
	b.open("/pay", 200)
	b.fill(b.T("pay.need_target"), "500")
	b.press(b.T("pay.need_ask"))
	b.mustShow(b.T("pay.need_after"))
	w.look(b, "55-what-would-earn")
	b.open("/deals/D1", 200)
	b.fill(b.T("sales.earn_if_paid"), "10,000")
	b.press(b.T("sales.earn_ask"))
	b.mustShow(b.T("sales.earn_after"))
	w.look(b, "56-what-a-deal-earns")
}
