package plan

import (
	"fmt"
	"slices"

	"xiaoguan/internal/decimal"
	"xiaoguan/internal/errs"
)

// foldKey is the key of the document under which the members' measure is named.
func (t *TeamMeasure) foldKey() string {
	if t.Fold == "" {
		return string(FoldSum)
	}
	return string(t.Fold)
}

// checkFurther judges the forms of docs/adr/0011. Formulas were compiled when they were read.
func (p *planReader) checkFurther(m Measure, path string) {
	switch {
	case m.Rank != nil:
		p.checkReference(path+".rank", m.Rank.By, KindMoney, KindRatio, KindCount)
	case m.Component != "":
		if !slices.ContainsFunc(p.plan.Components, func(c Component) bool { return c.ID == m.Component }) {
			p.error(path+".component", CodeUnknownComponent, m.Component, errs.Args{"ID": m.Component})
		}
	case m.Scorecard != nil:
		p.checkScorecard(m, path)
	}
}

// checkReference reports a measure that does not exist or is of another kind.
func (p *planReader) checkReference(path, id string, wanted ...ValueKind) {
	kind := p.kinds[id]
	switch {
	case id == "":
	case p.plan.Measure(id) == nil:
		p.error(path, CodeUnknownMeasure, id, errs.Args{"ID": id})
	case kind != "" && !slices.Contains(wanted, kind):
		p.error(path, CodeKindWrong, id, kindArgs(kind, wanted...))
	}
}

func (p *planReader) checkScorecard(m Measure, path string) {
	weights := make([]decimal.Decimal, len(m.Scorecard))
	for i, item := range m.Scorecard {
		at := fmt.Sprintf("%s.scorecard[%d]", path, i)
		p.checkReference(at+".measure", item.Measure, KindMoney, KindRatio, KindCount)
		if item.Most != nil && item.Most.Cmp(item.Least) < 0 {
			p.error(at+".most", CodeLeastMost, item.Most.String(), errs.Args{"Least": item.Least.Percent(), "Most": item.Most.Percent()})
		}
		weights[i] = item.Weight
	}
	p.checkWeights(path+".scorecard", weights)
}

// checkWeights reports weights that do not total 100 %.
func (p *planReader) checkWeights(path string, weights []decimal.Decimal) {
	total := decimal.FromInt(0, 0)
	for _, weight := range weights {
		total = total.Add(weight)
	}
	if len(weights) > 0 && !total.Equal(decimal.FromInt(1, 0)) {
		p.error(path, CodeWeights, "", errs.Args{"Percent": total.Percent()})
	}
}
