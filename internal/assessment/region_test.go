package assessment_test

import (
	"context"
	"slices"
	"testing"

	"xiaoguan/internal/access"
	"xiaoguan/internal/assessment"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/maturity"
)

// areas are two regions; the second has nothing that can be measured.
type areas struct{ list []maturity.Measure }

func (areas) Regions(context.Context, calendar.Date) ([]assessment.Region, error) {
	return []assessment.Region{{ID: 1, Name: "华东"}, {ID: 2, Name: "华南"}}, nil
}

func (a areas) RegionMeasures(_ context.Context, _ calendar.Date, id int64) ([]maturity.Measure, error) {
	if id == 2 {
		return nil, nil
	}
	return a.list, nil
}

func TestARegionIsJudgedByWhatIsMeasured(t *testing.T) {
	onBoth(t, func(t *testing.T, s *assessment.Service, g *gauges) {
		ctx := t.Context()
		if list, err := s.Regions(ctx, ops); err != nil || len(list) != 0 {
			t.Errorf("regions of nobody: %+v %v", list, err)
		}
		_, err := s.StandRegion(ctx, ops, 1)
		refuses(t, err, errs.KindNotFound, "assessment.no_region")
		s.WithRegions(areas{[]maturity.Measure{{Gauge: maturity.GaugeCompliance, Known: true, Value: 960_000}, {Gauge: maturity.GaugeRecording, Known: true, Value: 960_000}, {Gauge: maturity.GaugeMastery, Why: "assessment.why.company_only"}, {Gauge: maturity.GaugeAttainment, Known: true, Value: 720_000},
			{Gauge: maturity.GaugeAttained, Known: true, Value: 100_000}, {Gauge: maturity.GaugeTargeted, Known: true, Value: 950_000}}})
		// What assessors say of the company counts in no region.
		if _, err := s.Say(ctx, ops, assessment.Saying{Criterion: "process.roles", Holds: false, Evidence: "没有责任人", On: today}); err != nil {
			t.Fatal(err)
		}
		st, err := s.StandRegion(ctx, ops, 1)
		if err != nil {
			t.Fatal(err)
		}
		process, target := st.Result.Of("process"), st.Result.Of("attainment")
		if process == nil || process.Level != maturity.Optimised || process.Open || target == nil || target.Level != maturity.AdHoc || len(st.Left) != 1 || st.Left[0].Gauge != maturity.GaugeMastery {
			t.Errorf("process %+v, target %+v", process, target)
		}
		for i := range st.Model.Sides {
			if slices.ContainsFunc(st.Model.Sides[i].Criteria, func(c maturity.Criterion) bool { return c.Asked() }) {
				t.Errorf("%s asks", st.Model.Sides[i].Dimension)
			}
		}
		for _, d := range st.Result.Dimensions {
			for _, c := range d.Checks {
				if c.Statement != nil {
					t.Errorf("%s rests on what was said of the company", c.Criterion)
				}
			}
		}
		if st, err = s.StandRegion(ctx, ops, 2); err != nil || st.Result.Known {
			t.Errorf("of nothing: %+v %v", st.Result, err)
		}
		east := access.Actor{UserID: "u-E", Grants: []access.Grant{{Role: access.RoleDirector, Scope: access.ScopeRegion, RegionID: 1}}}
		if list, err := s.Regions(ctx, east); err != nil || len(list) != 1 || list[0].ID != 1 {
			t.Errorf("%+v %v", list, err)
		}
		if _, err = s.StandRegion(ctx, east, 1); err != nil {
			t.Error(err)
		}
		_, err = s.StandRegion(ctx, east, 2)
		refuses(t, err, errs.KindNotFound, "assessment.no_region")
		_, err = s.StandRegion(ctx, access.Actor{UserID: "u-S", Grants: []access.Grant{{Role: access.RoleSeller, Scope: access.ScopeOwn}}}, 1)
		refuses(t, err, errs.KindForbidden, "")
	})
}
