package programmes

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/access"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/programme"
	"xiaoguan/internal/web/ui"
)

// riskName is the title of a risk: its own, or that of the shipped one.
func riskName(p *i18n.Printer, r *programme.Risk) string {
	if r.Title != "" {
		return r.Title
	}
	return p.T("programme.risk." + r.Key)
}

// riskText is what is written, or else what is shipped.
func riskText(p *i18n.Printer, r *programme.Risk, own, area string) string {
	if own == "" && r.Key != "" {
		return p.T("programme." + area + "." + r.Key)
	}
	return own
}

// From which score on a risk is high, and middling.
const (
	highScore = 15
	midScore  = 8
)

func scoreTone(score int) ui.Tone {
	switch {
	case score >= highScore:
		return ui.ToneBad
	case score >= midScore:
		return ui.ToneWarn
	}
	return ui.ToneLine
}

func (h *Handler) risks(w http.ResponseWriter, r *http.Request) error {
	p := httpx.PrinterFrom(r.Context())
	b, err := h.Programme.Risks(r.Context(), access.ActorFrom(r.Context()))
	if err != nil {
		return err
	}
	view := ui.PageView{Title: p.T("programme.tab.risks"), Subtitle: p.T("programme.risks_text"), Current: place("risks"), Tabs: tabs(p, "risks")}
	empty := ui.State{Kind: ui.StateEmpty, Title: p.T("programme.no_risks"), Text: p.T("programme.no_risks_text")}
	if b.MayWrite {
		view.Actions = []ui.Action{{Label: p.T("programme.risk_new"), URL: risksPath + "/new", Kind: ui.ActionPrimary, Icon: "plus"}}
		add := ui.Action{Label: p.T("programme.add_shipped_risks"), URL: risksPath + "/shipped", Post: true}
		if len(b.Risks) == 0 {
			add.Kind = ui.ActionPrimary
			empty.Actions = []ui.Action{add}
		} else if !b.Shipped {
			view.Actions = append(view.Actions, add)
		}
	}
	parts := done(p, r)
	if len(b.Risks) == 0 {
		return ui.Write(w, r, http.StatusOK, ui.Compose(view, append(parts, ui.Filled(ui.CardView{Label: view.Title}, ui.StateOf(empty)))...))
	}
	list := ui.Filled(ui.CardView{ID: "register", Title: p.T("programme.register"), Span: -1, Flush: true}, ui.Table(h.riskTable(p, b.Risks)))
	return ui.Write(w, r, http.StatusOK, ui.Compose(view, append(parts, ui.Stack(8, list), ui.Stack(4, matrix(p, b.Risks)))...))
}

func (h *Handler) riskTable(p *i18n.Printer, risks []programme.ShownRisk) ui.TableView {
	w := h.words(p)
	table := ui.TableView{Label: p.T("programme.register"), Columns: []ui.Column{{Label: p.T("programme.risk_title"), Phone: true}, {Label: p.T("programme.score"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("programme.sign")}, {Label: p.T("programme.owner"), Kind: ui.ColumnNarrow}, {Label: p.T("common.status"), Kind: ui.ColumnNarrow, Phone: true}}}
	for i := range risks {
		k := &risks[i]
		chip := ui.Chip{Label: strconv.Itoa(k.Score()), Tone: scoreTone(k.Score()), Title: p.T("programme.score_of", "Probability", k.Probability, "Impact", k.Impact)}
		state := riskChip(p, &k.Risk)
		owner := k.Owner
		if owner == "" {
			owner = p.T("programme.nobody")
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{{Text: riskName(p, &k.Risk), URL: path(risksPath, k.ID), Phone: owner}, {Chip: &chip}, {Text: w.signText(&k.Risk), Sub: w.lookText(&k.Risk)}, ui.Text(owner), {Chip: &state}}})
	}
	return table
}

func riskChip(p *i18n.Printer, r *programme.Risk) ui.Chip {
	switch {
	case r.State == programme.RiskOpen && r.Look.Showing:
		return ui.Chip{Label: p.T("programme.showing"), Tone: ui.ToneBad, Icon: "alert-triangle"}
	case r.State == programme.RiskHappened:
		return ui.Chip{Label: p.Message(r.State.Message()), Tone: ui.ToneWarn}
	case r.State == programme.RiskClosed:
		return ui.Chip{Label: p.Message(r.State.Message()), Tone: ui.ToneLine}
	}
	return ui.Chip{Label: p.Message(r.State.Message()), Tone: ui.ToneGood}
}

// signText says by which number a risk shows.
func (w words) signText(r *programme.Risk) string {
	if r.Sign.Metric == "" {
		return w.p.T("programme.no_sign")
	}
	name := string(r.Sign.Metric)
	if key := "programme.metric_name." + name; w.p.Has(key) {
		name = w.p.T(key)
	}
	return w.p.T("programme.sign_of", "Metric", name, "Side", w.p.Message(r.Sign.Side.Message()), "Limit", w.amount(r.Look.Value.Unit, r.Sign.Limit))
}

// lookText says what the last look at a sign found.
func (w words) lookText(r *programme.Risk) string {
	switch {
	case r.Sign.Metric == "":
		return ""
	case r.Look.At.IsZero():
		return w.p.T("programme.not_looked")
	case !r.Look.Value.Known:
		return w.p.T("programme.no_value", "Why", w.p.Message(r.Look.Value.Why.Message()))
	}
	return w.p.T("programme.value_of", "Value", ui.MetricText(w.p, w.currency, r.Look.Value), "Month", w.p.Month(r.Look.Value.Period.First))
}

// matrix is probability by impact with the risks that are not closed.
func matrix(p *i18n.Printer, risks []programme.ShownRisk) templ.Component {
	table := ui.TableView{Label: p.T("programme.matrix"), Columns: []ui.Column{{Label: p.T("programme.matrix_head"), Kind: ui.ColumnNarrow, Phone: true}}}
	for impact := 1; impact <= 5; impact++ {
		table.Columns = append(table.Columns, ui.Column{Label: strconv.Itoa(impact), Kind: ui.ColumnNarrow, Phone: true})
	}
	for probability := 5; probability >= 1; probability-- {
		row := ui.Row{Cells: []ui.Cell{ui.Text(strconv.Itoa(probability))}}
		for impact := 1; impact <= 5; impact++ {
			var names []string
			for i := range risks {
				if risks[i].State != programme.RiskClosed && risks[i].Probability == probability && risks[i].Impact == impact {
					names = append(names, riskName(p, &risks[i].Risk))
				}
			}
			cell := ui.Cell{Text: "·", Muted: true}
			if len(names) > 0 {
				chip := ui.Chip{Label: strconv.Itoa(len(names)), Tone: scoreTone(probability * impact), Title: strings.Join(names, "\n")}
				cell = ui.Cell{Chip: &chip}
			}
			row.Cells = append(row.Cells, cell)
		}
		table.Rows = append(table.Rows, row)
	}
	return ui.Filled(ui.CardView{ID: "matrix", Title: p.T("programme.matrix"), Sub: p.T("programme.matrix_axes"), Span: -1, Flush: true, Foot: p.T("programme.matrix_text")}, ui.Table(table))
}

func (h *Handler) addShippedRisks(w http.ResponseWriter, r *http.Request) error {
	if _, err := h.Programme.AddShippedRisks(r.Context(), access.ActorFrom(r.Context())); err != nil {
		return err
	}
	http.Redirect(w, r, risksPath+"?done=shipped_risks", http.StatusSeeOther)
	return nil
}

func (h *Handler) newRisk(w http.ResponseWriter, r *http.Request) error {
	if err := mayWrite(access.ActorFrom(r.Context())); err != nil {
		return err
	}
	return h.drawRisk(w, r, http.StatusOK, programme.ShownRisk{Risk: programme.Risk{Probability: 3, Impact: 3, State: programme.RiskOpen}}, true, nil)
}

func (h *Handler) risk(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r, "programme.risk_missing")
	if err != nil {
		return err
	}
	k, may, err := h.Programme.Risk(r.Context(), access.ActorFrom(r.Context()), id)
	if err != nil {
		return err
	}
	return h.drawRisk(w, r, http.StatusOK, k, may, nil)
}

// drawRisk is a risk: what it is, its sign, and the form to change it.
func (h *Handler) drawRisk(w http.ResponseWriter, r *http.Request, status int, k programme.ShownRisk, may bool, failure error) error {
	p := httpx.PrinterFrom(r.Context())
	words := h.words(p)
	title := p.T("programme.risk_new")
	parts := done(p, r)
	if k.ID != 0 {
		title = riskName(p, &k.Risk)
		owner := k.Owner
		if owner == "" {
			owner = p.T("programme.nobody")
		}
		facts := []ui.Fact{{Term: p.T("programme.score"), Text: p.T("programme.score_line", "Score", k.Score(), "Probability", k.Probability, "Impact", k.Impact)}, {Term: p.T("programme.sign"), Text: words.signText(&k.Risk)}}
		if k.Sign.Metric != "" {
			facts = append(facts, ui.Fact{Term: p.T("programme.last_look"), Text: words.lookText(&k.Risk), URL: ui.MetricPath(k.Sign.Metric)})
		}
		if k.Look.Showing {
			facts = append(facts, ui.Fact{Term: p.T("programme.showing"), Text: p.T("programme.since", "When", p.Local(k.Look.Since).Format("2006-01-02 15:04"))})
		}
		for _, text := range [][2]string{{"measure_text", riskText(p, &k.Risk, k.Measure, "risk_measure")}, {"plan_b", riskText(p, &k.Risk, k.PlanB, "risk_plan")}} {
			if text[1] != "" {
				facts = append(facts, ui.Fact{Term: p.T("programme." + text[0]), Text: text[1]})
			}
		}
		parts = append(parts, ui.Stack(5, ui.Filled(ui.CardView{ID: "what", Title: p.T("programme.what"), Span: -1}, ui.Facts(append(facts, ui.Fact{Term: p.T("programme.owner"), Text: owner})))))
	}
	view := ui.PageView{Title: title, Current: place("risks"), Crumbs: crumbs(p, "risks", title)}
	if k.ID != 0 {
		view.Chips = []ui.Chip{riskChip(p, &k.Risk)}
	}
	if may {
		form, err := h.riskForm(r, &k, failure)
		if err != nil {
			return err
		}
		parts = append(parts, ui.Stack(7, ui.Filled(ui.CardView{ID: "write", Title: p.T("common.edit"), Span: -1}, ui.Form(form))))
	}
	return ui.Write(w, r, status, ui.Compose(view, parts...))
}

func (h *Handler) riskForm(r *http.Request, k *programme.ShownRisk, failure error) (form ui.FormView, err error) {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	people, _, err := h.Programme.Choices(ctx, actor)
	if err != nil {
		return form, err
	}
	book, err := h.Definitions(ctx, actor)
	if err != nil {
		return form, err
	}
	t := typed{r, failure != nil}
	limit := ""
	if k.Sign.Metric != "" {
		limit = plain(k.Sign.Limit, k.Look.Value.Unit, h.Currency())
	}
	scale := func(name string, known int) ui.Field {
		f := ui.Field{Name: name, Kind: ui.FieldSelect, Label: p.T("programme." + name), Value: t.value(name, strconv.Itoa(known)), Span: 6}
		for n := 1; n <= 5; n++ {
			f.Options = append(f.Options, ui.Option{Value: strconv.Itoa(n), Label: p.T("programme." + name + "." + strconv.Itoa(n))})
		}
		return f
	}
	side := ui.Field{Name: "side", Kind: ui.FieldSelect, Label: p.T("programme.side"), Value: t.value("side", string(k.Sign.Side)), Span: 6, Optional: true}
	for _, s := range programme.Sides {
		side.Options = append(side.Options, ui.Option{Value: string(s), Label: p.Message(s.Message())})
	}
	state := ui.Field{Name: "state", Kind: ui.FieldSelect, Label: p.T("common.status"), Value: t.value("state", string(k.State)), Span: 6}
	for _, s := range programme.RiskStates {
		state.Options = append(state.Options, ui.Option{Value: string(s), Label: p.Message(s.Message())})
	}
	sign := metricField(p, book, t.value("metric", chosenMetric(book, k.Sign.Metric)), p.T("programme.no_sign"))
	sign.Label, sign.Optional = p.T("programme.sign"), true
	fields := []ui.Field{{Name: "title", Label: p.T("programme.risk_title"), Value: t.value("title", riskName(p, &k.Risk)), Autofocus: k.ID == 0}, scale("probability", k.Probability), scale("impact", k.Impact), ownerField(p, people, t.value("owner", number(k.OwnerID))), state, sign, side,
		{Name: "limit", Kind: ui.FieldDecimal, Label: p.T("programme.limit"), Value: t.value("limit", limit), Hint: p.T("programme.limit_hint"), Optional: true, Span: 6}, {Name: "measure", Kind: ui.FieldArea, Label: p.T("programme.measure_text"), Value: t.value("measure", riskText(p, &k.Risk, k.Measure, "risk_measure")), Rows: 2, Optional: true},
		{Name: "plan_b", Kind: ui.FieldArea, Label: p.T("programme.plan_b"), Value: t.value("plan_b", riskText(p, &k.Risk, k.PlanB, "risk_plan")), Rows: 2, Optional: true}, revisionField(k.Revision)}
	if k.ID == 0 {
		fields[0].Value = t.value("title", "")
	}
	form = ui.FormView{ID: "risk", Action: risksPath, Submit: ui.Action{Label: p.T("common.save"), Kind: ui.ActionPrimary}, Consequence: p.T("programme.risk_consequence")}
	if k.ID != 0 {
		form.Action = path(risksPath, k.ID)
	}
	form.Fields, form.Problem = ui.WithErrors(fields, failure, p)
	return form, nil
}

// chosenMetric is the metric that a family stands for, as a list of definitions names it.
func chosenMetric(book []metric.Definition, id metric.ID) string {
	for _, d := range book {
		if d.ID == id || d.Family == id && d.Default {
			return string(d.ID)
		}
	}
	return string(id)
}

// writeRisk keeps a new risk, or changes one.
func (h *Handler) writeRisk(w http.ResponseWriter, r *http.Request) error {
	ctx, actor, p := r.Context(), access.ActorFrom(r.Context()), httpx.PrinterFrom(r.Context())
	if err := mayWrite(actor); err != nil {
		return err
	}
	var k programme.ShownRisk
	if r.PathValue("id") != "" {
		id, err := idOf(r, "programme.risk_missing")
		if err != nil {
			return err
		}
		if k, _, err = h.Programme.Risk(ctx, actor, id); err != nil {
			return err
		}
	}
	in := programme.RiskEntry{Title: r.PostFormValue("title"), Probability: int(intOf(r, "probability")), Impact: int(intOf(r, "impact")), OwnerID: intOf(r, "owner"), State: programme.RiskState(r.PostFormValue("state")), Measure: r.PostFormValue("measure"), PlanB: r.PostFormValue("plan_b"),
		Sign: programme.Sign{Metric: metric.ID(r.PostFormValue("metric")), Place: k.Sign.Place, Side: programme.Side(r.PostFormValue("side"))}}
	if k.Key != "" { // what is as it was shipped follows the reader's language
		for _, text := range []struct {
			own     *string
			shipped string
		}{{&in.Title, "risk"}, {&in.Measure, "risk_measure"}, {&in.PlanB, "risk_plan"}} {
			if strings.TrimSpace(*text.own) == p.T("programme."+text.shipped+"."+k.Key) {
				*text.own = ""
			}
		}
	}
	err := h.readLimit(r, &in.Sign)
	if err == nil {
		k.Risk, err = h.Programme.WriteRisk(ctx, actor, k.ID, seenOf(r), in)
	}
	switch {
	case err == nil:
		http.Redirect(w, r, path(risksPath, k.ID)+"?done=risk", http.StatusSeeOther)
		return nil
	case mendable(err):
		if r.PathValue("id") == "" {
			k = programme.ShownRisk{Risk: programme.Risk{Probability: 3, Impact: 3, State: programme.RiskOpen}}
		} else if id, idErr := idOf(r, "programme.risk_missing"); idErr == nil {
			if k, _, idErr = h.Programme.Risk(ctx, actor, id); idErr != nil {
				return idErr
			}
		}
		return h.drawRisk(w, r, httpx.StatusOf(err), k, true, err)
	}
	return err
}

// readLimit reads the limit of a sign in the unit of its number.
func (h *Handler) readLimit(r *http.Request, sign *programme.Sign) error {
	if sign.Metric == "" {
		return nil
	}
	book, err := h.Definitions(r.Context(), access.ActorFrom(r.Context()))
	if err != nil {
		return err
	}
	unit := metric.Unit("")
	for _, d := range book {
		if d.ID == sign.Metric || d.Family == sign.Metric && d.Default {
			unit = d.Unit
		}
	}
	text := strings.TrimSpace(r.PostFormValue("limit"))
	limit, ok := typedAmount(text, unit, h.Currency())
	if !ok {
		return wrong("limit", text, "form.error.number")
	}
	sign.Limit = limit
	return nil
}
