package assessment_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/assessment"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/maturity"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

var (
	today    = calendar.DateOf(storetest.Start)
	ops      = access.Actor{UserID: "u-O", Name: "运营", Grants: []access.Grant{{Role: access.RoleOperations, Scope: access.ScopeAll}}}
	regional = access.Actor{UserID: "u-R", Name: "大区", Grants: []access.Grant{{Role: access.RoleDirector, Scope: access.ScopeRegion, RegionID: 1}}}
	auditor  = access.Actor{UserID: "u-A", Name: "审计", Grants: []access.Grant{{Role: access.RoleAuditor, Scope: access.ScopeAll}}}
	lead     = access.Actor{UserID: "u-L", Name: "主管", Grants: []access.Grant{{Role: access.RoleLead, Scope: access.ScopeTeamAndBelow}}}
)

// gauges read what they hold.
type gauges struct{ list []maturity.Measure }

func (g *gauges) Measures(context.Context, calendar.Date) ([]maturity.Measure, error) {
	return g.list, nil
}

func onBoth(t *testing.T, test func(t *testing.T, s *assessment.Service, g *gauges)) {
	t.Helper()
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		g := &gauges{}
		test(t, assessment.NewService(db.AssessmentStore(), g, func() time.Time { return storetest.Start }), g)
	})
}

func refuses(t *testing.T, err error, kind errs.Kind, key string) {
	t.Helper()
	known, ok := errors.AsType[*errs.Error](err)
	if !ok || known.Kind != kind || key != "" && known.Message.Key != key {
		t.Errorf("not refused as %v %s: %v", kind, key, err)
	}
}

func TestAnAssessmentKeepsWhatItRestsOn(t *testing.T) {
	onBoth(t, func(t *testing.T, s *assessment.Service, g *gauges) {
		ctx := t.Context()
		_, err := s.Keep(ctx, ops, "")
		refuses(t, err, errs.KindConflict, "assessment.nothing_judged")
		g.list = []maturity.Measure{{Gauge: maturity.GaugeCompliance, Known: true, Value: 718_000, Numerator: 718, Denominator: 1000, From: today - 90, To: today - 1, Metric: "compliance_rules", Version: 1},
			{Gauge: maturity.GaugeRecording, Known: true, Value: 901_000}, {Gauge: maturity.GaugeMastery, Known: true, Value: 600_000}}
		if _, err := s.Say(ctx, ops, assessment.Saying{Criterion: "process.roles", Holds: true, Evidence: "SOP 第 2 版写明各阶段责任人", On: today - 3}); err != nil {
			t.Fatal(err)
		}
		first, err := s.Keep(ctx, ops, "第一次")
		if err != nil {
			t.Fatal(err)
		}
		g.list[0].Value = 400_000
		if _, err := s.Say(ctx, ops, assessment.Saying{Criterion: "process.roles", Holds: false, Evidence: "新增渠道没有责任人", On: today}); err != nil {
			t.Fatal(err)
		}
		kept, err := s.Get(ctx, auditor, first.ID)
		if err != nil {
			t.Fatal(err)
		}
		j := kept.Result.Of(maturity.Process)
		if j.Level != maturity.Defined || kept.Note != "第一次" || kept.ByName != "运营" || kept.On != today || kept.Model.Version != 1 {
			t.Errorf("%+v", kept)
		}
		found := false
		for _, c := range j.Checks {
			found = found || c.Criterion == "process.compliance" && c.Level == maturity.Defined && c.Measure.Numerator == 718 && c.Measure.From == today-90
		}
		if !found {
			t.Errorf("%+v", j.Checks)
		}
		now, err := s.Stand(ctx, regional)
		if err != nil || now.Result.Of(maturity.Process).Level != maturity.AdHoc || now.Last.ID != first.ID || now.MayWrite {
			t.Errorf("%+v %v", now, err)
		}
		history, err := s.History(ctx, ops, "process.roles")
		if err != nil || len(history) != 2 || history[0].Holds || !history[1].Holds {
			t.Errorf("%+v %v", history, err)
		}
		_, err = s.History(ctx, ops, "process.compliance")
		refuses(t, err, errs.KindNotFound, "")
		list, err := s.List(ctx, ops)
		if err != nil || len(list) != 1 {
			t.Errorf("%+v %v", list, err)
		}
		_, err = s.Get(ctx, ops, 99)
		refuses(t, err, errs.KindNotFound, "assessment.missing")
	})
}

func TestWhoMayAssess(t *testing.T) {
	onBoth(t, func(t *testing.T, s *assessment.Service, _ *gauges) {
		ctx := t.Context()
		saying := assessment.Saying{Criterion: "process.roles", Holds: true, Evidence: "x", On: today}
		for _, who := range []access.Actor{auditor, regional, lead} {
			_, err := s.Say(ctx, who, saying)
			refuses(t, err, errs.KindForbidden, "")
			_, err = s.Keep(ctx, who, "")
			refuses(t, err, errs.KindForbidden, "")
			_, err = s.SetModel(ctx, who, assessment.ModelEntry{Seen: 1})
			refuses(t, err, errs.KindForbidden, "")
		}
		_, err := s.Stand(ctx, lead)
		refuses(t, err, errs.KindForbidden, "")
		_, err = s.List(ctx, lead)
		refuses(t, err, errs.KindForbidden, "")
	})
}

func TestWhatIsRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, s *assessment.Service, _ *gauges) {
		ctx := t.Context()
		for name, in := range map[string]assessment.Saying{
			"no such criterion": {Criterion: "x", Evidence: "x", On: today}, "a measured one": {Criterion: "process.compliance", Evidence: "x", On: today},
			"without evidence": {Criterion: "process.roles", Evidence: " ", On: today}, "tomorrow": {Criterion: "process.roles", Evidence: "x", On: today + 1}, "too long ago": {Criterion: "process.roles", Evidence: "x", On: today - 366},
		} {
			if _, err := s.Say(ctx, ops, in); !errs.Is(err, errs.KindInvalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		for name, in := range map[string]assessment.ModelEntry{
			"a weight of nothing known": {Seen: 1, Weights: map[maturity.Dimension]int64{"x": 3}}, "bounds that get easier": {Seen: 1, Bounds: map[string][]int64{"process.compliance": {500_000, 400_000, 850_000, 900_000}}},
			"too few bounds": {Seen: 1, Bounds: map[string][]int64{"process.compliance": {500_000}}}, "more than all": {Seen: 1, Weights: map[maturity.Dimension]int64{maturity.Data: 101}},
		} {
			if _, err := s.SetModel(ctx, ops, in); !errs.Is(err, errs.KindInvalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestWeightsAndBoundsAreTheCompanys(t *testing.T) {
	onBoth(t, func(t *testing.T, s *assessment.Service, g *gauges) {
		ctx := t.Context()
		g.list = []maturity.Measure{{Gauge: maturity.GaugeCompliance, Known: true, Value: 600_000}, {Gauge: maturity.GaugeRecording, Known: true, Value: 600_000}, {Gauge: maturity.GaugeComplete, Known: true, Value: 600_000}}
		before, err := s.Keep(ctx, ops, "")
		if err != nil || before.Result.Of(maturity.Process).Level != maturity.Emerging {
			t.Fatalf("%+v %v", before, err)
		}
		m, err := s.SetModel(ctx, ops, assessment.ModelEntry{Seen: 1, Weights: map[maturity.Dimension]int64{maturity.Process: 40}, Bounds: map[string][]int64{"process.compliance": {650_000, 700_000, 850_000, 900_000}}})
		if err != nil || m.Version != 2 {
			t.Fatalf("%+v %v", m, err)
		}
		_, err = s.SetModel(ctx, ops, assessment.ModelEntry{Seen: 1})
		refuses(t, err, errs.KindConflict, "assessment.model_changed")
		st, err := s.Stand(ctx, ops)
		if err != nil || st.Result.Of(maturity.Process).Level != maturity.AdHoc || st.Result.Weights != 120 || st.Model.Version != 2 {
			t.Errorf("%+v %v", st, err)
		}
		if kept, err := s.Get(ctx, ops, before.ID); err != nil || kept.Model.Version != 1 || kept.Result.Weights != 100 {
			t.Errorf("%+v %v", kept, err)
		}
	})
}
