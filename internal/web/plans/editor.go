package plans

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/origin"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/plancase"
	"xiaoguan/internal/planform"
	"xiaoguan/internal/probe"
	"xiaoguan/internal/web/ui"
)

// draft is a text in the editor with what is known about it.
type draft struct {
	version  planbook.Version // the draft to be replaced; zero for a new version
	text     string
	note     string
	checked  bool
	document *plan.Document
	findings []plan.Finding
	trial    *probe.Report
	failure  error
	starts   []planbook.Version // versions to start from
	fresh    bool               // nothing chosen yet: templates are offered

	form     *planform.Form // nil: the draft is written as a text
	dirty    bool           // it has changes that are not saved
	seen     string         // tag of the version when it was opened
	after    string         // of a new version: the newest that its author knows of
	lang     plan.Lang      // of the prose beside the form
	drawn    shown          // of which the payout curve is drawn
	examples []planbook.Example
	worked   *worked           // nil where the author sees nobody's pay
	theirs   *planbook.Version // what somebody else has written meanwhile
	names    map[string]string
	source   *origin.Source // the decision that a new version follows from
}

// Trials computes a real month under a draft.
type Trials interface {
	TrialChoices(ctx context.Context, actor access.Actor, last calendar.Month) (calendar.Month, []payout.Head, error)
	TryPlan(ctx context.Context, actor access.Actor, q payout.TrialQuestion) (payout.Trial, error)
}

// TryOn lets the editor compute the last month of somebody within the author's reach under the draft.
func (h *Handler) TryOn(trials Trials) *Handler {
	h.trials = trials
	return h
}

// worked is somebody's real month under the draft. Chosen is the person's number as it was asked for.
type worked struct {
	chosen  string
	month   calendar.Month
	people  []payout.Head
	trial   payout.Trial
	tried   bool
	failure error
}

// guide makes the form of the draft's text. A text that has none stays a text.
func (d *draft) guide() {
	form, err := planform.New(d.text)
	if err == nil {
		d.form = form
	}
}

// postedForm applies what was filled in, and the change of shape that was asked for, to the text that the form was made of.
func postedForm(r *http.Request, d *draft) (err error) {
	posted := planform.Posted(r.PostForm)
	form, err := planform.New(d.text)
	if err != nil {
		return err
	}
	for _, f := range form.Fields() { // boxes that are not ticked are not sent
		if _, sent := posted[f.Path]; !sent && f.Kind == planform.KindChecks {
			posted[f.Path] = nil
		}
	}
	text, err := planform.Fill(d.text, posted)
	if err != nil {
		return err
	}
	if act := r.PostFormValue("do"); act != "" {
		if text, err = planform.Do(text, act); err != nil {
			return err
		}
	}
	d.dirty = d.dirty || text != d.text
	d.text = text
	return nil
}

// posted reads the draft that was sent, as a form or as a text.
func (h *Handler) posted(r *http.Request) (d draft, err error) {
	d = draft{text: strings.ReplaceAll(r.PostFormValue("text"), "\r\n", "\n"), note: r.PostFormValue("note"), checked: true,
		seen: r.PostFormValue("seen"), after: r.PostFormValue("after"), dirty: true}
	if d.source, err = ui.OriginAsked(r, h.origins); err != nil {
		return d, err
	}
	if id := r.PathValue("version"); id != "" {
		version, _, err := h.plans.Get(r.Context(), access.ActorFrom(r.Context()), id)
		if err != nil {
			return d, err
		}
		d.version = version
	}
	guided := r.PostFormValue("mode") == "form"
	if guided {
		if d.failure = postedForm(r, &d); d.failure != nil && !mendable(d.failure) {
			return d, d.failure
		}
	}
	act := r.PostFormValue("act")
	if guided && act != "as_text" || act == "as_form" {
		d.guide()
	}
	return d, nil
}

// accept writes what an example came to into the draft.
func (h *Handler) accept(ctx context.Context, actor access.Actor, d *draft, number string) error {
	index, err := strconv.Atoi(number)
	examples, examineErr := h.plans.ExamplesOf(ctx, actor, d.text)
	if examineErr != nil {
		return examineErr
	}
	if err != nil || index < 0 || index >= len(examples) || d.form == nil {
		return errs.New(errs.KindInvalid, "planform.unknown_act", nil)
	}
	e := examples[index]
	if d.text, err = planform.WithExamples(d.text, plancase.Accept(d.form.Examples, e.Title, e.Differences)); err == nil {
		d.guide()
	}
	return err
}

// look computes everything that stands beside the form.
func (h *Handler) look(r *http.Request, d *draft) error {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	if err := h.check(ctx, actor, d); err != nil || d.form == nil {
		return err
	}
	d.lang = plan.LangEn
	if httpx.PrinterFrom(ctx).Zh() {
		d.lang = plan.LangZh
	}
	if asked := plan.Lang(r.FormValue("prose")); asked == plan.LangZh || asked == plan.LangEn {
		d.lang = asked
	}
	d.drawn = shown{document: d.document, trial: d.trial}
	if d.document != nil && actor.Can(access.PermPlanRead) {
		if err := d.drawn.readCurve(r); err != nil && d.failure == nil {
			d.failure = err
		}
		var err error
		if d.examples, err = h.plans.ExamplesOf(ctx, actor, d.text); err != nil {
			return err
		}
	}
	return h.work(r, d)
}

// work tries the draft on a real month: of who was chosen, otherwise of the first whom the draft is for.
func (h *Handler) work(r *http.Request, d *draft) (err error) {
	ctx, actor := r.Context(), access.ActorFrom(r.Context())
	if h.trials == nil || h.now == nil {
		return nil
	}
	w := &worked{chosen: r.FormValue("worked")}
	w.month, w.people, err = h.trials.TrialChoices(ctx, actor, calendar.DateOf(h.now()).Month())
	if errs.Is(err, errs.KindForbidden) {
		return nil // who writes plans need not see pay
	}
	if err != nil {
		return err
	}
	d.worked = w
	if d.document == nil || d.document.Plan == nil || len(w.people) == 0 {
		return nil
	}
	at := slices.IndexFunc(w.people, func(p payout.Head) bool { return p.PersonKey == w.chosen })
	if at < 0 {
		at = slices.IndexFunc(w.people, func(p payout.Head) bool { return slices.Contains(d.document.Plan.Participants.Levels, p.Level) })
	}
	at = max(at, 0)
	w.chosen = w.people[at].PersonKey
	w.trial, err = h.trials.TryPlan(ctx, actor, payout.TrialQuestion{Month: w.month, PersonID: w.people[at].PersonID, Plan: d.document.Plan})
	if w.tried = err == nil; !w.tried && errs.KindOf(err) != errs.KindInternal {
		w.failure, err = err, nil
	}
	return err
}

// knows says which versions the author of a new one knows of.
func (h *Handler) knows(ctx context.Context, actor access.Actor, d *draft) error {
	document, _ := plan.Inspect("", []byte(d.text))
	if document == nil || document.Plan == nil {
		return nil
	}
	newest, err := h.newestOf(ctx, actor, document.Plan.ID)
	if err != nil {
		return err
	}
	d.after = planbook.NoVersion
	if newest != nil {
		d.after = newest.ID
	}
	return nil
}

// newestOf is the newest version of a document, nil when there is none.
func (h *Handler) newestOf(ctx context.Context, actor access.Actor, documentID string) (*planbook.Version, error) {
	all, err := h.plans.List(ctx, actor)
	if err != nil {
		return nil, err
	}
	for i := range all {
		if all[i].DocumentID == documentID {
			return &all[i], nil
		}
	}
	return nil, nil
}

// collided are the refusals that say that somebody else was at work: what both wrote is shown.
var collided = []string{"planbook.changed_meanwhile", "planbook.newer_version", "planbook.other_author", "planbook.not_a_draft"}

// foreign reports whether a draft may not be overwritten, as it is somebody else's or no draft any more.
func foreign(err error) bool {
	failure := (*errs.Error)(nil)
	return asFailure(err, &failure) && (failure.Message.Key == "planbook.other_author" || failure.Message.Key == "planbook.not_a_draft")
}

// collide finds out what else was written.
func (h *Handler) collide(ctx context.Context, actor access.Actor, d *draft) (err error) {
	failure := (*errs.Error)(nil)
	if !asFailure(d.failure, &failure) || !slices.Contains(collided, failure.Message.Key) {
		return nil
	}
	if d.version.ID != "" {
		theirs, _, err := h.plans.Get(ctx, actor, d.version.ID)
		d.theirs = &theirs
		if err != nil {
			return err
		}
	} else if d.document != nil && d.document.Plan != nil {
		if d.theirs, err = h.newestOf(ctx, actor, d.document.Plan.ID); err != nil {
			return err
		}
	}
	if d.theirs != nil {
		d.names, err = h.userNames(ctx, actor, []planbook.Version{*d.theirs})
	}
	return err
}

// keep saves a draft: over the version that it began with, over what has come between when that was seen, or as a version of its own.
func (h *Handler) keep(ctx context.Context, actor access.Actor, d *draft, act, theirs string) (planbook.Version, error) {
	in := planbook.Draft{VersionID: d.version.ID, Seen: d.seen, After: d.after, Text: d.text, Note: d.note}
	switch {
	case act == "overwrite":
		in.Seen = theirs
	case act == "as_new" && d.version.ID == "":
		in.After = theirs
	case act == "as_new":
		in.VersionID, in.Seen, in.After = "", "", ""
	}
	if in.VersionID != "" {
		in.After = ""
	}
	if in.VersionID == "" && d.source != nil {
		in.DecisionID = d.source.DecisionID
	}
	return h.plans.Save(ctx, actor, in)
}

// write answers with the editor, or with what stands beside it.
func (h *Handler) write(w http.ResponseWriter, r *http.Request, status int, d draft) error {
	if d.form != nil && httpx.IsFragment(r) {
		return ui.Write(w, r, http.StatusOK, besideForm(besideOf(r.Context(), d)))
	}
	if d.form != nil {
		return ui.Write(w, r, status, guidedPage(r.Context(), d))
	}
	return ui.Write(w, r, status, editPage(r.Context(), d))
}
