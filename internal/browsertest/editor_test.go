package browsertest

// guidedEditor goes from a template to a draft that waits for approval, by forms alone: a figure is changed, what stands beside follows without
// a press, a real seller's month is computed, the examples are brought to the new figure.
func (w *walk) guidedEditor(author *tab) {
	w.t.Helper()
	author.open("/plans/new", 200)
	w.look(author, "57-plan-templates")
	author.press(author.T("plans.template_regular"))
	author.mustShow(author.T("planform.who"), author.T("planform.worked"), author.T("plans.curve"), author.T("plans.examples_passed"), nameOf(sellerKey, w.lang))
	w.look(author, "58-plan-editor")
	author.fill(author.T("planform.rate"), "4")
	author.click(author.T("planform.settle")) // leaving the field is enough
	author.wait(author.T("planform.accept", "Title", "达成八成"))
	w.look(author, "59-plan-editor-changed")
	author.press(author.T("planform.accept", "Title", "达成八成"))
	author.press(author.T("planform.accept", "Title", "超额一成二"))
	author.mustNotShow(author.T("planform.accept", "Title", "超额一成二"))
	author.press(author.T("planform.add_bonus"))
	author.press(author.T("planform.as_text"))
	author.press(author.T("planform.as_form"))
	author.press(author.T("plans.save"))
	author.mustShow(author.T("plans.state_draft"), author.T("plans.awaiting"))
}
