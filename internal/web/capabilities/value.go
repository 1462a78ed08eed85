package capabilities

import (
	"math"
	"math/big"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/assessment"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/capability"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/web/ui"
)

// value is what the team is worth, what it lacks, what is spent on it, and where plans and targets want different things.
func (h *Handler) value(w http.ResponseWriter, r *http.Request) error {
	p := h.page(r)
	v, err := h.Capability.Worth(r.Context(), p.actor)
	if err != nil {
		return err
	}
	today := calendar.DateOf(h.Now())
	d, err := h.Deviations.Deviations(r.Context(), today)
	if err != nil {
		return err
	}
	view := ui.PageView{Title: p.T("capability.value"), Current: p.current(), Tabs: p.tabs("value"), Subtitle: p.T("capability.value_sub", "From", p.Date(v.From), "To", p.Date(v.To))}
	resources, err := h.resources(r, p, &v, today)
	if err != nil {
		return err
	}
	return ui.Write(w, r, http.StatusOK, ui.Compose(view, ui.Stack(6, p.spread(&v), p.ramp(&v), resources), ui.Stack(6, p.lacks(&v), p.deviations(&d))))
}

func (p page) number(s metric.Series) string {
	text := ui.MetricText(p.Printer, p.currency, s.Value)
	if !s.Value.Known {
		return text + " · " + p.Message(s.Value.Why.Message())
	}
	return text
}

func (p page) spread(v *capability.Value) templ.Component {
	s := &v.Spread
	facts := []ui.Fact{{Term: p.T("capability.core_share"), Text: p.ratio(v.Core, v.Sellers)}}
	if s.People > 0 && s.Sum > 0 {
		facts = append(facts, ui.Fact{Term: p.T("capability.top_fifth", "Count", s.TopCount), Text: p.Percent(big.NewRat(s.TopSum, s.Sum)) + " (" + p.Board(s.TopSum, p.currency) + " / " + p.Board(s.Sum, p.currency) + ")"})
	} else {
		facts = append(facts, ui.Fact{Term: p.T("capability.top_fifth", "Count", s.TopCount), Text: p.T("capability.no_data")})
	}
	gap := p.Board(s.P90, p.currency) + " / " + p.Board(s.P10, p.currency)
	switch {
	case s.People == 0:
		gap = p.T("capability.no_data")
	case s.P10 > 0:
		gap = p.Decimal(big.NewRat(s.P90, s.P10), 1) + " × (" + gap + ")"
	}
	perHead := ui.Fact{Term: ui.InLanguage(p.Printer, v.PerHead.Definition.Name), Text: p.number(v.PerHead)}
	turnover := ui.Fact{Term: ui.InLanguage(p.Printer, v.Turnover.Definition.Name), Text: p.number(v.Turnover)}
	if p.actor.Can(access.PermSalesRead) || p.actor.Can(access.PermOrgRead) {
		perHead.URL, turnover.URL = ui.MetricPath("per_head"), ui.MetricPath("turnover")
	}
	facts = append(facts, ui.Fact{Term: p.T("capability.p90_p10"), Text: gap}, perHead, turnover)
	return ui.Filled(ui.CardView{ID: "worth", Title: p.T("capability.worth"), Span: -1, Foot: p.T("capability.worth_text", "Count", s.People)}, ui.Facts(facts))
}

// ramp is how new people come up: half-years of joining beside months in the job.
func (p page) ramp(v *capability.Value) templ.Component {
	r := &v.Ramp
	card := ui.CardView{ID: "ramp", Title: p.T("capability.ramp"), Sub: p.T("capability.ramp_sub", "From", p.Month(r.First), "To", p.Month(r.Last)), Flush: true, Span: -1, Foot: p.T("capability.ramp_text", "Full", r.Full)}
	if p.actor.Can(access.PermSalesRead) {
		card.Actions = []ui.Action{{Label: p.T("capability.definition"), URL: ui.MetricPath("collected"), Small: true}}
	}
	table := ui.TableView{Label: p.T("capability.ramp"), Columns: []ui.Column{{Label: p.T("capability.cohort"), Phone: true}}, Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("capability.ramp_none"), Text: p.T("capability.ramp_none_text")}}
	for i, s := range r.All.Steps {
		table.Columns = append(table.Columns, ui.Column{Label: p.T("capability.ramp_months", "From", s.From, "To", s.To), Kind: ui.ColumnNumber, Phone: i < 2})
	}
	row := func(name string, c *capability.Cohort) {
		cells := []ui.Cell{{Text: name, Sub: p.T("capability.ramp_joined", "Count", c.Joined)}}
		for i, s := range c.Steps {
			cell := p.rampCell(s)
			if i >= 2 && s.People > 0 { // a phone has no room for it beside the others
				cells[0].Phone = strings.TrimPrefix(cells[0].Phone+" · "+p.T("capability.ramp_months", "From", s.From, "To", s.To)+" "+cell.Text, " · ")
			}
			cells = append(cells, cell)
		}
		table.Rows = append(table.Rows, ui.Row{Cells: cells})
	}
	for i := range r.Cohorts {
		c := &r.Cohorts[i]
		year, month := c.First.Civil()
		row(p.T("capability.cohort_of", "Year", year, "From", int(month), "To", int(month)+5), c)
	}
	if len(r.Cohorts) > 1 {
		row(p.T("capability.cohort_all"), &r.All)
	}
	return ui.Filled(card, ui.Table(table))
}

// rampCell is a share with its interval and over how many people, or why there is none.
func (p page) rampCell(s capability.RampStep) ui.Cell {
	switch {
	case s.People == 0:
		return ui.Cell{Text: i18n.Unknown, Muted: true}
	case !s.Known:
		return ui.Cell{Text: p.T("capability.ramp_few"), Sub: p.T("capability.ramp_people", "Count", s.People), Muted: true}
	}
	percent := func(x float64) string { return p.PercentDigits(big.NewRat(int64(math.Round(x*1e4)), 10_000), 0) }
	return ui.Cell{Text: percent(s.Share), Sub: p.T("capability.ramp_interval", "Low", percent(s.Interval.Low), "High", percent(s.Interval.High), "Count", s.People)}
}

// resources are what is spent on people: incentive cost against budget, for who may see pay, and training.
func (h *Handler) resources(r *http.Request, p page, v *capability.Value, today calendar.Date) (templ.Component, error) {
	training := p.T("capability.no_training")
	if v.Trained > 0 && v.People > 0 {
		training = p.hours(v.Trained/v.People) + " (" + p.hours(v.Trained) + " / " + p.Int(v.People) + ")"
	}
	fact := ui.Fact{Term: p.T("capability.training_head"), Text: training}
	if capability.MayTrain(p.actor) {
		fact.URL = trainingPath
	}
	facts := []ui.Fact{fact}
	if !p.actor.CanAll(access.PermPayAll) {
		facts = append(facts, ui.Fact{Term: p.T("capability.incentive_cost"), Text: p.T("capability.pay_hidden")})
		return ui.Filled(ui.CardView{ID: "resources", Title: p.T("capability.resources"), Span: -1}, ui.Facts(facts)), nil
	}
	outlook, err := h.Budgets.Get(r.Context(), p.actor, h.Budgets.YearOf(today.Month()))
	if err != nil {
		return nil, err
	}
	var planned, cost int64
	for _, row := range outlook.Rows {
		if row.Kind == "plan" {
			for _, cell := range row.Cells {
				planned, cost = planned+cell.BudgetMinor, cost+cell.ForecastMinor
			}
		}
	}
	facts = append(facts, ui.Fact{Term: p.T("capability.incentive_cost"), Text: p.Board(cost, p.currency), URL: "/budget"})
	if planned > 0 {
		facts = append(facts, ui.Fact{Term: p.T("capability.incentive_budget"), Text: p.Board(planned, p.currency) + " · " + p.Percent(big.NewRat(cost, planned))})
	} else {
		facts = append(facts, ui.Fact{Term: p.T("capability.incentive_budget"), Text: p.T("capability.no_budget"), URL: "/budget"})
	}
	return ui.Filled(ui.CardView{ID: "resources", Title: p.T("capability.resources"), Span: -1, Foot: p.T("capability.resources_text")}, ui.Facts(facts)), nil
}

// lacks are skills by layer, those first of which most people are below.
func (p page) lacks(v *capability.Value) templ.Component {
	table := ui.TableView{Label: p.T("capability.gaps"), Columns: []ui.Column{{Label: p.T("capability.skill"), Phone: true}, {Label: p.T("capability.layer"), Kind: ui.ColumnNarrow, Phone: true}, {Label: p.T("capability.required"), Kind: ui.ColumnNumber}, {Label: p.T("capability.marked"), Kind: ui.ColumnNumber}, {Label: p.T("capability.below"), Kind: ui.ColumnNumber, Phone: true}},
		Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("capability.none_marked"), Text: p.T("capability.none_marked_text")}}
	list := slices.DeleteFunc(slices.Clone(v.Lacks), func(l capability.Lack) bool { return l.Marked == 0 })
	slices.SortStableFunc(list, func(a, b capability.Lack) int { return int(b.Below*a.Marked - a.Below*b.Marked) })
	for _, l := range list {
		for i := range v.Skills {
			if s := &v.Skills[i]; s.ID == l.SkillID {
				below := ui.Text(p.ratio(l.Below, l.Marked))
				if 2*l.Below > l.Marked {
					below.Tone = ui.ToneBad
				}
				table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(p.skill(s)), ui.Text(p.layer(string(l.Layer))), ui.Text(p.Int(l.Required)), ui.Text(p.Int(l.Marked) + " / " + p.Int(l.People)), below}})
			}
		}
	}
	return ui.Filled(ui.CardView{ID: "gaps", Title: p.T("capability.gaps"), Flush: true, Span: -1}, ui.Table(table))
}

// deviations are where targets and plans of pay want different things.
func (p page) deviations(d *assessment.Deviations) templ.Component {
	table := ui.TableView{Label: p.T("capability.deviations"), Columns: []ui.Column{{Label: p.T("capability.layer"), Kind: ui.ColumnNarrow, Phone: true}, {Label: p.T("capability.asked"), Phone: true}, {Label: p.T("capability.not_paid"), Phone: true}, {Label: p.T("capability.not_asked")}},
		Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("capability.no_plans")}}
	words := func(list []string) string {
		var out []string
		for _, word := range list {
			if key := "capability.word." + word; p.Has(key) {
				word = p.T(key)
			}
			out = append(out, word)
		}
		if len(out) == 0 {
			return "–"
		}
		return p.Join(out)
	}
	for i := range d.Layers {
		l := &d.Layers[i]
		var unasked []string
		for _, c := range l.Components {
			if !c.Matched {
				unasked = append(unasked, ui.InLanguage(p.Printer, c.Name))
			}
		}
		notPaid := ui.Text(words(l.NotPaid))
		if len(l.NotPaid) > 0 {
			notPaid.Tone = ui.ToneBad
		}
		if !l.Planned {
			notPaid = ui.Cell{Text: p.T("capability.no_plan"), Tone: ui.ToneBad}
		}
		other := words(unasked)
		notPaid.Phone = p.T("capability.not_asked") + " " + other
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{{Text: p.layer(string(l.Layer)), Sub: p.T("capability.people", "Count", l.People)}, ui.Text(words(l.Asked)), notPaid, ui.Text(other)}})
	}
	return ui.Filled(ui.CardView{ID: "deviations", Title: p.T("capability.deviations"), Sub: p.T("capability.deviations_sub", "Share", p.ratio(d.Matched, d.Components)), Flush: true, Span: -1}, ui.Table(table))
}
