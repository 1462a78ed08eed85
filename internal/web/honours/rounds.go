package honours

import (
	"cmp"
	"context"
	"math/big"
	"net/url"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/honour"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/web/ui"
)

type roundsView struct {
	actor          access.Actor
	rounds         []honour.Round
	rules          []honour.Rule
	waiting        int
	hasWaiting     bool
	today          calendar.Date
	failure        error
	document, term string
}

var stateTones = map[honour.State]ui.Tone{honour.StateProposed: ui.ToneBrand, honour.StateApproved: ui.ToneHold, honour.StateAnnounced: ui.ToneGood, honour.StateDiscarded: ui.ToneLine}

func stateChip(p *i18n.Printer, s honour.State) *ui.Chip {
	return &ui.Chip{Label: p.T("honour.state_" + string(s)), Tone: stateTones[s]}
}

func roundsPage(ctx context.Context, v roundsView) templ.Component {
	p := httpx.PrinterFrom(ctx)
	view := ui.PageView{Title: p.T("honour.rounds"), Subtitle: p.T("honour.rounds_sub"), Current: "honours", Crumbs: []ui.Crumb{{Label: p.T("honour.wall"), URL: "/honours"}, {Label: p.T("honour.rounds")}}}
	if v.actor.Can(access.PermPlanWrite) {
		view.Actions = []ui.Action{{Label: p.T("honour.write_rule"), Icon: "file-plus", URL: "/plans/new"}}
	}
	table := ui.TableView{Label: p.T("honour.rounds"), Columns: []ui.Column{{Label: p.T("honour.title"), Phone: true}, {Label: p.T("honour.term"), Kind: ui.ColumnNarrow, Phone: true}, {Label: p.T("common.status"), Phone: true},
		{Label: p.T("honour.computed_on")}, {Label: p.T("honour.note")}}, Empty: &ui.State{Kind: ui.StateEmpty, Icon: "award", Title: p.T("honour.rounds_empty"), Text: p.T("honour.rounds_empty_text")}}
	for _, r := range v.rounds {
		row := ui.Row{Cells: []ui.Cell{ui.LinkTo(text(p, r.Name), roundURL(r.ID, "")), ui.Text(termText(p, r.Term)), {Chip: stateChip(p, r.State)}, ui.Text(day(p, r.ComputedAt)), {Text: noteText(p, r.Note), Muted: true}}}
		if r.State == honour.StateDiscarded {
			row.Kind = ui.RowMuted
		}
		table.Rows = append(table.Rows, row)
	}
	side := []templ.Component{}
	if v.actor.CanAll(access.PermHonourRun) {
		side = append(side, computeCard(p, v))
	}
	side = append(side, rulesCard(p, v.actor, v.rules))
	if v.hasWaiting {
		side = append(side, ui.Filled(ui.CardView{Title: p.T("honour.queue"), Span: -1}, ui.Facts([]ui.Fact{{Term: p.T("honour.queue_waiting"), Text: p.Int(int64(v.waiting))}})))
	}
	return ui.Compose(view, ui.Stack(8, ui.Filled(ui.CardView{Label: p.T("honour.rounds"), Flush: true, Span: -1}, ui.Table(table))), ui.Stack(4, side...))
}

// computeCard offers the last terms that are over of each rule.
func computeCard(p *i18n.Printer, v roundsView) templ.Component {
	what := ui.Field{Name: "what", Kind: ui.FieldSelect, Label: p.T("honour.what"), Hint: p.T("honour.what_hint"), Value: v.document + " " + v.term}
	for _, r := range v.rules {
		h := r.Document.Honour
		term := honour.TermOf(h.Span, v.today.Month())
		for range 4 {
			term = term.Before()
			what.Options = append(what.Options, ui.Option{Value: h.ID + " " + term.String(), Label: joined(text(p, h.Title), termText(p, term))})
		}
	}
	if len(what.Options) == 0 {
		return ui.Filled(ui.CardView{Title: p.T("honour.compute"), Span: -1}, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("honour.rules_empty"), Text: p.T("honour.rules_empty_text")}))
	}
	form := ui.FormView{ID: "compute", Action: "/honours/rounds", Fields: []ui.Field{what}, Submit: ui.Action{Label: p.T("honour.compute"), Kind: ui.ActionPrimary, Icon: "calculator"}, Consequence: p.T("honour.compute_consequence")}
	form.Fields, form.Problem = ui.WithErrors(form.Fields, v.failure, p)
	return ui.Filled(ui.CardView{Title: p.T("honour.compute"), Span: -1}, ui.Form(form))
}

func roundPage(ctx context.Context, actor access.Actor, v honour.View, users map[string]string, failure error) templ.Component {
	p := httpx.PrinterFrom(ctx)
	view := ui.PageView{Title: text(p, v.Name), Subtitle: termText(p, v.Term), Chips: []ui.Chip{*stateChip(p, v.State)}, Current: "honours",
		Crumbs: []ui.Crumb{{Label: p.T("honour.wall"), URL: "/honours"}, {Label: text(p, v.Name) + " " + termText(p, v.Term)}},
		Print:  &ui.PrintFoot{Document: text(p, v.Name) + " " + termText(p, v.Term), Hash: v.Digest}}
	reviews := actor.Can(access.PermHonourRun) || actor.Can(access.PermHonourApprove)
	if reviews {
		view.Crumbs = []ui.Crumb{view.Crumbs[0], {Label: p.T("honour.rounds"), URL: "/honours/rounds"}, view.Crumbs[1]}
	}
	main := []templ.Component{}
	for _, g := range v.Evidence.Groups {
		main = append(main, rankingCard(p, g, v.Evidence.Currency, false))
	}
	if len(main) == 0 {
		main = append(main, ui.Filled(ui.CardView{Label: p.T("honour.ranking"), Span: -1}, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("honour.nobody_took_part"), Text: p.T("honour.nobody_took_part_text")})))
	}
	side := []templ.Component{ui.Filled(ui.CardView{Title: p.T("honour.path"), Span: -1}, ui.Timeline(moments(p, v.Round, users)), ui.Facts([]ui.Fact{
		{Term: p.T("honour.rule"), Text: p.T("honour.rule_open"), URL: "/plans/" + url.PathEscape(v.VersionID)},
		{Term: p.T("honour.recorded"), Text: p.T("honour.batch", "Number", int64(v.Evidence.Recorded))}, {Term: p.T("honour.evidence_digest"), Body: digest(v.Digest)}}))}
	side = append(side, acts(p, actor, v, failure)...)
	if len(v.Awards) > 0 {
		side = append(side, ui.Filled(ui.CardView{Title: p.T("honour.awards"), Flush: true, Span: -1}, ui.List(items(p, v.Awards))))
	}
	return ui.Compose(view, append(refusal(p, failure), ui.Stack(8, main...), ui.Stack(4, side...))...)
}

// moments are the way of a round.
func moments(p *i18n.Printer, r honour.Round, users map[string]string) []ui.Moment {
	who := func(id string) string { return cmp.Or(users[id], i18n.Unknown) }
	list := []ui.Moment{{When: p.Local(r.ComputedAt).Format("01-02"), At: when(r.ComputedAt), Icon: "calculator", Title: p.T("honour.computed_by", "Who", who(r.ComputedBy))}}
	if r.ApprovedBy != "" {
		list = append(list, ui.Moment{When: p.Local(r.ApprovedAt).Format("01-02"), At: when(r.ApprovedAt), Icon: "check", Tone: ui.ToneGood, Title: p.T("honour.approved_by", "Who", who(r.ApprovedBy))})
	} else if r.State == honour.StateProposed {
		list = append(list, ui.Moment{When: i18n.Unknown, Icon: "signature", Title: p.T("honour.awaiting"), Future: true})
	}
	if r.AnnouncedBy != "" {
		list = append(list, ui.Moment{When: p.Local(r.AnnouncedAt).Format("01-02"), At: when(r.AnnouncedAt), Icon: "speakerphone", Tone: ui.ToneGood, Title: p.T("honour.announced_by", "Who", who(r.AnnouncedBy))})
	}
	if r.State == honour.StateDiscarded {
		list = append(list, ui.Moment{When: i18n.Unknown, Icon: "arrow-back-up", Title: p.T("honour.discarded", "Why", noteText(p, r.Note))})
	}
	return list
}

// acts are what the actor may do with a round now.
func acts(p *i18n.Printer, actor access.Actor, v honour.View, failure error) (parts []templ.Component) {
	if !actor.CanAll(access.PermHonourApprove) || v.State == honour.StateDiscarded {
		return nil
	}
	if v.State == honour.StateAnnounced {
		return revokeAll(p, v, failure)
	}
	step := func(act, icon string) templ.Component {
		return ui.Filled(ui.CardView{Title: p.T("honour." + act), Span: -1}, ui.Form(ui.FormView{ID: act, Action: roundURL(v.ID, "/"+act),
			Submit: ui.Action{Label: p.T("honour." + act), Kind: ui.ActionPrimary, Icon: icon}, Consequence: p.T("honour." + act + "_consequence")}))
	}
	switch {
	case v.State == honour.StateApproved:
		parts = append(parts, step("announce", "speakerphone"))
	case v.ComputedBy == actor.UserID:
		parts = append(parts, ui.NoteOf(ui.Note{Tone: ui.ToneWarn, Icon: "lock", Strong: p.T("honour.own_round_short"), Text: p.T("honour.own_round")}))
	default:
		parts = append(parts, step("approve", "check"))
	}
	form := ui.FormView{ID: "discard", Action: roundURL(v.ID, "/discard"), Fields: []ui.Field{{Name: "reason", Label: p.T("honour.reason_label")}},
		Submit: ui.Action{Label: p.T("honour.discard"), Kind: ui.ActionDanger, Icon: "trash"}, Consequence: p.T("honour.discard_consequence")}
	form.Fields, _ = ui.WithErrors(form.Fields, failure, p)
	return append(parts, ui.Filled(ui.CardView{Title: p.T("honour.discard"), Span: -1}, ui.Form(form)))
}

// revokeAll takes back every award of the round that stands, with one reason.
func revokeAll(p *i18n.Printer, v honour.View, failure error) []templ.Component {
	standing := 0
	for _, a := range v.Awards {
		if a.Revocation == nil {
			standing++
		}
	}
	if standing < 2 {
		return nil // one is taken back on its own page
	}
	form := ui.FormView{ID: "revoke", Action: roundURL(v.ID, "/revoke"), Fields: []ui.Field{{Name: "reason", Label: p.T("honour.reason_label")}},
		Submit: ui.Action{Label: p.T("honour.revoke_all", "Count", standing), Kind: ui.ActionDanger, Icon: "arrow-back-up"}, Consequence: p.T("honour.revoke_consequence")}
	form.Fields, form.Problem = ui.WithErrors(form.Fields, failure, p)
	return []templ.Component{ui.Filled(ui.CardView{Title: p.T("honour.revoke_all_title"), Span: -1}, ui.Form(form))}
}

// rankingCard is one ranking with the values that decided, and of everybody who did not win the reason.
func rankingCard(p *i18n.Printer, g honour.Group, currency money.Currency, promotion bool) templ.Component {
	title := cmp.Or(g.Name, p.T("honour.ranking"))
	if promotion {
		title = levelText(p, g.Key) + " → " + levelText(p, g.To)
	} else if g.Name == "" && g.Key != "" {
		title = levelText(p, g.Key)
	}
	table := ui.TableView{Label: title, Columns: []ui.Column{{Label: p.T("honour.place"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("honour.person"), Phone: true}, {Label: p.T("honour.values")},
		{Label: p.T("honour.conditions")}, {Label: p.T("honour.outcome"), Phone: true}}, Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("honour.nobody_took_part"), Text: p.T("honour.nobody_took_part_text")}}
	if promotion {
		table.Columns[0].Hidden, table.Columns[2].Hidden = true, true
	}
	for _, l := range g.Lines {
		place := i18n.Unknown
		if l.Place > 0 {
			place = p.Int(int64(l.Place))
		}
		outcome := ui.Cell{Text: reasonText(p, l), Muted: true}
		row := ui.Row{}
		if l.Won {
			label := p.T("honour.won")
			if promotion {
				label = p.T("honour.meets")
			}
			row.Kind, outcome = ui.RowSelected, ui.Cell{Chip: &ui.Chip{Label: label, Tone: ui.ToneGold, Icon: "award"}}
		}
		if l.Preferred {
			outcome.Sub = p.T("honour.preferred")
		}
		row.Cells = []ui.Cell{ui.Text(place), {Text: l.Name, Sub: joined(l.Team, levelText(p, l.Level)), Strong: l.Won}, ui.Text(valuesText(p, l.Values, currency)), ui.Draw(ui.Checklist(checks(p, l, currency))), outcome}
		table.Rows = append(table.Rows, row)
	}
	return ui.Filled(ui.CardView{Title: title, Sub: p.T("honour.took_part", "Count", len(g.Lines)), Flush: true, Span: -1}, ui.Table(table))
}

func valuesText(p *i18n.Printer, values []honour.Value, currency money.Currency) string {
	var parts []string
	for _, v := range values {
		if v.Exact != "" {
			parts = append(parts, text(p, v.Name)+" "+valueText(p, v.Kind, v.Exact, currency))
		}
	}
	return p.Join(parts)
}

// checks are the minimums with what was found and what is missing.
func checks(p *i18n.Printer, l honour.Line, currency money.Currency) (list []ui.Check) {
	for _, c := range l.Conditions {
		check := ui.Check{State: ui.CheckDone, Text: comparisonText(p, c, currency), Detail: p.T("honour.found", "Value", valueText(p, c.Kind, c.Found, currency))}
		if !c.Met {
			check.State = ui.CheckFailed
			if c.Missing != "" {
				check.Detail += p.T("honour.missing", "Value", missingText(p, c, currency))
			}
		}
		list = append(list, check)
	}
	return list
}

// missingText writes a distance; that of ratios in percentage points.
func missingText(p *i18n.Printer, c honour.Condition, currency money.Currency) string {
	if plan.ValueKind(c.Kind) == plan.KindRatio {
		if r, ok := new(big.Rat).SetString(c.Missing); ok {
			return p.Points(r)
		}
	}
	return valueText(p, c.Kind, c.Missing, currency)
}
