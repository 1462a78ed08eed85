package tiers

import (
	"math/big"
	"net/http"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/tier"
	"xiaoguan/internal/tierbook"
	"xiaoguan/internal/web/ui"
)

// percent writes a share.
func percent(p *i18n.Printer, s tier.Share) string {
	return p.PercentDigits(big.NewRat(int64(s), int64(tier.Whole)), 1)
}

// part writes a number and its share of all.
func part(p *i18n.Printer, n, of int) ui.Cell {
	if of == 0 {
		return ui.Text(p.Int(int64(n)))
	}
	return ui.Cell{Text: p.Int(int64(n)), Sub: p.PercentDigits(big.NewRat(int64(n), int64(of)), 0)}
}

func (h *Handler) home(w http.ResponseWriter, r *http.Request) error {
	return h.drawHome(w, r, http.StatusOK, nil)
}

func (h *Handler) drawHome(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	actor, p := access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	o, err := h.Tiers.Overview(r.Context(), actor)
	if err != nil {
		return err
	}
	view := page(p, actor, homeURL, p.T("tiers.title"), p.T("tiers.subtitle", "Policy", ui.TextIn(p, o.Current.Name.Zh, o.Current.Name.En, "")))
	if o.MayStart && o.Running == nil {
		view.Actions = []ui.Action{{Label: p.T("tiers.start_review"), Icon: "refresh", Post: true, URL: "/tiers/review"}}
	}
	parts := append(saved(p, r), failed(p, failure)...)
	if o.Running != nil {
		parts = append(parts, ui.Filled(ui.CardView{Title: p.T("tiers.running")}, ui.Progress(running(p, o))))
	}
	if o.Failed != nil {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{Tone: ui.ToneBad, Strong: p.T("tiers.review_failed", "When", when(p, o.Failed.AsOf)), Text: p.Message(o.Failed.Failure)})))
	}
	if o.Waiting > 0 {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{ID: "waiting", Tone: ui.ToneWarn, Strong: p.T("tiers.waiting", "Count", o.Waiting), Action: &ui.Action{Label: p.T("tiers.go_decide"), URL: proposalsURL}})))
	}
	switch {
	case o.Last == nil && o.Running == nil:
		state := ui.State{Kind: ui.StateEmpty, Title: p.T("tiers.none"), Text: p.T("tiers.none_text")}
		if o.MayStart {
			state.Actions = []ui.Action{{Label: p.T("tiers.start_review"), Kind: ui.ActionPrimary, Post: true, URL: "/tiers/review"}}
		}
		parts = append(parts, ui.Filled(ui.CardView{Label: p.T("tiers.none")}, ui.StateOf(state)))
	case o.Last != nil:
		parts = append(parts, metrics(p, o)...)
		parts = append(parts, spreadCard(p, o))
		if o.All {
			parts = append(parts, movesCard(p, o), groupsCard(p, o))
		}
		parts = append(parts, notes(p, o)...)
	}
	return ui.Write(w, r, status, ui.Compose(view, parts...))
}

func when(p *i18n.Printer, d calendar.Date) string { return p.Day(d) }

// metrics are the four numbers that a manager looks at first.
func metrics(p *i18n.Printer, o tierbook.Overview) []templ.Component {
	all, followed := o.Total, o.Followed()
	warned := tierbook.Counts(all.Warned)
	complete := ui.Metric{Label: p.T("tiers.completeness"), Basis: p.T("tiers.completeness_basis"), Text: percent(p, all.Completeness())}
	if c := o.Policy.Completeness; c != nil {
		complete.Goal = p.T("tiers.goal", "Goal", c.Goal.String())
		complete.Bar = &ui.Bar{Parts: []ui.BarPart{{Share: big.NewRat(int64(all.Completeness()), int64(tier.Whole)), Class: barClass(all.Completeness() >= c.Goal)}}, Tick: big.NewRat(int64(c.Goal), int64(tier.Whole))}
	}
	match := followed.Match()
	return []templ.Component{
		ui.MetricCard(ui.Metric{Label: p.T("tiers.customers"), Basis: p.T("tiers.as_of", "Day", when(p, o.Last.AsOf)), Text: p.Int(int64(all.Tiers.Sum())), Goal: p.T("tiers.new_and_prospects", "New", all.New, "Prospects", all.Prospect)}),
		ui.MetricCard(ui.Metric{Label: p.T("tiers.warned"), Basis: p.T("tiers.warned_basis"), Text: p.Int(int64(warned.Sum())), Goal: p.T("tiers.warned_a", "Count", warned[0])}),
		ui.MetricCard(complete),
		ui.MetricCard(ui.Metric{Label: p.T("tiers.match"), Basis: p.T("tiers.match_basis"), Text: percent(p, match), Goal: p.T("tiers.goal", "Goal", "90%"),
			Bar: &ui.Bar{Parts: []ui.BarPart{{Share: big.NewRat(int64(match), int64(tier.Whole)), Class: barClass(match >= matchGoal)}}, Tick: big.NewRat(int64(matchGoal), int64(tier.Whole))}}),
	}
}

// repeatBuyersLeast is how many customers must have bought again for the models of purchases (stats.UsualRepeatBuyers).
const repeatBuyersLeast = 200

// matchGoal is the part of customers whose people and contact should suit their tier.
const matchGoal = tier.Share(900_000)

func barClass(reached bool) string {
	if reached {
		return "fg"
	}
	return "fw"
}

// tierName is the badge of a tier with what it means.
func tierName(p *i18n.Printer, t tier.Tier) ui.Cell {
	return ui.Cell{Body: ui.Tier(string(t)), Sub: p.T("tiers.means_" + string(t)), URL: "", Text: ""}
}

// spreadCard shows how customers are spread over tiers, and what the rhythm of contact asks for.
func spreadCard(p *i18n.Printer, o tierbook.Overview) templ.Component {
	table := ui.TableView{Label: p.T("tiers.spread"), Columns: []ui.Column{{Label: p.T("tiers.tier"), Phone: true}, {Label: p.T("tiers.customers"), Kind: ui.ColumnNumber, Phone: true},
		{Label: p.T("tiers.warned"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("tiers.cadence"), Kind: ui.ColumnNumber}, {Label: p.T("tiers.response"), Kind: ui.ColumnNumber}}}
	all := o.Total.Tiers.Sum()
	for i, t := range tier.Tiers() {
		s := o.Policy.ServiceOf(t)
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{tierName(p, t), linked(part(p, o.Total.Tiers[i], all), listURL+"?tier="+string(t)),
			linked(part(p, o.Total.Warned[i], o.Total.Tiers[i]), listURL+"?relation=churn_warned&tier="+string(t)),
			ui.Text(p.T("tiers.every_days", "Days", s.ContactDays)), ui.Text(within(p, s.ResponseMinutes))}})
	}
	return ui.Filled(ui.CardView{Title: p.T("tiers.spread"), Sub: p.T("tiers.as_of", "Day", when(p, o.Last.AsOf)), Flush: true, Span: 12}, ui.Table(table))
}

// costText says what stands in for the margin of deals without a cost: that of the others, or all of the revenue where no cost is known.
func costText(p *i18n.Printer, share tier.Share) string {
	if share == tier.Whole {
		return p.T("tiers.without_cost_any")
	}
	return p.T("tiers.without_cost_text", "Share", percent(p, share))
}

// within is how soon somebody is to be answered: in whole hours, or else in minutes.
func within(p *i18n.Printer, minutes int) string {
	if minutes > 0 && minutes%60 == 0 {
		return p.T("tiers.within_hours", "Hours", minutes/60)
	}
	return p.T("tiers.within_minutes", "Minutes", minutes)
}

func linked(c ui.Cell, address string) ui.Cell {
	c.URL = address
	return c
}

// movesCard shows what the last review that counts moved.
func movesCard(p *i18n.Printer, o tierbook.Overview) templ.Component {
	if o.Counted == nil {
		return templ.NopComponent
	}
	sum := o.Counted.Summary
	card := ui.CardView{Title: p.T("tiers.moves"), Sub: p.T("tiers.moves_sub", "Month", p.Month(o.Counted.Month), "Count", sum.Moves.Changed()), Flush: true, Span: 6}
	return ui.Filled(card, ui.Table(movesTable(p, p.T("tiers.moves"), p.T("tiers.before"), sum.Moves)))
}

// movesTable is a matrix of tiers: from the rows to the columns.
func movesTable(p *i18n.Printer, label, corner string, moves tier.Moves) ui.TableView {
	table := ui.TableView{Label: label, Columns: []ui.Column{{Label: corner, Phone: true}}}
	for _, t := range tier.Tiers() {
		table.Columns = append(table.Columns, ui.Column{Label: p.T("tiers.to", "Tier", string(t)), Kind: ui.ColumnNumber, Phone: true})
	}
	for from, t := range tier.Tiers() {
		row := ui.Row{Cells: []ui.Cell{{Body: ui.Tier(string(t))}}}
		for to := range tier.Tiers() {
			cell := ui.Text(p.Int(int64(moves[from][to])))
			cell.Strong, cell.Muted = from != to && moves[from][to] > 0, moves[from][to] == 0
			row.Cells = append(row.Cells, cell)
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}

// groupsCard shows the groups by recency, frequency and money.
func groupsCard(p *i18n.Printer, o tierbook.Overview) templ.Component {
	table := ui.TableView{Label: p.T("tiers.groups"), Columns: []ui.Column{{Label: p.T("tiers.group"), Phone: true}, {Label: p.T("tiers.customers"), Kind: ui.ColumnNumber, Phone: true}}}
	all := 0
	for _, n := range o.Last.Summary.Groups {
		all += n
	}
	for _, g := range tier.Groups() {
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.LinkTo(p.T(g.MessageKey()), listURL+"?group="+string(g)), part(p, o.Last.Summary.Groups[g], all)}})
	}
	return ui.Filled(ui.CardView{Title: p.T("tiers.groups"), Sub: p.T("tiers.groups_sub"), Flush: true, Span: 6}, ui.Table(table))
}

// notes say what the numbers rest on.
func notes(p *i18n.Printer, o tierbook.Overview) (parts []templ.Component) {
	if !o.All {
		return nil
	}
	say := func(strong, text string) {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{Icon: "info-circle", Strong: strong, Text: text})))
	}
	sum := o.Last.Summary
	if sum.WithoutCost > 0 {
		say(p.T("tiers.without_cost", "Count", sum.WithoutCost), costText(p, sum.MarginShare))
	}
	if sum.WithoutRate > 0 {
		say(p.T("tiers.without_rate", "Count", sum.WithoutRate), p.T("tiers.without_rate_text"))
	}
	switch {
	case sum.Modelled:
		say(p.T("tiers.modelled"), p.T("tiers.modelled_text", "Count", sum.Buyers))
	case sum.Buyers < repeatBuyersLeast:
		say(p.T("tiers.not_modelled"), p.T("tiers.not_modelled_text", "Count", sum.Buyers))
	default: // they buy so regularly, or so irregularly, that the model's parameters have no end
		say(p.T("tiers.not_fitted"), p.T("tiers.not_fitted_text", "Count", sum.Buyers))
	}
	return parts
}

// running shows how far the review is.
func running(p *i18n.Printer, o tierbook.Overview) ui.Job {
	j := ui.Job{ID: "tier-review", Title: p.T("tiers.running"), State: ui.JobDone, Source: "/tiers/review/progress"}
	if o.Running == nil {
		return j
	}
	j.State = ui.JobRunning
	if o.Job != nil {
		j.Done, j.Total = int(o.Job.Progress.Done), int(o.Job.Progress.Total)
		if o.Job.Progress.Stage != "" {
			j.Text = p.T(o.Job.Progress.Stage)
		}
	}
	return j
}

// progress answers with how far the review is; when it has ended, it asks the browser to load the page anew.
func (h *Handler) progress(w http.ResponseWriter, r *http.Request) error {
	o, err := h.Tiers.Overview(r.Context(), access.ActorFrom(r.Context()))
	if err != nil {
		return err
	}
	if o.Running == nil {
		w.Header().Set("HX-Refresh", "true")
	}
	return ui.Write(w, r, http.StatusOK, ui.Progress(running(httpx.PrinterFrom(r.Context()), o)))
}
