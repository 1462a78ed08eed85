package standard

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/given"
)

// Measure is the name of the given value that holds somebody's compliance rate of a month.
const Measure = "sop_compliance"

// Measures records what was measured of people. Package given is one.
type Measures interface {
	Set(ctx context.Context, actor access.Actor, entries ...given.Entry) (fact.Receipt, error)
}

// WithMeasures lets the service hand rates over to plans.
func (s *Service) WithMeasures(m Measures) *Service {
	s.measures = m
	return s
}

// HandOver records the compliance rate of everybody of whom a rule was decided in a month, by rule, as the given value Measure of that month: what
// plans may read. Rates are to a hundredth of a percent, halves up. It may be repeated: the values are then corrected. Errors: forbidden; invalid
// for a month that has not ended; conflict while cases wait to be judged anew.
func (s *Service) HandOver(ctx context.Context, actor access.Actor, month calendar.Month) (people int, err error) {
	defer errs.Wrap(&err, "standard.HandOver(%s)", month)
	if err := actor.RequireAll(access.PermSalesWrite); err != nil {
		return 0, err
	}
	if month.Last() >= s.today() {
		return 0, errs.Invalid("fact.invalid", []errs.Field{{Path: "month", Value: month.String(), Message: errs.Msg("standard.month_runs", nil)}})
	}
	rates, err := s.Rates(ctx, actor, Question{From: month, To: month, By: ByPerson})
	if err != nil {
		return 0, err
	}
	if !rates.JudgedAll {
		return 0, errs.New(errs.KindConflict, "standard.being_judged", errs.Args{"Count": rates.Behind})
	}
	var entries []given.Entry
	for _, row := range rates.Rows {
		if row.ID == 0 || row.Rules.Decided() == 0 {
			continue
		}
		const scale = 10_000
		rate := decimal.FromInt((2*row.Rules.Satisfied*scale+row.Rules.Decided())/(2*row.Rules.Decided()), 4)
		entries = append(entries, given.Entry{PersonID: row.ID, Month: month, Measure: Measure, Value: &rate, Unit: fact.UnitPercent})
	}
	if len(entries) == 0 {
		return 0, errs.New(errs.KindConflict, "standard.nothing_to_hand_over", nil)
	}
	_, err = s.measures.Set(ctx, actor, entries...)
	return len(entries), err
}
