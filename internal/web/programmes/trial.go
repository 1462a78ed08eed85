package programmes

import (
	"math/big"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/effect"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/programme"
	"xiaoguan/internal/web/ui"
)

// trialCard says who tries it, and lets one choose.
func (d initiativePage) trialCard() templ.Component {
	p, t := d.p, d.i.Trial
	card := ui.CardView{ID: "trial-card", Title: p.T("programme.trial"), Span: -1}
	var parts []templ.Component
	if t.Metric != "" {
		facts := []ui.Fact{{Term: p.T("programme.pilot"), Text: d.teams(t.Pilot)}, {Term: p.T("programme.comparison"), Text: d.teams(t.Comparison)}, {Term: p.T("programme.trial_from"), Text: p.Month(t.From)}, {Term: p.T("programme.before"), Text: p.T("programme.months_of", "Months", t.Before)}}
		parts = append(parts, ui.Facts(facts))
	} else if !d.i.MayWrite {
		parts = append(parts, ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("programme.no_trial_yet")}))
	}
	for _, w := range d.i.Warnings {
		parts = append(parts, ui.NoteOf(ui.Note{Tone: ui.ToneWarn, Text: p.Message(w)}))
	}
	if !d.i.MayWrite {
		return ui.Filled(card, parts...)
	}
	form := ui.FoldedWith(ui.FoldedView{ID: "trial-form", Title: p.T("programme.choose_teams"), Shape: ui.FoldLine}, ui.Form(d.trialForm()))
	if t.Metric == "" || d.f.of("trial") != nil {
		form = ui.Form(d.trialForm())
	}
	return ui.Filled(card, append(parts, form)...)
}

func (d initiativePage) teams(ids []int64) string {
	var names []string
	for _, id := range ids {
		name := d.i.Teams[id].Name
		if name == "" {
			name = d.p.T("programme.team_gone", "Number", id)
		}
		names = append(names, name)
	}
	if len(names) == 0 {
		return d.p.T("programme.none")
	}
	return d.p.Join(names)
}

func (d initiativePage) trialForm() ui.FormView {
	p, t := d.p, d.i.Trial
	form := ui.FormView{ID: "trial", Action: d.url("/trial"), Submit: ui.Action{Label: p.T("programme.keep_trial")}}
	book, err := d.Definitions(d.r.Context(), access.ActorFrom(d.r.Context()))
	if err != nil {
		form.Problem = p.T("programme.no_book")
		return form
	}
	book = slices.DeleteFunc(book, func(m metric.Definition) bool { return m.Unit == metric.UnitHours })
	var teams []programme.Team
	for _, team := range d.i.Teams {
		teams = append(teams, team)
	}
	slices.SortFunc(teams, func(a, b programme.Team) int { return int(a.ID - b.ID) })
	now := typed{d.r, d.f.of("trial") != nil}
	from, before := "", 12
	if t.From != 0 {
		from, before = t.From.String(), t.Before
	}
	fields := []ui.Field{teamField(p, "pilot", teams, now.values("pilot", t.Pilot)), teamField(p, "comparison", teams, now.values("comparison", t.Comparison)), metricField(p, book, now.value("metric", chosenMetric(book, t.Metric)), ""), {Name: "from", ID: "trial-from", Kind: ui.FieldMonth, Label: p.T("programme.trial_from"), Value: now.value("from", from), Span: 6},
		{Name: "before", Kind: ui.FieldNumber, Label: p.T("programme.before"), Value: now.value("before", strconv.Itoa(before)), Min: strconv.Itoa(effect.LeastBefore), Max: "36", Unit: p.T("programme.unit.months"), Hint: p.T("programme.before_hint"), Span: 6}, {Name: "revision", ID: "trial-revision", Kind: ui.FieldHidden, Value: number(d.i.Revision)}}
	form.Fields, form.Problem = ui.WithErrors(fields, d.f.of("trial"), p)
	return form
}

func (h *Handler) try(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r, "programme.initiative_missing")
	if err != nil {
		return err
	}
	from, err := monthOf(r, "from")
	if err == nil {
		in := programme.Trial{Metric: metric.ID(r.PostFormValue("metric")), Pilot: idsOf(r, "pilot"), Comparison: idsOf(r, "comparison"), From: from, Before: int(intOf(r, "before"))}
		_, err = h.Programme.Try(r.Context(), access.ActorFrom(r.Context()), id, seenOf(r), in)
	}
	return h.answer(w, r, id, "trial", "trial", err)
}

func (h *Handler) measure(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r, "programme.initiative_missing")
	if err != nil {
		return err
	}
	_, err = h.Programme.Measure(r.Context(), access.ActorFrom(r.Context()), id)
	return h.answer(w, r, id, "act", "measured", err)
}

// effectCard is what was found last: verdict, interval, figure, how it was worked out.
func (d initiativePage) effectCard() templ.Component {
	p := d.p
	if d.i.Trial.Metric == "" && len(d.i.Effects) == 0 {
		return nil
	}
	card := ui.CardView{ID: "effect", Title: p.T("programme.effect"), Span: -1}
	again := ui.Beside(ui.Button(ui.Action{Label: p.T("programme.measure"), URL: d.url("/effect"), Post: true, Kind: ui.ActionPrimary}))
	if len(d.i.Effects) == 0 {
		parts := []templ.Component{ui.StateOf(ui.State{Kind: ui.StateEmpty, Title: p.T("programme.not_measured"), Text: p.T("programme.not_measured_text")})}
		if d.i.MayReport {
			parts = append(parts, again)
		}
		return ui.Filled(card, parts...)
	}
	f := &d.i.Effects[0]
	card.Chips = []ui.Chip{{Label: p.T("programme.verdict." + string(f.Result.Verdict)), Tone: verdictTone(f.Result.Verdict)}}
	card.Sub = ui.InLanguage(p, f.Name)
	card.Foot = p.T("programme.found_by", "Who", f.By.ByName, "When", p.Local(f.At).Format("2006-01-02 15:04"))
	parts := []templ.Component{}
	if f.Result.Reason != effect.ReasonNone {
		parts = append(parts, ui.NoteOf(ui.Note{ID: "effect-reason", Tone: ui.ToneWarn, Strong: p.T("programme.verdict." + string(f.Result.Verdict)), Text: p.T("programme.reason."+string(f.Result.Reason), "Before", f.Result.Before, "After", f.Result.After, "Teams", f.Result.Pilot+f.Result.Comparison)}))
	}
	parts = append(parts, ui.Facts(d.effectFacts(f)))
	if len(f.Result.Months) > 0 {
		parts = append(parts, d.effectFigure(f))
	}
	if len(d.i.Effects) > 1 {
		var items []ui.Item
		for k := range d.i.Effects[1:] {
			old := &d.i.Effects[k+1]
			items = append(items, ui.Item{Title: EffectText(p, d.currency, old), Detail: p.T("programme.found_by", "Who", old.By.ByName, "When", p.Local(old.At).Format("2006-01-02 15:04"))})
		}
		parts = append(parts, ui.FoldedWith(ui.FoldedView{ID: "earlier", Title: p.T("programme.earlier"), Shape: ui.FoldLine}, ui.List(items)))
	}
	if d.i.MayReport {
		parts = append(parts, again)
	}
	return ui.Filled(card, parts...)
}

func (d initiativePage) effectFacts(f *programme.Found) (facts []ui.Fact) {
	p, r := d.p, f.Result
	add := func(key, text string) { facts = append(facts, ui.Fact{Term: p.T("programme." + key), Text: text}) }
	if r.Method != effect.MethodNone {
		add("effect_value", d.difference(f.Unit, r.Effect.Value))
		add("effect_interval", d.interval(f.Unit, r.Effect.Interval))
		add("effect_chance", p.Percent(ppm(r.Effect.P)))
	}
	if r.Pilot > 0 && len(r.Months) > 0 {
		add("pilot_means", p.T("programme.means", "Before", d.amount(f.Unit, int64(r.PilotBefore+0.5)), "After", d.amount(f.Unit, int64(r.PilotAfter+0.5)), "Teams", r.Pilot))
		if r.Comparison > 0 {
			add("comparison_means", p.T("programme.means", "Before", d.amount(f.Unit, int64(r.ComparisonBefore+0.5)), "After", d.amount(f.Unit, int64(r.ComparisonAfter+0.5)), "Teams", r.Comparison))
		}
	}
	if r.HasTrend {
		add("trend_before", p.T("programme.trend_text", "Value", d.difference(f.Unit, r.Trend.Value), "Chance", p.Percent(ppm(r.Trend.P))))
	}
	add("method", p.T("programme.method."+string(r.Method), "Ways", r.Ways))
	add("months_used", p.T("programme.months_text", "Before", r.Before, "After", r.After))
	if len(r.Left) > 0 {
		var ids []int64
		for _, l := range r.Left {
			ids = append(ids, l.ID)
		}
		add("left_out", p.T("programme.left_text", "Teams", d.teams(ids)))
	}
	return facts
}

// ppm is a share as a fraction, to the millionth.
func ppm(share float64) *big.Rat { return big.NewRat(int64(share*metric.Whole+0.5), metric.Whole) }

// effectFigure is the months of both sides; months from the start on are marked.
func (d initiativePage) effectFigure(f *programme.Found) templ.Component {
	p := d.p
	second := p.T("programme.comparison")
	if f.Result.Method == effect.MethodSeries {
		second = p.T("programme.without_it")
	}
	v := ui.TrendView{ID: "effect-figure", Label: p.T("programme.effect"), Line: true, Period: p.T("common.month"), Actual: p.T("programme.pilot"), Target: second, Note: p.T("programme.figure_note", "From", p.Month(f.Trial.From)), Axis: func(value *big.Rat) string {
		return d.amount(f.Unit, new(big.Int).Quo(value.Num(), value.Denom()).Int64())
	}}
	if f.Result.Comparison == 0 && f.Result.Method != effect.MethodSeries {
		v.Target = ""
	}
	value := func(x float64) ui.TrendValue {
		n := int64(x + 0.5)
		return ui.TrendValue{Value: big.NewRat(n, 1), Text: d.amount(f.Unit, n)}
	}
	for k, m := range f.Result.Months {
		month := f.First + calendar.Month(k)
		_, civil := month.Civil()
		point := ui.TrendPoint{Tick: strconv.Itoa(int(civil)), Name: p.Month(month), Actual: value(m.Pilot), Signal: m.After}
		if civil == time.January || k == 0 {
			point.Tick = p.MonthShort(month)
		}
		if v.Target != "" {
			point.Target = value(m.Comparison)
		}
		v.Points = append(v.Points, point)
	}
	return ui.Trend(v)
}

// decisionCard is what was decided, or the form to decide.
func (d initiativePage) decisionCard() templ.Component {
	p := d.p
	card := ui.CardView{ID: "decision", Title: p.T("programme.decision"), Span: -1}
	if !d.i.Open() {
		return ui.Filled(card, ui.Facts([]ui.Fact{{Term: p.T("programme.outcome"), Text: p.Message(d.i.Outcome.Message())}, {Term: p.T("programme.closed_on"), Text: p.Date(calendar.DateOf(p.Local(d.i.ClosedAt)))}, {Term: p.T("nav.decisions"), Text: p.T("common.open"), URL: path("/decisions", d.i.DecisionID)}, {Term: p.T("programme.tab.lessons"), Text: p.T("common.open"), URL: lessonsPath}}))
	}
	if !d.i.MayWrite {
		return nil
	}
	t := typed{d.r, d.f.of("decision") != nil}
	outcome := ui.Field{Name: "outcome", Kind: ui.FieldRadio, Label: p.T("programme.outcome"), Value: t.value("outcome", "")}
	for _, o := range programme.Outcomes {
		outcome.Options = append(outcome.Options, ui.Option{Value: string(o), Label: p.Message(o.Message()), Hint: p.T("programme.outcome_hint." + string(o))})
	}
	rule := ui.Field{Name: "rule", Kind: ui.FieldSelect, Label: p.T("programme.rule_next"), Value: t.value("rule", ""), Optional: true, Span: 6, Options: []ui.Option{{Value: "", Label: p.T("programme.none")}}}
	for _, k := range programme.RuleKinds {
		rule.Options = append(rule.Options, ui.Option{Value: string(k), Label: p.Message(k.Message())})
	}
	fields := []ui.Field{outcome, {Name: "reason", Kind: ui.FieldArea, Label: p.T("programme.reason_why"), Value: t.value("reason", ""), Rows: 2}, {Name: "expected", Kind: ui.FieldArea, Label: p.T("decision.expected"), Value: t.value("expected", ""), Hint: p.T("decision.expected_hint"), Rows: 2}, {Name: "learnt", Kind: ui.FieldArea, Label: p.T("programme.learnt"), Value: t.value("learnt", ""), Rows: 2},
		rule, {Name: "due_on", Kind: ui.FieldDate, Label: p.T("decision.due_on"), Value: t.value("due_on", (calendar.DateOf(d.Now()) + 90).String()), Span: 6}, {Name: "revision", ID: "decision-revision", Kind: ui.FieldHidden, Value: number(d.i.Revision)}}
	form := ui.FormView{ID: "decide", Action: d.url("/decision"), Submit: ui.Action{Label: p.T("programme.decide"), Kind: ui.ActionPrimary}, Consequence: p.T("programme.decide_consequence")}
	form.Fields, form.Problem = ui.WithErrors(fields, d.f.of("decision"), p)
	if d.f.of("decision") != nil {
		return ui.Filled(card, ui.Form(form))
	}
	return ui.Filled(card, ui.FoldedWith(ui.FoldedView{ID: "decide-form", Title: p.T("programme.decide_open"), Shape: ui.FoldLine}, ui.Form(form)))
}

func (h *Handler) decide(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r, "programme.initiative_missing")
	if err != nil {
		return err
	}
	due, err := dateOf(r, "due_on")
	if err == nil {
		in := programme.Ending{ID: id, Outcome: programme.Outcome(r.PostFormValue("outcome")), Reason: r.PostFormValue("reason"), Expected: r.PostFormValue("expected"), Learnt: r.PostFormValue("learnt"), Rule: programme.RuleKind(r.PostFormValue("rule")), DueOn: due, Seen: seenOf(r)}
		_, err = h.Programme.Decide(r.Context(), access.ActorFrom(r.Context()), in)
	}
	return h.answer(w, r, id, "decision", "decided", err)
}
