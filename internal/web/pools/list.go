package pools

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/org"
	"xiaoguan/internal/pool"
	"xiaoguan/internal/poolrule"
	"xiaoguan/internal/web/ui"
)

func (h *Handler) list(w http.ResponseWriter, r *http.Request) error {
	return h.drawList(w, r, http.StatusOK, nil)
}

func (h *Handler) drawList(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	before, cursor := ui.PlaceOf(r.URL.Query().Get("cursor"))
	f := pool.Filter{Pool: trimmed(r, "pool"), Search: trimmed(r, "q"), Tier: trimmed(r, "tier"), City: trimmed(r, "city"), Cursor: cursor}
	page, err := h.Pools.List(ctx, actor, f)
	if isNoPolicy(err) {
		return h.noPolicy(w, r, poolURL)
	}
	if err != nil {
		return err
	}
	p := httpx.PrinterFrom(ctx)
	view := ui.PageView{Title: p.T("nav.pool"), Subtitle: p.T("pool.subtitle"), Current: "pool", Tabs: tabs(p, actor, poolURL)}
	var parts []templ.Component
	for _, note := range notes(p, r, failure) {
		parts = append(parts, ui.Across(ui.NoteOf(note)))
	}
	if page.Pool == nil {
		parts = append(parts, ui.Filled(ui.CardView{Label: p.T("nav.pool")}, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("pool.no_pool"), Text: p.T("pool.no_pool_text")})))
		return ui.Write(w, r, status, ui.Compose(view, parts...))
	}
	l := listed{p: p, actor: actor, page: page, filter: f, query: query(r), before: before}
	parts = append(parts, ui.Across(ui.Filter(l.bar())), ui.Stack(9, ui.Filled(ui.CardView{Label: view.Title, Flush: true, Span: -1}, ui.Table(l.table()))), ui.Stack(3, l.side()...))
	return ui.Write(w, r, status, ui.Compose(view, parts...))
}

// notes are what was done, or what stands in the way.
func notes(p *i18n.Printer, r *http.Request, failure error) (list []ui.Note) {
	if note, shown := problemNote(p, failure); shown {
		return []ui.Note{note}
	}
	if note, shown := doneNote(p, r); shown {
		return []ui.Note{note}
	}
	return nil
}

// query is the request's without what is empty, and without what only says what was done.
func query(r *http.Request) url.Values {
	q := url.Values{}
	for name, values := range r.URL.Query() {
		if !slices.Contains([]string{"done", "count", "left"}, name) && len(values) > 0 && strings.TrimSpace(values[0]) != "" {
			q[name] = values
		}
	}
	return q
}

// listed is a page of a pool as it is drawn.
type listed struct {
	p      *i18n.Printer
	actor  access.Actor
	page   pool.Page
	filter pool.Filter
	query  url.Values
	before int
}

func (l *listed) bar() ui.FilterView {
	p := l.p
	var pools []ui.Option
	for i := range l.page.Pools {
		one := &l.page.Pools[i]
		pools = append(pools, ui.Option{Value: one.ID, Label: ui.TextIn(p, one.Name.Zh, one.Name.En, one.ID)})
	}
	fields := []ui.Field{{Name: "tier", Label: p.T("pool.tier"), Value: l.filter.Tier, Optional: true}, {Name: "city", Label: p.T("pool.city"), Value: l.filter.City, Optional: true}}
	if len(pools) > 1 {
		fields = append([]ui.Field{{Name: "pool", Kind: ui.FieldSelect, Label: p.T("pool.pools"), Value: l.page.Pool.ID, Options: pools}}, fields...)
	}
	v := ui.FilterView{ID: "pool", Path: poolURL, Fields: fields, Search: &ui.Field{Name: "q", Kind: ui.FieldSearch, Label: p.T("pool.search"), Placeholder: p.T("pool.search"), Value: l.filter.Search},
		Chips: ui.ChipsOf(fields[len(fields)-2:], poolURL, l.query, p.T("common.colon"))}
	if l.filter.Search != "" {
		v.Chips = append(v.Chips, ui.FilterChip{Label: "“" + l.filter.Search + "”", Remove: ui.URLWith(poolURL, l.query, "q", "", "cursor", "")})
	}
	if len(v.Chips) > 0 {
		v.Clear = ui.URLWith(poolURL, url.Values{}, "pool", l.filter.Pool)
	}
	return v
}

func (l *listed) table() ui.TableView {
	p := l.p
	table := ui.TableView{Label: p.T("nav.pool"), Columns: []ui.Column{{Label: p.T("pool.choose"), Kind: ui.ColumnCheck, Phone: true, Hidden: !l.page.Admin}, {Label: p.T("common.customer"), Phone: true}, {Label: p.T("pool.tier")},
		{Label: p.T("pool.city")}, {Label: p.T("pool.since"), Kind: ui.ColumnNarrow}, {Label: p.T("pool.how")}, {Label: p.T("pool.former"), Kind: ui.ColumnNarrow}, {Label: p.T("pool.deals"), Kind: ui.ColumnNumber},
		{Label: p.T("pool.claim"), Phone: true, Hidden: l.actor.PersonID == 0 || l.page.Pool.AdminsOnly}},
		Path: poolURL, Query: l.query, Pager: ui.PagerAt(l.before, len(l.page.Rows), l.page.Count, l.page.Next),
		Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("pool.empty"), Text: p.T("pool.empty_text")}}
	if l.page.More {
		table.Pager.AtLeast, table.Pager.Total = true, max(table.Pager.Total, table.Pager.To)
	}
	if l.filter.Search != "" || l.filter.Tier != "" || l.filter.City != "" {
		table.Pager.Total = -1
		table.Empty = &ui.State{Kind: ui.StateEmpty, Title: p.T("state.empty.filter"), Actions: []ui.Action{{Label: p.T("filter.clear"), URL: poolURL}}}
		if l.page.Next != "" {
			table.Empty = &ui.State{Kind: ui.StateEmpty, Title: p.T("pool.look_on"), Text: p.T("pool.look_on_text"), Actions: []ui.Action{{Label: p.T("pool.look_on_button"), URL: ui.URLWith(poolURL, l.query, "cursor", l.page.Next)}}}
		}
	}
	for _, row := range l.page.Rows {
		id := number(row.CustomerID)
		claim := ui.Draw(ui.Button(ui.Action{Label: p.T("pool.claim"), Small: true, Kind: ui.ActionPrimary, Post: true, URL: poolURL + "/claim", Fields: url.Values{"customer": {id}}}))
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.Draw(ui.Tick("several", "customer", id, row.Name, false)), {Text: row.Name, URL: poolURL + "/customers/" + id, Phone: row.City}, ui.Text(textOr(row.Tier)), ui.Text(textOr(row.City)), ui.Text(dayText(p, row.Since)),
			{Text: causeText(p, l.page.Policy, row.Way, row.Cause), Muted: true}, ui.Text(textOr(row.FormerName)), ui.Text(p.Int(row.Deals)), claim}})
	}
	return table
}

// side says how many the reader may still claim, and lets who looks after the pool give several out.
func (l *listed) side() (parts []templ.Component) {
	p, policy := l.p, l.page.Policy
	if l.page.Admin {
		parts = append(parts, ui.Filled(ui.CardView{Title: p.T("pool.give"), Sub: p.T("pool.give_sub"), Span: -1}, ui.Form(ui.FormView{ID: "several", Action: poolURL + "/give", Method: "get",
			Submit: ui.Action{Label: p.T("pool.give_button"), Kind: ui.ActionPrimary, Icon: "users"}})))
	}
	if l.actor.PersonID == 0 {
		return parts
	}
	left := func(most, used int) string {
		if most == 0 {
			return p.T("pool.no_limit")
		}
		return p.T("pool.used_of", "Used", used, "Most", most)
	}
	s := poolrule.Seller{Level: l.page.Level, Holds: l.page.Counts.Holds, HoldsWon: l.page.Counts.Won, HoldsLocked: l.page.Counts.Locked, HoldsBoth: l.page.Counts.Both}
	holds, most := policy.Holds(&s)
	facts := []ui.Fact{{Term: p.T("pool.limit_day"), Text: left(policy.Claim.PerDay, l.page.Counts.ClaimedToday)}}
	if policy.Claim.PerPeriod > 0 {
		facts = append(facts, ui.Fact{Term: p.T("pool.limit_period", "Days", policy.Claim.PeriodDays), Text: left(policy.Claim.PerPeriod, l.page.Counts.ClaimedPeriod)})
	}
	facts = append(facts, ui.Fact{Term: p.T("pool.limit_hold"), Text: left(most, holds)}, ui.Fact{Term: p.T("pool.limit_views"), Text: left(policy.Claim.ViewsPerDay, l.page.Counts.ViewedToday)})
	return append(parts, ui.Filled(ui.CardView{Title: p.T("pool.limits"), Span: -1}, ui.Facts(facts)))
}

// chosen reads the customers of a form.
func chosen(r *http.Request) ([]int64, error) {
	if err := r.ParseForm(); err != nil {
		return nil, errs.New(errs.KindInvalid, "error.invalid", nil).Because(err)
	}
	var ids []int64
	for _, text := range r.Form["customer"] {
		id, err := strconv.ParseInt(text, 10, 64)
		if err != nil || id <= 0 {
			return nil, errs.New(errs.KindNotFound, "customer.missing", nil)
		}
		ids = append(ids, id)
	}
	return ids, nil
}

func (h *Handler) claim(w http.ResponseWriter, r *http.Request) error {
	ids, err := chosen(r)
	if err != nil {
		return err
	}
	_, err = h.Pools.Claim(r.Context(), access.ActorFrom(r.Context()), ids)
	switch {
	case err == nil && len(ids) == 1:
		return redirect(w, r, "/customers/"+number(ids[0]), "claimed", "1")
	case err == nil:
		return redirect(w, r, mineURL, "done", "claimed")
	case mendable(err) && !isNoPolicy(err):
		return h.drawList(w, r, httpx.StatusOf(err), err)
	}
	return err
}

func (h *Handler) askGive(w http.ResponseWriter, r *http.Request) error {
	return h.drawGive(w, r, http.StatusOK, nil)
}

// drawGive lists what was chosen, and asks who gets it.
func (h *Handler) drawGive(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	ids, err := chosen(r)
	if err != nil {
		return err
	}
	rows, err := h.Pools.Chosen(ctx, actor, ids)
	if err != nil {
		return err
	}
	view := ui.PageView{Title: p.T("pool.give"), Subtitle: p.T("pool.give_all"), Current: "pool", Crumbs: []ui.Crumb{{Label: p.T("nav.pool"), URL: poolURL}, {Label: p.T("pool.give")}}}
	if len(rows) == 0 {
		return ui.Write(w, r, status, ui.Compose(view, ui.Filled(ui.CardView{Label: view.Title}, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("pool.none_chosen"), Text: p.T("pool.none_chosen_text"), Actions: []ui.Action{{Label: p.T("nav.pool"), URL: poolURL}}}))))
	}
	offered, err := h.somePeople(ctx, actor)
	if err != nil {
		return err
	}
	table := ui.TableView{Label: view.Title, Columns: []ui.Column{{Label: p.T("common.customer"), Phone: true}, {Label: p.T("pool.tier"), Phone: true}, {Label: p.T("pool.former")}}}
	var hidden []ui.Field
	for _, row := range rows {
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(row.Name), ui.Text(textOr(row.Tier)), ui.Text(textOr(row.FormerName))}})
		hidden = append(hidden, ui.Field{Name: "customer", ID: "c" + number(row.CustomerID), Kind: ui.FieldHidden, Value: number(row.CustomerID)})
	}
	fields, problem := ui.WithErrors([]ui.Field{{Name: "person", Label: p.T("pool.give_to"), Value: trimmed(r, "person"), Suggest: offered.ID}}, failure, p)
	one := ui.FormView{ID: "one", Action: poolURL + "/give", Fields: append(fields, hidden...), Problem: problem, Suggest: []ui.Suggestions{offered}, Submit: ui.Action{Label: p.T("pool.give_button"), Kind: ui.ActionPrimary, Icon: "check"}}
	turn := ui.FormView{ID: "turn", Action: poolURL + "/give", Fields: append([]ui.Field{{Name: "turn", Kind: ui.FieldHidden, Value: "1"}}, hidden...), Submit: ui.Action{Label: p.T("pool.rotate_button")}, Consequence: p.T("pool.rotate_text")}
	return ui.Write(w, r, status, ui.Compose(view, ui.Stack(8, ui.Filled(ui.CardView{Label: view.Title, Count: len(rows), Flush: true, Span: -1}, ui.Table(table))),
		ui.Stack(4, ui.Filled(ui.CardView{Title: p.T("pool.give_one"), Span: -1}, ui.Form(one)), ui.Filled(ui.CardView{Title: p.T("pool.rotate"), Span: -1}, ui.Form(turn)))))
}

// somePeople offers people by number and name. Who may not see the organisation types the number.
func (h *Handler) somePeople(ctx context.Context, actor access.Actor) (offered ui.Suggestions, err error) {
	offered.ID = "some-people"
	if !actor.Can(access.PermOrgRead) {
		return offered, nil
	}
	offered.From = "/suggest/people"
	page, err := h.People.List(ctx, actor, org.Filter{When: org.Now(), Employment: org.Employed, Paging: fact.Paging{Limit: 20}})
	for _, m := range page.Members {
		offered.Options = append(offered.Options, ui.Option{Value: m.Key, Label: strings.Trim(m.Name+" · "+m.TeamName, " ·")})
	}
	return offered, err
}

func (h *Handler) give(w http.ResponseWriter, r *http.Request) error {
	ids, err := chosen(r)
	if err != nil {
		return err
	}
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	var given pool.Given
	if r.PostFormValue("turn") != "" {
		given, err = h.Pools.Rotate(ctx, actor, ids)
	} else if person := strings.TrimSpace(r.PostFormValue("person")); person == "" {
		err = errs.Invalid("error.invalid", []errs.Field{{Path: "person", Message: errs.Msg("form.error.required", nil)}})
	} else {
		given, err = h.Pools.Give(ctx, actor, ids, person)
	}
	switch {
	case err == nil:
		return redirect(w, r, poolURL, "done", "given", "count", number(given.Act.Customers), "left", number(int64(len(given.Left))))
	case mendable(err) && !isNoPolicy(err):
		return h.drawGive(w, r, httpx.StatusOf(err), err)
	}
	return err
}

// show is one customer of a pool before a claim.
func (h *Handler) show(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r.PathValue("id"), "customer.missing")
	if err != nil {
		return err
	}
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	look, err := h.Pools.View(ctx, actor, id)
	switch {
	case errs.Is(err, errs.KindInvalid):
		return h.drawList(w, r, httpx.StatusOf(err), err)
	case err != nil:
		return err
	}
	policy, err := h.Pools.Current(ctx)
	if err != nil {
		return err
	}
	view := ui.PageView{Title: look.Name, Subtitle: ui.TextIn(p, look.Pool.Name.Zh, look.Pool.Name.En, look.Pool.ID), Current: "pool", Crumbs: []ui.Crumb{{Label: p.T("nav.pool"), URL: poolURL}, {Label: look.Name}}}
	var parts []templ.Component
	if _, why := ui.WithErrors(nil, look.Refused, p); look.Refused != nil {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{Tone: ui.ToneWarn, Strong: p.T("pool.not_yours"), Text: why})))
	} else if actor.PersonID != 0 {
		view.Actions = append(view.Actions, ui.Action{Label: p.T("pool.claim"), Icon: "check", Kind: ui.ActionPrimary, Post: true, URL: poolURL + "/claim", Fields: url.Values{"customer": {number(id)}}})
	}
	if look.Admin {
		view.Actions = append(view.Actions, ui.Action{Label: p.T("pool.give"), URL: ui.URLWith(poolURL+"/give", url.Values{}, "customer", number(id))})
	}
	facts := []ui.Fact{{Term: p.T("pool.tier"), Text: textOr(look.Tier)}, {Term: p.T("pool.city"), Text: textOr(look.City)}, {Term: p.T("pool.industry"), Text: textOr(look.Industry)}, {Term: p.T("pool.since"), Text: dayText(p, look.Since)},
		{Term: p.T("pool.former"), Text: textOr(look.FormerName)}, {Term: p.T("pool.deals"), Text: p.Int(look.Deals)}}
	var items []ui.Item
	for _, c := range look.Contacts {
		items = append(items, ui.Item{Icon: "user", Title: c.Name, Beside: c.Title, Detail: strings.TrimSpace(c.Phone + " " + c.Email)})
	}
	card := ui.CardView{Title: p.T("pool.contacts"), Count: len(items), Flush: true, Span: 6}
	body := ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("pool.contacts_none")})
	switch {
	case slices.Contains(look.Hidden, "contact"):
		body = ui.StateOf(ui.State{Kind: ui.StateForbidden, Title: p.T("pool.contacts_hidden"), Text: p.T("pool.contacts_hidden_text")})
	case len(items) > 0:
		body = ui.List(items)
	}
	if look.Masked && len(items) > 0 {
		card.Foot = p.T("pool.masked")
	}
	parts = append(parts, ui.Filled(ui.CardView{Title: p.T("pool.record"), Span: 6}, ui.Facts(facts)), ui.Filled(card, body), stepsCard(p, policy, look.Steps))
	return ui.Write(w, r, http.StatusOK, ui.Compose(view, parts...))
}
