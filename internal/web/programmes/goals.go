package programmes

import (
	"math/big"
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/programme"
	"xiaoguan/internal/web/ui"
)

func (h *Handler) goals(w http.ResponseWriter, r *http.Request) error {
	return h.drawGoals(w, r, http.StatusOK, nil)
}

func (h *Handler) drawGoals(w http.ResponseWriter, r *http.Request, status int, failure error) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	b, err := h.Programme.Goals(ctx, actor)
	if err != nil {
		return err
	}
	book, err := h.Definitions(ctx, actor)
	if err != nil && !errs.Is(err, errs.KindForbidden) { // who does not see the book sees definitions of frozen baselines
		return err
	}
	view := ui.PageView{Title: p.T("nav.goals"), Subtitle: p.T("programme.goals_text"), Current: "goals", Tabs: tabs(p, "goals")}
	if b.MayWrite {
		view.Actions = []ui.Action{{Label: p.T("programme.goal_new"), URL: goalsPath + "/new", Kind: ui.ActionPrimary, Icon: "plus"}}
		if !b.Shipped && len(b.Goals) > 0 {
			view.Actions = append(view.Actions, ui.Action{Label: p.T("programme.add_shipped"), URL: goalsPath + "/shipped", Post: true})
		}
	}
	for _, s := range programme.Standings {
		if n := b.Counts[s]; n > 0 {
			chip := standingChip(p, s)
			chip.Label = p.T("programme.count_of", "Name", chip.Label, "Count", n)
			view.Chips = append(view.Chips, chip)
		}
	}
	parts := append(done(p, r), failed(p, failure)...)
	if len(b.Goals) == 0 {
		parts = append(parts, ui.Filled(ui.CardView{Label: p.T("nav.goals")}, ui.StateOf(noGoals(p, b.MayWrite))))
	}
	for _, state := range programme.GoalStates {
		var cards []templ.Component
		for i := range b.Goals {
			if b.Goals[i].State == state {
				cards = append(cards, h.goalCard(p, &b.Goals[i], book))
			}
		}
		if state == programme.GoalActive { // what counts is never folded away
			parts = append(parts, cards...)
		} else if len(cards) > 0 {
			parts = append(parts, ui.Across(ui.FoldedWith(ui.FoldedView{ID: "goals-" + string(state), Title: p.T("programme.goals_of." + string(state)), Sub: p.Int(int64(len(cards)))}, cards...)))
		}
	}
	return ui.Write(w, r, status, ui.Compose(view, parts...))
}

func noGoals(p *i18n.Printer, may bool) ui.State {
	state := ui.State{Kind: ui.StateEmpty, Icon: "target-arrow", Title: p.T("programme.no_goals"), Text: p.T("programme.no_goals_text")}
	if may {
		state.Text = p.T("programme.no_goals_write")
		state.Actions = []ui.Action{{Label: p.T("programme.add_shipped"), URL: goalsPath + "/shipped", Post: true, Kind: ui.ActionPrimary}}
	}
	return state
}

// goalCard is one goal on the board: now, against its path, where it came from, where it goes.
func (h *Handler) goalCard(p *i18n.Printer, s *programme.Stand, book []metric.Definition) templ.Component {
	w := h.words(p)
	card := ui.CardView{ID: "goal-" + number(s.ID), Title: goalName(p, &s.Goal, nil), Sub: p.T("programme.card_sub", "Place", placeName(p, s.Goal.Place), "Due", p.Month(s.Due())), Span: 4, More: &ui.Link{Label: p.T("common.open"), URL: path(goalsPath, s.ID)}}
	if s.State == programme.GoalActive {
		card.Chips = []ui.Chip{standingChip(p, s.Standing)}
	}
	parts := []templ.Component{}
	if s.State == programme.GoalDraft {
		for _, m := range s.Missing() {
			card.Chips = append(card.Chips, ui.Chip{Label: p.Message(m), Tone: ui.ToneWarn})
		}
	}
	if spark := sparkOf(p, s); spark != nil {
		parts = append(parts, ui.SparkOf(*spark))
	}
	facts := w.goalFacts(s, true)
	if basis := basisOf(p, &s.Goal, book); basis != "" {
		facts = append(facts, ui.Fact{Term: p.T("metric.basis"), Text: basis})
	}
	if s.Note != "" {
		facts = append(facts, ui.Fact{Term: p.T("programme.note"), Text: s.Note})
	}
	return ui.Filled(card, append(parts, ui.Facts(facts))...)
}

// goalFacts are the numbers of a goal, in words.
func (w words) goalFacts(s *programme.Stand, short bool) (facts []ui.Fact) {
	p := w.p
	add := func(key, text string) { facts = append(facts, ui.Fact{Term: p.T("programme." + key), Text: text}) }
	switch {
	case s.Last != nil:
		text := p.T("programme.value_of", "Value", ui.MetricText(p, w.currency, s.Last.Value), "Month", p.Month(s.Last.Month))
		facts = append(facts, ui.Fact{Term: p.T("programme.actual"), Body: ui.Num(ui.Asked{ID: "why-goal-" + number(s.ID), Label: text, Why: w.why(s)})})
	case s.State == programme.GoalDraft && s.Baseline == nil:
		add("baseline", p.Message(s.Why))
	default:
		add("actual", p.T("programme.no_value", "Why", p.Message(s.Why)))
	}
	if s.HasPath && s.State == programme.GoalActive {
		add("path_now", w.amount(s.Unit, s.PathNow))
	}
	if amount, known := s.BaselineAmount(); known {
		add("baseline", p.T("programme.value_of", "Value", w.amount(s.Unit, amount), "Month", p.Month(s.From)))
	}
	switch {
	case s.Kind != "":
		add("target", w.target(&s.Goal))
	case s.Asked != 0:
		add("target", p.T("programme.asked_open", "Change", w.change(s.Asked)))
	}
	if s.State == programme.GoalActive {
		add("outlook", w.outlook(s))
	}
	if !short {
		owner := s.Owner
		if owner == "" {
			owner = p.T("programme.nobody")
		}
		add("owner", owner)
		add("window", p.T("programme.window_of", "Months", s.Window))
		add("good", p.T("programme.good."+string(s.Good)))
	}
	return facts
}

// change writes an asked change: +40%.
func (w words) change(ppm int64) string {
	return sign(ppm) + w.p.Percent(big.NewRat(abs(ppm), metric.Whole))
}

// target writes what is to be reached and how it was asked.
func (w words) target(g *programme.Goal) string {
	text := w.amount(g.Unit, g.Target)
	switch g.Kind {
	case programme.AskRelative:
		return w.p.T("programme.target_relative", "Target", text, "Change", w.change(g.Asked))
	case programme.AskPoints:
		return w.p.T("programme.target_points", "Target", text, "Points", w.difference(metric.UnitPercent, float64(g.Asked)))
	}
	return text
}

func (w words) outlook(s *programme.Stand) string {
	o := s.Outlook
	switch {
	case !o.Known:
		return w.p.T("programme.no_value", "Why", w.p.Message(o.Why))
	case !o.Band:
		return w.p.T("programme.outlook_point", "Value", w.amount(s.Unit, o.Amount), "Why", w.p.Message(o.Why))
	}
	return w.p.T("programme.outlook_band", "Value", w.amount(s.Unit, o.Amount), "Low", w.amount(s.Unit, o.Low), "High", w.amount(s.Unit, o.High))
}

// basisOf is the definition of what a goal measures: the one that its baseline was frozen by, or else the one in force.
func basisOf(p *i18n.Printer, g *programme.Goal, book []metric.Definition) string {
	switch {
	case g.Source != programme.SourceBook:
		return p.T("programme.basis." + string(g.Source))
	case g.Baseline != nil:
		return ui.InLanguage(p, g.Baseline.Basis)
	}
	at := slices.IndexFunc(book, func(d metric.Definition) bool { return string(d.ID) == chosenMetric(book, g.Metric) })
	if at < 0 {
		return ""
	}
	return ui.InLanguage(p, book[at].Basis)
}

// why answers what the number of a goal means: the definition that its baseline was frozen by, and what was divided by what then and now.
func (w words) why(s *programme.Stand) ui.Why {
	p := w.p
	v := s.Last.Value
	divided := func(v metric.Value) string {
		if v.Denominator == 0 {
			return ui.MetricText(p, w.currency, v)
		}
		return p.T("programme.divided", "Of", p.Int(v.Numerator), "Over", ui.MetricOver(p, v), "Value", ui.MetricText(p, w.currency, v))
	}
	if v.Unit == metric.UnitEach {
		divided = func(v metric.Value) string {
			return p.T("programme.divided", "Of", p.Money(v.Numerator, w.currency), "Over", ui.MetricOver(p, v), "Value", ui.MetricText(p, w.currency, v))
		}
	}
	why := ui.Why{Title: goalName(p, &s.Goal, nil), Formula: divided(v), Links: []ui.Link{{Label: p.T("programme.open_goal"), URL: path(goalsPath, s.ID)}}}
	if b := s.Baseline; b != nil {
		if basis := basisOf(p, &s.Goal, nil); basis != "" {
			why.Facts = append(why.Facts, ui.Fact{Term: p.T("metric.basis"), Text: basis})
		}
		why.Facts = append(why.Facts, ui.Fact{Term: p.T("programme.baseline"), Text: divided(b.Value)}, ui.Fact{Term: p.T("programme.frozen_at"), Text: p.Local(b.At).Format("2006-01-02 15:04")})
		if b.Value.Metric != "" {
			why.Version = p.T("metric.version", "Version", b.Value.Version)
			why.Links = append(why.Links, ui.Link{Label: p.T("metric.whole_definition"), URL: ui.MetricPath(b.Value.Metric)})
			if v.Version != b.Value.Version {
				why.Facts = append(why.Facts, ui.Fact{Term: p.T("programme.version_moved"), Text: p.T("programme.version_from_to", "From", b.Value.Version, "To", v.Version)})
			}
		}
	}
	return why
}

func sparkOf(p *i18n.Printer, s *programme.Stand) *ui.Spark {
	var points []*big.Rat
	for _, r := range s.Readings {
		if amount, known := r.Value.Amount(); known {
			points = append(points, big.NewRat(amount, 1))
		} else {
			points = nil
		}
	}
	if len(points) < 3 {
		return nil
	}
	spark := &ui.Spark{Points: points[max(0, len(points)-18):], Label: p.T("programme.spark")}
	if s.Kind != "" {
		spark.Base = big.NewRat(s.Target, 1)
	}
	return spark
}

func (h *Handler) addShipped(w http.ResponseWriter, r *http.Request) error {
	if _, err := h.Programme.AddShipped(r.Context(), access.ActorFrom(r.Context())); err != nil {
		return err
	}
	http.Redirect(w, r, goalsPath+"?done=shipped", http.StatusSeeOther)
	return nil
}

func (h *Handler) newGoal(w http.ResponseWriter, r *http.Request) error {
	return h.drawGoalForm(w, r, http.StatusOK, nil, nil)
}

// drawGoalForm is the form of what a goal measures; of a goal that is there it is filled in.
func (h *Handler) drawGoalForm(w http.ResponseWriter, r *http.Request, status int, g *programme.ShownGoal, failure error) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	if err := mayWrite(actor); err != nil {
		return err
	}
	people, teams, err := h.Programme.Choices(ctx, actor)
	if err != nil {
		return err
	}
	book, err := h.Definitions(ctx, actor)
	if err != nil {
		return err
	}
	t := typed{r, failure != nil}
	title, action, current := p.T("programme.goal_new"), goalsPath, programme.Goal{Window: 1, Horizon: 6}
	if g != nil {
		title, action, current = p.T("programme.goal_edit"), path(goalsPath, g.ID), g.Goal
	}
	from := ""
	if current.From != 0 {
		from = current.From.String()
	}
	chosen := string(current.Metric)
	if current.Source != programme.SourceBook {
		chosen = "source:" + string(current.Source)
	}
	measured := metricField(p, book, t.value("metric", chosenMetric(book, metric.ID(chosen))), "")
	for _, s := range programme.Sources {
		measured.Options = append(measured.Options, ui.Option{Value: "source:" + string(s), Label: p.Message(s.Message())})
	}
	if current.Metric != "" && !slices.ContainsFunc(book, func(d metric.Definition) bool { return d.ID == current.Metric }) {
		measured.Options = append([]ui.Option{{Value: string(current.Metric), Label: goalName(p, &current, book)}}, measured.Options...)
	}
	of := ui.Field{Name: "place", Kind: ui.FieldSelect, Label: p.T("metric.place"), Value: t.value("place", placeText(current.Place)), Span: 6, Options: []ui.Option{{Value: "company", Label: p.T("metric.place.company")}}}
	for _, team := range teams {
		of.Options = append(of.Options, ui.Option{Value: "team:" + number(team.ID), Label: team.Name})
	}
	choice := func(name string, values []int, known int, key string) ui.Field {
		f := ui.Field{Name: name, Kind: ui.FieldSelect, Label: p.T("programme." + name), Value: t.value(name, number(int64(known))), Hint: p.T("programme." + name + "_hint"), Span: 6}
		for _, n := range values {
			f.Options = append(f.Options, ui.Option{Value: number(int64(n)), Label: p.T(key, "Months", n)})
		}
		return f
	}
	form := ui.FormView{ID: "goal", Action: action, Submit: ui.Action{Label: p.T("programme.save_draft"), Kind: ui.ActionPrimary}, Cancel: &ui.Link{Label: p.T("common.cancel"), URL: goalsPath}, Consequence: p.T("programme.goal_consequence")}
	fields := []ui.Field{measured, of, {Name: "title", Label: p.T("programme.title"), Value: t.value("title", current.Title), Optional: true, Hint: p.T("programme.title_hint")},
		choice("horizon", programme.GoalHorizons, current.Horizon, "programme.horizon_of"), choice("window", programme.GoalWindows, current.Window, "programme.window_of"),
		{Name: "from", Kind: ui.FieldMonth, Label: p.T("programme.from"), Value: t.value("from", from), Optional: true, Hint: p.T("programme.from_hint"), Span: 6}, ownerField(p, people, t.value("owner", number(current.OwnerID))),
		{Name: "note", Kind: ui.FieldArea, Label: p.T("programme.note"), Value: t.value("note", current.Note), Optional: true, Rows: 2}, revisionField(current.Revision)}
	form.Fields, form.Problem = ui.WithErrors(fields, failure, p)
	view := ui.PageView{Title: title, Current: "goals", Crumbs: crumbs(p, "goals", title), Narrow: true}
	return ui.Write(w, r, status, ui.Compose(view, ui.Filled(ui.CardView{Label: title}, ui.Form(form))))
}
