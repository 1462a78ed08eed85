package honours

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/honour"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/reward"
	"xiaoguan/internal/web/ui"
)

type pointsView struct {
	actor       access.Actor
	account     honour.Account
	rules       honour.PointsRules
	status      honour.PointsStatus // for who keeps the shop
	items       []honour.Item
	redemptions []honour.Redemption
	names       map[int64]string
	failure     error
	request     *http.Request
}

var redemptionTones = map[honour.RedemptionState]ui.Tone{honour.RedemptionAsked: ui.ToneBrand, honour.RedemptionApproved: ui.ToneHold, honour.RedemptionDelivered: ui.ToneGood, honour.RedemptionRefused: ui.ToneBad}

func pointsPage(ctx context.Context, v pointsView) templ.Component {
	p := httpx.PrinterFrom(ctx)
	view := ui.PageView{Title: p.T("honour.points_title"), Subtitle: p.T("honour.points_sub"), Current: "points", Tabs: tabs(p, "/points")}
	main := []templ.Component{shopCard(p, v), redemptionsCard(p, v)}
	side := []templ.Component{}
	if v.actor.PersonID != 0 {
		side = append(side, accountCard(p, v.account, v.rules))
	}
	if v.actor.CanAll(access.PermHonourRun) {
		side = append(side, expiryCard(p, v))
		side = append(side, itemCard(p, v))
	}
	return ui.Compose(view, append(refusal(p, v.failure), ui.Stack(8, main...), ui.Stack(4, side...))...)
}

// accountCard is the own account with its last entries.
func accountCard(p *i18n.Printer, a honour.Account, rules honour.PointsRules) templ.Component {
	facts := []ui.Fact{{Term: p.T("honour.usable"), Text: p.Int(a.Usable())}, {Term: p.T("honour.life"), Text: p.T("honour.life_months", "Count", rules.LifeMonths)}}
	if a.Expired > 0 {
		facts = append(facts, ui.Fact{Term: p.T("honour.expired"), Text: p.Int(a.Expired)})
	}
	own := reward.PointsAccount(a.PersonID)
	var list []ui.Moment
	for _, e := range slices.Backward(a.Entries) {
		change, icon := e.AmountMinor, "award"
		if e.Debit == own {
			change, icon = -change, "gift"
		}
		title := p.T("honour.points_change", "Points", p.Int(change))
		if change > 0 {
			title = p.T("honour.points_change", "Points", "+"+p.Int(change))
		}
		detail := e.Component
		if e.Debit == own {
			detail = p.T("honour.points_" + string(e.Credit))
		}
		if list = append(list, ui.Moment{When: p.Local(e.PostedAt).Format("2006-01-02"), At: when(e.PostedAt), Icon: icon, Title: title, Detail: detail}); len(list) == 10 {
			break
		}
	}
	parts := []templ.Component{ui.Facts(facts)}
	if len(list) > 0 {
		parts = append(parts, ui.Timeline(list))
	}
	return ui.Filled(ui.CardView{Title: p.T("honour.account"), Span: -1, More: &ui.Link{Label: p.T("honour.account_all"), URL: "/ledger/account?unit=points"}}, parts...)
}

// expiryCard says how long points last and what has expired, for who keeps the shop.
func expiryCard(p *i18n.Printer, v pointsView) templ.Component {
	due := p.T("honour.due_none")
	if v.status.Due > 0 {
		due = p.T("honour.due", "Points", p.Int(v.status.Due), "Count", v.status.People)
	}
	parts := []templ.Component{ui.Facts([]ui.Fact{{Term: p.T("honour.life"), Text: p.T("honour.life_months", "Count", v.rules.LifeMonths)}, {Term: p.T("honour.expired"), Text: due}})}
	if v.status.Due > 0 {
		parts = append(parts, ui.Form(ui.FormView{ID: "expire", Action: "/points/expire", Submit: ui.Action{Label: p.T("honour.expire_now"), Icon: "clock"}, Consequence: p.T("honour.expire_consequence")}))
	}
	if v.actor.CanAll(access.PermHonourApprove) {
		form := ui.FormView{ID: "points-rules", Action: "/points/rules", Fields: []ui.Field{{Name: "revision", Kind: ui.FieldHidden, Value: strconv.FormatInt(v.rules.Revision, 10)},
			{Name: "life_months", Kind: ui.FieldNumber, Label: p.T("honour.life"), Value: cmp.Or(v.request.PostFormValue("life_months"), strconv.FormatInt(v.rules.LifeMonths, 10)), Min: "1", Max: "120", Unit: p.T("honour.months_unit")}},
			Submit: ui.Action{Label: p.T("honour.keep_life"), Icon: "device-floppy"}, Consequence: p.T("honour.life_consequence")}
		form.Fields, _ = ui.WithErrors(form.Fields, v.failure, p)
		parts = append(parts, ui.Form(form))
	}
	return ui.Filled(ui.CardView{Title: p.T("honour.expiry"), Sub: p.T("honour.expiry_sub"), Span: -1}, parts...)
}

func shopCard(p *i18n.Printer, v pointsView) templ.Component {
	card := ui.CardView{Title: p.T("honour.shop"), Flush: true, Span: -1}
	if len(v.items) == 0 {
		card.Flush = false
		return ui.Filled(card, ui.StateOf(ui.State{Kind: ui.StateEmpty, Icon: "gift", Title: p.T("honour.shop_empty"), Text: p.T(emptyKey(v.actor, "honour.shop_empty"))}))
	}
	var list []ui.Item
	for _, i := range v.items {
		item := ui.Item{Icon: "gift", Tone: ui.ToneGold, Title: text(p, i.Name), Detail: joined(p.T("honour.cost", "Points", p.Int(i.Cost)), p.T("honour.stock", "Count", p.Int(i.Stock)))}
		if !i.Offered {
			item.Chips = []ui.Chip{{Label: p.T("honour.not_offered"), Tone: ui.ToneLine}}
		}
		if v.actor.PersonID != 0 && i.Offered && i.Stock > 0 && v.account.Usable() >= i.Cost {
			item.Actions = []ui.Action{{Label: p.T("honour.redeem"), URL: "/points/items/" + url.PathEscape(i.ID) + "/redeem", Post: true, Small: true}}
		}
		list = append(list, item)
	}
	return ui.Filled(card, ui.List(list))
}

func redemptionsCard(p *i18n.Printer, v pointsView) templ.Component {
	keeps := v.actor.Can(access.PermHonourRun)
	table := ui.TableView{Label: p.T("honour.redemptions"), Columns: []ui.Column{{Label: p.T("honour.item"), Phone: true}, {Label: p.T("honour.person"), Phone: keeps, Hidden: !keeps}, {Label: p.T("honour.points"), Kind: ui.ColumnNumber},
		{Label: p.T("common.status"), Phone: true}, {Label: p.T("honour.asked_on"), Kind: ui.ColumnNarrow}, {Label: p.T("honour.next"), Phone: keeps, Hidden: !keeps}},
		Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("honour.redemptions_empty"), Text: p.T("honour.redemptions_empty_text")}}
	for _, r := range v.redemptions {
		chip := ui.Chip{Label: p.T("honour.redemption_" + string(r.State)), Tone: redemptionTones[r.State]}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{{Text: text(p, r.Name), Sub: r.Reason}, ui.Text(cmp.Or(v.names[r.PersonID], i18n.Unknown)), ui.Text(p.Int(r.Cost)), {Chip: &chip}, ui.Text(day(p, r.AskedAt)),
			ui.Draw(redemptionActsOf(p, v, r))}})
	}
	return ui.Filled(ui.CardView{Title: p.T("honour.redemptions"), Flush: true, Span: -1}, ui.Table(table))
}

// redemptionActsOf are the buttons of one redemption for who keeps the shop.
func redemptionActsOf(p *i18n.Printer, v pointsView, r honour.Redemption) templ.Component {
	base := "/points/redemptions/" + url.PathEscape(r.ID) + "/"
	var parts []templ.Component
	if !v.actor.Can(access.PermHonourRun) || r.AskedBy == v.actor.UserID || r.PersonID == v.actor.PersonID {
		return templ.NopComponent
	}
	switch r.State {
	case honour.RedemptionAsked:
		parts = append(parts, ui.Button(ui.Action{Label: p.T("honour.approve"), URL: base + "approve", Post: true, Small: true}))
	case honour.RedemptionApproved:
		parts = append(parts, ui.Button(ui.Action{Label: p.T("honour.deliver"), URL: base + "deliver", Post: true, Small: true}))
	default:
		return templ.NopComponent
	}
	parts = append(parts, ui.Button(ui.Action{Label: p.T("honour.refuse"), URL: base + "refuse", Post: true, Small: true, Kind: ui.ActionGhost, Fields: url.Values{"reason": {p.T("honour.refuse_reason")}}}))
	return ui.Beside(parts...)
}

// itemCard offers something new, or changes what is there.
func itemCard(p *i18n.Printer, v pointsView) templ.Component {
	value := v.request.PostFormValue
	which := ui.Field{Name: "item", Kind: ui.FieldSelect, Label: p.T("honour.which_item"), Placeholder: p.T("honour.new_item"), Optional: true}
	for _, i := range v.items {
		which.Options = append(which.Options, ui.Option{Value: i.ID, Label: text(p, i.Name), Selected: i.ID == value("item")})
	}
	form := ui.FormView{ID: "item", Action: "/points/items", Fields: []ui.Field{which, {Name: "name_zh", Label: p.T("honour.name_zh"), Value: value("name_zh")}, {Name: "name_en", Label: p.T("honour.name_en"), Value: value("name_en")},
		{Name: "cost", Kind: ui.FieldNumber, Label: p.T("honour.cost_label"), Value: value("cost"), Min: "1", Span: 6}, {Name: "stock", Kind: ui.FieldNumber, Label: p.T("honour.stock_label"), Value: value("stock"), Min: "0", Span: 6},
		{Name: "withdrawn", Kind: ui.FieldCheck, Label: p.T("honour.withdrawn"), Value: "1", Checked: value("withdrawn") != ""}},
		Submit: ui.Action{Label: p.T("honour.keep_item"), Kind: ui.ActionPrimary, Icon: "gift"}}
	form.Fields, _ = ui.WithErrors(form.Fields, v.failure, p)
	return ui.Filled(ui.CardView{Title: p.T("honour.keep_item"), Span: -1}, ui.Form(form))
}
