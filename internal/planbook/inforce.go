package planbook

import (
	"context"
	"slices"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/plan"
)

// ForMonth returns the documents that a month is paid by: of each document the latest approved version whose effective days hold the
// month's last day. Errors: conflict when there is no crediting document or no plan.
func ForMonth(ctx context.Context, r Reader, month calendar.Month) (f InForce, err error) {
	defer errs.Wrap(&err, "planbook.ForMonth(%s)", month)
	all, err := r.PlanVersions(ctx, "")
	if err != nil {
		return InForce{}, err
	}
	return assemble(inForce(all, month.Last()), month)
}

// ForMonthKnown is ForMonth as it was known at a moment: versions approved later are left out. A version that was withdrawn since is not known
// any more, as nobody keeps when that was.
func ForMonthKnown(ctx context.Context, r Reader, month calendar.Month, until time.Time) (f InForce, err error) {
	defer errs.Wrap(&err, "planbook.ForMonthKnown(%s)", month)
	all, err := r.PlanVersions(ctx, "")
	if err != nil {
		return InForce{}, err
	}
	all = slices.DeleteFunc(all, func(v Version) bool { return v.ApprovedAt.After(until) })
	return assemble(inForce(all, month.Last()), month)
}

// ForVersions returns the documents of the versions named, for a run that goes on after an interruption.
func ForVersions(ctx context.Context, r Reader, month calendar.Month, ids []string) (f InForce, err error) {
	defer errs.Wrap(&err, "planbook.ForVersions(%s)", month)
	versions := make([]Version, len(ids))
	for i, id := range ids {
		if versions[i], err = r.PlanVersion(ctx, id); err != nil {
			return InForce{}, err
		}
	}
	return assemble(versions, month)
}

// inForce picks, of each document, the latest approved version that holds on the day. all is by document and descending number, but
// for a version appended at the end.
func inForce(all []Version, day calendar.Date) []Version {
	return pick(all, day, Kind.Pays)
}

// pick is inForce for the kinds that are wanted.
func pick(all []Version, day calendar.Date, wanted func(Kind) bool) []Version {
	var chosen []Version
	place := map[string]int{}
	for _, v := range all {
		if !wanted(v.Kind) || v.State != StateApproved || !v.Effective.Contains(day) {
			continue
		}
		i, seen := place[v.DocumentID]
		switch {
		case !seen:
			place[v.DocumentID] = len(chosen)
			chosen = append(chosen, v)
		case v.Number > chosen[i].Number:
			chosen[i] = v
		}
	}
	return chosen
}

func decodeAll(versions []Version) (documents []*plan.Document, byVersion []Version, err error) {
	for _, v := range versions {
		d, err := plan.Decode(v.DocumentID, []byte(v.Text))
		if err != nil {
			return nil, nil, err
		}
		documents = append(documents, d)
	}
	return documents, versions, nil
}

func assemble(versions []Version, month calendar.Month) (InForce, error) {
	documents, _, err := decodeAll(versions)
	if err != nil {
		return InForce{}, err
	}
	var f InForce
	for i, d := range documents {
		if d.Crediting != nil {
			f.Crediting, f.CreditingVersion = d.Crediting, versions[i]
			continue
		}
		f.Plans = append(f.Plans, d.Plan)
		f.PlanVersions = append(f.PlanVersions, versions[i])
	}
	if f.Crediting == nil || len(f.Plans) == 0 {
		return InForce{}, errs.New(errs.KindConflict, "planbook.none_in_force", errs.Args{"Month": month})
	}
	return f, nil
}

// VersionIDs returns the ids of what is in force, the crediting document's first.
func (f InForce) VersionIDs() []string {
	ids := []string{f.CreditingVersion.ID}
	for _, v := range f.PlanVersions {
		ids = append(ids, v.ID)
	}
	return ids
}
