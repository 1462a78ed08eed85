package planbook

import (
	"context"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/plan"
)

// RulesOn returns the documents of a kind that hold on a day, decoded, each with its version: of each document the latest approved one.
func RulesOn(ctx context.Context, r Reader, kind Kind, day calendar.Date) (documents []*plan.Document, versions []Version, err error) {
	defer errs.Wrap(&err, "planbook.RulesOn(%s, %s)", kind, day)
	all, err := r.PlanVersions(ctx, "")
	if err != nil {
		return nil, nil, err
	}
	return decodeAll(pick(all, day, func(k Kind) bool { return k == kind }))
}

// CreditingOn returns the crediting document that holds on a day. Errors: conflict when there is none.
func CreditingOn(ctx context.Context, r Reader, day calendar.Date) (c *plan.Crediting, v Version, err error) {
	defer errs.Wrap(&err, "planbook.CreditingOn(%s)", day)
	documents, versions, err := RulesOn(ctx, r, KindCrediting, day)
	if err != nil {
		return nil, v, err
	}
	if len(documents) == 0 {
		return nil, v, errs.New(errs.KindConflict, "planbook.none_in_force", errs.Args{"Month": day.Month()})
	}
	return documents[0].Crediting, versions[0], nil
}
