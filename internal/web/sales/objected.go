package sales

import (
	"net/http"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/web/ui"
)

// objection is what was refused on the page of a record that belongs to an opportunity.
type objection struct {
	caseID int64  // the opportunity; 0: none
	act    string // the form that shows what is wrong; empty: a button was pressed
	submit string // what the button does although a rule asks for a reason; empty: no button does
	seen   int64
}

// objected says why something was not done, and where the way out is: what can be recorded, the exemption, or, where a button was pressed, the
// reason that a rule asks for.
func objected(r *http.Request, p *i18n.Printer, o objection, failure error) (parts []templ.Component) {
	if failure == nil {
		return nil
	}
	asks := o.act == "" && o.submit != "" && asksReason(failure)
	fields := []ui.Field{{Name: "excuse", Kind: ui.FieldArea, Label: p.T("standard.excuse"), Value: r.PostFormValue("excuse"), Rows: 2}, {Name: "seen", ID: "f-seen-excuse", Kind: ui.FieldHidden, Value: number(o.seen)}}
	if !asks {
		fields = nil
	}
	fitted, problem := ui.WithErrors(fields, failure, p)
	if o.act == "" {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "failed", Tone: ui.ToneWarn, Strong: p.T("quote.not_done"), Text: problem})))
	}
	parts = append(parts, ways(p, access.ActorFrom(r.Context()), o.caseID, failure)...)
	if asks {
		parts = append(parts, ui.Filled(ui.CardView{ID: "excuse", Title: p.T("standard.say_why_title")},
			ui.Form(ui.FormView{ID: "excuse-form", Action: r.URL.Path, Fields: fitted, Submit: ui.Action{Label: o.submit, Kind: ui.ActionPrimary}})))
	}
	return parts
}

// ways are the buttons that lead out of an objection of the process standard; none where it has none.
func ways(p *i18n.Printer, actor access.Actor, caseID int64, failure error) []templ.Component {
	if caseID == 0 {
		return nil
	}
	buttons := wayOut(p, actor, caseID, failure)
	if len(buttons) > 0 && len(missingFields(failure)) > 0 {
		buttons = append([]templ.Component{ui.Button(ui.Action{Label: p.T("customfield.fill_on_opportunity"), Icon: "edit", Small: true, URL: editPath + number(caseID)})}, buttons...)
	}
	if len(buttons) == 0 {
		return nil
	}
	return []templ.Component{ui.Across(ui.Beside(buttons...))}
}
