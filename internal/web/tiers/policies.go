package tiers

import (
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/origin"
	"xiaoguan/internal/ruledoc"
	"xiaoguan/internal/tier"
	"xiaoguan/internal/tierbook"
	"xiaoguan/internal/web/ui"
)

func proseLang(p *i18n.Printer) tier.Lang {
	if p.Zh() {
		return tier.LangZh
	}
	return tier.LangEn
}

func policyURL(id string) string { return policiesURL + "/" + id }

func stateChip(p *i18n.Printer, s tierbook.PolicyState) *ui.Chip {
	tone := map[tierbook.PolicyState]ui.Tone{tierbook.PolicyDraft: ui.ToneWarn, tierbook.PolicyApproved: ui.ToneGood, tierbook.PolicyWithdrawn: ui.ToneLine}
	return &ui.Chip{Label: p.T("tiers.state_" + string(s)), Tone: tone[s]}
}

// policies shows the policy in force as a text, and the list of versions.
func (h *Handler) policies(w http.ResponseWriter, r *http.Request) error {
	actor, p := access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	book, err := h.Tiers.Policies(r.Context(), actor)
	if err != nil {
		return err
	}
	var ids []string
	for _, v := range book.Versions {
		ids = append(ids, v.AuthorID, v.ApproverID)
	}
	names, err := h.Names.UserNames(r.Context(), actor, ids)
	if err != nil {
		return err
	}
	view := page(p, actor, policiesURL, p.T("tiers.tab_policies"), p.T("tiers.policies_sub"))
	if book.MayWrite {
		view.Actions = []ui.Action{{Label: p.T("tiers.new_policy"), Icon: "plus", URL: policiesURL + "/new"}}
	}
	table := ui.TableView{Label: p.T("tiers.versions"), Columns: []ui.Column{{Label: p.T("tiers.version"), Phone: true}, {Label: p.T("tiers.state"), Phone: true}, {Label: p.T("tiers.from"), Kind: ui.ColumnNarrow, Phone: true},
		{Label: p.T("tiers.author")}, {Label: p.T("tiers.approver")}, {Label: p.T("tiers.remark")}}, Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("tiers.no_versions"), Text: p.T("tiers.no_versions_text")}}
	for _, v := range book.Versions {
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.LinkTo(p.T("tiers.version_is", "Number", v.Number, "Name", ui.TextIn(p, v.Name.Zh, v.Name.En, "")), policyURL(v.ID)), {Chip: stateChip(p, v.State)}, ui.Text(dayText(v.From)),
			ui.Text(text(names[v.AuthorID])), ui.Text(text(names[v.ApproverID])), ui.Text(text(v.Note))}})
	}
	title := p.T("tiers.in_force", "Number", book.Current.Number)
	if book.Current.Number == 0 {
		title = p.T("tiers.in_force_shipped")
	}
	return ui.Write(w, r, http.StatusOK, ui.Compose(view, append(saved(p, r), proseCard(p, title, book.Policy),
		ui.Filled(ui.CardView{Title: p.T("tiers.versions"), Count: len(table.Rows), Flush: true}, ui.Table(table)))...))
}

// proseCard is a policy as the text that a manager signs.
func proseCard(p *i18n.Printer, title string, policy *tier.Policy) templ.Component {
	var items []ui.Item
	for _, paragraph := range policy.Prose(proseLang(p)) {
		items = append(items, ui.Item{Title: paragraph.Text, Top: true})
	}
	return ui.Filled(ui.CardView{Title: title, Flush: true, Foot: p.T("tiers.hash", "Hash", policy.Hash()[:12])}, ui.List(items))
}

// plainly leaves what stands in the list of findings out of the form's own errors.
func plainly(failure error, findings []ruledoc.Finding) error {
	if failure != nil && ruledoc.HasErrors(findings) {
		return errs.Invalid("tier.invalid", []errs.Field{{Path: "text", Message: errs.Msg("tier.invalid", nil)}})
	}
	return failure
}

// findingsCard lists what there is to say about a text, by line; nil when there is nothing.
func findingsCard(p *i18n.Printer, findings []ruledoc.Finding) templ.Component {
	if len(findings) == 0 {
		return nil
	}
	var items []ui.Item
	for _, f := range findings {
		item := ui.Item{Icon: "alert-triangle", Tone: ui.ToneWarn, Title: p.Message(f.Message), Detail: p.Message(f.Remedy), Top: true}
		if f.Severity == ruledoc.SeverityError {
			item.Icon, item.Tone = "alert-octagon", ui.ToneBad
		}
		if f.Row > 0 {
			item.Beside = p.T("tiers.line", "Row", f.Row)
		} else {
			item.Beside = f.Path
		}
		items = append(items, item)
	}
	return ui.Filled(ui.CardView{ID: "findings", Title: p.T("tiers.findings"), Count: len(items), Flush: true}, ui.List(items))
}

func (h *Handler) savePolicy(w http.ResponseWriter, r *http.Request) error {
	actor, p := access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	seen, _ := strconv.ParseInt(r.PostFormValue("seen"), 10, 64)
	in := tierbook.Draft{ID: r.PostFormValue("id"), Text: r.PostFormValue("text"), Note: r.PostFormValue("note"), Seen: seen, From: calendar.NoDate}
	var err error
	if day := r.PostFormValue("from"); day != "" {
		if in.From, err = calendar.ParseDate(day); err != nil {
			err = errs.Invalid("fact.invalid", []errs.Field{{Path: "from", Value: day, Message: errs.Msg("form.error.date", nil)}})
		}
	}
	source, unseen := ui.OriginAsked(r, h.Origins)
	if unseen != nil {
		return unseen
	}
	if source != nil && in.ID == "" {
		in.DecisionID = source.DecisionID
	}
	var v tierbook.PolicyVersion
	if err == nil {
		v, err = h.Tiers.SavePolicy(r.Context(), actor, in)
	}
	switch {
	case err == nil:
		http.Redirect(w, r, policyURL(v.ID)+"?saved=draft", http.StatusSeeOther)
		return nil
	case !errs.Is(err, errs.KindInvalid) && !errs.Is(err, errs.KindConflict):
		return err
	}
	findings, inspected := h.Tiers.Findings(r.Context(), actor, in.Text)
	if inspected != nil {
		return inspected
	}
	return ui.Write(w, r, httpx.StatusOf(err), editPage(p, r, draft{tierbook.PolicyVersion{ID: in.ID, Text: in.Text, Note: in.Note, From: in.From, Revision: seen}, source}, findings, err))
}

func (h *Handler) policy(w http.ResponseWriter, r *http.Request) error {
	return h.drawPolicy(w, r, http.StatusOK, nil)
}

// drawPolicy is one version: what it says, what it changes against the one in force, what it would move, and what is to be done with it.
func (h *Handler) drawPolicy(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	actor, p := access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	d, err := h.Tiers.Policy(r.Context(), actor, r.PathValue("id"))
	if err != nil {
		return err
	}
	v := d.Version
	title := p.T("tiers.version_is", "Number", v.Number, "Name", ui.TextIn(p, v.Name.Zh, v.Name.En, ""))
	view := ui.PageView{Title: title, Current: "tiers", Chips: []ui.Chip{*stateChip(p, v.State)}, Subtitle: p.T("tiers.policy_sub", "From", dayText(v.From), "Note", text(v.Note)),
		Crumbs: []ui.Crumb{{Label: p.T("tiers.title"), URL: homeURL}, {Label: p.T("tiers.tab_policies"), URL: policiesURL}, {Label: title}}, Print: &ui.PrintFoot{Document: title, Hash: v.Hash}}
	may := actor.CanAll(access.PermTierWrite) || actor.CanAll(access.PermTierApprove)
	if actor.CanAll(access.PermTierWrite) {
		view.Actions = append(view.Actions, ui.Action{Label: p.T("tiers.new_from"), Icon: "copy", URL: ui.URLWith(policiesURL+"/new", nil, "from_version", v.ID)})
	}
	source, err := ui.OriginBehind(r, h.Origins, origin.KindTier, v.ID)
	if err != nil {
		return err
	}
	parts := append(append(saved(p, r), failed(p, failure)...), ui.OriginNote(p, source)...)
	if card := findingsCard(p, d.Findings); card != nil {
		parts = append(parts, card)
	}
	if v.State == tierbook.PolicyDraft && may {
		names, err := h.Names.UserNames(r.Context(), actor, []string{v.AuthorID})
		if err != nil {
			return err
		}
		parts = append(parts, h.stepsCard(p, actor, d, names[v.AuthorID]))
		parts = append(parts, h.trialParts(p, d)...)
	}
	if d.Policy != nil {
		if card := changesCard(p, d); card != nil {
			parts = append(parts, card)
		}
		parts = append(parts, proseCard(p, p.T("tiers.says"), d.Policy))
	}
	parts = append(parts, textCard(p, actor, v))
	return ui.Write(w, r, status, ui.Compose(view, parts...))
}

// stepsCard is what is to be done with a draft: try it, approve it, take it out.
func (h *Handler) stepsCard(p *i18n.Printer, actor access.Actor, d tierbook.PolicyDetail, author string) templ.Component {
	v := d.Version
	act := func(name string) string { return policyURL(v.ID) + "/" + name }
	seen := map[string][]string{"seen": {number(v.Revision)}}
	actions := []ui.Action{{Label: p.T("tiers.try"), Icon: "player-play", Post: true, URL: act("try")}}
	sub := p.T("tiers.steps_sub")
	switch {
	case !actor.CanAll(access.PermTierApprove):
		sub = p.T("tiers.steps_approver")
	case v.AuthorID == actor.UserID:
		sub = p.T("tierbook.own_draft")
	default:
		actions = append(actions, ui.Action{Label: p.T("tiers.approve_policy"), Icon: "check", Kind: ui.ActionPrimary, Post: true, URL: act("approve"), Fields: seen})
	}
	note, _ := ui.WithErrors([]ui.Field{{Name: "note", ID: "f-withdraw-note", Label: p.T("tiers.withdraw_for"), Optional: true}}, nil, p)
	form := ui.FormView{ID: "withdraw", Action: act("withdraw"), Fields: note, Submit: ui.Action{Label: p.T("tiers.withdraw"), Kind: ui.ActionDanger, Small: true}}
	return ui.Filled(ui.CardView{Title: p.T("tiers.steps"), Sub: p.T("tiers.drafted_by", "Who", text(author)) + " · " + sub, Actions: actions}, ui.Form(form))
}

// trialParts show what a draft would change, or how far its trial is.
func (h *Handler) trialParts(p *i18n.Printer, d tierbook.PolicyDetail) []templ.Component {
	if d.Job != nil {
		if d.Job.State.Finished() {
			return []templ.Component{ui.Across(ui.NoteOf(ui.Note{Tone: ui.ToneBad, Strong: p.T("tiers.trial_failed"), Text: p.Message(d.Job.Failure)}))}
		}
		return []templ.Component{ui.Filled(ui.CardView{Title: p.T("tiers.trial_runs")}, ui.Progress(trialJob(p, d)))}
	}
	t := d.Version.Trial
	if t == nil {
		return []templ.Component{ui.Across(ui.NoteOf(ui.Note{ID: "untried", Icon: "info-circle", Strong: p.T("tiers.untried"), Text: p.T("tiers.untried_text")}))}
	}
	var parts []templ.Component
	if t.Hash != d.Version.Hash || t.Against != d.Current.Hash {
		parts = append(parts, ui.Across(ui.NoteOf(ui.Note{Tone: ui.ToneWarn, Strong: p.T("tiers.trial_old"), Text: p.T("tiers.trial_old_text")})))
	}
	s := t.Simulation
	moves := ui.CardView{Title: p.T("tiers.trial_moves"), Sub: p.T("tiers.trial_moves_sub", "Count", s.Due.Changed(), "Day", when(p, t.AsOf)), Flush: true, Span: 6, Foot: p.T("tiers.trial_approvals", "Count", s.Approvals)}
	load := ui.TableView{Label: p.T("tiers.trial_load"), Columns: []ui.Column{{Label: "", Phone: true}, {Label: p.T("tiers.now"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("tiers.then"), Kind: ui.ColumnNumber, Phone: true}}}
	add := func(key string, was, then int64) {
		load.Rows = append(load.Rows, ui.Row{Cells: []ui.Cell{ui.Text(p.T("tiers." + key)), ui.Text(p.Int(was)), ui.Text(p.Int(then))}})
	}
	add("contacts", int64(s.Before.Contacts), int64(s.After.Contacts))
	add("hours", (s.Before.Minutes+59)/60, (s.After.Minutes+59)/60)
	parts = append(parts, ui.Filled(moves, ui.Table(movesTable(p, p.T("tiers.trial_moves"), p.T("tiers.now"), s.Due))),
		ui.Filled(ui.CardView{Title: p.T("tiers.trial_load"), Sub: p.T("tiers.trial_load_sub"), Flush: true, Span: 6, Foot: p.T("tiers.trial_unsuited", "Count", s.Unsuited)}, ui.Table(load)))
	return append(parts, movedCard(p, d))
}

// movedCard lists customers that would move.
func movedCard(p *i18n.Printer, d tierbook.PolicyDetail) templ.Component {
	t := d.Version.Trial
	table := ui.TableView{Label: p.T("tiers.trial_customers"), Columns: []ui.Column{{Label: p.T("tiers.customer"), Phone: true}, {Label: p.T("tiers.now"), Phone: true}, {Label: p.T("tiers.then"), Phone: true}, {Label: p.T("tiers.ground")}},
		Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("tiers.trial_nobody")}}
	for _, m := range t.Simulation.Moves {
		name := p.T("tiers.customer_number", "ID", m.Customer)
		if id, err := strconv.ParseInt(m.Customer, 10, 64); err == nil && d.Names[id] != "" {
			name = d.Names[id]
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.LinkTo(name, "/customers/"+m.Customer), {Body: ui.Tier(string(m.From))}, {Body: ui.Tier(string(m.To))}, ui.Text(p.T("tiers.ground_" + string(m.Ground)))}})
	}
	return ui.Filled(ui.CardView{Title: p.T("tiers.trial_customers"), Count: t.Simulation.Due.Changed(), Flush: true, Sub: p.T("tiers.trial_customers_sub", "Count", len(table.Rows))}, ui.Table(table))
}

func trialJob(p *i18n.Printer, d tierbook.PolicyDetail) ui.Job {
	j := ui.Job{ID: "tier-trial", Title: p.T("tiers.trial_runs"), State: ui.JobDone, Source: policyURL(d.Version.ID) + "/progress"}
	if d.Job != nil && !d.Job.State.Finished() {
		j.State, j.Done, j.Total = ui.JobRunning, int(d.Job.Progress.Done), int(d.Job.Progress.Total)
		if d.Job.Progress.Stage != "" {
			j.Text = p.T(d.Job.Progress.Stage)
		}
	}
	return j
}

func (h *Handler) trialProgress(w http.ResponseWriter, r *http.Request) error {
	d, err := h.Tiers.Policy(r.Context(), access.ActorFrom(r.Context()), r.PathValue("id"))
	if err != nil {
		return err
	}
	if d.Job == nil || d.Job.State.Finished() {
		w.Header().Set("HX-Refresh", "true")
	}
	return ui.Write(w, r, http.StatusOK, ui.Progress(trialJob(httpx.PrinterFrom(r.Context()), d)))
}

// changesCard compares what two policies say, statement by statement; nil when they say the same.
func changesCard(p *i18n.Printer, d tierbook.PolicyDetail) templ.Component {
	current, _ := tier.Inspect("", []byte(d.Current.Text))
	if current == nil || d.Current.ID == d.Version.ID {
		return nil
	}
	was := map[string]string{}
	for _, paragraph := range current.Prose(proseLang(p)) {
		was[paragraph.Path] = paragraph.Text
	}
	table := ui.TableView{Label: p.T("tiers.changes"), Columns: []ui.Column{{Label: p.T("tiers.in_force_now"), Phone: true}, {Label: p.T("tiers.in_this"), Phone: true}}}
	row := func(before, after string) {
		if before != after {
			table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(text(before)), ui.Text(text(after))}})
		}
	}
	for _, paragraph := range d.Policy.Prose(proseLang(p)) {
		row(was[paragraph.Path], paragraph.Text)
		delete(was, paragraph.Path)
	}
	for _, paragraph := range current.Prose(proseLang(p)) {
		if left, gone := was[paragraph.Path]; gone {
			row(left, "")
		}
	}
	if len(table.Rows) == 0 {
		return nil
	}
	return ui.Filled(ui.CardView{ID: "changes", Title: p.T("tiers.changes"), Count: len(table.Rows), Flush: true}, ui.Table(table))
}

// textCard is the text itself: to be changed by its author while it is a draft, to be read by others.
func textCard(p *i18n.Printer, actor access.Actor, v tierbook.PolicyVersion) templ.Component {
	if v.State == tierbook.PolicyDraft && v.AuthorID == actor.UserID {
		from := ""
		if v.From != calendar.NoDate {
			from = v.From.String()
		}
		form := ui.FormView{ID: "policy", Action: policiesURL, Guard: true, Submit: ui.Action{Label: p.T("tiers.save_draft"), Icon: "device-floppy"}, Fields: []ui.Field{
			{Name: "id", Kind: ui.FieldHidden, Value: v.ID}, {Name: "seen", Kind: ui.FieldHidden, Value: number(v.Revision)},
			{Name: "from", Kind: ui.FieldDate, Label: p.T("tiers.from"), Value: from, Span: 4}, {Name: "note", Label: p.T("tiers.remark"), Value: v.Note, Optional: true, Span: 8},
			{Name: "text", Kind: ui.FieldCode, Label: p.T("tiers.text"), Value: v.Text, Rows: 32}}}
		return ui.Filled(ui.CardView{Title: p.T("tiers.text")}, ui.Form(form))
	}
	return ui.Filled(ui.CardView{Title: p.T("tiers.text"), Foot: p.T("tiers.hash", "Hash", v.Hash[:min(12, len(v.Hash))])},
		ui.FieldOf(ui.Field{Name: "text", Kind: ui.FieldCode, Label: p.T("tiers.text"), Value: v.Text, Rows: 24, ReadOnly: true}))
}

// act tries, approves or takes out a version.
func (h *Handler) act(w http.ResponseWriter, r *http.Request) error {
	ctx, actor, id := r.Context(), access.ActorFrom(r.Context()), r.PathValue("id")
	seen, _ := strconv.ParseInt(r.PostFormValue("seen"), 10, 64)
	var err error
	act := r.PathValue("act")
	switch act {
	case "try":
		_, err = h.Tiers.StartTrial(ctx, actor, id)
	case "approve":
		_, err = h.Tiers.ApprovePolicy(ctx, actor, id, seen)
	case "withdraw":
		err = h.Tiers.WithdrawPolicy(ctx, actor, id, r.PostFormValue("note"))
	default:
		return errs.New(errs.KindNotFound, "error.not_found", nil)
	}
	switch {
	case err == nil:
		http.Redirect(w, r, policyURL(id)+"?saved="+act, http.StatusSeeOther)
		return nil
	case !mendable(err):
		return err
	}
	if errs.Is(err, errs.KindForbidden) {
		if _, hidden := h.Tiers.Policy(ctx, actor, id); hidden != nil {
			return err
		}
	}
	return h.drawPolicy(w, r, httpx.StatusOf(err), err)
}
