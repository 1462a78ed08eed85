package plans

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/lawguard"
	"xiaoguan/internal/web/ui"
)

// GuardBy lets the page of a version warn of what labour law has against it.
func (h *Handler) GuardBy(guard *lawguard.Service) *Handler {
	h.guard = guard
	return h
}

// lawCard lists what labour law has against a version, before it is approved and after; nil when there is nothing.
func lawCard(p *i18n.Printer, s shown) templ.Component {
	if len(s.law) == 0 {
		return nil
	}
	card := ui.CardView{ID: "law", Title: p.T("law.title"), Sub: p.T("law.plan_sub"), Count: len(s.law), Flush: true, Span: -1, Foot: p.T("law.no_advice"), More: &ui.Link{Label: p.T("law.rules"), URL: "/law/rules"}}
	var items []ui.Item
	var dialogs []templ.Component
	for i, f := range s.law {
		d, _ := lawguard.DefinitionOf(f.Rule)
		var sources []string
		for _, source := range d.Sources {
			sources = append(sources, p.Message(lawguard.Cite(source)))
		}
		item := ui.Item{Icon: "alert-triangle", Tone: ui.ToneWarn, Title: p.Message(d.Name()) + p.T("common.colon") + p.Message(f.Reason), Detail: p.Message(f.Remedy) + " " + strings.Join(sources, p.T("law.separator")), Top: true}
		if f.Severity == lawguard.SeverityNote {
			item.Icon, item.Tone = "info-circle", ui.ToneNone
		}
		if f.Acknowledged != nil {
			item.Chips = []ui.Chip{{Label: p.T("law.acknowledged"), Icon: "check", Tone: ui.ToneGood}}
		}
		if f.Acknowledged == nil && s.actor.Can(access.PermLawAcknowledge) {
			id := "note-" + strconv.Itoa(i)
			item.End = ui.Button(ui.Action{Label: p.T("law.note"), Popover: id, Small: true})
			dialogs = append(dialogs, ui.ConfirmOf(ui.Confirm{ID: id, Title: p.Message(d.Name()), Strong: p.Message(f.Reason), Text: p.T("law.note_text"), Action: "/law/acknowledge", Plain: true, Icon: "check",
				Hidden: []ui.Field{{Name: "finding", Value: f.ID}, {Name: "fingerprint", Value: f.Fingerprint}, {Name: "version", Value: s.version.ID}}, Submit: p.T("law.note"),
				Reason: &ui.Field{Name: "reason", ID: "reason-" + strconv.Itoa(i), Label: p.T("law.reason"), Kind: ui.FieldArea, Rows: 3}}))
		}
		items = append(items, item)
	}
	return templ.Join(append([]templ.Component{ui.Filled(card, ui.List(items))}, dialogs...)...)
}
