package targetplan

import (
	"context"
	"encoding/json"
	"sort"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fairness"
)

// Fairness returns the tests of a report, over the people within reach or a unit of them; until 0 is the newest. Errors: forbidden; not found for a report that
// there is not, and a unit that the reader does not see.
func (s *Service) Fairness(ctx context.Context, actor access.Actor, until calendar.Month, unit string) (v FairShown, err error) {
	defer errs.Wrap(&err, "targetplan.Fairness(%s, %s)", until, unit)
	if err := actor.Require(access.PermSalesRead); err != nil {
		return v, err
	}
	v = FairShown{Unit: unit, MayRun: s.mayWrite(actor) == nil, Latest: quarterUntil(s.Fiscal(), s.today())}
	reach := map[int64]bool(nil)
	err = s.Store.Read(ctx, func(r Reader) error {
		if v.Reports, err = r.FairReports(ctx); err != nil {
			return err
		}
		if until == 0 && len(v.Reports) > 0 {
			until = v.Reports[0].Until
		}
		if until == 0 {
			return nil
		}
		if v.Report, err = r.FairReport(ctx, until); err != nil {
			return err
		}
		scope := actor.ScopeOf(access.PermSalesRead)
		if scope.All {
			return nil
		}
		ids, err := r.PersonsInReach(ctx, scope, s.today())
		reach = map[int64]bool{}
		for _, id := range ids {
			reach[id] = true
		}
		return err
	})
	if err != nil || len(v.Report.Input) == 0 {
		return v, err
	}
	var in FairInput
	if err := json.Unmarshal(v.Report.Input, &in); err != nil {
		return v, err
	}
	v.Report.Input = nil
	return v, v.fill(&in, reach)
}

// fill makes the tests over whom the reader sees.
func (v *FairShown) fill(in *FairInput, reach map[int64]bool) error {
	var seen, chosen []*FairPerson
	for i := range in.People {
		if p := &in.People[i]; reach == nil || reach[p.ID] {
			seen = append(seen, p)
			if v.Unit == "" || v.Unit == p.Team || v.Unit == p.Region {
				chosen = append(chosen, p)
			}
		}
	}
	v.Units = unitsOf(seen)
	for _, u := range v.Units {
		if u.Unit == v.Unit {
			v.UnitName = u.Name
		}
	}
	if v.Unit != "" && len(chosen) == 0 {
		return errs.New(errs.KindNotFound, "targetplan.missing", nil)
	}
	v.People = len(chosen)
	if v.Hidden = len(chosen) < fewest; v.Hidden {
		return nil
	}
	tests, bins, patterns, err := in.Tests(chosen, reach == nil && v.Unit == "")
	if err != nil {
		return err
	}
	v.Tests, v.Bins = tests, bins
	by := map[string]*FairPerson{}
	for _, p := range chosen {
		by[PersonUnit(p.ID)] = p
	}
	for _, one := range patterns {
		p := by[one.Person]
		v.Patterns = append(v.Patterns, PatternShown{Pattern: one, PersonID: p.ID, Name: p.Name, Team: p.TeamName})
	}
	return nil
}

// SplitFairness returns the tests of a plan's numbers before anything of them is reached: targets against what may be expected and what markets could give, and how
// much of a surplus over the last quotas they take. Over the people within reach; Hidden where these are too few. Errors: those of Get.
func (s *Service) SplitFairness(ctx context.Context, actor access.Actor, id int64) (v FairShown, err error) {
	defer errs.Wrap(&err, "targetplan.SplitFairness(%d)", id)
	shown, err := s.Get(ctx, actor, id, "")
	if err != nil || shown.ResultHash == "" {
		return v, err
	}
	err = s.Store.Read(ctx, func(r Reader) error {
		t, err := s.tree(ctx, r, actor, id)
		if err != nil {
			return err
		}
		var units []string
		for i, b := range t.bones {
			if t.visible(i) && b.Parent != "" {
				units = append(units, b.Unit)
			}
		}
		rows, err := r.TargetRows(ctx, id, "", append(units, ""))
		if err != nil {
			return err
		}
		input, err := r.TargetInput(ctx, id)
		if err != nil {
			return err
		}
		var in Input
		if err := json.Unmarshal(input, &in); err != nil {
			return err
		}
		last := in.Since + calendar.Month(len(in.Totals)) - 1
		quotas, err := r.QuotasIn(ctx, last-rhythmMonths+1, last)
		if err != nil {
			return err
		}
		v.Tests, v.People = splitTests(rows, &in, quotas, t.reach == nil)
		return nil
	})
	if v.Hidden = v.People < fewest; v.Hidden {
		v.Tests = nil
	}
	return v, err
}

// soldBefore is what somebody sold in the year before; a plan's versions that do not know it say what they rest on.
func soldBefore(d *Detail) int64 {
	if d.LastKnown {
		return max(d.LastYear, 0)
	}
	return d.History
}

// splitTests are those of a plan's rows.
func splitTests(rows []Row, in *Input, quotas []QuotaOf, whole bool) (tests []fairness.Test, count int) {
	asked, months, sold := map[int64]int64{}, map[int64]int{}, map[int64]int64{}
	for _, q := range quotas {
		asked[q.PersonID] += q.Minor
		months[q.PersonID]++
	}
	for i := range in.People {
		p := &in.People[i]
		for _, minor := range p.Months[max(0, len(p.Months)-rhythmMonths):] {
			sold[p.ID] += minor
		}
	}
	var people, regions []fairness.Asked
	var steps []fairness.Step
	sort.SliceStable(rows, func(a, b int) bool { return rows[a].Place < rows[b].Place })
	for i := range rows {
		row := &rows[i]
		switch {
		case row.PersonID != 0:
			people = append(people, fairness.Asked{ID: row.Unit, TargetMinor: row.Minor, AgainstMinor: row.Detail.Expected, SoldMinor: soldBefore(&row.Detail)})
			if months[row.PersonID] == rhythmMonths {
				steps = append(steps, fairness.Step{ID: row.Unit, NowMinor: asked[row.PersonID], SoldMinor: sold[row.PersonID], NextMinor: row.Minor})
			}
		case row.Depth == 1:
			regions = append(regions, fairness.Asked{ID: row.Unit, TargetMinor: row.Minor, AgainstMinor: max(row.Detail.Potential, 0)})
		}
	}
	tests = []fairness.Test{fairness.Load(people), fairness.LoadSize(people)}
	if whole {
		tests = append(tests, fairness.Market(regions))
	}
	return append(tests, fairness.Ratchet(steps)), len(people)
}
