// Package plans is the pages of plan documents: the list, a version with its text beside its rule and its payout curve, the editor
// with its findings, approval and withdrawal, and the differences between versions.
//
// What a document means is package plan's, who may change it package planbook's; these pages only show and ask.
package plans

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/budget"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/lawguard"
	"xiaoguan/internal/origin"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/probe"
	"xiaoguan/internal/web/ui"
)

// Names finds the names of users by id, for the actor.
type Names interface {
	UserNames(ctx context.Context, actor access.Actor, ids []string) (map[string]string, error)
}

// Handler serves the pages.
type Handler struct {
	plans   *planbook.Service
	names   Names
	budgets *budget.Service   // nil warns of nothing
	guard   *lawguard.Service // nil warns of nothing
	now     func() time.Time
	trials  Trials // nil tries no drafts on real months
	origins *origin.Service
}

// New returns a Handler.
func New(plans *planbook.Service, names Names) *Handler {
	return &Handler{plans: plans, names: names}
}

// WarnBy lets the page of a draft warn of a plan that will likely cost more than its budget. now is for the fiscal year.
func (h *Handler) WarnBy(budgets *budget.Service, now func() time.Time) *Handler {
	h.budgets, h.now = budgets, now
	return h
}

// FollowFrom lets drafts follow from decisions.
func (h *Handler) FollowFrom(origins *origin.Service) *Handler {
	h.origins = origins
	return h
}

// Routes registers the pages.
func (h *Handler) Routes(handle func(pattern string, handler httpx.HandlerFunc)) {
	handle("GET /plans", h.list)
	handle("GET /plans/new", h.compose)
	handle("POST /plans/new", h.save)
	handle("GET /plans/{version}", h.show)
	handle("GET /plans/{version}/diff", h.diff)
	handle("GET /plans/{version}/source", h.source)
	handle("GET /plans/{version}/edit", h.edit)
	handle("POST /plans/{version}/edit", h.save)
	handle("POST /plans/{version}/{act}", h.act)
}

func (h *Handler) list(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	versions, err := h.plans.List(ctx, actor)
	if err != nil {
		return err
	}
	names, err := h.userNames(ctx, actor, versions)
	if err != nil {
		return err
	}
	return ui.Write(w, r, http.StatusOK, listPage(ctx, actor, versions, names))
}

func (h *Handler) userNames(ctx context.Context, actor access.Actor, versions []planbook.Version) (map[string]string, error) {
	var ids []string
	for _, v := range versions {
		ids = append(ids, v.AuthorID)
		if v.ApproverID != "" {
			ids = append(ids, v.ApproverID)
		}
	}
	return h.names.UserNames(ctx, actor, ids)
}

// shown is a version with everything around it.
type shown struct {
	actor     access.Actor
	version   planbook.Version
	document  *plan.Document
	siblings  []planbook.Version // all versions of the document, newest first; the version alone for who may not list
	names     map[string]string
	failure   error
	failedAt  string
	reason    string
	curve     plan.CurveInput
	curveText [2]string // what was asked for: quota, rate
	lang      plan.Lang
	findings  []plan.Finding // of the document, of lints, of the trial
	trial     *probe.Report  // nil where none was made
	examples  []planbook.Example
	over      []budget.Row // the plan or its layer, when likely to cost more than the budget
	law       []lawguard.Finding
	source    *origin.Source // the decision that the version follows from
}

func (h *Handler) load(r *http.Request) (s shown, err error) {
	ctx := r.Context()
	s.actor = access.ActorFrom(ctx)
	if s.version, s.document, err = h.plans.Get(ctx, s.actor, r.PathValue("version")); err != nil {
		return s, err
	}
	all, err := h.plans.List(ctx, s.actor)
	switch {
	case err == nil:
		for _, v := range all {
			if v.DocumentID == s.version.DocumentID {
				s.siblings = append(s.siblings, v)
			}
		}
	case errs.Is(err, errs.KindForbidden):
		s.siblings = []planbook.Version{s.version}
	default:
		return s, err
	}
	if s.source, err = ui.OriginBehind(r, h.origins, origin.KindPlan, s.version.ID); err != nil {
		return s, err
	}
	s.lang = plan.LangEn
	if httpx.PrinterFrom(ctx).Zh() {
		s.lang = plan.LangZh
	}
	if asked := plan.Lang(r.FormValue("prose")); asked == plan.LangZh || asked == plan.LangEn {
		s.lang = asked
	}
	if h.guard != nil && s.actor.Can(access.PermPlanRead) {
		if s.law, err = h.guard.OfPlan(ctx, s.actor, s.version.ID); err != nil {
			return s, err
		}
	}
	if s.names, err = h.userNames(ctx, s.actor, s.siblings); err != nil || h.budgets == nil || s.version.State != planbook.StateDraft {
		return s, err
	}
	s.over, err = h.budgets.Warnings(ctx, s.actor, calendar.DateOf(h.now()).Month(), s.version.DocumentID)
	return s, err
}

func (h *Handler) show(w http.ResponseWriter, r *http.Request) error {
	s, err := h.load(r)
	if err != nil {
		return err
	}
	if err := s.readCurve(r); err != nil {
		return err
	}
	if err := h.judge(r.Context(), &s); err != nil {
		return err
	}
	return ui.Write(w, r, http.StatusOK, versionPage(r.Context(), s))
}

// judge looks into a version for those who may read plans; the others see what its document itself says.
func (h *Handler) judge(ctx context.Context, s *shown) (err error) {
	s.document, s.findings = plan.Inspect(s.version.DocumentID, []byte(s.version.Text))
	if s.document == nil || !s.actor.Can(access.PermPlanRead) {
		return nil
	}
	if s.findings, s.trial, err = h.lint(ctx, s.actor, s.document, s.findings); err != nil || s.document.Examples == "" {
		return err
	}
	s.examples, err = h.plans.Examples(ctx, s.actor, s.version.ID)
	return err
}

// lint adds to a document's findings what lints and a trial say of it, beside what is in force with it.
func (h *Handler) lint(ctx context.Context, actor access.Actor, d *plan.Document, findings []plan.Finding) ([]plan.Finding, *probe.Report, error) {
	together, err := h.plans.Together(ctx, actor, d)
	if err != nil {
		return nil, nil, err
	}
	more, trial := probe.LintTogether(d, together)
	return append(findings, more...), trial, nil
}

// check inspects the text of a draft.
func (h *Handler) check(ctx context.Context, actor access.Actor, d *draft) (err error) {
	d.document, d.findings = plan.Inspect("", []byte(d.text))
	if d.document != nil && actor.Can(access.PermPlanRead) {
		d.findings, d.trial, err = h.lint(ctx, actor, d.document, d.findings)
	}
	d.checked = true
	return err
}

func (h *Handler) source(w http.ResponseWriter, r *http.Request) error {
	s, err := h.load(r)
	if err != nil {
		return err
	}
	return ui.Write(w, r, http.StatusOK, sourcePage(r.Context(), s))
}

// diff shows what changed between two versions of a document: by default since the version before.
func (h *Handler) diff(w http.ResponseWriter, r *http.Request) error {
	s, err := h.load(r)
	if err != nil {
		return err
	}
	var other *planbook.Version
	with := r.FormValue("with")
	for i := range s.siblings {
		v := &s.siblings[i]
		if (with == "" && v.Number < s.version.Number && other == nil) || (with != "" && v.ID == with) {
			other = v
		}
	}
	if with != "" && other == nil {
		return errs.New(errs.KindNotFound, "planbook.not_found", nil)
	}
	return ui.Write(w, r, http.StatusOK, diffPage(r.Context(), s, other))
}

// act approves or withdraws. A step that is refused shows the page again with the reason.
func (h *Handler) act(w http.ResponseWriter, r *http.Request) error {
	ctx, actor, id := r.Context(), access.ActorFrom(r.Context()), r.PathValue("version")
	var err error
	reason := strings.TrimSpace(r.PostFormValue("reason"))
	switch r.PathValue("act") {
	case "approve":
		_, err = h.plans.ApproveSeen(ctx, actor, id, r.PostFormValue("seen"))
	case "withdraw":
		err = h.plans.Withdraw(ctx, actor, id, reason)
	default:
		return errs.New(errs.KindNotFound, "plans.unknown_act", nil)
	}
	if err == nil {
		http.Redirect(w, r, "/plans/"+url.PathEscape(id), http.StatusSeeOther)
		return nil
	}
	if !mendable(err) {
		return err
	}
	s, loadErr := h.load(r)
	if loadErr != nil {
		return errors.Join(err, loadErr)
	}
	s.failure, s.failedAt, s.reason = err, r.PathValue("act"), reason
	if curveErr := s.readCurve(r); curveErr != nil {
		return errors.Join(err, curveErr)
	}
	return ui.Write(w, r, httpx.StatusOf(err), versionPage(ctx, s))
}

func mendable(err error) bool {
	kind := errs.KindOf(err)
	return kind == errs.KindInvalid || kind == errs.KindConflict || kind == errs.KindForbidden
}

func (h *Handler) edit(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	if err := actor.Require(access.PermPlanWrite); err != nil {
		return err
	}
	version, _, err := h.plans.Get(ctx, actor, r.PathValue("version"))
	if err != nil {
		return err
	}
	if version.State != planbook.StateDraft {
		return errs.New(errs.KindConflict, "planbook.not_a_draft", errs.Args{"State": string(version.State)})
	}
	if version.AuthorID != actor.UserID {
		return errs.New(errs.KindConflict, "planbook.other_author", nil)
	}
	d := draft{version: version, text: version.Text, note: version.Note, seen: version.Tag()}
	if r.FormValue("mode") != "text" {
		d.guide()
	}
	if err := h.look(r, &d); err != nil {
		return err
	}
	return h.write(w, r, http.StatusOK, d)
}

// save keeps a draft, or only looks at it when asked to: as a text, as a form, with a change of its shape. A draft with errors is shown again
// with all of them, and one that somebody else has changed meanwhile beside what they wrote.
func (h *Handler) save(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	if err := actor.Require(access.PermPlanWrite); err != nil {
		return err
	}
	d, err := h.posted(r)
	if err != nil {
		return err
	}
	act := r.PostFormValue("act")
	number, accepts := strings.CutPrefix(act, "accept ")
	if accepts && d.failure == nil {
		if d.failure = h.accept(ctx, actor, &d, number); d.failure != nil && !mendable(d.failure) {
			return d.failure
		}
	}
	saves := d.failure == nil && r.PostFormValue("do") == "" && (act == "save" || act == "overwrite" || act == "as_new" || act == "" && d.form == nil)
	if saves {
		saved, err := h.keep(ctx, actor, &d, act, r.PostFormValue("theirs"))
		if err == nil {
			http.Redirect(w, r, "/plans/"+url.PathEscape(saved.ID), http.StatusSeeOther)
			return nil
		}
		if !mendable(err) {
			return err
		}
		d.failure = err
	}
	if err := h.look(r, &d); err != nil {
		return err
	}
	if err := h.collide(ctx, actor, &d); err != nil {
		return err
	}
	status := http.StatusOK
	if d.failure != nil {
		status = httpx.StatusOf(d.failure)
	}
	return h.write(w, r, status, d)
}

// when is an instant, or nothing.
func when(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}
