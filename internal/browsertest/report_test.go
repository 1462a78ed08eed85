package browsertest

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"xiaoguan/internal/demo"
	"xiaoguan/internal/i18n"
)

// TestADirectorReadsTheMonthlyReport: from the list to the report, from a number to its definition and its rows, from a sentence to a decision with its numbers
// as evidence, and the report taken along in each form; in both languages, on desktop and phone, in light and dark.
func TestADirectorReadsTheMonthlyReport(t *testing.T) {
	t.Parallel()
	needBrowser(t)
	s, company := newDemo(t)
	at := slices.IndexFunc(company.Logins, func(l demo.Login) bool { return l.Login == "gm" })
	for _, lang := range i18n.Langs() {
		t.Run(string(lang), func(t *testing.T) {
			b := newTab(t, s, lang, "report-"+string(lang))
			b.open("/", 200)
			b.fill(b.T("account.login"), company.Logins[at].Login)
			b.fill(b.T("account.password"), company.Logins[at].Password)
			b.press(b.T("account.sign_in"))
			b.open("/reports", 200)
			b.look("reports-list")
			first, err := tell[string](b, `() => document.querySelector('main td a[href^="/reports/"]').getAttribute('href')`)
			if err != nil {
				t.Fatal(err)
			}
			b.open(first, 200)
			b.look("report")
			if _, err := tell[bool](b, `() => { const n = document.querySelector('.say a.xg-num'); n.focus(); n.dispatchEvent(new KeyboardEvent('keydown', { key: ' ', bubbles: true, cancelable: true })); return true; }`); err != nil {
				t.Fatal(err)
			}
			b.until("the answer", `() => !!document.querySelector('#xg-answer:popover-open dl') && document.querySelector('.say a.xg-num').getAttribute('aria-expanded') === 'true'`)
			b.mustShow(b.T("why.basis"), b.T("why.rows"), b.T("reports.frozen"))
			b.look("report-why")
			rows, err := tell[string](b, `() => [...document.querySelectorAll('#xg-answer .f a')].map(a => a.getAttribute('href')).find(a => a.startsWith('/boards/rows'))`)
			if err != nil {
				t.Fatal(err)
			}
			b.open(rows, 200)
			b.mustShow(b.T("why.rows"))
			files(b, first)
			if b.p.Zh() { // one decision is enough
				decide(b)
			}
		})
	}
}

// files takes the report along in each form.
func files(b *tab, report string) {
	b.t.Helper()
	for _, f := range []struct{ form, begins string }{{"docx", "PK\x03\x04"}, {"pdf", "%PDF-1.7"}, {"xlsx", "PK\x03\x04"}, {"html", "<!doctype html>"}} {
		b.open(report, 200) // the menu stays open after a choice
		b.click(b.T("reports.files"))
		content := b.download(b.T("reports.file." + f.form))
		if !strings.HasPrefix(string(content), f.begins) || len(content) < 10_000 {
			b.t.Errorf("%s: %d bytes, begins with %q", f.form, len(content), content[:min(16, len(content))])
		}
		if f.form != "xlsx" {
			continue
		}
		book, err := excelize.OpenReader(bytes.NewReader(content))
		if err != nil {
			b.t.Fatal(err)
		}
		if sheets := book.GetSheetList(); len(sheets) < 8 {
			b.t.Errorf("sheets %q", sheets)
		}
		if err := book.Close(); err != nil {
			b.t.Fatal(err)
		}
	}
}

// decide records a decision on a sentence, whose numbers go along.
func decide(b *tab) {
	b.t.Helper()
	if _, err := tell[bool](b, `() => { document.querySelector('a[href*="/acts?"]').click(); return true; }`); err != nil {
		b.t.Fatal(err)
	}
	b.until("what may be done", `() => !!document.querySelector('#xg-answer:popover-open a[href*="/decide?"]')`)
	link, err := tell[string](b, `() => document.querySelector('#xg-answer a[href*="/decide?"]').getAttribute('href')`)
	if err != nil {
		b.t.Fatal(err)
	}
	b.open(link, 200)
	b.mustShow(b.T("decision.evidence"))
	b.fill(b.T("decision.title"), "本周逐单催收")
	b.fill(b.T("decision.expected"), "月底前回款过半")
	b.press(b.T("decision.log"))
	b.mustShow("本周逐单催收", b.T("decision.evidence"))
	back, err := tell[bool](b, `() => !!document.querySelector('main a[href^="/reports/"]')`)
	if err != nil || !back {
		b.t.Errorf("no evidence leads back to the sentence: %v", err)
	}
}
