package assessment

import (
	"cmp"
	"context"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/finding"
)

// paidMonths is how far back the money of components is looked at.
const paidMonths = 12

// PlanLines are the components of the plans in force on a day for the diagnosis: whether a target of somebody in the plan's layer asks for them, and how much
// of the plan's money they were in the last year. A plan that has paid nothing yet counts its components alike.
func (s Sources) PlanLines(ctx context.Context, on calendar.Date) (lines []finding.PlanLine, err error) {
	defer errs.Wrap(&err, "assessment.PlanLines(%s)", on)
	d, err := s.Deviations(ctx, on)
	if err != nil {
		return nil, err
	}
	var paid []ComponentPaid
	if err := s.Store.ReadFacts(ctx, func(r FactReader) error {
		paid, err = r.ComponentPay(ctx, d.Month-paidMonths+1, d.Month)
		return err
	}); err != nil {
		return nil, err
	}
	return linesOf(d.Layers, paid), nil
}

func linesOf(layers []LayerMatch, paid []ComponentPaid) (lines []finding.PlanLine) {
	money := map[[2]string]int64{}
	plans := map[string]int64{}
	for _, p := range paid {
		if p.Minor > 0 { // what is taken back is no part of the money
			money[[2]string{p.Plan, p.Component}] = p.Minor
		}
	}
	for _, l := range layers {
		for _, c := range l.Components {
			plans[c.Plan] += money[[2]string{c.Plan, c.Component}]
		}
	}
	for _, l := range layers {
		for _, c := range l.Components {
			line := finding.PlanLine{Plan: c.Plan, Title: cmp.Or(c.PlanName.Zh, c.PlanName.En), Name: cmp.Or(c.Name.Zh, c.Name.En, c.Component), Weight: 1 / float64(len(l.Components)), Asked: finding.AskedNo}
			if c.Matched {
				line.Asked = finding.AskedYes
			}
			if len(c.Words) > 0 {
				line.Measure = c.Words[0]
			}
			if whole := plans[c.Plan]; whole > 0 {
				line.Weight = float64(money[[2]string{c.Plan, c.Component}]) / float64(whole)
			}
			lines = append(lines, line)
		}
	}
	return lines
}
