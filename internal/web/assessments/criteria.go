package assessments

import (
	"math/big"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"xiaoguan/internal/access"
	"xiaoguan/internal/assessment"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/maturity"
	"xiaoguan/internal/web/ui"
)

func (h *Handler) criterion(w http.ResponseWriter, r *http.Request) error {
	return h.drawCriterion(w, r, http.StatusOK, nil)
}

// drawCriterion shows what was said of a criterion, and the form to say it anew.
func (h *Handler) drawCriterion(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	p, id := h.page(r), r.PathValue("criterion")
	said, err := h.service.History(r.Context(), p.actor, id)
	if err != nil {
		return err
	}
	title := p.T("maturity.asked." + id)
	view := ui.PageView{Title: title, Current: "maturity", Crumbs: []ui.Crumb{{Label: p.T("nav.maturity"), URL: Path}, {Label: p.T("assessment.criterion")}}, Narrow: true}
	c, dimension := maturity.Standard().Criterion(id)
	if c != nil {
		view.Subtitle = p.T("assessment.criterion_of", "Dimension", p.Message(dimension.Message()), "Level", p.Message(c.From.Message()))
	}
	table := ui.TableView{Label: p.T("assessment.said"), Columns: []ui.Column{{Label: p.T("assessment.day"), Kind: ui.ColumnNarrow, Phone: true}, {Label: p.T("assessment.holds"), Kind: ui.ColumnNarrow, Phone: true}, {Label: p.T("assessment.evidence"), Phone: true}, {Label: p.T("assessment.by"), Kind: ui.ColumnNarrow}},
		Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("assessment.not_said"), Text: p.T("assessment.not_said_text")}}
	for i := range said {
		chip := ui.Chip{Label: p.T("assessment.verdict.lacks"), Tone: ui.ToneBad, Icon: "x"}
		if said[i].Holds {
			chip = ui.Chip{Label: p.T("assessment.verdict.holds"), Tone: ui.ToneGood, Icon: "check"}
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(p.Date(said[i].On)), {Chip: &chip}, {Text: said[i].Evidence, Phone: said[i].ByName}, ui.Text(said[i].ByName)}})
	}
	history := ui.Filled(ui.CardView{ID: "said", Title: p.T("assessment.said"), Flush: true}, ui.Table(table))
	if !assessment.MayWrite(p.actor) {
		return ui.Write(w, r, status, ui.Compose(view, history))
	}
	yes := r.PostFormValue("holds")
	day := r.PostFormValue("on")
	if day == "" && failure == nil {
		day = calendar.DateOf(h.now()).String()
	}
	form := ui.FormView{ID: "say", Action: criterionPath(id), Fields: []ui.Field{
		{Name: "holds", Kind: ui.FieldRadio, Label: p.T("assessment.holds"), Options: []ui.Option{{Value: "yes", Label: p.T("assessment.verdict.holds"), Selected: yes == "yes"}, {Value: "no", Label: p.T("assessment.verdict.lacks"), Selected: yes == "no"}}},
		{Name: "evidence", Kind: ui.FieldArea, Label: p.T("assessment.evidence"), Hint: p.T("assessment.evidence_hint"), Value: r.PostFormValue("evidence"), Rows: 4},
		{Name: "on", Kind: ui.FieldDate, Label: p.T("assessment.evidence_on"), Value: day, Span: 6}}, Submit: ui.Action{Label: p.T("assessment.say_so"), Kind: ui.ActionPrimary}, Cancel: &ui.Link{Label: p.T("common.cancel"), URL: Path}, Consequence: p.T("assessment.say_consequence")}
	form.Fields, form.Problem = ui.WithErrors(form.Fields, failure, p.Printer)
	return ui.Write(w, r, status, ui.Compose(view, ui.Filled(ui.CardView{ID: "saying", Title: p.T("assessment.say")}, ui.Form(form)), history))
}

func (h *Handler) say(w http.ResponseWriter, r *http.Request) error {
	in, err := sayingOf(r)
	if err == nil || !assessment.MayWrite(access.ActorFrom(r.Context())) {
		_, err = h.service.Say(r.Context(), access.ActorFrom(r.Context()), in)
	}
	switch {
	case err == nil:
		http.Redirect(w, r, Path+"?done=said", http.StatusSeeOther)
		return nil
	case mendable(err):
		return h.drawCriterion(w, r, httpx.StatusOf(err), err)
	}
	return err
}

func sayingOf(r *http.Request) (in assessment.Saying, err error) {
	in = assessment.Saying{Criterion: r.PathValue("criterion"), Holds: r.PostFormValue("holds") == "yes", Evidence: r.PostFormValue("evidence")}
	var fields []errs.Field
	if in.On, err = calendar.ParseDate(strings.TrimSpace(r.PostFormValue("on"))); err != nil {
		fields = append(fields, errs.Field{Path: "on", Value: r.PostFormValue("on"), Message: errs.Msg("form.error.date", nil)})
	}
	if !slices.Contains([]string{"yes", "no"}, r.PostFormValue("holds")) {
		fields = append(fields, errs.Field{Path: "holds", Message: errs.Msg("form.error.required", nil)})
	}
	return in, errs.Invalid("error.invalid", fields)
}

func (h *Handler) model(w http.ResponseWriter, r *http.Request) error {
	if err := access.ActorFrom(r.Context()).RequireAll(access.PermAssessmentWrite); err != nil {
		return err
	}
	return h.drawModel(w, r, http.StatusOK, nil)
}

// drawModel is the form of weights and bounds, by dimension.
func (h *Handler) drawModel(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	p := h.page(r)
	st, err := h.service.Stand(r.Context(), p.actor)
	if err != nil {
		return err
	}
	typed := func(name, usual string) string {
		if failure != nil {
			return r.PostFormValue(name)
		}
		return usual
	}
	view := ui.PageView{Title: p.T("assessment.set_model"), Current: "maturity", Crumbs: []ui.Crumb{{Label: p.T("nav.maturity"), URL: Path}, {Label: p.T("assessment.set_model")}}, Subtitle: p.T("assessment.model_version", "Version", st.Model.Version), Narrow: true}
	form := ui.FormView{ID: "model", Action: modelPath, Submit: ui.Action{Label: p.T("assessment.save_model"), Kind: ui.ActionPrimary}, Cancel: &ui.Link{Label: p.T("common.cancel"), URL: Path}, Consequence: p.T("assessment.model_consequence"), Guard: true}
	for i := range st.Model.Sides {
		s := &st.Model.Sides[i]
		name := p.Message(s.Dimension.Message())
		form.Fields = append(form.Fields, ui.Field{Name: "weight." + string(s.Dimension), Label: p.T("assessment.weight_of", "Dimension", name), Value: typed("weight."+string(s.Dimension), number(s.Weight)), Span: 6})
		for j := range s.Criteria {
			if c := &s.Criteria[j]; !c.Asked() {
				form.Fields = append(form.Fields, ui.Field{Name: "bound." + c.ID, Label: p.Message(c.Message()), Hint: p.hint(c), Value: typed("bound."+c.ID, spell(c)), Fold: p.T("assessment.bounds_of", "Dimension", name), Usual: spell(c), Span: 6})
			}
		}
	}
	form.Fields = append(form.Fields, ui.Field{Name: "version", Kind: ui.FieldHidden, Value: typed("version", strconv.Itoa(st.Model.Version))})
	form.Fields, form.Problem = ui.WithErrors(form.Fields, failure, p.Printer)
	return ui.Write(w, r, status, ui.Compose(view, ui.Filled(ui.CardView{ID: "setting", Title: p.T("assessment.set_model")}, ui.Form(form))))
}

// hint says of which levels the bounds of a criterion are, and in what.
func (p page) hint(c *maturity.Criterion) string {
	key := "assessment.bounds_up"
	if c.Down {
		key = "assessment.bounds_down"
	}
	unit := "%"
	if c.Unit == maturity.Hours {
		unit = p.T("assessment.unit_hours")
	}
	return p.T(key, "Unit", unit, "From", int64(c.From))
}

// tick is one of the unit in which bounds are typed: a hundredth, an hour.
func tick(c *maturity.Criterion) int64 {
	if c.Unit == maturity.Hours {
		return 10
	}
	return 10_000
}

// spell writes bounds as they are typed: "50 70 85 90".
func spell(c *maturity.Criterion) string {
	var words []string
	for _, b := range c.Bounds {
		words = append(words, strings.TrimSuffix(strings.TrimRight(big.NewRat(b, tick(c)).FloatString(2), "0"), "."))
	}
	return strings.Join(words, " ")
}

func (h *Handler) setModel(w http.ResponseWriter, r *http.Request) error {
	actor := access.ActorFrom(r.Context())
	if err := actor.RequireAll(access.PermAssessmentWrite); err != nil {
		return err
	}
	in, err := modelOf(r)
	if err == nil {
		_, err = h.service.SetModel(r.Context(), actor, in)
	}
	switch {
	case err == nil:
		http.Redirect(w, r, Path+"?done=model", http.StatusSeeOther)
		return nil
	case mendable(err):
		return h.drawModel(w, r, httpx.StatusOf(err), err)
	}
	return err
}

func modelOf(r *http.Request) (in assessment.ModelEntry, err error) {
	if err := r.ParseForm(); err != nil {
		return in, errs.New(errs.KindInvalid, "error.invalid", nil)
	}
	in = assessment.ModelEntry{Weights: map[maturity.Dimension]int64{}, Bounds: map[string][]int64{}}
	in.Seen, _ = strconv.Atoi(r.PostFormValue("version")) // of no number is none, which was never seen
	var fields []errs.Field
	wrong := func(name, key string) {
		fields = append(fields, errs.Field{Path: name, Value: r.PostFormValue(name), Message: errs.Msg(key, nil)})
	}
	for name := range r.PostForm {
		if dimension, found := strings.CutPrefix(name, "weight."); found {
			weight, err := strconv.ParseInt(strings.TrimSpace(r.PostFormValue(name)), 10, 64)
			if err != nil {
				wrong(name, "maturity.error.weight")
			}
			in.Weights[maturity.Dimension(dimension)] = weight
		}
		if id, found := strings.CutPrefix(name, "bound."); found {
			bounds, ok := boundsOf(id, r.PostFormValue(name))
			if !ok {
				wrong(name, "assessment.bounds_wrong")
			}
			in.Bounds[id] = bounds
		}
	}
	return in, errs.Invalid("error.invalid", fields)
}

// boundsOf reads "50 70 85 90".
func boundsOf(id, text string) (bounds []int64, ok bool) {
	c, _ := maturity.Standard().Criterion(id)
	if c == nil {
		return nil, true // the service refuses it
	}
	for word := range strings.FieldsSeq(strings.NewReplacer("%", " ", ",", " ", "，", " ", "、", " ").Replace(text)) {
		value, ok := new(big.Rat).SetString(word)
		if !ok || strings.ContainsAny(word, "/eE") || value.Sign() < 0 || value.Cmp(big.NewRat(100_000, 1)) > 0 {
			return nil, false
		}
		value.Mul(value, big.NewRat(tick(c), 1))
		if !value.IsInt() {
			return nil, false
		}
		bounds = append(bounds, value.Num().Int64())
	}
	return bounds, len(bounds) == len(c.Bounds)
}
