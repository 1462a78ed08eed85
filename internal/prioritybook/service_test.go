package prioritybook_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/priority"
	"xiaoguan/internal/prioritybook"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

var (
	ops     = access.Actor{UserID: "u-O", Name: "运营", Grants: []access.Grant{{Role: access.RoleOperations, Scope: access.ScopeAll}}}
	auditor = access.Actor{UserID: "u-A", Name: "审计", Grants: []access.Grant{{Role: access.RoleAuditor, Scope: access.ScopeAll}}}
	lead    = access.Actor{UserID: "u-L", Name: "主管", Grants: []access.Grant{{Role: access.RoleLead, Scope: access.ScopeTeamAndBelow}}}
)

// initiatives begin, or refuse to.
type initiatives struct {
	begun   []prioritybook.Seed
	failure error
}

func (i *initiatives) StartInitiative(_ context.Context, _ access.Actor, in prioritybook.Seed) (int64, error) {
	if i.failure != nil {
		return 0, i.failure
	}
	i.begun = append(i.begun, in)
	return 70 + int64(len(i.begun)), nil
}

type problems []prioritybook.Suggestion

func (p problems) Suggestions(context.Context, access.Actor, *i18n.Printer) ([]prioritybook.Suggestion, error) {
	return p, nil
}

func onBoth(t *testing.T, test func(t *testing.T, s *prioritybook.Service)) {
	t.Helper()
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		test(t, prioritybook.NewService(db.PriorityStore(), func() time.Time { return storetest.Start }))
	})
}

func refuses(t *testing.T, err error, kind errs.Kind, key string) {
	t.Helper()
	known, ok := errors.AsType[*errs.Error](err)
	if !ok || known.Kind != kind || key != "" && known.Message.Key != key {
		t.Errorf("not refused as %v %s: %v", kind, key, err)
	}
}

func entry(title string, reach, effort, cost int64) prioritybook.Entry {
	return prioritybook.Entry{Title: title, Reach: reach, Impact: 100, Confidence: 80, Effort: effort, CostMinor: cost, Reasons: prioritybook.Reasons{Reach: "台账"}}
}

func save(t *testing.T, s *prioritybook.Service, in prioritybook.Entry) prioritybook.Item {
	t.Helper()
	item, err := s.Save(t.Context(), ops, in)
	if err != nil {
		t.Fatal(err)
	}
	return item
}

func TestTheTableIsWeighedWithinItsFrame(t *testing.T) {
	onBoth(t, func(t *testing.T, s *prioritybook.Service) {
		ctx := t.Context()
		a, b := save(t, s, entry("补客户资料", 100, 100, 10_000)), save(t, s, entry("审批加替补人", 60, 20, 0))
		after := entry("报价模板", 90, 200, 30_000)
		after.Needs, after.DelayWeeks = []int64{b.ID}, 20
		c := save(t, s, after)
		v, err := s.Show(ctx, auditor)
		if err != nil || len(v.Rows) != 3 || v.Rows[0].ID != b.ID || len(v.Choice.Chosen) != 3 || v.MayWrite {
			t.Fatalf("%+v %v", v, err)
		}
		if err := s.SetFrame(ctx, ops, priority.Frame{BudgetMinor: 35_000, HasBudget: true, Capacity: 230, HasCapacity: true, Bounds: priority.UsualBounds}, 0); err != nil {
			t.Fatal(err)
		}
		refuses(t, s.SetFrame(ctx, ops, priority.Frame{Bounds: priority.UsualBounds}, 0), errs.KindConflict, "prioritybook.changed_meanwhile")
		refuses(t, s.SetFrame(ctx, ops, priority.Frame{Bounds: priority.Bounds{ShortWeeks: 3}}, 1), errs.KindInvalid, "")
		v, err = s.Show(ctx, ops)
		if err != nil || !slices.Equal(v.Choice.Chosen, []int64{b.ID, a.ID}) || v.Choice.CostMinor != 10_000 || v.Choice.Effort != 120 {
			t.Fatalf("%+v %v", v.Choice, err)
		}
		for _, row := range v.Rows {
			if row.ID == c.ID && (row.Chosen || row.Left.LacksMinor != 5_000 || row.Left.LacksEffort != 90 || row.Horizon != priority.Mid) {
				t.Errorf("%+v %+v", row, row.Left)
			}
		}
		kept, err := s.Settle(ctx, ops, "第四季度")
		if err != nil {
			t.Fatal(err)
		}
		change := entry("补客户资料", 1, 100, 10_000)
		change.ID, change.Seen = a.ID, a.Revision
		save(t, s, change)
		again, err := s.Settled(ctx, auditor, kept.ID)
		if err != nil || !slices.Equal(again.Table.Choice.Chosen, []int64{b.ID, a.ID}) || again.Table.Rows[0].Reasons.Reach != "台账" || again.Note != "第四季度" || again.On != calendar.DateOf(storetest.Start) {
			t.Errorf("%+v %v", again, err)
		}
		if list, err := s.Tables(ctx, ops); err != nil || len(list) != 1 {
			t.Errorf("%v %v", list, err)
		}
		_, err = s.Save(ctx, ops, change)
		refuses(t, err, errs.KindConflict, "prioritybook.changed_meanwhile")
	})
}

func TestWhatOthersNeedStays(t *testing.T) {
	onBoth(t, func(t *testing.T, s *prioritybook.Service) {
		ctx := t.Context()
		first := save(t, s, entry("口径统一", 10, 10, 0))
		after := entry("月报自动化", 20, 10, 0)
		after.Needs = []int64{first.ID}
		second := save(t, s, after)
		refuses(t, s.Park(ctx, ops, first.ID, true, 0), errs.KindConflict, "prioritybook.others_need_it")
		circle := entry("口径统一", 10, 10, 0)
		circle.ID, circle.Needs = first.ID, []int64{second.ID}
		_, err := s.Save(ctx, ops, circle)
		refuses(t, err, errs.KindInvalid, "")
		if err := s.Park(ctx, ops, second.ID, true, second.Revision); err != nil {
			t.Fatal(err)
		}
		if err := s.Park(ctx, ops, first.ID, true, 0); err != nil {
			t.Fatal(err)
		}
		refuses(t, s.Park(ctx, ops, second.ID, false, 0), errs.KindConflict, "prioritybook.needs_parked")
		if v, err := s.Show(ctx, ops); err != nil || len(v.Rows) != 0 || len(v.Items) != 2 {
			t.Errorf("%+v %v", v, err)
		}
		_, err = s.Settle(ctx, ops, "")
		refuses(t, err, errs.KindConflict, "prioritybook.empty")
	})
}

func TestAnItemBecomesAnInitiativeOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, s *prioritybook.Service) {
		ctx := t.Context()
		in := entry("老客户回访", 50, 205, 8_000)
		in.ProblemIDs = []int64{4}
		item := save(t, s, in)
		_, err := s.Start(ctx, ops, item.ID, 0)
		refuses(t, err, errs.KindUnavailable, "prioritybook.no_initiatives")
		begin := &initiatives{failure: errs.New(errs.KindConflict, "x", nil)}
		s.WithStarter(begin)
		_, err = s.Start(ctx, ops, item.ID, item.Revision)
		refuses(t, err, errs.KindConflict, "x")
		back, err := s.Get(ctx, ops, item.ID)
		if err != nil || back.State != prioritybook.StateCandidate {
			t.Fatalf("%+v %v", back, err)
		}
		begin.failure = nil
		_, err = s.Start(ctx, ops, item.ID, item.Revision)
		refuses(t, err, errs.KindConflict, "prioritybook.changed_meanwhile")
		begun, err := s.Start(ctx, ops, item.ID, back.Revision)
		if err != nil || begun.InitiativeID != 71 || begun.State != prioritybook.StateStarted {
			t.Fatalf("%+v %v", begun, err)
		}
		want := prioritybook.Seed{Title: "老客户回访", BudgetFen: 8_000, EffortDays: 21, Horizon: priority.Mid}
		if got := begin.begun[0]; got.Title != want.Title || got.BudgetFen != want.BudgetFen || got.EffortDays != want.EffortDays || got.Horizon != want.Horizon || !slices.Equal(got.ProblemIDs, []int64{4}) {
			t.Errorf("%+v", got)
		}
		_, err = s.Start(ctx, ops, item.ID, 0)
		refuses(t, err, errs.KindConflict, "prioritybook.is_initiative")
		refuses(t, s.Park(ctx, ops, item.ID, true, 0), errs.KindConflict, "prioritybook.is_initiative")
		next := entry("第二步", 10, 10, 0)
		next.Needs = []int64{item.ID}
		save(t, s, next)
		if v, err := s.Show(ctx, ops); err != nil || len(v.Rows) != 1 || len(v.Rows[0].Needs) != 0 || !v.MayStart {
			t.Errorf("%+v %v", v, err)
		}
	})
}

func TestProblemsAreProposedUntilSomethingAnswersThem(t *testing.T) {
	onBoth(t, func(t *testing.T, s *prioritybook.Service) {
		ctx := t.Context()
		s.WithProblems(problems{{ProblemID: 4, Title: "目标没分到人", Reach: 6}, {ProblemID: 5, Title: "回访太少"}})
		in := entry("分目标", 6, 10, 0)
		in.ProblemIDs = []int64{4}
		save(t, s, in)
		list, err := s.Suggest(ctx, ops, nil)
		if err != nil || len(list) != 1 || list[0].ProblemID != 5 {
			t.Errorf("%+v %v", list, err)
		}
	})
}

func TestWhoMayAndWhatIsRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, s *prioritybook.Service) {
		ctx := t.Context()
		for _, who := range []access.Actor{auditor, lead} {
			_, err := s.Save(ctx, who, entry("x", 1, 1, 0))
			refuses(t, err, errs.KindForbidden, "")
			refuses(t, s.Park(ctx, who, 1, true, 0), errs.KindForbidden, "")
			refuses(t, s.SetFrame(ctx, who, priority.Frame{}, 0), errs.KindForbidden, "")
			_, err = s.Settle(ctx, who, "")
			refuses(t, err, errs.KindForbidden, "")
			_, err = s.Start(ctx, who, 1, 0)
			refuses(t, err, errs.KindForbidden, "")
		}
		_, err := s.Show(ctx, lead)
		refuses(t, err, errs.KindForbidden, "")
		for name, spoil := range map[string]func(*prioritybook.Entry){
			"no title": func(in *prioritybook.Entry) { in.Title = " " }, "no effort": func(in *prioritybook.Entry) { in.Effort = 0 }, "surer than sure": func(in *prioritybook.Entry) { in.Confidence = 101 },
			"nothing known": func(in *prioritybook.Entry) { in.Needs = []int64{9} }, "no problem": func(in *prioritybook.Entry) { in.ProblemIDs = []int64{0} },
		} {
			in := entry("x", 1, 1, 0)
			spoil(&in)
			if _, err := s.Save(ctx, ops, in); !errs.Is(err, errs.KindInvalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		missing := entry("x", 1, 1, 0)
		missing.ID = 9
		_, err = s.Save(ctx, ops, missing)
		refuses(t, err, errs.KindNotFound, "prioritybook.missing")
	})
}
