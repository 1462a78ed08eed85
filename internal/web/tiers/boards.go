package tiers

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/tier"
	"xiaoguan/internal/tierbook"
	"xiaoguan/internal/web/ui"
)

// nothingYet says that there was no review.
func nothingYet(p *i18n.Printer) templ.Component {
	return ui.Filled(ui.CardView{Label: p.T("tiers.none")}, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("tiers.none"), Text: p.T("tiers.none_text")}))
}

// files shows how complete the files are: of all, of teams, of sellers, and what lacks most.
func (h *Handler) files(w http.ResponseWriter, r *http.Request) error {
	actor, p := access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	o, err := h.Tiers.Overview(r.Context(), actor)
	if err != nil {
		return err
	}
	view := page(p, actor, filesURL, p.T("tiers.tab_files"), p.T("tiers.files_sub"))
	if o.Last == nil {
		return ui.Write(w, r, http.StatusOK, ui.Compose(view, nothingYet(p)))
	}
	goal := tier.Whole
	if o.Policy.Completeness != nil {
		goal = o.Policy.Completeness.Goal
	}
	parts := metrics(p, o)[2:3]
	if o.All {
		parts = append(parts, lackingCard(p, o))
	}
	head := []ui.Column{{Label: p.T("common.team"), Phone: true}, {Label: p.T("tiers.customers"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("tiers.completeness"), Title: p.T("tiers.completeness_text"), Kind: ui.ColumnNumber, Phone: true},
		{Label: p.T("tiers.unweighted"), Kind: ui.ColumnNumber}, {Label: p.T("tiers.reached")}}
	row := func(name ui.Cell, s tierbook.SellerState) ui.Row {
		plain := tier.Whole
		if n := int64(s.Tiers.Sum()); n > 0 {
			plain = tier.Share(s.Known / n)
		}
		chip := &ui.Chip{Label: p.T("tiers.below_goal"), Tone: ui.ToneWarn}
		if s.Completeness() >= goal {
			chip = &ui.Chip{Label: p.T("tiers.at_goal"), Tone: ui.ToneGood}
		}
		return ui.Row{Cells: []ui.Cell{name, ui.Text(p.Int(int64(s.Tiers.Sum()))), ui.Text(percent(p, s.Completeness())), ui.Text(percent(p, plain)), {Chip: chip}}}
	}
	teams := ui.TableView{Label: p.T("tiers.by_team"), Columns: head}
	for _, t := range o.Teams {
		teams.Rows = append(teams.Rows, row(ui.LinkTo(text(t.Name), teamURL(t.ID, "incomplete")), t.SellerState))
	}
	people := ui.TableView{Label: p.T("tiers.by_seller"), Columns: slices.Clone(head)}
	people.Columns[0].Label = p.T("tiers.owner")
	for _, s := range byCompleteness(o.Sellers) {
		people.Rows = append(people.Rows, row(sellerCell(p, s, "incomplete"), s.SellerState))
	}
	parts = append(parts, ui.Filled(ui.CardView{Title: p.T("tiers.by_team"), Count: len(teams.Rows), Flush: true}, ui.Table(teams)),
		ui.Filled(ui.CardView{Title: p.T("tiers.by_seller"), Count: len(people.Rows), Flush: true}, ui.Table(people)))
	return ui.Write(w, r, http.StatusOK, ui.Compose(view, parts...))
}

// byCompleteness puts the least complete first.
func byCompleteness(sellers []tierbook.Seller) []tierbook.Seller {
	sorted := slices.Clone(sellers)
	slices.SortStableFunc(sorted, func(a, b tierbook.Seller) int { return cmp.Compare(a.Completeness(), b.Completeness()) })
	return sorted[:min(len(sorted), sellersShown)]
}

// sellersShown is how many sellers stand on a page.
const sellersShown = 200

func teamURL(id int64, only string) string {
	return listURL + "?" + url.Values{"team": {number(id)}, "only": {only}}.Encode()
}

func sellerCell(p *i18n.Printer, s tierbook.Seller, only string) ui.Cell {
	if s.PersonID == 0 {
		return ui.Text(p.T("tiers.nobody"))
	}
	return ui.Cell{Text: text(s.Name), Sub: s.TeamName, URL: listURL + "?" + url.Values{"person": {number(s.PersonID)}, "only": {only}}.Encode()}
}

// lackingCard shows the fields that lack most often.
func lackingCard(p *i18n.Printer, o tierbook.Overview) templ.Component {
	table := ui.TableView{Label: p.T("tiers.lacking"), Columns: []ui.Column{{Label: p.T("tiers.field"), Phone: true}, {Label: p.T("tiers.files_lacking"), Kind: ui.ColumnNumber, Phone: true}}}
	if o.Policy.Completeness != nil {
		fields := slices.Clone(o.Policy.Completeness.Fields)
		count := func(k tier.Known) int { return o.Last.Summary.Lacking[k.ID] }
		slices.SortStableFunc(fields, func(a, b tier.Known) int { return count(b) - count(a) })
		for _, k := range fields {
			if count(k) > 0 {
				table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(ui.TextIn(p, k.Name.Zh, k.Name.En, k.ID)), part(p, count(k), o.Last.Summary.Customers)}})
			}
		}
	}
	table.Empty = &ui.State{Kind: ui.StateEmpty, Title: p.T("tiers.nothing_lacks")}
	return ui.Filled(ui.CardView{Title: p.T("tiers.lacking"), Sub: p.T("tiers.as_of", "Day", when(p, o.Last.AsOf)), Flush: true, Span: 9}, ui.Table(table))
}

// workload shows what the rhythm of contact asks of each seller, and whether people suit the tiers of their customers.
func (h *Handler) workload(w http.ResponseWriter, r *http.Request) error {
	actor, p := access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	o, err := h.Tiers.Overview(r.Context(), actor)
	if err != nil {
		return err
	}
	view := page(p, actor, loadURL, p.T("tiers.tab_workload"), p.T("tiers.workload_sub"))
	if o.Last == nil {
		return ui.Write(w, r, http.StatusOK, ui.Compose(view, nothingYet(p)))
	}
	table := ui.TableView{Label: p.T("tiers.by_seller"), Columns: []ui.Column{{Label: p.T("tiers.owner"), Phone: true}, {Label: "A", Kind: ui.ColumnNumber}, {Label: "B", Kind: ui.ColumnNumber}, {Label: "C", Kind: ui.ColumnNumber},
		{Label: p.T("tiers.contacts"), Title: p.T("tiers.contacts_text"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("tiers.hours"), Kind: ui.ColumnNumber, Phone: true},
		{Label: p.T("tiers.level_suits"), Kind: ui.ColumnNumber}, {Label: p.T("tiers.contact_suits"), Kind: ui.ColumnNumber}, {Label: p.T("tiers.answer_suits"), Title: p.T("tiers.answer_suits_text"), Kind: ui.ColumnNumber}, {Label: p.T("tiers.match"), Kind: ui.ColumnNumber, Phone: true}}}
	for _, s := range o.Sellers {
		if s.PersonID == 0 || len(table.Rows) == sellersShown {
			continue
		}
		n := s.Tiers.Sum()
		answers := ui.Cell{Text: i18n.Unknown, Title: p.T("tiers.nobody_asked")}
		if s.Asked > 0 {
			answers = part(p, s.Answered, s.Asked)
		}
		match := ui.Text(percent(p, s.Match()))
		if s.Match() < matchGoal {
			match.Tone = ui.ToneWarn
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{sellerCell(p, s, "overdue"), ui.Text(p.Int(int64(s.Tiers[0]))), ui.Text(p.Int(int64(s.Tiers[1]))), ui.Text(p.Int(int64(s.Tiers[2]))),
			ui.Text(p.Int(int64(s.Load.Contacts))), ui.Text(p.Int((s.Load.Minutes + 59) / 60)), part(p, s.Level, n), part(p, s.Contact, n), answers, match}})
	}
	card := ui.CardView{Title: p.T("tiers.by_seller"), Count: len(table.Rows), Flush: true,
		Sub: p.T("tiers.load_sum", "Contacts", o.Load.Contacts, "Hours", (o.Load.Minutes+59)/60, "Day", when(p, o.Last.AsOf))}
	table.Empty = &ui.State{Kind: ui.StateEmpty, Title: p.T("tiers.nobody_follows")}
	if actor.Can(access.PermCustomerAssign) {
		card.More = &ui.Link{Label: p.T("risk.rebalance"), URL: "/reassign"}
	}
	return ui.Write(w, r, http.StatusOK, ui.Compose(view, metrics(p, o)[3], ui.Filled(card, ui.Table(table))))
}

func (h *Handler) proposals(w http.ResponseWriter, r *http.Request) error {
	return h.drawProposals(w, r, http.StatusOK, nil)
}

func (h *Handler) drawProposals(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	actor, p := access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	after, _ := strconv.ParseInt(r.FormValue("after"), 10, 64) // what was never handed out leads to the first page
	waiting, err := h.Tiers.Proposals(r.Context(), actor, after)
	if err != nil {
		return err
	}
	view := page(p, actor, proposalsURL, p.T("tiers.tab_proposals"), p.T("tiers.proposals_sub"))
	parts := saved(p, r)
	if len(waiting.Rows) == 0 {
		parts = append(parts, ui.Filled(ui.CardView{Label: p.T("tiers.tab_proposals")}, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("tiers.nothing_waits"), Text: p.T("tiers.nothing_waits_text")})))
		return ui.Write(w, r, status, ui.Compose(view, append(parts, failed(p, failure)...)...))
	}
	var options []ui.Option
	for _, x := range waiting.Rows {
		o := ui.Option{Value: number(x.ID), Label: p.T("tiers.proposal", "Customer", x.CustomerName, "From", string(x.From), "To", string(x.To)),
			Hint:     p.T("tiers.proposal_hint", "Owner", text(x.OwnerName), "Score", x.Score.String()),
			Selected: failure != nil && slices.Contains(r.PostForm["proposal"], number(x.ID)), Disabled: !waiting.MayDecide(x)}
		switch {
		case o.Disabled && x.OwnerID != 0 && x.OwnerID == waiting.Own:
			o.Hint = p.T("tiers.own_customer")
		case o.Disabled:
			o.Hint = p.T("tiers.others_turn")
		}
		options = append(options, o)
	}
	fields, problem := ui.WithErrors([]ui.Field{{Name: "proposal", Kind: ui.FieldChecks, Label: p.T("tiers.choose"), Options: options},
		{Name: "note", Kind: ui.FieldArea, Label: p.T("tiers.note"), Value: r.PostFormValue("note"), Optional: true, Hint: p.T("tiers.note_hint"), Rows: 2}}, failure, p)
	form := ui.FormView{ID: "proposals", Action: proposalsURL, Fields: fields, Problem: problem, Submit: ui.Action{Label: p.T("tiers.approve"), Kind: ui.ActionPrimary, Icon: "check", Name: "act", Value: "approve"},
		Others: []ui.Action{{Label: p.T("tiers.refuse"), Icon: "x", Name: "act", Value: "refuse"}}, Consequence: p.T("tiers.decide_consequence")}
	card := ui.CardView{Title: p.T("tiers.tab_proposals"), Count: int(waiting.Count)}
	if waiting.Next != 0 {
		card.More = &ui.Link{Label: p.T("tiers.next"), URL: proposalsURL + "?after=" + number(waiting.Next)}
	}
	return ui.Write(w, r, status, ui.Compose(view, append(parts, ui.Filled(card, ui.Form(form)))...))
}

func (h *Handler) decide(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return errs.New(errs.KindInvalid, "error.invalid", nil)
	}
	in := tierbook.Decision{Approve: r.PostFormValue("act") == "approve", Note: r.PostFormValue("note")}
	for _, id := range r.PostForm["proposal"] {
		n, err := strconv.ParseInt(id, 10, 64)
		if err != nil {
			return errs.New(errs.KindNotFound, "tierbook.proposal_missing", nil)
		}
		in.IDs = append(in.IDs, n)
	}
	err := h.Tiers.Decide(r.Context(), access.ActorFrom(r.Context()), in)
	switch {
	case err == nil:
		http.Redirect(w, r, proposalsURL+"?saved=decided", http.StatusSeeOther)
		return nil
	case !mendable(err):
		return err
	}
	return h.drawProposals(w, r, httpx.StatusOf(err), err)
}
