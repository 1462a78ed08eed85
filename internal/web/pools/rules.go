package pools

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/pool"
	"xiaoguan/internal/poolrule"
	"xiaoguan/internal/ruledoc"
	"xiaoguan/internal/web/ui"
)

var stateTones = map[pool.State]ui.Tone{pool.StateDraft: ui.ToneBrand, pool.StateApproved: ui.ToneGood, pool.StateWithdrawn: ui.ToneLine}

func stateChip(p *i18n.Printer, d pool.Document) *ui.Chip {
	if d.InForce {
		return &ui.Chip{Label: p.T("pool.in_force"), Tone: ui.ToneGood, Icon: "check"}
	}
	return &ui.Chip{Label: p.Message(d.State.Message()), Tone: stateTones[d.State]}
}

func rulesPath(n int64) string { return rulesURL + "/" + number(n) }

// rules lists the versions.
func (h *Handler) rules(w http.ResponseWriter, r *http.Request) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	list, err := h.Pools.Versions(ctx, actor)
	if err != nil {
		return err
	}
	view := ui.PageView{Title: p.T("nav.pool-rules"), Subtitle: p.T("pool.rules_sub"), Current: "pool-rules"}
	empty := &ui.State{Kind: ui.StateEmpty, Title: p.T("pool.rules_none"), Text: p.T("pool.rules_none_text")}
	if actor.CanAll(access.PermPoolWrite) {
		view.Actions = []ui.Action{{Label: p.T("pool.new_rules"), Icon: "plus", Kind: ui.ActionPrimary, URL: rulesURL + "/new"}}
	}
	table := ui.TableView{Label: view.Title, Empty: empty, Columns: []ui.Column{{Label: p.T("pool.version"), Kind: ui.ColumnNarrow, Phone: true}, {Label: p.T("common.status"), Phone: true}, {Label: p.T("pool.effective_from"), Kind: ui.ColumnNarrow, Phone: true},
		{Label: p.T("pool.author")}, {Label: p.T("pool.approver")}, {Label: p.T("common.note")}}}
	for _, d := range list {
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.LinkTo(p.T("pool.version_number", "Number", d.Number), rulesPath(d.Number)), {Chip: stateChip(p, d)}, ui.Text(dayText(p, d.EffectiveFrom)), ui.Text(textOr(d.AuthorName)), ui.Text(textOr(d.ApproverName)), {Text: textOr(d.Note), Muted: true}}})
	}
	return ui.Write(w, r, http.StatusOK, ui.Compose(view, ui.Filled(ui.CardView{Label: view.Title, Flush: true}, ui.Table(table))))
}

// composeRules begins a draft with the newest version, or with the rules that ship.
func (h *Handler) composeRules(w http.ResponseWriter, r *http.Request) error {
	actor := access.ActorFrom(r.Context())
	if err := actor.RequireAll(access.PermPoolWrite); err != nil {
		return err
	}
	list, err := h.Pools.Versions(r.Context(), actor)
	if err != nil {
		return err
	}
	text := string(poolrule.DefaultText())
	if len(list) > 0 {
		text = list[0].Text
	}
	return h.drawDraft(w, r, http.StatusOK, draftView{text: text})
}

// draftView is a draft in the form.
type draftView struct {
	version pool.Document // number 0 for a new one
	text    string
	note    string
	failure error
}

func (h *Handler) drawDraft(w http.ResponseWriter, r *http.Request, status int, d draftView) error {
	p := httpx.PrinterFrom(r.Context())
	title := p.T("pool.new_rules")
	if d.version.Number != 0 {
		title = p.T("pool.version_number", "Number", d.version.Number)
	}
	view := ui.PageView{Title: title, Current: "pool-rules", Crumbs: []ui.Crumb{{Label: p.T("nav.pool-rules"), URL: rulesURL}, {Label: title}}}
	var parts []templ.Component
	for _, note := range notes(p, r, nil) {
		parts = append(parts, ui.Across(ui.NoteOf(note)))
	}
	main := []templ.Component{ui.Filled(ui.CardView{Title: p.T("pool.text"), Sub: p.T("pool.text_sub"), Span: -1}, ui.Form(draftForm(p, d)))}
	policy, findings := poolrule.Inspect("", []byte(d.text))
	side := []templ.Component{findingsCard(p, findings)}
	if policy != nil {
		side = append(side, proseCard(p, policy))
	}
	parts = append(parts, ui.Stack(7, main...), ui.Stack(5, side...))
	return ui.Write(w, r, status, ui.Compose(view, parts...))
}

func draftForm(p *i18n.Printer, d draftView) ui.FormView {
	form := ui.FormView{ID: "rules", Action: rulesURL, Guard: true, Submit: ui.Action{Label: p.T("pool.save_rules"), Kind: ui.ActionPrimary, Icon: "device-floppy"}, Cancel: &ui.Link{Label: p.T("common.cancel"), URL: rulesURL},
		Fields: []ui.Field{{Name: "text", Kind: ui.FieldCode, Label: p.T("pool.text"), Value: d.text, Rows: 28}, {Name: "note", Label: p.T("common.note"), Value: d.note, Optional: true}}}
	if d.version.Number != 0 {
		form.Action = rulesPath(d.version.Number)
		form.Fields = append(form.Fields, ui.Field{Name: "seen", Kind: ui.FieldHidden, Value: number(d.version.Revision)})
	}
	form.Fields, form.Problem = ui.WithErrors(form.Fields, d.failure, p)
	return form
}

// findingsCard lists what there is to say about a text.
func findingsCard(p *i18n.Printer, findings []ruledoc.Finding) templ.Component {
	var items []ui.Item
	for _, f := range findings {
		item := ui.Item{Icon: "alert-triangle", Tone: ui.ToneWarn, Title: p.Message(f.Message), Beside: f.Path, Detail: p.Message(f.Remedy), Top: true}
		if f.Severity == ruledoc.SeverityError {
			item.Icon, item.Tone = "circle-x", ui.ToneBad
		}
		if f.Row > 0 {
			item.Beside = strings.Trim(p.T("pool.row", "Row", f.Row)+" "+f.Path, " ")
		}
		items = append(items, item)
	}
	if len(items) == 0 {
		items = []ui.Item{{Icon: "circle-check", Tone: ui.ToneGood, Title: p.T("pool.no_findings")}}
	}
	return ui.Filled(ui.CardView{Title: p.T("pool.findings"), Count: len(findings), Flush: true, Span: -1}, ui.List(items))
}

// proseCard is the rules as they are signed.
func proseCard(p *i18n.Printer, policy *poolrule.Policy) templ.Component {
	lang := poolrule.LangEn
	if p.Zh() {
		lang = poolrule.LangZh
	}
	var items []ui.Item
	for _, paragraph := range policy.Prose(lang) {
		items = append(items, ui.Item{Title: paragraph.Text, Top: true})
	}
	return ui.Filled(ui.CardView{Title: p.T("pool.prose"), Flush: true, Span: -1}, ui.List(items))
}

func (h *Handler) saveRules(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	in := pool.Draft{Text: strings.ReplaceAll(r.PostFormValue("text"), "\r\n", "\n"), Note: r.PostFormValue("note")}
	d := draftView{text: in.Text, note: in.Note}
	if text := r.PathValue("number"); text != "" {
		n, err := idOf(text, "pool.no_such_version")
		if err != nil {
			return err
		}
		if d.version, err = h.Pools.Version(ctx, actor, n); err != nil {
			return err
		}
		in.Number = n
		in.Seen, _ = strconv.ParseInt(r.PostFormValue("seen"), 10, 64) // of no number is unchecked, as in the interface for programs
	}
	saved, err := h.Pools.Save(ctx, actor, in)
	switch {
	case err == nil:
		return redirect(w, r, rulesPath(saved.Number), "done", "saved")
	case mendable(err):
		d.failure = err
		return h.drawDraft(w, r, httpx.StatusOf(err), d)
	}
	return err
}

func (h *Handler) showRules(w http.ResponseWriter, r *http.Request) error {
	return h.drawRules(w, r, http.StatusOK, nil)
}

func (h *Handler) drawRules(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	n, err := idOf(r.PathValue("number"), "pool.no_such_version")
	if err != nil {
		return err
	}
	d, err := h.Pools.Version(ctx, actor, n)
	if err != nil {
		return err
	}
	if r.FormValue("edit") != "" && d.State == pool.StateDraft && actor.CanAll(access.PermPoolWrite) {
		return h.drawDraft(w, r, status, draftView{version: d, text: d.Text, note: d.Note})
	}
	policy, err := d.Policy()
	if err != nil {
		return err
	}
	view := ui.PageView{Title: p.T("pool.version_number", "Number", n), Subtitle: joined(d.AuthorName, p.Local(d.CreatedAt).Format("2006-01-02 15:04"), d.Note), Current: "pool-rules", Charts: true, Chips: []ui.Chip{*stateChip(p, d)},
		Crumbs: []ui.Crumb{{Label: p.T("nav.pool-rules"), URL: rulesURL}, {Label: p.T("pool.version_number", "Number", n)}}}
	if d.State == pool.StateDraft && actor.CanAll(access.PermPoolWrite) {
		view.Actions = append(view.Actions, ui.Action{Label: p.T("common.edit"), Icon: "edit", URL: rulesPath(n) + "?edit=1"})
	}
	if d.State == pool.StateDraft || d.State == pool.StateApproved && d.EffectiveFrom > h.today() {
		view.Actions = append(view.Actions, ui.Action{Label: p.T("pool.withdraw"), Post: true, URL: rulesPath(n) + "/withdraw", Fields: map[string][]string{"seen": {number(d.Revision)}}})
	}
	var parts []templ.Component
	for _, note := range notes(p, r, nil) {
		parts = append(parts, ui.Across(ui.NoteOf(note)))
	}
	trial, err := h.trialCards(ctx, d, policy)
	if err != nil {
		return err
	}
	side := []templ.Component{h.tryCard(p, d, r, failure)}
	if d.State == pool.StateDraft {
		side = append(side, h.approveCard(p, actor, d, r, failure))
	}
	if len(d.Findings) > 0 {
		side = append(side, findingsCard(p, d.Findings))
	}
	parts = append(parts, ui.Stack(8, append(trial, proseCard(p, policy))...), ui.Stack(4, side...))
	return ui.Write(w, r, status, ui.Compose(view, parts...))
}

func joined(texts ...string) string {
	var some []string
	for _, text := range texts {
		if text != "" {
			some = append(some, text)
		}
	}
	return strings.Join(some, " · ")
}

// approveCard asks from when on a draft counts. Its author sees who may.
func (h *Handler) approveCard(p *i18n.Printer, actor access.Actor, d pool.Document, r *http.Request, failure error) templ.Component {
	card := ui.CardView{Title: p.T("pool.approve"), Span: -1}
	if !actor.CanAll(access.PermPoolApprove) || d.AuthorID == actor.UserID {
		var roles []string
		for _, role := range access.RolesWith(access.PermPoolApprove) {
			roles = append(roles, p.Message(role.Message()))
		}
		return ui.Filled(card, ui.NoteOf(ui.Note{Tone: ui.ToneBrand, Strong: p.T("pool.awaits"), Text: p.T("pool.who_approves", "Who", p.Join(roles))}))
	}
	form := ui.FormView{ID: "approve", Action: rulesPath(d.Number) + "/approve", Submit: ui.Action{Label: p.T("pool.approve_button"), Kind: ui.ActionPrimary, Icon: "check"}, Consequence: p.T("pool.approve_consequence"),
		Fields: []ui.Field{{Name: "effective_from", Kind: ui.FieldDate, Label: p.T("pool.effective_from"), Value: typedOr(r, "effective_from", (h.today() + 1).String())}, {Name: "seen", ID: "f-seen-approve", Kind: ui.FieldHidden, Value: number(d.Revision)}}}
	if r.PathValue("act") == "approve" {
		form.Fields, form.Problem = ui.WithErrors(form.Fields, failure, p)
	}
	if len(d.Trial) == 0 {
		form.Problem = joined(form.Problem, p.T("pool.not_tried"))
	}
	return ui.Filled(card, ui.Form(form))
}

func typedOr(r *http.Request, name, usual string) string {
	if text := trimmed(r, name); text != "" {
		return text
	}
	return usual
}

// tryCard asks for the months on which rules are tried.
func (h *Handler) tryCard(p *i18n.Printer, d pool.Document, r *http.Request, failure error) templ.Component {
	last := h.today().Month() - 1
	form := ui.FormView{ID: "try", Action: rulesPath(d.Number) + "/try", Submit: ui.Action{Label: p.T("pool.try_button"), Icon: "test-pipe"}, Consequence: p.T("pool.try_consequence"),
		Fields: []ui.Field{{Name: "first", Kind: ui.FieldMonth, Label: p.T("pool.first_month"), Value: typedOr(r, "first", (last - 11).String()), Span: 6}, {Name: "last", Kind: ui.FieldMonth, Label: p.T("pool.last_month"), Value: typedOr(r, "last", last.String()), Span: 6}}}
	if r.PathValue("act") != "approve" {
		form.Fields, form.Problem = ui.WithErrors(form.Fields, failure, p)
	}
	return ui.Filled(ui.CardView{Title: p.T("pool.try"), Span: -1}, ui.Form(form))
}

func (h *Handler) actOnRules(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	n, err := idOf(r.PathValue("number"), "pool.no_such_version")
	if err != nil {
		return err
	}
	seen, _ := strconv.ParseInt(r.PostFormValue("seen"), 10, 64) // of no number is unchecked
	done := ""
	switch r.PathValue("act") {
	case "approve":
		done, err = "approved", h.approve(ctx, actor, r, n, seen)
	case "withdraw":
		done = "withdrawn"
		_, err = h.Pools.Withdraw(ctx, actor, n, seen)
	case "try":
		done = "trying"
		args := pool.TrialArgs{Number: n}
		if args.First, err = calendar.ParseMonth(trimmed(r, "first")); err == nil {
			args.Last, err = calendar.ParseMonth(trimmed(r, "last"))
		}
		if err != nil {
			err = errs.Invalid("error.invalid", []errs.Field{{Path: "first", Value: trimmed(r, "first"), Message: errs.Msg("form.error.date", nil)}})
			break
		}
		_, err = h.Pools.Try(ctx, actor, args)
	default:
		return errs.New(errs.KindNotFound, "error.not_found", nil)
	}
	switch {
	case err == nil:
		return redirect(w, r, rulesPath(n), "done", done)
	case mendable(err):
		return h.drawRules(w, r, httpx.StatusOf(err), err)
	}
	return err
}

func (h *Handler) approve(ctx context.Context, actor access.Actor, r *http.Request, n, seen int64) error {
	from, err := calendar.ParseDate(trimmed(r, "effective_from"))
	if err != nil {
		return errs.Invalid("error.invalid", []errs.Field{{Path: "effective_from", Value: trimmed(r, "effective_from"), Message: errs.Msg("form.error.date", nil)}})
	}
	_, err = h.Pools.Approve(ctx, actor, n, seen, from)
	return err
}
