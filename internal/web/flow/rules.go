package flow

import (
	"math/big"
	"net/http"

	"github.com/a-h/templ"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/flow"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/tabular"
	"xiaoguan/internal/web/ui"
)

// rulesURL is the page of what rules go with.
const rulesURL = "/flow/rules"

// effects is what was asked for; failure is what the filter's form can mend.
func (h *Handler) effects(a *asked) (e *flow.Effects, failure, err error) {
	if err = a.wrong.Err(); err == nil {
		e, err = h.Flow.Effects(a.ctx, a.actor, a.filter)
	}
	if errs.Is(err, errs.KindInvalid) {
		return nil, err, nil
	}
	return e, nil, err
}

func (h *Handler) rules(w http.ResponseWriter, r *http.Request) error {
	a, err := h.read(r)
	if err != nil {
		return err
	}
	e, failure, err := h.effects(a)
	return h.write(w, r, a, page{path: rulesURL, failure: failure, err: err, parts: func() ([]templ.Component, error) { return append(h.advice(a, e), h.effectsCard(a, e)), nil }})
}

func (h *Handler) effectsCard(a *asked, e *flow.Effects) templ.Component {
	p := a.p
	table := ui.TableView{Label: p.T("flow.effects"), Columns: []ui.Column{{Label: p.T("flow.rule"), Phone: true}, {Label: p.T("opportunity.stage")}, {Label: p.T("flow.kept_broken"), Kind: ui.ColumnNumber},
		{Label: p.T("flow.effect_win"), Title: p.T("flow.effect_win_text"), Kind: ui.ColumnNumber, Phone: true}, {Label: p.T("flow.effect_cycle"), Title: p.T("flow.effect_cycle_text"), Kind: ui.ColumnNumber, Phone: true},
		{Label: p.T("flow.effect_collection"), Title: p.T("flow.effect_collection_text", "Days", int64(flow.CollectionDays)), Kind: ui.ColumnNumber}, {Label: p.T("flow.effect_hint")}},
		Empty: &ui.State{Kind: ui.StateEmpty, Title: p.T("flow.effects_none"), Text: p.T("flow.effects_none_text")}, Note: p.T("flow.effects_note")}
	for _, rule := range e.Rules {
		hint := ui.Cell{}
		if rule.Useless {
			hint.Chip = &ui.Chip{Label: p.T("flow.effect_useless"), Tone: ui.ToneWarn, Title: p.T("flow.effect_useless_text")}
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []ui.Cell{ui.Text(textOf(p, rule.Rule.Name)), ui.Text(textOf(p, e.Standard.StageName(rule.Rule.Stage))), ui.Text(p.T("flow.part_of", "Part", int64(rule.Kept), "Whole", int64(rule.Broken))),
			contrastCell(p, rule.Win, points), contrastCell(p, rule.Cycle, change), contrastCell(p, rule.Collection, points), hint}})
	}
	if len(e.Rules) > 0 {
		table.Exports = exports(a, "rules")
	}
	sub := p.T("flow.effects_sub", "Count", int64(e.Cases))
	if e.Left > 0 {
		sub += p.T("flow.effects_left", "Count", int64(e.Left))
	}
	return ui.Filled(ui.CardView{Title: p.T("flow.effects"), Sub: sub, Flush: true, Foot: p.T("flow.as_of", "When", p.Moment(e.AsOf, p.Local(h.Now())))}, ui.Table(table))
}

var impactTones = map[flow.Impact]ui.Tone{flow.ImpactHelps: ui.ToneGood, flow.ImpactHarms: ui.ToneBad}

// contrastCell is a difference with its interval; a dash and the reason where data do not allow one.
func contrastCell(p *i18n.Printer, c flow.Contrast, write func(*i18n.Printer, float64) string) ui.Cell {
	if !c.Known {
		return ui.Cell{Text: i18n.Unknown, Title: p.T("flow.effect_unclear"), Muted: true}
	}
	return ui.Cell{Text: write(p, c.Difference), Sub: p.T("flow.range", "Low", write(p, c.Interval.Low), "High", write(p, c.Interval.High)), Tone: impactTones[c.Impact],
		Title: p.T("flow.impact."+string(c.Impact)) + p.T("common.colon") + p.T("flow.effect_compared", "Cases", int64(c.Cases), "Others", int64(c.Others))}
}

func exact(x float64) *big.Rat {
	const million = 1_000_000
	n := int64(x*million + 0.5)
	if x < 0 {
		n = -int64(-x*million + 0.5)
	}
	return big.NewRat(n, million)
}

// points writes a difference of shares, change a ratio less one.
func points(p *i18n.Printer, x float64) string { return p.Points(exact(x)) }

func change(p *i18n.Printer, x float64) string {
	text := p.Percent(exact(x))
	if x > 0 {
		text = "+" + text
	}
	return text
}

func exportRules(w http.ResponseWriter, a *asked, e *flow.Effects, out httpx.Export) error {
	p := a.p
	out.Head = []string{p.T("flow.rule"), p.T("flow.kept"), p.T("flow.broken")}
	for _, what := range []string{"flow.effect_win", "flow.effect_cycle", "flow.effect_collection"} {
		for _, bound := range []string{"flow.difference", "flow.low", "flow.high"} {
			out.Head = append(out.Head, p.T("flow.head_of", "What", p.T(what), "Part", p.T(bound)))
		}
	}
	out.Rows = func(write func(...tabular.Cell) error) (bool, error) {
		for _, rule := range e.Rules {
			cells := []tabular.Cell{tabular.Text(textOf(p, rule.Rule.Name)), count(rule.Kept), count(rule.Broken)}
			for _, c := range []flow.Contrast{rule.Win, rule.Cycle, rule.Collection} {
				for _, x := range []float64{c.Difference, c.Interval.Low, c.Interval.High} {
					cell := tabular.Text("")
					if c.Known {
						cell = tabular.Number(new(big.Rat).Mul(exact(x), big.NewRat(100, 1)).FloatString(2))
					}
					cells = append(cells, cell)
				}
			}
			if err := write(cells...); err != nil {
				return false, err
			}
		}
		return false, nil
	}
	return httpx.Download(w, out)
}
