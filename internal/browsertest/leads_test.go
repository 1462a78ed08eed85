package browsertest

import (
	"strings"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/i18n"
)

// tickFirst ticks the box of the lead and the first person who may have it.
const tickFirst = `name => {
	const row = [...document.querySelectorAll('#leads tbody tr')].find(r => r.textContent.includes(name));
	row.querySelector('input[name=lead]').checked = true;
	const to = document.querySelector('#assign input[name=to]');
	if (to.type === 'checkbox') to.checked = true; else to.value = document.querySelector('datalist#some-people option').value;
	return true;
}`

// TestALeadIsGivenOutAndBecomesAnOpportunity goes from somebody who asked to the pipeline.
func TestALeadIsGivenOutAndBecomesAnOpportunity(t *testing.T) {
	t.Parallel()
	needBrowser(t)
	s, company := newDemo(t)
	for _, lang := range i18n.Langs() {
		b := signIn(t, s, lang, company, access.RoleLead, false)
		b.open("/leads", 200)
		b.look("leads-list")
		b.open("/new-lead", 200)
		name := "无锡云岫精工有限公司" + strings.ToUpper(string(lang))
		b.fill(b.T("lead.company"), name)
		b.fill(b.T("lead.name"), "顾南星")
		b.look("leads-new")
		b.press(b.T("lead.add"))
		b.mustShow(name, b.T("lead.nobodys"))
		page := b.path()
		b.open("/leads?unassigned=1", 200)
		if _, err := tell[bool](b, tickFirst, name); err != nil {
			t.Fatal(err)
		}
		b.press(b.T("lead.give_out"))
		b.mustShow(b.T("sales.saved"))
		b.open(page, 200)
		b.mustNotShow(b.T("lead.nobodys"))
		b.look("leads-lead")
		b.open("/convert-lead/"+page[len("/leads/"):], 200)
		b.fill(b.T("opportunity.name"), "产线改造")
		b.look("leads-convert")
		b.press(b.T("lead.convert_button"))
		b.mustShow("产线改造", name, b.T("lead.from", "Number", page[len("/leads/"):]))
	}
}
