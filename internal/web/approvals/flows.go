package approvals

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/approval"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/money"
	"xiaoguan/internal/web/ui"
)

// flows lists the flow in force of every kind.
func (h *Handler) flows(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	all, err := h.approvals.Flows(ctx, access.ActorFrom(ctx))
	if err != nil {
		return err
	}
	p := httpx.PrinterFrom(ctx)
	drafts, err := h.approvals.FlowDrafts(ctx, access.ActorFrom(ctx))
	if err != nil {
		return err
	}
	table := ui.TableView{ID: "flows", Label: p.T("approvals.flows"), Columns: []ui.Column{{Label: p.T("approvals.kind"), Phone: true}, {Label: p.T("approvals.version"), Kind: ui.ColumnNarrow, Phone: true},
		{Label: p.T("approvals.in_words")}}}
	for _, v := range all {
		kind, _ := h.approvals.KindNamed(v.Kind)
		name := ui.Cell{Text: p.T(kind.Label), URL: flowsPath + "/" + v.Kind}
		if _, waits := drafts[v.Kind]; waits {
			name.Chip = &ui.Chip{Label: p.T("approvals.draft_waits"), Tone: ui.ToneWarn}
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{name, ui.Text(versionText(p, v)), ui.Draw(prose(p, kind, v.Flow, nil, h.currency()))}})
	}
	return ui.Write(w, r, http.StatusOK, ui.Compose(ui.PageView{Title: p.T("approvals.flows"), Subtitle: p.T("approvals.flows_text"), Current: "approval-flows"},
		ui.Filled(ui.CardView{Label: p.T("approvals.flows"), Flush: true}, ui.Table(table))))
}

func versionText(p *i18n.Printer, v approval.FlowVersion) string {
	if v.Version == 0 {
		return p.T("approvals.shipped")
	}
	return "v" + strconv.FormatInt(v.Version, 10) + " · " + moment(p, v.PublishedAt)
}

// prose says a flow in words: a line for each route.
func prose(p *i18n.Printer, kind approval.Kind, flow approval.Flow, names map[string]string, currency money.Currency) templ.Component {
	var items []ui.Item
	for i, r := range flow.Routes {
		when := conditionsText(p, kind, r.When, currency)
		switch {
		case when == "" && len(flow.Routes) == 1:
			when = p.T("approvals.always")
		case when == "" && i == len(flow.Routes)-1:
			when = p.T("approvals.otherwise")
		}
		var steps []string
		for _, s := range r.Steps {
			text := whoText(p, s, names)
			if only := conditionsText(p, kind, s.When, currency); only != "" {
				text = p.T("approvals.step_when", "Who", text, "When", only)
			}
			if s.LimitDays > 0 {
				text += p.T("approvals.step_limit", "Days", s.LimitDays)
			}
			if s.Again {
				text += p.T("approvals.step_again")
			}
			steps = append(steps, text)
		}
		item := ui.Item{Title: when, Beside: r.Name, Detail: strings.Join(steps, " → "), Top: true, Icon: "route"}
		if len(steps) == 0 {
			item.Detail = p.T("approvals.no_signature")
		}
		items = append(items, item)
	}
	return ui.List(items)
}

// edited is everything that the page of one flow shows.
type edited struct {
	kind     approval.Kind
	versions []approval.FlowVersion
	draft    *approval.FlowDraft // that waits for a second person
	refused  error               // of an act upon the draft
	form     flowForm
	typed    url.Values
	failure  error
	preview  *approval.Preview
	failed   error // of the preview
}

// openFlow reads the versions of a kind and the logins of users whom a form names.
func (h *Handler) openFlow(r *http.Request) (e edited, err error) {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	if e.versions, err = h.approvals.FlowVersions(ctx, actor, r.PathValue("kind")); err != nil {
		return e, err
	}
	e.kind, _ = h.approvals.KindNamed(r.PathValue("kind"))
	drafts, err := h.approvals.FlowDrafts(ctx, actor)
	if err != nil {
		return e, err
	}
	shown := e.versions[0].Flow
	if d, waits := drafts[e.kind.Name]; waits {
		e.draft, shown = &d, approval.Flow{Routes: slices.Concat(shown.Routes, d.Flow.Routes)}
	}
	e.form = flowForm{kind: e.kind, currency: h.currency(), printer: httpx.PrinterFrom(ctx), raw: map[string]string{}}
	e.form.users, err = h.approvals.FlowUsers(ctx, actor, shown)
	return e, err
}

func (h *Handler) flow(w http.ResponseWriter, r *http.Request) error {
	e, err := h.openFlow(r)
	if err != nil {
		return err
	}
	e.form.flow = e.versions[0].Flow
	return ui.Write(w, r, http.StatusOK, flowPage(r.Context(), e))
}

// publish hands in a new flow, or says beforehand who would be asked, or gives room for more.
func (h *Handler) publish(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	if err := r.ParseForm(); err != nil {
		return errs.New(errs.KindInvalid, "error.invalid", nil)
	}
	if err := actor.RequireAll(access.PermApprovalManage); err != nil {
		return err
	}
	e, err := h.openFlow(r)
	if err != nil {
		return err
	}
	e.typed = r.PostForm
	e.form.read(r.PostForm)
	status := http.StatusOK
	switch act := r.PostFormValue("do"); {
	case len(e.form.wrong) > 0:
		e.failure = errs.Invalid("fact.invalid", e.form.wrong)
		for _, f := range e.form.wrong {
			e.form.raw[f.Path] = f.Value
		}
		status = http.StatusUnprocessableEntity
	case act == "preview":
		data := approval.Data{Numbers: map[string]int64{}, Words: map[string]string{}}
		for _, f := range e.kind.Fields {
			text := strings.TrimSpace(r.PostFormValue("try." + f.Name))
			if f.Form == approval.FormText {
				data.Words[f.Name] = text
			} else if text != "" {
				data.Numbers[f.Name], _ = numberOf(f.Form, text, h.currency())
			}
		}
		preview, err := h.approvals.Preview(ctx, actor, e.kind.Name, strings.TrimSpace(r.PostFormValue("try")), data, &e.form.flow)
		e.preview, e.failed = &preview, err
	case act == "publish":
		based, _ := strconv.ParseInt(r.PostFormValue("based_on"), 10, 64)
		_, err := h.approvals.ProposeFlow(ctx, actor, approval.PublishFlow{Kind: e.kind.Name, BasedOn: based, Flow: e.form.flow, Reason: strings.TrimSpace(r.PostFormValue("reason"))})
		if err == nil {
			http.Redirect(w, r, flowsPath+"/"+e.kind.Name, http.StatusSeeOther)
			return nil
		}
		if kind := errs.KindOf(err); kind != errs.KindInvalid && kind != errs.KindConflict {
			return err
		}
		e.failure, status = err, httpx.StatusOf(err)
	}
	return ui.Write(w, r, status, flowPage(ctx, e))
}

// flowPage is the flow of a kind in words, as a form, and with who would be asked.
func flowPage(ctx context.Context, e edited) templ.Component {
	p := httpx.PrinterFrom(ctx)
	title := p.T(e.kind.Label)
	view := ui.PageView{Title: p.T("approvals.flow_of", "Kind", title), Subtitle: versionText(p, e.versions[0]), Current: "approval-flows",
		Crumbs: []ui.Crumb{{Label: p.T("approvals.flows"), URL: flowsPath}, {Label: title}}}
	left := draftParts(p, access.ActorFrom(ctx), e)
	left = append(left, ui.Filled(ui.CardView{ID: "in-words", Title: p.T("approvals.in_words"), Flush: true, Span: -1}, prose(p, e.kind, e.form.flow, e.form.users, e.form.currency)))
	if actor := access.ActorFrom(ctx); actor.CanAll(access.PermApprovalManage) {
		fields := append([]ui.Field{{Name: "based_on", Kind: ui.FieldHidden, Value: strconv.FormatInt(e.versions[0].Version, 10)}}, e.form.fields()...)
		fields = append(fields, tryFields(p, e)...)
		fields = append(fields, ui.Field{Name: "reason", Label: p.T("approvals.publish_reason"), Value: e.typed.Get("reason"), Optional: true, Hint: p.T("approvals.publish_hint")})
		form := ui.FormView{ID: "flow", Action: flowsPath + "/" + e.kind.Name, Submit: ui.Action{Label: p.T("approvals.publish"), Kind: ui.ActionPrimary, Icon: "check", Name: "do", Value: "publish"},
			Others:      []ui.Action{{Label: p.T("approvals.try"), Icon: "test-pipe", Name: "do", Value: "preview"}, {Label: p.T("approvals.more"), Icon: "plus", Name: "do", Value: "more"}},
			Suggest:     []ui.Suggestions{{ID: suggestID, From: suggestPath}},
			Consequence: p.T("approvals.publish_consequence")}
		form.Fields, form.Problem = ui.WithErrors(fields, e.failure, p)
		left = append(left, ui.Filled(ui.CardView{ID: "edit", Title: p.T("approvals.edit_flow"), Span: -1}, ui.Form(form)))
	}
	right := []templ.Component{}
	if e.preview != nil {
		right = append(right, ui.Filled(ui.CardView{ID: "preview", Title: p.T("approvals.try"), Span: -1}, previewOf(p, e)))
	}
	var versions []ui.Moment
	for _, v := range e.versions {
		versions = append(versions, ui.Moment{Icon: "history", Title: versionText(p, v), Detail: v.Reason})
	}
	right = append(right, ui.Filled(ui.CardView{ID: "versions", Title: p.T("approvals.versions"), Span: -1}, ui.Timeline(versions)))
	return ui.Compose(view, ui.Stack(8, left...), ui.Stack(4, right...))
}

// tryFields ask who would be asked, of which submission.
func tryFields(p *i18n.Printer, e edited) (fields []ui.Field) {
	fold := p.T("approvals.try")
	fields = append(fields, ui.Field{Name: "try", Label: p.T("approvals.try_who"), Value: e.typed.Get("try"), Hint: p.T("approvals.to_hint"), Suggest: suggestID, Autocomplete: "off", Optional: true, Fold: fold, Span: 6})
	for _, f := range e.kind.Fields {
		name := "try." + f.Name
		field := ui.Field{Name: name, Label: p.T(f.Label), Value: e.typed.Get(name), Optional: true, Fold: fold, Span: 6}
		if f.Form == approval.FormText {
			field.Kind = ui.FieldSelect
			field.Options = []ui.Option{{Label: i18n.Unknown}}
			for _, o := range f.Choices {
				field.Options = append(field.Options, ui.Option{Value: o.Value, Label: p.T(o.Label), Selected: o.Value == field.Value})
			}
		}
		fields = append(fields, field)
	}
	return fields
}

// previewOf says who would be asked.
func previewOf(p *i18n.Printer, e edited) templ.Component {
	if e.failed != nil {
		_, problem := ui.WithErrors(nil, e.failed, p)
		return ui.NoteOf(ui.Note{Tone: ui.ToneBad, Strong: p.T("approvals.refused"), Text: problem})
	}
	if len(e.preview.Steps) == 0 {
		return ui.NoteOf(ui.Note{Tone: ui.ToneGood, Strong: p.T("approvals.no_signature")})
	}
	var moments []ui.Moment
	for _, s := range e.preview.Steps {
		m := ui.Moment{Icon: "user-check", Title: whoText(p, s.Step, e.preview.Names)}
		if s.Step.Name != "" {
			m.Title = s.Step.Name
		}
		var lines []string
		for _, seat := range s.Seats {
			lines = append(lines, seatText(p, approval.Seat{Candidates: seat}, e.preview.Names))
		}
		m.Detail = p.Join(lines)
		if s.Stuck {
			m.Icon, m.Tone = "alert-triangle", ui.ToneBad
		}
		moments = append(moments, m)
	}
	return ui.Timeline(moments)
}
