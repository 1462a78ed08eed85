package standards

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/origin"
	"xiaoguan/internal/ruledoc"
	"xiaoguan/internal/sop"
	"xiaoguan/internal/standard"
	"xiaoguan/internal/web/ui"
)

// draft is a text in the editor with what is known about it.
type draft struct {
	version  standard.Version // the draft to be replaced; zero for a new version
	text     string
	day      string
	note     string
	seen     string
	document *sop.Standard
	findings []sop.Finding
	failure  error
	source   *origin.Source // the decision that a new version follows from
}

func (d *draft) inspect() { d.document, d.findings = sop.Inspect("", []byte(d.text)) }

// compose opens the editor with the text of the version in force, or of the one named by "from".
func (h *Handler) compose(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	if err := actor.Require(access.PermProcessWrite); err != nil {
		return err
	}
	v, _, err := h.standards.Current(ctx, actor)
	if from := r.FormValue("from"); err == nil && from != "" {
		v, _, err = h.standards.Get(ctx, actor, from)
	}
	if err != nil {
		return err
	}
	d := draft{text: v.Text, day: (h.today() + 1).String()}
	if v.ID == standard.ShippedID {
		d.text = string(sop.DefaultText()) // with the levels that are proposed
	}
	if d.source, err = ui.OriginAsked(r, h.origins); err != nil {
		return err
	}
	d.inspect()
	return ui.Write(w, r, http.StatusOK, editPage(ctx, d))
}

func (h *Handler) edit(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	if err := actor.Require(access.PermProcessWrite); err != nil {
		return err
	}
	v, _, err := h.standards.Get(ctx, actor, r.PathValue("version"))
	if err != nil {
		return err
	}
	switch {
	case v.State != standard.StateDraft:
		return errs.New(errs.KindConflict, "standard.wrong_state", errs.Args{"State": v.State.Message()})
	case v.AuthorID != actor.UserID:
		return errs.New(errs.KindConflict, "standard.other_author", nil)
	}
	d := draft{version: v, text: v.Text, day: v.EffectiveOn.String(), note: v.Note, seen: v.Tag()}
	d.inspect()
	return ui.Write(w, r, http.StatusOK, editPage(ctx, d))
}

// save keeps a draft, or only looks at it, or changes stages, levels and deadlines in its text. A draft with errors is shown again with all of them.
func (h *Handler) save(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	if err := actor.Require(access.PermProcessWrite); err != nil {
		return err
	}
	d := draft{text: strings.ReplaceAll(r.PostFormValue("text"), "\r\n", "\n"), day: strings.TrimSpace(r.PostFormValue("effective_on")), note: r.PostFormValue("note"), seen: r.PostFormValue("seen")}
	var err error
	if d.source, err = ui.OriginAsked(r, h.origins); err != nil {
		return err
	}
	if id := r.PathValue("version"); id != "" {
		v, _, err := h.standards.Get(ctx, actor, id)
		if err != nil {
			return err
		}
		d.version = v
	}
	d.inspect()
	if d.document != nil {
		d.text = adjusted(d.text, d.document, r.PostForm)
		d.text, d.failure = restaged(d.text, r.PostForm)
		d.inspect()
	}
	if r.PostFormValue("act") == "save" && d.failure == nil {
		saved, err := h.keep(ctx, actor, d)
		switch {
		case err == nil:
			http.Redirect(w, r, addressOf(saved, ""), http.StatusSeeOther)
			return nil
		case !mendable(err):
			return err
		}
		d.failure = err
	}
	status := http.StatusOK
	if d.failure != nil {
		status = httpx.StatusOf(d.failure)
	}
	return ui.Write(w, r, status, editPage(ctx, d))
}

func (h *Handler) keep(ctx context.Context, actor access.Actor, d draft) (standard.Version, error) {
	day, err := calendar.ParseDate(d.day)
	if err != nil {
		return standard.Version{}, errs.Invalid("fact.invalid", []errs.Field{{Path: "effective_on", Value: d.day, Message: errs.Msg("form.error.date", nil)}})
	}
	in := standard.Draft{VersionID: d.version.ID, Seen: d.seen, Text: d.text, EffectiveOn: day, Note: d.note}
	if in.VersionID == "" && d.source != nil {
		in.DecisionID = d.source.DecisionID
	}
	return h.standards.Save(ctx, actor, in)
}

// adjusted writes the levels and deadlines that were chosen in the form into the text. Lines of rules stay as they are but for the value.
func adjusted(text string, document *sop.Standard, form url.Values) string {
	for _, rule := range document.Rules {
		if level := form.Get("level." + rule.ID); level != "" && level != string(rule.Level) {
			text = sop.SetRuleValue(text, rule.ID, "level", level)
		}
		if rule.Within == nil {
			continue
		}
		was := rule.Within.String()
		if within := strings.TrimSpace(form.Get("within." + rule.ID)); within != "" && within != was {
			text = sop.SetRuleValue(text, rule.ID, "within", within)
		}
	}
	return text
}

func editPage(ctx context.Context, d draft) templ.Component {
	p := httpx.PrinterFrom(ctx)
	action, back, title := listURL+"/new", listURL, p.T("standard.new")
	if d.version.ID != "" {
		action, back = addressOf(d.version, "/edit"), addressOf(d.version, "")
		title = p.T("standard.edit") + " · v" + strconv.Itoa(d.version.Number)
	}
	view := ui.PageView{Title: title, Subtitle: p.T("standard.edit_sub"), Current: "standards", Crumbs: []ui.Crumb{{Label: p.T("nav.standards"), URL: listURL}, {Label: title}}}
	form := ui.FormView{ID: "draft", Action: action, Guard: true, Cancel: &ui.Link{Label: p.T("common.cancel"), URL: back}, Consequence: p.T("standard.save_consequence"),
		Submit: ui.Action{Label: p.T("standard.save"), Kind: ui.ActionPrimary, Icon: "device-floppy", Name: "act", Value: "save"},
		Others: []ui.Action{{Label: p.T("standard.look"), Icon: "list-check", Name: "act", Value: "look"}},
		Fields: []ui.Field{{Kind: ui.FieldHidden, Name: "seen", Value: d.seen}, {Name: "effective_on", Kind: ui.FieldDate, Label: p.T("standard.effective_on"), Hint: p.T("standard.effective_hint"), Value: d.day, Span: 4},
			{Name: "note", Label: p.T("standard.note"), Hint: p.T("standard.note_hint"), Value: d.note, Optional: true, Span: 8}}}
	form.Fields = append(form.Fields, ui.OriginFields(d.source)...)
	if d.document != nil {
		form.Fields = append(form.Fields, stageFields(p, d.document)...)
		form.Fields = append(form.Fields, ruleFields(p, d.document)...)
	}
	form.Fields = append(form.Fields, ui.Field{Name: "text", Kind: ui.FieldCode, Label: p.T("standard.text"), Hint: p.T("standard.text_hint"), Value: d.text, Rows: 30})
	if d.failure != nil {
		if ruledoc.HasErrors(d.findings) {
			form.Fields[len(form.Fields)-1].Error = p.T("standard.not_saved")
		} else {
			form.Fields, form.Problem = ui.WithErrors(form.Fields, d.failure, p)
		}
	}
	side := []templ.Component{findingsCard(p, d.findings)}
	if d.document != nil {
		side = append(side, ui.Filled(ui.CardView{Title: p.T("standard.preview"), Span: -1, Flush: true}, prose(d.document.Prose(langOf(ctx)), tagOf(langOf(ctx)))))
	}
	return ui.Compose(view, append(ui.OriginNote(p, d.source), ui.Stack(7, ui.Filled(ui.CardView{Label: p.T("standard.text"), Span: -1}, ui.Form(form))), ui.Stack(5, side...))...)
}

// ruleFields are the levels and deadlines of the rules, folded away by stage: what people change most needs no text.
func ruleFields(p *i18n.Printer, document *sop.Standard) (fields []ui.Field) {
	for _, stage := range document.Stages {
		fold := p.T("standard.rules_of", "Stage", textOf(p, stage.Name))
		for _, rule := range document.Rules {
			if rule.Stage != stage.ID {
				continue
			}
			level := ui.Field{Name: "level." + rule.ID, Kind: ui.FieldSelect, Label: textOf(p, rule.Name), Value: string(rule.Level), Usual: string(rule.Level), Fold: fold, Optional: true, Span: 8}
			for _, l := range levels {
				level.Options = append(level.Options, ui.Option{Value: string(l), Label: p.T("standard.level." + string(l)), Selected: l == rule.Level})
			}
			within := ui.Field{Name: "within." + rule.ID, Kind: ui.FieldStatic, Label: p.T("standard.within"), Value: i18n.Unknown, Usual: i18n.Unknown, Fold: fold, Optional: true, Span: 4}
			if rule.Within != nil {
				within.Kind, within.Value, within.Usual = ui.FieldText, rule.Within.String(), rule.Within.String()
			}
			fields = append(fields, level, within)
		}
	}
	return fields
}

var levels = []sop.Level{sop.LevelLog, sop.LevelWarn, sop.LevelReason, sop.LevelBlock}
