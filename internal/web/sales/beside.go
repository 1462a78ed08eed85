package sales

import (
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/customer"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/naming"
	"xiaoguan/internal/profile"
	"xiaoguan/internal/web/ui"
)

// Whoever saves a record that somebody else changed meanwhile sees what there is now beside what was typed, field by field, with a form that is meant for
// what there is now. Nothing is overwritten unseen, and nothing typed is lost. All records that people edit use this.

// besideField is a field with both of its values, as people read them.
type besideField struct{ label, now, mine string }

// besideCards are the note of a conflict and the fields of which the two values differ. strong says who was faster, or that somebody was.
func besideCards(p *i18n.Printer, strong string, fields []besideField) []templ.Component {
	table := ui.TableView{Label: p.T("opportunity.both"), Columns: []ui.Column{{Key: "field", Label: p.T("opportunity.field"), Phone: true}, {Key: "now", Label: p.T("opportunity.theirs"), Phone: true}, {Key: "mine", Label: p.T("opportunity.yours"), Phone: true}},
		Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("opportunity.no_difference")}}
	for _, f := range fields {
		if f.now != f.mine {
			table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(f.label), {Text: text(f.now)}, {Text: text(f.mine), Strong: true}}})
		}
	}
	return []templ.Component{ui.Across(ui.NoteOf(ui.Note{ID: "conflict", Tone: ui.ToneWarn, Strong: strong, Text: p.T("opportunity.conflict_text")})),
		ui.Filled(ui.CardView{Title: p.T("opportunity.both"), Flush: true}, ui.Table(table))}
}

func amountTyped(typed string) string {
	if typed == "" {
		return ""
	}
	return plainAmount(typed)
}

// linesBeside writes the lines of a quote or contract, one after the other, so that two versions can be compared.
func linesBeside(lines []lineTyped) string {
	var texts []string
	for _, l := range lines {
		parts := []string{}
		for _, part := range []string{l.product, l.text, l.quantity + l.unit, amountTyped(l.list), amountTyped(l.price), discountTyped(l.discount)} {
			if part != "" {
				parts = append(parts, part)
			}
		}
		if len(parts) > 0 {
			texts = append(texts, strings.Join(parts, " "))
		}
	}
	return strings.Join(texts, "; ")
}

func discountTyped(typed string) string {
	if typed == "" {
		return ""
	}
	return "-" + strings.TrimSuffix(typed, "%") + "%"
}

// customerBeside sets what there is now beside what was typed, when somebody was faster; nothing otherwise.
func customerBeside(p *i18n.Printer, r *http.Request, c customer.Customer, failure error) []templ.Component {
	typed := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	if !errs.Is(failure, errs.KindConflict) || typed("seen") == number(int64(c.Recorded)) {
		return nil
	}
	r.PostForm.Set("seen", number(int64(c.Recorded))) // the form is meant for what there is now
	return besideCards(p, p.T("customer.changed_meanwhile"), []besideField{{p.T("sales.customer_name"), c.Name, typed("name")}, {p.T("sales.industry"), c.Industry, typed("industry")}, {p.T("sales.city"), c.City, typed("city")},
		{p.T("sales.credit_code"), c.CreditCode, naming.CreditCode(typed("credit_code"))}, {p.T("sales.recorded_tier"), c.Tier, typed("tier")}, {p.T("sales.customer_region"), c.Region, typed("region")}})
}

// profileBeside does the same for the file of a customer.
func (h *Handler) profileBeside(p *i18n.Printer, r *http.Request, q profile.Profile, failure error) []templ.Component {
	typed := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	if !errs.Is(failure, errs.KindConflict) || typed("seen") == number(q.Revision) {
		return nil
	}
	r.PostForm.Set("seen", number(q.Revision))
	return besideCards(p, p.T("profile.changed_meanwhile"), []besideField{{p.T("profile.need"), q.Need, typed("need")}, {p.T("profile.budget"), h.budgetText(q), amountTyped(typed("budget"))}, {p.T("profile.decision_maker"), q.DecisionMaker, typed("decision_maker")},
		{p.T("profile.region_code"), q.RegionCode, typed("region_code")}, {p.T("profile.address"), q.Address, typed("address")}, {p.T("profile.invoice_title"), q.InvoiceTitle, typed("invoice_title")},
		{p.T("profile.contract_end"), dayText(q.ContractEnd), typed("contract_end")}})
}
