package pay

import (
	"context"
	"net/url"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/explain"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/web/ui"
)

// monthsShown is how many months stand beside a statement.
const monthsShown = 6

// objectionsSoon is when the end of the objections is drawn as near.
const objectionsSoon = 48 * time.Hour

// states of a month in order, as package payout names them.
var stateTones = map[string]ui.Tone{"review": ui.ToneWarn, "published": ui.ToneWarn, "approved": ui.ToneBrand, "closed": ui.ToneGood}

func stateChip(p *i18n.Printer, state string) ui.Chip {
	return ui.Chip{Label: p.T("pay.state_" + state), Tone: stateTones[state]}
}

// address returns a path of the statement with what identifies it.
func (o opened) address(below string) string {
	query := url.Values{"plan": {o.view.PlanID}}
	if o.preview {
		query.Set("preview", "1")
	}
	return o.base + below + "?" + query.Encode()
}

// statementPage is one statement: the total, how it came about, where the month stands.
func statementPage(ctx context.Context, o opened) templ.Component {
	p := httpx.PrinterFrom(ctx)
	view := ui.PageView{Title: p.T("pay.statement_of", "Month", p.Month(o.month)), Current: "pay", Sub: scopeOf(p, o)}
	view.Crumbs = []ui.Crumb{{Label: p.T("pay.title"), URL: "/pay"}, {Label: p.Month(o.month)}}
	if o.person != o.actor.PersonID || o.base[:5] != "/pay/" {
		view.Current, view.Title = "statements", p.T("pay.statement_of", "Month", p.Month(o.month))+" · "+o.view.Name
		view.Crumbs = []ui.Crumb{{Label: p.T("pay.list_title"), URL: "/statements"}, {Label: p.Month(o.month), URL: "/statements?month=" + o.month.String()}, {Label: o.view.Name}}
	}
	if !o.preview {
		view.Actions = []ui.Action{{Label: p.T("pay.as_of"), Icon: "history", URL: o.address("/as-of"), DeskOnly: true}, {Label: p.T("pay.data"), Icon: "file-download", URL: o.address("/statement.json"), Download: true, DeskOnly: true},
			{Label: p.T("pay.account"), Icon: "building-bank", URL: "/ledger/account?person=" + strconv.FormatInt(o.person, 10)}}
		for i, m := range monthsOf(o.history, o.paidHonours) {
			if m.month == o.month && i+1 < len(monthsOf(o.history, o.paidHonours)) {
				previous := monthsOf(o.history, o.paidHonours)[i+1].month
				view.Actions = append([]ui.Action{{Label: p.MonthShort(previous), Icon: "chevron-left", URL: o.beside(previous)}}, view.Actions...)
			}
		}
	}
	view.Tabs, view.Print = planTabs(o), printFoot(p, o)
	side := []templ.Component{processCard(p, o), monthsCard(p, o), verifyCard(p, o)}
	if card := disputesCard(p, o); card != nil {
		side = append([]templ.Component{side[0], card}, side[1:]...)
	}
	if o.preview {
		side = []templ.Component{monthsCard(p, o), verifyCard(p, o)}
	}
	return ui.Compose(view, ui.Stack(8, mainCards(p, o)...), ui.Stack(4, side...))
}

// printFoot names the statement on paper; an estimate has no digest to compare with.
func printFoot(p *i18n.Printer, o opened) *ui.PrintFoot {
	foot := &ui.PrintFoot{Document: p.T("pay.statement_of", "Month", p.Month(o.month)) + " · " + o.view.Name, Hash: o.view.Digest}
	if o.version.ID != "" {
		foot.Version = p.T("pay.plan_version", "Plan", o.words.PlanName, "Number", o.version.Number)
	}
	if o.preview {
		foot.Document, foot.Hash = p.T("pay.estimated", "Month", p.Month(o.month))+" · "+o.view.Name, ""
	}
	return foot
}

// beside is the address of another month of the same person.
func (o opened) beside(month calendar.Month) string {
	if o.base[:5] == "/pay/" {
		return "/pay/" + month.String()
	}
	return "/statements/" + month.String() + "/" + strconv.FormatInt(o.person, 10)
}

func scopeOf(p *i18n.Printer, o opened) templ.Component {
	address, label := "", p.T("pay.plan_link", "Plan", o.words.PlanName)
	if o.version.ID != "" {
		address, label = "/plans/"+url.PathEscape(o.version.ID), p.T("pay.plan_version", "Plan", o.words.PlanName, "Number", o.version.Number)
	}
	return scope(o, explain.Level(p, o.view.Level), address, label)
}

// planTabs lead to the other plans that the person is paid by in the month.
func planTabs(o opened) (tabs []ui.Tab) {
	for _, h := range o.history {
		if h.Month == o.month {
			tabs = append(tabs, ui.Tab{Label: h.PlanID, URL: o.base + "?plan=" + url.QueryEscape(h.PlanID), Current: h.PlanID == o.view.PlanID})
		}
	}
	if len(tabs) < 2 {
		return nil
	}
	return tabs
}

func heroCard(p *i18n.Printer, o opened) templ.Component {
	return ui.Filled(ui.CardView{Label: p.T("pay.payable", "Month", p.Month(o.month)), Span: -1}, hero(heroOf(p, o)))
}

func heroOf(p *i18n.Printer, o opened) heroView {
	s := o.view.Statement
	v := heroView{Label: p.T("pay.payable", "Month", p.Month(o.month)), Total: ui.Amount{Minor: o.view.PaidMinor, Currency: s.Currency}, Digest: o.view.Digest}
	if o.preview {
		v.Label = p.T("pay.estimated", "Month", p.Month(o.month))
		v.Chips = []ui.Chip{{Label: p.T("pay.estimate"), Icon: "clock", Tone: ui.ToneWarn}}
		v.Note = &ui.Note{Tone: ui.ToneWarn, Icon: "info-circle", Strong: p.T("pay.now_strong"), Text: p.T("pay.now_text")}
	} else {
		standing := o.view.Standing
		v.Chips = []ui.Chip{stateChip(p, standing.State)}
		if standing.SealHash != "" {
			v.Chips = append(v.Chips, ui.Chip{Label: p.T("pay.sealed"), Icon: "shield-check", Tone: ui.ToneGood})
		}
		if standing.State == "published" && o.now.Before(standing.ObjectUntil) {
			v.Clock = &ui.Clock{State: ui.ClockRun, Label: p.T("pay.objections_left", "Left", p.Deadline(standing.ObjectUntil, o.now)), Title: moment(p, standing.ObjectUntil)}
		}
		if v.Clock != nil && standing.ObjectUntil.Sub(o.now) < objectionsSoon {
			v.Clock.State = ui.ClockSoon
		}
		v.Delta = deltaOf(p, o)
	}
	v.Formula = totalFormula(p, o)
	return v
}

// totalFormula is the sum of the components: what counts against the payee has a minus before it.
func totalFormula(p *i18n.Printer, o opened) (parts []ui.FormulaPart) {
	s := o.view.Statement
	for i, c := range o.words.Components {
		amount := c.AmountFen
		switch {
		case amount < 0:
			parts = append(parts, ui.FormulaPart{Operator: i18n.Minus})
			amount = -amount
		case i > 0:
			parts = append(parts, ui.FormulaPart{Operator: "+"})
		}
		parts = append(parts, ui.FormulaPart{Label: c.Name, Value: p.Amount(amount, s.Currency)})
	}
	if len(o.view.Additions) > 0 {
		parts = append(parts, addedPart(p, o))
	}
	if o.settled != nil {
		parts = append(parts, settledPart(p, o))
	}
	return append(parts, ui.FormulaPart{Operator: "="}, ui.FormulaPart{Value: p.Amount(o.view.PaidMinor, s.Currency)})
}

// monthSum is a month of a person with the sum over the plans.
type monthSum struct {
	month calendar.Month
	total int64
	state string
}

// monthsOf sums the statements by month with the cash of titles, newest first as they come.
func monthsOf(heads []payout.Head, honours map[calendar.Month]int64) (months []monthSum) {
	for _, h := range heads {
		if n := len(months); n == 0 || months[n-1].month != h.Month {
			months = append(months, monthSum{month: h.Month, state: h.Standing.State, total: honours[h.Month]})
		}
		months[len(months)-1].total += h.PaidMinor
	}
	return months
}

// deltaOf compares the month with the one before it, over all plans.
func deltaOf(p *i18n.Printer, o opened) *ui.Delta {
	months := monthsOf(o.history, o.paidHonours)
	for i := 0; i+1 < len(months); i++ {
		if months[i].month != o.month || months[i+1].month != o.month-1 {
			continue
		}
		difference := months[i].total - months[i+1].total
		d := &ui.Delta{Label: p.Money(max(difference, -difference), o.view.Statement.Currency), After: p.T("pay.against", "Month", p.MonthShort(o.month-1))}
		switch {
		case difference > 0:
			d.Sign = 1
		case difference < 0:
			d.Sign = -1
		}
		return d
	}
	return nil
}

// processCard shows how far the month is.
func processCard(p *i18n.Printer, o opened) templ.Component {
	s := o.view.Standing
	done := ui.Moment{Icon: "check", Tone: ui.ToneGood}
	step := func(key string, at time.Time, reached bool, icon string) ui.Moment {
		m := ui.Moment{Title: p.T(key), Icon: icon, Future: !reached, When: p.T("pay.not_yet")}
		if reached {
			m.Icon, m.Tone, m.When = done.Icon, done.Tone, p.T("pay.done")
		}
		if !at.IsZero() {
			m.When, m.At = shortDay(p, at, o.now), at.Format(time.RFC3339)
		}
		return m
	}
	calculated := step("pay.step_calculated", time.Time{}, true, "calculator")
	calculated.Detail = p.T("pay.step_engine", "Version", o.view.Statement.Engine)
	published := step("pay.step_published", s.PublishedAt, s.Published, "send")
	objections := step("pay.step_objections", s.ObjectUntil, s.State == "approved" || s.State == "closed" || (s.Published && !o.now.Before(s.ObjectUntil)), "clock")
	if s.State == "published" && o.now.Before(s.ObjectUntil) {
		objections.Strong, objections.Future, objections.Tone = true, false, ui.ToneWarn
		objections.Detail = p.T("pay.step_objections_text")
	}
	moments := []ui.Moment{calculated, published, objections,
		step("pay.step_approved", s.ApprovedAt, s.State == "approved" || s.State == "closed", "signature"),
		step("pay.step_closed", s.ClosedAt, s.State == "closed", "lock")}
	moments = append(moments, receiptMoments(p, o.view.Receipts, o.view.Statement.Currency)...)
	return ui.Filled(ui.CardView{Title: p.T("pay.process"), Span: -1}, ui.Timeline(moments))
}

// day writes the day of an instant in the company's zone.
func day(p *i18n.Printer, t time.Time) string {
	return p.Date(calendar.DateOf(p.Local(t)))
}

// shortDay writes the day of an instant without its year, where that is the present one.
func shortDay(p *i18n.Printer, t, now time.Time) string {
	local := p.Local(t)
	if local.Year() == p.Local(now).Year() {
		return local.Format("01-02")
	}
	return local.Format(time.DateOnly)
}

// moment writes an instant in the company's zone, a dash for none.
func moment(p *i18n.Printer, t time.Time) string {
	if t.IsZero() {
		return i18n.Unknown
	}
	return day(p, t) + p.Local(t).Format(" 15:04")
}

func monthsCard(p *i18n.Printer, o opened) templ.Component {
	table := ui.TableView{Label: p.T("pay.last_months"), Columns: []ui.Column{
		{Key: "month", Label: p.T("pay.month")}, {Key: "state", Label: p.T("pay.state")}, {Key: "amount", Label: p.T("pay.amount"), Kind: ui.ColumnNumber}},
		Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("pay.no_months")}}
	for i, m := range monthsOf(o.history, o.paidHonours) {
		if i == monthsShown {
			break
		}
		chip := stateChip(p, m.state)
		row := ui.Row{Cells: []ui.Cell{ui.LinkTo(p.Month(m.month), o.beside(m.month)), {Chip: &chip}, ui.MoneyCell(m.total)}}
		if m.month == o.month && !o.preview {
			row.Kind = ui.RowSelected
		}
		table.Rows = append(table.Rows, row)
	}
	return ui.Filled(ui.CardView{Title: p.T("pay.last_months"), Span: -1, Flush: true}, ui.Table(table))
}

// spaced writes a hash so that a person can compare it: the first and the last characters.
func spaced(hash string) string {
	if len(hash) <= 24 {
		return hash
	}
	return hash[:4] + " " + hash[4:8] + " " + hash[8:12] + " … " + hash[len(hash)-4:]
}

func verifyCard(p *i18n.Printer, o opened) templ.Component {
	text, s := p.T("pay.verify_text"), o.view.Statement
	facts := []ui.Fact{{Term: p.T("pay.verify_plan"), Body: digest(s.PlanHash)}, {Term: p.T("pay.verify_crediting"), Body: digest(s.Crediting)}}
	if o.preview {
		text = p.T("pay.verify_none")
	} else {
		facts = append([]ui.Fact{{Term: p.T("pay.verify_digest"), Body: digest(o.view.Digest)}}, facts...)
	}
	if seal := o.view.Standing.SealHash; seal != "" {
		facts = append(facts, ui.Fact{Term: p.T("pay.verify_seal"), Body: digest(seal)})
	}
	return ui.Filled(ui.CardView{Title: p.T("pay.verify"), Span: -1},
		verification(text, facts, ui.Action{Label: p.T("pay.data"), Icon: "file-download", URL: o.address("/statement.json"), Download: true, Small: true}, proofActions(p, o), proofText(p)))
}
