package disputes

import (
	"net/url"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/dispute"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/web/ui"
)

// actForm is the card of one act; a refused one shows why, with what was typed.
func (s shown) actForm(p *i18n.Printer, act, title string, form ui.FormView) templ.Component {
	form.ID, form.Action = "act-"+act, address(s.ID)+"/"+act
	if s.act == act {
		for i := range form.Fields {
			if value := s.values.Get(form.Fields[i].Name); value != "" && form.Fields[i].Kind != ui.FieldFile {
				form.Fields[i].Value = value
			}
		}
		form.Fields, form.Problem = ui.WithErrors(form.Fields, s.failure, p)
	}
	return ui.Filled(ui.CardView{Title: title, Span: -1}, ui.Form(form))
}

// actCards are what the reader can do now.
func actCards(p *i18n.Printer, s shown) (cards []templ.Component) {
	if s.May.Take {
		cards = append(cards, ui.Filled(ui.CardView{Title: p.T("dispute.take"), Span: -1}, ui.Form(ui.FormView{ID: "act-take", Action: address(s.ID) + "/take",
			Submit: ui.Action{Label: p.T("dispute.take_button"), Icon: "eye"}, Consequence: p.T("dispute.take_consequence")})))
	}
	if len(s.May.Voices) > 0 {
		cards = append(cards, s.speakCard(p))
	}
	if s.May.Bar != dispute.BarNone {
		cards = append(cards, ui.NoteOf(ui.Note{Icon: "lock", Tone: ui.ToneWarn, Text: p.T("dispute.bar_" + string(s.May.Bar))}))
	}
	if s.May.Correct {
		cards = append(cards, s.correctCard(p))
	}
	if s.May.Say {
		cards = append(cards, s.actForm(p, "say", p.T("dispute.say"), ui.FormView{Fields: []ui.Field{{Name: "text", ID: "say-text", Kind: ui.FieldArea, Label: p.T("dispute.comment")}},
			Submit: ui.Action{Label: p.T("dispute.say_button"), Icon: "message-2"}}))
	}
	if s.May.Attach {
		cards = append(cards, s.actForm(p, "files", p.T("dispute.attach"), ui.FormView{Multipart: true, Submit: ui.Action{Label: p.T("dispute.attach_button"), Icon: "upload"},
			Fields: []ui.Field{{Name: "files", Kind: ui.FieldFile, Label: p.T("dispute.file"), Multiple: true, Accept: dispute.FileEndings,
				Hint: p.T("dispute.files_hint", "Max", dispute.FilesMax, "Megabytes", dispute.FileBytesMax>>20, "Endings", dispute.FileEndings)}}}))
	}
	if s.May.Defer {
		cards = append(cards, s.actForm(p, "defer", p.T("dispute.defer"), ui.FormView{Fields: []ui.Field{{Name: "reason", ID: "defer-reason", Kind: ui.FieldArea, Label: p.T("dispute.reason")}},
			Submit: ui.Action{Label: p.T("dispute.defer_button", "Month", p.MonthShort(s.May.DeferTo)), Icon: "calendar-event"}, Consequence: p.T("dispute.defer_consequence")}))
	}
	if s.May.Withdraw {
		cards = append(cards, s.actForm(p, "withdraw", p.T("dispute.withdraw"), ui.FormView{Fields: []ui.Field{{Name: "reason", ID: "withdraw-reason", Label: p.T("dispute.reason"), Optional: true}},
			Submit: ui.Action{Label: p.T("dispute.withdraw_button"), Icon: "arrow-back-up"}, Consequence: p.T("dispute.withdraw_consequence")}))
	}
	return cards
}

// speakCard is the form of a voice.
func (s shown) speakCard(p *i18n.Printer) templ.Component {
	voice := ui.Field{Kind: ui.FieldHidden, Name: "voice", Value: string(s.May.Voices[0])}
	if len(s.May.Voices) > 1 {
		voice = ui.Field{Kind: ui.FieldSelect, Name: "voice", Label: p.T("dispute.voice")}
		for _, v := range s.May.Voices {
			voice.Options = append(voice.Options, ui.Option{Value: string(v), Label: p.T("dispute.voice_" + string(v))})
		}
	}
	outcome := ui.Field{Kind: ui.FieldRadio, Name: "outcome", Label: p.T("dispute.your_ruling")}
	for _, o := range dispute.Outcomes {
		outcome.Options = append(outcome.Options, ui.Option{Value: string(o), Label: p.T("dispute.outcome_" + string(o))})
	}
	title := p.T("dispute.speak", "Voice", p.T("dispute.voice_"+string(s.May.Voices[0])))
	if len(s.May.Voices) > 1 {
		title = p.T("dispute.speak_any")
	}
	return s.actForm(p, "speak", title, ui.FormView{Fields: []ui.Field{voice, outcome,
		{Name: "amount", Kind: ui.FieldMoney, Label: p.T("dispute.amount_ask"), Hint: p.T("dispute.amount_hint"), Optional: true, Unit: ui.UnitOf(p, s.currency)},
		{Name: "reason", ID: "speak-reason", Kind: ui.FieldArea, Label: p.T("dispute.reason")}},
		Submit: ui.Action{Label: p.T("dispute.speak_button"), Kind: ui.ActionPrimary, Icon: "gavel"}, Consequence: p.T("dispute.speak_consequence")})
}

// correctCard leads to the facts and takes the number of what corrected them.
func (s shown) correctCard(p *i18n.Printer) templ.Component {
	kind := ui.Field{Name: "kind", Kind: ui.FieldSelect, Label: p.T("dispute.corrected_by"), Value: dispute.RefBatch,
		Options: []ui.Option{{Value: dispute.RefBatch, Label: p.T("dispute.kind_batch")}, {Value: dispute.RefAdjustment, Label: p.T("dispute.kind_adjustment")}}}
	form := s.actForm(p, "correct", p.T("dispute.correct"), ui.FormView{Fields: []ui.Field{kind,
		{Name: "reference", Label: p.T("dispute.reference"), Hint: p.T("dispute.reference_hint")}},
		Submit: ui.Action{Label: p.T("dispute.correct_button"), Icon: "link"}})
	links := s.factLinks(p)
	if len(links) == 0 {
		return form
	}
	var buttons []templ.Component
	for _, l := range links {
		buttons = append(buttons, ui.Button(ui.Action{Label: l.Label, URL: l.URL, Icon: l.Icon, Small: true}))
	}
	return templ.Join(ui.Filled(ui.CardView{Title: p.T("dispute.facts"), Span: -1}, ui.Beside(buttons...)), form)
}

// factLinks lead to the facts that the line rests on, those of the cause first.
func (s shown) factLinks(p *i18n.Printer) (links []ui.Link) {
	add := func(key, icon, address string) {
		links = append(links, ui.Link{Label: p.T("dispute.fact_" + key), Icon: icon, URL: address})
	}
	person, month := number(s.PersonID), s.Month.String()
	if s.actor.Can(access.PermSalesWrite) {
		if s.Line.Payment != "" {
			add("payment", "cash", "/payments/"+url.PathEscape(s.Line.Payment))
		}
		if s.Line.Deal != "" {
			add("deal", "file-text", "/correct-deal/"+url.PathEscape(s.Line.Deal))
		}
		if s.Cause == dispute.CauseMissingPayment && s.Line.Payment == "" {
			add("payments", "cash", "/payments?person="+person)
		}
		if s.Cause == dispute.CauseWrongQuota {
			add("quota", "target-arrow", "/quotas/"+month+"/"+person)
		}
	}
	if s.Cause == dispute.CauseWrongLevel && s.actor.Can(access.PermOrgRead) {
		add("person", "user", "/people/"+person)
	}
	if s.Cause == dispute.CauseRuleReading {
		add("plan", "report-money", "/plans/"+url.PathEscape(s.VersionID))
	}
	if address := s.adjustmentURL(p); address != "" {
		add("adjustment", "cash", address)
	}
	return links
}

// adjustmentURL leads to the form of an adjustment over what the ruling adds, filled in; empty where it adds nothing, or nothing known. A credit
// or a payment is sales, not pay: what more of it earns, the next calculation says once the facts are corrected.
func (s shown) adjustmentURL(p *i18n.Printer) string {
	minor, known := s.DifferenceMinor()
	isSales := s.Line.Kind == dispute.LineCredit || s.Line.Kind == dispute.LinePayment
	if isSales || !known || minor == 0 || !s.actor.Can(access.PermAdjustmentWrite) {
		return ""
	}
	kind := s.PlanID
	if s.Line.Component != "" {
		kind += "/" + s.Line.Component
	}
	form := url.Values{"person": {s.PersonKey}, "month": {s.Month.String()}, "kind": {kind}, "amount": {money.Format(minor, s.currency)},
		"reason": {p.T("dispute.adjustment_reason", "Month", s.Month.String())}, "evidence": {p.T("dispute.adjustment_evidence", "ID", s.ID)}}
	return "/adjustments/new?" + form.Encode()
}
