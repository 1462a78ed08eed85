package planbook

import (
	"context"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/plan"
)

// ForMonths returns what each of the months is paid by. Each version is decoded once and shared by its months. A month without crediting rules or
// without plans is empty, which is no error here.
func ForMonths(ctx context.Context, r Reader, months []calendar.Month) (all []InForce, err error) {
	defer errs.Wrap(&err, "planbook.ForMonths")
	versions, err := r.PlanVersions(ctx, "")
	if err != nil {
		return nil, err
	}
	decoded := map[string]*plan.Document{}
	all = make([]InForce, len(months))
	for i, month := range months {
		var f InForce
		for _, v := range inForce(versions, month.Last()) {
			d, ok := decoded[v.ID]
			if !ok {
				if d, err = plan.Decode(v.DocumentID, []byte(v.Text)); err != nil {
					return nil, err
				}
				decoded[v.ID] = d
			}
			if d.Crediting != nil {
				f.Crediting, f.CreditingVersion = d.Crediting, v
				continue
			}
			f.Plans, f.PlanVersions = append(f.Plans, d.Plan), append(f.PlanVersions, v)
		}
		if f.Crediting != nil && len(f.Plans) > 0 {
			all[i] = f
		}
	}
	return all, nil
}
