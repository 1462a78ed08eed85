package planbook

import (
	"context"
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/plan"
)

// PlansOn returns the plans in force in a month, which may be none. Whether the month can be paid, ForMonth says.
func PlansOn(ctx context.Context, r Reader, month calendar.Month) (plans []*plan.Plan, versions []Version, err error) {
	defer errs.Wrap(&err, "planbook.PlansOn(%s)", month)
	all, err := r.PlanVersions(ctx, "")
	if err != nil {
		return nil, nil, err
	}
	return onlyPlans(inForce(all, month.Last()))
}

// PlansComing returns the approved versions of plans that take effect after a month, those that are replaced before they do included.
func PlansComing(ctx context.Context, r Reader, month calendar.Month) (plans []*plan.Plan, versions []Version, err error) {
	defer errs.Wrap(&err, "planbook.PlansComing(%s)", month)
	all, err := r.PlanVersions(ctx, "")
	if err != nil {
		return nil, nil, err
	}
	return onlyPlans(slices.DeleteFunc(all, func(v Version) bool { return v.State != StateApproved || v.Effective.From <= month.Last() }))
}

func onlyPlans(chosen []Version) (plans []*plan.Plan, versions []Version, err error) {
	documents, _, err := decodeAll(chosen)
	for i, d := range documents {
		if d.Plan != nil {
			plans, versions = append(plans, d.Plan), append(versions, chosen[i])
		}
	}
	return plans, versions, err
}
